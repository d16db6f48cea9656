//! Tables of evidence in all forms in which they come, and their evaluation.

use std::io::{Cursor, Read as _, Write as _};
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use cairn_exchange::{Encoding, Options, read_files};
use domain::calendar::Day;
use domain::engine::Programs;
use domain::intake::{DayOrder, Decimal, Imported};
use domain::library::Library;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{Format, Workbook};
use zip::write::SimpleFileOptions;

use crate::mutate::{self, Pool};
use crate::random::{self, Random, Sheet};
use crate::rules::{evaluate_any, files, shipped, show};
use crate::{Input, Reached, Target, root};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Csv,
    Xlsx,
    Parquet,
}

pub struct Tables {
    form: Form,
    /// The folders of the corpus of imports.
    folders: Vec<Vec<(String, Vec<u8>)>>,
    pool: Pool,
    programs: Arc<Programs>,
    /// The library that the corpus of imports is about.
    corpus: Arc<Library>,
}

const CORPUS: &str = "crates/exchange/tests/corpus";

impl Tables {
    pub fn new(form: Form) -> Tables {
        let mut folders: Vec<Vec<(String, Vec<u8>)>> = Vec::new();
        let mut pool = Pool::default();
        let mut last = String::new();
        for (name, bytes) in files(&root().join(CORPUS), "") {
            let Some((folder, file)) = name
                .rsplit_once('/')
                .filter(|(f, _)| f.len() > CORPUS.len())
            else {
                continue;
            };
            if folder.contains("/library") {
                continue;
            }
            pool.add(&String::from_utf8_lossy(&bytes));
            if last != folder {
                folders.push(Vec::new());
                folder.clone_into(&mut last);
            }
            folders
                .last_mut()
                .expect("one was pushed")
                .push((file.to_owned(), bytes));
        }
        let own = files(&root().join(CORPUS).join("library"), ".toml");
        let own: Vec<(&str, &str)> = own
            .iter()
            .map(|(name, bytes)| {
                // Below `vocabulary/` or `programs/`, whichever it is.
                let at = name
                    .find("/library/")
                    .map_or(0, |at| at + "/library/".len());
                (&name[at..], std::str::from_utf8(bytes).expect("text"))
            })
            .collect();
        Tables {
            form,
            folders,
            pool: pool.done(),
            programs: shipped(),
            corpus: Arc::new(Library::read(own).0),
        }
    }

    fn sheets(&self, random: &mut Random) -> Vec<Sheet> {
        loop {
            let edition =
                &self.programs.compiled[random.below(self.programs.compiled.len())].edition;
            if !edition.is_library()
                && self
                    .programs
                    .find(&edition.program, &edition.edition)
                    .is_some()
            {
                let mut sheets = random::sheets(&self.programs, edition, random, true);
                sheets.truncate(2 + random.below(8));
                return sheets;
            }
        }
    }
}

/// Cells are slips of their own: an edge where a day or an amount is expected.
fn break_cells(sheet: &mut Sheet, pool: &Pool, random: &mut Random) {
    for _ in 0..random.below(4) {
        let Some(row) = sheet.rows.len().checked_sub(1).map(|n| random.below(n + 1)) else {
            continue;
        };
        let at = random.below(sheet.rows[row].len());
        let cell = &mut sheet.rows[row][at];
        *cell = mutate::text(cell, pool, random);
    }
    if random.one_in(6) && !sheet.header.is_empty() {
        let at = random.below(sheet.header.len());
        sheet.header[at] = mutate::text(&sheet.header[at], pool, random);
    }
}

fn workbook(sheets: &[Sheet], random: &mut Random) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for sheet in sheets {
        let page = book.add_worksheet();
        // A name that a workbook cannot have is left to be `Sheet1`.
        let _ = page.set_name(&sheet.kind);
        for (column, name) in sheet.header.iter().enumerate() {
            let _ = page.write_string(0, column as u16, name);
        }
        for (row, cells) in sheet.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (row as u32 + 1, column as u16);
                let number = cell.parse::<f64>().ok().filter(|n| n.is_finite());
                let _ = match (Day::parse(cell), number) {
                    (Some(day), _) if !random.one_in(4) => page.write_number_with_format(
                        row,
                        column,
                        f64::from(day.0) + 25_569.0,
                        &date,
                    ),
                    (_, Some(number)) if !random.one_in(4) => {
                        page.write_number(row, column, number)
                    }
                    _ => page.write_string(row, column, cell),
                };
            }
        }
    }
    book.save_to_buffer().unwrap_or_default()
}

/// Takes the archive apart, breaks some of its texts, and packs it again.
fn break_parts(bytes: &[u8], pool: &Pool, random: &mut Random) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).ok()?;
        let mut content = String::new();
        part.read_to_string(&mut content).ok()?;
        parts.push((part.name().ok()?.into_owned(), content));
    }
    for _ in 0..1 + random.below(3) {
        let at = random.below(parts.len());
        parts[at].1 = mutate::text(&parts[at].1, pool, random);
    }
    if random.one_in(10) {
        parts.swap_remove(random.below(parts.len()));
    }
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        packed.start_file(name, stored).ok()?;
        packed.write_all(content.as_bytes()).ok()?;
    }
    Some(packed.finish().ok()?.into_inner())
}

fn columnar(sheet: &Sheet, random: &mut Random) -> Option<Vec<u8>> {
    let column = |at: usize, random: &mut Random| -> ArrayRef {
        let cells = || {
            sheet
                .rows
                .iter()
                .map(move |r| r.get(at).map_or("", String::as_str))
        };
        match random.below(3) {
            0 => Arc::new(
                cells()
                    .map(|c| Day::parse(c).map(|d| d.0))
                    .collect::<Date32Array>(),
            ),
            1 => Arc::new(
                cells()
                    .map(|c| c.parse::<f64>().ok())
                    .collect::<Float64Array>(),
            ),
            _ => Arc::new(
                cells()
                    .map(|c| (!c.is_empty()).then_some(c))
                    .collect::<StringArray>(),
            ),
        }
    };
    let fits = |at: usize| {
        // As text where the cells are texts, so that most of a file is as it should be.
        let cells = || {
            sheet
                .rows
                .iter()
                .filter_map(move |r| r.get(at))
                .filter(|c| !c.is_empty())
        };
        (
            cells().all(|c| Day::parse(c).is_some()),
            cells().all(|c| c.parse::<f64>().is_ok()),
        )
    };
    let columns: Vec<(String, ArrayRef)> = sheet
        .header
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let cells = || {
                sheet
                    .rows
                    .iter()
                    .map(move |r| r.get(at).map_or("", String::as_str))
            };
            let array: ArrayRef = match fits(at) {
                _ if random.one_in(20) => column(at, random),
                (true, _) => Arc::new(
                    cells()
                        .map(|c| Day::parse(c).map(|d| d.0))
                        .collect::<Date32Array>(),
                ),
                (_, true) => Arc::new(
                    cells()
                        .map(|c| c.parse::<f64>().ok())
                        .collect::<Float64Array>(),
                ),
                _ => Arc::new(
                    cells()
                        .map(|c| (!c.is_empty()).then_some(c))
                        .collect::<StringArray>(),
                ),
            };
            (name.clone(), array)
        })
        .collect();
    let batch = RecordBatch::try_from_iter(columns).ok()?;
    let packing = *random.pick(&[Compression::UNCOMPRESSED, Compression::SNAPPY]);
    let properties = WriterProperties::builder().set_compression(packing).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).ok()?;
    writer.write(&batch).ok()?;
    writer.into_inner().ok()
}

impl Target for Tables {
    fn make(&self, random: &mut Random) -> Input {
        let mut sheets = self.sheets(random);
        let broken = random.below(sheets.len());
        break_cells(&mut sheets[broken], &self.pool, random);
        let files = match self.form {
            Form::Csv if random.one_in(2) => {
                let mut files = random.pick(&self.folders).clone();
                let at = random.below(files.len());
                let text = String::from_utf8_lossy(&files[at].1).into_owned();
                files[at].1 = if random.one_in(3) {
                    mutate::bytes(&files[at].1, random)
                } else {
                    mutate::text(&text, &self.pool, random).into_bytes()
                };
                files
            }
            Form::Csv => {
                let mut files: Vec<(String, Vec<u8>)> = sheets
                    .iter()
                    .map(|s| (format!("{}.csv", s.kind), s.text().into_bytes()))
                    .collect();
                if random.one_in(2) {
                    files[broken].1 = mutate::bytes(&files[broken].1, random);
                }
                files
            }
            Form::Xlsx => {
                let whole = workbook(&sheets, random);
                let bytes = match random.below(8) {
                    0 => whole,
                    1 | 2 => mutate::bytes(&whole, random),
                    _ => break_parts(&whole, &self.pool, random).unwrap_or(whole),
                };
                vec![("evidence.xlsx".to_owned(), bytes)]
            }
            Form::Parquet => {
                let mut files: Vec<(String, Vec<u8>)> = sheets
                    .iter()
                    .filter_map(|s| Some((format!("{}.parquet", s.kind), columnar(s, random)?)))
                    .collect();
                if let Some(last) = files.len().checked_sub(1) {
                    let at = random.below(last + 1);
                    let bytes = &mut files[at].1;
                    match random.below(4) {
                        0 => {}
                        1 => *bytes = mutate::bytes(bytes, random),
                        // The footer says where everything is.
                        _ => {
                            let footer = bytes.split_off(bytes.len() - bytes.len().min(1200));
                            bytes.extend(mutate::bytes(&footer, random));
                        }
                    }
                }
                files
            }
        };
        Input { files }
    }

    fn run(&self, input: &Input, random: &mut Random) -> Reached {
        let options = Options {
            decimal: *random.pick(&[None, None, Some(Decimal::Comma), Some(Decimal::Point)]),
            days: *random.pick(&[
                DayOrder::default(),
                DayOrder::DayFirst,
                DayOrder::MonthFirst,
            ]),
            currency: random.one_in(3).then(|| "USD".to_owned()),
            encoding: *random.pick(&[Encoding::Utf8, Encoding::Utf8, Encoding::Windows1252]),
            ..Options::default()
        };
        let library = if random.one_in(3) {
            &self.corpus
        } else {
            &self.programs.library
        };
        let Ok(imported) = read_files(input.files.clone(), library, &options, &mut |_| ()) else {
            return Reached::Read;
        };
        show(&imported.problems);
        holds(&imported);
        if imported.evidence.is_empty() || !Arc::ptr_eq(library, &self.programs.library) {
            return Reached::Read;
        }
        if random.one_in(4) {
            evaluate_any(&self.programs, imported.evidence, random);
            return Reached::Evaluated;
        }
        Reached::Accepted
    }
}

/// What an import promises: every row is a fact or refused, and none is both.
fn holds(imported: &Imported) {
    let mut facts = 0;
    let mut refused = 0;
    for sheet in &imported.sheets {
        assert_eq!(
            sheet.accepted + sheet.refused,
            sheet.read,
            "{}: rows are accounted for",
            sheet.file
        );
        facts += sheet.accepted - sheet.repeated;
        refused += sheet.refused;
    }
    assert_eq!(
        facts,
        imported.evidence.len() as u64,
        "each accepted row is a fact"
    );
    assert_eq!(
        refused,
        imported.evidence.refused.len() as u64,
        "each refused row is kept"
    );
}
