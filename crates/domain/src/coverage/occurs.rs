//! Which values a number that comes in steps can have: points of bands, counts, and what is made of them.
//!
//! Knows the rule and no evidence: a value is listed where some evidence might give it.

use std::collections::BTreeSet;

use crate::compile::{Compiled, Ir, NodeId, Value, What};
use crate::number::{Exact, Range};
use crate::program::{AnswerType, BandValue};
use crate::syntax::{Arith, Compare, Pick};

/// No list is longer: of what has more values nothing is said.
const MOST: usize = 4_000;

/// The nearest value on the other side of a threshold: `None` where nothing is known of the steps, `Some(None)` where
/// no value lies there.
pub(super) fn nearest(
    compiled: &Compiled,
    have: Option<NodeId>,
    need: &Range,
    compare: Compare,
) -> Option<Option<Exact>> {
    let need = need.exact()?;
    let (have, two) = (have?, Exact::from(2));
    Some(match compare {
        Compare::AtLeast | Compare::Less => {
            let values = values(compiled, have, need)?;
            values.into_iter().rfind(|v| v < need)
        }
        // Above, the next one is looked for up to twice as high.
        Compare::AtMost | Compare::More => {
            let end = (need.clone() * two).max(Exact::from(10));
            let values = values(compiled, have, &end)?;
            values.into_iter().find(|v| v > need)
        }
        Compare::Equal | Compare::NotEqual => return None,
    })
}

/// The values up to an end that a node can have, from nothing on.
fn values(compiled: &Compiled, node: NodeId, end: &Exact) -> Option<BTreeSet<Exact>> {
    let of = |node: &NodeId| values(compiled, *node, end);
    let whole = |from: i64, to: &Exact| -> Option<BTreeSet<Exact>> {
        let to = to.floor().to_i64()?;
        let few = to - from <= i64::try_from(MOST).ok()?;
        few.then(|| (from..=to).map(Exact::from).collect())
    };
    let found = match &compiled.nodes[node] {
        Ir::Number(range) => BTreeSet::from([range.exact()?.clone()]),
        Ir::Count(_) | Ir::CountSet(_) | Ir::Filled(_) => whole(0, end)?,
        Ir::Amount(id) => match &compiled.aggregates[*id].what {
            What::Sum(value, None, _) => sums(&of_value(compiled, value)?, end)?,
            _ => return None,
        },
        Ir::Answer(id) => match &compiled.edition.question.get(id)?.answer {
            AnswerType::Scale(from, to) => whole(*from, &Exact::from(*to))?,
            AnswerType::Scored(scores) => scores.values().cloned().collect(),
            _ => return None,
        },
        Ir::Bands(bands, _) => of_bands(compiled, *bands)?,
        Ir::If(_, a, b) => joined([of(a)?, of(b)?])?,
        Ir::Table {
            rows, otherwise, ..
        } => {
            let all = rows.iter().map(|(_, n)| n).chain(otherwise).map(of);
            joined(all.collect::<Option<Vec<_>>>()?)?
        }
        Ir::PerTrack(nodes) => joined(
            nodes
                .iter()
                .map(|(_, n)| of(n))
                .collect::<Option<Vec<_>>>()?,
        )?,
        Ir::Of(Pick::Lowest | Pick::Highest, nodes) => {
            joined(nodes.iter().map(of).collect::<Option<Vec<_>>>()?)?
        }
        Ir::Total(nodes) => {
            let mut total = BTreeSet::from([Exact::ZERO]);
            for node in nodes {
                total = added(&total, &of(node)?, end)?;
            }
            total
        }
        Ir::Arith(Arith::Add, a, b) => added(&of(a)?, &of(b)?, end)?,
        Ir::Arith(Arith::Multiply, a, b) => {
            let fixed = |node: &NodeId| match &compiled.nodes[*node] {
                Ir::Number(range) => range.exact().filter(|n| **n > Exact::ZERO).cloned(),
                _ => None,
            };
            let (factor, other) = match (fixed(a), fixed(b)) {
                (Some(factor), _) => (factor, b),
                (_, Some(factor)) => (factor, a),
                _ => return None,
            };
            let up_to = end.checked_div(&factor)?;
            let values = values(compiled, *other, &up_to)?;
            values.into_iter().map(|v| v * factor.clone()).collect()
        }
        Ir::Clamp(points, most) => {
            let Ir::Number(most) = &compiled.nodes[*most] else {
                return None;
            };
            let most = most.exact()?.clone();
            // What lies above the maximum gives it; whether anything does shows within twice as much.
            let up_to = most.clone() + most.clone();
            let values = values(compiled, *points, &up_to)?;
            values
                .into_iter()
                .map(|v| v.max(Exact::ZERO).min(most.clone()))
                .collect()
        }
        _ => return None,
    };
    let found: BTreeSet<Exact> = found.into_iter().filter(|v| v <= end).collect();
    (found.len() <= MOST && !found.iter().any(Exact::is_negative)).then_some(found)
}

fn joined(all: impl IntoIterator<Item = BTreeSet<Exact>>) -> Option<BTreeSet<Exact>> {
    let values: BTreeSet<Exact> = all.into_iter().flatten().collect();
    (values.len() <= MOST).then_some(values)
}

/// Every sum of one of these and one of those.
fn added(a: &BTreeSet<Exact>, b: &BTreeSet<Exact>, end: &Exact) -> Option<BTreeSet<Exact>> {
    if a.len().saturating_mul(b.len()) > 50 * MOST {
        return None;
    }
    let sums = a
        .iter()
        .flat_map(|a| b.iter().map(move |b| a.clone() + b.clone()));
    Some(sums.filter(|sum| sum <= end).collect())
}

/// Every sum of any number of these.
fn sums(each: &BTreeSet<Exact>, end: &Exact) -> Option<BTreeSet<Exact>> {
    let steps: Vec<&Exact> = each.iter().filter(|v| !v.is_zero()).collect();
    if steps.iter().any(|s| s.is_negative()) {
        return None;
    }
    let mut found = BTreeSet::from([Exact::ZERO]);
    let mut open = vec![Exact::ZERO];
    while let Some(sum) = open.pop() {
        for step in &steps {
            let next = sum.clone() + (*step).clone();
            if next <= *end && found.insert(next.clone()) {
                open.push(next);
            }
        }
        if found.len() > MOST {
            return None;
        }
    }
    Some(found)
}

fn of_bands(compiled: &Compiled, bands: usize) -> Option<BTreeSet<Exact>> {
    let rows = compiled.bands[bands].rows.iter();
    rows.map(|band| match &band.is {
        BandValue::Number(n) => Some(n.clone()),
        BandValue::Word(_) => None,
    })
    .collect()
}

/// What a value can be of any one fact.
fn of_value(compiled: &Compiled, value: &Value) -> Option<BTreeSet<Exact>> {
    match value {
        Value::Number(n, None) => Some(BTreeSet::from([n.clone()])),
        Value::Bands(bands, _) => of_bands(compiled, *bands),
        Value::Table(rows, otherwise, _) => {
            let all = rows.iter().map(|(_, v)| v).chain(otherwise.as_deref());
            let all = all.map(|v| of_value(compiled, v));
            joined(all.collect::<Option<Vec<_>>>()?)
        }
        Value::Arith(op, a, b) => {
            let (a, b) = (of_value(compiled, a)?, of_value(compiled, b)?);
            let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
            pairs
                .map(|(a, b)| match op {
                    Arith::Add => Some(a.clone() + b.clone()),
                    Arith::Subtract => Some(a.clone() - b.clone()),
                    Arith::Multiply => Some(a.clone() * b.clone()),
                    Arith::Divide => a.checked_div(b),
                })
                .collect()
        }
        _ => None,
    }
}
