//! Values while they are being worked out: §2, "Types", "Arithmetic" and the three tables of truth.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Day, Duration};
use crate::number::{Exact, Range};
use crate::standing::Truth;
use crate::syntax::{Arith, Compare, Joint};
use crate::vocabulary::plain;

/// What an expression yields.
#[derive(Clone, Debug)]
pub(super) enum Val {
    /// A number or a percentage.
    Number(Range),
    /// Money.
    Money(Money),
    /// A day, as its number.
    Date(Range),
    /// An empty date: "not yet", which is never unknown (6).
    NotYet,
    /// A word of a field.
    Word(Word),
    /// Yes, no or unknown.
    Test(Truth),
    /// The values of one field.
    Set(Members),
    /// A length of time.
    Duration(Duration),
    /// Dropped out of its group.
    NotApplicable,
    /// Nothing is known, not even of which type: a name without meaning, a cycle, a type that does not fit.
    Unknown,
}

/// Are two spellings the same name? Case, spaces, `-` and `_` never matter (§3).
pub(super) fn same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    // As by `vocabulary::plain`, but for most pairs the first letter decides.
    let differ = |a: char, b: char| {
        let is_letter = |c: char| c.is_ascii_alphanumeric();
        is_letter(a) && is_letter(b) && !a.eq_ignore_ascii_case(&b)
    };
    let first = |text: &str| text.chars().next();
    let apart = first(a).zip(first(b)).is_some_and(|(a, b)| differ(a, b));
    !apart && plain(a) == plain(b)
}

/// 0 … without limit: what silence leaves of a count or an amount (9, 10, 11).
pub(super) fn without_limit() -> Range {
    Range::at_least(Exact::ZERO)
}

/// A test as a number: 1, 0, or between them.
pub(super) fn one_or_nothing(truth: Truth) -> Range {
    match truth {
        Truth::Yes => Range::exactly(Exact::ONE),
        Truth::No => Range::exactly(Exact::ZERO),
        Truth::Unknown | Truth::NotApplicable => Range::between(Exact::ZERO, Exact::ONE),
    }
}

/// A whole number.
pub(super) fn whole(count: usize) -> Exact {
    Exact::from(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Val {
    /// A test; what does not apply is not applicable, whatever its type.
    pub(super) fn test(truth: Truth) -> Val {
        match truth {
            Truth::NotApplicable => Val::NotApplicable,
            truth => Val::Test(truth),
        }
    }

    /// A number.
    pub(super) fn number(number: Exact) -> Val {
        Val::Number(Range::exactly(number))
    }

    /// A day.
    pub(super) fn day(day: Day) -> Val {
        Val::Date(Range::exactly(Exact::from(i64::from(day.0))))
    }

    /// The value as a test: what is no test is unknown.
    pub(super) fn truth(&self) -> Truth {
        match self {
            Val::Test(truth) => *truth,
            Val::NotApplicable => Truth::NotApplicable,
            _ => Truth::Unknown,
        }
    }

    /// Zero is zero of anything, so beside an amount it is one.
    pub(super) fn into_money(self) -> Val {
        match self {
            Val::Number(range) if range.exact().is_some_and(Exact::is_zero) => {
                Val::Money(Money::default())
            }
            value => value,
        }
    }

    /// What is known where it could be either of two values: the bounds of both branches of an `if` (§2), several
    /// facts that opened on one day (12), the rows of a table that an unknown word could choose (17).
    pub(super) fn either(self, other: Val) -> Val {
        match (self, other) {
            (Val::Number(a), Val::Number(b)) => Val::Number(a.hull(&b)),
            (Val::Money(a), Val::Money(b)) => Val::Money(a.either(&b)),
            (a @ Val::Money(_), b @ Val::Number(_)) | (b @ Val::Number(_), a @ Val::Money(_)) => {
                match b.into_money() {
                    Val::Money(b) => a.either(Val::Money(b)),
                    _ => Val::Unknown,
                }
            }
            (Val::Date(a), Val::Date(b)) => Val::Date(a.hull(&b)),
            (Val::Date(_), Val::NotYet) | (Val::NotYet, Val::Date(_)) => Val::Date(Range::UNKNOWN),
            (Val::NotYet, Val::NotYet) => Val::NotYet,
            (Val::Word(a), Val::Word(b)) => Val::Word(a.either(b)),
            (Val::Test(a), Val::Test(b)) if a == b => Val::Test(a),
            (Val::Test(_), Val::Test(_)) => Val::Test(Truth::Unknown),
            (Val::Set(a), Val::Set(b)) => Val::Set(a.either(&b)),
            (Val::Duration(a), Val::Duration(b)) if a == b => Val::Duration(a),
            (Val::NotApplicable, Val::NotApplicable) => Val::NotApplicable,
            _ => Val::Unknown,
        }
    }
}

// ---------------------------------------------------------------------------------------------------------- money

/// An amount of money, currency by currency: 11 lets an amount of another currency stand until somebody compares it.
#[derive(Clone, Debug, Default)]
pub(super) struct Money {
    /// What there is of each currency; of no known currency under the empty text.
    pub(super) by: BTreeMap<String, Range>,
    /// The currency that the rule itself names: that of a literal.
    pub(super) named: Option<String>,
}

impl Money {
    /// An amount of a fact.
    pub(super) fn of(currency: &str, amount: Range) -> Money {
        Money {
            by: BTreeMap::from([(currency.to_owned(), amount)]),
            named: None,
        }
    }

    /// An amount that the rule writes: `1_500 USD`.
    pub(super) fn literal(amount: Exact, currency: &str) -> Money {
        Money {
            named: Some(currency.to_owned()),
            ..Money::of(currency, Range::exactly(amount))
        }
    }

    /// The currency in which it can be shown: the one that the rule names, else the program's own, else its only one.
    pub(super) fn currency(&self, own: Option<&str>) -> Option<String> {
        let mut real = self.by.keys().filter(|c| !c.is_empty());
        self.named
            .clone()
            .or_else(|| own.map(str::to_owned))
            .or_else(|| match (real.next(), real.next()) {
                (Some(only), None) => Some(only.clone()),
                _ => None,
            })
    }

    /// The amount in one currency. Of every other one nothing is known but that its rate is positive, so that it is
    /// 0 … without limit (11); nothing is nothing in every currency.
    pub(super) fn in_currency(&self, currency: &str) -> Range {
        self.by
            .iter()
            .map(|(of, amount)| match of == currency && !of.is_empty() {
                true => amount.clone(),
                false => at_any_rate(amount),
            })
            .fold(Range::exactly(Exact::ZERO), |a, b| a + b)
    }

    /// Two amounts in the currency of their comparison. Where nothing names one and they do not share one, each is
    /// 0 … without limit (11).
    pub(super) fn common(&self, other: &Money, own: Option<&str>) -> (Range, Range) {
        let both = Money {
            by: self
                .by
                .iter()
                .chain(&other.by)
                .map(|(c, r)| (c.clone(), r.clone()))
                .collect(),
            named: self.named.clone().or_else(|| other.named.clone()),
        };
        let currency = both.currency(own).unwrap_or_default();
        (self.in_currency(&currency), other.in_currency(&currency))
    }

    fn join(&self, other: &Money, f: impl Fn(Range, Range) -> Range) -> Money {
        let nothing = || Range::exactly(Exact::ZERO);
        let of = |m: &Money, c: &String| m.by.get(c).cloned().unwrap_or_else(nothing);
        let currencies: BTreeSet<&String> = self.by.keys().chain(other.by.keys()).collect();
        Money {
            by: currencies
                .into_iter()
                .map(|c| (c.clone(), f(of(self, c), of(other, c))))
                .collect(),
            named: self.named.clone().or_else(|| other.named.clone()),
        }
    }

    /// The sum.
    pub(super) fn plus(&self, other: &Money) -> Money {
        self.join(other, |a, b| a + b)
    }

    /// Either amount; of two in different currencies no currency is known.
    pub(super) fn either(&self, other: &Money) -> Money {
        if self.by.keys().eq(other.by.keys()) {
            return self.join(other, |a, b| a.hull(&b));
        }
        let either = self.in_currency("").hull(&other.in_currency(""));
        Money {
            named: self.named.clone().or_else(|| other.named.clone()),
            ..Money::of("", either)
        }
    }

    /// Each currency's amount, changed.
    pub(super) fn map(&self, f: impl Fn(&Range) -> Range) -> Money {
        Money {
            by: self.by.iter().map(|(c, r)| (c.clone(), f(r))).collect(),
            named: self.named.clone(),
        }
    }
}

/// An amount at a rate of which nothing is known but that it is positive: nothing is nothing in every currency.
pub(super) fn at_any_rate(amount: &Range) -> Range {
    if amount.exact().is_some_and(Exact::is_zero) {
        return amount.clone();
    }
    let not_negative = amount.least.as_ref().is_some_and(|l| !l.is_negative());
    let not_positive = amount.most.as_ref().is_some_and(|m| *m <= Exact::ZERO);
    match (not_negative, not_positive) {
        (true, _) => without_limit(),
        (_, true) => -without_limit(),
        _ => Range::UNKNOWN,
    }
}

// ---------------------------------------------------------------------------------------------------------- words

/// A word, as far as it is known, and the field's words.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    /// What it could be.
    pub(super) could: Could,
    /// The words in ascending order; only these compare with `<` (13).
    pub(super) ladder: Vec<String>,
    /// The words without an order.
    pub(super) others: Vec<String>,
}

/// What a word could be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Could {
    /// Anything: the cell is empty, or the name is in no catalog.
    #[default]
    Any,
    /// It is known that there is none: a field that the catalog's entry leaves out, a level below the first.
    Nothing,
    /// One of these; nearly always it is one only.
    OneOf(BTreeSet<String>),
}

impl Word {
    /// A word of a field without declared words.
    pub(super) fn is(word: impl Into<String>) -> Word {
        Word {
            could: Could::OneOf(BTreeSet::from([word.into()])),
            ..Word::default()
        }
    }

    /// The word, where it is certain.
    pub(super) fn known(&self) -> Option<&str> {
        match &self.could {
            Could::OneOf(words) if words.len() == 1 => words.first().map(String::as_str),
            _ => None,
        }
    }

    /// The declared word that this spelling stands for. Case, spaces, `-` and `_` never matter (§3).
    pub(super) fn declared(&self, name: &str) -> Option<&str> {
        let mut words = self.ladder.iter().chain(&self.others);
        words.find(|w| same(w, name)).map(String::as_str)
    }

    fn either(self, other: Word) -> Word {
        let could = match (self.could, other.could) {
            (Could::OneOf(a), Could::OneOf(b)) if a == b => Could::OneOf(a),
            (Could::Nothing, Could::Nothing) => Could::Nothing,
            _ => Could::Any,
        };
        let first = |a: Vec<String>, b| if a.is_empty() { b } else { a };
        Word {
            could,
            ladder: first(self.ladder, other.ladder),
            others: first(self.others, other.others),
        }
    }

    /// Is it so for every word that it could be, or for none?
    pub(super) fn ask(&self, test: impl Fn(&str) -> bool) -> Truth {
        match &self.could {
            Could::Any => Truth::Unknown,
            Could::Nothing => Truth::No,
            Could::OneOf(words) => {
                let yes = words.iter().filter(|w| test(w)).count();
                match yes {
                    0 => Truth::No,
                    n if n == words.len() => Truth::Yes,
                    _ => Truth::Unknown,
                }
            }
        }
    }

    /// Its place on a ladder.
    fn rank(word: &str, ladder: &[String]) -> Option<usize> {
        ladder.iter().position(|w| same(w, word))
    }

    /// §2 and 13: words are equal however they are spelled; an order is asked of the ladder, and a word that is not on
    /// it is neither above nor below. An empty word compares unknown.
    fn compare(&self, compare: Compare, other: &Word) -> Truth {
        let (Could::OneOf(left), Could::OneOf(right)) = (&self.could, &other.could) else {
            let nothing = self.could == Could::Nothing && other.could != Could::Any
                || other.could == Could::Nothing && self.could != Could::Any;
            // A word that is known to be absent is equal to none.
            return match nothing {
                true => Truth::from_bool(compare == Compare::NotEqual),
                false => Truth::Unknown,
            };
        };
        let ladder = if self.ladder.is_empty() {
            &other.ladder
        } else {
            &self.ladder
        };
        let ordered = !matches!(compare, Compare::Equal | Compare::NotEqual);
        if ordered && ladder.is_empty() {
            return Truth::Unknown;
        }
        let holds = |a: &str, b: &str| match compare {
            Compare::Equal => same(a, b),
            Compare::NotEqual => !same(a, b),
            _ => match (Word::rank(a, ladder), Word::rank(b, ladder)) {
                (Some(a), Some(b)) => match compare {
                    Compare::Less => a < b,
                    Compare::AtMost => a <= b,
                    Compare::More => a > b,
                    _ => a >= b,
                },
                _ => false,
            },
        };
        let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
        if pairs().all(|(a, b)| holds(a, b)) {
            Truth::Yes
        } else if pairs().any(|(a, b)| holds(a, b)) {
            Truth::Unknown
        } else {
            Truth::No
        }
    }

    /// The higher (or lower) of two certain or uncertain words of one ladder; a word off the ladder loses.
    pub(super) fn rank_of(&self) -> Option<Vec<(usize, &str)>> {
        match &self.could {
            Could::OneOf(words) => Some(
                words
                    .iter()
                    .filter_map(|w| Some((Word::rank(w, &self.ladder)?, w.as_str())))
                    .collect(),
            ),
            Could::Nothing => Some(vec![]),
            Could::Any => None,
        }
    }
}

// ----------------------------------------------------------------------------------------------------------- sets

/// Convention 14: a set, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    /// Those that are in it for certain.
    pub(super) certain: BTreeSet<String>,
    /// Those that may be in it; the certain ones are among them.
    pub(super) possible: BTreeSet<String>,
    /// How many more there may be without a name; `None` is without limit.
    pub(super) nameless: Option<usize>,
}

impl Members {
    /// Nobody.
    pub(super) fn none() -> Members {
        Members {
            nameless: Some(0),
            ..Members::default()
        }
    }

    /// How many members there are.
    pub(super) fn count(&self) -> Range {
        Range {
            least: Some(whole(self.certain.len())),
            most: self.nameless.map(|n| whole(self.possible.len() + n)),
        }
    }

    /// Is this value a member?
    pub(super) fn contains(&self, value: &str) -> Truth {
        if self.certain.contains(value) {
            Truth::Yes
        } else if self.possible.contains(value) || self.nameless != Some(0) {
            Truth::Unknown
        } else {
            Truth::No
        }
    }

    /// Convention 14, operation by operation.
    pub(super) fn join(&self, joint: Joint, other: &Members) -> Members {
        let none_nameless = |m: &Members| m.nameless == Some(0);
        match joint {
            Joint::Union => Members {
                certain: &self.certain | &other.certain,
                possible: &self.possible | &other.possible,
                nameless: self.nameless.zip(other.nameless).map(|(a, b)| a + b),
            },
            Joint::Intersect => {
                let mut possible = &self.possible & &other.possible;
                if !none_nameless(other) {
                    possible.extend(self.possible.iter().cloned());
                }
                if !none_nameless(self) {
                    possible.extend(other.possible.iter().cloned());
                }
                Members {
                    certain: &self.certain & &other.certain,
                    possible,
                    nameless: match (self.nameless, other.nameless) {
                        (Some(a), Some(b)) => Some(a.min(b)),
                        (a, b) => a.or(b),
                    },
                }
            }
            Joint::Except => Members {
                certain: if none_nameless(other) {
                    &self.certain - &other.possible
                } else {
                    BTreeSet::new()
                },
                possible: &self.possible - &other.certain,
                nameless: self.nameless,
            },
        }
    }

    /// Either set.
    fn either(&self, other: &Members) -> Members {
        Members {
            certain: &self.certain & &other.certain,
            possible: &self.possible | &other.possible,
            nameless: self.nameless.zip(other.nameless).map(|(a, b)| a.max(b)),
        }
    }
}

// --------------------------------------------------------------------------------- comparisons and arithmetic

/// A comparison of two values (§2). What mixes is refused by `cairn check`, and unknown here.
pub(super) fn compare(left: &Val, compare: Compare, right: &Val, own: Option<&str>) -> Truth {
    match (left, right) {
        (Val::NotApplicable, _) | (_, Val::NotApplicable) => Truth::NotApplicable,
        (Val::Number(a), Val::Number(b)) => Truth::compare(a, compare, b),
        (Val::Money(a), Val::Money(b)) => {
            let (a, b) = a.common(b, own);
            Truth::compare(&a, compare, &b)
        }
        (Val::Money(a), Val::Number(b)) if b.exact().is_some_and(Exact::is_zero) => {
            let (a, b) = a.common(&Money::default(), own);
            Truth::compare(&a, compare, &b)
        }
        (Val::Date(a), Val::Date(b)) => Truth::compare(a, compare, b),
        // 6: no comparison with an empty date holds, `!=` does.
        (Val::NotYet, Val::Date(_) | Val::NotYet) | (Val::Date(_), Val::NotYet) => {
            Truth::from_bool(compare == Compare::NotEqual)
        }
        (Val::Test(a), Val::Test(b)) => {
            let same = match (a, b) {
                (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
                (a, b) => Truth::from_bool(a == b),
            };
            match compare {
                Compare::Equal => same,
                Compare::NotEqual => !same,
                _ => Truth::Unknown,
            }
        }
        (Val::Word(a), Val::Word(b)) => a.compare(compare, b),
        _ => Truth::Unknown,
    }
}

/// Arithmetic (§2, "Types"): money ÷ money is a number, money × number is money, date ± duration is a date.
pub(super) fn arithmetic(left: Val, op: Arith, right: Val, own: Option<&str>) -> Val {
    match (left, op, right) {
        (Val::NotApplicable, _, _) | (_, _, Val::NotApplicable) => Val::NotApplicable,
        // Beside a number, what nothing is known of is a number of which nothing is known.
        (Val::Number(a), op, Val::Unknown) => {
            arithmetic(Val::Number(a), op, Val::Number(Range::UNKNOWN), own)
        }
        (Val::Unknown, op, Val::Number(b)) => {
            arithmetic(Val::Number(Range::UNKNOWN), op, Val::Number(b), own)
        }
        (Val::Number(a), Arith::Add, Val::Number(b)) => Val::Number(a + b),
        (Val::Number(a), Arith::Subtract, Val::Number(b)) => Val::Number(a - b),
        (Val::Number(a), Arith::Multiply, Val::Number(b)) => Val::Number(a * b),
        (Val::Number(a), Arith::Divide, Val::Number(b)) => Val::Number(a.divided_by(&b)),
        (Val::Money(a), Arith::Add, Val::Money(b)) => Val::Money(a.plus(&b)),
        (Val::Money(a), Arith::Subtract, Val::Money(b)) => {
            Val::Money(a.plus(&b.map(|r| -r.clone())))
        }
        (Val::Money(a), Arith::Divide, Val::Money(b)) => {
            let (a, b) = a.common(&b, own);
            Val::Number(a.divided_by(&b))
        }
        (Val::Money(a), Arith::Multiply, Val::Number(b))
        | (Val::Number(b), Arith::Multiply, Val::Money(a)) => {
            Val::Money(a.map(|r| r.clone() * b.clone()))
        }
        (Val::Money(a), Arith::Divide, Val::Number(b)) => {
            // Nothing divided by what may be nothing has no value either, though no currency says so.
            let has_value = Range::exactly(Exact::ONE).divided_by(&b) != Range::UNKNOWN;
            if has_value {
                Val::Money(a.map(|r| r.divided_by(&b)))
            } else {
                Val::Money(Money {
                    named: a.named,
                    ..Money::of("", Range::UNKNOWN)
                })
            }
        }
        (Val::Date(day), Arith::Add, Val::Duration(by)) => Val::Date(shifted(&day, by, Day::plus)),
        (Val::Date(day), Arith::Subtract, Val::Duration(by)) => {
            Val::Date(shifted(&day, by, Day::minus))
        }
        (Val::NotYet, Arith::Add | Arith::Subtract, Val::Duration(_)) => Val::NotYet,
        _ => Val::Unknown,
    }
}

fn shifted(day: &Range, by: Duration, shift: impl Fn(Day, Duration) -> Day) -> Range {
    day.map_rising(|number| {
        let day = number.to_i64().and_then(|n| i32::try_from(n).ok());
        day.map_or(number.clone(), |d| {
            Exact::from(i64::from(shift(Day(d), by).0))
        })
    })
}
