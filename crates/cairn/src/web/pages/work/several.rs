//! Several records of a kind at once: what a change of them comes to, the change itself, and taking it back; and the views of a
//! table that somebody saved.

use app::bulk::{Bulk, BulkPreview};
use app::records::Cells;
use askama::Template;
use axum::extract::{Path, RawForm};
use axum::response::{IntoResponse as _, Redirect};

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::visit::{Answer, Visit};
use super::changes::Program;
use super::{Form, Slip, again, html, slips};

/// What a change of several records comes to.
#[derive(Template)]
#[template(path = "work/several.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The kind, as people read it.
    pub name: String,
    /// The table.
    pub table: String,
    /// Where it is confirmed.
    pub confirm: String,
    /// What would be done, in a sentence.
    pub news: String,
    /// The records.
    pub rows: Vec<Row>,
    /// What moves in each program.
    pub moved: Vec<Program>,
    /// Was anything compared?
    pub compared: bool,
    /// The versions, to be sent again.
    pub versions: Vec<i64>,
    /// What is done: `set` or `withdraw`.
    pub act: &'static str,
    /// The column.
    pub field: String,
    /// What it says from then on.
    pub value: String,
    /// What the button says; empty where nothing can be done.
    pub button: String,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A record of them.
#[derive(Clone, Debug)]
pub struct Row {
    /// What tells it from others.
    pub key: String,
    /// What it says in the column, or in its first columns where it is withdrawn.
    pub was: String,
    /// What it would say.
    pub is: String,
    /// Does it say so already?
    pub unchanged: bool,
    /// Why it cannot be done.
    pub problems: Vec<Slip>,
}

fn chosen(form: &Form) -> Vec<i64> {
    form.all("v").filter_map(|v| v.parse().ok()).collect()
}

fn bulk(form: &Form) -> Bulk {
    if form.get("do") == "withdraw" {
        Bulk::Withdraw
    } else {
        Bulk::Set {
            field: form.get("field").to_owned(),
            value: form.get("value").trim().to_owned(),
        }
    }
}

fn said(cells: &Cells, field: &str) -> String {
    let found = cells.iter().find(|(name, _)| name == field);
    found.map_or_else(String::new, |(_, text)| text.clone())
}

/// The page of a preview.
pub fn of(
    f: Frame,
    kind: &str,
    bulk: &Bulk,
    preview: Option<BulkPreview>,
    slips: Vec<Slip>,
) -> Page {
    let t = f.t;
    let name = f.named(kind);
    let (act, field, value) = match bulk {
        Bulk::Set { field, value } => ("set", field.clone(), value.clone()),
        Bulk::Withdraw => ("withdraw", String::new(), String::new()),
    };
    let can = preview.as_ref().is_some_and(|p| p.problems().is_empty());
    let changed = preview.as_ref().map_or(0, BulkPreview::changed);
    let how_many = f.lang.several(t.n_records, changed);
    let news = match (&preview, act) {
        (None, _) => String::new(),
        (Some(_), _) if !can => t.several_hindered.to_owned(),
        (Some(_), _) if changed == 0 => t.several_nothing.to_owned(),
        (Some(_), "withdraw") => fill(t.several_withdraw, &[("records", &how_many)]),
        (Some(_), _) if value.is_empty() => fill(
            t.several_clear,
            &[("records", &how_many), ("field", &f.named(&field))],
        ),
        (Some(_), _) => fill(
            t.several_set,
            &[
                ("records", &how_many),
                ("field", &f.named(&field)),
                ("value", &value),
            ],
        ),
    };
    let button = if !can || changed == 0 {
        String::new()
    } else if act == "withdraw" {
        fill(t.several_do_withdraw, &[("records", &how_many)])
    } else {
        fill(t.several_do_set, &[("records", &how_many)])
    };
    let (mut rows, mut versions, mut moved) = (vec![], vec![], vec![]);
    let compared = can && changed > 0 && f.reads;
    if let Some(preview) = preview {
        moved = preview
            .moved
            .iter()
            .map(|m| super::changes::program(&f, m))
            .collect();
        for row in preview.rows {
            versions.push(row.version);
            let unchanged = row.is_unchanged();
            let first = |cells: &Cells| {
                let texts: Vec<&str> = cells.iter().take(3).map(|(_, t)| t.as_str()).collect();
                texts.join(", ")
            };
            rows.push(Row {
                key: row.key.join(", "),
                was: match bulk {
                    Bulk::Set { field, .. } => said(&row.before, field),
                    Bulk::Withdraw => first(&row.before),
                },
                is: match (&row.after, bulk) {
                    (Some(cells), Bulk::Set { field, .. }) => said(cells, field),
                    _ => String::new(),
                },
                unchanged,
                problems: row.problems.iter().map(|p| Slip::of(p, f.lang)).collect(),
            });
        }
    }
    let path = format!("/evidence/{}", segment(kind));
    let here = match kind {
        "people" => Here::People,
        "opportunities" => Here::Opportunities,
        _ => Here::Evidence,
    };
    Page {
        table: f.links.with(&path, &[("view", "table")]),
        confirm: f.to(&format!("{path}/several/confirm")),
        f: f.at(here, t.several_title),
        name,
        news,
        rows,
        moved,
        compared,
        versions,
        act,
        field,
        value,
        button,
        slips,
    }
}

/// The page of what was sent, with what the product says of it.
async fn shown(
    visit: &Visit,
    kind: &str,
    form: &Form,
    mut said: Vec<Slip>,
) -> Result<Page, Problem> {
    let bulk = bulk(form);
    let preview = visit
        .office
        .preview_bulk(&visit.actor, &visit.partner, kind, &chosen(form), &bulk)
        .await;
    let preview = match preview {
        Ok(preview) => Some(preview),
        Err(refusal) => {
            let own = slips(refusal, visit.frame.lang)?;
            if said.is_empty() {
                said = own;
            }
            None
        }
    };
    Ok(of(visit.frame.clone(), kind, &bulk, preview, said))
}

/// `POST /evidence/{kind}/several`: shows what the change comes to.
pub async fn preview(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let page = shown(&visit, &kind, &Form::of(&body), vec![]).await?;
    if page.slips.is_empty() {
        html(&page)
    } else {
        again(&page)
    }
}

/// The table of a kind, with what was done and what can be taken back.
fn table(visit: &Visit, kind: &str, done: &str, change: i64) -> axum::response::Response {
    let path = format!("/evidence/{}", segment(kind));
    let change = change.to_string();
    let mut more = vec![("view", "table"), ("done", done)];
    if change != "0" {
        more.push(("undo", &change));
    }
    Redirect::to(&visit.frame.links.with(&path, &more)).into_response()
}

/// `POST /evidence/{kind}/several/confirm`
pub async fn confirm(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let bulk = bulk(&form);
    let done = visit
        .office
        .edit_bulk(&visit.actor, &visit.partner, &kind, &chosen(&form), &bulk)
        .await;
    match done {
        Ok(done) => {
            let word = match bulk {
                Bulk::Set { .. } => "several-changed",
                Bulk::Withdraw => "several-withdrawn",
            };
            Ok(table(&visit, &kind, word, done.change))
        }
        Err(refusal) => {
            again(&shown(&visit, &kind, &form, slips(refusal, visit.frame.lang)?).await?)
        }
    }
}

/// `POST /evidence/{kind}/undo`: takes a change of records back.
pub async fn undo(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let change = Form::of(&body).number("change");
    let done = visit
        .office
        .undo_edit(&visit.actor, &visit.partner, change)
        .await;
    match done {
        Ok(_) => Ok(table(&visit, &kind, "taken-back", 0)),
        Err(refusal) => {
            let said = slips(refusal, visit.frame.lang)?;
            again(&of(visit.frame.clone(), &kind, &Bulk::Withdraw, None, said))
        }
    }
}

/// `POST /evidence/{kind}/views`: saves a view of the table, calls one otherwise, or forgets it.
pub async fn views(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let (id, name, query) = (form.get("id"), form.get("name"), form.get("query"));
    let page = format!("evidence/{kind}");
    let done = match form.get("do") {
        "rename" => office.rename_view(actor, partner, id, name).await,
        "forget" => office.forget_view(actor, partner, id).await,
        _ => {
            let shared = form.get("for") == "all";
            let looked = (page.as_str(), query);
            office.save_view(actor, partner, looked, name, shared).await
        }
    };
    match done {
        Ok(_) => {
            // Back to the table as it is looked at; what a form says of it is read as a query and written anew.
            let pairs = super::super::super::visit::pairs(query);
            let mut more: Vec<(&str, &str)> = vec![("view", "table")];
            more.extend(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
            let path = format!("/evidence/{}", segment(&kind));
            Ok(Redirect::to(&visit.frame.links.with(&path, &more)).into_response())
        }
        Err(refusal) => {
            let said = slips(refusal, visit.frame.lang)?;
            again(&of(visit.frame.clone(), &kind, &Bulk::Withdraw, None, said))
        }
    }
}
