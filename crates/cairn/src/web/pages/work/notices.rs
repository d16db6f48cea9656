//! What the reader was told, and by which ways they want to be.

use app::access::{May, Verb};
use app::notices::{NoticeKind, Way};
use askama::Template;
use axum::extract::RawForm;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::view::When;
use super::super::super::visit::{Answer, Visit};
use super::{Choice, Form, Slip, again, back, html, slips};

/// Notices and choices.
#[derive(Template)]
#[template(path = "work/notices.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The news.
    pub news: String,
    /// What was told: id, sentence, where to, when.
    pub notices: Vec<(String, String, String, When)>,
    /// What can be told: its name, what it is, and by which ways.
    pub kinds: Vec<(&'static str, &'static str, Vec<Choice>)>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

async fn make(visit: &Visit, slips: Vec<Slip>) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let notices = office.notices(actor, partner).await?;
    let choices = office.notice_choices(actor, partner).await?;
    let hooks = actor.may_at(Verb::ManageHooks, partner) == May::Yes;
    let holders = actor.may_at(Verb::EditPartner, partner) == May::Yes;
    let f = visit.frame.clone();
    let t = f.t;
    let notices: Vec<_> = notices
        .into_iter()
        .map(|n| {
            let about = |name: &str| {
                let found = n.about.iter().find(|(of, _)| of == name);
                found.map_or("", |(_, text)| text.as_str())
            };
            let to = match n.kind {
                NoticeKind::Review => f.to(&format!("/scorecard/{}", segment(about("program")))),
                NoticeKind::Certificate | NoticeKind::Holder => f.to("/evidence/people"),
                NoticeKind::Reference => f.to("/evidence/references"),
                NoticeKind::Import => f.to("/import"),
                NoticeKind::Rating => f.to("/ratings"),
                NoticeKind::Digest => f.to("/"),
            };
            let text = n.words(f.lang);
            (n.notice, text, to, f.when(office.clock.day_of(n.at)))
        })
        .collect();
    let kinds = choices
        .into_iter()
        .filter(|(kind, _)| *kind != NoticeKind::Holder || holders)
        .map(|(kind, chosen)| {
            let ways = Way::ALL
                .into_iter()
                .filter(|way| match way {
                    Way::Page => !matches!(kind, NoticeKind::Holder | NoticeKind::Digest),
                    Way::Mail => true,
                    Way::Hook => hooks && !matches!(kind, NoticeKind::Holder | NoticeKind::Digest),
                })
                .map(|way| {
                    let name = match way {
                        Way::Page => t.way_page,
                        Way::Mail => t.way_mail,
                        Way::Hook => t.way_hook,
                    };
                    Choice::new(way.name(), name, chosen.contains(&way))
                })
                .collect();
            let what = match kind {
                NoticeKind::Review => t.notice_review,
                NoticeKind::Certificate => t.notice_certificate,
                NoticeKind::Reference => t.notice_reference,
                NoticeKind::Import => t.notice_import,
                NoticeKind::Rating => t.notice_rating,
                NoticeKind::Holder => t.notice_holder,
                NoticeKind::Digest => t.notice_digest,
            };
            (kind.name(), what, ways)
        })
        .collect();
    let news = match notices.len() {
        0 => t.notices_none.to_owned(),
        n => f.lang.several(t.notices_some, n),
    };
    Ok(Page {
        news,
        notices,
        kinds,
        slips,
        f: f.at(Here::Notices, t.notices),
    })
}

/// `GET /notices`
pub async fn page(visit: Visit) -> Answer {
    html(&make(&visit, vec![]).await?)
}

/// `POST /notices`
pub async fn choose(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let before = office.notice_choices(actor, partner).await?;
    for name in form.all("kind") {
        let Some(kind) = NoticeKind::named(name) else {
            continue;
        };
        let sent: Vec<&str> = form.all(name).collect();
        let ways: Vec<Way> = Way::ALL
            .into_iter()
            .filter(|w| sent.contains(&w.name()))
            .collect();
        // What stays as it is, is not said again.
        if before.iter().any(|(k, w)| *k == kind && *w == ways) {
            continue;
        }
        if let Err(refusal) = office.choose_notice(actor, partner, kind, &ways).await {
            return again(&make(&visit, slips(refusal, visit.frame.lang)?).await?);
        }
    }
    Ok(back(&visit.frame, "/notices"))
}

/// `POST /notices/away`
pub async fn away(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor) = (&visit.office, &visit.actor);
    office
        .put_notice_away(actor, &visit.partner, form.get("notice"))
        .await?;
    Ok(back(&visit.frame, "/notices"))
}
