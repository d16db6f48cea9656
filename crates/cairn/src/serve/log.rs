//! What is written down: events for people or for machines, and one line a request.
//!
//! A line never holds a header, a body, a query or the path as it was sent: these carry passwords, tokens and names. Of a path only the
//! route is written that matched it. What libraries write of these, they write below `info`, where they are not heard.

use std::hash::{BuildHasher as _, Hasher as _};
use std::io::IsTerminal as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tracing::{Instrument as _, Span};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::metrics;
use super::settings::{LogFormat, LogSettings};

/// The header that names a request.
pub const HEADER: &str = "x-request-id";

/// Begins to write to standard error. Asked a second time, the first stands.
pub fn begin(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = std::io::stderr().is_terminal();
    let as_json = match settings.format {
        LogFormat::Auto => !terminal,
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    // Beneath that, libraries write paths, statements and heads of requests as they are.
    let plain = tracing_subscriber::filter::filter_fn(|of| {
        *of.level() <= tracing::Level::INFO || of.target().starts_with("cairn")
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(plain);
    let begun = if as_json {
        let lines = lines.json().flatten_event(true).with_span_list(false);
        registry.with(lines).try_init()
    } else {
        let choice = anstream::AutoStream::choice(&std::io::stderr());
        let color = terminal && choice != anstream::ColorChoice::Never;
        registry.with(lines.compact().with_ansi(color)).try_init()
    };
    if begun.is_ok() {
        std::panic::set_hook(Box::new(panicked));
    }
}

/// Writes where a panic was. What it says is left out where it was put together while running: it may hold what somebody sent.
fn panicked(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let said = panic
        .payload()
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("(left out)");
    tracing::error!(place, said, "a slip of ours");
}

/// What a request is called, in the log, in the answer and in problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// What whoever asks calls it, where that is short and plain; else a new one.
    fn of(request: &Request) -> RequestId {
        let said = request
            .headers()
            .get(HEADER)
            .and_then(|id| id.to_str().ok());
        let plain = |id: &&str| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        match said.filter(plain) {
            Some(id) => RequestId(id.to_owned()),
            None => {
                // Nobody has to be unable to guess it; two must not be the same.
                let random = || std::hash::RandomState::new().build_hasher().finish();
                RequestId(format!("{:016x}{:016x}", random(), random()))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let id = parts.extensions.get::<RequestId>().cloned();
        Ok(id.unwrap_or(RequestId(String::new())))
    }
}

/// Names a request, and writes its line once its answer has been sent.
#[expect(
    clippy::disallowed_methods,
    reason = "how long an answer took is written down, and decides nothing"
)]
pub async fn requests(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::of(&request);
    let span = tracing::info_span!("request", request_id = %id.0);
    let matched = request.extensions().get::<MatchedPath>();
    let mut line = Line {
        span: span.clone(),
        began,
        method: method(request.method()),
        route: matched.map_or_else(|| "(none)".to_owned(), |route| route.as_str().to_owned()),
        status: None,
        bytes: 0,
        _running: metrics::Running::begin(),
    };
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(span).await;
    line.status = Some(response.status());
    if let Ok(id) = HeaderValue::try_from(id.0) {
        response.headers_mut().insert(HEADER, id);
    }
    response.map(|body| Body::new(Sent { body, line }))
}

/// The methods that there are; others would be as many names as somebody likes to send.
fn method(of: &Method) -> &'static str {
    match *of {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// What is written of a request; written when it is dropped, which is when its answer was sent or its reader has gone.
struct Line {
    span: Span,
    began: Instant,
    method: &'static str,
    route: String,
    /// `None` where whoever asked was gone before there was an answer.
    status: Option<StatusCode>,
    bytes: u64,
    _running: metrics::Running,
}

impl Drop for Line {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        let ms = (took.as_secs_f64() * 100_000.0).round() / 100.0;
        let (method, route, bytes) = (self.method, self.route.as_str(), self.bytes);
        let status = self.status.map_or(GONE, |status| status.as_u16());
        metrics::answered(method, route, status, took);
        let message = if self.status.is_some() {
            "answered"
        } else {
            "not waited for"
        };
        self.span.in_scope(|| {
            tracing::info!(target: "cairn::request", method, route, status, ms, bytes, "{message}");
        });
    }
}

/// What proxies write as the status of a request that was not waited for.
const GONE: u16 = 499;

/// A body that is being sent.
struct Sent {
    body: Body,
    line: Line,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            let more = frame.data_ref().map_or(0, Bytes::len);
            self.line.bytes += u64::try_from(more).unwrap_or(0);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
