//! What a model is compiled to: a list of small steps, each done once, every month, or at the end.
//!
//! The same step is there once, however often formulas say it, so that what staying as we are shares with the move is
//! computed once.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::calendar::Unit;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::number::Exact;
use crate::source::Formula;
use crate::syntax::{Arith, Compare, Expr, Node, Pick};

use super::{Input, Line, Model};

/// Which of the two is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// What the inputs say.
    Move,
    /// Every input that has another value if nothing is changed has that one.
    Stay,
}

/// A step's place.
pub type Slot = usize;

/// When a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Before the first month: it is the same in all of them.
    Once,
    /// Every month.
    Month,
    /// After the last.
    End,
}

/// What a series of months is made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gather {
    /// Their sum.
    Total,
    /// The last.
    Final,
    /// The sum of the last twelve.
    LastYear,
    /// The least.
    Least,
    /// The most.
    Most,
    /// The month of the least, the first of several.
    LeastMonth,
    /// The first month in which a test is true.
    FirstMonth,
    /// The first month from which on a test is always true.
    LastingMonth,
    /// What payments at the end of each month are worth before the first.
    PresentValue,
    /// Months from the beginning of the first that costs until what came in is what went out.
    Payback,
    /// The same, each payment discounted.
    DiscountedPayback,
    /// The yearly rate at which payments are worth nothing.
    ReturnRate,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A number, of [`Code::numbers`].
    Number(usize),
    /// An input, by its place in the model.
    Input(usize, Case),
    /// The month, from 1.
    Month,
    /// A line so many months ago; before the first month, what another step says.
    Before(usize, u32, Option<Slot>),
    /// The sum of a step over the months until now.
    SoFar(Slot),
    /// Arithmetic.
    Arith(Arith, Slot, Slot),
    /// The lower or the higher of two.
    Pick(bool, Slot, Slot),
    /// A comparison.
    Compare(Compare, Slot, Slot),
    /// Are both true?
    And(Slot, Slot),
    /// Is either?
    Or(Slot, Slot),
    /// Is it false?
    Not(Slot),
    /// The second where the first is true, the third where not.
    If(Slot, Slot, Slot),
    /// The next whole number below.
    Floor(Slot),
    /// A yearly rate as a monthly one.
    Monthly(Slot),
    /// A series made into one value; the rate a month where it needs one.
    Gather(Gather, Slot, Option<Slot>),
    /// After how many years a multiple has paid back: in proportion to the year where `true`.
    CurvePayback(bool, Slot),
}

/// What a model is compiled to.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The steps, each after those that it needs.
    pub steps: Vec<Step>,
    /// When each is done.
    pub phases: Vec<Phase>,
    /// The numbers that formulas contain.
    pub numbers: Vec<Exact>,
    /// Each line in each case: its step. Lines in the order of the model, the move first.
    pub lines: Vec<[Slot; 2]>,
    /// Which kept series `Step::Before` looks into: a step, and how it is named here.
    pub kept: Vec<Slot>,
    /// The steps whose months are gathered at the end.
    pub series: Vec<Slot>,
    /// Each result's step.
    pub results: Vec<Slot>,
    /// Each chart's lines.
    pub charts: Vec<Vec<Slot>>,
    /// Each row of each table of multiples: its test.
    pub ranges: Vec<Vec<Slot>>,
    /// Each piece of news: its test.
    pub news: Vec<Slot>,
    /// Each row of each list: its columns.
    pub lists: Vec<Vec<Vec<Slot>>>,
    /// Each claim: of each reading what is shown and whether it holds, then what is the model's, then whether that is met.
    pub claims: Vec<ClaimCode>,
}

/// The steps of a claim.
#[derive(Clone, Debug, Default)]
pub struct ClaimCode {
    /// Of each reading.
    pub readings: Vec<(Vec<Slot>, Option<Slot>)>,
    /// What the model has.
    pub yours: Vec<Slot>,
    /// Is it met?
    pub met: Option<Slot>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Test,
}

#[derive(Clone, Copy)]
struct Here {
    case: Case,
    /// How many months ago.
    ago: u32,
    /// Is this one value, rather than one a month?
    end: bool,
}

struct Builder<'m> {
    model: &'m Model,
    code: Code,
    known: HashMap<Step, Slot>,
    types: Vec<Type>,
    /// Does a line depend on an input that is another one if nothing is changed?
    differs: Vec<bool>,
    lines: Vec<[Option<Slot>; 2]>,
    open: Vec<(usize, Case)>,
    kept: IndexMap<(usize, Case), ()>,
    results: Vec<Option<Slot>>,
    open_results: Vec<usize>,
    problems: Vec<Diagnostic>,
}

/// Why a formula has no step: it was said.
struct Said;

/// Compiles a model. Gives also all that is wrong with its formulas; the code is whole only where nothing is.
pub(super) fn compile(model: &Model) -> (Code, Vec<Diagnostic>) {
    let lines = model.lines.len();
    let mut builder = Builder {
        model,
        code: Code::default(),
        known: HashMap::new(),
        types: vec![],
        differs: differing(model),
        lines: vec![[None; 2]; lines],
        open: vec![],
        kept: IndexMap::new(),
        results: vec![None; model.results.len()],
        open_results: vec![],
        problems: vec![],
    };
    builder.all();
    (builder.code, builder.problems)
}

/// Which lines depend on an input that is another one if nothing is changed.
fn differing(model: &Model) -> Vec<bool> {
    let mut differs: Vec<bool> = vec![false; model.lines.len()];
    let of = |expr: &Expr, differs: &[bool]| {
        names(expr).iter().any(|name| {
            *name == "moving"
                || model.inputs.get(*name).is_some_and(|i| i.stay.is_some())
                || model
                    .lines
                    .get_index_of(*name)
                    .is_some_and(|at| differs[at])
        })
    };
    loop {
        let next: Vec<bool> = model
            .lines
            .values()
            .map(|line| {
                of(&line.is.expr, &differs)
                    || line.start.as_ref().is_some_and(|s| of(&s.expr, &differs))
            })
            .collect();
        if next == differs {
            return differs;
        }
        differs = next;
    }
}

/// The names that an expression says.
pub fn names(expr: &Expr) -> Vec<&str> {
    let mut found = vec![];
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.node {
            Node::Name(name) => found.push(name.as_str()),
            Node::Not(a)
            | Node::Floor(a)
            | Node::Ceiling(a)
            | Node::Before(_, a)
            | Node::Lookup(_, a) => open.push(a),
            Node::And(all) | Node::Or(all) | Node::Of(_, all) => open.extend(all),
            Node::Compare(_, a, b) | Node::Arith(_, a, b) => open.extend([&**a, &**b]),
            Node::If(a, b, c) => open.extend([&**a, &**b, &**c]),
            _ => {}
        }
    }
    found
}

/// The functions of one value, beside those of a whole line.
const OF_A_VALUE: &[&str] = &[
    "monthly",
    "so-far",
    "stay",
    "gain",
    "flat-payback",
    "ramp-payback",
];

/// The functions of a whole line.
const OF_A_LINE: &[(&str, Gather)] = &[
    ("total", Gather::Total),
    ("final", Gather::Final),
    ("last-year", Gather::LastYear),
    ("least", Gather::Least),
    ("most", Gather::Most),
    ("least-month", Gather::LeastMonth),
    ("first-month", Gather::FirstMonth),
    ("lasting-month", Gather::LastingMonth),
    ("present-value", Gather::PresentValue),
    ("return-rate", Gather::ReturnRate),
    ("payback", Gather::Payback),
    ("discounted-payback", Gather::DiscountedPayback),
];

impl<'m> Builder<'m> {
    fn all(&mut self) {
        let model = self.model;
        let end = Here {
            case: Case::Move,
            ago: 0,
            end: true,
        };
        let monthly = Here { end: false, ..end };
        for at in 0..model.lines.len() {
            let mut both = [0; 2];
            for (place, case) in [Case::Move, Case::Stay].into_iter().enumerate() {
                if let Ok(slot) = self.line(at, case) {
                    both[place] = slot;
                }
            }
            self.code.lines.push(both);
        }
        for at in 0..model.results.len() {
            let slot = self.result(at).unwrap_or(0);
            self.code.results.push(slot);
        }
        for chart in &model.charts {
            let lines = chart.lines.iter();
            let slots = lines
                .map(|(_, is)| self.number(is, monthly))
                .collect::<Vec<_>>();
            for slot in &slots {
                self.series(*slot);
            }
            self.code.charts.push(slots);
        }
        for table in &model.ranges {
            let tests = table
                .rows
                .iter()
                .map(|row| self.test(&row.when, end))
                .collect();
            self.code.ranges.push(tests);
        }
        for list in &model.lists {
            let rows = list.rows.iter();
            let rows = rows.map(|row| row.is.iter().map(|is| self.any(is, end)).collect());
            let rows = rows.collect();
            self.code.lists.push(rows);
        }
        for news in &model.news {
            let when = self.test(&news.when, end);
            self.code.news.push(when);
        }
        for claim in &model.claims {
            let mut code = ClaimCode::default();
            for reading in &claim.readings {
                let shows = reading.shows.iter().map(|s| self.any(&s.is, end)).collect();
                let holds = reading.holds.as_ref().map(|h| self.test(h, end));
                code.readings.push((shows, holds));
            }
            code.yours = claim.yours.iter().map(|s| self.any(&s.is, end)).collect();
            code.met = claim.met.as_ref().map(|m| self.test(m, end));
            self.code.claims.push(code);
        }
        self.code.kept = self
            .kept
            .keys()
            .map(|(line, case)| self.lines[*line][*case as usize].unwrap_or(0))
            .collect();
    }

    fn any(&mut self, formula: &Formula, here: Here) -> Slot {
        self.formula(formula, here).map_or(0, |(slot, _)| slot)
    }

    fn number(&mut self, formula: &Formula, here: Here) -> Slot {
        let expr = &formula.expr;
        self.typed(formula, expr, here, Type::Number).unwrap_or(0)
    }

    fn test(&mut self, formula: &Formula, here: Here) -> Slot {
        let expr = &formula.expr;
        self.typed(formula, expr, here, Type::Test).unwrap_or(0)
    }

    fn formula(&mut self, formula: &Formula, here: Here) -> Result<(Slot, Type), Said> {
        self.expr(formula, &formula.expr, here)
    }

    fn say<T>(
        &mut self,
        formula: &Formula,
        expr: &Expr,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Result<T, Said> {
        let place = formula.place_of(&expr.at);
        self.problems
            .push(Diagnostic::error(code, message, place).help(help));
        Err(Said)
    }

    fn step(&mut self, step: Step, of: Type) -> Slot {
        if let Some(slot) = self.known.get(&step) {
            return *slot;
        }
        let phase = match &step {
            Step::Number(_) | Step::Input(..) => Phase::Once,
            Step::Month | Step::Before(..) | Step::SoFar(_) => Phase::Month,
            Step::Gather(..) | Step::CurvePayback(..) => Phase::End,
            Step::Arith(_, a, b)
            | Step::Pick(_, a, b)
            | Step::Compare(_, a, b)
            | Step::And(a, b)
            | Step::Or(a, b) => self.code.phases[*a].max(self.code.phases[*b]),
            Step::Not(a) | Step::Floor(a) | Step::Monthly(a) => self.code.phases[*a],
            Step::If(a, b, c) => self.code.phases[*a]
                .max(self.code.phases[*b])
                .max(self.code.phases[*c]),
        };
        let slot = self.code.steps.len();
        self.code.steps.push(step.clone());
        self.code.phases.push(phase);
        self.types.push(of);
        self.known.insert(step, slot);
        slot
    }

    fn constant(&mut self, number: Exact) -> Slot {
        let at = match self.code.numbers.iter().position(|n| *n == number) {
            Some(at) => at,
            None => {
                self.code.numbers.push(number);
                self.code.numbers.len() - 1
            }
        };
        self.step(Step::Number(at), Type::Number)
    }

    /// The months of a step are kept until the end.
    fn series(&mut self, slot: Slot) {
        if !self.code.series.contains(&slot) {
            self.code.series.push(slot);
        }
    }

    fn line(&mut self, at: usize, case: Case) -> Result<Slot, Said> {
        let case = if self.differs[at] { case } else { Case::Move };
        if let Some(slot) = self.lines[at][case as usize] {
            return Ok(slot);
        }
        let line: &'m Line = &self.model.lines[at];
        if self.open.contains(&(at, case)) {
            let ring = format!("line `{}` needs itself in the same month", line.id);
            let help = "use before(1 month, …) where the month before is meant";
            return self.say(&line.is, &line.is.expr, "line-ring", ring, help);
        }
        self.open.push((at, case));
        let here = Here {
            case,
            ago: 0,
            end: false,
        };
        let slot = self.typed(&line.is, &line.is.expr, here, Type::Number);
        self.open.pop();
        // What was wrong with it is said once.
        let slot = slot.unwrap_or_else(|Said| self.constant(Exact::ZERO));
        self.lines[at][case as usize] = Some(slot);
        Ok(slot)
    }

    fn result(&mut self, at: usize) -> Result<Slot, Said> {
        if let Some(slot) = self.results[at] {
            return Ok(slot);
        }
        let figure = &self.model.results[at];
        if self.open_results.contains(&at) {
            let ring = format!("result `{}` needs itself", figure.id);
            return self.say(
                &figure.is,
                &figure.is.expr,
                "line-ring",
                ring,
                "say what it is without itself",
            );
        }
        self.open_results.push(at);
        let here = Here {
            case: Case::Move,
            ago: 0,
            end: true,
        };
        let slot = self.formula(&figure.is, here);
        self.open_results.pop();
        let slot = slot.map_or_else(|Said| self.constant(Exact::ZERO), |(slot, _)| slot);
        self.results[at] = Some(slot);
        Ok(slot)
    }

    fn typed(
        &mut self,
        formula: &Formula,
        expr: &Expr,
        here: Here,
        want: Type,
    ) -> Result<Slot, Said> {
        let (slot, found) = self.expr(formula, expr, here)?;
        if found == want {
            return Ok(slot);
        }
        let (is, wanted) = match want {
            Type::Number => ("a yes or no", "a number"),
            Type::Test => ("a number", "a yes or no"),
        };
        self.say(
            formula,
            expr,
            "wrong-type",
            format!("this is {is} where {wanted} is needed"),
            match want {
                Type::Number => "write if … then … else …",
                Type::Test => "compare it: … > 0",
            },
        )
    }

    fn expr(&mut self, formula: &Formula, expr: &Expr, here: Here) -> Result<(Slot, Type), Said> {
        let number = |slot| Ok((slot, Type::Number));
        let test = |slot| Ok((slot, Type::Test));
        match &expr.node {
            Node::Number(n) | Node::Money(n, _) => number(self.constant(n.clone())),
            Node::Yes => test(self.truth(true)),
            Node::No => test(self.truth(false)),
            Node::Name(name) => self.name(formula, expr, name, here),
            Node::Arith(op, a, b) => {
                let a = self.typed(formula, a, here, Type::Number)?;
                let b = self.typed(formula, b, here, Type::Number)?;
                number(self.step(Step::Arith(*op, a, b), Type::Number))
            }
            Node::Compare(op, a, b) => {
                let a = self.typed(formula, a, here, Type::Number)?;
                let b = self.typed(formula, b, here, Type::Number)?;
                test(self.step(Step::Compare(*op, a, b), Type::Test))
            }
            Node::And(all) => test(self.joined(formula, all, here, Type::Test, Step::And)?),
            Node::Or(all) => test(self.joined(formula, all, here, Type::Test, Step::Or)?),
            Node::Not(a) => {
                let a = self.typed(formula, a, here, Type::Test)?;
                test(self.step(Step::Not(a), Type::Test))
            }
            Node::If(when, a, b) => {
                let when = self.typed(formula, when, here, Type::Test)?;
                let a = self.typed(formula, a, here, Type::Number)?;
                let b = self.typed(formula, b, here, Type::Number)?;
                number(self.step(Step::If(when, a, b), Type::Number))
            }
            Node::Floor(a) => {
                let a = self.typed(formula, a, here, Type::Number)?;
                number(self.step(Step::Floor(a), Type::Number))
            }
            Node::Ceiling(a) => {
                let a = self.typed(formula, a, here, Type::Number)?;
                let nothing = self.constant(Exact::ZERO);
                let less = self.step(Step::Arith(Arith::Subtract, nothing, a), Type::Number);
                let below = self.step(Step::Floor(less), Type::Number);
                number(self.step(Step::Arith(Arith::Subtract, nothing, below), Type::Number))
            }
            Node::Of(pick @ (Pick::Lowest | Pick::Highest), all) => {
                let higher = *pick == Pick::Highest;
                let join = |a, b| Step::Pick(higher, a, b);
                number(self.joined(formula, all, here, Type::Number, join)?)
            }
            Node::Of(Pick::Average, all) => {
                let add = |a, b| Step::Arith(Arith::Add, a, b);
                let sum = self.joined(formula, all, here, Type::Number, add)?;
                let count = self.constant(Exact::from(i64::try_from(all.len()).unwrap_or(1)));
                number(self.step(Step::Arith(Arith::Divide, sum, count), Type::Number))
            }
            Node::Before(duration, a) => {
                let months = match duration.unit {
                    Unit::Month => Some(duration.count),
                    Unit::Year => duration.count.checked_mul(12),
                    Unit::Quarter => duration.count.checked_mul(3),
                    _ => None,
                };
                let Some(months) = months
                    .and_then(|m| m.checked_add(here.ago))
                    .filter(|_| !here.end)
                else {
                    let message = "a model looks back by months, and only within a line";
                    return self.say(
                        formula,
                        expr,
                        "no-series",
                        message,
                        "write before(1 month, …) in a line",
                    );
                };
                self.expr(
                    formula,
                    a,
                    Here {
                        ago: months,
                        ..here
                    },
                )
            }
            Node::Lookup(name, a) => self.call(formula, expr, name, a, here),
            _ => {
                let message = "this asks for evidence, which a model does not see";
                self.say(
                    formula,
                    expr,
                    "no-evidence",
                    message,
                    "make it an input with from = \"library.measure\"",
                )
            }
        }
    }

    /// Several of one type, each joined with what is before it.
    fn joined(
        &mut self,
        formula: &Formula,
        all: &[Expr],
        here: Here,
        of: Type,
        join: impl Fn(Slot, Slot) -> Step,
    ) -> Result<Slot, Said> {
        let mut joined = None;
        for one in all {
            let one = self.typed(formula, one, here, of)?;
            joined = Some(match joined {
                None => one,
                Some(before) => self.step(join(before, one), of),
            });
        }
        Ok(joined.unwrap_or(0))
    }

    fn truth(&mut self, yes: bool) -> Slot {
        let (one, nothing) = (self.constant(Exact::ONE), self.constant(Exact::ZERO));
        let (a, b) = if yes { (one, nothing) } else { (nothing, one) };
        self.step(Step::Compare(Compare::More, a, b), Type::Test)
    }

    fn name(
        &mut self,
        formula: &Formula,
        expr: &Expr,
        name: &str,
        here: Here,
    ) -> Result<(Slot, Type), Said> {
        let model = self.model;
        if let Some((at, _, input)) = model.inputs.get_full(name) {
            let case = if input.stay.is_some() {
                here.case
            } else {
                Case::Move
            };
            return Ok((self.step(Step::Input(at, case), Type::Number), Type::Number));
        }
        if name == "moving" {
            let moving = if here.case == Case::Move {
                Exact::ONE
            } else {
                Exact::ZERO
            };
            return Ok((self.constant(moving), Type::Number));
        }
        if name == "months" {
            let months = self.constant(Exact::from(i64::from(model.months)));
            return Ok((months, Type::Number));
        }
        if name == "month" || name == "year" {
            if here.end {
                return self.say(
                    formula,
                    expr,
                    "no-series",
                    format!("a result has no `{name}`"),
                    "it is one value, not one a month",
                );
            }
            let mut month = self.step(Step::Month, Type::Number);
            if here.ago > 0 {
                let ago = self.constant(Exact::from(i64::from(here.ago)));
                month = self.step(Step::Arith(Arith::Subtract, month, ago), Type::Number);
            }
            if name == "year" {
                let (eleven, twelve) = (
                    self.constant(Exact::from(11)),
                    self.constant(Exact::from(12)),
                );
                let later = self.step(Step::Arith(Arith::Add, month, eleven), Type::Number);
                let years = self.step(Step::Arith(Arith::Divide, later, twelve), Type::Number);
                month = self.step(Step::Floor(years), Type::Number);
            }
            return Ok((month, Type::Number));
        }
        if let Some((at, _, line)) = model.lines.get_full(name) {
            if here.end {
                let message =
                    format!("line `{name}` has a value each month, and this is one value");
                let help = format!(
                    "write total({name}), final({name}), last-year({name}) or another of a whole line"
                );
                return self.say(formula, expr, "no-series", message, help);
            }
            if here.ago == 0 {
                return Ok((self.line(at, here.case)?, Type::Number));
            }
            let case = if self.differs[at] {
                here.case
            } else {
                Case::Move
            };
            let before = match &line.start {
                Some(start) => {
                    let end = Here {
                        case,
                        ago: 0,
                        end: true,
                    };
                    let slot = self.typed(start, &start.expr, end, Type::Number)?;
                    if self.code.phases[slot] != Phase::Once {
                        return self.say(
                            start,
                            &start.expr,
                            "no-series",
                            "what a line starts with needs inputs only",
                            "leave lines and results out",
                        );
                    }
                    Some(slot)
                }
                None => None,
            };
            let kept = self.kept.entry((at, case)).index();
            self.kept.insert((at, case), ());
            return Ok((
                self.step(Step::Before(kept, here.ago, before), Type::Number),
                Type::Number,
            ));
        }
        if let Some(at) = model.results.get_index_of(name) {
            if !here.end {
                let message = format!("`{name}` is a result, and a line comes before all results");
                return self.say(
                    formula,
                    expr,
                    "no-series",
                    message,
                    "only results use results",
                );
            }
            let slot = self.result(at)?;
            return Ok((slot, self.types[slot]));
        }
        let inputs = model
            .inputs
            .keys()
            .chain(model.lines.keys())
            .chain(model.results.keys());
        let near = did_you_mean(name, inputs.map(String::as_str));
        self.say(
            formula,
            expr,
            "unknown-name",
            format!("there is no `{name}` here"),
            near,
        )
    }

    fn call(
        &mut self,
        formula: &Formula,
        expr: &Expr,
        name: &str,
        a: &Expr,
        here: Here,
    ) -> Result<(Slot, Type), Said> {
        match name {
            "stay" => {
                return self.expr(
                    formula,
                    a,
                    Here {
                        case: Case::Stay,
                        ..here
                    },
                );
            }
            "gain" => {
                let moved = self.typed(formula, a, here, Type::Number)?;
                let stay = self.typed(
                    formula,
                    a,
                    Here {
                        case: Case::Stay,
                        ..here
                    },
                    Type::Number,
                )?;
                let gain = Step::Arith(Arith::Subtract, moved, stay);
                return Ok((self.step(gain, Type::Number), Type::Number));
            }
            "monthly" => {
                let a = self.typed(formula, a, here, Type::Number)?;
                return Ok((self.step(Step::Monthly(a), Type::Number), Type::Number));
            }
            "so-far" => {
                if here.end || here.ago > 0 {
                    return self.say(
                        formula,
                        expr,
                        "no-series",
                        "so-far stands in a line, and not under before",
                        "give it a line of its own",
                    );
                }
                let a = self.typed(formula, a, here, Type::Number)?;
                return Ok((self.step(Step::SoFar(a), Type::Number), Type::Number));
            }
            "flat-payback" | "ramp-payback" => {
                let a = self.typed(formula, a, here, Type::Number)?;
                let curve = Step::CurvePayback(name == "ramp-payback", a);
                return Ok((self.step(curve, Type::Number), Type::Number));
            }
            _ => {}
        }
        let Some((_, gather)) = OF_A_LINE.iter().find(|(known, _)| *known == name) else {
            let known = OF_A_LINE.iter().map(|(name, _)| *name);
            let near = did_you_mean(name, known.chain(OF_A_VALUE.iter().copied()));
            let message = format!("there is no function `{name}`");
            return self.say(formula, expr, "unknown-name", message, near);
        };
        let gather = *gather;
        if !here.end {
            return self.say(
                formula,
                expr,
                "no-series",
                format!("`{name}` is of a whole line, and stands in results"),
                "within a line, so-far(…) sums until now",
            );
        }
        let monthly = Here { end: false, ..here };
        let want = match gather {
            Gather::FirstMonth | Gather::LastingMonth => Type::Test,
            _ => Type::Number,
        };
        let slot = self.typed(formula, a, monthly, want)?;
        let rate = match gather {
            Gather::PresentValue | Gather::DiscountedPayback => {
                let discount = self.model.discount.as_ref();
                let Some(at) = discount.and_then(|d| self.model.inputs.get_index_of(d)) else {
                    return self.say(
                        formula,
                        expr,
                        "no-discount",
                        "the model names no rate to discount with",
                        "add discount = \"…\", an input, at the head of the file",
                    );
                };
                let yearly = self.step(Step::Input(at, Case::Move), Type::Number);
                Some(self.step(Step::Monthly(yearly), Type::Number))
            }
            _ => None,
        };
        self.series(slot);
        Ok((
            self.step(Step::Gather(gather, slot, rate), Type::Number),
            Type::Number,
        ))
    }
}

impl Step {
    /// The steps that it is made of, beside a line that it looks back to.
    fn made_of(&self) -> [Option<Slot>; 3] {
        match *self {
            Step::Number(_) | Step::Input(..) | Step::Month => [None; 3],
            Step::Before(_, _, start) => [start, None, None],
            Step::SoFar(a)
            | Step::Not(a)
            | Step::Floor(a)
            | Step::Monthly(a)
            | Step::CurvePayback(_, a) => [Some(a), None, None],
            Step::Arith(_, a, b)
            | Step::Pick(_, a, b)
            | Step::Compare(_, a, b)
            | Step::And(a, b)
            | Step::Or(a, b) => [Some(a), Some(b), None],
            Step::If(a, b, c) => [Some(a), Some(b), Some(c)],
            Step::Gather(_, a, rate) => [Some(a), rate, None],
        }
    }
}

impl Code {
    /// Which steps have to be done so that some are: these, and all that they are made of.
    pub fn needed_for(&self, wanted: impl IntoIterator<Item = Slot>) -> Vec<bool> {
        let mut needed = vec![false; self.steps.len()];
        let mut open: Vec<Slot> = wanted.into_iter().collect();
        while let Some(slot) = open.pop() {
            if std::mem::replace(&mut needed[slot], true) {
                continue;
            }
            open.extend(self.steps[slot].made_of().into_iter().flatten());
            if let Step::Before(kept, ..) = &self.steps[slot] {
                open.push(self.kept[*kept]);
            }
        }
        needed
    }

    /// Is a step yes or no?
    pub fn is_test(&self, slot: Slot) -> bool {
        matches!(
            self.steps.get(slot),
            Some(Step::Compare(..) | Step::And(..) | Step::Or(..) | Step::Not(_))
        )
    }
}

impl Model {
    /// An input by its place.
    pub fn input_at(&self, at: usize) -> &Input {
        &self.inputs[at]
    }
}
