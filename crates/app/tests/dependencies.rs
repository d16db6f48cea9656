//! What the workspace stands on: licences, sources, bans and reasons, read offline from Cargo's own metadata.
//!
//! Known advisories are asked for elsewhere: docs/dependencies.md says how.

#![expect(clippy::print_stdout, reason = "what is only reported is printed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).expect("a file of the repository")
}

/// Every package that is built on this machine.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc");
    let version = String::from_utf8(version.stdout).expect("text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host");
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", host])
        .current_dir(root())
        .output()
        .expect("cargo");
    let problem = String::from_utf8_lossy(&metadata.stderr);
    assert!(metadata.status.success(), "{problem}");
    let mut all: Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let Value::Array(packages) = all["packages"].take() else {
        panic!("packages are a list")
    };
    packages
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

/// The entries of a list in deny.toml, one on each line.
fn listed(section: &str, key: &str) -> Vec<String> {
    let text = read("deny.toml");
    let section = text
        .split(&format!("\n[{section}]"))
        .nth(1)
        .expect("the section");
    let list = section
        .split(&format!("\n{key} = [\n"))
        .nth(1)
        .expect("the list");
    list.lines()
        .take_while(|line| *line != "]")
        .map(|line| line.split('"').nth(1).expect("a quoted entry").to_owned())
        .collect()
}

/// May a package with this SPDX expression be used? `OR` binds less than `AND`; older crates write `/` for `OR`.
fn allowed(expression: &str, allow: &[String]) -> bool {
    fn parts<'a>(expression: &'a str, between: &str) -> Vec<&'a str> {
        let (mut depth, mut start, mut found) = (0, 0, Vec::new());
        for (at, c) in expression.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ if depth == 0 && at >= start && expression[at..].starts_with(between) => {
                    found.push(&expression[start..at]);
                    start = at + between.len();
                }
                _ => {}
            }
        }
        found.push(&expression[start..]);
        found
    }
    let expression = expression.trim();
    for (between, all) in [(" OR ", false), ("/", false), (" AND ", true)] {
        let parts = parts(expression, between);
        if parts.len() > 1 {
            return if all {
                parts.iter().all(|part| allowed(part, allow))
            } else {
                parts.iter().any(|part| allowed(part, allow))
            };
        }
    }
    let inner = expression
        .strip_prefix('(')
        .and_then(|e| e.strip_suffix(')'));
    inner.map_or_else(
        || allow.iter().any(|licence| licence == expression),
        |inner| allowed(inner, allow),
    )
}

#[test]
fn a_licence_is_allowed_when_one_way_through_it_is() {
    let allow = ["MIT", "Zlib"].map(str::to_owned);
    let check = |expression: &str, expected: bool| {
        assert_eq!(allowed(expression, &allow), expected, "{expression}");
    };
    check("MIT", true);
    check("GPL-3.0", false);
    check("GPL-3.0 OR MIT", true);
    check("GPL-3.0/MIT", true);
    check("GPL-3.0 AND MIT", false);
    check("(GPL-3.0 OR MIT) AND Zlib", true);
    check("(GPL-3.0 OR MIT) AND (LGPL-3.0 OR MPL-2.0)", false);
    check("Zlib AND MIT OR GPL-3.0", true);
    check("", false);
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    let allow = listed("licenses", "allow");
    let wrong: Vec<String> = packages()
        .iter()
        .filter(|package| !allowed(text(package, "license"), &allow))
        .map(|package| format!("{}: `{}`", text(package, "name"), text(package, "license")))
        .collect();
    assert!(
        wrong.is_empty(),
        "not in the list of deny.toml:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_dependency_comes_from_crates_io() {
    let home = "registry+https://github.com/rust-lang/crates.io-index";
    for package in packages() {
        if let Some(source) = package["source"].as_str() {
            assert_eq!(source, home, "{}", text(&package, "name"));
        }
    }
}

#[test]
fn nothing_banned_is_used() {
    let text_of = read("deny.toml");
    let packages = packages();
    for name in listed("bans", "deny") {
        let line = text_of
            .lines()
            .find(|line| line.contains(&format!("crate = \"{name}\"")))
            .expect("the ban");
        let wrappers = line
            .split_once("wrappers = [")
            .and_then(|(_, rest)| rest.split_once(']'))
            .map_or("", |(list, _)| list);
        for package in &packages {
            let direct = package["dependencies"].as_array().is_some_and(|all| {
                all.iter().any(|d| {
                    text(d, "name") == name && d["kind"].is_null() && d["optional"] != true
                })
            });
            let user = text(package, "name");
            assert!(
                !direct || wrappers.contains(&format!("\"{user}\"")),
                "`{user}` uses `{name}`, which deny.toml bans"
            );
        }
    }
}

#[test]
fn crates_that_are_there_twice_are_reported() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        versions
            .entry(text(&package, "name").to_owned())
            .or_default()
            .insert(text(&package, "version").to_owned());
    }
    for (name, versions) in versions {
        if versions.len() > 1 {
            let versions: Vec<String> = versions.into_iter().collect();
            println!("{name}: {}", versions.join(", "));
        }
    }
}

#[test]
fn every_dependency_has_a_reason_beside_it() {
    let manifest = read("Cargo.toml");
    let list = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .expect("the dependencies");
    let crates: Vec<String> = ["domain", "exchange", "store", "app", "cairn"]
        .iter()
        .map(|name| read(&format!("crates/{name}/Cargo.toml")))
        .collect();
    let mut wrong = Vec::new();
    for line in list
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
    {
        let name = line.split([' ', '=']).next().unwrap_or_default();
        if line.contains("path = ") {
            continue;
        }
        if line
            .split_once('#')
            .is_none_or(|(_, reason)| reason.trim().len() < 10)
        {
            wrong.push(format!("`{name}` has no reason"));
        }
        if !crates.iter().any(|m| {
            m.contains(&format!("\n{name}.workspace"))
                || m.contains(&format!("\n{name} = {{ workspace"))
        }) {
            println!("`{name}` is used by no crate");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
