//! Web hooks: who is told when a standing changes, what became of it, and trying it.

use app::access::Verb;
use app::hooks::Hook;
use askama::Template;
use axum::extract::{RawForm, State};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::super::frame::{Frame, Here};
use super::super::super::view::{Mark, to_the_minute};
use super::super::super::visit::{Answer, Visit};
use super::{Form, Slip, again, html, slips};

/// So many deliveries of a hook are listed.
const LISTED: usize = 50;

/// The hooks of a partner, or of the server.
#[derive(Template)]
#[template(path = "work/hooks.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Are these the hooks of the server, told of every partner?
    pub of_server: bool,
    /// The other ones, where they may be managed too.
    pub other: Option<String>,
    /// The secret of the hook that was just made, shown this once.
    pub secret: Option<String>,
    /// The hooks.
    pub hooks: Vec<Row>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A hook.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub hook: String,
    /// Where it is told.
    pub url: String,
    /// When it was made.
    pub made: String,
    /// What it was sent, newest first.
    pub deliveries: Vec<Sent>,
}

/// What was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The event.
    pub event: String,
    /// When.
    pub at: String,
    /// How far it is.
    pub mark: Mark,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; empty where it is not.
    pub next: String,
    /// What the last try came to.
    pub said: String,
}

/// Whose hooks a request is about: `None` for the server's.
fn whose<'v>(visit: &'v Visit, form: &Form) -> Option<&'v str> {
    let said = form.find("of").unwrap_or_else(|| visit.get("of"));
    (said != "server").then_some(visit.partner.as_str())
}

async fn make(
    visit: &Visit,
    of: Option<&str>,
    secret: Option<String>,
    slips: Vec<Slip>,
) -> Result<Page, Problem> {
    use app::domain::standing::Truth;
    let (office, actor) = (&visit.office, &visit.actor);
    let f = visit.frame.clone();
    let t = f.t;
    let all: Vec<Hook> = office.hooks(actor, of).await?;
    let mut hooks = vec![];
    for hook in all {
        let sent = office
            .deliveries(actor, (of, &hook.hook), None, LISTED)
            .await?;
        let deliveries = sent.into_iter().map(|d| Sent {
            at: to_the_minute(d.at),
            mark: match d.state.as_str() {
                "delivered" => Mark::saying(Truth::Yes, t.hook_delivered),
                "dead" => Mark::saying(Truth::No, t.hook_dead),
                _ => Mark::saying(Truth::Unknown, t.hook_waiting),
            },
            attempts: d.attempts,
            next: if d.state == "waiting" {
                to_the_minute(d.due)
            } else {
                String::new()
            },
            said: d.said,
            event: d.event,
        });
        hooks.push(Row {
            deliveries: deliveries.collect(),
            made: to_the_minute(hook.created),
            url: hook.url,
            hook: hook.hook,
        });
    }
    let may_partner = actor.permit(Verb::ManageHooks, &visit.partner).is_ok();
    let other = match of {
        Some(_) => actor
            .may(Verb::ManageServer)
            .then(|| f.links.with("/hooks", &[("of", "server")])),
        None => may_partner.then(|| f.to("/hooks")),
    };
    Ok(Page {
        of_server: of.is_none(),
        other,
        secret,
        hooks,
        slips,
        f: f.at(Here::Hooks, t.hooks),
    })
}

/// `GET /hooks`
pub async fn page(visit: Visit) -> Answer {
    let of = whose(&visit, &Form::default()).map(str::to_owned);
    html(&make(&visit, of.as_deref(), None, vec![]).await?)
}

/// `POST /hooks`: makes one, tries one, sends something again, or ends one.
pub async fn act(visit: Visit, State(state): State<AppState>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let of = whose(&visit, &form).map(str::to_owned);
    let of = of.as_deref();
    let (office, actor, hook) = (&visit.office, &visit.actor, form.get("hook"));
    let mut secret = None;
    let done = match form.get("do") {
        "end" => office.delete_hook(actor, of, hook).await,
        "test" => office.test_hook(actor, (of, hook)).await.map(|_| ()),
        "again" => {
            let event = form.get("event");
            office.redeliver(actor, (of, hook), event).await.map(|_| ())
        }
        _ => {
            let private = state.settings().hooks.private;
            let made = office.make_hook(actor, of, form.get("url"), private).await;
            made.map(|(_, shown)| secret = Some(shown))
        }
    };
    match done {
        Ok(()) => html(&make(&visit, of, secret, vec![]).await?),
        Err(refusal) => again(&make(&visit, of, None, slips(refusal, visit.frame.lang)?).await?),
    }
}
