//! What a customer sees: the form behind a link, and the link that confirms the address. No account, nothing to load but the
//! stylesheet.

use app::office::Office;
use app::ratings::{RatingAnswer, RatingForm, RatingState};
use app::refusal::Refusal;
use askama::Template;
use axum::extract::{Query, RawForm, State};
use axum::http::HeaderMap;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::super::frame::Frame;
use super::super::super::locale::Lang;
use super::super::super::texts::fill;
use super::super::super::visit::{Answer, language};
use super::{Choice, Form, Slip, again, html, slips};

/// The secret of a link, as its query says it.
#[derive(Debug, serde::Deserialize)]
pub struct Key {
    #[serde(default)]
    key: String,
}

impl Key {
    /// The secret.
    pub fn secret(&self) -> &str {
        &self.key
    }
}

/// The form, or what became of it.
#[derive(Template)]
#[template(path = "work/rate.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What it asks, or says.
    pub heading: String,
    /// A sentence below.
    pub lead: String,
    /// The secret.
    pub key: String,
    /// What is shown: `form`, `confirm`, `done`.
    pub shows: &'static str,
    /// The scores.
    pub scores: Vec<Choice>,
    /// The comment, as it was typed.
    pub comment: String,
    /// Is consent given?
    pub shared: bool,
    /// The label of consent.
    pub consent: String,
    /// What happens to the answer.
    pub privacy: String,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

impl Page {
    fn of(office: &Office, headers: &HeaderMap, key: &str, form: Option<&RatingForm>) -> Page {
        // The reader's own choice goes before the partner's.
        let chosen = super::super::super::visit::cookie(headers, "lang").and_then(Lang::of_tag);
        let of_partner = form.and_then(|form| Lang::of_tag(&form.language));
        let lang = chosen.or(of_partner).unwrap_or_else(|| language(headers));
        let f = Frame::new(lang, office.clock.today(), "/rate");
        let t = f.t;
        let name = form.map_or("", |form| &form.partner_name);
        let words = [t.rate_1, t.rate_2, t.rate_3, t.rate_4, t.rate_5];
        let scores = (1..=5)
            .zip(words)
            .map(|(n, word): (u8, &str)| Choice::new(n.to_string(), word, false));
        Page {
            heading: String::new(),
            lead: String::new(),
            key: key.to_owned(),
            shows: "done",
            scores: scores.collect(),
            comment: String::new(),
            shared: false,
            consent: fill(t.rate_consent, &[("partner", name)]),
            privacy: fill(t.rate_privacy, &[("partner", name)]),
            slips: vec![],
            f: f.at(super::super::super::frame::Here::Elsewhere, t.rate_title),
        }
    }

    fn say(mut self, heading: String, lead: String) -> Page {
        self.f.title.clone_from(&heading);
        self.heading = heading;
        self.lead = lead;
        self
    }

    /// The page for how far a request is.
    fn state(self, form: &RatingForm) -> Page {
        let t = self.f.t;
        let name = [("partner", form.partner_name.as_str())];
        match form.state {
            RatingState::Open => {
                let of = [
                    ("customer", form.customer.as_str()),
                    ("person", form.person.as_str()),
                ];
                let lead = fill(t.rate_lead, &of);
                let mut page = self.say(fill(t.rate_ask, &name), lead);
                page.shows = "form";
                page
            }
            RatingState::Answered => {
                let lead = fill(t.rate_answered_lead, &[("email", form.email.as_str())]);
                self.say(t.rate_answered.to_owned(), lead)
            }
            RatingState::Declined => {
                self.say(t.rate_declined.to_owned(), t.rate_declined_lead.to_owned())
            }
            _ => self.say(t.rate_thanks.to_owned(), fill(t.rate_thanks_lead, &name)),
        }
    }

    /// The page of a link that leads nowhere.
    fn gone(self) -> Page {
        let t = self.f.t;
        self.say(t.link_gone.to_owned(), t.link_gone_lead.to_owned())
    }
}

fn office(state: &AppState) -> Result<std::sync::Arc<Office>, Problem> {
    Ok(state.office()?.clone())
}

/// `GET /rate?key=…`
pub async fn form(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(key): Query<Key>,
) -> Answer {
    let office = office(&state)?;
    of_key(&office, &headers, &key.key).await
}

/// The page behind a link.
pub async fn of_key(office: &Office, headers: &HeaderMap, key: &str) -> Answer {
    match office.rating_form(key).await {
        Ok(form) => html(&Page::of(office, headers, key, Some(&form)).state(&form)),
        Err(Refusal::NotFound { .. }) => gone(office, headers),
        Err(other) => Err(other.into()),
    }
}

fn gone(office: &Office, headers: &HeaderMap) -> Answer {
    let mut answer = html(&Page::of(office, headers, "", None).gone())?;
    *answer.status_mut() = axum::http::StatusCode::NOT_FOUND;
    Ok(answer)
}

/// `POST /rate`
pub async fn answer(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Answer {
    let office = office(&state)?;
    answer_of(&office, &headers, &Form::of(&body)).await
}

/// The page after an answer was sent.
pub async fn answer_of(office: &Office, headers: &HeaderMap, sent: &Form) -> Answer {
    let key = sent.get("key");
    let answer = RatingAnswer {
        score: sent.get("score").parse().unwrap_or(0),
        comment: sent.get("comment").to_owned(),
        shared: sent.get("shared") == "yes",
    };
    match office.answer_rating(key, &answer).await {
        Ok(form) => html(&Page::of(office, headers, key, Some(&form)).state(&form)),
        Err(Refusal::NotFound { .. }) => gone(office, headers),
        Err(refusal) => {
            let form = office.rating_form(key).await?;
            let mut page = Page::of(office, headers, key, Some(&form)).state(&form);
            page.slips = slips(refusal, page.f.lang)?;
            page.comment = answer.comment;
            page.shared = answer.shared;
            again(&page)
        }
    }
}

/// `POST /rate/decline`
pub async fn decline(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Answer {
    let office = office(&state)?;
    let key = Form::of(&body).get("key").to_owned();
    match office.decline_rating(&key).await {
        Ok(form) => html(&Page::of(&office, &headers, &key, Some(&form)).state(&form)),
        Err(Refusal::NotFound { .. }) => gone(&office, &headers),
        Err(refusal) => {
            let form = office.rating_form(&key).await?;
            let mut page = Page::of(&office, &headers, &key, Some(&form)).state(&form);
            page.slips = slips(refusal, page.f.lang)?;
            again(&page)
        }
    }
}

/// `GET /rate/confirm?key=…`: asks once more, for some programs open the links of a mail by themselves.
pub async fn to_confirm(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(key): Query<Key>,
) -> Answer {
    let office = office(&state)?;
    match office.rating_to_confirm(&key.key).await {
        Ok(form) if form.state == RatingState::Answered => {
            let page = Page::of(&office, &headers, &key.key, Some(&form));
            let t = page.f.t;
            let name = [("partner", form.partner_name.as_str())];
            let mut page = page.say(fill(t.rate_confirm, &name), t.rate_confirm_lead.to_owned());
            page.shows = "confirm";
            html(&page)
        }
        Ok(form) => html(&Page::of(&office, &headers, &key.key, Some(&form)).state(&form)),
        Err(Refusal::NotFound { .. }) => gone(&office, &headers),
        Err(other) => Err(other.into()),
    }
}

/// `POST /rate/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Answer {
    let office = office(&state)?;
    let key = Form::of(&body).get("key").to_owned();
    match office.confirm_rating(&key).await {
        Ok(form) => html(&Page::of(&office, &headers, &key, Some(&form)).state(&form)),
        Err(Refusal::NotFound { .. }) => gone(&office, &headers),
        Err(other) => Err(other.into()),
    }
}
