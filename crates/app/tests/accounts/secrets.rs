//! Nothing that opens a door is kept as it is, nor told to the audit log.

use std::collections::BTreeSet;

use cairn_app::access::{Role, Verb};
use cairn_app::accounts::NewToken;
use totp_rs::{Builder, Secret};

use crate::{House, NOW, PASSWORD, boss, common, key, visitor};

#[tokio::test]
async fn no_secret_stands_in_the_database_nor_in_the_audit_log() {
    let house = House::new(common::sqlite().await).await;
    let accounts = house.accounts();
    let mut secrets = vec![PASSWORD.to_owned()];
    let first = accounts
        .first_start()
        .await
        .expect("asked")
        .expect("a link");
    secrets.push(key(first.reveal()));
    let invited = accounts
        .invite(
            &boss(),
            "new@north.example",
            Role::Reader,
            Some("north"),
            None,
        )
        .await
        .expect("invited");
    secrets.push(key(invited.url.expect("no mail is set").reveal()));
    let zoe = house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    let reset = accounts
        .make_reset(&boss(), &zoe.actor.account)
        .await
        .expect("a link");
    secrets.push(key(reset.reveal()));
    accounts
        .ask_reset(
            "zoe@north.example",
            &visitor(1),
            cairn_app::locale::Lang::En,
        )
        .await
        .expect("asked");
    accounts.send_due().await.expect("looked at");
    for letter in accounts.outbox(&boss()).await.expect("the outbox") {
        let text = accounts
            .open_mail(&boss(), &letter.mail)
            .await
            .expect("opened");
        let (_, rest) = text.reveal().split_once("?key=").expect("a link");
        secrets.push(rest.split_whitespace().next().expect("a key").to_owned());
    }
    let wanted = NewToken {
        name: "nightly".into(),
        scopes: BTreeSet::from([Verb::ReadStanding]),
        partner: None,
        expires: None,
    };
    let (_, token) = accounts.make_token(&zoe, &wanted).await.expect("a token");
    secrets.push(token.reveal().to_owned());
    let enrollment = accounts.enroll_factor(&zoe).await.expect("begun");
    let app = Builder::new()
        .with_secret(Secret::try_from_base32(enrollment.key.reveal()).expect("a key"))
        .build()
        .expect("an app of codes");
    secrets.push(enrollment.key.reveal().to_owned());
    let now = u64::try_from(NOW.0 / 1_000_000).expect("after 1970");
    let codes = accounts
        .confirm_factor(&zoe, &app.generate(now).to_string())
        .await
        .expect("confirmed");
    for code in &codes {
        secrets.push(code.reveal().to_owned());
        secrets.push(code.reveal().replace('-', ""));
    }
    let begun = house.sign_in("zoe@north.example").await;
    secrets.push(begun.secret.reveal().to_owned());
    assert!(secrets.len() > 25 && secrets.iter().all(|s| s.len() >= 16));

    let mut kept = std::fs::read(&house.fresh.address).expect("the database");
    kept.extend(std::fs::read(format!("{}-wal", house.fresh.address)).unwrap_or_default());
    let there = |text: &str| kept.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(
        there("zoe@north.example") && there("$argon2id$"),
        "it is the database that is read"
    );
    for secret in &secrets {
        assert!(!there(secret), "{secret} stands in the database");
    }
    // A name and an address may be erased one day, and what is sealed stays: the audit log never has them.
    for row in house.audit().await {
        assert!(!row.contains('@') && !row.contains("Somebody"), "{row}");
    }
    // Whoever prints one by chance prints nothing.
    assert_eq!(format!("{:?}", begun.secret), "Secret(…)");
}
