//! Evidence in, evidence out: what somebody has, written in the form that everything else reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::diagnostic::{Diagnostic, Place};
use domain::evidence::{Builder, Evidence};
use domain::library::Library;
use exchange::{Format, WriteError};

/// The form of evidence that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A folder of CSV tables.
    Folder,
    /// A folder of Parquet tables.
    Parquet,
    /// A workbook with a sheet for each table.
    Workbook,
}

impl Form {
    /// The form that a path's ending says: `.xlsx` is a workbook, without an ending it is a folder.
    ///
    /// Any other ending is refused, for a folder called `x.zip` is what nobody wants; one of digits is a date's, as in
    /// `evidence-2026.11`.
    pub fn of(path: &Path) -> Result<Form, Diagnostic> {
        let ending = path
            .extension()
            .map(|e| e.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        if ending == "xlsx" {
            Ok(Form::Workbook)
        } else if path.is_dir() || ending.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Form::Folder)
        } else {
            Err(Diagnostic::error(
                "unknown-format",
                format!("`{}` ends in nothing that can be written", path.display()),
                Place::default(),
            )
            .help("name a folder, or a workbook that ends in `.xlsx`; `--to` of `import` says the form whatever the ending"))
        }
    }
}

/// That nothing is lost by writing to a path: it is not there, or an empty folder.
pub fn free(path: &Path, read: Option<&Path>) -> Result<(), Diagnostic> {
    let in_use = |what: &str, help: &str| {
        Err(Diagnostic::error(
            "folder-in-use",
            format!("`{}` {what}", path.display()),
            Place::default(),
        )
        .help(help))
    };
    let help = "name another place, or overwrite what stands there with `--force`";
    let same = |read: &Path| matches!((read.canonicalize(), path.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if read.is_some_and(same) {
        return in_use("is what is read, and would be overwritten", help);
    }
    let empty = || std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    match (path.exists(), read) {
        (false, _) => Ok(()),
        (true, _) if empty() => Ok(()),
        (true, Some(_)) => in_use("is there already, and not empty", help),
        (true, None) => in_use("is there already, and not empty", "name another place"),
    }
}

/// Writes evidence. Returns the files.
pub fn write(evidence: &Evidence, path: &Path, form: Form) -> Result<Vec<PathBuf>, Diagnostic> {
    match form {
        Form::Folder => exchange::write_folder(evidence, path, Format::Csv).map_err(unwritable),
        Form::Parquet => {
            exchange::write_folder(evidence, path, Format::Parquet).map_err(unwritable)
        }
        Form::Workbook => {
            let bytes = exchange::write_workbook(evidence).map_err(unwritable)?;
            std::fs::write(path, bytes).map_err(|source| {
                unwritable(WriteError::Disk {
                    path: path.to_owned(),
                    source,
                })
            })?;
            Ok(vec![path.to_owned()])
        }
    }
}

/// Evidence without a single row, in which these kinds are supplied; all where none are named.
pub fn template(library: &Arc<Library>, kinds: &[String]) -> Result<Evidence, Diagnostic> {
    let vocabulary = &library.vocabulary;
    let mut builder = Builder::new(vocabulary.clone());
    for kind in kinds {
        let Some(at) = vocabulary.kinds.get_index_of(kind) else {
            let known = vocabulary.kinds.keys().map(String::as_str);
            let near = domain::diagnostic::did_you_mean(kind, known.clone());
            let all: Vec<String> = known.map(|k| format!("`{k}`")).collect();
            return Err(Diagnostic::error(
                "unknown-kind",
                format!("there is no kind of evidence `{kind}`"),
                Place::default(),
            )
            .help(if near.is_empty() {
                format!("there are {}", crate::words::and_list(&all))
            } else {
                near
            }));
        };
        builder.supply(at);
    }
    if kinds.is_empty() {
        (0..vocabulary.kinds.len()).for_each(|at| builder.supply(at));
    }
    Ok(builder.finish())
}

/// Why something could not be written.
/// Writes a text into a file.
pub fn write_text(path: &Path, text: &str) -> Result<(), Diagnostic> {
    write_bytes(path, text.as_bytes())
}

/// Writes bytes to a file.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    std::fs::write(path, bytes).map_err(|error| {
        Diagnostic::error(
            "cannot-write",
            format!("`{}` cannot be written: {error}", path.display()),
            Place::default(),
        )
    })
}

pub(crate) fn unwritable(error: WriteError) -> Diagnostic {
    let why = std::error::Error::source(&error).map_or_else(String::new, |s| format!(": {s}"));
    Diagnostic::error("cannot-write", format!("{error}{why}"), Place::default())
}
