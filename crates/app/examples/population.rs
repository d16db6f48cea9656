//! Times the engine over a whole population: `CAIRN_BENCH_PARTNERS=140000 cargo run --release -p cairn-app --example population`.
//!
//! Prints how long each step took and how much memory the process had at most.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, is told how much by the environment, and prints"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use cairn_app::population::Population;
use domain::calendar::Day;
use domain::engine::{Engine, Met, Run};
use domain::ledger::Ledger;
use domain::library::{Assumptions, Library};
use domain::program::Ask;
use domain::reference::Reference;

fn main() {
    let number = |name: &str, otherwise: u32| {
        std::env::var(name)
            .ok()
            .and_then(|n| n.parse().ok())
            .unwrap_or(otherwise)
    };
    let population = Population {
        seed: 1,
        partners: number("CAIRN_BENCH_PARTNERS", 14_000),
        facts: number("CAIRN_BENCH_FACTS", 500),
        last: Day::new(2026, 10, 31).expect("a day"),
    };
    let repeat = number("CAIRN_BENCH_REPEAT", 5);
    let only = std::env::var("CAIRN_BENCH_ONLY").ok();
    let wanted = |what: &str| only.as_deref().is_none_or(|o| o == what);
    let loaded = cairn_app::programs::load(&[]).expect("the shipped programs");
    let (library, programs) = (loaded.library().clone(), loaded.programs.clone());

    let start = Instant::now();
    let evidence = population.evidence(library.vocabulary.clone());
    println!(
        "evidence: {} facts of {} partners in {:.2} s; {}",
        evidence.len(),
        evidence.partners.len(),
        start.elapsed().as_secs_f64(),
        memory()
    );
    let start = Instant::now();
    let ledger = Ledger::new(Arc::new(evidence), None);
    println!(
        "ledger: {:.2} s; {}",
        start.elapsed().as_secs_f64(),
        memory()
    );

    let start = Instant::now();
    let engine = Engine::new(programs, Arc::new(ledger), Assumptions::default());
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("the edition");
    println!(
        "edition made ready: {:.2} s; {}",
        start.elapsed().as_secs_f64(),
        memory()
    );
    let day = population.last;
    for ask in [Ask::Enter, Ask::Retain] {
        for _ in 0..repeat {
            if !wanted("standings") {
                continue;
            }
            let start = Instant::now();
            let met = run.standings(ask, day);
            let took = start.elapsed().as_secs_f64();
            let mut spread: BTreeMap<String, u32> = BTreeMap::new();
            for met in &met {
                let name = |level: Option<u8>| {
                    level.map_or("-", |l| run.compiled.levels[usize::from(l)].id.as_str())
                };
                *spread
                    .entry(format!("{}/{}", name(met.level), name(met.most)))
                    .or_default() += 1;
            }
            let spread: Vec<String> = spread.iter().map(|(k, v)| format!("{k} {v}")).collect();
            println!(
                "standings {}: {took:.3} s: {}",
                ask.name(),
                spread.join(", ")
            );
        }
    }
    for ask in [Ask::Enter, Ask::Retain] {
        for _ in 0..repeat.min(3) {
            if !wanted("changes") {
                continue;
            }
            let start = Instant::now();
            let changes = run.changes(ask, Day(day.0 - 730), day);
            let count: usize = changes.iter().map(|c| c.runs().len() - 1).sum();
            println!(
                "changes {}: {:.3} s: {count} changes; {}",
                ask.name(),
                start.elapsed().as_secs_f64(),
                memory()
            );
        }
    }
    let sample = number("CAIRN_BENCH_CHECK", 0);
    if sample > 0 {
        check(&library, &run, day, sample as usize);
    }
    if !wanted("population") {
        return;
    }
    let start = Instant::now();
    let rows = run.population(Ask::Enter, day);
    println!(
        "population: {:.3} s: {} rows; {}",
        start.elapsed().as_secs_f64(),
        rows.len(),
        memory()
    );
}

/// Holds partners of the whole population, evenly spread, to the slow reading: on the day, and on days before it.
fn check(library: &Library, run: &Run<'_>, day: Day, sample: usize) {
    let start = Instant::now();
    let evidence = &run.engine.ledger.evidence;
    let none = Assumptions::default();
    let slow = Reference::new(library, evidence, &run.compiled.edition, None, &none);
    let place = |level: Option<usize>| level.and_then(|l| u8::try_from(l).ok());
    let (mut same, mut other) = (0, 0);
    for ask in [Ask::Enter, Ask::Retain] {
        let standings = run.standings(ask, day);
        let changes = run.changes(ask, Day(day.0 - 730), day);
        for at in 0..sample {
            let partner = at * standings.len() / sample;
            for back in [0, 29 + at as i32 % 700] {
                let (level, most) = slow.levels_met(partner, ask, Day(day.0 - back));
                let expected = Met {
                    level: place(level),
                    most: place(most),
                };
                let on_the_day = back > 0 || standings[partner] == expected;
                if on_the_day && *changes[partner].on(day.0 - back) == expected {
                    same += 1;
                } else {
                    other += 1;
                    println!(
                        "differs: {} {back} days before",
                        evidence.partner_id(partner)
                    );
                }
            }
        }
    }
    println!(
        "slow reading: {same} verdicts the same, {other} not, in {:.1} s",
        start.elapsed().as_secs_f64()
    );
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let kib: u64 = status
            .lines()
            .find_map(|l| l.strip_prefix(name))
            .and_then(|l| l.split_whitespace().next())
            .and_then(|n| n.parse().ok())
            .unwrap_or(0);
        kib / 1024
    };
    format!("now {} MiB, at most {} MiB", line("VmRSS:"), line("VmHWM:"))
}
