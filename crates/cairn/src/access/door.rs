//! The pages before one is in: signing in, invitations, new passwords, the first administrator.

use app::accounts::{Accounts, Begun, LEAST_CHARACTERS, Stage};
use app::refusal::Refusal;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::{Fields, encoded, local};
use super::page::{Notice, mendable, show, words};
use super::who::{Coming, InPerson, Perhaps, SESSION, VISIT, cookie, set_cookie};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// What a handler answers.
type Answer = Result<Response, Problem>;

/// Signing in.
#[derive(Template)]
#[template(path = "access/sign-in.html")]
struct SignInPage<'p> {
    notice: Notice,
    email: &'p str,
    back: &'p str,
    provider: Option<&'p str>,
    depart: String,
}

fn sign_in_form(
    accounts: Accounts<'_>,
    status: StatusCode,
    notice: Notice,
    email: &str,
    back: &str,
) -> Answer {
    let provider = accounts.settings().provider.as_ref();
    let page = SignInPage {
        notice,
        email,
        back: local(back),
        provider: provider.map(|p| p.label.as_str()),
        depart: format!("/sign-in/depart?back={}", encoded(local(back))),
    };
    show(status, &page)
}

/// A browser that has begun a session, sent on to where it goes next.
fn let_in(state: &AppState, begun: &Begun, back: &str) -> Answer {
    let to = match begun.stage {
        Stage::Whole => local(back).to_owned(),
        Stage::Factor => format!("/sign-in/second-step?back={}", encoded(local(back))),
        Stage::Enroll => "/account/factor".to_owned(),
    };
    let mut response = Redirect::to(&to).into_response();
    let now = state.office()?.clock.now();
    let seconds = (begun.expires.0 - now.0) / 1_000_000;
    set_cookie(
        state,
        &mut response,
        SESSION,
        begun.secret.reveal(),
        seconds,
    );
    Ok(response)
}

pub async fn sign_in_page(State(state): State<AppState>, Query(query): Query<Fields>) -> Answer {
    let notice = match query.get("after") {
        "reset" => Notice::good("Your new password is set. Sign in with it."),
        "sign-out" => Notice::good("You are signed out."),
        _ => Notice::default(),
    };
    sign_in_form(
        state.accounts()?,
        StatusCode::OK,
        notice,
        "",
        query.get("back"),
    )
}

pub async fn sign_in(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Form(form): Form<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let (email, back) = (form.get("email"), form.get("back"));
    match accounts
        .sign_in(email, form.get("password"), &visitor)
        .await
    {
        Ok(begun) => let_in(&state, &begun, back),
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            sign_in_form(accounts, status, notice, email, back)
        }
    }
}

pub async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    if let Some(secret) = cookie(&state, &headers, SESSION) {
        state.accounts()?.sign_out(&secret).await?;
    }
    let mut response = Redirect::to("/sign-in?after=sign-out").into_response();
    set_cookie(&state, &mut response, SESSION, "", 0);
    Ok(response)
}

/// Showing the second factor.
#[derive(Template)]
#[template(path = "access/second-step.html")]
struct SecondStepPage<'p> {
    notice: Notice,
    back: &'p str,
}

pub async fn second_step_page(InPerson(signed): InPerson, Query(query): Query<Fields>) -> Answer {
    if signed.stage != Stage::Factor {
        return Ok(Redirect::to(local(query.get("back"))).into_response());
    }
    let page = SecondStepPage {
        notice: Notice::default(),
        back: local(query.get("back")),
    };
    show(StatusCode::OK, &page)
}

pub async fn second_step(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Answer {
    let secret = cookie(&state, &headers, SESSION).ok_or_else(Problem::not_signed_in)?;
    let done = state
        .accounts()?
        .second_step(&secret, form.get("code"), &visitor)
        .await;
    match done {
        Ok(begun) => let_in(&state, &begun, form.get("back")),
        // It took too long: the first step is to be done again.
        Err(Refusal::SignIn) => {
            let to = format!("/sign-in?back={}", encoded(local(form.get("back"))));
            Ok(Redirect::to(&to).into_response())
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            let back = local(form.get("back"));
            show(status, &SecondStepPage { notice, back })
        }
    }
}

pub async fn depart(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Query(query): Query<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let back = query.get("back");
    match accounts.depart(local(back), &visitor).await {
        Ok(departure) => {
            let mut response = Redirect::to(&departure.url).into_response();
            set_cookie(&state, &mut response, VISIT, departure.secret.reveal(), 900);
            Ok(response)
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            sign_in_form(accounts, status, notice, "", back)
        }
    }
}

pub async fn arrive(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let secret = cookie(&state, &headers, VISIT).unwrap_or_default();
    let done = match query.some("code") {
        Some(code) => {
            accounts
                .arrive(&secret, query.get("state"), code, &visitor)
                .await
        }
        None => Err(Refusal::SignIn),
    };
    let mut response = match done {
        Ok((begun, back)) => let_in(&state, &begun, &back)?,
        Err(Refusal::SignIn) => {
            let notice = Notice {
                text: "Signing in with the provider was not finished.".to_owned(),
                help: "Begin again in this window.".to_owned(),
                ..Notice::default()
            };
            sign_in_form(accounts, StatusCode::UNPROCESSABLE_ENTITY, notice, "", "/")?
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            sign_in_form(accounts, status, notice, "", "/")?
        }
    };
    set_cookie(&state, &mut response, VISIT, "", 0);
    Ok(response)
}

/// Signs in whoever follows the address that the demo has printed.
pub async fn demo(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Perhaps(signed): Perhaps,
    Query(query): Query<Fields>,
) -> Answer {
    if !state.settings().demo {
        return Err(Problem::not_found("this server is no demo"));
    }
    match crate::demo::enter(&state.accounts()?, query.get("key"), &visitor).await {
        Ok(begun) => let_in(&state, &begun, "/"),
        // Whoever is in already may follow it again.
        Err(_) if signed.is_some() => Ok(Redirect::to("/").into_response()),
        Err(refusal) => Err(Problem::from(refusal)
            .help("The address works once. Start the demo again, and it prints another.")),
    }
}

/// Asking for a new password.
#[derive(Template)]
#[template(path = "access/forgotten.html")]
struct ForgottenPage<'p> {
    notice: Notice,
    email: &'p str,
    is_done: bool,
    has_mail: bool,
}

pub async fn forgotten(State(state): State<AppState>) -> Answer {
    let page = ForgottenPage {
        notice: Notice::default(),
        email: "",
        is_done: false,
        has_mail: state.accounts()?.settings().smtp.is_some(),
    };
    show(StatusCode::OK, &page)
}

pub async fn ask_reset(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Form(form): Form<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let email = form.get("email");
    let (status, notice, is_done) = match accounts.ask_reset(email, &visitor).await {
        Ok(()) => (StatusCode::OK, Notice::default(), true),
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            (status, notice, false)
        }
    };
    let page = ForgottenPage {
        notice,
        email,
        is_done,
        has_mail: accounts.settings().smtp.is_some(),
    };
    show(status, &page)
}

/// Choosing a new password.
#[derive(Template)]
#[template(path = "access/reset.html")]
struct ResetPage<'p> {
    notice: Notice,
    key: &'p str,
    least: usize,
}

/// A link that works no more.
#[derive(Template)]
#[template(path = "access/gone.html")]
struct GonePage {}

fn gone() -> Answer {
    show(StatusCode::NOT_FOUND, &GonePage {})
}

pub async fn reset(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Query(query): Query<Fields>,
) -> Answer {
    let key = query.get("key");
    match state.accounts()?.reset(key, &visitor).await {
        Err(Refusal::NotFound { .. }) => gone(),
        done => {
            done?;
            let (notice, least) = (Notice::default(), LEAST_CHARACTERS);
            show(StatusCode::OK, &ResetPage { notice, key, least })
        }
    }
}

pub async fn finish_reset(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Form(form): Form<Fields>,
) -> Answer {
    let key = form.get("key");
    let done = state
        .accounts()?
        .finish_reset(key, form.get("password"), &visitor)
        .await;
    match done {
        Ok(()) => Ok(Redirect::to("/sign-in?after=reset").into_response()),
        Err(Refusal::NotFound { .. }) => gone(),
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            let least = LEAST_CHARACTERS;
            show(status, &ResetPage { notice, key, least })
        }
    }
}

/// The first administrator.
#[derive(Template)]
#[template(path = "access/first.html")]
struct FirstPage<'p> {
    notice: Notice,
    key: &'p str,
    email: &'p str,
    name: &'p str,
    least: usize,
}

pub async fn first(State(state): State<AppState>, Query(query): Query<Fields>) -> Answer {
    let key = query.get("key");
    match state.accounts()?.first(key).await {
        Err(Refusal::NotFound { .. }) => gone(),
        done => {
            done?;
            let page = FirstPage {
                notice: Notice::default(),
                key,
                email: "",
                name: "",
                least: LEAST_CHARACTERS,
            };
            show(StatusCode::OK, &page)
        }
    }
}

pub async fn accept_first(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Form(form): Form<Fields>,
) -> Answer {
    let (key, email, name) = (form.get("key"), form.get("email"), form.get("name"));
    let done = state
        .accounts()?
        .accept_first(key, email, name, form.get("password"), &visitor)
        .await;
    match done {
        Ok(begun) => let_in(&state, &begun, "/"),
        Err(Refusal::NotFound { .. }) => gone(),
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            let page = FirstPage {
                notice,
                key,
                email,
                name,
                least: LEAST_CHARACTERS,
            };
            show(status, &page)
        }
    }
}

/// An invitation.
#[derive(Template)]
#[template(path = "access/invitation.html")]
struct InvitationPage<'p> {
    notice: Notice,
    key: &'p str,
    email: String,
    role: String,
    partner: String,
    name: &'p str,
    least: usize,
    /// Does the account exist already, so that it signs in to accept?
    signs_in: bool,
    /// Whether somebody is signed in, who may accept it.
    is_signed: bool,
    sign_in: String,
    provider: Option<&'p str>,
    depart: String,
}

async fn invitation_form(
    state: &AppState,
    visitor: &app::accounts::Visitor,
    status: StatusCode,
    notice: Notice,
    key: &str,
    name: &str,
    is_signed: bool,
) -> Answer {
    let accounts = state.accounts()?;
    let offered = match accounts.invitation(key, visitor).await {
        Err(Refusal::NotFound { .. }) => return gone(),
        offered => offered?,
    };
    let back = encoded(&format!("/invitation?key={key}"));
    let provider = accounts.settings().provider.as_ref();
    let page = InvitationPage {
        notice,
        key,
        email: offered.email,
        role: words(offered.role.name()),
        partner: offered
            .partner
            .map(|p| {
                state
                    .office()
                    .map_or_else(|_| p.clone(), |o| o.partner_name(&p))
            })
            .unwrap_or_default(),
        name,
        least: LEAST_CHARACTERS,
        signs_in: offered.signs_in,
        is_signed,
        sign_in: format!("/sign-in?back={back}"),
        provider: provider.map(|p| p.label.as_str()),
        depart: "/sign-in/depart?back=/".to_owned(),
    };
    show(status, &page)
}

pub async fn invitation(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Perhaps(signed): Perhaps,
    Query(query): Query<Fields>,
) -> Answer {
    let is_signed = signed.is_some_and(|s| s.stage == Stage::Whole);
    invitation_form(
        &state,
        &visitor,
        StatusCode::OK,
        Notice::default(),
        query.get("key"),
        "",
        is_signed,
    )
    .await
}

pub async fn accept_invitation(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    Perhaps(signed): Perhaps,
    Form(form): Form<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let (key, name) = (form.get("key"), form.get("name"));
    let (done, is_signed) = match (form.some("password"), &signed) {
        (None, Some(signed)) => {
            let done = accounts.accept_signed(signed, key).await;
            (done.map(|()| None), signed.stage == Stage::Whole)
        }
        _ => {
            let password = form.get("password");
            let done = accounts
                .accept_invitation(key, name, password, &visitor)
                .await;
            (done.map(Some), false)
        }
    };
    match done {
        Ok(Some(begun)) => let_in(&state, &begun, "/"),
        Ok(None) => Ok(Redirect::to("/").into_response()),
        Err(Refusal::NotFound { .. }) => gone(),
        Err(Refusal::SignIn) => {
            let back = encoded(&format!("/invitation?key={key}"));
            Ok(Redirect::to(&format!("/sign-in?back={back}")).into_response())
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal)?;
            invitation_form(&state, &visitor, status, notice, key, name, is_signed).await
        }
    }
}
