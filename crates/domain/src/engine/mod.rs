//! The engine: one for one partner and for all of them.
//!
//! It asks about spans of days rather than about days: every aggregate is a function of the day that changes
//! only where a fact opens, closes or leaves a window, so `held`, `once`, `before` and timelines are
//! operations on such functions, and a single day is a span of one (LANGUAGE §10). Knows no clock.

mod aggregate;
mod answers;
mod cash;
mod eval;
mod roster;
mod steps;
mod tally;
mod windows;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use rayon::prelude::*;

pub(crate) use roster::filled_by;
pub use steps::Steps;
pub(crate) use windows::Marks;

use crate::calendar::{Day, Window};
use crate::compile::{Compiled, compile};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ledger::Ledger;
use crate::library::{Assumptions, Library};
use crate::number::{Exact, Range};
use crate::program::{AnswerType, Ask};
use crate::standing::{Column, Need, RowStanding, Truth, Unit, Value, WindowDays};
use crate::syntax::Compare;

use aggregate::Plan;
use eval::{Frame, Scratch};

/// What a node is on a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum V {
    /// Not asked of this partner.
    Na,
    /// A truth.
    Truth(Truth),
    /// A number, an amount, a day's number.
    Num(Range),
    /// A word; `None` where it is not known which.
    Word(Option<Arc<str>>),
    /// An amount of which nothing says the currency.
    Cash(Box<Cash>),
}

/// A named value on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The value.
    pub value: Value,
    /// The currency in which its records are, where it is an amount and no rule says one.
    pub currency: Option<String>,
}

impl Default for Figure {
    fn default() -> Figure {
        Figure {
            value: Value::Number(Range::UNKNOWN),
            currency: None,
        }
    }
}

/// All editions, compiled: what is known before any evidence.
#[derive(Debug)]
pub struct Programs {
    /// The files.
    pub library: Arc<Library>,
    /// Every edition, in the order of the library.
    pub compiled: Vec<Arc<Compiled>>,
    /// What is wrong with the names and types of each, in the same order.
    pub problems: Vec<Vec<Diagnostic>>,
    /// The first error for which each may not be asked, in the same order.
    refused: Vec<Option<Diagnostic>>,
    /// The same in other languages, by their codes, as far as anybody asked.
    told: Mutex<IndexMap<String, Arc<Programs>>>,
}

impl Programs {
    /// Compiles every edition of a library.
    pub fn new(library: Arc<Library>) -> Programs {
        let (compiled, problems) = library
            .editions
            .iter()
            .map(|edition| {
                let (compiled, problems) = compile(&library, edition);
                (Arc::new(compiled), problems)
            })
            .unzip();
        let mut programs = Programs {
            refused: vec![None; library.editions.len()],
            library,
            compiled,
            problems,
            told: Mutex::default(),
        };
        let misread: Vec<Diagnostic> = programs
            .library
            .misread
            .iter()
            .map(|m| m.problem.clone())
            .collect();
        programs.refuse(&misread);
        let problems: Vec<Diagnostic> = programs.problems.iter().flatten().cloned().collect();
        programs.refuse(&problems);
        programs
    }

    /// Gives nobody an edition that rests on a file with an error among these problems.
    pub fn refuse(&mut self, problems: &[Diagnostic]) {
        for problem in problems.iter().filter(|p| p.severity == Severity::Error) {
            for (edition, refused) in self.library.editions.iter().zip(&mut self.refused) {
                if refused.is_none() && self.library.rests_on(edition, &problem.place.file) {
                    *refused = Some(problem.clone());
                }
            }
        }
    }

    /// The same programs as they read in a language: every place, name of a thing and verdict is the same. `None` where no
    /// text is there in it, and where these are told in a language already.
    pub fn in_language(&self, language: &str) -> Option<Arc<Programs>> {
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = all.get(language) {
            return Some(told.clone());
        }
        let library = self.library.in_language(language)?;
        let compiled = self.compiled.iter().zip(&library.editions);
        let told = Arc::new(Programs {
            compiled: compiled
                .map(|(compiled, edition)| {
                    Arc::new(Compiled {
                        edition: edition.clone(),
                        ..Compiled::clone(compiled)
                    })
                })
                .collect(),
            library: Arc::new(library),
            problems: self.problems.clone(),
            refused: self.refused.clone(),
            told: Mutex::default(),
        });
        all.insert(language.to_owned(), told.clone());
        Some(told)
    }

    /// Why an edition may not be asked: an error of its file, or of one that it rests on.
    pub fn refusal(&self, program: &str, edition: &str) -> Option<&Diagnostic> {
        let wanted = self.library.edition(program, edition)?;
        let all = self.library.editions.iter().zip(&self.refused);
        all.filter(|(e, _)| Arc::ptr_eq(e, wanted))
            .find_map(|(_, refused)| refused.as_ref())
    }

    /// The place of an edition; `None` where there is none, or none that can be run.
    pub fn find(&self, program: &str, edition: &str) -> Option<usize> {
        let wanted = self.library.edition(program, edition)?;
        let at = self
            .library
            .editions
            .iter()
            .position(|e| Arc::ptr_eq(e, wanted))?;
        self.refused[at].is_none().then_some(at)
    }

    /// The place of the edition that governs on a day; `None` too where a file of the program did not read, for then
    /// nobody knows which one does.
    pub fn governing(&self, program: &str, day: Day) -> Option<usize> {
        if self.library.misread_of(program).is_some() {
            return None;
        }
        let edition = self.library.governing(program, day)?;
        self.find(program, &edition.edition)
    }
}

/// Programs and a ledger: everything needed to answer.
#[derive(Debug)]
pub struct Engine {
    /// The editions.
    pub programs: Arc<Programs>,
    /// The facts.
    pub ledger: Arc<Ledger>,
    /// What the user assumes.
    pub assumptions: Assumptions,
    plans: Arc<Vec<OnceLock<Plan>>>,
    answers: answers::Answers,
    /// The same in other languages, by their codes, as far as anybody asked.
    told: Mutex<IndexMap<String, Arc<Engine>>>,
}

impl Engine {
    /// Ready to answer.
    pub fn new(programs: Arc<Programs>, ledger: Arc<Ledger>, assumptions: Assumptions) -> Engine {
        let plans = programs.compiled.iter().map(|_| OnceLock::new()).collect();
        Engine {
            programs,
            ledger,
            assumptions,
            plans: Arc::new(plans),
            answers: answers::Answers::default(),
            told: Mutex::default(),
        }
    }

    /// The same programs and facts as they read in a language; these themselves where no text is there in it. The facts and
    /// what was made ready over them are shared, so that a language costs only its texts.
    pub fn in_language(self: &Arc<Engine>, language: &str) -> Arc<Engine> {
        let Some(programs) = self.programs.in_language(language) else {
            return self.clone();
        };
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = all.entry(language.to_owned()).or_insert_with(|| {
            Arc::new(Engine {
                programs,
                ledger: self.ledger.clone(),
                assumptions: self.assumptions.clone(),
                plans: self.plans.clone(),
                answers: answers::Answers::default(),
                told: Mutex::default(),
            })
        });
        told.clone()
    }

    /// The answer to what is asked of this engine: worked out at the first time, and kept as long as the engine is. What is
    /// asked names everything that the answer depends on beside programs, facts and assumptions.
    pub fn once<T: Clone + Send + Sync + 'static>(
        &self,
        asked: String,
        make: impl FnOnce() -> T,
    ) -> T {
        self.answers.once(asked, make)
    }

    /// The edition at a place of [`Programs::compiled`], over this ledger.
    pub fn on(&self, at: usize) -> Run<'_> {
        let compiled = &*self.programs.compiled[at];
        let plan = self.plans[at].get_or_init(|| Plan::new(compiled, &self.ledger));
        Run {
            engine: self,
            compiled,
            plan,
        }
    }

    /// The edition with this program and id.
    pub fn edition(&self, program: &str, edition: &str) -> Option<Run<'_>> {
        self.programs.find(program, edition).map(|at| self.on(at))
    }

    /// The edition of a program that a partner is judged by on a day: the one that it elected, else the one in force.
    pub fn governing(&self, program: &str, partner: Option<usize>, day: Day) -> Option<Run<'_>> {
        match partner.and_then(|p| self.elected(program, p, day)) {
            // One that was elected and has an error is not exchanged for another in silence.
            Some(edition) => self.edition(program, &edition),
            None => self.programs.governing(program, day).map(|at| self.on(at)),
        }
    }

    /// The edition that an `elections` fact of the partner names on a day, where it may be chosen then.
    pub fn elected(&self, program: &str, partner: usize, day: Day) -> Option<String> {
        let evidence = &self.ledger.evidence;
        let kind = evidence.kind("elections")?;
        let (of, edition) = (
            evidence.column(kind, "program")?,
            evidence.column(kind, "edition")?,
        );
        let found = evidence.tables[kind].rows(partner).rfind(|row| {
            let named = of.code(*row);
            (named.is_empty() || evidence.strings.text(named) == program)
                && !edition.code(*row).is_empty()
                && self
                    .ledger
                    .spans(crate::ledger::FactId { kind, row: *row })
                    .iter()
                    .any(|(a, b)| *a <= day && day < *b)
        })?;
        let id = evidence.strings.text(edition.code(found));
        let library = &self.programs.library;
        library
            .edition(program, id)
            .filter(|e| library.may_be_chosen(e).contains(day))
            .map(|e| e.edition.clone())
    }
}

/// An edition over a ledger.
#[derive(Clone, Copy, Debug)]
pub struct Run<'e> {
    /// The engine.
    pub engine: &'e Engine,
    /// The edition.
    pub compiled: &'e Compiled,
    plan: &'e Plan,
}

/// Which levels a partner meets: the highest for certain, and the highest that silence leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Met {
    /// The highest level that is met for certain, by its place.
    pub level: Option<u8>,
    /// The highest level that silence leaves open.
    pub most: Option<u8>,
}

impl<'e> Run<'e> {
    /// One column of the scorecard.
    pub fn column(&self, partner: usize, ask: Ask, level: usize, day: Day) -> Column {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        let rows = (0..self.compiled.rows.len())
            .filter(|row| self.compiled.rows[*row].parent.is_none())
            .filter_map(|row| self.row(&frame, row, level))
            .collect();
        Column {
            ask,
            level: self.compiled.levels[level].id.clone(),
            window: self.window(partner, ask, day),
            verdict: *frame.level(level).on(day.0),
            rows,
        }
    }

    /// Every row without asking a level: what a checklist or a library of readings shows.
    pub fn readings(&self, partner: usize, ask: Ask, day: Day) -> Vec<RowStanding> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        let last = self.compiled.levels.len();
        (0..self.compiled.rows.len())
            .filter(|row| self.compiled.rows[*row].parent.is_none())
            .filter_map(|row| self.row(&frame, row, last))
            .collect()
    }

    fn row(&self, frame: &Frame<'_>, row: usize, level: usize) -> Option<RowStanding> {
        let ir = &self.compiled.rows[row];
        let asked = ir.asked.by(frame.ask);
        let parts: Vec<RowStanding> = ir
            .parts
            .iter()
            .filter_map(|p| self.row(frame, *p, level))
            .collect();
        let at = &ir.at[level];
        let last = self.compiled.levels.len();
        let judged = at.test.is_some() || level == last;
        let shown = asked && judged || ir.reading || !parts.is_empty();
        if !shown {
            return None;
        }
        let day = frame.span.0;
        let have_node = at.have.or(ir.at[last].have)?;
        let have = frame.eval(have_node).on(day).clone();
        let need = at.need.filter(|_| asked).map(|need| Need {
            compare: at.compare.unwrap_or(crate::syntax::Compare::AtLeast),
            threshold: range_of(frame.eval(need).on(day)),
        });
        let own = at
            .test
            .filter(|_| asked)
            .map_or(Truth::NotApplicable, |test| *frame.truth(test).on(day));
        let verdict = if level == last {
            Truth::NotApplicable
        } else {
            *frame.row(row, level).on(day)
        };
        let mut parts = parts;
        if verdict == Truth::NotApplicable {
            // A row that does not apply takes its parts with it, also where it is shown only for their sake.
            drop_out(&mut parts);
        }
        Some(RowStanding {
            id: ir.id.clone(),
            have: value_of(&have, &ir.unit),
            need,
            unit: ir.unit.clone(),
            verdict,
            own,
            parts,
        })
    }

    /// The days of `period` for a question.
    pub fn window(&self, partner: usize, ask: Ask, day: Day) -> Option<WindowDays> {
        let window = self.compiled.period(ask)?;
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        Some(match frame.bounds(window, day.0) {
            windows::Bounds::Days(first, last) => WindowDays {
                after: Some(Day(first).previous()),
                through: Day(last),
            },
            windows::Bounds::Unknown(last) => WindowDays {
                after: None,
                through: Day(last),
            },
        })
    }

    /// The verdict over a level.
    pub fn level_truth(&self, partner: usize, ask: Ask, level: usize, day: Day) -> Truth {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        *frame.level(level).on(day.0)
    }

    /// The levels met on a day.
    pub fn met(&self, partner: usize, ask: Ask, day: Day) -> Met {
        let scratch = Scratch::default();
        self.met_with(partner, ask, day, &scratch)
    }

    fn met_with(&self, partner: usize, ask: Ask, day: Day, scratch: &Scratch) -> Met {
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, scratch);
        frame.met()
    }

    /// The levels that every partner meets on a day, in the order of the ledger.
    pub fn standings(&self, ask: Ask, day: Day) -> Vec<Met> {
        let partners = self.engine.ledger.evidence.partners.len();
        (0..partners)
            .into_par_iter()
            .with_min_len(256)
            .map_init(Scratch::default, |scratch, partner| {
                self.met_with(partner, ask, day, scratch)
            })
            .collect()
    }

    /// The levels met on every day of a span, both ends inside.
    pub fn met_over(&self, partner: usize, ask: Ask, first: Day, last: Day) -> Steps<Met> {
        let scratch = Scratch::default();
        self.met_over_with(partner, ask, first, last, &scratch)
    }

    fn met_over_with(
        &self,
        partner: usize,
        ask: Ask,
        first: Day,
        last: Day,
        scratch: &Scratch,
    ) -> Steps<Met> {
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, scratch);
        frame.met_steps()
    }

    /// Every change of level of every partner over a span of days.
    pub fn changes(&self, ask: Ask, first: Day, last: Day) -> Vec<Steps<Met>> {
        let partners = self.engine.ledger.evidence.partners.len();
        (0..partners)
            .into_par_iter()
            .with_min_len(64)
            .map_init(Scratch::default, |scratch, partner| {
                self.met_over_with(partner, ask, first, last, scratch)
            })
            .collect()
    }

    /// The verdict over a level on every day of a span.
    pub fn level_over(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        first: Day,
        last: Day,
    ) -> Steps<Truth> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, &scratch);
        frame.level(level)
    }

    /// The verdict over a row at a level on every day of a span.
    pub fn row_over(
        &self,
        partner: usize,
        ask: Ask,
        row: usize,
        level: usize,
        first: Day,
        last: Day,
    ) -> Steps<Truth> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, &scratch);
        frame.row(row, level)
    }

    /// The verdict over the matrix of a level on every day of a span.
    pub fn matrix_over(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        first: Day,
        last: Day,
    ) -> Steps<Truth> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, &scratch);
        frame.matrix(level)
    }

    /// Every row and part that a level, or one below it, asks under a question, on every day of a span: one pass over
    /// the facts. A row that several levels ask stands at the threshold of the highest of them.
    pub fn rows_over(
        &self,
        partner: usize,
        ask: Ask,
        level: usize,
        first: Day,
        last: Day,
    ) -> Vec<RowOver> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, &scratch);
        let mut found = Vec::new();
        for (row, ir) in self.compiled.rows.iter().enumerate() {
            let asked = (0..=level).rev().find(|l| ir.at[*l].test.is_some());
            let (Some(at), true) = (asked, ir.asked.by(ask)) else {
                continue;
            };
            let Some(test) = ir.at[at].test else { continue };
            // A row that does not apply takes its parts with it.
            let whole = frame.row(ir.parent.unwrap_or(row), at);
            let own = frame
                .truth(test)
                .zip(&frame.row(row, at), |own, verdict| match verdict {
                    Truth::NotApplicable => Truth::NotApplicable,
                    _ => *own,
                })
                .zip(&whole, |own, whole| match whole {
                    Truth::NotApplicable => Truth::NotApplicable,
                    _ => *own,
                });
            let have = ir.at[at].have.map_or_else(
                || Steps::always(first.0, Value::NotApplicable),
                |node| frame.eval(node).map(|v| value_of(v, &ir.unit)),
            );
            let need = ir.at[at].need.map(|need| Need {
                compare: ir.at[at].compare.unwrap_or(Compare::AtLeast),
                threshold: range_of(frame.eval(need).on(last.0)),
            });
            found.push(RowOver {
                row,
                at,
                own,
                have,
                need,
            });
        }
        found
    }

    /// What a row has, on every day of a span.
    pub fn have_over(
        &self,
        partner: usize,
        ask: Ask,
        row: usize,
        level: usize,
        first: Day,
        last: Day,
    ) -> Steps<Value> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, &scratch);
        let ir = &self.compiled.rows[row];
        let at = &ir.at[level];
        match at.have.or(ir.at[self.compiled.levels.len()].have) {
            Some(node) => frame.eval(node).map(|v| value_of(v, &ir.unit)),
            None => Steps::always(first.0, Value::NotApplicable),
        }
    }

    /// Any named value on a day: measure, test, question, score, score part, parameter, row.
    pub fn value(&self, partner: usize, name: &str, ask: Ask, day: Day) -> Option<Value> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        if let Some(node) = self.compiled.named.get(name) {
            return Some(value_of(frame.eval(*node).on(day.0), &Unit::Count));
        }
        let row = self.compiled.rows.iter().find(|r| r.id == name)?;
        let node = row.at.last()?.have?;
        Some(value_of(frame.eval(node).on(day.0), &row.unit))
    }

    /// Named values on some days: a list for each name, in the order of the days. What has no value of its own, such as a
    /// set, is left unknown. Asked together they share what they look at.
    pub fn figures(
        &self,
        partner: usize,
        names: &[&str],
        ask: Ask,
        days: &[Day],
    ) -> Vec<Vec<Figure>> {
        let nodes: Vec<Option<usize>> = names
            .iter()
            .map(|name| self.compiled.named.get(*name).copied())
            .collect();
        let mut found: Vec<Vec<Figure>> = vec![Vec::with_capacity(days.len()); names.len()];
        let scratch = Scratch::default();
        for day in days {
            let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
            for (node, into) in nodes.iter().zip(&mut found) {
                let Some(node) = node else {
                    into.push(Figure::default());
                    continue;
                };
                let steps = frame.eval(*node);
                let v = steps.on(day.0);
                let currency = match v {
                    V::Cash(cash) => Cash::currency([&**cash])
                        .map(|code| self.engine.ledger.evidence.strings.text(code).to_owned()),
                    _ => None,
                };
                into.push(Figure {
                    value: value_of(v, &Unit::Count),
                    currency,
                });
            }
        }
        found
    }

    /// The same, kept for whoever asks again.
    pub fn figures_kept(
        &self,
        partner: usize,
        names: &[&str],
        ask: Ask,
        days: &[Day],
    ) -> Arc<Vec<Vec<Figure>>> {
        let asked = self.asked_for(partner, names, ask, days);
        self.engine
            .once(asked, || Arc::new(self.figures(partner, names, ask, days)))
    }

    /// The same, where somebody asked for just these before.
    pub fn figures_found(
        &self,
        partner: usize,
        names: &[&str],
        ask: Ask,
        days: &[Day],
    ) -> Option<Arc<Vec<Vec<Figure>>>> {
        let asked = self.asked_for(partner, names, ask, days);
        self.engine.answers.found(&asked)
    }

    /// What figures are kept under.
    fn asked_for(&self, partner: usize, names: &[&str], ask: Ask, days: &[Day]) -> String {
        let edition = std::ptr::from_ref(self.compiled) as usize;
        format!("figures {edition} {partner} {names:?} {ask:?} {days:?}")
    }

    /// A compiled node on a day.
    pub fn node(&self, partner: usize, node: usize, ask: Ask, day: Day) -> Value {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        value_of(frame.eval(node).on(day.0), &Unit::Count)
    }

    /// The track that a partner is judged on.
    pub fn track(&self, partner: usize, ask: Ask, day: Day) -> Option<String> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        let track = (*frame.track().on(day.0))?;
        self.compiled
            .edition
            .tracks
            .as_ref()?
            .of
            .get(track)
            .cloned()
    }

    /// The last path stage whose test is met.
    pub fn stage(&self, partner: usize, day: Day) -> Option<&'e str> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, Ask::Enter, (day.0, day.0), None, &scratch);
        self.compiled
            .stages
            .iter()
            .rev()
            .find(|(_, test)| *frame.truth(*test).on(day.0) == Truth::Yes)
            .map(|(id, _)| id.as_str())
    }

    /// The questions whose answer the evidence contradicts on a day, with answer and evidence.
    pub fn contradicted(&self, partner: usize, day: Day) -> Vec<Contradiction> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, Ask::Enter, (day.0, day.0), None, &scratch);
        let mut found = Vec::new();
        for (id, question) in &self.compiled.edition.question {
            let Some(evidence) = self.compiled.named.get(&format!("evidence of {id}")) else {
                continue;
            };
            let Some(answer) = self.compiled.named.get(id) else {
                continue;
            };
            let (says, shows) = (
                frame.eval(*answer).on(day.0).clone(),
                frame.eval(*evidence).on(day.0).clone(),
            );
            let differs = match (&says, &shows) {
                (V::Truth(a), V::Truth(b)) => {
                    matches!((a, b), (Truth::Yes, Truth::No) | (Truth::No, Truth::Yes))
                }
                (V::Word(Some(a)), V::Word(Some(b))) => a != b,
                // Whatever silence hides, the two are further apart than is allowed.
                // An answer that nobody gave is anything on its scale, and contradicts nothing.
                (V::Num(a), V::Num(b)) if a.exact().is_some() => {
                    let within = Range::exactly(question.within.clone().unwrap_or(Exact::ZERO));
                    [a.clone() - b.clone(), b.clone() - a.clone()]
                        .iter()
                        .any(|apart| Truth::compare(apart, Compare::More, &within) == Truth::Yes)
                }
                _ => false,
            };
            if differs {
                let unit = match question.answer {
                    AnswerType::YesNo => Unit::YesNo,
                    _ => Unit::Count,
                };
                found.push(Contradiction {
                    question: id.clone(),
                    answer: value_of(&says, &unit),
                    evidence: value_of(&shows, &unit),
                });
            }
        }
        found
    }

    /// What `evaluate` writes of every partner: levels, and what each row has with its verdict at the level asked.
    pub fn population(&self, ask: Ask, day: Day) -> Vec<Standing> {
        let partners = self.engine.ledger.evidence.partners.len();
        (0..partners)
            .into_par_iter()
            .with_min_len(64)
            .map_init(Scratch::default, |scratch, partner| {
                let frame = Frame::new(self, partner, ask, (day.0, day.0), None, scratch);
                let met = frame.met();
                // The level that the verdicts are about: the one above what is met, or the top.
                let levels = self.compiled.levels.len();
                let next = met
                    .level
                    .map_or(0, |l| (usize::from(l) + 1).min(levels.saturating_sub(1)));
                let rows = (0..self.compiled.rows.len())
                    .map(|row| {
                        let ir = &self.compiled.rows[row];
                        let at = if levels == 0 {
                            ir.at.last()
                        } else {
                            ir.at.get(next)
                        };
                        let have = at
                            .and_then(|a| a.have)
                            .or(ir.at.last().and_then(|a| a.have));
                        let have = have.map_or(Value::NotApplicable, |n| {
                            value_of(frame.eval(n).on(day.0), &ir.unit)
                        });
                        let asked = levels > 0 && self.asks(row, ask, next);
                        let verdict = asked.then(|| *frame.row(row, next).on(day.0));
                        (have, verdict)
                    })
                    .collect();
                Standing {
                    met,
                    judged_at: (levels > 0).then_some(next),
                    rows,
                }
            })
            .collect()
    }

    /// Does a level ask a row, or a part of it, under a question? docs/conventions.md, 18.
    fn asks(&self, row: usize, ask: Ask, level: usize) -> bool {
        let ir = &self.compiled.rows[row];
        let parts = || ir.parts.iter().any(|part| self.asks(*part, ask, level));
        ir.asked.by(ask) && (ir.at[level].test.is_some() || parts())
    }

    /// The bounds of a window on a day, both days inside; `None` where no fact gives its mark.
    pub(crate) fn window_bounds(
        &self,
        partner: usize,
        ask: Ask,
        window: Window,
        day: Day,
    ) -> Option<(Day, Day)> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        match frame.bounds(window, day.0) {
            windows::Bounds::Days(first, last) => Some((Day(first), Day(last))),
            windows::Bounds::Unknown(_) => None,
        }
    }

    /// How each fact that an aggregate looks at stands on a day; for explanations.
    pub(crate) fn examined(
        &self,
        partner: usize,
        ask: Ask,
        facts: &crate::compile::Selector,
        day: Day,
    ) -> Vec<aggregate::Examined> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        frame.examine(facts, day.0)
    }

    /// The possible members of a set on a day, by their names; for explanations.
    pub(crate) fn members(&self, partner: usize, ask: Ask, set: usize, day: Day) -> Vec<String> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        let members = frame.members(set, day.0);
        members.of.keys().map(|key| self.text_of_key(key)).collect()
    }

    /// Who sits on the seats of a roster, each with the entry that the seat needs; for explanations.
    pub(crate) fn seated(
        &self,
        partner: usize,
        ask: Ask,
        place: usize,
        day: Day,
    ) -> Vec<(String, String)> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        let roster = &self.compiled.edition.roster[&self.compiled.rosters[place].id];
        let sitters = frame.sitters(place);
        let people = sitters.first().map_or(&[][..], |(_, people, _)| people);
        roster::seated(roster, people)
            .into_iter()
            .map(|(person, entry)| (self.text_of_key(&person), entry))
            .collect()
    }

    /// The entry of a catalog that a fact names; none where no catalog knows it.
    pub(crate) fn entry_of(
        &self,
        partner: usize,
        ask: Ask,
        facts: &crate::compile::Selector,
        of: &Examined,
        day: Day,
    ) -> Option<String> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        frame.entry_of(facts, of)
    }

    fn text_of_key(&self, key: &aggregate::Key) -> String {
        match key {
            aggregate::Key::Code(code) => {
                self.engine.ledger.evidence.strings.text(*code).to_owned()
            }
            aggregate::Key::Text(text) => text.to_string(),
        }
    }

    /// The value of an expression over one fact on a day.
    pub(crate) fn fact_value(
        &self,
        partner: usize,
        ask: Ask,
        facts: &crate::compile::Selector,
        row: usize,
        of: usize,
        value: &crate::compile::Value,
        currency: Option<&str>,
        day: Day,
    ) -> V {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (day.0, day.0), None, &scratch);
        frame.fact_value(facts, of, row, value, currency, day.0)
    }
}

pub(crate) use aggregate::Examined;
pub(crate) use cash::Cash;

/// Where one partner of a population stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The levels met.
    pub met: Met,
    /// The level that the verdicts are about: the one above what is met, or the top.
    pub judged_at: Option<usize>,
    /// What each row has, and its verdict where that level asks it, in the order of the file.
    pub rows: Vec<(Value, Option<Truth>)>,
}

/// A row or part at a level, on every day of a span.
#[derive(Clone, Debug, PartialEq)]
pub struct RowOver {
    /// Its place among the rows.
    pub row: usize,
    /// The level whose threshold it is held against.
    pub at: usize,
    /// The verdict over its own comparison, without its parts; not applicable where the row is.
    pub own: Steps<Truth>,
    /// What the partner has.
    pub have: Steps<Value>,
    /// What is needed, on the last day of the span.
    pub need: Option<Need>,
}

/// An answer that the evidence contradicts.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// The question.
    pub question: String,
    /// What was answered.
    pub answer: Value,
    /// What the evidence shows.
    pub evidence: Value,
}

fn drop_out(parts: &mut [RowStanding]) {
    for part in parts {
        part.verdict = Truth::NotApplicable;
        drop_out(&mut part.parts);
    }
}

pub(crate) fn truth_of(v: &V) -> Truth {
    match v {
        V::Truth(truth) => *truth,
        V::Na => Truth::NotApplicable,
        _ => Truth::Unknown,
    }
}

/// A value as a number: a test is 1 or 0.
pub(crate) fn range_of(v: &V) -> Range {
    match v {
        V::Num(range) => range.clone(),
        V::Truth(Truth::Yes) => Range::exactly(Exact::ONE),
        V::Truth(Truth::No) => Range::exactly(Exact::ZERO),
        V::Truth(Truth::Unknown) => Range::between(Exact::ZERO, Exact::ONE),
        V::Cash(cash) => cash.number(),
        _ => Range::UNKNOWN,
    }
}

fn value_of(v: &V, unit: &Unit) -> Value {
    match v {
        V::Na | V::Truth(Truth::NotApplicable) => Value::NotApplicable,
        V::Word(word) => Value::Word(word.as_ref().map(|w| w.to_string())),
        V::Num(_) if *unit == Unit::Word => Value::Word(None),
        other => Value::Number(range_of(other)),
    }
}

impl Run<'_> {
    /// A compiled test on every day of a span.
    pub fn node_over(
        &self,
        partner: usize,
        node: usize,
        ask: Ask,
        first: Day,
        last: Day,
    ) -> Steps<Truth> {
        let scratch = Scratch::default();
        let frame = Frame::new(self, partner, ask, (first.0, last.0), None, &scratch);
        frame.truth(node)
    }
}
