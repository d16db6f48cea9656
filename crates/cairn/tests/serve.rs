//! The server as an operator meets it: the real binary, on a free port, over plain HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that runs in an empty folder, and is killed when the test ends.
struct Server {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts one with these flags, and waits until it says where it listens.
    fn start(flags: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_cairn"))
            .current_dir(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped"))
            .read_line(&mut line)
            .expect("text");
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .expect("it says where it listens")
            .to_owned();
        Server {
            child,
            address,
            _folder: folder,
        }
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
