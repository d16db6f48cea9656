//! What day it is, and where. The only clock of the product.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};

/// Today's day in a time zone: `UTC`, `Europe/Berlin`, `system`.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks; all below takes the day as an argument"
)]
pub fn today(time_zone: &str) -> Result<Day, Diagnostic> {
    let zone = if time_zone.eq_ignore_ascii_case("system") {
        Ok(jiff::tz::TimeZone::system())
    } else {
        jiff::tz::TimeZone::get(time_zone)
    };
    match zone {
        Ok(zone) => Ok(Day::from(jiff::Timestamp::now().to_zoned(zone).date())),
        Err(_) => Err(Diagnostic::error(
            "unknown-time-zone",
            format!("`{time_zone}` is no time zone"),
            Place::default(),
        )
        .help("write it as `UTC`, `Europe/Berlin` or `America/New_York`, or `system` for this computer's own")),
    }
}
