//! Every TOML block of the documentation is loaded, checked and run.
//!
//! What stands after `toml` says what a block is: nothing, a whole program file; `rows`, an excerpt of one with levels
//! `silver` and `gold`; `vocabulary` and `catalog`, a file of the vocabulary; `shape`, nothing that could run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_domain::cases;
use cairn_domain::diagnostic::{Diagnostic, Place, Severity};
use cairn_domain::engine::Programs;
use cairn_domain::freeze::Frozen;
use cairn_domain::library::Library;
use cairn_domain::lint::{SETTLED_BY_A_READING, lint};

/// What an excerpt leaves out.
const HEAD: &str = r#"
program  = "excerpt"
edition  = "2026"
title    = "An excerpt"
in_force = { from = 2026-01-01 }
levels   = ["silver", "gold"]
catalogs = ["example"]
source   = { guide = { title = "A guide", read = "original" } }
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).expect(file)
}

/// A fenced block of a page.
struct Block {
    /// The page and the line after the fence.
    at: String,
    /// What the fence says after `toml`.
    what: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (line, text) in read(page).lines().enumerate() {
        match text.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) if info == "toml" || info.starts_with("toml ") => {
                open = true;
                found.push(Block {
                    at: format!("{page}:{}", line + 2),
                    what: info["toml".len()..].trim().to_owned(),
                    text: String::new(),
                });
            }
            _ if open => {
                let block = found.last_mut().expect("one is open");
                block.text += text;
                block.text.push('\n');
            }
            _ => {}
        }
    }
    found
}

/// All that is wrong with a block, but for notes; with an excerpt, but for what the rest of its file would use.
fn problems(block: &Block, beside: &[&Block]) -> Vec<Diagnostic> {
    let mut files = vec![
        (
            "vocabulary/evidence.toml".to_owned(),
            read("vocabulary/evidence.toml"),
        ),
        (
            "vocabulary/catalogs/example.toml".to_owned(),
            read("vocabulary/catalogs/example.toml"),
        ),
    ];
    let excerpt = block.what == "rows";
    for block in beside.iter().chain([&block]) {
        let (folder, text) = match block.what.as_str() {
            "vocabulary" => ("vocabulary/", block.text.clone()),
            "catalog" => ("vocabulary/catalogs/", block.text.clone()),
            "rows" => ("", format!("{HEAD}{}", block.text)),
            _ => ("", block.text.clone()),
        };
        files.push((format!("{folder}{}", block.at), text));
    }
    let (library, mut found) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let programs = Arc::new(Programs::new(Arc::new(library)));
    for (edition, problems) in programs.library.editions.iter().zip(&programs.problems) {
        found.extend(problems.iter().cloned());
        if edition.file == block.at {
            found.extend(lint(&programs.library, edition, &Frozen::default()));
            found.extend(cases::run(&programs, edition).problems);
        }
    }
    // What two files of the vocabulary say together is found at the catalog's name.
    let here = |place: &Place| place.file.contains(&block.at) || block.what == "catalog";
    found.retain(|p| {
        p.severity != Severity::Note && !(excerpt && p.code == "unused-name") && here(&p.place)
    });
    found
}

/// Holds every block of a page against the vocabulary that the page itself adds.
fn check(page: &str, at_least: usize) {
    let blocks = blocks(page);
    assert!(
        blocks.len() >= at_least,
        "{page} has {} blocks",
        blocks.len()
    );
    let beside: Vec<&Block> = blocks
        .iter()
        .filter(|b| matches!(b.what.as_str(), "vocabulary" | "catalog"))
        .collect();
    let mut wrong = Vec::new();
    for block in blocks.iter().filter(|b| b.what != "shape") {
        let beside: Vec<&Block> = beside
            .iter()
            .copied()
            .filter(|b| b.at != block.at)
            .collect();
        wrong.extend(problems(block, &beside).iter().map(ToString::to_string));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_block_of_the_reference_runs() {
    check("docs/language.md", 12);
}

#[test]
fn the_reference_names_every_lint_that_a_reading_settles() {
    let text = read("docs/language.md");
    let missing: Vec<_> = SETTLED_BY_A_READING
        .iter()
        .filter(|code| !text.contains(&format!("`{code}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
