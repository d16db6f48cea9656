//! A database of the first release is brought up to date with all that it holds, and the tables are those of the snapshot.
//!
//! `UPDATE_EXPECT=1 cargo nextest run -p cairn-store --test migrations` writes the snapshots anew: read them before they are
//! committed.

mod common;

use cairn_store::{NewChange, Scope, Store};
use domain::instant::Instant;
use expect_test::{ExpectFile, expect_file};
use sqlx::migrate::Migrator;

const FIRST: &str = include_str!("fixtures/first-release.sql");

/// The migrations of the first release alone.
async fn first(kind: &str) -> Migrator {
    let name = "0001_keep_facts_and_changes.sql";
    let from = format!("{}/migrations/{kind}/{name}", env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(from, folder.path().join(name)).expect("the first migration");
    Migrator::new(folder.path()).await.expect("migrations")
}

/// The statements of the fixture, without its comment.
fn statements() -> impl Iterator<Item = &'static str> {
    let text = FIRST.split_once('\n').expect("a comment").1;
    text.split(";\n").filter(|s| !s.trim().is_empty())
}

async fn holds_all(address: &str) {
    let store = Store::open(address).await.expect("brought up to date");
    let mut tx = store.read(&Scope::All).await.expect("a reader");
    let verified = tx.verify().await.expect("verified");
    assert_eq!(verified.flaws, []);
    assert_eq!(
        (verified.changes, verified.facts, verified.erased),
        (5, 7, 1)
    );
    assert_eq!(
        tx.partners("", 10).await.expect("partners"),
        ["north", "south"]
    );
    let standing = tx
        .standing_of_kind("north", "people", i64::MAX)
        .await
        .expect("facts");
    assert_eq!(standing.iter().map(|f| f.fact).collect::<Vec<_>>(), [6]);
    assert_eq!(
        tx.facts_of("south", i64::MAX).await.expect("facts").len(),
        1
    );
    drop(tx);
    let new = NewChange {
        at: Instant(1_800_000_000_000_000),
        actor: "a1".into(),
        verb: "settings".into(),
        partner: None,
        subject: "server".into(),
        detail: "{}".into(),
    };
    let mut tx = store.write(&Scope::All).await.expect("a writer");
    assert_eq!(
        tx.append(&Scope::All, new, &[])
            .await
            .expect("appended")
            .change,
        6
    );
    tx.commit().await.expect("committed");
    let mut tx = store.read(&Scope::All).await.expect("a reader");
    assert_eq!(tx.verify().await.expect("verified").flaws, []);
}

#[tokio::test]
async fn a_database_of_the_first_release_is_brought_up_to_date_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("first.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options)
        .await
        .expect("a database");
    first("sqlite")
        .await
        .run(&pool)
        .await
        .expect("the first tables");
    let mut tx = pool.begin().await.expect("a writer");
    for statement in statements() {
        sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .expect(statement);
    }
    tx.commit().await.expect("committed");
    pool.close().await;
    holds_all(&file.to_string_lossy()).await;
}

#[tokio::test]
async fn a_database_of_the_first_release_is_brought_up_to_date_on_postgres() {
    let address = common::postgres_database("fast").await;
    let pool = sqlx::PgPool::connect(&address).await.expect("a database");
    first("postgres")
        .await
        .run(&pool)
        .await
        .expect("the first tables");
    let mut tx = pool.begin().await.expect("a writer");
    sqlx::query("select set_config('cairn.scope', '*', true)")
        .execute(&mut *tx)
        .await
        .expect("a scope");
    for statement in statements() {
        let own = sqlx::AssertSqlSafe(statement.replace("x'", "'\\x"));
        sqlx::query(own).execute(&mut *tx).await.expect(statement);
    }
    tx.commit().await.expect("committed");
    pool.close().await;
    holds_all(&address).await;
}

/// The tables, each line a thing: what it is of, what it is called, and what it is.
fn is_as_in(lines: Vec<(String, String, String)>, snapshot: ExpectFile) {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = lines
        .iter()
        .map(|(of, name, is)| format!("{of}: {name}: {}\n", plain(is)));
    snapshot.assert_eq(&lines.collect::<String>());
}

#[tokio::test]
async fn the_tables_on_sqlite_are_those_of_the_snapshot() {
    let fresh = common::sqlite().await;
    let pool = sqlx::SqlitePool::connect(&fresh.address)
        .await
        .expect("a database");
    let lines: Vec<(String, String, String)> = sqlx::query_as(
        "
        select t.name, c.name, lower(c.type) || case when c.\"notnull\" then ' not null' else '' end
               || case when c.pk > 0 then ' key ' || c.pk else '' end
               || coalesce(' default ' || c.dflt_value, '')
        from sqlite_master t
        join pragma_table_info(t.name) c
        where t.type = 'table'
          and t.name not like 'sqlite_%'
          and t.name <> '_sqlx_migrations'
        union all
        select t.name, f.\"from\", 'references ' || f.\"table\" || ' (' || f.\"to\" || ')'
        from sqlite_master t
        join pragma_foreign_key_list(t.name) f
        where t.type = 'table'
        union all
        select tbl_name, name, sql
        from sqlite_master
        where type in ('index', 'trigger')
          and sql is not null
        order by 1, 2, 3
    ",
    )
    .fetch_all(&pool)
    .await
    .expect("tables");
    is_as_in(lines, expect_file!["schema.sqlite.txt"]);
}

#[tokio::test]
async fn the_tables_on_postgres_are_those_of_the_snapshot() {
    let fresh = common::postgres().await;
    let pool = sqlx::PgPool::connect(&fresh.address)
        .await
        .expect("a database");
    let lines: Vec<(String, String, String)> = sqlx::query_as("
        select table_name::text, column_name::text, data_type || case is_nullable when 'NO' then ' not null' else '' end
               || coalesce(' default ' || column_default, '')
        from information_schema.columns
        where table_schema = 'public'
          and table_name <> '_sqlx_migrations'
        union all
        select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
        from pg_constraint
        where connamespace = 'public'::regnamespace
          and contype <> 'n'
          and conrelid::regclass::text <> '_sqlx_migrations'
        union all
        select tablename::text, indexname::text, indexdef
        from pg_indexes
        where schemaname = 'public'
          and tablename <> '_sqlx_migrations'
        union all
        select tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid)
        from pg_trigger
        where not tgisinternal
        union all
        select tablename::text, policyname::text, qual
        from pg_policies
        union all
        select c.relname::text, 'row level security', 'forced'
        from pg_class c
        where c.relforcerowsecurity
        order by 1, 2, 3
    ")
    .fetch_all(&pool)
    .await
    .expect("tables");
    is_as_in(lines, expect_file!["schema.postgres.txt"]);
}

/// A backup of one database is restored into the other, so that a type that only one of them has would be lost.
#[tokio::test]
async fn every_column_has_a_type_that_both_databases_have() {
    let fresh = common::postgres().await;
    let pool = sqlx::PgPool::connect(&fresh.address)
        .await
        .expect("a database");
    let others: Vec<(String, String, String)> = sqlx::query_as(
        "
        select table_name::text, column_name::text, data_type::text
        from information_schema.columns
        where table_schema = 'public'
          and table_name <> '_sqlx_migrations'
          and (
            data_type not in ('bigint', 'integer', 'smallint', 'text', 'bytea', 'boolean')
            or is_identity = 'YES'
            or column_default like 'nextval%'
          )
    ",
    )
    .fetch_all(&pool)
    .await
    .expect("columns");
    assert_eq!(others, []);
}
