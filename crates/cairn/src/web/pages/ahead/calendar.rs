//! The fall calendar: each day on which something falls or is reviewed if nothing new happens, drawn, as months and as a list.

use app::domain::business::weekday;
use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::forecast::falls::{Fall, Review};
use app::domain::lifecycle::Happened;
use app::domain::standing::Truth;
use app::forecast::{Ahead, Forecast};
use app::question::Desk;
use app::words::upper_first;
use askama::Template;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::svg::{self, Axis, Due, Tone};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark, Markup, When};
use super::super::scorecard::Program;
use super::super::work::Slip;
use super::{head, others};

/// What falls ahead.
#[derive(Template)]
#[template(path = "ahead/calendar.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program, where the page is about one.
    pub program: Option<Program>,
    /// The news, where the page is about one program.
    pub news: String,
    /// The last day, as a date field takes it.
    pub to: String,
    /// All of it, drawn.
    pub picture: Option<Markup>,
    /// Months with their days.
    pub months: Vec<Month>,
    /// What falls, by program.
    pub groups: Vec<Group>,
    /// Programs that cannot be asked on that day, with the reason.
    pub left_out: Vec<(String, Slip)>,
    /// The days as files.
    pub files: Vec<Link>,
    /// What else there is about the program.
    pub others: Vec<Link>,
}

/// A month of the calendar.
#[derive(Clone, Debug)]
pub struct Month {
    /// Its name.
    pub name: String,
    /// Its weeks from Monday on.
    pub weeks: Vec<[Option<Cell>; 7]>,
}

/// A day of the calendar.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The day of the month.
    pub day: i8,
    /// What happens on it, and where that stands; nothing where nothing does.
    pub link: Option<Link>,
    /// Is something lost?
    pub loss: bool,
}

/// What falls in one program.
#[derive(Clone, Debug)]
pub struct Group {
    /// The program.
    pub link: Link,
    /// Its edition.
    pub edition: String,
    /// Its news; empty where the page says it above.
    pub news: String,
    /// The days.
    pub days: Vec<OnDay>,
}

/// A day on which something falls or is reviewed.
#[derive(Clone, Debug)]
pub struct OnDay {
    /// Where it stands on the page.
    pub id: String,
    /// The day.
    pub when: When,
    /// How far away it is.
    pub left: String,
    /// Reviews, and levels that fall.
    pub marks: Vec<Mark>,
    /// What falls.
    pub falls: Vec<Line>,
}

/// Something that falls.
#[derive(Clone, Debug)]
pub struct Line {
    /// What, and its reasons on that day.
    pub link: Link,
    /// For which questions.
    pub columns: String,
    /// Why.
    pub why: String,
    /// What would keep it; empty where nothing can be said.
    pub keep: String,
    /// From when on it is met again by records at hand; empty where it is not.
    pub again: String,
}

/// What falls until a day, in the program that is named, else in all.
pub fn page(
    desk: &Desk,
    f: Frame,
    to: Option<Day>,
    named: Option<&str>,
) -> Result<Page, Diagnostic> {
    let found = app::forecast::forecast(desk, to)?.said_in(f.lang);
    let t = f.t;
    let title = match (named, found.programs.first()) {
        (Some(_), Some(ahead)) => ahead.card.title.clone(),
        _ => t.ahead.to_owned(),
    };
    let f = f.at(Here::Ahead, title);
    let one = named.and(found.programs.first());
    let path = match named {
        Some(program) => format!("/ahead/{}", segment(program)),
        None => "/ahead".to_owned(),
    };
    let to = found.to.to_string();
    let file = |format: &str, text: &str| {
        let more = [("format", format), ("to", to.as_str())];
        Link::to(f.links.with(&path, &more), text)
    };
    let files = vec![file("ics", t.as_calendar), file("json", "JSON")];
    let dues = dues(&f, &found, named.is_none());
    Ok(Page {
        program: one.map(|ahead| head(desk, &f, &ahead.card, Here::Ahead)),
        news: one.map(Ahead::news).unwrap_or_default(),
        picture: picture(&f, &found, &dues),
        months: months(&f, &found),
        groups: found
            .programs
            .iter()
            .map(|ahead| group(&f, ahead, named.is_none()))
            .collect(),
        left_out: found
            .left_out
            .iter()
            .map(|(name, problem)| (name.clone(), Slip::of(problem, f.lang)))
            .collect(),
        files,
        others: named.map(|p| others(&f, p, "ahead")).unwrap_or_default(),
        to,
        f,
    })
}

/// Good news, a loss, or neither.
fn tone(review: &Review) -> Truth {
    match review.event.what {
        Happened::Failed { .. } | Happened::Demoted => Truth::No,
        Happened::Renewed { .. } | Happened::Promoted | Happened::MayBeAskedFor { .. } => {
            Truth::Yes
        }
        Happened::ReviewOpen { .. } => Truth::Unknown,
        Happened::Stated => Truth::NotApplicable,
    }
}

fn fall_truth(fall: &Fall) -> Tone {
    match fall.after {
        Truth::Unknown => Tone::Unknown,
        _ => Tone::No,
    }
}

/// One mark a day and program.
fn dues(f: &Frame, found: &Forecast, several: bool) -> Vec<Due> {
    let mut dues = Vec::new();
    for ahead in &found.programs {
        for on in ahead.days() {
            let falls = ahead.falls_on(on);
            let review = ahead.reviews_on(on).into_iter().next();
            let (what, tone) = match (review, falls.as_slice()) {
                (Some(review), _) => {
                    let tone = match tone(review) {
                        Truth::Yes => Tone::Yes,
                        Truth::No => Tone::No,
                        _ => Tone::Unknown,
                    };
                    let words = ahead.event_words(&review.event);
                    let head = words.split(';').next().unwrap_or_default();
                    (upper_first(head), tone)
                }
                (None, [(fall, _)]) => (upper_first(&ahead.fall_words(fall)), fall_truth(fall)),
                (None, []) => continue,
                (None, many) => (f.lang.several(f.t.n_fall, many.len()), Tone::No),
            };
            dues.push(Due {
                day: on,
                what,
                why: if several {
                    ahead.card.title.clone()
                } else {
                    String::new()
                },
                tone,
            });
        }
    }
    dues.sort_by_key(|due| due.day);
    dues
}

fn picture(f: &Frame, found: &Forecast, dues: &[Due]) -> Option<Markup> {
    let axis = Axis {
        from: found.as_of,
        to: found.to,
        now: Day::MAX,
    };
    let says: Vec<String> = dues
        .iter()
        .map(|d| format!("{}: {}", f.lang.day(d.day), d.what))
        .collect();
    (!dues.is_empty()).then(|| svg::ahead(axis, dues, f.lang, f.t.what_falls, &says.join("; ")))
}

/// Where a day of a program stands on the page.
fn id_of(program: &str, day: Day) -> String {
    format!(
        "{}-{day}",
        program.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    )
}

fn months(f: &Frame, found: &Forecast) -> Vec<Month> {
    let mut marked: Vec<(Day, String, bool, String)> = Vec::new();
    for ahead in &found.programs {
        for on in ahead.days() {
            let loss = !ahead.falls_on(on).is_empty()
                || ahead.reviews_on(on).iter().any(|r| tone(r) == Truth::No);
            match marked.iter_mut().find(|(day, ..)| *day == on) {
                Some((_, titles, any, _)) => {
                    *titles += &format!(", {}", ahead.card.title);
                    *any |= loss;
                }
                None => marked.push((
                    on,
                    ahead.card.title.clone(),
                    loss,
                    id_of(&ahead.card.program, on),
                )),
            }
        }
    }
    if marked.is_empty() {
        return vec![];
    }
    let mut months = Vec::new();
    let (mut year, mut month) = (found.as_of.date().year(), found.as_of.date().month());
    while let Some(first) = Day::new(year, month, 1).filter(|first| *first <= found.to) {
        // So that many years ahead do not fill the page.
        if months.len() >= 24 {
            break;
        }
        let (next_year, next_month) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
        let end = Day::new(next_year, next_month, 1).unwrap_or(Day::MAX);
        let mut weeks: Vec<[Option<Cell>; 7]> = Vec::new();
        let mut day = first;
        while day < end {
            let weekday = weekday(day);
            if weekday == 0 || weeks.is_empty() {
                weeks.push(Default::default());
            }
            let mark = marked.iter().find(|(on, ..)| *on == day);
            if let Some(week) = weeks.last_mut() {
                week[weekday] = Some(Cell {
                    day: day.date().day(),
                    link: mark.map(|(on, titles, _, id)| {
                        Link::to(format!("#{id}"), format!("{}: {titles}", f.lang.day(*on)))
                    }),
                    loss: mark.is_some_and(|(_, _, loss, _)| *loss),
                });
            }
            day = day.next();
        }
        months.push(Month {
            name: format!("{} {year}", f.lang.month(first)),
            weeks,
        });
        (year, month) = (next_year, next_month);
    }
    months
}

fn group(f: &Frame, ahead: &Ahead, with_news: bool) -> Group {
    let card = &ahead.card;
    Group {
        link: Link::to(
            f.to(&format!("/ahead/{}", segment(&card.program))),
            card.title.clone(),
        ),
        edition: card.program_and_edition(),
        news: if with_news {
            ahead.news()
        } else {
            String::new()
        },
        days: ahead
            .days()
            .into_iter()
            .map(|on| on_day(f, ahead, on))
            .collect(),
    }
}

fn on_day(f: &Frame, ahead: &Ahead, on: Day) -> OnDay {
    let t = f.t;
    let card = &ahead.card;
    let reviews = ahead
        .reviews_on(on)
        .into_iter()
        .map(|r| Mark::saying(tone(r), upper_first(&ahead.review_words(r))));
    let levels = ahead.levels_on(on).into_iter().map(|level| {
        let column = ahead.column(level.ask, &level.level);
        let words = fill(t.met_no_longer, &[("column", &column)]);
        Mark::saying(level.after, words)
    });
    OnDay {
        id: id_of(&card.program, on),
        when: f.when(on),
        left: f.lang.distance(card.as_of, on),
        marks: reviews.chain(levels).collect(),
        falls: ahead
            .falls_on(on)
            .into_iter()
            .map(|(fall, columns)| {
                let path = format!("/scorecard/{}#why", segment(&card.program));
                let more = [
                    ("row", fall.row.as_str()),
                    ("question", fall.ask.name()),
                    ("level", fall.level.as_str()),
                    ("day", &on.to_string()),
                ];
                Line {
                    link: Link::to(
                        f.links.with(&path, &more),
                        upper_first(&ahead.fall_words(fall)),
                    ),
                    columns: columns.join(", "),
                    why: upper_first(&ahead.why(fall)),
                    keep: ahead
                        .keep(fall)
                        .map(|k| upper_first(&k))
                        .unwrap_or_default(),
                    again: fall
                        .again
                        .map(|day| {
                            let day = f.lang.day(day);
                            fill(t.met_again, &[("day", &day)])
                        })
                        .unwrap_or_default(),
                }
            })
            .collect(),
    }
}
