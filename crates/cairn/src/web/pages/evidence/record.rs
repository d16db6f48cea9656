//! One record with all that is known of it: what it says, how it stands, and what it said before.

use app::domain::diagnostic::{Diagnostic, Place};
use app::kinds::{Cell, Record, Records, Standing};
use app::question::Desk;
use askama::Template;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark, When, file_name};
use super::{cell, key_text, standing};

/// A record and its history.
#[derive(Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// What stands around it.
    pub f: Frame,
    /// Its kind.
    pub kind: Link,
    /// What it is called.
    pub name: String,
    /// How it stands.
    pub mark: Mark,
    /// The day that goes with it.
    pub note: String,
    /// From which day it counts.
    pub opens: Option<When>,
    /// Until which day.
    pub closes: Option<When>,
    /// What it says: the field, and its value.
    pub fields: Vec<(String, String)>,
    /// What a catalog knows of it.
    pub entry: Vec<(String, String)>,
    /// The files that belong to it.
    pub documents: String,
    /// Its versions, newest first.
    pub history: Vec<Version>,
    /// Changes it.
    pub edit_link: String,
    /// Moves it to another stage; empty where it has none.
    pub move_link: String,
}

/// A version of a record.
#[derive(Clone, Debug)]
pub struct Version {
    /// When it was learned.
    pub recorded: Option<When>,
    /// From where.
    pub place: String,
    /// Is it the one that stands?
    pub stands: bool,
    /// What differs from the version before: the field, what it said, what it says.
    pub changes: Vec<(String, String, String)>,
    /// Is it the first?
    pub first: bool,
}

/// The record of a kind with a key.
pub fn record(desk: &Desk, f: Frame, kind: &str, key: &str) -> Result<RecordPage, Diagnostic> {
    let records = app::kinds::records(desk, kind)?;
    let versions: Vec<&Record> = records
        .records
        .iter()
        .filter(|r| key_text(r) == key && r.standing != Standing::LearnedLater)
        .collect();
    let Some(stands) = versions
        .iter()
        .find(|r| r.standing.is_current())
        .or(versions.last())
        .copied()
    else {
        return Err(Diagnostic::error(
            "unknown-record",
            format!("there is no such record of `{kind}`"),
            Place::default(),
        )
        .help("it may have been learned after the day that is asked about"));
    };
    Ok(of(&records, stands, versions, f))
}

fn of(records: &Records, stands: &Record, mut versions: Vec<&Record>, f: Frame) -> RecordPage {
    let kind = &records.kind;
    let here = match kind.name.as_str() {
        "people" | "credentials" => Here::People,
        "opportunities" => Here::Opportunities,
        _ => Here::Evidence,
    };
    let name = stands
        .key
        .iter()
        .filter(|k| !k.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let f = f.at(here, name.clone());
    let (mark, note) = standing(&f, &stands.standing);
    versions.sort_by_key(|r| (r.recorded, r.fact.row));
    let mut history: Vec<Version> = Vec::new();
    let mut before: Option<&Record> = None;
    for version in versions {
        let changes = before.map_or_else(Vec::new, |before| {
            (0..kind.fields.len())
                .filter(|at| before.cells[*at] != version.cells[*at])
                .map(|at| {
                    (
                        f.named(&kind.fields[at].name),
                        cell(&f, records, before, at),
                        cell(&f, records, version, at),
                    )
                })
                .collect()
        });
        history.push(Version {
            recorded: version.recorded.map(|d| f.when(d)),
            place: {
                let file = file_name(&version.place.file);
                let row = version.place.line.to_string();
                let place = fill(f.t.file_row, &[("file", file), ("row", &row)]);
                if version.source.is_empty() {
                    place
                } else {
                    format!("{}; {place}", version.source)
                }
            },
            stands: version.fact == stands.fact,
            changes,
            first: before.is_none(),
        });
        before = Some(version);
    }
    history.reverse();
    let key = key_text(stands);
    let link = |what: &str| {
        let path = format!("/evidence/{}/{what}", segment(&kind.name));
        f.links.with(&path, &[("key", &key)])
    };
    let (edit_link, move_link) = (
        link("edit"),
        if kind.name == "opportunities" {
            link("move")
        } else {
            String::new()
        },
    );
    RecordPage {
        kind: Link::to(
            f.to(&format!("/evidence/{}", segment(&kind.name))),
            f.named(&kind.name),
        ),
        documents: f
            .links
            .with("/documents", &[("version", &stands.place.line.to_string())]),
        name,
        mark,
        note,
        opens: stands.opens.map(|d| f.when(d)),
        closes: stands.closes.map(|d| f.when(d)),
        fields: kind
            .fields
            .values()
            .enumerate()
            .filter(|(at, _)| stands.cells[*at] != Cell::Empty)
            .map(|(at, field)| (f.named(&field.name), cell(&f, records, stands, at)))
            .collect(),
        entry: stands.entry.as_ref().map_or_else(Vec::new, |entry| {
            entry
                .fields
                .iter()
                .map(|(k, v)| (f.named(k), f.within(v)))
                .collect()
        }),
        history,
        edit_link,
        move_link,
        f,
    }
}
