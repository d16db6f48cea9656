//! What one person's leaving would cost: the requirements and levels that hang on them, now and in the days ahead.
//!
//! A person is whoever others' facts are joined to (`holds … while people by person`), whatever the vocabulary calls them.
//! Each is taken away from a copy of the evidence, and the copy is evaluated like any other.

use crate::calendar::Day;
use crate::course::Course;
use crate::engine::{Engine, Run};
use crate::evidence::Cell;
use crate::forecast::falls::{self, Calendar, Fall};
use crate::ledger::{FactId, Ledger, State};
use crate::lifecycle::Happened;
use crate::program::Ask;
use crate::standing::{Need, Truth, Unit, Value};
use crate::suppose::{Given, Supposed, supposed_ledger};

/// What hangs on one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaver {
    /// The person's id.
    pub person: String,
    /// What the person is called, where a field says so.
    pub name: Option<String>,
    /// The rows in which the person counts today, and what each would have without.
    pub rows: Vec<Hanging>,
    /// The levels, with their question, that would be met no longer on the day of leaving.
    pub levels: Vec<(Ask, String)>,
    /// What would fall later, and would not without the leaving.
    pub later: Vec<Fall>,
    /// Reviews that would be passed otherwise: the day, and the level that is judged.
    pub reviews: Vec<(Day, Option<String>)>,
}

impl Leaver {
    /// How many rows would be met no longer on the day of leaving.
    pub fn turned(&self) -> usize {
        self.rows.iter().filter(|r| r.turns()).count()
    }

    /// What people are ranked by, the heaviest first: levels, reviews, rows that turn, later falls, rows left without one to spare,
    /// rows.
    pub fn weight(&self) -> [usize; 6] {
        [
            self.levels.len(),
            self.reviews.len(),
            self.turned(),
            self.later.len(),
            self.rows.iter().filter(|r| r.none_to_spare()).count(),
            self.rows.len(),
        ]
    }
}

/// A row in which a person counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Hanging {
    /// Under which question.
    pub ask: Ask,
    /// The id of the level that was asked about.
    pub level: String,
    /// The row's id.
    pub row: String,
    /// The row's title.
    pub title: String,
    /// In what both numbers are counted.
    pub unit: Unit,
    /// What it has today.
    pub had: Value,
    /// What it would have.
    pub has: Value,
    /// What is needed.
    pub need: Option<Need>,
    /// The verdict today.
    pub before: Truth,
    /// The verdict without the person.
    pub after: Truth,
}

impl Hanging {
    /// Would it be met no longer?
    pub fn turns(&self) -> bool {
        self.before == Truth::Yes && self.after != Truth::Yes
    }

    /// Would it be met exactly, so that the next one to leave turns it?
    pub fn none_to_spare(&self) -> bool {
        let has = match &self.has {
            Value::Number(has) => has.exact(),
            _ => None,
        };
        let need = self.need.as_ref().and_then(|n| n.threshold.exact());
        self.after == Truth::Yes && has.is_some() && has == need
    }
}

/// Everybody who counts for something, the one on whom most hangs first.
///
/// `course_over` gives the editions that judge a partner of an engine, for it is asked again over each copy.
pub fn leavers(
    engine: &Engine,
    partner: usize,
    watched: &[(Ask, String)],
    (on, to): (Day, Day),
    course_over: impl for<'e> Fn(&'e Engine, usize) -> Course<'e>,
) -> Vec<Leaver> {
    let Some(people) = People::of(&engine.ledger, partner, on) else {
        return vec![];
    };
    let course = course_over(engine, partner);
    let base = Standing::of(&course, partner, watched, on);
    let calendar = falls::falls(&course, partner, watched, on, to);
    let mut found = Vec::new();
    for (person, facts) in &people.present {
        let Some((without, place)) = people.without(engine, partner, facts, on) else {
            continue;
        };
        let course = course_over(&without, place);
        let now = Standing::of(&course, place, watched, on);
        let rows = base.against(&now);
        if rows.is_empty() {
            continue;
        }
        let levels = base
            .levels
            .iter()
            .zip(&now.levels)
            .filter(|((_, _, before), (_, _, after))| *before == Truth::Yes && *after != Truth::Yes)
            .map(|((ask, level, _), _)| (*ask, level.clone()))
            .collect();
        let ahead = falls::falls(&course, place, watched, on, to);
        found.push(Leaver {
            name: people.name_of(&engine.ledger, facts),
            person: person.clone(),
            rows,
            levels,
            later: later(&calendar, &ahead),
            reviews: reviews(&calendar, &ahead),
        });
    }
    found.sort_by(|a, b| {
        b.weight()
            .cmp(&a.weight())
            .then_with(|| a.person.cmp(&b.person))
    });
    found
}

/// The engine over a copy of the evidence in which a person left on a day, and the partner's place in it; `None` where nobody
/// of that id is there on the day.
pub fn without(engine: &Engine, partner: usize, person: &str, on: Day) -> Option<(Engine, usize)> {
    let people = People::of(&engine.ledger, partner, on)?;
    let (_, facts) = people.present.iter().find(|(id, _)| id == person)?;
    people.without(engine, partner, facts, on)
}

/// What falls only without the person.
fn later(base: &Calendar, without: &Calendar) -> Vec<Fall> {
    let same =
        |a: &Fall, b: &Fall| (a.day, a.ask, &a.level, &a.row) == (b.day, b.ask, &b.level, &b.row);
    without
        .falls
        .iter()
        .filter(|fall| !base.falls.iter().any(|b| same(b, fall)))
        .cloned()
        .collect()
}

/// The reviews that fail only without the person.
fn reviews(base: &Calendar, without: &Calendar) -> Vec<(Day, Option<String>)> {
    let failed = |of: &Calendar| -> Vec<(Day, Option<String>)> {
        of.reviews
            .iter()
            .filter(|r| {
                matches!(
                    r.event.what,
                    Happened::Failed {
                        review: Some(_),
                        ..
                    }
                )
            })
            .map(|r| (r.event.day, r.event.level.clone()))
            .collect()
    };
    let known = failed(base);
    let mut found = failed(without);
    found.retain(|r| !known.contains(r));
    found
}

/// Whoever others' facts are joined to.
struct People {
    /// The field whose day ends them.
    left: usize,
    /// Those who are there on the day, by id, with their facts.
    present: Vec<(String, Vec<FactId>)>,
}

impl People {
    /// The engine over a copy in which somebody with these facts left on a day.
    fn without(
        &self,
        engine: &Engine,
        partner: usize,
        facts: &[FactId],
        on: Day,
    ) -> Option<(Engine, usize)> {
        let supposed: Vec<Supposed> = facts
            .iter()
            .map(|fact| Supposed {
                kind: fact.kind,
                replaces: Some(*fact),
                cells: vec![(self.left, Given::Day(on))],
            })
            .collect();
        let (ledger, place) = supposed_ledger(&engine.ledger, partner, &supposed).ok()?;
        let engine = Engine::new(engine.programs.clone(), ledger, engine.assumptions.clone());
        Some((engine, place))
    }

    fn of(ledger: &Ledger, partner: usize, on: Day) -> Option<People> {
        let evidence = &ledger.evidence;
        let (of, by) = evidence
            .vocabulary
            .kinds
            .values()
            .find_map(|k| k.holds.while_.as_ref())?;
        let kind = evidence.kind(of)?;
        let declared = &evidence.vocabulary.kinds[kind];
        let left = declared
            .fields
            .get_index_of(declared.holds.until.first()?)?;
        let id = declared.fields.get_index_of(by)?;
        let mut present: Vec<(String, Vec<FactId>)> = Vec::new();
        for row in evidence.tables[kind].rows(partner) {
            let fact = FactId { kind, row };
            let stands = matches!(ledger.kinds[kind].state(row), State::Known | State::MayHold);
            let there = ledger.spans(fact).iter().any(|(a, b)| *a <= on && on < *b);
            let Cell::Text(code) = ledger.cell(fact, id) else {
                continue;
            };
            if !stands || !there {
                continue;
            }
            let person = evidence.strings.text(code).to_owned();
            match present.iter_mut().find(|(known, _)| *known == person) {
                Some((_, facts)) => facts.push(fact),
                None => present.push((person, vec![fact])),
            }
        }
        Some(People { left, present })
    }

    fn name_of(&self, ledger: &Ledger, facts: &[FactId]) -> Option<String> {
        let fact = facts.first()?;
        let kind = &ledger.evidence.vocabulary.kinds[fact.kind];
        match ledger.cell(*fact, kind.fields.get_index_of("name")?) {
            Cell::Text(code) => Some(ledger.evidence.strings.text(code).to_owned()),
            _ => None,
        }
    }
}

/// How every watched row and level stands on a day.
struct Standing {
    rows: Vec<Hanging>,
    levels: Vec<(Ask, String, Truth)>,
}

impl Standing {
    fn of(course: &Course<'_>, partner: usize, watched: &[(Ask, String)], on: Day) -> Standing {
        let mut of = Standing {
            rows: vec![],
            levels: vec![],
        };
        let Some(run) = course.on(on) else { return of };
        for (ask, id) in watched {
            let Some(level) = run.compiled.level(id) else {
                continue;
            };
            of.levels
                .push((*ask, id.clone(), run.level_truth(partner, *ask, level, on)));
            of.rows.extend(rows(&run, partner, *ask, level, on));
        }
        of
    }

    /// The rows that have less than before.
    fn against(&self, now: &Standing) -> Vec<Hanging> {
        self.rows
            .iter()
            .zip(&now.rows)
            .filter(|(before, after)| before.had != after.had || before.before != after.before)
            .map(|(before, after)| Hanging {
                has: after.had.clone(),
                after: after.before,
                ..before.clone()
            })
            .collect()
    }
}

fn rows(run: &Run<'_>, partner: usize, ask: Ask, level: usize, on: Day) -> Vec<Hanging> {
    let compiled = run.compiled;
    run.rows_over(partner, ask, level, on, on)
        .into_iter()
        .map(|over| {
            let ir = &compiled.rows[over.row];
            let had = over.have.on(on.0).clone();
            let verdict = *over.own.on(on.0);
            Hanging {
                ask,
                level: compiled.levels[level].id.clone(),
                row: ir.id.clone(),
                title: compiled.edition.rows[&ir.id].title.clone(),
                unit: ir.unit.clone(),
                has: had.clone(),
                had,
                need: over.need,
                before: verdict,
                after: verdict,
            }
        })
        .collect()
}
