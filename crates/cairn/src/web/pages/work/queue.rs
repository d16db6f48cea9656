//! The queue of whoever looks after partners, emptied from the keyboard.

use app::queue::{Queue, Waiting};
use askama::Template;
use axum::extract::RawForm;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::{Link, When};
use super::super::super::visit::{Answer, Visit};
use super::{Form, Slip, again, back, html, slips};

/// What waits.
#[derive(Template)]
#[template(path = "work/queue.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The news.
    pub news: String,
    /// What waits.
    pub rows: Vec<Row>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// Something that waits.
#[derive(Clone, Debug)]
pub struct Row {
    /// The partner, by id.
    pub partner: String,
    /// What it is called.
    pub name: String,
    /// What it is, and where to look at it.
    pub link: Link,
    /// What else there is to say.
    pub note: String,
    /// Where it can be read outside, for a reference.
    pub url: String,
    /// Until when.
    pub due: Option<When>,
    /// How far away that is.
    pub away: String,
    /// Has the day passed?
    pub late: bool,
    /// What is decided: `reference`, `sign-off`, `customer`; empty: nothing is.
    pub decides: &'static str,
    /// About what.
    pub id: String,
}

async fn make(visit: &Visit, slips: Vec<Slip>) -> Result<Page, Problem> {
    let queue = visit.office.queue(&visit.actor).await?;
    Ok(of(visit.frame.clone(), queue, slips))
}

/// The page of a queue.
pub fn of(f: Frame, queue: Queue, slips: Vec<Slip>) -> Page {
    let t = f.t;
    let f = f.at(Here::Queue, t.queue);
    let rows: Vec<Row> = queue
        .waits
        .into_iter()
        .map(|w| {
            let to = |path: &str| f.links.with(path, &[("partner", &w.partner)]);
            let card = |program: &str| to(&format!("/scorecard/{}", segment(program)));
            let late = w.due.is_some_and(|d| d < f.today);
            let (link, note, url, decides, id) = match w.what {
                Waiting::Review {
                    program,
                    title,
                    level,
                    kept,
                } => {
                    let words = fill(t.queue_review, &[("level", &level), ("program", &title)]);
                    let note = match kept {
                        Some(true) => t.queue_kept,
                        Some(false) => t.queue_not_kept,
                        None => t.queue_kept_unknown,
                    };
                    (
                        Link::to(card(&program), words),
                        note.to_owned(),
                        String::new(),
                        "",
                        program,
                    )
                }
                Waiting::OneStep {
                    program,
                    title,
                    level,
                    row,
                    gap,
                } => {
                    let words = fill(t.queue_step, &[("level", &level), ("program", &title)]);
                    let note = match gap {
                        Some(gap) => fill(t.queue_short_by, &[("row", &row), ("gap", &gap)]),
                        None => fill(t.queue_short, &[("row", &row)]),
                    };
                    (
                        Link::to(card(&program), words),
                        note,
                        String::new(),
                        "",
                        program,
                    )
                }
                Waiting::Reference {
                    version,
                    customer,
                    url,
                    ..
                } => {
                    let words = fill(t.queue_reference, &[("customer", &customer)]);
                    let safe = url.starts_with("https://") || url.starts_with("http://");
                    let url = if safe { url } else { String::new() };
                    (
                        Link::to(to("/evidence/references"), words),
                        String::new(),
                        url,
                        "reference",
                        version.to_string(),
                    )
                }
                Waiting::SignOff {
                    task,
                    title,
                    kind,
                    program,
                } => {
                    let note = fill(
                        t.queue_sign_off,
                        &[("kind", &f.within(&kind)), ("program", &program)],
                    );
                    (
                        Link::to(to("/tasks"), title),
                        note,
                        String::new(),
                        "sign-off",
                        task,
                    )
                }
                Waiting::Customer {
                    request,
                    customer,
                    person,
                } => {
                    let words = fill(
                        t.queue_customer,
                        &[("customer", &customer), ("person", &person)],
                    );
                    (
                        Link::to(to("/ratings"), words),
                        String::new(),
                        String::new(),
                        "customer",
                        request,
                    )
                }
            };
            Row {
                name: w.partner_name,
                due: w.due.map(|d| f.when(d)),
                away: w
                    .due
                    .map(|d| f.lang.distance(f.today, d))
                    .unwrap_or_default(),
                partner: w.partner,
                link,
                note,
                url,
                late,
                decides,
                id,
            }
        })
        .collect();
    let news = if queue.partners == 0 {
        t.queue_nobody.to_owned()
    } else if rows.is_empty() {
        t.queue_empty.to_owned()
    } else {
        let partners = f.lang.several(t.n_partners, queue.partners);
        fill(
            t.queue_news,
            &[
                ("things", &f.lang.several(t.n_things, rows.len())),
                ("partners", &partners),
            ],
        )
    };
    Page {
        news,
        rows,
        slips,
        f,
    }
}

/// `GET /queue`
pub async fn page(visit: Visit) -> Answer {
    html(&make(&visit, vec![]).await?)
}

/// `POST /queue/decide`
pub async fn decide(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor) = (&visit.office, &visit.actor);
    let (partner, id, reason) = (form.get("at"), form.get("id"), form.get("reason"));
    let yes = form.get("do") == "yes";
    let done = match form.get("what") {
        "reference" => {
            let version = form.number("id");
            office
                .decide_reference(actor, partner, version, yes, reason)
                .await
                .map(|_| ())
        }
        "sign-off" => {
            let user = visit.frame.user.as_ref();
            let by = user.map_or_else(|| actor.account.clone(), |u| u.name.clone());
            office
                .sign_off(actor, partner, id, yes, &by, reason)
                .await
                .map(|_| ())
        }
        _ => office
            .decide_rating(actor, partner, id, yes, reason)
            .await
            .map(|_| ()),
    };
    match done {
        Ok(()) => Ok(back(&visit.frame, "/queue")),
        Err(refusal) => again(&make(&visit, slips(refusal, visit.frame.lang)?).await?),
    }
}
