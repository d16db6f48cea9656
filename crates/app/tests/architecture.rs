//! What ARCHITECTURE.md says is absent is absent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cairn_app::domain::library::Library;
use cairn_app::programs::SHIPPED;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).expect(file)
}

/// The names below `[dependencies]` of a crate.
fn dependencies(of: &str) -> BTreeSet<String> {
    let text = read(&format!("crates/{of}/Cargo.toml"));
    text.lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The sources of a crate as they are compiled into the product: without comments and tests, by path and line.
fn code(of: &str) -> Vec<(String, String)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("tests") {
                collect(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }
    let folder = root().join("crates").join(of).join("src");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let name = file.strip_prefix(&folder).expect("below").to_string_lossy();
        let text = std::fs::read_to_string(&file).expect("a source");
        let product = text.split("#[cfg(test)]\nmod ").next().unwrap_or(&text);
        for (number, line) in product.lines().enumerate() {
            let line = line.trim_start();
            if !line.starts_with("//") {
                lines.push((
                    format!("{of}/src/{}:{}", name.replace('\\', "/"), number + 1),
                    line.to_owned(),
                ));
            }
        }
    }
    lines
}

/// The lines of these crates in which one of these stands, but for files that are excused.
fn lines_with(crates: &[&str], words: &[&str], excused: &[&str]) -> Vec<String> {
    crates
        .iter()
        .flat_map(|of| code(of))
        .filter(|(at, line)| {
            words.iter().any(|word| line.contains(word))
                && !excused.iter().any(|file| at.starts_with(file))
        })
        .map(|(at, line)| format!("{at}: {line}"))
        .collect()
}

fn none(found: Vec<String>) {
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn imports_point_to_the_domain_and_siblings_never_see_each_other() {
    let allowed = BTreeMap::from([
        ("domain", vec![]),
        ("exchange", vec!["domain"]),
        ("store", vec!["domain"]),
        ("app", vec!["domain", "exchange", "store"]),
        ("cairn", vec!["app"]),
    ]);
    for (of, allowed_here) in &allowed {
        let imported: Vec<String> = dependencies(of)
            .into_iter()
            .filter(|d| allowed.contains_key(d.as_str()))
            .collect();
        for import in imported {
            assert!(
                allowed_here.contains(&import.as_str()),
                "{of} imports {import}"
            );
        }
    }
}

#[test]
fn the_domain_has_no_library_for_files_formats_networks_or_databases() {
    let known = [
        "hashbrown",
        "indexmap",
        "jiff",
        "num-bigint",
        "num-rational",
        "num-traits",
        "rand_xoshiro", // draws from a seed: arithmetic that asks no system for chance
        "rayon",
        "serde_json", // the schema for editors is a value of it; no type derives how it is written, as held below
        "sha2",
        "smallvec",
        "strsim",
        "toml",
    ];
    let more: Vec<String> = dependencies("domain")
        .into_iter()
        .filter(|d| !known.contains(&d.as_str()))
        .collect();
    none(more);
    none(lines_with(&["domain"], &["Serialize", "Deserialize"], &[]));
}

#[test]
fn the_domain_reads_no_file_and_no_environment_and_prints_nothing() {
    let words = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "println!",
        "eprintln!",
    ];
    none(lines_with(&["domain"], &words, &[]));
}

#[test]
fn no_float_where_money_is_counted() {
    // An approximate number for show, how alike two spellings are, and how well a column fits.
    let excused = [
        "domain/src/number.rs",
        "domain/src/diagnostic.rs",
        "domain/src/intake/columns.rs",
    ];
    none(lines_with(&["domain", "store"], &["f64", "f32"], &excused));
}

#[test]
fn no_vendor_program_or_level_is_named_in_the_code() {
    // A made-up partner, made-up populations, the columns of one vendor's export, and examples that editors show.
    let excused = [
        "app/src/demo",
        "app/src/population.rs",
        "exchange/src/known.rs",
        "domain/src/schema.rs",
    ];
    // Examples in the help that is shown where such a thing is missing.
    let examples = [
        ("domain/src/vocabulary.rs", "aws"),
        ("cairn/src/args.rs", "aws-services-path"),
    ];
    let (library, _) = Library::read(SHIPPED.iter().copied());
    let vocabulary = &library.vocabulary;
    let mut names: BTreeSet<&str> = library.programs().into_iter().collect();
    let catalogs = vocabulary.catalogs.keys().map(String::as_str);
    names.extend(catalogs.filter(|c| *c != "example"));
    for catalog in vocabulary.catalogs.values() {
        for entries in catalog.entries.values() {
            names.extend(entries.keys().map(String::as_str));
        }
    }
    // A level's name is an English word as well, so only a whole literal of it is looked for; `partner` is a column.
    let levels: BTreeSet<String> = library
        .editions
        .iter()
        .flat_map(|e| &e.levels)
        .filter(|level| *level != "partner")
        .map(|level| format!("\"{level}\""))
        .collect();
    let mut found = Vec::new();
    for (at, line) in ["domain", "exchange", "store", "app", "cairn"]
        .iter()
        .flat_map(|of| code(of))
    {
        if excused.iter().any(|file| at.starts_with(file)) {
            continue;
        }
        let literals: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let named = names.iter().filter(|name| {
            literals.iter().any(|text| {
                text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                    .any(|word| word == **name)
            }) && !examples
                .iter()
                .any(|(file, example)| at.starts_with(file) && example == *name)
        });
        found.extend(named.map(|name| format!("{at} names {name}: {line}")));
        let level = levels.iter().filter(|level| line.contains(*level));
        found.extend(level.map(|level| format!("{at} names {level}: {line}")));
    }
    none(found);
}
