//! Workbooks: each sheet is a table.

use std::fs;
use std::io::{BufReader, Cursor, Read, Seek};

use calamine::{DataRef, Reader as _, Xlsx};
use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::intake::{Decimal, Raw, matrix};

use crate::escape::without_apostrophe;
use crate::folder::{
    From, Head, Input, MOST_ACCOUNTS, Planned, Reading, refused_row, told_of, unreadable,
};
use crate::typed;

/// A file that can be read in any order.
pub(crate) trait Anywhere: Read + Seek {}
impl<T: Read + Seek> Anywhere for T {}

/// An open workbook.
pub(crate) type Book = Xlsx<Box<dyn Anywhere>>;

/// A workbook that unpacks to more is not one that a person made.
const LARGEST: u64 = 4 << 30;

fn damaged(name: &str) -> Diagnostic {
    Diagnostic::error(
        "bad-workbook",
        format!("`{name}` is no workbook that can be read"),
        Place::file(name),
    )
    .help("open it in a spreadsheet and save it as .xlsx, without a password")
}

/// Opens a workbook.
pub(crate) fn open(input: &Input) -> Result<Book, Box<Diagnostic>> {
    let mut from: Box<dyn Anywhere> = match &input.from {
        From::Disk(path) => Box::new(BufReader::new(
            fs::File::open(path).map_err(|e| Box::new(unreadable(&input.name, &e)))?,
        )),
        From::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        From::Given(_) => unreachable!("INVARIANT: a workbook is held in memory"),
    };
    match unpacked(&mut from, input.size) {
        None => return Err(Box::new(damaged(&input.name))),
        Some(size) if size > LARGEST => {
            return Err(Box::new(
                Diagnostic::error(
                    "bad-workbook",
                    format!("`{}` unpacks to more than 4 GiB", input.name),
                    Place::file(&input.name),
                )
                .help("save its sheets as CSV or Parquet"),
            ));
        }
        Some(_) => {}
    }
    guarded(|| Xlsx::new(from).ok())
        .flatten()
        .ok_or_else(|| Box::new(damaged(&input.name)))
}

/// Foreign code and damaged bytes: what it cannot bear must not take the program with it.
fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok()
}

/// How many bytes the parts of a zip archive say they unpack to; `None` where it is no archive.
fn unpacked(from: &mut Box<dyn Anywhere>, size: u64) -> Option<u64> {
    const TAIL: u64 = 66_000;
    let start = size.saturating_sub(TAIL);
    let mut tail = Vec::new();
    from.seek(std::io::SeekFrom::Start(start)).ok()?;
    from.by_ref().take(TAIL).read_to_end(&mut tail).ok()?;
    let word =
        |bytes: &[u8], at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let half =
        |bytes: &[u8], at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let end = tail.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let (length, offset) = (word(&tail, end + 12)?, word(&tail, end + 16)?);
    let mut directory = Vec::new();
    from.seek(std::io::SeekFrom::Start(offset.into())).ok()?;
    from.by_ref()
        .take(length.into())
        .read_to_end(&mut directory)
        .ok()?;
    let mut total = 0_u64;
    let mut at = 0;
    while directory.get(at..at + 4) == Some(b"PK\x01\x02") {
        total += u64::from(word(&directory, at + 24)?);
        let lengths = [28, 30, 32].map(|field| half(&directory, at + field).map(usize::from));
        at += 46 + lengths.into_iter().sum::<Option<usize>>()?;
    }
    from.rewind().ok()?;
    Some(total)
}

/// What a sheet begins with.
pub(crate) struct Front {
    pub name: String,
    /// Its header; none where it has no cell.
    pub header: Option<Vec<String>>,
    /// All its rows as text, where they are few enough for a table of accounts by month; else none.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// The sheets, each with its header.
pub(crate) fn sheets(book: &mut Book) -> Vec<Front> {
    let names = book.sheet_names();
    let from_1904 = book.has_1904_epoch();
    names
        .into_iter()
        .map(|name| {
            let header = guarded(|| {
                let mut rows = Sheet::new(book, &name)?;
                let (_, cells) = rows.next()?.ok()?;
                Some(names_of(&cells))
            })
            .flatten();
            let rows = guarded(|| texts(book, &name, from_1904)).flatten();
            Front {
                name,
                header,
                rows: rows.unwrap_or_default(),
            }
        })
        .collect()
}

/// The rows of a sheet as text; nothing where there are many, or one is damaged.
fn texts(book: &mut Book, name: &str, from_1904: bool) -> Option<Vec<(u32, Vec<String>)>> {
    let mut rows = Sheet::new(book, name)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next() {
        let (number, cells) = row.ok()?;
        if all.len() == MOST_ACCOUNTS {
            return None;
        }
        let mut texts: Vec<String> = Vec::new();
        for (column, cell) in &cells {
            let column = *column as usize;
            if column >= 400 {
                continue;
            }
            let text = match cell_of(cell, from_1904) {
                Ok(Raw::Text(text)) => text.to_owned(),
                Ok(Raw::Day(day)) => day.to_string(),
                Ok(Raw::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            if !text.is_empty() {
                texts.resize(texts.len().max(column + 1), String::new());
                texts[column] = text;
            }
        }
        all.push((number, texts));
        if !matrix::may_begin(&all) {
            return None;
        }
    }
    Some(all)
}

fn names_of(cells: &[(u32, DataRef<'_>)]) -> Vec<String> {
    let mut names = Vec::new();
    for (column, cell) in cells {
        let text = match cell {
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Int(n) => n.to_string(),
            DataRef::Float(n) => n.to_string(),
            DataRef::DateTime(n) => n.as_f64().to_string(),
            _ => String::new(),
        };
        let column = *column as usize;
        // A cell far out on the right is no column of a table.
        if column < 1_000 && !text.trim().is_empty() {
            names.resize(names.len().max(column + 1), String::new());
            names[column] = text;
        }
    }
    names
}

/// The rows of a sheet that have any cell.
struct Sheet<'b> {
    cells: calamine::XlsxCellReader<'b, Box<dyn Anywhere>>,
    ahead: Option<(u32, u32, DataRef<'b>)>,
    done: bool,
}

type RowCells<'b> = (u32, Vec<(u32, DataRef<'b>)>);

impl<'b> Sheet<'b> {
    fn new(book: &'b mut Book, name: &str) -> Option<Sheet<'b>> {
        Some(Sheet {
            cells: book.worksheet_cells_reader(name).ok()?,
            ahead: None,
            done: false,
        })
    }

    /// The next row, counted from 1, and its cells by column.
    fn next(&mut self) -> Option<Result<RowCells<'b>, ()>> {
        let mut row: Option<RowCells<'b>> = self
            .ahead
            .take()
            .map(|(at, column, cell)| (at, vec![(column, cell)]));
        while !self.done {
            let cell = match self.cells.next_cell() {
                Err(_) => return Some(Err(())),
                Ok(None) => {
                    self.done = true;
                    break;
                }
                Ok(Some(cell)) => cell,
            };
            let (at, column) = cell.get_position();
            let value = cell.get_value().clone();
            if matches!(value, DataRef::Empty) {
                continue;
            }
            match &mut row {
                Some((current, cells)) if *current == at => cells.push((column, value)),
                Some(_) => {
                    self.ahead = Some((at, column, value));
                    break;
                }
                None => row = Some((at, vec![(column, value)])),
            }
        }
        row.map(|(at, cells)| Ok((at.saturating_add(1), cells)))
    }
}

/// Reads one sheet; returns how many rows it has.
pub(crate) fn read(
    reading: &mut Reading<'_>,
    input: &Input,
    book: &mut Book,
    sheet: &str,
    plan: &Planned,
) -> u64 {
    let from_1904 = book.has_1904_epoch();
    let count = guarded(|| read_sheet(reading, book, sheet, plan, from_1904));
    let count = match count {
        Some(Some(count)) => count,
        _ => {
            reading.lose(&plan.kind, damaged(&plan.file));
            0
        }
    };
    reading.tell(&plan.file, input.size, count);
    count
}

fn read_sheet(
    reading: &mut Reading<'_>,
    book: &mut Book,
    name: &str,
    plan: &Planned,
    from_1904: bool,
) -> Option<u64> {
    // A damaged sheet does not say how many rows it lost, so it is read through before any row of it counts.
    let mut rows = Sheet::new(book, name)?;
    while let Some(row) = rows.next() {
        row.ok()?;
    }
    drop(rows);
    let mut rows = Sheet::new(book, name)?;
    let (_, header) = rows.next()?.ok()?;
    let head = Head::new(names_of(&header));
    let lacks = head.lacks(reading, &plan.kind);
    let of_file = head.header.len();
    let head = head.fill(reading, plan);
    let names = head.names();
    let dialect = reading.dialect(&plan.file, &head, Decimal::Point);
    let kind = reading.intake.kind(&plan.kind)?;
    let is_read: Vec<bool> = reading
        .intake
        .recognized(kind, &names)
        .iter()
        .map(Option::is_some)
        .collect();
    let mut sheet = reading
        .intake
        .sheet_in(&plan.kind, &plan.file, &names, &dialect)?;
    told_of(&mut sheet, lacks, &head);
    let (mut count, mut not_yet, mut first_not_yet) = (0_u64, 0_u64, 0);
    let (mut beyond, mut first_beyond) = (0_u64, 0);
    while let Some(Ok((number, cells))) = rows.next() {
        count += 1;
        let mut wrong = None;
        let mut raw: Vec<Raw<'_>> = vec![Raw::Empty; of_file];
        for (column, cell) in &cells {
            let Some(place) = raw.get_mut(*column as usize) else {
                beyond += 1;
                if first_beyond == 0 {
                    first_beyond = number;
                }
                continue;
            };
            match cell_of(cell, from_1904) {
                Ok(value) => *place = value,
                Err(text) if is_read[*column as usize] => wrong = Some((text, *column as usize)),
                Err(_) => {}
            }
        }
        if let Some((text, column)) = wrong {
            sheet.refuse(
                number,
                "cell-error",
                format!("`{text}` stands in `{}`", names[column].trim()),
                "mend the formula, or write the value",
            );
            continue;
        }
        if let Some(known) = &head.known {
            let text = |at: usize| match raw.get(at) {
                Some(Raw::Text(text)) => *text,
                _ => "",
            };
            if let Some(column) = known.not_yet(text) {
                raw[column] = Raw::Empty;
                not_yet += 1;
                if first_not_yet == 0 {
                    first_not_yet = number;
                }
            }
        }
        head.fill_row(&mut raw);
        sheet.row(number, &raw);
    }
    if let Some(known) = head.known.as_ref().filter(|_| not_yet > 0) {
        sheet.report(known.report(&plan.file, not_yet, first_not_yet));
    }
    if beyond > 0 {
        let (cells, are) = if beyond == 1 {
            ("1 cell stands".to_owned(), "is")
        } else {
            (format!("{beyond} cells stand"), "are")
        };
        sheet.report(
            Diagnostic::note(
                "beyond-header",
                format!("{cells} to the right of the header, and {are} ignored"),
                Place {
                    line: first_beyond,
                    ..Place::file(&plan.file)
                },
            )
            .help("give the column a name in the header row if it belongs to the table"),
        );
    }
    drop(sheet);
    Some(count)
}

/// Reads the sheet of the rows that an earlier import refused; returns how many it has.
pub(crate) fn read_refused(
    reading: &mut Reading<'_>,
    book: &mut Book,
    name: &str,
    plan: &Planned,
) -> u64 {
    let refused = guarded(|| {
        let mut rows = Sheet::new(book, name)?;
        let (_, header) = rows.next()?.ok()?;
        let header = names_of(&header);
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut refused = Vec::new();
        while let Some(row) = rows.next() {
            let (number, cells) = row.ok()?;
            let text = |at: usize| {
                let (_, cell) = cells.iter().find(|(column, _)| *column as usize == at)?;
                match cell {
                    DataRef::String(text) => Some(without_apostrophe(text)),
                    DataRef::SharedString(text) => Some(without_apostrophe(text)),
                    _ => None,
                }
            };
            refused.push((number, refused_row(&names, text)));
        }
        Some(refused)
    });
    let Some(refused) = refused.flatten() else {
        reading.intake.report(damaged(&plan.file));
        return 0;
    };
    let count = refused.len() as u64;
    reading.intake.refused_before(&plan.file, refused);
    count
}

/// A cell as the intake reads it. `Err` is the text of an error, such as `#N/A`.
fn cell_of<'c>(cell: &'c DataRef<'_>, from_1904: bool) -> Result<Raw<'c>, String> {
    Ok(match cell {
        DataRef::Empty => Raw::Empty,
        DataRef::Int(n) => Raw::Number((*n).into()),
        DataRef::Float(n) => typed::float(*n),
        DataRef::String(text) => Raw::Text(without_apostrophe(text)),
        DataRef::SharedString(text) => Raw::Text(without_apostrophe(text)),
        DataRef::Bool(b) => Raw::Bool(*b),
        // Hours such as 1:30 are kept as a part of a day; what is due is a number of hours, and nobody says which.
        DataRef::DateTime(n) if n.is_duration() => return Err("a length of time".to_owned()),
        DataRef::DateTime(n) => match typed::serial(n.as_f64(), from_1904) {
            Some(day) if day.is_real() => Raw::Day(day),
            _ => Raw::Text("a time without a day"),
        },
        DataRef::DateTimeIso(text) => match text.get(..10).and_then(Day::parse) {
            Some(day) => Raw::Day(day),
            None => Raw::Text(text),
        },
        DataRef::DurationIso(_) => return Err("a length of time".to_owned()),
        DataRef::Error(error) => return Err(error.to_string()),
    })
}
