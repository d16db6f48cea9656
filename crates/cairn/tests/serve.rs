//! The server as an operator meets it: the real binary, on a free port, over plain HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use expect_test::{Expect, expect};
use serde_json::Value;

/// A server that runs in a folder of its own, and is killed when the test ends.
struct Server {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts one with these flags, and waits until it says where it listens.
    fn start(flags: &[&str]) -> Server {
        Server::start_in(tempfile::tempdir().expect("a folder"), flags, &[])
    }

    /// Starts one in a folder, with these variables.
    fn start_in(folder: tempfile::TempDir, flags: &[&str], variables: &[(&str, &str)]) -> Server {
        let log = std::fs::File::create(folder.path().join("log")).expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_cairn"))
            .current_dir(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(flags)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped"))
            .read_line(&mut line)
            .expect("text");
        let mut server = Server {
            child,
            address: String::new(),
            folder,
        };
        let address = line.trim().strip_prefix("listening on http://");
        server.address = address
            .unwrap_or_else(|| panic!("{line}{}", server.log()))
            .to_owned();
        server
    }

    /// What it has written to standard error.
    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("text")
    }

    /// Sends a request as it is written, and gives what comes back until the connection is closed.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Gets an address: the head and the body of the answer.
    fn get(&self, path: &str) -> (String, String) {
        let answer = self.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        ));
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        (head.to_owned(), body.to_owned())
    }

    fn wait_until_ready(&self) {
        for _ in 0..3_000 {
            if self.get("/ready").0.starts_with("HTTP/1.1 200") {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not get ready");
    }

    /// Sends a signal, and gives the exit code.
    fn stop(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_says_that_it_lives_and_when_it_is_ready() {
    let server = Server::start(&[]);
    let (head, body) = server.get("/health");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, r#"{"status":"ok"}"#);
    server.wait_until_ready();
    let (_, body) = server.get("/ready");
    assert_eq!(body, r#"{"status":"ok"}"#);
    let (_, body) = server.get("/metrics");
    assert!(body.contains("\ncairn_ready 1\n"), "{body}");
}

#[test]
fn it_stops_with_0_when_it_is_told_to() {
    for signal in ["TERM", "INT"] {
        assert_eq!(Server::start(&[]).stop(signal), Some(0), "{signal}");
    }
}

#[test]
fn a_wrong_address_is_a_problem_in_the_form_its_reader_wants() {
    let server = Server::start(&[]);
    let (head, body) = server.get("/api/v1/nothing");
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    assert!(
        head.contains("content-type: application/problem+json"),
        "{head}"
    );
    assert!(body.contains(r#""code":"not-found""#), "{body}");
    let (head, body) = server.get("/nothing");
    assert!(head.contains("content-type: text/html"), "{head}");
    assert!(body.contains("<h1>There is nothing here</h1>"), "{body}");
}

/// Runs `cairn serve` where it cannot start: its exit code and what it says.
fn refused(folder: &Path, flags: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .current_dir(folder)
        .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "off"])
        .args(flags)
        .envs(variables.iter().copied())
        .output()
        .expect("the binary runs");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn it_answers_while_it_loads_and_says_how_far_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    // A pipe: whoever reads it waits until somebody writes.
    let pipe = folder.path().join("slow.toml");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("mkfifo runs")
            .success()
    );
    let mut server = Server::start_in(folder, &["--programs", "slow.toml"], &[]);
    assert!(server.get("/health").0.starts_with("HTTP/1.1 200"));
    let (head, body) = server.get("/ready");
    assert!(
        head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 1"),
        "{head}"
    );
    assert_eq!(
        body,
        r#"{"status":"loading","what":"programs","done":0,"total":1}"#
    );
    assert!(server.get("/metrics").1.contains("\ncairn_ready 0\n"));
    // And it stops in order, although it still reads.
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn what_keeps_it_from_getting_ready_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, said) = refused(folder.path(), &["--programs", "nowhere"], &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("`nowhere` cannot be read"), "{said}");
    let (code, said) = refused(
        folder.path(),
        &["--database", "no/such/folder/cairn.db"],
        &[],
    );
    assert_eq!(code, Some(1));
    assert!(
        said.contains("no-store: the database `no/such/folder/cairn.db` cannot be used"),
        "{said}"
    );
    std::fs::write(
        folder.path().join("cairn.toml"),
        "programs = [\"said-by-the-file\"]\n",
    )
    .expect("a file");
    let (code, said) = refused(folder.path(), &[], &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("`said-by-the-file` cannot be read"), "{said}");
    std::fs::remove_file(folder.path().join("cairn.toml")).expect("the file");
    let nobody = "postgres://cairn:hunter2@127.0.0.1:1/cairn";
    let (code, said) = refused(folder.path(), &["--database", nobody], &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("`postgres://cairn@127.0.0.1:1/cairn`") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn a_variable_wins_over_the_file_and_a_flag_over_both() {
    let check = |flags: &[&str], variables: &[(&str, &str)], secure: bool| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = "public_url = \"https://file.example.com\"\n";
        std::fs::write(folder.path().join("cairn.toml"), file).expect("a file");
        let (head, _) = Server::start_in(folder, flags, variables).get("/health");
        assert_eq!(head.contains("strict-transport-security"), secure, "{head}");
    };
    let http = ("CAIRN_PUBLIC_URL", "http://variable.example.com");
    check(&[], &[], true);
    check(&[], &[http], false);
    check(&["--public-url", "https://flag.example.com"], &[http], true);
}

#[test]
fn a_configuration_with_slips_starts_nothing_and_lists_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |text: &str, flags: &[&str], expected: Expect| {
        std::fs::write(folder.path().join("cairn.toml"), text).expect("a file");
        let (code, said) = refused(folder.path(), flags, &[]);
        expected.assert_eq(&said);
        assert_eq!(code, Some(2));
    };
    check(
        "lisen = \"x\"\n\n[limits]\nbody = \"big\"\n",
        &[],
        expect![[r#"
            unknown-setting: there is no setting `lisen`
              --> cairn.toml:1:1
              help: did you mean `listen`?
            wrong-setting: `limits.body` cannot be `big`
              --> cairn.toml:4:8
              help: a size is written as a number and KiB, MiB or GiB, as in 512KiB, 2MiB or 1GiB
        "#]],
    );
    check(
        "smtp = { url_file = \"secret\" }\n",
        &["--oidc-client-id", "cairn"],
        expect![[r#"
            wrong-setting: `smtp.url_file` names `secret`, which cannot be read: No such file or directory (os error 2)
              help: whoever runs the server must be able to read the file
            missing-setting: `oidc.client_id` is set, and `oidc.issuer` is not
              help: one goes with the other; docs/configuration.md says what each is
            missing-setting: `oidc.client_id` is set, and `oidc.client_secret` is not
              help: one goes with the other; docs/configuration.md says what each is
            missing-setting: `oidc.client_id` is set, and `public_url` is not
              help: one goes with the other; docs/configuration.md says what each is
        "#]],
    );
    let (code, said) = refused(folder.path(), &["--config", "none.toml"], &[]);
    assert_eq!(code, Some(2));
    assert!(
        said.starts_with("cannot-read: the configuration `none.toml`"),
        "{said}"
    );
}

#[test]
fn no_secret_reaches_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let secrets = "[oidc]\nissuer = \"https://login.example.com\"\nclient_id = \"cairn\"\nclient_secret = \"s3cret-config\"\n\n\
        [smtp]\nurl_file = \"smtp\"\nfrom = \"cairn@example.com\"\n";
    std::fs::write(folder.path().join("cairn.toml"), secrets).expect("a file");
    std::fs::write(
        folder.path().join("smtp"),
        "smtps://u:s3cret-file@mail.example.com\n",
    )
    .expect("a file");
    let flags = [
        "--log-level",
        "trace",
        "--public-url",
        "https://cairn.example.com",
    ];
    let mut server = Server::start_in(folder, &flags, &[]);
    server.wait_until_ready();
    let host = server.address.clone();
    for path in [
        "/s3cret-path",
        "/api/v1/s3cret-path",
        "/?token=s3cret-query",
        "/api/v1/version?token=s3cret-query",
    ] {
        let body = "password=s3cret-body";
        server.raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer s3cret-header\r\n\
             Cookie: session=s3cret-cookie\r\nX-Request-Id: s3cret bad id\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        server.get(path);
    }
    assert_eq!(server.stop("TERM"), Some(0));
    let log = server.log();
    let leaks: Vec<&str> = log.lines().filter(|line| line.contains("s3cret")).collect();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(
        log.lines().any(|line| line.contains("\"route\":\"/\"")),
        "{log}"
    );
}

#[test]
fn the_log_has_one_line_a_request() {
    let mut server = Server::start(&["--log-format", "json"]);
    server.wait_until_ready();
    server.raw(&format!(
        "GET /api/v1/version HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Request-Id: mine\r\n\r\n",
        server.address
    ));
    assert_eq!(server.stop("TERM"), Some(0));
    let log = server.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of: Vec<&Value> = lines
        .iter()
        .filter(|line| line["span"]["request_id"] == "mine")
        .collect();
    let [line] = of.as_slice() else {
        panic!("{log}")
    };
    let fields: Vec<&str> = line
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    expect!["timestamp level message method route status ms bytes target span"]
        .assert_eq(&fields.join(" "));
    assert_eq!(
        (&line["method"], &line["route"], &line["status"]),
        (&"GET".into(), &"/api/v1/version".into(), &200.into())
    );
    let answered = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .count();
    let metrics = lines.iter().find(|line| line["message"] == "stopped");
    assert!(answered >= 2 && metrics.is_some(), "{log}");
}

#[test]
fn requests_are_counted_and_timed_by_their_route() {
    let server = Server::start(&[]);
    server.wait_until_ready();
    server.get("/api/v1/version");
    server.get("/api/v1/version");
    server.get("/nothing");
    let (_, text) = server.get("/metrics");
    for line in [
        r#"cairn_http_requests_total{method="GET",route="/api/v1/version",status="200"} 2"#,
        r#"cairn_http_requests_total{method="GET",route="(none)",status="404"} 1"#,
        r#"cairn_http_request_duration_seconds_bucket{method="GET",route="/api/v1/version",le="+Inf"} 2"#,
        "cairn_http_requests_in_flight 1",
        "# HELP cairn_ledger_partners partners in memory",
        "cairn_ledger_partners 0",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
    }
}

#[test]
fn metrics_can_have_an_address_of_their_own_or_none() {
    let server = Server::start(&["--metrics-enabled", "false"]);
    assert!(server.get("/metrics").0.starts_with("HTTP/1.1 404"));
    let server = Server::start(&["--metrics-listen", "127.0.0.1:0"]);
    assert!(server.get("/metrics").0.starts_with("HTTP/1.1 404"));
}

#[test]
fn a_frozen_edition_that_was_changed_is_said_and_the_rest_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let programs = folder.path().join("ours/programs/acme");
    std::fs::create_dir_all(&programs).expect("a folder");
    let edition = |need: u32| {
        let text = format!(
            "program = \"acme\"\nedition = \"2026\"\ntitle = \"Acme\"\nin_force = {{ from = 2026-01-01 }}\nlevels = [\"one\"]\n\n\
             [source.guide]\ntitle = \"Guide\"\nfrom = \"Acme\"\nread = \"original\"\n\n\
             [requirement]\nteam = {{ measure = \"count people\", at_least = {{ one = {need} }}, cite = \"guide p. 1\" }}\n"
        );
        std::fs::write(programs.join("2026.toml"), text).expect("a file");
    };
    edition(3);
    let freeze = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .current_dir(folder.path())
        .args(["freeze", "--programs", "ours"])
        .output()
        .expect("the binary runs");
    assert!(
        freeze.status.success(),
        "{}",
        String::from_utf8_lossy(&freeze.stderr)
    );
    edition(4);
    let mut server = Server::start_in(folder, &["--programs", "ours"], &[]);
    server.wait_until_ready();
    assert_eq!(server.stop("TERM"), Some(0));
    assert!(server.log().contains("frozen-changed"), "{}", server.log());
}

/// The address of a new, empty database on the PostgreSQL server that tests share.
fn postgres() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/postgres");
    let started = Command::new(script).output().expect("tools/postgres");
    assert!(
        started.status.success(),
        "{}",
        String::from_utf8_lossy(&started.stderr)
    );
    let server = String::from_utf8(started.stdout).expect("an address");
    let server = server.trim();
    // Two tests at once may not take the same name.
    let name = format!("serve_{}", std::process::id());
    psql(server, &format!("drop database if exists {name}"));
    psql(server, &format!("create database {name}"));
    let (front, _) = server.rsplit_once('/').expect("a database");
    format!("{front}/{name}")
}

fn psql(address: &str, statement: &str) {
    let done = Command::new("psql")
        .args([address, "-qc", statement])
        .output()
        .expect("psql runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn two_servers_over_one_postgresql_start_at_once_and_outlive_its_connections() {
    let database = postgres();
    let start = || {
        let folder = tempfile::tempdir().expect("a folder");
        Server::start_in(folder, &[], &[("CAIRN_DATABASE", &database)])
    };
    let (mut first, mut second) = (start(), start());
    first.wait_until_ready();
    second.wait_until_ready();
    // As when the database is restarted: every connection is gone.
    psql(
        &database,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()",
    );
    let refreshes = |server: &Server| {
        let (_, text) = server.get("/metrics");
        let line = text
            .lines()
            .find_map(|l| l.strip_prefix("cairn_ledger_refreshes_total{outcome=\"done\"} "));
        line.map_or(0, |count| count.parse::<u64>().expect("a number"))
    };
    let before = refreshes(&first);
    for _ in 0..3_000 {
        if refreshes(&first) > before {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(refreshes(&first) > before, "{}", first.log());
    first.wait_until_ready();
    assert_eq!(
        (first.stop("TERM"), second.stop("TERM")),
        (Some(0), Some(0))
    );
}
