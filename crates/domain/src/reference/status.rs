//! Who holds what, the marks of reviews, and the projection: §4 and §5 of the language page; conventions 23 to 26.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::facts::Fact;
use super::values::same;
use super::{MOST_DAYS, MOST_STEPS, Reference, Scene};
use crate::calendar::{Calendar, Day, Duration, Period, Unit};
use crate::evidence::Cell;
use crate::program::{
    Actor, Ask, Delay, DemoteTo, Edition, Lifecycle, LifecycleRules, Published, Takes,
};
use crate::standing::Truth;

/// An event of the projection: what the lifecycle would make of the vendor's latest word if nothing else happened.
///
/// Never the status itself: that is what the vendor says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projected {
    /// The day on which it happens; the first day of what it leads to.
    pub day: Day,
    /// The level that is held from this day, `None` below the first; for [`Cause::Eligible`] the level that may be
    /// asked for, for [`Cause::Unpublished`] and [`Cause::Open`] the one at stake.
    pub level: Option<String>,
    /// Why.
    pub cause: Cause,
}

/// Why the projection changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The vendor's latest enrollment fact opens.
    Enrolled,
    /// A higher level's `enter` was met, and the rule alone promotes.
    Promoted,
    /// A higher level's `enter` is met; somebody must apply or invite, or nobody publishes who or when.
    Eligible,
    /// A review was failed, and the level is lost.
    Demoted,
    /// A review was failed; what follows from it is not published: the keys that say so. The projection ends here.
    Unpublished(Vec<&'static str>),
    /// The review cannot be judged for want of evidence. The projection ends here.
    Open,
}

impl<'a> Reference<'a> {
    // --------------------------------------------------------------------------------------------- status (23, 25, 26)

    /// The enrollment facts of a program: those that name it, and for the edition's own program those that name none.
    fn enrollments(&self, program: &str, partner: usize) -> Vec<Rc<Fact>> {
        let Some(at) = self.evidence.kind("enrollments") else {
            return vec![];
        };
        let own = program == self.edition.program;
        let is_of_program = |fact: &Fact| match self.program_named(fact) {
            Some(named) => same(&named, program),
            None => own,
        };
        let facts = self.facts(at, partner);
        facts.iter().filter(|f| is_of_program(f)).cloned().collect()
    }

    /// The enrollment fact of a program that holds on the day; of several, the one that opened last.
    pub(super) fn enrollment_on(&self, program: &str, scene: &Scene<'_>) -> Option<Rc<Fact>> {
        self.enrollments(program, scene.partner)
            .into_iter()
            .filter(|fact| fact.holds(scene.day) == Truth::Yes)
            .max_by_key(|fact| (fact.opens, self.program_named(fact).is_some()))
    }

    /// The level that an enrollment states; none where it is empty: enrolled, below the first.
    pub(super) fn level_held(&self, fact: &Fact, edition: &Edition) -> Option<String> {
        let text = self.key_text(self.kind(fact.kind), fact, "level")?;
        let level = edition.levels.iter().find(|l| same(l, &text));
        Some(level.cloned().unwrap_or(text))
    }

    /// `holds([program,] level)`: the vendor's word says this level or a higher one. Where enrollments were never
    /// supplied, or a row of them was refused, no fact is no answer.
    pub(super) fn has_status(
        &self,
        program: Option<&str>,
        level: &str,
        scene: &Scene<'_>,
    ) -> Truth {
        let program = program.unwrap_or(&self.edition.program);
        let edition = if program == self.edition.program {
            Some(self.edition)
        } else {
            self.edition_of(program, scene)
        };
        let rank = |l: &str| edition.and_then(|e| e.levels.iter().position(|x| x == l));
        let Some((edition, wanted)) = edition.zip(rank(level)) else {
            return Truth::Unknown;
        };
        let held = self
            .enrollment_on(program, scene)
            .and_then(|fact| self.level_held(&fact, edition))
            .and_then(|held| rank(&held));
        if held.is_some_and(|held| held >= wanted) {
            return Truth::Yes;
        }
        let silent =
            self.evidence.kind("enrollments").is_none_or(|at| {
                !self.evidence.tables[at].supplied
                    || self.evidence.partners.get(scene.partner).is_some_and(|_| {
                        self.evidence.refused_of(at, scene.partner).next().is_some()
                    })
            });
        if silent { Truth::Unknown } else { Truth::No }
    }

    /// Convention 26: the edition of another program that an `elections` fact names, else the one in force.
    pub(super) fn edition_of(&self, program: &str, scene: &Scene<'_>) -> Option<&'a Edition> {
        let elected = self.evidence.kind("elections").and_then(|at| {
            self.facts(at, scene.partner)
                .iter()
                .filter(|f| f.holds(scene.day) == Truth::Yes)
                .filter(|f| self.program_named(f).is_some_and(|p| same(&p, program)))
                .max_by_key(|f| f.opens)
                .and_then(|f| self.key_text(self.kind(at), f, "edition"))
        });
        let library = self.library;
        elected
            .and_then(|edition| library.edition(program, &edition))
            .or_else(|| library.governing(program, scene.day))
            .map(AsRef::as_ref)
    }

    // ---------------------------------------------------------------------------------------------------------- marks

    /// Convention 25: `since enrolled` counts from the earliest enrollment fact of the program that has opened by the day.
    pub(super) fn first_enrolled(&self, scene: &Scene<'_>) -> Option<Day> {
        self.enrollments(&self.edition.program, scene.partner)
            .iter()
            .map(|fact| fact.opens)
            .filter(|opens| opens.is_real() && *opens <= scene.day)
            .min()
    }

    /// Convention 24: the mark of the last review on the day: `last_review_on` where it is not after the day, or the
    /// latest review day before it. On a review day itself the mark is still the one before.
    pub(super) fn last_review(&self, scene: &Scene<'_>) -> Option<Day> {
        if let Some(mark) = scene.mark {
            return mark;
        }
        let fact = self.enrollment_on(&self.edition.program, scene)?;
        let recorded = self
            .date_of(&fact, "last_review_on")
            .filter(|day| *day <= scene.day);
        let due = self
            .review_days(&fact, scene.day, scene.day.previous())
            .pop();
        recorded.max(due)
    }

    fn date_of(&self, fact: &Fact, column: &str) -> Option<Day> {
        let at = self.kind(fact.kind).fields.get_index_of(column)?;
        match fact.cells[at] {
            Cell::Day(day) => Some(day),
            _ => None,
        }
    }

    /// The review days that an enrollment or the lifecycle gives, as seen on `day` and up to the end of `through`, in
    /// order.
    ///
    /// `next_review_on` and what follows it every so often. Without it every so often from the field that `after` names,
    /// else from the recorded review, which says nothing about days before it, else from the opening. Beside both the days
    /// of the year. A day that is only reckoned so is none up to the opening.
    fn review_days(&self, fact: &Fact, day: Day, through: Day) -> Vec<Day> {
        let review = self.edition.lifecycle.as_ref().map(|l| &l.review);
        let every = review
            .and_then(|r| r.every)
            .or_else(|| {
                let assumed = self.assumed("review.every", None)?;
                Duration::parse(&assumed)
            })
            .filter(|every| every.count > 0);
        let next = self.date_of(fact, "next_review_on");
        let after = review
            .and_then(|r| r.after.as_ref())
            .and_then(|column| self.date_of(fact, column));
        let recorded = self
            .date_of(fact, "last_review_on")
            .filter(|recorded| *recorded <= day);
        let start = next.or(after).or(recorded).unwrap_or(fact.opens);
        let mut days: Vec<Day> = Vec::new();
        if start.is_real() && through.0.saturating_sub(start.0) <= MOST_DAYS {
            if let Some(every) = every {
                let later = |times: u32| {
                    start.plus(Duration {
                        count: every.count.saturating_mul(times),
                        ..every
                    })
                };
                days.extend((1..).map(later).take_while(|day| *day <= through));
            }
            if let Some(review) = review {
                for year in fact.opens.date().year()..=through.date().year() {
                    let of_year = review.on.iter();
                    days.extend(of_year.filter_map(|(m, d)| Day::new(year, *m, *d)));
                }
            }
        }
        days.retain(|day| *day > fact.opens);
        days.extend(next);
        days.retain(|day| *day <= through);
        days.sort_unstable();
        days.dedup();
        days
    }

    // ----------------------------------------------------------------------------------------------------- projection

    /// What is assumed for something that is not published: `aws-services-path.grace`, or of one level
    /// `aws-services-path.premier.grace`.
    fn assumed(&self, key: &str, level: Option<&str>) -> Option<String> {
        let program = &self.edition.program;
        let assume = &self.assumptions.assume;
        level
            .and_then(|level| assume.get(&format!("{program}.{level}.{key}")))
            .or_else(|| assume.get(&format!("{program}.{key}")))
            .cloned()
    }

    /// A rule of the lifecycle for a level: the level's own, else the program's, else what is assumed; `None` where it
    /// is not published.
    fn rule<T: Clone>(
        &self,
        level: &str,
        key: &'static str,
        of: impl Fn(&LifecycleRules) -> &Option<Published<T>>,
        default: Option<T>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let lifecycle = self.edition.lifecycle.as_ref()?;
        let own = lifecycle.level.get(level).and_then(|r| of(r).as_ref());
        match own.or(of(&lifecycle.rules).as_ref()) {
            Some(Published::As(value)) => Some(value.clone()),
            None if default.is_some() => default,
            _ => self.assumed(key, Some(level)).and_then(|text| read(&text)),
        }
    }

    /// §5, "Exact boundaries": from the latest enrollment fact on, day by day.
    pub(super) fn projected(&self, until: Day, scene: &Scene<'_>) -> Vec<Projected> {
        let latest = self
            .enrollments(&self.edition.program, scene.partner)
            .into_iter()
            .filter(|fact| fact.opens.is_real() && fact.opens <= until)
            .max_by_key(|fact| (fact.opens, self.program_named(fact).is_some()));
        let Some(fact) = latest else {
            return vec![];
        };
        let held = self.level_held(&fact, self.edition);
        let mut walk = Walk {
            held: held
                .as_ref()
                .and_then(|h| self.edition.levels.iter().position(|l| l == h)),
            loses: None,
            rises: None,
            late: None,
            announced: BTreeSet::new(),
            events: vec![Projected {
                day: fact.opens,
                level: held,
                cause: Cause::Enrolled,
            }],
        };
        let Some(lifecycle) = &self.edition.lifecycle else {
            return walk.events;
        };
        let last = until.min(fact.opens.plus_days(MOST_DAYS));
        let mut reviews: BTreeSet<Day> = self.review_days(&fact, last, last).into_iter().collect();
        // A `next_review_on` wins over the days of the year before it.
        if let Some(next) = self.date_of(&fact, "next_review_on") {
            reviews.retain(|day| *day >= next);
        }
        let mut day = fact.opens;
        while day <= last {
            self.steps.set(MOST_STEPS);
            let today = scene.on(day);
            // (2) a review due on the day, (3) a demotion whose grace ends on it, (4) promotion.
            if !self.review(lifecycle, &reviews, &mut walk, &today) {
                break;
            }
            self.demote(&mut walk, day);
            self.promote(&reviews, &mut walk, &today);
            day = day.next();
        }
        walk.events
    }

    /// (2) Judges `retain` of the level held, where the day is one on which it is judged. `false` ends the projection.
    fn review(
        &self,
        lifecycle: &Lifecycle,
        reviews: &BTreeSet<Day>,
        walk: &mut Walk,
        today: &Scene<'_>,
    ) -> bool {
        let Some(level) = walk.held.map(|at| self.edition.levels[at].clone()) else {
            return true;
        };
        if walk.loses.is_some() {
            return true;
        }
        let on = self.rule(&level, "demote.on", |r| &r.demote_on, None, read_takes);
        let day = today.day;
        let due = match &on {
            Some(Takes::Review) | None => reviews.contains(&day),
            Some(takes) => falls_on(takes, day, reviews),
        };
        let by_review = matches!(on, Some(Takes::Review) | None);
        let renew = self
            .rule(&level, "renew", |r| &r.renew, None, |_| None)
            .filter(|_| by_review);
        // With `renew`, passing on any day from `opens` before the review to `closes` after it renews.
        let retained = |scene: &Scene<'_>| {
            let ask = Ask::Retain;
            self.level_in(&level, &Scene { ask, ..*scene })
        };
        let judged = if due {
            walk.late = None;
            let mut passed = retained(today);
            if let Some((opens, closes)) = renew {
                let mut earlier = day.minus(opens);
                while earlier < day && passed != Truth::Yes {
                    passed = passed.or(retained(&today.on(earlier)));
                    earlier = earlier.next();
                }
                if passed != Truth::Yes && day.plus(closes) > day {
                    // Judged on, with the mark as it was before this review.
                    walk.late = Some((day.plus(closes), self.last_review(today), passed));
                    return true;
                }
            }
            passed
        } else if let Some((ends, mark, so_far)) = walk.late {
            if day < ends {
                let passed = so_far.or(retained(&Scene {
                    mark: Some(mark),
                    ..*today
                }));
                walk.late = (passed != Truth::Yes).then_some((ends, mark, passed));
                return true;
            }
            walk.late = None;
            so_far
        } else {
            return true;
        };
        match judged {
            Truth::Yes | Truth::NotApplicable => true,
            Truth::Unknown => {
                walk.tell(day, Some(level), Cause::Open);
                false
            }
            Truth::No => self.fail(lifecycle, &level, on.is_some(), walk, today),
        }
    }

    /// A failed review: when the level is lost, and to what. `false` where that is not published or not known.
    fn fail(
        &self,
        lifecycle: &Lifecycle,
        level: &str,
        on_is_published: bool,
        walk: &mut Walk,
        today: &Scene<'_>,
    ) -> bool {
        let day = today.day;
        let grace = self.rule(level, "grace", |r| &r.grace, None, Duration::parse);
        let default = Some(DemoteTo::HighestRetained);
        let to = self.rule(
            level,
            "demote.to",
            |r| &r.demote_to,
            default,
            |text| {
                Some(match text {
                    "highest retained" => DemoteTo::HighestRetained,
                    "none" => DemoteTo::None,
                    level => DemoteTo::Level(level.to_owned()),
                })
            },
        );
        let at_once = Some(Delay::AtOnce);
        let effective = self.rule(
            level,
            "demote.effective",
            |r| &r.demote_effective,
            at_once,
            read_delay,
        );
        let of_level = lifecycle.level.get(level).and_then(|r| r.renew.as_ref());
        let renew_is_published =
            of_level.or(lifecycle.rules.renew.as_ref()) != Some(&Published::Not);
        let (Some(grace), Some(to), Some(effective), true, true) =
            (grace, &to, &effective, on_is_published, renew_is_published)
        else {
            let unpublished = [
                ("demote.on", on_is_published),
                ("demote.to", to.is_some()),
                ("demote.effective", effective.is_some()),
                ("grace", grace.is_some()),
                ("renew", renew_is_published),
            ]
            .into_iter()
            .filter(|(_, is_published)| !is_published)
            .map(|(key, _)| key)
            .collect();
            walk.tell(day, Some(level.to_owned()), Cause::Unpublished(unpublished));
            return false;
        };
        let mut lost = delayed(day.plus(grace), effective);
        for protect in lifecycle.protect.iter().filter(|p| p.level == level) {
            let who = protect
                .who
                .as_ref()
                .map_or(Truth::Yes, |who| self.test(&who.expr, today));
            match who {
                Truth::Yes => lost = lost.max(protect.until),
                Truth::Unknown => {
                    walk.tell(day, Some(level.to_owned()), Cause::Open);
                    return false;
                }
                Truth::No | Truth::NotApplicable => {}
            }
        }
        let to = match to {
            DemoteTo::None => None,
            DemoteTo::Level(level) => self.edition.levels.iter().position(|l| l == level),
            DemoteTo::HighestRetained => match self.highest_retained(walk.held, today) {
                Ok(to) => to,
                Err(()) => {
                    walk.tell(day, Some(level.to_owned()), Cause::Open);
                    return false;
                }
            },
        };
        walk.loses = Some((lost, to));
        true
    }

    /// The highest level below the one held whose `retain` is yes on the day of the review; `Err` where that is open.
    fn highest_retained(
        &self,
        held: Option<usize>,
        today: &Scene<'_>,
    ) -> Result<Option<usize>, ()> {
        for at in (0..held.unwrap_or(0)).rev() {
            let ask = Ask::Retain;
            match self.level_in(&self.edition.levels[at], &Scene { ask, ..*today }) {
                Truth::Yes => return Ok(Some(at)),
                Truth::Unknown => return Err(()),
                Truth::No | Truth::NotApplicable => {}
            }
        }
        Ok(None)
    }

    /// (3) A demotion whose grace ends on the day: it is the first day below.
    fn demote(&self, walk: &mut Walk, day: Day) {
        if let Some((lost, to)) = walk.loses
            && lost <= day
        {
            walk.loses = None;
            walk.announced.clear();
            self.move_to(to, day, Cause::Demoted, walk);
        }
    }

    /// (4) Promotion to the highest level above whose `enter` is met; where the rule alone does not promote, it is said
    /// once that one may be.
    fn promote(&self, reviews: &BTreeSet<Day>, walk: &mut Walk, today: &Scene<'_>) {
        let day = today.day;
        if let Some((from, to)) = walk.rises
            && from <= day
        {
            walk.rises = None;
            if walk.held.is_none_or(|held| held < to) {
                walk.loses = None;
                self.move_to(Some(to), day, Cause::Promoted, walk);
            }
        }
        let above = walk
            .held
            .max(walk.rises.map(|(_, to)| to))
            .map_or(0, |at| at + 1);
        for at in (above..self.edition.levels.len()).rev() {
            let level = &self.edition.levels[at];
            let on = self.rule(level, "promote.on", |r| &r.promote_on, None, read_takes);
            let rule = Some(Actor::Rule);
            let by = self.rule(level, "promote.by", |r| &r.promote_by, rule, read_actor);
            let at_once = Some(Delay::AtOnce);
            let effective = self.rule(
                level,
                "promote.effective",
                |r| &r.promote_effective,
                at_once,
                read_delay,
            );
            if on.as_ref().is_some_and(|t| !falls_on(t, day, reviews)) {
                continue;
            }
            let ask = Ask::Enter;
            if self.level_in(level, &Scene { ask, ..*today }) != Truth::Yes {
                continue;
            }
            match (on, by, effective) {
                (Some(_), Some(Actor::Rule), Some(Delay::AtOnce)) => {
                    walk.loses = None;
                    walk.rises = None;
                    self.move_to(Some(at), day, Cause::Promoted, walk);
                    return;
                }
                (Some(_), Some(Actor::Rule), Some(delay)) => {
                    walk.rises = Some((delayed(day, &delay), at));
                    return;
                }
                _ => {
                    if walk.announced.insert(at) {
                        walk.tell(day, Some(level.clone()), Cause::Eligible);
                    }
                }
            }
        }
    }

    fn move_to(&self, to: Option<usize>, day: Day, cause: Cause, walk: &mut Walk) {
        walk.held = to;
        walk.late = None;
        let level = to.map(|at| self.edition.levels[at].clone());
        walk.tell(day, level, cause);
    }
}

/// Where the projection stands.
struct Walk {
    /// The level held.
    held: Option<usize>,
    /// The day on which it is lost, and what is held then.
    loses: Option<(Day, Option<usize>)>,
    /// The day on which a promotion is effective, and to what.
    rises: Option<(Day, usize)>,
    /// A review that may still be passed: before which day, judged with which mark, and how it stands.
    late: Option<(Day, Option<Day>, Truth)>,
    /// The levels of which it was said that they may be asked for.
    announced: BTreeSet<usize>,
    events: Vec<Projected>,
}

impl Walk {
    fn tell(&mut self, day: Day, level: Option<String>, cause: Cause) {
        self.events.push(Projected { day, level, cause });
    }
}

/// Does a rule take effect on this day?
fn falls_on(takes: &Takes, day: Day, reviews: &BTreeSet<Day>) -> bool {
    match takes {
        Takes::AnyDay => true,
        Takes::Review => reviews.contains(&day),
        Takes::MonthEnd => day.next().date().day() == 1,
        Takes::Dates(dates) => dates.contains(&(day.date().month(), day.date().day())),
        Takes::Never => false,
    }
}

/// The day from which a change is effective.
fn delayed(day: Day, delay: &Delay) -> Day {
    match delay {
        Delay::AtOnce => day,
        Delay::After(duration) => day.plus(*duration),
        Delay::NextMonth => {
            let month = Period {
                unit: Unit::Month,
                fiscal: false,
            };
            Calendar::default().start(month, day, 1).unwrap_or(day)
        }
    }
}

fn read_takes(text: &str) -> Option<Takes> {
    Some(match text {
        "any day" => Takes::AnyDay,
        "review" => Takes::Review,
        "month end" => Takes::MonthEnd,
        "never" => Takes::Never,
        _ => return None,
    })
}

fn read_actor(text: &str) -> Option<Actor> {
    Some(match text {
        "rule" => Actor::Rule,
        "application" => Actor::Application,
        "invitation" => Actor::Invitation,
        _ => return None,
    })
}

fn read_delay(text: &str) -> Option<Delay> {
    match text {
        "at once" => Some(Delay::AtOnce),
        "next month" => Some(Delay::NextMonth),
        _ => Duration::parse(text).map(Delay::After),
    }
}
