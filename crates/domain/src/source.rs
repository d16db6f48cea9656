//! Reads a TOML text with the place of every value, and collects what is wrong with it.
//!
//! Knows TOML and places; what the keys mean is the business of the readers
//! of vocabularies and programs.

use std::cell::RefCell;
use std::ops::Range as Bytes;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::calendar::{Day, Duration, Window};
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::number::Exact;
use crate::syntax::{self, Expr, SyntaxError, Threshold};

/// What reading a file can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    ("not-toml", "the file does not follow TOML"),
    ("missing-key", "a table lacks a key that it needs"),
    ("unknown-key", "a key that the table does not have"),
    (
        "unknown-word",
        "a word that is none of those that may stand there",
    ),
    (
        "wrong-type",
        "a value is not of the type that is expected there",
    ),
];

/// An expression of a file: its text, its tree, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The text as written.
    pub text: String,
    /// What it says.
    pub expr: Expr,
    /// Where its first character stands.
    pub place: Place,
}

impl Formula {
    /// The place of a piece of this expression, showing the expression around it.
    pub fn place_of(&self, at: &Bytes<usize>) -> Place {
        piece(&self.place, &self.text, at)
    }
}

/// A TOML text as a JSON value, every key in the order of the file; `None` where it does not follow TOML.
///
/// Days are texts, and so are numbers with decimals, so that none of them is rounded on the way.
pub fn as_json(text: &str) -> Option<serde_json::Value> {
    fn table(of: &DeTable<'_>) -> serde_json::Value {
        let pairs = of.iter();
        serde_json::Value::Object(
            pairs
                .map(|(key, of)| (key.get_ref().to_string(), value(of.get_ref())))
                .collect(),
        )
    }
    fn value(of: &DeValue<'_>) -> serde_json::Value {
        match of {
            DeValue::String(text) => text.to_string().into(),
            DeValue::Integer(number) => {
                let text = number.to_string();
                text.parse::<i64>().map_or_else(|_| text.into(), Into::into)
            }
            DeValue::Float(number) => number.to_string().into(),
            DeValue::Boolean(yes) => (*yes).into(),
            DeValue::Datetime(day) => day.to_string().into(),
            DeValue::Array(all) => all.iter().map(|of| value(of.get_ref())).collect(),
            DeValue::Table(of) => table(of),
        }
    }
    let parsed = DeTable::parse(text).ok()?;
    Some(table(parsed.get_ref()))
}

/// A threshold of a file: its text, its tree, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The text as written.
    pub text: String,
    /// What it says.
    pub threshold: Threshold,
    /// Where its first character stands.
    pub place: Place,
}

/// The place of the bytes `at` of a text that begins at `start`, with the text around it.
fn piece(start: &Place, text: &str, at: &Bytes<usize>) -> Place {
    let before = text.get(..at.start).unwrap_or(text);
    let column = start.column + u32::try_from(before.chars().count()).unwrap_or(0);
    let from = before.char_indices().rev().nth(23).map_or(0, |(i, _)| i);
    let dots = if from > 0 { "… " } else { "" };
    let rest: String = text[from..].chars().take(64).collect();
    let place = Place {
        file: start.file.clone(),
        line: start.line,
        column,
        context: String::new(),
    };
    place.showing(format!("{dots}{}", rest.trim()))
}

/// A TOML text that is being read.
pub(crate) struct Source<'t> {
    file: &'t str,
    text: &'t str,
    lines: Vec<usize>,
    problems: RefCell<Vec<Diagnostic>>,
    /// Where days stand that no calendar has, and that were reported.
    no_days: RefCell<Vec<Bytes<usize>>>,
}

/// A value and its place.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

impl<'t> Source<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(i, _)| i + 1))
            .collect();
        Source {
            file,
            text,
            lines,
            problems: RefCell::default(),
            no_days: RefCell::default(),
        }
    }

    /// The whole text as a table. What TOML itself refuses is reported, and the rest is still read.
    pub(crate) fn parse(&self) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let place = error
                .span()
                .map_or(Place::file(self.file), |s| self.place(s));
            let message = error.message().replace('\n', ", ");
            let help = if message.starts_with("invalid date") {
                self.no_days.borrow_mut().extend(error.span());
                "the calendar has no such day: write one as 2022-06-30"
            } else {
                "the line does not follow TOML; a string needs quotes, a key one `=`, and no key stands twice"
            };
            self.report(Diagnostic::error("not-toml", message, place).help(help));
        }
        table
    }

    pub(crate) fn place(&self, span: Bytes<usize>) -> Place {
        let line = self
            .lines
            .partition_point(|start| *start <= span.start)
            .max(1);
        let start = self.lines[line - 1];
        let column = self
            .text
            .get(start..span.start)
            .map_or(0, |t| t.chars().count())
            + 1;
        Place {
            file: self.file.to_owned(),
            line: u32::try_from(line).unwrap_or(0),
            column: u32::try_from(column).unwrap_or(0),
            context: String::new(),
        }
    }

    pub(crate) fn report(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }

    pub(crate) fn wrong_type(&self, value: &Value<'t>, what: &str, expected: &str) {
        self.report(
            Diagnostic::error(
                "wrong-type",
                format!(
                    "`{what}` is {} where {expected} is expected",
                    kind_of(value)
                ),
                self.place(value.span()),
            )
            .help(format!("write {}", expected.trim_end_matches(','))),
        );
    }

    pub(crate) fn into_problems(self) -> Vec<Diagnostic> {
        self.problems.into_inner()
    }

    pub(crate) fn table<'s>(&'s self, value: &'s Value<'t>, what: &str) -> Option<Keys<'s, 't>> {
        match value.get_ref().as_table() {
            Some(table) => Some(Keys::new(self, table, value.span(), what)),
            None => {
                self.wrong_type(value, what, "a table");
                None
            }
        }
    }

    pub(crate) fn string(&self, value: &Value<'t>, what: &str) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(value, what, "text in quotes");
        }
        text
    }

    pub(crate) fn strings(&self, value: &Value<'t>, what: &str) -> Vec<String> {
        match value.get_ref() {
            DeValue::String(one) => vec![one.to_string()],
            DeValue::Array(items) => items.iter().filter_map(|v| self.string(v, what)).collect(),
            _ => {
                self.wrong_type(value, what, "a list of texts");
                vec![]
            }
        }
    }

    pub(crate) fn number(&self, value: &Value<'t>, what: &str) -> Option<Exact> {
        let number = match value.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => Exact::parse(n.as_str()),
            DeValue::Float(n) => Exact::parse(n.as_str()),
            DeValue::String(text) => {
                return self.formula(value, what).and_then(|f| {
                    let number = constant(&f.expr);
                    if number.is_none() {
                        self.report(
                            Diagnostic::error(
                                "wrong-type",
                                format!("`{text}` is no plain number"),
                                self.place(value.span()),
                            )
                            .help("write a number that needs no evidence, such as 1_000, 2.5 or \"20/3\""),
                        );
                    }
                    number
                });
            }
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(value, what, "a number");
        }
        number
    }

    /// A number, or an amount and its currency: `1_000`, `"20/3"`, `"1_000 USD"`.
    pub(crate) fn amount(&self, value: &Value<'t>, what: &str) -> Option<(Exact, Option<String>)> {
        let Some(text) = value.get_ref().as_str() else {
            return self.number(value, what).map(|n| (n, None));
        };
        let formula = self.formula(value, what)?;
        let amount = match &formula.expr.node {
            syntax::Node::Money(n, currency) => Some((n.clone(), Some(currency.clone()))),
            _ => constant(&formula.expr).map(|n| (n, None)),
        };
        if amount.is_none() {
            self.report(
                Diagnostic::error(
                    "wrong-type",
                    format!("`{text}` is no plain number and no amount"),
                    self.place(value.span()),
                )
                .help(
                    "write a number such as 1_000 or \"20/3\", or an amount such as \"1_000 USD\"",
                ),
            );
        }
        amount
    }

    pub(crate) fn day(&self, value: &Value<'t>, what: &str) -> Option<Day> {
        let day = value.get_ref().as_datetime().and_then(|d| {
            let date = d.date?;
            Day::parse(&format!(
                "{:04}-{:02}-{:02}",
                date.year, date.month, date.day
            ))
        });
        let span = value.span();
        let told = |at: &Bytes<usize>| at.start < span.end && span.start <= at.end;
        if day.is_none() && !self.no_days.borrow().iter().any(told) {
            self.wrong_type(value, what, "a day such as 2022-02-01, without quotes,");
        }
        day
    }

    pub(crate) fn duration(&self, value: &Value<'t>, what: &str) -> Option<Duration> {
        let duration = value.get_ref().as_str().and_then(Duration::parse);
        // What comes again every no days would never stop coming.
        if what == "every" && duration.is_some_and(|d| d.count == 0) {
            self.wrong_type(
                value,
                what,
                "a duration such as \"12 months\", of a day or more,",
            );
            return None;
        }
        if duration.is_none() {
            self.wrong_type(value, what, "a duration such as \"30 days\"");
        }
        duration
    }

    /// The place of a string's first character.
    fn inside(&self, value: &Value<'t>) -> Place {
        let span = value.span();
        let quote = if self.text[span.clone()].starts_with("\"\"\"") {
            3
        } else {
            1
        };
        self.place(span.start + quote..span.end)
    }

    /// Where the first line of a text stands: below three quotes that end their line, for TOML leaves that line out.
    pub(crate) fn first_line(&self, value: &Value<'t>) -> Place {
        let span = value.span();
        let mut place = self.place(span.clone());
        let text = &self.text[span];
        let below = ["\"\"\"", "'''"]
            .iter()
            .find_map(|quotes| text.strip_prefix(quotes))
            .is_some_and(|rest| rest.starts_with(['\n', '\r']));
        if below {
            place.line += 1;
            place.column = 1;
        }
        place
    }

    fn syntax(&self, start: &Place, text: &str, error: SyntaxError) {
        let mut place = piece(start, text, &error.at);
        if place.line == 0 {
            place.line = start.line;
        }
        self.report(Diagnostic::error(error.code, error.message, place).help(error.help));
    }

    /// The text of an expression: a string, or a bare number or yes-or-no.
    fn expression_text(&self, value: &Value<'t>, what: &str) -> Option<(String, Place)> {
        Some(match value.get_ref() {
            DeValue::String(text) => (text.to_string(), self.inside(value)),
            DeValue::Integer(n) if n.radix() == 10 => {
                (n.as_str().to_owned(), self.place(value.span()))
            }
            DeValue::Float(n) => (n.as_str().to_owned(), self.place(value.span())),
            DeValue::Boolean(b) => (
                if *b { "yes" } else { "no" }.to_owned(),
                self.place(value.span()),
            ),
            _ => {
                self.wrong_type(value, what, "a number, or an expression in quotes,");
                return None;
            }
        })
    }

    pub(crate) fn formula(&self, value: &Value<'t>, what: &str) -> Option<Formula> {
        let (text, place) = self.expression_text(value, what)?;
        match syntax::parse(&text) {
            Ok(expr) => Some(Formula { text, expr, place }),
            Err(error) => {
                self.syntax(&place, &text, error);
                None
            }
        }
    }

    pub(crate) fn limit(&self, value: &Value<'t>, what: &str) -> Option<Limit> {
        let (text, place) = self.expression_text(value, what)?;
        match syntax::parse_threshold(&text) {
            Ok(threshold) => Some(Limit {
                text,
                threshold,
                place,
            }),
            Err(error) => {
                self.syntax(&place, &text, error);
                None
            }
        }
    }

    pub(crate) fn window(&self, value: &Value<'t>, what: &str) -> Option<Window> {
        let (text, place) = self.expression_text(value, what)?;
        match syntax::parse_window(&text) {
            Ok(window) => Some(window),
            Err(error) => {
                self.syntax(&place, &text, error);
                None
            }
        }
    }

    pub(crate) fn facts(&self, value: &Value<'t>, what: &str) -> Option<(syntax::Facts, Formula)> {
        let (text, place) = self.expression_text(value, what)?;
        match syntax::parse_facts(&text) {
            Ok(facts) => {
                let expr = Expr {
                    node: syntax::Node::Yes,
                    at: 0..text.len(),
                };
                Some((facts, Formula { text, expr, place }))
            }
            Err(error) => {
                self.syntax(&place, &text, error);
                None
            }
        }
    }
}

/// The number that an expression of nothing but numbers is: `20/3`, `50%`.
pub(crate) fn constant(expr: &Expr) -> Option<Exact> {
    use syntax::{Arith, Node};
    match &expr.node {
        Node::Number(n) => Some(n.clone()),
        Node::Arith(op, a, b) => {
            let (a, b) = (constant(a)?, constant(b)?);
            match op {
                Arith::Add => Some(a + b),
                Arith::Subtract => Some(a - b),
                Arith::Multiply => Some(a * b),
                Arith::Divide => a.checked_div(&b),
            }
        }
        _ => None,
    }
}

fn kind_of(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A table whose keys are being asked for one by one; what nobody asked for is reported at the end.
pub(crate) struct Keys<'s, 't> {
    pub(crate) source: &'s Source<'t>,
    table: &'s DeTable<'t>,
    span: Bytes<usize>,
    what: String,
    asked: RefCell<Vec<String>>,
}

impl<'s, 't> Keys<'s, 't> {
    pub(crate) fn new(
        source: &'s Source<'t>,
        table: &'s DeTable<'t>,
        span: Bytes<usize>,
        what: &str,
    ) -> Self {
        Keys {
            source,
            table,
            span,
            what: what.to_owned(),
            asked: RefCell::default(),
        }
    }

    pub(crate) fn place(&self) -> Place {
        self.source
            .place(self.span.clone())
            .showing(self.what.clone())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'s Value<'t>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table
            .iter()
            .find(|(k, _)| k.get_ref() == key)
            .map(|(_, v)| v)
    }

    /// Every key with its value and its own place, in the order of the file. Counts as asked for.
    pub(crate) fn all(&self) -> Vec<(String, &'s Value<'t>, Place)> {
        self.table
            .iter()
            .map(|(key, value)| {
                self.asked.borrow_mut().push(key.get_ref().to_string());
                (
                    key.get_ref().to_string(),
                    value,
                    self.source.place(key.span()),
                )
            })
            .collect()
    }

    /// Where every key stands. Does not count as asked for.
    pub(crate) fn places(&self) -> IndexMap<String, Place> {
        self.table
            .iter()
            .map(|(key, _)| {
                let place = self
                    .source
                    .place(key.span())
                    .showing(key.get_ref().as_ref());
                (key.get_ref().to_string(), place)
            })
            .collect()
    }

    pub(crate) fn missing(&self, key: &str, example: &str) {
        self.source.report(
            Diagnostic::error(
                "missing-key",
                format!("`{}` has no `{key}`", self.what),
                self.place(),
            )
            .help(format!("add {key} = {example}")),
        );
    }

    pub(crate) fn string(&self, key: &str) -> Option<String> {
        self.get(key).and_then(|v| self.source.string(v, key))
    }

    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        self.get(key)
            .map_or(vec![], |v| self.source.strings(v, key))
    }

    pub(crate) fn day(&self, key: &str) -> Option<Day> {
        self.get(key).and_then(|v| self.source.day(v, key))
    }

    pub(crate) fn number(&self, key: &str) -> Option<Exact> {
        self.get(key).and_then(|v| self.source.number(v, key))
    }

    pub(crate) fn duration(&self, key: &str) -> Option<Duration> {
        self.get(key).and_then(|v| self.source.duration(v, key))
    }

    pub(crate) fn formula(&self, key: &str) -> Option<Formula> {
        self.get(key).and_then(|v| self.source.formula(v, key))
    }

    pub(crate) fn formulas(&self, key: &str) -> Vec<Formula> {
        let Some(value) = self.get(key) else {
            return vec![];
        };
        match value.get_ref() {
            DeValue::Array(all) => {
                let all = all.iter();
                all.filter_map(|one| self.source.formula(one, key))
                    .collect()
            }
            _ => self.source.formula(value, key).into_iter().collect(),
        }
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(value) => value.get_ref().as_bool().unwrap_or_else(|| {
                self.source.wrong_type(value, key, "true or false");
                false
            }),
        }
    }

    pub(crate) fn table(&self, key: &str) -> Option<Keys<'s, 't>> {
        self.get(key).and_then(|v| self.source.table(v, key))
    }

    /// The tables under a key, by their ids, in the order of the file.
    pub(crate) fn tables(&self, key: &str) -> Vec<(String, Keys<'s, 't>, Place)> {
        let Some(table) = self.table(key) else {
            return vec![];
        };
        table
            .all()
            .into_iter()
            .filter_map(|(id, value, place)| {
                let keys = self.source.table(value, &id)?;
                Some((id, keys, place))
            })
            .collect()
    }

    /// A list of tables.
    pub(crate) fn list(&self, key: &str) -> Vec<Keys<'s, 't>> {
        let Some(value) = self.get(key) else {
            return vec![];
        };
        let Some(items) = value.get_ref().as_array() else {
            self.source.wrong_type(value, key, "a list of tables");
            return vec![];
        };
        items
            .iter()
            .filter_map(|item| self.source.table(item, key))
            .collect()
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let value = self.get(key)?;
        let text = self.source.string(value, key)?;
        if let Some((_, choice)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*choice);
        }
        let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
        let near = did_you_mean(&text, known.iter().copied());
        self.source.report(
            Diagnostic::error(
                "unknown-word",
                format!("`{key}` is `{text}`"),
                self.source.place(value.span()),
            )
            .help(if near.is_empty() {
                format!("write one of {}", known.join(", "))
            } else {
                near
            }),
        );
        None
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if asked.iter().any(|a| a == key.get_ref()) {
                continue;
            }
            let near = did_you_mean(key.get_ref(), asked.iter().map(String::as_str));
            self.source.report(
                Diagnostic::error(
                    "unknown-key",
                    format!("`{}` has no key `{}`", self.what, key.get_ref()),
                    self.source.place(key.span()),
                )
                .help(if near.is_empty() {
                    let mut keys: Vec<&str> = Vec::new();
                    for key in asked.iter() {
                        if !keys.contains(&key.as_str()) {
                            keys.push(key);
                        }
                    }
                    format!("the keys here are {}", keys.join(", "))
                } else {
                    near
                }),
            );
        }
    }
}
