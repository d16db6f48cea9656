//! Accounts, roles, links, sessions, tokens, limits and mail are kept alike by both databases.

mod common;

use cairn_store::{
    AccountRow, AccountState, GrantRow, LinkKind, LinkRow, MailRow, Scope, SessionRow, Stage,
    TokenRow, Tx,
};
use common::Fresh;
use domain::instant::Instant;

const NOW: Instant = Instant(1_700_000_000_000_000);

fn after(seconds: i64) -> Instant {
    NOW.plus_seconds(seconds)
}

fn account(id: &str, email: &str) -> AccountRow {
    AccountRow {
        account: id.into(),
        email: email.into(),
        name: "Zoë".into(),
        state: AccountState::Active,
        created: NOW,
        has_password: false,
        factor_on: None,
    }
}

fn grant(account: &str, role: &str, partner: Option<&str>) -> GrantRow {
    GrantRow {
        account: account.into(),
        role: role.into(),
        partner: partner.map(str::to_owned),
        person: None,
        since: NOW,
    }
}

fn link(id: &str, kind: LinkKind, account: Option<&str>, partner: Option<&str>) -> LinkRow {
    LinkRow {
        link: id.into(),
        kind,
        account: account.map(str::to_owned),
        role: Some("reader".into()),
        partner: partner.map(str::to_owned),
        person: None,
        by: "a1".into(),
        created: NOW,
        expires: after(60),
    }
}

async fn all(fresh: &Fresh) -> Tx {
    fresh.store.write(&Scope::All).await.expect("a writer")
}

async fn with(fresh: &Fresh, accounts: &[AccountRow]) -> Tx {
    let mut tx = all(fresh).await;
    for account in accounts {
        tx.insert_account(account).await.expect("written");
    }
    tx
}

on_both! {
    async fn an_account_is_found_by_its_address_however_it_is_written(fresh: Fresh) {
        let zoe = account("a1", " Zoe@Example.com ");
        let mut tx = with(&fresh, std::slice::from_ref(&zoe)).await;
        let kept = AccountRow { email: "Zoe@Example.com".into(), ..zoe };
        assert_eq!(tx.account_of("zoe@example.COM").await.expect("read"), Some(kept.clone()));
        assert_eq!(tx.account("a1").await.expect("read"), Some(kept));
        assert_eq!(tx.account_of("zoe@example.org").await.expect("read"), None);
        assert_eq!(tx.count_accounts().await.expect("read"), 1);
        tx.commit().await.expect("committed");
        let mut tx = all(&fresh).await;
        let twice = tx.insert_account(&account("a2", "ZOE@example.com")).await;
        assert!(twice.expect_err("a duplicate").is_duplicate());
    }

    async fn accounts_are_listed_by_address_page_by_page(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "c@x.example"), account("a2", "A@x.example"), account("a3", "b@x.example")]).await;
        let ids = |rows: Vec<AccountRow>| rows.into_iter().map(|r| r.account).collect::<Vec<_>>();
        assert_eq!(ids(tx.accounts("", 2).await.expect("read")), ["a2", "a3"]);
        assert_eq!(ids(tx.accounts("B@x.example", 2).await.expect("read")), ["a1"]);
    }

    async fn what_an_account_is_and_proves_itself_with_changes(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "zoe@x.example")]).await;
        tx.set_password("a1", "$argon2id$").await.expect("written");
        tx.set_account_name("a1", "Ann").await.expect("written");
        tx.set_account_email("a1", "Ann@x.example").await.expect("written");
        tx.set_account_state("a1", AccountState::Disabled).await.expect("written");
        let row = tx.account_of("ann@x.example").await.expect("read").expect("an account");
        assert_eq!((row.name.as_str(), row.email.as_str(), row.state, row.has_password), ("Ann", "Ann@x.example", AccountState::Disabled, true));
        tx.set_factor("a1", b"secret").await.expect("written");
        let proofs = tx.proofs("a1").await.expect("read").expect("proofs");
        assert_eq!((proofs.password.as_deref(), proofs.factor.as_deref(), proofs.factor_on, proofs.step), (Some("$argon2id$"), Some(&b"secret"[..]), None, 0));
        tx.confirm_factor("a1", NOW).await.expect("written");
        assert_eq!(tx.account("a1").await.expect("read").expect("an account").factor_on, Some(NOW));
        assert!(tx.use_step("a1", 7).await.expect("used"));
        assert!(!tx.use_step("a1", 7).await.expect("asked"));
        assert!(!tx.use_step("a1", 6).await.expect("asked"));
        assert!(tx.use_step("a1", 8).await.expect("used"));
        tx.set_recovery_codes("a1", &[vec![1], vec![2]]).await.expect("written");
        assert!(tx.use_recovery_code("a1", &[1]).await.expect("used"));
        assert!(!tx.use_recovery_code("a1", &[1]).await.expect("asked"));
        assert_eq!(tx.count_recovery_codes("a1").await.expect("read"), 1);
        tx.clear_factor("a1").await.expect("written");
        assert_eq!(tx.count_recovery_codes("a1").await.expect("read"), 0);
        assert!(tx.proofs("a1").await.expect("read").expect("proofs").factor.is_none());
        assert!(tx.proofs("a9").await.expect("read").is_none());
    }

    async fn a_role_is_had_once_and_is_of_a_partner_or_of_the_server(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "a@x.example"), account("a2", "b@x.example")]).await;
        for given in [grant("a1", "administrator", None), grant("a1", "administrator", None), grant("a1", "reader", Some("north")), grant("a2", "administrator", None)] {
            tx.put_grant(&given).await.expect("written");
        }
        let as_person = GrantRow { person: Some("p7".into()), ..grant("a1", "reader", Some("north")) };
        tx.put_grant(&as_person).await.expect("written");
        assert_eq!(tx.grants_of("a1").await.expect("read"), [grant("a1", "administrator", None), as_person.clone()]);
        assert_eq!(tx.grants_at(Some("north")).await.expect("read"), [as_person]);
        assert_eq!(tx.grants_at(None).await.expect("read").len(), 2);
        assert_eq!(tx.count_active_with("administrator").await.expect("read"), 2);
        tx.set_account_state("a2", AccountState::Disabled).await.expect("written");
        assert_eq!(tx.count_active_with("administrator").await.expect("read"), 1);
        assert!(tx.delete_grant("a1", "administrator", None).await.expect("taken"));
        assert!(!tx.delete_grant("a1", "administrator", None).await.expect("asked"));
        assert_eq!(tx.grants_of("a1").await.expect("read").len(), 1);
    }

    async fn a_link_works_until_it_was_used_or_expired(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "a@x.example")]).await;
        let invite = link("l1", LinkKind::Invite, Some("a1"), Some("north"));
        tx.insert_link(&invite).await.expect("written");
        assert_eq!(tx.link_of(b"h", NOW).await.expect("read"), None);
        assert!(tx.mint_link("l1", b"h").await.expect("minted"));
        assert!(!tx.mint_link("l9", b"h9").await.expect("asked"));
        assert_eq!(tx.link_of(b"h", Instant(after(60).0 - 1)).await.expect("read"), Some(invite.clone()));
        assert_eq!(tx.link_of(b"h", after(60)).await.expect("read"), None);
        assert_eq!(tx.invitations_of("a1", NOW).await.expect("read"), std::slice::from_ref(&invite));
        assert_eq!(tx.invitations_of("a1", after(60)).await.expect("read"), []);
        assert_eq!(tx.invitations_at(Some("north")).await.expect("read"), [invite]);
        assert_eq!(tx.invitations_at(None).await.expect("read"), []);
        assert!(tx.delete_link("l1").await.expect("used"));
        assert!(!tx.delete_link("l1").await.expect("asked"));
        tx.insert_link(&link("l2", LinkKind::Reset, Some("a1"), None)).await.expect("written");
        tx.insert_link(&link("l3", LinkKind::First, None, None)).await.expect("written");
        tx.delete_links(LinkKind::Reset, Some("a1")).await.expect("deleted");
        tx.delete_links(LinkKind::First, None).await.expect("deleted");
        assert_eq!(tx.link("l2").await.expect("read"), None);
        assert_eq!(tx.link("l3").await.expect("read"), None);
    }

    async fn sessions_are_listed_seen_and_ended_singly_or_all_others(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "a@x.example"), account("a2", "b@x.example")]).await;
        let session = |id: &str, account: &str| SessionRow {
            session: id.into(), account: account.into(), stage: Stage::Whole, created: NOW, seen: NOW,
            expires: after(600), agent: "Firefox".into(), client: "192.0.2.1".into(),
        };
        for (id, account) in [("s1", "a1"), ("s2", "a1"), ("s3", "a1"), ("s4", "a2")] {
            tx.insert_session(&session(id, account), id.as_bytes()).await.expect("written");
        }
        tx.see_session("s2", after(9)).await.expect("seen");
        tx.see_session("s2", after(5)).await.expect("seen");
        assert_eq!(tx.session_of(b"s2").await.expect("read"), Some(SessionRow { seen: after(9), ..session("s2", "a1") }));
        assert_eq!(tx.session_of(b"s9").await.expect("read"), None);
        let ids: Vec<String> = tx.sessions_of("a1").await.expect("read").into_iter().map(|s| s.session).collect();
        assert_eq!(ids, ["s2", "s1", "s3"]);
        assert!(!tx.delete_session("a1", "s4").await.expect("asked"));
        assert!(tx.delete_session("a1", "s3").await.expect("ended"));
        assert_eq!(tx.delete_sessions("a1", Some("s2")).await.expect("ended"), 1);
        assert_eq!(tx.delete_sessions("a1", None).await.expect("ended"), 1);
        assert_eq!(tx.sessions_of("a2").await.expect("read").len(), 1);
    }

    async fn tokens_are_found_by_their_hash_and_taken_back(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "a@x.example")]).await;
        let token = TokenRow {
            token: "t1".into(), account: "a1".into(), name: "nightly".into(), scopes: "export import".into(),
            partner: Some("north".into()), created: NOW, expires: Some(after(60)), used: None,
        };
        tx.insert_token(&token, b"h").await.expect("written");
        assert_eq!(tx.token_of(b"h").await.expect("read"), Some(token.clone()));
        assert_eq!(tx.token_of(b"i").await.expect("read"), None);
        tx.use_token("t1", after(3)).await.expect("used");
        assert_eq!(tx.tokens_of("a1").await.expect("read"), [TokenRow { used: Some(after(3)), ..token }]);
        assert!(!tx.delete_token("a2", "t1").await.expect("asked"));
        assert!(tx.delete_token("a1", "t1").await.expect("taken back"));
        assert_eq!(tx.delete_tokens("a1").await.expect("none"), 0);
    }

    async fn somebody_at_a_provider_is_one_account_and_a_visit_comes_back_once(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "a@x.example")]).await;
        tx.insert_identity("https://id.example", "77", "a1", NOW).await.expect("written");
        assert_eq!(tx.account_of_identity("https://id.example", "77").await.expect("read").as_deref(), Some("a1"));
        assert_eq!(tx.account_of_identity("https://other.example", "77").await.expect("read"), None);
        assert_eq!(tx.issuers_of("a1").await.expect("read"), ["https://id.example"]);
        assert_eq!(tx.delete_identities("a1").await.expect("deleted"), 1);
        tx.insert_visit(b"v", "/page", after(60)).await.expect("written");
        assert_eq!(tx.take_visit(b"v", after(60)).await.expect("taken"), None);
        assert_eq!(tx.take_visit(b"v", Instant(after(60).0 - 1)).await.expect("taken").as_deref(), Some("/page"));
        assert_eq!(tx.take_visit(b"v", NOW).await.expect("taken"), None);
    }

    async fn so_many_tries_pass_at_once_and_then_one_each_while(fresh: Fresh) {
        let mut tx = all(&fresh).await;
        for _ in 0..3 {
            assert_eq!(tx.count_try(b"k", NOW, 1_000, 3).await.expect("counted"), None);
        }
        assert_eq!(tx.count_try(b"k", NOW, 1_000, 3).await.expect("counted"), Some(1_000));
        assert_eq!(tx.count_try(b"other", NOW, 1_000, 3).await.expect("counted"), None);
        assert_eq!(tx.count_try(b"k", Instant(NOW.0 + 999), 1_000, 3).await.expect("counted"), Some(1));
        assert_eq!(tx.count_try(b"k", Instant(NOW.0 + 1_000), 1_000, 3).await.expect("counted"), None);
        assert_eq!(tx.count_try(b"k", Instant(NOW.0 + 1_000), 1_000, 3).await.expect("counted"), Some(1_000));
        tx.forget_tries(b"k").await.expect("forgotten");
        assert_eq!(tx.count_try(b"k", NOW, 1_000, 3).await.expect("counted"), None);
    }

    async fn mail_is_handed_to_one_sender_at_a_time(fresh: Fresh) {
        let mut tx = all(&fresh).await;
        let mail = MailRow {
            mail: "m1".into(), kind: "notice".into(), email: "a@x.example".into(), subject: "Hello".into(), body: "Text".into(),
            link: None, created: NOW, due: NOW, tries: 0, problem: None, sent: None,
        };
        tx.insert_mail(&mail).await.expect("written");
        assert_eq!(tx.claim_mails(Instant(NOW.0 - 1), after(60), 9).await.expect("claimed"), []);
        assert_eq!(tx.claim_mails(NOW, after(60), 9).await.expect("claimed"), [mail]);
        assert_eq!(tx.claim_mails(NOW, after(60), 9).await.expect("claimed"), []);
        tx.mail_failed("m1", "no answer", after(120)).await.expect("noted");
        let waits = tx.waiting_mails(9).await.expect("read");
        assert_eq!((waits[0].tries, waits[0].problem.as_deref(), waits[0].due), (1, Some("no answer"), after(120)));
        tx.set_mail_link("m1", "l1").await.expect("noted");
        tx.mail_was_sent("m1", after(130)).await.expect("noted");
        assert_eq!(tx.waiting_mails(9).await.expect("read"), []);
        let sent = tx.mail("m1").await.expect("read").expect("mail");
        assert_eq!((sent.sent, sent.problem, sent.link.as_deref()), (Some(after(130)), None, Some("l1")));
    }

    async fn what_holds_no_more_is_swept(fresh: Fresh) {
        let mut tx = with(&fresh, &[account("a1", "a@x.example")]).await;
        tx.insert_link(&link("l1", LinkKind::Reset, Some("a1"), None)).await.expect("written");
        tx.count_try(b"k", NOW, 1_000, 3).await.expect("counted");
        tx.sweep_accounts(after(59), after(59)).await.expect("swept");
        assert!(tx.link("l1").await.expect("read").is_some());
        tx.sweep_accounts(after(60), after(60)).await.expect("swept");
        assert!(tx.link("l1").await.expect("read").is_none());
    }
}

/// Row-level security stands behind the questions: with the scope of one partner the rows of another are not there.
#[tokio::test]
async fn postgres_shows_members_and_invitations_of_one_partner_only() {
    let fresh = common::postgres().await;
    let store = &fresh.store;
    assert!(fresh.address.starts_with("postgres:"));
    let mut tx = with(
        &fresh,
        &[account("a1", "a@x.example"), account("a2", "b@x.example")],
    )
    .await;
    for (id, partner) in [("a1", Some("north")), ("a2", Some("south")), ("a2", None)] {
        tx.put_grant(&grant(id, "reader", partner))
            .await
            .expect("written");
    }
    for (id, partner) in [("l1", Some("north")), ("l2", Some("south")), ("l3", None)] {
        tx.insert_link(&link(id, LinkKind::Invite, Some("a1"), partner))
            .await
            .expect("written");
    }
    tx.commit().await.expect("committed");
    let mut tx = store.write(&Scope::of("north")).await.expect("a writer");
    assert_eq!(tx.grants_at(Some("north")).await.expect("read").len(), 1);
    assert_eq!(tx.grants_at(Some("south")).await.expect("read"), []);
    assert_eq!(tx.grants_at(None).await.expect("read"), []);
    assert_eq!(tx.grants_of("a2").await.expect("read"), []);
    assert_eq!(tx.invitations_at(Some("south")).await.expect("read"), []);
    assert_eq!(tx.invitations_of("a1", NOW).await.expect("read").len(), 1);
    assert!(!tx.delete_link("l2").await.expect("asked"));
    assert!(
        !tx.delete_grant("a2", "reader", Some("south"))
            .await
            .expect("asked")
    );
    assert!(
        tx.put_grant(&grant("a1", "reader", Some("south")))
            .await
            .is_err()
    );
}
