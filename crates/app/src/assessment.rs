//! The questions of a program with their answers: what was answered, when, by whom, and what the evidence says beside it.

use domain::answers::Answered;
use domain::diagnostic::{Diagnostic, Place};
use domain::program::Question;

use crate::access::{Actor, Verb};
use crate::edit::{Edit, Record};
use crate::office::Office;
use crate::question::Desk;
use crate::records::Cells;
use crate::refusal::Refusal;
use crate::scorecard::{Scorecard, of_run};

/// The questions of a program, answered or not.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Where the partner stands.
    pub card: Scorecard,
    /// The questions in the order of the file: what the file says of each, and its answer.
    pub questions: Vec<(Question, Answered)>,
}

/// The questions of the program that the question of the desk names.
pub fn assessment(desk: &Desk) -> Result<Assessment, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "questions are of one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let run = desk.run(program, edition, Some(partner))?;
    let card = of_run(desk, &run, partner, false);
    let questions = &run.compiled.edition.question;
    let answered = run.answered(partner, desk.question.as_of);
    Ok(Assessment {
        card,
        questions: answered
            .into_iter()
            .filter_map(|answered| Some((questions.get(&answered.question)?.clone(), answered)))
            .collect(),
    })
}

/// An answer that somebody gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnswer {
    /// The question.
    pub question: String,
    /// The answer, in the words that its question takes.
    pub answer: String,
    /// A note beside it; may be empty.
    pub note: String,
}

impl Office {
    /// Writes answers of a partner to questions of a program as one change, given today by somebody with a name. An answer that says
    /// what stands already is left as it is. Returns how many were written.
    pub async fn write_answers(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        by: &str,
        answers: &[NewAnswer],
    ) -> Result<usize, Refusal> {
        let may = actor.permit_own(Verb::Answer, partner)?;
        let today = self.clock.today().to_string();
        let standing = self.records(actor, partner, "answers").await?;
        let cell = |record: &Record, name: &str| {
            let found = record.cells.iter().find(|(n, _)| n == name);
            found.map_or_else(String::new, |(_, text)| text.clone())
        };
        let mut edits = Vec::new();
        for new in answers {
            let of_question = standing
                .iter()
                .filter(|r| cell(r, "program") == program && cell(r, "question") == new.question);
            let last = of_question.max_by_key(|r| cell(r, "answered_on"));
            let same = |r: &Record| cell(r, "answer") == new.answer && cell(r, "note") == new.note;
            if last.is_some_and(same) {
                continue;
            }
            let cells: Cells = [
                ("program", program),
                ("question", &new.question),
                ("answered_on", &today),
                ("answer", &new.answer),
                ("note", &new.note),
                ("source", by),
            ]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
            edits.push(match last.filter(|r| cell(r, "answered_on") == today) {
                Some(record) => Edit::Correct {
                    version: record.version,
                    cells,
                },
                None => Edit::Add {
                    kind: "answers".to_owned(),
                    cells,
                },
            });
        }
        if edits.is_empty() {
            return Ok(0);
        }
        self.edit_as(actor, may, Verb::Answer, partner, &edits)
            .await?;
        Ok(edits.len())
    }
}
