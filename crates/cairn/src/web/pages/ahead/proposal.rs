//! Plans that were proposed: accepted whole or in part, how far they are, and what planning again would say.

use app::access::{May, Verb};
use app::plan::Goal;
use app::proposals::{Accepting, Again, Drift, Gone, Proposal, StepState};
use app::refusal::Refusal;
use app::words::{amount, rounded};
use askama::Template;
use axum::extract::{Path, RawForm};
use axum::response::{IntoResponse as _, Redirect};

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark, When};
use super::super::super::visit::{Answer, Visit};
use super::super::work::{Choice, Form, Slip, again as refused, back, html, slips};
use super::plan::Asked;

/// The plans of a partner.
#[derive(Template)]
#[template(path = "ahead/plans.html")]
pub struct List {
    /// What stands around it.
    pub f: Frame,
    /// The plans, newest first.
    pub rows: Vec<Summary>,
    /// Where a new one is made.
    pub make: String,
}

/// A plan in the list.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The language that its name is in.
    pub said: &'static str,
    /// Its page.
    pub link: Link,
    /// When it was proposed.
    pub when: When,
    /// By whom.
    pub by: String,
    /// The day by which it is to be done.
    pub until: When,
    /// What it costs.
    pub cost: String,
    /// How many of its steps were accepted, or that it was withdrawn.
    pub state: String,
    /// Was it withdrawn?
    pub withdrawn: bool,
}

/// A plan that was proposed.
#[derive(Template)]
#[template(path = "ahead/proposal.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Its number.
    pub plan: i64,
    /// The language that its name and its news are in.
    pub said: &'static str,
    /// Its name.
    pub title: String,
    /// When and by whom it was proposed.
    pub proposed: String,
    /// The one sentence that matters most.
    pub news: String,
    /// How far it is.
    pub drift: String,
    /// The steps.
    pub steps: Vec<Step>,
    /// Hours in all.
    pub hours: String,
    /// What it costs.
    pub cost: String,
    /// What is in the way.
    pub blocked: Vec<String>,
    /// Who may do a step.
    pub owners: Vec<Choice>,
    /// May steps of it be accepted by the reader?
    pub may_accept: bool,
    /// May it be withdrawn by the reader?
    pub may_withdraw: bool,
    /// May its cost be put into the business case?
    pub may_count: bool,
    /// Was it withdrawn?
    pub withdrawn: bool,
    /// What planning again says, where that was asked.
    pub again: Option<Other>,
    /// Asks for planning again; empty where it has no goal.
    pub ask_again: String,
    /// Where the tasks are.
    pub tasks: String,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub number: usize,
    /// What.
    pub title: String,
    /// For whom, or the track.
    pub whom: String,
    /// The first day of work.
    pub from: When,
    /// The day on which it is done.
    pub done: When,
    /// Hours of work.
    pub hours: String,
    /// What it costs.
    pub cost: String,
    /// How far it is.
    pub mark: Mark,
    /// What closes it.
    pub closes: String,
    /// Who had it in an earlier plan; empty where nobody did.
    pub before: String,
    /// Can it be accepted?
    pub free: bool,
    /// Does the day of the whole plan hang on it?
    pub critical: bool,
}

/// The same goal planned today.
#[derive(Clone, Debug, Default)]
pub struct Other {
    /// The difference in words.
    pub says: String,
    /// The news of the new plan.
    pub news: String,
    /// Steps that are new.
    pub new: Vec<String>,
    /// Steps that are not needed any more.
    pub idle: Vec<String>,
}

/// The choice that whoever had a step in an earlier plan does it again; no account is called so.
const BEFORE: &str = "before";

fn cost(of: &app::domain::number::Exact, currency: &str) -> String {
    if currency.is_empty() {
        String::new()
    } else {
        amount(of, currency)
    }
}

/// `GET /plans`
pub async fn list(visit: Visit) -> Answer {
    let proposals = visit.office.proposals(&visit.actor, &visit.partner).await?;
    let colleagues = visit
        .office
        .colleagues(&visit.actor, &visit.partner)
        .await?;
    let f = visit.frame.clone();
    let t = f.t;
    let day_of = |at| visit.office.clock.day_of(at);
    let rows = proposals
        .into_iter()
        .map(|p| {
            let by = colleagues.iter().find(|(id, _)| *id == p.by);
            let counts = [
                ("n", f.lang.size(p.taken.len())),
                ("m", f.lang.size(p.draft.steps.len())),
            ];
            let counts = counts.each_ref().map(|(name, n)| (*name, n.as_str()));
            let said = p.draft.in_language(f.lang);
            Summary {
                said: said.lang.tag(),
                link: Link::to(f.to(&format!("/plans/{}", p.plan)), said.title),
                when: f.when(day_of(p.at)),
                by: by.map_or(p.by.clone(), |(_, name)| name.clone()),
                until: f.when(p.draft.by),
                cost: cost(&p.draft.cost, &p.draft.currency),
                state: match &p.withdrawn {
                    Some((at, _)) => fill(t.withdrawn_on, &[("day", &f.lang.day(day_of(*at)))]),
                    None => fill(t.steps_accepted, &counts),
                },
                withdrawn: p.withdrawn.is_some(),
            }
        })
        .collect();
    html(&List {
        rows,
        make: f.to("/plan"),
        f: f.at(Here::Plan, t.plans),
    })
}

impl Page {
    /// Where a form of the page goes.
    fn act(&self, what: &str) -> String {
        self.f.to(&format!("/plans/{}/{what}", self.plan))
    }
}

pub(super) async fn make(visit: &Visit, plan: i64, slips: Vec<Slip>) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let proposal = office.proposal(actor, partner, plan).await?;
    let drift = office
        .plan_drift(actor, partner, plan, visit.frame.lang)
        .await?;
    let again = if visit.get("again") == "yes" && slips.is_empty() {
        match office
            .plan_again(actor, partner, plan, visit.frame.lang)
            .await
        {
            Ok(again) => Some(other(&proposal, &again)),
            Err(Refusal::Problems(problems)) => Some(Other {
                says: problems
                    .first()
                    .map(|p| Slip::of(p, visit.frame.lang).message)
                    .unwrap_or_default(),
                ..Other::default()
            }),
            Err(other) => return Err(other.into()),
        }
    } else {
        None
    };
    let colleagues = office.colleagues(actor, partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let name = |account: &str| {
        let found = colleagues.iter().find(|(id, _)| id == account);
        found.map_or_else(|| account.to_owned(), |(_, name)| name.clone())
    };
    let mut owners = vec![];
    let has_before = !drift.before.is_empty();
    if has_before {
        owners.push(Choice::new(BEFORE, t.owner_before, true));
    }
    owners.push(Choice::new("", t.nobody, false));
    owners.extend(
        colleagues
            .iter()
            .map(|(id, name)| Choice::new(id, name, !has_before && *id == actor.account)),
    );
    let draft = &proposal.draft;
    let said = draft.in_language(f.lang);
    let has_goal = !draft.targets.is_empty();
    let may = actor.may_at(Verb::Work, partner) == May::Yes && proposal.withdrawn.is_none();
    let steps = steps(&f, &proposal, &drift, &name);
    let path = format!("/plans/{plan}");
    Ok(Page {
        plan,
        said: said.lang.tag(),
        title: said.title.clone(),
        proposed: fill(
            t.proposed_by,
            &[
                ("day", &f.lang.day(office.clock.day_of(proposal.at))),
                ("name", &name(&proposal.by)),
            ],
        ),
        news: said.news,
        drift: drift.says.clone(),
        hours: rounded(&draft.hours, 1),
        cost: cost(&draft.cost, &draft.currency),
        blocked: said.blocked,
        owners,
        may_accept: may && steps.iter().any(|s| s.free),
        may_withdraw: may,
        may_count: f.may_edit && proposal.withdrawn.is_none() && !draft.cost.is_zero(),
        withdrawn: proposal.withdrawn.is_some(),
        ask_again: if has_goal && proposal.withdrawn.is_none() {
            f.links.with(&path, &[("again", "yes")]) + "#again"
        } else {
            String::new()
        },
        tasks: f.to("/tasks"),
        steps,
        again,
        slips,
        f: f.at(Here::Plan, said.title),
    })
}

fn steps(
    f: &Frame,
    proposal: &Proposal,
    drift: &Drift,
    name: &dyn Fn(&str) -> String,
) -> Vec<Step> {
    use app::domain::standing::Truth;
    let t = f.t;
    let draft = &proposal.draft;
    draft
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let state = drift.steps.get(at).copied();
            let state = state.unwrap_or(StepState::NotAccepted);
            let on = |pattern: &str, day| fill(pattern, &[("day", &f.lang.day(day))]);
            let mark = match state {
                StepState::NotAccepted => Mark::saying(Truth::NotApplicable, t.not_accepted),
                StepState::Open { due, late: false } => {
                    Mark::saying(Truth::Unknown, on(t.due_on, due))
                }
                StepState::Open { due, late: true } => {
                    Mark::saying(Truth::No, on(t.late_since, due))
                }
                StepState::Done { on: day, .. } => Mark::saying(Truth::Yes, on(t.done_on, day)),
                StepState::Dropped => Mark::saying(Truth::NotApplicable, t.task_dropped),
            };
            let cells: Vec<String> = step
                .closes
                .iter()
                .map(|(name, text)| format!("{name} = {text}"))
                .collect();
            Step {
                number: at + 1,
                title: step.title.clone(),
                whom: if step.whom.is_empty() {
                    step.role.clone()
                } else {
                    step.whom.clone()
                },
                from: f.when(step.from),
                done: f.when(step.done),
                hours: rounded(&step.hours, 1),
                cost: cost(&step.cost, &draft.currency),
                mark,
                closes: if step.kind.is_empty() {
                    String::new()
                } else {
                    fill(
                        t.task_closes,
                        &[("kind", &step.kind), ("cells", &cells.join(", "))],
                    )
                },
                before: drift
                    .before
                    .iter()
                    .find(|(number, _)| *number == at + 1)
                    .map(|(_, who)| fill(t.had_before, &[("name", &name(who))]))
                    .unwrap_or_default(),
                free: state == StepState::NotAccepted,
                critical: step.critical,
            }
        })
        .collect()
}

fn other(proposal: &Proposal, again: &Again) -> Other {
    let named = |number: &usize| {
        let steps = again.draft.as_ref().map(|d| &d.steps);
        steps
            .and_then(|s| s.get(number - 1))
            .map(app::proposals::DraftStep::named)
    };
    Other {
        says: again.says.clone(),
        news: again.news.clone(),
        new: again.new.iter().filter_map(named).collect(),
        idle: again
            .gone
            .iter()
            .filter(|(_, why)| *why == Gone::NotNeeded)
            .filter_map(|(number, _)| proposal.draft.steps.get(number - 1))
            .map(app::proposals::DraftStep::named)
            .collect(),
    }
}

/// `GET /plans/{plan}`
pub async fn page(visit: Visit, Path(plan): Path<i64>) -> Answer {
    html(&make(&visit, plan, vec![]).await?)
}

/// `POST /plan/{program}`: keeps the plan that the form asks for as a proposal.
pub async fn propose(visit: Visit, Path(program): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let asked = Asked::sent(&|name| form.get(name).to_owned());
    let goal: Goal = asked.goal()?;
    let proposed = visit
        .office
        .propose_plan(&visit.actor, &visit.partner, &program, &goal)
        .await;
    match proposed {
        Ok(done) => Ok(back(&visit.frame, &format!("/plans/{}", done.value.plan))),
        // The page of the plan says why there is none.
        Err(Refusal::Problems(_)) => {
            let path = format!("/plan/{}", segment(&program));
            let to = visit.frame.links.with(&path, &asked.query());
            Ok(Redirect::to(&to).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /plans/{plan}/accept`: the steps that are ticked, or all that are free, become tasks.
pub async fn accept(visit: Visit, Path(plan): Path<i64>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let all = form.get("which") == "all";
    let steps: Vec<usize> = form.all("step").filter_map(|n| n.parse().ok()).collect();
    if !all && steps.is_empty() {
        let slip = Slip {
            message: visit.frame.t.no_step_ticked.to_owned(),
            help: visit.frame.t.tick_a_step.to_owned(),
            lang: visit.frame.lang.tag(),
        };
        return refused(&make(&visit, plan, vec![slip]).await?);
    }
    let accepting = Accepting {
        steps: if all { vec![] } else { steps },
        owner: Some(form.get("owner").to_owned()).filter(|o| o != BEFORE),
        owners: vec![],
    };
    let accepted = visit
        .office
        .accept_plan(&visit.actor, &visit.partner, plan, &accepting)
        .await;
    match accepted {
        Ok(_) => Ok(back(&visit.frame, &format!("/plans/{plan}"))),
        Err(refusal) => {
            let slips = slips(refusal, visit.frame.lang)?;
            refused(&make(&visit, plan, slips).await?)
        }
    }
}

/// `POST /plans/{plan}/withdraw`
pub async fn withdraw(visit: Visit, Path(plan): Path<i64>) -> Answer {
    let done = visit
        .office
        .withdraw_plan(&visit.actor, &visit.partner, plan)
        .await;
    match done {
        Ok(_) => Ok(back(&visit.frame, "/plans")),
        Err(refusal) => {
            let slips = slips(refusal, visit.frame.lang)?;
            refused(&make(&visit, plan, slips).await?)
        }
    }
}

/// `POST /plans/{plan}/case`: what the plan costs, into the models that have an input for it.
pub async fn count(visit: Visit, Path(plan): Path<i64>) -> Answer {
    let done = visit
        .office
        .count_plan(&visit.actor, &visit.partner, plan)
        .await;
    match done {
        Ok(_) => {
            let path = format!("/plans/{plan}");
            let to = visit.frame.links.with(&path, &[("done", "counted")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(refusal) => {
            let slips = slips(refusal, visit.frame.lang)?;
            refused(&make(&visit, plan, slips).await?)
        }
    }
}
