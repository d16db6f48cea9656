//! What stands around every route, tried on routes made for it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Method;
use axum::response::IntoResponse as _;
use axum::routing::post;
use expect_test::{Expect, expect};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio::sync::Notify;

use super::*;
use crate::serve::problem::Problem;
use crate::serve::settings::Settings;

/// Routes of which each does one thing that may go wrong.
fn trials(settings: Settings) -> (TowerToHyperService<Router>, Arc<Notify>) {
    let go_on = Arc::new(Notify::new());
    let waiting = go_on.clone();
    let wait = move || async move {
        waiting.notified().await;
        "waited"
    };
    async fn slip() -> &'static str {
        panic!("a slip")
    }
    async fn nobody() -> Problem {
        Problem::not_signed_in()
    }
    async fn refuse() -> Problem {
        Problem::denied("your role does not allow `decide` here")
    }
    let both = Router::new()
        .route("/slip", get(slip))
        .route("/refused", get(refuse))
        .route("/nobody", get(nobody))
        .route("/same", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/wait", get(wait))
        .route("/text", get(|| async { "a line of text\n".repeat(100) }))
        .route(
            "/workbook",
            get(|| async {
                (
                    [(header::CONTENT_TYPE, "application/vnd.ms-excel")],
                    vec![0; 2000],
                )
                    .into_response()
            }),
        )
        .route(
            "/body",
            post(|body: Bytes| async move { body.len().to_string() }),
        );
    let upload = Router::new().route(
        "/upload",
        post(|body: Bytes| async move { body.len().to_string() }),
    );
    let routes = both
        .clone()
        .nest("/api/v1", both)
        .merge(upload.layer(limits::upload()));
    let state = AppState::new(settings);
    (TowerToHyperService::new(around(routes, state)), go_on)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}

async fn ask(server: &TowerToHyperService<Router>, request: Request) -> Answer {
    let Ok(response) = server.call(request).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .expect("a body");
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

/// A request with these headers, written `name: value` in lines.
fn request(method: Method, path: &str, headers: &str, body: impl Into<Body>) -> Request {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "cairn.test");
    for line in headers.lines() {
        let (name, value) = line.split_once(": ").expect("a header");
        request = request.header(name, value);
    }
    request.body(body.into()).expect("a request")
}

async fn get_from(server: &TowerToHyperService<Router>, path: &str, headers: &str) -> Answer {
    ask(server, request(Method::GET, path, headers, "")).await
}

#[tokio::test]
async fn a_refusal_is_written_for_whoever_asks() {
    let (server, _) = trials(Settings::of(&[]));
    let answer = get_from(&server, "/api/v1/refused", "x-request-id: abc-1").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (403, "application/problem+json")
    );
    expect![[r#"{"type":"urn:cairn:problem:denied","title":"You may not do this","status":403,"code":"denied","detail":"your role does not allow `decide` here","request_id":"abc-1"}"#]]
        .assert_eq(answer.text());
    let answer = get_from(&server, "/refused", "x-request-id: abc-1").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (403, "text/html; charset=utf-8")
    );
    for part in [
        "<h1>You may not do this</h1>",
        "Your role does not allow",
        "403 · <code>denied</code> · request abc-1",
    ] {
        assert!(answer.text().contains(part), "{part}: {}", answer.text());
    }
}

#[tokio::test]
async fn whoever_sends_no_token_is_told_that_one_is_needed() {
    let (server, _) = trials(Settings::of(&[]));
    let answer = get_from(&server, "/api/v1/nobody", "").await;
    assert_eq!(
        (answer.status, answer.header("www-authenticate")),
        (401, "Bearer realm=\"cairn\"")
    );
    assert_eq!(
        get_from(&server, "/nobody", "")
            .await
            .header("www-authenticate"),
        ""
    );
}

#[tokio::test]
async fn what_has_not_changed_stays_cached_as_it_was() {
    let (server, _) = trials(Settings::of(&[]));
    let answer = get_from(&server, "/same", "").await;
    assert_eq!((answer.status, answer.header("cache-control")), (304, ""));
}

#[tokio::test]
async fn a_panic_is_a_problem_with_the_number_of_the_request() {
    let (server, _) = trials(Settings::of(&[]));
    let answer = get_from(&server, "/api/v1/slip", "").await;
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(answer.status, 500);
    assert_eq!(id.len(), 32);
    assert!(
        answer.text().contains(&format!(r#""request_id":"{id}""#)),
        "{}",
        answer.text()
    );
    assert!(!answer.text().contains("a slip"), "{}", answer.text());
    let page = get_from(&server, "/slip", "").await;
    assert!(
        page.text().contains("Something went wrong on our side"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_number_of_a_request_is_taken_where_it_is_short_and_plain() {
    let (server, _) = trials(Settings::of(&[]));
    let kept = get_from(&server, "/text", "x-request-id: 7.b-C_d").await;
    assert_eq!(kept.header("x-request-id"), "7.b-C_d");
    for strange in ["a b", "a\tb", "<script>", &"a".repeat(65)] {
        let answer = get_from(&server, "/text", &format!("x-request-id: {strange}")).await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{strange}");
    }
}

#[tokio::test]
async fn too_much_at_once_is_refused() {
    let (server, _) = trials(Settings::of(&[
        "--limits-body",
        "8",
        "--limits-upload",
        "64",
        "--limits-address",
        "100",
    ]));
    let send = |size: usize| {
        ask(
            &server,
            request(Method::POST, "/api/v1/body", "", vec![b'a'; size]),
        )
    };
    assert_eq!(send(8).await.text(), "8");
    let answer = send(9).await;
    assert!(
        answer.status == 413 && answer.text().contains(r#""code":"too-large""#),
        "{}",
        answer.text()
    );
    let upload = |size: usize| {
        ask(
            &server,
            request(Method::POST, "/upload", "", vec![b'a'; size]),
        )
    };
    assert_eq!(
        (upload(64).await.status, upload(65).await.status),
        (200, 413)
    );
    let announced = request(Method::POST, "/api/v1/body", "content-length: 65", "");
    assert_eq!(ask(&server, announced).await.status, 413);
    let answer = get_from(&server, &format!("/text?{}", "a".repeat(100)), "").await;
    assert_eq!(answer.status, 414);
    assert!(
        answer.text().contains("address-too-long"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn when_it_is_full_it_asks_to_come_again() {
    let (server, go_on) = trials(Settings::of(&["--limits-requests", "1"]));
    let first = server.call(request(Method::GET, "/wait", "", ""));
    let mut first = tokio::spawn(first);
    while get_from(&server, "/text", "").await.status == 200 {
        tokio::task::yield_now().await;
    }
    let answer = get_from(&server, "/api/v1/text", "").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert!(
        answer.text().contains(r#""code":"unavailable""#),
        "{}",
        answer.text()
    );
    go_on.notify_one();
    let Ok(response) = (&mut first).await.expect("it ends");
    // Whoever has not read the answer still takes the place.
    assert_eq!(get_from(&server, "/text", "").await.status, 503);
    drop(response);
    assert_eq!(get_from(&server, "/text", "").await.status, 200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended() {
    let mut settings = Settings::of(&[]);
    settings.limits.time = Duration::from_millis(5);
    let (server, _) = trials(settings);
    let answer = get_from(&server, "/api/v1/wait", "").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    assert!(
        answer.text().contains(r#""code":"too-slow""#),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn another_site_cannot_send_a_form_for_whoever_is_signed_in() {
    let (server, _) = trials(Settings::of(&["--public-url", "https://cairn.example.com"]));
    let check = async |headers: &str, expected: u16| {
        let answer = ask(&server, request(Method::POST, "/body", headers, "a=b")).await;
        assert_eq!(answer.status, expected, "{headers}: {}", answer.text());
    };
    check("cookie: s=1\nsec-fetch-site: same-origin", 200).await;
    check("cookie: s=1\norigin: http://cairn.test", 200).await;
    check("cookie: s=1\norigin: https://cairn.example.com", 200).await;
    check("cookie: s=1\nsec-fetch-site: cross-site", 403).await;
    check("cookie: s=1\norigin: https://evil.test", 403).await;
    check(
        "authorization: Bearer abc\norigin: https://tool.test\nsec-fetch-site: cross-site",
        200,
    )
    .await;
    check(
        "authorization: Bearer abc\ncookie: s=1\nsec-fetch-site: cross-site",
        403,
    )
    .await;
    let refused = request(
        Method::POST,
        "/api/v1/body",
        "sec-fetch-site: cross-site",
        "",
    );
    assert!(
        ask(&server, refused)
            .await
            .text()
            .contains(r#""code":"cross-site""#)
    );
}

/// All headers of an answer but those that change with each.
fn check_headers(answer: &Answer, expected: Expect) {
    let mut lines: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().expect("text")))
        .collect();
    lines.sort();
    expected.assert_eq(&lines.concat());
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may() {
    let (server, _) = trials(Settings::of(&["--public-url", "https://cairn.example.com"]));
    check_headers(
        &get_from(&server, "/text", "").await,
        expect![[r#"
        cache-control: private, no-cache
        content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
        content-type: text/plain; charset=utf-8
        cross-origin-embedder-policy: require-corp
        cross-origin-opener-policy: same-origin
        cross-origin-resource-policy: same-origin
        permissions-policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()
        referrer-policy: same-origin
        strict-transport-security: max-age=63072000
        vary: accept-encoding
        x-content-type-options: nosniff
        x-frame-options: DENY
    "#]],
    );
    let (plain, _) = trials(Settings::of(&[]));
    for path in ["/text", "/refused", "/slip", "/nothing", "/api/v1/nothing"] {
        let answer = get_from(&plain, path, "").await;
        assert_eq!(
            answer.header("content-security-policy"),
            headers::CONTENT,
            "{path}"
        );
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
    }
}

#[tokio::test]
async fn text_is_packed_and_what_is_packed_already_is_not() {
    let (server, _) = trials(Settings::of(&[]));
    let text = get_from(&server, "/text", "accept-encoding: gzip").await;
    assert_eq!(text.header("content-encoding"), "gzip");
    assert!(text.body.len() < 200, "{}", text.body.len());
    assert_eq!(
        get_from(&server, "/text", "")
            .await
            .header("content-encoding"),
        ""
    );
    let workbook = get_from(&server, "/workbook", "accept-encoding: gzip").await;
    assert_eq!(
        (workbook.header("content-encoding"), workbook.body.len()),
        ("", 2000)
    );
}
