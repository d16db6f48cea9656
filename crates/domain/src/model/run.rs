//! Runs a model: once with fifteen decimals for what is shown, and many times at once for what may happen.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::cash::{self, Curve};
use crate::number::Exact;
use crate::syntax::{Arith, Compare};

use super::compile::{Case, Code, Gather, Phase, Slot, Step};
use super::figure::{Number, Wide};
use super::{Model, Settings};

/// What a result is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A number.
    Number(Exact),
    /// Yes or no.
    Test(bool),
    /// The yearly rates at which payments are worth nothing, from the lowest: none, one or several.
    Rates(Vec<Exact>),
    /// It never happens, or there is no such number.
    Never,
}

impl Outcome {
    /// The number, where it is one.
    pub fn number(&self) -> Option<&Exact> {
        match self {
            Outcome::Number(n) => Some(n),
            Outcome::Rates(rates) => match rates.as_slice() {
                [one] => Some(one),
                _ => None,
            },
            _ => None,
        }
    }

    /// Is it yes?
    pub fn is_yes(&self) -> bool {
        *self == Outcome::Test(true)
    }
}

/// What a model says for the inputs of one partner.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Each line, by id: its months in the move, and in staying as we are. `None` where there is no such number.
    pub lines: IndexMap<String, [Vec<Option<Exact>>; 2]>,
    /// Each result, by id.
    pub results: IndexMap<String, Outcome>,
    /// The lines of each chart, month by month.
    pub charts: Vec<Vec<Vec<Option<Exact>>>>,
    /// Each table of multiples: the rows that are the partner's, by their place, with the lower and the higher value.
    pub ranges: Vec<Vec<(usize, Exact, Exact)>>,
    /// Each claim.
    pub claims: Vec<ClaimAnswer>,
    /// Each list: its rows as they are shown, by their place in the file, with what each column has.
    pub lists: Vec<Vec<(usize, Vec<Outcome>)>>,
    /// Which news is told.
    pub news: Option<usize>,
}

/// What came out of a claim.
#[derive(Clone, Debug, Default)]
pub struct ClaimAnswer {
    /// Of each reading what is shown, and whether it holds together.
    pub readings: Vec<(Vec<Outcome>, Option<bool>)>,
    /// What the model has.
    pub yours: Vec<Outcome>,
    /// Does the model do as well?
    pub met: Option<bool>,
}

/// What the steps of a model are.
#[derive(Clone, Debug)]
pub struct Trace {
    values: Vec<Option<Exact>>,
    months: HashMap<Slot, Vec<Option<Exact>>>,
}

impl Trace {
    /// What a step is at the end, or always; `None` where there is no such number.
    pub fn value(&self, slot: Slot) -> Option<&Exact> {
        self.values.get(slot)?.as_ref()
    }

    /// What a step is in a month, from 1.
    pub fn month(&self, slot: Slot, month: u32) -> Option<&Exact> {
        match self.months.get(&slot) {
            Some(months) => months.get(month.checked_sub(1)? as usize)?.as_ref(),
            None => self.value(slot),
        }
    }
}

/// All values of a run of `L` paths side by side.
pub(super) struct Frame<N, const L: usize> {
    /// What each step has: what it had in the last month, where it is done every month.
    pub(super) slots: Vec<[N; L]>,
    /// The months of each kept line, by their order in the code.
    kept: Vec<Vec<[N; L]>>,
    /// The months of each series, by their order in the code.
    pub(super) series: Vec<Vec<[N; L]>>,
}

impl<N: Number, const L: usize> Frame<N, L> {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let months = plan.months as usize;
        let none = [N::NONE; L];
        Frame {
            slots: vec![none; plan.code.steps.len()],
            kept: vec![vec![none; months]; plan.code.kept.len()],
            series: vec![vec![none; months]; plan.series.len()],
        }
    }

    /// Runs all steps. `input` gives each input, by its place and case.
    pub(super) fn run(
        &mut self,
        plan: &Plan<'_>,
        numbers: &[N],
        input: impl Fn(usize, Case) -> [N; L],
    ) {
        for &slot in &plan.once {
            self.slots[slot] = match &plan.code.steps[slot] {
                Step::Number(at) => [numbers[*at]; L],
                Step::Input(at, case) => input(*at, *case),
                step => self.step(plan, step, 0),
            };
        }
        for slot in &plan.sums {
            self.slots[*slot] = [N::ZERO; L];
        }
        for month in 1..=plan.months {
            for &slot in &plan.monthly {
                self.slots[slot] = match &plan.code.steps[slot] {
                    Step::SoFar(a) => self.two(slot, *a, N::plus),
                    step => self.step(plan, step, month),
                };
            }
            let at = month as usize - 1;
            for &(kept, slot) in &plan.kept {
                self.kept[kept][at] = self.slots[slot];
            }
            for (series, slot) in self.series.iter_mut().zip(&plan.series) {
                series[at] = self.slots[*slot];
            }
        }
        for &slot in &plan.end {
            self.slots[slot] = self.step(plan, &plan.code.steps[slot], plan.months);
        }
    }

    #[inline]
    fn one(&self, a: Slot, of: impl Fn(N) -> N) -> [N; L] {
        self.slots[a].map(of)
    }

    #[inline]
    fn two(&self, a: Slot, b: Slot, of: impl Fn(N, N) -> N) -> [N; L] {
        let (a, b) = (&self.slots[a], &self.slots[b]);
        std::array::from_fn(|lane| of(a[lane], b[lane]))
    }

    fn step(&self, plan: &Plan<'_>, step: &Step, month: u32) -> [N; L] {
        let test = |of: fn(&N, &N) -> bool| move |a: N, b: N| a.both(b, |a, b| N::test(of(&a, &b)));
        match step {
            Step::Number(_) | Step::Input(..) | Step::SoFar(_) => [N::NONE; L],
            Step::Month => [N::whole(month); L],
            Step::Before(kept, ago, start) => match (month.checked_sub(*ago + 1), start) {
                (Some(at), _) => self.kept[*kept][at as usize],
                (None, Some(start)) => self.slots[*start],
                (None, None) => [N::ZERO; L],
            },
            Step::Arith(Arith::Add, a, b) => self.two(*a, *b, N::plus),
            Step::Arith(Arith::Subtract, a, b) => self.two(*a, *b, N::minus),
            Step::Arith(Arith::Multiply, a, b) => self.two(*a, *b, N::times),
            Step::Arith(Arith::Divide, a, b) => self.two(*a, *b, N::over),
            Step::Pick(true, a, b) => self.two(*a, *b, |a, b| a.both(b, N::max)),
            Step::Pick(false, a, b) => self.two(*a, *b, |a, b| a.both(b, N::min)),
            Step::Compare(op, a, b) => match op {
                Compare::Equal => self.two(*a, *b, test(|a, b| a == b)),
                Compare::NotEqual => self.two(*a, *b, test(|a, b| a != b)),
                Compare::Less => self.two(*a, *b, test(|a, b| a < b)),
                Compare::AtMost => self.two(*a, *b, test(|a, b| a <= b)),
                Compare::More => self.two(*a, *b, test(|a, b| a > b)),
                Compare::AtLeast => self.two(*a, *b, test(|a, b| a >= b)),
            },
            Step::And(a, b) => self.two(*a, *b, |a, b| a.both(b, N::min)),
            Step::Or(a, b) => self.two(*a, *b, |a, b| a.both(b, N::max)),
            Step::Not(a) => self.one(*a, |a| N::ONE.both(a, N::minus)),
            Step::If(when, a, b) => {
                let (when, a, b) = (&self.slots[*when], &self.slots[*a], &self.slots[*b]);
                std::array::from_fn(|lane| match when[lane] {
                    n if n == N::NONE => n,
                    n if n == N::ZERO => b[lane],
                    _ => a[lane],
                })
            }
            Step::Floor(a) => self.one(*a, N::floor),
            Step::Monthly(a) => self.one(*a, N::monthly),
            Step::Gather(gather, of, rate) => {
                let series = plan.series_of(*of);
                let rate = rate.map(|r| &self.slots[r]);
                std::array::from_fn(|lane| {
                    let months = self.series[series].iter().map(|m| m[lane]);
                    gathered(*gather, months, rate.map_or(N::ZERO, |r| r[lane]))
                })
            }
            Step::CurvePayback(ramp, a) => {
                let curve = if *ramp { Curve::Ramp } else { Curve::Flat };
                let years = (plan.months / 12).max(1);
                self.one(*a, |a| {
                    let found = a.exact().and_then(|a| cash::payback_of(&a, years, curve));
                    found.map_or(N::NONE, |years| N::of(&years))
                })
            }
        }
    }
}

/// One value of a series.
fn gathered<N: Number>(
    gather: Gather,
    months: impl DoubleEndedIterator<Item = N> + ExactSizeIterator + Clone,
    rate: N,
) -> N {
    let numbered = || months.clone().zip(1..);
    match gather {
        Gather::Total => months.fold(N::ZERO, N::plus),
        Gather::Final => months.last().unwrap_or(N::NONE),
        Gather::LastYear => months.rev().take(12).fold(N::ZERO, N::plus),
        Gather::Least => months.reduce(|a, b| a.both(b, N::min)).unwrap_or(N::NONE),
        Gather::Most => months.reduce(|a, b| a.both(b, N::max)).unwrap_or(N::NONE),
        Gather::LeastMonth => {
            let least = numbered().min_by_key(|(value, _)| *value);
            least
                .filter(|(value, _)| value.is_some())
                .map_or(N::NONE, |(_, n)| N::whole(n))
        }
        Gather::FirstMonth => {
            let found = numbered().find(|(is, _)| *is == N::ONE);
            found.map_or(N::NONE, |(_, n)| N::whole(n))
        }
        Gather::LastingMonth => {
            let count = months.len() as u32;
            let holding = months.rev().take_while(|is| *is == N::ONE).count() as u32;
            if holding == 0 {
                N::NONE
            } else {
                N::whole(count - holding + 1)
            }
        }
        Gather::PresentValue => {
            let factor = N::ONE.over(N::ONE.plus(rate));
            months
                .rev()
                .fold(N::ZERO, |value, payment| value.plus(payment).times(factor))
        }
        Gather::Payback => payback(months, N::ONE),
        Gather::DiscountedPayback => payback(months, N::ONE.over(N::ONE.plus(rate))),
        // Only the exact run finds rates.
        Gather::ReturnRate => N::NONE,
    }
}

/// Months from the beginning of the first that costs until what came in is what went out; each month is worth `factor` of the
/// one before it.
fn payback<N: Number>(months: impl Iterator<Item = N>, factor: N) -> N {
    let (mut sum, mut worth, mut whole) = (N::ZERO, N::ONE, N::ZERO);
    let mut begun = false;
    for payment in months {
        worth = worth.times(factor);
        let payment = payment.times(worth);
        begun |= payment < N::ZERO;
        if !begun {
            continue;
        }
        if !payment.is_some() {
            return N::NONE;
        }
        let before = sum;
        sum = sum.plus(payment);
        if sum >= N::ZERO {
            // What comes within a month comes evenly over it.
            return whole.plus(N::ZERO.minus(before).over(payment));
        }
        whole = whole.plus(N::ONE);
    }
    N::NONE
}

/// The steps of a model in the order in which they are done.
pub(super) struct Plan<'c> {
    code: &'c Code,
    months: u32,
    once: Vec<Slot>,
    monthly: Vec<Slot>,
    end: Vec<Slot>,
    sums: Vec<Slot>,
    /// The lines that others look back to: where they are kept, and their steps.
    kept: Vec<(usize, Slot)>,
    /// The steps whose months are kept until the end.
    series: Vec<Slot>,
}

impl<'c> Plan<'c> {
    /// Everything, with the months of every line.
    pub(super) fn whole(model: &'c Model) -> Self {
        let code = &*model.code;
        let mut series = code.series.clone();
        series.extend(code.lines.iter().flatten());
        Plan::with(model, &vec![true; code.steps.len()], series)
    }

    /// Only what some steps are made of; the months of some of them are kept.
    pub(super) fn of(
        model: &'c Model,
        wanted: impl IntoIterator<Item = Slot>,
        months_of: Option<Slot>,
    ) -> Self {
        let code = &*model.code;
        let needed = code.needed_for(wanted.into_iter().chain(months_of));
        let steps = code.steps.iter().zip(&needed);
        let gathered = steps.filter_map(|(step, needed)| match step {
            Step::Gather(_, of, _) if *needed => Some(*of),
            _ => None,
        });
        let mut series: Vec<Slot> = gathered.chain(months_of).collect();
        series.sort_unstable();
        series.dedup();
        Plan::with(model, &needed, series)
    }

    fn with(model: &'c Model, needed: &[bool], series: Vec<Slot>) -> Self {
        let code = &*model.code;
        let of = |phase: Phase| {
            let all = 0..code.steps.len();
            all.filter(|at| needed[*at] && code.phases[*at] == phase)
                .collect::<Vec<_>>()
        };
        let monthly = of(Phase::Month);
        let sums = monthly.iter().copied();
        let sums = sums.filter(|at| matches!(code.steps[*at], Step::SoFar(_)));
        let kept = code.kept.iter().copied().enumerate();
        Plan {
            sums: sums.collect(),
            kept: kept.filter(|(_, slot)| needed[*slot]).collect(),
            series,
            code,
            months: model.months,
            once: of(Phase::Once),
            end: of(Phase::End),
            monthly,
        }
    }

    pub(super) fn series_of(&self, slot: Slot) -> usize {
        let found = self.series.iter().position(|s| *s == slot);
        found.unwrap_or_default()
    }
}

impl Model {
    /// What the model says for these inputs: with fifteen decimals, rounded to the nearest at every step.
    pub fn run(&self, settings: &Settings) -> Answer {
        let plan = Plan::whole(self);
        let frame = self.framed(&plan, settings);
        self.answer(&plan, &frame)
    }

    fn framed(&self, plan: &Plan<'_>, settings: &Settings) -> Frame<Wide, 1> {
        let numbers: Vec<Wide> = self.code.numbers.iter().map(Wide::of).collect();
        let mut frame = Frame::new(plan);
        frame.run(plan, &numbers, |at, case| [self.input(settings, at, case)]);
        frame
    }

    /// What every step is for these inputs, month by month: what [`Model::run`] shows and all that it is computed from.
    pub fn trace(&self, settings: &Settings) -> Trace {
        let mut plan = Plan::whole(self);
        let monthly = plan.monthly.iter().copied();
        let more: Vec<Slot> = monthly.filter(|s| !plan.series.contains(s)).collect();
        plan.series.extend(more);
        let frame = self.framed(&plan, settings);
        let values = frame.slots.iter().map(|[n]| n.exact()).collect();
        let series = plan.series.iter().zip(&frame.series);
        let months = series.map(|(slot, months)| {
            let months = months.iter().map(|[n]| n.exact());
            (*slot, months.collect())
        });
        Trace {
            values,
            months: months.collect(),
        }
    }

    pub(super) fn input<N: Number>(&self, settings: &Settings, at: usize, case: Case) -> N {
        let input = self.input_at(at);
        match settings.get(&input.id) {
            Some(setting) => N::of(setting.in_case(case)),
            None => N::of(input.setting().in_case(case)),
        }
    }

    fn answer(&self, plan: &Plan<'_>, frame: &Frame<Wide, 1>) -> Answer {
        let series = |slot: Slot| -> Vec<Option<Exact>> {
            match self.code.phases[slot] {
                Phase::Month => {
                    let at = plan.series_of(slot);
                    frame.series[at].iter().map(|[n]| n.exact()).collect()
                }
                _ => vec![frame.slots[slot][0].exact(); self.months as usize],
            }
        };
        let value = |slot: Slot| frame.slots[slot][0].exact();
        let test = |slot: Slot| frame.slots[slot][0] == Wide::ONE;
        let outcome = |slot: Slot, is_test: bool| match &self.code.steps[slot] {
            Step::Gather(Gather::ReturnRate, of, _) => {
                let payments: Option<Vec<Exact>> = series(*of).into_iter().collect();
                let monthly = payments.map(|p| cash::rates_of_return(&p));
                monthly.map_or(Outcome::Never, |rates| {
                    Outcome::Rates(rates.iter().map(yearly).collect())
                })
            }
            _ if is_test => value(slot).map_or(Outcome::Never, |_| Outcome::Test(test(slot))),
            _ => value(slot).map_or(Outcome::Never, Outcome::Number),
        };
        let is_test = |slot: Slot| self.code.is_test(slot);
        let lines = self.lines.keys().zip(&self.code.lines);
        let lines = lines.map(|(id, both)| (id.clone(), both.map(series)));
        let results = self.results.keys().zip(&self.code.results);
        let results: IndexMap<String, Outcome> = results
            .map(|(id, slot)| (id.clone(), outcome(*slot, is_test(*slot))))
            .collect();
        let charts = self.code.charts.iter();
        let charts = charts.map(|lines| lines.iter().map(|slot| series(*slot)).collect());
        let ranges = self.ranges.iter().zip(&self.code.ranges);
        let ranges = ranges.map(|(table, tests)| {
            let Some(of) = results.get(&table.of).and_then(Outcome::number) else {
                return vec![];
            };
            let rows = table.rows.iter().zip(tests).enumerate();
            rows.filter(|(_, (_, slot))| test(**slot))
                .map(|(at, (row, _))| (at, of * &row.from, of * &row.to))
                .collect()
        });
        let lists = self.lists.iter().zip(&self.code.lists);
        let lists = lists.map(|(list, rows)| {
            let all = rows.iter().map(|row| {
                let columns = row.iter().map(|slot| outcome(*slot, is_test(*slot)));
                columns.collect::<Vec<_>>()
            });
            let mut all: Vec<(usize, Vec<Outcome>)> = all.enumerate().collect();
            if list.ranked {
                let last = |row: &[Outcome]| row.last().and_then(|o| o.number().cloned());
                all.sort_by_key(|(_, row)| std::cmp::Reverse(last(row)));
            }
            all
        });
        let claims = self.code.claims.iter().map(|claim| ClaimAnswer {
            readings: claim
                .readings
                .iter()
                .map(|(shows, holds)| {
                    let shows = shows.iter().map(|s| outcome(*s, is_test(*s)));
                    (shows.collect(), holds.map(test))
                })
                .collect(),
            yours: claim
                .yours
                .iter()
                .map(|s| outcome(*s, is_test(*s)))
                .collect(),
            met: claim.met.map(test),
        });
        Answer {
            lines: lines.collect(),
            charts: charts.collect(),
            ranges: ranges.collect(),
            claims: claims.collect(),
            lists: lists.collect(),
            news: self.code.news.iter().position(|slot| test(*slot)),
            results,
        }
    }
}

/// A monthly rate as a yearly one.
fn yearly(monthly: &Exact) -> Exact {
    let growth = &Exact::ONE + monthly;
    let mut year = Exact::ONE;
    for _ in 0..12 {
        year = &year * &growth;
    }
    // Twelve decimals of a month are fewer of a year.
    (&year - &Exact::ONE).rounded(10)
}
