//! Importing as the running product does it: handed in, read, shown, confirmed, and taken back where it was wrong.
//!
//! Nothing is written before somebody confirms what was shown. What is confirmed is compared anew with what stands at that
//! moment; where that alters what would be written, it is shown again instead. All of an import is one change.

mod compare;
mod names;
mod options;
mod refused;
mod sorting;
mod spool;
mod undo;
mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place, Severity, did_you_mean};
use domain::evidence::Evidence;
use domain::instant::Instant;
use domain::intake::{How, Imported, KnownPerson, SheetReport};
use domain::vocabulary::plain;
use exchange::{Files, Headed};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::{Fact, ImportRow, MappingRow, NewFact, REFUSED, SUPPLIED, Scope};

use crate::access::{Actor, Verb};
use crate::office::{Done, Office};
use crate::records::{self, EVERYBODY};
use crate::refusal::Refusal;
use crate::warm::Shelves;
use compare::{Compared, Comparing, What, Whose};

pub use names::{NameIs, SET_ASIDE, SettledName};
pub use options::{
    DayChoice, DecimalChoice, EncodingChoice, FileChoice, ImportOptions, OpeningChoice,
};
pub use refused::RefusedRow;
pub use sorting::{Asked, Unsorted};
pub use spool::{Upload, file_name};
pub use undo::Later;
pub use view::{
    ColumnPreview, FilePreview, Group, Import, KindCounts, Page, Preview, Problem, Progress,
    RefusedCounts, RowPreview, State, Target, UnknownName,
};

/// Every code that a problem of an import can have, beside those of the intake and of files.
pub const CODES: &[&str] = &[
    "bad-id",
    "changed-since",
    "file-twice",
    "joins-partners",
    "known-name",
    "no-catalog",
    "no-name",
    "not-now",
    "not-whole",
    "nothing-to-do",
    "other-partner",
    "too-large",
    "too-many-files",
    "too-many-imports",
    "unknown-entry",
];

/// So many facts are written together.
const BATCH: usize = 4_000;
/// So many imports are kept as they were read, so that a page of their rows is not read from the file again.
const HELD: usize = 3;
/// Problems after which nobody knows what a file held.
const UNREADABLE: [&str; 7] = [
    "bad-parquet",
    "bad-workbook",
    "bad-zip",
    "no-header",
    "not-text",
    "unreadable-column",
    "unreadable-file",
];

/// How much an import may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of all files of an import that are handed in.
    pub bytes: u64,
    /// The files of an import.
    pub files: usize,
    /// The imports of a partner that wait for somebody.
    pub open: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 1 << 30,
            files: 200,
            open: 50,
        }
    }
}

/// Imports on their way, as far as this process knows of them. Whatever is not here is read again from the store.
#[derive(Debug)]
pub struct Desk {
    /// How much an import may bring.
    pub limits: Limits,
    progress: Mutex<HashMap<String, Progress>>,
    held: Mutex<Vec<(String, Arc<Parsed>)>>,
    prepared: Mutex<Vec<(String, Arc<Prepared>)>>,
    /// Reading and writing take memory and processors; so many do it at once.
    turns: tokio::sync::Semaphore,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk {
            limits: Limits::default(),
            progress: Mutex::default(),
            held: Mutex::default(),
            prepared: Mutex::default(),
            turns: tokio::sync::Semaphore::new(2),
        }
    }
}

/// An import as it was read.
#[derive(Debug)]
struct Parsed {
    evidence: Arc<Evidence>,
    sheets: Vec<SheetReport>,
    problems: Vec<Diagnostic>,
    headed: Vec<Headed>,
    choices: BTreeMap<String, FileChoice>,
    remembered: BTreeMap<String, FileChoice>,
    first_seen: HashMap<u16, usize>,
    partner: Option<String>,
    called: Option<String>,
    others: Vec<String>,
    whole: BTreeSet<String>,
}

/// What it would do.
#[derive(Debug)]
struct Prepared {
    parsed: Arc<Parsed>,
    compared: Compared,
    kept: Vec<Fact>,
    import: String,
}

impl Parsed {
    fn whose(&self) -> Whose<'_> {
        Whose {
            partner: self.partner.as_deref(),
            called: self.called.as_deref(),
        }
    }

    /// The kinds that the files supply.
    fn supplies(&self) -> Vec<String> {
        let kinds = self.evidence.vocabulary.kinds.keys();
        let tables = kinds.zip(&self.evidence.tables);
        tables
            .filter(|(_, table)| table.supplied)
            .map(|(kind, _)| kind.clone())
            .collect()
    }
}

impl Prepared {
    fn comparing(&self) -> Comparing<'_> {
        Comparing {
            evidence: &self.parsed.evidence,
            whose: self.parsed.whose(),
            shelves: self.compared.shelves.clone(),
            whole: &self.parsed.whole,
            first_seen: &self.parsed.first_seen,
            kept: self.kept.clone(),
            supplied: BTreeSet::new(),
            supplies: self.parsed.supplies(),
            import: &self.import,
        }
    }
}

fn nothing(message: &str) -> Refusal {
    Diagnostic::error("nothing-to-do", message, Place::default())
        .help("hand in at least one")
        .into()
}

fn not_now(row: &ImportRow, help: &str) -> Refusal {
    Diagnostic::error(
        "not-now",
        format!("the import is {}", row.state),
        Place::default(),
    )
    .help(help)
    .into()
}

fn permit(actor: &Actor, verb: Verb, target: &Target) -> Result<(), Refusal> {
    match target {
        Target::Partner(partner) => actor.permit(verb, partner),
        Target::Several => actor.permit_server(Verb::ManagePartners),
    }
}

fn options_of(row: &ImportRow) -> ImportOptions {
    serde_json::from_str(&row.options).unwrap_or_default()
}

fn text_of(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}

/// The names in a header, by which it is remembered how such a file is read.
fn mapping_of(header: &[String]) -> String {
    let names: BTreeSet<String> = header
        .iter()
        .map(|h| plain(h))
        .filter(|h| !h.is_empty())
        .collect();
    text_of(&names)
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn view(row: ImportRow, files: Vec<store::ImportFile>) -> Import {
    let options = options_of(&row);
    Import {
        target: Target::of(&row.partner),
        state: State::named(&row.state),
        version: row.version,
        created_at: row.created_at,
        changed_at: row.changed_at,
        path: (!row.path.is_empty()).then_some(row.path),
        files: files
            .into_iter()
            .map(|f| (f.name, u64::try_from(f.size).unwrap_or(0), f.whole))
            .collect(),
        options,
        preview: row
            .preview
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok()),
        confirmed: row.confirmed,
        undone: row.undone,
        id: row.import,
        actor: row.actor,
    }
}

impl Office {
    /// The row of an import, where the actor may use this verb on it; else there is no such import.
    async fn import_row(
        &self,
        actor: &Actor,
        import: &str,
        verb: Verb,
    ) -> Result<ImportRow, Refusal> {
        let missing = || Refusal::no("import", import);
        let mut tx = self.read(actor).await?;
        let row = tx.import(import).await?.ok_or_else(missing)?;
        match (
            permit(actor, verb, &Target::of(&row.partner)),
            &*row.partner,
        ) {
            (Err(Refusal::NotFound { .. }), _) | (Err(Refusal::Denied(_)), "") => Err(missing()),
            (Err(refusal), _) => Err(refusal),
            (Ok(()), _) => Ok(row),
        }
    }

    /// Checks what somebody says of files, before anything is read.
    fn check_options(&self, options: &ImportOptions) -> Result<(), Refusal> {
        let kinds = &self.programs.vocabulary().kinds;
        let known = || {
            let fields = kinds.values().flat_map(|k| k.fields.keys());
            let fields = fields.map(String::as_str);
            fields.chain(["partner", "recorded_on", "source"])
        };
        let mut problems = vec![];
        let choices = options.files.values().chain([&options.all]);
        for (theirs, ours) in choices.flat_map(|c| &c.columns) {
            if !ours.is_empty() && known().all(|k| k != ours) {
                problems.push(
                    Diagnostic::error(
                        "unknown-column",
                        format!(
                            "`{theirs}` is said to be `{ours}`, which is no column of any kind"
                        ),
                        Place::default(),
                    )
                    .help(did_you_mean(ours, known())),
                );
            }
        }
        for kind in &options.whole {
            if let Err(Refusal::Problems(more)) = self.kind(kind) {
                problems.extend(more);
            }
        }
        let choices = options.files.values().chain([&options.all]);
        for currency in choices.filter_map(|c| c.currency.as_deref()) {
            if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
                problems.push(
                    Diagnostic::error(
                        "bad-currency",
                        format!("`{currency}` is no currency"),
                        Place::default(),
                    )
                    .help("write its three letters, such as USD or EUR"),
                );
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Problems(problems))
        }
    }

    /// Begins an import. Its files are handed in next ([`upload`](Office::upload)), or read from a path on the server, which
    /// only an administrator names; then it is read ([`preview_import`](Office::preview_import)).
    pub async fn start_import(
        &self,
        actor: &Actor,
        target: &Target,
        path: Option<&Path>,
        options: &ImportOptions,
    ) -> Result<Import, Refusal> {
        permit(actor, Verb::Import, target)?;
        if path.is_some() {
            actor.permit_server(Verb::ManageServer)?;
        }
        if let Target::Partner(partner) = target
            && self.shelves()?.find(partner).is_none()
        {
            actor.permit_server(Verb::ManagePartners)?;
            crate::edit::check_id("partner", partner)?;
        }
        self.check_options(options)?;
        let now = self.now();
        let row = ImportRow {
            import: format!("{:016x}", rand::random::<u64>()),
            partner: target.id().to_owned(),
            state: State::Receiving.name().to_owned(),
            version: 1,
            actor: actor.account.clone(),
            created_at: now,
            changed_at: now,
            path: path.map_or_else(String::new, |p| p.to_string_lossy().into_owned()),
            options: text_of(options),
            preview: None,
            digest: None,
            confirmed: None,
            undone: None,
        };
        let mut tx = self.store.write(&actor.scope()).await?;
        let most = i64::try_from(self.imports.limits.open).unwrap_or(i64::MAX);
        let open = tx.imports(target.id(), None, most).await?;
        let waiting = open.iter().filter(|i| State::named(&i.state).is_open());
        if waiting.count() >= self.imports.limits.open {
            return Err(Diagnostic::error(
                "too-many-imports",
                format!(
                    "{} imports wait for somebody already",
                    self.imports.limits.open
                ),
                Place::default(),
            )
            .help("confirm or discard one of them")
            .into());
        }
        tx.add_import(&row).await?;
        tx.commit().await?;
        Ok(view(row, vec![]))
    }

    /// An import whole.
    pub async fn import(&self, actor: &Actor, import: &str) -> Result<Import, Refusal> {
        let row = self.import_row(actor, import, Verb::ReadEvidence).await?;
        let mut tx = self.read(actor).await?;
        let files = tx.import_files(import).await?;
        Ok(view(row, files))
    }

    /// Imports, newest first, those begun before one of them, at most so many.
    pub async fn imports(
        &self,
        actor: &Actor,
        target: &Target,
        before: Option<&Import>,
        limit: usize,
    ) -> Result<Vec<Import>, Refusal> {
        permit(actor, Verb::ReadEvidence, target)?;
        let before = before.map(|i| (i.created_at, i.id.as_str()));
        let limit = i64::try_from(limit.min(1_000)).unwrap_or(1_000);
        let mut tx = self.read(actor).await?;
        let rows = tx.imports(target.id(), before, limit).await?;
        let mut all = vec![];
        for row in rows {
            let files = tx.import_files(&row.import).await?;
            all.push(view(row, files));
        }
        Ok(all)
    }

    /// How far the reading of an import is, where this process reads it.
    pub async fn import_progress(
        &self,
        actor: &Actor,
        import: &str,
    ) -> Result<Option<Progress>, Refusal> {
        self.import_row(actor, import, Verb::ReadEvidence).await?;
        Ok(locked(&self.imports.progress).get(import).cloned())
    }

    fn doing(&self, import: &str, doing: &str) {
        let mut progress = locked(&self.imports.progress);
        let of = progress.entry(import.to_owned()).or_default();
        doing.clone_into(&mut of.doing);
    }

    /// Reads what was handed in and shows what it would change. With options it is read anew, as often as wanted.
    pub async fn preview_import(
        &self,
        actor: &Actor,
        import: &str,
        options: Option<&ImportOptions>,
    ) -> Result<Import, Refusal> {
        let mut row = self.import_row(actor, import, Verb::Import).await?;
        if !State::named(&row.state).is_open() {
            return Err(not_now(&row, "begin a new one"));
        }
        if let Some(options) = options {
            self.check_options(options)?;
            row.options = text_of(options);
        }
        let _turn = self.turn().await;
        let found = self.prepare(&row).await;
        let prepared = self.without_progress(import, found);
        match prepared {
            Ok(prepared) => show(actor, &mut row, &prepared),
            Err(Refusal::Problems(problems)) => {
                row.state = State::Failed.name().to_owned();
                row.digest = None;
                let hindrances = problems.iter().map(|p| Problem::of(p, "")).collect();
                row.preview = Some(text_of(&Preview {
                    hindrances,
                    ..Preview::default()
                }));
            }
            Err(other) => return Err(other),
        }
        self.step(actor, &mut row).await?;
        self.import(actor, import).await
    }

    async fn turn(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        self.imports.turns.acquire().await.ok()
    }

    fn without_progress<T>(&self, import: &str, found: T) -> T {
        locked(&self.imports.progress).remove(import);
        found
    }

    /// Takes a step of an import, unless somebody else took one.
    async fn step(&self, actor: &Actor, row: &mut ImportRow) -> Result<(), Refusal> {
        row.changed_at = self.now();
        let mut tx = self.store.write(&actor.scope()).await?;
        if !tx.step_import(row).await? {
            return Err(self.conflict(row));
        }
        tx.commit().await?;
        row.version += 1;
        Ok(())
    }

    fn conflict(&self, row: &ImportRow) -> Refusal {
        Refusal::Conflict {
            what: format!("import {}", row.import),
            now: Some(row.version + 1),
        }
    }

    /// Reads the files of an import, unless they are in memory as these options read them.
    async fn parse(&self, row: &ImportRow) -> Result<Arc<Parsed>, Refusal> {
        let options = options_of(row);
        let scope = scope_of(row);
        let library = self.programs.library().clone();
        let mut tx = self.store.read(&scope).await?;
        let names = names::given(&mut tx, &row.partner).await?;
        let mappings: HashMap<String, FileChoice> = tx
            .mappings(&row.partner)
            .await?
            .into_iter()
            .filter_map(|m| Some((m.columns, serde_json::from_str(&m.said).ok()?)))
            .collect();
        let stored = tx.import_files(&row.import).await?;
        drop(tx);
        if let Some(part) = stored.iter().find(|f| !f.whole) {
            return Err(Diagnostic::error(
                "not-whole",
                format!("`{}` was not handed in whole", part.name),
                Place::file(&part.name),
            )
            .help("hand it in again, or begin a new import")
            .into());
        }
        if row.path.is_empty() && stored.is_empty() {
            return Err(nothing("no file was handed in"));
        }
        let files = if row.path.is_empty() {
            Files::Given(spool::given(&self.store, row, &stored))
        } else {
            Files::Path(row.path.clone().into())
        };
        let partner = (!row.partner.is_empty()).then(|| row.partner.clone());
        let seen = self.clock.day_of(row.created_at);
        let leave_out = options::reading(&options, &options.files, None, vec![], vec![], seen);
        let (peeked, of) = (files.clone(), library.clone());
        let headed = blocking(move || exchange::headers(peeked, &of, &leave_out))
            .await?
            .map_err(|p| Refusal::from(*p))?;
        let mut choices = BTreeMap::new();
        let mut remembered = BTreeMap::new();
        for table in &headed {
            let said = options.files.get(&table.file).cloned().unwrap_or_default();
            let said = said.or(&options.all);
            let known = mappings.get(&mapping_of(&table.header));
            if let Some(known) = known {
                remembered.insert(table.file.clone(), known.clone());
            }
            choices.insert(
                table.file.clone(),
                said.or(known.unwrap_or(&FileChoice::default())),
            );
        }
        let people = match &partner {
            Some(partner) => {
                let shelves = self.shelves()?;
                people(&shelves, partner)
            }
            None => vec![],
        };
        let reading = options::reading(&options, &choices, partner.as_deref(), names, people, seen);
        let mut hash = Sha256::new();
        hash.update(&row.import);
        hash.update(&row.options);
        hash.update(text_of(&choices));
        for name in &reading.settings.names {
            hash.update(format!("{}\0{}\0{}\0", name.kind, name.name, name.becomes));
        }
        for person in &reading.settings.people {
            hash.update(format!(
                "{}\0{}\0{}\0",
                person.address, person.person, person.since.0
            ));
        }
        let key = row.import.clone() + &spool::hex(&hash.finalize());
        // What stands at a path may be another file meanwhile.
        if row.path.is_empty()
            && let Some((_, parsed)) = locked(&self.imports.held).iter().find(|(k, _)| *k == key)
        {
            return Ok(parsed.clone());
        }
        self.doing(&row.import, "reading");
        let imported = self.read_files(row, files, library, reading).await?;
        let parsed = Arc::new(parsed(
            imported,
            headed,
            choices,
            remembered,
            partner,
            options.whole,
        ));
        let mut held = locked(&self.imports.held);
        held.retain(|(k, _)| *k != key && !k.starts_with(&row.import));
        held.push((key, parsed.clone()));
        let most = held.len().saturating_sub(HELD);
        held.drain(..most);
        drop(held);
        Ok(parsed)
    }

    async fn read_files(
        &self,
        row: &ImportRow,
        files: Files,
        library: Arc<domain::library::Library>,
        options: exchange::Options,
    ) -> Result<Imported, Refusal> {
        let (send, mut receive) = tokio::sync::mpsc::unbounded_channel::<(String, u64, u64, u64)>();
        let work = blocking(move || {
            let mut last = (String::new(), 0_u64);
            let mut before = 0_u64;
            let mut tell = |p: exchange::Progress<'_>| {
                if p.file != last.0 {
                    before = last.1;
                    p.file.clone_into(&mut last.0);
                }
                last.1 = p.rows;
                // Nobody listens any more: the import is read all the same.
                let _ = send.send((
                    p.file.to_owned(),
                    p.rows - before.min(p.rows),
                    p.done,
                    p.total,
                ));
            };
            match files {
                Files::Path(path) => {
                    exchange::read_folder_with(&path, &library, &options, &mut tell)
                }
                Files::Given(files) => exchange::read_given(files, &library, &options, &mut tell),
            }
        });
        tokio::pin!(work);
        let mut take = || {
            let mut progress = locked(&self.imports.progress);
            while let Ok((file, rows, done, total)) = receive.try_recv() {
                let of = progress.entry(row.import.clone()).or_default();
                (of.done, of.total) = (done, total);
                match of.files.iter_mut().find(|(name, _)| *name == file) {
                    Some((_, n)) => *n = rows.max(*n),
                    None => of.files.push((file, rows)),
                }
            }
        };
        loop {
            tokio::select! {
                read = &mut work => {
                    take();
                    return read?.map_err(|p| Refusal::from(*p));
                }
                () = tokio::time::sleep(std::time::Duration::from_millis(100)) => take(),
            }
        }
    }

    /// Reads an import and compares it with what stands.
    async fn prepare(&self, row: &ImportRow) -> Result<Arc<Prepared>, Refusal> {
        let parsed = self.parse(row).await?;
        self.refresh().await?;
        self.compare(row, parsed).await
    }

    async fn compare(
        &self,
        row: &ImportRow,
        parsed: Arc<Parsed>,
    ) -> Result<Arc<Prepared>, Refusal> {
        let shelves = self.shelves()?;
        let scope = scope_of(row);
        let mut tx = self.store.read(&scope).await?;
        let (kept, supplied) = if let Some(partner) = &parsed.partner {
            (
                tx.standing_of_kind(partner, REFUSED, i64::MAX).await?,
                tx.standing_of_kind(partner, SUPPLIED, i64::MAX).await?,
            )
        } else {
            (
                tx.standing_of_all(REFUSED).await?,
                tx.standing_of_kind(EVERYBODY, SUPPLIED, i64::MAX).await?,
            )
        };
        drop(tx);
        let supplied: BTreeSet<(String, String)> =
            supplied.into_iter().map(|f| (f.partner, f.key)).collect();
        self.doing(&row.import, "comparing");
        let import = row.import.clone();
        let prepared = blocking(move || compared(parsed, kept, supplied, shelves, import)).await?;
        let prepared = Arc::new(prepared);
        let key = format!("{} {}", row.import, prepared.compared.shelves.change);
        let mut all = locked(&self.imports.prepared);
        all.retain(|(k, _)| !k.starts_with(&row.import));
        all.push((key, prepared.clone()));
        let most = all.len().saturating_sub(HELD);
        all.drain(..most);
        drop(all);
        Ok(prepared)
    }

    /// The rows of a preview, or of an import that was confirmed what it wrote: those of a group, from a place on, at most so
    /// many.
    pub async fn import_rows(
        &self,
        actor: &Actor,
        import: &str,
        group: Group,
        from: u64,
        limit: usize,
    ) -> Result<Page, Refusal> {
        let row = self.import_row(actor, import, Verb::ReadEvidence).await?;
        let limit = limit.clamp(1, 1_000);
        match (State::named(&row.state), row.confirmed) {
            (State::Confirmed | State::Undone, Some(change)) => {
                self.written_rows(actor, change, group, from, limit).await
            }
            (State::Previewed, _) => {
                let shelves = self.shelves()?;
                let key = format!("{} {}", row.import, shelves.change);
                let held = locked(&self.imports.prepared)
                    .iter()
                    .find(|(k, p)| *k == key && row.digest.as_ref() == Some(&p.compared.digest))
                    .map(|(_, p)| p.clone());
                let prepared = match held {
                    Some(prepared) => prepared,
                    None => {
                        let _turn = self.turn().await;
                        let found = self.prepare(&row).await;
                        self.without_progress(import, found)?
                    }
                };
                blocking(move || page(&prepared, group, from, limit)).await
            }
            _ => Ok(Page::default()),
        }
    }

    /// What a change wrote.
    async fn written_rows(
        &self,
        actor: &Actor,
        change: i64,
        group: Group,
        from: u64,
        limit: usize,
    ) -> Result<Page, Refusal> {
        let mut all = self.store.read(&Scope::All).await?;
        let last = all.change(change).await?.map_or(0, |c| c.last_fact);
        let first = all.change(change - 1).await?.map_or(0, |c| c.last_fact) + 1;
        drop(all);
        let mut tx = self.read(actor).await?;
        let mut page = Page::default();
        let mut at = i64::try_from(from).unwrap_or(i64::MAX).max(first);
        while at <= last {
            let through = last.min(at + 999);
            let facts = tx.facts_between(at - 1, through).await?;
            let before: HashMap<i64, Fact> = tx
                .replaced_between(at, through)
                .await?
                .into_iter()
                .map(|f| (f.fact, f))
                .collect();
            for fact in facts {
                let old = fact.replaces.and_then(|b| before.get(&b));
                let is = match (&*fact.kind, &fact.cells, old) {
                    (SUPPLIED, ..) => continue,
                    (REFUSED, Some(_), _) => Group::Refused,
                    (REFUSED, None, _) => continue,
                    (_, None, _) => Group::Withdrawn,
                    (_, Some(_), Some(old)) if old.change != change => Group::Superseded,
                    (_, Some(_), _) => Group::Added,
                };
                if is != group {
                    continue;
                }
                if page.rows.len() == limit {
                    page.next = u64::try_from(fact.fact).ok();
                    return Ok(page);
                }
                page.rows.push(written(fact, old));
            }
            at = through + 1;
        }
        Ok(page)
    }

    /// Writes what was shown, as one change. Where what stands has changed so that something else would be written, nothing
    /// is, and it is shown anew: the conflict names its new version.
    pub async fn confirm_import(
        &self,
        actor: &Actor,
        import: &str,
        version: i64,
    ) -> Result<Done<Import>, Refusal> {
        let mut row = self.import_row(actor, import, Verb::Import).await?;
        if State::named(&row.state) != State::Previewed {
            return Err(not_now(&row, "only what was shown is confirmed"));
        }
        if row.version != version {
            return Err(Refusal::Conflict {
                what: format!("import {import}"),
                now: Some(row.version),
            });
        }
        let shown: Preview = row
            .preview
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        if !shown.hindrances.is_empty() {
            return Err(not_now(
                &row,
                "settle first what hinders it, as the preview says",
            ));
        }
        if shown.joins > 0 && !actor.may(Verb::ManagePartners) {
            return Err(Refusal::Denied(Verb::ManagePartners));
        }
        let _turn = self.turn().await;
        let written = self.write_import(actor, &mut row).await;
        let change = self.without_progress(import, written)?;
        locked(&self.imports.held).retain(|(k, _)| !k.starts_with(import));
        locked(&self.imports.prepared).retain(|(k, _)| !k.starts_with(import));
        self.refresh().await?;
        Ok(Done {
            value: self.import(actor, import).await?,
            change,
        })
    }

    async fn write_import(&self, actor: &Actor, row: &mut ImportRow) -> Result<i64, Refusal> {
        let parsed = self.parse(row).await?;
        let scope = actor.scope();
        // What stands is in memory before the lock is asked for: whoever holds it does not wait for another connection.
        let mut tries = 0;
        let (mut tx, prepared) = loop {
            tries += 1;
            let prepared = self.prepare_with(row, &parsed).await?;
            let mut tx = self.store.write(&scope).await?;
            let newest = tx.lock_at(&scope).await?;
            if newest == prepared.compared.shelves.change {
                break (tx, prepared);
            }
            if tries >= 5 {
                self.refresh().await?;
                let prepared = self.compare(row, parsed.clone()).await?;
                break (tx, prepared);
            }
        };
        if row.digest.as_ref() != Some(&prepared.compared.digest) {
            drop(tx);
            show(actor, row, &prepared);
            self.step(actor, row).await?;
            return Err(Refusal::Conflict {
                what: format!("import {}", row.import),
                now: Some(row.version),
            });
        }
        self.doing(&row.import, "writing");
        let target = Target::of(&row.partner);
        let total = preview(&prepared, true).total();
        let refused = &prepared.compared.refused;
        let new = self.change(
            actor,
            Verb::Import.name(),
            target.partner(),
            format!("import {}", row.import),
            json!({
                "added": total.added,
                "superseded": total.superseded,
                "withdrawn": total.withdrawn,
                "unchanged": total.unchanged,
                "refused": refused.new + refused.changed,
            }),
        );
        let today = self.clock.today();
        let comparing = prepared.comparing();
        let compared = &prepared.compared;
        let mut appending = tx.begin_change(&scope, new).await?;
        let mut batch: Vec<NewFact> = compared.supplies.clone();
        for missing in &compared.withdrawn {
            batch.extend(comparing.withdrawal(missing, &compared.shelves, today));
            if batch.len() >= BATCH {
                appending.facts(&batch).await?;
                batch.clear();
            }
        }
        for step in &compared.steps {
            let Some(mut fact) = comparing.fact(step, &compared.shelves, today) else {
                continue;
            };
            if let What::Added { corrects: true, .. } = step.what {
                let number = appending.next_fact() + i64::try_from(batch.len()).unwrap_or(0);
                fact.replaces = Some(number - 1);
            }
            batch.push(fact);
            if batch.len() >= BATCH {
                appending.facts(&batch).await?;
                batch.clear();
            }
        }
        batch.extend(comparing.refusals(compared));
        batch.extend(
            compared
                .right
                .iter()
                .map(|fact| refused::withdrawn(fact, today)),
        );
        appending.facts(&batch).await?;
        drop(batch);
        let changed = appending.finish().await?;
        if !compared.new_partners.is_empty() {
            tx.add_partners(&compared.new_partners, changed.change)
                .await?;
        }
        for (columns, said) in remembered(&prepared.parsed) {
            tx.remember_mapping(
                &row.partner,
                &MappingRow {
                    columns,
                    said: text_of(&said),
                    actor: actor.account.clone(),
                    said_at: self.now(),
                },
            )
            .await?;
        }
        tx.remove_pieces(&row.import).await?;
        row.state = State::Confirmed.name().to_owned();
        row.confirmed = Some(changed.change);
        row.changed_at = self.now();
        if !tx.step_import(row).await? {
            return Err(self.conflict(row));
        }
        tx.commit().await?;
        Ok(changed.change)
    }

    async fn prepare_with(
        &self,
        row: &ImportRow,
        parsed: &Arc<Parsed>,
    ) -> Result<Arc<Prepared>, Refusal> {
        let change = self.refresh().await?;
        let key = format!("{} {change}", row.import);
        let held = locked(&self.imports.prepared)
            .iter()
            .find(|(k, p)| *k == key && Arc::ptr_eq(&p.parsed, parsed))
            .map(|(_, p)| p.clone());
        match held {
            Some(prepared) => Ok(prepared),
            None => self.compare(row, parsed.clone()).await,
        }
    }

    /// Gives an import up. What was handed in is removed.
    pub async fn discard_import(
        &self,
        actor: &Actor,
        import: &str,
        version: i64,
    ) -> Result<Import, Refusal> {
        let mut row = self.import_row(actor, import, Verb::Import).await?;
        if !State::named(&row.state).is_open() {
            return Err(not_now(&row, "an import that was confirmed is undone"));
        }
        if row.version != version {
            return Err(Refusal::Conflict {
                what: format!("import {import}"),
                now: Some(row.version),
            });
        }
        self.give_up(&actor.scope(), &mut row).await?;
        self.import(actor, import).await
    }

    async fn give_up(&self, scope: &Scope, row: &mut ImportRow) -> Result<(), Refusal> {
        row.state = State::Discarded.name().to_owned();
        row.changed_at = self.now();
        let mut tx = self.store.write(scope).await?;
        if !tx.step_import(row).await? {
            return Err(self.conflict(row));
        }
        tx.remove_pieces(&row.import).await?;
        tx.commit().await?;
        self.forget_read(&row.import);
        Ok(())
    }

    /// Keeps nothing in memory of what an import read.
    pub(crate) fn forget_read(&self, import: &str) {
        locked(&self.imports.held).retain(|(k, _)| !k.starts_with(import));
        locked(&self.imports.prepared).retain(|(k, _)| !k.starts_with(import));
    }

    /// Gives up imports for which nobody came back since a moment. Returns how many.
    pub async fn expire_imports(&self, before: Instant) -> Result<usize, Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        let idle = tx.idle_imports(before).await?;
        drop(tx);
        let mut count = 0;
        for mut row in idle {
            match self.give_up(&Scope::All, &mut row).await {
                Ok(()) => count += 1,
                // Somebody came back after all.
                Err(Refusal::Conflict { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(count)
    }

    /// What is remembered of how a partner's files are read: the names in their header, and what was said.
    pub async fn mappings(
        &self,
        actor: &Actor,
        target: &Target,
    ) -> Result<Vec<(String, FileChoice, Instant)>, Refusal> {
        permit(actor, Verb::ReadEvidence, target)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.mappings(target.id()).await?;
        Ok(rows
            .into_iter()
            .filter_map(|m| Some((m.columns, serde_json::from_str(&m.said).ok()?, m.said_at)))
            .collect())
    }

    /// Forgets how files with these names in their header are read.
    pub async fn forget_mapping(
        &self,
        actor: &Actor,
        target: &Target,
        mapping: &str,
    ) -> Result<i64, Refusal> {
        permit(actor, Verb::Import, target)?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.forget_mapping(target.id(), mapping).await? {
            return Err(Refusal::no("mapping", mapping));
        }
        let new = self.change(
            actor,
            Verb::Import.name(),
            target.partner(),
            "mapping",
            json!({ "forgot": mapping }),
        );
        let changed = tx.append(&scope, new, &[]).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(changed.change)
    }
}

/// Writes down what was found.
fn show(actor: &Actor, row: &mut ImportRow, prepared: &Prepared) {
    let preview = preview(prepared, actor.may(Verb::ManagePartners));
    row.state = State::Previewed.name().to_owned();
    row.preview = Some(text_of(&preview));
    row.digest = Some(prepared.compared.digest.clone());
}

fn scope_of(row: &ImportRow) -> Scope {
    if row.partner.is_empty() {
        Scope::All
    } else {
        Scope::of(&row.partner)
    }
}

/// The persons of a partner who have an e-mail address: files that name people by theirs mean them.
fn people(shelves: &Shelves, partner: &str) -> Vec<KnownPerson> {
    let Some((shelf, at)) = shelves.find(partner) else {
        return vec![];
    };
    let evidence = shelf.evidence();
    let kind = evidence.kind("people");
    let Some((kind, holder)) = kind.and_then(|kind| {
        let holder = evidence.vocabulary.kinds[kind].holder()?;
        Some((kind, evidence.column(kind, holder)?))
    }) else {
        return vec![];
    };
    let of = &evidence.vocabulary.kinds[kind];
    let table = &evidence.tables[kind];
    let mut all = vec![];
    for (field, column) in of.fields.keys().zip(&table.columns) {
        if !field.ends_with("email") {
            continue;
        }
        for row in table.rows(at) {
            let address = evidence.strings.text(column.code(row)).to_lowercase();
            let recorded = table.recorded.day(row);
            if !address.is_empty() {
                all.push(KnownPerson {
                    address,
                    person: evidence.strings.text(holder.code(row)).to_owned(),
                    since: if recorded == Day::MAX {
                        Day::MIN
                    } else {
                        recorded
                    },
                });
            }
        }
    }
    all
}

/// Does work that takes long beside what answers.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        Diagnostic::error(
            "unreadable-file",
            "the files could not be read to their end",
            Place::default(),
        )
        .help("hand them in one by one to find which one it is, and tell whoever runs this server")
        .into()
    })
}

fn parsed(
    imported: Imported,
    headed: Vec<Headed>,
    choices: BTreeMap<String, FileChoice>,
    remembered: BTreeMap<String, FileChoice>,
    partner: Option<String>,
    whole: BTreeSet<String>,
) -> Parsed {
    let Imported {
        mut evidence,
        sheets,
        problems,
    } = imported;
    let mut first_seen = HashMap::new();
    for sheet in &sheets {
        let chosen = choices.get(&sheet.file).and_then(|c| c.opening.as_ref());
        if let (Some(field), Some(OpeningChoice::FirstSeen)) = (&sheet.filled, chosen)
            && let Some(kind) = evidence.vocabulary.kinds.get(&sheet.kind)
            && let Some(at) = kind.fields.get_index_of(field)
            && let Some(file) = evidence.files.iter().position(|f| *f == sheet.file)
        {
            first_seen.insert(u16::try_from(file).unwrap_or(u16::MAX), at);
        }
    }
    let (mut called, mut others) = (None, vec![]);
    if let Some(own) = &partner {
        let named = (0..evidence.partners.len()).map(|p| evidence.partner_id(p).to_owned());
        let foreign: Vec<String> = named.filter(|id| id != own).collect();
        let has_own = evidence.partner(own).is_some();
        match foreign.as_slice() {
            // Vendors have ids of their own for a partner.
            [one] if !has_own => called = Some(one.clone()),
            _ => others = foreign,
        }
        if called.is_none() {
            evidence.add_partner(own);
        }
    }
    Parsed {
        evidence: Arc::new(evidence),
        sheets,
        problems,
        headed,
        choices,
        remembered,
        first_seen,
        partner,
        called,
        others,
        whole,
    }
}

fn compared(
    parsed: Arc<Parsed>,
    kept: Vec<Fact>,
    supplied: BTreeSet<(String, String)>,
    shelves: Arc<Shelves>,
    import: String,
) -> Prepared {
    let compared = Comparing {
        evidence: &parsed.evidence,
        whose: parsed.whose(),
        shelves,
        whole: &parsed.whole,
        first_seen: &parsed.first_seen,
        kept: kept.clone(),
        supplied,
        supplies: parsed.supplies(),
        import: &import,
    }
    .compare();
    Prepared {
        parsed,
        compared,
        kept,
        import,
    }
}

/// What is to be remembered: what somebody said of each file, by its header.
fn remembered(parsed: &Parsed) -> Vec<(String, FileChoice)> {
    let mut all: BTreeMap<String, FileChoice> = BTreeMap::new();
    for table in &parsed.headed {
        let Some(choice) = parsed.choices.get(&table.file) else {
            continue;
        };
        let has = |name: &String| table.header.iter().any(|h| plain(h) == plain(name));
        let mut choice = choice.clone();
        choice.columns.retain(|theirs, _| has(theirs));
        if !choice.is_empty() && parsed.remembered.get(&table.file) != Some(&choice) {
            all.insert(mapping_of(&table.header), choice);
        }
    }
    all.into_iter().collect()
}

fn preview(prepared: &Prepared, may_join: bool) -> Preview {
    let Prepared {
        parsed, compared, ..
    } = prepared;
    let files = parsed.sheets.iter().map(|s| file_preview(parsed, s));
    let field_of = |p: &Diagnostic| {
        let sheet = parsed.sheets.iter().find(|s| s.file == p.place.file);
        let column = sheet.and_then(|s| {
            s.columns
                .iter()
                .find(|c| c.header == p.place.context && !c.header.is_empty())
        });
        column.and_then(|c| c.field.clone()).unwrap_or_default()
    };
    let problems: Vec<Problem> = parsed
        .problems
        .iter()
        .map(|p| Problem::of(p, &field_of(p)))
        .collect();
    let mut hindrances: Vec<Problem> = parsed
        .problems
        .iter()
        .filter(|p| {
            p.severity == Severity::Error && p.place.line == 0 && UNREADABLE.contains(&p.code)
        })
        .map(|p| {
            let mut problem = Problem::of(p, "");
            problem.help = format!(
                "{}; or leave the file out and import the others",
                problem.help
            );
            problem
        })
        .collect();
    let refused_columns = parsed.problems.iter().find(|p| p.code == "nothing-to-read");
    hindrances.extend(refused_columns.map(|p| Problem::of(p, "")));
    let mut problems = problems;
    if let (Some(own), false) = (&parsed.partner, parsed.others.is_empty()) {
        let own_rows = parsed
            .evidence
            .partner(own)
            .is_some_and(|p| parsed.evidence.tables.iter().any(|t| !t.rows(p).is_empty()));
        let shown: Vec<String> = parsed
            .others
            .iter()
            .take(5)
            .map(|o| format!("`{o}`"))
            .collect();
        let problem = Diagnostic {
            severity: if own_rows {
                Severity::Warning
            } else {
                Severity::Error
            },
            ..Diagnostic::error(
                "other-partner",
                format!(
                    "rows are of other partners than `{own}`, and are left aside: {}{}",
                    shown.join(", "),
                    match parsed.others.len().saturating_sub(shown.len()) {
                        0 => String::new(),
                        more => format!(" and {more} more"),
                    }
                ),
                Place::default().showing("partner"),
            )
        }
        .help("an administrator imports several partners at once; for one, hand in only its rows");
        if own_rows {
            problems.push(Problem::of(&problem, "partner"));
        } else {
            hindrances.push(Problem::of(&problem, "partner"));
        }
    }
    for partner in &compared.new_partners {
        if let Err(Refusal::Problems(bad)) = crate::edit::check_id("partner", partner) {
            hindrances.extend(bad.iter().map(|p| Problem::of(p, "partner")));
        }
    }
    let joins = joins(prepared);
    if joins > 0 && !may_join && parsed.partner.is_some() {
        hindrances.push(Problem::of(
            &Diagnostic::error(
                "joins-partners",
                "records say who belongs together with whom, and that is not for a partner to say",
                Place::default(),
            )
            .help("leave out the table `groups` and the column `parent`, or ask an administrator to import them"),
            "",
        ));
    }
    let whose = parsed.whose();
    let of = |p: usize| whose.of(parsed.evidence.partner_id(p)).is_some();
    let total: u64 = compared
        .counts
        .values()
        .map(|c| c.added + c.superseded + c.withdrawn)
        .sum();
    let chained = compared.steps.iter().filter(|s| {
        matches!(
            s.what,
            What::Added {
                corrected: true,
                ..
            }
        )
    });
    let refused = &compared.refused;
    Preview {
        files: files.collect(),
        kinds: compared
            .counts
            .iter()
            .map(|(kind, counts)| (kind.clone(), counts.clone()))
            .collect(),
        refused: refused.clone(),
        new_partners: compared.new_partners.iter().take(100).cloned().collect(),
        new_partner_count: compared.new_partners.len() as u64,
        called: parsed.called.clone(),
        names: names::unknown(&parsed.evidence, &of),
        unsorted: unsorted(prepared),
        problems,
        hindrances,
        writes: total
            + chained.count() as u64
            + compared.supplies.len() as u64
            + refused.new
            + refused.changed
            + refused.right,
        joins: if parsed.partner.is_some() { joins } else { 0 },
    }
}

/// The values of which nobody said yet where they belong. Of an import of several partners each is asked at its own.
fn unsorted(prepared: &Prepared) -> Vec<Unsorted> {
    let parsed = &prepared.parsed;
    let Some(own) = &parsed.partner else {
        return vec![];
    };
    let evidence = &parsed.evidence;
    let whose = parsed.whose();
    let mut partners = 0..evidence.partners.len();
    let Some(at) = partners.find(|p| whose.of(evidence.partner_id(*p)).is_some()) else {
        return vec![];
    };
    let there = prepared.compared.shelves.find(own);
    let stands = there.map(|(shelf, at)| (&**shelf.evidence(), at));
    sorting::unsorted(evidence, at, stands)
}

/// How many records of an import say who is judged together with whom.
fn joins(prepared: &Prepared) -> u64 {
    let kinds = &prepared.parsed.evidence.vocabulary.kinds;
    let comparing = prepared.comparing();
    let rejoins = |step: &&compare::Step| {
        let kind = &kinds[step.kind as usize].name;
        matches!(step.what, What::Added { .. } | What::Superseded { .. })
            && records::says_kin(kind)
            && records::rejoins(
                kind,
                &before(prepared, step).unwrap_or_default(),
                &comparing.cells(step, &prepared.compared.shelves),
            )
    };
    prepared.compared.steps.iter().filter(rejoins).count() as u64
}

fn file_preview(parsed: &Parsed, sheet: &SheetReport) -> FilePreview {
    let choice = parsed.choices.get(&sheet.file).cloned().unwrap_or_default();
    let known = parsed.remembered.get(&sheet.file);
    let header = parsed.headed.iter().find(|h| h.file == sheet.file);
    let columns = sheet
        .columns
        .iter()
        .map(|c| {
            let said = |of: &FileChoice, ours: &str| {
                let mut columns = of.columns.iter();
                columns.any(|(from, to)| plain(from) == plain(&c.header) && to == ours)
            };
            let field = c.field.as_deref().unwrap_or_default();
            let how = match c.how {
                How::Said if known.is_some_and(|k| said(k, field)) => "remembered",
                How::Unused | How::Other if said(&choice, "") => "left-out",
                how => view::how(how),
            };
            ColumnPreview {
                header: c.header.clone(),
                field: c.field.clone(),
                how: how.to_owned(),
            }
        })
        .collect();
    FilePreview {
        file: sheet.file.clone(),
        kind: sheet.kind.clone(),
        read: sheet.read,
        accepted: sheet.accepted,
        refused: sheet.refused,
        repeated: sheet.repeated,
        columns,
        no_opening: sheet.no_opening.clone(),
        could_open: sheet.could_open.clone(),
        first_seen: sheet.first_seen,
        filled: sheet.filled.clone(),
        remembered: known.is_some(),
        choice,
        mapping: header.map_or_else(String::new, |h| mapping_of(&h.header)),
    }
}

/// What the record says in whose place a row would stand.
fn before(prepared: &Prepared, step: &compare::Step) -> Option<records::Cells> {
    let What::Superseded { row, .. } = step.what else {
        return None;
    };
    let parsed = &prepared.parsed;
    let named = parsed.evidence.partner_id(step.partner as usize);
    let id = parsed.whose().of(named)?;
    let (shelf, _) = prepared.compared.shelves.find(id)?;
    Some(records::cells_at(
        shelf.evidence(),
        step.kind as usize,
        row as usize,
    ))
}

fn differs(
    before: &[(String, String)],
    after: &[(String, String)],
) -> Vec<(String, String, String)> {
    let text = |cells: &[(String, String)], name: &str| {
        let found = cells.iter().find(|(n, _)| n == name);
        found.map_or_else(String::new, |(_, text)| text.clone())
    };
    let mut names: Vec<&String> = after.iter().map(|(n, _)| n).collect();
    names.extend(before.iter().map(|(n, _)| n));
    let mut seen = BTreeSet::new();
    names
        .into_iter()
        .filter(|n| seen.insert((*n).clone()))
        .map(|n| (n.clone(), text(before, n), text(after, n)))
        .filter(|(_, before, after)| before != after)
        .collect()
}

/// A page of a preview.
fn page(prepared: &Prepared, group: Group, from: u64, limit: usize) -> Page {
    let parsed = &prepared.parsed;
    let compared = &prepared.compared;
    let comparing = prepared.comparing();
    let evidence = &parsed.evidence;
    let start = usize::try_from(from).unwrap_or(usize::MAX);
    let mut page = Page::default();
    let cut = |page: &mut Page, at: usize| {
        if page.rows.len() == limit {
            page.next = Some(at as u64);
            return true;
        }
        false
    };
    match group {
        Group::Withdrawn => {
            for (at, missing) in compared.withdrawn.iter().enumerate().skip(start) {
                if cut(&mut page, at) {
                    break;
                }
                let named = evidence.partner_id(missing.partner as usize);
                let Some(id) = parsed.whose().of(named) else {
                    continue;
                };
                let Some((shelf, _)) = compared.shelves.find(id) else {
                    continue;
                };
                let (kind, row) = (missing.kind as usize, missing.row as usize);
                page.rows.push(RowPreview {
                    partner: id.to_owned(),
                    kind: evidence.vocabulary.kinds[kind].name.clone(),
                    before: records::cells_at(shelf.evidence(), kind, row),
                    version: Some(i64::from(missing.fact)),
                    ..RowPreview::default()
                });
            }
        }
        Group::Refused => {
            for (at, refused) in evidence.refused.iter().enumerate().skip(start) {
                if cut(&mut page, at) {
                    break;
                }
                let Some(partner) = comparing.partner_of(refused) else {
                    continue;
                };
                let row = refused.row.as_deref();
                let problems = match row {
                    Some(row) if !row.problems.is_empty() => row
                        .problems
                        .iter()
                        .map(|(field, p)| Problem::of(p, field))
                        .collect(),
                    _ => vec![Problem::of(&refused.problem, "")],
                };
                page.rows.push(RowPreview {
                    partner: partner.to_owned(),
                    kind: evidence.vocabulary.kinds[refused.kind].name.clone(),
                    file: refused.problem.place.file.clone(),
                    row: refused.problem.place.line,
                    cells: row.map(|r| r.cells.clone()).unwrap_or_default(),
                    problems,
                    ..RowPreview::default()
                });
            }
        }
        _ => {
            for (at, step) in compared.steps.iter().enumerate().skip(start) {
                let is = match step.what {
                    What::Added {
                        corrected: false, ..
                    } => Group::Added,
                    What::Added { .. } | What::Earlier => Group::Earlier,
                    What::Superseded { .. } => Group::Superseded,
                    What::Unchanged => Group::Unchanged,
                    What::Older => Group::Older,
                };
                if is != group {
                    continue;
                }
                if cut(&mut page, at) {
                    break;
                }
                let (kind, row) = (step.kind as usize, step.row as usize);
                let named = evidence.partner_id(step.partner as usize);
                let cells = comparing.cells(step, &compared.shelves);
                let before = before(prepared, step).unwrap_or_default();
                let place = evidence.place(kind, row);
                page.rows.push(RowPreview {
                    partner: parsed.whose().of(named).unwrap_or(named).to_owned(),
                    kind: evidence.vocabulary.kinds[kind].name.clone(),
                    file: place.file,
                    row: place.line,
                    differs: match step.what {
                        What::Superseded { .. } => differs(&before, &cells),
                        _ => vec![],
                    },
                    version: match step.what {
                        What::Superseded { over, .. } => Some(i64::from(over)),
                        _ => None,
                    },
                    cells,
                    before,
                    problems: vec![],
                });
            }
        }
    }
    page
}

/// A row that an import wrote.
fn written(fact: Fact, old: Option<&Fact>) -> RowPreview {
    let before = old
        .and_then(|f| f.cells.as_deref())
        .map(records::cells_of)
        .unwrap_or_default();
    let cells = fact.cells.as_deref().map(records::cells_of);
    if fact.kind == REFUSED {
        let said = refused::Said::of(fact.cells.as_deref().unwrap_or("{}"));
        return RowPreview {
            partner: fact.partner,
            kind: said.kind,
            file: said.file,
            row: said.row,
            cells: said.cells,
            version: Some(fact.fact),
            problems: said.problems,
            ..RowPreview::default()
        };
    }
    RowPreview {
        partner: fact.partner,
        kind: fact.kind,
        differs: match &cells {
            Some(cells) if !before.is_empty() => differs(&before, cells),
            _ => vec![],
        },
        cells: cells.unwrap_or_default(),
        before,
        version: Some(fact.fact),
        ..RowPreview::default()
    }
}
