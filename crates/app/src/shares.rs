//! Links that show one scorecard to whoever has them: read-only, for a while, until they are ended.

use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use serde_json::json;
use store::{Scope, ShareRow};

use crate::access::{Actor, Verb};
use crate::links::{LinkSecret, fresh_id, hash_of};
use crate::locale::Lang;
use crate::office::{Done, Known, Office};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::scorecard::{Scorecard, scorecard};
use crate::tasks::checked_text;

/// A link lasts at most so many days.
pub const LONGEST_DAYS: i64 = 366;

/// A link that shows a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its id.
    pub share: String,
    /// Of which program.
    pub program: String,
    /// For whom it is.
    pub note: String,
    /// Which account made it.
    pub by: String,
    /// When.
    pub created: Instant,
    /// When it ends.
    pub expires: Instant,
    /// When it was ended before that.
    pub revoked: Option<Instant>,
    /// How often it was opened.
    pub opened: i64,
    /// When last.
    pub last: Option<Instant>,
}

impl Share {
    fn of(row: ShareRow) -> Share {
        Share {
            share: row.share,
            program: row.program,
            note: row.note,
            by: row.by,
            created: Instant(row.created),
            expires: Instant(row.expires),
            revoked: row.revoked.map(Instant),
            opened: row.opened,
            last: row.last.map(Instant),
        }
    }

    /// Does it work at a moment?
    pub fn works(&self, now: Instant) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

impl Office {
    /// Makes a link that shows a partner's scorecard in a program for so many days. The secret is handed out this once.
    pub async fn share_scorecard(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        days: i64,
        note: &str,
    ) -> Result<Done<(Share, LinkSecret)>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let library = self.programs.library();
        if !library.programs().contains(&program) {
            return Err(Refusal::no("program", program));
        }
        if !(1..=LONGEST_DAYS).contains(&days) {
            let message = format!("a link cannot last {days} days");
            return Err(Diagnostic::error(
                "out-of-range",
                message,
                Place::default().showing("days"),
            )
            .help(format!("it lasts between 1 and {LONGEST_DAYS}"))
            .into());
        }
        let now = self.now();
        let secret = LinkSecret::fresh();
        let row = ShareRow {
            share: fresh_id('s'),
            partner: partner.to_owned(),
            program: program.to_owned(),
            note: checked_text(note, "note", 200, false)?,
            by: actor.account.clone(),
            created: now.0,
            expires: now.plus_seconds(days * 86_400).0,
            revoked: None,
            opened: 0,
            last: None,
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.insert_share(&row, &hash_of(secret.reveal())).await?;
        let detail = json!({ "program": program, "days": days });
        let new = self.change(
            actor,
            "share",
            Some(partner),
            format!("share {}", row.share),
            detail,
        );
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: (Share::of(row), secret),
            change,
        })
    }

    /// The links that were made of a partner's scorecards, newest first.
    pub async fn shares(&self, actor: &Actor, partner: &str) -> Result<Vec<Share>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.shares(partner).await?;
        Ok(rows.into_iter().map(Share::of).collect())
    }

    /// Ends a link.
    pub async fn revoke_share(
        &self,
        actor: &Actor,
        partner: &str,
        share: &str,
    ) -> Result<i64, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.revoke_share(partner, share, self.now()).await? {
            return Err(Refusal::no("share", share));
        }
        let subject = format!("share {share}");
        let new = self.change(actor, "revoke-share", Some(partner), subject, json!({}));
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// What a link shows, to nobody in particular: the scorecard of today. Each look is counted.
    pub async fn shared(
        &self,
        secret: &str,
        lang: Lang,
    ) -> Result<(Share, Scorecard, Desk), Refusal> {
        let missing = || Refusal::no("link", "");
        let now = self.now();
        let mut tx = self.store.write(&Scope::All).await?;
        let row = tx.share_of(&hash_of(secret)).await?.ok_or_else(missing)?;
        let partner = row.partner.clone();
        let share = Share::of(row);
        if !share.works(now) {
            return Err(missing());
        }
        tx.share_was_opened(&share.share, now).await?;
        tx.commit().await?;
        let mut question = Question::on(self.clock.today());
        question.program = Some(share.program.clone());
        let engine = self
            .desk_unasked(&partner, &mut question, Known::default())
            .await?;
        let desk = Desk { engine, question }.in_language(lang.tag());
        let card = scorecard(&desk, false)?;
        Ok((share, card, desk))
    }
}
