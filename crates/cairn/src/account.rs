//! `cairn account`: for whoever has the computer with the database, also where nobody can sign in.

use app::access::{Actor, Verb};
use app::accounts::{self, AccountPage, Accounts, Door};
use app::clock::Clock;
use app::domain::diagnostic::{Diagnostic, Place};
use app::refusal::Refusal;
use app::store::Store;
use serde_json::json;

use crate::args::{AccountVerb, Common, OfServer};
use crate::output::{self, Exit};
use crate::run::Outcome;
use crate::serve::load::why;

fn said(refusal: Refusal) -> Diagnostic {
    let code = refusal.code();
    match refusal {
        Refusal::Problems(mut problems) if !problems.is_empty() => {
            let mut problem = problems.remove(0);
            // The name of a form's field says nothing here.
            problem.place = Place::default();
            problem
        }
        Refusal::Store(error) => Diagnostic::error(code, why(&error), Place::default()),
        other => Diagnostic::error(code, other.to_string(), Place::default()),
    }
}

impl AccountVerb {
    fn server(&self) -> &OfServer {
        match self {
            AccountVerb::List { server }
            | AccountVerb::Add { server, .. }
            | AccountVerb::Grant { server, .. }
            | AccountVerb::Take { server, .. }
            | AccountVerb::ResetPassword { server, .. }
            | AccountVerb::Disable { server, .. }
            | AccountVerb::Enable { server, .. }
            | AccountVerb::Erase { server, .. } => server,
        }
    }
}

/// Does what was asked for about accounts.
pub fn account(common: &Common, verb: AccountVerb) -> Outcome {
    let mut server = verb.server().clone();
    let problems = server.store.finish();
    if !problems.is_empty() {
        problems.iter().for_each(output::problem);
        return Ok(Exit::WrongUsage);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Diagnostic::error("cannot-start", error.to_string(), Place::default()))?;
    runtime.block_on(async {
        let shown = server.store.shown();
        let opened = Store::open(server.store.database.reveal()).await;
        let store = opened.map_err(|error| {
            let message = format!("the database `{shown}` cannot be used: {}", why(&error));
            Diagnostic::error("no-store", message, Place::default())
        })?;
        let usual = accounts::Settings::default();
        let door = Door::new(accounts::Settings {
            public_url: server.public_url(),
            by_hand: true,
            ..usual
        });
        let clock = Clock::in_zone(common.time_zone.clone());
        let answered = answer(common, Accounts::new(&store, &clock, &door), &verb).await;
        store.close().await;
        output::answer(&answered.map_err(said)?);
        Ok(Exit::Answered)
    })
}

async fn answer(
    common: &Common,
    accounts: Accounts<'_>,
    verb: &AccountVerb,
) -> Result<String, Refusal> {
    let actor = Actor::system("command-line");
    debug_assert!(
        actor.may(Verb::ManageAccounts),
        "whoever has the computer may do everything"
    );
    Ok(match verb {
        AccountVerb::List { .. } => {
            let mut all: Vec<AccountPage> = vec![];
            loop {
                let after = all.last().map_or("", |last| last.email.as_str());
                let more = accounts.list(&actor, after, 1_000).await?;
                if more.is_empty() {
                    break;
                }
                all.extend(more);
            }
            if common.json {
                as_json(&all)
            } else {
                as_text(&all)
            }
        }
        AccountVerb::Add {
            email,
            role,
            person,
            ..
        } => {
            let (partner, person) = (role.partner.as_deref(), person.as_deref());
            let invited = accounts
                .invite(&actor, email, role.role, partner, person)
                .await?;
            match invited.url {
                Some(url) => format!("{}\n", url.reveal()),
                None => String::new(),
            }
        }
        AccountVerb::Grant {
            email,
            role,
            person,
            ..
        } => {
            let account = accounts.find(&actor, email).await?;
            let (partner, person) = (role.partner.as_deref(), person.as_deref());
            accounts
                .give(&actor, &account, role.role, partner, person)
                .await?;
            String::new()
        }
        AccountVerb::Take { email, role, .. } => {
            let account = accounts.find(&actor, email).await?;
            let partner = role.partner.as_deref();
            accounts.take(&actor, &account, role.role, partner).await?;
            String::new()
        }
        AccountVerb::ResetPassword {
            email,
            remove_factor,
            ..
        } => {
            let account = accounts.find(&actor, email).await?;
            let link = accounts.make_reset(&actor, &account).await?;
            if *remove_factor {
                accounts.remove_factor_of(&actor, &account).await?;
            }
            format!("{}\n", link.reveal())
        }
        AccountVerb::Disable { email, .. } => {
            let account = accounts.find(&actor, email).await?;
            accounts.disable(&actor, &account).await?;
            String::new()
        }
        AccountVerb::Enable { email, .. } => {
            let account = accounts.find(&actor, email).await?;
            accounts.enable(&actor, &account).await?;
            String::new()
        }
        AccountVerb::Erase { email, .. } => {
            let account = accounts.find(&actor, email).await?;
            accounts.erase(&actor, &account).await?;
            format!("{account} says of nobody any more who it is\n")
        }
    })
}

fn as_json(all: &[AccountPage]) -> String {
    let all: Vec<serde_json::Value> = all
        .iter()
        .map(|a| {
            let grants = a.grants.iter().map(
                |g| json!({ "role": g.role.name(), "partner": g.partner, "person": g.person }),
            );
            json!({
                "account": a.account,
                "email": a.email,
                "name": a.name,
                "state": a.state.name(),
                "created": a.created.to_string(),
                "second_factor": a.has_factor,
                "grants": grants.collect::<Vec<_>>(),
            })
        })
        .collect();
    format!("{}\n", json!({ "accounts": all }))
}

fn as_text(all: &[AccountPage]) -> String {
    if all.is_empty() {
        return "Nobody has an account. `cairn account add EMAIL administrator` invites the first one.\n"
            .to_owned();
    }
    let mut text = String::new();
    for account in all {
        let roles: Vec<String> = account
            .grants
            .iter()
            .map(|g| match &g.partner {
                Some(partner) => format!("{} at {partner}", g.role.name()),
                None => g.role.name().to_owned(),
            })
            .collect();
        let roles = match roles.as_slice() {
            [] => "no role".to_owned(),
            roles => roles.join(", "),
        };
        text += &format!("{}  {}  {roles}\n", account.email, account.state.name());
    }
    text
}
