//! Files that belong to a record: attached, handed out to be saved, removed.

use app::access::{May, Verb};
use app::documents::LARGEST;
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Multipart, Path, RawForm};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::super::frame::{Frame, Here, encode, segment};
use super::super::super::view::When;
use super::super::super::visit::{Answer, Visit};
use super::{Form, Slip, again, html, slips};

/// The addresses that take files.
pub fn uploads() -> Router<AppState> {
    Router::new()
        .route("/documents", get(page).post(attach))
        .layer(DefaultBodyLimit::max(LARGEST + 64 * 1024))
}

/// The files of a record.
#[derive(Template)]
#[template(path = "work/documents.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What the record is called.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// The list that it stands in.
    pub list: String,
    /// The files.
    pub rows: Vec<Row>,
    /// May the reader attach and remove?
    pub may_edit: bool,
    /// Where to send a file.
    pub action: String,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it is.
    pub href: String,
    /// Where it is removed.
    pub remove: String,
    /// What it is called.
    pub name: String,
    /// How large it is.
    pub size: String,
    /// Who attached it.
    pub who: String,
    /// When.
    pub when: When,
}

async fn make(visit: &Visit, version: i64, slips: Vec<Slip>) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let record = office.record(actor, partner, version).await?;
    let documents = office.documents_of(actor, partner, version).await?;
    let colleagues = office.colleagues(actor, partner).await?;
    let f = visit.frame.clone();
    let name = format!("{}: {}", f.within(&record.kind), record.key.join(", "));
    let f = f.at(Here::Evidence, name.clone());
    Ok(Page {
        list: f.to(&format!("/evidence/{}", segment(&record.kind))),
        action: f
            .links
            .with("/documents", &[("version", &record.version.to_string())]),
        version: record.version,
        rows: documents
            .into_iter()
            .map(|d| {
                let who = colleagues.iter().find(|(id, _)| *id == d.by);
                let who = who.map_or_else(|| d.by.clone(), |(_, name)| name.clone());
                let kib = d.size.div_ceil(1024);
                let path = format!("/documents/{}", segment(&d.document));
                Row {
                    href: f.to(&path),
                    remove: f.to(&format!("{path}/remove")),
                    size: format!("{} KiB", f.lang.size(kib)),
                    when: f.when(office.clock.day_of(d.at)),
                    name: d.name,
                    who,
                }
            })
            .collect(),
        may_edit: actor.may_at(Verb::EditEvidence, partner) != May::No,
        name,
        slips,
        f,
    })
}

/// `GET /documents?version=…`
pub async fn page(visit: Visit) -> Answer {
    let version = visit.get("version").parse().unwrap_or(0);
    html(&make(&visit, version, vec![]).await?)
}

/// `POST /documents?version=…`
pub async fn attach(visit: Visit, mut parts: Multipart) -> Answer {
    let version = visit.get("version").parse().unwrap_or(0);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(|_| Problem::malformed("the form ended early"))?
    {
        if part.name() != Some("file") {
            continue;
        }
        let name = part.file_name().unwrap_or("document").to_owned();
        let bytes = part.bytes().await.map_err(|_| Problem::too_large())?;
        if let Err(refusal) = office.attach(actor, partner, version, &name, &bytes).await {
            return again(&make(&visit, version, slips(refusal, visit.frame.lang)?).await?);
        }
    }
    let to = visit
        .frame
        .links
        .with("/documents", &[("version", &version.to_string())]);
    Ok(Redirect::to(&to).into_response())
}

/// `GET /documents/{document}`: to be saved, never to be run here.
pub async fn file(visit: Visit, Path(document): Path<String>) -> Answer {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let (document, bytes) = office.document(actor, partner, &document).await?;
    Ok(saved(&document.name, &document.media, bytes))
}

/// An answer that a browser saves under a name, and does nothing else with.
fn saved(name: &str, media: &str, bytes: Vec<u8>) -> Response {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-._ ".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let mut exact = String::new();
    encode(name, &mut exact);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let value =
        |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_TYPE, value(media));
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    response
}

/// `POST /documents/{document}/remove`
pub async fn remove(visit: Visit, Path(document): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    visit
        .office
        .detach(&visit.actor, &visit.partner, &document)
        .await?;
    let to = visit
        .frame
        .links
        .with("/documents", &[("version", form.get("version"))]);
    Ok(Redirect::to(&to).into_response())
}
