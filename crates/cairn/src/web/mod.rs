//! The pages: server-rendered, complete without script.

use askama::Template;
use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// Every page, from `/` on.
pub fn router() -> Router<AppState> {
    Router::new().route("/", get(home))
}

/// The first page.
#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    version: &'static str,
}

async fn home() -> Result<Html<String>, Problem> {
    let page = Home {
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(Html(page.render().map_err(|_| {
        Problem::ours("a page could not be written")
    })?))
}
