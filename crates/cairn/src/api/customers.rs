//! Ratings by customers, links that show a scorecard, and files beside records.

use app::documents::Document;
use app::ratings::{NewRating, Rating, RatingProgram};
use app::shares::Share;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter};
use super::records::RecordOf;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(documents_of, attach))
        .layer(DefaultBodyLimit::max(app::documents::LARGEST));
    OpenApiRouter::new()
        .routes(routes!(ratings, request_ratings))
        .routes(routes!(remind_rating))
        .routes(routes!(withdraw_rating))
        .routes(routes!(decide_rating))
        .routes(routes!(rating_programs))
        .routes(routes!(shares, share))
        .routes(routes!(end_share))
        .merge(uploads)
        .routes(routes!(documents))
        .routes(routes!(document, detach))
}

/// Ratings that customers were asked for.
#[derive(Serialize, ToSchema)]
struct Ratings {
    /// Newest first.
    items: Vec<RatingOf>,
}

/// A rating that a customer was asked for.
#[derive(Serialize, ToSchema)]
struct RatingOf {
    /// Its id.
    rating: String,
    program: String,
    customer: String,
    /// Who was asked.
    person: String,
    email: String,
    /// How far it is: `open`, `answered`, `confirmed` and what follows.
    state: &'static str,
    #[schema(format = DateTime)]
    created: String,
    #[schema(format = DateTime)]
    expires: String,
    #[schema(required, format = DateTime)]
    reminded: Option<String>,
    /// May a reminder be written now?
    may_remind: bool,
    #[schema(required, format = DateTime)]
    answered: Option<String>,
    /// When the address was confirmed.
    #[schema(required, format = DateTime)]
    confirmed: Option<String>,
    /// When it was decided whether it is a customer.
    #[schema(required, format = DateTime)]
    decided: Option<String>,
    /// Why it was decided so.
    reason: String,
    /// Score and comment; null where the customer does not consent, or has not answered.
    #[schema(required)]
    shared: Option<SharedRating>,
}

/// What a customer lets the partner see.
#[derive(Serialize, ToSchema)]
struct SharedRating {
    /// From 1 to 5.
    score: u8,
    comment: String,
}

impl From<Rating> for RatingOf {
    fn from(of: Rating) -> RatingOf {
        let text = |at: Option<app::domain::instant::Instant>| at.map(|at| at.to_string());
        RatingOf {
            rating: of.request,
            program: of.program,
            customer: of.customer,
            person: of.person,
            email: of.email,
            state: of.state.name(),
            created: of.created.to_string(),
            expires: of.expires.to_string(),
            reminded: text(of.reminded),
            may_remind: of.may_remind,
            answered: text(of.answered),
            confirmed: text(of.confirmed),
            decided: text(of.decided),
            reason: of.reason,
            shared: of
                .shared
                .map(|(score, comment)| SharedRating { score, comment }),
        }
    }
}

/// The ratings of a partner
///
/// Each with how far it is, newest first; score and comment only where the customer consents. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/ratings", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The ratings", body = Ratings)))]
async fn ratings(call: Call, Path(partner): Path<String>) -> Result<Json<Ratings>, Problem> {
    call.at(&partner)?;
    let all = call.office.ratings(&call.actor, &partner).await?;
    Ok(Json(Ratings {
        items: all.into_iter().map(RatingOf::from).collect(),
    }))
}

/// Customers to be asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToAsk {
    #[schema(min_items = 1, max_items = 200)]
    customers: Vec<CustomerToAsk>,
}

/// A customer to be asked for a rating.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CustomerToAsk {
    /// The program for which it is to count.
    program: String,
    /// The customer, as the evidence calls it.
    customer: String,
    /// Who is asked.
    person: String,
    #[schema(max_length = 254)]
    email: String,
}

/// Ask customers for a rating
///
/// All of them or none, by mail; somebody who is asked already is not asked again. Asks for the verb `share`.
#[utoipa::path(post, path = "/partners/{partner}/ratings", tag = "work", params(("partner" = String, Path, description = "The partner's id")), request_body = ToAsk, responses((status = 201, description = "The ratings that were asked for", body = Ratings)))]
async fn request_ratings(
    call: Call,
    Path(partner): Path<String>,
    Body(of): Body<ToAsk>,
) -> Result<(StatusCode, Json<Ratings>), Problem> {
    call.at(&partner)?;
    let new: Vec<NewRating> = of
        .customers
        .into_iter()
        .map(|c| NewRating {
            program: c.program,
            customer: c.customer,
            person: c.person,
            email: c.email,
        })
        .collect();
    let done = call.office.request_ratings(&call.actor, &partner, &new);
    let items = done.await?.value.into_iter().map(RatingOf::from).collect();
    Ok((StatusCode::CREATED, Json(Ratings { items })))
}

/// Remind a customer
///
/// Once, and not before a week has passed. Asks for the verb `share`.
#[utoipa::path(post, path = "/partners/{partner}/ratings/{rating}/remind", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("rating" = String, Path, description = "The rating's id")), responses((status = 200, description = "The rating", body = RatingOf)))]
async fn remind_rating(
    call: Call,
    Path((partner, rating)): Path<(String, String)>,
) -> Result<Json<RatingOf>, Problem> {
    call.at(&partner)?;
    let done = call.office.remind_rating(&call.actor, &partner, &rating);
    Ok(Json(done.await?.value.into()))
}

/// Take a request for a rating back
///
/// Its link works no more. Asks for the verb `share`.
#[utoipa::path(post, path = "/partners/{partner}/ratings/{rating}/withdraw", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("rating" = String, Path, description = "The rating's id")), responses((status = 200, description = "The rating", body = RatingOf)))]
async fn withdraw_rating(
    call: Call,
    Path((partner, rating)): Path<(String, String)>,
) -> Result<Json<RatingOf>, Problem> {
    call.at(&partner)?;
    let done = call.office.withdraw_rating(&call.actor, &partner, &rating);
    Ok(Json(done.await?.value.into()))
}

/// What is decided about who answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AboutCustomer {
    /// Is it a customer? Then the response becomes a record, and counts.
    is_customer: bool,
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
}

/// What came of deciding about a rating.
#[derive(Serialize, ToSchema)]
struct RatingDecided {
    /// The record that it became; null where it is no customer.
    #[schema(required)]
    record: Option<RecordOf>,
    /// The change that the audit log has of it.
    change: i64,
}

/// Say whether who answered is a customer
///
/// If so, the response becomes a record with the days of both checks. Asks for the verb `decide` or `share`.
#[utoipa::path(post, path = "/partners/{partner}/ratings/{rating}/decision", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("rating" = String, Path, description = "The rating's id")), request_body = AboutCustomer, responses((status = 200, description = "What came of it", body = RatingDecided)))]
async fn decide_rating(
    call: Call,
    Path((partner, rating)): Path<(String, String)>,
    Body(of): Body<AboutCustomer>,
) -> Result<Json<RatingDecided>, Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .decide_rating(&call.actor, &partner, &rating, of.is_customer, &of.reason)
        .await?;
    Ok(Json(RatingDecided {
        record: done.value.map(RecordOf::from),
        change: done.change,
    }))
}

/// Programs that count ratings.
#[derive(Serialize, ToSchema)]
struct RatingPrograms {
    items: Vec<RatingProgramOf>,
}

/// A program, and by which way ratings count for it.
#[derive(Serialize, ToSchema)]
struct RatingProgramOf {
    program: String,
    title: String,
    /// Does its edition name the form of this product?
    counts_here: bool,
    /// Where the vendor's own form is, where that was set.
    #[schema(required)]
    form: Option<String>,
}

impl From<RatingProgram> for RatingProgramOf {
    fn from(of: RatingProgram) -> RatingProgramOf {
        RatingProgramOf {
            program: of.program,
            title: of.title,
            counts_here: of.counts_here,
            form: of.form,
        }
    }
}

/// For which programs ratings count
///
/// Each program that the partner follows and that counts ratings, and by which way.
#[utoipa::path(get, path = "/partners/{partner}/rating-programs", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The programs", body = RatingPrograms)))]
async fn rating_programs(
    call: Call,
    Path(partner): Path<String>,
) -> Result<Json<RatingPrograms>, Problem> {
    call.at(&partner)?;
    let all = call.office.rating_programs(&call.actor, &partner).await?;
    Ok(Json(RatingPrograms {
        items: all.into_iter().map(RatingProgramOf::from).collect(),
    }))
}

/// Links that show a scorecard.
#[derive(Serialize, ToSchema)]
struct Shares {
    /// Newest first.
    items: Vec<ShareOf>,
}

/// A link that shows a scorecard.
#[derive(Serialize, ToSchema)]
struct ShareOf {
    /// Its id.
    share: String,
    program: String,
    /// For whom it is.
    note: String,
    /// The account that made it.
    by: String,
    #[schema(format = DateTime)]
    created: String,
    #[schema(format = DateTime)]
    expires: String,
    /// When it was ended before that.
    #[schema(required, format = DateTime)]
    revoked: Option<String>,
    /// How often it was opened.
    opened: i64,
    /// When last.
    #[schema(required, format = DateTime)]
    last: Option<String>,
}

impl From<Share> for ShareOf {
    fn from(of: Share) -> ShareOf {
        ShareOf {
            share: of.share,
            program: of.program,
            note: of.note,
            by: of.by,
            created: of.created.to_string(),
            expires: of.expires.to_string(),
            revoked: of.revoked.map(|at| at.to_string()),
            opened: of.opened,
            last: of.last.map(|at| at.to_string()),
        }
    }
}

/// The links of a partner
///
/// Every link that shows one of its scorecards, newest first. Asks for the verb `share`.
#[utoipa::path(get, path = "/partners/{partner}/shares", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The links", body = Shares)))]
async fn shares(call: Call, Path(partner): Path<String>) -> Result<Json<Shares>, Problem> {
    call.at(&partner)?;
    let all = call.office.shares(&call.actor, &partner).await?;
    Ok(Json(Shares {
        items: all.into_iter().map(ShareOf::from).collect(),
    }))
}

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewShare {
    program: String,
    /// So many days it works.
    #[schema(minimum = 1, maximum = 366)]
    days: i64,
    /// For whom it is.
    #[serde(default)]
    #[schema(max_length = 200)]
    note: String,
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
struct MadeShare {
    share: ShareOf,
    /// The address to hand on. It is shown only now.
    url: String,
}

/// Make a link that shows a scorecard
///
/// Read-only, to whoever has it, for so many days. Asks for the verb `share`.
#[utoipa::path(post, path = "/partners/{partner}/shares", tag = "work", params(("partner" = String, Path, description = "The partner's id")), request_body = NewShare, responses((status = 201, description = "The link", body = MadeShare)))]
async fn share(
    State(state): State<AppState>,
    call: Call,
    Path(partner): Path<String>,
    Body(new): Body<NewShare>,
) -> Result<(StatusCode, Json<MadeShare>), Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .share_scorecard(&call.actor, &partner, &new.program, new.days, &new.note)
        .await?;
    let (share, secret) = done.value;
    let public = crate::access::settings(state.settings()).public_url;
    let made = MadeShare {
        share: share.into(),
        url: format!("{public}/shared?key={}", secret.reveal()),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// End a link
///
/// It works no more. Asks for the verb `share`.
#[utoipa::path(delete, path = "/partners/{partner}/shares/{share}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("share" = String, Path, description = "The link's id")), responses((status = 204, description = "It works no more")))]
async fn end_share(
    call: Call,
    Path((partner, share)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office
        .revoke_share(&call.actor, &partner, &share)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Files beside records.
#[derive(Serialize, ToSchema)]
struct Documents {
    /// Oldest first.
    items: Vec<DocumentOf>,
}

/// A file beside a record.
#[derive(Serialize, ToSchema)]
struct DocumentOf {
    /// Its id.
    document: String,
    /// The kind of the record.
    kind: String,
    /// The key of the record.
    key: Vec<String>,
    name: String,
    /// What it is, by its first bytes.
    media: String,
    /// How many bytes it has.
    size: usize,
    /// The account that attached it.
    by: String,
    #[schema(format = DateTime)]
    at: String,
}

impl From<Document> for DocumentOf {
    fn from(of: Document) -> DocumentOf {
        DocumentOf {
            document: of.document,
            kind: of.kind,
            key: of.key,
            name: of.name,
            media: of.media,
            size: of.size,
            by: of.by,
            at: of.at.to_string(),
        }
    }
}

/// The files of a record
///
/// Oldest first. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/records/{kind}/{version}/documents", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("version" = i64, Path, description = "Any version of the record")), responses((status = 200, description = "The files", body = Documents)))]
async fn documents_of(
    call: Call,
    Path((partner, kind, version)): Path<(String, String, String)>,
) -> Result<Json<Documents>, Problem> {
    let record = call.record(&partner, &kind, &version).await?;
    let all = call
        .office
        .documents_of(&call.actor, &partner, record.version)
        .await?;
    Ok(Json(Documents {
        items: all.into_iter().map(DocumentOf::from).collect(),
    }))
}

/// What a file is called.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Called {
    /// Its name, as in `plan.pdf`.
    #[param(max_length = 200)]
    name: String,
}

impl Parameters for Called {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let name = pairs.one("name")?;
        Ok(Called {
            name: name.ok_or_else(|| bad_parameter("name", "it is missing"))?,
        })
    }
}

/// Attach a file to a record
///
/// The bytes of a PDF, a picture, a document of an office suite or plain text, up to 20 MiB. What it is, its first bytes say. Asks
/// for the verb `edit-evidence`.
#[utoipa::path(post, path = "/partners/{partner}/records/{kind}/{version}/documents", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("kind" = String, Path, description = "The kind of evidence"), ("version" = i64, Path, description = "Any version of the record"), Called), request_body(content = String, content_type = "application/octet-stream", description = "The file"), responses((status = 201, description = "The file, with its address in `Location`", body = DocumentOf)))]
async fn attach(
    call: Call,
    headers: HeaderMap,
    Path((partner, kind, version)): Path<(String, String, String)>,
    Asked(called): Asked<Called>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let record = call.record(&partner, &kind, &version).await?;
    super::call::bytes_alone(&headers)?;
    let done = call
        .office
        .attach(&call.actor, &partner, record.version, &called.name, &bytes)
        .await?;
    let at = super::spec::segment(&partner);
    let at = format!("/api/v1/partners/{at}/documents/{}", done.value.document);
    let body = Json(DocumentOf::from(done.value));
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], body).into_response())
}

/// Files of which records.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OfKind {
    /// Those of this kind.
    kind: String,
}

impl Parameters for OfKind {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let kind = pairs.one("kind")?;
        Ok(OfKind {
            kind: kind.ok_or_else(|| bad_parameter("kind", "it is missing"))?,
        })
    }
}

/// The files of all records of a kind
///
/// Oldest first. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/documents", tag = "work", params(("partner" = String, Path, description = "The partner's id"), OfKind), responses((status = 200, description = "The files", body = Documents)))]
async fn documents(
    call: Call,
    Path(partner): Path<String>,
    Asked(of): Asked<OfKind>,
) -> Result<Json<Documents>, Problem> {
    call.at(&partner)?;
    let all = call.office.documents(&call.actor, &partner, &of.kind);
    Ok(Json(Documents {
        items: all.await?.into_iter().map(DocumentOf::from).collect(),
    }))
}

/// One file
///
/// Its bytes, to be saved under its name, never to be run. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/documents/{document}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("document" = String, Path, description = "The file's id")), responses((status = 200, description = "The file", body = String, content_type = "application/octet-stream")))]
async fn document(
    call: Call,
    headers: HeaderMap,
    Path((partner, document)): Path<(String, String)>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    let (of, bytes) = call
        .office
        .document(&call.actor, &partner, &document)
        .await?;
    // It never changes under its id.
    let tag = super::etag::weak(&[&of.document]);
    if super::etag::has(&headers, &tag) {
        return Ok(super::etag::not_modified(&tag));
    }
    let mut response = saved(&of.name, bytes.into_response().into_body());
    super::etag::tagged(&mut response, &tag);
    Ok(response)
}

/// Bytes that are to be saved under a name.
pub fn saved(name: &str, body: axum::body::Body) -> Response {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let how = format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        super::spec::segment(name)
    );
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, how),
    ];
    (head, body).into_response()
}

/// Remove a file
///
/// With its bytes. Asks for the verb `edit-evidence`.
#[utoipa::path(delete, path = "/partners/{partner}/documents/{document}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("document" = String, Path, description = "The file's id")), responses((status = 204, description = "It is removed")))]
async fn detach(
    call: Call,
    Path((partner, document)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office.detach(&call.actor, &partner, &document).await?;
    Ok(StatusCode::NO_CONTENT)
}
