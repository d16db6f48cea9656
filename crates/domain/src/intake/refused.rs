//! The rows that an import refused, written down and read again, so that they may count as before.
//!
//! Without them, evidence that was written anew would say that there is nothing where nobody knows: what was unknown
//! would become short. They stand in a table of their own, for a cell that could not be read has no place in a column of
//! days or numbers, and a row of broken bytes none in any.

use indexmap::IndexMap;

use super::{Intake, LISTED, SheetReport, and_more, quoted};
use crate::diagnostic::{Diagnostic, Place, Severity, did_you_mean};
use crate::evidence::{Evidence, Refused};

/// What the table of refused rows is called.
pub const REFUSED: &str = "refused";

/// Its columns: the kind of evidence; the partner, empty where it could be anyone's; what was lost; why; where the row
/// stood, in which column; and how to mend it.
pub const REFUSED_COLUMNS: [&str; 8] = [
    "table", "partner", "lost", "problem", "file", "row", "column", "help",
];

/// A row that may count.
const ROW: &str = "row";
/// A row that states otherwise what another one states, and adds nothing.
const REPEAT: &str = "repeat";
/// Nobody knows how many rows.
const ROWS: &str = "unknown number of rows";

/// The refused rows of evidence, as [`Intake::refused_before`] reads them again.
pub fn refused_rows(evidence: &Evidence) -> Vec<[String; 8]> {
    let kinds = evidence.vocabulary.kinds.keys();
    let lost = kinds.zip(&evidence.tables);
    // Rows were read of a kind that still is not taken as supplied: a file of it could not be read.
    let lost = lost.filter(|(_, table)| !table.supplied && !table.is_empty());
    let mut rows: Vec<[String; 8]> = lost
        .map(|(kind, _)| {
            let mut row = [const { String::new() }; 8];
            row[0].clone_from(kind);
            row[2] = ROWS.to_owned();
            row[3] =
                format!("a file of `{kind}` could not be read, so nothing about it is certain");
            row
        })
        .collect();
    rows.extend(evidence.refused.iter().map(|refused| {
        let Refused {
            kind,
            partner,
            problem,
            repeats,
            row: _,
        } = refused;
        let number = |n: u32| match n {
            0 => String::new(),
            n => n.to_string(),
        };
        [
            evidence.vocabulary.kinds[*kind].name.clone(),
            partner.map_or(String::new(), |p| evidence.strings.text(p).to_owned()),
            if *repeats { REPEAT } else { ROW }.to_owned(),
            problem.message.clone(),
            problem.place.file.clone(),
            number(problem.place.line),
            problem.place.context.clone(),
            problem.help.clone(),
        ]
    }));
    rows
}

impl Intake {
    /// Takes over what an earlier import refused: the rows of a table with the columns of [`REFUSED_COLUMNS`], each with
    /// its number.
    pub fn refused_before(&mut self, file: &str, rows: Vec<(u32, [String; 8])>) {
        let mut reports: IndexMap<usize, SheetReport> = IndexMap::new();
        for (line, [table, partner, lost, problem, of, row, column, help]) in rows {
            let here = Place {
                line,
                ..Place::file(file)
            };
            let Some(kind) = self.kind(&table) else {
                let known = self.library.vocabulary.kinds.keys().map(String::as_str);
                let help = did_you_mean(&table, known);
                let message = format!("{} is no kind of evidence", quoted(&table));
                self.report(Diagnostic::error("unknown-kind", message, here).help(help));
                continue;
            };
            let place = if of.is_empty() {
                here
            } else {
                let line = row.parse().unwrap_or(0);
                Place {
                    line,
                    ..Place::file(of).showing(column)
                }
            };
            let problem = Diagnostic::error("refused-before", problem, place).help(help);
            let report = reports.entry(kind).or_insert_with(|| SheetReport {
                file: file.to_owned(),
                kind: self.library.vocabulary.kinds[kind].name.clone(),
                ..SheetReport::default()
            });
            if lost == ROWS {
                self.problems.push(problem);
                self.withhold(kind);
                continue;
            }
            report.read += 1;
            report.refused += 1;
            if report.refused <= u64::from(LISTED) {
                self.problems.push(problem.clone());
            }
            let partner = (!partner.is_empty()).then(|| self.builder.strings.code(&partner));
            self.builder.refuse(Refused {
                kind,
                partner,
                problem,
                repeats: lost == REPEAT,
                row: None,
            });
        }
        for report in reports.into_values() {
            if let Some(more) = report.refused.checked_sub(u64::from(LISTED))
                && more > 0
            {
                let more = u32::try_from(more).unwrap_or(u32::MAX);
                let place = Place::file(file).showing(report.kind.as_str());
                self.problems
                    .push(and_more("refused-before", more, place, Severity::Error));
            }
            self.reports.push(report);
        }
    }
}
