//! The answers on which a value rests: when each was given, and what contradicts it.
//!
//! Judges nothing; whether an answer counts, and what an `n/a` does, is the engine's.

use crate::calendar::Day;
use crate::compile::{Ir, NodeId, walk};
use crate::diagnostic::Place;
use crate::engine::Run;
use crate::explain::{Record, looks_below};
use crate::ledger::{FactId, State};
use crate::program::Ask;
use crate::standing::Value;

/// A question that enters a value, and its answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The question's id.
    pub question: String,
    /// What it asks.
    pub title: String,
    /// Where it is said.
    pub cite: String,
    /// The answer that holds; `None` where nobody gave one.
    pub given: Option<Given>,
    /// What the evidence shows, where that contradicts the answer.
    pub contradicted: Option<Value>,
    /// The records that show it.
    pub shown_by: Vec<Record>,
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its words.
    pub text: String,
    /// The day from which it holds.
    pub on: Day,
    /// Who or what gave it, where its file says so in `source`.
    pub by: String,
    /// A note beside it.
    pub note: String,
    /// Its row.
    pub place: Place,
}

impl Run<'_> {
    /// The answers below a node, in the order of the file.
    pub(crate) fn answers_below(&self, partner: usize, node: NodeId, day: Day) -> Vec<Answered> {
        let compiled = self.compiled;
        let mut questions: Vec<&str> = Vec::new();
        walk(compiled, vec![node], |_, ir, _| match ir {
            Ir::Answer(question) => {
                questions.push(question);
                false
            }
            _ => true,
        });
        if questions.is_empty() {
            return vec![];
        }
        self.answered_where(partner, day, |id| questions.contains(&id))
    }

    /// Every question of the edition with its answer on a day, in the order of the file.
    pub fn answered(&self, partner: usize, day: Day) -> Vec<Answered> {
        self.answered_where(partner, day, |_| true)
    }

    fn answered_where(
        &self,
        partner: usize,
        day: Day,
        is_asked: impl Fn(&str) -> bool,
    ) -> Vec<Answered> {
        let compiled = self.compiled;
        let contradicted = self.contradicted(partner, day);
        let edition = &compiled.edition;
        let asked = edition.question.iter().filter(|(id, _)| is_asked(id));
        asked
            .map(|(id, question)| {
                let shows = contradicted.iter().find(|c| c.question == *id);
                let node = compiled.named.get(&format!("evidence of {id}"));
                let mut shown_by = Vec::new();
                if let (Some(_), Some(node)) = (shows, node) {
                    for (facts, what, of) in looks_below(compiled, *node) {
                        let looked = (&facts, &what, of);
                        shown_by.extend(self.records(partner, Ask::Enter, looked, day).0);
                    }
                }
                Answered {
                    question: id.clone(),
                    title: question.title.clone(),
                    cite: question.cite.clone(),
                    given: self.given(partner, id, day),
                    contradicted: shows.map(|c| c.evidence.clone()),
                    shown_by,
                }
            })
            .collect()
    }

    /// The answer to a question that holds on a day: of several, the one that opened last.
    fn given(&self, partner: usize, question: &str, day: Day) -> Option<Given> {
        let ledger = &self.engine.ledger;
        let evidence = &ledger.evidence;
        let kind = evidence.kind("answers")?;
        let column = |name: &str| evidence.column(kind, name);
        let (program, asked, answer) = (column("program")?, column("question")?, column("answer")?);
        let program_id = &self.compiled.edition.program;
        let (on, row) = evidence.tables[kind]
            .rows(partner)
            .filter(|row| {
                let of = program.code(*row);
                (of.is_empty() || evidence.strings.text(of) == program_id)
                    && ledger.kinds[kind].state(*row) == State::Known
                    && evidence.strings.text(asked.code(*row)) == question
            })
            .flat_map(|row| {
                let spans = ledger.spans(FactId { kind, row });
                spans.into_iter().map(move |span| (row, span))
            })
            .filter(|(_, (from, until))| *from <= day && day < *until)
            .map(|(row, (from, _))| (from, row))
            .max_by_key(|(from, _)| *from)?;
        let text = |code: crate::evidence::Code| {
            if code.is_empty() {
                String::new()
            } else {
                evidence.strings.text(code).to_owned()
            }
        };
        Some(Given {
            text: text(answer.code(row)),
            on,
            by: text(evidence.tables[kind].source.code(row)),
            note: column("note").map_or(String::new(), |note| text(note.code(row))),
            place: evidence.place(kind, row),
        })
    }
}
