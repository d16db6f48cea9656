//! Requests that come twice: with a key of the caller's own each is carried out once, and answered the same again.

use app::store::{ReplyRow, Scope};
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};

use super::call;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// The header that names the key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// That an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// A request that was never answered is taken for broken off after so many seconds: longer than any may take.
const STALE: i64 = 15 * 60;
/// The largest answer that is kept.
const LARGEST: usize = 4 * 1024 * 1024;
/// The headers that belong to an answer.
const KEPT: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
];

/// Addresses whose answers hold a secret that is kept nowhere in plain, and so are not kept for a second time.
pub const SECRET: &[&str] = &[
    "/accounts/{account}/reset",
    "/invitations/{invitation}/renew",
    "/me/factor",
    "/me/factor/codes",
    "/me/factor/confirm",
    "/me/tokens",
    "/members",
    "/outbox/{mail}/open",
    "/partners/{partner}/feeds",
    "/partners/{partner}/members",
    "/partners/{partner}/shares",
];

fn problem(status: StatusCode, code: &'static str, title: &'static str) -> Problem {
    Problem::new(status, code, title)
}

/// Carries out a `POST` with a key once, and answers the next ones with the same key as the first.
pub async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let is_secret = route.is_some_and(|route| {
        let path = route.as_str().trim_start_matches("/api/v1");
        SECRET.contains(&path)
    });
    let key = match request.headers().get(KEY) {
        Some(key) if request.method() == Method::POST && !is_secret => key.clone(),
        _ => return next.run(request).await,
    };
    match kept(&state, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn kept(
    state: &AppState,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = key
        .to_str()
        .ok()
        .filter(|key| (1..=200).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
    let key = key.ok_or_else(|| {
        problem(
            StatusCode::BAD_REQUEST,
            "bad-key",
            "The idempotency key is not one",
        )
        .help("it has 1 to 200 letters, digits and signs, and no space")
    })?;
    let office = state.office()?.clone();
    let (mut parts, body) = request.into_parts();
    let actor = call::actor(&mut parts, state).await?;
    let uploads = parts.uri.path().ends_with("/documents");
    let most = match uploads {
        true => app::documents::LARGEST,
        false => state.settings().limits.body,
    };
    let bytes = axum::body::to_bytes(body, most)
        .await
        .map_err(|_| Problem::too_large())?;
    let now = office.now();
    let mut reply = ReplyRow {
        account: actor.account,
        key: key.to_owned(),
        request: super::etag::digest(&[
            parts.method.as_str(),
            parts.uri.path_and_query().map_or("", |all| all.as_str()),
            // Not as letters, for two files may differ in what is none.
            &super::etag::digest_of(&bytes),
        ]),
        at: now,
        status: None,
        head: "{}".to_owned(),
        body: vec![],
    };
    let store = &office.store;
    let failed = |error| Problem::from(app::refusal::Refusal::Store(error));
    let kept = state.settings().retention.keys.as_secs();
    let kept = i64::try_from(kept).unwrap_or(i64::MAX).max(STALE);
    let (stale, old) = (now.plus_seconds(-STALE), now.plus_seconds(-kept));
    let mut tx = store.write(&Scope::All).await.map_err(failed)?;
    let before = tx.begin_reply(&reply, stale, old).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    if let Some(before) = before {
        return replayed(&before, &reply.request);
    }
    // What was begun is carried to its end even where the caller has gone, for the answer is kept.
    let state = state.clone();
    let work = tokio::spawn(async move {
        let request = Request::from_parts(parts, Body::from(bytes));
        let response = next.run(request).await;
        finish(&state, &mut reply, response).await
    });
    work.await
        .map_err(|_| Problem::ours("a request with a key panicked"))?
}

/// Keeps an answer; one that says nothing lasting is left to be asked for again.
async fn finish(
    state: &AppState,
    reply: &mut ReplyRow,
    response: Response,
) -> Result<Response, Problem> {
    let status = response.status();
    let lasting = !status.is_server_error()
        && !matches!(
            status,
            StatusCode::UNAUTHORIZED | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        );
    // A refusal is written by what stands around all routes; here it is written to be kept.
    let problem = response.extensions().get::<Problem>().cloned();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, LARGEST)
        .await
        .map_err(|_| Problem::ours("an answer could not be kept"))?;
    if lasting {
        reply.status = Some(i64::from(status.as_u16()));
        let mut head = Map::new();
        for name in KEPT {
            if let Some(value) = parts.headers.get(&name).and_then(|v| v.to_str().ok()) {
                head.insert(name.to_string(), value.into());
            }
        }
        reply.body = bytes.to_vec();
        if let Some(problem) = &problem {
            head.insert(
                header::CONTENT_TYPE.to_string(),
                "application/problem+json".into(),
            );
            reply.body = problem.json("").to_string().into_bytes();
        }
        reply.head = Value::Object(head).to_string();
    }
    let failed = |error| Problem::from(app::refusal::Refusal::Store(error));
    let office = state.office()?;
    let mut tx = office.store.write(&Scope::All).await.map_err(failed)?;
    tx.finish_reply(reply).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// The answer of before; another request with the same key gets 422, one that is still being carried out 409.
fn replayed(before: &ReplyRow, request: &str) -> Result<Response, Problem> {
    if before.request != request {
        return Err(problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-used",
            "This key was used for another request",
        )
        .help("take a new key for a new request"));
    }
    let status = before
        .status
        .and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let Some(status) = status else {
        return Err(problem(
            StatusCode::CONFLICT,
            "still-running",
            "This request is still being carried out",
        )
        .retry_after(std::time::Duration::from_secs(1)));
    };
    let mut response = (status, before.body.clone()).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let head: Map<String, Value> = serde_json::from_str(&before.head).unwrap_or_default();
    for (name, value) in &head {
        let name = HeaderName::try_from(name.as_str());
        let value = HeaderValue::try_from(value.as_str().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
