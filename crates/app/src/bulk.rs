//! Several records at once: one column set to one text on all of them, or all of them withdrawn. What that changes is shown
//! before, it is done as one change, and that change can be taken back as one.

use std::collections::{BTreeSet, HashMap};

use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::vocabulary::Kind;
use store::NewFact;

use crate::access::{Actor, May, Verb};
use crate::edit::{Edit, Record};
use crate::office::{Done, Office};
use crate::overview::overview;
use crate::question::{Desk, Question};
use crate::records::{self, Cells};
use crate::refusal::Refusal;
use crate::since::{Moved, all_moved};

/// So many records are changed at once.
pub const MOST: usize = 1_000;

/// What is done to each of several records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// A column says this from now on.
    Set {
        /// The column; none of the key.
        field: String,
        /// What it says, as a file writes it; empty takes it out.
        value: String,
    },
    /// They no longer stand.
    Withdraw,
}

/// What becomes of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRow {
    /// The version that was chosen.
    pub version: i64,
    /// The texts of its key, in the order of the kind's key columns.
    pub key: Vec<String>,
    /// What it says.
    pub before: Cells,
    /// What it would say; `None` where it would be withdrawn.
    pub after: Option<Cells>,
    /// Why it cannot be done; empty where it can.
    pub problems: Vec<Diagnostic>,
    fact: Option<NewFact>,
}

impl BulkRow {
    /// Does it say so already?
    pub fn is_unchanged(&self) -> bool {
        self.problems.is_empty() && self.after.as_ref() == Some(&self.before)
    }

    /// Would it be changed?
    pub fn is_changed(&self) -> bool {
        self.problems.is_empty() && !self.is_unchanged()
    }
}

/// What a change of several records comes to.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// The kind of the records.
    pub kind: String,
    /// Each record, in the order in which they were named.
    pub rows: Vec<BulkRow>,
    /// The programs in which something moves, with and without the change, as things stand today. Empty for whoever may not
    /// read standings, and where a record has a problem.
    pub moved: Vec<Moved>,
}

impl BulkPreview {
    /// How many records would be changed.
    pub fn changed(&self) -> usize {
        self.rows.iter().filter(|row| row.is_changed()).count()
    }

    /// What keeps it from being done; each problem names its record.
    pub fn problems(&self) -> Vec<Diagnostic> {
        problems_of(&self.rows)
    }
}

fn problems_of(rows: &[BulkRow]) -> Vec<Diagnostic> {
    rows.iter().flat_map(|r| r.problems.clone()).collect()
}

fn problem(kind: &str, at: usize, code: &'static str, message: String, help: &str) -> Diagnostic {
    let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
    let place = Place {
        line,
        ..Place::file(kind)
    };
    Diagnostic::error(code, message, place).help(help)
}

/// That a column can be set on several records.
fn check_field(kind: &Kind, field: &str) -> Result<(), Refusal> {
    let place = || Place::file(&kind.name).showing("field");
    let Some(of) = kind.fields.get(field) else {
        let message = format!("`{}` has no column `{field}`", kind.name);
        let near = did_you_mean(field, kind.fields.keys().map(String::as_str));
        return Err(Diagnostic::error("unknown-column", message, place())
            .help(near)
            .into());
    };
    if of.key {
        let message = format!("`{field}` tells one record of `{}` from another", kind.name);
        return Err(Diagnostic::error("key-column", message, place())
            .help("correct such a column record by record")
            .into());
    }
    Ok(())
}

impl Office {
    /// What becomes of several records of a kind, each named by the version that was looked at, and what that moves. Writes
    /// nothing.
    pub async fn preview_bulk(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
        versions: &[i64],
        bulk: &Bulk,
    ) -> Result<BulkPreview, Refusal> {
        let rows = self.bulk_rows(actor, partner, kind, versions, bulk).await?;
        let all_can = problems_of(&rows).is_empty();
        let any = rows.iter().any(BulkRow::is_changed);
        let reads = actor.may_at(Verb::ReadStanding, partner) == May::Yes;
        let moved = if all_can && any && reads {
            self.moved_by(partner, &rows).await?
        } else {
            vec![]
        };
        Ok(BulkPreview {
            kind: kind.to_owned(),
            rows,
            moved,
        })
    }

    /// Changes several records of a kind as one change, all of them or none. Where somebody changed one meanwhile, or one
    /// cannot be changed so, each such record is named and nothing is done. Records that say so already are left alone.
    /// Returns the records as they stand then, without those that were withdrawn.
    pub async fn edit_bulk(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
        versions: &[i64],
        bulk: &Bulk,
    ) -> Result<Done<Vec<Record>>, Refusal> {
        let rows = self.bulk_rows(actor, partner, kind, versions, bulk).await?;
        let problems = problems_of(&rows);
        if !problems.is_empty() {
            return Err(Refusal::Problems(problems));
        }
        let edits: Vec<Edit> = rows
            .into_iter()
            .filter(BulkRow::is_changed)
            .map(|row| match row.after {
                Some(cells) => Edit::Correct {
                    version: row.version,
                    cells,
                },
                None => Edit::Withdraw {
                    version: row.version,
                },
            })
            .collect();
        if edits.is_empty() {
            let message = "each of these records says so already".to_owned();
            return Err(problem(kind, 0, "nothing-to-do", message, "say something else").into());
        }
        self.edit(actor, partner, &edits).await
    }

    /// Takes back a change by which records were edited: what it wrote is withdrawn, what it replaced stands again as it was.
    /// Where somebody changed one of them since, each such record is named and nothing is done. Returns how many records were
    /// taken back.
    pub async fn undo_edit(
        &self,
        actor: &Actor,
        partner: &str,
        change: i64,
    ) -> Result<Done<usize>, Refusal> {
        actor.permit(Verb::EditEvidence, partner)?;
        let scope = actor.scope();
        let missing = || Refusal::no("change", &change.to_string());
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let found = tx.change(change).await?.ok_or_else(missing)?;
        let is_edit = found.verb == Verb::EditEvidence.name();
        if found.partner.as_deref() != Some(partner) || !is_edit {
            return Err(missing());
        }
        let (first, last) = self.span(change).await?;
        let batch = self.undoing(&mut tx, change, first, last).await?;
        if !batch.later.is_empty() {
            let later = batch.later.iter().take(100).enumerate().map(|(at, l)| {
                let key = l.key.join(", ");
                let message = format!("{} {key} was changed since, by change {}", l.kind, l.change);
                let help = "correct that record by itself; nothing was taken back";
                problem(&l.kind, at, "changed-since", message, help)
            });
            return Err(Refusal::Problems(later.collect()));
        }
        // That a kind was supplied by it is left: an empty list says that there is none.
        if batch.facts.is_empty() {
            return Err(missing());
        }
        let detail = serde_json::json!({ "undoes": change, "edits": batch.facts.len() });
        let subject = format!("change {change}");
        let verb = Verb::EditEvidence.name();
        let new = self.change(actor, verb, Some(partner), subject, detail);
        let changed = tx.append(&scope, new, &batch.facts).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(Done {
            value: batch.facts.len(),
            change: changed.change,
        })
    }

    async fn bulk_rows(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
        versions: &[i64],
        bulk: &Bulk,
    ) -> Result<Vec<BulkRow>, Refusal> {
        let may = actor.permit_own(Verb::EditEvidence, partner)?;
        let of = self.kind(kind)?;
        if let Bulk::Set { field, .. } = bulk {
            check_field(of, field)?;
        }
        let mut seen = BTreeSet::new();
        let chosen: Vec<i64> = versions
            .iter()
            .copied()
            .filter(|v| seen.insert(*v))
            .collect();
        if chosen.is_empty() {
            let message = "no record was chosen".to_owned();
            return Err(problem(kind, 0, "nothing-to-do", message, "choose at least one").into());
        }
        if chosen.len() > MOST {
            let message = format!("{} records are too many at once", chosen.len());
            let help = format!("choose at most {MOST}");
            return Err(problem(kind, 0, "too-many-records", message, &help).into());
        }
        let today = self.clock.today();
        let mut tx = self.read(actor).await?;
        let mut rows = Vec::with_capacity(chosen.len());
        for (at, version) in chosen.into_iter().enumerate() {
            let missing = || Refusal::no("record", &version.to_string());
            let fact = tx.fact(partner, version).await?.ok_or_else(missing)?;
            let text = fact.cells.as_deref().filter(|_| fact.kind == kind);
            let before = records::cells_of(text.ok_or_else(missing)?);
            if !crate::edit::is_within(may, actor, partner, of, &before) {
                return Err(missing());
            }
            let key = records::key_parts(&fact.key);
            let mut row = BulkRow {
                version,
                after: None,
                problems: vec![],
                fact: None,
                before,
                key,
            };
            if tx.replaced_by(version).await?.is_some() {
                let message = format!("{kind} {} was changed meanwhile", row.key.join(", "));
                let help = "look at what it says now, and choose again";
                row.problems = vec![problem(kind, at, "changed-since", message, help)];
            } else if let Bulk::Set { field, value } = bulk {
                let mut cells = row.before.clone();
                cells.retain(|(name, _)| name != field);
                if !value.trim().is_empty() {
                    cells.push((field.clone(), value.trim().to_owned()));
                }
                match self.read_row(partner, of, &cells, at, vec![]) {
                    Ok(mut read) => {
                        read.recorded_on = Some(today);
                        let text = read.cells.as_deref().unwrap_or_default();
                        row.after = Some(records::cells_of(text));
                        row.fact = Some(read);
                    }
                    Err(mut problems) => {
                        for problem in &mut problems {
                            problem.place.line = u32::try_from(at + 1).unwrap_or(u32::MAX);
                        }
                        row.problems = problems;
                    }
                }
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// What moves in each program once these rows are written, as things stand today.
    async fn moved_by(&self, partner: &str, rows: &[BulkRow]) -> Result<Vec<Moved>, Refusal> {
        let shelves = self.shelves()?;
        let (shelf, _) = shelves
            .find(partner)
            .ok_or_else(|| Refusal::no("partner", partner))?;
        let mut texts: HashMap<u32, Option<NewFact>> = HashMap::new();
        for row in rows.iter().filter(|row| row.is_changed()) {
            let number = u32::try_from(row.version).unwrap_or(u32::MAX);
            texts.insert(number, row.fact.clone());
        }
        let with = self.warm.as_edited(&shelves, partner, &texts);
        let question = Question {
            partner: Some(partner.to_owned()),
            ..Question::on(self.clock.today())
        };
        let before = Desk {
            engine: shelf.engine.clone(),
            question: question.clone(),
        };
        let after = Desk {
            engine: with,
            question,
        };
        let moved = tokio::task::spawn_blocking(move || {
            let (was, is) = (overview(&before)?, overview(&after)?);
            Ok::<_, Diagnostic>(all_moved(&was.cards, &is.cards))
        });
        Ok(moved
            .await
            .expect("INVARIANT: a scorecard answers without a panic")?)
    }
}
