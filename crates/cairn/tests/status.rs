//! What is said of a status that is being lost, of editions that change, and of what is not known of it or not asked.

use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};
use serde_json::Value;

const EDITION: &str = r#"
program   = "test"
edition   = "2026"
title     = "Test Program (made-up)"
in_force  = { from = 2026-01-01 }
levels    = ["gold"]
source    = { guide = { title = "Guide", from = "Test", read = "original" } }
level     = { gold = { title = "Gold" } }
[requirement]
launches = { title = "Launches", measure = "count opportunities in trailing 12 months where stage = launched", at_least = { gold = 1 }, cite = "guide" }
[lifecycle]
review  = { every = "1 year" }
promote = { on = "any day" }
demote  = { on = "review", to = "highest retained" }
grace   = "90 days"
cite    = "guide"
"#;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

fn cairn(folder: &Path, arguments: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .current_dir(folder)
        .env_remove("COLUMNS")
        .args(arguments.split(' '))
        .output()
        .expect("the binary runs");
    String::from_utf8(out.stdout).expect("text")
}

fn json(folder: &Path, arguments: &str) -> Value {
    serde_json::from_str(&cairn(folder, &format!("{arguments} --json"))).expect("json")
}

/// The news on some days, with what the notes say of reviews.
fn news(folder: &Path, days: &[&str], expected: Expect) {
    let mut text = String::new();
    for day in days {
        let card = json(
            folder,
            &format!("scorecard e --program test --programs p --as-of {day}"),
        );
        let word = |key: &str| card[key].as_str().unwrap_or("null").to_owned();
        text += &format!(
            "{day} (last review {}, next {}): {}\n",
            word("last_review"),
            word("next_review"),
            word("news")
        );
    }
    expected.assert_eq(&text);
}

const HELD: (&str, &str) = (
    "e/enrollments.csv",
    "program,level,since,last_review_on\ntest,gold,2026-01-01,2026-01-01\n",
);
const NOTHING: (&str, &str) = ("e/opportunities.csv", "opportunity,stage,launched_on\n");

#[test]
fn the_news_leads_with_the_review_that_was_not_passed_until_its_grace_ends() {
    let folder = folder(&[("p/2026.toml", EDITION), HELD, NOTHING]);
    let days = [
        "2026-12-31",
        "2027-01-01",
        "2027-01-02",
        "2027-03-31",
        "2027-04-01",
    ];
    news(
        folder.path(),
        &days,
        expect![[r#"
        2026-12-31 (last review 2026-01-01, next 2027-01-01): You hold Gold. Over the last 12 months there are no launches: you would not renew it at the review of 1 January 2027, tomorrow; you would fall to the highest level that you still retain after 90 days.
        2027-01-01 (last review 2026-01-01, next 2027-01-01): Your review of 1 January 2027, today, is not passed; Gold ends on 1 April 2027, in 90 days, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
        2027-01-02 (last review 2027-01-01, next 2028-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 April 2027, in 89 days, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
        2027-03-31 (last review 2027-01-01, next 2028-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 April 2027, tomorrow, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
        2027-04-01 (last review 2027-01-01, next 2028-01-01): Gold ended on 1 April 2027, for the review of 1 January 2027 was not passed. By our account you hold no level now. The record of Test still says Gold, and its word wins. You hold Gold. Over the last 12 months there are no launches: you would not renew it at the review of 1 January 2028, in 275 days; you would fall to the highest level that you still retain after 90 days.
    "#]],
    );
    let card = json(
        folder.path(),
        "scorecard e --program test --programs p --as-of 2027-02-01",
    );
    expect![[r#"
        {
          "title": "Gold",
          "since": "2026-01-01",
          "failed": {
            "on": "2027-01-01",
            "review": "2027-01-01",
            "level": "Gold",
            "lost_on": "2027-04-01",
            "lost": false,
            "falls_to": null,
            "to_not_published": false
          }
        }
    "#]]
    .assert_eq(&format!("{:#}\n", card["projected"]));
}

#[test]
fn who_enters_anew_on_the_day_on_which_grace_ends_keeps_the_level() {
    for (launched, expected) in [
        (
            "2027-04-01",
            expect![[r#"
            2027-03-01 (last review 2027-01-01, next 2028-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 April 2027, in 31 days, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
            2027-04-01 (last review 2027-01-01, next 2028-01-01): You hold Gold, and as things stand you keep it at the review of 1 January 2028, in 275 days.
        "#]],
        ),
        (
            "2027-04-02",
            expect![[r#"
            2027-03-01 (last review 2027-01-01, next 2028-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 April 2027, in 31 days, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
            2027-04-01 (last review 2027-01-01, next 2028-01-01): Gold ended on 1 April 2027, for the review of 1 January 2027 was not passed. By our account you hold no level now. The record of Test still says Gold, and its word wins. You hold Gold. Over the last 12 months there are no launches: you would not renew it at the review of 1 January 2028, in 275 days; you would fall to the highest level that you still retain after 90 days.
        "#]],
        ),
        (
            "2027-02-01",
            expect![[r#"
            2027-03-01 (last review 2027-01-01, next 2028-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 April 2027, in 31 days, and no level is left, unless on that day you still meet what entering it asks, as you do today.
            2027-04-01 (last review 2027-01-01, next 2028-01-01): You hold Gold, and as things stand you keep it at the review of 1 January 2028, in 275 days.
        "#]],
        ),
    ] {
        let opportunities = format!("opportunity,stage,launched_on\no1,launched,{launched}\n");
        let folder = folder(&[
            ("p/2026.toml", EDITION),
            HELD,
            ("e/opportunities.csv", &opportunities),
        ]);
        news(folder.path(), &["2027-03-01", "2027-04-01"], expected);
    }
}

fn next_edition() -> String {
    EDITION
        .replace(
            "2026\"\ntitle",
            "2027\"\nreplaces = { edition = \"2026\" }\npublished = 2026-10-01\ntitle",
        )
        .replace("2026-01-01", "2027-01-01")
        .replace("90 days", "60 days")
}

#[test]
fn each_day_is_judged_by_the_edition_in_force_on_it() {
    let folder = folder(&[
        ("p/2026.toml", EDITION),
        ("p/2027.toml", &next_edition()),
        (
            "e/enrollments.csv",
            "program,level,since,next_review_on\ntest,gold,2026-03-01,2027-03-01\n",
        ),
        NOTHING,
    ]);
    let all = cairn(
        folder.path(),
        "timeline e --program test --programs p --as-of 2026-11-22",
    );
    expect![[r#"
        Test Program (made-up), your company  editions 2026 and 2027 · 22 Nov 2024 to 22 Nov 2027

        keep Gold                              ·············································
        reach Gold                             ·············································
                    22 Nov 2024                                                  22 Nov 2027
        ━ met  · short  ? unknown

        Editions
          22 Nov 2024  no edition in force through 31 Dec 2025
           1 Jan 2026  edition 2026 comes into force
           1 Jan 2027  edition 2027 comes into force: lifecycle, grace: 90 days → 60 days

        Status: the vendor's word, then our projection of it
           1 Mar 2026  Test says: Gold
           1 Mar 2027  review failed, Gold not renewed; lost on 30 Apr 2027
          30 Apr 2027  falls to no level

        No level's verdict changes on these days.
    "#]]
    .assert_eq(&all);
    let one = cairn(
        folder.path(),
        "timeline e --program test --edition 2026 --programs p --as-of 2026-11-22",
    );
    expect![[r#"
        Test Program (made-up), your company  edition 2026 on all days · 22 Nov 2024 to 22 Nov 2027

        keep Gold   ········································································
        reach Gold  ········································································
                    22 Nov 2024                                                  22 Nov 2027
        ━ met  · short  ? unknown

        Status: the vendor's word, then our projection of it
           1 Mar 2026  Test says: Gold
           1 Mar 2027  review failed, Gold not renewed; lost on 30 May 2027
          30 May 2027  falls to no level

        No level's verdict changes on these days.
    "#]]
    .assert_eq(&one);
}

#[test]
fn a_scorecard_names_the_next_edition_from_the_day_of_its_publication_until_it_is_in_force() {
    let folder = folder(&[
        ("p/2026.toml", EDITION),
        ("p/2027.toml", &next_edition()),
        HELD,
        NOTHING,
    ]);
    let mut text = String::new();
    for day in ["2026-09-30", "2026-10-01", "2026-12-31", "2027-01-01"] {
        let out = cairn(
            folder.path(),
            &format!("scorecard e --program test --programs p --as-of {day}"),
        );
        let said = out.lines().find(|l| l.starts_with("Edition "));
        text += &format!("{day}: {}\n", said.unwrap_or("nothing"));
    }
    expect![[r#"
        2026-09-30: nothing
        2026-10-01: Edition 2027 comes into force on 1 Jan 2027 (in 92 days); `cairn diff test@2026 test@2027` lists
        2026-12-31: Edition 2027 comes into force on 1 Jan 2027 (tomorrow); `cairn diff test@2026 test@2027` lists what
        2027-01-01: nothing
    "#]].assert_eq(&text);
}

#[test]
fn a_refused_enrollment_leaves_open_which_level_is_held() {
    let folder = folder(&[
        ("p/2026.toml", EDITION),
        (
            "e/enrollments.csv",
            "program,level,since\ntest,glod,2026-01-01\n",
        ),
        NOTHING,
    ]);
    expect![[r#"
        Test Program (made-up), your company                                      edition 2026 · 22 Nov 2026

        Which level you hold is open: row 2 of `enrollments.csv` (`glod` is no level of `test`) was refused.
        For Gold you are short of launches (1 more).

                                  Reach Gold, if not held
          Launches                short 0 of 1  1 more

        Evidence, with its newest day: opportunities, no row.
    "#]].assert_eq(&cairn(
        folder.path(),
        "scorecard e --program test --programs p --as-of 2026-11-22",
    ));
}

#[test]
fn a_last_review_that_lies_ahead_is_not_asked_for_again() {
    let since = EDITION.replace("in trailing 12 months", "in since last-review");
    let folder = folder(&[
        ("p/2026.toml", &since),
        (
            "e/enrollments.csv",
            "program,level,since,last_review_on,next_review_on\ntest,gold,2026-01-01,2026-11-23,2027-03-01\n",
        ),
        (
            "e/opportunities.csv",
            "opportunity,stage,launched_on\no1,launched,2026-06-01\n",
        ),
    ]);
    news(
        folder.path(),
        &["2026-11-22", "2026-11-23"],
        expect![[r#"
        2026-11-22 (last review null, next 2027-03-01): You hold Gold. Whether you renew it at the review of 1 March 2027, in 99 days is open, for `last_review_on` in `enrollments` says 23 November 2026, which lies ahead: correct it.
        2026-11-23 (last review 2026-11-23, next 2027-03-01): You hold Gold. Since your last review of 23 November 2026 there are no launches: you would not renew it at the review of 1 March 2027, in 98 days; you would fall to the highest level that you still retain after 90 days.
    "#]],
    );
}

#[test]
fn a_level_that_is_asked_for_at_reviews_can_be_asked_for_on_their_days_alone() {
    let asked = EDITION
        .replace("levels    = [\"gold\"]", "levels    = [\"silver\", \"gold\"]")
        .replace("gold = 1", "silver = 0, gold = 1")
        .replace(
            "promote = { on = \"any day\" }",
            "promote = { on = \"review\", by = \"application\", effective = \"next month\" }\nrenew = { opens = \"60 days\", closes = \"30 days\" }",
        );
    let folder = folder(&[
        ("p/2026.toml", &asked),
        (
            "e/enrollments.csv",
            "program,level,since\ntest,silver,2026-01-01\n",
        ),
        (
            "e/opportunities.csv",
            "opportunity,stage,launched_on\no1,launched,2026-02-01\n",
        ),
    ]);
    let status = |day: &str| {
        let told = json(
            folder.path(),
            &format!("timeline e --program test --programs p --as-of {day}"),
        );
        told["status"].to_string()
    };
    // On the review of 1 January 2027 the launch of 1 February 2026 still counts.
    expect![[r#"[{"on":"2026-01-01","what":"stated","level":"silver","more":null},{"on":"2027-01-01","what":"renewed","level":"silver","more":{"review":"2027-01-01"}},{"on":"2027-01-01","what":"may-be-asked-for","level":"silver","more":{"level":"gold"}}]"#]].assert_eq(&status("2026-11-22"));
}

#[test]
fn a_review_with_a_window_for_renewal_is_open_until_the_window_closes() {
    let renewed = EDITION.replace(
        "grace ",
        "renew   = { opens = \"60 days\", closes = \"30 days\" }\ngrace ",
    );
    let folder = folder(&[("p/2026.toml", &renewed), HELD, NOTHING]);
    news(
        folder.path(),
        &["2027-01-01", "2027-01-30", "2027-01-31", "2027-02-01"],
        expect![[r#"
            2027-01-01 (last review 2026-01-01, next 2027-01-01): You hold Gold. Over the last 12 months there are no launches: you would not renew it at the review of 1 January 2027, today, which can be passed until 31 January 2027; you would fall to the highest level that you still retain after 90 days.
            2027-01-30 (last review 2027-01-01, next 2027-01-01): You hold Gold. Over the last 12 months there are no launches: you would not renew it at the review of 1 January 2027, 29 days ago, which can be passed until 31 January 2027; you would fall to the highest level that you still retain after 90 days.
            2027-01-31 (last review 2027-01-01, next 2027-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 May 2027, in 90 days, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
            2027-02-01 (last review 2027-01-01, next 2028-01-01): Your review of 1 January 2027 was not passed; Gold ends on 1 May 2027, in 89 days, and no level is left, unless on that day you meet what entering it asks: today you are short of launches (1 more).
        "#]],
    );
    let told = cairn(
        folder.path(),
        "timeline e --program test --programs p --as-of 2027-02-01",
    );
    let failed = told.lines().find(|l| l.contains("failed"));
    expect!["  31 Jan 2027  review of 1 Jan 2027 failed, Gold not renewed; lost on 1 May 2027"]
        .assert_eq(failed.unwrap_or_default());
}

#[test]
fn a_population_names_the_level_that_its_verdicts_are_about() {
    let program = EDITION
        .replace("levels    = [\"gold\"]", "levels    = [\"silver\", \"gold\"]")
        .replace("gold = 1", "silver = 1, gold = 2")
        .replace(
            "[lifecycle]",
            "kept = { title = \"Kept\", measure = \"count opportunities\", at_least = { silver = 9 }, asked = \"retain\", cite = \"guide\" }\ntop = { title = \"Top\", measure = \"count opportunities\", at_least = { gold = 2 }, cite = \"guide\" }\n[lifecycle]",
        );
    let folder = folder(&[
        ("p/2026.toml", &program),
        (
            "e/opportunities.csv",
            "partner,opportunity,stage,launched_on\na,o1,launched,2026-02-01\nb,o2,open,\n",
        ),
    ]);
    for (ask, expected) in [
        (
            "enter",
            expect![[r#"
        partner,level,level_most,judged_at,launches,launches:most,launches:verdict,kept,kept:most,kept:verdict,top,top:most,top:verdict
        a,silver,silver,gold,1,1,short,1,1,not-asked,1,1,short
        b,,,silver,0,0,short,0,0,not-asked,0,0,not-asked
    "#]],
        ),
        (
            "retain",
            expect![[r#"
        partner,level,level_most,judged_at,launches,launches:most,launches:verdict,kept,kept:most,kept:verdict,top,top:most,top:verdict
        a,,,silver,1,1,met,1,1,short,1,1,not-asked
        b,,,silver,0,0,short,0,0,short,0,0,not-asked
    "#]],
        ),
    ] {
        expected.assert_eq(&cairn(
            folder.path(),
            &format!("evaluate e --program test --programs p --as-of 2026-11-22 --question {ask} --full --out -"),
        ));
    }
}

#[test]
fn an_explanation_lists_the_answers_and_what_contradicts_them() {
    let program = r#"
program   = "test"
edition   = "2026"
title     = "Test Model (made-up)"
in_force  = { from = 2026-01-01 }
levels    = ["ready"]
source    = { guide = { title = "Guide", from = "Test", read = "original" } }
level     = { ready = { title = "Ready" } }
[question]
plan   = { title = "A written plan", answer = "1 to 5", cite = "guide" }
people = { title = "Certified people", answer = "number", evidence = "count distinct person of credentials", cite = "guide" }
[requirement]
both = { title = "Plan and people", measure = "average(plan, people)", at_least = { ready = 5 }, cite = "guide" }
"#;
    let answers = "program,question,answered_on,answer,note\ntest,plan,2026-02-10,2,first draft\ntest,plan,2026-03-10,4,\n";
    let asked = |answers: &str, people: Option<&str>, day: &str| {
        let mut files = vec![
            ("p/2026.toml", program),
            ("e/answers.csv", answers),
            (
                "e/credentials.csv",
                "person,credential,earned_on\nada,solutions-architect-associate,2025-05-01\n",
            ),
        ];
        files.extend(people.map(|p| ("e/people.csv", p)));
        let folder = folder(&files);
        cairn(
            folder.path(),
            &format!("explain e --program test --programs p --as-of {day} --row both"),
        )
    };
    let contradicted = format!("{answers}test,people,2026-03-10,7,\n");
    let people = "person,registered_on\nada,2024-01-01\n";
    let mut text = asked(&contradicted, Some(people), "2026-03-09");
    text += "\n";
    text += &asked(&contradicted, Some(people), "2026-03-10");
    expect![[r#"
        Test Model (made-up), your company  edition 2026 · 9 Mar 2026

        Plan and people to reach Ready: unknown ? of 5
          What enters: plan 2 and people ?. By the records at hand it turns met on 10 March 2026, tomorrow.
          To know: answer people.
          § guide
          Rests on 2 answers
            plan: 2, 10 Feb 2026 (A written plan; e/answers.csv, row 2), “first draft”
            people: not answered (Certified people)

        Test Model (made-up), your company  edition 2026 · 10 Mar 2026

        Plan and people to reach Ready: met 5.5 of 5
          § guide
          Rests on 2 answers
            plan: 4, 10 Mar 2026 (A written plan; e/answers.csv, row 3)
            people: 7, 10 Mar 2026 (Certified people; e/answers.csv, row 4)
              contradicted by the evidence, which shows 1
              ada, solutions-architect-associate  1 May 2025
    "#]].assert_eq(&text);
}

#[test]
fn a_holder_that_is_not_known_is_never_supplied_or_of_a_refused_row() {
    let program = EDITION.replace(
        "count opportunities in trailing 12 months where stage = launched",
        "count distinct person of credentials",
    );
    let mut text = String::new();
    for people in [None, Some("person,registered_on\nbo,once\n")] {
        let mut files = vec![
            ("p/2026.toml", program.as_str()),
            (
                "e/credentials.csv",
                "person,credential,earned_on\nada,solutions-architect-associate,2025-05-01\n",
            ),
        ];
        files.extend(people.map(|p| ("e/people.csv", p)));
        let folder = folder(&files);
        text += &cairn(
            folder.path(),
            "explain e --program test --programs p --as-of 2026-11-22",
        );
        text += "\n";
    }
    expect![[r#"
        Test Program (made-up), your company  edition 2026 · 22 Nov 2026

        Launches to reach Gold: unknown 0 to 1 of 1
          What is missing is 0 to 1. To know: supply people.
          § guide
          Counted: none
          Not counted, 1 record
            ada, solutions-architect-associate  1 May 2025  people were never supplied; it may count
          Convention: a record no longer counts on the day that ends it (ours).

        Test Program (made-up), your company  edition 2026 · 22 Nov 2026

        Launches to reach Gold: unknown 0 to 1 of 1
          What is missing is 0 to 1. To know: mend the refused row of people.
          § guide
          Counted: none
          Not counted, 1 record
            ada, solutions-architect-associate  1 May 2025  a refused row of people may be its own; it may
                                                            count
          Convention: a record no longer counts on the day that ends it (ours).

    "#]].assert_eq(&text);
}
