//! The business case against a spreadsheet whose formulas were written by hand and which LibreOffice computed.
//!
//! `tools/spreadsheet by-hand` computes it anew. What it wrote says from which formulas, so that nobody changes the one
//! without the other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cairn_domain::model::compile::Case;
use cairn_domain::model::{self, Outcome};
use sha2::{Digest, Sha256};

fn file(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = folder.join("tests/by-hand").join(name);
    std::fs::read_to_string(path).expect("a file")
}

/// The rows of a CSV whose cells hold no comma.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        line.split(',')
            .map(|c| c.trim_matches('"').to_owned())
            .collect()
    };
    text.lines().map(cells).collect()
}

#[test]
fn the_model_agrees_to_the_cent_with_a_spreadsheet_written_by_hand() {
    let computed = file("business-case.values.csv");
    let (head, computed) = computed.split_once('\n').expect("a head");
    let formulas = format!("{:x}", Sha256::digest(file("business-case.csv")));
    assert!(
        head.ends_with(&formulas),
        "the formulas have changed: run tools/spreadsheet by-hand"
    );
    let rows = rows(computed);

    let text = include_str!("../../../vocabulary/models/business-case.toml");
    let (read, problems) = model::read("vocabulary/models/business-case.toml", text);
    assert_eq!(problems, vec![]);
    let read = read.expect("a model");
    let settings = read.settings();
    let answer = read.run(&settings);

    // The sheet has the inputs that the model has, all of them and no other.
    let number = |text: &str| text.parse::<f64>().ok();
    let inputs: BTreeMap<&str, &Vec<String>> = rows[1..]
        .iter()
        .take_while(|r| !r[0].is_empty())
        .map(|r| (r[0].as_str(), r))
        .collect();
    assert_eq!(inputs.len(), settings.len());
    for (id, setting) in &settings {
        let row = inputs
            .get(id.as_str())
            .unwrap_or_else(|| panic!("no `{id}`"));
        assert_eq!(
            number(&row[1]),
            Some(setting.in_case(Case::Move).to_f64()),
            "{id}"
        );
        assert_eq!(
            number(&row[2]),
            setting.stay.as_ref().map(|s| s.to_f64()),
            "{id}"
        );
    }

    let heads = rows.iter().position(|r| r[0] == "month").expect("heads");
    let months = &rows[heads + 2..heads + 62];
    let mut compared = 0;
    for (column, head) in rows[heads].iter().enumerate() {
        let (id, staying) = match head.strip_suffix(" stay") {
            Some(id) => (id, 1),
            None => (head.as_str(), 0),
        };
        let Some(line) = answer.lines.get(id) else {
            assert!(
                ["month", "gain", "back", "costs"].contains(&id),
                "`{id}` is no line"
            );
            continue;
        };
        for (month, row) in months.iter().enumerate() {
            let theirs = number(&row[column]).expect("a number");
            let ours = line[staying][month].as_ref().expect("a number").to_f64();
            assert!(
                (ours - theirs).abs() < 0.005,
                "{head} of month {}: {ours} and {theirs}",
                month + 1
            );
            compared += 1;
        }
    }
    // Nineteen lines of the move, fourteen of staying, and the gain until now.
    assert_eq!(compared, 34 * 60);

    let results = rows.iter().position(|r| r[0] == "result").expect("results");
    let results: Vec<&Vec<String>> = rows[results + 1..]
        .iter()
        .filter(|r| !r[0].is_empty())
        .collect();
    assert_eq!(results.len(), 14);
    for row in results {
        let theirs = number(&row[1]).expect("a number");
        let ours = match &answer.results[&row[0]] {
            Outcome::Number(n) => n.to_f64(),
            Outcome::Rates(rates) => {
                assert_eq!(rates.len(), 1, "one rate");
                rates[0].to_f64()
            }
            Outcome::Test(_) | Outcome::Never => panic!("{} has a number", row[0]),
        };
        // Money to the cent; shares, times and months much closer.
        let near = if theirs.abs() > 1_000.0 { 0.005 } else { 1e-8 };
        assert!(
            (ours - theirs).abs() < near,
            "{}: {ours} and {theirs}",
            row[0]
        );
    }
}
