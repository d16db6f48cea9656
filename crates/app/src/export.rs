//! Evidence out of the store: tables of what stands, and histories of what ever was said, which can be taken over elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::diagnostic::{Diagnostic, Place};
use domain::intake::REFUSED_COLUMNS;
use domain::library::Assumptions;
use exchange::{HistoryReader, HistoryWriter, PastRow, PastState};
use serde_json::{Value, json};
use store::{NewChange, NewFact, REFUSED, SUPPLIED, Scope};

use crate::access::{Actor, Verb};
use crate::office::Office;
use crate::refusal::Refusal;
use crate::warm::{self, Warm};
use crate::{import, records};

/// The verb of the changes that take a history over: when something was learned, stands in their details.
pub const RESTORED: &str = "restore-history";
/// The folder of histories within an export.
pub const HISTORY: &str = "history";
/// The file that lists the partners of a history, also those of whom nothing is known.
const PARTNERS: &str = "_partners.json";

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The folders of evidence. More than one where partners have supplied different kinds: a table in a folder says that its
    /// kind was supplied for every partner of that folder.
    pub folders: Vec<PathBuf>,
}

/// What was taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenOver {
    /// How many changes.
    pub changes: i64,
    /// How many facts.
    pub facts: i64,
}

impl Office {
    /// Writes what is known of a partner as an evidence folder; of everybody where none is named. With histories, also what
    /// was superseded and withdrawn, with both times.
    pub async fn export(
        &self,
        actor: &Actor,
        partner: Option<&str>,
        out: &Path,
        history: bool,
    ) -> Result<Exported, Refusal> {
        match partner {
            Some(partner) => actor.permit(Verb::Export, partner)?,
            None => actor.permit_server(Verb::ManageServer)?,
        }
        import::free(out, None)?;
        let mut exported = Exported::default();
        let programs = self.programs.now().programs.clone();
        let mut folders = vec![];
        if let Some(partner) = partner {
            let mut tx = self.store.read(&Scope::All).await?;
            if !tx.has_partner(partner).await? {
                return Err(Refusal::no("partner", partner));
            }
            let own: BTreeSet<Arc<str>> = BTreeSet::from([Arc::from(partner)]);
            let day_of = |at| self.clock.day_of(at);
            let of = (&own, i64::MAX, None);
            let assumed = Assumptions::default();
            let engine = warm::engine_of(&mut tx, programs, of, &day_of, assumed).await?;
            folders.push(engine.ledger.evidence.clone());
        } else {
            // Read anew: what is in memory may hold rows that nobody asks for any more.
            let all = Warm::new(programs);
            all.refresh(&self.store).await?;
            let shelves = all.shelves().ok_or(Refusal::Loading)?;
            folders.extend(shelves.all.iter().map(|shelf| shelf.evidence().clone()));
            folders.sort_by_key(|e| {
                (0..e.partners.len())
                    .map(|p| e.partner_id(p).to_owned())
                    .min()
            });
        }
        let one = folders.len() <= 1;
        for (at, evidence) in folders.iter().enumerate() {
            let folder = match one {
                true => out.to_owned(),
                false => out.join(format!("{}", at + 1)),
            };
            let form = import::Form::Folder;
            exported
                .files
                .extend(import::write(evidence, &folder, form)?);
            exported.folders.push(folder);
        }
        if history {
            self.export_history(actor, partner, &out.join(HISTORY), &mut exported)
                .await?;
        }
        Ok(exported)
    }

    async fn export_history(
        &self,
        actor: &Actor,
        partner: Option<&str>,
        folder: &Path,
        exported: &mut Exported,
    ) -> Result<(), Refusal> {
        std::fs::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
        let mut tx = self.read(actor).await?;
        for kind in tx.kinds(partner).await? {
            let columns = self.columns(&kind);
            let path = folder.join(format!("{kind}.csv"));
            let mut writer = HistoryWriter::new(&path, &columns)?;
            let mut write = |past: store::Past| {
                let mut cells = vec![String::new(); columns.len()];
                let mut more = serde_json::Map::new();
                for (name, text) in past
                    .cells
                    .as_deref()
                    .map(records::cells_of)
                    .unwrap_or_default()
                {
                    match columns.iter().position(|c| *c == name) {
                        Some(at) => cells[at] = text,
                        None => {
                            more.insert(name, text.into());
                        }
                    }
                }
                writer.row(&PastRow {
                    version: past.fact,
                    change: past.change,
                    learned_at: Some(past.at),
                    learned_by: past.actor,
                    verb: past.verb,
                    state: match (&past.cells, past.replaced_at, past.withdrawn) {
                        (None, _, _) => PastState::Withdrawal,
                        (Some(_), None, _) => PastState::Current,
                        (Some(_), Some(_), false) => PastState::Superseded,
                        (Some(_), Some(_), true) => PastState::Withdrawn,
                    },
                    replaced_at: past.replaced_at,
                    replaces: past.replaces,
                    key: past.key,
                    more: match more.is_empty() {
                        true => String::new(),
                        false => Value::Object(more).to_string(),
                    },
                    partner: past.partner,
                    cells,
                    recorded_on: past.recorded_on,
                    source: past.source,
                })
            };
            tx.each_past(&kind, partner, &mut write).await??;
            writer.finish()?;
            exported.files.push(path);
        }
        let path = folder.join(PARTNERS);
        let partners = match partner {
            Some(partner) => vec![partner.to_owned()],
            None => tx.partners("", i64::MAX).await?,
        };
        let text = format!("{:#}\n", Value::from(partners));
        std::fs::write(&path, text).map_err(|e| cannot_write(&path, &e))?;
        exported.files.push(path);
        Ok(())
    }

    /// The columns of a kind in histories: those of the vocabulary, and those of the two kinds that it does not have.
    fn columns(&self, kind: &str) -> Vec<&str> {
        match kind {
            SUPPLIED => vec!["kind"],
            REFUSED => REFUSED_COLUMNS.to_vec(),
            kind => {
                let kind = self.programs.vocabulary().kinds.get(kind);
                kind.map(|k| k.fields.keys().map(String::as_str).collect())
                    .unwrap_or_default()
            }
        }
    }

    /// Takes over histories that [`Office::export`] wrote, into a store that holds nothing yet: each change of then becomes a
    /// change of now that remembers when it was, and who did it. All of it or nothing.
    pub async fn restore_history(
        &self,
        actor: &Actor,
        folder: &Path,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<TakenOver, Refusal> {
        actor.permit_server(Verb::ManageServer)?;
        let folder = match folder.join(HISTORY) {
            inner if inner.is_dir() => inner,
            _ => folder.to_owned(),
        };
        let mut merged = Merged::open(&folder)?;
        let mut tx = self.store.write(&Scope::All).await?;
        tx.lock_changes().await?;
        if tx.newest_change().await?.is_some() {
            return Err(in_use().into());
        }
        let now = self.clock.now();
        let mut done = TakenOver::default();
        let mut numbers: HashMap<i64, i64> = HashMap::new();
        let mut partners: BTreeSet<String> = merged.partners.clone();
        let mut next = merged.next()?;
        while let Some((_, first)) = &next {
            let new = NewChange {
                at: now,
                actor: actor.account.clone(),
                verb: RESTORED.to_owned(),
                partner: None,
                subject: format!("change {}", first.change),
                detail: json!({
                    "at": first.learned_at.map(|at| at.to_string()),
                    "by": first.learned_by,
                    "verb": first.verb,
                    "change": first.change,
                })
                .to_string(),
            };
            let change = first.change;
            let mut appending = tx.begin_change(&Scope::All, new).await?;
            let mut batch: Vec<NewFact> = vec![];
            while let Some((kind, row)) = next.take_if(|(_, row)| row.change == change) {
                done.facts += 1;
                numbers.insert(row.version, done.facts);
                if done.facts % 1024 == 0 {
                    progress(done.facts.unsigned_abs());
                }
                partners.insert(row.partner.clone());
                batch.push(self.fact_of(&merged.columns[&kind], kind, row, &numbers)?);
                if batch.len() >= 4_000 {
                    appending.facts(&batch).await?;
                    batch.clear();
                }
                next = merged.next()?;
            }
            appending.facts(&batch).await?;
            appending.finish().await?;
            done.changes += 1;
        }
        partners.remove(records::EVERYBODY);
        let newest = tx.newest_change().await?.map_or(0, |c| c.change);
        if newest > 0 {
            let partners: Vec<String> = partners.into_iter().collect();
            tx.add_partners(&partners, newest).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    fn fact_of(
        &self,
        columns: &[String],
        kind: String,
        row: PastRow,
        numbers: &HashMap<i64, i64>,
    ) -> Result<NewFact, Refusal> {
        let mut cells: Vec<(String, String)> = columns.iter().cloned().zip(row.cells).collect();
        if !row.more.is_empty() {
            cells.extend(records::cells_of(&row.more));
        }
        let replaces = match row.replaces {
            None => None,
            Some(earlier) => Some(numbers.get(&earlier).copied().ok_or_else(|| {
                Diagnostic::error(
                    "bad-history",
                    format!(
                        "version {} replaces version {earlier}, which does not come before it",
                        row.version
                    ),
                    Place::file(format!("{kind}.csv")),
                )
                .help("take all tables of the folder as `cairn export --history` wrote them")
            })?),
        };
        Ok(NewFact {
            partner: row.partner,
            kind,
            key: row.key,
            cells: (row.state != PastState::Withdrawal).then(|| records::cells_text(&cells)),
            replaces,
            recorded_on: row.recorded_on,
            source: row.source,
        })
    }
}

fn in_use() -> Diagnostic {
    Diagnostic::error(
        "database-in-use",
        "the database is not empty",
        Place::default(),
    )
    .help("name one that is not there yet: what is taken over must not mix with what is there")
}

/// Packs a folder that was written into one archive.
pub fn pack(folder: &Path, archive: &Path) -> Result<(), Refusal> {
    exchange::pack(folder, archive).map_err(|e| cannot_write(archive, &e))
}

fn cannot_write(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    Diagnostic::error(
        "cannot-write",
        format!("`{}` cannot be written: {error}", path.display()),
        Place::default(),
    )
    .into()
}

/// The rows of several histories, in the order in which they were learned.
struct Merged {
    readers: BTreeMap<String, HistoryReader>,
    /// The columns of each kind.
    columns: BTreeMap<String, Vec<String>>,
    /// The next row of each file, by its number.
    heads: BTreeMap<i64, (String, PastRow)>,
    partners: BTreeSet<String>,
    last: i64,
}

impl Merged {
    fn open(folder: &Path) -> Result<Merged, Refusal> {
        let unreadable = |error: std::io::Error| crate::programs::unreadable(folder, &error);
        let mut merged = Merged {
            readers: BTreeMap::new(),
            columns: BTreeMap::new(),
            heads: BTreeMap::new(),
            partners: BTreeSet::new(),
            last: 0,
        };
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            if path.ends_with(PARTNERS) {
                let text = std::fs::read_to_string(&path).map_err(unreadable)?;
                let list: Value = serde_json::from_str(&text).unwrap_or_default();
                let partners = list.as_array().into_iter().flatten();
                merged.partners = partners
                    .filter_map(|p| Some(p.as_str()?.to_owned()))
                    .collect();
            }
            if path.extension().is_none_or(|e| e != "csv") {
                continue;
            }
            let reader = HistoryReader::new(&path)?;
            merged
                .columns
                .insert(name.to_string(), reader.columns().to_vec());
            merged.readers.insert(name.to_string(), reader);
        }
        if merged.readers.is_empty() {
            return Err(Diagnostic::error(
                "bad-history",
                format!("`{}` holds no history", folder.display()),
                Place::default(),
            )
            .help("`cairn export --history` writes one")
            .into());
        }
        let kinds: Vec<String> = merged.readers.keys().cloned().collect();
        for kind in kinds {
            merged.advance(kind)?;
        }
        Ok(merged)
    }

    fn advance(&mut self, kind: String) -> Result<(), Refusal> {
        let reader = self.readers.get_mut(&kind);
        let Some(row) = reader.and_then(HistoryReader::next_row) else {
            return Ok(());
        };
        let row = row?;
        let version = row.version;
        if version <= self.last || self.heads.insert(version, (kind.clone(), row)).is_some() {
            return Err(Diagnostic::error(
                "bad-history",
                format!("version {version} stands twice, or after a later one"),
                Place::file(format!("{kind}.csv")),
            )
            .help("rows stand in the order of `_version`, as `cairn export --history` writes them")
            .into());
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(String, PastRow)>, Refusal> {
        let Some((version, (kind, row))) = self.heads.pop_first() else {
            return Ok(None);
        };
        self.last = version;
        self.advance(kind.clone())?;
        Ok(Some((kind, row)))
    }
}
