//! A folder of tables, packed into one file.

use std::fs;
use std::io::{self, Cursor, Read as _};
use std::path::Path;

use domain::diagnostic::{Diagnostic, Place};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::folder::{From, Input, unreadable};

/// A folder that unpacks to more is handed in as it is, or as a path on the server.
const LARGEST: u64 = 1 << 30;
/// So many files are in no folder of evidence.
const MOST_FILES: usize = 2_000;

fn damaged(name: &str, why: &str, help: &str) -> Box<Diagnostic> {
    let message = format!("`{name}` {why}");
    Box::new(Diagnostic::error("bad-zip", message, Place::file(name)).help(help))
}

/// Packs a folder with all that is in it into an archive. The same folder gives the same bytes.
///
/// # Errors
/// What cannot be read or written.
pub fn pack(folder: &Path, archive: &Path) -> io::Result<()> {
    let mut writer = ZipWriter::new(io::BufWriter::new(fs::File::create(archive)?));
    let mut waiting = vec![(folder.to_owned(), String::new())];
    while let Some((folder, within)) = waiting.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{within}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                waiting.push((entry.path(), name + "/"));
                continue;
            }
            let large = entry.metadata()?.len() >= u64::from(u32::MAX);
            let options = SimpleFileOptions::default().large_file(large);
            writer.start_file(name, options)?;
            io::copy(&mut fs::File::open(entry.path())?, &mut writer)?;
        }
    }
    writer
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    Ok(())
}

/// The tables inside, each held in memory. Folders inside are looked into; what hides, and what is no table, is left out.
pub(crate) fn unpack(input: &Input) -> Result<Vec<Input>, Box<Diagnostic>> {
    let again = "pack the folder anew, without a password";
    let bytes = match &input.from {
        From::Disk(path) => fs::read(path)
            .map_err(|e| Box::new(unreadable(&input.name, &e)))?
            .into(),
        From::Memory(bytes) => bytes.clone(),
        From::Given(_) => unreachable!("INVARIANT: an archive is held in memory"),
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| damaged(&input.name, "is no archive that can be read", again))?;
    if archive.len() > MOST_FILES {
        return Err(damaged(
            &input.name,
            &format!("holds more than {MOST_FILES} files"),
            "pack only the tables",
        ));
    }
    let mut inside = Vec::new();
    let mut left = LARGEST;
    for at in 0..archive.len() {
        let mut entry = archive
            .by_index(at)
            .map_err(|_| damaged(&input.name, "is damaged, or has a password", again))?;
        // Names that are in no known encoding still name their tables.
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/");
        let hides = |part: &str| part.starts_with(['.', '~']) || part == "__MACOSX";
        if !entry.is_file() || name.split('/').any(hides) {
            continue;
        }
        let mut file = Input {
            name: format!("{}/{name}", input.name),
            size: 0,
            from: From::Memory(bytes::Bytes::new()),
        };
        if !["csv", "tsv", "parquet", "xlsx", "xlsm"].contains(&file.ending().as_str()) {
            continue;
        }
        let mut bytes = Vec::new();
        // What an archive says of its sizes need not be true, so that what comes out is counted.
        let read = entry.by_ref().take(left + 1).read_to_end(&mut bytes);
        read.map_err(|_| damaged(&input.name, "is damaged, or has a password", again))?;
        file.size = bytes.len() as u64;
        left = left.checked_sub(file.size).ok_or_else(|| {
            damaged(
                &input.name,
                "unpacks to more than 1 GiB",
                "hand in its tables one by one, or Parquet",
            )
        })?;
        file.from = From::Memory(bytes.into());
        inside.push(file);
    }
    inside.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(inside)
}
