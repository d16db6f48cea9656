//! The engine over a population: standings on a day, every change over two years, one partner, and the load.
//!
//! `cargo bench -p cairn-app` takes 2,000 partners of 500 facts; `CAIRN_BENCH_PARTNERS=140000` takes all of them,
//! as docs/performance.md does.
#![allow(missing_docs, reason = "criterion's macros make the items")]
#![expect(
    clippy::disallowed_methods,
    reason = "it is told its size by the environment"
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use cairn_app::population::Population;
use criterion::{Criterion, criterion_group, criterion_main};
use domain::calendar::Day;
use domain::engine::{Engine, Programs};
use domain::ledger::Ledger;
use domain::library::{Assumptions, Library};
use domain::program::Ask;

fn library() -> Arc<Library> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files: Vec<(String, String)> = [
        "vocabulary/evidence.toml",
        "vocabulary/catalogs/aws.toml",
        "programs/aws-services-path/2022-02.toml",
    ]
    .into_iter()
    .map(|f| {
        (
            f.to_owned(),
            std::fs::read_to_string(root.join(f)).expect("a shipped file"),
        )
    })
    .collect();
    Arc::new(Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str()))).0)
}

fn population(criterion: &mut Criterion) {
    let partners = std::env::var("CAIRN_BENCH_PARTNERS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(2_000);
    let last = Day::new(2026, 10, 31).expect("a day");
    let population = Population {
        seed: 1,
        partners,
        facts: 500,
        last,
    };
    let library = library();
    let programs = Arc::new(Programs::new(library.clone()));
    let evidence = Arc::new(population.evidence(library.vocabulary.clone()));
    let of = format!("{partners} partners, {} facts", evidence.len());
    let mut group = criterion.benchmark_group(&of);
    group.sample_size(10);
    group.bench_function("ledger from evidence", |b| {
        b.iter(|| black_box(Ledger::new(evidence.clone(), None)));
    });
    let ledger = Arc::new(Ledger::new(evidence, None));
    let engine = Engine::new(programs, ledger, Assumptions::default());
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("the edition");
    for ask in [Ask::Enter, Ask::Retain] {
        group.bench_function(format!("standings on a day, {}", ask.name()), |b| {
            b.iter(|| black_box(run.standings(ask, last)));
        });
    }
    group.bench_function("every change of level over two years", |b| {
        b.iter(|| black_box(run.changes(Ask::Enter, Day(last.0 - 730), last)));
    });
    group.bench_function("one partner, every column", |b| {
        b.iter(|| {
            for ask in [Ask::Retain, Ask::Enter] {
                for level in 0..run.compiled.levels.len() {
                    black_box(run.column(7, ask, level, last));
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, population);
criterion_main!(benches);
