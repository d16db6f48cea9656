//! Forecasts over evidence at random, held against the engine asked day by day. `CAIRN_SEEDS=5000` runs longer.

mod common;
#[path = "common/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::sync::Arc;

use cairn_domain::calendar::Day;
use cairn_domain::course::Course;
use cairn_domain::engine::Engine;
use cairn_domain::forecast::falls::falls;
use cairn_domain::ledger::Ledger;
use cairn_domain::library::Assumptions;
use cairn_domain::program::Ask;
use cairn_domain::standing::{RowStanding, Truth};
use common::with_program;
use random::{FIRST, Random, evidence, sheets};

#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn seeds(few: u64) -> std::ops::Range<u64> {
    let count = std::env::var("CAIRN_SEEDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(few);
    0..count
}

/// Low thresholds and short windows, so that evidence at random rises above them and falls again.
const SMALL: &str = r#"
program  = "test"
edition  = "2026"
title    = "Test"
in_force = { from = 2000-01-01 }
levels   = ["one", "two"]
[period]
enter  = "trailing 3 months"
retain = "since last-review"
cite   = "made-up"
[requirement.people]
title    = "People"
measure  = "count distinct person of credentials where class = certification"
at_least = { one = 1, two = 2 }
cite     = "made-up"
[requirement.people.part]
experts = { title = "experts", of_which = "level >= professional", at_least = { two = 1 } }
[requirement.launched]
title    = "Launches"
measure  = "count opportunities in period where stage = launched"
at_least = { one = 1, two = 2 }
cite     = "made-up"
[requirement.launched.part.worth]
title    = "worth"
measure  = "sum estimated_mrr of opportunities in period where stage = launched"
at_least = { one = "500 USD", two = "1_000 USD" }
[requirement.either]
title    = "References or answers"
test     = "(exists references in trailing 4 months) or (exists csat in trailing 1 month)"
required = ["one"]
cite     = "made-up"
[requirement.steady]
title    = "Launched in each of two months"
test     = "held(trailing 2 months, exists opportunities in trailing 3 months where stage = launched)"
required = ["two"]
cite     = "made-up"
[requirement.plans]
title    = "Plans"
measure  = "count distinct kind of attestations in this quarter"
at_least = { two = 1 }
cite     = "made-up"
[lifecycle]
review  = { every = "3 months" }
promote = { on = "any day" }
demote  = { on = "review", to = "highest retained" }
grace   = "10 days"
cite    = "made-up"
"#;

/// The rows and parts of a column that are judged, with the verdict over their own comparison.
fn judged(rows: &[RowStanding], found: &mut Vec<(String, Truth)>) {
    for row in rows {
        if row.need.is_some() {
            let own = if row.verdict == Truth::NotApplicable {
                Truth::NotApplicable
            } else {
                row.own
            };
            found.push((row.id.clone(), own));
        }
        judged(&row.parts, found);
    }
}

#[test]
fn days_of_falls_are_those_that_asking_every_single_day_finds() {
    let programs = with_program(SMALL);
    let (mut found_falls, mut found_levels) = (0, 0);
    for seed in seeds(200) {
        let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 17);
        let at = programs.find("test", "2026").expect("it runs");
        let edition = programs.compiled[at].edition.clone();
        let mut tables = sheets(&programs, &edition, &mut random, false);
        for sheet in &mut tables {
            let place = |name: &str| sheet.header.iter().position(|h| h == name);
            let (name, stage, person) = (place("credential"), place("stage"), place("person"));
            let currency = place("currency");
            for row in &mut sheet.rows {
                if let Some(at) = name {
                    row[at] = random
                        .pick(&["admin-associate", "architect-expert"])
                        .to_string();
                }
                if let Some(at) = stage {
                    row[at] = "launched".to_owned();
                }
                if let Some(at) = currency {
                    row[at] = "USD".to_owned();
                }
                if let (Some(at), "people") = (person, sheet.kind.as_str()) {
                    row[at] = format!("p{}", 1 + random.below(5));
                }
            }
        }
        let evidence = evidence(&programs, &edition, &tables);
        let from = Day(FIRST + random.below(700) as i32);
        // As a forecast asks, only what was known on its day; or all, so that more happens.
        let known_at = random.one_in(2).then_some(from);
        let ledger = Arc::new(Ledger::new(Arc::new(evidence), known_at));
        let engine = Engine::new(programs.clone(), ledger, Assumptions::default());
        let to = from.plus_days(120);
        let run = engine.on(at);
        let watched: Vec<(Ask, String)> = [Ask::Retain, Ask::Enter]
            .into_iter()
            .flat_map(|ask| edition.levels.iter().map(move |l| (ask, l.clone())))
            .filter(|(ask, _)| *ask == Ask::Enter || edition.lifecycle.is_some())
            .collect();
        let calendar = falls(&Course::always(&run), 0, &watched, from, to);
        for (ask, level) in &watched {
            let place = run.compiled.level(level).expect("a level");
            let said: BTreeSet<(Day, &str)> = calendar
                .falls
                .iter()
                .filter(|f| f.ask == *ask && f.level == *level)
                .map(|f| (f.day, f.row.as_str()))
                .collect();
            let said_levels: BTreeSet<Day> = calendar
                .levels
                .iter()
                .filter(|f| f.ask == *ask && f.level == *level)
                .map(|f| f.day)
                .collect();
            let on = |day: Day| {
                let mut rows = Vec::new();
                // The rows of lower levels stand at their own thresholds.
                for below in (0..=place).rev() {
                    let column = run.column(0, *ask, below, day);
                    let mut these = Vec::new();
                    judged(&column.rows, &mut these);
                    these.retain(|(id, _)| !rows.iter().any(|(known, _)| known == id));
                    rows.extend(these);
                }
                (rows, run.level_truth(0, *ask, place, day))
            };
            let mut day = from;
            let mut yesterday = on(from);
            while day < to {
                day = day.next();
                let today = on(day);
                for ((id, before), (_, after)) in yesterday.0.iter().zip(&today.0) {
                    let falls =
                        *before == Truth::Yes && matches!(after, Truth::No | Truth::Unknown);
                    assert_eq!(
                        falls,
                        said.contains(&(day, id.as_str())),
                        "seed {seed}: {} {} {level} {id} on {day}",
                        edition.name(),
                        ask.name(),
                    );
                    found_falls += usize::from(falls);
                }
                let falls =
                    yesterday.1 == Truth::Yes && matches!(today.1, Truth::No | Truth::Unknown);
                assert_eq!(falls, said_levels.contains(&day), "seed {seed}: {level}");
                found_levels += usize::from(falls);
                yesterday = today;
            }
        }
    }
    assert!(found_falls > 30, "only {found_falls} falls were compared");
    assert!(found_levels > 0, "no level fell");
}
