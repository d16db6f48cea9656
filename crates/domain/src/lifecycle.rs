//! The only part of a program with memory: what reviews, passes and fails do to a status.
//!
//! The vendor's word always wins. After its latest word the lifecycle is projected, and called a projection;
//! where something is not published the projection says so and goes no further than it can (LANGUAGE §5).

use std::collections::BTreeSet;

use crate::calendar::{Day, Duration};
use crate::course::Course;
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::engine::Run;
use crate::library::Library;
use crate::program::{Actor, Ask, Delay, DemoteTo, Edition, LifecycleRules, Published, Takes};
use crate::standing::Truth;
use crate::status;
use crate::wording;

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
            "unknown-assumption",
            message,
            did_you_mean(program, library.programs()),
        );
    }
    if editions.iter().all(|e| e.lifecycle.is_none()) {
        return wrong(
            "unknown-assumption",
            format!("`{program}` has no lifecycle, so nothing can be assumed of it"),
            "leave `--assume` out: its verdicts rest on nothing that is not published".to_owned(),
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

/// What the edition publishes for something that is assumed, in words; `None` where it publishes nothing.
pub fn published(edition: &Edition, key: &str) -> Option<String> {
    let lifecycle = edition.lifecycle.as_ref()?;
    match (key, &lifecycle.rules) {
        ("grace", rules) => match rules.grace.as_ref()? {
            Published::As(grace) => Some(grace.to_string()),
            Published::Not => None,
        },
        ("demote.to", rules) => match rules.demote_to.as_ref()? {
            Published::As(to) => Some(wording::demote_to(to)),
            Published::Not => None,
        },
        ("review.every", _) => lifecycle.review.every.map(|every| every.to_string()),
        _ => None,
    }
}

/// What the projection says happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub day: Day,
    /// The id of the level after it; `None`: below the first.
    pub level: Option<String>,
    /// What happened.
    pub what: Happened,
}

/// What may happen to a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The vendor said so: an enrollment fact opened.
    Stated,
    /// A review was passed.
    Renewed {
        /// Its day, which lies earlier where it was passed only within a window for renewal.
        review: Day,
    },
    /// A review is due and silence leaves its outcome open.
    ReviewOpen {
        /// Its day.
        review: Day,
    },
    /// A review was failed, or the level's rows ceased to be met where any day decides.
    Failed {
        /// The day of the review; `None` where no review decided.
        review: Option<Day>,
        /// The day from which the level is lost; `None` where that is not published.
        lost_on: Option<Day>,
        /// What is held from that day on, `None` below the first; nothing where that is not published.
        falls_to: Option<Option<String>>,
    },
    /// A level was lost.
    Demoted,
    /// A level was reached by rule.
    Promoted,
    /// A level could be asked for: somebody must apply, or be invited.
    MayBeAskedFor {
        /// Its id.
        level: String,
        /// Who acts.
        by: Actor,
    },
}

/// What a partner's own account says of its status under one edition, from the vendor's latest word up to `until`.
///
/// Empty where the vendor never said anything.
pub fn project(run: &Run<'_>, partner: usize, until: Day) -> Vec<Event> {
    project_over(&Course::always(run), partner, until)
}

/// The same, each day by the edition that judges on it. A grace that has begun runs on as its own edition says.
pub fn project_over(course: &Course<'_>, partner: usize, until: Day) -> Vec<Event> {
    let Some(any) = course.reigns().iter().find_map(|r| r.run) else {
        return vec![];
    };
    let enrollments = status::enrollments(
        &any.engine.ledger,
        partner,
        &any.compiled.edition.program,
        None,
    );
    let Some(latest) = enrollments.iter().rfind(|e| e.from <= until) else {
        return vec![];
    };
    let mut events: Vec<Event> = enrollments
        .iter()
        .filter(|e| e.from <= until)
        .map(|e| Event {
            day: e.from,
            level: e.level.clone(),
            what: Happened::Stated,
        })
        .collect();
    let mut projection = Projection {
        course,
        partner,
        from: latest.from.max(Day(0)),
        until,
        level: latest.level.clone(),
        reviews: BTreeSet::new(),
        judged: BTreeSet::new(),
        pending: None,
        stuck: false,
        events: vec![],
    };
    projection.go();
    events.extend(projection.events);
    events
}

/// The status on a day by the partner's own account: the vendor's latest word, carried on by the lifecycle.
pub fn projected(run: &Run<'_>, partner: usize, day: Day) -> Option<String> {
    let level = project(run, partner, day).pop()?.level?;
    run.compiled.level(&level).map(|_| level)
}

/// Where the status stands by the partner's own account, after all that happened to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The level's id; `None`: below the first.
    pub level: Option<String>,
    /// The day from which.
    pub since: Option<Day>,
    /// What was failed since the vendor's latest word, and has not been undone: the day of its event, and the event.
    pub failed: Option<(Day, Happened)>,
    /// Has the level been lost by that?
    pub lost: bool,
}

/// Sums up a projection.
pub fn account(events: &[Event]) -> Account {
    let mut of = Account::default();
    for event in events {
        if of.since.is_none() || event.level != of.level {
            of.since = Some(event.day);
        }
        of.level.clone_from(&event.level);
        match &event.what {
            Happened::Failed { .. } => {
                of.failed = Some((event.day, event.what.clone()));
                of.lost = false;
            }
            Happened::Demoted => of.lost = true,
            Happened::Stated | Happened::Promoted => {
                of.failed = None;
                of.lost = false;
            }
            // What is left after a loss may be renewed; the loss stays.
            Happened::Renewed { .. }
            | Happened::ReviewOpen { .. }
            | Happened::MayBeAskedFor { .. } => {}
        }
    }
    of
}

/// The rule for a level: its own where it has one, else the program's.
pub fn rule<T>(
    edition: &Edition,
    level: Option<&str>,
    pick: impl Fn(&LifecycleRules) -> Option<T>,
) -> Option<T> {
    let lifecycle = edition.lifecycle.as_ref()?;
    level
        .and_then(|id| lifecycle.level.get(id))
        .and_then(&pick)
        .or_else(|| pick(&lifecycle.rules))
}

/// Does a promotion to a level take effect at once on a day that is no review, without anybody asking for it?
pub fn rises_on(edition: &Edition, level: &str, day: Day) -> bool {
    let by = rule(edition, Some(level), |r| r.promote_by.clone());
    let delay = rule(edition, Some(level), |r| r.promote_effective.clone());
    matches!(by, None | Some(Published::As(Actor::Rule)))
        && matches!(delay, None | Some(Published::As(Delay::AtOnce)))
        && matches!(rule(edition, Some(level), |r| r.promote_on.clone()), Some(Published::As(on)) if takes_effect(&on, day, false))
}

fn takes_effect(rule: &Takes, day: Day, review: bool) -> bool {
    match rule {
        Takes::AnyDay => true,
        Takes::Review => review,
        Takes::MonthEnd => Day::from(day.date().last_of_month()) == day,
        Takes::Dates(dates) => dates.contains(&(day.date().month(), day.date().day())),
        Takes::Never => false,
    }
}

/// Something that takes effect later.
#[derive(Clone)]
struct Pending {
    on: Day,
    level: Option<String>,
    demotes: bool,
}

struct Projection<'r, 'e> {
    course: &'r Course<'e>,
    partner: usize,
    from: Day,
    until: Day,
    level: Option<String>,
    /// Every review day, by the edition that judges on it.
    reviews: BTreeSet<Day>,
    /// Reviews with a window for renewal that have been judged.
    judged: BTreeSet<Day>,
    pending: Option<Pending>,
    /// A review has failed and what follows is not published: nothing more is known of the status.
    stuck: bool,
    events: Vec<Event>,
}

impl Projection<'_, '_> {
    /// What the user assumes of something that is not published: `aws-services-path.grace`.
    fn assumed<'a>(run: &Run<'a>, key: &str) -> Option<&'a str> {
        let edition = &run.compiled.edition;
        run.engine
            .assumptions
            .assume
            .get(&format!("{}.{key}", edition.program))
            .map(String::as_str)
    }

    fn go(&mut self) {
        let mut days: BTreeSet<Day> = BTreeSet::from([self.from]);
        for (from, to, run) in self.course.within(self.from, self.until) {
            if run.compiled.edition.lifecycle.is_some() && !run.compiled.levels.is_empty() {
                days.insert(from);
                self.reviews_of(&run, from, to);
                self.turns_of(&run, from, to, &mut days);
            }
        }
        days.extend(&self.reviews);
        let windows: Vec<(Day, Day)> = self
            .reviews
            .iter()
            .filter_map(|review| {
                let run = self.course.on(*review)?;
                let levels = run.compiled.levels.iter().map(|l| Some(l.id.as_str()));
                let closes = levels
                    .filter_map(|l| renewal(&run, l))
                    .map(|(_, closes)| review.plus(closes))
                    .max()?;
                Some((*review, closes))
            })
            .collect();
        for (review, closes) in windows {
            let closes = closes.min(self.until);
            days.insert(closes);
            for (from, to, run) in self.course.within(review, closes) {
                for level in 0..run.compiled.levels.len() {
                    let steps = run.level_over(self.partner, Ask::Retain, level, from, to);
                    days.extend(steps.runs().map(|(day, _)| Day(day)));
                    // A window closes on a day of its own for each level that has one.
                    let id = run.compiled.levels[level].id.as_str();
                    days.extend(renewal(&run, Some(id)).map(|(_, c)| review.plus(c)));
                }
            }
        }
        while let Some(day) = days.pop_first() {
            if day > self.until {
                break;
            }
            self.day(day);
            if let Some(pending) = &self.pending
                && pending.on > day
            {
                days.insert(pending.on);
            }
        }
    }

    /// The review days of the days on which an edition judges.
    fn reviews_of(&mut self, run: &Run<'_>, from: Day, to: Day) {
        let edition = &run.compiled.edition;
        let enrollments = status::enrollments(
            &run.engine.ledger,
            self.partner,
            &edition.program,
            edition.lifecycle.as_ref(),
        );
        let Some(latest) = enrollments.iter().rfind(|e| e.from <= self.until) else {
            return;
        };
        let assumed = status::assumed_review(&run.engine.assumptions, &edition.program);
        let found = status::reviews(edition, latest, assumed, self.until, to);
        self.reviews
            .extend(found.into_iter().filter(|d| from <= *d && *d <= to));
    }

    /// The days on which an edition's tests or calendar may change the status.
    fn turns_of(&self, run: &Run<'_>, from: Day, to: Day, days: &mut BTreeSet<Day>) {
        let edition = &run.compiled.edition;
        let on_any_day = edition.levels.iter().any(|level| {
            matches!(
                rule(edition, Some(level), |r| r.demote_on.clone()),
                Some(Published::As(Takes::AnyDay))
            )
        });
        let asks: &[Ask] = if on_any_day {
            &[Ask::Enter, Ask::Retain]
        } else {
            &[Ask::Enter]
        };
        for ask in asks {
            for level in 0..run.compiled.levels.len() {
                let steps = run.level_over(self.partner, *ask, level, from, to);
                days.extend(steps.runs().map(|(day, _)| Day(day)));
            }
        }
        let levels = edition.levels.iter().map(|l| Some(l.as_str()));
        for level in levels.chain([None]) {
            for takes in [
                rule(edition, level, |r| r.promote_on.clone()),
                rule(edition, level, |r| r.demote_on.clone()),
            ] {
                if let Some(Published::As(takes)) = takes {
                    fixed_days(&takes, from, to, days);
                }
            }
        }
    }

    /// One day, in the order of LANGUAGE §5: review, demotion whose grace ends, promotion.
    fn day(&mut self, day: Day) {
        let run = self
            .course
            .on(day)
            .filter(|run| run.compiled.edition.lifecycle.is_some());
        if let Some(run) = run {
            self.judge(&run, day);
        }
        if let Some(pending) = self.pending.take_if(|p| p.on <= day) {
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
        if let Some(run) = run {
            self.promote(&run, day);
        }
    }

    /// The review that is judged on a day, and whether it is passed.
    fn reviewed(&mut self, run: &Run<'_>, level: usize, day: Day) -> Option<(Day, Truth)> {
        let id = run.compiled.levels[level].id.clone();
        let Some((opens, closes)) = renewal(run, Some(&id)) else {
            return self
                .reviews
                .contains(&day)
                .then(|| (day, run.level_truth(self.partner, Ask::Retain, level, day)));
        };
        // With a window for renewal a review is passed as soon as any day of it passes, and failed when it closes.
        let review = *self.reviews.range(..=day).next_back()?;
        let ends = review.plus(closes);
        if day > ends || self.judged.contains(&review) {
            return None;
        }
        let mut passed = Truth::No;
        for (from, to, run) in self.course.within(review.minus(opens), day) {
            if let Some(level) = run.compiled.level(&id) {
                let steps = run.level_over(self.partner, Ask::Retain, level, from, to);
                passed = steps.runs().fold(passed, |all, (_, truth)| all.or(*truth));
            }
        }
        (passed == Truth::Yes || day == ends).then(|| {
            self.judged.insert(review);
            (review, passed)
        })
    }

    fn judge(&mut self, run: &Run<'_>, day: Day) {
        let Some(level) = self.level.as_deref().and_then(|id| run.compiled.level(id)) else {
            return;
        };
        if self.pending.is_some() || self.stuck {
            return;
        }
        let id = &run.compiled.levels[level].id;
        let on = rule(&run.compiled.edition, Some(id), |r| r.demote_on.clone());
        let by_review = matches!(
            on,
            None | Some(Published::As(Takes::Review | Takes::AnyDay) | Published::Not)
        );
        let review = self.reviewed(run, level, day).filter(|_| by_review);
        if let Some((review, passed)) = review {
            match passed {
                Truth::Yes | Truth::NotApplicable => self.push(day, Happened::Renewed { review }),
                Truth::Unknown => self.push(day, Happened::ReviewOpen { review }),
                Truth::No => self.fail(run, day, level, Some(review)),
            }
        } else if let Some(Published::As(on)) = on
            && on != Takes::Review
            && takes_effect(&on, day, false)
            && day > self.from
            && run.level_truth(self.partner, Ask::Retain, level, day) == Truth::No
        {
            self.fail(run, day, level, None);
        }
    }

    fn push(&mut self, day: Day, what: Happened) {
        self.events.push(Event {
            day,
            level: self.level.clone(),
            what,
        });
    }

    fn fail(&mut self, run: &Run<'_>, day: Day, level: usize, review: Option<Day>) {
        let edition = &run.compiled.edition;
        let id = Some(run.compiled.levels[level].id.as_str());
        let grace = match (
            rule(edition, id, |r| r.grace.clone()),
            Self::assumed(run, "grace").and_then(Duration::parse),
        ) {
            (_, Some(assumed)) => Some(assumed),
            (Some(Published::As(grace)), _) => Some(grace),
            // No default exists: a file that does not say has not published it.
            (Some(Published::Not) | None, _) => None,
        };
        let named = |id: &str| run.compiled.level(id).map(|_| id.to_owned());
        let falls_to = match (
            rule(edition, id, |r| r.demote_to.clone()),
            Self::assumed(run, "demote.to"),
        ) {
            (_, Some("none")) => Some(None),
            (_, Some("highest retained")) => Some(self.highest_retained(run, day, level)),
            (_, Some(id)) => Some(named(id)),
            (Some(Published::Not), _) => None,
            (Some(Published::As(DemoteTo::None)), _) => Some(None),
            (Some(Published::As(DemoteTo::Level(id))), _) => Some(named(&id)),
            (Some(Published::As(DemoteTo::HighestRetained)) | None, _) => {
                Some(self.highest_retained(run, day, level))
            }
        };
        let delay = match rule(edition, id, |r| r.demote_effective.clone()) {
            Some(Published::As(delay)) => Some(delay),
            Some(Published::Not) => None,
            None => Some(Delay::AtOnce),
        };
        let lost_on = grace.zip(delay).map(|(grace, delay)| {
            let mut on = after(day.plus(grace), &delay);
            for (protected, who, until) in &run.compiled.protect {
                let this = id == Some(protected.as_str());
                let covers = who.is_none_or(|who| {
                    matches!(run.node(self.partner, who, Ask::Retain, day), crate::standing::Value::Number(r) if r.exact() == Some(&crate::number::Exact::ONE))
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
                review,
                lost_on,
                falls_to: falls_to.clone(),
            },
        );
        match (lost_on, falls_to) {
            (Some(on), Some(level)) => {
                self.pending = Some(Pending {
                    on,
                    level,
                    demotes: true,
                });
            }
            _ => self.stuck = true,
        }
    }

    fn highest_retained(&self, run: &Run<'_>, day: Day, below: usize) -> Option<String> {
        let level = (0..below)
            .rev()
            .find(|level| run.level_truth(self.partner, Ask::Retain, *level, day) == Truth::Yes)?;
        Some(run.compiled.levels[level].id.clone())
    }

    fn promote(&mut self, run: &Run<'_>, day: Day) {
        if self.stuck || self.pending.as_ref().is_some_and(|p| !p.demotes) {
            return;
        }
        let above = match &self.level {
            None => 0,
            Some(id) => match run.compiled.level(id) {
                Some(at) => at + 1,
                // The edition has no such level, and does not say what is above it.
                None => return,
            },
        };
        let edition = &run.compiled.edition;
        let review = self.reviews.contains(&day);
        for level in (above..run.compiled.levels.len()).rev() {
            let id = run.compiled.levels[level].id.as_str();
            let on = rule(edition, Some(id), |r| r.promote_on.clone());
            if matches!(&on, Some(Published::As(on)) if !takes_effect(on, day, review)) {
                continue;
            }
            if run.level_truth(self.partner, Ask::Enter, level, day) != Truth::Yes {
                continue;
            }
            let by = match rule(edition, Some(id), |r| r.promote_by.clone()) {
                Some(Published::As(by)) => by,
                _ => Actor::Rule,
            };
            if by != Actor::Rule {
                let since_lost = self.events.iter().rev();
                let already = since_lost.take_while(|e| e.what != Happened::Demoted).any(
                    |e| matches!(&e.what, Happened::MayBeAskedFor { level, .. } if level == id),
                );
                if !already {
                    let level = id.to_owned();
                    self.push(day, Happened::MayBeAskedFor { level, by });
                }
                continue;
            }
            if !matches!(on, Some(Published::As(_))) {
                continue;
            }
            let delay = match rule(edition, Some(id), |r| r.promote_effective.clone()) {
                Some(Published::As(delay)) => delay,
                _ => Delay::AtOnce,
            };
            let on = after(day, &delay);
            if on <= day {
                // Reaching a level ends whatever an earlier failure had in store.
                self.pending = None;
                self.level = Some(id.to_owned());
                self.push(day, Happened::Promoted);
            } else if self.pending.is_none() {
                self.pending = Some(Pending {
                    on,
                    level: Some(id.to_owned()),
                    demotes: false,
                });
            }
            return;
        }
    }
}

/// The window around a review in which passing on any day renews a level.
fn renewal(run: &Run<'_>, level: Option<&str>) -> Option<(Duration, Duration)> {
    match rule(&run.compiled.edition, level, |r| r.renew.clone()) {
        Some(Published::As(window)) => Some(window),
        _ => None,
    }
}

/// Days of the calendar on which something may take effect.
fn fixed_days(takes: &Takes, from: Day, to: Day, days: &mut BTreeSet<Day>) {
    match takes {
        Takes::MonthEnd => {
            let mut end = Day::from(from.date().last_of_month());
            while end <= to {
                days.insert(end);
                end = Day::from(end.next().date().last_of_month());
            }
        }
        Takes::Dates(dates) => {
            for year in from.date().year()..=to.date().year() {
                days.extend(
                    dates
                        .iter()
                        .filter_map(|(month, day)| Day::new(year, *month, *day))
                        .filter(|d| from <= *d && *d <= to),
                );
            }
        }
        _ => {}
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
