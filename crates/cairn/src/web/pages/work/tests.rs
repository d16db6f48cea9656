//! The pages on which somebody works, over a store of their own: each one whole in both languages, and a rating from end to end.

use std::sync::Arc;

use app::access::{Actor, Grant, Role};
use app::accounts::{Accounts, Door, Settings};
use app::clock::Clock;
use app::domain::calendar::Day;
use app::domain::instant::Instant;
use app::edit::Edit;
use app::office::Office;
use app::ratings::{FORM, NewRating};
use app::store::Store;
use axum::body::to_bytes;
use axum::extract::{Path, RawForm};
use axum::response::Response;

use super::super::super::frame::{Frame, Links};
use super::super::super::locale::Lang;
use super::super::super::visit::Visit;
use super::super::samples::{english_in, english_words_in};
use super::*;

const CLUB: &str = include_str!("../../../../../app/tests/data/club.toml");

struct Place {
    office: Arc<Office>,
    _folder: tempfile::TempDir,
}

async fn place() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("cairn.db");
    let store = Store::open(&address.to_string_lossy())
        .await
        .expect("a store");
    let mut files = app::programs::load(&[])
        .expect("the shipped programs")
        .files;
    files.push(("club/1.toml".to_owned(), CLUB.to_owned()));
    let programs = app::programs::assemble(files, None, vec![], true);
    let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
    let office = Office::new(store, Arc::new(programs), Clock::stopped(at));
    office.refresh().await.expect("warm");
    let boss = Actor::system("a1");
    office
        .add_partner(&boss, "north", "<b>North & Co</b>")
        .await
        .expect("a partner");
    let add = |kind: &str, pairs: &[(&str, &str)]| Edit::Add {
        kind: kind.to_owned(),
        cells: pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
    };
    let edits = [
        add(
            "people",
            &[
                ("person", "p1"),
                ("name", "Ann <i>Miller</i>"),
                ("email", "ann@north.example"),
            ],
        ),
        add(
            "people",
            &[
                ("person", "p2"),
                ("name", "Miller, Ann"),
                ("email", "ann@north.example"),
            ],
        ),
        add(
            "enrollments",
            &[
                ("program", "club"),
                ("level", "member"),
                ("since", "2024-01-01"),
                ("next_review_on", "2024-03-20"),
            ],
        ),
        add(
            "references",
            &[
                ("reference", "f1"),
                ("customer", "acme"),
                ("route", "tool"),
                ("url", "javascript:alert(1)"),
                ("submitted_on", "2024-02-20"),
            ],
        ),
    ];
    office.edit(&boss, "north", &edits).await.expect("records");
    Place {
        office: Arc::new(office),
        _folder: folder,
    }
}

impl Place {
    fn visit(&self, role: Role, lang: Lang, path: &str, query: &[(&str, &str)]) -> Visit {
        let mut actor = Actor::system("lead");
        actor.grants = vec![Grant {
            role,
            partner: (!role.is_of_server()).then(|| "north".to_owned()),
            person: None,
        }];
        let mut frame = Frame::new(lang, self.office.clock.today(), path);
        frame.links = Links::default();
        frame.partner_name = self.office.partner_name("north");
        frame.decides = true;
        frame.writes = true;
        Visit {
            office: self.office.clone(),
            actor,
            partner: "north".to_owned(),
            frame,
            query: query
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
        }
    }

    fn lead(&self, path: &str) -> Visit {
        self.visit(Role::AllianceLead, Lang::En, path, &[])
    }

    async fn mail(&self) -> String {
        let door = Door::new(Settings::default());
        let accounts = Accounts::new(&self.office.store, &self.office.clock, &door);
        let boss = Actor::system("a1");
        let outbox = accounts.outbox(&boss).await.expect("the outbox");
        let text = accounts
            .open_mail(&boss, &outbox[0].mail)
            .await
            .expect("its text");
        let line = text
            .reveal()
            .lines()
            .find(|l| l.starts_with("http"))
            .expect("a link")
            .to_owned();
        line.rsplit('=').next().expect("a key").to_owned()
    }
}

async fn text(answer: Answer) -> (u16, String) {
    let response: Response = answer.unwrap_or_else(|p| panic!("{}: {}", p.title, p.detail));
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20)
        .await
        .expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

/// That a page is whole: one heading, nothing unfilled, nothing that became markup, light.
fn whole(of: &str, html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{of}");
    assert!(
        html.ends_with("</html>\n") || html.ends_with("</html>"),
        "{of}"
    );
    for odd in [
        "<b>North",
        "<i>Miller",
        "javascript:",
        "{partner}",
        "{n}",
        "{day}",
        " style=",
        "onclick",
    ] {
        assert!(!html.contains(odd), "{of} holds {odd}");
    }
    assert!(html.len() < 150_000, "{of} has {} bytes", html.len());
    let ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|p| p.split('"').next())
        .collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{of} uses an id twice");
    for id in html
        .split("<label for=\"")
        .skip(1)
        .filter_map(|p| p.split('"').next())
    {
        assert!(ids.contains(&id), "{of} labels nothing with {id}");
    }
}

fn body(pairs: &[(&str, &str)]) -> RawForm {
    let parts: Vec<String> = pairs
        .iter()
        .map(|(name, value)| {
            let mut text = format!("{name}=");
            super::super::super::frame::encode(value, &mut text);
            text
        })
        .collect();
    RawForm(parts.join("&").into())
}

#[tokio::test]
async fn each_page_is_whole_in_both_languages() {
    let place = place().await;
    let task = body(&[
        ("title", "Sign <b>it</b>"),
        ("due", "2024-02-01"),
        ("kind", "attestations"),
        ("cells", "kind = business-plan, program = club"),
    ]);
    let done = tasks::save(place.lead("/tasks"), task)
        .await
        .expect("a task");
    assert_eq!(done.status().as_u16(), 303);
    let said = body(&[("about", "responses"), ("comment", "ask acme <i>first</i>")]);
    tasks::comment(place.lead("/comments/club"), Path("club".to_owned()), said)
        .await
        .expect("said");
    for lang in [Lang::En, Lang::De] {
        let lead = |path: &str| place.visit(Role::AllianceLead, lang, path, &[]);
        let owner = |path: &str, query: &[(&str, &str)]| {
            place.visit(Role::Administrator, lang, path, query)
        };
        let club = || Path("club".to_owned());
        let record = place
            .office
            .records(&Actor::system("a1"), "north", "people")
            .await
            .expect("people")[0]
            .version
            .to_string();
        let pages = [
            ("/changes", changes::page(lead("/changes")).await),
            ("/tasks", tasks::page(lead("/tasks")).await),
            (
                "/comments/club",
                tasks::comments(lead("/comments/club"), club()).await,
            ),
            ("/ratings", ratings::page(lead("/ratings")).await),
            ("/queue", queue::page(owner("/queue", &[])).await),
            ("/companies", companies::page(lead("/companies")).await),
            ("/settings", settings::page(lead("/settings")).await),
            ("/notices", notices::page(lead("/notices")).await),
            ("/audit", audit::page(lead("/audit")).await),
            (
                "/audit of all",
                audit::page(owner("/audit", &[("of", "server"), ("to", "2024-03-01")])).await,
            ),
            (
                "/audit verified",
                audit::verify(owner("/audit", &[("of", "server")])).await,
            ),
            ("/hooks", hooks::page(lead("/hooks")).await),
            (
                "/hooks of the server",
                hooks::page(owner("/hooks", &[("of", "server")])).await,
            ),
            (
                "/evidence/people/several",
                several::preview(
                    lead("/evidence/people/several"),
                    Path("people".to_owned()),
                    body(&[
                        ("v", &record),
                        ("do", "set"),
                        ("field", "name"),
                        ("value", "<b>"),
                    ]),
                )
                .await,
            ),
            ("/shares", {
                let local = Some("http://127.0.0.1:7373".to_owned());
                let shown = shares::shown(&lead("/shares"), local, vec![], None).await;
                shown.and_then(|page| super::html(&page))
            }),
            ("/people/same", same::page(lead("/people/same")).await),
            (
                "/documents",
                documents::page(owner("/documents", &[("version", &record)])).await,
            ),
            ("/write", editor::page(owner("/write", &[])).await),
            (
                "/write club",
                editor::page(owner("/write", &[("program", "club"), ("edition", "1")])).await,
            ),
        ];
        for (of, answer) in pages {
            let (status, html) = text(answer).await;
            assert_eq!(status, 200, "{of}");
            whole(of, &html);
            if lang == Lang::De {
                assert_eq!(english_in(&html), Vec::<String>::new(), "{of}");
                assert_eq!(english_words_in(&html), Vec::<String>::new(), "{of}");
            }
        }
        let broken = body(&[
            ("do", "check"),
            ("text", &CLUB.replace("csat in", "cset in")),
        ]);
        let (_, html) = text(editor::act(owner("/write", &[]), broken).await).await;
        whole("/write broken", &html);
        assert!(html.contains("cset"));
        let harder = body(&[
            ("do", "try"),
            ("text", &CLUB.replace("member = 1", "member = 2")),
        ]);
        let (_, html) = text(editor::act(owner("/write", &[]), harder).await).await;
        whole("/write tried", &html);
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_comes_back_with_what_was_typed() {
    let place = place().await;
    let (status, html) = text(
        tasks::save(
            place.lead("/tasks"),
            body(&[("title", ""), ("note", "half a thought")]),
        )
        .await,
    )
    .await;
    assert_eq!(status, 422);
    assert!(html.contains("half a thought") && html.contains("role=\"alert\""));
    let sent = body(&[
        ("name", "North"),
        ("zone", "Mars"),
        ("language", "en"),
        ("review_days", "5"),
        ("free", "6"),
        ("holidays", "tomorrow"),
    ]);
    let (status, html) = text(settings::save(place.lead("/settings"), sent).await).await;
    assert_eq!(status, 422);
    assert!(html.contains("tomorrow") && html.contains("Mars"));
    let sent = body(&[
        ("name", "North"),
        ("zone", "Europe/Berlin"),
        ("language", "de"),
        ("review_days", "5"),
        ("free", "6"),
        ("follows", "club"),
        ("since:club", "2024-01-01"),
        ("level:club", "member"),
        ("holidays", "2024-12-25 Christmas"),
    ]);
    let done = settings::save(place.lead("/settings"), sent)
        .await
        .expect("set");
    assert_eq!(done.status().as_u16(), 303);
    let settings = place
        .office
        .partner_settings(&Actor::system("a1"), "north")
        .await
        .expect("settings");
    assert_eq!(
        (settings.follows, settings.holidays.len()),
        (vec!["club".to_owned()], 1)
    );
    let reader = place.visit(Role::Reader, Lang::En, "/settings", &[]);
    let refused = settings::page(reader).await.expect_err("refused");
    assert_eq!(refused.status.as_u16(), 403);
}

#[tokio::test]
async fn a_customer_rates_confirms_and_is_recognized() {
    let place = place().await;
    let asked = body(&[
        ("program", "club"),
        ("who", "acme; Pat <b>; pat@acme.example\n"),
    ]);
    let done = ratings::ask(place.lead("/ratings"), asked)
        .await
        .expect("asked");
    assert_eq!(done.status().as_u16(), 303);
    let key = place.mail().await;
    let form = rate::of_key(&place.office, &axum::http::HeaderMap::new(), &key).await;
    let (status, html) = text(form).await;
    assert_eq!(status, 200);
    whole("/rate", &html);
    assert!(
        html.contains("name=\"shared\" value=\"yes\">"),
        "consent is asked for, and off"
    );
    let sent = Form::of(&body(&[("key", &key), ("score", "")]).0);
    let (status, html) =
        text(rate::answer_of(&place.office, &axum::http::HeaderMap::new(), &sent).await).await;
    assert_eq!(status, 422, "{html}");
    // The mail that confirms is the newer one of two.
    place.office.clock.set(place.office.now().plus_seconds(60));
    let sent = Form::of(
        &body(&[
            ("key", &key),
            ("score", "4"),
            ("comment", "good"),
            ("shared", "yes"),
        ])
        .0,
    );
    let (status, html) =
        text(rate::answer_of(&place.office, &axum::http::HeaderMap::new(), &sent).await).await;
    assert_eq!(status, 200);
    whole("/rate answered", &html);
    assert!(html.contains("pat@acme.example"));
    let confirm = place.mail().await;
    place
        .office
        .confirm_rating(&confirm)
        .await
        .expect("confirmed");
    let (_, html) = text(ratings::page(place.lead("/ratings")).await).await;
    whole("/ratings waiting", &html);
    assert!(html.contains("4/5 good"));
    let boss = Actor::system("a1");
    let request = place.office.ratings(&boss, "north").await.expect("ratings")[0]
        .request
        .clone();
    let accept = body(&[("request", &request), ("do", "accept")]);
    ratings::act(place.lead("/ratings"), accept)
        .await
        .expect("accepted");
    let records = place
        .office
        .records(&boss, "north", "csat")
        .await
        .expect("records");
    assert!(
        records[0]
            .cells
            .contains(&("route".to_owned(), FORM.to_owned()))
    );
    let (status, _) =
        text(rate::of_key(&place.office, &axum::http::HeaderMap::new(), "guess").await).await;
    assert_eq!(status, 404);
    let again = NewRating {
        program: "club".to_owned(),
        customer: "acme".to_owned(),
        person: "Pat".to_owned(),
        email: "pat@acme.example".to_owned(),
    };
    place
        .office
        .request_ratings(&boss, "north", &[again])
        .await
        .expect("asked again, once it is decided");
    assert_eq!(Day::parse("2024-03-01"), Some(place.office.clock.today()));
}
