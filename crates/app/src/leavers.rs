//! What each person's leaving would cost in one program.

use domain::calendar::{Day, Duration};
use domain::course::Course;
use domain::diagnostic::{Diagnostic, Place};
use domain::forecast::leavers::{self, Hanging, Leaver};
use domain::program::Ask;

use crate::forecast::{Labels, need_words, watched};
use crate::question::Desk;
use crate::scorecard::{Scorecard, of_run};
use crate::words::{Shown, and_list, day};

/// Who matters, the one on whom most hangs first.
#[derive(Clone, Debug)]
pub struct Leavers {
    /// Where the partner stands.
    pub card: Scorecard,
    /// The last day that was looked at.
    pub to: Day,
    /// Everybody who counts for something.
    pub leavers: Vec<Leaver>,
    /// What rows and levels are called.
    pub labels: Labels,
}

impl Leavers {
    /// The rows that a leaving changes, each once with the columns that it is asked in.
    pub fn rows<'l>(&self, of: &'l Leaver) -> Vec<(&'l Hanging, Vec<String>)> {
        let mut found: Vec<(&Hanging, Vec<String>)> = Vec::new();
        for row in &of.rows {
            let column = self.labels.column(row.ask, &row.level);
            let alike = |other: &Hanging| {
                (&other.row, &other.need, other.after, &other.had, &other.has)
                    == (&row.row, &row.need, row.after, &row.had, &row.has)
            };
            match found.iter_mut().find(|(other, _)| alike(other)) {
                Some((_, columns)) if columns.contains(&column) => {}
                Some((_, columns)) => columns.push(column),
                None => found.push((row, vec![column])),
            }
        }
        found
    }

    /// `accredited individuals 3 of 4`.
    pub fn row_words(&self, row: &Hanging) -> String {
        let shown = self.labels.shown(&row.row);
        let has = match shown {
            Shown::YesNo => String::new(),
            _ => format!(" {}", shown.value(&row.has)),
        };
        format!(
            "{}{has}{}",
            self.labels.row(&row.row),
            need_words(row.need.as_ref(), &shown)
        )
    }

    /// `keep Select: accredited individuals 3 of 4`, for everything that turns on the day of leaving.
    pub fn at_once(&self, of: &Leaver) -> Vec<String> {
        let rows = self.rows(of).into_iter().filter(|(row, _)| row.turns());
        rows.map(|(row, columns)| format!("{} ({})", self.row_words(row), columns.join(", ")))
            .collect()
    }

    /// What would be met with nobody to spare.
    pub fn none_to_spare(&self, of: &Leaver) -> Vec<String> {
        let rows = self
            .rows(of)
            .into_iter()
            .filter(|(row, _)| row.none_to_spare());
        rows.map(|(row, _)| self.row_words(row)).collect()
    }

    /// What would fall later.
    pub fn later(&self, of: &Leaver) -> Vec<String> {
        let reviews = of.reviews.iter().map(|(on, level)| {
            let level = level
                .as_deref()
                .map_or("no level", |l| self.labels.title(l));
            format!("{level} would not be renewed at the review of {}", day(*on))
        });
        let mut later: Vec<String> = reviews.collect();
        for fall in &of.later {
            let words = format!(
                "{} falls on {} ({})",
                self.labels.row(&fall.row),
                day(fall.day),
                self.labels.column(fall.ask, &fall.level)
            );
            if !later.contains(&words) {
                later.push(words);
            }
        }
        later
    }

    /// The levels that are met no longer from the day of leaving.
    pub fn levels(&self, of: &Leaver) -> Vec<String> {
        of.levels
            .iter()
            .map(|(ask, level)| self.labels.column(*ask, level))
            .collect()
    }

    /// The one sentence that matters most.
    pub fn news(&self) -> String {
        let name = |l: &Leaver| l.name.clone().unwrap_or_else(|| l.person.clone());
        let costs: Vec<&Leaver> = self
            .leavers
            .iter()
            .filter(|l| !l.levels.is_empty() || !l.reviews.is_empty())
            .collect();
        match costs.as_slice() {
            [] if self.leavers.is_empty() => {
                "Nobody counts for anything that is asked here.".to_owned()
            }
            [] => "No level hangs on one person alone.".to_owned(),
            [one] => {
                let what = self.levels(one);
                format!(
                    "If {} left, what is needed to {} would be met no longer.",
                    name(one),
                    if what.is_empty() {
                        "pass the next review".to_owned()
                    } else {
                        and_list(&what)
                    }
                )
            }
            many => format!(
                "A level hangs on each of {} people: {}.",
                many.len(),
                and_list(&many.iter().map(|l| name(l)).collect::<Vec<_>>())
            ),
        }
    }
}

/// What would be lost if each person left on the day asked about, then and until a year later.
pub fn leavers(desk: &Desk, to: Option<Day>) -> Result<Leavers, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "what hangs on people is asked of one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let run = desk.run(program, edition, Some(partner))?;
    let as_of = desk.question.as_of;
    let to = to.unwrap_or_else(|| as_of.plus(Duration::months(12)));
    let card = of_run(desk, &run, partner, false);
    let watched: Vec<(Ask, String)> = watched(&card);
    let found = leavers::leavers(
        &desk.engine,
        partner,
        &watched,
        (as_of, to),
        |engine, partner| {
            let named = edition.and_then(|id| engine.edition(program, id));
            match named {
                Some(run) => Course::always(&run),
                None => Course::governing(engine, program, partner, Day(0), to),
            }
        },
    );
    let course = desk.course(&run, partner, as_of, to);
    Ok(Leavers {
        labels: Labels::of(&run, &course, as_of, to),
        card,
        to,
        leavers: found,
    })
}
