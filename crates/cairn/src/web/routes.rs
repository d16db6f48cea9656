//! Every page's address, and the thin handlers between a request and the function that makes the page.

use app::access::{May, Verb};
use app::accounts::Signed;
use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::locale::Lang;
use app::missing::kinds_read;
use app::question::Desk;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::assets;
use super::frame::segment;
use super::pages::{
    about, ahead, answers, assessments, case, compare, evidence, file, glossary, home, kpis, mine,
    programs, reports, scorecard, search, timeline, work,
};
use super::visit::{Answer, Form, Visit, pairs};

/// Every page, from `/` on.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(work::router())
        .merge(ahead::router())
        .route("/", get(home_page))
        .route("/mine", get(mine_page))
        .route("/scorecard", get(first_scorecard))
        .route("/scorecard/{program}", get(scorecard_page))
        .route("/timeline", get(first_timeline))
        .route("/timeline/{program}", get(timeline_page))
        .route("/compare", get(first_compare))
        .route("/compare/{program}", get(compare_page))
        .route("/kpis", get(kpis_page))
        .route("/case", get(first_case))
        .route("/worksheets", get(worksheets_page))
        .route("/worksheets/{model}", get(case_page).post(keep_case))
        .route("/worksheets/{model}/workbook", get(case_book))
        .route("/reports", get(reports_page))
        .route("/reports/{report}", get(report_page).post(keep_words))
        .route("/reports/{report}/pdf", get(report_pdf))
        .route("/reports/{report}/workbook", get(report_tables))
        .route("/kpis/{measure}", get(kpi_page))
        .route("/kpis/{measure}/target", post(target))
        .route("/programs", get(programs_page))
        .route("/programs/{program}", get(program_page))
        .route("/programs/{program}/{edition}", get(edition_page))
        .route("/assessments", get(assessments_page))
        .route("/assessments/{program}", get(assessment_page))
        .route("/assessments/{program}/history", get(history_page))
        .route("/assessments/{program}/compare", get(side_page))
        .route("/evidence", get(evidence_page))
        .route("/evidence/{kind}", get(kind_page))
        .route("/evidence/{kind}/record", get(record_page))
        .route("/evidence/{kind}/template.csv", get(template_file))
        .route("/search", get(search_page))
        .route("/glossary", get(glossary_page))
        .route("/about", get(about_page))
        .route("/preferences", post(preferences))
        .route("/assets/{name}", get(asset))
}

async fn home_page(visit: Visit) -> Answer {
    if !visit.frame.reads {
        return Ok(Redirect::to(&visit.frame.to("/mine")).into_response());
    }
    // The page waits for no database, and what cannot be noted is no reason not to answer.
    let (office, actor) = (visit.office.clone(), visit.actor.clone());
    let partner = visit.partner.clone();
    tokio::spawn(async move { office.note_visit(&actor, &partner).await });
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, |desk, frame, _| home::page(desk, frame))
        .await
}

/// What is the reader's own: for those who see nothing else.
async fn mine_page(visit: Visit) -> Answer {
    let (office, actor) = (&visit.office, &visit.actor);
    let persons = actor.persons_at(&visit.partner);
    let mut kinds = vec![];
    for kind in office.programs.vocabulary().kinds.values() {
        let Some(holder) = kind.holder() else {
            continue;
        };
        let records = office.records(actor, &visit.partner, &kind.name).await?;
        let own = records.into_iter().filter(|record| {
            let of = record.cells.iter().find(|(name, _)| name == holder);
            of.is_some_and(|(_, person)| persons.contains(&person.as_str()))
        });
        kinds.push((kind, own.collect()));
    }
    whole(&mine::page(
        visit.frame.clone(),
        persons.first().copied(),
        &kinds,
    ))
}

/// A page that asks nothing of the partner.
fn whole<T: askama::Template>(page: &T) -> Answer {
    let html = page
        .render()
        .map_err(|_| Problem::ours("a page could not be written"))?;
    Ok(axum::response::Html(html).into_response())
}

/// The program that a page shows when none is named: the first of which something is held, else the first with levels.
async fn first(visit: &Visit) -> Result<Option<String>, Problem> {
    let desk = visit.desk(None).await?;
    let partner = desk.partner()?;
    let library = &desk.engine.programs.library;
    let mut best: Option<(u8, String)> = None;
    for program in library.programs() {
        let Ok(run) = desk.run(program, None, Some(partner)) else {
            continue;
        };
        let edition = &run.compiled.edition;
        let kinds = kinds_read(run.compiled);
        let rank = match (edition.lifecycle.is_some(), edition.levels.is_empty()) {
            (true, _) if !kinds.is_empty() => 0,
            (_, false) => 1,
            _ => 2,
        };
        if best.as_ref().is_none_or(|(other, _)| rank < *other) {
            best = Some((rank, program.to_owned()));
        }
    }
    Ok(best.map(|(_, program)| program))
}

/// Leads from `/scorecard` to the program that was chosen, else to the first.
pub(super) async fn lead(visit: &Visit, to: &str) -> Answer {
    let program = match visit.some("program") {
        Some(program) => Some(program),
        None => first(visit).await?,
    };
    Ok(match program {
        Some(program) => {
            let path = format!("{to}/{}", segment(&program));
            Redirect::to(&visit.frame.to(&path)).into_response()
        }
        None => Redirect::to(&visit.frame.to("/programs")).into_response(),
    })
}

async fn first_scorecard(visit: Visit) -> Answer {
    lead(&visit, "/scorecard").await
}

async fn first_timeline(visit: Visit) -> Answer {
    lead(&visit, "/timeline").await
}

async fn first_compare(visit: Visit) -> Answer {
    lead(&visit, "/compare").await
}

async fn scorecard_page(visit: Visit, Path(program): Path<String>) -> Answer {
    if let Some(program) = program.strip_suffix(".json") {
        return card_as_json(visit, program).await;
    }
    if let Some(program) = program.strip_suffix(".csv") {
        return card_as_csv(visit, program).await;
    }
    if let Some(program) = program.strip_suffix(".html") {
        return card_as_html(visit, program).await;
    }
    let desk = visit.desk(Some(&program)).await?;
    let query = scorecard::Query {
        row: visit.some("row"),
        question: visit.some("question"),
        level: visit.some("level"),
        all_levels: visit.get("all") == "levels",
        all_records: visit.get("records") == "all",
    };
    visit
        .answer(desk, move |desk, frame, _| {
            scorecard::page(desk, frame, &query)
        })
        .await
}

async fn card_as_json(visit: Visit, program: &str) -> Answer {
    let desk = visit.desk(Some(program)).await?;
    let card = app::scorecard::scorecard(&desk, visit.get("all") == "levels")?;
    let text = crate::json::text(&crate::json::scorecard(&card));
    Ok(download(
        text,
        "application/json",
        &format!("{program}.json"),
    ))
}

async fn card_as_csv(visit: Visit, program: &str) -> Answer {
    let desk = visit.desk(Some(program)).await?;
    let card = app::scorecard::scorecard(&desk, visit.get("all") == "levels")?;
    let (header, rows) = scorecard::table(&card);
    Ok(download(
        csv(&header, &rows),
        "text/csv; charset=utf-8",
        &format!("{program}.csv"),
    ))
}

async fn card_as_html(visit: Visit, program: &str) -> Answer {
    let desk = visit.desk(Some(program)).await?;
    let card = app::scorecard::scorecard(&desk, visit.get("all") == "levels")?;
    let f = &visit.frame;
    let text = file::html(&card, f.lang, f.today, f.links.known_at)
        .map_err(|_| Problem::ours("a scorecard could not be written"))?;
    Ok(download(
        text,
        "text/html; charset=utf-8",
        &format!("{program}.html"),
    ))
}

async fn timeline_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = visit.desk(Some(&program)).await?;
    let (from, to) = (visit.day("from"), visit.day("to"));
    visit
        .answer(desk, move |desk, frame, _| {
            timeline::page(desk, frame, from, to)
        })
        .await
}

async fn compare_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = visit.desk(Some(&program)).await?;
    // Without another day, the last review, else a year before.
    let against = match visit.day("against") {
        Some(day) => day,
        None => {
            let card = app::scorecard::scorecard(&desk, false)?;
            let year = app::domain::calendar::Duration::months(12);
            card.review
                .and_then(|r| r.last)
                .filter(|last| *last < card.as_of)
                .unwrap_or_else(|| card.as_of.minus(year))
        }
    };
    let other = visit
        .desk_on(Some(&program), against, visit.day("against_known"))
        .await?;
    let all = visit.get("rows") == "all";
    visit
        .answer(desk, move |desk, frame, _| {
            compare::page(desk, &other, frame, all)
        })
        .await
}

async fn kpis_page(visit: Visit) -> Answer {
    let program = visit.some("program");
    let desk = visit.desk(program.as_deref()).await?;
    if visit.get("format") == "csv" {
        let board = app::kpis::kpis(&desk)?;
        let (header, rows) = kpis::table(&board);
        return Ok(download(
            csv(&header, &rows),
            "text/csv; charset=utf-8",
            &format!("{}.csv", board.program),
        ));
    }
    visit
        .answer(desk, |desk, frame, _| kpis::page(desk, frame))
        .await
}

/// Leads from `/case` to the business case, with all that was asked.
async fn first_case(_visit: Visit, RawQuery(query): RawQuery) -> Redirect {
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    Redirect::to(&format!("/worksheets/{}{query}", app::case::FIRST))
}

/// All models, each with what comes out.
async fn worksheets_page(visit: Visit) -> Answer {
    let desk = visit.desk(None).await?;
    let make = |desk: &Desk, frame, _: &Visit| case::worksheets(desk, frame);
    visit.answer(desk, make).await
}

async fn case_page(visit: Visit, Path(model): Path<String>) -> Answer {
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, move |desk, frame, visit| {
            let get = |field: &str| {
                let mut all = visit.query.iter();
                all.find(|(name, _)| name == field)
                    .map(|(_, value)| value.clone())
            };
            let ran = (visit.get("paths") == "1").then_some(&visit.office.ran);
            case::page(desk, frame, &model, get, ran, vec![])
        })
        .await
}

/// A model as a workbook, with what the form of its page says this time.
async fn case_book(visit: Visit, Path(model): Path<String>) -> Answer {
    let desk = visit.desk(None).await?;
    let (lang, partner) = (visit.frame.lang, visit.partner.clone());
    let name = format!("{model}-{partner}-{}.xlsx", desk.question.as_of);
    let made = tokio::task::spawn_blocking(move || {
        let inputs = app::case::inputs(&desk, &model)?;
        let get = |field: &str| {
            let mut all = visit.query.iter();
            all.find(|(name, _)| name == field)
                .map(|(_, value)| value.clone())
        };
        let tried = case::tried(&inputs, get);
        let case = inputs.case(&tried).map_err(|mut all| all.remove(0))?;
        let run = (visit.get("paths") == "1").then(|| {
            visit
                .office
                .ran
                .paths(&case, app::case::SEED, app::case::PATHS)
        });
        app::report::workbook(&case, lang, run.as_deref())
    })
    .await
    .map_err(|_| Problem::ours("making a file ended before it was done"))?;
    Ok(download(made?, WORKBOOK, &name))
}

/// Keeps inputs of a model as evidence.
async fn keep_case(visit: Visit, Path(model): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let desk = visit.desk(None).await?;
    let inputs = app::case::inputs(&desk, &model)?;
    let get = |field: &str| form.find(field).map(str::to_owned);
    let tried = case::tried(&inputs, get);
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let kept = office
        .keep_inputs(actor, partner, &inputs.model, &tried, "")
        .await;
    match kept {
        Ok(done) => {
            let done = done.map(|_| ("done", "changed"));
            let path = format!("/worksheets/{}", segment(&model));
            let more: Vec<(&str, &str)> = done.into_iter().collect();
            Ok(Redirect::to(&visit.frame.links.with(&path, &more)).into_response())
        }
        Err(refusal) => {
            let slips = work::slips(refusal, visit.frame.lang)?;
            let mut page = visit
                .answer(desk, move |desk, frame, _| {
                    case::page(desk, frame, &model, |_| None, None, slips)
                })
                .await?;
            if page.status() == StatusCode::OK {
                *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            Ok(page)
        }
    }
}

async fn reports_page(visit: Visit) -> Answer {
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, |desk, frame, _| reports::list(desk, frame))
        .await
}

async fn report_page(visit: Visit, Path(name): Path<String>) -> Answer {
    one_report(visit, name, vec![], vec![]).await
}

/// A report, with what was typed where that could not be taken.
async fn one_report(
    visit: Visit,
    name: String,
    typed: Vec<(String, String)>,
    slips: Vec<work::Slip>,
) -> Answer {
    let desk = visit.desk(None).await?;
    let tasks = visit
        .office
        .tasks(&visit.actor, &visit.partner, false)
        .await?;
    visit
        .answer(desk, move |desk, frame, visit| {
            let ran = (visit.get("paths") == "1").then_some(&visit.office.ran);
            let with = reports::with(&tasks, ran);
            reports::page(desk, frame, &name, &with, &typed, slips)
        })
        .await
}

/// Keeps what somebody wrote into a report as evidence.
async fn keep_words(visit: Visit, Path(name): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let desk = visit.desk(None).await?;
    let report = app::report::named(&desk.engine.programs.library, &name)?;
    let typed = reports::typed(&report, |field| form.find(field).map(str::to_owned));
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let kept = office.keep_narrative(actor, partner, &report, &typed).await;
    match kept {
        Ok(done) => {
            let path = format!("/reports/{}", segment(&name));
            let more: &[(&str, &str)] = match done {
                Some(_) => &[("done", "changed")],
                None => &[],
            };
            Ok(Redirect::to(&visit.frame.links.with(&path, more)).into_response())
        }
        Err(refusal) => {
            let slips = work::slips(refusal, visit.frame.lang)?;
            let mut page = one_report(visit, name, typed, slips).await?;
            if page.status() == StatusCode::OK {
                *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            Ok(page)
        }
    }
}

async fn report_pdf(visit: Visit, Path(name): Path<String>) -> Answer {
    let kind = ("application/pdf", "pdf");
    report_file(visit, name, kind, app::report::pdf).await
}

async fn report_tables(visit: Visit, Path(name): Path<String>) -> Answer {
    report_file(visit, name, (WORKBOOK, "xlsx"), app::report::tables).await
}

/// The media type of a workbook.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A report as a file.
async fn report_file(
    visit: Visit,
    name: String,
    (kind, ending): (&'static str, &str),
    write: fn(&app::exchange::Report) -> Result<Vec<u8>, Diagnostic>,
) -> Answer {
    let desk = visit.desk(None).await?;
    let tasks = visit
        .office
        .tasks(&visit.actor, &visit.partner, false)
        .await?;
    let file = format!("{name}-{}-{}.{ending}", visit.partner, desk.question.as_of);
    let lang = visit.frame.lang;
    let made = tokio::task::spawn_blocking(move || {
        let ran = (visit.get("paths") == "1").then_some(&visit.office.ran);
        let with = reports::with(&tasks, ran);
        let paper = app::report::report(&desk, lang, &name, &with);
        paper
            .map_err(|mut all| all.remove(0))
            .and_then(|p| write(&p))
    })
    .await
    .map_err(|_| Problem::ours("making a file ended before it was done"))?;
    Ok(download(made?, kind, &file))
}

async fn kpi_page(visit: Visit, Path(measure): Path<String>) -> Answer {
    one_kpi(visit, measure, None, vec![]).await
}

/// The page of a key figure, with what was typed as a target where that could not be taken.
async fn one_kpi(
    visit: Visit,
    measure: String,
    typed: Option<kpis::Typed>,
    slips: Vec<work::Slip>,
) -> Answer {
    let program = visit.some("program");
    let desk = visit.desk(program.as_deref()).await?;
    let all = visit.get("records") == "all";
    visit
        .answer(desk, move |desk, frame, _| {
            kpis::one(desk, frame, &measure, all, typed, slips)
        })
        .await
}

/// Sets the partner's own target for a key figure.
async fn target(visit: Visit, Path(measure): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let typed = kpis::Typed {
        value: form.get("value").trim().to_owned(),
        from: form.get("from").trim().to_owned(),
        note: form.get("note").trim().to_owned(),
    };
    let program = match visit.some("program") {
        Some(program) => program,
        None => {
            let desk = visit.desk(None).await?;
            app::kpis::kpi(&desk, &measure)?.board.program
        }
    };
    let from = Day::parse(&typed.from).unwrap_or(visit.frame.as_of);
    let new = app::kpis::NewTarget {
        from,
        value: typed.value.clone(),
        note: typed.note.clone(),
    };
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let set = office
        .set_target(actor, partner, &program, &measure, &new)
        .await;
    match set {
        Ok(_) => {
            let path = format!("/kpis/{}#target", segment(&measure));
            let mut more = vec![("done", "changed")];
            if visit.some("program").is_some() {
                more.push(("program", &program));
            }
            Ok(Redirect::to(&visit.frame.links.with(&path, &more)).into_response())
        }
        Err(refusal) => {
            let slips = work::slips(refusal, visit.frame.lang)?;
            let mut page = one_kpi(visit, measure, Some(typed), slips).await?;
            if page.status() == StatusCode::OK {
                *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            Ok(page)
        }
    }
}

async fn programs_page(visit: Visit) -> Answer {
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, |desk, frame, _| Ok(programs::list(desk, frame)))
        .await
}

/// The edition of a program that governs on the day asked about, else its last.
async fn program_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = visit.desk(None).await?;
    let library = &desk.engine.programs.library;
    let edition = library
        .governing(&program, visit.frame.as_of)
        .or_else(|| library.editions_of(&program).last().copied());
    let Some(edition) = edition else {
        return Err(Problem::not_found(format!(
            "there is no program `{program}`"
        )));
    };
    let path = format!(
        "/programs/{}/{}",
        segment(&program),
        segment(&edition.edition)
    );
    Ok(Redirect::to(&visit.frame.to(&path)).into_response())
}

async fn edition_page(visit: Visit, Path((program, edition)): Path<(String, String)>) -> Answer {
    let desk = visit.desk(None).await?;
    let against = visit.some("against");
    visit
        .answer(desk, move |desk, frame, _| {
            programs::edition(desk, frame, &program, &edition, against.as_deref())
        })
        .await
}

async fn assessments_page(visit: Visit) -> Answer {
    if visit.some("program").is_some() {
        return lead(&visit, "/assessments").await;
    }
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, |desk, frame, _| assessments::list(desk, frame))
        .await
}

async fn assessment_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = visit.desk(Some(&program)).await?;
    let one = visit.some("one");
    visit
        .answer(desk, move |desk, frame, _| {
            assessments::sheet(desk, frame, one.as_deref())
        })
        .await
}

async fn history_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = visit.desk(Some(&program)).await?;
    let (office, actor) = (&visit.office, &visit.actor);
    let authors = office.written_by(actor, &visit.partner, "answers").await?;
    visit
        .answer(desk, move |desk, frame, _| {
            answers::history(desk, frame, &authors)
        })
        .await
}

async fn side_page(visit: Visit, Path(program): Path<String>) -> Answer {
    let desk = visit.desk(Some(&program)).await?;
    let with = visit.some("with").unwrap_or(program);
    let day = visit.day("other_day").unwrap_or(visit.frame.as_of);
    let known = visit.frame.links.known_at;
    let other = visit.desk_on(Some(&with), day, known).await?;
    visit
        .answer(desk, move |desk, frame, _| {
            answers::side(desk, &other, frame)
        })
        .await
}

async fn evidence_page(visit: Visit) -> Answer {
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, |desk, frame, _| evidence::overview(desk, frame))
        .await
}

/// What is asked of a table of records, read from the query.
fn of_records(visit: &Visit, desk: &Desk, kind: &str) -> evidence::Query {
    let fields = desk
        .engine
        .ledger
        .evidence
        .vocabulary
        .kinds
        .get(kind)
        .map(|k| &k.fields);
    let is_field = |name: &str| fields.is_some_and(|f| f.contains_key(name));
    evidence::Query {
        q: visit.get("q").to_owned(),
        state: visit.get("state").to_owned(),
        sort: visit.get("sort").to_owned(),
        page: visit.get("page").parse().unwrap_or(1),
        undo: visit.get("undo").parse().ok(),
        columns: visit
            .query
            .iter()
            .filter(|(name, field)| name == evidence::COLUMN && is_field(field))
            .map(|(_, field)| field.clone())
            .collect(),
        only: visit
            .query
            .iter()
            .filter(|(name, _)| is_field(name))
            .cloned()
            .collect(),
    }
}

async fn kind_page(visit: Visit, Path(kind): Path<String>) -> Answer {
    let desk = visit.desk(None).await?;
    let query = of_records(&visit, &desk, &kind);
    if visit.get("format") == "csv" {
        let (header, rows) = evidence::csv(&desk, &visit.frame, &kind, &query)?;
        return Ok(download(
            csv(&header, &rows),
            "text/csv; charset=utf-8",
            &format!("{kind}.csv"),
        ));
    }
    let table = visit.get("view") == "table";
    match kind.as_str() {
        "people" if !table => {
            let left = visit.get("left") == "yes";
            visit
                .answer(desk, move |desk, frame, visit| {
                    evidence::people(desk, frame, visit.get("q"), left)
                })
                .await
        }
        "opportunities" if !table && visit.get("stage").is_empty() => {
            visit
                .answer(desk, |desk, frame, visit| {
                    evidence::board(desk, frame, visit.get("q"), visit.get("origin"))
                })
                .await
        }
        _ => {
            let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
            let of_page = format!("evidence/{kind}");
            let views = office.views(actor, partner, Some(&of_page)).await?;
            let may_share = actor.may_at(Verb::Work, partner) == May::Yes;
            visit
                .answer(desk, move |desk, frame, _| {
                    let mut page = evidence::kind(desk, frame, &kind, &query)?;
                    page.with_views(views, may_share);
                    Ok::<_, Diagnostic>(page)
                })
                .await
        }
    }
}

async fn record_page(visit: Visit, Path(kind): Path<String>) -> Answer {
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, move |desk, frame, visit| {
            evidence::record(desk, frame, &kind, visit.get("key"))
        })
        .await
}

/// A table of a kind without a row, to start from.
async fn template_file(visit: Visit, Path(kind): Path<String>) -> Answer {
    let desk = visit.desk(None).await?;
    let vocabulary = &desk.engine.ledger.evidence.vocabulary;
    let Some(of) = vocabulary.kinds.get(&kind) else {
        return Err(Problem::not_found(format!(
            "there is no kind of evidence `{kind}`"
        )));
    };
    let header: Vec<String> = of.fields.keys().cloned().collect();
    Ok(download(
        csv(&header, &[]),
        "text/csv; charset=utf-8",
        &format!("{kind}.csv"),
    ))
}

async fn search_page(visit: Visit) -> Answer {
    let desk = visit.desk(None).await?;
    visit
        .answer(desk, |desk, frame, visit| {
            search::page(desk, frame, visit.get("q"))
        })
        .await
}

async fn glossary_page(visit: Visit) -> Answer {
    whole(&glossary::page(visit.frame))
}

async fn about_page(visit: Visit) -> Answer {
    whole(&about::page(visit.frame))
}

/// A cookie that keeps for a year how somebody wants to read; `None` for what is no such word.
pub fn preference(name: &str, value: &str) -> Option<HeaderValue> {
    let plain = value.len() <= 16 && value.bytes().all(|b| b.is_ascii_lowercase());
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    let kept = plain && !value.is_empty();
    kept.then(|| HeaderValue::from_str(&cookie).ok()).flatten()
}

/// Keeps how somebody wants to read in their browser, and goes back to where they were. Whoever is signed in is written to in the
/// language that they chose, too.
async fn preferences(
    State(state): State<AppState>,
    who: Option<Extension<Signed>>,
    RawForm(form): RawForm,
) -> Response {
    let form = pairs(&String::from_utf8_lossy(&form));
    let get = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.as_str())
    };
    // Only to a page of our own.
    let back = Some(get("back"))
        .filter(|b| b.starts_with('/') && !b.starts_with("//") && !b.contains('\\'));
    let mut response = Redirect::to(back.unwrap_or("/")).into_response();
    if let (Some(lang), Some(Extension(who))) = (Lang::of_tag(get("lang")), who) {
        // A choice that could not be kept is no reason not to show the page in it.
        if let Ok(accounts) = state.accounts() {
            let _ = accounts.set_language(&who, Some(lang)).await;
        }
    }
    for name in ["theme", "lang"] {
        if let Some(cookie) = preference(name, get(name)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// A file of the product. Its address holds a mark of its bytes, so that it may be kept for ever.
async fn asset(headers: HeaderMap, Path(name): Path<String>) -> Response {
    let Some(file) = assets::find(&name) else {
        return Problem::not_found("there is no such file").into_response();
    };
    let tag = format!("\"{}\"", file.tag);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|t| t.as_bytes() == tag.as_bytes());
    if known {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    (
        [
            (header::CONTENT_TYPE, file.kind.to_owned()),
            (
                header::CACHE_CONTROL,
                "public, max-age=31536000, immutable".to_owned(),
            ),
            (header::ETAG, tag),
        ],
        file.bytes.into_owned(),
    )
        .into_response()
}

/// An answer that a browser saves under a name.
pub(super) fn download(body: impl IntoResponse, kind: &'static str, name: &str) -> Response {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-._".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    (
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ),
        ],
        body,
    )
        .into_response()
}

/// Rows below their header, with commas between them; what a spreadsheet would run as a formula gets an apostrophe.
pub(super) fn csv(header: &[String], rows: &[Vec<String>]) -> String {
    let cell = |text: &String| {
        let number = text
            .trim_start_matches(['-', '+'])
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'.');
        let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
        let text = if risky {
            format!("'{text}")
        } else {
            text.clone()
        };
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    let mut out = String::new();
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        let cells: Vec<String> = row.iter().map(cell).collect();
        out += &cells.join(",");
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_commas_keeps_cells_apart_and_runs_no_formula() {
        let row = ["=1+1", "-5", "a,b", "say \"x\""]
            .map(str::to_owned)
            .to_vec();
        let header = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        assert_eq!(
            csv(&header, &[row]),
            "a,b,c,d\r\n'=1+1,-5,\"a,b\",\"say \"\"x\"\"\"\r\n"
        );
    }
}
