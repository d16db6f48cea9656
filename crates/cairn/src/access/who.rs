//! Who asks: the session of a browser, or the token of a program.

use std::net::{IpAddr, Ipv4Addr};

use app::access::{Actor, May, Verb};
use app::accounts::{self, ProviderSettings, Stage, Visitor};
use app::locale::Lang;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::encoded;
use crate::serve::client::Client;
use crate::serve::problem::Problem;
use crate::serve::settings::Settings;
use crate::serve::state::AppState;
use crate::web::frame::{self, Frame, Theme, User};
use crate::web::language;

/// What is set about accounts, out of what is set about the server.
pub fn settings(of: &Settings) -> accounts::Settings {
    let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let usual = accounts::Settings::default();
    let secret = of.oidc.client_secret.as_ref().map(|s| s.reveal());
    let provider = match (&of.oidc.issuer, &of.oidc.client_id) {
        (Some(issuer), Some(id)) => Some(ProviderSettings::new(issuer, id, secret, &of.oidc.label)),
        _ => None,
    };
    accounts::Settings {
        public_url: match &of.public_url {
            Some(url) => url.as_str().to_owned(),
            None => format!("http://{}", of.listen),
        },
        idle_seconds: seconds(of.session.idle),
        session_seconds: seconds(of.session.lifetime),
        administrators_need_factor: of.session.administrators_need_factor,
        smtp: of.smtp.url.as_ref().map(|url| url.reveal().to_owned()),
        mail_from: of.smtp.from.clone().unwrap_or(usual.mail_from.clone()),
        provider,
        ..usual
    }
}

/// The name of a cookie: one that only this host can have set, where people come by HTTPS.
pub fn cookie_name(state: &AppState, name: &str) -> String {
    if state.settings().is_secure() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// The cookie that says who somebody is.
pub const SESSION: &str = "cairn";
/// The cookie that a browser keeps while it is with the provider.
pub const VISIT: &str = "cairn-visit";

/// The value of a cookie.
pub fn cookie(state: &AppState, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = cookie_name(state, name);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
}

/// Sets a cookie for so many seconds; none takes it away.
pub fn set_cookie(
    state: &AppState,
    response: &mut Response,
    name: &str,
    value: &str,
    seconds: i64,
) {
    let secure = if state.settings().is_secure() {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(state, name);
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The token of a request, where it brings one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (word, token) = text.split_once(' ')?;
    word.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Finds out who asks. Pages send whoever is not signed in to where they can do so, and bring them back afterwards.
pub async fn attach(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let mut stage = None;
    if let Ok(accounts) = state.accounts() {
        let token = bearer(request.headers()).map(str::to_owned);
        let session = cookie(&state, request.headers(), SESSION);
        let found = match (token, session) {
            (Some(token), _) => Some(accounts.token(&token).await),
            (None, Some(session)) => match accounts.session(&session).await {
                // A session that has ended is as none.
                Err(app::refusal::Refusal::SignIn) => None,
                found => Some(found),
            },
            (None, None) => None,
        };
        match found {
            Some(Ok(signed)) => {
                stage = Some(signed.stage);
                if signed.stage == Stage::Whole {
                    request.extensions_mut().insert(signed.actor.clone());
                }
                request.extensions_mut().insert(signed);
            }
            Some(Err(refusal)) => return Problem::from(refusal).into_response(),
            None => {}
        }
    }
    let by_browser = request.method() == Method::GET && !request.uri().path().starts_with("/api");
    let back = request
        .uri()
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    let response = next.run(request).await;
    if response.status() != StatusCode::UNAUTHORIZED || !by_browser {
        return response;
    }
    let to = match stage {
        Some(Stage::Factor) => format!("/sign-in/second-step?back={}", encoded(&back)),
        Some(Stage::Enroll) => "/account/factor".to_owned(),
        Some(Stage::Whole) | None => format!("/sign-in?back={}", encoded(&back)),
    };
    Redirect::to(&to).into_response()
}

/// Who asks and what they may do; the request ends with status 401 where nobody has signed in.
#[derive(Clone, Debug)]
pub struct Signed(pub Actor);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let actor = parts.extensions.get::<Actor>().cloned();
        actor.map(Signed).ok_or_else(Problem::not_signed_in)
    }
}

/// Who asks, with how far they have come with signing in: for pages about one's own account.
#[derive(Clone, Debug)]
pub struct InPerson(pub accounts::Signed);

impl<S: Sync> FromRequestParts<S> for InPerson {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let signed = parts.extensions.get::<accounts::Signed>().cloned();
        signed.map(InPerson).ok_or_else(Problem::not_signed_in)
    }
}

/// Somebody on a page about accounts: who they are, and what stands around the page.
pub struct Here {
    signed: accounts::Signed,
    frame: Frame,
}

impl std::ops::Deref for Here {
    type Target = accounts::Signed;

    fn deref(&self) -> &accounts::Signed {
        &self.signed
    }
}

impl Here {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// What stands around a page with this title.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        self.frame.clone().at(frame::Here::Elsewhere, title)
    }
}

impl FromRequestParts<AppState> for Here {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let InPerson(signed) = InPerson::from_request_parts(parts, state).await?;
        let today = state.office()?.clock.today();
        // A form leads to an address below that of its page.
        let path = parts.uri.path();
        let page = match path.match_indices('/').nth(1) {
            Some((end, _)) if parts.method != Method::GET => &path[..end],
            _ => path,
        };
        let mut frame = Frame::new(language(&parts.headers), today, page);
        let theme = crate::web::cookie(&parts.headers, "theme");
        frame.theme = theme.map_or(Theme::System, Theme::named);
        let may_somewhere = |verb: Verb| {
            let mut grants = signed.actor.grants.iter();
            grants.any(|grant| verb.may(grant.role) == May::Yes)
        };
        frame.reads = may_somewhere(Verb::ReadStanding) || signed.actor.grants.is_empty();
        frame.manages_members = may_somewhere(Verb::ManageMembers);
        frame.manages_partner = may_somewhere(Verb::EditPartner);
        frame.manages_accounts = signed.actor.may(Verb::ManageAccounts);
        let role = signed.actor.grants.first();
        frame.user = Some(User {
            name: signed.name.clone(),
            role: role.map_or_else(String::new, |g| frame.lang.role(g.role).to_owned()),
        });
        Ok(Here { signed, frame })
    }
}

/// Somebody who has signed in, on a page about members or accounts.
pub struct Acting {
    actor: Actor,
    here: Here,
}

impl std::ops::Deref for Acting {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl Acting {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.here.lang()
    }

    /// What stands around a page with this title, at a place of the rail.
    pub fn frame(&self, here: frame::Here, title: impl Into<String>) -> Frame {
        self.here.frame.clone().at(here, title)
    }
}

impl FromRequestParts<AppState> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        // The actor is there only once everything was shown that is asked for.
        let Signed(actor) = Signed::from_request_parts(parts, state).await?;
        let here = Here::from_request_parts(parts, state).await?;
        Ok(Acting { actor, here })
    }
}

/// Who asks, where anybody has signed in.
#[derive(Clone, Debug)]
pub struct Perhaps(pub Option<accounts::Signed>);

impl<S: Sync> FromRequestParts<S> for Perhaps {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Perhaps(parts.extensions.get::<accounts::Signed>().cloned()))
    }
}

/// From where somebody comes.
pub struct Coming(pub Visitor);

impl FromRequestParts<AppState> for Coming {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let Client(address) = Client::from_request_parts(parts, state).await?;
        let agent = parts.headers.get(header::USER_AGENT);
        Ok(Coming(Visitor {
            address: (address != IpAddr::V4(Ipv4Addr::UNSPECIFIED)).then_some(address),
            agent: agent
                .and_then(|a| a.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
        }))
    }
}

/// The language that a browser asks for, on pages where nobody is signed in yet.
#[derive(Clone, Copy, Debug)]
pub struct Spoken(pub Lang);

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Spoken(language(&parts.headers)))
    }
}
