//! The API under requests at random: schemathesis makes them from the description, and holds what comes back against it.

use std::path::PathBuf;
use std::process::Command;

use axum::extract::Request;
use axum::http::header;
use axum::middleware::{Next, from_fn};
use axum::response::Response;

/// Who comes with the token that schemathesis sends is whoever has the machine; anybody else is nobody.
async fn who(mut request: Request, next: Next) -> Response {
    let token = request.headers_mut().remove(header::AUTHORIZATION);
    if token.is_some_and(|t| t == "Bearer test") {
        request.extensions_mut().insert(super::fresh::boss());
    }
    next.run(request).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "where ./test has installed what this test runs"
)]
fn schemathesis() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    cache
        .unwrap_or_else(home)
        .join("cairn/schemathesis/bin/schemathesis")
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_at_random_find_no_slip_of_ours_and_no_answer_that_is_not_described() {
    let fresh = super::fresh::sqlite().await;
    let routes = crate::serve::router::router(fresh.state.clone()).layer(from_fn(who));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let config = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/api/tests/schemathesis.toml"
    );
    let run = tokio::task::spawn_blocking(move || {
        Command::new(schemathesis())
            .args(["--config-file", config, "--no-color", "run"])
            .arg(format!("http://{address}/api/v1/openapi.json"))
            .args([
                "--checks",
                "all",
                "--workers",
                "2",
                "--max-response-time",
                "60",
            ])
            .output()
    });
    let out = run.await.expect("it runs");
    let out = out.expect("schemathesis is there: ./test installs it");
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(
        out.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&out.stderr)
    );
}
