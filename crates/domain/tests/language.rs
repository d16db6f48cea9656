//! Every example of the language's page is a test: read, compiled, and its cases run.
//!
//! `language/<name>.block.toml` is the page's block to the letter. Where it is an excerpt,
//! `language/<name>.fixture.toml` says what stands before and after it.

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_domain::cases;
use cairn_domain::diagnostic::{Diagnostic, Severity};
use cairn_domain::engine::Programs;
use cairn_domain::library::Library;
use cairn_domain::vocabulary::Vocabulary;

/// The blocks in the order of the page, and the file that each would be.
const BLOCKS: [(&str, &str); 11] = [
    ("services-path", "programs/aws-services-path/2022-02.toml"),
    ("evidence", "vocabulary/evidence.toml"),
    ("aws-catalog", "vocabulary/catalogs/aws.toml"),
    ("later-edition", "programs/aws-services-path/2024-07.toml"),
    ("revenue-by-country", "programs/made-up-revenue/2026.toml"),
    ("five-stages", "programs/aws-msp-maturity/2025.toml"),
    ("four-stages", "programs/ingram-cloud-stages/2018.toml"),
    ("host-or-resell", "programs/host-or-resell/2010.toml"),
    ("three-excerpts", "programs/made-up-excerpts/2026.toml"),
    ("capability", "programs/example-capability/2026.toml"),
    (
        "specialization",
        "programs/example-specialization/2026.toml",
    ),
];

const HERE: &str = "# ---- here stands the block ----\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language")
}

fn block(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.block.toml"))).expect("the block")
}

/// The block with what its fixture says before and after it.
fn whole(name: &str) -> String {
    let block = block(name);
    match std::fs::read_to_string(folder().join(format!("{name}.fixture.toml"))) {
        Err(_) => block,
        Ok(fixture) => {
            let (before, after) = fixture.split_once(HERE).expect("a place for the block");
            format!("{before}{block}{after}")
        }
    }
}

fn said(problems: &[Diagnostic]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Loads the texts, and runs the cases of the program in `file`.
fn holds(files: &[(String, String)], file: &str) {
    let (library, problems) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    assert!(problems.is_empty(), "{file}\n{}", said(&problems));
    let at = library
        .editions
        .iter()
        .position(|e| e.file == file)
        .expect("it was loaded");
    let edition = library.editions[at].clone();
    let programs = Arc::new(Programs::new(Arc::new(library)));
    let errors: Vec<Diagnostic> = programs.problems[at]
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .cloned()
        .collect();
    assert!(errors.is_empty(), "{file}\n{}", said(&errors));
    let outcome = cases::run(&programs, &edition);
    assert!(
        outcome.problems.is_empty(),
        "{file}\n{}",
        said(&outcome.problems)
    );
    assert!(outcome.checks > 0, "{file} expects nothing");
}

#[test]
fn every_program_of_the_page_holds_over_the_shipped_vocabulary() {
    for (name, file) in BLOCKS {
        if file.starts_with("vocabulary/") {
            continue;
        }
        // In the place of the shipped file, where there is one.
        let mut files = common::files();
        files.retain(|(shipped, _)| shipped != file);
        files.push((file.to_owned(), whole(name)));
        holds(&files, file);
    }
}

#[test]
fn the_vocabulary_of_the_page_is_enough_for_the_guide() {
    let mut files: Vec<(String, String)> = ["evidence", "aws-catalog", "services-path"]
        .into_iter()
        .map(|name| {
            let (_, file) = BLOCKS.iter().find(|(n, _)| *n == name).expect("a block");
            ((*file).to_owned(), whole(name))
        })
        .collect();
    holds(&files, "programs/aws-services-path/2022-02.toml");
    files.push((
        "programs/aws-services-path/2024-07.toml".to_owned(),
        whole("later-edition"),
    ));
    holds(&files, "programs/aws-services-path/2024-07.toml");
}

#[test]
fn each_vocabulary_block_reads_alone() {
    let mut vocabulary = Vocabulary::default();
    let mut problems = vocabulary.add_kinds("vocabulary/evidence.toml", &block("evidence"));
    problems.extend(vocabulary.add_catalog("vocabulary/catalogs/aws.toml", &block("aws-catalog")));
    problems.extend(vocabulary.check());
    assert!(problems.is_empty(), "{}", said(&problems));
}

/// Holds only where the page lies beside the repository, or beside the folder of its worktrees.
#[test]
fn the_blocks_are_the_pages_to_the_letter() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Some(page) = ["../shared/LANGUAGE.md", "../../shared/LANGUAGE.md"]
        .into_iter()
        .find_map(|page| std::fs::read_to_string(root.join(page)).ok())
    else {
        return;
    };
    let mut blocks: Vec<String> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```toml" => {
                inside = true;
                blocks.push(String::new());
            }
            "```" => inside = false,
            line if inside => {
                let block = blocks.last_mut().expect("a block is open");
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    assert_eq!(
        blocks.len(),
        BLOCKS.len(),
        "the page has another number of TOML blocks"
    );
    for ((name, _), on_page) in BLOCKS.into_iter().zip(blocks) {
        assert!(
            block(name) == on_page,
            "{name}.block.toml differs from the page"
        );
    }
}
