//! What is loaded while the server already answers, and how it keeps up with the database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::access::Actor;
use app::accounts::Posted;
use app::clock::Clock;
use app::domain::diagnostic::{Diagnostic, Place};
use app::office::Office;
use app::store::{Store, StoreError};

use super::metrics;
use super::state::{AppState, Readiness};

/// Loads programs, database and evidence, and says when the server is ready.
pub async fn load(state: AppState) -> Result<(), Diagnostic> {
    let began = now();
    let settings = state.settings();
    let paths = settings.programs.clone();
    let programs = tokio::task::spawn_blocking(move || app::programs::load(&paths));
    let store = Store::open(settings.store.database.reveal());
    let (programs, store) = tokio::join!(programs, store);
    let programs =
        programs.map_err(|_| cannot_start("loading the programs ended before it was done"))??;
    let store = store.map_err(|error| no_database(&state, &error))?;
    for problem in programs.errors() {
        tracing::warn!(code = problem.code, place = %problem.place, "{}", problem.message);
    }
    let clock = Clock::in_zone(settings.time_zone.clone());
    let office = Arc::new(Office::new(store, Arc::new(programs), clock));
    state.set_office(office.clone());
    first_start(&state).await?;
    office
        .refresh()
        .await
        .map_err(|error| no_database(&state, &error))?;
    state.set_refreshed(now());
    state.set_readiness(Readiness::Ready);
    open_demo(&state).await?;
    let seconds = began.elapsed().as_secs_f64();
    let partners = office.shelves().map_or(0, |shelves| shelves.len());
    tracing::info!(
        seconds,
        partners,
        database = settings.store.shown(),
        "everything is loaded"
    );
    Ok(())
}

/// Prints the link of the first administrator, where nobody has an account and only this computer can follow it.
async fn first_start(state: &AppState) -> Result<(), Diagnostic> {
    if !state.settings().listen.ip().is_loopback() || state.settings().demo {
        return Ok(());
    }
    let Ok(accounts) = state.accounts() else {
        return Ok(());
    };
    let link = accounts
        .first_start()
        .await
        .map_err(|refusal| cannot_start(&format!("accounts cannot be read: {refusal}")))?;
    if let Some(link) = link {
        crate::output::answer(&format!(
            "nobody has an account yet: the first administrator begins within an hour at {}\n",
            link.reveal()
        ));
    }
    Ok(())
}

/// Prints the address of the demo, once it answers there.
async fn open_demo(state: &AppState) -> Result<(), Diagnostic> {
    if !state.settings().demo {
        return Ok(());
    }
    let Ok(accounts) = state.accounts() else {
        return Ok(());
    };
    let address = crate::demo::address(&accounts).await;
    let address =
        address.map_err(|refusal| cannot_start(&format!("nobody can sign in: {refusal}")))?;
    crate::output::answer(&format!(
        "open {address}\n  signs you in as {}; it works once, and the next start prints another\n",
        crate::demo::NAME
    ));
    Ok(())
}

/// Sends mail that is due, and deletes what holds no more, for as long as the server runs.
pub async fn post(state: AppState) {
    let mut beat = tokio::time::interval(Duration::from_secs(5));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut beats = 0_u64;
    loop {
        beat.tick().await;
        let Ok(accounts) = state.accounts() else {
            continue;
        };
        let began = now();
        let sent = accounts.send_due().await;
        if !matches!(&sent, Ok(posted) if *posted == Posted::default()) {
            metrics::job("mails", sent.is_ok(), began.elapsed());
        }
        match sent {
            Ok(posted) if posted.failed > 0 => {
                tracing::warn!(
                    mails = posted.failed,
                    "mail could not be sent, and is tried again"
                );
            }
            Ok(_) => {}
            Err(refusal) => tracing::error!(error = %refusal, "mail cannot be sent"),
        }
        if beats.is_multiple_of(720)
            && let Err(refusal) = accounts.sweep().await
        {
            tracing::error!(error = %refusal, "what has expired cannot be deleted");
        }
        beats += 1;
    }
}

/// Takes over what others wrote into the database, for as long as the server runs.
pub async fn keep_up(state: AppState) {
    let mut beat = tokio::time::interval(state.settings().refresh_every);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        beat.tick().await;
        metrics::tidy();
        if state.readiness() != Readiness::Ready {
            continue;
        }
        let Ok(office) = state.office() else { continue };
        let began = now();
        let refreshed = office.refresh().await;
        metrics::refreshed(refreshed.is_ok(), began.elapsed());
        match refreshed {
            Ok(_) => {
                state.set_refreshed(began);
                if failing {
                    tracing::info!("the database answers again");
                }
                failing = false;
            }
            Err(error) => {
                // Once, and not with every beat.
                if !failing {
                    tracing::error!(
                        error = why(&error),
                        "the database does not answer; answers stand as it last did"
                    );
                }
                failing = true;
            }
        }
    }
}

/// Forgets what is old once a day, for as long as the server runs: the first time a while after its start, for one that is
/// started again and again has better things to do.
pub async fn forget(state: AppState) {
    forget_every(&state, FIRST, DAY).await;
}

async fn forget_every(state: &AppState, first: Duration, between: Duration) {
    tokio::time::sleep(first).await;
    loop {
        forget_once(state).await;
        tokio::time::sleep(between).await;
    }
}

/// Gives up imports for which nobody came back, and forgets what is old. What fails is logged, and tried again the next day.
pub async fn forget_once(state: &AppState) {
    let Ok(office) = state.office() else { return };
    let periods = crate::keep::periods(&state.settings().retention);
    let began = now();
    let forgotten = office.retain(&Actor::system("retention"), &periods).await;
    metrics::job("retention", forgotten.is_ok(), began.elapsed());
    if let Err(error) = forgotten {
        tracing::warn!(error = why(&error), "old rows were not forgotten");
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long after the start old rows are forgotten for the first time.
const FIRST: Duration = Duration::from_secs(15 * 60);

/// How often what falls due with time is looked after.
const LOOK_AFTER: Duration = Duration::from_secs(300);

/// Does what falls due with time, for as long as the server runs: tells notices, reminds customers who were asked, ends
/// requests that nobody answered, closes tasks whose evidence has arrived. Each thing is done once, however many servers do so.
pub async fn look_after(state: AppState) {
    let mut beat = tokio::time::interval(LOOK_AFTER);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        if state.readiness() != Readiness::Ready {
            continue;
        }
        let Ok(office) = state.office() else { continue };
        let began = now();
        let problems = [
            office.settle_all_tasks().await.err(),
            office.tend_ratings().await.err(),
            office.tell_notices().await.err(),
        ];
        let done = problems.iter().all(Option::is_none);
        metrics::job("due", done, began.elapsed());
        for problem in problems.into_iter().flatten() {
            tracing::warn!(
                code = problem.code(),
                error = why(&problem),
                "what is due could not be done"
            );
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long something takes is shown to whoever runs the server"
)]
fn now() -> Instant {
    Instant::now()
}

fn no_database(state: &AppState, error: &StoreError) -> Diagnostic {
    let database = state.settings().store.shown();
    Diagnostic::error(
        "no-store",
        format!("the database `{database}` cannot be used: {}", why(error)),
        Place::default(),
    )
    .help("`--database` names a file that may be written, or postgres://USER:PASSWORD@HOST/NAME")
}

/// What an error says, and what the ones beneath it say. What the store was asked for is not among it.
pub fn why(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut beneath = error.source();
    while let Some(error) = beneath {
        let more = error.to_string();
        if !said.contains(&more) {
            said.push_str(": ");
            said.push_str(&more);
        }
        beneath = error.source();
    }
    said
}

fn cannot_start(why: &str) -> Diagnostic {
    Diagnostic::error("cannot-start", why, Place::default())
}

/// How long to wait for the database's last connections when the server stops.
pub const LAST: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use app::domain::instant::Instant;
    use app::imports::{ImportOptions, State, Target};
    use app::store::Sought;

    use super::*;
    use crate::serve::settings::Settings;

    #[tokio::test]
    async fn old_rows_are_forgotten_again_and_again_by_the_periods_that_were_set() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = folder.path().join("cairn.db");
        let store = Store::open(&address.to_string_lossy()).await;
        let programs = Arc::new(app::programs::assemble(vec![], None, vec![], false));
        let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
        let clock = Clock::stopped(at);
        let office = Arc::new(Office::new(store.expect("a store"), programs, clock));
        let boss = Actor::system("a1");
        office.refresh().await.expect("warm");
        let options = ImportOptions::default();
        let import = office.start_import(&boss, &Target::Several, None, &options);
        let import = import.await.expect("begun").id;
        let waits = async || office.import(&boss, &import).await.expect("it").state;

        let state = AppState::new(Settings::of(&["--retention-uploads", "3d"]));
        state.set_office(office.clone());
        let (first, between) = (Duration::ZERO, Duration::from_millis(5));
        let beside = state.clone();
        let running = tokio::spawn(async move { forget_every(&beside, first, between).await });
        let runs = async |more: usize| {
            let count = async || {
                let logged = office.audit_all(&boss, &Sought::default(), 1_000).await;
                let logged = logged.expect("the log").changes;
                logged.iter().filter(|c| c.verb == "retain").count()
            };
            let before = count().await;
            while count().await < before + more {
                tokio::time::sleep(between).await;
            }
        };
        runs(2).await;
        office.clock.set(at.plus_seconds(2 * 86_400));
        runs(2).await;
        assert_eq!(waits().await, State::Receiving, "three days are not over");
        office.clock.set(at.plus_seconds(4 * 86_400));
        runs(2).await;
        assert_eq!(waits().await, State::Discarded, "and now they are");
        running.abort();
    }
}
