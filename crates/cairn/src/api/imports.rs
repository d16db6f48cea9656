//! Evidence, file by file: handing in, looking at what would change, confirming, and taking back.
//!
//! An import has an address of its own, wherever it was begun: of a partner, or of several at once. A step that takes longer
//! than a request may is carried to its end all the same; the answer is 202 then, and the import says how far it is.

use app::access::Verb;
use app::imports::{Group, Import, Preview, RowPreview, Target};
use axum::Json;
use axum::body::Body as Stream;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter, bytes_alone, carried};
use super::etag;
use super::page::{Page, Paging};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

mod options;
mod rest;

use options::{OptionsOf, PreviewOf, ProblemOf};

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(hand_in))
        .layer(crate::serve::limits::upload());
    OpenApiRouter::new()
        .routes(routes!(of_partner, begin))
        .routes(routes!(of_several, begin_of_several))
        .routes(routes!(one, discard))
        .merge(uploads)
        .routes(routes!(preview))
        .routes(routes!(rows))
        .routes(routes!(progress))
        .routes(routes!(confirm))
        .routes(routes!(later))
        .routes(routes!(undo))
        .merge(rest::routes())
}

/// An import.
#[derive(Serialize, ToSchema)]
struct ImportOf {
    /// Its id.
    import: String,
    /// Whose evidence it brings; null: of all partners that the files name.
    #[schema(required)]
    partner: Option<String>,
    /// How far it is.
    #[schema(value_type = ImportState)]
    state: &'static str,
    /// One more with every step, and its `ETag`: whoever takes a step names the one that they saw.
    version: i64,
    /// The account that began it.
    actor: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last took a step.
    #[schema(format = DateTime)]
    changed_at: String,
    /// The path on the server from which it is read; null where its files are handed in.
    #[schema(required)]
    path: Option<String>,
    /// The files that were handed in.
    files: Vec<ImportFile>,
    /// What was said of the files.
    options: OptionsOf,
    /// What it would change, or what it changed; null until it was read.
    #[schema(required)]
    preview: Option<PreviewOf>,
    /// The change that wrote it.
    #[schema(required)]
    confirmed: Option<i64>,
    /// The change that took it back.
    #[schema(required)]
    undone: Option<i64>,
}

/// How far an import is.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: the import has the word")]
enum ImportState {
    /// Files are handed in.
    Receiving,
    /// It was read, and waits for somebody to confirm it.
    Previewed,
    /// It was written.
    Confirmed,
    /// It was written, and taken back.
    Undone,
    /// Nothing of it was written, and nothing will be.
    Discarded,
    /// It could not be read. With other options it may be.
    Failed,
}

/// A file that was handed in.
#[derive(Serialize, ToSchema)]
struct ImportFile {
    /// Its name.
    name: String,
    /// So many bytes so far.
    bytes: u64,
    /// Is all of it there?
    whole: bool,
}

fn file((name, bytes, whole): (String, u64, bool)) -> ImportFile {
    ImportFile { name, bytes, whole }
}

impl From<Import> for ImportOf {
    fn from(of: Import) -> ImportOf {
        ImportOf {
            partner: of.target.partner().map(str::to_owned),
            import: of.id,
            state: of.state.name(),
            version: of.version,
            actor: of.actor,
            created_at: of.created_at.to_string(),
            changed_at: of.changed_at.to_string(),
            path: of.path,
            files: of.files.into_iter().map(file).collect(),
            options: of.options.into(),
            preview: of.preview.map(|preview: Preview| preview.into()),
            confirmed: of.confirmed,
            undone: of.undone,
        }
    }
}

fn answered(status: StatusCode, of: Import) -> Response {
    let tag = etag::version(of.version);
    let mut response = (status, Json(ImportOf::from(of))).into_response();
    etag::tagged(&mut response, &tag);
    response
}

impl Call {
    /// An import, at the version that the caller expects; where they may not take this step, that is said first.
    async fn expected(
        &self,
        headers: &HeaderMap,
        import: &str,
        verb: Verb,
    ) -> Result<Import, Problem> {
        let found = self.office.import(&self.actor, import).await?;
        if let Some(partner) = found.target.partner() {
            self.actor.permit(verb, partner)?;
        }
        etag::matching(headers, found.version)?;
        Ok(found)
    }

    /// An import after a step: 202 where the step is not at its end yet.
    async fn stepped<T>(&self, import: &str, done: Option<T>) -> Result<Response, Problem> {
        let status = match done {
            Some(_) => StatusCode::OK,
            None => StatusCode::ACCEPTED,
        };
        Ok(answered(
            status,
            self.office.import(&self.actor, import).await?,
        ))
    }
}

async fn listed(
    call: &Call,
    target: Target,
    paging: &Paging,
) -> Result<Json<Page<ImportOf>>, Problem> {
    let list = format!("imports {}", target.partner().unwrap_or_default());
    let before = match paging.after(&list)? {
        Some(id) => Some(call.office.import(&call.actor, &id).await?),
        None => None,
    };
    let most = paging.limit + 1;
    let all = call
        .office
        .imports(&call.actor, &target, before.as_ref(), most)
        .await?;
    let page = paging.page(&list, all, |import| import.id.clone());
    Ok(Json(Page {
        items: page.items.into_iter().map(ImportOf::from).collect(),
        next: page.next,
    }))
}

/// The imports of a partner
///
/// Newest first, page by page. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/imports", operation_id = "imports", tag = "imports", params(("partner" = String, Path, description = "The partner's id"), Paging), responses((status = 200, description = "A page of imports", body = Page<ImportOf>)))]
async fn of_partner(
    call: Call,
    Path(partner): Path<String>,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<ImportOf>>, Problem> {
    call.at(&partner)?;
    listed(&call, Target::Partner(partner), &paging).await
}

/// The imports of several partners
///
/// Those whose files name the partners, newest first, page by page. Asks for the verb `manage-partners`.
#[utoipa::path(get, path = "/imports", operation_id = "imports_of_several", tag = "imports", params(Paging), responses((status = 200, description = "A page of imports", body = Page<ImportOf>)))]
async fn of_several(
    call: Call,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<ImportOf>>, Problem> {
    listed(&call, Target::Several, &paging).await
}

/// An import to be begun.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct BeginImport {
    /// What is said of the files; what is left out is remembered from earlier imports, or worked out.
    options: OptionsOf,
    /// A file or folder on the server to be read in place of files that are handed in; only an administrator names one.
    #[schema(max_length = 4000)]
    path: Option<String>,
}

async fn begun(call: &Call, target: Target, begin: BeginImport) -> Result<Response, Problem> {
    let path = begin.path.as_deref().map(std::path::Path::new);
    let options = begin.options.into();
    let import = call
        .office
        .start_import(&call.actor, &target, path, &options)
        .await?;
    let at = format!("/api/v1/imports/{}", import.id);
    let mut response = answered(StatusCode::CREATED, import);
    if let Ok(at) = at.parse() {
        response.headers_mut().insert(header::LOCATION, at);
    }
    Ok(response)
}

/// Begin an import
///
/// Its files are handed in next, one by one; then it is read with `preview`. Asks for the verb `import`.
#[utoipa::path(post, path = "/partners/{partner}/imports", operation_id = "begin_import", tag = "imports", params(("partner" = String, Path, description = "The partner's id")), request_body = BeginImport, responses((status = 201, description = "The import, with its version as `ETag` and its address in `Location`", body = ImportOf)))]
async fn begin(
    call: Call,
    Path(partner): Path<String>,
    Body(said): Body<BeginImport>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    begun(&call, Target::Partner(partner), said).await
}

/// Begin an import of several partners
///
/// The files name the partners, of whom some may be new. Asks for the verb `manage-partners`.
#[utoipa::path(post, path = "/imports", operation_id = "begin_import_of_several", tag = "imports", request_body = BeginImport, responses((status = 201, description = "The import, with its version as `ETag` and its address in `Location`", body = ImportOf)))]
async fn begin_of_several(call: Call, Body(said): Body<BeginImport>) -> Result<Response, Problem> {
    begun(&call, Target::Several, said).await
}

/// One import
///
/// How far it is, and what it would change or changed. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/imports/{import}", operation_id = "import", tag = "imports", params(("import" = String, Path, description = "The import's id")), responses((status = 200, description = "The import", body = ImportOf)))]
async fn one(call: Call, Path(import): Path<String>) -> Result<Response, Problem> {
    call.stepped(&import, Some(())).await
}

/// Give an import up
///
/// Nothing of it is written, and what was handed in is removed. `If-Match` names the version that was seen. Asks for the verb
/// `import`.
#[utoipa::path(delete, path = "/imports/{import}", operation_id = "discard_import", tag = "imports", params(("import" = String, Path, description = "The import's id"), ("If-Match" = String, Header, description = "The `ETag` of the import that was read, or `*`")), responses((status = 200, description = "The import, given up", body = ImportOf)))]
async fn discard(
    call: Call,
    headers: HeaderMap,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let found = call.expected(&headers, &import, Verb::Import).await?;
    let done = call
        .office
        .discard_import(&call.actor, &import, found.version)
        .await?;
    Ok(answered(StatusCode::OK, done))
}

/// Where in a file a piece stands.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Piece {
    /// So many bytes of the file are there already: the piece goes on after them.
    #[param(default = 0)]
    at: u64,
    /// Does more of the file come after this piece?
    #[param(default = false)]
    more: bool,
}

impl Parameters for Piece {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let bytes = |text: &str| {
            let bytes = text.parse().ok();
            bytes.ok_or_else(|| "it is a number of bytes".to_owned())
        };
        Ok(Piece {
            at: pairs.read("at", bytes)?.unwrap_or(0),
            more: pairs.flag("more")?,
        })
    }
}

/// Hand a file in
///
/// The bytes of a table, a workbook, a Parquet file or an archive of them, under the name that the file has: whole, or piece by
/// piece with `at` and `more`. What arrived before a connection broke stays: the import says how many bytes there are, and `at`
/// goes on after them. Asks for the verb `import`.
#[utoipa::path(put, path = "/imports/{import}/files/{file}", operation_id = "hand_in", tag = "imports", params(("import" = String, Path, description = "The import's id"), ("file" = String, Path, description = "The name of the file, as in `credentials.csv`"), Piece), request_body(content = String, content_type = "application/octet-stream", description = "The file, or a piece of it"), responses((status = 200, description = "How much of the file is there", body = ImportFile)))]
async fn hand_in(
    call: Call,
    headers: HeaderMap,
    Path((import, file_name)): Path<(String, String)>,
    Asked(piece): Asked<Piece>,
    body: Stream,
) -> Result<Json<ImportFile>, Problem> {
    bytes_alone(&headers)?;
    let mut upload = match piece.at {
        0 => call.office.upload(&call.actor, &import, &file_name).await?,
        at => {
            let office = &call.office;
            office
                .resume_upload(&call.actor, &import, &file_name, at)
                .await?
        }
    };
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) => upload.write(&piece).await?,
            Err(error) => {
                // Too much, or nobody sends any more; what came so far can be gone on from.
                upload.pause().await?;
                return Err(match is_limit(&error) {
                    true => Problem::too_large(),
                    false => Problem::malformed("the file was broken off"),
                });
            }
        }
    }
    if piece.more {
        upload.pause().await?;
    } else {
        upload.finish().await?;
    }
    let found = call.office.import(&call.actor, &import).await?;
    let mut files = found.files.into_iter();
    let kept = app::imports::file_name(&file_name);
    let there = files.find(|(name, ..)| *name == kept);
    let there = there.ok_or_else(|| Problem::ours("a file that was handed in is not there"))?;
    Ok(Json(file(there)))
}

/// Was a body broken off for it is larger than is taken?
fn is_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    let is = error.is::<http_body_util::LengthLimitError>();
    is || error.source().is_some_and(is_limit)
}

/// What is said anew of files.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ReadAnew {
    /// Whole, in place of what was said before; what was said before stays where it is left out.
    options: Option<OptionsOf>,
}

/// Read what was handed in
///
/// Shows what it would change; with options it is read anew, as often as wanted. Asks for the verb `import`.
#[utoipa::path(post, path = "/imports/{import}/preview", operation_id = "preview_import", tag = "imports", params(("import" = String, Path, description = "The import's id")), request_body = ReadAnew, responses((status = 200, description = "The import, with what it would change", body = ImportOf), (status = 202, description = "It is still being read; `progress` says how far", body = ImportOf)))]
async fn preview(
    State(state): State<AppState>,
    call: Call,
    Path(import): Path<String>,
    Body(anew): Body<ReadAnew>,
) -> Result<Response, Problem> {
    let of = (call.clone(), import.clone());
    let work = async move {
        let (call, import) = of;
        let options = anew.options.map(app::imports::ImportOptions::from);
        let office = &call.office;
        office
            .preview_import(&call.actor, &import, options.as_ref())
            .await
    };
    let done = carried(&state, work).await?;
    call.stepped(&import, done).await
}

/// Which rows of an import.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OfGroup {
    /// What becomes of them.
    #[param(inline, value_type = RowGroup)]
    group: Group,
}

/// What becomes of a row.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: the verb has its own")]
enum RowGroup {
    /// It is a new record.
    Added,
    /// The record stands otherwise.
    Superseded,
    /// The record stands so already.
    Unchanged,
    /// It says otherwise than a record that was recorded later.
    Older,
    /// The files have a later one.
    Earlier,
    /// The record is withdrawn, because the files have the whole list.
    Withdrawn,
    /// It is refused.
    Refused,
}

impl Parameters for OfGroup {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let names = Group::ALL.map(Group::name).join(", ");
        let group = pairs.read("group", |text| {
            Group::named(text).ok_or_else(|| format!("it is one of {names}"))
        })?;
        Ok(OfGroup {
            group: group.ok_or_else(|| bad_parameter("group", "it is missing"))?,
        })
    }
}

/// A row of an import.
#[derive(Serialize, ToSchema)]
struct ImportRow {
    /// Whose it is.
    partner: String,
    kind: String,
    /// The file, where it is of one.
    file: String,
    /// The row of the file.
    row: u32,
    /// What it says; of a refused row what could be read, and the rest as it stands there.
    cells: BTreeMap<String, String>,
    /// What the record says that stands.
    before: BTreeMap<String, String>,
    /// The version of the record that stands.
    #[schema(required)]
    version: Option<i64>,
    /// What is wrong with a refused row.
    problems: Vec<ProblemOf>,
}

impl From<RowPreview> for ImportRow {
    fn from(of: RowPreview) -> ImportRow {
        ImportRow {
            partner: of.partner,
            kind: of.kind,
            file: of.file,
            row: of.row,
            cells: of.cells.into_iter().collect(),
            before: of.before.into_iter().collect(),
            version: of.version,
            problems: of.problems.into_iter().map(ProblemOf::from).collect(),
        }
    }
}

/// The rows of an import
///
/// Those of which the same becomes, page by page: what each says, and what the record says that stands. Of an import that was
/// confirmed, what it wrote. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/imports/{import}/rows", operation_id = "import_rows", tag = "imports", params(("import" = String, Path, description = "The import's id"), OfGroup, Paging), responses((status = 200, description = "A page of rows", body = Page<ImportRow>)))]
async fn rows(
    call: Call,
    Path(import): Path<String>,
    Asked((of, paging)): Asked<(OfGroup, Paging)>,
) -> Result<Json<Page<ImportRow>>, Problem> {
    let found = call.office.import(&call.actor, &import).await?;
    // Of a preview that was made anew, a cursor of the one before is no place.
    let list = format!("rows {import} {} {}", found.version, of.group.name());
    let from = paging.after(&list)?.and_then(|at| at.parse().ok());
    let from = from.unwrap_or(0);
    let page = call
        .office
        .import_rows(&call.actor, &import, of.group, from, paging.limit)
        .await?;
    Ok(Json(Page {
        items: page.rows.into_iter().map(ImportRow::from).collect(),
        next: page
            .next
            .map(|at| super::page::cursor(&list, &at.to_string())),
    }))
}

/// How far a step of an import is.
#[derive(Serialize, ToSchema)]
struct ProgressOf {
    /// Is this server at a step of it?
    running: bool,
    /// What is done: `reading`, `comparing` or `writing`; empty where nothing is.
    doing: String,
    /// So many bytes are read.
    done: u64,
    /// So many there are.
    total: u64,
    /// The files so far.
    files: Vec<RowsRead>,
}

/// How much of a file was read.
#[derive(Serialize, ToSchema)]
struct RowsRead {
    file: String,
    /// So many rows.
    rows: u64,
}

/// How far a step of an import is
///
/// While it is read, compared or written: what is done, and how many bytes of how many are read. Asks for the verb
/// `read-evidence`.
#[utoipa::path(get, path = "/imports/{import}/progress", operation_id = "import_progress", tag = "imports", params(("import" = String, Path, description = "The import's id")), responses((status = 200, description = "How far it is", body = ProgressOf)))]
async fn progress(call: Call, Path(import): Path<String>) -> Result<Json<ProgressOf>, Problem> {
    let found = call.office.import_progress(&call.actor, &import).await?;
    let running = found.is_some();
    let found = found.unwrap_or_default();
    Ok(Json(ProgressOf {
        running,
        doing: found.doing,
        done: found.done,
        total: found.total,
        files: found
            .files
            .into_iter()
            .map(|(file, rows)| RowsRead { file, rows })
            .collect(),
    }))
}

/// Confirm an import
///
/// Writes what was shown, as one change. Where what stands has changed so that something else would be written, nothing is, and
/// the answer is 409: it is shown anew. `If-Match` names the version that was shown. Asks for the verb `import`.
#[utoipa::path(post, path = "/imports/{import}/confirm", operation_id = "confirm_import", tag = "imports", params(("import" = String, Path, description = "The import's id"), ("If-Match" = String, Header, description = "The `ETag` of the import that was read, or `*`")), responses((status = 200, description = "The import, confirmed", body = ImportOf), (status = 202, description = "It is still being written; `progress` says how far", body = ImportOf)))]
async fn confirm(
    State(state): State<AppState>,
    call: Call,
    headers: HeaderMap,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let found = call.expected(&headers, &import, Verb::Import).await?;
    let of = (call.clone(), import.clone());
    let work = async move {
        let (call, import) = of;
        let office = &call.office;
        office
            .confirm_import(&call.actor, &import, found.version)
            .await
    };
    let done = carried(&state, work).await?;
    call.stepped(&import, done).await
}

/// What was changed since an import.
#[derive(Serialize, ToSchema)]
struct LaterRecords {
    /// The first five hundred.
    items: Vec<LaterOf>,
}

/// A record of an import that somebody changed afterwards.
#[derive(Serialize, ToSchema)]
struct LaterOf {
    partner: String,
    kind: String,
    key: Vec<String>,
    /// The version that stands now, or that withdrew it.
    version: i64,
    /// The change that did so.
    change: i64,
    /// What it says now; null where it was withdrawn.
    #[schema(required)]
    cells: Option<BTreeMap<String, String>>,
}

/// What was changed since an import
///
/// The records of a confirmed import that somebody changed since: taking it back keeps them only where `keep_later` says so. Asks
/// for the verb `read-evidence`.
#[utoipa::path(get, path = "/imports/{import}/later", operation_id = "import_later", tag = "imports", params(("import" = String, Path, description = "The import's id")), responses((status = 200, description = "These records", body = LaterRecords)))]
async fn later(call: Call, Path(import): Path<String>) -> Result<Json<LaterRecords>, Problem> {
    let all = call.office.rests_on(&call.actor, &import).await?;
    Ok(Json(LaterRecords {
        items: all
            .into_iter()
            .map(|l| LaterOf {
                partner: l.partner,
                kind: l.kind,
                key: l.key,
                version: l.version,
                change: l.change,
                cells: l.cells.map(|cells| cells.into_iter().collect()),
            })
            .collect(),
    }))
}

/// How an import is taken back.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct UndoImport {
    /// Keeps records that somebody changed since; else nothing is done where there are some.
    keep_later: bool,
}

/// Take an import back
///
/// What it added is withdrawn, what it replaced stands again; nothing is erased. `If-Match` names the version that was seen. Asks
/// for the verb `undo-import`.
#[utoipa::path(post, path = "/imports/{import}/undo", operation_id = "undo_import", tag = "imports", params(("import" = String, Path, description = "The import's id"), ("If-Match" = String, Header, description = "The `ETag` of the import that was read, or `*`")), request_body = UndoImport, responses((status = 200, description = "The import, taken back", body = ImportOf), (status = 202, description = "It is still being taken back", body = ImportOf)))]
async fn undo(
    State(state): State<AppState>,
    call: Call,
    headers: HeaderMap,
    Path(import): Path<String>,
    Body(undo): Body<UndoImport>,
) -> Result<Response, Problem> {
    let found = call.expected(&headers, &import, Verb::UndoImport).await?;
    let of = (call.clone(), import.clone());
    let work = async move {
        let (call, import) = of;
        let office = &call.office;
        office
            .undo_import(&call.actor, &import, found.version, undo.keep_later)
            .await
    };
    let done = carried(&state, work).await?;
    call.stepped(&import, done).await
}
