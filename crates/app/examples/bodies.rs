//! Feeds the verbs behind the API's bodies with broken edits, files and programs, and reports what panics.
//!
//! ```text
//! cargo run --profile fuzz -p cairn-app --example bodies -- --seconds 600 --seed 1
//! ```
//!
//! What a client may send as the body of a record, of several edits, or of a check reaches these verbs as texts of any kind. The
//! store is an SQLite file in a folder that goes away; after each input its chain of seals must hold.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for those who work on Cairn: it measures and prints"
)]

extern crate domain as cairn_domain;

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
use cairn_app::edit::Edit;
use cairn_app::office::Office;
use cairn_app::programs::{self, Loaded};
use cairn_app::refusal::Refusal;
use cairn_domain::vocabulary::{FieldType, Kind};
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
        let tried = std::panic::catch_unwind(AssertUnwindSafe(|| {
            if random.one_in(12) {
                check(&loaded, &pool, &mut random)
            } else {
                runtime.block_on(edit(&office, &pool, &mut random))
            }
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
    let kinds = &office.programs.library().vocabulary.kinds;
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
    let boss = Actor::system("fuzz");
    match office.edit(&boss, PARTNER, &edits).await {
        Ok(_) => true,
        Err(Refusal::Store(error)) => panic!("the store refused what was taken: {error}"),
        Err(_) => false,
    }
}

/// A shipped program, broken, and checked as one's own.
fn check(loaded: &Loaded, pool: &Pool, random: &mut Random) -> bool {
    let (name, whole) = random.pick(&loaded.files).clone();
    let broken = mutate::text(&whole, pool, random);
    let own = vec![(name, broken)];
    let checked = cairn_app::verify::check(&loaded.with(own), &mut |_, _| {});
    checked.count(cairn_domain::diagnostic::Severity::Error) == 0
}
