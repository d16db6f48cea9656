//! A scorecard as one file: it holds its own style, asks nothing of anybody, and reads and prints where no network is.

use app::domain::calendar::Day;
use app::locale::Lang;
use app::scorecard::Scorecard;
use app::texts::fill;
use askama::Template;

use super::super::frame::Frame;
use super::scorecard;

/// A scorecard as a file.
#[derive(Template)]
#[template(path = "card-file.html")]
pub struct CardFile {
    /// What the page of the scorecard shows.
    pub page: scorecard::Page,
    /// Whose scorecard it is, and of which program.
    pub heading: String,
    /// As of which day, as known on which day.
    pub said: String,
    /// By which rules it was made.
    pub foot: String,
}

/// A scorecard as one HTML file, in a language: as known on `known_at`, by default on the day `today` on which it is made.
pub fn html(
    card: &Scorecard,
    lang: Lang,
    today: Day,
    known_at: Option<Day>,
) -> Result<String, askama::Error> {
    let t = lang.texts();
    let mut frame = Frame::new(lang, today, "/scorecard");
    frame.as_of = card.as_of;
    frame.links.known_at = known_at;
    let day = fill(t.as_of, &[("day", &lang.day(card.as_of))]);
    let known = lang.day(known_at.unwrap_or(today));
    let known = fill(t.as_known_on_short, &[("day", &known)]);
    let foot = fill(
        t.file_foot,
        &[
            ("program", &card.program),
            ("edition", &card.edition),
            ("hash", &card.hash),
        ],
    );
    CardFile {
        page: scorecard::of_card(card, frame, &scorecard::Query::default(), None, vec![]),
        heading: format!("{}: {}", card.partner_name, card.title),
        said: format!("{day}, {known}"),
        foot,
    }
    .render()
}
