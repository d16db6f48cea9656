//! Calendars behind private links: made, listed and ended.

use app::feeds::Feed;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Body, Call};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(feeds, make_feed))
        .routes(routes!(end_feed))
}

/// Links to a partner's calendar.
#[derive(Serialize, ToSchema)]
struct Feeds {
    /// Newest first.
    items: Vec<FeedOf>,
}

/// A link to a partner's calendar.
#[derive(Serialize, ToSchema)]
struct FeedOf {
    /// Its id.
    feed: String,
    /// For whom it is.
    note: String,
    /// The account that made it.
    by: String,
    #[schema(format = DateTime)]
    created: String,
    /// When it was ended.
    #[schema(required, format = DateTime)]
    ended: Option<String>,
    /// How often it was asked.
    opened: i64,
    /// When last.
    #[schema(required, format = DateTime)]
    last: Option<String>,
}

impl From<Feed> for FeedOf {
    fn from(of: Feed) -> FeedOf {
        FeedOf {
            feed: of.feed,
            note: of.note,
            by: of.by,
            created: of.created.to_string(),
            ended: of.ended.map(|at| at.to_string()),
            opened: of.opened,
            last: of.last.map(|at| at.to_string()),
        }
    }
}

/// The links to a partner's calendar
///
/// Those that were ended among them, newest first. Asks for the verb `share`.
#[utoipa::path(get, path = "/partners/{partner}/feeds", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The links", body = Feeds)))]
async fn feeds(call: Call, Path(partner): Path<String>) -> Result<Json<Feeds>, Problem> {
    call.at(&partner)?;
    let all = call.office.feeds(&call.actor, &partner).await?;
    Ok(Json(Feeds {
        items: all.into_iter().map(FeedOf::from).collect(),
    }))
}

/// A link to be made.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct NewFeed {
    /// For whom it is.
    #[schema(max_length = 200)]
    note: String,
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
struct MadeFeed {
    feed: FeedOf,
    /// The address for a calendar program. It is shown only now.
    url: String,
}

/// Make a link to a partner's calendar
///
/// What falls, the reviews, and the open tasks of accepted plans, as iCalendar, to whoever has the link, until it is ended. Asks for
/// the verb `share`.
#[utoipa::path(post, path = "/partners/{partner}/feeds", tag = "work", params(("partner" = String, Path, description = "The partner's id")), request_body = NewFeed, responses((status = 201, description = "The link", body = MadeFeed)))]
async fn make_feed(
    State(state): State<AppState>,
    call: Call,
    Path(partner): Path<String>,
    Body(new): Body<NewFeed>,
) -> Result<(StatusCode, Json<MadeFeed>), Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .make_feed(&call.actor, &partner, &new.note)
        .await?;
    let (feed, secret) = done.value;
    let made = MadeFeed {
        feed: feed.into(),
        url: crate::web::calendar_url(&state, &secret),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// End a link to a partner's calendar
///
/// It works no more. Asks for the verb `share`.
#[utoipa::path(delete, path = "/partners/{partner}/feeds/{feed}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("feed" = String, Path, description = "The link's id")), responses((status = 204, description = "It works no more")))]
async fn end_feed(
    call: Call,
    Path((partner, feed)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office.end_feed(&call.actor, &partner, &feed).await?;
    Ok(StatusCode::NO_CONTENT)
}
