//! Who has which role, and the accounts themselves.

use std::collections::BTreeMap;

use domain::instant::Instant;
use serde_json::json;
use store::{AccountRow, AccountState, AccountTraces, GrantRow, LinkKind, Scope, Tx};

use super::links::{checked_person, own_roles};
use super::{Accounts, Entry, checked_email, is_administrator, slip};
use crate::access::{Actor, Grant, Role, Verb};
use crate::refusal::Refusal;

/// Somebody with a role at a partner, or of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: String,
    /// What the person is called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they may sign in.
    pub state: AccountState,
    /// Their roles there, each with the person of the evidence that they are.
    pub roles: Vec<(Role, Option<String>)>,
    /// Since when they have the first of them.
    pub since: Instant,
    /// Do they have a second factor?
    pub has_factor: bool,
}

/// Somebody who was invited and has not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    /// The invitation.
    pub invitation: String,
    /// The address.
    pub email: String,
    /// The role that is offered.
    pub role: Role,
    /// As which person of the evidence.
    pub person: Option<String>,
    /// When it was made.
    pub created: Instant,
    /// From when on its link works no more.
    pub expires: Instant,
    /// Is that over?
    pub has_expired: bool,
}

/// Who has a role somewhere, and who was invited to one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// By account.
    pub members: Vec<Member>,
    /// Oldest first.
    pub invitees: Vec<Invitee>,
}

/// An account, as whoever runs the server sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPage {
    /// Its id.
    pub account: String,
    /// What the person is called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they may sign in.
    pub state: AccountState,
    /// Since when it is there.
    pub created: Instant,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether a second factor is asked for.
    pub has_factor: bool,
    /// Whether it is linked to a provider of sign-in.
    pub has_provider: bool,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// How many sessions it has.
    pub sessions: usize,
    /// How many tokens it has.
    pub tokens: usize,
}

/// What erasing an account takes away, and what of it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasing {
    /// The account as it stands.
    pub account: AccountPage,
    /// What there is of it beside that.
    pub traces: AccountTraces,
    /// Was it erased already?
    pub is_erased: bool,
    /// Is it the last administrator who may sign in? Then it cannot be erased.
    pub is_last_administrator: bool,
}

fn no_such_role(role: Role) -> Refusal {
    slip(
        "role-elsewhere",
        format!(
            "`{}` is a role of {}",
            role.name(),
            if role.is_of_server() {
                "the server, and of no partner"
            } else {
                "a partner, and not of the server"
            }
        ),
        "role",
        "choose another role, or another place for it",
    )
}

impl Accounts<'_> {
    /// That an actor may give and take a role. A partner's leads decide about their own people; roles of the server, and who
    /// manages a partner on the vendor's side, are for whoever runs the server.
    pub(super) fn permit_role(
        &self,
        actor: &Actor,
        role: Role,
        partner: Option<&str>,
    ) -> Result<(), Refusal> {
        match partner {
            Some(partner) => {
                actor.permit(Verb::ManageMembers, partner)?;
                if role == Role::PartnerManager {
                    actor.permit_server(Verb::ManageAccounts)?;
                }
            }
            None => actor.permit_server(Verb::ManageAccounts)?,
        }
        if role.is_of_server() == partner.is_some() {
            return Err(no_such_role(role));
        }
        Ok(())
    }

    /// An account of which this actor may know: one with a role at the partner, or any for whoever runs the server.
    async fn known_account(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        account: &str,
        partner: Option<&str>,
    ) -> Result<AccountRow, Refusal> {
        let row = self.existing(tx, account).await?;
        if actor.may(Verb::ManageAccounts) {
            return Ok(row);
        }
        let there = tx.grants_of(account).await?;
        if there
            .iter()
            .any(|g| g.partner.is_some() && g.partner.as_deref() == partner)
        {
            Ok(row)
        } else {
            Err(Refusal::no("account", account))
        }
    }

    /// Gives a role to somebody, or says as which person of the evidence they have it. Nobody gives one to themselves.
    pub async fn give(
        &self,
        actor: &Actor,
        account: &str,
        role: Role,
        partner: Option<&str>,
        person: Option<&str>,
    ) -> Result<(), Refusal> {
        self.permit_role(actor, role, partner)?;
        let person = checked_person(role, person)?;
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        self.known_partner(&mut tx, partner).await?;
        let row = self.known_account(&mut tx, actor, account, partner).await?;
        if row.account == actor.account {
            return Err(own_roles());
        }
        let grant = GrantRow {
            account: row.account,
            role: role.name().to_owned(),
            partner: partner.map(str::to_owned),
            person,
            since: self.clock.now(),
        };
        tx.put_grant(&grant).await?;
        let entry = Entry::of(&actor.account, "give-role", account).at(partner);
        self.note(&mut tx, entry.with(json!({ "role": role.name() })))
            .await?;
        Ok(tx.commit().await?)
    }

    /// Takes a role from somebody, or lays one's own down. An administrator stays.
    pub async fn take(
        &self,
        actor: &Actor,
        account: &str,
        role: Role,
        partner: Option<&str>,
    ) -> Result<(), Refusal> {
        if account != actor.account || actor.only.is_some() {
            self.permit_role(actor, role, partner)?;
        }
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        self.take_in(&mut tx, actor, account, role, partner).await?;
        Ok(tx.commit().await?)
    }

    async fn take_in(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        account: &str,
        role: Role,
        partner: Option<&str>,
    ) -> Result<(), Refusal> {
        if !tx.delete_grant(account, role.name(), partner).await? {
            return Err(Refusal::no("role", role.name()));
        }
        if role == Role::Administrator && partner.is_none() {
            self.an_administrator_stays(tx).await?;
        }
        let entry = Entry::of(&actor.account, "take-role", account).at(partner);
        self.note(tx, entry.with(json!({ "role": role.name() })))
            .await?;
        Ok(())
    }

    async fn an_administrator_stays(&self, tx: &mut Tx) -> Result<(), Refusal> {
        if tx.count_active_with(Role::Administrator.name()).await? > 0 {
            return Ok(());
        }
        Err(slip(
            "last-administrator",
            "this is the last administrator who may sign in",
            "account",
            "make somebody else an administrator before",
        ))
    }

    /// Hands all roles that somebody has at a partner over to somebody else, who must be known there: when a lead leaves.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        from: &str,
        to: &str,
        partner: &str,
    ) -> Result<Vec<Role>, Refusal> {
        actor.permit(Verb::ManageMembers, partner)?;
        if to == actor.account {
            return Err(own_roles());
        }
        if from == to {
            return Err(slip(
                "same-account",
                "roles are handed over from one account to another",
                "to",
                "choose somebody else",
            ));
        }
        let at = Some(partner);
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        self.known_account(&mut tx, actor, from, at).await?;
        let heir = self.known_account(&mut tx, actor, to, at).await?;
        if heir.state == AccountState::Disabled {
            return Err(slip(
                "not-active",
                "the account that is to have the roles may not sign in",
                "to",
                "choose somebody who may",
            ));
        }
        let held = tx.grants_of(from).await?;
        let mut handed = vec![];
        for grant in held.into_iter().filter(|g| g.partner.as_deref() == at) {
            // What a contributor adds is their own, and nobody else becomes that person.
            let Some(role) = Role::named(&grant.role).filter(|r| *r != Role::Contributor) else {
                continue;
            };
            self.permit_role(actor, role, at)?;
            self.take_in(&mut tx, actor, from, role, at).await?;
            let theirs = tx.grants_of(to).await?;
            let has = |g: &GrantRow| g.role == grant.role && g.partner.as_deref() == at;
            if !theirs.iter().any(has) {
                let new = GrantRow {
                    account: to.to_owned(),
                    role: grant.role.clone(),
                    partner: grant.partner.clone(),
                    person: None,
                    since: self.clock.now(),
                };
                tx.put_grant(&new).await?;
            }
            let entry = Entry::of(&actor.account, "give-role", to).at(at);
            let detail = json!({ "role": role.name(), "handed_over_by": from });
            self.note(&mut tx, entry.with(detail)).await?;
            handed.push(role);
        }
        if handed.is_empty() {
            return Err(Refusal::no("role", "to hand over"));
        }
        tx.commit().await?;
        Ok(handed)
    }

    /// Who has a role at a partner, and who was invited to one; of the server, where none is named.
    pub async fn members(&self, actor: &Actor, partner: Option<&str>) -> Result<Members, Refusal> {
        let scope = match partner {
            Some(partner) => {
                actor.permit(Verb::ManageMembers, partner)?;
                Scope::of(partner)
            }
            None => {
                actor.permit_server(Verb::ManageAccounts)?;
                Scope::All
            }
        };
        let now = self.clock.now();
        let mut tx = self.store.read(&scope).await?;
        let mut members: BTreeMap<String, Member> = BTreeMap::new();
        for grant in tx.grants_at(partner).await? {
            let Some(role) = Role::named(&grant.role) else {
                continue;
            };
            if let Some(member) = members.get_mut(&grant.account) {
                member.roles.push((role, grant.person));
                member.since = member.since.min(grant.since);
                continue;
            }
            let row = self.existing(&mut tx, &grant.account).await?;
            let member = Member {
                account: row.account,
                name: row.name,
                email: row.email,
                state: row.state,
                roles: vec![(role, grant.person)],
                since: grant.since,
                has_factor: row.factor_on.is_some(),
            };
            members.insert(grant.account, member);
        }
        let mut invitees = vec![];
        for link in tx.invitations_at(partner).await? {
            let Some(role) = link.role.as_deref().and_then(Role::named) else {
                continue;
            };
            let account = link.account.as_deref().unwrap_or_default();
            let row = self.existing(&mut tx, account).await?;
            invitees.push(Invitee {
                invitation: link.link,
                // Not as its owner wrote it: that would tell that it has one.
                email: store::address_of(&row.email),
                role,
                person: link.person,
                created: link.created,
                expires: link.expires,
                has_expired: link.expires <= now,
            });
        }
        Ok(Members {
            members: members.into_values().collect(),
            invitees,
        })
    }

    async fn page(&self, tx: &mut Tx, row: AccountRow) -> Result<AccountPage, Refusal> {
        let id = row.account;
        Ok(AccountPage {
            grants: self.grants(tx, &id).await?,
            sessions: tx.sessions_of(&id).await?.len(),
            tokens: tx.tokens_of(&id).await?.len(),
            has_provider: !tx.issuers_of(&id).await?.is_empty(),
            account: id,
            name: row.name,
            email: row.email,
            state: row.state,
            created: row.created,
            has_password: row.has_password,
            has_factor: row.factor_on.is_some(),
        })
    }

    /// Accounts by address, after one of them, at most so many.
    pub async fn list(
        &self,
        actor: &Actor,
        after: &str,
        limit: i64,
    ) -> Result<Vec<AccountPage>, Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.read().await?;
        let mut pages = vec![];
        for row in tx.accounts(after, limit.clamp(1, 1_000)).await? {
            pages.push(self.page(&mut tx, row).await?);
        }
        Ok(pages)
    }

    /// One account.
    pub async fn account(&self, actor: &Actor, account: &str) -> Result<AccountPage, Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.read().await?;
        let row = self.existing(&mut tx, account).await?;
        self.page(&mut tx, row).await
    }

    /// Lets an account sign in no more: its sessions and tokens end at once, and the invitations that it made.
    pub async fn disable(&self, actor: &Actor, account: &str) -> Result<(), Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        self.existing(&mut tx, account).await?;
        tx.set_account_state(account, AccountState::Disabled)
            .await?;
        if is_administrator(&self.grants(&mut tx, account).await?) {
            self.an_administrator_stays(&mut tx).await?;
        }
        tx.delete_sessions(account, None).await?;
        tx.delete_tokens(account).await?;
        tx.delete_links(LinkKind::Reset, Some(account)).await?;
        tx.delete_links(LinkKind::Invite, Some(account)).await?;
        tx.delete_links_by(account).await?;
        self.note(
            &mut tx,
            Entry::of(&actor.account, "disable-account", account),
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// What erasing an account would take away, and what would stay. Nothing is done.
    pub async fn erasing(&self, actor: &Actor, account: &str) -> Result<Erasing, Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.read().await?;
        let row = self.existing(&mut tx, account).await?;
        let traces = tx.account_traces(account).await?;
        let page = self.page(&mut tx, row).await?;
        let administrators = tx.count_active_with(Role::Administrator.name()).await?;
        Ok(Erasing {
            is_erased: page.email == format!("erased-{account}"),
            is_last_administrator: page.state == AccountState::Active
                && is_administrator(&page.grants)
                && administrators <= 1,
            account: page,
            traces,
        })
    }

    /// Takes out of an account all that says who has it, for they asked for that: address, name, whatever it signs in with, and
    /// every role. Its id stays, so that the audit log and whatever it did stay true. It cannot be undone.
    pub async fn erase(&self, actor: &Actor, account: &str) -> Result<(), Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        self.existing(&mut tx, account).await?;
        let is_administrator = is_administrator(&self.grants(&mut tx, account).await?);
        tx.erase_account(account).await?;
        if is_administrator {
            self.an_administrator_stays(&mut tx).await?;
        }
        self.note(&mut tx, Entry::of(&actor.account, "erase-account", account))
            .await?;
        tx.commit().await?;
        Ok(self.store.scrub().await?)
    }

    /// Lets an account sign in again. It has the roles that it had, and neither sessions nor tokens.
    pub async fn enable(&self, actor: &Actor, account: &str) -> Result<(), Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        let row = self.existing(&mut tx, account).await?;
        let linked = !tx.issuers_of(account).await?.is_empty();
        let came_before = row.has_password || linked;
        let state = if came_before {
            AccountState::Active
        } else {
            AccountState::Invited
        };
        tx.set_account_state(account, state).await?;
        self.note(
            &mut tx,
            Entry::of(&actor.account, "enable-account", account),
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// Removes somebody's second factor, for they lost it.
    pub async fn remove_factor_of(&self, actor: &Actor, account: &str) -> Result<(), Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.write().await?;
        let row = self.existing(&mut tx, account).await?;
        self.clear_factor(&mut tx, &actor.account, account, &row.email)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Gives an account another address, with which it signs in from then on. What a provider vouched for is forgotten.
    pub async fn set_email(
        &self,
        actor: &Actor,
        account: &str,
        email: &str,
    ) -> Result<(), Refusal> {
        actor.permit_server(Verb::ManageAccounts)?;
        let email = checked_email(email)?;
        let mut tx = self.write().await?;
        self.existing(&mut tx, account).await?;
        match tx.set_account_email(account, &email).await {
            Err(e) if e.is_duplicate() => {
                return Err(slip(
                    "address-taken",
                    "another account has this address",
                    "email",
                    "disable that account, or give it another address before",
                ));
            }
            done => done?,
        }
        tx.delete_identities(account).await?;
        tx.delete_links(LinkKind::Reset, Some(account)).await?;
        self.note(
            &mut tx,
            Entry::of(&actor.account, "change-address", account),
        )
        .await?;
        Ok(tx.commit().await?)
    }
}
