//! Who asks for a page, and what the page calls them.

use app::access::Actor;
use app::locale::Lang;
use axum::http::request::Parts;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// Who asks: whom the session of the request has signed in.
pub async fn actor(parts: &Parts, _state: &AppState) -> Result<Actor, Problem> {
    parts
        .extensions
        .get::<Actor>()
        .cloned()
        .ok_or_else(Problem::not_signed_in)
}

/// What a page calls somebody.
pub fn name(parts: &Parts, actor: &Actor) -> String {
    let signed = parts.extensions.get::<app::accounts::Signed>();
    signed
        .map(|signed| signed.name.clone())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| actor.account.clone())
}

/// What somebody is at a partner, in a word.
pub fn role(actor: &Actor, partner: &str, lang: Lang) -> String {
    actor
        .grants
        .iter()
        .find(|g| g.partner.as_deref().is_none_or(|p| p == partner))
        .map(|g| lang.role(g.role).to_owned())
        .unwrap_or_default()
}

/// That somebody sees no partner yet.
pub fn no_partner(_: &Actor) -> Problem {
    Problem::not_found("you see no partner yet")
        .help("Whoever runs this server can give you a role at one.")
}
