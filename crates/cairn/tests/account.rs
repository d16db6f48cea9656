//! `cairn account`, for whoever has the computer with the database, and the link that a first start prints.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a command prints, and how it ends.
fn cairn(folder: &Path, command: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(command.split(' '))
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs");
    let mut text = String::from_utf8(output.stderr).expect("text");
    text += &String::from_utf8(output.stdout).expect("text");
    (output.status.code().expect("it ended"), text)
}

#[test]
fn accounts_are_made_and_changed_where_nobody_can_sign_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |command: &str| cairn(folder.path(), command);
    let said = |command: &str| run(command).1;
    assert_eq!(
        said("account list"),
        "Nobody has an account. `cairn account add EMAIL administrator` invites the first one.\n"
    );
    let (code, link) =
        run("account add root@server.example administrator --public-url https://cairn.example");
    assert_eq!(code, 0, "{link}");
    assert!(
        link.starts_with("https://cairn.example/invitation?key="),
        "{link}"
    );
    assert_eq!(
        said("account list"),
        "root@server.example  invited  no role\n"
    );
    assert_eq!(
        run("account grant root@server.example administrator"),
        (0, String::new())
    );
    assert_eq!(
        said("account list"),
        "root@server.example  invited  administrator\n"
    );
    let (code, problem) = run("account disable zoe@server.example");
    assert_eq!(code, 1);
    assert!(
        problem.contains("there is no account `zoe@server.example`"),
        "{problem}"
    );
    for wrong in [
        "account grant root@server.example administrator --partner north",
        "account grant root@server.example reader --partner north",
        "account reset-password root@server.example",
        "account add nothing administrator",
    ] {
        assert_eq!(run(wrong).0, 1, "{wrong}");
    }
    assert_eq!(run("account grant root@server.example king").0, 2);
    let json: serde_json::Value = serde_json::from_str(&said("account list --json")).expect("JSON");
    assert_eq!(json["accounts"][0]["grants"][0]["role"], "administrator");
}

#[test]
fn the_first_start_prints_a_link_for_the_first_administrator() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let out = BufReader::new(server.stdout.take().expect("it is piped"));
    let lines: Vec<String> = out.lines().take(2).map(|l| l.expect("text")).collect();
    let _ = server.kill();
    let _ = server.wait();
    let address = lines[0]
        .strip_prefix("listening on ")
        .expect("where it listens");
    let (before, link) = lines[1].rsplit_once(' ').expect("words");
    assert_eq!(
        before,
        "nobody has an account yet: the first administrator begins within an hour at"
    );
    assert!(link.starts_with(&format!("{address}/first?key=")), "{link}");
}
