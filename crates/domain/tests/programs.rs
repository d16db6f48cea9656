//! Every shipped program is read, compiled and its cases run.

mod common;

use cairn_domain::cases;
use cairn_domain::diagnostic::Severity;
use common::shipped;

#[test]
fn every_name_and_type_of_the_shipped_programs_is_settled() {
    let programs = shipped();
    let problems: Vec<String> = programs
        .problems
        .iter()
        .flatten()
        .filter(|p| p.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_worked_case_of_the_shipped_programs_holds() {
    let programs = shipped();
    let mut failures = Vec::new();
    let mut checks = 0;
    for edition in &programs.library.editions {
        let outcome = cases::run(&programs, edition);
        checks += outcome.checks;
        failures.extend(outcome.problems.iter().map(ToString::to_string));
    }
    assert!(
        failures.is_empty(),
        "{} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        checks > 1000,
        "only {checks} expectations were held against the engine"
    );
}
