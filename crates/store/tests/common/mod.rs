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
    let name = format!("t{:032x}", rand::random::<u128>());
    let pool = sqlx::PgPool::connect(server).await.expect("the server");
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .expect("a database");
    pool.close().await;
    let (front, _) = server.rsplit_once('/').expect("a database");
    format!("{front}/{name}")
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
