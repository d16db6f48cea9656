//! The tables of every worked case of every shipped program are read without a problem that its author would want to know.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::diagnostic::Severity;
use domain::intake::read_table_texts;
use domain::library::Library;

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|e| e.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn the_tables_of_every_shipped_case_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    toml_files(&root.join("vocabulary"), &mut paths);
    toml_files(&root.join("programs"), &mut paths);
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|p| {
            let name = p
                .strip_prefix(&root)
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            (name, std::fs::read_to_string(p).expect("text"))
        })
        .collect();
    let (library, _) = Library::read(texts.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let library = Arc::new(library);
    let mut problems = Vec::new();
    let mut cases = 0;
    for edition in &library.editions {
        for case in &edition.case {
            let given: Vec<_> = case
                .given
                .iter()
                .map(|(k, (text, place))| (k.as_str(), text.as_str(), place.clone()))
                .collect();
            let empty: Vec<&str> = case.empty.iter().map(String::as_str).collect();
            let imported = read_table_texts(&library, &edition.program, &given, &empty);
            for sheet in &imported.sheets {
                assert_eq!(sheet.accepted + sheet.refused, sheet.read, "{}", sheet.file);
            }
            // A case may well have a name that no catalog knows: that is what it is about.
            problems.extend(
                imported
                    .problems
                    .into_iter()
                    .filter(|p| p.severity == Severity::Error)
                    .map(|p| p.to_string()),
            );
            cases += 1;
        }
    }
    assert!(cases > 0, "there are cases");
    assert_eq!(problems.join("\n"), "");
}
