//! When each level was entered, held and lost.

use domain::calendar::{Day, Duration};
use domain::diagnostic::{Diagnostic, Place};
use domain::timeline::Timeline;

use crate::question::Desk;
use crate::scorecard::{Scorecard, of_run};
use crate::words::Shown;

/// What happened to a partner's levels, and will if nothing else does.
#[derive(Clone, Debug)]
pub struct Told {
    /// Where the partner stands on the day asked about.
    pub card: Scorecard,
    /// All that happened.
    pub timeline: Timeline,
    /// Did the question name an edition, which is then used on all days?
    pub all_days: bool,
    /// How the numbers of each row are written, by id.
    pub shown: Vec<(String, Shown)>,
    /// The titles of rows, by id.
    pub titles: Vec<(String, String)>,
}

impl Told {
    /// How the numbers of a row are written.
    pub fn shown(&self, id: &str) -> Shown {
        self.shown
            .iter()
            .find(|(known, _)| known == id)
            .map_or(Shown::Count, |(_, shown)| shown.clone())
    }

    /// What a row is called.
    pub fn title<'t>(&'t self, id: &'t str) -> &'t str {
        self.titles
            .iter()
            .find(|(known, _)| known == id)
            .map_or(id, |(_, title)| title)
    }
}

/// Tells a partner's levels from one day to another; by default two years back and one ahead of the day asked about.
pub fn timeline(desk: &Desk, from: Option<Day>, to: Option<Day>) -> Result<Told, Diagnostic> {
    desk.once(("timeline", from, to), || timeline_now(desk, from, to))
}

fn timeline_now(desk: &Desk, from: Option<Day>, to: Option<Day>) -> Result<Told, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "a timeline is of one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let run = desk.run(program, edition, Some(partner))?;
    let day = desk.question.as_of;
    let from = from.unwrap_or_else(|| day.minus(Duration::months(24)));
    let to = to.unwrap_or_else(|| day.plus(Duration::months(12)).max(from));
    if to < from {
        return Err(Diagnostic::error(
            "days-backwards",
            format!("{to} is before {from}"),
            Place::default(),
        )
        .help("`--from` names the first day, `--to` the last"));
    }
    if run.compiled.levels.is_empty() {
        return Err(Diagnostic::error(
            "no-levels",
            format!(
                "`{}` has no levels, so nothing is entered or lost",
                run.compiled.edition.name()
            ),
            Place::default(),
        )
        .help("`cairn scorecard` shows its questions and values"));
    }
    let course = desk.course(&run, partner, Day(0), to);
    for reign in course.reigns() {
        // A day without an edition is one thing, an edition whose file has errors another.
        let broken = reign.run.is_none() && reign.to >= from;
        let library = &desk.engine.programs.library;
        if broken && let Some(edition) = library.governing(program, reign.from.max(from)) {
            desk.run(program, Some(&edition.edition), Some(partner))?;
        }
    }
    let mut shown: Vec<(String, Shown)> = Vec::new();
    let mut titles: Vec<(String, String)> = Vec::new();
    // The edition asked about has the last word on what a row is called.
    let runs = course.within(from, to).map(|(_, _, run)| run);
    for run in std::iter::once(run).chain(runs) {
        for (at, row) in run.compiled.edition.rows.values().enumerate() {
            if titles.iter().any(|(known, _)| *known == row.id) {
                continue;
            }
            shown.push((row.id.clone(), crate::scorecard::shown_at(&run, at)));
            let title = if row.title.is_empty() {
                &row.id
            } else {
                &row.title
            };
            titles.push((row.id.clone(), title.clone()));
        }
    }
    Ok(Told {
        card: of_run(desk, &run, partner, false),
        timeline: domain::timeline::timeline(&course, partner, from, to),
        all_days: desk.names_edition(),
        shown,
        titles,
    })
}
