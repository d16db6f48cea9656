//! What every answer tells the browser: what the page may load, and who may look at it.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::state::AppState;

/// Nothing is loaded but our own stylesheet, scripts and pictures; no form leads elsewhere, and nobody frames a page.
pub const CONTENT: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Headers that every answer has unless it says otherwise.
const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // An address may hold what only its reader may know; no other site learns it.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // What stands on a page is its reader's: no cache on the way keeps it.
    ("cache-control", "private, no-cache"),
];

/// Two years, as browsers ask before they know a host by heart.
const ONLY_HTTPS: &str = "max-age=63072000";

/// Adds them.
pub async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // What the browser has is as it was, and is kept for as long as was said of it.
        if status == StatusCode::NOT_MODIFIED && *name == "cache-control" {
            continue;
        }
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    if state.settings().is_secure() {
        let only = HeaderValue::from_static(ONLY_HTTPS);
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(only);
    }
    response
}
