//! Accounts, their roles, and everything by which somebody proves to be one: sessions, tokens, links, second factors.
//!
//! Keeps hashes of secrets and never a secret itself, but for that of a second factor, without which no code could be told.
//! Knows no rule: who may do what, and for how long something holds, is said by whoever calls.

use domain::instant::Instant;

use crate::db::{StoreError, Tx, on};

/// Whether somebody may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Was invited and has not come yet.
    Invited,
    /// May sign in.
    Active,
    /// May no longer.
    Disabled,
}

impl AccountState {
    /// Its name in the database and in interfaces.
    pub fn name(self) -> &'static str {
        match self {
            AccountState::Invited => "invited",
            AccountState::Active => "active",
            AccountState::Disabled => "disabled",
        }
    }

    fn named(name: &str, account: &str) -> Result<AccountState, StoreError> {
        match name {
            "invited" => Ok(AccountState::Invited),
            "active" => Ok(AccountState::Active),
            "disabled" => Ok(AccountState::Disabled),
            other => Err(StoreError::Row {
                table: "accounts",
                key: account.to_owned(),
                why: format!("its state is `{other}`"),
            }),
        }
    }
}

/// An account, without what it proves itself with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its id.
    pub account: String,
    /// The e-mail address as it was typed.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// Whether they may sign in.
    pub state: AccountState,
    /// Since when it is there.
    pub created: Instant,
    /// Whether it has a password.
    pub has_password: bool,
    /// Since when a second factor is asked for.
    pub factor_on: Option<Instant>,
}

/// What an account proves itself with.
#[derive(Clone, PartialEq, Eq)]
pub struct Proofs {
    /// The hash of its password, as a PHC string.
    pub password: Option<String>,
    /// The secret of its second factor, also one that was not confirmed yet.
    pub factor: Option<Vec<u8>>,
    /// Since when the second factor is asked for.
    pub factor_on: Option<Instant>,
    /// The newest step of time whose code was used.
    pub step: i64,
}

/// A role that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GrantRow {
    /// Whose.
    pub account: String,
    /// The role, by its name.
    pub role: String,
    /// At which partner; `None` for the server.
    pub partner: Option<String>,
    /// Which person of the partner's evidence they are.
    pub person: Option<String>,
    /// Since when.
    pub since: Instant,
}

/// What a link that works once is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// To become the first administrator.
    First,
    /// To take a role.
    Invite,
    /// To choose a new password.
    Reset,
}

impl LinkKind {
    fn name(self) -> &'static str {
        match self {
            LinkKind::First => "first",
            LinkKind::Invite => "invite",
            LinkKind::Reset => "reset",
        }
    }

    fn named(name: &str, link: &str) -> Result<LinkKind, StoreError> {
        match name {
            "first" => Ok(LinkKind::First),
            "invite" => Ok(LinkKind::Invite),
            "reset" => Ok(LinkKind::Reset),
            other => Err(StoreError::Row {
                table: "links",
                key: link.to_owned(),
                why: format!("its kind is `{other}`"),
            }),
        }
    }
}

/// A link that works once, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Its id.
    pub link: String,
    /// What it is for.
    pub kind: LinkKind,
    /// For which account.
    pub account: Option<String>,
    /// The role that it offers.
    pub role: Option<String>,
    /// At which partner.
    pub partner: Option<String>,
    /// As which person of the partner's evidence.
    pub person: Option<String>,
    /// The account that made it.
    pub by: String,
    /// When it was made.
    pub created: Instant,
    /// From when on it works no more.
    pub expires: Instant,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The second factor is still to be shown.
    Factor,
    /// Signed in.
    Whole,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Factor => "factor",
            Stage::Whole => "whole",
        }
    }

    fn named(name: &str, session: &str) -> Result<Stage, StoreError> {
        match name {
            "factor" => Ok(Stage::Factor),
            "whole" => Ok(Stage::Whole),
            other => Err(StoreError::Row {
                table: "sessions",
                key: session.to_owned(),
                why: format!("its stage is `{other}`"),
            }),
        }
    }
}

/// A session, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub session: String,
    /// Whose.
    pub account: String,
    /// How far it has come.
    pub stage: Stage,
    /// When it began.
    pub created: Instant,
    /// When it was last used, to the minute or so.
    pub seen: Instant,
    /// When it ends whatever happens.
    pub expires: Instant,
    /// What the browser calls itself.
    pub agent: String,
    /// The network address it came from.
    pub client: String,
}

/// A token of the API, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub token: String,
    /// Whose.
    pub account: String,
    /// What its owner calls it.
    pub name: String,
    /// The names of the verbs it may use, with a space between them.
    pub scopes: String,
    /// The one partner that it sees; `None` for all that its owner sees.
    pub partner: Option<String>,
    /// When it was made.
    pub created: Instant,
    /// From when on it works no more.
    pub expires: Option<Instant>,
    /// When it was last used, to the minute or so.
    pub used: Option<Instant>,
}

/// Mail that is to be sent, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub mail: String,
    /// `invite`, `reset` or `notice`.
    pub kind: String,
    /// To whom.
    pub email: String,
    /// What it is about.
    pub subject: String,
    /// Its text; `{link}` stands for a link that is made when it is sent.
    pub body: String,
    /// Which link that is.
    pub link: Option<String>,
    /// When it was written.
    pub created: Instant,
    /// Not to be tried before.
    pub due: Instant,
    /// How often it was tried in vain.
    pub tries: i64,
    /// Why the last try failed.
    pub problem: Option<String>,
    /// When it was sent.
    pub sent: Option<Instant>,
}

impl MailRow {
    /// Mail that was just written, to be sent at once; without a link.
    pub fn new(mail: String, kind: &str, email: &str, now: Instant) -> MailRow {
        MailRow {
            mail,
            kind: kind.to_owned(),
            email: email.to_owned(),
            subject: String::new(),
            body: String::new(),
            link: None,
            created: now,
            due: now,
            tries: 0,
            problem: None,
            sent: None,
        }
    }
}

type AccountTuple = (String, String, String, String, i64, i64, Option<i64>);
type LinkTuple = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    i64,
    i64,
);
type SessionTuple = (String, String, String, i64, i64, i64, String, String);
type TokenTuple = (
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    Option<i64>,
    Option<i64>,
);
type GrantTuple = (String, String, Option<String>, Option<String>, i64);
type MailTuple = (
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    i64,
    i64,
    Option<String>,
    Option<i64>,
);

impl AccountRow {
    fn of(row: AccountTuple) -> Result<AccountRow, StoreError> {
        let (account, email, name, state, created, has_password, factor_on) = row;
        Ok(AccountRow {
            state: AccountState::named(&state, &account)?,
            account,
            email,
            name,
            created: Instant(created),
            has_password: has_password != 0,
            factor_on: factor_on.map(Instant),
        })
    }
}

impl LinkRow {
    fn of(row: LinkTuple) -> Result<LinkRow, StoreError> {
        let (link, kind, account, role, partner, person, by, created, expires) = row;
        Ok(LinkRow {
            kind: LinkKind::named(&kind, &link)?,
            link,
            account,
            role,
            partner,
            person,
            by,
            created: Instant(created),
            expires: Instant(expires),
        })
    }
}

impl SessionRow {
    fn of(row: SessionTuple) -> Result<SessionRow, StoreError> {
        let (session, account, stage, created, seen, expires, agent, client) = row;
        Ok(SessionRow {
            stage: Stage::named(&stage, &session)?,
            session,
            account,
            created: Instant(created),
            seen: Instant(seen),
            expires: Instant(expires),
            agent,
            client,
        })
    }
}

impl TokenRow {
    fn of(row: TokenTuple) -> TokenRow {
        let (token, account, name, scopes, partner, created, expires, used) = row;
        TokenRow {
            token,
            account,
            name,
            scopes,
            partner,
            created: Instant(created),
            expires: expires.map(Instant),
            used: used.map(Instant),
        }
    }
}

impl GrantRow {
    fn of(row: GrantTuple) -> GrantRow {
        let (account, role, partner, person, since) = row;
        GrantRow {
            account,
            role,
            partner,
            person,
            since: Instant(since),
        }
    }
}

impl MailRow {
    fn of(row: MailTuple) -> MailRow {
        let (mail, kind, email, subject, body, link, created, due, tries, problem, sent) = row;
        MailRow {
            mail,
            kind,
            email,
            subject,
            body,
            link,
            created: Instant(created),
            due: Instant(due),
            tries,
            problem,
            sent: sent.map(Instant),
        }
    }
}

/// The form of an e-mail address by which an account is found: no spaces around it, lower case.
pub fn address_of(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Runs a statement and gives back how many rows it met.
macro_rules! done {
    ($tx:expr, $query:expr) => {
        on!($tx, c => $query.execute(c).await?.rows_affected())
    };
}

/// Accounts.
impl Tx {
    /// From here until the transaction ends nobody else decides about accounts, so that two who each remove the other's role
    /// do not both succeed. SQLite has one writer anyway.
    pub async fn decide_accounts(&mut self) -> Result<(), StoreError> {
        if let Tx::Postgres(tx) = self {
            sqlx::query("select pg_advisory_xact_lock(7211094)")
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// How many accounts there are, in whatever state.
    pub async fn count_accounts(&mut self) -> Result<i64, StoreError> {
        let (count,): (i64,) = on!(self, c => sqlx::query_as("
            select count(*)
            from accounts
        ")
        .fetch_one(c)
        .await?);
        Ok(count)
    }

    /// Writes a new account down; a duplicate where its address has one.
    pub async fn insert_account(&mut self, new: &AccountRow) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into accounts (account, address, email, name, state, created)
                values ($1, $2, $3, $4, $5, $6)
            "
            )
            .bind(&new.account)
            .bind(address_of(&new.email))
            .bind(new.email.trim())
            .bind(&new.name)
            .bind(new.state.name())
            .bind(new.created.0)
        );
        Ok(())
    }

    /// An account by its id.
    pub async fn account(&mut self, account: &str) -> Result<Option<AccountRow>, StoreError> {
        let row: Option<AccountTuple> = on!(self, c => sqlx::query_as("
            select account, email, name, state, created,
                   cast(case when password is null then 0 else 1 end as bigint), factor_on
            from accounts
            where account = $1
        ")
        .bind(account)
        .fetch_optional(c)
        .await?);
        row.map(AccountRow::of).transpose()
    }

    /// An account by its e-mail address, however it is capitalized.
    pub async fn account_of(&mut self, email: &str) -> Result<Option<AccountRow>, StoreError> {
        let row: Option<AccountTuple> = on!(self, c => sqlx::query_as("
            select account, email, name, state, created,
                   cast(case when password is null then 0 else 1 end as bigint), factor_on
            from accounts
            where address = $1
        ")
        .bind(address_of(email))
        .fetch_optional(c)
        .await?);
        row.map(AccountRow::of).transpose()
    }

    /// Accounts by address, after one of them, at most so many.
    pub async fn accounts(
        &mut self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<AccountRow>, StoreError> {
        let rows: Vec<AccountTuple> = on!(self, c => sqlx::query_as("
            select account, email, name, state, created,
                   cast(case when password is null then 0 else 1 end as bigint), factor_on
            from accounts
            where address > $1
            order by address
            limit $2
        ")
        .bind(address_of(after))
        .bind(limit)
        .fetch_all(c)
        .await?);
        rows.into_iter().map(AccountRow::of).collect()
    }

    /// Says whether somebody may sign in.
    pub async fn set_account_state(
        &mut self,
        account: &str,
        state: AccountState,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update accounts set state = $2 where account = $1")
                .bind(account)
                .bind(state.name())
        );
        Ok(())
    }

    /// Says what a person is called.
    pub async fn set_account_name(&mut self, account: &str, name: &str) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update accounts set name = $2 where account = $1")
                .bind(account)
                .bind(name)
        );
        Ok(())
    }

    /// The language in which an account is written to; empty where it never chose one, or is not there.
    pub async fn account_language(&mut self, account: &str) -> Result<String, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            select language
            from accounts
            where account = $1
        ")
        .bind(account)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(language,)| language).unwrap_or_default())
    }

    /// Sets the language in which an account is written to.
    pub async fn set_account_language(
        &mut self,
        account: &str,
        language: &str,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update accounts set language = $2 where account = $1")
                .bind(account)
                .bind(language)
        );
        Ok(())
    }

    /// Gives an account another address; a duplicate where somebody has it.
    pub async fn set_account_email(
        &mut self,
        account: &str,
        email: &str,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update accounts set email = $2, address = $3 where account = $1")
                .bind(account)
                .bind(email.trim())
                .bind(address_of(email))
        );
        Ok(())
    }

    /// Keeps the hash of a password, in the place of the one before.
    pub async fn set_password(&mut self, account: &str, phc: &str) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update accounts set password = $2 where account = $1")
                .bind(account)
                .bind(phc)
        );
        Ok(())
    }

    /// What an account proves itself with.
    pub async fn proofs(&mut self, account: &str) -> Result<Option<Proofs>, StoreError> {
        let row: Option<(Option<String>, Option<Vec<u8>>, Option<i64>, i64)> = on!(self, c => sqlx::query_as("
            select password, factor, factor_on, step
            from accounts
            where account = $1
        ")
            .bind(account)
            .fetch_optional(c)
            .await?);
        Ok(row.map(|(password, factor, factor_on, step)| Proofs {
            password,
            factor,
            factor_on: factor_on.map(Instant),
            step,
        }))
    }
}

/// Second factors.
impl Tx {
    /// Keeps the secret of a second factor, which is not asked for until it is [confirmed](Tx::confirm_factor).
    pub async fn set_factor(&mut self, account: &str, secret: &[u8]) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "update accounts set factor = $2, factor_on = null, step = 0 where account = $1"
            )
            .bind(account)
            .bind(secret)
        );
        Ok(())
    }

    /// Asks for the second factor from now on.
    pub async fn confirm_factor(&mut self, account: &str, at: Instant) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update accounts set factor_on = $2 where account = $1")
                .bind(account)
                .bind(at.0)
        );
        Ok(())
    }

    /// Forgets the second factor and its recovery codes.
    pub async fn clear_factor(&mut self, account: &str) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "update accounts set factor = null, factor_on = null, step = 0 where account = $1"
            )
            .bind(account)
        );
        self.set_recovery_codes(account, &[]).await
    }

    /// Uses the code of a step of time; `false` where that step or a later one was used.
    pub async fn use_step(&mut self, account: &str, step: i64) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query("update accounts set step = $2 where account = $1 and step < $2")
                .bind(account)
                .bind(step)
        );
        Ok(met == 1)
    }

    /// Keeps the hashes of recovery codes, in the place of those before.
    pub async fn set_recovery_codes(
        &mut self,
        account: &str,
        hashes: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("delete from recovery_codes where account = $1").bind(account)
        );
        for hash in hashes {
            done!(
                self,
                sqlx::query("insert into recovery_codes (account, hash) values ($1, $2)")
                    .bind(account)
                    .bind(hash)
            );
        }
        Ok(())
    }

    /// Uses a recovery code up; `false` where there is none of this hash.
    pub async fn use_recovery_code(
        &mut self,
        account: &str,
        hash: &[u8],
    ) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query("delete from recovery_codes where account = $1 and hash = $2")
                .bind(account)
                .bind(hash)
        );
        Ok(met == 1)
    }

    /// How many recovery codes are left.
    pub async fn count_recovery_codes(&mut self, account: &str) -> Result<i64, StoreError> {
        let (count,): (i64,) = on!(self, c => sqlx::query_as("
            select count(*)
            from recovery_codes
            where account = $1
        ")
        .bind(account)
        .fetch_one(c)
        .await?);
        Ok(count)
    }
}

/// Roles.
impl Tx {
    /// The roles of an account.
    pub async fn grants_of(&mut self, account: &str) -> Result<Vec<GrantRow>, StoreError> {
        let rows: Vec<GrantTuple> = on!(self, c => sqlx::query_as("
            select account, role, partner, person, since
            from grants
            where account = $1
            order by coalesce(partner, ''), role
        ")
        .bind(account)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(GrantRow::of).collect())
    }

    /// The roles at a partner; of the server, where none is named.
    pub async fn grants_at(&mut self, partner: Option<&str>) -> Result<Vec<GrantRow>, StoreError> {
        let rows: Vec<GrantTuple> = on!(self, c => sqlx::query_as("
            select account, role, partner, person, since
            from grants
            where coalesce(partner, '') = $1
            order by account, role
        ")
        .bind(partner.unwrap_or_default())
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(GrantRow::of).collect())
    }

    /// Gives a role, or says as which person it is had.
    pub async fn put_grant(&mut self, grant: &GrantRow) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into grants (account, role, partner, person, since)
                values ($1, $2, $3, $4, $5)
                on conflict (account, role, coalesce(partner, '')) do update
                set person = excluded.person
            "
            )
            .bind(&grant.account)
            .bind(&grant.role)
            .bind(&grant.partner)
            .bind(&grant.person)
            .bind(grant.since.0)
        );
        Ok(())
    }

    /// Takes a role; `false` where the account did not have it.
    pub async fn delete_grant(
        &mut self,
        account: &str,
        role: &str,
        partner: Option<&str>,
    ) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query(
                "
                delete from grants
                where account = $1
                  and role = $2
                  and coalesce(partner, '') = $3
            "
            )
            .bind(account)
            .bind(role)
            .bind(partner.unwrap_or_default())
        );
        Ok(met == 1)
    }

    /// How many accounts that may sign in have a role of the server.
    pub async fn count_active_with(&mut self, role: &str) -> Result<i64, StoreError> {
        let (count,): (i64,) = on!(self, c => sqlx::query_as("
            select count(*)
            from grants
            join accounts on accounts.account = grants.account
            where grants.role = $1
              and grants.partner is null
              and accounts.state = 'active'
        ")
        .bind(role)
        .fetch_one(c)
        .await?);
        Ok(count)
    }

    /// Does this transaction see a partner of this id?
    pub async fn has_partner(&mut self, partner: &str) -> Result<bool, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            select partner
            from partners
            where partner = $1
        ")
        .bind(partner)
        .fetch_optional(c)
        .await?);
        Ok(row.is_some())
    }
}

/// Links that work once.
impl Tx {
    /// Writes a link down, which nobody can use before it has a [secret](Tx::mint_link).
    pub async fn insert_link(&mut self, new: &LinkRow) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into links (link, kind, account, role, partner, person, by, created, expires)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            "
            )
            .bind(&new.link)
            .bind(new.kind.name())
            .bind(&new.account)
            .bind(&new.role)
            .bind(&new.partner)
            .bind(&new.person)
            .bind(&new.by)
            .bind(new.created.0)
            .bind(new.expires.0)
        );
        Ok(())
    }

    /// Keeps the hash of a link's secret, in the place of the one before; `false` where there is no such link.
    pub async fn mint_link(&mut self, link: &str, hash: &[u8]) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query("update links set hash = $2 where link = $1")
                .bind(link)
                .bind(hash)
        );
        Ok(met == 1)
    }

    /// The link of a secret, where it still works.
    pub async fn link_of(
        &mut self,
        hash: &[u8],
        now: Instant,
    ) -> Result<Option<LinkRow>, StoreError> {
        let row: Option<LinkTuple> = on!(self, c => sqlx::query_as("
            select link, kind, account, role, partner, person, by, created, expires
            from links
            where hash = $1
              and expires > $2
        ")
        .bind(hash)
        .bind(now.0)
        .fetch_optional(c)
        .await?);
        row.map(LinkRow::of).transpose()
    }

    /// A link by its id.
    pub async fn link(&mut self, link: &str) -> Result<Option<LinkRow>, StoreError> {
        let row: Option<LinkTuple> = on!(self, c => sqlx::query_as("
            select link, kind, account, role, partner, person, by, created, expires
            from links
            where link = $1
        ")
        .bind(link)
        .fetch_optional(c)
        .await?);
        row.map(LinkRow::of).transpose()
    }

    /// Invitations to a partner, oldest first; to the server, where none is named. Also those that work no more.
    pub async fn invitations_at(
        &mut self,
        partner: Option<&str>,
    ) -> Result<Vec<LinkRow>, StoreError> {
        let rows: Vec<LinkTuple> = on!(self, c => sqlx::query_as("
            select link, kind, account, role, partner, person, by, created, expires
            from links
            where kind = 'invite'
              and coalesce(partner, '') = $1
            order by created, link
        ")
        .bind(partner.unwrap_or_default())
        .fetch_all(c)
        .await?);
        rows.into_iter().map(LinkRow::of).collect()
    }

    /// Invitations of an account that still work, oldest first.
    pub async fn invitations_of(
        &mut self,
        account: &str,
        now: Instant,
    ) -> Result<Vec<LinkRow>, StoreError> {
        let rows: Vec<LinkTuple> = on!(self, c => sqlx::query_as("
            select link, kind, account, role, partner, person, by, created, expires
            from links
            where kind = 'invite'
              and account = $1
              and expires > $2
            order by created, link
        ")
        .bind(account)
        .bind(now.0)
        .fetch_all(c)
        .await?);
        rows.into_iter().map(LinkRow::of).collect()
    }

    /// Uses a link up; `false` where somebody did before.
    pub async fn delete_link(&mut self, link: &str) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query("delete from links where link = $1").bind(link)
        );
        Ok(met == 1)
    }

    /// Forgets all links of a kind, of one account where it is named.
    pub async fn delete_links(
        &mut self,
        kind: LinkKind,
        account: Option<&str>,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("delete from links where kind = $1 and ($2 is null or account = $2)")
                .bind(kind.name())
                .bind(account)
        );
        Ok(())
    }
}

/// Links that somebody made.
impl Tx {
    /// Forgets all links that an account made.
    pub async fn delete_links_by(&mut self, by: &str) -> Result<u64, StoreError> {
        Ok(done!(
            self,
            sqlx::query("delete from links where by = $1").bind(by)
        ))
    }

    /// Lets a link work longer.
    pub async fn extend_link(&mut self, link: &str, expires: Instant) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update links set expires = $2 where link = $1")
                .bind(link)
                .bind(expires.0)
        );
        Ok(())
    }
}

/// Sessions.
impl Tx {
    /// Begins a session.
    pub async fn insert_session(
        &mut self,
        new: &SessionRow,
        hash: &[u8],
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into sessions (session, hash, account, stage, created, seen, expires, agent, client)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            "
            )
            .bind(&new.session)
            .bind(hash)
            .bind(&new.account)
            .bind(new.stage.name())
            .bind(new.created.0)
            .bind(new.seen.0)
            .bind(new.expires.0)
            .bind(&new.agent)
            .bind(&new.client)
        );
        Ok(())
    }

    /// The session of a secret, also one that has expired.
    pub async fn session_of(&mut self, hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<SessionTuple> = on!(self, c => sqlx::query_as("
            select session, account, stage, created, seen, expires, agent, client
            from sessions
            where hash = $1
        ")
        .bind(hash)
        .fetch_optional(c)
        .await?);
        row.map(SessionRow::of).transpose()
    }

    /// The sessions of an account, last seen first.
    pub async fn sessions_of(&mut self, account: &str) -> Result<Vec<SessionRow>, StoreError> {
        let rows: Vec<SessionTuple> = on!(self, c => sqlx::query_as("
            select session, account, stage, created, seen, expires, agent, client
            from sessions
            where account = $1
            order by seen desc, session
        ")
        .bind(account)
        .fetch_all(c)
        .await?);
        rows.into_iter().map(SessionRow::of).collect()
    }

    /// Notes that a session was used.
    pub async fn see_session(&mut self, session: &str, at: Instant) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update sessions set seen = $2 where session = $1 and seen < $2")
                .bind(session)
                .bind(at.0)
        );
        Ok(())
    }

    /// Ends a session of an account; `false` where it has none of this id.
    pub async fn delete_session(
        &mut self,
        account: &str,
        session: &str,
    ) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query("delete from sessions where account = $1 and session = $2")
                .bind(account)
                .bind(session)
        );
        Ok(met == 1)
    }

    /// Ends all sessions of an account but one, and says how many there were.
    pub async fn delete_sessions(
        &mut self,
        account: &str,
        but: Option<&str>,
    ) -> Result<u64, StoreError> {
        Ok(done!(
            self,
            sqlx::query("delete from sessions where account = $1 and session <> $2")
                .bind(account)
                .bind(but.unwrap_or_default())
        ))
    }
}

/// Tokens of the API.
impl Tx {
    /// Writes a token down.
    pub async fn insert_token(&mut self, new: &TokenRow, hash: &[u8]) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into tokens (token, hash, account, name, scopes, partner, created, expires)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
            "
            )
            .bind(&new.token)
            .bind(hash)
            .bind(&new.account)
            .bind(&new.name)
            .bind(&new.scopes)
            .bind(&new.partner)
            .bind(new.created.0)
            .bind(new.expires.map(|e| e.0))
        );
        Ok(())
    }

    /// The token of a secret, also one that has expired.
    pub async fn token_of(&mut self, hash: &[u8]) -> Result<Option<TokenRow>, StoreError> {
        let row: Option<TokenTuple> = on!(self, c => sqlx::query_as("
            select token, account, name, scopes, partner, created, expires, used
            from tokens
            where hash = $1
        ")
        .bind(hash)
        .fetch_optional(c)
        .await?);
        Ok(row.map(TokenRow::of))
    }

    /// The tokens of an account, newest first.
    pub async fn tokens_of(&mut self, account: &str) -> Result<Vec<TokenRow>, StoreError> {
        let rows: Vec<TokenTuple> = on!(self, c => sqlx::query_as("
            select token, account, name, scopes, partner, created, expires, used
            from tokens
            where account = $1
            order by created desc, token
        ")
        .bind(account)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(TokenRow::of).collect())
    }

    /// Notes that a token was used.
    pub async fn use_token(&mut self, token: &str, at: Instant) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update tokens set used = $2 where token = $1 and coalesce(used, 0) < $2")
                .bind(token)
                .bind(at.0)
        );
        Ok(())
    }

    /// Takes a token of an account back; `false` where it has none of this id.
    pub async fn delete_token(&mut self, account: &str, token: &str) -> Result<bool, StoreError> {
        let met = done!(
            self,
            sqlx::query("delete from tokens where account = $1 and token = $2")
                .bind(account)
                .bind(token)
        );
        Ok(met == 1)
    }

    /// Takes all tokens of an account back, and says how many there were.
    pub async fn delete_tokens(&mut self, account: &str) -> Result<u64, StoreError> {
        Ok(done!(
            self,
            sqlx::query("delete from tokens where account = $1").bind(account)
        ))
    }
}

/// Sign-in with a provider.
impl Tx {
    /// The account that somebody is at a provider.
    pub async fn account_of_identity(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            select account
            from identities
            where issuer = $1
              and subject = $2
        ")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(account,)| account))
    }

    /// Links somebody at a provider to an account; a duplicate where they are linked.
    pub async fn insert_identity(
        &mut self,
        issuer: &str,
        subject: &str,
        account: &str,
        since: Instant,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into identities (issuer, subject, account, since)
                values ($1, $2, $3, $4)
            "
            )
            .bind(issuer)
            .bind(subject)
            .bind(account)
            .bind(since.0)
        );
        Ok(())
    }

    /// The providers that an account is linked to.
    pub async fn issuers_of(&mut self, account: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as("
            select distinct issuer
            from identities
            where account = $1
            order by issuer
        ")
        .bind(account)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(issuer,)| issuer).collect())
    }

    /// Links an account to no provider any more.
    pub async fn delete_identities(&mut self, account: &str) -> Result<u64, StoreError> {
        Ok(done!(
            self,
            sqlx::query("delete from identities where account = $1").bind(account)
        ))
    }

    /// Notes that a browser went to the provider, and where to go when it is back.
    pub async fn insert_visit(
        &mut self,
        hash: &[u8],
        back: &str,
        expires: Instant,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("insert into visits (hash, back, expires) values ($1, $2, $3)")
                .bind(hash)
                .bind(back)
                .bind(expires.0)
        );
        Ok(())
    }

    /// Takes a visit that still holds: where to go now. Nobody can take it again.
    pub async fn take_visit(
        &mut self,
        hash: &[u8],
        now: Instant,
    ) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = on!(self, c => sqlx::query_as("
            delete from visits
            where hash = $1
              and expires > $2
            returning back
        ")
        .bind(hash)
        .bind(now.0)
        .fetch_optional(c)
        .await?);
        Ok(row.map(|(back,)| back))
    }
}

/// Limits.
impl Tx {
    /// Counts one try against a limit that lets `at_once` tries through together and one more each `each` microseconds. The
    /// microseconds to wait, where it is one too many; it is not counted then.
    pub async fn count_try(
        &mut self,
        key: &[u8],
        now: Instant,
        each: i64,
        at_once: i64,
    ) -> Result<Option<i64>, StoreError> {
        // A try fills the bucket by `each`; it runs empty by itself. One statement, so that two servers count as one.
        let met = done!(
            self,
            sqlx::query(
                "
                insert into limits (key, empty)
                values ($1, $2 + $3)
                on conflict (key) do update
                set empty = case when limits.empty > $2 then limits.empty else $2 end + $3
                where limits.empty <= $2 + $3 * ($4 - 1)
            "
            )
            .bind(key)
            .bind(now.0)
            .bind(each)
            .bind(at_once)
        );
        if met > 0 {
            return Ok(None);
        }
        let (empty,): (i64,) = on!(self, c => sqlx::query_as("
            select empty
            from limits
            where key = $1
        ")
        .bind(key)
        .fetch_one(c)
        .await?);
        Ok(Some((empty - now.0 - each * (at_once - 1)).max(1)))
    }

    /// Forgets what was tried, for it succeeded.
    pub async fn forget_tries(&mut self, key: &[u8]) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("delete from limits where key = $1").bind(key)
        );
        Ok(())
    }

    /// Deletes what holds no more: limits that are empty, and visits, links and sessions that expired long before.
    pub async fn sweep_accounts(
        &mut self,
        now: Instant,
        expired_before: Instant,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("delete from limits where empty <= $1").bind(now.0)
        );
        done!(
            self,
            sqlx::query("delete from visits where expires <= $1").bind(now.0)
        );
        done!(
            self,
            sqlx::query("delete from sessions where expires <= $1").bind(now.0)
        );
        done!(
            self,
            sqlx::query("delete from links where expires <= $1").bind(expired_before.0)
        );
        done!(
            self,
            sqlx::query("delete from mails where sent <= $1 or (sent is null and created <= $1)")
                .bind(expired_before.0)
        );
        Ok(())
    }
}

/// Mail.
impl Tx {
    /// Puts mail out to be sent.
    pub async fn insert_mail(&mut self, new: &MailRow) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "
                insert into mails (mail, kind, email, subject, body, link, created, due)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
            "
            )
            .bind(&new.mail)
            .bind(&new.kind)
            .bind(&new.email)
            .bind(&new.subject)
            .bind(&new.body)
            .bind(&new.link)
            .bind(new.created.0)
            .bind(new.due.0)
        );
        Ok(())
    }

    /// Mail that is to be sent by now, oldest first. Whoever else asks before `until` does not get it.
    pub async fn claim_mails(
        &mut self,
        now: Instant,
        until: Instant,
        limit: i64,
    ) -> Result<Vec<MailRow>, StoreError> {
        const SQLITE: &str = "
            select mail, kind, email, subject, body, link, created, due, tries, problem, sent
            from mails
            where sent is null
              and due <= $1
            order by created, mail
            limit $2
        ";
        const POSTGRES: &str = "
            select mail, kind, email, subject, body, link, created, due, tries, problem, sent
            from mails
            where sent is null
              and due <= $1
            order by created, mail
            limit $2
            for update skip locked
        ";
        let rows: Vec<MailTuple> = match self {
            Tx::Sqlite(tx) => {
                sqlx::query_as(SQLITE)
                    .bind(now.0)
                    .bind(limit)
                    .fetch_all(&mut **tx)
                    .await?
            }
            Tx::Postgres(tx) => {
                sqlx::query_as(POSTGRES)
                    .bind(now.0)
                    .bind(limit)
                    .fetch_all(&mut **tx)
                    .await?
            }
        };
        for (mail, ..) in &rows {
            done!(
                self,
                sqlx::query("update mails set due = $2 where mail = $1")
                    .bind(mail)
                    .bind(until.0)
            );
        }
        Ok(rows.into_iter().map(MailRow::of).collect())
    }

    /// Mail by its id.
    pub async fn mail(&mut self, mail: &str) -> Result<Option<MailRow>, StoreError> {
        let row: Option<MailTuple> = on!(self, c => sqlx::query_as("
            select mail, kind, email, subject, body, link, created, due, tries, problem, sent
            from mails
            where mail = $1
        ")
        .bind(mail)
        .fetch_optional(c)
        .await?);
        Ok(row.map(MailRow::of))
    }

    /// Mail that was not sent, newest first, at most so much.
    pub async fn waiting_mails(&mut self, limit: i64) -> Result<Vec<MailRow>, StoreError> {
        let rows: Vec<MailTuple> = on!(self, c => sqlx::query_as("
            select mail, kind, email, subject, body, link, created, due, tries, problem, sent
            from mails
            where sent is null
            order by created desc, mail
            limit $1
        ")
        .bind(limit)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(MailRow::of).collect())
    }

    /// Says which link a mail is about.
    pub async fn set_mail_link(&mut self, mail: &str, link: &str) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update mails set link = $2 where mail = $1")
                .bind(mail)
                .bind(link)
        );
        Ok(())
    }

    /// Notes that mail was sent.
    pub async fn mail_was_sent(&mut self, mail: &str, at: Instant) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("update mails set sent = $2, problem = null where mail = $1")
                .bind(mail)
                .bind(at.0)
        );
        Ok(())
    }

    /// Notes that mail could not be sent, why, and when to try again.
    pub async fn mail_failed(
        &mut self,
        mail: &str,
        problem: &str,
        due: Instant,
    ) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query(
                "update mails set tries = tries + 1, problem = $2, due = $3 where mail = $1"
            )
            .bind(mail)
            .bind(problem)
            .bind(due.0)
        );
        Ok(())
    }

    /// Throws mail away.
    pub async fn delete_mail(&mut self, mail: &str) -> Result<(), StoreError> {
        done!(
            self,
            sqlx::query("delete from mails where mail = $1").bind(mail)
        );
        Ok(())
    }
}
