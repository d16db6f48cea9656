//! Decisions with all that they rested on, and the texts of the programs that answered.
//!
//! Knows no program and no verdict: an answer is bytes that have a hash.

use std::fmt::Write as _;

use domain::calendar::Day;
use domain::instant::Instant;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use crate::changes::seal_text;
use crate::db::{StoreError, Tx, on};

/// What was decided about a partner, with all that it rested on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The change that made it, which is also its number.
    pub decision: i64,
    /// The partner.
    pub partner: String,
    /// The program.
    pub program: String,
    /// The edition that answered.
    pub edition: String,
    /// The hash of the edition.
    pub edition_hash: String,
    /// The hash under which the texts of all programs and of the vocabulary are kept.
    pub library: String,
    /// The day asked about.
    pub as_of: Day,
    /// The change after which it was known.
    pub known_after: i64,
    /// The moment of that change.
    pub known_at: Instant,
    /// The question as it was asked, as JSON: the edition that was named, and what was assumed.
    pub question: String,
    /// What it is: `review`, `approval` or `sign-off`.
    pub about: String,
    /// What was decided: `approved`, `refused` or `deferred`.
    pub outcome: String,
    /// The level that it is about, where it is about one.
    pub level: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// The answer on which it rested, as JSON.
    pub answer: String,
    /// SHA-256 of that answer.
    pub answer_hash: Vec<u8>,
    /// The decision in whose place it stands.
    pub supersedes: Option<i64>,
    /// What makes its seal unguessable; gone once a text of it was erased.
    pub nonce: Option<i64>,
    /// Its seal, once a text of it was erased.
    pub seal: Option<Vec<u8>>,
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// SHA-256 of a text.
pub fn hash_of(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

impl Decision {
    /// The seal, which the change that makes it remembers.
    pub fn sealed(&self) -> Vec<u8> {
        if let Some(seal) = &self.seal {
            return seal.clone();
        }
        let mut hash = Sha256::new();
        for number in [
            i64::from(self.as_of.0),
            self.known_after,
            self.known_at.0,
            self.supersedes.unwrap_or(0),
            self.nonce.unwrap_or(0),
        ] {
            hash.update(number.to_be_bytes());
        }
        for text in [
            Some(&*self.partner),
            Some(&*self.program),
            Some(&*self.edition),
            Some(&*self.edition_hash),
            Some(&*self.library),
            Some(&*self.question),
            Some(&*self.about),
            Some(&*self.outcome),
            self.level.as_deref(),
            Some(&*self.reason),
            Some(&*self.answer),
        ] {
            seal_text(&mut hash, text);
        }
        hash.update(&self.answer_hash);
        hash.finalize().to_vec()
    }
}

macro_rules! decision_of {
    ($row:expr) => {{
        let row = $row;
        Decision {
            decision: row.try_get(0)?,
            partner: row.try_get(1)?,
            program: row.try_get(2)?,
            edition: row.try_get(3)?,
            edition_hash: row.try_get(4)?,
            library: row.try_get(5)?,
            as_of: Day(row.try_get(6)?),
            known_after: row.try_get(7)?,
            known_at: Instant(row.try_get(8)?),
            question: row.try_get(9)?,
            about: row.try_get(10)?,
            outcome: row.try_get(11)?,
            level: row.try_get(12)?,
            reason: row.try_get(13)?,
            answer: row.try_get(14)?,
            answer_hash: row.try_get(15)?,
            supersedes: row.try_get(16)?,
            nonce: row.try_get(17)?,
            seal: row.try_get(18)?,
        }
    }};
}

impl Tx {
    /// Writes a decision. The change that makes it must remember its seal.
    pub async fn insert_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            insert into decisions (decision, partner, program, edition, edition_hash, library, as_of, known_after, known_at,
                                   question, about, outcome, level, reason, answer, answer_hash, supersedes, nonce)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ")
        .bind(decision.decision)
        .bind(&decision.partner)
        .bind(&decision.program)
        .bind(&decision.edition)
        .bind(&decision.edition_hash)
        .bind(&decision.library)
        .bind(decision.as_of.0)
        .bind(decision.known_after)
        .bind(decision.known_at.0)
        .bind(&decision.question)
        .bind(&decision.about)
        .bind(&decision.outcome)
        .bind(&decision.level)
        .bind(&decision.reason)
        .bind(&decision.answer)
        .bind(&decision.answer_hash)
        .bind(decision.supersedes)
        .bind(decision.nonce)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// A decision of a partner by its number.
    pub async fn decision(
        &mut self,
        partner: &str,
        decision: i64,
    ) -> Result<Option<Decision>, StoreError> {
        on!(self, c => {
            let row = sqlx::query("
                select decision, partner, program, edition, edition_hash, library, as_of, known_after, known_at, question,
                       about, outcome, level, reason, answer, answer_hash, supersedes, nonce, seal
                from decisions
                where decision = $1
                  and partner = $2
            ")
            .bind(decision)
            .bind(partner)
            .fetch_optional(c)
            .await?;
            Ok(match row {
                Some(row) => Some(decision_of!(row)),
                None => None,
            })
        })
    }

    /// Decisions about a partner before one of them, newest first, at most so many; of one program where it is named.
    pub async fn decisions(
        &mut self,
        partner: &str,
        program: Option<&str>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Decision>, StoreError> {
        let mut all = vec![];
        on!(self, c => {
            let rows = sqlx::query("
                select decision, partner, program, edition, edition_hash, library, as_of, known_after, known_at, question,
                       about, outcome, level, reason, answer, answer_hash, supersedes, nonce, seal
                from decisions
                where partner = $1
                  and ($2 is null or program = $2)
                  and decision < $3
                order by decision desc
                limit $4
            ")
            .bind(partner)
            .bind(program)
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(c)
            .await?;
            for row in rows {
                all.push(decision_of!(row));
            }
        });
        Ok(all)
    }

    /// The decisions after one, oldest first, at most so many, whoever they are about.
    pub async fn decisions_after(
        &mut self,
        decision: i64,
        limit: i64,
    ) -> Result<Vec<Decision>, StoreError> {
        let mut all = vec![];
        on!(self, c => {
            let rows = sqlx::query("
                select decision, partner, program, edition, edition_hash, library, as_of, known_after, known_at, question,
                       about, outcome, level, reason, answer, answer_hash, supersedes, nonce, seal
                from decisions
                where decision > $1
                order by decision
                limit $2
            ")
            .bind(decision)
            .bind(limit)
            .fetch_all(c)
            .await?;
            for row in rows {
                all.push(decision_of!(row));
            }
        });
        Ok(all)
    }

    /// The decision that stands in the place of another one; `None` where that one still stands.
    pub async fn superseded_by(&mut self, decision: i64) -> Result<Option<i64>, StoreError> {
        let row: Option<(i64,)> = on!(self, c => sqlx::query_as("
            select decision
            from decisions
            where supersedes = $1
        ")
        .bind(decision)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(decision,)| decision))
    }

    /// Other words in a decision, in place of those that named a person. Its seal stays, and its nonce goes.
    pub async fn erase_in_decision(
        &mut self,
        decision: &Decision,
        reason: &str,
        answer: &str,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update decisions
            set reason = $2,
                answer = $3,
                nonce = null,
                seal = $4
            where decision = $1
        ")
        .bind(decision.decision)
        .bind(reason)
        .bind(answer)
        .bind(decision.sealed())
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Keeps a text once under its hash; returns the hash.
    pub async fn keep_text(&mut self, text: &str) -> Result<String, StoreError> {
        let hash = hex(&hash_of(text));
        on!(self, c => sqlx::query("
            insert into texts (hash, text)
            values ($1, $2)
            on conflict (hash) do nothing
        ")
        .bind(&hash)
        .bind(text)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(hash)
    }

    /// Keeps what programs were made of, once under its hash; returns the hash.
    pub async fn keep_library(&mut self, made_of: &str) -> Result<String, StoreError> {
        let library = hex(&hash_of(made_of));
        on!(self, c => sqlx::query("
            insert into libraries (library, made_of)
            values ($1, $2)
            on conflict (library) do nothing
        ")
        .bind(&library)
        .bind(made_of)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(library)
    }

    /// A kept text by its hash.
    pub async fn text(&mut self, hash: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            select text
            from texts
            where hash = $1
        ")
        .bind(hash)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(text,)| text))
    }

    /// What programs were made of, by its hash.
    pub async fn library(&mut self, library: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            select made_of
            from libraries
            where library = $1
        ")
        .bind(library)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(made_of,)| made_of))
    }

    /// The facts up to one that say who is judged together with whom, as they stood: partner, kind and cells.
    pub async fn kinship(
        &mut self,
        through: i64,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        let rows: Vec<(String, String, String)> = on!(self, c => sqlx::query_as("
            select f.partner, f.kind, f.cells
            from facts f
            where f.kind in ('partners', 'groups')
              and f.fact <= $1
              and f.cells is not null
              and not exists (
                select 1
                from facts n
                where n.replaces = f.fact
                  and n.fact <= $1
              )
            order by f.fact
        ")
        .bind(through)
        .fetch_all(c)
        .await?);
        Ok(rows)
    }
}
