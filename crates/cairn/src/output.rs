//! The only place that prints. Answers go to standard output, problems to standard error.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line prints here and nowhere else"
)]

use std::io::{IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use app::domain::diagnostic::{Diagnostic, Severity};

/// How the command ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// The question was answered.
    Answered,
    /// The question could not be answered, or what was checked has errors.
    Failed,
    /// The command was written wrongly.
    Usage,
}

impl Exit {
    /// 0, 1 or 2.
    pub fn code(self) -> u8 {
        match self {
            Exit::Answered => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
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

/// How wide a page of text may be: the terminal, but not so wide that lines are hard to read.
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
