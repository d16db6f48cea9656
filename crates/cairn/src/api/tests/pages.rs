//! Every route of the pages as every role: none tells of another partner, and none writes anything there.
//!
//! The routes are read out of the sources, so that none can be forgotten.

use std::collections::BTreeSet;
use std::path::Path;

use app::access::{Actor, Role};
use app::accounts::{Signed, Stage};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::fresh::{Fresh, OTHER, SECRET, actor, boss};

/// Pages for whoever comes, with or without an account.
const OPEN: &[&str] = &[
    "/assets/{name}",
    "/calendar/{secret}",
    "/demo",
    "/first",
    "/forgotten",
    "/health",
    "/invitation",
    "/metrics",
    "/preferences",
    "/rate",
    "/rate/confirm",
    "/rate/decline",
    "/ready",
    "/reset",
    "/shared",
    "/sign-in",
    "/sign-in/depart",
    "/sign-in/provider",
    "/sign-in/second-step",
    "/sign-out",
];

/// Methods and addresses of the routes in the sources of a folder.
fn routes(folder: &Path, found: &mut BTreeSet<(&'static str, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            routes(&path, found);
            continue;
        }
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if is_test || path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        for part in text.split(".route(").skip(1) {
            let mut quoted = part.split('"');
            let (Some(before), Some(address), Some(rest)) =
                (quoted.next(), quoted.next(), quoted.next())
            else {
                continue;
            };
            if !before.trim().is_empty() || !address.starts_with('/') {
                continue;
            }
            let rest = rest.split(';').next().unwrap_or_default();
            let rest = rest.split(".merge(").next().unwrap_or_default();
            for method in ["get", "post"] {
                let (first, chained) = (format!("{method}("), format!(".{method}("));
                let begins = rest
                    .trim_start_matches([',', ' ', '\n'])
                    .starts_with(&first);
                if begins || rest.contains(&chained) {
                    let method = if method == "get" { "GET" } else { "POST" };
                    found.insert((method, address.to_owned()));
                }
            }
        }
    }
}

fn all() -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for folder in ["web", "access"] {
        routes(&sources.join(folder), &mut found);
    }
    found
}

/// Everything at a partner that a query or a form can name, whatever a page calls it.
fn named(fresh: &Fresh, at: &str, whose: &str) -> String {
    fn of<T: Clone>(all: &[(&str, T)], whose: &str) -> T {
        let found = all.iter().find(|(p, _)| *p == whose);
        found.expect("something of the partner").1.clone()
    }
    let work = of(&fresh.work, whose);
    let [receiving, shown, confirmed] = of(&fresh.imports, whose);
    let record = of(&fresh.records, whose);
    format!(
        "partner={at}&version={record}&record={record}&task={}&comment={}&document={}&share={}&request={}&rating={}&id={shown}&import={shown}&receiving={receiving}&confirmed={confirmed}&kept=ada&gone=ben&one=ada&other=ben&account=a-nobody&from=a-nobody&to=a-heir&role=reader&email=x@example.com&program=aws-services-path&days=7&title=x&name=x&body=x&reason=x&do=withdraw&act=withdraw&text=x&q=a&sure=yes&feed={}&note=x&begins=2024-07-01&subject=references&what=customer&change=1&to_level=select",
        work.task, work.comment, work.document, work.share, work.rating, work.rating, work.feed
    )
}

fn filled(fresh: &Fresh, path: &str, whose: &str) -> String {
    let work = fresh.work.iter().find(|(p, _)| *p == whose);
    let document = work.map_or("", |(_, work)| work.document.as_str());
    let imports = fresh.imports.iter().find(|(p, _)| *p == whose);
    let import = imports.map_or("", |(_, ids)| ids[1].as_str());
    let path = path
        .replace("{program}", app::demo::SAMPLE_PROGRAM)
        .replace("{edition}", "2022-02")
        .replace("{kind}", "people")
        .replace("{account}", "a-nobody")
        .replace("{model}", "host-or-resell")
        .replace("{report}", "quarterly-review")
        .replace("{template}", "getting-started")
        .replace("{document}", document)
        .replace("{import}", import)
        .replace("{id}", import)
        .replace("{name}", "cairn.css");
    // Whatever else a page names: something that is not there.
    let mut plain = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                plain += "none";
            }
            '}' => inside = false,
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}

struct Pages {
    fresh: Fresh,
    server: TowerToHyperService<Router>,
}

impl Pages {
    async fn new() -> Pages {
        let fresh = super::fresh::sqlite().await;
        let routes = crate::web::router().merge(crate::access::router());
        let routes = routes
            .layer(axum::middleware::from_fn(crate::serve::problem::render))
            .with_state(fresh.state.clone());
        Pages {
            fresh,
            server: TowerToHyperService::new(routes),
        }
    }

    async fn ask(
        &self,
        who: Option<&Actor>,
        method: &str,
        path: &str,
        named: &str,
    ) -> (u16, String) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{path}?{named}"))
            .header("host", "cairn.test");
        let mut body = Body::empty();
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
            body = Body::from(named.to_owned());
        }
        let mut request = request.body(body).expect("a request");
        if let Some(actor) = who {
            request.extensions_mut().insert(actor.clone());
            request.extensions_mut().insert(Signed {
                actor: actor.clone(),
                stage: Stage::Whole,
                email: "who@example.com".to_owned(),
                name: "Who".to_owned(),
                session: Some("none".to_owned()),
                has_password: true,
                has_factor: false,
            });
        }
        let Ok(response) = self.server.call(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        let head: Vec<String> = parts
            .headers
            .values()
            .map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned())
            .collect();
        let text = String::from_utf8_lossy(&body).into_owned() + &head.join("\n");
        (parts.status.as_u16(), text)
    }

    /// The newest change of the other partner.
    async fn other(&self) -> i64 {
        let sought = app::store::Sought::default();
        let logged = self.fresh.office.audit(&boss(), OTHER, &sought, 1).await;
        logged.expect("a log").changes[0].change
    }
}

#[tokio::test]
async fn no_page_tells_of_another_partner_and_none_writes_there() {
    let pages = Pages::new().await;
    let all = all();
    assert!(all.len() > 60, "only {} routes were found", all.len());
    let mut before = pages.other().await;
    let mut slips = vec![];
    for (method, path) in &all {
        let (status, _) = pages
            .ask(None, method, &filled(&pages.fresh, path, OTHER), "")
            .await;
        let is_open = OPEN.contains(&path.as_str());
        if !is_open && status != 401 {
            slips.push(format!("{method} {path} answers nobody with {status}"));
        }
        for role in Role::ALL.into_iter().filter(|r| !r.is_of_server()) {
            let who = actor(role);
            // What belongs to the other partner is asked for at that one, and at one's own.
            for at in [OTHER, "north"] {
                let named = named(&pages.fresh, at, OTHER);
                let filled = filled(&pages.fresh, path, OTHER);
                let (status, text) = pages.ask(Some(&who), method, &filled, &named).await;
                let asked = format!("{method} {path} as {} at {at}", role.name());
                if status >= 500 || text.contains(SECRET) {
                    let at = text.find(SECRET).map_or(0, |at| at.saturating_sub(200));
                    let text: String = text.chars().skip(at).take(400).collect();
                    slips.push(format!("{asked}: {status} {text}"));
                }
            }
        }
        let after = pages.other().await;
        if before != after {
            slips.push(format!("{method} {path} wrote at the other partner"));
            before = after;
        }
    }
    assert!(slips.is_empty(), "{}", slips.join("\n\n"));
}

#[tokio::test]
async fn every_page_answers_every_role_at_its_own_partner_without_a_slip_of_ours() {
    let mut slips = vec![];
    for role in Role::ALL {
        // Forms change what the next ones find.
        let pages = Pages::new().await;
        for (method, path) in all() {
            let named = named(&pages.fresh, "north", "north");
            let filled = filled(&pages.fresh, &path, "north");
            let who = actor(role);
            let (status, text) = pages.ask(Some(&who), method, &filled, &named).await;
            let asked = format!("{method} {path} as {}", role.name());
            if status >= 500 {
                let text: String = text.chars().take(400).collect();
                slips.push(format!("{asked}: {status} {text}"));
            }
        }
    }
    assert!(slips.is_empty(), "{}", slips.join("\n\n"));
}
