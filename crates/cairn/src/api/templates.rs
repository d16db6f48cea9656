//! Plans that are written down: listed, with their days, and begun by a partner.

use app::access::Verb;
use app::domain::calendar::Day;
use app::domain::plan::template::Template;
use app::refusal::Refusal;
use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter};
use super::shapes;
use crate::args::day;
use crate::keep::plans::{proposal_json, schedule_json, template_json};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(templates))
        .routes(routes!(template))
        .routes(routes!(begin_template))
}

/// The plans that are written down
///
/// Each with its tracks, how long it takes, and the longest way through it. Asks for the verb `read-programs`.
#[utoipa::path(get, path = "/templates", tag = "work", responses((status = 200, description = "The templates", body = shapes::PlanTemplates)))]
async fn templates(call: Call) -> Result<Json<Value>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    let items: Vec<Value> = call
        .office
        .templates(&call.actor)
        .iter()
        .map(template_json)
        .collect();
    Ok(Json(serde_json::json!({ "items": items })))
}

/// A template that there is.
fn known(call: &Call, name: &str) -> Result<Template, Problem> {
    let mut all = call.office.templates(&call.actor).into_iter();
    let found = all.find(|of| of.name == name);
    found.ok_or_else(|| Refusal::no("template", name).into())
}

/// When a template begins.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ByBeginning {
    /// The day on which it begins; today where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    begins: Option<Day>,
}

impl Parameters for ByBeginning {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(ByBeginning {
            begins: pairs.read("begins", day)?,
        })
    }
}

/// One plan that is written down
///
/// With the days of each track if it begins on a day: from when, until when, and the last day that does not move the end. Asks for
/// the verb `read-programs`.
#[utoipa::path(get, path = "/templates/{template}", tag = "work", params(("template" = String, Path, description = "The template's name"), ByBeginning), responses((status = 200, description = "The template", body = shapes::PlanTemplate)))]
async fn template(
    call: Call,
    Path(template): Path<String>,
    Asked(by): Asked<ByBeginning>,
) -> Result<Json<Value>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    let begins = by.begins.unwrap_or_else(|| call.office.clock.today());
    let found = known(&call, &template)?;
    Ok(Json(schedule_json(&found, begins)))
}

/// A template to begin.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Begun {
    /// The day on which it begins; null: today.
    #[schema(format = Date)]
    begins: Option<String>,
}

/// Begin a plan that is written down
///
/// A proposal whose steps have days from the day on which it begins; its steps are accepted as those of any plan. Asks for the verb
/// `work`.
#[utoipa::path(post, path = "/partners/{partner}/templates/{template}/plans", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("template" = String, Path, description = "The template's name")), request_body = Begun, responses((status = 201, description = "The plan, with its address in `Location`", body = shapes::KeptPlan)))]
async fn begin_template(
    call: Call,
    Path((partner, template)): Path<(String, String)>,
    Body(of): Body<Begun>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    known(&call, &template)?;
    let begins = of.begins.as_deref().map(day).transpose();
    let begins = begins.map_err(|why| bad_parameter("begins", &why))?;
    let done = call
        .office
        .begin_template(&call.actor, &partner, &template, begins)
        .await?;
    let at = super::spec::segment(&partner);
    let at = format!("/api/v1/partners/{at}/plans/{}", done.value.plan);
    let body = Json(proposal_json(&done.value, None));
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], body).into_response())
}
