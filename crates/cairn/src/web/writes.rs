//! What pages write: records, moves of opportunities, answers. Each is one verb of `app`; what can be mended is shown in the form
//! again, with each error at its field.

use app::access::{May, Verb};
use app::assessment::NewAnswer;
use app::domain::diagnostic::{Diagnostic, Place};
use app::domain::vocabulary::FieldType;
use app::edit::Edit;
use app::refusal::Refusal;
use askama::Template as _;
use axum::Router;
use axum::extract::{Path, RawForm};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::frame::segment;
use super::pages::forms::{self, Filled, LAUNCHED_ON, LOST_BECAUSE};
use super::pages::welcome;
use super::pages::work::Slip;
use super::visit::{Answer, Arrival, Form, Visit};

/// The pages that write.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/evidence/{kind}/new", get(new_page).post(add))
        .route("/evidence/{kind}/edit", get(edit_page).post(correct))
        .route("/evidence/{kind}/withdraw", post(withdraw))
        .route("/evidence/opportunities/move", get(move_page).post(move_on))
        .route("/assessments/{program}", post(answer))
        .route("/welcome", get(welcome_page).post(begin))
}

fn columns(visit: &Visit, kind: &str) -> Result<Vec<String>, Problem> {
    let vocabulary = visit.office.programs.vocabulary();
    match vocabulary.kinds.get(kind) {
        Some(of) => Ok(of.fields.keys().cloned().collect()),
        None => Err(Problem::not_found(format!(
            "there is no kind of evidence `{kind}`"
        ))),
    }
}

/// That somebody may write here at all; a form that could never be sent is not shown.
fn may_write(visit: &Visit, verb: Verb) -> Result<(), Problem> {
    match visit.actor.may_at(verb, &visit.partner) {
        May::No => Err(Refusal::Denied(verb).into()),
        May::Yes | May::Own => Ok(()),
    }
}

async fn form_page(visit: Visit, kind: String, filled: Filled, status: StatusCode) -> Answer {
    if !visit.frame.reads {
        // Whoever sees only what is their own gets the form without what others have.
        let ground = forms::Ground {
            library: &visit.library(),
            desk: None,
        };
        let page = forms::edit(ground, visit.frame.clone(), &kind, &filled);
        let page = page.map_err(|problem| Problem::not_found(problem.message))?;
        let html = page
            .render()
            .map_err(|_| Problem::ours("a page could not be written"))?;
        return Ok((status, Html(html)).into_response());
    }
    let desk = visit.desk(None).await?;
    let page = visit
        .answer(desk, move |desk, frame, _| {
            forms::edit(desk, frame, &kind, &filled)
        })
        .await?;
    Ok(with_status(page, status))
}

fn with_status(mut page: axum::response::Response, status: StatusCode) -> axum::response::Response {
    if page.status() == StatusCode::OK {
        *page.status_mut() = status;
    }
    page
}

async fn new_page(visit: Visit, Path(kind): Path<String>) -> Answer {
    may_write(&visit, Verb::EditEvidence)?;
    let columns = columns(&visit, &kind)?;
    // A link may fill in what it knows.
    let filled = Filled {
        cells: Form(visit.query.clone()).cells(&columns),
        ..Filled::default()
    };
    form_page(visit, kind, filled, StatusCode::OK).await
}

/// Where a record is shown, with what was done to it.
fn shown(visit: &Visit, kind: &str, key: &[String], done: &str) -> axum::response::Response {
    if !visit.frame.reads {
        let to = visit.frame.links.with("/mine", &[("done", done)]);
        return Redirect::to(&to).into_response();
    }
    let parts: Vec<&str> = key.iter().map(String::as_str).collect();
    let key = app::records::key_text(&parts);
    let path = format!("/evidence/{}/record", segment(kind));
    Redirect::to(
        &visit
            .frame
            .links
            .with(&path, &[("key", &key), ("done", done)]),
    )
    .into_response()
}

async fn add(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let cells = form.cells(&columns(&visit, &kind)?);
    let edit = Edit::Add {
        kind: kind.clone(),
        cells: cells.clone(),
    };
    match visit
        .office
        .edit(&visit.actor, &visit.partner, &[edit])
        .await
    {
        Ok(done) => Ok(match done.value.first() {
            Some(record) => shown(&visit, &kind, &record.key, "added"),
            None => Redirect::to(&visit.frame.to("/evidence")).into_response(),
        }),
        Err(refusal) => {
            let mut filled = Filled {
                cells,
                ..Filled::default()
            };
            filled.refuse(refusal)?;
            form_page(visit, kind, filled, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The record of a kind that stands under a key, with its version.
async fn standing(visit: &Visit, kind: &str, key: &str) -> Result<Filled, Problem> {
    columns(visit, kind)?;
    let records = visit
        .office
        .records(&visit.actor, &visit.partner, kind)
        .await?;
    let found = records.into_iter().find(|r| {
        let parts: Vec<&str> = r.key.iter().map(String::as_str).collect();
        app::records::key_text(&parts) == key
    });
    match found {
        Some(record) => Ok(Filled {
            cells: record.cells,
            version: Some(record.version),
            key: key.to_owned(),
            ..Filled::default()
        }),
        None => Err(Problem::not_found(
            "there is no such record, or it was withdrawn",
        )),
    }
}

async fn edit_page(visit: Visit, Path(kind): Path<String>) -> Answer {
    may_write(&visit, Verb::EditEvidence)?;
    let filled = standing(&visit, &kind, visit.get("key")).await?;
    form_page(visit, kind, filled, StatusCode::OK).await
}

fn version(form: &Form) -> Result<i64, Problem> {
    form.get("version")
        .parse()
        .map_err(|_| Problem::malformed("the form names no version"))
}

async fn correct(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let version = version(&form)?;
    let cells = form.cells(&columns(&visit, &kind)?);
    let edit = Edit::Correct {
        version,
        cells: cells.clone(),
    };
    match visit
        .office
        .edit(&visit.actor, &visit.partner, &[edit])
        .await
    {
        Ok(done) => Ok(match done.value.first() {
            Some(record) => shown(&visit, &kind, &record.key, "changed"),
            None => Redirect::to(&visit.frame.to("/evidence")).into_response(),
        }),
        Err(refusal) => {
            let mut filled = Filled {
                cells,
                version: Some(version),
                key: form.get("key").to_owned(),
                ..Filled::default()
            };
            filled.refuse(refusal)?;
            form_page(visit, kind, filled, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn withdraw(visit: Visit, Path(kind): Path<String>, RawForm(body): RawForm) -> Answer {
    let version = version(&Form::of(&body))?;
    let edit = Edit::Withdraw { version };
    visit
        .office
        .edit(&visit.actor, &visit.partner, &[edit])
        .await?;
    let path = if visit.frame.reads {
        format!("/evidence/{}?view=table", segment(&kind))
    } else {
        "/mine".to_owned()
    };
    let to = visit.frame.links.with(&path, &[("done", "withdrawn")]);
    Ok(Redirect::to(&to).into_response())
}

async fn move_page(visit: Visit) -> Answer {
    may_write(&visit, Verb::EditEvidence)?;
    let mut filled = standing(&visit, "opportunities", visit.get("key")).await?;
    // A link may say where to.
    if let Some(stage) = visit.some("stage") {
        put(&mut filled.cells, "stage", &stage);
    }
    moving(visit, filled, StatusCode::OK).await
}

async fn moving(visit: Visit, filled: Filled, status: StatusCode) -> Answer {
    let desk = visit.desk(None).await?;
    let version = filled.version.unwrap_or_default();
    let page = visit
        .answer(desk, move |desk, frame, _| {
            forms::moving(desk, frame, &filled, version)
        })
        .await?;
    Ok(with_status(page, status))
}

fn put(cells: &mut Vec<(String, String)>, column: &str, text: &str) {
    cells.retain(|(name, _)| name != column);
    if !text.is_empty() {
        cells.push((column.to_owned(), text.to_owned()));
    }
}

/// A launch has a day, and a loss a reason.
fn slips(visit: &Visit, stage: &str, form: &Form) -> Vec<Diagnostic> {
    let vocabulary = visit.office.programs.vocabulary();
    let field = vocabulary
        .kinds
        .get("opportunities")
        .and_then(|k| k.fields.get("stage"));
    let Some(FieldType::Word(words)) = field.map(|f| &f.kind) else {
        return vec![];
    };
    let place = |column: &str| Place::default().showing(column);
    if words.ladder.last().is_some_and(|last| last == stage) && form.get(LAUNCHED_ON).is_empty() {
        return vec![
            Diagnostic::error("no-launch-day", "a launch has a day", place(LAUNCHED_ON))
                .help("give the day on which the workload began to run"),
        ];
    }
    let lost = !words.ladder.iter().any(|word| word == stage);
    if lost && !stage.is_empty() && form.get(LOST_BECAUSE).trim().is_empty() {
        return vec![
            Diagnostic::error("no-reason", "a loss has a reason", place(LOST_BECAUSE))
                .help("say in a few words why it was lost"),
        ];
    }
    vec![]
}

async fn move_on(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (version, key) = (version(&form)?, form.get("key").to_owned());
    let record = visit
        .office
        .record(&visit.actor, &visit.partner, version)
        .await?;
    let mut filled = Filled {
        cells: record.cells,
        version: Some(version),
        key,
        conflict: record.version != version,
        ..Filled::default()
    };
    let stage = form.get("stage").to_owned();
    let launched = form.get(LAUNCHED_ON);
    put(&mut filled.cells, "stage", &stage);
    put(&mut filled.cells, LAUNCHED_ON, launched);
    put(
        &mut filled.cells,
        LOST_BECAUSE,
        form.get(LOST_BECAUSE).trim(),
    );
    filled.refused = slips(&visit, &stage, &form);
    if filled.conflict || !filled.refused.is_empty() {
        return moving(visit, filled, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let edit = Edit::Correct {
        version,
        cells: filled.cells.clone(),
    };
    match visit
        .office
        .edit(&visit.actor, &visit.partner, &[edit])
        .await
    {
        Ok(done) => Ok(match done.value.first() {
            Some(record) => shown(&visit, "opportunities", &record.key, "moved"),
            None => Redirect::to(&visit.frame.to("/evidence/opportunities")).into_response(),
        }),
        Err(refusal) => {
            filled.refuse(refusal)?;
            moving(visit, filled, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn welcome_page(arrival: Arrival) -> Answer {
    arrival.actor.permit_server(Verb::ManagePartners)?;
    welcomed(&arrival, "", "", None)
}

fn welcomed(arrival: &Arrival, name: &str, id: &str, problem: Option<&Diagnostic>) -> Answer {
    let frame = arrival.frame.clone();
    let slip = problem.map_or_else(Slip::default, |p| Slip::of(p, frame.lang));
    let page = welcome::page(frame, name, id, slip);
    let html = page
        .render()
        .map_err(|_| Problem::ours("a page could not be written"))?;
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, Html(html)).into_response())
}

/// Adds the company that this is about, and goes on to what it follows and when it is reviewed.
async fn begin(arrival: Arrival, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (name, typed) = (form.get("name").trim(), form.get("id").trim());
    let id = if typed.is_empty() {
        welcome::id_of(name)
    } else {
        typed.to_owned()
    };
    match arrival.office.add_partner(&arrival.actor, &id, name).await {
        Ok(_) => {
            let mut to = arrival.frame.clone();
            to.links.partner = Some(id);
            Ok(Redirect::to(&to.to("/settings")).into_response())
        }
        Err(Refusal::Problems(problems)) => welcomed(&arrival, name, typed, problems.first()),
        Err(other) => Err(other.into()),
    }
}

/// Writes the answers of a sheet, or of a single question; goes back to where they were given.
async fn answer(visit: Visit, Path(program): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let answers: Vec<NewAnswer> = form
        .0
        .iter()
        .filter_map(|(name, value)| {
            let question = name.strip_prefix("answer-")?;
            let answer = value.trim();
            (!answer.is_empty()).then(|| NewAnswer {
                question: question.to_owned(),
                answer: answer.to_owned(),
                note: form.get(&format!("note-{question}")).trim().to_owned(),
            })
        })
        .collect();
    let by = visit
        .frame
        .user
        .as_ref()
        .map(|u| u.name.clone())
        .unwrap_or_default();
    let written = visit
        .office
        .write_answers(&visit.actor, &visit.partner, &program, &by, &answers)
        .await;
    let path = format!("/assessments/{}", segment(&program));
    let next = form.get("next");
    match written {
        Ok(count) => {
            let done = if count > 0 { "answered" } else { "" };
            let mut more = vec![("done", done)];
            if !next.is_empty() {
                more.push(("one", next));
            }
            Ok(Redirect::to(&visit.frame.links.with(&path, &more)).into_response())
        }
        Err(Refusal::Problems(problems)) => {
            let one = Some(form.get("one").to_owned()).filter(|o| !o.is_empty());
            let desk = visit.desk(Some(&program)).await?;
            let page = visit
                .answer(desk, move |desk, frame, _| {
                    let mut page = super::pages::assessments::sheet(desk, frame, one.as_deref())?;
                    page.refuse(&problems, &answers);
                    Ok::<_, Diagnostic>(page)
                })
                .await?;
            Ok(with_status(page, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(other) => Err(other.into()),
    }
}
