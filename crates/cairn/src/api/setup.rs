//! What is set, for a partner and for the server; how old evidence is, what changed since a visit, and evidence written out.

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

use app::domain::business::BusinessDays;
use app::domain::calendar::Day;
use app::domain::instant::Instant;
use app::settings::{Age, FirstRun, PartnerSettings, Standing};
use app::since::{Moved, Since};
use axum::Json;
use axum::body::{Body as Stream, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter};
use super::{etag, shapes};
use crate::args::day;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(settings, set_settings))
        .routes(routes!(set_up))
        .routes(routes!(ages))
        .routes(routes!(since))
        .routes(routes!(visit))
        .routes(routes!(server_settings))
        .routes(routes!(export))
        .routes(routes!(export_all))
}

/// What a partner has set.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingsOf {
    /// The currency, by its three letters.
    #[serde(default)]
    #[schema(required)]
    currency: Option<String>,
    /// Where "today" is, as `Europe/Berlin`.
    zone: String,
    /// The language of pages and mail: `en` or `de`.
    language: String,
    /// The programs that are followed; all where none is named.
    #[serde(default)]
    #[schema(required)]
    follows: Vec<String>,
    /// The days of the week that are free, from 0, Monday, to 6, Sunday.
    #[serde(default = "weekend")]
    #[schema(required, max_items = 6)]
    free_days: Vec<usize>,
    #[serde(default)]
    #[schema(required)]
    holidays: Vec<HolidayOf>,
    /// Business days that the review of a reference may take.
    #[serde(default = "five")]
    #[schema(required, minimum = 1, maximum = 60)]
    review_days: u32,
    /// Where the vendor's own form is, by program.
    #[serde(default)]
    #[schema(required)]
    forms: BTreeMap<String, String>,
}

fn weekend() -> Vec<usize> {
    vec![5, 6]
}

fn five() -> u32 {
    5
}

/// A day on which nobody works.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HolidayOf {
    #[schema(format = Date)]
    day: String,
    /// What it is called.
    #[serde(default)]
    #[schema(required)]
    name: String,
}

impl From<PartnerSettings> for SettingsOf {
    fn from(of: PartnerSettings) -> SettingsOf {
        SettingsOf {
            currency: of.currency,
            zone: of.zone,
            language: of.language,
            follows: of.follows,
            free_days: of.days.free(),
            holidays: of
                .holidays
                .into_iter()
                .map(|(day, name)| HolidayOf {
                    day: day.to_string(),
                    name,
                })
                .collect(),
            review_days: of.review_days,
            forms: of.forms.into_iter().collect(),
        }
    }
}

impl SettingsOf {
    fn read(self, version: i64) -> Result<PartnerSettings, Problem> {
        let mut holidays = vec![];
        for holiday in self.holidays {
            let day = Day::parse(&holiday.day);
            let day =
                day.ok_or_else(|| bad_parameter("holidays", "a day is written 2024-12-25"))?;
            holidays.push((day, holiday.name));
        }
        let free = holidays.iter().map(|(day, _)| *day).collect();
        let days = BusinessDays::new(&self.free_days, free);
        Ok(PartnerSettings {
            version,
            currency: self.currency,
            zone: self.zone,
            language: self.language,
            follows: self.follows,
            days: days.ok_or_else(|| {
                let why = "days of the week are numbers from 0 to 6, and one of them is worked";
                bad_parameter("free_days", why)
            })?,
            holidays,
            review_days: self.review_days,
            forms: self.forms.into_iter().collect(),
        })
    }
}

fn with_settings(of: PartnerSettings) -> Response {
    let tag = etag::version(of.version);
    let mut response = Json(SettingsOf::from(of)).into_response();
    etag::tagged(&mut response, &tag);
    response
}

/// The settings of a partner
///
/// With their version as `ETag`, for whoever has any role there.
#[utoipa::path(get, path = "/partners/{partner}/settings", operation_id = "partner_settings", tag = "partners", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The settings", body = SettingsOf)))]
async fn settings(call: Call, Path(partner): Path<String>) -> Result<Response, Problem> {
    call.at(&partner)?;
    let found = call.office.partner_settings(&call.actor, &partner).await?;
    Ok(with_settings(found))
}

/// Set the settings of a partner
///
/// Whole. `If-Match` names the version that was read. Asks for the verb `edit-partner`.
#[utoipa::path(put, path = "/partners/{partner}/settings", operation_id = "set_partner_settings", tag = "partners", params(("partner" = String, Path, description = "The partner's id"), ("If-Match" = String, Header, description = "The `ETag` of the settings that were read, or `*`")), request_body = SettingsOf, responses((status = 200, description = "The settings", body = SettingsOf)))]
async fn set_settings(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Body(wanted): Body<SettingsOf>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.actor
        .permit(app::access::Verb::EditPartner, &partner)?;
    let now = call.office.partner_settings(&call.actor, &partner).await?;
    etag::matching(&headers, now.version)?;
    let wanted = wanted.read(now.version)?;
    let done = call
        .office
        .set_partner_settings(&call.actor, &partner, &wanted)
        .await?;
    Ok(with_settings(done.value))
}

/// What a partner says of itself at the first run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstRunOf {
    /// What the company is called.
    #[serde(default)]
    name: String,
    /// Its country, as a file would say it.
    #[serde(default)]
    country: String,
    /// Where it stands in the programs that it follows.
    #[serde(default)]
    standings: Vec<StandingSaid>,
    settings: SettingsOf,
}

/// Where a partner says that it stands. What is not known is left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StandingSaid {
    program: String,
    #[serde(default)]
    level: String,
    /// Since which day.
    #[serde(default)]
    since: String,
    #[serde(default)]
    last_review_on: String,
    #[serde(default)]
    next_review_on: String,
    #[serde(default)]
    fee_paid_until: String,
}

/// Set a partner up
///
/// The first run: the name of the company, where it stands, and its settings. What it says of records corrects those that are
/// there. `If-Match` names the version of the settings that were read. Asks for the verb `edit-partner`.
#[utoipa::path(post, path = "/partners/{partner}/set-up", tag = "partners", params(("partner" = String, Path, description = "The partner's id"), ("If-Match" = String, Header, description = "The `ETag` of the settings that were read, or `*`")), request_body = FirstRunOf, responses((status = 200, description = "The settings", body = SettingsOf)))]
async fn set_up(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Body(said): Body<FirstRunOf>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.actor
        .permit(app::access::Verb::EditPartner, &partner)?;
    let now = call.office.partner_settings(&call.actor, &partner).await?;
    etag::matching(&headers, now.version)?;
    let first = FirstRun {
        name: said.name,
        country: said.country,
        standings: said
            .standings
            .into_iter()
            .map(|s| Standing {
                program: s.program,
                level: s.level,
                since: s.since,
                last_review_on: s.last_review_on,
                next_review_on: s.next_review_on,
                fee_paid_until: s.fee_paid_until,
            })
            .collect(),
        settings: said.settings.read(now.version)?,
    };
    let done = call.office.set_up(&call.actor, &partner, &first).await?;
    Ok(with_settings(done.value))
}

/// How old evidence is.
#[derive(Serialize, ToSchema)]
struct Ages {
    /// In the order of the vocabulary.
    items: Vec<AgeOf>,
}

/// How old a kind of evidence is.
#[derive(Serialize, ToSchema)]
struct AgeOf {
    kind: String,
    /// Was it supplied, even by an empty table?
    supplied: bool,
    /// The newest day of a record up to the day asked about.
    #[schema(required, format = Date)]
    newest: Option<String>,
    /// When it was last written: imported, entered or corrected.
    #[schema(required, format = DateTime)]
    written: Option<String>,
}

impl From<Age> for AgeOf {
    fn from(of: Age) -> AgeOf {
        AgeOf {
            kind: of.kind,
            supplied: of.supplied,
            newest: of.newest.map(|day| day.to_string()),
            written: of.written.map(|at| at.to_string()),
        }
    }
}

/// On which day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// The day asked about; today where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Day>,
}

impl Parameters for OnDay {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(OnDay {
            as_of: pairs.read("as_of", day)?,
        })
    }
}

/// How old the evidence is
///
/// Of each kind of evidence of a partner. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/ages", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), OnDay), responses((status = 200, description = "The ages", body = Ages)))]
async fn ages(
    call: Call,
    Path(partner): Path<String>,
    Asked(on): Asked<OnDay>,
) -> Result<Json<Ages>, Problem> {
    call.at(&partner)?;
    let day = on.as_of.unwrap_or_else(|| call.office.clock.today());
    let all = call.office.ages(&call.actor, &partner, day).await?;
    Ok(Json(Ages {
        items: all.into_iter().map(AgeOf::from).collect(),
    }))
}

/// What changed since.
#[derive(Serialize, ToSchema)]
struct SinceOf {
    /// Since when; null where you were never here before.
    #[schema(required, format = DateTime)]
    left: Option<String>,
    /// The newest change of that time.
    #[schema(required)]
    change: Option<i64>,
    /// The programs in which something moved, by the passing of time too.
    moved: Vec<MovedOf>,
    /// The records that were written, by kind.
    records: Vec<WrittenOf>,
}

/// How many records of a kind were written.
#[derive(Serialize, ToSchema)]
struct WrittenOf {
    kind: String,
    added: u64,
    corrected: u64,
    withdrawn: u64,
}

/// What moved in a program.
#[derive(Serialize, ToSchema)]
pub struct MovedOf {
    program: String,
    title: String,
    /// What the level is called that was held.
    #[schema(required)]
    held_before: Option<String>,
    #[schema(required)]
    held_after: Option<String>,
    /// What the level is called that was met for certain.
    #[schema(required)]
    met_before: Option<String>,
    #[schema(required)]
    met_after: Option<String>,
    /// The questions whose answer differs.
    columns: Vec<ColumnMovedOf>,
    /// The rows that differ.
    rows: Vec<RowMovedOf>,
    /// What rows are called that are asked and were not.
    rows_new: Vec<String>,
    /// What rows are called that are not asked any more.
    rows_gone: Vec<String>,
}

/// A question about a level whose answer differs.
#[derive(Serialize, ToSchema)]
struct ColumnMovedOf {
    #[schema(value_type = shapes::Question)]
    question: &'static str,
    /// What the level is called.
    level: String,
    #[schema(value_type = shapes::Verdict)]
    before: &'static str,
    #[schema(value_type = shapes::Verdict)]
    after: &'static str,
}

/// A row that differs.
#[derive(Serialize, ToSchema)]
struct RowMovedOf {
    row: String,
    title: String,
    #[schema(value_type = shapes::Question)]
    question: &'static str,
    level: String,
    /// What the partner had, in words.
    have_before: String,
    have_after: String,
    #[schema(value_type = shapes::Verdict)]
    before: &'static str,
    #[schema(value_type = shapes::Verdict)]
    after: &'static str,
}

impl From<&Moved> for MovedOf {
    fn from(of: &Moved) -> MovedOf {
        MovedOf {
            program: of.program.clone(),
            title: of.title.clone(),
            held_before: of.held_before.clone(),
            held_after: of.held_after.clone(),
            met_before: of.met_before.clone(),
            met_after: of.met_after.clone(),
            columns: of
                .columns
                .iter()
                .map(|c| ColumnMovedOf {
                    question: c.ask.name(),
                    level: c.level.clone(),
                    before: c.before.verdict(),
                    after: c.after.verdict(),
                })
                .collect(),
            rows: of
                .rows
                .iter()
                .map(|r| RowMovedOf {
                    row: r.id.clone(),
                    title: r.title.clone(),
                    question: r.ask.name(),
                    level: r.level.clone(),
                    have_before: r.shown.value(&r.have_before),
                    have_after: r.shown.value(&r.have_after),
                    before: r.before.verdict(),
                    after: r.after.verdict(),
                })
                .collect(),
            rows_new: of.rows_new.clone(),
            rows_gone: of.rows_gone.clone(),
        }
    }
}

impl From<&Since> for SinceOf {
    fn from(of: &Since) -> SinceOf {
        SinceOf {
            left: Some(of.left.to_string()),
            change: Some(of.change),
            moved: of.moved.iter().map(MovedOf::from).collect(),
            records: of
                .records
                .iter()
                .map(|w| WrittenOf {
                    kind: w.kind.clone(),
                    added: w.added,
                    corrected: w.corrected,
                    withdrawn: w.withdrawn,
                })
                .collect(),
        }
    }
}

/// Since when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct SinceWhen {
    /// A moment (RFC 3339); the end of your last visit where it is left out.
    #[param(value_type = Option<String>, format = DateTime)]
    moment: Option<Instant>,
}

impl Parameters for SinceWhen {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let read = |text: &str| {
            Instant::parse(text)
                .ok_or_else(|| "it is a moment as in 2024-06-28T12:00:00Z".to_owned())
        };
        Ok(SinceWhen {
            moment: pairs.read("moment", read)?,
        })
    }
}

/// What changed since
///
/// Since a moment, or since your last visit: what moved, and which records were written. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/since", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), SinceWhen), responses((status = 200, description = "What changed", body = SinceOf)))]
async fn since(
    call: Call,
    Path(partner): Path<String>,
    Asked(when): Asked<SinceWhen>,
) -> Result<Json<SinceOf>, Problem> {
    call.at(&partner)?;
    let found = match when.moment {
        Some(moment) => {
            call.actor
                .permit(app::access::Verb::ReadStanding, &partner)?;
            let change = call.office.change_at(moment).await?;
            let since = call.office.since(&call.actor, &partner, change, moment);
            Some(since.await?)
        }
        None => call.office.since_last_visit(&call.actor, &partner).await?,
    };
    let nothing = SinceOf {
        left: None,
        change: None,
        moved: vec![],
        records: vec![],
    };
    Ok(Json(found.map_or(nothing, |since| SinceOf::from(&*since))))
}

/// Note a visit
///
/// That you look at a partner's matters now: `since` tells the next time what changed meanwhile. Asks for the verb
/// `read-standing`.
#[utoipa::path(post, path = "/partners/{partner}/visits", tag = "standings", params(("partner" = String, Path, description = "The partner's id")), responses((status = 204, description = "It is noted")))]
async fn visit(call: Call, Path(partner): Path<String>) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office.note_visit(&call.actor, &partner).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is set about a server.
#[derive(Serialize, ToSchema)]
struct ServerSettings {
    /// By key of the configuration file, without secrets.
    items: Vec<ServerSetting>,
}

/// A setting of the server.
#[derive(Serialize, ToSchema)]
struct ServerSetting {
    /// Its key in the configuration file: `limits.body`.
    key: &'static str,
    /// What is set, as the file would say it; null where nothing is, or where it is a secret.
    #[schema(required)]
    value: Option<String>,
}

/// The settings of the server
///
/// What the server was started with, without secrets. They are set by file, environment and flags, and hold until it is started
/// anew. Asks for the verb `manage-server`.
#[utoipa::path(get, path = "/settings", operation_id = "server_settings", tag = "server", responses((status = 200, description = "The settings", body = ServerSettings)))]
async fn server_settings(
    State(state): State<AppState>,
    call: Call,
) -> Result<Json<ServerSettings>, Problem> {
    call.actor.permit_server(app::access::Verb::ManageServer)?;
    let items = state.settings().listed().into_iter();
    Ok(Json(ServerSettings {
        items: items
            .map(|(key, value)| ServerSetting { key, value })
            .collect(),
    }))
}

/// What is written out.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Exporting {
    /// Also what was superseded and withdrawn, with both times.
    #[param(default = false)]
    history: bool,
}

impl Parameters for Exporting {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Exporting {
            history: pairs.flag("history")?,
        })
    }
}

/// The evidence of a partner
///
/// As an evidence folder of CSV tables in a zip archive, which imports to the same ledger. Asks for the verb `export`.
#[utoipa::path(get, path = "/partners/{partner}/export", operation_id = "export", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), Exporting), responses((status = 200, description = "The archive", body = String, content_type = "application/zip")))]
async fn export(
    call: Call,
    Path(partner): Path<String>,
    Asked(asked): Asked<Exporting>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.actor.permit(app::access::Verb::Export, &partner)?;
    exported(&call, Some(&partner), asked.history).await
}

/// The evidence of everybody
///
/// As evidence folders of CSV tables in a zip archive. Asks for the verb `manage-server`.
#[utoipa::path(get, path = "/export", operation_id = "export_all", tag = "audit", params(Exporting), responses((status = 200, description = "The archive", body = String, content_type = "application/zip")))]
async fn export_all(call: Call, Asked(asked): Asked<Exporting>) -> Result<Response, Problem> {
    call.actor.permit_server(app::access::Verb::ManageServer)?;
    exported(&call, None, asked.history).await
}

/// A folder that goes when nobody needs it any more.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Scratch> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        loop {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("cairn-export-{}-{next}", std::process::id());
            let path = std::env::temp_dir().join(name);
            // Made here and by nobody else, or not at all.
            match builder.create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Scratch(path)),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left there is tidied by the system.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn exported(call: &Call, partner: Option<&str>, history: bool) -> Result<Response, Problem> {
    let failed = |_| Problem::unavailable("an archive cannot be written on the server");
    let scratch = Scratch::new().map_err(failed)?;
    let path = scratch.0.join("evidence.zip");
    let folder = scratch.0.join("evidence");
    call.office
        .export(&call.actor, partner, &folder, history)
        .await?;
    let (from, to) = (folder, path.clone());
    super::standings::aside(move || app::export::pack(&from, &to)).await??;
    let name = match partner {
        Some(partner) => format!("{partner}.zip"),
        None => "evidence.zip".to_owned(),
    };
    let body = streamed(&path, scratch).await.map_err(failed)?;
    let mut response = super::customers::saved(&name, body);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/zip"),
    );
    Ok(response)
}

/// A file piece by piece; what it lies in goes with its end.
async fn streamed(path: &FilePath, scratch: Scratch) -> std::io::Result<Stream> {
    let file = tokio::fs::File::open(path).await?;
    let pieces = futures_util::stream::try_unfold((file, scratch), |(mut file, scratch)| async {
        let mut piece = vec![0; 64 * 1024];
        let count = file.read(&mut piece).await?;
        piece.truncate(count);
        let next = (count > 0).then_some((Bytes::from(piece), (file, scratch)));
        Ok::<_, std::io::Error>(next)
    });
    Ok(Stream::from_stream(pieces))
}
