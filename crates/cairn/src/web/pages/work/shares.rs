//! Links that show a scorecard: made and ended by the partner, opened by whoever has one.

use app::refusal::Refusal;
use app::shares::Share;
use askama::Template;
use axum::extract::{Query, RawForm, State};
use axum::http::HeaderMap;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::{When, unquoted};
use super::super::super::visit::{Answer, Visit, language};
use super::super::ahead::only_from_here;
use super::super::scorecard;
use super::rate::Key;
use super::{Choice, Form, Slip, again, back, html, slips};

/// The links of a partner.
#[derive(Template)]
#[template(path = "work/shares.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The link that was just made, shown this once.
    pub made: Option<String>,
    /// That the server is reached from this computer only; empty where others reach it.
    pub local: String,
    /// The programs.
    pub programs: Vec<Choice>,
    /// The links: id, program, for whom, until when, how often it was opened, does it work?
    pub rows: Vec<Row>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A link.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub share: String,
    /// The program.
    pub program: String,
    /// For whom it is.
    pub note: String,
    /// Until when.
    pub until: When,
    /// How often it was opened.
    pub opened: String,
    /// Does it work?
    pub works: bool,
}

async fn make_page(
    visit: &Visit,
    state: &AppState,
    slips: Vec<Slip>,
    made: Option<String>,
) -> Result<Page, Problem> {
    shown(visit, only_from_here(state), slips, made).await
}

/// The page; `local` is where the server is reached, where only this computer reaches it.
pub async fn shown(
    visit: &Visit,
    local: Option<String>,
    slips: Vec<Slip>,
    made: Option<String>,
) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let shares = office.shares(actor, partner).await?;
    let now = office.now();
    let f = visit.frame.clone();
    let t = f.t;
    let library = visit.library();
    let title = |id: &str| {
        let last = library.editions_of(id).last().copied();
        last.map_or_else(|| id.to_owned(), |e| e.title.clone())
    };
    let programs = library.programs().into_iter().filter(|id| {
        let last = library.editions_of(id).last().copied();
        last.is_some_and(|e| !e.is_library())
    });
    let chosen = visit.get("program");
    let row = |s: Share| Row {
        program: title(&s.program),
        until: f.when(office.clock.day_of(s.expires)),
        opened: f
            .lang
            .several(t.n_times, usize::try_from(s.opened).unwrap_or(0)),
        works: s.works(now),
        share: s.share,
        note: s.note,
    };
    Ok(Page {
        programs: programs
            .map(|id| Choice::new(id, title(id), id == chosen))
            .collect(),
        rows: shares.into_iter().map(row).collect(),
        local: local.map_or_else(String::new, |url| fill(t.share_local, &[("url", &url)])),
        made,
        slips,
        f: f.at(Here::Elsewhere, t.shares),
    })
}

/// `GET /shares`
pub async fn page(visit: Visit, State(state): State<AppState>) -> Answer {
    html(&make_page(&visit, &state, vec![], None).await?)
}

/// `POST /shares`
pub async fn make(visit: Visit, State(state): State<AppState>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let shared = office.share_scorecard(
        actor,
        partner,
        form.get("program"),
        form.number("days"),
        form.get("note"),
    );
    match shared.await {
        Ok(done) => {
            let (_, secret) = done.value;
            let link = format!("{}/shared?key={}", public_url(&state), secret.reveal());
            html(&make_page(&visit, &state, vec![], Some(link)).await?)
        }
        Err(refusal) => {
            again(&make_page(&visit, &state, slips(refusal, visit.frame.lang)?, None).await?)
        }
    }
}

/// Where people reach the server.
fn public_url(state: &AppState) -> String {
    let settings = crate::access::settings(state.settings());
    settings.public_url.trim_end_matches('/').to_owned()
}

/// `POST /shares/end`
pub async fn end(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    visit
        .office
        .revoke_share(&visit.actor, &visit.partner, form.get("share"))
        .await?;
    Ok(back(&visit.frame, "/shares"))
}

/// What a link shows.
#[derive(Template)]
#[template(path = "work/shared.html")]
pub struct Shared {
    /// What stands around it.
    pub f: Frame,
    /// What it is of.
    pub heading: String,
    /// The news.
    pub news: String,
    /// As of which day, and until when the link works.
    pub lead: String,
    /// The columns of the table.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// Is there such a link?
    pub found: bool,
}

/// `GET /shared?key=…`
pub async fn shared(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(key): Query<Key>,
) -> Answer {
    let office = state.office()?.clone();
    let f = Frame::new(language(&headers), office.clock.today(), "/shared");
    let t = f.t;
    match office.shared(key.secret(), f.lang).await {
        Ok((share, card, _)) => {
            let header = [t.requirement, t.purpose, t.has, t.needed, t.state];
            let rows = scorecard::table(&card)
                .1
                .into_iter()
                .map(|row| readable(&f, &row))
                .collect();
            let heading = format!("{}: {}", card.partner_name, card.title);
            let until = f.lang.day(office.clock.day_of(share.expires));
            let lead = fill(
                t.shared_lead,
                &[("day", &f.lang.day(card.as_of)), ("until", &until)],
            );
            let news = unquoted(&app::news::of(&card, f.lang));
            html(&Shared {
                f: f.at(Here::Elsewhere, heading.clone()),
                heading,
                news,
                lead,
                header: header.map(app::words::upper_first).to_vec(),
                rows,
                found: true,
            })
        }
        Err(Refusal::NotFound { .. }) => {
            let mut answer = html(&Shared {
                heading: t.link_gone.to_owned(),
                news: String::new(),
                lead: t.link_gone_lead.to_owned(),
                header: vec![],
                rows: vec![],
                found: false,
                f: f.at(Here::Elsewhere, t.link_gone),
            })?;
            *answer.status_mut() = axum::http::StatusCode::NOT_FOUND;
            Ok(answer)
        }
        Err(other) => Err(other.into()),
    }
}

/// A row of the table for machines, as people read it.
fn readable(f: &Frame, row: &[String]) -> Vec<String> {
    let t = f.t;
    let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
    let words = if cell(0) == "retain" {
        t.keep_level
    } else {
        t.reach_level
    };
    let verdict = match cell(7).as_str() {
        "met" => t.met.to_owned(),
        "short" => t.short.to_owned(),
        "unknown" => t.unknown.to_owned(),
        "not-applicable" => t.not_applicable.to_owned(),
        other => other.to_owned(),
    };
    let purpose = fill(words, &[("level", &cell(1))]);
    vec![cell(4), purpose, cell(5), cell(6), verdict]
}
