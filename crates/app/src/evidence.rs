//! The partner's evidence: opened once, then asked.

use std::path::Path;
use std::sync::Arc;

use domain::diagnostic::{Diagnostic, Severity};
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

/// Opens a folder of tables, or a single table or workbook.
pub fn open(
    path: &Path,
    library: &Arc<Library>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Opened, Diagnostic> {
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
