//! Names that no catalog knows: mapped to an entry, or set aside as another vendor's, once and for coming imports.

use std::collections::HashMap;

use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::evidence::{Column, Evidence};
use domain::instant::Instant;
use domain::intake::{GivenName, NameIndex, Named};
use domain::vocabulary::{Kind, plain};
use store::{NameRow, NewFact, StoreError, Tx};

use super::view::{Target, UnknownName};
use crate::access::{Actor, Verb};
use crate::office::{Done, Office};
use crate::records;
use crate::refusal::Refusal;

/// How a name begins that was set aside: every catalog lists this beginning among those of other vendors' names
/// (docs/conventions.md).
pub const SET_ASIDE: &str = "other-vendor: ";

/// So many names are listed.
const LISTED: usize = 200;

/// What a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameIs {
    /// An entry of a catalog, by its id or any of its spellings.
    Entry(String),
    /// Another vendor's.
    OtherVendor,
}

/// What was said of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledName {
    /// The kind of evidence.
    pub kind: String,
    /// The name, as it stood in a file.
    pub name: String,
    /// The entry's id; `None` where it is another vendor's.
    pub entry: Option<String>,
    /// Does it hold for everybody?
    pub for_all: bool,
    /// Who said so.
    pub actor: String,
    /// When.
    pub said_at: Instant,
}

/// What names are, as the intake is told.
pub(super) async fn given(tx: &mut Tx, partner: &str) -> Result<Vec<GivenName>, StoreError> {
    let rows = tx.names(partner).await?;
    Ok(rows
        .into_iter()
        .map(|row| GivenName {
            kind: row.kind,
            name: row.name,
            becomes: row.becomes,
        })
        .collect())
}

/// The names of evidence that no catalog knows, the commonest first, of those partners that `of` takes.
pub(super) fn unknown(evidence: &Evidence, of: &dyn Fn(usize) -> bool) -> Vec<UnknownName> {
    let index = NameIndex::new(&evidence.vocabulary);
    let mut all = vec![];
    for (at, kind) in evidence.vocabulary.kinds.values().enumerate() {
        let column = kind.catalog_column();
        let Some(Column::Codes(codes)) = column.and_then(|c| evidence.column(at, c)) else {
            continue;
        };
        if !index.knows(&kind.name) {
            continue;
        }
        let mut rows: HashMap<u32, u64> = HashMap::new();
        for partner in (0..evidence.partners.len()).filter(|p| of(*p)) {
            for row in evidence.tables[at].rows(partner) {
                if codes[row] != u32::MAX {
                    *rows.entry(codes[row]).or_default() += 1;
                }
            }
        }
        for (code, rows) in rows {
            let name = evidence.strings.text(domain::evidence::Code(code));
            all.push((at, name, rows));
        }
    }
    all.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(b.1)));
    let kinds = &evidence.vocabulary.kinds;
    all.into_iter()
        .filter_map(
            |(at, name, rows)| match index.resolve(&kinds[at].name, name) {
                Named::Unknown { nearest } => Some(UnknownName {
                    kind: kinds[at].name.clone(),
                    name: name.to_owned(),
                    rows,
                    nearest,
                }),
                _ => None,
            },
        )
        .take(LISTED)
        .collect()
}

fn permit(actor: &Actor, verb: Verb, target: &Target) -> Result<(), Refusal> {
    match target {
        Target::Partner(partner) => actor.permit(verb, partner),
        Target::Several => actor.permit_server(Verb::ManagePartners),
    }
}

impl Office {
    /// The names of a partner's records that no catalog knows, the commonest first.
    pub fn unknown_names(&self, actor: &Actor, partner: &str) -> Result<Vec<UnknownName>, Refusal> {
        actor.permit(Verb::ReadEvidence, partner)?;
        let shelves = self.shelves()?;
        let missing = || Refusal::no("partner", partner);
        let (shelf, at) = shelves.find(partner).ok_or_else(missing)?;
        Ok(unknown(shelf.evidence(), &|p| p == at))
    }

    /// What was said of names, for a partner and for everybody.
    pub async fn settled_names(
        &self,
        actor: &Actor,
        target: &Target,
    ) -> Result<Vec<SettledName>, Refusal> {
        permit(actor, Verb::ReadEvidence, target)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.names(target.id()).await?;
        Ok(rows
            .into_iter()
            .map(|row| SettledName {
                entry: (!row.becomes.starts_with(SET_ASIDE)).then_some(row.becomes),
                kind: row.kind,
                name: row.name,
                for_all: row.partner.is_empty(),
                actor: row.actor,
                said_at: row.said_at,
            })
            .collect())
    }

    /// Says what a name is: for imports to come, and for the records that have it, whose key changes with it. For several, that
    /// is everybody's records. Returns how many records were changed.
    pub async fn settle_name(
        &self,
        actor: &Actor,
        target: &Target,
        kind: &str,
        name: &str,
        is: &NameIs,
    ) -> Result<Done<u64>, Refusal> {
        permit(actor, Verb::Import, target)?;
        let of = self.kind(kind)?;
        let column = of.catalog_column().ok_or_else(|| {
            Refusal::from(
                Diagnostic::error(
                    "no-catalog",
                    format!("`{kind}` has no column of names that catalogs know"),
                    Place::file(kind),
                )
                .help("name a kind such as `credentials`"),
            )
        })?;
        let vocabulary = self.programs.vocabulary();
        let index = NameIndex::new(vocabulary);
        let name = name.trim();
        let becomes = match is {
            NameIs::OtherVendor => format!("{SET_ASIDE}{name}"),
            NameIs::Entry(wanted) => match index.resolve(kind, wanted) {
                Named::Entry { id, .. } => id,
                Named::Foreign | Named::Unknown { .. } => {
                    let entries = vocabulary
                        .catalogs
                        .values()
                        .filter_map(|c| c.entries.get(kind))
                        .flat_map(|entries| entries.keys().map(String::as_str));
                    return Err(Diagnostic::error(
                        "unknown-entry",
                        format!("no catalog has an entry `{wanted}` of `{kind}`"),
                        Place::file(kind).showing(column),
                    )
                    .help(did_you_mean(wanted, entries))
                    .into());
                }
            },
        };
        if name.is_empty() || matches!(index.resolve(kind, name), Named::Entry { .. }) {
            return Err(Diagnostic::error(
                "known-name",
                format!("`{name}` needs no settling"),
                Place::file(kind).showing(column),
            )
            .help("only a name that no catalog knows is settled")
            .into());
        }
        let spelled = plain(name);
        let scope = actor.scope();
        let today = self.clock.today();
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        self.refresh().await?;
        let shelves = self.shelves()?;
        let mut facts = vec![];
        let mut count = 0;
        let all: Vec<&str> = match target {
            Target::Partner(partner) => vec![partner],
            Target::Several => shelves.partners().into_iter().collect(),
        };
        for partner in all {
            let Some((shelf, at)) = shelves.find(partner) else {
                continue;
            };
            let evidence = shelf.evidence();
            count += renamed(
                evidence, at, of, column, &spelled, &becomes, today, &mut facts,
            );
        }
        let partner = target.id().to_owned();
        let new = self.change(
            actor,
            Verb::Import.name(),
            target.partner(),
            format!("name {kind}"),
            serde_json::json!({ "name": name, "becomes": becomes, "records": count }),
        );
        let changed = tx.append(&scope, new, &facts).await?;
        tx.remember_name(&NameRow {
            partner,
            kind: kind.to_owned(),
            spelled,
            name: name.to_owned(),
            becomes,
            actor: actor.account.clone(),
            said_at: self.now(),
        })
        .await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(Done {
            value: count,
            change: changed.change,
        })
    }

    /// Forgets what was said of a name. Records keep what they say.
    pub async fn forget_name(
        &self,
        actor: &Actor,
        target: &Target,
        kind: &str,
        name: &str,
    ) -> Result<i64, Refusal> {
        permit(actor, Verb::Import, target)?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.forget_name(target.id(), kind, &plain(name)).await? {
            return Err(Refusal::no("name", name));
        }
        let new = self.change(
            actor,
            Verb::Import.name(),
            target.partner(),
            format!("name {kind}"),
            serde_json::json!({ "forgot": name }),
        );
        let changed = tx.append(&scope, new, &[]).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(changed.change)
    }
}

/// Adds the facts by which a partner's records of a name have another one. Returns how many records there are.
fn renamed(
    evidence: &Evidence,
    partner: usize,
    kind: &Kind,
    column: &str,
    spelled: &str,
    becomes: &str,
    today: domain::calendar::Day,
    facts: &mut Vec<NewFact>,
) -> u64 {
    let (Some(at), id) = (evidence.kind(&kind.name), evidence.partner_id(partner)) else {
        return 0;
    };
    let table = &evidence.tables[at];
    let Some(names) = evidence.column(at, column) else {
        return 0;
    };
    let rows: Vec<usize> = table
        .rows(partner)
        .filter(|row| plain(evidence.strings.text(names.code(*row))) == spelled)
        .collect();
    if rows.is_empty() {
        return 0;
    }
    let mut keys: std::collections::BTreeSet<String> = table
        .rows(partner)
        .map(|row| records::key_of(kind, &records::cells_at(evidence, at, row)))
        .collect();
    let count = rows.len() as u64;
    for row in rows {
        let mut new = records::fact_at(evidence, at, id, row);
        let mut cells = records::cells_at(evidence, at, row);
        facts.push(NewFact {
            cells: None,
            replaces: Some(i64::from(table.line[row])),
            recorded_on: Some(today),
            source: String::new(),
            ..new.clone()
        });
        if let Some((_, text)) = cells.iter_mut().find(|(name, _)| name == column) {
            becomes.clone_into(text);
        }
        new.key = records::key_of(kind, &cells);
        new.cells = Some(records::cells_text(&cells));
        // Where the right name stands already, that record stays and this one was the same.
        if keys.insert(new.key.clone()) {
            facts.push(new);
        }
    }
    count
}
