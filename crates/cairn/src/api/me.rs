//! Who asks, what answers, and the description of all of it.

use app::access::{Actor, Grant, Verb};
use app::accounts::Signed;
use app::locale::Lang;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::Call;
use super::shapes;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(version))
        .routes(routes!(description))
        .routes(routes!(me))
}

/// What answers here.
#[derive(Serialize, ToSchema)]
struct Version {
    /// Always `cairn`.
    product: &'static str,
    /// The version of the product.
    version: &'static str,
    /// The version of this API.
    api: &'static str,
}

/// Which version answers
///
/// The product, its version, and the version of the API. Asks nobody to sign in.
#[utoipa::path(get, path = "/version", tag = "server", security(()), responses((status = 200, description = "What answers here", body = Version)))]
async fn version() -> Json<Version> {
    Json(Version {
        product: "cairn",
        version: env!("CARGO_PKG_VERSION"),
        api: "v1",
    })
}

/// The description of the API
///
/// Every address with its parameters, answers and problems, as OpenAPI 3.1. Asks nobody to sign in.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", tag = "server", security(()), responses((status = 200, description = "The description, as OpenAPI 3.1", body = Object)))]
async fn description() -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, super::spec::text()).into_response()
}

/// Who asks.
#[derive(Serialize, ToSchema)]
struct Me {
    /// The account's id.
    account: String,
    /// The roles, of the server and of partners.
    roles: Vec<RoleAt>,
    /// The verbs of the server that are allowed.
    may: Vec<&'static str>,
    /// The only verbs of all that a token allows; null without such a limit.
    #[schema(required)]
    only: Option<Vec<&'static str>>,
    /// The only partner that a token allows; null without such a limit.
    #[schema(required)]
    only_partner: Option<String>,
    /// The language that one chose to be written to in; null where it is the partner's.
    #[schema(required, value_type = Option<shapes::Language>)]
    language: Option<&'static str>,
}

/// A role.
#[derive(Serialize, ToSchema)]
pub struct RoleAt {
    /// Its name: `alliance-lead`.
    role: &'static str,
    /// At which partner; null for a role of the server.
    #[schema(required)]
    partner: Option<String>,
    /// Which person of the partner's evidence they are.
    #[schema(required)]
    person: Option<String>,
}

impl From<&Grant> for RoleAt {
    fn from(grant: &Grant) -> RoleAt {
        RoleAt {
            role: grant.role.name(),
            partner: grant.partner.clone(),
            person: grant.person.clone(),
        }
    }
}

fn who(actor: &Actor, language: Option<Lang>) -> Me {
    let verbs = Verb::ALL.iter();
    Me {
        account: actor.account.clone(),
        roles: actor.grants.iter().map(RoleAt::from).collect(),
        may: verbs
            .filter(|v| !v.is_of_partner() && actor.may(**v))
            .map(|v| v.name())
            .collect(),
        only: actor
            .only
            .as_ref()
            .map(|only| only.iter().map(|v| v.name()).collect()),
        only_partner: actor.only_partner.clone(),
        language: language.map(Lang::tag),
    }
}

/// Who asks
///
/// The account behind the token or the session, its roles, and what it may do on the server.
#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, description = "Who asks", body = Me)))]
async fn me(
    State(state): State<AppState>,
    signed: Option<Extension<Signed>>,
    call: Call,
) -> Result<Json<Me>, Problem> {
    let language = match signed {
        Some(Extension(signed)) => state.accounts()?.language(&signed).await?,
        None => None,
    };
    Ok(Json(who(&call.actor, language)))
}
