//! Amounts of which no rule says the currency, each currency by itself (docs/conventions.md, 11).
//!
//! Where the rule names one, amounts are plain numbers in it, and nothing here is asked.

use crate::evidence::Code;
use crate::number::{Exact, Range};

/// What there is of each currency; of an unknown one under the empty code.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cash(Vec<(Code, Range)>);

impl Cash {
    /// Nothing at all.
    pub(super) fn none() -> Cash {
        Cash(vec![])
    }

    /// An amount of one currency.
    pub(super) fn of(currency: Code, amount: Range) -> Cash {
        Cash(vec![(currency, amount)])
    }

    /// An amount of no known currency.
    pub(super) fn unknown(amount: Range) -> Cash {
        Cash::of(Code::EMPTY, amount)
    }

    /// The only currency that there is; `None` where there is none, or more than one.
    pub(super) fn currency<'c>(all: impl IntoIterator<Item = &'c Cash>) -> Option<Code> {
        let mut codes = all
            .into_iter()
            .flat_map(|cash| &cash.0)
            .map(|(code, _)| *code)
            .filter(|code| !code.is_empty());
        let first = codes.next()?;
        codes.all(|code| code == first).then_some(first)
    }

    /// Numbers that were put in as amounts of no currency, added up as they stand.
    pub(super) fn bare(&self) -> Range {
        let all = self.0.iter().map(|(_, number)| number.clone());
        all.fold(Range::exactly(Exact::ZERO), |a, b| a + b)
    }

    /// All of it in one currency; of what is in another nothing is known but that its rate is positive.
    pub(super) fn within(&self, currency: Option<Code>) -> Range {
        let amounts = self.0.iter().map(|(code, amount)| {
            if !code.is_empty() && Some(*code) == currency {
                amount.clone()
            } else {
                at_any_rate(amount)
            }
        });
        amounts.fold(Range::exactly(Exact::ZERO), |a, b| a + b)
    }

    /// As a number: as it stands where all is in one currency.
    pub(crate) fn number(&self) -> Range {
        self.within(Cash::currency([self]))
    }

    /// Two amounts as their comparison takes them.
    pub(super) fn common(&self, other: &Cash) -> (Range, Range) {
        let currency = Cash::currency([self, other]);
        (self.within(currency), other.within(currency))
    }

    /// Each currency of both, joined.
    pub(super) fn join(&self, other: &Cash, f: impl Fn(Range, Range) -> Range) -> Cash {
        let mut codes: Vec<Code> = self.0.iter().chain(&other.0).map(|(c, _)| *c).collect();
        codes.sort_unstable();
        codes.dedup();
        let of = |cash: &Cash, code: Code| {
            let found = cash.0.iter().find(|(c, _)| *c == code);
            found.map_or(Range::exactly(Exact::ZERO), |(_, amount)| amount.clone())
        };
        let joined = codes
            .into_iter()
            .map(|code| (code, f(of(self, code), of(other, code))));
        Cash(joined.collect())
    }

    /// Either of two amounts.
    pub(super) fn either(&self, other: &Cash) -> Cash {
        let codes = |cash: &Cash| cash.0.iter().map(|(c, _)| *c).collect::<Vec<Code>>();
        if codes(self) == codes(other) {
            return self.join(other, |a, b| a.hull(&b));
        }
        Cash::unknown(self.within(None).hull(&other.within(None)))
    }

    /// Each currency's amount, changed.
    pub(super) fn map(&self, f: impl Fn(&Range) -> Range) -> Cash {
        Cash(self.0.iter().map(|(code, r)| (*code, f(r))).collect())
    }
}

/// An amount at a rate of which nothing is known but that it is positive: nothing is nothing in every currency.
pub(super) fn at_any_rate(amount: &Range) -> Range {
    if amount.exact().is_some_and(Exact::is_zero) {
        return amount.clone();
    }
    let positive = amount.least.as_ref().is_some_and(|l| !l.is_negative());
    let negative = amount.most.as_ref().is_some_and(|m| *m <= Exact::ZERO);
    match (positive, negative) {
        (true, _) => Range::at_least(Exact::ZERO),
        (_, true) => -Range::at_least(Exact::ZERO),
        _ => Range::UNKNOWN,
    }
}
