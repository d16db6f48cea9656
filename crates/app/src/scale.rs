//! The lower and the upper edge of a picture, and where numbers lie between them.

use domain::number::Exact;

/// The lower and the upper edge of a picture.
pub struct Scale {
    low: Exact,
    high: Exact,
}

impl Scale {
    /// Edges between which all numbers lie; nothing where there are none.
    pub fn around<'n>(numbers: impl IntoIterator<Item = &'n Exact>) -> Option<Scale> {
        let mut numbers = numbers.into_iter();
        let first = numbers.next()?;
        let (mut low, mut high) = (first, first);
        for number in numbers {
            low = low.min(number);
            high = high.max(number);
        }
        // What never changes lies in the middle.
        let room = if low == high { Exact::ONE } else { Exact::ZERO };
        Some(Scale {
            low: low - &room,
            high: high + &room,
        })
    }

    /// Where a number lies: in hundredths of a percent of the way from the lower to the upper edge.
    pub fn height(&self, number: &Exact) -> Option<i32> {
        let span = &self.high - &self.low;
        let share = (number - &self.low).checked_div(&span);
        let place = share.and_then(|s| (&s * &Exact::from(10_000)).floor().to_i64());
        Some(place.and_then(|p| i32::try_from(p).ok()).unwrap_or(0))
    }

    /// Edges on round numbers, and the numbers of the lines between them.
    pub fn round(self) -> (Scale, Vec<Exact>) {
        let whole = |n: i64| Exact::from(n);
        let span = &self.high - &self.low;
        let wanted = span.checked_div(&whole(4)).unwrap_or(Exact::ONE);
        let mut step = Exact::ONE;
        let tenth = Exact::ratio(1, 10).unwrap_or(Exact::ONE);
        while step >= wanted && step.to_f64() > 1e-9 {
            step = &step * &tenth;
        }
        // 1, 2, 5, 10, 20, 50 …
        let mut turn = 0;
        while step < wanted && turn < 120 {
            step = if turn % 3 == 1 {
                (&step * &whole(5)).checked_div(&whole(2)).unwrap_or(step)
            } else {
                &step * &whole(2)
            };
            turn += 1;
        }
        let low = self.low.checked_div(&step).unwrap_or(Exact::ZERO).floor();
        let high = -(-self.high.checked_div(&step).unwrap_or(Exact::ONE)).floor();
        let scale = Scale {
            low: &low * &step,
            high: &high * &step,
        };
        let mut lines = Vec::new();
        let mut at = low;
        while at <= high && lines.len() < 12 {
            lines.push(&at * &step);
            at = &at + &Exact::ONE;
        }
        (scale, lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(low: i64, high: i64) -> (String, String, usize) {
        let ends = [Exact::from(low), Exact::from(high)];
        let (scale, lines) = Scale::around(&ends).expect("numbers").round();
        (scale.low.to_string(), scale.high.to_string(), lines.len())
    }

    #[test]
    fn pictures_end_on_round_numbers() {
        assert_eq!(round(3, 97), ("0".to_owned(), "100".to_owned(), 3));
        assert_eq!(round(-7, 12), ("-10".to_owned(), "15".to_owned(), 6));
        assert_eq!(
            round(40_100, 41_900),
            ("40000".to_owned(), "42000".to_owned(), 5)
        );
    }

    fn place(number: i64, low: i64, high: i64) -> i32 {
        let scale = Scale {
            low: Exact::from(low),
            high: Exact::from(high),
        };
        scale.height(&Exact::from(number)).expect("a place")
    }

    #[test]
    fn a_place_is_a_share_of_the_way() {
        let at = |n: i64| place(n, -100, 300);
        assert_eq!([at(-100), at(0), at(300)], [0, 2_500, 10_000]);
        assert_eq!(place(1, 1, 1), 0);
    }
}
