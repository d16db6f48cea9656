//! The fall calendar: the day on which each requirement drops below what a level needs, if nothing new happens.
//!
//! One pass of the engine over the days ahead; no day is asked about alone. Only records that are known enter, so that a
//! certificate that will expire and a launch that will leave its window fall, and a launch that may come does not help.

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::course::Course;
use crate::engine::Run;
use crate::explain::Record;
use crate::lifecycle::{self, Event, Happened};
use crate::number::Exact;
use crate::program::Ask;
use crate::standing::{Need, RowStanding, Truth, Unit, Value};
use crate::syntax::Compare;

/// What falls, and when, if nothing new happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The day from which is looked ahead; what is short on it already does not fall.
    pub from: Day,
    /// The last day that was looked at.
    pub to: Day,
    /// The requirements and parts that fall, by day.
    pub falls: Vec<Fall>,
    /// The levels whose verdict falls with them, by day.
    pub levels: Vec<LevelFall>,
    /// The reviews ahead and what the lifecycle makes of them, by day.
    pub reviews: Vec<Review>,
}

/// A requirement, or a part of one, that drops below what a level needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Fall {
    /// The first day on which it is no longer met.
    pub day: Day,
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
    /// What it had the day before.
    pub had: Value,
    /// What it has from this day on.
    pub has: Value,
    /// What is needed.
    pub need: Option<Need>,
    /// Short, or unknown.
    pub after: Truth,
    /// The edition that begins on this day and asks more, where it alone is the cause.
    pub edition: Option<String>,
    /// The review or enrollment after which is counted anew from this day on, where that is the cause.
    pub counted_after: Option<Day>,
    /// The records that cease to count, each with its reason; without those that a new mark left behind.
    pub causes: Vec<Record>,
    /// How much more would have to count on this day to keep it, in the row's unit; `None` where there is no exact number.
    pub keeps: Option<Exact>,
    /// The day from which it is met again by records that are known already.
    pub again: Option<Day>,
}

/// A level whose verdict falls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelFall {
    /// The first day.
    pub day: Day,
    /// Under which question.
    pub ask: Ask,
    /// The level's id.
    pub level: String,
    /// Short, or unknown.
    pub after: Truth,
}

/// Something that the lifecycle makes of a day ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// What happens.
    pub event: Event,
    /// For a review that would not be passed: what is short then, at the level that is judged.
    pub short: Vec<Short>,
}

/// A row that is short on the day of a review.
#[derive(Clone, Debug, PartialEq)]
pub struct Short {
    /// The row's id.
    pub row: String,
    /// The row's title.
    pub title: String,
    /// In what both numbers are counted.
    pub unit: Unit,
    /// What it would have.
    pub have: Value,
    /// What is needed.
    pub need: Option<Need>,
    /// How much more would have to count, in the row's unit.
    pub keeps: Option<Exact>,
}

/// The calendar of a partner under the editions that judge it, for each watched question and level, from the day after
/// `from` to `to`.
pub fn falls(
    course: &Course<'_>,
    partner: usize,
    watched: &[(Ask, String)],
    from: Day,
    to: Day,
) -> Calendar {
    let mut falls = Vec::new();
    let mut levels = Vec::new();
    for (ask, level) in watched {
        let mut before = Before::default();
        for (first, last, run) in course.within(from, to) {
            let asked = *ask == Ask::Enter || run.compiled.edition.lifecycle.is_some();
            let Some(place) = run.compiled.level(level).filter(|_| asked) else {
                before = Before::default();
                continue;
            };
            let of = Watched {
                run: &run,
                partner,
                ask: *ask,
                level: place,
            };
            of.rows(first, last, &mut before, &mut falls);
            of.level(first, last, &mut before, &mut levels);
        }
    }
    falls.sort_by(|a: &Fall, b: &Fall| {
        (a.day, a.ask, &a.level, &a.row).cmp(&(b.day, b.ask, &b.level, &b.row))
    });
    levels.sort_by(|a: &LevelFall, b: &LevelFall| {
        (a.day, a.ask, &a.level).cmp(&(b.day, b.ask, &b.level))
    });
    Calendar {
        from,
        to,
        falls,
        levels,
        reviews: reviews(course, partner, from, to),
    }
}

/// How everything stood on the last day of the edition before.
#[derive(Default)]
struct Before {
    rows: BTreeMap<String, (Truth, Value)>,
    level: Option<Truth>,
}

struct Watched<'r, 'e> {
    run: &'r Run<'e>,
    partner: usize,
    ask: Ask,
    level: usize,
}

impl Watched<'_, '_> {
    fn rows(&self, first: Day, last: Day, before: &mut Before, falls: &mut Vec<Fall>) {
        let compiled = self.run.compiled;
        let earlier = std::mem::take(&mut before.rows);
        for over in self
            .run
            .rows_over(self.partner, self.ask, self.level, first, last)
        {
            let ir = &compiled.rows[over.row];
            let mut yesterday = earlier.get(&ir.id).cloned();
            let runs: Vec<(Day, Truth)> = over.own.runs().map(|(d, t)| (Day(d), *t)).collect();
            for (at, (day, truth)) in runs.iter().enumerate() {
                let had = match at {
                    0 => yesterday.take(),
                    _ => Some((runs[at - 1].1, over.have.on(day.previous().0).clone())),
                };
                let Some((Truth::Yes, had)) = had else {
                    continue;
                };
                if !matches!(truth, Truth::No | Truth::Unknown) {
                    continue;
                }
                let has = over.have.on(day.0).clone();
                // By this edition it was short the day before as well: then the edition is what fell.
                let by_edition = at == 0 && {
                    let own = ir.at[over.at].test.map(|test| {
                        self.run
                            .node_over(self.partner, test, self.ask, day.previous(), *day)
                    });
                    own.is_some_and(|steps| *steps.on(day.previous().0) != Truth::Yes)
                };
                let counted_after = (!by_edition)
                    .then(|| self.mark_moved(over.row, *day))
                    .flatten();
                let causes = if by_edition || counted_after.is_some() {
                    vec![]
                } else {
                    self.run
                        .ceased(self.partner, self.ask, over.at, over.row, *day)
                };
                falls.push(Fall {
                    day: *day,
                    ask: self.ask,
                    level: compiled.levels[self.level].id.clone(),
                    row: ir.id.clone(),
                    title: compiled.edition.rows[&ir.id].title.clone(),
                    unit: ir.unit.clone(),
                    keeps: missing(&has, over.need.as_ref()),
                    had,
                    has,
                    need: over.need.clone(),
                    after: *truth,
                    edition: by_edition.then(|| compiled.edition.edition.clone()),
                    counted_after,
                    causes,
                    again: runs[at + 1..]
                        .iter()
                        .find(|(_, t)| *t == Truth::Yes)
                        .map(|(day, _)| *day),
                });
            }
            let end = (*over.own.on(last.0), over.have.on(last.0).clone());
            before.rows.insert(ir.id.clone(), end);
        }
    }

    /// The day after which is counted, where the row's window hangs on a mark and the mark moves on this day.
    fn mark_moved(&self, row: usize, day: Day) -> Option<Day> {
        use crate::calendar::Window;
        let window = self
            .run
            .windows(self.ask, self.level, row)
            .into_iter()
            .find(|w| matches!(w, Window::SinceReview | Window::SinceEnrolled))?;
        let first = |day: Day| {
            self.run
                .window_bounds(self.partner, self.ask, window, day)
                .map(|(first, _)| first)
        };
        let (before, after) = (first(day.previous())?, first(day)?);
        (before != after).then(|| after.previous())
    }

    fn level(&self, first: Day, last: Day, before: &mut Before, levels: &mut Vec<LevelFall>) {
        let steps = self
            .run
            .level_over(self.partner, self.ask, self.level, first, last);
        let mut yesterday = before.level;
        for (day, truth) in steps.runs() {
            if yesterday == Some(Truth::Yes) && matches!(truth, Truth::No | Truth::Unknown) {
                levels.push(LevelFall {
                    day: Day(day),
                    ask: self.ask,
                    level: self.run.compiled.levels[self.level].id.clone(),
                    after: *truth,
                });
            }
            yesterday = Some(*truth);
        }
        before.level = yesterday;
    }
}

/// What the lifecycle makes of the days after `from`, as far as it is published.
fn reviews(course: &Course<'_>, partner: usize, from: Day, to: Day) -> Vec<Review> {
    lifecycle::project_over(course, partner, to)
        .into_iter()
        .filter(|event| event.day > from)
        .map(|event| {
            let short = match &event.what {
                Happened::Failed { .. } | Happened::ReviewOpen { .. } => {
                    short_on(course, partner, &event)
                }
                _ => vec![],
            };
            Review { event, short }
        })
        .collect()
}

/// What is short on the day on which a level is judged.
fn short_on(course: &Course<'_>, partner: usize, event: &Event) -> Vec<Short> {
    let (Some(run), Some(id)) = (course.on(event.day), &event.level) else {
        return vec![];
    };
    let Some(level) = run.compiled.level(id) else {
        return vec![];
    };
    let mut found = Vec::new();
    for at in (0..=level).rev() {
        let column = run.column(partner, Ask::Retain, at, event.day);
        for row in &column.rows {
            collect(&run, row, &mut found);
        }
    }
    found
}

fn collect(run: &Run<'_>, row: &RowStanding, found: &mut Vec<Short>) {
    let known = found.iter().any(|s: &Short| s.row == row.id);
    if matches!(row.own, Truth::No | Truth::Unknown)
        && row.verdict != Truth::NotApplicable
        && !known
    {
        found.push(Short {
            row: row.id.clone(),
            title: run.compiled.edition.rows[&row.id].title.clone(),
            unit: row.unit.clone(),
            have: row.have.clone(),
            need: row.need.clone(),
            keeps: missing(&row.have, row.need.as_ref()),
        });
    }
    for part in &row.parts {
        collect(run, part, found);
    }
}

/// How much more would have to count; `None` where a number is open, or less is asked instead of more.
pub(crate) fn missing(has: &Value, need: Option<&Need>) -> Option<Exact> {
    let (Value::Number(has), Some(need)) = (has, need) else {
        return None;
    };
    let (has, wants) = (has.exact()?, need.threshold.exact()?);
    let gap = wants.clone() - has.clone();
    match need.compare {
        Compare::AtLeast => Some(gap).filter(|gap| *gap > Exact::ZERO),
        // Anything beyond it: for whole numbers the next one.
        Compare::More if gap.is_whole() => Some(gap + Exact::ONE),
        _ => None,
    }
}
