//! Rows that an import refused: kept as they stood there, mended one by one, or dismissed.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use store::{Fact, NewFact, REFUSED, SUPPLIED};

use super::view::Problem;
use crate::access::{Actor, Verb};
use crate::edit::Record;
use crate::office::{Done, Office};
use crate::records::{self, Cells, EVERYBODY};
use crate::refusal::Refusal;

/// What is kept of a refused row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub kind: String,
    pub file: String,
    pub row: u32,
    pub problem: String,
    pub help: String,
    pub code: String,
    pub column: String,
    pub repeats: bool,
    pub cells: Cells,
    pub problems: Vec<Problem>,
}

impl Said {
    pub fn of(cells: &str) -> Said {
        let mut said = Said::default();
        let mut problems = String::new();
        for (name, text) in records::cells_of(cells) {
            match name.as_str() {
                "table" => said.kind = text,
                "file" => said.file = text,
                "row" => said.row = text.parse().unwrap_or(0),
                "problem" => said.problem = text,
                "help" => said.help = text,
                "code" => said.code = text,
                "column" => said.column = text,
                "lost" => said.repeats = text == "repeat",
                "cells" => said.cells = records::cells_of(&text),
                "problems" => problems = text,
                _ => {}
            }
        }
        let listed: Vec<serde_json::Value> = serde_json::from_str(&problems).unwrap_or_default();
        said.problems = listed
            .iter()
            .map(|p| {
                let text = |key: &str| p[key].as_str().unwrap_or_default().to_owned();
                Problem {
                    code: text("code"),
                    severity: "error".to_owned(),
                    message: text("message"),
                    help: text("help"),
                    file: said.file.clone(),
                    row: said.row,
                    column: text("column"),
                    field: text("field"),
                }
            })
            .collect();
        if said.problems.is_empty() {
            said.problems.push(Problem {
                code: if said.code.is_empty() {
                    "refused-before".to_owned()
                } else {
                    said.code.clone()
                },
                severity: "error".to_owned(),
                message: said.problem.clone(),
                help: said.help.clone(),
                file: said.file.clone(),
                row: said.row,
                column: said.column.clone(),
                field: String::new(),
            });
        }
        said
    }
}

/// A row that was refused and waits to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// The fact that keeps it; whoever mends or dismisses it names this number.
    pub version: i64,
    /// Whose it is; empty where that could not be read.
    pub partner: String,
    /// Its kind.
    pub kind: String,
    /// The file.
    pub file: String,
    /// The row of the file.
    pub row: u32,
    /// What it says, by the columns of the kind: what could be read, and the rest as it stood there.
    pub cells: Cells,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Does it only state otherwise what another row states? Then it counts in no answer.
    pub repeats: bool,
}

impl RefusedRow {
    fn of(fact: Fact) -> Option<RefusedRow> {
        let said = Said::of(fact.cells.as_deref()?);
        Some(RefusedRow {
            version: fact.fact,
            partner: fact.partner,
            kind: said.kind,
            file: said.file,
            row: said.row,
            cells: said.cells,
            problems: said.problems,
            repeats: said.repeats,
        })
    }
}

fn permit(actor: &Actor, verb: Verb, partner: &str) -> Result<(), Refusal> {
    if partner == EVERYBODY {
        actor.permit_server(Verb::ManagePartners)
    } else {
        actor.permit(verb, partner)
    }
}

impl Office {
    /// The rows of a partner that were refused and wait to be mended, oldest first, after one of them, at most so many. Those
    /// of which nobody knows whose they are stand under the empty id.
    pub async fn refused(
        &self,
        actor: &Actor,
        partner: &str,
        after: i64,
        limit: usize,
    ) -> Result<Vec<RefusedRow>, Refusal> {
        permit(actor, Verb::ReadEvidence, partner)?;
        let mut tx = self.read(actor).await?;
        let facts = tx.standing_of_kind(partner, REFUSED, i64::MAX).await?;
        let rows = facts.into_iter().filter(|f| f.fact > after);
        Ok(rows.filter_map(RefusedRow::of).take(limit).collect())
    }

    /// Reads a refused row anew, with these cells: adds its record, or corrects the one of the same key, and keeps the refused
    /// row no longer. All of that, or where something is still wrong nothing.
    pub async fn mend_refused(
        &self,
        actor: &Actor,
        partner: &str,
        version: i64,
        cells: &[(String, String)],
    ) -> Result<Done<Record>, Refusal> {
        permit(actor, Verb::Import, partner)?;
        let missing = || Refusal::no("refused row", &version.to_string());
        let scope = actor.scope();
        let today = self.clock.today();
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let fact = tx.fact(partner, version).await?.ok_or_else(missing)?;
        if fact.kind != REFUSED || fact.cells.is_none() {
            return Err(missing());
        }
        if let Some(later) = tx.replaced_by(version).await? {
            let stands = tx.fact(partner, later).await?;
            return Err(Refusal::Conflict {
                what: format!("refused row {version}"),
                now: stands.filter(|f| f.cells.is_some()).map(|f| f.fact),
            });
        }
        let said = Said::of(fact.cells.as_deref().unwrap_or("{}"));
        let kind = self.kind(&said.kind)?;
        let mut of = partner.to_owned();
        let mut recorded = None;
        let mut problems = vec![];
        let mut own: Vec<(String, String)> = vec![];
        for (name, text) in cells {
            match name.as_str() {
                "partner" if partner == EVERYBODY => text.trim().clone_into(&mut of),
                "partner" => {}
                "recorded_on" if text.trim().is_empty() => {}
                "recorded_on" => match Day::parse(text.trim()) {
                    Some(day) => recorded = Some(day),
                    None => problems.push(
                        Diagnostic::error(
                            "bad-date",
                            format!("`{text}` is no day"),
                            Place::file(&kind.name).showing("recorded_on"),
                        )
                        .help("write the day as 2022-06-30"),
                    ),
                },
                _ => own.push((name.clone(), text.clone())),
            }
        }
        if of == EVERYBODY || self.shelves()?.find(&of).is_none() {
            problems.push(
                Diagnostic::error(
                    "unknown-partner",
                    "nobody knows whose the row is",
                    Place::file(&kind.name).showing("partner"),
                )
                .help("write the id of a partner"),
            );
        }
        if !problems.is_empty() {
            return Err(Refusal::Problems(problems));
        }
        let names = super::names::given(&mut tx, &of).await?;
        let mut new = self
            .read_row(&of, kind, &own, 0, names)
            .map_err(Refusal::Problems)?;
        new.recorded_on = recorded;
        let before = tx.standing_with_key(&of, &kind.name, &new.key).await?;
        let supplied = tx
            .standing_with_key(&of, SUPPLIED, &records::key_text(&[&kind.name]))
            .await?;
        let mut facts = vec![];
        if supplied.is_none() {
            facts.push(records::supply(&of, &kind.name));
        }
        let same = before.as_ref().is_some_and(|b| b.cells == new.cells);
        let record_at = facts.len();
        if !same {
            if let Some(before) = &before {
                new.replaces = Some(before.fact);
                let later = recorded.filter(|d| before.recorded_on.is_none_or(|b| *d > b));
                new.recorded_on = Some(later.unwrap_or(today));
            }
            facts.push(new.clone());
        }
        facts.push(withdrawn(&fact, today));
        let change = self.change(
            actor,
            Verb::Import.name(),
            (of != EVERYBODY).then_some(of.as_str()),
            format!("refused-row {version}"),
            serde_json::json!({ "mended": 1 }),
        );
        let changed = tx.append(&scope, change, &facts).await?;
        tx.add_partners(std::slice::from_ref(&of), changed.change)
            .await?;
        tx.commit().await?;
        self.refresh().await?;
        let version = match &before {
            Some(before) if same => before.fact,
            _ => changed.first_fact + i64::try_from(record_at).unwrap_or(0),
        };
        Ok(Done {
            value: Record {
                version,
                key: records::key_parts(&new.key),
                cells: new
                    .cells
                    .as_deref()
                    .map(records::cells_of)
                    .unwrap_or_default(),
                partner: of,
                kind: kind.name.clone(),
                recorded_on: new.recorded_on,
                source: new.source,
            },
            change: changed.change,
        })
    }

    /// Keeps refused rows no longer, without a record in their place. Returns the change.
    pub async fn dismiss_refused(
        &self,
        actor: &Actor,
        partner: &str,
        versions: &[i64],
    ) -> Result<i64, Refusal> {
        permit(actor, Verb::Import, partner)?;
        let scope = actor.scope();
        let today = self.clock.today();
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let mut facts = vec![];
        for version in versions {
            let missing = || Refusal::no("refused row", &version.to_string());
            let fact = tx.fact(partner, *version).await?.ok_or_else(missing)?;
            if fact.kind != REFUSED || fact.cells.is_none() {
                return Err(missing());
            }
            if tx.replaced_by(*version).await?.is_some() {
                return Err(Refusal::Conflict {
                    what: format!("refused row {version}"),
                    now: None,
                });
            }
            facts.push(withdrawn(&fact, today));
        }
        facts.sort_by_key(|f| f.replaces);
        facts.dedup();
        if facts.is_empty() {
            return Err(super::nothing("no refused row was named"));
        }
        let change = self.change(
            actor,
            Verb::Import.name(),
            (partner != EVERYBODY).then_some(partner),
            "refused-rows",
            serde_json::json!({ "dismissed": facts.len() }),
        );
        let changed = tx.append(&scope, change, &facts).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(changed.change)
    }
}

/// The fact by which another one is withdrawn.
pub(super) fn withdrawn(fact: &Fact, today: Day) -> NewFact {
    NewFact {
        partner: fact.partner.clone(),
        kind: fact.kind.clone(),
        key: fact.key.clone(),
        cells: None,
        replaces: Some(fact.fact),
        recorded_on: Some(today),
        source: String::new(),
    }
}
