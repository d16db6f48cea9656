//! Signing in with a provider of OpenID Connect: one that runs, over the whole code flow.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use cairn_app::access::Role;
use cairn_app::accounts::{Begun, ProviderSettings, Settings, Stage};
use cairn_app::clock::{Clock, Zone};
use cairn_app::refusal::Refusal;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};

use crate::common::Fresh;
use crate::on_both;
use crate::{House, boss, code, common, visitor};

const PUBLIC: &str = "http://127.0.0.1:8080";

struct Provider {
    process: Child,
    issuer: String,
    // It writes on, and would end where nobody could read it.
    _out: BufReader<ChildStdout>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn provider() -> Provider {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/oidc-provider");
    let mut process = Command::new(script)
        .arg(format!("{PUBLIC}/sign-in/provider"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("tools/oidc-provider");
    let out = process.stdout.take().expect("its output");
    let mut out = BufReader::new(out);
    let mut issuer = String::new();
    out.read_line(&mut issuer).expect("its address");
    let issuer = issuer.trim().to_owned();
    assert!(issuer.starts_with("http://"), "the provider did not start");
    Provider {
        process,
        issuer,
        _out: out,
    }
}

async fn house(fresh: Fresh, issuer: &str) -> House {
    let settings = Settings {
        public_url: PUBLIC.into(),
        provider: Some(ProviderSettings::new(
            issuer,
            "cairn",
            Some("known-to-both"),
            "your company account",
        )),
        ..Settings::default()
    };
    let mut house = House::with(fresh, settings).await;
    // What the provider signs holds now.
    house.clock = Clock::in_zone(Zone::default());
    house
}

/// A browser, as far as it is needed: cookies, forms and redirects.
struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Browser {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Browser {
            http,
            cookies: BTreeMap::new(),
        }
    }

    /// Where it is sent, or the page.
    async fn go(&mut self, url: &str, form: Option<&str>) -> Result<String, String> {
        let request = match form {
            None => self.http.get(url),
            Some(form) => self
                .http
                .post(url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.to_owned()),
        };
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header(COOKIE, cookies.join("; "))
            .send()
            .await
            .expect("an answer");
        for set in answer.headers().get_all(SET_COOKIE) {
            let text = set.to_str().expect("text");
            let (pair, _) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        match answer.headers().get(LOCATION) {
            Some(to) => Ok(to.to_str().expect("text").to_owned()),
            None => Err(answer.text().await.expect("a page")),
        }
    }

    /// Signs in at the provider as somebody, and gives back where it is sent at last.
    async fn sign_in(&mut self, issuer: &str, url: &str, name: &str) -> String {
        let mut at = url.to_owned();
        for _ in 0..10 {
            if at.starts_with(PUBLIC) {
                return at;
            }
            if at.starts_with('/') {
                at = format!("{issuer}{at}");
            }
            at = match self.go(&at, None).await {
                Ok(to) => to,
                Err(page) => {
                    let (_, form) = page.split_once("action=\"").expect("a form");
                    let (action, _) = form.split_once('"').expect("where it goes");
                    let fill = if page.contains("name=\"login\"") {
                        format!("prompt=login&login={name}&password=any")
                    } else {
                        "prompt=consent".to_owned()
                    };
                    self.go(action, Some(&fill)).await.expect("sent on")
                }
            };
        }
        panic!("the provider sends in a circle: {at}");
    }
}

fn query(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').expect("a query");
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    value.unwrap_or_default().to_owned()
}

/// Goes to the provider as somebody, and comes back.
async fn visit(house: &House, issuer: &str, name: &str) -> Result<(Begun, String), Refusal> {
    let accounts = house.accounts();
    let departure = accounts
        .depart("/partners/north", &visitor(1))
        .await
        .expect("departed");
    let back = Browser::new().sign_in(issuer, &departure.url, name).await;
    let (state, code) = (query(&back, "state"), query(&back, "code"));
    accounts
        .arrive(departure.secret.reveal(), &state, &code, &visitor(1))
        .await
}

on_both! {
    async fn somebody_who_was_invited_signs_in_with_the_provider(fresh: Fresh) {
        let provider = provider();
        let issuer = provider.issuer.as_str();
        let house = house(fresh, issuer).await;
        let accounts = house.accounts();
        house.somebody("root@server.example", Role::Administrator, None).await;
        // Nobody has this address here.
        assert_eq!(code(visit(&house, issuer, "zoe").await), "no-account");
        accounts.invite(&boss(), "Zoe@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        let (begun, back) = visit(&house, issuer, "zoe").await.expect("signed in");
        assert_eq!((begun.stage, back.as_str()), (Stage::Whole, "/partners/north"));
        let zoe = house.signed(&begun).await;
        assert!(zoe.actor.sees("north"));
        assert_eq!((zoe.name.as_str(), zoe.has_password), ("Name of zoe", false));
        // With another address here, what the provider vouched for before is worth nothing.
        accounts.set_email(&boss(), &zoe.actor.account, "other@north.example").await.expect("set");
        assert_eq!(code(visit(&house, issuer, "zoe").await), "no-account");
        accounts.set_email(&boss(), &zoe.actor.account, "zoe@north.example").await.expect("set");
        visit(&house, issuer, "zoe").await.expect("signed in");
        visit(&house, issuer, "zoe").await.expect("signed in");
        assert!(accounts.account(&boss(), &zoe.actor.account).await.expect("a page").has_provider);

        // An account with a password is linked by its address as well, where the provider vouches for it.
        for name in ["ann", "unproven-bob"] {
            house.somebody(&format!("{name}@north.example"), Role::Reader, Some("north")).await;
        }
        assert_eq!(code(visit(&house, issuer, "ann").await), "done");
        assert_eq!(code(visit(&house, issuer, "unproven-bob").await), "no-account");

        // Who is disabled stays out.
        accounts.disable(&boss(), &zoe.actor.account).await.expect("disabled");
        assert_eq!(code(visit(&house, issuer, "zoe").await), "no-account");

        // What began in one browser cannot be finished in another, nor twice, nor with another state.
        let mine = accounts.depart("/", &visitor(1)).await.expect("departed");
        let theirs = accounts.depart("/", &visitor(1)).await.expect("departed");
        let back = Browser::new().sign_in(issuer, &theirs.url, "ann").await;
        let (state, given) = (query(&back, "state"), query(&back, "code"));
        let arrive = async |secret: &str, state: &str| code(accounts.arrive(secret, state, &given, &visitor(1)).await);
        assert_eq!(arrive(mine.secret.reveal(), &state).await, "sign-in");
        assert_eq!(arrive(mine.secret.reveal(), &query(&mine.url, "state")).await, "provider-failed");
        assert_eq!(arrive(theirs.secret.reveal(), &query(&mine.url, "state")).await, "sign-in");
        assert_eq!(query(&theirs.url, "code_challenge_method"), "S256");
        assert!(!query(&theirs.url, "nonce").is_empty());
        assert_eq!(arrive(theirs.secret.reveal(), &state).await, "done");
        assert_eq!(arrive(theirs.secret.reveal(), &state).await, "sign-in");
    }
}
