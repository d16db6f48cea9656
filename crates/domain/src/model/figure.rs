//! Numbers that a model is computed in: two widths of fixed point, and no value at all.
//!
//! [`Wide`] has fifteen decimals and is what is shown; [`Quick`] has 24 binary places, for many paths. Neither ever wraps:
//! what is too large, or divided by nothing, is no value, and so is all that is computed from it.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::number::Exact;

/// A number that a model can be computed in. `NONE` stands for no value and takes everything with it.
pub trait Number: Copy + Ord + Send + Sync {
    /// No value.
    const NONE: Self;
    /// Nothing.
    const ZERO: Self;
    /// One; also what a test that is true is.
    const ONE: Self;
    /// The nearest to an exact number.
    fn of(number: &Exact) -> Self;
    /// A whole number.
    fn whole(number: u32) -> Self;
    /// As an exact number; `None` where there is no value.
    fn exact(self) -> Option<Exact>;
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Difference.
    fn minus(self, other: Self) -> Self;
    /// Product.
    fn times(self, other: Self) -> Self;
    /// Quotient; no value where the other is nothing.
    fn over(self, other: Self) -> Self;
    /// The next whole number below.
    fn floor(self) -> Self;
    /// The monthly rate that makes this yearly one: the twelfth root of one more, less one.
    fn monthly(self) -> Self;

    /// Is there a value?
    fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// A test: one where it is true, nothing where not.
    fn test(yes: bool) -> Self {
        if yes { Self::ONE } else { Self::ZERO }
    }

    /// One of two, joined by a choice; no value where either has none.
    fn both(self, other: Self, pick: impl Fn(Self, Self) -> Self) -> Self {
        if self.is_some() && other.is_some() {
            pick(self, other)
        } else {
            Self::NONE
        }
    }
}

/// Fifteen decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wide(i128);

const DECIMALS: u32 = 15;
const SCALE: i128 = 10_i128.pow(DECIMALS);

impl Wide {
    fn rounded(above: BigInt, below: BigInt) -> Wide {
        if below == BigInt::ZERO {
            return Wide::NONE;
        }
        // To the nearest, halves upward.
        let twice: BigInt = &below * 2;
        let value: BigInt = above * 2 + &below;
        let (quotient, rest) = (&value / &twice, &value % &twice);
        let below = rest != BigInt::ZERO && (rest < BigInt::ZERO) != (twice < BigInt::ZERO);
        let lower = if below { quotient - 1 } else { quotient };
        lower.to_i128().map_or(Wide::NONE, Wide)
    }

    fn checked(value: Option<i128>) -> Wide {
        value.map_or(Wide::NONE, Wide)
    }
}

impl Number for Wide {
    const NONE: Wide = Wide(i128::MIN);
    const ZERO: Wide = Wide(0);
    const ONE: Wide = Wide(SCALE);

    fn of(number: &Exact) -> Wide {
        let (above, below) = number.fraction();
        Wide::rounded(above * BigInt::from(SCALE), below)
    }

    fn whole(number: u32) -> Wide {
        Wide(i128::from(number) * SCALE)
    }

    fn exact(self) -> Option<Exact> {
        self.is_some().then(|| Exact::scaled(self.0, DECIMALS))
    }

    fn plus(self, other: Wide) -> Wide {
        self.both(other, |a, b| Wide::checked(a.0.checked_add(b.0)))
    }

    fn minus(self, other: Wide) -> Wide {
        self.both(other, |a, b| Wide::checked(a.0.checked_sub(b.0)))
    }

    fn times(self, other: Wide) -> Wide {
        self.both(other, |a, b| match a.0.checked_mul(b.0) {
            Some(product) => Wide((product + SCALE / 2).div_euclid(SCALE)),
            None => Wide::rounded(BigInt::from(a.0) * b.0, BigInt::from(SCALE)),
        })
    }

    fn over(self, other: Wide) -> Wide {
        self.both(other, |a, b| {
            Wide::rounded(BigInt::from(a.0) * SCALE, BigInt::from(b.0))
        })
    }

    fn floor(self) -> Wide {
        self.both(self, |a, _| Wide(a.0.div_euclid(SCALE) * SCALE))
    }

    fn monthly(self) -> Wide {
        // Between -1 and 3 a 60-bit fraction holds one more, and fifteen decimals are fewer than its places.
        let near = 1_i128 << ROOT;
        let Some(scaled) = self.0.checked_mul(1 << 20) else {
            return Wide::NONE;
        };
        let binary = ((scaled / SCALE) << 40) + ((scaled % SCALE) << 40) / SCALE;
        let Some(root) = twelfth_root(near + binary) else {
            return Wide::NONE;
        };
        let rate = root - near;
        Wide(
            ((BigInt::from(rate) * SCALE) >> ROOT)
                .to_i128()
                .unwrap_or(0),
        )
    }
}

/// 24 binary places: a cent of half a thousand billion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quick(pub(crate) i64);

/// How many binary places a [`Quick`] has.
pub(crate) const PLACES: u32 = 24;

impl Quick {
    fn checked(value: Option<i64>) -> Quick {
        Quick(value.unwrap_or(i64::MIN))
    }

    fn narrowed(value: i128) -> Quick {
        Quick::checked(i64::try_from(value).ok())
    }
}

impl Number for Quick {
    const NONE: Quick = Quick(i64::MIN);
    const ZERO: Quick = Quick(0);
    const ONE: Quick = Quick(1 << PLACES);

    fn of(number: &Exact) -> Quick {
        let wide = Wide::of(number);
        if !wide.is_some() {
            return Quick::NONE;
        }
        let scaled = BigInt::from(wide.0) << PLACES;
        let rounded: BigInt = (scaled + SCALE / 2) / SCALE;
        Quick::checked(rounded.to_i64())
    }

    fn whole(number: u32) -> Quick {
        Quick(i64::from(number) << PLACES)
    }

    fn exact(self) -> Option<Exact> {
        self.is_some()
            .then(|| Exact::ratio(self.0, 1 << PLACES))
            .flatten()
    }

    #[inline]
    fn plus(self, other: Quick) -> Quick {
        self.both(other, |a, b| Quick::checked(a.0.checked_add(b.0)))
    }

    #[inline]
    fn minus(self, other: Quick) -> Quick {
        self.both(other, |a, b| Quick::checked(a.0.checked_sub(b.0)))
    }

    #[inline]
    fn times(self, other: Quick) -> Quick {
        self.both(other, |a, b| {
            let product = i128::from(a.0) * i128::from(b.0);
            Quick::narrowed((product + (1 << (PLACES - 1))) >> PLACES)
        })
    }

    #[inline]
    fn over(self, other: Quick) -> Quick {
        self.both(other, |a, b| {
            // One division of 64 bits where that is enough.
            match (a.0.checked_mul(1 << PLACES), b.0) {
                (_, 0) => Quick::NONE,
                (Some(above), below) => Quick(above / below),
                (None, below) => Quick::narrowed((i128::from(a.0) << PLACES) / i128::from(below)),
            }
        })
    }

    fn floor(self) -> Quick {
        self.both(self, |a, _| Quick(a.0 >> PLACES << PLACES))
    }

    fn monthly(self) -> Quick {
        let near = 1_i128 << ROOT;
        let more = near + (i128::from(self.0) << (ROOT - PLACES));
        match twelfth_root(more) {
            Some(root) if self.is_some() => {
                let down = ROOT - PLACES;
                Quick::narrowed((root - near + (1 << (down - 1))) >> down)
            }
            _ => Quick::NONE,
        }
    }
}

/// How many binary places a root is taken with.
const ROOT: u32 = 60;

/// The twelfth root of `x / 2^60`, as so many; `None` outside 0.001 to 4.
fn twelfth_root(x: i128) -> Option<i128> {
    let one = 1_i128 << ROOT;
    if x < one / 1000 || x > 4 * one {
        return None;
    }
    let times = |a: i128, b: i128| (a * b) >> ROOT;
    // From above, where Newton's steps fall until they are there.
    let mut root = one + (x - one) / 12;
    loop {
        let second = times(root, root);
        let fourth = times(second, second);
        let eleventh = times(times(times(fourth, fourth), second), root);
        let next = (11 * root + (x << (ROOT - 1)) / (eleventh >> 1).max(1)) / 12;
        if next >= root {
            return Some(root);
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    #[test]
    fn a_monthly_rate_twelve_times_is_the_yearly_one() {
        for yearly in ["0.12", "0", "-0.5", "3", "0.004", "-0.9", "2.5"] {
            let yearly = exact(yearly);
            let monthly = Wide::of(&yearly).monthly().exact().expect("a rate");
            let growth = &Exact::ONE + &monthly;
            let mut year = Exact::ONE;
            for _ in 0..12 {
                year = &year * &growth;
            }
            let off = &(&year - &Exact::ONE) - &yearly;
            assert!(
                off < exact("0.000000000001") && off > exact("-0.000000000001"),
                "{yearly}: {off}"
            );
            let quick = Quick::of(&yearly).monthly().exact().expect("a rate");
            let off = &quick - &monthly;
            assert!(
                off < exact("0.0000001") && off > exact("-0.0000001"),
                "{yearly}: {off}"
            );
        }
        assert!(!Wide::of(&exact("-1")).monthly().is_some());
        assert!(!Quick::of(&exact("9")).monthly().is_some());
    }

    #[test]
    fn what_is_too_large_or_divided_by_nothing_is_no_value() {
        let large = Quick::of(&exact("400000000000"));
        assert!(large.is_some());
        assert!(!large.plus(large).is_some());
        assert!(!large.times(large).is_some());
        assert!(!Quick::ONE.over(Quick::ZERO).is_some());
        assert!(!Wide::ONE.over(Wide::ZERO).plus(Wide::ONE).is_some());
        assert!(!Wide::NONE.floor().is_some());
    }

    #[test]
    fn products_and_quotients_are_rounded_to_the_nearest() {
        let third = Wide::ONE.over(Wide::of(&exact("3")));
        assert_eq!(third.exact(), Some(exact("0.333333333333333")));
        let back = third.times(Wide::of(&exact("-3")));
        assert_eq!(back.exact(), Some(exact("-0.999999999999999")));
        let two_thirds = Wide::of(&exact("-2")).over(Wide::of(&exact("3")));
        assert_eq!(two_thirds.exact(), Some(exact("-0.666666666666667")));
        // Beyond 128 bits on the way.
        let much = Wide::of(&exact("123456789012.5"));
        let product = much.times(Wide::of(&exact("1000"))).exact();
        assert_eq!(product, Some(exact("123456789012500")));
    }

    #[test]
    fn floor_goes_down_on_both_sides_of_nothing() {
        assert_eq!(Wide::of(&exact("-1.5")).floor().exact(), Some(exact("-2")));
        assert_eq!(Quick::of(&exact("-1.5")).floor().exact(), Some(exact("-2")));
        assert_eq!(Quick::of(&exact("1.5")).floor().exact(), Some(exact("1")));
    }
}
