//! Feeds broken programs and tables to the readers and the engine, and reports what panics, dies or never ends.
//!
//! ```text
//! cargo run --profile fuzz -p cairn-exchange --example fuzz -- all --seconds 600 --seed 1
//! cargo run --profile fuzz -p cairn-exchange --example fuzz -- rules --seed 1 --only 4711
//! ```
//!
//! The targets are `rules`, `csv`, `xlsx`, `parquet` and `all` of them. Input N of a seed is always the same, as long
//! as the corpus is. Every input runs in a child with two MiB of stack, as a server's threads have, and four GiB of
//! memory; the parent restarts it where it dies, and keeps the input.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::use_debug,
    reason = "a tool for those who work on Cairn: it measures, prints, and is started by itself"
)]

// The tables at random are written for the tests of `domain`, which name it in full.
extern crate domain as cairn_domain;

mod mutate;
#[path = "../../../domain/tests/common/random.rs"]
mod random;
mod rules;
mod tables;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use random::Random;

const TARGETS: [&str; 4] = ["rules", "csv", "xlsx", "parquet"];
/// An input that takes longer is a finding.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many inputs are kept of panics at one place.
const KEPT: usize = 3;

/// Files to be read as one.
pub struct Input {
    /// Their names and contents.
    pub files: Vec<(String, Vec<u8>)>,
}

/// How far an input came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// Read, with problems.
    Read,
    /// Read without an error.
    Accepted,
    /// Evaluated.
    Evaluated,
}

/// A target: makes inputs and runs them.
pub trait Target {
    /// Makes an input.
    fn make(&self, random: &mut Random) -> Input;
    /// Runs one; panics where something is wrong.
    fn run(&self, input: &Input, random: &mut Random) -> Reached;
}

fn target(name: &str) -> Option<Box<dyn Target>> {
    Some(match name {
        "rules" => Box::new(rules::Rules::new()),
        "csv" => Box::new(tables::Tables::new(tables::Form::Csv)),
        "xlsx" => Box::new(tables::Tables::new(tables::Form::Xlsx)),
        "parquet" => Box::new(tables::Tables::new(tables::Form::Parquet)),
        "itself" => Box::new(Itself),
        _ => return None,
    })
}

/// Fails in each way that must be noticed, so that silence can be trusted: `fuzz itself --seconds 60`.
struct Itself;

impl Target for Itself {
    fn make(&self, random: &mut Random) -> Input {
        Input {
            files: vec![(
                "number.txt".to_owned(),
                random.next().to_string().into_bytes(),
            )],
        }
    }

    fn run(&self, _: &Input, random: &mut Random) -> Reached {
        fn deeper(than: u64) -> u64 {
            if than == u64::MAX {
                0
            } else {
                std::hint::black_box(deeper(than + 1) + than)
            }
        }
        match random.below(100_000) {
            0..=2 => panic!("a panic that was asked for"),
            3 => drop(deeper(0)),
            4 => std::thread::sleep(2 * PATIENCE),
            5 => drop(vec![1_u8; 5 << 30]),
            _ => {}
        }
        Reached::Read
    }
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What was asked for on the command line.
struct Asked {
    target: String,
    seconds: u64,
    seed: u64,
    /// Runs this input alone, without a child.
    only: Option<u64>,
    out: PathBuf,
    /// A child begins here.
    child: Option<u64>,
}

fn asked() -> Option<Asked> {
    let mut arguments = std::env::args().skip(1);
    let mut asked = Asked {
        target: arguments.next()?,
        seconds: 30,
        seed: 1,
        only: None,
        out: std::env::temp_dir().join("cairn-fuzz"),
        child: None,
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--seconds" => asked.seconds = value.parse().ok()?,
            "--seed" => asked.seed = value.parse().ok()?,
            "--only" => asked.only = Some(value.parse().ok()?),
            "--child" => asked.child = Some(value.parse().ok()?),
            "--out" => asked.out = value.into(),
            _ => return None,
        }
    }
    let known = ["all", "itself"].contains(&&*asked.target) || TARGETS.contains(&&*asked.target);
    known.then_some(asked)
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        println!(
            "usage: fuzz rules|csv|xlsx|parquet|all [--seconds N] [--seed N] [--only INPUT] [--out FOLDER]"
        );
        return ExitCode::from(2);
    };
    if let Some(first) = asked.child {
        small_stack(|| child(&asked, first));
        return ExitCode::SUCCESS;
    }
    if let Some(only) = asked.only {
        small_stack(|| replay(&asked, only));
        return ExitCode::SUCCESS;
    }
    let mut found = 0;
    for name in TARGETS.iter().chain(&["itself"]) {
        if asked.target == *name || asked.target == "all" && *name != "itself" {
            found += supervise(&asked, name);
        }
    }
    if found == 0 {
        ExitCode::SUCCESS
    } else {
        println!("inputs that failed are below {}", asked.out.display());
        ExitCode::FAILURE
    }
}

fn small_stack(f: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        thread
            .spawn_scoped(scope, f)
            .expect("a thread")
            .join()
            .expect("no panic of its own");
    });
}

/// The generator of one input: near numbers have nothing in common.
fn random(seed: u64, number: u64) -> Random {
    let mut random = Random(seed.rotate_left(32) ^ number);
    Random(random.next())
}

/// What a child writes down before each input, for the parent.
#[derive(Clone, Copy, Default)]
struct State {
    number: u64,
    accepted: u64,
    evaluated: u64,
    panics: u64,
}

impl State {
    const LENGTH: usize = 32;

    fn bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        let all = [self.number, self.accepted, self.evaluated, self.panics];
        for (place, value) in bytes.chunks_exact_mut(8).zip(all) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    fn read(path: &Path) -> State {
        let bytes = fs::read(path).unwrap_or_default();
        let at = |n: usize| {
            let word = bytes.get(n * 8..n * 8 + 8).and_then(|b| b.try_into().ok());
            word.map_or(0, u64::from_le_bytes)
        };
        State {
            number: at(0),
            accepted: at(1),
            evaluated: at(2),
            panics: at(3),
        }
    }
}

fn supervise(asked: &Asked, name: &str) -> u64 {
    let out = asked.out.join(name);
    fs::create_dir_all(&out).expect("a folder for findings");
    let state_file = out.join("state");
    let _ = fs::remove_file(&state_file);
    let _ = fs::remove_file(out.join("panics.txt"));
    let own = std::env::current_exe().expect("this program");
    let began = Instant::now();
    let whole = Duration::from_secs(asked.seconds);
    let mut died = 0;
    let mut first = 0;
    while let Some(left) = whole
        .checked_sub(began.elapsed())
        .filter(|l| l.as_secs() > 0)
    {
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -v 4194304; exec \"$0\" \"$@\""])
            .arg(&own)
            .arg(name)
            .args(["--seconds", &left.as_secs().to_string()])
            .args(["--seed", &asked.seed.to_string()])
            .args(["--child", &first.to_string()])
            .arg("--out")
            .arg(&asked.out)
            .env("RAYON_NUM_THREADS", "2")
            .spawn()
            .expect("a child");
        let mut last = (State::read(&state_file).number, Instant::now());
        let ended = loop {
            std::thread::sleep(Duration::from_millis(100));
            if let Some(status) = child.try_wait().expect("a child") {
                break (!status.success()).then(|| format!("died: {status}"));
            }
            let number = State::read(&state_file).number;
            if number != last.0 {
                last = (number, Instant::now());
            } else if last.1.elapsed() > PATIENCE {
                child.kill().expect("a child");
                child.wait().expect("a child");
                break Some(format!("took more than {} s", PATIENCE.as_secs()));
            }
        };
        let Some(how) = ended else { break };
        let number = State::read(&state_file).number;
        died += 1;
        println!("{name}: input {number} of seed {} {how}", asked.seed);
        keep(
            &out,
            asked.seed,
            number,
            &make(name, asked.seed, number),
            &how,
        );
        first = number + 1;
    }
    let state = State::read(&state_file);
    println!(
        "{name}: seed {}, {} s, {} inputs, {} accepted, {} evaluated, {} panics, {died} died or never ended",
        asked.seed,
        began.elapsed().as_secs(),
        state.number + 1,
        state.accepted,
        state.evaluated,
        state.panics
    );
    state.panics + died
}

fn make(name: &str, seed: u64, number: u64) -> Input {
    let target = target(name).expect("a target");
    target.make(&mut random(seed, number))
}

fn keep(out: &Path, seed: u64, number: u64, input: &Input, why: &str) {
    let folder = out.join(format!("{seed}-{number}"));
    for (name, bytes) in &input.files {
        let path = folder.join(name);
        let below = path.parent().expect("below the folder");
        fs::create_dir_all(below).expect("a folder for the input");
        fs::write(path, bytes).expect("the input is kept");
    }
    fs::write(folder.join("why.txt"), format!("{why}\n")).expect("the reason is kept");
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Panics are noted, not printed: foreign readers may panic where our code catches it.
fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let said = panic.payload();
        let text = said
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| said.downcast_ref::<&str>().map(|s| (*s).to_owned()))
            .unwrap_or_default();
        let place = panic.location().map(ToString::to_string);
        let mut last = LAST_PANIC
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        *last = format!("{}\t{text}", place.unwrap_or_default());
    }));
}

fn child(asked: &Asked, first: u64) {
    let target = target(&asked.target).expect("a target");
    let out = asked.out.join(&asked.target);
    let state_file = out.join("state");
    let mut state = State::read(&state_file);
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&state_file);
    let file = file.expect("a file for the state");
    note_panics();
    let began = Instant::now();
    let mut seen: Vec<(String, usize)> = Vec::new();
    let mut number = first;
    while began.elapsed().as_secs() < asked.seconds {
        state.number = number;
        file.write_all_at(&state.bytes(), 0)
            .expect("the state is written");
        let mut random = random(asked.seed, number);
        let input = target.make(&mut random);
        match catch_unwind(AssertUnwindSafe(|| target.run(&input, &mut random))) {
            Ok(reached) => {
                state.accepted += u64::from(reached >= Reached::Accepted);
                state.evaluated += u64::from(reached >= Reached::Evaluated);
            }
            Err(_) => {
                state.panics += 1;
                let why = LAST_PANIC.lock().expect("no panic inside").clone();
                let place = why.split('\t').next().unwrap_or_default().to_owned();
                let at = seen
                    .iter()
                    .position(|(p, _)| *p == place)
                    .unwrap_or_else(|| {
                        seen.push((place, 0));
                        seen.len() - 1
                    });
                seen[at].1 += 1;
                if seen[at].1 == 1 {
                    println!(
                        "{}: input {number} of seed {}: {why}",
                        asked.target, asked.seed
                    );
                }
                if seen[at].1 <= KEPT {
                    keep(&out, asked.seed, number, &input, &why);
                    let log = fs::File::options()
                        .create(true)
                        .append(true)
                        .open(out.join("panics.txt"));
                    writeln!(log.expect("a log"), "{number}\t{why}").expect("a log");
                }
            }
        }
        number += 1;
    }
    file.write_all_at(&state.bytes(), 0)
        .expect("the state is written");
}

/// Runs one input in the open, with its panic printed.
fn replay(asked: &Asked, number: u64) {
    let target = target(&asked.target).expect("one target");
    let mut random = random(asked.seed, number);
    let input = target.make(&mut random);
    keep(
        &asked.out.join(&asked.target),
        asked.seed,
        number,
        &input,
        "replayed",
    );
    let began = Instant::now();
    let _ = target.run(&input, &mut random);
    println!("it ended after {:?}", began.elapsed());
}
