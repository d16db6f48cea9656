//! Every route as every role, at the actor's own partner and at another one.

use app::access::Role;
use expect_test::expect_file;

use super::fresh::{Fresh, OTHER, SECRET, actor, on_both};
use super::{operations, schema};

/// A request to an operation: its path, its headers and its body.
pub struct Trial {
    pub path: String,
    pub headers: String,
    pub body: String,
}

/// What is sent to an operation to try it at a partner; `None` where nobody has written it down yet, and the test fails.
pub fn trial(fresh: &Fresh, method: &str, path: &str, partner: &str) -> Option<Trial> {
    fn of<T: Clone>(all: &[(&str, T)], whose: &str) -> Option<T> {
        let found = all.iter().find(|(p, _)| *p == whose);
        found.map(|(_, of)| of.clone())
    }
    let whose = if is_of_partner(path) { partner } else { "" };
    let work = of(&fresh.work, whose).unwrap_or_default();
    let version = match path {
        path if path.contains("/refused/") => of(&fresh.refused, whose),
        path if path.contains("/references/") => Some(work.reference),
        _ => of(&fresh.records, whose),
    };
    let version = version.unwrap_or(0);
    let [receiving, shown, confirmed] = of(&fresh.imports, whose)?;
    let import = match path.rsplit('/').next() {
        Some("{file}" | "preview") => receiving,
        Some("undo" | "later") => confirmed,
        _ => shown,
    };
    let of = whose;
    let hook = fresh.hooks.iter().find(|(p, _)| *p == of);
    let hook = hook.map_or("", |(_, hook)| hook);
    let decision = fresh.decisions.iter().find(|(p, _)| *p == of);
    let decision = decision.map_or(0, |(_, decision)| *decision);
    // Key figures are those of a library.
    let program = if path.contains("/kpis") {
        "kpis"
    } else {
        app::demo::SAMPLE_PROGRAM
    };
    let filled = path
        .replace("{partner}", partner)
        .replace("{program}", program)
        .replace("{measure}", "gross-margin")
        .replace("{model}", "host-or-resell")
        .replace("{report}", "quarterly-review")
        .replace("{edition}", "2022-02")
        .replace("{kind}", "people")
        .replace("{person}", "ada")
        .replace("{account}", "a-nobody")
        .replace("{role}", "reader")
        .replace("{invitation}", "i-none")
        .replace("{session}", "s-none")
        .replace("{token}", "t-none")
        .replace("{decision}", &decision.to_string())
        .replace("{hook}", hook)
        .replace("{event}", super::fresh::EVENT)
        .replace("{import}", &import)
        .replace("{file}", "more.csv")
        .replace("{task}", &work.task)
        .replace("{plan}", &work.plan.to_string())
        .replace("{feed}", &work.feed)
        .replace("{template}", "getting-started")
        .replace("{comment}", &work.comment)
        .replace("{document}", &work.document)
        .replace("{share}", &work.share)
        .replace("{rating}", &work.rating)
        .replace("{change}", "0")
        .replace("{view}", "v-none")
        .replace("{notice}", "n-none")
        .replace("{sort}", "review")
        .replace("{mail}", "m-none")
        .replace("{mapping}", "m-none")
        .replace("{name}", "Knitting")
        .replace("{version}", &version.to_string());
    if filled.contains('{') {
        return None;
    }
    let person = r#"{"cells":{"person":"cyd","registered_on":"2024-01-01"}}"#;
    let several =
        format!(r#"{{"kind":"people","versions":[{version}],"field":"name","value":"X"}}"#);
    let body = match (method, path) {
        ("get" | "delete", _) => "",
        ("post", path) if path.contains("/bulk-edits") => several.as_str(),
        ("post", "/partners/{partner}/changes/{change}/undo") => "",
        ("put", "/partners/{partner}/views/{view}") => r#"{"name":"mine"}"#,
        ("post" | "put", "/partners/{partner}/tasks" | "/partners/{partner}/tasks/{task}") => {
            r#"{"title":"Sign the plan"}"#
        }
        ("put", "/partners/{partner}/tasks/{task}/state") => r#"{"state":"done"}"#,
        ("post", "/partners/{partner}/tasks/{task}/sign-off") => r#"{"sign":true,"by":"Vera"}"#,
        ("post", "/partners/{partner}/members/{account}/hand-over") => r#"{"to":"a-heir"}"#,
        ("post", "/partners/{partner}/programs/{program}/comments") => r#"{"body":"well done"}"#,
        ("post", "/partners/{partner}/views") => {
            r#"{"page":"people","name":"mine","query":"sort=name"}"#
        }
        ("post", "/partners/{partner}/references/{version}/decision") => r#"{"approve":true}"#,
        ("put", "/partners/{partner}/notice-choices/{sort}") => r#"{"ways":["page"]}"#,
        ("post", "/partners/{partner}/ratings") => {
            r#"{"customers":[{"program":"aws-services-path","customer":"Acme","person":"Dan","email":"dan@example.com"}]}"#
        }
        ("post", "/partners/{partner}/ratings/{rating}/decision") => r#"{"is_customer":true}"#,
        ("post", path) if path.contains("/ratings/") => "",
        ("post", "/partners/{partner}/shares") => r#"{"program":"aws-services-path","days":7}"#,
        ("post", path) if path.ends_with("/documents") => "a file of text",
        ("put", "/partners/{partner}/settings") => r#"{"zone":"Europe/Berlin","language":"de"}"#,
        ("post", "/partners/{partner}/set-up") => {
            r#"{"name":"North","settings":{"zone":"UTC","language":"en"}}"#
        }
        ("post", "/partners/{partner}/plans/{plan}/accept") => "{}",
        ("post", "/partners/{partner}/plans/{plan}/case") => "",
        ("post", "/partners/{partner}/templates/{template}/plans") => r#"{"begins":"2024-07-01"}"#,
        ("post", "/partners/{partner}/feeds") => r#"{"note":"my telephone"}"#,
        ("post", "/partners/{partner}/programs/{program}/plans") => "",
        ("post", "/partners/{partner}/visits") => "",
        ("post", "/partners/{partner}/merges") => r#"{"kept":"ada","gone":"ben"}"#,
        ("post", "/editions/check" | "/editions/try") => r#"{"text":"program = 1"}"#,
        ("put", "/programs/{program}/editions/{edition}/text") => r#"{"text":"program = 1"}"#,
        ("post", "/partners/{partner}/programs/{program}/reconcile") => r#"{"text":"launched, 1"}"#,
        ("post", "/partners/{partner}/programs/{program}/answers") => r#"{"answers":[]}"#,
        ("put", "/partners/{partner}/programs/{program}/kpis/{measure}/target") => {
            r#"{"from":"2024-01-01","value":"40%"}"#
        }
        ("put", "/me/name") => r#"{"name":"x"}"#,
        ("put", "/me/language") => r#"{"language":"de"}"#,
        ("put", "/me/password") => r#"{"now":"x","wanted":"y"}"#,
        ("post", "/me/factor" | "/me/sessions/end-others") => "",
        ("post", path) if path.starts_with("/me/factor/") => r#"{"code":"000000"}"#,
        ("put", "/accounts/{account}/email") => r#"{"email":"y@example.com"}"#,
        ("post", path) if path.ends_with("/reset") || path.ends_with("/renew") => "",
        ("post", "/outbox/{mail}/open") => "",
        ("post", "/imports" | "/partners/{partner}/imports") => "{}",
        ("post", "/imports/{import}/preview" | "/imports/{import}/undo") => "{}",
        ("post", "/imports/{import}/confirm") => "",
        ("put", "/imports/{import}/files/{file}") => "person,registered_on\n",
        ("put", "/partners/{partner}/refused/{version}") => {
            r#"{"cells":{"reference":"r-2","customer":"x","route":"tool","submitted_on":"2024-05-02"}}"#
        }
        ("put", "/refused/{version}") => {
            r#"{"cells":{"partner":"north","reference":"r-3","customer":"x","route":"tool","submitted_on":"2024-05-02"}}"#
        }
        ("post", "/names" | "/partners/{partner}/names") => {
            r#"{"kind":"credentials","name":"Knitting","entry":null}"#
        }
        ("post", "/partners") => r#"{"id":"west","name":"Western"}"#,
        ("post", "/partners/{partner}/records/{kind}") => person,
        ("put", "/partners/{partner}/records/{kind}/{version}") => {
            r#"{"cells":{"person":"ada","registered_on":"2023-02-02"}}"#
        }
        ("post", "/partners/{partner}/edits") => {
            r#"{"edits":[{"do":"add","kind":"people","cells":{"person":"dot","registered_on":"2024-01-01"}}]}"#
        }
        ("post", "/partners/{partner}/hooks" | "/hooks") => {
            r#"{"url":"https://example.com/cairn"}"#
        }
        ("post", path) if path.ends_with("/redeliver") || path.ends_with("/test") => "",
        ("post", "/partners/{partner}/decisions") => {
            r#"{"program":"aws-services-path","about":"review","outcome":"approved","reason":"all is met"}"#
        }
        ("post", "/accounts/{account}/erase") => "",
        ("post", path) if path.ends_with("/erase") => "{}",
        ("put", path) if path.ends_with("/roles/{role}") => "{}",
        ("post", "/members") => r#"{"email":"x@example.com","role":"program-owner"}"#,
        ("post", "/partners/{partner}/members") => r#"{"email":"x@example.com","role":"reader"}"#,
        ("post", "/accounts/{account}/disable" | "/accounts/{account}/enable") => "",
        ("post", "/me/tokens") => r#"{"name":"x","scopes":["read-standing"]}"#,
        ("post", "/programs/check") => {
            r#"{"files":[{"name":"programs/own.toml","text":"program = 1"}]}"#
        }
        _ => return None,
    };
    let headers = match (method, path) {
        ("put", path) if path.ends_with("/{file}") => "content-type: application/octet-stream",
        ("post", path) if path.ends_with("/documents") => "content-type: application/octet-stream",
        ("get", _) => "",
        _ => "if-match: *",
    };
    let query = match path {
        "/imports/{import}/rows" => "?group=added",
        "/search" => "?q=aws",
        "/partners/{partner}/reasons" => "?subject=references",
        "/partners/{partner}/documents" => "?kind=opportunities",
        path if path.ends_with("/documents") && method == "post" => "?name=x.txt",
        _ => "",
    };
    Some(Trial {
        path: filled + query,
        headers: headers.to_owned(),
        body: body.to_owned(),
    })
}

/// Is an address about something of a partner?
fn is_of_partner(path: &str) -> bool {
    path.contains("{partner}") || path.contains("{import}")
}

/// What comes of it as each role, as lines of a table; each answer is held against its description on the way.
async fn tried(make: impl AsyncFn() -> Fresh, of: &[Role]) -> String {
    let mut text = String::from(
        "# Who may ask what\n\nEvery address as every role, at a partner where it has the role and at another one. Written by a test.\n\n| address | nobody |",
    );
    for role in of {
        text += &format!(" {} |", role.name());
    }
    text += "\n|---|---|";
    text += &"---|".repeat(of.len());
    text.push('\n');
    let (mut uncovered, mut slips) = (vec![], vec![]);
    let mut fresh = make().await;
    for (method, path, operation) in operations() {
        let mut cells = vec![];
        let mut roles: Vec<Option<Role>> = vec![None];
        roles.extend(of.iter().copied().map(Some));
        for role in roles {
            let mut statuses = vec![];
            for partner in ["north", OTHER] {
                if partner == OTHER && !is_of_partner(&path) {
                    continue;
                }
                let Some(trial) = trial(&fresh, &method, &path, partner) else {
                    uncovered.push(format!("{method} {path}"));
                    continue;
                };
                let who = role.map(actor);
                let answer = fresh
                    .ask(
                        who.as_ref(),
                        &method.to_uppercase(),
                        &trial.path,
                        &trial.headers,
                        &trial.body,
                    )
                    .await;
                let at = format!(
                    "{method} {} as {}",
                    trial.path,
                    role.map_or("nobody", Role::name)
                );
                let media = answer.header("content-type").split(';').next();
                let status = answer.status.as_u16();
                let wrong = schema::of_answer(
                    &operation,
                    status,
                    media.unwrap_or_default().trim(),
                    &answer.text,
                );
                let mut slip = |what: &str| {
                    let text: String = answer.text.chars().take(400).collect();
                    slips.push(format!("{at}: {status} {what}\n{text}"));
                };
                if !wrong.is_empty() {
                    slip(&wrong.join("\n"));
                }
                if status >= 500 {
                    slip("a slip of ours");
                }
                let sees_all = role.is_some_and(Role::is_of_server);
                if !sees_all {
                    if answer.text.contains(SECRET) {
                        slip("tells of another partner");
                    }
                    let own = partner == "north" || role.is_none();
                    if !own && status != 404 {
                        slip("another partner is there");
                    }
                }
                statuses.push(status.to_string());
                if method != "get" && answer.status.is_success() {
                    // The next one finds what this one found.
                    fresh = make().await;
                }
            }
            cells.push(statuses.join(" "));
        }
        text += &format!(
            "| {} `{path}` | {} |\n",
            method.to_uppercase(),
            cells.join(" | ")
        );
    }
    assert!(slips.is_empty(), "{}", slips.join("\n\n"));
    uncovered.dedup();
    assert!(uncovered.is_empty(), "not tried: {}", uncovered.join(", "));
    text
}

#[tokio::test]
async fn every_route_is_tried_as_every_role_at_two_partners() {
    let text = tried(super::fresh::sqlite, &Role::ALL).await;
    expect_file!["matrix.md"].assert_eq(&text);
}

/// Roles whose reach differs, on the database that hides rows itself; what each may is said by the test above.
#[tokio::test]
async fn the_other_database_tells_no_more() {
    let roles = [Role::AllianceLead, Role::Contributor];
    let text = tried(super::fresh::postgres, &roles).await;
    assert!(text.contains("| GET `/partners/{partner}/standings` | 401 401 | 200 404 | 403 404 |"));
}

on_both! {
    async fn a_token_of_one_partner_sees_that_one_only(fresh: Fresh) {
        let mut narrow = actor(Role::Administrator);
        narrow.only_partner = Some("north".to_owned());
        let listed = fresh.ask(Some(&narrow), "GET", "/partners", "", "").await;
        assert_eq!(listed.json()["items"].as_array().map(Vec::len), Some(1), "{}", listed.text);
        let other = fresh.ask(Some(&narrow), "GET", "/partners/south/standings", "", "").await;
        assert_eq!(other.status, 404, "{}", other.text);
    }
}
