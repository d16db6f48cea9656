//! What waits for whoever looks after partners: reviews, one step to a level, references, sign-offs, customers to confirm.

use std::collections::BTreeSet;

use domain::calendar::Day;
use domain::program::Ask;
use domain::standing::Truth;
use serde_json::json;

use crate::access::{Actor, May, Verb};
use crate::edit::{Edit, Record};
use crate::office::{Done, Known, Office};
use crate::overview::overview;
use crate::question::Question;
use crate::ratings::RatingState;
use crate::refusal::Refusal;
use crate::scorecard::{Row, Scorecard};
use crate::settings::PartnerSettings;
use crate::tasks::checked_text;

/// A review is shown so many days ahead.
const REVIEW_DAYS: i32 = 90;
/// The queue looks at so many partners; whoever looks after more narrows it.
pub const PARTNERS: usize = 500;
/// The kind of records that sign-offs are.
const SIGN_OFFS: &str = "attestations";

/// Where a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceState {
    /// It waits for its review, which is in time through this day.
    Pending {
        /// The last day that is in time; `None` where nothing says when it came in.
        due: Option<Day>,
        /// Has that day passed?
        late: bool,
    },
    /// It holds since this day.
    Holds(Day),
    /// It was withdrawn on this day, or is about to be.
    Withdrawn(Day),
}

/// A customer that may be named in public, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its record.
    pub record: Record,
    /// Where it stands.
    pub state: ReferenceState,
}

impl Reference {
    fn of(record: Record, settings: &PartnerSettings, today: Day) -> Reference {
        let date = |name: &str| Day::parse(record.cell(name)?);
        let (submitted, approved) = (date("submitted_on"), date("approved_on"));
        // What comes from an opportunity needs no review.
        let at_once = submitted.filter(|_| record.cell("route") == Some("opportunity"));
        let state = match (date("withdrawn_on"), approved.or(at_once)) {
            (Some(day), _) => ReferenceState::Withdrawn(day),
            (None, Some(day)) => ReferenceState::Holds(day),
            (None, None) => {
                let due = submitted.map(|day| settings.review_due(day));
                ReferenceState::Pending {
                    due,
                    late: due.is_some_and(|due| due < today),
                }
            }
        };
        Reference { record, state }
    }

    /// Does it wait for its review?
    pub fn is_pending(&self) -> bool {
        matches!(self.state, ReferenceState::Pending { .. })
    }
}

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The level that is held is reviewed.
    Review {
        /// The program.
        program: String,
        /// What it is called.
        title: String,
        /// What the level is called.
        level: String,
        /// Would it be kept as things stand? `None`: nobody can tell.
        kept: Option<bool>,
    },
    /// One row is short of the next level.
    OneStep {
        /// The program.
        program: String,
        /// What it is called.
        title: String,
        /// What the level is called.
        level: String,
        /// The row that is short.
        row: String,
        /// By how much, where that is known, as it is written.
        gap: Option<String>,
    },
    /// A reference waits for its review.
    Reference {
        /// Its record.
        version: i64,
        /// The customer.
        customer: String,
        /// Where it can be read.
        url: String,
        /// Has its day passed?
        late: bool,
    },
    /// A plan or another document waits to be signed.
    SignOff {
        /// The task that asks for it.
        task: String,
        /// What is to be signed, as the partner says it.
        title: String,
        /// What sort of sign-off it is.
        kind: String,
        /// For which program; empty: for any.
        program: String,
    },
    /// A response waits for somebody to say whether it is a customer.
    Customer {
        /// The request.
        request: String,
        /// The customer.
        customer: String,
        /// Who answered.
        person: String,
    },
}

impl Waiting {
    /// Of which sort it is: `review`, `one-step`, `reference`, `sign-off`, `customer`.
    pub fn sort(&self) -> &'static str {
        match self {
            Waiting::Review { .. } => "review",
            Waiting::OneStep { .. } => "one-step",
            Waiting::Reference { .. } => "reference",
            Waiting::SignOff { .. } => "sign-off",
            Waiting::Customer { .. } => "customer",
        }
    }
}

/// Something that waits, and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The partner.
    pub partner: String,
    /// What it is called.
    pub partner_name: String,
    /// What waits.
    pub what: Waiting,
    /// Until when, where there is such a day.
    pub due: Option<Day>,
}

/// The queue of somebody who looks after partners.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// What waits, what is due first in front.
    pub waits: Vec<Waits>,
    /// How many partners it is of.
    pub partners: usize,
    /// How many more there are that it did not look at.
    pub more: usize,
}

/// The row that alone keeps a partner from the next level.
fn one_step(card: &Scorecard) -> Option<(&str, &Row)> {
    let held = card.holds.as_ref().and_then(|h| h.level);
    let next = card.columns.iter().find(|c| {
        c.ask == Ask::Enter
            && card
                .levels
                .iter()
                .position(|l| l.id == c.level)
                .is_some_and(|at| held.is_none_or(|held| at > held))
    })?;
    let mut open = next.rows.iter().filter(|r| r.verdict != Truth::Yes);
    let (first, second) = (open.next()?, open.next());
    let short = second.is_none() && first.verdict == Truth::No;
    short.then_some((&*next.title, first))
}

impl Office {
    /// The references of a partner and where each stands today.
    pub async fn references(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<Reference>, Refusal> {
        let settings = self.partner_settings(actor, partner).await?;
        let today = self.clock.today();
        let records = self.records(actor, partner, "references").await?;
        Ok(records
            .into_iter()
            .map(|r| Reference::of(r, &settings, today))
            .collect())
    }

    /// What waits for an actor at the partners that were assigned. Whoever only adds what is their own has no queue.
    pub async fn queue(&self, actor: &Actor) -> Result<Queue, Refusal> {
        let looks_after =
            |grant: &crate::access::Grant| grant.role != crate::access::Role::Contributor;
        if !actor.grants.is_empty() && !actor.grants.iter().any(looks_after) {
            return Err(Refusal::Denied(Verb::Decide));
        }
        let mut queue = Queue::default();
        let today = self.clock.today();
        let assigned: Vec<String> = self
            .partners(actor)?
            .into_iter()
            .filter(|p| actor.may_at(Verb::Decide, p) == May::Yes)
            .collect();
        queue.more = assigned.len().saturating_sub(PARTNERS);
        for partner in assigned.into_iter().take(PARTNERS) {
            queue.partners += 1;
            self.queue_of(actor, &partner, today, &mut queue.waits)
                .await?;
        }
        queue.waits.sort_by(|a, b| {
            let key = |w: &Waits| (w.due.unwrap_or(Day::MAX), w.partner_name.clone());
            key(a).cmp(&key(b))
        });
        Ok(queue)
    }

    async fn queue_of(
        &self,
        actor: &Actor,
        partner: &str,
        today: Day,
        waits: &mut Vec<Waits>,
    ) -> Result<(), Refusal> {
        let partner_name = self.partner_name(partner);
        let settings = self.partner_settings(actor, partner).await?;
        let mut wait = |what, due| {
            waits.push(Waits {
                partner: partner.to_owned(),
                partner_name: partner_name.clone(),
                what,
                due,
            });
        };
        let desk = self
            .desk(actor, partner, Question::on(today), Known::default())
            .await?;
        let overview = overview(&desk)?;
        for card in overview
            .cards
            .iter()
            .filter(|c| settings.follows(&c.program))
        {
            let next = card.review.as_ref().and_then(|r| r.next);
            if let (Some(holds), Some(on)) = (&card.holds, next)
                && on.0.saturating_sub(today.0) <= REVIEW_DAYS
            {
                let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
                let kept = match retain.map(|c| c.verdict) {
                    Some(Truth::Yes) => Some(true),
                    Some(Truth::No) => Some(false),
                    _ => None,
                };
                let what = Waiting::Review {
                    program: card.program.clone(),
                    title: card.title.clone(),
                    level: holds.title.clone(),
                    kept,
                };
                wait(what, Some(on));
            }
            if card.lifecycle
                && let Some((level, row)) = one_step(card)
            {
                let what = Waiting::OneStep {
                    program: card.program.clone(),
                    title: card.title.clone(),
                    level: level.to_owned(),
                    row: row.title.clone(),
                    gap: row.gap.as_ref().map(|gap| row.shown.number(gap)),
                };
                wait(what, None);
            }
        }
        for reference in self.references(actor, partner).await? {
            let ReferenceState::Pending { due, late } = reference.state else {
                continue;
            };
            let text = |name: &str| reference.record.cell(name).unwrap_or_default().to_owned();
            let what = Waiting::Reference {
                version: reference.record.version,
                customer: text("customer"),
                url: text("url"),
                late,
            };
            wait(what, due);
        }
        for task in self.tasks(actor, partner, false).await? {
            if let Some((kind, cells)) = &task.said.closes
                && kind == SIGN_OFFS
            {
                let text = |name: &str| {
                    let found = cells.iter().find(|(n, _)| n == name);
                    found.map_or_else(String::new, |(_, text)| text.clone())
                };
                let what = Waiting::SignOff {
                    task: task.task.clone(),
                    title: task.said.title.clone(),
                    kind: text("kind"),
                    program: text("program"),
                };
                wait(what, task.said.due);
            }
        }
        for rating in self.ratings(actor, partner).await? {
            if rating.state == RatingState::Confirmed {
                let confirmed = rating.confirmed.map(|at| self.clock.day_of(at));
                let what = Waiting::Customer {
                    request: rating.request,
                    customer: rating.customer,
                    person: rating.person,
                };
                wait(what, confirmed.map(|day| settings.review_due(day)));
            }
        }
        Ok(())
    }

    /// Approves a reference, from today on, or refuses it with a reason.
    pub async fn decide_reference(
        &self,
        actor: &Actor,
        partner: &str,
        version: i64,
        approve: bool,
        reason: &str,
    ) -> Result<Done<Record>, Refusal> {
        actor.permit(Verb::Decide, partner)?;
        let reason = checked_text(reason, "reason", 4_000, true)?;
        if !approve && reason.is_empty() {
            return Err(domain::diagnostic::Diagnostic::error(
                "no-reason",
                "nothing says why it is refused",
                domain::diagnostic::Place::default().showing("reason"),
            )
            .help("write a sentence or two")
            .into());
        }
        let settings = self.partner_settings(actor, partner).await?;
        let record = self.record(actor, partner, version).await?;
        let today = self.clock.today();
        let waits = record.kind == "references"
            && record.version == version
            && Reference::of(record.clone(), &settings, today).is_pending();
        if !waits {
            return Err(Refusal::Conflict {
                what: format!("reference {version}"),
                now: Some(record.version),
            });
        }
        let column = if approve {
            "approved_on"
        } else {
            "withdrawn_on"
        };
        let mut cells = record.cells;
        cells.push((column.to_owned(), today.to_string()));
        let edit = Edit::Correct { version, cells };
        let done = self
            .edit_as(actor, May::Yes, Verb::Decide, partner, &[edit])
            .await?;
        let record = done.value.into_iter().next();
        let record = record.ok_or_else(|| Refusal::no("record", &version.to_string()))?;
        let change = self
            .note_decision(
                actor,
                partner,
                &format!("references {version}"),
                approve,
                &reason,
            )
            .await?;
        Ok(Done {
            value: record,
            change,
        })
    }

    /// Signs what a task asks to be signed: it becomes a record, and the task is done. Or refuses, with a reason; then the
    /// task stays open, and the reason stands beside it.
    pub async fn sign_off(
        &self,
        actor: &Actor,
        partner: &str,
        task: &str,
        sign: bool,
        by: &str,
        reason: &str,
    ) -> Result<Done<Option<Record>>, Refusal> {
        actor.permit(Verb::Decide, partner)?;
        let tasks = self.tasks(actor, partner, false).await?;
        let found = tasks.into_iter().find(|t| t.task == task);
        let found = found.ok_or_else(|| Refusal::no("task", task))?;
        let reason = checked_text(reason, "reason", 4_000, true)?;
        let mut cells = match found.said.closes.clone() {
            Some((kind, cells)) if kind == SIGN_OFFS => cells,
            _ => return Err(Refusal::no("sign-off", task)),
        };
        let mut record = None;
        if sign {
            let set: BTreeSet<&str> = ["attested_on", "attested_by", "note"].into();
            cells.retain(|(name, _)| !set.contains(name.as_str()));
            cells.push(("attested_on".to_owned(), self.clock.today().to_string()));
            for (name, text) in [("attested_by", by), ("note", &*reason)] {
                let text = checked_text(text, "note", 4_000, true)?;
                if !text.is_empty() {
                    cells.push((name.to_owned(), text));
                }
            }
            let add = Edit::Add {
                kind: SIGN_OFFS.to_owned(),
                cells,
            };
            let done = self
                .edit_as(actor, May::Yes, Verb::Decide, partner, &[add])
                .await?;
            record = done.value.into_iter().next();
            self.settle_tasks(partner).await?;
        } else if reason.is_empty() {
            return Err(domain::diagnostic::Diagnostic::error(
                "no-reason",
                "nothing says why it is not signed",
                domain::diagnostic::Place::default().showing("reason"),
            )
            .help("write a sentence or two")
            .into());
        }
        let change = self
            .note_decision(actor, partner, &format!("task {task}"), sign, &reason)
            .await?;
        Ok(Done {
            value: record,
            change,
        })
    }

    /// Notes a decision with its reason where the partner reads it: as a comment on no row, and in the audit log without its
    /// words, which may name somebody.
    async fn note_decision(
        &self,
        actor: &Actor,
        partner: &str,
        subject: &str,
        approved: bool,
        reason: &str,
    ) -> Result<i64, Refusal> {
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !reason.is_empty() {
            let row = store::CommentRow {
                comment: crate::links::fresh_id('c'),
                partner: partner.to_owned(),
                program: String::new(),
                row: subject.to_owned(),
                body: reason.to_owned(),
                by: actor.account.clone(),
                at: self.now().0,
                gone: None,
            };
            tx.insert_comment(&row).await?;
        }
        let outcome = if approved { "approved" } else { "refused" };
        let detail = json!({ "outcome": outcome });
        let new = self.change(actor, Verb::Decide.name(), Some(partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// The reasons that were given when something was decided: about `references 12`, `task t…`.
    pub async fn reasons(
        &self,
        actor: &Actor,
        partner: &str,
        subject: &str,
    ) -> Result<Vec<crate::tasks::Comment>, Refusal> {
        self.comments(actor, partner, "", Some(subject)).await
    }
}
