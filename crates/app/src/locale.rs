//! Days, numbers, shares and money as a reader of a language writes them.
//!
//! `app::words` writes English; what differs elsewhere is done here, from the same exact values, so that no page rounds.

mod rules;

use crate::access::{Role, Verb};
use crate::texts::{Texts, fill, problems};
use crate::words::{self, Shown};
use domain::business::weekday;
use domain::calendar::{Day, Duration, Period, Unit, Window};
use domain::diagnostic::Diagnostic;
use domain::explain::{Absent, Convention, Foreign, Reason};
use domain::number::{Exact, Range};
use domain::standing::{Truth, Value};

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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

    /// What it calls itself: `English`, `Deutsch`.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::De => "Deutsch",
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
            Lang::En => &crate::texts::EN,
            Lang::De => &crate::texts::DE,
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

    /// A value as a forecast says it: as in [`Lang::value`], but in the first language as a terminal shows it, with `?`.
    pub fn said(self, shown: &Shown, value: &Value) -> String {
        match self {
            Lang::En => shown.value(value),
            Lang::De => self.value(shown, value),
        }
    }

    /// What a forecast says of a number, in the same way.
    pub fn said_range(self, shown: &Shown, range: &Range) -> String {
        match self {
            Lang::En => shown.range(range),
            Lang::De => self.range(shown, range),
        }
    }

    /// Rounded half up to so many places, with its thousands set apart.
    pub fn rounded(self, number: &Exact, places: u32) -> String {
        self.separators(words::rounded(number, places))
    }

    /// An amount of money in a currency.
    pub fn amount(self, number: &Exact, currency: &str) -> String {
        self.number(&Shown::Money(currency.to_owned()), number)
    }

    /// A verdict, in a word or two.
    pub fn verdict(self, of: Truth) -> &'static str {
        let t = self.texts();
        match of {
            Truth::Yes => t.met,
            Truth::No => t.short,
            Truth::Unknown => t.unknown,
            Truth::NotApplicable => t.not_applicable,
        }
    }

    /// A span of time: `year`, `3 months`.
    pub fn duration(self, duration: Duration) -> String {
        if self == Lang::En {
            return match duration.count {
                1 => duration.unit.name().to_owned(),
                _ => duration.to_string(),
            };
        }
        match duration.count {
            12 if duration.unit == Unit::Month => "Jahr".to_owned(),
            1 => self.unit(duration.unit, false).to_owned(),
            _ => self.length(duration),
        }
    }

    /// A title within a sentence: with a small letter where the language writes nouns so.
    pub fn inside(self, title: &str) -> String {
        match self {
            Lang::En => words::lower_first(title),
            Lang::De => title.to_owned(),
        }
    }

    /// A length of time with its number: `12 months`, `1 year`.
    pub fn length(self, of: Duration) -> String {
        match self {
            Lang::En => of.to_string(),
            Lang::De => format!("{} {}", of.count, self.unit(of.unit, of.count != 1)),
        }
    }

    /// A length of time behind a word such as `after`, which in some languages changes it.
    pub fn length_after(self, of: Duration) -> String {
        let text = self.length(of);
        let plural = of.count != 1;
        // German: nach 3 Monaten.
        let changes = self == Lang::De && plural && !text.ends_with(['n', 's']);
        if changes { text + "n" } else { text }
    }

    fn unit(self, of: Unit, several: bool) -> &'static str {
        match (self, of, several) {
            (Lang::En, Unit::Day, false) => "day",
            (Lang::En, Unit::Day, true) => "days",
            (Lang::En, Unit::Week, false) => "week",
            (Lang::En, Unit::Week, true) => "weeks",
            (Lang::En, Unit::Month, false) => "month",
            (Lang::En, Unit::Month, true) => "months",
            (Lang::En, Unit::Quarter, false) => "quarter",
            (Lang::En, Unit::Quarter, true) => "quarters",
            (Lang::En, Unit::Year, false) => "year",
            (Lang::En, Unit::Year, true) => "years",
            (Lang::De, Unit::Day, false) => "Tag",
            (Lang::De, Unit::Day, true) => "Tage",
            (Lang::De, Unit::Week, false) => "Woche",
            (Lang::De, Unit::Week, true) => "Wochen",
            (Lang::De, Unit::Month, false) => "Monat",
            (Lang::De, Unit::Month, true) => "Monate",
            (Lang::De, Unit::Quarter, false) => "Quartal",
            (Lang::De, Unit::Quarter, true) => "Quartale",
            (Lang::De, Unit::Year, false) => "Jahr",
            (Lang::De, Unit::Year, true) => "Jahre",
        }
    }

    /// The days at which a measure looks: `trailing 12 months`, `since the last review`.
    pub fn window(self, of: &Window) -> String {
        let t = self.texts();
        let period = |of: &Period, several: bool| {
            let unit = self.unit(of.unit, several);
            if of.fiscal {
                fill(t.window_fiscal, &[("unit", unit)])
            } else {
                unit.to_owned()
            }
        };
        let number = |n: u32| self.count(i64::from(n));
        match of {
            Window::Period => t.window_period.to_owned(),
            Window::Trailing(length) => {
                fill(t.window_trailing, &[("length", &self.length(*length))])
            }
            Window::SinceReview => t.window_since_review.to_owned(),
            Window::SinceEnrolled => t.window_since_enrolled.to_owned(),
            Window::From(day) => fill(t.window_from, &[("day", &day.to_string())]),
            Window::This { unit, before: 0 } => {
                fill(t.window_this, &[("unit", &period(unit, false))])
            }
            Window::This { unit, before } => fill(
                t.window_this_before,
                &[("unit", &period(unit, false)), ("n", &number(*before))],
            ),
            Window::LastWhole { count, unit } => fill(
                t.window_whole,
                &[("unit", &period(unit, *count != 1)), ("n", &number(*count))],
            ),
        }
    }

    /// Why a record does not count, as it stands behind the record.
    pub fn reason(self, of: &Reason) -> String {
        let t = self.texts();
        let on = |pattern: &str, day: Day| fill(pattern, &[("day", &self.day(day))]);
        match of {
            Reason::Refused(problem) => {
                let (_, problem, _) = self.says(problem.code, &problem.message, "");
                fill(t.why_refused, &[("problem", &problem)])
            }
            Reason::LearnedLater(Some(day)) => on(t.why_learned_on, *day),
            Reason::LearnedLater(None) => t.why_learned_later.to_owned(),
            Reason::Superseded(place) if place.line > 0 => fill(
                t.why_corrected_by,
                &[("file", &place.file), ("row", &place.line.to_string())],
            ),
            Reason::Superseded(_) => t.why_corrected.to_owned(),
            Reason::OtherProgram(whose) => {
                let whose = match whose {
                    Foreign::Program(program) => program.clone(),
                    Foreign::Catalog(catalog) => fill(t.why_catalog, &[("catalog", catalog)]),
                    Foreign::Name => t.why_foreign_name.to_owned(),
                };
                fill(t.why_foreign, &[("whose", &whose)])
            }
            Reason::OtherEntity(who) => fill(t.why_other_entity, &[("who", who)]),
            Reason::Pending(missing) => fill(t.why_waits, &[("list", &self.list(missing))]),
            Reason::NotYet(day) => on(t.why_not_yet, *day),
            Reason::Ended { by, on: day } if by.is_empty() => on(t.why_ended_next, *day),
            Reason::Ended { by, on: day } => {
                fill(t.why_ended_by, &[("day", &self.day(*day)), ("by", by)])
            }
            Reason::HolderAbsent(why) => self.absent(why),
            Reason::OtherCurrency { has, wants } => {
                fill(t.why_currency, &[("has", has), ("wants", wants)])
            }
            Reason::OutsideWindow { window: None, .. } => t.why_no_mark.to_owned(),
            Reason::OutsideWindow {
                opened,
                window: Some((first, last)),
                missed_by,
            } => {
                let days = usize::try_from(*missed_by).unwrap_or(0);
                let (pattern, edge) = if opened < first {
                    (t.why_before, first)
                } else {
                    (t.why_after, last)
                };
                on(&self.several(pattern, days), *edge)
            }
            Reason::Filter { clause, has } if has.is_empty() => {
                fill(t.why_not_clause, &[("clause", clause)])
            }
            Reason::Filter { clause, has } => {
                fill(t.why_clause, &[("has", has), ("clause", clause)])
            }
            Reason::FieldEmpty(field) => fill(t.why_field_empty, &[("field", field)]),
            Reason::NameUnknown(near) if near.is_empty() => t.why_name.to_owned(),
            Reason::NameUnknown(near) => fill(t.why_name_near, &[("list", &near.join(", "))]),
            Reason::NotListed {
                from: Some(from), ..
            } => on(t.why_listed_from, *from),
            Reason::NotListed {
                until: Some(until), ..
            } => on(t.why_listed_until, *until),
            Reason::NotListed { .. } => t.why_unlisted.to_owned(),
            Reason::AlreadyUsed => t.why_used.to_owned(),
            Reason::GroupShort => t.why_group.to_owned(),
            Reason::SameHolder(_) => t.why_same_holder.to_owned(),
            Reason::NoSeat => t.why_no_seat.to_owned(),
            Reason::BeyondCap(max) => {
                fill(t.why_full, &[("max", &self.number(&Shown::Count, max))])
            }
        }
    }

    /// Why what a record is joined to does not hold on the day.
    fn absent(self, of: &Absent) -> String {
        let t = self.texts();
        match of {
            Absent::Ended(on) => fill(t.why_ended, &[("day", &self.day(*on))]),
            Absent::NoRecord(kind) => fill(t.why_no_record, &[("kind", kind)]),
            Absent::Empty(field) => fill(t.why_empty, &[("field", field)]),
            Absent::NoRecordOf(kind, who) => {
                fill(t.why_no_record_of, &[("kind", kind), ("who", who)])
            }
            Absent::NoneHolds(kind, who) => fill(t.why_none_holds, &[("kind", kind), ("who", who)]),
            Absent::OnlyFrom(who, on) => {
                fill(t.why_only_from, &[("who", who), ("day", &self.day(*on))])
            }
            Absent::Left(who, on) => fill(t.why_left, &[("who", who), ("day", &self.day(*on))]),
            Absent::ThatDay(who) => fill(t.why_that_day, &[("who", who)]),
            Absent::Silent => t.why_silent.to_owned(),
            Absent::NeverSupplied(kind) => fill(t.why_never_supplied, &[("kind", kind)]),
            Absent::Refused(kind, rows) => {
                let rows = usize::try_from(*rows).unwrap_or(usize::MAX);
                fill(&self.several(t.why_holder_refused, rows), &[("kind", kind)])
            }
        }
    }

    /// A reason in a word or two, behind a number of records.
    pub fn reason_word(self, of: &Reason) -> &'static str {
        let t = self.texts();
        match of {
            Reason::Refused(_) => t.reason_refused,
            Reason::LearnedLater(_) => t.reason_learned_later,
            Reason::Superseded(_) => t.reason_superseded,
            Reason::OtherProgram(_) => t.reason_foreign,
            Reason::OtherEntity(_) => t.reason_other_entity,
            Reason::Pending(_) => t.reason_pending,
            Reason::NotYet(_) => t.reason_not_yet,
            Reason::Ended { .. } => t.reason_ended,
            Reason::HolderAbsent(_) => t.reason_absent,
            Reason::OtherCurrency { .. } => t.reason_currency,
            Reason::OutsideWindow { .. } => t.reason_outside,
            Reason::Filter { .. } => t.reason_filter,
            Reason::FieldEmpty(_) => t.reason_empty,
            Reason::NameUnknown(_) => t.reason_name,
            Reason::NotListed { .. } => t.reason_unlisted,
            Reason::AlreadyUsed => t.reason_used,
            Reason::GroupShort => t.reason_group,
            Reason::SameHolder(_) => t.reason_same_holder,
            Reason::NoSeat => t.reason_no_seat,
            Reason::BeyondCap(_) => t.reason_full,
        }
    }

    /// A role, in a word or two.
    pub fn role(self, of: Role) -> &'static str {
        let t = self.texts();
        match of {
            Role::Administrator => t.role_administrator,
            Role::ProgramOwner => t.role_program_owner,
            Role::PartnerManager => t.role_partner_manager,
            Role::AllianceLead => t.role_alliance_lead,
            Role::AllianceTeam => t.role_alliance_team,
            Role::Contributor => t.role_contributor,
            Role::Reader => t.role_reader,
        }
    }

    /// A role at a partner, or of the server where there is none.
    pub fn role_at(self, of: Role, partner: Option<&str>) -> String {
        let (t, role) = (self.texts(), self.role(of));
        match partner {
            Some(partner) => fill(t.acc_role_at, &[("role", role), ("partner", partner)]),
            None => fill(t.acc_role_of_server, &[("role", role)]),
        }
    }

    /// What may be done, in a word or two.
    pub fn verb(self, of: Verb) -> &'static str {
        let t = self.texts();
        match of {
            Verb::ReadStanding => t.verb_read_standing,
            Verb::ReadEvidence => t.verb_read_evidence,
            Verb::EditEvidence => t.verb_edit_evidence,
            Verb::Import => t.verb_import,
            Verb::UndoImport => t.verb_undo_import,
            Verb::Answer => t.verb_answer,
            Verb::Export => t.verb_export,
            Verb::Decide => t.verb_decide,
            Verb::ReadDecisions => t.verb_read_decisions,
            Verb::Work => t.verb_work,
            Verb::Share => t.verb_share,
            Verb::EditPartner => t.verb_edit_partner,
            Verb::ManageMembers => t.verb_manage_members,
            Verb::ManagePersons => t.verb_manage_persons,
            Verb::ManageHooks => t.verb_manage_hooks,
            Verb::ReadAudit => t.verb_read_audit,
            Verb::ReadPrograms => t.verb_read_programs,
            Verb::EditPrograms => t.verb_edit_programs,
            Verb::ReadPopulation => t.verb_read_population,
            Verb::ManagePartners => t.verb_manage_partners,
            Verb::ManageAccounts => t.verb_manage_accounts,
            Verb::AuditAll => t.verb_audit_all,
            Verb::ManageServer => t.verb_manage_server,
        }
    }

    /// What somebody has to mend: what is wrong, and what helps.
    pub fn problem(self, of: &Diagnostic) -> (String, String) {
        let (_, message, help) = self.says(of.code, &of.message, &of.help);
        (message, help)
    }

    /// The same by a problem's code and English, with the language that both are in then: this one, or the first where it has
    /// no words for them.
    pub fn says(self, code: &str, message: &str, help: &str) -> (Lang, String, String) {
        let known = match self {
            Lang::En => None,
            Lang::De => problems::german(code, message, help),
        };
        match known {
            Some((message, help)) => (self, message, help),
            None => (Lang::default(), message.to_owned(), help.to_owned()),
        }
    }

    /// A convention of ours that decided something.
    pub fn convention(self, of: Convention) -> &'static str {
        let t = self.texts();
        match of {
            Convention::WindowEdges => t.convention_edges,
            Convention::EndDay => t.convention_end,
            Convention::MayCount => t.convention_may_count,
            Convention::SinceReview => t.convention_review,
            Convention::Held => t.convention_held,
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

    /// A reason of each sort, and of each wording of a sort. The match makes a new sort stand here before it compiles.
    fn reasons() -> Vec<Reason> {
        use domain::diagnostic::Place;
        use domain::ledger::FactId;
        let on = day("2024-03-12");
        let text = |t: &str| t.to_owned();
        let place = |line| Place {
            file: text("a.csv"),
            line,
            ..Place::default()
        };
        let outside = |opened: &str, missed_by| Reason::OutsideWindow {
            opened: day(opened),
            window: Some((on, day("2024-06-30"))),
            missed_by,
        };
        let known = |of: &Reason| match of {
            Reason::Refused(_)
            | Reason::LearnedLater(_)
            | Reason::Superseded(_)
            | Reason::OtherProgram(_)
            | Reason::OtherEntity(_)
            | Reason::Pending(_)
            | Reason::NotYet(_)
            | Reason::Ended { .. }
            | Reason::HolderAbsent(_)
            | Reason::OtherCurrency { .. }
            | Reason::OutsideWindow { .. }
            | Reason::Filter { .. }
            | Reason::FieldEmpty(_)
            | Reason::NameUnknown(_)
            | Reason::NotListed { .. }
            | Reason::AlreadyUsed
            | Reason::GroupShort
            | Reason::SameHolder(_)
            | Reason::NoSeat
            | Reason::BeyondCap(_) => {}
        };
        let absent = [
            Absent::Ended(on),
            Absent::NoRecord(text("people")),
            Absent::Empty(text("person")),
            Absent::NoRecordOf(text("people"), text("ada")),
            Absent::NoneHolds(text("people"), text("ada")),
            Absent::OnlyFrom(text("ada"), on),
            Absent::Left(text("ada"), on),
            Absent::ThatDay(text("ada")),
            Absent::Silent,
            Absent::NeverSupplied(text("people")),
            Absent::Refused(text("people"), 1),
            Absent::Refused(text("people"), 3),
        ];
        let foreign = [
            Foreign::Program(text("other")),
            Foreign::Catalog(text("theirs")),
            Foreign::Name,
        ];
        let problem = Diagnostic::error("bad-date", "`x` is no day", Place::default());
        let mut all = vec![
            Reason::Refused(Box::new(problem)),
            Reason::LearnedLater(Some(on)),
            Reason::LearnedLater(None),
            Reason::Superseded(place(4)),
            Reason::Superseded(place(0)),
            Reason::OtherEntity(text("north")),
            Reason::Pending(vec![text("approved_on"), text("launched_on")]),
            Reason::NotYet(on),
            Reason::Ended {
                by: text("expires_on"),
                on,
            },
            Reason::Ended {
                by: String::new(),
                on,
            },
            Reason::OtherCurrency {
                has: text("EUR"),
                wants: text("USD"),
            },
            outside("2024-03-11", 1),
            outside("2024-03-01", 11),
            outside("2024-07-02", 2),
            Reason::OutsideWindow {
                opened: on,
                window: None,
                missed_by: 0,
            },
            Reason::Filter {
                clause: text("stage = launched"),
                has: text("qualified"),
            },
            Reason::Filter {
                clause: text("(stage = launched)"),
                has: String::new(),
            },
            Reason::FieldEmpty(text("stage")),
            Reason::NameUnknown(vec![]),
            Reason::NameUnknown(vec![text("a"), text("b")]),
            Reason::NotListed {
                from: Some(on),
                until: None,
            },
            Reason::NotListed {
                from: None,
                until: Some(on),
            },
            Reason::NotListed {
                from: None,
                until: None,
            },
            Reason::AlreadyUsed,
            Reason::GroupShort,
            Reason::SameHolder(FactId { kind: 0, row: 0 }),
            Reason::NoSeat,
            Reason::BeyondCap(Exact::from(3)),
        ];
        all.extend(absent.map(Reason::HolderAbsent));
        all.extend(foreign.map(Reason::OtherProgram));
        all.iter().for_each(known);
        all
    }

    #[test]
    fn every_reason_is_said_in_each_language_by_words_of_its_own() {
        for of in reasons() {
            let (en, de) = (Lang::En.reason(&of), Lang::De.reason(&of));
            assert!(
                !en.contains(['{', '|']) && !de.contains(['{', '|']),
                "{en} / {de}"
            );
            assert_ne!(en, de, "{}", of.code());
            assert_ne!(Lang::En.reason_word(&of), Lang::De.reason_word(&of));
        }
        for of in Convention::ALL {
            assert_ne!(Lang::En.convention(of), Lang::De.convention(of));
            assert_eq!(Lang::En.convention(of), of.to_string());
        }
    }

    #[test]
    fn the_catalog_says_in_english_what_the_domain_says_where_no_day_is_in_it() {
        let iso = |text: &str| text.matches("20").count() > 0;
        for of in reasons() {
            let said = of.to_string();
            if !iso(&said) {
                assert_eq!(Lang::En.reason(&of), said, "{}", of.code());
            }
        }
    }

    #[test]
    fn windows_are_said_in_each_language() {
        let month = Period {
            unit: Unit::Month,
            fiscal: false,
        };
        let quarter = Period {
            unit: Unit::Quarter,
            fiscal: true,
        };
        let said = |of: Window| (Lang::En.window(&of), Lang::De.window(&of));
        let pair = |en: &str, de: &str| (en.to_owned(), de.to_owned());
        assert_eq!(
            said(Window::Trailing(Duration::months(12))),
            pair("trailing 12 months", "die letzten 12 Monate")
        );
        assert_eq!(
            said(Window::LastWhole {
                count: 2,
                unit: quarter
            }),
            pair(
                "last 2 whole fiscal quarters",
                "letzte 2 ganze Geschäfts-Quartale"
            )
        );
        assert_eq!(
            said(Window::This {
                unit: month,
                before: 0
            }),
            pair("this month", "laufend: Monat")
        );
        assert_eq!(Lang::De.length_after(Duration::months(3)), "3 Monaten");
        assert_eq!(Lang::De.length_after(Duration::months(1)), "1 Monat");
    }
}
