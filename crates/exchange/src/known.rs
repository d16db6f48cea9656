//! Exports of which more is known than their columns say.
//!
//! What a row of such a file means beyond its cells is a fact about the file, and stands here with its source; what
//! counts for which program stays in the program's file.

use domain::diagnostic::{Diagnostic, Place};
use domain::vocabulary::plain;

/// An export that is recognized by its columns.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The currency of its amounts, beside which none stands.
    pub currency: Option<&'static str>,
    /// A word that is true only where another column says so.
    only: Option<Only>,
    /// The column with the word since which a row counts.
    counts: Option<(usize, &'static str)>,
}

#[derive(Clone, Debug)]
struct Only {
    column: usize,
    word: &'static str,
    by: usize,
    needs: &'static str,
}

/// The AWS ACE pipeline, exported from the portal (70 columns, December 2023) or written for its import (45 columns,
/// March 2023): "Launched" is Stage `Launched` with Status `Approved`, and its amounts are in US dollars.
pub(crate) fn recognize(header: &[String]) -> Option<Known> {
    let spelled: Vec<String> = header
        .iter()
        .map(|h| {
            let h = h.trim_start_matches('\u{feff}').trim();
            plain(h.split('(').next().unwrap_or(h))
        })
        .collect();
    let at = |names: &[&str]| {
        spelled
            .iter()
            .position(|s| names.iter().any(|n| plain(n) == *s))
    };
    at(&[
        "Estimated AWS Monthly Recurring Revenue",
        "expectedMonthlyAwsRevenue",
    ])?;
    let stage = at(&["Stage"]);
    let status = at(&["Status"]);
    Some(Known {
        currency: Some("USD"),
        // The export has no day of the launch.
        counts: stage.map(|column| (column, "launched")),
        only: stage.zip(status).map(|(column, by)| Only {
            column,
            word: "launched",
            by,
            needs: "approved",
        }),
    })
}

impl Known {
    /// The column of evidence that says since when a row counts, and that such an export never has.
    pub(crate) fn opens(&self) -> Option<&'static str> {
        self.counts.map(|_| "launched_on")
    }

    /// Has a row come as far as counts?
    pub(crate) fn counts<'c>(&self, cell: impl Fn(usize) -> &'c str) -> bool {
        self.counts
            .is_some_and(|(column, word)| plain(cell(column)) == word)
    }

    /// The columns that are read beside those of the kind.
    pub(crate) fn columns(&self) -> impl Iterator<Item = usize> {
        let only = self.only.iter().flat_map(|only| [only.column, only.by]);
        only.chain(self.counts.iter().map(|(column, _)| *column))
    }

    /// The column whose cell must be left out of this row, because it is not true yet.
    pub(crate) fn not_yet<'c>(&self, cell: impl Fn(usize) -> &'c str) -> Option<usize> {
        let only = self.only.as_ref()?;
        (plain(cell(only.column)) == only.word && plain(cell(only.by)) != only.needs)
            .then_some(only.column)
    }

    /// Says how many rows were read as less than they say.
    pub(crate) fn report(&self, file: &str, rows: u64, first: u32) -> Diagnostic {
        let (n, their) = if rows == 1 {
            ("1 row has".to_owned(), "its stage is")
        } else {
            (format!("{rows} rows have"), "their stage is")
        };
        Diagnostic::warning(
            "launch-not-approved",
            format!("{n} the stage `Launched` without the status `Approved`, so {their} read as not known"),
            Place {
                line: first,
                ..Place::file(file)
            },
        )
        .help("a launch counts once the vendor has approved it: export again when it has")
    }
}
