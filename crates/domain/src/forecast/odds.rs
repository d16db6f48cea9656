//! How likely open records come true: the distribution of how many, and how much, by a day.

use crate::calendar::Day;
use crate::evidence::Cell;
use crate::ledger::{FactId, Ledger, State};
use crate::number::Exact;
use crate::plan::catalog::Chances;
use crate::suppose::{Given, Supposed};

/// An open record that may come true.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The fact.
    pub fact: FactId,
    /// Its key.
    pub id: String,
    /// The word that its chance rests on.
    pub word: String,
    /// How likely it comes true.
    pub chance: Exact,
    /// The date before which it does not.
    pub not_before: Option<Day>,
    /// The record once it has come true, on a day.
    pub done: Supposed,
}

/// The records of a kind that are open and may come true, with what each would be on a day.
pub fn open_records(
    ledger: &Ledger,
    partner: usize,
    kind: usize,
    chances: &Chances,
    day: Day,
) -> Vec<Open> {
    let evidence = &ledger.evidence;
    let declared = &evidence.vocabulary.kinds[kind];
    let table = &evidence.tables[kind];
    let opened = ledger.kinds[kind].opened(table);
    let Some(field) = declared.fields.get_index_of(&chances.field) else {
        return vec![];
    };
    let key = declared.fields.values().position(|f| f.key);
    let mut found = Vec::new();
    for row in table.rows(partner) {
        let fact = FactId { kind, row };
        let stands = ledger.kinds[kind].state(row) == State::Known;
        if !stands || opened[row] != i32::MAX {
            continue;
        }
        let text = |at: usize| match ledger.cell(fact, at) {
            Cell::Text(code) => evidence.strings.text(code).to_owned(),
            _ => String::new(),
        };
        let word = text(field);
        let Some(chance) = chances.chance.get(&word) else {
            continue;
        };
        let not_before = chances
            .on
            .as_ref()
            .and_then(|on| evidence.column(kind, on))
            .map(|column| column.day(row))
            .filter(|on| *on != Day::MAX);
        let mut cells: Vec<(usize, Given)> = Vec::new();
        for (at, of) in declared.fields.values().enumerate() {
            if let Some(word) = chances.done.get(&of.name) {
                cells.push((at, Given::Text(word.clone())));
            } else if declared.holds.from.contains(&of.name) {
                cells.push((at, Given::Day(day)));
            }
        }
        found.push(Open {
            fact,
            id: key.map_or_else(String::new, text),
            word,
            chance: chance.clone(),
            not_before,
            done: Supposed {
                kind,
                replaces: Some(fact),
                cells,
            },
        });
    }
    found
}
