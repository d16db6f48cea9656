//! One database or the other, and transactions that see what they may.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, Postgres};
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection as _, Transaction};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Why the store could not answer. None of these is the user's slip.
#[derive(Debug)]
pub enum StoreError {
    /// The address of the database names neither kind, or a file that cannot be one.
    Address(String),
    /// The database refused, or could not be reached.
    Database(sqlx::Error),
    /// Its tables could not be brought up to date.
    Migration(sqlx::migrate::MigrateError),
    /// A row that makes no sense: its table, its key, and what is wrong with it.
    Row {
        /// The table.
        table: &'static str,
        /// The key of the row.
        key: String,
        /// What is wrong.
        why: String,
    },
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreError::Address(why) => f.write_str(why),
            StoreError::Database(_) => f.write_str("the database did not answer as it should"),
            StoreError::Migration(_) => {
                f.write_str("the tables of the database could not be brought up to date")
            }
            StoreError::Row { table, key, why } => {
                write!(f, "row {key} of table {table} makes no sense: {why}")
            }
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Database(source) => Some(source),
            StoreError::Migration(source) => Some(source),
            StoreError::Address(_) | StoreError::Row { .. } => None,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(source: sqlx::Error) -> StoreError {
        StoreError::Database(source)
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(source: sqlx::migrate::MigrateError) -> StoreError {
        StoreError::Migration(source)
    }
}

impl StoreError {
    /// Is it that a row with this key is already there?
    pub fn is_duplicate(&self) -> bool {
        matches!(self, StoreError::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// Whose rows a transaction sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// Those of these partners.
    Partners(Vec<String>),
}

impl Scope {
    /// The rows of one partner.
    pub fn of(partner: &str) -> Scope {
        Scope::Partners(vec![partner.to_owned()])
    }

    /// As `cairn.scope` says it on PostgreSQL. An id with a separator in it names nobody.
    fn setting(&self) -> String {
        match self {
            Scope::All => "*".to_owned(),
            Scope::Partners(ids) => {
                let named = ids.iter().filter(|id| !id.contains('\u{1f}') && *id != "*");
                named.map(String::as_str).collect::<Vec<_>>().join("\u{1f}")
            }
        }
    }
}

#[derive(Clone)]
enum Pools {
    /// SQLite takes one writer; whoever only reads does not wait for it.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

/// The database of the product.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    address: String,
}

/// Says which kind of database it is and no more: its address may hold a password, and so may what its connections were asked for.
impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.pools {
            Pools::Sqlite { .. } => "Store(SQLite)",
            Pools::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}

/// A transaction. It sees what its [`Scope`] allows, and what it wrote is there once it is committed, or never.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same expression on whichever database a transaction is of; `$c` is the connection.
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Store {
    /// Opens a database and brings its tables up to date: `postgres://…`, `sqlite:FILE`, or the path of a file, which is made
    /// where it is not there.
    pub async fn open(address: &str) -> Result<Store, StoreError> {
        let store = Store::connect(address).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Opens a database with its tables as they were after these changes of them, to restore a backup of then.
    pub(crate) async fn open_at(address: &str, migrations: &[i64]) -> Result<Store, StoreError> {
        let store = Store::connect(address).await?;
        let of = |all: &Migrator| Migrator {
            migrations: all
                .iter()
                .filter(|m| migrations.contains(&m.version))
                .cloned()
                .collect(),
            // Others may have been made there before; whoever asks compares.
            ignore_missing: true,
            ..Migrator::DEFAULT
        };
        match &store.pools {
            Pools::Sqlite { writer, .. } => of(&SQLITE).run(writer).await?,
            Pools::Postgres(pool) => of(&POSTGRES).run(pool).await?,
        }
        Ok(store)
    }

    /// Brings the tables up to date.
    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => SQLITE.run(writer).await?,
            Pools::Postgres(pool) => POSTGRES.run(pool).await?,
        }
        Ok(())
    }

    /// The numbers of all changes of the tables that this release knows.
    pub(crate) fn known_migrations() -> Vec<i64> {
        SQLITE.iter().map(|m| m.version).collect()
    }

    async fn connect(address: &str) -> Result<Store, StoreError> {
        let pools = if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(address)
                .map_err(|e| {
                    StoreError::Address(format!("the address of the database is not one: {e}"))
                })?
                .application_name("cairn");
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                // Whoever is cut off while a transaction begins leaves it open: the next one must not find it.
                .after_release(|connection, _| {
                    Box::pin(async move {
                        sqlx::raw_sql("begin; rollback")
                            .execute(&mut *connection)
                            .await?;
                        Ok(true)
                    })
                })
                .connect_with(options)
                .await?;
            Pools::Postgres(pool)
        } else {
            let path = address.strip_prefix("sqlite:").unwrap_or(address);
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains("://") {
                return Err(StoreError::Address(format!(
                    "`{address}` is no database: name a file, or postgres://…"
                )));
            }
            let options = SqliteConnectOptions::new()
                .filename(Path::new(path))
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // What was acknowledged outlives a loss of power too.
                .synchronous(SqliteSynchronous::Full)
                // What was erased is overwritten, not only given up.
                .pragma("secure_delete", "on")
                .busy_timeout(Duration::from_secs(20));
            let writer = SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(Duration::from_secs(30))
                .connect_with(options.clone())
                .await?;
            let readers = SqlitePoolOptions::new()
                .max_connections(8)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options.read_only(true))
                .await?;
            Pools::Sqlite { readers, writer }
        };
        Ok(Store {
            pools,
            address: address.to_owned(),
        })
    }

    /// The path of the file, where the database is one.
    pub fn file(&self) -> Option<&Path> {
        match self.pools {
            Pools::Sqlite { .. } => {
                let path = self
                    .address
                    .strip_prefix("sqlite:")
                    .unwrap_or(&self.address);
                Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
            }
            Pools::Postgres(_) => None,
        }
    }

    /// Begins to read: everything it sees is of one moment.
    pub async fn read(&self, scope: &Scope) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => {
                let mut tx = pool
                    .begin_with("begin isolation level repeatable read read only")
                    .await?;
                set_scope(&mut tx, &scope.setting()).await?;
                Tx::Postgres(tx)
            }
        })
    }

    /// Begins to write. On SQLite one writes at a time and the others wait for it.
    pub async fn write(&self, scope: &Scope) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                set_scope(&mut tx, &scope.setting()).await?;
                Tx::Postgres(tx)
            }
        })
    }

    /// How many connections are open, and how many of them are idle.
    pub fn connections(&self) -> (u32, usize) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => (
                readers.size() + writer.size(),
                readers.num_idle() + writer.num_idle(),
            ),
            Pools::Postgres(pool) => (pool.size(), pool.num_idle()),
        }
    }

    /// Does the database answer?
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => readers.acquire().await?.ping().await?,
            Pools::Postgres(pool) => pool.acquire().await?.ping().await?,
        }
        Ok(())
    }

    /// Takes what was erased out of the file beside SQLite's own, in which older pages wait. Where somebody reads at this
    /// moment, that happens when the next one asks. A PostgreSQL server vacuums by itself.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            sqlx::query("pragma wal_checkpoint(truncate)")
                .execute(writer)
                .await?;
        }
        Ok(())
    }

    /// Ends all connections, once what runs on them has ended.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn set_scope(tx: &mut Transaction<'static, Postgres>, scope: &str) -> Result<(), StoreError> {
    sqlx::query("select set_config('cairn.scope', $1, true)")
        .bind(scope)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Tx {
    /// Sees other rows from here on. SQLite has no such thing: there the questions themselves name the partner.
    pub(crate) async fn rescope(&mut self, scope: &Scope) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(_) => Ok(()),
            Tx::Postgres(tx) => set_scope(tx, &scope.setting()).await,
        }
    }

    /// What it wrote is there from now on.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
