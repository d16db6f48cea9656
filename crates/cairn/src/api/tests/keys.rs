//! Tokens, sessions and a second factor of a real account, by the API.

use app::access::Role;
use app::domain::instant::Instant;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};

use super::fresh::{Fresh, boss, on_both};

const PASSWORD: &str = "correct horse battery";

/// The whole server over a fresh database, with its door.
struct House {
    fresh: Fresh,
    server: TowerToHyperService<Router>,
}

/// What a request brings along.
enum By<'k> {
    Session(&'k str),
    Token(&'k str),
}

impl House {
    fn of(fresh: Fresh) -> House {
        let routes = crate::serve::router::router(fresh.state.clone());
        House {
            fresh,
            server: TowerToHyperService::new(routes),
        }
    }

    async fn send(&self, request: Request) -> (u16, String, Value) {
        let Ok(response) = self.server.call(request).await;
        let status = response.status().as_u16();
        let set = response.headers().get(header::SET_COOKIE);
        let set = set.map_or("", |set| set.to_str().expect("text"));
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        let text = body.expect("a body");
        (
            status,
            cookie,
            serde_json::from_slice(&text).unwrap_or_default(),
        )
    }

    /// The status and the body.
    async fn ask(&self, by: By<'_>, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (name, value) = match by {
            By::Session(cookie) => ("cookie", cookie.to_owned()),
            By::Token(secret) => ("authorization", format!("Bearer {secret}")),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "cairn.test")
            .header(name, value);
        let mut sent = Body::empty();
        if !body.is_null() {
            request = request.header("content-type", "application/json");
            sent = Body::from(body.to_string());
        }
        let (status, _, body) = self.send(request.body(sent).expect("a request")).await;
        (status, body)
    }

    /// The cookie that a form of a page sets.
    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let fields: Vec<String> = fields
            .iter()
            .map(|(n, v)| format!("{n}={}", crate::api::spec::segment(v)))
            .collect();
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("host", "cairn.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(fields.join("&")));
        let (status, cookie, _) = self.send(request.expect("a request")).await;
        assert_eq!(status, 303, "{path}");
        cookie
    }

    /// Somebody who leads `north`, and the cookie of their browser.
    async fn lead(&self) -> String {
        let accounts = self.fresh.state.accounts().expect("the office is set");
        let (boss, role) = (boss(), Role::AllianceLead);
        let invited = accounts.invite(&boss, "lead@example.com", role, Some("north"), None);
        let link = invited.await.expect("invited").url;
        let link = link.expect("no mail is set");
        let (_, key) = link.reveal().split_once("?key=").expect("a key");
        self.form(
            "/invitation",
            &[("key", key), ("name", "Lea"), ("password", PASSWORD)],
        )
        .await
    }
}

on_both! {
    async fn a_token_does_what_it_is_for_until_it_ends(fresh: Fresh) {
        let house = House::of(fresh);
        let cookie = house.lead().await;
        let wanted = json!({ "name": "nightly", "scopes": ["read-standing"] });
        let (status, made) = house.ask(By::Session(&cookie), "POST", "/me/tokens", wanted).await;
        assert_eq!(status, 201, "{made}");
        let secret = made["secret"].as_str().expect("a secret").to_owned();
        let by = || By::Token(&secret);
        for (path, expected) in [
            ("/partners/north/standings", 200),
            ("/partners/north/records/people", 403),
            ("/partners/south/standings", 404),
            ("/me/tokens", 422),
        ] {
            let (status, body) = house.ask(by(), "GET", path, Value::Null).await;
            assert_eq!(status, expected, "{path}: {body}");
        }
        let (_, me) = house.ask(by(), "GET", "/me", Value::Null).await;
        assert_eq!(me["only"], json!(["read-standing"]));
        // Taken back, it is nobody's at once.
        let path = format!("/me/tokens/{}", made["token"].as_str().expect("an id"));
        assert_eq!(house.ask(By::Session(&cookie), "DELETE", &path, Value::Null).await.0, 204);
        assert_eq!(house.ask(by(), "GET", "/partners/north/standings", Value::Null).await.0, 401);

        let now = house.fresh.office.now();
        let until = now.plus_seconds(3_600);
        let wanted = json!({ "name": "for an hour", "scopes": ["read-standing"], "expires": until.to_string() });
        let (_, made) = house.ask(By::Session(&cookie), "POST", "/me/tokens", wanted).await;
        let secret = made["secret"].as_str().expect("a secret");
        let ask = || house.ask(By::Token(secret), "GET", "/partners/north/standings", Value::Null);
        house.fresh.office.clock.set(Instant(until.0 - 1));
        assert_eq!(ask().await.0, 200);
        house.fresh.office.clock.set(until);
        assert_eq!(ask().await.0, 401);
        // Whoever is disabled has no token and no session any more.
        let (_, me) = house.ask(By::Session(&cookie), "GET", "/me", Value::Null).await;
        let account = me["account"].as_str().expect("an id");
        let accounts = house.fresh.state.accounts().expect("the office is set");
        accounts.disable(&boss(), account).await.expect("disabled");
        assert_eq!(house.ask(By::Session(&cookie), "GET", "/me", Value::Null).await.0, 401);
    }

    async fn a_session_that_is_ended_elsewhere_has_ended(fresh: Fresh) {
        let house = House::of(fresh);
        let one = house.lead().await;
        let other = house.form("/sign-in", &[("email", "lead@example.com"), ("password", PASSWORD)]).await;
        let (status, sessions) = house.ask(By::Session(&other), "GET", "/me/sessions", Value::Null).await;
        assert_eq!(status, 200, "{sessions}");
        let all = sessions["items"].as_array().expect("a list");
        assert_eq!(all.len(), 2, "{sessions}");
        let first = all.iter().find(|s| s["is_this"] == false).expect("the first one");
        let path = format!("/me/sessions/{}", first["session"].as_str().expect("an id"));
        assert_eq!(house.ask(By::Session(&one), "GET", "/me", Value::Null).await.0, 200);
        assert_eq!(house.ask(By::Session(&other), "DELETE", &path, Value::Null).await.0, 204);
        assert_eq!(house.ask(By::Session(&one), "GET", "/me", Value::Null).await.0, 401);
        // One that nobody uses ends by itself.
        let late = house.fresh.office.now().plus_seconds(13 * 3_600);
        house.fresh.office.clock.set(late);
        assert_eq!(house.ask(By::Session(&other), "GET", "/me", Value::Null).await.0, 401);
    }

    async fn a_second_factor_is_begun_confirmed_and_switched_off(fresh: Fresh) {
        let house = House::of(fresh);
        let cookie = house.lead().await;
        let ask = async |method: &str, path: &str, body: Value| house.ask(By::Session(&cookie), method, path, body).await;
        let (status, begun) = ask("POST", "/me/factor", Value::Null).await;
        assert_eq!(status, 201, "{begun}");
        let (status, wrong) = ask("POST", "/me/factor/confirm", json!({ "code": "000000" })).await;
        assert_eq!((status, &wrong["code"]), (422, &json!("wrong-code")));
        let key = begun["key"].as_str().expect("a key");
        let secret = totp_rs::Secret::try_from_base32(key).expect("a key");
        let totp = totp_rs::Builder::new().with_secret(secret).build().expect("an app of codes");
        let seconds = u64::try_from(house.fresh.office.now().0 / 1_000_000).expect("seconds");
        let code = totp.generate(seconds).to_string();
        let (status, confirmed) = ask("POST", "/me/factor/confirm", json!({ "code": code })).await;
        assert_eq!(status, 200, "{confirmed}");
        let codes = confirmed["recovery_codes"].as_array().expect("codes").clone();
        let (_, factor) = ask("GET", "/me/factor", Value::Null).await;
        assert_eq!(factor, json!({ "on": true, "recovery_codes": codes.len() }));
        assert_eq!(ask("POST", "/me/factor/remove", json!({ "code": codes[0] })).await.0, 204);
        assert_eq!(ask("GET", "/me/factor", Value::Null).await.1["on"], false);
        assert_eq!(ask("PUT", "/me/name", json!({ "name": "Lea Gray" })).await.0, 204);
        for (language, status) in [(json!("de"), 204), (json!("fr"), 422), (Value::Null, 204), (json!("de"), 204)] {
            assert_eq!(ask("PUT", "/me/language", json!({ "language": language })).await.0, status, "{language}");
        }
        assert_eq!(ask("GET", "/me", Value::Null).await.1["language"], "de");
        assert_eq!(ask("POST", "/me/sessions/end-others", Value::Null).await.0, 200);
        let (status, body) = ask("PUT", "/me/password", json!({ "now": PASSWORD, "wanted": "another horse battery" })).await;
        assert_eq!(status, 204, "{body}");
    }
}
