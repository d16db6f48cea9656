//! Exact numbers: two thirds of a point is 2/3, and seven times 2.14 is not 15.
//!
//! Knows nothing of currencies or units; a money amount is an [`Exact`] whose
//! currency the program's checker has already settled.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

/// An exact fraction, in lowest terms, with a positive denominator.
///
/// Held in two 64-bit integers while it fits, and in integers of any size when
/// it must. Nothing is ever rounded.
#[derive(Clone)]
pub struct Exact(Repr);

#[derive(Clone)]
enum Repr {
    // INVARIANT: the denominator is positive and shares no factor with the numerator.
    Small(i64, i64),
    // INVARIANT: does not fit `Small`.
    Large(Box<BigRational>),
}
use Repr::{Large, Small};

impl Exact {
    /// Nothing.
    pub const ZERO: Exact = Exact(Small(0, 1));
    /// One.
    pub const ONE: Exact = Exact(Small(1, 1));

    /// The fraction `numerator / denominator`; `None` when the denominator is zero.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Exact> {
        (denominator != 0).then(|| Exact::reduced(numerator.into(), denominator.into()))
    }

    /// `units` of which `10^decimals` make one: cents to dollars with 2.
    pub fn scaled(units: i128, decimals: u32) -> Exact {
        if decimals == 0
            && let Ok(whole) = i64::try_from(units)
        {
            return Exact(Small(whole, 1));
        }
        match 10_i128.checked_pow(decimals) {
            Some(scale) => Exact::reduced(units, scale),
            None => Exact::large(BigRational::new(
                units.into(),
                BigInt::from(10).pow(decimals),
            )),
        }
    }

    fn reduced(numerator: i128, denominator: i128) -> Exact {
        debug_assert!(denominator != 0);
        let (mut n, mut d) = (numerator, denominator);
        if d != 1 {
            let g = gcd(n.unsigned_abs(), d.unsigned_abs());
            // A gcd of 2^127 cannot be held by an i128; the big path divides it out.
            if let Ok(g) = i128::try_from(g)
                && g > 1
            {
                n /= g;
                d /= g;
            }
        }
        if d < 0 {
            match (n.checked_neg(), d.checked_neg()) {
                (Some(a), Some(b)) => (n, d) = (a, b),
                _ => return Exact::large(BigRational::new(n.into(), d.into())),
            }
        }
        match (i64::try_from(n), i64::try_from(d)) {
            (Ok(n), Ok(d)) => Exact(Small(n, d)),
            _ => Exact::large(BigRational::new(n.into(), d.into())),
        }
    }

    /// A fraction of integers of any size, the second of which is above zero.
    pub(crate) fn big(numerator: BigInt, denominator: BigInt) -> Exact {
        Exact::large(BigRational::new(numerator, denominator))
    }

    /// Numerator and denominator, where both fit.
    pub(crate) fn parts(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Small(n, d) => Some((*n, *d)),
            Large(_) => None,
        }
    }

    fn large(value: BigRational) -> Exact {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            (Some(n), Some(d)) => Exact(Small(n, d)),
            _ => Exact(Large(Box::new(value))),
        }
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Small(n, d) => BigRational::new_raw((*n).into(), (*d).into()),
            Large(big) => (**big).clone(),
        }
    }

    /// What it is the quotient of, in lowest terms; the second is above 0.
    pub(crate) fn fraction(&self) -> (BigInt, BigInt) {
        self.to_big().into_raw()
    }

    /// The quotient of two whole numbers, of which the second is not 0.
    pub(crate) fn of_parts(above: BigInt, below: BigInt) -> Exact {
        Exact::large(BigRational::new(above, below))
    }

    /// Reads a decimal such as `1_500.25` or `-3`; `None` when it is not one.
    ///
    /// The text never passes through a float. An exponent is refused: nobody
    /// writes a threshold that way, and it would hide its size.
    pub fn parse(text: &str) -> Option<Exact> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !group(whole) || (digits.contains('.') && !group(fraction)) {
            return None;
        }
        let joined: String = [whole, fraction]
            .concat()
            .chars()
            .filter(|c| *c != '_')
            .collect();
        if joined.len() > 300 {
            return None;
        }
        let decimals = fraction.chars().filter(|c| *c != '_').count() as u32;
        let units: BigInt = joined.parse().ok()?;
        let units = if negative { -units } else { units };
        return Some(Exact::large(BigRational::new(
            units,
            BigInt::from(10).pow(decimals),
        )));

        fn group(digits: &str) -> bool {
            !digits.is_empty()
                && !digits.starts_with('_')
                && !digits.ends_with('_')
                && digits.chars().all(|c| c.is_ascii_digit() || c == '_')
        }
    }

    /// The quotient; `None` when `other` is zero, for then there is no value.
    pub fn checked_div(&self, other: &Exact) -> Option<Exact> {
        if other.is_zero() {
            return None;
        }
        Some(match (&self.0, &other.0) {
            (Small(a, b), Small(c, d)) => Exact::reduced(
                i128::from(*a) * i128::from(*d),
                i128::from(*b) * i128::from(*c),
            ),
            _ => Exact::large(self.to_big() / other.to_big()),
        })
    }

    /// The greatest whole number that is not above this one.
    pub fn floor(&self) -> Exact {
        match &self.0 {
            Small(n, d) => Exact(Small(n.div_euclid(*d), 1)),
            Large(big) => Exact::large(big.floor()),
        }
    }

    /// The least whole number that is not below this one.
    pub fn ceiling(&self) -> Exact {
        -(-self.clone()).floor()
    }

    /// Rounded half up to so many decimals, at most 18.
    pub fn rounded(&self, decimals: u32) -> Exact {
        let scale = Exact::from(10_i64.pow(decimals));
        let half = Exact(Small(1, 2));
        let units = (&(self * &scale) + &half).floor();
        units.checked_div(&scale).unwrap_or(units)
    }

    /// Is this nothing?
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Small(0, _))
    }

    /// Is this below zero?
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Small(n, _) => *n < 0,
            Large(big) => big.is_negative(),
        }
    }

    /// Is this a whole number?
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Small(_, d) => *d == 1,
            Large(big) => big.is_integer(),
        }
    }

    /// The whole number that this is, where it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Small(n, 1) => Some(*n),
            _ => None,
        }
    }

    /// This number as a count of units of which `10^decimals` make one;
    /// `None` when it is no whole count of them or does not fit.
    pub fn to_scaled(&self, decimals: u32) -> Option<i64> {
        let whole = 10_i64.checked_pow(decimals)?;
        if let Small(n, d) = self.0 {
            return (whole % d == 0).then(|| n.checked_mul(whole / d))?;
        }
        let scale = Exact::from(whole);
        (self.clone() * scale).to_i64()
    }

    /// How many decimals this number needs; `None` when no decimal ends it.
    pub fn decimals(&self) -> Option<u32> {
        if let Small(_, mut denominator) = self.0 {
            let (mut twos, mut fives) = (0, 0);
            for (prime, count) in [(2, &mut twos), (5, &mut fives)] {
                while denominator % prime == 0 {
                    denominator /= prime;
                    *count += 1;
                }
            }
            return (denominator == 1).then_some(twos.max(fives));
        }
        let mut denominator = self.to_big().denom().clone();
        let (mut twos, mut fives) = (0, 0);
        for (prime, count) in [(2_u32, &mut twos), (5, &mut fives)] {
            while (&denominator % prime).is_zero() {
                denominator /= prime;
                *count += 1;
            }
        }
        (denominator == BigInt::from(1)).then_some(twos.max(fives))
    }

    /// The nearest float, for pictures only.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            #[expect(
                clippy::cast_precision_loss,
                clippy::float_arithmetic,
                reason = "a picture needs no more"
            )]
            Small(n, d) => *n as f64 / *d as f64,
            Large(big) => big.to_f64().unwrap_or(f64::NAN),
        }
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    // Sixty-four bits are nearly always enough, and far quicker to divide.
    if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
        let (mut x, mut y) = (x, y);
        while y != 0 {
            (x, y) = (y, x % y);
        }
        return x.into();
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl From<i64> for Exact {
    fn from(whole: i64) -> Self {
        Exact(Small(whole, 1))
    }
}

impl std::ops::Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        match self.0 {
            Small(n, d) => match n.checked_neg() {
                Some(n) => Exact(Small(n, d)),
                None => Exact::reduced(-i128::from(n), d.into()),
            },
            Large(big) => Exact::large(-*big),
        }
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $whole:ident, |$a:ident, $b:ident, $c:ident, $d:ident| $top:expr, $bottom:expr) => {
        impl std::ops::$trait for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                std::ops::$trait::$method(&self, &other)
            }
        }
        impl std::ops::$trait for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                if let (Small(a, 1), Small(c, 1)) = (&self.0, &other.0)
                    && let Some(whole) = a.$whole(*c)
                {
                    return Exact(Small(whole, 1));
                }
                if let (Small(a, b), Small(c, d)) = (&self.0, &other.0) {
                    let ($a, $b, $c, $d) = (
                        i128::from(*a),
                        i128::from(*b),
                        i128::from(*c),
                        i128::from(*d),
                    );
                    // Products of two 64-bit numbers fit; only their sum may not.
                    if let Some(top) = $top {
                        return Exact::reduced(top, $bottom);
                    }
                }
                Exact::large(std::ops::$trait::$method(self.to_big(), other.to_big()))
            }
        }
    };
}
operator!(
    Add,
    add,
    checked_add,
    |a, b, c, d| (a * d).checked_add(c * b),
    b * d
);
operator!(
    Sub,
    sub,
    checked_sub,
    |a, b, c, d| (a * d).checked_sub(c * b),
    b * d
);
operator!(Mul, mul, checked_mul, |a, b, c, d| Some(a * c), b * d);

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(items: I) -> Exact {
        items.fold(Exact::ZERO, |a, b| a + b)
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a, 1), Small(c, 1)) => a.cmp(c),
            (Small(a, b), Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}
impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Small(a, b), Small(c, d)) => a == c && b == d,
            (Large(a), Large(b)) => a == b,
            _ => false,
        }
    }
}
impl Eq for Exact {}
impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Small(n, d) => (n, d).hash(state),
            Large(big) => big.hash(state),
        }
    }
}

/// A decimal where one ends the number, else the fraction: `10498.56`, `100/3`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Small(n, 1) = &self.0 {
            return write!(f, "{n}");
        }
        let Some(decimals) = self.decimals() else {
            let big = self.to_big();
            return write!(f, "{}/{}", big.numer(), big.denom());
        };
        let big = self.to_big();
        let units = (big.numer() * BigInt::from(10).pow(decimals)) / big.denom();
        let digits = units.abs().to_string();
        let decimals = decimals as usize;
        let padded = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        let sign = if units.is_negative() { "-" } else { "" };
        if fraction.is_empty() {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{fraction}")
        }
    }
}
impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is known of a number: all that it could be, from `least` to `most`.
///
/// The two are equal nearly always. They part where silence could change the
/// number; `None` is without limit on that side.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The least that it could be.
    pub least: Option<Exact>,
    /// The most that it could be.
    pub most: Option<Exact>,
}

impl Range {
    /// Nothing is known.
    pub const UNKNOWN: Range = Range {
        least: None,
        most: None,
    };

    /// Exactly this number.
    pub fn exactly(number: Exact) -> Range {
        Range {
            least: Some(number.clone()),
            most: Some(number),
        }
    }

    /// From `least` to `most`, both inside.
    pub fn between(least: Exact, most: Exact) -> Range {
        debug_assert!(least <= most);
        Range {
            least: Some(least),
            most: Some(most),
        }
    }

    /// This number or any above it.
    pub fn at_least(least: Exact) -> Range {
        Range {
            least: Some(least),
            most: None,
        }
    }

    /// The number, where silence leaves no doubt about it.
    pub fn exact(&self) -> Option<&Exact> {
        match (&self.least, &self.most) {
            (Some(a), Some(b)) if a == b => Some(a),
            _ => None,
        }
    }

    /// Everything that either could be.
    pub fn hull(&self, other: &Range) -> Range {
        Range {
            least: match (&self.least, &other.least) {
                (Some(a), Some(b)) => Some(a.min(b).clone()),
                _ => None,
            },
            most: match (&self.most, &other.most) {
                (Some(a), Some(b)) => Some(a.max(b).clone()),
                _ => None,
            },
        }
    }

    /// The lower of two numbers.
    pub fn lower(&self, other: &Range) -> Range {
        Range {
            least: match (&self.least, &other.least) {
                (Some(a), Some(b)) => Some(a.min(b).clone()),
                _ => None,
            },
            most: match (&self.most, &other.most) {
                (Some(a), Some(b)) => Some(a.min(b).clone()),
                (Some(a), None) | (None, Some(a)) => Some(a.clone()),
                (None, None) => None,
            },
        }
    }

    /// The higher of two numbers.
    pub fn higher(&self, other: &Range) -> Range {
        -((-self.clone()).lower(&-other.clone()))
    }

    /// The quotient. Where the divisor could be zero there may be no value, so nothing is known.
    pub fn divided_by(&self, other: &Range) -> Range {
        let could_be_zero = other.least.as_ref().is_none_or(|l| *l <= Exact::ZERO)
            && other.most.as_ref().is_none_or(|m| *m >= Exact::ZERO);
        if could_be_zero {
            return Range::UNKNOWN;
        }
        // The divisor keeps one sign, so its reciprocal is the range between the two ends' reciprocals.
        let end = |e: &Option<Exact>| match e {
            Some(e) => Exact::ONE.checked_div(e),
            None => Some(Exact::ZERO),
        };
        self.clone()
            * Range {
                least: end(&other.most),
                most: end(&other.least),
            }
    }

    /// Each end through a function that never turns more into less.
    pub fn map_rising(&self, f: impl Fn(&Exact) -> Exact) -> Range {
        Range {
            least: self.least.as_ref().map(&f),
            most: self.most.as_ref().map(&f),
        }
    }
}

impl From<Exact> for Range {
    fn from(number: Exact) -> Range {
        Range::exactly(number)
    }
}

impl std::ops::Neg for Range {
    type Output = Range;
    fn neg(self) -> Range {
        Range {
            least: self.most.map(|m| -m),
            most: self.least.map(|l| -l),
        }
    }
}

impl std::ops::Add for Range {
    type Output = Range;
    fn add(self, other: Range) -> Range {
        Range {
            least: self.least.zip(other.least).map(|(a, b)| a + b),
            most: self.most.zip(other.most).map(|(a, b)| a + b),
        }
    }
}

impl std::ops::Sub for Range {
    type Output = Range;
    fn sub(self, other: Range) -> Range {
        self + -other
    }
}

impl std::ops::Mul for Range {
    type Output = Range;
    fn mul(self, other: Range) -> Range {
        if let (Some(a), Some(b)) = (self.exact(), other.exact()) {
            return Range::exactly(a * b);
        }
        // Zero times anything is zero, also without limit.
        let zero = |r: &Range| r.exact().is_some_and(Exact::is_zero);
        if zero(&self) || zero(&other) {
            return Range::exactly(Exact::ZERO);
        }
        // Each end is a finite number or a signed infinity; a product with an infinity takes the
        // sign of both, and zero times an infinite end is zero because the end is never reached.
        #[derive(Clone)]
        enum End {
            Low,
            At(Exact),
            High,
        }
        let ends = |r: &Range| {
            [
                r.least.clone().map_or(End::Low, End::At),
                r.most.clone().map_or(End::High, End::At),
            ]
        };
        let sign = |e: &End| match e {
            End::Low => -1,
            End::High => 1,
            End::At(n) if n.is_zero() => 0,
            End::At(n) if n.is_negative() => -1,
            End::At(_) => 1,
        };
        let mut products = Vec::with_capacity(4);
        for a in ends(&self) {
            for b in ends(&other) {
                products.push(match (&a, &b) {
                    (End::At(a), End::At(b)) => End::At(a * b),
                    _ => match sign(&a) * sign(&b) {
                        0 => End::At(Exact::ZERO),
                        1 => End::High,
                        _ => End::Low,
                    },
                });
            }
        }
        let finite = || {
            products.iter().filter_map(|e| match e {
                End::At(n) => Some(n),
                _ => None,
            })
        };
        Range {
            least: (!products.iter().any(|e| matches!(e, End::Low)))
                .then(|| finite().min().cloned())
                .flatten(),
            most: (!products.iter().any(|e| matches!(e, End::High)))
                .then(|| finite().max().cloned())
                .flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Exact {
        Exact::parse(text).expect("a decimal")
    }

    #[test]
    fn decimals_are_read_and_shown_without_a_float() {
        for (text, shown) in [
            ("1_500", "1500"),
            ("10498.56", "10498.56"),
            ("0.10", "0.1"),
            ("-2.5", "-2.5"),
            ("99999999999999999999.01", "99999999999999999999.01"),
        ] {
            assert_eq!(n(text).to_string(), shown);
        }
        for wrong in ["", ".5", "5.", "1e3", "1__", "_1", "0x10", "1.2.3"] {
            assert_eq!(Exact::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn five_people_at_twenty_thirds_are_a_hundred_thirds() {
        let points = Exact::ratio(20, 3).expect("not zero") * Exact::from(5);
        assert_eq!(points.to_string(), "100/3");
        assert_eq!((n("2.14") * n("7")).to_string(), "14.98");
    }

    #[test]
    fn numbers_widen_when_they_must_and_come_back() {
        let big = Exact::from(i64::MAX) * Exact::from(i64::MAX);
        assert_eq!(big.to_string(), "85070591730234615847396907784232501249");
        assert_eq!(
            big.checked_div(&Exact::from(i64::MAX)),
            Some(Exact::from(i64::MAX))
        );
        assert_eq!(-(-Exact::from(i64::MIN)), Exact::from(i64::MIN));
    }

    #[test]
    fn a_number_is_a_whole_count_of_small_units_or_none() {
        let third = Exact::ratio(1, 3).expect("not zero");
        for (number, decimals, scaled) in [
            (n("12.5"), Some(1), Some(1250)),
            (n("0.125"), Some(3), None),
            (n("-7"), Some(0), Some(-700)),
            (third, None, None),
            (n("99999999999999999999.5"), Some(1), None),
            (Exact::from(i64::MAX), Some(0), None),
        ] {
            assert_eq!(number.decimals(), decimals, "{number}");
            assert_eq!(number.to_scaled(2), scaled, "{number}");
        }
    }

    #[test]
    fn dividing_by_what_may_be_zero_says_nothing() {
        let three = Range::exactly(n("3"));
        let maybe_zero = Range::between(n("0"), n("2"));
        assert_eq!(three.divided_by(&maybe_zero), Range::UNKNOWN);
        assert_eq!(
            three.divided_by(&Range::at_least(n("2"))),
            Range::between(n("0"), n("1.5"))
        );
    }

    #[test]
    fn bounds_multiply_over_all_four_corners() {
        let a = Range::between(n("-2"), n("3"));
        let b = Range::between(n("-5"), n("4"));
        assert_eq!(a.clone() * b, Range::between(n("-15"), n("12")));
        assert_eq!(
            a * Range::at_least(n("1")),
            Range::UNKNOWN,
            "both signs times no limit"
        );
        assert_eq!(
            Range::at_least(n("1")) * Range::between(n("0"), n("2")),
            Range::at_least(n("0"))
        );
    }
}
