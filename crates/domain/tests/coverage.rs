//! How much of every shipped program its worked cases stand on.

mod common;

use cairn_domain::coverage::{Group, State, coverage};
use common::shipped;
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
        ingram-cloud-stages@2018                14/14         4/4           -         1/1           -           -         5/5         2/3
        kpis@2026                                   -       62/62           -         1/1       14/14           -           -         5/5
    "#]].assert_eq(&table());
}

/// Prints what is missing: `cargo test -p cairn-domain --test coverage -- --ignored --nocapture`.
#[test]
#[expect(clippy::print_stdout, reason = "it is run to be read")]
#[ignore = "prints what is missing, for whoever writes cases"]
fn what_no_case_touches() {
    let programs = shipped();
    for edition in &programs.library.editions {
        for item in coverage(&programs, edition).missing() {
            if let State::Missing { what } = &item.state {
                println!("{}: {what}", edition.name());
            }
        }
    }
}
