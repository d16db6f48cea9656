//! Signing in with a password, limits, and sessions.

use cairn_app::access::{Role, Verb};
use cairn_app::accounts::AccountState;

use crate::on_both;
use crate::{House, OTHER_PASSWORD, PASSWORD, boss, code, common, visitor};

on_both! {
    async fn a_session_says_who_somebody_is_and_what_they_may_do(fresh: Fresh) {
        let house = House::new(fresh).await;
        house.somebody("Zoe@North.example", Role::AllianceLead, Some("north")).await;
        let begun = house.sign_in(" zoe@north.EXAMPLE ").await;
        let signed = house.signed(&begun).await;
        assert_eq!((signed.email.as_str(), signed.name.as_str()), ("Zoe@North.example", "Somebody"));
        assert!(signed.actor.permit(Verb::EditEvidence, "north").is_ok());
        assert!(signed.actor.permit(Verb::EditEvidence, "south").is_err());
        assert_eq!(code(house.accounts().session("x").await), "sign-in");
    }

    async fn nobody_finds_out_who_has_an_account(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let ann = house.somebody("ann@north.example", Role::Reader, Some("north")).await;
        accounts.disable(&boss(), &ann.actor.account).await.expect("disabled");
        accounts.invite(&boss(), "new@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        let before = house.audit().await.len();
        let mut answers = vec![];
        for (email, password) in [
            ("zoe@north.example", OTHER_PASSWORD),
            ("ann@north.example", PASSWORD),
            ("new@north.example", PASSWORD),
            ("nobody@north.example", PASSWORD),
        ] {
            let refused = accounts.sign_in(email, password, &visitor(1)).await.expect_err("refused");
            answers.push(format!("{} {refused}", refused.code()));
        }
        answers.dedup();
        assert_eq!(answers, ["wrong-sign-in e-mail and password do not match"]);
        // One row for each, which names an account where there is one, and never the address.
        let log = house.audit().await.split_off(before);
        assert_eq!(log.len(), 4);
        assert_eq!(log[3], "nobody sign-in-failed account nobody {}");
        assert!(log.iter().all(|row| !row.contains('@')), "{log:?}");
        for email in ["zoe@north.example", "nobody@north.example"] {
            assert_eq!(code(accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await), "done");
        }
        let log = house.audit().await.split_off(before + 4);
        assert_eq!(log[1], "nobody ask-reset account nobody {}");
    }

    async fn ten_wrong_passwords_are_followed_by_a_pause_for_this_person_at_this_place(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        for email in ["zoe@north.example", "nobody@north.example"] {
            for _ in 0..10 {
                assert_eq!(code(accounts.sign_in(email, OTHER_PASSWORD, &visitor(2)).await), "wrong-sign-in");
            }
            // Also with the right password, and alike for an address without an account.
            assert_eq!(code(accounts.sign_in(email, PASSWORD, &visitor(2)).await), "too-often");
        }
        // Whoever sits elsewhere is not kept out by it.
        assert_eq!(code(accounts.sign_in("zoe@north.example", PASSWORD, &visitor(3)).await), "done");
        house.at(89);
        assert_eq!(code(accounts.sign_in("zoe@north.example", PASSWORD, &visitor(2)).await), "too-often");
        house.at(90);
        assert_eq!(code(accounts.sign_in("zoe@north.example", PASSWORD, &visitor(2)).await), "done");
        // It went well, so that the next slips count anew.
        assert_eq!(code(accounts.sign_in("zoe@north.example", OTHER_PASSWORD, &visitor(2)).await), "wrong-sign-in");
    }

    async fn one_network_tries_so_many_addresses_and_no_more(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        for number in 0..60 {
            let email = format!("n{number}@north.example");
            assert_eq!(code(accounts.sign_in(&email, PASSWORD, &visitor(2)).await), "wrong-sign-in");
        }
        assert_eq!(code(accounts.sign_in("n60@north.example", PASSWORD, &visitor(2)).await), "too-often");
        house.at(14);
        assert_eq!(code(accounts.sign_in("n60@north.example", PASSWORD, &visitor(2)).await), "too-often");
        house.at(15);
        assert_eq!(code(accounts.sign_in("n60@north.example", PASSWORD, &visitor(2)).await), "wrong-sign-in");
        assert_eq!(code(accounts.sign_in("n61@north.example", PASSWORD, &visitor(3)).await), "wrong-sign-in");
    }

    async fn a_session_that_nobody_uses_ends_and_one_that_is_used_ends_later(fresh: Fresh) {
        let house = House::new(fresh).await;
        let (idle, whole) = (house.door.settings.idle_seconds, house.door.settings.session_seconds);
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let unused = house.sign_in("zoe@north.example").await;
        let used = house.sign_in("zoe@north.example").await;
        house.at(idle - 1);
        house.signed(&used).await;
        house.at(idle);
        assert_eq!(code(house.accounts().session(unused.secret.reveal()).await), "sign-in");
        let mut at = idle - 1;
        while at < whole - idle {
            at += idle - 1;
            house.at(at);
            house.signed(&used).await;
        }
        house.at(whole - 1);
        house.signed(&used).await;
        house.at(whole);
        assert_eq!(code(house.accounts().session(used.secret.reveal()).await), "sign-in");
    }

    async fn sessions_are_listed_and_ended_singly_or_all_others(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let first = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        house.at(60);
        let second = house.sign_in("zoe@north.example").await;
        let third = house.sign_in("zoe@north.example").await;
        let other = house.somebody("ann@north.example", Role::Reader, Some("north")).await;
        let signed = house.signed(&third).await;
        let seen = accounts.sessions(&signed).await.expect("sessions");
        assert_eq!(seen.len(), 3);
        assert_eq!(seen.iter().filter(|s| s.is_this).count(), 1);
        assert!(seen.iter().all(|s| s.agent == "Firefox" && s.client == "192.0.2.1"));
        let theirs = other.session.as_deref().expect("a session");
        assert_eq!(code(accounts.end_session(&signed, theirs).await), "not-found");
        accounts.end_session(&signed, first.session.as_deref().expect("a session")).await.expect("ended");
        assert_eq!(accounts.end_other_sessions(&signed).await.expect("ended"), 1);
        assert_eq!(code(accounts.session(second.secret.reveal()).await), "sign-in");
        house.signed(&third).await;
        accounts.sign_out(third.secret.reveal()).await.expect("signed out");
        assert_eq!(code(accounts.session(third.secret.reveal()).await), "sign-in");
        assert_eq!(code(accounts.sign_out(third.secret.reveal()).await), "done");
    }

    async fn a_new_password_ends_all_other_sessions(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let (here, there) = (house.sign_in("zoe@north.example").await, house.sign_in("zoe@north.example").await);
        let signed = house.signed(&here).await;
        let change = async |now: &str, wanted: &str| code(accounts.change_password(&signed, now, wanted, &visitor(1)).await);
        assert_eq!(change(OTHER_PASSWORD, "a whole new password").await, "wrong-password");
        assert_eq!(change(PASSWORD, "too short").await, "weak-password");
        assert_eq!(change(PASSWORD, OTHER_PASSWORD).await, "done");
        house.signed(&here).await;
        assert_eq!(code(accounts.session(there.secret.reveal()).await), "sign-in");
        assert_eq!(code(accounts.sign_in("zoe@north.example", PASSWORD, &visitor(1)).await), "wrong-sign-in");
        assert_eq!(code(accounts.sign_in("zoe@north.example", OTHER_PASSWORD, &visitor(1)).await), "done");
    }

    async fn a_disabled_account_is_out_at_once_and_back_without_its_sessions(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("root@server.example", Role::Administrator, None).await;
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let begun = house.sign_in("zoe@north.example").await;
        accounts.disable(&boss(), &zoe.actor.account).await.expect("disabled");
        assert_eq!(code(accounts.session(begun.secret.reveal()).await), "sign-in");
        assert_eq!(code(accounts.sign_in("zoe@north.example", PASSWORD, &visitor(1)).await), "wrong-sign-in");
        accounts.enable(&boss(), &zoe.actor.account).await.expect("enabled");
        assert_eq!(code(accounts.session(begun.secret.reveal()).await), "sign-in");
        let page = accounts.account(&boss(), &zoe.actor.account).await.expect("a page");
        assert_eq!((page.state, page.sessions, page.grants.len()), (AccountState::Active, 0, 1));
        house.sign_in("zoe@north.example").await;
    }

    async fn failures_fill_the_audit_log_only_so_far(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let mut tries = 0;
        for network in 0..10_u8 {
            for number in 0..60 {
                let email = format!("n{network}-{number}@north.example");
                assert_eq!(code(accounts.sign_in(&email, PASSWORD, &visitor(network)).await), "wrong-sign-in");
                tries += 1;
            }
        }
        assert_eq!((tries, house.audit().await.len()), (600, 500));
    }
}
