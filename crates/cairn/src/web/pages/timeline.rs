//! The timeline: when each level was entered, held and lost, and why; the run of days that a level asks, and what broke it.

use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::diff::Section;
use app::domain::explain::{Reason, Record};
use app::domain::lifecycle::{Event, Happened};
use app::domain::program::{Actor, Ask};
use app::domain::standing::Truth;
use app::domain::timeline::{Cause, Change};
use app::question::Desk;
use app::timeline::Told;
use app::words::{lower_first, upper_first};
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::svg::{self, Axis, Stretch, Tone, Weight};
use super::super::texts::fill;
use super::super::view::{Link, Mark, Markup, When};
use super::scorecard::{Program, program, programs};

/// So many changes of a newer edition are said; the rest stands behind a link.
const SAID: usize = 3;

/// The timeline of a program.
#[derive(Template)]
#[template(path = "timeline.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// What happened last, in a sentence.
    pub news: String,
    /// The first and the last day, as date fields take them.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Other spans of days.
    pub spans: Vec<Link>,
    /// The head of the strips.
    pub axis: Markup,
    /// The strips.
    pub strips: Vec<Strip>,
    /// Runs of days that levels ask.
    pub streaks: Vec<Streak>,
    /// All that happens after the day asked about, nearest first.
    pub ahead: Vec<Entry>,
    /// All that happened, newest first.
    pub past: Vec<Entry>,
    /// The program has no levels: nothing is entered or lost.
    pub no_levels: bool,
}

/// A strip of days.
#[derive(Clone, Debug)]
pub struct Strip {
    /// What it is about.
    pub name: String,
    /// Which of its strips.
    pub question: String,
    /// Does it begin another level?
    pub first: bool,
    /// The strip.
    pub picture: Markup,
    /// How it stands on the day asked about.
    pub now: Option<Mark>,
    /// The same in words.
    pub spans: Vec<String>,
}

/// A run of days that a level asks.
#[derive(Clone, Debug)]
pub struct Streak {
    /// What must hold.
    pub title: String,
    /// For how long.
    pub window: String,
    /// How it stands.
    pub state: String,
    /// The verdict.
    pub mark: Mark,
    /// The run, drawn.
    pub picture: Markup,
}

/// Something that happened, or will if nothing else does.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The day.
    pub when: When,
    /// The scorecard of that day.
    pub href: String,
    /// How far away, for what lies ahead.
    pub left: String,
    /// What.
    pub what: Mark,
    /// What more there is to say of it.
    pub more: String,
    /// Because of what.
    pub because: Vec<String>,
    /// What has changed, where an edition begins.
    pub link: Option<Link>,
}

/// The timeline of the program that the question names.
pub fn page(desk: &Desk, f: Frame, from: Option<Day>, to: Option<Day>) -> Result<Page, Diagnostic> {
    match app::timeline::timeline(desk, from, to) {
        Ok(told) => {
            let all = programs(desk, &f, &told.card.program);
            Ok(of_told(&told, f, all))
        }
        Err(problem) if problem.code == "no-levels" => {
            let card = app::scorecard::scorecard(desk, false)?;
            let all = programs(desk, &f, &card.program);
            let f = f.at(Here::Timeline, card.title.clone());
            Ok(Page {
                program: program(&f, &card, Here::Timeline, all),
                news: String::new(),
                from: String::new(),
                to: String::new(),
                spans: vec![],
                axis: Markup::default(),
                strips: vec![],
                streaks: vec![],
                ahead: vec![],
                past: vec![],
                no_levels: true,
                f,
            })
        }
        Err(problem) => Err(problem),
    }
}

fn of_told(told: &Told, f: Frame, all: Vec<Link>) -> Page {
    let card = &told.card;
    let f = f.at(Here::Timeline, card.title.clone());
    let axis = Axis {
        from: told.timeline.from,
        to: told.timeline.to,
        now: card.as_of,
    };
    let mut entries = entries(&f, told);
    entries.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    let (ahead, past): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(day, _)| *day > card.as_of);
    let path = format!("/timeline/{}", segment(&card.program));
    let span = |years: i32, text: &str| {
        let from = Day::new(
            card.as_of.date().year() - i16::try_from(years).unwrap_or(1),
            1,
            1,
        )
        .unwrap_or(card.as_of);
        Link::to(f.links.with(&path, &[("from", &from.to_string())]), text)
    };
    Page {
        news: news(&f, told),
        from: told.timeline.from.to_string(),
        to: told.timeline.to.to_string(),
        spans: vec![
            span(1, f.t.span_1),
            span(3, f.t.span_3),
            span(5, f.t.span_5),
        ],
        axis: svg::axis(axis, f.lang),
        strips: strips(&f, told, axis),
        streaks: streaks(&f, told, axis),
        ahead: ahead.into_iter().rev().map(|(_, e)| e).collect(),
        past: past.into_iter().map(|(_, e)| e).collect(),
        no_levels: false,
        program: program(&f, card, Here::Timeline, all),
        f,
    }
}

/// The last thing that happened to the status, else to what is met.
fn news(f: &Frame, told: &Told) -> String {
    let t = f.t;
    let card = &told.card;
    if let Some(holds) = &card.holds {
        let mut said = fill(
            t.news_holds,
            &[
                ("level", &holds.title),
                ("day", &f.lang.long_day(holds.since)),
            ],
        );
        let change = told.timeline.changes.iter().rev().find(|c| {
            c.day <= card.as_of
                && c.ask == Ask::Retain
                && Some(c.level) == holds.level
                && c.after == Truth::No
        });
        let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
        if let (Some(change), Some(retain)) = (change, retain)
            && retain.verdict == Truth::No
        {
            said += " ";
            said += &fill(
                t.news_short_since,
                &[
                    ("day", &f.lang.long_day(change.day)),
                    ("distance", &f.lang.distance(card.as_of, change.day)),
                ],
            );
        }
        return said;
    }
    match card.meets {
        Some(at) => {
            let since = told.timeline.changes.iter().rev().find(|c| {
                c.day <= card.as_of && c.ask == Ask::Enter && c.level == at && c.after == Truth::Yes
            });
            match since {
                Some(change) => fill(
                    t.news_meets_since,
                    &[
                        ("level", &card.levels[at].title),
                        ("day", &f.lang.long_day(change.day)),
                    ],
                ),
                None => fill(t.news_meets, &[("level", &card.levels[at].title)]),
            }
        }
        None => t.news_meets_none.to_owned(),
    }
}

fn tone(of: Option<Truth>) -> Tone {
    match of {
        Some(Truth::Yes) => Tone::Yes,
        Some(Truth::No) => Tone::No,
        Some(Truth::Unknown) => Tone::Unknown,
        Some(Truth::NotApplicable) | None => Tone::Nothing,
    }
}

fn strips(f: &Frame, told: &Told, axis: Axis) -> Vec<Strip> {
    let t = f.t;
    let mut strips = Vec::new();
    if let Some(strip) = held(f, told, axis) {
        strips.push(strip);
    }
    // The highest level first, as people draw it.
    for (level, (_, title)) in told.timeline.levels.iter().enumerate().rev() {
        let of_level = told.timeline.ribbons.iter().filter(|r| r.level == level);
        for (at, ribbon) in of_level.enumerate() {
            let runs: Vec<(i32, i32, Option<Truth>)> = ribbon
                .steps
                .spans(axis.to.0)
                .map(|(first, last, truth)| (first.max(axis.from.0), last, *truth))
                .filter(|(first, last, _)| first <= last)
                .collect();
            let stretches: Vec<Stretch> = runs
                .iter()
                .map(|(first, last, truth)| Stretch {
                    from: Day(*first),
                    end: Day(*last).next(),
                    tone: tone(*truth),
                    label: String::new(),
                })
                .collect();
            let spans: Vec<String> = runs
                .iter()
                .filter_map(|(first, last, truth)| {
                    let word = Mark::of((*truth)?, t).word;
                    Some(fill(
                        t.span_words,
                        &[
                            ("verdict", &word),
                            ("from", &f.lang.day(Day(*first))),
                            ("to", &f.lang.day(Day(*last))),
                        ],
                    ))
                })
                .collect();
            let question = if ribbon.ask == Ask::Retain {
                t.keep
            } else {
                t.reach
            };
            let says = format!("{question} {title}: {}", spans.join("; "));
            let now = (axis.now >= axis.from && axis.now <= axis.to)
                .then(|| *ribbon.steps.on(axis.now.0))
                .flatten()
                .map(|truth| Mark::of(truth, t));
            strips.push(Strip {
                name: title.clone(),
                question: question.to_owned(),
                first: at == 0,
                picture: svg::strip(axis, &stretches, Weight::Thin, &says),
                now,
                spans,
            });
        }
    }
    strips
}

/// The status that was held: the vendor's word, then our projection of it.
fn held(f: &Frame, told: &Told, axis: Axis) -> Option<Strip> {
    let t = f.t;
    let title = |id: &str| {
        let known = told.timeline.levels.iter().find(|(known, _)| known == id);
        known.map_or_else(|| id.to_owned(), |(_, title)| title.clone())
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for event in &told.timeline.status {
        if let (Happened::Failed { lost_on: None, .. }, Some(last)) =
            (&event.what, stretches.last_mut())
            && last.end == Day::MAX
            && event.day > last.from
        {
            // What becomes of it after that is not published.
            last.end = event.day;
            stretches.push(Stretch {
                from: event.day,
                end: Day::MAX,
                tone: Tone::Unknown,
                label: String::new(),
            });
            continue;
        }
        let begins = matches!(
            event.what,
            Happened::Stated | Happened::Demoted | Happened::Promoted
        );
        let same = stretches.last().is_some_and(|s| {
            s.label == event.level.as_deref().map(title).unwrap_or_default() && s.end == Day::MAX
        });
        if !begins || same {
            continue;
        }
        if let Some(last) = stretches.last_mut() {
            last.end = event.day;
        }
        stretches.push(Stretch {
            from: event.day,
            end: Day::MAX,
            tone: if event.level.is_some() {
                Tone::Yes
            } else {
                Tone::Nothing
            },
            label: event.level.as_deref().map(title).unwrap_or_default(),
        });
    }
    if let (None, Some(holds)) = (stretches.first(), &told.card.holds) {
        stretches.push(Stretch {
            from: holds.since,
            end: Day::MAX,
            tone: Tone::Yes,
            label: holds.title.clone(),
        });
    }
    let last = axis.to.next();
    for stretch in &mut stretches {
        stretch.from = stretch.from.max(axis.from);
        stretch.end = stretch.end.min(last);
    }
    stretches.retain(|s| s.from < s.end);
    if stretches.is_empty() {
        return None;
    }
    let spans: Vec<String> = stretches
        .iter()
        .filter(|s| s.tone == Tone::Yes)
        .map(|s| {
            fill(
                t.span_words,
                &[
                    ("verdict", &s.label),
                    ("from", &f.lang.day(s.from)),
                    ("to", &f.lang.day(s.end.previous())),
                ],
            )
        })
        .collect();
    Some(Strip {
        name: t.held.to_owned(),
        question: String::new(),
        first: true,
        picture: svg::strip(
            axis,
            &stretches,
            Weight::Thick,
            &format!("{}: {}", t.held, spans.join("; ")),
        ),
        now: told
            .card
            .holds
            .as_ref()
            .map(|h| Mark::saying(Truth::Yes, h.title.clone())),
        spans,
    })
}

fn streaks(f: &Frame, told: &Told, axis: Axis) -> Vec<Streak> {
    let t = f.t;
    told.timeline
        .streaks
        .iter()
        .map(|(row, level, streak)| {
            let level = told
                .card
                .levels
                .iter()
                .find(|l| l.id == *level)
                .map_or(level.as_str(), |l| l.title.as_str());
            let (state, truth) = match (streak.since, streak.met_on, streak.broken_on) {
                (Some(since), Some(met), _) => (
                    fill(
                        t.streak_until,
                        &[
                            ("since", &f.lang.long_day(since)),
                            ("window", &f.lang.window(&streak.window)),
                            ("day", &f.lang.long_day(met)),
                        ],
                    ),
                    Truth::Unknown,
                ),
                (Some(since), None, _) => (
                    fill(t.streak_since, &[("since", &f.lang.long_day(since))]),
                    Truth::Yes,
                ),
                (None, _, Some(broken)) if broken < told.timeline.to => (
                    fill(t.streak_broken, &[("day", &f.lang.long_day(broken))]),
                    Truth::No,
                ),
                (None, _, _) => (t.streak_none.to_owned(), Truth::No),
            };
            let run: Vec<Stretch> = streak
                .since
                .into_iter()
                .map(|since| Stretch {
                    from: since.max(axis.from),
                    end: streak.met_on.unwrap_or(axis.to).min(axis.to).next(),
                    tone: Tone::Yes,
                    label: String::new(),
                })
                .collect();
            let word = match truth {
                Truth::Yes => t.streak_complete,
                Truth::No => t.streak_not_held,
                _ => t.streak_running,
            };
            Streak {
                title: fill(
                    t.row_for_level,
                    &[("row", &upper_first(told.title(row))), ("level", level)],
                ),
                window: f.lang.window(&streak.window),
                picture: svg::strip(axis, &run, Weight::Thick, &state),
                mark: Mark::saying(truth, word),
                state,
            }
        })
        .collect()
}

fn entries(f: &Frame, told: &Told) -> Vec<(Day, Entry)> {
    let mut entries: Vec<(Day, Entry)> = Vec::new();
    let as_of = told.card.as_of;
    let path = format!("/scorecard/{}", segment(&told.card.program));
    let entry = |day: Day, what: Mark, more: String, because: Vec<String>, link: Option<Link>| {
        let iso = day.to_string();
        let entry = Entry {
            when: f.when(day),
            href: f.links.with(&path, &[("day", &iso)]),
            left: if day > as_of {
                f.lang.distance(as_of, day)
            } else {
                String::new()
            },
            what,
            more,
            because,
            link,
        };
        (day, entry)
    };
    for change in &told.timeline.changes {
        let (_, title) = &told.timeline.levels[change.level];
        entries.push(entry(
            change.day,
            change_mark(f, change, title),
            String::new(),
            causes(f, told, change),
            None,
        ));
    }
    for event in &told.timeline.status {
        let (what, more) = event_words(f, told, event);
        entries.push(entry(event.day, what, more, vec![], None));
    }
    entries.extend(editions(f, told, &entry));
    entries
}

fn change_mark(f: &Frame, change: &Change, title: &str) -> Mark {
    let t = f.t;
    let pattern = match (change.ask, change.after) {
        (Ask::Retain, Truth::Yes) => t.keep_met,
        (Ask::Retain, Truth::No) => t.keep_short,
        (Ask::Retain, Truth::Unknown) => t.keep_unknown,
        (Ask::Enter, Truth::Yes) => t.reach_met,
        (Ask::Enter, Truth::No) => t.reach_short,
        (Ask::Enter, Truth::Unknown) => t.reach_unknown,
        (_, Truth::NotApplicable) => t.level_not_asked,
    };
    Mark::saying(change.after, fill(pattern, &[("level", title)]))
}

fn causes(f: &Frame, told: &Told, change: &Change) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    if let Some(edition) = &change.edition {
        said.push(fill(f.t.edition_begins, &[("edition", edition)]));
    }
    said.extend(
        change
            .causes
            .iter()
            .map(|cause| cause_words(f, told, cause)),
    );
    said
}

fn cause_words(f: &Frame, told: &Told, cause: &Cause) -> String {
    let t = f.t;
    let shown = told.shown(&cause.row);
    let title = if cause.title.is_empty() {
        told.title(&cause.row)
    } else {
        &cause.title
    };
    let mut text = fill(
        t.cause,
        &[
            ("row", &upper_first(title)),
            ("had", &f.lang.value(&shown, &cause.had)),
            ("has", &f.lang.value(&shown, &cause.has)),
        ],
    );
    let few = |records: &[Record], with_reason: bool| -> String {
        let mut names: Vec<String> = records
            .iter()
            .take(3)
            .map(|r| match &r.reason {
                Some(why) if with_reason => format!("{} ({})", r.id, f.lang.reason(why)),
                _ => r.id.clone(),
            })
            .collect();
        if records.len() > 3 {
            names.push(fill(t.n_more, &[("n", &f.lang.size(records.len() - 3))]));
        }
        names.join(", ")
    };
    if !cause.gained.is_empty() {
        text += &format!(
            "; {}",
            fill(
                t.counts_from_here,
                &[("records", &few(&cause.gained, false))]
            )
        );
    }
    // What a new mark has left behind is every record before it, and no news one by one.
    let mut lost = cause.lost.clone();
    if let Some(since) = cause.counted_after {
        text += &format!("; {}", fill(t.counted_anew, &[("day", &f.lang.day(since))]));
        lost.retain(|r| !matches!(r.reason, Some(Reason::OutsideWindow { .. })));
    }
    if !lost.is_empty() {
        text += &format!(
            "; {}",
            fill(t.no_longer_counts, &[("records", &few(&lost, true))])
        );
    }
    text
}

fn event_words(f: &Frame, told: &Told, event: &Event) -> (Mark, String) {
    let t = f.t;
    let title = |id: Option<&str>| {
        let Some(id) = id else {
            return t.no_level.to_owned();
        };
        let known = told.timeline.levels.iter().find(|(known, _)| known == id);
        known.map_or(id, |(_, title)| title).to_owned()
    };
    let level = title(event.level.as_deref());
    let who = told.card.publisher.as_deref().unwrap_or(t.the_vendor);
    match &event.what {
        Happened::Stated => (
            Mark::saying(Truth::Yes, fill(t.level_stated, &[("level", &level)])),
            fill(t.says_vendor, &[("who", who)]),
        ),
        Happened::Renewed { review } => (
            Mark::saying(Truth::Yes, fill(t.level_renewed, &[("level", &level)])),
            fill(t.at_review, &[("day", &f.lang.day(*review))]),
        ),
        Happened::ReviewOpen { review } => (
            Mark::saying(Truth::Unknown, fill(t.review_open, &[("level", &level)])),
            fill(t.at_review, &[("day", &f.lang.day(*review))]),
        ),
        Happened::Failed {
            review,
            lost_on,
            falls_to,
        } => {
            let mut more: Vec<String> = Vec::new();
            more.extend(review.map(|on| fill(t.at_review, &[("day", &f.lang.day(on))])));
            more.push(match lost_on {
                Some(on) => fill(t.lost_on, &[("day", &f.lang.day(*on))]),
                None => t.grace_not_published.to_owned(),
            });
            if falls_to.is_none() {
                more.push(fill(t.then_not_published, &[("who", who)]));
            }
            (
                Mark::saying(Truth::No, fill(t.level_not_renewed, &[("level", &level)])),
                more.join("; "),
            )
        }
        Happened::Demoted => (
            Mark::saying(Truth::No, fill(t.falls_to, &[("level", &level)])),
            t.our_account.to_owned(),
        ),
        Happened::Promoted => (
            Mark::saying(Truth::Yes, fill(t.rises_to, &[("level", &level)])),
            t.our_account.to_owned(),
        ),
        Happened::MayBeAskedFor { level, by } => {
            let pattern = if *by == Actor::Invitation {
                t.could_be_offered
            } else {
                t.could_be_applied
            };
            (
                Mark::saying(Truth::Yes, fill(pattern, &[("level", &title(Some(level)))])),
                String::new(),
            )
        }
    }
}

/// Where an edition begins, and what it changes.
fn editions(
    f: &Frame,
    told: &Told,
    entry: &dyn Fn(Day, Mark, String, Vec<String>, Option<Link>) -> (Day, Entry),
) -> Vec<(Day, Entry)> {
    let t = f.t;
    if told.timeline.editions.len() < 2 {
        return vec![];
    }
    let program = segment(&told.card.program);
    let mut entries = Vec::new();
    for judged in &told.timeline.editions {
        let Some(id) = &judged.edition else {
            continue;
        };
        if judged.from <= told.timeline.from {
            continue;
        }
        let mut changes: Vec<String> = judged
            .changes
            .iter()
            // What it is called and where it was read changes no verdict.
            .filter(|c| c.key != "title")
            .filter(|c| {
                !matches!(
                    c.section,
                    Section::Edition | Section::Source | Section::Reading
                )
            })
            .map(|c| lower_first(&c.short()))
            .collect();
        let more = changes.len().saturating_sub(SAID);
        changes.truncate(SAID);
        if more > 0 {
            changes.push(fill(t.n_more, &[("n", &f.lang.size(more))]));
        }
        let link = judged.before.as_ref().map(|before| {
            Link::to(
                f.links.with(
                    &format!("/programs/{program}/{}", segment(id)),
                    &[("against", before)],
                ),
                t.what_changed,
            )
        });
        entries.push(entry(
            judged.from,
            Mark::saying(
                Truth::NotApplicable,
                fill(t.edition_begins, &[("edition", id)]),
            ),
            String::new(),
            changes,
            link,
        ));
    }
    entries
}
