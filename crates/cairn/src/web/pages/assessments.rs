//! Models, checklists and worksheets: all of them at a glance, and each as a sheet of questions with what the evidence says beside.

use app::assessment::{Assessment, NewAnswer};
use app::domain::answers::Answered;
use app::domain::diagnostic::Diagnostic;
use app::domain::program::{AnswerType, Question};
use app::domain::standing::Value;
use app::question::Desk;
use app::scorecard::Scorecard;
use app::words::{Shown, upper_first};
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::svg::{self, Spoke, Stone};
use super::super::texts::fill;
use super::super::view::{Link, Mark, Markup, When, unquoted};
use super::reasons::{self, RecordLine, given_by};
use super::scorecard::{Move, Program, program, programs};
use super::work::Slip;
use app::domain::standing::Truth;

/// All models, checklists and worksheets.
#[derive(Template)]
#[template(path = "assessments.html")]
pub struct ListPage {
    /// What stands around it.
    pub f: Frame,
    /// How much is answered, in a sentence.
    pub news: String,
    /// The programs with questions.
    pub lines: Vec<Line>,
}

/// A program with questions.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its stones.
    pub picture: Markup,
    /// Its sheet.
    pub link: Link,
    /// Where the partner stands.
    pub now: String,
    /// How many questions are answered.
    pub answered: String,
    /// What is wrong or open.
    pub mark: Mark,
    /// A line below.
    pub note: String,
}

/// The sheet of a program.
#[derive(Template)]
#[template(path = "assessment.html")]
pub struct SheetPage {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// Where the partner stands, in a sentence or a few.
    pub news: String,
    /// The areas with their questions.
    pub areas: Vec<Area>,
    /// How far each area is answered, or met, drawn.
    pub radar: Option<Markup>,
    /// The same as a table: area, answered, of, contradicted.
    pub shares: Vec<Share>,
    /// What to do next.
    pub moves: Vec<Move>,
    /// Where the answers go.
    pub action: String,
    /// What is wrong with the last try.
    pub slips: Vec<Slip>,
    /// A single question, where they are asked one at a time.
    pub one: Option<One>,
    /// Asks them one at a time, or shows the whole sheet.
    pub other_view: Link,
    /// Who answered what when.
    pub history: Link,
    /// Another sheet, or another day, beside it.
    pub compare: Link,
}

/// Where a single question stands among all.
#[derive(Clone, Debug)]
pub struct One {
    /// Its id.
    pub id: String,
    /// The one before.
    pub before: Option<String>,
    /// The one after; empty at the end.
    pub next: String,
    /// `3 of 20`.
    pub place: String,
}

/// An area of a sheet.
#[derive(Clone, Debug)]
pub struct Area {
    /// Its place, for links.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How many of its questions are answered.
    pub answered: String,
    /// The questions.
    pub questions: Vec<Asked>,
}

/// How far an area is answered.
#[derive(Clone, Debug)]
pub struct Share {
    /// The area.
    pub name: String,
    /// Its questions.
    pub href: String,
    /// How many are answered.
    pub answered: String,
    /// The bar.
    pub bar: Markup,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// Its name in a form.
    pub name: String,
    /// What it asks.
    pub title: String,
    /// The answer; empty where there is none.
    pub answer: String,
    /// What may be answered, where there are few choices: the word, what it is called, is it chosen.
    pub choices: Vec<(String, String, bool)>,
    /// The answer as the form takes it.
    pub raw: String,
    /// How it is answered where the choices are not few.
    pub form: String,
    /// When it was answered.
    pub when: Option<When>,
    /// By whom or from where.
    pub by: String,
    /// A note beside it.
    pub note: String,
    /// Where it is said.
    pub cite: String,
    /// Whether the evidence agrees; none where nothing compares.
    pub agrees: Option<Mark>,
    /// What the evidence shows instead; empty where it does not contradict.
    pub contradicted: String,
    /// The records that show it.
    pub shown_by: Vec<RecordLine>,
    /// What the evidence is compared by, in words of the language.
    pub evidence: String,
}

/// All programs of the partner that ask questions.
pub fn list(desk: &Desk, f: Frame) -> Result<ListPage, Diagnostic> {
    let overview = app::overview::overview(desk)?;
    let title = f.t.assessments;
    let f = f.at(Here::Assessments, title);
    let t = f.t;
    let cards: Vec<&Scorecard> = overview
        .cards
        .iter()
        .filter(|c| !c.areas.is_empty())
        .collect();
    let count = |of: &dyn Fn(&app::scorecard::Question) -> bool| -> usize {
        cards
            .iter()
            .flat_map(|c| &c.areas)
            .flat_map(|a| &a.questions)
            .filter(|q| of(q))
            .count()
    };
    let (all, answered) = (count(&|_| true), count(&|q| q.answer.is_some()));
    let contradicted = count(&|q| q.contradicted.is_some());
    let mut news = fill(
        t.questions_answered,
        &[("n", &f.lang.size(answered)), ("m", &f.lang.size(all))],
    );
    if contradicted > 0 {
        news += &format!(" {}", f.lang.several(t.evidence_contradicts, contradicted));
    }
    let lines = cards.iter().map(|card| line(&f, card)).collect();
    Ok(ListPage { news, lines, f })
}

fn line(f: &Frame, card: &Scorecard) -> Line {
    let t = f.t;
    let questions: Vec<&app::scorecard::Question> =
        card.areas.iter().flat_map(|a| &a.questions).collect();
    let answered = questions.iter().filter(|q| q.answer.is_some()).count();
    let wrong: Vec<&&app::scorecard::Question> = questions
        .iter()
        .filter(|q| q.contradicted.is_some())
        .collect();
    let open = questions.len() - answered;
    let (stones, says): (Vec<Stone>, String) = if card.levels.is_empty() {
        let full = card
            .areas
            .iter()
            .filter(|a| a.answered() == a.questions.len())
            .count();
        (
            (0..card.areas.len())
                .map(|n| if n < full { Stone::Held } else { Stone::Later })
                .collect(),
            fill(
                t.areas_answered,
                &[
                    ("n", &f.lang.size(full)),
                    ("m", &f.lang.size(card.areas.len())),
                ],
            ),
        )
    } else {
        let met = card.meets.map_or(0, |m| m + 1);
        (
            (0..card.levels.len())
                .map(|n| match n.cmp(&met) {
                    std::cmp::Ordering::Less => Stone::Held,
                    std::cmp::Ordering::Equal => Stone::Next,
                    std::cmp::Ordering::Greater => Stone::Later,
                })
                .collect(),
            fill(
                t.levels_held,
                &[
                    ("n", &f.lang.size(met)),
                    ("m", &f.lang.size(card.levels.len())),
                ],
            ),
        )
    };
    let (mark, note) = if let Some(first) = wrong.first() {
        (
            Mark::saying(
                Truth::No,
                f.lang.several(t.answers_contradicted, wrong.len()),
            ),
            first.title.clone(),
        )
    } else if open > 0 {
        let first = questions.iter().find(|q| q.answer.is_none());
        (
            Mark::saying(Truth::Unknown, f.lang.several(t.n_open, open)),
            first.map(|q| q.title.clone()).unwrap_or_default(),
        )
    } else {
        (Mark::saying(Truth::Yes, t.all_answered), String::new())
    };
    Line {
        picture: svg::ladder(&stones, &says),
        link: Link::to(
            f.to(&format!("/assessments/{}", segment(&card.program))),
            card.title.clone(),
        ),
        now: match card.meets {
            Some(at) => card.levels[at].title.clone(),
            None if card.levels.is_empty() => String::new(),
            None => t.no_level_yet.to_owned(),
        },
        answered: fill(
            t.answered_of,
            &[
                ("n", &f.lang.size(answered)),
                ("m", &f.lang.size(questions.len())),
            ],
        ),
        mark,
        note,
    }
}

/// The sheet of the program that the question names; with `one`, a single question of it.
pub fn sheet(desk: &Desk, f: Frame, one: Option<&str>) -> Result<SheetPage, Diagnostic> {
    let assessment = app::assessment::assessment(desk)?;
    let all = programs(desk, &f, &assessment.card.program);
    let asking: Vec<&str> = desk
        .engine
        .programs
        .library
        .editions
        .iter()
        .filter(|e| !e.question.is_empty())
        .map(|e| e.program.as_str())
        .collect();
    let all = all
        .into_iter()
        .filter(|link| asking.contains(&link.href.as_str()))
        .collect();
    Ok(of(&assessment, f, all, one))
}

fn of(assessment: &Assessment, f: Frame, all: Vec<Link>, one: Option<&str>) -> SheetPage {
    let card = &assessment.card;
    let f = f.at(Here::Assessments, card.title.clone());
    let t = f.t;
    let mut areas: Vec<Area> = Vec::new();
    let mut spokes: Vec<Spoke> = Vec::new();
    let mut shares: Vec<Share> = Vec::new();
    for (n, area) in card.areas.iter().enumerate() {
        let name = if area.area.is_empty() {
            t.all_questions.to_owned()
        } else {
            upper_first(&area.area)
        };
        let words = fill(
            t.answered_of,
            &[
                ("n", &f.lang.size(area.answered())),
                ("m", &f.lang.size(area.questions.len())),
            ],
        );
        let questions = assessment
            .questions
            .iter()
            .filter(|(q, _)| q.area == area.area)
            .map(|(question, answered)| asked(&f, card, question, answered))
            .collect();
        let total = i32::try_from(area.questions.len().max(1)).unwrap_or(1);
        let share = i32::try_from(area.answered()).unwrap_or(0) * 10_000 / total;
        let id = format!("area-{n}");
        spokes.push(Spoke {
            name: name.clone(),
            share: positive(area),
        });
        shares.push(Share {
            name: name.clone(),
            href: format!("#{id}"),
            answered: words.clone(),
            bar: svg::bar(share, None, "c-fill"),
        });
        areas.push(Area {
            id,
            name,
            answered: words,
            questions,
        });
    }
    let says: Vec<String> = spokes
        .iter()
        .map(|s| format!("{} {} %", s.name, s.share / 100))
        .collect();
    let path = format!("/assessments/{}", segment(&card.program));
    let ids: Vec<&str> = assessment
        .questions
        .iter()
        .map(|(_, a)| a.question.as_str())
        .collect();
    let at = one.and_then(|one| ids.iter().position(|id| *id == one));
    let link = |id: &str| f.links.with(&path, &[("one", id)]);
    let one = at.map(|at| One {
        id: ids[at].to_owned(),
        before: at.checked_sub(1).map(|before| link(ids[before])),
        next: ids
            .get(at + 1)
            .map(|id| (*id).to_owned())
            .unwrap_or_default(),
        place: fill(
            t.level_of,
            &[("n", &f.lang.size(at + 1)), ("m", &f.lang.size(ids.len()))],
        ),
    });
    if let Some(one) = &one {
        let wanted = format!("q-{}", one.id);
        for area in &mut areas {
            area.questions.retain(|q| q.id == wanted);
        }
        areas.retain(|a| !a.questions.is_empty());
    }
    let open = assessment.questions.iter().find(|(_, a)| a.given.is_none());
    let first = open
        .or(assessment.questions.first())
        .map_or("", |(_, a)| a.question.as_str());
    SheetPage {
        action: f.to(&path),
        slips: vec![],
        history: Link::to(f.to(&format!("{path}/history")), t.answers_history),
        compare: Link::to(f.to(&format!("{path}/compare")), t.sheets_compare),
        other_view: if one.is_some() {
            Link::to(f.to(&path), t.whole_sheet)
        } else {
            Link::to(link(first), t.one_at_a_time)
        },
        one,
        news: unquoted(&app::news::of(card, f.lang)),
        radar: svg::radar(&spokes, 4, t.radar_title, &says.join("; ")),
        shares,
        areas,
        moves: card
            .moves
            .iter()
            .map(|m| Move {
                area: upper_first(&m.area),
                act: upper_first(&m.act),
                cite: m.cite.clone(),
            })
            .collect(),
        program: program(&f, card, Here::Assessments, all),
        f,
    }
}

/// How much of what an area asks is answered with yes, or as high on its scale, in hundredths of a percent. What is not answered
/// adds nothing, and says so beside.
fn positive(area: &app::scorecard::Area) -> i32 {
    let sum: i32 = area
        .questions
        .iter()
        .map(|q| match (&q.answer, &q.shown) {
            (Some(Value::Number(range)), Shown::YesNo) => {
                i32::from(range.exact().is_some_and(|n| !n.is_zero())) * 10_000
            }
            (Some(Value::Number(range)), Shown::Percent) => range
                .exact()
                .and_then(|n| n.to_scaled(4))
                .and_then(|n| i32::try_from(n.clamp(0, 10_000)).ok())
                .unwrap_or(0),
            (Some(Value::NotApplicable) | None, _) => 0,
            (Some(_), _) => 10_000,
        })
        .sum();
    sum / i32::try_from(area.questions.len().max(1)).unwrap_or(1)
}

impl SheetPage {
    /// Shows what was wrong with answers, and keeps what was typed.
    pub fn refuse(&mut self, problems: &[Diagnostic], typed: &[NewAnswer]) {
        let lang = self.f.lang;
        self.slips = problems.iter().map(|p| Slip::of(p, lang)).collect();
        for question in self.areas.iter_mut().flat_map(|a| &mut a.questions) {
            if let Some(answer) = typed.iter().find(|a| a.question == question.name) {
                question.raw.clone_from(&answer.answer);
                question.note.clone_from(&answer.note);
                for (word, _, chosen) in &mut question.choices {
                    *chosen = *word == answer.answer;
                }
            }
        }
    }
}

fn asked(f: &Frame, card: &Scorecard, question: &Question, answered: &Answered) -> Asked {
    let t = f.t;
    let of_card = card
        .areas
        .iter()
        .flat_map(|a| &a.questions)
        .find(|q| q.id == answered.question);
    let shown = of_card.map_or(Shown::Count, |q| q.shown.clone());
    let given = answered.given.as_ref();
    let answer = match (of_card.and_then(|q| q.answer.as_ref()), given) {
        (Some(value), _) => upper_first(&f.lang.value(&shown, value)),
        (None, Some(given)) => given.text.clone(),
        (None, None) => String::new(),
    };
    let text = given.map(|g| g.text.to_lowercase()).unwrap_or_default();
    let mut choices: Vec<(String, String, bool)> = match &question.answer {
        AnswerType::YesNo => [("yes", t.yes), ("no", t.no)]
            .map(|(word, shown)| (word.to_owned(), upper_first(shown), text == word))
            .into(),
        AnswerType::Ladder(words) => words
            .iter()
            .map(|w| (w.clone(), upper_first(w), text == w.to_lowercase()))
            .collect(),
        AnswerType::Scored(words) => words
            .keys()
            .map(|w| (w.clone(), upper_first(w), text == w.to_lowercase()))
            .collect(),
        AnswerType::Scale(from, to) if to - from < 8 => (*from..=*to)
            .map(|n| (n.to_string(), n.to_string(), text == n.to_string()))
            .collect(),
        _ => vec![],
    };
    if question.may_not_apply && !choices.is_empty() {
        choices.push(("n/a".to_owned(), t.not_applicable.to_owned(), text == "n/a"));
    }
    let contradicted = answered.contradicted.as_ref();
    Asked {
        id: format!("q-{}", answered.question),
        name: answered.question.clone(),
        raw: given.map(|g| g.text.clone()).unwrap_or_default(),
        title: question.title.clone(),
        form: match &question.answer {
            AnswerType::Scale(from, to) => fill(
                t.from_to,
                &[("a", &from.to_string()), ("b", &to.to_string())],
            ),
            AnswerType::Percent => t.type_percent.to_owned(),
            AnswerType::Number => t.type_number.to_owned(),
            AnswerType::Money(_) => t.type_money.to_owned(),
            _ => String::new(),
        },
        choices,
        when: given.map(|g| f.when(g.on)),
        by: given.map_or_else(String::new, |g| given_by(t, &g.by, &g.place)),
        note: given.map(|g| g.note.clone()).unwrap_or_default(),
        cite: answered.cite.clone(),
        agrees: match (contradicted, &question.evidence, answer.is_empty()) {
            (Some(_), _, _) | (_, None, _) => None,
            (None, Some(_), false) => Some(Mark::saying(Truth::Yes, t.evidence_agrees)),
            (None, Some(_), true) => Some(Mark::saying(Truth::NotApplicable, t.evidence_compares)),
        },
        contradicted: contradicted.map_or_else(String::new, |shows| {
            let mut said = fill(t.evidence_shows, &[("value", &f.lang.value(&shown, shows))]);
            if answered.shown_by.is_empty() {
                said += &format!(" {}", t.for_no_record);
            }
            upper_first(&said)
        }),
        shown_by: answered
            .shown_by
            .iter()
            .take(25)
            .map(|r| reasons::record(f, r, &Shown::Count))
            .collect(),
        evidence: question
            .evidence
            .as_ref()
            .map(|formula| app::domain::wording::expr(&formula.expr))
            .unwrap_or_default(),
        answer,
    }
}
