//! Histories as CSV: a table for each kind, with a row for everything that was ever said, oldest first.
//!
//! Columns that begin with `_` say when a row was learned, from whom, and what became of it; the others are those of the
//! evidence table. What the vocabulary has no column for stands in `_more`, so that nothing is lost.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;

use crate::escape::{needs_apostrophe, without_apostrophe};

/// Something that was once said of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastRow {
    /// The number of the fact.
    pub version: i64,
    /// The number of the change that wrote it.
    pub change: i64,
    /// When it was learned.
    pub learned_at: Option<Instant>,
    /// The account that wrote it.
    pub learned_by: String,
    /// What was done.
    pub verb: String,
    /// What became of it.
    pub state: PastState,
    /// When another one took its place.
    pub replaced_at: Option<Instant>,
    /// The fact in whose place it stood.
    pub replaces: Option<i64>,
    /// What tells it from others of its kind, as JSON.
    pub key: String,
    /// Columns that the header has no place for, as JSON; empty where there are none.
    pub more: String,
    /// Whose it is.
    pub partner: String,
    /// Its texts, in the order of the header.
    pub cells: Vec<String>,
    /// The day on which it was recorded, where something says so.
    pub recorded_on: Option<Day>,
    /// Where it is from, in words.
    pub source: String,
}

/// What became of something that was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PastState {
    /// It stands.
    #[default]
    Current,
    /// Something else was said in its place.
    Superseded,
    /// It was withdrawn.
    Withdrawn,
    /// It is what withdraws another one.
    Withdrawal,
}

impl PastState {
    const ALL: [(PastState, &'static str); 4] = [
        (PastState::Current, "current"),
        (PastState::Superseded, "superseded"),
        (PastState::Withdrawn, "withdrawn"),
        (PastState::Withdrawal, "withdrawal"),
    ];

    fn name(self) -> &'static str {
        PastState::ALL[self as usize].1
    }
}

/// The columns before those of the table.
const BEFORE: [&str; 11] = [
    "_version",
    "_change",
    "_learned_at",
    "_learned_by",
    "_verb",
    "_state",
    "_replaced_at",
    "_replaces",
    "_key",
    "_more",
    "partner",
];
/// The columns after them.
const AFTER: [&str; 2] = ["recorded_on", "source"];

/// Writes the history of a kind.
#[derive(Debug)]
pub struct HistoryWriter(csv::Writer<BufWriter<File>>);

fn cannot_write(path: &Path, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        "cannot-write",
        format!("`{}` cannot be written: {error}", path.display()),
        Place::default(),
    )
}

impl HistoryWriter {
    /// A file for a kind with these columns.
    pub fn new(path: &Path, columns: &[&str]) -> Result<HistoryWriter, Diagnostic> {
        let file = File::create(path).map_err(|e| cannot_write(path, &e))?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer
            .write_record(BEFORE.iter().chain(columns).chain(&AFTER))
            .map_err(|e| cannot_write(path, &e))?;
        Ok(HistoryWriter(writer))
    }

    /// Writes a row, whose cells are as many as the columns.
    pub fn row(&mut self, row: &PastRow) -> Result<(), Diagnostic> {
        let number = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
        let instant = |at: Option<Instant>| at.map_or(String::new(), |at| at.to_string());
        let before = [
            row.version.to_string(),
            row.change.to_string(),
            instant(row.learned_at),
            row.learned_by.clone(),
            row.verb.clone(),
            row.state.name().to_owned(),
            instant(row.replaced_at),
            number(row.replaces),
            row.key.clone(),
            row.more.clone(),
            row.partner.clone(),
        ];
        let after = [
            row.recorded_on.map_or(String::new(), |d| d.to_string()),
            row.source.clone(),
        ];
        let failed = |e: csv::Error| cannot_write(Path::new("the history"), &e);
        for cell in before.iter().chain(&row.cells).chain(&after) {
            if needs_apostrophe(cell) {
                self.0.write_field(format!("'{cell}")).map_err(failed)?;
            } else {
                self.0.write_field(cell).map_err(failed)?;
            }
        }
        self.0.write_record(None::<&[u8]>).map_err(failed)
    }

    /// All of it is on the disk.
    pub fn finish(self) -> Result<(), Diagnostic> {
        let failed = |e: &dyn std::fmt::Display| cannot_write(Path::new("the history"), e);
        let mut inner = self.0.into_inner().map_err(|e| failed(&e.error()))?;
        inner.flush().map_err(|e| failed(&e))?;
        inner.get_ref().sync_all().map_err(|e| failed(&e))
    }
}

/// Reads the history of a kind, row by row.
pub struct HistoryReader {
    file: String,
    columns: Vec<String>,
    rows: csv::StringRecordsIntoIter<BufReader<File>>,
}

impl HistoryReader {
    /// The history in a file.
    pub fn new(path: &Path) -> Result<HistoryReader, Diagnostic> {
        let name = path.to_string_lossy().replace('\\', "/");
        let wrong = |why: String| {
            Diagnostic::error("bad-history", why, Place::file(name.clone()))
                .help("`cairn export --history` writes such files; they are taken over as they were written")
        };
        let file = File::open(path).map_err(|e| wrong(format!("it cannot be read: {e}")))?;
        let mut reader = csv::Reader::from_reader(BufReader::new(file));
        let header: Vec<String> = reader
            .headers()
            .map_err(|e| wrong(format!("its header cannot be read: {e}")))?
            .iter()
            .map(str::to_owned)
            .collect();
        let ends = header.len().checked_sub(AFTER.len());
        let columns = ends
            .filter(|ends| *ends >= BEFORE.len())
            .filter(|ends| header[..BEFORE.len()] == BEFORE && header[*ends..] == AFTER)
            .map(|ends| header[BEFORE.len()..ends].to_vec())
            .ok_or_else(|| wrong("its header is not that of a history".to_owned()))?;
        Ok(HistoryReader {
            file: name,
            columns,
            rows: reader.into_records(),
        })
    }

    /// The columns of the table.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Option<Result<PastRow, Diagnostic>> {
        let record = self.rows.next()?;
        Some(self.read(record))
    }

    fn read(&self, record: csv::Result<csv::StringRecord>) -> Result<PastRow, Diagnostic> {
        let wrong = |line: u64, why: String| {
            let place = Place {
                line: u32::try_from(line).unwrap_or(u32::MAX),
                ..Place::file(self.file.clone())
            };
            Diagnostic::error("bad-history", why, place)
                .help("take the file as `cairn export --history` wrote it")
        };
        let record = record.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line);
            wrong(line, "the row cannot be read".to_owned())
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| without_apostrophe(record.get(at).unwrap_or_default()).to_owned();
        let bad = |at: usize| {
            let text = record.get(at).unwrap_or_default();
            wrong(line, format!("`{text}` cannot stand in `{}`", BEFORE[at]))
        };
        let number = |at: usize| cell(at).parse::<i64>().map_err(|_| bad(at));
        let optional = |at: usize| match cell(at) {
            empty if empty.is_empty() => Ok(None),
            text => text.parse::<i64>().map(Some).map_err(|_| bad(at)),
        };
        let instant = |at: usize| match cell(at) {
            empty if empty.is_empty() => Ok(None),
            text => Instant::parse(&text).map(Some).ok_or_else(|| bad(at)),
        };
        let state = cell(5);
        let state = PastState::ALL.iter().find(|(_, name)| *name == state);
        let after = BEFORE.len() + self.columns.len();
        let recorded_on = match cell(after) {
            empty if empty.is_empty() => None,
            day => Some(
                Day::parse(&day)
                    .ok_or_else(|| wrong(line, format!("`{day}` cannot stand in `recorded_on`")))?,
            ),
        };
        Ok(PastRow {
            version: number(0)?,
            change: number(1)?,
            learned_at: instant(2)?,
            learned_by: cell(3),
            verb: cell(4),
            state: state.ok_or_else(|| bad(5))?.0,
            replaced_at: instant(6)?,
            replaces: optional(7)?,
            key: cell(8),
            more: cell(9),
            partner: cell(10),
            cells: (BEFORE.len()..after).map(cell).collect(),
            recorded_on,
            source: cell(after + 1),
        })
    }
}
