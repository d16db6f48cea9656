//! The first administrator, invitations, and new passwords.

use cairn_app::access::{Role, Verb};
use cairn_app::accounts::{AccountState, Settings};

use crate::on_both;
use crate::{House, OTHER_PASSWORD, PASSWORD, boss, code, common, grant, is_whole, key, visitor};

on_both! {
    async fn the_first_administrator_comes_by_a_link_that_works_once(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let old = accounts.first_start().await.expect("asked").expect("a link");
        let url = accounts.first_start().await.expect("asked").expect("a link");
        assert!(url.reveal().starts_with("http://127.0.0.1:8080/first?key="));
        let (old, link) = (key(old.reveal()), key(url.reveal()));
        let accept = async |link: &str, email: &str, password: &str| {
            accounts.accept_first(link, email, "Root", password, &visitor(1)).await
        };
        assert_eq!(code(accept(&old, "root@server.example", PASSWORD).await), "not-found");
        assert_eq!(code(accept(&link, "not an address", PASSWORD).await), "wrong-email");
        assert_eq!(code(accept(&link, "root@server.example", "short").await), "weak-password");
        let begun = accept(&link, "root@server.example", PASSWORD).await.expect("accepted");
        let root = house.signed(&begun).await;
        assert!(root.actor.may(Verb::ManageServer));
        assert_eq!(code(accept(&link, "eve@server.example", PASSWORD).await), "not-found");
        assert!(accounts.first_start().await.expect("asked").is_none());
    }

    async fn the_first_link_works_for_an_hour(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let link = key(accounts.first_start().await.expect("asked").expect("a link").reveal());
        house.at(3_599);
        accounts.first(&link).await.expect("it works");
        house.at(3_600);
        assert_eq!(code(accounts.first(&link).await), "not-found");
    }

    async fn of_two_first_administrators_one_comes_too_late(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let link = key(accounts.first_start().await.expect("asked").expect("a link").reveal());
        let visitor = visitor(1);
        let (one, two) = tokio::join!(
            accounts.accept_first(&link, "a@server.example", "A", PASSWORD, &visitor),
            accounts.accept_first(&link, "b@server.example", "B", PASSWORD, &visitor),
        );
        let mut codes = [code(one), code(two)];
        codes.sort_unstable();
        assert_eq!(codes, ["done", "not-found"]);
        assert_eq!(accounts.list(&boss(), "", 10).await.expect("accounts").len(), 1);
    }

    async fn an_invitation_gives_its_role_once_until_it_expires(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let lead = house.somebody("lead@north.example", Role::AllianceLead, Some("north")).await;
        let invited = accounts
            .invite(&lead.actor, "cy@north.example", Role::Contributor, Some("north"), Some("p7"))
            .await
            .expect("invited");
        let link = key(invited.url.expect("no mail is set").reveal());
        let week = house.door.settings.invitation_seconds;
        house.at(week);
        assert_eq!(code(accounts.invitation(&link, &visitor(1)).await), "not-found");
        house.at(week - 1);
        let offered = accounts.invitation(&link, &visitor(1)).await.expect("an invitation");
        assert_eq!((offered.role, offered.partner.as_deref(), offered.signs_in), (Role::Contributor, Some("north"), false));
        let begun = accounts.accept_invitation(&link, "Cy", PASSWORD, &visitor(1)).await.expect("accepted");
        assert!(is_whole(&begun));
        let cy = house.signed(&begun).await;
        assert_eq!(cy.actor.persons_at("north"), ["p7"]);
        assert_eq!(code(accounts.accept_invitation(&link, "Cy", PASSWORD, &visitor(1)).await), "not-found");
        assert!(accounts.members(&lead.actor, Some("north")).await.expect("members").invitees.is_empty());
    }

    async fn whoever_invites_learns_not_whether_the_address_has_an_account(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let lead = house.somebody("lead@north.example", Role::AllianceLead, Some("north")).await;
        let there = house.somebody("There@South.example", Role::Reader, Some("south")).await;
        for email in ["there@south.example", "fresh@south.example"] {
            accounts.invite(&lead.actor, email, Role::Reader, Some("north"), None).await.expect("invited");
        }
        let members = accounts.members(&lead.actor, Some("north")).await.expect("members");
        let mut seen: Vec<String> = members
            .invitees
            .iter()
            .map(|i| format!("{} {} {}", i.email, i.role.name(), i.has_expired))
            .collect();
        seen.sort();
        assert_eq!(seen, ["fresh@south.example reader false", "there@south.example reader false"]);
        assert_eq!(members.members.len(), 1);
        // It has no role before its owner accepts, and the lead cannot give it one by its id either.
        assert_eq!(code(accounts.give(&lead.actor, &there.actor.account, Role::Reader, Some("north"), None).await), "not-found");
        assert!(!there.actor.sees("north"));
    }

    async fn whoever_has_an_account_accepts_signed_in_and_nobody_else_does(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@south.example", Role::Reader, Some("south")).await;
        let eve = house.somebody("eve@south.example", Role::Reader, Some("south")).await;
        let invited = accounts.invite(&boss(), "zoe@south.example", Role::Reader, Some("north"), None).await.expect("invited");
        let link = key(invited.url.expect("no mail is set").reveal());
        assert!(accounts.invitation(&link, &visitor(1)).await.expect("an invitation").signs_in);
        // With the link alone nobody sets a password on an account that is there.
        assert_eq!(code(accounts.accept_invitation(&link, "Eve", OTHER_PASSWORD, &visitor(1)).await), "sign-in");
        assert_eq!(code(accounts.accept_signed(&eve, &link).await), "other-account");
        accounts.accept_signed(&zoe, &link).await.expect("accepted");
        let begun = house.sign_in("zoe@south.example").await;
        assert!(house.signed(&begun).await.actor.sees("north"));
    }

    async fn an_invitation_is_sent_again_or_taken_back_by_whoever_could_have_made_it(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let north = house.somebody("lead@north.example", Role::AllianceLead, Some("north")).await;
        let south = house.somebody("lead@south.example", Role::AllianceLead, Some("south")).await;
        let team = house.somebody("team@north.example", Role::AllianceTeam, Some("north")).await;
        let invited = accounts.invite(&north.actor, "new@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        let id = invited.invitation;
        let first = key(invited.url.expect("no mail is set").reveal());
        assert_eq!(code(accounts.renew_invitation(&south.actor, &id).await), "not-found");
        assert_eq!(code(accounts.withdraw_invitation(&south.actor, &id).await), "not-found");
        assert_eq!(code(accounts.withdraw_invitation(&team.actor, &id).await), "denied");
        let again = accounts.renew_invitation(&north.actor, &id).await.expect("again");
        let second = key(again.url.expect("no mail is set").reveal());
        assert_eq!(code(accounts.invitation(&first, &visitor(1)).await), "not-found");
        accounts.invitation(&second, &visitor(1)).await.expect("it works");
        accounts.withdraw_invitation(&north.actor, &id).await.expect("withdrawn");
        assert_eq!(code(accounts.invitation(&second, &visitor(1)).await), "not-found");
    }

    async fn a_new_password_by_mail_works_once_within_an_hour_and_ends_every_session(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let begun = house.sign_in("zoe@north.example").await;
        let early = key(accounts.make_reset(&boss(), &zoe.actor.account).await.expect("a link").reveal());
        let link = key(accounts.make_reset(&boss(), &zoe.actor.account).await.expect("a link").reveal());
        let finish = async |link: &str, password: &str| code(accounts.finish_reset(link, password, &visitor(1)).await);
        assert_eq!(finish(&link, "too short").await, "weak-password");
        house.at(3_600);
        assert_eq!(code(accounts.reset(&link, &visitor(1)).await), "not-found");
        house.at(3_599);
        accounts.reset(&link, &visitor(1)).await.expect("it works");
        assert_eq!(finish(&link, OTHER_PASSWORD).await, "done");
        assert_eq!(finish(&link, OTHER_PASSWORD).await, "not-found");
        assert_eq!(finish(&early, PASSWORD).await, "not-found");
        assert_eq!(code(accounts.session(begun.secret.reveal()).await), "sign-in");
        assert_eq!(code(accounts.sign_in("zoe@north.example", OTHER_PASSWORD, &visitor(1)).await), "done");
    }

    async fn three_mails_for_a_new_password_are_followed_by_a_pause_account_or_not(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        for email in ["zoe@north.example", "nobody@north.example"] {
            house.at(0);
            for _ in 0..3 {
                assert_eq!(code(accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await), "done");
            }
            assert_eq!(code(accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await), "too-often");
            house.at(1_199);
            assert_eq!(code(accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await), "too-often");
            house.at(1_200);
            assert_eq!(code(accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await), "done");
        }
    }

    async fn a_link_is_good_for_one_thing_only(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let invited = accounts.invite(&boss(), "new@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        let invitation = key(invited.url.expect("no mail is set").reveal());
        let reset = key(accounts.make_reset(&boss(), &zoe.actor.account).await.expect("a link").reveal());
        assert_eq!(code(accounts.finish_reset(&invitation, PASSWORD, &visitor(1)).await), "not-found");
        assert_eq!(code(accounts.invitation(&reset, &visitor(1)).await), "not-found");
        assert_eq!(code(accounts.first(&reset).await), "not-found");
        assert_eq!(code(accounts.session(&reset).await), "sign-in");
        assert_eq!(code(accounts.token(&reset).await), "sign-in");
    }

    async fn where_mail_is_sent_the_link_is_shown_to_nobody_else(fresh: Fresh) {
        let settings = Settings { smtp: Some("smtp://127.0.0.1:1".into()), ..Settings::default() };
        let house = House::with(fresh, settings).await;
        let invited = house.accounts().invite(&boss(), "new@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        assert!(invited.url.is_none());
    }

    async fn an_account_that_was_disabled_before_it_came_is_invited_anew(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("root@server.example", Role::Administrator, None).await;
        let invited = accounts.invite(&boss(), "new@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        let link = key(invited.url.expect("no mail is set").reveal());
        let account = accounts.find(&boss(), "new@north.example").await.expect("an account");
        accounts.disable(&boss(), &account).await.expect("disabled");
        assert_eq!(code(accounts.invitation(&link, &visitor(1)).await), "not-found");
        accounts.enable(&boss(), &account).await.expect("enabled");
        let page = accounts.account(&boss(), &account).await.expect("a page");
        assert_eq!((page.state, page.grants), (AccountState::Invited, vec![]));
        let anew = house.somebody("new@north.example", Role::Reader, Some("north")).await;
        assert_eq!(anew.actor.grants, [grant(Role::Reader, Some("north"))]);
    }
}
