//! When each level was entered, held and lost, and the record that did it.

use crate::calendar::{Day, Window};
use crate::compile::Ir;
use crate::course::Course;
use crate::diff;
use crate::engine::{Run, Steps};
use crate::explain::{Look, Reason, Record, Streak};
use crate::lifecycle::{self, Event};
use crate::program::Ask;
use crate::standing::{Truth, Value};

/// What happened over a span of days.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The levels of all editions that judge on these days, lowest first: id and title.
    pub levels: Vec<(String, String)>,
    /// Which edition judges when, in order.
    pub editions: Vec<Judged>,
    /// The verdict of every level under both questions on every day.
    pub ribbons: Vec<Ribbon>,
    /// Every day on which a level's verdict changed, in order.
    pub changes: Vec<Change>,
    /// What the vendor said, and what the lifecycle projects after its latest word.
    pub status: Vec<Event>,
    /// Tests that must be held, at the levels that ask them: row, level, and the run on the last day.
    pub streaks: Vec<(String, String, Streak)>,
}

/// Days on which one edition judges, or none.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The edition's id; `None` where none is in force.
    pub edition: Option<String>,
    /// Is it the partner's choice, and not the one in force?
    pub elected: bool,
    /// The id of the edition that judged before it, where one did.
    pub before: Option<String>,
    /// What it changes.
    pub changes: Vec<diff::Change>,
}

/// The verdict of a level over the days.
#[derive(Clone, Debug)]
pub struct Ribbon {
    /// The question.
    pub ask: Ask,
    /// The level, by its place.
    pub level: usize,
    /// The verdict; `None` where no edition is in force that asks this of the level.
    pub steps: Steps<Option<Truth>>,
}

/// A day on which a level's verdict changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The day.
    pub day: Day,
    /// The question.
    pub ask: Ask,
    /// The level, by its place.
    pub level: usize,
    /// The verdict of the day before.
    pub before: Truth,
    /// The verdict from this day on.
    pub after: Truth,
    /// The edition that begins to judge on this day, where by it alone the verdict of the day before would be another one.
    pub edition: Option<String>,
    /// The rows that turned.
    pub causes: Vec<Cause>,
}

/// A row that turned, and the records that turned it.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The row's id.
    pub row: String,
    /// The row's title.
    pub title: String,
    /// Its verdict of the day before.
    pub before: Truth,
    /// Its verdict from this day on.
    pub after: Truth,
    /// What it had the day before.
    pub had: Value,
    /// What it has from this day on.
    pub has: Value,
    /// The day after which is counted anew, where a review or an enrollment has moved it.
    pub counted_after: Option<Day>,
    /// Records that began to count.
    pub gained: Vec<Record>,
    /// Records that ceased to count, each with its reason.
    pub lost: Vec<Record>,
}

/// What happened to a partner's levels from one day to another, both inside, each day by the edition that judges on it.
pub fn timeline(course: &Course<'_>, partner: usize, from: Day, to: Day) -> Timeline {
    let mut levels: Vec<(String, String)> = Vec::new();
    let mut any_lifecycle = false;
    for (_, _, run) in course.within(from, to) {
        let edition = &run.compiled.edition;
        any_lifecycle |= edition.lifecycle.is_some();
        let mut after = 0;
        for id in &edition.levels {
            let known = levels.iter().position(|(known, _)| known == id);
            let at = known.unwrap_or_else(|| {
                levels.insert(after, (id.clone(), edition.level_title(id).to_owned()));
                after
            });
            after = at + 1;
        }
    }
    let asks: &[Ask] = if any_lifecycle {
        &[Ask::Retain, Ask::Enter]
    } else {
        &[Ask::Enter]
    };
    let mut ribbons = Vec::new();
    let mut changes = Vec::new();
    for ask in asks {
        for (level, (id, _)) in levels.iter().enumerate() {
            let steps = ribbon(course, partner, (*ask, level, id), (from, to), &mut changes);
            ribbons.push(Ribbon {
                ask: *ask,
                level,
                steps,
            });
        }
    }
    changes.sort_by_key(|c| (c.day, c.ask, c.level));
    let mut before: Option<Run<'_>> = None;
    let mut editions = Vec::new();
    for reign in course.reigns() {
        let (first, last) = (reign.from.max(from), reign.to.min(to));
        if first <= last {
            let old = before.filter(|_| reign.from >= from);
            editions.push(Judged {
                from: first,
                to: last,
                edition: reign.run.map(|r| r.compiled.edition.edition.clone()),
                elected: reign.elected,
                before: old.map(|o| o.compiled.edition.edition.clone()),
                changes: match (old, reign.run) {
                    (Some(old), Some(new)) => {
                        diff::diff(&old.compiled.edition, &new.compiled.edition)
                    }
                    _ => vec![],
                },
            });
        }
        before = reign.run.or(before);
    }
    let status = lifecycle::project_over(course, partner, to)
        .into_iter()
        .filter(|e| e.day >= from)
        .collect();
    Timeline {
        from,
        to,
        levels,
        editions,
        ribbons,
        changes,
        status,
        streaks: course.on(to).map_or(vec![], |run| run.streaks(partner, to)),
    }
}

/// The verdict of one level under one question over all days, and the changes of it.
fn ribbon(
    course: &Course<'_>,
    partner: usize,
    (ask, level, id): (Ask, usize, &str),
    (from, to): (Day, Day),
    changes: &mut Vec<Change>,
) -> Steps<Option<Truth>> {
    let mut steps = Steps::always(from.0, None);
    let mut until = from;
    let mut before: Option<Truth> = None;
    for (first, last, run) in course.within(from, to) {
        if first > until {
            // No edition is in force between the two.
            steps.push(until.0, None);
            before = None;
        }
        until = last.next();
        let asked = ask == Ask::Enter || run.compiled.edition.lifecycle.is_some();
        let Some(place) = run.compiled.level(id).filter(|_| asked) else {
            steps.push(first.0, None);
            before = None;
            continue;
        };
        for (day, truth) in run.level_over(partner, ask, place, first, last).runs() {
            let day = Day(day);
            if let Some(before) = before
                && before != *truth
            {
                let yesterday =
                    (day == first).then(|| run.level_truth(partner, ask, place, day.previous()));
                changes.push(Change {
                    day,
                    ask,
                    level,
                    before,
                    after: *truth,
                    edition: yesterday
                        .filter(|by_this| *by_this != before)
                        .map(|_| run.compiled.edition.edition.clone()),
                    causes: if yesterday == Some(*truth) {
                        vec![]
                    } else {
                        run.causes(partner, ask, place, day)
                    },
                });
            }
            steps.push(day.0, Some(*truth));
            before = Some(*truth);
        }
    }
    if until <= to {
        steps.push(until.0, None);
    }
    steps
}

impl Run<'_> {
    /// What happened to a partner's levels under this edition from one day to another, both inside.
    pub fn timeline(&self, partner: usize, from: Day, to: Day) -> Timeline {
        timeline(&Course::always(self), partner, from, to)
    }

    /// The tests that must be held, at the levels that ask them, as they stand on a day.
    pub fn streaks(&self, partner: usize, day: Day) -> Vec<(String, String, Streak)> {
        let mut found = Vec::new();
        for (place, row) in self.compiled.rows.iter().enumerate() {
            for (level, at) in row.at.iter().enumerate().take(self.compiled.levels.len()) {
                let held = at
                    .test
                    .is_some_and(|t| matches!(self.compiled.nodes[t], Ir::Held(..)));
                if held
                    && let Some(explanation) = self.explain(partner, Ask::Enter, level, place, day)
                    && let Some(streak) = explanation.streak
                {
                    found.push((
                        row.id.clone(),
                        self.compiled.levels[level].id.clone(),
                        streak,
                    ));
                }
            }
        }
        found
    }

    /// The rows whose verdict differs from that of the day before, and the records behind it.
    fn causes(&self, partner: usize, ask: Ask, level: usize, day: Day) -> Vec<Cause> {
        let mut found = Vec::new();
        let yesterday = day.previous();
        for (place, ir) in self.compiled.rows.iter().enumerate() {
            if !ir.asked.by(ask) {
                continue;
            }
            // A lower level's row may be the one that turned; it is shown at its own threshold.
            for at in (0..=level).rev() {
                if ir.at[at].test.is_none() {
                    continue;
                }
                let steps = self.row_over(partner, ask, place, at, yesterday, day);
                let (before, after) = (*steps.on(yesterday.0), *steps.on(day.0));
                // A whole row turns with its part; the part is the cause.
                let by_part = ir.parts.iter().any(|part| {
                    let steps = self.row_over(partner, ask, *part, at, yesterday, day);
                    ir.at[at].test.is_some() && steps.single().is_none()
                });
                let own = ir.at[at]
                    .test
                    .map(|t| self.node_over(partner, t, ask, yesterday, day));
                let own_turned = own.is_some_and(|s| s.single().is_none());
                if before == after || by_part && !own_turned {
                    continue;
                }
                let have = self.have_over(partner, ask, place, at, yesterday, day);
                let (counted_after, gained, lost) = self.moved(partner, ask, at, place, day);
                found.push(Cause {
                    row: ir.id.clone(),
                    title: self.compiled.edition.rows[&ir.id].title.clone(),
                    before,
                    after,
                    had: have.on(yesterday.0).clone(),
                    has: have.on(day.0).clone(),
                    counted_after,
                    gained,
                    lost,
                });
                break;
            }
        }
        found
    }

    /// The mark of a row's window, where it moved on a day, and the records that began or ceased to count then.
    fn moved(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        row: usize,
        day: Day,
    ) -> (Option<Day>, Vec<Record>, Vec<Record>) {
        let yesterday = self.explain(partner, ask, level, row, day.previous());
        let today = self.explain(partner, ask, level, row, day);
        let (Some(yesterday), Some(today)) = (yesterday, today) else {
            return (None, vec![], vec![]);
        };
        // A window that trails moves every day; one since a mark only with its mark.
        let marks = [Window::SinceReview, Window::SinceEnrolled];
        let mark = |looks: &[Look]| {
            looks
                .iter()
                .find(|l| l.window.as_ref().is_some_and(|w| marks.contains(w)))
                .and_then(|l| l.days?.after)
        };
        let counted_after =
            mark(&today.looks).filter(|since| Some(*since) != mark(&yesterday.looks));
        let gained = today
            .counted
            .iter()
            .filter(|r| !yesterday.counted.iter().any(|y| y.fact == r.fact))
            // Somebody who counted already by another record is nothing new.
            .filter(|r| {
                !yesterday
                    .nearly
                    .iter()
                    .any(|y| y.fact == r.fact && matches!(y.reason, Some(Reason::SameHolder(_))))
            })
            .cloned()
            .collect();
        let lost = today
            .nearly
            .iter()
            .filter(|r| r.fact.is_some() && yesterday.counted.iter().any(|y| y.fact == r.fact))
            .cloned()
            .collect();
        (counted_after, gained, lost)
    }
}
