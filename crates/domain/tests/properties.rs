//! Properties of the engine over evidence at random. `CAIRN_SEEDS=5000` runs longer.

mod common;
#[path = "common/random.rs"]
mod random;

use std::sync::Arc;

use cairn_domain::calendar::Day;
use cairn_domain::engine::{Engine, Programs, Run};
use cairn_domain::evidence::Evidence;
use cairn_domain::explain::{Direction, direction};
use cairn_domain::ledger::Ledger;
use cairn_domain::library::Assumptions;
use cairn_domain::program::Ask;
use cairn_domain::standing::{Column, Truth};
use common::shipped;
use random::{FIRST, Random, Sheet, evidence, sheets};

#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn seeds(few: u64) -> std::ops::Range<u64> {
    let count = std::env::var("CAIRN_SEEDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(few);
    0..count
}

fn over(programs: &Arc<Programs>, evidence: Evidence, known_at: Option<Day>) -> Engine {
    Engine::new(
        programs.clone(),
        Arc::new(Ledger::new(Arc::new(evidence), known_at)),
        Assumptions::default(),
    )
}

/// Every column of both questions at every level.
fn columns(run: &Run<'_>, partner: usize, day: Day) -> Vec<Column> {
    let mut all = Vec::new();
    for ask in [Ask::Retain, Ask::Enter] {
        for level in 0..run.compiled.levels.len() {
            all.push(run.column(partner, ask, level, day));
        }
    }
    all
}

fn each(few: u64, warts: bool, mut f: impl FnMut(&Arc<Programs>, usize, &mut Random, &[Sheet])) {
    let programs = shipped();
    for seed in seeds(few) {
        let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 11);
        let at = random.below(programs.compiled.len());
        if programs.compiled[at].edition.is_library() {
            continue;
        }
        let edition = programs.compiled[at].edition.clone();
        let tables = sheets(&programs, &edition, &mut random, warts);
        f(&programs, at, &mut random, &tables);
    }
}

#[test]
fn the_order_of_facts_changes_nothing() {
    each(120, false, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        let mut shuffled = tables.to_vec();
        for sheet in &mut shuffled {
            // Corrections of one key and one day keep their order: the last one stands.
            for i in (1..sheet.rows.len()).rev() {
                sheet.rows.swap(i, random.below(i + 1));
            }
        }
        let (a, b) = (
            evidence(programs, &edition, tables),
            evidence(programs, &edition, &shuffled),
        );
        // Where two rows of a key contradict each other, which of them is refused depends on the order.
        assert!(
            a.refused.is_empty() && b.refused.is_empty(),
            "the tables are without warts"
        );
        let day = Day(FIRST + random.below(900) as i32);
        let (a, b) = (over(programs, a, None), over(programs, b, None));
        assert_eq!(
            columns(&a.on(at), 0, day),
            columns(&b.on(at), 0, day),
            "{} on {day}",
            edition.name()
        );
    });
}

#[test]
fn facts_after_the_day_change_nothing_but_what_waits() {
    each(120, false, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        // What is pending, what answers or readings end, and what the vendor says of the next review may look ahead.
        if programs.compiled[at]
            .aggregates
            .iter()
            .any(|a| a.facts.pending)
        {
            return;
        }
        let day = Day(FIRST + 100 + random.below(700) as i32);
        let whole = evidence(programs, &edition, tables);
        let vocabulary = whole.vocabulary.clone();
        let mut cut = tables.to_vec();
        for sheet in &mut cut {
            let kind = &vocabulary.kinds[&sheet.kind];
            let opens: Vec<usize> = kind
                .holds
                .from
                .iter()
                .filter_map(|f| kind.fields.get_index_of(f))
                .map(|i| i + 1)
                .collect();
            let corrected = sheet
                .rows
                .iter()
                .any(|r| r.last().is_some_and(|c| !c.is_empty()));
            if corrected || kind.holds.until_next || !kind.if_empty.is_empty() || opens.is_empty() {
                continue;
            }
            sheet.rows.retain(|row| {
                opens
                    .iter()
                    .all(|o| Day::parse(&row[*o]).is_some_and(|d| d <= day))
            });
        }
        let cut = evidence(programs, &edition, &cut);
        assert!(
            whole.refused.is_empty() && cut.refused.is_empty(),
            "the tables are without warts"
        );
        let (a, b) = (over(programs, whole, None), over(programs, cut, None));
        assert_eq!(
            columns(&a.on(at), 0, day),
            columns(&b.on(at), 0, day),
            "{} on {day}",
            edition.name()
        );
    });
}

#[test]
fn facts_learned_later_do_not_exist() {
    each(120, false, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        let day = Day(FIRST + random.below(900) as i32);
        let known = Day(FIRST + random.below(900) as i32);
        let mut cut = tables.to_vec();
        for sheet in &mut cut {
            sheet.rows.retain(|row| {
                row.last()
                    .is_none_or(|cell| Day::parse(cell).is_none_or(|recorded| recorded <= known))
            });
        }
        let (whole, cut) = (
            evidence(programs, &edition, tables),
            evidence(programs, &edition, &cut),
        );
        assert!(
            whole.refused.is_empty() && cut.refused.is_empty(),
            "the tables are without warts"
        );
        let (a, b) = (
            over(programs, whole, Some(known)),
            over(programs, cut, Some(known)),
        );
        assert_eq!(
            columns(&a.on(at), 0, day),
            columns(&b.on(at), 0, day),
            "{} on {day} as known on {known}",
            edition.name()
        );
    });
}

#[test]
fn asking_about_a_span_is_asking_about_each_of_its_days() {
    each(60, true, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        let engine = over(programs, evidence(programs, &edition, tables), None);
        let run = engine.on(at);
        let first = Day(FIRST + random.below(600) as i32);
        let last = first.plus_days(random.below(260) as i32);
        for ask in [Ask::Retain, Ask::Enter] {
            for level in 0..run.compiled.levels.len() {
                let steps = run.level_over(0, ask, level, first, last);
                let mut day = first;
                while day <= last {
                    let single = run.level_truth(0, ask, level, day);
                    assert_eq!(
                        *steps.on(day.0),
                        single,
                        "{} {} {} on {day}",
                        edition.name(),
                        ask.name(),
                        edition.levels[level]
                    );
                    day = day.plus_days(1 + random.below(6) as i32);
                }
                for (row, ir) in run.compiled.rows.iter().enumerate() {
                    if ir.at[level].test.is_none() {
                        continue;
                    }
                    let have = run.have_over(0, ask, row, level, first, last);
                    let mut day = first;
                    while day <= last {
                        let single = run.have_over(0, ask, row, level, day, day);
                        assert_eq!(
                            have.on(day.0),
                            single.on(day.0),
                            "{} {} {} on {day}",
                            edition.name(),
                            ask.name(),
                            ir.id
                        );
                        day = day.plus_days(1 + random.below(9) as i32);
                    }
                }
            }
        }
    });
}

#[test]
fn one_partner_and_all_of_them_get_the_same_answer() {
    each(80, true, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        let engine = over(programs, evidence(programs, &edition, tables), None);
        let run = engine.on(at);
        let day = Day(FIRST + random.below(900) as i32);
        for ask in [Ask::Retain, Ask::Enter] {
            let all = run.standings(ask, day);
            let full = run.population(ask, day);
            for (partner, met) in all.iter().enumerate() {
                assert_eq!(*met, run.met(partner, ask, day));
                assert_eq!(*met, full[partner].met);
                let changes = run.changes(ask, day, day.plus_days(30));
                assert_eq!(met, changes[partner].on(day.0));
            }
        }
    });
}

#[test]
fn one_more_fact_never_turns_a_rising_row_from_met_to_short() {
    each(200, false, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        if tables.is_empty() {
            return;
        }
        let mut fuller = tables.to_vec();
        let sheet = random.below(fuller.len());
        let kind = fuller[sheet].kind.clone();
        // Kinds that say who holds, joins, waives or answers take something away as well.
        if matches!(
            kind.as_str(),
            "partners"
                | "people"
                | "enrollments"
                | "waivers"
                | "uses"
                | "elections"
                | "groups"
                | "answers"
        ) {
            return;
        }
        let mut more = Random(random.next());
        let Some(extra) = sheets(programs, &edition, &mut more, false)
            .into_iter()
            .find(|s| s.kind == kind)
            .and_then(|s| s.rows.first().cloned())
        else {
            return;
        };
        fuller[sheet].rows.push(extra);
        let (a, b) = (
            evidence(programs, &edition, tables),
            evidence(programs, &edition, &fuller),
        );
        if !a.refused.is_empty() || !b.refused.is_empty() || a.len() + 1 != b.len() {
            return;
        }
        let negative = fuller[sheet]
            .rows
            .iter()
            .any(|r| r.iter().any(|c| c.starts_with('-')));
        // A correction takes the place of what it corrects.
        let (a, b) = (Arc::new(a), Arc::new(b));
        let (la, lb) = (Ledger::new(a.clone(), None), Ledger::new(b.clone(), None));
        let superseded = |l: &Ledger| {
            l.kinds
                .iter()
                .flat_map(|k| &k.state)
                .filter(|s| matches!(s, cairn_domain::ledger::State::Superseded(_)))
                .count()
        };
        if superseded(&la) != superseded(&lb) || negative {
            return;
        }
        let day = Day(FIRST + random.below(900) as i32);
        let (x, y) = (
            Engine::new(programs.clone(), Arc::new(la), Assumptions::default()),
            Engine::new(programs.clone(), Arc::new(lb), Assumptions::default()),
        );
        let (x, y) = (x.on(at), y.on(at));
        for (row, ir) in x.compiled.rows.iter().enumerate() {
            for level in 0..x.compiled.levels.len() {
                let Some(test) = ir.at[level].test else {
                    continue;
                };
                if direction(x.compiled, test) != Direction::Rising || x.compiled.tracks.is_some() {
                    continue;
                }
                for ask in [Ask::Retain, Ask::Enter] {
                    let (before, after) = (
                        x.row_over(0, ask, row, level, day, day),
                        y.row_over(0, ask, row, level, day, day),
                    );
                    let fell = *before.on(day.0) == Truth::Yes && *after.on(day.0) == Truth::No;
                    assert!(
                        !fell,
                        "{} {} at {} on {day} by one more of {kind}",
                        edition.name(),
                        ir.id,
                        edition.levels[level]
                    );
                }
            }
        }
    });
}

#[test]
fn every_record_counts_or_has_one_reason() {
    each(40, true, |programs, at, random, tables| {
        let edition = programs.compiled[at].edition.clone();
        let engine = over(programs, evidence(programs, &edition, tables), None);
        let run = engine.on(at);
        let day = Day(FIRST + random.below(900) as i32);
        for ask in [Ask::Retain, Ask::Enter] {
            for level in 0..run.compiled.levels.len() {
                for row in 0..run.compiled.rows.len() {
                    let Some(explained) = run.explain(0, ask, level, row, day) else {
                        continue;
                    };
                    assert!(explained.counted.iter().all(|r| r.reason.is_none()));
                    assert!(explained.nearly.iter().all(|r| r.reason.is_some()));
                    // A plain count is the number of records that count.
                    let at_level = &run.compiled.rows[row].at[level];
                    // A row of which only a part is asked shows no number of its own.
                    let Some(node) = at_level.have else {
                        continue;
                    };
                    if let (
                        cairn_domain::compile::Ir::Count(id),
                        cairn_domain::standing::Value::Number(have),
                    ) = (&run.compiled.nodes[node], &explained.standing.have)
                        && run.compiled.aggregates[*id].what == cairn_domain::compile::What::Count
                    {
                        let least = have
                            .least
                            .as_ref()
                            .and_then(|n| n.to_i64())
                            .expect("a count");
                        assert_eq!(
                            explained.counted.len() as i64,
                            least,
                            "{} {} on {day}",
                            edition.name(),
                            explained.standing.id
                        );
                    }
                }
            }
        }
    });
}
