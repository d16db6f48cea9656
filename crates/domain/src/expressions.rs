//! All the expressions of an edition, what each belongs to, and a walk through them.
//!
//! Knows where an expression stands and which kind's fields its filters can see;
//! it knows no types. What reads an edition without evaluating it (lints, the hash,
//! the comparison of editions) begins here.

use std::ops::Range as Bytes;

use crate::diagnostic::Place;
use crate::library::Library;
use crate::program::{Choose, Edition, PerTrack, Row, RowValue};
use crate::source::{Formula, Limit};
use crate::syntax::{Compare, Expr, Facts, Node, Scope, Set, Subject};
use crate::vocabulary::{FieldType, Kind, Vocabulary};

/// What an expression says in its edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    /// The test to enter or to retain a level.
    Level,
    /// The number that a row judges.
    Measure,
    /// The test that a row requires.
    RowTest,
    /// What narrows the row above.
    OfWhich,
    /// Where it says no, a row is not applicable.
    Applies,
    /// The threshold of a level.
    Threshold(&'a str),
    /// A named test or a stage.
    NamedTest,
    /// A named number, word or set.
    NamedMeasure,
    /// A value of a table.
    TableValue,
    /// What the evidence says to a question.
    Evidence,
    /// The points of a part of a score.
    Points,
    /// The maximum or the weight of a part of a score.
    Bound,
    /// Who can sit in a roster.
    Roster,
    /// The amount of the fee.
    Fee,
    /// Which track is chosen.
    Choose,
    /// Whom the lifecycle protects.
    Protect,
    /// A published value of a measure.
    Benchmark,
}

/// One expression of an edition.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The id that it belongs to; of what has no id the key: `fee`, `tracks`, `lifecycle`.
    pub of: &'a str,
    /// The score that this is a part of.
    pub score: Option<&'a str>,
    /// The track that it is for, where values differ by track.
    pub track: Option<&'a str>,
    /// What it says there.
    pub role: Role<'a>,
    /// Where its first character stands.
    pub place: &'a Place,
    /// What it says.
    pub body: Body<'a>,
}

/// What an expression is: a value, or a choice of facts.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// A value or a test.
    Value(&'a Formula),
    /// A threshold.
    Limit(&'a Limit),
    /// A choice of facts, with its text.
    Facts(&'a Facts, &'a Formula),
}

/// Where in an expression a piece stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The facts whose filter, `having` or amount this is inside, innermost; their fields can be named.
    pub facts: Option<&'a Facts>,
    /// The kind of these facts, where an `of_which` takes it from the row above.
    pub kind: Option<&'a str>,
    /// Is it inside a filter (or the amount of a sum), where no other facts may be chosen?
    pub filter: bool,
    /// Is it inside `held` or `once`?
    pub on_days: bool,
    /// Is it inside an `if`?
    pub conditional: bool,
    /// The other side of the comparison that it is a side of.
    pub against: Option<&'a Expr>,
}

impl<'a> Said<'a> {
    /// Visits every piece of the expression with its context, the outer ones first.
    pub fn walk(&self, edition: &'a Edition, visit: &mut impl FnMut(&'a Expr, Context<'a>)) {
        let mut context = Context::default();
        match self.body {
            Body::Value(formula) => {
                if self.role == Role::OfWhich {
                    context.facts = parent_facts(edition, self.of);
                    context.kind = context.facts.map(|f| f.kind.as_str());
                    context.filter = true;
                }
                walk(&formula.expr, context, visit);
            }
            Body::Limit(limit) => {
                walk(&limit.threshold.from, context, visit);
                if let Some(to) = &limit.threshold.to {
                    walk(to, context, visit);
                }
            }
            Body::Facts(facts, _) => walk_facts(facts, context, visit),
        }
    }

    /// Every choice of facts in the expression with its context, the outer ones first.
    pub fn facts(&self, edition: &'a Edition) -> Vec<(&'a Facts, Context<'a>)> {
        let mut found = Vec::new();
        if let Body::Facts(facts, _) = self.body {
            found.push((facts, Context::default()));
        }
        self.walk(edition, &mut |expr, context| {
            found.extend(facts_of(expr).into_iter().map(|f| (f, context)));
        });
        found
    }

    /// The place of a piece of the expression, showing the expression around it.
    pub fn place_of(&self, at: &Bytes<usize>) -> Place {
        match self.body {
            Body::Value(formula) | Body::Facts(_, formula) => formula.place_of(at),
            Body::Limit(_) => self.place.clone().showing(self.of),
        }
    }
}

/// Every expression of an edition, in the order of the file's sections.
pub fn said(edition: &Edition) -> Vec<Said<'_>> {
    let mut all = Vec::new();
    for (id, level) in &edition.level {
        for formula in [&level.enter, &level.retain].into_iter().flatten() {
            all.push(value(id, Role::Level, formula));
        }
    }
    for row in edition.rows.values() {
        said_by_row(row, &mut all);
    }
    for (id, test) in edition.test.iter().chain(&edition.stage) {
        all.extend(by_track(id, Role::NamedTest, &test.is));
    }
    for (id, measure) in &edition.measure {
        all.extend(by_track(id, Role::NamedMeasure, &measure.is));
    }
    for (id, measure) in &edition.measure {
        for benchmark in &measure.benchmark {
            for limit in [&benchmark.from, &benchmark.to].into_iter().flatten() {
                all.push(limited(id, None, Role::Benchmark, limit));
            }
        }
    }
    for (id, table) in &edition.table {
        for formula in table.rows.values().chain(&table.otherwise) {
            all.push(value(id, Role::TableValue, formula));
        }
    }
    for (id, question) in &edition.question {
        if let Some(evidence) = &question.evidence {
            all.push(value(id, Role::Evidence, evidence));
        }
    }
    for (score_id, score) in &edition.score {
        for (track, parts) in score.part.each() {
            for (id, part) in parts {
                all.push(Said {
                    score: Some(score_id),
                    track,
                    ..value(id, Role::Points, &part.points)
                });
                for bound in [&part.max, &part.weight].into_iter().flatten() {
                    all.push(Said {
                        score: Some(score_id),
                        track,
                        ..value(id, Role::Bound, bound)
                    });
                }
            }
        }
    }
    for (id, roster) in &edition.roster {
        all.push(Said {
            of: id,
            score: None,
            track: None,
            role: Role::Roster,
            place: &roster.of_text.place,
            body: Body::Facts(&roster.of, &roster.of_text),
        });
    }
    if let Some(fee) = &edition.fee {
        all.push(value("fee", Role::Fee, &fee.amount));
    }
    if let Some(tracks) = &edition.tracks
        && let Choose::By(formula) = &tracks.choose
    {
        all.push(value("tracks", Role::Choose, formula));
    }
    if let Some(lifecycle) = &edition.lifecycle {
        for protect in &lifecycle.protect {
            if let Some(who) = &protect.who {
                all.push(value("lifecycle", Role::Protect, who));
            }
        }
    }
    all
}

fn value<'a>(of: &'a str, role: Role<'a>, formula: &'a Formula) -> Said<'a> {
    Said {
        of,
        score: None,
        track: None,
        role,
        place: &formula.place,
        body: Body::Value(formula),
    }
}

fn limited<'a>(of: &'a str, track: Option<&'a str>, role: Role<'a>, limit: &'a Limit) -> Said<'a> {
    Said {
        score: None,
        of,
        track,
        role,
        place: &limit.place,
        body: Body::Limit(limit),
    }
}

fn by_track<'a>(
    of: &'a str,
    role: Role<'a>,
    formulas: &'a PerTrack<Formula>,
) -> impl Iterator<Item = Said<'a>> {
    formulas
        .each()
        .into_iter()
        .map(move |(track, formula)| Said {
            score: None,
            of,
            track,
            role,
            place: &formula.place,
            body: Body::Value(formula),
        })
}

fn said_by_row<'a>(row: &'a Row, all: &mut Vec<Said<'a>>) {
    let limits = match &row.value {
        RowValue::Measure { measure, limits } => {
            all.extend(by_track(&row.id, Role::Measure, measure));
            limits
        }
        RowValue::OfWhich { filter, limits } => {
            all.push(Said {
                of: &row.id,
                score: None,
                track: None,
                role: Role::OfWhich,
                place: &filter.place,
                body: Body::Value(filter),
            });
            limits
        }
        RowValue::Test { test, .. } => {
            all.extend(by_track(&row.id, Role::RowTest, test));
            &None
        }
    };
    for (track, by_level) in limits.iter().flat_map(|l| l.by_level.each()) {
        for (level, limit) in by_level {
            all.push(limited(&row.id, track, Role::Threshold(level), limit));
        }
    }
    if let Some(applies) = &row.applies {
        all.push(Said {
            of: &row.id,
            score: None,
            track: None,
            role: Role::Applies,
            place: &applies.place,
            body: Body::Value(applies),
        });
    }
}

/// The facts whose filter an `of_which` narrows: those of the nearest row above that has a measure of its own.
pub fn parent_facts<'a>(edition: &'a Edition, part: &str) -> Option<&'a Facts> {
    let mut row = edition.rows.get(part)?;
    loop {
        row = edition.rows.get(row.parent.as_ref()?)?;
        if let RowValue::Measure { measure, .. } = &row.value {
            let (_, formula) = measure.each().into_iter().next()?;
            return resolve_facts(edition, &formula.expr, 0);
        }
    }
}

/// The facts that a measure counts or sums, also through a name.
fn resolve_facts<'a>(edition: &'a Edition, expr: &'a Expr, depth: usize) -> Option<&'a Facts> {
    if let Node::Name(name) = &expr.node {
        let measure = edition.measure.get(name)?;
        let (_, formula) = measure.is.each().into_iter().next()?;
        // A name that leads back to itself is refused elsewhere; here it only must end.
        return (depth < 40)
            .then(|| resolve_facts(edition, &formula.expr, depth + 1))
            .flatten();
    }
    facts_of(expr).into_iter().next()
}

/// The choices of facts that this piece itself makes; not those of the pieces inside it.
pub fn facts_of(expr: &Expr) -> Vec<&Facts> {
    let mut found = Vec::new();
    match &expr.node {
        Node::Count(Subject::Facts(facts)) | Node::Exists(Subject::Facts(facts)) => {
            found.push(facts);
        }
        Node::Count(Subject::Set(set)) | Node::Exists(Subject::Set(set)) | Node::Set(set) => {
            set_facts(set, &mut found);
        }
        Node::Sum(_, _, facts) | Node::Picked(_, _, facts) => found.push(facts),
        _ => {}
    }
    found
}

fn set_facts<'a>(set: &'a Set, found: &mut Vec<&'a Facts>) {
    match set {
        Set::Distinct { facts, .. } => found.push(facts),
        Set::Named(..) => {}
        Set::Join(_, left, right) => {
            set_facts(left, found);
            set_facts(right, found);
        }
    }
}

/// The names that this piece itself names, with their places; not those of the pieces inside it, and no kinds of
/// evidence, which [`facts_of`] tells.
pub fn named(expr: &Expr) -> impl Iterator<Item = (&str, &Bytes<usize>)> {
    fn of_set<'a>(set: &'a Set, found: &mut Vec<(&'a str, &'a Bytes<usize>)>) {
        match set {
            Set::Distinct { .. } => {}
            Set::Named(name, at) => found.push((name, at)),
            Set::Join(_, left, right) => {
                of_set(left, found);
                of_set(right, found);
            }
        }
    }
    let mut found = Vec::new();
    match &expr.node {
        Node::Name(name)
        | Node::In { list: name, .. }
        | Node::LowestPart(name)
        | Node::Filled(name)
        | Node::Lookup(name, _) => found.push((name.as_str(), &expr.at)),
        Node::Count(Subject::Set(set)) | Node::Exists(Subject::Set(set)) | Node::Set(set) => {
            of_set(set, &mut found);
        }
        _ => {}
    }
    found.into_iter()
}

/// Visits an expression and all its pieces, the outer ones first.
pub fn walk<'a>(
    expr: &'a Expr,
    context: Context<'a>,
    visit: &mut impl FnMut(&'a Expr, Context<'a>),
) {
    visit(expr, context);
    let inside = Context {
        against: None,
        ..context
    };
    match &expr.node {
        Node::Number(_)
        | Node::Money(..)
        | Node::Date(_)
        | Node::Duration(_)
        | Node::Name(_)
        | Node::PartnerField(_)
        | Node::Yes
        | Node::No
        | Node::Day
        | Node::Matrix
        | Node::Unused
        | Node::Holds { .. }
        | Node::Meets { .. }
        | Node::LowestPart(_)
        | Node::Filled(_)
        | Node::GroupCount
        | Node::GroupSum(_)
        | Node::GroupPick(..) => {}
        Node::Not(inner)
        | Node::Floor(inner)
        | Node::Ceiling(inner)
        | Node::Before(_, inner)
        | Node::Lookup(_, inner)
        | Node::In { value: inner, .. }
        | Node::InWindow { value: inner, .. } => walk(inner, inside, visit),
        Node::Held(_, inner) | Node::Once(_, inner) => {
            let days = Context {
                on_days: true,
                ..inside
            };
            walk(inner, days, visit);
        }
        Node::And(parts) | Node::Or(parts) | Node::Of(_, parts) | Node::AtLeast(_, parts) => {
            for part in parts {
                walk(part, inside, visit);
            }
        }
        Node::Compare(_, a, b) => {
            for (side, other) in [(a, b), (b, a)] {
                let side_of = Context {
                    against: Some(other),
                    ..inside
                };
                walk(side, side_of, visit);
            }
        }
        Node::Arith(_, a, b) => {
            walk(a, inside, visit);
            walk(b, inside, visit);
        }
        Node::If(test, yes, no) => {
            let branch = Context {
                conditional: true,
                ..inside
            };
            walk(test, inside, visit);
            walk(yes, branch, visit);
            walk(no, branch, visit);
        }
        Node::Count(Subject::Facts(facts)) | Node::Exists(Subject::Facts(facts)) => {
            walk_facts(facts, inside, visit);
        }
        Node::Count(Subject::Set(set)) | Node::Exists(Subject::Set(set)) | Node::Set(set) => {
            walk_set(set, inside, visit);
        }
        Node::Sum(amount, _, facts) => {
            let amount_of = Context {
                facts: Some(facts),
                kind: Some(&facts.kind),
                filter: true,
                ..inside
            };
            walk(amount, amount_of, visit);
            walk_facts(facts, inside, visit);
        }
        Node::Picked(_, _, facts) => walk_facts(facts, inside, visit),
    }
}

fn walk_facts<'a>(
    facts: &'a Facts,
    context: Context<'a>,
    visit: &mut impl FnMut(&'a Expr, Context<'a>),
) {
    if let Some(filter) = &facts.filter {
        let inside = Context {
            facts: Some(facts),
            kind: Some(&facts.kind),
            filter: true,
            against: None,
            ..context
        };
        walk(filter, inside, visit);
    }
}

fn walk_set<'a>(set: &'a Set, context: Context<'a>, visit: &mut impl FnMut(&'a Expr, Context<'a>)) {
    match set {
        Set::Distinct { facts, having, .. } => {
            walk_facts(facts, context, visit);
            if let Some(having) = having {
                let group = Context {
                    facts: Some(facts),
                    kind: Some(&facts.kind),
                    filter: false,
                    against: None,
                    ..context
                };
                walk(having, group, visit);
            }
        }
        Set::Named(..) => {}
        Set::Join(_, left, right) => {
            walk_set(left, context, visit);
            walk_set(right, context, visit);
        }
    }
}

/// What a bare name stands for where it stands (LANGUAGE §2, Names).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning<'a> {
    /// A field of the kind whose facts are looked at, or in a scope one of `partners`.
    Field(&'a FieldType),
    /// A word of what it is compared with.
    Word,
    /// A measure, test, score, question or parameter of the edition.
    Value,
}

/// What the name `name` stands for in its context.
pub fn meaning<'a>(
    vocabulary: &'a Vocabulary,
    edition: &Edition,
    name: &str,
    context: Context<'_>,
) -> Meaning<'a> {
    if let Some(field) = field(vocabulary, name, context) {
        return Meaning::Field(field);
    }
    // Right of a comparison with something that yields words, a bare name is one of them.
    let words = context.against.is_some_and(|other| match &other.node {
        Node::Name(other) => match field(vocabulary, other, context) {
            Some(other) => !matches!(
                other,
                FieldType::Date | FieldType::Number(_) | FieldType::Percent | FieldType::Money(_)
            ),
            None => yields_words(edition, other),
        },
        Node::PartnerField(_) => true,
        Node::GroupPick(_, other) => field(vocabulary, other, context).is_some(),
        Node::Lookup(name, _) => yields_words(edition, name),
        _ => false,
    });
    if words { Meaning::Word } else { Meaning::Value }
}

fn yields_words(edition: &Edition, name: &str) -> bool {
    use crate::program::{AnswerType, BandValue};
    edition
        .question
        .get(name)
        .is_some_and(|q| matches!(q.answer, AnswerType::Ladder(_) | AnswerType::Scored(_)))
        || edition
            .measure
            .get(name)
            .is_some_and(|m| !m.words.is_empty())
        || edition.table.get(name).is_some_and(|t| !t.words.is_empty())
        || edition
            .bands
            .get(name)
            .is_some_and(|b| b.rows.iter().any(|r| matches!(r.is, BandValue::Word(_))))
}

/// The field that a name in this context is, where it is one.
pub fn field<'a>(
    vocabulary: &'a Vocabulary,
    name: &str,
    context: Context<'_>,
) -> Option<&'a FieldType> {
    let kind = vocabulary.kinds.get(context.kind?)?;
    if let Some(found) = kind.field_type(name) {
        return Some(found);
    }
    context.facts?.over.as_ref()?;
    vocabulary.kinds.get("partners")?.field_type(name)
}

/// The libraries that an edition uses, in its order; what names none is left out.
pub fn libraries<'a>(library: &'a Library, edition: &Edition) -> Vec<&'a Edition> {
    edition
        .uses
        .iter()
        .filter_map(|name| {
            let (program, id) = name.split_once('@')?;
            library.edition(program, id).map(|e| &**e)
        })
        .collect()
}

/// Is a choice of facts wider than the partner's own?
pub fn is_scoped(facts: &Facts) -> bool {
    matches!(
        facts.over,
        Some(Scope::Family | Scope::Enterprise | Scope::Group(_))
    )
}

/// Can a fact of this kind ever close?
pub fn closes(kind: &Kind) -> bool {
    !kind.holds.until.is_empty() || kind.holds.until_next || kind.holds.while_.is_some()
}

/// The comparison that says the same with its sides exchanged: `a < b` for `b > a`.
pub fn turned(compare: Compare) -> Compare {
    match compare {
        Compare::Less => Compare::More,
        Compare::AtMost => Compare::AtLeast,
        Compare::More => Compare::Less,
        Compare::AtLeast => Compare::AtMost,
        same => same,
    }
}
