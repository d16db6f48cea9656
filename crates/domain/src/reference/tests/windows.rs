//! §2, "Windows", `before`, `held` and `once`; conventions 6, 7, 24 and 25.

use super::{edition, measures, number_of, world};
use crate::program::Ask;

const ONE: (&str, &str) = ("projects", "project, completed_on\nx1, 2022-01-31");

#[test]
fn trailing_leaves_its_first_day_out() {
    let w = measures(
        &[
            ("year", "count projects in trailing 12 months"),
            ("month", "count projects in trailing 1 month"),
            ("week", "count projects in trailing 1 week"),
        ],
        &[ONE],
    );
    w.is(
        "year",
        &[
            ("2022-01-30", "0"),
            ("2022-01-31", "1"),
            ("2023-01-30", "1"),
            ("2023-01-31", "0"),
        ],
    );
    // The 31st of January leaves a month on the 1st of March: a month back from the 28th is the 28th.
    w.is("month", &[("2022-02-28", "1"), ("2022-03-01", "0")]);
    w.is("week", &[("2022-02-06", "1"), ("2022-02-07", "0")]);
}

#[test]
fn a_window_from_a_day_has_that_day_in_it() {
    let w = measures(
        &[
            ("on", "count projects in from 2022-01-31"),
            ("after", "count projects in from 2022-02-01"),
        ],
        &[ONE],
    );
    w.is("on", &[("2022-03-01", "1")]);
    w.is("after", &[("2022-03-01", "0")]);
}

#[test]
fn this_unit_and_those_before_begin_on_their_first_day() {
    let w = measures(
        &[
            ("month", "count projects in this month"),
            ("five", "count projects in this month and 5 before"),
            ("week", "count projects in this week"),
            ("quarter", "count projects in this quarter"),
        ],
        &[ONE],
    );
    w.is("month", &[("2022-01-31", "1"), ("2022-02-01", "0")]);
    w.is("five", &[("2022-06-30", "1"), ("2022-07-01", "0")]);
    // 31 January 2022 is a Monday, on which weeks begin.
    w.is("week", &[("2022-02-06", "1"), ("2022-02-07", "0")]);
    w.is("quarter", &[("2022-03-31", "1"), ("2022-04-01", "0")]);
}

#[test]
fn whole_units_end_before_the_one_that_holds_the_day() {
    let w = measures(
        &[
            ("month", "count projects in last 1 whole month"),
            ("quarters", "count projects in last 4 whole quarters"),
        ],
        &[ONE],
    );
    w.is(
        "month",
        &[
            ("2022-01-31", "0"),
            ("2022-02-01", "1"),
            ("2022-02-28", "1"),
            ("2022-03-01", "0"),
        ],
    );
    w.is(
        "quarters",
        &[
            ("2022-03-31", "0"),
            ("2022-04-01", "1"),
            ("2023-03-31", "1"),
            ("2023-04-01", "0"),
        ],
    );
}

#[test]
fn a_fiscal_year_begins_where_the_program_says() {
    let text = "levels = []\n[calendar]\nfiscal_year = \"02-01\"\n[measure]\nyear = { is = \"count projects in this fiscal year\" }\nold = { is = \"count projects in last 1 whole fiscal year\" }";
    let w = world(&[edition("acme", text)], &[ONE]);
    w.is("year", &[("2022-01-31", "1"), ("2022-02-01", "0")]);
    w.is(
        "old",
        &[
            ("2022-01-31", "0"),
            ("2022-02-01", "1"),
            ("2023-01-31", "1"),
            ("2023-02-01", "0"),
        ],
    );
}

#[test]
fn beyond_the_printed_fiscal_months_a_window_has_none_at_least_and_all_at_most() {
    let text = "levels = []\n[calendar]\nfiscal_months = [\"2022-01-02\", \"2022-01-30\", \"2022-02-27\"]\n[measure]\nmonth = { is = \"count projects in this fiscal month\" }";
    let w = world(&[edition("acme", text)], &[ONE]);
    w.is(
        "month",
        &[
            ("2022-01-31", "1"),
            ("2022-02-26", "1"),
            ("2022-02-27", "0 to 1"),
        ],
    );
}

#[test]
fn the_last_review_is_empty_on_its_own_day_and_judges_by_the_one_before_on_a_review_day() {
    let text = "levels = [\"first\"]\n[lifecycle]\nreview = { every = \"1 year\" }\n[measure]\nmarked = { is = \"count projects in since last-review\" }";
    let projects = (
        "projects",
        "project, completed_on\nx1, 2021-03-15\nx2, 2021-06-01\nx3, 2022-03-15\nx4, 2022-03-16",
    );
    let enrolled = |row: &str| format!("level, since, last_review_on, next_review_on\n{row}");
    let asked = |row: &str, days: &[(&str, &str)]| {
        let table = enrolled(row);
        world(
            &[edition("acme", text)],
            &[projects, ("enrollments", &table)],
        )
        .is("marked", days);
    };
    // Recorded on the day itself: (15 March, d].
    asked(
        "first, 2020-01-01, 2022-03-15, 2023-03-15",
        &[("2022-03-15", "0"), ("2022-03-16", "1")],
    );
    // A recorded review says nothing about days before it; no other mark is known.
    asked(
        "first, 2020-01-01, 2022-03-15, 2023-03-15",
        &[("2022-03-14", "0 to 2")],
    );
    // Due, but not recorded: on the review day the mark is still the one before.
    asked(
        "first, 2020-01-01, 2021-03-15, 2022-03-15",
        &[
            ("2022-03-15", "2"),
            ("2022-03-16", "1"),
            ("2023-03-15", "1"),
            ("2023-03-16", "0"),
        ],
    );
    // Without `next_review_on` the reviews are counted from the opening.
    asked(
        "first, 2021-05-15, ,",
        &[("2022-05-15", "0 to 4"), ("2022-05-16", "0")],
    );
}

#[test]
fn without_a_mark_a_window_has_none_at_least_and_all_at_most() {
    let w = measures(
        &[
            ("review", "count projects in since last-review"),
            ("enrolled", "count projects in since enrolled"),
            ("kept", "held(since last-review, (count projects) >= 0)"),
        ],
        &[ONE],
    );
    w.is("review", &[("2022-06-01", "0 to 1")]);
    w.is("enrolled", &[("2022-06-01", "0 to 1"), ("2022-01-30", "0")]);
    w.is("kept", &[("2022-06-01", "0 to 1")]);
}

#[test]
fn since_enrolled_counts_from_the_earliest_enrollment() {
    let w = measures(
        &[("enrolled", "count projects in since enrolled")],
        &[
            (
                "projects",
                "project, completed_on\nx1, 2020-01-01\nx2, 2020-01-02\nx3, 2021-07-01",
            ),
            (
                "enrollments",
                "level, since\nfirst, 2020-01-01\n, 2021-01-01",
            ),
        ],
    );
    w.is("enrolled", &[("2021-07-01", "2")]);
}

#[test]
fn an_enrollment_that_is_still_to_come_says_nothing() {
    let w = measures(
        &[("enrolled", "count projects in since enrolled")],
        &[
            ("projects", "project, completed_on\nx1, 2019-06-01"),
            ("enrollments", "level, since\nfirst, 2020-01-01"),
        ],
    );
    // As if there were none: what opened may lie after it, as far as anybody knows on that day.
    w.is("enrolled", &[("2019-12-31", "0 to 1"), ("2020-01-01", "0")]);
}

/// Projects since the last review, where reviews fall as the lifecycle says.
fn reviewed(review: &str, enrolled: &str, projects: &[&str], days: &[(&str, &str)]) {
    let text = format!(
        "levels = [\"first\"]\n[lifecycle]\nreview = {{ {review} }}\n[measure]\nmarked = {{ is = \"count projects in since last-review\" }}"
    );
    let mut done = "project, completed_on".to_owned();
    for (at, day) in projects.iter().enumerate() {
        done += &format!("\nx{at}, {day}");
    }
    let enrolled = format!("level, since, last_review_on, next_review_on\n{enrolled}");
    let tables = [("projects", &*done), ("enrollments", &*enrolled)];
    world(&[edition("acme", &text)], &tables).is("marked", days);
}

#[test]
fn until_a_recorded_review_comes_the_others_are_counted_without_it() {
    reviewed(
        "every = \"1 year\"",
        "first, 2020-01-15, 2022-06-01, ",
        &["2020-06-01", "2021-06-01", "2022-03-01", "2023-03-01"],
        &[
            // No review yet, then those of each 15th of January …
            ("2021-01-15", "0 to 1"),
            ("2021-01-16", "0"),
            ("2022-01-15", "1"),
            ("2022-01-16", "0"),
            ("2022-05-31", "1"),
            // … and from the recorded one on those of each 1st of June.
            ("2022-06-01", "0"),
            ("2023-06-01", "1"),
            ("2023-06-02", "0"),
        ],
    );
}

#[test]
fn reviews_are_counted_from_the_field_that_after_names_whatever_was_recorded() {
    reviewed(
        "every = \"1 year\", after = \"since\"",
        "first, 2020-01-15, 2022-06-01, ",
        &["2022-12-01"],
        &[("2023-01-15", "1"), ("2023-01-16", "0")],
    );
}

#[test]
fn reviews_are_counted_from_one_day_so_that_the_last_of_a_month_does_not_wander() {
    // 31 March, 30 September, and 31 March again.
    reviewed(
        "every = \"6 months\"",
        "first, 2023-03-31, , ",
        &["2024-03-31"],
        &[("2024-03-31", "1"), ("2024-04-01", "0")],
    );
}

#[test]
fn a_next_review_goes_before_the_rhythm_and_stands_beside_the_days_of_the_year() {
    reviewed(
        "on = [\"07-31\"]",
        "first, 2022-01-01, , 2022-10-15",
        &["2022-07-31", "2022-08-01", "2022-10-15"],
        &[
            ("2022-07-31", "0 to 1"),
            ("2022-08-01", "1"),
            ("2022-10-15", "2"),
            ("2022-10-16", "0"),
            ("2023-08-01", "0"),
        ],
    );
}

#[test]
fn period_is_what_the_question_binds() {
    let text = "levels = [\"first\"]\n[period]\nenter = \"trailing 12 months\"\nretain = \"since last-review\"\n[requirement]\ndone = { measure = \"count projects in period\", at_least = { first = 1 } }";
    let tables = [
        ONE,
        (
            "enrollments",
            "level, since, last_review_on\nfirst, 2020-01-01, 2022-02-01",
        ),
    ];
    let w = world(&[edition("acme", text)], &tables);
    assert_eq!(
        w.column(Ask::Enter, "first", "2022-03-01"),
        "met: done 1 of 1 met"
    );
    assert_eq!(
        w.column(Ask::Retain, "first", "2022-03-01"),
        "short: done 0 of 1 short"
    );
    let window = w.ask(|r, p| {
        r.column(p, Ask::Retain, "first", super::day("2022-03-01"))
            .window
    });
    assert_eq!(
        window.and_then(|w| w.after).map(|d| d.to_string()),
        Some("2022-02-01".into())
    );
}

#[test]
fn before_asks_the_same_that_much_earlier() {
    let w = measures(
        &[
            ("now", "count projects"),
            ("earlier", "before(12 months, now)"),
            ("growth", "now - earlier"),
            ("asked", "before(1 month, day)"),
        ],
        &[(
            "projects",
            "project, completed_on\nx1, 2020-06-30\nx2, 2021-06-30",
        )],
    );
    w.is(
        "growth",
        &[
            ("2021-06-29", "1"),
            ("2021-06-30", "1"),
            ("2022-06-30", "0"),
        ],
    );
    w.is("asked", &[("2022-03-31", number_of("2022-02-28").as_str())]);
}

#[test]
fn held_asks_every_day_of_its_window_and_once_any() {
    let w = measures(
        &[
            (
                "kept",
                "held(trailing 1 month, (count usage where seats >= 5) >= 1)",
            ),
            (
                "ever",
                "once(trailing 1 month, (count usage where seats >= 5) >= 1)",
            ),
            ("unknown", "held(trailing 1 month, (count tickets) >= 1)"),
            (
                "mixed",
                "held(trailing 1 month, (count usage where seats >= 5) >= 1 and (count tickets) >= 1)",
            ),
            (
                "closed",
                "held(last 1 whole month, (count usage where seats >= 5) >= 1)",
            ),
        ],
        &[(
            "usage",
            "customer, product, read_on, seats\nc, x, 2022-01-01, 5\nc, x, 2022-03-10, 4\nc, x, 2022-03-11, 5",
        )],
    );
    // (31 December, 31 January] begins on the day of the first reading.
    w.is(
        "kept",
        &[
            ("2022-01-30", "0"),
            ("2022-01-31", "1"),
            ("2022-03-09", "1"),
            ("2022-03-10", "0"),
        ],
    );
    w.is("kept", &[("2022-04-09", "0"), ("2022-04-10", "1")]);
    w.is(
        "ever",
        &[
            ("2021-12-31", "0"),
            ("2022-01-01", "1"),
            ("2022-03-10", "1"),
        ],
    );
    // Tickets were never supplied: unknown on each day; one no is no all the same.
    w.is("unknown", &[("2022-02-01", "0 to 1")]);
    w.is("mixed", &[("2022-02-01", "0 to 1"), ("2022-03-10", "0")]);
    // The whole month before: its window does not hold the day itself.
    w.is(
        "closed",
        &[
            ("2022-02-28", "1"),
            ("2022-03-10", "1"),
            ("2022-04-01", "0"),
            ("2022-01-31", "0"),
        ],
    );
}

#[test]
fn over_no_day_held_and_once_are_not_applicable() {
    let w = measures(
        &[
            ("kept", "held(since enrolled, (count projects) >= 9)"),
            ("ever", "once(since enrolled, (count projects) >= 0)"),
        ],
        &[ONE, ("enrollments", "level, since\nfirst, 2022-05-01")],
    );
    w.is(
        "kept",
        &[("2022-05-01", "not applicable"), ("2022-05-02", "0")],
    );
    w.is(
        "ever",
        &[("2022-05-01", "not applicable"), ("2022-05-02", "1")],
    );
}

#[test]
fn a_date_field_is_tested_by_a_window_and_an_empty_one_is_in_none() {
    let w = measures(
        &[
            ("inside", "count readings where due_on in trailing 1 month"),
            ("out", "count readings where due_on not in trailing 1 month"),
            ("late", "count readings where due_on < day"),
            ("not-today", "count readings where due_on != day"),
            ("soon", "count readings where due_on <= day + 1 month"),
        ],
        &[(
            "readings",
            "reading, read_on, due_on\nr1, 2022-01-01, 2022-02-01\nr2, 2022-01-01,",
        )],
    );
    w.is(
        "inside",
        &[
            ("2022-01-31", "0"),
            ("2022-02-01", "1"),
            ("2022-02-28", "1"),
            ("2022-03-01", "0"),
        ],
    );
    w.is("out", &[("2022-02-01", "1"), ("2022-03-01", "2")]);
    w.is("late", &[("2022-02-01", "0"), ("2022-02-02", "1")]);
    w.is("not-today", &[("2022-02-01", "1"), ("2022-02-02", "2")]);
    w.is("soon", &[("2022-01-01", "1"), ("2022-02-01", "1")]);
}

#[test]
fn an_assumed_rhythm_of_reviews_moves_the_mark_as_a_published_one_would() {
    let text = |every: &str| {
        edition(
            "acme",
            &format!(
                "levels = [\"low\"]\n[lifecycle]\nreview = {{ every = \"{every}\" }}\n[measure]\nrecent = {{ is = \"count readings in since last-review\" }}"
            ),
        )
    };
    let tables = [
        ("enrollments", "level, since\nlow, 2021-01-15"),
        (
            "readings",
            "reading, read_on\nr1, 2021-07-16\nr2, 2022-01-15\nr3, 2022-01-16",
        ),
    ];
    // Marks on 15 July and 15 January; on a review day itself the one before still stands.
    let published = world(&[text("6 months")], &tables);
    let mut assumed = world(&[text("not published")], &tables);
    let key = "acme.review.every".to_owned();
    assumed
        .assumptions
        .assume
        .insert(key, "6 months".to_owned());
    for w in [published, assumed] {
        assert_eq!(w.value("recent", "2022-01-15"), "2");
        assert_eq!(w.value("recent", "2022-01-16"), "1");
    }
    // Where it is not published and nothing is assumed, nobody knows when the last one was.
    let silent = world(&[text("not published")], &tables);
    assert_eq!(silent.value("recent", "2022-01-16"), "0 to 3");
}
