//! The questions of a program with their answers: what was answered, when, by whom, and what the evidence says beside it.

use domain::answers::Answered;
use domain::diagnostic::{Diagnostic, Place};
use domain::program::Question;

use crate::question::Desk;
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
