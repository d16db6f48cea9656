//! The whole database into one file, and back. Both work while a server runs over the same database.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use domain::diagnostic::{Diagnostic, Place};
use store::{Backed, BackupError, Restored, Scope, Store};

use crate::access::{Actor, Verb};
use crate::audit::flaw_in_words;
use crate::clock::Clock;
use crate::locale::Lang;
use crate::office::Office;
use crate::refusal::Refusal;

impl Office {
    /// Writes all that the database holds, as of one moment, into a file. Nobody waits for it, and the file is there once it
    /// is complete. `progress` is told how many rows of how many are written.
    pub async fn back_up(
        &self,
        actor: &Actor,
        out: &Path,
        progress: &mut (dyn FnMut(i64, i64) + Send),
    ) -> Result<Backed, Refusal> {
        actor.permit_server(Verb::ManageServer)?;
        back_up(&self.store, &self.clock, &actor.account, out, progress).await
    }
}

/// The same for whoever has the machine, without programs and ledgers.
pub async fn back_up(
    store: &Store,
    clock: &Clock,
    account: &str,
    out: &Path,
    progress: &mut (dyn FnMut(i64, i64) + Send),
) -> Result<Backed, Refusal> {
    if out.exists() {
        return Err(Diagnostic::error(
            "file-in-use",
            format!("`{}` is there already", out.display()),
            Place::default(),
        )
        .help("name another file; a backup is never written over")
        .into());
    }
    let mut unfinished = out.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let cannot = |error: std::io::Error| cannot_write(out, &error);
    // It holds what people are known by, and hashes of their passwords.
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(unfinished).map_err(cannot)?;
    let backed = match store.back_up(&file, clock.now(), progress).await {
        Ok(backed) => backed,
        Err(error) => {
            // What is left of it is of no use to anybody.
            let _ = std::fs::remove_file(unfinished);
            return Err(problem(out, error));
        }
    };
    file.sync_all().map_err(cannot)?;
    std::fs::rename(unfinished, out).map_err(cannot)?;
    note(store, clock, account, "backup", backed.change).await?;
    Ok(backed)
}

/// Fills an empty database with what a backup holds: all of it or nothing. `progress` is told how many rows of how many are
/// written.
pub async fn restore(
    address: &str,
    clock: &Clock,
    account: &str,
    from: &Path,
    progress: &mut (dyn FnMut(i64, i64) + Send),
) -> Result<Restored, Refusal> {
    let file = File::open(from).map_err(|e| crate::programs::unreadable(from, &e))?;
    let restored = Store::restore(address, BufReader::new(file), progress).await;
    let (store, restored) = restored.map_err(|error| problem(from, error))?;
    note(&store, clock, account, "restore", restored.verified.changes).await?;
    store.close().await;
    Ok(restored)
}

/// Remembers that a backup was made or restored, and up to which change it goes.
async fn note(
    store: &Store,
    clock: &Clock,
    account: &str,
    verb: &str,
    change: i64,
) -> Result<(), Refusal> {
    let new = store::NewChange {
        at: clock.now(),
        actor: account.to_owned(),
        verb: verb.to_owned(),
        partner: None,
        subject: format!("change {change}"),
        detail: "{}".to_owned(),
    };
    let mut tx = store.write(&Scope::All).await?;
    tx.append(&Scope::All, new, &[]).await?;
    tx.commit().await?;
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Refusal {
    Diagnostic::error(
        "cannot-write",
        format!("`{}` cannot be written: {error}", path.display()),
        Place::default(),
    )
    .into()
}

/// What went wrong with a backup, so that whoever asked can go on.
fn problem(path: &Path, error: BackupError) -> Refusal {
    let place = Place::file(path.to_string_lossy());
    let problem = match error {
        BackupError::Store(error) => return error.into(),
        BackupError::File(error) => return cannot_write(path, &error),
        BackupError::Damaged(why) => Diagnostic::error(
            "backup-damaged",
            format!("the file is not a whole backup: {why}"),
            place,
        )
        .help("nothing was restored; take another backup, or another copy of this one"),
        BackupError::Newer(_) => Diagnostic::error(
            "backup-newer",
            "the backup was made by a newer release",
            place,
        )
        .help("nothing was restored; restore it with that release or a later one"),
        BackupError::InUse => Diagnostic::error(
            "database-in-use",
            "the database is not empty",
            Place::default(),
        )
        .help("nothing was restored; name a database that is not there yet, or an empty one"),
        BackupError::TooNew => Diagnostic::error(
            "database-newer",
            "the database has tables of a newer release than the backup",
            Place::default(),
        )
        .help("nothing was restored; name a database that is not there yet, or one without tables"),
        BackupError::Flawed(flaws) => {
            let all = flaws.iter().map(|flaw| {
                let place = Place::file(path.to_string_lossy());
                Diagnostic::error("backup-flawed", flaw_in_words(flaw, Lang::default()), place).help(
                    "nothing was restored; the database was altered before this backup was made",
                )
            });
            return Refusal::Problems(all.collect());
        }
    };
    problem.into()
}
