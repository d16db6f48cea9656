//! The whole database as one file, and back: the same file for SQLite and for PostgreSQL.
//!
//! The file is Zstandard over lines of JSON: what it is, then for each table a line with its name and a line for each row, then
//! a line with the SHA-256 of all lines before. Tables and columns are those that the database has, so that whoever adds a table
//! needs nothing here. All of it is of one moment, and whoever writes meanwhile does not wait.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};

use domain::instant::Instant;
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use crate::audit::{Flaw, Verified};
use crate::db::{Scope, Store, StoreError, Tx, on};
use crate::decisions::hex;

/// The form of the file; another one has another number.
const FORM: u64 = 1;
/// No line of a backup is longer; a file with one is none.
const LONGEST: u64 = 256 << 20;
/// So many rows, or bytes of them, are written at once.
const ROWS: usize = 1_000;
const BYTES: usize = 4 << 20;

/// Why there is no backup, or why none was restored. Nothing of it was written.
#[derive(Debug)]
pub enum BackupError {
    /// The store did not answer.
    Store(StoreError),
    /// The file could not be read or written.
    File(io::Error),
    /// The file is no backup, or not all of one, or somebody changed it.
    Damaged(String),
    /// The backup is of a newer release: these changes of its tables are not known here.
    Newer(Vec<i64>),
    /// The database holds something already.
    InUse,
    /// The database has tables of a newer release than the backup.
    TooNew,
    /// What was restored does not hold together.
    Flawed(Vec<Flaw>),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackupError::Store(_) => f.write_str("the database did not answer as it should"),
            BackupError::File(_) => f.write_str("the file could not be read or written"),
            BackupError::Damaged(why) => f.write_str(why),
            BackupError::Newer(_) => f.write_str("the backup is of a newer release"),
            BackupError::InUse => f.write_str("the database is not empty"),
            BackupError::TooNew => {
                f.write_str("the database has tables of a newer release than the backup")
            }
            BackupError::Flawed(flaws) => {
                write!(f, "{} rows of the backup do not hold", flaws.len())
            }
        }
    }
}

impl std::error::Error for BackupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BackupError::Store(source) => Some(source),
            BackupError::File(source) => Some(source),
            _ => None,
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(source: StoreError) -> BackupError {
        BackupError::Store(source)
    }
}

impl From<sqlx::Error> for BackupError {
    fn from(source: sqlx::Error) -> BackupError {
        BackupError::Store(source.into())
    }
}

fn damaged(why: impl Into<String>) -> BackupError {
    BackupError::Damaged(why.into())
}

/// What was backed up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backed {
    /// The newest change in it; 0 where there is none.
    pub change: i64,
    /// The seal of that change.
    pub head: Vec<u8>,
    /// How many rows it has.
    pub rows: i64,
    /// How many tables it has.
    pub tables: usize,
}

/// What was restored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made.
    pub at: Option<Instant>,
    /// How many rows were written.
    pub rows: i64,
    /// What was found when every seal was made again.
    pub verified: Verified,
}

/// A table as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    name: String,
    /// Columns, and whether they hold bytes.
    columns: Vec<(String, bool)>,
    /// The columns of the primary key.
    key: Vec<String>,
    /// The other tables that its rows refer to.
    needs: BTreeSet<String>,
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

impl Table {
    /// A question whose rows are JSON objects, ordered by the key.
    fn select(&self, tx: &Tx) -> String {
        let name = quoted(&self.name);
        let order = if self.key.is_empty() {
            String::new()
        } else {
            let key = self.key.iter().map(|column| quoted(column));
            format!(" order by {}", list(key))
        };
        match tx {
            Tx::Sqlite(_) => {
                let columns = self.columns.iter().map(|(column, bytes)| {
                    let of = quoted(column);
                    let value = if *bytes {
                        format!(
                            "case when {of} is null then null else '\\x' || lower(hex({of})) end"
                        )
                    } else {
                        of
                    };
                    format!("'{}', {value}", column.replace('\'', "''"))
                });
                format!("select json_object({}) from {name}{order}", list(columns))
            }
            Tx::Postgres(_) => {
                let columns = list(self.columns.iter().map(|(column, _)| quoted(column)));
                format!("select row_to_json(r)::text from (select {columns} from {name}{order}) r")
            }
        }
    }

    /// A statement that writes the rows of a JSON array.
    fn insert(&self, tx: &Tx, columns: &[(String, bool)]) -> String {
        let name = quoted(&self.name);
        let named = list(columns.iter().map(|(column, _)| quoted(column)));
        match tx {
            Tx::Sqlite(_) => {
                let values = columns.iter().map(|(column, bytes)| {
                    let path = format!("'$.\"{}\"'", column.replace('\'', "''"));
                    if *bytes {
                        format!("unhex(substr(value ->> {path}, 3))")
                    } else {
                        format!("value ->> {path}")
                    }
                });
                format!(
                    "insert into {name} ({named}) select {} from json_each($1)",
                    list(values)
                )
            }
            Tx::Postgres(_) => format!(
                "insert into {name} ({named}) select {named} from json_populate_recordset(null::{name}, $1::json)"
            ),
        }
    }
}

impl Tx {
    /// The tables of the database, those first to which others refer.
    async fn tables(&mut self) -> Result<Vec<Table>, StoreError> {
        let (columns, needs): (Vec<(String, String, bool, i64)>, Vec<(String, String)>) = match self
        {
            Tx::Sqlite(tx) => (
                sqlx::query_as("
                    select t.name, c.name, upper(c.type) = 'BLOB', c.pk
                    from sqlite_master t
                    join pragma_table_info(t.name) c
                    where t.type = 'table'
                      and t.name not like 'sqlite_%'
                      and t.name <> '_sqlx_migrations'
                    order by t.name, c.cid
                ")
                .fetch_all(&mut **tx)
                .await?,
                sqlx::query_as("
                    select t.name, f.\"table\"
                    from sqlite_master t
                    join pragma_foreign_key_list(t.name) f
                    where t.type = 'table'
                ")
                .fetch_all(&mut **tx)
                .await?,
            ),
            Tx::Postgres(tx) => (
                sqlx::query_as("
                    select c.table_name::text,
                           c.column_name::text,
                           c.data_type = 'bytea',
                           coalesce((
                             select array_position(i.indkey::smallint[], a.attnum)
                             from pg_index i
                             join pg_attribute a on a.attrelid = i.indrelid
                             where i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
                               and i.indisprimary
                               and a.attname = c.column_name
                           ), -1)::bigint + 1
                    from information_schema.columns c
                    join information_schema.tables t using (table_schema, table_name)
                    where c.table_schema = current_schema()
                      and t.table_type = 'BASE TABLE'
                      and c.is_generated = 'NEVER'
                      and c.table_name <> '_sqlx_migrations'
                    order by c.table_name, c.ordinal_position
                ")
                .fetch_all(&mut **tx)
                .await?,
                sqlx::query_as("
                    select f.conrelid::regclass::text, f.confrelid::regclass::text
                    from pg_constraint f
                    where f.contype = 'f'
                      and f.connamespace = current_schema()::regnamespace
                ")
                .fetch_all(&mut **tx)
                .await?,
            ),
        };
        let mut tables: BTreeMap<String, (Table, Vec<(i64, String)>)> = BTreeMap::new();
        for (name, column, bytes, key) in columns {
            let (table, keys) = tables.entry(name.clone()).or_insert_with(|| {
                let table = Table {
                    name,
                    columns: vec![],
                    key: vec![],
                    needs: BTreeSet::new(),
                };
                (table, vec![])
            });
            if key > 0 {
                keys.push((key, column.clone()));
            }
            table.columns.push((column, bytes));
        }
        for (name, other) in needs {
            if let Some((table, _)) = tables.get_mut(&name).filter(|_| name != other) {
                table.needs.insert(other);
            }
        }
        let mut left: Vec<Table> = tables
            .into_values()
            .map(|(mut table, mut keys)| {
                keys.sort();
                table.key = keys.into_iter().map(|(_, column)| column).collect();
                table
            })
            .collect();
        let mut ordered: Vec<Table> = vec![];
        while !left.is_empty() {
            let is_ready = |table: &Table| {
                let mut needs = table.needs.iter();
                needs.all(|name| ordered.iter().any(|o| o.name == *name))
            };
            // Tables that refer to each other come in the order of their names; their keys are looked at last.
            let at = left.iter().position(is_ready).unwrap_or(0);
            let next = left.remove(at);
            ordered.push(next);
        }
        Ok(ordered)
    }

    /// The numbers of the changes of tables that this database has seen.
    async fn migrations(&mut self) -> Result<Vec<i64>, StoreError> {
        let rows: Vec<(i64,)> = on!(self, c => sqlx::query_as("
            select version
            from _sqlx_migrations
            where success
            order by version
        ")
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(version,)| version).collect())
    }

    async fn count(&mut self, table: &str) -> Result<i64, StoreError> {
        let sql = format!("select count(*) from {}", quoted(table));
        let (rows,): (i64,) =
            on!(self, c => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(c).await?);
        Ok(rows)
    }
}

/// Lines on their way into a file.
struct Lines<W: Write> {
    into: W,
    hash: Sha256,
}

impl<W: Write> Lines<W> {
    fn line(&mut self, line: &str) -> Result<(), BackupError> {
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        let written = self.into.write_all(line.as_bytes());
        written
            .and_then(|()| self.into.write_all(b"\n"))
            .map_err(BackupError::File)
    }
}

impl Store {
    /// Writes all that the database holds, as of one moment, into a file. `progress` is told how many rows of how many are
    /// written.
    ///
    /// Writing to the file blocks; a server does this where nothing waits for it.
    pub async fn back_up(
        &self,
        into: impl Write + Send,
        at: Instant,
        progress: &mut (dyn FnMut(i64, i64) + Send),
    ) -> Result<Backed, BackupError> {
        let mut tx = self.read(&Scope::All).await?;
        let newest = tx.newest_change().await?;
        let (change, head) = newest.map_or((0, vec![]), |c| (c.change, c.seal));
        let tables = tx.tables().await?;
        let mut counts = vec![];
        for table in &tables {
            counts.push(tx.count(&table.name).await?);
        }
        let of: i64 = counts.iter().sum();
        let counted: Vec<Value> = tables
            .iter()
            .zip(&counts)
            .map(|(table, rows)| json!({ "table": table.name, "rows": rows }))
            .collect();
        let encoder = zstd::Encoder::new(into, 3).map_err(BackupError::File)?;
        let mut lines = Lines {
            into: encoder,
            hash: Sha256::new(),
        };
        let head_line = json!({
            "cairn": "backup",
            "form": FORM,
            "at": at.to_string(),
            "migrations": tx.migrations().await?,
            "change": change,
            "head": hex(&head),
            "tables": counted,
        });
        lines.line(&head_line.to_string())?;
        let mut done = 0;
        for (table, expected) in tables.iter().zip(&counts) {
            let columns: Vec<&String> = table.columns.iter().map(|(name, _)| name).collect();
            lines.line(&json!({ "table": table.name, "columns": columns }).to_string())?;
            let sql = table.select(&tx);
            let before = done;
            on!(&mut tx, c => {
                let mut rows = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql)).fetch(c);
                while let Some((row,)) = rows.try_next().await? {
                    lines.line(&row)?;
                    done += 1;
                    if done % 1024 == 0 {
                        progress(done, of);
                    }
                }
            });
            if done - before != *expected {
                return Err(damaged(format!(
                    "the table {} changed while it was written, which it must not",
                    table.name
                )));
            }
        }
        let hash = hex(&lines.hash.clone().finalize());
        lines.line(&json!({ "end": true, "rows": done, "sha256": hash }).to_string())?;
        let mut file = lines.into.finish().map_err(BackupError::File)?;
        file.flush().map_err(BackupError::File)?;
        progress(done, of);
        Ok(Backed {
            change,
            head,
            rows: done,
            tables: tables.len(),
        })
    }

    /// Fills an empty database, which is made where it is not there, with what a backup holds: all of it or nothing.
    ///
    /// The tables are first made as they were when the backup was made, and brought up to date afterwards. `progress` is told
    /// how many rows of how many are written.
    pub async fn restore(
        address: &str,
        from: impl Read + Send,
        progress: &mut (dyn FnMut(i64, i64) + Send),
    ) -> Result<(Store, Restored), BackupError> {
        let mut lines = Reading::new(from)?;
        let head = lines.value("its first line")?;
        let text = |name: &str| head.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("cairn") != "backup" {
            return Err(damaged("it is no backup"));
        }
        if head.get("form").and_then(Value::as_u64) != Some(FORM) {
            return Err(BackupError::Newer(vec![]));
        }
        let migrations: Vec<i64> = head["migrations"]
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_i64).collect())
            .unwrap_or_default();
        let known = Store::known_migrations();
        let newer: Vec<i64> = migrations
            .iter()
            .copied()
            .filter(|version| !known.contains(version))
            .collect();
        if !newer.is_empty() {
            return Err(BackupError::Newer(newer));
        }
        let store = Store::open_at(address, &migrations).await?;
        let restored = store.fill(&head, &migrations, &mut lines, progress).await;
        match restored {
            Ok(restored) => {
                store.migrate().await?;
                Ok((store, restored))
            }
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    async fn fill(
        &self,
        head: &Value,
        migrations: &[i64],
        lines: &mut Reading<impl BufRead>,
        progress: &mut (dyn FnMut(i64, i64) + Send),
    ) -> Result<Restored, BackupError> {
        let mut tx = self.write(&Scope::All).await?;
        tx.lock_changes().await?;
        if tx.newest_change().await?.is_some() {
            return Err(BackupError::InUse);
        }
        if tx.migrations().await? != migrations {
            return Err(BackupError::TooNew);
        }
        if let Tx::Sqlite(tx) = &mut tx {
            sqlx::query("pragma defer_foreign_keys = on")
                .execute(&mut **tx)
                .await?;
        }
        let tables = tx.tables().await?;
        for table in tables.iter().rev() {
            // What a change of the tables put there itself is in the backup as well.
            if tx.count(&table.name).await? > 0 {
                let sql = format!("delete from {}", quoted(&table.name));
                on!(&mut tx, c => sqlx::query(AssertSqlSafe(sql)).execute(c).await.map(|_| ())?);
            }
        }
        let counts = head["tables"].as_array().cloned().unwrap_or_default();
        let of: i64 = counts.iter().filter_map(|t| t["rows"].as_i64()).sum();
        let mut filling: Option<Filling> = None;
        let (mut done, mut seen) = (0, BTreeSet::new());
        loop {
            let line = lines.line()?;
            if line.starts_with("{\"end\":true") {
                if let Some(filling) = filling.take() {
                    filling.finish(&mut tx, &counts).await?;
                }
                break;
            }
            // A row has no such first column: this begins a table.
            if line.starts_with("{\"table\":") && line.contains("\"columns\":[") {
                if let Some(filling) = filling.take() {
                    filling.finish(&mut tx, &counts).await?;
                }
                let begins: Value = serde_json::from_str(&line)
                    .map_err(|_| damaged("a line of it is not what was written"))?;
                let name = begins["table"].as_str().unwrap_or_default();
                let table = tables.iter().find(|t| t.name == name);
                let Some(table) = table.filter(|_| seen.insert(name.to_owned())) else {
                    return Err(damaged(format!(
                        "it has a table `{name}` that nobody knows"
                    )));
                };
                let named = begins["columns"].as_array().cloned().unwrap_or_default();
                let columns: Vec<(String, bool)> = table
                    .columns
                    .iter()
                    .filter(|(column, _)| named.iter().any(|n| n == column))
                    .cloned()
                    .collect();
                if columns.len() != named.len() {
                    return Err(damaged(format!("its table `{name}` has other columns")));
                }
                filling = Some(Filling {
                    sql: table.insert(&tx, &columns),
                    table: table.name.clone(),
                    rows: 0,
                    waiting: String::new(),
                    count: 0,
                });
                continue;
            }
            let Some(filling) = &mut filling else {
                return Err(damaged("a row of it is of no table"));
            };
            filling.row(&mut tx, &line).await?;
            done += 1;
            if done % 1024 == 0 {
                progress(done, of);
            }
        }
        lines.end(done)?;
        let expected: BTreeSet<String> = counts
            .iter()
            .filter_map(|t| Some(t["table"].as_str()?.to_owned()))
            .collect();
        if seen != expected {
            return Err(damaged("it lacks a table"));
        }
        let verified = tx.verify().await?;
        if !verified.flaws.is_empty() {
            return Err(BackupError::Flawed(verified.flaws));
        }
        if hex(&verified.head) != head["head"].as_str().unwrap_or_default() {
            return Err(damaged("its newest change is not the one that it names"));
        }
        tx.commit().await?;
        progress(done, of);
        Ok(Restored {
            at: head["at"].as_str().and_then(Instant::parse),
            rows: done,
            verified,
        })
    }
}

/// A table that is being filled.
struct Filling {
    table: String,
    sql: String,
    rows: i64,
    /// Rows that are not written yet, with commas between them.
    waiting: String,
    count: usize,
}

impl Filling {
    async fn row(&mut self, tx: &mut Tx, line: &str) -> Result<(), BackupError> {
        if !self.waiting.is_empty() {
            self.waiting.push(',');
        }
        self.waiting.push_str(line);
        self.count += 1;
        self.rows += 1;
        if self.count >= ROWS || self.waiting.len() >= BYTES {
            self.write(tx).await?;
        }
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx) -> Result<(), BackupError> {
        if self.count == 0 {
            return Ok(());
        }
        let rows = format!("[{}]", self.waiting);
        // Whatever the file says is read as JSON by the database alone, and its columns are those of the table.
        let written: Result<u64, sqlx::Error> = on!(tx, c => {
            let sql = AssertSqlSafe(self.sql.clone());
            sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected())
        });
        let written = match written {
            Ok(written) => written,
            Err(sqlx::Error::Database(error)) => {
                return Err(damaged(format!(
                    "rows of its table `{}` cannot be written: {}",
                    self.table,
                    error.message()
                )));
            }
            Err(error) => return Err(error.into()),
        };
        if written != self.count as u64 {
            return Err(damaged(format!("its table `{}` lost rows", self.table)));
        }
        self.waiting.clear();
        self.count = 0;
        Ok(())
    }

    async fn finish(mut self, tx: &mut Tx, counts: &[Value]) -> Result<(), BackupError> {
        self.write(tx).await?;
        let counted = counts.iter().find(|t| t["table"] == self.table.as_str());
        if counted.and_then(|t| t["rows"].as_i64()) != Some(self.rows) {
            return Err(damaged(format!(
                "its table `{}` has not as many rows as it says",
                self.table
            )));
        }
        Ok(())
    }
}

/// Lines on their way out of a file.
struct Reading<R> {
    from: R,
    hash: Sha256,
    /// The hash of all lines but the newest, and that line.
    before: Sha256,
    last: String,
}

impl<R: Read> Reading<BufReader<zstd::Decoder<'static, BufReader<R>>>> {
    fn new(from: R) -> Result<Self, BackupError> {
        let decoder = zstd::Decoder::new(from).map_err(BackupError::File)?;
        Ok(Reading {
            from: BufReader::with_capacity(1 << 16, decoder),
            hash: Sha256::new(),
            before: Sha256::new(),
            last: String::new(),
        })
    }
}

impl<R: BufRead> Reading<R> {
    fn line(&mut self) -> Result<String, BackupError> {
        let cut = || damaged("it ends before it is complete");
        let mut line = vec![];
        let read = (&mut self.from).take(LONGEST).read_until(b'\n', &mut line);
        read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => cut(),
            // Bytes that do not decompress; the disk's own failures are told apart by their kind.
            io::ErrorKind::Other | io::ErrorKind::InvalidData => {
                damaged("its bytes are not those that were written")
            }
            _ => BackupError::File(error),
        })?;
        if line.pop() != Some(b'\n') {
            return Err(cut());
        }
        self.before = self.hash.clone();
        self.hash.update(&line);
        self.hash.update(b"\n");
        let line = String::from_utf8(line)
            .map_err(|_| damaged("its bytes are not those that were written"))?;
        self.last.clone_from(&line);
        Ok(line)
    }

    fn value(&mut self, what: &str) -> Result<Value, BackupError> {
        let line = self.line()?;
        serde_json::from_str(&line).map_err(|_| damaged(format!("{what} is not one of a backup")))
    }

    /// The last line was that of the end: does it say what was read?
    fn end(&mut self, rows: i64) -> Result<(), BackupError> {
        let end: Value = serde_json::from_str(&self.last).unwrap_or_default();
        if end["sha256"].as_str() != Some(&hex(&self.before.clone().finalize())) {
            return Err(damaged("its bytes are not those that were written"));
        }
        if end["rows"].as_i64() != Some(rows) {
            return Err(damaged("it has not as many rows as it says"));
        }
        let mut more = [0];
        match self.from.read(&mut more) {
            Ok(0) => Ok(()),
            _ => Err(damaged("something stands behind its end")),
        }
    }
}
