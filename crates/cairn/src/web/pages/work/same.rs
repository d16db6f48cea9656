//! One person under two names or addresses: side by side, merged, and split again.

use app::edit::Record;
use app::same_person::Because;
use askama::Template;
use axum::extract::RawForm;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here};
use super::super::super::view::When;
use super::super::super::visit::{Answer, Visit};
use super::{Form, Slip, again, back, html, slips};

/// Pairs that may be one, and merges that can be split.
#[derive(Template)]
#[template(path = "work/same.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The news.
    pub news: String,
    /// The pairs.
    pub pairs: Vec<Pair>,
    /// The merges.
    pub merges: Vec<(i64, When)>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// Two that may be one.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The one.
    pub one: Side,
    /// The other.
    pub other: Side,
    /// Why.
    pub why: String,
}

/// One of two.
#[derive(Clone, Debug)]
pub struct Side {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The addresses.
    pub addresses: String,
}

fn side(record: &Record) -> Side {
    let text = |name: &str| record.cell(name).unwrap_or_default().to_owned();
    let addresses: Vec<String> = ["email", "training_email"]
        .into_iter()
        .map(text)
        .filter(|a| !a.is_empty())
        .collect();
    Side {
        id: record.key.first().cloned().unwrap_or_default(),
        name: text("name"),
        addresses: addresses.join(", "),
    }
}

async fn make(visit: &Visit, slips: Vec<Slip>) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let likely = office.likely_the_same(actor, partner).await?;
    let merges = office.merges(actor, partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let pairs: Vec<Pair> = likely
        .iter()
        .map(|l| {
            let why: Vec<String> = l
                .because
                .iter()
                .map(|b| match b {
                    Because::Address => t.same_address,
                    Because::Name => t.same_name,
                    Because::NearlyName => t.nearly_same_name,
                    Because::Id => t.same_id,
                })
                .map(str::to_owned)
                .collect();
            Pair {
                one: side(&l.one),
                other: side(&l.other),
                why: f.lang.list(&why),
            }
        })
        .collect();
    Ok(Page {
        news: match pairs.len() {
            0 => t.same_none.to_owned(),
            n => f.lang.several(t.same_some, n),
        },
        pairs,
        merges: merges
            .into_iter()
            .map(|(change, at)| (change, f.when(office.clock.day_of(at))))
            .collect(),
        slips,
        f: f.at(Here::People, t.same_person),
    })
}

/// `GET /people/same`
pub async fn page(visit: Visit) -> Answer {
    html(&make(&visit, vec![]).await?)
}

/// `POST /people/merge`: `keep` names which of the two ids stays.
pub async fn merge(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (one, other) = (form.get("one"), form.get("other"));
    let (kept, gone) = if form.get("keep") == "other" {
        (other, one)
    } else {
        (one, other)
    };
    let merged = visit
        .office
        .merge_persons(&visit.actor, &visit.partner, kept, gone)
        .await;
    match merged {
        Ok(_) => Ok(back(&visit.frame, "/people/same")),
        Err(refusal) => again(&make(&visit, slips(refusal, visit.frame.lang)?).await?),
    }
}

/// `POST /people/split`
pub async fn split(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let split = visit
        .office
        .split_persons(&visit.actor, &visit.partner, form.number("change"))
        .await;
    match split {
        Ok(_) => Ok(back(&visit.frame, "/people/same")),
        Err(refusal) => again(&make(&visit, slips(refusal, visit.frame.lang)?).await?),
    }
}
