//! Tasks, comments and saved views.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// What somebody means to do.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TaskRow {
    /// Its id.
    pub task: String,
    /// Whose it is.
    pub partner: String,
    /// How often it was said.
    pub version: i64,
    /// What is to be done.
    pub title: String,
    /// What else is said of it.
    pub note: String,
    /// The account that does it; empty: nobody yet.
    pub owner: String,
    /// By when, as days since 1970.
    pub due: Option<i64>,
    /// The program that it is for; empty: none.
    pub program: String,
    /// The row of that program; empty: none.
    pub row: String,
    /// The kind of evidence that closes it; empty: none does.
    pub kind: String,
    /// What that evidence must say: a JSON object of texts.
    pub cells: String,
    /// Only facts after this one close it.
    pub after: i64,
    /// `open`, `done` or `dropped`.
    pub state: String,
    /// When it was made, in microseconds.
    pub created: i64,
    /// By which account.
    pub by: String,
    /// When it was closed.
    pub closed: Option<i64>,
    /// By which account, or by which fact.
    pub closed_by: String,
}

/// What somebody said about a row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentRow {
    /// Its id.
    pub comment: String,
    /// Whose matter it is.
    pub partner: String,
    /// The program.
    pub program: String,
    /// The row; empty: the program as a whole.
    pub row: String,
    /// What was said; empty once it was taken back.
    pub body: String,
    /// Which account said it.
    pub by: String,
    /// When, in microseconds.
    pub at: i64,
    /// When it was taken back.
    pub gone: Option<i64>,
}

/// A list as somebody wants to see it again.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ViewRow {
    /// Its id.
    pub view: String,
    /// Whose it is; empty: everybody's who has a role at the partner.
    pub account: String,
    /// At which partner.
    pub partner: String,
    /// Of which page.
    pub page: String,
    /// What it is called.
    pub name: String,
    /// The query of the page's address.
    pub query: String,
    /// When it was saved, in microseconds.
    pub created: i64,
}

impl Tx {
    /// Writes a task down, or says it anew; `false` where another version stands meanwhile.
    pub async fn put_task(&mut self, row: &TaskRow) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            insert into tasks (task, partner, version, title, note, owner, due, program, row, kind, cells, after, state,
                               created, by, closed, closed_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            on conflict (task) do update
            set version = excluded.version,
                title = excluded.title,
                note = excluded.note,
                owner = excluded.owner,
                due = excluded.due,
                program = excluded.program,
                row = excluded.row,
                kind = excluded.kind,
                cells = excluded.cells,
                after = excluded.after,
                state = excluded.state,
                closed = excluded.closed,
                closed_by = excluded.closed_by
            where tasks.version = excluded.version - 1
              and tasks.partner = excluded.partner
        ")
        .bind(&row.task)
        .bind(&row.partner)
        .bind(row.version)
        .bind(&row.title)
        .bind(&row.note)
        .bind(&row.owner)
        .bind(row.due)
        .bind(&row.program)
        .bind(&row.row)
        .bind(&row.kind)
        .bind(&row.cells)
        .bind(row.after)
        .bind(&row.state)
        .bind(row.created)
        .bind(&row.by)
        .bind(row.closed)
        .bind(&row.closed_by)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// The tasks of a partner, those that are due first in front; closed ones only where they are asked for.
    pub async fn tasks(&mut self, partner: &str, closed: bool) -> Result<Vec<TaskRow>, StoreError> {
        let state = if closed { "" } else { "open" };
        Ok(on!(self, c => sqlx::query_as("
            select task, partner, version, title, note, owner, due, program, row, kind, cells, after, state, created, by,
                   closed, closed_by
            from tasks
            where partner = $1
              and ($2 = '' or state = $2)
            order by coalesce(due, 9999999), created, task
            limit 2000
        ")
        .bind(partner)
        .bind(state)
        .fetch_all(c)
        .await?))
    }

    /// A task of a partner by its id.
    pub async fn task(&mut self, partner: &str, task: &str) -> Result<Option<TaskRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select task, partner, version, title, note, owner, due, program, row, kind, cells, after, state, created, by,
                   closed, closed_by
            from tasks
            where task = $1
              and partner = $2
        ")
        .bind(task)
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// The partners that have open tasks which evidence closes.
    pub async fn partners_with_tasks(&mut self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as("
            select distinct partner
            from tasks
            where state = 'open'
              and kind <> ''
            order by partner
        ")
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(partner,)| partner).collect())
    }

    /// Writes a comment down.
    pub async fn insert_comment(&mut self, row: &CommentRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into comments (comment, partner, program, row, body, by, at)
            values ($1, $2, $3, $4, $5, $6, $7)
        ")
        .bind(&row.comment)
        .bind(&row.partner)
        .bind(&row.program)
        .bind(&row.row)
        .bind(&row.body)
        .bind(&row.by)
        .bind(row.at)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Takes a comment back; `false` where there is none any more.
    pub async fn take_comment_back(
        &mut self,
        partner: &str,
        comment: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update comments
            set body = '',
                gone = $1
            where comment = $2
              and partner = $3
              and gone is null
        ")
        .bind(at.0)
        .bind(comment)
        .bind(partner)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// The comments on a program of a partner, oldest first; on one row, where one is named.
    pub async fn comments(
        &mut self,
        partner: &str,
        program: &str,
        row: Option<&str>,
    ) -> Result<Vec<CommentRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select comment, partner, program, row, body, by, at, gone
            from comments
            where partner = $1
              and program = $2
              and ($3 is null or row = $3)
              and gone is null
            order by at, comment
            limit 2000
        ")
        .bind(partner)
        .bind(program)
        .bind(row)
        .fetch_all(c)
        .await?))
    }

    /// A comment of a partner by its id.
    pub async fn comment(
        &mut self,
        partner: &str,
        comment: &str,
    ) -> Result<Option<CommentRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select comment, partner, program, row, body, by, at, gone
            from comments
            where comment = $1
              and partner = $2
              and gone is null
        ")
        .bind(comment)
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// Saves a view, in place of an earlier one of that name.
    pub async fn put_view(&mut self, row: &ViewRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into saved_views (view, account, partner, page, name, query, created)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (account, partner, page, name) do update
            set query = excluded.query,
                created = excluded.created
        ")
        .bind(&row.view)
        .bind(&row.account)
        .bind(&row.partner)
        .bind(&row.page)
        .bind(&row.name)
        .bind(&row.query)
        .bind(row.created)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The views that an account saved at a partner and those of everybody there, by page and name.
    pub async fn views(
        &mut self,
        account: &str,
        partner: &str,
    ) -> Result<Vec<ViewRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select view, account, partner, page, name, query, created
            from saved_views
            where account in ($1, '')
              and partner = $2
            order by page, name, account
            limit 500
        ")
        .bind(account)
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// Calls a view otherwise.
    pub async fn rename_view(&mut self, view: &str, name: &str) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update saved_views
            set name = $2
            where view = $1
        ")
        .bind(view)
        .bind(name)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Forgets a view; `false` where there is none.
    pub async fn delete_view(&mut self, view: &str) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            delete from saved_views
            where view = $1
        ")
        .bind(view)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }
}
