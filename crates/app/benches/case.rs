//! The shipped business case: its inputs as they stand, what each does alone, and 100,000 paths: `cargo bench -p cairn-app --bench case`.
#![allow(missing_docs, reason = "a benchmark's entry point is made by a macro")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

fn case(c: &mut Criterion) {
    let loaded = cairn_app::programs::load(&[]).expect("the shipped programs");
    let model = cairn_app::case::model(loaded.library(), "business-case").expect("a model");
    let settings = model.settings();
    c.bench_function("the case as its inputs stand", |b| {
        b.iter(|| black_box(model.run(&settings)));
    });
    c.bench_function("what each uncertain input does alone", |b| {
        b.iter(|| black_box(model.swings(&settings, "npv")));
    });
    let mut slow = c.benchmark_group("paths");
    slow.sample_size(10);
    slow.bench_function("100,000 paths", |b| {
        b.iter(|| black_box(model.paths(&settings, 7, 100_000)));
    });
}

criterion_group!(benches, case);
criterion_main!(benches);
