//! Answers over time, and beside each other: who answered what when, and two models or two days of one partner.

use std::collections::BTreeMap;

use app::assessment::{Given, History, PairedArea, side_by_side};
use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::standing::Truth;
use app::edit::Author;
use app::question::Desk;
use app::scorecard::{Question, Scorecard};
use app::words::upper_first;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::svg::{self, Axis, Stretch, Tone, Weight};
use super::super::texts::fill;
use super::super::view::{Link, Mark, Markup, When};
use super::evidence::STORED;
use super::reasons::given_by;
use super::scorecard::{Program, program, programs};

/// Who answered what when.
#[derive(Template)]
#[template(path = "answers.html")]
pub struct HistoryPage {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// How much was answered, in a sentence.
    pub news: String,
    /// The stage over the days, drawn; none where the program has no stages, or nothing was answered.
    pub picture: Option<Markup>,
    /// Its axis.
    pub axis: Option<Markup>,
    /// The same as a table, the newest day first: day, stage, answered.
    pub stages: Vec<(When, String, String)>,
    /// The questions with their answers.
    pub questions: Vec<Answered>,
    /// The sheet.
    pub sheet: Link,
    /// Another sheet, or another day, beside it.
    pub compare: Link,
}

/// A question with its answers.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What it asks.
    pub title: String,
    /// The sheet at that question.
    pub href: String,
    /// The answers, the newest first.
    pub given: Vec<GivenLine>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct GivenLine {
    /// When.
    pub when: Option<When>,
    /// What.
    pub answer: String,
    /// By whom, or from where.
    pub by: String,
    /// The note beside it.
    pub note: String,
    /// Was it corrected by another of the same day?
    pub corrected: bool,
}

/// An answer as it was written, in words.
fn answer_words(f: &Frame, text: &str) -> String {
    match text.to_lowercase().as_str() {
        "yes" => upper_first(f.t.yes),
        "no" => upper_first(f.t.no),
        "n/a" => upper_first(f.t.not_applicable),
        "" => f.t.not_answered.to_owned(),
        _ => f.named(text),
    }
}

fn stage_words(f: &Frame, card: &Scorecard, stage: Option<usize>) -> String {
    let level = stage.and_then(|at| card.levels.get(at));
    level.map_or_else(|| f.t.no_level_yet.to_owned(), |l| l.title.clone())
}

/// The answers to the program that the question of the desk names.
///
/// `authors` says who wrote each version of an answer that is kept, by version.
pub fn history(
    desk: &Desk,
    f: Frame,
    authors: &BTreeMap<i64, Author>,
) -> Result<HistoryPage, Diagnostic> {
    let told = app::assessment::history(desk)?;
    let all = asking(desk, &f, &told.card.program);
    Ok(of_history(&told, f, all, authors))
}

/// Who gave an answer: whom it names, else who wrote or imported it, else the file and row that it stands in.
pub fn who(f: &Frame, given: &Given, authors: &BTreeMap<i64, Author>) -> String {
    let kept = given.place.file == STORED;
    match authors.get(&i64::from(given.place.line)) {
        Some(author) if kept && given.by.is_empty() && author.imported => {
            fill(f.t.imported_by, &[("name", &author.name)])
        }
        Some(author) if kept && given.by.is_empty() => author.name.clone(),
        _ => given_by(f.t, &given.by, &given.place),
    }
}

/// Programs that ask questions, for the choice of another.
fn asking(desk: &Desk, f: &Frame, chosen: &str) -> Vec<Link> {
    let library = &desk.engine.programs.library;
    let asks = |id: &str| {
        let of = library.governing(id, f.as_of);
        of.is_some_and(|e| !e.question.is_empty())
    };
    let all = programs(desk, f, chosen).into_iter();
    all.filter(|link| asks(&link.href)).collect()
}

fn of_history(
    told: &History,
    f: Frame,
    all: Vec<Link>,
    authors: &BTreeMap<i64, Author>,
) -> HistoryPage {
    let card = &told.card;
    let f = f.at(Here::Assessments, card.title.clone());
    let t = f.t;
    let path = format!("/assessments/{}", segment(&card.program));
    let answers: usize = told.questions.iter().map(|q| q.given.len()).sum();
    let news = fill(
        &f.lang.several(t.answers_news, answers),
        &[
            ("questions", &f.lang.size(told.questions.len())),
            ("all", &f.lang.size(told.asked)),
        ],
    );
    let has_stages = !card.levels.is_empty() && answers > 0;
    let ends: Vec<Day> = told
        .stages
        .iter()
        .skip(1)
        .map(|s| s.day)
        .chain([f.as_of.next()])
        .collect();
    let stretches: Vec<Stretch> = told
        .stages
        .iter()
        .zip(ends)
        .map(|(stage, end)| Stretch {
            from: stage.day,
            end,
            tone: if stage.stage.is_some() {
                Tone::Yes
            } else {
                Tone::Nothing
            },
            label: stage_words(&f, card, stage.stage),
        })
        .collect();
    let says: Vec<String> = told
        .stages
        .iter()
        .map(|s| format!("{}: {}", f.lang.day(s.day), stage_words(&f, card, s.stage)))
        .collect();
    let axis = told.stages.first().map(|first| Axis {
        from: first.day,
        to: f.as_of.max(first.day.next()),
        now: f.as_of,
    });
    HistoryPage {
        news,
        picture: axis
            .filter(|_| has_stages)
            .map(|axis| svg::strip(axis, &stretches, Weight::Thick, &says.join("; "))),
        axis: axis
            .filter(|_| has_stages)
            .map(|axis| svg::axis(axis, f.lang)),
        stages: told
            .stages
            .iter()
            .rev()
            .map(|s| {
                let words = if card.levels.is_empty() {
                    String::new()
                } else {
                    stage_words(&f, card, s.stage)
                };
                let answered = fill(
                    t.answered_of,
                    &[
                        ("n", &f.lang.size(s.answered)),
                        ("m", &f.lang.size(told.asked)),
                    ],
                );
                (f.when(s.day), words, answered)
            })
            .collect(),
        questions: told
            .questions
            .iter()
            .map(|q| Answered {
                title: q.title.clone(),
                href: f.to(&format!("{path}#q-{}", segment(&q.question))),
                given: q
                    .given
                    .iter()
                    .map(|g| GivenLine {
                        when: g.on.map(|day| f.when(day)),
                        answer: answer_words(&f, &g.answer),
                        by: who(&f, g, authors),
                        note: g.note.clone(),
                        corrected: !g.stands,
                    })
                    .collect(),
            })
            .collect(),
        sheet: Link::to(f.to(&path), t.whole_sheet),
        compare: Link::to(f.to(&format!("{path}/compare")), t.sheets_compare),
        program: program(&f, card, Here::Assessments, all),
        f,
    }
}

/// Two sheets beside each other.
#[derive(Template)]
#[template(path = "side.html")]
pub struct SidePage {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// What they share, in a sentence.
    pub news: String,
    /// What can stand on the other side: id, title, is it chosen?
    pub others: Vec<(String, String, bool)>,
    /// The other day, as a date field takes it.
    pub other_day: String,
    /// What stands on each side.
    pub heads: [String; 2],
    /// Stage by stage: on each side its title, and whether it is met.
    pub stages: Vec<(String, [Option<(Mark, String)>; 2])>,
    /// Areas of both, or of one, with their questions.
    pub areas: Vec<SideArea>,
    /// The sheet.
    pub sheet: Link,
}

/// An area on both sides.
#[derive(Clone, Debug)]
pub struct SideArea {
    /// What it is called.
    pub name: String,
    /// How much is answered on each side; empty where a side has no such area.
    pub answered: [String; 2],
    /// A bar of that on each side.
    pub bars: [Option<Markup>; 2],
    /// Its questions: what is asked, and the answer on each side; is it another one?
    pub pairs: Vec<(String, [String; 2], bool)>,
}

/// The program of the desk beside another program, or itself on another day.
pub fn side(desk: &Desk, other: &Desk, f: Frame) -> Result<SidePage, Diagnostic> {
    let left = app::scorecard::scorecard(desk, true)?;
    let right = app::scorecard::scorecard(other, true)?;
    let all = asking(desk, &f, &left.program);
    Ok(of_side(&left, &right, f, all))
}

fn of_side(left: &Scorecard, right: &Scorecard, f: Frame, all: Vec<Link>) -> SidePage {
    let f = f.at(Here::Assessments, left.title.clone());
    let t = f.t;
    let areas = side_by_side(left, right);
    let shared: Vec<&app::assessment::Pair> = areas
        .iter()
        .flat_map(|a| &a.pairs)
        .filter(|p| p.left.is_some() && p.right.is_some())
        .collect();
    let differs = shared.iter().filter(|p| !p.is_alike()).count();
    let news = match shared.len() {
        0 => t.sheets_share_none.to_owned(),
        n => format!(
            "{} {}",
            f.lang.several(t.sheets_share, n),
            match differs {
                0 => t.sheets_alike.to_owned(),
                n => f.lang.several(t.sheets_differ, n),
            }
        ),
    };
    let path = format!("/assessments/{}", segment(&left.program));
    let head = |card: &Scorecard| format!("{}, {}", card.title, f.lang.day(card.as_of));
    let stage = |card: &Scorecard, at: usize| {
        let level = card.levels.get(at)?;
        let truth = if card.meets.is_some_and(|m| at <= m) {
            Truth::Yes
        } else if card.meets_most.is_some_and(|m| at <= m) {
            Truth::Unknown
        } else {
            Truth::No
        };
        Some((Mark::of(truth, t), level.title.clone()))
    };
    let most = left.levels.len().max(right.levels.len());
    SidePage {
        news,
        others: all
            .iter()
            .map(|link| {
                let chosen = link.href == right.program;
                (link.href.clone(), link.text.clone(), chosen)
            })
            .collect(),
        other_day: right.as_of.to_string(),
        heads: [head(left), head(right)],
        stages: (0..most)
            .map(|at| (f.lang.size(at + 1), [stage(left, at), stage(right, at)]))
            .collect(),
        areas: areas.iter().map(|a| side_area(&f, a)).collect(),
        sheet: Link::to(f.to(&path), t.whole_sheet),
        program: program(&f, left, Here::Assessments, all),
        f,
    }
}

fn side_area(f: &Frame, of: &PairedArea) -> SideArea {
    let t = f.t;
    let share = |(n, m): (usize, usize)| {
        let whole = i32::try_from(m.max(1)).unwrap_or(1);
        i32::try_from(n).unwrap_or(0) * 10_000 / whole
    };
    let words = |of: Option<(usize, usize)>| {
        of.map_or_else(String::new, |(n, m)| {
            fill(
                t.answered_of,
                &[("n", &f.lang.size(n)), ("m", &f.lang.size(m))],
            )
        })
    };
    let answer = |of: &Option<Question>| match of {
        None => t.not_asked.to_owned(),
        Some(q) => q.answer.as_ref().map_or_else(
            || t.not_answered.to_owned(),
            |value| upper_first(&f.lang.value(&q.shown, value)),
        ),
    };
    SideArea {
        name: if of.area.is_empty() {
            t.all_questions.to_owned()
        } else {
            upper_first(&of.area)
        },
        answered: of.answered.map(words),
        bars: of
            .answered
            .map(|a| a.map(|a| svg::bar(share(a), None, "c-fill"))),
        pairs: of
            .pairs
            .iter()
            .map(|p| {
                let both = p.left.is_some() && p.right.is_some();
                (
                    p.title.clone(),
                    [answer(&p.left), answer(&p.right)],
                    both && !p.is_alike(),
                )
            })
            .collect(),
    }
}
