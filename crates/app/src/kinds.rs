//! The records of a kind as they stand on a day: what each says, and whether it counts from there.
//!
//! Judges nothing: whether a record counts for a row, and why not, is said by `explain`.

use std::collections::BTreeMap;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::evidence::Cell as Stored;
use domain::ledger::{FactId, State};
use domain::number::Exact;
use domain::vocabulary::{FieldType, Kind};

use crate::question::Desk;

/// All records of a partner of one kind.
#[derive(Clone, Debug)]
pub struct Records {
    /// The kind.
    pub kind: Kind,
    /// Was it supplied, even by an empty table?
    pub supplied: bool,
    /// The records, in the order of the evidence.
    pub records: Vec<Record>,
    /// Rows that were refused and may be of this partner.
    pub refused: Vec<Diagnostic>,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its fact.
    pub fact: FactId,
    /// The values of its key, in the order of the kind.
    pub key: Vec<String>,
    /// Its cells, in the order of the kind's fields.
    pub cells: Vec<Cell>,
    /// How it stands on the day.
    pub standing: Standing,
    /// The day from which it holds, where there is one.
    pub opens: Option<Day>,
    /// The first day on which it no longer holds, where one is known.
    pub closes: Option<Day>,
    /// The day on which it was learned, where that is said.
    pub recorded: Option<Day>,
    /// Where it is from, in the words of its file.
    pub source: String,
    /// The file and the row that it was read from.
    pub place: Place,
    /// The fields that a catalog fills in, where one knows its name.
    pub entry: Option<Entry>,
}

/// What a catalog knows of a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The catalog.
    pub catalog: String,
    /// The entry.
    pub id: String,
    /// What people call it: its first usual spelling, else its id.
    pub name: String,
    /// Its fields.
    pub fields: BTreeMap<String, String>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known or not yet.
    Empty,
    /// A day.
    Day(Day),
    /// A text, a word, an id.
    Text(String),
    /// A number or an amount.
    Number(Exact),
}

/// How a record stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Holds,
    /// It may hold, for what it is joined to was never supplied.
    MayHold,
    /// It waits for these dates.
    Pending(Vec<String>),
    /// It holds from a later day.
    NotYet(Day),
    /// It no longer holds since this day.
    Ended(Day),
    /// What it is joined to does not hold: its holder has left, or was never there.
    Absent,
    /// A later record of the same key stands in its place.
    Superseded,
    /// It was learned after the day whose knowledge is asked for.
    LearnedLater,
}

impl Standing {
    /// Is it the record that stands for its key, as far as is known?
    pub fn is_current(&self) -> bool {
        !matches!(self, Standing::Superseded | Standing::LearnedLater)
    }
}

impl Records {
    /// The place of a field.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.kind.fields.get_index_of(name)
    }
}

impl Record {
    /// The text of a cell; empty where it holds none.
    pub fn text(&self, field: Option<usize>) -> &str {
        match field.map(|at| &self.cells[at]) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }

    /// The day of a cell.
    pub fn day(&self, field: Option<usize>) -> Option<Day> {
        match field.map(|at| &self.cells[at]) {
            Some(Cell::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// The number of a cell.
    pub fn number(&self, field: Option<usize>) -> Option<&Exact> {
        match field.map(|at| &self.cells[at]) {
            Some(Cell::Number(number)) => Some(number),
            _ => None,
        }
    }
}

/// The records of the partner of the question, of one kind.
pub fn records(desk: &Desk, kind: &str) -> Result<Records, Diagnostic> {
    let partner = desk.partner()?;
    let ledger = &desk.engine.ledger;
    let evidence = &ledger.evidence;
    let day = desk.question.as_of;
    let Some(at) = evidence.kind(kind) else {
        let known = evidence.vocabulary.kinds.keys().map(String::as_str);
        return Err(Diagnostic::error(
            "unknown-kind",
            format!("there is no kind of evidence `{kind}`"),
            Place::default(),
        )
        .help(did_you_mean(kind, known)));
    };
    let declared = &evidence.vocabulary.kinds[at];
    let table = &evidence.tables[at];
    let of_kind = &ledger.kinds[at];
    let opened = of_kind.opened(table);
    let catalog = declared
        .catalog_column()
        .and_then(|name| declared.fields.get_index_of(name));
    let cell = |row: usize, column: usize| match table.columns[column].cell(row) {
        Stored::Empty => Cell::Empty,
        Stored::Day(day) => Cell::Day(day),
        Stored::Text(code) => Cell::Text(evidence.strings.text(code).to_owned()),
        Stored::Number(number) => Cell::Number(number),
    };
    let records = table
        .rows(partner)
        .map(|row| {
            let fact = FactId { kind: at, row };
            let spans = ledger.spans(fact);
            let standing = match of_kind.state(row) {
                State::LearnedLater => Standing::LearnedLater,
                State::Superseded(_) => Standing::Superseded,
                state => {
                    let held = spans
                        .iter()
                        .find(|(from, until)| *from <= day && day < *until);
                    match (held, opened.get(row).map(|d| Day(*d))) {
                        (Some(_), _) if state == State::MayHold => Standing::MayHold,
                        (Some(_), _) => Standing::Holds,
                        (None, Some(Day::MAX)) => {
                            Standing::Pending(waits_for(declared, &|field| {
                                let at = declared.fields.get_index_of(field);
                                at.is_none_or(|at| cell(row, at) == Cell::Empty)
                            }))
                        }
                        (None, Some(from)) if from > day => Standing::NotYet(from),
                        (None, _) => match spans.iter().map(|(_, until)| *until).max() {
                            Some(until) if until <= day => Standing::Ended(until),
                            _ => Standing::Absent,
                        },
                    }
                }
            };
            let columns = declared.fields.len();
            let cells: Vec<Cell> = (0..columns).map(|column| cell(row, column)).collect();
            let key = declared
                .key
                .iter()
                .filter_map(|name| declared.fields.get_index_of(name))
                .map(|at| match &cells[at] {
                    Cell::Empty => String::new(),
                    Cell::Day(day) => day.to_string(),
                    Cell::Text(text) => text.clone(),
                    Cell::Number(number) => number.to_string(),
                })
                .collect();
            let entry = catalog.and_then(|column| {
                let code = table.columns[column].code(row);
                match ledger.names[at].get(&code)? {
                    domain::intake::Named::Entry { catalog, id } => {
                        let known = evidence.vocabulary.catalogs.get(catalog);
                        let fields = known.and_then(|c| c.entries.get(kind)?.get(id));
                        Some(Entry {
                            catalog: catalog.clone(),
                            id: id.clone(),
                            name: fields.and_then(|e| e.names.first()).unwrap_or(id).clone(),
                            fields: fields.map_or_else(BTreeMap::new, |e| {
                                e.fields
                                    .iter()
                                    .map(|(k, v)| (k.clone(), v.clone()))
                                    .collect()
                            }),
                        })
                    }
                    _ => None,
                }
            });
            Record {
                fact,
                key,
                cells,
                standing,
                opens: opened.get(row).map(|d| Day(*d)).filter(|d| d.is_real()),
                closes: spans
                    .last()
                    .map(|(_, until)| *until)
                    .filter(|d| d.is_real()),
                recorded: Some(table.recorded.day(row)).filter(|d| d.is_real()),
                source: evidence.strings.text(table.source.code(row)).to_owned(),
                place: evidence.place(at, row),
                entry,
            }
        })
        .collect();
    Ok(Records {
        kind: declared.clone(),
        supplied: table.supplied,
        records,
        refused: evidence
            .refused_of(at, partner)
            .map(|r| r.problem.clone())
            .collect(),
    })
}

/// The opening dates that are empty.
fn waits_for(kind: &Kind, is_empty: &dyn Fn(&str) -> bool) -> Vec<String> {
    kind.holds
        .from
        .iter()
        .filter(|f| is_empty(f))
        .cloned()
        .collect()
}

/// A kind of evidence at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindSummary {
    /// The kind.
    pub kind: String,
    /// Was it supplied, even by an empty table?
    pub supplied: bool,
    /// How many records of it stand for their key.
    pub records: usize,
    /// How many rows were refused.
    pub refused: usize,
    /// The newest day of a record up to the day asked about.
    pub newest: Option<Day>,
    /// The titles of the programs that read it.
    pub read_by: Vec<String>,
}

/// Every kind of evidence of the partner of the question at a glance, in the order of the vocabulary.
pub fn kinds(desk: &Desk) -> Result<Vec<KindSummary>, Diagnostic> {
    let partner = desk.partner()?;
    let ledger = &desk.engine.ledger;
    let evidence = &ledger.evidence;
    let day = desk.question.as_of;
    let library = &desk.engine.programs.library;
    let mut readers: Vec<Vec<String>> = vec![vec![]; evidence.vocabulary.kinds.len()];
    for program in library.programs() {
        let Some(run) = desk.engine.governing(program, Some(partner), day) else {
            continue;
        };
        for kind in crate::missing::kinds_read(run.compiled) {
            readers[kind].push(run.compiled.edition.title.clone());
        }
    }
    let kinds = evidence.vocabulary.kinds.values().enumerate().zip(readers);
    Ok(kinds
        .map(|((at, kind), read_by)| {
            let table = &evidence.tables[at];
            let of_kind = &ledger.kinds[at];
            let opened = of_kind.opened(table);
            let current = table
                .rows(partner)
                .filter(|row| matches!(of_kind.state(*row), State::Known | State::MayHold));
            let days = current
                .clone()
                .filter_map(|row| opened.get(row).map(|d| Day(*d)));
            KindSummary {
                kind: kind.name.clone(),
                supplied: table.supplied,
                records: current.count(),
                refused: evidence.refused_of(at, partner).count(),
                newest: days.filter(|d| d.is_real() && *d <= day).max(),
                read_by,
            }
        })
        .collect())
}

/// The field of a kind that holds amounts in the currency that another field names.
pub fn amount_of(kind: &Kind) -> Option<(usize, usize)> {
    kind.fields
        .values()
        .enumerate()
        .find_map(|(at, field)| match &field.kind {
            FieldType::Money(currency) => Some((at, kind.fields.get_index_of(currency)?)),
            _ => None,
        })
}
