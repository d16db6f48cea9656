//! A folder of tables, or a single file, read as one unit.
//!
//! Which kind of evidence a table holds is said by its name, and guessed by its columns where the name says nothing; a
//! guess is reported. `partners` and `people` are read first, because other tables rest on them, and tables that do not
//! name their partner last, when it is known whether there is only one.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use domain::diagnostic::{Diagnostic, Place};
use domain::intake::{
    DayOrder, Decimal, Dialect, Imported, Intake, REFUSED, REFUSED_COLUMNS, Raw, Settings,
};
use domain::library::Library;

use crate::escape::without_apostrophe;
use crate::known::{self, Known};
use crate::text::{Recoded, Row, Rows};
use crate::{columnar, workbook};

/// How the bytes of a table of text stand for characters, where no byte order mark says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, as files should have.
    #[default]
    Utf8,
    /// Windows-1252, as older spreadsheets of western Europe and America write.
    Windows1252,
}

/// What the user says of the files of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The partner, the program, columns that were mapped.
    pub settings: Settings,
    /// What stands before the decimals; else a point, and in files of semicolons whatever can mean only one thing.
    pub decimal: Option<Decimal>,
    /// What comes first in days such as `06/07/2022`.
    pub days: DayOrder,
    /// The currency of amounts beside which none stands.
    pub currency: Option<String>,
    /// How bytes stand for characters.
    pub encoding: Encoding,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file that is being read.
    pub file: &'a str,
    /// How many bytes of all files were read.
    pub done: u64,
    /// How many bytes all files have.
    pub total: u64,
    /// How many rows were read.
    pub rows: u64,
}

/// Reads every table of a folder, or one file. `Err` where there is no such folder or a disk fails while a file is being
/// read: then nothing was imported. Everything else that is wrong is among the problems of the import.
pub fn read_folder(
    path: &Path,
    library: &Arc<Library>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Imported, Box<Diagnostic>> {
    read_folder_with(path, library, &Options::default(), progress)
}

/// The same, with what the user says of the files.
pub fn read_folder_with(
    path: &Path,
    library: &Arc<Library>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Imported, Box<Diagnostic>> {
    let mut problems = Vec::new();
    let inputs = list(path, &mut problems)?;
    read(inputs, problems, &shown(path), library, options, progress)
}

/// Reads tables that are in memory, such as uploaded ones, by name and content.
pub fn read_files(
    files: Vec<(String, Vec<u8>)>,
    library: &Arc<Library>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Imported, Box<Diagnostic>> {
    let inputs = files
        .into_iter()
        .map(|(name, bytes)| Input {
            size: bytes.len() as u64,
            name,
            from: From::Memory(bytes.into()),
        })
        .collect();
    read(inputs, vec![], "the upload", library, options, progress)
}

/// A file that may hold tables.
pub(crate) struct Input {
    /// As the user named it.
    pub name: String,
    pub size: u64,
    pub from: From,
}

pub(crate) enum From {
    Disk(PathBuf),
    Memory(Bytes),
}

impl Input {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match &self.from {
            From::Disk(path) => Box::new(fs::File::open(path)?),
            From::Memory(bytes) => Box::new(&bytes[..]),
        })
    }

    /// The name without folders and ending.
    fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    fn ending(&self) -> String {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        file.rsplit_once('.')
            .map_or_else(String::new, |(_, e)| e.to_ascii_lowercase())
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

pub(crate) fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "its permissions forbid reading it".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error(
        "unreadable-file",
        format!("`{name}` cannot be read: {why}"),
        Place::file(name),
    )
    .help("check the path and its permissions; nothing of it was imported")
}

fn list(path: &Path, problems: &mut Vec<Diagnostic>) -> Result<Vec<Input>, Box<Diagnostic>> {
    let fail = |path: &Path, error: &io::Error| Box::new(unreadable(&shown(path), error));
    let about = fs::metadata(path).map_err(|e| fail(path, &e))?;
    let mut found = Vec::new();
    if about.is_dir() {
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(|e| fail(path, &e))? {
            entries.push(entry.map_err(|e| fail(path, &e))?.path());
        }
        entries.sort();
        for entry in entries {
            let name = entry
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            // Files that hide, and those that a spreadsheet keeps beside an open one.
            if name.starts_with(['.', '~']) {
                continue;
            }
            match fs::metadata(&entry) {
                Ok(about) if about.is_dir() => problems.push(
                    Diagnostic::note(
                        "file-ignored",
                        format!("the folder `{name}` is not looked into"),
                        Place::file(shown(&entry)),
                    )
                    .help("import it by itself, or move its tables up"),
                ),
                Ok(about) if about.is_file() => found.push(Input {
                    name: shown(&entry),
                    size: about.len(),
                    from: From::Disk(entry),
                }),
                // A pipe or a device, from which a read may never come back.
                Ok(_) => problems.push(
                    Diagnostic::note(
                        "file-ignored",
                        format!("`{name}` is no file"),
                        Place::file(shown(&entry)),
                    )
                    .help("tables are .csv, .tsv, .parquet and .xlsx files"),
                ),
                Err(error) => problems.push(unreadable(&shown(&entry), &error)),
            }
        }
    } else if about.is_file() {
        found.push(Input {
            name: shown(path),
            size: about.len(),
            from: From::Disk(path.to_owned()),
        });
    } else {
        // A pipe gives its bytes once, and a table is looked at before it is read.
        let bytes = fs::read(path).map_err(|e| fail(path, &e))?;
        found.push(Input {
            name: shown(path),
            size: bytes.len() as u64,
            from: From::Memory(bytes.into()),
        });
    }
    Ok(found)
}

/// A table that will be read.
pub(crate) struct Planned {
    input: usize,
    /// The kind's name.
    pub kind: String,
    /// The file, and its sheet where it has several.
    pub file: String,
    form: Form,
    order: u8,
}

#[derive(Clone, Debug)]
enum Form {
    Text,
    Parquet,
    Sheet(String),
    /// A table of the rows that an earlier import refused.
    Refused(Option<String>),
}

/// What a file has that says which kind of evidence it is.
pub(crate) struct Head {
    pub header: Vec<String>,
    pub known: Option<Known>,
}

impl Head {
    pub(crate) fn new(header: Vec<String>) -> Head {
        Head {
            known: known::recognize(&header),
            header,
        }
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).collect()
    }
}

pub(crate) struct Reading<'p> {
    pub intake: Intake,
    pub options: &'p Options,
    pub progress: &'p mut dyn FnMut(Progress<'_>),
    /// Bytes of the files before this one.
    pub before: u64,
    /// Bytes of all files.
    pub total: u64,
    /// Rows of the files before this one.
    pub rows: u64,
}

impl Reading<'_> {
    /// Says how far the file has been read.
    pub(crate) fn tell(&mut self, file: &str, bytes: u64, rows: u64) {
        (self.progress)(Progress {
            file,
            done: (self.before + bytes).min(self.total),
            total: self.total,
            rows: self.rows + rows,
        });
    }

    /// Reports that nothing of a table can be read. Where its name says what it holds, nothing is certain about that kind.
    pub(crate) fn lose(&mut self, name: &str, mut problem: Diagnostic) {
        if let Some(kind) = kind_by_name(&self.intake, name) {
            if let Some(at) = self.intake.kind(&kind) {
                self.intake.withhold(at);
            }
            problem.help = format!(
                "{}; until then nothing about `{kind}` is certain",
                problem.help
            );
        }
        self.intake.report(problem);
    }

    /// The kind that a table's name says, or else its columns; says where it was guessed. `None` where neither does.
    fn kind_of(&mut self, name: &str, file: &str, head: &Head) -> Option<(String, bool)> {
        let names = head.names();
        if let Some(kind) = kind_by_name(&self.intake, name) {
            return Some((kind, false));
        }
        let at = self.intake.guess(&names)?;
        let library = self.intake.library().clone();
        let kind = library
            .vocabulary
            .kinds
            .get_index(at)
            .map(|(k, _)| k.clone())?;
        let columns: Vec<String> = self
            .intake
            .recognized(at, &names)
            .iter()
            .zip(&names)
            .filter_map(|(field, header)| {
                Some(format!(
                    "`{}` as {}",
                    header.trim_start_matches('\u{feff}').trim(),
                    (*field)?
                ))
            })
            .collect();
        self.intake.report(
            Diagnostic::note(
                "kind-guessed",
                format!("read as `{kind}`, by its columns: {}", columns.join(", ")),
                Place::file(file),
            )
            .help(format!(
                "if it is something else, give the file the name of its kind, as in {kind}.csv"
            )),
        );
        Some((kind, true))
    }

    pub(crate) fn dialect(&self, head: &Head, decimal: Decimal) -> Dialect {
        let known = head
            .known
            .as_ref()
            .and_then(|k| k.currency)
            .map(str::to_owned);
        Dialect {
            decimal: self.options.decimal.unwrap_or(decimal),
            days: self.options.days,
            currency: known.or_else(|| self.options.currency.clone()),
        }
    }
}

/// `credentials`, `Credentials`, `credentials-2024`, `case_studies (1)`.
fn kind_by_name(intake: &Intake, name: &str) -> Option<String> {
    let library = intake.library();
    let by = |text: &str| {
        let at = intake.kind(text)?;
        library
            .vocabulary
            .kinds
            .get_index(at)
            .map(|(k, _)| k.clone())
    };
    if let Some(kind) = by(name) {
        return Some(kind);
    }
    // What exports put behind a name: numbers, dates, `part`, `copy`.
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let is_tail = |word: &&str| {
        word.bytes().all(|b| b.is_ascii_digit())
            || ["part", "copy", "export", "page"]
                .iter()
                .any(|t| word.eq_ignore_ascii_case(t))
    };
    let tail = words.iter().rev().take_while(|w| is_tail(w)).count();
    (tail > 0 && tail < words.len()).then(|| by(&words[..words.len() - tail].concat()))?
}

fn read(
    inputs: Vec<Input>,
    problems: Vec<Diagnostic>,
    place: &str,
    library: &Arc<Library>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Imported, Box<Diagnostic>> {
    let mut reading = Reading {
        intake: Intake::with(library.clone(), options.settings.clone()),
        options,
        progress,
        before: 0,
        total: inputs.iter().map(|i| i.size).sum(),
        rows: 0,
    };
    for problem in problems {
        reading.intake.report(problem);
    }
    let mut planned = Vec::new();
    let mut books: HashMap<usize, workbook::Book> = HashMap::new();
    for (at, input) in inputs.iter().enumerate() {
        match input.ending().as_str() {
            "csv" | "tsv" => plan_text(&mut reading, at, input, &mut planned),
            // In a folder, `.txt` is a note to somebody; a pipe has no ending.
            "txt" | "" if inputs.len() == 1 => plan_text(&mut reading, at, input, &mut planned),
            "parquet" => match columnar::header(input) {
                Ok(header) => {
                    let head = Head::new(header);
                    plan(
                        &mut reading,
                        at,
                        input.stem(),
                        &input.name,
                        Form::Parquet,
                        &head,
                        &mut planned,
                    );
                }
                Err(problem) => reading.lose(input.stem(), *problem),
            },
            "xlsx" | "xlsm" => match workbook::open(input) {
                Ok(mut book) => {
                    plan_sheets(
                        &mut reading,
                        at,
                        input,
                        workbook::sheets(&mut book),
                        &mut planned,
                    );
                    books.insert(at, book);
                }
                Err(problem) => reading.lose(input.stem(), *problem),
            },
            _ => reading.intake.report(
                Diagnostic::note(
                    "file-ignored",
                    "the file is no table",
                    Place::file(&input.name),
                )
                .help("tables are .csv, .tsv, .parquet and .xlsx files"),
            ),
        }
    }
    if planned.is_empty() {
        reading.intake.report(
            Diagnostic::error(
                "nothing-to-read",
                format!("`{place}` has no table of evidence"),
                Place::file(place),
            )
            .help("put tables there that have the name of their kind, such as credentials.csv"),
        );
    }
    // Stable, so that tables of one order stay as their files and sheets stand.
    planned.sort_by_key(|p| p.order);
    for plan in &planned {
        let input = &inputs[plan.input];
        let rows = match &plan.form {
            Form::Refused(None) => read_refused(&mut reading, input, plan)
                .map_err(|e| Box::new(unreadable(&input.name, &e))),
            Form::Refused(Some(name)) => match books.get_mut(&plan.input) {
                Some(book) => Ok(workbook::read_refused(&mut reading, book, name, plan)),
                None => Ok(0),
            },
            Form::Text => read_text(&mut reading, input, plan)
                .map_err(|e| Box::new(unreadable(&input.name, &e))),
            Form::Parquet => columnar::read(&mut reading, input, plan),
            Form::Sheet(name) => match books.get_mut(&plan.input) {
                Some(book) => Ok(workbook::read(&mut reading, input, book, name, plan)),
                None => Ok(0),
            },
        };
        reading.rows += rows?;
        // A workbook's bytes are counted with each of its sheets; the bar stops at the end.
        reading.before = (reading.before + input.size).min(reading.total);
        reading.tell(&plan.file, 0, 0);
    }
    Ok(reading.intake.finish())
}

/// Adds the sheets of a workbook to the plan.
fn plan_sheets(
    reading: &mut Reading<'_>,
    at: usize,
    input: &Input,
    sheets: Vec<(String, Option<Vec<String>>)>,
    planned: &mut Vec<Planned>,
) {
    let only = sheets.len() == 1;
    for (sheet, header) in sheets {
        let file = format!("{} [{sheet}]", input.name);
        // The one sheet of a file is often called `Sheet1`; then the file says what it is.
        let by_file = only && kind_by_name(&reading.intake, &sheet).is_none();
        let name = if by_file { input.stem() } else { &sheet };
        match header {
            Some(header) => {
                let head = Head::new(header);
                plan(reading, at, name, &file, Form::Sheet(sheet.clone()), &head, planned);
            }
            None if kind_by_name(&reading.intake, name).is_some() => reading.lose(
                name,
                Diagnostic::error("no-header", "the sheet is empty, so it says nothing", Place::file(&file))
                    .help("write at least its header: a table with a header and no row says that there is none"),
            ),
            None => {}
        }
    }
}

/// Adds a table to the plan, where it holds a kind of evidence.
fn plan(
    reading: &mut Reading<'_>,
    at: usize,
    name: &str,
    file: &str,
    form: Form,
    head: &Head,
    planned: &mut Vec<Planned>,
) {
    if let Some(form) = refused_form(name, &form, head) {
        planned.push(Planned {
            input: at,
            kind: REFUSED.to_owned(),
            file: file.to_owned(),
            form,
            order: 5,
        });
        return;
    }
    let Some((kind, _)) = reading.kind_of(name, file, head) else {
        let columns: Vec<String> = head
            .header
            .iter()
            .take(6)
            .map(|h| format!("`{}`", h.trim_start_matches('\u{feff}').trim()))
            .collect();
        reading.intake.report(
            Diagnostic::warning(
                "file-ignored",
                format!(
                    "neither its name nor its columns say which evidence it holds: {}",
                    columns.join(", ")
                ),
                Place::file(file),
            )
            .help("give the file the name of its kind, as in credentials.csv"),
        );
        return;
    };
    let names = head.names();
    let has_partner = reading.intake.kind(&kind).is_some_and(|k| {
        reading
            .intake
            .recognized(k, &names)
            .contains(&Some("partner"))
    });
    let order = match (kind.as_str(), has_partner) {
        ("partners", _) => 0,
        ("people", true) => 1,
        (_, true) => 3,
        ("people", false) => 2,
        (_, false) => 4,
    };
    planned.push(Planned {
        input: at,
        kind,
        file: file.to_owned(),
        form,
        order,
    });
}

/// How the table of refused rows is read, if it is one: its name and all its columns say so.
fn refused_form(name: &str, form: &Form, head: &Head) -> Option<Form> {
    let names = head.names();
    let is_one = name == REFUSED && REFUSED_COLUMNS.iter().all(|c| names.contains(c));
    match form {
        Form::Text if is_one => Some(Form::Refused(None)),
        Form::Sheet(sheet) if is_one => Some(Form::Refused(Some(sheet.clone()))),
        _ => None,
    }
}

/// The cells of a refused row in the order of their columns.
pub(crate) fn refused_row<'c>(
    names: &[&str],
    cell: impl Fn(usize) -> Option<&'c str>,
) -> [String; REFUSED_COLUMNS.len()] {
    REFUSED_COLUMNS.map(|column| {
        let at = names.iter().position(|name| *name == column);
        at.and_then(&cell).unwrap_or_default().to_owned()
    })
}

// -- Text ------------------------------------------------------------------------------------------------------------

fn rows_of<'i>(
    input: &'i Input,
    options: &Options,
) -> io::Result<Rows<Recoded<Box<dyn Read + 'i>>>> {
    Rows::new(Recoded::new(input.open()?, options.encoding)?)
}

fn plan_text(reading: &mut Reading<'_>, at: usize, input: &Input, planned: &mut Vec<Planned>) {
    let head = rows_of(input, reading.options).and_then(|mut rows| {
        Ok(match rows.next()? {
            None => None,
            Some(row) => Some(
                row.cells
                    .map(|cells| cells.into_iter().map(str::to_owned).collect::<Vec<_>>()),
            ),
        })
    });
    match head {
        Err(error) => reading.lose(input.stem(), unreadable(&input.name, &error)),
        Ok(None) => reading.lose(
            input.stem(),
            Diagnostic::error("no-header", "the file is empty, so it says nothing", Place::file(&input.name))
                .help("write at least its header: a table with a header and no row says that there is none"),
        ),
        Ok(Some(Err(broken))) => {
            let (_, message, help) = broken.said();
            reading.lose(
                input.stem(),
                Diagnostic::error(
                    "not-text",
                    format!("the header cannot be read, so nothing of the file was: {}", message.replacen("the row", "it", 1)),
                    Place::file(&input.name),
                )
                .help(help),
            );
        }
        Ok(Some(Ok(header))) => plan(reading, at, input.stem(), &input.name, Form::Text, &Head::new(header), planned),
    }
}

fn read_text(reading: &mut Reading<'_>, input: &Input, plan: &Planned) -> io::Result<u64> {
    let mut rows = rows_of(input, reading.options)?;
    let Some(Row {
        cells: Ok(header), ..
    }) = rows.next()?
    else {
        return Err(io::Error::other("it changed while it was read"));
    };
    let head = Head::new(header.into_iter().map(str::to_owned).collect());
    // Where a semicolon divides cells, a comma may stand before decimals.
    let decimal = if rows.semicolons() {
        Decimal::Unsaid
    } else {
        Decimal::Point
    };
    let dialect = reading.dialect(&head, decimal);
    let names = head.names();
    let (mut count, mut not_yet, mut first_not_yet) = (0_u64, 0_u64, 0);
    let mut told = 0;
    let Some(mut sheet) = reading
        .intake
        .sheet_in(&plan.kind, &plan.file, &names, &dialect)
    else {
        return Ok(0);
    };
    loop {
        let read = rows.read;
        let Some(row) = rows.next()? else { break };
        count += 1;
        match row.cells {
            Ok(cells) => {
                let mut raw: Vec<Raw<'_>> = cells
                    .iter()
                    .map(|c| Raw::Text(without_apostrophe(c)))
                    .collect();
                if let Some(known) = &head.known
                    && let Some(column) =
                        known.not_yet(|at| cells.get(at).copied().unwrap_or_default())
                    && raw.len() == names.len()
                {
                    raw[column] = Raw::Empty;
                    not_yet += 1;
                    if first_not_yet == 0 {
                        first_not_yet = row.number;
                    }
                }
                sheet.row(row.number, &raw);
            }
            Err(broken) => {
                let (code, message, help) = broken.said();
                sheet.refuse(row.number, code, message, help);
            }
        }
        if read > told {
            told = read;
            (reading.progress)(Progress {
                file: &plan.file,
                done: (reading.before + read).min(reading.total),
                total: reading.total,
                rows: reading.rows + count,
            });
        }
    }
    if not_yet > 0
        && let Some(known) = &head.known
    {
        sheet.report(known.report(&plan.file, not_yet, first_not_yet));
    }
    drop(sheet);
    Ok(count)
}

/// Reads the rows that an earlier import refused, and wrote as text.
fn read_refused(reading: &mut Reading<'_>, input: &Input, plan: &Planned) -> io::Result<u64> {
    let mut rows = rows_of(input, reading.options)?;
    let Some(Row {
        cells: Ok(header), ..
    }) = rows.next()?
    else {
        return Err(io::Error::other("it changed while it was read"));
    };
    let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut refused = Vec::new();
    while let Some(row) = rows.next()? {
        match row.cells {
            Ok(cells) => {
                let cell = |at: usize| cells.get(at).map(|c| without_apostrophe(c));
                refused.push((row.number, refused_row(&names, cell)));
            }
            Err(broken) => {
                let (code, message, help) = broken.said();
                let place = Place {
                    line: row.number,
                    ..Place::file(&plan.file)
                };
                let problem = Diagnostic::error(code, message, place);
                reading.intake.report(problem.help(help));
            }
        }
    }
    let count = refused.len() as u64;
    reading.intake.refused_before(&plan.file, refused);
    Ok(count)
}
