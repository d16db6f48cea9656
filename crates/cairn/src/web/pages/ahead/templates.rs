//! Plans that are written down: their tracks and days, and how one is begun.

use app::access::{May, Verb};
use app::domain::calendar::Day;
use app::domain::plan::template::{Planned, Template as Written, Track};
use app::proposals::{Accepting, Origin, Proposal, begun_news};
use app::refusal::Refusal;
use askama::Template;
use axum::extract::{Path, RawForm};

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::svg::{self, Axis, Work};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Markup, When};
use super::super::super::visit::{Answer, Form, Visit};
use super::super::work::{Choice, Slip, again, back, html, slips};
use super::proposal;

/// The plans that are written down.
#[derive(Template)]
#[template(path = "ahead/templates.html")]
pub struct List {
    /// What stands around it.
    pub f: Frame,
    /// One a line.
    pub rows: Vec<Summary>,
}

/// A template in the list.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its page.
    pub link: Link,
    /// What it is about.
    pub about: String,
    /// How many items it has, in how many tracks.
    pub items: String,
    /// How many days it takes.
    pub length: String,
    /// How often it was begun.
    pub begun: String,
}

/// A template.
#[derive(Template)]
#[template(path = "ahead/template.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Where it is from.
    pub source: String,
    /// Its size and its days in a sentence.
    pub news: String,
    /// What was taken for so.
    pub assumed: Vec<String>,
    /// The day on which it begins, as a date field takes it.
    pub begins: String,
    /// The head of the schedule.
    pub axis: Markup,
    /// Its tracks.
    pub tracks: Vec<Line>,
    /// The proposals that began it.
    pub begun: Vec<Begun>,
    /// May the reader begin it?
    pub may_begin: bool,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A track.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who leads it.
    pub led_by: String,
    /// What comes before it.
    pub after: String,
    /// How long it takes.
    pub length: String,
    /// The bar.
    pub picture: Markup,
    /// The first day.
    pub from: When,
    /// The day on which it is done.
    pub done: When,
    /// The last day that does not move the end.
    pub due: When,
    /// Is it on the critical path?
    pub critical: bool,
    /// The question who does it.
    pub ask: String,
    /// Who may do it.
    pub owners: Vec<Choice>,
    /// What is to be done: title, parts, source.
    pub items: Vec<(String, String, String)>,
}

/// A proposal that began a template.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Its page.
    pub link: Link,
    /// When it begins.
    pub from: When,
    /// How much of it was accepted, or that it was withdrawn.
    pub state: String,
    /// Was it withdrawn?
    pub withdrawn: bool,
}

fn begun_of<'p>(all: &'p [Proposal], name: &str) -> Vec<(&'p Proposal, Day)> {
    let of = |p: &'p Proposal| match &p.draft.origin {
        Origin::Template { template, begins } if template == name => Some((p, *begins)),
        _ => None,
    };
    all.iter().filter_map(of).collect()
}

fn count_of(of: &Written) -> usize {
    of.tracks.values().map(|t| t.items.len()).sum()
}

/// `GET /templates`
pub async fn list(visit: Visit) -> Answer {
    let proposals = visit.office.proposals(&visit.actor, &visit.partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let all = visit.office.templates(&visit.actor);
    let rows = all.iter().map(|of| Summary {
        link: Link::to(
            f.to(&format!("/templates/{}", segment(&of.name))),
            of.title.clone(),
        ),
        about: of.about.clone(),
        items: format!(
            "{} · {}",
            f.lang.several(t.n_items, count_of(of)),
            f.lang.several(t.n_tracks, of.tracks.len())
        ),
        length: days(&f, of.critical_days()),
        begun: match begun_of(&proposals, &of.name).len() {
            0 => t.template_begun_never.to_owned(),
            times => f.lang.several(t.n_times, times),
        },
    });
    html(&List {
        rows: rows.collect(),
        f: f.at(Here::Plan, t.templates),
    })
}

fn days(f: &Frame, count: i64) -> String {
    f.lang
        .several(f.t.n_days, usize::try_from(count).unwrap_or(0))
}

/// What the form chose: the day, and who does which track.
#[derive(Default)]
struct Chosen {
    begins: Option<Day>,
    owners: Vec<(String, String)>,
}

async fn make(
    visit: &Visit,
    name: &str,
    chosen: &Chosen,
    slips: Vec<Slip>,
) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let proposals = office.proposals(actor, partner).await?;
    let colleagues = office.colleagues(actor, partner).await?;
    let all = office.templates(&visit.actor);
    let Some(of) = all.iter().find(|t| t.name == name) else {
        return Err(Refusal::no("template", name).into());
    };
    let f = visit.frame.clone();
    let t = f.t;
    let begins = chosen.begins.unwrap_or(f.today);
    let planned = of.days(begins);
    let ends = planned.iter().map(|p| p.done).max().unwrap_or(begins);
    let axis = Axis {
        from: begins,
        to: ends.next(),
        now: begins,
    };
    let owners = |track: &Track| {
        let before = chosen.owners.iter().find(|(id, _)| *id == track.id);
        let before = before.map_or("", |(_, owner)| owner.as_str());
        let mut owners = vec![Choice::new("", t.nobody, before.is_empty())];
        let people = colleagues.iter();
        owners.extend(people.map(|(id, name)| Choice::new(id, name, id == before)));
        owners
    };
    let scale = (axis, ends);
    let lines = of.tracks.values().zip(&planned);
    let lines = lines.map(|(track, when)| line(&f, of, (track, when), scale, owners(track)));
    let tracks: Vec<Line> = lines.collect();
    let begun = begun_of(&proposals, name).into_iter().map(|(p, from)| {
        let counts = [
            ("n", f.lang.size(p.taken.len())),
            ("m", f.lang.size(p.draft.steps.len())),
        ];
        let counts = counts.each_ref().map(|(name, n)| (*name, n.as_str()));
        let withdrawn = p.withdrawn.as_ref();
        Begun {
            link: Link::to(
                f.to(&format!("/plans/{}", p.plan)),
                format!("{} {}", t.plan, p.plan),
            ),
            from: f.when(from),
            state: match withdrawn {
                Some((at, _)) => {
                    let on = f.lang.day(office.clock.day_of(*at));
                    fill(t.withdrawn_on, &[("day", &on)])
                }
                None => fill(t.steps_accepted, &counts),
            },
            withdrawn: withdrawn.is_some(),
        }
    });
    Ok(Page {
        title: of.title.clone(),
        about: of.about.clone(),
        source: of.source.clone(),
        news: begun_news(of, begins, ends, f.lang),
        assumed: of.assumed.clone(),
        begins: begins.to_string(),
        axis: svg::axis(axis, f.lang),
        tracks,
        begun: begun.collect(),
        may_begin: actor.may_at(Verb::Work, partner) == May::Yes,
        slips,
        f: f.at(Here::Plan, of.title.clone()),
    })
}

fn line(
    f: &Frame,
    of: &Written,
    (track, when): (&Track, &Planned),
    (axis, ends): (Axis, Day),
    owners: Vec<Choice>,
) -> Line {
    let t = f.t;
    let says = fill(
        t.from_to,
        &[("a", &f.lang.day(when.from)), ("b", &f.lang.day(when.done))],
    );
    let critical = when.is_critical();
    let says = if critical {
        format!("{says}, {}", t.critical_path)
    } else {
        says
    };
    let work = Work {
        from: when.from,
        worked: when.done.plus_days(-1),
        done: when.done,
        critical,
    };
    let before = track.after.iter().filter_map(|id| of.tracks.get(id));
    let before: Vec<String> = before.map(|t| t.title.clone()).collect();
    let items = track.items.values().map(|item| {
        let parts = item.parts.join("; ");
        (item.title.clone(), parts, item.cite.clone())
    });
    Line {
        id: track.id.clone(),
        title: track.title.clone(),
        led_by: track.led_by.clone(),
        after: if before.is_empty() {
            String::new()
        } else {
            fill(t.template_after, &[("names", &f.lang.list(&before))])
        },
        length: days(f, i64::from(track.days)),
        picture: svg::work(axis, work, ends, &says),
        from: f.when(when.from),
        done: f.when(when.done),
        due: f.when(when.due),
        critical,
        ask: if track.led_by.is_empty() {
            fill(t.template_who_does_it, &[("track", &track.title)])
        } else {
            let blanks = [("track", track.title.as_str()), ("who", &track.led_by)];
            fill(t.template_who_does, &blanks)
        },
        owners,
        items: items.collect(),
    }
}

/// `GET /templates/{template}`
pub async fn page(visit: Visit, Path(template): Path<String>) -> Answer {
    let chosen = Chosen {
        begins: visit.day("begins"),
        owners: vec![],
    };
    html(&make(&visit, &template, &chosen, vec![]).await?)
}

/// `POST /templates/{template}`: begins it on a day; its items become tasks at once where the form says so.
pub async fn begin(visit: Visit, Path(template): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let t = visit.frame.t;
    let written = form.get("begins").trim();
    let begins = Day::parse(written);
    let mut chosen = Chosen {
        begins,
        owners: vec![],
    };
    let mut wrong = vec![];
    if begins.is_none() && !written.is_empty() {
        wrong.push(Slip {
            message: t.template_no_day.to_owned(),
            help: t.template_write_day.to_owned(),
            lang: visit.frame.lang.tag(),
        });
    }
    let colleagues = office.colleagues(actor, partner).await?;
    // The steps of the plan are the items of its tracks, in their order.
    let mut owners: Vec<(usize, String)> = vec![];
    let mut number = 0;
    let all = office.templates(&visit.actor);
    let Some(found) = all.iter().find(|of| of.name == template) else {
        return Err(Refusal::no("template", &template).into());
    };
    for track in found.tracks.values() {
        let owner = form.get(&format!("owner-{}", track.id));
        chosen.owners.push((track.id.clone(), owner.to_owned()));
        if !owner.is_empty() && !colleagues.iter().any(|(id, _)| id == owner) {
            wrong.push(Slip {
                message: t.template_no_such_owner.to_owned(),
                help: t.template_choose_owner.to_owned(),
                lang: visit.frame.lang.tag(),
            });
        }
        for _ in &track.items {
            number += 1;
            if !owner.is_empty() {
                owners.push((number, owner.to_owned()));
            }
        }
    }
    if !wrong.is_empty() {
        return again(&make(&visit, &template, &chosen, wrong).await?);
    }
    let begun = office
        .begin_template(actor, partner, &template, begins)
        .await;
    let plan = match begun {
        Ok(done) => done.value.plan,
        Err(refusal) => {
            let slips = slips(refusal, visit.frame.lang)?;
            return again(&make(&visit, &template, &chosen, slips).await?);
        }
    };
    if form.get("which") != "propose" {
        let accepting = Accepting {
            owners,
            owner: Some(String::new()),
            ..Accepting::default()
        };
        let accepted = office.accept_plan(actor, partner, plan, &accepting).await;
        if let Err(refusal) = accepted {
            // It is begun; its own page is where other owners are chosen.
            let slips = slips(refusal, visit.frame.lang)?;
            return again(&proposal::make(&visit, plan, slips).await?);
        }
    }
    Ok(back(&visit.frame, &format!("/plans/{plan}")))
}
