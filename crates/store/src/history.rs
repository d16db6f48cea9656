//! Every fact that ever was, with the change that wrote it: what an export of histories writes down.

use domain::calendar::Day;
use domain::instant::Instant;
use futures_util::TryStreamExt as _;
use sqlx::Row as _;

use crate::db::{StoreError, Tx, on};

/// A fact with the change that wrote it, and with the moment from which another one stood in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The fact.
    pub fact: i64,
    /// The change that wrote it.
    pub change: i64,
    /// When that was.
    pub at: Instant,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub verb: String,
    /// Whose fact it is.
    pub partner: String,
    /// What tells it from others of its kind.
    pub key: String,
    /// What it said; `None` where it withdrew what it replaces.
    pub cells: Option<String>,
    /// The fact in whose place it stood.
    pub replaces: Option<i64>,
    /// When another one took its place.
    pub replaced_at: Option<Instant>,
    /// Whether that other one withdrew it.
    pub withdrawn: bool,
    /// The day on which it was recorded, where its file said so.
    pub recorded_on: Option<Day>,
    /// Where it is from, in words.
    pub source: String,
}

impl Tx {
    /// The kinds of which there ever was a fact, by name; of one partner where it is named.
    pub async fn kinds(&mut self, partner: Option<&str>) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as("
            select distinct kind
            from facts
            where ($1 is null or partner = $1)
            order by kind
        ")
        .bind(partner)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(kind,)| kind).collect())
    }

    /// Calls `with` for every fact of a kind that ever was, oldest first; of one partner where it is named. It ends at the
    /// first error of `with`.
    pub async fn each_past<E: Send>(
        &mut self,
        kind: &str,
        partner: Option<&str>,
        with: &mut (dyn FnMut(Past) -> Result<(), E> + Send),
    ) -> Result<Result<(), E>, StoreError> {
        on!(self, c => {
            let mut rows = sqlx::query("
                select f.fact, f.change, c.at, c.actor, c.verb, f.partner, f.key, f.cells, f.replaces,
                       r.at, case when n.fact is not null and n.cells is null then 1 else 0 end, f.recorded_on, f.source
                from facts f
                join changes c on c.change = f.change
                left join facts n on n.replaces = f.fact
                left join changes r on r.change = n.change
                where f.kind = $1
                  and ($2 is null or f.partner = $2)
                order by f.fact
            ")
            .bind(kind)
            .bind(partner)
            .fetch(c);
            while let Some(row) = rows.try_next().await? {
                let past = Past {
                    fact: row.try_get(0)?,
                    change: row.try_get(1)?,
                    at: Instant(row.try_get(2)?),
                    actor: row.try_get(3)?,
                    verb: row.try_get(4)?,
                    partner: row.try_get(5)?,
                    key: row.try_get(6)?,
                    cells: row.try_get(7)?,
                    replaces: row.try_get(8)?,
                    replaced_at: row.try_get::<Option<i64>, _>(9)?.map(Instant),
                    withdrawn: row.try_get::<i32, _>(10)? == 1,
                    recorded_on: row.try_get::<Option<i32>, _>(11)?.map(Day),
                    source: row.try_get(12)?,
                };
                if let Err(error) = with(past) {
                    return Ok(Err(error));
                }
            }
        });
        Ok(Ok(()))
    }
}
