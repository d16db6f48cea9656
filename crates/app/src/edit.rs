//! Records one by one: reading them with their histories, adding, correcting and withdrawing them.
//!
//! A correction names the version that it corrects, so that of two people the second one is told instead of the first one
//! being overruled. What is handed in is read just as a row of a file, by the same intake.

use std::collections::BTreeMap;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::instant::Instant;
use domain::intake::{GivenName, Intake, Raw, Settings};
use domain::vocabulary::Kind;
use store::{Fact, NewFact, REFUSED, SUPPLIED};

use crate::access::{Actor, May, Verb};
use crate::office::{Done, Office};
use crate::records::{self, Cells};
use crate::refusal::Refusal;

/// A record as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The fact that says it; whoever corrects it names this number.
    pub version: i64,
    /// Whose it is.
    pub partner: String,
    /// Its kind.
    pub kind: String,
    /// The texts of its key, in the order of the kind's key columns.
    pub key: Vec<String>,
    /// What it says.
    pub cells: Cells,
    /// The day on which it was recorded, where something says so.
    pub recorded_on: Option<Day>,
    /// Where it is from, in words.
    pub source: String,
}

impl Record {
    /// The text of a column, where it has one.
    pub fn cell(&self, name: &str) -> Option<&str> {
        let found = self.cells.iter().find(|(n, _)| n == name);
        found.map(|(_, text)| text.as_str())
    }
}

/// What somebody once said of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The fact.
    pub version: i64,
    /// The change that wrote it.
    pub change: i64,
    /// When.
    pub at: Instant,
    /// The account that did.
    pub actor: String,
    /// What was done.
    pub verb: String,
    /// What it said; `None` where it was withdrawn.
    pub cells: Option<Cells>,
}

/// One thing to be done to records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A new record.
    Add {
        /// Its kind.
        kind: String,
        /// What it says, as a file would.
        cells: Cells,
    },
    /// Other texts for a record that stands.
    Correct {
        /// The version that is corrected.
        version: i64,
        /// What it says from now on, whole.
        cells: Cells,
    },
    /// It no longer stands.
    Withdraw {
        /// The version that is withdrawn.
        version: i64,
    },
}

impl Edit {
    /// What makes records of a kind that hold until the next one say something from a day on: the record of that day is
    /// corrected, else one is added. `None` where the latest one of the key says it already, and where nothing would take
    /// back nothing. What stands `beside` is written and not compared.
    pub(crate) fn saying(
        standing: &[Record],
        kind: &str,
        key: &[(&str, &str)],
        (since, day): (&str, &str),
        said: &[(&str, String)],
        beside: &[(&str, String)],
    ) -> Option<Edit> {
        let says = |r: &Record| {
            let mut said = said.iter();
            said.all(|(name, text)| r.cell(name).unwrap_or_default() == text)
        };
        let same = match Edit::latest(standing, key, since) {
            Some(latest) => says(latest),
            None => said.iter().all(|(_, text)| text.is_empty()),
        };
        if same {
            return None;
        }
        let head = key.iter().copied().chain([(since, day)]);
        let rest = said
            .iter()
            .chain(beside)
            .map(|(n, text)| (*n, text.as_str()));
        let cells: Cells = head
            .chain(rest)
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        let of_day = of_key(standing, key).find(|r| r.cell(since) == Some(day));
        Some(Edit::putting(of_day, kind, cells))
    }

    /// The record of a key that holds until the next one and is the newest, by the column that says from when.
    pub(crate) fn latest<'r>(
        standing: &'r [Record],
        key: &[(&str, &str)],
        since: &str,
    ) -> Option<&'r Record> {
        of_key(standing, key).max_by_key(|r| r.cell(since))
    }

    /// What puts these cells into a record: it is corrected where it stands, else added.
    pub(crate) fn putting(stands: Option<&Record>, kind: &str, cells: Cells) -> Edit {
        match stands {
            Some(record) => Edit::Correct {
                version: record.version,
                cells,
            },
            None => Edit::Add {
                kind: kind.to_owned(),
                cells,
            },
        }
    }
}

/// The records whose cells say this key.
fn of_key<'r>(standing: &'r [Record], key: &[(&str, &str)]) -> impl Iterator<Item = &'r Record> {
    let is = |r: &Record| key.iter().all(|(name, text)| r.cell(name) == Some(*text));
    standing.iter().filter(move |r| is(r))
}

/// That an id can be written in addresses and files.
pub fn check_id(what: &str, id: &str) -> Result<(), Refusal> {
    let fine = !id.is_empty()
        && id.len() <= 120
        && id.trim() == id
        && !id.chars().any(char::is_control)
        && id != "*";
    if fine {
        return Ok(());
    }
    Err(Diagnostic::error(
        "bad-id",
        format!("`{id}` cannot be the id of a {what}"),
        Place::default(),
    )
    .help("an id has 1 to 120 characters, no space at its ends and no control character")
    .into())
}

/// Who wrote a version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// What they are called; the id of their account, or of what acts by itself, where nobody says.
    pub name: String,
    /// Did they bring it with a file?
    pub imported: bool,
}

impl Office {
    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Result<&Kind, Refusal> {
        let kinds = &self.programs.vocabulary().kinds;
        kinds.get(name).ok_or_else(|| {
            let near = did_you_mean(name, kinds.keys().map(String::as_str));
            Diagnostic::error(
                "unknown-kind",
                format!("`{name}` is no kind of evidence"),
                Place::default(),
            )
            .help(near)
            .into()
        })
    }

    /// The records of a partner and kind that stand, as far as the actor may see them, in the order in which they were learned.
    pub async fn records(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
    ) -> Result<Vec<Record>, Refusal> {
        let may = actor.permit_own(Verb::ReadEvidence, partner)?;
        let of = self.kind(kind)?;
        let mut tx = self.read(actor).await?;
        let facts = tx.standing_of_kind(partner, kind, i64::MAX).await?;
        let records = facts.into_iter().filter_map(record);
        Ok(records
            .filter(|r| is_within(may, actor, partner, of, &r.cells))
            .collect())
    }

    /// A record by its version, or the one that stands in its place now.
    pub async fn record(
        &self,
        actor: &Actor,
        partner: &str,
        version: i64,
    ) -> Result<Record, Refusal> {
        let may = actor.permit_own(Verb::ReadEvidence, partner)?;
        let missing = || Refusal::no("record", &version.to_string());
        let mut tx = self.read(actor).await?;
        let mut number = version;
        while let Some(next) = tx.replaced_by(number).await? {
            number = next;
        }
        let fact = tx.fact(partner, number).await?.ok_or_else(missing)?;
        let record = record(fact).ok_or_else(missing)?;
        let kind = self.kind(&record.kind).map_err(|_| missing())?;
        if is_within(may, actor, partner, kind, &record.cells) {
            Ok(record)
        } else {
            Err(missing())
        }
    }

    /// All that was ever said of a record, oldest first: what stands last is true now.
    pub async fn history(
        &self,
        actor: &Actor,
        partner: &str,
        version: i64,
    ) -> Result<Vec<Said>, Refusal> {
        let may = actor.permit_own(Verb::ReadEvidence, partner)?;
        let missing = || Refusal::no("record", &version.to_string());
        let mut tx = self.read(actor).await?;
        let mut facts = vec![tx.fact(partner, version).await?.ok_or_else(missing)?];
        while let Some(earlier) = facts[0].replaces {
            facts.insert(0, tx.fact(partner, earlier).await?.ok_or_else(missing)?);
        }
        while let Some(later) = tx.replaced_by(facts[facts.len() - 1].fact).await? {
            facts.push(tx.fact(partner, later).await?.ok_or_else(missing)?);
        }
        let kind = self.kind(&facts[0].kind).map_err(|_| missing())?;
        let own = |f: &Fact| {
            let cells = f
                .cells
                .as_deref()
                .map(records::cells_of)
                .unwrap_or_default();
            f.cells.is_none() || is_within(may, actor, partner, kind, &cells)
        };
        if !facts.iter().all(own) {
            return Err(missing());
        }
        let mut said = Vec::with_capacity(facts.len());
        for fact in facts {
            let change = tx.change(fact.change).await?.ok_or_else(missing)?;
            said.push(Said {
                version: fact.fact,
                change: fact.change,
                at: crate::warm::learned_at(&change),
                actor: change.actor,
                verb: change.verb,
                cells: fact.cells.as_deref().map(records::cells_of),
            });
        }
        Ok(said)
    }

    /// Who wrote each version of a partner's records of a kind, by version, for whoever reads them all.
    pub async fn written_by(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
    ) -> Result<BTreeMap<i64, Author>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        // An import of several partners, and the name of an account, are nobody's alone.
        let mut tx = self.store.read(&store::Scope::All).await?;
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut authors = BTreeMap::new();
        for (fact, account, verb) in tx.authors_of(partner, kind).await? {
            let name = match names.get(&account) {
                Some(name) => name.clone(),
                None => {
                    let found = tx.account(&account).await?.map(|a| a.name);
                    let name = found
                        .filter(|n| !n.is_empty())
                        .unwrap_or_else(|| account.clone());
                    names.insert(account, name.clone());
                    name
                }
            };
            let imported = verb == Verb::Import.name();
            authors.insert(fact, Author { name, imported });
        }
        Ok(authors)
    }

    /// Carries out edits of a partner's records, all of them or none. Returns the records as they stand then, in the order of
    /// the edits, without those that were withdrawn.
    pub async fn edit(
        &self,
        actor: &Actor,
        partner: &str,
        edits: &[Edit],
    ) -> Result<Done<Vec<Record>>, Refusal> {
        let may = actor.permit_own(Verb::EditEvidence, partner)?;
        self.edit_as(actor, may, Verb::EditEvidence, partner, edits)
            .await
    }

    /// Carries out what [`Edit::saying`] gave, as one change; `None` where it gave nothing, for all of it is said already.
    pub(crate) async fn edit_if_any(
        &self,
        actor: &Actor,
        partner: &str,
        edits: &[Edit],
    ) -> Result<Option<Done<Vec<Record>>>, Refusal> {
        if edits.is_empty() {
            return Ok(None);
        }
        let may = actor.permit_own(Verb::EditEvidence, partner)?;
        self.edit_as(actor, may, Verb::EditEvidence, partner, edits)
            .await
            .map(Some)
    }

    pub(crate) async fn edit_as(
        &self,
        actor: &Actor,
        may: May,
        verb: Verb,
        partner: &str,
        edits: &[Edit],
    ) -> Result<Done<Vec<Record>>, Refusal> {
        let scope = actor.scope();
        let today = self.clock.today();
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let mut facts: Vec<NewFact> = vec![];
        let mut supplied: Vec<String> = vec![];
        let mut subject = String::new();
        for (at, edit) in edits.iter().enumerate() {
            let before = match edit {
                Edit::Add { .. } => None,
                Edit::Correct { version, .. } | Edit::Withdraw { version } => {
                    let missing = || Refusal::no("record", &version.to_string());
                    let fact = tx.fact(partner, *version).await?.ok_or_else(missing)?;
                    if let Some(later) = tx.replaced_by(*version).await? {
                        let gone = tx
                            .fact(partner, later)
                            .await?
                            .is_none_or(|f| f.cells.is_none());
                        return Err(Refusal::Conflict {
                            what: format!("{} {version}", fact.kind),
                            now: (!gone).then_some(later),
                        });
                    }
                    let old = fact
                        .cells
                        .as_deref()
                        .map(records::cells_of)
                        .ok_or_else(missing)?;
                    if !is_within(may, actor, partner, self.kind(&fact.kind)?, &old) {
                        return Err(missing());
                    }
                    Some(fact)
                }
            };
            let kind_name = match (edit, &before) {
                (Edit::Add { kind, .. }, _) => kind.clone(),
                (_, Some(fact)) => fact.kind.clone(),
                (_, None) => continue,
            };
            let kind = self.kind(&kind_name)?;
            if subject.is_empty() {
                subject = match &before {
                    Some(fact) => format!("{kind_name} {}", fact.fact),
                    None => kind_name.clone(),
                };
            }
            let (cells, withdrawn) = match edit {
                Edit::Add { cells, .. } | Edit::Correct { cells, .. } => (cells.as_slice(), false),
                Edit::Withdraw { .. } => (&[][..], true),
            };
            if withdrawn {
                let before = before.expect("INVARIANT: a withdrawal names a version");
                facts.push(NewFact {
                    partner: partner.to_owned(),
                    kind: kind_name,
                    key: before.key,
                    cells: None,
                    replaces: Some(before.fact),
                    recorded_on: Some(today),
                    source: String::new(),
                });
                continue;
            }
            if !is_within(may, actor, partner, kind, cells) {
                return Err(Refusal::Denied(verb));
            }
            let said = before.as_ref().and_then(|fact| fact.cells.as_deref());
            let said = said.map(records::cells_of).unwrap_or_default();
            if records::rejoins(&kind_name, &said, cells) {
                actor.permit_server(Verb::ManagePartners)?;
            }
            let mut fact = self
                .read_row(partner, kind, cells, at, vec![])
                .map_err(Refusal::Problems)?;
            fact.recorded_on = Some(today);
            let same_key = before.as_ref().is_some_and(|b| b.key == fact.key);
            if same_key {
                fact.replaces = before.map(|b| b.fact);
            } else {
                let there = tx.standing_with_key(partner, &kind_name, &fact.key).await?;
                let twice = facts
                    .iter()
                    .any(|f| f.kind == fact.kind && f.key == fact.key && f.cells.is_some());
                if there.is_some() || twice {
                    return Err(Diagnostic::error(
                        "record-exists",
                        format!(
                            "there is a record of `{kind_name}` with the same {} already",
                            in_words(kind)
                        ),
                        row_place(&kind_name, at)
                            .showing(kind.key.first().map_or("", String::as_str)),
                    )
                    .help("correct that one, or tell this one apart")
                    .into());
                }
                if let Some(before) = before {
                    facts.push(NewFact {
                        partner: partner.to_owned(),
                        kind: kind_name.clone(),
                        key: before.key,
                        cells: None,
                        replaces: Some(before.fact),
                        recorded_on: Some(today),
                        source: String::new(),
                    });
                }
            }
            let known = supplied.contains(&kind_name)
                || tx
                    .standing_with_key(partner, SUPPLIED, &records::key_text(&[&kind_name]))
                    .await?
                    .is_some();
            if !known {
                supplied.push(kind_name.clone());
                facts.push(records::supply(partner, &kind_name));
            }
            facts.push(fact);
        }
        if facts.is_empty() {
            return Err(Diagnostic::error(
                "nothing-to-do",
                "no edit was handed in",
                Place::default(),
            )
            .help("hand in at least one")
            .into());
        }
        let detail = serde_json::json!({ "edits": edits.len() });
        let new = self.change(actor, verb.name(), Some(partner), subject.clone(), detail);
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
        tx.add_partners(&[partner.to_owned()], changed.change)
            .await?;
        tx.commit().await?;
        self.refresh().await?;
        let written = (changed.first_fact..).zip(facts);
        let value = written
            .filter(|(_, f)| f.cells.is_some() && f.kind != SUPPLIED && f.kind != REFUSED)
            .map(|(version, f)| Record {
                version,
                key: records::key_parts(&f.key),
                cells: f
                    .cells
                    .as_deref()
                    .map(records::cells_of)
                    .unwrap_or_default(),
                partner: f.partner,
                kind: f.kind,
                recorded_on: f.recorded_on,
                source: f.source,
            })
            .collect();
        Ok(Done {
            value,
            change: changed.change,
        })
    }

    /// Reads one row as a file would be read.
    pub(crate) fn read_row(
        &self,
        partner: &str,
        kind: &Kind,
        cells: &[(String, String)],
        at: usize,
        names: Vec<GivenName>,
    ) -> Result<NewFact, Vec<Diagnostic>> {
        let file = row_place(&kind.name, at).file;
        let settings = Settings {
            partner: Some(partner.to_owned()),
            names,
            ..Settings::default()
        };
        let unknown: Vec<Diagnostic> = cells
            .iter()
            .filter(|(name, _)| !kind.fields.contains_key(name) && name != "source")
            .map(|(name, _)| {
                let known = kind.fields.keys().map(String::as_str);
                let help = match did_you_mean(name, known.clone()) {
                    near if near.is_empty() => {
                        format!("it has {}", known.collect::<Vec<_>>().join(", "))
                    }
                    near => near,
                };
                Diagnostic::error(
                    "unknown-column",
                    format!("`{}` has no column `{name}`", kind.name),
                    row_place(&kind.name, at).showing(name.as_str()),
                )
                .help(help)
            })
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut intake = Intake::with(self.programs.library().clone(), settings);
        let header: Vec<&str> = cells.iter().map(|(name, _)| name.as_str()).collect();
        let row: Vec<Raw<'_>> = cells
            .iter()
            .map(|(_, text)| {
                if text.trim().is_empty() {
                    Raw::Empty
                } else {
                    Raw::Text(text)
                }
            })
            .collect();
        if let Some(mut sheet) = intake.sheet(&kind.name, &file, &header) {
            sheet.row(1, &row);
        }
        let imported = intake.finish();
        let evidence = &imported.evidence;
        let read = evidence.kind(&kind.name).and_then(|k| {
            let partner = evidence.partner(partner)?;
            let row = evidence.tables[k].rows(partner).next()?;
            Some((k, row))
        });
        match read {
            Some((k, row)) if evidence.refused.is_empty() => {
                Ok(records::fact_at(evidence, k, partner, row))
            }
            _ => {
                let errors = imported.problems.into_iter();
                Err(errors
                    .filter(|p| p.severity == domain::diagnostic::Severity::Error)
                    .collect())
            }
        }
    }
}

/// Where an edit stands among those that were handed in.
fn row_place(kind: &str, at: usize) -> Place {
    Place {
        line: u32::try_from(at + 1).unwrap_or(u32::MAX),
        ..Place::file(kind)
    }
}

fn in_words(kind: &Kind) -> String {
    if kind.key.is_empty() {
        "partner".to_owned()
    } else {
        kind.key.join(", ")
    }
}

fn record(fact: Fact) -> Option<Record> {
    Some(Record {
        version: fact.fact,
        key: records::key_parts(&fact.key),
        cells: records::cells_of(fact.cells.as_deref()?),
        partner: fact.partner,
        kind: fact.kind,
        recorded_on: fact.recorded_on,
        source: fact.source,
    })
}

/// Is a record within what an actor may reach: everything, or only what is of the persons that they are?
pub(crate) fn is_within(
    may: May,
    actor: &Actor,
    partner: &str,
    kind: &Kind,
    cells: &[(String, String)],
) -> bool {
    match may {
        May::Yes => true,
        May::No => false,
        May::Own => kind.holder().is_some_and(|holder| {
            let of = cells.iter().find(|(name, _)| name == holder);
            of.is_some_and(|(_, person)| actor.persons_at(partner).contains(&person.as_str()))
        }),
    }
}
