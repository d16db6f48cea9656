//! How much of every shipped program its worked cases stand on.

mod common;

use std::sync::Arc;

use cairn_domain::cases;
use cairn_domain::coverage::{Coverage, Group, State, coverage, draft};
use cairn_domain::engine::Programs;
use cairn_domain::library::Library;
use cairn_domain::program::Edition;
use common::{shipped, with_program};
use expect_test::expect;

/// A row for each edition, a column for each sort of edge: touched of wanted.
fn table() -> String {
    let programs = shipped();
    let mut lines = vec![format!("{:<33}", "edition")];
    for group in Group::ALL {
        lines[0] += &format!("{:>12}", group.name().split(' ').next().unwrap_or(""));
    }
    for edition in &programs.library.editions {
        let coverage = coverage(&programs, edition);
        let mut line = format!("{:<33}", edition.name());
        for group in Group::ALL {
            let (covered, wanted) = coverage.numbers(Some(group));
            let cell = if wanted == 0 {
                "-".to_owned()
            } else {
                format!("{covered}/{wanted}")
            };
            line += &format!("{cell:>12}");
        }
        lines.push(line);
    }
    lines
        .iter()
        .map(|l| format!("{}\n", l.trim_end()))
        .collect()
}

#[test]
fn the_coverage_of_the_shipped_programs_does_not_fall_unnoticed() {
    expect![[r#"
        edition                            thresholds     windows        list       first        ends    branches    unknowns    readings
        aws-msp-maturity@2025                   46/46         8/8           -         1/1         8/8           -       24/24         3/4
        aws-profitability-framework@2025          8/8         8/8           -         1/1         2/2       12/12         6/6         3/3
        aws-services-path@2022-02               66/66       18/18           -         3/3       12/12           -       15/15         3/3
        aws-services-path@2024-07               58/58       10/10         2/2         2/2       10/10           -       13/13         4/4
        cisco-best-in-class@2010                32/32       12/12           -         1/1         2/2           -       16/16         2/2
        cisco-readiness@2010                        -       10/10           -         1/1         6/6           -           -         2/2
        cisco-ready-to-go@2010                  22/22         6/6           -         1/1         6/6           -       11/11         2/2
        example-assessment@2026                   6/6           -           -         1/1           -           -         2/2           -
        example-capability@2026                   4/4         2/2         2/2         1/1         8/8         8/8         3/3           -
        example-specialization@2026             14/14         6/6           -         1/1       12/12         4/4         7/7           -
        host-or-resell@2010                       2/2           -           -         1/1           -           -         1/1         2/2
        ingram-cloud-stages@2018                14/14         4/4           -         1/1           -           -         5/5         2/2
        kpis@2026                                   -     112/112           -         1/1       14/14           -           -         7/7
    "#]].assert_eq(&table());
}

/// A made-up program without a case.
const SMALL: &str = r#"
program  = "small"
edition  = "2026"
title    = "Small (made-up)"
in_force = { from = 2026-01-01 }
levels   = ["base", "top"]
catalogs = ["example"]
[period]
enter  = "trailing 12 months"
retain = "since last-review"
cite   = "made-up"
[requirement]
launched  = { title = "Launches", measure = "count opportunities in period where stage = launched", at_least = { base = 3 }, cite = "made-up" }
worth     = { title = "Their worth", measure = "sum estimated_mrr of opportunities in period where stage = launched", at_least = { top = "1_500 USD" }, cite = "made-up" }
lost      = { title = "Lost deals", measure = "count opportunities where stage = closed-lost", at_most = { top = 0 }, cite = "made-up" }
plan      = { title = "Plan", test = "exists attestations in this year where kind = business-plan", required = ["base"], cite = "made-up" }
[requirement.certified]
title    = "Certified people"
measure  = "count distinct person of credentials where class = certification"
at_least = { base = 2, top = 5 }
cite     = "made-up"
[requirement.certified.part]
experts = { title = "Professional", of_which = "level >= professional", at_least = { top = 1 }, cite = "made-up" }
[[reading]]
about   = "launched"
printed = ["twelve months", "since the review"]
taken   = "each question has its own period"
"#;

fn small(cases: &str) -> (Arc<Programs>, Coverage) {
    let programs = with_program(&format!("{SMALL}{cases}"));
    let edition = programs.library.edition("small", "2026").expect("it reads");
    let outcome = cases::run(&programs, edition);
    let problems: Vec<String> = outcome.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}\n{cases}", problems.join("\n"));
    let coverage = coverage(&programs, edition);
    (programs, coverage)
}

fn missing(coverage: &Coverage, group: Group) -> String {
    coverage
        .missing()
        .filter(|i| i.group == group)
        .filter_map(|i| match &i.state {
            State::Missing { what } => Some(format!("{what}\n")),
            State::Covered { .. } => None,
        })
        .collect()
}

#[test]
fn what_is_missing_is_said_cell_by_cell() {
    let (_, coverage) = small("");
    expect![[r#"
        launched: no case has 3 of 3 for base
        launched: no case has 2 of 3 for base
        worth: no case has 1_500 USD of 1_500 USD for top
        worth: no case has just below 1_500 USD for top
        lost: no case has 0 of 0 for top
        lost: no case has 1 of 0 for top
        plan: no case has it met for base
        plan: no case has it short for base
        certified: no case has 2 of 2 for base
        certified: no case has 1 of 2 for base
        certified: no case has 5 of 5 for top
        certified: no case has 4 of 5 for top
        experts: no case has 1 of 1 for top
        experts: no case has 0 of 1 for top
    "#]]
    .assert_eq(&missing(&coverage, Group::Threshold));
    expect![[r#"
        launched: no case has opportunities that opened on the last day inside `period` (enter: trailing 12 months) (where stage = launched)
        launched: no case has opportunities that opened on the first day outside `period` (enter: trailing 12 months) (where stage = launched)
        launched: no case has opportunities that opened on the last day inside `period` (retain: since last-review) (where stage = launched)
        launched: no case has opportunities that opened on the first day outside `period` (retain: since last-review) (where stage = launched)
        plan: no case has attestations that opened on the last day inside `this year` (where kind = business-plan)
        plan: no case has attestations that opened on the first day outside `this year` (where kind = business-plan)
    "#]].assert_eq(&missing(&coverage, Group::Window));
}

#[test]
fn a_day_on_which_nothing_is_expected_of_the_row_covers_no_threshold() {
    let at = |expected: &str| {
        format!(
            "[[case]]\ntitle = \"three launches\"\ngiven.opportunities = \"opportunity, stage, launched_on\\no1..o3, launched, 2026-03-01\"\nthen = [{{ on = 2026-03-01, {expected} }}]\n"
        )
    };
    let three = "launched: no case has 3 of 3 for base";
    let (_, silent) = small(&at("values = { plan = \"unknown\" }"));
    assert!(missing(&silent, Group::Threshold).contains(three));
    // Certified people are unknown, so the level does not turn on the launches.
    let (_, other) = small(&at("level = \"\""));
    assert!(missing(&other, Group::Threshold).contains(three));
    let (_, shown) = small(&at("shows = \"row, enter base\\nlaunched, 3 of 3\""));
    assert!(!missing(&shown, Group::Threshold).contains(three));
}

#[test]
fn the_level_covers_the_one_row_that_it_turns_on() {
    let (_, coverage) = small(
        r#"
[[case]]
title = "All but one launch"
empty = ["attestations"]
given.people = "person, registered_on\np1..p2, 2025-01-01"
given.credentials = "person, credential, earned_on\np1..p2, admin-associate, 2025-02-01"
given.attestations = "kind, attested_on\nbusiness-plan, 2026-01-10"
given.opportunities = "opportunity, stage, launched_on\no1..o2, launched, 2026-02-01\no3, launched, 2026-03-01"
then = [{ on = 2026-02-28, level = "" }, { on = 2026-03-01, level = "base" }]
"#,
    );
    let missing = missing(&coverage, Group::Threshold);
    for covered in [
        "2 of 3 for base",
        "3 of 3 for base",
        "2 of 2 for base",
        "it met for base",
    ] {
        assert!(!missing.contains(covered), "{covered}\n{missing}");
    }
    assert!(missing.contains("1 of 2 for base"), "{missing}");
}

#[test]
fn drafts_run_pass_and_make_the_coverage_rise() {
    let (programs, before) = small("");
    let edition = programs.library.edition("small", "2026").expect("it reads");
    let drafts: Vec<String> = before
        .missing()
        .filter_map(|item| draft(&programs, edition, item))
        .collect();
    let (_, after) = small(&drafts.concat());
    expect![[r#"
        0 of 34; thresholds 0 of 14; windows 0 of 6; first and last days 0 of 1; ends 0 of 6; unknowns 0 of 6; readings 0 of 1
        21 of 34; thresholds 14 of 14; windows 6 of 6; first and last days 0 of 1; ends 0 of 6; unknowns 0 of 6; readings 1 of 1
    "#]].assert_eq(&format!("{before}\n{after}\n"));
    expect![[r#"
        [[case]]
        title = "Draft: launched with 3 of 3 for base"
        given.opportunities = """
        opportunity, launched_on, stage
        o1..o3,      2026-02-01,  launched
        """
        [[case.then]]
        on = 2026-02-01
        shows = """
        row,      enter base
        launched, 3 of 3
        """
    "#]]
    .assert_eq(&drafts[0]);
    let left: String = [Group::Threshold, Group::Window]
        .map(|g| missing(&after, g))
        .concat();
    expect![[r#""#]].assert_eq(&left);
}

#[test]
fn two_files_of_one_edition_are_not_taken_for_each_other() {
    let shipped = shipped();
    let mut editions = shipped.library.editions.clone();
    let excerpt = include_str!("language/five-stages.block.toml");
    let (excerpt, _) = Edition::read("excerpt.toml", excerpt);
    let excerpt = Arc::new(excerpt.expect("an edition"));
    for first in [true, false] {
        if first {
            editions.insert(0, excerpt.clone());
        } else {
            editions.rotate_left(1);
        }
        let programs = Arc::new(Programs::new(Arc::new(Library {
            vocabulary: shipped.library.vocabulary.clone(),
            editions: editions.clone(),
            ..Library::default()
        })));
        for edition in &editions {
            if edition.program == excerpt.program {
                cases::run(&programs, edition);
                coverage(&programs, edition);
            }
        }
    }
}

/// Points by amount and by country.
const POINTS: &str = r#"
program  = "points"
edition  = "2026"
title    = "Points (made-up)"
in_force = { from = 2026-01-01 }
levels   = ["low", "mid"]
catalogs = ["example"]
[bands]
value = { rows = [{ below = "1_000 USD", is = 10 }, { from = "1_000 USD", is = 25 }], cite = "made-up" }
[table]
mid-asks = { rows = { AT = 30, else = 25 }, cite = "made-up" }
[requirement]
points = { title = "Points", measure = "sum value(estimated_mrr) of opportunities where stage = launched", at_least = { low = 10, mid = "mid-asks(partner.country)" }, cite = "made-up" }
"#;

fn points(cases: &str) -> String {
    let programs = with_program(&format!("{POINTS}{cases}"));
    let edition = programs
        .library
        .edition("points", "2026")
        .expect("it reads");
    let outcome = cases::run(&programs, edition);
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    let coverage = coverage(&programs, edition);
    [Group::Threshold, Group::Branch]
        .map(|g| missing(&coverage, g))
        .concat()
}

#[test]
fn each_row_of_a_table_and_each_band_of_a_sum_is_an_edge_and_steps_are_taken_as_they_come() {
    expect![[r#"
        points: no case has 10 of 10 for low
        points: no case has 0 of 10 for low
        points: no case has 30 of 30 for mid where partner.country is AT
        points: no case has 25 of 30 for mid where partner.country is AT
        points: no case has 25 of 25 for mid where partner.country is any other word
        points: no case has 20 of 25 for mid where partner.country is any other word
        value: no case has a number in the band that yields 10
        value: no case has a number in the band that yields 25
    "#]]
    .assert_eq(&points(""));
    let case = |country: &str, deals: &str, shows: &str| {
        format!(
            "[[case]]\ntitle = \"{country} {deals}\"\ngiven.partners = \"name, country\\nAcme, {country}\"\ngiven.opportunities = \"opportunity, stage, estimated_mrr, currency, launched_on\\n{deals}\"\nthen = [{{ on = 2026-03-01, shows = \"row, enter low, enter mid\\npoints, {shows}\" }}]\n"
        )
    };
    let small = "o1, launched, 1, USD, 2026-02-01";
    let three = "o1..o3, launched, 1, USD, 2026-02-01";
    let two = "o1..o2, launched, 1, USD, 2026-02-01";
    let large = "o1, launched, 1000, USD, 2026-02-01";
    let none = "o1, open, 1, USD, 2026-02-01";
    let cases = [
        case("AT", small, "10 of 10, 10 of 30"),
        case("AT", three, "30 of 10, 30 of 30"),
        case("AT", large, "25 of 10, 25 of 30"),
    ]
    .concat();
    expect![[r#"
        points: no case has 0 of 10 for low
        points: no case has 25 of 25 for mid where partner.country is any other word
        points: no case has 20 of 25 for mid where partner.country is any other word
    "#]]
    .assert_eq(&points(&cases));
    let cases = [
        cases,
        case("DE", large, "25 of 10, 25 of 25"),
        case("DE", two, "20 of 10, 20 of 25"),
        case("DE", &none.replace("open", "qualified"), "0 of 10, 0 of 25"),
    ]
    .concat();
    assert_eq!(points(&cases), "");
}
