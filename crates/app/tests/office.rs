//! The running product: what is written is what is answered from, at once, on every server, and as it once was.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;
mod ledger;

use std::sync::Arc;

use cairn_app::access::{Actor, Grant, Role};
use cairn_app::clock::Clock;
use cairn_app::edit::{Edit, Record};
use cairn_app::office::{Known, Office};
use cairn_app::programs;
use cairn_app::question::Question;
use cairn_app::refusal::Refusal;
use cairn_store::Store;
use common::Fresh;
use domain::calendar::Day;
use domain::instant::Instant;
use ledger::in_words;

fn office(store: &Store) -> Office {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
    Office::new(store.clone(), Arc::new(loaded), Clock::stopped(at))
}

async fn opened(fresh: &Fresh) -> Office {
    let office = office(&fresh.store);
    office.refresh().await.expect("warm");
    for partner in ["north", "south", "west"] {
        office
            .add_partner(&boss(), partner, partner)
            .await
            .expect("a partner");
    }
    office
}

fn boss() -> Actor {
    Actor::system("a1")
}

fn cells(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

fn add(kind: &str, pairs: &[(&str, &str)]) -> Edit {
    Edit::Add {
        kind: kind.to_owned(),
        cells: cells(pairs),
    }
}

fn person(id: &str) -> Edit {
    add("people", &[("person", id), ("registered_on", "2023-01-01")])
}

async fn one(office: &Office, partner: &str, edit: Edit) -> Result<Record, Refusal> {
    let done = office.edit(&boss(), partner, &[edit]).await?;
    Ok(done.value.into_iter().next().expect("a record"))
}

on_both! {
    async fn what_is_refreshed_step_by_step_is_what_a_cold_start_reads(fresh: Fresh) {
        let office = opened(&fresh).await;
        let other = self::office(&fresh.store);
        other.refresh().await.expect("warm");
        let mut random = 20_240_301_u64;
        let mut next = move |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let mut standing: Vec<(String, Record)> = vec![];
        for step in 0..60 {
            let partner = ["north", "south", "west"][next(3) as usize];
            let mine: Vec<usize> = (0..standing.len()).filter(|i| standing[*i].0 == partner).collect();
            let edit = match next(4) {
                0 if !mine.is_empty() => {
                    let at = mine[next(mine.len() as u64) as usize];
                    let (_, old) = standing.swap_remove(at);
                    Edit::Withdraw { version: old.version }
                }
                1 if !mine.is_empty() => {
                    let at = mine[next(mine.len() as u64) as usize];
                    let (_, old) = standing.swap_remove(at);
                    let mut cells = old.cells.clone();
                    match cells.iter_mut().find(|(name, _)| name == "title" || name == "name") {
                        Some((_, text)) => *text = format!("step {step}"),
                        None => cells.push((if old.kind == "people" { "name" } else { "title" }.to_owned(), format!("step {step}"))),
                    }
                    Edit::Correct { version: old.version, cells }
                }
                2 => person(&format!("p{step}")),
                _ => add("opportunities", &[("opportunity", &format!("o{step}")), ("stage", "prospect"), ("estimated_mrr", "10.5"), ("currency", "USD")]),
            };
            let done = office.edit(&boss(), partner, &[edit]).await.expect("an edit");
            standing.extend(done.value.into_iter().map(|r| (partner.to_owned(), r)));
            if step == 30 {
                let all = office.records(&boss(), "south", "partners").await.expect("records");
                let parent = Edit::Correct { version: all[0].version, cells: cells(&[("name", "south"), ("parent", "north")]) };
                office.edit(&boss(), "south", &[parent]).await.expect("an edit");
            }
            if step % 7 == 0 {
                other.refresh().await.expect("refreshed");
                let cold = self::office(&fresh.store);
                cold.refresh().await.expect("warm");
                let expected = in_words(&cold.shelves().expect("warm"));
                assert_eq!(in_words(&office.shelves().expect("warm")), expected, "the server that wrote, at step {step}");
                assert_eq!(in_words(&other.shelves().expect("warm")), expected, "the server that only read, at step {step}");
            }
        }
        let mut tx = fresh.store.read(&cairn_store::Scope::All).await.expect("a reader");
        assert_eq!(tx.verify().await.expect("verified").flaws, []);
    }

    async fn of_two_who_correct_one_record_the_second_is_told_which_version_stands(fresh: Fresh) {
        let office = opened(&fresh).await;
        let ann = one(&office, "north", person("ann")).await.expect("a record");
        let correct = |name: &str| Edit::Correct { version: ann.version, cells: cells(&[("person", "ann"), ("name", name)]) };
        let first = one(&office, "north", correct("Ann")).await.expect("the first");
        match one(&office, "north", correct("Anne")).await {
            Err(Refusal::Conflict { now, .. }) => assert_eq!(now, Some(first.version)),
            other => panic!("{other:?}"),
        }
        let now = office.record(&boss(), "north", ann.version).await.expect("the record");
        assert_eq!(now.cells, cells(&[("person", "ann"), ("name", "Ann")]));
        let said = office.history(&boss(), "north", first.version).await.expect("its history");
        assert_eq!(said.iter().map(|s| s.version).collect::<Vec<_>>(), [ann.version, first.version]);
    }

    async fn many_who_correct_one_record_at_once_leave_one_winner(fresh: Fresh) {
        let office = Arc::new(opened(&fresh).await);
        let ann = one(&office, "north", person("ann")).await.expect("a record");
        let mut all = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (office, version) = (office.clone(), ann.version);
            all.spawn(async move {
                let edit = Edit::Correct { version, cells: cells(&[("person", "ann"), ("name", &format!("Ann {n}"))]) };
                office.edit(&boss(), "north", &[edit]).await.map(|_| ())
            });
        }
        let results = all.join_all().await;
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
        assert!(results.iter().filter_map(|r| r.as_ref().err()).all(|e| matches!(e, Refusal::Conflict { .. })));
    }

    async fn an_edit_with_a_problem_does_nothing_of_the_others(fresh: Fresh) {
        let office = opened(&fresh).await;
        let edits = [person("ann"), add("people", &[("person", "bob"), ("registered_on", "31.31.2024")]), person("ann")];
        match office.edit(&boss(), "north", &edits).await {
            Err(Refusal::Problems(problems)) => {
                assert_eq!(problems[0].code, "bad-date");
                assert_eq!((problems[0].place.file.as_str(), problems[0].place.line), ("people", 1));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(office.records(&boss(), "north", "people").await.expect("records"), []);
        let twice = office.edit(&boss(), "north", &[person("ann"), person("ann")]).await.expect_err("twice");
        assert_eq!(twice.code(), "record-exists");
        let unknown = add("people", &[("person", "ann"), ("nam", "Ann")]);
        let unknown = office.edit(&boss(), "north", &[unknown]).await.expect_err("a column");
        assert_eq!(unknown.code(), "unknown-column");
    }

    async fn silence_is_each_partners_own(fresh: Fresh) {
        let office = opened(&fresh).await;
        one(&office, "north", add("csat", &[("response", "r1"), ("score", "5")])).await.expect("a record");
        let shelves = office.shelves().expect("warm");
        let supplied = |partner: &str| {
            let (shelf, _) = shelves.find(partner).expect("a partner");
            let kind = shelf.evidence().kind("csat").expect("a kind");
            shelf.evidence().tables[kind].supplied
        };
        assert!(supplied("north"));
        assert!(!supplied("south"), "what north supplied says nothing of south");
    }

    async fn what_was_known_before_an_edit_can_be_asked_for_ever(fresh: Fresh) {
        let office = opened(&fresh).await;
        let ann = one(&office, "north", person("ann")).await.expect("a record");
        office.clock.set(Instant::parse("2024-03-05T12:00:00Z").expect("a moment"));
        let gone = office.edit(&boss(), "north", &[Edit::Withdraw { version: ann.version }]).await.expect("withdrawn");
        let people = async |known: Known| {
            let question = Question::on(Day::parse("2024-03-05").expect("a day"));
            let desk = office.desk(&boss(), "north", question, known).await.expect("a desk");
            let evidence = desk.engine.ledger.evidence.clone();
            let kind = evidence.kind("people").expect("a kind");
            evidence.tables[kind].rows(evidence.partner("north").expect("the partner")).len()
        };
        assert_eq!(people(Known::default()).await, 0);
        let on = |day: &str| Known { by: Day::parse(day), after_change: None };
        assert_eq!(people(on("2024-03-04")).await, 1, "the day before it was withdrawn");
        assert_eq!(people(on("2024-03-05")).await, 0, "the day on which it was");
        assert_eq!(people(Known { by: None, after_change: Some(gone.change - 1) }).await, 1);
        assert_eq!(people(Known { by: None, after_change: Some(gone.change) }).await, 0);
    }

    async fn whom_a_partner_is_judged_with_is_not_its_leads_matter(fresh: Fresh) {
        let office = opened(&fresh).await;
        let mut lead = boss();
        lead.grants = vec![Grant { role: Role::AllianceLead, partner: Some("south".into()), person: None }];
        let version = async || office.records(&boss(), "south", "partners").await.expect("records")[0].version;
        let says = |version, pairs: &[(&str, &str)]| [Edit::Correct { version, cells: cells(pairs) }];
        let joining = says(version().await, &[("name", "south"), ("parent", "north")]);
        assert!(matches!(office.edit(&lead, "south", &joining).await, Err(Refusal::Denied(_))));
        office.edit(&boss(), "south", &joining).await.expect("an administrator joins them");
        let renaming = says(version().await, &[("name", "South"), ("parent", "north")]);
        office.edit(&lead, "south", &renaming).await.expect("the name is the lead's, and the parent stays");
        let leaving = says(version().await, &[("name", "South"), ("parent", "")]);
        assert!(matches!(office.edit(&lead, "south", &leaving).await, Err(Refusal::Denied(_))));
        let grouping = [add("groups", &[("group", "all")])];
        assert!(matches!(office.edit(&lead, "south", &grouping).await, Err(Refusal::Denied(_))));
    }

    async fn a_contributor_reaches_their_own_records_and_no_others(fresh: Fresh) {
        let office = opened(&fresh).await;
        let ann = one(&office, "north", person("ann")).await.expect("a record");
        let bob = one(&office, "north", person("bob")).await.expect("a record");
        let mut actor = boss();
        actor.grants = vec![Grant { role: Role::Contributor, partner: Some("north".into()), person: Some("ann".into()) }];
        let seen = office.records(&actor, "north", "people").await.expect("records");
        assert_eq!(seen.iter().map(|r| r.version).collect::<Vec<_>>(), [ann.version]);
        assert!(matches!(office.record(&actor, "north", bob.version).await, Err(Refusal::NotFound { .. })));
        assert!(matches!(office.history(&actor, "north", bob.version).await, Err(Refusal::NotFound { .. })));
        let steal = Edit::Correct { version: bob.version, cells: cells(&[("person", "ann")]) };
        assert!(matches!(office.edit(&actor, "north", &[steal]).await, Err(Refusal::NotFound { .. })));
        let forge = add("credentials", &[("person", "bob"), ("credential", "x"), ("earned_on", "2024-01-01")]);
        assert!(matches!(office.edit(&actor, "north", &[forge]).await, Err(Refusal::Denied(_))));
        let own = add("credentials", &[("person", "ann"), ("credential", "x"), ("earned_on", "2024-01-01")]);
        office.edit(&actor, "north", &[own]).await.expect("their own");
        let question = Question::on(office.clock.today());
        assert!(matches!(office.desk(&actor, "north", question, Known::default()).await, Err(Refusal::Denied(_))));
        assert!(matches!(office.records(&actor, "south", "people").await, Err(Refusal::NotFound { .. })));
    }
}
