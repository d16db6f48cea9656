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
use crate::texts::fill;
use crate::words::{Shown, lower_first};

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
    /// The language in which everything is said that is asked of these; the first one where nobody said another.
    pub lang: Lang,
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
        let t = self.lang.texts();
        let pattern = match ask {
            Ask::Retain => t.fc_keep,
            Ask::Enter => t.fc_reach,
        };
        fill(pattern, &[("level", self.title(level))])
    }

    /// `accredited individuals`: a row's title as it stands in a sentence.
    pub fn row(&self, row: &str) -> String {
        self.lang.inside(self.title(row))
    }

    /// ` of 3`; nothing for yes and no.
    pub fn need(&self, need: Option<&Need>, shown: &Shown) -> String {
        match need {
            Some(need) if *shown != Shown::YesNo => {
                let need = self.lang.said_range(shown, &need.threshold);
                format!(" {}", fill(self.lang.texts().of_need, &[("need", &need)]))
            }
            _ => String::new(),
        }
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
        let lang = self.labels.lang;
        let shown = self.shown(&fall.row);
        format!(
            "{}: {} → {}{}",
            self.labels.row(&fall.row),
            lang.said(&shown, &fall.had),
            match fall.after {
                Truth::Unknown => lang.texts().unknown.to_owned(),
                _ => lang.said(&shown, &fall.has),
            },
            self.labels.need(fall.need.as_ref(), &shown)
        )
    }

    /// Why something falls: the records that cease to count, a new mark, or another edition.
    pub fn why(&self, fall: &Fall) -> String {
        let lang = self.labels.lang;
        let t = lang.texts();
        if let Some(edition) = &fall.edition {
            return fill(t.fc_edition, &[("edition", edition)]);
        }
        if let Some(after) = fall.counted_after {
            return fill(t.counted_anew, &[("day", &lang.day(after))]);
        }
        match fall.causes.as_slice() {
            [] => t.fc_moves.to_owned(),
            causes => fill(t.fc_no_longer, &[("records", &few(causes, lang))]),
        }
    }

    /// What would keep it.
    pub fn keep(&self, fall: &Fall) -> Option<String> {
        let lang = self.labels.lang;
        let t = lang.texts();
        let last = lang.day(fall.day.previous());
        let expiring = !fall.causes.is_empty()
            && fall.causes.iter().all(
                |r| matches!(&r.reason, Some(Reason::Ended { by, .. }) if by.contains("expires")),
            );
        if expiring {
            return Some(fill(t.fc_renewing, &[("day", &last)]));
        }
        let more = self.more(fall.keeps.as_ref(), &fall.row)?;
        Some(fill(t.fc_more_keeps, &[("more", &more), ("day", &last)]))
    }

    fn more(&self, keeps: Option<&Exact>, row: &str) -> Option<String> {
        let lang = self.labels.lang;
        let shown = self.shown(row);
        if shown == Shown::YesNo {
            return Some(lang.texts().fc_one.to_owned());
        }
        let keeps = lang.number(&shown, keeps?);
        Some(fill(lang.texts().gap_more, &[("n", &keeps)]))
    }

    /// What a review, or another turn of the lifecycle, does.
    pub fn review_words(&self, review: &Review) -> String {
        let mut text = self.event_words(&review.event);
        if !review.short.is_empty() {
            let short: Vec<String> = review.short.iter().map(|s| self.short_words(s)).collect();
            let lang = self.labels.lang;
            text += &fill(lang.texts().fc_short, &[("list", &lang.list(&short))]);
        }
        text
    }

    fn short_words(&self, short: &Short) -> String {
        let shown = self.shown(&short.row);
        format!(
            "{} {}{}",
            self.labels.row(&short.row),
            self.labels.lang.said(&shown, &short.have),
            self.labels.need(short.need.as_ref(), &shown)
        )
    }

    /// The same without what is short then.
    pub fn event_words(&self, event: &Event) -> String {
        let lang = self.labels.lang;
        let t = lang.texts();
        let level = match &event.level {
            Some(id) => self.title(id),
            None => t.no_level,
        };
        let who = self.card.publisher.as_deref().unwrap_or(t.the_vendor);
        let review = |on: Day| {
            if on == event.day {
                t.fc_review.to_owned()
            } else {
                fill(t.at_review, &[("day", &lang.day(on))])
            }
        };
        let at =
            |pattern: &str, on: Day| fill(pattern, &[("review", &review(on)), ("level", level)]);
        match &event.what {
            Happened::Stated => fill(t.fc_says, &[("who", who), ("level", level)]),
            Happened::Renewed { review: on } => at(t.fc_renewed, *on),
            Happened::ReviewOpen { review: on } => at(t.fc_review_open, *on),
            Happened::Failed {
                review: on,
                lost_on,
                falls_to,
            } => {
                let mut parts = vec![match on {
                    Some(on) => at(t.fc_not_renewed, *on),
                    None => fill(t.fc_not_kept, &[("level", level)]),
                }];
                parts.push(match lost_on {
                    Some(on) => fill(t.lost_on, &[("day", &lang.day(*on))]),
                    None => t.grace_not_published.to_owned(),
                });
                if falls_to.is_none() {
                    parts.push(fill(t.then_not_published, &[("who", who)]));
                }
                parts.join("; ")
            }
            Happened::Demoted => fill(t.fc_falls_to, &[("level", level)]),
            Happened::Promoted => fill(t.fc_rises_to, &[("level", level)]),
            Happened::MayBeAskedFor { level, by } => {
                let pattern = match by {
                    Actor::Invitation => t.could_be_offered,
                    _ => t.could_be_applied,
                };
                fill(pattern, &[("level", self.title(level))])
            }
        }
    }

    /// The one sentence that matters most.
    pub fn news(&self) -> String {
        let lang = self.labels.lang;
        let t = lang.texts();
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
            return fill(
                t.fc_news_review,
                &[
                    ("level", level),
                    ("day", &lang.long_day(on)),
                    ("distance", &lang.distance(as_of, on)),
                ],
            );
        }
        match next {
            Some(fall) => fill(
                t.fc_news_fall,
                &[
                    ("fall", &self.fall_words(fall)),
                    ("day", &lang.long_day(fall.day)),
                    ("distance", &lang.distance(as_of, fall.day)),
                ],
            ),
            None => {
                let until = lang.long_day(self.calendar.to);
                match level {
                    Some(level) => fill(t.fc_news_held, &[("level", level), ("day", &until)]),
                    None => fill(t.fc_news_none, &[("day", &until)]),
                }
            }
        }
    }
}

impl Forecast {
    /// The same forecast, said in a language.
    pub fn said_in(mut self, lang: Lang) -> Forecast {
        for of in &mut self.programs {
            of.labels.lang = lang;
        }
        self
    }

    /// The language in which it is said.
    fn lang(&self) -> Lang {
        self.programs
            .first()
            .map_or(Lang::default(), |a| a.labels.lang)
    }
}

/// The first three records with their reasons, and how many more.
fn few(records: &[Record], lang: Lang) -> String {
    let mut names: Vec<String> = records
        .iter()
        .take(3)
        .map(|r| match &r.reason {
            Some(why) => format!("{} ({})", r.id, lang.reason(why)),
            None => r.id.clone(),
        })
        .collect();
    if records.len() > 3 {
        let more = (records.len() - 3).to_string();
        names.push(fill(lang.texts().n_more, &[("n", &more)]));
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

/// The days of a forecast for people's calendars, in its language.
pub fn entries(of: &Forecast) -> Vec<Entry> {
    let mut entries = Vec::new();
    for ahead in &of.programs {
        let lang = ahead.labels.lang;
        let t = lang.texts();
        let made = fill(t.fc_made, &[("day", &lang.day(of.as_of))]);
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
                        "{}: {}",
                        ahead.card.title,
                        lang.several(t.n_fall, many.len())
                    ),
                };
                let mut lines = Vec::new();
                for (fall, columns) in &falls {
                    let columns = columns.join(t.fc_and_to);
                    let fallen = ahead.fall_words(fall);
                    lines.push(fill(t.fc_to, &[("columns", &columns), ("fall", &fallen)]));
                    lines.push(ahead.why(fall));
                    lines.extend(ahead.keep(fall));
                }
                for level in ahead.levels_on(on) {
                    let column = ahead.column(level.ask, &level.level);
                    lines.push(fill(t.fc_all_no_longer, &[("column", &column)]));
                }
                lines.push(made.clone());
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
                    text: format!("{}.\n{made}", ahead.review_words(review)),
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
    let t = of.lang().texts();
    let name = fill(t.fc_calendar, &[("name", &of.partner_name)]);
    exchange::icalendar(&name, of.as_of, &entries(of))
}
