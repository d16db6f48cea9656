//! The engine against the slow reading of the language, over evidence at random and every shipped edition.
//! `CAIRN_SEEDS=5000` runs longer.

mod common;
#[path = "common/random.rs"]
mod random;

use std::sync::Arc;

use cairn_domain::calendar::Day;
use cairn_domain::engine::Engine;
use cairn_domain::ledger::Ledger;
use cairn_domain::library::Assumptions;
use cairn_domain::program::Ask;
use cairn_domain::reference::Reference;
use cairn_domain::standing::RowStanding;
use common::shipped;
use random::{FIRST, Random, evidence, sheets};

/// Holds every answer that both give against each other. Returns how many.
fn compare(seed: u64, warts: bool) -> usize {
    let programs = shipped_once();
    let mut random = Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) + 7);
    let at = random.below(programs.compiled.len());
    let edition = programs.compiled[at].edition.clone();
    let tables = sheets(&programs, &edition, &mut random, warts);
    let facts = Arc::new(evidence(&programs, &edition, &tables));
    let known_at = random
        .one_in(3)
        .then(|| Day(FIRST + random.below(900) as i32));
    let assumptions = Assumptions::default();
    let engine = Engine::new(
        programs.clone(),
        Arc::new(Ledger::new(facts.clone(), known_at)),
        assumptions.clone(),
    );
    let run = engine.on(at);
    let slow = Reference::new(&programs.library, &facts, &edition, known_at, &assumptions);
    let day = Day(FIRST + random.below(900) as i32);
    let mut held = 0;
    let told = || {
        let text: Vec<String> = tables
            .iter()
            .map(|t| format!("[{}]\n{}", t.kind, t.text()))
            .collect();
        format!(
            "seed {seed}, {} on {day}, known at {known_at:?}\n{}",
            edition.name(),
            text.join("\n")
        )
    };
    for partner in 0..facts.partners.len() {
        for name in run.compiled.named.keys().filter(|n| !n.contains(' ')) {
            let fast = run.value(partner, name, Ask::Enter, day).expect("named");
            assert_eq!(
                fast,
                slow.value(partner, name, Ask::Enter, day),
                "`{name}`, {}",
                told()
            );
            held += 1;
        }
        for ask in [Ask::Retain, Ask::Enter] {
            for (level, id) in edition.levels.iter().enumerate() {
                let (fast, slow) = (
                    run.column(partner, ask, level, day),
                    slow.column(partner, ask, id, day),
                );
                for (a, b) in fast.rows.iter().zip(&slow.rows) {
                    differ(a, b, &|| format!("{} {id}, {}", ask.name(), told()));
                }
                assert_eq!(fast, slow, "{} {id}, {}", ask.name(), told());
                held += 1;
            }
            let met = run.met(partner, ask, day);
            let (least, most) = slow.levels_met(partner, ask, day);
            assert_eq!(
                (met.level.map(usize::from), met.most.map(usize::from)),
                (least, most),
                "levels, {}",
                told()
            );
            assert_eq!(
                run.track(partner, ask, day),
                slow.track(partner, ask, day),
                "track, {}",
                told()
            );
        }
        let mut fast: Vec<String> = run
            .contradicted(partner, day)
            .into_iter()
            .map(|c| c.question)
            .collect();
        let mut slowly = slow.contradicted(partner, day);
        fast.sort();
        slowly.sort();
        assert_eq!(fast, slowly, "contradicted, {}", told());
        assert_eq!(
            run.stage(partner, day).map(str::to_owned),
            slow.stage(partner, day),
            "stage, {}",
            told()
        );
    }
    held
}

/// Names the innermost row in which two standings differ.
fn differ(fast: &RowStanding, slow: &RowStanding, told: &dyn Fn() -> String) {
    for (a, b) in fast.parts.iter().zip(&slow.parts) {
        differ(a, b, told);
    }
    assert_eq!(fast, slow, "{} {}", fast.id, told());
}

fn shipped_once() -> Arc<cairn_domain::engine::Programs> {
    static PROGRAMS: std::sync::OnceLock<Arc<cairn_domain::engine::Programs>> =
        std::sync::OnceLock::new();
    PROGRAMS.get_or_init(shipped).clone()
}

#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn seeds(few: u64) -> u64 {
    std::env::var("CAIRN_SEEDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(few)
}

#[test]
fn both_readings_agree_on_clean_evidence() {
    let held: usize = (0..seeds(60)).map(|seed| compare(seed, false)).sum();
    assert!(held > 500, "only {held} answers were compared");
}

#[test]
fn both_readings_agree_on_evidence_with_warts() {
    let held: usize = (10_000..10_000 + seeds(60))
        .map(|seed| compare(seed, true))
        .sum();
    assert!(held > 500, "only {held} answers were compared");
}
