//! Pages about what has not happened: what falls, who matters, how likely, the cheapest way up, and the vendor's own numbers
//! beside ours. None of it is a fact, and each page says so.

mod calendar;
mod feeds;
mod leavers;
mod odds;
mod plan;
mod proposal;
mod templates;
mod vendor;

pub use feeds::only_from_here;

use app::domain::calendar::{Day, Duration};
use app::domain::diagnostic::Diagnostic;
use app::domain::number::Exact;
use app::locale::Lang;
use app::question::Desk;
use axum::Router;
use axum::extract::{Path, RawForm};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::frame::{Frame, Here, segment};
use super::super::routes::{download, lead};
use super::super::view::Link;
use super::super::visit::{Answer, Form, Visit};
use super::scorecard::{Program, program, programs};

/// The addresses of these pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/ahead", get(all_page))
        .route("/ahead/{program}", get(one_page))
        .route("/leavers", get(first_leavers))
        .route("/odds", get(first_odds))
        .route("/vendor", get(first_vendor))
        .route("/leavers/{program}", get(leavers_page))
        .route("/odds/{program}", get(odds_page))
        .route("/vendor/{program}", get(vendor_page).post(vendor_numbers))
        .route("/plan", get(first_plan))
        .route("/plan/{program}", get(plan_page).post(proposal::propose))
        .route("/plans", get(proposal::list))
        .route("/plans/{plan}", get(proposal::page))
        .route("/plans/{plan}/accept", post(proposal::accept))
        .route("/plans/{plan}/withdraw", post(proposal::withdraw))
        .route("/plans/{plan}/case", post(proposal::count))
        .route("/templates", get(templates::list))
        .route(
            "/templates/{template}",
            get(templates::page).post(templates::begin),
        )
        .route("/feeds", get(feeds::page).post(feeds::make))
        .route("/feeds/end", post(feeds::end))
}

/// A desk that knows no more than the day asked about does: what was learned later was not foreseen.
async fn desk(visit: &Visit, program: Option<&str>) -> Result<Desk, Problem> {
    let f = &visit.frame;
    let past = (f.as_of < f.today).then_some(f.as_of);
    let known = f
        .links
        .known_at
        .map_or(past, |known| Some(known.min(f.as_of)));
    visit.desk_on(program, f.as_of, known).await
}

/// The head of a page about one program.
fn head(desk: &Desk, f: &Frame, card: &app::scorecard::Scorecard, here: Here) -> Program {
    program(f, card, here, programs(desk, f, &card.program))
}

/// The pages about what lies ahead of one program, but the one that is open.
fn others(f: &Frame, program: &str, open: &str) -> Vec<Link> {
    let t = f.t;
    let id = segment(program);
    [
        ("ahead", t.what_falls),
        ("odds", t.odds),
        ("leavers", t.leavers),
        ("vendor", t.vendor_numbers),
    ]
    .into_iter()
    .filter(|(page, _)| *page != open)
    .map(|(page, text)| Link::to(f.to(&format!("/{page}/{id}")), text))
    .collect()
}

async fn all_page(visit: Visit) -> Answer {
    if visit.some("program").is_some() {
        return lead(&visit, "/ahead").await;
    }
    falls(visit, None).await
}

async fn one_page(visit: Visit, Path(program): Path<String>) -> Answer {
    falls(visit, Some(program)).await
}

/// What falls, as a page or as a file.
async fn falls(visit: Visit, program: Option<String>) -> Answer {
    let desk = desk(&visit, program.as_deref()).await?;
    let to = visit.day("to");
    match visit.get("format") {
        "ics" => {
            let found = app::forecast::forecast(&desk, to)?.said_in(visit.frame.lang);
            let text = app::forecast::icalendar(&found);
            Ok(download(text, "text/calendar; charset=utf-8", "ahead.ics"))
        }
        "json" => {
            let found = app::forecast::forecast(&desk, to)?;
            let text = crate::json::text(&crate::ahead::json::forecast(&found, None));
            Ok(download(text, "application/json", "ahead.json"))
        }
        _ => {
            visit
                .answer(desk, move |desk, frame, _| {
                    calendar::page(desk, frame, to, program.as_deref())
                })
                .await
        }
    }
}

async fn leavers_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = desk(&visit, Some(&program)).await?;
    visit
        .answer(desk, |desk, frame, _| leavers::page(desk, frame))
        .await
}

/// The day that odds and plans are asked for where nobody names one: the next review, else half a year ahead.
fn usual_day(desk: &Desk) -> Day {
    let as_of = desk.question.as_of;
    app::scorecard::scorecard(desk, false)
        .ok()
        .and_then(|card| card.review?.next)
        .filter(|next| *next > as_of)
        .unwrap_or_else(|| as_of.plus(Duration::months(6)))
}

async fn odds_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = desk(&visit, Some(&program)).await?;
    let on = visit.day("on");
    let set = visit
        .query
        .iter()
        .filter_map(|(name, text)| {
            let word = name.strip_prefix("chance-")?;
            // People write chances in a hundred.
            let hundred = Exact::parse(text.trim())?;
            let share = hundred.checked_div(&Exact::from(100))?;
            (share >= Exact::ZERO && share <= Exact::ONE).then(|| (word.to_owned(), share))
        })
        .collect::<Vec<_>>();
    visit
        .answer(desk, move |desk, frame, _| {
            let on = on.unwrap_or_else(|| usual_day(desk));
            odds::page(desk, frame, on, &set)
        })
        .await
}

async fn vendor_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = desk(&visit, Some(&program)).await?;
    visit
        .answer(desk, |desk, frame, _| {
            vendor::page(desk, frame, &vendor::Numbers::default())
        })
        .await
}

/// `POST /vendor/{program}`: the vendor's numbers; nothing of them is kept.
async fn vendor_numbers(
    visit: Visit,
    Path(program): Path<String>,
    RawForm(body): RawForm,
) -> Answer {
    let desk = desk(&visit, Some(&program)).await?;
    let numbers = vendor::Numbers::of(&Form::of(&body));
    visit
        .answer(desk, move |desk, frame, _| {
            vendor::page(desk, frame, &numbers)
        })
        .await
}

async fn first_leavers(visit: Visit) -> Answer {
    lead(&visit, "/leavers").await
}

async fn first_odds(visit: Visit) -> Answer {
    lead(&visit, "/odds").await
}

async fn first_vendor(visit: Visit) -> Answer {
    lead(&visit, "/vendor").await
}

async fn first_plan(visit: Visit) -> Answer {
    lead(&visit, "/plan").await
}

async fn plan_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = desk(&visit, Some(&program)).await?;
    let asked = plan::Asked::of(&visit);
    match visit.get("format") {
        "" => {}
        format => return plan_file(desk, &asked, format, visit.frame.lang).await,
    }
    visit
        .answer(desk, move |desk, frame, _| plan::page(desk, frame, &asked))
        .await
}

/// A plan as a file; planning takes a while, so that it keeps nobody else waiting.
async fn plan_file(desk: Desk, asked: &plan::Asked, format: &str, lang: Lang) -> Answer {
    let goal = asked.goal()?;
    let planned = tokio::task::spawn_blocking(move || app::plan::plan(&desk, &goal))
        .await
        .map_err(|_| Problem::ours("planning ended before it was done"))??;
    Ok(if format == "ics" {
        download(
            app::plan::icalendar(&planned.said_in(lang)),
            "text/calendar; charset=utf-8",
            "plan.ics",
        )
    } else {
        let text = crate::json::text(&crate::ahead::json::plan(&planned));
        download(text, "application/json", "plan.json")
    }
    .into_response())
}

/// A number that somebody typed: an amount, whatever stands around it.
fn typed(name: &'static str, text: &str) -> Result<Option<Exact>, Diagnostic> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',' && *c != '$' && *c != '€')
        .collect();
    if plain.is_empty() {
        return Ok(None);
    }
    Exact::parse(&plain).map(Some).ok_or_else(|| {
        Diagnostic::error(
            "bad-number",
            format!("`{text}` is no number"),
            app::domain::diagnostic::Place::default().showing(name),
        )
        .help("write digits, with a point before cents, as in 50,000 or 1250.50")
    })
}

#[cfg(test)]
pub(crate) use calendar::page as calendar_page;
#[cfg(test)]
pub(crate) use leavers::page as leavers_page_of;
#[cfg(test)]
pub(crate) use odds::page as odds_page_of;
#[cfg(test)]
pub(crate) use plan::{Asked as PlanAsked, page as plan_page_of};
#[cfg(test)]
pub(crate) use vendor::{Numbers as VendorNumbers, page as vendor_page_of};
