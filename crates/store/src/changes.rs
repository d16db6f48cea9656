//! The audit log: a row for everything that was done, each sealed over the one before it.

use domain::instant::Instant;
use sha2::{Digest as _, Sha256};

use crate::db::{Scope, StoreError, Tx, on};
use crate::facts::{Fact, NewFact, Sealing};

/// Something about to be done, as it will be remembered.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// When.
    pub at: Instant,
    /// Who: an account's id, or the name of what acts by itself. Never a person's name or address, for what is sealed stays.
    pub actor: String,
    /// What was done, by the name of the verb.
    pub verb: String,
    /// The partner whose matter it is; `None` where it is nobody's alone.
    pub partner: Option<String>,
    /// What it was done to, as `kind id`.
    pub subject: String,
    /// What else is to be remembered of it, as a JSON object. Never a person's name or address.
    pub detail: String,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number: 1, 2, 3 … without a gap.
    pub change: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// What was done.
    pub verb: String,
    /// The partner whose matter it is.
    pub partner: Option<String>,
    /// What it was done to.
    pub subject: String,
    /// What else is remembered, as a JSON object.
    pub detail: String,
    /// The newest fact once it was done.
    pub last_fact: i64,
    /// Over the seals of its facts.
    pub facts_seal: Vec<u8>,
    /// Over all of the above, and the seal before.
    pub seal: Vec<u8>,
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The number of the change.
    pub change: i64,
    /// The first fact that it wrote.
    pub first_fact: i64,
    /// The last fact that it wrote; one less than the first where it wrote none.
    pub last_fact: i64,
}

/// A change that is being written, with its facts batch by batch.
#[derive(Debug)]
pub struct Appending<'t> {
    tx: &'t mut Tx,
    scope: Option<Scope>,
    new: NewChange,
    change: i64,
    before: Vec<u8>,
    first_fact: i64,
    sealing: Sealing,
}

pub(crate) type ChangeRow = (
    i64,
    i64,
    String,
    String,
    Option<String>,
    String,
    String,
    i64,
    Vec<u8>,
    Vec<u8>,
);

impl Change {
    pub(crate) fn of(row: ChangeRow) -> Change {
        let (change, at, actor, verb, partner, subject, detail, last_fact, facts_seal, seal) = row;
        Change {
            change,
            at: Instant(at),
            actor,
            verb,
            partner,
            subject,
            detail,
            last_fact,
            facts_seal,
            seal,
        }
    }

    /// A text that its detail remembers under a name.
    pub fn detail_text(&self, name: &str) -> Option<String> {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).ok()?;
        Some(detail.get(name)?.as_str()?.to_owned())
    }

    /// The seal that it must have, given the one before it.
    pub(crate) fn sealed(&self, before: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(before);
        for number in [self.change, self.at.0, self.last_fact] {
            hash.update(number.to_be_bytes());
        }
        let partner = self.partner.as_deref();
        for text in [
            Some(&*self.actor),
            Some(&*self.verb),
            partner,
            Some(&*self.subject),
            Some(&*self.detail),
        ] {
            seal_text(&mut hash, text);
        }
        hash.update(&self.facts_seal);
        hash.finalize().to_vec()
    }
}

/// A text with its length before it, so that no two lists of texts look alike.
pub(crate) fn seal_text(hash: &mut Sha256, text: Option<&str>) {
    match text {
        None => hash.update(u64::MAX.to_be_bytes()),
        Some(text) => {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
    }
}

const NEWEST: &str = "
    select change, at, actor, verb, partner, subject, detail, last_fact, facts_seal, seal
    from changes
    order by change desc
    limit 1
";

impl Tx {
    /// Appends a change with the facts that it writes.
    pub async fn append(
        &mut self,
        scope: &Scope,
        new: NewChange,
        facts: &[NewFact],
    ) -> Result<Changed, StoreError> {
        let mut appending = self.begin_change(scope, new).await?;
        appending.facts(facts).await?;
        appending.finish().await
    }

    /// Begins a change. From here until the transaction ends nobody else appends one, for the next must seal this one.
    ///
    /// `scope` is the one with which the transaction was begun; it holds again once the change is finished.
    pub async fn begin_change(
        &mut self,
        scope: &Scope,
        new: NewChange,
    ) -> Result<Appending<'_>, StoreError> {
        self.lock_changes().await?;
        // The newest change may be of a partner that this transaction does not see.
        let narrow = (*scope != Scope::All).then(|| scope.clone());
        if narrow.is_some() {
            self.rescope(&Scope::All).await?;
        }
        let newest = self.newest_change().await?;
        let (change, before, last_fact) = match newest {
            Some(newest) => (newest.change + 1, newest.seal, newest.last_fact),
            None => (1, vec![], 0),
        };
        Ok(Appending {
            tx: self,
            scope: narrow,
            new,
            change,
            before,
            first_fact: last_fact + 1,
            sealing: Sealing::after(last_fact),
        })
    }

    /// From here until the transaction ends nobody else appends a change. Whoever first reads what stands and then writes says
    /// so before reading.
    pub async fn lock_changes(&mut self) -> Result<(), StoreError> {
        if let Tx::Postgres(tx) = self {
            sqlx::query("select pg_advisory_xact_lock(7211093)")
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// The newest change that this transaction sees.
    pub async fn newest_change(&mut self) -> Result<Option<Change>, StoreError> {
        let row: Option<ChangeRow> =
            on!(self, c => sqlx::query_as(NEWEST).fetch_optional(c).await?);
        Ok(row.map(Change::of))
    }

    /// Changes before a number, newest first, at most so many; of one partner, or of one verb, where they are named.
    pub async fn changes(
        &mut self,
        partner: Option<&str>,
        verb: Option<&str>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<ChangeRow> = on!(self, c => sqlx::query_as("
            select change, at, actor, verb, partner, subject, detail, last_fact, facts_seal, seal
            from changes
            where change < $1
              and ($2 is null or partner = $2)
              and ($3 is null or verb = $3)
            order by change desc
            limit $4
        ")
        .bind(before.unwrap_or(i64::MAX))
        .bind(partner)
        .bind(verb)
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Change::of).collect())
    }

    /// A change by its number.
    pub async fn change(&mut self, change: i64) -> Result<Option<Change>, StoreError> {
        Ok(self
            .changes(None, None, Some(change.saturating_add(1)), 1)
            .await?
            .into_iter()
            .find(|c| c.change == change))
    }
}

impl Appending<'_> {
    /// The number that the change will have.
    pub fn change(&self) -> i64 {
        self.change
    }

    /// The number that its next fact will have.
    pub fn next_fact(&self) -> i64 {
        self.sealing.last() + 1
    }

    /// Writes facts of it.
    pub async fn facts(&mut self, facts: &[NewFact]) -> Result<(), StoreError> {
        for batch in facts.chunks(4_000) {
            let mut batch: Vec<Fact> = batch
                .iter()
                .map(|new| self.sealing.number(new, self.change))
                .collect();
            for fact in &batch {
                self.sealing.add(fact);
            }
            self.tx.insert_facts(&mut batch).await?;
        }
        Ok(())
    }

    /// Seals it.
    pub async fn finish(self) -> Result<Changed, StoreError> {
        let last_fact = self.sealing.last();
        let mut change = Change {
            change: self.change,
            at: self.new.at,
            actor: self.new.actor,
            verb: self.new.verb,
            partner: self.new.partner,
            subject: self.new.subject,
            detail: self.new.detail,
            last_fact,
            facts_seal: self.sealing.finish(),
            seal: vec![],
        };
        change.seal = change.sealed(&self.before);
        on!(self.tx, c => sqlx::query("
            insert into changes (change, at, actor, verb, partner, subject, detail, last_fact, facts_seal, seal)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ")
        .bind(change.change)
        .bind(change.at.0)
        .bind(&change.actor)
        .bind(&change.verb)
        .bind(&change.partner)
        .bind(&change.subject)
        .bind(&change.detail)
        .bind(change.last_fact)
        .bind(&change.facts_seal)
        .bind(&change.seal)
        .execute(c)
        .await
        .map(|_| ())?);
        if let Some(scope) = self.scope {
            self.tx.rescope(&scope).await?;
        }
        Ok(Changed {
            change: change.change,
            first_fact: self.first_fact,
            last_fact,
        })
    }
}
