//! Web hooks: who is told when a standing changes, and what became of it.

use app::domain::instant::Instant;
use app::hooks::Hook;
use app::store::DeliveryRow;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
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
        .routes(routes!(partner_hooks, add_partner_hook))
        .routes(routes!(partner_hook, delete_partner_hook))
        .routes(routes!(partner_deliveries))
        .routes(routes!(redeliver_of_partner))
        .routes(routes!(server_hooks, add_server_hook))
        .routes(routes!(server_hook, delete_server_hook))
        .routes(routes!(server_deliveries))
        .routes(routes!(redeliver_of_server))
        .routes(routes!(test_of_partner))
        .routes(routes!(test_of_server))
}

/// A web hook, without its secret.
#[derive(Serialize, ToSchema)]
struct HookOf {
    /// Its id.
    hook: String,
    /// The partner whose standings it is told of; null for all.
    #[schema(required)]
    partner: Option<String>,
    /// Where it is told.
    url: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// The account that made it.
    maker: String,
}

impl From<Hook> for HookOf {
    fn from(of: Hook) -> HookOf {
        HookOf {
            hook: of.hook,
            partner: of.partner,
            url: of.url,
            created: of.created.to_string(),
            maker: of.maker,
        }
    }
}

/// A web hook that was just made.
#[derive(Serialize, ToSchema)]
struct NewHookOf {
    /// The hook.
    hook: HookOf,
    /// What signs everything that is sent, as Standard Webhooks writes it: `whsec_…`. It is shown only now.
    secret: String,
}

/// A web hook to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewHook {
    /// Where to tell it, beginning with `https://`.
    #[schema(max_length = 1000)]
    url: String,
}

/// All hooks.
#[derive(Serialize, ToSchema)]
struct Hooks {
    /// By id.
    items: Vec<HookOf>,
}

/// What became of telling something to a hook.
#[derive(Serialize, ToSchema)]
struct DeliveryOf {
    /// The event, as `webhook-id` names it.
    event: String,
    /// When the standing was seen to have changed.
    #[schema(format = DateTime)]
    at: String,
    /// How far it is.
    #[schema(value_type = DeliveryState)]
    state: String,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried next; null where it is not.
    #[schema(required, format = DateTime)]
    next: Option<String>,
    /// What the last try came to, in words.
    said: String,
    /// When that was.
    #[schema(required, format = DateTime)]
    tried: Option<String>,
}

/// How far a delivery is.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "described, never made: the store keeps the word")]
enum DeliveryState {
    /// It is tried again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Dead,
}

impl From<DeliveryRow> for DeliveryOf {
    fn from(of: DeliveryRow) -> DeliveryOf {
        DeliveryOf {
            next: (of.state == "waiting").then(|| of.due.to_string()),
            event: of.event,
            at: of.at.to_string(),
            state: of.state,
            attempts: of.attempts,
            said: of.said,
            tried: of.tried.map(|at| at.to_string()),
        }
    }
}

async fn hooks(call: &Call, partner: Option<&str>) -> Result<Json<Hooks>, Problem> {
    let all = call.office.hooks(&call.actor, partner).await?;
    Ok(Json(Hooks {
        items: all.into_iter().map(HookOf::from).collect(),
    }))
}

async fn add(
    call: &Call,
    state: &AppState,
    partner: Option<&str>,
    new: &NewHook,
) -> Result<Response, Problem> {
    let private = state.settings().hooks.private;
    let made = call
        .office
        .make_hook(&call.actor, partner, &new.url, private)
        .await?;
    let (hook, secret) = made;
    let at = match partner {
        Some(partner) => format!(
            "/api/v1/partners/{}/hooks/{}",
            super::spec::segment(partner),
            hook.hook
        ),
        None => format!("/api/v1/hooks/{}", hook.hook),
    };
    let body = NewHookOf {
        hook: hook.into(),
        secret,
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], Json(body)).into_response())
}

async fn deliveries(
    call: &Call,
    of: (Option<&str>, &str),
    paging: &Paging,
) -> Result<Json<Page<DeliveryOf>>, Problem> {
    let list = format!("deliveries {}", of.1);
    let after = paging.after(&list)?;
    let before = after.as_deref().and_then(|position| {
        let (at, event) = position.split_once(' ')?;
        Some((Instant(at.parse().ok()?), event))
    });
    let rows = call
        .office
        .deliveries(&call.actor, of, before, paging.limit + 1)
        .await?;
    let page = paging.page(&list, rows, |row| format!("{} {}", row.at.0, row.event));
    Ok(Json(Page {
        items: page.items.into_iter().map(DeliveryOf::from).collect(),
        next: page.next,
    }))
}

/// The hooks of a partner
///
/// Every address that is told when a standing of this partner changes. Asks for the verb `manage-hooks`.
#[utoipa::path(get, path = "/partners/{partner}/hooks", tag = "hooks", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The hooks", body = Hooks)))]
async fn partner_hooks(call: Call, Path(partner): Path<String>) -> Result<Json<Hooks>, Problem> {
    hooks(&call, Some(&partner)).await
}

/// Make a hook of a partner
///
/// From now on each change of a standing of this partner is posted there, signed with a secret that is shown only now. Asks for
/// the verb `manage-hooks`.
#[utoipa::path(post, path = "/partners/{partner}/hooks", tag = "hooks", params(("partner" = String, Path, description = "The partner's id")), request_body = NewHook, responses((status = 201, description = "The hook and its secret", body = NewHookOf)))]
async fn add_partner_hook(
    State(state): State<AppState>,
    call: Call,
    Path(partner): Path<String>,
    Body(new): Body<NewHook>,
) -> Result<Response, Problem> {
    add(&call, &state, Some(&partner), &new).await
}

/// A hook of a partner
///
/// Where it is told, and who made it. Asks for the verb `manage-hooks`.
#[utoipa::path(get, path = "/partners/{partner}/hooks/{hook}", tag = "hooks", params(("partner" = String, Path, description = "The partner's id"), ("hook" = String, Path, description = "The hook's id")), responses((status = 200, description = "The hook", body = HookOf)))]
async fn partner_hook(
    call: Call,
    Path((partner, hook)): Path<(String, String)>,
) -> Result<Json<HookOf>, Problem> {
    let hook = call.office.hook(&call.actor, Some(&partner), &hook).await?;
    Ok(Json(hook.into()))
}

/// Delete a hook of a partner
///
/// It is told nothing any more, and what it was sent is forgotten. Asks for the verb `manage-hooks`.
#[utoipa::path(delete, path = "/partners/{partner}/hooks/{hook}", tag = "hooks", params(("partner" = String, Path, description = "The partner's id"), ("hook" = String, Path, description = "The hook's id")), responses((status = 204, description = "It is gone")))]
async fn delete_partner_hook(
    call: Call,
    Path((partner, hook)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.office
        .delete_hook(&call.actor, Some(&partner), &hook)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a hook of a partner was sent
///
/// Newest first: whether the receiver took it, how often it was tried, and when it is tried next. Asks for the verb
/// `manage-hooks`.
#[utoipa::path(get, path = "/partners/{partner}/hooks/{hook}/deliveries", tag = "hooks", params(("partner" = String, Path, description = "The partner's id"), ("hook" = String, Path, description = "The hook's id"), Paging), responses((status = 200, description = "A page of deliveries", body = Page<DeliveryOf>)))]
async fn partner_deliveries(
    call: Call,
    Path((partner, hook)): Path<(String, String)>,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<DeliveryOf>>, Problem> {
    deliveries(&call, (Some(&partner), &hook), &paging).await
}

/// Send something to a hook of a partner again
///
/// It is sent at once, and tried again as if it were new. Asks for the verb `manage-hooks`.
#[utoipa::path(post, path = "/partners/{partner}/hooks/{hook}/deliveries/{event}/redeliver", tag = "hooks", params(("partner" = String, Path, description = "The partner's id"), ("hook" = String, Path, description = "The hook's id"), ("event" = String, Path, description = "The event, as `webhook-id` names it")), responses((status = 202, description = "It is about to be sent", body = DeliveryOf)))]
async fn redeliver_of_partner(
    call: Call,
    Path((partner, hook, event)): Path<(String, String, String)>,
) -> Result<(StatusCode, Json<DeliveryOf>), Problem> {
    let of = (Some(&*partner), &*hook);
    let again = call.office.redeliver(&call.actor, of, &event).await?;
    Ok((StatusCode::ACCEPTED, Json(again.into())))
}

/// The hooks of the server
///
/// Every address that is told when a standing of any partner changes. Asks for the verb `manage-server`.
#[utoipa::path(get, path = "/hooks", tag = "hooks", responses((status = 200, description = "The hooks", body = Hooks)))]
async fn server_hooks(call: Call) -> Result<Json<Hooks>, Problem> {
    hooks(&call, None).await
}

/// Make a hook of the server
///
/// From now on each change of a standing of any partner is posted there, signed with a secret that is shown only now. Asks for
/// the verb `manage-server`.
#[utoipa::path(post, path = "/hooks", tag = "hooks", request_body = NewHook, responses((status = 201, description = "The hook and its secret", body = NewHookOf)))]
async fn add_server_hook(
    State(state): State<AppState>,
    call: Call,
    Body(new): Body<NewHook>,
) -> Result<Response, Problem> {
    add(&call, &state, None, &new).await
}

/// A hook of the server
///
/// Where it is told, and who made it. Asks for the verb `manage-server`.
#[utoipa::path(get, path = "/hooks/{hook}", tag = "hooks", params(("hook" = String, Path, description = "The hook's id")), responses((status = 200, description = "The hook", body = HookOf)))]
async fn server_hook(call: Call, Path(hook): Path<String>) -> Result<Json<HookOf>, Problem> {
    Ok(Json(
        call.office.hook(&call.actor, None, &hook).await?.into(),
    ))
}

/// Delete a hook of the server
///
/// It is told nothing any more, and what it was sent is forgotten. Asks for the verb `manage-server`.
#[utoipa::path(delete, path = "/hooks/{hook}", tag = "hooks", params(("hook" = String, Path, description = "The hook's id")), responses((status = 204, description = "It is gone")))]
async fn delete_server_hook(call: Call, Path(hook): Path<String>) -> Result<StatusCode, Problem> {
    call.office.delete_hook(&call.actor, None, &hook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a hook of the server was sent
///
/// Newest first: whether the receiver took it, how often it was tried, and when it is tried next. Asks for the verb
/// `manage-server`.
#[utoipa::path(get, path = "/hooks/{hook}/deliveries", tag = "hooks", params(("hook" = String, Path, description = "The hook's id"), Paging), responses((status = 200, description = "A page of deliveries", body = Page<DeliveryOf>)))]
async fn server_deliveries(
    call: Call,
    Path(hook): Path<String>,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<DeliveryOf>>, Problem> {
    deliveries(&call, (None, &hook), &paging).await
}

/// Send something to a hook of the server again
///
/// It is sent at once, and tried again as if it were new. Asks for the verb `manage-server`.
#[utoipa::path(post, path = "/hooks/{hook}/deliveries/{event}/redeliver", tag = "hooks", params(("hook" = String, Path, description = "The hook's id"), ("event" = String, Path, description = "The event, as `webhook-id` names it")), responses((status = 202, description = "It is about to be sent", body = DeliveryOf)))]
async fn redeliver_of_server(
    call: Call,
    Path((hook, event)): Path<(String, String)>,
) -> Result<(StatusCode, Json<DeliveryOf>), Problem> {
    let again = call
        .office
        .redeliver(&call.actor, (None, &hook), &event)
        .await?;
    Ok((StatusCode::ACCEPTED, Json(again.into())))
}

/// Try a hook of a partner
///
/// An event of the type `test` is sent at once, signed as any other. Asks for the verb `manage-hooks`.
#[utoipa::path(post, path = "/partners/{partner}/hooks/{hook}/test", tag = "hooks", params(("partner" = String, Path, description = "The partner's id"), ("hook" = String, Path, description = "The hook's id")), responses((status = 202, description = "It is about to be sent", body = DeliveryOf)))]
async fn test_of_partner(
    call: Call,
    Path((partner, hook)): Path<(String, String)>,
) -> Result<(StatusCode, Json<DeliveryOf>), Problem> {
    let of = (Some(&*partner), &*hook);
    let sent = call.office.test_hook(&call.actor, of).await?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}

/// Try a hook of the server
///
/// An event of the type `test` is sent at once, signed as any other. Asks for the verb `manage-server`.
#[utoipa::path(post, path = "/hooks/{hook}/test", tag = "hooks", params(("hook" = String, Path, description = "The hook's id")), responses((status = 202, description = "It is about to be sent", body = DeliveryOf)))]
async fn test_of_server(
    call: Call,
    Path(hook): Path<String>,
) -> Result<(StatusCode, Json<DeliveryOf>), Problem> {
    let sent = call.office.test_hook(&call.actor, (None, &hook)).await?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}

/// Tells what there is to tell, for as long as the server runs.
pub async fn keep_telling(state: AppState) {
    let settings = state.settings();
    let (private, keep) = (settings.hooks.private, &settings.retention);
    let mut teller = app::hooks::Teller::new(private, keep.deliveries, keep.keys);
    let mut beat = tokio::time::interval(std::time::Duration::from_secs(1));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let Ok(office) = state.office() else { continue };
        if office.warmth() != app::warm::Warmth::Warm {
            continue;
        }
        let began = tokio::time::Instant::now();
        let told = office.tell_hooks(&mut teller).await;
        let is_idle =
            matches!(&told, Ok(round) if round.events + round.delivered + round.failed == 0);
        if !is_idle {
            crate::serve::metrics::job("webhooks", told.is_ok(), began.elapsed());
        }
        match told {
            Ok(round) if !is_idle => {
                tracing::info!(
                    events = round.events,
                    delivered = round.delivered,
                    failed = round.failed,
                    "web hooks were told"
                );
            }
            Ok(_) => {}
            Err(refusal) => tracing::warn!(code = refusal.code(), "web hooks could not be told"),
        }
    }
}
