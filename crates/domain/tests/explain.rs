//! Every record that a row reads either counts or has one reason; gaps, streaks and next changes are exact.

mod common;

use std::sync::Arc;

use cairn_domain::cases;
use cairn_domain::engine::{Engine, Run};
use cairn_domain::explain::{Explanation, Gap, Record};
use cairn_domain::ledger::Ledger;
use cairn_domain::library::Assumptions;
use cairn_domain::program::Ask;
use cairn_domain::standing::Value;
use common::{day, engine, shipped, with_program};
use expect_test::{Expect, expect};

fn told(explanation: &Explanation) -> String {
    let mut text = format!(
        "{}: {}",
        explanation.title,
        cases::cell(&explanation.standing)
    );
    for look in explanation.looks.iter().filter(|l| l.window.is_some()) {
        let days = look.days.map_or("not known".to_owned(), |d| {
            format!(
                "after {}, through {}",
                d.after.map_or("?".to_owned(), |a| a.to_string()),
                d.through
            )
        });
        let window = look.window.map(|w| w.to_string()).unwrap_or_default();
        text += &format!("\n  {window}: {days}");
    }
    let mut records = |head: &str, records: &[Record]| {
        for record in records {
            let why = record
                .reason
                .as_ref()
                .map_or(String::new(), |r| format!(", {}: {r}", r.code()));
            let amount = record
                .amount
                .as_ref()
                .map_or(String::new(), |a| format!(" {a}"));
            text += &format!("\n  {head} {}{amount}{why}", record.id);
        }
    };
    records("+", &explanation.counted);
    records("-", &explanation.nearly);
    for missing in &explanation.missing {
        text += &format!("\n  ? {missing}");
    }
    match &explanation.gap {
        Gap::By(range) => {
            text += &format!(
                "\n  gap {}",
                range.exact().map_or("open".to_owned(), ToString::to_string)
            )
        }
        Gap::Of(numbers) => text += &format!("\n  no exact gap; {} numbers enter", numbers.len()),
        Gap::Test => text += "\n  gap: the test",
        Gap::Closed => {}
    }
    if let Some((on, truth)) = &explanation.next_change {
        text += &format!("\n  next {truth} on {on}");
    }
    if let Some(streak) = &explanation.streak {
        text += &format!(
            "\n  held {}: since {}, broken on {}, met on {}",
            streak.window,
            streak.since.map_or("never".to_owned(), |d| d.to_string()),
            streak
                .broken_on
                .map_or("never".to_owned(), |d| d.to_string()),
            streak
                .met_on
                .map_or("unknown".to_owned(), |d| d.to_string())
        );
    }
    for part in &explanation.parts {
        text += &format!("\n{}", self::told(part));
    }
    text
}

fn check(run: &Run<'_>, ask: Ask, level: &str, row: &str, on: &str, expected: Expect) {
    let level = run.compiled.level(level).expect("a level");
    let row = run
        .compiled
        .rows
        .iter()
        .position(|r| r.id == row)
        .expect("a row");
    let explanation = run.explain(0, ask, level, row, day(on)).expect("asked");
    expected.assert_eq(&told(&explanation));
}

#[test]
fn the_guides_sample_names_each_launch_and_why_it_does_not_count() {
    let programs = shipped();
    let edition = programs
        .library
        .edition("aws-services-path", "2022-02")
        .expect("shipped")
        .clone();
    let case = edition
        .case
        .iter()
        .find(|c| c.title == "The guide's sample scorecard")
        .expect("the sample");
    let ledger = Arc::new(Ledger::new(
        Arc::new(cases::evidence(&programs, &edition, case).evidence),
        None,
    ));
    let engine = Engine::new(programs.clone(), ledger, Assumptions::default());
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("runs");
    check(
        &run,
        Ask::Retain,
        "select",
        "launched",
        "2022-06-30",
        expect![[r#"
        Launched opportunities: 0 of 3
          since last-review: after 2022-03-15, through 2022-06-30
          - o5, outside-window: 1 day before the window opens on 2022-03-16
          - o4, outside-window: 24 days before the window opens on 2022-03-16
          - o3, outside-window: 104 days before the window opens on 2022-03-16
          - o2, outside-window: 187 days before the window opens on 2022-03-16
          - o1, outside-window: 258 days before the window opens on 2022-03-16
          gap 3
        total estimated monthly recurring revenue: 0 of 1500
          since last-review: after 2022-03-15, through 2022-06-30
          - o5 3000, outside-window: 1 day before the window opens on 2022-03-16
          - o4 1000, outside-window: 24 days before the window opens on 2022-03-16
          - o3 2000, outside-window: 104 days before the window opens on 2022-03-16
          - o2 2998.56, outside-window: 187 days before the window opens on 2022-03-16
          - o1 1500, outside-window: 258 days before the window opens on 2022-03-16
          gap 1500"#]],
    );
    check(
        &run,
        Ask::Enter,
        "advanced",
        "launched",
        "2022-06-30",
        expect![[r#"
        Launched opportunities: 5 of 20
          trailing 12 months: after 2021-06-30, through 2022-06-30
          + o1
          + o2
          + o3
          + o4
          + o5
          gap 15
        total estimated monthly recurring revenue: 10498.56 of 10000
          trailing 12 months: after 2021-06-30, through 2022-06-30
          + o1 1500
          + o2 2998.56
          + o3 2000
          + o4 1000
          + o5 3000
          next short on 2022-07-01"#]],
    );
    check(
        &run,
        Ask::Enter,
        "advanced",
        "accredited",
        "2022-06-30",
        expect![[r#"
        Accredited individuals: 4 of 8
          + p1, technical-professional
          + p2, technical-professional
          + p3, technical-professional
          + p4, technical-professional
          - p1, business-professional, same-holder: the same holder counts already
          - p2, business-professional, same-holder: the same holder counts already
          - p3, business-professional, same-holder: the same holder counts already
          - p4, business-professional, same-holder: the same holder counts already
          - p1, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p2, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p3, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p1, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p2, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p3, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p4, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          gap 4
        technical: 4 of 4
          + p1, technical-professional
          + p2, technical-professional
          + p3, technical-professional
          + p4, technical-professional
          - p1, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p2, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p3, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p1, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p2, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p3, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p4, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p1, business-professional, filter: track is business, and track = technical is asked
          - p2, business-professional, filter: track is business, and track = technical is asked
          - p3, business-professional, filter: track is business, and track = technical is asked
          - p4, business-professional, filter: track is business, and track = technical is asked
        business: 4 of 4
          + p1, business-professional
          + p2, business-professional
          + p3, business-professional
          + p4, business-professional
          - p1, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p2, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p3, solutions-architect-associate, filter: class is certification, and class = accreditation is asked
          - p1, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p2, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p3, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p4, cloud-practitioner, filter: class is certification, and class = accreditation is asked
          - p1, technical-professional, filter: track is technical, and track = business is asked
          - p2, technical-professional, filter: track is technical, and track = business is asked
          - p3, technical-professional, filter: track is technical, and track = business is asked
          - p4, technical-professional, filter: track is technical, and track = business is asked"#]],
    );
    check(
        &run,
        Ask::Enter,
        "advanced",
        "business-plan",
        "2022-06-30",
        expect![[r#"
        Partner business plan, signed: 0 of 1
          trailing 12 months: after 2021-06-30, through 2022-06-30
          gap: the test"#]],
    );
    check(
        &run,
        Ask::Enter,
        "premier",
        "sustained",
        "2022-06-30",
        expect![[r#"
        Sustained attainment of the Premier criteria: 0 of 1
          gap: the test
          held trailing 6 months: since never, broken on 2022-06-30, met on unknown"#]],
    );
}

#[test]
fn every_way_not_to_count_has_its_reason() {
    let programs = shipped();
    let engine = engine(
        &programs,
        "aws-services-path",
        &[
            (
                "people",
                "person, registered_on, left_on\np1, 2020-01-01,\np2, 2020-01-01, 2022-03-01\np3, 2023-01-01,",
            ),
            (
                "credentials",
                "person, credential, earned_on, expires_on\n\
                 p1, solutions-architect-associate, 2021-01-01,\n\
                 p1, solutions-architect-professional, 2021-06-01,\n\
                 p2, developer-associate, 2021-01-01,\n\
                 p3, developer-associate, 2021-01-01,\n\
                 p4, developer-associate, 2021-01-01,\n\
                 p1, security-specialty, 2019-01-01, 2022-01-01\n\
                 p1, sysops-associate, 2022-12-01,\n\
                 p1, Microsoft Certified: Azure Administrator Associate, 2021-01-01,\n\
                 p1, AWS Certified Solutions Architekt - Associate, 2021-02-02,\n\
                 p1, cloud-practitioner, 2021-01-01,",
            ),
            (
                "csat",
                "response, customer, score, submitted_on, email_confirmed_on, customer_verified_on\nr1, c1, 1, 2022-06-01, 2022-06-02,\nr2, c1, 5, 2022-06-01, 2022-06-02, 2022-06-04",
            ),
            (
                "opportunities",
                "opportunity, stage, estimated_mrr, currency, launched_on, recorded_on\no1, launched, 100, EUR, 2022-05-01, 2022-05-02\no2, launched, 200, USD, 2022-05-01, 2022-05-02\no2, closed-lost, 200, USD, 2022-05-01, 2022-06-02\no3, committed, 300, USD, , 2022-06-01",
            ),
        ],
        &[],
        None,
    );
    let run = engine
        .edition("aws-services-path", "2022-02")
        .expect("runs");
    check(
        &run,
        Ask::Enter,
        "select",
        "technical",
        "2022-06-30",
        expect![[r#"
        Technical certified individuals: 1 of 2
          + p1, solutions-architect-professional
          - p1, sysops-associate, not-yet: counts only from 2022-12-01
          - p1, AWS Certified Solutions Architekt - Associate, name-unknown: no catalog knows its name (nearest: AWS Certified Solutions Architect - Associate, AWS Certified Solutions Architect - Professional); it may count
          - p2, developer-associate, holder-absent: p2 left on 2022-03-01
          - p3, developer-associate, holder-absent: p3 is registered only from 2023-01-01
          - p4, developer-associate, holder-absent: no people record of p4 holds
          - p1, security-specialty, ended: ended on 2022-01-01 (expires_on)
          - p1, solutions-architect-associate, same-holder: the same holder counts already
          - p1, cloud-practitioner, filter: level is foundational, and level >= associate is asked
          - p1, Microsoft Certified: Azure Administrator Associate, other-program: of another program or vendor: another vendor's name
          ? say what `AWS Certified Solutions Architekt - Associate` is
          gap 1
          next met on 2023-01-01"#]],
    );
    check(
        &run,
        Ask::Enter,
        "advanced",
        "csat",
        "2022-06-30",
        expect![[r#"
        Customer satisfaction responses: 1 of 20
          trailing 12 months: after 2021-06-30, through 2022-06-30
          + r2
          - r1, pending: waits for customer_verified_on
          gap 19"#]],
    );
    check(
        &run,
        Ask::Enter,
        "select",
        "launched",
        "2022-06-30",
        expect![[r#"
        Launched opportunities: 1 of 3
          trailing 12 months: after 2021-06-30, through 2022-06-30
          + o1
          - o3, pending: waits for launched_on
          - o2, filter: stage is closed-lost, and stage = launched is asked
          - o2, superseded: corrected by  given.opportunities, row 4
          gap 2
        total estimated monthly recurring revenue: 0 or more of 1500
          trailing 12 months: after 2021-06-30, through 2022-06-30
          - o3 300, pending: waits for launched_on
          - o1 100, other-currency: in EUR, and no rate to USD is named; it may count
          - o2 200, filter: stage is closed-lost, and stage = launched is asked
          - o2 200, superseded: corrected by  given.opportunities, row 4
          gap open
          next short on 2023-05-01"#]],
    );
    check(
        &run,
        Ask::Enter,
        "premier",
        "validations",
        "2022-06-30",
        expect![[r#"
        Technical program validations: 0 or more of 3
          ? supply validations
          gap open
        MSP or DevOps: 0 or more of 1
          ? supply validations
          gap open"#]],
    );
}

/// A program of one score: exams to 40 points at 20 each, launches to 30 at 20 each, behind a gate.
const SCORE: &str = r#"
program  = "test"
edition  = "2026"
title    = "Test"
in_force = { from = 2026-01-01 }
levels   = ["one"]
catalogs = ["example"]
source   = { guide = { title = "Made-up" } }
[score.capability]
cite = "guide"
[score.capability.part]
skills  = { title = "Skills", max = 40, points = "20 * (count credentials)" }
success = { max = 30, title = "Success", points = "if (count references) >= 1 then 20 * launches else 0" }
[measure]
launches = { is = "count opportunities", cite = "guide" }
[requirement]
total = { title = "Points", measure = "capability", at_least = { one = 60 }, cite = "guide" }
"#;

#[test]
fn what_a_full_part_no_longer_takes_is_beyond_its_cap() {
    let programs = with_program(SCORE);
    let engine = engine(
        &programs,
        "test",
        &[
            ("people", "person, registered_on\np1, 2020-01-01"),
            (
                "credentials",
                "person, credential, earned_on\np1, admin-associate, 2025-03-01\np1, architect-expert, 2025-01-01\np1, portfolio-accredited, 2025-02-01",
            ),
            ("references", "reference, approved_on\nr1, 2025-01-01"),
            (
                "opportunities",
                "opportunity, launched_on\no1, 2025-01-01\no2, 2025-01-02\no3, 2025-01-03",
            ),
        ],
        &[],
        None,
    );
    let run = engine.edition("test", "2026").expect("runs");
    check(
        &run,
        Ask::Enter,
        "one",
        "total",
        "2026-01-01",
        expect![[r#"
            Points: 70 of 60
              + o1
              + o2
              + p1, architect-expert
              + p1, portfolio-accredited
              + r1
              - p1, admin-associate, beyond-cap: its part is full: it gives 40 at most
              - o3, beyond-cap: its part is full: it gives 30 at most"#]],
    );
    let points = run.points(0, Ask::Enter, Some(0), 0, day("2026-01-01"));
    let exact = |value: &Value| match value {
        Value::Number(range) => range.exact().map(ToString::to_string),
        _ => None,
    };
    let points: Vec<_> = points
        .iter()
        .map(|p| {
            (
                p.title.as_str(),
                exact(&p.points),
                p.max.as_ref().and_then(exact),
            )
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        points,
        [
            ("Skills", some("40"), some("40")),
            ("Success", some("30"), some("30"))
        ]
    );
}

#[test]
fn a_record_of_another_partner_of_the_enterprise_counts_for_that_one_alone() {
    let programs = with_program(
        r#"
program  = "test"
edition  = "2026"
title    = "Test"
in_force = { from = 2026-01-01 }
levels   = ["one"]
source   = { guide = { title = "Made-up" } }
[requirement]
own    = { title = "Own people", measure = "count people", at_least = { one = 2 }, cite = "guide" }
family = { title = "People", measure = "count people over family", at_least = { one = 3 }, cite = "guide" }
all    = { title = "All people", measure = "count people over enterprise", at_least = { one = 3 }, cite = "guide" }
"#,
    );
    let engine = engine(
        &programs,
        "test",
        &[
            (
                "partners",
                "partner, parent\nacme, group\ngroup,\nyard, acme\nother,",
            ),
            (
                "people",
                "partner, person, registered_on, left_on\nacme, p1, 2020-01-01,\ngroup, p2, 2020-01-01,\nyard, p3, 2020-01-01,\nyard, p4, 2020-01-01, 2021-01-01\nother, p5, 2020-01-01,",
            ),
        ],
        &[],
        None,
    );
    let run = engine.edition("test", "2026").expect("runs");
    check(
        &run,
        Ask::Enter,
        "one",
        "own",
        "2026-01-01",
        expect![[r#"
        Own people: 1 of 2
          + p1
          - p2, other-entity: counts for `group` alone
          - p3, other-entity: counts for `yard` alone
          gap 1"#]],
    );
    check(
        &run,
        Ask::Enter,
        "one",
        "family",
        "2026-01-01",
        expect![[r#"
        People: 2 of 3
          + p1
          + p3
          - p4, ended: ended on 2021-01-01 (left_on)
          - p2, other-entity: counts for `group` alone
          gap 1"#]],
    );
    check(
        &run,
        Ask::Enter,
        "one",
        "all",
        "2026-01-01",
        expect![[r#"
        All people: 3 of 3
          + p1
          + p2
          + p3
          - p4, ended: ended on 2021-01-01 (left_on)"#]],
    );
}

#[test]
fn records_of_all_but_the_largest_customers_say_so() {
    let programs = with_program(
        r#"
program  = "test"
edition  = "2026"
title    = "The largest customers (made-up)"
in_force = { from = 2026-01-01 }
levels   = ["one"]
[requirement]
largest = { title = "Users of the two largest", measure = "sum active_users of highest 2 customer of usage", at_most = { one = 60 }, cite = "made-up" }
"#,
    );
    let engine = engine(
        &programs,
        "test",
        &[(
            "usage",
            "customer, product, measured_on, active_users\nacme, mail, 2026-01-02, 20\nacme, files, 2026-01-02, 10\nbeta, mail, 2026-01-02, 24\ngamma, mail, 2026-01-02, 23",
        )],
        &[],
        None,
    );
    let run = engine.edition("test", "2026").expect("runs");
    check(
        &run,
        Ask::Enter,
        "one",
        "largest",
        "2026-02-01",
        expect![[r#"
            Users of the two largest: 54 of 60
              + acme, mail 20
              + acme, files 10
              + beta, mail 24
              - gamma, mail 23, group-short: its group is not enough"#]],
    );
}

#[test]
fn a_group_that_does_not_pass_and_a_badge_without_a_seat_say_so() {
    let programs = with_program(
        r#"
program  = "test"
edition  = "2026"
title    = "Groups and seats (made-up)"
in_force = { from = 2026-01-01 }
levels   = ["one"]
catalogs = ["example"]
[roster.roles]
of       = "credentials where class = role-badge"
one_role = true
capacity = { account-manager = 2 }
seats    = [
  { for = "routing", role = "account-manager",  needs = "routing-am" },
  { for = "voice",   role = "account-manager",  needs = "voice-am" },
  { for = "routing", role = "systems-engineer", needs = "routing-se" },
]
cite     = "made-up"
[requirement]
tenants = { title = "Customers with 25 users", measure = "count distinct customer of usage having sum active_users >= 25", at_least = { one = 2 }, cite = "made-up" }
staffed = { title = "Seats", measure = "filled(roles)", at_least = { one = 3 }, cite = "made-up" }
"#,
    );
    let engine = engine(
        &programs,
        "test",
        &[
            (
                "usage",
                "customer, product, measured_on, active_users\nacme, mail, 2026-01-02, 20\nacme, files, 2026-01-02, 10\nbeta, mail, 2026-01-02, 24\nbeta, files, 2026-01-02,\ngamma, mail, 2026-01-02, 24",
            ),
            (
                "people",
                "person, registered_on\np1, 2020-01-01\np2, 2020-01-01\np3, 2020-01-01",
            ),
            (
                "credentials",
                "person, credential, earned_on\np1, routing-am, 2026-01-02\np1, voice-am, 2026-01-02\np1, routing-se, 2026-01-02\np2, routing-se, 2026-01-05\np3, routing-se, 2026-01-05\np3, voice-am, 2027-01-05",
            ),
        ],
        &[],
        None,
    );
    let run = engine.edition("test", "2026").expect("runs");
    check(
        &run,
        Ask::Enter,
        "one",
        "tenants",
        "2026-02-01",
        expect![[r#"
            Customers with 25 users: 1 to 2 of 2
              + acme, mail
              + acme, files
              + beta, mail
              + beta, files
              - gamma, mail, group-short: its group is not enough
              no exact gap; 0 numbers enter"#]],
    );
    check(
        &run,
        Ask::Enter,
        "one",
        "staffed",
        "2026-02-01",
        expect![[r#"
            Seats: 3 of 3
              + p1, routing-am
              + p1, voice-am
              + p2, routing-se
              - p3, voice-am, not-yet: counts only from 2027-01-05
              - p3, routing-se, no-seat: no seat was left for it
              - p1, routing-se, no-seat: no seat was left for it"#]],
    );
}
