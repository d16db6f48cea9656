//! What editions, models, reports, plans and kinds of evidence are called in other languages.
//!
//! A file under `vocabulary/translations/` gives texts as they stand in the other files, each with what it reads in one language:
//! those of one program, or those of everything. A text without one stays as it is. No rule reads any of it, so that a
//! verdict and the hash of an edition are the same in every language.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::library::Library;
use crate::model::Model;
use crate::plan::catalog::Actions;
use crate::plan::template::Template;
use crate::program::{Edition, PerTrack, ScorePart};
use crate::report::{Report, Show};
use crate::source::{Keys, Source};
use crate::vocabulary::{FieldType, Vocabulary};

/// What this module can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    (
        "unused-text",
        "a text is translated that stands in no file it could be read from",
    ),
    (
        "other-blanks",
        "a translation has other blanks in braces than its text",
    ),
];

/// A file of texts in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The file.
    pub file: String,
    /// The language's code: `de`.
    pub language: String,
    /// The program whose texts these are; those of everything where absent.
    pub program: Option<String>,
    /// What each text reads, by how it stands in the files, with its place. Names that stay as they are read the same.
    pub texts: IndexMap<String, (String, Place)>,
}

/// Reads a file of texts. Gives also all that is wrong with it; `None` where anything is.
pub fn read(file: &str, text: &str) -> (Option<Translation>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let root = source.parse();
    let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
    let language = keys.string("language").unwrap_or_else(|| {
        if keys.get("language").is_none() {
            keys.missing("language", "\"de\"");
        }
        String::new()
    });
    let mut translation = Translation {
        file: file.to_owned(),
        language,
        program: keys.string("program"),
        texts: IndexMap::new(),
    };
    let place = keys.place();
    for name in keys.strings("names") {
        translation
            .texts
            .insert(name.clone(), (name, place.clone()));
    }
    if let Some(table) = keys.table("texts") {
        for (text, value, place) in table.all() {
            let Some(reads) = source.string(value, &text) else {
                continue;
            };
            // One that is still to be filled in.
            if reads.is_empty() {
                continue;
            }
            if blanks(&text) != blanks(&reads) {
                let message = format!("`{reads}` has other blanks than `{text}`");
                source.report(
                    Diagnostic::error("other-blanks", message, place.clone())
                        .help("write each name in braces as it stands in the text"),
                );
            }
            translation.texts.insert(text, (reads, place));
        }
    }
    keys.finish();
    let problems = source.into_problems();
    (problems.is_empty().then_some(translation), problems)
}

/// The names in braces.
fn blanks(text: &str) -> BTreeSet<&str> {
    let after = text.split('{').skip(1);
    after.filter_map(|part| part.split('}').next()).collect()
}

/// An id as people read it: `case-studies` as `Case studies`.
pub fn spoken(id: &str) -> String {
    let mut text = id.replace(['-', '_'], " ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

impl Library {
    /// What a text reads in a language: as its own program says, else as the texts of everything do.
    pub fn reads(&self, language: &str, program: Option<&str>, text: &str) -> Option<&str> {
        let of = |program: Option<&str>| {
            let mut files = self
                .translations
                .iter()
                .filter(|t| t.language == language && t.program.as_deref() == program);
            files.find_map(|t| t.texts.get(text).map(|(reads, _)| reads.as_str()))
        };
        program.and_then(|_| of(program)).or_else(|| of(None))
    }

    /// The same files as they read in a language; `None` where no text is there in it.
    pub fn in_language(&self, language: &str) -> Option<Library> {
        let mut languages = self.translations.iter().map(|t| &t.language);
        if languages.all(|l| l != language) {
            return None;
        }
        let mut told = self.clone();
        // What is in a language is not put into another one.
        told.translations = vec![];
        told.each_text(&mut |program, text| {
            if let Some(reads) = self.reads(language, program, text) {
                reads.clone_into(text);
            }
        });
        Some(told)
    }

    /// The texts that nothing translates into a language, each once for the program that says it (`None`: no program, but a
    /// model, a report, an action, a plan or a kind of evidence), in the order of the files.
    pub fn untranslated(&self, language: &str) -> IndexMap<Option<String>, Vec<String>> {
        let mut untranslated: IndexMap<Option<String>, Vec<String>> = IndexMap::new();
        for (program, text) in self.texts() {
            if self.reads(language, program.as_deref(), &text).is_none() {
                untranslated.entry(program).or_default().push(text);
            }
        }
        untranslated
    }

    /// Every text that people read, each once for the program that says it.
    fn texts(&self) -> IndexSet<(Option<String>, String)> {
        let mut texts = IndexSet::new();
        self.clone().each_text(&mut |program, text| {
            texts.insert((program.map(str::to_owned), text.clone()));
        });
        for name in names(&self.vocabulary) {
            texts.insert((None, name));
        }
        texts
    }

    /// Shows every text that people read, with the program that says it.
    fn each_text(&mut self, see: &mut dyn FnMut(Option<&str>, &mut String)) {
        for edition in &mut self.editions {
            let program = edition.program.clone();
            of_edition(Arc::make_mut(edition), &mut |text| {
                see(Some(&program), text);
            });
        }
        let mut see = |text: &mut String| see(None, text);
        for model in &mut self.models {
            of_model(Arc::make_mut(model), &mut see);
        }
        for report in &mut self.reports {
            of_report(Arc::make_mut(report), &mut see);
        }
        for actions in &mut self.actions {
            of_actions(actions, &mut see);
        }
        for template in &mut self.templates {
            of_template(template, &mut see);
        }
    }
}

/// What is wrong with the texts of a library: those that translate nothing.
pub fn check(library: &Library) -> Vec<Diagnostic> {
    let texts = library.texts();
    let anywhere: BTreeSet<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
    let mut problems = vec![];
    for translation in &library.translations {
        let stands = |text: &str| match &translation.program {
            Some(program) => texts.contains(&(Some(program.clone()), text.to_owned())),
            None => anywhere.contains(text),
        };
        for (text, (_, place)) in &translation.texts {
            if stands(text) {
                continue;
            }
            let near = did_you_mean(
                text,
                texts
                    .iter()
                    .filter(|(of, _)| translation.program.is_none() || *of == translation.program)
                    .map(|(_, known)| known.as_str()),
            );
            let message = match &translation.program {
                Some(program) => format!("`{program}` says `{text}` nowhere"),
                None => format!("no file says `{text}`"),
            };
            problems.push(
                Diagnostic::warning("unused-text", message, place.clone()).help(
                    if near.is_empty() {
                        "write the text as it stands in its file, or leave it out".to_owned()
                    } else {
                        near
                    },
                ),
            );
        }
    }
    problems
}

/// The names of kinds, columns and words of evidence, as people read them.
fn names(vocabulary: &Vocabulary) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for kind in vocabulary.kinds.values() {
        names.insert(spoken(&kind.name));
        let columns = kind.fields.values().map(|f| (&f.name, &f.kind));
        for (name, holds) in columns.chain(&kind.catalog) {
            names.insert(spoken(name));
            if let FieldType::Word(words) = holds {
                names.extend(words.all().map(spoken));
            }
        }
    }
    names
}

/// Shows the texts of several values, without those that are empty.
fn all<'t>(texts: impl IntoIterator<Item = &'t mut String>, see: &mut dyn FnMut(&mut String)) {
    for text in texts {
        if !text.is_empty() {
            see(text);
        }
    }
}

fn of_edition(edition: &mut Edition, see: &mut dyn FnMut(&mut String)) {
    let areas: BTreeSet<String> = edition.rows.values().map(|r| r.area.clone()).collect();
    all([&mut edition.title], see);
    for level in edition.level.values_mut() {
        all([&mut level.title], see);
        for step in &mut level.moves {
            all([&mut step.area, &mut step.act], see);
            // What it raises may be an area, which reads as the area does.
            if areas.contains(&step.raises) && !edition.rows.contains_key(&step.raises) {
                all([&mut step.raises], see);
            }
        }
    }
    for row in edition.rows.values_mut() {
        all([&mut row.title, &mut row.area], see);
    }
    for test in edition.test.values_mut().chain(edition.stage.values_mut()) {
        all([&mut test.title], see);
    }
    for measure in edition.measure.values_mut() {
        all(
            [&mut measure.title, &mut measure.area, &mut measure.note],
            see,
        );
        // These three say what kind of value it is, and are no words.
        if !matches!(measure.unit.as_str(), "percent" | "money" | "yes or no") {
            all([&mut measure.unit], see);
        }
        all(measure.benchmark.iter_mut().map(|b| &mut b.title), see);
    }
    for question in edition.question.values_mut() {
        all([&mut question.title, &mut question.area], see);
    }
    all(edition.parameter.values_mut().map(|p| &mut p.title), see);
    for score in edition.score.values_mut() {
        all([&mut score.title], see);
        let mut of_parts = |parts: &mut IndexMap<String, ScorePart>| {
            all(parts.values_mut().map(|part| &mut part.title), see);
        };
        match &mut score.part {
            PerTrack::All(parts) => of_parts(parts),
            PerTrack::Each(by_track) => by_track.values_mut().for_each(of_parts),
        }
    }
}

fn of_model(model: &mut Model, see: &mut dyn FnMut(&mut String)) {
    all([&mut model.title, &mut model.about], see);
    all(&mut model.assumed, see);
    all(model.groups.values_mut(), see);
    for input in model.inputs.values_mut() {
        all([&mut input.title, &mut input.help], see);
    }
    for line in model.lines.values_mut() {
        all([&mut line.title, &mut line.help], see);
    }
    for figure in model.results.values_mut() {
        all([&mut figure.title, &mut figure.help], see);
    }
    for chart in &mut model.charts {
        all([&mut chart.title], see);
        all(chart.lines.iter_mut().map(|(title, _)| title), see);
    }
    for table in &mut model.ranges {
        all([&mut table.title, &mut table.note], see);
        all(table.rows.iter_mut().map(|row| &mut row.title), see);
    }
    for claim in &mut model.claims {
        all([&mut claim.title, &mut claim.note], see);
        for reading in &mut claim.readings {
            all([&mut reading.title], see);
            all(reading.shows.iter_mut().map(|shown| &mut shown.title), see);
        }
        all(claim.yours.iter_mut().map(|shown| &mut shown.title), see);
    }
    for list in &mut model.lists {
        all([&mut list.title], see);
        all(list.columns.iter_mut().map(|(title, _)| title), see);
        for item in &mut list.rows {
            all([&mut item.title, &mut item.note], see);
        }
    }
    for map in &mut model.maps {
        all([&mut map.title, &mut map.yes, &mut map.no], see);
    }
    all(model.news.iter_mut().map(|news| &mut news.says), see);
}

fn of_report(report: &mut Report, see: &mut dyn FnMut(&mut String)) {
    all([&mut report.title, &mut report.about], see);
    for section in &mut report.sections {
        all([&mut section.title], see);
        if let Show::Write { ask, .. } = &mut section.show {
            all([ask], see);
        }
    }
}

fn of_actions(actions: &mut Actions, see: &mut dyn FnMut(&mut String)) {
    for action in actions.actions.values_mut() {
        all([&mut action.title, &mut action.waits_on], see);
    }
}

fn of_template(template: &mut Template, see: &mut dyn FnMut(&mut String)) {
    all([&mut template.title, &mut template.about], see);
    all(&mut template.assumed, see);
    for track in template.tracks.values_mut() {
        all([&mut track.title, &mut track.led_by], see);
        for item in track.items.values_mut() {
            all([&mut item.title], see);
            all(&mut item.parts, see);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = r#"
program  = "club"
edition  = "1"
title    = "The club"
in_force = { from = 2024-01-01 }
levels   = ["gold"]
source   = { guide = { title = "Guide", file = "S1", read = "original" } }
[level.gold]
title = "Gold"
move  = [{ area = "people", do = "hire somebody", raises = "people", cite = "guide, 1" }]
[requirement]
staff = { title = "Staff", area = "people", measure = "count people", at_least = { gold = 2 }, cite = "guide, 1" }
"#;
    const KINDS: &str = r#"
[kind.people]
columns  = "person*, team"
types    = { person = "person", team = { words = ["sales", "support"] } }
"#;
    const OF_CLUB: &str = r#"
language = "de"
program  = "club"
names    = ["Gold"]
[texts]
"The club" = "Der Verein"
"Staff"    = "Belegschaft"
"people"   = "Menschen"
"#;
    const OF_ALL: &str = r#"
language = "de"
[texts]
"Staff"         = "Personal"
"hire somebody" = "jemanden einstellen"
"People"        = "Personen"
"Support"       = ""
"#;

    fn library(translations: &[&str]) -> (Library, Vec<Diagnostic>) {
        let names: Vec<String> = (0..translations.len())
            .map(|at| format!("vocabulary/translations/{at}.toml"))
            .collect();
        let mut files = vec![
            ("vocabulary/evidence.toml", KINDS),
            ("programs/club/1.toml", PROGRAM),
        ];
        let named = names.iter().map(String::as_str);
        files.extend(named.zip(translations.iter().copied()));
        Library::read(files)
    }

    #[test]
    fn a_program_reads_as_its_own_texts_say_and_else_as_those_of_everything() {
        let (library, problems) = library(&[OF_ALL, OF_CLUB]);
        assert_eq!(problems, vec![]);
        let told = library.in_language("de").expect("German");
        let (edition, told) = (&library.editions[0], &told.editions[0]);
        assert_eq!(told.title, "Der Verein");
        assert_eq!(told.rows["staff"].title, "Belegschaft");
        assert_eq!(told.level["gold"].title, "Gold");
        // What a step raises is an area, which reads the same in both places.
        let step = &told.level["gold"].moves[0];
        assert_eq!(step.act, "jemanden einstellen");
        assert_eq!(
            (step.raises.as_str(), told.rows["staff"].area.as_str()),
            ("Menschen", "Menschen")
        );
        // The files themselves, and what they are judged by, stay.
        assert_eq!(edition.title, "The club");
        assert_eq!(
            crate::freeze::hash(&library, edition),
            crate::freeze::hash(&library, told)
        );
        assert_eq!(library.reads("de", None, "People"), Some("Personen"));
    }

    #[test]
    fn a_language_without_texts_is_none() {
        let (library, _) = library(&[OF_ALL]);
        assert!(library.in_language("fr").is_none());
        assert!(library.in_language("de").is_some());
    }

    #[test]
    fn what_is_still_to_be_translated_is_listed_once_for_each_program() {
        let (library, _) = library(&[OF_ALL]);
        let untranslated = library.untranslated("de");
        assert_eq!(
            untranslated[&Some("club".to_owned())],
            ["The club", "Gold", "people"]
        );
        // An empty translation is one that is still to be filled in.
        assert_eq!(untranslated[&None], ["Person", "Sales", "Support", "Team"]);
    }

    #[test]
    fn what_translates_nothing_is_said() {
        let unused = OF_CLUB.replace("\"Staff\" ", "\"Stafff\" ");
        let (library, problems) = library(&[OF_ALL, &unused]);
        assert_eq!(problems, vec![]);
        let found = check(&library);
        let codes: Vec<_> = found.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["unused-text"]);
        assert_eq!(found[0].message, "`club` says `Stafff` nowhere");
        assert_eq!(found[0].help, "did you mean `Staff`?");
    }

    #[test]
    fn blanks_stay_the_same() {
        let text = "language = \"de\"\n[texts]\n\"{a} of {b}\" = \"{a} von {c}\"\n\"{a} and {b}\" = \"{b} und {a}\"";
        let (found, problems) = read("vocabulary/translations/x.toml", text);
        assert!(found.is_none());
        let codes: Vec<_> = problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["other-blanks"]);
    }
}
