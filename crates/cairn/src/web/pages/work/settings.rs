//! The first run, and what is set of a partner later: who we are, what we follow, where we stand, our calendar.

use app::access::Verb;
use app::domain::business::BusinessDays;
use app::domain::calendar::Day;
use app::domain::diagnostic::{Diagnostic, Place};
use app::locale::Lang;
use app::refusal::Refusal;
use app::settings::{FirstRun, LANGUAGES, PartnerSettings, Standing};
use askama::Template;
use axum::extract::RawForm;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here};
use super::super::super::visit::{Answer, Visit};
use super::{Choice, Form, Slip, again, back, html, slips};

/// The settings of a partner.
#[derive(Template)]
#[template(path = "work/settings.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Was nothing set yet?
    pub first: bool,
    /// The version that is changed.
    pub version: i64,
    /// What the company is called.
    pub name: String,
    /// Its country.
    pub country: String,
    /// The currency.
    pub currency: String,
    /// The time zone.
    pub zone: String,
    /// The time zones that there are.
    pub zones: Vec<String>,
    /// The languages.
    pub languages: Vec<Choice>,
    /// The programs.
    pub programs: Vec<Program>,
    /// The days of the week.
    pub week: Vec<Choice>,
    /// The holidays, a line each.
    pub holidays: String,
    /// Business days for the review of a reference.
    pub review_days: String,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A program that may be followed.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Is it followed?
    pub follows: bool,
    /// Its levels, where somebody holds one of them; none where it has no status.
    pub levels: Vec<Choice>,
    /// Since when.
    pub since: String,
    /// The last review.
    pub last: String,
    /// The next one.
    pub next: String,
    /// Until when the fee is paid.
    pub paid: String,
    /// Where the vendor's own form is.
    pub form: String,
}

async fn stands(visit: &Visit) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    actor
        .permit(Verb::EditPartner, partner)
        .map_err(Problem::from)?;
    let settings = office.partner_settings(actor, partner).await?;
    let company = office.records(actor, partner, "partners").await?;
    let enrollments = office.records(actor, partner, "enrollments").await?;
    let of_company = |name: &str| {
        let text = company.first().and_then(|r| r.cell(name));
        text.unwrap_or_default().to_owned()
    };
    let library = visit.library();
    let programs = library
        .programs()
        .into_iter()
        .filter_map(|id| {
            let edition = library
                .governing(id, visit.frame.today)
                .or_else(|| library.editions_of(id).last().copied())?;
            if edition.is_library() {
                return None;
            }
            let of = enrollments.iter().filter(|r| r.cell("program") == Some(id));
            let newest = of.max_by_key(|r| r.cell("since").unwrap_or_default().to_owned());
            let said = |name: &str| {
                newest
                    .and_then(|r| r.cell(name))
                    .unwrap_or_default()
                    .to_owned()
            };
            let held = said("level");
            let mut levels = vec![];
            if edition.lifecycle.is_some() {
                levels.push(Choice::new("", visit.frame.t.no_level, held.is_empty()));
                let all = edition.levels.iter();
                levels.extend(all.map(|l| Choice::new(l, edition.level_title(l), *l == held)));
            }
            Some(Program {
                follows: settings.follows(id),
                id: id.to_owned(),
                title: edition.title.clone(),
                levels,
                since: said("since"),
                last: said("last_review_on"),
                next: said("next_review_on"),
                paid: said("fee_paid_until"),
                form: settings.form(id).unwrap_or_default().to_owned(),
            })
        })
        .collect();
    let f = visit.frame.clone();
    let t = f.t;
    let free = settings.days.free();
    let holidays: Vec<String> = settings
        .holidays
        .iter()
        .map(|(d, name)| format!("{d} {name}"))
        .collect();
    Ok(Page {
        first: settings.version == 0,
        version: settings.version,
        name: of_company("name"),
        country: of_company("country"),
        currency: settings.currency.clone().unwrap_or_default(),
        zone: settings.zone.clone(),
        zones: app::clock::Zone::names(),
        languages: languages(&settings.language),
        programs,
        week: week(&f, &free),
        holidays: holidays.join("\n"),
        review_days: settings.review_days.to_string(),
        slips: vec![],
        f: f.at(Here::Settings, t.settings),
    })
}

fn languages(chosen: &str) -> Vec<Choice> {
    LANGUAGES
        .iter()
        .map(|tag| {
            let name = Lang::of_tag(tag).unwrap_or_default().own_name();
            Choice::new(*tag, name, *tag == chosen)
        })
        .collect()
}

fn week(f: &Frame, free: &[usize]) -> Vec<Choice> {
    let t = f.t;
    let names = [
        t.monday,
        t.tuesday,
        t.wednesday,
        t.thursday,
        t.friday,
        t.saturday,
        t.sunday,
    ];
    let days = names.into_iter().enumerate();
    days.map(|(at, name)| Choice::new(at.to_string(), name, free.contains(&at)))
        .collect()
}

/// `GET /settings`
pub async fn page(visit: Visit) -> Answer {
    html(&stands(&visit).await?)
}

fn holidays(text: &str) -> Result<Vec<(Day, String)>, Refusal> {
    let mut found = vec![];
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (day, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let Some(day) = Day::parse(day) else {
            return Err(Diagnostic::error(
                "bad-date",
                format!("`{line}` does not begin with a day"),
                Place::default().showing("holidays"),
            )
            .help("write a holiday on each line, as 2026-12-25 Christmas")
            .into());
        };
        found.push((day, name.trim().to_owned()));
    }
    Ok(found)
}

/// `POST /settings`
pub async fn save(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let mut page = stands(&visit).await?;
    let of_program = |name: &str, id: &str| form.get(&format!("{name}:{id}")).trim().to_owned();
    let followed: Vec<String> = form.all("follows").map(str::to_owned).collect();
    for program in &mut page.programs {
        program.follows = followed.contains(&program.id);
        let level = of_program("level", &program.id);
        for choice in &mut program.levels {
            choice.chosen = choice.value == level;
        }
        program.since = of_program("since", &program.id);
        program.last = of_program("last", &program.id);
        program.next = of_program("next", &program.id);
        program.paid = of_program("paid", &program.id);
        program.form = of_program("form", &program.id);
    }
    let free: Vec<usize> = form.all("free").filter_map(|d| d.parse().ok()).collect();
    page.version = form.number("version");
    page.name = form.get("name").to_owned();
    page.country = form.get("country").to_owned();
    page.currency = form.get("currency").trim().to_uppercase();
    page.zone = form.get("zone").trim().to_owned();
    page.languages = languages(form.get("language"));
    page.week = week(&page.f, &free);
    page.holidays = form.get("holidays").to_owned();
    page.review_days = form.get("review_days").to_owned();
    let done = async {
        let holidays = holidays(&page.holidays)?;
        let days = BusinessDays::new(&free, holidays.iter().map(|(d, _)| *d).collect());
        let days = days.ok_or_else(|| {
            Refusal::from(
                Diagnostic::error(
                    "bad-week",
                    "no day of the week is worked",
                    Place::default().showing("free"),
                )
                .help("leave at least one day of the week"),
            )
        })?;
        let every = page.programs.iter().all(|p| p.follows);
        let first = FirstRun {
            name: page.name.clone(),
            country: page.country.clone(),
            standings: page
                .programs
                .iter()
                .filter(|p| p.follows && !p.since.is_empty())
                .map(|p| Standing {
                    program: p.id.clone(),
                    level: p
                        .levels
                        .iter()
                        .find(|c| c.chosen)
                        .map(|c| c.value.clone())
                        .unwrap_or_default(),
                    since: p.since.clone(),
                    last_review_on: p.last.clone(),
                    next_review_on: p.next.clone(),
                    fee_paid_until: p.paid.clone(),
                })
                .collect(),
            settings: PartnerSettings {
                version: page.version,
                currency: (!page.currency.is_empty()).then(|| page.currency.clone()),
                zone: page.zone.clone(),
                language: form.get("language").to_owned(),
                follows: if every { vec![] } else { followed.clone() },
                days,
                holidays,
                review_days: page.review_days.trim().parse().unwrap_or(0),
                forms: page
                    .programs
                    .iter()
                    .filter(|p| !p.form.is_empty())
                    .map(|p| (p.id.clone(), p.form.clone()))
                    .collect(),
            },
        };
        visit
            .office
            .set_up(&visit.actor, &visit.partner, &first)
            .await
    };
    match done.await {
        // Who has just begun brings evidence next.
        Ok(_) if page.first => Ok(back(&visit.frame, "/import")),
        Ok(_) => Ok(back(&visit.frame, "/settings")),
        Err(refusal) => {
            page.slips = slips(refusal, visit.frame.lang)?;
            again(&page)
        }
    }
}
