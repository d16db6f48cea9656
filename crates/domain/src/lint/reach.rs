//! What values an expression can take, whatever the evidence: levels and points that nothing can reach.
//!
//! Sound and not complete: where it says that nothing can meet a test, nothing can; it
//! says nothing of what only two filters together exclude.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, limits_of, on, on_track, with_parents};
use crate::diagnostic::{Diagnostic, Place};
use crate::expressions::{libraries, parent_facts, said};
use crate::number::{Exact, Range};
use crate::program::{
    AnswerType, Band, BandValue, Edition, PerTrack, Row, RowValue, Score, ScorePart,
};
use crate::source::{Formula, Limit};
use crate::standing::Truth;
use crate::syntax::{Arith, Compare, Expr, Facts, Joint, Node, Pick, Set, Subject};
use crate::vocabulary::{FieldType, Kind};
use crate::wording;

pub(super) fn check(findings: &Findings<'_>) {
    let reach = Reach::new(findings);
    for row in findings.edition.rows.values() {
        levels_of_row(findings, &reach, row);
    }
    contradicting_rows(findings, &reach);
    for (id, level) in &findings.edition.level {
        for (question, test) in [("enter", &level.enter), ("retain", &level.retain)] {
            if let Some(test) = test
                && reach.truth(&test.expr, None) == Truth::No
            {
                findings.report(
                    Diagnostic::error(
                        "unreachable-level",
                        format!("nothing can meet the test to {question} `{id}`"),
                        test.place.clone().showing(id),
                    )
                    .help("one of its parts says no whatever the evidence"),
                    &[id],
                );
            }
        }
    }
    for (id, score) in &findings.edition.score {
        points(findings, &reach, id, score);
        totals(findings, &reach, id, score);
    }
    bands(findings, &reach);
}

/// What values expressions can take.
pub(super) struct Reach<'a> {
    findings: &'a Findings<'a>,
    libraries: Vec<&'a Edition>,
    // Names on the way, so that a ring of names, which the compiler refuses, ends here.
    visiting: RefCell<Vec<String>>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(findings: &'a Findings<'a>) -> Self {
        Reach {
            findings,
            libraries: libraries(findings.library, findings.edition),
            visiting: RefCell::default(),
        }
    }

    fn editions(&self) -> impl Iterator<Item = &'a Edition> + '_ {
        std::iter::once(self.findings.edition).chain(self.libraries.iter().copied())
    }

    /// The same thresholds for each word of the table that gives them: what the word is, and they. Where no table gives
    /// any, they themselves. Thresholds whose tables are asked of something else stay as they are.
    pub(super) fn by_word(&self, limits: &[&Limit]) -> Vec<(String, Vec<Limit>)> {
        let tables: Vec<Option<(String, &'a crate::program::Table)>> = limits
            .iter()
            .map(|limit| match &limit.threshold.from.node {
                Node::Lookup(name, argument) => {
                    let table = self.find(|e| e.table.get(name))?;
                    Some((wording::expr(argument), table))
                }
                _ => None,
            })
            .collect();
        let Some(of) = tables.iter().flatten().map(|(of, _)| of).next() else {
            return vec![(String::new(), limits.iter().map(|l| (*l).clone()).collect())];
        };
        let mine = || tables.iter().flatten().filter(|(other, _)| other == of);
        let mut words: Vec<Option<&String>> = Vec::new();
        for word in mine().flat_map(|(_, table)| table.rows.keys()) {
            if !words.contains(&Some(word)) {
                words.push(Some(word));
            }
        }
        if mine().any(|(_, table)| table.otherwise.is_some()) {
            words.push(None);
        }
        words
            .into_iter()
            .filter_map(|word| {
                let said = match word {
                    Some(word) => format!(" where `{of}` is `{word}`"),
                    None => format!(" where `{of}` is any other word"),
                };
                let of_word =
                    |(limit, table): (&&Limit, &Option<(String, &crate::program::Table)>)| {
                        let Some((_, table)) = table.as_ref().filter(|(other, _)| other == of)
                        else {
                            return Some((*limit).clone());
                        };
                        let row = word.and_then(|w| table.rows.get(w));
                        let formula = row.or(table.otherwise.as_ref())?;
                        Some(Limit {
                            text: formula.text.clone(),
                            threshold: crate::syntax::Threshold {
                                from: formula.expr.clone(),
                                to: None,
                            },
                            place: formula.place.clone(),
                        })
                    };
                let limits = limits.iter().zip(&tables).map(of_word);
                Some((said, limits.collect::<Option<Vec<_>>>()?))
            })
            .collect()
    }

    /// The bounds of a threshold; a printed range is all that it spans.
    pub(super) fn limit(&self, limit: &Limit) -> Range {
        let from = self.number(&limit.threshold.from, None);
        match &limit.threshold.to {
            Some(to) => from.hull(&self.number(to, None)),
            None => from,
        }
    }

    /// The least and the most that an expression can be, whatever the evidence, on a track or on any.
    pub(super) fn number(&self, expr: &Expr, track: Option<&str>) -> Range {
        let number = |e: &Expr| self.number(e, track);
        match &expr.node {
            Node::Number(n) | Node::Money(n, _) => Range::exactly(n.clone()),
            Node::Name(name) => self.named(name, track),
            Node::Arith(op, a, b) => {
                let (a, b) = (number(a), number(b));
                match op {
                    Arith::Add => a + b,
                    Arith::Subtract => a - b,
                    Arith::Multiply => a * b,
                    Arith::Divide => a.divided_by(&b),
                }
            }
            Node::Of(pick, parts) => self.picked(*pick, parts, track),
            Node::Floor(inner) => number(inner).map_rising(Exact::floor),
            Node::Ceiling(inner) => number(inner).map_rising(Exact::ceiling),
            Node::Before(_, inner) => number(inner),
            Node::If(test, yes, no) => match self.truth(test, track) {
                Truth::Yes => number(yes),
                Truth::No => number(no),
                _ => number(yes).hull(&number(no)),
            },
            Node::Count(Subject::Facts(facts)) => match self.named_set(&facts.kind) {
                Some(set) => count(self.set(set)),
                None => count(self.none_of(facts).then_some(Exact::ZERO)),
            },
            Node::Count(Subject::Set(set)) => count(self.set(set)),
            Node::Sum(_, _, facts) if self.none_of(facts) => Range::exactly(Exact::ZERO),
            Node::Picked(_, field, facts) => match self.field(facts, field) {
                Some(FieldType::Number(Some((from, to)))) => {
                    Range::between(from.clone(), to.clone())
                }
                _ => Range::UNKNOWN,
            },
            Node::LowestPart(score) => {
                let Some(score) = self.find(|e| e.score.get(score)) else {
                    return Range::UNKNOWN;
                };
                let lowest = |parts: &indexmap::IndexMap<String, ScorePart>| {
                    let all: Vec<Range> = parts.values().map(|p| self.part(p, track)).collect();
                    let least = all.iter().cloned().reduce(|a, b| a.lower(&b));
                    // A part that is not applicable drops out, so any one may be the lowest that is left.
                    let most = all.into_iter().reduce(|a, b| a.hull(&b));
                    Range {
                        least: least.and_then(|r| r.least),
                        most: most.and_then(|r| r.most),
                    }
                };
                hull(on(&score.part, track).into_iter().map(lowest))
            }
            Node::Filled(roster) => {
                let seats = self
                    .find(|e| e.roster.get(roster))
                    .map(|r| r.seats.iter().map(|s| i64::from(s.number)).sum::<i64>());
                count(seats.map(Exact::from))
            }
            Node::Lookup(name, argument) => self.lookup(name, argument, track),
            _ => Range::UNKNOWN,
        }
    }

    fn find<T>(&self, get: impl Fn(&'a Edition) -> Option<&'a T>) -> Option<&'a T> {
        self.editions().find_map(get)
    }

    fn formulas(&self, formulas: &PerTrack<Formula>, track: Option<&str>) -> Range {
        hull(
            on(formulas, track)
                .into_iter()
                .map(|f| self.number(&f.expr, track)),
        )
    }

    fn named(&self, name: &str, track: Option<&str>) -> Range {
        if self.visiting.borrow().iter().any(|n| n == name) {
            return Range::UNKNOWN;
        }
        self.visiting.borrow_mut().push(name.to_owned());
        let range = if let Some(parameter) = self.find(|e| e.parameter.get(name)) {
            Range {
                least: parameter.least.clone(),
                most: parameter.most.clone(),
            }
        } else if let Some(measure) = self.find(|e| e.measure.get(name)) {
            self.formulas(&measure.is, track)
        } else if let Some(score) = self.find(|e| e.score.get(name)) {
            self.score(score, track)
        } else if let Some(part) = self.find(|e| {
            let mut scores = e.score.values().flat_map(|s| on(&s.part, None));
            scores.find_map(|parts| parts.get(name))
        }) {
            // A part may differ by track; its own bound is only that of the one found.
            match track {
                None => Range::UNKNOWN,
                Some(_) => self.part(part, track),
            }
        } else if let Some(question) = self.find(|e| e.question.get(name)) {
            match &question.answer {
                AnswerType::Scale(from, to) if from <= to => {
                    Range::between(Exact::from(*from), Exact::from(*to))
                }
                AnswerType::Scored(scores) => {
                    hull(scores.values().map(|s| Range::exactly(s.clone())))
                }
                _ => Range::UNKNOWN,
            }
        } else {
            Range::UNKNOWN
        };
        self.visiting.borrow_mut().pop();
        range
    }

    /// `lowest(…)` and its kin. Of parts that may be not applicable any may drop out.
    fn picked(&self, pick: Pick, parts: &[Expr], track: Option<&str>) -> Range {
        let of = |keep: &dyn Fn(&Expr) -> bool| -> Vec<Range> {
            let kept = parts.iter().filter(|p| keep(p));
            kept.map(|p| self.number(p, track)).collect()
        };
        let all = hull(of(&|_| true));
        let sure = of(&|p| !self.may_drop_out(p));
        match pick {
            Pick::Lowest => match sure.into_iter().reduce(|a, b| a.lower(&b)) {
                Some(lowest) => Range {
                    least: all.least,
                    most: lowest.most,
                },
                None => all,
            },
            Pick::Highest => match sure.into_iter().reduce(|a, b| a.higher(&b)) {
                Some(highest) => Range {
                    least: highest.least,
                    most: all.most,
                },
                None => all,
            },
            Pick::Average | Pick::Latest => all,
        }
    }

    fn may_drop_out(&self, expr: &Expr) -> bool {
        !matches!(
            expr.node,
            Node::Number(_) | Node::Money(..) | Node::Count(_) | Node::Sum(..)
        ) && !self.is_of_counts(expr)
    }

    /// Arithmetic of numbers and counts, and names of such: always applicable.
    fn is_of_counts(&self, expr: &Expr) -> bool {
        match &expr.node {
            Node::Number(_) | Node::Money(..) | Node::Count(_) | Node::Sum(..) => true,
            Node::Arith(_, a, b) => self.is_of_counts(a) && self.is_of_counts(b),
            Node::Name(name) => {
                let Some(measure) = self.find(|e| e.measure.get(name)) else {
                    return self.find(|e| e.parameter.get(name)).is_some();
                };
                if self.visiting.borrow().iter().any(|n| n == name) {
                    return false;
                }
                self.visiting.borrow_mut().push(name.clone());
                let of_counts = on(&measure.is, None)
                    .into_iter()
                    .all(|f| self.is_of_counts(&f.expr));
                self.visiting.borrow_mut().pop();
                of_counts
            }
            _ => false,
        }
    }

    fn part(&self, part: &ScorePart, track: Option<&str>) -> Range {
        let points = self.number(&part.points.expr, track);
        let Some(max) = &part.max else {
            return points;
        };
        let max = self.number(&max.expr, track);
        points.higher(&Range::exactly(Exact::ZERO)).lower(&max)
    }

    fn score(&self, score: &Score, track: Option<&str>) -> Range {
        let of_parts = |parts: &indexmap::IndexMap<String, ScorePart>| {
            let all: Vec<Range> = parts.values().map(|p| self.part(p, track)).collect();
            if parts.values().any(|p| p.weight.is_some()) {
                return hull(all);
            }
            let total = all
                .into_iter()
                .reduce(|a, b| a + b)
                .unwrap_or(Range::UNKNOWN);
            Range {
                // A part that is not applicable drops out of the sum.
                least: total.least.map(|l| l.min(Exact::ZERO)),
                most: total.most,
            }
        };
        hull(on(&score.part, track).into_iter().map(of_parts))
    }

    fn lookup(&self, name: &str, argument: &Expr, track: Option<&str>) -> Range {
        if let Some(table) = self.find(|e| e.table.get(name)) {
            let values = table.rows.values().chain(&table.otherwise);
            return hull(values.map(|f| self.number(&f.expr, track)));
        }
        let Some(bands) = self.find(|e| e.bands.get(name)) else {
            return Range::UNKNOWN;
        };
        let asked = self.number(argument, track);
        hull(
            bands
                .rows
                .iter()
                .filter(|band| reaches(&asked, band))
                .map(|band| match &band.is {
                    BandValue::Number(n) => Range::exactly(n.clone()),
                    BandValue::Word(_) => Range::UNKNOWN,
                }),
        )
    }

    /// Can this test be anything but no? Unknown where evidence decides.
    pub(super) fn truth(&self, expr: &Expr, track: Option<&str>) -> Truth {
        let truth = |e: &Expr| self.truth(e, track);
        match &expr.node {
            Node::Yes => Truth::Yes,
            Node::No => Truth::No,
            Node::Not(inner) => !truth(inner),
            // What is not applicable drops out, so a yes beside it decides nothing; a no does.
            Node::And(parts) => parts.iter().map(truth).fold(Truth::Yes, Truth::and),
            Node::Or(parts) => parts.iter().map(truth).fold(Truth::No, Truth::or),
            Node::AtLeast(count, parts) => {
                let open = parts.iter().filter(|p| truth(p) != Truth::No).count();
                if open < usize::try_from(*count).unwrap_or(usize::MAX) {
                    Truth::No
                } else {
                    Truth::Unknown
                }
            }
            Node::Compare(op, a, b) => {
                Truth::compare(&self.number(a, track), *op, &self.number(b, track))
            }
            Node::Held(_, inner) | Node::Once(_, inner) | Node::Before(_, inner) => truth(inner),
            Node::Exists(Subject::Facts(facts)) => {
                let none = match self.named_set(&facts.kind) {
                    Some(set) => self.set(set).is_some_and(|most| most.is_zero()),
                    None => self.none_of(facts),
                };
                if none { Truth::No } else { Truth::Unknown }
            }
            Node::Exists(Subject::Set(set)) => match self.set(set) {
                Some(most) if most.is_zero() => Truth::No,
                _ => Truth::Unknown,
            },
            Node::If(test, yes, no) => match truth(test) {
                Truth::Yes => truth(yes),
                Truth::No => truth(no),
                _ if truth(yes) == truth(no) => truth(yes),
                _ => Truth::Unknown,
            },
            Node::Name(name) => {
                if self.visiting.borrow().iter().any(|n| n == name) {
                    return Truth::Unknown;
                }
                let Some(test) = self.find(|e| e.test.get(name)) else {
                    return Truth::Unknown;
                };
                self.visiting.borrow_mut().push(name.clone());
                let mut all = on(&test.is, track)
                    .into_iter()
                    .map(|f| self.truth(&f.expr, track));
                let first = all.next().unwrap_or(Truth::Unknown);
                let same = all.all(|t| t == first);
                self.visiting.borrow_mut().pop();
                if same { first } else { Truth::Unknown }
            }
            _ => Truth::Unknown,
        }
    }

    fn named_set(&self, name: &str) -> Option<&'a Set> {
        let measure = self.find(|e| e.measure.get(name))?;
        let (_, formula) = measure.is.each().into_iter().next()?;
        match &formula.expr.node {
            Node::Set(set) => Some(set),
            _ => None,
        }
    }

    /// How many members a set can have at most; `None` without limit.
    fn set(&self, set: &Set) -> Option<Exact> {
        match set {
            Set::Distinct { field, facts, .. } => {
                if self.none_of(facts) {
                    return Some(Exact::ZERO);
                }
                let filter = facts.filter.as_deref()?;
                self.members(&facts.kind, field, &[filter])
            }
            Set::Named(name, _) => {
                if self.visiting.borrow().iter().any(|n| n == name) {
                    return None;
                }
                self.visiting.borrow_mut().push(name.clone());
                let most = self.named_set(name).and_then(|s| self.set(s));
                self.visiting.borrow_mut().pop();
                most
            }
            Set::Join(joint, left, right) => {
                let (left, right) = (self.set(left), self.set(right));
                match joint {
                    Joint::Union => Some(left? + right?),
                    Joint::Intersect => match (left, right) {
                        (Some(a), Some(b)) => Some(a.min(b)),
                        (a, b) => a.or(b),
                    },
                    Joint::Except => left,
                }
            }
        }
    }

    /// How many values of a field these filters together let through; `None` without limit.
    fn members(&self, kind: &str, field: &str, filters: &[&Expr]) -> Option<Exact> {
        match self.accepted(kind, filters).remove(field)? {
            Accepted::Only(words) => i64::try_from(words.len()).ok().map(Exact::from),
            Accepted::AllBut(_) => None,
        }
    }

    fn field(&self, facts: &Facts, field: &str) -> Option<&'a FieldType> {
        self.kind(&facts.kind)?.field_type(field)
    }

    fn kind(&self, name: &str) -> Option<&'a Kind> {
        self.findings.library.vocabulary.kinds.get(name)
    }

    /// Does the filter leave no fact at all?
    fn none_of(&self, facts: &Facts) -> bool {
        let filters: Vec<&Expr> = facts.filter.as_deref().into_iter().collect();
        self.excludes_all(&facts.kind, &filters)
    }

    /// Do these filters together leave no fact at all?
    fn excludes_all(&self, kind: &str, filters: &[&Expr]) -> bool {
        self.accepted(kind, filters)
            .values()
            .any(|a| matches!(a, Accepted::Only(words) if words.is_empty()))
    }

    /// The words of each field that these filters together let through, as far as single clauses tell.
    pub(super) fn accepted(&self, kind: &str, filters: &[&Expr]) -> BTreeMap<String, Accepted> {
        let mut all: BTreeMap<String, Accepted> = BTreeMap::new();
        for filter in filters {
            let clauses = match &filter.node {
                Node::And(parts) => parts.iter().collect(),
                _ => vec![*filter],
            };
            for clause in clauses {
                if let Some((field, accepted)) = self.clause(kind, clause) {
                    let narrowed = match all.remove(&field) {
                        Some(so_far) => so_far.and(accepted),
                        None => accepted,
                    };
                    all.insert(field, narrowed);
                }
            }
        }
        all
    }

    /// The words that a clause about a single field lets through.
    fn clause(&self, kind: &str, clause: &Expr) -> Option<(String, Accepted)> {
        match &clause.node {
            Node::Not(inner) => {
                let (field, accepted) = self.clause(kind, inner)?;
                Some((field, accepted.not()))
            }
            Node::Or(parts) => {
                let mut parts = parts.iter().map(|p| self.clause(kind, p));
                let (field, mut accepted) = parts.next()??;
                for part in parts {
                    let (other, more) = part?;
                    if other != field {
                        return None;
                    }
                    accepted = accepted.not().and(more.not()).not();
                }
                Some((field, accepted))
            }
            Node::In {
                value,
                list,
                negated,
            } => {
                let Node::Name(field) = &value.node else {
                    return None;
                };
                self.kind(kind)?.field_type(field)?;
                let list = self.find(|e| e.list.get(list))?;
                let words = list.items.iter().map(|i| i.is.clone()).collect();
                let accepted = Accepted::Only(words);
                Some((
                    field.clone(),
                    if *negated { accepted.not() } else { accepted },
                ))
            }
            Node::Compare(op, a, b) => {
                let (Node::Name(field), word) = (&a.node, &b.node) else {
                    return None;
                };
                let of = self.kind(kind)?.field_type(field)?;
                let word = match word {
                    Node::Name(word) => word.as_str(),
                    Node::Yes => "yes",
                    Node::No => "no",
                    _ => return None,
                };
                let is = Accepted::Only(BTreeSet::from([word.to_owned()]));
                let accepted = match (op, of) {
                    (Compare::Equal, FieldType::YesNo) => is,
                    (Compare::NotEqual, FieldType::YesNo) => {
                        let other = if word == "yes" { "no" } else { "yes" };
                        Accepted::Only(BTreeSet::from([other.to_owned()]))
                    }
                    (
                        _,
                        FieldType::Date
                        | FieldType::Number(_)
                        | FieldType::Percent
                        | FieldType::Money(_)
                        | FieldType::Level,
                    ) => return None,
                    (Compare::Equal, _) => is,
                    (Compare::NotEqual, _) => is.not(),
                    (op, FieldType::Word(words)) => {
                        let at = words.ladder.iter().position(|w| w == word)?;
                        let beyond = |i: usize| match op {
                            Compare::Less => i < at,
                            Compare::AtMost => i <= at,
                            Compare::More => i > at,
                            _ => i >= at,
                        };
                        let ladder = words.ladder.iter().enumerate();
                        Accepted::Only(
                            ladder
                                .filter(|(i, _)| beyond(*i))
                                .map(|(_, w)| w.clone())
                                .collect(),
                        )
                    }
                    _ => return None,
                };
                Some((field.clone(), accepted))
            }
            _ => None,
        }
    }
}

/// The words that a filter lets through.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Accepted {
    /// These.
    Only(BTreeSet<String>),
    /// Every other one.
    AllBut(BTreeSet<String>),
}

impl Accepted {
    fn not(self) -> Accepted {
        match self {
            Accepted::Only(words) => Accepted::AllBut(words),
            Accepted::AllBut(words) => Accepted::Only(words),
        }
    }

    pub(super) fn and(self, other: Accepted) -> Accepted {
        use Accepted::{AllBut, Only};
        match (self, other) {
            (Only(a), Only(b)) => Only(a.intersection(&b).cloned().collect()),
            (Only(a), AllBut(b)) | (AllBut(b), Only(a)) => {
                Only(a.difference(&b).cloned().collect())
            }
            (AllBut(a), AllBut(b)) => AllBut(a.union(&b).cloned().collect()),
        }
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self, Accepted::Only(words) if words.is_empty())
    }
}

fn count(most: Option<Exact>) -> Range {
    Range {
        least: Some(Exact::ZERO),
        most,
    }
}

fn hull(ranges: impl IntoIterator<Item = Range>) -> Range {
    ranges
        .into_iter()
        .reduce(|a, b| a.hull(&b))
        .unwrap_or(Range::UNKNOWN)
}

/// Does the range hold a number of the band?
fn reaches(range: &Range, band: &Band) -> bool {
    let below = match (&range.most, &band.lower) {
        (Some(most), Some((end, inside))) => most < end || most == end && !inside,
        _ => false,
    };
    let above = match (&range.least, &band.upper) {
        (Some(least), Some((end, inside))) => least > end || least == end && !inside,
        _ => false,
    };
    !below && !above
}

fn unreachable(findings: &Findings<'_>, about: &[&str], message: String, place: Place) {
    findings.report(
        Diagnostic::error("unreachable-level", message, place).help(
            "lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = \"unreachable-level\"",
        ),
        about,
    );
}

/// Thresholds that a row's own number can never meet, and tests that are always no.
fn levels_of_row(findings: &Findings<'_>, reach: &Reach<'_>, row: &Row) {
    let edition = findings.edition;
    let about = with_parents(edition, row);
    if let RowValue::Test { test, required } = &row.value {
        for (track, test) in test.each() {
            if !required.is_empty() && reach.truth(&test.expr, track) == Truth::No {
                unreachable(
                    findings,
                    &about,
                    format!(
                        "nothing can meet `{}`{}: its test is no whatever the evidence",
                        row.id,
                        on_track(track)
                    ),
                    row.place.clone(),
                );
            }
        }
        return;
    }
    let Some(limits) = limits_of(row) else { return };
    for (track, by_level) in limits.by_level.each() {
        let has = row_range(edition, reach, row, track);
        for (level, limit) in by_level {
            let mut has = has.clone();
            if let Some(above) = parent_limit(edition, row, level, track)
                && matches!(above.0, Compare::AtMost | Compare::Less)
                && matches!(row.value, RowValue::OfWhich { .. })
            {
                has = has.lower(&reach.limit(above.1));
            }
            for (at_word, limit) in reach.by_word(&[limit]) {
                let [limit] = limit.as_slice() else { continue };
                if Truth::compare(&has, limits.compare, &reach.limit(limit)) != Truth::No {
                    continue;
                }
                let end = match limits.compare {
                    Compare::AtLeast | Compare::More => {
                        has.most.as_ref().map(|m| format!("{m} at most"))
                    }
                    _ => has.least.as_ref().map(|l| format!("{l} at least")),
                };
                let end = end.map_or(String::new(), |end| format!(": it is {end}"));
                unreachable(
                    findings,
                    &about,
                    format!(
                        "nothing can meet `{}` at `{level}`{}{at_word}{end}, and {} {} is asked",
                        row.id,
                        on_track(track),
                        wording::compare_key(limits.compare).replace('_', " "),
                        limit.text.trim(),
                    ),
                    limit.place.clone().showing(&row.id),
                );
            }
        }
    }
}

/// The threshold of the row above at a level.
fn parent_limit<'a>(
    edition: &'a Edition,
    row: &Row,
    level: &str,
    track: Option<&str>,
) -> Option<(Compare, &'a Limit)> {
    let parent = edition.rows.get(row.parent.as_ref()?)?;
    let limits = limits_of(parent)?;
    let by_level = on(&limits.by_level, track).into_iter().next()?;
    Some((limits.compare, by_level.get(level)?))
}

fn row_range(edition: &Edition, reach: &Reach<'_>, row: &Row, track: Option<&str>) -> Range {
    match &row.value {
        RowValue::Measure { measure, .. } => reach.formulas(measure, track),
        RowValue::Test { .. } => Range::UNKNOWN,
        RowValue::OfWhich { .. } => {
            // The filters of the part and of all rows above it hold together.
            let mut filters: Vec<&Expr> = Vec::new();
            let mut at = row;
            let above = loop {
                match &at.value {
                    RowValue::OfWhich { filter, .. } => filters.push(&filter.expr),
                    RowValue::Measure { measure, .. } => break reach.formulas(measure, track),
                    RowValue::Test { .. } => return Range::UNKNOWN,
                }
                match at.parent.as_ref().and_then(|p| edition.rows.get(p)) {
                    Some(parent) => at = parent,
                    None => return Range::UNKNOWN,
                }
            };
            let Some(facts) = parent_facts(edition, &row.id) else {
                return Range::UNKNOWN;
            };
            filters.extend(facts.filter.as_deref());
            if reach.excludes_all(&facts.kind, &filters) {
                return Range::exactly(Exact::ZERO);
            }
            let members =
                distinct_field(at).and_then(|field| reach.members(&facts.kind, field, &filters));
            match members {
                Some(most) => above.lower(&count(Some(most))),
                None => above,
            }
        }
    }
}

/// The field whose values a row counts: `count distinct FIELD of …`.
pub(super) fn distinct_field(row: &Row) -> Option<&str> {
    let RowValue::Measure { measure, .. } = &row.value else {
        return None;
    };
    let (_, formula) = measure.each().into_iter().next()?;
    match &formula.expr.node {
        Node::Count(Subject::Set(Set::Distinct { field, .. })) => Some(field),
        _ => None,
    }
}

/// Two rows that ask of one number what no number is, at one level and those below it.
fn contradicting_rows(findings: &Findings<'_>, reach: &Reach<'_>) {
    let edition = findings.edition;
    let own_test = |level: &str| {
        edition
            .level
            .get(level)
            .is_some_and(|l| l.enter.is_some() || l.retain.is_some())
    };
    // By number: what the levels so far ask of it, from below and from above, and which row says so.
    type Asked<'r> = (Option<(Exact, &'r str)>, Option<(Exact, &'r str)>);
    let mut asked: BTreeMap<String, Asked<'_>> = BTreeMap::new();
    let mut reported: BTreeSet<String> = BTreeSet::new();
    for level in edition.levels.iter().filter(|l| !own_test(l)) {
        for row in edition.rows.values() {
            let (RowValue::Measure { measure, .. }, Some(limits)) = (&row.value, limits_of(row))
            else {
                continue;
            };
            let PerTrack::All(measure) = measure else {
                continue;
            };
            let PerTrack::All(by_level) = &limits.by_level else {
                continue;
            };
            if row.applies.is_some() {
                continue;
            }
            let Some(limit) = by_level.get(level) else {
                continue;
            };
            let Some(number) = reach.limit(limit).exact().cloned() else {
                continue;
            };
            let text = wording::expr(&measure.expr);
            let (least, most) = asked.entry(text.clone()).or_default();
            let rising = matches!(limits.compare, Compare::AtLeast | Compare::More);
            if rising && least.as_ref().is_none_or(|(n, _)| number > *n) {
                *least = Some((number, &row.id));
            } else if !rising && most.as_ref().is_none_or(|(n, _)| number < *n) {
                *most = Some((number, &row.id));
            }
            if let (Some((least, from)), Some((most, to))) = (least, most)
                && *least > *most
                && reported.insert(text)
            {
                unreachable(
                    findings,
                    &[from, to, level],
                    format!(
                        "nothing can meet `{level}`: `{from}` asks {least} or more, and `{to}` {most} or less of the same number"
                    ),
                    row.place.clone(),
                );
            }
        }
    }
}

/// Parts of a score whose points never come near their maximum.
fn points(findings: &Findings<'_>, reach: &Reach<'_>, id: &str, score: &Score) {
    for (track, parts) in score.part.each() {
        for (part_id, part) in parts {
            let Some(max) = &part.max else { continue };
            let max = reach.number(&max.expr, track);
            let points = reach.number(&part.points.expr, track);
            if let (Some(max), Some(most)) = (max.exact(), &points.most)
                && most < max
            {
                findings.report(
                    Diagnostic::warning(
                        "unreachable-points",
                        format!(
                            "the points of `{part_id}`{} are {most} at most, and its max is {max}",
                            on_track(track)
                        ),
                        part.place.clone().showing(part_id),
                    )
                    .help("nobody can earn the rest: mend the points or the max"),
                    &[part_id, id],
                );
            }
        }
    }
}

/// Do maxima and weights add up to what the score says?
fn totals(findings: &Findings<'_>, reach: &Reach<'_>, id: &str, score: &Score) {
    let place = || score.place.clone();
    for (track, parts) in score.part.each() {
        let track_name = track.map_or(String::new(), |t| format!(" ({t})"));
        let sum = |bound: &dyn Fn(&ScorePart) -> Option<&Formula>| -> Option<Exact> {
            parts
                .values()
                .map(|p| reach.number(&bound(p)?.expr, track).exact().cloned())
                .sum()
        };
        let weighted = parts.values().any(|p| p.weight.is_some());
        if let Some(out_of) = &score.out_of
            && !weighted
        {
            if let Some((part, _)) = parts.iter().find(|(_, p)| p.max.is_none()) {
                findings.report(
                    Diagnostic::error(
                        "maxima-do-not-add-up",
                        format!("`{part}` of `{id}`{track_name} has no max, out_of says {out_of}"),
                        place(),
                    )
                    .help("give every part a max, or leave out_of away"),
                    &[id, part],
                );
            } else if let Some(total) = sum(&|p| p.max.as_ref())
                && total != *out_of
            {
                findings.report(
                    Diagnostic::error(
                        "maxima-do-not-add-up",
                        format!(
                            "the parts of `{id}`{track_name} add up to {total}, out_of says {out_of}"
                        ),
                        place(),
                    ),
                    &[id],
                );
            }
        }
        if let Some(weights_add_to) = &score.weights_add_to {
            if let Some((part, _)) = parts.iter().find(|(_, p)| p.weight.is_none()) {
                findings.report(
                    Diagnostic::error(
                        "weights-do-not-add-up",
                        format!(
                            "`{part}` of `{id}`{track_name} has no weight, weights_add_to says {weights_add_to}"
                        ),
                        place(),
                    )
                    .help("give every part a weight, or leave weights_add_to away"),
                    &[id, part],
                );
            } else if let Some(total) = sum(&|p| p.weight.as_ref())
                && total != *weights_add_to
            {
                findings.report(
                    Diagnostic::error(
                        "weights-do-not-add-up",
                        format!(
                            "the weights of `{id}`{track_name} add up to {total}, weights_add_to says {weights_add_to}"
                        ),
                        place(),
                    ),
                    &[id],
                );
            }
        }
    }
}

/// Bands that no number which is looked up in them can reach.
fn bands(findings: &Findings<'_>, reach: &Reach<'_>) {
    for (id, bands) in &findings.edition.bands {
        let mut asked: Option<Range> = None;
        for said in said(findings.edition) {
            said.walk(findings.edition, &mut |expr, _| {
                if let Node::Lookup(name, argument) = &expr.node
                    && name == id
                {
                    let range = reach.number(argument, said.track);
                    asked = Some(match asked.take() {
                        Some(so_far) => so_far.hull(&range),
                        None => range,
                    });
                }
            });
        }
        let Some(asked) = asked else { continue };
        // A band of no points only says what happens beside the others.
        let earns = |band: &&Band| !matches!(&band.is, BandValue::Number(n) if n.is_zero());
        let rows = bands.rows.iter().filter(earns);
        for band in rows.filter(|band| !reaches(&asked, band)) {
            findings.report(
                Diagnostic::warning(
                    "unreachable-points",
                    format!(
                        "nothing that is looked up in `{id}` reaches the band `{}`",
                        wording::band(band)
                    ),
                    bands.place.clone().showing(id),
                )
                .help("the number that is looked up has an end of its own: mend the bands or the number"),
                &[id],
            );
        }
    }
}
