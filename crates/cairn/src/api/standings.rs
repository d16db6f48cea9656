//! Where a partner stands, why, since when, what differs, and what lies ahead.

use app::access::Verb;
use app::assessment::NewAnswer;
use app::differences::{Difference, Differences, Seen};
use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::number::Exact;
use app::domain::program::Ask;
use app::explain::Which;
use app::locale::Lang;
use app::question::{Desk, ask};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asking::{Asking, ByEdition, KnownAt};
use super::call::{Asked, Body, Call, Pairs, Parameters};
use super::{etag, shapes};
use crate::args::day;
use crate::json;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;
use crate::web::language;
use crate::web::pages::file;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(standings))
        .routes(routes!(scorecard))
        .routes(routes!(scorecard_file))
        .routes(routes!(explanation))
        .routes(routes!(timeline))
        .routes(routes!(differences))
        .routes(routes!(forecast))
        .routes(routes!(forecast_calendar))
        .routes(routes!(leavers))
        .routes(routes!(plan))
        .routes(routes!(plan_calendar))
        .routes(routes!(reconcile))
        .routes(routes!(questions))
        .routes(routes!(answers))
}

/// A question that is answered: the desk, and the tag of the answer; or that the caller has the answer already.
pub(super) enum AskedOf {
    Known(Response),
    Desk(Desk, String),
}

pub(super) async fn asked_of(
    call: &Call,
    headers: &HeaderMap,
    partner: &str,
    asked: &Asked<(Asking, ByEdition)>,
    program: Option<&str>,
    rest: &str,
) -> Result<AskedOf, Problem> {
    call.actor.permit(Verb::ReadStanding, partner)?;
    call.at(partner)?;
    let Asked((asking, by)) = asked;
    if let Some(program) = program {
        call.program(program)?;
    }
    let question = asking.question(&call.office, program, by.edition.as_deref());
    let known = asking.known(&call.office).await?;
    let tag = call.tag(partner, question.as_of, rest)?;
    if etag::has(headers, &tag) {
        return Ok(AskedOf::Known(etag::not_modified(&tag)));
    }
    let desk = call
        .office
        .desk(&call.actor, partner, question, known)
        .await?;
    Ok(AskedOf::Desk(desk, tag))
}

/// Asks a desk away from the threads that answer others, and writes what it says.
pub(super) async fn written_as<T: Send + 'static>(
    of: AskedOf,
    write: impl FnOnce(T) -> Response,
    answer: impl FnOnce(&Desk) -> Result<T, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    match of {
        AskedOf::Known(response) => Ok(response),
        AskedOf::Desk(desk, tag) => {
            let value = aside(move || answer(&desk)).await??;
            let mut response = write(value);
            etag::tagged(&mut response, &tag);
            Ok(response)
        }
    }
}

/// Asks a desk, unless the caller has the answer already.
pub(super) async fn answered(
    call: &Call,
    headers: &HeaderMap,
    partner: &str,
    asked: &Asked<(Asking, ByEdition)>,
    program: Option<&str>,
    rest: &str,
    answer: impl FnOnce(&Desk) -> Result<Value, Diagnostic> + Send + 'static,
) -> Result<Response, Problem> {
    let of = asked_of(call, headers, partner, asked, program, rest).await?;
    let write = |value: Value| Json(value).into_response();
    written_as(of, write, |desk| Ok(answer(desk)?)).await
}

/// Does long work where it keeps nobody waiting.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Problem::ours("an answer panicked"))
}

impl Call {
    /// The tag of answers about a partner: the newest change that concerns it, the day, the programs, and what was asked.
    fn tag(&self, partner: &str, as_of: Day, rest: &str) -> Result<String, Problem> {
        let shelves = self.office.shelves()?;
        let change = shelves.find(partner).map_or(0, |(shelf, _)| shelf.change);
        Ok(etag::weak(&[
            env!("CARGO_PKG_VERSION"),
            &change.to_string(),
            &as_of.to_string(),
            rest,
        ]))
    }

    /// That there is such a program or library.
    pub fn program(&self, program: &str) -> Result<(), Problem> {
        let library = self.office.programs.library();
        if library.programs().contains(&program) || library.libraries().contains(&program) {
            Ok(())
        } else {
            Err(app::refusal::Refusal::no("program", program).into())
        }
    }
}

/// Every program at once
///
/// A scorecard for each program of which an edition is in force, what is left out and why, and what would settle most.
#[utoipa::path(get, path = "/partners/{partner}/standings", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), Asking), responses((status = 200, description = "Where the partner stands in every program", body = shapes::Standings)))]
async fn standings(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Asked(asking): Asked<Asking>,
) -> Result<Response, Problem> {
    let rest = format!("standings {}", asking_text(&asking));
    let asked = Asked((asking, ByEdition::default()));
    answered(&call, &headers, &partner, &asked, None, &rest, |desk| {
        Ok(json::overview(&app::overview::overview(desk)?))
    })
    .await
}

/// A scorecard
///
/// Where the partner stands in one program: a column for keeping the level that is held, one for entering the next, each
/// requirement with what the partner has, what is needed, and the verdict.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/scorecard", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Levels), responses((status = 200, description = "The scorecard", body = shapes::Scorecard)))]
async fn scorecard(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, levels)): Asked<((Asking, ByEdition), Levels)>,
) -> Result<Response, Problem> {
    let all = levels.all_levels;
    let rest = format!("scorecard {program} {all} {}", both_text(&asked));
    let asked = Asked(asked);
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        &rest,
        move |desk| Ok(json::scorecard(&app::scorecard::scorecard(desk, all)?)),
    )
    .await
}

/// In which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InLanguage {
    /// The language; that of `Accept-Language` where it is left out.
    #[param(value_type = Option<shapes::Language>)]
    pub(super) language: Option<Lang>,
}

impl Parameters for InLanguage {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let known = |text: &str| {
            let mut all = Lang::ALL.into_iter();
            all.find(|lang| lang.tag() == text)
                .ok_or_else(|| "it is `en` or `de`".to_owned())
        };
        Ok(InLanguage {
            language: pairs.read("language", known)?,
        })
    }
}

/// A scorecard as one file
///
/// The same scorecard as one HTML file, to be handed on: its style is inside, it asks nobody for anything, and it prints. It says
/// its day, its edition with the hash, and as known on which day it was made.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/scorecard.html", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Levels, InLanguage), responses((status = 200, description = "The file", body = String, content_type = "text/html")))]
async fn scorecard_file(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked(asked): Asked<(((Asking, ByEdition), Levels), InLanguage)>,
) -> Result<Response, Problem> {
    let ((asked, levels), by) = asked;
    let all = levels.all_levels;
    let lang = by.language.unwrap_or_else(|| language(&headers));
    let today = call.office.clock.today();
    let rest = format!(
        "scorecard.html {program} {all} {} {today} {}",
        lang.tag(),
        both_text(&asked)
    );
    let asked = Asked(asked);
    let of = asked_of(&call, &headers, &partner, &asked, Some(&program), &rest).await?;
    let written = |text: Result<String, askama::Error>| match text {
        Ok(text) => {
            let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (kind, text).into_response()
        }
        Err(_) => Problem::ours("a scorecard could not be written").into_response(),
    };
    let mut response = written_as(of, written, move |desk| {
        let card = app::scorecard::scorecard(desk, all)?;
        let known_at = desk.question.known_at;
        Ok(file::html(&card, lang, today, known_at))
    })
    .await?;
    let vary = HeaderValue::from_static("accept-language");
    response.headers_mut().append(header::VARY, vary);
    Ok(response)
}

/// Which columns a scorecard has.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Levels {
    /// A column for every level, not only for those that matter next.
    #[param(default = false)]
    all_levels: bool,
}

impl Parameters for Levels {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Levels {
            all_levels: pairs.flag("all_levels")?,
        })
    }
}

/// Which rows are explained.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Rows {
    /// This row or part; all that are not met where it is left out.
    row: Option<String>,
    /// Under this question; under those of the scorecard where it is left out.
    #[param(value_type = Option<shapes::Question>)]
    question: Option<Ask>,
    /// At this level; at those of the scorecard where it is left out.
    level: Option<String>,
}

impl Parameters for Rows {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Rows {
            row: pairs.one("row")?,
            question: pairs.read("question", question)?,
            level: pairs.one("level")?,
        })
    }
}

/// One of the two questions by its name.
pub fn question(name: &str) -> Result<Ask, String> {
    ask(name).ok_or_else(|| "it is `retain` or `enter`".to_owned())
}

/// Why rows stand as they do
///
/// Each record that counts, each record that nearly counts with the reason why it does not, the citation and the gap: of
/// one row, or of all that are not met.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/explanation", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Rows), responses((status = 200, description = "The reasons", body = shapes::Explanation)))]
async fn explanation(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, rows)): Asked<((Asking, ByEdition), Rows)>,
) -> Result<Response, Problem> {
    let rest = format!(
        "explanation {program} {} {} {} {}",
        rows.row.as_deref().unwrap_or(""),
        rows.question.map_or("", Ask::name),
        rows.level.as_deref().unwrap_or(""),
        both_text(&asked)
    );
    let which = Which {
        row: rows.row,
        ask: rows.question,
        level: rows.level,
    };
    let asked = Asked(asked);
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        &rest,
        move |desk| Ok(json::explained(&app::explain::explain(desk, &which)?)),
    )
    .await
}

/// From when until when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// The first day; two years before `as_of` where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Day>,
    /// The last day; a year after `as_of` where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

impl Parameters for Span {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Span {
            from: pairs.read("from", day)?,
            to: pairs.read("to", day)?,
        })
    }
}

/// When each level is entered, held and lost
///
/// Every day on which a level's verdict changes, with the rows and records that made it, and what happens to the status if
/// nothing new happens.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/timeline", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Span), responses((status = 200, description = "The timeline", body = shapes::Timeline)))]
async fn timeline(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, span)): Asked<((Asking, ByEdition), Span)>,
) -> Result<Response, Problem> {
    let (from, to) = (span.from, span.to);
    let text = |day: Option<Day>| day.map_or(String::new(), |d| d.to_string());
    let rest = format!(
        "timeline {program} {} {} {}",
        text(from),
        text(to),
        both_text(&asked)
    );
    let asked = Asked(asked);
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        &rest,
        move |desk| Ok(json::timeline(&app::timeline::timeline(desk, from, to)?)),
    )
    .await
}

/// What an answer is compared with.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Against {
    /// The day that is compared with; `as_of` where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    from_as_of: Option<Day>,
    /// What was known then: by the end of a day, or at a moment (RFC 3339); `known_at` where it is left out.
    #[param(value_type = Option<String>, pattern = r"^\d{4}-\d{2}-\d{2}([Tt ].+)?$")]
    from_known_at: Option<KnownAt>,
}

impl Parameters for Against {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Against {
            from_as_of: pairs.read("from_as_of", day)?,
            from_known_at: pairs.read("from_known_at", KnownAt::parse)?,
        })
    }
}

/// What differs between two answers.
#[derive(Serialize, ToSchema)]
struct DifferencesOf {
    partner: String,
    program: String,
    /// What is compared with.
    before: Side,
    /// What was asked for.
    after: Side,
    /// Every row that differs, and every level as a whole, with an empty `row`.
    rows: Vec<RowDiffers>,
    /// How many rows are the same in both.
    same: usize,
}

/// One of two answers.
#[derive(Serialize, ToSchema)]
struct Side {
    #[schema(format = Date)]
    as_of: String,
    #[schema(format = Date)]
    known_at: Option<String>,
    edition: String,
    holds: Option<String>,
    meets: Option<String>,
}

/// A row that differs.
#[derive(Serialize, ToSchema)]
struct RowDiffers {
    #[schema(value_type = shapes::Question)]
    question: &'static str,
    level: String,
    row: String,
    title: String,
    /// What it was; null where it was not asked.
    #[schema(value_type = Option<RowSeen>)]
    before: Option<Value>,
    /// What it is; null where it is not asked.
    #[schema(value_type = Option<RowSeen>)]
    after: Option<Value>,
}

/// What an answer says of a row.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never made: `seen` writes it")]
struct RowSeen {
    have: Option<String>,
    have_most: Option<String>,
    verdict: shapes::Verdict,
}

fn seen(of: &Seen) -> Value {
    let mut object = Map::new();
    if let Some(have) = &of.have {
        json::bounds(&mut object, "have", have, &of.shown);
    }
    object.insert("verdict".to_owned(), of.verdict.verdict().into());
    Value::Object(object)
}

fn written(of: &Differences) -> DifferencesOf {
    let side = |card: &app::scorecard::Scorecard| Side {
        as_of: card.as_of.to_string(),
        known_at: card.known_at.map(|d| d.to_string()),
        edition: card.edition.clone(),
        holds: card.holds.as_ref().map(|h| h.id.clone()),
        meets: card.meets.map(|l| card.levels[l].id.clone()),
    };
    let row = |of: &Difference| RowDiffers {
        question: of.ask.name(),
        level: of.level.clone(),
        row: of.row.clone(),
        title: of.title.clone(),
        before: of.before.as_ref().map(seen),
        after: of.after.as_ref().map(seen),
    };
    DifferencesOf {
        partner: of.after.partner.clone(),
        program: of.after.program.clone(),
        before: side(&of.before),
        after: side(&of.after),
        rows: of.rows.iter().map(row).collect(),
        same: of.same,
    }
}

/// What differs between two days, or between what was known
///
/// Compares the scorecard of `as_of` and `known_at` with that of `from_as_of` and `from_known_at`, at every level. What is left
/// out of the second pair is taken from the first.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/differences", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Against), responses((status = 200, description = "What differs", body = DifferencesOf)))]
async fn differences(
    call: Call,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, against)): Asked<((Asking, ByEdition), Against)>,
) -> Result<Json<DifferencesOf>, Problem> {
    let (asking, by) = asked;
    call.actor.permit(Verb::ReadStanding, &partner)?;
    call.at(&partner)?;
    call.program(&program)?;
    let earlier = Asking {
        as_of: against.from_as_of.or(asking.as_of),
        known_at: against.from_known_at.or(asking.known_at),
        ..asking.clone()
    };
    let mut desks = vec![];
    for asking in [&earlier, &asking] {
        let question = asking.question(&call.office, Some(&program), by.edition.as_deref());
        let known = asking.known(&call.office).await?;
        let desk = call
            .office
            .desk(&call.actor, &partner, question, known)
            .await?;
        desks.push(desk);
    }
    let found = aside(move || app::differences::differences(&desks[0], &desks[1])).await??;
    Ok(Json(written(&found)))
}

/// Of which program, and how far ahead.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct AheadOf {
    /// This program; all of them where it is left out.
    program: Option<String>,
    /// The last day; a year after `as_of` where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

impl Parameters for AheadOf {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(AheadOf {
            program: pairs.one("program")?,
            to: pairs.read("to", day)?,
        })
    }
}

impl AheadOf {
    fn text(&self) -> String {
        format!(
            "{} {}",
            self.program.as_deref().unwrap_or(""),
            self.to.map_or(String::new(), |d| d.to_string())
        )
    }
}

/// Of which day the odds are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OddsOn {
    /// How likely open records carry each level of the program on this day; the program must be named.
    #[param(value_type = Option<String>, format = Date)]
    odds: Option<Day>,
    /// Another chance for a word of the records than the file says, as `word=share`; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    chance: Vec<(String, Exact)>,
}

impl Parameters for OddsOn {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let mut on = OddsOn {
            odds: pairs.read("odds", day)?,
            chance: vec![],
        };
        for text in pairs.all("chance") {
            let chance = crate::args::chance(&text);
            on.chance
                .push(chance.map_err(|why| super::call::bad_parameter("chance", &why))?);
        }
        Ok(on)
    }
}

/// What was learned after a day in the past was not foreseen on it.
fn foreseeing(call: &Call, asking: &mut Asking) {
    if let Some(day) = asking.as_of.filter(|day| *day < call.office.clock.today()) {
        asking.known_at.get_or_insert(KnownAt::Day(day));
    }
}

/// What falls ahead
///
/// Every day on which a row or a level falls if nothing new happens, why, and what keeps it; and the reviews until then. With
/// `odds`, how likely open records carry each level of a program on a day. A forecast, not a fact.
#[utoipa::path(get, path = "/partners/{partner}/forecast", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), Asking, AheadOf, OddsOn), responses((status = 200, description = "What falls ahead", body = shapes::Forecast)))]
async fn forecast(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Asked(asked): Asked<((Asking, AheadOf), OddsOn)>,
) -> Result<Response, Problem> {
    let ((mut asking, ahead), on) = asked;
    foreseeing(&call, &mut asking);
    let chances = on
        .chance
        .iter()
        .map(|(word, share)| format!("{word}={share}"));
    let chances: Vec<String> = chances.collect();
    let rest = format!(
        "forecast {} {} {} {}",
        ahead.text(),
        on.odds.map_or(String::new(), |d| d.to_string()),
        chances.join("\u{1f}"),
        asking_text(&asking)
    );
    let to = ahead.to;
    let asked = Asked((asking, ByEdition::default()));
    let program = ahead.program.as_deref();
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        program,
        &rest,
        move |desk| {
            let odds = on.odds.map(|day| (day, on.chance.as_slice()));
            crate::ahead::forecast_value(desk, to, odds)
        },
    )
    .await
}

/// What falls ahead, for a calendar
///
/// The same days as an iCalendar file.
#[utoipa::path(get, path = "/partners/{partner}/forecast.ics", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), Asking, AheadOf), responses((status = 200, description = "The calendar", body = String, content_type = "text/calendar")))]
async fn forecast_calendar(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Asked((mut asking, ahead)): Asked<(Asking, AheadOf)>,
) -> Result<Response, Problem> {
    foreseeing(&call, &mut asking);
    let rest = format!("forecast.ics {} {}", ahead.text(), asking_text(&asking));
    let to = ahead.to;
    let asked = Asked((asking, ByEdition::default()));
    let program = ahead.program.as_deref();
    let text = move |desk: &Desk| {
        let ahead = app::forecast::forecast(desk, to)?;
        Ok(app::forecast::icalendar(&ahead))
    };
    let of = asked_of(&call, &headers, &partner, &asked, program, &rest);
    written_as(of.await?, calendar, text).await
}

fn calendar(text: String) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    (kind, text).into_response()
}

/// How far ahead.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Until {
    /// The last day; a year after `as_of` where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

impl Parameters for Until {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Until {
            to: pairs.read("to", day)?,
        })
    }
}

/// Who matters
///
/// What each person's leaving would cost in this program: levels, reviews and rows, the heaviest first. A forecast, not a fact.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/leavers", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Until), responses((status = 200, description = "What hangs on each person", body = shapes::Leavers)))]
async fn leavers(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, until)): Asked<((Asking, ByEdition), Until)>,
) -> Result<Response, Problem> {
    let to = until.to;
    let rest = format!(
        "leavers {program} {} {}",
        to.map_or(String::new(), |d| d.to_string()),
        both_text(&asked)
    );
    let asked = Asked(asked);
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        &rest,
        move |desk| {
            let leavers = app::leavers::leavers(desk, to)?;
            Ok(crate::ahead::json::leavers(&leavers))
        },
    )
    .await
}

/// What is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The level; the one above what is held or met where it is left out.
    level: Option<String>,
    /// Levels of other programs that shall be met by the same plan, as `program:level`; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    also: Vec<String>,
    /// The day; half a year ahead where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    by: Option<Day>,
    /// What it may cost: then the earliest day is looked for.
    #[param(value_type = Option<String>, example = "5000.00")]
    budget: Option<Exact>,
    /// Only these rows, by id or area; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    only: Vec<String>,
    /// Is the question whether the level is kept, and not whether it is reached?
    #[param(default = false)]
    keep: bool,
}

impl Parameters for Wanted {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let amount = |text: &str| {
            Exact::parse(text).ok_or_else(|| "an amount is written 5000.00".to_owned())
        };
        Ok(Wanted {
            level: pairs.one("level")?,
            also: pairs.all("also"),
            by: pairs.read("by", day)?,
            budget: pairs.read("budget", amount)?,
            only: pairs.all("only"),
            keep: pairs.flag("keep")?,
        })
    }
}

/// So many plans are searched for at once; whoever comes then waits, as long as a request may.
static PLANNING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// A turn that lasts until the search is over, also where nobody waits for it any more.
pub async fn planning_turn() -> Result<tokio::sync::SemaphorePermit<'static>, Problem> {
    let turn = PLANNING.acquire().await;
    turn.map_err(|_| Problem::ours("nobody may plan any more"))
}

impl Wanted {
    fn text(&self) -> String {
        format!(
            "{} {} {} {} {} {}",
            self.level.as_deref().unwrap_or(""),
            self.also.join("\u{1f}"),
            self.by.map_or(String::new(), |d| d.to_string()),
            self.budget
                .as_ref()
                .map_or(String::new(), |b| b.to_string()),
            self.only.join("\u{1f}"),
            self.keep
        )
    }

    /// The goal that is planned for.
    pub fn goal(self) -> app::plan::Goal {
        app::plan::Goal {
            level: self.level,
            also: self.also,
            by: self.by,
            budget: self.budget,
            only: self.only,
            keep: self.keep,
        }
    }
}

/// The cheapest way to a level
///
/// What to do until a day, what it costs, and what it moves: a proposal with all that it rests on, and nothing is kept of it.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/plan", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Wanted), responses((status = 200, description = "The plan", body = shapes::Plan)))]
async fn plan(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, wanted)): Asked<((Asking, ByEdition), Wanted)>,
) -> Result<Response, Problem> {
    let rest = format!("plan {program} {} {}", wanted.text(), both_text(&asked));
    let goal = wanted.goal();
    let asked = Asked(asked);
    let of = asked_of(&call, &headers, &partner, &asked, Some(&program), &rest).await?;
    let turn = planning_turn().await?;
    let write = |value: Value| Json(value).into_response();
    written_as(of, write, move |desk| {
        let _turn = turn;
        let planned = app::plan::plan(desk, &goal)?;
        Ok(crate::ahead::json::plan(&planned))
    })
    .await
}

/// The cheapest way to a level, for a calendar
///
/// The steps of the plan as an iCalendar file.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/plan.ics", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Wanted), responses((status = 200, description = "The calendar", body = String, content_type = "text/calendar")))]
async fn plan_calendar(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, wanted)): Asked<((Asking, ByEdition), Wanted)>,
) -> Result<Response, Problem> {
    let rest = format!("plan.ics {program} {} {}", wanted.text(), both_text(&asked));
    let goal = wanted.goal();
    let asked = Asked(asked);
    let of = asked_of(&call, &headers, &partner, &asked, Some(&program), &rest).await?;
    let turn = planning_turn().await?;
    written_as(of, calendar, move |desk| {
        let _turn = turn;
        let planned = app::plan::plan(desk, &goal)?;
        Ok(app::plan::icalendar(&planned))
    })
    .await
}

/// The vendor's own numbers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VendorSays {
    /// By row, by its id or title: the number as the vendor's scorecard writes it, as in `5` or `4 of 8`.
    #[serde(default)]
    numbers: std::collections::BTreeMap<String, String>,
    /// The same as it was pasted: a line for each row.
    #[serde(default)]
    text: String,
}

/// The vendor's numbers and ours
///
/// Row by row: what the vendor says, what is counted here, and which records make the difference. Nothing is kept. Compared is the
/// column of the level that is held, unless another one is named.
#[utoipa::path(post, path = "/partners/{partner}/programs/{program}/reconcile", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition, Column), request_body = VendorSays, responses((status = 200, description = "Row by row", body = shapes::Reconciled)))]
async fn reconcile(
    call: Call,
    Path((partner, program)): Path<(String, String)>,
    Asked((asked, column)): Asked<((Asking, ByEdition), Column)>,
    Body(says): Body<VendorSays>,
) -> Result<Response, Problem> {
    let lines = says.numbers.iter();
    let lines: Vec<String> = lines
        .map(|(row, number)| format!("{row}\t{number}"))
        .collect();
    let mut numbers = app::reconcile::read("numbers", &lines.join("\n"))?;
    numbers.extend(app::reconcile::read("text", &says.text)?);
    let asked = Asked(asked);
    let headers = HeaderMap::new();
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        "",
        move |desk| {
            let level = column.level.as_deref();
            let found = app::reconcile::reconcile(desk, column.question, level, &numbers)?;
            Ok(crate::ahead::json::reconciled(&found))
        },
    )
    .await
}

/// Which column.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Column {
    /// The one of this question.
    #[param(value_type = Option<shapes::Question>)]
    question: Option<Ask>,
    /// The one of this level.
    level: Option<String>,
}

impl Parameters for Column {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Column {
            question: pairs.read("question", question)?,
            level: pairs.one("level")?,
        })
    }
}

/// The questions of a program
///
/// Each with its answer, who gave it and when, and what the evidence shows where that contradicts it.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/questions", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), Asking, ByEdition), responses((status = 200, description = "The questions", body = shapes::Questions)))]
async fn questions(
    call: Call,
    headers: HeaderMap,
    Path((partner, program)): Path<(String, String)>,
    Asked(asked): Asked<(Asking, ByEdition)>,
) -> Result<Response, Problem> {
    let rest = format!("questions {program} {}", both_text(&asked));
    let asked = Asked(asked);
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        &rest,
        |desk| Ok(json::assessment(&app::assessment::assessment(desk)?)),
    )
    .await
}

/// Answers that somebody gives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAnswers {
    #[schema(max_items = 1000)]
    answers: Vec<NewAnswerOf>,
}

/// An answer that somebody gives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAnswerOf {
    question: String,
    /// In the words that the question takes.
    answer: String,
    #[serde(default)]
    note: String,
}

/// How many answers were written.
#[derive(Serialize, ToSchema)]
struct AnswersWritten {
    written: usize,
}

/// Answer questions
///
/// As one change, given today; an answer that says what stands already is left as it is. Asks for the verb `answer`.
#[utoipa::path(post, path = "/partners/{partner}/programs/{program}/answers", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id")), request_body = NewAnswers, responses((status = 200, description = "How many were written", body = AnswersWritten)))]
async fn answers(
    call: Call,
    who: Option<Extension<app::accounts::Signed>>,
    Path((partner, program)): Path<(String, String)>,
    Body(of): Body<NewAnswers>,
) -> Result<Json<AnswersWritten>, Problem> {
    call.at(&partner)?;
    call.program(&program)?;
    let new: Vec<NewAnswer> = of
        .answers
        .into_iter()
        .map(|a| NewAnswer {
            question: a.question,
            answer: a.answer,
            note: a.note,
        })
        .collect();
    let by = who.map_or_else(|| call.actor.account.clone(), |who| who.name.clone());
    let written = call
        .office
        .write_answers(&call.actor, &partner, &program, &by, &new)
        .await?;
    Ok(Json(AnswersWritten { written }))
}

/// What was asked beside the day, as a text that is the same for the same question.
pub(super) fn asking_text(of: &Asking) -> String {
    let known = match of.known_at {
        None => String::new(),
        Some(KnownAt::Day(day)) => day.to_string(),
        Some(KnownAt::Moment(moment)) => moment.to_string(),
    };
    let set = of.set.iter().map(|(n, v)| format!("{n}={v}"));
    let assumed = of.assume.iter().map(|(n, v)| format!("{n}={v}"));
    let all: Vec<String> = set.chain(assumed).collect();
    format!(
        "{known} {} {}",
        all.join("\u{1f}"),
        of.track.as_deref().unwrap_or("")
    )
}

pub(super) fn both_text((asking, by): &(Asking, ByEdition)) -> String {
    format!(
        "{} {}",
        by.edition.as_deref().unwrap_or(""),
        asking_text(asking)
    )
}
