//! A process that is killed at any moment loses nothing that it acknowledged, and leaves nothing half-done.
//!
//! This test starts itself as the process that is killed. `tools/kill 1000` tries it a thousand times on each database; its
//! newest result is in docs/durability.md.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the process that is killed is told where and says what it did; when it is killed is a matter of time"
)]

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;
mod ledger;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cairn_app::access::Actor;
use cairn_app::clock::Clock;
use cairn_app::decisions::{About, Deciding, Outcome};
use cairn_app::edit::Edit;
use cairn_app::office::Office;
use cairn_app::programs::{Loaded, SHIPPED, assemble};
use cairn_store::{Scope, Store};
use domain::calendar::Day;
use domain::library::{Assumptions, edition_of};
use ledger::in_words;

const PROGRAM: &str = "aws-services-path";
const EDITION: &str = "2022-02";
/// A database is used for so many kills, then a new one: making every seal again takes the longer the more there are.
const KILLS_OF_ONE: u64 = 50;

/// The vocabulary and one edition, read once: what is tried here is not how programs are read.
static LOADED: LazyLock<Arc<Loaded>> = LazyLock::new(|| {
    let wanted = |text: &str| {
        let of = edition_of(text);
        of.is_none_or(|(program, edition)| program == PROGRAM && edition == EDITION)
    };
    let files = SHIPPED.iter().filter(|(_, text)| wanted(text));
    let files = files
        .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
        .collect();
    Arc::new(assemble(files, None, vec![], false))
});

fn office(store: Store) -> Office {
    Office::new(store, LOADED.clone(), Clock::default())
}

fn boss() -> Actor {
    Actor::system("a1")
}

/// How often to kill.
fn kills() -> u64 {
    let said = std::env::var("CAIRN_KILLS").ok();
    said.and_then(|n| n.parse().ok()).unwrap_or(20)
}

// -- The process that is killed --------------------------------------------------------------------------------------

/// Edits and decides without end, where this process was started to be killed; otherwise there is nothing to do. Each change
/// is acknowledged by a line: its number, its verb, and how many facts it wrote of what was asked.
#[test]
fn works_until_it_is_killed() {
    let Ok(address) = std::env::var("CAIRN_KILL_ADDRESS") else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&address).await.expect("a store");
        let office = Arc::new(office(store));
        office.refresh().await.expect("warm");
        let mut workers = tokio::task::JoinSet::new();
        for partner in ["north", "south", "west"] {
            let office = office.clone();
            workers.spawn(async move {
                loop {
                    // A database that goes away ends the work; what was acknowledged before is looked at.
                    if work(&office, partner).await.is_none() {
                        return;
                    }
                }
            });
        }
        workers.join_next().await;
    });
    std::process::exit(3);
}

async fn work(office: &Office, partner: &str) -> Option<()> {
    let tag = format!("{:016x}", rand::random::<u64>());
    let standing = office.records(&boss(), partner, "people").await.ok()?;
    let person = |id: String, name: &str| {
        let cells = [
            ("person", id.as_str()),
            ("name", name),
            ("registered_on", "2023-01-01"),
        ];
        cells.map(|(n, t)| (n.to_owned(), t.to_owned())).to_vec()
    };
    let choice = rand::random::<u32>() % 8;
    let (done, verb, facts) = match choice {
        0 | 1 if standing.len() > 2 => {
            let few = standing.iter().take(2);
            let edits: Vec<Edit> = match choice {
                0 => few.map(|r| Edit::Withdraw { version: r.version }).collect(),
                _ => few
                    .map(|r| Edit::Correct {
                        version: r.version,
                        cells: person(r.key[0].clone(), &tag),
                    })
                    .collect(),
            };
            (
                office.edit(&boss(), partner, &edits).await.ok()?.change,
                "edit-evidence",
                2,
            )
        }
        2 => {
            let deciding = Deciding {
                program: PROGRAM.into(),
                edition: None,
                as_of: Day::parse("2024-03-01").expect("a day"),
                known_after: None,
                assumptions: Assumptions::default(),
                about: About::Review,
                outcome: Outcome::Approved,
                level: None,
                reason: tag,
                supersedes: None,
            };
            (
                office
                    .decide(&boss(), partner, &deciding)
                    .await
                    .ok()?
                    .change,
                "decide",
                0,
            )
        }
        // As large as a small import, so that there is a moment in which half of it would be there.
        3 => {
            let add = |n: u32| Edit::Add {
                kind: "people".into(),
                cells: person(format!("{tag}-{n}"), "A"),
            };
            let edits: Vec<Edit> = (0..60).map(add).collect();
            (
                office.edit(&boss(), partner, &edits).await.ok()?.change,
                "edit-evidence",
                60,
            )
        }
        _ => {
            let edit = Edit::Add {
                kind: "people".into(),
                cells: person(tag, "A"),
            };
            (
                office.edit(&boss(), partner, &[edit]).await.ok()?.change,
                "edit-evidence",
                1,
            )
        }
    };
    println!("did {done} {verb} {facts}");
    Some(())
}

// -- Whoever kills ---------------------------------------------------------------------------------------------------

/// What is killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Victim {
    /// The process that works.
    Process,
    /// The database's own process that works for it: all of them end then, and the database starts anew.
    Backend,
}

struct Killed {
    /// Verb and number of facts of each acknowledged change.
    acknowledged: BTreeMap<i64, (String, i64)>,
}

fn start(address: &str) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["works_until_it_is_killed", "--exact", "--nocapture"])
        .env("CAIRN_KILL_ADDRESS", address)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

/// Lets a process work, kills it or the database beneath it at a random moment, and returns what it acknowledged before.
async fn kill_one(address: &str, victim: Victim) -> Killed {
    let mut child = start(address);
    let out = child.stdout.take().expect("a pipe");
    let (send, lines) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        for line in BufReader::new(out).lines() {
            let Ok(line) = line else { break };
            if send.send(line).is_err() {
                break;
            }
        }
    });
    let mut said: Vec<String> = vec![];
    while let Ok(line) = lines.recv_timeout(Duration::from_secs(120)) {
        said.push(line);
        if said.iter().any(|line| line.starts_with("did ")) {
            break;
        }
    }
    std::thread::sleep(Duration::from_micros(rand::random::<u64>() % 250_000));
    if victim == Victim::Backend {
        kill_backend(address).await;
        // It may go on over new connections, or have ended.
        std::thread::sleep(Duration::from_micros(rand::random::<u64>() % 250_000));
    }
    child.kill().expect("it is ours");
    child.wait().expect("it ended");
    reading.join().expect("all is read");
    said.extend(lines.try_iter());
    let acknowledged = said.iter().filter_map(|line| {
        let mut words = line.strip_prefix("did ")?.split(' ');
        let change = words.next()?.parse().ok()?;
        let verb = words.next()?.to_owned();
        Some((change, (verb, words.next()?.parse().ok()?)))
    });
    Killed {
        acknowledged: acknowledged.collect(),
    }
}

/// Kills a process of the database that works for whoever has this database.
async fn kill_backend(address: &str) {
    let asking = sqlx::PgPool::connect(address).await.expect("the database");
    let found: Option<(i32,)> = sqlx::query_as(
        "
        select pid
        from pg_stat_activity
        where datname = current_database()
          and application_name = 'cairn'
          and pid <> pg_backend_pid()
        order by state <> 'active', random()
        limit 1
    ",
    )
    .fetch_optional(&asking)
    .await
    .expect("processes");
    if let Some((pid,)) = found {
        let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
        assert!(
            killed.expect("kill").success(),
            "the process {pid} could be killed"
        );
    }
}

/// A store, once the database has started anew.
async fn opened(address: &str) -> Store {
    for _ in 0..200 {
        if let Ok(store) = Store::open(address).await {
            return store;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Store::open(address).await.expect("the database came back")
}

/// That everything acknowledged is there, nothing is half there, and memory says what the store says.
async fn look(address: &str, killed: &Killed, watching: &mut Option<Office>) -> i64 {
    let store = opened(address).await;
    let mut tx = store.read(&Scope::All).await.expect("a reader");
    let verified = tx.verify().await.expect("verified");
    assert_eq!(verified.flaws, []);
    for (number, (verb, facts)) in &killed.acknowledged {
        let change = tx.change(*number).await.expect("read");
        let change =
            change.unwrap_or_else(|| panic!("change {number} was acknowledged and is lost"));
        assert_eq!(change.verb, *verb);
        let mut written = 0;
        let count = &mut |f: &cairn_store::Fact| written += i64::from(f.kind == "people");
        tx.each_fact_of(*number, count).await.expect("facts");
        assert_eq!(written, *facts, "change {number} is whole");
    }
    drop(tx);
    let cold = office(store);
    cold.refresh().await.expect("warm");
    let expected = in_words(&cold.shelves().expect("warm"));
    match watching {
        // Another server that was there all the time. Its connections are broken where the database was killed.
        Some(watching) => {
            let mut tries = 0;
            while watching.refresh().await.is_err() {
                tries += 1;
                assert!(tries < 100, "the other server gets no connection");
            }
            assert_eq!(in_words(&watching.shelves().expect("warm")), expected);
        }
        None => *watching = Some(cold),
    }
    verified.changes
}

async fn kill_often(fresh: impl AsyncFn() -> (String, Option<tempfile::TempDir>), backends: bool) {
    let (mut changes, mut acknowledged) = (0, 0);
    let mut done = 0;
    while done < kills() {
        let (address, _folder) = fresh().await;
        let office = office(opened(&address).await);
        office.refresh().await.expect("warm");
        for partner in ["north", "south", "west"] {
            office
                .add_partner(&boss(), partner, partner)
                .await
                .expect("a partner");
        }
        drop(office);
        let mut watching = None;
        let (mut here, mut last) = (0, 0);
        while here < KILLS_OF_ONE && done < kills() {
            let victim = match backends && done % 20 == 9 {
                true => Victim::Backend,
                false => Victim::Process,
            };
            let killed = kill_one(&address, victim).await;
            assert!(
                !killed.acknowledged.is_empty(),
                "it worked before it was killed"
            );
            acknowledged += killed.acknowledged.len();
            last = look(&address, &killed, &mut watching).await;
            here += 1;
            done += 1;
        }
        changes += last;
        println!(
            "{done} kills so far: {acknowledged} changes acknowledged, {changes} kept, none lost"
        );
    }
    println!(
        "{done} kills: {acknowledged} changes acknowledged, {changes} kept, none lost, none half-done"
    );
}

#[tokio::test]
async fn kills_lose_nothing_and_leave_nothing_half_done_on_sqlite() {
    kill_often(
        async || {
            let folder = tempfile::tempdir().expect("a folder");
            let address = folder
                .path()
                .join("cairn.db")
                .to_string_lossy()
                .into_owned();
            (address, Some(folder))
        },
        false,
    )
    .await;
}

#[tokio::test]
async fn kills_lose_nothing_and_leave_nothing_half_done_on_postgres() {
    kill_often(
        async || (common::postgres_database("kills").await, None),
        true,
    )
    .await;
}
