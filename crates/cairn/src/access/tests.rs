//! The pages about accounts, as a browser meets them.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::access::{Actor, Role};
use app::clock::Clock;
use app::domain::instant::Instant;
use app::office::Office;
use app::store::Store;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::form::encoded;
use crate::serve::settings::Settings;
use crate::serve::state::AppState;

const PASSWORD: &str = "correct horse battery";
const NOW: Instant = Instant(1_700_000_000_000_000);

/// A server over an empty database, whose clock stands still.
struct House {
    state: AppState,
    server: TowerToHyperService<Router>,
    /// What its browsers ask for.
    language: &'static str,
    _folder: tempfile::TempDir,
}

async fn house(flags: &[&str]) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cairn.db");
    let store = Store::open(&file.to_string_lossy()).await.expect("a store");
    let programs = app::programs::load(&[]).expect("the shipped programs");
    let office = Office::new(store, Arc::new(programs), Clock::stopped(NOW));
    office.refresh().await.expect("warm");
    for partner in ["north", "south"] {
        office
            .add_partner(&boss(), partner, partner)
            .await
            .expect("a partner");
    }
    let state = AppState::new(Settings::of(flags));
    state.set_office(Arc::new(office));
    let server = TowerToHyperService::new(crate::serve::router::router(state.clone()));
    House {
        state,
        server,
        language: "en",
        _folder: folder,
    }
}

fn boss() -> Actor {
    Actor::system("machine")
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn to(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |to| to.to_str().expect("text"))
    }

    fn sets(&self) -> Vec<&str> {
        let all = self.headers.get_all(header::SET_COOKIE);
        all.iter().map(|c| c.to_str().expect("text")).collect()
    }
}

/// A browser: it keeps its cookies.
struct Browser<'h> {
    house: &'h House,
    cookies: BTreeMap<String, String>,
}

impl House {
    fn browser(&self) -> Browser<'_> {
        Browser {
            house: self,
            cookies: BTreeMap::new(),
        }
    }

    async fn ask(&self, request: Request) -> Answer {
        let Ok(response) = self.server.call(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).expect("text"),
        }
    }

    /// Somebody with a role, and their browser.
    async fn somebody(&self, email: &str, role: Role, partner: Option<&str>) -> Browser<'_> {
        let accounts = self.state.accounts().expect("the office is set");
        let invited = accounts
            .invite(&boss(), email, role, partner, None)
            .await
            .expect("invited");
        let link = invited.url.expect("no mail is set");
        let mut browser = self.browser();
        let (_, key) = link.reveal().split_once("?key=").expect("a key");
        let form = [("key", key), ("name", "Somebody"), ("password", PASSWORD)];
        let answer = browser.post("/invitation", &form).await;
        let known = ["/", "/account/factor"].contains(&answer.to());
        assert!(answer.status == 303 && known, "{}", answer.text);
        browser
    }
}

impl Browser<'_> {
    async fn send(&mut self, method: Method, path: &str, body: String) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "cairn.test")
            .header("user-agent", "Firefox")
            .header("accept-language", self.house.language)
            .header("cookie", cookies.join("; "))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        let answer = self.house.ask(request).await;
        for set in answer.sets() {
            let (pair, _) = set.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.send(Method::POST, path, pairs.join("&")).await
    }
}

/// What stands between two texts of a page.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text
        .split_once(from)
        .unwrap_or_else(|| panic!("{from} is not in {text}"));
    rest.split_once(to).expect("its end").0
}

#[tokio::test]
async fn the_first_administrator_comes_in_and_goes_out() {
    let house = house(&[]).await;
    let accounts = house.state.accounts().expect("the office is set");
    let link = accounts
        .first_start()
        .await
        .expect("asked")
        .expect("a link");
    let path = link
        .reveal()
        .strip_prefix("http://127.0.0.1:7373")
        .expect("this server")
        .to_owned();
    let mut browser = house.browser();
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("First administrator"));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    let key = between(&page.text, "name=\"key\" value=\"", "\"").to_owned();
    let short = [
        ("key", key.as_str()),
        ("email", "root@server.example"),
        ("name", "Root"),
        ("password", "short"),
    ];
    let page = browser.post("/first", &short).await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("at least 12 characters")
            && page.text.contains("value=\"root@server.example\"")
    );
    let right = [
        ("key", key.as_str()),
        ("email", "root@server.example"),
        ("name", "Root"),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/first", &right).await;
    assert_eq!((answer.status, answer.to()), (303, "/"));
    let set = answer.sets()[0].to_owned();
    let lifetime = 30 * 24 * 3_600;
    assert!(
        set.ends_with(&format!(
            "; Path=/; Max-Age={lifetime}; HttpOnly; SameSite=Lax"
        )),
        "{set}"
    );
    assert_eq!(browser.get("/account").await.status, 200);
    assert_eq!(browser.get("/accounts").await.status, 200);
    assert_eq!(browser.get("/members?of=server").await.status, 200);
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.to(), "/sign-in?after=sign-out");
    let answer = browser.get("/account").await;
    assert_eq!(
        (answer.status, answer.to()),
        (303, "/sign-in?back=/account")
    );
    assert_eq!(browser.get(&path).await.status, 404);
}

#[tokio::test]
async fn by_https_the_cookie_is_for_this_host_alone() {
    let house = house(&["--public-url", "https://cairn.example"]).await;
    house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    let mut browser = house.browser();
    let form = [
        ("email", "zoe@north.example"),
        ("password", PASSWORD),
        ("back", "//evil.example"),
    ];
    let answer = browser.post("/sign-in", &form).await;
    assert_eq!((answer.status, answer.to()), (303, "/"));
    let set = answer.sets()[0];
    assert!(
        set.starts_with("__Host-cairn=") && set.ends_with("; HttpOnly; SameSite=Lax; Secure"),
        "{set}"
    );
}

#[tokio::test]
async fn a_page_tells_nobody_who_has_an_account() {
    let house = house(&[]).await;
    house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    for path in ["/sign-in", "/forgotten"] {
        let mut pages = vec![];
        for email in ["zoe@north.example", "eve@north.example"] {
            let form = [("email", email), ("password", "wrong mule accumulator")];
            let page = house.browser().post(path, &form).await;
            assert!(page.sets().is_empty());
            pages.push((page.status, page.text.replace(email, "…")));
        }
        assert_eq!(pages[0], pages[1], "{path}");
    }
}

#[tokio::test]
async fn whoever_signs_in_goes_back_to_where_they_wanted_to() {
    let house = house(&[]).await;
    house
        .somebody("zoe@north.example", Role::AllianceLead, Some("north"))
        .await;
    let mut browser = house.browser();
    let answer = browser.get("/members?partner=north").await;
    assert_eq!(answer.to(), "/sign-in?back=/members%3Fpartner%3Dnorth");
    let page = browser.get(answer.to()).await;
    let back = between(&page.text, "name=\"back\" value=\"", "\"").to_owned();
    let form = [
        ("email", "zoe@north.example"),
        ("password", PASSWORD),
        ("back", back.as_str()),
    ];
    assert_eq!(
        browser.post("/sign-in", &form).await.to(),
        "/members?partner=north"
    );
    assert!(
        browser
            .get("/members?partner=north")
            .await
            .text
            .contains("zoe@north.example")
    );
    assert_eq!(browser.get("/members?partner=south").await.status, 404);
    assert_eq!(browser.get("/members?of=server").await.status, 403);
    assert_eq!(browser.get("/accounts").await.status, 403);
}

#[tokio::test]
async fn an_account_is_erased_once_its_page_was_told_that_this_is_known() {
    let house = house(&[]).await;
    let mut root = house
        .somebody("root@server.example", Role::Administrator, None)
        .await;
    let mut zoe = house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    let page = root.get("/accounts").await;
    let id = |email: &str| {
        let before = page.text.split(email).next().expect("a page");
        let from = before.rfind("/accounts/").expect("a link") + "/accounts/".len();
        before[from..].split('"').next().expect("an id").to_owned()
    };
    let (own, hers) = (id("root@server.example"), id("zoe@north.example"));
    let at = format!("/accounts/{hers}/erase");
    assert!(
        root.get(&format!("/accounts/{hers}"))
            .await
            .text
            .contains(&at)
    );
    let page = root.get(&at).await;
    for part in [
        "zoe@north.example",
        "What goes",
        "1 session",
        "Every role: reader (north)",
        "What stays",
        &hers,
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert_eq!(zoe.get(&at).await.status, 403);
    let page = root.post(&at, &[]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("Nothing was erased"));
    assert_eq!(zoe.get("/account").await.status, 200);
    let answer = root.post(&at, &[("sure", "yes")]).await;
    assert_eq!((answer.status, answer.to()), (303, at.as_str()));
    let page = root.get(&at).await;
    assert!(page.text.contains("This account is erased."));
    assert!(!page.text.contains("zoe@north.example"));
    assert_eq!(zoe.get("/account").await.status, 303);
    let page = root.get(&format!("/accounts/{own}/erase")).await;
    assert!(page.text.contains("the last administrator"));
    let again = root
        .post(&format!("/accounts/{own}/erase"), &[("sure", "yes")])
        .await;
    assert_eq!(again.status, 422);
    assert_eq!(root.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_token_is_shown_once_and_does_what_it_is_for() {
    let house = house(&[]).await;
    let mut root = house
        .somebody("root@server.example", Role::Administrator, None)
        .await;
    let form = [
        ("name", "nightly"),
        ("scope", "manage-accounts"),
        ("scope", "read-standing"),
        ("expires", "2023-11-15"),
    ];
    let page = root.post("/account/tokens", &form).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let token = between(&page.text, "<code class=\"handed\">", "</code>").to_owned();
    assert!(token.starts_with("cairn_"));
    assert!(!root.get("/account").await.text.contains(&token));
    let ask = async |path: &str, token: &str| {
        let request = Request::builder()
            .uri(path)
            .header("host", "cairn.test")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .expect("a request");
        house.ask(request).await.status
    };
    assert_eq!(ask("/accounts", &token).await, 200);
    assert_eq!(ask("/outbox", &token).await, 403);
    assert_eq!(ask("/account", &token).await, 422);
    assert_eq!(ask("/api/v1", "cairn_unknown").await, 401);
    let office = house.state.office().expect("it is set");
    // The last day still counts.
    office
        .clock
        .set(Instant::parse("2023-11-15T23:59:59Z").expect("a moment"));
    assert_eq!(ask("/accounts", &token).await, 200);
    office
        .clock
        .set(Instant::parse("2023-11-16T00:00:00Z").expect("a moment"));
    assert_eq!(ask("/api/v1", &token).await, 401);
}

fn code_at(key: &str, seconds: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(key).expect("a key");
    let app = totp_rs::Builder::new()
        .with_secret(secret)
        .build()
        .expect("an app of codes");
    let now = u64::try_from(NOW.plus_seconds(seconds).0 / 1_000_000).expect("after 1970");
    app.generate(now).to_string()
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_asked_for() {
    let house = house(&["--session-second-factor-for-administrators", "true"]).await;
    let mut root = house
        .somebody("root@server.example", Role::Administrator, None)
        .await;
    // Nothing else before it is set up.
    assert_eq!(root.get("/accounts").await.to(), "/account/factor");
    assert_eq!(
        root.post("/accounts/x", &[("do", "disable")]).await.status,
        401
    );
    assert!(
        root.get("/account/factor")
            .await
            .text
            .contains("asks administrators")
    );
    let page = root.post("/account/factor", &[]).await;
    assert!(page.text.contains("<svg"));
    let key = between(&page.text, "</figure>", "</li>");
    let key = between(key, "<code>", "</code>").replace(' ', "");
    assert_eq!(
        root.post("/account/factor/confirm", &[("code", "000000")])
            .await
            .status,
        422
    );
    let page = root
        .post("/account/factor/confirm", &[("code", &code_at(&key, 0))])
        .await;
    assert_eq!(page.text.matches("<li><code>").count(), 10);
    assert_eq!(root.get("/accounts").await.status, 200);

    let mut elsewhere = house.browser();
    let form = [
        ("email", "root@server.example"),
        ("password", PASSWORD),
        ("back", "/accounts"),
    ];
    let answer = elsewhere.post("/sign-in", &form).await;
    assert_eq!(answer.to(), "/sign-in/second-step?back=/accounts");
    assert_eq!(
        elsewhere.get("/outbox").await.to(),
        "/sign-in/second-step?back=/outbox"
    );
    assert_eq!(
        elsewhere.get("/account/factor").await.to(),
        "/sign-in/second-step?back=/account/factor"
    );
    let page = elsewhere
        .post(
            "/sign-in/second-step",
            &[("code", &code_at(&key, 0)), ("back", "/accounts")],
        )
        .await;
    assert_eq!(page.status, 422);
    let answer = elsewhere
        .post(
            "/sign-in/second-step",
            &[("code", &code_at(&key, 30)), ("back", "/accounts")],
        )
        .await;
    assert_eq!((answer.status, answer.to()), (303, "/accounts"));
    assert_eq!(elsewhere.get("/accounts").await.status, 200);
}

#[tokio::test]
async fn a_lead_invites_gives_takes_and_hands_over() {
    let house = house(&[]).await;
    let mut lead = house
        .somebody("lead@north.example", Role::AllianceLead, Some("north"))
        .await;
    house
        .somebody("heir@north.example", Role::Reader, Some("north"))
        .await;
    let accounts = house.state.accounts().expect("the office is set");
    let id = |email: &'static str| async move {
        accounts.find(&boss(), email).await.expect("an account")
    };
    let (me, heir) = (
        id("lead@north.example").await,
        id("heir@north.example").await,
    );
    let page = lead
        .post(
            "/members/invite",
            &[
                ("partner", "north"),
                ("email", "new@north.example"),
                ("role", "contributor"),
            ],
        )
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("a person of the partner&#39;s evidence")
            || page.text.contains("person of the partner")
    );
    let page = lead
        .post(
            "/members/invite",
            &[
                ("partner", "north"),
                ("email", "new@north.example"),
                ("role", "reader"),
            ],
        )
        .await;
    assert!(page.text.contains("/invitation?key=") && page.text.contains("new@north.example"));
    let invitation = between(&page.text, "name=\"invitation\" value=\"", "\"").to_owned();
    let form = [
        ("partner", "north"),
        ("invitation", invitation.as_str()),
        ("do", "withdraw"),
    ];
    assert_eq!(
        lead.post("/members/invitation", &form).await.to(),
        "/members?partner=north&done=withdrawn"
    );
    let form = [
        ("partner", "north"),
        ("account", heir.as_str()),
        ("role", "alliance-team"),
    ];
    assert_eq!(
        lead.post("/members/give", &form).await.to(),
        "/members?partner=north&done=given"
    );
    assert_eq!(
        lead.post("/members/take", &form).await.to(),
        "/members?partner=north&done=taken"
    );
    let form = [
        ("partner", "south"),
        ("account", heir.as_str()),
        ("role", "reader"),
    ];
    assert_eq!(lead.post("/members/give", &form).await.status, 404);
    let form = [
        ("partner", "north"),
        ("account", heir.as_str()),
        ("role", "partner-manager"),
    ];
    assert_eq!(lead.post("/members/give", &form).await.status, 403);
    let form = [
        ("partner", "north"),
        ("account", me.as_str()),
        ("role", "alliance-lead"),
    ];
    assert_eq!(lead.post("/members/take", &form).await.to(), "/account");
    assert_eq!(lead.get("/members?partner=north").await.status, 404);
}

#[tokio::test]
async fn an_administrator_helps_whoever_is_locked_out() {
    let house = house(&[]).await;
    let mut root = house
        .somebody("root@server.example", Role::Administrator, None)
        .await;
    let mut zoe = house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    assert!(
        house
            .browser()
            .post("/forgotten", &[("email", "zoe@north.example")])
            .await
            .text
            .contains("hands it on")
    );
    let accounts = house.state.accounts().expect("the office is set");
    accounts.send_due().await.expect("looked at");
    let page = root.get("/outbox").await;
    let mail = between(&page.text, "name=\"mail\" value=\"", "\"").to_owned();
    let page = root.post("/outbox", &[("mail", &mail)]).await;
    let key = between(&page.text, "/reset?key=", "\n").to_owned();
    let mut browser = house.browser();
    assert_eq!(browser.get(&format!("/reset?key={key}")).await.status, 200);
    let form = [("key", key.as_str()), ("password", "another long password")];
    assert_eq!(
        browser.post("/reset", &form).await.to(),
        "/sign-in?after=reset"
    );
    assert_eq!(browser.post("/reset", &form).await.status, 404);
    assert_eq!(zoe.get("/account").await.status, 303);
    let id = accounts
        .find(&boss(), "zoe@north.example")
        .await
        .expect("an account");
    let path = format!("/accounts/{id}");
    assert_eq!(root.get(&path).await.status, 200);
    assert!(
        root.post(&path, &[("do", "reset")])
            .await
            .text
            .contains("/reset?key=")
    );
    assert_eq!(root.post(&path, &[("do", "disable")]).await.status, 303);
    assert!(root.get(&path).await.text.contains("disabled"));
    assert_eq!(root.post(&path, &[("do", "enable")]).await.status, 303);
    let me = accounts
        .find(&boss(), "root@server.example")
        .await
        .expect("an account");
    let page = root
        .post(&format!("/accounts/{me}"), &[("do", "disable")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("last administrator"));
}

#[tokio::test]
async fn an_own_account_is_changed_on_its_page() {
    let house = house(&[]).await;
    let mut zoe = house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    let mut other = house.browser();
    other
        .post(
            "/sign-in",
            &[("email", "zoe@north.example"), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(
        zoe.post("/account/name", &[("name", "Zoë <b>")]).await.to(),
        "/account?done=name"
    );
    let page = zoe.get("/account?done=name").await;
    assert!(
        page.text.contains("Your name is changed") && page.text.contains("Zoë &#60;b&#62;"),
        "{}",
        page.text
    );
    let wrong = [
        ("now", "wrong mule accumulator"),
        ("password", "another long password"),
    ];
    assert_eq!(zoe.post("/account/password", &wrong).await.status, 422);
    assert_eq!(other.get("/account").await.status, 200);
    let right = [("now", PASSWORD), ("password", "another long password")];
    assert_eq!(
        zoe.post("/account/password", &right).await.to(),
        "/account?done=password"
    );
    assert_eq!(other.get("/account").await.status, 303);
    other
        .post(
            "/sign-in",
            &[
                ("email", "zoe@north.example"),
                ("password", "another long password"),
            ],
        )
        .await;
    assert_eq!(
        zoe.post("/account/sessions", &[]).await.to(),
        "/account?done=sessions"
    );
    assert_eq!(other.get("/account").await.status, 303);
}

#[tokio::test]
async fn nobody_changes_anything_without_signing_in() {
    let house = house(&[]).await;
    for path in [
        "/account/name",
        "/account/password",
        "/account/sessions",
        "/account/tokens",
        "/account/tokens/revoke",
        "/account/factor",
        "/account/factor/confirm",
        "/account/factor/codes",
        "/account/factor/remove",
        "/members/invite",
        "/members/invitation",
        "/members/give",
        "/members/take",
        "/accounts/a1",
        "/outbox",
        "/sign-in/second-step",
    ] {
        let answer = house.browser().post(path, &[]).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    for path in [
        "/account",
        "/account/factor",
        "/members",
        "/accounts",
        "/accounts/a1",
        "/outbox",
        "/sign-in/second-step",
    ] {
        let answer = house.browser().get(path).await;
        assert_eq!(
            (answer.status, answer.to()),
            (303, &*format!("/sign-in?back={path}")),
            "{path}"
        );
    }
    for path in ["/first", "/reset", "/invitation"] {
        assert_eq!(house.browser().get(path).await.status, 404, "{path}");
        assert_eq!(
            house
                .browser()
                .post(path, &[("key", "x"), ("password", PASSWORD)])
                .await
                .status,
            404,
            "{path}"
        );
    }
    // No provider is set.
    assert_eq!(house.browser().get("/sign-in/depart").await.status, 404);
}

#[tokio::test]
async fn the_language_of_an_account_is_chosen_on_its_page_and_mail_follows() {
    let house = house(&[]).await;
    let mut zoe = house
        .somebody("zoe@north.example", Role::Reader, Some("north"))
        .await;
    let page = zoe.get("/account").await;
    assert!(
        page.text.contains("<option value=\"\" selected>"),
        "{}",
        page.text
    );
    let answer = zoe.post("/account/language", &[("language", "de")]).await;
    assert_eq!(answer.to(), "/account?done=language");
    let page = zoe.get("/account?done=language").await;
    assert!(
        page.text.contains("<html lang=\"de\"")
            && page.text.contains("ab jetzt in dieser Sprache")
            && page
                .text
                .contains("<option value=\"de\" lang=\"de\" selected>"),
        "{}",
        page.text
    );
    let form = [("now", PASSWORD), ("password", "another long password")];
    let answer = zoe.post("/account/password", &form).await;
    assert_eq!(answer.to(), "/account?done=password");
    let mut root = house
        .somebody("root@x.example", Role::Administrator, None)
        .await;
    let outbox = root.get("/outbox").await;
    assert!(
        outbox.text.contains(app::texts::DE.ml_password),
        "{}",
        outbox.text
    );
    // Taken back, it is the partner's again; the pages stay as they are read.
    zoe.post("/account/language", &[("language", "")]).await;
    let page = zoe.get("/account").await;
    assert!(
        page.text.contains("<option value=\"\" selected>"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn whoever_reads_german_meets_no_english_on_pages_about_accounts() {
    use crate::web::pages::samples::english_in;
    let mut house = house(&[]).await;
    house.language = "de-AT,de;q=0.9";
    let accounts = house.state.accounts().expect("the office is set");
    let link = accounts
        .first_start()
        .await
        .expect("asked")
        .expect("a link");
    let (_, first) = link.reveal().split_once("/first").expect("a path");
    let first = format!("/first{first}");
    let mut outside = house.browser();
    let mut wrong: Vec<String> = vec![];
    let mut look = |path: &str, answer: &Answer| {
        let german = answer.text.contains("<html lang=\"de\"");
        assert!(german || answer.status == 303, "{path}: {}", answer.text);
        wrong.extend(
            english_in(&answer.text)
                .into_iter()
                .map(|f| format!("{path} {f}")),
        );
    };
    for path in [
        first.as_str(),
        "/sign-in",
        "/sign-in?after=reset",
        "/sign-in?after=sign-out",
        "/forgotten",
        "/reset?key=gone",
        "/invitation?key=gone",
    ] {
        let page = outside.get(path).await;
        look(path, &page);
    }
    let refused = [("email", "nobody@x.example"), ("password", "wrong")];
    let page = outside.post("/sign-in", &refused).await;
    assert!(
        page.text
            .contains("E-Mail und Passwort passen nicht zusammen")
    );
    look("wrong sign-in", &page);
    let page = outside
        .post("/forgotten", &[("email", "nobody@x.example")])
        .await;
    look("asked for a password", &page);
    let invited = accounts
        .invite(
            &boss(),
            "lea@x.example",
            Role::AllianceLead,
            Some("north"),
            None,
        )
        .await
        .expect("invited");
    let invitation = invited.url.expect("no mail is set");
    let (_, key) = invitation.reveal().split_once("?key=").expect("a key");
    let page = outside.get(&format!("/invitation?key={key}")).await;
    assert!(
        page.text.contains("Allianzleitung bei north"),
        "{}",
        page.text
    );
    look("/invitation", &page);
    let weak = [("key", key), ("name", "Lea"), ("password", "short")];
    let page = outside.post("/invitation", &weak).await;
    look("a weak password", &page);
    let mut root = house
        .somebody("root@x.example", Role::Administrator, None)
        .await;
    for path in [
        "/account",
        "/account?done=password",
        "/account/factor",
        "/members?partner=north",
        "/members?of=server",
        "/accounts",
        "/outbox",
    ] {
        let page = root.get(path).await;
        look(path, &page);
    }
    let page = root.post("/account/factor", &[]).await;
    look("a factor", &page);
    let again = [
        ("email", "lea@x.example"),
        ("role", "reader"),
        ("partner", "north"),
    ];
    let page = root.post("/members/invite", &again).await;
    look("invited", &page);
    let token = [("name", "x")];
    let page = root.post("/account/tokens", &token).await;
    assert!(
        page.text.contains("Ein Token, das nichts darf"),
        "{}",
        page.text
    );
    look("a token", &page);
    // A mail is listed as it was written, in its reader's language.
    wrong.retain(|found| !found.starts_with("/outbox ml_"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
