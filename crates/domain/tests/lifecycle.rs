//! Reviews, grace, demotion and promotion, day by day, and what a timeline tells of them.

mod common;

use cairn_domain::calendar::Day;
use cairn_domain::engine::{Engine, Run};
use cairn_domain::library::Assumptions;
use cairn_domain::lifecycle::{Event, Happened, project};
use cairn_domain::program::Ask;
use cairn_domain::reference::Reference;
use common::{day, engine, shipped, with_program};
use expect_test::{Expect, expect};

const PROGRAM: &str = r#"
program   = "test"
edition   = "2026"
title     = "Two levels (made-up)"
in_force  = { from = 2020-01-01 }
levels    = ["silver", "gold"]
period    = { enter = "trailing 12 months", retain = "since last-review" }
[requirement]
wins = { title = "Wins", measure = "count opportunities in period where stage = launched", at_least = { silver = 1, gold = 2 }, cite = "made-up" }
[lifecycle]
LIFECYCLE
cite    = "made-up"
"#;

fn told(run: &Run<'_>, until: &str) -> String {
    events(project(run, 0, day(until)))
}

fn events(of: Vec<Event>) -> String {
    let mut text = String::new();
    for event in of {
        let level = event.level.as_deref().unwrap_or("none");
        let late = |review: Day| {
            if review == event.day {
                String::new()
            } else {
                format!(" of {review}")
            }
        };
        let what = match &event.what {
            Happened::Stated => "stated".to_owned(),
            Happened::Renewed { review } => format!("renewed{}", late(*review)),
            Happened::ReviewOpen { review } => format!("review open{}", late(*review)),
            Happened::Failed {
                review,
                lost_on,
                falls_to,
            } => format!(
                "failed{}{}{}",
                review.map_or(String::new(), late),
                lost_on.map_or(", grace not published".to_owned(), |d| format!(
                    ", lost on {d}"
                )),
                if falls_to.is_none() {
                    ", to what not published"
                } else {
                    ""
                },
            ),
            Happened::Demoted => "demoted".to_owned(),
            Happened::Promoted => "promoted".to_owned(),
            Happened::MayBeAskedFor { level, .. } => format!("{level} may be asked for"),
        };
        text += &format!("{} {level}: {what}\n", event.day);
    }
    text
}

fn over(lifecycle: &str, enrollments: &str, wins: &str) -> Engine {
    let programs = with_program(&PROGRAM.replace("LIFECYCLE", lifecycle));
    engine(
        &programs,
        "test",
        &[("enrollments", enrollments), ("opportunities", wins)],
        &[],
        None,
    )
}

fn check(engine: &Engine, until: &str, expected: Expect) {
    let run = engine.edition("test", "2026").expect("runs");
    expected.assert_eq(&told(&run, until));
}

const REVIEWED: &str =
    "level, since, last_review_on, next_review_on\ngold, 2021-01-01, 2021-01-01, 2022-01-01";
const YEARLY: &str = "review = { every = \"1 year\" }\npromote = { on = \"any day\" }\ndemote = { on = \"review\" }\ngrace = \"30 days\"";

#[test]
fn a_review_judges_what_happened_after_the_one_before_through_its_own_day() {
    // Both wins on the last day that counts, then on the first that does not.
    check(
        &over(
            YEARLY,
            REVIEWED,
            "opportunity, stage, launched_on\no1, launched, 2021-06-01\no2, launched, 2022-01-01",
        ),
        "2022-02-28",
        expect![[r#"
            2021-01-01 gold: stated
            2022-01-01 gold: renewed
        "#]],
    );
    check(
        &over(
            YEARLY,
            REVIEWED,
            "opportunity, stage, launched_on\no1, launched, 2021-06-01\no2, launched, 2022-01-02",
        ),
        "2022-03-28",
        expect![[r#"
            2021-01-01 gold: stated
            2022-01-01 gold: failed, lost on 2022-01-31
            2022-01-31 silver: demoted
            2022-01-31 gold: promoted
        "#]],
    );
    check(
        &over(
            YEARLY,
            REVIEWED,
            "opportunity, stage, launched_on\no1, launched, 2021-01-01\no2, launched, 2021-06-01",
        ),
        "2022-03-28",
        expect![[r#"
            2021-01-01 gold: stated
            2022-01-01 gold: failed, lost on 2022-01-31
            2022-01-31 silver: demoted
        "#]],
    );
}

#[test]
fn what_is_not_published_stops_the_projection() {
    let engine = over(
        "review = { every = \"not published\" }\npromote = { on = \"any day\" }\ndemote = { on = \"review\", to = \"not published\" }\ngrace = \"not published\"",
        REVIEWED,
        "opportunity, stage, launched_on\no1, launched, 2021-01-01",
    );
    check(
        &engine,
        "2023-12-31",
        expect![[r#"
        2021-01-01 gold: stated
        2022-01-01 gold: failed, grace not published, to what not published
    "#]],
    );
}

#[test]
fn grace_of_a_failed_review_can_be_assumed_for_one_run() {
    let mut engine = over(
        "review = { every = \"not published\" }\npromote = { on = \"never\" }\ndemote = { on = \"review\", to = \"highest retained\" }\ngrace = \"not published\"",
        REVIEWED,
        "opportunity, stage, launched_on\no1, launched, 2021-06-01",
    );
    engine
        .assumptions
        .assume
        .insert("test.grace".to_owned(), "30 days".to_owned());
    check(
        &engine,
        "2023-12-31",
        expect![[r#"
        2021-01-01 gold: stated
        2022-01-01 gold: failed, lost on 2022-01-31
        2022-01-31 silver: demoted
    "#]],
    );
}

#[test]
fn promotion_waits_for_its_day() {
    let wins = "opportunity, stage, launched_on\no1, launched, 2021-06-01\no2, launched, 2021-07-10\no3, launched, 2021-07-10";
    let below = "level, since\nsilver, 2021-01-01";
    check(
        &over("promote = { on = \"any day\" }", below, wins),
        "2021-12-31",
        expect![[r#"
        2021-01-01 silver: stated
        2021-07-10 gold: promoted
    "#]],
    );
    check(
        &over(
            "promote = { on = \"month end\", effective = \"next month\" }",
            below,
            wins,
        ),
        "2021-12-31",
        expect![[r#"
        2021-01-01 silver: stated
        2021-08-01 gold: promoted
    "#]],
    );
    check(
        &over("promote = { on = [\"01-31\", \"07-31\"] }", below, wins),
        "2021-12-31",
        expect![[r#"
        2021-01-01 silver: stated
        2021-07-31 gold: promoted
    "#]],
    );
    check(
        &over(
            "promote = { on = \"any day\", by = \"application\" }",
            below,
            wins,
        ),
        "2021-12-31",
        expect![[r#"
        2021-01-01 silver: stated
        2021-07-10 silver: gold may be asked for
    "#]],
    );
    check(
        &over("promote = { on = \"never\" }", below, wins),
        "2021-12-31",
        expect![[r#"
        2021-01-01 silver: stated
    "#]],
    );
}

#[test]
fn passing_on_any_day_of_the_window_around_a_review_renews() {
    let lifecycle = "review = { every = \"1 year\" }\npromote = { on = \"never\" }\ndemote = { on = \"review\", to = \"none\" }\nrenew = { opens = \"60 days\", closes = \"30 days\" }\ngrace = \"0 days\"";
    // The second win comes on the last day of the window, then one day after it.
    check(
        &over(
            lifecycle,
            REVIEWED,
            "opportunity, stage, launched_on\no1, launched, 2022-01-20\no2, launched, 2022-01-31\no3, launched, 2021-03-01",
        ),
        "2022-03-01",
        expect![[r#"
        2021-01-01 gold: stated
        2022-01-31 gold: renewed of 2022-01-01
    "#]],
    );
    check(
        &over(
            lifecycle,
            REVIEWED,
            "opportunity, stage, launched_on\no1, launched, 2022-01-20\no2, launched, 2022-02-01",
        ),
        "2022-03-01",
        expect![[r#"
        2021-01-01 gold: stated
        2022-01-31 gold: failed of 2022-01-01, lost on 2022-01-31
        2022-01-31 none: demoted
    "#]],
    );
}

#[test]
fn a_protected_level_is_not_lost_before_its_day() {
    let lifecycle = "review = { every = \"1 year\" }\npromote = { on = \"never\" }\ndemote = { on = \"review\", to = \"none\" }\nprotect = [{ level = \"gold\", who = \"partner.country = DE\", until = 2022-07-01 }]\ngrace = \"0 days\"";
    let programs = with_program(&PROGRAM.replace("LIFECYCLE", lifecycle));
    for (country, expected) in [
        (
            "DE",
            expect![[r#"
        2021-01-01 gold: stated
        2022-01-01 gold: failed, lost on 2022-07-01
        2022-07-01 none: demoted
    "#]],
        ),
        (
            "FR",
            expect![[r#"
        2021-01-01 gold: stated
        2022-01-01 gold: failed, lost on 2022-01-01
        2022-01-01 none: demoted
    "#]],
        ),
    ] {
        let partners = format!("name, country\nA, {country}");
        let engine = engine(
            &programs,
            "test",
            &[("partners", &partners), ("enrollments", REVIEWED)],
            &["opportunities"],
            None,
        );
        check(&engine, "2022-12-31", expected);
    }
}

#[test]
fn a_timeline_names_the_record_that_turned_a_level() {
    let engine = over(
        YEARLY,
        REVIEWED,
        "opportunity, stage, launched_on\no1, launched, 2021-06-01\no2, launched, 2021-09-01",
    );
    let run = engine.edition("test", "2026").expect("runs");
    let timeline = run.timeline(0, day("2021-01-02"), day("2022-12-31"));
    let mut text = String::new();
    for change in &timeline.changes {
        text += &format!(
            "{} {} {}: {} to {}",
            change.day,
            change.ask.name(),
            run.compiled.edition.levels[change.level],
            change.before,
            change.after
        );
        for cause in &change.causes {
            let ids = |records: &[cairn_domain::explain::Record]| {
                records
                    .iter()
                    .map(|r| r.id.clone())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            text += &format!(
                "; {} +[{}] -[{}]",
                cause.row,
                ids(&cause.gained),
                ids(&cause.lost)
            );
        }
        text += "\n";
    }
    expect![[r#"
        2021-06-01 retain silver: short to met; wins +[o1] -[]
        2021-06-01 enter silver: short to met; wins +[o1] -[]
        2021-09-01 retain gold: short to met; wins +[o2] -[]
        2021-09-01 enter gold: short to met; wins +[o2] -[]
        2022-01-02 retain silver: met to short; wins +[] -[o2, o1]
        2022-01-02 retain gold: met to short; wins +[] -[o2, o1]
        2022-06-01 enter gold: met to short; wins +[] -[o1]
        2022-09-01 enter silver: met to short; wins +[] -[o2]
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_six_month_streak_of_the_premier_criteria_has_its_two_days() {
    let programs = shipped();
    let edition = programs
        .library
        .edition("aws-services-path", "2022-02")
        .expect("shipped")
        .clone();
    let case = edition
        .case
        .iter()
        .find(|c| c.title.to_lowercase().contains("six"))
        .expect("a case of six months");
    let evidence = cairn_domain::cases::evidence(&programs, &edition, case).evidence;
    let ledger = std::sync::Arc::new(cairn_domain::ledger::Ledger::new(
        std::sync::Arc::new(evidence),
        None,
    ));
    let engine = Engine::new(
        programs.clone(),
        ledger,
        cairn_domain::library::Assumptions::default(),
    );
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("runs");
    let row = run
        .compiled
        .rows
        .iter()
        .position(|r| r.id == "sustained")
        .expect("a row");
    let premier = run.compiled.level("premier").expect("a level");
    let (first, last) = (
        case.then.iter().map(|t| t.on).min().expect("days"),
        case.then.iter().map(|t| t.on).max().expect("days"),
    );
    let steps = run.row_over(
        0,
        Ask::Enter,
        row,
        premier,
        first.plus_days(-400),
        last.plus_days(400),
    );
    let text: String = steps
        .runs()
        .map(|(d, t)| format!("{} {t}\n", cairn_domain::calendar::Day(d)))
        .collect();
    let streak: String = run
        .streaks(0, last)
        .iter()
        .map(|(row, level, s)| {
            format!(
                "{row} at {level}: {} since {:?}, broken on {:?}, met on {:?}\n",
                s.window, s.since, s.broken_on, s.met_on
            )
        })
        .collect();
    expect![[r#"
        Premier, each row one below and at its threshold; six months later sustained, then the executive business review
        2021-02-02 short
        2022-09-14 met
        2022-12-01 short
        sustained at premier: trailing 6 months since Some(2022-03-15), broken on Some(2022-03-14), met on Some(2022-09-14)
    "#]].assert_eq(&format!("{}\n{text}{streak}", case.title));
}

#[test]
fn a_record_that_passed_to_somebody_else_is_still_one_record() {
    const TICKETS: &str = r#"
program   = "test"
edition   = "2026"
title     = "Tickets (made-up)"
in_force  = { from = 2020-01-01 }
levels    = ["one"]
[measure]
all    = { title = "Tickets", is = "count tickets", cite = "made-up" }
people = { title = "Who has them", is = "count distinct person of tickets", cite = "made-up" }
[requirement]
tickets = { title = "Tickets", measure = "count tickets", at_least = { one = 1 }, cite = "made-up" }
"#;
    let programs = with_program(TICKETS);
    let tickets = "ticket, person, opened_on, recorded_on
        t1, zoe, 2024-01-02, 2024-01-02
        t2, mia, 2024-01-03, 2024-01-03
        t1, ann, 2024-01-02, 2024-02-01";
    let nothing = Assumptions::default();
    for (known_at, has) in [("2024-01-31", "zoe"), ("2024-02-01", "ann")] {
        let engine = engine(
            &programs,
            "test",
            &[("tickets", tickets)],
            &[],
            Some(day(known_at)),
        );
        let run = engine.on(programs.find("test", "2026").expect("it runs"));
        let ask = |name: &str| {
            let value = run.value(0, name, Ask::Enter, day("2024-06-01"));
            format!("{:?}", value.expect("named"))
        };
        let evidence = &engine.ledger.evidence;
        let slow = Reference::new(
            &programs.library,
            evidence,
            &run.compiled.edition,
            Some(day(known_at)),
            &nothing,
        );
        for name in ["all", "people"] {
            let slow = slow.value(0, name, Ask::Enter, day("2024-06-01"));
            assert_eq!(
                ask(name),
                format!("{slow:?}"),
                "{name}, {has} has the first"
            );
        }
        assert_eq!(ask("all"), ask("people"), "two tickets of two people");
        assert!(ask("all").contains('2'), "{}", ask("all"));
    }
}
