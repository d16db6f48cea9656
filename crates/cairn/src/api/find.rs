//! Searching, persons who may be one, and the editor of programs.

use app::editor::{Checked, Trial, Written};
use app::same_person::{Because, Likely, Merged};
use app::search::{Found, Hit};
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter, number};
use super::records::RecordOf;
use super::setup::MovedOf;
use super::{etag, shapes};
use crate::json;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(likely_the_same))
        .routes(routes!(merges, merge_persons))
        .routes(routes!(split_persons))
        .routes(routes!(written_editions))
        .routes(routes!(check_edition))
        .routes(routes!(try_edition))
        .routes(routes!(edition_text, save_edition, withdraw_edition))
}

/// What is looked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct LookedFor {
    /// Words that all have to be found.
    #[param(max_length = 200)]
    q: String,
    /// Among the records of this partner; else among the names of partners.
    partner: Option<String>,
    /// So many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: usize,
}

impl Parameters for LookedFor {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let limit = pairs.read("limit", |text| {
            let limit = text.parse().ok().filter(|n| (1..=100).contains(n));
            limit.ok_or_else(|| "it is a number from 1 to 100".to_owned())
        })?;
        let q = pairs.one("q")?;
        if q.as_ref().is_some_and(|q| q.chars().count() > 200) {
            return Err(bad_parameter("q", "it has at most 200 characters"));
        }
        Ok(LookedFor {
            q: q.ok_or_else(|| bad_parameter("q", "it is missing"))?,
            partner: pairs.one("partner")?,
            limit: limit.unwrap_or(20),
        })
    }
}

/// What was found.
#[derive(Serialize, ToSchema)]
struct Hits {
    /// What fits best stands in front.
    items: Vec<HitOf>,
}

/// Something that was found.
#[derive(Default, Serialize, ToSchema)]
struct HitOf {
    /// What it is.
    #[schema(value_type = HitSort)]
    is: &'static str,
    title: String,
    /// What tells it from others of that name.
    beside: String,
    #[schema(required)]
    partner: Option<String>,
    /// The kind of a record.
    #[schema(required)]
    kind: Option<String>,
    /// The version of a record.
    #[schema(required)]
    version: Option<i64>,
    #[schema(required)]
    program: Option<String>,
    #[schema(required)]
    edition: Option<String>,
    /// A row or a question of a program.
    #[schema(required)]
    row: Option<String>,
}

/// What something is that was found.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: the route writes the word")]
enum HitSort {
    Partner,
    Record,
    Program,
    Row,
    /// A word of the glossary.
    Word,
}

impl From<Hit> for HitOf {
    fn from(of: Hit) -> HitOf {
        let hit = HitOf {
            title: of.title,
            beside: of.beside,
            ..HitOf::default()
        };
        match of.found {
            Found::Partner { partner } => HitOf {
                is: "partner",
                partner: Some(partner),
                ..hit
            },
            Found::Record {
                partner,
                kind,
                version,
            } => HitOf {
                is: "record",
                partner: Some(partner),
                kind: Some(kind),
                version: Some(version),
                ..hit
            },
            Found::Program { program } => HitOf {
                is: "program",
                program: Some(program),
                ..hit
            },
            Found::Row {
                program,
                edition,
                row,
            } => HitOf {
                is: "row",
                program: Some(program),
                edition: Some(edition),
                row: Some(row),
                ..hit
            },
            Found::Word => HitOf { is: "word", ..hit },
        }
    }
}

/// Search
///
/// Over all that you may see: programs, rows, questions and the glossary; the records of a partner where one is named, else the
/// names of partners.
#[utoipa::path(get, path = "/search", tag = "server", params(LookedFor), responses((status = 200, description = "What was found", body = Hits)))]
async fn search(call: Call, Asked(of): Asked<LookedFor>) -> Result<Json<Hits>, Problem> {
    if let Some(partner) = &of.partner {
        call.at(partner)?;
    }
    let found = super::standings::aside(move || {
        let partner = of.partner.as_deref();
        call.office.search(&call.actor, partner, &of.q, of.limit)
    });
    Ok(Json(Hits {
        items: found.await??.into_iter().map(HitOf::from).collect(),
    }))
}

/// Persons who may be one.
#[derive(Serialize, ToSchema)]
struct LikelyOnes {
    /// The surest stand in front.
    items: Vec<LikelyOf>,
}

/// Two persons who may be one.
#[derive(Serialize, ToSchema)]
struct LikelyOf {
    one: RecordOf,
    other: RecordOf,
    /// Why.
    #[schema(value_type = Vec<BecauseOf>)]
    because: Vec<&'static str>,
}

/// Why two persons may be one.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: the route writes the word")]
enum BecauseOf {
    /// They have an e-mail address in common.
    Address,
    /// They have the same name.
    Name,
    /// Their names differ in a letter or two.
    NearlyName,
    /// The id of the one is the address of the other.
    Id,
}

impl From<Likely> for LikelyOf {
    fn from(of: Likely) -> LikelyOf {
        let because = of.because.into_iter();
        LikelyOf {
            one: of.one.into(),
            other: of.other.into(),
            because: because
                .map(|b| match b {
                    Because::Address => "address",
                    Because::Name => "name",
                    Because::NearlyName => "nearly-name",
                    Because::Id => "id",
                })
                .collect(),
        }
    }
}

/// Persons who may be one
///
/// Pairs of a partner's people, the surest in front. Asks for the verb `edit-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/likely-the-same", tag = "records", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The pairs", body = LikelyOnes)))]
async fn likely_the_same(
    call: Call,
    Path(partner): Path<String>,
) -> Result<Json<LikelyOnes>, Problem> {
    call.at(&partner)?;
    let all = call.office.likely_the_same(&call.actor, &partner).await?;
    Ok(Json(LikelyOnes {
        items: all.into_iter().map(LikelyOf::from).collect(),
    }))
}

/// Merges that still hold.
#[derive(Serialize, ToSchema)]
struct Merges {
    /// Newest first.
    items: Vec<MergeOf>,
}

/// A merge.
#[derive(Serialize, ToSchema)]
struct MergeOf {
    /// The change that it is: whoever splits it names this number.
    change: i64,
    #[schema(format = DateTime)]
    at: String,
}

/// Who was merged
///
/// The merges of persons that were not split again, newest first. Asks for the verb `edit-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/merges", tag = "records", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The merges", body = Merges)))]
async fn merges(call: Call, Path(partner): Path<String>) -> Result<Json<Merges>, Problem> {
    call.at(&partner)?;
    let all = call.office.merges(&call.actor, &partner).await?;
    Ok(Json(Merges {
        items: all
            .into_iter()
            .map(|(change, at)| MergeOf {
                change,
                at: at.to_string(),
            })
            .collect(),
    }))
}

/// Two persons who are one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToMerge {
    /// Who stays.
    kept: String,
    /// Whose records become those of the other.
    gone: String,
}

/// What was merged, or split.
#[derive(Serialize, ToSchema)]
struct MergedOf {
    /// How many records were written anew.
    records: usize,
    /// How many stayed as they were, for somebody changed them since.
    left: usize,
    /// The change that the audit log has of it.
    change: i64,
}

fn merged(of: app::office::Done<Merged>) -> MergedOf {
    MergedOf {
        records: of.value.records,
        left: of.value.left,
        change: of.change,
    }
}

/// Merge two persons
///
/// All that is said of the one is said of the other from now on. Asks for the verb `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/merges", tag = "records", params(("partner" = String, Path, description = "The partner's id")), request_body = ToMerge, responses((status = 201, description = "What was merged", body = MergedOf)))]
async fn merge_persons(
    call: Call,
    Path(partner): Path<String>,
    Body(of): Body<ToMerge>,
) -> Result<(StatusCode, Json<MergedOf>), Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .merge_persons(&call.actor, &partner, &of.kept, &of.gone)
        .await?;
    Ok((StatusCode::CREATED, Json(merged(done))))
}

/// Split what was merged
///
/// The records stand again as they did before. What somebody changed since stays as it is, and is counted. Asks for the verb
/// `edit-evidence`.
#[utoipa::path(delete, path = "/partners/{partner}/merges/{change}", tag = "records", params(("partner" = String, Path, description = "The partner's id"), ("change" = i64, Path, description = "The change that merged them")), responses((status = 200, description = "What was split", body = MergedOf)))]
async fn split_persons(
    call: Call,
    Path((partner, change)): Path<(String, String)>,
) -> Result<Json<MergedOf>, Problem> {
    call.at(&partner)?;
    let change = number("merge", &change)?;
    let done = call.office.split_persons(&call.actor, &partner, change);
    Ok(Json(merged(done.await?)))
}

/// Editions that were written here.
#[derive(Serialize, ToSchema)]
struct WrittenEditions {
    items: Vec<WrittenEdition>,
}

/// An edition that was written here, its newest version.
#[derive(Serialize, ToSchema)]
struct WrittenEdition {
    program: String,
    edition: String,
    version: i64,
    /// `draft`, `published` or `withdrawn`.
    state: String,
    /// The account that wrote it.
    by: String,
    #[schema(format = DateTime)]
    at: String,
    text: String,
}

impl From<Written> for WrittenEdition {
    fn from(of: Written) -> WrittenEdition {
        WrittenEdition {
            program: of.program,
            edition: of.edition,
            version: of.version,
            state: of.state,
            by: of.by,
            at: of.at.to_string(),
            text: of.text,
        }
    }
}

/// The editions that were written here
///
/// The newest version of each. Asks for the verb `edit-programs`.
#[utoipa::path(get, path = "/editions", tag = "programs", responses((status = 200, description = "The editions", body = WrittenEditions)))]
async fn written_editions(call: Call) -> Result<Json<WrittenEditions>, Problem> {
    let all = call.office.written_editions(&call.actor).await?;
    Ok(Json(WrittenEditions {
        items: all.into_iter().map(WrittenEdition::from).collect(),
    }))
}

/// A text of an edition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TextToCheck {
    /// In TOML.
    text: String,
}

/// What checking a text found.
#[derive(Serialize, ToSchema)]
struct CheckedText {
    /// The program that it says it is of.
    #[schema(required)]
    program: Option<String>,
    #[schema(required)]
    edition: Option<String>,
    /// Can it be asked, that is, has it no error?
    usable: bool,
    /// All that is wrong with it, and what is worth knowing.
    #[schema(value_type = Vec<shapes::Diagnostic>)]
    problems: serde_json::Value,
    /// The edition with which it is compared.
    #[schema(required)]
    against: Option<String>,
    /// What it says otherwise.
    #[schema(value_type = Vec<Object>)]
    changes: serde_json::Value,
}

impl From<&Checked> for CheckedText {
    fn from(of: &Checked) -> CheckedText {
        let (program, edition) = of.named.clone().unzip();
        CheckedText {
            program,
            edition,
            usable: of.is_usable(),
            problems: json::problems(&of.problems),
            against: of.against.clone(),
            changes: of.changes.iter().map(json::change).collect(),
        }
    }
}

/// Check a text of an edition
///
/// As it is written, beside all programs that there are; nothing is kept. Asks for the verb `edit-programs`.
#[utoipa::path(post, path = "/editions/check", tag = "programs", request_body = TextToCheck, responses((status = 200, description = "What was found", body = CheckedText)))]
async fn check_edition(
    call: Call,
    Body(of): Body<TextToCheck>,
) -> Result<Json<CheckedText>, Problem> {
    let checked = call.office.check_edition(&call.actor, &of.text).await?;
    Ok(Json((&checked).into()))
}

/// A text to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TextToTry {
    /// In TOML.
    text: String,
    /// On this partner, with all that moves; left out: on all.
    #[serde(default)]
    partner: Option<String>,
}

/// What a text would change.
#[derive(Serialize, ToSchema)]
struct TriedText {
    checked: CheckedText,
    /// Null where the text cannot be asked.
    #[schema(required)]
    trial: Option<TrialOf>,
}

/// What a text would change for partners.
#[derive(Serialize, ToSchema)]
struct TrialOf {
    /// How many partners were asked about.
    partners: usize,
    /// How many would meet a higher level.
    up: usize,
    /// How many would meet a lower one.
    down: usize,
    /// Those that move, the first of them.
    moves: Vec<LevelMovedOf>,
    /// For one partner, all that moves.
    #[schema(required)]
    one: Option<MovedOf>,
}

/// A partner whose level a text changes.
#[derive(Serialize, ToSchema)]
struct LevelMovedOf {
    partner: String,
    partner_name: String,
    /// What the highest level is called that is met now.
    #[schema(required)]
    before: Option<String>,
    #[schema(required)]
    after: Option<String>,
}

impl From<Trial> for TrialOf {
    fn from(of: Trial) -> TrialOf {
        TrialOf {
            partners: of.partners,
            up: of.up,
            down: of.down,
            moves: of
                .moves
                .into_iter()
                .map(|m| LevelMovedOf {
                    partner: m.partner,
                    partner_name: m.partner_name,
                    before: m.before,
                    after: m.after,
                })
                .collect(),
            one: of.one.as_ref().map(MovedOf::from),
        }
    }
}

/// Try a text of an edition
///
/// Who would move; for one partner, all that would. Nothing is kept. Asks for the verb `edit-programs`, and for `read-population`
/// or, at the partner, `read-standing`.
#[utoipa::path(post, path = "/editions/try", tag = "programs", request_body = TextToTry, responses((status = 200, description = "What it would change", body = TriedText)))]
async fn try_edition(call: Call, Body(of): Body<TextToTry>) -> Result<Json<TriedText>, Problem> {
    let (checked, trial) = call
        .office
        .try_edition(&call.actor, &of.text, of.partner.as_deref())
        .await?;
    Ok(Json(TriedText {
        checked: (&checked).into(),
        trial: trial.map(TrialOf::from),
    }))
}

/// A text with which writing begins.
#[derive(Serialize, ToSchema)]
struct EditionText {
    /// The version that was written here; 0 where the text is that of a file.
    version: i64,
    text: String,
}

/// The text of an edition
///
/// Of the one that was written here, else of the file that is in use, with its version as `ETag`. Asks for the verb
/// `edit-programs`.
#[utoipa::path(get, path = "/programs/{program}/editions/{edition}/text", tag = "programs", params(("program" = String, Path, description = "The program's id"), ("edition" = String, Path, description = "The edition's id")), responses((status = 200, description = "The text", body = EditionText)))]
async fn edition_text(
    call: Call,
    Path((program, edition)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = call.office.edition_text(&call.actor, &program, &edition);
    let (text, version) = found.await?;
    let mut response = Json(EditionText { version, text }).into_response();
    etag::tagged(&mut response, &etag::version(version));
    Ok(response)
}

/// A text to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TextToKeep {
    /// In TOML; it says itself which edition it is.
    text: String,
    /// Is it published, rather than a draft? Only without an error, and it is in use at once.
    #[serde(default)]
    publish: bool,
}

impl Call {
    /// The version of a text that stands, 0 where none was written here, as the caller expects it.
    async fn text_version(
        &self,
        headers: &HeaderMap,
        program: &str,
        edition: &str,
    ) -> Result<i64, Problem> {
        self.actor.permit_server(app::access::Verb::EditPrograms)?;
        let now = match self
            .office
            .edition_text(&self.actor, program, edition)
            .await
        {
            Ok((_, version)) => version,
            Err(app::refusal::Refusal::NotFound { .. }) => 0,
            Err(other) => return Err(other.into()),
        };
        etag::matching(headers, now)?;
        Ok(now)
    }
}

fn with_version(of: Written) -> Response {
    let tag = etag::version(of.version);
    let mut response = Json(WrittenEdition::from(of)).into_response();
    etag::tagged(&mut response, &tag);
    response
}

/// Keep a text of an edition
///
/// As its next version, a draft or published. `If-Match` names the version that it follows, `"0"` where it is the first one. Asks
/// for the verb `edit-programs`.
#[utoipa::path(put, path = "/programs/{program}/editions/{edition}/text", tag = "programs", params(("program" = String, Path, description = "The program's id"), ("edition" = String, Path, description = "The edition's id"), ("If-Match" = String, Header, description = "The `ETag` of the text that was read, or `*`")), request_body = TextToKeep, responses((status = 200, description = "The edition", body = WrittenEdition)))]
async fn save_edition(
    call: Call,
    headers: HeaderMap,
    Path((program, edition)): Path<(String, String)>,
    Body(of): Body<TextToKeep>,
) -> Result<Response, Problem> {
    let version = call.text_version(&headers, &program, &edition).await?;
    let named = app::domain::library::edition_of(&of.text);
    if named.is_some_and(|named| named != (program.clone(), edition.clone())) {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "other-edition",
            "The text is of another edition",
        )
        .help("send it to the address of the edition that it names"));
    }
    let done = call
        .office
        .save_edition(&call.actor, &of.text, version, of.publish)
        .await?;
    Ok(with_version(done.value))
}

/// Withdraw an edition that was written here
///
/// It is out of use at once. `If-Match` names the version that was read. Asks for the verb `edit-programs`.
#[utoipa::path(delete, path = "/programs/{program}/editions/{edition}/text", tag = "programs", params(("program" = String, Path, description = "The program's id"), ("edition" = String, Path, description = "The edition's id"), ("If-Match" = String, Header, description = "The `ETag` of the text that was read, or `*`")), responses((status = 200, description = "The edition", body = WrittenEdition)))]
async fn withdraw_edition(
    call: Call,
    headers: HeaderMap,
    Path((program, edition)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let version = call.text_version(&headers, &program, &edition).await?;
    let done = call
        .office
        .withdraw_edition(&call.actor, &program, &edition, version)
        .await?;
    Ok(with_version(done.value))
}
