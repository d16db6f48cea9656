//! Reports: which answers stand in which order, under which headings, and what is left for people to write.
//!
//! A report is a file under `vocabulary/reports/`. It computes nothing: each section shows an answer that the product gives
//! anyway, or asks for words.

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::{Keys, Source};
use crate::syntax::is_name;

/// What reading a report can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    ("no-section", "a report without a section"),
    ("section-twice", "two sections to be written of one id"),
];

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// The file.
    pub file: String,
    /// What people call it.
    pub title: String,
    /// Who it is for and what it tells, in a sentence or two.
    pub about: String,
    /// How many months before the day it tells of.
    pub months: u32,
    /// Its sections, in their order.
    pub sections: Vec<Section>,
}

/// A section of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What stands under it.
    pub show: Show,
}

/// What a section shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// Every program: the level held, the next one, and what is short.
    Standing,
    /// What was entered and lost in the time that the report tells of.
    Changes,
    /// What falls within a year, if nothing new happens.
    Falls,
    /// Key figures, now and before.
    Figures {
        /// The library of measures.
        library: String,
        /// The measures, in their order.
        measures: Vec<String>,
    },
    /// Open work: tasks, whose they are and when they are due.
    Tasks,
    /// A model: what comes out, its pictures, years, published tables, claims and inputs.
    Model(String),
    /// Words that somebody writes.
    Write {
        /// What they are kept under.
        id: String,
        /// What is to be told.
        ask: String,
    },
}

impl Report {
    /// The sections that somebody writes: id and heading.
    pub fn written(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.sections
            .iter()
            .filter_map(|section| match &section.show {
                Show::Write { id, .. } => Some((id.as_str(), section)),
                _ => None,
            })
    }
}

#[derive(Clone, Copy)]
enum Word {
    Standing,
    Changes,
    Falls,
    Figures,
    Tasks,
    Model,
    Write,
}

/// The words for what a section shows.
const WORDS: &[(&str, Word)] = &[
    ("standing", Word::Standing),
    ("changes", Word::Changes),
    ("falls", Word::Falls),
    ("figures", Word::Figures),
    ("tasks", Word::Tasks),
    ("model", Word::Model),
    ("write", Word::Write),
];

/// The words for what a section shows, in their order.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, _)| *word)
}

/// Reads a file of a report. Gives also all that is wrong with it; `None` where anything is.
pub fn read(file: &str, text: &str) -> (Option<Report>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let root = source.parse();
    let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
    let required = |key: &str, example: &str| {
        keys.string(key).unwrap_or_else(|| {
            keys.missing(key, example);
            String::new()
        })
    };
    let months = keys.number("months").and_then(|n| n.to_i64());
    let mut report = Report {
        name: required("report", "\"quarterly-review\""),
        file: file.to_owned(),
        title: required("title", "\"Quarterly business review\""),
        about: required("about", "\"What changed in a quarter.\""),
        months: months.and_then(|n| u32::try_from(n).ok()).unwrap_or(3),
        sections: vec![],
    };
    if !(1..=120).contains(&report.months) {
        let problem = Diagnostic::error(
            "out-of-range",
            format!("a report of {} months", report.months),
            keys.place(),
        );
        source.report(problem.help("write a number from 1 to 120"));
    }
    for table in keys.list("section") {
        if let Some(section) = section(&table) {
            let place = table.place();
            if let Show::Write { id, .. } = &section.show
                && report.written().any(|(known, _)| known == id)
            {
                let message = format!("two sections are written under `{id}`");
                source.report(
                    Diagnostic::error("section-twice", message, place)
                        .help("give each an id of its own"),
                );
            }
            report.sections.push(section);
            // Which keys it may have is known only where what it shows is.
            table.finish();
        }
    }
    if report.sections.is_empty() {
        let problem = Diagnostic::error("no-section", "the report shows nothing", keys.place());
        source.report(problem.help("add [[section]] with a title and what it shows"));
    }
    keys.finish();
    let problems = source.into_problems();
    (problems.is_empty().then_some(report), problems)
}

fn section(table: &Keys<'_, '_>) -> Option<Section> {
    let title = table.string("title").unwrap_or_else(|| {
        table.missing("title", "\"Where we stand\"");
        String::new()
    });
    let needed = |key: &str, example: &str| {
        let found = table.string(key);
        if found.is_none() && table.get(key).is_none() {
            table.missing(key, example);
        }
        found
    };
    if table.get("show").is_none() {
        table.missing("show", "\"standing\"");
    }
    let show = match table.choice("show", WORDS)? {
        Word::Standing => Show::Standing,
        Word::Changes => Show::Changes,
        Word::Falls => Show::Falls,
        Word::Tasks => Show::Tasks,
        Word::Figures => {
            let measures = table.strings("measures");
            if measures.is_empty() && table.get("measures").is_none() {
                table.missing("measures", "[\"mrr\", \"gross-margin\"]");
            }
            Show::Figures {
                library: needed("library", "\"kpis\"")?,
                measures,
            }
        }
        Word::Model => Show::Model(needed("model", "\"business-case\"")?),
        Word::Write => Show::Write {
            id: needed("id", "\"outlook\"").filter(|id| is_name(id))?,
            ask: needed("ask", "\"What comes next?\"")?,
        },
    };
    Some(Section { title, show })
}

/// Do the libraries and models that reports name exist?
pub fn check<'n>(
    report: &Report,
    libraries: impl Iterator<Item = &'n str> + Clone,
    models: impl Iterator<Item = &'n str> + Clone,
) -> Vec<Diagnostic> {
    let mut problems = vec![];
    let mut named = |what: &str, name: &str, near: String| {
        let place = crate::diagnostic::Place {
            file: report.file.clone(),
            ..Default::default()
        };
        let message = format!("there is no {what} `{name}`");
        problems.push(Diagnostic::error("unknown-name", message, place).help(near));
    };
    for section in &report.sections {
        match &section.show {
            Show::Figures { library, .. } if !libraries.clone().any(|l| l == library) => {
                let near = did_you_mean(library, libraries.clone());
                named("library", library, near);
            }
            Show::Model(model) if !models.clone().any(|m| m == model) => {
                named("model", model, did_you_mean(model, models.clone()));
            }
            _ => {}
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
report = "small"
title  = "A small report"
about  = "Two sections."
months = 12
[[section]]
title = "Figures"
show  = "figures"
library  = "kpis"
measures = ["mrr"]
[[section]]
title = "Outlook"
show  = "write"
id    = "outlook"
ask   = "What comes next?"
"#;

    #[test]
    fn a_report_reads() {
        let (report, problems) = read("vocabulary/reports/small.toml", SMALL);
        assert_eq!(problems, vec![]);
        let report = report.expect("a report");
        assert_eq!((report.months, report.sections.len()), (12, 2));
        assert_eq!(
            report.written().map(|(id, _)| id).collect::<Vec<_>>(),
            ["outlook"]
        );
    }

    fn codes(text: &str) -> Vec<&'static str> {
        let (report, problems) = read("vocabulary/reports/small.toml", text);
        assert!(report.is_none());
        problems.iter().map(|p| p.code).collect()
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(codes("report = \"x\"\ntitle = \"X\"\nabout = \"x\"").contains(&"no-section"));
        let twice = SMALL.to_owned() + &SMALL[SMALL.rfind("[[section]]").unwrap_or(0)..];
        assert_eq!(codes(&twice), ["section-twice"]);
        assert_eq!(codes(&SMALL.replace("\"figures\"", "\"figure\"")).len(), 1);
        assert_eq!(
            codes(&SMALL.replace("months = 12", "months = 0")),
            ["out-of-range"]
        );
    }

    #[test]
    fn what_it_names_has_to_exist() {
        let (report, _) = read("vocabulary/reports/small.toml", SMALL);
        let report = report.expect("a report");
        let codes = |libraries: &[&'static str]| -> Vec<&str> {
            let found = check(&report, libraries.iter().copied(), [].into_iter());
            found.iter().map(|p| p.code).collect()
        };
        assert_eq!(codes(&["kpis"]), Vec::<&str>::new());
        assert_eq!(codes(&["kpi"]), ["unknown-name"]);
    }
}
