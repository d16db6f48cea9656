//! Files to evidence and diagnostics, evidence to files.
//!
//! Knows how CSV, Parquet and workbooks write a table; what a cell of it means is the business of [`domain::intake`].
//! Knows no store, no clock and no arithmetic of the business.

mod archive;
mod calendar;
mod columnar;
mod escape;
mod folder;
mod formulas;
mod history;
mod known;
mod model;
mod report;
mod results;
mod text;
mod typed;
mod workbook;
mod write;

pub use archive::pack;
pub use calendar::{Entry, icalendar};
pub use folder::{
    Encoding, Files, Given, Headed, Opening, Options, Progress, Written, headers, read_files,
    read_folder, read_folder_with, read_given,
};
pub use history::{HistoryReader, HistoryWriter, PastRow, PastState};
pub use model::{ModelBook, ModelWords, write_model};
pub use report::{Block, Lines, Report, ReportError, Section, Table, write_pdf, write_tables};
pub use results::write_results;
pub use text::fuzz_csv;
pub use write::{Format, WriteError, write_folder, write_table, write_workbook};

/// Every code that a diagnostic of this crate can have, beside those of [`domain::intake::CODES`].
pub const CODES: &[&str] = &[
    "bad-parquet",
    "bad-quote",
    "bad-workbook",
    "bad-zip",
    "beyond-header",
    "cell-error",
    "file-ignored",
    "kind-guessed",
    "launch-not-approved",
    "no-header",
    "not-text",
    "not-utf-8",
    "nothing-to-read",
    "nul-byte",
    "quote-not-closed",
    "row-too-long",
    "unreadable-column",
    "unreadable-file",
];
