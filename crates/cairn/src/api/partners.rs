//! Partners.

use app::access::{May, Verb};
use app::refusal::Refusal;
use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call};
use super::page::{Page, Paging};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one))
}

/// A partner.
#[derive(Serialize, ToSchema)]
pub struct Partner {
    /// Its id.
    id: String,
    /// What it is called; its id where nothing says.
    name: String,
}

/// A partner, and what may be done there.
#[derive(Serialize, ToSchema)]
struct PartnerHere {
    /// Its id.
    id: String,
    /// What it is called; its id where nothing says.
    name: String,
    /// The verbs that you may use here, by name.
    may: Vec<&'static str>,
    /// The verbs that you may use for what is your own, by name.
    may_for_own: Vec<&'static str>,
}

/// A partner to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPartner {
    /// Its id, which never changes.
    #[schema(min_length = 1, max_length = 120)]
    id: String,
    /// What it is called.
    #[serde(default)]
    #[schema(max_length = 200)]
    name: String,
}

/// The partners that you see
///
/// Every partner at which you have a role, by id; all of them for a role of the server.
#[utoipa::path(get, path = "/partners", operation_id = "partners", tag = "partners", params(Paging), responses((status = 200, description = "A page of partners", body = Page<Partner>)))]
async fn list(call: Call, Asked(paging): Asked<Paging>) -> Result<Json<Page<Partner>>, Problem> {
    let after = paging.after("partners")?;
    let ids = call.office.partners(&call.actor)?;
    let rest = ids
        .into_iter()
        .filter(|id| after.as_ref().is_none_or(|after| id > after))
        .take(paging.limit + 1)
        .map(|id| Partner {
            name: call.office.partner_name(&id),
            id,
        });
    Ok(Json(
        paging.page("partners", rest.collect(), |p| p.id.clone()),
    ))
}

/// Add a partner
///
/// A partner of whom nothing is known yet. Asks for the verb `manage-partners`.
#[utoipa::path(post, path = "/partners", operation_id = "add_partner", tag = "partners", request_body = NewPartner, responses((status = 201, description = "The partner, with its address in `Location`", body = Partner), (status = 409, description = "There is such a partner already")))]
async fn add(call: Call, Body(new): Body<NewPartner>) -> Result<impl IntoResponse, Problem> {
    let added = call
        .office
        .add_partner(&call.actor, &new.id, &new.name)
        .await;
    added.map_err(|refusal| match refusal {
        Refusal::Conflict { .. } => Problem::new(
            StatusCode::CONFLICT,
            "partner-exists",
            "There is such a partner already",
        )
        .detail(format!("there is a partner `{}`", new.id)),
        other => other.into(),
    })?;
    let at = format!("/api/v1/partners/{}", super::spec::segment(&new.id));
    let partner = Partner {
        name: call.office.partner_name(&new.id),
        id: new.id,
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], Json(partner)))
}

/// One partner
///
/// What it is called, and what you may do there. Who has no role there is told that there is no such partner.
#[utoipa::path(get, path = "/partners/{partner}", operation_id = "partner", tag = "partners", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The partner", body = PartnerHere)))]
async fn one(call: Call, Path(partner): Path<String>) -> Result<Json<PartnerHere>, Problem> {
    call.at(&partner)?;
    let all = |may| {
        let verbs = Verb::ALL.iter().filter(|v| v.is_of_partner());
        verbs
            .filter(|v| call.actor.may_at(**v, &partner) == may)
            .map(|v| v.name())
            .collect()
    };
    Ok(Json(PartnerHere {
        name: call.office.partner_name(&partner),
        may: all(May::Yes),
        may_for_own: all(May::Own),
        id: partner,
    }))
}
