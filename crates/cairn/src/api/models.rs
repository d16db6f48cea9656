//! Models of what something is worth, with a partner's own inputs: business cases and worksheets.

use app::case::{PATHS, SEED};
use app::refusal::Refusal;
use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asking::{Asking, ByEdition};
use super::call::{Asked, Call, Pairs, Parameters, bad_parameter};
use super::shapes;
use super::standings::{answered, asked_of, asking_text, written_as};
use crate::ahead::case;
use crate::args::said;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// The largest seed.
const MOST_SEED: u64 = i64::MAX as u64;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(models))
        .routes(routes!(model))
        .routes(routes!(workbook))
}

/// What is tried this time, and how many paths are run.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Trying {
    /// What an input is this time, as `churn=12%`, or the range that it may lie in, as `churn=8%..15%`; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    input: Vec<(String, String)>,
    /// What an input is this time if nothing is changed, as `churn=12%`; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    stay: Vec<(String, String)>,
    /// How many paths are run through what may happen, up to 100,000; none where it is left out.
    #[param(value_type = Option<u64>, maximum = 100_000)]
    paths: u64,
    /// What the draws of the paths begin with; 7 where it is left out.
    #[param(value_type = Option<u64>, maximum = 9_223_372_036_854_775_807_i64)]
    seed: u64,
}

impl Parameters for Trying {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let mut all = |name: &str| -> Result<Vec<(String, String)>, Problem> {
            let texts = pairs.all(name);
            let read = texts.iter().map(|text| said(text));
            let read = read.map(|said| said.map_err(|why| bad_parameter(name, &why)));
            read.collect()
        };
        let (input, stay) = (all("input")?, all("stay")?);
        let whole = |text: &str| {
            text.parse::<u64>()
                .map_err(|_| "it is a whole number".to_owned())
        };
        let paths = pairs.read("paths", |text| {
            let few = whole(text)?;
            (few <= PATHS)
                .then_some(few)
                .ok_or_else(|| format!("it is {PATHS} at most"))
        })?;
        // As large as every reader of JSON takes whole numbers.
        let seed = pairs.read("seed", |text| {
            let seed = whole(text)?;
            (seed <= MOST_SEED)
                .then_some(seed)
                .ok_or_else(|| format!("it is {MOST_SEED} at most"))
        })?;
        Ok(Trying {
            input,
            stay,
            paths: paths.unwrap_or(0),
            seed: seed.unwrap_or(SEED),
        })
    }
}

/// Business cases and worksheets
///
/// Every model with what comes out of it, for the partner's own inputs as they stand on the day.
#[utoipa::path(get, path = "/partners/{partner}/models", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), Asking), responses((status = 200, description = "The models", body = shapes::Models)))]
async fn models(
    call: Call,
    headers: HeaderMap,
    Path(partner): Path<String>,
    Asked(asking): Asked<Asking>,
) -> Result<Response, Problem> {
    let rest = format!("models {}", asking_text(&asking));
    let asked = Asked((asking, ByEdition::default()));
    answered(&call, &headers, &partner, &asked, None, &rest, |desk| {
        Ok(case::all_value(&app::case::all(desk)?))
    })
    .await
}

/// A business case or a worksheet
///
/// A model's inputs, each with where it is from, every result, its lines by month and by year, lists, maps, claims, and what each
/// uncertain input does alone. Inputs may be tried for this one answer; those that are to stay are records of the kind `assumptions`.
#[utoipa::path(get, path = "/partners/{partner}/models/{model}", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("model" = String, Path, description = "The model's name, alone or with its edition as in `risks@2026`"), Asking, Trying), responses((status = 200, description = "What the model says", body = shapes::ModelAnswer)))]
async fn model(
    call: Call,
    headers: HeaderMap,
    Path((partner, model)): Path<(String, String)>,
    Asked((asking, trying)): Asked<(Asking, Trying)>,
) -> Result<Response, Problem> {
    let text = |said: &[(String, String)]| -> String {
        let said = said
            .iter()
            .map(|(input, value)| format!("{input}={value}\n"));
        said.collect()
    };
    let rest = format!(
        "model {model} {} {}\n{} {} {}",
        asking_text(&asking),
        text(&trying.input),
        text(&trying.stay),
        trying.paths,
        trying.seed
    );
    let asked = Asked((asking, ByEdition::default()));
    let of = asked_of(&call, &headers, &partner, &asked, None, &rest).await?;
    if app::case::model(&call.office.programs.library(), &model).is_err() {
        return Err(Refusal::no("model", &model).into());
    }
    let office = call.office.clone();
    let write = |value: Value| Json(value).into_response();
    written_as(of, write, move |desk| {
        let tried = case::tried(&trying.input, &trying.stay);
        let case = app::case::case(desk, &model, &tried).map_err(Refusal::Problems)?;
        let paths = (trying.paths > 0).then(|| office.ran.paths(&case, trying.seed, trying.paths));
        Ok(case::value(&case, &case::Runs::of(&case, paths)))
    })
    .await
}

/// A business case or a worksheet as a workbook
///
/// Its formulas are alive: change an input, and everything follows.
#[utoipa::path(get, path = "/partners/{partner}/models/{model}/workbook", tag = "standings", params(("partner" = String, Path, description = "The partner's id"), ("model" = String, Path, description = "The model's name, alone or with its edition as in `risks@2026`"), Asking, Trying), responses((status = 200, description = "The file", body = String, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    call: Call,
    headers: HeaderMap,
    Path((partner, model)): Path<(String, String)>,
    Asked((asking, trying)): Asked<(Asking, Trying)>,
) -> Result<Response, Problem> {
    call.actor
        .permit(app::access::Verb::ReadStanding, &partner)?;
    call.at(&partner)?;
    let lang = crate::web::language(&headers);
    let question = asking.question(&call.office, None, None);
    let known = asking.known(&call.office).await?;
    let desk = call
        .office
        .desk(&call.actor, &partner, question, known)
        .await?;
    let office = call.office.clone();
    let bytes = super::standings::aside(move || {
        let tried = case::tried(&trying.input, &trying.stay);
        let case = app::case::case(&desk, &model, &tried).map_err(|mut all| all.remove(0))?;
        let run = (trying.paths > 0).then(|| office.ran.paths(&case, trying.seed, trying.paths));
        app::report::workbook(&case, lang, run.as_deref())
    })
    .await??;
    let kind = [(axum::http::header::CONTENT_TYPE, crate::web::WORKBOOK)];
    Ok((kind, bytes).into_response())
}
