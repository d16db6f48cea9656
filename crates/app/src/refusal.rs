//! Why the running product did not do what it was asked.

use domain::diagnostic::Diagnostic;
use store::StoreError;

use crate::access::Verb;

/// Why a verb was not carried out. Nothing of it was done.
#[derive(Debug)]
pub enum Refusal {
    /// Nobody is signed in, or no longer.
    SignIn,
    /// The actor may not use this verb there.
    Denied(Verb),
    /// There is no such thing, or none that this actor may know of.
    NotFound {
        /// What kind of thing: `partner`, `record`.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// Somebody else changed it meanwhile.
    Conflict {
        /// What was to be changed.
        what: String,
        /// The version that stands now; `None` where it is gone.
        now: Option<i64>,
    },
    /// What was handed in has problems, each with its place and a help.
    Problems(Vec<Diagnostic>),
    /// Too often; again after so many seconds.
    TooOften {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The ledger is not warm yet.
    Loading,
    /// The store did not answer.
    Store(StoreError),
}

impl Refusal {
    /// That there is no such thing.
    pub fn no(what: &'static str, id: &str) -> Refusal {
        Refusal::NotFound {
            what,
            id: id.to_owned(),
        }
    }

    /// A code for it, as interfaces name it; those of problems are the problems' own.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::SignIn => "sign-in",
            Refusal::Denied(_) => "denied",
            Refusal::NotFound { .. } => "not-found",
            Refusal::Conflict { .. } => "conflict",
            Refusal::Problems(problems) => problems.first().map_or("problems", |p| p.code),
            Refusal::TooOften { .. } => "too-often",
            Refusal::Loading => "loading",
            Refusal::Store(_) => "unavailable",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::SignIn => f.write_str("nobody is signed in"),
            Refusal::Denied(verb) => write!(f, "your role does not allow `{}` here", verb.name()),
            Refusal::NotFound { what, id } => write!(f, "there is no {what} `{id}`"),
            Refusal::Conflict { what, now: Some(_) } => {
                write!(f, "somebody else changed {what} meanwhile")
            }
            Refusal::Conflict { what, now: None } => {
                write!(f, "somebody else withdrew {what} meanwhile")
            }
            Refusal::Problems(problems) => match problems.as_slice() {
                [one] => f.write_str(&one.message),
                all => write!(f, "there are {} problems", all.len()),
            },
            Refusal::TooOften { seconds } => write!(f, "too often: again in {seconds} seconds"),
            Refusal::Loading => f.write_str("the evidence is still being loaded"),
            Refusal::Store(_) => f.write_str("the database does not answer"),
        }
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Refusal::Store(source) => Some(source),
            _ => None,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(source: StoreError) -> Refusal {
        Refusal::Store(source)
    }
}

impl From<Diagnostic> for Refusal {
    fn from(problem: Diagnostic) -> Refusal {
        Refusal::Problems(vec![problem])
    }
}
