//! What each person's leaving would cost in one program.

use std::sync::Arc;

use domain::calendar::{Day, Duration};
use domain::course::Course;
use domain::diagnostic::{Diagnostic, Place};
use domain::forecast::leavers::{self, Hanging, Leaver};
use domain::number::Exact;
use domain::program::Ask;

use crate::forecast::{Labels, watched};
use crate::locale::Lang;
use crate::plan::Goal;
use crate::question::{Desk, Question};
use crate::scorecard::{Scorecard, of_run};
use crate::texts::fill;
use crate::words::{Shown, amount, and_list, day, lower_first};

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
    /// What it would cost to make up for those on whom most hangs, where that was asked.
    pub replacing: Vec<Replacing>,
}

/// What it would cost to regain what falls with a leaver: the least-cost plan of those who stay. An estimate, by the numbers of
/// the action catalog.
#[derive(Clone, Debug)]
pub struct Replacing {
    /// The leaver's id.
    pub person: String,
    /// The question and the level that is regained.
    pub level: (Ask, String),
    /// The rows that are.
    pub rows: Vec<String>,
    /// By when.
    pub by: Day,
    /// Can all of it be regained by then?
    pub met: bool,
    /// What that costs, or what can be done of it.
    pub cost: Exact,
    /// In which currency.
    pub currency: String,
    /// Is it proven that nothing costs less?
    pub proven: bool,
    /// What is done: its title, and how often.
    pub actions: Vec<(String, usize)>,
    /// What is in the way, in words.
    pub blocked: Vec<String>,
}

/// So many leavers are made up for; each asks for a plan of its own.
const MADE_UP_FOR: usize = 10;

impl Leavers {
    /// The same, said in a language.
    pub fn said_in(mut self, lang: Lang) -> Leavers {
        self.labels.lang = lang;
        self
    }

    /// What making up for a leaver costs, in words; `None` where it was not asked, or where nothing falls at once.
    pub fn replacing_words(&self, person: &str) -> Option<String> {
        let found = self.replacing.iter().find(|r| r.person == person)?;
        let (ask, level) = &found.level;
        let rows: Vec<String> = found.rows.iter().map(|r| self.labels.row(r)).collect();
        let goal = format!(
            "to {} in {} by {}",
            self.labels.column(*ask, level),
            and_list(&rows),
            day(found.by)
        );
        let actions: Vec<String> = found
            .actions
            .iter()
            .map(|(title, times)| format!("{times} × {}", lower_first(title)))
            .collect();
        let done = if actions.is_empty() {
            String::new()
        } else {
            format!(", for {}", and_list(&actions))
        };
        let cost = amount(&found.cost, &found.currency);
        let least = if found.proven { "least cost" } else { "cost" };
        Some(if found.met {
            format!("Estimated {least} for those who stay {goal}: {cost}{done}")
        } else if found.actions.is_empty() {
            format!("Those who stay cannot do what it takes {goal}")
        } else {
            format!(
                "Those who stay cannot do all it takes {goal}; estimated cost of what they can: {cost}{done}"
            )
        })
    }

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
            _ => format!(" {}", self.labels.lang.said(&shown, &row.has)),
        };
        format!(
            "{}{has}{}",
            self.labels.row(&row.row),
            self.labels.need(row.need.as_ref(), &shown)
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
        let lang = self.labels.lang;
        let t = lang.texts();
        let reviews = of.reviews.iter().map(|(on, level)| {
            let level = level.as_deref();
            let level = level.map_or(t.no_level, |l| self.labels.title(l));
            fill(
                t.lv_not_renewed,
                &[("level", level), ("day", &lang.day(*on))],
            )
        });
        let mut later: Vec<String> = reviews.collect();
        for fall in &of.later {
            let words = fill(
                t.lv_falls,
                &[
                    ("row", &self.labels.row(&fall.row)),
                    ("day", &lang.day(fall.day)),
                    ("column", &self.labels.column(fall.ask, &fall.level)),
                ],
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
        let lang = self.labels.lang;
        let t = lang.texts();
        let name = |l: &Leaver| l.name.clone().unwrap_or_else(|| l.person.clone());
        let costs: Vec<&Leaver> = self
            .leavers
            .iter()
            .filter(|l| !l.levels.is_empty() || !l.reviews.is_empty())
            .collect();
        match costs.as_slice() {
            [] if self.leavers.is_empty() => t.lv_nobody.to_owned(),
            [] => t.lv_none.to_owned(),
            [one] => {
                let what = self.levels(one);
                let what = if what.is_empty() {
                    t.lv_pass_review.to_owned()
                } else {
                    lang.list(&what)
                };
                fill(t.lv_one, &[("name", &name(one)), ("what", &what)])
            }
            many => {
                let names: Vec<String> = many.iter().map(|l| name(l)).collect();
                fill(
                    t.lv_each,
                    &[("n", &lang.size(many.len())), ("names", &lang.list(&names))],
                )
            }
        }
    }
}

/// What would be lost if each person left on the day asked about, then and until a year later.
pub fn leavers(desk: &Desk, to: Option<Day>) -> Result<Leavers, Diagnostic> {
    desk.once(("leavers", to), || leavers_now(desk, to))
}

fn leavers_now(desk: &Desk, to: Option<Day>) -> Result<Leavers, Diagnostic> {
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
        replacing: vec![],
    })
}

/// What making up for each of those costs on whom most hangs: the least-cost plan, over evidence in which they have left, that
/// regains what falls at once, by a day, half a year later where none is named. Nothing where nothing says what can be done.
pub fn replacing(desk: &Desk, of: &Leavers, by: Option<Day>) -> Result<Vec<Replacing>, Diagnostic> {
    let partner = desk.partner()?;
    let as_of = desk.question.as_of;
    let mut found = Vec::new();
    let turned = of.leavers.iter().filter(|l| l.turned() > 0);
    for leaver in turned.take(MADE_UP_FOR) {
        let Some((ask, level)) = regained(of, leaver) else {
            continue;
        };
        let Some((engine, _)) = leavers::without(&desk.engine, partner, &leaver.person, as_of)
        else {
            continue;
        };
        let without = Desk {
            engine: Arc::new(engine),
            question: Question {
                partner: Some(of.card.partner.clone()),
                ..desk.question.clone()
            },
        };
        let mut rows: Vec<String> = vec![];
        for row in leaver.rows.iter().filter(|r| r.turns()) {
            if (row.ask, &row.level) == (ask, &level) {
                let whole = whole_row(desk, of, &row.row);
                if !rows.contains(&whole) {
                    rows.push(whole);
                }
            }
        }
        let goal = Goal {
            level: Some(level.clone()),
            by,
            only: rows.clone(),
            keep: ask == Ask::Retain,
            ..Goal::default()
        };
        let planned = match crate::plan::plan(&without, &goal) {
            Ok(planned) => planned,
            Err(problem) if problem.code == "no-actions" => return Ok(vec![]),
            Err(problem) => return Err(problem),
        };
        let Some(plan) = &planned.plan else { continue };
        found.push(Replacing {
            person: leaver.person.clone(),
            level: (ask, level),
            rows,
            by: plan.by,
            met: plan.met,
            cost: plan.cost.clone(),
            currency: planned.currency().to_owned(),
            proven: plan.is_proven(),
            actions: planned
                .groups(plan)
                .iter()
                .map(|group| {
                    let title = planned.action(group[0]).map(|a| a.title.clone());
                    (
                        title.unwrap_or_else(|| group[0].action.clone()),
                        group.len(),
                    )
                })
                .collect(),
            blocked: plan.blocked.iter().map(|b| planned.blocked(b)).collect(),
        });
    }
    Ok(found)
}

/// The level that is regained: one that is met no longer, the highest, or that in which most rows turn.
fn regained(of: &Leavers, leaver: &Leaver) -> Option<(Ask, String)> {
    let place = |level: &str| of.card.levels.iter().position(|l| l.id == level);
    let lost = leaver.levels.iter().max_by_key(|(_, level)| place(level));
    lost.cloned().or_else(|| {
        let turned = leaver.rows.iter().filter(|r| r.turns());
        turned
            .max_by_key(|row| (row.ask == Ask::Retain, place(&row.level)))
            .map(|row| (row.ask, row.level.clone()))
    })
}

/// The row of which a part is one.
fn whole_row(desk: &Desk, of: &Leavers, row: &str) -> String {
    let library = &desk.engine.programs.library;
    let edition = library.edition(&of.card.program, &of.card.edition);
    let parent = edition.and_then(|e| e.rows.get(row)?.parent.clone());
    parent.unwrap_or_else(|| row.to_owned())
}
