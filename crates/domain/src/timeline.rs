//! When each level was entered, held and lost, and the record that did it.

use crate::calendar::{Day, Window};
use crate::compile::Ir;
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
    /// The verdict of every level under both questions on every day.
    pub ribbons: Vec<Ribbon>,
    /// Every day on which a level's verdict changed, in order.
    pub changes: Vec<Change>,
    /// What the vendor said, and what the lifecycle projects after its latest word.
    pub status: Vec<Event>,
    /// Tests that must be held, at the levels that ask them: row, level, and the run on the last day.
    pub streaks: Vec<(String, String, Streak)>,
}

/// The verdict of a level over the days.
#[derive(Clone, Debug)]
pub struct Ribbon {
    /// The question.
    pub ask: Ask,
    /// The level, by its place.
    pub level: usize,
    /// The verdict.
    pub steps: Steps<Truth>,
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

impl Run<'_> {
    /// What happened to a partner's levels from one day to another, both inside.
    pub fn timeline(&self, partner: usize, from: Day, to: Day) -> Timeline {
        let mut ribbons = Vec::new();
        let mut changes = Vec::new();
        let asks: &[Ask] = if self.compiled.edition.lifecycle.is_some() {
            &[Ask::Retain, Ask::Enter]
        } else {
            &[Ask::Enter]
        };
        for ask in asks {
            for level in 0..self.compiled.levels.len() {
                let steps = self.level_over(partner, *ask, level, from, to);
                let mut before = None;
                for (day, truth) in steps.runs() {
                    if let Some(before) = before {
                        changes.push(Change {
                            day: Day(day),
                            ask: *ask,
                            level,
                            before,
                            after: *truth,
                            causes: self.causes(partner, *ask, level, Day(day)),
                        });
                    }
                    before = Some(*truth);
                }
                ribbons.push(Ribbon {
                    ask: *ask,
                    level,
                    steps,
                });
            }
        }
        changes.sort_by_key(|c| (c.day, c.ask, c.level));
        let status = lifecycle::project(self, partner, to)
            .into_iter()
            .filter(|e| e.day >= from)
            .collect();
        Timeline {
            from,
            to,
            ribbons,
            changes,
            status,
            streaks: self.streaks(partner, to),
        }
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
        let marks = [Window::SinceReview, Window::SinceEnrolled].map(|w| w.to_string());
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
