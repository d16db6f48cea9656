//! The API: JSON under `/api/v1`, over the same verbs as the pages and the command line.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::serve::state::AppState;

/// Every route below `/api/v1`.
pub fn router() -> Router<AppState> {
    Router::new().route("/", get(root))
}

/// `GET /api/v1`: what answers here.
async fn root() -> Json<Value> {
    Json(json!({ "product": "cairn", "version": env!("CARGO_PKG_VERSION"), "api": "v1" }))
}
