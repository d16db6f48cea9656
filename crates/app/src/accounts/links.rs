//! Links that work once: the first administrator's, invitations, and new passwords.

use serde_json::json;
use store::{AccountRow, AccountState, GrantRow, LinkKind, LinkRow, StoreError, Tx};

use super::mail::{Notice, Post};
use super::{
    Accounts, Begun, Entry, INVITE, LINK, RESET, RESET_CLIENT, Secret, Signed, Visitor,
    checked_email, checked_name, new_id, passwords, slip,
};
use crate::access::{Actor, Role, Verb};
use crate::locale::Lang;
use crate::refusal::Refusal;

/// Seconds for which the link of the first start works; the next start makes another one.
const FIRST_SECONDS: i64 = 3_600;

/// What an invitation offers, to whoever holds the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// To whom it was sent.
    pub email: String,
    /// The role.
    pub role: Role,
    /// At which partner; `None` for the server.
    pub partner: Option<String>,
    /// Has the account signed in before? Then it must do so to accept; else it chooses a password.
    pub signs_in: bool,
}

/// An invitation that was made.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Its id, to take it back.
    pub invitation: String,
    /// The link to hand on; `None` where it went by mail, which proves that the address is theirs.
    pub url: Option<Secret>,
}

fn gone() -> Refusal {
    Refusal::no("link", "that you followed, or it was used or has expired")
}

impl Accounts<'_> {
    /// The link by which the first administrator comes, where nobody has an account yet. It replaces that of an earlier start.
    ///
    /// To be called only by a server that listens on a loopback address, for whoever sees its output may use it.
    pub async fn first_start(&self) -> Result<Option<Secret>, Refusal> {
        let now = self.clock.now();
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        if tx.count_accounts().await? > 0 {
            return Ok(None);
        }
        tx.delete_links(LinkKind::First, None).await?;
        let link = LinkRow {
            link: new_id('l'),
            kind: LinkKind::First,
            account: None,
            role: None,
            partner: None,
            person: None,
            by: "server".to_owned(),
            created: now,
            expires: now.plus_seconds(FIRST_SECONDS),
        };
        let secret = Secret::new("");
        tx.insert_link(&link).await?;
        tx.mint_link(&link.link, &secret.hash()).await?;
        tx.commit().await?;
        Ok(Some(Secret::given(&self.link_url("first", &secret))))
    }

    /// Does the link of the first start still work?
    pub async fn first(&self, key: &str) -> Result<(), Refusal> {
        let mut tx = self.read().await?;
        self.link(&mut tx, key, LinkKind::First).await.map(|_| ())
    }

    async fn link(&self, tx: &mut Tx, key: &str, kind: LinkKind) -> Result<LinkRow, Refusal> {
        let hash = Secret::given(key).hash();
        let link = tx.link_of(&hash, self.clock.now()).await?;
        link.filter(|l| l.kind == kind).ok_or_else(gone)
    }

    /// Makes the first administrator.
    pub async fn accept_first(
        &self,
        key: &str,
        email: &str,
        name: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Begun, Refusal> {
        self.within(&[(LINK, &visitor.network())]).await?;
        self.first(key).await?;
        let (email, name) = (checked_email(email)?, checked_name(name)?);
        passwords::check(password, &email, &name)?;
        let phc = self.door.hasher.hash(password).await?;
        let now = self.clock.now();
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        let link = self.link(&mut tx, key, LinkKind::First).await?;
        if tx.count_accounts().await? > 0 || !tx.delete_link(&link.link).await? {
            return Err(gone());
        }
        let account = AccountRow {
            account: new_id('a'),
            email,
            name,
            state: AccountState::Active,
            created: now,
            has_password: true,
            factor_on: None,
        };
        tx.insert_account(&account).await?;
        tx.set_password(&account.account, &phc).await?;
        let role = Role::Administrator;
        let grant = GrantRow {
            account: account.account.clone(),
            role: role.name().to_owned(),
            partner: None,
            person: None,
            since: now,
        };
        tx.put_grant(&grant).await?;
        let entry = Entry::of(&account.account, "first-administrator", &account.account);
        self.note(&mut tx, entry).await?;
        let begun = self.begin(&mut tx, &account, visitor, "first-link").await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// Invites somebody to a role.
    ///
    /// What happens, and what is answered, does not depend on whether the address has an account.
    pub async fn invite(
        &self,
        actor: &Actor,
        email: &str,
        role: Role,
        partner: Option<&str>,
        person: Option<&str>,
    ) -> Result<Invited, Refusal> {
        self.permit_role(actor, role, partner)?;
        let email = checked_email(email)?;
        let person = checked_person(role, person)?;
        self.within(&[(INVITE, &actor.account)]).await?;
        let now = self.clock.now();
        let mut tx = self.write().await?;
        self.known_partner(&mut tx, partner).await?;
        let account = self.account_for(&mut tx, &email).await?;
        if account.account == actor.account {
            return Err(own_roles());
        }
        let link = LinkRow {
            link: new_id('i'),
            kind: LinkKind::Invite,
            account: Some(account.account.clone()),
            role: Some(role.name().to_owned()),
            partner: partner.map(str::to_owned),
            person,
            by: actor.account.clone(),
            created: now,
            expires: now.plus_seconds(self.door.settings.invitation_seconds),
        };
        tx.insert_link(&link).await?;
        let entry = Entry::of(&actor.account, "invite", &account.account).at(partner);
        self.note(&mut tx, entry.with(json!({ "role": role.name() })))
            .await?;
        let url = self.send_invitation(&mut tx, &link, &email).await?;
        tx.commit().await?;
        Ok(Invited {
            invitation: link.link,
            url,
        })
    }

    /// The language of an invitation: the one that the account chose, else that of the partner.
    async fn language_of_invited(&self, tx: &mut Tx, link: &LinkRow) -> Result<Lang, Refusal> {
        if let Some(account) = &link.account {
            let chosen = tx.account_language(account).await?;
            if let Some(lang) = Lang::of_tag(&chosen) {
                return Ok(lang);
            }
        }
        Ok(match &link.partner {
            Some(partner) => super::partner_language(tx, partner).await?,
            None => Lang::default(),
        })
    }

    async fn send_invitation(
        &self,
        tx: &mut Tx,
        link: &LinkRow,
        email: &str,
    ) -> Result<Option<Secret>, Refusal> {
        let settings = &self.door.settings;
        if !settings.by_hand {
            let lang = self.language_of_invited(tx, link).await?;
            self.post(tx, email, Post::Invitation(&link.link), lang)
                .await?;
            if settings.smtp.is_some() {
                return Ok(None);
            }
        }
        let secret = Secret::new("");
        tx.mint_link(&link.link, &secret.hash()).await?;
        Ok(Some(Secret::given(&self.link_url("invitation", &secret))))
    }

    /// The account of an address; where there is none, one that was invited.
    async fn account_for(&self, tx: &mut Tx, email: &str) -> Result<AccountRow, StoreError> {
        if let Some(account) = tx.account_of(email).await? {
            return Ok(account);
        }
        let account = AccountRow {
            account: new_id('a'),
            email: email.to_owned(),
            name: String::new(),
            state: AccountState::Invited,
            created: self.clock.now(),
            has_password: false,
            factor_on: None,
        };
        tx.insert_account(&account).await?;
        Ok(account)
    }

    /// Sends an invitation again, with another link; the one before works no more.
    pub async fn renew_invitation(
        &self,
        actor: &Actor,
        invitation: &str,
    ) -> Result<Invited, Refusal> {
        self.within(&[(INVITE, &actor.account)]).await?;
        let mut tx = self.write().await?;
        let link = self.invitation_of(&mut tx, actor, invitation).await?;
        let until = self
            .clock
            .now()
            .plus_seconds(self.door.settings.invitation_seconds);
        tx.extend_link(invitation, until).await?;
        let account = link.account.clone().unwrap_or_default();
        let row = self.existing(&mut tx, &account).await?;
        let entry = Entry::of(&actor.account, "renew-invitation", &account);
        self.note(&mut tx, entry.at(link.partner.as_deref()))
            .await?;
        let url = self.send_invitation(&mut tx, &link, &row.email).await?;
        tx.commit().await?;
        Ok(Invited {
            invitation: link.link,
            url,
        })
    }

    /// Takes an invitation back.
    pub async fn withdraw_invitation(
        &self,
        actor: &Actor,
        invitation: &str,
    ) -> Result<(), Refusal> {
        let mut tx = self.write().await?;
        let link = self.invitation_of(&mut tx, actor, invitation).await?;
        tx.delete_link(invitation).await?;
        let account = link.account.as_deref().unwrap_or_default();
        let entry = Entry::of(&actor.account, "withdraw-invitation", account);
        self.note(&mut tx, entry.at(link.partner.as_deref()))
            .await?;
        Ok(tx.commit().await?)
    }

    /// An invitation that this actor could have made; there is no other one.
    async fn invitation_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        invitation: &str,
    ) -> Result<LinkRow, Refusal> {
        let none = || Refusal::no("invitation", invitation);
        let link = tx.link(invitation).await?;
        let link = link
            .filter(|l| l.kind == LinkKind::Invite)
            .ok_or_else(none)?;
        let role = link.role.as_deref().and_then(Role::named);
        let role = role.ok_or_else(none)?;
        match self.permit_role(actor, role, link.partner.as_deref()) {
            Ok(()) => Ok(link),
            Err(Refusal::Denied(verb))
                if link.partner.as_deref().is_some_and(|p| actor.sees(p)) =>
            {
                Err(Refusal::Denied(verb))
            }
            Err(_) => Err(none()),
        }
    }

    /// What an invitation offers, to whoever holds the link.
    pub async fn invitation(&self, key: &str, visitor: &Visitor) -> Result<Invitation, Refusal> {
        self.within(&[(LINK, &visitor.network())]).await?;
        let mut tx = self.read().await?;
        let link = self.link(&mut tx, key, LinkKind::Invite).await?;
        let account = tx
            .account(link.account.as_deref().unwrap_or_default())
            .await?
            .ok_or_else(gone)?;
        Ok(Invitation {
            email: account.email,
            role: link
                .role
                .as_deref()
                .and_then(Role::named)
                .ok_or_else(gone)?,
            partner: link.partner,
            signs_in: account.state != AccountState::Invited,
        })
    }

    /// Accepts an invitation as somebody who has not signed in before: with a name and a password.
    pub async fn accept_invitation(
        &self,
        key: &str,
        name: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Begun, Refusal> {
        let offered = self.invitation(key, visitor).await?;
        if offered.signs_in {
            return Err(Refusal::SignIn);
        }
        let name = checked_name(name)?;
        passwords::check(password, &offered.email, &name)?;
        let phc = self.door.hasher.hash(password).await?;
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        let link = self.link(&mut tx, key, LinkKind::Invite).await?;
        let id = link.account.clone().ok_or_else(gone)?;
        let mut account = self.existing(&mut tx, &id).await?;
        if account.state != AccountState::Invited {
            return Err(Refusal::SignIn);
        }
        tx.set_password(&id, &phc).await?;
        self.activate(&mut tx, &mut account, &name).await?;
        self.accept(&mut tx, &link, &id).await?;
        let begun = self.begin(&mut tx, &account, visitor, "invitation").await?;
        tx.commit().await?;
        Ok(begun)
    }

    pub(super) async fn activate(
        &self,
        tx: &mut Tx,
        account: &mut AccountRow,
        name: &str,
    ) -> Result<(), StoreError> {
        tx.set_account_name(&account.account, name).await?;
        tx.set_account_state(&account.account, AccountState::Active)
            .await?;
        account.state = AccountState::Active;
        name.clone_into(&mut account.name);
        Ok(())
    }

    /// Takes the role of an invitation. Only one can.
    pub(super) async fn accept(
        &self,
        tx: &mut Tx,
        link: &LinkRow,
        account: &str,
    ) -> Result<(), Refusal> {
        let role = link.role.clone().ok_or_else(gone)?;
        if !tx.delete_link(&link.link).await? {
            return Err(gone());
        }
        let grant = GrantRow {
            account: account.to_owned(),
            role: role.clone(),
            partner: link.partner.clone(),
            person: link.person.clone(),
            since: self.clock.now(),
        };
        tx.put_grant(&grant).await?;
        let entry = Entry::of(account, "accept-invitation", account).at(link.partner.as_deref());
        let detail = json!({ "role": role, "invited_by": link.by });
        self.note(tx, entry.with(detail)).await?;
        Ok(())
    }

    /// Accepts an invitation with the account that one has signed in with, which must be the one that was invited.
    pub async fn accept_signed(&self, signed: &Signed, key: &str) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        let link = self.link(&mut tx, key, LinkKind::Invite).await?;
        if link.account.as_deref() != Some(account) {
            return Err(slip(
                "other-account",
                "this invitation is for another account than the one that is signed in",
                "account",
                "sign out, and sign in with the address that the invitation was sent to",
            ));
        }
        self.accept(&mut tx, &link, account).await?;
        Ok(tx.commit().await?)
    }

    /// Asks for a link to choose a new password. The answer and the work are the same whether or not the address has an
    /// account: that is found out when the mail is sent, and then none is. It is written in the language of whoever asks.
    pub async fn ask_reset(
        &self,
        email: &str,
        visitor: &Visitor,
        lang: Lang,
    ) -> Result<(), Refusal> {
        let email = checked_email(email)?;
        let (address, network) = (store::address_of(&email), visitor.network());
        self.within(&[(RESET, &address), (RESET_CLIENT, &network)])
            .await?;
        let mut tx = self.write().await?;
        let account = tx.account_of(&email).await?;
        let id = account.map_or_else(|| "nobody".to_owned(), |a| a.account);
        self.note_failure(&mut tx, Entry::of(&id, "ask-reset", &id))
            .await?;
        self.post(&mut tx, &email, Post::Reset, lang).await?;
        Ok(tx.commit().await?)
    }

    /// A link to choose a new password, made for somebody by whoever runs the server.
    pub async fn make_reset(&self, actor: &Actor, account: &str) -> Result<Secret, Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.write().await?;
        let row = self.existing(&mut tx, account).await?;
        if row.state != AccountState::Active {
            return Err(slip(
                "not-active",
                "this account may not sign in",
                "account",
                "enable it, or invite its address",
            ));
        }
        let link = self.reset_link(&mut tx, account, &actor.account).await?;
        let secret = Secret::new("");
        tx.mint_link(&link, &secret.hash()).await?;
        self.note(&mut tx, Entry::of(&actor.account, "make-reset", account))
            .await?;
        tx.commit().await?;
        Ok(Secret::given(&self.link_url("reset", &secret)))
    }

    pub(super) async fn reset_link(
        &self,
        tx: &mut Tx,
        account: &str,
        by: &str,
    ) -> Result<String, StoreError> {
        let now = self.clock.now();
        let link = LinkRow {
            link: new_id('r'),
            kind: LinkKind::Reset,
            account: Some(account.to_owned()),
            role: None,
            partner: None,
            person: None,
            by: by.to_owned(),
            created: now,
            expires: now.plus_seconds(self.door.settings.reset_seconds),
        };
        tx.insert_link(&link).await?;
        Ok(link.link)
    }

    /// Does a link to choose a new password still work?
    pub async fn reset(&self, key: &str, visitor: &Visitor) -> Result<(), Refusal> {
        self.within(&[(LINK, &visitor.network())]).await?;
        let mut tx = self.read().await?;
        self.link(&mut tx, key, LinkKind::Reset).await.map(|_| ())
    }

    /// Chooses a new password. All sessions of the account end; the second factor stays.
    pub async fn finish_reset(
        &self,
        key: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        self.within(&[(LINK, &visitor.network())]).await?;
        let mut tx = self.read().await?;
        let link = self.link(&mut tx, key, LinkKind::Reset).await?;
        let id = link.account.ok_or_else(gone)?;
        let account = self.existing(&mut tx, &id).await?;
        drop(tx);
        passwords::check(password, &account.email, &account.name)?;
        let phc = self.door.hasher.hash(password).await?;
        let mut tx = self.write().await?;
        let link = self.link(&mut tx, key, LinkKind::Reset).await?;
        let account = self.existing(&mut tx, &id).await?;
        if account.state != AccountState::Active || !tx.delete_link(&link.link).await? {
            return Err(gone());
        }
        tx.set_password(&id, &phc).await?;
        tx.delete_links(LinkKind::Reset, Some(&id)).await?;
        tx.delete_sessions(&id, None).await?;
        self.note(&mut tx, Entry::of(&id, "reset-password", &id))
            .await?;
        let to = (id.as_str(), account.email.as_str());
        self.post_notice(&mut tx, to, Notice::Password).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn known_partner(
        &self,
        tx: &mut Tx,
        partner: Option<&str>,
    ) -> Result<(), Refusal> {
        match partner {
            Some(partner) if !tx.has_partner(partner).await? => {
                Err(Refusal::no("partner", partner))
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn own_roles() -> Refusal {
    slip(
        "own-roles",
        "nobody gives a role to themselves",
        "account",
        "ask somebody else who manages roles here",
    )
}

/// Which person of the evidence somebody is: contributors are one, others may be.
pub(super) fn checked_person(role: Role, person: Option<&str>) -> Result<Option<String>, Refusal> {
    let person = person.map(str::trim).filter(|p| !p.is_empty());
    if role == Role::Contributor && person.is_none() {
        return Err(slip(
            "person-missing",
            "a contributor is a person of the partner's evidence",
            "person",
            "name the person whose records are theirs",
        ));
    }
    if role.is_of_server() && person.is_some() {
        return Err(slip(
            "person-of-server",
            "a role of the server is no person of a partner's evidence",
            "person",
            "leave the person out",
        ));
    }
    Ok(person.map(str::to_owned))
}
