//! A moment: what a store writes beside every change, and what "as known at" may name beside a day.

use std::fmt;

use crate::calendar::Day;

/// Microseconds since the beginning of 1970, UTC.
///
/// Written as RFC 3339 with six decimals, so that what is printed names the same moment when it is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// The moment that an RFC 3339 text names; `None` where it names none.
    pub fn parse(text: &str) -> Option<Instant> {
        let timestamp: jiff::Timestamp = text.parse().ok()?;
        Some(Instant(timestamp.as_microsecond()))
    }

    /// The day in which it lies in UTC.
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(86_400_000_000)).unwrap_or(i32::MAX))
    }

    /// So many seconds later.
    pub fn plus_seconds(self, seconds: i64) -> Instant {
        Instant(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp:.6}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back_as_it_was_written() {
        let moment = Instant(1_700_000_000_123_456);
        assert_eq!(moment.to_string(), "2023-11-14T22:13:20.123456Z");
        assert_eq!(Instant::parse(&moment.to_string()), Some(moment));
        assert_eq!(Instant::parse("2023-11-14"), None);
    }

    #[test]
    fn a_day_ends_with_its_last_microsecond() {
        let noon = Instant::parse("2023-11-14T23:59:59.999999Z").expect("a moment");
        assert_eq!(noon.day().to_string(), "2023-11-14");
        assert_eq!(Instant(noon.0 + 1).day().to_string(), "2023-11-15");
    }
}
