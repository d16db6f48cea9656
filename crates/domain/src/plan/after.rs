//! Where wanted levels stand once some facts are supposed: what a plan in the middle of being carried out comes to.

use crate::calendar::Day;
use crate::engine::Engine;
use crate::standing::{Need, Truth, Value};
use crate::suppose::{Supposed, supposed_ledger};

use super::Wanted;

/// How what is wanted stands on a day, with facts that are supposed.
#[derive(Clone, Debug, PartialEq)]
pub struct After {
    /// The verdict over each target, in their order.
    pub verdicts: Vec<Truth>,
    /// Is what is wanted met: all targets, or the rows that were asked about?
    pub met: Truth,
    /// The rows that are not met for certain.
    pub open: Vec<OpenRow>,
}

/// A row that is not met for certain.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenRow {
    /// The target, by its place.
    pub target: usize,
    /// The row's id.
    pub row: String,
    /// What it has.
    pub have: Value,
    /// What is needed.
    pub need: Option<Need>,
    /// The verdict over its own comparison.
    pub verdict: Truth,
}

/// How what is wanted stands on the day `by` on a copy of the evidence of a partner that holds `facts` too.
///
/// # Errors
/// Where a supposed number has no exact decimal that fits a column; the place of the first such fact.
pub fn after(
    engine: &Engine,
    partner: usize,
    wanted: &[Wanted],
    only: Option<&[String]>,
    by: Day,
    facts: &[Supposed],
) -> Result<After, usize> {
    let (ledger, place) = supposed_ledger(&engine.ledger, partner, facts)?;
    let engine = Engine::new(engine.programs.clone(), ledger, engine.assumptions.clone());
    let mut found = After {
        verdicts: vec![],
        met: Truth::NotApplicable,
        open: vec![],
    };
    for (target, wanted) in wanted.iter().enumerate() {
        let run = engine.on(wanted.edition);
        let verdict = run.level_truth(place, wanted.ask, wanted.level, by);
        found.verdicts.push(verdict);
        if only.is_none() {
            found.met = found.met.and(verdict);
        }
        for row in run.rows_over(place, wanted.ask, wanted.level, by, by) {
            let ir = &run.compiled.rows[row.row];
            let top = ir.parent.map_or(&ir.id, |p| &run.compiled.rows[p].id);
            if only.is_some_and(|only| !only.contains(&ir.id) && !only.contains(top)) {
                continue;
            }
            let verdict = *row.own.on(by.0);
            if only.is_some() {
                found.met = found.met.and(verdict);
            }
            if matches!(verdict, Truth::No | Truth::Unknown) {
                found.open.push(OpenRow {
                    target,
                    row: ir.id.clone(),
                    have: row.have.on(by.0).clone(),
                    need: row.need.clone(),
                    verdict,
                });
            }
        }
    }
    // Where nothing is asked there is nothing short.
    if found.met == Truth::NotApplicable {
        found.met = Truth::Yes;
    }
    Ok(found)
}
