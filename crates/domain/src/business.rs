//! Business days: which days somebody works, and when so many of them have passed.
//!
//! Knows no country: whoever asks names the days of the week that are free and the holidays.

use std::collections::BTreeSet;

use crate::calendar::Day;

/// Which days are worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessDays {
    // INVARIANT: at least one day of the week is worked.
    free: [bool; 7],
    /// Days that are free although their day of the week is worked.
    pub holidays: BTreeSet<Day>,
}

impl Default for BusinessDays {
    /// Monday to Friday, without a holiday.
    fn default() -> Self {
        BusinessDays {
            free: [false, false, false, false, false, true, true],
            holidays: BTreeSet::new(),
        }
    }
}

/// The day of the week, Monday being 0.
pub fn weekday(day: Day) -> usize {
    // The first day of 1970 was a Thursday.
    usize::try_from((i64::from(day.0) + 3).rem_euclid(7)).unwrap_or(0)
}

impl BusinessDays {
    /// With these days of the week free, Monday being 0; `None` where none would be worked or one is no day.
    pub fn new(free: &[usize], holidays: BTreeSet<Day>) -> Option<BusinessDays> {
        let mut week = [false; 7];
        for day in free {
            *week.get_mut(*day)? = true;
        }
        (!week.iter().all(|free| *free)).then_some(BusinessDays {
            free: week,
            holidays,
        })
    }

    /// The days of the week that are free, Monday being 0.
    pub fn free(&self) -> Vec<usize> {
        (0..7).filter(|day| self.free[*day]).collect()
    }

    /// Is this day worked?
    pub fn is_worked(&self, day: Day) -> bool {
        !self.free[weekday(day)] && !self.holidays.contains(&day)
    }

    /// The last of so many business days that follow a day; the day itself is none of them, whether it is worked or not.
    ///
    /// What came in on a Friday and is due within one business day is due on Monday. None at all is the day itself.
    pub fn after(&self, day: Day, count: u32) -> Day {
        let mut last = day;
        let mut left = count;
        // So many holidays in a row are a slip of whoever entered them, and must not hold anybody up.
        let end = Day(day.0.saturating_add(366 * 10));
        while left > 0 && last < end {
            last = last.next();
            left -= u32::from(self.is_worked(last));
        }
        last
    }

    /// How many business days lie after one day, up to and including another; none where that is not later.
    pub fn between(&self, from: Day, to: Day) -> u32 {
        let mut day = from;
        let mut count = 0;
        while day < to {
            day = day.next();
            count += u32::from(self.is_worked(day));
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn check(days: &BusinessDays, from: &str, count: u32, expected: &str) {
        let last = days.after(day(from), count);
        assert_eq!(last, day(expected), "{count} after {from}");
        assert_eq!(days.between(day(from), last), count, "counted back");
    }

    #[test]
    fn five_business_days_end_a_week_later_on_the_same_day_of_the_week() {
        let days = BusinessDays::default();
        check(&days, "2024-03-04", 5, "2024-03-11");
        check(&days, "2024-03-08", 5, "2024-03-15");
    }

    #[test]
    fn what_comes_in_on_a_free_day_counts_as_if_it_had_come_on_the_last_worked_one() {
        let days = BusinessDays::default();
        check(&days, "2024-03-09", 5, "2024-03-15");
        check(&days, "2024-03-10", 5, "2024-03-15");
        check(&days, "2024-03-11", 5, "2024-03-18");
    }

    #[test]
    fn the_last_day_is_still_in_time_and_the_next_one_is_not() {
        let days = BusinessDays::default();
        let due = days.after(day("2024-03-01"), 5);
        assert_eq!(due, day("2024-03-08"));
        assert_eq!(days.between(day("2024-03-01"), day("2024-03-08")), 5);
        assert_eq!(days.between(day("2024-03-01"), day("2024-03-11")), 6);
    }

    #[test]
    fn a_holiday_moves_the_last_day_and_one_on_a_weekend_does_not() {
        let easter = [day("2024-03-29"), day("2024-04-01")].into();
        let days = BusinessDays::new(&[5, 6], easter).expect("a week");
        check(&days, "2024-03-22", 5, "2024-04-02");
        check(&days, "2024-03-21", 5, "2024-03-28");
        let sunday = BusinessDays::new(&[5, 6], [day("2024-03-31")].into()).expect("a week");
        check(&sunday, "2024-03-22", 5, "2024-03-29");
    }

    #[test]
    fn a_week_can_begin_on_sunday_and_cannot_be_free_throughout() {
        let days = BusinessDays::new(&[4, 5], BTreeSet::new()).expect("a week");
        check(&days, "2024-03-07", 1, "2024-03-10");
        assert_eq!(
            BusinessDays::new(&[0, 1, 2, 3, 4, 5, 6], BTreeSet::new()),
            None
        );
        assert_eq!(BusinessDays::new(&[7], BTreeSet::new()), None);
        assert_eq!(weekday(day("1970-01-01")), 3);
        assert_eq!(weekday(day("1969-12-29")), 0);
    }
}
