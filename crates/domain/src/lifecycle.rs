//! The only part of a program with memory: what reviews, passes and fails do to a status.
//!
//! The vendor's word always wins. After its latest word the lifecycle is projected, and called a projection;
//! where something is not published the projection says so and goes no further than it can (LANGUAGE §5).

use std::collections::BTreeSet;

use crate::calendar::{Day, Duration};
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::engine::Run;
use crate::library::Library;
use crate::program::{Actor, Ask, Delay, DemoteTo, LifecycleRules, Published, Takes};
use crate::standing::Truth;
use crate::status::{self, Enrollment};

/// Why an assumption cannot be made: no program, or nothing of it, is called so, or the value is no such thing.
///
/// `grace` and `review.every` are durations, `demote.to` is a level, `highest retained` or `none`.
pub fn refused(library: &Library, name: &str, value: &str) -> Option<Diagnostic> {
    let wrong = |code: &'static str, message: String, help: String| {
        Some(Diagnostic::error(code, message, Place::default()).help(help))
    };
    let (program, key) = name.split_once('.')?;
    let editions = library.editions_of(program);
    if editions.is_empty() {
        let message = format!("`{name}` is of no program");
        return wrong(
            "unknown-program",
            message,
            did_you_mean(program, library.programs()),
        );
    }
    let said = format!("`{value}` is no value of `{name}`");
    match key {
        "grace" | "review.every" if Duration::parse(value).is_some() => None,
        "grace" | "review.every" => wrong(
            "unknown-assumption",
            said,
            "write a duration such as \"30 days\"".to_owned(),
        ),
        "demote.to" => {
            let known = ["highest retained", "none"]
                .into_iter()
                .chain(editions.iter().flat_map(|e| &e.levels).map(String::as_str));
            if known.clone().any(|k| k == value) {
                None
            } else {
                let known: BTreeSet<String> = known.map(|k| format!("`{k}`")).collect();
                let known: Vec<String> = known.into_iter().collect();
                wrong(
                    "unknown-assumption",
                    said,
                    format!("write one of {}", known.join(", ")),
                )
            }
        }
        _ => wrong(
            "unknown-assumption",
            format!("`{key}` is nothing that can be assumed of `{program}`"),
            "write `grace`, `review.every` or `demote.to`".to_owned(),
        ),
    }
}

/// What the projection says happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub day: Day,
    /// The level after it, by its place; `None`: below the first.
    pub level: Option<usize>,
    /// What happened.
    pub what: Happened,
}

/// What may happen to a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The vendor said so: an enrollment fact opened.
    Stated,
    /// A review was passed.
    Renewed,
    /// A review is due and silence leaves its outcome open.
    ReviewOpen,
    /// A review was failed, or the level's rows ceased to be met where any day decides.
    Failed {
        /// The day from which the level is lost; `None` where that is not published.
        lost_on: Option<Day>,
        /// Is a grace period possible that is not published?
        grace_unknown: bool,
        /// Is it not published what the level falls to?
        to_unknown: bool,
    },
    /// A level was lost.
    Demoted,
    /// A level was reached by rule.
    Promoted,
    /// A level could be asked for: somebody must apply, or be invited.
    MayBeAskedFor {
        /// The level.
        level: usize,
        /// Who acts.
        by: Actor,
    },
}

/// What a partner's own account says of its status, from the vendor's latest word up to `until`.
///
/// Empty where the vendor never said anything and the program has no levels.
pub fn project(run: &Run<'_>, partner: usize, until: Day) -> Vec<Event> {
    let edition = &run.compiled.edition;
    let enrollments = status::enrollments(
        &run.engine.ledger,
        partner,
        &edition.program,
        edition.lifecycle.as_ref(),
    );
    let Some(latest) = enrollments.iter().rfind(|e| e.from <= until) else {
        return vec![];
    };
    let place = |id: &str| edition.levels.iter().position(|l| l == id);
    let mut events: Vec<Event> = enrollments
        .iter()
        .filter(|e| e.from <= until)
        .map(|e| Event {
            day: e.from,
            level: e.level.as_deref().and_then(place),
            what: Happened::Stated,
        })
        .collect();
    if edition.lifecycle.is_some() && !edition.levels.is_empty() {
        let mut projection = Projection::new(run, partner, latest, until);
        projection.go();
        events.extend(projection.events);
    }
    events
}

/// The status on a day by the partner's own account: the vendor's latest word, carried on by the lifecycle.
pub fn projected(run: &Run<'_>, partner: usize, day: Day) -> Option<String> {
    let level = project(run, partner, day).last()?.level?;
    run.compiled.edition.levels.get(level).cloned()
}

/// Something that takes effect later.
#[derive(Clone, Copy)]
struct Pending {
    on: Day,
    level: Option<usize>,
    demotes: bool,
}

struct Projection<'r> {
    run: &'r Run<'r>,
    partner: usize,
    enrollment: &'r Enrollment,
    until: Day,
    level: Option<usize>,
    pending: Option<Pending>,
    /// A review has failed and what follows is not published: nothing more is known of the status.
    stuck: bool,
    events: Vec<Event>,
}

impl<'r> Projection<'r> {
    fn new(run: &'r Run<'r>, partner: usize, enrollment: &'r Enrollment, until: Day) -> Self {
        let level = enrollment
            .level
            .as_deref()
            .and_then(|id| run.compiled.level(id));
        Projection {
            run,
            partner,
            enrollment,
            until,
            level,
            pending: None,
            stuck: false,
            events: vec![],
        }
    }

    /// The rule for a level: its own where it has one, else the program's.
    fn rule<T>(
        &self,
        level: Option<usize>,
        pick: impl Fn(&LifecycleRules) -> Option<T>,
    ) -> Option<T> {
        let edition = &self.run.compiled.edition;
        let lifecycle = edition.lifecycle.as_ref()?;
        level
            .and_then(|l| edition.levels.get(l))
            .and_then(|id| lifecycle.level.get(id))
            .and_then(&pick)
            .or_else(|| pick(&lifecycle.rules))
    }

    /// What the user assumes of something that is not published: `aws-services-path.grace`.
    fn assumed(&self, key: &str) -> Option<&str> {
        let edition = &self.run.compiled.edition;
        self.run
            .engine
            .assumptions
            .assume
            .get(&format!("{}.{key}", edition.program))
            .map(String::as_str)
    }

    fn go(&mut self) {
        let run = self.run;
        let first = self.enrollment.from.max(Day(0));
        if first > self.until {
            return;
        }
        let levels = run.compiled.levels.len();
        let mut days: BTreeSet<Day> = BTreeSet::from([first]);
        let mut every = self.enrollment.clone();
        if let Some(assumed) = self.assumed("review.every").and_then(Duration::parse) {
            // An assumed rhythm goes on from the next review that the evidence gives.
            let mut next = every.next_review.unwrap_or(every.from.plus(assumed));
            while next <= self.until && days.len() < 2000 {
                days.insert(next);
                next = next.plus(assumed);
            }
            every.next_review = None;
        }
        let mut reviews: BTreeSet<Day> = status::reviews(
            &run.compiled.edition,
            self.enrollment,
            self.until,
            self.until,
        )
        .into_iter()
        .collect();
        if self.assumed("review.every").is_some() {
            reviews.extend(days.iter().copied().filter(|d| *d > first));
        }
        days.extend(&reviews);
        for level in 0..levels {
            for (day, _) in run
                .level_over(self.partner, Ask::Enter, level, first, self.until)
                .runs()
            {
                days.insert(Day(day));
            }
        }
        if matches!(
            self.rule(self.level, |r| r.demote_on.clone()),
            Some(Published::As(Takes::AnyDay))
        ) {
            for level in 0..levels {
                for (day, _) in run
                    .level_over(self.partner, Ask::Retain, level, first, self.until)
                    .runs()
                {
                    days.insert(Day(day));
                }
            }
        }
        self.fixed_days(first, &mut days);
        let renew = match self.rule(self.level, |r| r.renew.clone()) {
            Some(Published::As(window)) => Some(window),
            _ => None,
        };
        if let Some((_, closes)) = renew {
            days.extend(reviews.iter().map(|d| d.plus(closes)).collect::<Vec<_>>());
        }
        while let Some(day) = days.pop_first() {
            if day > self.until {
                break;
            }
            self.day(day, &reviews, renew, first);
            if let Some(pending) = self.pending
                && pending.on > day
            {
                days.insert(pending.on);
            }
        }
    }

    /// Days of the calendar on which something may take effect.
    fn fixed_days(&self, first: Day, days: &mut BTreeSet<Day>) {
        let mut takes: Vec<Takes> = Vec::new();
        let levels = self.run.compiled.levels.len();
        for level in (0..levels).map(Some).chain([None]) {
            for rule in [
                self.rule(level, |r| r.promote_on.clone()),
                self.rule(level, |r| r.demote_on.clone()),
            ] {
                if let Some(Published::As(rule)) = rule {
                    takes.push(rule);
                }
            }
        }
        for rule in takes {
            match rule {
                Takes::MonthEnd => {
                    let mut end = Day::from(first.date().last_of_month());
                    while end <= self.until {
                        days.insert(end);
                        end = Day::from(end.next().date().last_of_month());
                    }
                }
                Takes::Dates(dates) => {
                    for year in first.date().year()..=self.until.date().year() {
                        days.extend(
                            dates
                                .iter()
                                .filter_map(|(month, day)| Day::new(year, *month, *day))
                                .filter(|d| *d >= first),
                        );
                    }
                }
                _ => {}
            }
        }
    }

    fn takes_effect(&self, rule: &Takes, day: Day, review: bool) -> bool {
        match rule {
            Takes::AnyDay => true,
            Takes::Review => review,
            Takes::MonthEnd => Day::from(day.date().last_of_month()) == day,
            Takes::Dates(dates) => dates.contains(&(day.date().month(), day.date().day())),
            Takes::Never => false,
        }
    }

    /// One day, in the order of LANGUAGE §5: review, demotion whose grace ends, promotion.
    fn day(
        &mut self,
        day: Day,
        reviews: &BTreeSet<Day>,
        renew: Option<(Duration, Duration)>,
        first: Day,
    ) {
        let review = match renew {
            None => reviews.contains(&day).then_some(day),
            // With a window for renewal the review is judged when the window closes.
            Some((_, closes)) => reviews.iter().copied().find(|d| d.plus(closes) == day),
        };
        if let (Some(review), Some(level)) = (review, self.level)
            && self.pending.is_none()
            && !self.stuck
        {
            let rule = self.rule(Some(level), |r| r.demote_on.clone());
            if rule.is_none()
                || matches!(
                    rule,
                    Some(Published::As(Takes::Review | Takes::AnyDay) | Published::Not)
                )
            {
                let retained = match renew {
                    None => self.run.level_truth(self.partner, Ask::Retain, level, day),
                    Some((opens, closes)) => self
                        .run
                        .level_over(
                            self.partner,
                            Ask::Retain,
                            level,
                            review.minus(opens),
                            review.plus(closes),
                        )
                        .runs()
                        .fold(Truth::No, |all, (_, truth)| all.or(*truth)),
                };
                match retained {
                    Truth::Yes | Truth::NotApplicable => self.push(day, Happened::Renewed),
                    Truth::Unknown => self.push(day, Happened::ReviewOpen),
                    Truth::No => self.fail(day, level),
                }
            }
        }
        if let Some(level) = self.level
            && review.is_none()
            && self.pending.is_none()
            && !self.stuck
            && let Some(Published::As(rule)) = self.rule(Some(level), |r| r.demote_on.clone())
            && rule != Takes::Review
            && self.takes_effect(&rule, day, false)
            && day > first
            && self.run.level_truth(self.partner, Ask::Retain, level, day) == Truth::No
        {
            self.fail(day, level);
        }
        if let Some(pending) = self.pending
            && pending.on <= day
        {
            self.pending = None;
            self.level = pending.level;
            self.push(
                day,
                if pending.demotes {
                    Happened::Demoted
                } else {
                    Happened::Promoted
                },
            );
        }
        self.promote(day, review.is_some());
    }

    fn push(&mut self, day: Day, what: Happened) {
        self.events.push(Event {
            day,
            level: self.level,
            what,
        });
    }

    fn fail(&mut self, day: Day, level: usize) {
        let grace = match (
            self.rule(Some(level), |r| r.grace.clone()),
            self.assumed("grace").and_then(Duration::parse),
        ) {
            (_, Some(assumed)) => Some(assumed),
            (Some(Published::As(grace)), _) => Some(grace),
            // No default exists: a file that does not say has not published it.
            (Some(Published::Not) | None, _) => None,
        };
        let to = match (
            self.rule(Some(level), |r| r.demote_to.clone()),
            self.assumed("demote.to"),
        ) {
            (_, Some("none")) => Some(None),
            (_, Some("highest retained")) => Some(self.highest_retained(day, level)),
            (_, Some(id)) => Some(self.run.compiled.level(id)),
            (Some(Published::Not), _) => None,
            (Some(Published::As(DemoteTo::None)), _) => Some(None),
            (Some(Published::As(DemoteTo::Level(id))), _) => Some(self.run.compiled.level(&id)),
            (Some(Published::As(DemoteTo::HighestRetained)) | None, _) => {
                Some(self.highest_retained(day, level))
            }
        };
        let delay = match self.rule(Some(level), |r| r.demote_effective.clone()) {
            Some(Published::As(delay)) => Some(delay),
            Some(Published::Not) => None,
            None => Some(Delay::AtOnce),
        };
        let lost_on = grace.zip(delay).map(|(grace, delay)| {
            let mut on = after(day.plus(grace), &delay);
            for (protected, who, until) in &self.run.compiled.protect {
                let this = self.run.compiled.edition.levels.get(level) == Some(protected);
                let covers = who.is_none_or(|who| {
                    matches!(self.run.node(self.partner, who, Ask::Retain, day), crate::standing::Value::Number(r) if r.exact() == Some(&crate::number::Exact::ONE))
                });
                if this && covers {
                    on = on.max(*until);
                }
            }
            on
        });
        self.push(
            day,
            Happened::Failed {
                lost_on,
                grace_unknown: grace.is_none(),
                to_unknown: to.is_none(),
            },
        );
        match (lost_on, to) {
            (Some(on), Some(to)) => {
                self.pending = Some(Pending {
                    on,
                    level: to,
                    demotes: true,
                })
            }
            _ => self.stuck = true,
        }
    }

    fn highest_retained(&self, day: Day, below: usize) -> Option<usize> {
        (0..below).rev().find(|level| {
            self.run.level_truth(self.partner, Ask::Retain, *level, day) == Truth::Yes
        })
    }

    fn promote(&mut self, day: Day, review: bool) {
        if self.stuck || self.pending.is_some_and(|p| !p.demotes) {
            return;
        }
        let above = self.level.map_or(0, |l| l + 1);
        for level in (above..self.run.compiled.levels.len()).rev() {
            if self.run.level_truth(self.partner, Ask::Enter, level, day) != Truth::Yes {
                continue;
            }
            let by = match self.rule(Some(level), |r| r.promote_by.clone()) {
                Some(Published::As(by)) => by,
                _ => Actor::Rule,
            };
            if by != Actor::Rule {
                let already = self.events.iter().rev().take_while(|e| e.day <= day).any(
                    |e| matches!(&e.what, Happened::MayBeAskedFor { level: l, .. } if *l == level),
                );
                if !already {
                    self.push(day, Happened::MayBeAskedFor { level, by });
                }
                continue;
            }
            let Some(Published::As(rule)) = self.rule(Some(level), |r| r.promote_on.clone()) else {
                continue;
            };
            if !self.takes_effect(&rule, day, review) {
                continue;
            }
            let delay = match self.rule(Some(level), |r| r.promote_effective.clone()) {
                Some(Published::As(delay)) => delay,
                _ => Delay::AtOnce,
            };
            let on = after(day, &delay);
            if on <= day {
                // Reaching a level ends whatever an earlier failure had in store.
                self.pending = None;
                self.level = Some(level);
                self.push(day, Happened::Promoted);
            } else if self.pending.is_none() {
                self.pending = Some(Pending {
                    on,
                    level: Some(level),
                    demotes: false,
                });
            }
            return;
        }
    }
}

fn after(day: Day, delay: &Delay) -> Day {
    match delay {
        Delay::AtOnce => day,
        Delay::NextMonth => Day::from(day.date().last_of_month()).next(),
        Delay::After(length) => day.plus(*length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_month_begins_on_its_first_day() {
        let day = |t: &str| Day::parse(t).expect("a day");
        assert_eq!(
            after(day("2026-01-31"), &Delay::NextMonth),
            day("2026-02-01")
        );
        assert_eq!(
            after(day("2026-01-01"), &Delay::NextMonth),
            day("2026-02-01")
        );
        assert_eq!(
            after(day("2026-01-31"), &Delay::After(Duration::months(1))),
            day("2026-02-28")
        );
    }
}
