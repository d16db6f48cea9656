//! The engine over a population answers what the slow reading answers of each partner of a sample.

use std::sync::Arc;

use cairn_app::domain::calendar::Day;
use cairn_app::domain::engine::{Engine, Met};
use cairn_app::domain::ledger::Ledger;
use cairn_app::domain::library::Assumptions;
use cairn_app::domain::program::Ask;
use cairn_app::domain::reference::Reference;
use cairn_app::population::Population;

/// Every level of every partner on days over two years, asked of all at once, and over the span.
#[test]
fn standings_and_changes_of_a_population_agree_with_the_slow_reading() {
    let last = Day::new(2026, 10, 31).expect("a day");
    let population = Population {
        seed: 7,
        partners: 60,
        facts: 500,
        last,
    };
    let loaded = cairn_app::programs::load(&[]).expect("the shipped programs");
    let library = loaded.library();
    let evidence = Arc::new(population.evidence(library.vocabulary.clone()));
    let assumptions = Assumptions::default();
    let ledger = Ledger::new(evidence.clone(), None);
    let engine = Engine::new(loaded.programs.clone(), Arc::new(ledger), assumptions);
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("the edition");
    let edition = &run.compiled.edition;
    let nothing = Assumptions::default();
    let slow = Reference::new(library, &evidence, edition, None, &nothing);
    let place = |level: Option<usize>| level.and_then(|l| u8::try_from(l).ok());
    let mut seen = std::collections::BTreeSet::new();
    for ask in [Ask::Enter, Ask::Retain] {
        let changes = run.changes(ask, Day(last.0 - 730), last);
        for back in [0, 1, 200, 430, 730] {
            let day = Day(last.0 - back);
            let standings = run.standings(ask, day);
            // A third of them at a time: each is looked at on some days.
            let some = (0..standings.len()).filter(|p| p % 3 == back as usize % 3);
            for partner in some {
                let (level, most) = slow.levels_met(partner, ask, day);
                let expected = Met {
                    level: place(level),
                    most: place(most),
                };
                let of = evidence.partner_id(partner);
                assert_eq!(standings[partner], expected, "{of} on {day}, {ask:?}");
                assert_eq!(*changes[partner].on(day.0), expected, "{of} over {day}");
                seen.insert(expected.level);
            }
        }
    }
    assert!(seen.len() >= 3, "the sample stands on few levels: {seen:?}");
}
