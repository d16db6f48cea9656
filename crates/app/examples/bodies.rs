//! Feeds the verbs behind the API's bodies with broken edits, decisions, imports and programs, and reports what panics.
//!
//! ```text
//! cargo run --profile fuzz -p cairn-app --example bodies -- --seconds 600 --seed 1
//! ```
//!
//! What a client may send as the body of a record, of several edits, of a decision, of an import with its files and options, of a
//! refused row, or of a check reaches these verbs as texts of any kind. The store is an SQLite file in a folder that goes away; in
//! the end its chain of seals must hold, and what is in memory must be what a cold start reads.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for those who work on Cairn: it measures and prints"
)]

extern crate domain as cairn_domain;

#[path = "../tests/ledger/mod.rs"]
mod ledger;
#[allow(dead_code, reason = "this tool breaks texts, others bytes too")]
#[path = "../../exchange/examples/fuzz/mutate.rs"]
mod mutate;
#[path = "../../domain/tests/common/random.rs"]
mod random;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_app::access::Actor;
use cairn_app::clock::Clock;
use cairn_app::decisions::{About, Deciding, Outcome};
use cairn_app::edit::Edit;
use cairn_app::imports::{ImportOptions, State, Target};
use cairn_app::office::Office;
use cairn_app::programs::{self, Loaded};
use cairn_app::refusal::Refusal;
use cairn_domain::calendar::Day;
use cairn_domain::library::Assumptions;
use cairn_domain::vocabulary::{FieldType, Kind};
use ledger::in_words;
use mutate::Pool;
use random::Random;
use store::{Scope, Store};

/// The partner whose records are edited.
const PARTNER: &str = "p";

fn main() -> ExitCode {
    let (mut seconds, mut seed) = (30, 1);
    let mut args = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (args.next(), args.next()) {
        match (name.as_str(), value.parse::<u64>()) {
            ("--seconds", Ok(n)) => seconds = n,
            ("--seed", Ok(n)) => seed = n,
            _ => {
                println!("bodies [--seconds N] [--seed N]");
                return ExitCode::from(2);
            }
        }
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let loaded = Arc::new(programs::load(&[]).expect("the shipped programs"));
    let office = runtime.block_on(async {
        let file = folder.path().join("cairn.db");
        let store = Store::open(&file.to_string_lossy()).await.expect("a store");
        let at = cairn_domain::instant::Instant::parse("2024-06-28T12:00:00Z").expect("a moment");
        let office = Office::new(store, loaded.clone(), Clock::stopped(at));
        office.refresh().await.expect("warm");
        let boss = Actor::system("fuzz");
        let added = office.add_partner(&boss, PARTNER, "P").await;
        added.expect("a partner");
        office
    });
    let mut pool = Pool::default();
    loaded.files.iter().for_each(|(_, text)| pool.add(text));
    let pool = pool.done();
    let began = Instant::now();
    let (mut inputs, mut accepted, mut found) = (0_u64, 0_u64, 0_u64);
    while began.elapsed() < Duration::from_secs(seconds) {
        let mut random = Random(seed ^ inputs.wrapping_mul(0x9E37_79B9));
        let tried = std::panic::catch_unwind(AssertUnwindSafe(|| match random.below(12) {
            0 => check(&loaded, &pool, &mut random),
            1 => runtime.block_on(decide(&office, &pool, &mut random)),
            2 | 3 => runtime.block_on(import(&office, &pool, &mut random)),
            4 => runtime.block_on(mend(&office, &pool, &mut random)),
            _ => runtime.block_on(edit(&office, &pool, &mut random)),
        }));
        match tried {
            Ok(taken) => accepted += u64::from(taken),
            Err(_) => {
                println!("input {inputs} of seed {seed} panics");
                found += 1;
            }
        }
        inputs += 1;
    }
    let verified = runtime.block_on(async {
        let mut tx = office.store.read(&Scope::All).await.expect("a store");
        tx.verify().await.expect("it reads")
    });
    if !verified.flaws.is_empty() {
        println!("the audit log does not hold");
        found += 1;
    }
    let cold = Office::new(office.store.clone(), loaded.clone(), Clock::default());
    runtime.block_on(cold.refresh()).expect("warm");
    let words = |of: &Office| in_words(&of.shelves().expect("warm"));
    if words(&office) != words(&cold) {
        println!("what is in memory is not what the store holds");
        found += 1;
    }
    println!(
        "bodies: {inputs} inputs, {accepted} accepted, {} changes, {found} findings",
        verified.changes
    );
    if found == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A text for a column: mostly one that fits, often a broken one.
fn text(kind: &Kind, column: &str, pool: &Pool, random: &mut Random) -> String {
    let fits = match kind.fields.get(column).map(|f| &f.kind) {
        Some(FieldType::Date) => "2024-03-01".to_owned(),
        Some(FieldType::Number(_) | FieldType::Percent) => "1".to_owned(),
        Some(FieldType::Money(_)) => "1500.25".to_owned(),
        Some(FieldType::YesNo) => "yes".to_owned(),
        Some(FieldType::Country) => "DE".to_owned(),
        Some(FieldType::Word(words)) => {
            let all: Vec<&str> = words.all().collect();
            (*random.pick(&all)).to_owned()
        }
        _ => format!("x{}", random.below(50)),
    };
    if random.one_in(3) {
        mutate::text(&fits, pool, random)
    } else {
        fits
    }
}

fn cells(kind: &Kind, pool: &Pool, random: &mut Random) -> Vec<(String, String)> {
    let mut cells = vec![];
    for column in kind.fields.keys() {
        if random.one_in(5) {
            continue;
        }
        let name = if random.one_in(40) {
            mutate::text(column, pool, random)
        } else {
            column.clone()
        };
        cells.push((name, text(kind, column, pool, random)));
    }
    cells
}

/// Some edits of any kinds; whatever is refused must be refused whole.
async fn edit(office: &Office, pool: &Pool, random: &mut Random) -> bool {
    let kinds = &office.programs.vocabulary().kinds;
    let mut edits = vec![];
    for _ in 0..=random.below(3) {
        let (name, kind) = kinds.get_index(random.below(kinds.len())).expect("a kind");
        let version = random.next() as i64 % 400;
        edits.push(match random.below(6) {
            0 => Edit::Withdraw { version },
            1 => Edit::Correct {
                version,
                cells: cells(kind, pool, random),
            },
            _ => Edit::Add {
                kind: if random.one_in(50) {
                    mutate::text(name, pool, random)
                } else {
                    name.clone()
                },
                cells: cells(kind, pool, random),
            },
        });
    }
    taken(office.edit(&boss(), PARTNER, &edits).await)
}

fn boss() -> Actor {
    Actor::system("fuzz")
}

/// Was it done? That the store refuses what a verb took is a finding.
fn taken<T>(done: Result<T, Refusal>) -> bool {
    match done {
        Ok(_) => true,
        Err(Refusal::Store(error)) => panic!("the store refused what was taken: {error:?}"),
        Err(_) => false,
    }
}

/// A text that is mostly one of these, and often a broken one.
fn one_of(all: &[String], pool: &Pool, random: &mut Random) -> String {
    let fits = random.pick(all).clone();
    match random.one_in(4) {
        true => mutate::text(&fits, pool, random),
        false => fits,
    }
}

/// A decision about any program, day and level.
async fn decide(office: &Office, pool: &Pool, random: &mut Random) -> bool {
    let library = office.programs.library();
    let editions: Vec<(String, String)> = library
        .editions
        .iter()
        .map(|e| (e.program.clone(), e.edition.clone()))
        .collect();
    let (program, edition) = random.pick(&editions).clone();
    let text = |fits: &str, random: &mut Random| one_of(&[fits.to_owned()], pool, random);
    let days = ["2024-03-01", "1900-01-01", "2199-12-31", "2022-06-30"];
    let deciding = Deciding {
        program: text(&program, random),
        edition: random.one_in(2).then(|| text(&edition, random)),
        as_of: Day::parse(random.pick::<&str>(&days)).expect("a day"),
        known_after: random.one_in(3).then(|| random.next() as i64 % 50),
        assumptions: Assumptions::default(),
        about: *random.pick(&About::ALL),
        outcome: *random.pick(&Outcome::ALL),
        level: random.one_in(3).then(|| text("advanced", random)),
        reason: text("as seen in the review", random),
        supersedes: random.one_in(4).then(|| random.next() as i64 % 20),
    };
    taken(office.decide(&boss(), PARTNER, &deciding).await)
}

/// A file of any kind with options, both broken, shown, mostly confirmed and sometimes taken back.
async fn import(office: &Office, pool: &Pool, random: &mut Random) -> bool {
    let kinds = &office.programs.vocabulary().kinds;
    let (name, kind) = kinds.get_index(random.below(kinds.len())).expect("a kind");
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let header: Vec<String> = kind.fields.keys().map(|f| quoted(f)).collect();
    let mut file = header.join(",") + "\n";
    for _ in 0..random.below(6) {
        let row = kind.fields.keys();
        let row: Vec<String> = row.map(|f| quoted(&text(kind, f, pool, random))).collect();
        file += &(row.join(",") + "\n");
    }
    if random.one_in(3) {
        file = mutate::text(&file, pool, random);
    }
    let said = format!(
        r#"{{"program": null, "all": {{"columns": {{"{name}": "{}"}}, "decimal": "comma", "days": "day-first", "currency": "EUR", "opening": {{"column": "{}"}}}}, "whole": ["{name}"], "leave_out": []}}"#,
        kind.fields.keys().next().map_or("", String::as_str),
        kind.fields.keys().last().map_or("", String::as_str),
    );
    let said = one_of(
        &[said, "{}".to_owned(), r#"{"whole": []}"#.to_owned()],
        pool,
        random,
    );
    let options: ImportOptions = serde_json::from_str(&said).unwrap_or_default();
    let target = match random.one_in(4) {
        true => Target::Several,
        false => Target::Partner(PARTNER.to_owned()),
    };
    let begun = office.start_import(&boss(), &target, None, &options).await;
    let Ok(begun) = begun else {
        return taken(begun);
    };
    let named = one_of(
        &[format!("{name}.csv"), "export.csv".to_owned()],
        pool,
        random,
    );
    let mut version = begun.version;
    if let Ok(mut upload) = office.upload(&boss(), &begun.id, &named).await {
        for piece in file.as_bytes().chunks(1 + random.below(4_000)) {
            upload.write(piece).await.expect("it is small");
        }
        upload.finish().await.expect("it is receiving");
        let shown = office.preview_import(&boss(), &begun.id, None).await;
        let Ok(shown) = shown else {
            return taken(shown);
        };
        version = shown.version;
        let rows = shown
            .preview
            .as_ref()
            .map_or(0, |p| p.files.iter().map(|f| f.read).sum());
        let whole = |f: &cairn_app::imports::FilePreview| f.accepted + f.refused == f.read;
        let all = shown
            .preview
            .as_ref()
            .is_none_or(|p| p.files.iter().all(whole));
        assert!(all, "accepted and refused are read, of {rows}");
        let confirmed = office.confirm_import(&boss(), &begun.id, version).await;
        if let Ok(done) = confirmed {
            let (id, version) = (&begun.id, done.value.version);
            if random.one_in(3) {
                let undone = office.undo_import(&boss(), id, version, true).await;
                assert!(taken(undone), "what was just written is taken back");
            }
            return true;
        }
        taken(confirmed);
    }
    let given_up = office.discard_import(&boss(), &begun.id, version).await;
    assert_eq!(given_up.expect("it waits").state, State::Discarded);
    false
}

/// A refused row, with other cells or dismissed.
async fn mend(office: &Office, pool: &Pool, random: &mut Random) -> bool {
    let kinds = &office.programs.vocabulary().kinds;
    let partner = if random.one_in(3) { "" } else { PARTNER };
    let rows = office.refused(&boss(), partner, 0, 50).await.expect("rows");
    if rows.is_empty() {
        return false;
    }
    let row = random.pick(&rows);
    let version = match random.one_in(6) {
        true => random.next() as i64 % 400,
        false => row.version,
    };
    if random.one_in(3) {
        return taken(office.dismiss_refused(&boss(), partner, &[version]).await);
    }
    let mut cells = match kinds.get(&row.kind) {
        Some(kind) if random.one_in(2) => self::cells(kind, pool, random),
        _ => row.cells.clone(),
    };
    cells.push((
        "partner".to_owned(),
        one_of(&[PARTNER.to_owned()], pool, random),
    ));
    taken(office.mend_refused(&boss(), partner, version, &cells).await)
}

/// A shipped program, broken, and checked as one's own.
fn check(loaded: &Loaded, pool: &Pool, random: &mut Random) -> bool {
    let (name, whole) = random.pick(&loaded.files).clone();
    let broken = mutate::text(&whole, pool, random);
    let own = vec![(name, broken)];
    let checked = cairn_app::verify::check(&loaded.with(own), &mut |_, _| {});
    checked.count(cairn_domain::diagnostic::Severity::Error) == 0
}
