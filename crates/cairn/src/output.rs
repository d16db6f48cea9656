//! The only place that prints. Answers go to standard output, problems to standard error.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use anstyle::{AnsiColor, Style};
use app::domain::diagnostic::{Diagnostic, Severity};

/// How the command ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// The question was answered.
    Answered,
    /// The question could not be answered, or what was checked has errors.
    Failed,
    /// The command was written wrongly, as only what it reads could tell.
    WrongUsage,
}

impl Exit {
    /// 0, 1 or 2; most commands that are written wrongly have ended before with 2.
    pub fn code(self) -> u8 {
        match self {
            Exit::Answered => 0,
            Exit::Failed => 1,
            Exit::WrongUsage => 2,
        }
    }
}

/// What is met.
pub const MET: Style = AnsiColor::Green.on_default();
/// What is short, and errors.
pub const SHORT: Style = AnsiColor::Red.on_default().bold();
/// What is unknown, and warnings.
pub const UNKNOWN: Style = AnsiColor::Magenta.on_default();
/// What stands beside the matter.
pub const SOFT: Style = Style::new().dimmed();
/// Titles.
pub const TITLE: Style = Style::new().bold();

/// A text in a style. The style is left out where the output is no terminal.
pub fn styled(style: Style, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{style}{text}{style:#}")
}

/// Prints an answer. A reader that has gone away, as `head` does, is no error.
pub fn answer(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints bytes as they are.
pub fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Prints a remark beside the answer.
pub fn remark(text: &str) {
    anstream::eprintln!("{text}");
}

/// Asks something on standard error, on which the answer is waited for in the same line.
pub fn ask(text: &str) {
    anstream::eprint!("{text}");
}

/// Prints a problem with its place and help.
pub fn problem(problem: &Diagnostic) {
    anstream::eprintln!("{}", problem_text(problem));
}

/// A problem with its place and help, in color.
pub fn problem_text(problem: &Diagnostic) -> String {
    let style = match problem.severity {
        Severity::Error => SHORT,
        Severity::Warning => UNKNOWN,
        Severity::Note => SOFT,
    };
    let text = problem.to_string();
    match text.split_once(':') {
        Some((code, rest)) => format!("{}:{rest}", styled(style, code)),
        None => text,
    }
}

/// A progress bar on standard error: only on a terminal, and only for work over a second.
#[derive(Debug)]
pub struct Work {
    started: Instant,
    what: &'static str,
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Work {
    /// Work that begins now.
    #[expect(
        clippy::disallowed_methods,
        reason = "progress shows itself after a second"
    )]
    pub fn new(what: &'static str) -> Work {
        Work {
            started: Instant::now(),
            what,
            bar: None,
            quiet: !std::io::stderr().is_terminal(),
        }
    }

    /// So much of it is done.
    pub fn at(&mut self, done: u64, of: u64) {
        if self.quiet || self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(of)
                .with_style(style)
                .with_message(self.what)
        });
        bar.set_length(of);
        bar.set_position(done);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How wide a page of text may be: the terminal, but not so wide that lines are hard to read.
#[expect(
    clippy::disallowed_methods,
    reason = "what a shell says of its terminal is said there"
)]
pub fn width() -> usize {
    let widest = 100;
    if let Some(columns) = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse::<usize>().ok())
    {
        return columns.clamp(40, widest);
    }
    if !std::io::stdout().is_terminal() {
        return widest;
    }
    terminal_size::terminal_size().map_or(widest, |(w, _)| usize::from(w.0).clamp(40, widest))
}
