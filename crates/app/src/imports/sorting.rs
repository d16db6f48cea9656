//! Values of which somebody says once where they belong, such as the line of an account: what was said is kept as a record, with
//! its history, and the next import asks only for values that are new.

use std::collections::{BTreeSet, HashMap};

use domain::evidence::{Code, Column, Evidence};
use domain::vocabulary::{FieldType, Kind};
use serde::{Deserialize, Serialize};

use crate::access::{Actor, Verb};
use crate::edit::{Edit, Record};
use crate::office::{Done, Office};
use crate::records::Cells;
use crate::refusal::Refusal;

/// So many values are listed.
const LISTED: usize = 200;

/// A value of which nothing says where it belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unsorted {
    /// The kind whose record would say it.
    pub kind: String,
    /// The column that has the value, there and in the records that have it.
    pub column: String,
    /// The value.
    pub value: String,
    /// The kind of the records that have it.
    pub of: String,
    /// How many records have it.
    pub rows: u64,
    /// What these records say that decides what is asked, such as the sections in which an account stands.
    pub under: Vec<String>,
    /// The columns that are asked for.
    pub asks: Vec<Asked>,
}

/// A column that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The column.
    pub column: String,
    /// The word that the value seems to speak of. It counts for nothing until somebody says so.
    pub guess: Option<String>,
}

/// The values of a partner's evidence of which neither that evidence nor what stands says where they belong, in the order in
/// which they come.
pub(super) fn unsorted(
    evidence: &Evidence,
    partner: usize,
    stands: Option<(&Evidence, usize)>,
) -> Vec<Unsorted> {
    let mut all = vec![];
    for kind in evidence.vocabulary.kinds.values() {
        let (Some(sorts), Some(key)) = (&kind.sorts, kind.key.first()) else {
            continue;
        };
        let Some(of) = evidence.kind(&sorts.of) else {
            continue;
        };
        let (Some(values), Some(by)) = (evidence.column(of, key), evidence.column(of, &sorts.by))
        else {
            continue;
        };
        let mut known: BTreeSet<&str> = said(evidence, partner, kind, key);
        if let Some((old, at)) = stands {
            known.extend(said(old, at, kind, key));
        }
        let mut places: HashMap<Code, usize> = HashMap::new();
        let mut found: Vec<Unsorted> = vec![];
        for row in evidence.tables[of].rows(partner) {
            let code = values.code(row);
            let value = evidence.strings.text(code);
            if code.is_empty() || known.contains(value) {
                continue;
            }
            let place = *places.entry(code).or_insert_with(|| {
                found.push(Unsorted {
                    kind: kind.name.clone(),
                    column: key.clone(),
                    value: value.to_owned(),
                    of: sorts.of.clone(),
                    ..Unsorted::default()
                });
                found.len() - 1
            });
            found[place].rows += 1;
            let under = evidence.strings.text(by.code(row));
            if !under.is_empty() && found[place].under.iter().all(|u| u != under) {
                found[place].under.push(under.to_owned());
            }
        }
        for mut one in found {
            one.asks = sorts
                .ask
                .iter()
                .filter(|(_, words)| words.iter().any(|w| one.under.contains(w)))
                .map(|(column, _)| Asked {
                    column: column.clone(),
                    guess: guess(kind, column, &one.value),
                })
                .collect();
            if !one.asks.is_empty() {
                all.push(one);
            }
        }
    }
    all.truncate(LISTED);
    all
}

/// The values of which the records of a kind say where they belong.
fn said<'e>(evidence: &'e Evidence, partner: usize, kind: &Kind, key: &str) -> BTreeSet<&'e str> {
    let found = evidence.kind(&kind.name).and_then(|at| {
        let column: &Column = evidence.column(at, key)?;
        Some((at, column))
    });
    let Some((at, column)) = found else {
        return BTreeSet::new();
    };
    let rows = evidence.tables[at].rows(partner);
    rows.map(|row| evidence.strings.text(column.code(row)))
        .collect()
}

fn guess(kind: &Kind, column: &str, value: &str) -> Option<String> {
    match &kind.fields.get(column)?.kind {
        FieldType::Word(words) => words.guess(value).map(str::to_owned),
        _ => None,
    }
}

impl Office {
    /// The values of a partner's records of which nothing says where they belong.
    pub fn unsorted(&self, actor: &Actor, partner: &str) -> Result<Vec<Unsorted>, Refusal> {
        actor.permit(Verb::ReadEvidence, partner)?;
        let shelves = self.shelves()?;
        let missing = || Refusal::no("partner", partner);
        let (shelf, at) = shelves.find(partner).ok_or_else(missing)?;
        Ok(unsorted(shelf.evidence(), at, None))
    }

    /// Says where values belong, as records of the kind that says so, in one change: those that somebody said meanwhile are
    /// corrected.
    pub async fn sort(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
        said: &[(String, Cells)],
    ) -> Result<Done<Vec<Record>>, Refusal> {
        let of = self.kind(kind)?;
        let key = of.key.first().cloned().unwrap_or_default();
        let standing = self.records(actor, partner, kind).await?;
        let edits: Vec<Edit> = said
            .iter()
            .map(|(value, cells)| {
                let head = std::iter::once((key.clone(), value.clone()));
                let cells: Cells = head.chain(cells.iter().cloned()).collect();
                let mut records = standing.iter();
                let stands = records.find(|r| r.cell(&key) == Some(value));
                Edit::putting(stands, kind, cells)
            })
            .collect();
        self.edit(actor, partner, &edits).await
    }
}
