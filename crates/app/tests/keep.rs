//! What is kept stays: decisions to the byte, histories through export and import, all of it through a backup, and every count
//! after a person was erased.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;
mod ledger;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_app::access::{Actor, Grant, Role};
use cairn_app::clock::Clock;
use cairn_app::decisions::{About, Deciding, Outcome};
use cairn_app::edit::{Edit, Record};
use cairn_app::office::{Known, Office};
use cairn_app::programs::{self, Loaded, SHIPPED, assemble};
use cairn_app::question::Question;
use cairn_app::refusal::Refusal;
use cairn_app::{audit, backup, evidence, scorecard, wire};
use cairn_store::{FORGETTABLE, Flaw, Scope, Sought, Store};
use common::Fresh;
use domain::calendar::Day;
use domain::instant::Instant;
use domain::library::{Assumptions, edition_of};
use ledger::in_words;

const PROGRAM: &str = "aws-services-path";

/// The vocabulary and one program, which load fast.
fn loaded() -> Loaded {
    let wanted = |text: &str| edition_of(text).is_none_or(|(program, _)| program == PROGRAM);
    let files = SHIPPED.iter().filter(|(_, text)| wanted(text));
    let files = files
        .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
        .collect();
    assemble(files, None, vec![], false)
}

fn moment(text: &str) -> Instant {
    Instant::parse(text).expect("a moment")
}

fn office(store: &Store) -> Office {
    let clock = Clock::stopped(moment("2024-03-01T12:00:00Z"));
    Office::new(store.clone(), Arc::new(loaded()), clock)
}

fn boss() -> Actor {
    Actor::system("a1")
}

fn manager(partner: &str) -> Actor {
    let mut actor = Actor::system("a2");
    actor.grants = vec![Grant {
        role: Role::PartnerManager,
        partner: Some(partner.into()),
        person: None,
    }];
    actor
}

fn cells(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    pairs.iter().map(owned).collect()
}

fn add(kind: &str, pairs: &[(&str, &str)]) -> Edit {
    Edit::Add {
        kind: kind.to_owned(),
        cells: cells(pairs),
    }
}

async fn edit(office: &Office, partner: &str, edits: &[Edit]) -> Vec<Record> {
    let done = office.edit(&boss(), partner, edits).await;
    done.expect("an edit").value
}

/// Two partners; Ann of the first one is named in many places, also in what no longer stands.
async fn opened(fresh: &Fresh) -> Office {
    let office = office(&fresh.store);
    office.refresh().await.expect("warm");
    for partner in ["north", "south"] {
        let added = office.add_partner(&boss(), partner, partner).await;
        added.expect("a partner");
    }
    let ann = [
        ("person", "ann"),
        ("name", "Ann Miller"),
        ("email", "ann@north.example"),
        ("registered_on", "2023-01-01"),
    ];
    let bob = [
        ("person", "bob"),
        ("name", "Bob Stone"),
        ("registered_on", "2023-01-01"),
    ];
    let exam = |person| {
        [
            ("person", person),
            ("credential", "AWS Certified Cloud Practitioner"),
            ("earned_on", "2023-05-01"),
            ("expires_on", "2026-05-01"),
        ]
    };
    let records = edit(
        &office,
        "north",
        &[
            add("people", &ann),
            add("people", &bob),
            add("credentials", &exam("ann")),
            add("credentials", &exam("bob")),
            add(
                "attestations",
                &[
                    ("kind", "business-plan"),
                    ("attested_on", "2024-01-10"),
                    ("attested_by", "Ann Miller"),
                    ("note", "signed by ann miller at noon"),
                ],
            ),
            add(
                "enrollments",
                &[
                    ("program", PROGRAM),
                    ("level", "select"),
                    ("since", "2023-06-01"),
                ],
            ),
            add(
                "opportunities",
                &[
                    ("opportunity", "o1"),
                    ("stage", "prospect"),
                    ("title", "=1+1"),
                    ("estimated_mrr", "10.5"),
                    ("currency", "USD"),
                ],
            ),
        ],
    )
    .await;
    let renamed = [
        ("person", "ann"),
        ("name", "Ann Miller-Stone"),
        ("email", "ann@north.example"),
        ("registered_on", "2023-01-01"),
    ];
    edit(
        &office,
        "north",
        &[Edit::Correct {
            version: records[0].version,
            cells: cells(&renamed),
        }],
    )
    .await;
    edit(
        &office,
        "north",
        &[Edit::Withdraw {
            version: records[3].version,
        }],
    )
    .await;
    edit(
        &office,
        "south",
        &[add(
            "people",
            &[
                ("person", "ann"),
                ("name", "Another Ann"),
                ("registered_on", "2023-01-01"),
            ],
        )],
    )
    .await;
    office
}

fn deciding(reason: &str) -> Deciding {
    Deciding {
        program: PROGRAM.into(),
        edition: None,
        as_of: Day::parse("2024-03-01").expect("a day"),
        known_after: None,
        assumptions: Assumptions::default(),
        about: About::Review,
        outcome: Outcome::Approved,
        level: None,
        reason: reason.into(),
        supersedes: None,
    }
}

async fn card(office: &Office, partner: &str, known: Known) -> String {
    let mut question = Question::on(Day::parse("2024-03-01").expect("a day"));
    question.program = Some(PROGRAM.into());
    let desk = office.desk(&boss(), partner, question, known).await;
    let card = scorecard::scorecard(&desk.expect("a desk"), false);
    wire::text(&wire::scorecard(&card.expect("a scorecard")))
}

async fn flaws(store: &Store) -> Vec<Flaw> {
    let mut tx = store.read(&Scope::All).await.expect("a reader");
    tx.verify().await.expect("verified").flaws
}

/// All that is in memory after a cold start.
async fn cold(store: &Store) -> String {
    let office = office(store);
    office.refresh().await.expect("warm");
    in_words(&office.shelves().expect("warm"))
}

/// The codes of what a refusal says.
fn codes(refusal: &Refusal) -> Vec<&'static str> {
    match refusal {
        Refusal::Problems(problems) => problems.iter().map(|p| p.code).collect(),
        other => vec![other.code()],
    }
}

fn free(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

/// Where a database of the other kind can be made, and what must live as long as it.
async fn another(of: &Fresh) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = if of.address.starts_with("postgres:") {
        free(&folder, "restored.db").to_string_lossy().into_owned()
    } else {
        common::postgres_database("fast").await
    };
    (address, folder)
}

on_both! {
    async fn a_decision_has_the_same_answer_for_ever(fresh: Fresh) {
        let office = opened(&fresh).await;
        let shown = card(&office, "north", Known::default()).await;
        let made = office.decide(&manager("north"), "north", &deciding("all is there")).await.expect("decided");
        let number = made.value.decision.decision;
        assert_eq!(number, made.change);
        assert_eq!(made.value.decision.answer, shown, "what `cairn scorecard --json` prints");
        // What it rested on is corrected and withdrawn, a new parent brings kin with other evidence, and somebody is erased.
        let people = office.records(&boss(), "north", "people").await.expect("records");
        edit(&office, "north", &people.iter().map(|r| Edit::Withdraw { version: r.version }).collect::<Vec<_>>()).await;
        let partner = office.records(&boss(), "north", "partners").await.expect("records");
        edit(&office, "south", &[add("csat", &[("response", "r1"), ("score", "5")])]).await;
        edit(&office, "north", &[Edit::Correct { version: partner[0].version, cells: cells(&[("name", "Northern"), ("parent", "south")]) }]).await;
        assert_ne!(card(&office, "north", Known::default()).await, shown);
        office.erase_person(&boss(), "north", "bob", true).await.expect("erased");
        let again = office.redecide(&manager("north"), "north", number).await.expect("worked out");
        assert!(again.same, "{} is not {}", again.answer, made.value.decision.answer);
        // Other programs ship: the same edition says something else.
        let other = programs_with_another_title();
        let later = Office::new(fresh.store.clone(), Arc::new(other), office.clock.clone());
        later.refresh().await.expect("warm");
        assert!(card(&later, "north", Known::default()).await.contains("Another title"));
        let again = later.redecide(&manager("north"), "north", number).await.expect("worked out");
        assert!(again.same, "{} is not {}", again.answer, made.value.decision.answer);
        assert_eq!(flaws(&fresh.store).await, []);
    }

    async fn a_decision_rests_on_what_its_page_showed(fresh: Fresh) {
        let office = opened(&fresh).await;
        let change = office.shelves().expect("warm").change;
        let shown = card(&office, "north", Known::default()).await;
        let people = office.records(&boss(), "north", "people").await.expect("records");
        edit(&office, "north", &[Edit::Withdraw { version: people[0].version }]).await;
        let as_shown = Deciding { known_after: Some(change), ..deciding("as the page said") };
        let made = office.decide(&manager("north"), "north", &as_shown).await.expect("decided");
        assert_eq!(made.value.decision.answer, shown);
        let tomorrow = Deciding { known_after: Some(change + 1_000), ..deciding("not yet") };
        let refused = office.decide(&manager("north"), "north", &tomorrow).await.expect_err("no such change");
        assert_eq!(refused.code(), "not-found");
    }

    async fn of_two_who_supersede_a_decision_the_second_is_told(fresh: Fresh) {
        let office = opened(&fresh).await;
        let first = office.decide(&manager("north"), "north", &deciding("first")).await.expect("decided").change;
        let second = Deciding { supersedes: Some(first), outcome: Outcome::Refused, ..deciding("second thoughts") };
        let second = office.decide(&manager("north"), "north", &second).await.expect("decided").change;
        let third = Deciding { supersedes: Some(first), ..deciding("third") };
        match office.decide(&manager("north"), "north", &third).await {
            Err(Refusal::Conflict { now, .. }) => assert_eq!(now, Some(second)),
            other => panic!("{other:?}"),
        }
        let all = office.decisions(&manager("north"), "north", Some(PROGRAM), None, 10).await.expect("decisions");
        let told: Vec<_> = all.iter().map(|d| (d.decision.decision, d.superseded_by, d.decision.outcome.as_str())).collect();
        assert_eq!(told, [(second, None, "refused"), (first, Some(second), "approved")]);
        let no_reason = office.decide(&manager("north"), "north", &deciding(" ")).await.expect_err("no reason");
        assert_eq!(codes(&no_reason), ["no-reason"]);
        let no_level = Deciding { level: Some("advancd".into()), ..deciding("a slip") };
        assert_eq!(codes(&office.decide(&manager("north"), "north", &no_level).await.expect_err("a slip")), ["unknown-level"]);
        let elsewhere = office.decide(&manager("north"), "south", &deciding("not mine")).await.expect_err("not theirs");
        assert_eq!(elsewhere.code(), "not-found");
        let elsewhere = office.decision(&manager("south"), "south", first).await.expect_err("not theirs");
        assert_eq!(elsewhere.code(), "not-found");
    }

    async fn the_audit_log_is_read_in_pages_and_by_what_is_sought(fresh: Fresh) {
        let office = opened(&fresh).await;
        let first = office.audit(&manager("north"), "north", &Sought::default(), 2).await.expect("a page");
        assert_eq!(first.changes.len(), 2);
        let next = Sought { before: first.next, ..Sought::default() };
        let second = office.audit(&manager("north"), "north", &next, 500).await.expect("a page");
        assert_eq!(second.next, None);
        assert!(second.changes.iter().chain(&first.changes).all(|c| c.partner.as_deref() == Some("north")));
        let edits = Sought { verb: Some("edit-evidence".into()), actor: Some("a1".into()), ..Sought::default() };
        assert_eq!(office.audit_all(&boss(), &edits, 500).await.expect("a page").changes.len(), 4);
        let later = Sought { from: Some(moment("2024-03-02T00:00:00Z")), ..Sought::default() };
        assert_eq!(office.audit_all(&boss(), &later, 500).await.expect("a page").changes, []);
        assert_eq!(office.audit_all(&manager("north"), &edits, 1).await.expect_err("not theirs").code(), "denied");
        assert_eq!(office.audit(&manager("north"), "south", &edits, 1).await.expect_err("not theirs").code(), "not-found");
    }

    async fn a_noted_seal_shows_that_the_end_was_cut_off(fresh: Fresh) {
        let office = opened(&fresh).await;
        let now = office.verify_audit(&boss(), None, &mut |_, _| {}).await.expect("verified");
        edit(&office, "south", &[add("people", &[("person", "cid"), ("registered_on", "2023-01-01")])]).await;
        let later = office.verify_audit(&boss(), Some(&now.head), &mut |_, _| {}).await.expect("verified");
        assert_eq!(later.flaws, []);
        let other = office.verify_audit(&boss(), Some(&[7; 32]), &mut |_, _| {}).await.expect("verified");
        assert_eq!(other.flaws, [Flaw::SealUnknown(vec![7; 32])]);
        assert!(audit::flaw_in_words(&other.flaws[0], cairn_app::locale::Lang::En).contains("cut off"));
    }

    async fn erasing_a_person_changes_no_standing_and_no_count_and_the_chain_holds(fresh: Fresh) {
        let office = opened(&fresh).await;
        office.decide(&manager("north"), "north", &deciding("Ann Miller-Stone showed the plan")).await.expect("decided");
        let watching = self::office(&fresh.store);
        watching.refresh().await.expect("warm");
        let before = (card(&office, "north", Known::default()).await, card(&office, "south", Known::default()).await);
        let known = office.person(&boss(), "north", "ann").await.expect("known");
        assert_eq!(known.names, ["ann miller", "ann miller-stone", "ann@north.example"]);
        assert_eq!(known.records.iter().filter(|r| r.stands).count(), 3, "people, a credential, an attestation");
        assert_eq!(known.records.len(), 4);
        let erased = office.erase_person(&boss(), "north", "ann", false).await.expect("erased").value;
        assert_eq!(erased.facts, 4);
        let left: Vec<_> = erased.mentions.iter().map(|m| m.column.as_str()).collect();
        assert_eq!(left, ["note", "reason"], "for somebody to look at");
        let all = office.erase_person(&boss(), "north", &erased.pseudonym, true).await.expect("erased again").value;
        assert_eq!(all.mentions, [], "a pseudonym stands nowhere else");
        assert_eq!((card(&office, "north", Known::default()).await, card(&office, "south", Known::default()).await), before);
        assert_eq!(in_words(&office.shelves().expect("warm")), cold(&fresh.store).await);
        watching.refresh().await.expect("refreshed");
        assert_eq!(in_words(&watching.shelves().expect("warm")), cold(&fresh.store).await, "another server takes it over");
        let verified = office.verify_audit(&boss(), None, &mut |_, _| {}).await.expect("verified");
        assert_eq!((verified.flaws, verified.erased), (vec![], 4));
        assert_eq!(office.person(&boss(), "north", "ann").await.expect_err("gone").code(), "not-found");
        let persons = office.persons(&boss(), "north").await.expect("persons");
        assert!(persons.iter().any(|p| p.person == all.pseudonym && p.records == 2), "{persons:?}");
        assert_eq!(office.persons(&boss(), "south").await.expect("persons")[0].name, "Another Ann");
    }

    async fn a_person_goes_out_of_texts_where_that_is_wanted(fresh: Fresh) {
        let office = opened(&fresh).await;
        let made = office.decide(&manager("north"), "north", &deciding("Ann Miller showed the plan")).await.expect("decided").change;
        let erased = office.erase_person(&boss(), "north", "ann", true).await.expect("erased").value;
        assert_eq!((erased.decisions, erased.mentions), (1, vec![]));
        let decision = office.decision(&boss(), "north", made).await.expect("a decision");
        assert_eq!(decision.decision.reason, format!("{} showed the plan", erased.pseudonym));
        assert!(office.redecide(&boss(), "north", made).await.expect("worked out").same);
        let mut tx = fresh.store.read(&Scope::All).await.expect("a reader");
        for fact in tx.facts_of("north", i64::MAX).await.expect("facts") {
            let all = format!("{} {:?} {}", fact.key, fact.cells, fact.source).to_lowercase();
            assert!(!all.contains("ann"), "{all}");
        }
        assert_eq!(flaws(&fresh.store).await, []);
        let denied = office.erase_person(&manager("north"), "north", "bob", true).await.expect_err("not theirs");
        assert_eq!(denied.code(), "denied");
    }

    async fn what_is_exported_reads_back_as_the_same_evidence(fresh: Fresh) {
        let office = opened(&fresh).await;
        let folder = tempfile::tempdir().expect("a folder");
        let out = free(&folder, "north");
        let exported = office.export(&boss(), Some("north"), &out, false).await.expect("written");
        assert_eq!(exported.folders, std::slice::from_ref(&out));
        let opened = evidence::open(&out, &office.programs.library(), &Default::default(), &mut |_| {}).expect("evidence");
        assert_eq!(opened.refused(), 0);
        let rows = |evidence: &domain::evidence::Evidence, partner: &str| {
            let mut all = vec![];
            cairn_app::records::each_fact(evidence, |fact| {
                if fact.partner == partner {
                    all.push((fact.kind, fact.key, fact.cells, fact.recorded_on));
                }
            });
            all.sort();
            all
        };
        let shelves = office.shelves().expect("warm");
        let (shelf, _) = shelves.find("north").expect("a partner");
        assert_eq!(rows(&opened.evidence, "north"), rows(shelf.evidence(), "north"));
        // Partners that supplied different kinds do not share a folder, or silence would mean something else.
        let everybody = office.export(&boss(), None, &free(&folder, "all"), false).await.expect("written");
        assert_eq!(everybody.folders.len(), 2);
        assert_eq!(codes(&office.export(&boss(), None, &out, false).await.expect_err("in use")), ["folder-in-use"]);
        assert_eq!(office.export(&manager("north"), Some("south"), &free(&folder, "x"), false).await.expect_err("not theirs").code(), "not-found");
    }

    async fn a_history_that_is_taken_over_elsewhere_is_the_same_history(fresh: Fresh) {
        let office = opened(&fresh).await;
        let mut random = 7_u64;
        let mut next = move |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let odd = ["'=1", "  two  ", "a \"quoted\", text", "line\nbreak", "Zoë", "-5%", "\\x00"];
        for step in 0..30 {
            office.clock.set(Instant(moment("2024-03-01T12:00:00Z").0 + step * 40_000_000_000));
            let partner = ["north", "south"][next(2) as usize];
            let all = office.records(&boss(), partner, "opportunities").await.expect("records");
            let title = odd[next(odd.len() as u64) as usize];
            let made = match (next(3), all.first()) {
                (0, Some(old)) => Edit::Withdraw { version: old.version },
                (1, Some(old)) => {
                    let id = &old.key[0];
                    Edit::Correct { version: old.version, cells: cells(&[("opportunity", id), ("title", title), ("stage", "prospect")]) }
                }
                _ => add("opportunities", &[("opportunity", &format!("n{step}")), ("title", title), ("stage", "prospect")]),
            };
            edit(&office, partner, &[made]).await;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let out = free(&folder, "all");
        office.export(&boss(), None, &out, true).await.expect("written");
        let elsewhere = if fresh.address.starts_with("postgres:") { common::sqlite().await } else { common::postgres().await };
        let other = self::office(&elsewhere.store);
        other.clock.set(moment("2025-01-01T00:00:00Z"));
        let taken = other.restore_history(&boss(), &out, &mut |_| {}).await.expect("taken over");
        other.refresh().await.expect("warm");
        assert_eq!(in_words(&other.shelves().expect("warm")), in_words(&office.shelves().expect("warm")));
        assert_eq!(flaws(&elsewhere.store).await, []);
        assert!(taken.facts > 30);
        for day in ["2024-02-29", "2024-03-01", "2024-03-05", "2024-03-10", "2025-01-01"] {
            let by = Known { by: Day::parse(day), after_change: None };
            for partner in ["north", "south"] {
                assert_eq!(card(&other, partner, by).await, card(&office, partner, by).await, "{partner} as known on {day}");
            }
        }
        let partner = "north";
        let records = office.records(&boss(), partner, "people").await.expect("records");
        let copies = other.records(&boss(), partner, "people").await.expect("records");
        let said = |office: Arc<Vec<cairn_app::edit::Said>>| office.iter().map(|s| (s.at, s.cells.clone())).collect::<Vec<_>>();
        let ours = office.history(&boss(), partner, records[0].version).await.expect("a history");
        let theirs = other.history(&boss(), partner, copies[0].version).await.expect("a history");
        assert_eq!(said(Arc::new(theirs)), said(Arc::new(ours)), "each as it was said, when it was said");
        assert_eq!(codes(&other.restore_history(&boss(), &out, &mut |_| {}).await.expect_err("not empty")), ["database-in-use"]);
    }

    async fn a_backup_of_one_database_is_restored_into_the_other_while_somebody_writes(fresh: Fresh) {
        let office = Arc::new(opened(&fresh).await);
        office.decide(&manager("north"), "north", &deciding("all is there")).await.expect("decided");
        let folder = tempfile::tempdir().expect("a folder");
        let writing = {
            let office = office.clone();
            tokio::spawn(async move {
                for n in 0..20 {
                    edit(&office, "south", &[add("people", &[("person", &format!("p{n}")), ("registered_on", "2023-01-01")])]).await;
                }
            })
        };
        let file = free(&folder, "all.backup");
        let backed = office.back_up(&boss(), &file, &mut |_, _| {}).await.expect("backed up");
        writing.await.expect("written");
        let (target, _folder) = another(&fresh).await;
        let restored = backup::restore(&target, &office.clock, "a1", &file, &mut |_, _| {}).await.expect("restored");
        assert_eq!((restored.verified.head, restored.rows), (backed.head, backed.rows));
        let store = Store::open(&target).await.expect("a store");
        let there = self::office(&store);
        there.refresh().await.expect("warm");
        let known = Known { by: None, after_change: Some(backed.change) };
        for partner in ["north", "south"] {
            assert_eq!(card(&there, partner, Known::default()).await, card(&office, partner, known).await);
        }
        let again = there.decisions(&boss(), "north", None, None, 1).await.expect("decisions");
        assert!(there.redecide(&boss(), "north", again[0].decision.decision).await.expect("worked out").same);
        assert_eq!(flaws(&store).await, []);
        let twice = backup::restore(&target, &office.clock, "a1", &file, &mut |_, _| {}).await.expect_err("not empty");
        assert_eq!(codes(&twice), ["database-in-use"]);
        let over = office.back_up(&boss(), &file, &mut |_, _| {}).await.expect_err("never written over");
        assert_eq!(codes(&over), ["file-in-use"]);
    }

    async fn of_a_backup_that_was_cut_or_altered_nothing_is_restored(fresh: Fresh) {
        let office = opened(&fresh).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = free(&folder, "all.backup");
        office.back_up(&boss(), &file, &mut |_, _| {}).await.expect("backed up");
        let whole = std::fs::read(&file).expect("bytes");
        let text = String::from_utf8(zstd::decode_all(&whole[..]).expect("Zstandard")).expect("text");
        assert!(text.contains("Ann Miller"), "it can be read by whoever has it");
        let (target, _folder) = another(&fresh).await;
        let tried = free(&folder, "tried.backup");
        let packed = |text: &str| zstd::encode_all(text.as_bytes(), 1).expect("Zstandard");
        let mut broken: Vec<(Vec<u8>, &str)> = vec![
            (vec![], "backup-damaged"),
            (b"person,name\n".to_vec(), "backup-damaged"),
            (whole[..whole.len() / 2].to_vec(), "backup-damaged"),
            (whole[..whole.len() - 3].to_vec(), "backup-damaged"),
            (packed(&text.replacen("Ann Miller", "Eve Miller", 1)), "backup-damaged"),
            (packed(&text.replacen("\"form\":1", "\"form\":2", 1)), "backup-newer"),
            (packed(&text.replacen("\"migrations\":[1", "\"migrations\":[1,999999", 1)), "backup-newer"),
            (packed(text.lines().next().expect("a line")), "backup-damaged"),
        ];
        let mut flipped = whole.clone();
        flipped[whole.len() / 3] ^= 0x20;
        broken.push((flipped, "backup-damaged"));
        for (bytes, code) in broken {
            std::fs::write(&tried, bytes).expect("a file");
            let refused = backup::restore(&target, &office.clock, "a1", &tried, &mut |_, _| {}).await;
            assert_eq!(codes(&refused.expect_err("not whole")), [code]);
        }
        backup::restore(&target, &office.clock, "a1", &file, &mut |_, _| {}).await.expect("nothing was left there");
    }

    async fn each_run_of_retention_is_a_change_that_says_what_went(fresh: Fresh) {
        let office = opened(&fresh).await;
        old_and_new_rows(&fresh.address).await;
        let forgotten = office.retain(&boss(), &BTreeMap::from([("limits", 1)])).await.expect("run");
        let limits = forgotten.rows.iter().find(|(name, _)| *name == "limits");
        assert_eq!(limits, Some(&("limits", 1)), "a period is a day at least, and the other row is younger");
        let names: Vec<&str> = forgotten.rows.iter().map(|(name, _)| *name).collect();
        let all = FORGETTABLE.iter().map(|of| of.name).chain([cairn_app::retention::UPLOADS]);
        assert_eq!(names, all.collect::<Vec<_>>());
        let sought = Sought { verb: Some("retain".into()), ..Sought::default() };
        let logged = office.audit_all(&boss(), &sought, 10).await.expect("a page");
        assert_eq!(logged.changes.iter().map(|c| c.change).collect::<Vec<_>>(), [forgotten.change]);
        assert_eq!(office.retain(&manager("north"), &BTreeMap::new()).await.expect_err("not theirs").code(), "denied");
    }
}

/// Two rows that may be forgotten: one of two days ago, one of an hour ago.
async fn old_and_new_rows(address: &str) {
    let now = moment("2024-03-01T12:00:00Z");
    for (key, ago) in [(vec![1_u8], 2 * 86_400), (vec![2], 3_600)] {
        let at = now.plus_seconds(-ago).0;
        let sql = "insert into limits (key, empty) values ($1, $2)";
        if address.starts_with("postgres:") {
            let pool = sqlx::PgPool::connect(address).await.expect("a database");
            sqlx::query(sql)
                .bind(key)
                .bind(at)
                .execute(&pool)
                .await
                .expect("a row");
        } else {
            let pool = sqlx::SqlitePool::connect(address)
                .await
                .expect("a database");
            sqlx::query(sql)
                .bind(key)
                .bind(at)
                .execute(&pool)
                .await
                .expect("a row");
        }
    }
}

/// The shipped programs, where one edition has another title, as if a newer release had shipped.
fn programs_with_another_title() -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let programs = folder.path().join("programs");
    std::fs::create_dir(&programs).expect("a folder");
    for (at, (_, text)) in SHIPPED.iter().enumerate() {
        let of = edition_of(text);
        if of.is_some_and(|(program, _)| program == PROGRAM) {
            let other: Vec<String> = text
                .lines()
                .map(
                    |line| match line.starts_with("title") && line.contains('=') {
                        true => "title = \"Another title\"".to_owned(),
                        false => line.to_owned(),
                    },
                )
                .collect();
            write(&programs.join(format!("{at}.toml")), &other.join("\n"));
        }
    }
    programs::load(&[folder.path().to_owned()]).expect("programs")
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file");
}

/// A server answers on many threads: what a verb waits with must be able to move between them.
#[test]
fn every_verb_can_be_asked_by_a_server() {
    fn moves<T>(_: impl Fn(T, Actor) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>) {}
    moves(|office: Arc<Office>, actor| {
        Box::pin(async move {
            let out = Path::new("nowhere");
            let _ = office.decide(&actor, "north", &deciding("why")).await;
            let _ = office.redecide(&actor, "north", 1).await;
            let _ = office.audit_all(&actor, &Sought::default(), 1).await;
            let _ = office.verify_audit(&actor, None, &mut |_, _| {}).await;
            let _ = office.back_up(&actor, out, &mut |_, _| {}).await;
            let _ = office.export(&actor, None, out, true).await;
            let _ = office.person(&actor, "north", "ann").await;
            let _ = office.erase_person(&actor, "north", "ann", true).await;
            let _ = office.retain(&actor, &BTreeMap::new()).await;
        })
    });
}
