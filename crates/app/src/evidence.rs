//! The partner's evidence: opened once, then asked.

use std::path::Path;
use std::sync::Arc;

use domain::diagnostic::{Diagnostic, Place, Severity, did_you_mean};
use domain::evidence::Evidence;
use domain::intake::{Imported, SheetReport};
use domain::library::Library;
use exchange::{Options, Progress};

/// Evidence as it was read, and all that is wrong with it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The accepted facts.
    pub evidence: Arc<Evidence>,
    /// The files, with what became of their rows.
    pub sheets: Vec<SheetReport>,
    /// All problems.
    pub problems: Vec<Diagnostic>,
}

impl Opened {
    /// The rows that were refused.
    pub fn refused(&self) -> u64 {
        self.sheets.iter().map(|s| s.refused).sum()
    }

    /// The problems that are errors.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
    }
}

impl Opened {
    /// Is this a warning about a table whose kind is among these, so that the question at hand does not depend on it?
    pub fn is_idle(&self, problem: &Diagnostic, unread: &[String]) -> bool {
        problem.severity == Severity::Warning
            && self
                .sheets
                .iter()
                .any(|s| s.file == problem.place.file && unread.contains(&s.kind))
    }
}

/// That a column was mapped to one that no kind has.
fn mapped(library: &Library, options: &Options) -> Result<(), Diagnostic> {
    let known = || {
        library
            .vocabulary
            .kinds
            .values()
            .flat_map(|k| k.fields.keys().map(String::as_str))
            .chain(["partner", "recorded_on", "source"])
    };
    match options
        .settings
        .columns
        .iter()
        .find(|(_, ours)| known().all(|k| k != ours))
    {
        None => Ok(()),
        Some((theirs, ours)) => {
            let near = did_you_mean(ours, known());
            Err(Diagnostic::error(
                "unknown-column",
                format!("`{theirs}` is said to be `{ours}`, which is no column of any kind"),
                Place::default(),
            )
            .help(if near.is_empty() {
                "`cairn template --out FOLDER` writes every table with its columns".to_owned()
            } else {
                near
            }))
        }
    }
}

/// Opens a folder of tables, or a single table or workbook.
pub fn open(
    path: &Path,
    library: &Arc<Library>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Opened, Diagnostic> {
    mapped(library, options)?;
    exchange::read_folder_with(path, library, options, progress)
        .map(opened)
        .map_err(|problem| *problem)
}

/// Evidence of tables that are held in memory: the names of their files, and their bytes.
pub fn open_files(
    files: Vec<(String, Vec<u8>)>,
    library: &Arc<Library>,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    mapped(library, options)?;
    exchange::read_files(files, library, options, &mut |_| {})
        .map(opened)
        .map_err(|problem| *problem)
}

fn opened(mut imported: Imported) -> Opened {
    if imported.evidence.partners.is_empty() {
        // Who has supplied nothing can be asked about as well: then everything is unknown, and says what to supply.
        imported.evidence.add_partner("own");
    }
    Opened {
        evidence: Arc::new(imported.evidence),
        sheets: imported.sheets,
        problems: imported.problems,
    }
}
