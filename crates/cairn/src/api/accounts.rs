//! Accounts, members of partners, invitations, sessions and tokens.

use std::collections::BTreeSet;

use app::access::{Role, Verb};
use app::accounts::{AccountPage, Members, NewToken, Signed};
use app::domain::instant::Instant;
use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, bad_parameter};
use super::page::{Page, Paging};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

mod own;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(members, invite))
        .routes(routes!(give, take))
        .routes(routes!(withdraw_invitation))
        .routes(routes!(server_members, invite_to_server))
        .routes(routes!(give_of_server, take_of_server))
        .routes(routes!(accounts))
        .routes(routes!(account))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(erasing, erase))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
        .routes(routes!(tokens, make_token))
        .routes(routes!(revoke_token))
        .merge(own::routes())
}

/// Who has a role somewhere, and who was invited to one.
#[derive(Serialize, ToSchema)]
struct MembersOf {
    /// By account.
    members: Vec<MemberOf>,
    /// Oldest first.
    invitations: Vec<InviteeOf>,
}

/// Somebody with a role.
#[derive(Serialize, ToSchema)]
struct MemberOf {
    account: String,
    name: String,
    email: String,
    /// Their roles there.
    roles: Vec<MemberRole>,
    /// Since when they have the first of them.
    #[schema(format = DateTime)]
    since: String,
    /// Do they have a second factor?
    has_factor: bool,
}

/// A role of somebody.
#[derive(Serialize, ToSchema)]
struct MemberRole {
    role: &'static str,
    /// As which person of the evidence.
    #[schema(required)]
    person: Option<String>,
}

/// Somebody who was invited and has not come.
#[derive(Serialize, ToSchema)]
struct InviteeOf {
    invitation: String,
    email: String,
    role: &'static str,
    #[schema(required)]
    person: Option<String>,
    #[schema(format = DateTime)]
    created: String,
    #[schema(format = DateTime)]
    expires: String,
    has_expired: bool,
}

fn written(of: Members) -> MembersOf {
    MembersOf {
        members: of
            .members
            .into_iter()
            .map(|m| MemberOf {
                account: m.account,
                name: m.name,
                email: m.email,
                roles: m
                    .roles
                    .into_iter()
                    .map(|(role, person)| MemberRole {
                        role: role.name(),
                        person,
                    })
                    .collect(),
                since: m.since.to_string(),
                has_factor: m.has_factor,
            })
            .collect(),
        invitations: of
            .invitees
            .into_iter()
            .map(|i| InviteeOf {
                invitation: i.invitation,
                email: i.email,
                role: i.role.name(),
                person: i.person,
                created: i.created.to_string(),
                expires: i.expires.to_string(),
                has_expired: i.has_expired,
            })
            .collect(),
    }
}

/// Somebody to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    #[schema(max_length = 254)]
    email: String,
    /// The role, by its name: `alliance-lead`.
    role: String,
    /// As which person of the evidence.
    #[serde(default)]
    person: Option<String>,
}

/// An invitation that was made.
#[derive(Serialize, ToSchema)]
struct InvitedOf {
    invitation: String,
    /// The link to hand on; null where it went by mail.
    #[schema(required)]
    url: Option<String>,
}

fn role(name: &str) -> Result<Role, Problem> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::named(name).ok_or_else(|| bad_parameter("role", &format!("it is one of {names}")))
}

async fn invited(
    state: &AppState,
    call: &Call,
    partner: Option<&str>,
    new: &NewInvitation,
) -> Result<(StatusCode, Json<InvitedOf>), Problem> {
    let made = state
        .accounts()?
        .invite(
            &call.actor,
            &new.email,
            role(&new.role)?,
            partner,
            new.person.as_deref(),
        )
        .await?;
    let body = InvitedOf {
        invitation: made.invitation,
        url: made.url.map(|url| url.reveal().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// The members of a partner
///
/// Who has a role there, and who was invited to one. Asks for the verb `manage-members`.
#[utoipa::path(get, path = "/partners/{partner}/members", tag = "accounts", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The members", body = MembersOf)))]
async fn members(
    State(state): State<AppState>,
    call: Call,
    Path(partner): Path<String>,
) -> Result<Json<MembersOf>, Problem> {
    let all = state
        .accounts()?
        .members(&call.actor, Some(&partner))
        .await?;
    Ok(Json(written(all)))
}

/// Invite somebody to a partner
///
/// Sends a link by mail, or gives it where no mail is sent. What is answered does not depend on whether the address has an
/// account. Asks for the verb `manage-members`.
#[utoipa::path(post, path = "/partners/{partner}/members", tag = "accounts", params(("partner" = String, Path, description = "The partner's id")), request_body = NewInvitation, responses((status = 201, description = "The invitation", body = InvitedOf)))]
async fn invite(
    State(state): State<AppState>,
    call: Call,
    Path(partner): Path<String>,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<InvitedOf>), Problem> {
    invited(&state, &call, Some(&partner), &new).await
}

/// As which person a role is had.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct AsPerson {
    /// The person of the evidence.
    person: Option<String>,
}

/// Give a role at a partner
///
/// To somebody who has one there already; others are invited. Nobody gives one to themselves. Asks for the verb `manage-members`.
#[utoipa::path(put, path = "/partners/{partner}/members/{account}/roles/{role}", operation_id = "give_role", tag = "accounts", params(("partner" = String, Path, description = "The partner's id"), ("account" = String, Path, description = "The account's id"), ("role" = String, Path, description = "The role's name")), request_body = AsPerson, responses((status = 204, description = "They have it")))]
async fn give(
    State(state): State<AppState>,
    call: Call,
    Path((partner, account, of)): Path<(String, String, String)>,
    Body(who): Body<AsPerson>,
) -> Result<StatusCode, Problem> {
    let person = who.person.as_deref();
    state
        .accounts()?
        .give(&call.actor, &account, role(&of)?, Some(&partner), person)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a role at a partner
///
/// From somebody, or lay one's own down. Asks for the verb `manage-members`.
#[utoipa::path(delete, path = "/partners/{partner}/members/{account}/roles/{role}", operation_id = "take_role", tag = "accounts", params(("partner" = String, Path, description = "The partner's id"), ("account" = String, Path, description = "The account's id"), ("role" = String, Path, description = "The role's name")), responses((status = 204, description = "They have it no longer")))]
async fn take(
    State(state): State<AppState>,
    call: Call,
    Path((partner, account, of)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    state
        .accounts()?
        .take(&call.actor, &account, role(&of)?, Some(&partner))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraw an invitation
///
/// Its link works no longer. Asks for the verb that made it.
#[utoipa::path(delete, path = "/invitations/{invitation}", tag = "accounts", params(("invitation" = String, Path, description = "The invitation's id")), responses((status = 204, description = "It works no longer")))]
async fn withdraw_invitation(
    State(state): State<AppState>,
    call: Call,
    Path(invitation): Path<String>,
) -> Result<StatusCode, Problem> {
    state
        .accounts()?
        .withdraw_invitation(&call.actor, &invitation)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who has a role of the server
///
/// Administrators and program owners, and who was invited to such a role. Asks for the verb `manage-accounts`.
#[utoipa::path(get, path = "/members", tag = "accounts", responses((status = 200, description = "The members", body = MembersOf)))]
async fn server_members(
    State(state): State<AppState>,
    call: Call,
) -> Result<Json<MembersOf>, Problem> {
    let all = state.accounts()?.members(&call.actor, None).await?;
    Ok(Json(written(all)))
}

/// Invite somebody to a role of the server
///
/// Sends a link by mail, or gives it where no mail is sent. Asks for the verb `manage-accounts`.
#[utoipa::path(post, path = "/members", tag = "accounts", request_body = NewInvitation, responses((status = 201, description = "The invitation", body = InvitedOf)))]
async fn invite_to_server(
    State(state): State<AppState>,
    call: Call,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<InvitedOf>), Problem> {
    invited(&state, &call, None, &new).await
}

/// Give a role of the server
///
/// Nobody gives one to themselves. Asks for the verb `manage-accounts`.
#[utoipa::path(put, path = "/members/{account}/roles/{role}", tag = "accounts", params(("account" = String, Path, description = "The account's id"), ("role" = String, Path, description = "The role's name")), responses((status = 204, description = "They have it")))]
async fn give_of_server(
    State(state): State<AppState>,
    call: Call,
    Path((account, of)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state
        .accounts()?
        .give(&call.actor, &account, role(&of)?, None, None)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a role of the server
///
/// From somebody, or lay one's own down; an administrator stays. Asks for the verb `manage-accounts`.
#[utoipa::path(delete, path = "/members/{account}/roles/{role}", tag = "accounts", params(("account" = String, Path, description = "The account's id"), ("role" = String, Path, description = "The role's name")), responses((status = 204, description = "They have it no longer")))]
async fn take_of_server(
    State(state): State<AppState>,
    call: Call,
    Path((account, of)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state
        .accounts()?
        .take(&call.actor, &account, role(&of)?, None)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An account.
#[derive(Serialize, ToSchema)]
struct AccountOf {
    account: String,
    name: String,
    email: String,
    /// Since when it is there.
    #[schema(format = DateTime)]
    created: String,
    has_password: bool,
    has_factor: bool,
    /// Is it linked to a provider of sign-in?
    has_provider: bool,
    /// How far it is: `invited`, `active` or `disabled`.
    state: &'static str,
    /// Its roles, of the server and of partners.
    roles: Vec<super::me::RoleAt>,
    /// How many browsers are signed in.
    sessions: usize,
    /// How many tokens it has.
    tokens: usize,
}

impl From<AccountPage> for AccountOf {
    fn from(of: AccountPage) -> AccountOf {
        AccountOf {
            account: of.account,
            name: of.name,
            email: of.email,
            created: of.created.to_string(),
            has_password: of.has_password,
            has_factor: of.has_factor,
            has_provider: of.has_provider,
            state: of.state.name(),
            roles: of.grants.iter().map(super::me::RoleAt::from).collect(),
            sessions: of.sessions,
            tokens: of.tokens,
        }
    }
}

/// The accounts of the server
///
/// By id, page by page. Asks for the verb `manage-accounts`.
#[utoipa::path(get, path = "/accounts", tag = "accounts", params(Paging), responses((status = 200, description = "A page of accounts", body = Page<AccountOf>)))]
async fn accounts(
    State(state): State<AppState>,
    call: Call,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<AccountOf>>, Problem> {
    let after = paging.after("accounts")?.unwrap_or_default();
    let limit = paging.limit as i64 + 1;
    let all = state.accounts()?.list(&call.actor, &after, limit).await?;
    let page = paging.page("accounts", all, |a| a.account.clone());
    Ok(Json(Page {
        items: page.items.into_iter().map(AccountOf::from).collect(),
        next: page.next,
    }))
}

/// One account
///
/// How it signs in. Asks for the verb `manage-accounts`.
#[utoipa::path(get, path = "/accounts/{account}", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 200, description = "The account", body = AccountOf)))]
async fn account(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<Json<AccountOf>, Problem> {
    let found = state.accounts()?.account(&call.actor, &account).await?;
    Ok(Json(found.into()))
}

/// Disable an account
///
/// It signs in no more: its sessions and tokens end at once. Asks for the verb `manage-accounts`.
#[utoipa::path(post, path = "/accounts/{account}/disable", operation_id = "disable_account", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 204, description = "It signs in no more")))]
async fn disable(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<StatusCode, Problem> {
    state.accounts()?.disable(&call.actor, &account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable an account
///
/// It may sign in again. Asks for the verb `manage-accounts`.
#[utoipa::path(post, path = "/accounts/{account}/enable", operation_id = "enable_account", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 204, description = "It may sign in again")))]
async fn enable(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<StatusCode, Problem> {
    state.accounts()?.enable(&call.actor, &account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What erasing an account takes away, and what of it stays.
#[derive(Serialize, ToSchema)]
struct ErasingOf {
    /// The account as it stands: address, name, roles, sessions and tokens go.
    account: AccountOf,
    /// Was it erased already?
    is_erased: bool,
    /// Is it the last administrator who may sign in? Then it cannot be erased.
    is_last_administrator: bool,
    goes: ErasedWith,
    stays: LeftOf,
}

/// What goes with an account, in numbers.
#[derive(Serialize, ToSchema)]
struct ErasedWith {
    /// Mails to its address that are not forgotten yet.
    mails: i64,
    /// Views that it saved.
    views: i64,
    /// Notices to it.
    notices: i64,
    /// Links to it, and invitations that it made.
    links: i64,
}

/// What stays under the id of an account that was erased, in numbers.
#[derive(Serialize, ToSchema)]
struct LeftOf {
    /// Changes that the audit log has of it.
    changes: i64,
    /// Open tasks that it owns.
    open_tasks: i64,
}

/// What erasing an account would do
///
/// What would go and what would stay. Nothing is done. Asks for the verb `manage-accounts`.
#[utoipa::path(get, path = "/accounts/{account}/erase", operation_id = "erasing_account", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 200, description = "What it would do", body = ErasingOf)))]
async fn erasing(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<Json<ErasingOf>, Problem> {
    let of = state.accounts()?.erasing(&call.actor, &account).await?;
    Ok(Json(ErasingOf {
        is_erased: of.is_erased,
        is_last_administrator: of.is_last_administrator,
        goes: ErasedWith {
            mails: of.traces.mails,
            views: of.traces.views,
            notices: of.traces.notices,
            links: of.traces.links,
        },
        stays: LeftOf {
            changes: of.traces.changes,
            open_tasks: of.traces.open_tasks,
        },
        account: of.account.into(),
    }))
}

/// Erase an account
///
/// All that says who has it goes, for ever: address, name, whatever it signs in with, and every role. Its id stays, so that the audit
/// log stays true. The last administrator stays. Asks for the verb `manage-accounts`.
#[utoipa::path(post, path = "/accounts/{account}/erase", operation_id = "erase_account", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 204, description = "It says of nobody any more who it is")))]
async fn erase(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<StatusCode, Problem> {
    state.accounts()?.erase(&call.actor, &account).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn signed(of: Option<Extension<Signed>>) -> Result<Signed, Problem> {
    of.map(|Extension(signed)| signed)
        .ok_or_else(Problem::not_signed_in)
}

/// Sessions.
#[derive(Serialize, ToSchema)]
struct Sessions {
    items: Vec<SessionOf>,
}

/// A session of one's own account.
#[derive(Serialize, ToSchema)]
struct SessionOf {
    session: String,
    /// Is it the one that asks?
    is_this: bool,
    #[schema(format = DateTime)]
    created: String,
    /// When it was last used, to the minute or so.
    #[schema(format = DateTime)]
    seen: String,
    #[schema(format = DateTime)]
    expires: String,
    /// What the browser calls itself.
    agent: String,
    /// The network address it came from.
    client: String,
}

/// The sessions of one's own account
///
/// Every browser that is signed in. Only for whoever came with a session themselves.
#[utoipa::path(get, path = "/me/sessions", tag = "accounts", responses((status = 200, description = "The sessions", body = Sessions)))]
async fn sessions(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
) -> Result<Json<Sessions>, Problem> {
    let all = state.accounts()?.sessions(&signed(who)?).await?;
    Ok(Json(Sessions {
        items: all
            .into_iter()
            .map(|s| SessionOf {
                session: s.session,
                is_this: s.is_this,
                created: s.created.to_string(),
                seen: s.seen.to_string(),
                expires: s.expires.to_string(),
                agent: s.agent,
                client: s.client,
            })
            .collect(),
    }))
}

/// End a session of one's own account
///
/// That browser is signed out at once. Only for whoever came with a session themselves.
#[utoipa::path(delete, path = "/me/sessions/{session}", tag = "accounts", params(("session" = String, Path, description = "The session's id")), responses((status = 204, description = "It has ended")))]
async fn end_session(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Path(session): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = signed(who)?;
    state.accounts()?.end_session(&who, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tokens.
#[derive(Serialize, ToSchema)]
struct Tokens {
    items: Vec<TokenOf>,
}

/// A token of one's own account.
#[derive(Serialize, ToSchema)]
struct TokenOf {
    token: String,
    name: String,
    /// The verbs it may use.
    scopes: Vec<&'static str>,
    /// The one partner that it sees.
    #[schema(required)]
    partner: Option<String>,
    #[schema(format = DateTime)]
    created: String,
    #[schema(required, format = DateTime)]
    expires: Option<String>,
    has_expired: bool,
    /// When it was last used, to the minute or so.
    #[schema(required, format = DateTime)]
    used: Option<String>,
}

/// The tokens of one's own account
///
/// Newest first, without their secrets. Only for whoever came with a session.
#[utoipa::path(get, path = "/me/tokens", tag = "accounts", responses((status = 200, description = "The tokens", body = Tokens)))]
async fn tokens(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
) -> Result<Json<Tokens>, Problem> {
    let all = state.accounts()?.tokens(&signed(who)?).await?;
    Ok(Json(Tokens {
        items: all
            .into_iter()
            .map(|t| TokenOf {
                token: t.token,
                name: t.name,
                scopes: t.scopes.iter().map(|v| v.name()).collect(),
                partner: t.partner,
                created: t.created.to_string(),
                expires: t.expires.map(|at| at.to_string()),
                has_expired: t.has_expired,
                used: t.used.map(|at| at.to_string()),
            })
            .collect(),
    }))
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WantedToken {
    /// What you call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The verbs it may use, by name.
    #[schema(min_items = 1)]
    scopes: BTreeSet<String>,
    /// The one partner that it sees; null for all that you see.
    #[serde(default)]
    partner: Option<String>,
    /// From when on it works no more.
    #[serde(default)]
    #[schema(format = DateTime)]
    expires: Option<String>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
struct MadeToken {
    token: String,
    /// What a program sends as `Authorization: Bearer …`. It is shown only now.
    secret: String,
}

/// Make a token
///
/// Of one's own account, for some verbs and, if wanted, one partner. Only for whoever came with a session.
#[utoipa::path(post, path = "/me/tokens", tag = "accounts", request_body = WantedToken, responses((status = 201, description = "The token and its secret", body = MadeToken)))]
async fn make_token(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Body(wanted): Body<WantedToken>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let who = signed(who)?;
    let scopes: Result<BTreeSet<Verb>, Problem> = wanted
        .scopes
        .iter()
        .map(|name| {
            let unknown = || bad_parameter("scopes", &format!("there is no verb `{name}`"));
            Verb::named(name).ok_or_else(unknown)
        })
        .collect();
    let expires = wanted.expires.as_deref().map(|text| {
        Instant::parse(text).ok_or_else(|| bad_parameter("expires", "it is no moment"))
    });
    let wanted = NewToken {
        name: wanted.name,
        scopes: scopes?,
        partner: wanted.partner,
        expires: expires.transpose()?,
    };
    let (token, secret) = state.accounts()?.make_token(&who, &wanted).await?;
    let body = MadeToken {
        token,
        secret: secret.reveal().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Take a token back
///
/// It works no longer. Only for whoever came with a session.
#[utoipa::path(delete, path = "/me/tokens/{token}", tag = "accounts", params(("token" = String, Path, description = "The token's id")), responses((status = 204, description = "It works no longer")))]
async fn revoke_token(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Path(token): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = signed(who)?;
    state.accounts()?.revoke_token(&who, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}
