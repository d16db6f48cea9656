//! Evidence to files: folders of CSV or Parquet tables, and workbooks.
//!
//! What is written here reads back as the same evidence. Tables stand in the order of the vocabulary, rows by partner;
//! a kind that was supplied without a row is written with its header alone. Refused rows are no facts, and stand in a table
//! of their own, from which they are read as refused again.

use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use domain::calendar::Day;
use domain::evidence::{Code, Column, Evidence};
use domain::intake::{REFUSED, REFUSED_COLUMNS, refused_rows};
use domain::vocabulary::{FieldType, Kind};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError};

use crate::escape::needs_apostrophe;

/// The form of a folder's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `credentials.csv`, for people and spreadsheets.
    Csv,
    /// `credentials.parquet`, for large tables.
    Parquet,
}

/// Why evidence could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// The disk or the one who takes the bytes refused them.
    Disk {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A workbook's sheet cannot hold so many rows.
    TooManyRows {
        /// The kind of evidence.
        kind: String,
        /// How many rows it has.
        rows: usize,
    },
    /// A workbook's cell cannot hold so long a text.
    TooLong {
        /// The kind of evidence.
        kind: String,
        /// The column.
        column: String,
    },
    /// The Parquet writer refused the table.
    Parquet {
        /// The kind of evidence.
        kind: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The workbook writer refused the workbook.
    Workbook {
        /// Why.
        source: Box<XlsxError>,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Disk { path, .. } => write!(f, "`{}` cannot be written", path.display()),
            WriteError::TooManyRows { kind, rows } => {
                write!(
                    f,
                    "`{kind}` has {rows} rows, and a sheet holds 1,048,575: write a folder of CSV or Parquet"
                )
            }
            WriteError::TooLong { kind, column } => {
                write!(
                    f,
                    "a text in `{column}` of `{kind}` is longer than the 32,767 characters of a cell: write a folder of CSV or Parquet"
                )
            }
            WriteError::Parquet { kind, .. } => write!(f, "`{kind}` cannot be written as Parquet"),
            WriteError::Workbook { .. } => f.write_str("the workbook cannot be written"),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Disk { source, .. } => Some(source),
            WriteError::Parquet { source, .. } => Some(source.as_ref()),
            WriteError::Workbook { source } => Some(source.as_ref()),
            WriteError::TooManyRows { .. } | WriteError::TooLong { .. } => None,
        }
    }
}

/// A cell as it is written.
enum Written<'e> {
    Empty,
    Text(&'e str),
    Day(Day),
    /// So many units of which `10^decimals` make one.
    Number(i64, u32),
    /// A share, of which the same.
    Percent(i64, u32),
}

/// A column of a table as it is written.
struct Writing<'e> {
    name: &'e str,
    kind: Holds,
    from: Source<'e>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Day,
    Number,
    Percent,
}

enum Source<'e> {
    Partner,
    Column(&'e Column),
}

/// A table that is being written, whatever the form.
struct Export<'e> {
    evidence: &'e Evidence,
    kind: &'e Kind,
    rows: usize,
    columns: Vec<Writing<'e>>,
    /// The partner of each row.
    partner: Vec<u32>,
}

impl<'e> Export<'e> {
    fn new(evidence: &'e Evidence, at: usize) -> Export<'e> {
        let kind = &evidence.vocabulary.kinds[at];
        let table = &evidence.tables[at];
        let mut columns = vec![Writing {
            name: "partner",
            kind: Holds::Text,
            from: Source::Partner,
        }];
        for (field, column) in kind.fields.values().zip(&table.columns) {
            columns.push(Writing {
                name: &field.name,
                kind: match field.kind {
                    FieldType::Date => Holds::Day,
                    FieldType::Number(_) | FieldType::Money(_) => Holds::Number,
                    FieldType::Percent => Holds::Percent,
                    _ => Holds::Text,
                },
                from: Source::Column(column),
            });
        }
        for (name, kind, column) in [
            ("recorded_on", Holds::Day, &table.recorded),
            ("source", Holds::Text, &table.source),
        ] {
            if !matches!(column, Column::Empty) {
                columns.push(Writing {
                    name,
                    kind,
                    from: Source::Column(column),
                });
            }
        }
        let mut partner = vec![0; table.len()];
        for at in 0..evidence.partners.len() {
            partner[table.rows(at)].fill(u32::try_from(at).unwrap_or(u32::MAX));
        }
        Export {
            evidence,
            kind,
            rows: table.len(),
            columns,
            partner,
        }
    }

    fn cell(&self, column: &Writing<'e>, row: usize) -> Written<'e> {
        let column_of = match &column.from {
            Source::Partner => {
                return Written::Text(self.evidence.partner_id(self.partner[row] as usize));
            }
            Source::Column(column) => column,
        };
        match column_of {
            Column::Empty => Written::Empty,
            Column::Days(days) => match days[row] {
                i32::MAX => Written::Empty,
                day => Written::Day(Day(day)),
            },
            Column::Codes(codes) => match Code(codes[row]) {
                Code::EMPTY => Written::Empty,
                code => Written::Text(self.evidence.strings.text(code)),
            },
            Column::Numbers { values, decimals } => match values[row] {
                i64::MIN => Written::Empty,
                units if column.kind == Holds::Percent => Written::Percent(units, *decimals),
                units => Written::Number(units, *decimals),
            },
        }
    }
}

/// A decimal with a point and no needless zeros.
fn decimal(units: i64, decimals: u32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = units.unsigned_abs().to_string();
    if decimals == 0 {
        return format!("{sign}{digits}");
    }
    let decimals = decimals as usize;
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// A share with its sign, so that nobody takes 1.5 for one and a half hundredths.
fn percent(units: i64, decimals: u32) -> String {
    match decimals {
        0 => format!("{}%", i128::from(units) * 100),
        1 => format!("{}%", i128::from(units) * 10),
        more => format!("{}%", decimal(units, more - 2)),
    }
}

fn supplied(evidence: &Evidence) -> impl Iterator<Item = usize> {
    (0..evidence.tables.len())
        .filter(|at| evidence.tables[*at].supplied || !evidence.tables[*at].is_empty())
}

/// Writes the table of one kind as CSV; texts that a spreadsheet would run have an apostrophe before them.
pub fn write_table(evidence: &Evidence, kind: usize, into: impl Write) -> io::Result<()> {
    let export = Export::new(evidence, kind);
    let mut writer = csv::Writer::from_writer(into);
    writer.write_record(export.columns.iter().map(|c| c.name))?;
    let mut text = String::new();
    for row in 0..export.rows {
        for column in &export.columns {
            text.clear();
            match export.cell(column, row) {
                Written::Empty => {}
                Written::Text(cell) => {
                    if needs_apostrophe(cell) {
                        text.push('\'');
                    }
                    text.push_str(cell);
                }
                Written::Day(day) => text = day.to_string(),
                Written::Number(units, decimals) => text = decimal(units, decimals),
                Written::Percent(units, decimals) => text = percent(units, decimals),
            }
            writer.write_field(&text)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Writes a file for each kind that was supplied; returns the files. A folder that is not there is made, and a file
/// that is there is replaced once the new one is complete.
pub fn write_folder(
    evidence: &Evidence,
    folder: &Path,
    format: Format,
) -> Result<Vec<PathBuf>, WriteError> {
    let disk = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError::Disk { path, source }
    };
    fs::create_dir_all(folder).map_err(disk(folder))?;
    let mut files = Vec::new();
    for at in supplied(evidence) {
        let name = &evidence.vocabulary.kinds[at].name;
        let ending = match format {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        };
        let path = folder.join(format!("{name}.{ending}"));
        let unfinished = folder.join(format!(".{name}.{ending}.unfinished"));
        let mut file = BufWriter::new(fs::File::create(&unfinished).map_err(disk(&unfinished))?);
        match format {
            Format::Csv => write_table(evidence, at, &mut file).map_err(disk(&unfinished))?,
            Format::Parquet => write_parquet(&Export::new(evidence, at), &mut file)?,
        }
        file.flush().map_err(disk(&unfinished))?;
        drop(file);
        fs::rename(&unfinished, &path).map_err(disk(&path))?;
        files.push(path);
    }
    // Text also beside Parquet: it is for people, who mend what it lists.
    let path = folder.join(format!("{REFUSED}.csv"));
    let refused = refused_rows(evidence);
    if !refused.is_empty() {
        fs::write(&path, refused_table(&refused).map_err(disk(&path))?).map_err(disk(&path))?;
        files.push(path);
    } else if path.is_file() {
        // Left from an earlier export, it would refuse rows that are no longer refused.
        fs::remove_file(&path).map_err(disk(&path))?;
    }
    Ok(files)
}

fn refused_table(rows: &[[String; REFUSED_COLUMNS.len()]]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(REFUSED_COLUMNS)?;
    for row in rows {
        for cell in row {
            if needs_apostrophe(cell) {
                writer.write_field(format!("'{cell}"))?;
            } else {
                writer.write_field(cell)?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

// -- Parquet ---------------------------------------------------------------------------------------------------------

/// Rows are encoded in groups of this many.
const GROUP: usize = 1 << 16;

fn write_parquet(export: &Export<'_>, into: impl Write + Send) -> Result<(), WriteError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| WriteError::Parquet {
        kind: export.kind.name.clone(),
        source,
    };
    let fields: Vec<Field> = export
        .columns
        .iter()
        .map(|c| {
            let kind = match c.kind {
                Holds::Day => DataType::Date32,
                Holds::Number => DataType::Decimal128(19, scale_of(c)),
                Holds::Text | Holds::Percent => DataType::Utf8,
            };
            Field::new(c.name, kind, true)
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut writer = ArrowWriter::try_new(into, schema.clone(), Some(properties))
        .map_err(|e| failed(Box::new(e)))?;
    let mut first = 0;
    while first < export.rows {
        let rows = first..export.rows.min(first + GROUP);
        let arrays: Result<Vec<ArrayRef>, ArrowError> = export
            .columns
            .iter()
            .map(|c| array(export, c, rows.clone()))
            .collect();
        let batch = arrays
            .and_then(|arrays| RecordBatch::try_new(schema.clone(), arrays))
            .map_err(|e| failed(Box::new(e)))?;
        writer.write(&batch).map_err(|e| failed(Box::new(e)))?;
        first = rows.end;
    }
    writer.close().map_err(|e| failed(Box::new(e)))?;
    Ok(())
}

fn scale_of(column: &Writing<'_>) -> i8 {
    match &column.from {
        Source::Column(Column::Numbers { decimals, .. }) => i8::try_from(*decimals).unwrap_or(0),
        _ => 0,
    }
}

fn array(
    export: &Export<'_>,
    column: &Writing<'_>,
    rows: std::ops::Range<usize>,
) -> Result<ArrayRef, ArrowError> {
    let cells = rows.map(|row| export.cell(column, row));
    Ok(match column.kind {
        Holds::Day => Arc::new(Date32Array::from_iter(cells.map(|c| match c {
            Written::Day(day) => Some(day.0),
            _ => None,
        }))),
        Holds::Number => {
            let numbers = Decimal128Array::from_iter(cells.map(|c| match c {
                Written::Number(units, _) => Some(i128::from(units)),
                _ => None,
            }));
            Arc::new(numbers.with_precision_and_scale(19, scale_of(column))?)
        }
        Holds::Text => Arc::new(StringArray::from_iter(cells.map(|c| match c {
            Written::Text(text) => Some(text),
            _ => None,
        }))),
        Holds::Percent => Arc::new(StringArray::from_iter(cells.map(|c| match c {
            Written::Percent(units, decimals) => Some(percent(units, decimals)),
            _ => None,
        }))),
    })
}

// -- Workbooks -------------------------------------------------------------------------------------------------------

/// A workbook with a sheet for each kind that was supplied.
pub fn write_workbook(evidence: &Evidence) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let head = CellFormat::new().set_bold();
    let date = CellFormat::new().set_num_format("yyyy-mm-dd");
    for at in supplied(evidence) {
        let export = Export::new(evidence, at);
        if export.rows >= 1_048_576 {
            return Err(WriteError::TooManyRows {
                kind: export.kind.name.clone(),
                rows: export.rows,
            });
        }
        let sheet = book.add_worksheet();
        write_sheet(sheet, &export, &head, &date)?;
    }
    let refused = refused_rows(evidence);
    if !refused.is_empty() {
        let sheet = book.add_worksheet();
        sheet.set_name(REFUSED).map_err(workbook)?;
        sheet.set_freeze_panes(1, 0).map_err(workbook)?;
        for (at, column) in (0_u16..).zip(REFUSED_COLUMNS) {
            sheet
                .write_string_with_format(0, at, column, &head)
                .map_err(workbook)?;
        }
        for (line, row) in (1_u32..).zip(&refused) {
            for (at, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let text: String = if cell.starts_with('\'') && needs_apostrophe(cell) {
                    format!("'{cell}")
                } else {
                    cell.clone()
                };
                let text: String = text.chars().take(16_000).collect();
                sheet.write_string(line, at, text).map_err(workbook)?;
            }
        }
    }
    // A workbook must have a sheet, even where nothing was supplied.
    if supplied(evidence).next().is_none() && refused.is_empty() {
        book.add_worksheet();
    }
    book.save_to_buffer().map_err(workbook)
}

fn workbook(source: XlsxError) -> WriteError {
    WriteError::Workbook {
        source: Box::new(source),
    }
}

fn write_sheet(
    sheet: &mut Worksheet,
    export: &Export<'_>,
    head: &CellFormat,
    date: &CellFormat,
) -> Result<(), WriteError> {
    sheet.set_name(&export.kind.name).map_err(workbook)?;
    sheet.set_freeze_panes(1, 0).map_err(workbook)?;
    for (at, column) in (0_u16..).zip(&export.columns) {
        sheet
            .write_string_with_format(0, at, column.name, head)
            .map_err(workbook)?;
        if column.kind == Holds::Day {
            sheet.set_column_width(at, 11).map_err(workbook)?;
        }
    }
    for row in 0..export.rows {
        let line = u32::try_from(row + 1).unwrap_or(u32::MAX);
        for (at, column) in (0_u16..).zip(&export.columns) {
            let too_long = || WriteError::TooLong {
                kind: export.kind.name.clone(),
                column: column.name.to_owned(),
            };
            match export.cell(column, row) {
                Written::Empty => {}
                Written::Text(text) => {
                    // A text cell is never run; only an apostrophe that the import would take away needs another one.
                    let escaped;
                    let text = if text.starts_with('\'') && needs_apostrophe(text) {
                        escaped = format!("'{text}");
                        &escaped
                    } else {
                        text
                    };
                    if text.encode_utf16().count() > 32_767 {
                        return Err(too_long());
                    }
                    sheet.write_string(line, at, text).map_err(workbook)?;
                }
                Written::Day(day) => {
                    let civil = day.date();
                    let ymd = (
                        u16::try_from(civil.year()).unwrap_or(1900),
                        civil.month().unsigned_abs(),
                        civil.day().unsigned_abs(),
                    );
                    let value = ExcelDateTime::from_ymd(ymd.0, ymd.1, ymd.2).map_err(workbook)?;
                    sheet
                        .write_date_with_format(line, at, &value, date)
                        .map_err(workbook)?;
                }
                Written::Number(units, decimals) => {
                    // A cell holds fifteen digits for certain; what has more is kept as text.
                    if units.unsigned_abs() < 1_000_000_000_000_000 {
                        let number: f64 = decimal(units, decimals).parse().unwrap_or(f64::NAN);
                        sheet.write_number(line, at, number).map_err(workbook)?;
                    } else {
                        sheet
                            .write_string(line, at, decimal(units, decimals))
                            .map_err(workbook)?;
                    }
                }
                Written::Percent(units, decimals) => {
                    sheet
                        .write_string(line, at, percent(units, decimals))
                        .map_err(workbook)?;
                }
            }
        }
    }
    Ok(())
}
