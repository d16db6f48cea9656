//! Models: what something is worth, month by month, from inputs that may be uncertain.
//!
//! A business case, the cost of an offering and a choice between two ways are the same thing: named inputs, lines that have a
//! value each month, and results. All of it stands in a file under `vocabulary/models/`, in the expressions of the rule language.
//! Knows no evidence: what an input is, computed from evidence or said by somebody, is settled before.

pub mod compile;
pub mod figure;
pub mod paths;
mod read;
pub mod run;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::Place;
use crate::number::Exact;
use crate::source::Formula;

pub use compile::Code;
pub use paths::{Grid, Paths, Percentiles, Swing};
pub use read::{CODES, read};
pub use run::{Answer, Outcome, Trace};

/// No model is longer than this many months.
pub const LONGEST: u32 = 240;

/// A model: everything that its file says, and what it was compiled to.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// The file.
    pub file: String,
    /// What people call it.
    pub title: String,
    /// What it is for, in a sentence or two.
    pub about: String,
    /// How many months it runs; 1 where time plays no part.
    pub months: u32,
    /// The input that is the yearly rate at which later money is worth less.
    pub discount: Option<String>,
    /// What is taken for so and stands in no source, in sentences.
    pub assumed: Vec<String>,
    /// The works that it cites, by id.
    pub sources: IndexMap<String, Work>,
    /// Titles of the groups of inputs and lines, by id, in their order.
    pub groups: IndexMap<String, String>,
    /// The inputs, by id, in the order of the file.
    pub inputs: IndexMap<String, Input>,
    /// The lines, by id, in the order of the file.
    pub lines: IndexMap<String, Line>,
    /// The results, by id, in the order of the file.
    pub results: IndexMap<String, Figure>,
    /// Pictures of lines over the months.
    pub charts: Vec<Chart>,
    /// Results as ranges by published tables.
    pub ranges: Vec<Table>,
    /// What others claim, and whether it can hold together.
    pub claims: Vec<Claim>,
    /// Things side by side.
    pub lists: Vec<List>,
    /// Which answer two inputs lead to.
    pub maps: Vec<Map>,
    /// The news: the first that is true is told.
    pub news: Vec<News>,
    /// What it was compiled to.
    pub code: Arc<Code>,
}

/// A work that a model cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Its title.
    pub title: String,
    /// Who published it.
    pub from: String,
    /// Was it not read where it was published?
    pub second_hand: bool,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Money of the model's currency.
    Money,
    /// A share: 0.12 is 12 %.
    Percent,
    /// A plain number.
    Count,
    /// How many times as much.
    Times,
    /// Months.
    Months,
    /// Years.
    Years,
    /// Days.
    Days,
    /// Hours.
    Hours,
    /// Yes or no.
    Test,
}

impl Measure {
    /// All of them.
    pub const ALL: [Measure; 9] = [
        Measure::Money,
        Measure::Percent,
        Measure::Count,
        Measure::Times,
        Measure::Months,
        Measure::Years,
        Measure::Days,
        Measure::Hours,
        Measure::Test,
    ];

    /// Its word in a file: `money`.
    pub fn name(self) -> &'static str {
        let found = read::UNITS.iter().find(|(_, unit)| *unit == self);
        found.map_or("count", |(name, _)| name)
    }
}

/// Something that the model has to be told.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it means, where the title does not say it.
    pub help: String,
    /// Of which group it is.
    pub group: Option<String>,
    /// What it counts.
    pub unit: Measure,
    /// What is taken where nobody says otherwise.
    pub value: Exact,
    /// What it is if nothing is changed; the same as otherwise where absent.
    pub stay: Option<Exact>,
    /// The least and the most that it may turn out to be.
    pub range: Option<(Exact, Exact)>,
    /// What says it from evidence: a measure of a library, or a question of a program: `kpis.gross-margin`.
    pub from: Option<(String, String)>,
    /// Is it what a plan costs, so that a kept plan can say it?
    pub plan: bool,
    /// Where the value is printed; empty where it is an assumption.
    pub cite: String,
    /// The slider that it is set on, where it has one.
    pub slider: Option<Slider>,
    /// Where it stands.
    pub place: Place,
}

/// Something that has a value each month.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Of which group it is.
    pub group: Option<String>,
    /// What it counts.
    pub unit: Measure,
    /// What it is in a month.
    pub is: Formula,
    /// What it was before the first month; nothing where absent.
    pub start: Option<Formula>,
    /// Is a year of it its last month, rather than the sum of its months?
    pub level: bool,
    /// How it is counted, in words.
    pub help: String,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it counts.
    pub unit: Measure,
    /// What it is.
    pub is: Formula,
    /// Is more of it better? `None` where it is neither.
    pub better: Option<bool>,
    /// How it is defined, in words.
    pub help: String,
    /// Does it stand among the first that are shown?
    pub main: bool,
}

/// A picture of lines over the months.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What people call it.
    pub title: String,
    /// What it counts.
    pub unit: Measure,
    /// Its lines: what each is called, and what it is.
    pub lines: Vec<(String, Formula)>,
}

/// A published table of multiples, and what it makes of a result.
#[derive(Clone, Debug)]
pub struct Table {
    /// What people call it.
    pub title: String,
    /// The result that is multiplied.
    pub of: String,
    /// Where it is printed.
    pub cite: String,
    /// What it does not say.
    pub note: String,
    /// When each row is the partner's; all rows that are so are shown.
    pub rows: Vec<Row>,
}

/// A row of a table of multiples.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose row it is, in words.
    pub title: String,
    /// Is it the partner's?
    pub when: Formula,
    /// The lower multiple.
    pub from: Exact,
    /// The higher multiple.
    pub to: Exact,
}

/// What somebody claims.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is claimed, in a sentence of ours.
    pub title: String,
    /// Where.
    pub cite: String,
    /// What one has to know to compare it.
    pub note: String,
    /// What follows from it under each reading.
    pub readings: Vec<Reading>,
    /// What the model has at the same place.
    pub yours: Vec<Shown>,
    /// Does the model do as well? `None` where the two cannot be compared.
    pub met: Option<Formula>,
}

/// A reading of a claim, and whether its numbers can all be true under it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Under what: "a flat return".
    pub title: String,
    /// What follows.
    pub shows: Vec<Shown>,
    /// Do the numbers hold together? `None` where there is nothing to decide.
    pub holds: Option<Formula>,
}

/// A number that is shown beside a claim.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What it is called.
    pub title: String,
    /// What it counts.
    pub unit: Measure,
    /// What it is.
    pub is: Formula,
}

/// Between which ends an input may be set, and in which steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slider {
    /// The lower end.
    pub from: Exact,
    /// The upper end.
    pub to: Exact,
    /// How far one step is.
    pub step: Exact,
}

/// Things side by side: a row each, the same columns of each.
#[derive(Clone, Debug)]
pub struct List {
    /// What people call it.
    pub title: String,
    /// What each column is called, and what it counts.
    pub columns: Vec<(String, Measure)>,
    /// Are rows shown from the most of the last column down, rather than in the order of the file?
    pub ranked: bool,
    /// Its rows.
    pub rows: Vec<Item>,
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is called.
    pub title: String,
    /// What one has to know of it; may be empty.
    pub note: String,
    /// Where it is printed; may be empty.
    pub cite: String,
    /// What it is in each column.
    pub is: Vec<Formula>,
}

/// A map of two inputs: where a test is true.
#[derive(Clone, Debug)]
pub struct Map {
    /// What people call it.
    pub title: String,
    /// The input from left to right; it has a slider.
    pub across: String,
    /// The input from below to above; it has a slider.
    pub up: String,
    /// The result that is a test.
    pub test: String,
    /// What it is called where the test is true.
    pub yes: String,
    /// What it is called where it is not.
    pub no: String,
}

/// A sentence or two that tell what came out.
#[derive(Clone, Debug)]
pub struct News {
    /// When they are told.
    pub when: Formula,
    /// What they say; a result or an input stands in braces: `{payback}`.
    pub says: String,
}

impl News {
    /// What it says, as pieces: words, and the ids that stand in braces, in turn. The first piece are words.
    pub fn pieces(&self) -> Vec<&str> {
        self.says.split(['{', '}']).collect()
    }
}

/// Where the value of an input is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The partner's own: who said so or why, in words; may be empty.
    Own(String),
    /// Computed from evidence, by a measure: `kpis.gross-margin`.
    Computed(String),
    /// What a kept plan costs: its number, and what it was for, in words.
    Plan(String, String),
    /// Printed by somebody.
    Cited(String),
    /// Taken for so by the model.
    Assumed,
}

/// What an input is for one partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its value.
    pub value: Exact,
    /// What it is if nothing is changed, where that is something else.
    pub stay: Option<Exact>,
    /// The least and the most that it may turn out to be.
    pub range: Option<(Exact, Exact)>,
    /// Where the value is from.
    pub origin: Origin,
}

/// What every input of a model is, by id.
pub type Settings = IndexMap<String, Setting>;

impl Input {
    /// What it is where nobody says otherwise.
    pub fn setting(&self) -> Setting {
        Setting {
            value: self.value.clone(),
            stay: self.stay.clone(),
            range: self.range.clone(),
            origin: if self.cite.is_empty() {
                Origin::Assumed
            } else {
                Origin::Cited(self.cite.clone())
            },
        }
    }
}

impl Setting {
    /// What it is in one of the two cases.
    pub fn in_case(&self, case: compile::Case) -> &Exact {
        match case {
            compile::Case::Move => &self.value,
            compile::Case::Stay => self.stay.as_ref().unwrap_or(&self.value),
        }
    }
}

impl Model {
    /// What its inputs are where nobody says otherwise.
    pub fn settings(&self) -> Settings {
        let inputs = self.inputs.values();
        inputs.map(|i| (i.id.clone(), i.setting())).collect()
    }

    /// Its name and edition: `business-case@2026`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.edition)
    }
}
