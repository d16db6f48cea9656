//! Plans that are kept: proposed, accepted step by step as tasks, looked at again, withdrawn.

use std::collections::BTreeMap;

use app::locale::Lang;
use app::proposals::Accepting;
use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asking::ByEdition;
use super::call::{Asked, Body, Call, bad_parameter, number};
use super::shapes;
use super::standings::{Wanted, planning_turn};
use crate::keep::plans::{again_json, proposal_json};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(plans))
        .routes(routes!(propose_plan))
        .routes(routes!(kept_plan, withdraw_plan))
        .routes(routes!(plan_again))
        .routes(routes!(accept_plan))
        .routes(routes!(count_plan))
}

/// The plans of a partner
///
/// Those that were proposed, newest first, those that were withdrawn among them. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/plans", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The plans", body = shapes::KeptPlans)))]
async fn plans(call: Call, Path(partner): Path<String>) -> Result<Json<Value>, Problem> {
    call.at(&partner)?;
    let all = call.office.proposals(&call.actor, &partner).await?;
    let items: Vec<Value> = all.iter().map(|p| proposal_json(p, None)).collect();
    Ok(Json(serde_json::json!({ "items": items })))
}

/// Propose a plan
///
/// Finds the cheapest way to a level as of today and keeps it as it is; nothing changes it any more. Asks for the verb `work`.
#[utoipa::path(post, path = "/partners/{partner}/programs/{program}/plans", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), ByEdition, Wanted), responses((status = 201, description = "The plan, with its address in `Location`", body = shapes::KeptPlan)))]
async fn propose_plan(
    call: Call,
    Path((partner, program)): Path<(String, String)>,
    Asked((by, wanted)): Asked<(ByEdition, Wanted)>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.actor.permit(app::access::Verb::Work, &partner)?;
    call.program(&program)?;
    let program = match by.edition {
        Some(edition) => format!("{program}@{edition}"),
        None => program,
    };
    let _turn = planning_turn().await?;
    let done = call
        .office
        .propose_plan(&call.actor, &partner, &program, &wanted.goal())
        .await?;
    let at = super::spec::segment(&partner);
    let at = format!("/api/v1/partners/{at}/plans/{}", done.value.plan);
    let body = Json(proposal_json(&done.value, None));
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], body).into_response())
}

async fn whole(call: &Call, partner: &str, plan: i64) -> Result<Json<Value>, Problem> {
    let proposal = call.office.proposal(&call.actor, partner, plan).await?;
    let drift = call
        .office
        .plan_drift(&call.actor, partner, plan, Lang::default())
        .await?;
    let tasks = call.office.tasks(&call.actor, partner, true).await?;
    Ok(Json(proposal_json(&proposal, Some((&drift, &tasks)))))
}

/// One plan
///
/// What it says, how far each of its steps is today, and what the level comes to if the open ones are done by their days. Asks for
/// the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/plans/{plan}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("plan" = i64, Path, description = "The plan's number")), responses((status = 200, description = "The plan", body = shapes::KeptPlan)))]
async fn kept_plan(
    call: Call,
    Path((partner, plan)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    call.at(&partner)?;
    whole(&call, &partner, number("plan", &plan)?).await
}

/// Plan again
///
/// The goal of a plan, planned as of today: which steps stay, which are gone, which are new. Nothing is kept. Asks for the verb
/// `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/plans/{plan}/again", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("plan" = i64, Path, description = "The plan's number")), responses((status = 200, description = "What is otherwise now", body = Object)))]
async fn plan_again(
    call: Call,
    Path((partner, plan)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    call.at(&partner)?;
    let plan = number("plan", &plan)?;
    let _turn = planning_turn().await?;
    let again = call
        .office
        .plan_again(&call.actor, &partner, plan, Lang::default())
        .await?;
    Ok(Json(again_json(&again)))
}

/// Which steps are accepted, and who does them.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct AcceptedSteps {
    /// The numbers of the steps, from 1 on; none: all that are not accepted yet.
    steps: Vec<usize>,
    /// The account that does each step that names no other one, empty for nobody yet; null: whoever had the same step in an
    /// earlier plan.
    owner: Option<String>,
    /// Accounts that do single steps, by the step's number.
    owners: BTreeMap<String, String>,
}

/// Accept steps of a plan
///
/// Each becomes a task with its owner, its day, and the evidence that closes it. Asks for the verb `work`.
#[utoipa::path(post, path = "/partners/{partner}/plans/{plan}/accept", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("plan" = i64, Path, description = "The plan's number")), request_body = AcceptedSteps, responses((status = 200, description = "The plan", body = shapes::KeptPlan)))]
async fn accept_plan(
    call: Call,
    Path((partner, plan)): Path<(String, String)>,
    Body(of): Body<AcceptedSteps>,
) -> Result<Json<Value>, Problem> {
    call.at(&partner)?;
    let plan = number("plan", &plan)?;
    let mut owners = vec![];
    for (step, account) in of.owners {
        let step = step.parse();
        let step = step.map_err(|_| bad_parameter("owners", "a step has a number"))?;
        owners.push((step, account));
    }
    let accepting = Accepting {
        steps: of.steps,
        owner: of.owner,
        owners,
    };
    call.office
        .accept_plan(&call.actor, &partner, plan, &accepting)
        .await?;
    whole(&call, &partner, plan).await
}

/// What came of counting a plan.
#[derive(Serialize, ToSchema)]
struct PlanCounted {
    /// The inputs that have the plan's cost, as `model.input`; those alone that had something else.
    inputs: Vec<String>,
    /// The change that the audit log has of it; null where all of it stood so.
    #[schema(required)]
    change: Option<i64>,
}

/// Put what a plan costs into the models
///
/// Each input that is what a plan costs gets it as a record of the kind `assumptions`, with the plan's number. Asks for the verb
/// `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/plans/{plan}/case", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("plan" = i64, Path, description = "The plan's number")), responses((status = 200, description = "What came of it", body = PlanCounted)))]
async fn count_plan(
    call: Call,
    Path((partner, plan)): Path<(String, String)>,
) -> Result<Json<PlanCounted>, Problem> {
    call.at(&partner)?;
    let plan = number("plan", &plan)?;
    let done = call.office.count_plan(&call.actor, &partner, plan).await?;
    let cell = |r: &app::edit::Record, name: &str| r.cell(name).unwrap_or_default().to_owned();
    Ok(Json(PlanCounted {
        change: done.as_ref().map(|done| done.change),
        inputs: done
            .iter()
            .flat_map(|done| &done.value)
            .map(|r| format!("{}.{}", cell(r, "model"), cell(r, "input")))
            .collect(),
    }))
}

/// What came of withdrawing a plan.
#[derive(Serialize, ToSchema)]
struct PlanWithdrawn {
    /// How many of its tasks were open, and are dropped.
    dropped: usize,
    /// The change that the audit log has of it.
    change: i64,
}

/// Withdraw a plan
///
/// What was accepted of it and is still open is dropped; what is done stays. Asks for the verb `work`.
#[utoipa::path(delete, path = "/partners/{partner}/plans/{plan}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("plan" = i64, Path, description = "The plan's number")), responses((status = 200, description = "What came of it", body = PlanWithdrawn)))]
async fn withdraw_plan(
    call: Call,
    Path((partner, plan)): Path<(String, String)>,
) -> Result<Json<PlanWithdrawn>, Problem> {
    call.at(&partner)?;
    let plan = number("plan", &plan)?;
    let done = call
        .office
        .withdraw_plan(&call.actor, &partner, plan)
        .await?;
    Ok(Json(PlanWithdrawn {
        dropped: done.value,
        change: done.change,
    }))
}
