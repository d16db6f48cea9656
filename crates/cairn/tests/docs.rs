//! Every command that a guide shows is run, and its output is what the guide prints.
//!
//! A guide is read from top to bottom in an empty folder. A block whose fence says `file=PATH` is written there, one with
//! `append=PATH` is added to that file; in a `console` block each line that begins with `$ ` is run, and what follows is its
//! output. A line `…` stands for any lines. `UPDATE_EXPECT=1` writes the outputs anew: read them before they are committed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines of output that a guide leaves out.
const ANY: &str = "…";

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}

/// The words of a command line; quotes keep spaces together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in command.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("one at least").push(letter),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// What a command prints: what is wrong first, then the answer.
fn output(command: &str, folder: &Path) -> String {
    let words = words(command);
    assert_eq!(words[0], "cairn", "only `cairn` can be run in a guide");
    let output = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(&words[1..])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("the command runs");
    let mut text = String::from_utf8(output.stderr).expect("text");
    text += &String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Is this the expected output, where a line `…` stands for any lines?
fn is_as_expected(found: &[&str], expected: &[&str]) -> bool {
    match (found, expected) {
        (_, [ANY]) | ([], []) => true,
        (_, [ANY, after @ ..]) => (0..=found.len()).any(|at| is_as_expected(&found[at..], after)),
        ([a, found @ ..], [b, expected @ ..]) => a == b && is_as_expected(found, expected),
        _ => false,
    }
}

/// Follows a guide in an empty folder.
#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn follow(name: &str) {
    let text = fs::read_to_string(page(name)).expect("the guide");
    let folder = tempfile::tempdir().expect("a folder");
    let (mut anew, mut wrong) = (String::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(anew, "{line}").expect("text");
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some((how, path)) = info.split(' ').find_map(|word| word.split_once('=')) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let before = match how {
                "append" => fs::read_to_string(&path).expect("a file of the guide") + "\n",
                _ => String::new(),
            };
            fs::write(path, format!("{before}{}\n", block.join("\n"))).expect("a file");
        }
        let text = block.join("\n");
        let commands = text.strip_prefix("$ ").filter(|_| info == "console");
        for shown in commands.into_iter().flat_map(|text| text.split("\n$ ")) {
            let expected: Vec<&str> = shown.lines().skip(1).collect();
            let command = shown.lines().next().unwrap_or_default();
            let found = output(command, folder.path());
            let found: Vec<&str> = found.lines().collect();
            let mut kept = &expected;
            if !is_as_expected(&found, &expected) {
                writeln!(wrong, "{name}: $ {command}\n{}\n", found.join("\n")).expect("text");
                if !expected.contains(&ANY) {
                    kept = &found;
                }
            }
            writeln!(anew, "$ {command}").expect("text");
            for line in kept {
                writeln!(anew, "{line}").expect("text");
            }
        }
        if commands.is_none() {
            for line in &block {
                writeln!(anew, "{line}").expect("text");
            }
        }
        anew += "```\n";
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(page(name), anew).expect("the guide takes its text");
    } else {
        assert!(wrong.is_empty(), "other output than printed\n\n{wrong}");
    }
}

#[test]
fn the_readme_prints_what_its_commands_print() {
    follow("README.md");
}

#[test]
fn the_guide_to_writing_a_program_prints_what_its_commands_print() {
    follow("docs/guide/write-a-program.md");
}

#[test]
fn the_page_of_commands_prints_what_they_print() {
    follow("docs/commands.md");
}

#[test]
fn the_guide_to_what_happens_next_prints_what_its_commands_print() {
    follow("docs/guide/what-happens-next.md");
}
