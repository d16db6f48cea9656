//! The API, tried over every route: each one as every role across two partners, and each answer held against its
//! description.

mod docs;
mod fresh;
mod imports;
mod keys;
mod matrix;
mod pages;
mod random;
mod reach;
mod requests;
mod schema;
mod telling;

use expect_test::expect_file;
use serde_json::Value;

/// Every operation: its method, its path, and its description.
fn operations() -> Vec<(String, String, Value)> {
    let api: Value = serde_json::from_str(super::spec::text()).expect("JSON");
    let mut all = vec![];
    for (path, item) in api["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            all.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    all
}

#[test]
fn the_description_is_the_one_that_is_kept() {
    expect_file!["../../../../../docs/openapi.json"].assert_eq(super::spec::text());
}

#[test]
fn every_operation_says_what_it_is() {
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in operations() {
        let at = format!("{method} {path}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert!(!text(&operation["summary"]).is_empty(), "{at}: no summary");
        assert!(
            !text(&operation["description"]).is_empty(),
            "{at}: no description"
        );
        assert!(
            ids.insert(text(&operation["operationId"])),
            "{at}: an operation of this name is there already"
        );
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(
                !text(&parameter["description"]).is_empty(),
                "{at}: {} is not described",
                parameter["name"]
            );
        }
        let responses = operation["responses"].as_object().expect("responses");
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{at}: no answer"
        );
        let in_path = path.matches('{').count();
        let described = operation["parameters"].as_array().into_iter().flatten();
        assert_eq!(
            in_path,
            described.filter(|p| p["in"] == "path").count(),
            "{at}"
        );
    }
}
