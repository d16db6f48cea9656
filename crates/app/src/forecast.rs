//! What falls ahead if nothing new happens: for one program or for all in which something is held or met.

use domain::calendar::{Day, Duration};
use domain::course::Course;
use domain::diagnostic::{Diagnostic, Place};
use domain::engine::Run;
use domain::explain::{Reason, Record};
use domain::forecast::falls::{self, Calendar, Fall, LevelFall, Review, Short};
use domain::lifecycle::{Event, Happened};
use domain::number::Exact;
use domain::program::{Actor, Ask};
use domain::standing::{Need, Truth};
use exchange::Entry;

use crate::locale::Lang;
use crate::question::{Desk, Question};
use crate::scorecard::{Scorecard, of_run, shown_at};
use crate::words::{Shown, and_list, counted, day, distance, long_day, lower_first};

/// What falls ahead.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The partner's id.
    pub partner: String,
    /// What the partner is called.
    pub partner_name: String,
    /// The day from which is looked ahead, knowing what was known on it.
    pub as_of: Day,
    /// The last day that was looked at.
    pub to: Day,
    /// Each program in which something is held or met, or the one that was asked about.
    pub programs: Vec<Ahead>,
    /// Programs that cannot be asked about, with the reason.
    pub left_out: Vec<(String, Diagnostic)>,
}

/// What falls ahead in one program.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// Where the partner stands on the day from which is looked ahead.
    pub card: Scorecard,
    /// What falls.
    pub calendar: Calendar,
    /// What rows and levels are called.
    pub labels: Labels,
}

/// What rows and levels are called, and how the numbers of rows are written, over every edition that judges.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// How the numbers of each row are written, by id.
    shown: Vec<(String, Shown)>,
    /// The titles of rows and levels, by id.
    titles: Vec<(String, String)>,
}

impl Labels {
    /// Of an edition, which has the last word, and of those that judge between two days.
    pub fn of(run: &Run<'_>, course: &Course<'_>, from: Day, to: Day) -> Labels {
        let mut labels = Labels::default();
        let runs = course.within(from, to).map(|(_, _, run)| run);
        for run in std::iter::once(*run).chain(runs) {
            let edition = &run.compiled.edition;
            for (at, row) in edition.rows.values().enumerate() {
                if labels.shown.iter().any(|(known, _)| *known == row.id) {
                    continue;
                }
                labels.shown.push((row.id.clone(), shown_at(&run, at)));
                let title = |id: &str| {
                    let title = edition.rows.get(id).map_or("", |row| &row.title);
                    if title.is_empty() { id } else { title }.to_owned()
                };
                // A part alone, such as "technical", would say too little.
                let title = match &row.parent {
                    Some(parent) => format!("{}, {}", title(parent), lower_first(&title(&row.id))),
                    None => title(&row.id),
                };
                labels.titles.push((row.id.clone(), title));
            }
            for level in &edition.levels {
                if !labels.titles.iter().any(|(known, _)| known == level) {
                    let title = edition.level_title(level).to_owned();
                    labels.titles.push((level.clone(), title));
                }
            }
        }
        labels
    }
    /// How the numbers of a row are written.
    pub fn shown(&self, row: &str) -> Shown {
        let found = self.shown.iter().find(|(id, _)| id == row);
        found.map_or(Shown::Count, |(_, shown)| shown.clone())
    }

    /// What a row or level is called.
    pub fn title<'t>(&'t self, id: &'t str) -> &'t str {
        let found = self.titles.iter().find(|(known, _)| known == id);
        found.map_or(id, |(_, title)| title)
    }

    /// A row's id by its place in the edition that has the last word.
    pub fn id_at(&self, place: usize) -> &str {
        self.shown.get(place).map_or("", |(id, _)| id)
    }

    /// The same by a row's place in the edition that has the last word.
    pub fn row_at(&self, place: usize) -> String {
        self.shown
            .get(place)
            .map_or_else(String::new, |(id, _)| self.row(id))
    }

    /// How the numbers of the row at a place are written.
    pub fn shown_at(&self, place: usize) -> Shown {
        self.shown
            .get(place)
            .map_or(Shown::Count, |(_, shown)| shown.clone())
    }

    /// `keep Select`, `reach Advanced`.
    pub fn column(&self, ask: Ask, level: &str) -> String {
        let level = self.title(level);
        match ask {
            Ask::Retain => format!("keep {level}"),
            Ask::Enter => format!("reach {level}"),
        }
    }

    /// `accredited individuals`: a row's title as it stands in a sentence.
    pub fn row(&self, row: &str) -> String {
        lower_first(self.title(row))
    }
}

impl Ahead {
    /// How the numbers of a row are written.
    pub fn shown(&self, row: &str) -> Shown {
        self.labels.shown(row)
    }

    /// What a row or level is called.
    pub fn title<'t>(&'t self, id: &'t str) -> &'t str {
        self.labels.title(id)
    }

    /// `keep Select`, `reach Advanced`.
    pub fn column(&self, ask: Ask, level: &str) -> String {
        self.labels.column(ask, level)
    }

    /// The days on which anything falls or is reviewed, in order, each once.
    pub fn days(&self) -> Vec<Day> {
        let calendar = &self.calendar;
        let mut days: Vec<Day> = calendar
            .falls
            .iter()
            .map(|f| f.day)
            .chain(calendar.levels.iter().map(|l| l.day))
            .chain(calendar.reviews.iter().map(|r| r.event.day))
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// What falls on a day. What falls alike under several questions is given once, with all of them.
    pub fn falls_on(&self, day: Day) -> Vec<(&Fall, Vec<String>)> {
        let mut found: Vec<(&Fall, Vec<String>)> = Vec::new();
        for fall in self.calendar.falls.iter().filter(|f| f.day == day) {
            let column = self.column(fall.ask, &fall.level);
            let alike = |other: &Fall| {
                other.row == fall.row
                    && other.had == fall.had
                    && other.has == fall.has
                    && other.need == fall.need
                    && other.counted_after == fall.counted_after
                    && other.edition == fall.edition
            };
            match found.iter_mut().find(|(other, _)| alike(other)) {
                Some((_, columns)) if columns.contains(&column) => {}
                Some((_, columns)) => columns.push(column),
                None => found.push((fall, vec![column])),
            }
        }
        found
    }

    /// The levels whose verdict falls on a day.
    pub fn levels_on(&self, day: Day) -> Vec<&LevelFall> {
        let levels = self.calendar.levels.iter();
        levels.filter(|l| l.day == day).collect()
    }

    /// What the lifecycle makes of a day.
    pub fn reviews_on(&self, day: Day) -> Vec<&Review> {
        let reviews = self.calendar.reviews.iter();
        reviews.filter(|r| r.event.day == day).collect()
    }

    /// `launched opportunities: 3 → 2 of 3`.
    pub fn fall_words(&self, fall: &Fall) -> String {
        let shown = self.shown(&fall.row);
        format!(
            "{}: {} → {}{}",
            self.labels.row(&fall.row),
            shown.value(&fall.had),
            match fall.after {
                Truth::Unknown => "unknown".to_owned(),
                _ => shown.value(&fall.has),
            },
            need_words(fall.need.as_ref(), &shown)
        )
    }

    /// Why something falls: the records that cease to count, a new mark, or another edition.
    pub fn why(&self, fall: &Fall) -> String {
        if let Some(edition) = &fall.edition {
            return format!("edition {edition} comes into force and asks more");
        }
        if let Some(after) = fall.counted_after {
            return format!("counted anew after {}", day(after));
        }
        match fall.causes.as_slice() {
            [] => "what is asked moves with the day".to_owned(),
            causes => format!("no longer counted: {}", few(causes)),
        }
    }

    /// What would keep it.
    pub fn keep(&self, fall: &Fall) -> Option<String> {
        let last = day(fall.day.previous());
        let expiring = !fall.causes.is_empty()
            && fall.causes.iter().all(
                |r| matches!(&r.reason, Some(Reason::Ended { by, .. }) if by.contains("expires")),
            );
        if expiring {
            return Some(format!("renewing in time, by {last}, keeps it"));
        }
        let more = self.more(fall.keeps.as_ref(), &fall.row)?;
        Some(format!("{more} counted by {last} keeps it"))
    }

    fn more(&self, keeps: Option<&Exact>, row: &str) -> Option<String> {
        let shown = self.shown(row);
        if shown == Shown::YesNo {
            return Some("one".to_owned());
        }
        Some(format!("{} more", shown.number(keeps?)))
    }

    /// What a review, or another turn of the lifecycle, does.
    pub fn review_words(&self, review: &Review) -> String {
        let mut text = self.event_words(&review.event);
        if !review.short.is_empty() {
            let short: Vec<String> = review.short.iter().map(|s| self.short_words(s)).collect();
            text += &format!(". Short then: {}", and_list(&short));
        }
        text
    }

    fn short_words(&self, short: &Short) -> String {
        let shown = self.shown(&short.row);
        format!(
            "{} {}{}",
            self.labels.row(&short.row),
            shown.value(&short.have),
            need_words(short.need.as_ref(), &shown)
        )
    }

    fn event_words(&self, event: &Event) -> String {
        let title = |id: Option<&String>| match id {
            Some(id) => self.title(id).to_owned(),
            None => "no level".to_owned(),
        };
        let level = title(event.level.as_ref());
        let who = self.card.publisher.as_deref().unwrap_or("the vendor");
        let review = |on: Day| {
            if on == event.day {
                "review".to_owned()
            } else {
                format!("review of {}", day(on))
            }
        };
        match &event.what {
            Happened::Stated => format!("{who} says: {level}"),
            Happened::Renewed { review: on } => {
                format!("{}: {level} would be renewed", review(*on))
            }
            Happened::ReviewOpen { review: on } => {
                format!(
                    "{}: open whether {level} is renewed, for something is unknown",
                    review(*on)
                )
            }
            Happened::Failed {
                review: on,
                lost_on,
                falls_to,
            } => {
                let mut text = match on {
                    Some(on) => format!("{}: {level} would not be renewed", review(*on)),
                    None => format!("what keeping {level} asks would no longer be met"),
                };
                match lost_on {
                    Some(on) => text += &format!("; lost on {}", day(*on)),
                    None => text += "; whether there is a grace period is not published",
                }
                if falls_to.is_none() {
                    text += &format!("; what {who} does then is not published");
                }
                text
            }
            Happened::Demoted => format!("falls to {level}"),
            Happened::Promoted => format!("rises to {level}"),
            Happened::MayBeAskedFor { level, by } => match by {
                Actor::Invitation => {
                    format!("{} could be offered by invitation", self.title(level))
                }
                _ => format!("{} could be applied for", self.title(level)),
            },
        }
    }

    /// The one sentence that matters most.
    pub fn news(&self) -> String {
        let as_of = self.calendar.from;
        let held = self.card.holds.as_ref();
        let failed = self
            .calendar
            .reviews
            .iter()
            .find(|r| matches!(r.event.what, Happened::Failed { .. }));
        let next = self.calendar.falls.first();
        let level = held.map(|h| h.title.as_str());
        if let (Some(review), Some(level)) = (failed, level) {
            let on = review.event.day;
            return format!(
                "If nothing new happens {level} would not be renewed at the review of {}, {}.",
                long_day(on),
                distance(as_of, on)
            );
        }
        match next {
            Some(fall) => format!(
                "If nothing new happens the first thing to fall is {} on {}, {}.",
                self.fall_words(fall),
                long_day(fall.day),
                distance(as_of, fall.day)
            ),
            None => {
                let until = long_day(self.calendar.to);
                match level {
                    Some(level) => {
                        format!("You hold {level}, and nothing that counts falls until {until}.")
                    }
                    None => format!("Nothing that counts falls until {until}."),
                }
            }
        }
    }
}

/// ` of 3`; nothing for yes and no.
pub(crate) fn need_words(need: Option<&Need>, shown: &Shown) -> String {
    match need {
        Some(need) if *shown != Shown::YesNo => format!(" of {}", shown.range(&need.threshold)),
        _ => String::new(),
    }
}

/// The first three records with their reasons, and how many more.
fn few(records: &[Record]) -> String {
    let mut names: Vec<String> = records
        .iter()
        .take(3)
        .map(|r| match &r.reason {
            Some(why) => format!("{} ({})", r.id, Lang::default().reason(why)),
            None => r.id.clone(),
        })
        .collect();
    if records.len() > 3 {
        names.push(format!("{} more", records.len() - 3));
    }
    names.join(", ")
}

/// The question as a forecast asks it: nothing is known that was not known on its day.
pub fn foreseeing(mut question: Question) -> Question {
    let day = question.as_of;
    question.known_at = Some(question.known_at.map_or(day, |known| known.min(day)));
    question
}

/// What falls until a day, by default a year ahead, in the program that the question names, or in every program in which
/// something is held or met.
///
/// The desk should know no more than its day does; [`foreseeing`] sees to that.
pub fn forecast(desk: &Desk, to: Option<Day>) -> Result<Forecast, Diagnostic> {
    desk.once(("forecast", to), || forecast_now(desk, to))
}

fn forecast_now(desk: &Desk, to: Option<Day>) -> Result<Forecast, Diagnostic> {
    let partner = desk.partner()?;
    let as_of = desk.question.as_of;
    let to = to.unwrap_or_else(|| as_of.plus(Duration::months(12)));
    if to <= as_of {
        return Err(Diagnostic::error(
            "days-backwards",
            format!("{to} is not after {as_of}"),
            Place::default(),
        )
        .help("`--to` names a day after the one from which is looked ahead"));
    }
    let mut programs = Vec::new();
    let mut left_out = Vec::new();
    if let Some((program, edition)) = desk.named()? {
        let run = desk.run(program, edition, Some(partner))?;
        if run.compiled.levels.is_empty() {
            return Err(Diagnostic::error(
                "no-levels",
                format!(
                    "`{}` has no levels, so nothing of it falls",
                    run.compiled.edition.name()
                ),
                Place::default(),
            )
            .help("`cairn scorecard` shows its questions and values"));
        }
        programs.push(ahead(desk, &run, partner, to));
    } else {
        for program in desk.engine.programs.library.programs() {
            match desk.run(program, None, Some(partner)) {
                Ok(run) if run.compiled.levels.is_empty() => {}
                Ok(run) => {
                    let ahead = ahead(desk, &run, partner, to);
                    if ahead.card.holds.is_some() || ahead.card.meets.is_some() {
                        programs.push(ahead);
                    }
                }
                // That no edition is in force on the day is no news of what falls.
                Err(problem) if problem.code == "no-edition-in-force" => {}
                Err(problem) => left_out.push((program.to_owned(), problem)),
            }
        }
        // What somebody holds comes first.
        programs.sort_by_key(|a| (a.card.holds.is_none(), a.card.title.clone()));
    }
    let evidence = &desk.engine.ledger.evidence;
    Ok(Forecast {
        partner: evidence.partner_id(partner).to_owned(),
        partner_name: programs.first().map_or_else(
            || evidence.partner_id(partner).to_owned(),
            |a| a.card.partner_name.clone(),
        ),
        as_of,
        to,
        programs,
        left_out,
    })
}

/// What falls in one program.
fn ahead(desk: &Desk, run: &Run<'_>, partner: usize, to: Day) -> Ahead {
    let card = of_run(desk, run, partner, false);
    let as_of = desk.question.as_of;
    let course = desk.course(run, partner, Day(0), to);
    let watched = watched(&card);
    let calendar = falls::falls(&course, partner, &watched, as_of, to);
    let labels = Labels::of(run, &course, as_of, to);
    Ahead {
        card,
        calendar,
        labels,
    }
}

/// What is watched: the columns of the scorecard, and whether the level that is held, or met, would be entered anew.
pub(crate) fn watched(card: &Scorecard) -> Vec<(Ask, String)> {
    let mut watched: Vec<(Ask, String)> = card
        .columns
        .iter()
        .map(|c| (c.ask, c.level.clone()))
        .collect();
    let held = card.holds.as_ref().and_then(|h| h.level);
    for level in [held, card.meets].into_iter().flatten() {
        let enter = (Ask::Enter, card.levels[level].id.clone());
        if !watched.contains(&enter) {
            watched.push(enter);
        }
    }
    watched
}

/// The days of a forecast for people's calendars.
pub fn entries(of: &Forecast) -> Vec<Entry> {
    let mut entries = Vec::new();
    for ahead in &of.programs {
        for on in ahead.days() {
            let falls = ahead.falls_on(on);
            if !falls.is_empty() {
                let title = match falls.as_slice() {
                    [(fall, columns)] => {
                        format!(
                            "{}: {} ({})",
                            ahead.card.title,
                            ahead.fall_words(fall),
                            columns.join(", ")
                        )
                    }
                    many => format!(
                        "{}: {} fall",
                        ahead.card.title,
                        counted(many.len(), "requirement")
                    ),
                };
                let mut lines = Vec::new();
                for (fall, columns) in &falls {
                    lines.push(format!(
                        "To {}: {}",
                        columns.join(", to "),
                        ahead.fall_words(fall)
                    ));
                    lines.push(ahead.why(fall));
                    lines.extend(ahead.keep(fall));
                }
                for level in ahead.levels_on(on) {
                    lines.push(format!(
                        "All that is needed to {} is met no longer.",
                        ahead.column(level.ask, &level.level)
                    ));
                }
                lines.push(format!(
                    "A forecast of {}, if nothing new happens.",
                    day(of.as_of)
                ));
                entries.push(Entry {
                    id: format!("{}/{}/fall/{on}", of.partner, ahead.card.program),
                    day: on,
                    title,
                    text: lines.join("\n"),
                    categories: vec!["fall".to_owned()],
                });
            }
            for (at, review) in ahead.reviews_on(on).into_iter().enumerate() {
                entries.push(Entry {
                    id: format!("{}/{}/review/{on}/{at}", of.partner, ahead.card.program),
                    day: on,
                    title: format!("{}: {}", ahead.card.title, ahead.event_words(&review.event)),
                    text: format!(
                        "{}.\nA forecast of {}, if nothing new happens.",
                        ahead.review_words(review),
                        day(of.as_of)
                    ),
                    categories: vec!["review".to_owned()],
                });
            }
        }
    }
    entries.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    entries
}

/// The forecast as iCalendar.
pub fn icalendar(of: &Forecast) -> String {
    let name = format!("What falls ahead, {}", of.partner_name);
    exchange::icalendar(&name, of.as_of, &entries(of))
}
