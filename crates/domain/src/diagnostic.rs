//! What is wrong with a file, where, and how to go on.
//!
//! Problems are collected, never thrown one at a time. A message has no
//! capital, no full stop, no Rust names and no blame.

use std::fmt;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing needs to change.
    Note,
    /// Likely a slip; the answer stands.
    Warning,
    /// The file, row or question cannot be used.
    Error,
}

impl Severity {
    /// `note`, `warning`, `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Where in a file something stands. Lines and columns count from one; 0 is "the whole of it".
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user named it, with `/` between folders.
    pub file: String,
    /// The line; in a table the row of the file, its header being row 1.
    pub line: u32,
    /// The column in characters, where it is known.
    pub column: u32,
    /// What stands there: a row's id, a table's column, the expression around the slip.
    pub context: String,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Place {
        Place {
            file: file.into(),
            ..Place::default()
        }
    }

    /// The same place, with what stands there.
    pub fn showing(mut self, context: impl Into<String>) -> Place {
        self.context = context.into();
        self
    }
}

/// `programs/acme/2026.toml:14:61  … where class = exam`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        if !self.context.is_empty() {
            write!(f, "  {}", self.context)?;
        }
        Ok(())
    }
}

/// One problem: a stable code, what happened, where, and how to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, which tools and documents rely on: `unknown-name`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, to what (in backticks).
    pub message: String,
    /// Where.
    pub place: Place,
    /// How to go on; empty where the message says it.
    pub help: String,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>, place: Place) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            place,
            help: String::new(),
        }
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>, place: Place) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, message, place)
        }
    }

    /// A note.
    pub fn note(code: &'static str, message: impl Into<String>, place: Place) -> Diagnostic {
        Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::error(code, message, place)
        }
    }

    /// The same problem, with how to go on.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = help.into();
        self
    }
}

/// Three lines: `code: message`, `  --> place`, `  help: …`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if !self.place.file.is_empty() {
            write!(f, "\n  --> {}", self.place)?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// The nearest few of `known` to `name`, nearest first; none that is far off.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let mut near: Vec<(u32, &str)> = known
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let edits = strsim::damerau_levenshtein(&wanted, &lower);
            let similar = strsim::jaro_winkler(&wanted, &lower);
            let contained = wanted.len() >= 4
                && (lower.contains(&wanted) || wanted.contains(&lower) && lower.len() >= 4);
            let close = edits <= 1 + wanted.chars().count() / 5 || similar > 0.9 || contained;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::float_arithmetic,
                reason = "between 0 and 1000, and only a likeness of names"
            )]
            close.then(|| (1000 - (similar * 1000.0) as u32, candidate))
        })
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// `` `a`, `b` or `c` ``; empty for none.
pub fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// `did you mean …?` for the nearest names; empty where none is near.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    if near.is_empty() {
        String::new()
    } else {
        format!("did you mean {}?", listed(&near))
    }
}
