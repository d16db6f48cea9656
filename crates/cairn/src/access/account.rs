//! One's own account: name, password, second factor, sessions, tokens.

use app::access::Verb;
use app::accounts::{LEAST_CHARACTERS, NewToken, Secret, Stage};
use app::domain::calendar::Day;
use app::domain::instant::Instant;
use app::locale::Lang;
use app::refusal::Refusal;
use app::texts::Texts;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::Fields;
use super::page::{Notice, least_words, mendable, show};
use super::who::{Coming, Here};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;
use crate::web::frame::Frame;
use crate::web::preference;
use crate::web::view::to_the_minute;

/// What a handler answers.
type Answer = Result<Response, Problem>;

struct SessionLine {
    id: String,
    is_this: bool,
    agent: String,
    client: String,
    created: String,
    seen: String,
}

struct TokenLine {
    id: String,
    name: String,
    scopes: String,
    partner: String,
    expires: String,
    has_expired: bool,
    used: String,
}

struct Choice {
    name: &'static str,
    words: &'static str,
}

/// One's own account.
#[derive(Template)]
#[template(path = "access/account.html")]
struct AccountPage {
    f: Frame,
    manages: bool,
    notice: Notice,
    name: String,
    email: String,
    roles: Vec<String>,
    has_password: bool,
    has_factor: bool,
    codes_words: String,
    least: usize,
    sessions: Vec<SessionLine>,
    tokens: Vec<TokenLine>,
    scopes: Vec<Choice>,
    partners: Vec<(String, String)>,
    new_token: Option<Secret>,
    is_administrator: bool,
    languages: Vec<LanguageChoice>,
}

/// A language in which somebody may be written to; the first stands for that of their company.
struct LanguageChoice {
    tag: &'static str,
    words: &'static str,
    is_chosen: bool,
}

/// Every language, and which one is chosen.
fn languages(lang: Lang, chosen: Option<Lang>) -> Vec<LanguageChoice> {
    let own = Lang::ALL.map(|of| (of.tag(), of.own_name(), chosen == Some(of)));
    std::iter::once(("", lang.texts().acc_language_partner, chosen.is_none()))
        .chain(own)
        .map(|(tag, words, is_chosen)| LanguageChoice {
            tag,
            words,
            is_chosen,
        })
        .collect()
}

/// How many recovery codes are left, in words.
fn codes_words(lang: Lang, left: i64) -> String {
    lang.several(
        lang.texts().acc_codes_left,
        usize::try_from(left).unwrap_or(0),
    )
}

impl AccountPage {
    fn least_words(&self) -> String {
        least_words(self.f.lang)
    }
}

/// So many partners are offered for a token; others are typed by their id.
const PARTNERS: usize = 200;

async fn page(
    state: &AppState,
    signed: &Here,
    status: StatusCode,
    notice: Notice,
    new_token: Option<Secret>,
) -> Answer {
    let (lang, t) = (signed.lang(), signed.lang().texts());
    let accounts = state.accounts()?;
    let office = state.office()?;
    let sessions = accounts.sessions(signed).await?;
    let tokens = accounts.tokens(signed).await?;
    let seen = |partner: &str| format!("{} ({partner})", office.partner_name(partner));
    // Pages about the own account answer while the evidence is still being loaded.
    let partners = office.partners(&signed.actor).unwrap_or_default();
    let manages = partners
        .iter()
        .any(|p| signed.actor.permit(Verb::ManageMembers, p).is_ok());
    let page = AccountPage {
        f: signed.frame(t.account),
        manages,
        notice,
        name: signed.name.clone(),
        email: signed.email.clone(),
        roles: signed
            .actor
            .grants
            .iter()
            .map(|grant| lang.role_at(grant.role, grant.partner.as_deref().map(seen).as_deref()))
            .collect(),
        has_password: signed.has_password,
        has_factor: signed.has_factor,
        codes_words: codes_words(lang, accounts.recovery_codes_left(signed).await?),
        least: LEAST_CHARACTERS,
        sessions: sessions
            .into_iter()
            .map(|s| SessionLine {
                id: s.session,
                is_this: s.is_this,
                agent: s.agent,
                client: s.client,
                created: to_the_minute(s.created),
                seen: to_the_minute(s.seen),
            })
            .collect(),
        tokens: tokens
            .into_iter()
            .map(|token| TokenLine {
                id: token.token,
                name: token.name,
                scopes: token
                    .scopes
                    .iter()
                    .map(|v| lang.verb(*v))
                    .collect::<Vec<_>>()
                    .join(", "),
                partner: token.partner.unwrap_or_default(),
                expires: token
                    .expires
                    .map_or_else(|| t.acc_never.to_owned(), to_the_minute),
                has_expired: token.has_expired,
                used: token
                    .used
                    .map_or_else(|| t.acc_never.to_owned(), to_the_minute),
            })
            .collect(),
        scopes: Verb::ALL
            .iter()
            .map(|verb| Choice {
                name: verb.name(),
                words: lang.verb(*verb),
            })
            .collect(),
        partners: partners
            .iter()
            .take(PARTNERS)
            .map(|p| (p.clone(), office.partner_name(p)))
            .collect(),
        new_token,
        is_administrator: signed.actor.may(Verb::ManageAccounts),
        languages: languages(lang, accounts.language(signed).await?),
    };
    show(status, &page)
}

/// The page again, with what was wrong; or from its address, where all was well.
async fn after(state: &AppState, signed: &Here, done: Result<(), Refusal>, said: &str) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/account?done={said}")).into_response()),
        Err(refusal) => {
            let (status, notice) = mendable(refusal, signed.lang())?;
            page(state, signed, status, notice, None).await
        }
    }
}

pub async fn account(
    State(state): State<AppState>,
    signed: Here,
    Query(query): Query<Fields>,
) -> Answer {
    let t = signed.lang().texts();
    let notice = match query.get("done") {
        "name" => Notice::good(t.acc_done_name),
        "language" => Notice::good(t.acc_done_language),
        "password" => Notice::good(t.acc_done_password),
        "session" => Notice::good(t.acc_done_session),
        "sessions" => Notice::good(t.acc_done_sessions),
        "revoked" => Notice::good(t.acc_done_revoked),
        "factor-removed" => Notice::good(t.acc_done_factor),
        _ => Notice::default(),
    };
    page(&state, &signed, StatusCode::OK, notice, None).await
}

pub async fn rename(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let done = state.accounts()?.rename(&signed, form.get("name")).await;
    after(&state, &signed, done, "name").await
}

/// The language in which somebody is written to. The pages of this browser follow it.
pub async fn set_language(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let lang = Lang::of_tag(form.get("language"));
    let done = state.accounts()?.set_language(&signed, lang).await;
    let mut response = after(&state, &signed, done, "language").await?;
    let chosen = lang.filter(|_| response.status().is_redirection());
    if let Some(cookie) = chosen.and_then(|lang| preference("lang", lang.tag())) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub async fn change_password(
    State(state): State<AppState>,
    Coming(visitor): Coming,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let done = state
        .accounts()?
        .change_password(&signed, form.get("now"), form.get("password"), &visitor)
        .await;
    after(&state, &signed, done, "password").await
}

pub async fn end_session(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    match form.some("session") {
        Some(session) => {
            let done = accounts.end_session(&signed, session).await;
            after(&state, &signed, done, "session").await
        }
        None => {
            let done = accounts.end_other_sessions(&signed).await.map(|_| ());
            after(&state, &signed, done, "sessions").await
        }
    }
}

/// The end of a day, as a token's last moment: the day itself still counts.
fn end_of(day: &str) -> Result<Option<Instant>, Problem> {
    if day.is_empty() {
        return Ok(None);
    }
    let parsed = Day::parse(day).and_then(|_| Instant::parse(&format!("{day}T00:00:00Z")));
    let begins = parsed.ok_or_else(|| Problem::malformed("a day is written 2026-12-31"))?;
    Ok(Some(begins.plus_seconds(24 * 3_600)))
}

pub async fn make_token(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let wanted = NewToken {
        name: form.get("name").to_owned(),
        scopes: form.all("scope").filter_map(Verb::named).collect(),
        partner: form.some("partner").map(str::to_owned),
        expires: end_of(form.get("expires"))?,
    };
    match state.accounts()?.make_token(&signed, &wanted).await {
        // Shown in the answer itself, for it is nowhere to be asked for again.
        Ok((_, secret)) => {
            let notice = Notice::default();
            page(&state, &signed, StatusCode::OK, notice, Some(secret)).await
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, signed.lang())?;
            page(&state, &signed, status, notice, None).await
        }
    }
}

pub async fn revoke_token(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let token = form.get("token");
    let done = state.accounts()?.revoke_token(&signed, token).await;
    after(&state, &signed, done, "revoked").await
}

/// The second factor.
#[derive(Template)]
#[template(path = "access/factor.html")]
struct FactorPage {
    lang: Lang,
    t: &'static Texts,
    notice: Notice,
    /// Is it asked of this account before anything else?
    is_required: bool,
    has_factor: bool,
    codes_words: String,
    /// What an app needs: the key in groups, and the picture.
    enrollment: Option<(String, String)>,
    /// Recovery codes, shown once.
    codes: Vec<Secret>,
}

fn in_groups(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|c| c.iter().collect()).collect();
    groups.join(" ")
}

fn factor_page(signed: &Here, notice: Notice) -> FactorPage {
    FactorPage {
        lang: signed.lang(),
        t: signed.lang().texts(),
        notice,
        is_required: signed.stage == Stage::Enroll,
        has_factor: signed.has_factor,
        codes_words: String::new(),
        enrollment: None,
        codes: vec![],
    }
}

pub async fn factor(State(state): State<AppState>, signed: Here) -> Answer {
    let mut page = factor_page(&signed, Notice::default());
    match signed.stage {
        Stage::Factor => return Err(Problem::not_signed_in()),
        Stage::Enroll => {}
        Stage::Whole => {
            let left = state.accounts()?.recovery_codes_left(&signed).await?;
            page.codes_words = codes_words(signed.lang(), left);
        }
    }
    show(StatusCode::OK, &page)
}

pub async fn enroll_factor(State(state): State<AppState>, signed: Here) -> Answer {
    match state.accounts()?.enroll_factor(&signed).await {
        Ok(enrollment) => {
            let mut page = factor_page(&signed, Notice::default());
            page.enrollment = Some((in_groups(enrollment.key.reveal()), enrollment.svg));
            show(StatusCode::OK, &page)
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, signed.lang())?;
            show(status, &factor_page(&signed, notice))
        }
    }
}

fn with_codes(signed: &Here, done: Result<Vec<Secret>, Refusal>) -> Answer {
    match done {
        Ok(codes) => {
            let mut page = factor_page(signed, Notice::default());
            page.has_factor = true;
            page.is_required = false;
            page.codes = codes;
            show(StatusCode::OK, &page)
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, signed.lang())?;
            show(status, &factor_page(signed, notice))
        }
    }
}

pub async fn confirm_factor(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let code = form.get("code");
    with_codes(
        &signed,
        state.accounts()?.confirm_factor(&signed, code).await,
    )
}

pub async fn renew_codes(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    let code = form.get("code");
    with_codes(
        &signed,
        state.accounts()?.renew_recovery_codes(&signed, code).await,
    )
}

pub async fn remove_factor(
    State(state): State<AppState>,
    signed: Here,
    Form(form): Form<Fields>,
) -> Answer {
    match state
        .accounts()?
        .remove_factor(&signed, form.get("code"))
        .await
    {
        Ok(()) => Ok(Redirect::to("/account?done=factor-removed").into_response()),
        Err(refusal) => {
            let (status, notice) = mendable(refusal, signed.lang())?;
            show(status, &factor_page(&signed, notice))
        }
    }
}
