//! What changed since the last visit, and new editions with what they change for this partner.

use app::domain::standing::Truth;
use app::since::{EditionAhead, Moved, Since, editions_ahead};
use app::words::upper_first;
use askama::Template;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::{Mark, When};
use super::super::super::visit::{Answer, Visit};
use super::html;

/// What changed.
#[derive(Template)]
#[template(path = "work/changes.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The news.
    pub news: String,
    /// The programs in which something moved.
    pub moved: Vec<Program>,
    /// The records that were written, in words.
    pub records: Vec<(String, String)>,
    /// New editions.
    pub editions: Vec<Edition>,
    /// How old each kind of evidence is: its name, its page, its newest day, when it was written.
    pub ages: Vec<(String, String, Option<When>, Option<When>)>,
}

/// What moved in a program.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called.
    pub title: String,
    /// Its scorecard.
    pub href: String,
    /// The level, where that moved.
    pub level: String,
    /// Rows that moved: the row, for which question, what it was, what it is, the verdict, and its own page.
    pub rows: Vec<Row>,
    /// What is asked that was not, and what is not any more, in words.
    pub notes: Vec<String>,
}

/// A row that moved.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is called.
    pub title: String,
    /// For which question.
    pub purpose: String,
    /// What it was.
    pub was: String,
    /// What it is.
    pub is: String,
    /// The verdict.
    pub mark: Mark,
}

/// A new edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The program, and the edition.
    pub title: String,
    /// The edition beside the one before.
    pub href: String,
    /// From which day.
    pub from: When,
    /// How far away that is.
    pub away: String,
    /// How much it changes.
    pub count: String,
    /// What it changes for this partner.
    pub moved: Program,
    /// Does it change nothing for this partner?
    pub nothing: bool,
}

/// What moved, in words.
pub fn program(f: &Frame, moved: &Moved) -> Program {
    let t = f.t;
    let none = || t.no_level.to_owned();
    let turn = |before: &Option<String>, after: &Option<String>, words: &str| {
        let (was, is) = (
            before.clone().unwrap_or_else(none),
            after.clone().unwrap_or_else(none),
        );
        (before != after).then(|| fill(words, &[("was", &was), ("is", &is)]))
    };
    let level: Vec<String> = [
        turn(&moved.held_before, &moved.held_after, t.moved_held),
        turn(&moved.met_before, &moved.met_after, t.moved_met),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rows = moved
        .rows
        .iter()
        .map(|row| {
            let words = match row.ask {
                app::domain::program::Ask::Retain => t.keep_level,
                app::domain::program::Ask::Enter => t.reach_level,
            };
            let word = match row.after {
                Truth::Yes => t.met,
                Truth::No => t.short,
                Truth::Unknown => t.unknown,
                Truth::NotApplicable => t.not_applicable,
            };
            Row {
                title: upper_first(&row.title),
                purpose: fill(words, &[("level", &row.level)]),
                was: f.lang.value(&row.shown, &row.have_before),
                is: f.lang.value(&row.shown, &row.have_after),
                mark: Mark::saying(row.after, word),
            }
        })
        .collect();
    let notes = [
        (t.moved_new, &moved.rows_new),
        (t.moved_gone, &moved.rows_gone),
    ]
    .into_iter()
    .filter(|(_, titles)| !titles.is_empty())
    .map(|(words, titles)| fill(words, &[("rows", &f.lang.list(titles))]))
    .collect();
    Program {
        title: moved.title.clone(),
        href: f.to(&format!("/scorecard/{}", segment(&moved.program))),
        level: level.join(" "),
        rows,
        notes,
    }
}

/// The page of what changed.
pub fn of(
    f: Frame,
    since: Option<(&Since, String)>,
    editions: &[EditionAhead],
    ages: Vec<(String, String, Option<When>, Option<When>)>,
) -> Page {
    let t = f.t;
    let f = f.at(Here::Changes, t.changes);
    let news = match &since {
        None => t.first_visit.to_owned(),
        Some((since, day)) if since.is_nothing() => fill(t.nothing_since, &[("day", day)]),
        Some((_, day)) => fill(t.changed_since, &[("day", day)]),
    };
    let records = since.iter().flat_map(|(s, _)| &s.records).map(|w| {
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let parts: Vec<String> = [
            (t.n_added, w.added),
            (t.n_corrected, w.corrected),
            (t.n_withdrawn, w.withdrawn),
        ]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(words, n)| f.lang.several(words, size(n)))
        .collect();
        (f.named(&w.kind), f.lang.list(&parts))
    });
    Page {
        news,
        records: records.collect(),
        moved: since
            .iter()
            .flat_map(|(s, _)| &s.moved)
            .map(|m| program(&f, m))
            .collect(),
        editions: editions
            .iter()
            .map(|e| {
                let path = format!("/programs/{}/{}", segment(&e.program), segment(&e.edition));
                let moved = program(&f, &e.moved);
                Edition {
                    title: format!("{} {}", e.title, e.edition),
                    href: f.links.with(&path, &[("against", &e.before)]),
                    from: f.when(e.from),
                    away: f.lang.distance(f.as_of, e.from),
                    count: f.lang.several(t.n_changes, e.changes.len()),
                    nothing: moved.level.is_empty()
                        && moved.rows.is_empty()
                        && moved.notes.is_empty(),
                    moved,
                }
            })
            .collect(),
        ages,
        f,
    }
}

/// `GET /changes`
pub async fn page(visit: Visit) -> Answer {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    office.note_visit(actor, partner).await?;
    let since = office.since_last_visit(actor, partner).await?;
    let settings = office.partner_settings(actor, partner).await?;
    let f = visit.frame.clone();
    let ages = office.ages(actor, partner, f.as_of).await?;
    let ages = ages
        .into_iter()
        .filter(|a| a.supplied)
        .map(|a| {
            let name = f.named(&a.kind);
            let href = f.to(&format!("/evidence/{}", segment(&a.kind)));
            let written = a.written.map(|at| f.when(office.clock.day_of(at)));
            (name, href, a.newest.map(|d| f.when(d)), written)
        })
        .collect();
    let desk = visit.desk(None).await?;
    let made = tokio::task::spawn_blocking(move || {
        let editions = editions_ahead(&desk, &|p| settings.follows(p))?;
        let since = since
            .as_ref()
            .map(|s| (&**s, f.lang.day(visit.office.clock.day_of(s.left))));
        Ok::<_, app::domain::diagnostic::Diagnostic>(of(f, since, &editions, ages))
    });
    let page = made.await.map_err(|_| {
        crate::serve::problem::Problem::ours("making a page ended before it was done")
    })??;
    html(&page)
}
