//! All programs and the vocabulary that they are written in.
//!
//! Knows which edition governs on which day; knows no evidence.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::calendar::{Day, Span};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{self, Model};
use crate::number::Exact;
use crate::plan::catalog::{self, Actions};
use crate::plan::template::{self, Template};
use crate::program::Edition;
use crate::report::{self, Report};
use crate::translation::{self, Translation};
use crate::vocabulary::Vocabulary;

/// Where files of actions stand.
const ACTIONS: &str = "vocabulary/actions/";
/// Where plans that are written down stand.
const TEMPLATES: &str = "vocabulary/templates/";
/// Where reports stand.
const REPORTS: &str = "vocabulary/reports/";
/// Where models stand.
const MODELS: &str = "vocabulary/models/";
/// Where texts in other languages stand.
const TRANSLATIONS: &str = "vocabulary/translations/";

/// Every edition of every program that was loaded, and the vocabulary.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Kinds of evidence and catalogs.
    pub vocabulary: Arc<Vocabulary>,
    /// The editions and libraries, in the order in which they were loaded.
    pub editions: Vec<Arc<Edition>>,
    /// What a partner can do, file by file.
    pub actions: Vec<Actions>,
    /// Plans that are written down.
    pub templates: Vec<Template>,
    /// What something is worth, model by model.
    pub models: Vec<Arc<Model>>,
    /// What is told of a partner in one piece, report by report.
    pub reports: Vec<Arc<Report>>,
    /// What all of it reads in other languages, file by file.
    pub translations: Vec<Translation>,
    /// The program files that did not read without an error.
    pub misread: Vec<Misread>,
}

/// A program file that did not read without an error, so that nobody knows all that it says: not even on which days it
/// governs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The file.
    pub file: String,
    /// The program and the edition that it seems to be, where its text shows them.
    pub named: Option<(String, String)>,
    /// The first error.
    pub problem: Diagnostic,
}

impl Library {
    /// Loads every file: pairs of name and text. Vocabulary files come by their folder: `vocabulary/catalogs/`,
    /// `vocabulary/actions/`, `vocabulary/templates/`, `vocabulary/models/`, `vocabulary/reports/`, `vocabulary/translations/`
    /// and `vocabulary/`; every other file is an edition. Returns all that is wrong with the files one by one.
    pub fn read<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Library, Vec<Diagnostic>) {
        let mut vocabulary = Vocabulary::default();
        let mut editions = Vec::new();
        let mut actions = Vec::new();
        let mut templates = Vec::new();
        let mut models = Vec::new();
        let mut reports: Vec<Arc<Report>> = Vec::new();
        let mut translations = Vec::new();
        let mut misread = Vec::new();
        let mut problems = Vec::new();
        for (file, text) in files {
            if file.contains("vocabulary/catalogs/") {
                problems.extend(vocabulary.add_catalog(file, text));
            } else if file.contains(ACTIONS) {
                let (found, wrong) = catalog::read(file, text);
                actions.extend(found);
                problems.extend(wrong);
            } else if file.contains(TEMPLATES) {
                let (found, wrong) = template::read(file, text);
                templates.extend(found);
                problems.extend(wrong);
            } else if file.contains(MODELS) {
                let (found, wrong) = model::read(file, text);
                models.extend(found.map(Arc::new));
                problems.extend(wrong);
            } else if file.contains(REPORTS) {
                let (found, wrong) = report::read(file, text);
                reports.extend(found.map(Arc::new));
                problems.extend(wrong);
            } else if file.contains(TRANSLATIONS) {
                let (found, wrong) = translation::read(file, text);
                translations.extend(found);
                problems.extend(wrong);
            } else if file.contains("vocabulary/") {
                problems.extend(vocabulary.add_kinds(file, text));
            } else {
                let (edition, found) = Edition::read(file, text);
                editions.extend(edition.map(Arc::new));
                let first = found.iter().find(|p| p.severity == Severity::Error);
                misread.extend(first.map(|problem| Misread {
                    file: file.to_owned(),
                    named: edition_of(text),
                    problem: problem.clone(),
                }));
                problems.extend(found);
            }
        }
        problems.extend(vocabulary.check());
        for file in &actions {
            problems.extend(catalog::check(file, &vocabulary));
        }
        for file in &templates {
            let programs = editions.iter().map(|e: &Arc<Edition>| e.program.as_str());
            problems.extend(template::check(file, &vocabulary, programs));
        }
        for file in &reports {
            let libraries = editions.iter().map(|e: &Arc<Edition>| e.program.as_str());
            let models = models.iter().map(|m: &Arc<Model>| m.name.as_str());
            problems.extend(report::check(file, libraries, models));
        }
        (
            Library {
                vocabulary: Arc::new(vocabulary),
                editions,
                actions,
                templates,
                models,
                reports,
                translations,
                misread,
            },
            problems,
        )
    }

    /// Is a file the edition's own, or that of a library that it uses, directly or through others?
    pub fn is_made_of(&self, edition: &Edition, file: &str) -> bool {
        let mut seen: Vec<&Edition> = vec![edition];
        let mut at = 0;
        while let Some(next) = seen.get(at).copied() {
            if next.file == file {
                return true;
            }
            let used = next.uses.iter().filter_map(|name| {
                let (program, id) = name.split_once('@')?;
                self.edition(program, id).map(|e| &**e)
            });
            for used in used.collect::<Vec<_>>() {
                if !seen.iter().any(|e| std::ptr::eq(*e, used)) {
                    seen.push(used);
                }
            }
            at += 1;
        }
        false
    }

    /// Could what a file says change an answer of the edition? Its own file, a library, the kinds of evidence, a catalog
    /// that it lists.
    pub fn rests_on(&self, edition: &Edition, file: &str) -> bool {
        // What can be done, what it is worth and how it is told changes no verdict.
        if [ACTIONS, TEMPLATES, MODELS, REPORTS, TRANSLATIONS]
            .iter()
            .any(|folder| file.contains(folder))
        {
            return false;
        }
        if !file.contains("vocabulary/") {
            return self.is_made_of(edition, file);
        }
        let mut catalogs = self.vocabulary.catalogs.values();
        match catalogs.find(|c| c.places.values().any(|p| p.file == file)) {
            Some(catalog) => {
                edition.catalogs.is_empty() || edition.catalogs.contains(&catalog.name)
            }
            None => true,
        }
    }

    /// The files of a program that did not read, so that nobody knows which of its editions governs.
    pub fn misread_of(&self, program: &str) -> Option<&Misread> {
        self.misread
            .iter()
            .find(|m| m.named.as_ref().is_some_and(|(of, _)| of == program))
    }

    /// The ids of all programs, sorted, without libraries.
    pub fn programs(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self
            .editions
            .iter()
            .filter(|e| !e.is_library())
            .map(|e| e.program.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The ids of all libraries that have a measure, sorted.
    pub fn libraries(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self
            .editions
            .iter()
            .filter(|e| e.is_library() && !e.measure.is_empty())
            .map(|e| e.program.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The editions of a program, by the day from which they govern.
    pub fn editions_of(&self, program: &str) -> Vec<&Arc<Edition>> {
        let mut editions: Vec<_> = self
            .editions
            .iter()
            .filter(|e| e.program == program)
            .collect();
        editions.sort_by(|a, b| (a.in_force_from, &a.edition).cmp(&(b.in_force_from, &b.edition)));
        editions
    }

    /// An edition by program and id; of several revisions the last.
    pub fn edition(&self, program: &str, edition: &str) -> Option<&Arc<Edition>> {
        self.editions
            .iter()
            .filter(|e| e.program == program && e.edition == edition)
            .max_by_key(|e| e.revision)
    }

    /// The days on which an edition governs: its own, ended by the edition that replaces it.
    pub fn in_force(&self, edition: &Edition) -> Span {
        let first = edition.in_force_from.unwrap_or(Day::MIN);
        let mut end = edition.in_force_until.unwrap_or(Day::MAX);
        for other in &self.editions {
            let ends = other.program == edition.program
                && other.withdrawn.is_none()
                && other
                    .replaces
                    .as_ref()
                    .is_some_and(|r| r.edition == edition.edition);
            if ends && let Some(from) = other.in_force_from {
                end = end.min(from);
            }
        }
        if let Some(withdrawn) = edition.withdrawn {
            end = end.min(withdrawn);
        }
        Span::new(first, end)
    }

    /// The edition of a program that governs on a day.
    pub fn governing(&self, program: &str, day: Day) -> Option<&Arc<Edition>> {
        self.editions
            .iter()
            .filter(|e| e.program == program && self.in_force(e).contains(day))
            .max_by_key(|e| (e.in_force_from, e.revision))
    }

    /// The days on which an edition may be chosen: in force, early, or accepted for longer.
    pub fn may_be_chosen(&self, edition: &Edition) -> Span {
        let mut span = self.in_force(edition);
        if let Some(early) = edition.early_from {
            span.first = span.first.min(early);
        }
        for other in &self.editions {
            if let Some(replaces) = &other.replaces
                && other.program == edition.program
                && replaces.edition == edition.edition
                && let Some(accepted) = replaces.accepted_until
            {
                span.end = span.end.max(accepted);
            }
        }
        span
    }
}

/// What the user assumes for one run. Shown beside every answer that rests on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumptions {
    /// Parameters set, by name.
    pub set: IndexMap<String, Exact>,
    /// Things not published, bound for this run: `aws-services-path.grace` to `30 days`.
    pub assume: IndexMap<String, String>,
    /// The track to judge on, instead of the one that the program chooses.
    pub track: Option<String>,
}

/// The program and edition that a text says it is, read only as far as needed to know whom it is about where it cannot
/// be read as a whole.
pub fn edition_of(text: &str) -> Option<(String, String)> {
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let rest = line.trim_start().strip_prefix(key)?.trim_start();
            let rest = rest.strip_prefix('=')?.trim_start().strip_prefix('"')?;
            Some(rest.split('"').next()?.to_owned())
        })
    };
    Some((value("program")?, value("edition")?))
}
