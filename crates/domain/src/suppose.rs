//! What if: a copy of the evidence of one partner in which some facts are other ones, or more.
//!
//! The copy holds what stood and was known in a ledger, so that it can be evaluated like any evidence. Nothing is written
//! back: what is supposed is no fact, and lives only in the copy.

use std::sync::Arc;

use crate::calendar::Day;
use crate::evidence::{Builder, Cell, Code, Evidence, Origin, Refused};
use crate::ledger::{FactId, Ledger, State};
use crate::number::Exact;

/// The file that supposed facts stand in, by name; no file of evidence has one without a letter.
const NO_FILE: &str = "—";

/// A fact that is supposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Supposed {
    /// Its kind, by its place in the vocabulary.
    pub kind: usize,
    /// The fact in whose place it stands, whose other cells it keeps; `None` for one more.
    pub replaces: Option<FactId>,
    /// Its cells: the field, by its place in the kind, and what stands there.
    pub cells: Vec<(usize, Given)>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Nothing.
    Empty,
    /// A day.
    Day(Day),
    /// A text, word, id, country, yes or no.
    Text(String),
    /// A number or an amount.
    Number(Exact),
}

/// The evidence of a partner, and of the enterprise that it is part of, as it stood and was known, with what is supposed.
/// Gives also the partner's place in the copy.
///
/// # Errors
/// Where a supposed number has no exact decimal that fits a column; the place of the first such fact.
pub fn suppose(
    ledger: &Ledger,
    partner: usize,
    supposed: &[Supposed],
) -> Result<(Evidence, usize), usize> {
    let evidence = &ledger.evidence;
    let mut builder = Builder::new(evidence.vocabulary.clone());
    let family = ledger.family(partner, true);
    let files: Vec<u16> = evidence.files.iter().map(|f| builder.file(f)).collect();
    let here = builder.file(NO_FILE);
    let mut codes: Vec<Code> = Vec::new();
    for member in &family {
        codes.push(builder.strings.code(evidence.partner_id(*member)));
    }
    let me = family.iter().position(|m| *m == partner).unwrap_or(0);
    let mut cells: Vec<Cell> = Vec::new();
    for (kind, table) in evidence.tables.iter().enumerate() {
        if table.supplied {
            builder.supply(kind);
        }
        for (member, code) in family.iter().zip(&codes) {
            for row in table.rows(*member) {
                let stands = matches!(ledger.kinds[kind].state(row), State::Known | State::MayHold);
                let replaced = supposed
                    .iter()
                    .any(|s| s.replaces == Some(FactId { kind, row }));
                if !stands || replaced {
                    continue;
                }
                cells.clear();
                for column in &table.columns {
                    cells.push(recoded(column.cell(row), evidence, &mut builder));
                }
                let source = match table.source.code(row) {
                    Code::EMPTY => Code::EMPTY,
                    code => builder.strings.code(evidence.strings.text(code)),
                };
                let origin = Origin {
                    recorded: Some(table.recorded.day(row)).filter(|d| *d != Day::MAX),
                    source,
                    file: files
                        .get(usize::from(table.file[row]))
                        .copied()
                        .unwrap_or(here),
                    line: table.line[row],
                };
                // What was read from a file fits a column.
                let _ = builder.add(kind, *code, &cells, &origin);
            }
        }
    }
    for (at, fact) in supposed.iter().enumerate() {
        let fields = evidence.vocabulary.kinds[fact.kind].fields.len();
        let mut cells = vec![Cell::Empty; fields];
        if let Some(old) = fact.replaces {
            for (field, column) in evidence.tables[old.kind].columns.iter().enumerate() {
                cells[field] = recoded(column.cell(old.row), evidence, &mut builder);
            }
        }
        for (field, given) in &fact.cells {
            cells[*field] = match given {
                Given::Empty => Cell::Empty,
                Given::Day(day) => Cell::Day(*day),
                Given::Text(text) => Cell::Text(builder.strings.code(text)),
                Given::Number(number) => Cell::Number(number.clone()),
            };
        }
        let origin = Origin {
            recorded: None,
            source: Code::EMPTY,
            file: here,
            line: u32::try_from(at + 1).unwrap_or(u32::MAX),
        };
        builder
            .add(fact.kind, codes[me], &cells, &origin)
            .map_err(|()| at)?;
    }
    for refused in &evidence.refused {
        let of = match refused.partner {
            None => None,
            Some(id) => match family.iter().position(|m| evidence.partners[*m] == id) {
                Some(at) => Some(codes[at]),
                None => continue,
            },
        };
        builder.refuse(Refused {
            partner: of,
            ..refused.clone()
        });
    }
    let mut copy = builder.finish();
    for member in &family {
        copy.add_partner(evidence.partner_id(*member));
    }
    let place = copy.partner(evidence.partner_id(partner)).unwrap_or(0);
    Ok((copy, place))
}

fn recoded(cell: Cell, evidence: &Evidence, builder: &mut Builder) -> Cell {
    match cell {
        Cell::Text(code) => Cell::Text(builder.strings.code(evidence.strings.text(code))),
        other => other,
    }
}

/// Which of the supposed facts each row of a kind is: its row in the copy, and its place among the supposed.
pub fn supposed_rows(evidence: &Evidence, kind: usize) -> Vec<(usize, usize)> {
    let table = &evidence.tables[kind];
    let Some(here) = evidence.files.iter().position(|f| f == NO_FILE) else {
        return vec![];
    };
    (0..table.len())
        .filter(|row| usize::from(table.file[*row]) == here)
        .map(|row| (row, table.line[row] as usize - 1))
        .collect()
}

/// The same as a ledger that knows all of it.
///
/// # Errors
/// As [`suppose`].
pub fn supposed_ledger(
    ledger: &Ledger,
    partner: usize,
    supposed: &[Supposed],
) -> Result<(Arc<Ledger>, usize), usize> {
    let (evidence, place) = suppose(ledger, partner, supposed)?;
    Ok((Arc::new(Ledger::new(Arc::new(evidence), None)), place))
}
