//! An empty store on either database.

use std::process::Command;

use cairn_store::Store;
use tempfile::TempDir;

/// A store, and what must live as long as it.
#[allow(dead_code, reason = "not every suite needs one")]
pub struct Fresh {
    #[allow(dead_code, reason = "not every suite asks it")]
    pub store: Store,
    #[allow(dead_code, reason = "not every suite asks where it is")]
    pub address: String,
    _folder: Option<TempDir>,
}

#[allow(dead_code, reason = "not every suite needs it")]
pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder
        .path()
        .join("cairn.db")
        .to_string_lossy()
        .into_owned();
    Fresh {
        store: Store::open(&address).await.expect("a store"),
        address,
        _folder: Some(folder),
    }
}

#[allow(dead_code, reason = "not every suite needs it")]
pub async fn postgres() -> Fresh {
    let address = postgres_database("fast").await;
    Fresh {
        store: Store::open(&address).await.expect("a store"),
        address,
        _folder: None,
    }
}

/// The address of an empty database of a cluster: `fast`, or another one that `tools/postgres` knows.
pub async fn postgres_database(cluster: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/postgres");
    let mut command = Command::new(script);
    if cluster != "fast" {
        command.arg(cluster);
    }
    let out = command.output().expect("tools/postgres");
    let problem = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{problem}");
    let server = String::from_utf8(out.stdout).expect("an address");
    let server = server.trim();
    let pool = sqlx::PgPool::connect(server).await.expect("the server");
    drop_left_behind(&pool).await;
    let name = format!("t{}_{:016x}", std::process::id(), rand::random::<u64>());
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .expect("a database");
    pool.close().await;
    let (front, _) = server.rsplit_once('/').expect("a database");
    format!("{front}/{name}")
}

/// Drops a database that nobody needs any more.
#[allow(dead_code, reason = "for whoever makes many")]
pub async fn drop_database(address: &str) {
    let (front, name) = address.rsplit_once('/').expect("a database");
    let server = sqlx::PgPool::connect(&format!("{front}/postgres")).await;
    let server = server.expect("the server");
    let sql = format!("drop database {name} with (force)");
    let dropped = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&server);
    dropped.await.expect("dropped");
}

/// Drops some databases of tests whose process is gone. Those of processes that still run are left alone: several may use one
/// cluster. A few at a time, once a process, so that nobody waits for them.
async fn drop_left_behind(server: &sqlx::PgPool) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    let mut first = false;
    ONCE.call_once(|| first = true);
    if !first {
        return;
    }
    let sql = "select datname from pg_database where datname ~ '^t[0-9]+_[0-9a-f]{16}$' order by oid limit 200";
    let all: Vec<String> = sqlx::query_scalar(sql)
        .fetch_all(server)
        .await
        .unwrap_or_default();
    let is_left = |name: &String| {
        let process = name[1..].split('_').next().unwrap_or_default();
        !std::path::Path::new("/proc").join(process).exists()
    };
    let here = std::path::Path::new("/proc/self").exists();
    for name in all
        .into_iter()
        .filter(|name| here && is_left(name))
        .take(20)
    {
        let sql = format!("drop database if exists {name} with (force)");
        // Another process may drop it at the same moment.
        let _ = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(server).await;
    }
}

/// The same test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($fresh:ident: Fresh) $body:block)*) => {
        mod on_sqlite {
            use super::*;
            $(#[tokio::test] async fn $name() { let $fresh = common::sqlite().await; $body })*
        }
        mod on_postgres {
            use super::*;
            $(#[tokio::test] async fn $name() { let $fresh = common::postgres().await; $body })*
        }
    };
}
