//! Days ahead as iCalendar, which calendars of people subscribe to or open.

use domain::calendar::Day;
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};

/// A whole day of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What tells it from all others and stays the same from one export to the next, so that a calendar replaces it.
    pub id: String,
    /// The day.
    pub day: Day,
    /// What happens, in one line.
    pub title: String,
    /// The reasons, in lines.
    pub text: String,
    /// What sorts of things it is, for filters.
    pub categories: Vec<String>,
}

/// A calendar with whole days, as `text/calendar`. It says when it was made: on `made`, at midnight, so that the same
/// answer gives the same bytes.
pub fn icalendar(name: &str, made: Day, entries: &[Entry]) -> String {
    let stamp = format!("{}T000000Z", digits(made));
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//cairn//forecast//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.name(name);
    for entry in entries {
        let mut event = Event::new();
        event.uid(&format!("{}@cairn", entry.id));
        event.add_property("DTSTAMP", &stamp);
        for (key, day) in [("DTSTART", entry.day), ("DTEND", entry.day.next())] {
            let mut property = Property::new(key, digits(day));
            property.add_parameter("VALUE", "DATE");
            event.append_property(property);
        }
        event.summary(&entry.title);
        event.description(&entry.text);
        if !entry.categories.is_empty() {
            event.categories(&entry.categories);
        }
        // Nobody is busy because a certificate expires.
        event.add_property("TRANSP", "TRANSPARENT");
        calendar.push(event.done());
    }
    calendar.done().to_string()
}

fn digits(day: Day) -> String {
    day.to_string().replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_day_is_written_with_its_end_and_its_text_is_escaped() {
        let day = Day::parse("2024-12-31").expect("a day");
        let entry = Entry {
            id: "p/r/2024-12-31".to_owned(),
            day,
            title: "Keep Gold: launches, 3 to 2".to_owned(),
            text: "o1; window\nsecond line".to_owned(),
            categories: vec!["fall".to_owned()],
        };
        let made = Day::parse("2024-06-28").expect("a day");
        let text = icalendar("Falls", made, std::slice::from_ref(&entry));
        assert_eq!(text, icalendar("Falls", made, &[entry]));
        expect![[r#"
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//cairn//forecast//EN
            CALSCALE:GREGORIAN
            NAME:Falls
            X-WR-CALNAME:Falls
            BEGIN:VEVENT
            DESCRIPTION:o1\; window\nsecond line
            DTEND;VALUE=DATE:20250101
            DTSTAMP:20240628T000000Z
            DTSTART;VALUE=DATE:20241231
            SUMMARY:Keep Gold: launches\, 3 to 2
            TRANSP:TRANSPARENT
            UID:p/r/2024-12-31@cairn
            CATEGORIES:fall
            END:VEVENT
            END:VCALENDAR
        "#]]
        .assert_eq(&text.replace("\r\n", "\n"));
    }
}
