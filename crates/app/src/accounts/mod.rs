//! Who somebody is, how they prove it, and what they may do.
//!
//! [`Accounts`] carries the verbs; [`Door`] is what the server keeps as long as it runs. A secret is shown once and kept as
//! a hash. Each verb appends to the audit log, which knows accounts by their ids and never a name, an address or a secret.
//! Knows no page and no header.

mod factor;
mod links;
mod mail;
mod members;
mod passwords;
mod provider;
mod secret;
mod sign_in;
mod tokens;

use std::net::IpAddr;

use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::{AccountRow, NewChange, Scope, Store, StoreError, Tx};

use crate::access::{Actor, Grant, Role};
use crate::clock::Clock;
use crate::locale::Lang;
use crate::refusal::Refusal;

pub use factor::Enrollment;
pub use links::{Invitation, Invited};
pub use mail::{Letter, Posted};
pub use members::{AccountPage, Erasing, Invitee, Member, Members};
pub use passwords::{Cost, Hasher, LEAST_CHARACTERS};
pub use provider::{Departure, ProviderSettings};
pub use secret::Secret;
pub use sign_in::{Begun, SessionView, Signed, Stage};
pub use store::AccountState;
pub use tokens::{NewToken, TokenView};

/// What is set about accounts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the server, without a slash at its end: links in mail begin with it.
    pub public_url: String,
    /// Seconds after which a session that nobody uses ends.
    pub idle_seconds: i64,
    /// Seconds after which a session ends in any case.
    pub session_seconds: i64,
    /// Seconds for which an invitation works.
    pub invitation_seconds: i64,
    /// Seconds for which a link to choose a new password works.
    pub reset_seconds: i64,
    /// Must an administrator of the server have a second factor?
    pub administrators_need_factor: bool,
    /// The server that takes mail: `smtp://…`, `smtps://…`. Without one, mail waits in the outbox for an administrator.
    pub smtp: Option<String>,
    /// Is each link handed on by whoever asks for it, so that no mail is written? So it is on the command line.
    pub by_hand: bool,
    /// From whom mail is.
    pub mail_from: String,
    /// The provider of OpenID Connect with whom one may sign in.
    pub provider: Option<ProviderSettings>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            public_url: "http://127.0.0.1:8080".to_owned(),
            idle_seconds: 14 * 24 * 3_600,
            session_seconds: 60 * 24 * 3_600,
            invitation_seconds: 7 * 24 * 3_600,
            reset_seconds: 3_600,
            administrators_need_factor: false,
            smtp: None,
            by_hand: false,
            mail_from: "Cairn <cairn@localhost>".to_owned(),
            provider: None,
        }
    }
}

/// What the server keeps about accounts as long as it runs.
#[derive(Debug)]
pub struct Door {
    /// The settings.
    pub settings: Settings,
    hasher: Hasher,
    provider: provider::Discovered,
}

impl Door {
    /// With passwords hashed at the cost that is asked of a server today.
    pub fn new(settings: Settings) -> Door {
        Door::with(settings, Hasher::new(Cost::default()))
    }

    /// With another cost of hashing.
    pub fn with(settings: Settings, hasher: Hasher) -> Door {
        Door {
            settings,
            hasher,
            provider: provider::Discovered::default(),
        }
    }
}

/// Who comes: as far as the network says.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The network address, as the server trusts it.
    pub address: Option<IpAddr>,
    /// What the browser or program calls itself.
    pub agent: String,
}

impl Visitor {
    /// As it is shown in a list of sessions; empty where it is not known.
    fn client(&self) -> String {
        self.address.map(|a| a.to_string()).unwrap_or_default()
    }

    /// The network that one subscriber has, whom limits count as one: an IPv4 address, the first half of an IPv6 address.
    fn network(&self) -> String {
        match self.address.map(|a| a.to_canonical()) {
            None => String::new(),
            Some(IpAddr::V4(v4)) => v4.to_string(),
            Some(IpAddr::V6(v6)) => v6.segments()[..4]
                .iter()
                .map(|s| format!("{s:x}:"))
                .collect(),
        }
    }

    fn agent(&self) -> String {
        self.agent
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect()
    }
}

/// The verbs about accounts.
#[derive(Clone, Copy, Debug)]
pub struct Accounts<'o> {
    store: &'o Store,
    clock: &'o Clock,
    door: &'o Door,
}

/// How often something may be tried: so many times at once, and one more after each so many seconds.
#[derive(Clone, Copy, Debug)]
struct Limit {
    name: &'static str,
    at_once: i64,
    each_seconds: i64,
}

/// Wrong passwords of one person at one place: ten in a quarter of an hour.
const PASSWORD: Limit = Limit {
    name: "password",
    at_once: 10,
    each_seconds: 90,
};
/// Sign-ins of one address from everywhere, so that many places together get no farther than a hundred in an hour.
const ADDRESS: Limit = Limit {
    name: "address",
    at_once: 100,
    each_seconds: 36,
};
/// Sign-ins from one network, behind which a whole office may sit.
const CLIENT: Limit = Limit {
    name: "client",
    at_once: 60,
    each_seconds: 15,
};
/// Codes of a second factor of one account.
const CODE: Limit = Limit {
    name: "code",
    at_once: 10,
    each_seconds: 90,
};
/// Mails with a new password to one address.
const RESET: Limit = Limit {
    name: "reset",
    at_once: 3,
    each_seconds: 1_200,
};
/// Such mails asked for from one network.
const RESET_CLIENT: Limit = Limit {
    name: "reset-client",
    at_once: 20,
    each_seconds: 180,
};
/// Links that were opened from one network.
const LINK: Limit = Limit {
    name: "link",
    at_once: 60,
    each_seconds: 15,
};
/// Invitations by one account.
const INVITE: Limit = Limit {
    name: "invite",
    at_once: 100,
    each_seconds: 60,
};
/// Rows in the audit log about those who failed, so that nobody can fill it from outside.
const FAILURES: Limit = Limit {
    name: "failures",
    at_once: 500,
    each_seconds: 10,
};

impl Limit {
    fn key(self, of: &str) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([0]);
        hash.update(of.as_bytes());
        hash.finalize().to_vec()
    }

    /// Counts a try; the seconds to wait, where it is one too many.
    async fn count(self, tx: &mut Tx, of: &str, now: Instant) -> Result<Option<u64>, StoreError> {
        let each = self.each_seconds.saturating_mul(1_000_000);
        let wait = tx.count_try(&self.key(of), now, each, self.at_once).await?;
        Ok(wait.map(|micros| u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000)))
    }
}

/// A slip of the user's, in a field of a form.
fn slip(code: &'static str, message: impl Into<String>, field: &str, help: &str) -> Refusal {
    let place = Place::default().showing(field);
    Refusal::from(Diagnostic::error(code, message, place).help(help))
}

/// The language that a partner has set; the first one where it set none.
async fn partner_language(tx: &mut Tx, partner: &str) -> Result<Lang, StoreError> {
    let settings = tx.partner_settings(partner).await?;
    let set = settings.and_then(|s| Lang::of_tag(&s.language));
    Ok(set.unwrap_or_default())
}

/// The language in which a reader of a partner is written to: the one that they chose, else the partner's.
pub(crate) async fn reader_language(
    tx: &mut Tx,
    account: &str,
    partner: Lang,
) -> Result<Lang, StoreError> {
    let chosen = tx.account_language(account).await?;
    Ok(Lang::of_tag(&chosen).unwrap_or(partner))
}

/// What a person is called, as it is kept.
fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(slip(
            "wrong-name",
            "a name has between 1 and 200 characters, and no line breaks",
            "name",
            "write the name as colleagues know it",
        ));
    }
    Ok(name.to_owned())
}

/// An e-mail address, as it is kept.
fn checked_email(email: &str) -> Result<String, Refusal> {
    let email = email.trim();
    let address: Result<lettre::Address, _> = email.parse();
    if email.len() > 254 || address.is_err() {
        return Err(slip(
            "wrong-email",
            "this is not an e-mail address",
            "email",
            "write it like name@company.example",
        ));
    }
    Ok(email.to_owned())
}

/// Something done about accounts, as the audit log remembers it.
struct Entry<'e> {
    actor: &'e str,
    verb: &'static str,
    partner: Option<&'e str>,
    subject: String,
    detail: serde_json::Value,
}

impl<'e> Entry<'e> {
    fn of(actor: &'e str, verb: &'static str, account: &str) -> Entry<'e> {
        Entry {
            actor,
            verb,
            partner: None,
            subject: format!("account {account}"),
            detail: json!({}),
        }
    }

    fn at(mut self, partner: Option<&'e str>) -> Entry<'e> {
        self.partner = partner;
        self
    }

    fn with(mut self, detail: serde_json::Value) -> Entry<'e> {
        self.detail = detail;
        self
    }
}

impl<'o> Accounts<'o> {
    /// The verbs over a store, at the time of a clock.
    pub fn new(store: &'o Store, clock: &'o Clock, door: &'o Door) -> Accounts<'o> {
        Accounts { store, clock, door }
    }

    /// The settings.
    pub fn settings(&self) -> &'o Settings {
        &self.door.settings
    }

    /// A transaction that sees everybody's rows. Whoever begins it has asked what the actor may.
    async fn write(&self) -> Result<Tx, StoreError> {
        self.store.write(&Scope::All).await
    }

    async fn read(&self) -> Result<Tx, StoreError> {
        self.store.read(&Scope::All).await
    }

    async fn note(&self, tx: &mut Tx, entry: Entry<'_>) -> Result<(), StoreError> {
        let new = NewChange {
            at: self.clock.now(),
            actor: entry.actor.to_owned(),
            verb: entry.verb.to_owned(),
            partner: entry.partner.map(str::to_owned),
            subject: entry.subject,
            detail: entry.detail.to_string(),
        };
        tx.append(&Scope::All, new, &[]).await?;
        Ok(())
    }

    /// Writes down that somebody failed, unless too many did.
    async fn note_failure(&self, tx: &mut Tx, entry: Entry<'_>) -> Result<(), StoreError> {
        if FAILURES.count(tx, "", self.clock.now()).await?.is_none() {
            self.note(tx, entry).await?;
        }
        Ok(())
    }

    /// Counts one try against each limit; where one of them is reached, against none.
    async fn within(&self, limits: &[(Limit, &str)]) -> Result<(), Refusal> {
        let mut tx = self.write().await?;
        let now = self.clock.now();
        let mut wait = None;
        for (limit, of) in limits {
            wait = wait.max(limit.count(&mut tx, of, now).await?);
        }
        match wait {
            Some(seconds) => Err(Refusal::TooOften { seconds }),
            None => Ok(tx.commit().await?),
        }
    }

    /// The roles of an account. A role that this version does not know gives nothing.
    async fn grants(&self, tx: &mut Tx, account: &str) -> Result<Vec<Grant>, StoreError> {
        let rows = tx.grants_of(account).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                Some(Grant {
                    role: Role::named(&row.role)?,
                    partner: row.partner,
                    person: row.person,
                })
            })
            .collect())
    }

    /// An account that there must be.
    async fn existing(&self, tx: &mut Tx, account: &str) -> Result<AccountRow, Refusal> {
        let row = tx.account(account).await?;
        row.ok_or_else(|| Refusal::no("account", account))
    }

    fn link_url(&self, page: &str, secret: &Secret) -> String {
        // In the query rather than the path, for logs keep paths.
        format!(
            "{}/{page}?key={}",
            self.door.settings.public_url,
            secret.reveal()
        )
    }
}

/// An id that says nothing: a letter for its kind, and 80 random bits.
fn new_id(kind: char) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bits: u128 = rand::random();
    let mut id = String::from(kind);
    for _ in 0..16 {
        id.push(char::from(LETTERS[(bits & 31) as usize]));
        bits >>= 5;
    }
    id
}

/// Is this somebody who may do everything on the server?
fn is_administrator(grants: &[Grant]) -> bool {
    grants
        .iter()
        .any(|g| g.role == Role::Administrator && g.partner.is_none())
}

impl Accounts<'_> {
    /// Says what one is called from now on.
    pub async fn rename(&self, signed: &Signed, name: &str) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let name = checked_name(name)?;
        let mut tx = self.write().await?;
        tx.set_account_name(account, &name).await?;
        self.note(&mut tx, Entry::of(account, "rename-account", account))
            .await?;
        Ok(tx.commit().await?)
    }

    /// The language that somebody chose to be written to in; `None` where they never chose one, or took their choice back.
    pub async fn language(&self, signed: &Signed) -> Result<Option<Lang>, Refusal> {
        let mut tx = self.read().await?;
        Ok(Lang::of_tag(
            &tx.account_language(&signed.actor.account).await?,
        ))
    }

    /// Sets the language in which somebody is written to; without one it is again that of their partner.
    pub async fn set_language(&self, signed: &Signed, lang: Option<Lang>) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let tag = lang.map_or("", Lang::tag);
        let mut tx = self.write().await?;
        if tx.account_language(account).await? == tag {
            return Ok(());
        }
        tx.set_account_language(account, tag).await?;
        let entry = Entry::of(account, "set-language", account);
        self.note(&mut tx, entry.with(json!({ "language": tag })))
            .await?;
        Ok(tx.commit().await?)
    }

    /// The language in which an account is written to: the one that it chose, else that of the first partner at which it has a role,
    /// else the first one.
    async fn language_of(&self, tx: &mut Tx, account: &str) -> Result<Lang, StoreError> {
        if let Some(chosen) = Lang::of_tag(&tx.account_language(account).await?) {
            return Ok(chosen);
        }
        for grant in tx.grants_of(account).await? {
            if let Some(partner) = &grant.partner {
                return partner_language(tx, partner).await;
            }
        }
        Ok(Lang::default())
    }

    /// Deletes what holds no more. Called from time to time.
    pub async fn sweep(&self) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut tx = self.write().await?;
        tx.sweep_accounts(now, now.plus_seconds(-30 * 24 * 3_600))
            .await?;
        Ok(tx.commit().await?)
    }

    /// The account of an e-mail address, for whoever has the machine.
    pub async fn find(&self, actor: &Actor, email: &str) -> Result<String, Refusal> {
        actor.permit_server(crate::access::Verb::ManageAccounts)?;
        let mut tx = self.read().await?;
        let row = tx.account_of(email).await?;
        row.map(|r| r.account)
            .ok_or_else(|| Refusal::no("account", email.trim()))
    }
}
