//! The slow reading: the rule language, day by day, as its pages say it.
//!
//! This is a document that happens to run. Beside each function stands the part of the language page (LANGUAGE) or the
//! number of the convention (`docs/conventions.md`) that it reads, and it does what stands there in the plainest way:
//! `held` asks every day of its window, a filter is asked of every fact, a person's seat is tried against every other.
//! Nothing is compiled, and nothing is remembered but the facts of a partner once they are collected. The engine must
//! give the same answers; a property test holds the two against each other, which is why neither may look at the other.
//!
//! | file | reads |
//! |---|---|
//! | `values`      | numbers with bounds, money, dates, words, sets, and what compares with what (§2; 6, 11, 13, 14) |
//! | `facts`       | from rows to facts: learned, superseded, opened, closed, joined, renewed (§3; 1 to 5, 8) |
//! | `choice`      | which facts: scopes, windows, filters, fields (§2; 6 to 10, 16, 24, 25, 30) |
//! | `expressions` | the tree of an expression, node by node (§2; 11, 12, 15, 17) |
//! | `currency`    | which currency an amount is in (11) |
//! | `names`       | what a name stands for: measures, questions, parameters, lists, tables, bands (§2, §6; 17) |
//! | `rows`        | rows, levels, the matrix (§1; 18 to 22) |
//! | `scores`      | scores, tracks, rosters (§7; 27 to 29) |
//! | `status`      | who holds what, marks of reviews, the projection (§4, §5; 23 to 26) |
//!
//! An edition that `cairn check` refuses is answered as well: what has no meaning is unknown, and so is a cycle.
//! Knows no explanations: it says what is so, not why.

mod choice;
mod currency;
mod expressions;
mod facts;
mod names;
mod rows;
mod scores;
mod status;
#[cfg(test)]
mod tests;
mod values;

use std::cell::{Cell as Counter, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::calendar::Day;
use crate::evidence::Evidence;
use crate::library::{Assumptions, Library};
use crate::program::{Ask, Edition};
use crate::standing::{Column, Truth, Value};

pub use status::{Cause, Projected};

use choice::Choice;
use facts::Fact;
use values::Val;

/// The facts of a kind and a partner.
type Facts = Rc<Vec<Rc<Fact>>>;

/// One edition, read slowly over the evidence.
pub struct Reference<'a> {
    library: &'a Library,
    evidence: &'a Evidence,
    edition: &'a Edition,
    known_at: Option<Day>,
    assumptions: &'a Assumptions,
    /// The programs that asked this one, outermost first: programs form no cycle (§2, "Refused").
    asked_by: Vec<String>,
    /// The facts of a kind and a partner, once they are collected.
    collected: RefCell<HashMap<(usize, usize), Facts>>,
    /// The currencies of named amounts, once they are read.
    currencies: OnceCell<currency::Known>,
    /// What is left of the budget of steps.
    steps: Rc<Counter<u64>>,
}

/// How many expressions one answer may look at. No honest question comes near; a hostile file would run for years.
const MOST_STEPS: u64 = 30_000_000;

/// How deep expressions, names and levels may nest in each other, all together.
const DEEPEST: u32 = 300;

/// The most days that `held`, `once` and the projection walk through: more than a century.
const MOST_DAYS: i32 = 40_000;

/// Where a question is asked: of whom, on which day, in which of the two questions, at which level.
#[derive(Clone, Copy)]
struct Scene<'s> {
    /// The partner asked about.
    partner: usize,
    /// The day asked about; `held`, `once` and `before` move it.
    day: Day,
    /// Enter or retain: what `in period` means.
    ask: Ask,
    /// The level whose row or test this is, for `matrix` and the ids of rows.
    level: Option<&'s str>,
    /// Which track, where that is settled.
    track: Track<'s>,
    /// The mark of the last review, where a late renewal is still judged by the one before, or by none (§5).
    mark: Option<Option<Day>>,
    /// The file in which the expression stands, and so where its names are looked up.
    file: &'s Edition,
    /// The words that the measure being read declares.
    words: &'s [String],
    /// The currency in which amounts are asked for, where the rule or the program says one.
    currency: Option<&'s str>,
    /// The fact that a filter asks about, or the group that `having` does.
    about: About<'s>,
    /// The names, rows and levels that are being worked out, innermost first.
    trail: Option<&'s Link<'s>>,
    /// How deep this is.
    depth: u32,
}

/// Which track values are taken from.
#[derive(Clone, Copy)]
enum Track<'s> {
    /// Not settled yet: the program's choice decides where it matters.
    Open,
    /// This one.
    On(&'s str),
    /// None, as while the choice itself is being made.
    None,
}

/// What an expression is asked about, beside the partner.
#[derive(Clone, Copy)]
enum About<'s> {
    /// Nothing more.
    Partner,
    /// A fact, in a filter or in the amount of a sum.
    Fact {
        /// The fact.
        fact: &'s Fact,
        /// The choice of facts that the filter belongs to.
        of: &'s crate::syntax::Facts,
        /// Is this an amount rather than a filter? Then an empty number is 0 … without limit (11), not unknown (8).
        amount: bool,
    },
    /// A group, after `having`.
    Group(&'s Choice<'s>),
}

/// A link of the trail by which a cycle is noticed.
struct Link<'s> {
    what: &'s str,
    name: &'s str,
    at: &'s str,
    up: Option<&'s Link<'s>>,
}

impl<'s> Scene<'s> {
    /// The same question on another day.
    fn on(&self, day: Day) -> Scene<'s> {
        Scene { day, ..*self }
    }

    /// Is this thing being worked out already? Then its name uses itself.
    fn is_under_way(&self, what: &str, name: &str, at: &str) -> bool {
        let mut link = self.trail;
        while let Some(l) = link {
            if l.what == what && l.name == name && l.at == at {
                return true;
            }
            link = l.up;
        }
        false
    }
}

impl<'a> Reference<'a> {
    /// The reading of `edition` over `evidence`, as known at the end of `known_at`; with everything known without it.
    pub fn new(
        library: &'a Library,
        evidence: &'a Evidence,
        edition: &'a Edition,
        known_at: Option<Day>,
        assumptions: &'a Assumptions,
    ) -> Self {
        Reference {
            library,
            evidence,
            edition,
            known_at,
            assumptions,
            asked_by: vec![],
            collected: RefCell::default(),
            currencies: OnceCell::new(),
            steps: Rc::new(Counter::new(MOST_STEPS)),
        }
    }

    /// A column of the scorecard: each row that the level asks, its parts within it.
    pub fn column(&self, partner: usize, ask: Ask, level: &str, day: Day) -> Column {
        let scene = self.scene(partner, ask, day);
        self.column_in(level, &scene)
    }

    /// Is the level met, under this question, on this day?
    pub fn level_truth(&self, partner: usize, ask: Ask, level: &str, day: Day) -> Truth {
        let scene = self.scene(partner, ask, day);
        self.level_in(level, &scene)
    }

    /// Convention 22: the highest level that is met, and the highest that silence leaves open.
    pub fn levels_met(&self, partner: usize, ask: Ask, day: Day) -> (Option<usize>, Option<usize>) {
        let scene = self.scene(partner, ask, day);
        let truths: Vec<Truth> = self
            .edition
            .levels
            .iter()
            .map(|level| self.level_in(level, &scene))
            .collect();
        (
            truths.iter().rposition(|t| *t == Truth::Yes),
            truths.iter().rposition(|t| *t != Truth::No),
        )
    }

    /// The value of anything that has a name: a measure, test, question, score, part of a score, parameter, stage or row.
    ///
    /// A test is 1 or 0, a date its day number, a set the number of its members. A row is what it *has*, at the lowest
    /// level that asks it.
    pub fn value(&self, partner: usize, name: &str, ask: Ask, day: Day) -> Value {
        let scene = self.scene(partner, ask, day);
        let value = match self.edition.rows.get(name) {
            Some(row) => {
                let level = self.lowest_level_asking(row);
                let currency = self.currency_of_row(row, None, &scene);
                let currency = currency.as_deref();
                let scene = Scene {
                    level,
                    currency,
                    ..scene
                };
                self.row_value(row, &scene)
            }
            None => self.named(name, &scene),
        };
        self.shown(value, None).0
    }

    /// Convention 23: the vendor's word. `None` where no enrollment fact of the program holds on the day; `Some(None)`
    /// where one does, below the first level.
    pub fn holds(&self, partner: usize, day: Day) -> Option<Option<String>> {
        let scene = self.scene(partner, Ask::Enter, day);
        let fact = self.enrollment_on(&self.edition.program, &scene)?;
        Some(self.level_held(&fact, self.edition))
    }

    /// The track on which the partner is judged; `None` where the program has no tracks or its choice yields none.
    pub fn track(&self, partner: usize, ask: Ask, day: Day) -> Option<String> {
        let scene = self.scene(partner, ask, day);
        self.track_of(&scene)
    }

    /// The questions whose answer the evidence contradicts on the day, in the order of the file (§6).
    pub fn contradicted(&self, partner: usize, day: Day) -> Vec<String> {
        let scene = self.scene(partner, Ask::Enter, day);
        self.edition
            .question
            .keys()
            .filter(|question| self.is_contradicted(question, &scene))
            .cloned()
            .collect()
    }

    /// The last path stage whose test is met.
    pub fn stage(&self, partner: usize, day: Day) -> Option<String> {
        let scene = self.scene(partner, Ask::Enter, day);
        let met = |name: &&String| self.named(name, &scene).truth() == Truth::Yes;
        self.edition.stage.keys().rfind(met).cloned()
    }

    /// The projection from the latest enrollment fact to the end of `until`, event by event (§5, "Exact boundaries").
    pub fn projection(&self, partner: usize, until: Day) -> Vec<Projected> {
        let scene = self.scene(partner, Ask::Enter, until);
        self.projected(until, &scene)
    }

    /// A fresh question, with the whole budget before it.
    fn scene(&self, partner: usize, ask: Ask, day: Day) -> Scene<'_> {
        self.steps.set(MOST_STEPS);
        Scene {
            partner,
            day,
            ask,
            level: None,
            track: self.assumed_track(),
            mark: None,
            file: self.edition,
            words: &[],
            currency: None,
            about: About::Partner,
            trail: None,
            depth: 0,
        }
    }

    /// Takes a step of the budget. `false` where the budget is spent or the nesting too deep: the answer is then unknown.
    fn may_go_on(&self, scene: &Scene<'_>) -> bool {
        let left = self.steps.get();
        if left == 0 || scene.depth >= DEEPEST {
            return false;
        }
        self.steps.set(left - 1);
        true
    }

    /// The reading of another program's edition over the same evidence, asked by this one.
    ///
    /// `None` where that program is asking already: programs see each other along a graph without cycles (§2).
    fn of_other<'b>(&'b self, edition: &'b Edition) -> Option<Reference<'b>> {
        let mut asked_by = self.asked_by.clone();
        asked_by.push(self.edition.program.clone());
        if asked_by.contains(&edition.program) {
            return None;
        }
        Some(Reference {
            library: self.library,
            evidence: self.evidence,
            edition,
            known_at: self.known_at,
            assumptions: self.assumptions,
            asked_by,
            collected: RefCell::default(),
            currencies: OnceCell::new(),
            steps: Rc::clone(&self.steps),
        })
    }

    /// The files in which a name of `file` is looked up: itself, then the libraries that it `uses` (§4).
    fn files<'s>(&'s self, file: &'s Edition) -> Vec<&'s Edition> {
        let used = file.uses.iter().filter_map(|name| {
            let (program, edition) = name.split_once('@')?;
            Some(self.library.edition(program, edition)?.as_ref())
        });
        std::iter::once(file).chain(used).collect()
    }

    /// The text of a cell, without what stands around it.
    fn text(&self, code: crate::evidence::Code) -> &str {
        self.evidence.strings.text(code).trim()
    }

    /// A value as it leaves this module, and in what it is counted; money in the currency asked for, or in its own.
    fn shown(&self, value: Val, currency: Option<&str>) -> (Value, crate::standing::Unit) {
        use crate::standing::Unit;
        match value {
            Val::Number(range) => (Value::Number(range), Unit::Count),
            Val::Money(money) => {
                let currency = currency
                    .map(str::to_owned)
                    .or_else(|| money.currency(self.own_currency()));
                let range = money.in_currency(currency.as_deref().unwrap_or_default());
                (
                    Value::Number(range),
                    Unit::Money(currency.unwrap_or_default()),
                )
            }
            Val::Date(range) => (Value::Number(range), Unit::Date),
            // An empty date is never unknown (6): there is no day to tell.
            Val::NotYet => (Value::NotApplicable, Unit::Date),
            Val::Duration(_) => (Value::Number(crate::number::Range::UNKNOWN), Unit::Count),
            Val::Word(word) => (Value::Word(word.known().map(str::to_owned)), Unit::Word),
            Val::Test(truth) => (Value::Number(values::one_or_nothing(truth)), Unit::YesNo),
            Val::Set(set) => (Value::Number(set.count()), Unit::Count),
            Val::NotApplicable => (Value::NotApplicable, Unit::Count),
            Val::Unknown => (
                Value::Number(crate::number::Range::UNKNOWN),
                currency.map_or(Unit::Count, |c| Unit::Money(c.to_owned())),
            ),
        }
    }

    /// The currency of `[money]`, where the edition has one.
    fn own_currency(&self) -> Option<&str> {
        self.edition
            .money
            .as_ref()
            .map(|m| m.currency.as_str())
            .filter(|c| !c.is_empty())
    }
}
