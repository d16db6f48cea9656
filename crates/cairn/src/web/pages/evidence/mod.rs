//! Evidence as it stands on a day: all kinds at a glance, any kind as a table made from the vocabulary, opportunities as a board,
//! people with what they hold.

mod board;
mod kind;
mod people;
mod record;

use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::standing::Truth;
use app::domain::vocabulary::FieldType;
use app::kinds::{Cell, Record, Records, Standing};
use app::question::Desk;
use app::words::Shown;
use askama::Template;

pub use board::board;
pub use kind::{COLUMN, Query, STORED, csv, kind};
pub use people::people;
pub use record::record;

use super::super::frame::{Frame, Here, segment};
use super::super::texts::fill;
use super::super::view::{Mark, When};

/// All kinds at a glance.
#[derive(Template)]
#[template(path = "evidence.html")]
pub struct OverviewPage {
    /// What stands around it.
    pub f: Frame,
    /// What was supplied, in a sentence.
    pub news: String,
    /// The kinds that were supplied.
    pub kinds: Vec<KindLine>,
    /// The kinds that never were, and which programs read them.
    pub never: Vec<KindLine>,
}

/// A kind at a glance.
#[derive(Clone, Debug)]
pub struct KindLine {
    /// What it is called.
    pub name: String,
    /// Its records.
    pub href: String,
    /// How many records there are.
    pub records: String,
    /// The newest day.
    pub newest: Option<When>,
    /// How far away that is.
    pub age: String,
    /// How many rows were refused; empty where none.
    pub refused: String,
    /// The programs that read it.
    pub read_by: String,
}

/// All kinds of evidence of the partner.
pub fn overview(desk: &Desk, f: Frame) -> Result<OverviewPage, Diagnostic> {
    let t = f.t;
    let f = f.at(Here::Evidence, t.evidence);
    let kinds = app::kinds::kinds(desk)?;
    let line = |k: &app::kinds::KindSummary| KindLine {
        name: f.named(&k.kind),
        href: f.to(&format!("/evidence/{}", segment(&k.kind))),
        records: f.lang.size(k.records),
        newest: k.newest.map(|d| f.when(d)),
        age: k
            .newest
            .map(|d| f.lang.distance(f.as_of, d))
            .unwrap_or_default(),
        refused: if k.refused > 0 {
            f.lang.several(t.n_refused, k.refused)
        } else {
            String::new()
        },
        read_by: k.read_by.join(", "),
    };
    let supplied: Vec<&app::kinds::KindSummary> = kinds.iter().filter(|k| k.supplied).collect();
    let records: usize = supplied.iter().map(|k| k.records).sum();
    let refused: usize = kinds.iter().map(|k| k.refused).sum();
    let mut news = fill(
        t.evidence_news,
        &[
            ("records", &f.lang.several(t.n_records, records)),
            ("kinds", &f.lang.several(t.n_kinds, supplied.len())),
        ],
    );
    if refused > 0 {
        news += &format!(" {}", f.lang.several(t.evidence_refused, refused));
    }
    let mut never: Vec<&app::kinds::KindSummary> = kinds.iter().filter(|k| !k.supplied).collect();
    never.sort_by_key(|k| std::cmp::Reverse(k.read_by.len()));
    Ok(OverviewPage {
        news,
        kinds: supplied.into_iter().map(line).collect(),
        never: never.into_iter().map(line).collect(),
        f,
    })
}

/// How a record stands, as a verdict with a word, and the day that goes with it.
pub fn standing(f: &Frame, of: &Standing) -> (Mark, String) {
    let t = f.t;
    let (truth, word, note) = match of {
        Standing::Holds => (Truth::Yes, t.holds_word, String::new()),
        Standing::MayHold => (Truth::Unknown, t.may_hold, String::new()),
        Standing::Pending(fields) => {
            let fields: Vec<String> = fields.iter().map(|n| f.within(n)).collect();
            (
                Truth::NotApplicable,
                t.waits,
                fill(t.waits_for, &[("fields", &f.lang.list(&fields))]),
            )
        }
        Standing::NotYet(day) => (
            Truth::NotApplicable,
            t.not_yet,
            fill(t.from_on, &[("day", &f.lang.day(*day))]),
        ),
        Standing::Ended(day) => (
            Truth::No,
            t.ended,
            fill(t.since_day, &[("day", &f.lang.day(*day))]),
        ),
        Standing::Absent => (Truth::No, t.holder_absent, String::new()),
        Standing::Superseded => (Truth::NotApplicable, t.superseded, String::new()),
        Standing::LearnedLater => (Truth::NotApplicable, t.learned_later, String::new()),
    };
    (Mark::saying(truth, word), note)
}

/// A cell as people read it.
pub fn cell(f: &Frame, records: &Records, record: &Record, at: usize) -> String {
    let kind = records
        .kind
        .fields
        .get_index(at)
        .map(|(_, field)| &field.kind);
    match (&record.cells[at], kind) {
        (Cell::Empty, _) => String::new(),
        (Cell::Day(day), _) => f.lang.day(*day),
        (Cell::Number(number), Some(FieldType::Money(currency))) => {
            let code = record.text(records.field(currency));
            f.lang.number(&Shown::Money(code.to_owned()), number)
        }
        (Cell::Number(number), Some(FieldType::Percent)) => f.lang.number(&Shown::Percent, number),
        (Cell::Number(number), _) => f.lang.number(&Shown::Count, number),
        (Cell::Text(text), Some(FieldType::YesNo)) => {
            if text == "yes" {
                f.t.yes.to_owned()
            } else {
                f.t.no.to_owned()
            }
        }
        (Cell::Text(text), Some(FieldType::Word(_) | FieldType::Level)) => f.named(text),
        (Cell::Text(text), _) => text.clone(),
    }
}

/// The records that stand for their key.
pub fn current(records: &Records) -> impl Iterator<Item = &Record> {
    records.records.iter().filter(|r| r.standing.is_current())
}

/// The address of a record: its kind, and the values of its key.
pub fn record_href(f: &Frame, kind: &str, record: &Record) -> String {
    f.links.with(
        &format!("/evidence/{}/record", segment(kind)),
        &[("key", &key_text(record))],
    )
}

/// The key of a record as the store writes it.
pub fn key_text(record: &Record) -> String {
    let parts: Vec<&str> = record.key.iter().map(String::as_str).collect();
    app::records::key_text(&parts)
}

/// The day that a record is sorted and shown by: when it opens, else when it is due.
pub fn main_day(records: &Records, record: &Record) -> Option<Day> {
    record.opens.or_else(|| {
        let dates = records.kind.fields.values().enumerate();
        dates
            .filter(|(_, field)| field.kind == FieldType::Date)
            .find_map(|(at, _)| record.day(Some(at)))
    })
}
