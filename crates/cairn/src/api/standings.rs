//! Where a partner stands, why, since when, what differs, and what lies ahead.

use app::access::Verb;
use app::differences::{Difference, Differences, Seen};
use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::number::Exact;
use app::domain::program::Ask;
use app::explain::Which;
use app::question::{Desk, ask};
use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asking::{Asking, ByEdition, KnownAt};
use super::call::{Asked, Call, Pairs, Parameters};
use super::{etag, shapes};
use crate::args::day;
use crate::json;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(standings))
        .routes(routes!(scorecard))
        .routes(routes!(explanation))
        .routes(routes!(timeline))
        .routes(routes!(differences))
        .routes(routes!(forecast))
        .routes(routes!(leavers))
        .routes(routes!(plan))
}

/// Asks a desk, away from the threads that answer others, unless the caller has the answer already.
async fn answered(
    call: &Call,
    headers: &HeaderMap,
    partner: &str,
    asked: &Asked<(Asking, ByEdition)>,
    program: Option<&str>,
    rest: &str,
    answer: impl FnOnce(&Desk) -> Result<Value, Diagnostic> + Send + 'static,
) -> Result<Response, Problem> {
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
        return Ok(etag::not_modified(&tag));
    }
    let desk = call
        .office
        .desk(&call.actor, partner, question, known)
        .await?;
    let value = aside(move || answer(&desk)).await??;
    let mut response = Json(value).into_response();
    etag::tagged(&mut response, &tag);
    Ok(response)
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

    /// That there is such a program.
    pub fn program(&self, program: &str) -> Result<(), Problem> {
        if self.office.programs.library().programs().contains(&program) {
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

/// What falls ahead
///
/// Every day on which a row or a level falls if nothing new happens, why, and what keeps it; and the reviews until then. A
/// forecast, not a fact.
#[utoipa::path(get, path = "/partners/{partner}/forecast", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), Asking, AheadOf), responses((status = 200, description = "What falls ahead", body = shapes::Forecast)))]
async fn forecast(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Asked((mut asking, ahead)): Asked<(Asking, AheadOf)>,
) -> Result<Response, Problem> {
    let to = ahead.to;
    if let Some(day) = asking.as_of.filter(|day| *day < call.office.clock.today()) {
        // What was learned later was not foreseen.
        asking.known_at.get_or_insert(KnownAt::Day(day));
    }
    let rest = format!(
        "forecast {} {} {}",
        ahead.program.as_deref().unwrap_or(""),
        to.map_or(String::new(), |d| d.to_string()),
        asking_text(&asking)
    );
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
            let ahead = app::forecast::forecast(desk, to)?;
            Ok(crate::ahead::json::forecast(&ahead))
        },
    )
    .await
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
struct Wanted {
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
    let rest = format!(
        "plan {program} {} {} {} {} {} {} {}",
        wanted.level.as_deref().unwrap_or(""),
        wanted.also.join("\u{1f}"),
        wanted.by.map_or(String::new(), |d| d.to_string()),
        wanted
            .budget
            .as_ref()
            .map_or(String::new(), |b| b.to_string()),
        wanted.only.join("\u{1f}"),
        wanted.keep,
        both_text(&asked)
    );
    let goal = app::plan::Goal {
        level: wanted.level,
        also: wanted.also,
        by: wanted.by,
        budget: wanted.budget,
        only: wanted.only,
        keep: wanted.keep,
    };
    let asked = Asked(asked);
    answered(
        &call,
        &headers,
        &partner,
        &asked,
        Some(&program),
        &rest,
        move |desk| {
            let planned = app::plan::plan(desk, &goal)?;
            Ok(crate::ahead::json::plan(&planned))
        },
    )
    .await
}

/// What was asked beside the day, as a text that is the same for the same question.
fn asking_text(of: &Asking) -> String {
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

fn both_text((asking, by): &(Asking, ByEdition)) -> String {
    format!(
        "{} {}",
        by.edition.as_deref().unwrap_or(""),
        asking_text(asking)
    )
}
