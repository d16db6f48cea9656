//! What was learned, row by row, in the order in which it was learned.
//!
//! A fact is never overwritten: another one replaces it, and says which. One without cells says that what it replaces is
//! withdrawn. Knows texts; what they mean is the business of whoever reads the vocabulary.

use domain::calendar::Day;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use crate::changes::seal_text;
use crate::db::{StoreError, Tx, on};

/// The kind of facts that say that a kind was supplied, even without a row; their key is that kind.
pub const SUPPLIED: &str = "supplied";
/// The kind of facts that are rows which could not be read; they may count.
pub const REFUSED: &str = "refused";

/// Something to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFact {
    /// Whose it is.
    pub partner: String,
    /// Its kind, by the vocabulary, or one of [`SUPPLIED`] and [`REFUSED`].
    pub kind: String,
    /// What tells it from others of its kind: a JSON list of texts.
    pub key: String,
    /// What it says: a JSON object of texts, without empty ones; `None` withdraws what it replaces.
    pub cells: Option<String>,
    /// The fact in whose place it stands.
    pub replaces: Option<i64>,
    /// The day on which it was recorded, where its file says so.
    pub recorded_on: Option<Day>,
    /// Where it is from, in words.
    pub source: String,
}

/// Something written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its number, in the order in which facts were learned.
    pub fact: i64,
    /// The change that wrote it.
    pub change: i64,
    /// Whose it is.
    pub partner: String,
    /// Its kind.
    pub kind: String,
    /// What tells it from others of its kind.
    pub key: String,
    /// What it says; `None` withdraws what it replaces.
    pub cells: Option<String>,
    /// The fact in whose place it stands.
    pub replaces: Option<i64>,
    /// The day on which it was recorded, where its file says so.
    pub recorded_on: Option<Day>,
    /// Where it is from, in words.
    pub source: String,
    /// What makes its seal unguessable; gone once it was erased.
    pub nonce: Option<i64>,
    /// Its seal, once it was erased.
    pub seal: Option<Vec<u8>>,
}

impl Fact {
    /// The seal: what is kept of it for ever.
    pub fn sealed(&self) -> Vec<u8> {
        if let Some(seal) = &self.seal {
            return seal.clone();
        }
        let mut hash = Sha256::new();
        for number in [
            self.fact,
            self.replaces.unwrap_or(0),
            self.recorded_on.map_or(i64::MAX, |d| d.0.into()),
            self.nonce.unwrap_or(0),
        ] {
            hash.update(number.to_be_bytes());
        }
        let cells = self.cells.as_deref();
        for text in [
            Some(&*self.partner),
            Some(&*self.kind),
            Some(&*self.key),
            cells,
            Some(&*self.source),
        ] {
            seal_text(&mut hash, text);
        }
        hash.finalize().to_vec()
    }
}

/// Facts of one change, numbered and sealed one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Sealing {
    last: i64,
    hash: Sha256,
}

impl Sealing {
    pub(crate) fn after(last: i64) -> Sealing {
        Sealing {
            last,
            hash: Sha256::new(),
        }
    }

    pub(crate) fn number(&mut self, new: &NewFact, change: i64) -> Fact {
        self.last += 1;
        Fact {
            fact: self.last,
            change,
            partner: new.partner.clone(),
            kind: new.kind.clone(),
            key: new.key.clone(),
            cells: new.cells.clone(),
            replaces: new.replaces,
            recorded_on: new.recorded_on,
            source: new.source.clone(),
            nonce: Some(rand::random()),
            seal: None,
        }
    }

    pub(crate) fn add(&mut self, fact: &Fact) {
        self.hash.update(fact.sealed());
    }

    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    pub(crate) fn finish(&self) -> Vec<u8> {
        self.hash.clone().finalize().to_vec()
    }
}

pub(crate) type FactRow = (
    i64,
    i64,
    String,
    String,
    String,
    Option<String>,
    Option<i64>,
    Option<i32>,
    String,
    Option<i64>,
    Option<Vec<u8>>,
);

impl Fact {
    pub(crate) fn of(row: FactRow) -> Fact {
        let (fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal) =
            row;
        Fact {
            fact,
            change,
            partner,
            kind,
            key,
            cells,
            replaces,
            recorded_on: recorded_on.map(Day),
            source,
            nonce,
            seal,
        }
    }
}

/// A fact as it is read in bulk, without what only seals and histories need.
#[derive(Clone, Copy, Debug)]
pub struct Read<'r> {
    /// Its number.
    pub fact: i64,
    /// Whose it is.
    pub partner: &'r str,
    /// Its kind.
    pub kind: &'r str,
    /// What tells it from others of its kind; empty where it was not asked for.
    pub key: &'r str,
    /// What it says; `None` withdraws what it replaces.
    pub cells: Option<&'r str>,
    /// The fact in whose place it stands.
    pub replaces: Option<i64>,
    /// The day on which it was recorded.
    pub recorded_on: Option<Day>,
    /// Where it is from.
    pub source: &'r str,
}

impl Tx {
    pub(crate) async fn insert_facts(&mut self, facts: &mut [Fact]) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => {
                for fact in facts {
                    sqlx::query("
                        insert into facts (fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                    ")
                    .bind(fact.fact)
                    .bind(fact.change)
                    .bind(&fact.partner)
                    .bind(&fact.kind)
                    .bind(&fact.key)
                    .bind(&fact.cells)
                    .bind(fact.replaces)
                    .bind(fact.recorded_on.map(|d| d.0))
                    .bind(&fact.source)
                    .bind(fact.nonce)
                    .execute(&mut **tx)
                    .await?;
                }
            }
            Tx::Postgres(tx) => {
                sqlx::query("
                    insert into facts (fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce)
                    select *
                    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                                $8::integer[], $9::text[], $10::bigint[])
                ")
                .bind(facts.iter().map(|f| f.fact).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.change).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.partner.as_str()).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.kind.as_str()).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.key.as_str()).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.cells.as_deref()).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.replaces).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.recorded_on.map(|d| d.0)).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.source.as_str()).collect::<Vec<_>>())
                .bind(facts.iter().map(|f| f.nonce).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    /// The facts of a partner up to one of them, oldest first, also those that no longer stand.
    pub async fn facts_of(&mut self, partner: &str, through: i64) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
            from facts
            where partner = $1
              and fact <= $2
            order by fact
        ")
        .bind(partner)
        .bind(through)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }

    /// Calls `with` for each fact of a change, oldest first.
    pub async fn each_fact_of(
        &mut self,
        change: i64,
        with: &mut (dyn FnMut(&Fact) + Send),
    ) -> Result<(), StoreError> {
        on!(self, c => {
            let mut rows = sqlx::query_as::<_, FactRow>("
                select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
                from facts
                where change = $1
                order by fact
            ")
            .bind(change)
            .fetch(c);
            while let Some(row) = rows.try_next().await? {
                with(&Fact::of(row));
            }
        });
        Ok(())
    }

    /// The facts that were replaced by a fact up to this one.
    pub async fn replaced(&mut self, through: i64) -> Result<Vec<i64>, StoreError> {
        let rows: Vec<(i64,)> = on!(self, c => sqlx::query_as("
            select replaces
            from facts
            where replaces is not null
              and fact <= $1
        ")
        .bind(through)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(fact,)| fact).collect())
    }

    /// Calls `with` for each fact after one and up to another, oldest first.
    pub async fn each_fact(
        &mut self,
        after: i64,
        through: i64,
        with: &mut (dyn FnMut(Read<'_>) + Send),
    ) -> Result<(), StoreError> {
        on!(self, c => {
            let mut rows = sqlx::query("
                select fact, partner, kind, cells, replaces, recorded_on, source
                from facts
                where fact > $1
                  and fact <= $2
                order by fact
            ")
            .bind(after)
            .bind(through)
            .fetch(c);
            while let Some(row) = rows.try_next().await? {
                with(Read {
                    fact: row.try_get(0)?,
                    partner: row.try_get(1)?,
                    kind: row.try_get(2)?,
                    key: "",
                    cells: row.try_get(3)?,
                    replaces: row.try_get(4)?,
                    recorded_on: row.try_get::<Option<i32>, _>(5)?.map(Day),
                    source: row.try_get(6)?,
                });
            }
        });
        Ok(())
    }

    /// Calls `with` for each fact up to one that says what was supplied or who belongs together, oldest first.
    pub async fn each_fact_that_shapes(
        &mut self,
        through: i64,
        with: &mut (dyn FnMut(Read<'_>) + Send),
    ) -> Result<(), StoreError> {
        on!(self, c => {
            let mut rows = sqlx::query("
                select fact, partner, kind, key, cells
                from facts
                where kind in ('supplied', 'partners', 'groups')
                  and fact <= $1
                order by fact
            ")
            .bind(through)
            .fetch(c);
            while let Some(row) = rows.try_next().await? {
                with(Read {
                    fact: row.try_get(0)?,
                    partner: row.try_get(1)?,
                    kind: row.try_get(2)?,
                    key: row.try_get(3)?,
                    cells: row.try_get(4)?,
                    replaces: None,
                    recorded_on: None,
                    source: "",
                });
            }
        });
        Ok(())
    }

    /// The facts after one and up to another, oldest first.
    pub async fn facts_between(
        &mut self,
        after: i64,
        through: i64,
    ) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
            from facts
            where fact > $1
              and fact <= $2
            order by fact
        ")
        .bind(after)
        .bind(through)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }

    /// The facts of a partner and kind that stand, up to one of them, oldest first.
    pub async fn standing_of_kind(
        &mut self,
        partner: &str,
        kind: &str,
        through: i64,
    ) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select f.fact, f.change, f.partner, f.kind, f.key, f.cells, f.replaces, f.recorded_on, f.source, f.nonce, f.seal
            from facts f
            where f.partner = $1
              and f.kind = $2
              and f.fact <= $3
              and f.cells is not null
              and not exists (
                select 1
                from facts n
                where n.replaces = f.fact
                  and n.fact <= $3
              )
            order by f.fact
        ")
        .bind(partner)
        .bind(kind)
        .bind(through)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }

    /// A fact of a partner by its number.
    pub async fn fact(&mut self, partner: &str, fact: i64) -> Result<Option<Fact>, StoreError> {
        let row: Option<FactRow> = on!(self, c => sqlx::query_as("
            select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
            from facts
            where fact = $1
              and partner = $2
        ")
        .bind(fact)
        .bind(partner)
        .fetch_optional(c)
        .await?);
        Ok(row.map(Fact::of))
    }

    /// Who wrote each fact of a partner and kind, also of those that stand no longer: the fact, the change's actor, and its verb.
    ///
    /// An import of several partners is a change of nobody alone: ask with the scope of all.
    pub async fn authors_of(
        &mut self,
        partner: &str,
        kind: &str,
    ) -> Result<Vec<(i64, String, String)>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select f.fact, c.actor, c.verb
            from facts f
            join changes c on c.change = f.change
            where f.partner = $1
              and f.kind = $2
            order by f.fact
        ")
        .bind(partner)
        .bind(kind)
        .fetch_all(c)
        .await?))
    }

    /// The fact that stands in the place of another one; `None` where that one still stands.
    pub async fn replaced_by(&mut self, fact: i64) -> Result<Option<i64>, StoreError> {
        let row: Option<(i64,)> = on!(self, c => sqlx::query_as("
            select fact
            from facts
            where replaces = $1
        ")
        .bind(fact)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(fact,)| fact))
    }

    /// The fact of a partner with this kind and key that stands.
    pub async fn standing_with_key(
        &mut self,
        partner: &str,
        kind: &str,
        key: &str,
    ) -> Result<Option<Fact>, StoreError> {
        let row: Option<FactRow> = on!(self, c => sqlx::query_as("
            select f.fact, f.change, f.partner, f.kind, f.key, f.cells, f.replaces, f.recorded_on, f.source, f.nonce, f.seal
            from facts f
            where f.partner = $1
              and f.kind = $2
              and f.key = $3
              and f.cells is not null
              and not exists (
                select 1
                from facts n
                where n.replaces = f.fact
              )
        ")
        .bind(partner)
        .bind(kind)
        .bind(key)
        .fetch_optional(c)
        .await?);
        Ok(row.map(Fact::of))
    }

    /// Was a person erased by a change after this one? Then facts were rewritten in place.
    pub async fn erased_since(&mut self, change: i64) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = on!(self, c => sqlx::query_as("
            select change
            from changes
            where change > $1
              and verb = 'erase-person'
            limit 1
        ")
        .bind(change)
        .fetch_optional(c)
        .await?);
        Ok(row.is_some())
    }

    /// Notes partners that are new with this change.
    pub async fn add_partners(
        &mut self,
        partners: &[String],
        change: i64,
    ) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => {
                for partner in partners {
                    sqlx::query(
                        "
                        insert into partners (partner, since)
                        values ($1, $2)
                        on conflict (partner) do nothing
                    ",
                    )
                    .bind(partner)
                    .bind(change)
                    .execute(&mut **tx)
                    .await?;
                }
            }
            Tx::Postgres(tx) => {
                sqlx::query(
                    "
                    insert into partners (partner, since)
                    select partner, $2
                    from unnest($1::text[]) as partner
                    on conflict (partner) do nothing
                ",
                )
                .bind(partners)
                .bind(change)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    /// The partners that this transaction sees, by id, after one of them, at most so many.
    pub async fn partners(&mut self, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as("
            select partner
            from partners
            where partner > $1
            order by partner
            limit $2
        ")
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(partner,)| partner).collect())
    }
}
