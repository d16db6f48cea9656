//! Finished results as a Parquet table: every column a text, so that exact numbers stay exact.

use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::write::WriteError;

/// So many rows are written at once.
const GROUP: usize = 65_536;

/// Writes rows of texts below their header; an empty text is null.
pub fn write_results(
    header: &[String],
    rows: &[Vec<String>],
    path: &Path,
) -> Result<(), WriteError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| WriteError::Parquet {
        kind: path.display().to_string(),
        source,
    };
    let file = fs::File::create(path).map_err(|source| WriteError::Disk {
        path: path.to_owned(),
        source,
    })?;
    let fields: Vec<Field> = header
        .iter()
        .map(|name| Field::new(name, DataType::Utf8, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut writer = ArrowWriter::try_new(BufWriter::new(file), schema.clone(), Some(properties))
        .map_err(|e| failed(Box::new(e)))?;
    for rows in rows.chunks(GROUP) {
        let columns: Vec<ArrayRef> = (0..header.len())
            .map(|at| {
                let cells = rows
                    .iter()
                    .map(|row| row.get(at).filter(|c| !c.is_empty()).map(String::as_str));
                Arc::new(cells.collect::<StringArray>()) as ArrayRef
            })
            .collect();
        let batch =
            RecordBatch::try_new(schema.clone(), columns).map_err(|e| failed(Box::new(e)))?;
        writer.write(&batch).map_err(|e| failed(Box::new(e)))?;
    }
    writer.close().map_err(|e| failed(Box::new(e)))?;
    Ok(())
}
