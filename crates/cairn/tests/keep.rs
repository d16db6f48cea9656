//! The commands on what is kept: they say what they did, and end as scripts expect.

use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};

const HISTORY: &str = "\
_version,_change,_learned_at,_learned_by,_verb,_state,_replaced_at,_replaces,_key,_more,partner,person,name,email,training_email,registered_on,left_on,team,recorded_on,source
1,1,2024-03-01T10:00:00Z,a1,import,superseded,2024-03-02T10:00:00Z,,\"[\"\"ann\"\"]\",,north,ann,Ann Miller,ann@north.example,,2023-01-01,,,,
2,1,2024-03-01T10:00:00Z,a1,import,current,,,\"[\"\"bob\"\"]\",,north,bob,Bob Stone,,,2023-01-01,,,,given by ann miller
3,2,2024-03-02T10:00:00Z,a2,edit-evidence,current,,1,\"[\"\"ann\"\"]\",,north,ann,Ann Miller-Stone,ann@north.example,,2023-01-01,,,2024-03-02,
";

/// What a command prints, problems first, and its exit code; moments, seals and pseudonyms as `…`.
fn run(folder: &Path, line: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(line.split(' '))
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the command runs");
    let text = String::from_utf8([out.stderr, out.stdout].concat()).expect("text");
    let hidden = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_seal = bare.len() == 64 && bare.bytes().all(|b| b.is_ascii_hexdigit());
        let is_moment = bare.len() > 20 && bare.contains('T') && bare.ends_with('Z');
        is_seal
            || is_moment
            || bare
                .strip_prefix("person-")
                .is_some_and(|rest| rest.len() == 16)
    };
    let lines = text.lines().map(|line| {
        let words = line
            .split(' ')
            .map(|word| if hidden(word) { "…" } else { word });
        let words: Vec<&str> = words.collect();
        words.join(" ").trim_end().to_owned() + "\n"
    });
    format!(
        "{}exit {}\n",
        lines.collect::<String>(),
        out.status.code().unwrap_or(-1)
    )
}

fn check(folder: &Path, line: &str, expected: Expect) {
    expected.assert_eq(&run(folder, line));
}

/// A database that holds a history.
fn database() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let history = folder.path().join("given/history");
    std::fs::create_dir_all(&history).expect("a folder");
    std::fs::write(history.join("people.csv"), HISTORY).expect("a file");
    let made = run(folder.path(), "restore-history given --database kept.db");
    assert_eq!(made, "2 changes with 3 facts taken over\nexit 0\n");
    folder
}

#[test]
fn the_chain_is_verified_and_a_seal_that_was_noted_is_looked_for() {
    let folder = database();
    check(
        folder.path(),
        "audit verify --database kept.db",
        expect![[r#"
            2 changes, 3 facts and 0 decisions verified: no flaw
            newest seal …
            note it elsewhere, and give it to `--expect` the next time
            exit 0
        "#]],
    );
    let noted = format!(
        "audit verify --database kept.db --expect {}",
        "0".repeat(64)
    );
    check(
        folder.path(),
        &noted,
        expect![[r#"
        flaw: no change has the seal … what came last was cut off, or all of it was written anew
        2 changes, 3 facts and 0 decisions verified: 1 flaw
        newest seal …
        note it elsewhere, and give it to `--expect` the next time
        exit 1
    "#]],
    );
    check(
        folder.path(),
        "audit verify --database kept.db --expect 12",
        expect![[r#"
            error: invalid value '12' for '--expect <SEAL>': a seal is 64 hexadecimal digits, as `cairn audit verify` prints them

            For more information, try '--help'.
            exit 2
        "#]],
    );
    check(
        folder.path(),
        "audit list --database kept.db --limit 1",
        expect![[r#"
            older ones with --before 2
            2  …  command-line  restore-history    change 2  {"at":"2024-03-02T10:00:00.000000Z","by":"a2","verb":"edit-evidence","change":2}
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "audit verify --database nowhere.db",
        expect![[r#"
            no-store: there is no database `nowhere.db`
              help: `--database` names the one that the server uses
            exit 1
        "#]],
    );
}

#[test]
fn a_backup_is_restored_and_what_is_no_backup_is_refused() {
    let folder = database();
    check(
        folder.path(),
        "backup --database kept.db --out all.backup",
        expect![[r#"
            6 rows of 43 tables written to all.backup, up to change 2
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "backup --database kept.db --out all.backup",
        expect![[r#"
            file-in-use: `all.backup` is there already
              help: name another file; a backup is never written over
            exit 1
        "#]],
    );
    check(
        folder.path(),
        "restore all.backup --database other.db",
        expect![[r#"
            6 rows restored from the backup of … 2 changes and 3 facts verified
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "restore all.backup --database other.db",
        expect![[r#"
            database-in-use: the database is not empty
              help: nothing was restored; name a database that is not there yet, or an empty one
            exit 1
        "#]],
    );
    check(
        folder.path(),
        "restore given/history/people.csv --database third.db",
        expect![[r#"
            backup-damaged: the file is not a whole backup: its bytes are not those that were written
              --> given/history/people.csv
              help: nothing was restored; take another backup, or another copy of this one
            exit 1
        "#]],
    );
}

#[test]
fn what_is_exported_with_its_history_is_taken_over_elsewhere() {
    let folder = database();
    check(
        folder.path(),
        "export --database kept.db --out out --history",
        expect![[r#"
            3 files written to out
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "restore-history out --database other.db",
        expect![[r#"
            2 changes with 3 facts taken over
            exit 0
        "#]],
    );
    let people = std::fs::read_to_string(folder.path().join("out/people.csv")).expect("a table");
    expect![[r#"
        partner,person,name,email,training_email,registered_on,left_on,team,recorded_on,source
        north,bob,Bob Stone,,,2023-01-01,,,,given by ann miller
        north,ann,Ann Miller-Stone,ann@north.example,,2023-01-01,,,2024-03-02,
    "#]]
    .assert_eq(&people);
}

#[test]
fn a_person_is_shown_and_erased() {
    let folder = database();
    check(
        folder.path(),
        "persons list --partner north --database kept.db",
        expect![[r#"
            ann  Ann Miller-Stone  1 record
            bob  Bob Stone         1 record
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "persons show ann --partner north --database kept.db",
        expect![[r#"
            1  people  …  earlier  person ann, name Ann Miller, email ann@north.example, registered_on 2023-01-01
            3  people  …  stands   person ann, name Ann Miller-Stone, email ann@north.example, registered_on 2023-01-01

            1 text in which they may be named, for you to look at:
              record 2 people  source  given by ann miller
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "persons erase ann --partner north --database kept.db",
        expect![[r#"
            … stands in 2 facts now

            1 text in which they may be named, for you to look at:
              record 2 people  source  given by ann miller
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "persons show ann --partner north --database kept.db",
        expect![[r#"
            not-found: there is no person `ann`
            exit 1
        "#]],
    );
    check(
        folder.path(),
        "audit verify --database kept.db",
        expect![[r#"
            3 changes, 3 facts and 0 decisions verified: no flaw
            2 rows erased, and stand with their seal alone
            newest seal …
            note it elsewhere, and give it to `--expect` the next time
            exit 0
        "#]],
    );
}

#[test]
fn what_may_be_forgotten_is_listed_and_forgotten() {
    let folder = database();
    check(
        folder.path(),
        "retention list --retention-sessions 7d",
        expect![[r#"
            sessions    7 days  sessions that ended
            links      90 days  invitations and links for new passwords that are no longer valid
            visits       1 day  visits to a provider of sign-in from which nobody came back
            limits       1 day  counts of tries that no longer count
            mails      30 days  mails that were sent
            imports   400 days  imports that ended, with what they showed; they can no longer be undone then
            notices   400 days  notices that were put away, or told in another way
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "retention run --database kept.db",
        expect![[r#"
            sessions  0 forgotten
            links     0 forgotten
            visits    0 forgotten
            limits    0 forgotten
            mails     0 forgotten
            imports   0 forgotten
            notices   0 forgotten
            uploads   0 forgotten
            exit 0
        "#]],
    );
    check(
        folder.path(),
        "decisions list --partner north --database kept.db",
        expect![[r#"
            exit 0
        "#]],
    );
}

#[test]
fn a_plan_that_is_written_down_is_begun_accepted_and_withdrawn() {
    let folder = database();
    check(
        folder.path(),
        "plans templates",
        expect![[r#"
        Start a managed-services practice  getting-started · Small-business managed-services playbook (S3), §6.6
          What four leaders prepare before a managed service is sold for the first time.
          25 items in 4 tracks take 105 days.
          Critical path: the company's own readiness, then marketing plan, sales plan and delivery and
          support.
          The company's own readiness comes before the three plans: the playbook puts it first and does not
          say so. Without that reading the tracks one after the other take 195 days, and all side by side
          60.
        exit 0
    "#]],
    );
    let begun = run(
        folder.path(),
        "plans begin getting-started --partner north --from 2027-01-04 --database kept.db",
    );
    for part in [
        "Plan 3: Start a managed-services practice, north",
        "Nothing of it was accepted.",
        "not accepted",
        "exit 0",
    ] {
        assert!(begun.contains(part), "{part}: {begun}");
    }
    let accepted = run(
        folder.path(),
        "plans accept 3 --partner north --step 1,2 --owner 2=command-line --database kept.db",
    );
    assert!(
        accepted.contains("0 of 2 accepted steps are done."),
        "{accepted}"
    );
    check(
        folder.path(),
        "plans accept 3 --partner north --step 1 --database kept.db",
        expect![[r#"
            step-accepted: step 1 of plan 3 was accepted already
              help: leave it out: a step becomes one task
            exit 1
        "#]],
    );
    check(
        folder.path(),
        "plans again 3 --partner north --database kept.db",
        expect![[r#"
            no-goal: plan 3 is of a template, which has no goal to plan again
              help: begin the template again on another day
            exit 1
        "#]],
    );
    check(
        folder.path(),
        "plans withdraw 3 --partner north --database kept.db",
        expect![[r#"
            plan 3 is withdrawn; 2 open tasks of it dropped
            exit 0
        "#]],
    );
    let listed = run(
        folder.path(),
        "plans list --partner north --database kept.db",
    );
    assert!(listed.contains("withdrawn"), "{listed}");
    check(
        folder.path(),
        "audit verify --database kept.db",
        expect![[r#"
            5 changes, 3 facts and 0 decisions verified: no flaw
            newest seal …
            note it elsewhere, and give it to `--expect` the next time
            exit 0
        "#]],
    );
}

#[test]
fn a_calendar_link_is_made_listed_and_ended() {
    let folder = database();
    let made = run(
        folder.path(),
        "feeds make --partner north --note telephone --public-url https://cairn.example --database kept.db",
    );
    assert!(
        made.starts_with("https://cairn.example/calendar/") && made.contains(".ics\nexit 0"),
        "{made}"
    );
    let listed = run(
        folder.path(),
        "feeds list --partner north --database kept.db --json",
    );
    let id = listed.split("\"feed\":").nth(1).expect("a link");
    let id = id.split('"').nth(1).expect("its id");
    let ended = run(
        folder.path(),
        &format!("feeds end {id} --partner north --database kept.db"),
    );
    assert_eq!(ended, format!("{id} works no more\nexit 0\n"));
    let listed = run(
        folder.path(),
        "feeds list --partner north --database kept.db",
    );
    assert!(
        listed.contains("telephone") && listed.contains("ended"),
        "{listed}"
    );
}
