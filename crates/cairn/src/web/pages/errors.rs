//! What stands in place of a page: something cannot be answered, or nobody is signed in.

use app::domain::diagnostic::Diagnostic;
use app::words::upper_first;
use askama::Template;

use super::super::frame::{Frame, Here};

/// A question that cannot be answered, with the way on.
#[derive(Template)]
#[template(path = "unanswered.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What is wrong.
    pub message: String,
    /// What helps.
    pub help: String,
    /// The language that both are in.
    pub said: &'static str,
    /// Where it is wrong; empty where that is no place of a file.
    pub place: String,
    /// The code, for those who look it up.
    pub code: &'static str,
}

/// A question that cannot be answered.
pub fn page(f: Frame, problem: &Diagnostic) -> Page {
    let title = f.t.unanswered;
    let (said, message, help) = f.lang.says(problem.code, &problem.message, &problem.help);
    Page {
        f: f.at(Here::Elsewhere, title),
        message: sentence(&message),
        help: sentence(&help),
        said: said.tag(),
        place: problem.place.to_string(),
        code: problem.code,
    }
}

/// A message as a sentence.
pub fn sentence(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let stop = if text.ends_with(['.', '?', '…']) {
        ""
    } else {
        "."
    };
    format!("{}{stop}", upper_first(text))
}
