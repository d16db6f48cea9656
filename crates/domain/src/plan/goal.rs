//! What a level still needs, as numbers that have to grow: the test of the level taken apart.
//!
//! Only what rises with more facts is taken apart; the rest is given as it is, and where it is in the way it is named as
//! blocking. Several ways to satisfy a test are kept as alternatives.

use crate::calendar::Day;
use crate::compile::{AggregateId, Field, Ir, NodeId, Selector, SetIr, Value as FactExpr, What};
use crate::engine::Run;
use crate::explain::{Direction, direction};
use crate::number::Exact;
use crate::plan::seats::can_be_planned;
use crate::program::{Ask, Asked, BandValue, Bands};
use crate::standing::{Truth, Value};
use crate::syntax::{Arith, Compare, Pick};

/// At most so many alternatives are looked at.
const MOST_WAYS: usize = 64;
/// At most so many days of a test that must be held are asked one by one.
const MOST_DAYS: usize = 60;
/// At most so many conditions are made of one measure with caps.
const MOST_SUMS: usize = 512;

/// A number of facts that has to reach something on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// The target that wants it, by its place.
    pub target: usize,
    /// The row that wants it, by its place among the edition's rows.
    pub row: Option<usize>,
    /// Under which question windows are bound.
    pub ask: Ask,
    /// The day.
    pub day: Day,
    /// What is added up, and what one of it weighs.
    pub terms: Vec<(Exact, Counted)>,
    /// What is made of the terms where it is not their sum; each of them then weighs one.
    pub shape: Option<Shape>,
    /// How much is still missing; with a shape what it has to reach.
    pub missing: Exact,
}

/// A number that its terms raise, and not only as their sum.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Always this.
    Fixed(Exact),
    /// A term of the atom, by its place.
    Term(usize),
    /// A sum, each times a factor that is not below zero.
    Sum(Vec<(Exact, Shape)>),
    /// The lowest of several.
    Lowest(Vec<Shape>),
    /// The highest of several.
    Highest(Vec<Shape>),
    /// The whole number below.
    Floor(Box<Shape>),
    /// What is there from the start, and for each threshold, ascending, what it adds to reach it.
    Steps(Exact, Vec<(Exact, Exact)>, Box<Shape>),
    /// Nothing until each of these reaches its number, and then this, which is not below zero.
    Gate(Vec<(Shape, Exact)>, Box<Shape>),
}

impl Shape {
    /// Its value where the terms have these.
    pub fn at(&self, terms: &[Exact]) -> Exact {
        match self {
            Shape::Fixed(number) => number.clone(),
            Shape::Term(term) => terms[*term].clone(),
            Shape::Sum(of) => of.iter().map(|(factor, s)| factor * &s.at(terms)).sum(),
            Shape::Lowest(of) => of.iter().map(|s| s.at(terms)).min().unwrap_or(Exact::ZERO),
            Shape::Highest(of) => of.iter().map(|s| s.at(terms)).max().unwrap_or(Exact::ZERO),
            Shape::Floor(of) => of.at(terms).floor(),
            Shape::Steps(start, steps, of) => {
                let number = of.at(terms);
                let reached = steps.iter().filter(|(at, _)| number >= *at);
                start + &reached.map(|(_, by)| by.clone()).sum::<Exact>()
            }
            Shape::Gate(wants, of) => {
                if wants.iter().all(|(s, need)| s.at(terms) >= *need) {
                    of.at(terms)
                } else {
                    Exact::ZERO
                }
            }
        }
    }

    /// Is it whole whatever happens? Then the next number above one is the next whole one.
    pub fn is_whole(&self, terms: &[(Exact, Counted)]) -> bool {
        match self {
            Shape::Fixed(number) => number.is_whole(),
            Shape::Term(term) => !matches!(terms[*term].1.what, Of::Sum(..)),
            Shape::Sum(of) => of
                .iter()
                .all(|(factor, s)| factor.is_whole() && s.is_whole(terms)),
            Shape::Lowest(of) | Shape::Highest(of) => of.iter().all(|s| s.is_whole(terms)),
            Shape::Floor(_) => true,
            Shape::Steps(start, steps, _) => {
                start.is_whole() && steps.iter().all(|(_, by)| by.is_whole())
            }
            Shape::Gate(_, of) => of.is_whole(terms),
        }
    }

    /// Of how many sums it is the lowest: one of them has to be a condition each.
    fn sums(&self) -> usize {
        match self {
            Shape::Sum(of) => of
                .iter()
                .map(|(_, s)| s.sums())
                .fold(1, usize::saturating_mul),
            Shape::Lowest(of) => of.iter().map(Shape::sums).fold(0, usize::saturating_add),
            // What it is already is one of them.
            Shape::Highest(of) => of.iter().map(Shape::sums).fold(1, usize::saturating_add),
            Shape::Gate(_, of) => of.sums().saturating_add(1),
            _ => 1,
        }
    }
}

/// What is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Which facts.
    pub facts: Selector,
    /// What of them.
    pub what: Of,
}

/// What of the facts is counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Of {
    /// How many.
    Each,
    /// How many distinct values of a field.
    Distinct(Field),
    /// A sum over them.
    Sum(FactExpr, Option<String>),
    /// How many seats of a roster can be filled by their holders: the roster, by its place.
    Seats(usize),
}

/// Something that no plan can do.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocked {
    /// The target that wants it, by its place.
    pub target: usize,
    /// The row that wants it.
    pub row: Option<usize>,
    /// Why.
    pub why: Why,
}

/// Why no plan can do something.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It is the vendor's word about a status: of this program (of the edition's own where none is named) and level.
    Status(Option<String>, String),
    /// More facts do not promise to raise it: a difference, a ratio, an average.
    NoDirection,
    /// It rises, but is not made of sums, caps, steps and gates alone: a picked value, a gate that one of several opens.
    NoSum,
    /// It has to be so from this day on, and that is past or too soon for anything.
    Began(Day),
    /// There are more ways to satisfy it than are looked at.
    TooManyWays,
    /// Each could be had, but not all together by the day: too few people, too few hours.
    Together,
    /// No action of the catalog adds what it counts, or not so much: what could be added at most.
    NotEnough(Exact),
}

/// One way to satisfy a test: all of this.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Way {
    /// What has to grow.
    pub atoms: Vec<Atom>,
    /// What is in the way.
    pub blocked: Vec<Blocked>,
}

/// A level that has to be met.
#[derive(Clone, Copy, Debug)]
pub struct Target<'e> {
    /// The edition that judges on the day.
    pub run: Run<'e>,
    /// The question.
    pub ask: Ask,
    /// The level, by its place.
    pub level: usize,
}

/// All ways to meet all targets on a day. With `only`, the rows of these ids alone.
pub fn ways(targets: &[Target<'_>], partner: usize, day: Day, only: Option<&[String]>) -> Vec<Way> {
    walked(targets, partner, day, only, false)
}

/// The same of one target, with those ways as well in which something is in the way while others are free.
pub fn every_way(target: &Target<'_>, partner: usize, day: Day) -> Vec<Way> {
    walked(std::slice::from_ref(target), partner, day, None, true)
}

fn walked(
    targets: &[Target<'_>],
    partner: usize,
    day: Day,
    only: Option<&[String]>,
    every: bool,
) -> Vec<Way> {
    let mut all = vec![Way::default()];
    for (place, target) in targets.iter().enumerate() {
        let walk = Walk {
            target: place,
            run: target.run,
            partner,
            only,
            every,
        };
        all = walk.both(all, walk.level(target.ask, day, target.level), None);
    }
    all
}

struct Walk<'w, 'e> {
    target: usize,
    run: Run<'e>,
    partner: usize,
    only: Option<&'w [String]>,
    /// Are ways kept in which something is in the way, where others are free?
    every: bool,
}

impl Walk<'_, '_> {
    fn met() -> Vec<Way> {
        vec![Way::default()]
    }

    fn stop(&self, row: Option<usize>, why: Why) -> Vec<Way> {
        vec![Way {
            atoms: vec![],
            blocked: vec![Blocked {
                target: self.target,
                row,
                why,
            }],
        }]
    }

    /// Every way of one with every way of the other.
    fn both(&self, a: Vec<Way>, b: Vec<Way>, row: Option<usize>) -> Vec<Way> {
        if a.len() * b.len() > MOST_WAYS {
            let mut first: Vec<Way> = a.into_iter().take(1).collect();
            for way in &mut first {
                way.blocked.push(Blocked {
                    target: self.target,
                    row,
                    why: Why::TooManyWays,
                });
            }
            return first;
        }
        let mut joined = Vec::new();
        for one in &a {
            for other in &b {
                let mut way = one.clone();
                for atom in &other.atoms {
                    if !way.atoms.contains(atom) {
                        way.atoms.push(atom.clone());
                    }
                }
                for blocked in &other.blocked {
                    if !way.blocked.contains(blocked) {
                        way.blocked.push(blocked.clone());
                    }
                }
                joined.push(way);
            }
        }
        joined
    }

    fn all(&self, parts: impl IntoIterator<Item = Vec<Way>>, row: Option<usize>) -> Vec<Way> {
        parts
            .into_iter()
            .fold(Self::met(), |all, part| self.both(all, part, row))
    }

    fn wanted(&self, row: usize) -> bool {
        let rows = &self.run.compiled.rows;
        let top = rows[row].parent.unwrap_or(row);
        self.only.is_none_or(|only| {
            only.iter()
                .any(|id| *id == rows[top].id || *id == rows[row].id)
        })
    }

    fn level(&self, ask: Ask, day: Day, level: usize) -> Vec<Way> {
        let of = &self.run.compiled.levels[level];
        let own = match ask {
            Ask::Enter => of.enter,
            Ask::Retain => of.retain,
        };
        // With chosen rows it is about these alone, and not about what else a level asks.
        if let Some(node) = own.filter(|_| self.only.is_none()) {
            return self.node(ask, day, node, None);
        }
        let mut all = Self::met();
        if level > 0 {
            all = self.level(ask, day, level - 1);
        }
        for row in 0..self.run.compiled.rows.len() {
            if self.run.compiled.rows[row].parent.is_none() {
                all = self.both(all, self.row(ask, day, row, level, None), Some(row));
            }
        }
        all
    }

    fn row(&self, ask: Ask, day: Day, row: usize, level: usize, asked: Option<Asked>) -> Vec<Way> {
        let ir = &self.run.compiled.rows[row];
        let verdict = self.run.row_over(self.partner, ask, row, level, day, day);
        if matches!(verdict.on(day.0), Truth::Yes | Truth::NotApplicable) {
            return Self::met();
        }
        let is_asked = match asked {
            Some(asked) => ir.asked == asked,
            None => ir.asked.by(ask),
        };
        let own = match ir.at[level].test {
            Some(test) if is_asked && self.wanted(row) => self.node(ask, day, test, Some(row)),
            _ => Self::met(),
        };
        let parts = ir
            .parts
            .iter()
            .map(|part| self.row(ask, day, *part, level, asked));
        self.both(own, self.all(parts, Some(row)), Some(row))
    }

    fn truth(&self, ask: Ask, day: Day, node: NodeId) -> Truth {
        *self
            .run
            .node_over(self.partner, node, ask, day, day)
            .on(day.0)
    }

    fn number(&self, ask: Ask, day: Day, node: NodeId) -> Option<Exact> {
        match self.run.node(self.partner, node, ask, day) {
            Value::Number(range) => range.least,
            _ => None,
        }
    }

    fn node(&self, ask: Ask, day: Day, node: NodeId, row: Option<usize>) -> Vec<Way> {
        let compiled = self.run.compiled;
        if matches!(
            self.truth(ask, day, node),
            Truth::Yes | Truth::NotApplicable
        ) {
            return Self::met();
        }
        match &compiled.nodes[node] {
            Ir::And(of) => self.all(of.iter().map(|n| self.node(ask, day, *n, row)), row),
            Ir::Or(of) => {
                let ways: Vec<Way> = of
                    .iter()
                    .flat_map(|n| self.node(ask, day, *n, row))
                    .collect();
                self.few(ways, row)
            }
            Ir::AtLeast(wanted, of) => self.at_least(ask, day, *wanted as usize, of, row),
            Ir::Row(other, level) => self.row(ask, day, *other, *level, None),
            Ir::Matrix(level) => {
                let mut all = Self::met();
                for at in 0..=*level {
                    for row in 0..compiled.rows.len() {
                        if compiled.rows[row].parent.is_none() {
                            let ways = self.row(ask, day, row, at, Some(Asked::Both));
                            all = self.both(all, ways, Some(row));
                        }
                    }
                }
                all
            }
            Ir::Meets(level) => self.level(Ask::Enter, day, *level),
            Ir::Holds(program, level) => {
                self.stop(row, Why::Status(program.clone(), level.clone()))
            }
            Ir::Held(window, inner) => {
                match self.run.window_bounds(self.partner, ask, *window, day) {
                    Some((first, last)) => self.held(ask, first, last, *inner, row),
                    None => self.stop(row, Why::NoDirection),
                }
            }
            Ir::Once(_, inner) => self.node(ask, day, *inner, row),
            Ir::Exists(id) => self.atom(ask, day, vec![(Exact::ONE, *id)], Exact::ONE, row),
            Ir::ExistsSet(set) => match self.set(*set) {
                Some(counted) => self.at_day(
                    ask,
                    day,
                    vec![(Exact::ONE, counted)],
                    Exact::ZERO,
                    Exact::ONE,
                    row,
                ),
                None => self.stop(row, Why::NoSum),
            },
            Ir::If(condition, yes, no) if direction(compiled, *condition) == Direction::Fixed => {
                match self.truth(ask, day, *condition) {
                    Truth::Yes => self.node(ask, day, *yes, row),
                    _ => self.node(ask, day, *no, row),
                }
            }
            Ir::Compare(compare @ (Compare::AtLeast | Compare::More), left, right) => {
                if direction(compiled, *right) != Direction::Fixed {
                    return self.stop(row, Why::NoDirection);
                }
                let Some(need) = self.number(ask, day, *right) else {
                    return self.stop(row, Why::NoDirection);
                };
                self.reach(ask, day, *left, *compare, &need, row)
            }
            _ => {
                let why = match direction(compiled, node) {
                    Direction::Rising => Why::NoSum,
                    _ => Why::NoDirection,
                };
                self.stop(row, why)
            }
        }
    }

    fn few(&self, mut ways: Vec<Way>, row: Option<usize>) -> Vec<Way> {
        if !self.every && ways.iter().any(|w| w.blocked.is_empty()) {
            ways.retain(|w| w.blocked.is_empty());
        }
        if ways.len() > MOST_WAYS {
            return self.stop(row, Why::TooManyWays);
        }
        ways
    }

    /// So many of them: every choice of those that are not met yet.
    fn at_least(
        &self,
        ask: Ask,
        day: Day,
        wanted: usize,
        of: &[NodeId],
        row: Option<usize>,
    ) -> Vec<Way> {
        let open: Vec<NodeId> = of
            .iter()
            .copied()
            .filter(|n| !matches!(self.truth(ask, day, *n), Truth::Yes | Truth::NotApplicable))
            .collect();
        let met = of
            .iter()
            .filter(|n| self.truth(ask, day, **n) == Truth::Yes)
            .count();
        let more = wanted.saturating_sub(met);
        if more > open.len() || open.len() > 12 {
            return self.stop(row, Why::TooManyWays);
        }
        let mut ways = Vec::new();
        for chosen in 0..1_u32 << open.len() {
            if chosen.count_ones() as usize == more {
                let parts = open
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| chosen & (1 << at) != 0)
                    .map(|(_, n)| self.node(ask, day, *n, row));
                ways.extend(self.all(parts, row));
            }
        }
        self.few(ways, row)
    }

    /// On every day from the first to the last: on the days on which it may change.
    fn held(&self, ask: Ask, first: Day, last: Day, inner: NodeId, row: Option<usize>) -> Vec<Way> {
        // Whatever it rests on changes where a row of it does.
        let mut days = vec![first, last];
        for (place, ir) in self.run.compiled.rows.iter().enumerate() {
            for level in 0..self.run.compiled.levels.len() {
                if ir.at[level].test.is_some() {
                    let have = self
                        .run
                        .have_over(self.partner, ask, place, level, first, last);
                    days.extend(have.runs().map(|(day, _)| Day(day)));
                }
            }
        }
        let steps = self.run.node_over(self.partner, inner, ask, first, last);
        days.extend(steps.runs().map(|(day, _)| Day(day)));
        days.sort_unstable();
        days.dedup();
        if days.len() > MOST_DAYS {
            return self.stop(row, Why::TooManyWays);
        }
        self.all(days.iter().map(|day| self.node(ask, *day, inner, row)), row)
    }

    /// A measure that has to reach a number.
    fn reach(
        &self,
        ask: Ask,
        day: Day,
        node: NodeId,
        compare: Compare,
        need: &Exact,
        row: Option<usize>,
    ) -> Vec<Way> {
        let compiled = self.run.compiled;
        match &compiled.nodes[node] {
            Ir::Of(Pick::Lowest, of) => {
                let parts = of
                    .iter()
                    .map(|n| match self.run.node(self.partner, *n, ask, day) {
                        Value::NotApplicable => Self::met(),
                        _ => self.reach(ask, day, *n, compare, need, row),
                    });
                return self.all(parts, row);
            }
            Ir::Of(Pick::Highest, of) => {
                let ways: Vec<Way> = of
                    .iter()
                    .flat_map(|n| self.reach(ask, day, *n, compare, need, row))
                    .collect();
                return self.few(ways, row);
            }
            Ir::Floor(inner) => {
                let whole = match compare {
                    Compare::More => &need.floor() + &Exact::ONE,
                    _ => need.ceiling(),
                };
                return self.reach(ask, day, *inner, Compare::AtLeast, &whole, row);
            }
            Ir::PerTrack(of) => {
                return match self.of_track(ask, day, of) {
                    Some(node) => self.reach(ask, day, node, compare, need, row),
                    None => self.stop(row, Why::NoDirection),
                };
            }
            _ => {}
        }
        if direction(compiled, node) != Direction::Rising {
            return self.stop(row, Why::NoDirection);
        }
        let mut terms = Vec::new();
        let mut fixed = Exact::ZERO;
        if !self.linear((ask, day), node, &Exact::ONE, &mut terms, &mut fixed) {
            return self.shaped(ask, day, node, compare, need, row);
        }
        let need = match compare {
            // The next number that counts can come to, or the next cent.
            Compare::More if terms.iter().all(|(_, c)| !matches!(c.what, Of::Sum(..))) => {
                next_above(need, &fixed, &terms)
            }
            Compare::More => need + &Exact::scaled(1, 2),
            _ => need.clone(),
        };
        self.at_day(ask, day, terms, fixed, need, row)
    }

    /// Of what differs by track that of the partner's own.
    fn of_track(&self, ask: Ask, day: Day, of: &[(usize, NodeId)]) -> Option<NodeId> {
        let tracks = self.run.compiled.edition.tracks.as_ref()?;
        let id = self.run.track(self.partner, ask, day)?;
        let place = tracks.of.iter().position(|o| *o == id)?;
        let found = of.iter().find(|(track, _)| *track == place);
        found.map(|(_, node)| *node)
    }

    /// A measure that is no sum, but made of some.
    fn shaped(
        &self,
        ask: Ask,
        day: Day,
        node: NodeId,
        compare: Compare,
        need: &Exact,
        row: Option<usize>,
    ) -> Vec<Way> {
        let mut terms = Vec::new();
        let shape = match self.shape((ask, day), node, &mut terms) {
            Ok(shape) => shape,
            Err(why) => return self.stop(row, why),
        };
        if shape.sums() > MOST_SUMS {
            return self.stop(row, Why::TooManyWays);
        }
        let missing = match compare {
            Compare::More => match above(&shape, &terms, need) {
                Some(next) => next,
                None => return self.stop(row, Why::NoSum),
            },
            _ => need.clone(),
        };
        Self::wanting(Atom {
            target: self.target,
            row,
            ask,
            day,
            terms,
            shape: Some(shape),
            missing,
        })
    }

    /// Takes a measure apart into sums, caps, steps and gates.
    fn shape(
        &self,
        (ask, day): (Ask, Day),
        node: NodeId,
        terms: &mut Vec<(Exact, Counted)>,
    ) -> Result<Shape, Why> {
        let compiled = self.run.compiled;
        let is_fixed = |node: NodeId| direction(compiled, node) == Direction::Fixed;
        let number = |node: NodeId| self.number(ask, day, node).ok_or(Why::NoSum);
        let applies =
            |node: NodeId| self.run.node(self.partner, node, ask, day) != Value::NotApplicable;
        if is_fixed(node) {
            return Ok(Shape::Fixed(number(node)?));
        }
        Ok(match &compiled.nodes[node] {
            Ir::Count(id) | Ir::Amount(id) => {
                let counted = self.counted(*id).ok_or(Why::NoSum)?;
                term(counted, terms)
            }
            Ir::CountSet(set) => {
                let counted = self.set(*set).ok_or(Why::NoSum)?;
                term(counted, terms)
            }
            Ir::Total(parts) => Shape::Sum(
                parts
                    .iter()
                    .filter(|n| applies(**n))
                    .map(|n| Ok((Exact::ONE, self.shape((ask, day), *n, terms)?)))
                    .collect::<Result<_, Why>>()?,
            ),
            Ir::Mean(parts) => {
                let mut weights = Vec::new();
                for (weight, part) in parts.iter().filter(|(_, part)| applies(*part)) {
                    let is_steady = is_fixed(*weight);
                    let weight = number(*weight)?;
                    if !is_steady || weight.is_negative() {
                        return Err(Why::NoSum);
                    }
                    weights.push((weight, self.shape((ask, day), *part, terms)?));
                }
                let all: Exact = weights.iter().map(|(weight, _)| weight.clone()).sum();
                for (weight, _) in &mut weights {
                    *weight = weight.checked_div(&all).ok_or(Why::NoSum)?;
                }
                Shape::Sum(weights)
            }
            Ir::Arith(Arith::Add, a, b) => Shape::Sum(vec![
                (Exact::ONE, self.shape((ask, day), *a, terms)?),
                (Exact::ONE, self.shape((ask, day), *b, terms)?),
            ]),
            Ir::Arith(Arith::Subtract, a, b) if is_fixed(*b) => Shape::Sum(vec![
                (Exact::ONE, self.shape((ask, day), *a, terms)?),
                (Exact::ONE, Shape::Fixed(-number(*b)?)),
            ]),
            Ir::Arith(Arith::Multiply, a, b) if is_fixed(*a) || is_fixed(*b) => {
                let (by, rising) = if is_fixed(*a) { (*a, *b) } else { (*b, *a) };
                let by = number(by)?;
                if by.is_negative() {
                    return Err(Why::NoDirection);
                }
                Shape::Sum(vec![(by, self.shape((ask, day), rising, terms)?)])
            }
            Ir::Arith(Arith::Divide, a, b) if is_fixed(*b) => {
                let by = Exact::ONE.checked_div(&number(*b)?);
                let by = by.filter(|by| !by.is_negative()).ok_or(Why::NoSum)?;
                Shape::Sum(vec![(by, self.shape((ask, day), *a, terms)?)])
            }
            Ir::Of(Pick::Lowest, parts) => Shape::Lowest(
                parts
                    .iter()
                    .filter(|n| applies(**n))
                    .map(|n| self.shape((ask, day), *n, terms))
                    .collect::<Result<_, Why>>()?,
            ),
            Ir::Of(Pick::Highest, parts) => Shape::Highest(
                parts
                    .iter()
                    .filter(|n| applies(**n))
                    .map(|n| self.shape((ask, day), *n, terms))
                    .collect::<Result<_, Why>>()?,
            ),
            Ir::Of(Pick::Average, parts) => {
                let of: Vec<NodeId> = parts.iter().copied().filter(|n| applies(*n)).collect();
                let count = i64::try_from(of.len()).unwrap_or(i64::MAX);
                let share = Exact::ratio(1, count).ok_or(Why::NoSum)?;
                Shape::Sum(
                    of.iter()
                        .map(|n| Ok((share.clone(), self.shape((ask, day), *n, terms)?)))
                        .collect::<Result<_, Why>>()?,
                )
            }
            Ir::Clamp(points, most) => {
                // What is below zero now would count for nothing until it no longer is.
                if number(*points)?.is_negative() {
                    return Err(Why::NoSum);
                }
                Shape::Lowest(vec![
                    self.shape((ask, day), *points, terms)?,
                    self.shape((ask, day), *most, terms)?,
                ])
            }
            Ir::Floor(inner) => Shape::Floor(Box::new(self.shape((ask, day), *inner, terms)?)),
            Ir::If(condition, yes, no) if is_fixed(*condition) => {
                match self.truth(ask, day, *condition) {
                    Truth::Yes => self.shape((ask, day), *yes, terms)?,
                    Truth::No => self.shape((ask, day), *no, terms)?,
                    _ => return Err(Why::NoSum),
                }
            }
            // Only such a gate rises of which the other side is nothing.
            Ir::If(condition, yes, _) => {
                if number(*yes)?.is_negative() {
                    return Err(Why::NoSum);
                }
                let mut wants = Vec::new();
                self.gate((ask, day), *condition, terms, &mut wants)?;
                let yes = self.shape((ask, day), *yes, terms)?;
                Shape::Gate(wants, Box::new(yes))
            }
            Ir::Bands(bands, inner) => {
                let now = number(*inner)?;
                let inner = self.shape((ask, day), *inner, terms)?;
                steps(&compiled.bands[*bands], inner, terms, &now).ok_or(Why::NoSum)?
            }
            Ir::PerTrack(tracks) => {
                let node = self.of_track(ask, day, tracks).ok_or(Why::NoDirection)?;
                self.shape((ask, day), node, terms)?
            }
            Ir::Filled(place) => term(self.seats(*place).ok_or(Why::TooManyWays)?, terms),
            _ => return Err(Why::NoSum),
        })
    }

    /// What has to be reached before a gate opens.
    fn gate(
        &self,
        (ask, day): (Ask, Day),
        node: NodeId,
        terms: &mut Vec<(Exact, Counted)>,
        wants: &mut Vec<(Shape, Exact)>,
    ) -> Result<(), Why> {
        let compiled = self.run.compiled;
        if direction(compiled, node) == Direction::Fixed {
            return match self.truth(ask, day, node) {
                Truth::Yes => Ok(()),
                _ => Err(Why::NoSum),
            };
        }
        match &compiled.nodes[node] {
            Ir::And(of) => of
                .iter()
                .try_for_each(|n| self.gate((ask, day), *n, terms, wants)),
            Ir::Compare(compare @ (Compare::AtLeast | Compare::More), left, right)
                if direction(compiled, *right) == Direction::Fixed =>
            {
                let need = self.number(ask, day, *right).ok_or(Why::NoSum)?;
                let left = self.shape((ask, day), *left, terms)?;
                let need = match compare {
                    Compare::More => above(&left, terms, &need).ok_or(Why::NoSum)?,
                    _ => need,
                };
                wants.push((left, need));
                Ok(())
            }
            _ => Err(Why::NoSum),
        }
    }

    /// Takes a measure apart into a sum; false where it is none.
    fn linear(
        &self,
        (ask, day): (Ask, Day),
        node: NodeId,
        factor: &Exact,
        terms: &mut Vec<(Exact, Counted)>,
        fixed: &mut Exact,
    ) -> bool {
        let compiled = self.run.compiled;
        if direction(compiled, node) == Direction::Fixed {
            let Some(number) = self.number(ask, day, node) else {
                return false;
            };
            *fixed = &*fixed + &(factor * &number);
            return true;
        }
        match &compiled.nodes[node] {
            Ir::Count(id) | Ir::Amount(id) => match self.counted(*id) {
                Some(counted) => {
                    terms.push((factor.clone(), counted));
                    true
                }
                None => false,
            },
            Ir::CountSet(set) => match self.set(*set) {
                Some(counted) => {
                    terms.push((factor.clone(), counted));
                    true
                }
                None => false,
            },
            Ir::Filled(place) => match self.seats(*place) {
                Some(counted) => {
                    terms.push((factor.clone(), counted));
                    true
                }
                None => false,
            },
            Ir::Arith(Arith::Add, a, b) => {
                self.linear((ask, day), *a, factor, terms, fixed)
                    && self.linear((ask, day), *b, factor, terms, fixed)
            }
            Ir::Arith(Arith::Subtract, a, b) => {
                direction(compiled, *b) == Direction::Fixed
                    && self.linear((ask, day), *a, factor, terms, fixed)
                    && self.linear((ask, day), *b, &-factor.clone(), terms, fixed)
            }
            Ir::Arith(Arith::Multiply, a, b) => {
                let (number, of) = match direction(compiled, *a) {
                    Direction::Fixed => (*a, *b),
                    _ => (*b, *a),
                };
                match self.number(ask, day, number) {
                    Some(by) if direction(compiled, number) == Direction::Fixed => {
                        self.linear((ask, day), of, &(factor * &by), terms, fixed)
                    }
                    _ => false,
                }
            }
            Ir::Arith(Arith::Divide, a, b) => {
                let by = self
                    .number(ask, day, *b)
                    .and_then(|by| factor.checked_div(&by));
                match by {
                    Some(factor) if direction(compiled, *b) == Direction::Fixed => {
                        self.linear((ask, day), *a, &factor, terms, fixed)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn counted(&self, id: AggregateId) -> Option<Counted> {
        let aggregate = &self.run.compiled.aggregates[id];
        let what = match &aggregate.what {
            What::Count => Of::Each,
            What::Distinct(field) => Of::Distinct(field.clone()),
            What::Sum(value, currency, None) => Of::Sum(value.clone(), currency.clone()),
            What::Sum(.., Some(_)) | What::Pick(..) => return None,
        };
        Some(Counted {
            facts: aggregate.facts.clone(),
            what,
        })
    }

    /// The seats of a roster; none where one person may take them in too many ways.
    fn seats(&self, place: usize) -> Option<Counted> {
        let compiled = self.run.compiled;
        let of = &compiled.rosters[place];
        can_be_planned(&compiled.edition.roster[&of.id]).then(|| Counted {
            facts: of.facts.clone(),
            what: Of::Seats(place),
        })
    }

    fn set(&self, set: usize) -> Option<Counted> {
        match &self.run.compiled.sets[set] {
            SetIr::Distinct {
                facts,
                field,
                having: None,
            } => Some(Counted {
                facts: facts.clone(),
                what: Of::Distinct(field.clone()),
            }),
            _ => None,
        }
    }

    fn atom(
        &self,
        ask: Ask,
        day: Day,
        of: Vec<(Exact, AggregateId)>,
        need: Exact,
        row: Option<usize>,
    ) -> Vec<Way> {
        let mut terms = Vec::new();
        for (factor, id) in of {
            let aggregate = &self.run.compiled.aggregates[id];
            // That there is one is asked of the facts, whatever else is taken of them.
            terms.push((
                factor,
                Counted {
                    facts: aggregate.facts.clone(),
                    what: Of::Each,
                },
            ));
        }
        self.at_day(ask, day, terms, Exact::ZERO, need, row)
    }

    fn at_day(
        &self,
        ask: Ask,
        day: Day,
        terms: Vec<(Exact, Counted)>,
        fixed: Exact,
        need: Exact,
        row: Option<usize>,
    ) -> Vec<Way> {
        // What silence leaves open is not counted on.
        let missing = &need - &fixed;
        Self::wanting(Atom {
            target: self.target,
            row,
            ask,
            day,
            terms,
            shape: None,
            missing,
        })
    }

    fn wanting(atom: Atom) -> Vec<Way> {
        vec![Way {
            atoms: vec![atom],
            blocked: vec![],
        }]
    }
}

/// The term that counts this, which may be there already.
/// The least number above one that counts, each by its factor, and what is fixed can come to: all of them are multiples of the
/// fraction whose lower number is that of each multiplied.
fn next_above(need: &Exact, fixed: &Exact, terms: &[(Exact, Counted)]) -> Exact {
    let factors = terms.iter().map(|(by, _)| by).chain([fixed]);
    let parts = factors.fold(Exact::ONE, |all, factor| {
        &all * &Exact::of_parts(factor.fraction().1, 1.into())
    });
    let next = &(need * &parts).floor() + &Exact::ONE;
    next.checked_div(&parts).unwrap_or(next)
}

fn term(counted: Counted, terms: &mut Vec<(Exact, Counted)>) -> Shape {
    let known = terms.iter().position(|(_, c)| *c == counted);
    Shape::Term(known.unwrap_or_else(|| {
        terms.push((Exact::ONE, counted));
        terms.len() - 1
    }))
}

/// The first number above this one that a shape may have, where it is known.
fn above(shape: &Shape, terms: &[(Exact, Counted)], number: &Exact) -> Option<Exact> {
    if shape.is_whole(terms) {
        return Some(&number.floor() + &Exact::ONE);
    }
    // An amount goes on by the cent.
    matches!(shape, Shape::Term(_)).then(|| number + &Exact::scaled(1, 2))
}

/// Bands that rise, as steps; none where a number that may come about has no band.
fn steps(bands: &Bands, inner: Shape, terms: &[(Exact, Counted)], now: &Exact) -> Option<Shape> {
    let mut start = Exact::ZERO;
    let mut steps = Vec::new();
    for (place, band) in bands.rows.iter().enumerate() {
        let BandValue::Number(value) = &band.is else {
            return None;
        };
        let Some(before) = place.checked_sub(1).map(|p| &bands.rows[p]) else {
            let begins = |(end, inside): &(Exact, bool)| now > end || *inside && now == end;
            if !band.lower.as_ref().is_none_or(begins) {
                return None;
            }
            start = value.clone();
            continue;
        };
        let BandValue::Number(below) = &before.is else {
            return None;
        };
        let ((end, end_inside), (from, from_inside)) =
            (before.upper.as_ref()?, band.lower.as_ref()?);
        let joined = end == from && end_inside != from_inside;
        let next_whole = *end_inside && *from_inside && &(&end.floor() + &Exact::ONE) == from;
        if !(joined || next_whole && inner.is_whole(terms)) {
            return None;
        }
        let from = if *from_inside {
            from.clone()
        } else {
            above(&inner, terms, from)?
        };
        steps.push((from, value - below));
    }
    if bands.rows.last()?.upper.is_some() {
        return None;
    }
    Some(Shape::Steps(start, steps, Box::new(inner)))
}
