//! Reports: the list of them, and one in one piece, with room for the reader's own words.

use app::case::Ran;
use app::domain::diagnostic::Diagnostic;
use app::domain::report::{Report, Show};
use app::exchange::{Block, Lines, Report as Paper, Table};
use app::question::Desk;
use app::report::{LONGEST, With};
use app::tasks::Task;
use askama::Template;

use super::super::frame::{Frame, Here};
use super::super::svg::{self, Curve};
use super::super::view::{Link, Markup};
use super::work::Slip;

/// All reports.
#[derive(Template)]
#[template(path = "reports.html")]
pub struct List {
    /// What stands around it.
    pub f: Frame,
    /// Each: where it is, what it tells, and its files.
    pub reports: Vec<(Link, String, Vec<Link>)>,
}

/// One report.
#[derive(Template)]
#[template(path = "report.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Where its words go.
    pub action: String,
    /// The report.
    pub paper: Paper,
    /// Its sections.
    pub sections: Vec<Part>,
    /// Its files.
    pub files: Vec<Link>,
    /// Where it is shown with what may happen; none where it has no model or shows it already.
    pub with_paths: Option<Link>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
    /// Has it sections that the reader may write?
    pub writes: bool,
    /// How long a text may be.
    pub longest: usize,
}

/// A section.
pub struct Part {
    /// Its heading.
    pub title: String,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

/// A piece of a section.
pub enum Piece {
    /// A paragraph.
    Text(String),
    /// A remark.
    Note(String),
    /// Figures side by side.
    Figures(Vec<[String; 3]>),
    /// A table: the text of each cell, and is it a number?
    Table {
        /// What it is called.
        title: String,
        /// Its heads.
        heads: Vec<(String, bool)>,
        /// Its rows.
        rows: Vec<Vec<(String, bool, String)>>,
    },
    /// A picture.
    Picture(String, Markup),
    /// Words to be written: the section's id, what is to be told, what was, and its paragraphs.
    Written {
        /// The id.
        id: String,
        /// What is to be told.
        ask: String,
        /// What was written.
        text: String,
        /// The same, paragraph by paragraph.
        paragraphs: Vec<String>,
    },
}

/// The list of reports.
pub fn list(desk: &Desk, f: Frame) -> Result<List, Diagnostic> {
    let title = f.t.reports.to_owned();
    let f = f.at(Here::Reports, title);
    let reports = desk.engine.programs.library.reports.iter();
    let reports = reports.map(|report| {
        let path = format!("/reports/{}", report.name);
        let link = Link::to(f.to(&path), report.title.clone());
        (link, report.about.clone(), files(&f, &report.name, false))
    });
    Ok(List {
        reports: reports.collect(),
        f,
    })
}

fn files(f: &Frame, name: &str, paths: bool) -> Vec<Link> {
    let more: &[(&str, &str)] = if paths { &[("paths", "1")] } else { &[] };
    let file = |kind: &str, text: &str| {
        let path = format!("/reports/{name}/{kind}");
        Link::to(f.links.with(&path, more), text)
    };
    vec![
        file("pdf", f.t.report_pdf),
        file("workbook", f.t.report_xlsx),
    ]
}

/// A report, with what was just written where that could not be taken.
pub fn page(
    desk: &Desk,
    f: Frame,
    name: &str,
    with: &With<'_>,
    typed: &[(String, String)],
    slips: Vec<Slip>,
) -> Result<Page, Diagnostic> {
    let of = app::report::named(&desk.engine.programs.library, name)?;
    let paper = app::report::report(desk, f.lang, name, with).map_err(|mut all| all.remove(0))?;
    let sections = of.sections.iter().zip(&paper.sections).enumerate();
    let sections = sections.map(|(at, (section, set))| Part {
        title: set.title.clone(),
        pieces: set
            .blocks
            .iter()
            .enumerate()
            .map(|(n, block)| {
                let id = match &section.show {
                    Show::Write { id, .. } => id.as_str(),
                    _ => "",
                };
                let typed = typed.iter().find(|(section, _)| section == id);
                piece(
                    block,
                    id,
                    &format!("p-{at}-{n}"),
                    typed.map(|(_, t)| t.as_str()),
                )
            })
            .collect(),
    });
    let has_model = of.sections.iter().any(|s| matches!(s.show, Show::Model(_)));
    let path = format!("/reports/{name}");
    let with_paths = (has_model && with.paths.is_none())
        .then(|| Link::to(f.links.with(&path, &[("paths", "1")]), f.t.report_paths));
    let sections: Vec<Part> = sections.collect();
    Ok(Page {
        sections,
        files: files(&f, name, with.paths.is_some()),
        with_paths,
        slips,
        writes: f.may_edit && of.written().next().is_some(),
        longest: LONGEST,
        action: f.to(&path),
        f: f.at(Here::Reports, paper.title.clone()),
        paper,
    })
}

fn piece(block: &Block, id: &str, place: &str, typed: Option<&str>) -> Piece {
    match block {
        Block::Text(text) => Piece::Text(text.clone()),
        Block::Note(text) => Piece::Note(text.clone()),
        Block::Figures(all) => Piece::Figures(all.clone()),
        Block::Table(of) => table(of),
        Block::Lines(of) => Piece::Picture(of.title.clone(), picture(of, place)),
        Block::Written { ask, text } => {
            let text = typed.unwrap_or(text);
            let paragraphs = text.split("\n\n").map(str::trim);
            let paragraphs = paragraphs.filter(|p| !p.is_empty());
            Piece::Written {
                id: id.to_owned(),
                ask: ask.clone(),
                paragraphs: paragraphs.map(str::to_owned).collect(),
                text: text.to_owned(),
            }
        }
    }
}

fn table(of: &Table) -> Piece {
    let number = |at: usize| of.numbers.get(at).copied().unwrap_or(false);
    let head = |at: usize| of.heads.get(at).cloned().unwrap_or_default();
    Piece::Table {
        title: of.title.clone(),
        heads: of
            .heads
            .iter()
            .enumerate()
            .map(|(at, head)| (head.clone(), number(at)))
            .collect(),
        rows: of
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .enumerate()
                    .map(|(at, cell)| (cell.clone(), number(at), head(at)))
                    .collect()
            })
            .collect(),
    }
}

fn picture(of: &Lines, id: &str) -> Markup {
    let low = of.rules.first().map_or(0.0, |(at, _)| *at);
    let high = of.rules.last().map_or(1.0, |(at, _)| *at);
    let height = |value: f64| {
        let share = (value - low) / (high - low);
        share
            .is_finite()
            .then_some((share * 10_000.0).round() as i32)
    };
    let curve = Curve {
        lines: of
            .lines
            .iter()
            .map(|(name, values)| {
                let heights = values.iter().map(|v| v.and_then(height));
                (name.clone(), heights.collect())
            })
            .collect(),
        band: None,
        ticks: of
            .rules
            .iter()
            .filter_map(|(at, name)| Some((height(*at)?, name.clone())))
            .collect(),
        nothing: if low <= 0.0 && high >= 0.0 {
            height(0.0)
        } else {
            None
        },
        below: of.places.clone(),
    };
    svg::curve(&curve, id, &of.title, &of.says)
}

/// The sections that a form says anything of, with what it says.
pub fn typed(report: &Report, get: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let sections = report.written();
    sections
        .filter_map(|(id, _)| Some((id.to_owned(), get(&format!("w-{id}"))?)))
        .collect()
}

/// What a report is made with on a page; with what may happen where paths are run.
pub fn with<'a>(tasks: &'a [Task], ran: Option<&'a Ran>) -> With<'a> {
    With {
        tasks: Some(tasks),
        paths: ran.map(|ran| (ran, app::case::SEED, app::case::PATHS)),
        ..With::default()
    }
}
