//! The calendar behind a private link, for programs that keep people's calendars.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use app::LinkSecret;
use app::refusal::Refusal;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// The address of the calendar.
pub fn router() -> Router<AppState> {
    Router::new().route("/calendar/{secret}", get(calendar))
}

/// The address of a calendar as its reader hands it to a calendar program. Many of them look at the end of an address.
pub fn calendar_url(state: &AppState, secret: &LinkSecret) -> String {
    let public = crate::access::settings(state.settings()).public_url;
    format!("{public}/calendar/{}.ics", secret.reveal())
}

/// `GET /calendar/{secret}`
///
/// The secret may have `.ics` behind it, for programs that look at the end of an address.
async fn calendar(
    State(state): State<AppState>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    let office = state.office()?.clone();
    let secret = secret.strip_suffix(".ics").unwrap_or(&secret);
    match office.calendar(secret).await {
        Ok(text) => {
            let mut headers = HeaderMap::new();
            let said = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (
                    header::CONTENT_DISPOSITION,
                    "inline; filename=\"cairn.ics\"",
                ),
                // Whoever has the link sees it; nobody in between keeps it.
                (header::CACHE_CONTROL, "private, max-age=3600"),
            ];
            for (name, value) in said {
                headers.insert(name, HeaderValue::from_static(value));
            }
            Ok((headers, text).into_response())
        }
        // A link that never was and one that was ended look the same.
        Err(Refusal::NotFound { .. }) => Ok((
            StatusCode::NOT_FOUND,
            "there is no such calendar, or its link was ended\n",
        )
            .into_response()),
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use app::access::Actor;
    use app::clock::Clock;
    use app::domain::instant::Instant;
    use app::office::Office;
    use app::store::Store;
    use axum::body::to_bytes;

    use super::*;
    use crate::serve::settings::Settings;

    #[tokio::test]
    async fn whoever_has_the_link_has_the_calendar_until_it_is_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = folder.path().join("cairn.db");
        let store = Store::open(&address.to_string_lossy())
            .await
            .expect("a store");
        let programs = app::programs::load(&[]).expect("the shipped programs");
        let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
        let office = Arc::new(Office::new(store, Arc::new(programs), Clock::stopped(at)));
        office.refresh().await.expect("warm");
        let boss = Actor::system("a1");
        office
            .add_partner(&boss, "north", "North & Co")
            .await
            .expect("a partner");
        let made = office.make_feed(&boss, "north", "").await.expect("a link");
        let (feed, secret) = made.value;
        let state = AppState::new(Settings::of(&[]));
        state.set_office(office.clone());
        let get = async |secret: &str| {
            let answer = calendar(State(state.clone()), Path(secret.to_owned())).await;
            let answer = answer.map_err(|_| "a problem").expect("an answer");
            let (parts, body) = answer.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.expect("a body");
            let text = String::from_utf8(bytes.to_vec()).expect("text");
            let kind = parts.headers.get(header::CONTENT_TYPE).cloned();
            (parts.status.as_u16(), kind, text)
        };
        for end in ["", ".ics"] {
            let (status, kind, text) = get(&format!("{}{end}", secret.reveal())).await;
            assert_eq!(status, 200);
            assert_eq!(kind.expect("a type"), "text/calendar; charset=utf-8");
            assert!(
                text.contains("X-WR-CALNAME:What lies ahead\\, North & Co"),
                "{text}"
            );
        }
        office
            .end_feed(&boss, "north", &feed.feed)
            .await
            .expect("ended");
        let (ended, _, said) = get(secret.reveal()).await;
        let (never, _, same) = get("guessed").await;
        assert_eq!((ended, said), (404, same));
        assert_eq!(never, 404);
    }
}
