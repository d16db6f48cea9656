//! `cairn import --database`: what would change is shown, and written once it is agreed to.

use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let evidence = folder.path().join("evidence");
    fs::create_dir(&evidence).expect("a folder");
    write(
        folder.path(),
        "people.csv",
        "person,name,registered_on\nann,Ann,2023-01-01\nbob,Bob,2023-02-01\n",
    );
    write(
        folder.path(),
        "credentials.csv",
        "person,credential,earned_on\nann,Certified Frobnicator,2023-03-01\nbob,AWS Certified Developer - Associate,31.31.2023\n",
    );
    folder
}

fn write(folder: &Path, file: &str, text: &str) {
    fs::write(folder.join("evidence").join(file), text).expect("written");
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(["import", "evidence"])
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("the command runs");
    let text = String::from_utf8(output.stdout).expect("text")
        + &String::from_utf8(output.stderr).expect("text");
    (output.status.code(), text)
}

fn check(folder: &Path, args: &[&str], code: i32, expected: Expect) {
    let (ended, text) = run(folder, args);
    // An import's id is made up anew each time.
    let shown: Vec<&str> = text
        .lines()
        .map(|line| line.split("the import is ").next().unwrap_or(line))
        .collect();
    expected.assert_eq(&(shown.join("\n") + "\n"));
    assert_eq!(ended, Some(code));
}

#[test]
fn what_would_change_is_shown_and_written_only_with_a_yes() {
    let folder = folder();
    let into = ["--database", "c.db", "--partner", "north"];
    check(
        folder.path(),
        &into,
        0,
        expect![[r#"
            people       2 rows  2 accepted             evidence/people.csv
            credentials  2 rows  1 accepted  1 refused  evidence/credentials.csv

            credentials  1 added
            people       2 added
            1 partner new: north
            bad-date: `31.31.2023` is no day
              --> evidence/credentials.csv:3  earned_on
              help: write the day as 2022-06-30
            unknown-credential: `Certified Frobnicator` is in no catalog of credentials, in 1 row
              --> evidence/credentials.csv:2  credential
              help: it may count until a catalog has it, or calls it another vendor's
            nothing was written: `--yes` writes it
        "#]],
    );
    let yes = ["--database", "c.db", "--partner", "north", "--yes"];
    check(
        folder.path(),
        &yes,
        0,
        expect![[r#"
            people       2 rows  2 accepted             evidence/people.csv
            credentials  2 rows  1 accepted  1 refused  evidence/credentials.csv

            credentials  1 added
            people       2 added
            1 partner new: north
            bad-date: `31.31.2023` is no day
              --> evidence/credentials.csv:3  earned_on
              help: write the day as 2022-06-30
            unknown-credential: `Certified Frobnicator` is in no catalog of credentials, in 1 row
              --> evidence/credentials.csv:2  credential
              help: it may count until a catalog has it, or calls it another vendor's
            written as change 1; 
        "#]],
    );
    check(
        folder.path(),
        &yes,
        0,
        expect![[r#"
            people       2 rows  2 accepted             evidence/people.csv
            credentials  2 rows  1 accepted  1 refused  evidence/credentials.csv

            credentials  1 unchanged
            people       2 unchanged
            bad-date: `31.31.2023` is no day
              --> evidence/credentials.csv:3  earned_on
              help: write the day as 2022-06-30
            unknown-credential: `Certified Frobnicator` is in no catalog of credentials, in 1 row
              --> evidence/credentials.csv:2  credential
              help: it may count until a catalog has it, or calls it another vendor's
            nothing changes, so nothing was written
        "#]],
    );
    write(
        folder.path(),
        "people.csv",
        "person,name,registered_on\nann,Ann Lee,2023-01-01\n",
    );
    let whole = [
        "--database",
        "c.db",
        "--partner",
        "north",
        "--whole",
        "people",
        "--yes",
    ];
    check(
        folder.path(),
        &whole,
        0,
        expect![[r#"
            people        1 row  1 accepted             evidence/people.csv
            credentials  2 rows  1 accepted  1 refused  evidence/credentials.csv

            credentials                1 unchanged
            people       1 superseded               1 withdrawn
              people ann Ann Lee: name Ann → Ann Lee
              people bob Bob withdrawn
            bad-date: `31.31.2023` is no day
              --> evidence/credentials.csv:3  earned_on
              help: write the day as 2022-06-30
            unknown-credential: `Certified Frobnicator` is in no catalog of credentials, in 1 row
              --> evidence/credentials.csv:2  credential
              help: it may count until a catalog has it, or calls it another vendor's
            written as change 2; 
        "#]],
    );
    check(
        folder.path(),
        &["--database", "c.db", "--partner", "north", "--strict"],
        1,
        expect![[r#"
            people        1 row  1 accepted             evidence/people.csv
            credentials  2 rows  1 accepted  1 refused  evidence/credentials.csv

            credentials  1 unchanged
            people       1 unchanged
            bad-date: `31.31.2023` is no day
              --> evidence/credentials.csv:3  earned_on
              help: write the day as 2022-06-30
            unknown-credential: `Certified Frobnicator` is in no catalog of credentials, in 1 row
              --> evidence/credentials.csv:2  credential
              help: it may count until a catalog has it, or calls it another vendor's
            nothing was written, because rows were refused
        "#]],
    );
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_nothing_is_written() {
    let folder = folder();
    write(folder.path(), "csat.csv", "");
    check(
        folder.path(),
        &["--database", "c.db", "--partner", "north", "--yes"],
        1,
        expect![[r#"
            people       2 rows  2 accepted             evidence/people.csv
            credentials  2 rows  1 accepted  1 refused  evidence/credentials.csv

            credentials  1 added
            people       2 added
            1 partner new: north
            bad-date: `31.31.2023` is no day
              --> evidence/credentials.csv:3  earned_on
              help: write the day as 2022-06-30
            unknown-credential: `Certified Frobnicator` is in no catalog of credentials, in 1 row
              --> evidence/credentials.csv:2  credential
              help: it may count until a catalog has it, or calls it another vendor's
            no-header: the file is empty, so it says nothing
              --> evidence/csat.csv
              help: write at least its header: a table with a header and no row says that there is none; until then nothing about `csat` is certain; or leave the file out and import the others
        "#]],
    );
    let (code, _) = run(folder.path(), &["--yes"]);
    assert_eq!(code, Some(2), "`--yes` is of `--database`");
    let (code, _) = run(folder.path(), &["--database", "c.db", "--out", "x"]);
    assert_eq!(code, Some(2));
}

#[test]
fn the_same_as_json() {
    let folder = folder();
    let (code, text) = run(
        folder.path(),
        &[
            "--database",
            "c.db",
            "--partner",
            "north",
            "--yes",
            "--json",
        ],
    );
    assert_eq!(code, Some(0), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&text[..=text.rfind('}').expect("an object")]).expect("JSON");
    assert_eq!(json["state"], "confirmed");
    assert_eq!(json["kinds"]["people"]["added"], 2);
    assert_eq!(json["refused"]["new"], 1);
    assert_eq!(json["names"][0]["name"], "Certified Frobnicator");
}
