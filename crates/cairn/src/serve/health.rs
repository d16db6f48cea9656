//! Whether the process is alive, whether it is warm, and what it has counted.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::state::{AppState, Readiness};

/// `GET /health`: the process is alive. It answers as soon as it listens, whatever is loaded.
pub async fn health() -> Response {
    fresh(Json(json!({ "status": "ok" })))
}

/// `GET /ready`: 200 once everything is loaded; until then 503 and how far it is.
pub async fn ready(State(state): State<AppState>) -> Response {
    match state.readiness() {
        Readiness::Ready => fresh(Json(json!({ "status": "ok" }))),
        Readiness::Loading { what, done, total } => fresh((
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "1")],
            Json(json!({ "status": "loading", "what": what, "done": done, "total": total })),
        )),
        Readiness::Failed(problem) => fresh((
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "failed", "code": problem.code })),
        )),
    }
}

/// `GET /metrics`: what was counted, as Prometheus reads it.
pub async fn metrics(State(state): State<AppState>) -> Response {
    let text = super::metrics::text(&state);
    fresh((
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    ))
}

/// An answer that holds only for the moment.
fn fresh(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}
