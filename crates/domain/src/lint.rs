//! What is likely wrong with an edition that reads well: the lints of LANGUAGE §8.
//!
//! Reads files against each other and against themselves, and no evidence: names and types
//! of expressions are the compiler's, cases and coverage are theirs who run them. A lint is
//! silenced only by a `[[reading]]` that names it in `settles` and is about one of the ids
//! concerned, so that the reason stands in the file.

mod citations;
mod editions;
mod matrix;
mod names;
mod ranges;
mod reach;

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::expressions::said;
use crate::freeze::Frozen;
use crate::library::Library;
use crate::program::{Edition, PerTrack, Row, RowValue};

/// What the lints can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    (
        "easier-level",
        "a higher level asks less, or nothing, where a lower one asks",
    ),
    (
        "part-above-total",
        "a part asks more than the row that it narrows",
    ),
    (
        "parts-exceed-total",
        "disjoint parts add up to more than their row, which is then implied",
    ),
    ("ranges-overlap", "printed ranges or bands share a value"),
    (
        "ranges-gap",
        "printed ranges or bands leave a value out between them",
    ),
    (
        "bad-band",
        "a band that holds no number, or ends that are both inside and outside",
    ),
    (
        "maxima-do-not-add-up",
        "the maxima of a score's parts do not add up to `out_of`",
    ),
    (
        "weights-do-not-add-up",
        "the weights of a score's parts do not add up to `weights_add_to`",
    ),
    (
        "unreachable-level",
        "no evidence can meet what a level asks",
    ),
    (
        "unreachable-points",
        "no evidence can earn points, or reach a band, that is printed",
    ),
    (
        "uncited",
        "a number without `cite`, or a citation of no source of the file",
    ),
    (
        "second-hand",
        "a source that was not read at its publisher, with what rests on it",
    ),
    ("unused-name", "something is named and nothing uses it"),
    (
        "idle-settles",
        "a reading settles a lint that finds nothing there",
    ),
    (
        "unknown-name",
        "a name that nothing in the file, the library or the vocabulary has",
    ),
    (
        "unknown-word",
        "a word that is none of those that may stand there",
    ),
    (
        "name-clash",
        "two things share an id, or two files an edition",
    ),
    (
        "out-of-range",
        "a parameter's own value lies outside what may be set",
    ),
    (
        "strict-and-lax",
        "one measure is compared with `>` in one place and with `>=` in another",
    ),
    (
        "no-window",
        "a row over facts that never close looks at all of them, in a program with a period",
    ),
    (
        "one-cell-changed",
        "a lone threshold differs from the edition before: perhaps a slip",
    ),
    (
        "list-item-undated",
        "a list gained or lost an item against the edition before, without a day",
    ),
    ("editions-overlap", "two editions are in force on one day"),
    (
        "editions-gap",
        "no edition is in force on some days, or one is on none",
    ),
    ("cycle", "libraries or programs need each other in a circle"),
    (
        "missing-key",
        "a reading that is about nothing, or settles a lint without a reason",
    ),
];

/// The lints that a reading may settle, those of other modules among them. What is left out is mended, not explained.
pub const SETTLED_BY_A_READING: &[&str] = &[
    "easier-level",
    "part-above-total",
    "parts-exceed-total",
    "ranges-overlap",
    "ranges-gap",
    "maxima-do-not-add-up",
    "weights-do-not-add-up",
    "unreachable-level",
    "unreachable-points",
    "uncited",
    "second-hand",
    "unused-name",
    "strict-and-lax",
    "no-window",
    "one-cell-changed",
    "list-item-undated",
    "editions-gap",
    "growth-without-base",
    "untested",
];

/// All that is likely wrong with one edition, in the order of its file.
pub fn lint(library: &Library, edition: &Edition, frozen: &Frozen) -> Vec<Diagnostic> {
    let findings = Findings::new(library, edition);
    names::check(&findings);
    matrix::check(&findings);
    ranges::check(&findings);
    reach::check(&findings);
    citations::check(&findings);
    editions::check_against_the_one_before(&findings);
    for changed in frozen.check(library, edition) {
        findings.report(changed, &[]);
    }
    findings.finish()
}

/// What no edition shows alone: days with two editions in force or none, and libraries in a ring.
pub fn lint_library(library: &Library) -> Vec<Diagnostic> {
    editions::check_library(library)
}

/// Does a reading of the edition settle this lint for one of these ids?
pub fn is_settled(edition: &Edition, code: &str, about: &[&str]) -> bool {
    SETTLED_BY_A_READING.contains(&code)
        && edition
            .reading
            .iter()
            .any(|r| r.settles.iter().any(|s| s == code) && about.contains(&r.about.as_str()))
}

/// Problems that others found in the expressions of editions, without those that a reading settles for the id they
/// stand at: a division that may have no value, and says so in its file.
pub fn unsettled(
    library: &Library,
    problems: impl IntoIterator<Item = Diagnostic>,
) -> Vec<Diagnostic> {
    let settled = |problem: &Diagnostic| {
        SETTLED_BY_A_READING.contains(&problem.code)
            && library
                .editions
                .iter()
                .filter(|e| e.file == problem.place.file && !e.reading.is_empty())
                .any(|e| is_settled(e, problem.code, &ids_at(e, &problem.place)))
    };
    problems.into_iter().filter(|p| !settled(p)).collect()
}

/// The ids of the expression that a place is inside: its own, and those of the rows or the score around it.
fn ids_at<'a>(edition: &'a Edition, place: &Place) -> Vec<&'a str> {
    let Some(said) = said(edition)
        .into_iter()
        .filter(|s| s.place.line == place.line && s.place.column <= place.column)
        .max_by_key(|s| s.place.column)
    else {
        return vec![];
    };
    let mut ids = vec![said.of];
    ids.extend(said.score);
    if let Some(row) = edition.rows.get(said.of) {
        ids.extend(with_parents(edition, row));
    }
    ids
}

/// What was found in one edition so far.
struct Findings<'a> {
    library: &'a Library,
    edition: &'a Edition,
    found: RefCell<Vec<Diagnostic>>,
    settled: RefCell<BTreeSet<(String, String)>>,
}

impl<'a> Findings<'a> {
    fn new(library: &'a Library, edition: &'a Edition) -> Self {
        Findings {
            library,
            edition,
            found: RefCell::default(),
            settled: RefCell::default(),
        }
    }

    /// Reports a problem that concerns these ids, unless a reading about one of them settles it.
    fn report(&self, problem: Diagnostic, about: &[&str]) {
        if is_settled(self.edition, problem.code, about) {
            for id in about {
                self.settled
                    .borrow_mut()
                    .insert((problem.code.to_owned(), (*id).to_owned()));
            }
        } else {
            let mut found = self.found.borrow_mut();
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }

    /// Where a key at the top of the file stands; the file where it has none.
    fn header(&self, key: &str) -> Place {
        self.edition
            .places
            .get(key)
            .cloned()
            .unwrap_or_else(|| Place::file(self.edition.file.clone()))
    }

    /// A name that nothing has, with the nearest of those that it could be.
    fn unknown<'n>(
        &self,
        message: String,
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let near = did_you_mean(name, known.iter().copied());
        let help = match (near.is_empty(), known.as_slice()) {
            (false, _) => near,
            (true, []) => String::new(),
            (true, few) if few.len() <= 12 => format!("there are {}", few.join(", ")),
            (true, _) => String::new(),
        };
        self.report(
            Diagnostic::error("unknown-name", message, place).help(help),
            &[],
        );
    }

    fn finish(self) -> Vec<Diagnostic> {
        self.idle_settles();
        let mut found = self.found.into_inner();
        found.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.place.line, d.place.column, d.code);
            key(a).cmp(&key(b))
        });
        found
    }

    /// Readings that settle what no longer needs settling: left alone, they would hide the next slip.
    fn idle_settles(&self) {
        const FOUND_ELSEWHERE: [&str; 3] = ["growth-without-base", "untested", "editions-gap"];
        for reading in self.edition.reading.iter().filter(|r| !r.about.is_empty()) {
            for code in &reading.settles {
                let used = self
                    .settled
                    .borrow()
                    .contains(&(code.clone(), reading.about.clone()));
                let ours = SETTLED_BY_A_READING.contains(&code.as_str())
                    && !FOUND_ELSEWHERE.contains(&code.as_str());
                if ours && !used {
                    let message = format!(
                        "the reading about `{}` settles `{code}`, which finds nothing there",
                        reading.about
                    );
                    self.report(
                        Diagnostic::note("idle-settles", message, reading.place.clone()).help(
                            "take `settles` out of the reading, so that it hides no later slip",
                        ),
                        &[],
                    );
                }
            }
        }
    }
}

/// `, on track small` where values differ by track.
fn on_track(track: Option<&str>) -> String {
    track.map_or(String::new(), |t| format!(" (track {t})"))
}

/// The id of a row with those of the rows above it: a reading about any of them can settle what concerns it.
fn with_parents<'a>(edition: &'a Edition, row: &'a Row) -> Vec<&'a str> {
    let mut ids = vec![row.id.as_str()];
    let mut above = row.parent.as_ref();
    while let Some(parent) = above.and_then(|p| edition.rows.get(p)) {
        ids.push(&parent.id);
        above = parent.parent.as_ref();
    }
    ids
}

/// The thresholds of a row, by track.
fn limits_of(row: &Row) -> Option<&crate::program::Limits> {
    match &row.value {
        RowValue::Measure { limits, .. } | RowValue::OfWhich { limits, .. } => limits.as_ref(),
        RowValue::Test { .. } => None,
    }
}

/// The values of several tracks that belong to this one.
fn on<'v, T>(values: &'v PerTrack<T>, track: Option<&str>) -> Vec<&'v T> {
    match track {
        Some(_) => values.on(track).into_iter().collect(),
        None => values.each().into_iter().map(|(_, v)| v).collect(),
    }
}

#[cfg(test)]
mod tests;
