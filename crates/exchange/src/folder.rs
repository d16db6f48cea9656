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
use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::intake::{
    DayOrder, Decimal, Dialect, Imported, Intake, REFUSED, REFUSED_COLUMNS, Raw, Settings, Sheet,
    matrix::{self, Turned},
};
use domain::library::Library;
use domain::vocabulary::plain;

use crate::escape::without_apostrophe;
use crate::known::{self, Known};
use crate::text::{Recoded, Row, Rows};
use crate::{archive, columnar, workbook};

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
    /// What is taken for the day since when a row counts, in exports that are known to have none.
    pub opening: Option<Opening>,
    /// What holds for one file only, by its name, or by that of its sheet where it has several.
    pub files: Vec<(String, Written)>,
    /// Files that are not to be read.
    pub leave_out: Vec<String>,
}

/// What is taken for the day since when a row counts, in an export that is known to have none: only in rows that have
/// come as far as counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// What stands in this column of the file.
    Column(String),
    /// This day, on which the row was first seen so.
    Seen(Day),
}

/// How one file is written, where that is not said of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// What stands before the decimals.
    pub decimal: Option<Decimal>,
    /// What comes first in days.
    pub days: DayOrder,
    /// The currency of amounts beside which none stands.
    pub currency: Option<String>,
    /// How bytes stand for characters.
    pub encoding: Option<Encoding>,
    /// What is taken for the day since when a row counts.
    pub opening: Option<Opening>,
}

impl Options {
    /// How a file is written: what is said of it, and else what is said of all.
    pub(crate) fn of(&self, file: &str) -> Written {
        let own = self.files.iter().find(|(name, _)| name == file);
        let own = own.map(|(_, w)| w.clone()).unwrap_or_default();
        Written {
            decimal: own.decimal.or(self.decimal),
            days: match own.days {
                DayOrder::Unsaid => self.days,
                said => said,
            },
            currency: own.currency.or_else(|| self.currency.clone()),
            encoding: Some(own.encoding.unwrap_or(self.encoding)),
            opening: own.opening.or_else(|| self.opening.clone()),
        }
    }
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

/// A file that somebody handed in.
#[derive(Clone)]
pub struct Given {
    /// Its name, by which problems call it.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Opens it, as often as it is asked. A table of text is read through it piece by piece; other files are held in memory.
    pub open: Arc<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} bytes", self.name, self.size)
    }
}

/// Reads files that were handed in.
pub fn read_given(
    files: Vec<Given>,
    library: &Arc<Library>,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Imported, Box<Diagnostic>> {
    read(
        inputs_of(files),
        vec![],
        "the upload",
        library,
        options,
        progress,
    )
}

fn inputs_of(files: Vec<Given>) -> Vec<Input> {
    files
        .into_iter()
        .map(|given| Input {
            name: given.name,
            size: given.size,
            from: From::Given(given.open),
        })
        .collect()
}

/// Where files are.
#[derive(Clone, Debug)]
pub enum Files {
    /// A folder, or one file.
    Path(PathBuf),
    /// Handed in.
    Given(Vec<Given>),
}

/// A table that would be read: its file, and its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headed {
    /// The file, with the sheet where it has several.
    pub file: String,
    /// Its header, as it stands there.
    pub header: Vec<String>,
}

/// The tables of files that were handed in, or of a folder, with their headers; nothing else of them is read.
pub fn headers(
    files: Files,
    library: &Arc<Library>,
    options: &Options,
) -> Result<Vec<Headed>, Box<Diagnostic>> {
    let mut problems = Vec::new();
    let inputs = match files {
        Files::Path(path) => list(&path, &mut problems)?,
        Files::Given(files) => inputs_of(files),
    };
    let mut silent = |_: Progress<'_>| {};
    let mut reading = Reading::new(library, options, &mut silent);
    let inputs = ready(&mut reading, inputs);
    let (planned, _) = plan_all(&mut reading, &inputs);
    Ok(planned
        .into_iter()
        .map(|plan| Headed {
            file: plan.file,
            header: plan.header,
        })
        .collect())
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
    Given(Arc<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>),
}

impl Input {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match &self.from {
            From::Disk(path) => Box::new(fs::File::open(path)?),
            From::Memory(bytes) => Box::new(&bytes[..]),
            From::Given(open) => open()?,
        })
    }

    /// The same file, held in memory where it cannot be read in any order.
    fn held(mut self) -> io::Result<Input> {
        if let From::Given(open) = &self.from {
            let mut bytes = Vec::new();
            open()?.read_to_end(&mut bytes)?;
            self.from = From::Memory(bytes.into());
        }
        Ok(self)
    }

    /// The name without folders and ending.
    fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    pub(crate) fn ending(&self) -> String {
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
    header: Vec<String>,
}

#[derive(Clone, Debug)]
enum Form {
    Text,
    Parquet,
    Sheet(String),
    /// A table of the rows that an earlier import refused.
    Refused(Option<String>),
    /// A table of accounts by month, which was turned already.
    Turned(Arc<Turned>),
}

/// What a file has that says which kind of evidence it is.
pub(crate) struct Head {
    pub header: Vec<String>,
    pub known: Option<Known>,
    /// A column that the file does not have, filled in as the user chose.
    pub filled: Option<Filled>,
}

/// A column that a file does not have, and what stands in it.
pub(crate) struct Filled {
    pub field: &'static str,
    /// The column of the file that is taken for it, or else the day.
    from: Result<usize, Day>,
}

impl Head {
    pub(crate) fn new(header: Vec<String>) -> Head {
        Head {
            known: known::recognize(&header),
            header,
            filled: None,
        }
    }

    /// Adds the column that says since when a row counts, where the export is known to have none and the user chose what is
    /// taken for it.
    pub(crate) fn fill(mut self, reading: &Reading<'_>, plan: &Planned) -> Head {
        let Some(field) = self.lacks(reading, &plan.kind) else {
            return self;
        };
        let from = match reading.options.of(&plan.file).opening {
            None => return self,
            Some(Opening::Seen(day)) => Err(day),
            Some(Opening::Column(name)) => {
                let wanted = plain(&name);
                match self.header.iter().position(|h| plain(h) == wanted) {
                    Some(column) => Ok(column),
                    None => return self,
                }
            }
        };
        // What the header says of how its days are written holds for the new column too.
        let written = from
            .ok()
            .and_then(|column| self.header[column].split_once('('))
            .map_or_else(String::new, |(_, rest)| format!(" ({rest}"));
        self.header.push(format!("{field}{written}"));
        self.filled = Some(Filled { field, from });
        self
    }

    /// The column that says since when a row counts, where the export is known to have none.
    pub(crate) fn lacks(&self, reading: &Reading<'_>, kind: &str) -> Option<&'static str> {
        let field = self.known.as_ref()?.opens()?;
        let kind = reading.intake.kind(kind)?;
        let names = self.names();
        let has = reading.intake.recognized(kind, &names);
        (!has.contains(&Some(field))).then_some(field)
    }

    /// Adds what stands in the column that was filled in to the cells of a row.
    pub(crate) fn fill_row<'c>(&self, row: &mut Vec<Raw<'c>>) {
        if let Some(filled) = &self.filled {
            let cell = self.filling(filled, row);
            row.push(cell);
        }
    }

    /// What stands in the column that was filled in.
    pub(crate) fn filling<'c>(&self, filled: &Filled, row: &[Raw<'c>]) -> Raw<'c> {
        let text = |at: usize| match row.get(at) {
            Some(Raw::Text(text)) => *text,
            _ => "",
        };
        let counts = self.known.as_ref().is_some_and(|k| k.counts(text));
        match (counts, filled.from) {
            (false, _) => Raw::Empty,
            (true, Err(day)) => Raw::Day(day),
            (true, Ok(column)) => row.get(column).cloned().unwrap_or(Raw::Empty),
        }
    }

    /// The column of the file that stands for the one that was filled in.
    pub(crate) fn filled_from(&self) -> Option<usize> {
        self.filled.as_ref()?.from.ok()
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

impl<'p> Reading<'p> {
    fn new(
        library: &Arc<Library>,
        options: &'p Options,
        progress: &'p mut dyn FnMut(Progress<'_>),
    ) -> Reading<'p> {
        Reading {
            intake: Intake::with(library.clone(), options.settings.clone()),
            options,
            progress,
            before: 0,
            total: 0,
            rows: 0,
        }
    }
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

    pub(crate) fn dialect(&self, file: &str, head: &Head, decimal: Decimal) -> Dialect {
        let said = self.options.of(file);
        let known = head
            .known
            .as_ref()
            .and_then(|k| k.currency)
            .map(str::to_owned);
        Dialect {
            decimal: said.decimal.unwrap_or(decimal),
            days: said.days,
            currency: known.or(said.currency),
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
    let mut reading = Reading::new(library, options, progress);
    for problem in problems {
        reading.intake.report(problem);
    }
    let inputs = ready(&mut reading, inputs);
    reading.total = inputs.iter().map(|i| i.size).sum();
    let (planned, mut books) = plan_all(&mut reading, &inputs);
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
            Form::Turned(turned) => Ok(read_turned(&mut reading, turned, plan)),
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

/// The files as they can be read: archives unpacked, and what must be read in any order held in memory.
fn ready(reading: &mut Reading<'_>, inputs: Vec<Input>) -> Vec<Input> {
    let mut all = Vec::new();
    for input in inputs {
        if reading.options.leave_out.contains(&input.name) {
            continue;
        }
        let name = input.name.clone();
        match input.ending().as_str() {
            "zip" => match input.held() {
                Ok(input) => match archive::unpack(&input) {
                    Ok(inside) => {
                        let left = &reading.options.leave_out;
                        all.extend(inside.into_iter().filter(|i| !left.contains(&i.name)));
                    }
                    Err(problem) => reading.intake.report(*problem),
                },
                Err(error) => reading.intake.report(unreadable(&name, &error)),
            },
            "parquet" | "xlsx" | "xlsm" => match input.held() {
                Ok(input) => all.push(input),
                Err(error) => {
                    let problem = unreadable(&name, &error);
                    reading.lose(&name, problem);
                }
            },
            _ => all.push(input),
        }
    }
    all
}

/// The tables in the order in which they are read, and the workbooks that some of them are in.
fn plan_all(
    reading: &mut Reading<'_>,
    inputs: &[Input],
) -> (Vec<Planned>, HashMap<usize, workbook::Book>) {
    let mut planned = Vec::new();
    let mut books: HashMap<usize, workbook::Book> = HashMap::new();
    for (at, input) in inputs.iter().enumerate() {
        match input.ending().as_str() {
            "csv" | "tsv" => plan_text(reading, at, input, &mut planned),
            // In a folder, `.txt` is a note to somebody; a pipe has no ending.
            "txt" | "" if inputs.len() == 1 => plan_text(reading, at, input, &mut planned),
            "parquet" => match columnar::header(input) {
                Ok(header) => {
                    let head = Head::new(header);
                    plan(
                        reading,
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
                        reading,
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
    planned.retain(|p| !reading.options.leave_out.contains(&p.file));
    // Stable, so that tables of one order stay as their files and sheets stand.
    planned.sort_by_key(|p| p.order);
    (planned, books)
}

/// Adds the sheets of a workbook to the plan.
fn plan_sheets(
    reading: &mut Reading<'_>,
    at: usize,
    input: &Input,
    sheets: Vec<workbook::Front>,
    planned: &mut Vec<Planned>,
) {
    let only = sheets.len() == 1;
    for workbook::Front {
        name: sheet,
        header,
        rows,
    } in sheets
    {
        let file = format!("{} [{sheet}]", input.name);
        if plan_turned(reading, at, &file, &rows, planned) {
            continue;
        }
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
            header: head.header.clone(),
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
        header: head.header.clone(),
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
    let encoding = options.of(&input.name).encoding.unwrap_or_default();
    Rows::new(Recoded::new(input.open()?, encoding)?)
}

/// Only a text of so many bytes is looked through for accounts by month.
const SHORT: u64 = 4 << 20;

/// A table of accounts by month has no more rows than this.
pub(crate) const MOST_ACCOUNTS: usize = 5_000;

/// Adds a table of accounts by month to the plan, where its rows are one.
fn plan_turned(
    reading: &mut Reading<'_>,
    at: usize,
    file: &str,
    rows: &[(u32, Vec<String>)],
    planned: &mut Vec<Planned>,
) -> bool {
    let library = reading.intake.library().clone();
    let Some(turned) = matrix::turn(&library.vocabulary, file, rows) else {
        return false;
    };
    planned.push(Planned {
        input: at,
        kind: turned.kind.clone(),
        file: file.to_owned(),
        header: turned.header.clone(),
        form: Form::Turned(Arc::new(turned)),
        order: 4,
    });
    true
}

/// The rows of a text, where it is short enough to be a table of accounts by month.
fn short_rows(input: &Input, options: &Options) -> io::Result<Option<Vec<(u32, Vec<String>)>>> {
    let mut rows = rows_of(input, options)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(cells) = row.cells else {
            return Ok(None);
        };
        if all.len() == MOST_ACCOUNTS {
            return Ok(None);
        }
        let text = |cell: &&str| without_apostrophe(cell).to_owned();
        all.push((row.number, cells.iter().map(text).collect()));
        if !matrix::may_begin(&all) {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

fn read_turned(reading: &mut Reading<'_>, turned: &Turned, plan: &Planned) -> u64 {
    let head = Head::new(turned.header.clone());
    let dialect = reading.dialect(&plan.file, &head, Decimal::Point);
    let names = head.names();
    let Some(mut sheet) = reading
        .intake
        .sheet_in(&plan.kind, &plan.file, &names, &dialect)
    else {
        return 0;
    };
    for problem in &turned.report {
        sheet.report(problem.clone());
    }
    for (line, row) in &turned.rows {
        let cells: Vec<Raw<'_>> = row.iter().map(|c| Raw::Text(c)).collect();
        sheet.row(*line, &cells);
    }
    drop(sheet);
    turned.rows.len() as u64
}

fn plan_text(reading: &mut Reading<'_>, at: usize, input: &Input, planned: &mut Vec<Planned>) {
    // Nothing says so but the rows: titles stand above the header, and the header names months.
    if input.size <= SHORT
        && let Ok(Some(rows)) = short_rows(input, reading.options)
        && plan_turned(reading, at, &input.name, &rows, planned)
    {
        return;
    }
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

/// Tells the sheet that its file does not say since when a row counts, and what was taken for that.
pub(crate) fn told_of(sheet: &mut Sheet<'_>, lacks: Option<&'static str>, head: &Head) {
    if lacks.is_some() {
        sheet.offer_first_seen();
    }
    if let Some(filled) = &head.filled {
        sheet.filled(filled.field);
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
    let lacks = head.lacks(reading, &plan.kind);
    let head = head.fill(reading, plan);
    // Where a semicolon divides cells, a comma may stand before decimals.
    let decimal = if rows.semicolons() {
        Decimal::Unsaid
    } else {
        Decimal::Point
    };
    let dialect = reading.dialect(&plan.file, &head, decimal);
    let names = head.names();
    let (mut count, mut not_yet, mut first_not_yet) = (0_u64, 0_u64, 0);
    let mut told = 0;
    let Some(mut sheet) = reading
        .intake
        .sheet_in(&plan.kind, &plan.file, &names, &dialect)
    else {
        return Ok(0);
    };
    told_of(&mut sheet, lacks, &head);
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
                    && column < raw.len()
                {
                    raw[column] = Raw::Empty;
                    not_yet += 1;
                    if first_not_yet == 0 {
                        first_not_yet = row.number;
                    }
                }
                head.fill_row(&mut raw);
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
