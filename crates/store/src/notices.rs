//! What somebody wants to be told, and what was told.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// Something that was told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeRow {
    /// Its id.
    pub notice: String,
    /// Whose matter it is.
    pub partner: String,
    /// Who was told: an account, `hook`, or `person ID`.
    pub account: String,
    /// Of which sort it is.
    pub kind: String,
    /// What it is about, without a name.
    pub subject: String,
    /// What it says: a JSON object.
    pub detail: String,
    /// When, in microseconds.
    pub at: i64,
    /// When it was put away.
    pub seen: Option<i64>,
}

impl Tx {
    /// Says by which ways an account wants to be told of a sort of things.
    pub async fn set_notice_choice(
        &mut self,
        account: &str,
        partner: &str,
        kind: &str,
        ways: &str,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into notice_choices (account, partner, kind, ways)
            values ($1, $2, $3, $4)
            on conflict (account, partner, kind) do update
            set ways = excluded.ways
        ")
        .bind(account)
        .bind(partner)
        .bind(kind)
        .bind(ways)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// What everybody chose at a partner: account, sort, ways.
    pub async fn notice_choices(
        &mut self,
        partner: &str,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select account, kind, ways
            from notice_choices
            where partner = $1
            order by account, kind
        ")
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// Notes that something is told; `false` where it was told already.
    pub async fn tell(&mut self, row: &NoticeRow) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            insert into notices (notice, partner, account, kind, subject, detail, at, seen)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (partner, account, kind, subject) do nothing
        ")
        .bind(&row.notice)
        .bind(&row.partner)
        .bind(&row.account)
        .bind(&row.kind)
        .bind(&row.subject)
        .bind(&row.detail)
        .bind(row.at)
        .bind(row.seen)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// Was an account told this?
    pub async fn was_told(
        &mut self,
        partner: &str,
        account: &str,
        kind: &str,
        subject: &str,
    ) -> Result<bool, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            select notice
            from notices
            where partner = $1
              and account = $2
              and kind = $3
              and subject = $4
        ")
        .bind(partner)
        .bind(account)
        .bind(kind)
        .bind(subject)
        .fetch_optional(c)
        .await?);
        Ok(row.is_some())
    }

    /// What an account was told at a partner and has not put away, newest first.
    pub async fn notices(
        &mut self,
        account: &str,
        partner: &str,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select notice, partner, account, kind, subject, detail, at, seen
            from notices
            where account = $1
              and partner = $2
              and seen is null
            order by at desc, notice
            limit 200
        ")
        .bind(account)
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// Puts a notice away; `false` where it was, or is not this account's.
    pub async fn put_notice_away(
        &mut self,
        account: &str,
        notice: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update notices
            set seen = $1
            where notice = $2
              and account = $3
              and seen is null
        ")
        .bind(at.0)
        .bind(notice)
        .bind(account)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }
}
