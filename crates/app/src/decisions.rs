//! Decisions about a partner, with all that they rested on, so that the same question has the same answer for ever.
//!
//! A decision keeps the answer itself, to the byte, and what is needed to work it out again: the change after which it was
//! known, the day, and the texts of the programs and of the vocabulary. It is never changed; another one supersedes it.

use std::sync::Arc;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::engine::Programs;
use domain::instant::Instant;
use domain::library::Assumptions;
use domain::number::Exact;
use serde_json::{Value, json};
use store::{Decision, Scope, Tx, hash_of, hex};

use crate::access::{Actor, Verb};
use crate::office::{Done, Office};
use crate::programs::{Loaded, assemble};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::scorecard::Scorecard;
use crate::{scorecard, warm, wire};

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A review of the partner's standing.
    Review,
    /// Something that needs the vendor's approval.
    Approval,
    /// A plan or a document that is signed.
    SignOff,
}

impl About {
    /// All of them.
    pub const ALL: [About; 3] = [About::Review, About::Approval, About::SignOff];

    /// Its name in files, addresses and the database.
    pub fn name(self) -> &'static str {
        match self {
            About::Review => "review",
            About::Approval => "approval",
            About::SignOff => "sign-off",
        }
    }
}

/// How it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Yes.
    Approved,
    /// No.
    Refused,
    /// Not yet.
    Deferred,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 3] = [Outcome::Approved, Outcome::Refused, Outcome::Deferred];

    /// Its name in files, addresses and the database.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Approved => "approved",
            Outcome::Refused => "refused",
            Outcome::Deferred => "deferred",
        }
    }
}

/// A decision that is about to be made.
#[derive(Clone, Debug)]
pub struct Deciding {
    /// The program.
    pub program: String,
    /// The edition; the one that the partner elected, else the one in force, where absent.
    pub edition: Option<String>,
    /// The day that it is about.
    pub as_of: Day,
    /// The change after which it was known; the newest one where absent. Whoever decides by a page names the change that the
    /// page showed, so that nothing counts that they did not see.
    pub known_after: Option<i64>,
    /// What is assumed beside.
    pub assumptions: Assumptions,
    /// What is decided.
    pub about: About,
    /// How.
    pub outcome: Outcome,
    /// The level that it is about, where it is about one.
    pub level: Option<String>,
    /// Why.
    pub reason: String,
    /// The decision that this one supersedes.
    pub supersedes: Option<i64>,
}

/// A decision, with what the audit log says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// When it was made.
    pub at: Instant,
    /// The account that made it.
    pub by: String,
    /// The decision that stands in its place.
    pub superseded_by: Option<i64>,
}

/// An answer that was worked out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redecided {
    /// What was kept.
    pub decided: Decided,
    /// What comes out now, of what was known then and of the programs of then.
    pub answer: String,
    /// Are both the same, to the byte?
    pub same: bool,
}

/// The most characters of a reason.
const LONGEST_REASON: usize = 4_000;

impl Office {
    /// Decides about a partner. The answer on which it rests is worked out of what was known after a change, and kept.
    pub async fn decide(
        &self,
        actor: &Actor,
        partner: &str,
        deciding: &Deciding,
    ) -> Result<Done<Decided>, Refusal> {
        actor.permit(Verb::Decide, partner)?;
        if !self.read(actor).await?.has_partner(partner).await? {
            return Err(Refusal::no("partner", partner));
        }
        let reason = deciding.reason.trim();
        if reason.is_empty() || deciding.reason.chars().count() > LONGEST_REASON {
            let (code, message) = match reason.is_empty() {
                true => ("no-reason", "a decision says why".to_owned()),
                false => (
                    "reason-too-long",
                    format!("the reason has more than {LONGEST_REASON} characters"),
                ),
            };
            return Err(Diagnostic::error(code, message, Place::default())
                .help("give the reason in a sentence or two")
                .into());
        }
        let known = self.known_after(deciding.known_after).await?;
        let asked = Asked {
            program: deciding.program.clone(),
            edition: deciding.edition.clone(),
            as_of: deciding.as_of,
            assumptions: deciding.assumptions.clone(),
        };
        let loaded = self.programs.now();
        let programs = loaded.programs.clone();
        let (card, asked) = self.answer(programs, partner, &known, asked).await?;
        if let Some(level) = &deciding.level
            && !card.levels.iter().any(|l| l.id == *level)
        {
            let levels = card.levels.iter().map(|l| l.id.as_str());
            return Err(Diagnostic::error(
                "unknown-level",
                format!(
                    "`{level}` is no level of `{}@{}`",
                    card.program, card.edition
                ),
                Place::default(),
            )
            .help(match did_you_mean(level, levels.clone()) {
                near if near.is_empty() => {
                    format!("it has {}", levels.collect::<Vec<_>>().join(", "))
                }
                near => near,
            })
            .into());
        }
        let answer = wire::text(&wire::scorecard(&card));
        let made_of = made_of(&loaded);
        let mut decision = Decision {
            decision: 0,
            partner: partner.to_owned(),
            program: card.program.clone(),
            edition: card.edition.clone(),
            edition_hash: card.hash.clone(),
            library: hex(&hash_of(&made_of)),
            as_of: deciding.as_of,
            known_after: known.change,
            known_at: known.at,
            question: asked.text(),
            about: deciding.about.name().to_owned(),
            outcome: deciding.outcome.name().to_owned(),
            level: deciding.level.clone(),
            reason: reason.to_owned(),
            answer_hash: hash_of(&answer),
            answer,
            supersedes: deciding.supersedes,
            nonce: Some(rand::random()),
            seal: None,
        };
        let detail = json!({
            "program": decision.program,
            "edition": decision.edition,
            "edition_hash": decision.edition_hash,
            "as_of": decision.as_of.to_string(),
            "known_after": decision.known_after,
            "about": decision.about,
            "outcome": decision.outcome,
            "supersedes": decision.supersedes,
            "answer": hex(&decision.answer_hash),
            "seal": hex(&decision.sealed()),
        });
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        if let Some(earlier) = deciding.supersedes {
            supersedable(&mut tx, &decision, earlier).await?;
        }
        for (_, text) in loaded.files.iter().chain(&loaded.frozen) {
            tx.keep_text(text).await?;
        }
        tx.keep_library(&made_of).await?;
        let subject = format!("program {}", decision.program);
        let new = self.change(actor, Verb::Decide.name(), Some(partner), subject, detail);
        let at = new.at;
        let changed = tx.append(&scope, new, &[]).await?;
        decision.decision = changed.change;
        match tx.insert_decision(&decision).await {
            Err(error) if error.is_duplicate() => {
                return Err(Refusal::Conflict {
                    what: "the decision".to_owned(),
                    now: None,
                });
            }
            other => other?,
        }
        tx.commit().await?;
        self.take_over().await?;
        Ok(Done {
            change: changed.change,
            value: Decided {
                decision,
                at,
                by: actor.account.clone(),
                superseded_by: None,
            },
        })
    }

    /// Decisions about a partner, newest first, those that were superseded among them; of one program where it is named. The
    /// page ends before the decision `before`.
    pub async fn decisions(
        &self,
        actor: &Actor,
        partner: &str,
        program: Option<&str>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Decided>, Refusal> {
        actor.permit(Verb::ReadDecisions, partner)?;
        let mut tx = self.read(actor).await?;
        let page = tx
            .decisions(partner, program, before, limit.clamp(1, 500))
            .await?;
        let mut all = Vec::with_capacity(page.len());
        for decision in page {
            all.push(decided(&mut tx, decision).await?);
        }
        Ok(all)
    }

    /// A decision about a partner, by its number.
    pub async fn decision(
        &self,
        actor: &Actor,
        partner: &str,
        decision: i64,
    ) -> Result<Decided, Refusal> {
        actor.permit(Verb::ReadDecisions, partner)?;
        let mut tx = self.read(actor).await?;
        let found = tx.decision(partner, decision).await?;
        let found = found.ok_or_else(|| Refusal::no("decision", &decision.to_string()))?;
        decided(&mut tx, found).await
    }

    /// Works an answer out again: of what was known then, by the programs of then, whatever was learned or shipped since.
    pub async fn redecide(
        &self,
        actor: &Actor,
        partner: &str,
        decision: i64,
    ) -> Result<Redecided, Refusal> {
        let decided = self.decision(actor, partner, decision).await?;
        let kept = &decided.decision;
        let library = &kept.library;
        let loaded = self.programs.now();
        let programs = if hex(&hash_of(&made_of(&loaded))) == *library {
            loaded.programs.clone()
        } else {
            self.programs_of_then(library).await?
        };
        let known = self.known_after(Some(kept.known_after)).await?;
        let asked = Asked::read(kept);
        let (card, _) = self.answer(programs, partner, &known, asked).await?;
        let answer = wire::text(&wire::scorecard(&card));
        Ok(Redecided {
            same: answer == kept.answer,
            answer,
            decided,
        })
    }

    /// The programs whose texts are kept under a hash.
    async fn programs_of_then(&self, library: &str) -> Result<Arc<Programs>, Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        let lost = |what: &str, hash: &str| store::StoreError::Row {
            table: "libraries",
            key: library.to_owned(),
            why: format!("the {what} {hash} is not there"),
        };
        let made_of = tx.library(library).await?;
        let made_of = made_of.ok_or_else(|| lost("list", library))?;
        let made_of: Value = serde_json::from_str(&made_of).unwrap_or_default();
        let pairs = made_of["files"].as_array().into_iter().flatten();
        let mut files = vec![];
        for pair in pairs.chain(Some(&made_of["frozen"]).filter(|f| f.is_array())) {
            let part = |at: usize| pair[at].as_str().unwrap_or_default().to_owned();
            let text = tx.text(&part(1)).await?;
            files.push((part(0), text.ok_or_else(|| lost("text", &part(1)))?));
        }
        let frozen = made_of["frozen"].is_array().then(|| files.pop()).flatten();
        let own = made_of["own"].as_array().into_iter().flatten();
        let own = own.filter_map(|n| Some(n.as_str()?.to_owned())).collect();
        let whole = made_of["whole"] == true;
        let made = tokio::task::spawn_blocking(move || assemble(files, frozen, own, whole)).await;
        let loaded = made.expect("INVARIANT: files that once were read are read without a panic");
        Ok(loaded.programs)
    }

    /// The moment after a change; after the newest one where none is named.
    async fn known_after(&self, change: Option<i64>) -> Result<KnownAfter, Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        let found = match change {
            Some(change) => tx.change(change).await?,
            None => tx.newest_change().await?,
        };
        let asked = || change.unwrap_or_default().to_string();
        let found = found.ok_or_else(|| Refusal::no("change", &asked()))?;
        Ok(KnownAfter {
            change: found.change,
            at: found.at,
            last_fact: found.last_fact,
        })
    }

    /// The scorecard of a partner as it was known, with the question as its program is called.
    async fn answer(
        &self,
        programs: Arc<Programs>,
        partner: &str,
        known: &KnownAfter,
        mut asked: Asked,
    ) -> Result<(Scorecard, Asked), Refusal> {
        let mut question = Question {
            program: Some(asked.program.clone()),
            edition: asked.edition.clone(),
            partner: Some(partner.to_owned()),
            assumptions: asked.assumptions.clone(),
            ..Question::on(asked.as_of)
        };
        let named = question.named(&programs.library)?;
        if let Some((program, edition)) = named {
            asked.program = program.to_owned();
            asked.edition = edition.map(str::to_owned);
        }
        (question.program, question.edition) = (Some(asked.program.clone()), asked.edition.clone());
        let mut tx = self.store.read(&Scope::All).await?;
        let kin = warm::kin_at(&mut tx, partner, known.last_fact).await?;
        let day_of = |at| self.clock.day_of(at);
        let engine = warm::engine_of(
            &mut tx,
            programs,
            (&kin, known.last_fact, None),
            &day_of,
            asked.assumptions.clone(),
        )
        .await?;
        let desk = Desk {
            engine: Arc::new(engine),
            question,
        };
        Ok((scorecard::scorecard(&desk, false)?, asked))
    }
}

/// A moment of the store.
struct KnownAfter {
    change: i64,
    at: Instant,
    last_fact: i64,
}

/// The question as it was asked, which is kept.
struct Asked {
    program: String,
    edition: Option<String>,
    as_of: Day,
    assumptions: Assumptions,
}

impl Asked {
    fn text(&self) -> String {
        let of = &self.assumptions;
        let set = of
            .set
            .iter()
            .map(|(k, v)| (k.clone(), json!(v.to_string())));
        let assume = of.assume.iter().map(|(k, v)| (k.clone(), json!(v)));
        json!({
            "edition": self.edition,
            "set": Value::Object(set.collect()),
            "assume": Value::Object(assume.collect()),
            "track": of.track,
        })
        .to_string()
    }

    fn read(kept: &Decision) -> Asked {
        let said: Value = serde_json::from_str(&kept.question).unwrap_or_default();
        let texts = |name: &str| {
            let object = said[name].as_object().cloned().unwrap_or_default();
            object
                .into_iter()
                .filter_map(|(k, v)| Some((k, v.as_str()?.to_owned())))
        };
        Asked {
            program: kept.program.clone(),
            edition: said["edition"].as_str().map(str::to_owned),
            as_of: kept.as_of,
            assumptions: Assumptions {
                set: texts("set")
                    .filter_map(|(k, v)| Some((k, exact(&v)?)))
                    .collect(),
                assume: texts("assume").collect(),
                track: said["track"].as_str().map(str::to_owned),
            },
        }
    }
}

/// A number as it is printed: a decimal, or a fraction.
fn exact(text: &str) -> Option<Exact> {
    match text.split_once('/') {
        Some((over, under)) => Exact::parse(over)?.checked_div(&Exact::parse(under)?),
        None => Exact::parse(text),
    }
}

/// What programs are made of, in words that have a hash: the names of their files with the hashes of their texts.
fn made_of(loaded: &Loaded) -> String {
    let pair = |(name, text): &(String, String)| json!([name, hex(&hash_of(text))]);
    json!({
        "files": loaded.files.iter().map(pair).collect::<Vec<_>>(),
        "frozen": loaded.frozen.as_ref().map(pair),
        "own": loaded.own,
        "whole": loaded.whole,
    })
    .to_string()
}

/// That a decision may stand in the place of an earlier one.
async fn supersedable(tx: &mut Tx, new: &Decision, earlier: i64) -> Result<(), Refusal> {
    let found = tx.decision(&new.partner, earlier).await?;
    let found = found.filter(|d| d.program == new.program);
    found.ok_or_else(|| Refusal::no("decision", &earlier.to_string()))?;
    match tx.superseded_by(earlier).await? {
        None => Ok(()),
        now => Err(Refusal::Conflict {
            what: format!("decision {earlier}"),
            now,
        }),
    }
}

async fn decided(tx: &mut Tx, decision: Decision) -> Result<Decided, Refusal> {
    let change = tx.change(decision.decision).await?;
    let missing = || Refusal::no("decision", &decision.decision.to_string());
    let change = change.ok_or_else(missing)?;
    let superseded_by = tx.superseded_by(decision.decision).await?;
    Ok(Decided {
        at: change.at,
        by: change.actor,
        superseded_by,
        decision,
    })
}
