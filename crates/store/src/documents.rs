//! Files that belong to records, and links that show a scorecard.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// So many bytes stand in one row.
const PART: usize = 256 * 1024;

/// A file that belongs to a record, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DocumentRow {
    /// Its id.
    pub document: String,
    /// Whose it is.
    pub partner: String,
    /// The kind of the record.
    pub kind: String,
    /// The key of the record.
    pub key: String,
    /// What the file is called.
    pub name: String,
    /// What it is, as a type of the internet.
    pub r#type: String,
    /// How many bytes it has.
    pub size: i64,
    /// Its SHA-256.
    pub digest: Vec<u8>,
    /// Which account attached it.
    pub by: String,
    /// When, in microseconds.
    pub at: i64,
}

/// A link that shows a scorecard.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShareRow {
    /// Its id.
    pub share: String,
    /// Whose scorecard.
    pub partner: String,
    /// Of which program.
    pub program: String,
    /// For whom it is.
    pub note: String,
    /// Which account made it.
    pub by: String,
    /// When, in microseconds; so are all moments below.
    pub created: i64,
    /// When it ends.
    pub expires: i64,
    /// When it was ended.
    pub revoked: Option<i64>,
    /// How often it was opened.
    pub opened: i64,
    /// When last.
    pub last: Option<i64>,
}

impl Tx {
    /// Keeps a file.
    pub async fn insert_document(
        &mut self,
        row: &DocumentRow,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into documents (document, partner, kind, key, name, type, size, digest, by, at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ")
        .bind(&row.document)
        .bind(&row.partner)
        .bind(&row.kind)
        .bind(&row.key)
        .bind(&row.name)
        .bind(&row.r#type)
        .bind(row.size)
        .bind(&row.digest)
        .bind(&row.by)
        .bind(row.at)
        .execute(c)
        .await
        .map(|_| ())?);
        for (part, bytes) in (0_i64..).zip(bytes.chunks(PART)) {
            on!(self, c => sqlx::query("
                insert into document_parts (document, partner, part, bytes)
                values ($1, $2, $3, $4)
            ")
            .bind(&row.document)
            .bind(&row.partner)
            .bind(part)
            .bind(bytes)
            .execute(c)
            .await
            .map(|_| ())?);
        }
        Ok(())
    }

    /// The files of a partner's records of a kind, oldest first.
    pub async fn documents(
        &mut self,
        partner: &str,
        kind: &str,
    ) -> Result<Vec<DocumentRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select document, partner, kind, key, name, type, size, digest, by, at
            from documents
            where partner = $1
              and kind = $2
              and gone is null
            order by at, document
            limit 2000
        ")
        .bind(partner)
        .bind(kind)
        .fetch_all(c)
        .await?))
    }

    /// A file of a partner by its id.
    pub async fn document(
        &mut self,
        partner: &str,
        document: &str,
    ) -> Result<Option<DocumentRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select document, partner, kind, key, name, type, size, digest, by, at
            from documents
            where document = $1
              and partner = $2
              and gone is null
        ")
        .bind(document)
        .bind(partner)
        .fetch_optional(c)
        .await?))
    }

    /// The bytes of a file.
    pub async fn document_bytes(
        &mut self,
        partner: &str,
        document: &str,
    ) -> Result<Vec<u8>, StoreError> {
        let parts: Vec<(Vec<u8>,)> = on!(self, c => sqlx::query_as("
            select bytes
            from document_parts
            where document = $1
              and partner = $2
            order by part
        ")
        .bind(document)
        .bind(partner)
        .fetch_all(c)
        .await?);
        Ok(parts.into_iter().flat_map(|(bytes,)| bytes).collect())
    }

    /// Removes a file with its bytes; `false` where there is none.
    pub async fn remove_document(
        &mut self,
        partner: &str,
        document: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update documents
            set gone = $1,
                name = ''
            where document = $2
              and partner = $3
              and gone is null
        ")
        .bind(at.0)
        .bind(document)
        .bind(partner)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        on!(self, c => sqlx::query("
            delete from document_parts
            where document = $1
              and partner = $2
        ")
        .bind(document)
        .bind(partner)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(done == 1)
    }

    /// How many bytes the files of a partner have together.
    pub async fn documents_size(&mut self, partner: &str) -> Result<i64, StoreError> {
        let row: (i64,) = on!(self, c => sqlx::query_as("
            select cast(coalesce(sum(size), 0) as bigint)
            from documents
            where partner = $1
              and gone is null
        ")
        .bind(partner)
        .fetch_one(c)
        .await?);
        Ok(row.0)
    }

    /// Keeps a link that shows a scorecard.
    pub async fn insert_share(&mut self, row: &ShareRow, hash: &[u8]) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into shares (share, hash, partner, program, note, by, created, expires, opened)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 0)
        ")
        .bind(&row.share)
        .bind(hash)
        .bind(&row.partner)
        .bind(&row.program)
        .bind(&row.note)
        .bind(&row.by)
        .bind(row.created)
        .bind(row.expires)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The links of a partner, newest first.
    pub async fn shares(&mut self, partner: &str) -> Result<Vec<ShareRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select share, partner, program, note, by, created, expires, revoked, opened, last
            from shares
            where partner = $1
            order by created desc, share
            limit 500
        ")
        .bind(partner)
        .fetch_all(c)
        .await?))
    }

    /// The link of a hash.
    pub async fn share_of(&mut self, hash: &[u8]) -> Result<Option<ShareRow>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select share, partner, program, note, by, created, expires, revoked, opened, last
            from shares
            where hash = $1
        ")
        .bind(hash)
        .fetch_optional(c)
        .await?))
    }

    /// Ends a link; `false` where it had ended.
    pub async fn revoke_share(
        &mut self,
        partner: &str,
        share: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let done = on!(self, c => sqlx::query("
            update shares
            set revoked = $1
            where share = $2
              and partner = $3
              and revoked is null
        ")
        .bind(at.0)
        .bind(share)
        .bind(partner)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(done == 1)
    }

    /// Notes that a link was opened.
    pub async fn share_was_opened(&mut self, share: &str, at: Instant) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update shares
            set opened = opened + 1,
                last = $1
            where share = $2
        ")
        .bind(at.0)
        .bind(share)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }
}
