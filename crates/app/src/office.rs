//! The running product: a store, programs, ledgers in memory and a clock; its verbs ask who asks.

use std::sync::Arc;

use domain::calendar::Day;
use domain::instant::Instant;
use store::{NewChange, NewFact, Scope, Store, StoreError, Tx};

use crate::access::{Actor, Verb};
use crate::clock::Clock;
use crate::programs::{InUse, Loaded};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::warm::{Shelves, Warm, Warmth};

/// The running product.
#[derive(Debug)]
pub struct Office {
    /// What it keeps.
    pub store: Store,
    /// Programs and vocabulary, with the editions that were published here.
    pub programs: InUse,
    /// What it has in memory.
    pub warm: Warm,
    /// What time it is.
    pub clock: Clock,
    /// Imports on their way.
    pub imports: crate::imports::Desk,
    /// What was worked out and is asked for again.
    pub(crate) remembered: crate::since::Remembered,
    /// Paths through models that were run lately.
    pub ran: crate::case::Ran,
}

/// What was known: everything, what had been learned by a day, or what the store held after a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Only what was learned on or before this day.
    pub by: Option<Day>,
    /// Only what the store held once this change was done.
    pub after_change: Option<i64>,
}

/// That something has been done, and by which change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What came of it.
    pub value: T,
    /// The change that the audit log has of it.
    pub change: i64,
}

impl Office {
    /// The product over a store. Nothing is in memory before [`Office::refresh`].
    pub fn new(store: Store, programs: Arc<Loaded>, clock: Clock) -> Office {
        Office {
            warm: Warm::new(programs.programs.clone()),
            store,
            programs: InUse::new(programs),
            clock,
            imports: crate::imports::Desk::default(),
            remembered: Default::default(),
            ran: Default::default(),
        }
    }

    /// Takes over what changed in the store, also what another server wrote: facts, and editions that were published.
    pub async fn refresh(&self) -> Result<i64, StoreError> {
        let change = self.warm.refresh(&self.store).await?;
        if self.warm.editions() != self.programs.editions() {
            self.take_over_editions().await?;
        }
        Ok(change)
    }

    /// Puts the editions into use that are published now.
    async fn take_over_editions(&self) -> Result<(), StoreError> {
        let _one = self.programs.changing.lock().await;
        let mut tx = self.store.read(&Scope::All).await?;
        let editions = tx.count_editions().await?;
        if editions == self.programs.editions() {
            return Ok(());
        }
        let texts = crate::editor::texts_of(&mut tx).await?;
        drop(tx);
        let base = self.programs.started_with();
        let loaded = tokio::task::spawn_blocking(move || crate::editor::with_texts(&base, &texts))
            .await
            .expect("INVARIANT: loading answers with problems, and without a panic");
        let loaded = Arc::new(loaded);
        self.programs.set(loaded.clone(), editions);
        self.warm.judge_by(loaded.programs.clone()).await;
        self.remembered.forget();
        Ok(())
    }

    /// Takes over what was just written, where ledgers are in memory at all: a command that writes one thing loads none.
    pub(crate) async fn take_over(&self) -> Result<(), StoreError> {
        if self.warm.shelves().is_some() {
            self.refresh().await?;
        }
        Ok(())
    }

    /// All partners as they stand, once they are loaded.
    pub fn shelves(&self) -> Result<Arc<Shelves>, Refusal> {
        self.warm.shelves().ok_or(Refusal::Loading)
    }

    /// How far the ledgers are.
    pub fn warmth(&self) -> Warmth {
        self.warm.warmth()
    }

    /// The partners that an actor sees, by id.
    pub fn partners(&self, actor: &Actor) -> Result<Vec<String>, Refusal> {
        let shelves = self.shelves()?;
        Ok(match actor.scope() {
            Scope::All => shelves.partners().into_iter().map(str::to_owned).collect(),
            Scope::Partners(named) => named
                .into_iter()
                .filter(|p| shelves.find(p).is_some())
                .collect(),
        })
    }

    /// What a partner is called; its id where nothing says.
    pub fn partner_name(&self, partner: &str) -> String {
        let name = || {
            let shelves = self.warm.shelves()?;
            let (shelf, at) = shelves.find(partner)?;
            let evidence = shelf.evidence();
            let kind = evidence.kind("partners")?;
            let column = evidence.column(kind, "name")?;
            let row = evidence.tables[kind].rows(at).last()?;
            let name = evidence.strings.text(column.code(row));
            (!name.is_empty()).then(|| name.to_owned())
        };
        name().unwrap_or_else(|| partner.to_owned())
    }

    /// A desk at which questions about a partner are answered, from memory.
    ///
    /// With assumptions, or as known earlier, the partner's facts are read from the store and a ledger is made of them; that
    /// is asked seldom and of one partner only.
    pub async fn desk(
        &self,
        actor: &Actor,
        partner: &str,
        mut question: Question,
        known: Known,
    ) -> Result<Desk, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        self.desk_unasked(partner, &mut question, known)
            .await
            .map(|engine| Desk { engine, question }.in_language(actor.lang.tag()))
    }

    /// The same for the product itself, which asks on behalf of nobody.
    pub(crate) async fn desk_unasked(
        &self,
        partner: &str,
        question: &mut Question,
        known: Known,
    ) -> Result<Arc<domain::engine::Engine>, Refusal> {
        let shelves = self.shelves()?;
        let (shelf, _) = shelves
            .find(partner)
            .ok_or_else(|| Refusal::no("partner", partner))?;
        question.partner = Some(partner.to_owned());
        question.known_at = known.by;
        let plain = known == Known::default() && question.assumptions == Default::default();
        if plain {
            return Ok(shelf.engine.clone());
        }
        let day_of = |at| self.clock.day_of(at);
        let engine = self
            .warm
            .as_known(
                &self.store,
                partner,
                known.after_change,
                known.by,
                &day_of,
                question.assumptions.clone(),
            )
            .await?;
        Ok(Arc::new(engine))
    }

    /// A change that is about to be written now, by an actor.
    pub fn change(
        &self,
        actor: &Actor,
        verb: &str,
        partner: Option<&str>,
        subject: impl Into<String>,
        detail: serde_json::Value,
    ) -> NewChange {
        NewChange {
            at: self.clock.now(),
            actor: actor.account.clone(),
            verb: verb.to_owned(),
            partner: partner.map(str::to_owned),
            subject: subject.into(),
            detail: detail.to_string(),
        }
    }

    /// Writes facts of one partner as one change and takes them over into memory. Whose fact was replaced meanwhile is told so
    /// and nothing is written.
    pub async fn write_facts(
        &self,
        actor: &Actor,
        partner: &str,
        new: NewChange,
        facts: &[NewFact],
    ) -> Result<i64, Refusal> {
        let scope = actor.scope();
        let subject = new.subject.clone();
        let mut tx = self.store.write(&scope).await?;
        let changed = tx.append(&scope, new, facts).await;
        let changed = match changed {
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
        Ok(changed.change)
    }

    /// Adds a partner of whom nothing is known yet.
    pub async fn add_partner(
        &self,
        actor: &Actor,
        partner: &str,
        name: &str,
    ) -> Result<i64, Refusal> {
        actor.permit_server(Verb::ManagePartners)?;
        if self.shelves()?.find(partner).is_some() {
            return Err(Refusal::Conflict {
                what: format!("partner {partner}"),
                now: None,
            });
        }
        crate::edit::check_id("partner", partner)?;
        let mut facts = vec![];
        if !name.trim().is_empty() {
            let cells = vec![("name".to_owned(), name.trim().to_owned())];
            facts.push(NewFact {
                partner: partner.to_owned(),
                kind: "partners".to_owned(),
                key: crate::records::key_text(&[]),
                cells: Some(crate::records::cells_text(&cells)),
                replaces: None,
                recorded_on: None,
                source: String::new(),
            });
        }
        let new = self.change(
            actor,
            Verb::ManagePartners.name(),
            Some(partner),
            format!("partner {partner}"),
            serde_json::json!({}),
        );
        self.write_facts(actor, partner, new, &facts).await
    }

    /// Begins to read what an actor may see.
    pub async fn read(&self, actor: &Actor) -> Result<Tx, Refusal> {
        Ok(self.store.read(&actor.scope()).await?)
    }

    /// This moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}
