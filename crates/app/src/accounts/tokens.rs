//! Tokens of the API: a part of what their owner may do, for programs.

use std::collections::BTreeSet;

use domain::instant::Instant;
use serde_json::json;
use store::{AccountState, TokenRow};

use super::sign_in::SEEN_SECONDS;
use super::{Accounts, Entry, Secret, Signed, Stage, new_id, slip};
use crate::access::{Actor, Verb};
use crate::locale::Lang;
use crate::refusal::Refusal;

/// What every token begins with, so that a scanner of secrets knows one.
const PREFIX: &str = "cairn_";
/// Tokens that one account has at most.
const MOST: usize = 100;

/// A token that is wanted.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// The verbs it may use.
    pub scopes: BTreeSet<Verb>,
    /// The one partner that it sees; `None` for all that its owner sees.
    pub partner: Option<String>,
    /// From when on it works no more.
    pub expires: Option<Instant>,
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenView {
    /// Its id.
    pub token: String,
    /// What its owner calls it.
    pub name: String,
    /// The verbs it may use.
    pub scopes: Vec<Verb>,
    /// The one partner that it sees.
    pub partner: Option<String>,
    /// When it was made.
    pub created: Instant,
    /// From when on it works no more.
    pub expires: Option<Instant>,
    /// Has it expired?
    pub has_expired: bool,
    /// When it was last used, to the minute or so.
    pub used: Option<Instant>,
}

fn scopes(names: &str) -> BTreeSet<Verb> {
    names.split(' ').filter_map(Verb::named).collect()
}

impl Accounts<'_> {
    /// Makes a token of one's own account: its id, and the secret, which is shown once.
    pub async fn make_token(
        &self,
        signed: &Signed,
        wanted: &NewToken,
    ) -> Result<(String, Secret), Refusal> {
        let account = signed.in_person()?;
        let name = super::checked_name(&wanted.name)?;
        let now = self.clock.now();
        if wanted.scopes.is_empty() {
            return Err(slip(
                "scopes-missing",
                "a token that may do nothing is of no use",
                "scopes",
                "choose what it is for",
            ));
        }
        if wanted.expires.is_some_and(|e| e <= now) {
            return Err(slip(
                "expired-already",
                "the token would have expired before it was made",
                "expires",
                "choose a later day",
            ));
        }
        if let Some(partner) = &wanted.partner
            && !signed.actor.sees(partner)
        {
            return Err(Refusal::no("partner", partner));
        }
        let names: Vec<&str> = wanted.scopes.iter().map(|v| v.name()).collect();
        let row = TokenRow {
            token: new_id('t'),
            account: account.to_owned(),
            name,
            scopes: names.join(" "),
            partner: wanted.partner.clone(),
            created: now,
            expires: wanted.expires,
            used: None,
        };
        let secret = Secret::new(PREFIX);
        let mut tx = self.write().await?;
        if tx.tokens_of(account).await?.len() >= MOST {
            return Err(slip(
                "too-many-tokens",
                format!("an account has at most {MOST} tokens"),
                "name",
                "take one back that nobody uses",
            ));
        }
        tx.insert_token(&row, &secret.hash()).await?;
        let entry = Entry::of(account, "make-token", account).at(row.partner.as_deref());
        let detail = json!({ "token": row.token, "scopes": names });
        self.note(&mut tx, entry.with(detail)).await?;
        tx.commit().await?;
        Ok((row.token, secret))
    }

    /// The tokens of one's own account, newest first.
    pub async fn tokens(&self, signed: &Signed) -> Result<Vec<TokenView>, Refusal> {
        let account = signed.in_person()?;
        let now = self.clock.now();
        let mut tx = self.read().await?;
        let rows = tx.tokens_of(account).await?;
        Ok(rows
            .into_iter()
            .map(|row| TokenView {
                scopes: scopes(&row.scopes).into_iter().collect(),
                token: row.token,
                name: row.name,
                partner: row.partner,
                created: row.created,
                expires: row.expires,
                has_expired: row.expires.is_some_and(|e| e <= now),
                used: row.used,
            })
            .collect())
    }

    /// Takes one of one's own tokens back.
    pub async fn revoke_token(&self, signed: &Signed, token: &str) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.write().await?;
        if !tx.delete_token(account, token).await? {
            return Err(Refusal::no("token", token));
        }
        let entry = Entry::of(account, "revoke-token", account);
        self.note(&mut tx, entry.with(json!({ "token": token })))
            .await?;
        Ok(tx.commit().await?)
    }

    /// Who comes with this token: its owner with the roles of this moment, narrowed to what the token is for.
    pub async fn token(&self, secret: &str) -> Result<Signed, Refusal> {
        let now = self.clock.now();
        let mut tx = self.read().await?;
        let row = tx.token_of(&Secret::given(secret).hash()).await?;
        let row = row
            .filter(|r| r.expires.is_none_or(|e| now < e))
            .ok_or(Refusal::SignIn)?;
        let account = tx.account(&row.account).await?;
        let account = account
            .filter(|a| a.state == AccountState::Active)
            .ok_or(Refusal::SignIn)?;
        let grants = self.grants(&mut tx, &account.account).await?;
        drop(tx);
        if row.used.is_none_or(|u| now >= u.plus_seconds(SEEN_SECONDS)) {
            let mut tx = self.write().await?;
            tx.use_token(&row.token, now).await?;
            tx.commit().await?;
        }
        Ok(Signed {
            actor: Actor {
                account: account.account,
                grants,
                only: Some(scopes(&row.scopes)),
                only_partner: row.partner,
                lang: Lang::default(),
            },
            stage: Stage::Whole,
            email: account.email,
            name: account.name,
            session: None,
            has_password: account.has_password,
            has_factor: account.factor_on.is_some(),
        })
    }
}
