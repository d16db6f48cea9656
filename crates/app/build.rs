//! Lists the shipped programs, vocabularies and frozen hashes, so that the binary carries them.

#![expect(
    clippy::disallowed_methods,
    clippy::use_debug,
    reason = "cargo speaks to it by the environment, and the compiler reads what it prints"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.filter_map(|e| Some(e.ok()?.path())) {
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
}

fn main() {
    let variable = |name| std::env::var(name).expect("cargo sets it");
    let root = Path::new(&variable("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().expect("the workspace is there");
    let mut files = Vec::new();
    toml_files(&root.join("vocabulary"), &mut files);
    toml_files(&root.join("programs"), &mut files);
    files.sort();
    let mut list = String::from("&[\n");
    for path in files {
        let name = path.strip_prefix(&root).expect("below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        let path = path.to_string_lossy();
        writeln!(list, "({name:?}, include_str!({path:?})),").expect("a string takes text");
    }
    list += "]\n";
    let frozen = root.join("frozen.toml");
    println!("cargo::rerun-if-changed={}", frozen.display());
    let frozen = if frozen.is_file() {
        format!("Some(include_str!({:?}))", frozen.to_string_lossy())
    } else {
        "None".to_owned()
    };
    let out = variable("OUT_DIR");
    let write = |name: &str, text: &str| {
        std::fs::write(Path::new(&out).join(name), text).expect("the output folder takes a file");
    };
    write("shipped.rs", &list);
    write("frozen.rs", &frozen);
}
