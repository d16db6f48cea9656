//! The vendor's own numbers beside ours, row by row, and which records make up each difference.

use app::domain::diagnostic::Diagnostic;
use app::domain::number::Exact;
use app::domain::program::Ask;
use app::domain::reconcile::Finding;
use app::domain::standing::Truth;
use app::question::Desk;
use app::reconcile::Reconciled;
use app::scorecard::Scorecard;
use app::words::upper_first;
use askama::Template;

use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark};
use super::super::scorecard::Program;
use super::super::work::{Choice, Form, Slip};
use super::{head, others};

/// What the vendor says, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The column that is compared: `question level`; empty: the first.
    pub column: String,
    /// A number for each row, by its id.
    pub rows: Vec<(String, String)>,
    /// What was pasted.
    pub pasted: String,
}

impl Numbers {
    /// What a form says.
    pub fn of(form: &Form) -> Numbers {
        Numbers {
            column: form.get("column").trim().to_owned(),
            rows: form
                .0
                .iter()
                .filter_map(|(name, text)| {
                    Some((
                        name.strip_prefix("row-")?.to_owned(),
                        text.trim().to_owned(),
                    ))
                })
                .filter(|(_, text)| !text.is_empty())
                .collect(),
            pasted: form.get("pasted").trim().to_owned(),
        }
    }

    fn read(&self) -> Result<Vec<(String, Exact)>, Diagnostic> {
        let lines: Vec<String> = self
            .rows
            .iter()
            .map(|(row, text)| format!("{row}\t{text}"))
            .collect();
        let mut numbers = app::reconcile::read("", &lines.join("\n"))?;
        numbers.extend(app::reconcile::read("", &self.pasted)?);
        Ok(numbers)
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.pasted.is_empty()
    }
}

/// Both scorecards.
#[derive(Template)]
#[template(path = "ahead/vendor.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// The news; empty where nothing was compared.
    pub news: String,
    /// The columns.
    pub columns: Vec<Choice>,
    /// The rows of the chosen column.
    pub rows: Vec<Row>,
    /// What was pasted.
    pub pasted: String,
    /// What could not be read.
    pub slip: Option<Slip>,
    /// What else there is about the program.
    pub others: Vec<Link>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Is it a part of another?
    pub part: bool,
    /// What the vendor says, as it was typed.
    pub typed: String,
    /// What we count.
    pub ours: String,
    /// Do both agree, and if not, is it explained? Nothing where nothing was said.
    pub mark: Option<Mark>,
    /// Why they differ, the likeliest first.
    pub why: Vec<String>,
}

/// Compares what was typed with what is counted here.
pub fn page(desk: &Desk, f: Frame, numbers: &Numbers) -> Result<Page, Diagnostic> {
    let card = app::scorecard::scorecard(desk, false)?;
    let f = f.at(Here::Ahead, card.title.clone());
    let (ask, level) = match numbers.column.split_once(' ') {
        Some((ask, level)) => (app::question::ask(ask), Some(level.to_owned())),
        None => (None, None),
    };
    let mut slip = None;
    let mut found = None;
    if !numbers.is_empty() {
        let compared = numbers
            .read()
            .and_then(|said| app::reconcile::reconcile(desk, ask, level.as_deref(), &said));
        match compared {
            Ok(compared) => found = Some(compared),
            Err(problem) => slip = Some(Slip::of(&problem, f.lang)),
        }
    }
    let chosen = found.as_ref().map(|c| (c.ask, c.level.clone()));
    let at = card
        .columns
        .iter()
        .position(|c| match (&chosen, ask) {
            (Some((ask, level)), _) => c.ask == *ask && c.level == *level,
            (None, ask) => {
                ask.is_none_or(|a| a == c.ask) && level.as_ref().is_none_or(|l| *l == c.level)
            }
        })
        .unwrap_or(0);
    Ok(Page {
        program: head(desk, &f, &card, Here::Elsewhere),
        news: found.as_ref().map(|c| c.news(f.lang)).unwrap_or_default(),
        columns: columns(&f, &card, at),
        rows: rows(&f, &card, at, numbers, found.as_ref()),
        pasted: numbers.pasted.clone(),
        slip,
        others: others(&f, &card.program, "vendor"),
        f,
    })
}

fn columns(f: &Frame, card: &Scorecard, chosen: usize) -> Vec<Choice> {
    let title = |id: &str| {
        let found = card.levels.iter().find(|l| l.id == id);
        found.map_or_else(|| id.to_owned(), |l| l.title.clone())
    };
    card.columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let pattern = match column.ask {
                Ask::Retain => f.t.keep_level,
                Ask::Enter => f.t.reach_level,
            };
            Choice::new(
                format!("{} {}", column.ask.name(), column.level),
                fill(pattern, &[("level", &title(&column.level))]),
                at == chosen,
            )
        })
        .collect()
}

fn rows(
    f: &Frame,
    card: &Scorecard,
    at: usize,
    numbers: &Numbers,
    found: Option<&Reconciled>,
) -> Vec<Row> {
    let Some(column) = card.columns.get(at) else {
        return vec![];
    };
    let mut all = Vec::new();
    for top in &column.rows {
        for (n, row) in top.each().into_iter().enumerate() {
            let compared = found.and_then(|c| Some((c, c.rows.iter().find(|r| r.row == row.id)?)));
            let typed = numbers.rows.iter().find(|(id, _)| *id == row.id);
            all.push(Row {
                id: row.id.clone(),
                title: row.title.clone(),
                part: n > 0,
                typed: match (typed, compared) {
                    (Some((_, text)), _) => text.clone(),
                    // What was pasted stands in its row from then on.
                    (None, Some((_, compared))) => f.lang.number(&row.shown, &compared.theirs),
                    (None, None) => String::new(),
                },
                ours: f.lang.value(&row.shown, &row.have),
                mark: compared.map(|(_, compared)| mark(f, &compared.finding)),
                why: compared.map_or_else(Vec::new, |(c, compared)| why(f, c, &compared.finding)),
            });
        }
    }
    all
}

fn mark(f: &Frame, finding: &Finding) -> Mark {
    let t = f.t;
    match finding {
        Finding::Same => Mark::saying(Truth::Yes, t.numbers_agree),
        Finding::Explained(_) => Mark::saying(Truth::Unknown, t.numbers_explained),
        Finding::Open(_) => Mark::saying(Truth::Unknown, t.numbers_open),
        Finding::Unexplained => Mark::saying(Truth::No, t.numbers_unexplained),
        Finding::NotAsked => Mark::saying(Truth::NotApplicable, t.not_asked),
    }
}

fn why(f: &Frame, of: &Reconciled, finding: &Finding) -> Vec<String> {
    let t = f.t;
    match finding {
        Finding::Explained(accounts) => accounts
            .iter()
            .take(3)
            .map(|account| upper_first(&of.account(account, f.lang)))
            .collect(),
        Finding::Open(records) => {
            let names: Vec<&str> = records.iter().take(4).map(|r| r.id.as_str()).collect();
            vec![fill(t.may_count_names, &[("names", &names.join("; "))])]
        }
        Finding::Unexplained => vec![t.ask_the_vendor.to_owned()],
        Finding::Same | Finding::NotAsked => vec![],
    }
}
