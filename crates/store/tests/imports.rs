//! Imports on their way: taken step by step, by one at a time, and seen by whom they concern. On both databases.

mod common;

use cairn_store::{ImportRow, MappingRow, NameRow, Scope};
use domain::instant::Instant;

fn row(import: &str, partner: &str, at: i64) -> ImportRow {
    ImportRow {
        import: import.into(),
        partner: partner.into(),
        state: "receiving".into(),
        version: 1,
        actor: "a1".into(),
        created_at: Instant(at),
        changed_at: Instant(at),
        path: String::new(),
        options: "{}".into(),
        preview: None,
        digest: None,
        confirmed: None,
        undone: None,
    }
}

on_both! {
    async fn of_two_who_take_a_step_the_second_is_told(fresh: Fresh) {
        let scope = Scope::of("north");
        let mut tx = fresh.store.write(&scope).await.expect("a writer");
        let mut import = row("i1", "north", 5);
        tx.add_import(&import).await.expect("begun");
        import.state = "previewed".into();
        import.preview = Some("{}".into());
        import.digest = Some("d".into());
        assert!(tx.step_import(&import).await.expect("a step"));
        assert!(!tx.step_import(&import).await.expect("an answer"), "the version is another one now");
        tx.commit().await.expect("committed");
        let mut tx = fresh.store.read(&scope).await.expect("a reader");
        let found = tx.import("i1").await.expect("an answer").expect("the import");
        assert_eq!(found, ImportRow { version: 2, ..import });
    }

    async fn what_was_handed_in_comes_back_piece_by_piece_until_it_is_removed(fresh: Fresh) {
        let scope = Scope::of("north");
        let import = row("i1", "north", 5);
        let mut tx = fresh.store.write(&scope).await.expect("a writer");
        tx.add_import(&import).await.expect("begun");
        tx.add_import_file(&import, 1, "people.csv").await.expect("a file");
        tx.add_piece(&import, 1, 0, b"per").await.expect("a piece");
        tx.add_piece(&import, 1, 1, b"\0\xffson").await.expect("a piece");
        let files = tx.import_files("i1").await.expect("files");
        assert_eq!((files[0].name.as_str(), files[0].size, files[0].whole), ("people.csv", 8, false));
        tx.end_file("i1", 1).await.expect("ended");
        assert_eq!(tx.piece("i1", 1, 1).await.expect("an answer").as_deref(), Some(&b"\0\xffson"[..]));
        tx.remove_pieces("i1").await.expect("removed");
        assert_eq!(tx.piece("i1", 1, 1).await.expect("an answer"), None);
        assert!(tx.import_files("i1").await.expect("files")[0].whole, "its name stays");
        tx.commit().await.expect("committed");
    }

    async fn imports_are_listed_newest_first_without_a_gap_between_pages(fresh: Fresh) {
        let mut tx = fresh.store.write(&Scope::All).await.expect("a writer");
        for (id, at) in [("a", 1), ("b", 2), ("c", 2), ("d", 3)] {
            tx.add_import(&row(id, "north", at)).await.expect("begun");
        }
        tx.add_import(&row("e", "south", 2)).await.expect("begun");
        let mut found = vec![];
        let mut before: Option<(Instant, String)> = None;
        loop {
            let from = before.as_ref().map(|(at, id)| (*at, id.as_str()));
            let page = tx.imports("north", from, 1).await.expect("a page");
            let Some(last) = page.last() else { break };
            before = Some((last.created_at, last.import.clone()));
            found.extend(page.into_iter().map(|i| i.import));
        }
        assert_eq!(found, ["d", "c", "b", "a"]);
        let idle = tx.idle_imports(Instant(2)).await.expect("a list");
        assert_eq!(idle.iter().map(|i| i.import.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    async fn what_is_remembered_is_each_partners_own_but_names_for_everybody(fresh: Fresh) {
        let name = |partner: &str, becomes: &str| NameRow {
            partner: partner.into(),
            kind: "credentials".into(),
            spelled: "x".into(),
            name: "X".into(),
            becomes: becomes.into(),
            actor: "a1".into(),
            said_at: Instant(1),
        };
        let mapping = |said: &str| MappingRow { columns: "[\"a\"]".into(), said: said.into(), actor: "a1".into(), said_at: Instant(1) };
        let mut tx = fresh.store.write(&Scope::All).await.expect("a writer");
        tx.remember_name(&name("", "one")).await.expect("remembered");
        tx.remember_name(&name("north", "two")).await.expect("remembered");
        tx.remember_name(&name("north", "three")).await.expect("remembered anew");
        tx.remember_mapping("north", &mapping("{}")).await.expect("remembered");
        tx.remember_mapping("north", &mapping("{\"x\":1}")).await.expect("remembered anew");
        tx.commit().await.expect("committed");
        for (scope, partner, expected) in [("north", "north", vec!["three", "one"]), ("south", "south", vec!["one"])] {
            let mut tx = fresh.store.read(&Scope::of(scope)).await.expect("a reader");
            let names = tx.names(partner).await.expect("names");
            assert_eq!(names.iter().map(|n| n.becomes.as_str()).collect::<Vec<_>>(), expected);
        }
        let mut tx = fresh.store.write(&Scope::of("north")).await.expect("a writer");
        assert_eq!(tx.mappings("north").await.expect("mappings"), [mapping("{\"x\":1}")]);
        assert!(tx.forget_mapping("north", "[\"a\"]").await.expect("forgotten"));
        assert!(!tx.forget_mapping("north", "[\"a\"]").await.expect("an answer"));
        assert!(tx.forget_name("north", "credentials", "x").await.expect("forgotten"));
        tx.commit().await.expect("committed");
        if fresh.address.starts_with("postgres") {
            let mut tx = fresh.store.write(&Scope::of("north")).await.expect("a writer");
            assert!(tx.remember_name(&name("", "stolen")).await.is_err(), "nobody settles names for everybody from a partner's own scope");
            let mut tx = fresh.store.write(&Scope::of("south")).await.expect("a writer");
            assert!(tx.add_import(&row("i9", "north", 1)).await.is_err(), "nor begins another's import");
        }
    }
}
