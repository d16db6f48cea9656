//! What each part of a score gives, which part of a lowest is the lowest, and which records no longer add to a part
//! that is full.
//!
//! Made on demand for one partner, as the explanation is that it belongs to.

use std::cmp::Reverse;

use crate::calendar::Day;
use crate::compile::{Ir, NodeId, Selector, What, children};
use crate::engine::Run;
use crate::explain::{Reason, Record, aggregates_below};
use crate::number::Exact;
use crate::program::{Ask, PerTrack, ScorePart};
use crate::standing::{RowStanding, Truth, Value};
use crate::syntax::{Arith, Pick};
use indexmap::IndexMap;

/// What a part of a score gives, or one of what a row takes the lowest of.
#[derive(Clone, Debug, PartialEq)]
pub struct PartPoints {
    /// The part's id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its points, within its `max`.
    pub points: Value,
    /// The most that it can give, where it has one.
    pub max: Option<Value>,
    /// Its weight in the mean, where the score is one.
    pub weight: Option<Value>,
    /// Where the row is the lowest of its parts: is it this one?
    pub lowest: Option<bool>,
}

/// A part that is held below a most, and the one look at facts that fills it.
struct Cap {
    facts: Selector,
    what: What,
    /// The measure at which it is full.
    full_at: Exact,
    max: Exact,
}

impl Run<'_> {
    /// The points of each part where a row is a score, and each value where it is the lowest of several; else nothing.
    pub fn points(
        &self,
        partner: usize,
        ask: Ask,
        level: Option<usize>,
        row: usize,
        day: Day,
    ) -> Vec<PartPoints> {
        let at = &self.compiled.rows[row].at;
        let last = self.compiled.levels.len();
        let node = at[level.unwrap_or(last)].have.or(at[last].have);
        node.map_or(vec![], |n| self.points_of(partner, ask, n, day))
    }

    pub(crate) fn points_of(
        &self,
        partner: usize,
        ask: Ask,
        node: NodeId,
        day: Day,
    ) -> Vec<PartPoints> {
        let compiled = self.compiled;
        let score = compiled
            .edition
            .score
            .iter()
            .find(|(id, _)| compiled.named.get(*id) == Some(&node));
        let Some(node) = self.on_track(partner, ask, node, day) else {
            return vec![];
        };
        let Some((_, score)) = score else {
            return self.lowest_of(partner, ask, node, day);
        };
        let parts: Option<&IndexMap<String, ScorePart>> = match &score.part {
            PerTrack::All(parts) => Some(parts),
            PerTrack::Each(by_track) => self
                .track(partner, ask, day)
                .and_then(|track| by_track.iter().find(|(t, _)| **t == *track))
                .map(|(_, parts)| parts),
        };
        let nodes: Vec<(Option<NodeId>, NodeId)> = match &compiled.nodes[node] {
            Ir::Total(points) => points.iter().map(|p| (None, *p)).collect(),
            Ir::Mean(pairs) => pairs.iter().map(|(w, p)| (Some(*w), *p)).collect(),
            _ => vec![],
        };
        parts
            .into_iter()
            .flatten()
            .zip(nodes)
            .map(|((id, part), (weight, points))| {
                let max = match &compiled.nodes[points] {
                    Ir::Clamp(_, max) => Some(*max),
                    _ => None,
                };
                let value = |node: NodeId| self.node(partner, node, ask, day);
                PartPoints {
                    id: id.clone(),
                    title: if part.title.is_empty() {
                        id.replace('-', " ")
                    } else {
                        part.title.clone()
                    },
                    points: value(points),
                    max: max.map(value),
                    weight: weight.map(value),
                    lowest: None,
                }
            })
            .collect()
    }

    /// What a node takes the lowest of, as far as it has names.
    fn lowest_of(&self, partner: usize, ask: Ask, node: NodeId, day: Day) -> Vec<PartPoints> {
        let compiled = self.compiled;
        let Ir::Of(Pick::Lowest, of) = &compiled.nodes[node] else {
            return vec![];
        };
        let lowest = self.exact(partner, ask, node, day);
        of.iter()
            .filter_map(|of| {
                let (id, _) = compiled.named.iter().find(|(_, named)| *named == of)?;
                let max = match &compiled.nodes[*of] {
                    Ir::Clamp(_, max) => Some(self.node(partner, *max, ask, day)),
                    _ => None,
                };
                let own = self.exact(partner, ask, *of, day);
                Some(PartPoints {
                    id: id.clone(),
                    title: self.title_of(id),
                    points: self.node(partner, *of, ask, day),
                    max,
                    weight: None,
                    lowest: Some(own.is_some() && own == lowest),
                })
            })
            .collect()
    }

    fn title_of(&self, id: &str) -> String {
        let edition = &self.compiled.edition;
        let part = edition
            .score
            .values()
            .flat_map(|score| score.part.each())
            .find_map(|(_, parts)| Some(&parts.get(id)?.title));
        let question = edition.question.get(id).map(|q| &q.title);
        let measure = edition.measure.get(id).map(|m| &m.title);
        match question.or(measure).or(part) {
            Some(title) if !title.is_empty() => title.clone(),
            _ => id.replace('-', " "),
        }
    }

    /// Is what a move raises short of what a level asks to be entered: a row, one of what a row takes the lowest of, or an
    /// area of rows?
    pub fn is_short(&self, partner: usize, raised: &str, level: usize, day: Day) -> bool {
        let compiled = self.compiled;
        let column = self.column(partner, Ask::Enter, level, day);
        let mut rows: Vec<&RowStanding> = column.rows.iter().collect();
        let mut at = 0;
        while let Some(row) = rows.get(at) {
            rows.extend(&row.parts);
            at += 1;
        }
        let of = |row: &&&RowStanding| compiled.edition.rows.get(&row.id);
        if compiled.edition.rows.contains_key(raised) {
            return rows
                .iter()
                .any(|row| row.id == raised && row.verdict == Truth::No);
        }
        let Some(named) = compiled.named.get(raised) else {
            let mut of_area = rows
                .iter()
                .filter(|row| of(row).is_some_and(|r| r.area == raised));
            return of_area.any(|row| row.verdict == Truth::No);
        };
        rows.iter().any(|row| {
            let place = compiled.edition.rows.get_index_of(&row.id);
            let have = place.and_then(|place| compiled.rows[place].at[level].have);
            let have = have.and_then(|have| self.on_track(partner, Ask::Enter, have, day));
            let (Some(have), Some(need)) = (have, &row.need) else {
                return false;
            };
            let is_below = have == *named
                || matches!(&compiled.nodes[have], Ir::Of(Pick::Lowest, of) if of.contains(named));
            match self.node(partner, *named, Ask::Enter, day) {
                Value::Number(own) if is_below => {
                    Truth::compare(&own, need.compare, &need.threshold) == Truth::No
                }
                _ => false,
            }
        })
    }

    /// The node that stands for the partner's track; itself where it does not differ by track.
    fn on_track(&self, partner: usize, ask: Ask, node: NodeId, day: Day) -> Option<NodeId> {
        let Ir::PerTrack(nodes) = &self.compiled.nodes[node] else {
            return Some(node);
        };
        let track = self.track(partner, ask, day)?;
        let tracks = self.compiled.edition.tracks.as_ref()?;
        let place = tracks.of.iter().position(|t| *t == track)?;
        nodes.iter().find(|(at, _)| *at == place).map(|(_, n)| *n)
    }

    /// Takes out of `counted` what one look at facts adds to a part below `node` that is full without it.
    ///
    /// Records fill a part in the order in which they opened. Only where the points are a multiple of the measure, and the
    /// measure enters nothing but this part, is it certain which records these are; elsewhere all go on counting.
    pub(crate) fn beyond_cap(
        &self,
        (partner, ask, node, day): (usize, Ask, NodeId, Day),
        (facts, what): (&Selector, &What),
        counted: &mut Vec<Record>,
    ) -> Vec<Record> {
        let cap = self
            .caps(partner, ask, node, day)
            .into_iter()
            .find(|cap| cap.facts == *facts && cap.what == *what);
        let Some(cap) = cap else {
            return vec![];
        };
        let mut order: Vec<usize> = (0..counted.len()).collect();
        order.sort_by_key(|at| (counted[*at].opened, *at));
        let mut sum = Exact::ZERO;
        let mut beyond: Vec<usize> = Vec::new();
        for at in order {
            if sum >= cap.full_at {
                beyond.push(at);
                continue;
            }
            let adds = match what {
                What::Sum(..) => counted[at].amount.as_deref().and_then(Exact::parse),
                _ => Some(Exact::ONE),
            };
            let Some(adds) = adds.filter(|n| !n.is_negative()) else {
                return vec![];
            };
            sum = sum + adds;
        }
        beyond.sort_by_key(|at| Reverse(*at));
        let mut taken: Vec<Record> = beyond.into_iter().map(|at| counted.remove(at)).collect();
        for record in &mut taken {
            record.reason = Some(Reason::BeyondCap(cap.max.clone()));
        }
        taken.reverse();
        taken
    }

    fn caps(&self, partner: usize, ask: Ask, node: NodeId, day: Day) -> Vec<Cap> {
        let compiled = self.compiled;
        let (mut clamps, mut free) = (Vec::new(), Vec::new());
        let mut stack = vec![node];
        let mut seen = vec![false; compiled.nodes.len()];
        while let Some(node) = stack.pop() {
            let Some(node) = self.on_track(partner, ask, node, day) else {
                continue;
            };
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match &compiled.nodes[node] {
                Ir::Clamp(points, max) => {
                    clamps.push((aggregates_below(compiled, *points), *points, *max));
                    free.extend(aggregates_below(compiled, *max));
                }
                ir => {
                    let below = children(ir);
                    if below.is_empty() {
                        free.extend(aggregates_below(compiled, node));
                    }
                    stack.extend(below);
                }
            }
        }
        let mut caps = Vec::new();
        for (at, (looks, points, max)) in clamps.iter().enumerate() {
            let shared = |look: &(Selector, What)| {
                free.contains(look)
                    || clamps
                        .iter()
                        .enumerate()
                        .any(|(other, (looks, ..))| other != at && looks.contains(look))
            };
            let Some((base, Some((each, filled_by)))) = self.linear(partner, ask, *points, day)
            else {
                continue;
            };
            let max = self.exact(partner, ask, *max, day);
            let look = aggregates_below(compiled, filled_by);
            if let (Some(max), [look]) = (max, look.as_slice())
                && !shared(look)
                && looks.contains(look)
                && each > Exact::ZERO
                && let Some(full_at) = (&max - &base).checked_div(&each)
            {
                caps.push(Cap {
                    facts: look.0.clone(),
                    what: look.1.clone(),
                    full_at,
                    max,
                });
            }
        }
        caps
    }

    /// A node as `base + each × measure`, where it is that on this day.
    fn linear(
        &self,
        partner: usize,
        ask: Ask,
        node: NodeId,
        day: Day,
    ) -> Option<(Exact, Option<(Exact, NodeId)>)> {
        let compiled = self.compiled;
        let node = self.on_track(partner, ask, node, day)?;
        let of = |n: NodeId| self.linear(partner, ask, n, day);
        Some(match &compiled.nodes[node] {
            Ir::Count(_) | Ir::CountSet(_) => (Exact::ZERO, Some((Exact::ONE, node))),
            Ir::Amount(id) if matches!(compiled.aggregates[*id].what, What::Sum(_, _, None)) => {
                (Exact::ZERO, Some((Exact::ONE, node)))
            }
            Ir::If(condition, yes, no) => {
                let holds = self.exact(partner, ask, *condition, day)?;
                of(if holds.is_zero() { *no } else { *yes })?
            }
            Ir::Arith(Arith::Add, a, b) => match (of(*a)?, of(*b)?) {
                ((a, each), (b, None)) | ((a, None), (b, each)) => (a + b, each),
                _ => return None,
            },
            Ir::Arith(Arith::Multiply, a, b) => match (of(*a)?, of(*b)?) {
                ((base, each), (by, None)) | ((by, None), (base, each)) => {
                    (&base * &by, each.map(|(each, n)| (&each * &by, n)))
                }
                _ => return None,
            },
            Ir::Arith(Arith::Divide, a, b) => match (of(*a)?, of(*b)?) {
                ((base, each), (by, None)) => {
                    let each = match each {
                        Some((each, n)) => Some((each.checked_div(&by)?, n)),
                        None => None,
                    };
                    (base.checked_div(&by)?, each)
                }
                _ => return None,
            },
            _ if aggregates_below(compiled, node).is_empty() => {
                (self.exact(partner, ask, node, day)?, None)
            }
            _ => return None,
        })
    }

    fn exact(&self, partner: usize, ask: Ask, node: NodeId, day: Day) -> Option<Exact> {
        match self.node(partner, node, ask, day) {
            Value::Number(range) => range.exact().cloned(),
            _ => None,
        }
    }
}
