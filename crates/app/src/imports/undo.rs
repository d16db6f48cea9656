//! Taking a whole import back: what it added is withdrawn, what it replaced stands again. Nothing is erased.

use std::collections::{HashMap, HashSet};

use store::{Fact, NewFact, SUPPLIED, Scope, Tx};

use super::view::{State, Target};
use crate::access::{Actor, Verb};
use crate::office::{Done, Office};
use crate::records::{self, Cells, EVERYBODY};
use crate::refusal::Refusal;
use domain::diagnostic::{Diagnostic, Place};

/// So many facts are looked at together.
const BATCH: i64 = 4_000;
/// So many records that rest on an import are listed.
const LISTED: usize = 500;

/// A record of an import that somebody changed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// Whose it is.
    pub partner: String,
    /// Its kind.
    pub kind: String,
    /// The texts of its key.
    pub key: Vec<String>,
    /// The fact that stands now, or withdrew it.
    pub version: i64,
    /// The change that did so.
    pub change: i64,
    /// What it says now; `None` where it was withdrawn.
    pub cells: Option<Cells>,
}

/// What would be done about a range of an import's facts.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) facts: Vec<NewFact>,
    pub(crate) later: Vec<Later>,
    /// That kinds were supplied, which holds as long as somebody else's records of them stand.
    supplies: Vec<Fact>,
    /// Facts of other changes that say what a fact of the import says, and are taken back with it.
    elsewhere: HashSet<i64>,
}

impl Office {
    /// The records of an import that somebody changed since, the first five hundred: undoing it must either wait or keep them.
    pub async fn rests_on(&self, actor: &Actor, import: &str) -> Result<Vec<Later>, Refusal> {
        let row = self.import_row(actor, import, Verb::ReadEvidence).await?;
        let Some(change) = row.confirmed else {
            return Ok(vec![]);
        };
        let mut tx = self.store.read(&actor.scope()).await?;
        let (first, last) = self.span(change).await?;
        let mut later = vec![];
        let mut at = first;
        while at <= last && later.len() < LISTED {
            let through = last.min(at + BATCH - 1);
            later.extend(self.undoing(&mut tx, change, at, through).await?.later);
            at = through + 1;
        }
        later.truncate(LISTED);
        Ok(later)
    }

    /// Takes an import back. Where somebody changed records of it since, nothing is done, unless `keep_later` says that those
    /// stay as they are.
    pub async fn undo_import(
        &self,
        actor: &Actor,
        import: &str,
        version: i64,
        keep_later: bool,
    ) -> Result<Done<u64>, Refusal> {
        let mut row = self.import_row(actor, import, Verb::UndoImport).await?;
        let what = || format!("import {import}");
        let conflict = |now| Refusal::Conflict {
            what: what(),
            now: Some(now),
        };
        let confirmed = match (State::named(&row.state), row.confirmed) {
            (State::Confirmed, Some(change)) if row.version == version => change,
            (State::Confirmed, Some(_)) => return Err(conflict(row.version)),
            _ => {
                return Err(super::not_now(
                    &row,
                    "only an import that was confirmed is undone",
                ));
            }
        };
        let scope = actor.scope();
        let target = Target::of(&row.partner);
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        // Nobody appends from here on, so that another transaction sees what this one would.
        let mut reading = self.store.read(&scope).await?;
        let (first, last) = self.span(confirmed).await?;
        let mut later = vec![];
        let (mut supplies, mut elsewhere) = (vec![], HashSet::new());
        let mut written = 0_u64;
        let new = self.change(
            actor,
            Verb::UndoImport.name(),
            target.partner(),
            format!("import {import}"),
            serde_json::json!({ "undoes": confirmed }),
        );
        let mut appending = tx.begin_change(&scope, new).await?;
        let mut at = first;
        while at <= last {
            let through = last.min(at + BATCH - 1);
            let batch = self.undoing(&mut reading, confirmed, at, through).await?;
            later.extend(batch.later);
            supplies.extend(batch.supplies);
            elsewhere.extend(batch.elsewhere);
            written += batch.facts.len() as u64;
            if keep_later || later.is_empty() {
                appending.facts(&batch.facts).await?;
            }
            at = through + 1;
        }
        if !later.is_empty() && !keep_later {
            return Err(Refusal::Problems(
                later
                    .iter()
                    .take(100)
                    .map(|l| {
                        Diagnostic::error(
                            "changed-since",
                            format!(
                                "the {} {} of the import was changed since, by change {}",
                                l.kind,
                                l.key.join(", "),
                                l.change
                            ),
                            Place::file(&l.kind),
                        )
                        .help(
                            "undo the import and keep what was changed since, or leave it as it is",
                        )
                    })
                    .collect(),
            ));
        }
        let today = self.clock.today();
        for fact in supplies {
            let kind = records::key_parts(&fact.key).into_iter().next();
            let kind = kind.unwrap_or_default();
            let most = i64::try_from(elsewhere.len()).unwrap_or(i64::MAX) + 1;
            let others = reading
                .standing_outside(&fact.partner, &kind, first, last, most)
                .await?;
            if others.iter().all(|number| elsewhere.contains(number)) {
                written += 1;
                appending
                    .facts(&[super::refused::withdrawn(&fact, today)])
                    .await?;
            }
        }
        let changed = appending.finish().await?;
        row.state = State::Undone.name().to_owned();
        row.undone = Some(changed.change);
        row.changed_at = self.now();
        if !tx.step_import(&row).await? {
            return Err(conflict(row.version + 1));
        }
        tx.commit().await?;
        self.refresh().await?;
        Ok(Done {
            value: written,
            change: changed.change,
        })
    }

    /// The first and the last fact of a change.
    pub(crate) async fn span(&self, change: i64) -> Result<(i64, i64), Refusal> {
        // The change before may be of another partner; only its last number is taken from it.
        let mut tx = self.store.read(&Scope::All).await?;
        let last = tx.change(change).await?.map_or(0, |c| c.last_fact);
        let before = tx.change(change - 1).await?.map_or(0, |c| c.last_fact);
        Ok((before + 1, last))
    }

    /// What undoes the facts of a change from one number to another.
    pub(crate) async fn undoing(
        &self,
        tx: &mut Tx,
        change: i64,
        first: i64,
        last: i64,
    ) -> Result<Batch, Refusal> {
        let today = self.clock.today();
        let facts = tx.facts_between(first - 1, last).await?;
        let before: HashMap<i64, Fact> = tx
            .replaced_between(first, last)
            .await?
            .into_iter()
            .map(|f| (f.fact, f))
            .collect();
        let after: HashMap<i64, Fact> = tx
            .replacing_between(first, last)
            .await?
            .into_iter()
            .filter_map(|f| Some((f.replaces?, f)))
            .collect();
        let mut batch = Batch::default();
        for fact in facts.iter().filter(|f| f.change == change) {
            let mut stands = fact.fact;
            match after.get(&fact.fact) {
                // The change itself went on from this one; what it came to is undone.
                Some(next) if next.change == change => continue,
                Some(next) => {
                    // Another import that came in between and was undone itself leaves it as it was.
                    let mut end = next.clone();
                    while let Some(number) = tx.replaced_by(end.fact).await? {
                        match tx.fact(&fact.partner, number).await? {
                            Some(later) => end = later,
                            None => break,
                        }
                    }
                    if end.cells == fact.cells {
                        stands = end.fact;
                    } else {
                        batch.later.push(Later {
                            partner: fact.partner.clone(),
                            kind: fact.kind.clone(),
                            key: records::key_parts(&fact.key),
                            version: end.fact,
                            change: end.change,
                            cells: end.cells.as_deref().map(records::cells_of),
                        });
                        continue;
                    }
                }
                None => {}
            }
            // What stood before the change: of a chain within it, before the first of it.
            let mut root = fact.replaces;
            let mut stood = None;
            while let Some(number) = root {
                let old = match before.get(&number) {
                    Some(old) => Some(old.clone()),
                    None => tx.fact(&fact.partner, number).await?,
                };
                match old {
                    Some(old) if old.change == change => root = old.replaces,
                    old => {
                        stood = old;
                        root = None;
                    }
                }
            }
            if stands != fact.fact {
                batch.elsewhere.insert(stands);
            }
            if fact.kind == SUPPLIED && fact.partner != EVERYBODY {
                batch.supplies.push(fact.clone());
                continue;
            }
            if fact.cells.is_none() {
                // A record was withdrawn by it. Where somebody added it again meanwhile, that one stands.
                let again = tx
                    .standing_with_key(&fact.partner, &fact.kind, &fact.key)
                    .await?;
                if let Some(again) = again {
                    batch.later.push(Later {
                        partner: again.partner,
                        kind: again.kind,
                        key: records::key_parts(&again.key),
                        version: again.fact,
                        change: again.change,
                        cells: again.cells.as_deref().map(records::cells_of),
                    });
                    continue;
                }
            }
            batch.facts.push(NewFact {
                partner: fact.partner.clone(),
                kind: fact.kind.clone(),
                key: fact.key.clone(),
                cells: stood.as_ref().and_then(|f| f.cells.clone()),
                replaces: Some(stands),
                // A record that stands again is known since when it was; when it came back its change says.
                recorded_on: match &stood {
                    Some(stood) => stood.recorded_on,
                    None => Some(today),
                },
                source: stood.map(|f| f.source).unwrap_or_default(),
            });
        }
        Ok(batch)
    }
}
