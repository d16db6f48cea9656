//! Where a partner stands: the answers that every interface shows.
//!
//! Nothing here computes; these are the values that the engine and the slow
//! reading of the language both give, so that they can be held against each other.

use std::fmt;

use crate::calendar::Day;
use crate::number::{Exact, Range};
use crate::program::Ask;
use crate::syntax::Compare;

/// The two times of every question: the day asked about, and what was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AsOf {
    /// The day asked about.
    pub day: Day,
    /// Only facts learned on or before this day are known; everything where absent.
    pub known_at: Option<Day>,
}

impl AsOf {
    /// This day, with all that is known now.
    pub fn on(day: Day) -> AsOf {
        AsOf {
            day,
            known_at: None,
        }
    }
}

/// What can be said of a test on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It is so, whatever silence hides.
    Yes,
    /// It is not so, whatever silence hides.
    No,
    /// What is missing could make it either.
    Unknown,
    /// It is not asked of this partner; it drops out of its group.
    NotApplicable,
}

impl Truth {
    /// `yes` or `no`.
    pub fn from_bool(yes: bool) -> Truth {
        if yes { Truth::Yes } else { Truth::No }
    }

    /// The table of LANGUAGE §2: one no decides, then one unknown. What is not applicable drops out.
    pub fn and(self, other: Truth) -> Truth {
        use Truth::{No, NotApplicable, Unknown, Yes};
        match (self, other) {
            (NotApplicable, x) | (x, NotApplicable) => x,
            (No, _) | (_, No) => No,
            (Unknown, _) | (_, Unknown) => Unknown,
            (Yes, Yes) => Yes,
        }
    }

    /// The table of LANGUAGE §2: one yes decides, then one unknown. What is not applicable drops out.
    pub fn or(self, other: Truth) -> Truth {
        !((!self).and(!other))
    }

    /// The word for a verdict: `met`, `short`, `unknown`, `not-applicable`.
    pub fn verdict(self) -> &'static str {
        match self {
            Truth::Yes => "met",
            Truth::No => "short",
            Truth::Unknown => "unknown",
            Truth::NotApplicable => "not-applicable",
        }
    }

    /// The comparison of two numbers of which only bounds are known.
    pub fn compare(left: &Range, compare: Compare, right: &Range) -> Truth {
        // For each comparison: is it so for all values within the bounds, and is it so for none?
        let below = |a: &Option<Exact>, b: &Option<Exact>, or_equal: bool| match (a, b) {
            (Some(a), Some(b)) => a < b || or_equal && a == b,
            _ => false,
        };
        let (all, none) = match compare {
            Compare::AtLeast => (
                below(&right.most, &left.least, true),
                below(&left.most, &right.least, false),
            ),
            Compare::More => (
                below(&right.most, &left.least, false),
                below(&left.most, &right.least, true),
            ),
            Compare::AtMost => (
                below(&left.most, &right.least, true),
                below(&right.most, &left.least, false),
            ),
            Compare::Less => (
                below(&left.most, &right.least, false),
                below(&right.most, &left.least, true),
            ),
            Compare::Equal | Compare::NotEqual => {
                let same = left.exact().is_some() && left.exact() == right.exact();
                let apart = below(&left.most, &right.least, false)
                    || below(&right.most, &left.least, false);
                if compare == Compare::Equal {
                    (same, apart)
                } else {
                    (apart, same)
                }
            }
        };
        match (all, none) {
            (true, _) => Truth::Yes,
            (_, true) => Truth::No,
            _ => Truth::Unknown,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            other => other,
        }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verdict())
    }
}

/// A value of a measure, question, row or score.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number; a test is 1 or 0. A date is its days since 1970.
    Number(Range),
    /// A word; `None` where it is not known which.
    Word(Option<String>),
    /// Not asked of this partner.
    NotApplicable,
}

/// In what a number is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Things, people, points.
    #[default]
    Count,
    /// Money of this currency.
    Money(String),
    /// Yes (1) or no (0).
    YesNo,
    /// A day.
    Date,
    /// A word.
    Word,
}

/// What a level asks of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// How the number is compared.
    pub compare: Compare,
    /// With what; two ends where a range is printed.
    pub threshold: Range,
}

/// How a row stands in a column of the scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct RowStanding {
    /// The row's id.
    pub id: String,
    /// What the partner has.
    pub have: Value,
    /// What is needed; `None` for a reading row, which is shown and never judged.
    pub need: Option<Need>,
    /// In what both are counted.
    pub unit: Unit,
    /// The verdict over the row and its parts.
    pub verdict: Truth,
    /// The verdict over the row's own comparison, without its parts.
    pub own: Truth,
    /// The parts that the level asks.
    pub parts: Vec<RowStanding>,
}

/// The days of a window, for show: `(after, through]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowDays {
    /// The last day before it, which no longer counts; `None` where no fact says.
    pub after: Option<Day>,
    /// Its last day, which counts.
    pub through: Day,
}

/// One column of the scorecard: a question about a level, answered row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The question.
    pub ask: Ask,
    /// The level.
    pub level: String,
    /// What `in period` means here; `None` where the program has no period.
    pub window: Option<WindowDays>,
    /// The verdict over the level: every row that it asks, every level below it, or its own test.
    pub verdict: Truth,
    /// The rows that the level asks, in the order of the file.
    pub rows: Vec<RowStanding>,
}
