//! Search over everything that somebody may see: over ledgers in memory, ranked, for one partner or for all.

use domain::likeness::nearly;

use crate::access::{Actor, May, Verb};
use crate::office::Office;
use crate::records::cell_text;
use crate::refusal::Refusal;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A partner.
    Partner {
        /// Its id.
        partner: String,
    },
    /// A record of a partner.
    Record {
        /// Whose it is.
        partner: String,
        /// Its kind.
        kind: String,
        /// Its version.
        version: i64,
    },
    /// A program.
    Program {
        /// Its id.
        program: String,
    },
    /// A row or a question of a program.
    Row {
        /// The program.
        program: String,
        /// The edition.
        edition: String,
        /// The row, or the question.
        row: String,
    },
    /// A word of the glossary.
    Word,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What.
    pub found: Found,
    /// What it is called.
    pub title: String,
    /// What tells it from others of that name.
    pub beside: String,
    /// How well it fits: the lower, the better.
    pub rank: u32,
}

/// The words of the glossary and what they mean, as its file lists them.
pub const GLOSSARY: &str = include_str!("../../../docs/glossary.md");

/// The words of the glossary with their meanings, marks removed.
pub fn glossary() -> impl Iterator<Item = (String, String)> {
    GLOSSARY.lines().filter_map(|line| {
        let cells = line.strip_prefix("| **")?.strip_suffix('|')?;
        let (word, meaning) = cells.split_once(" | ")?;
        let plain = |text: &str| text.replace(['*', '`'], "").trim().to_owned();
        Some((plain(word), plain(meaning)))
    })
}

/// What somebody looks for: words that all have to be found.
struct Wanted {
    words: Vec<String>,
}

impl Wanted {
    fn of(query: &str) -> Wanted {
        Wanted {
            words: query
                .split_whitespace()
                .map(str::to_lowercase)
                .take(12)
                .collect(),
        }
    }

    /// How well texts fit, the first being the title; `None` where a word is missing in all of them.
    fn rank(&self, texts: &[&str]) -> Option<u32> {
        let mut total = 0;
        for word in &self.words {
            let mut best = None;
            for (at, text) in texts.iter().enumerate() {
                let beside = if at == 0 { 0 } else { 4 };
                if let Some(rank) = rank_of(word, text) {
                    let rank = rank + beside;
                    best = Some(best.map_or(rank, |b: u32| b.min(rank)));
                }
            }
            total += best?;
        }
        Some(total)
    }
}

/// How well a word fits a text: it is the text, begins it, begins a word of it, stands in it, is nearly a word of it.
fn rank_of(word: &str, text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    let text = text.to_lowercase();
    if text == word {
        return Some(0);
    }
    if text.starts_with(word) {
        return Some(1);
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    if words.clone().any(|w| w.starts_with(word)) {
        return Some(2);
    }
    if text.contains(word) {
        return Some(6);
    }
    (word.chars().count() >= 5 && words.any(|w| nearly(w, word))).then_some(10)
}

impl Office {
    /// Looks for words over all that the actor may see: programs, rows, questions and the glossary; the records of a partner
    /// where one is named, else the names of partners.
    pub fn search(
        &self,
        actor: &Actor,
        partner: Option<&str>,
        query: &str,
        most: usize,
    ) -> Result<Vec<Hit>, Refusal> {
        let wanted = Wanted::of(query);
        if wanted.words.is_empty() {
            return Ok(vec![]);
        }
        let mut hits = vec![];
        if actor.may(Verb::ReadPrograms) {
            self.search_programs(&wanted, &mut hits);
            for (word, meaning) in glossary() {
                if let Some(rank) = wanted.rank(&[&word, &meaning]) {
                    hits.push(Hit {
                        found: Found::Word,
                        title: word,
                        beside: meaning,
                        rank: rank + 3,
                    });
                }
            }
        }
        match partner {
            Some(partner) => self.search_records(actor, partner, &wanted, &mut hits)?,
            None => {
                for partner in self.partners(actor)? {
                    let name = self.partner_name(&partner);
                    if let Some(rank) = wanted.rank(&[&name, &partner]) {
                        hits.push(Hit {
                            title: name,
                            beside: partner.clone(),
                            rank,
                            found: Found::Partner { partner },
                        });
                    }
                }
            }
        }
        hits.sort_by(|a, b| (a.rank, &a.title, &a.beside).cmp(&(b.rank, &b.title, &b.beside)));
        hits.truncate(most);
        Ok(hits)
    }

    fn search_programs(&self, wanted: &Wanted, hits: &mut Vec<Hit>) {
        let library = self.programs.library();
        let today = self.clock.today();
        for program in library.programs() {
            let governing = library.governing(program, today);
            let edition = governing.or_else(|| library.editions_of(program).last().copied());
            let Some(edition) = edition else { continue };
            if let Some(rank) = wanted.rank(&[&edition.title, program]) {
                hits.push(Hit {
                    found: Found::Program {
                        program: program.to_owned(),
                    },
                    title: edition.title.clone(),
                    beside: program.to_owned(),
                    rank,
                });
            }
            let rows = edition.rows.values().map(|r| (&r.id, &r.title, &r.area));
            let questions = edition.question.iter();
            let questions = questions.map(|(id, q)| (id, &q.title, &q.area));
            for (id, title, area) in rows.chain(questions) {
                let title = if title.is_empty() { id } else { title };
                if let Some(rank) = wanted.rank(&[title, id, area]) {
                    hits.push(Hit {
                        found: Found::Row {
                            program: program.to_owned(),
                            edition: edition.edition.clone(),
                            row: id.clone(),
                        },
                        title: title.clone(),
                        beside: edition.title.clone(),
                        rank: rank + 1,
                    });
                }
            }
        }
    }

    fn search_records(
        &self,
        actor: &Actor,
        partner: &str,
        wanted: &Wanted,
        hits: &mut Vec<Hit>,
    ) -> Result<(), Refusal> {
        let may = actor.permit_own(Verb::ReadEvidence, partner)?;
        let own = actor.persons_at(partner);
        let shelves = self.shelves()?;
        let (shelf, at) = shelves
            .find(partner)
            .ok_or_else(|| Refusal::no("partner", partner))?;
        let ledger = &shelf.engine.ledger;
        let evidence = &ledger.evidence;
        // What a person is called stands beside what they hold.
        let names = self.people_of(evidence, at);
        for (kind, of) in evidence.vocabulary.kinds.values().enumerate() {
            let table = &evidence.tables[kind];
            let holder = of.holder().and_then(|h| of.fields.get_index_of(h));
            for row in table.rows(at) {
                if !matches!(
                    ledger.kinds[kind].state(row),
                    domain::ledger::State::Known | domain::ledger::State::MayHold
                ) {
                    continue;
                }
                let text = |field: usize| cell_text(evidence, &table.columns[field].cell(row));
                let person = holder.map(text).unwrap_or_default();
                if may != May::Yes && !own.contains(&person.as_str()) {
                    continue;
                }
                let mut texts: Vec<String> = (0..table.columns.len()).map(text).collect();
                let name = names.iter().find(|(id, _)| *id == person);
                if let Some((_, name)) = name {
                    texts.push(name.clone());
                }
                let named = ["name", "title", "customer"].iter().find_map(|column| {
                    let at = of.fields.get_index_of(*column)?;
                    Some(texts[at].clone()).filter(|t| !t.is_empty())
                });
                let key: Vec<&str> = of
                    .key
                    .iter()
                    .filter_map(|k| Some(texts[of.fields.get_index_of(k)?].as_str()))
                    .filter(|t| !t.is_empty())
                    .collect();
                let title = named.unwrap_or_else(|| key.join(", "));
                let all: Vec<&str> = std::iter::once(title.as_str())
                    .chain(texts.iter().map(String::as_str))
                    .collect();
                if let Some(rank) = wanted.rank(&all) {
                    let beside = key.join(", ");
                    hits.push(Hit {
                        found: Found::Record {
                            partner: partner.to_owned(),
                            kind: of.name.clone(),
                            version: table.line[row].into(),
                        },
                        beside: if beside == title {
                            of.name.clone()
                        } else {
                            format!("{}: {beside}", of.name)
                        },
                        title,
                        // Whoever looks for a person wants the person before what they hold.
                        rank: rank * 4 + u32::from(of.key.len() > 1) * 2,
                    });
                }
            }
        }
        Ok(())
    }

    /// The persons of a partner by id, with their names.
    pub(crate) fn people_of(
        &self,
        evidence: &domain::evidence::Evidence,
        partner: usize,
    ) -> Vec<(String, String)> {
        let Some(kind) = evidence.kind("people") else {
            return vec![];
        };
        let (Some(id), Some(name)) = (
            evidence.column(kind, "person"),
            evidence.column(kind, "name"),
        ) else {
            return vec![];
        };
        evidence.tables[kind]
            .rows(partner)
            .map(|row| {
                let text = |column: &domain::evidence::Column| {
                    evidence.strings.text(column.code(row)).to_owned()
                };
                (text(id), text(name))
            })
            .filter(|(_, name)| !name.is_empty())
            .collect()
    }
}
