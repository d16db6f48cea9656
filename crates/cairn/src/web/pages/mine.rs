//! What is somebody's own: the page of those who see nothing else of a partner.

use app::domain::vocabulary::Kind;
use app::edit::Record;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::view::Link;

/// So many columns of a record are shown.
const COLUMNS: usize = 5;

/// So many records of a kind are shown, the newest ones.
const RECORDS: usize = 25;

/// The records of one person.
#[derive(Template)]
#[template(path = "mine.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Nobody has said which person the reader is.
    pub is_nobody: bool,
    /// The kinds of records that somebody has.
    pub kinds: Vec<Table>,
    /// The kinds of which there is no record yet.
    pub empty: Vec<Link>,
}

/// The records of one kind.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where one is added.
    pub add: String,
    /// The columns.
    pub header: Vec<String>,
    /// The records: the link that changes one, and its cells.
    pub rows: Vec<(Link, Vec<String>)>,
    /// How many older ones are not shown; empty where all are.
    pub more: String,
}

/// The page, of a person's records by kind.
pub fn page(f: Frame, person: Option<&str>, kinds: &[(&Kind, Vec<Record>)]) -> Page {
    let title = f.t.mine;
    let f = f.at(Here::Mine, title);
    let add = |kind: &Kind| {
        let path = format!("/evidence/{}/new", segment(&kind.name));
        let holder = kind.holder().unwrap_or_default();
        f.links.with(&path, &[(holder, person.unwrap_or_default())])
    };
    let (full, empty): (Vec<_>, Vec<_>) = kinds.iter().partition(|(_, all)| !all.is_empty());
    let table = |(kind, records): &(&Kind, Vec<Record>)| {
        let holder = kind.holder().unwrap_or_default();
        let columns: Vec<&str> = kind
            .fields
            .keys()
            .map(String::as_str)
            .filter(|name| *name != holder)
            .take(COLUMNS)
            .collect();
        let rows = records.iter().rev().take(RECORDS).map(|record| {
            let parts: Vec<&str> = record.key.iter().map(String::as_str).collect();
            let key = app::records::key_text(&parts);
            let cell = |name: &str| {
                let found = record.cells.iter().find(|(n, _)| n == name);
                found.map(|(_, text)| text.clone()).unwrap_or_default()
            };
            let path = format!("/evidence/{}/edit", segment(&kind.name));
            let cells: Vec<String> = columns.iter().map(|name| cell(name)).collect();
            let text = cells.iter().find(|c| !c.is_empty()).cloned();
            let link = Link::to(
                f.links.with(&path, &[("key", &key)]),
                text.unwrap_or_else(|| record.key.join(", ")),
            );
            (link, cells)
        });
        let more = records.len().saturating_sub(RECORDS);
        Table {
            id: kind.name.clone(),
            name: f.named(&kind.name),
            add: add(kind),
            header: columns.iter().map(|name| f.named(name)).collect(),
            rows: rows.collect(),
            more: if more == 0 {
                String::new()
            } else {
                f.lang.several(f.t.n_older, more)
            },
        }
    };
    Page {
        is_nobody: person.is_none(),
        kinds: full.into_iter().map(table).collect(),
        empty: empty
            .into_iter()
            .map(|(kind, _)| Link::to(add(kind), f.named(&kind.name)))
            .collect(),
        f,
    }
}
