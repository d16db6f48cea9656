//! Why a row stands as it does: each record counted, each record not counted with one reason, what is
//! missing, the exact gap, and the day on which it next changes (LANGUAGE §9).
//!
//! Made on demand for one partner; the bulk run pays nothing for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::answers::Answered;
use crate::calendar::{Day, Window};
use crate::compile::{
    Aggregate, AggregateId, Compiled, Field, FieldAt, Filter, Group, GroupValue, Ir, NodeId,
    Selector, SetIr, Value as FactExpr, What, children, walk,
};
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::{Examined, Run, V, range_of};
use crate::evidence::Cell;
use crate::intake::Named;
use crate::ledger::{FactId, State};
use crate::number::{Exact, Range};
use crate::points::PartPoints;
use crate::program::{Ask, Reading};
use crate::standing::{AsOf, RowStanding, Truth, Unit, Value, WindowDays};
use crate::syntax::{Compare, Pick};

/// Why a fact does not count: the first reason that applies.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Its row could not be read.
    Refused(Box<Diagnostic>),
    /// It was learned after the day of the question.
    LearnedLater(Option<Day>),
    /// Another fact of the same key stands in its place.
    Superseded(Place),
    /// It is of another program, or its name of another vendor's catalog.
    OtherProgram(Foreign),
    /// It is of another partner of the same enterprise, whom the rule does not look at.
    OtherEntity(String),
    /// An opening date is empty: a check is missing.
    Pending(Vec<String>),
    /// It opens later.
    NotYet(Day),
    /// A date closed it, or the next fact of the same key did.
    Ended {
        /// The date's name; empty where the next fact closed it.
        by: String,
        /// The first day on which it no longer held.
        on: Day,
    },
    /// Its holder was not registered on the day.
    HolderAbsent(Absent),
    /// Its amount is in another currency; it may count.
    OtherCurrency {
        /// Its own.
        has: String,
        /// The one that counts.
        wants: String,
    },
    /// The window does not look at the day on which it opened.
    OutsideWindow {
        /// The day on which it opened.
        opened: Day,
        /// The first and the last day of the window; `None` where no fact gives its mark, and it may count.
        window: Option<(Day, Day)>,
        /// Days missed by.
        missed_by: i32,
    },
    /// A clause of the filter is not true of it.
    Filter {
        /// The clause.
        clause: String,
        /// What it has.
        has: String,
    },
    /// A field that the filter reads is empty; it may count.
    FieldEmpty(String),
    /// No catalog knows its name; it may count. The nearest known ones.
    NameUnknown(Vec<String>),
    /// The list's item does not count on the day.
    NotListed {
        /// Its first day.
        from: Option<Day>,
        /// The first day on which it no longer counts.
        until: Option<Day>,
    },
    /// A program used it before.
    AlreadyUsed,
    /// Its group does not pass `having`, or is none of the highest.
    GroupShort,
    /// Its holder already counts by this fact.
    SameHolder(FactId),
    /// No seat was left for it.
    NoSeat,
    /// The part of a score that it adds to is full without it; the most that the part can give.
    BeyondCap(Exact),
}

/// Whose a fact is that counts elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// This program's, by its id.
    Program(String),
    /// Its name is an entry of this catalog.
    Catalog(String),
    /// Its name was marked as another vendor's.
    Name,
}

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Foreign::Program(program) => f.write_str(program),
            Foreign::Catalog(catalog) => write!(f, "the catalog {catalog}"),
            Foreign::Name => f.write_str("another vendor's name"),
        }
    }
}

/// Why what a fact is joined to, its holder for one, does not hold on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The fact itself ended, on this first day that no longer counts.
    Ended(Day),
    /// There is no record of the kind that it is joined to.
    NoRecord(String),
    /// The field that names the holder is empty.
    Empty(String),
    /// There is no record of this kind of this holder.
    NoRecordOf(String, String),
    /// No record of this kind of this holder holds.
    NoneHolds(String, String),
    /// The holder is registered only from this day on.
    OnlyFrom(String, Day),
    /// The holder left on this day.
    Left(String, Day),
    /// The holder was not registered on the day asked about.
    ThatDay(String),
    /// What it is joined to is silent; it may count.
    Silent,
    /// The kind that it is joined to was never supplied; it may count.
    NeverSupplied(String),
    /// So many rows of the kind that it is joined to were refused, and one may be its own; it may count.
    Refused(String, u32),
}

impl std::fmt::Display for Absent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Absent::Ended(on) => write!(f, "ended on {on}"),
            Absent::NoRecord(kind) => write!(f, "no {kind} record"),
            Absent::Empty(field) => write!(f, "{field} is empty"),
            Absent::NoRecordOf(kind, holder) => write!(f, "no {kind} record of {holder}"),
            Absent::NoneHolds(kind, holder) => write!(f, "no {kind} record of {holder} holds"),
            Absent::OnlyFrom(holder, on) => write!(f, "{holder} is registered only from {on}"),
            Absent::Left(holder, on) => write!(f, "{holder} left on {on}"),
            Absent::ThatDay(holder) => write!(f, "{holder} was not registered on that day"),
            Absent::Silent => f.write_str("what it is joined to is silent; it may count"),
            Absent::NeverSupplied(kind) => {
                write!(f, "{kind} were never supplied; it may count")
            }
            Absent::Refused(kind, 1) => {
                write!(f, "a refused row of {kind} may be its own; it may count")
            }
            Absent::Refused(kind, rows) => write!(
                f,
                "one of {rows} refused rows of {kind} may be its own; it may count"
            ),
        }
    }
}

/// A convention of ours that decided something (docs/conventions.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// A window leaves out its first day and counts its last.
    WindowEdges,
    /// A record no longer counts on the day that ends it.
    EndDay,
    /// What cannot be read for certain may count.
    MayCount,
    /// The review day itself is left out.
    SinceReview,
    /// Held means met on every single day.
    Held,
}

impl Convention {
    /// All of them.
    pub const ALL: [Convention; 5] = [
        Convention::WindowEdges,
        Convention::EndDay,
        Convention::MayCount,
        Convention::SinceReview,
        Convention::Held,
    ];
}

impl std::fmt::Display for Convention {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Convention::WindowEdges => {
                "a window leaves out its first day and counts its last (ours)"
            }
            Convention::EndDay => "a record no longer counts on the day that ends it (ours)",
            Convention::MayCount => {
                "what cannot be read for certain may count; it decides only where it would change the verdict (ours)"
            }
            Convention::SinceReview => {
                "since the last review: the review day itself is left out (ours)"
            }
            Convention::Held => "held: met on every single day of the window (ours)",
        })
    }
}

impl Reason {
    /// The code of LANGUAGE §9: `outside-window`.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Refused(_) => "refused",
            Reason::LearnedLater(_) => "learned-later",
            Reason::Superseded(_) => "superseded",
            Reason::OtherProgram(_) => "other-program",
            Reason::OtherEntity(_) => "other-entity",
            Reason::Pending(_) => "pending",
            Reason::NotYet(_) => "not-yet",
            Reason::Ended { .. } => "ended",
            Reason::HolderAbsent(_) => "holder-absent",
            Reason::OtherCurrency { .. } => "other-currency",
            Reason::OutsideWindow { .. } => "outside-window",
            Reason::Filter { .. } => "filter",
            Reason::FieldEmpty(_) => "field-empty",
            Reason::NameUnknown(_) => "name-unknown",
            Reason::NotListed { .. } => "not-listed",
            Reason::AlreadyUsed => "already-used",
            Reason::GroupShort => "group-short",
            Reason::SameHolder(_) => "same-holder",
            Reason::NoSeat => "no-seat",
            Reason::BeyondCap(_) => "beyond-cap",
        }
    }

    /// Could it count, once silence ends?
    pub fn may_count(&self) -> bool {
        matches!(
            self,
            Reason::Refused(_)
                | Reason::OtherCurrency { .. }
                | Reason::FieldEmpty(_)
                | Reason::NameUnknown(_)
                | Reason::OutsideWindow { window: None, .. }
        )
    }

    /// How far it is from counting: the smaller, the nearer. A check, days outside the window, one field, one name.
    pub(crate) fn distance(&self) -> (u8, i64) {
        match self {
            Reason::Pending(missing) => (0, missing.len() as i64),
            Reason::NotYet(_) => (1, 0),
            Reason::OutsideWindow { missed_by, .. } => (2, i64::from(*missed_by)),
            Reason::FieldEmpty(_) => (3, 0),
            Reason::NameUnknown(_) => (4, 0),
            Reason::OtherCurrency { .. } => (5, 0),
            Reason::Refused(_) => (6, 0),
            Reason::HolderAbsent(_) => (7, 0),
            Reason::Ended { .. } => (8, 0),
            Reason::NotListed { .. }
            | Reason::AlreadyUsed
            | Reason::GroupShort
            | Reason::NoSeat => (9, 0),
            Reason::SameHolder(_) | Reason::BeyondCap(_) | Reason::OtherEntity(_) => (10, 0),
            Reason::Filter { .. } => (11, 0),
            Reason::LearnedLater(_) => (12, 0),
            Reason::Superseded(_) => (13, 0),
            Reason::OtherProgram(_) => (14, 0),
        }
    }
}

/// In the words of the trade, as it stands behind a record.
impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days = |n: i32| {
            if n == 1 {
                "1 day".to_owned()
            } else {
                format!("{n} days")
            }
        };
        match self {
            Reason::Refused(problem) => write!(f, "refused at import: {}", problem.message),
            Reason::LearnedLater(Some(day)) => write!(f, "learned only on {day}"),
            Reason::LearnedLater(None) => f.write_str("learned later"),
            Reason::Superseded(place) if place.line > 0 => {
                write!(f, "corrected by {}, row {}", place.file, place.line)
            }
            Reason::Superseded(_) => f.write_str("corrected by a later record"),
            Reason::OtherProgram(of) => write!(f, "of another program or vendor: {of}"),
            Reason::OtherEntity(of) => write!(f, "counts for `{of}` alone"),
            Reason::Pending(missing) => write!(f, "waits for {}", missing.join(" and ")),
            Reason::NotYet(day) => write!(f, "counts only from {day}"),
            Reason::Ended { by, on } if by.is_empty() => {
                write!(f, "ended on {on}, when the next one began")
            }
            Reason::Ended { by, on } => write!(f, "ended on {on} ({by})"),
            Reason::HolderAbsent(why) => why.fmt(f),
            Reason::OtherCurrency { has, wants } => {
                write!(f, "in {has}, and no rate to {wants} is named; it may count")
            }
            Reason::OutsideWindow { window: None, .. } => {
                f.write_str("no record gives the day from which is counted; it may count")
            }
            Reason::OutsideWindow {
                opened,
                window: Some((first, last)),
                missed_by,
            } => {
                if opened < first {
                    write!(f, "{} before the window opens on {first}", days(*missed_by))
                } else {
                    write!(f, "{} after the window closes on {last}", days(*missed_by))
                }
            }
            Reason::Filter { clause, has } if has.is_empty() => write!(f, "not {clause}"),
            Reason::Filter { clause, has } => write!(f, "{has}, and {clause} is asked"),
            Reason::FieldEmpty(field) => write!(f, "{field} is empty; it may count"),
            Reason::NameUnknown(near) if near.is_empty() => {
                f.write_str("no catalog knows its name; it may count")
            }
            Reason::NameUnknown(near) => write!(
                f,
                "no catalog knows its name (nearest: {}); it may count",
                near.join(", ")
            ),
            Reason::NotListed {
                from: Some(from), ..
            } => write!(f, "on the list only from {from}"),
            Reason::NotListed {
                until: Some(until), ..
            } => write!(f, "no longer on the list since {until}"),
            Reason::NotListed { .. } => f.write_str("not on the list"),
            Reason::AlreadyUsed => f.write_str("used before"),
            Reason::GroupShort => f.write_str("its group is not enough"),
            Reason::SameHolder(_) => f.write_str("the same holder counts already"),
            Reason::NoSeat => f.write_str("no seat was left for it"),
            Reason::BeyondCap(max) => {
                write!(f, "its part is full: it gives {max} at most")
            }
        }
    }
}

/// A record of evidence as an explanation shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The fact; `None` for a row that was refused.
    pub fact: Option<FactId>,
    /// Where it came from.
    pub place: Place,
    /// The kind.
    pub kind: String,
    /// Its key, as people know it.
    pub id: String,
    /// Its filled fields, in the order of the kind.
    pub fields: Vec<(String, String)>,
    /// The day on which it opened, where it did.
    pub opened: Option<Day>,
    /// What it adds, for sums.
    pub amount: Option<String>,
    /// Why it does not count; `None`: it counts.
    pub reason: Option<Reason>,
}

/// Something that nobody has supplied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A kind of evidence that was never supplied.
    Kind(String),
    /// A question that nobody answered.
    Answer(String),
    /// A field of a kind that would give the mark of a window: `last_review_on` of `enrollments`.
    Field(String, String),
    /// A parameter that nobody set.
    Parameter(String),
    /// Rows of a kind that were refused.
    Mend(String, u32),
    /// A name that no catalog knows.
    Name(String),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Missing::Kind(kind) => write!(f, "supply {kind}"),
            Missing::Answer(question) => write!(f, "answer {question}"),
            Missing::Field(kind, field) => write!(f, "fill in {field} of {kind}"),
            Missing::Parameter(name) => write!(f, "set {name}"),
            Missing::Mend(kind, 1) => write!(f, "mend the refused row of {kind}"),
            Missing::Mend(kind, rows) => write!(f, "mend the {rows} refused rows of {kind}"),
            Missing::Name(name) => write!(f, "say what `{name}` is"),
        }
    }
}

/// What would close the distance to a threshold.
#[derive(Clone, Debug, PartialEq)]
pub enum Gap {
    /// Nothing is missing.
    Closed,
    /// So much more (or, below zero, less), in the row's unit; a range where silence leaves it open.
    By(Range),
    /// A test has to become yes.
    Test,
    /// There is no exact gap: these numbers enter.
    Of(Vec<(String, Value)>),
}

/// The run of days of a `held` test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streak {
    /// The window that must be held.
    pub window: Window,
    /// The first day of the present run, where there is one.
    pub since: Option<Day>,
    /// The last day that broke it.
    pub broken_on: Option<Day>,
    /// The first day on which it would be met, if nothing changed.
    pub met_on: Option<Day>,
}

/// The days on which facts of a kind are looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The kind.
    pub kind: String,
    /// The window in which they must have opened; `None`: those that hold on the day.
    pub window: Option<Window>,
    /// The window's days; `None` where it has none, or no fact gives its mark.
    pub days: Option<WindowDays>,
}

/// Everything about one row in one column.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The question.
    pub ask: Ask,
    /// The level.
    pub level: Option<String>,
    /// The row's title.
    pub title: String,
    /// The two times.
    pub as_of: AsOf,
    /// How it stands.
    pub standing: RowStanding,
    /// How each kind of facts was looked at, each way once.
    pub looks: Vec<Look>,
    /// Where the rule is said.
    pub cite: String,
    /// Was that read elsewhere than at its publisher?
    pub second_hand: bool,
    /// Readings of the source that are about it.
    pub readings: Vec<Reading>,
    /// Conventions of ours that decided something, in words.
    pub conventions: Vec<Convention>,
    /// The answers on which it rests.
    pub answers: Vec<Answered>,
    /// The records that count.
    pub counted: Vec<Record>,
    /// The records that do not, the nearest first.
    pub nearly: Vec<Record>,
    /// What is missing; it could change the verdict where that is unknown.
    pub missing: Vec<Missing>,
    /// What would close it.
    pub gap: Gap,
    /// The day on which it next changes if nothing happens, and to what.
    pub next_change: Option<(Day, Truth)>,
    /// For a test that must be held: its run.
    pub streak: Option<Streak>,
    /// The points of each part, where the row is a score.
    pub points: Vec<PartPoints>,
    /// The parts.
    pub parts: Vec<Explanation>,
}

/// How far ahead the next change is looked for: five years.
const AHEAD: i32 = 5 * 366;

impl Run<'_> {
    /// The windows in which a row looks at facts at a level, each once; `in period` as the question means it.
    pub fn windows(&self, ask: Ask, level: usize, row: usize) -> Vec<Window> {
        let compiled = self.compiled;
        let at = &compiled.rows[row].at;
        let node = at[level].have.or(at[compiled.levels.len()].have);
        let mut found: Vec<Window> = Vec::new();
        for (facts, _) in node.map_or(vec![], |n| aggregates_below(compiled, n)) {
            let window = match facts.window {
                Some(Window::Period) => compiled.period(ask),
                other => other,
            };
            found.extend(window.filter(|w| !found.contains(w)));
        }
        found
    }

    /// Why a row stands as it does in a column; `None` where the level does not ask it.
    pub fn explain(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        row: usize,
        day: Day,
    ) -> Option<Explanation> {
        let column = self.column(partner, ask, level, day);
        let id = &self.compiled.rows[row].id;
        let standing = find(&column.rows, id)?.clone();
        Some(self.explain_standing(partner, ask, Some(level), standing, day))
    }

    fn explain_standing(
        &self,
        partner: usize,
        ask: Ask,
        level: Option<usize>,
        standing: RowStanding,
        day: Day,
    ) -> Explanation {
        let compiled = self.compiled;
        let edition = &compiled.edition;
        let place = compiled
            .rows
            .iter()
            .position(|r| r.id == standing.id)
            .unwrap_or(0);
        let ir = &compiled.rows[place];
        let last = compiled.levels.len();
        let at = &ir.at[level.unwrap_or(last)];
        let node = at.have.or(ir.at[last].have);
        let row = &edition.rows[&standing.id];
        let cite = edition.cite_of(row);
        let below = node.map_or(vec![], |n| looks_below(compiled, n));
        let aggregates: Vec<(Selector, What)> = below
            .iter()
            .map(|(facts, what, _)| (facts.clone(), what.clone()))
            .collect();
        let mut counted = Vec::new();
        let mut nearly = Vec::new();
        let mut looks: Vec<Look> = Vec::new();
        for (facts, what, of) in &below {
            let (mut c, n) = self.records(partner, ask, (facts, what, *of), day);
            if let Some(node) = node {
                let asked = (partner, ask, node, day);
                nearly.extend(self.beyond_cap(asked, (facts, what), &mut c));
            }
            counted.extend(c);
            nearly.extend(n);
            let look = Look {
                kind: self.engine.ledger.evidence.vocabulary.kinds[facts.kind]
                    .name
                    .clone(),
                window: facts.window.map(|of| match of {
                    Window::Period => compiled.period(ask).unwrap_or(of),
                    of => of,
                }),
                days: facts
                    .window
                    .and_then(|of| self.window_bounds(partner, ask, of, day))
                    .map(|(first, last)| WindowDays {
                        after: Some(first.previous()),
                        through: last,
                    }),
            };
            if !looks.contains(&look) {
                looks.push(look);
            }
        }
        told_apart(&mut counted, &mut nearly);
        let mut missing: Vec<Missing> = Vec::new();
        if let Some(node) = node {
            self.missing(partner, ask, node, day, &mut missing);
        }
        if let Some(applies) = ir.applies.filter(|_| standing.verdict == Truth::Unknown) {
            self.missing(partner, ask, applies, day, &mut missing);
        }
        self.with_names(&nearly, &mut missing);
        let next_change = level.and_then(|level| {
            let steps = self.row_over(partner, ask, place, level, day, day.plus_days(AHEAD));
            steps.runs().nth(1).map(|(on, truth)| (Day(on), *truth))
        });
        let parts = standing
            .parts
            .iter()
            .map(|part| self.explain_standing(partner, ask, level, part.clone(), day))
            .collect();
        Explanation {
            ask,
            level: level.map(|l| compiled.levels[l].id.clone()),
            title: row.title.clone(),
            as_of: AsOf {
                day,
                known_at: self.engine.ledger.known_at,
            },
            conventions: self.conventions(&aggregates, &nearly, node),
            looks,
            second_hand: edition.is_second_hand(&cite),
            cite,
            readings: edition
                .reading
                .iter()
                .filter(|r| r.is_of_a_rule())
                .filter(|r| r.about == standing.id || row.parent.as_deref() == Some(&r.about))
                .cloned()
                .collect(),
            answers: node.map_or(vec![], |n| self.answers_below(partner, n, day)),
            counted,
            nearly,
            missing,
            gap: self.gap(partner, ask, &standing, node, day),
            next_change,
            streak: node.and_then(|n| self.streak(partner, ask, n, day)),
            points: node.map_or(vec![], |n| self.points_of(partner, ask, n, day)),
            parts,
            standing,
        }
    }

    /// The facts of a kind that one look at facts counts, and the others with a reason each.
    pub(crate) fn records(
        &self,
        partner: usize,
        ask: Ask,
        (facts, what, of): (&Selector, &What, Of),
        day: Day,
    ) -> (Vec<Record>, Vec<Record>) {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let kind = &evidence.vocabulary.kinds[facts.kind];
        let (mut counted, mut nearly) = (Vec::new(), Vec::new());
        // A holder counts once: by the fact that stands highest on the kind's ladder, then by the one that opened first.
        let mut holders: BTreeMap<String, (usize, i32, usize)> = BTreeMap::new();
        let examined = self.examined(partner, ask, facts, day);
        let opened = ledger.kinds[facts.kind].opened(ledger.table(facts.kind));
        // Whose group passes, and who sits on a seat.
        let passes = match of {
            Of::Group(set) => Some(self.members(partner, ask, set, day)),
            Of::Seats(_) | Of::Itself => None,
        };
        let mut seated = match of {
            Of::Seats(roster) => self.seated(partner, ask, roster, day),
            Of::Group(_) | Of::Itself => vec![],
        };
        let short = |e: &Examined| match (&passes, what) {
            (Some(passes), What::Distinct(field)) => {
                !passes.contains(&self.text_of(facts, e, field, day))
            }
            _ => false,
        };
        // Whose sums are the highest.
        let highest = match what {
            What::Sum(value, currency, Some(of)) => {
                let counts: Vec<&Examined> =
                    examined.iter().filter(|e| e.counts == Truth::Yes).collect();
                Some(self.highest(
                    partner,
                    ask,
                    (facts, value, currency.as_deref(), of),
                    &counts,
                    day,
                ))
            }
            _ => None,
        };
        // Of a group every record counts: together they pass.
        if let (What::Distinct(field), Of::Itself) = (what, of) {
            for e in examined.iter().filter(|e| e.counts == Truth::Yes) {
                let key = self.text_of(facts, e, field, day);
                let candidate = (usize::MAX - self.rung(facts, e, day), opened[e.row], e.row);
                let entry = holders.entry(key).or_insert(candidate);
                *entry = (*entry).min(candidate);
            }
        }
        for e in &examined {
            let id = FactId {
                kind: facts.kind,
                row: e.row,
            };
            let mut reason = if e.counts == Truth::Yes {
                None
            } else {
                Some(self.reason(partner, ask, facts, e, day))
            };
            if reason.is_none() && short(e) {
                reason = Some(Reason::GroupShort);
            }
            if let (None, Some(highest), What::Sum(.., Some((_, field)))) =
                (&reason, &highest, what)
            {
                let own = self.text_of(facts, e, field, day);
                if own.is_empty() {
                    reason = Some(Reason::FieldEmpty(field.name.clone()));
                } else if !highest.contains(&own) {
                    reason = Some(Reason::GroupShort);
                }
            }
            if let (None, Of::Seats(roster)) = (&reason, of) {
                let roster = &self.compiled.rosters[roster];
                let sits = (
                    self.text_of(facts, e, &roster.person, day),
                    self.text_of(facts, e, &roster.entry, day),
                );
                // Each seat is taken by one record.
                match seated.iter().position(|seat| *seat == sits) {
                    Some(_) => seated.retain(|seat| *seat != sits),
                    None => reason = Some(Reason::NoSeat),
                }
            }
            if reason.is_none()
                && let What::Distinct(field) = what
                && let Some((.., by)) = holders.get(&self.text_of(facts, e, field, day))
                && *by != e.row
            {
                reason = Some(Reason::SameHolder(FactId {
                    kind: facts.kind,
                    row: *by,
                }));
            }
            let mut amount = None;
            if let What::Sum(value, currency, _) = what {
                let v = self.fact_value(
                    partner,
                    ask,
                    facts,
                    e.row,
                    e.partner,
                    value,
                    currency.as_deref(),
                    day,
                );
                if let (V::Num(range), Some(currency)) = (&v, currency)
                    && range.most.is_none()
                    && reason.is_none()
                {
                    reason = self.other_currency(facts, e.row, currency);
                }
                let own = self.fact_value(partner, ask, facts, e.row, e.partner, value, None, day);
                amount = range_of(&own).exact().map(ToString::to_string);
            }
            let record = Record {
                fact: Some(id),
                place: evidence.place(facts.kind, e.row),
                kind: kind.name.clone(),
                id: self.key_of(facts.kind, e.row),
                fields: self.fields_of(facts.kind, e.row),
                opened: Some(Day(opened[e.row])).filter(|d| d.is_real()),
                amount,
                reason,
            };
            if record.reason.is_none() {
                counted.push(record)
            } else {
                nearly.push(record)
            }
        }
        let alone = Selector {
            over: None,
            ..facts.clone()
        };
        for relative in ledger.family(partner, true) {
            // Who is looked at has been: its records stand above.
            if relative == partner || examined.iter().any(|e| e.partner == relative) {
                continue;
            }
            for e in self.examined(relative, ask, &alone, day) {
                if e.counts == Truth::Yes {
                    nearly.push(Record {
                        fact: Some(FactId {
                            kind: facts.kind,
                            row: e.row,
                        }),
                        place: evidence.place(facts.kind, e.row),
                        kind: kind.name.clone(),
                        id: self.key_of(facts.kind, e.row),
                        fields: self.fields_of(facts.kind, e.row),
                        opened: Some(Day(opened[e.row])).filter(|d| d.is_real()),
                        amount: None,
                        reason: Some(Reason::OtherEntity(
                            evidence.partner_id(relative).to_owned(),
                        )),
                    });
                }
            }
        }
        for refused in evidence.refused_of(facts.kind, partner) {
            nearly.push(Record {
                fact: None,
                place: refused.problem.place.clone(),
                kind: kind.name.clone(),
                id: format!("row {}", refused.problem.place.line),
                fields: vec![],
                opened: None,
                amount: None,
                reason: Some(Reason::Refused(Box::new(refused.problem.clone()))),
            });
        }
        (counted, nearly)
    }

    /// The values of a field whose records have the highest sums, as far as these are known; of equal ones the first.
    fn highest(
        &self,
        partner: usize,
        ask: Ask,
        (facts, value, currency, (number, field)): (
            &Selector,
            &FactExpr,
            Option<&str>,
            &(u32, Field),
        ),
        counts: &[&Examined],
        day: Day,
    ) -> BTreeSet<String> {
        let mut sums: BTreeMap<String, Exact> = BTreeMap::new();
        for e in counts {
            let own = self.fact_value(partner, ask, facts, e.row, e.partner, value, currency, day);
            let own = range_of(&own);
            let sum = sums
                .entry(self.text_of(facts, e, field, day))
                .or_insert(Exact::ZERO);
            *sum = &*sum + &own.least.unwrap_or(Exact::ZERO);
        }
        let mut sums: Vec<(String, Exact)> = sums
            .into_iter()
            .filter(|(of, sum)| !of.is_empty() && *sum > Exact::ZERO)
            .collect();
        sums.sort_by(|a, b| b.1.cmp(&a.1));
        let taken = sums.into_iter().take(*number as usize);
        taken.map(|(of, _)| of).collect()
    }

    /// The records that counted for a row on the day before and do not on the day, each with its reason. Of a row that
    /// counts holders only those whose holder counts no longer.
    pub(crate) fn ceased(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        row: usize,
        day: Day,
    ) -> Vec<Record> {
        let ir = &self.compiled.rows[row];
        let last = self.compiled.levels.len();
        let Some(node) = ir.at[level].have.or(ir.at[last].have) else {
            return vec![];
        };
        let mut found: Vec<Record> = Vec::new();
        for (facts, what, _) in looks_below(self.compiled, node) {
            let before = self.examined(partner, ask, &facts, day.previous());
            let after = self.examined(partner, ask, &facts, day);
            let counting: BTreeMap<usize, bool> = after
                .iter()
                .map(|e| (e.row, e.counts == Truth::Yes))
                .collect();
            let lost = |e: &&Examined| {
                e.counts == Truth::Yes && counting.get(&e.row).is_none_or(|counts| !counts)
            };
            let lost: Vec<&Examined> = before.iter().filter(lost).collect();
            if lost.is_empty() {
                continue;
            }
            let still: Vec<String> = match &what {
                What::Distinct(field) => after
                    .iter()
                    .filter(|e| e.counts == Truth::Yes)
                    .map(|e| self.text_of(&facts, e, field, day))
                    .collect(),
                _ => vec![],
            };
            for e in lost {
                let id = FactId {
                    kind: facts.kind,
                    row: e.row,
                };
                let counts_yet = matches!(&what, What::Distinct(field)
                    if still.contains(&self.text_of(&facts, e, field, day)));
                if counts_yet || found.iter().any(|r| r.fact == Some(id)) {
                    continue;
                }
                let ledger = &self.engine.ledger;
                let opened = ledger.kinds[facts.kind].opened(ledger.table(facts.kind))[e.row];
                let reason = after
                    .iter()
                    .find(|now| now.row == e.row && now.partner == e.partner)
                    .map(|now| self.reason(partner, ask, &facts, now, day));
                found.push(Record {
                    fact: Some(id),
                    place: ledger.evidence.place(facts.kind, e.row),
                    kind: ledger.evidence.vocabulary.kinds[facts.kind].name.clone(),
                    id: self.key_of(facts.kind, e.row),
                    fields: self.fields_of(facts.kind, e.row),
                    opened: Some(Day(opened)).filter(|d| d.is_real()),
                    amount: None,
                    reason,
                });
            }
        }
        found
    }

    fn other_currency(&self, facts: &Selector, row: usize, wants: &str) -> Option<Reason> {
        let evidence = &self.engine.ledger.evidence;
        let kind = &evidence.vocabulary.kinds[facts.kind];
        kind.fields.values().find_map(|f| match &f.kind {
            crate::vocabulary::FieldType::Money(of) => {
                let code = evidence.column(facts.kind, of)?.code(row);
                let has = evidence.strings.text(code);
                (!has.is_empty() && !has.eq_ignore_ascii_case(wants)).then(|| {
                    Reason::OtherCurrency {
                        has: has.to_owned(),
                        wants: wants.to_owned(),
                    }
                })
            }
            _ => None,
        })
    }

    /// How high a fact stands on its catalog's ladder, from 1; 0 where there is none.
    fn rung(&self, facts: &Selector, e: &Examined, day: Day) -> usize {
        let kind = &self.engine.ledger.evidence.vocabulary.kinds[facts.kind];
        kind.catalog
            .iter()
            .find_map(|(name, ty)| match ty {
                crate::vocabulary::FieldType::Word(words) if !words.ladder.is_empty() => {
                    let field = Field {
                        name: name.clone(),
                        at: FieldAt::Catalog,
                        kind: ty.clone(),
                    };
                    let text = self.text_of(facts, e, &field, day);
                    words.ladder.iter().position(|w| *w == text).map(|p| p + 1)
                }
                _ => None,
            })
            .unwrap_or(0)
    }

    pub(crate) fn text_of(
        &self,
        facts: &Selector,
        e: &Examined,
        field: &Field,
        day: Day,
    ) -> String {
        match self.fact_value(
            e.partner,
            Ask::Enter,
            facts,
            e.row,
            e.partner,
            &FactExpr::Field(field.clone()),
            None,
            day,
        ) {
            V::Word(Some(word)) => word.to_string(),
            V::Num(range) => range.exact().map(ToString::to_string).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn key_of(&self, kind: usize, row: usize) -> String {
        let evidence = &self.engine.ledger.evidence;
        let declared = &evidence.vocabulary.kinds[kind];
        let mut parts = Vec::new();
        for (at, field) in declared.fields.values().enumerate().filter(|(_, f)| f.key) {
            match evidence.tables[kind].columns[at].cell(row) {
                Cell::Text(code) if field.name != "program" => {
                    parts.push(evidence.strings.text(code).to_owned())
                }
                // Days and numbers of the key stand among the fields.
                _ => {}
            }
        }
        parts.join(", ")
    }

    fn fields_of(&self, kind: usize, row: usize) -> Vec<(String, String)> {
        let evidence = &self.engine.ledger.evidence;
        let declared = &evidence.vocabulary.kinds[kind];
        declared
            .fields
            .values()
            .enumerate()
            .filter_map(|(at, field)| {
                let text = match evidence.tables[kind].columns[at].cell(row) {
                    Cell::Empty => return None,
                    Cell::Day(day) => day.to_string(),
                    Cell::Text(code) => evidence.strings.text(code).to_owned(),
                    Cell::Number(n) => n.to_string(),
                };
                Some((field.name.clone(), text))
            })
            .collect()
    }

    pub(crate) fn name_of(&self, record: &Record) -> Option<(FactId, String)> {
        let fact = record.fact?;
        let kind = &self.engine.ledger.evidence.vocabulary.kinds[fact.kind];
        let column = kind.catalog_column()?;
        record
            .fields
            .iter()
            .find(|(f, _)| f == column)
            .map(|(_, text)| (fact, text.clone()))
    }

    /// The first reason that applies, in the order of LANGUAGE §9.
    fn reason(&self, partner: usize, ask: Ask, facts: &Selector, e: &Examined, day: Day) -> Reason {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let table = ledger.table(facts.kind);
        let kind = &evidence.vocabulary.kinds[facts.kind];
        let of_kind = &ledger.kinds[facts.kind];
        match of_kind.state(e.row) {
            State::LearnedLater => {
                let recorded = table.recorded.day(e.row);
                return Reason::LearnedLater(Some(recorded).filter(|d| d.is_real()));
            }
            State::Superseded(by) => {
                return Reason::Superseded(evidence.place(facts.kind, by as usize));
            }
            State::Known | State::MayHold => {}
        }
        if !e.exists {
            return Reason::OtherProgram(self.foreign(facts, e.row));
        }
        let opened = Day(of_kind.opened(table)[e.row]);
        if e.holds == Truth::No {
            if facts.pending {
                return Reason::Ended {
                    by: "opened".to_owned(),
                    on: opened,
                };
            }
            if opened == Day::MAX {
                let empty = kind
                    .holds
                    .from
                    .iter()
                    .filter(|f| {
                        evidence
                            .column(facts.kind, f)
                            .is_none_or(|c| c.day(e.row) == Day::MAX)
                    })
                    .cloned()
                    .collect();
                return Reason::Pending(empty);
            }
            if opened > day {
                return Reason::NotYet(opened);
            }
            let dated = kind
                .holds
                .until
                .iter()
                .filter_map(|f| Some((f.clone(), evidence.column(facts.kind, f)?.day(e.row))))
                .filter(|(_, on)| *on <= day)
                .min_by_key(|(_, on)| *on);
            if let Some((by, on)) = dated {
                return Reason::Ended { by, on };
            }
            if kind.holds.until_next && of_kind.until[e.row] <= day.0 && of_kind.from.is_none() {
                return Reason::Ended {
                    by: String::new(),
                    on: Day(of_kind.until[e.row]),
                };
            }
            return Reason::HolderAbsent(self.absent(facts.kind, e.partner, e.row, day));
        }
        if e.window == Truth::No || e.window == Truth::Unknown {
            let window = facts
                .window
                .and_then(|w| self.window_bounds(partner, ask, w, day));
            let missed_by = window.map_or(0, |(first, last)| {
                if opened < first {
                    first.0 - opened.0
                } else {
                    opened.0 - last.0
                }
            });
            return Reason::OutsideWindow {
                opened,
                window,
                missed_by,
            };
        }
        self.filter_reason(facts, e, day)
    }

    fn foreign(&self, facts: &Selector, row: usize) -> Foreign {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let own = &self.compiled.edition.program;
        if let Some(column) = evidence.column(facts.kind, "program") {
            let program = evidence.strings.text(column.code(row));
            if !program.is_empty() && program != own {
                return Foreign::Program(program.to_owned());
            }
        }
        let kind = &evidence.vocabulary.kinds[facts.kind];
        let code = kind
            .catalog_column()
            .and_then(|c| evidence.column(facts.kind, c))
            .map(|c| c.code(row));
        match code.and_then(|c| ledger.names[facts.kind].get(&c)) {
            Some(Named::Entry { catalog, .. }) => Foreign::Catalog(catalog.clone()),
            _ => Foreign::Name,
        }
    }

    /// Why the join of a fact does not hold on a day.
    fn absent(&self, kind: usize, partner: usize, row: usize, day: Day) -> Absent {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let declared = &evidence.vocabulary.kinds[kind];
        let Some((other, by)) = &declared.holds.while_ else {
            return Absent::Ended(Day(ledger.kinds[kind].until[row]));
        };
        let (Some(other_at), Some(mine)) = (evidence.kind(other), evidence.column(kind, by)) else {
            return Absent::NoRecord(other.clone());
        };
        let holder = evidence.strings.text(mine.code(row));
        if holder.is_empty() {
            return Absent::Empty(by.clone());
        }
        let Some(theirs) = evidence.column(other_at, by) else {
            return Absent::NoRecordOf(other.clone(), holder.to_owned());
        };
        let spans: Vec<(Day, Day)> = evidence.tables[other_at]
            .rows(partner)
            .filter(|r| {
                theirs.code(*r) == mine.code(row)
                    && ledger.kinds[other_at].state(*r) == State::Known
            })
            .flat_map(|r| {
                ledger.spans(FactId {
                    kind: other_at,
                    row: r,
                })
            })
            .collect();
        match (
            spans.iter().map(|s| s.0).min(),
            spans.iter().map(|s| s.1).max(),
        ) {
            (None, _) => Absent::NoneHolds(other.clone(), holder.to_owned()),
            (Some(first), _) if first > day => Absent::OnlyFrom(holder.to_owned(), first),
            (_, Some(end)) if end <= day => Absent::Left(holder.to_owned(), end),
            _ => Absent::ThatDay(holder.to_owned()),
        }
    }

    /// The first clause of a filter that is not true of a fact.
    fn filter_reason(&self, facts: &Selector, e: &Examined, day: Day) -> Reason {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let kind = &evidence.vocabulary.kinds[facts.kind];
        let code = kind
            .catalog_column()
            .and_then(|c| evidence.column(facts.kind, c))
            .map(|c| c.code(e.row));
        let named = code.and_then(|c| ledger.names[facts.kind].get(&c));
        let unknown_name = match named {
            Some(Named::Unknown { nearest }) => Some(nearest.clone()),
            _ => None,
        };
        let clauses: Vec<&Filter> = match &facts.filter {
            Filter::And(of) => of.iter().collect(),
            other => vec![other],
        };
        let truth = |filter: &Filter| {
            let single = Selector {
                filter: filter.clone(),
                window: None,
                names_program: true,
                ..facts.clone()
            };
            self.examined(e.partner, Ask::Enter, &single, day)
                .into_iter()
                .find(|x| x.row == e.row)
                .map_or(Truth::Unknown, |x| x.filter)
        };
        let failing = clauses.iter().find(|c| truth(c) == Truth::No);
        if let Some(clause) = failing {
            match clause {
                Filter::Unused => return Reason::AlreadyUsed,
                Filter::InList(value, list, false) => {
                    let word = self.value_text(facts, e, value, day);
                    if let Some(item) = self.compiled.lists[*list].iter().find(|i| i.is == word) {
                        return Reason::NotListed {
                            from: item.from.filter(|f| *f > day),
                            until: item.until.filter(|u| *u <= day),
                        };
                    }
                }
                _ => {}
            }
            return Reason::Filter {
                clause: self.clause(clause),
                has: self.has(facts, e, clause, day),
            };
        }
        if let Some(nearest) = unknown_name {
            return Reason::NameUnknown(nearest);
        }
        let open = clauses.iter().find(|c| truth(c) == Truth::Unknown);
        match open {
            Some(clause) => Reason::FieldEmpty(
                fields_in(clause)
                    .first()
                    .cloned()
                    .unwrap_or_else(|| self.clause(clause)),
            ),
            None if of_state(ledger.kinds[facts.kind].state(e.row)) => {
                Reason::HolderAbsent(self.unknown_holder(facts, e.partner))
            }
            None => Reason::FieldEmpty(kind.catalog_column().unwrap_or("a field").to_owned()),
        }
    }

    /// Why it is not known whether a fact's holder was there: what it is joined to is silent.
    fn unknown_holder(&self, facts: &Selector, partner: usize) -> Absent {
        let ledger = &self.engine.ledger;
        let kinds = &ledger.evidence.vocabulary.kinds;
        let joined = kinds[facts.kind].holds.while_.as_ref();
        let Some((other, at)) = joined.and_then(|(k, _)| Some((k, kinds.get_index_of(k)?))) else {
            return Absent::Silent;
        };
        match ledger.kinds[at].refused_of(partner) {
            _ if !ledger.table(at).supplied => Absent::NeverSupplied(other.clone()),
            refused => Absent::Refused(other.clone(), refused),
        }
    }

    fn value_text(&self, facts: &Selector, e: &Examined, value: &FactExpr, day: Day) -> String {
        match self.fact_value(
            e.partner,
            Ask::Enter,
            facts,
            e.row,
            e.partner,
            value,
            None,
            day,
        ) {
            V::Word(Some(word)) => word.to_string(),
            V::Num(range) => range.exact().map(ToString::to_string).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// What a fact has where a clause asks for something.
    fn has(&self, facts: &Selector, e: &Examined, clause: &Filter, day: Day) -> String {
        let of = |value: &FactExpr| match value {
            FactExpr::Field(field) => {
                let text = if field.kind == crate::vocabulary::FieldType::Date {
                    match self.fact_value(
                        e.partner,
                        Ask::Enter,
                        facts,
                        e.row,
                        e.partner,
                        value,
                        None,
                        day,
                    ) {
                        V::Num(range) => range
                            .exact()
                            .and_then(Exact::to_i64)
                            .and_then(|d| i32::try_from(d).ok())
                            .map_or(String::new(), |d| Day(d).to_string()),
                        _ => String::new(),
                    }
                } else {
                    self.value_text(facts, e, value, day)
                };
                Some(if text.is_empty() {
                    format!("{} is none", field.name)
                } else {
                    format!("{} is {text}", field.name)
                })
            }
            _ => None,
        };
        match clause {
            Filter::Compare(_, a, b) | Filter::CompareWord(_, a, b, _) => {
                of(a).or_else(|| of(b)).unwrap_or_default()
            }
            Filter::InList(a, ..) | Filter::InWindow(a, ..) | Filter::InSet(a, ..) => {
                of(a).unwrap_or_default()
            }
            Filter::Flag(field) => of(&FactExpr::Field(field.clone())).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// A clause in the words of the language.
    fn clause(&self, filter: &Filter) -> String {
        let value = |v: &FactExpr| expression(v);
        let op = |c: &Compare| match c {
            Compare::Equal => "=",
            Compare::NotEqual => "!=",
            Compare::Less => "<",
            Compare::AtMost => "<=",
            Compare::More => ">",
            Compare::AtLeast => ">=",
        };
        match filter {
            Filter::All => "yes".to_owned(),
            Filter::Fixed(truth) => if *truth == Truth::Yes { "yes" } else { "no" }.to_owned(),
            Filter::Not(inner) => format!("not ({})", self.clause(inner)),
            Filter::And(of) => of
                .iter()
                .map(|f| self.clause(f))
                .collect::<Vec<_>>()
                .join(" and "),
            Filter::Or(of) => of
                .iter()
                .map(|f| self.clause(f))
                .collect::<Vec<_>>()
                .join(" or "),
            Filter::Compare(c, a, b) | Filter::CompareWord(c, a, b, _) => {
                format!("{} {} {}", value(a), op(c), value(b))
            }
            Filter::Flag(field) => format!("{} = yes", field.name),
            Filter::InList(a, list, negated) => {
                let items: Vec<&str> = self.compiled.lists[*list]
                    .iter()
                    .map(|i| i.is.as_str())
                    .collect();
                let shown = if items.len() <= 4 {
                    items.join(", ")
                } else {
                    format!("{} …", items[..4].join(", "))
                };
                format!(
                    "{} {}one of {shown}",
                    value(a),
                    if *negated { "none but not " } else { "" }
                )
            }
            Filter::InWindow(a, window, negated) => format!(
                "{} {}in {window}",
                value(a),
                if *negated { "not " } else { "" }
            ),
            Filter::InSet(a, _, negated) => format!(
                "{} {}in the set",
                value(a),
                if *negated { "not " } else { "" }
            ),
            Filter::Unused => "unused".to_owned(),
        }
    }

    /// What silence below a node leaves open on a day.
    pub fn missing(
        &self,
        partner: usize,
        ask: Ask,
        node: NodeId,
        day: Day,
        out: &mut Vec<Missing>,
    ) {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let kind_of = |facts: &Selector, out: &mut Vec<Missing>| {
            let kind = &evidence.vocabulary.kinds[facts.kind];
            if !ledger.table(facts.kind).supplied {
                if !matches!(
                    kind.name.as_str(),
                    "waivers" | "uses" | "elections" | "groups"
                ) {
                    out.push(Missing::Kind(kind.name.clone()));
                }
                return;
            }
            let refused = ledger.kinds[facts.kind].refused_of(partner);
            if refused > 0 {
                out.push(Missing::Mend(kind.name.clone(), refused));
            }
            if let Some((other, _)) = &kind.holds.while_
                && let Some(at) = evidence.kind(other)
            {
                let table = ledger.table(facts.kind);
                let mut states = table
                    .rows(partner)
                    .map(|row| ledger.kinds[facts.kind].state(row));
                let refused = ledger.kinds[at].refused_of(partner);
                if !evidence.tables[at].supplied && !table.rows(partner).is_empty() {
                    out.push(Missing::Kind(other.clone()));
                } else if refused > 0 && states.any(of_state) {
                    out.push(Missing::Mend(other.clone(), refused));
                }
            }
            if let Some(window) = facts.window
                && self.window_bounds(partner, ask, window, day).is_none()
            {
                let bound = if window == Window::Period {
                    self.compiled.period(ask).unwrap_or(window)
                } else {
                    window
                };
                if matches!(bound, Window::SinceReview | Window::SinceEnrolled) {
                    let supplied = evidence
                        .kind("enrollments")
                        .is_some_and(|k| evidence.tables[k].supplied);
                    out.push(if supplied && bound == Window::SinceReview {
                        Missing::Field("enrollments".to_owned(), "last_review_on".to_owned())
                    } else {
                        Missing::Kind("enrollments".to_owned())
                    });
                }
            }
        };
        walk(self.compiled, vec![node], |node, ir, open| {
            match ir {
                Ir::Count(id) | Ir::Exists(id) | Ir::Amount(id) | Ir::PickedWord(id) => {
                    kind_of(&self.compiled.aggregates[*id].facts, out)
                }
                Ir::CountSet(set) | Ir::ExistsSet(set) => {
                    for facts in facts_of_set(self.compiled, *set) {
                        kind_of(facts, out);
                    }
                }
                Ir::Filled(roster) => kind_of(&self.compiled.rosters[*roster].facts, out),
                Ir::Answer(question) => {
                    let open = match self.value(partner, question, ask, day) {
                        Some(Value::Number(range)) => range.exact().is_none(),
                        Some(Value::Word(word)) => word.is_none(),
                        _ => false,
                    };
                    if open {
                        out.push(Missing::Answer(question.clone()));
                    }
                }
                Ir::Parameter(name, default) => {
                    if default.is_none() && !self.engine.assumptions.set.contains_key(name) {
                        out.push(Missing::Parameter(name.clone()));
                    }
                }
                Ir::Holds(..) => {
                    if evidence
                        .kind("enrollments")
                        .is_none_or(|k| !evidence.tables[k].supplied)
                    {
                        out.push(Missing::Kind("enrollments".to_owned()));
                    }
                }
                Ir::Row(row, level) => open.extend(self.compiled.rows[*row].at[*level].test),
                Ir::Matrix(level) => {
                    for row in &self.compiled.rows {
                        open.extend((0..=*level).filter_map(|l| row.at[l].test));
                    }
                }
                Ir::Partner(field) => {
                    if let Some(kind) = evidence.vocabulary.kinds.get("partners")
                        && let Some((name, _)) = kind.fields.get_index(*field)
                        && matches!(self.node(partner, node, ask, day), Value::Word(None))
                    {
                        out.push(Missing::Field("partners".to_owned(), name.clone()));
                    }
                }
                _ => return true,
            }
            false
        });
        out.sort();
        out.dedup();
    }

    /// Adds to what is missing the names of records that no catalog knows; each thing once, in order.
    pub(crate) fn with_names(&self, nearly: &[Record], missing: &mut Vec<Missing>) {
        for record in nearly {
            if let (Some(Reason::NameUnknown(_)), Some((_, name))) =
                (&record.reason, self.name_of(record))
            {
                missing.push(Missing::Name(name));
            }
        }
        missing.sort();
        missing.dedup();
    }

    /// What a row rests on that nobody has supplied.
    pub fn missing_of_row(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        row: usize,
        day: Day,
    ) -> Vec<Missing> {
        let mut out = Vec::new();
        let at = &self.compiled.rows[row].at;
        if let Some(node) = at[level].test.or(at[self.compiled.levels.len()].have) {
            self.missing(partner, ask, node, day, &mut out);
        }
        out
    }

    fn gap(
        &self,
        partner: usize,
        ask: Ask,
        standing: &RowStanding,
        node: Option<NodeId>,
        day: Day,
    ) -> Gap {
        let Some(need) = &standing.need else {
            return Gap::Closed;
        };
        if standing.own == Truth::Yes || standing.own == Truth::NotApplicable {
            return Gap::Closed;
        }
        if standing.unit == Unit::YesNo {
            return Gap::Test;
        }
        let (Value::Number(have), Some(node)) = (&standing.have, node) else {
            return Gap::Test;
        };
        if direction(self.compiled, node) == Direction::None {
            return Gap::Of(self.numbers(partner, ask, node, day));
        }
        let whole = standing.unit == Unit::Count
            && matches!(self.compiled.nodes[node], Ir::Count(_) | Ir::CountSet(_))
            && need.threshold.exact().is_some_and(Exact::is_whole);
        let extra = |strict: bool| {
            if strict && whole {
                Exact::ONE
            } else {
                Exact::ZERO
            }
        };
        let (strict, falls) = match need.compare {
            Compare::More => (true, false),
            Compare::Less => (true, true),
            Compare::AtMost => (false, true),
            _ => (false, false),
        };
        let difference = if falls {
            need.threshold.clone() - have.clone() - Range::exactly(extra(strict))
        } else {
            need.threshold.clone() - have.clone() + Range::exactly(extra(strict))
        };
        // What is met already at one end of the range is no gap below zero.
        let zero = Range::exactly(Exact::ZERO);
        Gap::By(if falls {
            difference.lower(&zero)
        } else {
            difference.higher(&zero)
        })
    }

    /// The named numbers that enter a node, with what each is.
    fn numbers(&self, partner: usize, ask: Ask, node: NodeId, day: Day) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        let below = children(&self.compiled.nodes[node]);
        walk(self.compiled, below, |node, _, _| {
            let named = self.compiled.named.iter().find(|(_, n)| **n == node);
            if let Some((name, _)) = named {
                found.push((name.clone(), self.node(partner, node, ask, day)));
            }
            named.is_none()
        });
        found.reverse();
        found
    }

    fn streak(&self, partner: usize, ask: Ask, node: NodeId, day: Day) -> Option<Streak> {
        let (window, inner) = find_held(self.compiled, node)?;
        let back = day.plus_days(-AHEAD);
        let steps = self.node_over(partner, inner, ask, back, day);
        let runs: Vec<(i32, Truth)> = steps.runs().map(|(d, t)| (d, *t)).collect();
        let (start, now) = *runs.last()?;
        let since = (now == Truth::Yes).then_some(Day(start));
        let broken_on = match since {
            Some(since) => (runs.len() > 1).then(|| since.previous()),
            None => Some(day),
        };
        let met_on = since.and_then(|since| match window {
            // Held on d: yes on every day of (d - length, d]; the first such d begins its window on `since`.
            Window::Trailing(length) => Some(since.previous().leaves_after(length)),
            _ => None,
        });
        Some(Streak {
            window,
            since,
            broken_on,
            met_on,
        })
    }

    pub(crate) fn conventions(
        &self,
        aggregates: &[(Selector, What)],
        nearly: &[Record],
        node: Option<NodeId>,
    ) -> Vec<Convention> {
        let mut said = Vec::new();
        if nearly
            .iter()
            .any(|r| matches!(r.reason, Some(Reason::OutsideWindow { .. })))
        {
            said.push(Convention::WindowEdges);
        }
        if nearly.iter().any(|r| {
            matches!(
                r.reason,
                Some(Reason::Ended { .. } | Reason::HolderAbsent(_))
            )
        }) {
            said.push(Convention::EndDay);
        }
        if nearly
            .iter()
            .any(|r| r.reason.as_ref().is_some_and(Reason::may_count))
        {
            said.push(Convention::MayCount);
        }
        if aggregates
            .iter()
            .any(|(f, _)| f.window == Some(Window::SinceReview))
            || aggregates
                .iter()
                .any(|(f, _)| f.window == Some(Window::Period))
                && self.compiled.period(Ask::Retain) == Some(Window::SinceReview)
        {
            said.push(Convention::SinceReview);
        }
        if node.is_some_and(|n| find_held(self.compiled, n).is_some()) {
            said.push(Convention::Held);
        }
        said
    }
}

fn of_state(state: State) -> bool {
    state == State::MayHold
}

/// Each record once, those that count not among the others as well, and of these the nearest first: a record may be looked at
/// by several aggregates, and counts if it counts for one.
pub(crate) fn told_apart(counted: &mut Vec<Record>, nearly: &mut Vec<Record>) {
    dedup(counted);
    let counting: BTreeSet<_> = counted.iter().filter_map(|r| r.fact).collect();
    nearly.retain(|r| r.fact.is_none_or(|fact| !counting.contains(&fact)));
    dedup(nearly);
    nearly.sort_by_key(|r| {
        (
            r.reason.as_ref().map_or((99, 0), Reason::distance),
            std::cmp::Reverse(r.opened),
        )
    });
}

fn dedup(records: &mut Vec<Record>) {
    let mut seen = BTreeSet::new();
    records.retain(|r| r.fact.is_none_or(|f| seen.insert(f)));
}

fn find<'r>(rows: &'r [RowStanding], id: &str) -> Option<&'r RowStanding> {
    rows.iter().find_map(|row| {
        if row.id == id {
            Some(row)
        } else {
            find(&row.parts, id)
        }
    })
}

fn expression(value: &FactExpr) -> String {
    match value {
        FactExpr::Field(field) => field.name.clone(),
        FactExpr::Number(n, Some(currency)) => format!("{n} {currency}"),
        FactExpr::Number(n, None) => n.to_string(),
        FactExpr::Word(word) => word.clone(),
        FactExpr::Date(day) => day.to_string(),
        FactExpr::Day => "the day asked about".to_owned(),
        FactExpr::Duration(length) => length.to_string(),
        FactExpr::Arith(op, a, b) => {
            let op = match op {
                crate::syntax::Arith::Add => "+",
                crate::syntax::Arith::Subtract => "-",
                crate::syntax::Arith::Multiply => "*",
                crate::syntax::Arith::Divide => "/",
            };
            format!("{} {op} {}", expression(a), expression(b))
        }
        FactExpr::Table(_, _, word) => format!("the table's value for {}", expression(word)),
        FactExpr::Bands(_, number) => format!("the band of {}", expression(number)),
        FactExpr::Node(_) => "a value of the program".to_owned(),
    }
}

fn fields_in(filter: &Filter) -> Vec<String> {
    let of = |value: &FactExpr| match value {
        FactExpr::Field(field) => vec![field.name.clone()],
        _ => vec![],
    };
    match filter {
        Filter::Not(inner) => fields_in(inner),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(fields_in).collect(),
        Filter::Compare(_, a, b) | Filter::CompareWord(_, a, b, _) => [of(a), of(b)].concat(),
        Filter::Flag(field) => vec![field.name.clone()],
        Filter::InList(a, ..) | Filter::InWindow(a, ..) | Filter::InSet(a, ..) => of(a),
        Filter::All | Filter::Fixed(_) | Filter::Unused => vec![],
    }
}

fn facts_of_set(compiled: &Compiled, set: usize) -> Vec<&Selector> {
    match &compiled.sets[set] {
        SetIr::Distinct { facts, .. } => vec![facts],
        SetIr::Join(_, a, b) => [facts_of_set(compiled, *a), facts_of_set(compiled, *b)].concat(),
    }
}

/// Every look at facts below a node, without those of rows and levels that it names.
pub(crate) fn aggregates_below(compiled: &Compiled, node: NodeId) -> Vec<(Selector, What)> {
    let looks = looks_below(compiled, node).into_iter();
    looks.map(|(facts, what, _)| (facts, what)).collect()
}

/// May facts of these kinds move what stands below a node? What other rows, levels and programs say may be moved by any.
pub(crate) fn may_be_moved(compiled: &Compiled, node: NodeId, kinds: &BTreeSet<usize>) -> bool {
    let mut moved = false;
    walk(compiled, vec![node], |_, ir, _| {
        moved |= matches!(
            ir,
            Ir::Row(..) | Ir::Matrix(_) | Ir::Meets(_) | Ir::MeetsOther(..)
        );
        !moved
    });
    let looks = || aggregates_below(compiled, node).into_iter();
    moved || looks().any(|(facts, _)| kinds.contains(&facts.kind))
}

/// What a look at facts is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Nothing more.
    Itself,
    /// A set whose groups are tested.
    Group(usize),
    /// The seats of a roster.
    Seats(usize),
}

pub(crate) fn looks_below(compiled: &Compiled, node: NodeId) -> Vec<(Selector, What, Of)> {
    looks_until(compiled, node, |_| false)
}

/// The same, without what lies below nodes at which a test stops.
pub(crate) fn looks_until(
    compiled: &Compiled,
    node: NodeId,
    stops: impl Fn(&Ir) -> bool,
) -> Vec<(Selector, What, Of)> {
    let mut found: Vec<AggregateId> = Vec::new();
    let mut sets: Vec<(Selector, What, Of)> = Vec::new();
    walk(compiled, vec![node], |_, ir, _| {
        match ir {
            Ir::Count(id) | Ir::Exists(id) | Ir::Amount(id) | Ir::PickedWord(id) => {
                if !found.contains(id) {
                    found.push(*id);
                }
            }
            Ir::CountSet(set) | Ir::ExistsSet(set) => {
                let mut of = vec![*set];
                while let Some(set) = of.pop() {
                    match &compiled.sets[set] {
                        SetIr::Distinct {
                            facts,
                            field,
                            having,
                        } => sets.push((
                            facts.clone(),
                            What::Distinct(field.clone()),
                            having.as_ref().map_or(Of::Itself, |_| Of::Group(set)),
                        )),
                        SetIr::Join(_, a, b) => of.extend([*a, *b]),
                    }
                }
            }
            Ir::Filled(place) => {
                let roster = &compiled.rosters[*place];
                let what = What::Distinct(roster.person.clone());
                sets.push((roster.facts.clone(), what, Of::Seats(*place)));
            }
            ir => return !stops(ir),
        }
        false
    });
    let looks = |id: AggregateId| -> (Selector, What, Of) {
        let Aggregate { facts, what } = &compiled.aggregates[id];
        (facts.clone(), what.clone(), Of::Itself)
    };
    found.sort_unstable();
    found.into_iter().map(looks).chain(sets).collect()
}

/// The first `held` or `once` below a node, with what it asks.
fn find_held(compiled: &Compiled, node: NodeId) -> Option<(Window, NodeId)> {
    match &compiled.nodes[node] {
        Ir::Held(window, inner) => Some((*window, *inner)),
        other => children(other)
            .into_iter()
            .find_map(|n| find_held(compiled, n)),
    }
}

/// Which way one more fact can move a value (LANGUAGE §10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// No fact moves it.
    Fixed,
    /// One more fact never lowers it.
    Rising,
    /// One more fact never raises it.
    Falling,
    /// Neither can be promised.
    None,
}

impl Direction {
    /// The direction of what both enter.
    pub(crate) fn join(self, other: Direction) -> Direction {
        match (self, other) {
            (Direction::Fixed, x) | (x, Direction::Fixed) => x,
            (a, b) if a == b => a,
            _ => Direction::None,
        }
    }

    fn turned(self) -> Direction {
        match self {
            Direction::Rising => Direction::Falling,
            Direction::Falling => Direction::Rising,
            other => other,
        }
    }

    /// `rising`, `falling`, `fixed`, `none`.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Fixed => "fixed",
            Direction::Rising => "rising",
            Direction::Falling => "falling",
            Direction::None => "none",
        }
    }
}

/// Which way one more fact can move a node.
pub fn direction(compiled: &Compiled, node: NodeId) -> Direction {
    direction_within(compiled, node, 0)
}

fn direction_within(compiled: &Compiled, node: NodeId, depth: u32) -> Direction {
    use Direction::{Falling, Fixed, None, Rising};
    if depth > 60 {
        return None;
    }
    let of = |n: NodeId| direction_within(compiled, n, depth + 1);
    let join = |nodes: &[NodeId]| nodes.iter().map(|n| of(*n)).fold(Fixed, Direction::join);
    // A reading that ends the one before it promises nothing.
    let steady = |facts: &Selector| {
        if facts.pending || compiled.replaced[facts.kind] {
            None
        } else {
            Rising
        }
    };
    match &compiled.nodes[node] {
        Ir::Number(_)
        | Ir::Truth(_)
        | Ir::Word(_)
        | Ir::Day
        | Ir::Partner(_)
        | Ir::Parameter(..) => Fixed,
        Ir::Count(id) | Ir::Exists(id) => steady(&compiled.aggregates[*id].facts),
        Ir::Amount(id) => match &compiled.aggregates[*id].what {
            What::Sum(..) | What::Pick(Pick::Highest, ..) => {
                steady(&compiled.aggregates[*id].facts)
            }
            What::Pick(Pick::Lowest, ..) => Falling,
            _ => None,
        },
        Ir::CountSet(set) | Ir::ExistsSet(set) => {
            let steady = facts_of_set(compiled, *set)
                .into_iter()
                .all(|facts| steady(facts) == Rising);
            if steady && !may_lose(compiled, *set) {
                Rising
            } else {
                None
            }
        }
        Ir::Filled(roster) => steady(&compiled.rosters[*roster].facts),
        Ir::Arith(crate::syntax::Arith::Add, a, b) => of(*a).join(of(*b)),
        Ir::Arith(crate::syntax::Arith::Subtract, a, b) => of(*a).join(of(*b).turned()),
        Ir::Arith(crate::syntax::Arith::Multiply, a, b) => {
            match (of(*a), of(*b), sign(compiled, *a), sign(compiled, *b)) {
                (Fixed, x, true, _) | (x, Fixed, _, true) => x,
                _ => None,
            }
        }
        Ir::Arith(crate::syntax::Arith::Divide, a, b) => match (of(*b), sign(compiled, *b)) {
            (Fixed, true) => of(*a),
            _ => None,
        },
        Ir::Of(_, nodes)
        | Ir::And(nodes)
        | Ir::Or(nodes)
        | Ir::AtLeast(_, nodes)
        | Ir::Total(nodes) => join(nodes),
        Ir::Mean(pairs) => {
            let weights: Vec<NodeId> = pairs.iter().map(|(w, _)| *w).collect();
            let points: Vec<NodeId> = pairs.iter().map(|(_, p)| *p).collect();
            if join(&weights) == Fixed {
                join(&points)
            } else {
                None
            }
        }
        Ir::Floor(a) | Ir::Ceiling(a) | Ir::Held(_, a) | Ir::Once(_, a) => of(*a),
        Ir::Clamp(a, b) => of(*a).join(of(*b)),
        Ir::Not(a) => of(*a).turned(),
        Ir::Compare(compare, a, b) => {
            let (a, b) = (of(*a), of(*b));
            match compare {
                Compare::AtLeast | Compare::More => a.join(b.turned()),
                Compare::AtMost | Compare::Less => a.turned().join(b),
                _ => {
                    if a.join(b) == Fixed {
                        Fixed
                    } else {
                        None
                    }
                }
            }
        }
        Ir::If(condition, yes, no) => {
            match (of(*condition), of(*yes), of(*no), &compiled.nodes[*no]) {
                (Fixed, a, b, _) => a.join(b),
                // Once the gate opens it gives at least the nothing that it gave before.
                (Rising, Rising | Fixed, Fixed, Ir::Number(r))
                    if r.exact().is_some_and(Exact::is_zero) =>
                {
                    Rising
                }
                _ => None,
            }
        }
        Ir::Bands(bands, a) => {
            let values: Vec<Option<&Exact>> = compiled.bands[*bands]
                .rows
                .iter()
                .map(|b| match &b.is {
                    crate::program::BandValue::Number(n) => Some(n),
                    crate::program::BandValue::Word(_) => Option::None,
                })
                .collect();
            if values
                .windows(2)
                .all(|w| matches!((w[0], w[1]), (Some(a), Some(b)) if a <= b))
            {
                of(*a)
            } else {
                None
            }
        }
        Ir::Row(row, level) => compiled.rows[*row].at[*level].test.map_or(Fixed, of),
        Ir::Matrix(level) => {
            let tests: Vec<NodeId> = compiled
                .rows
                .iter()
                .flat_map(|r| (0..=*level).filter_map(|l| r.at[l].test))
                .collect();
            join(&tests)
        }
        Ir::PerTrack(nodes) => {
            let nodes: Vec<NodeId> = nodes.iter().map(|(_, n)| *n).collect();
            join(&nodes)
        }
        _ => None,
    }
}

/// May one more fact take a member away from a set: by a test of its group, or because something is left out?
fn may_lose(compiled: &Compiled, set: usize) -> bool {
    match &compiled.sets[set] {
        SetIr::Distinct { having, .. } => !having.as_ref().is_none_or(|test| rises(compiled, test)),
        SetIr::Join(crate::syntax::Joint::Except, ..) => true,
        SetIr::Join(_, a, b) => may_lose(compiled, *a) || may_lose(compiled, *b),
    }
}

/// Does a group that passes this test still pass with one more fact?
fn rises(compiled: &Compiled, test: &Group) -> bool {
    let grows = |value: &GroupValue| {
        matches!(
            value,
            GroupValue::Count | GroupValue::Sum(_) | GroupValue::Pick(Pick::Highest, _)
        )
    };
    let fixed = |value: &GroupValue| match value {
        GroupValue::Node(node) => direction(compiled, *node) == Direction::Fixed,
        _ => false,
    };
    match test {
        Group::And(of) | Group::Or(of) => of.iter().all(|t| rises(compiled, t)),
        Group::Compare(Compare::AtLeast | Compare::More, a, b) => grows(a) && fixed(b),
        Group::Compare(Compare::AtMost | Compare::Less, a, b) => fixed(a) && grows(b),
        Group::Compare(..) | Group::Not(_) => false,
    }
}

/// Is a fixed node known not to be below zero?
fn sign(compiled: &Compiled, node: NodeId) -> bool {
    match &compiled.nodes[node] {
        Ir::Number(range) => range.least.as_ref().is_some_and(|l| !l.is_negative()),
        Ir::Arith(
            crate::syntax::Arith::Divide
            | crate::syntax::Arith::Multiply
            | crate::syntax::Arith::Add,
            a,
            b,
        ) => sign(compiled, *a) && sign(compiled, *b),
        Ir::Parameter(_, Some(default)) => !default.is_negative(),
        Ir::Count(_) => true,
        _ => false,
    }
}
