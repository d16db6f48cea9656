//! Imports on their way: what was handed in, what was found, and what somebody said of such files.
//!
//! Nothing here is evidence. What an import wrote is among the facts, under the change that its row names; what it read is
//! kept in pieces until it ends, so that whichever server goes on can read it. Knows no file format.

use domain::instant::Instant;

use crate::db::{Scope, StoreError, Tx, on};
use crate::facts::{Fact, FactRow};

/// A piece of a file holds at most so many bytes.
pub const PIECE: usize = 1 << 20;

/// An import, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Its id.
    pub import: String,
    /// Whose evidence it brings; empty where it is of several.
    pub partner: String,
    /// How far it is, in the words of whoever wrote it.
    pub state: String,
    /// One more with every step.
    pub version: i64,
    /// Who began it.
    pub actor: String,
    /// When it was begun.
    pub created_at: Instant,
    /// When it last took a step.
    pub changed_at: Instant,
    /// Where it is read on the server; empty where it was handed in.
    pub path: String,
    /// What the user says of the files, as a JSON object.
    pub options: String,
    /// What was found, as a JSON object, once it was read.
    pub preview: Option<String>,
    /// The digest of all that it would write, once it was read.
    pub digest: Option<String>,
    /// The change that wrote it.
    pub confirmed: Option<i64>,
    /// The change that took it back.
    pub undone: Option<i64>,
}

/// A file that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFile {
    /// Its number: 1, 2, 3 …
    pub file: i64,
    /// Its name.
    pub name: String,
    /// How many bytes of it are there.
    pub size: i64,
    /// Is its last piece there?
    pub whole: bool,
}

/// How files with a set of columns are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingRow {
    /// The names in the header, as a JSON list.
    pub columns: String,
    /// What holds for such a file, as a JSON object.
    pub said: String,
    /// Who said so.
    pub actor: String,
    /// When.
    pub said_at: Instant,
}

/// What a name in a catalog column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRow {
    /// For whom; empty where it holds for everybody.
    pub partner: String,
    /// The kind of evidence.
    pub kind: String,
    /// The name without case, spaces, hyphens and underscores.
    pub spelled: String,
    /// The name as it stood in a file.
    pub name: String,
    /// What is read instead.
    pub becomes: String,
    /// Who said so.
    pub actor: String,
    /// When.
    pub said_at: Instant,
}

type Row = (
    String,
    String,
    String,
    i64,
    String,
    i64,
    i64,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
);

impl ImportRow {
    fn of(row: Row) -> ImportRow {
        ImportRow {
            import: row.0,
            partner: row.1,
            state: row.2,
            version: row.3,
            actor: row.4,
            created_at: Instant(row.5),
            changed_at: Instant(row.6),
            path: row.7,
            options: row.8,
            preview: row.9,
            digest: row.10,
            confirmed: row.11,
            undone: row.12,
        }
    }
}

impl Tx {
    /// The facts of a kind that stand, of whomever this transaction sees, oldest first. Only of the kinds that shape ledgers.
    pub async fn standing_of_all(&mut self, kind: &str) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select f.fact, f.change, f.partner, f.kind, f.key, f.cells, f.replaces, f.recorded_on, f.source, f.nonce, f.seal
            from facts f
            where f.kind = $1
              and f.kind in ('supplied', 'partners', 'groups', 'refused')
              and f.cells is not null
              and not exists (
                select 1
                from facts n
                where n.replaces = f.fact
              )
            order by f.fact
        ")
        .bind(kind)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }

    /// The facts that those from one number to another replaced, oldest first.
    pub async fn replaced_between(
        &mut self,
        first: i64,
        last: i64,
    ) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select o.fact, o.change, o.partner, o.kind, o.key, o.cells, o.replaces, o.recorded_on, o.source, o.nonce, o.seal
            from facts f
            join facts o on o.fact = f.replaces
            where f.fact >= $1
              and f.fact <= $2
            order by o.fact
        ")
        .bind(first)
        .bind(last)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }

    /// The numbers of facts of a partner and kind that stand and are not among those from one number to another, at most so
    /// many.
    pub async fn standing_outside(
        &mut self,
        partner: &str,
        kind: &str,
        first: i64,
        last: i64,
        limit: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let rows: Vec<(i64,)> = on!(self, c => sqlx::query_as("
            select f.fact
            from facts f
            where f.partner = $1
              and f.kind = $2
              and (f.fact < $3 or f.fact > $4)
              and f.cells is not null
              and not exists (
                select 1
                from facts n
                where n.replaces = f.fact
              )
            order by f.fact
            limit $5
        ")
        .bind(partner)
        .bind(kind)
        .bind(first)
        .bind(last)
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(fact,)| fact).collect())
    }

    /// The facts that stand in the place of those from one number to another, oldest first.
    pub async fn replacing_between(
        &mut self,
        first: i64,
        last: i64,
    ) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> = on!(self, c => sqlx::query_as("
            select fact, change, partner, kind, key, cells, replaces, recorded_on, source, nonce, seal
            from facts
            where replaces >= $1
              and replaces <= $2
            order by fact
        ")
        .bind(first)
        .bind(last)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(Fact::of).collect())
    }

    /// Waits until nobody else appends a change, and says which is the newest of all, whoever's it is. From here until the
    /// transaction ends nobody appends one.
    pub async fn lock_at(&mut self, scope: &Scope) -> Result<i64, StoreError> {
        self.lock_changes().await?;
        self.rescope(&Scope::All).await?;
        let newest = self.newest_change().await?;
        self.rescope(scope).await?;
        Ok(newest.map_or(0, |c| c.change))
    }

    /// Begins an import.
    pub async fn add_import(&mut self, row: &ImportRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into imports (import, partner, state, version, actor, created_at, changed_at, path, options)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ")
        .bind(&row.import)
        .bind(&row.partner)
        .bind(&row.state)
        .bind(row.version)
        .bind(&row.actor)
        .bind(row.created_at.0)
        .bind(row.changed_at.0)
        .bind(&row.path)
        .bind(&row.options)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Takes a step of an import: writes all of it that can change, with the next version. Returns whether the version that
    /// `row` names still stood; else nothing was written.
    pub async fn step_import(&mut self, row: &ImportRow) -> Result<bool, StoreError> {
        let written = on!(self, c => sqlx::query("
            update imports
            set state = $3,
                version = $2 + 1,
                changed_at = $4,
                options = $5,
                preview = $6,
                digest = $7,
                confirmed = $8,
                undone = $9
            where import = $1
              and version = $2
        ")
        .bind(&row.import)
        .bind(row.version)
        .bind(&row.state)
        .bind(row.changed_at.0)
        .bind(&row.options)
        .bind(&row.preview)
        .bind(&row.digest)
        .bind(row.confirmed)
        .bind(row.undone)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(written == 1)
    }

    /// An import by its id.
    pub async fn import(&mut self, import: &str) -> Result<Option<ImportRow>, StoreError> {
        let row: Option<Row> = on!(self, c => sqlx::query_as("
            select import, partner, state, version, actor, created_at, changed_at, path, options, preview, digest, confirmed, undone
            from imports
            where import = $1
        ")
        .bind(import)
        .fetch_optional(c)
        .await?);
        Ok(row.map(ImportRow::of))
    }

    /// The imports of a partner, or of several where it is empty, that were begun before a moment, newest first, at most so
    /// many.
    pub async fn imports(
        &mut self,
        partner: &str,
        before: Option<(Instant, &str)>,
        limit: i64,
    ) -> Result<Vec<ImportRow>, StoreError> {
        let (at, id) = before.unwrap_or((Instant(i64::MAX), ""));
        let rows: Vec<Row> = on!(self, c => sqlx::query_as("
            select import, partner, state, version, actor, created_at, changed_at, path, options, preview, digest, confirmed, undone
            from imports
            where partner = $1
              and (created_at < $2 or created_at = $2 and import < $3)
            order by created_at desc, import desc
            limit $4
        ")
        .bind(partner)
        .bind(at.0)
        .bind(id)
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(ImportRow::of).collect())
    }

    /// The imports that wait for somebody since before a moment.
    pub async fn idle_imports(&mut self, before: Instant) -> Result<Vec<ImportRow>, StoreError> {
        let rows: Vec<Row> = on!(self, c => sqlx::query_as("
            select import, partner, state, version, actor, created_at, changed_at, path, options, preview, digest, confirmed, undone
            from imports
            where state in ('receiving', 'previewed', 'failed')
              and changed_at < $1
            order by changed_at
            limit 1000
        ")
        .bind(before.0)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(ImportRow::of).collect())
    }

    /// Notes a file of an import, of which no piece is there yet.
    pub async fn add_import_file(
        &mut self,
        import: &ImportRow,
        file: i64,
        name: &str,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into import_files (import, file, partner, name, size, whole)
            values ($1, $2, $3, $4, 0, 0)
        ")
        .bind(&import.import)
        .bind(file)
        .bind(&import.partner)
        .bind(name)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Adds the next piece of a file, of at most [`PIECE`] bytes.
    pub async fn add_piece(
        &mut self,
        import: &ImportRow,
        file: i64,
        piece: i64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into import_pieces (import, file, piece, partner, bytes)
            values ($1, $2, $3, $4, $5)
        ")
        .bind(&import.import)
        .bind(file)
        .bind(piece)
        .bind(&import.partner)
        .bind(bytes)
        .execute(c)
        .await
        .map(|_| ())?);
        on!(self, c => sqlx::query("
            update import_files
            set size = size + $3
            where import = $1
              and file = $2
        ")
        .bind(&import.import)
        .bind(file)
        .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Says that the last piece of a file is there.
    pub async fn end_file(&mut self, import: &str, file: i64) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update import_files
            set whole = 1
            where import = $1
              and file = $2
        ")
        .bind(import)
        .bind(file)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The files of an import.
    pub async fn import_files(&mut self, import: &str) -> Result<Vec<ImportFile>, StoreError> {
        let rows: Vec<(i64, String, i64, i64)> = on!(self, c => sqlx::query_as("
            select file, name, size, whole
            from import_files
            where import = $1
            order by file
        ")
        .bind(import)
        .fetch_all(c)
        .await?);
        Ok(rows
            .into_iter()
            .map(|(file, name, size, whole)| ImportFile {
                file,
                name,
                size,
                whole: whole != 0,
            })
            .collect())
    }

    /// A piece of a file.
    pub async fn piece(
        &mut self,
        import: &str,
        file: i64,
        piece: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = on!(self, c => sqlx::query_as("
            select bytes
            from import_pieces
            where import = $1
              and file = $2
              and piece = $3
        ")
        .bind(import)
        .bind(file)
        .bind(piece)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(bytes,)| bytes))
    }

    /// How many pieces of a file there are.
    pub async fn count_pieces(&mut self, import: &str, file: i64) -> Result<i64, StoreError> {
        let (count,): (i64,) = on!(self, c => sqlx::query_as("
            select count(*)
            from import_pieces
            where import = $1
              and file = $2
        ")
        .bind(import)
        .bind(file)
        .fetch_one(c)
        .await?);
        Ok(count)
    }

    /// Removes what was handed in; the names of the files stay.
    pub async fn remove_pieces(&mut self, import: &str) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            delete from import_pieces
            where import = $1
        ")
        .bind(import)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Remembers how files with a set of columns are read.
    pub async fn remember_mapping(
        &mut self,
        partner: &str,
        row: &MappingRow,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into import_mappings (partner, columns, said, actor, said_at)
            values ($1, $2, $3, $4, $5)
            on conflict (partner, columns) do update
            set said = excluded.said,
                actor = excluded.actor,
                said_at = excluded.said_at
        ")
        .bind(partner)
        .bind(&row.columns)
        .bind(&row.said)
        .bind(&row.actor)
        .bind(row.said_at.0)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Forgets it. Returns whether anything was remembered.
    pub async fn forget_mapping(
        &mut self,
        partner: &str,
        columns: &str,
    ) -> Result<bool, StoreError> {
        let gone = on!(self, c => sqlx::query("
            delete from import_mappings
            where partner = $1
              and columns = $2
        ")
        .bind(partner)
        .bind(columns)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(gone > 0)
    }

    /// What is remembered of a partner's files, newest first.
    pub async fn mappings(&mut self, partner: &str) -> Result<Vec<MappingRow>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = on!(self, c => sqlx::query_as("
            select columns, said, actor, said_at
            from import_mappings
            where partner = $1
            order by said_at desc, columns
        ")
        .bind(partner)
        .fetch_all(c)
        .await?);
        Ok(rows
            .into_iter()
            .map(|(columns, said, actor, said_at)| MappingRow {
                columns,
                said,
                actor,
                said_at: Instant(said_at),
            })
            .collect())
    }

    /// Remembers what a name is.
    pub async fn remember_name(&mut self, row: &NameRow) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into import_names (partner, kind, spelled, name, becomes, actor, said_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (partner, kind, spelled) do update
            set name = excluded.name,
                becomes = excluded.becomes,
                actor = excluded.actor,
                said_at = excluded.said_at
        ")
        .bind(&row.partner)
        .bind(&row.kind)
        .bind(&row.spelled)
        .bind(&row.name)
        .bind(&row.becomes)
        .bind(&row.actor)
        .bind(row.said_at.0)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Forgets it. Returns whether anything was remembered.
    pub async fn forget_name(
        &mut self,
        partner: &str,
        kind: &str,
        spelled: &str,
    ) -> Result<bool, StoreError> {
        let gone = on!(self, c => sqlx::query("
            delete from import_names
            where partner = $1
              and kind = $2
              and spelled = $3
        ")
        .bind(partner)
        .bind(kind)
        .bind(spelled)
        .execute(c)
        .await
        .map(|done| done.rows_affected())?);
        Ok(gone > 0)
    }

    /// What names are for a partner: what was said for it, and then what was said for everybody.
    pub async fn names(&mut self, partner: &str) -> Result<Vec<NameRow>, StoreError> {
        let rows: Vec<(String, String, String, String, String, String, i64)> = on!(self, c => sqlx::query_as("
            select partner, kind, spelled, name, becomes, actor, said_at
            from import_names
            where partner in ($1, '')
            order by partner desc, kind, spelled
        ")
        .bind(partner)
        .fetch_all(c)
        .await?);
        Ok(rows
            .into_iter()
            .map(
                |(partner, kind, spelled, name, becomes, actor, said_at)| NameRow {
                    partner,
                    kind,
                    spelled,
                    name,
                    becomes,
                    actor,
                    said_at: Instant(said_at),
                },
            )
            .collect())
    }
}
