//! Web hooks, what they were sent, and the answers that are kept for requests that come twice.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// An address that is told when a standing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookRow {
    /// Its id.
    pub hook: String,
    /// The partner whose standings it is told of; `None` for all.
    pub partner: Option<String>,
    /// Where it is told.
    pub url: String,
    /// Signs what is sent.
    pub secret: String,
    /// When it was made.
    pub created: Instant,
    /// The account that made it.
    pub maker: String,
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookEvent {
    /// Its id.
    pub event: String,
    /// Whose standing changed.
    pub partner: String,
    /// When that was noticed.
    pub at: Instant,
    /// JSON, as it is sent.
    pub body: String,
}

/// What became of telling an event to a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// The hook.
    pub hook: String,
    /// The event.
    pub event: String,
    /// When the event was.
    pub at: Instant,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub due: Instant,
    /// What the last try came to, in words.
    pub said: String,
    /// When that was.
    pub tried: Option<Instant>,
}

/// A request that named a key, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyRow {
    /// Whose request it was.
    pub account: String,
    /// The key that it named.
    pub key: String,
    /// A digest of its method, address and body.
    pub request: String,
    /// When it came.
    pub at: Instant,
    /// The status of the answer; `None` while it is being carried out.
    pub status: Option<i64>,
    /// JSON: the headers that belong to the answer.
    pub head: String,
    /// The body of the answer.
    pub body: Vec<u8>,
}

type Hook = (String, Option<String>, String, String, i64, String);
type Delivery = (String, String, i64, String, i64, i64, String, Option<i64>);

fn hook((hook, partner, url, secret, created, maker): Hook) -> HookRow {
    HookRow {
        hook,
        partner,
        url,
        secret,
        created: Instant(created),
        maker,
    }
}

fn delivery((hook, event, at, state, attempts, due, said, tried): Delivery) -> DeliveryRow {
    DeliveryRow {
        hook,
        event,
        at: Instant(at),
        state,
        attempts,
        due: Instant(due),
        said,
        tried: tried.map(Instant),
    }
}

impl Tx {
    /// The newest change that was there at a moment; 0 before the first one.
    pub async fn change_at(&mut self, moment: Instant) -> Result<i64, StoreError> {
        let row: Option<(i64,)> = on!(self, c => sqlx::query_as("
            select change
            from changes
            where at <= $1
            order by change desc
            limit 1
        ")
        .bind(moment.0)
        .fetch_optional(c)
        .await?);
        Ok(row.map_or(0, |(change,)| change))
    }

    /// Keeps a hook.
    pub async fn insert_hook(&mut self, new: &HookRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into hooks (hook, partner, url, secret, created, maker)
            values ($1, $2, $3, $4, $5, $6)
        ")
        .bind(&new.hook)
        .bind(&new.partner)
        .bind(&new.url)
        .bind(&new.secret)
        .bind(new.created.0)
        .bind(&new.maker)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Every hook that this transaction sees, by id.
    pub async fn hooks(&mut self) -> Result<Vec<HookRow>, StoreError> {
        let rows: Vec<Hook> = on!(self, c => sqlx::query_as("
            select hook, partner, url, secret, created, maker
            from hooks
            order by hook
        ")
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(hook).collect())
    }

    /// Forgets a hook, with what it was sent.
    pub async fn delete_hook(&mut self, hook: &str) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            delete from hooks
            where hook = $1
        ")
        .bind(hook)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Notes something to tell, for each of these hooks.
    pub async fn insert_event(
        &mut self,
        event: &HookEvent,
        hooks: &[&str],
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into hook_events (event, partner, at, body)
            values ($1, $2, $3, $4)
        ")
        .bind(&event.event)
        .bind(&event.partner)
        .bind(event.at.0)
        .bind(&event.body)
        .execute(c)
        .await
        .map(|_| ())?);
        for hook in hooks {
            on!(self, c => sqlx::query("
                insert into hook_deliveries (hook, event, at, state, attempts, due, said, tried)
                values ($1, $2, $3, 'waiting', 0, $3, '', null)
            ")
            .bind(*hook)
            .bind(&event.event)
            .bind(event.at.0)
            .execute(c)
            .await
            .map(|_| ())?);
        }
        Ok(())
    }

    /// What is due to be sent, longest due first: to whom, and what.
    pub async fn due_deliveries(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> Result<Vec<(DeliveryRow, HookRow, String)>, StoreError> {
        let rows: Vec<Delivery> = on!(self, c => sqlx::query_as("
            select hook, event, at, state, attempts, due, said, tried
            from hook_deliveries
            where state = 'waiting'
              and due <= $1
            order by due, event
            limit $2
        ")
        .bind(now.0)
        .bind(limit)
        .fetch_all(c)
        .await?);
        let hooks = self.hooks().await?;
        let mut due = vec![];
        for row in rows.into_iter().map(delivery) {
            let Some(of) = hooks.iter().find(|h| h.hook == row.hook) else {
                continue;
            };
            let body: Option<(String,)> = on!(self, c => sqlx::query_as("
                select body
                from hook_events
                where event = $1
            ")
            .bind(&row.event)
            .fetch_optional(c)
            .await?);
            if let Some((body,)) = body {
                due.push((row, of.clone(), body));
            }
        }
        Ok(due)
    }

    /// Keeps what became of a delivery, unless its hook is gone meanwhile.
    pub async fn set_delivery(&mut self, of: &DeliveryRow) -> Result<bool, StoreError> {
        let changed = on!(self, c => sqlx::query("
            update hook_deliveries
            set state = $3, attempts = $4, due = $5, said = $6, tried = $7
            where hook = $1
              and event = $2
        ")
        .bind(&of.hook)
        .bind(&of.event)
        .bind(&of.state)
        .bind(of.attempts)
        .bind(of.due.0)
        .bind(&of.said)
        .bind(of.tried.map(|t| t.0))
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(changed > 0)
    }

    /// What a hook was sent, newest event first, after a moment and an event, at most so many.
    pub async fn deliveries(
        &mut self,
        hook: &str,
        before: (Instant, &str),
        limit: i64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let rows: Vec<Delivery> = on!(self, c => sqlx::query_as("
            select hook, event, at, state, attempts, due, said, tried
            from hook_deliveries
            where hook = $1
              and (at < $2 or at = $2 and event < $3)
            order by at desc, event desc
            limit $4
        ")
        .bind(hook)
        .bind(before.0.0)
        .bind(before.1)
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(delivery).collect())
    }

    /// What became of one event at a hook.
    pub async fn delivery(
        &mut self,
        hook: &str,
        event: &str,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let row: Option<Delivery> = on!(self, c => sqlx::query_as("
            select hook, event, at, state, attempts, due, said, tried
            from hook_deliveries
            where hook = $1
              and event = $2
        ")
        .bind(hook)
        .bind(event)
        .fetch_optional(c)
        .await?);
        Ok(row.map(delivery))
    }

    /// Forgets events before a moment, with their deliveries, and answers that were kept.
    pub async fn forget_events(
        &mut self,
        events_before: Instant,
        replies_before: Instant,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            delete from hook_events
            where at < $1
        ")
        .bind(events_before.0)
        .execute(c)
        .await
        .map(|_| ())?);
        on!(self, c => sqlx::query("
            delete from replies
            where at < $1
        ")
        .bind(replies_before.0)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The standings of a partner as they were last told: program and standing.
    pub async fn told_standings(
        &mut self,
        partner: &str,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let rows = on!(self, c => sqlx::query_as("
            select program, standing
            from hook_standings
            where partner = $1
            order by program
        ")
        .bind(partner)
        .fetch_all(c)
        .await?);
        Ok(rows)
    }

    /// Keeps a standing as it was told.
    pub async fn set_told(
        &mut self,
        partner: &str,
        program: &str,
        standing: &str,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into hook_standings (partner, program, standing)
            values ($1, $2, $3)
            on conflict (partner, program) do update
            set standing = excluded.standing
        ")
        .bind(partner)
        .bind(program)
        .bind(standing)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Takes or keeps a lease until a moment; not where somebody else holds it still. Says whether it was new to the holder.
    pub async fn take_lease(
        &mut self,
        lease: &str,
        holder: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Option<bool>, StoreError> {
        let before: Option<(String, i64)> = on!(self, c => sqlx::query_as("
            select holder, until
            from leases
            where lease = $1
        ")
        .bind(lease)
        .fetch_optional(c)
        .await?);
        let taken = on!(self, c => sqlx::query("
            insert into leases (lease, holder, until)
            values ($1, $2, $3)
            on conflict (lease) do update
            set holder = excluded.holder, until = excluded.until
            where leases.holder = $2
               or leases.until <= $4
        ")
        .bind(lease)
        .bind(holder)
        .bind(until.0)
        .bind(now.0)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        let held = before.is_some_and(|(by, until)| by == holder && until > now.0);
        Ok((taken > 0).then_some(!held))
    }

    /// Begins a request that named a key: `None` where it is the first one; else what is kept of the earlier one. One that began
    /// before `old` is forgotten, one that was never answered before `stale`.
    pub async fn begin_reply(
        &mut self,
        new: &ReplyRow,
        stale: Instant,
        old: Instant,
    ) -> Result<Option<ReplyRow>, StoreError> {
        on!(self, c => sqlx::query("
            delete from replies
            where account = $1
              and key = $2
              and (status is null and at < $3 or at < $4)
        ")
        .bind(&new.account)
        .bind(&new.key)
        .bind(stale.0)
        .bind(old.0)
        .execute(c)
        .await
        .map(|_| ())?);
        let inserted = on!(self, c => sqlx::query("
            insert into replies (account, key, request, at, status, head, body)
            values ($1, $2, $3, $4, null, '{}', $5)
            on conflict (account, key) do nothing
        ")
        .bind(&new.account)
        .bind(&new.key)
        .bind(&new.request)
        .bind(new.at.0)
        .bind(&new.body)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        if inserted > 0 {
            return Ok(None);
        }
        type Row = (String, i64, Option<i64>, String, Vec<u8>);
        let row: Option<Row> = on!(self, c => sqlx::query_as("
            select request, at, status, head, body
            from replies
            where account = $1
              and key = $2
        ")
        .bind(&new.account)
        .bind(&new.key)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(request, at, status, head, body)| ReplyRow {
            account: new.account.clone(),
            key: new.key.clone(),
            request,
            at: Instant(at),
            status,
            head,
            body,
        }))
    }

    /// Keeps how a request was answered; one without a status is forgotten, so that it can be sent again.
    pub async fn finish_reply(&mut self, of: &ReplyRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update replies
            set status = $3, head = $4, body = $5
            where account = $1
              and key = $2
        ")
        .bind(&of.account)
        .bind(&of.key)
        .bind(of.status)
        .bind(&of.head)
        .bind(&of.body)
        .execute(c)
        .await
        .map(|_| ())?);
        if of.status.is_none() {
            on!(self, c => sqlx::query("
                delete from replies
                where account = $1
                  and key = $2
            ")
            .bind(&of.account)
            .bind(&of.key)
            .execute(c)
            .await
            .map(|_| ())?);
        }
        Ok(())
    }
}
