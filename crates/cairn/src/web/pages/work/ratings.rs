//! The partner's side of "Rate this partner": whom to ask, who answered, who is a customer.

use app::access::{May, Verb};
use app::ratings::{NewRating, Rating, RatingProgram, RatingState};
use askama::Template;
use axum::extract::RawForm;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::When;
use super::super::super::visit::{Answer, Visit};
use super::{Choice, Form, Slip, again, back, html, slips};

/// Requests and responses.
#[derive(Template)]
#[template(path = "work/ratings.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The news.
    pub news: String,
    /// Programs that count responses by this form.
    pub here: Vec<Choice>,
    /// Programs that want another form: what to do, and where it is.
    pub elsewhere: Vec<(String, Option<String>)>,
    /// May the reader ask?
    pub may_ask: bool,
    /// What was typed of those to be asked.
    pub typed: String,
    /// The requests.
    pub rows: Vec<Row>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub request: String,
    /// The customer.
    pub customer: String,
    /// Who was asked.
    pub person: String,
    /// The shape and the word for how far it is.
    pub shape: &'static str,
    /// The word.
    pub state: &'static str,
    /// When it was asked.
    pub asked: When,
    /// Score and comment, where the customer consents.
    pub said: String,
    /// May it be reminded?
    pub may_remind: bool,
    /// May it be taken back?
    pub may_withdraw: bool,
    /// Does it wait for a decision?
    pub waits: bool,
}

async fn make(visit: &Visit, slips: Vec<Slip>, typed: String) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let programs = office.rating_programs(actor, partner).await?;
    let ratings = office.ratings(actor, partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let f = f.at(Here::Ratings, t.ratings);
    let may_ask = actor.may_at(Verb::Share, partner) == May::Yes;
    let may_decide = may_ask || actor.may_at(Verb::Decide, partner) == May::Yes;
    let waiting = ratings
        .iter()
        .filter(|r| r.state == RatingState::Confirmed)
        .count();
    let open = ratings.iter().filter(|r| r.state.is_open()).count();
    let news = if waiting > 0 {
        f.lang.several(t.ratings_wait, waiting)
    } else if open > 0 {
        f.lang.several(t.ratings_open, open)
    } else {
        t.ratings_none.to_owned()
    };
    let of = |r: Rating| row(&f, r, may_ask, may_decide, office);
    let rows = ratings.into_iter().map(of).collect();
    let counts = |p: &&RatingProgram| p.counts_here;
    Ok(Page {
        here: programs
            .iter()
            .filter(counts)
            .map(|p| Choice::new(&*p.program, &*p.title, false))
            .collect(),
        elsewhere: programs
            .iter()
            .filter(|p| !counts(p))
            .map(|p| {
                (
                    fill(t.rate_elsewhere, &[("program", &p.title)]),
                    p.form.clone(),
                )
            })
            .collect(),
        news,
        may_ask,
        typed,
        rows,
        slips,
        f,
    })
}

fn row(f: &Frame, r: Rating, may_ask: bool, may_decide: bool, office: &app::office::Office) -> Row {
    let t = f.t;
    let (shape, state) = match r.state {
        RatingState::Open => ("unknown", t.rating_open),
        RatingState::Answered => ("unknown", t.rating_answered),
        RatingState::Confirmed => ("unknown", t.rating_confirmed),
        RatingState::Accepted => ("met", t.rating_accepted),
        RatingState::Refused => ("short", t.rating_refused),
        RatingState::Declined => ("na", t.rating_declined),
        RatingState::Withdrawn => ("na", t.rating_withdrawn),
        RatingState::Expired => ("na", t.rating_expired),
        RatingState::Erased => ("na", t.rating_erased),
    };
    Row {
        said: match &r.shared {
            Some((score, comment)) => format!("{score}/5 {comment}").trim().to_owned(),
            None if r.answered.is_some() => t.rating_private.to_owned(),
            None => r.reason.clone(),
        },
        asked: f.when(office.clock.day_of(r.created)),
        may_remind: may_ask && r.may_remind,
        may_withdraw: may_ask && r.state == RatingState::Open,
        waits: may_decide && r.state == RatingState::Confirmed,
        request: r.request,
        customer: r.customer,
        person: r.person,
        shape,
        state,
    }
}

/// `GET /ratings`
pub async fn page(visit: Visit) -> Answer {
    html(&make(&visit, vec![], String::new()).await?)
}

/// `POST /ratings`: a line for each to be asked, `customer; person; address`.
pub async fn ask(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let typed = form.get("who").to_owned();
    let new: Vec<NewRating> = typed
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let mut parts = line.splitn(3, [';', '\t']).map(|p| p.trim().to_owned());
            let mut part = || parts.next().unwrap_or_default();
            NewRating {
                program: form.get("program").to_owned(),
                customer: part(),
                person: part(),
                email: part(),
            }
        })
        .collect();
    let asked = visit
        .office
        .request_ratings(&visit.actor, &visit.partner, &new)
        .await;
    match asked {
        Ok(_) => Ok(back(&visit.frame, "/ratings")),
        Err(refusal) => again(&make(&visit, slips(refusal, visit.frame.lang)?, typed).await?),
    }
}

/// `POST /ratings/act`: remind, take back, or decide.
pub async fn act(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let request = form.get("request");
    let done = match form.get("do") {
        "remind" => office
            .remind_rating(actor, partner, request)
            .await
            .map(|_| ()),
        "withdraw" => office
            .withdraw_rating(actor, partner, request)
            .await
            .map(|_| ()),
        what => {
            let reason = form.get("reason");
            let decided = office.decide_rating(actor, partner, request, what == "accept", reason);
            decided.await.map(|_| ())
        }
    };
    match done {
        Ok(()) => Ok(back(&visit.frame, "/ratings")),
        Err(refusal) => {
            again(&make(&visit, slips(refusal, visit.frame.lang)?, String::new()).await?)
        }
    }
}
