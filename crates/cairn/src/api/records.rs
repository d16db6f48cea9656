//! Records: lists, one by one with their histories, and edits, each of which names the version that it changes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use app::bulk::{Bulk, BulkRow};
use app::domain::number::Exact;
use app::domain::vocabulary::{FieldType, Kind};
use app::edit::{Edit, Record, Said};
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter, number};
use super::etag::{self, Expected};
use super::page::{Page, Paging};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, correct, withdraw))
        .routes(routes!(history))
        .routes(routes!(edits))
        .routes(routes!(edit_bulk))
        .routes(routes!(preview_bulk))
        .routes(routes!(undo_edit))
}

/// A record as it stands.
#[derive(Serialize, ToSchema)]
pub struct RecordOf {
    /// Its version, which is also its `ETag`: who changes it names this number.
    version: i64,
    /// Whose it is.
    partner: String,
    /// Its kind.
    kind: String,
    /// What tells it from others of its kind, in the order of the kind's key columns.
    key: Vec<String>,
    /// What it says, by column, as an evidence folder writes it: ISO days, decimals as texts. An empty column is left out.
    cells: BTreeMap<String, String>,
    /// The day on which it was recorded, where something says so.
    #[schema(required, format = Date)]
    recorded_on: Option<String>,
    /// Where it is from, in words.
    source: String,
}

impl From<Record> for RecordOf {
    fn from(of: Record) -> RecordOf {
        RecordOf {
            version: of.version,
            partner: of.partner,
            kind: of.kind,
            key: of.key,
            cells: of.cells.into_iter().collect(),
            recorded_on: of.recorded_on.map(|day| day.to_string()),
            source: of.source,
        }
    }
}

/// What a record is to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// By column, as an evidence folder writes it: ISO days, decimals as texts. What is left out is empty.
    pub cells: BTreeMap<String, String>,
}

fn cells_of(cells: BTreeMap<String, String>) -> app::records::Cells {
    cells.into_iter().collect()
}

/// Which records of a kind, and in which order.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only records that say exactly this, as `column=value`; may be there several times, then all must hold.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    r#where: Vec<(String, String)>,
    /// Only records of which any column contains this text, in whatever case.
    contains: Option<String>,
    /// The column to sort by, with a `-` before it from the greatest to the least; as they were learned where it is left out.
    sort: Option<String>,
}

impl Parameters for Which {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let mut which = Which {
            r#where: vec![],
            contains: pairs.one("contains")?,
            sort: pairs.one("sort")?,
        };
        for text in pairs.all("where") {
            let (column, value) = text
                .split_once('=')
                .ok_or_else(|| bad_parameter("where", "it is written column=value"))?;
            which.r#where.push((column.to_owned(), value.to_owned()));
        }
        Ok(which)
    }
}

/// By what records are ordered: the text of a column, then the version.
struct Order<'k> {
    column: Option<(&'k str, &'k FieldType)>,
    descending: bool,
}

impl Order<'_> {
    fn text<'r>(&self, of: &'r Record) -> &'r str {
        let Some((name, _)) = self.column else {
            return "";
        };
        let cell = of.cells.iter().find(|(n, _)| n == name);
        cell.map_or("", |(_, text)| text.as_str())
    }

    fn compare(&self, (a, a_version): (&str, i64), (b, b_version): (&str, i64)) -> Ordering {
        let is_number = self.column.is_some_and(|(_, of)| {
            matches!(
                of,
                FieldType::Number(_) | FieldType::Percent | FieldType::Money(_)
            )
        });
        let numbers = || Some((Exact::parse(a)?, Exact::parse(b)?));
        let by_text = match is_number.then(numbers).flatten() {
            Some((a, b)) => a.cmp(&b),
            None => a.cmp(b),
        };
        let by_text = if self.descending {
            by_text.reverse()
        } else {
            by_text
        };
        by_text.then(a_version.cmp(&b_version))
    }
}

impl Which {
    fn order<'k>(&'k self, kind: &'k Kind) -> Result<Order<'k>, Problem> {
        let Some(sort) = &self.sort else {
            return Ok(Order {
                column: None,
                descending: false,
            });
        };
        let (descending, name) = match sort.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, sort.as_str()),
        };
        let (_, name, field) = column(kind, "sort", name)?;
        Ok(Order {
            column: Some((name, &field.kind)),
            descending,
        })
    }

    fn wants(&self, of: &Record, contains: Option<&str>) -> bool {
        let is = |(column, value): &(String, String)| {
            let cell = of.cells.iter().find(|(name, _)| name == column);
            cell.map_or("", |(_, text)| text.as_str()) == value
        };
        self.r#where.iter().all(is)
            && contains.is_none_or(|part| {
                let mut cells = of.cells.iter();
                cells.any(|(_, text)| text.to_lowercase().contains(part))
            })
    }
}

fn column<'k>(
    kind: &'k Kind,
    parameter: &str,
    name: &str,
) -> Result<(usize, &'k str, &'k app::domain::vocabulary::Field), Problem> {
    let found = kind.fields.get_full(name);
    found
        .map(|(at, name, field)| (at, name.as_str(), field))
        .ok_or_else(|| {
            let columns: Vec<&str> = kind.fields.keys().map(String::as_str).collect();
            bad_parameter(
                parameter,
                &format!("`{}` has no column `{name}`", kind.name),
            )
            .help(format!("it has {}", columns.join(", ")))
        })
}

impl Call {
    /// A kind that an address names: where there is none, there is nothing.
    pub fn kind(&self, name: &str) -> Result<&Kind, Problem> {
        let kinds = &self.office.programs.vocabulary().kinds;
        kinds
            .get(name)
            .ok_or_else(|| app::refusal::Refusal::no("kind", name).into())
    }

    /// A record of a kind that an address names by any of its versions, as it stands.
    pub async fn record(
        &self,
        partner: &str,
        kind: &str,
        version: &str,
    ) -> Result<Record, Problem> {
        let number = number::<i64>("record", version)?;
        let record = self.office.record(&self.actor, partner, number).await?;
        if record.kind == kind {
            Ok(record)
        } else {
            Err(app::refusal::Refusal::no("record", version).into())
        }
    }
}

/// The records of a kind
///
/// What stands now, filtered and sorted, page by page. Who may see only what is their own sees those records.
#[utoipa::path(get, path = "/partners/{partner}/records/{kind}", operation_id = "records", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), Which, Paging), responses((status = 200, description = "A page of records", body = Page<RecordOf>)))]
async fn list(
    call: Call,
    Path((partner, kind)): Path<(String, String)>,
    Asked((which, paging)): Asked<(Which, Paging)>,
) -> Result<Json<Page<RecordOf>>, Problem> {
    call.at(&partner)?;
    let of = call.kind(&kind)?;
    let order = which.order(of)?;
    for (name, _) in &which.r#where {
        column(of, "where", name)?;
    }
    let contains = which.contains.as_ref().map(|text| text.to_lowercase());
    let conditions: Vec<String> = which
        .r#where
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let of_list = format!(
        "records {partner} {kind} {} {} {}",
        which.sort.as_deref().unwrap_or(""),
        contains.as_deref().unwrap_or(""),
        conditions.join("\u{1f}")
    );
    let after = paging.after(&of_list)?;
    let after = after.as_deref().and_then(|position| {
        let (version, text) = position.split_once(' ')?;
        Some((text, version.parse::<i64>().ok()?))
    });
    let mut records = call.office.records(&call.actor, &partner, &kind).await?;
    records.retain(|record| which.wants(record, contains.as_deref()));
    records.sort_by(|a, b| order.compare((order.text(a), a.version), (order.text(b), b.version)));
    let begins = after.map_or(0, |after| {
        records.partition_point(|r| order.compare((order.text(r), r.version), after).is_le())
    });
    let page: Vec<Record> = records
        .into_iter()
        .skip(begins)
        .take(paging.limit + 1)
        .collect();
    let page = paging.page(&of_list, page, |r| {
        format!("{} {}", r.version, order.text(r))
    });
    Ok(Json(Page {
        items: page.items.into_iter().map(RecordOf::from).collect(),
        next: page.next,
    }))
}

/// Where an edit stands in what was sent.
fn written(status: StatusCode, record: Record, location: bool) -> Response {
    let tag = etag::version(record.version);
    let at = format!(
        "/api/v1/partners/{}/records/{}/{}",
        super::spec::segment(&record.partner),
        super::spec::segment(&record.kind),
        record.version
    );
    let body = Json(RecordOf::from(record));
    let mut response = if location {
        (status, [(header::LOCATION, at)], body).into_response()
    } else {
        (status, body).into_response()
    };
    etag::tagged(&mut response, &tag);
    response
}

fn only(records: Vec<Record>) -> Result<Record, Problem> {
    records
        .into_iter()
        .next()
        .ok_or_else(|| Problem::ours("an edit returned no record"))
}

/// Add a record
///
/// Read just as a row of a file would be. Asks for the verb `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/records/{kind}", operation_id = "add_record", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence")), request_body = Cells, responses((status = 201, description = "The record, with its version as `ETag` and its address in `Location`", body = RecordOf)))]
async fn add(
    call: Call,
    Path((partner, kind)): Path<(String, String)>,
    Body(body): Body<Cells>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.kind(&kind)?;
    let edit = Edit::Add {
        kind,
        cells: cells_of(body.cells),
    };
    let done = call.office.edit(&call.actor, &partner, &[edit]).await?;
    Ok(written(StatusCode::CREATED, only(done.value)?, true))
}

/// One record
///
/// The record that has or had this version, as it stands now; its `ETag` is the version that stands.
#[utoipa::path(get, path = "/partners/{partner}/records/{kind}/{version}", operation_id = "record", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("version" = i64, Path, description = "Any version of the record")), responses((status = 200, description = "The record", body = RecordOf)))]
async fn one(
    call: Call,
    Path((partner, kind, version)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let record = call.record(&partner, &kind, &version).await?;
    Ok(written(StatusCode::OK, record, false))
}

/// That what stands is what the caller expects to change.
fn expect(headers: &HeaderMap, record: &Record) -> Result<(), Problem> {
    match etag::expected(headers)? {
        Expected::Any => Ok(()),
        Expected::Version(version) if version == record.version => Ok(()),
        Expected::Version(_) => Err(Problem::outdated().detail(format!(
            "version {} of {} stands now",
            record.version, record.kind
        ))),
    }
}

/// Of two who change the same version the second one is told as if its condition had been asked later.
fn raced(problem: app::refusal::Refusal) -> Problem {
    match problem {
        refusal @ app::refusal::Refusal::Conflict { .. } => {
            Problem::outdated().detail(refusal.to_string())
        }
        refusal => refusal.into(),
    }
}

/// Correct a record
///
/// What it says from now on, whole. `If-Match` names the version that is corrected; what it said before stays in its history.
#[utoipa::path(put, path = "/partners/{partner}/records/{kind}/{version}", operation_id = "correct_record", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("version" = i64, Path, description = "Any version of the record"), ("If-Match" = String, Header, description = "The `ETag` of the record that was read, or `*`")), request_body = Cells, responses((status = 200, description = "The record as it stands now, with its new version as `ETag`", body = RecordOf)))]
async fn correct(
    call: Call,
    headers: HeaderMap,
    Path((partner, kind, version)): Path<(String, String, String)>,
    Body(body): Body<Cells>,
) -> Result<Response, Problem> {
    let record = call.record(&partner, &kind, &version).await?;
    expect(&headers, &record)?;
    let edit = Edit::Correct {
        version: record.version,
        cells: cells_of(body.cells),
    };
    let done = call.office.edit(&call.actor, &partner, &[edit]).await;
    let record = only(done.map_err(raced)?.value)?;
    Ok(written(StatusCode::OK, record, false))
}

/// Withdraw a record
///
/// It no longer stands; its history does. `If-Match` names the version that is withdrawn.
#[utoipa::path(delete, path = "/partners/{partner}/records/{kind}/{version}", operation_id = "withdraw_record", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("version" = i64, Path, description = "Any version of the record"), ("If-Match" = String, Header, description = "The `ETag` of the record that was read, or `*`")), responses((status = 204, description = "It no longer stands")))]
async fn withdraw(
    call: Call,
    headers: HeaderMap,
    Path((partner, kind, version)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    let record = call.record(&partner, &kind, &version).await?;
    expect(&headers, &record)?;
    let edit = Edit::Withdraw {
        version: record.version,
    };
    let done = call.office.edit(&call.actor, &partner, &[edit]).await;
    done.map_err(raced)?;
    Ok(StatusCode::NO_CONTENT)
}

/// All that was ever said of a record.
#[derive(Serialize, ToSchema)]
struct History {
    /// Oldest first: what stands last is true now.
    items: Vec<SaidOf>,
}

/// What somebody once said of a record.
#[derive(Serialize, ToSchema)]
struct SaidOf {
    /// The version.
    version: i64,
    /// The change that wrote it.
    change: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The account that did, or the name of what acted by itself.
    actor: String,
    /// What was done.
    verb: String,
    /// What it said; null where it was withdrawn.
    #[schema(required)]
    cells: Option<BTreeMap<String, String>>,
}

impl From<Said> for SaidOf {
    fn from(of: Said) -> SaidOf {
        SaidOf {
            version: of.version,
            change: of.change,
            at: of.at.to_string(),
            actor: of.actor,
            verb: of.verb,
            cells: of.cells.map(|cells| cells.into_iter().collect()),
        }
    }
}

/// The history of a record
///
/// All that was ever said of it, by whom and when, oldest first.
#[utoipa::path(get, path = "/partners/{partner}/records/{kind}/{version}/history", operation_id = "record_history", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("version" = i64, Path, description = "Any version of the record")), responses((status = 200, description = "The history", body = History)))]
async fn history(
    call: Call,
    Path((partner, kind, version)): Path<(String, String, String)>,
) -> Result<Json<History>, Problem> {
    call.kind(&kind)?;
    let number = number::<i64>("record", &version)?;
    let said = call.office.history(&call.actor, &partner, number).await?;
    Ok(Json(History {
        items: said.into_iter().map(SaidOf::from).collect(),
    }))
}

/// Edits that are carried out together or not at all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Edits {
    /// In this order, at most 1,000.
    #[schema(min_items = 1, max_items = 1000)]
    edits: Vec<EditOf>,
}

/// One edit.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum EditOf {
    /// A new record.
    Add {
        /// Its kind.
        kind: String,
        /// What it says, by column.
        cells: BTreeMap<String, String>,
    },
    /// Other texts for a record that stands.
    Correct {
        /// The version that is corrected.
        version: i64,
        /// What it says from now on, whole.
        cells: BTreeMap<String, String>,
    },
    /// It no longer stands.
    Withdraw {
        /// The version that is withdrawn.
        version: i64,
    },
}

impl From<EditOf> for Edit {
    fn from(of: EditOf) -> Edit {
        match of {
            EditOf::Add { kind, cells } => Edit::Add {
                kind,
                cells: cells_of(cells),
            },
            EditOf::Correct { version, cells } => Edit::Correct {
                version,
                cells: cells_of(cells),
            },
            EditOf::Withdraw { version } => Edit::Withdraw { version },
        }
    }
}

/// What came of edits.
#[derive(Serialize, ToSchema)]
struct Edited {
    /// The change that the audit log has of them.
    change: i64,
    /// The records as they stand then, in the order of the edits, without those that were withdrawn.
    records: Vec<RecordOf>,
}

/// Edit several records
///
/// Adds, corrects and withdraws records of any kinds as one change: all of it or nothing. Each edit names the version that it
/// changes; where somebody else changed one meanwhile, the answer is 409 and nothing is done.
#[utoipa::path(post, path = "/partners/{partner}/edits", operation_id = "edit_records", tag = "records", params(("partner" = String, Path, description = "The partner's id")), request_body = Edits, responses((status = 200, description = "What came of them", body = Edited)))]
async fn edits(
    call: Call,
    Path(partner): Path<String>,
    Body(body): Body<Edits>,
) -> Result<Json<Edited>, Problem> {
    call.at(&partner)?;
    if body.edits.len() > super::page::MOST {
        return Err(Problem::too_large().help("send at most 1,000 edits at once"));
    }
    let edits: Vec<Edit> = body.edits.into_iter().map(Edit::from).collect();
    let done = call.office.edit(&call.actor, &partner, &edits).await?;
    Ok(Json(Edited {
        change: done.change,
        records: done.value.into_iter().map(RecordOf::from).collect(),
    }))
}

/// What is done to each of several records.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkOf {
    /// The kind of the records.
    kind: String,
    /// Their versions, as they were looked at; at most 1,000.
    #[schema(min_items = 1, max_items = 1000)]
    versions: Vec<i64>,
    /// The column that is set, none of the key; null withdraws the records.
    field: Option<String>,
    /// What the column says from now on, as an evidence folder writes it; empty takes it out.
    #[serde(default)]
    value: String,
}

impl BulkOf {
    fn what(&self) -> Bulk {
        match &self.field {
            Some(field) => Bulk::Set {
                field: field.clone(),
                value: self.value.clone(),
            },
            None => Bulk::Withdraw,
        }
    }
}

/// What would become of several records.
#[derive(Serialize, ToSchema)]
struct BulkSeen {
    /// How many would be changed.
    changed: usize,
    /// Each record.
    records: Vec<BulkRecord>,
    /// The programs in which something moves, as things stand today; empty where a record cannot be changed so.
    moved: Vec<BulkMoved>,
}

/// What would become of one of them.
#[derive(Serialize, ToSchema)]
struct BulkRecord {
    /// The version that was named.
    version: i64,
    /// What tells it from others of its kind.
    key: Vec<String>,
    /// What it says.
    before: BTreeMap<String, String>,
    /// What it would say; null where it would be withdrawn.
    #[schema(required)]
    after: Option<BTreeMap<String, String>>,
    /// Why it cannot be done; empty where it can.
    problems: Vec<String>,
}

impl From<BulkRow> for BulkRecord {
    fn from(of: BulkRow) -> BulkRecord {
        let said = |p: &app::domain::diagnostic::Diagnostic| p.message.clone();
        BulkRecord {
            version: of.version,
            problems: of.problems.iter().map(said).collect(),
            key: of.key,
            before: of.before.into_iter().collect(),
            after: of.after.map(|cells| cells.into_iter().collect()),
        }
    }
}

/// What would move in a program.
#[derive(Serialize, ToSchema)]
struct BulkMoved {
    /// The program.
    program: String,
    /// The highest level that is met as things stand; null where none is.
    #[schema(required)]
    met_before: Option<String>,
    /// The highest level that would be met.
    #[schema(required)]
    met_after: Option<String>,
    /// The requirements of which a number or a verdict would be another one, by id.
    rows: Vec<String>,
}

impl From<app::since::Moved> for BulkMoved {
    fn from(of: app::since::Moved) -> BulkMoved {
        let mut rows: Vec<String> = of.rows.into_iter().map(|row| row.id).collect();
        rows.sort();
        rows.dedup();
        BulkMoved {
            program: of.program,
            met_before: of.met_before,
            met_after: of.met_after,
            rows,
        }
    }
}

/// Preview one change of several records
///
/// What each of them would say, which cannot be changed so and why, and what would move in each program. Writes nothing.
/// Asks for the verb `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/bulk-edits/preview", tag = "records", params(("partner" = String, Path, description = "The partner's id")), request_body = BulkOf, responses((status = 200, description = "What would become of them", body = BulkSeen)))]
async fn preview_bulk(
    call: Call,
    Path(partner): Path<String>,
    Body(of): Body<BulkOf>,
) -> Result<Json<BulkSeen>, Problem> {
    call.at(&partner)?;
    let seen = call
        .office
        .preview_bulk(&call.actor, &partner, &of.kind, &of.versions, &of.what())
        .await?;
    Ok(Json(BulkSeen {
        changed: seen.changed(),
        records: seen.rows.into_iter().map(BulkRecord::from).collect(),
        moved: seen.moved.into_iter().map(BulkMoved::from).collect(),
    }))
}

/// Set a column of several records, or withdraw them
///
/// One change: all of it or nothing. Where somebody changed one of them meanwhile, or one cannot be changed so, the answer is
/// 422, names each such record, and nothing is done. Asks for the verb `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/bulk-edits", tag = "records", params(("partner" = String, Path, description = "The partner's id")), request_body = BulkOf, responses((status = 200, description = "What came of it", body = Edited)))]
async fn edit_bulk(
    call: Call,
    Path(partner): Path<String>,
    Body(of): Body<BulkOf>,
) -> Result<Json<Edited>, Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .edit_bulk(&call.actor, &partner, &of.kind, &of.versions, &of.what())
        .await?;
    Ok(Json(Edited {
        change: done.change,
        records: done.value.into_iter().map(RecordOf::from).collect(),
    }))
}

/// What was taken back.
#[derive(Serialize, ToSchema)]
struct Undone {
    /// The change that the audit log has of it.
    change: i64,
    /// How many records stand again as they stood, or no longer.
    records: usize,
}

/// Take back a change of records
///
/// What it wrote is withdrawn and what it replaced stands again as it was. Where somebody changed one of the records since, the
/// answer is 422, names each such record, and nothing is done. Asks for the verb `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/changes/{change}/undo", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("change" = i64, Path, description = "The change's number")), responses((status = 200, description = "What was taken back", body = Undone)))]
async fn undo_edit(
    call: Call,
    Path((partner, change)): Path<(String, String)>,
) -> Result<Json<Undone>, Problem> {
    call.at(&partner)?;
    let number = number::<i64>("change", &change)?;
    let done = call.office.undo_edit(&call.actor, &partner, number).await?;
    Ok(Json(Undone {
        change: done.change,
        records: done.value,
    }))
}
