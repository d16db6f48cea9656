//! What words mean: the glossary of the documents, as a page.

use askama::Template;

use super::super::frame::{Frame, Here};

/// The glossary, as it stands in the documents.
const TEXT: &str = include_str!("../../../../../docs/glossary.md");

/// The glossary.
#[derive(Template)]
#[template(path = "glossary.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The groups of words.
    pub sections: Vec<Section>,
}

/// Words of one sort.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What they are about.
    pub title: String,
    /// Each word with its anchor and its meaning.
    pub words: Vec<Word>,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its anchor.
    pub id: String,
    /// The word.
    pub word: String,
    /// What else it is called.
    pub also: String,
    /// What it means.
    pub means: String,
}

/// The glossary as a page.
pub fn page(f: Frame) -> Page {
    let title = f.t.glossary;
    Page {
        f: f.at(Here::Glossary, title),
        sections: sections(TEXT),
    }
}

/// The tables of the document by heading.
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                title: title.to_owned(),
                words: vec![],
            });
            continue;
        }
        let cells: Vec<&str> = line
            .trim()
            .trim_matches('|')
            .splitn(2, '|')
            .map(str::trim)
            .collect();
        let ([word, means], Some(section)) = (cells.as_slice(), sections.last_mut()) else {
            continue;
        };
        if !word.contains("**") {
            continue;
        }
        let bold = word.replace("**", "");
        let (word, also) = match bold.split_once(" (") {
            Some((word, also)) => (word.to_owned(), also.trim_end_matches(')').to_owned()),
            None => (bold.clone(), String::new()),
        };
        let id: String = format!("w-{word}")
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        section.words.push(Word {
            id,
            word,
            also,
            means: means.replace(['*', '`'], ""),
        });
    }
    sections.retain(|s| !s.words.is_empty());
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_document_comes_with_its_words() {
        let found = sections(TEXT);
        assert!(found.len() >= 5, "{} sections", found.len());
        let words: Vec<&Word> = found.iter().flat_map(|s| &s.words).collect();
        assert!(words.len() > 40, "{} words", words.len());
        let level = words.iter().find(|w| w.word == "level").expect("level");
        assert_eq!(level.also, "tier, stage of a model");
        assert!(level.means.starts_with("an ordered name"));
        assert!(
            words
                .iter()
                .all(|w| !w.means.contains('*') && !w.word.contains('*'))
        );
    }
}
