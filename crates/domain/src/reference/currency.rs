//! Which currency an amount is in: convention 11.
//!
//! Read from the rules alone. An amount is in the currency of whatever it meets: what it is compared with, added to,
//! divided by, the other branch of its `if`. What has a name is the same amount wherever it stands, so that a currency
//! said of it in one place is said of it in all.

use std::collections::BTreeMap;

use super::{About, Reference, Scene};
use crate::program::{AnswerType, Edition, PerTrack, RowValue};
use crate::source::Formula;
use crate::syntax::{Arith, Expr, Node};
use crate::vocabulary::FieldType;

/// The currencies of named amounts.
pub(super) type Known = BTreeMap<String, String>;

/// No chain of names is longer.
const DEEPEST: usize = 60;

impl Reference<'_> {
    /// The currency of the amounts that meet in one place, where one of them names it; else the program's own. Amounts of
    /// one fact are compared as they stand, unless something beside them names a currency.
    pub(super) fn currency_of(&self, meeting: &[&Expr], scene: &Scene<'_>) -> Option<String> {
        if let About::Fact { of, .. } = scene.about {
            return meeting.iter().find_map(|e| self.named_in_fact(e, &of.kind));
        }
        let known = self.currencies();
        let said = meeting.iter().find_map(|e| self.currency_in(e, known));
        said.or_else(|| self.own_currency().map(str::to_owned))
    }

    /// The currency of a name.
    pub(super) fn currency_of_name(&self, name: &str) -> Option<String> {
        let said = self.currencies().get(name).cloned();
        said.or_else(|| self.own_currency().map(str::to_owned))
    }

    fn named_in_fact(&self, expr: &Expr, kind: &str) -> Option<String> {
        let declared = self.evidence.vocabulary.kinds.get(kind);
        match &expr.node {
            Node::Money(_, currency) => Some(currency.clone()),
            Node::Name(name) if declared.is_some_and(|k| k.field_type(name).is_some()) => None,
            Node::Name(name) if self.is_amount(expr, 0) => self.currency_of_name(name),
            Node::Arith(_, a, b) => {
                let of = |e: &Expr| self.named_in_fact(e, kind);
                of(a).or_else(|| of(b))
            }
            _ => None,
        }
    }

    /// The currencies of named amounts, read once.
    fn currencies(&self) -> &Known {
        self.currencies.get_or_init(|| self.read_currencies())
    }

    fn read_currencies(&self) -> Known {
        let mut known = Known::new();
        loop {
            let before = known.len();
            for (expr, name) in self.formulas() {
                if let Some(name) = name {
                    let said = known.get(name).cloned();
                    let said = said.or_else(|| self.currency_in(expr, &known));
                    if let Some(currency) = said.filter(|_| self.is_amount(expr, 0)) {
                        known.insert(name.to_owned(), currency.clone());
                        self.give(expr, &currency, &mut known);
                    }
                }
                each(expr, &mut |e| self.meet(e, &mut known));
            }
            for row in self.edition.rows.values() {
                let RowValue::Measure {
                    measure,
                    limits: Some(limits),
                } = &row.value
                else {
                    continue;
                };
                for (_, by_level) in limits.by_level.each() {
                    for limit in by_level.values() {
                        let mut meeting: Vec<&Expr> =
                            measure.each().into_iter().map(|(_, f)| &f.expr).collect();
                        meeting.push(&limit.threshold.from);
                        meeting.extend(&limit.threshold.to);
                        self.settle(&meeting, &mut known);
                    }
                }
            }
            if known.len() == before {
                return known;
            }
        }
    }

    /// Every expression of the edition and of the libraries that it uses, with the name that it is the value of.
    fn formulas(&self) -> Vec<(&Expr, Option<&str>)> {
        fn all(of: &PerTrack<Formula>) -> impl Iterator<Item = &Expr> {
            of.each().into_iter().map(|(_, f)| &f.expr)
        }
        let mut found: Vec<(&Expr, Option<&str>)> = Vec::new();
        for file in self.files(self.edition) {
            for (name, measure) in &file.measure {
                found.extend(all(&measure.is).map(|e| (e, Some(name.as_str()))));
            }
            for test in file.test.values().chain(file.stage.values()) {
                found.extend(all(&test.is).map(|e| (e, None)));
            }
            for table in file.table.values() {
                let values = table.rows.values().chain(&table.otherwise);
                found.extend(values.map(|f| (&f.expr, None)));
            }
            for question in file.question.values() {
                found.extend(question.evidence.iter().map(|f| (&f.expr, None)));
            }
            for score in file.score.values() {
                for (_, parts) in score.part.each() {
                    for part in parts.values() {
                        let formulas = std::iter::once(&part.points);
                        let formulas = formulas.chain(&part.max).chain(&part.weight);
                        found.extend(formulas.map(|f| (&f.expr, None)));
                    }
                }
            }
        }
        for row in self.edition.rows.values() {
            match &row.value {
                RowValue::Measure { measure, limits } => {
                    found.extend(all(measure).map(|e| (e, None)));
                    for (_, by_level) in limits.iter().flat_map(|l| l.by_level.each()) {
                        for limit in by_level.values() {
                            let ends = std::iter::once(&limit.threshold.from);
                            let ends = ends.chain(&limit.threshold.to);
                            found.extend(ends.map(|e| (e, None)));
                        }
                    }
                }
                RowValue::Test { test, .. } => found.extend(all(test).map(|e| (e, None))),
                RowValue::OfWhich { .. } => {}
            }
            found.extend(row.applies.iter().map(|f| (&f.expr, None)));
        }
        for level in self.edition.level.values() {
            let own = level.enter.iter().chain(&level.retain);
            found.extend(own.map(|f| (&f.expr, None)));
        }
        found
    }

    /// The amounts that meet in one piece of an expression.
    fn meet(&self, expr: &Expr, known: &mut Known) {
        match &expr.node {
            Node::Compare(_, a, b) | Node::Arith(Arith::Add | Arith::Subtract, a, b) => {
                self.settle(&[a, b], known);
            }
            Node::Arith(Arith::Divide, a, b) if self.is_amount(b, 0) => {
                self.settle(&[a, b], known);
            }
            Node::If(_, a, b) => self.settle(&[a, b], known),
            Node::Of(_, all) => {
                let all: Vec<&Expr> = all.iter().collect();
                self.settle(&all, known);
            }
            Node::Lookup(name, argument) => {
                let files = self.files(self.edition);
                if let Some(bands) = files.iter().find_map(|f| f.bands.get(name))
                    && let Some(currency) = bands.currency()
                {
                    self.give(argument, currency, known);
                } else if let Some(table) = files.iter().find_map(|f| f.table.get(name)) {
                    let values = table.rows.values().chain(&table.otherwise);
                    let all: Vec<&Expr> = values.map(|f| &f.expr).collect();
                    self.settle(&all, known);
                }
            }
            _ => {}
        }
    }

    fn settle(&self, meeting: &[&Expr], known: &mut Known) {
        let said = meeting.iter().find_map(|e| self.currency_in(e, known));
        if let Some(currency) = said {
            for expr in meeting {
                self.give(expr, &currency, known);
            }
        }
    }

    /// The currency that an expression is in, as far as it names one.
    fn currency_in(&self, expr: &Expr, known: &Known) -> Option<String> {
        let of = |e: &Expr| self.currency_in(e, known);
        match &expr.node {
            Node::Money(_, currency) => Some(currency.clone()),
            Node::Name(name) => match self.question_currency(name) {
                Some(currency) => Some(currency),
                None => known.get(name).cloned(),
            },
            Node::Arith(Arith::Divide, a, b) => of(a).filter(|_| !self.is_amount(b, 0)),
            Node::Arith(_, a, b) | Node::If(_, a, b) => of(a).or_else(|| of(b)),
            Node::Of(_, all) => all.iter().find_map(of),
            Node::Floor(a) | Node::Ceiling(a) | Node::Before(_, a) => of(a),
            Node::Lookup(name, _) => {
                let files = self.files(self.edition);
                let table = files.iter().find_map(|f| f.table.get(name))?;
                let mut values = table.rows.values().chain(&table.otherwise);
                values.find_map(|f| of(&f.expr))
            }
            _ => None,
        }
    }

    fn question_currency(&self, name: &str) -> Option<String> {
        match &self.edition.question.get(name)?.answer {
            AnswerType::Money(currency) => currency.clone(),
            _ => None,
        }
    }

    /// Says of every name in an expression, as far as the result is in its currency, which one it is.
    fn give(&self, expr: &Expr, currency: &str, known: &mut Known) {
        match &expr.node {
            Node::Name(name) if self.measure_of(name).is_some() && self.is_amount(expr, 0) => {
                known
                    .entry(name.clone())
                    .or_insert_with(|| currency.to_owned());
            }
            Node::Arith(Arith::Divide, a, b) if !self.is_amount(b, 0) => {
                self.give(a, currency, known);
            }
            Node::Arith(Arith::Divide, ..) => {}
            Node::Arith(_, a, b) | Node::If(_, a, b) => {
                for e in [a, b] {
                    if self.is_amount(e, 0) {
                        self.give(e, currency, known);
                    }
                }
            }
            Node::Of(_, all) => all.iter().for_each(|e| self.give(e, currency, known)),
            Node::Floor(a) | Node::Ceiling(a) | Node::Before(_, a) => {
                self.give(a, currency, known);
            }
            _ => {}
        }
    }

    fn measure_of(&self, name: &str) -> Option<&PerTrack<Formula>> {
        let files = self.files(self.edition);
        let found = files
            .into_iter()
            .find(|f: &&Edition| f.measure.contains_key(name))?;
        Some(&found.measure[name].is)
    }

    /// Is the value of an expression an amount of money?
    pub(super) fn is_amount(&self, expr: &Expr, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let is = |e: &Expr| self.is_amount(e, depth + 1);
        match &expr.node {
            Node::Money(..) => true,
            Node::Name(name) => {
                let question = self.edition.question.get(name);
                question.is_some_and(|q| matches!(q.answer, AnswerType::Money(_)))
                    || self
                        .measure_of(name)
                        .is_some_and(|m| m.each().into_iter().any(|(_, f)| is(&f.expr)))
            }
            Node::Sum(amount, _, facts) => self.is_amount_of_fact(amount, &facts.kind),
            Node::Picked(_, field, facts) => self.is_money_field(field, &facts.kind),
            Node::Arith(Arith::Divide, a, b) => is(a) && !is(b),
            Node::Arith(_, a, b) | Node::If(_, a, b) => is(a) || is(b),
            Node::Of(_, all) => all.iter().any(is),
            Node::Floor(a) | Node::Ceiling(a) | Node::Before(_, a) => is(a),
            Node::Lookup(name, _) => {
                let files = self.files(self.edition);
                let table = files.iter().find_map(|f| f.table.get(name));
                table.is_some_and(|t| {
                    let mut values = t.rows.values().chain(&t.otherwise);
                    values.any(|f| is(&f.expr))
                })
            }
            _ => false,
        }
    }

    fn is_amount_of_fact(&self, amount: &Expr, kind: &str) -> bool {
        let is = |e: &Expr| self.is_amount_of_fact(e, kind);
        match &amount.node {
            Node::Name(name) if self.is_money_field(name, kind) => true,
            Node::Arith(Arith::Divide, a, b) => is(a) && !is(b),
            Node::Arith(_, a, b) => is(a) || is(b),
            Node::Name(name) => {
                let declared = self.evidence.vocabulary.kinds.get(kind);
                declared.is_none_or(|k| k.field_type(name).is_none()) && self.is_amount(amount, 0)
            }
            _ => self.is_amount(amount, 0),
        }
    }

    fn is_money_field(&self, field: &str, kind: &str) -> bool {
        let declared = self.evidence.vocabulary.kinds.get(kind);
        let field = declared.and_then(|k| k.field_type(field));
        matches!(field, Some(FieldType::Money(_)))
    }
}

/// Every piece of an expression that is asked of a partner; what is asked of single facts is not.
fn each<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    visit(expr);
    let inside: Vec<&Expr> = match &expr.node {
        Node::Not(a) | Node::Floor(a) | Node::Ceiling(a) | Node::Lookup(_, a) => vec![a],
        Node::Held(_, a) | Node::Once(_, a) | Node::Before(_, a) => vec![a],
        Node::In { value, .. } | Node::InWindow { value, .. } => vec![value],
        Node::And(all) | Node::Or(all) | Node::AtLeast(_, all) | Node::Of(_, all) => {
            all.iter().collect()
        }
        Node::Compare(_, a, b) | Node::Arith(_, a, b) => vec![a, b],
        Node::If(a, b, c) => vec![a, b, c],
        _ => vec![],
    };
    for inner in inside {
        each(inner, visit);
    }
}
