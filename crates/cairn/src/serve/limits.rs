//! How much is taken at once, and what is said when it is too much.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::metrics;
use super::problem::Problem;
use super::settings::LimitSettings;

/// The limits of a server, and how much of them is taken.
#[derive(Clone, Debug)]
pub struct Limits {
    settings: LimitSettings,
    free: Arc<Semaphore>,
}

impl Limits {
    /// Limits of which nothing is taken.
    pub fn new(settings: LimitSettings) -> Limits {
        let free = Arc::new(Semaphore::new(settings.requests));
        Limits { settings, free }
    }

    /// How long a request may take. One that sends much, or does not say how much, may take as long as an upload.
    fn time_for(&self, request: &Request) -> Duration {
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let sends_much = match length {
            Some(length) => length > self.settings.body,
            None => request.headers().contains_key(header::TRANSFER_ENCODING),
        };
        if sends_much {
            self.settings.upload_time
        } else {
            self.settings.time
        }
    }
}

/// What stands around routes that take uploads: what they read is bounded by `limits.upload` alone, rather than by
/// `limits.body`, for the outer limit on every body stands.
pub fn upload() -> DefaultBodyLimit {
    DefaultBodyLimit::disable()
}

/// What asks after the server itself is answered even when it is full.
const ALWAYS: &[&str] = &["/health", "/ready", "/metrics"];

/// Holds a request to the limits on its address, on how many there are at once, and on its time.
pub async fn hold(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    if route.is_some_and(|route| ALWAYS.contains(&route.as_str())) {
        return next.run(request).await;
    }
    let address = request
        .uri()
        .path_and_query()
        .map_or(0, |all| all.as_str().len());
    if address > limits.settings.address {
        return Problem::new(
            StatusCode::URI_TOO_LONG,
            "address-too-long",
            "The address is longer than is taken",
        )
        .into_response();
    }
    let Ok(permit) = limits.free.clone().try_acquire_owned() else {
        metrics::refused("busy");
        return Problem::unavailable("as many requests as it may have are being worked on")
            .into_response();
    };
    let time = limits.time_for(&request);
    match tokio::time::timeout(time, next.run(request)).await {
        // Whoever reads slowly takes a place until the last byte.
        Ok(response) => response.map(|body| {
            Body::new(Held {
                body,
                _permit: permit,
            })
        }),
        Err(_) => {
            metrics::refused("slow");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too-slow",
                "The request took longer than it may",
            )
            .retry_after(Duration::from_secs(5))
            .into_response()
        }
    }
}

/// A body that holds its place among the requests that are worked on.
struct Held {
    body: Body,
    _permit: OwnedSemaphorePermit,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
