//! The audit log: who did what, when, to what, and whether every row still is what it was.

use store::{Change, Flaw, Sought, Verified};

use crate::access::{Actor, Verb};
use crate::office::Office;
use crate::refusal::Refusal;

/// A page of the audit log, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logged {
    /// The changes.
    pub changes: Vec<Change>,
    /// What the next page is asked with, as `before`; `None` where nothing older is left.
    pub next: Option<i64>,
}

/// The most changes of a page.
pub const MOST: i64 = 500;

impl Office {
    /// The audit log of a partner.
    pub async fn audit(
        &self,
        actor: &Actor,
        partner: &str,
        sought: &Sought,
        limit: i64,
    ) -> Result<Logged, Refusal> {
        actor.permit(Verb::ReadAudit, partner)?;
        let sought = Sought {
            partner: Some(partner.to_owned()),
            ..sought.clone()
        };
        self.logged(actor, &sought, limit).await
    }

    /// The audit log of everybody and of the server.
    pub async fn audit_all(
        &self,
        actor: &Actor,
        sought: &Sought,
        limit: i64,
    ) -> Result<Logged, Refusal> {
        actor.permit_server(Verb::AuditAll)?;
        self.logged(actor, sought, limit).await
    }

    async fn logged(&self, actor: &Actor, sought: &Sought, limit: i64) -> Result<Logged, Refusal> {
        let limit = limit.clamp(1, MOST);
        let mut changes = self.read(actor).await?.sought(sought, limit + 1).await?;
        let more = changes.len() as i64 > limit;
        changes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = changes.last().filter(|_| more).map(|c| c.change);
        Ok(Logged { changes, next })
    }

    /// Makes every seal again and says what does not hold. Where a seal was noted, it must be that of a change; else what came
    /// last was cut off. `progress` is told how much of how much is read.
    pub async fn verify_audit(
        &self,
        actor: &Actor,
        noted: Option<&[u8]>,
        progress: &mut (dyn FnMut(i64, i64) + Send),
    ) -> Result<Verified, Refusal> {
        actor.permit_server(Verb::AuditAll)?;
        let mut tx = self.read(actor).await?;
        let mut verified = tx.verify_showing(progress).await?;
        if let Some(noted) = noted
            && tx.change_sealed(noted).await?.is_none()
        {
            verified.flaws.push(Flaw::SealUnknown(noted.to_vec()));
        }
        Ok(verified)
    }
}

/// What does not hold, in words.
pub fn flaw_in_words(flaw: &Flaw) -> String {
    match flaw {
        Flaw::ChangeMissing(change) => {
            format!("change {change} is missing, though later ones are there")
        }
        Flaw::ChangeAltered(change) => format!(
            "change {change} does not say what it was sealed with, or the one before it was exchanged"
        ),
        Flaw::FactsAltered {
            change,
            wrote,
            there,
        } if wrote == there => {
            format!("a fact of change {change} does not say what it was sealed with")
        }
        Flaw::FactsAltered {
            change,
            wrote,
            there,
        } => format!("change {change} wrote {wrote} facts, and {there} are there"),
        Flaw::FactWithoutChange(fact) => format!("fact {fact} was written by no change"),
        Flaw::DecisionMissing(change) => {
            format!("the decision that change {change} made is missing")
        }
        Flaw::DecisionAltered(decision) => {
            format!("decision {decision} does not say what it was sealed with")
        }
        Flaw::PlanMissing(change) => {
            format!("the plan that change {change} proposed is missing")
        }
        Flaw::PlanAltered(plan) => {
            format!("plan {plan} does not say what it was sealed with")
        }
        Flaw::TextAltered(hash) => format!(
            "a text of programs that is kept as {} is not what it was",
            &hash[..hash.len().min(12)]
        ),
        Flaw::SealUnknown(seal) => format!(
            "no change has the seal {}: what came last was cut off, or all of it was written anew",
            store::hex(seal)
        ),
    }
}
