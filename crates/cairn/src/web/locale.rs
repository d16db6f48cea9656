//! Days, numbers, shares and money as a reader of a language writes them.
//!
//! `app::words` writes English; what differs elsewhere is done here, from the same exact values, so that no page rounds.

use app::domain::business::weekday;
use app::domain::calendar::Day;
use app::domain::number::{Exact, Range};
use app::domain::standing::Value;
use app::words::{self, Shown};

use super::texts::{Texts, fill};
use super::view::When;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English, the first: every text exists in it.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// All languages, the first first.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::De];

    /// Its tag: `en`, `de`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::De => "de",
        }
    }

    /// The language of a tag such as `de-AT`, where the pages have it.
    pub fn of_tag(tag: &str) -> Option<Lang> {
        let tag = tag.trim().to_ascii_lowercase();
        let main = tag.split('-').next().unwrap_or_default();
        Lang::ALL.into_iter().find(|lang| lang.tag() == main)
    }

    /// The language that a browser asks for in `Accept-Language`, which weighs each it can read; the first where it names none.
    pub fn accepted(header: &str) -> Lang {
        let mut best: Option<(u32, Lang)> = None;
        for part in header.split(',') {
            let mut fields = part.split(';');
            let Some(lang) = fields.next().and_then(Lang::of_tag) else {
                continue;
            };
            let weight = fields
                .find_map(|f| f.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(other, _)| weight > other) {
                best = Some((weight, lang));
            }
        }
        best.map_or(Lang::default(), |(_, lang)| lang)
    }

    /// Its texts.
    pub fn texts(self) -> &'static Texts {
        match self {
            Lang::En => &super::texts::EN,
            Lang::De => &super::texts::DE,
        }
    }
}

/// `0.7` as 700; what is no such number as 0.
fn thousandths(text: &str) -> u32 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().unwrap_or(0);
    whole * 1000 + digits.parse::<u32>().unwrap_or(0)
}

const MONTHS_DE: [(&str, &str); 12] = [
    ("Jan.", "Januar"),
    ("Feb.", "Februar"),
    ("März", "März"),
    ("Apr.", "April"),
    ("Mai", "Mai"),
    ("Juni", "Juni"),
    ("Juli", "Juli"),
    ("Aug.", "August"),
    ("Sept.", "September"),
    ("Okt.", "Oktober"),
    ("Nov.", "November"),
    ("Dez.", "Dezember"),
];

const WEEKDAYS: [(&str, &str); 7] = [
    ("Monday", "Montag"),
    ("Tuesday", "Dienstag"),
    ("Wednesday", "Mittwoch"),
    ("Thursday", "Donnerstag"),
    ("Friday", "Freitag"),
    ("Saturday", "Samstag"),
    ("Sunday", "Sonntag"),
];

impl Lang {
    /// A day as a table shows it: `12 Mar 2024`, `12. März 2024`.
    pub fn day(self, day: Day) -> String {
        match self {
            Lang::En => words::day(day),
            Lang::De => self.german(day, |names| names.0),
        }
    }

    /// A day as a sentence says it.
    pub fn long_day(self, day: Day) -> String {
        match self {
            Lang::En => words::long_day(day),
            Lang::De => self.german(day, |names| names.1),
        }
    }

    fn german(
        self,
        day: Day,
        name: impl Fn(&(&'static str, &'static str)) -> &'static str,
    ) -> String {
        let date = day.date();
        let month = usize::from(date.month().unsigned_abs()) - 1;
        format!(
            "{}. {} {}",
            date.day(),
            name(&MONTHS_DE[month]),
            date.year()
        )
    }

    /// A day with its weekday: `Tuesday 14 November 2023`.
    pub fn full_day(self, day: Day) -> String {
        let at = weekday(day);
        let long = self.long_day(day);
        match self {
            Lang::En => format!("{} {long}", WEEKDAYS[at].0),
            Lang::De => format!("{}, {long}", WEEKDAYS[at].1),
        }
    }

    /// A day and a month without its year: `12 Mar`.
    pub fn short_day(self, day: Day) -> String {
        let text = self.day(day);
        text.rsplit_once(' ')
            .map_or(text.clone(), |(head, _)| head.to_owned())
    }

    /// A month as an axis names it: `Mar`, `März`.
    pub fn month(self, day: Day) -> String {
        match self {
            Lang::En => {
                let text = words::day(day);
                text.split(' ').nth(1).unwrap_or_default().to_owned()
            }
            Lang::De => MONTHS_DE[usize::from(day.date().month().unsigned_abs()) - 1]
                .0
                .to_owned(),
        }
    }

    /// How far a day is from another: `today`, `in 257 days`, `3 days ago`.
    pub fn distance(self, from: Day, to: Day) -> String {
        match (self, to.0 - from.0) {
            (Lang::En, _) => words::distance(from, to),
            (Lang::De, 0) => "heute".to_owned(),
            (Lang::De, 1) => "morgen".to_owned(),
            (Lang::De, -1) => "gestern".to_owned(),
            (Lang::De, days @ 2..) => format!("in {} Tagen", self.count(i64::from(days))),
            (Lang::De, days) => format!("vor {} Tagen", self.count(i64::from(days.unsigned_abs()))),
        }
    }

    /// A day with its machine form.
    pub fn when(self, day: Day) -> When {
        When {
            iso: day.to_string(),
            text: self.day(day),
        }
    }

    /// A whole number with its thousands set apart.
    pub fn count(self, number: i64) -> String {
        self.plain(&Exact::from(number))
    }

    /// How many there are of something.
    pub fn size(self, count: usize) -> String {
        self.count(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// A text of the catalog that counts: its form for one or for several, with `{n}` filled in.
    pub fn several(self, pattern: &str, count: usize) -> String {
        let (one, more) = pattern.split_once('|').unwrap_or((pattern, pattern));
        fill(
            if count == 1 { one } else { more },
            &[("n", &self.size(count))],
        )
    }

    fn plain(self, number: &Exact) -> String {
        self.separators(words::plain(number))
    }

    /// English text of nothing but figures, with the separators of the language.
    fn separators(self, figures: String) -> String {
        match self {
            Lang::En => figures,
            Lang::De => figures
                .chars()
                .map(|c| match c {
                    ',' => '.',
                    '.' => ',',
                    other => other,
                })
                .collect(),
        }
    }

    /// A number as people read it: `10,498.56`, `33 1/3`, `$1,500`, `20 %`, `yes`.
    pub fn number(self, shown: &Shown, number: &Exact) -> String {
        let texts = self.texts();
        match (self, shown) {
            (Lang::En, Shown::YesNo | Shown::Date) | (_, Shown::YesNo | Shown::Date) => match shown
            {
                Shown::YesNo if number.is_zero() => texts.no.to_owned(),
                Shown::YesNo if *number == Exact::ONE => texts.yes.to_owned(),
                Shown::Date => number
                    .to_i64()
                    .and_then(|n| i32::try_from(n).ok())
                    .map_or_else(|| self.plain(number), |n| self.day(Day(n))),
                _ => self.plain(number),
            },
            (Lang::En, _) => shown.number(number),
            (Lang::De, Shown::Money(currency)) => {
                let figures = words::amount(number, "");
                let symbol = match currency.as_str() {
                    "USD" => "$",
                    "EUR" => "€",
                    "GBP" => "£",
                    other => other,
                };
                format!(
                    "{}\u{a0}{symbol}",
                    self.separators(figures.trim_end().to_owned())
                )
            }
            (Lang::De, Shown::Percent) => {
                format!("{}\u{a0}%", self.plain(&(number * &Exact::from(100))))
            }
            (Lang::De, _) => self.plain(number),
        }
    }

    /// What is known of a number: `4`, `4 to 9`, `4 or more`, `unknown`.
    pub fn range(self, shown: &Shown, range: &Range) -> String {
        let texts = self.texts();
        let number = |n: &Exact| self.number(shown, n);
        match (&range.least, &range.most) {
            (Some(a), Some(b)) if a == b => number(a),
            (Some(_), Some(_)) if *shown == Shown::YesNo => texts.unknown.to_owned(),
            (Some(a), Some(b)) => fill(texts.from_to, &[("a", &number(a)), ("b", &number(b))]),
            (Some(a), None) if a.is_zero() => texts.unknown.to_owned(),
            (Some(a), None) => fill(texts.or_more, &[("a", &number(a))]),
            (None, Some(b)) => fill(texts.or_less, &[("a", &number(b))]),
            (None, None) => texts.unknown.to_owned(),
        }
    }

    /// A value as people read it.
    pub fn value(self, shown: &Shown, value: &Value) -> String {
        match value {
            Value::Number(range) => self.range(shown, range),
            Value::Word(Some(word)) => word.replace('-', " "),
            Value::Word(None) => self.texts().unknown.to_owned(),
            Value::NotApplicable => self.texts().not_applicable.to_owned(),
        }
    }

    /// A span of time: `year`, `3 months`.
    pub fn duration(self, duration: app::domain::calendar::Duration) -> String {
        use app::domain::calendar::Unit;
        if self == Lang::En {
            return match duration.count {
                1 => duration.unit.name().to_owned(),
                _ => duration.to_string(),
            };
        }
        let (one, more) = match duration.unit {
            Unit::Day => ("Tag", "Tage"),
            Unit::Week => ("Woche", "Wochen"),
            Unit::Month => ("Monat", "Monate"),
            Unit::Quarter => ("Quartal", "Quartale"),
            Unit::Year => ("Jahr", "Jahre"),
        };
        match duration.count {
            12 if duration.unit == Unit::Month => "Jahr".to_owned(),
            1 => one.to_owned(),
            n => format!("{n} {more}"),
        }
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn list(self, names: &[String]) -> String {
        match names.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((last, rest)) => format!("{} {} {last}", rest.join(", "), self.texts().and),
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
    fn a_browser_gets_the_language_that_it_weighs_most() {
        let accepted = |header: &str| Lang::accepted(header).tag();
        assert_eq!(accepted(""), "en");
        assert_eq!(accepted("de"), "de");
        assert_eq!(accepted("de-AT,de;q=0.9,en;q=0.8"), "de");
        assert_eq!(accepted("en-GB,en;q=0.9,de;q=0.8"), "en");
        assert_eq!(accepted("fr,de;q=0.5,en;q=0.3"), "de");
        assert_eq!(accepted("fr;q=1,de;q=0"), "en");
        assert_eq!(accepted(";;,=;q=x"), "en");
    }

    #[test]
    fn days_follow_the_language() {
        let (first, second) = (day("2024-03-12"), day("2024-11-24"));
        assert_eq!(Lang::En.day(first), "12 Mar 2024");
        assert_eq!(Lang::De.day(first), "12. März 2024");
        assert_eq!(Lang::En.full_day(first), "Tuesday 12 March 2024");
        assert_eq!(Lang::De.full_day(first), "Dienstag, 12. März 2024");
        assert_eq!(Lang::De.short_day(second), "24. Nov.");
        assert_eq!(Lang::En.distance(first, second), "in 257 days");
        assert_eq!(Lang::De.distance(first, second), "in 257 Tagen");
        assert_eq!(Lang::De.distance(second, first), "vor 257 Tagen");
    }

    #[test]
    fn numbers_and_money_follow_the_language_and_stay_exact() {
        let number = Exact::parse("10498.56").expect("a number");
        let dollars = Shown::Money("USD".to_owned());
        assert_eq!(Lang::En.number(&dollars, &number), "$10,498.56");
        assert_eq!(Lang::De.number(&dollars, &number), "10.498,56\u{a0}$");
        assert_eq!(Lang::De.number(&Shown::Count, &number), "10.498,56");
        let half = Exact::ratio(1, 2).expect("a half");
        assert_eq!(Lang::De.number(&Shown::Percent, &half), "50\u{a0}%");
        assert_eq!(Lang::De.number(&Shown::YesNo, &Exact::ONE), "ja");
        assert_eq!(Lang::En.number(&Shown::YesNo, &Exact::ZERO), "no");
        let some = Range::at_least(Exact::from(4));
        assert_eq!(Lang::En.range(&Shown::Count, &some), "4 or more");
        assert_eq!(Lang::De.range(&Shown::Count, &some), "4 oder mehr");
    }

    #[test]
    fn one_and_several_are_told_apart() {
        assert_eq!(Lang::En.several("{n} record|{n} records", 1), "1 record");
        assert_eq!(Lang::De.several("{n} Satz|{n} Sätze", 1200), "1.200 Sätze");
    }
}
