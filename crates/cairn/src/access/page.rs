//! What every page about accounts has in common: what went wrong, and how it is shown.

use app::accounts::{AccountState, LEAST_CHARACTERS};
use app::locale::Lang;
use app::refusal::Refusal;
use app::texts::fill;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

use crate::serve::problem::Problem;

/// What a form says about the last try.
#[derive(Clone, Debug, Default)]
pub struct Notice {
    /// What happened; empty where nothing did.
    pub text: String,
    /// How to go on.
    pub help: String,
    /// The field that is wrong.
    pub field: String,
    /// Is it good news?
    pub is_good: bool,
}

impl Notice {
    /// That something was done.
    pub fn good(text: &str) -> Notice {
        Notice {
            text: text.to_owned(),
            is_good: true,
            ..Notice::default()
        }
    }

    /// Is this the field that is wrong?
    pub fn is_about(&self, field: &str) -> bool {
        !self.is_good && self.field == field
    }
}

/// A message as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        None => String::new(),
        Some(first) => {
            let stop = if text.ends_with(['.', '?', '!']) {
                ""
            } else {
                "."
            };
            format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
        }
    }
}

/// What whoever filled a form in can mend, with the status to say so; anything else is a problem of the whole request.
pub fn mendable(refusal: Refusal, lang: Lang) -> Result<(StatusCode, Notice), Problem> {
    match refusal {
        Refusal::Problems(problems) => {
            let first = problems.into_iter().next();
            let notice = first.map_or_else(Notice::default, |problem| {
                let (text, help) = lang.problem(&problem);
                Notice {
                    text: sentence(&text),
                    help: sentence(&help),
                    field: problem.place.context,
                    is_good: false,
                }
            });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, notice))
        }
        Refusal::TooOften { seconds } => {
            let t = lang.texts();
            let several = |pattern: &str, n: u64| {
                lang.several(pattern, usize::try_from(n).unwrap_or(usize::MAX))
            };
            let notice = Notice {
                text: t.acc_too_often.to_owned(),
                help: if seconds < 60 {
                    several(t.acc_again_seconds, seconds)
                } else {
                    several(t.acc_again_minutes, seconds.div_ceil(60))
                },
                ..Notice::default()
            };
            Ok((StatusCode::TOO_MANY_REQUESTS, notice))
        }
        other => Err(other.into()),
    }
}

/// A page. What stands on pages about accounts is kept by nobody but its reader.
pub fn show(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let html = page
        .render()
        .map_err(|_| Problem::ours("a page could not be written"))?;
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    Ok(response)
}

/// How many characters a password has at least, in words.
pub fn least_words(lang: Lang) -> String {
    fill(
        lang.texts().acc_least,
        &[("n", &lang.size(LEAST_CHARACTERS))],
    )
}

/// A state of an account, in a word.
pub fn state_words(state: AccountState, lang: Lang) -> &'static str {
    let t = lang.texts();
    match state {
        AccountState::Invited => t.acc_state_invited,
        AccountState::Active => t.acc_active,
        AccountState::Disabled => t.acc_disabled,
    }
}
