//! What day it is, and where. The only clock of the product.

use domain::calendar::Day;
use domain::instant::Instant;

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

    /// The names of all time zones of the world that are known here, in their order: `Europe/Berlin`.
    pub fn names() -> Vec<String> {
        let known = jiff::tz::db().available();
        let mut names: Vec<String> = known.map(|name| name.to_string()).collect();
        // Old names and offsets are understood, and nobody picks them from a list.
        names.retain(|name| name.contains('/') && !name.starts_with("Etc/") || name == "UTC");
        names.sort_unstable();
        names.dedup();
        names
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

/// The clock of the running product; tests hold it still or set it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Where "today" is.
    pub zone: Zone,
    stopped: Option<std::sync::Arc<std::sync::atomic::AtomicI64>>,
}

impl Clock {
    /// The computer's clock, in a zone.
    pub fn in_zone(zone: Zone) -> Clock {
        Clock {
            zone,
            stopped: None,
        }
    }

    /// A clock that stands at a moment until it is [set](Clock::set).
    pub fn stopped(at: Instant) -> Clock {
        Clock {
            zone: Zone::default(),
            stopped: Some(std::sync::Arc::new(at.0.into())),
        }
    }

    /// Sets a stopped clock, and every clone of it; one that runs is left alone.
    pub fn set(&self, at: Instant) {
        if let Some(stopped) = &self.stopped {
            stopped.store(at.0, std::sync::atomic::Ordering::SeqCst);
        }
    }

    /// The same clock in a zone of that name; where there is none, here.
    pub fn elsewhere(&self, zone: &str) -> Clock {
        Clock {
            zone: Zone::named(zone).unwrap_or_else(|_| self.zone.clone()),
            stopped: self.stopped.clone(),
        }
    }

    /// This moment.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks; all below takes the moment as an argument"
    )]
    pub fn now(&self) -> Instant {
        match &self.stopped {
            Some(stopped) => Instant(stopped.load(std::sync::atomic::Ordering::SeqCst)),
            None => Instant(jiff::Timestamp::now().as_microsecond()),
        }
    }

    /// The day of a moment, here.
    pub fn day_of(&self, at: Instant) -> Day {
        jiff::Timestamp::from_microsecond(at.0).map_or(at.day(), |t| {
            Day::from(t.to_zoned(self.zone.0.clone()).date())
        })
    }

    /// The first moment of a day, here; the last moment there is where it has none.
    pub fn begin_of(&self, day: Day) -> Instant {
        let begins = day.date().to_zoned(self.zone.0.clone());
        Instant(begins.map_or(i64::MAX, |at| at.timestamp().as_microsecond()))
    }

    /// Today, here.
    pub fn today(&self) -> Day {
        self.day_of(self.now())
    }
}
