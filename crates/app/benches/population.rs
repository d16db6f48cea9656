//! The engine over a population: `cargo bench -p cairn-app`.
//!
//! `CAIRN_BENCH_PARTNERS=140000` asks for the population of docs/performance.md; by default there are 2,000 partners.
//! Each has 500 facts on average.
#![expect(
    clippy::disallowed_methods,
    reason = "the environment says how large the population is"
)]
#![allow(missing_docs, reason = "a benchmark's entry point is made by a macro")]

use std::hint::black_box;
use std::sync::Arc;

use cairn_app::import::{Form, write};
use cairn_app::population::Population;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use domain::calendar::Day;
use domain::engine::Engine;
use domain::ledger::Ledger;
use domain::library::Assumptions;
use domain::program::Ask;

fn population() -> Population {
    let partners = std::env::var("CAIRN_BENCH_PARTNERS").ok();
    Population {
        seed: 1,
        partners: partners.and_then(|n| n.parse().ok()).unwrap_or(2000),
        facts: 500,
        last: Day::new(2026, 10, 31).expect("a day"),
    }
}

fn evaluate(c: &mut Criterion) {
    let population = population();
    let loaded = cairn_app::programs::load(&[]).expect("the shipped programs");
    let vocabulary = loaded.library().vocabulary.clone();
    let evidence = Arc::new(population.evidence(vocabulary));
    let engine = Engine::new(
        loaded.programs.clone(),
        Arc::new(Ledger::new(evidence.clone(), None)),
        Assumptions::default(),
    );
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("the edition");
    let (day, before) = (population.last, Day(population.last.0 - 730));
    let mut group = c.benchmark_group(format!("{} partners", population.partners));
    group.sample_size(10);
    group.bench_function("standings on a day, to enter", |b| {
        b.iter(|| black_box(run.standings(Ask::Enter, day)));
    });
    group.bench_function("standings on a day, to retain", |b| {
        b.iter(|| black_box(run.standings(Ask::Retain, day)));
    });
    group.bench_function("every change of level over two years", |b| {
        b.iter(|| black_box(run.changes(Ask::Enter, before, day)));
    });
    group.bench_function("every row of every partner", |b| {
        b.iter(|| black_box(run.population(Ask::Enter, day)));
    });
    group.finish();
    let mut group = c.benchmark_group("one partner");
    // The largest one.
    let facts = |partner: &usize| -> usize {
        let tables = engine.ledger.evidence.tables.iter();
        tables.map(|t| t.rows(*partner).len()).sum()
    };
    let largest = (0..engine.ledger.evidence.partners.len())
        .max_by_key(facts)
        .unwrap_or(0);
    group.bench_function("all columns of the scorecard", |b| {
        b.iter(|| {
            for ask in [Ask::Enter, Ask::Retain] {
                for level in 0..run.compiled.levels.len() {
                    black_box(run.column(largest, ask, level, day));
                }
            }
        });
    });
    group.bench_function("levels over two years", |b| {
        b.iter(|| black_box(run.met_over(largest, Ask::Enter, before, day)));
    });
    group.finish();
}

fn load(c: &mut Criterion) {
    let population = population();
    let loaded = cairn_app::programs::load(&[]).expect("the shipped programs");
    let library = loaded.library().clone();
    let folder = tempfile::tempdir().expect("a folder");
    let evidence = population.evidence(library.vocabulary.clone());
    write(&evidence, folder.path(), Form::Parquet).expect("tables");
    let evidence = Arc::new(evidence);
    let mut group = c.benchmark_group(format!("loading {} partners", population.partners));
    group.sample_size(10);
    group.bench_function("made-up rows to evidence", |b| {
        b.iter(|| black_box(population.evidence(library.vocabulary.clone())));
    });
    group.bench_function("evidence to ledger", |b| {
        b.iter_batched(
            || evidence.clone(),
            |evidence| black_box(Ledger::new(evidence, None)),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("Parquet folder to ledger", |b| {
        b.iter(|| {
            let imported = exchange::read_folder(folder.path(), &library, &mut |_| {})
                .expect("a folder of tables");
            black_box(Ledger::new(Arc::new(imported.evidence), None))
        });
    });
    group.finish();
}

criterion_group!(benches, evaluate, load);
criterion_main!(benches);
