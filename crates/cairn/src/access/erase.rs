//! Erasing an account: what goes and what stays is said first, then it is done.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::{Fields, encoded};
use super::page::{Notice, mendable, show};
use super::who::Acting;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;
use crate::web::frame::{Frame, Here};
use app::texts::fill;

/// What a handler answers.
type Answer = Result<Response, Problem>;

/// What erasing an account takes away, and what stays.
#[derive(Template)]
#[template(path = "access/erase.html")]
struct Page {
    f: Frame,
    notice: Notice,
    account: String,
    email: String,
    goes: Vec<String>,
    stays: Vec<String>,
    is_erased: bool,
    is_last: bool,
}

async fn made(
    state: &AppState,
    actor: &Acting,
    account: &str,
    (status, notice): (StatusCode, Notice),
) -> Answer {
    let of = state.accounts()?.erasing(actor, account).await?;
    let mut f = actor.frame(Here::Accounts, "");
    let (t, lang) = (f.t, f.lang);
    f.title = format!("{}: {}", t.erase_account, of.account.email);
    let many = |pattern: &str, n: i64| lang.several(pattern, usize::try_from(n).unwrap_or(0));
    let roles: Vec<String> = of
        .account
        .grants
        .iter()
        .map(|g| match &g.partner {
            Some(partner) => format!("{} ({partner})", actor.lang().role(g.role)),
            None => actor.lang().role(g.role).to_owned(),
        })
        .collect();
    let sessions = lang.several(t.n_sessions, of.account.sessions);
    let tokens = lang.several(t.n_tokens, of.account.tokens);
    let (links, mails) = (
        many(t.n_links, of.traces.links),
        many(t.n_mails, of.traces.mails),
    );
    let (notices, views) = (
        many(t.n_notices, of.traces.notices),
        many(t.n_views, of.traces.views),
    );
    let rest = [
        ("links", links.as_str()),
        ("mails", &mails),
        ("notices", &notices),
        ("views", &views),
    ];
    let mut goes = vec![
        t.erase_goes_who.to_owned(),
        fill(
            t.erase_goes_door,
            &[("sessions", &sessions), ("tokens", &tokens)],
        ),
    ];
    if !roles.is_empty() {
        goes.push(fill(t.erase_goes_roles, &[("roles", &lang.list(&roles))]));
    }
    goes.push(fill(t.erase_goes_rest, &rest));
    let changes = many(t.n_changes, of.traces.changes);
    let id = [("id", of.account.account.as_str()), ("changes", &changes)];
    let mut stays = vec![fill(t.erase_stays_id, &id)];
    if of.traces.open_tasks > 0 {
        let tasks = many(t.n_open_tasks, of.traces.open_tasks);
        stays.push(fill(t.erase_stays_tasks, &[("tasks", &tasks)]));
    }
    stays.push(t.erase_stays_evidence.to_owned());
    stays.push(t.erase_stays_backups.to_owned());
    let page = Page {
        f,
        notice,
        account: of.account.account,
        email: of.account.email,
        goes,
        stays,
        is_erased: of.is_erased,
        is_last: of.is_last_administrator,
    };
    show(status, &page)
}

/// `GET /accounts/{account}/erase`
pub async fn page(
    State(state): State<AppState>,
    actor: Acting,
    Path(account): Path<String>,
) -> Answer {
    made(
        &state,
        &actor,
        &account,
        (StatusCode::OK, Notice::default()),
    )
    .await
}

/// `POST /accounts/{account}/erase`
pub async fn erase(
    State(state): State<AppState>,
    actor: Acting,
    Path(account): Path<String>,
    Form(form): Form<Fields>,
) -> Answer {
    if form.get("sure") != "yes" {
        let notice = Notice {
            text: actor
                .frame(Here::Accounts, "")
                .t
                .erase_sure_first
                .to_owned(),
            field: "sure".to_owned(),
            ..Notice::default()
        };
        let said = (StatusCode::UNPROCESSABLE_ENTITY, notice);
        return made(&state, &actor, &account, said).await;
    }
    match state.accounts()?.erase(&actor, &account).await {
        Ok(()) => {
            let to = format!("/accounts/{}/erase", encoded(&account));
            Ok(Redirect::to(&to).into_response())
        }
        Err(refusal) => made(&state, &actor, &account, mendable(refusal, actor.lang())?).await,
    }
}
