//! Programs and their editions: each beside the published table, with where it is said, and what it changes.

use app::domain::calendar::{Day, Span};
use app::domain::diagnostic::{Diagnostic, Place};
use app::domain::diff::{Change, diff};
use app::domain::program::{Asked, Edition, Published, Row, RowValue};
use app::domain::wording;
use app::locale::Lang;
use app::question::{Desk, Question};
use app::words::upper_first;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::texts::fill;
use super::super::view::Link;
use super::work::Slip;

/// All programs.
#[derive(Template)]
#[template(path = "programs.html")]
pub struct ListPage {
    /// What stands around it.
    pub f: Frame,
    /// How many, in words.
    pub sub: String,
    /// The programs.
    pub programs: Vec<ProgramLine>,
    /// Files that did not read, with the reason.
    pub misread: Vec<(String, String)>,
}

/// A program.
#[derive(Clone, Debug)]
pub struct ProgramLine {
    /// What it is called.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// What sort of thing it is.
    pub sort: &'static str,
    /// Its levels, lowest first.
    pub levels: String,
    /// Its editions, newest first.
    pub editions: Vec<EditionLine>,
}

/// An edition.
#[derive(Clone, Debug)]
pub struct EditionLine {
    /// The edition as a page.
    pub link: Link,
    /// When it governs, in words.
    pub span: String,
    /// Does it govern on the day asked about?
    pub governs: bool,
    /// Is it read elsewhere than at its publisher?
    pub second_hand: bool,
}

/// An edition beside its published table.
#[derive(Template)]
#[template(path = "edition.html")]
pub struct EditionPage {
    /// What stands around it.
    pub f: Frame,
    /// Who publishes it.
    pub publisher: String,
    /// Facts about the edition: what, and the value.
    pub facts: Vec<(String, String)>,
    /// Its other editions.
    pub editions: Vec<EditionLine>,
    /// The documents that it was read from: mark, title, whose, second-hand.
    pub sources: Vec<(String, String, String, bool)>,
    /// The levels.
    pub levels: Vec<String>,
    /// The published matrix by area.
    pub groups: Vec<Group>,
    /// Rules of levels beside the rows: level, enter, retain, cite.
    pub level_rules: Vec<(String, String, String)>,
    /// What `in period` means: entering, keeping.
    pub period: Option<(String, String, String)>,
    /// Reviews, promotion, demotion.
    pub lifecycle: Vec<(String, String)>,
    /// Where the lifecycle is said.
    pub lifecycle_cite: String,
    /// The questions by area.
    pub questions: Vec<(String, Vec<(String, String, String)>)>,
    /// Other parts, each with its lines: what, the words, where it is said.
    pub parts: Vec<Part>,
    /// What was read where the source is silent.
    pub readings: Vec<(String, String, String)>,
    /// The edition that it is compared with.
    pub against: Option<String>,
    /// What differs from it.
    pub changes: Vec<ChangeLine>,
    /// What that changes for the partner: the row, then, now.
    pub for_us: Vec<(String, String, String)>,
    /// Why that cannot be said; empty where it can.
    pub for_us_not: Slip,
}

/// Rows of an area.
#[derive(Clone, Debug)]
pub struct Group {
    /// The area.
    pub area: String,
    /// The rows.
    pub rows: Vec<Printed>,
}

/// A row as it is printed.
#[derive(Clone, Debug)]
pub struct Printed {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How deep it stands under another.
    pub depth: usize,
    /// What each level asks; empty where it does not.
    pub cells: Vec<String>,
    /// What is counted, in words of the rule language.
    pub rule: String,
    /// The language that this is in: of which part something is, a sentence of ours says.
    pub rule_lang: &'static str,
    /// When it is asked, where not always.
    pub asked: &'static str,
    /// Where it is said.
    pub cite: String,
    /// Read elsewhere than at its publisher?
    pub second_hand: bool,
}

/// Another part of an edition.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub title: &'static str,
    /// Its lines.
    pub lines: Vec<(String, String, String)>,
}

/// Something that differs between two editions.
#[derive(Clone, Debug)]
pub struct ChangeLine {
    /// The thing.
    pub subject: String,
    /// Does it begin another thing?
    pub first: bool,
    /// What of it.
    pub what: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
    /// Where both editions say so.
    pub cite: String,
}

/// When an edition governs, in words.
fn span_words(f: &Frame, span: Span) -> String {
    let t = f.t;
    match (span.first.is_real(), span.end.is_real()) {
        (true, true) => fill(
            t.from_until,
            &[
                ("from", &f.lang.day(span.first)),
                ("until", &f.lang.day(span.end)),
            ],
        ),
        (true, false) => fill(t.from_on, &[("day", &f.lang.day(span.first))]),
        (false, true) => fill(t.until_on, &[("day", &f.lang.day(span.end))]),
        (false, false) => t.always.to_owned(),
    }
}

fn edition_line(f: &Frame, desk: &Desk, edition: &Edition, current: bool) -> EditionLine {
    let library = &desk.engine.programs.library;
    let governs = library
        .governing(&edition.program, f.as_of)
        .is_some_and(|e| e.edition == edition.edition);
    EditionLine {
        link: Link {
            href: f.to(&format!(
                "/programs/{}/{}",
                segment(&edition.program),
                segment(&edition.edition)
            )),
            text: edition.edition.clone(),
            current,
        },
        span: span_words(f, library.in_force(edition)),
        governs,
        second_hand: edition.source.values().any(|d| d.second_hand),
    }
}

fn publisher(edition: &Edition) -> String {
    edition
        .source
        .values()
        .map(|d| d.from.clone())
        .find(|f| !f.is_empty())
        .unwrap_or_default()
}

/// All programs.
pub fn list(desk: &Desk, f: Frame) -> ListPage {
    let title = f.t.programs;
    let f = f.at(Here::Programs, title);
    let t = f.t;
    let library = &desk.engine.programs.library;
    let mut programs: Vec<ProgramLine> = library
        .programs()
        .into_iter()
        .filter_map(|id| {
            let mut editions = library.editions_of(id);
            editions.sort_by_key(|e| std::cmp::Reverse(library.in_force(e).first));
            let shown = library
                .governing(id, f.as_of)
                .or(editions.first().copied())?;
            let sort = if shown.is_library() {
                t.sort_library
            } else if shown.lifecycle.is_some() {
                t.sort_program
            } else if shown.levels.is_empty() {
                t.sort_checklist
            } else {
                t.sort_model
            };
            let levels: Vec<String> = shown
                .levels
                .iter()
                .map(|l| shown.level_title(l).to_owned())
                .collect();
            Some(ProgramLine {
                title: shown.title.clone(),
                publisher: publisher(shown),
                sort,
                levels: levels.join(" · "),
                editions: editions
                    .iter()
                    .map(|e| edition_line(&f, desk, e, false))
                    .collect(),
            })
        })
        .collect();
    programs.sort_by(|a, b| a.title.cmp(&b.title));
    ListPage {
        sub: f.lang.several(t.n_programs, programs.len()),
        programs,
        misread: library
            .misread
            .iter()
            .map(|m| (m.file.clone(), m.problem.message.clone()))
            .collect(),
        f,
    }
}

/// An edition. `against` names another one; by default that which it replaces.
pub fn edition(
    desk: &Desk,
    f: Frame,
    program: &str,
    id: &str,
    against: Option<&str>,
) -> Result<EditionPage, Diagnostic> {
    let library = &desk.engine.programs.library;
    let Some(edition) = library.edition(program, id) else {
        return Err(Diagnostic::error(
            "unknown-edition",
            format!("`{program}` has no edition `{id}`"),
            Place::default(),
        ));
    };
    let before = against
        .map(str::to_owned)
        .or_else(|| edition.replaces.as_ref().map(|r| r.edition.clone()))
        .and_then(|id| library.edition(program, &id).cloned());
    let changes = before
        .as_ref()
        .map_or_else(Vec::new, |old| diff(old, edition));
    let (for_us, for_us_not) = match &before {
        Some(old) if !edition.is_library() => match moves(desk, &f, old, edition) {
            Ok(moves) => (moves, Slip::default()),
            Err(problem) => (vec![], Slip::of(&problem, f.lang)),
        },
        _ => (vec![], Slip::default()),
    };
    Ok(of(
        desk,
        edition,
        before.as_deref(),
        &changes,
        f,
        (for_us, for_us_not),
    ))
}

/// What differs for the partner when the newer edition judges instead of the older, on the same day and over the same facts.
fn moves(
    desk: &Desk,
    f: &Frame,
    old: &Edition,
    new: &Edition,
) -> Result<Vec<(String, String, String)>, Diagnostic> {
    let card = |edition: &Edition| {
        let mut asked = desk.about(&edition.program);
        asked.question = Question {
            edition: Some(edition.edition.clone()),
            ..asked.question
        };
        app::scorecard::scorecard(&asked, true)
    };
    let (before, after) = (card(old)?, card(new)?);
    let t = f.t;
    let mut moves = Vec::new();
    let level = |card: &app::scorecard::Scorecard| {
        card.meets
            .map_or_else(|| t.no_level.to_owned(), |at| card.levels[at].title.clone())
    };
    if level(&before) != level(&after) {
        moves.push((t.stands_at.to_owned(), level(&before), level(&after)));
    }
    let (lines, _) = super::compare::lines(&before, &after, f, false);
    let cell = |cell: Option<(super::super::view::Mark, String)>| {
        cell.map_or_else(
            || t.not_asked.to_owned(),
            |(mark, text)| format!("{}, {text}", mark.word),
        )
    };
    moves.extend(lines.into_iter().map(|l| {
        (
            format!("{}: {}", l.column, l.label),
            cell(l.before),
            cell(l.after),
        )
    }));
    Ok(moves)
}

fn of(
    desk: &Desk,
    edition: &Edition,
    before: Option<&Edition>,
    changes: &[Change],
    f: Frame,
    (for_us, for_us_not): (Vec<(String, String, String)>, Slip),
) -> EditionPage {
    let f = f.at(Here::Programs, edition.title.clone());
    let t = f.t;
    let library = &desk.engine.programs.library;
    let mut facts = vec![(
        t.in_force.to_owned(),
        span_words(&f, library.in_force(edition)),
    )];
    let day = |d: Day| f.lang.day(d);
    facts.extend(edition.published.map(|d| (t.published.to_owned(), day(d))));
    facts.extend(
        edition
            .early_from
            .map(|d| (t.early_from.to_owned(), day(d))),
    );
    facts.extend(edition.withdrawn.map(|d| (t.withdrawn.to_owned(), day(d))));
    if edition.revision > 1 {
        facts.push((t.revision.to_owned(), edition.revision.to_string()));
    }
    if !edition.catalogs.is_empty() {
        facts.push((t.catalogs.to_owned(), edition.catalogs.join(", ")));
    }
    if let Some(fee) = &edition.fee {
        facts.push((
            t.fee.to_owned(),
            format!(
                "{}, {} ({})",
                wording::expr(&fee.amount.expr),
                f.lang.every(fee.every),
                fee.cite
            ),
        ));
    }
    facts.push((t.file.to_owned(), edition.file.clone()));
    let hash = app::domain::freeze::hash(library, edition);
    facts.push((t.hash.to_owned(), hash.chars().take(16).collect()));
    let mut last = String::new();
    let changes = changes
        .iter()
        .map(|c| {
            let subject = named(edition, before, c);
            let first = subject != last;
            last.clone_from(&subject);
            let mut what = c.key.replace('_', " ");
            if let Some(level) = &c.level {
                what = format!("{what} {}", edition.level_title(level));
            }
            ChangeLine {
                subject,
                first,
                what,
                before: c.before.clone().unwrap_or_default(),
                after: c.after.clone().unwrap_or_default(),
                cite: match (c.cite_before.as_str(), c.cite_after.as_str()) {
                    (a, b) if a == b || b.is_empty() => a.to_owned(),
                    ("", b) => b.to_owned(),
                    (a, b) => format!("{a} → {b}"),
                },
            }
        })
        .collect();
    let mut editions = library.editions_of(&edition.program);
    editions.sort_by_key(|e| std::cmp::Reverse(library.in_force(e).first));
    EditionPage {
        publisher: publisher(edition),
        facts,
        editions: editions
            .iter()
            .map(|e| edition_line(&f, desk, e, e.edition == edition.edition))
            .collect(),
        sources: edition
            .source
            .iter()
            .map(|(id, d)| (id.clone(), d.title.clone(), d.from.clone(), d.second_hand))
            .collect(),
        levels: edition
            .levels
            .iter()
            .map(|l| edition.level_title(l).to_owned())
            .collect(),
        groups: groups(&f, edition),
        level_rules: edition
            .level
            .iter()
            .filter_map(|(id, level)| {
                let enter = level
                    .enter
                    .as_ref()
                    .map(|e| format!("{}: {}", t.enter, wording::expr(&e.expr)));
                let retain = level
                    .retain
                    .as_ref()
                    .map(|e| format!("{}: {}", t.retain, wording::expr(&e.expr)));
                let rules: Vec<String> = enter.into_iter().chain(retain).collect();
                (!rules.is_empty()).then(|| {
                    (
                        edition.level_title(id).to_owned(),
                        rules.join("; "),
                        level.cite.clone(),
                    )
                })
            })
            .collect(),
        period: edition.period.as_ref().map(|p| {
            (
                f.lang.window(&p.enter),
                f.lang.window(&p.retain),
                p.cite.clone(),
            )
        }),
        lifecycle: lifecycle(&f, edition),
        lifecycle_cite: edition
            .lifecycle
            .as_ref()
            .map(|l| l.cite.clone())
            .unwrap_or_default(),
        questions: questions(&f, edition),
        parts: parts(&f, edition),
        readings: edition
            .reading
            .iter()
            .map(|r| {
                let about = edition
                    .rows
                    .get(&r.about)
                    .map(|row| row.title.clone())
                    .filter(|title| !title.is_empty())
                    .unwrap_or_else(|| r.about.replace('-', " "));
                (upper_first(&about), r.taken.clone(), r.printed.join("; "))
            })
            .collect(),
        against: before.map(|b| b.edition.clone()),
        changes,
        for_us,
        for_us_not,
        f,
    }
}

/// What a change is about, by its title where it has one.
fn named(edition: &Edition, before: Option<&Edition>, change: &Change) -> String {
    let title = [Some(edition), before].into_iter().flatten().find_map(|e| {
        e.rows
            .get(&change.id)
            .map(|r| r.title.clone())
            .filter(|t| !t.is_empty())
    });
    match title {
        Some(title) => upper_first(&title),
        None => upper_first(&change.subject().replace('-', " ")),
    }
}

fn groups(f: &Frame, edition: &Edition) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in edition.rows.values() {
        let mut depth = 0;
        let mut top = row;
        while let Some(parent) = top.parent.as_ref().and_then(|p| edition.rows.get(p)) {
            depth += 1;
            top = parent;
            if depth > 8 {
                break;
            }
        }
        let area = upper_first(&top.area);
        let group = match groups.iter().position(|g| g.area == area) {
            Some(at) => &mut groups[at],
            None => {
                groups.push(Group { area, rows: vec![] });
                groups.last_mut().expect("just pushed")
            }
        };
        group.rows.push(printed(f, edition, row, depth));
    }
    groups
}

fn printed(f: &Frame, edition: &Edition, row: &Row, depth: usize) -> Printed {
    let t = f.t;
    let limits = |limits: &Option<app::domain::program::Limits>| -> Vec<String> {
        edition
            .levels
            .iter()
            .map(|level| {
                let Some(limits) = limits else {
                    return String::new();
                };
                let sign = match limits.compare {
                    app::domain::syntax::Compare::AtLeast => "",
                    other => wording::compare(other),
                };
                let each: Vec<String> = limits
                    .by_level
                    .each()
                    .iter()
                    .filter_map(|(track, by)| {
                        let text = &by.get(level)?.text;
                        let text = text.replace('_', "\u{202f}");
                        let sign = match sign {
                            ">" => "> ",
                            "<=" => "≤ ",
                            "<" => "< ",
                            _ => "",
                        };
                        Some(match track {
                            Some(track) => format!("{track}: {sign}{text}"),
                            None => format!("{sign}{text}"),
                        })
                    })
                    .collect();
                each.join("; ")
            })
            .collect()
    };
    let (cells, rule) = match &row.value {
        RowValue::Measure {
            measure,
            limits: of,
        } => (limits(of), wording::formulas(measure)),
        RowValue::OfWhich { filter, limits: of } => (
            limits(of),
            fill(t.of_which, &[("filter", &wording::expr(&filter.expr))]),
        ),
        RowValue::Test { test, required } => (
            edition
                .levels
                .iter()
                .map(|l| {
                    if required.contains(l) {
                        t.required.to_owned()
                    } else {
                        String::new()
                    }
                })
                .collect(),
            wording::formulas(test),
        ),
    };
    let cite = edition.cite_of(row);
    Printed {
        id: row.id.clone(),
        title: upper_first(if row.title.is_empty() {
            &row.id
        } else {
            &row.title
        }),
        depth,
        cells,
        rule,
        rule_lang: match &row.value {
            RowValue::OfWhich { .. } => f.lang.tag(),
            RowValue::Measure { .. } | RowValue::Test { .. } => f.first_language(),
        },
        asked: match row.asked {
            Asked::Both => "",
            Asked::Enter => t.asked_once,
            Asked::Retain => t.asked_of_holders,
        },
        second_hand: edition.is_second_hand(&cite),
        cite,
    }
}

fn lifecycle(f: &Frame, edition: &Edition) -> Vec<(String, String)> {
    let t = f.t;
    let Some(lifecycle) = &edition.lifecycle else {
        return vec![];
    };
    let mut lines = vec![(t.reviews.to_owned(), f.lang.review(&lifecycle.review))];
    let rules = |rules: &app::domain::program::LifecycleRules,
                 of: &str,
                 lines: &mut Vec<(String, String)>| {
        let mut put = |what: &str, text: Option<String>| {
            if let Some(text) = text {
                let what = if of.is_empty() {
                    what.to_owned()
                } else {
                    format!("{of}: {what}")
                };
                lines.push((what, text));
            }
        };
        let lang = f.lang;
        fn said<T>(
            lang: Lang,
            of: &Option<Published<T>>,
            text: impl Fn(&T) -> String,
        ) -> Option<String> {
            of.as_ref().map(|p| lang.published(p, text))
        }
        put(
            t.promotes_on,
            said(lang, &rules.promote_on, |of| lang.takes(of)),
        );
        put(
            t.promotes_by,
            said(lang, &rules.promote_by, |of| lang.promoter(*of).to_owned()),
        );
        put(
            t.promotes_effective,
            said(lang, &rules.promote_effective, |of| lang.delay(of)),
        );
        put(
            t.demotes_on,
            said(lang, &rules.demote_on, |of| lang.takes(of)),
        );
        put(
            t.demotes_to,
            said(lang, &rules.demote_to, |of| {
                lang.demoted_to(of, |level| edition.level_title(level).to_owned())
            }),
        );
        put(
            t.demotes_effective,
            said(lang, &rules.demote_effective, |of| lang.delay(of)),
        );
        put(
            t.renews_within,
            said(lang, &rules.renew, |(before, after)| {
                fill(
                    t.before_after,
                    &[
                        ("before", &lang.length(*before)),
                        ("after", &lang.length(*after)),
                    ],
                )
            }),
        );
        put(t.grace, said(lang, &rules.grace, |of| lang.length(*of)));
    };
    rules(&lifecycle.rules, "", &mut lines);
    for (level, of) in &lifecycle.level {
        rules(of, edition.level_title(level), &mut lines);
    }
    lines
}

fn questions(f: &Frame, edition: &Edition) -> Vec<(String, Vec<(String, String, String)>)> {
    let mut areas: Vec<(String, Vec<(String, String, String)>)> = Vec::new();
    for question in edition.question.values() {
        let area = if question.area.is_empty() {
            f.t.all_questions.to_owned()
        } else {
            upper_first(&question.area)
        };
        let line = (
            question.title.clone(),
            f.lang.answers(&question.answer),
            question.cite.clone(),
        );
        match areas.iter_mut().find(|(name, _)| *name == area) {
            Some((_, lines)) => lines.push(line),
            None => areas.push((area, vec![line])),
        }
    }
    areas
}

/// Everything else that an edition says, in words of the language.
fn parts(f: &Frame, edition: &Edition) -> Vec<Part> {
    let t = f.t;
    let titled = |title: &str, id: &str| {
        upper_first(&if title.is_empty() {
            id.replace('-', " ")
        } else {
            title.to_owned()
        })
    };
    let mut parts = Vec::new();
    let mut put = |title: &'static str, lines: Vec<(String, String, String)>| {
        if !lines.is_empty() {
            parts.push(Part { title, lines });
        }
    };
    put(
        t.part_scores,
        edition
            .score
            .iter()
            .flat_map(|(id, score)| {
                let parts = score.part.each().into_iter().flat_map(|(_, parts)| {
                    parts.iter().map(|(part, p)| {
                        let max = p.max.as_ref().map(|m| {
                            format!(
                                " ({})",
                                fill(t.of_at_most, &[("max", &wording::expr(&m.expr))])
                            )
                        });
                        (
                            titled(&p.title, part),
                            format!(
                                "{}{}",
                                wording::expr(&p.points.expr),
                                max.unwrap_or_default()
                            ),
                            String::new(),
                        )
                    })
                });
                std::iter::once((titled(&score.title, id), String::new(), score.cite.clone()))
                    .chain(parts)
                    .collect::<Vec<_>>()
            })
            .collect(),
    );
    put(
        t.part_measures,
        edition
            .measure
            .iter()
            .map(|(id, m)| {
                (
                    titled(&m.title, id),
                    wording::formulas(&m.is),
                    m.cite.clone(),
                )
            })
            .collect(),
    );
    put(
        t.part_lists,
        edition
            .list
            .iter()
            .map(|(id, list)| {
                let items: Vec<String> = list.items.iter().map(wording::item).collect();
                (titled("", id), items.join(", "), list.cite.clone())
            })
            .collect(),
    );
    put(
        t.part_tests,
        edition
            .test
            .iter()
            .map(|(id, test)| {
                (
                    titled(&test.title, id),
                    wording::formulas(&test.is),
                    test.cite.clone(),
                )
            })
            .collect(),
    );
    put(
        t.part_stages,
        edition
            .stage
            .iter()
            .map(|(id, stage)| {
                (
                    titled(&stage.title, id),
                    wording::formulas(&stage.is),
                    stage.cite.clone(),
                )
            })
            .collect(),
    );
    put(
        t.part_bands,
        edition
            .bands
            .iter()
            .map(|(id, bands)| {
                let rows: Vec<String> = bands.rows.iter().map(wording::band).collect();
                (titled("", id), rows.join("; "), bands.cite.clone())
            })
            .collect(),
    );
    put(
        t.part_tables,
        edition
            .table
            .iter()
            .map(|(id, table)| {
                let rows: Vec<String> = table
                    .rows
                    .iter()
                    .map(|(word, value)| format!("{word} = {}", wording::expr(&value.expr)))
                    .collect();
                (titled("", id), rows.join("; "), table.cite.clone())
            })
            .collect(),
    );
    put(
        t.part_parameters,
        edition
            .parameter
            .iter()
            .map(|(id, p)| {
                let default = p
                    .default
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string);
                (titled(&p.title, id), default, p.cite.clone())
            })
            .collect(),
    );
    parts
}
