//! Programs and their editions: rules as data, what a newer edition changes, and the check of a text.

use app::access::Verb;
use app::domain::diagnostic::Severity;
use app::domain::program::Edition;
use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters};
use super::shapes;
use super::standings::aside;
use crate::json;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(check))
        .routes(routes!(one))
        .routes(routes!(edition))
        .routes(routes!(changes))
}

/// All programs.
#[derive(Serialize, ToSchema)]
struct Programs {
    /// By id.
    items: Vec<ProgramOf>,
}

/// A program and its editions.
#[derive(Serialize, ToSchema)]
struct ProgramOf {
    /// Its id.
    id: String,
    /// What people call it, by its newest edition.
    title: String,
    /// Who publishes it, where its file says so.
    #[schema(required)]
    publisher: Option<String>,
    /// Its editions, oldest first.
    editions: Vec<EditionHead>,
}

/// An edition of a program.
#[derive(Serialize, ToSchema)]
struct EditionHead {
    /// Its id.
    id: String,
    /// Counts mendings of our own slips; the first is 1.
    revision: u32,
    /// The day the publisher made it known.
    #[schema(required, format = Date)]
    published: Option<String>,
    /// The first day on which it governs.
    #[schema(required, format = Date)]
    from: Option<String>,
    /// The first day on which it no longer governs.
    #[schema(required, format = Date)]
    until: Option<String>,
    /// Can it be asked, that is, has its file no error?
    usable: bool,
}

impl Call {
    fn head(&self, edition: &Edition) -> EditionHead {
        let programs = self.office.programs.now();
        let span = programs.library().in_force(edition);
        let day = |day: app::domain::calendar::Day| day.is_real().then(|| day.to_string());
        EditionHead {
            id: edition.edition.clone(),
            revision: edition.revision,
            published: edition.published.map(|d| d.to_string()),
            from: day(span.first),
            until: day(span.end),
            usable: programs
                .programs
                .refusal(&edition.program, &edition.edition)
                .is_none(),
        }
    }

    fn written(&self, program: &str) -> ProgramOf {
        let library = self.office.programs.library();
        let editions = library.editions_of(program);
        let newest = editions.last();
        let publisher = newest.and_then(|e| e.source.values().next());
        ProgramOf {
            id: program.to_owned(),
            title: newest.map_or_else(|| program.to_owned(), |e| e.title.clone()),
            publisher: publisher
                .map(|d| d.from.clone())
                .filter(|from| !from.is_empty()),
            editions: editions.iter().map(|e| self.head(e)).collect(),
        }
    }

    fn edition(&self, program: &str, edition: &str) -> Result<std::sync::Arc<Edition>, Problem> {
        let library = self.office.programs.library();
        library.edition(program, edition).cloned().ok_or_else(|| {
            app::refusal::Refusal::no("edition", &format!("{program}@{edition}")).into()
        })
    }
}

/// The programs
///
/// Every program with its editions and the days on which they are in force.
#[utoipa::path(get, path = "/programs", operation_id = "programs", tag = "programs", responses((status = 200, description = "All programs", body = Programs)))]
async fn list(call: Call) -> Result<Json<Programs>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    let library = call.office.programs.library();
    let programs = library.programs();
    Ok(Json(Programs {
        items: programs.iter().map(|id| call.written(id)).collect(),
    }))
}

/// One program
///
/// Its editions and the days on which they are in force.
#[utoipa::path(get, path = "/programs/{program}", operation_id = "program", tag = "programs", params(("program" = String, Path, description = "The program's id")), responses((status = 200, description = "The program", body = ProgramOf)))]
async fn one(call: Call, Path(program): Path<String>) -> Result<Json<ProgramOf>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    call.program(&program)?;
    Ok(Json(call.written(&program)))
}

/// An edition, with its rules.
#[derive(Serialize, ToSchema)]
struct EditionOf {
    /// The program's id.
    program: String,
    /// What people call the program.
    title: String,
    /// The edition.
    edition: EditionHead,
    /// The hash that verdicts of it carry.
    hash: String,
    /// Its levels, lowest first.
    levels: Vec<LevelOf>,
    /// The published matrix: rows and their parts, in the order of the file.
    rows: Vec<RowOf>,
    /// The documents that it was read from, by the id that citations name.
    sources: Vec<SourceOf>,
    /// Where the source is silent or contradicts itself, and what was taken.
    readings: Vec<ReadingOf>,
    /// All of its file as data, by the keys of the language.
    #[schema(value_type = Object)]
    rules: Value,
}

/// A level.
#[derive(Serialize, ToSchema)]
struct LevelOf {
    id: String,
    title: String,
}

/// A row of the published matrix.
#[derive(Serialize, ToSchema)]
struct RowOf {
    id: String,
    title: String,
    /// The group that it stands in.
    area: String,
    /// The row that it is a part of.
    #[schema(required)]
    parent: Option<String>,
    /// Where it is said.
    cite: String,
}

/// A document that an edition was read from.
#[derive(Serialize, ToSchema)]
struct SourceOf {
    id: String,
    title: String,
    from: String,
    /// Was it read elsewhere than at its publisher?
    second_hand: bool,
}

/// What was taken where the source is silent or contradicts itself.
#[derive(Serialize, ToSchema)]
struct ReadingOf {
    about: String,
    printed: Vec<String>,
    taken: String,
}

/// An edition: rules as data
///
/// Its levels, rows, citations and documents, and all of its file as data.
#[utoipa::path(get, path = "/programs/{program}/editions/{edition}", tag = "programs", params(("program" = String, Path, description = "The program's id"), ("edition" = String, Path, description = "The edition's id")), responses((status = 200, description = "The edition", body = EditionOf)))]
async fn edition(
    call: Call,
    Path((program, id)): Path<(String, String)>,
) -> Result<Json<EditionOf>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    let programs = call.office.programs.now();
    let of = &call.edition(&program, &id)?;
    let rules = programs
        .text_of(of)
        .and_then(app::domain::source::as_json)
        .unwrap_or_default();
    Ok(Json(EditionOf {
        program,
        title: of.title.clone(),
        edition: call.head(of),
        hash: app::domain::freeze::hash(programs.library(), of),
        levels: of
            .levels
            .iter()
            .map(|id| LevelOf {
                id: id.clone(),
                title: of.level_title(id).to_owned(),
            })
            .collect(),
        rows: of
            .rows
            .values()
            .map(|row| RowOf {
                id: row.id.clone(),
                title: row.title.clone(),
                area: row.area.clone(),
                parent: row.parent.clone(),
                cite: row.cite.clone(),
            })
            .collect(),
        sources: of
            .source
            .iter()
            .map(|(id, document)| SourceOf {
                id: id.clone(),
                title: document.title.clone(),
                from: document.from.clone(),
                second_hand: document.second_hand,
            })
            .collect(),
        readings: of
            .reading
            .iter()
            .map(|reading| ReadingOf {
                about: reading.about.clone(),
                printed: reading.printed.clone(),
                taken: reading.taken.clone(),
            })
            .collect(),
        rules,
    }))
}

/// Which edition is compared with.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Before {
    /// The edition of the same program that is compared with; the one before it where it is left out.
    from: Option<String>,
}

impl Parameters for Before {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Before {
            from: pairs.one("from")?,
        })
    }
}

/// What an edition changes
///
/// Every rule that differs from the edition before it, or from another one, with both citations.
#[utoipa::path(get, path = "/programs/{program}/editions/{edition}/changes", operation_id = "edition_changes", tag = "programs", params(("program" = String, Path, description = "The program's id"), ("edition" = String, Path, description = "The edition's id"), Before), responses((status = 200, description = "What differs", body = shapes::RuleChanges)))]
async fn changes(
    call: Call,
    Path((program, id)): Path<(String, String)>,
    Asked(before): Asked<Before>,
) -> Result<Json<Value>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    let after = call.edition(&program, &id)?;
    let library = call.office.programs.library();
    let editions = library.editions_of(&program);
    let at = editions.iter().position(|e| e.edition == after.edition);
    let earlier = at.and_then(|at| editions.get(at.checked_sub(1)?));
    let before = match (&before.from, earlier) {
        (Some(id), _) => id.clone(),
        (None, Some(earlier)) => earlier.edition.clone(),
        (None, None) => {
            let name = format!("{program}@{id}");
            return Ok(Json(
                serde_json::json!({ "before": name, "after": name, "changes": [] }),
            ));
        }
    };
    let compared = app::verify::diff(
        &call.office.programs.now(),
        &format!("{program}@{before}"),
        &format!("{program}@{id}"),
    )?;
    Ok(Json(json::changes(&compared)))
}

/// Program files to be checked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Texts {
    /// The files; each stands in place of the edition that it is of.
    #[schema(min_items = 1, max_items = 20)]
    files: Vec<FileOf>,
}

/// A program file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileOf {
    /// Its name, as problems name it: `programs/own/2026.toml`.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its text, in TOML.
    text: String,
}

/// What checking found.
#[derive(Serialize, ToSchema)]
struct CheckedOf {
    /// How many editions were looked at.
    editions: usize,
    /// How many worked cases were run.
    cases: usize,
    /// How many of the problems are errors: none, and the files can be used.
    errors: usize,
    /// All that was found, by file and place.
    #[schema(value_type = Vec<shapes::Diagnostic>)]
    problems: Value,
}

/// Check program files
///
/// Reads files beside the programs that are there, lints them and runs their worked cases, as `cairn check` does. Nothing is
/// kept. Asks for the verb `edit-programs`.
#[utoipa::path(post, path = "/programs/check", operation_id = "check_programs", tag = "programs", request_body = Texts, responses((status = 200, description = "What was found", body = CheckedOf)))]
async fn check(call: Call, Body(body): Body<Texts>) -> Result<Json<CheckedOf>, Problem> {
    call.actor.permit_server(Verb::EditPrograms)?;
    if body.files.len() > 20 {
        return Err(Problem::too_large().help("send at most 20 files at once"));
    }
    let files = body.files.into_iter().map(|f| (f.name, f.text)).collect();
    let programs = call.office.programs.now();
    let checked = aside(move || app::verify::check(&programs.with(files), &mut |_, _| {})).await?;
    Ok(Json(CheckedOf {
        editions: checked.editions,
        cases: checked.cases,
        errors: checked.count(Severity::Error),
        problems: json::problems(&checked.problems),
    }))
}
