//! The API: JSON under `/api/v1`, over the same verbs as the pages and the command line.
//!
//! A handler takes a [`call::Call`], asks one verb and writes down what it returned; it decides nothing. Every route is
//! described where it is written, and [`spec`] makes one OpenAPI page of all descriptions.

mod accounts;
mod asking;
mod call;
mod customers;
mod etag;
mod feeds;
mod find;
pub mod hooks;
mod imports;
mod keep;
mod kinds;
mod kpis;
mod me;
mod models;
mod page;
mod partners;
mod plans;
mod population;
mod programs;
mod records;
mod reports;
mod setup;
mod shapes;
mod spec;
mod standings;
mod templates;
mod twice;
mod work;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use utoipa_axum::router::OpenApiRouter;

use crate::serve::state::AppState;

/// Every route below `/api/v1`.
pub fn router(state: AppState) -> Router<AppState> {
    let (routes, _) = all().split_for_parts();
    routes
        .layer(from_fn_with_state(state, twice::once))
        .layer(from_fn(call::no_nul))
        .layer(from_fn(etag::conditional))
}

/// Every route with its description.
fn all() -> OpenApiRouter<AppState> {
    spec::begin()
        .merge(me::routes())
        .merge(partners::routes())
        .merge(standings::routes())
        .merge(kpis::routes())
        .merge(models::routes())
        .merge(reports::routes())
        .merge(records::routes())
        .merge(imports::routes())
        .merge(kinds::routes())
        .merge(programs::routes())
        .merge(population::routes())
        .merge(hooks::routes())
        .merge(keep::routes())
        .merge(accounts::routes())
        .merge(work::routes())
        .merge(customers::routes())
        .merge(plans::routes())
        .merge(templates::routes())
        .merge(feeds::routes())
        .merge(setup::routes())
        .merge(find::routes())
}

#[cfg(test)]
mod tests;
