//! Every shipped program is read, compiled and its cases run.

use std::path::Path;
use std::sync::Arc;

use cairn_domain::cases;
use cairn_domain::diagnostic::Severity;
use cairn_domain::engine::Programs;
use cairn_domain::library::Library;

fn shipped() -> Arc<Programs> {
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

#[test]
fn every_name_and_type_of_the_shipped_programs_is_settled() {
    let programs = shipped();
    let problems: Vec<String> = programs
        .problems
        .iter()
        .flatten()
        .filter(|p| p.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_worked_case_of_the_shipped_programs_holds() {
    let programs = shipped();
    let mut failures = Vec::new();
    let mut checks = 0;
    for edition in &programs.library.editions {
        let outcome = cases::run(&programs, edition);
        checks += outcome.checks;
        failures.extend(outcome.problems.iter().map(ToString::to_string));
    }
    assert!(
        failures.is_empty(),
        "{} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        checks > 1000,
        "only {checks} expectations were held against the engine"
    );
}
