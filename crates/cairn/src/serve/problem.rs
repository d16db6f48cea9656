//! What a request gets that cannot be answered: RFC 9457 for programs, a page for people, the same codes in both.
//!
//! A handler returns `Result<_, Problem>` and does not know who asks. [`render`] writes what it returned, as JSON below
//! `/api` and as a page elsewhere, and does the same for what the framework refuses by itself.

use std::borrow::Cow;
use std::time::Duration;

use app::domain::diagnostic::Diagnostic;
use app::refusal::Refusal;
use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use tower_http::csrf::ProtectionError;

use super::log::RequestId;
use crate::web::assets;

/// Why a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// The code, which tools and documents rely on; that of the first diagnostic where there are some.
    pub code: Cow<'static, str>,
    /// What went wrong, in a few words that are the same for every such problem.
    pub title: Cow<'static, str>,
    /// What happened here, to what; empty where the title says it.
    pub detail: String,
    /// How to go on; empty where nothing helps.
    pub help: String,
    /// Each slip in what was sent, with its place.
    pub diagnostics: Vec<Diagnostic>,
    /// When to ask again, in whole seconds.
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// A problem with this status, code and title.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Problem {
        Problem {
            status,
            code: code.into(),
            title: title.into(),
            detail: String::new(),
            help: String::new(),
            diagnostics: vec![],
            retry_after: None,
        }
    }

    /// The same problem, with what happened here.
    pub fn detail(mut self, detail: impl Into<String>) -> Problem {
        self.detail = detail.into();
        self
    }

    /// The same problem, with how to go on.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = help.into();
        self
    }

    /// The same problem, with when to ask again.
    pub fn retry_after(mut self, after: Duration) -> Problem {
        self.retry_after = Some(after);
        self
    }

    /// 400: the request cannot be understood.
    pub fn malformed(detail: impl Into<String>) -> Problem {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "The request cannot be understood",
        )
        .detail(detail)
    }

    /// 401: nobody is signed in, or the token is not known.
    pub fn not_signed_in() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "sign-in", "Nobody is signed in")
            .help("Sign in, or send a token as `Authorization: Bearer …`.")
    }

    /// 403: who asks may not do this.
    pub fn denied(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "denied", "You may not do this").detail(detail)
    }

    /// 403: a page of another site sent it, on behalf of whoever is signed in here.
    pub fn cross_site() -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "cross-site", "This was sent by another site")
            .help("Open the page here and send it again. Behind a proxy, `public_url` must say where people reach the server.")
    }

    /// 404: there is no such thing, or who asks may not know of it.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here").detail(detail)
    }

    /// 405: the address is right, the method is not.
    pub fn wrong_method() -> Problem {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong-method",
            "This address does not take that method",
        )
    }

    /// 409: somebody else changed it meanwhile, or it stands against something that is already there.
    pub fn conflict(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, "conflict", "It was changed meanwhile").detail(detail)
    }

    /// 412: what `If-Match` named is no longer what stands.
    pub fn outdated() -> Problem {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "outdated",
            "It was changed meanwhile",
        )
        .help("Read it again, and repeat the change on what stands now.")
    }

    /// 413: more was sent than is taken.
    pub fn too_large() -> Problem {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "That is more than is taken at once",
        )
    }

    /// 415: the body is of a type that is not taken here.
    pub fn wrong_type() -> Problem {
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong-type",
            "The body is of a type that is not taken here",
        )
    }

    /// 422: it was understood, and has slips.
    pub fn refused(diagnostics: Vec<Diagnostic>) -> Problem {
        let mut problem = Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "refused",
            "What was sent has slips",
        );
        if let Some(first) = diagnostics.first() {
            problem.code = Cow::Borrowed(first.code);
            problem.detail.clone_from(&first.message);
            problem.help.clone_from(&first.help);
        }
        problem.diagnostics = diagnostics;
        problem
    }

    /// 429: asked too often.
    pub fn too_many(after: Duration) -> Problem {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-often",
            "That was asked too often",
        )
        .retry_after(after)
    }

    /// 503: the server has as much to do as it may.
    pub fn unavailable(detail: impl Into<String>) -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The server cannot answer now",
        )
        .detail(detail)
        .retry_after(Duration::from_secs(1))
    }

    /// 503: the server is loading.
    pub fn loading() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "loading",
            "The server is still loading",
        )
        .help("Ask again in a moment; `/ready` says how far it is.")
        .retry_after(Duration::from_secs(1))
    }

    /// 500: a slip of ours. `what` goes to the log only.
    pub fn ours(what: &str) -> Problem {
        tracing::error!(what, "a request ended in a slip of ours");
        Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What a bare status says.
    pub fn of_status(status: StatusCode) -> Problem {
        match status {
            StatusCode::UNAUTHORIZED => Problem::not_signed_in(),
            StatusCode::FORBIDDEN => Problem::denied(""),
            StatusCode::NOT_FOUND => Problem::not_found(""),
            StatusCode::METHOD_NOT_ALLOWED => Problem::wrong_method(),
            StatusCode::REQUEST_TIMEOUT => Problem::new(
                status,
                "too-slow",
                "The request took longer than it may",
            ),
            StatusCode::CONFLICT => Problem::conflict(""),
            StatusCode::PRECONDITION_FAILED => Problem::outdated(),
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::wrong_type(),
            StatusCode::UNPROCESSABLE_ENTITY => Problem::refused(vec![]),
            StatusCode::TOO_MANY_REQUESTS => Problem::too_many(Duration::from_secs(1)),
            StatusCode::SERVICE_UNAVAILABLE => Problem::unavailable(""),
            status if status.is_client_error() => {
                let mut problem = Problem::malformed("");
                problem.status = status;
                problem
            }
            status => Problem::new(status, "ours", "Something went wrong on our side")
                .help("It was written down under the number of this request. Try again; if it stays, tell whoever runs this server the number."),
        }
    }

    /// As RFC 9457 writes it.
    pub fn json(&self, request_id: &str) -> Value {
        let mut body = json!({
            "type": format!("urn:cairn:problem:{}", self.code),
            "title": self.title,
            "status": self.status.as_u16(),
            "code": self.code,
        });
        if !self.detail.is_empty() {
            body["detail"] = json!(self.detail);
        }
        if !self.help.is_empty() {
            body["help"] = json!(self.help);
        }
        if !request_id.is_empty() {
            body["request_id"] = json!(request_id);
        }
        if !self.diagnostics.is_empty() {
            body["problems"] = crate::json::problems(&self.diagnostics);
        }
        body
    }

    fn page(&self, request_id: &str) -> String {
        let page = Page {
            status: self.status.as_u16(),
            code: &self.code,
            title: &self.title,
            detail: &sentence(&self.detail),
            help: &sentence(&self.help),
            problems: self.diagnostics.iter().map(Line::from).collect(),
            request_id,
            sheet: assets::address("cairn.css"),
            icon: assets::address("icon.svg"),
        };
        page.render().unwrap_or_else(|_| self.title.to_string())
    }
}

impl From<Diagnostic> for Problem {
    fn from(diagnostic: Diagnostic) -> Problem {
        Problem::refused(vec![diagnostic])
    }
}

/// Whatever a verb of the product refuses, with the same code.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let (code, said) = (refusal.code(), refusal.to_string());
        let mut problem = match refusal {
            Refusal::Problems(diagnostics) => return Problem::refused(diagnostics),
            Refusal::Loading => return Problem::loading().detail(said),
            Refusal::SignIn => Problem::not_signed_in(),
            Refusal::Denied(_) => Problem::denied(said),
            Refusal::NotFound { .. } => Problem::not_found(said),
            Refusal::Conflict { .. } => Problem::conflict(said),
            Refusal::TooOften { seconds } => {
                Problem::too_many(Duration::from_secs(seconds)).detail(said)
            }
            Refusal::Store(error) => {
                tracing::error!(
                    error = super::load::why(&error),
                    "the database does not answer"
                );
                Problem::unavailable(said)
            }
        };
        problem.code = Cow::Borrowed(code);
        problem
    }
}

impl From<Vec<Diagnostic>> for Problem {
    fn from(diagnostics: Vec<Diagnostic>) -> Problem {
        Problem::refused(diagnostics)
    }
}

/// The status, and the problem beside it for [`render`] to write.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A message as a sentence: a capital, and a full stop where none stands.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let stop = if text.ends_with(['.', '?', '!', '…']) {
        ""
    } else {
        "."
    };
    format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    status: u16,
    code: &'a str,
    title: &'a str,
    detail: &'a str,
    help: &'a str,
    problems: Vec<Line>,
    request_id: &'a str,
    sheet: String,
    icon: String,
}

/// A slip as the page shows it.
struct Line {
    message: String,
    place: String,
    help: String,
}

impl From<&Diagnostic> for Line {
    fn from(of: &Diagnostic) -> Line {
        Line {
            message: sentence(&of.message),
            place: of.place.to_string(),
            help: sentence(&of.help),
        }
    }
}

/// An address at which nothing is.
pub async fn no_route() -> Problem {
    Problem::not_found("no page and no resource has this address")
}

/// A method that the address does not take.
pub async fn no_method() -> Problem {
    Problem::wrong_method()
}

/// Writes every refusal as its reader wants it: what handlers return as a [`Problem`], and what the framework refuses with a bare
/// status or a line of text.
pub async fn render(RequestId(id): RequestId, request: Request, next: Next) -> Response {
    let for_programs = is_for_programs(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let problem = match parts.extensions.get::<Problem>() {
        Some(problem) => problem.clone(),
        None if parts.extensions.get::<ProtectionError>().is_some() => Problem::cross_site(),
        None if is_plain(&parts.headers) => {
            let said = axum::body::to_bytes(body, 4096).await.unwrap_or_default();
            let mut problem = Problem::of_status(status);
            if problem.detail.is_empty() && status.is_client_error() {
                problem.detail = String::from_utf8_lossy(&said).into_owned();
            }
            problem
        }
        // It brings its own body.
        None => return Response::from_parts(parts, body),
    };
    written(&problem, &id, for_programs, &parts)
}

/// A panic, as everybody else sees it. Where it was has been written down.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

fn written(
    problem: &Problem,
    request_id: &str,
    for_programs: bool,
    before: &axum::http::response::Parts,
) -> Response {
    let mut response = if for_programs {
        let body = Body::from(problem.json(request_id).to_string());
        ([(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    } else {
        Html(problem.page(request_id)).into_response()
    };
    *response.status_mut() = problem.status;
    // What the handler said beside it stays: `Allow`, `WWW-Authenticate`, a cookie that is taken back.
    for (name, value) in &before.headers {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    if let Some(after) = problem.retry_after {
        let seconds = HeaderValue::from(after.as_secs().max(1));
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if problem.status == StatusCode::UNAUTHORIZED && for_programs {
        let how = HeaderValue::from_static("Bearer realm=\"cairn\"");
        headers.entry(header::WWW_AUTHENTICATE).or_insert(how);
    }
    response
}

/// Does a program ask, rather than a person?
fn is_for_programs(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// A body that the framework wrote: none, or a line of text.
fn is_plain(headers: &axum::http::HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|of| of.as_bytes().starts_with(b"text/plain"))
}
