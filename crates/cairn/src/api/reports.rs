//! Reports in one piece, and as files.

use app::exchange::Report;
use app::locale::Lang;
use app::report::With;
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asking::{Asking, ByEdition};
use super::call::{Asked, Call};
use super::standings::{InLanguage, aside};
use crate::ahead::paper;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;
use crate::web::language;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reports))
        .routes(routes!(report))
        .routes(routes!(report_pdf))
        .routes(routes!(report_workbook))
}

/// A report that there is.
#[derive(Serialize, ToSchema)]
struct Known {
    /// Its name.
    report: String,
    /// What people call it.
    title: String,
    /// Who it is for and what it tells.
    about: String,
}

/// A report in one piece.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "says what the answer looks like, which is written elsewhere"
)]
struct Whole {
    /// What it is.
    title: String,
    /// Of whom and for which day.
    subtitle: String,
    /// Its language.
    language: String,
    /// Its sections.
    sections: Vec<Part>,
    /// How it came about.
    foot: String,
}

/// A section of a report.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "says what the answer looks like, which is written elsewhere"
)]
struct Part {
    /// The heading.
    title: String,
    /// What stands under it: each has its `kind`.
    #[schema(value_type = Vec<Object>)]
    blocks: Vec<serde_json::Value>,
}

/// Every report that there is
///
/// A report is a file under `vocabulary/reports/`.
#[utoipa::path(get, path = "/reports", tag = "standings", params(InLanguage), responses((status = 200, description = "The reports", body = Vec<Known>)))]
async fn reports(call: Call, headers: HeaderMap, Asked(by): Asked<InLanguage>) -> Response {
    let lang = by.language.unwrap_or_else(|| language(&headers));
    let library = call.office.programs.library_in(lang.tag());
    let all = library.reports.iter().map(|report| Known {
        report: report.name.clone(),
        title: report.title.clone(),
        about: report.about.clone(),
    });
    Json(all.collect::<Vec<_>>()).into_response()
}

/// A report
///
/// Its sections, each with its blocks: `text`, `note`, `figures`, `table`, `lines`, `written`. Every number is a text in the
/// language that was asked for, but for those of lines.
#[utoipa::path(get, path = "/partners/{partner}/reports/{report}", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("report" = String, Path, description = "The report's name"), Asking, ByEdition, InLanguage), responses((status = 200, description = "The report", body = Whole)))]
async fn report(
    call: Call,
    headers: HeaderMap,
    Path(named): Path<(String, String)>,
    asked: Asked<((Asking, ByEdition), InLanguage)>,
) -> Result<Response, Problem> {
    let write = |paper: &Report| Ok(paper::value(paper));
    let (value, _) = made(call, headers, named, asked, write).await?;
    Ok(spoken(Json(value)))
}

/// A report as PDF
///
/// Set on paper of A4, with its fonts inside and tags for screen readers.
#[utoipa::path(get, path = "/partners/{partner}/reports/{report}/pdf", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("report" = String, Path, description = "The report's name"), Asking, ByEdition, InLanguage), responses((status = 200, description = "The file", body = String, content_type = "application/pdf")))]
async fn report_pdf(
    call: Call,
    headers: HeaderMap,
    Path(named): Path<(String, String)>,
    asked: Asked<((Asking, ByEdition), InLanguage)>,
) -> Result<Response, Problem> {
    let (bytes, _) = made(call, headers, named, asked, app::report::pdf).await?;
    Ok(spoken(([(header::CONTENT_TYPE, "application/pdf")], bytes)))
}

/// Every table of a report as a workbook
///
/// A sheet for each table, with every number as the report writes it.
#[utoipa::path(get, path = "/partners/{partner}/reports/{report}/workbook", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("report" = String, Path, description = "The report's name"), Asking, ByEdition, InLanguage), responses((status = 200, description = "The file", body = String, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn report_workbook(
    call: Call,
    headers: HeaderMap,
    Path(named): Path<(String, String)>,
    asked: Asked<((Asking, ByEdition), InLanguage)>,
) -> Result<Response, Problem> {
    let (bytes, _) = made(call, headers, named, asked, app::report::tables).await?;
    let kind = [(header::CONTENT_TYPE, crate::web::WORKBOOK)];
    Ok(spoken((kind, bytes)))
}

/// An answer whose language follows the reader's.
fn spoken(body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    let vary = HeaderValue::from_static("accept-language");
    response.headers_mut().append(header::VARY, vary);
    response
}

/// A report, written in some way.
async fn made<T: Send + 'static>(
    call: Call,
    headers: HeaderMap,
    (partner, name): (String, String),
    Asked(((asking, by), spoken)): Asked<((Asking, ByEdition), InLanguage)>,
    write: impl FnOnce(&Report) -> Result<T, app::domain::diagnostic::Diagnostic> + Send + 'static,
) -> Result<(T, Lang), Problem> {
    call.at(&partner)?;
    let lang = spoken.language.unwrap_or_else(|| language(&headers));
    let question = asking.question(&call.office, None, by.edition.as_deref());
    let known = asking.known(&call.office).await?;
    let (office, actor) = (&call.office, &call.actor);
    let desk = office.desk(actor, &partner, question, known).await?;
    let tasks = office.tasks(actor, &partner, false).await?;
    let written = aside(move || {
        let with = With {
            tasks: Some(&tasks),
            ..With::default()
        };
        let paper = app::report::report(&desk, lang, &name, &with);
        paper
            .map_err(|mut all| all.remove(0))
            .and_then(|p| write(&p))
    })
    .await?;
    Ok((written?, lang))
}
