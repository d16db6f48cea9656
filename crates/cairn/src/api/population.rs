//! How every partner stands in one edition, as a table.

use app::evaluate::Table;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use app::domain::calendar::Day;
use app::domain::program::Ask;
use app::question::Question;

use super::asking::ByEdition;
use super::call::{Asked, Call, Pairs, Parameters};
use super::shapes;
use super::standings::{aside, question};
use crate::args::day;
use crate::json;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(everyone))
}

/// So many rows are written at once.
const ROWS: usize = 500;

/// What everybody is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OfEveryone {
    /// The day asked about; today where it is left out.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Day>,
    /// Under which question; `enter` where it is left out.
    #[param(value_type = Option<shapes::Question>)]
    question: Option<Ask>,
    /// Adds the most that silence leaves open, and the verdict, of each row.
    #[param(default = false)]
    full: bool,
}

impl Parameters for OfEveryone {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(OfEveryone {
            as_of: pairs.read("as_of", day)?,
            question: pairs.read("question", question)?,
            full: pairs.flag("full")?,
        })
    }
}

/// The form of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Lines,
    Json,
}

impl Form {
    fn wanted(headers: &HeaderMap) -> Form {
        let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
        let accept = accept.unwrap_or_default();
        if accept.contains("text/csv") {
            Form::Csv
        } else if accept.contains("application/x-ndjson") {
            Form::Lines
        } else {
            Form::Json
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Form::Csv => "text/csv; charset=utf-8; header=present",
            Form::Lines => "application/x-ndjson",
            Form::Json => "application/json",
        }
    }

    /// A piece of the table as text; the first one has the header, where there is one.
    fn piece(self, table: &Table, from: usize, to: usize) -> String {
        let piece = Table {
            edition: table.edition.clone(),
            header: table.header.clone(),
            rows: table.rows[from..to].to_vec(),
        };
        match self {
            Form::Csv => {
                let text = app::evaluate::csv(&piece);
                if from == 0 {
                    return text;
                }
                let (_, rows) = text.split_once('\n').unwrap_or_default();
                rows.to_owned()
            }
            Form::Lines => {
                let rows = json::table(&piece);
                let rows = rows.as_array().into_iter().flatten();
                rows.map(|row| format!("{row}\n")).collect()
            }
            Form::Json => {
                let rows = json::table(&piece);
                let rows = rows.as_array().into_iter().flatten();
                let rows: Vec<String> = rows.map(ToString::to_string).collect();
                let open = if from == 0 { "[" } else { "," };
                let close = if to == table.rows.len() { "]" } else { "" };
                let open = if rows.is_empty() { "[" } else { open };
                format!("{open}{}{close}", rows.join(","))
            }
        }
    }
}

/// A row of the table: a partner, its levels, and what it has in each row of the edition.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never made: `json::table` writes it")]
struct Standing {
    partner: String,
    /// The highest level that is met for certain; null: none.
    level: Option<String>,
    /// The highest level that silence leaves open.
    level_most: Option<String>,
    #[serde(flatten)]
    rows: std::collections::BTreeMap<String, Option<String>>,
}

/// How every partner stands
///
/// A row for each partner, by id: the level that is met, the one that silence leaves open, and what it has in each row of the
/// edition. All partners are judged by one edition. As CSV (`Accept: text/csv`), as lines of JSON (`application/x-ndjson`), or
/// as one list; written piece by piece. Asks for the verb `read-population`.
#[utoipa::path(get, path = "/programs/{program}/standings", operation_id = "population", tag = "programs", params(("program" = String, Path, description = "The program's id"), OfEveryone, ByEdition), responses((status = 200, description = "The table", content((Vec<Standing> = "application/json"), (String = "text/csv"), (String = "application/x-ndjson")))))]
async fn everyone(
    call: Call,
    headers: HeaderMap,
    Path(program): Path<String>,
    Asked((of, by)): Asked<(OfEveryone, ByEdition)>,
) -> Result<Response, Problem> {
    call.actor
        .permit_server(app::access::Verb::ReadPopulation)?;
    call.program(&program)?;
    let question = Question {
        program: Some(program),
        edition: by.edition,
        ..Question::on(of.as_of.unwrap_or_else(|| call.office.clock.today()))
    };
    let ask = of.question.unwrap_or(Ask::Enter);
    let form = Form::wanted(&headers);
    let table = aside(move || call.office.everyone(&call.actor, &question, ask, of.full)).await??;
    let pieces = table.rows.len().div_ceil(ROWS).max(1);
    let pieces = (0..pieces).map(move |at| {
        let to = ((at + 1) * ROWS).min(table.rows.len());
        Ok::<String, std::convert::Infallible>(form.piece(&table, at * ROWS, to))
    });
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let of_type = [(header::CONTENT_TYPE, form.media_type())];
    Ok((of_type, body).into_response())
}
