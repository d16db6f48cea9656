//! What day it is, and where. The only clock of the product.

use domain::calendar::Day;

/// Where "today" is.
#[derive(Clone, Debug)]
pub struct Zone(jiff::tz::TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Zone(jiff::tz::TimeZone::UTC)
    }
}

impl Zone {
    /// A time zone by its name: `UTC`, `Europe/Berlin`, `system`. `Err` says how one is written.
    #[expect(
        clippy::disallowed_methods,
        reason = "where this computer is, is asked where its clock is"
    )]
    pub fn named(name: &str) -> Result<Zone, String> {
        if name.eq_ignore_ascii_case("system") {
            return Ok(Zone(jiff::tz::TimeZone::system()));
        }
        jiff::tz::TimeZone::get(name).map(Zone).map_err(|_| {
            "a time zone is written UTC, Europe/Berlin or America/New_York, or `system` for this computer's own".to_owned()
        })
    }

    /// Today's day.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks; all below takes the day as an argument"
    )]
    pub fn today(&self) -> Day {
        Day::from(jiff::Timestamp::now().to_zoned(self.0.clone()).date())
    }
}
