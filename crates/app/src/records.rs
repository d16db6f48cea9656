//! Facts as the store keeps them, and as the engine reads them.
//!
//! The store keeps texts: what is not empty, as a JSON object by column, days and numbers as an evidence folder writes
//! them. What the vocabulary no longer has is left aside when it is read, and stays in the store.

use std::borrow::Cow;
use std::fmt;

use domain::calendar::Day;
use domain::evidence::{Builder, Cell, Copying, Evidence, Origin};
use domain::intake::{REFUSED_COLUMNS, refused_rows};
use domain::number::Exact;
use domain::vocabulary::{FieldType, Kind, Vocabulary};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use store::{NewFact, REFUSED, SUPPLIED};

/// Of every partner: whose the fact is that says that a kind was supplied for all of them.
pub const EVERYBODY: &str = "";

/// The columns of a record that are not empty, in the order of the kind.
pub type Cells = Vec<(String, String)>;

/// A list of texts as JSON: what tells one record of a kind from another.
pub fn key_text(parts: &[&str]) -> String {
    serde_json::Value::from(parts.to_vec()).to_string()
}

/// The key of a record of a kind.
pub fn key_of(kind: &Kind, cells: &[(String, String)]) -> String {
    let parts: Vec<&str> = kind
        .key
        .iter()
        .map(|field| {
            let cell = cells.iter().find(|(name, _)| name == field);
            cell.map_or("", |(_, text)| text.as_str())
        })
        .collect();
    key_text(&parts)
}

/// The texts of a key, in the order of the kind's key columns; none where it is no such list.
pub fn key_parts(key: &str) -> Vec<String> {
    serde_json::from_str::<serde_json::Value>(key)
        .ok()
        .and_then(|list| {
            let parts = list.as_array()?.iter();
            parts.map(|p| p.as_str().map(str::to_owned)).collect()
        })
        .unwrap_or_default()
}

/// Do records of this kind say who is judged together with whom?
pub fn says_kin(kind: &str) -> bool {
    matches!(kind, "partners" | "groups")
}

/// Does a record say otherwise than the one in whose place it stands who is judged together with whom?
///
/// That decides whose evidence counts in a partner's answers, so it is no partner's own matter.
pub fn rejoins(kind: &str, before: &[(String, String)], now: &[(String, String)]) -> bool {
    fn parent(cells: &[(String, String)]) -> &str {
        let found = cells.iter().find(|(name, _)| name == "parent");
        found.map_or("", |(_, text)| text.trim())
    }
    kind == "groups" || kind == "partners" && parent(before) != parent(now)
}

/// Columns and texts as the JSON object that the store keeps.
pub fn cells_text(cells: &[(String, String)]) -> String {
    let object: serde_json::Map<String, serde_json::Value> = cells
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.clone(), text.clone().into()))
        .collect();
    serde_json::Value::Object(object).to_string()
}

/// The columns and texts of a JSON object; none where it is none.
pub fn cells_of(text: &str) -> Cells {
    let mut cells = vec![];
    // What does not read was not written by the product; `audit verify` tells.
    let _ = each_cell(text, |name, text| {
        cells.push((name.to_owned(), text.to_owned()))
    });
    cells
}

/// Calls `with` for each column and text of a JSON object.
pub fn each_cell(text: &str, with: impl FnMut(&str, &str)) -> Result<(), serde_json::Error> {
    struct Each<F>(F);

    impl<'de, F: FnMut(&str, &str)> Visitor<'de> for Each<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of texts")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some((name, text)) = map.next_entry::<Cow<'de, str>, Cow<'de, str>>()? {
                (self.0)(&name, &text);
            }
            Ok(())
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(Each(with))
}

/// A cell as text, as an evidence folder writes it; empty where there is none.
pub fn cell_text(evidence: &Evidence, cell: &Cell) -> String {
    evidence.text_of(cell)
}

/// The columns and texts of a fact.
pub fn cells_at(evidence: &Evidence, kind: usize, row: usize) -> Cells {
    let table = &evidence.tables[kind];
    let fields = evidence.vocabulary.kinds[kind].fields.keys();
    fields
        .zip(&table.columns)
        .map(|(name, column)| (name.clone(), cell_text(evidence, &column.cell(row))))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// A fact of evidence as it is to be written down. It replaces none yet.
pub fn fact_at(evidence: &Evidence, kind: usize, partner: &str, row: usize) -> NewFact {
    let table = &evidence.tables[kind];
    let of = &evidence.vocabulary.kinds[kind];
    let cells = cells_at(evidence, kind, row);
    let recorded = table.recorded.day(row);
    NewFact {
        partner: partner.to_owned(),
        kind: of.name.clone(),
        key: key_of(of, &cells),
        cells: Some(cells_text(&cells)),
        replaces: None,
        recorded_on: (recorded != Day::MAX).then_some(recorded),
        source: evidence.strings.text(table.source.code(row)).to_owned(),
    }
}

/// Calls `with` for each fact of evidence, partner by partner and kind by kind.
pub fn each_fact(evidence: &Evidence, mut with: impl FnMut(NewFact)) {
    for partner in 0..evidence.partners.len() {
        let id = evidence.partner_id(partner);
        for kind in 0..evidence.tables.len() {
            for row in evidence.tables[kind].rows(partner) {
                with(fact_at(evidence, kind, id, row));
            }
        }
    }
}

/// That these kinds were supplied for a partner, or for [`EVERYBODY`].
pub fn supplies(evidence: &Evidence, partner: &str) -> Vec<NewFact> {
    let kinds = evidence.vocabulary.kinds.keys().zip(&evidence.tables);
    kinds
        .filter(|(_, table)| table.supplied)
        .map(|(kind, _)| supply(partner, kind))
        .collect()
}

/// That a kind was supplied for a partner.
pub fn supply(partner: &str, kind: &str) -> NewFact {
    NewFact {
        partner: partner.to_owned(),
        kind: SUPPLIED.to_owned(),
        key: key_text(&[kind]),
        cells: Some(cells_text(&[("kind".to_owned(), kind.to_owned())])),
        replaces: None,
        recorded_on: None,
        source: String::new(),
    }
}

/// The rows that an import refused, as they are to be written down. Those that only state otherwise what another row states
/// count in no answer, and are kept so that they can be mended.
pub fn refusals(evidence: &Evidence, import: &str, partner: &str) -> Vec<NewFact> {
    let rows = refused_rows(evidence).into_iter().enumerate();
    rows.map(|(at, row)| {
        let of = if row[1].is_empty() { partner } else { &row[1] };
        NewFact {
            partner: of.to_owned(),
            kind: REFUSED.to_owned(),
            key: key_text(&[import, &at.to_string()]),
            cells: Some(cells_text(
                &REFUSED_COLUMNS
                    .iter()
                    .zip(&row)
                    .map(|(name, text)| ((*name).to_owned(), text.clone()))
                    .collect::<Vec<_>>(),
            )),
            replaces: None,
            recorded_on: None,
            source: String::new(),
        }
    })
    .collect()
}

/// Reads facts into evidence, one after the other.
#[derive(Debug)]
pub struct Reader {
    /// The evidence so far.
    pub builder: Builder,
    file: u16,
    cells: Vec<Cell>,
    /// The kind of the last fact; facts of a kind mostly stand together.
    last: Option<usize>,
}

impl Reader {
    /// Nothing read yet.
    pub fn new(vocabulary: &std::sync::Arc<Vocabulary>) -> Reader {
        let mut builder = Builder::new(vocabulary.clone());
        let file = builder.file("record");
        Reader {
            builder,
            file,
            cells: vec![],
            last: None,
        }
    }

    /// The place of a kind; `None` where the vocabulary does not have it.
    pub fn kind(&mut self, name: &str) -> Option<usize> {
        let kinds = &self.builder.vocabulary().kinds;
        if let Some(last) = self.last
            && kinds.get_index(last).is_some_and(|(k, _)| k == name)
        {
            return Some(last);
        }
        self.last = kinds.get_index_of(name);
        self.last
    }

    /// Adds a fact; its number is its line, so that an answer can name the record. Returns whether it could be read.
    pub fn add(
        &mut self,
        fact: i64,
        partner: &str,
        kind: &str,
        cells: &str,
        recorded_on: Option<Day>,
        source: &str,
    ) -> bool {
        let Some(at) = self.kind(kind) else {
            return false;
        };
        let vocabulary = self.builder.vocabulary().clone();
        let fields = &vocabulary.kinds[at].fields;
        let mut row = std::mem::take(&mut self.cells);
        row.clear();
        row.resize(fields.len(), Cell::Empty);
        let strings = &mut self.builder.strings;
        let read = each_cell(cells, |name, text| {
            if let Some((place, _, field)) = fields.get_full(name) {
                row[place] = match field.kind {
                    FieldType::Date => Day::parse(text).map_or(Cell::Empty, Cell::Day),
                    FieldType::Number(_) | FieldType::Percent | FieldType::Money(_) => {
                        Exact::parse(text).map_or(Cell::Empty, Cell::Number)
                    }
                    _ => Cell::Text(strings.code(text)),
                };
            }
        });
        let origin = Origin {
            recorded: recorded_on,
            source: if source.is_empty() {
                domain::evidence::Code::EMPTY
            } else {
                strings.code(source)
            },
            file: self.file,
            line: u32::try_from(fact).unwrap_or(u32::MAX),
        };
        let partner = strings.code(partner);
        let added = read.is_ok() && self.builder.add(at, partner, &row, &origin).is_ok();
        self.cells = row;
        added
    }

    /// Adds a row that an import refused.
    pub fn refuse(&mut self, fact: i64, partner: &str, cells: &str) {
        use domain::diagnostic::{Diagnostic, Place};
        let cells = cells_of(cells);
        let cell = |name: &str| {
            let found = cells.iter().find(|(n, _)| n == name);
            found.map_or("", |(_, text)| text.as_str())
        };
        let Some(kind) = self.kind(cell("table")) else {
            return;
        };
        let repeats = cell("lost") == "repeat";
        let place = Place {
            line: cell("row")
                .parse()
                .unwrap_or(u32::try_from(fact).unwrap_or(0)),
            ..Place::file(cell("file")).showing(cell("column"))
        };
        let problem =
            Diagnostic::error("refused-before", cell("problem"), place).help(cell("help"));
        let partner = (partner != EVERYBODY).then(|| self.builder.strings.code(partner));
        self.builder.refuse(domain::evidence::Refused {
            kind,
            partner,
            problem,
            repeats,
            row: None,
        });
    }

    /// Copies the facts of a partner from other evidence, but those that `dead` names by their number.
    pub fn copy(&mut self, from: &mut Copying<'_>, partner: usize, dead: &dyn Fn(u32) -> bool) {
        self.builder.copy(from, partner, dead, self.file);
    }

    /// Copies the rows that were refused and are of these partners; with `nobodys` also those of which nobody knows whose they are.
    pub fn copy_refused(
        &mut self,
        from: &Evidence,
        partners: &std::collections::HashSet<&str>,
        nobodys: bool,
    ) {
        for refused in &from.refused {
            let id = refused.partner.map(|p| from.strings.text(p));
            if id.map_or(nobodys, |id| partners.contains(id)) {
                let partner = id.map(|id| self.builder.strings.code(id));
                self.builder.refuse(domain::evidence::Refused {
                    partner,
                    ..refused.clone()
                });
            }
        }
    }
}
