//! What is loaded while the server already answers, and kept fresh from then on.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use app::clock::Clock;
use app::domain::diagnostic::{Diagnostic, Place};
use app::office::Office;
use app::store::{Store, StoreError};
use app::warm::Warmth;

use super::state::{AppState, Readiness};

/// How often the store is asked whether another server wrote something.
const POLL: Duration = Duration::from_millis(300);
/// How often `/ready` learns how far loading is.
const REPORT: Duration = Duration::from_millis(50);

/// Loads the programs, opens the store, reads the evidence, and says when the server is ready.
pub async fn load(state: AppState) -> Result<(), Diagnostic> {
    let paths = state.settings().programs.clone();
    let loaded = tokio::task::spawn_blocking(move || app::programs::load(&paths))
        .await
        .map_err(|_| {
            Diagnostic::error(
                "cannot-start",
                "loading the programs ended before it was done",
                Place::default(),
            )
        })??;
    let store = Store::open(state.settings().store.database.reveal())
        .await
        .map_err(|error| no_store(&error))?;
    let clock = Clock::in_zone(state.settings().time_zone.clone());
    let office = Arc::new(Office::new(store, Arc::new(loaded), clock));
    state.set_office(office.clone());
    let mut report = tokio::time::interval(REPORT);
    let mut reading = Box::pin(office.refresh());
    loop {
        tokio::select! {
            read = &mut reading => {
                read.map_err(|error| no_store(&error))?;
                break;
            }
            _ = report.tick() => state.set_readiness(reading_readiness(&office)),
        }
    }
    drop(reading);
    state.set_readiness(Readiness::Ready);
    Ok(())
}

/// Takes over what other servers write, for as long as the server runs.
pub async fn keep_fresh(state: AppState) {
    let mut poll = tokio::time::interval(POLL);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut answered = true;
    loop {
        poll.tick().await;
        let Ok(office) = state.office() else { continue };
        if office.warmth() != Warmth::Warm {
            continue;
        }
        match office.refresh().await {
            Ok(_) => answered = true,
            // Said once, not three times a second.
            Err(error) if answered => {
                answered = false;
                tracing::warn!(problem = %no_store(&error), "what other servers wrote could not be read");
            }
            Err(_) => {}
        }
    }
}

fn reading_readiness(office: &Office) -> Readiness {
    let (done, total) = match office.warmth() {
        Warmth::Loading { done, of } => (done, of),
        Warmth::Warm => (1, 1),
    };
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Readiness::Loading {
        what: "evidence",
        done: count(done),
        total: count(total),
    }
}

/// That the store cannot be used, with why. The address is left out, for it may hold a password.
fn no_store(error: &StoreError) -> Diagnostic {
    let why = error
        .source()
        .map_or_else(String::new, |s| format!(": {s}"));
    Diagnostic::error("no-store", format!("{error}{why}"), Place::default())
        .help("name a file that may be written, or a database that is there, with `--database`")
}
