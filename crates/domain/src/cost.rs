//! What a row costs to evaluate, and which way more evidence moves it (LANGUAGE §10).
//!
//! Asked of compiled editions; knows no evidence and measures no time.

use std::fmt;

use crate::calendar::{Duration, Window};
use crate::compile::{Compiled, Filter, Ir, NodeId, RowIr, Selector, SetIr, What, walk};
use crate::explain::{Direction, direction};

/// A row with its direction and what is costly about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The row's id.
    pub row: String,
    /// Is it a part of another row?
    pub part: bool,
    /// Which way one more record moves its verdict; its number, where it is not judged.
    pub direction: Direction,
    /// The costly forms that it uses, each once.
    pub forms: Vec<Form>,
}

/// A form that costs more than one look at the partner's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The same is asked of an earlier day: a second pass.
    Before(Duration),
    /// Asked on every day of a window: a sweep over its days.
    Held(Window),
    /// Asked on any day of a window: a sweep over its days.
    Once(Window),
    /// Groups are tested: a hash of them.
    Having,
    /// The highest sums of groups are taken: a hash of them.
    Highest,
    /// Facts of other partners: these are ordered by enterprise.
    Over,
    /// Seats are filled: a matching.
    Filled,
    /// What was used before is left out: a join.
    Unused,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Before(length) => write!(f, "before {length}"),
            Form::Held(window) => write!(f, "held {window}"),
            Form::Once(window) => write!(f, "once {window}"),
            Form::Having => f.write_str("having"),
            Form::Highest => f.write_str("highest of groups"),
            Form::Over => f.write_str("over"),
            Form::Filled => f.write_str("filled"),
            Form::Unused => f.write_str("unused"),
        }
    }
}

/// The rows of an edition, in the order of the file, parts below their rows.
pub fn costs(compiled: &Compiled) -> Vec<Cost> {
    compiled
        .rows
        .iter()
        .map(|row| {
            let nodes = nodes_of(row);
            Cost {
                row: row.id.clone(),
                part: row.parent.is_some(),
                direction: nodes
                    .iter()
                    .map(|n| direction(compiled, *n))
                    .fold(Direction::Fixed, Direction::join),
                forms: forms(compiled, nodes),
            }
        })
        .collect()
}

/// What a row is judged by at the levels that ask it; what it shows where none does.
fn nodes_of(row: &RowIr) -> Vec<NodeId> {
    let tests: Vec<NodeId> = row.at.iter().filter_map(|at| at.test).collect();
    if tests.is_empty() {
        row.at.last().and_then(|at| at.have).into_iter().collect()
    } else {
        tests
    }
}

fn forms(compiled: &Compiled, nodes: Vec<NodeId>) -> Vec<Form> {
    let mut found = Vec::new();
    walk(compiled, nodes, |_, ir, _| {
        match ir {
            Ir::Before(length, _) => found.push(Form::Before(*length)),
            Ir::Held(window, _) => found.push(Form::Held(*window)),
            Ir::Once(window, _) => found.push(Form::Once(*window)),
            Ir::Filled(roster) => {
                found.push(Form::Filled);
                of_facts(compiled, &compiled.rosters[*roster].facts, &mut found);
            }
            Ir::Count(id) | Ir::Exists(id) | Ir::Amount(id) | Ir::PickedWord(id) => {
                let aggregate = &compiled.aggregates[*id];
                if matches!(aggregate.what, What::Sum(.., Some(_))) {
                    found.push(Form::Highest);
                }
                of_facts(compiled, &aggregate.facts, &mut found);
            }
            Ir::CountSet(set) | Ir::ExistsSet(set) => of_set(compiled, *set, &mut found),
            _ => {}
        }
        true
    });
    let mut once: Vec<Form> = Vec::new();
    for form in found {
        if !once.contains(&form) {
            once.push(form);
        }
    }
    once
}

fn of_set(compiled: &Compiled, set: usize, found: &mut Vec<Form>) {
    match &compiled.sets[set] {
        SetIr::Distinct { facts, having, .. } => {
            found.extend(having.as_ref().map(|_| Form::Having));
            of_facts(compiled, facts, found);
        }
        SetIr::Join(_, a, b) => {
            of_set(compiled, *a, found);
            of_set(compiled, *b, found);
        }
    }
}

fn of_facts(compiled: &Compiled, facts: &Selector, found: &mut Vec<Form>) {
    found.extend(facts.over.as_ref().map(|_| Form::Over));
    of_filter(compiled, &facts.filter, found);
}

fn of_filter(compiled: &Compiled, filter: &Filter, found: &mut Vec<Form>) {
    match filter {
        Filter::Unused => found.push(Form::Unused),
        Filter::InSet(_, set, _) => of_set(compiled, *set, found),
        Filter::Not(inner) => of_filter(compiled, inner, found),
        Filter::And(of) | Filter::Or(of) => {
            of.iter().for_each(|f| of_filter(compiled, f, found));
        }
        _ => {}
    }
}
