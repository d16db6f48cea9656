//! One's own account, its second factor, and what an administrator does to the accounts of others.

use app::accounts::{Secret, Signed};
use app::locale::Lang;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::call::{Body, Call};
use super::super::shapes;
use super::{InvitedOf, signed};
use crate::access::Coming;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(rename))
        .routes(routes!(set_language))
        .routes(routes!(change_password))
        .routes(routes!(end_other_sessions))
        .routes(routes!(factor, begin_factor))
        .routes(routes!(confirm_factor))
        .routes(routes!(renew_codes))
        .routes(routes!(remove_factor))
        .routes(routes!(make_reset))
        .routes(routes!(set_email))
        .routes(routes!(remove_factor_of))
        .routes(routes!(renew_invitation))
        .routes(routes!(outbox))
        .routes(routes!(open_mail))
}

/// What somebody is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToName {
    #[schema(max_length = 200)]
    name: String,
}

/// Say what one is called
///
/// Only for whoever came with a session.
#[utoipa::path(put, path = "/me/name", operation_id = "rename_me", tag = "accounts", request_body = ToName, responses((status = 204, description = "It is so from now on")))]
async fn rename(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Body(to): Body<ToName>,
) -> Result<StatusCode, Problem> {
    let who = signed(who)?;
    state.accounts()?.rename(&who, &to.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A language to be written to in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToLanguage {
    /// Null for that of the partner.
    #[schema(required, value_type = Option<shapes::Language>)]
    language: Option<String>,
}

/// Say in which language one is written to
///
/// Mail about the account, notices and the week come in it; without one it is that of the partner. Only for whoever came with a session.
#[utoipa::path(put, path = "/me/language", operation_id = "set_my_language", tag = "accounts", request_body = ToLanguage, responses((status = 204, description = "It is so from now on")))]
async fn set_language(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Body(to): Body<ToLanguage>,
) -> Result<StatusCode, Problem> {
    let who = signed(who)?;
    let known = |tag: String| {
        let found = Lang::ALL.into_iter().find(|lang| lang.tag() == tag);
        found.ok_or_else(|| {
            Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown-language",
                "There is no such language here",
            )
            .help("it is `en` or `de`")
        })
    };
    let lang = to.language.map(known).transpose()?;
    state.accounts()?.set_language(&who, lang).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A password to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToPassword {
    /// The one that is used now; left out where there is none yet.
    #[serde(default)]
    now: String,
    /// The one that is wanted.
    wanted: String,
}

/// Change one's password
///
/// Or set the first one. All other sessions end. Only for whoever came with a session.
#[utoipa::path(put, path = "/me/password", operation_id = "change_my_password", tag = "accounts", request_body = ToPassword, responses((status = 204, description = "It is the password from now on")))]
async fn change_password(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Coming(visitor): Coming,
    Body(to): Body<ToPassword>,
) -> Result<StatusCode, Problem> {
    let who = signed(who)?;
    state
        .accounts()?
        .change_password(&who, &to.now, &to.wanted, &visitor)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many sessions ended.
#[derive(Serialize, ToSchema)]
struct Ended {
    sessions: u64,
}

/// End one's other sessions
///
/// Every other browser is signed out at once. Only for whoever came with a session.
#[utoipa::path(post, path = "/me/sessions/end-others", tag = "accounts", responses((status = 200, description = "How many ended", body = Ended)))]
async fn end_other_sessions(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
) -> Result<Json<Ended>, Problem> {
    let who = signed(who)?;
    let sessions = state.accounts()?.end_other_sessions(&who).await?;
    Ok(Json(Ended { sessions }))
}

/// One's second factor.
#[derive(Serialize, ToSchema)]
struct FactorOf {
    /// Is one asked for?
    on: bool,
    /// How many recovery codes are left.
    recovery_codes: i64,
}

/// One's second factor
///
/// Whether one is asked for, and how many recovery codes are left. Only for whoever came with a session.
#[utoipa::path(get, path = "/me/factor", operation_id = "factor", tag = "accounts", responses((status = 200, description = "The second factor", body = FactorOf)))]
async fn factor(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
) -> Result<Json<FactorOf>, Problem> {
    let who = signed(who)?;
    let recovery_codes = state.accounts()?.recovery_codes_left(&who).await?;
    Ok(Json(FactorOf {
        on: who.has_factor,
        recovery_codes,
    }))
}

/// What an app needs to make codes.
#[derive(Serialize, ToSchema)]
struct BegunFactor {
    /// The secret in base 32. It is shown only now.
    key: String,
    /// The same as an address that apps open.
    url: String,
    /// The same as a picture, in SVG.
    svg: String,
}

/// Begin to set a second factor up
///
/// Nothing is asked for before a code confirms it. Only for whoever came with a session.
#[utoipa::path(post, path = "/me/factor", operation_id = "begin_factor", tag = "accounts", responses((status = 201, description = "What an app needs to make codes", body = BegunFactor)))]
async fn begin_factor(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
) -> Result<(StatusCode, Json<BegunFactor>), Problem> {
    let begun = state.accounts()?.enroll_factor(&signed(who)?).await?;
    let body = BegunFactor {
        key: begun.key.reveal().to_owned(),
        url: begun.url.reveal().to_owned(),
        svg: begun.svg,
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// A code of a second factor, or a recovery code where one counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeOf {
    #[schema(max_length = 100)]
    code: String,
}

/// Recovery codes.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// Each works once. They are shown only now.
    recovery_codes: Vec<String>,
}

fn codes(of: Vec<Secret>) -> Json<RecoveryCodes> {
    Json(RecoveryCodes {
        recovery_codes: of.iter().map(|code| code.reveal().to_owned()).collect(),
    })
}

/// Confirm a second factor
///
/// By a code of it: it is asked for from now on, and all other sessions end. Only for whoever came with a session.
#[utoipa::path(post, path = "/me/factor/confirm", operation_id = "confirm_factor", tag = "accounts", request_body = CodeOf, responses((status = 200, description = "The recovery codes", body = RecoveryCodes)))]
async fn confirm_factor(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Body(of): Body<CodeOf>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let who = signed(who)?;
    let found = state.accounts()?.confirm_factor(&who, &of.code).await?;
    Ok(codes(found))
}

/// New recovery codes
///
/// In the place of those before, against a code. Only for whoever came with a session.
#[utoipa::path(post, path = "/me/factor/codes", operation_id = "renew_recovery_codes", tag = "accounts", request_body = CodeOf, responses((status = 200, description = "The recovery codes", body = RecoveryCodes)))]
async fn renew_codes(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Body(of): Body<CodeOf>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let who = signed(who)?;
    let accounts = state.accounts()?;
    let found = accounts.renew_recovery_codes(&who, &of.code).await?;
    Ok(codes(found))
}

/// Switch one's second factor off
///
/// Against a code of it or a recovery code. Only for whoever came with a session.
#[utoipa::path(post, path = "/me/factor/remove", operation_id = "remove_factor", tag = "accounts", request_body = CodeOf, responses((status = 204, description = "None is asked for from now on")))]
async fn remove_factor(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    Body(of): Body<CodeOf>,
) -> Result<StatusCode, Problem> {
    let who = signed(who)?;
    state.accounts()?.remove_factor(&who, &of.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link to be handed on.
#[derive(Serialize, ToSchema)]
struct LinkOf {
    /// It is shown only now.
    url: String,
}

/// A link to choose a new password
///
/// For somebody who lost theirs, to be handed on. Asks for the verb `manage-accounts`.
#[utoipa::path(post, path = "/accounts/{account}/reset", operation_id = "make_reset", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 201, description = "The link", body = LinkOf)))]
async fn make_reset(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<(StatusCode, Json<LinkOf>), Problem> {
    let link = state.accounts()?.make_reset(&call.actor, &account).await?;
    let url = link.reveal().to_owned();
    Ok((StatusCode::CREATED, Json(LinkOf { url })))
}

/// An address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToEmail {
    #[schema(max_length = 254)]
    email: String,
}

/// Give an account another address
///
/// With which it signs in from then on. Asks for the verb `manage-accounts`.
#[utoipa::path(put, path = "/accounts/{account}/email", operation_id = "set_email", tag = "accounts", params(("account" = String, Path, description = "The account's id")), request_body = ToEmail, responses((status = 204, description = "It signs in with it from now on")))]
async fn set_email(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
    Body(to): Body<ToEmail>,
) -> Result<StatusCode, Problem> {
    state
        .accounts()?
        .set_email(&call.actor, &account, &to.email)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove somebody's second factor
///
/// For they lost it. Asks for the verb `manage-accounts`.
#[utoipa::path(delete, path = "/accounts/{account}/factor", operation_id = "remove_factor_of", tag = "accounts", params(("account" = String, Path, description = "The account's id")), responses((status = 204, description = "None is asked for from now on")))]
async fn remove_factor_of(
    State(state): State<AppState>,
    call: Call,
    Path(account): Path<String>,
) -> Result<StatusCode, Problem> {
    state
        .accounts()?
        .remove_factor_of(&call.actor, &account)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send an invitation again
///
/// With another link; the one before works no more. Asks for the verb that made it.
#[utoipa::path(post, path = "/invitations/{invitation}/renew", operation_id = "renew_invitation", tag = "accounts", params(("invitation" = String, Path, description = "The invitation's id")), responses((status = 201, description = "The invitation", body = InvitedOf)))]
async fn renew_invitation(
    State(state): State<AppState>,
    call: Call,
    Path(invitation): Path<String>,
) -> Result<(StatusCode, Json<InvitedOf>), Problem> {
    let accounts = state.accounts()?;
    let made = accounts.renew_invitation(&call.actor, &invitation).await?;
    let body = InvitedOf {
        invitation: made.invitation,
        url: made.url.map(|url| url.reveal().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Mail that waits.
#[derive(Serialize, ToSchema)]
struct Outbox {
    /// Newest first.
    items: Vec<LetterOf>,
}

/// A mail that waits.
#[derive(Serialize, ToSchema)]
struct LetterOf {
    /// Its id.
    mail: String,
    email: String,
    /// What it is about.
    subject: String,
    #[schema(format = DateTime)]
    created: String,
    /// How often it was tried in vain.
    tries: i64,
    /// Why the last try failed.
    #[schema(required)]
    problem: Option<String>,
}

/// Mail that waits
///
/// Newest first: where no mail is sent, it is handed on in another way. Asks for the verb `manage-server`.
#[utoipa::path(get, path = "/outbox", tag = "server", responses((status = 200, description = "The mail", body = Outbox)))]
async fn outbox(State(state): State<AppState>, call: Call) -> Result<Json<Outbox>, Problem> {
    let all = state.accounts()?.outbox(&call.actor).await?;
    Ok(Json(Outbox {
        items: all
            .into_iter()
            .map(|l| LetterOf {
                mail: l.mail,
                email: l.email,
                subject: l.subject,
                created: l.created.to_string(),
                tries: l.tries,
                problem: l.problem,
            })
            .collect(),
    }))
}

/// The text of a mail.
#[derive(Serialize, ToSchema)]
struct OpenedMail {
    text: String,
}

/// Open a mail that waits
///
/// Its text, with a link that is made anew, to be handed on in another way. Asks for the verbs `manage-server` and
/// `manage-accounts`.
#[utoipa::path(post, path = "/outbox/{mail}/open", tag = "server", params(("mail" = String, Path, description = "The mail's id")), responses((status = 200, description = "Its text", body = OpenedMail)))]
async fn open_mail(
    State(state): State<AppState>,
    call: Call,
    Path(mail): Path<String>,
) -> Result<Json<OpenedMail>, Problem> {
    let text = state.accounts()?.open_mail(&call.actor, &mail).await?;
    Ok(Json(OpenedMail {
        text: text.reveal().to_owned(),
    }))
}
