//! Why a row stands as it does: each record counted, each record not counted with its reason.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::explain::Explanation;
use domain::program::Ask;

use crate::question::{Desk, level as level_named};
use crate::scorecard::{Scorecard, of_run};
use crate::words::Shown;

/// Explanations of one partner's rows in one program.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Where the partner stands.
    pub card: Scorecard,
    /// The explanations, in the order of the columns and rows.
    pub rows: Vec<ExplainedRow>,
}

/// A row and everything about it.
#[derive(Clone, Debug)]
pub struct ExplainedRow {
    /// What the column's level is called.
    pub level_title: String,
    /// How its numbers are written, and those of its parts, by id.
    pub shown: Vec<(String, Shown)>,
    /// All that the engine says of it.
    pub explanation: Explanation,
}

impl ExplainedRow {
    /// How the numbers of a row or part are written.
    pub fn shown(&self, id: &str) -> Shown {
        self.shown
            .iter()
            .find(|(known, _)| known == id)
            .map_or(Shown::Count, |(_, shown)| shown.clone())
    }
}

/// Which rows are to be explained.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// This row or part; all that are not met where absent.
    pub row: Option<String>,
    /// Under this question; under those of the scorecard where absent.
    pub ask: Option<Ask>,
    /// At this level; at those of the scorecard where absent.
    pub level: Option<String>,
}

/// Explains rows of the partner in the program that the question names.
pub fn explain(desk: &Desk, which: &Which) -> Result<Explained, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "a row is explained in one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let run = desk.run(program, edition, Some(partner))?;
    let day: Day = desk.question.as_of;
    let card = of_run(desk, &run, partner, false);
    let of = &run.compiled.edition;
    let mut columns: Vec<(Ask, usize)> = Vec::new();
    match &which.level {
        Some(name) => {
            let level = level_named(&run, name)?;
            match which.ask {
                Some(ask) => columns.push((ask, level)),
                None => {
                    let asks: Vec<Ask> = card
                        .columns
                        .iter()
                        .filter(|c| c.level == of.levels[level])
                        .map(|c| c.ask)
                        .collect();
                    columns.extend(asks.iter().map(|a| (*a, level)));
                    if asks.is_empty() {
                        columns.push((Ask::Enter, level));
                    }
                }
            }
        }
        None => {
            for column in &card.columns {
                if which.ask.is_none_or(|a| a == column.ask)
                    && let Some(level) = run.compiled.level(&column.level)
                {
                    columns.push((column.ask, level));
                }
            }
            if columns.is_empty()
                && let Some(ask) = which.ask
                && let Some(level) = card
                    .holds
                    .as_ref()
                    .and_then(|h| h.level)
                    .or(card.meets)
                    .or((!of.levels.is_empty()).then_some(0))
            {
                columns.push((ask, level));
            }
        }
    }
    let place = match &which.row {
        None => None,
        Some(id) => Some(
            of.rows
                .values()
                .position(|r| r.id == *id || r.title.eq_ignore_ascii_case(id))
                .ok_or_else(|| {
                    let ids: Vec<&str> = of.rows.keys().map(String::as_str).collect();
                    let near = did_you_mean(id, ids.iter().copied());
                    let all: Vec<String> = ids.iter().map(|i| format!("`{i}`")).collect();
                    let all = format!("its rows are {}", crate::words::and_list(&all));
                    Diagnostic::error(
                        "unknown-row",
                        format!("`{}` has no row `{id}`", of.name()),
                        Place::default(),
                    )
                    .help(if near.is_empty() {
                        all
                    } else {
                        format!("{near} {all}")
                    })
                })?,
        ),
    };
    let mut rows = Vec::new();
    for (ask, level) in columns {
        let places: Vec<usize> = match place {
            Some(place) => vec![place],
            None => (0..run.compiled.rows.len())
                .filter(|p| run.compiled.rows[*p].parent.is_none())
                .collect(),
        };
        for place in places {
            let Some(explanation) = run.explain(partner, ask, level, place, day) else {
                continue;
            };
            if which.row.is_none() && explanation.standing.verdict == domain::standing::Truth::Yes {
                continue;
            }
            rows.push(ExplainedRow {
                level_title: of.level_title(&of.levels[level]).to_owned(),
                shown: of
                    .rows
                    .keys()
                    .enumerate()
                    .map(|(at, id)| (id.clone(), crate::scorecard::shown_at(&run, at)))
                    .collect(),
                explanation,
            });
        }
    }
    if rows.is_empty()
        && let Some(id) = &which.row
    {
        let columns: Vec<String> = card
            .columns
            .iter()
            .map(|c| format!("{} {}", c.ask.name(), c.level))
            .collect();
        return Err(Diagnostic::error(
            "row-not-asked",
            format!("`{id}` is not asked here"),
            Place::default(),
        )
        .help(format!(
            "the scorecard asks {}; name another column with `--question` and `--level`",
            crate::words::and_list(&columns)
        )));
    }
    Ok(Explained { card, rows })
}
