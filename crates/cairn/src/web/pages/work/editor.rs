//! Writing an edition: its text, what is wrong with it, what it would change, and keeping it.

use app::domain::diagnostic::Severity;
use app::editor::{Checked, Trial};
use app::words::upper_first;
use askama::Template;
use axum::extract::RawForm;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::Link;
use super::super::super::visit::{Answer, Visit};
use super::super::errors::sentence;
use super::changes::{Program, program};
use super::{Form, Slip, again, html, slips};

/// The text and what was found.
#[derive(Template)]
#[template(path = "work/write.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The text.
    pub text: String,
    /// The version that it follows.
    pub version: i64,
    /// The editions with which writing can begin.
    pub editions: Vec<Link>,
    /// What came of it, in a sentence.
    pub news: String,
    /// What was found: the shape, the line, what, and what helps.
    pub problems: Vec<(&'static str, u32, String, String)>,
    /// What it says otherwise than the edition in use.
    pub changes: Vec<String>,
    /// Who would move: the partner, before, after.
    pub moves: Vec<(String, String, String)>,
    /// What would move for the partner that is open.
    pub one: Option<Program>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

async fn blank(visit: &Visit) -> Result<Page, Problem> {
    let office = &visit.office;
    let written = office.written_editions(&visit.actor).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let to = |program: &str, edition: &str| {
        f.links
            .with("/write", &[("program", program), ("edition", edition)])
    };
    let mut editions: Vec<Link> = written
        .iter()
        .map(|w| {
            let text = format!("{} {} · {} {}", w.program, w.edition, w.state, w.version);
            Link::to(to(&w.program, &w.edition), text)
        })
        .collect();
    for edition in &office.programs.library().editions {
        let known =
            |w: &app::editor::Written| w.program == edition.program && w.edition == edition.edition;
        if !written.iter().any(known) {
            let text = format!("{} {}", edition.title, edition.edition);
            editions.push(Link::to(to(&edition.program, &edition.edition), text));
        }
    }
    Ok(Page {
        text: String::new(),
        version: 0,
        editions,
        news: t.write_lead.to_owned(),
        problems: vec![],
        changes: vec![],
        moves: vec![],
        one: None,
        slips: vec![],
        f: f.at(Here::Programs, t.write_edition),
    })
}

impl Page {
    fn found(&mut self, checked: &Checked) {
        let t = self.f.t;
        self.problems = checked
            .problems
            .iter()
            .map(|p| {
                let shape = match p.severity {
                    Severity::Error => "short",
                    Severity::Warning => "unknown",
                    Severity::Note => "na",
                };
                (shape, p.place.line, sentence(&p.message), sentence(&p.help))
            })
            .collect();
        self.changes = checked
            .changes
            .iter()
            .map(|c| upper_first(&c.short()))
            .collect();
        let errors = checked
            .problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
            .count();
        self.news = match (errors, checked.problems.len()) {
            (0, 0) => t.write_clean.to_owned(),
            (0, n) => self.f.lang.several(t.write_notes, n),
            (n, _) => self.f.lang.several(t.write_errors, n),
        };
    }

    fn tried(&mut self, trial: &Trial) {
        let t = self.f.t;
        let none = || t.no_level.to_owned();
        self.news = match trial.up + trial.down {
            0 => fill(
                t.write_nobody_moves,
                &[(
                    "partners",
                    &self.f.lang.several(t.n_partners, trial.partners),
                )],
            ),
            _ => fill(
                t.write_moves,
                &[
                    ("up", &self.f.lang.size(trial.up)),
                    ("down", &self.f.lang.size(trial.down)),
                    (
                        "partners",
                        &self.f.lang.several(t.n_partners, trial.partners),
                    ),
                ],
            ),
        };
        self.moves = trial
            .moves
            .iter()
            .map(|m| {
                let (before, after) = (m.before.clone(), m.after.clone());
                (
                    m.partner_name.clone(),
                    before.unwrap_or_else(none),
                    after.unwrap_or_else(none),
                )
            })
            .collect();
        self.one = trial
            .one
            .as_ref()
            .filter(|m| !m.is_nothing())
            .map(|m| program(&self.f, m));
    }
}

/// `GET /write?program=…&edition=…`
pub async fn page(visit: Visit) -> Answer {
    let mut page = blank(&visit).await?;
    let (program, edition) = (visit.get("program"), visit.get("edition"));
    if !program.is_empty() {
        let (text, version) = visit
            .office
            .edition_text(&visit.actor, program, edition)
            .await?;
        page.text = text;
        page.version = version;
    }
    html(&page)
}

/// `POST /write`: check, try on the open partner or on all, keep as a draft, publish.
pub async fn act(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let mut page = blank(&visit).await?;
    page.text = form.get("text").replace("\r\n", "\n");
    page.version = form.number("version");
    let (office, actor) = (&visit.office, &visit.actor);
    let done = match form.get("do") {
        "try" | "try-all" => {
            let one = (form.get("do") == "try").then_some(&*visit.partner);
            let tried = office.try_edition(actor, &page.text, one).await;
            tried.map(|(checked, trial)| {
                page.found(&checked);
                if let Some(trial) = trial {
                    page.tried(&trial);
                }
            })
        }
        what @ ("draft" | "publish") => {
            let saved = office
                .save_edition(actor, &page.text, page.version, what == "publish")
                .await;
            match saved {
                Ok(done) => {
                    let (program, edition) =
                        (segment(&done.value.program), segment(&done.value.edition));
                    let path = format!("/write?program={program}&edition={edition}");
                    return Ok(axum::response::IntoResponse::into_response(
                        axum::response::Redirect::to(&path),
                    ));
                }
                Err(refusal) => Err(refusal),
            }
        }
        _ => office
            .check_edition(actor, &page.text)
            .await
            .map(|checked| page.found(&checked)),
    };
    match done {
        Ok(()) => html(&page),
        Err(refusal) => {
            page.slips = slips(refusal, visit.frame.lang)?;
            again(&page)
        }
    }
}
