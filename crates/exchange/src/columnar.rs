//! Parquet: large tables, column by column.
//!
//! One thread decodes while the other one reads rows. A damaged file refuses the rows that it says it has and that could
//! not be read, so that none is lost in silence.

use std::fs;
use std::sync::mpsc;
use std::thread;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, RecordBatch};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use domain::diagnostic::{Diagnostic, Place};
use domain::intake::{Decimal, Raw};
use domain::number::Exact;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;

use crate::folder::{From, Head, Input, Planned, Progress, Reading, told_of, unreadable};
use crate::typed;

/// Rows are handed over in groups of this many.
const GROUP: usize = 8192;

fn damaged(name: &str, why: &str) -> Box<Diagnostic> {
    let help = if why.contains("Disabled feature") {
        "write it with Snappy or Zstandard compression, or without"
    } else {
        "write it anew, and check that it was copied in full"
    };
    Box::new(
        Diagnostic::error(
            "bad-parquet",
            format!("`{name}` is no Parquet file that can be read"),
            Place::file(name),
        )
        .help(help),
    )
}

/// The names of the columns, or what is wrong with the file.
pub(crate) fn header(input: &Input) -> Result<Vec<String>, Box<Diagnostic>> {
    fn names<R: ChunkReader + 'static>(from: R) -> Result<Vec<String>, String> {
        // Foreign code and damaged bytes: what it cannot bear must not take the program with it.
        thread::scope(|scope| {
            scope
                .spawn(|| {
                    let builder = ParquetRecordBatchReaderBuilder::try_new(from)
                        .map_err(|e| e.to_string())?;
                    Ok(builder
                        .schema()
                        .fields()
                        .iter()
                        .map(|f| f.name().clone())
                        .collect())
                })
                .join()
                .unwrap_or_else(|_| Err(String::new()))
        })
    }
    let read = match &input.from {
        From::Disk(path) => {
            names(fs::File::open(path).map_err(|e| Box::new(unreadable(&input.name, &e)))?)
        }
        From::Memory(bytes) => names(bytes.clone()),
        From::Given(_) => unreachable!("INVARIANT: a Parquet file is held in memory"),
    };
    read.map_err(|why| damaged(&input.name, &why))
}

/// Reads a file; returns how many rows it has.
pub(crate) fn read(
    reading: &mut Reading<'_>,
    input: &Input,
    plan: &Planned,
) -> Result<u64, Box<Diagnostic>> {
    match &input.from {
        From::Disk(path) => {
            let file = fs::File::open(path).map_err(|e| Box::new(unreadable(&input.name, &e)))?;
            read_from(reading, input, plan, file)
        }
        From::Memory(bytes) => read_from(reading, input, plan, bytes.clone()),
        From::Given(_) => unreachable!("INVARIANT: a Parquet file is held in memory"),
    }
}

fn read_from<R: ChunkReader + 'static>(
    reading: &mut Reading<'_>,
    input: &Input,
    plan: &Planned,
    from: R,
) -> Result<u64, Box<Diagnostic>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(from)
        .map_err(|e| damaged(&input.name, &e.to_string()))?;
    let schema = builder.schema().clone();
    let head = Head::new(schema.fields().iter().map(|f| f.name().clone()).collect());
    let lacks = head.lacks(reading, &plan.kind);
    let of_file = head.header.len();
    let head = head.fill(reading, plan);
    let names = head.names();
    let total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let kind = reading.intake.kind(&plan.kind).unwrap_or(0);
    let mut wanted: Vec<usize> = reading
        .intake
        .recognized(kind, &names)
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_some())
        .map(|(at, _)| at)
        .collect();
    if let Some(known) = &head.known {
        wanted.extend(known.columns());
        wanted.extend(head.filled_from());
        // A column that was filled in is none of the file.
        wanted.retain(|at| *at < of_file);
        wanted.sort_unstable();
        wanted.dedup();
    }
    if let Some(at) = wanted
        .iter()
        .find(|at| !is_readable(schema.field(**at).data_type()))
    {
        reading.lose(
            &plan.kind,
            Diagnostic::error(
                "unreadable-column",
                format!(
                    "the column `{}` holds lists or records, so nothing of the file was read",
                    names[*at]
                ),
                Place::file(&plan.file).showing(names[*at]),
            )
            .help("write a single value into each cell"),
        );
        return Ok(0);
    }
    let dialect = reading.dialect(&plan.file, &head, Decimal::Point);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
    let (before, all_bytes, rows_before) = (reading.before, reading.total, reading.rows);
    let progress = &mut *reading.progress;
    let Some(mut sheet) = reading
        .intake
        .sheet_in(&plan.kind, &plan.file, &names, &dialect)
    else {
        return Ok(0);
    };
    told_of(&mut sheet, lacks, &head);
    let (mut not_yet, mut first_not_yet) = (0_u64, 0);
    let mut count = 0_u64;
    let mut why = None;
    thread::scope(|scope| {
        let (give, take) = mpsc::sync_channel::<Result<RecordBatch, ArrowError>>(4);
        let decoder = scope.spawn(move || {
            let reader = builder.with_projection(mask).with_batch_size(GROUP).build();
            match reader {
                Ok(reader) => {
                    for batch in reader {
                        // Nobody takes any more: the other side stopped at an error.
                        let failed = batch.is_err();
                        if give.send(batch).is_err() || failed {
                            break;
                        }
                    }
                }
                Err(error) => drop(give.send(Err(error.into()))),
            }
        });
        for batch in take {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    why = Some(error.to_string());
                    break;
                }
            };
            let mut columns: Vec<Vec<Raw<'_>>> =
                batch.columns().iter().map(|c| cells(c.as_ref())).collect();
            let mut row: Vec<Raw<'_>> = vec![Raw::Empty; names.len()];
            for at in 0..batch.num_rows() {
                for (column, cells) in wanted.iter().zip(&mut columns) {
                    row[*column] = std::mem::replace(&mut cells[at], Raw::Empty);
                }
                let number = u32::try_from(count + 2).unwrap_or(u32::MAX);
                if let Some(known) = &head.known {
                    let text = |at: usize| match row.get(at) {
                        Some(Raw::Text(text)) => *text,
                        _ => "",
                    };
                    if let Some(column) = known.not_yet(text) {
                        row[column] = Raw::Empty;
                        not_yet += 1;
                        if first_not_yet == 0 {
                            first_not_yet = number;
                        }
                    }
                }
                if let Some(filled) = &head.filled {
                    row[of_file] = head.filling(filled, &row);
                }
                sheet.row(number, &row);
                count += 1;
            }
            let read =
                (u128::from(input.size) * u128::from(count) / u128::from(total.max(1))) as u64;
            progress(Progress {
                file: &plan.file,
                done: (before + read).min(all_bytes),
                total: all_bytes,
                rows: rows_before + count,
            });
        }
        if decoder.join().is_err() {
            why = Some(String::new());
        }
    });
    if let Some(why) = why {
        sheet.report(*damaged(&plan.file, &why));
    }
    // The file says how many rows it has; those that could not be read may say anything.
    for at in count..total {
        sheet.refuse(
            u32::try_from(at + 2).unwrap_or(u32::MAX),
            "bad-parquet",
            "the file is damaged, so the row cannot be read",
            "write the file anew, and check that it was copied in full",
        );
    }
    if let Some(known) = head.known.as_ref().filter(|_| not_yet > 0) {
        sheet.report(known.report(&plan.file, not_yet, first_not_yet));
    }
    drop(sheet);
    Ok(count.max(total))
}

fn is_readable(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_text(values),
        other => {
            is_text(other)
                || other.is_integer()
                || matches!(
                    other,
                    DataType::Null
                        | DataType::Boolean
                        | DataType::Float16
                        | DataType::Float32
                        | DataType::Float64
                        | DataType::Date32
                        | DataType::Date64
                        | DataType::Timestamp(..)
                        | DataType::Decimal32(..)
                        | DataType::Decimal64(..)
                        | DataType::Decimal128(..)
                )
        }
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// Every cell of a column.
fn cells(array: &dyn Array) -> Vec<Raw<'_>> {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(text).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(text).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(text).collect(),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let values = cells(dictionary.values().as_ref());
            let keys = dictionary.normalized_keys();
            (0..array.len())
                .map(|at| {
                    if array.is_null(at) {
                        Raw::Empty
                    } else {
                        values.get(keys[at]).cloned().unwrap_or(Raw::Empty)
                    }
                })
                .collect()
        }
        DataType::Boolean => array
            .as_boolean()
            .iter()
            .map(|b| b.map_or(Raw::Empty, Raw::Bool))
            .collect(),
        DataType::Int8 => each::<Int8Type>(array, |v| whole(v.into())),
        DataType::Int16 => each::<Int16Type>(array, |v| whole(v.into())),
        DataType::Int32 => each::<Int32Type>(array, |v| whole(v.into())),
        DataType::Int64 => each::<Int64Type>(array, whole),
        DataType::UInt8 => each::<UInt8Type>(array, |v| whole(v.into())),
        DataType::UInt16 => each::<UInt16Type>(array, |v| whole(v.into())),
        DataType::UInt32 => each::<UInt32Type>(array, |v| whole(v.into())),
        DataType::UInt64 => each::<UInt64Type>(array, |v| Raw::Number(Exact::scaled(v.into(), 0))),
        DataType::Float16 => each::<Float16Type>(array, |v| typed::float(v.to_f64())),
        // A float of 32 bits is the decimal that it is written as, not the longer one that 64 bits show.
        DataType::Float32 => each::<Float32Type>(array, |v| {
            typed::float(v.to_string().parse().unwrap_or(f64::NAN))
        }),
        DataType::Float64 => each::<Float64Type>(array, typed::float),
        DataType::Decimal32(_, scale) => {
            each::<Decimal32Type>(array, |v| decimal(v.into(), *scale))
        }
        DataType::Decimal64(_, scale) => {
            each::<Decimal64Type>(array, |v| decimal(v.into(), *scale))
        }
        DataType::Decimal128(_, scale) => each::<Decimal128Type>(array, |v| decimal(v, *scale)),
        DataType::Date32 => each::<Date32Type>(array, |v| typed::day(v.into())),
        DataType::Date64 => each::<Date64Type>(array, |v| typed::day(v.div_euclid(86_400_000))),
        DataType::Timestamp(unit, _) => {
            const DAY: i64 = 86_400;
            match unit {
                TimeUnit::Second => {
                    each::<TimestampSecondType>(array, |v| typed::day(v.div_euclid(DAY)))
                }
                TimeUnit::Millisecond => each::<TimestampMillisecondType>(array, |v| {
                    typed::day(v.div_euclid(DAY * 1_000))
                }),
                TimeUnit::Microsecond => each::<TimestampMicrosecondType>(array, |v| {
                    typed::day(v.div_euclid(DAY * 1_000_000))
                }),
                TimeUnit::Nanosecond => each::<TimestampNanosecondType>(array, |v| {
                    typed::day(v.div_euclid(DAY * 1_000_000_000))
                }),
            }
        }
        _ => vec![Raw::Empty; array.len()],
    }
}

fn text(value: Option<&str>) -> Raw<'_> {
    value.map_or(Raw::Empty, Raw::Text)
}

fn whole<'a>(value: i64) -> Raw<'a> {
    Raw::Number(Exact::from(value))
}

fn decimal<'a>(units: i128, scale: i8) -> Raw<'a> {
    match u32::try_from(scale) {
        Ok(decimals) => Raw::Number(Exact::scaled(units, decimals)),
        Err(_) => match 10_i128
            .checked_pow(u32::from(scale.unsigned_abs()))
            .and_then(|s| units.checked_mul(s))
        {
            Some(units) => Raw::Number(Exact::scaled(units, 0)),
            None => Raw::Text("out of range"),
        },
    }
}

fn each<'a, T: ArrowPrimitiveType>(
    array: &dyn Array,
    read: impl Fn(T::Native) -> Raw<'a>,
) -> Vec<Raw<'a>> {
    array
        .as_primitive::<T>()
        .iter()
        .map(|v| v.map_or(Raw::Empty, &read))
        .collect()
}
