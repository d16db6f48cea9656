//! One small file at least for every diagnostic that reading and checking programs can give, with what is said of it.
//!
//! A folder below `corpus/check/CODE/` holds program files, perhaps a `vocabulary` of its own and a `frozen.toml`,
//! and in `expected.txt` all that is found. `UPDATE_EXPECT=1` writes it anew: read it before you keep it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cairn_domain::diagnostic::{Diagnostic, Severity};
use cairn_domain::freeze::Frozen;
use cairn_domain::library::{Library, Misread};
use cairn_domain::lint::{lint, lint_library, unsettled};
use cairn_domain::{compile, freeze, lint, program, source, syntax, translation, vocabulary};
use expect_test::expect_file;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// The TOML files below a folder, by their path from it, sorted.
fn toml_files(folder: &Path) -> Vec<(String, String)> {
    fn collect(at: &Path, from: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, from, found);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let name = path.strip_prefix(from).expect("below");
                let name = name.to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

/// The folders that hold program files: those with a TOML file of their own outside `vocabulary`.
fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    entries.sort();
    if entries
        .iter()
        .any(|p| p.extension().is_some_and(|e| e == "toml"))
    {
        found.push(folder.to_owned());
    }
    for entry in entries {
        if entry.is_dir() && entry.file_name().is_some_and(|n| n != "vocabulary") {
            cases(&entry, found);
        }
    }
}

/// All that is found in the files of a case.
fn check(case: &Path) -> Vec<Diagnostic> {
    let own = toml_files(case);
    let (frozen_file, mut files): (Vec<_>, Vec<_>) =
        own.into_iter().partition(|(name, _)| name == "frozen.toml");
    if !files
        .iter()
        .any(|(name, _)| name.starts_with("vocabulary/"))
    {
        let shared = toml_files(&root().join("vocabulary"));
        files.extend(
            shared
                .into_iter()
                .map(|(name, text)| (format!("vocabulary/{name}"), text)),
        );
    }
    let (library, mut problems) =
        Library::read(files.iter().map(|(a, b)| (a.as_str(), b.as_str())));
    let mut frozen = Frozen::default();
    for (name, text) in &frozen_file {
        let (read, found) = Frozen::parse(name, text);
        frozen = read;
        problems.extend(found);
    }
    let broken: BTreeSet<String> = problems
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .map(|p| p.place.file.clone())
        .collect();
    for edition in &library.editions {
        let misread = |m: &Misread| library.is_made_of(edition, &m.file);
        if library.misread.iter().any(misread) {
            // What else would be found follows from what could not be read.
            continue;
        }
        problems.extend(lint(&library, edition, &frozen));
        // A file with an error must not be evaluated, so what its expressions mean is not asked.
        if !broken.contains(&edition.file) {
            let found = compile::compile(&library, edition).1;
            problems.extend(unsettled(&library, found));
        }
    }
    problems.extend(lint_library(&library));
    problems.extend(translation::check(&library));
    problems.extend(frozen.gone(&library));
    problems
}

fn code_of(case: &Path) -> String {
    let below = case.strip_prefix(root().join("check")).expect("below");
    let first = below.components().next().expect("a code");
    first.as_os_str().to_string_lossy().into_owned()
}

#[test]
fn every_file_of_the_corpus_is_answered_as_written_down() {
    let mut found = Vec::new();
    cases(&root().join("check"), &mut found);
    assert!(found.len() > 40);
    let mut silent = Vec::new();
    for case in found {
        let problems = check(&case);
        let text: String = problems
            .iter()
            .map(|p| format!("{} {p}\n", p.severity.name()))
            .collect();
        expect_file![case.join("expected.txt")].assert_eq(&text);
        let code = code_of(&case);
        if problems.iter().any(|p| p.code == code) == case.ends_with("settled") {
            silent.push(format!("{}\n{text}", case.display()));
        }
    }
    assert!(silent.is_empty(), "no such code in {}", silent.join("\n"));
}

/// The codes of a list.
fn listed(codes: &[(&'static str, &'static str)]) -> BTreeSet<String> {
    codes.iter().map(|(code, _)| (*code).to_owned()).collect()
}

/// The codes that a source gives to diagnostics: a quoted word with hyphens (or `cycle`, `uncited`) where one stands.
fn scanned(file: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    let text = std::fs::read_to_string(&path).expect("a source");
    let text = text.split("#[cfg(test)]").next().unwrap_or(&text);
    let mut found = BTreeSet::new();
    for start in [
        "Diagnostic::error(",
        "Diagnostic::warning(",
        "Diagnostic::note(",
        "code: ",
        // What the compiler and the lints hand to a function of their own.
        "report(",
        "at,\n                expr,",
        "expr,",
        "&expr,",
    ] {
        for (at, _) in text.match_indices(start) {
            let rest = text[at + start.len()..].trim_start();
            let Some(rest) = rest.strip_prefix('"') else {
                continue;
            };
            let word = rest.split('"').next().unwrap_or("");
            if !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_code_has_a_file() {
    let mut codes = BTreeSet::new();
    for (list, files) in [
        (listed(source::CODES), &["source.rs"][..]),
        (listed(syntax::CODES), &["syntax.rs"]),
        (
            &listed(vocabulary::CODES) | &listed(source::CODES),
            &["vocabulary.rs"],
        ),
        (
            &listed(program::CODES) | &listed(source::CODES),
            &["program.rs"],
        ),
        (
            &listed(freeze::CODES) | &listed(source::CODES),
            &["freeze.rs"],
        ),
        (listed(translation::CODES), &["translation.rs"]),
        (
            listed(lint::CODES),
            &[
                "lint.rs",
                "lint/citations.rs",
                "lint/editions.rs",
                "lint/matrix.rs",
                "lint/names.rs",
                "lint/ranges.rs",
                "lint/reach.rs",
            ],
        ),
    ] {
        for file in files {
            let missing: Vec<_> = scanned(file).difference(&list).cloned().collect();
            assert!(
                missing.is_empty(),
                "{file} gives {missing:?}, which no CODES lists"
            );
        }
        codes.extend(list);
    }
    codes.extend(scanned("compile.rs"));
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("check"))
        .expect("a folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let without: Vec<_> = codes.difference(&folders).collect();
    assert!(
        without.is_empty(),
        "no file in corpus/check for {without:?}"
    );
    let unknown: Vec<_> = folders.difference(&codes).collect();
    assert!(unknown.is_empty(), "folders of no code: {unknown:?}");
}
