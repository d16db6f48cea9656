//! Key figures: all of a library in groups, and one of them with its course, its published values and the records behind it.

use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::figures::{Against, Amount, Band, range};
use app::domain::number::{Exact, Range};
use app::domain::program::Better;
use app::domain::standing::{Truth, Value};
use app::explain::ExplainedRow;
use app::kpis::{self, Board, Detail, Entering, Figure, Point, Target};
use app::question::Desk;
use app::words::Shown;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::svg::{self, Aim, Published};
use super::super::texts::fill;
use super::super::view::{Link, Mark, Markup, When};
use super::reasons::{self, Panel};
use super::scorecard::{Figure as Large, Wanted, wanted};
use super::work::Slip;
use app::scale::Scale;

/// So many published values stand beside a figure of the board; the others are one click away.
const SHOWN_BANDS: usize = 2;

/// All key figures of a library.
#[derive(Template)]
#[template(path = "kpis.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What the library is called, and its edition.
    pub library: Link,
    /// The libraries, where there are several.
    pub libraries: Vec<Link>,
    /// The news.
    pub news: String,
    /// Is nothing known at all?
    pub blank: bool,
    /// The figures by group.
    pub groups: Vec<Group>,
    /// What would settle those that are not known.
    pub missing: Vec<Wanted>,
    /// Targets for measures that the library does not have, in words; empty where there are none.
    pub strays: String,
    /// The table as a file.
    pub file: Link,
}

/// Figures of a group.
pub struct Group {
    /// Its id on the page.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its figures.
    pub lines: Vec<Line>,
}

/// A figure of the board.
pub struct Line {
    /// Its page.
    pub link: Link,
    /// How amounts behind it came about, where they were not booked.
    pub bases: Vec<String>,
    /// The value, rounded.
    pub value: String,
    /// In what it is counted.
    pub unit: String,
    /// Is it not known?
    pub unknown: bool,
    /// What would settle it.
    pub wants: Vec<Wanted>,
    /// Why it has no value, where nothing is missing.
    pub no_value: &'static str,
    /// Its course.
    pub course: Markup,
    /// The course in words.
    pub course_words: String,
    /// The partner's own target.
    pub target: Option<Goal>,
    /// The nearest published values.
    pub bands: Vec<BandLine>,
    /// How many more there are, in words.
    pub more: String,
}

/// A target beside a figure.
pub struct Goal {
    /// What is aimed at.
    pub value: String,
    /// Is it reached?
    pub mark: Mark,
}

/// A published value beside a figure.
pub struct BandLine {
    /// The letter that it has on the picture.
    pub key: String,
    /// The value or range.
    pub range: String,
    /// Of whom.
    pub title: String,
    /// The year of which it speaks; empty where none is said.
    pub year: String,
    /// Where it is said.
    pub cite: String,
    /// Was that read elsewhere than at its publisher?
    pub second_hand: bool,
    /// Where the figure lies against it.
    pub against: &'static str,
    /// Is the figure on the wrong side?
    pub worse: bool,
}

/// One key figure.
#[derive(Template)]
#[template(path = "kpi.html")]
pub struct One {
    /// What stands around it.
    pub f: Frame,
    /// What it is called.
    pub title: String,
    /// The board that it is from.
    pub board: Link,
    /// The library, and its edition.
    pub library: Link,
    /// Where it is said.
    pub cite: String,
    /// Was that read elsewhere than at its publisher?
    pub second_hand: bool,
    /// How amounts behind it came about, where they were not booked.
    pub bases: Vec<String>,
    /// At most five figures.
    pub figures: Vec<Large>,
    /// Why it has no value, where nothing is missing.
    pub no_value: &'static str,
    /// What would settle it.
    pub wants: Vec<Wanted>,
    /// The picture; none where nothing of the course is known.
    pub picture: Option<Markup>,
    /// The course as a table: day, value, is it known.
    pub course: Vec<(When, String, bool)>,
    /// The published values, in the order of the file.
    pub bands: Vec<BandLine>,
    /// Does a published value contradict another?
    pub contradict: bool,
    /// Which way is better, in words.
    pub better: &'static str,
    /// The targets, the latest first.
    pub targets: Vec<TargetLine>,
    /// What is typed into the form.
    pub typed: Typed,
    /// Where the form goes.
    pub action: String,
    /// What helps to write a target.
    pub target_help: &'static str,
    /// What could not be taken.
    pub slips: Vec<Slip>,
    /// What it counts.
    pub note: String,
    /// What it is, in pieces, of which names lead to their pages.
    pub formula: Vec<Piece>,
    /// The measures that enter it: the page, the value.
    pub enters: Vec<(Link, String)>,
    /// The measures that it enters.
    pub entered_by: Vec<Link>,
    /// The records.
    pub panel: Panel,
    /// The course as a file.
    pub file: Link,
}

/// A piece of a formula.
pub struct Piece {
    /// The text.
    pub text: String,
    /// Where it leads; empty where it is no name.
    pub href: String,
}

/// A target that holds, held or will hold.
pub struct TargetLine {
    /// The record.
    pub href: String,
    /// What is aimed at.
    pub value: String,
    /// From when.
    pub from: When,
    /// A note beside it.
    pub note: String,
    /// Is it the one of the day, and is it reached?
    pub mark: Option<Mark>,
}

/// What somebody typed as a target.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The value.
    pub value: String,
    /// From when.
    pub from: String,
    /// A note.
    pub note: String,
}

/// All key figures.
pub fn page(desk: &Desk, f: Frame) -> Result<Page, Diagnostic> {
    let board = kpis::kpis(desk)?;
    let t = f.t;
    let figures = || board.groups.iter().flat_map(|g| &g.figures);
    let (all, known) = (
        figures().count(),
        figures().filter(|x| x.is_known()).count(),
    );
    let aimed = || figures().filter_map(|x| x.target.as_ref());
    let reached = aimed().filter(|x| x.reached == Truth::Yes).count();
    let behind = figures().filter(|x| is_behind(x)).count();
    let mut news = fill(
        &f.lang.several(t.news_figures, all),
        &[("known", &f.lang.size(known))],
    );
    if aimed().count() > 0 {
        news.push(' ');
        news += &fill(
            &f.lang.several(t.kpi_targets_reached, aimed().count()),
            &[("reached", &f.lang.size(reached))],
        );
    }
    if behind > 0 {
        news.push(' ');
        news += &f.lang.several(t.kpi_behind, behind);
    }
    let more = kept(&board);
    let groups = board
        .groups
        .iter()
        .enumerate()
        .map(|(at, group)| Group {
            id: format!("g{at}"),
            title: if group.area.is_empty() {
                t.key_figures.to_owned()
            } else {
                group.area.clone()
            },
            lines: group.figures.iter().map(|x| line(&f, &board, x)).collect(),
        })
        .collect();
    let title = t.key_figures;
    let mut f = f.at(Here::Kpis, title);
    f.keep = more
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    Ok(Page {
        library: library(&f, &board),
        libraries: if board.libraries.len() > 1 {
            board
                .libraries
                .iter()
                .map(|l| Link {
                    href: l.id.clone(),
                    text: l.title.clone(),
                    current: l.id == board.program,
                })
                .collect()
        } else {
            vec![]
        },
        news,
        blank: known == 0,
        groups,
        missing: board
            .missing
            .iter()
            .map(|(missing, count)| {
                let mut want = wanted(&f, missing, *count);
                want.settles = f.lang.several(t.kpi_settles, *count);
                want
            })
            .collect(),
        strays: if board.strays.is_empty() {
            String::new()
        } else {
            fill(t.kpi_strays, &[("list", &f.lang.list(&board.strays))])
        },
        file: Link::to(
            f.links
                .with("/kpis", &[("program", &board.program), ("format", "csv")]),
            "CSV",
        ),
        f,
    })
}

/// What links to pages of a board keep: the library, where there are several.
fn kept(board: &Board) -> Vec<(&'static str, &str)> {
    if board.libraries.len() > 1 {
        vec![("program", &board.program)]
    } else {
        vec![]
    }
}

fn library(f: &Frame, board: &Board) -> Link {
    Link::to(
        f.to(&format!(
            "/programs/{}/{}",
            segment(&board.program),
            segment(&board.edition)
        )),
        format!("{}, {}", board.title, board.edition),
    )
}

/// The address of a figure.
pub fn address(f: &Frame, board: &Board, id: &str) -> String {
    f.links
        .with(&format!("/kpis/{}", segment(id)), &kept(board))
}

/// Does it lie on the wrong side of every published value that can be held against it?
fn is_behind(figure: &Figure) -> bool {
    let judged: Vec<Against> = figure
        .bands
        .iter()
        .map(|(_, against)| *against)
        .filter(|a| *a != Against::Unknown)
        .collect();
    !judged.is_empty() && judged.iter().all(|a| *a == Against::Worse)
}

fn line(f: &Frame, board: &Board, of: &Figure) -> Line {
    let t = f.t;
    let unknown = !of.is_known();
    let nearest = nearest(of);
    let scale = scale(of, &[]);
    let place = |value: &Value| scale.as_ref().and_then(|s| s.height(exact(value)?));
    let heights: Vec<svg::Height> = of.course.iter().map(|p| place(&p.value)).collect();
    let goal = of
        .target
        .as_ref()
        .and_then(|target| scale.as_ref()?.height(&target.amount.as_ref()?.number));
    let value = short(f, &of.shown, &of.value);
    Line {
        link: Link::to(address(f, board, &of.id), of.title.clone()),
        bases: bases(f, of),
        // Nobody counts what is not known in anything.
        unit: if value == t.unknown {
            String::new()
        } else {
            unit(&of.unit)
        },
        value,
        unknown,
        wants: if unknown {
            let first = of.missing.iter().take(2);
            first.map(|missing| wanted(f, missing, 1)).collect()
        } else {
            vec![]
        },
        no_value: if unknown && of.missing.is_empty() {
            t.kpi_no_value
        } else {
            ""
        },
        course: if heights.iter().any(Option::is_some) {
            svg::spark(&heights, goal)
        } else {
            Markup(String::new())
        },
        course_words: course_words(f, of),
        target: of.target.as_ref().map(|target| Goal {
            value: aim_words(f, target, &of.shown),
            mark: reached(f, target),
        }),
        bands: nearest
            .iter()
            .take(SHOWN_BANDS)
            .map(|at| band_line(f, of, *at))
            .collect(),
        more: match nearest.len().saturating_sub(SHOWN_BANDS) {
            0 => String::new(),
            more => f.lang.several(t.kpi_more_published, more),
        },
    }
}

/// The places of the published values, the nearest to the value first; in the order of the file where it is not known.
fn nearest(of: &Figure) -> Vec<usize> {
    let mut places: Vec<usize> = (0..of.bands.len()).collect();
    if let Some(value) = exact(&of.value) {
        places.sort_by_key(|at| {
            let (band, against) = &of.bands[*at];
            let away =
                |end: &Option<Exact>| end.as_ref().map_or(0.0, |end| (end - value).to_f64().abs());
            let away = match against {
                Against::Within => 0.0,
                Against::Unknown => f64::MAX,
                _ => match (&band.from, &band.to) {
                    (Some(_), Some(_)) => away(&band.from).min(away(&band.to)),
                    (Some(_), None) => away(&band.from),
                    _ => away(&band.to),
                },
            };
            // Only their order counts.
            away.to_bits()
        });
    }
    places
}

fn band_line(f: &Frame, of: &Figure, at: usize) -> BandLine {
    let (band, against) = &of.bands[at];
    BandLine {
        key: letter(at),
        range: band_words(f, band, &of.shown),
        title: band.title.clone(),
        year: band.year.map_or_else(String::new, |y| y.to_string()),
        cite: band.cite.clone(),
        second_hand: band.second_hand,
        against: if of.is_known() || *against != Against::Unknown {
            against_word(f, *against)
        } else {
            ""
        },
        worse: *against == Against::Worse,
    }
}

/// A, B, … Z, AA, AB, …
fn letter(at: usize) -> String {
    let of = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    match at / 26 {
        0 => of(at).to_string(),
        more => format!("{}{}", of(more - 1), of(at)),
    }
}

fn against_word(f: &Frame, against: Against) -> &'static str {
    match against {
        Against::Better => f.t.kpi_better,
        Against::Within => f.t.kpi_within,
        Against::Worse => f.t.kpi_worse,
        Against::Above => f.t.kpi_above,
        Against::Below => f.t.kpi_below,
        Against::Unknown => f.t.kpi_open,
    }
}

fn band_words(f: &Frame, band: &Band, shown: &Shown) -> String {
    let shown = match &band.currency {
        Some(currency) => Shown::Money(currency.clone()),
        None => shown.clone(),
    };
    let number = |n: &Exact| f.lang.number(&shown, n);
    match (&band.from, &band.to) {
        (Some(a), Some(b)) if a == b => number(a),
        (Some(a), Some(b)) => fill(f.t.from_to, &[("a", &number(a)), ("b", &number(b))]),
        (Some(a), None) => fill(f.t.or_more, &[("a", &number(a))]),
        (None, Some(b)) => fill(f.t.or_less, &[("a", &number(b))]),
        (None, None) => f.t.unknown.to_owned(),
    }
}

fn aim_words(f: &Frame, target: &Target, shown: &Shown) -> String {
    match &target.amount {
        Some(Amount { number, currency }) => {
            let shown = match currency {
                Some(currency) => Shown::Money(currency.clone()),
                None => shown.clone(),
            };
            f.lang.number(&shown, number)
        }
        None => target.text.clone(),
    }
}

fn reached(f: &Frame, target: &Target) -> Mark {
    let word = match target.reached {
        Truth::Yes => f.t.kpi_reached,
        Truth::No => f.t.kpi_not_reached,
        _ => f.t.unknown,
    };
    Mark::saying(target.reached, word)
}

fn bases(f: &Frame, of: &Figure) -> Vec<String> {
    let word = |basis: &String| match basis.as_str() {
        "allocated" => f.t.kpi_allocated.to_owned(),
        "assumed" => f.t.kpi_assumed.to_owned(),
        other => other.to_owned(),
    };
    of.bases.iter().map(word).collect()
}

fn unit(unit: &str) -> String {
    if unit == "ratio" {
        String::new()
    } else {
        unit.to_owned()
    }
}

fn exact(value: &Value) -> Option<&Exact> {
    range(value)?.exact()
}

/// A number rounded for a table: shares to a tenth of a percent, larger amounts to whole units, anything else to hundredths.
fn rounded(shown: &Shown, number: &Exact) -> Exact {
    let large = |n: &Exact| n.to_f64().abs() >= 100.0;
    match shown {
        Shown::Percent => number.rounded(3),
        Shown::Money(_) if large(number) => number.rounded(0),
        Shown::YesNo | Shown::Date | Shown::Word => number.clone(),
        _ => number.rounded(2),
    }
}

fn short(f: &Frame, shown: &Shown, value: &Value) -> String {
    match value {
        Value::Number(of) => {
            let round = |end: &Option<Exact>| end.as_ref().map(|n| rounded(shown, n));
            let of = Range {
                least: round(&of.least),
                most: round(&of.most),
            };
            f.lang.range(shown, &of)
        }
        other => f.lang.value(shown, other),
    }
}

/// A course in a sentence: from what to what in how many months.
fn course_words(f: &Frame, of: &Figure) -> String {
    let known: Vec<&Point> = of
        .course
        .iter()
        .filter(|p| exact(&p.value).is_some())
        .collect();
    match (known.first(), known.last()) {
        (Some(first), Some(last)) if first.day != last.day => fill(
            f.t.kpi_course,
            &[
                ("a", &short(f, &of.shown, &first.value)),
                ("from", &f.lang.day(first.day)),
                ("b", &short(f, &of.shown, &last.value)),
                ("to", &f.lang.day(last.day)),
            ],
        ),
        _ => f.t.kpi_no_course.to_owned(),
    }
}

/// Edges between which all known points lie, the target and these further numbers too; nothing where no point is known.
fn scale(figure: &Figure, more: &[&Exact]) -> Option<Scale> {
    let points = figure.course.iter().filter_map(|p| exact(&p.value));
    let aim = figure.target.as_ref().and_then(|t| t.amount.as_ref());
    let others = aim.map(|a| &a.number).into_iter();
    let others = others.chain(more.iter().copied());
    points.clone().next()?;
    Scale::around(points.chain(others))
}

/// One key figure, with what was typed where that could not be taken.
pub fn one(
    desk: &Desk,
    f: Frame,
    measure: &str,
    all_records: bool,
    typed: Option<Typed>,
    slips: Vec<Slip>,
) -> Result<One, Diagnostic> {
    let Detail {
        board,
        figure,
        enters,
        entered_by,
        targets,
        explanation,
    } = kpis::kpi(desk, measure)?;
    let t = f.t;
    let mut f = f.at(Here::Kpis, figure.title.clone());
    let keep: Vec<(String, String)> = kept(&board)
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    f.keep = keep;
    let unknown = !figure.is_known();
    let path = format!("/kpis/{}", segment(&figure.id));
    // What a record adds is in the currency that it names, whatever the figure is.
    let record_shown = match &figure.shown {
        Shown::Money(currency) => Shown::Money(currency.clone()),
        _ => explanation
            .counted
            .iter()
            .flat_map(|r| &r.fields)
            .find(|(field, _)| field == "currency")
            .map_or(Shown::Count, |(_, currency)| Shown::Money(currency.clone())),
    };
    let panel = reasons::behind(
        &f,
        &board.program,
        &ExplainedRow {
            level_title: String::new(),
            shown: vec![(figure.id.clone(), record_shown)],
            explanation,
        },
        all_records,
        |all| {
            let mut more = kept(&board);
            more.push(("records", all));
            f.links.with(&format!("{path}#records"), &more)
        },
    );
    let mut lines: Vec<TargetLine> = targets
        .iter()
        .map(|target| {
            let holds = target.from <= board.as_of && board.as_of < target.until;
            TargetLine {
                href: f.links.with(
                    "/evidence/targets/record",
                    &[(
                        "key",
                        &app::records::key_text(&[
                            &board.program,
                            &figure.id,
                            &target.from.to_string(),
                        ]),
                    )],
                ),
                value: aim_words(&f, target, &figure.shown),
                from: f.when(target.from),
                note: target.note.clone(),
                mark: holds.then(|| reached(&f, target)),
            }
        })
        .collect();
    lines.reverse();
    let typed = typed.unwrap_or_else(|| Typed {
        from: board.as_of.to_string(),
        ..Typed::default()
    });
    Ok(One {
        title: figure.title.clone(),
        board: Link::to(f.links.with("/kpis", &kept(&board)), t.key_figures),
        library: library(&f, &board),
        cite: figure.cite.clone(),
        second_hand: figure.second_hand,
        bases: bases(&f, &figure),
        figures: large(&f, &figure),
        no_value: if unknown && figure.missing.is_empty() {
            t.kpi_no_value
        } else {
            ""
        },
        wants: figure.missing.iter().map(|m| wanted(&f, m, 1)).collect(),
        picture: picture(&f, &figure, &targets),
        course: figure
            .course
            .iter()
            .rev()
            .map(|p| {
                (
                    f.when(p.day),
                    f.lang.value(&figure.shown, &p.value),
                    exact(&p.value).is_some(),
                )
            })
            .collect(),
        bands: (0..figure.bands.len())
            .map(|at| band_line(&f, &figure, at))
            .collect(),
        contradict: contradict(&figure),
        better: match figure.better {
            Some(Better::Higher) => t.kpi_more_is_better,
            Some(Better::Lower) => t.kpi_less_is_better,
            None => t.kpi_neither_is_better,
        },
        targets: lines,
        typed,
        action: f.links.with(&format!("{path}/target"), &kept(&board)),
        target_help: match &figure.shown {
            Shown::Percent => t.kpi_target_percent,
            Shown::Money(_) => t.kpi_target_money,
            _ => t.kpi_target_number,
        },
        slips,
        note: figure.note.clone(),
        formula: pieces(&f, &board, &figure, &enters),
        enters: enters
            .iter()
            .map(|of| {
                let value = short(&f, &of.shown, &of.value);
                let unit = unit(&of.unit);
                (
                    Link::to(address(&f, &board, &of.id), of.title.clone()),
                    format!("{value} {unit}").trim().to_owned(),
                )
            })
            .collect(),
        entered_by: entered_by
            .iter()
            .map(|of| Link::to(address(&f, &board, &of.id), of.title.clone()))
            .collect(),
        panel,
        file: Link::to(
            f.links
                .with("/kpis", &[("program", &board.program), ("format", "csv")]),
            "CSV",
        ),
        f,
    })
}

/// Do two published values of the same year, or without one, have nothing in common?
fn contradict(of: &Figure) -> bool {
    let apart = |a: &Band, b: &Band| {
        let below =
            |x: &Band, y: &Band| matches!((&x.to, &y.from), (Some(to), Some(from)) if to < from);
        below(a, b) || below(b, a)
    };
    let bands: Vec<&Band> = of.bands.iter().map(|(band, _)| band).collect();
    bands
        .iter()
        .enumerate()
        .any(|(at, a)| bands[at + 1..].iter().any(|b| apart(a, b)))
}

fn large(f: &Frame, of: &Figure) -> Vec<Large> {
    let t = f.t;
    let mut found = vec![Large {
        label: t.kpi_now.to_owned(),
        value: short(f, &of.shown, &of.value),
        mark: None,
        note: unit(&of.unit),
    }];
    let year_ago = of.course.len().checked_sub(13).map(|at| &of.course[at]);
    if let Some(before) = year_ago.filter(|p| exact(&p.value).is_some()) {
        let change = match (exact(&before.value), exact(&of.value)) {
            (Some(a), Some(b)) => {
                let by = rounded(&of.shown, &(b - a));
                // A share grows by points, not by a share of itself.
                let number = match of.shown {
                    Shown::Percent => {
                        let points = f.lang.number(&Shown::Count, &(&by * &Exact::from(100)));
                        fill(t.kpi_points, &[("n", &points)])
                    }
                    _ => f.lang.number(&of.shown, &by),
                };
                let sign = if by > Exact::ZERO { "+" } else { "" };
                fill(t.kpi_since_then, &[("change", &format!("{sign}{number}"))])
            }
            _ => String::new(),
        };
        found.push(Large {
            label: f.lang.day(before.day),
            value: short(f, &of.shown, &before.value),
            mark: None,
            note: change,
        });
    }
    if let Some(target) = &of.target {
        found.push(Large {
            label: t.kpi_target.to_owned(),
            value: aim_words(f, target, &of.shown),
            mark: None,
            note: reached(f, target).word,
        });
    }
    found
}

fn picture(f: &Frame, of: &Figure, targets: &[Target]) -> Option<Markup> {
    let t = f.t;
    let fits = |currency: &Option<String>| match (currency, &of.shown) {
        (None, _) => true,
        (Some(own), Shown::Money(of)) => own == of,
        (Some(_), _) => false,
    };
    let bands: Vec<(usize, &Band)> = of
        .bands
        .iter()
        .map(|(band, _)| band)
        .enumerate()
        .filter(|(_, band)| fits(&band.currency))
        .collect();
    let (first, last) = (of.course.first()?.day, of.course.last()?.day);
    let aims: Vec<(&Target, &Exact)> = targets
        .iter()
        .filter(|t| t.from <= last && first < t.until)
        .filter_map(|target| {
            let amount = target.amount.as_ref().filter(|a| fits(&a.currency))?;
            Some((target, &amount.number))
        })
        .collect();
    let mut more: Vec<&Exact> = bands
        .iter()
        .flat_map(|(_, band)| [&band.from, &band.to])
        .flatten()
        .collect();
    more.extend(aims.iter().map(|(_, number)| *number));
    let (scale, lines) = scale(of, &more)?.round();
    let height = |number: &Exact| scale.height(number);
    let point = |day: Day| of.course.iter().position(|p| p.day >= day);
    let course = svg::Course {
        days: of.course.iter().map(|p| p.day).collect(),
        points: of.course.iter().map(|p| height(exact(&p.value)?)).collect(),
        ticks: lines
            .iter()
            .filter_map(|n| Some((height(n)?, f.lang.number(&of.shown, n))))
            .collect(),
        published: bands
            .iter()
            .map(|(at, band)| Published {
                key: letter(*at),
                from: band.from.as_ref().and_then(height),
                to: band.to.as_ref().and_then(height),
            })
            .collect(),
        aims: aims
            .iter()
            .filter_map(|(target, number)| {
                Some(Aim {
                    from: point(target.from)?,
                    to: point(target.until).unwrap_or(of.course.len() - 1),
                    height: height(number)?,
                })
            })
            .collect(),
        aim: t.kpi_target.to_owned(),
        last: short(f, &of.shown, &of.value),
    };
    let mut says = course_words(f, of);
    if let Some(target) = &of.target {
        says.push(' ');
        says += &fill(
            t.kpi_says_target,
            &[
                ("value", &aim_words(f, target, &of.shown)),
                ("reached", &reached(f, target).word),
            ],
        );
    }
    Some(svg::course(&course, f.lang, &of.title, &says))
}

/// The formula in pieces, the names of measures apart.
fn pieces(f: &Frame, board: &Board, of: &Figure, enters: &[Entering]) -> Vec<Piece> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut found: Vec<Piece> = Vec::new();
    let mut rest = of.formula.as_str();
    while let Some(first) = rest.chars().next() {
        let named = is_name(first);
        let end = rest.find(|c| is_name(c) != named).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        let href = if enters.iter().any(|e| e.id == text) {
            address(f, board, text)
        } else {
            String::new()
        };
        match found
            .last_mut()
            .filter(|l| l.href.is_empty() && href.is_empty())
        {
            Some(last) => last.text += text,
            None => found.push(Piece {
                text: text.to_owned(),
                href,
            }),
        }
        rest = after;
    }
    found
}

/// The board as a table: a row a figure, its course in the last columns, numbers as a spreadsheet reads them.
pub fn table(board: &Board) -> (Vec<String>, Vec<Vec<String>>) {
    let mut header: Vec<String> = [
        "measure",
        "title",
        "group",
        "unit",
        "better",
        "value",
        "value_most",
        "target",
        "published",
        "missing",
        "basis",
        "source",
    ]
    .map(str::to_owned)
    .to_vec();
    header.extend(board.days.iter().map(ToString::to_string));
    let number = |n: &Exact| n.rounded(6).to_string();
    let end = |end: Option<&Exact>| end.map_or_else(String::new, number);
    let least = |value: &Value| match value {
        Value::Number(of) => end(of.least.as_ref()),
        Value::Word(word) => word.clone().unwrap_or_default(),
        Value::NotApplicable => String::new(),
    };
    let most = |value: &Value| match value {
        Value::Number(of) if of.exact().is_none() => end(of.most.as_ref()),
        _ => String::new(),
    };
    let rows = board
        .groups
        .iter()
        .flat_map(|g| &g.figures)
        .map(|of| {
            let published: Vec<String> = of
                .bands
                .iter()
                .map(|(band, against)| {
                    let ends = match (&band.from, &band.to) {
                        (Some(a), Some(b)) if a == b => number(a),
                        (a, b) => format!("{} to {}", end(a.as_ref()), end(b.as_ref())),
                    };
                    format!(
                        "{}: {} ({}), {}",
                        band.title,
                        ends.trim(),
                        band.cite,
                        against.name()
                    )
                })
                .collect();
            let mut row = vec![
                of.id.clone(),
                of.title.clone(),
                of.area.clone(),
                if of.unit.is_empty() {
                    of.shown.name().to_owned()
                } else {
                    of.unit.clone()
                },
                match of.better {
                    Some(Better::Higher) => "higher",
                    Some(Better::Lower) => "lower",
                    None => "",
                }
                .to_owned(),
                least(&of.value),
                most(&of.value),
                of.target
                    .as_ref()
                    .map_or_else(String::new, |t| t.text.clone()),
                published.join("; "),
                of.missing
                    .iter()
                    .map(app::missing::Missing::id)
                    .collect::<Vec<_>>()
                    .join("; "),
                of.bases.join("; "),
                of.cite.clone(),
            ];
            // Of a point of which only bounds are known a spreadsheet gets nothing.
            row.extend(of.course.iter().map(|p| match exact(&p.value) {
                Some(n) => number(n),
                None => String::new(),
            }));
            row
        })
        .collect();
    (header, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_once_and_half_goes_up() {
        let of = |shown: &Shown, text: &str| {
            rounded(shown, &Exact::parse(text).expect("a number")).to_string()
        };
        assert_eq!(of(&Shown::Percent, "0.12345"), "0.123");
        assert_eq!(of(&Shown::Percent, "0.1235"), "0.124");
        assert_eq!(of(&Shown::Money("USD".to_owned()), "1234.5"), "1235");
        assert_eq!(of(&Shown::Money("USD".to_owned()), "99.995"), "100");
        assert_eq!(of(&Shown::Count, "2.345"), "2.35");
    }

    #[test]
    fn letters_go_on_after_the_last_one() {
        let all: Vec<String> = [0, 25, 26, 51, 52].into_iter().map(letter).collect();
        assert_eq!(all, ["A", "Z", "AA", "AZ", "BA"]);
    }
}
