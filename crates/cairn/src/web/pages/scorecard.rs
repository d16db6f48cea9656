//! The scorecard: the two questions side by side, the news of it, and the reasons of the figure that was opened.

use app::domain::diagnostic::Diagnostic;
use app::domain::points::PartPoints;
use app::domain::program::Ask;
use app::domain::standing::Truth;
use app::domain::syntax::Compare;
use app::explain::Which;
use app::news::Piece;
use app::question::Desk;
use app::scorecard::{Column, Reading, Row, Scorecard};
use app::words::{Shown, upper_first};
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::locale::Lang;
use super::super::texts::fill;
use super::super::view::{Link, Mark, When, unquoted};
use super::reasons::{self, Panel};

/// What is asked of the page beside the day.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The row whose reasons are shown.
    pub row: Option<String>,
    /// Under which of the two questions.
    pub question: Option<String>,
    /// At which level.
    pub level: Option<String>,
    /// Are the levels above the next one shown too?
    pub all_levels: bool,
    /// Are all records that do not count listed?
    pub all_records: bool,
}

/// The scorecard of a program.
#[derive(Template)]
#[template(path = "scorecard.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// The news: what stands out, in pieces.
    pub news: Vec<Piece>,
    /// The rest of the news.
    pub lead: Vec<Piece>,
    /// What was assumed.
    pub assumed: Vec<String>,
    /// At most five figures.
    pub figures: Vec<Figure>,
    /// The columns.
    pub heads: Vec<Head>,
    /// The fee, which stands beside the rows.
    pub fee: Option<FeeLine>,
    /// The rows by area.
    pub groups: Vec<Group>,
    /// Is a window shown anywhere?
    pub windows: bool,
    /// Is anything read elsewhere than at its publisher?
    pub second_hand: bool,
    /// Shows the levels above the next one, or leaves them out again.
    pub other_levels: Option<Link>,
    /// Values that are shown and not judged.
    pub values: Vec<Value>,
    /// Key figures of the level.
    pub kpis: Vec<Value>,
    /// What to do next.
    pub moves: Vec<Move>,
    /// The questions, counted by area.
    pub areas: Vec<AreaLine>,
    /// Where the questions are.
    pub questions: Option<Link>,
    /// What would settle what is unknown.
    pub missing: Vec<Wanted>,
    /// What was read where the source is silent.
    pub readings: Vec<Note>,
    /// How old each kind of evidence is.
    pub ages: Vec<Age>,
    /// The reasons of the figure that was opened.
    pub panel: Option<Panel>,
    /// The scorecard as files.
    pub files: Vec<Link>,
}

/// Which program a page is about, and its other pages.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called.
    pub title: String,
    /// Its edition in words.
    pub edition: String,
    /// Its edition beside the published table.
    pub edition_link: String,
    /// The pages about it.
    pub tabs: Vec<Link>,
    /// All programs, id and title, for the choice of another.
    pub all: Vec<Link>,
    /// Where the choice of another goes.
    pub choose: &'static str,
}

/// A large figure with a line below.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// A verdict in its place.
    pub mark: Option<Mark>,
    /// The line below.
    pub note: String,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub struct Head {
    /// What it asks.
    pub title: String,
    /// Its window in words.
    pub window: String,
    /// The verdict over the column.
    pub mark: Mark,
}

/// The fee.
#[derive(Clone, Debug)]
pub struct FeeLine {
    /// What it is called.
    pub name: String,
    /// Whether it is paid.
    pub state: String,
}

/// Rows of one area.
#[derive(Clone, Debug)]
pub struct Group {
    /// The area; empty where the file has none.
    pub area: String,
    /// The rows.
    pub lines: Vec<Line>,
}

/// A row with its cell in each column.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is called.
    pub label: String,
    /// How deep it stands under another.
    pub depth: usize,
    /// Is it read elsewhere than at its publisher?
    pub second_hand: bool,
    /// A cell in each column; none where the level does not ask.
    pub cells: Vec<Option<Cell>>,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The verdict; none for a part of a score, which is not judged itself.
    pub mark: Option<Mark>,
    /// What the partner has.
    pub have: String,
    /// What is needed.
    pub need: String,
    /// What is missing.
    pub gap: String,
    /// Its reasons.
    pub href: String,
    /// Are its reasons shown?
    pub open: bool,
}

/// A value that is shown and not judged.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub title: String,
    /// The value.
    pub value: String,
    /// Is it unknown?
    pub unknown: bool,
    /// In what it is counted.
    pub unit: String,
    /// Where it is said.
    pub cite: String,
    /// Its own page; empty where it has none.
    pub href: String,
}

/// Something to do next.
#[derive(Clone, Debug)]
pub struct Move {
    /// In which area.
    pub area: String,
    /// What.
    pub act: String,
    /// Where it is said.
    pub cite: String,
}

/// Questions of an area, counted.
#[derive(Clone, Debug)]
pub struct AreaLine {
    /// The area.
    pub area: String,
    /// How many are answered, in words.
    pub answered: String,
    /// How many answers the evidence contradicts, in words; empty where none.
    pub contradicted: String,
}

/// Something that nobody has supplied.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What.
    pub what: String,
    /// What it would settle.
    pub settles: String,
    /// Where to supply it.
    pub href: String,
}

/// What was read where a source is silent or contradicts itself.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it is about.
    pub about: String,
    /// What was taken.
    pub taken: String,
    /// What is printed.
    pub printed: String,
}

/// How old a kind of evidence is.
#[derive(Clone, Debug)]
pub struct Age {
    /// The kind.
    pub kind: String,
    /// Its records.
    pub href: String,
    /// Its newest day.
    pub newest: Option<When>,
    /// How far away that is, or what else is to be said.
    pub words: String,
    /// Was it never supplied?
    pub never: bool,
}

/// The scorecard of the program that the question of the desk names.
pub fn page(desk: &Desk, f: Frame, query: &Query) -> Result<Page, Diagnostic> {
    let card = app::scorecard::scorecard(desk, query.all_levels)?;
    let panel = match &query.row {
        Some(row) => {
            let which = Which {
                row: Some(row.clone()),
                ask: query.question.as_deref().and_then(app::question::ask),
                level: query.level.clone(),
            };
            let explained = app::explain::explain(desk, &which)?;
            explained
                .rows
                .first()
                .map(|row| reasons::panel(&f, &card.program, row, query.all_records))
        }
        None => None,
    };
    let all = programs(desk, &f, &card.program);
    let mut page = of_card(&card, f, query, panel, all);
    let values = page.values.iter_mut().zip(&card.values);
    let kpis = page.kpis.iter_mut().zip(&card.kpis);
    for (value, of) in values.chain(kpis) {
        value.href = address_of_figure(&page.f, desk, &of.id);
    }
    Ok(page)
}

/// The page of a measure, where a library has it as a key figure; empty where none has.
fn address_of_figure(f: &Frame, desk: &Desk, measure: &str) -> String {
    let mut editions = desk.engine.programs.library.editions.iter();
    let library = editions.find(|e| e.is_library() && e.measure.contains_key(measure));
    library.map_or_else(String::new, |library| {
        f.links.with(
            &format!("/kpis/{}", segment(measure)),
            &[("program", &library.program)],
        )
    })
}

/// All programs, as links to a choice.
pub fn programs(desk: &Desk, f: &Frame, chosen: &str) -> Vec<Link> {
    let library = &desk.engine.programs.library;
    let mut all: Vec<Link> = library
        .programs()
        .into_iter()
        .filter_map(|id| {
            let of = library
                .governing(id, f.as_of)
                .or_else(|| library.editions_of(id).last().copied())?;
            (!of.is_library()).then(|| Link {
                href: id.to_owned(),
                text: of.title.clone(),
                current: id == chosen,
            })
        })
        .collect();
    all.sort_by(|a, b| a.text.cmp(&b.text));
    all
}

/// What pages about one program share.
pub fn program(f: &Frame, card: &Scorecard, here: Here, all: Vec<Link>) -> Program {
    let t = f.t;
    let id = segment(&card.program);
    let mut edition = fill(t.edition_of, &[("edition", &card.edition)]);
    if let Some(track) = &card.track {
        edition += &format!(" · {}", fill(t.track_of, &[("track", track)]));
    }
    if let Some(stage) = &card.stage {
        edition += &format!(" · {}", stage.title);
    }
    let tab = |at: Here, path: String, text: &str| Link {
        href: f.to(&path),
        text: text.to_owned(),
        // Pages that are not in the rail are told apart by where they are.
        current: at == here && (at != Here::Elsewhere || f.path == path),
    };
    let mut tabs = vec![tab(
        Here::Scorecard,
        format!("/scorecard/{id}"),
        t.scorecard,
    )];
    if !card.levels.is_empty() {
        tabs.push(tab(Here::Timeline, format!("/timeline/{id}"), t.timeline));
        tabs.push(tab(Here::Ahead, format!("/ahead/{id}"), t.ahead));
        tabs.push(tab(Here::Plan, format!("/plan/{id}"), t.plan));
    }
    tabs.push(tab(Here::Elsewhere, format!("/compare/{id}"), t.compare));
    tabs.push(tab(Here::Elsewhere, format!("/comments/{id}"), t.comments));
    if !card.areas.is_empty() {
        tabs.push(tab(
            Here::Assessments,
            format!("/assessments/{id}"),
            t.questions,
        ));
    }
    tabs.push(tab(
        Here::Programs,
        format!("/programs/{id}/{}", segment(&card.edition)),
        t.the_rules,
    ));
    Program {
        title: card.title.clone(),
        edition,
        edition_link: f.to(&format!("/programs/{id}/{}", segment(&card.edition))),
        tabs,
        all,
        choose: match here {
            Here::Timeline => "/timeline",
            Here::Assessments => "/assessments",
            Here::Ahead => "/ahead",
            Here::Plan => "/plan",
            _ => "/scorecard",
        },
    }
}

/// A scorecard as a page shows it, with the reasons of the figure that was opened.
pub fn of_card(
    card: &Scorecard,
    f: Frame,
    query: &Query,
    panel: Option<Panel>,
    all: Vec<Link>,
) -> Page {
    let f = f.at(Here::Scorecard, card.title.clone());
    let t = f.t;
    let lang = f.lang;
    // A level that asks nothing has no row to show, where another one has.
    let columns: Vec<&Column> = card
        .columns
        .iter()
        .filter(|c| !c.rows.is_empty() || card.columns.iter().all(|c| c.rows.is_empty()))
        .collect();
    let (news, lead) = news(card, f.lang);
    let path = format!("/scorecard/{}", segment(&card.program));
    let shows_all = query.all_levels;
    let above = card.levels.len() > 2 && (shows_all || columns.len() <= 2);
    Page {
        news,
        lead,
        assumed: card.assumed.clone(),
        figures: figures(card, lang),
        heads: columns.iter().map(|c| head(card, c, lang)).collect(),
        fee: fee(card, lang),
        groups: groups(&f, card, &columns, query),
        windows: card.columns.iter().any(|c| c.window.is_some()),
        second_hand: card.second_hand,
        other_levels: above.then(|| {
            if shows_all {
                Link::to(f.to(&path), t.fewer_levels)
            } else {
                Link::to(f.links.with(&path, &[("all", "levels")]), t.all_levels)
            }
        }),
        values: card.values.iter().map(|v| value(v, lang)).collect(),
        kpis: card.kpis.iter().map(|v| value(v, lang)).collect(),
        moves: card
            .moves
            .iter()
            .map(|m| Move {
                area: upper_first(&m.area),
                act: upper_first(&m.act),
                cite: m.cite.clone(),
            })
            .collect(),
        areas: card
            .areas
            .iter()
            .map(|area| {
                let wrong = area
                    .questions
                    .iter()
                    .filter(|q| q.contradicted.is_some())
                    .count();
                AreaLine {
                    area: if area.area.is_empty() {
                        t.all_questions.to_owned()
                    } else {
                        upper_first(&area.area)
                    },
                    answered: fill(
                        t.answered_of,
                        &[
                            ("n", &lang.size(area.answered())),
                            ("m", &lang.size(area.questions.len())),
                        ],
                    ),
                    contradicted: if wrong == 0 {
                        String::new()
                    } else {
                        lang.several(t.contradicted_count, wrong)
                    },
                }
            })
            .collect(),
        questions: (!card.areas.is_empty()).then(|| {
            Link::to(
                f.to(&format!("/assessments/{}", segment(&card.program))),
                t.open_questions,
            )
        }),
        missing: card
            .missing
            .iter()
            .take(5)
            .map(|(missing, rows)| wanted(&f, missing, *rows))
            .collect(),
        readings: card
            .readings
            .iter()
            .map(|n| Note {
                about: n.title.clone(),
                taken: n.taken.clone(),
                printed: n.printed.join("; "),
            })
            .collect(),
        ages: ages(&f, card),
        files: [("json", "JSON"), ("csv", "CSV"), ("html", "HTML")]
            .map(|(end, text)| Link::to(f.to(&format!("{path}.{end}")), text))
            .into(),
        program: program(&f, card, Here::Scorecard, all),
        panel,
        f,
    }
}

/// The news in pieces: what stands out, and the rest.
pub fn news(card: &Scorecard, lang: Lang) -> (Vec<Piece>, Vec<Piece>) {
    let mut sentences = app::news::pieces(card, lang);
    for piece in sentences.iter_mut().flatten() {
        piece.text = unquoted(&piece.text);
    }
    let length = |s: &[Piece]| s.iter().map(|p| p.text.chars().count()).sum::<usize>();
    let mut first = usize::from(!sentences.is_empty());
    // A short first sentence alone is no news.
    if sentences.first().is_some_and(|s| length(s) < 60) && sentences.len() > 1 {
        first = 2;
    }
    let join = |of: &[Vec<Piece>]| {
        let mut all: Vec<Piece> = Vec::new();
        for sentence in of {
            if !all.is_empty() {
                all.push(Piece {
                    text: " ".to_owned(),
                    loss: false,
                });
            }
            all.extend(sentence.iter().cloned());
        }
        all
    };
    (join(&sentences[..first]), join(&sentences[first..]))
}

fn figures(card: &Scorecard, lang: Lang) -> Vec<Figure> {
    let t = lang.texts();
    let mut figures = Vec::new();
    if card.lifecycle || card.holds.is_some() {
        figures.push(match &card.holds {
            Some(holds) => Figure {
                label: t.holds.to_owned(),
                value: holds.title.clone(),
                note: fill(t.since_day, &[("day", &lang.day(holds.since))]),
                mark: None,
            },
            None => Figure {
                label: t.holds.to_owned(),
                mark: (!card.open.is_empty()).then(|| Mark::of(Truth::Unknown, t)),
                value: t.no_level.to_owned(),
                note: card
                    .open
                    .first()
                    .map(|row| row.words(lang))
                    .unwrap_or_default(),
            },
        });
    } else if !card.levels.is_empty() {
        let most = card
            .meets_most
            .filter(|m| card.meets != Some(*m))
            .map(|m| &card.levels[m].title);
        figures.push(Figure {
            label: t.stands_at.to_owned(),
            value: card
                .meets
                .map_or_else(|| t.no_level.to_owned(), |at| card.levels[at].title.clone()),
            note: match most {
                Some(most) => fill(t.may_be, &[("level", most)]),
                None => fill(
                    t.level_of,
                    &[
                        ("n", &lang.size(card.meets.map_or(0, |m| m + 1))),
                        ("m", &lang.size(card.levels.len())),
                    ],
                ),
            },
            mark: None,
        });
    }
    if let Some(review) = &card.review {
        figures.push(Figure {
            label: t.next_review.to_owned(),
            value: review.next.map(|d| lang.short_day(d)).unwrap_or_default(),
            mark: review.next.is_none().then(|| Mark::of(Truth::Unknown, t)),
            note: match (review.next, review.closes) {
                (Some(next), Some(closes)) => format!(
                    "{}, {}",
                    lang.distance(card.as_of, next),
                    fill(t.open_until, &[("day", &lang.day(closes))])
                ),
                (Some(next), None) => {
                    format!(
                        "{}, {}",
                        next.date().year(),
                        lang.distance(card.as_of, next)
                    )
                }
                (None, _) => t.supply_review.to_owned(),
            },
        });
    }
    if let Some(missed) = &card.missed {
        figures.push(match &missed.grace {
            None => Figure {
                label: t.grace.to_owned(),
                mark: Some(Mark::of(Truth::Unknown, t)),
                note: t.not_published.to_owned(),
                ..Figure::default()
            },
            Some(None) => Figure {
                label: t.grace.to_owned(),
                value: t.none.to_owned(),
                ..Figure::default()
            },
            Some(Some(duration)) => Figure {
                label: t.grace.to_owned(),
                value: lang.duration(*duration),
                ..Figure::default()
            },
        });
    }
    let next = card.columns.iter().rev().find(|c| c.ask == Ask::Enter);
    if let Some(column) = next {
        let judged: Vec<&Row> = column
            .rows
            .iter()
            .filter(|r| r.verdict != Truth::NotApplicable)
            .collect();
        let count = |truth: Truth| judged.iter().filter(|r| r.verdict == truth).count();
        let (short, unknown) = (count(Truth::No), count(Truth::Unknown));
        let value = if short > 0 {
            fill(
                t.short_of,
                &[("n", &lang.size(short)), ("m", &lang.size(judged.len()))],
            )
        } else if unknown > 0 {
            fill(
                t.unknown_of,
                &[("n", &lang.size(unknown)), ("m", &lang.size(judged.len()))],
            )
        } else {
            t.all_met.to_owned()
        };
        if !judged.is_empty() {
            figures.push(Figure {
                label: fill(t.to_level, &[("level", &column.title)]),
                value,
                note: if short > 0 && unknown > 0 {
                    lang.several(t.more_unknown, unknown)
                } else {
                    lang.several(t.rows_asked, judged.len())
                },
                mark: None,
            });
        }
    }
    if let Some(next) = &card.next_edition {
        figures.push(Figure {
            label: t.next_edition.to_owned(),
            value: next.edition.clone(),
            note: format!(
                "{}, {}",
                lang.day(next.from),
                lang.distance(card.as_of, next.from)
            ),
            mark: None,
        });
    }
    figures.truncate(5);
    figures
}

fn head(card: &Scorecard, column: &Column, lang: Lang) -> Head {
    let t = lang.texts();
    let pattern = match column.ask {
        Ask::Retain => t.keep_level,
        Ask::Enter => t.reach_level,
    };
    let mut title = fill(pattern, &[("level", &column.title)]);
    if !card.open.is_empty() {
        title = format!("{title}, {}", t.if_not_held);
    }
    let window = match column.window {
        None => String::new(),
        Some(w) => match w.after {
            Some(after) if w.through == card.as_of => {
                fill(t.after_day, &[("day", &lang.day(after))])
            }
            Some(after) => fill(
                t.after_to,
                &[("day", &lang.day(after)), ("end", &lang.day(w.through))],
            ),
            None => t.no_review_known.to_owned(),
        },
    };
    let word = match column.verdict {
        Truth::Yes => t.all_met,
        Truth::No => t.short,
        Truth::Unknown => t.unknown,
        Truth::NotApplicable => t.not_applicable,
    };
    Head {
        title,
        window,
        mark: Mark::saying(column.verdict, word),
    }
}

fn fee(card: &Scorecard, lang: Lang) -> Option<FeeLine> {
    let fee = card.fee.as_ref()?;
    let t = lang.texts();
    let every = lang.duration(fee.every);
    let amount = lang.value(&fee.shown, &fee.amount);
    Some(FeeLine {
        name: fill(t.fee_every, &[("amount", &amount), ("every", &every)]),
        state: match (fee.paid, fee.until) {
            (Truth::Yes, Some(until)) => fill(t.paid_until, &[("day", &lang.day(until))]),
            (Truth::Yes, None) => t.paid.to_owned(),
            (Truth::No, Some(until)) if until <= card.as_of => {
                fill(t.not_paid_since, &[("day", &lang.day(until))])
            }
            (Truth::No, _) => t.not_paid.to_owned(),
            _ => t.unknown_whether_paid.to_owned(),
        },
    })
}

/// The rows of all columns in the order of the file, those of one area together.
fn groups(f: &Frame, card: &Scorecard, columns: &[&Column], query: &Query) -> Vec<Group> {
    let mut ids: Vec<(String, usize)> = Vec::new();
    for column in columns {
        let mut after = 0;
        for (id, depth) in column.rows.iter().flat_map(|row| flat(row, 0)) {
            match ids.iter().position(|(known, _)| *known == id) {
                Some(at) => after = at + 1,
                None => {
                    ids.insert(after.min(ids.len()), (id, depth));
                    after += 1;
                }
            }
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for (id, depth) in ids {
        let rows: Vec<Option<&Row>> = columns
            .iter()
            .map(|c| c.rows.iter().flat_map(Row::each).find(|r| r.id == id))
            .collect();
        let top = columns
            .iter()
            .flat_map(|c| &c.rows)
            .find(|r| r.each().iter().any(|part| part.id == id));
        let (Some(first), Some(top)) = (rows.iter().flatten().next(), top) else {
            continue;
        };
        let group = match groups.iter().position(|g| g.area == top.area) {
            Some(at) => &mut groups[at],
            None => {
                groups.push(Group {
                    area: top.area.clone(),
                    lines: vec![],
                });
                groups.last_mut().expect("just pushed")
            }
        };
        group.lines.push(Line {
            label: upper_first(&first.title),
            depth,
            second_hand: first.second_hand,
            cells: rows
                .iter()
                .zip(columns)
                .map(|(row, column)| row.map(|row| cell(f, card, column, row, query)))
                .collect(),
        });
        for part in &first.points {
            group.lines.push(Line {
                label: upper_first(&part.title),
                depth: depth + 1,
                second_hand: false,
                cells: rows
                    .iter()
                    .map(|r| {
                        r.and_then(|r| r.points.iter().find(|p| p.id == part.id))
                            .map(|p| points(p, f.lang))
                    })
                    .collect(),
            });
        }
    }
    for group in &mut groups {
        group.area = upper_first(&group.area);
    }
    groups
}

fn flat(row: &Row, depth: usize) -> Vec<(String, usize)> {
    std::iter::once((row.id.clone(), depth))
        .chain(row.parts.iter().flat_map(|p| flat(p, depth + 1)))
        .collect()
}

fn cell(f: &Frame, card: &Scorecard, column: &Column, row: &Row, query: &Query) -> Cell {
    let t = f.t;
    // A row shows its own comparison, its parts show theirs.
    let own = if row.need.is_some() {
        row.own
    } else {
        row.verdict
    };
    let judged = own != Truth::NotApplicable;
    let need = match &row.need {
        Some(need) if judged && row.shown != Shown::YesNo => fill(
            match need.compare {
                Compare::AtLeast => t.of_need,
                Compare::More => t.over_need,
                Compare::AtMost => t.at_most_need,
                _ => t.under_need,
            },
            &[("need", &f.lang.range(&row.shown, &need.threshold))],
        ),
        _ => String::new(),
    };
    let path = format!("/scorecard/{}#why", segment(&card.program));
    let mut more = vec![
        ("row", row.id.as_str()),
        ("question", column.ask.name()),
        ("level", column.level.as_str()),
    ];
    if query.all_levels {
        more.push(("all", "levels"));
    }
    Cell {
        mark: Some(match own {
            Truth::NotApplicable if row.verdict != Truth::NotApplicable => {
                Mark::saying(own, t.not_asked)
            }
            own => Mark::of(own, t),
        }),
        have: if judged {
            f.lang.value(&row.shown, &row.have)
        } else {
            String::new()
        },
        need,
        gap: gap(f.lang, row),
        href: f.links.with(&path, &more),
        open: query.row.as_deref() == Some(&row.id)
            && query
                .question
                .as_deref()
                .is_none_or(|q| q == column.ask.name())
            && query.level.as_deref().is_none_or(|l| l == column.level),
    }
}

/// `4 more`, `$1,500 more`; nothing for yes and no, or where it is not exact.
pub fn gap(lang: Lang, row: &Row) -> String {
    let t = lang.texts();
    if row.shown == Shown::YesNo || row.own != Truth::No {
        return String::new();
    }
    let (Some(gap), Some(need)) = (&row.gap, &row.need) else {
        return String::new();
    };
    let amount = lang.number(&row.shown, gap);
    let pattern = match need.compare {
        Compare::AtLeast => t.gap_more,
        Compare::More if gap.is_zero() => t.gap_any,
        Compare::More => t.gap_over_more,
        Compare::AtMost => t.gap_less,
        _ => t.gap_over_less,
    };
    fill(pattern, &[("n", &amount)])
}

/// What a part of a score gives.
fn points(part: &PartPoints, lang: Lang) -> Cell {
    Cell {
        mark: None,
        have: lang.value(&Shown::Count, &part.points),
        need: part_words(part, lang),
        gap: String::new(),
        href: String::new(),
        open: false,
    }
}

/// What stands behind the points of a part: `of at most 40`, `weight 2`.
pub fn part_words(part: &PartPoints, lang: Lang) -> String {
    let t = lang.texts();
    let max = part
        .max
        .as_ref()
        .map(|max| fill(t.of_at_most, &[("max", &lang.value(&Shown::Count, max))]));
    let weight = part
        .weight
        .as_ref()
        .map(|w| fill(t.weight_of, &[("weight", &lang.value(&Shown::Count, w))]));
    let lowest = (part.lowest == Some(true)).then(|| t.the_lowest.to_owned());
    let words: Vec<String> = max.into_iter().chain(weight).chain(lowest).collect();
    words.join(", ")
}

/// A value that is shown and not judged.
pub fn value(of: &Reading, lang: Lang) -> Value {
    Value {
        title: upper_first(&of.title),
        value: lang.value(&of.shown, &of.value),
        unknown: !app::missing::is_known(&of.value),
        unit: of.unit.clone(),
        cite: of.cite.clone(),
        href: String::new(),
    }
}

/// What to supply, what it would settle, and where that is done.
pub fn wanted(f: &Frame, missing: &app::missing::Missing, rows: usize) -> Wanted {
    use app::missing::Missing;
    let t = f.t;
    let (what, path) = match missing {
        Missing::Kind(kind) => (
            fill(t.want_kind, &[("kind", kind)]),
            format!("/evidence/{}", segment(kind)),
        ),
        Missing::Answer {
            program,
            question,
            title,
        } => (
            fill(
                t.want_answer,
                &[("title", if title.is_empty() { question } else { title })],
            ),
            format!("/assessments/{}#q-{}", segment(program), segment(question)),
        ),
        Missing::Field(kind, field) => (
            fill(t.want_field, &[("kind", kind), ("field", field)]),
            format!("/evidence/{}", segment(kind)),
        ),
        Missing::Name(name) => (fill(t.want_name, &[("name", name)]), "/evidence".to_owned()),
        Missing::Refused(kind) => (
            fill(t.want_mended, &[("kind", kind)]),
            format!("/evidence/{}", segment(kind)),
        ),
        Missing::Unclear(kind) => (
            fill(t.want_clear, &[("kind", kind)]),
            format!("/evidence/{}", segment(kind)),
        ),
        Missing::Parameter(name) => (
            fill(t.want_parameter, &[("name", name)]),
            "/programs".to_owned(),
        ),
    };
    Wanted {
        what,
        settles: f.lang.several(t.settles_rows, rows),
        href: f.to(&path),
    }
}

/// How old each kind of evidence of a scorecard is.
pub fn ages(f: &Frame, card: &Scorecard) -> Vec<Age> {
    let t = f.t;
    card.supplies
        .iter()
        .map(|s| Age {
            kind: f.named(&s.kind),
            href: f.to(&format!("/evidence/{}", segment(&s.kind))),
            newest: s.newest.map(|d| f.when(d)),
            words: match (s.supplied, s.newest) {
                (false, _) => t.never_supplied.to_owned(),
                (true, Some(newest)) => f.lang.distance(card.as_of, newest),
                (true, None) if s.facts == 0 => t.no_rows.to_owned(),
                (true, None) => t.no_day.to_owned(),
            },
            never: !s.supplied,
        })
        .collect()
}

/// The rows of a scorecard as a table with exact numbers: a line a row and column.
pub fn table(card: &Scorecard) -> (Vec<String>, Vec<Vec<String>>) {
    let header = [
        "question", "level", "area", "row", "title", "have", "need", "verdict", "gap", "cite",
    ];
    let mut rows = Vec::new();
    for column in &card.columns {
        for row in column.rows.iter().flat_map(Row::each) {
            let exact = |value: &app::domain::standing::Value| match value {
                app::domain::standing::Value::Number(range) => match range.exact() {
                    Some(number) => number.to_string(),
                    None => range
                        .least
                        .as_ref()
                        .map(|n| format!("{n}…"))
                        .unwrap_or_default(),
                },
                app::domain::standing::Value::Word(word) => word.clone().unwrap_or_default(),
                app::domain::standing::Value::NotApplicable => String::new(),
            };
            rows.push(vec![
                column.ask.name().to_owned(),
                column.level.clone(),
                row.area.clone(),
                row.id.clone(),
                row.title.clone(),
                exact(&row.have),
                row.need
                    .as_ref()
                    .and_then(|n| n.threshold.exact().map(ToString::to_string))
                    .unwrap_or_default(),
                row.verdict.verdict().to_owned(),
                row.gap
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                row.cite.clone(),
            ]);
        }
    }
    (header.map(str::to_owned).to_vec(), rows)
}
