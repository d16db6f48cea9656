//! The audit log: who did what, when, to what, and whether every row still is what it was.

use store::{Change, Flaw, Sought, Verified};

use crate::access::{Actor, Verb};
use crate::locale::Lang;
use crate::office::Office;
use crate::refusal::Refusal;
use crate::texts::fill;

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

/// What does not hold, in words of a language.
pub fn flaw_in_words(flaw: &Flaw, lang: Lang) -> String {
    let t = lang.texts();
    let of_change = |pattern: &str, change: &i64| fill(pattern, &[("change", &change.to_string())]);
    match flaw {
        Flaw::ChangeMissing(change) => of_change(t.flaw_change_missing, change),
        Flaw::ChangeAltered(change) => of_change(t.flaw_change_altered, change),
        Flaw::FactsAltered {
            change,
            wrote,
            there,
        } if wrote == there => of_change(t.flaw_fact_altered, change),
        Flaw::FactsAltered {
            change,
            wrote,
            there,
        } => fill(
            t.flaw_facts_differ,
            &[
                ("change", &change.to_string()),
                ("wrote", &wrote.to_string()),
                ("there", &there.to_string()),
            ],
        ),
        Flaw::FactWithoutChange(fact) => fill(t.flaw_fact_alone, &[("fact", &fact.to_string())]),
        Flaw::DecisionMissing(change) => of_change(t.flaw_decision_missing, change),
        Flaw::DecisionAltered(decision) => fill(
            t.flaw_decision_altered,
            &[("decision", &decision.to_string())],
        ),
        Flaw::PlanMissing(change) => of_change(t.flaw_plan_missing, change),
        Flaw::PlanAltered(plan) => fill(t.flaw_plan_altered, &[("plan", &plan.to_string())]),
        Flaw::TextAltered(hash) => fill(
            t.flaw_text_altered,
            &[("hash", &hash[..hash.len().min(12)])],
        ),
        Flaw::SealUnknown(seal) => fill(t.flaw_seal_unknown, &[("seal", &store::hex(seal))]),
    }
}
