//! Two days of one scorecard side by side: what differs, and nothing else unless all is wanted.

use app::domain::diagnostic::Diagnostic;
use app::domain::program::Ask;
use app::domain::standing::Truth;
use app::question::Desk;
use app::scorecard::{Row, Scorecard};
use app::words::upper_first;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::texts::fill;
use super::super::view::{Link, Mark};
use super::scorecard::{Program, program, programs};

/// The difference of two days.
#[derive(Template)]
#[template(path = "compare.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// What differs, in a sentence.
    pub news: String,
    /// The other day, as a date field takes it.
    pub against: String,
    /// What was known then, as a date field takes it.
    pub against_known: String,
    /// The heads of both days, and of the editions that judge.
    pub heads: [String; 2],
    /// What differs of the status.
    pub status: Vec<(String, String, String)>,
    /// The rows that differ.
    pub lines: Vec<Line>,
    /// So many rows are the same on both days.
    pub same: usize,
    /// The same in words.
    pub same_words: String,
    /// Shows the rows that are the same, or leaves them out.
    pub all: Link,
}

/// A row on both days.
#[derive(Clone, Debug)]
pub struct Line {
    /// In which column.
    pub column: String,
    /// Does it begin another column?
    pub first: bool,
    /// What it is called.
    pub label: String,
    /// Is it a part?
    pub part: bool,
    /// The other day, then the day asked about; none where the level did not ask.
    pub before: Option<(Mark, String)>,
    /// The day asked about.
    pub after: Option<(Mark, String)>,
    /// Does the verdict differ?
    pub turned: bool,
}

/// Compares the scorecard of the desk with that of another day or knowledge.
pub fn page(desk: &Desk, other: &Desk, f: Frame, all_rows: bool) -> Result<Page, Diagnostic> {
    let mut after = app::scorecard::scorecard(desk, true)?;
    let mut before = app::scorecard::scorecard(other, true)?;
    // The columns that either day's scorecard shows, on both of them.
    let shown: Vec<(Ask, String)> = [desk, other]
        .into_iter()
        .map(|desk| app::scorecard::scorecard(desk, false))
        .collect::<Result<Vec<Scorecard>, Diagnostic>>()?
        .iter()
        .flat_map(|card| card.columns.iter().map(|c| (c.ask, c.level.clone())))
        .collect();
    for card in [&mut after, &mut before] {
        card.columns.retain(|c| {
            shown
                .iter()
                .any(|(ask, level)| *ask == c.ask && *level == c.level)
        });
    }
    let all = programs(desk, &f, &after.program);
    Ok(of(&before, &after, f, all_rows, all))
}

fn of(before: &Scorecard, after: &Scorecard, f: Frame, all_rows: bool, all: Vec<Link>) -> Page {
    let f = f.at(Here::Scorecard, after.title.clone());
    let t = f.t;
    let head = |card: &Scorecard| {
        let known = card
            .known_at
            .map(|d| {
                format!(
                    ", {}",
                    fill(t.as_known_on_short, &[("day", &f.lang.day(d))])
                )
            })
            .unwrap_or_default();
        format!("{}{known}", f.lang.day(card.as_of))
    };
    let mut status = Vec::new();
    let mut differs = |what: &str, a: String, b: String| {
        if a != b {
            status.push((what.to_owned(), a, b));
        }
    };
    let level = |at: Option<usize>, card: &Scorecard| {
        at.map_or_else(|| t.no_level.to_owned(), |at| card.levels[at].title.clone())
    };
    let holds = |card: &Scorecard| {
        card.holds
            .as_ref()
            .map_or_else(|| t.no_level.to_owned(), |h| h.title.clone())
    };
    let day = |d: Option<app::domain::calendar::Day>| {
        d.map_or_else(|| t.unknown.to_owned(), |d| f.lang.day(d))
    };
    differs(t.holds, holds(before), holds(after));
    differs(
        t.stands_at,
        level(before.meets, before),
        level(after.meets, after),
    );
    differs(t.edition, before.edition.clone(), after.edition.clone());
    differs(
        t.last_review,
        day(before.review.as_ref().and_then(|r| r.last)),
        day(after.review.as_ref().and_then(|r| r.last)),
    );
    differs(
        t.next_review,
        day(before.review.as_ref().and_then(|r| r.next)),
        day(after.review.as_ref().and_then(|r| r.next)),
    );
    let (mut lines, same) = lines(before, after, &f, all_rows);
    let turned = lines.iter().filter(|l| l.turned).count();
    let mut last = String::new();
    for line in &mut lines {
        line.first = line.column != last;
        last.clone_from(&line.column);
    }
    let news = match (lines.iter().filter(|l| l.before != l.after).count(), turned) {
        (0, _) if status.is_empty() => t.days_alike.to_owned(),
        (moved, turned) => fill(
            t.days_differ,
            &[
                ("rows", &f.lang.several(t.rows_moved, moved)),
                ("verdicts", &f.lang.several(t.verdicts_turned, turned)),
            ],
        ),
    };
    let against = before.as_of.to_string();
    let known = before.known_at.map(|d| d.to_string()).unwrap_or_default();
    let path = format!("/compare/{}", segment(&after.program));
    let rows = if all_rows { "" } else { "all" };
    Page {
        news,
        heads: [head(before), head(after)],
        status,
        same_words: f.lang.several(t.rows_same, same),
        same,
        all: Link::to(
            f.links.with(
                &path,
                &[
                    ("against", &against),
                    ("against_known", &known),
                    ("rows", rows),
                ],
            ),
            if all_rows {
                t.only_differences
            } else {
                t.show_all_rows
            },
        ),
        lines,
        against,
        against_known: known,
        program: {
            let mut program = program(&f, after, Here::Elsewhere, all);
            program.choose = "/compare";
            program
        },
        f,
    }
}

pub(super) fn lines(
    before: &Scorecard,
    after: &Scorecard,
    f: &Frame,
    all_rows: bool,
) -> (Vec<Line>, usize) {
    let t = f.t;
    let mut lines = Vec::new();
    let mut same = 0;
    let mut columns: Vec<(Ask, String, String)> = Vec::new();
    for column in after.columns.iter().chain(&before.columns) {
        if columns
            .iter()
            .all(|(ask, level, _)| *ask != column.ask || *level != column.level)
        {
            let pattern = if column.ask == Ask::Retain {
                t.keep_level
            } else {
                t.reach_level
            };
            columns.push((
                column.ask,
                column.level.clone(),
                fill(pattern, &[("level", &column.title)]),
            ));
        }
    }
    for (ask, level, title) in columns {
        let rows = |card: &Scorecard| -> Vec<(Row, bool)> {
            let column = card
                .columns
                .iter()
                .find(|c| c.ask == ask && c.level == level);
            column.map_or_else(Vec::new, |c| {
                c.rows
                    .iter()
                    .flat_map(|top| {
                        top.each()
                            .into_iter()
                            .map(move |row| (row.clone(), row.id != top.id))
                    })
                    .collect()
            })
        };
        let (old, new) = (rows(before), rows(after));
        let mut ids: Vec<(String, String, bool)> = Vec::new();
        for (row, part) in new.iter().chain(&old) {
            if ids.iter().all(|(id, _, _)| *id != row.id) {
                ids.push((row.id.clone(), row.title.clone(), *part));
            }
        }
        for (id, label, part) in ids {
            let find = |rows: &[(Row, bool)]| {
                rows.iter()
                    .find(|(r, _)| r.id == id)
                    .map(|(r, _)| r.clone())
            };
            let (a, b) = (find(&old), find(&new));
            let cell = |row: &Row| {
                let own = if row.need.is_some() {
                    row.own
                } else {
                    row.verdict
                };
                let have = f.lang.value(&row.shown, &row.have);
                let text = match &row.need {
                    Some(need) if row.shown != app::words::Shown::YesNo => {
                        format!(
                            "{have} {}",
                            fill(
                                t.of_need,
                                &[("need", &f.lang.range(&row.shown, &need.threshold))]
                            )
                        )
                    }
                    _ => have,
                };
                (own, Mark::of(own, t), text)
            };
            let (a, b) = (a.as_ref().map(cell), b.as_ref().map(cell));
            let own = |cell: &Option<(Truth, Mark, String)>| cell.as_ref().map(|(own, _, _)| *own);
            let turned = own(&a) != own(&b);
            let shown =
                |cell: Option<(Truth, Mark, String)>| cell.map(|(_, mark, text)| (mark, text));
            let (before, after) = (shown(a), shown(b));
            if before == after {
                same += 1;
                if !all_rows {
                    continue;
                }
            }
            lines.push(Line {
                column: title.clone(),
                first: false,
                label: upper_first(&label),
                part,
                before,
                after,
                turned,
            });
        }
    }
    (lines, same)
}
