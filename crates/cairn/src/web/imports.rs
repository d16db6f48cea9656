//! The pages of imports: files are handed in, shown, confirmed and taken back; refused rows are mended, unknown names settled.
//!
//! Without script a form hands everything in at once. With script the files come one by one ([`begin`], [`hand_in_one`]), so that a
//! long way shows how far it is; both ways end on the page that shows what would change.

use app::access::{May, Verb};
use app::domain::diagnostic::Diagnostic;
use app::imports::{
    DayChoice, DecimalChoice, EncodingChoice, FilePreview, Group, Import, ImportOptions, NameIs,
    OpeningChoice, State as Far, Target,
};
use app::refusal::Refusal;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Multipart, Path, RawForm, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::serve::problem::Problem;
use crate::serve::state::AppState;

use super::frame::segment;
use super::pages::import::{self, Trouble};
use super::visit::{Answer, Form, Visit};

/// So many imports are listed.
const LISTED: usize = 50;

/// So many rows of a group stand on a page.
const ROWS: usize = 50;

/// So many refused rows are counted.
const REFUSED: usize = 10_000;

/// The pages of imports. How large files may be is said by the imports themselves, and by the limit of the whole server.
pub fn router() -> Router<AppState> {
    Router::new()
        .route(
            "/import",
            get(list_page)
                .post(hand_in)
                .layer(DefaultBodyLimit::disable()),
        )
        .route("/import/begin", post(begin))
        .route("/import/refused", post(mend))
        .route("/import/names", post(settle))
        .route("/import/sorting", post(sort))
        .route("/import/{id}", get(preview_page).post(act))
        .route("/import/{id}/progress", get(progress))
        .route(
            "/import/{id}/files",
            post(hand_in_one).layer(DefaultBodyLimit::disable()),
        )
}

fn target(visit: &Visit) -> Target {
    Target::Partner(visit.partner.clone())
}

/// That somebody may see what came in at all.
fn may_read(visit: &Visit) -> Result<(), Problem> {
    visit
        .actor
        .permit(Verb::ReadEvidence, &visit.partner)
        .map_err(Problem::from)
}

async fn list(visit: &Visit) -> Result<import::ListPage, Problem> {
    may_read(visit)?;
    let office = &visit.office;
    let imports = office
        .imports(&visit.actor, &target(visit), None, LISTED)
        .await?;
    let refused = office
        .refused(&visit.actor, &visit.partner, 0, REFUSED)
        .await?;
    let names = office.unknown_names(&visit.actor, &visit.partner)?;
    let unsorted = office.unsorted(&visit.actor, &visit.partner)?;
    Ok(import::list(
        visit.frame.clone(),
        office.programs.vocabulary(),
        &|at| office.clock.day_of(at),
        &imports,
        &refused,
        &names,
        &unsorted,
    ))
}

fn html<T: askama::Template>(page: &T, status: StatusCode) -> Answer {
    let text = page
        .render()
        .map_err(|_| Problem::ours("a page could not be written"))?;
    Ok((
        status,
        [(header::CACHE_CONTROL, "private, no-store")],
        Html(text),
    )
        .into_response())
}

async fn list_page(visit: Visit) -> Answer {
    html(&list(&visit).await?, StatusCode::OK)
}

/// What whoever sent a form can mend; anything else is a problem of the request.
fn mendable(refusal: Refusal) -> Result<Vec<Diagnostic>, Problem> {
    match refusal {
        Refusal::Problems(problems) => Ok(problems),
        other => Err(other.into()),
    }
}

/// The list with what was wrong.
async fn again(visit: &Visit, refusal: Refusal) -> Answer {
    let problems = mendable(refusal)?;
    let mut page = list(visit).await?;
    page.trouble = Trouble::of(&problems, visit.frame.lang);
    html(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

fn back_to(visit: &Visit, id: &str, done: &str) -> axum::response::Response {
    let path = format!("/import/{}", segment(id));
    Redirect::to(&visit.frame.links.with(&path, &[("done", done)])).into_response()
}

/// Gives up an import of which not all files arrived.
async fn give_up(visit: &Visit, id: &str) {
    if let Ok(stands) = visit.office.import(&visit.actor, id).await {
        // What cannot be given up now is given up by itself after a while.
        let _ = visit
            .office
            .discard_import(&visit.actor, id, stands.version)
            .await;
    }
}

/// Takes files piece by piece, and shows what they would change.
async fn hand_in(visit: Visit, State(_): State<AppState>, mut form: Multipart) -> Answer {
    let office = visit.office.clone();
    let options = ImportOptions::default();
    let begun = office
        .start_import(&visit.actor, &target(&visit), None, &options)
        .await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(refusal) => return again(&visit, refusal).await,
    };
    match receive(&visit, &begun.id, &mut form).await {
        Ok(0) => {
            give_up(&visit, &begun.id).await;
            let none = Diagnostic::error("no-file", "no file was chosen", Default::default())
                .help("choose one or more tables, and send the form again");
            again(&visit, none.into()).await
        }
        Ok(_) => read(&visit, &begun.id, None).await,
        Err(Turned::Refused(refusal)) => {
            give_up(&visit, &begun.id).await;
            again(&visit, refusal).await
        }
        Err(Turned::Problem(problem)) => {
            give_up(&visit, &begun.id).await;
            Err(problem)
        }
    }
}

/// Why a file was not taken.
enum Turned {
    Refused(Refusal),
    Problem(Problem),
}

impl From<Refusal> for Turned {
    fn from(refusal: Refusal) -> Turned {
        Turned::Refused(refusal)
    }
}

/// Takes every file of a form. Answers how many there were.
async fn receive(visit: &Visit, id: &str, form: &mut Multipart) -> Result<usize, Turned> {
    let unreadable = |_| Turned::Problem(Problem::malformed("the files did not arrive whole"));
    let mut count = 0;
    while let Some(mut part) = form.next_field().await.map_err(unreadable)? {
        let Some(name) = part
            .file_name()
            .filter(|n| !n.is_empty())
            .map(str::to_owned)
        else {
            continue;
        };
        let mut upload = visit.office.upload(&visit.actor, id, &name).await?;
        while let Some(bytes) = part.chunk().await.map_err(unreadable)? {
            upload.write(&bytes).await?;
        }
        upload.finish().await?;
        count += 1;
    }
    Ok(count)
}

/// Reads what was handed in, and leads to what it would change.
async fn read(visit: &Visit, id: &str, options: Option<&ImportOptions>) -> Answer {
    visit
        .office
        .preview_import(&visit.actor, id, options)
        .await?;
    Ok(back_to(visit, id, ""))
}

/// Begins an import whose files come one by one.
async fn begin(visit: Visit) -> Answer {
    let options = ImportOptions::default();
    let begun = visit
        .office
        .start_import(&visit.actor, &target(&visit), None, &options)
        .await?;
    let path = visit.frame.to(&format!("/import/{}", segment(&begun.id)));
    let files = visit
        .frame
        .to(&format!("/import/{}/files", segment(&begun.id)));
    let progress = visit
        .frame
        .to(&format!("/import/{}/progress", segment(&begun.id)));
    let body =
        json!({ "page": path, "files": files, "progress": progress, "version": begun.version });
    Ok(Json(body).into_response())
}

/// Takes one file of an import that has begun; the query says what it is called.
async fn hand_in_one(visit: Visit, Path(id): Path<String>, body: Body) -> Answer {
    let done = async {
        let name = visit.get("name");
        let mut upload = visit.office.upload(&visit.actor, &id, name).await?;
        let mut bytes = body.into_data_stream();
        while let Some(piece) = bytes.next().await {
            let piece = piece.map_err(|_| {
                Refusal::from(
                    Diagnostic::error(
                        "not-whole",
                        format!("`{name}` did not arrive whole"),
                        Default::default(),
                    )
                    .help("hand it in again"),
                )
            })?;
            upload.write(&piece).await?;
        }
        upload.finish().await
    };
    match done.await {
        Ok(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(refusal) => {
            let trouble = Trouble::of(&mendable(refusal)?, visit.frame.lang);
            give_up(&visit, &id).await;
            let body = json!({ "problem": trouble.slip.message, "help": trouble.slip.help });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response())
        }
    }
}

/// How far the reading of an import is.
async fn progress(visit: Visit, Path(id): Path<String>) -> Answer {
    let far = visit.office.import_progress(&visit.actor, &id).await?;
    let far = far.unwrap_or_default();
    Ok(Json(json!({ "done": far.done, "total": far.total })).into_response())
}

async fn preview_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let page = preview(&visit, &id, Trouble::default()).await?;
    html(&page, StatusCode::OK)
}

async fn preview(
    visit: &Visit,
    id: &str,
    trouble: Trouble,
) -> Result<import::PreviewPage, Problem> {
    let office = &visit.office;
    let shown = office.import(&visit.actor, id).await?;
    let group = Group::named(visit.get("group")).unwrap_or_else(|| import::first_group(&shown));
    let from = visit.get("from").parse().unwrap_or(0);
    let rows = match office
        .import_rows(&visit.actor, id, group, from, ROWS)
        .await
    {
        Ok(rows) => rows,
        // An import that was not read, or not written, has no rows.
        Err(Refusal::Problems(_)) => app::imports::Page::default(),
        Err(other) => return Err(other.into()),
    };
    let may_undo = visit.actor.may_at(Verb::UndoImport, &visit.partner) != May::No;
    let library = visit.library();
    let mut page = import::preview(
        visit.frame.clone(),
        &library,
        &shown,
        group,
        &rows,
        may_undo,
    );
    page.trouble = trouble;
    Ok(page)
}

/// The page of an import with what was wrong.
async fn preview_again(visit: &Visit, id: &str, refusal: Refusal) -> Answer {
    let problems = match refusal {
        Refusal::Conflict { .. } => {
            let changed = Diagnostic::error(
                "conflict",
                "the import or what stands was changed meanwhile, so nothing was done",
                Default::default(),
            );
            vec![changed.help("look at what it would change now, and say it again")]
        }
        other => mendable(other)?,
    };
    let page = preview(visit, id, Trouble::of(&problems, visit.frame.lang)).await?;
    html(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn act(visit: Visit, Path(id): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let version = form
        .get("version")
        .parse()
        .map_err(|_| Problem::malformed("the form names no version"))?;
    let (office, actor) = (&visit.office, &visit.actor);
    let step = async {
        match form.get("do") {
            "confirm" => {
                office.confirm_import(actor, &id, version).await?;
                Ok(Some("imported"))
            }
            "discard" => {
                office.discard_import(actor, &id, version).await?;
                Ok(Some(""))
            }
            "undo" => {
                let keep = form.get("keep") == "yes";
                office.undo_import(actor, &id, version, keep).await?;
                Ok(Some("undone"))
            }
            "read" => {
                let stands = office.import(actor, &id).await?;
                let options = said(&form, &stands);
                office.preview_import(actor, &id, Some(&options)).await?;
                Ok(Some(""))
            }
            "forget" => {
                let mapping = form.get("mapping");
                office
                    .forget_mapping(actor, &target(&visit), mapping)
                    .await?;
                office.preview_import(actor, &id, None).await?;
                Ok(Some(""))
            }
            _ => Ok(None),
        }
    };
    match step.await {
        Ok(Some(done)) => Ok(back_to(&visit, &id, done)),
        Ok(None) => Err(Problem::malformed("the form says nothing to do")),
        Err(refusal) => preview_again(&visit, &id, refusal).await,
    }
}

/// What the form says of how the files are read, over what was said before.
fn said(form: &Form, import: &Import) -> ImportOptions {
    let mut options = import.options.clone();
    let empty = app::imports::Preview::default();
    let preview = import.preview.as_ref().unwrap_or(&empty);
    let some = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
    if let Some(program) = form.find("program") {
        options.program = some(program);
    }
    if form.find("read").is_some() {
        options.whole = form.all("whole").map(str::to_owned).collect();
        options.leave_out = form.all("leave-out").map(str::to_owned).collect();
    }
    for (at, file) in preview.files.iter().enumerate() {
        let of = |name: &str| form.find(&format!("{name}.{at}"));
        let mut choice = options.files.remove(&file.file).unwrap_or_default();
        columns(form, at, file, &mut choice.columns);
        if let Some(text) = of("decimal") {
            choice.decimal = match text {
                "point" => Some(DecimalChoice::Point),
                "comma" => Some(DecimalChoice::Comma),
                _ => None,
            };
        }
        if let Some(text) = of("days") {
            choice.days = match text {
                "day-first" => Some(DayChoice::DayFirst),
                "month-first" => Some(DayChoice::MonthFirst),
                _ => None,
            };
        }
        if let Some(text) = of("encoding") {
            choice.encoding = match text {
                "utf-8" => Some(EncodingChoice::Utf8),
                "windows-1252" => Some(EncodingChoice::Windows1252),
                _ => None,
            };
        }
        if let Some(text) = of("currency") {
            choice.currency = some(&text.to_uppercase());
        }
        if let Some(text) = of("opening") {
            choice.opening = match text.strip_prefix("column:") {
                Some(column) => Some(OpeningChoice::Column(column.to_owned())),
                None if text == "first-seen" => Some(OpeningChoice::FirstSeen),
                None => None,
            };
        }
        if !choice.is_empty() {
            options.files.insert(file.file.clone(), choice);
        }
    }
    options
}

/// Columns that are to be read otherwise than they were.
fn columns(
    form: &Form,
    at: usize,
    file: &FilePreview,
    said: &mut std::collections::BTreeMap<String, String>,
) {
    for (place, column) in file.columns.iter().enumerate() {
        let now = column.field.as_deref().unwrap_or_default();
        match form.find(&format!("column.{at}.{place}")) {
            Some(wanted) if wanted != now => {
                said.insert(column.header.clone(), wanted.to_owned());
            }
            _ => {}
        }
    }
}

/// Mends a refused row, or keeps it no longer.
async fn mend(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let version: i64 = form
        .get("version")
        .parse()
        .map_err(|_| Problem::malformed("the form names no row"))?;
    let (office, actor) = (&visit.office, &visit.actor);
    let dismisses = form.get("do") == "dismiss";
    let cells: Vec<(String, String)> = form
        .0
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("c.")?.to_owned(), text.clone())))
        .collect();
    let done = if dismisses {
        office
            .dismiss_refused(actor, &visit.partner, &[version])
            .await
            .map(|_| "dismissed")
    } else {
        office
            .mend_refused(actor, &visit.partner, version, &cells)
            .await
            .map(|_| "mended")
    };
    match done {
        Ok(done) => {
            let to = visit.frame.links.with("/import", &[("done", done)]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(Refusal::Problems(problems)) if !dismisses => {
            let mut page = list(&visit).await?;
            page.refuse(version, &cells, &problems);
            html(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(refusal) => again(&visit, refusal).await,
    }
}

/// Says what a name is that no catalog knows, or that all of them are other vendors'.
async fn settle(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor) = (&visit.office, &visit.actor);
    let import = Some(form.get("import")).filter(|id| !id.is_empty());
    let done = async {
        if form.get("do") == "all" {
            let names = match import {
                Some(id) => {
                    let shown = office.import(actor, id).await?;
                    shown.preview.map(|p| p.names).unwrap_or_default()
                }
                None => office.unknown_names(actor, &visit.partner)?,
            };
            for name in names {
                let other = NameIs::OtherVendor;
                office
                    .settle_name(actor, &target(&visit), &name.kind, &name.name, &other)
                    .await?;
            }
        } else {
            let typed = form.get("entry").trim();
            let is = match (form.get("is"), typed) {
                ("other-vendor", _) => NameIs::OtherVendor,
                ("entry" | "", "") => {
                    return Err(Diagnostic::error(
                        "no-entry",
                        format!("nothing was said of `{}`", form.get("name")),
                        Default::default(),
                    )
                    .help("choose what it is, or set it aside as another vendor's")
                    .into());
                }
                ("entry" | "", typed) => NameIs::Entry(typed.to_owned()),
                (near, _) => NameIs::Entry(near.trim_start_matches("entry:").to_owned()),
            };
            let (kind, name) = (form.get("kind"), form.get("name"));
            office
                .settle_name(actor, &target(&visit), kind, name, &is)
                .await?;
        }
        Ok::<_, Refusal>(())
    };
    let done = done.await;
    carried_out(&visit, import, done, "settled").await
}

/// Back to where something was said that imports are read by, with what was done: a preview is made again with it.
async fn carried_out(
    visit: &Visit,
    import: Option<&str>,
    done: Result<(), Refusal>,
    word: &'static str,
) -> Answer {
    let (office, actor) = (&visit.office, &visit.actor);
    let previewed = async |id: &str| {
        if office.import(actor, id).await?.state == Far::Previewed {
            office.preview_import(actor, id, None).await?;
        }
        Ok::<_, Refusal>(())
    };
    let done = match (done, import) {
        (Ok(()), Some(id)) => previewed(id).await,
        (done, _) => done,
    };
    match (done, import) {
        (Ok(()), Some(id)) => Ok(back_to(visit, id, word)),
        (Ok(()), None) => {
            let to = visit.frame.links.with("/import", &[("done", word)]);
            Ok(Redirect::to(&to).into_response())
        }
        (Err(refusal), Some(id)) => preview_again(visit, id, refusal).await,
        (Err(refusal), None) => again(visit, refusal).await,
    }
}

/// Says where values belong, such as the line of an account; what nobody chose stays asked.
async fn sort(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (office, actor) = (&visit.office, &visit.actor);
    let import = Some(form.get("import")).filter(|id| !id.is_empty());
    let mut belongs: Vec<(String, app::records::Cells)> = vec![];
    for (at, value) in form.all("value").enumerate() {
        let cells: app::records::Cells = form
            .0
            .iter()
            .filter_map(|(name, word)| {
                let column = name.strip_prefix("c.")?.strip_suffix(&format!(".{at}"))?;
                (!word.is_empty()).then(|| (column.to_owned(), word.clone()))
            })
            .collect();
        if !cells.is_empty() {
            belongs.push((value.to_owned(), cells));
        }
    }
    let done = async {
        if belongs.is_empty() {
            return Err(Diagnostic::error(
                "nothing-to-do",
                "nothing was chosen",
                Default::default(),
            )
            .help("choose where at least one of them belongs")
            .into());
        }
        office
            .sort(actor, &visit.partner, form.get("kind"), &belongs)
            .await?;
        Ok::<_, Refusal>(())
    };
    let done = done.await;
    carried_out(&visit, import, done, "sorted").await
}
