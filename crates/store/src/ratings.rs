//! Customers who were asked for a rating, their links, and what they answered.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// A customer's person who was asked.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RatingRow {
    /// Its id.
    pub request: String,
    /// Whose customer it is.
    pub partner: String,
    /// The program whose edition names the form.
    pub program: String,
    /// The customer.
    pub customer: String,
    /// Who is asked.
    pub person: String,
    /// Their address, as it was typed.
    pub email: String,
    /// The same in lower case.
    pub address: String,
    /// How far it is: `open`, `answered`, `confirmed`, `accepted`, `refused`, `declined`, `withdrawn`, `expired`, `erased`.
    pub state: String,
    /// When it was asked, in microseconds; so are all moments below.
    pub created: i64,
    /// Which account asked.
    pub by: String,
    /// When it ends.
    pub expires: i64,
    /// When the last reminder was written.
    pub reminded: Option<i64>,
    /// How many were.
    pub reminders: i64,
    /// The score, from 1 to 5.
    pub score: Option<i64>,
    /// What else was said.
    pub comment: String,
    /// May the partner see both?
    pub shared: bool,
    /// When it was answered.
    pub answered: Option<i64>,
    /// When the address was confirmed.
    pub confirmed: Option<i64>,
    /// When it was decided.
    pub decided: Option<i64>,
    /// By which account.
    pub decided_by: String,
    /// Why.
    pub reason: String,
}

impl Tx {
    /// Asks a customer's person. It is a duplicate where one is open already.
    pub async fn insert_rating(&mut self, row: &RatingRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into rating_requests (request, partner, program, customer, person, email, address, state, created, by,
                                         expires, reminders, comment, shared, decided_by, reason)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ")
        .bind(&row.request)
        .bind(&row.partner)
        .bind(&row.program)
        .bind(&row.customer)
        .bind(&row.person)
        .bind(&row.email)
        .bind(&row.address)
        .bind(&row.state)
        .bind(row.created)
        .bind(&row.by)
        .bind(row.expires)
        .bind(row.reminders)
        .bind(&row.comment)
        .bind(row.shared)
        .bind(&row.decided_by)
        .bind(&row.reason)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Says what became of a request, where it is in this state still; `false` where it is not.
    pub async fn update_rating(
        &mut self,
        row: &RatingRow,
        state: &str,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update rating_requests
            set state = $1,
                reminded = $2,
                reminders = $3,
                score = $4,
                comment = $5,
                shared = $6,
                answered = $7,
                confirmed = $8,
                decided = $9,
                decided_by = $10,
                reason = $11,
                person = $12,
                email = $13,
                address = $14
            where request = $15
              and partner = $16
              and state = $17
        ")
        .bind(&row.state)
        .bind(row.reminded)
        .bind(row.reminders)
        .bind(row.score)
        .bind(&row.comment)
        .bind(row.shared)
        .bind(row.answered)
        .bind(row.confirmed)
        .bind(row.decided)
        .bind(&row.decided_by)
        .bind(&row.reason)
        .bind(&row.person)
        .bind(&row.email)
        .bind(&row.address)
        .bind(&row.request)
        .bind(&row.partner)
        .bind(state)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// A request of a partner by its id.
    pub async fn rating(
        &mut self,
        partner: &str,
        request: &str,
    ) -> Result<Option<RatingRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select request, partner, program, customer, person, email, address, state, created, by, expires, reminded,
                   reminders, score, comment, shared, answered, confirmed, decided, decided_by, reason
            from rating_requests
            where request = $1
              and partner = $2
        ")
        .bind(request)
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// The requests of a partner, newest first.
    pub async fn ratings(&mut self, partner: &str) -> Result<Vec<RatingRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select request, partner, program, customer, person, email, address, state, created, by, expires, reminded,
                   reminders, score, comment, shared, answered, confirmed, decided, decided_by, reason
            from rating_requests
            where partner = $1
            order by created desc, request
            limit 2000
        ")
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// The requests of everybody in a state that were made up to a moment, oldest first, at most so many.
    pub async fn ratings_in(
        &mut self,
        state: &str,
        by: Instant,
        limit: i64,
    ) -> Result<Vec<RatingRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select request, partner, program, customer, person, email, address, state, created, by, expires, reminded,
                   reminders, score, comment, shared, answered, confirmed, decided, decided_by, reason
            from rating_requests
            where state = $1
              and created <= $2
            order by created
            limit $3
        ")
        .bind(state)
        .bind(by.0)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// The requests of a partner that went to an address.
    pub async fn ratings_to(
        &mut self,
        partner: &str,
        address: &str,
    ) -> Result<Vec<RatingRow>, StoreError> {
        let all = self.ratings(partner).await?;
        Ok(all.into_iter().filter(|r| r.address == address).collect())
    }

    /// Keeps the hash of a link.
    pub async fn insert_rating_link(
        &mut self,
        hash: &[u8],
        partner: &str,
        request: &str,
        kind: &str,
        created: Instant,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into rating_links (hash, partner, request, kind, created)
            values ($1, $2, $3, $4, $5)
        ")
        .bind(hash)
        .bind(partner)
        .bind(request)
        .bind(kind)
        .bind(created.0)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The partner, the request and the kind of a link.
    pub async fn rating_link(
        &mut self,
        hash: &[u8],
    ) -> Result<Option<(String, String, String)>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select partner, request, kind
            from rating_links
            where hash = $1
        ")
        .bind(hash)
        .fetch_optional(c)
        .await?))
    }

    /// Takes a person out of what stands beside the evidence: requests to one of their addresses, and notices that name them.
    /// `names` are names and addresses in lower case, the id among them.
    pub async fn erase_beside(
        &mut self,
        partner: &str,
        person: &str,
        names: &[String],
    ) -> Result<(), StoreError> {
        let account = format!("person {person}");
        for name in names {
            on!(self, c => sqlx::query("
                update rating_requests
                set state = 'erased',
                    person = '',
                    email = '',
                    address = request,
                    comment = '',
                    score = null
                where partner = $1
                  and address = $2
            ")
            .bind(partner)
            .bind(name)
            .execute(c)
            .await
            .map(|_| ())?);
            // One or two letters stand in any text.
            let part = if name.chars().count() < 3 { "" } else { name };
            on!(self, c => sqlx::query("
                delete from notices
                where partner = $1
                  and (account = $2 or $3 <> '' and (lower(detail) like '%' || $3 || '%' or lower(subject) like '%' || $3 || '%'))
            ")
            .bind(partner)
            .bind(&account)
            .bind(part)
            .execute(c)
            .await
            .map(|_| ())?);
        }
        Ok(())
    }
}
