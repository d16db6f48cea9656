//! Tokens of the API.

use cairn_app::access::{Role, Verb};
use cairn_app::accounts::NewToken;
use domain::instant::Instant;

use crate::on_both;
use crate::{House, NOW, boss, code, common};

fn wanted(scopes: &[Verb], partner: Option<&str>, expires: Option<Instant>) -> NewToken {
    NewToken {
        name: "nightly".into(),
        scopes: scopes.iter().copied().collect(),
        partner: partner.map(str::to_owned),
        expires,
    }
}

on_both! {
    async fn a_token_never_exceeds_what_its_owner_may_do_now(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::AllianceTeam, Some("north")).await;
        let me = zoe.actor.account.clone();
        accounts.give(&boss(), &me, Role::Reader, Some("south"), None).await.expect("given");
        let zoe = house.signed(&house.sign_in("zoe@north.example").await).await;
        let scopes = [Verb::EditEvidence, Verb::ReadStanding, Verb::ManageAccounts];
        let (_, all) = accounts.make_token(&zoe, &wanted(&scopes, None, None)).await.expect("a token");
        let (_, north) = accounts.make_token(&zoe, &wanted(&scopes, Some("north"), None)).await.expect("a token");
        assert!(all.reveal().starts_with("cairn_"));
        let actor = accounts.token(all.reveal()).await.expect("it works").actor;
        assert_eq!(actor.account, me);
        assert!(actor.permit(Verb::EditEvidence, "north").is_ok());
        assert!(actor.permit(Verb::Import, "north").is_err());
        assert!(actor.permit(Verb::ReadStanding, "south").is_ok());
        assert!(actor.permit(Verb::EditEvidence, "south").is_err());
        assert!(actor.permit_server(Verb::ManageAccounts).is_err());
        let actor = accounts.token(north.reveal()).await.expect("it works").actor;
        assert!(actor.permit(Verb::EditEvidence, "north").is_ok());
        assert!(actor.permit(Verb::ReadStanding, "south").is_err());
        // What is taken from the owner is taken from the token.
        accounts.take(&boss(), &me, Role::AllianceTeam, Some("north")).await.expect("taken");
        let actor = accounts.token(all.reveal()).await.expect("it works").actor;
        assert!(!actor.sees("north"));
    }

    async fn a_token_works_until_it_expires_is_revoked_or_its_owner_is_disabled(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("root@server.example", Role::Administrator, None).await;
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let scopes = [Verb::ReadStanding];
        let (_, short) = accounts.make_token(&zoe, &wanted(&scopes, None, Some(NOW.plus_seconds(60)))).await.expect("a token");
        let (id, revoked) = accounts.make_token(&zoe, &wanted(&scopes, None, None)).await.expect("a token");
        let (_, last) = accounts.make_token(&zoe, &wanted(&scopes, None, None)).await.expect("a token");
        house.clock.set(Instant(NOW.plus_seconds(60).0 - 1));
        accounts.token(short.reveal()).await.expect("it works");
        house.at(60);
        assert_eq!(code(accounts.token(short.reveal()).await), "sign-in");
        accounts.revoke_token(&zoe, &id).await.expect("revoked");
        assert_eq!(code(accounts.token(revoked.reveal()).await), "sign-in");
        assert_eq!(code(accounts.revoke_token(&zoe, &id).await), "not-found");
        accounts.token(last.reveal()).await.expect("it works");
        let listed = accounts.tokens(&zoe).await.expect("tokens");
        let mut seen: Vec<(bool, bool)> = listed.iter().map(|t| (t.has_expired, t.used.is_some())).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(false, true), (true, true)]);
        accounts.disable(&boss(), &zoe.actor.account).await.expect("disabled");
        assert_eq!(code(accounts.token(last.reveal()).await), "sign-in");
        accounts.enable(&boss(), &zoe.actor.account).await.expect("enabled");
        assert_eq!(code(accounts.token(last.reveal()).await), "sign-in");
    }

    async fn a_token_is_made_of_something_for_something_and_not_by_a_token(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let make = async |wanted: NewToken| code(accounts.make_token(&zoe, &wanted).await);
        assert_eq!(make(wanted(&[], None, None)).await, "scopes-missing");
        assert_eq!(make(wanted(&[Verb::ReadStanding], Some("south"), None)).await, "not-found");
        assert_eq!(make(wanted(&[Verb::ReadStanding], None, Some(NOW))).await, "expired-already");
        assert_eq!(make(NewToken { name: " ".into(), ..wanted(&[Verb::ReadStanding], None, None) }).await, "wrong-name");
        let all: Vec<Verb> = Verb::ALL.to_vec();
        let (id, secret) = accounts.make_token(&zoe, &wanted(&all, None, None)).await.expect("a token");
        let token = accounts.token(secret.reveal()).await.expect("it works");
        assert_eq!(code(accounts.make_token(&token, &wanted(&all, None, None)).await), "not-with-a-token");
        assert_eq!(code(accounts.revoke_token(&token, &id).await), "not-with-a-token");
        assert_eq!(code(accounts.sessions(&token).await), "not-with-a-token");
        assert_eq!(code(accounts.rename(&token, "Eve").await), "not-with-a-token");
        assert_eq!(code(accounts.enroll_factor(&token).await), "not-with-a-token");
        assert_eq!(code(accounts.session(secret.reveal()).await), "sign-in");
    }
}
