//! Money over time, exactly: what payments are worth today, at which rates they are worth nothing, and when they have paid back.
//!
//! Payments are net, one a period; the first is made at the beginning, each of the others within its period. Nothing is
//! rounded but a rate of return, which has no end as a decimal, and it says how far.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, Zero};

use crate::number::Exact;

/// What payments are worth at their beginning, at a rate a period (0.01 is one in a hundred). `None` at a rate of -1 or below,
/// at which nothing has a value.
///
/// As of the usual spreadsheet, but that the first payment is not discounted.
pub fn net_present_value(payments: &[Exact], rate: &Exact) -> Option<Exact> {
    let growth = &Exact::ONE + rate;
    if growth <= Exact::ZERO {
        return None;
    }
    let mut value = Exact::ZERO;
    for payment in payments.iter().rev() {
        value = &value.checked_div(&growth)? + payment;
    }
    Some(value)
}

/// How many decimals a rate of return has: of a period, so that a year of them is right to more than nine.
const DECIMALS: u32 = 12;

/// Every rate a period, above -1, at which payments are worth nothing, from the lowest; to twelve decimals.
///
/// There may be none, as where nothing is ever paid out, and several, where payments change their sign more than once: then
/// no one of them says what the payments return. A rate at which the value only touches nothing is one of them.
pub fn rates_of_return(payments: &[Exact]) -> Vec<Exact> {
    // In x = 1 / (1 + rate) it is a polynomial, of which every root above 0 is a rate above -1.
    let mut polynomial = whole(payments);
    if changes(&polynomial) > 1 {
        polynomial = each_once(polynomial);
    }
    let roots = positive_roots(&polynomial).into_iter().rev();
    roots.map(|root| rate_of(&polynomial, root)).collect()
}

/// Payments as whole numbers that stand to each other as they do, without those of nothing at either end.
fn whole(payments: &[Exact]) -> Vec<BigInt> {
    let parts: Vec<(BigInt, BigInt)> = payments.iter().map(Exact::fraction).collect();
    let mut common = BigInt::one();
    for (_, below) in &parts {
        let shared = greatest_common(&common, below);
        common = &common / shared * below;
    }
    let mut all: Vec<BigInt> = parts
        .iter()
        .map(|(above, below)| above * (&common / below))
        .collect();
    let none = all.iter().take_while(|c| c.is_zero()).count();
    all.drain(..none);
    plain(all)
}

fn greatest_common(a: &BigInt, b: &BigInt) -> BigInt {
    let (mut a, mut b) = (a.abs(), b.abs());
    while !b.is_zero() {
        (a, b) = (b.clone(), a % b);
    }
    a
}

/// How often the sign changes from one coefficient to the next: no fewer than there are positive roots, and exactly as many
/// where it is none or one (Descartes).
fn changes(polynomial: &[BigInt]) -> usize {
    let signs = polynomial.iter().map(BigInt::sign);
    let signs: Vec<Sign> = signs.filter(|s| *s != Sign::NoSign).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// The one root between two numbers, `low / 2^scale` and `high / 2^scale`, neither of which it is; or, where they are the
/// same, that number.
#[derive(Debug)]
struct Root {
    low: BigInt,
    high: BigInt,
    scale: u64,
}

/// The rate that a root stands for: its place is halved until both ends give it to the last decimal.
fn rate_of(polynomial: &[BigInt], root: Root) -> Exact {
    let Root {
        mut low,
        mut high,
        mut scale,
    } = root;
    let before = match sign_at(polynomial, &low, scale) {
        Sign::NoSign => sign_at(&derivative(polynomial), &low, scale),
        sign => sign,
    };
    let power = BigInt::from(10).pow(DECIMALS);
    while low != high {
        if !low.is_zero() {
            // 1 / x - 1, in units of the last decimal.
            let rate = |x: &BigInt| ((BigInt::one() << scale) * &power) / x - &power;
            let (least, most) = (rate(&high), rate(&low));
            if &most - &least <= BigInt::one() {
                return Exact::of_parts(most, power);
            }
        }
        low <<= 1;
        high <<= 1;
        scale += 1;
        let middle: BigInt = (&low + &high) >> 1;
        match sign_at(polynomial, &middle, scale) {
            Sign::NoSign => (low, high) = (middle.clone(), middle),
            sign if sign == before => low = middle,
            _ => high = middle,
        }
    }
    let one = BigInt::one() << scale;
    Exact::of_parts(one - &low, low)
}

/// The sign of a polynomial at `x / 2^scale`.
fn sign_at(polynomial: &[BigInt], x: &BigInt, scale: u64) -> Sign {
    let mut value = BigInt::zero();
    let mut shift = 0;
    for coefficient in polynomial.iter().rev() {
        value = value * x + (coefficient << shift);
        shift += scale;
    }
    value.sign()
}

/// Every root above 0 of a polynomial, once, in rising order. Its coefficients stand from the lowest, and it has no root twice.
///
/// The interval is halved until Descartes' rule says that one root or none is left in each half (Collins and Akritas).
fn positive_roots(polynomial: &[BigInt]) -> Vec<Root> {
    let Some(last) = polynomial.last() else {
        return vec![];
    };
    // All roots are below 2^bits (Cauchy).
    let widest = polynomial.iter().map(BigInt::bits).max().unwrap_or(0);
    let bits = (widest + 2).saturating_sub(last.bits()).max(1);
    let scaled = polynomial.iter().zip(0_u64..);
    let scaled: Vec<BigInt> = scaled.map(|(c, power)| c << (bits * power)).collect();
    let place = |at: BigInt, halvings: u64| -> (BigInt, u64) {
        match halvings.checked_sub(bits) {
            Some(scale) => (at, scale),
            None => (at << (bits - halvings), 0),
        }
    };
    let mut found: Vec<Root> = vec![];
    // The polynomial over a part of the interval, taken for 0 to 1, and that part: the so-manieth of 2^halvings.
    let mut open: Vec<(Vec<BigInt>, BigInt, u64)> = vec![(scaled, BigInt::zero(), 0)];
    while let Some((part, at, halvings)) = open.pop() {
        let mut turned: Vec<BigInt> = part.iter().rev().cloned().collect();
        shift_by_one(&mut turned);
        match changes(&turned) {
            0 => {}
            1 => {
                let (low, scale) = place(at.clone(), halvings);
                let (high, _) = place(at + 1, halvings);
                found.push(Root { low, high, scale });
            }
            _ => {
                let degree = part.len() as u64 - 1;
                let lower = part.iter().zip(0_u64..);
                let lower: Vec<BigInt> = lower.map(|(c, power)| c << (degree - power)).collect();
                let mut upper = lower.clone();
                shift_by_one(&mut upper);
                let middle: BigInt = (at << 1) + 1;
                if upper[0].is_zero() {
                    upper.remove(0);
                    let (low, scale) = place(middle.clone(), halvings + 1);
                    let high = low.clone();
                    found.push(Root { low, high, scale });
                }
                open.push((upper, middle.clone(), halvings + 1));
                open.push((lower, middle - 1, halvings + 1));
            }
        }
    }
    let widest = found.iter().map(|r| r.scale).max().unwrap_or(0);
    found.sort_by_key(|r| &r.low << (widest - r.scale));
    found
}

/// The polynomial of `x + 1`.
fn shift_by_one(polynomial: &mut [BigInt]) {
    for from in 0..polynomial.len() {
        for at in (from..polynomial.len().saturating_sub(1)).rev() {
            let next = polynomial[at + 1].clone();
            polynomial[at] += next;
        }
    }
}

fn derivative(polynomial: &[BigInt]) -> Vec<BigInt> {
    let terms = polynomial.iter().zip(0_u64..).skip(1);
    terms.map(|(c, power)| c * power).collect()
}

/// The polynomial with the same roots, each of them once.
fn each_once(polynomial: Vec<BigInt>) -> Vec<BigInt> {
    let (mut a, mut b) = (polynomial.clone(), plain(derivative(&polynomial)));
    while !b.is_empty() {
        let rest = plain(divided(&a, &b).1);
        (a, b) = (b, rest);
    }
    if a.len() < 2 {
        return polynomial;
    }
    plain(divided(&polynomial, &a).0)
}

/// Without a factor that all coefficients share, and without zeros at the top.
fn plain(mut polynomial: Vec<BigInt>) -> Vec<BigInt> {
    while polynomial.last().is_some_and(Zero::is_zero) {
        polynomial.pop();
    }
    let shared = polynomial
        .iter()
        .fold(BigInt::zero(), |shared, c| greatest_common(&shared, c));
    if !shared.is_zero() {
        polynomial.iter_mut().for_each(|c| *c /= &shared);
    }
    polynomial
}

/// What a multiple of the first polynomial gives when it is divided by the second, and what is left; the multiple is what keeps
/// all numbers whole.
fn divided(a: &[BigInt], b: &[BigInt]) -> (Vec<BigInt>, Vec<BigInt>) {
    let (mut rest, top) = (a.to_vec(), &b[b.len() - 1]);
    let mut quotient = vec![BigInt::zero(); (a.len() + 1).saturating_sub(b.len())];
    for place in (0..quotient.len()).rev() {
        let factor = rest[place + b.len() - 1].clone();
        rest.iter_mut().for_each(|c| *c *= top);
        quotient.iter_mut().for_each(|c| *c *= top);
        for (at, c) in b.iter().enumerate() {
            rest[place + at] -= &factor * c;
        }
        quotient[place] = factor;
    }
    (quotient, rest)
}

/// When payments have paid back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payback {
    /// So many periods after the first payment out, what came in is as much as what went out for the first time. What comes
    /// within a period comes evenly over it.
    pub after: Exact,
    /// Does what went out exceed what came in again later?
    pub falls_back: bool,
}

/// When payments have paid back, counted from the first payment out; `None` where they never do. With a rate a period, each
/// payment is discounted to the beginning first.
///
/// A payment of period `t` comes evenly between `t - 1` and `t`; the first one of all is made at 0.
pub fn payback(payments: &[Exact], rate: Option<&Exact>) -> Option<Payback> {
    let growth = match rate {
        Some(rate) => Some(&Exact::ONE + rate).filter(|g| *g > Exact::ZERO)?,
        None => Exact::ONE,
    };
    let first = payments.iter().position(Exact::is_negative)?;
    let (mut sum, mut factor) = (Exact::ZERO, Exact::ONE);
    let mut found: Option<Payback> = None;
    for (period, payment) in payments[first..].iter().enumerate() {
        let payment = payment * &factor;
        factor = factor.checked_div(&growth)?;
        let before = sum.clone();
        sum = &sum + &payment;
        match &mut found {
            None if !sum.is_negative() => {
                let part = (-before).checked_div(&payment)?;
                let whole = Exact::from(i64::try_from(period).ok()? - 1);
                found = Some(Payback {
                    after: &whole + &part,
                    falls_back: false,
                });
            }
            Some(found) => found.falls_back |= sum.is_negative(),
            None => {}
        }
    }
    found
}

/// How what an investment returns is spread over the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// The same every year.
    Flat,
    /// In proportion to the year, from the first on, and evenly within each.
    Ramp,
}

impl Curve {
    /// How much comes in each of so many years, as whole numbers that stand to each other as it does, and all together.
    fn weights(self, years: u32) -> (Vec<Exact>, Exact) {
        let weight = |year: u32| match self {
            Curve::Flat => Exact::ONE,
            Curve::Ramp => Exact::from(i64::from(year)),
        };
        let weights: Vec<Exact> = (1..=years).map(weight).collect();
        let all = weights.iter().cloned().sum();
        (weights, all)
    }
}

/// After how many years an investment of 1 has returned 1, where it returns `multiple` in so many years; `None` where it does
/// not within them.
pub fn payback_of(multiple: &Exact, years: u32, curve: Curve) -> Option<Exact> {
    let (weights, all) = curve.weights(years);
    let mut payments = vec![-Exact::ONE];
    for weight in &weights {
        payments.push((multiple * weight).checked_div(&all)?);
    }
    payback(&payments, None).map(|p| p.after)
}

/// What an investment has to return in so many years, as a multiple of it, to have returned it after some of them; `None` where
/// that is no time within them.
pub fn multiple_for(payback: &Exact, years: u32, curve: Curve) -> Option<Exact> {
    if *payback > Exact::from(i64::from(years)) {
        return None;
    }
    let (weights, all) = curve.weights(years);
    // What has come by then: whole years, and a part of the one that runs.
    let mut left = payback.clone();
    let mut come = Exact::ZERO;
    for weight in &weights {
        if left <= Exact::ZERO {
            break;
        }
        let part = left.clone().min(Exact::ONE);
        come = &come + &(&part * weight);
        left = &left - &part;
    }
    all.checked_div(&come)
}
