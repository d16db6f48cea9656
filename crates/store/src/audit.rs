//! The audit log read back: what was done, and whether every row still is what it was.

use domain::instant::Instant;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::changes::{Change, ChangeRow};
use crate::db::{StoreError, Tx, on};
use crate::facts::{Fact, FactRow, Sealing};

/// What was found when every seal was made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many changes there are.
    pub changes: i64,
    /// How many facts there are.
    pub facts: i64,
    /// How many decisions there are.
    pub decisions: i64,
    /// How many facts, decisions and plans were erased, and stand with their seal alone.
    pub erased: i64,
    /// The newest seal: whoever noted it elsewhere can tell that nothing was cut off at the end.
    pub head: Vec<u8>,
    /// What does not hold, in order.
    pub flaws: Vec<Flaw>,
}

/// A row that was changed or is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// This change is not there, though a later one is.
    ChangeMissing(i64),
    /// This change does not say what it was sealed with, or the one before it was exchanged.
    ChangeAltered(i64),
    /// Of the facts of this change some are missing, exchanged or altered.
    FactsAltered {
        /// The change.
        change: i64,
        /// How many facts it wrote.
        wrote: i64,
        /// How many are there.
        there: i64,
    },
    /// A fact names a change that is not there.
    FactWithoutChange(i64),
    /// The decision that this change made is not there.
    DecisionMissing(i64),
    /// This decision does not say what it was sealed with, or no change made it.
    DecisionAltered(i64),
    /// The plan that this change proposed is not there.
    PlanMissing(i64),
    /// This plan does not say what it was sealed with, or no change proposed it.
    PlanAltered(i64),
    /// A text of programs or vocabulary, by its hash, is not what it was.
    TextAltered(String),
    /// The seal that somebody noted is that of no change: what came last was cut off, or all of it was written anew.
    SealUnknown(Vec<u8>),
}

/// Which changes are asked for. All that is said must be so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Of this partner.
    pub partner: Option<String>,
    /// Done by this verb.
    pub verb: Option<String>,
    /// Done by this actor.
    pub actor: Option<String>,
    /// Done to this, as `kind id`.
    pub subject: Option<String>,
    /// Done at this moment or later.
    pub from: Option<Instant>,
    /// Done before this moment.
    pub until: Option<Instant>,
    /// With a smaller number than this one: where the page before ended.
    pub before: Option<i64>,
}

/// So many changes are read at once.
const PAGE: i64 = 2_000;

impl Tx {
    /// Changes that are sought, newest first, at most so many.
    pub async fn sought(&mut self, sought: &Sought, limit: i64) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<ChangeRow> = on!(self, c => sqlx::query_as("
            select change, at, actor, verb, partner, subject, detail, last_fact, facts_seal, seal
            from changes
            where change < $1
              and ($2 is null or partner = $2)
              and ($3 is null or verb = $3)
              and ($4 is null or actor = $4)
              and ($5 is null or subject = $5)
              and at >= $6
              and at < $7
            order by change desc
            limit $8
        ")
        .bind(sought.before.unwrap_or(i64::MAX))
        .bind(&sought.partner)
        .bind(&sought.verb)
        .bind(&sought.actor)
        .bind(&sought.subject)
        .bind(sought.from.map_or(i64::MIN, |at| at.0))
        .bind(sought.until.map_or(i64::MAX, |at| at.0))
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Change::of).collect())
    }

    /// The changes after one, oldest first, at most so many.
    pub async fn changes_after(
        &mut self,
        change: i64,
        limit: i64,
    ) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<ChangeRow> = on!(self, c => sqlx::query_as("
            select change, at, actor, verb, partner, subject, detail, last_fact, facts_seal, seal
            from changes
            where change > $1
            order by change
            limit $2
        ")
        .bind(change)
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Change::of).collect())
    }

    /// The number of the change that has this seal.
    pub async fn change_sealed(&mut self, seal: &[u8]) -> Result<Option<i64>, StoreError> {
        let row: Option<(i64,)> = on!(self, c => sqlx::query_as("
            select change
            from changes
            where seal = $1
        ")
        .bind(seal)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(change,)| change))
    }

    /// Makes every seal again and says what does not hold. The transaction must see everybody's rows.
    pub async fn verify(&mut self) -> Result<Verified, StoreError> {
        self.verify_showing(&mut |_, _| {}).await
    }

    /// The same, and says on the way how many changes of how many, and facts of how many, are done: `(done, of)`.
    ///
    /// Facts come one by one, so that a change of millions of them is read as one of three.
    pub async fn verify_showing(
        &mut self,
        progress: &mut (dyn FnMut(i64, i64) + Send),
    ) -> Result<Verified, StoreError> {
        let mut found = Verified::default();
        let newest = self.newest_change().await?;
        let of = newest.map_or(0, |c| c.change + c.last_fact);
        let mut before = vec![];
        let (mut last_change, mut last_fact) = (0, 0);
        loop {
            let page = self.changes_after(last_change, PAGE).await?;
            let Some(last) = page.last() else { break };
            let through = last.last_fact.max(last_fact);
            let mut reading = Reading {
                page: &page,
                at: 0,
                last_fact,
                sealing: Sealing::after(last_fact),
                there: 0,
                astray: false,
                found: &mut found,
                before: &mut before,
                last_change: &mut last_change,
            };
            let after = last_fact;
            let begun = last.change - page.len() as i64;
            on!(&mut *self, c => {
                let mut rows = sqlx::query_as::<_, FactRow>("
                    select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
                    from facts
                    where fact > $1
                      and fact <= $2
                    order by fact
                ")
                .bind(after)
                .bind(through)
                .fetch(c);
                while let Some(row) = rows.try_next().await? {
                    let fact = Fact::of(row);
                    if fact.fact % 1024 == 0 {
                        progress(begun + fact.fact, of);
                    }
                    reading.fact(&fact);
                }
            });
            reading.rest();
            last_fact = through;
            progress(last_change + last_fact, of);
        }
        let strays: Vec<(i64,)> = on!(self, c => sqlx::query_as("
            select fact
            from facts
            where fact > $1
            order by fact
            limit 100
        ")
        .bind(last_fact)
        .fetch_all(c)
        .await?);
        found.flaws.extend(
            strays
                .into_iter()
                .map(|(fact,)| Flaw::FactWithoutChange(fact)),
        );
        found.head = before;
        self.verify_decisions(&mut found).await?;
        self.verify_plans(&mut found).await?;
        self.verify_texts(&mut found).await?;
        Ok(found)
    }

    async fn verify_decisions(&mut self, found: &mut Verified) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = self.decisions_after(after, 100).await?;
            let Some(last) = page.last() else { break };
            after = last.decision;
            for decision in &page {
                found.decisions += 1;
                found.erased += i64::from(decision.seal.is_some());
                let change = self.change(decision.decision).await?;
                let said = change.and_then(|c| c.detail_text("seal"));
                if said != Some(crate::decisions::hex(&decision.sealed())) {
                    found.flaws.push(Flaw::DecisionAltered(decision.decision));
                }
            }
        }
        let missing: Vec<(i64,)> = on!(self, c => sqlx::query_as("
            select change
            from changes
            where verb = 'decide'
              and not exists (select 1 from decisions where decision = change)
            order by change
            limit 100
        ")
        .fetch_all(c)
        .await?);
        let missing = missing.into_iter();
        found
            .flaws
            .extend(missing.map(|(change,)| Flaw::DecisionMissing(change)));
        Ok(())
    }

    async fn verify_plans(&mut self, found: &mut Verified) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = self.plans_after(after, 100).await?;
            let Some(last) = page.last() else { break };
            after = last.plan;
            for plan in &page {
                found.erased += i64::from(plan.seal.is_some());
                let change = self.change(plan.plan).await?;
                let said = change.and_then(|c| c.detail_text("seal"));
                if said != Some(crate::decisions::hex(&plan.sealed())) {
                    found.flaws.push(Flaw::PlanAltered(plan.plan));
                }
            }
        }
        let missing: Vec<(i64,)> = on!(self, c => sqlx::query_as("
            select change
            from changes
            where verb = 'propose-plan'
              and not exists (select 1 from plans where plan = change)
            order by change
            limit 100
        ")
        .fetch_all(c)
        .await?);
        let missing = missing.into_iter();
        found
            .flaws
            .extend(missing.map(|(change,)| Flaw::PlanMissing(change)));
        Ok(())
    }

    async fn verify_texts(&mut self, found: &mut Verified) -> Result<(), StoreError> {
        let mut altered = vec![];
        for sql in [
            "select hash, text from texts order by hash",
            "select library, made_of from libraries order by library",
        ] {
            on!(&mut *self, c => {
                let mut rows = sqlx::query_as::<_, (String, String)>(sql).fetch(c);
                while let Some((hash, text)) = rows.try_next().await? {
                    if crate::decisions::hex(&Sha256::digest(text.as_bytes())) != hash {
                        altered.push(Flaw::TextAltered(hash));
                    }
                }
            });
        }
        found.flaws.extend(altered);
        Ok(())
    }
}

/// A page of changes whose facts are being read.
struct Reading<'r> {
    page: &'r [Change],
    at: usize,
    last_fact: i64,
    sealing: Sealing,
    there: i64,
    astray: bool,
    found: &'r mut Verified,
    before: &'r mut Vec<u8>,
    last_change: &'r mut i64,
}

impl Reading<'_> {
    /// The next fact: of the change that has its number among those that it wrote.
    fn fact(&mut self, fact: &Fact) {
        while let Some(change) = self.page.get(self.at)
            && fact.fact > change.last_fact
        {
            self.finish();
        }
        let Some(change) = self.page.get(self.at) else {
            return;
        };
        self.there += 1;
        self.astray |= fact.change != change.change;
        self.found.facts += 1;
        self.found.erased += i64::from(fact.seal.is_some());
        self.sealing.add(fact);
    }

    fn rest(&mut self) {
        while self.at < self.page.len() {
            self.finish();
        }
    }

    /// The facts of a change are read: does it hold?
    fn finish(&mut self) {
        let change = &self.page[self.at];
        let expected = *self.last_change + 1;
        let missing = (expected..change.change).take(100);
        self.found.flaws.extend(missing.map(Flaw::ChangeMissing));
        if change.sealed(self.before) != change.seal {
            self.found.flaws.push(Flaw::ChangeAltered(change.change));
        }
        let wrote = change.last_fact - self.last_fact;
        if self.there != wrote || self.astray || self.sealing.finish() != change.facts_seal {
            self.found.flaws.push(Flaw::FactsAltered {
                change: change.change,
                wrote,
                there: self.there,
            });
        }
        self.found.changes += 1;
        *self.last_change = change.change;
        self.before.clone_from(&change.seal);
        self.last_fact = change.last_fact;
        self.sealing = Sealing::after(self.last_fact);
        (self.there, self.astray) = (0, false);
        self.at += 1;
    }
}
