//! What several tests need: the shipped programs, and small evidence.

#![allow(dead_code, reason = "each test uses some of it")]

use std::path::Path;
use std::sync::Arc;

use cairn_domain::calendar::Day;
use cairn_domain::diagnostic::Place;
use cairn_domain::engine::{Engine, Programs};
use cairn_domain::intake::read_table_texts;
use cairn_domain::ledger::Ledger;
use cairn_domain::library::{Assumptions, Library};

/// Every file of programs and vocabulary of the repository: name and text.
pub fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["vocabulary", "programs"] {
        let mut folders = vec![root.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "toml")
                    && path.file_name().is_some_and(|n| n != "frozen.toml")
                {
                    let name = path
                        .strip_prefix(&root)
                        .expect("below the root")
                        .to_string_lossy()
                        .into_owned();
                    files.push((name, std::fs::read_to_string(&path).expect("text")));
                }
            }
        }
    }
    files.sort();
    files
}

/// Every program and vocabulary of the repository.
pub fn shipped() -> Arc<Programs> {
    let files = files();
    let (library, problems) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    assert!(
        problems.is_empty(),
        "{}",
        problems
            .iter()
            .map(|p| p.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    );
    Arc::new(Programs::new(Arc::new(library)))
}

/// The shipped vocabulary with one more program, which must be without an error.
pub fn with_program(text: &str) -> Arc<Programs> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).expect("text");
    let kinds = read("vocabulary/evidence.toml");
    let catalog = read("vocabulary/catalogs/example.toml");
    let files = [
        ("vocabulary/evidence.toml", kinds.as_str()),
        ("vocabulary/catalogs/example.toml", catalog.as_str()),
        ("programs/test/2026.toml", text),
    ];
    let (library, problems) = Library::read(files);
    assert!(
        problems.is_empty(),
        "{}",
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    );
    let programs = Programs::new(Arc::new(library));
    let wrong: Vec<String> = programs
        .problems
        .iter()
        .flatten()
        .filter(|p| p.severity == cairn_domain::diagnostic::Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Arc::new(programs)
}

/// An engine over tables written as in a worked case.
pub fn engine(
    programs: &Arc<Programs>,
    program: &str,
    tables: &[(&str, &str)],
    empty: &[&str],
    known_at: Option<Day>,
) -> Engine {
    let tables: Vec<(&str, &str, Place)> = tables
        .iter()
        .map(|(k, t)| (*k, *t, Place::default()))
        .collect();
    let mut imported = read_table_texts(&programs.library, program, &tables, empty);
    if imported.evidence.partners.is_empty() {
        imported.evidence.add_partner("partner");
    }
    let ledger = Arc::new(Ledger::new(Arc::new(imported.evidence), known_at));
    Engine::new(programs.clone(), ledger, Assumptions::default())
}

/// A day, or a panic.
pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}
