//! The least-cost whole numbers that satisfy linear conditions, with a proof.
//!
//! Branch and bound over a dual simplex in fractions: no step rounds, so that a bound is a bound and "optimal" is proven
//! and not likely. Knows nothing of programs, people or money.

use crate::number::Exact;

/// What is asked: choose whole numbers, each from 0 to its most, of least cost, so that every condition holds.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// What one of each costs; none is below zero.
    pub costs: Vec<Exact>,
    /// How many of each there are.
    pub most: Vec<u32>,
    /// The conditions.
    pub rows: Vec<Row>,
    /// Conditions that seldom matter: they are looked at only where an answer would break them.
    pub seldom: Vec<Row>,
}

/// A condition: the sum of the terms is at least this. An upper limit is one with its signs turned.
#[derive(Clone, Debug)]
pub struct Row {
    /// Choices by their place, and what one of each adds.
    pub terms: Vec<(usize, Exact)>,
    /// What the sum must reach.
    pub at_least: Exact,
}

impl Row {
    fn sum(&self, x: &[Exact]) -> Exact {
        let mut sum = Exact::ZERO;
        for (at, factor) in &self.terms {
            if !x[*at].is_zero() {
                sum = &sum + &(factor * &x[*at]);
            }
        }
        sum
    }

    fn holds(&self, x: &[Exact]) -> bool {
        self.sum(x) >= self.at_least
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// No choice satisfies all conditions (or none that is cheaper than asked): proven.
    None,
    /// A choice, and what no choice can cost less than. They are equal where it is proven optimal.
    Found {
        /// How many of each.
        choice: Vec<u32>,
        /// What it costs.
        cost: Exact,
        /// No choice costs less.
        bound: Exact,
    },
    /// The work ran out before a choice was found; none costs less than this.
    Open(Exact),
}

/// Looks for the cheapest choice, with at most so many steps of work. With `below` only for one that costs less than that.
pub fn solve(problem: &Problem, work: u32, below: Option<&Exact>) -> Outcome {
    let mut search = Search {
        problem,
        work,
        best: None,
        below: below.cloned(),
        // Where every cost is whole, so is the cost of every choice, and a bound may be rounded up.
        whole: problem.costs.iter().all(Exact::is_whole),
    };
    let root = Tableau::new(problem);
    if let Some(x) = greedy(problem, &vec![0; problem.costs.len()]) {
        search.offer(&x);
    }
    let open = search.run(root);
    let least_open = open.into_iter().min();
    match search.best {
        Some((cost, choice)) => {
            let bound = match least_open {
                Some(bound) if bound < cost => bound,
                _ => cost.clone(),
            };
            Outcome::Found {
                choice,
                cost,
                bound,
            }
        }
        None => match least_open {
            Some(bound) => Outcome::Open(bound),
            None => Outcome::None,
        },
    }
}

/// What a choice costs.
pub fn cost_of(problem: &Problem, choice: &[u32]) -> Exact {
    problem
        .costs
        .iter()
        .zip(choice)
        .map(|(cost, count)| cost * &Exact::from(i64::from(*count)))
        .sum()
}

struct Search<'p> {
    problem: &'p Problem,
    work: u32,
    best: Option<(Exact, Vec<u32>)>,
    below: Option<Exact>,
    whole: bool,
}

impl Search<'_> {
    /// Can something of this bound still be better than what is known?
    fn hopeless(&self, bound: &Exact) -> bool {
        let bound = if self.whole {
            bound.ceiling()
        } else {
            bound.clone()
        };
        let best = self.best.as_ref().map(|(cost, _)| cost);
        best.is_some_and(|best| bound >= *best) || self.below.as_ref().is_some_and(|b| bound >= *b)
    }

    fn offer(&mut self, x: &[u32]) {
        let exact: Vec<Exact> = x.iter().map(|n| Exact::from(i64::from(*n))).collect();
        let problem = self.problem;
        let mut rows = problem.rows.iter().chain(&problem.seldom);
        if !rows.all(|row| row.holds(&exact)) {
            return;
        }
        let cost = cost_of(problem, x);
        if !self.hopeless(&cost) {
            self.best = Some((cost, x.to_vec()));
        }
    }

    /// Goes through the tree. Gives the bounds of what was left open.
    fn run(&mut self, root: Tableau) -> Vec<Exact> {
        let mut stack = vec![(root.z.clone(), root)];
        let mut nodes = 0_u32;
        while let Some((bound, mut node)) = stack.pop() {
            if self.hopeless(&bound) {
                continue;
            }
            match self.relax(&mut node) {
                Relaxed::Infeasible => continue,
                Relaxed::OutOfWork => {
                    stack.push((node.z.clone(), node));
                    return stack.into_iter().map(|(bound, _)| bound).collect();
                }
                Relaxed::Done => {}
            }
            if self.hopeless(&node.z) {
                continue;
            }
            nodes += 1;
            let x = node.values();
            let Some((at, value)) = most_fractional(&x) else {
                let x: Vec<u32> = x.iter().map(whole_number).collect();
                self.offer(&x);
                continue;
            };
            // From what the fractions suggest a good choice is often near.
            if nodes <= 8 || nodes.is_multiple_of(32) {
                let floor: Vec<u32> = x.iter().map(|v| whole_number(&v.floor())).collect();
                if let Some(x) = greedy(self.problem, &floor) {
                    self.offer(&x);
                }
                if self.hopeless(&node.z) {
                    continue;
                }
            }
            let (low, high) = (value.floor(), value.ceiling());
            let up_first = &value - &low >= Exact::ratio(1, 2).unwrap_or(Exact::ZERO);
            let mut below = node.clone();
            below.limit(at, None, Some(&low));
            let mut above = node;
            above.limit(at, Some(&high), None);
            let bound = below.z.clone();
            let (first, second) = if up_first {
                (above, below)
            } else {
                (below, above)
            };
            stack.push((bound.clone(), second));
            stack.push((bound, first));
        }
        vec![]
    }

    /// Solves without whole numbers, adding conditions that seldom matter where they do.
    fn relax(&mut self, node: &mut Tableau) -> Relaxed {
        loop {
            match node.dual(&mut self.work, |z| {
                self.below.as_ref().is_some_and(|b| z >= b)
                    || self.best.as_ref().is_some_and(|(best, _)| z >= best)
            }) {
                Relaxed::Done => {}
                other => return other,
            }
            let x = node.values();
            let broken: Vec<usize> = (0..self.problem.seldom.len())
                .filter(|row| !node.added.contains(row))
                .filter(|row| !self.problem.seldom[*row].holds(&x))
                .collect();
            if broken.is_empty() {
                return Relaxed::Done;
            }
            for row in broken {
                node.added.push(row);
                node.add(&self.problem.seldom[row]);
            }
        }
    }
}

fn whole_number(value: &Exact) -> u32 {
    value
        .to_i64()
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or(0)
}

fn most_fractional(x: &[Exact]) -> Option<(usize, Exact)> {
    let half = Exact::ratio(1, 2).unwrap_or(Exact::ZERO);
    let far = |v: &Exact| {
        let part = v - &v.floor();
        if part > half {
            &Exact::ONE - &part
        } else {
            part
        }
    };
    x.iter()
        .enumerate()
        .filter(|(_, v)| !v.is_whole())
        .max_by(|(_, a), (_, b)| far(a).cmp(&far(b)))
        .map(|(at, v)| (at, v.clone()))
}

/// Takes, again and again, what closes most for its cost, and then gives back what is not needed.
fn greedy(problem: &Problem, from: &[u32]) -> Option<Vec<u32>> {
    let mut x = from.to_vec();
    let rows: Vec<&Row> = problem.rows.iter().chain(&problem.seldom).collect();
    let mut by_choice: Vec<Vec<(usize, &Exact)>> = vec![vec![]; x.len()];
    for (at, row) in rows.iter().enumerate() {
        for (choice, factor) in &row.terms {
            by_choice[*choice].push((at, factor));
        }
    }
    let as_exact =
        |x: &[u32]| -> Vec<Exact> { x.iter().map(|n| Exact::from(i64::from(*n))).collect() };
    let start = as_exact(&x);
    let mut slack: Vec<Exact> = rows.iter().map(|r| &r.sum(&start) - &r.at_least).collect();
    loop {
        if slack.iter().all(|s| !s.is_negative()) {
            break;
        }
        let mut best: Option<(Exact, usize)> = None;
        for (choice, touched) in by_choice.iter().enumerate() {
            if x[choice] >= problem.most[choice] {
                continue;
            }
            let mut gain = Exact::ZERO;
            let mut breaks = false;
            for (row, factor) in touched {
                let slack = &slack[*row];
                if factor.is_negative() {
                    breaks |= !slack.is_negative() && (slack + factor).is_negative();
                } else if slack.is_negative() {
                    let need = -slack.clone();
                    let part = if **factor < need {
                        (*factor).clone()
                    } else {
                        need.clone()
                    };
                    if let Some(share) = part.checked_div(&need) {
                        gain = &gain + &share;
                    }
                }
            }
            if breaks || gain.is_zero() {
                continue;
            }
            // Gain for its cost; what costs nothing is taken first.
            let cost = &problem.costs[choice] + &Exact::ratio(1, 1000).unwrap_or(Exact::ZERO);
            let Some(worth) = gain.checked_div(&cost) else {
                continue;
            };
            if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                best = Some((worth, choice));
            }
        }
        let (_, choice) = best?;
        x[choice] += 1;
        for (row, factor) in &by_choice[choice] {
            slack[*row] = &slack[*row] + factor;
        }
    }
    // The dearest first: what is not needed goes back.
    let mut order: Vec<usize> = (0..x.len()).filter(|c| x[*c] > 0).collect();
    order.sort_by(|a, b| problem.costs[*b].cmp(&problem.costs[*a]));
    for choice in order {
        while x[choice] > 0
            && by_choice[choice]
                .iter()
                .all(|(row, factor)| !(&slack[*row] - factor).is_negative())
        {
            x[choice] -= 1;
            for (row, factor) in &by_choice[choice] {
                slack[*row] = &slack[*row] - factor;
            }
        }
    }
    Some(x)
}

enum Relaxed {
    Done,
    Infeasible,
    OutOfWork,
}

/// A variable of the tableau: a choice, or what a condition has to spare. In the tableau it runs from 0 to `range`.
#[derive(Clone)]
struct Variable {
    /// The value at 0 of the tableau.
    base: Exact,
    /// Does it run down from its base instead of up?
    flipped: bool,
    /// How far it may go; `None` without limit.
    range: Option<Exact>,
}

/// Every basic variable as its value less a sum of the others, and the cost likewise.
#[derive(Clone)]
struct Tableau {
    variables: Vec<Variable>,
    /// How many of the variables are choices.
    choices: usize,
    rows: Vec<Vec<Exact>>,
    values: Vec<Exact>,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    reduced: Vec<Exact>,
    z: Exact,
    /// The conditions that seldom matter and were added.
    added: Vec<usize>,
}

impl Tableau {
    fn new(problem: &Problem) -> Tableau {
        let choices = problem.costs.len();
        let variables = problem
            .most
            .iter()
            .map(|most| Variable {
                base: Exact::ZERO,
                flipped: false,
                range: Some(Exact::from(i64::from(*most))),
            })
            .collect();
        let mut tableau = Tableau {
            variables,
            choices,
            rows: vec![],
            values: vec![],
            basic: vec![],
            nonbasic: (0..choices).collect(),
            reduced: problem.costs.clone(),
            z: Exact::ZERO,
            added: vec![],
        };
        for row in &problem.rows {
            tableau.add(row);
        }
        tableau
    }

    /// Adds a condition: what it has to spare is a basic variable.
    fn add(&mut self, row: &Row) {
        // spare = Σ a x − b, written in the variables that are not basic now.
        let mut coefficients = vec![Exact::ZERO; self.nonbasic.len()];
        let mut value = -row.at_least.clone();
        let mut place = vec![None; self.variables.len()];
        for (at, variable) in self.nonbasic.iter().enumerate() {
            place[*variable] = Some(at);
        }
        let mut basic_at = vec![None; self.variables.len()];
        for (at, variable) in self.basic.iter().enumerate() {
            basic_at[*variable] = Some(at);
        }
        for (choice, factor) in &row.terms {
            let variable = &self.variables[*choice];
            value = &value + &(factor * &variable.base);
            let signed = if variable.flipped {
                -factor.clone()
            } else {
                factor.clone()
            };
            if let Some(at) = place[*choice] {
                // spare − Σ signed x' = …
                coefficients[at] = &coefficients[at] - &signed;
            } else if let Some(at) = basic_at[*choice] {
                value = &value + &(&signed * &self.values[at]);
                for (c, own) in coefficients.iter_mut().zip(&self.rows[at]) {
                    if !own.is_zero() {
                        *c = &*c + &(&signed * own);
                    }
                }
            }
        }
        self.basic.push(self.variables.len());
        self.variables.push(Variable {
            base: Exact::ZERO,
            flipped: false,
            range: None,
        });
        self.rows.push(coefficients);
        self.values.push(value);
    }

    /// The value of each choice.
    fn values(&self) -> Vec<Exact> {
        let mut x: Vec<Exact> = self.variables[..self.choices]
            .iter()
            .map(|v| v.base.clone())
            .collect();
        for (row, variable) in self.basic.iter().enumerate() {
            if *variable < self.choices {
                let of = &self.variables[*variable];
                x[*variable] = if of.flipped {
                    &of.base - &self.values[row]
                } else {
                    &of.base + &self.values[row]
                };
            }
        }
        x
    }

    /// Narrows the ends of a choice, which is basic.
    fn limit(&mut self, choice: usize, least: Option<&Exact>, most: Option<&Exact>) {
        let Some(row) = self.basic.iter().position(|b| *b == choice) else {
            return;
        };
        let variable = &mut self.variables[choice];
        // The end at the base moves the base; the other one shortens the range.
        let (at_base, at_end) = if variable.flipped {
            (most, least)
        } else {
            (least, most)
        };
        if let Some(end) = at_end {
            let range = if variable.flipped {
                &variable.base - end
            } else {
                end - &variable.base
            };
            variable.range = Some(range);
        }
        if let Some(base) = at_base {
            let by = if variable.flipped {
                &variable.base - base
            } else {
                base - &variable.base
            };
            variable.base = base.clone();
            variable.range = variable.range.as_ref().map(|r| r - &by);
            self.values[row] = &self.values[row] - &by;
        }
    }

    /// Turns a basic variable round: from its other end it runs the other way.
    fn flip(&mut self, row: usize) {
        let variable = &mut self.variables[self.basic[row]];
        let Some(range) = variable.range.clone() else {
            return;
        };
        variable.base = if variable.flipped {
            &variable.base - &range
        } else {
            &variable.base + &range
        };
        variable.flipped = !variable.flipped;
        for c in &mut self.rows[row] {
            if !c.is_zero() {
                *c = -c.clone();
            }
        }
        self.values[row] = &range - &self.values[row];
    }

    /// The dual simplex. The cost only rises on the way, so that it is a bound at any time; it stops where that is enough.
    fn dual(&mut self, work: &mut u32, enough: impl Fn(&Exact) -> bool) -> Relaxed {
        let mut pivots = 0_u32;
        loop {
            for row in 0..self.rows.len() {
                let over = self.variables[self.basic[row]]
                    .range
                    .as_ref()
                    .is_some_and(|range| self.values[row] > *range);
                if over {
                    self.flip(row);
                }
            }
            let short = (0..self.rows.len()).filter(|row| self.values[*row].is_negative());
            // After a while by the order of the variables, which cannot go round in circles.
            let row = if pivots < 200 {
                short.min_by(|a, b| self.values[*a].cmp(&self.values[*b]))
            } else {
                short.min_by_key(|row| self.basic[*row])
            };
            let Some(row) = row else {
                return Relaxed::Done;
            };
            if enough(&self.z) {
                return Relaxed::Infeasible;
            }
            if *work == 0 {
                return Relaxed::OutOfWork;
            }
            let mut entering: Option<(Exact, usize)> = None;
            for (at, c) in self.rows[row].iter().enumerate() {
                let variable = self.nonbasic[at];
                let fixed = self.variables[variable]
                    .range
                    .as_ref()
                    .is_some_and(Exact::is_zero);
                if !c.is_negative() || fixed {
                    continue;
                }
                let Some(ratio) = self.reduced[at].checked_div(&-c.clone()) else {
                    continue;
                };
                let better = match &entering {
                    None => true,
                    Some((least, other)) => {
                        ratio < *least || ratio == *least && variable < self.nonbasic[*other]
                    }
                };
                if better {
                    entering = Some((ratio, at));
                }
            }
            let Some((_, column)) = entering else {
                return Relaxed::Infeasible;
            };
            self.pivot(row, column);
            pivots += 1;
            *work -= 1;
        }
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let by = self.rows[row][column].clone();
        let inverse = Exact::ONE.checked_div(&by).unwrap_or(Exact::ONE);
        let mut own = std::mem::take(&mut self.rows[row]);
        for c in &mut own {
            if !c.is_zero() {
                *c = &*c * &inverse;
            }
        }
        own[column] = inverse.clone();
        let value = &self.values[row] * &inverse;
        let touched: Vec<usize> = (0..own.len())
            .filter(|c| *c != column && !own[*c].is_zero())
            .collect();
        for other in 0..self.rows.len() {
            if other == row {
                continue;
            }
            let factor = self.rows[other][column].clone();
            if factor.is_zero() {
                continue;
            }
            for c in &touched {
                self.rows[other][*c] = &self.rows[other][*c] - &(&factor * &own[*c]);
            }
            self.rows[other][column] = -(&factor * &inverse);
            self.values[other] = &self.values[other] - &(&factor * &value);
        }
        let factor = self.reduced[column].clone();
        if !factor.is_zero() {
            for c in &touched {
                self.reduced[*c] = &self.reduced[*c] - &(&factor * &own[*c]);
            }
            self.reduced[column] = -(&factor * &inverse);
            self.z = &self.z + &(&factor * &value);
        }
        self.rows[row] = own;
        self.values[row] = value;
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator of numbers: the same seed gives the same bytes.
    struct Random(u64);

    impl Random {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % n
        }
    }

    fn exact(n: u64) -> Exact {
        Exact::from(i64::try_from(n).expect("small"))
    }

    /// Every choice, one after the other.
    fn brute(problem: &Problem) -> Option<Exact> {
        let mut best: Option<Exact> = None;
        let mut x = vec![0_u32; problem.costs.len()];
        loop {
            let values: Vec<Exact> = x.iter().map(|n| exact((*n).into())).collect();
            let rows = problem.rows.iter().chain(&problem.seldom);
            if rows.into_iter().all(|r| r.holds(&values)) {
                let cost = cost_of(problem, &x);
                if best.as_ref().is_none_or(|b| cost < *b) {
                    best = Some(cost);
                }
            }
            let mut at = 0;
            loop {
                if at == x.len() {
                    return best;
                }
                x[at] += 1;
                if x[at] <= problem.most[at] {
                    break;
                }
                x[at] = 0;
                at += 1;
            }
        }
    }

    #[test]
    fn brute_force_agrees_on_a_thousand_random_problems() {
        let (mut none, mut found) = (0, 0);
        for seed in 0..1000 {
            let mut random = Random(seed);
            let choices = 1 + random.below(6) as usize;
            let mut rows = Vec::new();
            for _ in 0..1 + random.below(4) {
                let terms: Vec<(usize, Exact)> = (0..choices)
                    .filter_map(|c| {
                        let factor = random.below(5);
                        (factor > 0).then(|| (c, exact(factor)))
                    })
                    .collect();
                rows.push(Row {
                    terms,
                    at_least: exact(random.below(9)),
                });
            }
            let mut seldom = Vec::new();
            for _ in 0..random.below(3) {
                let terms = (0..choices)
                    .filter(|_| random.below(2) == 0)
                    .map(|c| (c, -Exact::ONE))
                    .collect::<Vec<_>>();
                seldom.push(Row {
                    terms,
                    at_least: -exact(random.below(4)),
                });
            }
            let thirds = random.below(2) == 0;
            let cost = |n: u64| {
                if thirds {
                    Exact::ratio(n as i64, 3).expect("three is not zero")
                } else {
                    exact(n)
                }
            };
            let problem = Problem {
                costs: (0..choices).map(|_| cost(random.below(12))).collect(),
                most: (0..choices).map(|_| random.below(4) as u32).collect(),
                rows,
                seldom,
            };
            match (solve(&problem, 100_000, None), brute(&problem)) {
                (Outcome::None, None) => none += 1,
                (
                    Outcome::Found {
                        choice,
                        cost,
                        bound,
                    },
                    Some(best),
                ) => {
                    assert_eq!(cost, best, "seed {seed}");
                    assert_eq!(bound, best, "seed {seed}: proven");
                    assert_eq!(cost_of(&problem, &choice), cost, "seed {seed}");
                    // Asked for something cheaper, it proves that there is nothing.
                    assert_eq!(solve(&problem, 100_000, Some(&best)), Outcome::None);
                    found += 1;
                }
                (out, best) => panic!("seed {seed}: {out:?} and {best:?}"),
            }
        }
        assert!(none > 50 && found > 300, "{none} without, {found} with");
    }
}
