//! The same goal planned today, and what is another way now.

use domain::calendar::Day;
use domain::number::Exact;
use domain::plan::Before;

use super::{Draft, DraftStep, Origin, StepState, owners_before, slip};
use crate::access::{Actor, Verb};
use crate::locale::Lang;
use crate::office::Office;
use crate::plan::Goal;
use crate::refusal::Refusal;
use crate::texts::fill;

/// Why a step of the earlier plan is not in the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It is done.
    Done,
    /// What is wanted is met without it now.
    NotNeeded,
}

/// The same goal planned today, beside the plan that was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// The day on which it was planned again.
    pub today: Day,
    /// The one sentence of the new plan that matters most.
    pub news: String,
    /// What the new plan says; `None` where its budget is kept on no day any more.
    pub draft: Option<Draft>,
    /// Steps that stay: their numbers in the plan that was proposed and in the new one.
    pub kept: Vec<(usize, usize)>,
    /// Steps of the plan that was proposed, by number, that the new one does not have.
    pub gone: Vec<(usize, Gone)>,
    /// Steps of the new plan, by number, that the one that was proposed does not have.
    pub new: Vec<usize>,
    /// Who had the steps of the new plan before, by number: they keep them where the new plan is accepted without other owners.
    pub owners: Vec<(usize, String)>,
    /// What the plan that was proposed cost.
    pub cost_before: Exact,
    /// What of that was for steps that are not done yet.
    pub cost_left: Exact,
    /// What the new plan costs.
    pub cost_after: Option<Exact>,
    /// The difference in words.
    pub says: String,
}

impl Again {
    /// Is there nothing to be changed: what is left of the plan is what would be planned today?
    pub fn is_same(&self) -> bool {
        self.draft.is_some()
            && self.new.is_empty()
            && self.gone.iter().all(|(_, why)| *why == Gone::Done)
    }

    fn words(&self, currency: &str, lang: Lang) -> String {
        let t = lang.texts();
        let Some(after) = &self.cost_after else {
            return t.again_no_day.to_owned();
        };
        if self.is_same() {
            return t.again_nothing.to_owned();
        }
        let idle = |(_, why): &&(usize, Gone)| *why == Gone::NotNeeded;
        let idle = self.gone.iter().filter(idle).count();
        let mut parts = vec![lang.several(t.again_stay, self.kept.len())];
        if !self.new.is_empty() {
            parts.push(lang.several(t.again_new, self.new.len()));
        }
        if idle > 0 {
            parts.push(lang.several(t.again_idle, idle));
        }
        fill(
            t.again_costs,
            &[
                ("after", &lang.amount(after, currency)),
                ("left", &lang.amount(&self.cost_left, currency)),
                ("parts", &lang.list(&parts)),
            ],
        )
    }
}

impl Office {
    /// Plans the goal of a proposal again, as of today, and says in a language what is otherwise now. Nothing is kept.
    pub async fn plan_again(
        &self,
        actor: &Actor,
        partner: &str,
        plan: i64,
        lang: Lang,
    ) -> Result<Again, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        self.settle_tasks(partner).await?;
        let proposal = self.proposal(actor, partner, plan).await?;
        let old = &proposal.draft;
        let Origin::Goal { program, goal } = &old.origin else {
            return Err(slip(
                "no-goal",
                format!("plan {plan} is of a template, which has no goal to plan again"),
                "plan",
                "begin the template again on another day",
            ));
        };
        let goal = Goal {
            // Within a budget the earliest day is looked for anew.
            by: if goal.budget.is_some() {
                goal.by
            } else {
                Some(old.by)
            },
            ..goal.clone()
        };
        let before = old.steps.iter().map(|step| Before {
            file: step.file.clone(),
            action: step.action.clone(),
            subject: step.subject.clone(),
        });
        let (desk, planned) = self
            .planned(actor, partner, program, &goal, before.collect())
            .await?;
        let draft = Draft::of(&desk, &goal, &planned);
        let states = self.step_states(actor, &proposal, &desk).await?;
        let is_done = |at: usize| matches!(states[at], StepState::Done { .. });
        let mut again = Again {
            today: self.clock.today(),
            news: planned.said_in(lang).news(),
            kept: vec![],
            gone: vec![],
            new: vec![],
            owners: vec![],
            cost_before: old.cost.clone(),
            cost_left: old
                .steps
                .iter()
                .enumerate()
                .filter(|(at, _)| !is_done(*at))
                .map(|(_, step)| step.cost.clone())
                .sum(),
            cost_after: draft.as_ref().map(|d| d.cost.clone()),
            says: String::new(),
            draft,
        };
        let steps: &[DraftStep] = again.draft.as_ref().map_or(&[], |d| &d.steps);
        let mut free: Vec<usize> = (0..steps.len()).collect();
        for (at, step) in old.steps.iter().enumerate() {
            // What is done once is not what is to be done again, though it may be called the same.
            let same = free
                .iter()
                .position(|n| !is_done(at) && steps[*n].same() == step.same());
            match same {
                Some(found) => again.kept.push((at + 1, free.remove(found) + 1)),
                None if is_done(at) => again.gone.push((at + 1, Gone::Done)),
                None => again.gone.push((at + 1, Gone::NotNeeded)),
            }
        }
        again.new = free.into_iter().map(|n| n + 1).collect();
        if let Some(draft) = &again.draft {
            let mut tx = self.read(actor).await?;
            // None has the number 0: the plan that was proposed is an earlier one of the new plan.
            again.owners = owners_before(&mut tx, partner, draft, 0).await?;
        }
        again.says = again.words(&old.currency, lang);
        Ok(again)
    }
}
