//! Pages on which somebody works: tasks, ratings, the queue, settings, notices, links, documents, one person under two names,
//! and editions of programs. Each is one verb of the product and a form around it, complete without script.

mod audit;
mod changes;
pub mod companies;
mod documents;
mod editor;
mod hand_over;
mod hooks;
mod notices;
mod queue;
mod rate;
mod ratings;
mod same;
mod settings;
mod several;
mod shares;
mod tasks;

use app::domain::diagnostic::Diagnostic;
use app::locale::Lang;
use app::refusal::Refusal;
use askama::Template;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::frame::Frame;
pub use super::super::visit::Form;

use super::super::visit::Answer;
use super::errors::sentence;

/// The addresses of these pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/changes", get(changes::page))
        .route("/companies", get(companies::page))
        .route("/tasks", get(tasks::page).post(tasks::save))
        .route("/tasks/close", post(tasks::close))
        .route(
            "/comments/{program}",
            get(tasks::comments).post(tasks::comment),
        )
        .route("/comments/{program}/back", post(tasks::take_back))
        .route("/ratings", get(ratings::page).post(ratings::ask))
        .route("/ratings/act", post(ratings::act))
        .route("/rate", get(rate::form).post(rate::answer))
        .route("/rate/decline", post(rate::decline))
        .route("/rate/confirm", get(rate::to_confirm).post(rate::confirm))
        .route("/queue", get(queue::page))
        .route("/queue/decide", post(queue::decide))
        .route("/audit", get(audit::page))
        .route("/audit.csv", get(audit::file))
        .route("/audit/verify", post(audit::verify))
        .route("/hooks", get(hooks::page).post(hooks::act))
        .route("/hand-over", get(hand_over::page).post(hand_over::act))
        .route("/evidence/{kind}/several", post(several::preview))
        .route("/evidence/{kind}/several/confirm", post(several::confirm))
        .route("/evidence/{kind}/undo", post(several::undo))
        .route("/evidence/{kind}/views", post(several::views))
        .route("/settings", get(settings::page).post(settings::save))
        .route("/notices", get(notices::page).post(notices::choose))
        .route("/notices/away", post(notices::away))
        .route("/shares", get(shares::page).post(shares::make))
        .route("/shares/end", post(shares::end))
        .route("/shared", get(shares::shared))
        .route("/people/same", get(same::page))
        .route("/people/merge", post(same::merge))
        .route("/people/split", post(same::split))
        .route("/write", get(editor::page).post(editor::act))
        .route("/documents/{document}", get(documents::file))
        .route("/documents/{document}/remove", post(documents::remove))
        .merge(documents::uploads())
}

/// What of a form cannot be taken, as a sentence, and what helps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// What happened.
    pub message: String,
    /// How to go on.
    pub help: String,
    /// The language that both are in: that of the page, else the first one.
    pub lang: &'static str,
}

impl Slip {
    /// A slip in the words of a page, in its language where that has them.
    pub fn of(problem: &Diagnostic, lang: Lang) -> Slip {
        Slip::said(problem.code, &problem.message, &problem.help, lang)
    }

    /// The same by a problem's code and its English.
    pub fn said(code: &str, message: &str, help: &str, lang: Lang) -> Slip {
        let (said, message, help) = lang.says(code, message, help);
        Slip {
            message: sentence(&message),
            help: sentence(&help),
            lang: said.tag(),
        }
    }
}

/// What a form's sender can mend themselves; anything else is a problem of the request.
pub fn slips(refusal: Refusal, lang: Lang) -> Result<Vec<Slip>, Problem> {
    match refusal {
        Refusal::Problems(problems) => Ok(problems.iter().map(|p| Slip::of(p, lang)).collect()),
        Refusal::Conflict { .. } => Ok(vec![Slip {
            message: lang.texts().stands_otherwise.to_owned(),
            help: lang.texts().stands_otherwise_help.to_owned(),
            lang: lang.tag(),
        }]),
        other => Err(other.into()),
    }
}

/// A page as an answer.
pub fn html<T: Template>(page: &T) -> Answer {
    let text = page
        .render()
        .map_err(|_| Problem::ours("a page could not be written"))?;
    // It is about somebody, and changes with every click.
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Html(text)).into_response())
}

/// The same, where what was sent could not be taken.
pub fn again<T: Template>(page: &T) -> Answer {
    let mut answer = html(page)?;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

/// Back to a page, once something is done.
pub fn back(frame: &Frame, path: &str) -> Response {
    Redirect::to(&frame.to(path)).into_response()
}

/// Something that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub text: String,
    /// Is it chosen?
    pub chosen: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>, chosen: bool) -> Choice {
        Choice {
            value: value.into(),
            text: text.into(),
            chosen,
        }
    }
}

#[cfg(test)]
mod tests;
