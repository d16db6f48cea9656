//! Who has a role at a partner, and the accounts of the server.

use app::access::{Actor, Role, Verb};
use app::accounts::{AccountState, Invited, Members, Secret};
use app::locale::Lang;
use app::refusal::Refusal;
use app::texts::fill;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::{Fields, encoded};
use super::page::{Notice, mendable, show, state_words};
use super::who::Acting;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;
use crate::web::frame::{Frame, Here};
use crate::web::view::to_the_minute;

/// What a handler answers.
type Answer = Result<Response, Problem>;

struct RoleLine {
    name: &'static str,
    words: &'static str,
    person: String,
}

struct MemberLine {
    account: String,
    name: String,
    email: String,
    state: &'static str,
    is_active: bool,
    has_factor: bool,
    since: String,
    roles: Vec<RoleLine>,
    is_me: bool,
}

struct InviteeLine {
    invitation: String,
    email: String,
    role: &'static str,
    expires: String,
    has_expired: bool,
}

/// Who has a role at a partner, or of the server.
#[derive(Template)]
#[template(path = "access/members.html")]
struct MembersPage {
    f: Frame,
    notice: Notice,
    /// The partner; empty for the server.
    partner: String,
    partners: Vec<(String, String)>,
    members: Vec<MemberLine>,
    invitees: Vec<InviteeLine>,
    roles: Vec<(&'static str, &'static str)>,
    link: Option<Secret>,
    was_mailed: bool,
}

impl MembersPage {
    /// Is the page about this partner?
    fn is_here(&self, partner: &str) -> bool {
        self.partner == partner
    }
}

/// So many partners are offered; others are reached from their own pages.
const PARTNERS: usize = 200;

fn roles_for(
    actor: &Actor,
    partner: Option<&str>,
    lang: Lang,
) -> Vec<(&'static str, &'static str)> {
    Role::ALL
        .into_iter()
        .filter(|role| role.is_of_server() == partner.is_none())
        .filter(|role| *role != Role::PartnerManager || actor.may(Verb::ManageAccounts))
        .map(|role| (role.name(), lang.role(role)))
        .collect()
}

fn lines(actor: &Actor, members: Members, lang: Lang) -> (Vec<MemberLine>, Vec<InviteeLine>) {
    let line = |role: Role, person: Option<String>| RoleLine {
        name: role.name(),
        words: lang.role(role),
        person: person.unwrap_or_default(),
    };
    let there = members.members.into_iter().map(|m| MemberLine {
        is_me: m.account == actor.account,
        account: m.account,
        name: m.name,
        email: m.email,
        is_active: m.state == AccountState::Active,
        state: state_words(m.state, lang),
        has_factor: m.has_factor,
        since: to_the_minute(m.since),
        roles: m.roles.into_iter().map(|(r, p)| line(r, p)).collect(),
    });
    let invited = members.invitees.into_iter().map(|i| InviteeLine {
        invitation: i.invitation,
        email: i.email,
        role: lang.role(i.role),
        expires: to_the_minute(i.expires),
        has_expired: i.has_expired,
    });
    (there.collect(), invited.collect())
}

async fn page(
    state: &AppState,
    actor: &Acting,
    partner: Option<&str>,
    status: StatusCode,
    notice: Notice,
    invited: Option<Invited>,
) -> Answer {
    let (lang, t) = (actor.lang(), actor.lang().texts());
    let office = state.office()?;
    let members = state.accounts()?.members(actor, partner).await?;
    let (members, invitees) = lines(actor, members, lang);
    let all = office.partners(actor).unwrap_or_default();
    let managed = all
        .into_iter()
        .filter(|p| actor.permit(Verb::ManageMembers, p).is_ok());
    let partner_name = partner.map(|p| office.partner_name(p));
    let title = match &partner_name {
        Some(name) => fill(t.acc_members_of, &[("partner", name)]),
        None => t.acc_server_roles.to_owned(),
    };
    let page = MembersPage {
        f: actor.frame(Here::Members, title),
        notice,
        partner: partner.unwrap_or_default().to_owned(),
        partners: managed
            .take(PARTNERS)
            .map(|p| (p.clone(), office.partner_name(&p)))
            .collect(),
        members,
        invitees,
        roles: roles_for(actor, partner, lang),
        was_mailed: invited.as_ref().is_some_and(|i| i.url.is_none()),
        link: invited.and_then(|i| i.url),
    };
    show(status, &page)
}

/// The partner that a form or query is about: the named one, else the first that the actor manages; the server for `server`.
fn partner_of(state: &AppState, actor: &Actor, fields: &Fields) -> Result<Option<String>, Problem> {
    match (fields.some("partner"), fields.get("of")) {
        (Some(partner), _) => Ok(Some(partner.to_owned())),
        (None, "server") => Ok(None),
        (None, _) => {
            let all = state.office()?.partners(actor)?;
            let managed = all
                .into_iter()
                .find(|p| actor.permit(Verb::ManageMembers, p).is_ok());
            match managed {
                Some(partner) => Ok(Some(partner)),
                None => {
                    actor.permit_server(Verb::ManageAccounts)?;
                    Ok(None)
                }
            }
        }
    }
}

fn address(partner: Option<&str>, done: &str) -> String {
    match partner {
        Some(partner) => format!("/members?partner={}&done={done}", encoded(partner)),
        None => format!("/members?of=server&done={done}"),
    }
}

async fn after(
    state: &AppState,
    actor: &Acting,
    partner: Option<&str>,
    done: Result<(), Refusal>,
    said: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&address(partner, said)).into_response()),
        Err(refusal) => {
            let (status, notice) = mendable(refusal, actor.lang())?;
            page(state, actor, partner, status, notice, None).await
        }
    }
}

pub async fn members(
    State(state): State<AppState>,
    actor: Acting,
    Query(query): Query<Fields>,
) -> Answer {
    let partner = partner_of(&state, &actor, &query)?;
    let notice = match query.get("done") {
        "given" => Notice::good(actor.lang().texts().acc_done_given),
        "taken" => Notice::good(actor.lang().texts().acc_done_taken),
        "withdrawn" => Notice::good(actor.lang().texts().acc_done_withdrawn),
        "handed-over" => Notice::good(actor.lang().texts().acc_done_handed),
        _ => Notice::default(),
    };
    page(
        &state,
        &actor,
        partner.as_deref(),
        StatusCode::OK,
        notice,
        None,
    )
    .await
}

fn role_of(form: &Fields) -> Result<Role, Problem> {
    Role::named(form.get("role")).ok_or_else(|| Problem::malformed("there is no such role"))
}

async fn invited(
    state: &AppState,
    actor: &Acting,
    partner: Option<&str>,
    done: Result<Invited, Refusal>,
) -> Answer {
    match done {
        Ok(invited) => {
            let notice = Notice::default();
            page(state, actor, partner, StatusCode::OK, notice, Some(invited)).await
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, actor.lang())?;
            page(state, actor, partner, status, notice, None).await
        }
    }
}

pub async fn invite(
    State(state): State<AppState>,
    actor: Acting,
    Form(form): Form<Fields>,
) -> Answer {
    let partner = partner_of(&state, &actor, &form)?;
    let partner = partner.as_deref();
    let done = state
        .accounts()?
        .invite(
            &actor,
            form.get("email"),
            role_of(&form)?,
            partner,
            form.some("person"),
        )
        .await;
    invited(&state, &actor, partner, done).await
}

pub async fn change_invitation(
    State(state): State<AppState>,
    actor: Acting,
    Form(form): Form<Fields>,
) -> Answer {
    let partner = partner_of(&state, &actor, &form)?;
    let partner = partner.as_deref();
    let accounts = state.accounts()?;
    let invitation = form.get("invitation");
    if form.get("do") == "renew" {
        let done = accounts.renew_invitation(&actor, invitation).await;
        return invited(&state, &actor, partner, done).await;
    }
    let done = accounts.withdraw_invitation(&actor, invitation).await;
    after(&state, &actor, partner, done, "withdrawn").await
}

pub async fn give(
    State(state): State<AppState>,
    actor: Acting,
    Form(form): Form<Fields>,
) -> Answer {
    let partner = partner_of(&state, &actor, &form)?;
    let partner = partner.as_deref();
    let (account, person) = (form.get("account"), form.some("person"));
    let done = state
        .accounts()?
        .give(&actor, account, role_of(&form)?, partner, person)
        .await;
    after(&state, &actor, partner, done, "given").await
}

pub async fn take(
    State(state): State<AppState>,
    actor: Acting,
    Form(form): Form<Fields>,
) -> Answer {
    let partner = partner_of(&state, &actor, &form)?;
    let partner = partner.as_deref();
    let account = form.get("account");
    let done = state
        .accounts()?
        .take(&actor, account, role_of(&form)?, partner)
        .await;
    // Whoever laid the last role down that showed them this page does not come back to it.
    if done.is_ok() && account == actor.account {
        return Ok(Redirect::to("/account").into_response());
    }
    after(&state, &actor, partner, done, "taken").await
}

struct AccountLine {
    account: String,
    name: String,
    email: String,
    state: &'static str,
    roles: String,
    has_factor: bool,
}

/// The accounts of the server.
#[derive(Template)]
#[template(path = "access/accounts.html")]
struct AccountsPage {
    f: Frame,
    accounts: Vec<AccountLine>,
    more: Option<String>,
}

/// So many accounts stand on a page.
const ON_A_PAGE: i64 = 100;

fn roles(grants: &[app::access::Grant], lang: Lang) -> String {
    let each: Vec<String> = grants
        .iter()
        .map(|g| lang.role_at(g.role, g.partner.as_deref()))
        .collect();
    each.join(", ")
}

pub async fn accounts(
    State(state): State<AppState>,
    actor: Acting,
    Query(query): Query<Fields>,
) -> Answer {
    let after = query.get("after");
    let rows = state.accounts()?.list(&actor, after, ON_A_PAGE).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|n| n == ON_A_PAGE);
    let last = rows.last().map(|r| encoded(&r.email));
    let page = AccountsPage {
        f: actor.frame(Here::Accounts, actor.lang().texts().accounts),
        more: last.filter(|_| is_full),
        accounts: rows
            .into_iter()
            .map(|row| AccountLine {
                roles: roles(&row.grants, actor.lang()),
                account: row.account,
                name: row.name,
                email: row.email,
                state: state_words(row.state, actor.lang()),
                has_factor: row.has_factor,
            })
            .collect(),
    };
    show(StatusCode::OK, &page)
}

/// One account, as whoever runs the server sees it.
#[derive(Template)]
#[template(path = "access/one-account.html")]
struct OneAccountPage {
    f: Frame,
    notice: Notice,
    account: String,
    name: String,
    email: String,
    state: &'static str,
    is_disabled: bool,
    is_active: bool,
    created: String,
    has_password: bool,
    has_factor: bool,
    has_provider: bool,
    sessions: usize,
    tokens: usize,
    grants: Vec<(String, String, String)>,
    link: Option<Secret>,
}

async fn one(
    state: &AppState,
    actor: &Acting,
    account: &str,
    status: StatusCode,
    notice: Notice,
    link: Option<Secret>,
) -> Answer {
    let row = state.accounts()?.account(actor, account).await?;
    let page = OneAccountPage {
        f: actor.frame(Here::Accounts, row.email.clone()),
        notice,
        account: row.account,
        name: row.name,
        email: row.email,
        state: state_words(row.state, actor.lang()),
        is_disabled: row.state == AccountState::Disabled,
        is_active: row.state == AccountState::Active,
        created: to_the_minute(row.created),
        has_password: row.has_password,
        has_factor: row.has_factor,
        has_provider: row.has_provider,
        sessions: row.sessions,
        tokens: row.tokens,
        grants: row
            .grants
            .into_iter()
            .map(|g| {
                let words = actor.lang().role(g.role).to_owned();
                (
                    g.role.name().to_owned(),
                    words,
                    g.partner.unwrap_or_default(),
                )
            })
            .collect(),
        link,
    };
    show(status, &page)
}

pub async fn one_account(
    State(state): State<AppState>,
    actor: Acting,
    Path(account): Path<String>,
    Query(query): Query<Fields>,
) -> Answer {
    let notice = match query.get("done") {
        "" => Notice::default(),
        _ => Notice::good(actor.lang().texts().acc_done),
    };
    one(&state, &actor, &account, StatusCode::OK, notice, None).await
}

pub async fn change_account(
    State(state): State<AppState>,
    actor: Acting,
    Path(account): Path<String>,
    Form(form): Form<Fields>,
) -> Answer {
    let accounts = state.accounts()?;
    let done = match form.get("do") {
        "disable" => accounts.disable(&actor, &account).await,
        "enable" => accounts.enable(&actor, &account).await,
        "remove-factor" => accounts.remove_factor_of(&actor, &account).await,
        "email" => {
            accounts
                .set_email(&actor, &account, form.get("email"))
                .await
        }
        "reset" => match accounts.make_reset(&actor, &account).await {
            Ok(link) => {
                let notice = Notice::default();
                return one(&state, &actor, &account, StatusCode::OK, notice, Some(link)).await;
            }
            Err(refusal) => Err(refusal),
        },
        _ => return Err(Problem::malformed("the form says nothing to do")),
    };
    match done {
        Ok(()) => {
            let to = format!("/accounts/{}?done=yes", encoded(&account));
            Ok(Redirect::to(&to).into_response())
        }
        Err(refusal) => {
            let (status, notice) = mendable(refusal, actor.lang())?;
            one(&state, &actor, &account, status, notice, None).await
        }
    }
}

struct LetterLine {
    mail: String,
    email: String,
    subject: String,
    created: String,
    tries: i64,
    problem: String,
}

/// Mail that waits.
#[derive(Template)]
#[template(path = "access/outbox.html")]
struct OutboxPage {
    f: Frame,
    letters: Vec<LetterLine>,
    has_mail: bool,
    text: Option<Secret>,
}

async fn waiting(state: &AppState, actor: &Acting, text: Option<Secret>) -> Answer {
    let accounts = state.accounts()?;
    let letters = accounts.outbox(actor).await?;
    let page = OutboxPage {
        f: actor.frame(Here::Accounts, actor.lang().texts().acc_outbox),
        has_mail: accounts.settings().smtp.is_some(),
        text,
        letters: letters
            .into_iter()
            .map(|l| LetterLine {
                mail: l.mail,
                email: l.email,
                subject: l.subject,
                created: to_the_minute(l.created),
                tries: l.tries,
                problem: l.problem.unwrap_or_default(),
            })
            .collect(),
    };
    show(StatusCode::OK, &page)
}

pub async fn outbox(State(state): State<AppState>, actor: Acting) -> Answer {
    waiting(&state, &actor, None).await
}

pub async fn open_mail(
    State(state): State<AppState>,
    actor: Acting,
    Form(form): Form<Fields>,
) -> Answer {
    let text = state
        .accounts()?
        .open_mail(&actor, form.get("mail"))
        .await?;
    waiting(&state, &actor, Some(text)).await
}
