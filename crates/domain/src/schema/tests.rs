//! The schemas against the shipped files, against the readers, and against the files in `docs/schema`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect, expect_file};
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::program::Edition;
use crate::vocabulary::Vocabulary;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The TOML files of a folder of the workspace and of its folders, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|e| e == "toml") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

/// A TOML text as JSON, the way editors hand it to a schema: days are texts.
fn as_json(text: &str) -> Value {
    fn table(of: &DeTable<'_>) -> Value {
        let keys = of
            .iter()
            .map(|(key, v)| (key.get_ref().to_string(), value(v.get_ref())));
        Value::Object(keys.collect())
    }
    fn value(of: &DeValue<'_>) -> Value {
        match of {
            DeValue::String(text) => json!(text.as_ref()),
            DeValue::Integer(n) => json!(
                n.as_str()
                    .replace('_', "")
                    .parse::<i64>()
                    .expect("a number")
            ),
            DeValue::Float(n) => json!(
                n.as_str()
                    .replace('_', "")
                    .parse::<f64>()
                    .expect("a number")
            ),
            DeValue::Boolean(yes) => json!(yes),
            DeValue::Datetime(day) => json!(day.to_string()),
            DeValue::Array(items) => items.iter().map(|v| value(v.get_ref())).collect(),
            DeValue::Table(of) => table(of),
        }
    }
    table(DeTable::parse(text).expect("TOML").get_ref())
}

/// Where and why a value does not follow a schema: the keywords that these schemas use, but for patterns, for which
/// the workspace has no crate; `every_example_can_be_read` holds their examples against the readers.
fn violations(whole: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let mut fail = |why: String| found.push(format!("{at}: {why}"));
    let Value::Object(keywords) = schema else {
        panic!("{at}: a schema is a table");
    };
    for (keyword, says) in keywords {
        match keyword.as_str() {
            "type" => {
                let fits = match says.as_str().expect("a type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64(),
                    "number" => value.is_number(),
                    other => panic!("{at}: type {other}"),
                };
                if !fits {
                    fail(format!("is no {}", says.as_str().unwrap_or("")));
                }
            }
            "enum" => {
                if !says.as_array().expect("values").contains(value) {
                    fail(format!("`{value}` is none of {says}"));
                }
            }
            "const" => {
                if says != value {
                    fail(format!("`{value}` is not {says}"));
                }
            }
            "minimum" => {
                if value.as_f64() < says.as_f64() {
                    fail(format!("{value} is less than {says}"));
                }
            }
            "minItems" | "maxItems" => {
                let count = value.as_array().map(|a| a.len() as u64);
                let limit = says.as_u64();
                let fits = if keyword == "minItems" {
                    count >= limit
                } else {
                    count <= limit
                };
                if !fits {
                    fail(format!("has not {says} items"));
                }
            }
            "required" => {
                for key in says.as_array().expect("keys") {
                    if value.is_object() && value.get(key.as_str().expect("a key")).is_none() {
                        fail(format!("has no {key}"));
                    }
                }
            }
            "anyOf" | "oneOf" => {
                let branches = says.as_array().expect("branches");
                let fitting = branches
                    .iter()
                    .filter(|branch| {
                        let mut inner = Vec::new();
                        violations(whole, branch, value, at, &mut inner);
                        inner.is_empty()
                    })
                    .count();
                if fitting == 0 || keyword == "oneOf" && fitting > 1 {
                    fail(format!("follows {fitting} branches of {keyword}"));
                }
            }
            "$ref" => {
                let pointer = says
                    .as_str()
                    .and_then(|r| r.strip_prefix('#'))
                    .expect("a pointer");
                let target = whole.pointer(pointer).expect("what it points to");
                violations(whole, target, value, at, found);
                return;
            }
            "properties" | "additionalProperties" | "items" => {}
            "description" | "examples" | "title" | "$schema" | "$defs" | "pattern" | "format"
            | "propertyNames" | "x-taplo" => {}
            other => panic!("{at}: the keyword {other} is not looked at"),
        }
    }
    if let Value::Object(keys) = value {
        for (key, inner) in keys {
            let below = format!("{at}.{key}");
            match schema.pointer(&format!(
                "/properties/{}",
                key.replace('~', "~0").replace('/', "~1")
            )) {
                Some(of) => violations(whole, of, inner, &below, found),
                None => match schema.get("additionalProperties") {
                    Some(Value::Bool(false)) => found.push(format!("{below}: no such key")),
                    Some(of @ Value::Object(_)) => violations(whole, of, inner, &below, found),
                    _ => {}
                },
            }
        }
    }
    if let (Value::Array(items), Some(of)) = (value, schema.get("items")) {
        for (i, item) in items.iter().enumerate() {
            violations(whole, of, item, &format!("{at}[{i}]"), found);
        }
    }
}

fn check(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    violations(schema, schema, value, "", &mut found);
    found
}

#[test]
fn every_shipped_file_follows_its_schema() {
    let (program, vocabulary, catalog) = (super::program(), super::vocabulary(), super::catalog());
    let (actions, template, model) = (super::actions(), super::template(), super::model());
    let (report, translation) = (super::report(), super::translation());
    let mut looked_at = 0;
    for path in files("programs").iter().chain(&files("vocabulary")) {
        let name = path.to_string_lossy();
        let schema = if name.ends_with("frozen.toml") {
            continue;
        } else if name.contains("/actions/") {
            &actions
        } else if name.contains("/templates/") {
            &template
        } else if name.contains("/models/") {
            &model
        } else if name.contains("/reports/") {
            &report
        } else if name.contains("/translations/") {
            &translation
        } else if name.contains("/catalogs/") {
            &catalog
        } else if name.contains("/vocabulary/") {
            &vocabulary
        } else {
            &program
        };
        let text = std::fs::read_to_string(path).expect("a file");
        let found = check(schema, &as_json(&text));
        assert!(found.is_empty(), "{name}\n{}", found.join("\n"));
        looked_at += 1;
    }
    assert!(looked_at > 10);
}

#[test]
fn slips_are_marked_in_the_editor() {
    let slips = |text: &str, expected: Expect| {
        expected.assert_eq(&check(&super::program(), &as_json(text)).join("\n"));
    };
    slips(
        r#"
program = "acme"
edition = 2026
titel   = "Acme"
[requirement]
none = { at_least = { gold = 2 } }
two  = { measure = "count deals", test = "exists deals", required = ["gold"] }
kind = { measure = "count deals", at_least = { gold = ["2"] }, asked = "entry" }
part = { measure = "count deals", part = { inner = { of_which = "public = yes", weight = 2 } } }
[lifecycle]
grace = ["30 days"]
[lifecycle.gold]
promot = {}
[[reading]]
about   = "kind"
settles = "range-overlap"
"#,
        expect![[r#"
            .edition: is no string
            .titel: no such key
            .requirement.none: follows 0 branches of oneOf
            .requirement.two: follows 2 branches of oneOf
            .requirement.kind.at_least.gold: follows 0 branches of anyOf
            .requirement.kind.asked: `"entry"` is none of ["both","enter","retain"]
            .requirement.part.part.inner.weight: no such key
            .lifecycle.grace: follows 0 branches of anyOf
            .lifecycle.gold.promot: no such key
            .reading[0].settles: follows 0 branches of anyOf"#]],
    );
}

/// The keys that the readers ask for in a table, as they say when they meet one that they do not know.
fn asked_for(problems: &[Diagnostic]) -> BTreeSet<String> {
    let stranger = problems
        .iter()
        .find(|p| p.code == "unknown-key" && p.message.contains("`zz-stranger`"))
        .unwrap_or_else(|| panic!("no reader asked: {problems:?}"));
    let keys = stranger
        .help
        .strip_prefix("the keys here are ")
        .expect("the keys");
    keys.split(", ").map(str::to_owned).collect()
}

fn keys_of(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let table = schema
        .pointer(pointer)
        .unwrap_or_else(|| panic!("nothing at {pointer}"));
    let keys = table["properties"].as_object().expect("properties");
    keys.keys().cloned().collect()
}

#[test]
fn the_program_schema_has_the_keys_that_the_reader_asks_for_and_no_others() {
    const HEAD: &str = "program = \"acme\"\nedition = \"2026\"\n";
    let schema = super::program();
    // Where in the schema a table stands, and a text in which the reader meets a stranger there.
    for (pointer, text) in [
        ("", "zz-stranger = 1"),
        ("/properties/in_force", "in_force = { zz-stranger = 1 }"),
        ("/properties/replaces", "replaces = { zz-stranger = 1 }"),
        (
            "/properties/source/additionalProperties",
            "[source]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/level/additionalProperties",
            "[level]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/level/additionalProperties/properties/move/items",
            "[level]\na = { move = [{ zz-stranger = 1 }] }",
        ),
        ("/properties/period", "[period]\nzz-stranger = 1"),
        ("/properties/calendar", "[calendar]\nzz-stranger = 1"),
        ("/properties/money", "[money]\nzz-stranger = 1"),
        (
            "/$defs/row",
            "[requirement]\na = { measure = \"b\", zz-stranger = 1 }",
        ),
        (
            "/properties/list/additionalProperties",
            "[list]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/list/additionalProperties/properties/items/items",
            "[list]\na = { items = [{ is = \"b\", zz-stranger = 1 }] }",
        ),
        (
            "/properties/test/additionalProperties",
            "[test]\na = { is = \"b\", zz-stranger = 1 }",
        ),
        (
            "/properties/stage/additionalProperties",
            "[stage]\na = { test = \"b\", zz-stranger = 1 }",
        ),
        (
            "/properties/measure/additionalProperties",
            "[measure]\na = { is = \"b\", zz-stranger = 1 }",
        ),
        (
            "/properties/measure/additionalProperties/properties/benchmark/items",
            "[measure]\na = { is = \"b\", benchmark = [{ zz-stranger = 1 }] }",
        ),
        (
            "/properties/table/additionalProperties",
            "[table]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/question/additionalProperties",
            "[question]\na = { answer = \"number\", zz-stranger = 1 }",
        ),
        (
            "/properties/parameter/additionalProperties",
            "[parameter]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/score/additionalProperties",
            "[score]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/score/additionalProperties/properties/part/additionalProperties/anyOf/0",
            "[score.a.part]\nb = { points = 1, zz-stranger = 1 }",
        ),
        (
            "/properties/bands/additionalProperties",
            "[bands]\na = { zz-stranger = 1 }",
        ),
        (
            "/properties/bands/additionalProperties/properties/rows/items",
            "[bands]\na = { rows = [{ is = 1, zz-stranger = 1 }] }",
        ),
        (
            "/properties/tracks",
            "[tracks]\nchoose = \"highest a\"\nzz-stranger = 1",
        ),
        (
            "/properties/roster/additionalProperties",
            "[roster]\na = { of = \"b\", zz-stranger = 1 }",
        ),
        (
            "/properties/roster/additionalProperties/properties/seats/items",
            "[roster]\na = { of = \"b\", seats = [{ for = \"c\", role = \"d\", needs = \"e\", zz-stranger = 1 }] }",
        ),
        ("/properties/fee", "[fee]\namount = 1\nzz-stranger = 1"),
        (
            "/properties/lifecycle/properties/review/anyOf/1",
            "[lifecycle]\nreview = { zz-stranger = 1 }",
        ),
        (
            "/properties/lifecycle/properties/promote",
            "[lifecycle]\npromote = { zz-stranger = 1 }",
        ),
        (
            "/properties/lifecycle/properties/demote",
            "[lifecycle]\ndemote = { zz-stranger = 1 }",
        ),
        (
            "/properties/lifecycle/properties/renew/anyOf/1",
            "[lifecycle]\nrenew = { zz-stranger = 1 }",
        ),
        (
            "/properties/lifecycle/properties/protect/items",
            "[[lifecycle.protect]]\nuntil = 2026-01-01\nzz-stranger = 1",
        ),
        (
            "/properties/lifecycle/additionalProperties",
            "[lifecycle.gold]\nzz-stranger = 1",
        ),
        ("/properties/reading/items", "[[reading]]\nzz-stranger = 1"),
        ("/properties/case/items", "[[case]]\nzz-stranger = 1"),
        (
            "/properties/case/items/properties/then/items",
            "[[case]]\nthen = [{ on = 2026-01-01, zz-stranger = 1 }]",
        ),
    ] {
        let (_, problems) = Edition::read("a.toml", &format!("{HEAD}{text}\n"));
        assert_eq!(asked_for(&problems), keys_of(&schema, pointer), "{text}");
    }
    // Any other key of [lifecycle] is a level, so the reader meets no stranger there.
    assert_eq!(
        listed_in(include_str!("../program.rs"), "fn read_lifecycle"),
        keys_of(&schema, "/properties/lifecycle")
    );
}

/// The keys that a reader of open tables lists as its own, in a `matches!`.
fn listed_in(source: &str, function: &str) -> BTreeSet<String> {
    let start = source.find(function).expect("the reader");
    let listed = source[start..].split("matches!(").nth(1).expect("its keys");
    let listed = listed.split('{').next().expect("an end");
    listed
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_vocabulary_schemas_have_the_keys_that_the_readers_ask_for_and_no_others() {
    let schema = super::vocabulary();
    let kind = "/properties/kind/additionalProperties";
    let type_of = format!("{kind}/properties/types/additionalProperties/anyOf/3");
    let if_empty = format!("{kind}/properties/if_empty/additionalProperties");
    for (pointer, text) in [
        ("", "zz-stranger = 1"),
        (kind, "[kind]\na = { columns = \"b*\", zz-stranger = 1 }"),
        (
            if_empty.as_str(),
            "[kind.a]\ncolumns = \"b_on\"\nif_empty = { b_on = { take = \"b_on\", zz-stranger = 1 } }",
        ),
    ] {
        let problems = Vocabulary::default().add_kinds("vocabulary/a.toml", text);
        assert_eq!(asked_for(&problems), keys_of(&schema, pointer), "{text}");
    }
    // The reader asks for all forms of a type at once; the schema tells them apart.
    let problems = Vocabulary::default().add_kinds(
        "vocabulary/a.toml",
        "[kind.a]\ncolumns = \"b\"\ntypes = { b = { words = [\"c\"], zz-stranger = 1 } }",
    );
    let mut forms = keys_of(&schema, &type_of);
    forms.extend(["money".to_owned(), "number".to_owned()]);
    assert_eq!(asked_for(&problems), forms);
    let source = include_str!("../vocabulary.rs");
    for (function, pointer) in [
        ("pub fn add_catalog", ""),
        (
            "fn read_entry",
            "/additionalProperties/additionalProperties",
        ),
    ] {
        let keys = keys_of(&super::catalog(), pointer);
        assert_eq!(listed_in(source, function), keys, "{function}");
    }
}

#[test]
fn every_key_is_explained_in_one_line() {
    fn look(schema: &Value, at: &str) {
        if let Value::Object(keywords) = schema {
            if let Some(Value::Object(properties)) = keywords.get("properties") {
                for (key, of) in properties {
                    let text = of["description"].as_str();
                    let text = text.unwrap_or_else(|| panic!("{at}.{key} is not explained"));
                    assert!(
                        !text.contains('\n') && !text.ends_with('.'),
                        "{at}.{key}: {text}"
                    );
                }
            }
            for (key, inner) in keywords {
                look(inner, &format!("{at}/{key}"));
            }
        } else if let Value::Array(items) = schema {
            for item in items {
                look(item, at);
            }
        }
    }
    for schema in [
        super::program(),
        super::vocabulary(),
        super::catalog(),
        super::actions(),
        super::template(),
    ] {
        look(&schema, "");
    }
}

#[test]
fn every_example_can_be_read() {
    fn reads(pattern: &str, example: &str) -> bool {
        use crate::syntax;
        match pattern {
            super::NAME => syntax::is_name(example),
            super::DURATION => crate::calendar::Duration::parse(example).is_some(),
            super::WINDOW => syntax::parse_window(example).is_ok(),
            super::EXPRESSION => {
                syntax::parse_threshold(example).is_ok()
                    || syntax::parse_facts(example).is_ok()
                    // How a track is chosen is no expression where it names a score.
                    || example == "highest capability"
            }
            _ => true,
        }
    }
    fn look(schema: &Value, looked_at: &mut usize) {
        match schema {
            Value::Object(keywords) => {
                let branches = keywords.get("anyOf").and_then(Value::as_array);
                let forms = branches.map_or(vec![schema], |b| b.iter().collect());
                let listed = |text: &str| {
                    let words = forms.iter().filter_map(|f| f["enum"].as_array());
                    words.flatten().any(|word| word == text)
                };
                let patterns: Vec<&str> =
                    forms.iter().filter_map(|f| f["pattern"].as_str()).collect();
                for example in keywords
                    .get("examples")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    if let (Some(text), false) = (example.as_str(), patterns.is_empty()) {
                        assert!(
                            listed(text) || patterns.iter().any(|p| reads(p, text)),
                            "{text}"
                        );
                        *looked_at += 1;
                    }
                }
                keywords.values().for_each(|inner| look(inner, looked_at));
            }
            Value::Array(items) => items.iter().for_each(|inner| look(inner, looked_at)),
            _ => {}
        }
    }
    let mut looked_at = 0;
    for schema in [
        super::program(),
        super::vocabulary(),
        super::catalog(),
        super::actions(),
        super::template(),
    ] {
        look(&schema, &mut looked_at);
    }
    assert!(looked_at > 30, "{looked_at}");
}

#[test]
fn the_files_in_docs_are_those_of_this_module() {
    let folder = root().join("docs/schema");
    for (name, schema) in [
        ("program.json", super::program()),
        ("vocabulary.json", super::vocabulary()),
        ("catalog.json", super::catalog()),
        ("actions.json", super::actions()),
        ("template.json", super::template()),
        ("model.json", super::model()),
        ("report.json", super::report()),
        ("translation.json", super::translation()),
    ] {
        // UPDATE_EXPECT=1 cargo test -p cairn-domain schema
        expect_file![folder.join(name)].assert_eq(&super::text_of(&schema));
    }
}
