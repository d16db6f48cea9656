//! Signing in and out, one's own account, members of a partner, and accounts of the server: as pages.
//!
//! [`attach`] finds out who asks, once for each request; [`Signed`](who::Signed) hands it to a handler. What may be done is said by the verbs
//! of [`app::accounts`] alone.

mod account;
mod door;
mod erase;
mod form;
mod members;
mod page;
mod who;

use axum::Router;
use axum::routing::{get, post};

use crate::serve::state::AppState;

pub use who::{Coming, attach, settings};

/// Every page about accounts.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/demo", get(door::demo))
        .route("/first", get(door::first).post(door::accept_first))
        .route("/sign-in", get(door::sign_in_page).post(door::sign_in))
        .route(
            "/sign-in/second-step",
            get(door::second_step_page).post(door::second_step),
        )
        .route("/sign-in/depart", get(door::depart))
        .route("/sign-in/provider", get(door::arrive))
        .route("/sign-out", post(door::sign_out))
        .route("/forgotten", get(door::forgotten).post(door::ask_reset))
        .route("/reset", get(door::reset).post(door::finish_reset))
        .route(
            "/invitation",
            get(door::invitation).post(door::accept_invitation),
        )
        .route("/account", get(account::account))
        .route("/account/name", post(account::rename))
        .route("/account/language", post(account::set_language))
        .route("/account/password", post(account::change_password))
        .route("/account/sessions", post(account::end_session))
        .route("/account/tokens", post(account::make_token))
        .route("/account/tokens/revoke", post(account::revoke_token))
        .route(
            "/account/factor",
            get(account::factor).post(account::enroll_factor),
        )
        .route("/account/factor/confirm", post(account::confirm_factor))
        .route("/account/factor/codes", post(account::renew_codes))
        .route("/account/factor/remove", post(account::remove_factor))
        .route("/members", get(members::members))
        .route("/members/invite", post(members::invite))
        .route("/members/invitation", post(members::change_invitation))
        .route("/members/give", post(members::give))
        .route("/members/take", post(members::take))
        .route("/accounts", get(members::accounts))
        .route(
            "/accounts/{account}/erase",
            get(erase::page).post(erase::erase),
        )
        .route(
            "/accounts/{account}",
            get(members::one_account).post(members::change_account),
        )
        .route("/outbox", get(members::outbox).post(members::open_mail))
}

#[cfg(test)]
mod tests;
