//! The list of what the binary is made of, for the page that names it.
//!
//! `UPDATE_EXPECT=1 cargo test -p cairn --test packages` writes it anew from Cargo's own metadata.

#![expect(
    clippy::disallowed_methods,
    reason = "whether the list is written anew is said from outside"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The packages that the binary is made of: what it needs to run, and what those need, on a machine like the one that most run.
fn packages() -> String {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo");
    let problem = String::from_utf8_lossy(&metadata.stderr);
    assert!(metadata.status.success(), "{problem}");
    let all: Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let needs: BTreeMap<String, Vec<String>> = list(&all["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let needed = list(&node["deps"])
                .iter()
                .filter(|dep| {
                    list(&dep["dep_kinds"])
                        .iter()
                        .any(|kind| kind["kind"].is_null())
                })
                .map(|dep| text(dep, "pkg"))
                .collect();
            (text(node, "id"), needed)
        })
        .collect();
    let of: BTreeMap<String, Value> = list(&all["packages"])
        .into_iter()
        .map(|package| (text(&package, "id"), package))
        .collect();
    let mut open: Vec<String> = of
        .iter()
        .filter(|(_, package)| text(package, "name") == "cairn")
        .map(|(id, _)| id.clone())
        .collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id.clone()) {
            open.extend(needs.get(&id).cloned().unwrap_or_default());
        }
    }
    let lines: BTreeSet<String> = found
        .iter()
        .filter_map(|id| of.get(id))
        // What lies in this repository is the product itself.
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            let home = [text(package, "repository"), text(package, "homepage")]
                .into_iter()
                .find(|address| address.starts_with("https://"))
                .unwrap_or_default();
            [
                text(package, "name"),
                text(package, "version"),
                text(package, "license"),
                home,
            ]
            .join("\t")
        })
        .collect();
    lines.into_iter().map(|line| line + "\n").collect()
}

#[test]
fn the_page_names_what_the_binary_is_made_of() {
    let path = root().join("crates/cairn/assets/packages.txt");
    let now = packages();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &now).expect("the list");
    }
    let then = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        then == now,
        "the dependencies changed: `UPDATE_EXPECT=1 cargo test -p cairn --test packages` writes the list anew"
    );
    assert!(now.lines().count() > 100);
    assert!(now.lines().all(|line| {
        line.split('\t')
            .nth(2)
            .is_some_and(|licence| !licence.is_empty())
    }));
}
