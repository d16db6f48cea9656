//! The second factor.

use cairn_app::access::Role;
use cairn_app::accounts::{Settings, Signed, Stage};
use totp_rs::{Builder, Secret, Totp};

use crate::on_both;
use crate::{House, NOW, boss, code, common, visitor};

/// An app of codes that knows this key.
fn app(key: &str) -> Totp {
    let secret = Secret::try_from_base32(key).expect("a key");
    Builder::new()
        .with_secret(secret)
        .build()
        .expect("an app of codes")
}

fn code_at(app: &Totp, seconds: i64) -> String {
    let now = u64::try_from(NOW.plus_seconds(seconds).0 / 1_000_000).expect("after 1970");
    app.generate(now).to_string()
}

/// Sets a second factor up: the app, and the recovery codes.
async fn enroll(house: &House, signed: &Signed) -> (Totp, Vec<String>) {
    let accounts = house.accounts();
    let enrollment = accounts.enroll_factor(signed).await.expect("begun");
    let app = app(enrollment.key.reveal());
    let seconds = (house.clock.now().0 - NOW.0) / 1_000_000;
    let codes = accounts
        .confirm_factor(signed, &code_at(&app, seconds))
        .await
        .expect("confirmed");
    (app, codes.iter().map(|c| c.reveal().to_owned()).collect())
}

on_both! {
    async fn a_second_factor_is_asked_for_once_it_was_confirmed(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        assert_eq!(code(accounts.confirm_factor(&zoe, "123456").await), "factor-not-begun");
        let enrollment = accounts.enroll_factor(&zoe).await.expect("begun");
        assert!(enrollment.url.reveal().starts_with("otpauth://totp/Cairn:zoe%40north.example?secret="), "{}", enrollment.url.reveal());
        assert!(enrollment.svg.starts_with("<svg") && enrollment.svg.contains("<title>"));
        assert_eq!(house.sign_in("zoe@north.example").await.stage, Stage::Whole);
        let app = app(enrollment.key.reveal());
        assert_eq!(code(accounts.confirm_factor(&zoe, &code_at(&app, 60)).await), "wrong-code");
        let codes = accounts.confirm_factor(&zoe, &code_at(&app, 0)).await.expect("confirmed");
        assert_eq!(codes.len(), 10);
        let begun = house.sign_in("zoe@north.example").await;
        assert_eq!(begun.stage, Stage::Factor);
        let waits = house.signed(&begun).await;
        assert_eq!(waits.actor.grants, []);
        assert_eq!(code(accounts.sessions(&waits).await), "sign-in");
        assert_eq!(code(waits.whole()), "sign-in");
        assert_eq!(code(accounts.enroll_factor(&house.signed(&begun).await).await), "sign-in");
    }

    async fn a_code_works_once_and_half_a_minute_early_or_late(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let (app, _) = enroll(&house, &zoe).await;
        let begun = house.sign_in("zoe@north.example").await;
        let step = async |code: &str| accounts.second_step(begun.secret.reveal(), code, &visitor(1)).await;
        // The code that confirmed it is used up.
        assert_eq!(code(step(&code_at(&app, 0)).await), "wrong-code");
        assert_eq!(code(step(&code_at(&app, 60)).await), "wrong-code");
        assert_eq!(code(step("").await), "wrong-code");
        let whole = step(&code_at(&app, 30)).await.expect("shown");
        assert_eq!(whole.stage, Stage::Whole);
        assert!(house.signed(&whole).await.actor.sees("north"));
        assert_ne!(whole.secret, begun.secret);
        assert_eq!(code(step(&code_at(&app, 30)).await), "sign-in");
        let again = house.sign_in("zoe@north.example").await;
        assert_eq!(code(accounts.second_step(again.secret.reveal(), &code_at(&app, 30), &visitor(1)).await), "wrong-code");
        house.at(90);
        assert_eq!(code(accounts.second_step(again.secret.reveal(), &code_at(&app, 60), &visitor(1)).await), "done");
    }

    async fn the_second_factor_is_shown_within_ten_minutes_and_ten_tries(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let (app, _) = enroll(&house, &zoe).await;
        house.at(1_000);
        let begun = house.sign_in("zoe@north.example").await;
        let step = async |code: &str| accounts.second_step(begun.secret.reveal(), code, &visitor(1)).await;
        house.at(1_600);
        assert_eq!(code(step(&code_at(&app, 1_600)).await), "sign-in");
        house.at(1_599);
        for _ in 0..10 {
            assert_eq!(code(step("000000x").await), "wrong-code");
        }
        assert_eq!(code(step(&code_at(&app, 1_599)).await), "too-often");
    }

    async fn a_recovery_code_works_once_however_it_is_typed(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let (app, codes) = enroll(&house, &zoe).await;
        let step = async |code: &str| {
            let begun = house.sign_in("zoe@north.example").await;
            accounts.second_step(begun.secret.reveal(), code, &visitor(1)).await
        };
        let typed = format!(" {} ", codes[0].replace('-', " ").to_uppercase());
        let whole = step(&typed).await.expect("shown");
        assert_eq!(code(step(&codes[0]).await), "wrong-code");
        let zoe = house.signed(&whole).await;
        assert_eq!(accounts.recovery_codes_left(&zoe).await.expect("left"), 9);
        assert_eq!(code(accounts.renew_recovery_codes(&zoe, "no code").await), "wrong-code");
        let renewed = accounts.renew_recovery_codes(&zoe, &code_at(&app, 30)).await.expect("renewed");
        assert_eq!(code(step(&codes[1]).await), "wrong-code");
        assert_eq!(code(step(renewed[1].reveal()).await), "done");
    }

    async fn a_second_factor_is_removed_against_a_code_or_by_whoever_runs_the_server(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let (app, codes) = enroll(&house, &zoe).await;
        let zoe = accounts.session(
            accounts.second_step(house.sign_in("zoe@north.example").await.secret.reveal(), &codes[0], &visitor(1))
                .await.expect("shown").secret.reveal(),
        ).await.expect("a session");
        assert_eq!(code(accounts.enroll_factor(&zoe).await), "factor-is-there");
        assert_eq!(code(accounts.remove_factor(&zoe, "123").await), "wrong-code");
        accounts.remove_factor(&zoe, &code_at(&app, 30)).await.expect("removed");
        assert_eq!(house.sign_in("zoe@north.example").await.stage, Stage::Whole);
        house.at(60);
        let zoe = house.signed(&house.sign_in("zoe@north.example").await).await;
        enroll(&house, &zoe).await;
        assert_eq!(house.sign_in("zoe@north.example").await.stage, Stage::Factor);
        accounts.remove_factor_of(&boss(), &zoe.actor.account).await.expect("removed");
        assert_eq!(house.sign_in("zoe@north.example").await.stage, Stage::Whole);
    }

    async fn an_administrator_must_have_one_where_it_is_set(fresh: Fresh) {
        let settings = Settings { administrators_need_factor: true, ..Settings::default() };
        let house = House::with(fresh, settings).await;
        let accounts = house.accounts();
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        assert_eq!(house.sign_in("zoe@north.example").await.stage, Stage::Whole);
        let root = house.somebody("root@server.example", Role::Administrator, None).await;
        assert_eq!((root.stage, root.actor.grants.len()), (Stage::Enroll, 0));
        assert_eq!(code(accounts.sessions(&root).await), "sign-in");
        enroll(&house, &root).await;
        let begun = house.sign_in("root@server.example").await;
        assert_eq!(begun.stage, Stage::Factor);
    }
}
