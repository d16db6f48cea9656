//! The page about the API: its examples are run, and its list of addresses is the one that there is.

use std::path::Path;

use serde_json::Value;

use super::fresh::boss;
use super::operations;

fn page() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md")
}

/// Is an answer as the example says? `…` stands for anything, at the end of a list for any more.
fn is_like(example: &Value, answer: &Value) -> bool {
    match (example, answer) {
        (Value::String(any), _) if any == "…" => true,
        (Value::Object(example), Value::Object(answer)) => example
            .iter()
            .all(|(key, value)| answer.get(key).is_some_and(|found| is_like(value, found))),
        (Value::Array(example), Value::Array(answer)) => {
            let open = example.last().is_some_and(|last| last == "…");
            let fixed = example.len() - usize::from(open);
            let enough = if open {
                answer.len() >= fixed
            } else {
                answer.len() == fixed
            };
            enough
                && example[..fixed]
                    .iter()
                    .zip(answer)
                    .all(|(e, a)| is_like(e, a))
        }
        _ => example == answer,
    }
}

#[tokio::test]
async fn every_example_is_answered_as_the_page_says() {
    let fresh = super::fresh::sqlite().await;
    let text = std::fs::read_to_string(page()).expect("the page");
    let mut examples = 0;
    for block in text.split("```http\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let parts: Vec<&str> = block.trim().split("\n\n").collect();
        let (method, path) = parts[0].split_once(' ').expect("a method and an address");
        let path = path.strip_prefix("/api/v1").expect("an address of the API");
        let (body, expected) = match parts.as_slice() {
            [_, expected] => ("", expected),
            [_, body, expected] => (*body, expected),
            _ => panic!("{block}"),
        };
        let (status, expected) = expected.split_once('\n').expect("a status and an answer");
        let answer = fresh.ask(Some(&boss()), method, path, "", body).await;
        assert_eq!(
            answer.status.as_u16().to_string(),
            status,
            "{block}{}",
            answer.text
        );
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        assert!(is_like(&expected, &answer.json()), "{block}{}", answer.text);
        examples += 1;
    }
    assert!(examples >= 8, "only {examples} examples were found");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "as everywhere: UPDATE_EXPECT=1 writes what is generated anew"
)]
fn the_page_lists_every_address() {
    let mut table = String::from("\n\n| address | what |\n|---|---|\n");
    for (method, path, operation) in operations() {
        table += &format!(
            "| `{} {path}` | {} |\n",
            method.to_uppercase(),
            operation["summary"].as_str().unwrap_or_default()
        );
    }
    table.push('\n');
    let text = std::fs::read_to_string(page()).expect("the page");
    let (front, rest) = text.split_once("<!-- addresses -->").expect("a beginning");
    let (listed, end) = rest.split_once("<!-- end -->").expect("an end");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let anew = format!("{front}<!-- addresses -->{table}<!-- end -->{end}");
        std::fs::write(page(), anew).expect("the page can be written");
    } else {
        assert_eq!(listed, table);
    }
}
