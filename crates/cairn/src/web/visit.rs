//! Who asks, about whom, on which day, in which language: read once from a request, the same for every page.

use std::sync::Arc;

use app::access::{Actor, May, Verb};
use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::library::Library;
use app::office::{Known, Office};
use app::question::{Desk, Question};
use app::refusal::Refusal;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::frame::{Frame, Links, Theme, User};
use super::locale::Lang;
use super::pages::errors;

/// So many partners are offered for a choice; search finds the rest.
const PARTNERS: usize = 200;

/// A request for a page.
pub struct Visit {
    /// The running product.
    pub office: Arc<Office>,
    /// Who asks.
    pub actor: Actor,
    /// About which partner.
    pub partner: String,
    /// What stands around the page.
    pub frame: Frame,
    /// The names and values of the query, in its order.
    pub query: Vec<(String, String)>,
}

/// What a handler answers.
pub type Answer = Result<Response, Problem>;

impl Visit {
    /// The value of a name in the query; empty where it has none.
    pub fn get(&self, name: &str) -> &str {
        self.query
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The value of a name in the query, where it is not empty.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
    }

    /// The day of a name in the query, where it is one.
    pub fn day(&self, name: &str) -> Option<Day> {
        Day::parse(self.get(name))
    }

    /// The programs and all that stands beside them, as they read in the reader's language.
    pub fn library(&self) -> Arc<Library> {
        self.office.programs.library_in(self.actor.lang.tag())
    }

    /// A desk about the partner, on the day asked about, with what was known then.
    pub async fn desk(&self, program: Option<&str>) -> Result<Desk, Problem> {
        self.desk_on(program, self.frame.as_of, self.frame.links.known_at)
            .await
    }

    /// A desk about the partner on another day, or with other knowledge.
    pub async fn desk_on(
        &self,
        program: Option<&str>,
        day: Day,
        known_at: Option<Day>,
    ) -> Result<Desk, Problem> {
        let question = Question {
            program: program.map(str::to_owned),
            edition: self.some("edition"),
            ..Question::on(day)
        };
        let known = Known {
            by: known_at,
            ..Known::default()
        };
        let desk = self
            .office
            .desk(&self.actor, &self.partner, question, known)
            .await?;
        Ok(desk)
    }

    /// Answers with a page that is made of a desk; where the question cannot be answered, with a page that says why.
    pub async fn answer<T: Template + Send + 'static>(
        self,
        desk: Desk,
        make: impl FnOnce(&Desk, Frame, &Visit) -> Result<T, Diagnostic> + Send + 'static,
    ) -> Answer {
        let made = tokio::task::spawn_blocking(move || {
            let frame = self.frame.clone();
            match make(&desk, frame.clone(), &self) {
                Ok(page) => (page.render(), false),
                Err(problem) => (errors::page(frame, &problem).render(), true),
            }
        })
        .await
        .map_err(|_| Problem::ours("making a page ended before it was done"))?;
        let (html, refused) = made;
        let html = html.map_err(|_| Problem::ours("a page could not be written"))?;
        let mut response = Html(html).into_response();
        if refused {
            *response.status_mut() = axum::http::StatusCode::NOT_FOUND;
        }
        Ok(response)
    }
}

/// A cookie of a request.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

/// The names and values of a query or of a form.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let bytes = text.as_bytes();
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            let hex = (bytes[at] == b'%')
                .then(|| bytes.get(at + 1..at + 3))
                .flatten()
                .and_then(|h| std::str::from_utf8(h).ok())
                .and_then(|h| u8::from_str_radix(h, 16).ok());
            match hex {
                Some(byte) => {
                    out.push(byte);
                    at += 3;
                }
                None => {
                    out.push(bytes[at]);
                    at += 1;
                }
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// What somebody sent with a form.
#[derive(Clone, Debug, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The names and values of a body.
    pub fn of(body: &[u8]) -> Form {
        Form(pairs(&String::from_utf8_lossy(body)))
    }

    /// The value of a name, where it was sent at all.
    pub fn find(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of a name; empty where it has none.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The number of a name; 0 where it is none.
    pub fn number(&self, name: &str) -> i64 {
        self.get(name).parse().unwrap_or(0)
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(n, _)| n == name);
        named.map(|(_, value)| value.as_str())
    }

    /// What it says of the columns of a kind, without those that are empty.
    pub fn cells(&self, columns: &[String]) -> Vec<(String, String)> {
        columns
            .iter()
            .map(|column| (column.clone(), self.get(column).trim().to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }
}

/// The language that a reader has chosen, else the one that their browser asks for.
pub fn language(headers: &HeaderMap) -> Lang {
    let chosen = cookie(headers, "lang").and_then(Lang::of_tag);
    let asked = || {
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|h| h.to_str().ok())
    };
    chosen.unwrap_or_else(|| asked().map_or(Lang::default(), Lang::accepted))
}

/// Why somebody does not get to a page.
pub enum Turned {
    /// The request has a problem.
    Problem(Problem),
    /// There is no partner yet, and they may add one.
    Welcome,
}

impl From<Problem> for Turned {
    fn from(problem: Problem) -> Turned {
        Turned::Problem(problem)
    }
}

impl From<Refusal> for Turned {
    fn from(refusal: Refusal) -> Turned {
        Turned::Problem(refusal.into())
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Turned::Problem(problem) => problem.into_response(),
            Turned::Welcome => Redirect::to("/welcome").into_response(),
        }
    }
}

/// Somebody who is signed in, before a partner is chosen.
pub struct Arrival {
    /// The running product.
    pub office: Arc<Office>,
    /// Who asks.
    pub actor: Actor,
    /// What stands around the page.
    pub frame: Frame,
    /// The names and values of the query.
    pub query: Vec<(String, String)>,
}

impl FromRequestParts<AppState> for Arrival {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let office = state.office()?.clone();
        let mut actor = super::who::actor(parts, state).await?;
        let query = pairs(parts.uri.query().unwrap_or_default());
        let today = office.clock.today();
        let mut frame = Frame::new(language(&parts.headers), today, parts.uri.path());
        actor.lang = frame.lang;
        frame.told = (frame.lang != Lang::En).then(|| office.programs.library());
        frame.theme = cookie(&parts.headers, "theme").map_or(Theme::System, Theme::named);
        frame.user = Some(User {
            name: super::who::name(parts, &actor),
            role: String::new(),
        });
        Ok(Arrival {
            office,
            actor,
            frame,
            query,
        })
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Turned> {
        let Arrival {
            office,
            actor,
            mut frame,
            query,
        } = Arrival::from_request_parts(parts, state).await?;
        let get = |name: &str| {
            query
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, value)| value.as_str())
                .filter(|value| !value.is_empty())
        };
        let day = get("day")
            .and_then(Day::parse)
            .filter(|d| *d != frame.today);
        frame.as_of = day.unwrap_or(frame.today);
        let shelves = office.shelves()?;
        let exists = |partner: &&str| actor.sees(partner) && shelves.find(partner).is_some();
        let chosen = get("partner")
            .or_else(|| cookie(&parts.headers, "partner"))
            .filter(|partner| exists(partner))
            .map(str::to_owned);
        // A whole population is not listed on every page.
        let all = if chosen.is_some() && shelves.len() > PARTNERS {
            vec![]
        } else {
            office.partners(&actor)?
        };
        let Some(partner) = chosen.or_else(|| all.first().cloned()) else {
            return Err(if actor.may(Verb::ManagePartners) {
                Turned::Welcome
            } else {
                super::who::no_partner(&actor).into()
            });
        };
        let several = all.len() != 1;
        frame.links = Links {
            day,
            known_at: get("known_at").and_then(Day::parse),
            partner: several.then(|| partner.clone()),
        };
        frame.partner_name = office.partner_name(&partner);
        if several {
            frame.partners = all
                .iter()
                .take(PARTNERS)
                .map(|id| (id.clone(), office.partner_name(id)))
                .collect();
        }
        let may = |verb| actor.may_at(verb, &partner) != May::No;
        frame.reads = may(Verb::ReadStanding);
        frame.may_edit = may(Verb::EditEvidence);
        frame.may_answer = may(Verb::Answer);
        frame.may_import = may(Verb::Import);
        frame.done = match get("done") {
            Some("added") => frame.t.done_added,
            Some("changed") => frame.t.done_changed,
            Some("moved") => frame.t.done_moved,
            Some("withdrawn") => frame.t.done_withdrawn,
            Some("answered") => frame.t.done_answered,
            Some("imported") => frame.t.done_imported,
            Some("undone") => frame.t.done_undone,
            Some("mended") => frame.t.done_mended,
            Some("dismissed") => frame.t.done_dismissed,
            Some("several-changed") => frame.t.done_several_changed,
            Some("several-withdrawn") => frame.t.done_several_withdrawn,
            Some("taken-back") => frame.t.done_taken_back,
            Some("settled") => frame.t.done_settled,
            Some("sorted") => frame.t.done_sorted,
            Some("counted") => frame.t.done_counted,
            _ => "",
        };
        if let Some(user) = &mut frame.user {
            user.role = super::who::role(&actor, &partner, frame.lang);
        }
        frame.writes = actor.may(Verb::EditPrograms);
        frame.manages_members = may(Verb::ManageMembers);
        frame.manages_partner = may(Verb::EditPartner);
        frame.shares = actor.may_at(Verb::Share, &partner) == May::Yes;
        frame.manages_accounts = actor.may(Verb::ManageAccounts);
        frame.decides = all
            .iter()
            .any(|p| actor.may_at(Verb::Decide, p) == May::Yes);
        Ok(Visit {
            office,
            actor,
            partner,
            frame,
            query,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_whatever_stands_in_them() {
        let all = pairs("q=a+b%20c&x&&y=%zz%&name=%C3%A9");
        let text: Vec<String> = all.iter().map(|(n, v)| format!("{n}:{v}")).collect();
        assert_eq!(text, ["q:a b c", "x:", "y:%zz%", "name:é"]);
    }

    #[test]
    fn a_chosen_language_goes_before_the_browsers() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "de".parse().expect("a header"));
        assert_eq!(language(&headers), Lang::De);
        headers.insert(
            header::COOKIE,
            "theme=dark; lang=en".parse().expect("a header"),
        );
        assert_eq!(language(&headers), Lang::En);
        assert_eq!(cookie(&headers, "theme"), Some("dark"));
    }
}
