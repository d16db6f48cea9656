//! All routes of the server, and what stands around each of them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::limits::Limits;
use super::state::AppState;
use super::{headers, health, limits, log, problem};

/// The whole server: pages at `/`, the API at `/api/v1`, and what a service manager asks.
pub fn router(state: AppState) -> Router {
    let metrics = &state.settings().metrics;
    let routes = Router::new()
        .merge(crate::web::router())
        .merge(crate::access::router())
        .nest("/api/v1", crate::api::router(state.clone()))
        .route("/health", get(health::health))
        .route("/ready", get(health::ready));
    let routes = if metrics.enabled && metrics.listen.is_none() {
        routes.route("/metrics", get(health::metrics))
    } else {
        routes
    };
    around(routes, state)
}

/// What answers on the address of its own that metrics may have.
pub fn beside(state: AppState) -> Router {
    let routes = Router::new()
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route("/metrics", get(health::metrics));
    around(routes, state)
}

/// What stands around every route, the outermost last.
fn around(routes: Router<AppState>, state: AppState) -> Router {
    let _ = super::metrics::handle();
    let settings = state.settings();
    let held = Limits::new(settings.limits.clone());
    let mut csrf = CsrfLayer::new();
    if let Some(url) = &settings.public_url {
        // A proxy may give the server another name than people do.
        csrf = csrf
            .clone()
            .add_trusted_origin(url.as_str())
            .unwrap_or(csrf);
    }
    let (body, upload) = (settings.limits.body, settings.limits.upload);
    routes
        .fallback(problem::no_route)
        .method_not_allowed_fallback(problem::no_method)
        .layer(from_fn_with_state(state.clone(), crate::access::attach))
        // What is read into memory; a route for uploads raises it for itself, up to what is taken at all.
        .layer(DefaultBodyLimit::max(body))
        .layer(RequestBodyLimitLayer::new(upload))
        .layer(csrf)
        .layer(from_fn(without_cookies))
        .layer(from_fn_with_state(held, limits::hold))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(problem::render))
        .layer(CompressionLayer::new().gzip(true).compress_when(is_text))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .layer(from_fn(log::requests))
        .with_state(state)
}

/// A request that carries a token and no cookie acts for nobody who is signed in, so that another site gains nothing by sending it.
async fn without_cookies(mut request: Request, next: Next) -> Response {
    let is_bearer = |value: &[u8]| {
        value
            .get(..7)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"bearer "))
    };
    let headers = request.headers_mut();
    let by_token = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| is_bearer(value.as_bytes()));
    if by_token && !headers.contains_key(header::COOKIE) {
        headers.remove(header::ORIGIN);
        headers.remove("sec-fetch-site");
    }
    next.run(request).await
}

/// Is an answer worth packing? Workbooks, Parquet files and pictures are packed already.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    let is_stream = kind == "text/event-stream";
    let is_short = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
        .is_some_and(|length| length < 256);
    let is_text = kind.starts_with("text/")
        || kind.ends_with("json")
        || kind.ends_with("xml")
        || kind.ends_with("javascript");
    is_text && !is_stream && !is_short
}

#[cfg(test)]
mod tests;
