//! Tags of answers, so that who has one already is told so instead of being sent it again.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::serve::problem::Problem;

/// Larger answers are streamed, and get no tag of their content.
const LARGEST: usize = 4 * 1024 * 1024;

/// A short text for texts, the same on every server of a version.
pub fn digest(of: &[&str]) -> String {
    let mut text = String::new();
    for salt in 0_u8..2 {
        let mut hash = DefaultHasher::new();
        salt.hash(&mut hash);
        of.hash(&mut hash);
        text += &format!("{:016x}", hash.finish());
    }
    text
}

/// A short text for bytes.
pub fn digest_of(bytes: &[u8]) -> String {
    let mut text = String::new();
    for salt in 0_u8..2 {
        let mut hash = DefaultHasher::new();
        salt.hash(&mut hash);
        bytes.hash(&mut hash);
        text += &format!("{:016x}", hash.finish());
    }
    text
}

/// A weak tag made of what an answer rests on.
pub fn weak(of: &[&str]) -> String {
    format!("W/\"{}\"", digest(of))
}

/// The tag of a record: its version.
pub fn version(version: i64) -> String {
    format!("\"{version}\"")
}

/// Does the caller have what has this tag?
pub fn has(headers: &HeaderMap, tag: &str) -> bool {
    named(headers, header::IF_NONE_MATCH)
        .iter()
        .any(|t| t == "*" || t.trim_start_matches("W/") == tag.trim_start_matches("W/"))
}

/// What `If-Match` says of the version that is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever stands.
    Any,
    /// This version.
    Version(i64),
}

/// The version that the caller expects to change: 428 where the header is missing, 412 where it names no version.
pub fn expected(headers: &HeaderMap) -> Result<Expected, Problem> {
    let named = named(headers, header::IF_MATCH);
    match named.as_slice() {
        [] => Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if-match-missing",
            "Say which version you change",
        )
        .help("send the `ETag` that you read as `If-Match`, or `*` for whatever stands")),
        [one] if one == "*" => Ok(Expected::Any),
        [one] => {
            let version = one.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
            match version.and_then(|t| t.parse().ok()) {
                Some(version) => Ok(Expected::Version(version)),
                None => Err(Problem::outdated()),
            }
        }
        _ => Err(Problem::outdated()),
    }
}

/// That the caller expects to change this version: 428 where they name none, 412 where they name another one.
pub fn matching(headers: &HeaderMap, now: i64) -> Result<(), Problem> {
    match expected(headers)? {
        Expected::Version(version) if version != now => {
            Err(Problem::outdated().detail(format!("it is at version {now} now")))
        }
        _ => Ok(()),
    }
}

fn named(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter();
    values
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(|v| v.trim().to_owned())
        .filter(|v| !v.is_empty())
        .collect()
}

/// 304, with the tag.
pub fn not_modified(tag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    tagged(&mut response, tag);
    response
}

/// Puts a tag on an answer, and says that it is asked for anew each time.
pub fn tagged(response: &mut Response, tag: &str) {
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
}

/// Tags what is read, and leaves out what the caller has already. What a handler has tagged itself stays so.
pub async fn conditional(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let asked = request.headers().clone();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    if let Some(tag) = response.headers().get(header::ETAG) {
        let tag = tag.to_str().unwrap_or_default().to_owned();
        return if has(&asked, &tag) {
            not_modified(&tag)
        } else {
            response
        };
    }
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|of| of.as_bytes().starts_with(b"application/json"));
    let known = axum::body::HttpBody::size_hint(response.body()).exact();
    if !is_json || known.is_none_or(|size| size > LARGEST as u64) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST).await else {
        return Problem::ours("an answer could not be read back").into_response();
    };
    let tag = weak(&[&String::from_utf8_lossy(&bytes)]);
    if has(&asked, &tag) {
        return not_modified(&tag);
    }
    let mut response = Response::from_parts(parts, Body::from(bytes));
    tagged(&mut response, &tag);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn what_is_expected_is_said_by_if_match() {
        let expected =
            |value| super::expected(&with(header::IF_MATCH, value)).map_err(|p| p.status);
        assert_eq!(expected("\"12\""), Ok(Expected::Version(12)));
        assert_eq!(expected("*"), Ok(Expected::Any));
        assert_eq!(expected("W/\"12\""), Err(StatusCode::PRECONDITION_FAILED));
        assert_eq!(
            expected("\"12\", \"13\""),
            Err(StatusCode::PRECONDITION_FAILED)
        );
        let missing = super::expected(&HeaderMap::new()).map_err(|p| p.status);
        assert_eq!(missing, Err(StatusCode::PRECONDITION_REQUIRED));
    }

    #[test]
    fn tags_are_compared_weakly_when_reading() {
        let asked = with(header::IF_NONE_MATCH, "\"a\", W/\"b\"");
        assert!(has(&asked, "W/\"a\"") && has(&asked, "\"b\""));
        assert!(!has(&asked, "\"c\""));
        assert!(has(&with(header::IF_NONE_MATCH, "*"), "\"c\""));
    }

    #[test]
    fn a_digest_tells_lists_of_texts_apart() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["ab"]).len(), 32);
    }
}
