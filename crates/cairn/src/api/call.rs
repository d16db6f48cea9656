//! What every handler takes: who asks, the running product, and the parameters of the address and the body.

use std::str::FromStr;
use std::sync::Arc;

use app::access::Actor;
use app::office::Office;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// Who asks, and the product that answers.
#[derive(Clone)]
pub struct Call {
    /// The running product.
    pub office: Arc<Office>,
    /// Who asks.
    pub actor: Actor,
}

impl FromRequestParts<AppState> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Call, Problem> {
        let actor = actor(parts, state).await?;
        Ok(Call {
            office: state.office()?.clone(),
            actor,
        })
    }
}

/// Who asks, as whatever stands around the API has found out.
pub async fn actor(parts: &mut Parts, _state: &AppState) -> Result<Actor, Problem> {
    parts
        .extensions
        .get::<Actor>()
        .cloned()
        .ok_or_else(Problem::not_signed_in)
}

/// Parameters behind the `?`, read by name; what nobody asked for is refused.
#[derive(Debug)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// All values of a name, in order.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        let (found, rest) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(n, _)| n == name);
        self.0 = rest;
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of a name; `None` where it is not there. Named twice, it is refused.
    pub fn one(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut found = self.all(name);
        if found.len() > 1 {
            return Err(bad_parameter(name, "it is there more than once"));
        }
        Ok(found.pop())
    }

    /// The value of a name, read.
    pub fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Problem> {
        self.one(name)?
            .map(|text| read(&text).map_err(|why| bad_parameter(name, &why)))
            .transpose()
    }

    /// The value of a name that is `true` or `false`; `false` where it is not there.
    pub fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        let read = |text: &str| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("it is `true` or `false`".to_owned()),
        };
        Ok(self.read(name, read)?.unwrap_or(false))
    }
}

/// 400: a parameter that is not written as it should be.
pub fn bad_parameter(name: &str, why: &str) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad-parameter",
        "A parameter is not written as it should be",
    )
    .detail(format!("`{name}`: {why}"))
}

/// Parameters that a handler knows how to read.
pub trait Parameters: Sized {
    /// Takes what it knows out of the pairs.
    fn take(pairs: &mut Pairs) -> Result<Self, Problem>;
}

impl<A: Parameters, B: Parameters> Parameters for (A, B) {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok((A::take(pairs)?, B::take(pairs)?))
    }
}

/// The parameters of an address, all of them known.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: Parameters, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::malformed("the parameters behind `?` do not read"))?;
        if let Some((name, _)) = pairs.iter().find(|(n, v)| (n.clone() + v).contains('\0')) {
            return Err(bad_parameter(&name.replace('\0', ""), NUL));
        }
        let mut pairs = Pairs(pairs);
        let asked = T::take(&mut pairs)?;
        match pairs.0.first() {
            None => Ok(Asked(asked)),
            Some((name, _)) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "unknown-parameter",
                "There is no such parameter here",
            )
            .detail(format!("`{name}` is no parameter of this address"))
            .help("`/api/v1/openapi.json` lists those that there are")),
        }
    }
}

/// A body of JSON, of this shape and no other.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::wrong_type()
                .help("send JSON, with the header `Content-Type: application/json`"));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejected| Problem::of_status(rejected.status()))?;
        read_json(&bytes).map(Body)
    }
}

/// Why a text with this character in it is not taken.
const NUL: &str = "it holds the character 0, which no database keeps";

/// Does any text of a value hold the character 0?
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(all) => all.iter().any(has_nul),
        Value::Object(all) => all.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// An address with the character 0 in it is the address of nothing.
pub async fn no_nul(request: Request, next: Next) -> Response {
    if request.uri().path().contains("%00") {
        return Problem::not_found("no resource has this address").into_response();
    }
    next.run(request).await
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let may_hold = bytes.windows(6).any(|six| six == b"\\u0000");
    if may_hold && serde_json::from_slice(bytes).is_ok_and(|value| has_nul(&value)) {
        return Err(Problem::malformed(format!("a text of the body: {NUL}")));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        if error.is_data() {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "wrong-shape",
                "The body has another shape than it should",
            )
            .detail(format!("{said} ({at})"))
            .help("`/api/v1/openapi.json` says the shape")
        } else {
            Problem::malformed(format!("the body is no JSON ({at})"))
        }
    })
}

/// That a body is bytes alone, and no form around them.
pub fn bytes_alone(headers: &HeaderMap) -> Result<(), Problem> {
    let of = headers.get(header::CONTENT_TYPE);
    let of = of.and_then(|of| of.to_str().ok()).unwrap_or_default();
    let of = of.to_ascii_lowercase();
    if of.starts_with("multipart/") || of.contains("x-www-form-urlencoded") {
        return Err(Problem::wrong_type()
            .help("send the bytes of the file alone, as `application/octet-stream`"));
    }
    Ok(())
}

fn is_json(headers: &HeaderMap) -> bool {
    let of = headers
        .get(header::CONTENT_TYPE)
        .and_then(|of| of.to_str().ok())
        .unwrap_or_default();
    let of = of.split(';').next().unwrap_or_default().trim();
    of.eq_ignore_ascii_case("application/json")
}

/// A number in an address; where it is none, there is no such thing.
pub fn number<T: FromStr>(what: &'static str, text: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| app::refusal::Refusal::no(what, text).into())
}

/// Carries a step to its end, also where the caller has gone, and waits for it nearly as long as a request may take: `None`
/// where it is not at its end by then.
pub async fn carried<T: Send + 'static>(
    state: &AppState,
    work: impl Future<Output = Result<T, app::refusal::Refusal>> + Send + 'static,
) -> Result<Option<T>, Problem> {
    let patience = state.settings().limits.time.mul_f32(0.8);
    match tokio::time::timeout(patience, tokio::spawn(work)).await {
        Ok(Ok(done)) => Ok(Some(done?)),
        Ok(Err(_)) => Err(Problem::ours("a step panicked")),
        Err(_) => Ok(None),
    }
}

impl Call {
    /// That there is such a partner, and that who asks may know of it.
    pub fn at(&self, partner: &str) -> Result<(), Problem> {
        let there = self.office.shelves()?.find(partner).is_some();
        if there && self.actor.sees(partner) {
            Ok(())
        } else {
            Err(app::refusal::Refusal::no("partner", partner).into())
        }
    }
}
