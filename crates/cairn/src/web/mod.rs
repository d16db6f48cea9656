//! The pages: server-rendered, complete without script.
//!
//! A handler reads its query, opens a desk and hands both to one function of [`pages`], which makes plain, formatted values; a
//! template has nothing but `if`, `for` and text. No page reaches outside the machine, and none holds a style or a script of its
//! own, so that the strictest content policy holds.

pub mod assets;
pub mod feed;
pub mod frame;
pub mod pages;
pub mod svg;
pub mod view;

mod imports;
mod routes;
mod visit;
mod who;
mod writes;

// What the pages say and how they write numbers is the product's, for mail says it too.
use app::{locale, texts};

pub use feed::calendar_url;
pub use routes::{WORKBOOK, preference};
pub use visit::{cookie, language};

/// Every page, from `/` on.
pub fn router() -> axum::Router<crate::serve::state::AppState> {
    routes::router()
        .merge(writes::router())
        .merge(feed::router())
        .merge(imports::router())
}
