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
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cairn_app::access::Actor;
use cairn_app::clock::Clock;
use cairn_app::decisions::{About, Deciding, Outcome};
use cairn_app::edit::Edit;
use cairn_app::imports::{Group, Import, ImportOptions, State, Target};
use cairn_app::office::Office;
use cairn_app::programs::{Loaded, SHIPPED, assemble};
use cairn_app::refusal::Refusal;
use cairn_store::{Scope, Store};
use domain::calendar::Day;
use domain::library::{Assumptions, edition_of};
use ledger::in_words;
use tokio::sync::RwLock;

const PROGRAM: &str = "aws-services-path";
const EDITION: &str = "2022-02";
/// A database is used for so many kills, then a new one: making every seal again takes the longer the more there are.
const KILLS_OF_ONE: u64 = 50;
/// What the test runner writes before what the process that is killed says first.
const RUNNER: &str = "test works_until_it_is_killed ... ";
/// Whose evidence is worked on, by a worker each.
const PARTNERS: [&str; 3] = ["north", "south", "west"];

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

/// Edits, decides and imports without end, where this process was started to be killed; otherwise there is nothing to do. Each
/// step is acknowledged by a line: a change by its number, its verb, and how many facts it wrote of what was asked; a step of an
/// import by the import's id and how far it is.
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
        for partner in PARTNERS {
            let office = office.clone();
            workers.spawn(async move {
                loop {
                    let worked = match rand::random::<u32>() % 2 {
                        0 => work(&office, partner).await,
                        _ => import(&office, partner).await,
                    };
                    // A database that goes away ends the work; what was acknowledged before is looked at.
                    if let Err(refusal) = worked {
                        println!("refused {} {refusal}", refusal.code());
                        return;
                    }
                }
            });
        }
        workers.join_next().await;
    });
    std::process::exit(3);
}

async fn work(office: &Office, partner: &str) -> Result<(), Refusal> {
    let tag = format!("{:016x}", rand::random::<u64>());
    let standing = office.records(&boss(), partner, "people").await?;
    let person = |id: String, name: &str| {
        let cells = [
            ("person", id.as_str()),
            ("name", name),
            ("registered_on", "2023-01-01"),
        ];
        cells.map(|(n, t)| (n.to_owned(), t.to_owned())).to_vec()
    };
    let choice = rand::random::<u32>() % 8;
    if choice == 2 {
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
        let done = office.decide(&boss(), partner, &deciding).await?;
        println!("did {} decide 0", done.change);
        return Ok(());
    }
    let few = standing.iter().take(2);
    let edits: Vec<Edit> = match choice {
        0 if standing.len() > 2 => few.map(|r| Edit::Withdraw { version: r.version }).collect(),
        1 if standing.len() > 2 => few
            .map(|r| Edit::Correct {
                version: r.version,
                cells: person(r.key[0].clone(), &tag),
            })
            .collect(),
        // As large as a small import, so that there is a moment in which half of it would be there.
        3 => (0..60)
            .map(|n| Edit::Add {
                kind: "people".into(),
                cells: person(format!("{tag}-{n}"), "A"),
            })
            .collect(),
        _ => vec![Edit::Add {
            kind: "people".into(),
            cells: person(tag, "A"),
        }],
    };
    let done = office.edit(&boss(), partner, &edits).await?;
    println!("did {} edit-evidence {}", done.change, edits.len());
    Ok(())
}

/// A step or all steps of an import: what a process before this one left behind is gone on with or given up, one that was
/// confirmed is taken back, and else a new one is handed in, shown and mostly confirmed.
async fn import(office: &Office, partner: &str) -> Result<(), Refusal> {
    let target = Target::Partner(partner.into());
    let all = office.imports(&boss(), &target, None, 1_000).await?;
    let left = all.iter().find(|i| i.state.is_open());
    let confirmed = all.iter().find(|i| i.state == State::Confirmed);
    let import = match (rand::random::<u32>() % 6, left, confirmed) {
        (0 | 1, Some(left), _) => left.clone(),
        (2, _, Some(confirmed)) => {
            let (id, version) = (&confirmed.id, confirmed.version);
            let done = office.undo_import(&boss(), id, version, true).await?;
            println!("did {} undo-import {} {id}", done.change, done.value);
            return Ok(());
        }
        _ => hand_in(office, &target).await?,
    };
    let import = office.preview_import(&boss(), &import.id, None).await?;
    println!("step {} {}", import.id, import.state.name());
    let (id, version) = (&import.id, import.version);
    let goes_on = import.state == State::Previewed && !rand::random::<u32>().is_multiple_of(4);
    if goes_on {
        let preview = import.preview.expect("it was shown");
        assert_eq!(preview.hindrances, []);
        let done = office.confirm_import(&boss(), id, version).await?;
        println!("did {} import {} {id}", done.change, preview.writes);
    } else {
        // Half of a file was handed in, or somebody thought better of it.
        let discarded = office.discard_import(&boss(), id, version).await?;
        println!("step {id} {}", discarded.state.name());
    }
    Ok(())
}

/// Begins an import and hands in its files: people, one of them wrong, sometimes with remarks of more than a piece, and what
/// they earned.
async fn hand_in(office: &Office, target: &Target) -> Result<Import, Refusal> {
    let options = ImportOptions::default();
    let import = office.start_import(&boss(), target, None, &options).await?;
    println!("step {} {}", import.id, import.state.name());
    let tag = format!("{:08x}", rand::random::<u32>());
    let remark = "x".repeat(match rand::random::<u32>() % 3 {
        0 => 60_000,
        _ => 0,
    });
    let mut people = "person,name,registered_on,remark\n".to_owned();
    let mut credentials = "person,credential,earned_on\n".to_owned();
    for n in 0..24 {
        let day = if n == 7 { "31.31.2023" } else { "2023-02-01" };
        people += &format!("{tag}-{n},A,{day},{remark}\n");
        credentials += &format!("{tag}-{n},other-vendor:frobnicator,2023-03-01\n");
    }
    for (name, text) in [("people.csv", people), ("credentials.csv", credentials)] {
        let mut upload = office.upload(&boss(), &import.id, name).await?;
        for piece in text.as_bytes().chunks(100_000) {
            upload.write(piece).await?;
        }
        upload.finish().await?;
        println!("file {} {name} {}", import.id, text.len());
    }
    Ok(import)
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

/// What was acknowledged before a kill.
#[derive(Default)]
struct Killed {
    /// Verb and number of facts of each change.
    changes: BTreeMap<i64, (String, i64)>,
    /// How far each import is, and the change by which it came there.
    imports: BTreeMap<String, (State, Option<i64>)>,
    /// How many bytes each file has that was handed in whole, by import and name.
    files: BTreeMap<(String, String), u64>,
}

impl Killed {
    fn of(said: &[String], victim: Victim) -> Killed {
        let mut killed = Killed::default();
        for line in said {
            let words: Vec<&str> = line.split(' ').collect();
            let state = |name: &str| {
                let mut all = State::ALL.into_iter();
                all.find(|s| s.name() == name).expect("a state")
            };
            match words.as_slice() {
                ["did", change, verb, facts, import @ ..] => {
                    let change = change.parse().expect("a number");
                    let facts = facts.parse().expect("a number");
                    killed.changes.insert(change, ((*verb).to_owned(), facts));
                    if let [import] = import {
                        let state = match *verb {
                            "import" => State::Confirmed,
                            _ => State::Undone,
                        };
                        let is = (state, Some(change));
                        killed.imports.insert((*import).to_owned(), is);
                    }
                }
                ["step", import, name] => {
                    let is = (state(name), None);
                    killed.imports.insert((*import).to_owned(), is);
                }
                ["file", import, name, bytes] => {
                    let of = ((*import).to_owned(), (*name).to_owned());
                    killed.files.insert(of, bytes.parse().expect("a number"));
                }
                // Whoever works alone on a partner is refused nothing, but where the database goes away.
                ["refused", ..] => assert!(victim == Victim::Backend, "{line}"),
                _ => {}
            }
        }
        killed
    }

    fn steps(&self) -> usize {
        self.changes.len() + self.imports.len() + self.files.len()
    }
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
        let mut out = BufReader::new(out);
        let mut line = String::new();
        // What a kill cut off in the middle of a line was not acknowledged.
        while out.read_line(&mut line).is_ok() && line.ends_with('\n') {
            // The test runner writes the test's name before the first line.
            let said = line.trim_end().trim_start_matches(RUNNER).to_owned();
            line.clear();
            if send.send(said).is_err() {
                break;
            }
        }
    });
    let mut said: Vec<String> = vec![];
    while let Ok(line) = lines.recv_timeout(Duration::from_secs(120)) {
        said.push(line);
        let acknowledged = ["did ", "step ", "file "];
        if said
            .iter()
            .any(|line| acknowledged.iter().any(|a| line.starts_with(a)))
        {
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
    Killed::of(&said, victim)
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
    for (number, (verb, facts)) in &killed.changes {
        let change = tx.change(*number).await.expect("read");
        let change =
            change.unwrap_or_else(|| panic!("change {number} was acknowledged and is lost"));
        assert_eq!(change.verb, *verb);
        let mut written = 0;
        let edited = verb == "edit-evidence";
        let count = &mut |f: &cairn_store::Fact| {
            written += i64::from(!edited || f.kind == "people");
        };
        tx.each_fact_of(*number, count).await.expect("facts");
        assert_eq!(written, *facts, "change {number} is whole");
    }
    drop(tx);
    let cold = office(store);
    cold.refresh().await.expect("warm");
    look_at_imports(address, &cold, killed).await;
    let expected = in_words(&cold.shelves().expect("warm"));
    match watching {
        // Another server that was there all the time. Its connections are broken where the database was killed.
        Some(watching) => {
            let mut tries = 0;
            while watching.refresh().await.is_err() {
                tries += 1;
                assert!(tries < 100, "the other server gets no connection");
            }
            let watched = in_words(&watching.shelves().expect("warm"));
            assert_eq!(differences(&watched, &expected), "");
        }
        None => *watching = Some(cold),
    }
    verified.changes
}

/// The lines that only one of two texts has, the first ten of each.
fn differences(watched: &str, cold: &str) -> String {
    let only = |of: &str, other: &str| {
        let mut other: Vec<&str> = other.lines().collect();
        let mut lines = vec![];
        for line in of.lines() {
            match other.iter().position(|o| *o == line) {
                Some(at) => drop(other.remove(at)),
                None => lines.push(format!("{line}\n")),
            }
        }
        lines.truncate(10);
        lines.concat()
    };
    match watched == cold {
        true => String::new(),
        false => format!(
            "watched\n{}cold\n{}",
            only(watched, cold),
            only(cold, watched)
        ),
    }
}

/// That every import is where it was acknowledged to be, with its files as long as they need it and no longer; that a change
/// stands behind each that was confirmed or undone; and that one that waits can be shown.
async fn look_at_imports(address: &str, office: &Office, killed: &Killed) {
    let mut tx = office.store.read(&Scope::All).await.expect("a reader");
    let mut pieces = 0;
    let mut found = BTreeMap::new();
    let mut waiting = vec![];
    for partner in PARTNERS {
        for row in tx.imports(partner, None, i64::MAX).await.expect("read") {
            let id = &row.import;
            let states = State::ALL.into_iter();
            let state = states.clone().find(|s| s.name() == row.state);
            let state = state.unwrap_or_else(|| panic!("import {id} is {}", row.state));
            let written = matches!(state, State::Confirmed | State::Undone);
            assert_eq!(row.confirmed.is_some(), written, "import {id}");
            assert_eq!(row.undone.is_some(), state == State::Undone, "import {id}");
            for (number, verb) in [(row.confirmed, "import"), (row.undone, "undo-import")] {
                let Some(number) = number else { continue };
                let change = tx.change(number).await.expect("read").expect("a change");
                assert_eq!(change.verb, verb);
                assert_eq!(change.subject, format!("import {id}"));
            }
            if state == State::Previewed {
                assert!(row.preview.is_some() && row.digest.is_some(), "import {id}");
                waiting.push(id.clone());
            }
            for file in tx.import_files(id).await.expect("read") {
                let mut bytes = 0;
                let mut next = 0;
                while let Some(piece) = tx.piece(id, file.file, next).await.expect("read") {
                    bytes += piece.len() as u64;
                    next += 1;
                }
                pieces += next;
                let there = u64::try_from(file.size).expect("no less than nothing");
                assert_eq!(
                    bytes,
                    if state.is_open() { there } else { 0 },
                    "import {id}"
                );
                if let Some(said) = killed.files.get(&(id.clone(), file.name.clone())) {
                    assert!(file.whole, "{} of import {id} is whole", file.name);
                    assert_eq!(there, *said, "{} of import {id}", file.name);
                }
            }
            found.insert(id.clone(), (state, row.confirmed, row.undone));
        }
    }
    for (id, (said, change)) in &killed.imports {
        let Some((is, confirmed, undone)) = found.get(id) else {
            panic!("import {id} was acknowledged and is lost");
        };
        let far = |state: State| match state {
            State::Receiving => 0,
            State::Previewed | State::Failed => 1,
            State::Confirmed | State::Discarded => 2,
            State::Undone => 3,
        };
        assert!(
            far(*is) >= far(*said),
            "import {id} is {is:?}, not {said:?}"
        );
        let written = match said {
            State::Confirmed => *confirmed,
            State::Undone => *undone,
            _ => None,
        };
        assert_eq!(written, *change, "import {id}");
    }
    let (all, of_nobody) = counted(address).await;
    assert_eq!((pieces, 0), (all, of_nobody), "no piece is of nobody");
    drop(tx);
    // Whichever server goes on reads what was handed in to another one.
    if let Some(id) = waiting.first() {
        let rows = office.import_rows(&boss(), id, Group::Added, 0, 100).await;
        assert!(!rows.expect("it can be shown").rows.is_empty());
    }
}

/// How many pieces the database keeps, and how many changes of imports there are that no import names.
async fn counted(address: &str) -> (i64, i64) {
    let all = "select count(*) from import_pieces";
    let of_nobody = "
        select count(*)
        from changes c
        where c.verb in ('import', 'undo-import')
          and not exists (
            select 1
            from imports i
            where i.confirmed = c.change or i.undone = c.change
          )
    ";
    if address.starts_with("postgres:") {
        let at = sqlx::PgPool::connect(address).await.expect("the database");
        let mut tx = at.begin().await.expect("a transaction");
        let scope = "select set_config('cairn.scope', '*', true)";
        sqlx::query(scope)
            .execute(&mut *tx)
            .await
            .expect("all of it");
        let all = sqlx::query_scalar(all).fetch_one(&mut *tx).await;
        let of_nobody = sqlx::query_scalar(of_nobody).fetch_one(&mut *tx).await;
        (all.expect("a count"), of_nobody.expect("a count"))
    } else {
        let at = sqlx::SqlitePool::connect(address).await.expect("the file");
        let all = sqlx::query_scalar(all).fetch_one(&at).await;
        let of_nobody = sqlx::query_scalar(of_nobody).fetch_one(&at).await;
        (all.expect("a count"), of_nobody.expect("a count"))
    }
}

/// What all who kill at once have in common.
#[derive(Default)]
struct Tally {
    /// Kills that were begun.
    begun: AtomicU64,
    /// Changes that were acknowledged, imports of which a step was, and changes that the databases have in the end.
    acknowledged: AtomicU64,
    imports: AtomicU64,
    kept: AtomicU64,
    /// Whoever kills the database does so alone: everybody's processes of it end.
    database: RwLock<()>,
}

/// Kills as often as asked. Many kills are shared among some who have a database each, for most of the time is waiting: for
/// the disk, and for the database to come back.
fn kill_often(fresh: impl AsyncFn() -> (String, Option<tempfile::TempDir>) + Sync, backends: bool) {
    let tally = Tally::default();
    let at_once = if kills() > 100 { 4 } else { 1 };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..at_once)
            .map(|_| {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build();
                    let runtime = runtime.expect("a runtime");
                    runtime.block_on(kill_in_turn(&fresh, backends, &tally));
                })
            })
            .collect();
        for one in all {
            one.join().expect("nothing was lost");
        }
    });
    println!("{}, none lost, none half-done", so_far(&tally, kills()));
}

fn so_far(tally: &Tally, kills: u64) -> String {
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    format!(
        "{kills} kills: {} changes and steps of {} imports acknowledged, {} changes kept",
        of(&tally.acknowledged),
        of(&tally.imports),
        of(&tally.kept)
    )
}

async fn kill_in_turn(
    fresh: &impl AsyncFn() -> (String, Option<tempfile::TempDir>),
    backends: bool,
    tally: &Tally,
) {
    let add = |to: &AtomicU64, more: usize| to.fetch_add(more as u64, Ordering::Relaxed);
    let mut number = tally.begun.fetch_add(1, Ordering::Relaxed);
    while number < kills() {
        let together = tally.database.read().await;
        let (address, _folder) = fresh().await;
        let office = office(opened(&address).await);
        office.refresh().await.expect("warm");
        for partner in PARTNERS {
            office
                .add_partner(&boss(), partner, partner)
                .await
                .expect("a partner");
        }
        drop((office, together));
        let mut watching = None;
        let (mut here, mut last) = (0, 0);
        while here < KILLS_OF_ONE && number < kills() {
            let victim = match backends && number % 20 == 9 {
                true => Victim::Backend,
                false => Victim::Process,
            };
            let (_alone, _together) = match victim {
                Victim::Backend => (Some(tally.database.write().await), None),
                Victim::Process => (None, Some(tally.database.read().await)),
            };
            let killed = kill_one(&address, victim).await;
            assert!(killed.steps() > 0, "it worked before it was killed");
            add(&tally.acknowledged, killed.changes.len());
            add(&tally.imports, killed.imports.len());
            last = look(&address, &killed, &mut watching).await;
            here += 1;
            number = tally.begun.fetch_add(1, Ordering::Relaxed);
        }
        drop(watching);
        if address.starts_with("postgres:") {
            // The more databases there are, the longer one takes to come back from a kill.
            let _together = tally.database.read().await;
            common::drop_database(&address).await;
        }
        add(&tally.kept, usize::try_from(last).expect("a count"));
        println!("{}, none lost so far", so_far(tally, number.min(kills())));
    }
}

#[test]
fn kills_lose_nothing_and_leave_nothing_half_done_on_sqlite() {
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
    );
}

#[test]
fn kills_lose_nothing_and_leave_nothing_half_done_on_postgres() {
    kill_often(
        async || (common::postgres_database("kills").await, None),
        true,
    );
}
