//! A report to a PDF and to a workbook: headings, paragraphs, figures, tables, pictures and words that somebody wrote.
//!
//! What stands in it is finished: every number is a text in the reader's language. Only pictures have numbers of their own.

use std::fmt;
use std::sync::OnceLock;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, XlsxError};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Array, Bytes, Datetime, Dict, Duration, IntoValue, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;

/// A report, ready to be set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What it is.
    pub title: String,
    /// Of whom and for which day.
    pub subtitle: String,
    /// The code of its language: `en`.
    pub language: String,
    /// What stands at the foot of each page: how it came about.
    pub foot: String,
    /// How pages are numbered: `page {n} of {all}`.
    pub pages: String,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section under its heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A remark in small letters.
    Note(String),
    /// Figures side by side: what each is called, the value, a remark.
    Figures(Vec<[String; 3]>),
    /// A table.
    Table(Table),
    /// A picture of lines.
    Lines(Lines),
    /// Words that somebody writes: what is to be told, and what was; empty where nobody wrote.
    Written {
        /// What is to be told.
        ask: String,
        /// What was written; its paragraphs are apart by an empty line.
        text: String,
    },
}

/// A table of texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it is called.
    pub title: String,
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// Which columns are numbers, which stand to the right.
    pub numbers: Vec<bool>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A picture of lines, each with the same number of places from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// What it is called.
    pub title: String,
    /// Its lines: what each is called, and its values.
    pub lines: Vec<(String, Vec<Option<f64>>)>,
    /// Values that have a rule across, with what they are called; the first is the lower edge, the last the upper.
    pub rules: Vec<(f64, String)>,
    /// Places from left to right that are named: which, from 0, and how.
    pub places: Vec<(usize, String)>,
    /// What it shows, in a sentence, for whoever does not see it.
    pub says: String,
}

/// Why a report could not be set.
#[derive(Debug)]
pub enum ReportError {
    /// The typesetter refused it: what it said.
    Set(String),
    /// The writer of workbooks refused it.
    Workbook(Box<XlsxError>),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportError::Set(said) => write!(f, "the report cannot be set: {said}"),
            ReportError::Workbook(_) => f.write_str("the workbook cannot be written"),
        }
    }
}

impl std::error::Error for ReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReportError::Set(_) => None,
            ReportError::Workbook(source) => Some(&**source),
        }
    }
}

/// How every report is set.
const TEMPLATE: &str = include_str!("../assets/report.typ");

/// The fonts, which are read once.
fn fonts() -> &'static (LazyHash<FontBook>, Vec<Font>) {
    static FONTS: OnceLock<(LazyHash<FontBook>, Vec<Font>)> = OnceLock::new();
    FONTS.get_or_init(|| {
        let files = typst_assets::fonts().map(Bytes::new);
        let fonts: Vec<Font> = files.flat_map(Font::iter).collect();
        (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
    })
}

/// All that the typesetter sees: one template and what stands in it. No file, no clock, no network.
struct Desk {
    library: LazyHash<Library>,
    main: Source,
}

impl Desk {
    fn new(inputs: Dict) -> Result<Desk, ReportError> {
        let path = VirtualPath::new("report.typ");
        let path = path.map_err(|_| ReportError::Set("a bad path".to_owned()))?;
        let id = RootedPath::new(VirtualRoot::Project, path).intern();
        Ok(Desk {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            main: Source::new(id, TEMPLATE.to_owned()),
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &fonts().0
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().1.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// How many reports ago something may have been set last to be kept for the next one.
const KEPT: usize = 3;

/// The bytes of a PDF: the same for the same report.
///
/// # Errors
///
/// The typesetter refuses it, which no text of a report should bring about.
pub fn write_pdf(report: &Report) -> Result<Vec<u8>, ReportError> {
    let desk = Desk::new(inputs(report))?;
    let refused = |problems: typst::ecow::EcoVec<typst::diag::SourceDiagnostic>| {
        let said = problems.iter().map(|p| p.message.to_string());
        ReportError::Set(said.collect::<Vec<_>>().join("; "))
    };
    let set = typst::compile::<PagedDocument>(&desk);
    let written = set
        .output
        .and_then(|document| typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()))
        .map_err(refused);
    typst::comemo::evict(KEPT);
    written
}

fn dict<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries.into_iter();
    let dict: Dict = entries.map(|(key, value)| (key.into(), value)).collect();
    dict.into_value()
}

fn array(values: impl IntoIterator<Item = Value>) -> Value {
    values.into_iter().collect::<Array>().into_value()
}

fn words(text: &str) -> Value {
    text.into_value()
}

fn inputs(report: &Report) -> Dict {
    let sections = report.sections.iter().map(|section| {
        dict([
            ("title", words(&section.title)),
            ("blocks", array(section.blocks.iter().map(block))),
        ])
    });
    [
        ("title", words(&report.title)),
        ("subtitle", words(&report.subtitle)),
        ("language", words(&report.language)),
        ("foot", words(&report.foot)),
        ("pages", words(&report.pages)),
        ("sections", array(sections)),
    ]
    .into_iter()
    .map(|(key, value)| (key.into(), value))
    .collect()
}

fn block(block: &Block) -> Value {
    let texts = |all: &[String]| array(all.iter().map(|t| words(t)));
    match block {
        Block::Text(text) => dict([("kind", words("text")), ("text", words(text))]),
        Block::Note(text) => dict([("kind", words("note")), ("text", words(text))]),
        Block::Figures(all) => dict([
            ("kind", words("figures")),
            ("all", array(all.iter().map(|f| texts(f)))),
        ]),
        Block::Table(table) => dict([
            ("kind", words("table")),
            ("title", words(&table.title)),
            ("heads", texts(&table.heads)),
            (
                "numbers",
                array(table.numbers.iter().map(|n| n.into_value())),
            ),
            ("rows", array(table.rows.iter().map(|row| texts(row)))),
        ]),
        Block::Lines(lines) => dict([
            ("kind", words("lines")),
            ("title", words(&lines.title)),
            ("says", words(&lines.says)),
            (
                "names",
                array(lines.lines.iter().map(|(name, _)| words(name))),
            ),
            (
                "lines",
                array(lines.lines.iter().map(|(_, values)| {
                    array(values.iter().map(|value| match value {
                        Some(number) => number.into_value(),
                        None => Value::None,
                    }))
                })),
            ),
            (
                "rules",
                array(
                    lines
                        .rules
                        .iter()
                        .map(|(at, name)| array([at.into_value(), words(name)])),
                ),
            ),
            (
                "places",
                array(
                    lines
                        .places
                        .iter()
                        .map(|(at, name)| array([at.into_value(), words(name)])),
                ),
            ),
        ]),
        Block::Written { ask, text } => dict([
            ("kind", words("written")),
            ("ask", words(ask)),
            (
                "paragraphs",
                array(
                    text.split("\n\n")
                        .map(str::trim)
                        .filter(|p| !p.is_empty())
                        .map(words),
                ),
            ),
        ]),
    }
}

/// The bytes of a workbook with every table of a report on a sheet of its own; none where it has no table.
///
/// # Errors
///
/// A text is longer than a cell holds.
pub fn write_tables(report: &Report) -> Result<Option<Vec<u8>>, ReportError> {
    tables(report).map_err(|e| ReportError::Workbook(Box::new(e)))
}

/// A workbook without a day of its own, which would make every export another file.
pub(crate) fn undated() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    Ok(book)
}

fn tables(report: &Report) -> Result<Option<Vec<u8>>, XlsxError> {
    let mut book = undated()?;
    let title = Format::new().set_bold().set_font_size(14);
    let head = Format::new()
        .set_bold()
        .set_border_bottom(FormatBorder::Thin);
    let mut count = 0;
    for section in &report.sections {
        for block in &section.blocks {
            let Block::Table(table) = block else {
                continue;
            };
            count += 1;
            let sheet = book.add_worksheet();
            sheet.set_name(sheet_name(count, &section.title))?;
            sheet.write_with_format(0, 0, &section.title, &title)?;
            let about = [&table.title, &report.title, &report.subtitle];
            let about: Vec<&str> = about
                .into_iter()
                .map(String::as_str)
                .filter(|t| !t.is_empty())
                .collect();
            sheet.write(1, 0, about.join(" · "))?;
            for (text, column) in table.heads.iter().zip(0..) {
                sheet.write_with_format(3, column, text, &head)?;
            }
            for (row, at) in table.rows.iter().zip(4..) {
                for (text, column) in row.iter().zip(0..) {
                    sheet.write(at, column, text)?;
                }
            }
            sheet.set_freeze_panes(4, 0)?;
            sheet.autofit();
        }
    }
    if count == 0 {
        return Ok(None);
    }
    book.save_to_buffer().map(Some)
}

/// A name that a sheet may have: no two are the same, and none is too long.
fn sheet_name(count: usize, title: &str) -> String {
    let plain = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let name: String = format!("{count} {title}").chars().filter(plain).collect();
    name.chars().take(31).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let row = |n: usize| vec![format!("row {n}"), "1,234.50".to_owned()];
        Report {
            title: "Quarterly business review".to_owned(),
            subtitle: "Harbor Cloud Services · 28 June 2024".to_owned(),
            language: "en".to_owned(),
            foot: "Made by Cairn".to_owned(),
            pages: "page {n} of {all}".to_owned(),
            sections: vec![
                Section {
                    title: "Where we stand: #1 [of] *two*".to_owned(),
                    blocks: vec![
                        Block::Text("A paragraph with $ and # and \"quotes\".".to_owned()),
                        Block::Figures(vec![
                            [
                                "Payback".to_owned(),
                                "26 months".to_owned(),
                                "8 of 10".to_owned(),
                            ],
                            ["Value".to_owned(), "$12".to_owned(), String::new()],
                        ]),
                        Block::Table(Table {
                            title: "A table".to_owned(),
                            heads: vec!["Row".to_owned(), "Value".to_owned()],
                            numbers: vec![false, true],
                            rows: (0..90).map(row).collect(),
                        }),
                    ],
                },
                Section {
                    title: "Ahead".to_owned(),
                    blocks: vec![
                        Block::Lines(Lines {
                            title: "Cash".to_owned(),
                            lines: vec![
                                ("Moving".to_owned(), vec![Some(-2.0), None, Some(5.0)]),
                                ("Staying".to_owned(), vec![Some(0.0), Some(1.0), Some(1.5)]),
                            ],
                            rules: vec![
                                (-5.0, "−5".to_owned()),
                                (0.0, "0".to_owned()),
                                (5.0, "5".to_owned()),
                            ],
                            places: vec![(0, "1".to_owned()), (2, "3".to_owned())],
                            says: "Cash falls and rises.".to_owned(),
                        }),
                        Block::Written {
                            ask: "What comes next?".to_owned(),
                            text: String::new(),
                        },
                        Block::Note("Nothing else.".to_owned()),
                    ],
                },
            ],
        }
    }

    #[test]
    fn a_report_is_set_the_same_way_every_time() {
        let first = write_pdf(&report()).expect("a PDF");
        assert!(first.starts_with(b"%PDF-1."), "it is a PDF");
        assert!(first.len() > 5_000, "with fonts");
        assert!(first == write_pdf(&report()).expect("a PDF"), "to the byte");
    }

    #[test]
    fn every_table_has_a_sheet() {
        use calamine::Reader;
        let bytes = write_tables(&report())
            .expect("a workbook")
            .expect("a table");
        let mut book =
            calamine::Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook that reads");
        let names = book.sheet_names();
        assert_eq!(
            names,
            ["1 Where we stand #1 of two"
                .replace("of two", "of *two*")
                .replace('*', "")]
        );
        let sheet = book.worksheet_range(&names[0]).expect("a sheet");
        assert_eq!(sheet.get_size(), (94, 2));
        let empty = Report {
            sections: vec![],
            ..report()
        };
        assert_eq!(write_tables(&empty).expect("nothing"), None);
    }
}
