//! What partners have set, and how far somebody has seen their matters.

use crate::db::{StoreError, Tx, on};
use crate::facts::{Fact, FactRow};

/// What a partner has set.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SettingsRow {
    /// Whose it is.
    pub partner: String,
    /// How often it was said.
    pub version: i64,
    /// The currency, ISO 4217; empty where none was said.
    pub currency: String,
    /// The time zone, by its name.
    pub zone: String,
    /// The language of pages and mail.
    pub language: String,
    /// The programs that are followed: a JSON list; empty for all.
    pub follows: String,
    /// The days of the week that are free: a JSON list, Monday being 0.
    pub free: String,
    /// The holidays: a JSON list of `[day, name]`.
    pub holidays: String,
    /// Business days that the review of a reference may take.
    pub review_days: i64,
    /// Where the vendor's own form is, by program: a JSON object.
    pub forms: String,
}

/// How far an account has seen a partner's matters.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SeenRow {
    /// The newest change when the visit before this one ended.
    pub before: i64,
    /// When that one ended, in microseconds.
    pub left_at: i64,
    /// The newest change at the last page of this visit.
    pub change: i64,
    /// When this visit began, in microseconds.
    pub began: i64,
    /// When its last page was asked for, in microseconds.
    pub at: i64,
}

impl Tx {
    /// What a partner has set; `None` where nothing was.
    pub async fn partner_settings(
        &mut self,
        partner: &str,
    ) -> Result<Option<SettingsRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select partner, version, currency, zone, language, follows, free, holidays, review_days, forms
            from partner_settings
            where partner = $1
        ")
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// Says what a partner has set, in place of an earlier version; `false` where another one stands meanwhile.
    pub async fn set_partner_settings(
        &mut self,
        row: &SettingsRow,
        earlier: i64,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            insert into partner_settings (partner, version, currency, zone, language, follows, free, holidays, review_days, forms)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (partner) do update
            set version = excluded.version,
                currency = excluded.currency,
                zone = excluded.zone,
                language = excluded.language,
                follows = excluded.follows,
                free = excluded.free,
                holidays = excluded.holidays,
                review_days = excluded.review_days,
                forms = excluded.forms
            where partner_settings.version = $11
        ")
        .bind(&row.partner)
        .bind(row.version)
        .bind(&row.currency)
        .bind(&row.zone)
        .bind(&row.language)
        .bind(&row.follows)
        .bind(&row.free)
        .bind(&row.holidays)
        .bind(row.review_days)
        .bind(&row.forms)
        .bind(earlier)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// How far an account has seen a partner's matters.
    pub async fn seen(
        &mut self,
        account: &str,
        partner: &str,
    ) -> Result<Option<SeenRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select before, left_at, change, began, at
            from seen
            where account = $1
              and partner = $2
        ")
        .bind(account)
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// Says how far an account has seen a partner's matters.
    pub async fn set_seen(
        &mut self,
        account: &str,
        partner: &str,
        row: &SeenRow,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into seen (account, partner, before, left_at, change, began, at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (account, partner) do update
            set before = excluded.before,
                left_at = excluded.left_at,
                change = excluded.change,
                began = excluded.began,
                at = excluded.at
        ")
        .bind(account)
        .bind(partner)
        .bind(row.before)
        .bind(row.left_at)
        .bind(row.change)
        .bind(row.began)
        .bind(row.at)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The facts that changes after one and up to another wrote for a partner, by kind: how many were added, how many
    /// replaced another, how many were withdrawn.
    pub async fn facts_written(
        &mut self,
        partner: &str,
        after: i64,
        through: i64,
    ) -> Result<Vec<(String, i64, i64, i64)>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select kind,
                   cast(sum(case when replaces is null and cells is not null then 1 else 0 end) as bigint),
                   cast(sum(case when replaces is not null and cells is not null then 1 else 0 end) as bigint),
                   cast(sum(case when cells is null then 1 else 0 end) as bigint)
            from facts
            where partner = $1
              and change > $2
              and change <= $3
            group by kind
            order by kind
        ")
        .bind(partner)
        .bind(after)
        .bind(through)
        .fetch_all(c)
        .await?))
    }

    /// When each kind of a partner's facts was last written, in microseconds.
    pub async fn kinds_written(&mut self, partner: &str) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select w.kind, c.at
            from (
              select kind, max(change) as change
              from facts
              where partner = $1
              group by kind
            ) w
            join changes c on c.change = w.change
            order by w.kind
        ")
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// The facts of a partner that a change wrote, oldest first.
    pub async fn facts_of_change(
        &mut self,
        partner: &str,
        change: i64,
    ) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
            from facts
            where partner = $1
              and change = $2
            order by fact
        ")
        .bind(partner)
        .bind(change)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }
}
