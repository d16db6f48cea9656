//! Editions of programs that were written here.

use crate::db::{StoreError, Tx, on};

/// A version of an edition.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EditionRow {
    /// The program.
    pub program: String,
    /// The edition.
    pub edition: String,
    /// 1, 2, 3 …
    pub version: i64,
    /// The file, as it was written.
    pub text: String,
    /// `draft`, `published` or `withdrawn`.
    pub state: String,
    /// Which account wrote it.
    pub by: String,
    /// When, in microseconds.
    pub at: i64,
}

impl Tx {
    /// Keeps a version of an edition. It is a duplicate where somebody else wrote that version meanwhile.
    pub async fn insert_edition(&mut self, row: &EditionRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into editions (program, edition, version, text, state, by, at)
            values ($1, $2, $3, $4, $5, $6, $7)
        ")
        .bind(&row.program)
        .bind(&row.edition)
        .bind(row.version)
        .bind(&row.text)
        .bind(&row.state)
        .bind(&row.by)
        .bind(row.at)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The newest version of each edition, by program and edition.
    pub async fn editions(&mut self) -> Result<Vec<EditionRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select e.program, e.edition, e.version, e.text, e.state, e.by, e.at
            from editions e
            where not exists (
              select 1
              from editions n
              where n.program = e.program
                and n.edition = e.edition
                and n.version > e.version
            )
            order by e.program, e.edition
        ")
        .fetch_all(c)
        .await?))
    }

    /// The text of each edition that is in use: its newest version that was published, unless a later one withdrew it.
    pub async fn published_editions(&mut self) -> Result<Vec<EditionRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select e.program, e.edition, e.version, e.text, e.state, e.by, e.at
            from editions e
            where e.state = 'published'
              and not exists (
                select 1
                from editions n
                where n.program = e.program
                  and n.edition = e.edition
                  and n.version > e.version
                  and n.state <> 'draft'
              )
            order by e.program, e.edition
        ")
        .fetch_all(c)
        .await?))
    }

    /// How many versions of editions there are. They are never taken away, so that another number says that one was written.
    pub async fn count_editions(&mut self) -> Result<i64, StoreError> {
        let (count,): (i64,) = on!(self, c => sqlx::query_as("
            select count(*)
            from editions
        ")
        .fetch_one(c)
        .await?);
        Ok(count)
    }

    /// The versions of one edition, newest first.
    pub async fn versions_of(
        &mut self,
        program: &str,
        edition: &str,
    ) -> Result<Vec<EditionRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select program, edition, version, text, state, by, at
            from editions
            where program = $1
              and edition = $2
            order by version desc
            limit 200
        ")
        .bind(program)
        .bind(edition)
        .fetch_all(c)
        .await?))
    }
}
