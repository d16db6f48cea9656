//! Plans that were proposed: kept as they were, accepted whole or in part, compared with what came of them.
//!
//! A proposal is immutable. Accepting a step makes a task of it with an owner, a day, and the evidence that closes it; how far
//! the tasks are, and what planning again would say, is worked out whenever somebody asks.

mod again;
mod draft;
mod drift;
mod templates;

use std::collections::BTreeSet;

use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use domain::plan::Before;
use serde_json::json;
use store::{PlanRow, PlanStepRow, StoreError, TaskRow, Tx, hex};

pub use again::{Again, Gone};
pub use draft::{Draft, DraftStep, Origin, Target, Worded};
pub use drift::{Ahead, Drift, StepState};
pub use templates::{begun_news, critical_path, drafted, length};

use crate::access::{Actor, May, Role, Verb};
use crate::links::fresh_id;
use crate::office::{Done, Known, Office};
use crate::plan::{Goal, Planned};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::tasks::{Said, Task, TaskState};

/// A plan that was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number: the change that proposed it.
    pub plan: i64,
    /// Whose it is.
    pub partner: String,
    /// When it was proposed.
    pub at: Instant,
    /// By which account.
    pub by: String,
    /// When it was withdrawn, and by which account.
    pub withdrawn: Option<(Instant, String)>,
    /// What it says.
    pub draft: Draft,
    /// Which of its steps became which task, by number.
    pub taken: Vec<(usize, String)>,
}

/// Which steps of a plan are accepted, and who does them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepting {
    /// The numbers of the steps, from 1 on; none: all that are not accepted yet.
    pub steps: Vec<usize>,
    /// The account that does each step that names no other one, empty for nobody yet; where it is `None`, whoever had the same
    /// step in an earlier plan does it again.
    pub owner: Option<String>,
    /// Accounts that do single steps, by the step's number.
    pub owners: Vec<(usize, String)>,
}

fn slip(code: &'static str, message: String, field: &str, help: &str) -> Refusal {
    Diagnostic::error(code, message, Place::default().showing(field))
        .help(help)
        .into()
}

/// Asks a desk beside what answers, for planning takes long; gives the desk back.
async fn asked<T: Send + 'static>(
    desk: Desk,
    ask: impl FnOnce(&Desk) -> T + Send + 'static,
) -> (Desk, T) {
    tokio::task::spawn_blocking(move || {
        let answer = ask(&desk);
        (desk, answer)
    })
    .await
    .expect("INVARIANT: planning answers without a panic")
}

fn proposal_of(row: PlanRow, steps: &[PlanStepRow]) -> Result<Proposal, Refusal> {
    let draft = Draft::read(&row.says).ok_or_else(|| {
        Refusal::Store(StoreError::Row {
            table: "plans",
            key: row.plan.to_string(),
            why: "what it says cannot be read".to_owned(),
        })
    })?;
    let taken = steps.iter().filter(|s| s.plan == row.plan);
    Ok(Proposal {
        plan: row.plan,
        partner: row.partner,
        at: Instant(row.made),
        by: row.by,
        withdrawn: row.withdrawn.map(|at| (Instant(at), row.withdrawn_by)),
        draft,
        taken: taken
            .filter_map(|s| Some((usize::try_from(s.step).ok()?, s.task.clone())))
            .collect(),
    })
}

impl Office {
    /// The least-cost plan of today for a goal in a program (`program`, or `program@edition`), beside the desk that found it.
    /// Of people who are alike those do it who were to do it before.
    pub(crate) async fn planned(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        goal: &Goal,
        before: Vec<Before>,
    ) -> Result<(Desk, Planned), Refusal> {
        let mut question = Question::on(self.clock.today());
        question.program = Some(program.to_owned());
        let desk = self
            .desk(actor, partner, question, Known::default())
            .await?;
        let goal = goal.clone();
        let (desk, planned) = asked(desk, move |desk| {
            crate::plan::plan_after(desk, &goal, &before)
        })
        .await;
        Ok((desk, planned?))
    }

    /// Plans a goal as of today and keeps the plan as a proposal, which nothing changes any more. The program is named by its
    /// id, with `@edition` behind it where not the one in force judges.
    pub async fn propose_plan(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        goal: &Goal,
    ) -> Result<Done<Proposal>, Refusal> {
        actor.permit(Verb::Work, partner)?;
        let (desk, planned) = self.planned(actor, partner, program, goal, vec![]).await?;
        match Draft::of(&desk, goal, &planned) {
            Some(draft) if !draft.steps.is_empty() => self.keep_plan(actor, partner, draft).await,
            _ => Err(slip(
                "nothing-to-propose",
                "there is nothing to do that could be proposed".to_owned(),
                "level",
                &planned.news(),
            )),
        }
    }

    /// Keeps what a plan says.
    pub(crate) async fn keep_plan(
        &self,
        actor: &Actor,
        partner: &str,
        draft: Draft,
    ) -> Result<Done<Proposal>, Refusal> {
        let mut row = PlanRow {
            plan: 0,
            partner: partner.to_owned(),
            made: self.now().0,
            by: actor.account.clone(),
            says: draft.as_json().to_string(),
            nonce: Some(rand::random()),
            seal: None,
            withdrawn: None,
            withdrawn_by: String::new(),
        };
        // What is kept is what is shown: read once, so that nothing is kept that cannot be read again.
        let draft = proposal_of(row.clone(), &[])?.draft;
        let programs: BTreeSet<&str> = draft.targets.iter().map(|t| t.program.as_str()).collect();
        let detail = json!({
            "programs": programs,
            "by": draft.by.to_string(),
            "steps": draft.steps.len(),
            "seal": hex(&row.sealed()),
        });
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let new = self.change(actor, "propose-plan", Some(partner), "plan", detail);
        row.plan = tx.append(&scope, new, &[]).await?.change;
        tx.insert_plan(&row).await?;
        tx.commit().await?;
        self.take_over().await?;
        Ok(Done {
            change: row.plan,
            value: proposal_of(row, &[])?,
        })
    }

    /// The plans of a partner, newest first, those that were withdrawn among them.
    pub async fn proposals(&self, actor: &Actor, partner: &str) -> Result<Vec<Proposal>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let mut tx = self.read(actor).await?;
        let steps = tx.plan_steps(partner, None).await?;
        let rows = tx.plans(partner).await?;
        rows.into_iter()
            .map(|row| proposal_of(row, &steps))
            .collect()
    }

    /// A plan of a partner by its number.
    pub async fn proposal(
        &self,
        actor: &Actor,
        partner: &str,
        plan: i64,
    ) -> Result<Proposal, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let mut tx = self.read(actor).await?;
        let row = tx.plan(partner, plan).await?;
        let row = row.ok_or_else(|| Refusal::no("plan", &plan.to_string()))?;
        let steps = tx.plan_steps(partner, Some(plan)).await?;
        proposal_of(row, &steps)
    }

    /// Of which step of which plan each task of a partner is: the task, the plan, the step's number.
    pub async fn planned_tasks(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<(String, i64, usize)>, Refusal> {
        actor
            .permit_own(Verb::Work, partner)
            .map(|_| ())
            .or_else(|refusal| match refusal {
                Refusal::Denied(_) => actor.permit(Verb::ReadStanding, partner),
                other => Err(other),
            })?;
        let mut tx = self.read(actor).await?;
        let steps = tx.plan_steps(partner, None).await?;
        Ok(steps
            .into_iter()
            .filter_map(|s| Some((s.task, s.plan, usize::try_from(s.step).ok()?)))
            .collect())
    }

    /// Accepts steps of a plan: each becomes a task with its owner, its day, and the evidence that closes it.
    pub async fn accept_plan(
        &self,
        actor: &Actor,
        partner: &str,
        plan: i64,
        accepting: &Accepting,
    ) -> Result<Done<Vec<Task>>, Refusal> {
        actor.permit(Verb::Work, partner)?;
        let proposal = self.proposal(actor, partner, plan).await?;
        if proposal.withdrawn.is_some() {
            return Err(slip(
                "plan-withdrawn",
                format!("plan {plan} was withdrawn"),
                "plan",
                "propose it anew",
            ));
        }
        let numbers = chosen(&proposal, accepting)?;
        let mut rows: Vec<(PlanStepRow, TaskRow)> = vec![];
        let today = self.clock.today();
        let before = match &accepting.owner {
            Some(_) => vec![],
            None => {
                let mut tx = self.read(actor).await?;
                owners_before(&mut tx, partner, &proposal.draft, plan).await?
            }
        };
        let before = |number: &usize| before.iter().find(|(of, _)| of == number);
        for number in &numbers {
            let step = &proposal.draft.steps[number - 1];
            let own = accepting.owners.iter().find(|(of, _)| of == number);
            let owner = own
                .map(|(_, who)| who.clone())
                .or_else(|| accepting.owner.clone())
                .or_else(|| before(number).map(|(_, who)| who.clone()));
            let title: String = step.named().chars().take(300).collect();
            let said = Said {
                title,
                note: draft::note_of(&proposal.draft, *number, step),
                owner: owner.filter(|who| !who.is_empty()),
                due: Some(step.done.min(step.due).max(today)),
                about: (!step.program.is_empty()).then(|| (step.program.clone(), step.row.clone())),
                closes: (!step.kind.is_empty()).then(|| (step.kind.clone(), step.closes.clone())),
            };
            let mut row = self.task_row(partner, &said)?;
            row.task = fresh_id('t');
            row.by = actor.account.clone();
            let link = PlanStepRow {
                plan,
                step: i64::try_from(*number).unwrap_or(i64::MAX),
                partner: partner.to_owned(),
                task: row.task.clone(),
                opens_after: step.opens_after.map(|d| d.0.into()),
            };
            rows.push((link, row));
        }
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let owners: BTreeSet<&str> = rows.iter().map(|(_, row)| row.owner.as_str()).collect();
        for owner in owners.into_iter().filter(|o| !o.is_empty()) {
            works_here(&mut tx, actor, partner, owner).await?;
        }
        let taken = |error: StoreError| match error.is_duplicate() {
            true => Refusal::Conflict {
                what: "the plan".to_owned(),
                now: Some(plan),
            },
            false => error.into(),
        };
        for (link, row) in &rows {
            tx.put_task(row).await?;
            tx.insert_plan_step(link).await.map_err(taken)?;
        }
        let detail = json!({ "steps": numbers });
        let subject = format!("plan {plan}");
        let new = self.change(actor, "accept-plan", Some(partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: rows.into_iter().map(|(_, row)| Task::of(row)).collect(),
            change,
        })
    }

    /// Withdraws a plan. What was accepted of it and is still open is dropped; what is done stays. Gives how many tasks were
    /// dropped.
    pub async fn withdraw_plan(
        &self,
        actor: &Actor,
        partner: &str,
        plan: i64,
    ) -> Result<Done<usize>, Refusal> {
        actor.permit(Verb::Work, partner)?;
        let scope = actor.scope();
        let now = self.now();
        let mut tx = self.store.write(&scope).await?;
        let found = tx.plan(partner, plan).await?;
        let found = found.ok_or_else(|| Refusal::no("plan", &plan.to_string()))?;
        if found.withdrawn.is_some()
            || !tx.withdraw_plan(partner, plan, now, &actor.account).await?
        {
            return Err(slip(
                "plan-withdrawn",
                format!("plan {plan} was withdrawn already"),
                "plan",
                "nothing is left to do about it",
            ));
        }
        let mut dropped = 0;
        for step in tx.plan_steps(partner, Some(plan)).await? {
            let open = tx.task(partner, &step.task).await?;
            let Some(row) = open.filter(|t| t.state == TaskState::Open.name()) else {
                continue;
            };
            let next = TaskRow {
                version: row.version + 1,
                state: TaskState::Dropped.name().to_owned(),
                closed: Some(now.0),
                closed_by: actor.account.clone(),
                ..row
            };
            dropped += usize::from(tx.put_task(&next).await?);
        }
        let detail = json!({ "dropped": dropped });
        let subject = format!("plan {plan}");
        let new = self.change(actor, "withdraw-plan", Some(partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: dropped,
            change,
        })
    }
}

/// The numbers of the steps that are accepted: those that are named, which must be there and free, or all that are free.
fn chosen(proposal: &Proposal, accepting: &Accepting) -> Result<Vec<usize>, Refusal> {
    let plan = proposal.plan;
    let steps = proposal.draft.steps.len();
    let is_taken = |number: usize| proposal.taken.iter().any(|(of, _)| *of == number);
    let named = accepting.steps.iter();
    for number in named.chain(accepting.owners.iter().map(|(of, _)| of)) {
        if *number == 0 || *number > steps {
            return Err(slip(
                "unknown-step",
                format!("plan {plan} has no step {number}"),
                "steps",
                &format!("its steps are numbered from 1 to {steps}"),
            ));
        }
    }
    let mut numbers: Vec<usize> = accepting.steps.clone();
    numbers.sort_unstable();
    numbers.dedup();
    if let Some(number) = numbers.iter().find(|n| is_taken(**n)) {
        return Err(slip(
            "step-accepted",
            format!("step {number} of plan {plan} was accepted already"),
            "steps",
            "leave it out: a step becomes one task",
        ));
    }
    if numbers.is_empty() {
        numbers = (1..=steps).filter(|n| !is_taken(*n)).collect();
    }
    if numbers.is_empty() {
        return Err(slip(
            "step-accepted",
            format!("all steps of plan {plan} were accepted already"),
            "steps",
            "plan again to see what is left to do",
        ));
    }
    if let Some((number, _)) = accepting.owners.iter().find(|(n, _)| !numbers.contains(n)) {
        return Err(slip(
            "unknown-step",
            format!("step {number} has an owner and is not accepted"),
            "owners",
            "accept it too, or leave its owner out",
        ));
    }
    Ok(numbers)
}

/// Who had the steps of a plan in earlier ones, by the steps' numbers: the owner of the newest task of the same step, where that
/// account still works here.
pub(crate) async fn owners_before(
    tx: &mut Tx,
    partner: &str,
    draft: &Draft,
    plan: i64,
) -> Result<Vec<(usize, String)>, Refusal> {
    let taken: Vec<PlanStepRow> = tx
        .plan_steps(partner, None)
        .await?
        .into_iter()
        .filter(|step| step.plan != plan)
        .collect();
    if taken.is_empty() {
        return Ok(vec![]);
    }
    let workers = workers(tx, partner).await?;
    let tasks = tx.tasks(partner, true).await?;
    let mut found: Vec<(usize, String)> = vec![];
    // Newest first.
    for row in tx.plans(partner).await? {
        let steps = taken.iter().filter(|step| step.plan == row.plan);
        let steps: Vec<&PlanStepRow> = steps.collect();
        if steps.is_empty() {
            continue;
        }
        let Some(old) = Draft::read(&row.says) else {
            continue;
        };
        for step in steps {
            let at = usize::try_from(step.step - 1).ok();
            let Some(said) = at.and_then(|at| old.steps.get(at)) else {
                continue;
            };
            let task = tasks.iter().find(|task| task.task == step.task);
            let Some(owner) = task.map(|t| &t.owner).filter(|o| workers.contains(*o)) else {
                continue;
            };
            let is_free = |(at, new): &(usize, &DraftStep)| {
                new.same() == said.same() && !found.iter().any(|(number, _)| *number == at + 1)
            };
            if let Some((at, _)) = draft.steps.iter().enumerate().find(is_free) {
                found.push((at + 1, owner.clone()));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The accounts that have a role that works at a partner.
async fn workers(tx: &mut Tx, partner: &str) -> Result<BTreeSet<String>, Refusal> {
    let grants = tx.grants_at(Some(partner)).await?;
    let works = |role: &str| Role::named(role).is_some_and(|r| Verb::Work.may(r) != May::No);
    let working = grants.into_iter().filter(|g| works(&g.role));
    Ok(working.map(|g| g.account).collect())
}

/// That an account has a role that works at a partner.
async fn works_here(
    tx: &mut Tx,
    actor: &Actor,
    partner: &str,
    account: &str,
) -> Result<(), Refusal> {
    if account == actor.account || workers(tx, partner).await?.contains(account) {
        return Ok(());
    }
    Err(slip(
        "cannot-work-here",
        format!("`{account}` has no role that works here"),
        "owner",
        "choose somebody who works for this partner, or give them a role first",
    ))
}
