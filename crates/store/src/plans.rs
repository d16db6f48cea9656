//! Plans as they were proposed, and which task each of their steps became.
//!
//! Knows no action and no level: what a plan says is a text that has a seal.

use domain::instant::Instant;
use sha2::{Digest as _, Sha256};

use crate::changes::seal_text;
use crate::db::{StoreError, Tx, on};

/// A plan as it was proposed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PlanRow {
    /// The change that proposed it, which is also its number.
    pub plan: i64,
    /// Whose it is.
    pub partner: String,
    /// When it was proposed, in microseconds.
    pub made: i64,
    /// By which account.
    pub by: String,
    /// What it says, as JSON.
    pub says: String,
    /// What makes its seal unguessable; gone once a text of it was erased.
    pub nonce: Option<i64>,
    /// Its seal, once a text of it was erased.
    pub seal: Option<Vec<u8>>,
    /// When it was withdrawn.
    pub withdrawn: Option<i64>,
    /// By which account; empty where it stands.
    pub withdrawn_by: String,
}

impl PlanRow {
    /// The seal, which the change that proposes it remembers.
    pub fn sealed(&self) -> Vec<u8> {
        if let Some(seal) = &self.seal {
            return seal.clone();
        }
        let mut hash = Sha256::new();
        hash.update(self.made.to_be_bytes());
        hash.update(self.nonce.unwrap_or(0).to_be_bytes());
        for text in [&self.partner, &self.by, &self.says] {
            seal_text(&mut hash, Some(text));
        }
        hash.finalize().to_vec()
    }
}

/// Which task a step of a plan became.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PlanStepRow {
    /// The plan.
    pub plan: i64,
    /// The step's number in it.
    pub step: i64,
    /// Whose it is.
    pub partner: String,
    /// The task.
    pub task: String,
    /// Only evidence that opens after this day, in days since 1970, closes the task; any does where there is none.
    pub opens_after: Option<i64>,
}

impl Tx {
    /// Writes a plan. The change that proposes it must remember its seal.
    pub async fn insert_plan(&mut self, row: &PlanRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into plans (plan, partner, made, by, says, nonce, withdrawn_by)
            values ($1, $2, $3, $4, $5, $6, '')
        ")
        .bind(row.plan)
        .bind(&row.partner)
        .bind(row.made)
        .bind(&row.by)
        .bind(&row.says)
        .bind(row.nonce)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The plans of a partner, newest first.
    pub async fn plans(&mut self, partner: &str) -> Result<Vec<PlanRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select plan, partner, made, by, says, nonce, seal, withdrawn, withdrawn_by
            from plans
            where partner = $1
            order by plan desc
            limit 500
        ")
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// A plan of a partner by its number.
    pub async fn plan(&mut self, partner: &str, plan: i64) -> Result<Option<PlanRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select plan, partner, made, by, says, nonce, seal, withdrawn, withdrawn_by
            from plans
            where plan = $1
              and partner = $2
        ")
        .bind(plan)
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// The plans after one, oldest first, at most so many, whoever they are of.
    pub async fn plans_after(&mut self, plan: i64, limit: i64) -> Result<Vec<PlanRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select plan, partner, made, by, says, nonce, seal, withdrawn, withdrawn_by
            from plans
            where plan > $1
            order by plan
            limit $2
        ")
        .bind(plan)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// Withdraws a plan; `false` where it is not there, or was withdrawn already.
    pub async fn withdraw_plan(
        &mut self,
        partner: &str,
        plan: i64,
        at: Instant,
        by: &str,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update plans
            set withdrawn = $1,
                withdrawn_by = $2
            where plan = $3
              and partner = $4
              and withdrawn is null
        ")
        .bind(at.0)
        .bind(by)
        .bind(plan)
        .bind(partner)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// Puts other texts into a plan. Its seal stays, so that the chain holds; its nonce goes, so that nobody can guess what it
    /// was sealed over.
    pub async fn erase_in_plan(&mut self, row: &PlanRow, says: &str) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update plans
            set says = $2,
                nonce = null,
                seal = $3
            where plan = $1
        ")
        .bind(row.plan)
        .bind(says)
        .bind(row.sealed())
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Says which task a step of a plan became.
    pub async fn insert_plan_step(&mut self, row: &PlanStepRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into plan_steps (plan, step, partner, task, opens_after)
            values ($1, $2, $3, $4, $5)
        ")
        .bind(row.plan)
        .bind(row.step)
        .bind(&row.partner)
        .bind(&row.task)
        .bind(row.opens_after)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Which tasks the steps of a partner's plans became; of one plan where it is named.
    pub async fn plan_steps(
        &mut self,
        partner: &str,
        plan: Option<i64>,
    ) -> Result<Vec<PlanStepRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select plan, step, partner, task, opens_after
            from plan_steps
            where partner = $1
              and ($2 is null or plan = $2)
            order by plan, step
        ")
        .bind(partner)
        .bind(plan)
        .fetch_all(c)
        .await?))
    }
}
