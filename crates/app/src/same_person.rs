//! One person under two names or addresses: found, merged, and split again.
//!
//! A merge writes each record of the one person anew as one of the other, in place of the old one; nothing is lost, and a
//! split writes the old ones again.

use std::collections::{BTreeMap, BTreeSet};

use domain::likeness::{nearly, plain_address, plain_name};
use domain::vocabulary::{FieldType, Kind};
use serde_json::json;
use store::NewFact;

use crate::access::{Actor, Verb};
use crate::edit::Record;
use crate::office::{Done, Office};
use crate::records::{cells_of, cells_text, key_of};
use crate::refusal::Refusal;

/// The verb of the change that a merge is.
const MERGE: &str = "merge-persons";

/// Why two may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// They have an e-mail address in common.
    Address,
    /// They have the same name.
    Name,
    /// Their names differ in a letter or two.
    NearlyName,
    /// The id of the one is the address of the other.
    Id,
}

/// Two persons that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likely {
    /// The one: its record among the people.
    pub one: Record,
    /// The other.
    pub other: Record,
    /// Why.
    pub because: Vec<Because>,
}

/// What was merged, or split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// How many records were written anew.
    pub records: usize,
    /// How many stayed as they were, for somebody changed them since.
    pub left: usize,
}

fn addresses(record: &Record) -> BTreeSet<String> {
    let columns = ["email", "training_email"];
    let found = columns.into_iter().filter_map(|c| record.cell(c));
    found.map(plain_address).collect()
}

/// The columns of a kind that name a person.
fn person_columns(kind: &Kind) -> Vec<&str> {
    let person = FieldType::Id("person".to_owned());
    let fields = kind.fields.values().filter(|f| f.kind == person);
    fields.map(|f| f.name.as_str()).collect()
}

impl Office {
    /// The persons of a partner that may be one, those that are surest in front.
    pub async fn likely_the_same(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<Likely>, Refusal> {
        actor.permit(Verb::EditEvidence, partner)?;
        let people = self.records(actor, partner, "people").await?;
        let plain: Vec<(String, BTreeSet<String>, String)> = people
            .iter()
            .map(|p| {
                let name = p.cell("name").map(plain_name).unwrap_or_default();
                let id = p
                    .key
                    .first()
                    .map(|id| plain_address(id))
                    .unwrap_or_default();
                (name, addresses(p), id)
            })
            .collect();
        let mut found = vec![];
        for one in 0..people.len() {
            for other in one + 1..people.len() {
                let ((a, a_at, a_id), (b, b_at, b_id)) = (&plain[one], &plain[other]);
                let mut because = vec![];
                if a_at.intersection(b_at).next().is_some() {
                    because.push(Because::Address);
                }
                if !a.is_empty() && a == b {
                    because.push(Because::Name);
                } else if a.contains(' ') && b.contains(' ') && nearly(a, b) {
                    because.push(Because::NearlyName);
                }
                if a_at.contains(b_id) || b_at.contains(a_id) {
                    because.push(Because::Id);
                }
                if !because.is_empty() {
                    found.push(Likely {
                        one: people[one].clone(),
                        other: people[other].clone(),
                        because,
                    });
                }
            }
        }
        found.sort_by(|a, b| {
            let key = |l: &Likely| (l.because[0], std::cmp::Reverse(l.because.len()));
            key(a).cmp(&key(b))
        });
        found.truncate(500);
        Ok(found)
    }

    /// Merges two persons of a partner: all that is said of `gone` is said of `kept` from now on.
    pub async fn merge_persons(
        &self,
        actor: &Actor,
        partner: &str,
        kept: &str,
        gone: &str,
    ) -> Result<Done<Merged>, Refusal> {
        actor.permit(Verb::EditEvidence, partner)?;
        if kept == gone {
            return Err(Refusal::no("person", gone));
        }
        let scope = actor.scope();
        let today = self.clock.today();
        let kinds = &self.programs.vocabulary().kinds;
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let mut facts: Vec<NewFact> = vec![];
        let mut subject = None;
        for kind in kinds.values() {
            let columns = person_columns(kind);
            if columns.is_empty() {
                continue;
            }
            let standing = tx.standing_of_kind(partner, &kind.name, i64::MAX).await?;
            let mut keys: BTreeMap<String, usize> = BTreeMap::new();
            for (at, fact) in standing.iter().enumerate() {
                keys.insert(fact.key.clone(), at);
            }
            let is_people = kind.name == "people";
            for fact in &standing {
                let old = cells_of(fact.cells.as_deref().unwrap_or_default());
                let names = |name: &str| columns.contains(&name);
                if !old.iter().any(|(name, text)| names(name) && text == gone) {
                    continue;
                }
                let mut cells = old.clone();
                for (name, text) in &mut cells {
                    if columns.contains(&name.as_str()) && text == gone {
                        kept.clone_into(text);
                    }
                }
                let key = key_of(kind, &cells);
                let with = |cells: Option<String>, key: &str, replaces: Option<i64>| NewFact {
                    partner: partner.to_owned(),
                    kind: kind.name.clone(),
                    key: key.to_owned(),
                    cells,
                    replaces,
                    recorded_on: Some(today),
                    source: fact.source.clone(),
                };
                if key == fact.key {
                    facts.push(with(Some(cells_text(&cells)), &key, Some(fact.fact)));
                    continue;
                }
                facts.push(with(None, &fact.key, Some(fact.fact)));
                match keys.get(&key) {
                    None => {
                        keys.insert(key.clone(), usize::MAX);
                        facts.push(with(Some(cells_text(&cells)), &key, None));
                    }
                    Some(at) if is_people => {
                        // What the one that stays does not say is taken from the other one.
                        let Some(stays) = standing.get(*at) else {
                            continue;
                        };
                        subject = Some(stays.fact);
                        let mut all = cells_of(stays.cells.as_deref().unwrap_or_default());
                        let says = |all: &[(String, String)], name: &str| {
                            all.iter().any(|(n, _)| n == name)
                        };
                        let before = all.len();
                        for (name, text) in &old {
                            let other = name == "email"
                                && says(&all, "email")
                                && !says(&all, "training_email")
                                && !all.contains(&(name.clone(), text.clone()));
                            if other {
                                all.push(("training_email".to_owned(), text.clone()));
                            } else if !says(&all, name) && name != "left_on" {
                                all.push((name.clone(), text.clone()));
                            }
                        }
                        if all.len() > before {
                            let key = stays.key.clone();
                            facts.push(with(Some(cells_text(&all)), &key, Some(stays.fact)));
                        }
                    }
                    Some(_) => {}
                }
            }
            if is_people && subject.is_none() {
                let key = crate::records::key_text(&[kept]);
                let there = standing.iter().any(|f| f.key == key);
                let missing = if there { gone } else { kept };
                return Err(Refusal::no("person", missing));
            }
        }
        let records = facts.len();
        let subject = format!("people {}", subject.unwrap_or_default());
        self.append_facts(
            tx,
            actor,
            partner,
            MERGE,
            subject,
            facts,
            Merged { records, left: 0 },
        )
        .await
    }

    async fn append_facts(
        &self,
        mut tx: store::Tx,
        actor: &Actor,
        partner: &str,
        verb: &str,
        subject: String,
        facts: Vec<NewFact>,
        merged: Merged,
    ) -> Result<Done<Merged>, Refusal> {
        let scope = actor.scope();
        let detail = json!({ "records": merged.records });
        let new = self.change(actor, verb, Some(partner), subject.clone(), detail);
        let changed = match tx.append(&scope, new, &facts).await {
            Ok(changed) => changed,
            Err(error) if error.is_duplicate() => {
                return Err(Refusal::Conflict {
                    what: subject,
                    now: None,
                });
            }
            Err(error) => return Err(error.into()),
        };
        tx.commit().await?;
        self.refresh().await?;
        Ok(Done {
            value: merged,
            change: changed.change,
        })
    }

    /// The merges of a partner that can be split again, newest first: the change and when it was done.
    pub async fn merges(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<(i64, domain::instant::Instant)>, Refusal> {
        actor.permit(Verb::EditEvidence, partner)?;
        let mut tx = self.read(actor).await?;
        let merges = tx.changes(Some(partner), Some(MERGE), None, 100).await?;
        let splits = tx
            .changes(Some(partner), Some("split-persons"), None, 1_000)
            .await?;
        let is_split = |change: i64| {
            splits
                .iter()
                .any(|s| s.subject == format!("change {change}"))
        };
        Ok(merges
            .into_iter()
            .filter(|m| !is_split(m.change))
            .map(|m| (m.change, m.at))
            .collect())
    }

    /// Splits what a merge put together: the records stand again as they did before. What somebody changed since stays as it
    /// is, and is counted.
    pub async fn split_persons(
        &self,
        actor: &Actor,
        partner: &str,
        change: i64,
    ) -> Result<Done<Merged>, Refusal> {
        actor.permit(Verb::EditEvidence, partner)?;
        let missing = || Refusal::no("merge", &change.to_string());
        let scope = actor.scope();
        let today = self.clock.today();
        if !self
            .merges(actor, partner)
            .await?
            .iter()
            .any(|(c, _)| *c == change)
        {
            return Err(missing());
        }
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let written = tx.facts_of_change(partner, change).await?;
        let mut facts = vec![];
        let mut left = 0;
        for fact in &written {
            if tx.replaced_by(fact.fact).await?.is_some() {
                left += 1;
                continue;
            }
            let again = |cells: Option<String>| NewFact {
                partner: partner.to_owned(),
                kind: fact.kind.clone(),
                key: fact.key.clone(),
                cells,
                replaces: Some(fact.fact),
                recorded_on: Some(today),
                source: fact.source.clone(),
            };
            match fact.replaces {
                Some(before) => {
                    let before = tx.fact(partner, before).await?.ok_or_else(missing)?;
                    let taken = fact.cells.is_none()
                        && tx
                            .standing_with_key(partner, &fact.kind, &fact.key)
                            .await?
                            .is_some();
                    if taken {
                        left += 1;
                    } else {
                        facts.push(again(before.cells));
                    }
                }
                None => facts.push(again(None)),
            }
        }
        let merged = Merged {
            records: facts.len(),
            left,
        };
        self.append_facts(
            tx,
            actor,
            partner,
            "split-persons",
            format!("change {change}"),
            facts,
            merged,
        )
        .await
    }
}
