//! Key figures: values, courses, targets and what is missing; a target is kept, shown and taken back on both databases.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use cairn_app::access::{Actor, Grant, Role, Verb};
use cairn_app::case::{self, Case, FromEvidence, Given, Said, Tried};
use cairn_app::clock::Clock;
use cairn_app::edit::Edit;
use cairn_app::kpis::{self, Board, Detail, Figure, NewTarget};
use cairn_app::missing::Missing;
use cairn_app::office::{Known, Office};
use cairn_app::programs;
use cairn_app::question::{Desk, Question};
use cairn_app::refusal::Refusal;
use common::Fresh;
use domain::calendar::Day;
use domain::figures::Against;
use domain::instant::Instant;
use domain::model::Origin;
use domain::standing::Truth;

fn boss() -> Actor {
    Actor::system("boss")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// A partner with two contracts, of which one began a year after the other, a cost that was split and nothing else.
async fn opened(fresh: &Fresh) -> Office {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let at = Instant::parse("2026-03-15T12:00:00Z").expect("a moment");
    let office = Office::new(fresh.store.clone(), Arc::new(loaded), Clock::stopped(at));
    office.refresh().await.expect("warm");
    office
        .add_partner(&boss(), "north", "North")
        .await
        .expect("a partner");
    let edits: Vec<Edit> = [
        ("contracts", "contract=c1 customer=acme package=managed monthly_amount=1000 currency=USD starts_on=2024-01-01"),
        ("contracts", "contract=c2 customer=beta package=managed monthly_amount=500 currency=USD starts_on=2026-02-01"),
        ("costs", "entry=k1 category=sales amount=600 currency=USD booked_on=2026-02-10 basis=allocated"),
    ]
    .into_iter()
    .map(|(kind, cells)| Edit::Add {
        kind: kind.to_owned(),
        cells: cells
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect(),
    })
    .collect();
    office
        .edit(&boss(), "north", &edits)
        .await
        .expect("records");
    office
}

async fn desk(office: &Office, on: &str) -> Desk {
    office
        .desk(&boss(), "north", Question::on(day(on)), Known::default())
        .await
        .expect("a desk")
}

async fn board(office: &Office, on: &str) -> Board {
    kpis::kpis(&desk(office, on).await).expect("a board")
}

async fn detail(office: &Office, measure: &str, on: &str) -> Detail {
    kpis::kpi(&desk(office, on).await, measure).expect("a figure")
}

fn figure<'b>(board: &'b Board, id: &str) -> &'b Figure {
    let all = board.groups.iter().flat_map(|g| &g.figures);
    all.into_iter().find(|f| f.id == id).expect("a figure")
}

fn aim(from: &str, value: &str) -> NewTarget {
    NewTarget {
        from: day(from),
        value: value.to_owned(),
        note: String::new(),
    }
}

async fn set(office: &Office, measure: &str, new: &NewTarget) -> Result<bool, Refusal> {
    let boss = boss();
    let set = office.set_target(&boss, "north", "kpis", measure, new);
    set.await.map(|record| record.is_some())
}

fn code(refused: Refusal) -> String {
    match refused {
        Refusal::Problems(problems) => problems[0].code.to_owned(),
        other => format!("{other:?}"),
    }
}

fn saying(pairs: &[(&str, &str)]) -> Tried {
    let said = |value: &str| Said {
        value: value.to_owned(),
        ..Said::default()
    };
    let all = pairs
        .iter()
        .map(|(id, value)| ((*id).to_owned(), said(value)));
    all.collect()
}

async fn worth(office: &Office, on: &str) -> Case {
    case::case(&desk(office, on).await, "business-case", &Tried::new()).expect("a case")
}

fn input<'c>(case: &'c Case, id: &str) -> &'c Given {
    case.of.given.iter().find(|g| g.id == id).expect("an input")
}

on_both! {
    async fn inputs_of_a_case_are_of_evidence_or_the_partners_own(fresh: Fresh) {
        let actor = boss();
        let office = opened(&fresh).await;
        let at_first = worth(&office, "2026-03-15").await;
        let count = |case: &Case, id: &str| input(case, id).setting.value.to_string();
        // Both contracts hold; no revenue was ever supplied, so that its margin is the model's.
        assert_eq!(count(&at_first, "customers-today"), "2");
        let of = Origin::Computed("kpis.customers-under-contract".to_owned());
        assert_eq!(input(&at_first, "customers-today").setting.origin, of);
        let margin = &input(&at_first, "resale-margin").evidence;
        assert_eq!(*margin, FromEvidence::Missing("kpis.resale-margin".to_owned()));
        assert_eq!(at_first.of.currency, "USD");
        assert_eq!(at_first.of.strays, [""; 0]);
        let stray = |model: &str, input: &str| Edit::Add {
            kind: "assumptions".to_owned(),
            cells: [("model", model), ("input", input), ("set_on", "2026-01-01"), ("value", "1")]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .to_vec(),
        };
        let typos = [stray("business-case", "churm"), stray("busines-case", "churn")];
        office.edit(&actor, "north", &typos).await.expect("records");
        let told = worth(&office, "2026-03-15").await.of.strays;
        assert_eq!(told, ["busines-case, churn", "churm"]);
        // What is no number, or lies outside its range, is refused, and nothing is kept.
        let said = saying(&[("churn", "12 %"), ("tools", "many")]);
        let kept = office.keep_inputs(&actor, "north", &at_first.of.model, &said, "").await;
        assert_eq!(code(kept.expect_err("refused")), "bad-number");
        assert_eq!(count(&worth(&office, "2026-03-15").await, "churn"), "0.1");
        // Kept as one change, from today on; the same again is nothing new.
        let said = saying(&[("churn", "12 %"), ("tools", "$1,500")]);
        let keep = || office.keep_inputs(&actor, "north", &at_first.of.model, &said, "our bank");
        let change = keep().await.expect("kept").expect("a change").change;
        assert!(keep().await.expect("nothing to do").is_none());
        let then = worth(&office, "2026-03-15").await;
        assert_eq!((count(&then, "churn"), count(&then, "tools")), ("0.12".to_owned(), "1500".to_owned()));
        assert_eq!(input(&then, "churn").setting.origin, Origin::Own("our bank".to_owned()));
        assert_eq!(input(&then, "churn").set_on, Some(day("2026-03-15")));
        assert_ne!(then.answer.results, at_first.answer.results);
        // The day before, nobody had said so.
        assert_eq!(count(&worth(&office, "2026-03-14").await, "churn"), "0.1");
        // Taken back with everything that the change wrote.
        office.undo_edit(&boss(), "north", change).await.expect("undone");
        let back = worth(&office, "2026-03-15").await;
        assert_eq!(back.answer.results, at_first.answer.results);
        // Empty altogether takes back too, and what is only tried is kept nowhere.
        keep().await.expect("kept again");
        let nothing = saying(&[("churn", ""), ("tools", "")]);
        office.keep_inputs(&actor, "north", &at_first.of.model, &nothing, "").await.expect("taken back");
        assert_eq!(count(&worth(&office, "2026-03-15").await, "churn"), "0.1");
        let tried = saying(&[("churn", "14%")]);
        let tried = case::case(&desk(&office, "2026-03-15").await, "business-case", &tried).expect("a case");
        assert_eq!(count(&tried, "churn"), "0.14");
        assert!(input(&tried, "churn").tried);
        assert_eq!(count(&worth(&office, "2026-03-15").await, "churn"), "0.1");
    }

    async fn a_worksheet_begins_with_the_answers_of_its_assessment(fresh: Fresh) {
        let office = opened(&fresh).await;
        let of_program = |question: &str, answer: &str| cairn_app::assessment::NewAnswer {
            question: question.to_owned(),
            answer: answer.to_owned(),
            note: String::new(),
        };
        let answers = [of_program("legacy-model", "5"), of_program("budget", "1")];
        let actor = boss();
        let written = office.write_answers(&actor, "north", "host-or-resell", "Ada", &answers);
        assert_eq!(written.await.expect("written"), 2);
        let desk = desk(&office, "2026-03-15").await;
        let case = case::case(&desk, "host-or-resell", &Tried::new()).expect("a case");
        let of = |id: &str| &input(&case, id).setting;
        assert_eq!(of("legacy").value.to_string(), "5");
        assert_eq!(of("legacy").origin, Origin::Computed("host-or-resell.legacy-model".to_owned()));
        assert_eq!(of("budget").value.to_string(), "1");
        // What was not answered is the file's, and named.
        assert_eq!(of("staff").value.to_string(), "3");
        let missing = FromEvidence::Missing("host-or-resell.staff".to_owned());
        assert_eq!(input(&case, "staff").evidence, missing);
        // (5 + 1 + 3 + 3) / 4 is three; any more weight of the business until now turns it.
        assert!(!case.answer.results["is-host"].is_yes());
        let turns = case.turns();
        assert_eq!(turns.len(), 8);
        let turn = |id: &str| turns.iter().find(|(i, _)| i.id == id).and_then(|(_, at)| at.clone());
        assert_eq!(turn("w-legacy").map(|at| at.rounded(2).to_string()), Some("1".to_owned()));
        assert_eq!(turn("w-staff"), None);
        let heavier = case::case(&desk, "host-or-resell", &saying(&[("w-legacy", "1.5")])).expect("a case");
        assert!(heavier.answer.results["is-host"].is_yes());
        // All models say what comes out; what was run once is not run again.
        let all = case::all(&desk).expect("all models");
        assert_eq!(all.len(), 8);
        assert!(all.iter().all(|case| !case.news(cairn_app::locale::Lang::En).is_empty()));
        let run = |case: &Case, seed: u64| office.ran.paths(case, seed, 64);
        let first = run(&case, 7);
        assert!(Arc::ptr_eq(&first, &run(&case, 7)));
        assert!(!Arc::ptr_eq(&first, &run(&case, 8)));
        assert!(!Arc::ptr_eq(&first, &run(&heavier, 7)));
        assert_eq!(*first, case.paths(7, 64));
    }

    async fn a_board_has_values_courses_and_what_is_missing(fresh: Fresh) {
        let office = opened(&fresh).await;
        let board = board(&office, "2026-03-15").await;
        let mrr = figure(&board, "mrr");
        assert_eq!(mrr.shown.value(&mrr.value), "$1,500");
        let course: Vec<(String, String)> = mrr
            .course
            .iter()
            .map(|p| (p.day.to_string(), mrr.shown.value(&p.value)))
            .collect();
        assert_eq!(course.len(), 25);
        let at = |at: usize| (course[at].0.as_str(), course[at].1.as_str());
        assert_eq!(at(0), ("2024-03-31", "$1,000"));
        assert_eq!(at(22), ("2026-01-31", "$1,000"));
        assert_eq!(at(23), ("2026-02-28", "$1,500"));
        assert_eq!(at(24), ("2026-03-15", "$1,500"));
        // What was never supplied is named, and is not nothing.
        let margin = figure(&board, "gross-margin");
        assert!(!margin.is_known());
        assert_eq!(margin.missing, [Missing::Kind("revenue".to_owned())]);
        assert!(margin.bands.iter().all(|(_, against)| *against == Against::Unknown));
        // Nothing is missing of a quotient by nothing: nobody left.
        let ltv = figure(&board, "selling-cost");
        assert_eq!(ltv.bases, ["allocated"]);
        assert_eq!(figure(&board, "mrr").bases, [""; 0]);
        let (first, count) = &board.missing[0];
        assert!(matches!(first, Missing::Kind(_)) && *count > 5, "{first:?} {count}");
    }

    async fn published_values_stand_by_themselves(fresh: Fresh) {
        let office = opened(&fresh).await;
        let arr = detail(&office, "arr-per-customer", "2026-03-15").await.figure;
        assert_eq!(arr.shown.value(&arr.value), "$9,000");
        let against: Vec<Against> = arr.bands.iter().map(|(_, against)| *against).collect();
        assert_eq!(against, [Against::Better, Against::Worse]);
        let churn = detail(&office, "customer-churn", "2026-03-15").await.figure;
        let against: Vec<Against> = churn.bands.iter().map(|(_, against)| *against).collect();
        assert_eq!(
            against,
            [Against::Within, Against::Within, Against::Better, Against::Better]
        );
    }

    async fn what_a_figure_asks_of_an_earlier_day_is_listed_as_of_that_day(fresh: Fresh) {
        let office = opened(&fresh).await;
        let growth = detail(&office, "mrr-growth", "2026-03-15").await;
        assert_eq!(growth.figure.shown.value(&growth.figure.value), "50 %");
        let counted: Vec<&str> = growth.explanation.counted.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(counted, ["c1", "c2"]);
        assert!(growth.explanation.nearly.is_empty());
        let enters: Vec<&str> = growth.enters.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(enters, ["mrr", "mrr-a-year-ago"]);
        let before = detail(&office, "mrr-a-year-ago", "2026-03-15").await;
        let counted: Vec<&str> = before.explanation.counted.iter().map(|r| r.id.as_str()).collect();
        let others: Vec<&str> = before.explanation.nearly.iter().map(|r| r.id.as_str()).collect();
        assert_eq!((counted, others), (vec!["c1"], vec!["c2"]));
        let entered: Vec<&str> = before.entered_by.iter().map(|n| n.id.as_str()).collect();
        assert_eq!(entered, ["mrr-growth", "gross-revenue-churn", "net-revenue-retention"]);
    }

    async fn a_target_holds_from_its_day_until_the_next_and_is_taken_back(fresh: Fresh) {
        let office = opened(&fresh).await;
        assert!(set(&office, "mrr", &aim("2026-01-01", "1200 USD")).await.expect("set"));
        assert!(set(&office, "mrr", &aim("2026-03-01", "2_000 USD")).await.expect("set"));
        // Said again, it is no change.
        assert!(!set(&office, "mrr", &aim("2026-03-01", "2_000 USD")).await.expect("same"));
        for (on, expected) in [
            ("2025-12-31", None),
            ("2026-01-01", Some(("1200 USD", Truth::No))),
            ("2026-02-28", Some(("1200 USD", Truth::Yes))),
            ("2026-03-01", Some(("2_000 USD", Truth::No))),
        ] {
            let board = board(&office, on).await;
            let target = figure(&board, "mrr").target.as_ref();
            assert_eq!(target.map(|t| (t.text.as_str(), t.reached)), expected, "{on}");
        }
        assert!(set(&office, "mrr", &aim("2026-03-10", "")).await.expect("ended"));
        let of = detail(&office, "mrr", "2026-03-15").await;
        assert_eq!(of.figure.target, None);
        assert_eq!(of.targets.len(), 2);
        // Taken back like any other record, the one before holds on.
        let records = office.records(&boss(), "north", "targets").await.expect("records");
        let last = records.iter().find(|r| r.key.contains(&"2026-03-10".to_owned()));
        let withdrawal = Edit::Withdraw { version: last.expect("a record").version };
        office.edit(&boss(), "north", &[withdrawal]).await.expect("withdrawn");
        let of = detail(&office, "mrr", "2026-03-15").await;
        assert_eq!(of.figure.target.map(|t| t.text), Some("2_000 USD".to_owned()));
    }

    async fn a_target_that_does_not_fit_is_refused(fresh: Fresh) {
        let office = opened(&fresh).await;
        for (measure, value) in [("mrr", "1200"), ("mrr", "lots"), ("gross-margin", "20 USD")] {
            let refused = set(&office, measure, &aim("2026-01-01", value)).await;
            assert_eq!(code(refused.expect_err(value)), "bad-target", "{measure} {value}");
        }
        let refused = set(&office, "no-such", &aim("2026-01-01", "1")).await;
        assert!(matches!(refused, Err(Refusal::NotFound { what: "measure", .. })));
        let mut reader = boss();
        reader.grants = vec![Grant {
            role: Role::Reader,
            partner: Some("north".to_owned()),
            person: None,
        }];
        let new = aim("2026-01-01", "1 USD");
        let refused = office.set_target(&reader, "north", "kpis", "mrr", &new).await;
        assert!(matches!(refused, Err(Refusal::Denied(Verb::EditEvidence))));
        assert_eq!(office.records(&boss(), "north", "targets").await.expect("records"), []);
    }

    async fn measures_are_asked_before_their_first_edition_too(fresh: Fresh) {
        let office = opened(&fresh).await;
        let board = board(&office, "2024-06-30").await;
        let mrr = figure(&board, "mrr");
        assert_eq!(mrr.shown.value(&mrr.value), "$1,000");
        assert_eq!(mrr.shown.value(&mrr.course[0].value), "$0");
    }

    async fn a_program_with_levels_is_no_library(fresh: Fresh) {
        let office = opened(&fresh).await;
        let desk = desk(&office, "2026-03-15").await.about("aws-services-path");
        assert_eq!(kpis::kpis(&desk).expect_err("no library").code, "no-library");
        let desk = desk.about("kpis");
        assert_eq!(kpis::kpi(&desk, "mrrr").expect_err("none").code, "unknown-figure");
    }
}
