//! The questions of a program with their answers: what was answered, when, by whom, and what the evidence says beside it.

use domain::answers::Answered;
use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::program::Question as Asked;

use crate::access::{Actor, Verb};
use crate::edit::{Edit, Record};
use crate::office::Office;
use crate::question::{Desk, Question};
use crate::records::Cells;
use crate::refusal::Refusal;
use crate::scorecard::{Area, Question as SheetQuestion, Scorecard, of_run};

/// The questions of a program, answered or not.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Where the partner stands.
    pub card: Scorecard,
    /// The questions in the order of the file: what the file says of each, and its answer.
    pub questions: Vec<(Asked, Answered)>,
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
            let of_day = last.filter(|r| cell(r, "answered_on") == today);
            edits.push(Edit::putting(of_day, "answers", cells));
        }
        if edits.is_empty() {
            return Ok(0);
        }
        self.edit_as(actor, may, Verb::Answer, partner, &edits)
            .await?;
        Ok(edits.len())
    }
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The day on which it was given.
    pub on: Option<Day>,
    /// The answer, in the words that its question takes.
    pub answer: String,
    /// Who gave it, or which file says so; may be empty.
    pub by: String,
    /// The file and row that it was read from.
    pub place: Place,
    /// A note beside it; may be empty.
    pub note: String,
    /// Does it stand, rather than a later answer of the same day?
    pub stands: bool,
}

/// A question with all answers that it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionHistory {
    /// Its id.
    pub question: String,
    /// What it asks.
    pub title: String,
    /// Its area.
    pub area: String,
    /// The answers, the newest first.
    pub given: Vec<Given>,
}

/// The stage of a partner on a day on which something was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageOn {
    /// The day.
    pub day: Day,
    /// The level that is met, as a place among the levels; `None`: none is, or the program has none.
    pub stage: Option<usize>,
    /// How many questions are answered.
    pub answered: usize,
}

/// Who answered what when, and where that led.
#[derive(Clone, Debug)]
pub struct History {
    /// Where the partner stands on the day asked about.
    pub card: Scorecard,
    /// How many questions there are.
    pub asked: usize,
    /// The questions that were answered at all, in the order of the file.
    pub questions: Vec<QuestionHistory>,
    /// The stage on each day of an answer, the first one first, and on the day asked about.
    pub stages: Vec<StageOn>,
}

/// So many days of answers are judged at most, the last ones.
const DAYS: usize = 60;

/// All answers to the program that the question of the desk names, up to the day asked about.
pub fn history(desk: &Desk) -> Result<History, Diagnostic> {
    desk.once("answers", || history_now(desk))
}

fn history_now(desk: &Desk) -> Result<History, Diagnostic> {
    let asked = assessment(desk)?;
    let records = crate::kinds::records(desk, "answers")?;
    let field = |name: &str| records.field(name);
    let (program, question) = (field("program"), field("question"));
    let (on, answer) = (field("answered_on"), field("answer"));
    let (note, source) = (field("note"), field("source"));
    let as_of = desk.question.as_of;
    let of_program: Vec<&crate::kinds::Record> = records
        .records
        .iter()
        .filter(|r| r.text(program) == asked.card.program || r.text(program).is_empty())
        .filter(|r| r.day(on).is_none_or(|day| day <= as_of))
        .collect();
    let given = |r: &crate::kinds::Record| Given {
        on: r.day(on),
        answer: match r.number(answer) {
            Some(number) => number.to_string(),
            None => r.text(answer).to_owned(),
        },
        by: match r.text(source) {
            "" => r.source.clone(),
            by => by.to_owned(),
        },
        place: r.place.clone(),
        note: r.text(note).to_owned(),
        stands: r.standing.is_current(),
    };
    let questions: Vec<QuestionHistory> = asked
        .questions
        .iter()
        .map(|(of, answered)| {
            let mut all: Vec<Given> = of_program
                .iter()
                .filter(|r| r.text(question) == answered.question)
                .map(|r| given(r))
                .collect();
            all.sort_by_key(|g| std::cmp::Reverse((g.on, g.stands)));
            QuestionHistory {
                question: answered.question.clone(),
                title: of.title.clone(),
                area: of.area.clone(),
                given: all,
            }
        })
        .filter(|q| !q.given.is_empty())
        .collect();
    let mut days: Vec<Day> = questions
        .iter()
        .flat_map(|q| &q.given)
        .filter_map(|g| g.on)
        .chain([as_of])
        .collect();
    days.sort_unstable();
    days.dedup();
    let skipped = days.len().saturating_sub(DAYS);
    let mut stages = Vec::new();
    for day in days.into_iter().skip(skipped) {
        let on_day = Desk {
            engine: desk.engine.clone(),
            question: Question {
                as_of: day,
                ..desk.question.clone()
            },
        };
        // Before the first edition was in force nothing can be said.
        let Ok(card) = crate::scorecard::scorecard(&on_day, false) else {
            continue;
        };
        stages.push(StageOn {
            day,
            stage: card.meets,
            answered: card.areas.iter().map(Area::answered).sum(),
        });
    }
    Ok(History {
        asked: asked.questions.len(),
        card: asked.card,
        questions,
        stages,
    })
}

/// A question of two sheets beside each other.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Its title, as the first sheet that asks it has it.
    pub title: String,
    /// The question of the one sheet.
    pub left: Option<SheetQuestion>,
    /// The question of the other.
    pub right: Option<SheetQuestion>,
}

impl Pair {
    /// Is it answered alike?
    pub fn is_alike(&self) -> bool {
        match (&self.left, &self.right) {
            (Some(left), Some(right)) => left.answer == right.answer,
            _ => false,
        }
    }
}

/// Questions of one area, or dimension, of two sheets.
#[derive(Clone, Debug)]
pub struct PairedArea {
    /// The area.
    pub area: String,
    /// How many are answered of how many, on each side; `None` where a side has no such area.
    pub answered: [Option<(usize, usize)>; 2],
    /// Its questions.
    pub pairs: Vec<Pair>,
}

/// A name by which questions and areas of two sheets are held to be the same.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

fn area_of<'c>(card: &'c Scorecard, name: &str) -> Option<&'c Area> {
    card.areas.iter().find(|a| plain(&a.area) == plain(name))
}

/// Two sheets beside each other: two models on a day, one on two days, or both.
///
/// Questions are the same where they have the same id, or the same title; areas where they have the same name.
pub fn side_by_side(left: &Scorecard, right: &Scorecard) -> Vec<PairedArea> {
    let mut areas: Vec<&str> = Vec::new();
    for area in left.areas.iter().chain(&right.areas) {
        if areas.iter().all(|a| plain(a) != plain(&area.area)) {
            areas.push(&area.area);
        }
    }
    // Shared areas come first: they are what can be compared.
    areas.sort_by_key(|name| area_of(left, name).is_none() || area_of(right, name).is_none());
    let same =
        |a: &SheetQuestion, b: &SheetQuestion| a.id == b.id || plain(&a.title) == plain(&b.title);
    let all_right: Vec<&SheetQuestion> = right.areas.iter().flat_map(|a| &a.questions).collect();
    let all_left: Vec<&SheetQuestion> = left.areas.iter().flat_map(|a| &a.questions).collect();
    areas
        .into_iter()
        .map(|name| {
            let (one, other) = (area_of(left, name), area_of(right, name));
            let answered = [one, other].map(|area| area.map(|a| (a.answered(), a.questions.len())));
            let mut pairs: Vec<Pair> = one
                .iter()
                .flat_map(|a| &a.questions)
                .map(|q| Pair {
                    title: q.title.clone(),
                    left: Some(q.clone()),
                    right: all_right.iter().find(|r| same(q, r)).map(|r| (*r).clone()),
                })
                .collect();
            // What the other sheet alone asks; what both ask in different areas stands with the one.
            let alone = other.iter().flat_map(|a| &a.questions);
            pairs.extend(
                alone
                    .filter(|q| !all_left.iter().any(|l| same(l, q)))
                    .map(|q| Pair {
                        title: q.title.clone(),
                        left: None,
                        right: Some(q.clone()),
                    }),
            );
            PairedArea {
                area: name.to_owned(),
                answered,
                pairs,
            }
        })
        .filter(|a| !a.pairs.is_empty())
        .collect()
}
