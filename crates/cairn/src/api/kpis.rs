//! Key figures of a library of measures, and the partner's own targets.

use app::domain::calendar::Day;
use app::kpis::NewTarget;
use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asking::{Asking, ByEdition};
use super::call::{Asked, Body, Call, bad_parameter};
use super::records::RecordOf;
use super::shapes;
use super::standings::{answered, both_text};
use crate::json;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(kpis))
        .routes(routes!(kpi))
        .routes(routes!(target))
}

/// Key figures
///
/// Every measure of a library: its value on the day, its course over 24 months, the partner's own target, published values
/// beside it, and what would settle it where it is not known.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/kpis", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The id of a library of measures"), Asking, ByEdition), responses((status = 200, description = "The key figures", body = shapes::Kpis)))]
async fn kpis(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    asked: Asked<(Asking, ByEdition)>,
) -> Result<Response, Problem> {
    let rest = format!("kpis {program} {}", both_text(&asked.0));
    let program = Some(program.as_str());
    answered(&call, &headers, &partner, &asked, program, &rest, |desk| {
        Ok(json::kpis(&app::kpis::kpis(desk)?))
    })
    .await
}

/// A key figure
///
/// One measure with the measures that enter it, every target that it had, the records that count and those that do not.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/kpis/{measure}", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The id of a library of measures"), ("measure" = String, Path, description = "The measure's id"), Asking, ByEdition), responses((status = 200, description = "The key figure", body = shapes::Kpi)))]
async fn kpi(
    call: Call,
    headers: HeaderMap,
    Path((partner, program, measure)): Path<(String, String, String)>,
    asked: Asked<(Asking, ByEdition)>,
) -> Result<Response, Problem> {
    let rest = format!("kpi {program} {measure} {}", both_text(&asked.0));
    let program = Some(program.as_str());
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        program,
        &rest,
        move |desk| Ok(json::kpi(&app::kpis::kpi(desk, &measure)?)),
    )
    .await
}

/// What a partner aims at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Aim {
    /// The day from which it holds, until the next one.
    #[schema(format = Date)]
    from: String,
    /// A share such as `25%`, an amount such as `20000 USD`, or a number; empty: nothing is aimed at from that day on.
    value: String,
    /// A note beside it.
    #[serde(default)]
    note: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct Aimed {
    /// The record that holds the target; nothing where there was nothing to do.
    #[schema(required)]
    record: Option<RecordOf>,
}

/// Set an own target
///
/// A target is a record of the kind `targets`: it has a history, and is corrected and withdrawn like any other.
#[utoipa::path(put, path = "/partners/{partner}/programs/{program}/kpis/{measure}/target", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The id of a library of measures"), ("measure" = String, Path, description = "The measure's id")), request_body = Aim, responses((status = 200, description = "The target", body = Aimed)))]
async fn target(
    call: Call,
    Path((partner, program, measure)): Path<(String, String, String)>,
    Body(aim): Body<Aim>,
) -> Result<Json<Aimed>, Problem> {
    call.at(&partner)?;
    let from = Day::parse(&aim.from)
        .ok_or_else(|| bad_parameter("from", "it is a day as in 2024-06-28"))?;
    let new = NewTarget {
        from,
        value: aim.value,
        note: aim.note,
    };
    let record = call
        .office
        .set_target(&call.actor, &partner, &program, &measure, &new)
        .await?;
    Ok(Json(Aimed {
        record: record.map(RecordOf::from),
    }))
}
