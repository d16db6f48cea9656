//! The pages before one is in: signing in, invitations, new passwords, the first administrator.

use app::accounts::{Accounts, Begun, LEAST_CHARACTERS, Stage};
use app::locale::Lang;
use app::refusal::Refusal;
use app::texts::{Texts, fill};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::{Fields, encoded, local};
use super::page::{Notice, least_words, mendable, show};
use super::who::{Coming, InPerson, Perhaps, SESSION, Spoken, VISIT, cookie, set_cookie};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// What a handler answers.
type Answer = Result<Response, Problem>;

/// Signing in.
#[derive(Template)]
#[template(path = "access/sign-in.html")]
struct SignInPage<'p> {
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    email: &'p str,
    back: &'p str,
    provider: Option<&'p str>,
    depart: String,
}

fn sign_in_form(
    accounts: Accounts<'_>,
    lang: Lang,
    status: StatusCode,
    notice: Notice,
    email: &str,
    back: &str,
) -> Answer {
    let provider = accounts.settings().provider.as_ref();
    let page = SignInPage {
        lang,
        t: lang.texts(),
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

pub async fn sign_in_page(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
    Query(query): Query<Fields>,
) -> Answer {
    let t = lang.texts();
    let notice = match query.get("after") {
        "reset" => Notice::good(t.acc_done_reset),
        "sign-out" => Notice::good(t.acc_done_out),
        _ => Notice::default(),
    };
    sign_in_form(
        state.accounts()?,
        lang,
        StatusCode::OK,
        notice,
        "",
        query.get("back"),
    )
}

pub async fn sign_in(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
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
            let (status, notice) = mendable(refusal, lang)?;
            sign_in_form(accounts, lang, status, notice, email, back)
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
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    back: &'p str,
}

pub async fn second_step_page(
    InPerson(signed): InPerson,
    Spoken(lang): Spoken,
    Query(query): Query<Fields>,
) -> Answer {
    if signed.stage != Stage::Factor {
        return Ok(Redirect::to(local(query.get("back"))).into_response());
    }
    let page = SecondStepPage {
        lang,
        t: lang.texts(),
        notice: Notice::default(),
        back: local(query.get("back")),
    };
    show(StatusCode::OK, &page)
}

pub async fn second_step(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
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
            let (status, notice) = mendable(refusal, lang)?;
            let back = local(form.get("back"));
            let t = lang.texts();
            show(
                status,
                &SecondStepPage {
                    lang,
                    t,
                    notice,
                    back,
                },
            )
        }
    }
}

pub async fn depart(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
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
            let (status, notice) = mendable(refusal, lang)?;
            sign_in_form(accounts, lang, status, notice, "", back)
        }
    }
}

pub async fn arrive(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
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
                text: lang.texts().acc_provider_unfinished.to_owned(),
                help: lang.texts().acc_begin_again.to_owned(),
                ..Notice::default()
            };
            sign_in_form(
                accounts,
                lang,
                StatusCode::UNPROCESSABLE_ENTITY,
                notice,
                "",
                "/",
            )?
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, lang)?;
            sign_in_form(accounts, lang, status, notice, "", "/")?
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
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    email: &'p str,
    is_done: bool,
    has_mail: bool,
}

pub async fn forgotten(State(state): State<AppState>, Spoken(lang): Spoken) -> Answer {
    let page = ForgottenPage {
        lang,
        t: lang.texts(),
        notice: Notice::default(),
        email: "",
        is_done: false,
        has_mail: state.accounts()?.settings().smtp.is_some(),
    };
    show(StatusCode::OK, &page)
}

pub async fn ask_reset(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
    Coming(visitor): Coming,
    Form(form): Form<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let email = form.get("email");
    let (status, notice, is_done) = match accounts.ask_reset(email, &visitor, lang).await {
        Ok(()) => (StatusCode::OK, Notice::default(), true),
        Err(refusal) => {
            let (status, notice) = mendable(refusal, lang)?;
            (status, notice, false)
        }
    };
    let page = ForgottenPage {
        lang,
        t: lang.texts(),
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
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    key: &'p str,
    least: usize,
}

fn reset_page<'p>(lang: Lang, notice: Notice, key: &'p str) -> ResetPage<'p> {
    ResetPage {
        lang,
        t: lang.texts(),
        notice,
        key,
        least: LEAST_CHARACTERS,
    }
}

impl ResetPage<'_> {
    fn least_words(&self) -> String {
        least_words(self.lang)
    }
}

impl FirstPage<'_> {
    fn least_words(&self) -> String {
        least_words(self.lang)
    }
}

impl InvitationPage<'_> {
    fn least_words(&self) -> String {
        least_words(self.lang)
    }
}

/// A link that works no more.
#[derive(Template)]
#[template(path = "access/gone.html")]
struct GonePage {
    lang: Lang,
    t: &'static Texts,
}

fn gone(lang: Lang) -> Answer {
    let t = lang.texts();
    show(StatusCode::NOT_FOUND, &GonePage { lang, t })
}

pub async fn reset(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
    Coming(visitor): Coming,
    Query(query): Query<Fields>,
) -> Answer {
    let key = query.get("key");
    match state.accounts()?.reset(key, &visitor).await {
        Err(Refusal::NotFound { .. }) => gone(lang),
        done => {
            done?;
            let notice = Notice::default();
            show(StatusCode::OK, &reset_page(lang, notice, key))
        }
    }
}

pub async fn finish_reset(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
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
        Err(Refusal::NotFound { .. }) => gone(lang),
        Err(refusal) => {
            let (status, notice) = mendable(refusal, lang)?;
            show(status, &reset_page(lang, notice, key))
        }
    }
}

/// The first administrator.
#[derive(Template)]
#[template(path = "access/first.html")]
struct FirstPage<'p> {
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    key: &'p str,
    email: &'p str,
    name: &'p str,
    least: usize,
}

pub async fn first(
    State(state): State<AppState>,
    Spoken(lang): Spoken,
    Query(query): Query<Fields>,
) -> Answer {
    let key = query.get("key");
    match state.accounts()?.first(key).await {
        Err(Refusal::NotFound { .. }) => gone(lang),
        done => {
            done?;
            let page = FirstPage {
                lang,
                t: lang.texts(),
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
    Spoken(lang): Spoken,
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
        Err(Refusal::NotFound { .. }) => gone(lang),
        Err(refusal) => {
            let (status, notice) = mendable(refusal, lang)?;
            let page = FirstPage {
                lang,
                t: lang.texts(),
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
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    key: &'p str,
    email: String,
    /// As what, and where.
    lead: String,
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

#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of what the form shows"
)]
async fn invitation_form(
    state: &AppState,
    lang: Lang,
    visitor: &app::accounts::Visitor,
    status: StatusCode,
    notice: Notice,
    key: &str,
    name: &str,
    is_signed: bool,
) -> Answer {
    let accounts = state.accounts()?;
    let t = lang.texts();
    let offered = match accounts.invitation(key, visitor).await {
        Err(Refusal::NotFound { .. }) => return gone(lang),
        offered => offered?,
    };
    let role = ("role", lang.role(offered.role));
    let lead = match &offered.partner {
        Some(partner) => {
            let office = state.office();
            let name = office.map_or_else(|_| partner.clone(), |o| o.partner_name(partner));
            fill(t.acc_invited_at, &[role, ("partner", &name)])
        }
        None => fill(t.acc_invited_server, &[role]),
    };
    let back = encoded(&format!("/invitation?key={key}"));
    let provider = accounts.settings().provider.as_ref();
    let page = InvitationPage {
        lang,
        t: lang.texts(),
        notice,
        key,
        email: offered.email,
        lead,
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
    Spoken(lang): Spoken,
    Coming(visitor): Coming,
    Perhaps(signed): Perhaps,
    Query(query): Query<Fields>,
) -> Answer {
    let is_signed = signed.is_some_and(|s| s.stage == Stage::Whole);
    invitation_form(
        &state,
        lang,
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
    Spoken(lang): Spoken,
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
        Err(Refusal::NotFound { .. }) => gone(lang),
        Err(Refusal::SignIn) => {
            let back = encoded(&format!("/invitation?key={key}"));
            Ok(Redirect::to(&format!("/sign-in?back={back}")).into_response())
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, lang)?;
            invitation_form(&state, lang, &visitor, status, notice, key, name, is_signed).await
        }
    }
}
