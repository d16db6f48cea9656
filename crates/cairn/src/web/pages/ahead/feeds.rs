//! Links to the calendar, for programs that keep people's calendars: made, shown once, ended.

use std::net::IpAddr;

use app::LinkSecret;
use app::feeds::Feed;
use askama::Template;
use axum::extract::{RawForm, State};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::super::feed::calendar_url;
use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::When;
use super::super::super::visit::{Answer, Form, Visit};
use super::super::work::{Slip, again, back, html, slips};

/// The links to a partner's calendar.
#[derive(Template)]
#[template(path = "ahead/feeds.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The link that was just made, shown this once.
    pub made: Option<String>,
    /// That the server is reached from this computer only; empty where others reach it.
    pub local: String,
    /// The links, newest first.
    pub rows: Vec<Row>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A link.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub feed: String,
    /// For whom it is.
    pub note: String,
    /// When it was made.
    pub made: When,
    /// By whom.
    pub by: String,
    /// How often it was asked.
    pub asked: String,
    /// When last; empty where it never was.
    pub last: String,
    /// Does it work?
    pub works: bool,
}

/// Where the server is reached, where only this computer reaches it.
pub fn only_from_here(state: &AppState) -> Option<String> {
    let public = crate::access::settings(state.settings()).public_url;
    is_local(&public).then_some(public)
}

/// Is an address one that only this computer reaches?
fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

async fn make_page(
    visit: &Visit,
    state: &AppState,
    slips: Vec<Slip>,
    made: Option<&LinkSecret>,
) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let feeds = office.feeds(actor, partner).await?;
    let colleagues = office.colleagues(actor, partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let row = |of: Feed| {
        let by = colleagues.iter().find(|(id, _)| *id == of.by);
        let last = of.last.map(|at| f.lang.day(office.clock.day_of(at)));
        Row {
            made: f.when(office.clock.day_of(of.created)),
            by: by.map_or(of.by.clone(), |(_, name)| name.clone()),
            asked: match usize::try_from(of.opened).unwrap_or(0) {
                0 => t.feed_never.to_owned(),
                times => f.lang.several(t.n_times, times),
            },
            last: last.map_or_else(String::new, |day| fill(t.feed_last, &[("day", &day)])),
            works: of.ended.is_none(),
            feed: of.feed,
            note: of.note,
        }
    };
    Ok(Page {
        rows: feeds.into_iter().map(row).collect(),
        local: only_from_here(state)
            .map_or_else(String::new, |url| fill(t.feed_local, &[("url", &url)])),
        made: made.map(|secret| calendar_url(state, secret)),
        slips,
        f: f.at(Here::Ahead, t.feeds),
    })
}

/// `GET /feeds`
pub async fn page(visit: Visit, State(state): State<AppState>) -> Answer {
    html(&make_page(&visit, &state, vec![], None).await?)
}

/// `POST /feeds`
pub async fn make(visit: Visit, State(state): State<AppState>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let made = visit
        .office
        .make_feed(&visit.actor, &visit.partner, form.get("note"))
        .await;
    match made {
        Ok(done) => html(&make_page(&visit, &state, vec![], Some(&done.value.1)).await?),
        Err(refusal) => {
            again(&make_page(&visit, &state, slips(refusal, visit.frame.lang)?, None).await?)
        }
    }
}

/// `POST /feeds/end`
pub async fn end(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    visit
        .office
        .end_feed(&visit.actor, &visit.partner, form.get("feed"))
        .await?;
    Ok(back(&visit.frame, "/feeds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_this_computer_is_told_from_one_that_others_reach() {
        for url in [
            "http://127.0.0.1:7373",
            "http://localhost:80/x",
            "http://[::1]:7373",
            "https://LOCALHOST",
        ] {
            assert!(is_local(url), "{url}");
        }
        for url in [
            "https://cairn.example",
            "http://10.0.0.7:7373",
            "http://[2001:db8::1]/",
            "https://127.example",
        ] {
            assert!(!is_local(url), "{url}");
        }
    }
}
