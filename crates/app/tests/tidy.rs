//! What no compiler says of the sources: nothing left for later, nothing copied, nothing too long to read.

#![expect(clippy::print_stdout, reason = "what is only reported is printed")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Text files below folders of the repository: path from its root, and text.
fn texts(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|f| root().join(f)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)
            .expect("a folder")
            .map(|e| e.expect("an entry"))
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(root()).expect("below").to_string_lossy();
                found.push((name.replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "there are files");
    found
}

fn sources() -> Vec<(String, String)> {
    let mut all = texts(&["crates"]);
    all.retain(|(name, _)| name.ends_with(".rs"));
    all
}

/// Lines of the sources of which something can be said, with their places.
fn lines_with(wrong: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in sources() {
        if name.ends_with("tests/tidy.rs") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if wrong(&name, line) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn nothing_is_left_for_later() {
    let found = lines_with(|name, line| {
        // A test may assert today's wrong answer, and says what is wrong with it; everything else names its issue.
        let said = line.split_once("FIXME").is_some_and(|(_, rest)| {
            rest.starts_with("(#") || rest.starts_with(": ") && name.contains("/tests")
        });
        line.contains("TODO")
            || line.contains("FIXME") && !said
            || line.to_lowercase().contains("// for now")
    });
    assert!(
        found.is_empty(),
        "open an issue, or do it:\n{}",
        found.join("\n")
    );
}

#[test]
fn no_test_is_ignored_but_those_that_print_for_a_person() {
    let found = lines_with(|_, line| line.contains("#[ignore"));
    assert!(
        found.is_empty(),
        "assert today's answer instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn what_cannot_fail_says_why() {
    let found = lines_with(|_, line| line.contains(".unwrap()"));
    assert!(
        found.is_empty(),
        "write `expect` with the invariant:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_domain_touches_nothing_outside() {
    let all = texts(&["crates/domain/src"]);
    let mut found = Vec::new();
    for (name, text) in all {
        // Tests may read the programs of the repository.
        if name.ends_with("/tests.rs") {
            continue;
        }
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        for banned in ["fs", "io", "net", "env", "time", "process", "thread"] {
            if own.contains(&format!("std::{banned}::"))
                || own.contains(&format!("use std::{banned};"))
            {
                found.push(format!("{name}: std::{banned}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// From here on nobody reads a file to its end.
const MOST_LINES: usize = 4_000;
/// From here on it should be two.
const MANY_LINES: usize = 1_500;

#[test]
fn no_file_is_too_long_to_read() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > MANY_LINES {
            println!("{name} has {lines} lines: is it two?");
        }
        assert!(lines <= MOST_LINES, "{name} has {lines} lines: split it");
    }
}

/// As many words in a row as nobody writes twice by chance.
const COPIED: usize = 9;

/// Titles and proper names, which are cited as they are.
const CITED: &[&str] = &[
    "services path tier guide february 2022 version 1 0",
    "aws certified solutions architect associate aws certified developer associate",
    // Cells of the sample scorecard, which the demo shows as they are.
    "10 498 56 of 10 000 partner business plan",
];

/// Words in lower case, with where they begin.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            // `vendor's` is one word, however its apostrophe is written.
            goes_on &= matches!(c, '\'' | '’');
            continue;
        }
        match found.last_mut() {
            Some((_, word)) if goes_on => word.extend(c.to_lowercase()),
            _ => found.push((at, c.to_lowercase().collect())),
        }
        goes_on = true;
    }
    found
}

#[test]
fn no_sentence_is_copied_from_the_guides() {
    // The guides are not ours to give away, so a clone has none and checks nothing.
    // They lie beside the repository, or beside the folder of its work trees.
    let folders = ["../shared/sources", "../../shared/sources"];
    let Some(folder) = folders
        .iter()
        .find_map(|f| fs::read_dir(root().join(f)).ok())
    else {
        println!("no guides to compare with");
        return;
    };
    let mut guides: HashMap<String, String> = HashMap::new();
    for path in folder.map(|e| e.expect("an entry").path()) {
        let text = fs::read(&path).expect("a guide");
        let words = words(&String::from_utf8_lossy(&text));
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        for some in words.windows(COPIED) {
            let some: Vec<&str> = some.iter().map(|(_, w)| w.as_str()).collect();
            guides.insert(some.join(" "), name.clone());
        }
    }
    let cited: HashSet<String> = CITED
        .iter()
        .flat_map(|title| {
            let words: Vec<&str> = title.split(' ').collect();
            words
                .windows(COPIED)
                .map(|w| w.join(" "))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut found = Vec::new();
    for (name, text) in texts(&["crates", "docs", "programs", "vocabulary"]) {
        for some in words(&text).windows(COPIED) {
            let joined: Vec<&str> = some.iter().map(|(_, w)| w.as_str()).collect();
            let joined = joined.join(" ");
            if let Some(guide) = guides.get(&joined)
                && !cited.contains(&joined)
                && !name.ends_with("tests/tidy.rs")
            {
                let line = 1 + text[..some[0].0].matches('\n').count();
                found.push(format!("{name}:{line}: `{joined}` is in {guide}"));
            }
        }
    }
    assert!(
        found.is_empty(),
        "say it in our own words:\n{}",
        found.join("\n")
    );
}
