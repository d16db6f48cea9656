//! Days, spans of days, durations and windows.
//!
//! Knows no clock and no time zone: a day is a civil date that somebody else
//! has chosen. Every span here is half-open.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A civil day, counted from 1 January 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

impl Day {
    /// Before every day that a file can name.
    pub const MIN: Day = Day(i32::MIN);
    /// After every day that a file can name: "not yet" of an opening, "never" of a close.
    pub const MAX: Day = Day(i32::MAX);

    /// The day of this year, month and day of month; `None` where there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day::from)
    }

    /// Reads `2022-06-30`; `None` where it is no such day. Years are 1900 to 2199: anything else is a slip of the pen.
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let part = |range: std::ops::Range<usize>| -> Option<i16> {
            let digits = &text.get(range)?;
            digits
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| digits.parse().ok())?
        };
        let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
        if !(1900..2200).contains(&year) {
            return None;
        }
        Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
    }

    /// Is this a day that a calendar has, rather than [`Day::MIN`] or [`Day::MAX`]?
    pub fn is_real(self) -> bool {
        self != Day::MIN && self != Day::MAX
    }

    /// This day as year, month and day of month. Days outside the calendar are held at its ends.
    pub fn date(self) -> Date {
        // The calendar of jiff ends in the years -9999 and 9999.
        let days = i64::from(self.0).clamp(-4_371_222, 2_932_896);
        EPOCH.saturating_add(days.days())
    }

    /// The day `count` days after this one; the two ends stay where they are.
    pub fn plus_days(self, count: i32) -> Day {
        if self.is_real() {
            Day(self.0.saturating_add(count))
        } else {
            self
        }
    }

    /// The day after this one.
    pub fn next(self) -> Day {
        self.plus_days(1)
    }

    /// The day before this one.
    pub fn previous(self) -> Day {
        self.plus_days(-1)
    }

    /// This day, `duration` earlier. A month back from the 31st lands on the last day of a shorter month.
    pub fn minus(self, duration: Duration) -> Day {
        self.shifted(duration, -1)
    }

    /// This day, `duration` later. A month on from the 31st lands on the last day of a shorter month.
    pub fn plus(self, duration: Duration) -> Day {
        self.shifted(duration, 1)
    }

    fn shifted(self, duration: Duration, sign: i32) -> Day {
        if !self.is_real() {
            return self;
        }
        let count = i64::from(duration.count) * i64::from(sign);
        match duration.unit {
            Unit::Day => self.plus_days(count.clamp(-4_000_000, 4_000_000) as i32),
            Unit::Week => self.plus_days((count * 7).clamp(-4_000_000, 4_000_000) as i32),
            Unit::Month | Unit::Quarter | Unit::Year => {
                let months = (count * i64::from(duration.unit.months())).clamp(-120_000, 120_000);
                if let Some(day) = self.months_on(months as i32) {
                    return day;
                }
                Day::from(self.date().saturating_add(months.months()))
            }
        }
    }

    /// This day so many months later, in whole numbers alone; `None` outside the years 1600 to 2399.
    fn months_on(self, months: i32) -> Option<Day> {
        // Days since 1 March 1600, in years that begin in March, so that the leap day ends a year.
        const MARCH_1600: i32 = -135_080;
        const CENTURIES: i32 = 4 * 36_524 + 1;
        let days = self.0.checked_sub(MARCH_1600)?;
        if !(0..2 * CENTURIES).contains(&days) {
            return None;
        }
        let (era, of_era) = (days / CENTURIES, days % CENTURIES);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * month + 2) / 5;
        // Months since March 1600.
        let moved = (era * 400 + year) * 12 + month + months;
        if !(0..800 * 12 - 2).contains(&moved) {
            return None;
        }
        let start = |month: i32| {
            let (year, month) = (month / 12, month % 12);
            365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5
        };
        let length = start(moved + 1) - start(moved);
        Some(Day(MARCH_1600 + start(moved) + of_month.min(length - 1)))
    }

    /// The first day `d` from which `d - duration` is this day or later: the day on which something
    /// that opened on this day leaves a window that trails by `duration`.
    pub fn leaves_after(self, duration: Duration) -> Day {
        let candidate = self.plus(duration);
        if candidate.minus(duration) >= self {
            candidate
        } else {
            candidate.next()
        }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Day {
        let days = (date - EPOCH).get_days();
        Day(days)
    }
}

/// `2022-06-30`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        )
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Day::MIN => f.write_str("ever"),
            Day::MAX => f.write_str("never"),
            day => fmt::Display::fmt(&day, f),
        }
    }
}

/// Days from `first` up to, but not including, `end`.
///
/// Half-open, so that consecutive editions of a rule meet without a gap and
/// without a day which belongs to both. Empty where `first >= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first day inside.
    pub first: Day,
    /// The first day that is no longer inside.
    pub end: Day,
}

impl Span {
    /// Every day.
    pub const ALWAYS: Span = Span {
        first: Day::MIN,
        end: Day::MAX,
    };

    /// From `first` up to, but not including, `end`.
    pub fn new(first: Day, end: Day) -> Span {
        Span { first, end }
    }

    /// One day.
    pub fn of(day: Day) -> Span {
        Span::new(day, day.next())
    }

    /// Is `day` inside?
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day < self.end
    }

    /// Is no day inside?
    pub fn is_empty(self) -> bool {
        self.first >= self.end
    }

    /// The days that are in both.
    pub fn intersect(self, other: Span) -> Span {
        Span::new(self.first.max(other.first), self.end.min(other.end))
    }
}

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A day.
    Day,
    /// Seven days; weeks begin on Monday.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

impl Unit {
    fn months(self) -> i32 {
        match self {
            Unit::Day | Unit::Week => 0,
            Unit::Month => 1,
            Unit::Quarter => 3,
            Unit::Year => 12,
        }
    }

    /// `month`.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }
}

/// A length of time in units of the calendar, such as 12 months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    /// How many units.
    pub count: u32,
    /// Of which length.
    pub unit: Unit,
}

impl Duration {
    /// So many months.
    pub const fn months(count: u32) -> Duration {
        Duration {
            count,
            unit: Unit::Month,
        }
    }

    /// Reads `6 months`; `None` where it is no duration. None is longer than the 200 years that days may have.
    pub fn parse(text: &str) -> Option<Duration> {
        let (count, unit) = text.trim().split_once(' ')?;
        let unit = match unit.trim().trim_end_matches('s') {
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" => Unit::Year,
            _ => return None,
        };
        let most = match unit {
            Unit::Day => 73_050,
            Unit::Week => 10_400,
            Unit::Month => 2_400,
            Unit::Quarter => 800,
            Unit::Year => 200,
        };
        let count = count.parse().ok().filter(|count| *count <= most)?;
        Some(Duration { count, unit })
    }
}

/// `12 months`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{s}", self.count, self.unit.name())
    }
}

/// How a program divides its year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Month and day on which its fiscal year begins, where that is not 1 January.
    pub fiscal_year: Option<(i8, i8)>,
    /// First days of its fiscal months, ascending, where the vendor prints them; the last one only ends the one before.
    pub fiscal_months: Vec<Day>,
}

/// A unit of the ordinary or the fiscal calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The unit.
    pub unit: Unit,
    /// Is it one of the program's fiscal calendar?
    pub fiscal: bool,
}

impl Calendar {
    /// The first day of the unit that begins `offset` units after the one that holds `day`.
    ///
    /// `None` where the calendar prints its months and does not reach so far.
    pub fn start(&self, period: Period, day: Day, offset: i32) -> Option<Day> {
        if !day.is_real() {
            return Some(day);
        }
        if period.fiscal && !self.fiscal_months.is_empty() && period.unit.months() > 0 {
            return self.printed_start(period.unit, day, offset);
        }
        let (month, first) = match (period.fiscal, self.fiscal_year) {
            (true, Some(start)) => start,
            _ => (1, 1),
        };
        match period.unit {
            Unit::Day => Some(day.plus_days(offset)),
            Unit::Week => {
                let weekday = i32::from(day.date().weekday().to_monday_zero_offset());
                Some(day.plus_days(7 * offset - weekday))
            }
            unit => {
                let date = day.date();
                // Months since the fiscal year's month, minus one where its day has not come yet.
                let mut months =
                    i32::from(date.year()) * 12 + i32::from(date.month()) - i32::from(month);
                if date.day() < first {
                    months -= 1;
                }
                let start = (months.div_euclid(unit.months()) + offset) * unit.months()
                    + i32::from(month)
                    - 1;
                Day::new(
                    i16::try_from(start.div_euclid(12)).ok()?,
                    i8::try_from(start.rem_euclid(12) + 1).ok()?,
                    first,
                )
            }
        }
    }

    fn printed_start(&self, unit: Unit, day: Day, offset: i32) -> Option<Day> {
        let months = &self.fiscal_months;
        let here = i32::try_from(months.partition_point(|start| *start <= day)).ok()? - 1;
        if here < 0 || here + 1 >= i32::try_from(months.len()).ok()? {
            return None;
        }
        // Quarters and years are counted from the first printed month.
        let at = (here.div_euclid(unit.months()) + offset) * unit.months();
        months.get(usize::try_from(at).ok()?).copied()
    }
}

/// The days that a window looks at, relative to the day asked about. See LANGUAGE §2, "Windows".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// What `[period]` binds for the question asked.
    Period,
    /// `(day - duration, day]`.
    Trailing(Duration),
    /// `(last review, day]`.
    SinceReview,
    /// `(enrollment, day]`.
    SinceEnrolled,
    /// `[from, day]`.
    From(Day),
    /// `[first day of the earliest unit, day]`.
    This {
        /// Of which unit.
        unit: Period,
        /// How many units before this one are inside as well.
        before: u32,
    },
    /// The complete units before the one that holds the day.
    LastWhole {
        /// How many.
        count: u32,
        /// Of which unit.
        unit: Period,
    },
}

/// The same words as in the rule language: `trailing 12 months`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fiscal = |p: &Period| if p.fiscal { "fiscal " } else { "" };
        match self {
            Window::Period => f.write_str("period"),
            Window::Trailing(duration) => write!(f, "trailing {duration}"),
            Window::SinceReview => f.write_str("since last-review"),
            Window::SinceEnrolled => f.write_str("since enrolled"),
            Window::From(day) => write!(f, "from {day}"),
            Window::This { unit, before: 0 } => {
                write!(f, "this {}{}", fiscal(unit), unit.unit.name())
            }
            Window::This { unit, before } => {
                write!(
                    f,
                    "this {}{} and {before} before",
                    fiscal(unit),
                    unit.unit.name()
                )
            }
            Window::LastWhole { count, unit } => {
                let s = if *count == 1 { "" } else { "s" };
                write!(
                    f,
                    "last {count} whole {}{}{s}",
                    fiscal(unit),
                    unit.unit.name()
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn months_in_whole_numbers_are_those_of_the_calendar() {
        let mut tried = 0;
        for first in [day("1999-11-20"), day("2099-12-01"), day("1900-01-01")] {
            for at in 0..1600 {
                let from = first.plus_days(at);
                for months in [-49, -12, -6, -1, 0, 1, 3, 11, 12, 25, 600] {
                    let slow = from.date().saturating_add(i64::from(months).months());
                    assert_eq!(
                        from.months_on(months),
                        Some(Day::from(slow)),
                        "{from} {months}"
                    );
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 3 * 1600 * 11);
        assert_eq!(Day::MIN.months_on(1), None);
        assert_eq!(Day::MAX.months_on(1), None);
        assert_eq!(day("1900-01-01").months_on(-120_000), None);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for wrong in [
            "2025-02-30",
            "2025-2-3",
            "25-02-03",
            "1899-12-31",
            "2025-13-01",
            "2025-01-01x",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(day("2024-02-29").to_string(), "2024-02-29");
    }

    #[test]
    fn a_month_back_from_the_31st_lands_on_the_last_day_of_a_shorter_month() {
        assert_eq!(
            day("2022-03-31").minus(Duration::months(1)),
            day("2022-02-28")
        );
        assert_eq!(
            day("2024-02-29").minus(Duration::months(12)),
            day("2023-02-28")
        );
    }

    #[test]
    fn the_31st_of_january_leaves_a_month_on_the_1st_of_march() {
        assert_eq!(
            day("2022-01-31").leaves_after(Duration::months(1)),
            day("2022-03-01")
        );
        assert_eq!(
            day("2021-07-01").leaves_after(Duration::months(12)),
            day("2022-07-01")
        );
        assert_eq!(
            day("2024-02-29").leaves_after(Duration::months(12)),
            day("2025-03-01")
        );
    }

    #[test]
    fn leaving_is_the_first_day_whose_window_begins_on_or_after() {
        for start in 0..800 {
            let opened = Day(19_000 + start);
            for months in [1, 6, 12] {
                let length = Duration::months(months);
                let leaves = opened.leaves_after(length);
                assert!(leaves.minus(length) >= opened);
                assert!(leaves.previous().minus(length) < opened);
            }
        }
    }

    #[test]
    fn fiscal_units_begin_where_the_program_says() {
        let calendar = Calendar {
            fiscal_year: Some((2, 1)),
            fiscal_months: vec![],
        };
        let fiscal = |unit| Period { unit, fiscal: true };
        assert_eq!(
            calendar.start(fiscal(Unit::Year), day("2022-01-31"), 0),
            Some(day("2021-02-01"))
        );
        assert_eq!(
            calendar.start(fiscal(Unit::Year), day("2022-02-01"), 0),
            Some(day("2022-02-01"))
        );
        assert_eq!(
            calendar.start(fiscal(Unit::Quarter), day("2022-04-30"), -1),
            Some(day("2021-11-01"))
        );
        let week = Period {
            unit: Unit::Week,
            fiscal: false,
        };
        assert_eq!(
            calendar.start(week, day("2026-11-22"), 0),
            Some(day("2026-11-16"))
        );
    }

    #[test]
    fn printed_fiscal_months_end_with_the_list() {
        let calendar = Calendar {
            fiscal_year: None,
            fiscal_months: ["2025-07-27", "2025-08-24", "2025-09-21", "2025-10-26"]
                .map(day)
                .to_vec(),
        };
        let month = Period {
            unit: Unit::Month,
            fiscal: true,
        };
        assert_eq!(
            calendar.start(month, day("2025-08-23"), 0),
            Some(day("2025-07-27"))
        );
        assert_eq!(
            calendar.start(month, day("2025-08-24"), 1),
            Some(day("2025-09-21"))
        );
        assert_eq!(calendar.start(month, day("2025-07-26"), 0), None);
        assert_eq!(calendar.start(month, day("2025-10-26"), 0), None);
    }
}
