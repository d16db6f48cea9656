//! All routes of the server, and what stands around each of them.

use axum::Router;
use axum::routing::get;

use super::state::AppState;
use super::{health, problem};

/// The whole server: pages at `/`, the API at `/api/v1`, and what a service manager asks.
pub fn router(state: AppState) -> Router {
    let _ = super::metrics::handle();
    Router::new()
        .merge(crate::web::router())
        .nest("/api/v1", crate::api::router())
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(problem::no_route)
        .method_not_allowed_fallback(problem::no_method)
        .layer(axum::middleware::from_fn(problem::render))
        .with_state(state)
}
