//! Any kind of evidence as a table, made from the vocabulary: found, filtered and sorted by the address alone.

use std::cmp::Ordering;

use app::domain::diagnostic::Diagnostic;
use app::domain::vocabulary::{Field, FieldType, Kind};
use app::kinds::{Cell, Record, Records, Standing};
use app::locale::Lang;
use app::question::Desk;
use askama::Template;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark};
use super::super::super::visit::pairs;
use super::super::work::Slip;
use super::{cell, current, record_href, standing};

/// So many records stand on a page.
const PAGE: usize = 50;

/// What names a column in an address; it may be there several times.
pub const COLUMN: &str = "col";

/// What records that are kept are read from, with their versions as lines.
pub const STORED: &str = "record";

/// What is asked of a table of records.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words that all stand in a record.
    pub q: String,
    /// `holds`, `waits`, `ended`; all where empty.
    pub state: String,
    /// The field to sort by, with a `-` before it for the highest first.
    pub sort: String,
    /// The page, from 1.
    pub page: usize,
    /// A filter of a word-like field: the field, and its word.
    pub only: Vec<(String, String)>,
    /// The columns that are shown, by field; those that hold anything where none is named.
    pub columns: Vec<String>,
    /// A change that was just made and can be taken back.
    pub undo: Option<i64>,
}

/// A kind of evidence as a table.
#[derive(Template)]
#[template(path = "kind.html")]
pub struct KindPage {
    /// What stands around it.
    pub f: Frame,
    /// The kind.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// How many records there are, in words.
    pub sub: String,
    /// Other ways to look at it.
    pub tabs: Vec<Link>,
    /// The words that are looked for.
    pub q: String,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// The fields with few words, to choose from.
    pub words: Vec<Filter>,
    /// How it is sorted now.
    pub sort: String,
    /// The columns.
    pub heads: Vec<HeadCell>,
    /// The records.
    pub rows: Vec<RowCells>,
    /// How many are shown of how many.
    pub shown: String,
    /// The page before.
    pub before: Option<String>,
    /// The page after.
    pub after: Option<String>,
    /// Rows that were refused.
    pub refused: Vec<(String, Slip)>,
    /// The table as a file.
    pub file: String,
    /// Adds a record.
    pub new_link: String,
    /// Was the kind supplied?
    pub supplied: bool,
    /// Is any filter set?
    pub filtered: bool,
    /// The columns of its file, for those who want to bring one.
    pub columns: Vec<(String, bool, String)>,
    /// The columns to choose from; those of the key are always shown.
    pub choosable: Vec<Choice>,
    /// Which of them are of the key.
    pub always: Vec<String>,
    /// The columns that were chosen, kept by whatever filters.
    pub kept_columns: Vec<String>,
    /// What is filtered and sorted, kept where columns are chosen.
    pub kept_filter: Vec<(String, String)>,
    /// The table with the columns that hold anything, where others were chosen.
    pub all_columns: Option<String>,
    /// May records be chosen and changed together?
    pub picks: bool,
    /// The columns that can be set on several records.
    pub settable: Vec<Choice>,
    /// Where a change of several records is shown first.
    pub several: String,
    /// Where the change that was just made can be taken back, and its number.
    pub undo: Option<(String, i64)>,
    /// The views that were saved.
    pub views: Vec<Saved>,
    /// Where views are saved.
    pub views_at: String,
    /// How the table is looked at now, as a query.
    pub looked: String,
    /// May a view be saved for everybody?
    pub may_share: bool,
}

/// A view that was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The table as it was looked at.
    pub href: String,
    /// Is the table looked at like this now?
    pub current: bool,
    /// Is it everybody's?
    pub shared: bool,
}

impl KindPage {
    /// What the box beside a record says.
    fn choose(&self, row: &RowCells) -> String {
        let label = if row.label.is_empty() {
            &self.name
        } else {
            &row.label
        };
        fill(self.f.t.choose_record, &[("record", label)])
    }

    /// Which columns stand there whatever is chosen.
    fn always_shown(&self) -> String {
        let names = self.f.lang.list(&self.always);
        fill(self.f.t.columns_always, &[("names", &names)])
    }

    /// Adds the views that were saved, and whether some may be saved for everybody.
    pub fn with_views(&mut self, views: Vec<app::tasks::View>, may_share: bool) {
        let path = format!("/evidence/{}", segment(&self.kind));
        let saved = views.into_iter().map(|v| {
            let pairs = pairs(&v.query);
            let mut more: Vec<(&str, &str)> = vec![("view", "table")];
            more.extend(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
            Saved {
                href: self.f.links.with(&path, &more),
                current: v.query == self.looked,
                id: v.view,
                name: v.name,
                shared: v.shared,
            }
        });
        self.views = saved.collect();
        self.may_share = may_share;
    }
}

impl Query {
    /// What is looked for, filtered and sorted, as names and values of an address; what is empty is left out.
    fn filter(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = [
            ("q", self.q.as_str()),
            ("state", self.state.as_str()),
            ("sort", self.sort.as_str()),
        ];
        let only = self.only.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        own.into_iter().chain(only).filter(|(_, v)| !v.is_empty())
    }

    /// The columns that were chosen, as names and values of an address.
    fn chosen_columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().map(|field| (COLUMN, field.as_str()))
    }

    /// As the query of an address, without the page.
    fn as_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.filter().chain(self.chosen_columns()) {
            if !text.is_empty() {
                text.push('&');
            }
            text += name;
            text.push('=');
            super::super::super::frame::encode(value, &mut text);
        }
        text
    }
}

/// A choice of a filter.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// What it says.
    pub text: String,
    /// Is it chosen?
    pub chosen: bool,
}

/// A field with few words.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The field.
    pub field: String,
    /// What it is called.
    pub name: String,
    /// Its words.
    pub choices: Vec<Choice>,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub struct HeadCell {
    /// What it is called.
    pub name: String,
    /// Sorts by it.
    pub href: String,
    /// `ascending`, `descending`, or empty.
    pub sorted: &'static str,
    /// Does it hold numbers?
    pub number: bool,
}

/// A record.
#[derive(Clone, Debug)]
pub struct RowCells {
    /// The record itself.
    pub href: String,
    /// Its version; 0 where it has none.
    pub version: i64,
    /// What it is called where it is chosen.
    pub label: String,
    /// Its cells: text, is it a number, is it the first.
    pub cells: Vec<CellText>,
    /// How it stands.
    pub mark: Mark,
    /// The day that goes with it.
    pub note: String,
    /// Does it no longer count?
    pub out: bool,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct CellText {
    /// What it says.
    pub text: String,
    /// What its column is called, for phones.
    pub head: String,
    /// Does it hold a number?
    pub number: bool,
}

/// A kind of evidence of the partner.
pub fn kind(desk: &Desk, f: Frame, kind: &str, query: &Query) -> Result<KindPage, Diagnostic> {
    let records = app::kinds::records(desk, kind)?;
    Ok(of(&records, f, query))
}

/// The table as a file of commas, with what was found and in its order.
pub fn csv(
    desk: &Desk,
    f: &Frame,
    kind: &str,
    query: &Query,
) -> Result<(Vec<String>, Vec<Vec<String>>), Diagnostic> {
    let records = app::kinds::records(desk, kind)?;
    let columns = in_file(&records.kind, query);
    let header = columns
        .iter()
        .map(|at| records.kind.fields[*at].name.clone())
        .collect();
    let rows = found(f, &records, query)
        .into_iter()
        .map(|record| {
            columns
                .iter()
                .map(|at| match &record.cells[*at] {
                    Cell::Empty => String::new(),
                    Cell::Day(day) => day.to_string(),
                    Cell::Text(text) => text.clone(),
                    Cell::Number(number) => number.to_string(),
                })
                .collect()
        })
        .collect();
    Ok((header, rows))
}

/// The columns of the table as a file: all of them, or those that were chosen, each amount with its currency.
fn in_file(kind: &Kind, query: &Query) -> Vec<usize> {
    let chosen = |field: &Field| field.key || query.columns.contains(&field.name);
    let of_chosen_amount = |field: &Field| {
        let mut amounts = kind.fields.values().filter(|f| chosen(f));
        amounts.any(|f| matches!(&f.kind, FieldType::Money(c) if *c == field.name))
    };
    let all = kind.fields.values().enumerate();
    all.filter(|(_, f)| query.columns.is_empty() || chosen(f) || of_chosen_amount(f))
        .map(|(at, _)| at)
        .collect()
}

/// Does a field say in which currency an amount beside it is? It has no column of its own on the page.
fn is_currency(kind: &Kind, field: &Field) -> bool {
    let mut others = kind.fields.values();
    others.any(|other| matches!(&other.kind, FieldType::Money(c) if *c == field.name))
}

/// Is this state wanted?
fn in_state(of: &Standing, state: &str) -> bool {
    match state {
        "holds" => matches!(of, Standing::Holds | Standing::MayHold),
        "waits" => matches!(of, Standing::Pending(_) | Standing::NotYet(_)),
        "ended" => matches!(of, Standing::Ended(_) | Standing::Absent),
        _ => true,
    }
}

fn found<'r>(f: &Frame, records: &'r Records, query: &Query) -> Vec<&'r Record> {
    let words: Vec<String> = query
        .q
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let matches = |record: &Record| {
        if words.is_empty() {
            return true;
        }
        let mut text = String::new();
        for at in 0..record.cells.len() {
            if let Cell::Text(raw) = &record.cells[at] {
                text += &raw.to_lowercase();
                text.push(' ');
            }
            text += &cell(f, records, record, at).to_lowercase();
            text.push(' ');
        }
        words.iter().all(|word| text.contains(word))
    };
    let only = |record: &Record| {
        query
            .only
            .iter()
            .all(|(field, word)| word.is_empty() || record.text(records.field(field)) == word)
    };
    let mut found: Vec<&Record> = current(records)
        .filter(|r| in_state(&r.standing, &query.state))
        .filter(|r| only(r) && matches(r))
        .collect();
    let (field, descending) = match query.sort.strip_prefix('-') {
        Some(field) => (field, true),
        None => (query.sort.as_str(), false),
    };
    match records.field(field) {
        Some(at) => {
            let ladder = match &records.kind.fields[at].kind {
                FieldType::Word(words) => words.all().map(str::to_owned).collect(),
                _ => vec![],
            };
            // What is empty stands last, whichever way it is sorted.
            found.sort_by(|a, b| {
                let empty = |r: &Record| r.cells[at] == Cell::Empty;
                empty(a).cmp(&empty(b)).then_with(|| {
                    let order = compare(&a.cells[at], &b.cells[at], &ladder);
                    if descending { order.reverse() } else { order }
                })
            });
        }
        None => found.sort_by_key(|r| std::cmp::Reverse(super::main_day(records, r))),
    }
    found
}

fn compare(a: &Cell, b: &Cell, ladder: &[String]) -> Ordering {
    match (a, b) {
        (Cell::Day(a), Cell::Day(b)) => a.cmp(b),
        (Cell::Number(a), Cell::Number(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => {
            let place = |text: &String| ladder.iter().position(|word| word == text);
            match (place(a), place(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.to_lowercase().cmp(&b.to_lowercase()),
            }
        }
        _ => Ordering::Equal,
    }
}

fn of(records: &Records, f: Frame, query: &Query) -> KindPage {
    let t = f.t;
    let kind = &records.kind;
    let here = match kind.name.as_str() {
        "people" => Here::People,
        "opportunities" => Here::Opportunities,
        _ => Here::Evidence,
    };
    let name = f.named(&kind.name);
    let f = f.at(here, name);
    let path = format!("/evidence/{}", segment(&kind.name));
    let all: Vec<&Record> = current(records).collect();
    let found = found(&f, records, query);
    let columns: Vec<usize> = kind
        .fields
        .values()
        .enumerate()
        .filter(|(_, field)| !is_currency(kind, field))
        // A column without a single value says nothing, unless somebody asks for it; the key stays.
        .filter(|(at, field)| {
            field.key
                || match query.columns.as_slice() {
                    [] => all.iter().any(|r| r.cells[*at] != Cell::Empty),
                    chosen => chosen.contains(&field.name),
                }
        })
        .map(|(at, _)| at)
        .collect();
    let keep = |more: &[(&str, &str)]| -> String {
        let mut all: Vec<(&str, &str)> = more.to_vec();
        let put = |all: &mut Vec<(&str, &str)>, name: &'static str, value: &'static str| {
            if all.iter().all(|(n, _)| *n != name) {
                all.push((name, value));
            }
        };
        // The way of looking at it is kept by what is set.
        put(&mut all, "view", "table");
        let mut owned: Vec<(&str, &str)> = vec![];
        for (name, value) in [
            ("q", query.q.as_str()),
            ("state", query.state.as_str()),
            ("sort", query.sort.as_str()),
        ] {
            if all.iter().all(|(n, _)| *n != name) {
                owned.push((name, value));
            }
        }
        for (name, value) in &query.only {
            owned.push((name, value));
        }
        owned.extend(query.chosen_columns());
        all.extend(owned);
        f.links.with(&path, &all)
    };
    let heads = columns
        .iter()
        .map(|at| {
            let field = &kind.fields[*at];
            let (sorted, next) = match query.sort.strip_prefix('-') {
                Some(name) if name == field.name => ("descending", field.name.clone()),
                None if query.sort == field.name => ("ascending", format!("-{}", field.name)),
                _ => ("", field.name.clone()),
            };
            HeadCell {
                name: f.named(&field.name),
                href: keep(&[("sort", &next)]),
                sorted,
                number: is_number(&field.kind),
            }
        })
        .collect();
    let page = query.page.max(1);
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let first = (page - 1) * PAGE;
    let rows = found
        .iter()
        .skip(first)
        .take(PAGE)
        .map(|record| {
            let (mark, note) = standing(&f, &record.standing);
            RowCells {
                href: record_href(&f, &kind.name, record),
                version: match record.place.file.as_str() {
                    STORED => i64::from(record.place.line),
                    _ => 0,
                },
                label: record.key.join(", "),
                cells: columns
                    .iter()
                    .map(|at| CellText {
                        text: cell(&f, records, record, *at),
                        head: f.named(&kind.fields[*at].name),
                        number: is_number(&kind.fields[*at].kind),
                    })
                    .collect(),
                out: matches!(record.standing, Standing::Ended(_) | Standing::Absent),
                mark,
                note,
            }
        })
        .collect();
    let last = (first + PAGE).min(found.len());
    let turn = |to: usize| keep(&[("page", &to.to_string())]);
    let states = [
        ("", t.any_state),
        ("holds", t.holds_word),
        ("waits", t.waits),
        ("ended", t.ended),
    ]
    .into_iter()
    .map(|(value, text)| Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        chosen: query.state == value,
    })
    .collect();
    let words = kind
        .fields
        .values()
        .filter_map(|field| {
            let FieldType::Word(words) = &field.kind else {
                return None;
            };
            let chosen = query
                .only
                .iter()
                .find(|(name, _)| *name == field.name)
                .map(|(_, w)| w.as_str());
            let at = records.field(&field.name);
            let mut known: Vec<String> = words.all().map(str::to_owned).collect();
            for record in &all {
                let text = record.text(at);
                if !text.is_empty() && known.len() < 40 && known.iter().all(|k| k != text) {
                    known.push(text.to_owned());
                }
            }
            known.retain(|word| all.iter().any(|r| r.text(at) == word));
            (known.len() > 1).then(|| Filter {
                field: field.name.clone(),
                name: f.named(&field.name),
                choices: known
                    .into_iter()
                    .map(|word| Choice {
                        text: f.named(&word),
                        chosen: chosen == Some(word.as_str()),
                        value: word,
                    })
                    .collect(),
            })
        })
        .collect();
    let filtered = !query.q.is_empty()
        || !query.state.is_empty()
        || query.only.iter().any(|(_, w)| !w.is_empty());
    KindPage {
        kind: kind.name.clone(),
        name: f.named(&kind.name),
        sub: f.lang.several(t.n_records, all.len()),
        tabs: tabs(&f, &kind.name, "table"),
        q: query.q.clone(),
        states,
        words,
        sort: query.sort.clone(),
        heads,
        rows,
        shown: if found.is_empty() {
            t.nothing_found.to_owned()
        } else {
            fill(
                t.shown_of,
                &[
                    ("from", &f.lang.size(first + 1)),
                    ("to", &f.lang.size(last)),
                    ("of", &f.lang.size(found.len())),
                ],
            )
        },
        before: (page > 1).then(|| turn(page - 1)),
        after: (page < pages).then(|| turn(page + 1)),
        refused: refused(records, f.lang),
        file: keep(&[("format", "csv")]),
        new_link: f.to(&format!("{path}/new")),
        supplied: records.supplied,
        filtered,
        columns: columns_of(&f, records),
        choosable: kind
            .fields
            .values()
            .enumerate()
            .filter(|(_, field)| !field.key && !is_currency(kind, field))
            .map(|(at, field)| Choice {
                value: field.name.clone(),
                text: f.named(&field.name),
                chosen: columns.contains(&at),
            })
            .collect(),
        always: kind
            .fields
            .values()
            .filter(|field| field.key)
            .map(|field| f.named(&field.name))
            .collect(),
        kept_columns: query.columns.clone(),
        kept_filter: query
            .filter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect(),
        all_columns: (!query.columns.is_empty()).then(|| {
            let mut more: Vec<(&str, &str)> = vec![("view", "table")];
            more.extend(query.filter());
            f.links.with(&path, &more)
        }),
        picks: f.may_edit && !f.is_elsewhen(),
        settable: kind
            .fields
            .values()
            .filter(|field| !field.key)
            .map(|field| Choice {
                value: field.name.clone(),
                text: f.named(&field.name),
                chosen: false,
            })
            .collect(),
        several: f.to(&format!("{path}/several")),
        undo: query
            .undo
            .filter(|_| f.may_edit)
            .map(|change| (f.to(&format!("{path}/undo")), change)),
        views: vec![],
        views_at: f.to(&format!("{path}/views")),
        looked: query.as_text(),
        may_share: false,
        f,
    }
}

/// The columns that a file of the kind has: name, is it of the key, what it holds.
pub(super) fn columns_of(f: &Frame, records: &Records) -> Vec<(String, bool, String)> {
    let t = f.t;
    records
        .kind
        .fields
        .values()
        .map(|field| {
            let holds = match &field.kind {
                FieldType::Date => t.type_day.to_owned(),
                FieldType::Number(_) | FieldType::Percent => t.type_number.to_owned(),
                FieldType::Money(_) => t.type_money.to_owned(),
                FieldType::YesNo => t.type_yes_no.to_owned(),
                FieldType::Word(words) => {
                    let words: Vec<&str> = words.all().take(8).collect();
                    words.join(", ")
                }
                _ => t.type_text.to_owned(),
            };
            (field.name.clone(), field.key, holds)
        })
        .collect()
}

/// What was refused: where, why and what helps.
pub(super) fn refused(records: &Records, lang: Lang) -> Vec<(String, Slip)> {
    records
        .refused
        .iter()
        .take(20)
        .map(|p| (p.place.to_string(), Slip::of(p, lang)))
        .collect()
}

fn is_number(kind: &FieldType) -> bool {
    matches!(
        kind,
        FieldType::Number(_) | FieldType::Percent | FieldType::Money(_)
    )
}

/// Ways to look at a kind, where there are several.
pub(super) fn tabs(f: &Frame, kind: &str, view: &str) -> Vec<Link> {
    let t = f.t;
    let tab = |of: &str, text: &str, path: &str| Link {
        href: f.links.with(path, &[("view", of)]),
        text: text.to_owned(),
        current: of == view,
    };
    match kind {
        "opportunities" => vec![
            tab("board", t.board, "/evidence/opportunities"),
            tab("table", t.table, "/evidence/opportunities"),
        ],
        "people" => vec![
            tab("matrix", t.who_holds_what, "/evidence/people"),
            tab("table", t.table, "/evidence/people"),
        ],
        _ => vec![],
    }
}
