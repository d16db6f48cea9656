//! One folder of the corpus for each diagnostic code, with everything that an import of it says.
//!
//! `UPDATE_EXPECT=1 cargo test -p cairn-exchange` writes the expectations anew; read them before they are committed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_exchange::read_folder;
use domain::diagnostic::Diagnostic;
use domain::intake::{Imported, read_table_texts};
use domain::library::Library;

const CORPUS: &str = "tests/corpus";

/// Codes that no small file can show, and where they are shown instead.
const SHOWN_ELSEWHERE: &[(&str, &str)] = &[
    ("row-too-long", "needs a row of a mebibyte: text.rs"),
    ("too-much-text", "needs 4 GiB of text"),
    ("unreadable-file", "needs a file that is not there: below"),
];

fn library(more: &[(String, String)]) -> Arc<Library> {
    let files = [
        "vocabulary/evidence.toml",
        "vocabulary/catalogs/acme.toml",
        "programs/acme-path/2022.toml",
    ];
    let mut texts: Vec<(String, String)> = files
        .iter()
        .map(|f| {
            let text = fs::read_to_string(Path::new(CORPUS).join("library").join(f));
            ((*f).to_owned(), text.expect("a file of the corpus"))
        })
        .collect();
    texts.extend_from_slice(more);
    let (library, problems) = Library::read(texts.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let problems: Vec<String> = problems.iter().map(Diagnostic::to_string).collect();
    assert_eq!(
        problems.join("\n"),
        "",
        "the corpus's own library has no problems"
    );
    Arc::new(library)
}

fn import(folder: &Path) -> Imported {
    let case = folder.join("case.toml");
    if let Ok(text) = fs::read_to_string(&case) {
        let library = library(&[("case.toml".to_owned(), text)]);
        let edition = library
            .edition("case-path", "2022")
            .expect("the case's program");
        let case = &edition.case[0];
        let given: Vec<_> = case
            .given
            .iter()
            .map(|(kind, (text, place))| (kind.as_str(), text.as_str(), place.clone()))
            .collect();
        let empty: Vec<&str> = case.empty.iter().map(String::as_str).collect();
        return read_table_texts(&library, &edition.program, &given, &empty);
    }
    read_folder(folder, &library(&[]), &mut |_| ()).expect("the folder is there")
}

/// Counts by file, then every problem.
fn shown(imported: &Imported, folder: &Path) -> String {
    let prefix = format!("{}/", folder.display());
    let mut text = String::new();
    for sheet in &imported.sheets {
        assert_eq!(sheet.accepted + sheet.refused, sheet.read, "{}", sheet.file);
        let _ = writeln!(
            text,
            "{}: {} of {}, {} accepted, {} refused, {} repeated",
            sheet.file, sheet.read, sheet.kind, sheet.accepted, sheet.refused, sheet.repeated
        );
    }
    let refused: u64 = imported.sheets.iter().map(|s| s.refused).sum();
    assert_eq!(
        refused,
        imported.evidence.refused.len() as u64,
        "each refused row is kept"
    );
    let facts: u64 = imported
        .sheets
        .iter()
        .map(|s| s.accepted - s.repeated)
        .sum();
    assert_eq!(
        facts,
        imported.evidence.len() as u64,
        "each accepted row is a fact"
    );
    for problem in &imported.problems {
        let _ = writeln!(text, "\n{} {problem}", problem.severity.name());
    }
    text.replace(&prefix, "")
        .replace(&folder.display().to_string(), "FOLDER")
}

fn folders() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(CORPUS)
        .expect("the corpus")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.is_dir() && !p.ends_with("library"))
        .collect();
    all.sort();
    all
}

#[test]
fn an_import_says_what_the_corpus_says() {
    for folder in folders() {
        let expected = std::path::absolute(folder.with_extension("txt")).expect("a path");
        expect_test::expect_file![expected].assert_eq(&shown(&import(&folder), &folder));
    }
}

#[test]
fn every_code_has_a_folder_that_shows_it() {
    let mut missing: BTreeSet<&str> = domain::intake::CODES
        .iter()
        .chain(cairn_exchange::CODES)
        .copied()
        .collect();
    assert_eq!(
        missing.len(),
        domain::intake::CODES.len() + cairn_exchange::CODES.len(),
        "no code is listed twice"
    );
    let mut emitted = BTreeSet::new();
    for folder in folders() {
        let code = folder
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let imported = import(&folder);
        assert!(
            imported.problems.iter().any(|p| p.code == code),
            "{code} is not what its folder shows"
        );
        missing.remove(code.as_str());
        emitted.extend(imported.problems.iter().map(|p| p.code));
    }
    for (code, _) in SHOWN_ELSEWHERE {
        assert!(
            missing.remove(code),
            "{code} is shown by a folder, or is no code"
        );
    }
    assert!(missing.is_empty(), "without a folder: {missing:?}");
    for code in emitted {
        let listed = domain::intake::CODES.contains(&code) || cairn_exchange::CODES.contains(&code);
        assert!(listed, "{code} is missing from CODES");
    }
}

#[test]
fn what_is_not_there_is_said() {
    let problem = read_folder(
        Path::new("tests/corpus/no-such-folder"),
        &library(&[]),
        &mut |_| (),
    )
    .expect_err("it is not there");
    expect_test::expect![[r"
        unreadable-file: `tests/corpus/no-such-folder` cannot be read: there is no such file or folder
          --> tests/corpus/no-such-folder
          help: check the path and its permissions; nothing of it was imported"]]
    .assert_eq(&problem.to_string());
}
