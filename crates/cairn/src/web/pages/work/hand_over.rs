//! Handing a leaving person's work over: who leaves, who takes over, what moves, shown before it is done.

use app::access::Verb;
use askama::Template;
use axum::extract::{RawForm, State};
use axum::response::{IntoResponse as _, Redirect};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::When;
use super::super::super::visit::{Answer, Visit};
use super::{Choice, Form, Slip, again, html, slips};

/// Handing work over.
#[derive(Template)]
#[template(path = "work/hand-over.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The people of the partner, the one who leaves chosen.
    pub from: Vec<Choice>,
    /// The same, the one who takes over chosen.
    pub to: Vec<Choice>,
    /// Whose work it is, by id; empty until somebody is chosen.
    pub leaving: String,
    /// Who takes it over, by id.
    pub heir: String,
    /// What would be done, in a sentence; empty until both are chosen.
    pub news: String,
    /// The roles that move.
    pub roles: Vec<String>,
    /// The open tasks that move: what each is, by when, and does a step of a plan stand behind it?
    pub tasks: Vec<(String, Option<When>, bool)>,
    /// Links to scorecards that they made, which go on working: the program, and for whom.
    pub shares: Vec<(String, String)>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

async fn make(
    visit: &Visit,
    state: &AppState,
    (leaving, heir): (&str, &str),
    slips: Vec<Slip>,
) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    actor.permit(Verb::ManageMembers, partner)?;
    let members = state.accounts()?.members(actor, Some(partner)).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let known = |id: &str| members.members.iter().find(|m| m.account == id);
    let choices = |chosen: &str| {
        let all = members.members.iter();
        all.map(|m| {
            let text = format!("{}, {}", m.name, m.email);
            Choice::new(&m.account, text, m.account == chosen)
        })
        .collect()
    };
    let (mut roles, mut tasks, mut shares) = (vec![], vec![], vec![]);
    let mut news = String::new();
    if let (Some(from), Some(to)) = (known(leaving), known(heir))
        && leaving != heir
    {
        roles = from
            .roles
            .iter()
            // What a contributor adds is their own, and nobody else becomes that person.
            .filter(|(role, _)| *role != app::access::Role::Contributor)
            .map(|(role, _)| f.lang.role(*role).to_owned())
            .collect();
        let planned = office.planned_tasks(actor, partner).await?;
        for task in office.tasks(actor, partner, false).await? {
            if task.said.owner.as_deref() == Some(leaving) {
                let is_step = planned.iter().any(|(id, ..)| *id == task.task);
                tasks.push((
                    task.said.title,
                    task.said.due.map(|day| f.when(day)),
                    is_step,
                ));
            }
        }
        if actor.permit(Verb::Share, partner).is_ok() {
            let now = office.now();
            for share in office.shares(actor, partner).await? {
                if share.by == leaving && share.works(now) {
                    shares.push((share.program, share.note));
                }
            }
        }
        let size = f.lang.several(t.n_tasks, tasks.len());
        let held = f.lang.several(t.n_roles, roles.len());
        news = fill(
            t.hand_over_news,
            &[
                ("from", &from.name),
                ("to", &to.name),
                ("roles", &held),
                ("tasks", &size),
            ],
        );
    }
    Ok(Page {
        from: choices(leaving),
        to: choices(heir),
        leaving: leaving.to_owned(),
        heir: heir.to_owned(),
        news,
        roles,
        tasks,
        shares,
        slips,
        f: f.at(Here::Members, t.hand_over),
    })
}

/// `GET /hand-over`
pub async fn page(visit: Visit, State(state): State<AppState>) -> Answer {
    let chosen = (visit.get("from"), visit.get("to"));
    html(&make(&visit, &state, chosen, vec![]).await?)
}

/// `POST /hand-over`
pub async fn act(visit: Visit, State(state): State<AppState>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (from, to) = (form.get("from"), form.get("to"));
    let accounts = state.accounts()?;
    let (office, actor) = (&visit.office, &visit.actor);
    let what = (form.get("roles") == "yes", form.get("tasks") == "yes");
    let people = (visit.partner.as_str(), from, to);
    let done = office.hand_over_work(&accounts, actor, people, what).await;
    match done {
        // Whoever handed over what let them see this page does not come back to it.
        Ok(_) if from == actor.account && what.0 => Ok(Redirect::to("/account").into_response()),
        Ok(_) => {
            let to = visit
                .frame
                .links
                .with("/members", &[("done", "handed-over")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(refusal) => again(
            &make(
                &visit,
                &state,
                (from, to),
                slips(refusal, visit.frame.lang)?,
            )
            .await?,
        ),
    }
}
