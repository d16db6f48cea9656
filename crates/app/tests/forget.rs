//! Who asks to be erased stands nowhere any more: every text column and every byte of every table is looked at, on both databases.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_app::access::{Actor, Role};
use cairn_app::accounts::{Accounts, Door, Settings};
use cairn_app::clock::Clock;
use cairn_app::decisions::{About, Deciding, Outcome};
use cairn_app::edit::Edit;
use cairn_app::imports::{ImportOptions, State, Target};
use cairn_app::office::Office;
use cairn_app::programs::{SHIPPED, assemble};
use cairn_app::retention::UPLOADS;
use cairn_store::{NAMED, Scope};
use common::Fresh;
use domain::calendar::Day;
use domain::instant::Instant;
use domain::library::{Assumptions, edition_of};
use sqlx::Row as _;

const PROGRAM: &str = "aws-services-path";
const NOW: &str = "2024-03-01T12:00:00Z";

fn boss() -> Actor {
    Actor::system("a1")
}

fn office(fresh: &Fresh) -> Office {
    let wanted = |text: &str| edition_of(text).is_none_or(|(program, _)| program == PROGRAM);
    let files = SHIPPED.iter().filter(|(_, text)| wanted(text));
    let files = files.map(|(n, t)| ((*n).to_owned(), (*t).to_owned()));
    let loaded = assemble(files.collect(), None, vec![], false);
    let at = Instant::parse(NOW).expect("a moment");
    Office::new(fresh.store.clone(), Arc::new(loaded), Clock::stopped(at))
}

/// Carries out statements and asks for texts, with everybody's rows in sight.
enum Raw {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Raw {
    async fn of(fresh: &Fresh) -> Raw {
        if fresh.address.starts_with("postgres:") {
            let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
            let pool = options.connect(&fresh.address).await.expect("a database");
            sqlx::query("select set_config('cairn.scope', '*', false)")
                .execute(&pool)
                .await
                .expect("all of it");
            Raw::Postgres(pool)
        } else {
            Raw::Sqlite(
                sqlx::SqlitePool::connect(&fresh.address)
                    .await
                    .expect("a file"),
            )
        }
    }

    /// `blob('…')` stands for bytes.
    async fn done(&self, sql: &str) {
        let with = |before: &str, after: &str| {
            let mut parts = sql.split("blob('");
            let mut text = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (bytes, rest) = part.split_once("')").expect("its end");
                text += &format!("{before}'{bytes}'{after}{rest}");
            }
            sqlx::AssertSqlSafe(text)
        };
        match self {
            Raw::Sqlite(pool) => {
                let sql = with("cast(", " as blob)");
                sqlx::query(sql).execute(pool).await.map(|_| ())
            }
            Raw::Postgres(pool) => {
                let sql = with("convert_to(", ", 'UTF8')");
                sqlx::query(sql).execute(pool).await.map(|_| ())
            }
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    async fn texts(&self, sql: String) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql);
        match self {
            Raw::Sqlite(pool) => {
                let mut rows = sqlx::query(sql).fetch_all(pool).await.expect("an answer");
                let text = |row: sqlx::sqlite::SqliteRow| match row.try_get_unchecked(0) {
                    Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    Err(_) => String::new(),
                };
                rows.drain(..).map(text).collect()
            }
            Raw::Postgres(pool) => {
                let all = sqlx::query_scalar(sql).fetch_all(pool).await;
                all.expect("an answer")
            }
        }
    }

    /// Every table with its columns, and what turns a column into text.
    async fn columns(&self) -> Vec<(String, String)> {
        let sql = match self {
            Raw::Sqlite(_) => {
                "select m.name || ' \"' || i.name || '\"' from sqlite_master m join pragma_table_info(m.name) i where m.type = 'table'"
            }
            Raw::Postgres(_) => {
                "select table_name || ' ' || case data_type when 'bytea' then 'encode(' || quote_ident(column_name) || ', ''escape'')' else 'cast(' || quote_ident(column_name) || ' as text)' end from information_schema.columns where table_schema = 'public'"
            }
        };
        let all = self.texts(sql.to_owned()).await;
        let split = |line: String| {
            let (table, column) = line.split_once(' ').expect("two words");
            (table.to_owned(), column.to_owned())
        };
        all.into_iter().map(split).collect()
    }

    /// Where any of these names stands: table, column and text.
    async fn found(&self, names: &[&str]) -> Vec<String> {
        let mut found = vec![];
        for (table, column) in self.columns().await {
            let sql = format!("select {column} from {table} where {column} is not null");
            for text in self.texts(sql).await {
                let low = text.to_lowercase();
                if names.iter().any(|name| low.contains(name)) {
                    let start: String = text.chars().take(200).collect();
                    found.push(format!("{table} {column}: {start}"));
                }
            }
        }
        found
    }
}

/// Which of these names the bytes of SQLite's files hold, whether or not a row still does.
fn in_files(fresh: &Fresh, names: &[&str]) -> Vec<String> {
    let mut found = vec![];
    if let Some(path) = fresh.store.file() {
        for end in ["", "-wal"] {
            let bytes = std::fs::read(format!("{}{end}", path.display())).expect("the file");
            let low = String::from_utf8_lossy(&bytes).to_lowercase();
            let held = names.iter().filter(|name| low.contains(**name));
            found.extend(held.map(|name| format!("{name} in {}{end}", path.display())));
        }
    }
    found
}

/// Ann Miller of north, in every place in which somebody can be named.
async fn planted(fresh: &Fresh, office: &Office, raw: &Raw) -> String {
    office.refresh().await.expect("warm");
    for partner in ["north", "south"] {
        let added = office.add_partner(&boss(), partner, partner).await;
        added.expect("a partner");
    }
    let add = |kind: &str, cells: &[(&str, &str)]| Edit::Add {
        kind: kind.to_owned(),
        cells: cells
            .iter()
            .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
            .collect(),
    };
    let person = [
        ("person", "annm"),
        ("name", "Ann Miller"),
        ("email", "ann@north.example"),
    ];
    let note = [
        ("kind", "business-plan"),
        ("attested_on", "2024-01-10"),
        ("attested_by", "Ann Miller"),
        ("note", "signed by ann miller at noon"),
    ];
    let facts = [add("people", &person), add("attestations", &note)];
    office.edit(&boss(), "north", &facts).await.expect("facts");
    let deciding = Deciding {
        program: PROGRAM.into(),
        edition: None,
        as_of: Day::parse("2024-03-01").expect("a day"),
        known_after: None,
        assumptions: Assumptions::default(),
        about: About::Review,
        outcome: Outcome::Approved,
        level: None,
        reason: "Ann Miller showed the plan".into(),
        supersedes: None,
    };
    let decided = office.decide(&boss(), "north", &deciding).await;
    decided.expect("a decision");

    // One import that ended, with a refused row that names her, and one that waits.
    let north = Target::Partner("north".into());
    let handed = async |name: &str, text: &str| {
        let options = ImportOptions::default();
        let begun = office.start_import(&boss(), &north, None, &options).await;
        let id = begun.expect("begun").id;
        let mut upload = office.upload(&boss(), &id, name).await.expect("a file");
        upload.write(text.as_bytes()).await.expect("taken");
        upload.finish().await.expect("whole");
        let shown = office.preview_import(&boss(), &id, None).await;
        shown.expect("shown")
    };
    let csv = "person,name,email,registered_on\nannm,Ann Miller,ann@north.example,31.31.2024\nbob,Bob,,Ann Miller\n";
    let shown = handed("people of Ann Miller.csv", csv).await;
    let confirmed = office
        .confirm_import(&boss(), &shown.id, shown.version)
        .await;
    confirmed.expect("confirmed");
    let waiting = handed("more.csv", csv).await;
    let other = handed("csat.csv", "response,score\nr1,5\n").await;
    assert_eq!(other.state, State::Previewed);

    // An account of hers, which is that person of the evidence, and an invitation.
    let door = Door::new(Settings {
        by_hand: true,
        ..Settings::default()
    });
    let accounts = Accounts::new(&fresh.store, &office.clock, &door);
    let (of, email) = (Some("annm"), "new@north.example");
    accounts
        .invite(&boss(), email, Role::Contributor, Some("north"), of)
        .await
        .expect("invited");
    for sql in [
        "insert into accounts (account, address, email, name, state, created) values ('ac1', 'ann@north.example', 'Ann@north.example', 'Ann Miller', 'active', 1)",
        "insert into grants (account, role, partner, person, since) values ('ac1', 'contributor', 'north', 'annm', 1)",
        "insert into grants (account, role, partner, person, since) values ('ac1', 'alliance-team', 'north', 'annm', 1)",
        "insert into identities (issuer, subject, account, since) values ('https://op.example', 'ann@north.example', 'ac1', 1)",
        "insert into sessions (session, hash, account, stage, created, seen, expires, agent, client) values ('s1', blob('1'), 'ac1', 'whole', 1, 1, 1, 'the browser of Ann Miller', '127.0.0.1')",
        "insert into tasks (task, partner, version, title, note, owner, due, program, row, kind, cells, after, state, created, by, closed, closed_by) values ('t1', 'north', 1, 'Ask Ann Miller', 'or write to ann@north.example', '', null, '', '', 'people', '{\"name\":\"Ann Miller\"}', 0, 'open', 1, 'a1', null, '')",
        "insert into comments (comment, partner, program, row, body, by, at) values ('c1', 'north', 'p', '', 'Ann Miller knows', 'a1', 1)",
        "insert into saved_views (view, account, partner, page, name, query, created) values ('v1', 'a1', 'north', 'evidence/people', 'Of Ann Miller', 'q=ann@north.example', 1)",
        "insert into documents (document, partner, kind, key, name, type, size, digest, by, at) values ('d1', 'north', 'people', '[\"annm\"]', 'scan.txt', 'text/plain', 1, blob('1'), 'a1', 1)",
        "insert into document_parts (document, partner, part, bytes) values ('d1', 'north', 0, blob('Ann Miller passed'))",
        "insert into documents (document, partner, kind, key, name, type, size, digest, by, at) values ('d2', 'north', 'people', '[\"bob\"]', 'as Ann Miller has.txt', 'text/plain', 1, blob('1'), 'a1', 1)",
        "insert into shares (share, hash, partner, program, note, by, created, expires, opened) values ('s1', blob('1'), 'north', 'p', 'for ann@north.example', 'a1', 1, 1, 0)",
        "insert into feeds (feed, hash, partner, note, by, created, opened) values ('f1', blob('1'), 'north', 'of Ann Miller', 'a1', 1, 0)",
        "insert into rating_requests (request, partner, program, customer, person, email, address, state, created, by, expires, reminders, comment, shared, decided_by, reason) values ('r1', 'north', 'p', 'Ann Miller Ltd', 'Ann Miller', 'ann@north.example', 'ann@north.example', 'open', 1, 'a1', 1, 0, '', '0', '', '')",
        "insert into rating_requests (request, partner, program, customer, person, email, address, state, created, by, expires, reminders, comment, shared, decided_by, reason) values ('r2', 'north', 'p', 'Acme', 'Zoe', 'zoe@acme.example', 'zoe@acme.example', 'open', 1, 'a1', 1, 0, 'Ann Miller was kind', '0', '', 'says Ann Miller')",
        "insert into hook_events (event, partner, at, body) values ('e1', 'north', 1, '{\"said\":\"of\\nAnn Miller\"}')",
        "insert into notices (notice, partner, account, kind, subject, detail, at) values ('n1', 'north', 'a1', 'certificate', 'certificate of Ann Miller', '{}', 1)",
        "insert into mails (mail, kind, email, subject, body, created, due, sent) values ('m1', 'notice', 'a@b.example', 'Ann Miller', 'Ann Miller must renew', 1, 1, 1)",
        "insert into mails (mail, kind, email, subject, body, created, due, sent) values ('m2', 'reset', 'ann@north.example', 'New password', 'Dear Ann Miller', 1, 1, 1)",
        "insert into replies (account, key, request, at, status, head, body) values ('a1', 'k', 'r', 1, 200, '{}', blob('{\"name\":\"Ann Miller\"}'))",
        "insert into import_names (partner, kind, spelled, name, becomes, actor, said_at) values ('north', 'credentials', 'x', 'Exam of Ann Miller', 'other-vendor:x', 'a1', 1)",
        "insert into import_mappings (partner, columns, said, actor, said_at) values ('north', '[\"Ann Miller\"]', '{\"columns\":{\"Ann Miller\":\"name\"}}', 'a1', 1)",
        // Somebody else, elsewhere, of the same name.
        "insert into comments (comment, partner, program, row, body, by, at) values ('c2', 'south', 'p', '', 'Ann of another firm', 'a1', 1)",
    ] {
        raw.done(sql).await;
    }
    waiting.id
}

on_both! {
    async fn who_was_erased_stands_in_no_column_of_any_table(fresh: Fresh) {
        let office = office(&fresh);
        let raw = Raw::of(&fresh).await;
        let waiting = planted(&fresh, &office, &raw).await;
        let names = ["ann miller", "ann@north.example", "annm"];
        let before = raw.found(&names).await;
        for of in NAMED {
            let excused = matches!(of.column, "options" | "path" | "becomes" | "holidays" | "forms" | "standing");
            let planted = before.iter().any(|line| line.starts_with(&format!("{} ", of.table)) && line.contains(of.column));
            assert!(planted || excused, "nothing names her in {} of {}", of.column, of.table);
        }
        assert!(!in_files(&fresh, &names).is_empty() || fresh.store.file().is_none());
        let known = office.person(&boss(), "north", "annm").await.expect("known");
        for place in ["task t1", "comment c1", "view v1", "document d2", "feed f1", "share s1", "rating r2", "event e1", "partner north"] {
            assert!(known.mentions.iter().any(|m| m.place == place), "{place} is shown: {:?}", known.mentions);
        }
        assert!(known.mentions.iter().any(|m| m.place == format!("import {waiting}") && m.column == "files"));

        let erased = office.erase_person(&boss(), "north", "annm", true).await.expect("erased").value;
        assert_eq!(erased.mentions, []);
        let import = office.import(&boss(), &waiting).await.expect("it");
        assert_eq!(import.state, State::Discarded, "what was handed in names her");
        let imports = office.imports(&boss(), &Target::Partner("north".into()), None, 10).await.expect("a list");
        assert!(imports.iter().any(|i| i.state == State::Previewed), "what does not name her waits on");
        let left = raw.found(&names).await;
        let accounts = ["accounts ", "identities ", "sessions ", "mails "];
        let others: Vec<&String> = left.iter().filter(|line| !accounts.iter().any(|a| line.starts_with(a))).collect();
        assert_eq!(others, Vec::<&String>::new());
        assert_eq!(raw.texts("select role from grants where account = 'ac1'".into()).await, ["alliance-team"], "that she is that person goes, and what rested on it alone");

        let door = Door::new(Settings { by_hand: true, ..Settings::default() });
        let accounts = Accounts::new(&fresh.store, &office.clock, &door);
        accounts.erase(&boss(), "ac1").await.expect("erased");
        assert_eq!(raw.found(&names).await, Vec::<String>::new());
        assert_eq!(raw.texts("select state from accounts where account = 'ac1'".into()).await, ["disabled"]);
        assert_eq!(raw.found(&["ann of another firm"]).await.len(), 1, "others are left alone");
        let mut tx = fresh.store.read(&Scope::All).await.expect("a reader");
        assert_eq!(tx.verify().await.expect("verified").flaws, []);
        assert_eq!(in_files(&fresh, &names), Vec::<String>::new());
    }

    async fn without_texts_only_what_machines_wrote_is_put_right(fresh: Fresh) {
        let office = office(&fresh);
        let raw = Raw::of(&fresh).await;
        planted(&fresh, &office, &raw).await;
        let erased = office.erase_person(&boss(), "north", "annm", false).await.expect("erased").value;
        let mut places: Vec<&str> = erased.mentions.iter().map(|m| m.place.split(' ').next().unwrap_or_default()).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places, ["comment", "decision", "document", "feed", "rating", "record", "share", "task", "view"]);
        let left = raw.found(&["ann miller"]).await;
        assert!(left.iter().all(|line| !line.starts_with("import") && !line.starts_with("hook_events") && !line.starts_with("replies")), "{left:?}");
    }

    async fn what_waits_too_long_is_given_up_and_what_ended_is_forgotten(fresh: Fresh) {
        let office = office(&fresh);
        let raw = Raw::of(&fresh).await;
        planted(&fresh, &office, &raw).await;
        let days = |n: i64| Instant::parse(NOW).expect("a moment").plus_seconds(n * 86_400);
        let pieces = "select cast(count(*) as text) from import_pieces";
        assert_eq!(raw.texts(pieces.into()).await, ["2"]);
        office.clock.set(days(3));
        let gone = office.retain(&boss(), &BTreeMap::from([(UPLOADS, 2 * 86_400)])).await.expect("run");
        assert!(gone.rows.contains(&(UPLOADS, 2)), "{gone:?}");
        assert_eq!(raw.texts(pieces.into()).await, ["0"]);
        let ended = "select state from imports order by state";
        assert_eq!(raw.texts(ended.into()).await, ["confirmed", "discarded", "discarded"]);
        office.clock.set(days(300));
        office.retain(&boss(), &BTreeMap::new()).await.expect("run");
        assert_eq!(raw.texts(ended.into()).await.len(), 3, "400 days are not over");
        let gone = office.retain(&boss(), &BTreeMap::from([("imports", 30 * 86_400)])).await.expect("run");
        assert!(gone.rows.contains(&("imports", 3)), "{gone:?}");
        assert_eq!(raw.texts(ended.into()).await, Vec::<String>::new());
        assert_eq!(raw.texts("select name from import_files".into()).await, Vec::<String>::new());
        let mut tx = fresh.store.read(&Scope::All).await.expect("a reader");
        assert_eq!(tx.verify().await.expect("verified").flaws, []);
    }
}
