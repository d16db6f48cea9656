//! Who somebody is, and how they prove it: each rule, on both databases, with a stopped clock.

extern crate store as cairn_store;
#[path = "../../../store/tests/common/mod.rs"]
mod common;

mod factor;
mod grants;
mod links;
mod mail;
mod provider;
mod secrets;
mod sessions;
mod tokens;

use std::net::{IpAddr, Ipv4Addr};

use cairn_app::access::{Actor, Grant, Role};
use cairn_app::accounts::{Accounts, Begun, Cost, Door, Hasher, Settings, Signed, Stage, Visitor};
use cairn_app::clock::Clock;
use cairn_app::refusal::Refusal;
use cairn_store::{NewChange, Scope};
use common::Fresh;
use domain::instant::Instant;

const NOW: Instant = Instant(1_700_000_000_000_000);
const PASSWORD: &str = "correct horse battery";
const OTHER_PASSWORD: &str = "wrong mule accumulator";

/// A server over an empty database, with a clock that stands still and passwords that cost little.
struct House {
    fresh: Fresh,
    clock: Clock,
    door: Door,
}

impl House {
    async fn new(fresh: Fresh) -> House {
        House::with(fresh, Settings::default()).await
    }

    async fn with(fresh: Fresh, settings: Settings) -> House {
        let cost = Cost {
            memory: 8,
            passes: 1,
            at_once: 4,
        };
        let house = House {
            fresh,
            clock: Clock::stopped(NOW),
            door: Door::with(settings, Hasher::new(cost)),
        };
        for partner in ["north", "south"] {
            house.add_partner(partner).await;
        }
        house
    }

    async fn add_partner(&self, partner: &str) {
        let new = NewChange {
            at: NOW,
            actor: "test".into(),
            verb: "add-partner".into(),
            partner: Some(partner.into()),
            subject: format!("partner {partner}"),
            detail: "{}".into(),
        };
        let mut tx = self.fresh.store.write(&Scope::All).await.expect("a writer");
        let changed = tx.append(&Scope::All, new, &[]).await.expect("written");
        tx.add_partners(&[partner.to_owned()], changed.change)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
    }

    fn accounts(&self) -> Accounts<'_> {
        Accounts::new(&self.fresh.store, &self.clock, &self.door)
    }

    /// Sets the clock to so many seconds after the beginning.
    fn at(&self, seconds: i64) {
        self.clock.set(NOW.plus_seconds(seconds));
    }

    /// Somebody with a role, who came by an invitation and has signed in.
    async fn somebody(&self, email: &str, role: Role, partner: Option<&str>) -> Signed {
        self.somebody_as(email, role, partner, None).await
    }

    async fn somebody_as(
        &self,
        email: &str,
        role: Role,
        partner: Option<&str>,
        person: Option<&str>,
    ) -> Signed {
        let accounts = self.accounts();
        let invited = accounts
            .invite(&boss(), email, role, partner, person)
            .await
            .expect("invited");
        let key = key(invited.url.expect("no mail is set").reveal());
        let begun = accounts
            .accept_invitation(&key, "Somebody", PASSWORD, &visitor(1))
            .await
            .expect("accepted");
        self.signed(&begun).await
    }

    async fn signed(&self, begun: &Begun) -> Signed {
        self.accounts()
            .session(begun.secret.reveal())
            .await
            .expect("a session")
    }

    async fn sign_in(&self, email: &str) -> Begun {
        self.accounts()
            .sign_in(email, PASSWORD, &visitor(1))
            .await
            .expect("signed in")
    }

    /// The audit log, oldest first: who, what, at which partner, to what, with which detail.
    async fn audit(&self) -> Vec<String> {
        let mut tx = self.fresh.store.read(&Scope::All).await.expect("a reader");
        let mut all = tx.changes(None, None, None, 1_000).await.expect("changes");
        all.reverse();
        all.into_iter()
            .filter(|c| c.verb != "add-partner")
            .map(|c| {
                let partner = c.partner.map(|p| format!(" at {p}")).unwrap_or_default();
                format!("{} {}{partner} {} {}", c.actor, c.verb, c.subject, c.detail)
            })
            .collect()
    }
}

fn boss() -> Actor {
    Actor::system("machine")
}

fn visitor(last: u8) -> Visitor {
    Visitor {
        address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))),
        agent: "Firefox".into(),
    }
}

/// The secret of a link.
fn key(url: &str) -> String {
    let (_, key) = url.trim().split_once("?key=").expect("a link with a key");
    key.to_owned()
}

fn code<T>(refused: Result<T, Refusal>) -> &'static str {
    match refused {
        Ok(_) => "done",
        Err(refusal) => refusal.code(),
    }
}

fn grant(role: Role, partner: Option<&str>) -> Grant {
    Grant {
        role,
        partner: partner.map(str::to_owned),
        person: None,
    }
}

fn is_whole(begun: &Begun) -> bool {
    begun.stage == Stage::Whole
}
