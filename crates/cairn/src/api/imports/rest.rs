//! What imports leave behind: refused rows to be mended, names that nobody knows, and how files were read.

use std::collections::BTreeMap;

use app::access::Verb;
use app::imports::{NameIs, RefusedRow, SettledName, Target};
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::call::{Asked, Body, Call, number};
use super::super::etag;
use super::super::page::{Page, Paging};
use super::super::records::{Cells, RecordOf};
use super::options::{FileChoiceOf, ProblemOf, UnknownNameOf, UnsortedOf};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// Rows of which nobody knows whose they are stand under this id.
const NOBODY: &str = "";

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(refused))
        .routes(routes!(mend, dismiss))
        .routes(routes!(refused_of_nobody))
        .routes(routes!(mend_of_nobody, dismiss_of_nobody))
        .routes(routes!(names, settle))
        .routes(routes!(forget_name))
        .routes(routes!(names_of_all, settle_for_all))
        .routes(routes!(forget_name_for_all))
        .routes(routes!(unsorted))
        .routes(routes!(mappings))
        .routes(routes!(forget_mapping))
        .routes(routes!(mappings_of_several))
        .routes(routes!(forget_mapping_of_several))
}

/// A row that was refused, and waits to be mended.
#[derive(Serialize, ToSchema)]
struct RefusedOf {
    /// What keeps it: whoever mends it or lets it go names this number.
    version: i64,
    kind: String,
    file: String,
    /// The row of the file.
    row: u32,
    /// What could be read, and the rest as it stands there.
    cells: BTreeMap<String, String>,
    /// What is wrong with it.
    problems: Vec<ProblemOf>,
    /// Does it only state otherwise what another row states? Then it counts in no answer.
    repeats: bool,
}

impl From<RefusedRow> for RefusedOf {
    fn from(of: RefusedRow) -> RefusedOf {
        RefusedOf {
            version: of.version,
            kind: of.kind,
            file: of.file,
            row: of.row,
            cells: of.cells.into_iter().collect(),
            problems: of.problems.into_iter().map(ProblemOf::from).collect(),
            repeats: of.repeats,
        }
    }
}

async fn refused_at(
    call: &Call,
    partner: &str,
    paging: &Paging,
) -> Result<Json<Page<RefusedOf>>, Problem> {
    let list = format!("refused {partner}");
    let after = paging.after(&list)?.and_then(|at| at.parse().ok());
    let (after, most) = (after.unwrap_or(0), paging.limit + 1);
    let all = call
        .office
        .refused(&call.actor, partner, after, most)
        .await?;
    let page = paging.page(&list, all, |row| row.version.to_string());
    Ok(Json(Page {
        items: page.items.into_iter().map(RefusedOf::from).collect(),
        next: page.next,
    }))
}

async fn mended(
    call: &Call,
    partner: &str,
    version: &str,
    cells: Cells,
) -> Result<Json<RecordOf>, Problem> {
    let version = number("refused row", version)?;
    let cells: Vec<(String, String)> = cells.cells.into_iter().collect();
    let done = call
        .office
        .mend_refused(&call.actor, partner, version, &cells)
        .await?;
    Ok(Json(done.value.into()))
}

async fn dismissed(call: &Call, partner: &str, version: &str) -> Result<StatusCode, Problem> {
    let version = number("refused row", version)?;
    call.office
        .dismiss_refused(&call.actor, partner, &[version])
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The refused rows of a partner
///
/// Rows of imports that could not be read and may count until they are mended; oldest first, page by page. Asks for the verb
/// `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/refused", operation_id = "refused", tag = "imports", params(("partner" = String, Path, description = "The partner's id"), Paging), responses((status = 200, description = "A page of refused rows", body = Page<RefusedOf>)))]
async fn refused(
    call: Call,
    Path(partner): Path<String>,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<RefusedOf>>, Problem> {
    call.at(&partner)?;
    refused_at(&call, &partner, &paging).await
}

/// Mend a refused row
///
/// Reads it anew with these cells, and keeps the refused row no longer: all of that, or nothing. Asks for the verb `import`.
#[utoipa::path(put, path = "/partners/{partner}/refused/{version}", operation_id = "mend_refused", tag = "imports", params(("partner" = String, Path, description = "The partner's id"), ("version" = i64, Path, description = "The refused row")), request_body = Cells, responses((status = 200, description = "The record that it became", body = RecordOf)))]
async fn mend(
    call: Call,
    Path((partner, version)): Path<(String, String)>,
    Body(body): Body<Cells>,
) -> Result<Json<RecordOf>, Problem> {
    call.at(&partner)?;
    mended(&call, &partner, &version, body).await
}

/// Let a refused row go
///
/// It is kept no longer, without a record in its place. Asks for the verb `import`.
#[utoipa::path(delete, path = "/partners/{partner}/refused/{version}", operation_id = "dismiss_refused", tag = "imports", params(("partner" = String, Path, description = "The partner's id"), ("version" = i64, Path, description = "The refused row")), responses((status = 204, description = "It is kept no longer")))]
async fn dismiss(
    call: Call,
    Path((partner, version)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    dismissed(&call, &partner, &version).await
}

/// The refused rows of nobody
///
/// Those of which nobody knows whose they are; oldest first, page by page. Asks for the verb `manage-partners`.
#[utoipa::path(get, path = "/refused", operation_id = "refused_of_nobody", tag = "imports", params(Paging), responses((status = 200, description = "A page of refused rows", body = Page<RefusedOf>)))]
async fn refused_of_nobody(
    call: Call,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<RefusedOf>>, Problem> {
    refused_at(&call, NOBODY, &paging).await
}

/// Mend a refused row of nobody
///
/// Its cells name the `partner`. Asks for the verb `manage-partners`.
#[utoipa::path(put, path = "/refused/{version}", operation_id = "mend_refused_of_nobody", tag = "imports", params(("version" = i64, Path, description = "The refused row")), request_body = Cells, responses((status = 200, description = "The record that it became", body = RecordOf)))]
async fn mend_of_nobody(
    call: Call,
    Path(version): Path<String>,
    Body(body): Body<Cells>,
) -> Result<Json<RecordOf>, Problem> {
    mended(&call, NOBODY, &version, body).await
}

/// Let a refused row of nobody go
///
/// It is kept no longer. Asks for the verb `manage-partners`.
#[utoipa::path(delete, path = "/refused/{version}", operation_id = "dismiss_refused_of_nobody", tag = "imports", params(("version" = i64, Path, description = "The refused row")), responses((status = 204, description = "It is kept no longer")))]
async fn dismiss_of_nobody(call: Call, Path(version): Path<String>) -> Result<StatusCode, Problem> {
    dismissed(&call, NOBODY, &version).await
}

/// Names that no catalog knows, and what was said of names.
#[derive(Serialize, ToSchema)]
struct Names {
    /// The names of the partner's records that no catalog knows, the commonest first.
    unknown: Vec<UnknownNameOf>,
    /// What was said of names, for this partner and for all.
    settled: Vec<SettledOf>,
}

/// What was said of names for all partners.
#[derive(Serialize, ToSchema)]
struct SettledNames {
    items: Vec<SettledOf>,
}

/// What was said of a name.
#[derive(Serialize, ToSchema)]
struct SettledOf {
    kind: String,
    name: String,
    /// The entry of a catalog that it is; null where it is another vendor's.
    #[schema(required)]
    entry: Option<String>,
    /// Was it said for all partners?
    for_all: bool,
    /// The account that said it.
    actor: String,
    #[schema(format = DateTime)]
    said_at: String,
}

impl From<SettledName> for SettledOf {
    fn from(of: SettledName) -> SettledOf {
        SettledOf {
            kind: of.kind,
            name: of.name,
            entry: of.entry,
            for_all: of.for_all,
            actor: of.actor,
            said_at: of.said_at.to_string(),
        }
    }
}

/// Names that no catalog knows
///
/// Those of a partner's records, each with its nearest known spellings, and what was said of names before. Asks for the verb
/// `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/names", operation_id = "names", tag = "imports", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The names", body = Names)))]
async fn names(call: Call, Path(partner): Path<String>) -> Result<Json<Names>, Problem> {
    call.at(&partner)?;
    let unknown = call.office.unknown_names(&call.actor, &partner)?;
    let target = Target::Partner(partner);
    let settled = call.office.settled_names(&call.actor, &target).await?;
    Ok(Json(Names {
        unknown: unknown.into_iter().map(UnknownNameOf::from).collect(),
        settled: settled.into_iter().map(SettledOf::from).collect(),
    }))
}

/// Names that were settled for all
///
/// What was said of names for all partners. Asks for the verb `manage-partners`.
#[utoipa::path(get, path = "/names", operation_id = "names_of_all", tag = "imports", responses((status = 200, description = "The names", body = SettledNames)))]
async fn names_of_all(call: Call) -> Result<Json<SettledNames>, Problem> {
    let settled = call.office.settled_names(&call.actor, &Target::Several);
    let settled = settled.await?;
    Ok(Json(SettledNames {
        items: settled.into_iter().map(SettledOf::from).collect(),
    }))
}

/// What a name is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NameOf {
    /// The kind of evidence.
    kind: String,
    /// The name, as it stands in records.
    #[schema(max_length = 1000)]
    name: String,
    /// The entry of a catalog that it is, by its id or any spelling; null: it is set aside as another vendor's.
    entry: Option<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct Settled {
    /// How many records were changed.
    records: u64,
    /// The change that the audit log has of it.
    change: i64,
}

async fn settled(call: &Call, target: Target, of: NameOf) -> Result<Json<Settled>, Problem> {
    match target.partner() {
        Some(partner) => call.actor.permit(Verb::Import, partner)?,
        None => call.actor.permit_server(Verb::ManagePartners)?,
    }
    let is = match of.entry {
        Some(entry) => NameIs::Entry(entry),
        None => NameIs::OtherVendor,
    };
    let done = call
        .office
        .settle_name(&call.actor, &target, &of.kind, &of.name, &is)
        .await?;
    Ok(Json(Settled {
        records: done.value,
        change: done.change,
    }))
}

/// Say what a name is
///
/// Maps it to an entry of a catalog or sets it aside, for the records that have it and for imports to come; a preview that is made
/// anew knows it. Asks for the verb `import`.
#[utoipa::path(post, path = "/partners/{partner}/names", operation_id = "settle_name", tag = "imports", params(("partner" = String, Path, description = "The partner's id")), request_body = NameOf, responses((status = 200, description = "What came of it", body = Settled)))]
async fn settle(
    call: Call,
    Path(partner): Path<String>,
    Body(of): Body<NameOf>,
) -> Result<Json<Settled>, Problem> {
    call.at(&partner)?;
    settled(&call, Target::Partner(partner), of).await
}

/// Say what a name is for all
///
/// For the records of all partners, and for imports to come. Asks for the verb `manage-partners`.
#[utoipa::path(post, path = "/names", operation_id = "settle_name_for_all", tag = "imports", request_body = NameOf, responses((status = 200, description = "What came of it", body = Settled)))]
async fn settle_for_all(call: Call, Body(of): Body<NameOf>) -> Result<Json<Settled>, Problem> {
    settled(&call, Target::Several, of).await
}

/// Forget what a name is
///
/// Imports to come ask again; records keep what they say. Asks for the verb `import`.
#[utoipa::path(delete, path = "/partners/{partner}/names/{kind}/{name}", operation_id = "forget_name", tag = "imports", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("name" = String, Path, description = "The name")), responses((status = 204, description = "It is forgotten")))]
async fn forget_name(
    call: Call,
    Path((partner, kind, name)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    let target = Target::Partner(partner);
    call.office
        .forget_name(&call.actor, &target, &kind, &name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget what a name is for all
///
/// Imports to come ask again; records keep what they say. Asks for the verb `manage-partners`.
#[utoipa::path(delete, path = "/names/{kind}/{name}", operation_id = "forget_name_for_all", tag = "imports", params(("kind" = String, Path, description = "The kind of evidence"), ("name" = String, Path, description = "The name")), responses((status = 204, description = "It is forgotten")))]
async fn forget_name_for_all(
    call: Call,
    Path((kind, name)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.office
        .forget_name(&call.actor, &Target::Several, &kind, &name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Values of which nothing says where they belong.
#[derive(Serialize, ToSchema)]
struct UnsortedValues {
    items: Vec<UnsortedOf>,
}

/// Values of which nothing says where they belong
///
/// Such as accounts of the profit and loss account that were put to no line, each with a guess by its name. What is said is a record
/// of their `kind`, added like any other. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/unsorted", operation_id = "unsorted", tag = "imports", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The values", body = UnsortedValues)))]
async fn unsorted(
    call: Call,
    Path(partner): Path<String>,
) -> Result<Json<UnsortedValues>, Problem> {
    call.at(&partner)?;
    let all = call.office.unsorted(&call.actor, &partner)?;
    Ok(Json(UnsortedValues {
        items: all.into_iter().map(UnsortedOf::from).collect(),
    }))
}

/// How files are read.
#[derive(Serialize, ToSchema)]
struct Mappings {
    /// What is remembered.
    items: Vec<MappingOf>,
}

/// How files with the same header are read.
#[derive(Serialize, ToSchema)]
struct MappingOf {
    /// Its id.
    mapping: String,
    /// The names in their header.
    columns: Vec<String>,
    /// What was said of them.
    choice: FileChoiceOf,
    #[schema(format = DateTime)]
    said_at: String,
}

async fn mappings_at(call: &Call, target: &Target) -> Result<Json<Mappings>, Problem> {
    let all = call.office.mappings(&call.actor, target).await?;
    Ok(Json(Mappings {
        items: all
            .into_iter()
            .map(|(columns, choice, at)| MappingOf {
                mapping: etag::digest(&[&columns]),
                columns: serde_json::from_str(&columns).unwrap_or_default(),
                choice: choice.into(),
                said_at: at.to_string(),
            })
            .collect(),
    }))
}

async fn forgotten(call: &Call, target: &Target, mapping: &str) -> Result<StatusCode, Problem> {
    let all = call.office.mappings(&call.actor, target).await?;
    let mut all = all.iter().map(|(columns, ..)| columns.as_str());
    let columns = all.find(|columns| etag::digest(&[columns]) == mapping);
    // Whoever may not forget one is told so, and not whether there is one.
    let columns = columns.unwrap_or(mapping);
    call.office
        .forget_mapping(&call.actor, target, columns)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a partner's files are read
///
/// What is remembered of earlier imports, by the names in the header of a file. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/mappings", operation_id = "mappings", tag = "imports", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "What is remembered", body = Mappings)))]
async fn mappings(call: Call, Path(partner): Path<String>) -> Result<Json<Mappings>, Problem> {
    call.at(&partner)?;
    mappings_at(&call, &Target::Partner(partner)).await
}

/// Forget how files are read
///
/// Files with such a header are read as the vocabulary says. Asks for the verb `import`.
#[utoipa::path(delete, path = "/partners/{partner}/mappings/{mapping}", operation_id = "forget_mapping", tag = "imports", params(("partner" = String, Path, description = "The partner's id"), ("mapping" = String, Path, description = "The mapping's id")), responses((status = 204, description = "It is forgotten")))]
async fn forget_mapping(
    call: Call,
    Path((partner, mapping)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    forgotten(&call, &Target::Partner(partner), &mapping).await
}

/// How files of several partners are read
///
/// What is remembered of earlier imports of several partners. Asks for the verb `manage-partners`.
#[utoipa::path(get, path = "/mappings", operation_id = "mappings_of_several", tag = "imports", responses((status = 200, description = "What is remembered", body = Mappings)))]
async fn mappings_of_several(call: Call) -> Result<Json<Mappings>, Problem> {
    mappings_at(&call, &Target::Several).await
}

/// Forget how files of several partners are read
///
/// Files with such a header are read as the vocabulary says. Asks for the verb `manage-partners`.
#[utoipa::path(delete, path = "/mappings/{mapping}", operation_id = "forget_mapping_of_several", tag = "imports", params(("mapping" = String, Path, description = "The mapping's id")), responses((status = 204, description = "It is forgotten")))]
async fn forget_mapping_of_several(
    call: Call,
    Path(mapping): Path<String>,
) -> Result<StatusCode, Problem> {
    forgotten(&call, &Target::Several, &mapping).await
}
