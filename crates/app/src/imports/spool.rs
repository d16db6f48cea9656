//! Files as they are handed in: written away piece by piece, and read again by whichever server goes on.

use std::io::{self, Read};
use std::sync::Arc;

use domain::diagnostic::{Diagnostic, Place};
use exchange::Given;
use store::{ImportFile, ImportRow, PIECE, Scope, Store};
use tokio::runtime::Handle;

use super::view::State;
use super::{not_now, scope_of};
use crate::access::{Actor, Verb};
use crate::office::Office;
use crate::refusal::Refusal;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A file that is being handed in. What was taken stays, and only a file that was [finished](Upload::finish) is read.
#[derive(Debug)]
pub struct Upload<'o> {
    office: &'o Office,
    scope: Scope,
    row: ImportRow,
    name: String,
    file: i64,
    pieces: i64,
    held: Vec<u8>,
    left: u64,
}

impl Office {
    /// Begins to take a file of an import that is receiving.
    pub async fn upload(
        &self,
        actor: &Actor,
        import: &str,
        name: &str,
    ) -> Result<Upload<'_>, Refusal> {
        let row = self.import_row(actor, import, Verb::Import).await?;
        if State::named(&row.state) != State::Receiving {
            return Err(not_now(&row, "begin a new one for more files"));
        }
        let name = file_name(name);
        let place = || Place::file(&name);
        if name.is_empty() {
            return Err(
                Diagnostic::error("no-name", "the file has no name", Place::default())
                    .help("hand it in under the name that it has, such as credentials.csv")
                    .into(),
            );
        }
        if !row.path.is_empty() {
            return Err(not_now(&row, "it is read from a path on the server"));
        }
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let files = tx.import_files(import).await?;
        if files.len() >= self.imports.limits.files {
            let most = self.imports.limits.files;
            return Err(Diagnostic::error(
                "too-many-files",
                format!("an import has at most {most} files"),
                place(),
            )
            .help("pack them into one .zip, or begin a second import")
            .into());
        }
        if files.iter().any(|f| f.name == name) {
            return Err(Diagnostic::error(
                "file-twice",
                format!("`{name}` was handed in already"),
                place(),
            )
            .help("give the second one another name")
            .into());
        }
        let there: u64 = files
            .iter()
            .map(|f| u64::try_from(f.size).unwrap_or(0))
            .sum();
        let file = files.iter().map(|f| f.file).max().unwrap_or(0) + 1;
        tx.add_import_file(&row, file, &name).await?;
        tx.commit().await?;
        Ok(Upload {
            left: self.imports.limits.bytes.saturating_sub(there),
            office: self,
            scope,
            row,
            name,
            file,
            pieces: 0,
            held: vec![],
        })
    }
}

/// A name of a file as it is kept.
pub fn file_name(name: &str) -> String {
    let name = name.replace('\\', "/");
    let shown = name.chars().filter(|c| !c.is_control()).take(200);
    shown.collect::<String>().trim().to_owned()
}

impl Office {
    /// Goes on with a file that was not finished, of which so many bytes are there. Where it is at another place, or where
    /// somebody else goes on with it, nothing is taken.
    pub async fn resume_upload(
        &self,
        actor: &Actor,
        import: &str,
        name: &str,
        at: u64,
    ) -> Result<Upload<'_>, Refusal> {
        let row = self.import_row(actor, import, Verb::Import).await?;
        if State::named(&row.state) != State::Receiving {
            return Err(not_now(&row, "begin a new one for more files"));
        }
        let name = file_name(name);
        let scope = actor.scope();
        let mut tx = self.store.read(&scope).await?;
        let files = tx.import_files(import).await?;
        let size = |f: &ImportFile| u64::try_from(f.size).unwrap_or(0);
        let there: u64 = files.iter().map(size).sum();
        let file = files.iter().find(|f| f.name == name);
        let file = file.ok_or_else(|| Refusal::no("file", &name))?;
        if file.whole || size(file) != at {
            return Err(elsewhere(&name, file.size));
        }
        Ok(Upload {
            pieces: tx.count_pieces(import, file.file).await?,
            file: file.file,
            left: self.imports.limits.bytes.saturating_sub(there),
            office: self,
            scope,
            row,
            name,
            held: vec![],
        })
    }
}

fn elsewhere(name: &str, now: i64) -> Refusal {
    Refusal::Conflict {
        what: format!("the file {name}"),
        now: Some(now),
    }
}

impl Upload<'_> {
    /// Takes some bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            let most = self.office.imports.limits.bytes >> 20;
            Refusal::from(
                Diagnostic::error(
                    "too-large",
                    format!("an import brings at most {most} MiB"),
                    Place::file(&self.name),
                )
                .help("hand in fewer files, pack them into one .zip, or let an administrator read them from a path on the server"),
            )
        })?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(PIECE - self.held.len()));
            self.held.extend_from_slice(now);
            rest = later;
            if self.held.len() == PIECE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Refusal> {
        let mut tx = self.office.store.write(&self.scope).await?;
        // Somebody may have given the import up, or begun to read it.
        match tx.import(&self.row.import).await? {
            Some(row) if State::named(&row.state) == State::Receiving => {}
            Some(row) => return Err(not_now(&row, "begin a new one for more files")),
            None => return Err(Refusal::no("import", &self.row.import)),
        }
        match tx
            .add_piece(&self.row, self.file, self.pieces, &self.held)
            .await
        {
            Err(e) if e.is_duplicate() => {
                let taken = i64::try_from(self.held.len()).unwrap_or(i64::MAX);
                return Err(elsewhere(&self.name, taken));
            }
            added => added?,
        }
        tx.commit().await?;
        self.pieces += 1;
        self.held.clear();
        Ok(())
    }

    /// Keeps what was taken so far, for somebody to [go on with](Office::resume_upload).
    pub async fn pause(mut self) -> Result<(), Refusal> {
        if !self.held.is_empty() {
            self.flush().await?;
        }
        Ok(())
    }

    /// Says that this was all of it.
    pub async fn finish(mut self) -> Result<(), Refusal> {
        if !self.held.is_empty() {
            self.flush().await?;
        }
        let mut tx = self.office.store.write(&self.scope).await?;
        tx.end_file(&self.row.import, self.file).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The files of an import, read from the store piece by piece. Must be asked for within a runtime, and read outside of its
/// workers.
pub(super) fn given(store: &Store, row: &ImportRow, files: &[ImportFile]) -> Vec<Given> {
    let handle = Handle::current();
    files
        .iter()
        .map(|file| {
            let reader = Pieces {
                store: store.clone(),
                handle: handle.clone(),
                scope: scope_of(row),
                import: row.import.clone(),
                file: file.file,
                next: 0,
                piece: vec![],
                taken: 0,
            };
            Given {
                name: file.name.clone(),
                size: u64::try_from(file.size).unwrap_or(0),
                open: Arc::new(move || Ok(Box::new(reader.clone()))),
            }
        })
        .collect()
}

#[derive(Clone)]
struct Pieces {
    store: Store,
    handle: Handle,
    scope: Scope,
    import: String,
    file: i64,
    next: i64,
    piece: Vec<u8>,
    taken: usize,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.piece.len() {
            let piece = self.handle.block_on(async {
                let mut tx = self.store.read(&self.scope).await?;
                tx.piece(&self.import, self.file, self.next).await
            });
            let piece = piece.map_err(io::Error::other)?;
            self.piece = piece.unwrap_or_default();
            self.taken = 0;
            self.next += 1;
        }
        let left = &self.piece[self.taken..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.taken += count;
        Ok(count)
    }
}
