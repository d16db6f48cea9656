//! The table of rules read by hand names cases that exist.

mod common;

use std::path::Path;

use common::shipped;

/// The titles between quotation marks.
fn titles(line: &str) -> Vec<&str> {
    line.split('“')
        .skip(1)
        .map(|rest| rest.split('”').next().unwrap_or(rest))
        .collect()
}

fn table() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules-checked.md");
    std::fs::read_to_string(file).expect("the page is there")
}

#[test]
fn every_case_that_the_page_names_is_in_the_program() {
    let programs = shipped();
    let edition = programs
        .library
        .edition("aws-services-path", "2022-02")
        .expect("it ships");
    let page = table();
    let missing: Vec<&str> = page
        .lines()
        .flat_map(titles)
        .filter(|title| edition.case.iter().all(|c| c.title != *title))
        .collect();
    assert!(missing.is_empty(), "no such case: {}", missing.join("; "));
}

#[test]
fn every_rule_has_a_clause_and_a_case_or_is_left_to_the_vendor() {
    let page = table();
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|l| l.starts_with("| ") && !l.starts_with("| rule"))
        .map(|l| l.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    for row in &rows {
        let [rule, clause, held] = row.as_slice() else {
            panic!("not three cells: {}", row.join(" | "));
        };
        assert!(!clause.is_empty(), "{rule} has no clause");
        assert!(
            !titles(held).is_empty() || held.starts_with("the vendor checks this"),
            "{rule} has neither a case nor the vendor"
        );
    }
    for rule in [
        "K1", "K2", "K3", "K4", "K5", "K6", "K7", "O1", "O2", "O3", "R1", "C1", "P1",
    ] {
        let held = rows
            .iter()
            .any(|row| row[0].starts_with(&format!("**{rule}**")) && !titles(row[2]).is_empty());
        assert!(held, "{rule} is held by no case");
    }
}
