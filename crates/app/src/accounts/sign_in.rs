//! Signing in with a password, sessions, and who somebody with a session is.

use domain::instant::Instant;
use serde_json::json;
use store::{AccountRow, AccountState, SessionRow, Tx};

use super::{
    ADDRESS, Accounts, CLIENT, Entry, PASSWORD, Secret, Visitor, is_administrator, new_id,
    passwords, slip,
};
use crate::access::{Actor, Grant};
use crate::locale::Lang;
use crate::refusal::Refusal;

/// Seconds in which the second factor must be shown.
const FACTOR_SECONDS: i64 = 600;
/// Seconds between two notes that a session or token was used.
pub(super) const SEEN_SECONDS: i64 = 60;

/// How far somebody has come with signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The second factor is still to be shown.
    Factor,
    /// A second factor is still to be set up, for this server asks it of administrators.
    Enroll,
    /// Signed in.
    Whole,
}

/// A session that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What the browser keeps; shown once.
    pub secret: Secret,
    /// How far it has come.
    pub stage: Stage,
    /// When it ends.
    pub expires: Instant,
}

/// Somebody who has signed in, or is about to.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who they are and what they may do. It has no role before the stage is [`Stage::Whole`].
    pub actor: Actor,
    /// How far they have come.
    pub stage: Stage,
    /// The address of the account.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// The session; `None` where they came with a token.
    pub session: Option<String>,
    /// Whether the account has a password.
    pub has_password: bool,
    /// Whether a second factor is asked for.
    pub has_factor: bool,
}

impl Signed {
    /// The account, where it came with a session and all that was asked for; a token changes nothing of its own account.
    pub(super) fn in_person(&self) -> Result<&str, Refusal> {
        match (&self.session, self.stage) {
            (None, _) => Err(slip(
                "not-with-a-token",
                "a token cannot change the account that it belongs to",
                "token",
                "sign in with a browser",
            )),
            (Some(_), Stage::Whole) => Ok(&self.actor.account),
            (Some(_), Stage::Factor | Stage::Enroll) => Err(Refusal::SignIn),
        }
    }

    /// The actor, where everything was shown that is asked for.
    pub fn whole(self) -> Result<Actor, Refusal> {
        match self.stage {
            Stage::Whole => Ok(self.actor),
            Stage::Factor | Stage::Enroll => Err(Refusal::SignIn),
        }
    }
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Its id.
    pub session: String,
    /// Is it the one that asks?
    pub is_this: bool,
    /// When it began.
    pub created: Instant,
    /// When it was last used, to the minute or so.
    pub seen: Instant,
    /// When it ends, if it is not used before that.
    pub expires: Instant,
    /// What the browser calls itself.
    pub agent: String,
    /// The network address it came from.
    pub client: String,
}

fn wrong() -> Refusal {
    slip(
        "wrong-sign-in",
        "e-mail and password do not match",
        "password",
        "try again, or ask for a new password",
    )
}

impl Accounts<'_> {
    /// Signs in with a password.
    ///
    /// The answer and the work are the same whether the address has no account, one that may not sign in, or one of another
    /// password: the same limits, one hash, one row in the audit log.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Begun, Refusal> {
        let address = store::address_of(email);
        let network = visitor.network();
        let both = format!("{address}\n{network}");
        self.within(&[(PASSWORD, &both), (ADDRESS, &address), (CLIENT, &network)])
            .await?;
        let mut tx = self.read().await?;
        let row = tx.account_of(&address).await?;
        let id = row.as_ref().map_or("nobody", |r| r.account.as_str());
        let proofs = tx.proofs(id).await?;
        drop(tx);
        let phc = proofs.and_then(|p| p.password);
        let same = self.door.hasher.matches(password, phc.as_deref()).await?;
        let renewed = match &phc {
            Some(phc) if same && self.door.hasher.is_outdated(phc) => {
                Some(self.door.hasher.hash(password).await?)
            }
            _ => None,
        };
        let mut tx = self.write().await?;
        // Asked again, for it may have been disabled, or given another password, while this one was hashed.
        let row = tx.account_of(&address).await?;
        let id = row.as_ref().map_or("nobody", |r| r.account.as_str());
        let kept = tx.proofs(id).await?.and_then(|p| p.password);
        let id = id.to_owned();
        let account = row.filter(|r| same && kept == phc && r.state == AccountState::Active);
        let Some(account) = account else {
            self.note_failure(&mut tx, Entry::of(&id, "sign-in-failed", &id))
                .await?;
            tx.commit().await?;
            return Err(wrong());
        };
        if let Some(renewed) = renewed {
            tx.set_password(&account.account, &renewed).await?;
        }
        tx.forget_tries(&PASSWORD.key(&both)).await?;
        let begun = self.begin(&mut tx, &account, visitor, "password").await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// Begins a session of somebody who has shown who they are, but for the second factor.
    pub(super) async fn begin(
        &self,
        tx: &mut Tx,
        account: &AccountRow,
        visitor: &Visitor,
        by: &str,
    ) -> Result<Begun, Refusal> {
        let waits = account.factor_on.is_some();
        let (seconds, stage) = if waits {
            (FACTOR_SECONDS, store::Stage::Factor)
        } else {
            (self.door.settings.session_seconds, store::Stage::Whole)
        };
        let begun = self.begin_at(tx, account, visitor, seconds, stage).await?;
        let entry = Entry::of(&account.account, "sign-in", &account.account);
        let detail = json!({ "by": by, "second_factor": if waits { "asked" } else { "none" } });
        self.note(tx, entry.with(detail)).await?;
        Ok(begun)
    }

    pub(super) async fn begin_at(
        &self,
        tx: &mut Tx,
        account: &AccountRow,
        visitor: &Visitor,
        seconds: i64,
        stage: store::Stage,
    ) -> Result<Begun, Refusal> {
        let now = self.clock.now();
        let secret = Secret::new("");
        let row = SessionRow {
            session: new_id('s'),
            account: account.account.clone(),
            stage,
            created: now,
            seen: now,
            expires: now.plus_seconds(seconds),
            agent: visitor.agent(),
            client: visitor.client(),
        };
        tx.insert_session(&row, &secret.hash()).await?;
        let grants = self.grants(tx, &account.account).await?;
        Ok(Begun {
            secret,
            stage: self.stage(stage, account, &grants),
            expires: row.expires,
        })
    }

    fn stage(&self, kept: store::Stage, account: &AccountRow, grants: &[Grant]) -> Stage {
        let enroll = self.door.settings.administrators_need_factor
            && account.factor_on.is_none()
            && is_administrator(grants);
        match kept {
            store::Stage::Factor => Stage::Factor,
            store::Stage::Whole if enroll => Stage::Enroll,
            store::Stage::Whole => Stage::Whole,
        }
    }

    fn holds(&self, session: &SessionRow, now: Instant) -> bool {
        now < session.expires && now < session.seen.plus_seconds(self.door.settings.idle_seconds)
    }

    /// Who has this session. Its roles are those of this moment, and a disabled account has no session.
    pub async fn session(&self, secret: &str) -> Result<Signed, Refusal> {
        let now = self.clock.now();
        let mut tx = self.read().await?;
        let session = tx.session_of(&Secret::given(secret).hash()).await?;
        let session = session
            .filter(|s| self.holds(s, now))
            .ok_or(Refusal::SignIn)?;
        let account = tx.account(&session.account).await?;
        let account = account
            .filter(|a| a.state == AccountState::Active)
            .ok_or(Refusal::SignIn)?;
        let grants = self.grants(&mut tx, &account.account).await?;
        drop(tx);
        if now >= session.seen.plus_seconds(SEEN_SECONDS) {
            let mut tx = self.write().await?;
            tx.see_session(&session.session, now).await?;
            tx.commit().await?;
        }
        let stage = self.stage(session.stage, &account, &grants);
        Ok(Signed {
            actor: Actor {
                account: account.account,
                grants: if stage == Stage::Whole {
                    grants
                } else {
                    vec![]
                },
                only: None,
                only_partner: None,
                lang: Lang::default(),
            },
            stage,
            email: account.email,
            name: account.name,
            session: Some(session.session),
            has_password: account.has_password,
            has_factor: account.factor_on.is_some(),
        })
    }

    /// Ends the session of a secret; nothing where there is none.
    pub async fn sign_out(&self, secret: &str) -> Result<(), Refusal> {
        let mut tx = self.write().await?;
        let hash = Secret::given(secret).hash();
        if let Some(session) = tx.session_of(&hash).await? {
            tx.delete_session(&session.account, &session.session)
                .await?;
            self.note(
                &mut tx,
                Entry::of(&session.account, "sign-out", &session.account),
            )
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// The sessions of one's own account that hold, last seen first.
    pub async fn sessions(&self, signed: &Signed) -> Result<Vec<SessionView>, Refusal> {
        let account = signed.in_person()?;
        let now = self.clock.now();
        let mut tx = self.read().await?;
        let rows = tx.sessions_of(account).await?;
        let idle = self.door.settings.idle_seconds;
        Ok(rows
            .into_iter()
            .filter(|row| self.holds(row, now) && row.stage == store::Stage::Whole)
            .map(|row| SessionView {
                is_this: signed.session.as_deref() == Some(&row.session),
                session: row.session,
                created: row.created,
                seen: row.seen,
                expires: row.expires.min(row.seen.plus_seconds(idle)),
                agent: row.agent,
                client: row.client,
            })
            .collect())
    }

    /// Ends one of one's own sessions.
    pub async fn end_session(&self, signed: &Signed, session: &str) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.write().await?;
        if !tx.delete_session(account, session).await? {
            return Err(Refusal::no("session", session));
        }
        self.note(&mut tx, Entry::of(account, "end-session", account))
            .await?;
        Ok(tx.commit().await?)
    }

    /// Ends all of one's own sessions but this one, and says how many there were.
    pub async fn end_other_sessions(&self, signed: &Signed) -> Result<u64, Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.write().await?;
        let ended = tx
            .delete_sessions(account, signed.session.as_deref())
            .await?;
        self.note(&mut tx, Entry::of(account, "end-other-sessions", account))
            .await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Changes one's own password, or sets the first one. All other sessions end.
    pub async fn change_password(
        &self,
        signed: &Signed,
        now_used: &str,
        wanted: &str,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let network = visitor.network();
        let both = format!("{}\n{network}", store::address_of(&signed.email));
        self.within(&[(PASSWORD, &both), (CLIENT, &network)])
            .await?;
        let mut tx = self.read().await?;
        let phc = tx.proofs(account).await?.and_then(|p| p.password);
        drop(tx);
        if phc.is_some() && !self.door.hasher.matches(now_used, phc.as_deref()).await? {
            let mut tx = self.write().await?;
            self.note_failure(
                &mut tx,
                Entry::of(account, "change-password-failed", account),
            )
            .await?;
            tx.commit().await?;
            return Err(slip(
                "wrong-password",
                "this is not the password that you have now",
                "now",
                "",
            ));
        }
        passwords::check(wanted, &signed.email, &signed.name)?;
        let wanted = self.door.hasher.hash(wanted).await?;
        let mut tx = self.write().await?;
        let kept = tx.proofs(account).await?.and_then(|p| p.password);
        if kept != phc {
            return Err(Refusal::Conflict {
                what: "your password".to_owned(),
                now: None,
            });
        }
        tx.set_password(account, &wanted).await?;
        tx.delete_sessions(account, signed.session.as_deref())
            .await?;
        tx.delete_links(store::LinkKind::Reset, Some(account))
            .await?;
        tx.forget_tries(&PASSWORD.key(&both)).await?;
        self.note(&mut tx, Entry::of(account, "change-password", account))
            .await?;
        let to = (account, signed.email.as_str());
        self.post_notice(&mut tx, to, super::mail::Notice::Password)
            .await?;
        Ok(tx.commit().await?)
    }
}
