//! Facts and changes are appended, sealed, seen by whom they concern, and never overwritten: on both databases.

mod common;

use cairn_store::{Change, Flaw, NewChange, NewFact, Scope, Store};
use common::Fresh;
use domain::instant::Instant;

fn change(verb: &str, partner: Option<&str>) -> NewChange {
    NewChange {
        at: Instant(1_700_000_000_000_000),
        actor: "a1".into(),
        verb: verb.into(),
        partner: partner.map(str::to_owned),
        subject: "people p1".into(),
        detail: "{}".into(),
    }
}

fn fact(partner: &str, key: &str, cells: Option<&str>, replaces: Option<i64>) -> NewFact {
    NewFact {
        partner: partner.into(),
        kind: "people".into(),
        key: format!("[\"{key}\"]"),
        cells: cells.map(str::to_owned),
        replaces,
        recorded_on: None,
        source: String::new(),
    }
}

async fn write(
    store: &Store,
    partner: &str,
    facts: &[NewFact],
) -> Result<i64, cairn_store::StoreError> {
    let scope = Scope::of(partner);
    let mut tx = store.write(&scope).await?;
    let changed = tx
        .append(&scope, change("edit", Some(partner)), facts)
        .await?;
    tx.add_partners(&[partner.to_owned()], changed.change)
        .await?;
    tx.commit().await?;
    Ok(changed.last_fact)
}

async fn flaws(store: &Store) -> Vec<Flaw> {
    let mut tx = store.read(&Scope::All).await.expect("a reader");
    tx.verify().await.expect("verified").flaws
}

on_both! {
    async fn what_is_printed_of_a_store_never_holds_its_address(fresh: Fresh) {
        // As a password in it would be.
        let (_, name) = fresh.address.rsplit_once('/').expect("an address");
        for shown in [format!("{:?}", fresh.store), format!("{:#?}", fresh.store)] {
            assert!(!shown.contains(name) && shown.len() < 30, "{shown}");
        }
    }

    async fn facts_are_numbered_without_a_gap_and_come_back_as_they_were(fresh: Fresh) {
        let store = &fresh.store;
        let ann = fact("north", "ann", Some(r#"{"name":"Ann"}"#), None);
        assert_eq!(write(store, "north", std::slice::from_ref(&ann)).await.expect("written"), 1);
        assert_eq!(write(store, "north", &[fact("north", "ann", None, Some(1))]).await.expect("written"), 2);
        let mut tx = store.read(&Scope::of("north")).await.expect("a reader");
        let facts = tx.facts_of("north", i64::MAX).await.expect("facts");
        assert_eq!(facts.iter().map(|f| (f.fact, f.change, f.replaces)).collect::<Vec<_>>(), [(1, 1, None), (2, 2, Some(1))]);
        assert_eq!(facts[0].cells, ann.cells);
        assert_eq!(facts[1].cells, None);
        assert_eq!(tx.replaced(i64::MAX).await.expect("replaced"), [1]);
        assert_eq!(tx.replaced(1).await.expect("replaced"), Vec::<i64>::new());
    }

    async fn of_two_who_replace_one_fact_the_second_is_refused_and_nothing_of_it_stays(fresh: Fresh) {
        let store = &fresh.store;
        write(store, "north", &[fact("north", "ann", Some("{}"), None)]).await.expect("written");
        write(store, "north", &[fact("north", "ann", Some("{}"), Some(1))]).await.expect("written");
        let late = write(store, "north", &[fact("north", "ann", None, Some(1))]).await;
        assert!(late.expect_err("a conflict").is_duplicate());
        let mut tx = store.read(&Scope::All).await.expect("a reader");
        let newest = tx.newest_change().await.expect("read").expect("a change");
        assert_eq!((newest.change, newest.last_fact), (2, 2));
    }

    async fn what_was_not_committed_was_never_there(fresh: Fresh) {
        let store = &fresh.store;
        let scope = Scope::of("north");
        let mut tx = store.write(&scope).await.expect("a writer");
        tx.append(&scope, change("edit", Some("north")), &[fact("north", "ann", Some("{}"), None)]).await.expect("written");
        drop(tx);
        let mut tx = store.read(&Scope::All).await.expect("a reader");
        assert_eq!(tx.newest_change().await.expect("read"), None);
        assert_eq!(tx.facts_of("north", i64::MAX).await.expect("facts"), []);
    }

    async fn changes_of_partners_and_of_nobody_make_one_chain_that_holds(fresh: Fresh) {
        let store = &fresh.store;
        for partner in ["north", "south", "north"] {
            let key = format!("k{}", rand::random::<u32>());
            write(store, partner, &[fact(partner, &key, Some(r#"{"name":"Zoë"}"#), None)]).await.expect("written");
        }
        let mut tx = store.write(&Scope::All).await.expect("a writer");
        tx.append(&Scope::All, change("settings", None), &[]).await.expect("written");
        tx.commit().await.expect("committed");
        let mut tx = store.read(&Scope::All).await.expect("a reader");
        let verified = tx.verify().await.expect("verified");
        assert_eq!((verified.changes, verified.facts, verified.flaws), (4, 3, vec![]));
        let all: Vec<Change> = tx.changes(None, None, None, 10).await.expect("changes");
        assert_eq!(all.iter().map(|c| c.change).collect::<Vec<_>>(), [4, 3, 2, 1]);
        assert_eq!(all[0].seal, verified.head);
        let north = tx.changes(Some("north"), Some("edit"), Some(3), 10).await.expect("changes");
        assert_eq!(north.iter().map(|c| c.change).collect::<Vec<_>>(), [1]);
    }

    async fn a_fact_or_change_cannot_be_altered_or_deleted(fresh: Fresh) {
        let store = &fresh.store;
        write(store, "north", &[fact("north", "ann", Some("{}"), None)]).await.expect("written");
        for sql in [
            "update facts set cells = '{\"name\":\"Bob\"}'",
            "update facts set nonce = null, partner = 'south'",
            "delete from facts",
            "update changes set actor = 'a2'",
            "delete from changes",
        ] {
            let refused = alter(&fresh, sql, false).await.expect_err(sql).to_string();
            assert!(refused.contains("appended"), "{sql}: {refused}");
        }
    }

    async fn a_hand_that_reaches_past_the_triggers_is_found(fresh: Fresh) {
        let store = &fresh.store;
        for key in ["ann", "bob", "cid"] {
            write(store, "north", &[fact("north", key, Some("{}"), None)]).await.expect("written");
        }
        assert_eq!(flaws(store).await, []);
        alter(&fresh, "update facts set cells = '{\"name\":\"Eve\"}' where fact = 2", true).await.expect("altered");
        assert_eq!(flaws(store).await, [Flaw::FactsAltered { change: 2, wrote: 1, there: 1 }]);
        alter(&fresh, "update facts set cells = '{}' where fact = 2", true).await.expect("mended");
        alter(&fresh, "update changes set actor = 'nobody' where change = 3", true).await.expect("altered");
        assert_eq!(flaws(store).await, [Flaw::ChangeAltered(3)]);
        alter(&fresh, "delete from facts where fact = 2", true).await.expect("deleted");
        alter(&fresh, "delete from changes where change = 2", true).await.expect("deleted");
        assert_eq!(flaws(store).await[..2], [Flaw::ChangeMissing(2), Flaw::ChangeAltered(3)]);
    }
}

/// Runs a statement as somebody who has the database, with or without its triggers.
async fn alter(fresh: &Fresh, sql: &'static str, past_triggers: bool) -> Result<(), sqlx::Error> {
    if fresh.address.starts_with("postgres:") {
        let address = if past_triggers {
            fresh.address.replacen("cairn@", "postgres@", 1)
        } else {
            fresh.address.clone()
        };
        let pool = sqlx::PgPool::connect(&address).await?;
        let mut tx = pool.begin().await?;
        sqlx::query("select set_config('cairn.scope', '*', true)")
            .execute(&mut *tx)
            .await?;
        if past_triggers {
            sqlx::query("set local session_replication_role = replica")
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query(sql).execute(&mut *tx).await?;
        tx.commit().await
    } else {
        let pool = sqlx::SqlitePool::connect(&fresh.address).await?;
        let mut c = pool.acquire().await?;
        if past_triggers {
            sqlx::query("pragma foreign_keys = off")
                .execute(&mut *c)
                .await?;
            for trigger in [
                "changes_are_kept",
                "changes_stay",
                "facts_are_kept",
                "facts_stay",
            ] {
                let drop = format!("drop trigger if exists {trigger}");
                sqlx::query(sqlx::AssertSqlSafe(drop))
                    .execute(&mut *c)
                    .await?;
            }
        }
        sqlx::query(sql).execute(&mut *c).await.map(|_| ())
    }
}

/// PostgreSQL itself keeps one partner's rows from another, whatever the question forgot.
#[tokio::test]
async fn row_level_security_stands_behind_every_question() {
    let fresh = common::postgres().await;
    let store = &fresh.store;
    for partner in ["north", "south"] {
        write(store, partner, &[fact(partner, "ann", Some("{}"), None)])
            .await
            .expect("written");
    }
    let mut tx = store.read(&Scope::of("north")).await.expect("a reader");
    assert_eq!(tx.facts_of("south", i64::MAX).await.expect("facts"), []);
    assert_eq!(tx.partners("", 10).await.expect("partners"), ["north"]);
    let seen = tx.changes(None, None, None, 10).await.expect("changes");
    assert_eq!(
        seen.iter()
            .map(|c| c.partner.as_deref())
            .collect::<Vec<_>>(),
        [Some("north")]
    );
    for nobody in [
        Scope::Partners(vec![]),
        Scope::of("*"),
        Scope::of("north\u{1f}south"),
    ] {
        let mut tx = store.read(&nobody).await.expect("a reader");
        assert_eq!(
            tx.partners("", 10).await.expect("partners"),
            Vec::<String>::new()
        );
    }
    let scope = Scope::of("north");
    let mut tx = store.write(&scope).await.expect("a writer");
    tx.append(&scope, change("edit", Some("north")), &[])
        .await
        .expect("written");
    assert_eq!(
        tx.partners("", 10).await.expect("partners"),
        ["north"],
        "the scope holds again after the chain was read"
    );
}
