//! Measures as key figures: published values beside them, the records behind them, and what is no more than assumed.
//!
//! Knows no measure by name. A figure is a value, not a verdict: whether it is good is said only by comparing it with a
//! published value or a target, and each of those stands by itself.

use std::collections::BTreeSet;

use crate::calendar::Day;
use crate::compile::{Compiled, Ir, NodeId, Selector, What, walk};
use crate::engine::Run;
use crate::explain::{Explanation, Gap, Look, Missing, Of, looks_until, told_apart};
use crate::number::{Exact, Range};
use crate::program::{Ask, Benchmark, Better};
use crate::standing::{AsOf, RowStanding, Truth, Unit, Value, WindowDays};
use crate::syntax::{Arith, Compare, Expr, Node};

/// The column by which a record says how its amount came about; empty: as it was booked.
pub const BASIS: &str = "basis";

/// The word of that column that says what an empty one says.
pub const BOOKED: &str = "booked";

/// A plain number with its currency, where it is an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The number; a share is a number as well: `25%` is 1/4.
    pub number: Exact,
    /// Its currency.
    pub currency: Option<String>,
}

impl Amount {
    /// The amount that a text says: `25%`, `1_500 USD`, `1/3`, `-2.5`. Spaces in front of a percent sign do not matter.
    pub fn parse(text: &str) -> Option<Amount> {
        let text = text.trim().replace(" %", "%");
        let (negative, body) = match text.strip_prefix(['-', '−']) {
            Some(body) => (true, body.trim_start()),
            None => (false, &*text),
        };
        let threshold = crate::syntax::parse_threshold(body).ok()?;
        let mut amount = constant(&threshold.from).filter(|_| threshold.to.is_none())?;
        if negative {
            amount.number = -amount.number;
        }
        Some(amount)
    }

    /// The amount as [`Amount::parse`] reads it: `1500 USD`, `1/4`.
    pub fn text(&self) -> String {
        match &self.currency {
            Some(currency) => format!("{} {currency}", self.number),
            None => self.number.to_string(),
        }
    }
}

/// The value of an expression that looks at nothing.
fn constant(expr: &Expr) -> Option<Amount> {
    let plain = |number: Exact| Amount {
        number,
        currency: None,
    };
    match &expr.node {
        Node::Number(number) => Some(plain(number.clone())),
        Node::Money(number, currency) => Some(Amount {
            number: number.clone(),
            currency: Some(currency.clone()),
        }),
        Node::Arith(op, left, right) => {
            let (left, right) = (constant(left)?, constant(right)?);
            let currency = left.currency.or(right.currency);
            let (a, b) = (left.number, right.number);
            let number = match op {
                Arith::Add => &a + &b,
                Arith::Subtract => &a - &b,
                Arith::Multiply => &a * &b,
                Arith::Divide => a.checked_div(&b)?,
            };
            Some(Amount { number, currency })
        }
        _ => None,
    }
}

/// A published value of a measure: a point, a range, or a range without one end.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Of whom.
    pub title: String,
    /// Its lower end; without one it reaches down without end.
    pub from: Option<Exact>,
    /// Its upper end; without one it reaches up without end, where `from` is no point.
    pub to: Option<Exact>,
    /// The currency of its ends, where they are amounts.
    pub currency: Option<String>,
    /// The year of which it speaks.
    pub year: Option<i64>,
    /// Where it is said.
    pub cite: String,
    /// Was that read elsewhere than at its publisher?
    pub second_hand: bool,
}

/// Where a value lies against a published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// On the good side of it.
    Better,
    /// In it, or on it.
    Within,
    /// On the other side.
    Worse,
    /// Above it, where nothing says which side is good.
    Above,
    /// Below it, where nothing says which side is good.
    Below,
    /// The value is not known, or is in another currency.
    Unknown,
}

impl Against {
    /// Its name for machines.
    pub fn name(self) -> &'static str {
        match self {
            Against::Better => "better",
            Against::Within => "within",
            Against::Worse => "worse",
            Against::Above => "above",
            Against::Below => "below",
            Against::Unknown => "unknown",
        }
    }
}

impl Band {
    /// The published value of a benchmark, whose `is` and `from` share a place; nothing where its ends are no constants.
    pub fn of(benchmark: &Benchmark, second_hand: bool) -> Option<Band> {
        let end = |limit: &Option<crate::source::Limit>| match limit {
            None => Some(None),
            Some(limit) => constant(&limit.threshold.from).map(Some),
        };
        let (from, to) = (end(&benchmark.from)?, end(&benchmark.to)?);
        let currency = [&from, &to]
            .into_iter()
            .flatten()
            .find_map(|amount| amount.currency.clone());
        let (from, to) = (from.map(|a| a.number), to.map(|a| a.number));
        // `is` names a point, `from` alone a range that is open above.
        let to = to.or_else(|| from.clone().filter(|_| benchmark.point));
        Some(Band {
            title: benchmark.title.clone(),
            from,
            to,
            currency,
            year: benchmark.year,
            cite: benchmark.cite.clone(),
            second_hand,
        })
    }

    /// Is it one number?
    pub fn is_point(&self) -> bool {
        self.from.is_some() && self.from == self.to
    }

    /// Where a value lies against it.
    pub fn against(
        &self,
        value: &Range,
        currency: Option<&str>,
        better: Option<Better>,
    ) -> Against {
        let other_currency = self
            .currency
            .as_deref()
            .is_some_and(|own| currency.is_none_or(|of| !own.eq_ignore_ascii_case(of)));
        if other_currency {
            return Against::Unknown;
        }
        let sure = |compare: Compare, end: &Option<Exact>| match end {
            None => Truth::No,
            Some(end) => Truth::compare(value, compare, &Range::exactly(end.clone())),
        };
        let above = sure(Compare::More, &self.to);
        let below = sure(Compare::Less, &self.from);
        let side = |good: Better, plain: Against| match better {
            None => plain,
            Some(better) if better == good => Against::Better,
            Some(_) => Against::Worse,
        };
        match (above, below) {
            (Truth::Yes, _) => side(Better::Higher, Against::Above),
            (_, Truth::Yes) => side(Better::Lower, Against::Below),
            (Truth::No, Truth::No) => Against::Within,
            _ => Against::Unknown,
        }
    }
}

impl Run<'_> {
    /// Why a named value is what it is; nothing where it has no value of its own.
    ///
    /// As with a row: the records that count, those that do not with one reason each, what is missing. What is asked of an
    /// earlier day by `before` is looked at on that day.
    pub fn explain_named(&self, partner: usize, name: &str, day: Day) -> Option<Explanation> {
        let node = *self.compiled.named.get(name)?;
        let edition = &self.compiled.edition;
        let ask = Ask::Enter;
        let (mut counted, mut nearly) = (Vec::new(), Vec::new());
        let mut looks: Vec<Look> = Vec::new();
        let mut aggregates: Vec<(Selector, What)> = Vec::new();
        for (facts, what, of, on) in looks_on(self.compiled, node, day) {
            let (c, n) = self.records(partner, ask, (&facts, &what, of), on);
            counted.extend(c);
            nearly.extend(n);
            let bounds = |window| self.window_bounds(partner, ask, window, on);
            let look = Look {
                kind: self.engine.ledger.evidence.vocabulary.kinds[facts.kind]
                    .name
                    .clone(),
                window: facts.window,
                days: match facts.window {
                    Some(window) => bounds(window).map(|(first, last)| WindowDays {
                        after: Some(first.previous()),
                        through: last,
                    }),
                    None => (on != day).then_some(WindowDays {
                        after: None,
                        through: on,
                    }),
                },
            };
            if !looks.contains(&look) {
                looks.push(look);
            }
            aggregates.push((facts, what));
        }
        told_apart(&mut counted, &mut nearly);
        let mut missing: Vec<Missing> = Vec::new();
        self.missing(partner, ask, node, day, &mut missing);
        self.with_names(&nearly, &mut missing);
        let have = self.value(partner, name, ask, day)?;
        let measure = edition.measure.get(name);
        let cite = measure.map_or_else(String::new, |m| m.cite.clone());
        Some(Explanation {
            ask,
            level: None,
            title: measure.map_or_else(|| name.to_owned(), |m| m.title.clone()),
            as_of: AsOf {
                day,
                known_at: self.engine.ledger.known_at,
            },
            conventions: self.conventions(&aggregates, &nearly, Some(node)),
            looks,
            second_hand: edition.is_second_hand(&cite),
            cite,
            readings: edition
                .reading
                .iter()
                .filter(|r| r.about == name && !r.printed.is_empty())
                .cloned()
                .collect(),
            answers: self.answers_below(partner, node, day),
            counted,
            nearly,
            missing,
            gap: Gap::Closed,
            next_change: None,
            streak: None,
            points: vec![],
            parts: vec![],
            standing: RowStanding {
                id: name.to_owned(),
                have,
                need: None,
                unit: Unit::Count,
                verdict: Truth::NotApplicable,
                own: Truth::NotApplicable,
                parts: vec![],
            },
        })
    }

    /// What silence leaves open of a named value on a day.
    pub fn missing_of(&self, partner: usize, name: &str, day: Day) -> Vec<Missing> {
        let mut out = Vec::new();
        if let Some(node) = self.compiled.named.get(name) {
            self.missing(partner, Ask::Enter, *node, day, &mut out);
        }
        out
    }

    /// How the amounts behind a named value came about, where that is not by booking: the words of the column `basis` of the
    /// records that count or may count, each once.
    pub fn bases(&self, partner: usize, name: &str, day: Day) -> Vec<String> {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let Some(node) = self.compiled.named.get(name) else {
            return vec![];
        };
        let mut found: BTreeSet<String> = BTreeSet::new();
        for (facts, _, _, on) in looks_on(self.compiled, *node, day) {
            let Some(column) = evidence.column(facts.kind, BASIS) else {
                continue;
            };
            let word = |row: usize| {
                let code = column.code(row);
                let text = evidence.strings.text(code);
                (!code.is_empty() && text != BOOKED).then(|| text.to_owned())
            };
            // Most partners say nothing of the kind, and then no record is looked at.
            let mut rows = ledger.table(facts.kind).rows(partner);
            if facts.over.is_none() && !rows.any(|row| word(row).is_some()) {
                continue;
            }
            let examined = self.examined(partner, Ask::Enter, &facts, on);
            let counts = examined
                .iter()
                .filter(|e| matches!(e.counts, Truth::Yes | Truth::Unknown));
            found.extend(counts.filter_map(|e| word(e.row)));
        }
        found.into_iter().collect()
    }
}

/// How facts below a node are looked at, and on which day: `before` asks of an earlier one.
fn looks_on(compiled: &Compiled, node: NodeId, day: Day) -> Vec<(Selector, What, Of, Day)> {
    let mut found: Vec<(Selector, What, Of, Day)> = Vec::new();
    let mut open = vec![(node, day)];
    while let Some((node, on)) = open.pop() {
        let here = looks_until(compiled, node, |ir| matches!(ir, Ir::Before(..)));
        for (facts, what, of) in here {
            if !found
                .iter()
                .any(|(f, w, _, d)| *d == on && *f == facts && *w == what)
            {
                found.push((facts, what, of, on));
            }
        }
        walk(compiled, vec![node], |_, ir, _| match ir {
            Ir::Before(length, inner) => {
                open.push((*inner, on.minus(*length)));
                false
            }
            _ => true,
        });
    }
    found
}

/// A value as a range; a word has none.
pub fn range(value: &Value) -> Option<&Range> {
    match value {
        Value::Number(range) => Some(range),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(from: Option<&str>, to: Option<&str>) -> Band {
        let end = |text: Option<&str>| text.map(|t| Amount::parse(t).expect("an amount").number);
        Band {
            title: String::new(),
            from: end(from),
            to: end(to),
            currency: None,
            year: None,
            cite: String::new(),
            second_hand: false,
        }
    }

    fn check(band: &Band, value: &str, better: Option<Better>, expected: Against) {
        let value = Range::exactly(Amount::parse(value).expect("an amount").number);
        assert_eq!(band.against(&value, None, better), expected, "{value:?}");
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let text = |t: &str| Amount::parse(t).map(|a| a.text());
        assert_eq!(text("25%").as_deref(), Some("0.25"));
        assert_eq!(text(" 25 % ").as_deref(), Some("0.25"));
        assert_eq!(text("1_500 USD").as_deref(), Some("1500 USD"));
        assert_eq!(text("-2.5").as_deref(), Some("-2.5"));
        assert_eq!(text("−10%").as_deref(), Some("-0.1"));
        assert_eq!(text("1/3").as_deref(), Some("1/3"));
        for never in ["", "many", "1 to 2", "count people", "1/0", "--1", "-"] {
            assert_eq!(text(never), None, "{never}");
        }
    }

    #[test]
    fn both_ends_of_a_published_range_lie_within_it() {
        let range = band(Some("30%"), Some("40%"));
        let higher = Some(Better::Higher);
        check(&range, "29.9%", higher, Against::Worse);
        check(&range, "30%", higher, Against::Within);
        check(&range, "40%", higher, Against::Within);
        check(&range, "40.1%", higher, Against::Better);
        check(&range, "40.1%", Some(Better::Lower), Against::Worse);
        check(&range, "29.9%", None, Against::Below);
        check(&range, "40.1%", None, Against::Above);
    }

    #[test]
    fn an_open_end_is_never_passed() {
        let least = band(Some("90%"), None);
        check(&least, "89%", Some(Better::Higher), Against::Worse);
        check(&least, "900%", Some(Better::Higher), Against::Within);
        let most = band(None, Some("15%"));
        check(&most, "15%", Some(Better::Lower), Against::Within);
        check(&most, "16%", Some(Better::Lower), Against::Worse);
        check(&most, "-3%", Some(Better::Lower), Against::Within);
    }

    #[test]
    fn silence_and_another_currency_leave_it_open() {
        let least = band(Some("90%"), None);
        let open = Range::between(Exact::ZERO, Exact::ONE);
        assert_eq!(
            least.against(&open, None, Some(Better::Higher)),
            Against::Unknown
        );
        let mut money = band(Some("2_000"), Some("2_000"));
        money.currency = Some("USD".to_owned());
        let value = Range::exactly(Exact::from(3_000));
        let against = |currency| money.against(&value, currency, Some(Better::Higher));
        assert_eq!(against(Some("EUR")), Against::Unknown);
        assert_eq!(against(None), Against::Unknown);
        assert_eq!(against(Some("usd")), Against::Better);
    }
}
