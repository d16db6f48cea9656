//! §5: "Exact boundaries", from the latest enrollment fact on.

use super::{edition, world};

/// Levels `low` and `high`: one project is enough for the first and two for the second, in the window that each
/// question has.
fn program(lifecycle: &str) -> String {
    edition(
        "acme",
        &format!(
            "levels = [\"low\", \"high\"]\n[period]\nenter = \"trailing 12 months\"\nretain = \"since last-review\"\n[requirement]\ndone = {{ measure = \"count projects in period\", at_least = {{ low = 1, high = 2 }} }}\n{lifecycle}"
        ),
    )
}

#[track_caller]
fn projected(
    lifecycle: &str,
    enrollment: &str,
    days: &[&str],
    until: &str,
    assumed: &[(&str, &str)],
    expected: &[&str],
) {
    let enrolled = format!("level, since, last_review_on, next_review_on\n{enrollment}");
    let mut projects = "project, completed_on".to_owned();
    for (at, day) in days.iter().enumerate() {
        projects += &format!("\nx{at}, {day}");
    }
    let tables = [("enrollments", enrolled.as_str()), ("projects", &projects)];
    let mut w = world(&[program(lifecycle)], &tables);
    for (key, value) in assumed {
        w.assumptions.assume.insert((*key).into(), (*value).into());
    }
    assert_eq!(w.projection(until), expected);
}

const REVIEWED: &str = "[lifecycle]\nreview = { every = \"1 year\" }\npromote = { on = \"never\" }\ndemote = { on = \"review\" }\ngrace = \"0 days\"";

#[test]
fn a_review_judges_with_the_mark_as_it_was_before_and_then_becomes_it() {
    // Reviewed each 15 March. The project of the first review's own day counts for it, and not for the second.
    projected(
        REVIEWED,
        "low, 2020-03-15, 2021-03-15, 2022-03-15",
        &["2022-03-15"],
        "2024-01-01",
        &[],
        &["2020-03-15 low enrolled", "2023-03-15 none demoted"],
    );
    // The project of the day before the mark does not count.
    projected(
        REVIEWED,
        "low, 2020-03-15, 2021-03-15, 2022-03-15",
        &["2021-03-15"],
        "2024-01-01",
        &[],
        &["2020-03-15 low enrolled", "2022-03-15 none demoted"],
    );
}

#[test]
fn a_failed_review_falls_to_the_highest_level_that_is_retained() {
    projected(
        REVIEWED,
        "high, 2020-03-15, 2021-03-15, 2022-03-15",
        &["2022-01-01"],
        "2022-12-31",
        &[],
        &["2020-03-15 high enrolled", "2022-03-15 low demoted"],
    );
}

#[test]
fn the_day_on_which_grace_ends_is_the_first_below() {
    let grace = REVIEWED.replace("0 days", "30 days");
    projected(
        &grace,
        "low, 2020-03-15, 2021-03-15, 2022-03-15",
        &[],
        "2022-04-14",
        &[],
        &["2020-03-15 low enrolled", "2022-04-14 none demoted"],
    );
    projected(
        &grace,
        "low, 2020-03-15, 2021-03-15, 2022-03-15",
        &[],
        "2022-04-13",
        &[],
        &["2020-03-15 low enrolled"],
    );
}

#[test]
fn what_is_not_published_is_said_and_may_be_assumed() {
    let silent = "[lifecycle]\nreview = { every = \"not published\" }\npromote = { on = \"never\" }\ndemote = { on = \"review\", to = \"not published\" }\ngrace = \"not published\"";
    let row = "low, 2020-03-15, 2021-03-15, 2022-03-15";
    projected(
        silent,
        row,
        &[],
        "2024-01-01",
        &[],
        &[
            "2020-03-15 low enrolled",
            "2022-03-15 low not published: demote.to, grace",
        ],
    );
    projected(
        silent,
        row,
        &[],
        "2024-01-01",
        &[("acme.grace", "30 days")],
        &[
            "2020-03-15 low enrolled",
            "2022-03-15 low not published: demote.to",
        ],
    );
    projected(
        silent,
        row,
        &[],
        "2024-01-01",
        &[("acme.grace", "30 days"), ("acme.demote.to", "none")],
        &["2020-03-15 low enrolled", "2022-04-14 none demoted"],
    );
    // Without `every` the one review that the evidence names is the only one.
    projected(
        silent,
        row,
        &["2021-06-01"],
        "2026-01-01",
        &[],
        &["2020-03-15 low enrolled"],
    );
    projected(
        silent,
        row,
        &["2021-06-01"],
        "2026-01-01",
        &[("acme.review.every", "1 year")],
        &[
            "2020-03-15 low enrolled",
            "2023-03-15 low not published: demote.to, grace",
        ],
    );
}

#[test]
fn promotion_takes_effect_when_the_program_says() {
    let row = "low, 2022-01-01, ,";
    let days = ["2022-02-01", "2022-02-10"];
    for (promote, expected) in [
        ("{ on = \"any day\" }", "2022-02-10 high promoted"),
        ("{ on = \"month end\" }", "2022-02-28 high promoted"),
        ("{ on = [\"03-31\"] }", "2022-03-31 high promoted"),
        (
            "{ on = \"any day\", effective = \"next month\" }",
            "2022-03-01 high promoted",
        ),
        (
            "{ on = \"any day\", effective = \"30 days\" }",
            "2022-03-12 high promoted",
        ),
        (
            "{ on = \"any day\", by = \"application\" }",
            "2022-02-10 high eligible",
        ),
        ("{ on = \"not published\" }", "2022-02-10 high eligible"),
        ("{ on = \"review\" }", "2022-12-31 high promoted"),
    ] {
        let lifecycle = format!(
            "[lifecycle]\nreview = {{ on = [\"12-31\"] }}\npromote = {promote}\ndemote = {{ on = \"never\" }}"
        );
        projected(
            &lifecycle,
            row,
            &days,
            "2022-12-31",
            &[],
            &["2022-01-01 low enrolled", expected],
        );
    }
}

#[test]
fn a_demotion_comes_before_a_promotion_of_the_same_day() {
    let lifecycle = "[lifecycle]\nreview = { on = [\"03-15\"] }\npromote = { on = \"any day\" }\ndemote = { on = \"review\" }\ngrace = \"0 days\"";
    // Nothing since the review that was recorded, so that `low` is lost on the 15th of March 2023; the project of the same
    // twelve months still enters it.
    projected(
        lifecycle,
        "low, 2022-06-01, 2022-12-01,",
        &["2022-11-01"],
        "2023-03-31",
        &[],
        &[
            "2022-06-01 low enrolled",
            "2023-03-15 none demoted",
            "2023-03-15 low promoted",
        ],
    );
}

#[test]
fn nothing_between_reviews_demotes_where_only_reviews_do() {
    let daily = "[lifecycle]\npromote = { on = \"never\" }\ndemote = { on = \"any day\", to = \"none\", effective = \"next month\" }\ngrace = \"0 days\"";
    // No review is known yet, so that a project counts or not, and every day asks.
    projected(
        daily,
        "low, 2021-01-01, 2022-01-01,",
        &["2020-06-01"],
        "2021-12-31",
        &[],
        &["2021-01-01 low enrolled", "2021-01-01 low open"],
    );
    projected(
        REVIEWED,
        "low, 2022-01-01, 2022-01-01, 2023-01-01",
        &[],
        "2022-12-31",
        &[],
        &["2022-01-01 low enrolled"],
    );
    // Since the review of 1 January nothing: judged on any day, lost from the month after.
    projected(
        daily,
        "low, 2022-01-01, 2022-01-01,",
        &[],
        "2022-12-31",
        &[],
        &["2022-01-01 low enrolled", "2022-02-01 none demoted"],
    );
}

#[test]
fn some_do_not_lose_a_level_before_a_day() {
    let protect = |who: &str| {
        format!(
            "{REVIEWED}\n[[lifecycle.protect]]\nlevel = \"low\"\nwho = \"{who}\"\nuntil = 2022-09-01"
        )
    };
    for (who, lost) in [("yes", "2022-09-01"), ("no", "2022-03-15")] {
        let expected = format!("{lost} none demoted");
        projected(
            &protect(who),
            "low, 2020-03-15, 2021-03-15, 2022-03-15",
            &[],
            "2022-12-31",
            &[],
            &["2020-03-15 low enrolled", &expected],
        );
    }
    projected(
        &protect("exists tickets"),
        "low, 2020-03-15, 2021-03-15, 2022-03-15",
        &[],
        "2022-12-31",
        &[],
        &["2020-03-15 low enrolled", "2022-03-15 low open"],
    );
}

#[test]
fn passing_on_any_day_of_the_renewal_window_renews() {
    let renew = format!("{REVIEWED}\nrenew = {{ opens = \"60 days\", closes = \"30 days\" }}");
    let row = "low, 2020-03-15, 2021-03-15, 2022-03-15";
    // 29 days late, judged with the mark as it was: renewed. 30 days late: the day no longer counts.
    projected(
        &renew,
        row,
        &["2022-04-13"],
        "2022-12-31",
        &[],
        &["2020-03-15 low enrolled"],
    );
    projected(
        &renew,
        row,
        &["2022-04-14"],
        "2022-12-31",
        &[],
        &["2020-03-15 low enrolled", "2022-04-14 none demoted"],
    );
    // Retained on a day before the review, though no longer on it.
    // Sixty days before the 15th of March is the 14th of January: who still passed on that day has renewed.
    let text = program(&format!(
        "{renew}\n[level.low]\nretain = \"exists credentials\""
    ));
    let enrolled = format!("level, since, last_review_on, next_review_on\n{row}");
    let people = ("people", "person, registered_on\np1, 2020-01-01");
    for (expires, expected) in [
        (
            "2022-01-14",
            vec!["2020-03-15 low enrolled", "2022-04-14 none demoted"],
        ),
        ("2022-01-15", vec!["2020-03-15 low enrolled"]),
    ] {
        let held =
            format!("person, credential, earned_on, expires_on\np1, junior, 2021-01-01, {expires}");
        let tables = [
            people,
            ("enrollments", enrolled.as_str()),
            ("credentials", &held),
            ("projects", ""),
        ];
        let w = world(std::slice::from_ref(&text), &tables);
        assert_eq!(w.projection("2022-12-31"), expected);
    }
}

#[test]
fn a_review_without_evidence_is_open() {
    let enrolled =
        "level, since, last_review_on, next_review_on\nlow, 2020-03-15, 2021-03-15, 2022-03-15";
    let w = world(&[program(REVIEWED)], &[("enrollments", enrolled)]);
    assert_eq!(
        w.projection("2022-12-31"),
        ["2020-03-15 low enrolled", "2022-03-15 low open"]
    );
}
