//! Links to calendars. The link itself is nowhere, only its hash.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// A link to a partner's calendar.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FeedRow {
    /// Its id.
    pub feed: String,
    /// Whose calendar it is.
    pub partner: String,
    /// For whom it is.
    pub note: String,
    /// Which account made it.
    pub by: String,
    /// When, in microseconds.
    pub created: i64,
    /// When it was ended.
    pub ended: Option<i64>,
    /// How often it was asked.
    pub opened: i64,
    /// When last.
    pub last: Option<i64>,
}

impl Tx {
    /// Writes a link down, by the hash of its secret.
    pub async fn insert_feed(&mut self, row: &FeedRow, hash: &[u8]) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into feeds (feed, hash, partner, note, by, created, opened)
            values ($1, $2, $3, $4, $5, $6, 0)
        ")
        .bind(&row.feed)
        .bind(hash)
        .bind(&row.partner)
        .bind(&row.note)
        .bind(&row.by)
        .bind(row.created)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The links to a partner's calendar, newest first.
    pub async fn feeds(&mut self, partner: &str) -> Result<Vec<FeedRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select feed, partner, note, by, created, ended, opened, last
            from feeds
            where partner = $1
            order by created desc, feed
            limit 500
        ")
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// The link whose secret has a hash. The transaction must see everybody's rows.
    pub async fn feed_of(&mut self, hash: &[u8]) -> Result<Option<FeedRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select feed, partner, note, by, created, ended, opened, last
            from feeds
            where hash = $1
        ")
        .bind(hash)
        .fetch_optional(c)
        .await?))
    }

    /// Ends a link; `false` where it is not there, or was ended already.
    pub async fn end_feed(
        &mut self,
        partner: &str,
        feed: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update feeds
            set ended = $1
            where feed = $2
              and partner = $3
              and ended is null
        ")
        .bind(at.0)
        .bind(feed)
        .bind(partner)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// Counts that a link was asked.
    pub async fn feed_was_opened(&mut self, feed: &str, at: Instant) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update feeds
            set opened = opened + 1,
                last = $1
            where feed = $2
        ")
        .bind(at.0)
        .bind(feed)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }
}
