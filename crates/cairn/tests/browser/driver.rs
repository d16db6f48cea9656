//! A real Chromium, driven by WebDriver: a few requests of JSON to a chromedriver of its own, and the demo as it is served.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// How an element is named in an answer of WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How often is looked whether something has come, and how long in between.
const TRIES: usize = 600;
const BEAT: Duration = Duration::from_millis(50);

/// A process that ends with the test.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a process, and gives what it prints up to a line that `found` takes something from.
fn start(
    mut command: Command,
    found: impl Fn(&str) -> Option<String>,
) -> (Running, String, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let running = Running(child);
    let mut printed = String::new();
    loop {
        let mut line = String::new();
        assert!(
            out.read_line(&mut line).expect("text") > 0,
            "it ended: {printed}"
        );
        printed += &line;
        if let Some(found) = found(&line) {
            // What it prints later is read, so that it never waits for a reader.
            std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
            return (running, found, printed);
        }
    }
}

/// The demo, served from a folder of its own.
pub struct Demo {
    /// Where it answers: `http://127.0.0.1:40001`.
    pub address: String,
    /// The address that signs in once.
    pub open: String,
    /// Its folder.
    pub folder: tempfile::TempDir,
    _server: Running,
}

impl Demo {
    /// Starts it, with these flags besides.
    pub fn start(flags: &[&str]) -> Demo {
        Demo::start_in(tempfile::tempdir().expect("a folder"), flags)
    }

    /// The same, in a folder.
    pub fn start_in(folder: tempfile::TempDir, flags: &[&str]) -> Demo {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        command
            .args(["demo", "--serve", "--listen", "127.0.0.1:0"])
            .args(flags)
            .current_dir(folder.path());
        let (server, open, _) = start(command, |line| {
            line.trim().strip_prefix("open ").map(str::to_owned)
        });
        let address = open.split("/demo").next().unwrap_or_default().to_owned();
        Demo {
            address,
            open,
            folder,
            _server: server,
        }
    }

    /// Invites somebody from the command line; gives the link that they follow.
    pub fn invite(&self, email: &str, role: &str, person: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        command
            .args(["account", "add", email, role, "--partner", "harbor"])
            .args(["--database", "cairn-demo.db", "--public-url", &self.address])
            .current_dir(self.folder.path());
        if !person.is_empty() {
            command.args(["--person", person]);
        }
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// A browser with one window.
pub struct Browser {
    port: u16,
    session: String,
    base: String,
    _driver: Running,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A browser at an address, with script or without.
    pub fn start(base: &str, script: bool) -> Browser {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stderr(Stdio::null());
        let (driver, port, _) = start(command, |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim().trim_end_matches('.').to_owned())
        });
        let profile = tempfile::tempdir().expect("a folder");
        let mut args = vec![
            "--headless=new".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            "--window-size=1280,900".to_owned(),
        ];
        // Nothing of the browser's own goes into the network.
        for flag in [
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "disable-dev-shm-usage",
        ] {
            args.push(format!("--{flag}"));
        }
        let mut options = json!({ "args": args });
        if !script {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let mut browser = Browser {
            port: port.parse().expect("a port"),
            session: String::new(),
            base: base.to_owned(),
            _driver: driver,
            _profile: profile,
        };
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let made = browser.ask("POST", "/session", &wanted);
        browser.session = format!("/session/{}", made["sessionId"].as_str().expect("an id"));
        browser
    }

    /// Sends a request to the driver; a panic says what it refused.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body)
            .unwrap_or_else(|why| panic!("{method} {path} {body}: {why}"))
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" {
            body.to_string()
        } else {
            String::new()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(120)))
            .expect("a timeout");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .expect("it reads");
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).expect("a head");
            if line.trim().is_empty() {
                break;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(text) = lower.strip_prefix("content-length:") {
                length = text.trim().parse().expect("a length");
            }
        }
        let mut text = vec![0; length];
        answer.read_exact(&mut text).expect("a body");
        let answer: Value = serde_json::from_slice(&text).expect("JSON");
        match &answer["value"]["error"] {
            Value::String(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            _ => Ok(answer["value"].clone()),
        }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{path}", self.session), body)
    }

    /// Opens an address of the server, or a whole one.
    pub fn go(&self, path: &str) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.post("/url", &json!({ "url": url }));
    }

    /// The path and the query of the page that is open.
    pub fn here(&self) -> String {
        let path = format!("{}/url", self.session);
        let url = self.ask("GET", &path, &Value::Null);
        let url = url.as_str().expect("an address").to_owned();
        url.strip_prefix(&self.base).unwrap_or(&url).to_owned()
    }

    /// Runs a script in the page, and gives what it returns.
    pub fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script that says by its last argument when it is done.
    pub fn later(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Asks the browser itself, in its own protocol.
    pub fn tools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body)
    }

    fn find(&self, css: &str) -> Option<String> {
        let body = json!({ "using": "css selector", "value": css });
        let found = self.try_ask("POST", &format!("{}/element", self.session), &body);
        found.ok()?[ELEMENT].as_str().map(str::to_owned)
    }

    /// Waits until there is such an element.
    pub fn wait(&self, css: &str) -> String {
        for _ in 0..TRIES {
            if let Some(found) = self.find(css) {
                return found;
            }
            std::thread::sleep(BEAT);
        }
        panic!("{}: no `{css}` in {}", self.here(), self.text("body"));
    }

    /// Waits until the address holds a text.
    pub fn wait_for_address(&self, part: &str) {
        for _ in 0..TRIES {
            if self.here().contains(part) {
                return;
            }
            std::thread::sleep(BEAT);
        }
        panic!("{}: not {part}: {}", self.here(), self.text("body"));
    }

    /// Waits until the first such element says something.
    pub fn wait_for_text(&self, css: &str, part: &str) {
        let mut text = String::new();
        for _ in 0..TRIES {
            text = self.text(css);
            if text.contains(part) {
                return;
            }
            std::thread::sleep(BEAT);
        }
        panic!("{}: not {part}: {text}", self.here());
    }

    /// Is there such an element?
    pub fn has(&self, css: &str) -> bool {
        self.find(css).is_some()
    }

    /// The text of the first such element, as it is seen.
    pub fn text(&self, css: &str) -> String {
        let text = self.with(css, "GET", "text", &Value::Null);
        text.as_str().expect("text").to_owned()
    }

    /// An attribute of the first such element, as the browser understands it; empty where it has none.
    pub fn property(&self, css: &str, name: &str) -> String {
        let text = self.with(css, "GET", &format!("property/{name}"), &Value::Null);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Does something with the first such element, once there is one. Where another page has come meanwhile, its own is taken.
    fn with(&self, css: &str, method: &str, what: &str, body: &Value) -> Value {
        for _ in 0..TRIES {
            let element = self.wait(css);
            let path = format!("{}/element/{element}/{what}", self.session);
            match self.try_ask(method, &path, body) {
                Ok(done) => return done,
                // The second is what the browser says where the page goes in the very moment in between.
                Err(why)
                    if why.contains("stale element")
                        || why.contains("does not belong to the document") =>
                {
                    std::thread::sleep(BEAT);
                }
                Err(why) => panic!("{}: {what} of `{css}`: {why}", self.here()),
            }
        }
        panic!("{}: `{css}` never stays", self.here());
    }

    /// Clicks the first such element. Where that leads to another page, that page is open afterwards.
    pub fn click(&self, css: &str) {
        self.with(css, "POST", "click", &json!({}));
    }

    /// Types into the first such field what shall stand there.
    pub fn fill(&self, css: &str, text: &str) {
        let kind = self.property(css, "type");
        if kind == "date" {
            // Its parts are typed in the order of the reader's language.
            let (year, rest) = text.split_at(4);
            let typed = format!("{}{}{year}", &rest[1..3], &rest[4..6]);
            self.with(css, "POST", "value", &json!({ "text": typed }));
            return;
        }
        if kind != "file" {
            self.with(css, "POST", "clear", &json!({}));
        }
        self.with(css, "POST", "value", &json!({ "text": text }));
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub fn press(&self, keys: &[&str]) {
        let actions: Vec<Value> = keys
            .iter()
            .flat_map(|key| {
                let key = match *key {
                    "Tab" => "\u{e004}",
                    "Enter" => "\u{e007}",
                    "Escape" => "\u{e00c}",
                    "Space" => " ",
                    other => other,
                };
                [
                    json!({ "type": "keyDown", "value": key }),
                    json!({ "type": "keyUp", "value": key }),
                ]
            })
            .collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.post("/actions", &body);
    }

    /// Forgets all cookies: somebody else sits down at the browser.
    pub fn forget(&self) {
        let path = format!("{}/cookie", self.session);
        self.ask("DELETE", &path, &Value::Null);
    }

    /// Follows an invitation as somebody new.
    pub fn join(&self, link: &str, name: &str, password: &str) {
        self.forget();
        self.go(link);
        self.fill("#name", name);
        self.fill("input[name=password]", password);
        self.click("main button");
    }

    /// Signs in with a password.
    pub fn sign_in(&self, email: &str, password: &str) {
        self.forget();
        self.go("/sign-in");
        self.fill("input[name=email]", email);
        self.fill("input[name=password]", password);
        self.click("main button.main, main form button");
    }

    /// Takes a picture of the page into a file.
    pub fn picture(&self, path: &Path, whole: bool) {
        let size = self.script(
            "return [innerWidth, Math.min(document.documentElement.scrollHeight, 3000), innerHeight]",
        );
        let height = if whole { &size[1] } else { &size[2] };
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": height, "scale": 1 });
        let taken = self.tools(
            "Page.captureScreenshot",
            json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
        );
        let bytes = decoded(taken["data"].as_str().expect("a picture"));
        std::fs::write(path, bytes).expect("a file");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; the driver alone would leave it.
        let _ = self.try_ask("DELETE", &self.session, &Value::Null);
    }
}

/// Bytes of base64.
pub fn decoded(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = vec![];
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes().filter(|l| *l != b'=') {
        bits = bits << 6 | u32::from(value(letter));
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

/// A server over an empty database: it, the link of its first administrator, and its address.
pub fn empty_server(folder: &Path) -> (Running, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "off"])
        .current_dir(folder);
    let (server, link, printed) = start(command, |line| {
        let (_, link) = line.split_once("begins within an hour at ")?;
        Some(link.trim().to_owned())
    });
    let address = printed
        .lines()
        .find_map(|line| line.strip_prefix("listening on "))
        .expect("an address");
    (server, link, address.to_owned())
}
