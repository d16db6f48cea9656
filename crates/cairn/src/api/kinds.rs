//! Kinds of evidence.

use app::access::Verb;
use app::domain::vocabulary::{FieldType, Kind};
use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::Call;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
}

/// All kinds.
#[derive(Serialize, ToSchema)]
struct Kinds {
    /// In the order of the vocabulary.
    items: Vec<KindOf>,
}

/// A kind of evidence.
#[derive(Serialize, ToSchema)]
struct KindOf {
    /// Its name, which is also the name of its table.
    name: String,
    /// The columns that tell one record from another, beside the partner.
    key: Vec<String>,
    /// Its columns, in the order of the header.
    columns: Vec<ColumnOf>,
}

/// A column of a kind.
#[derive(Serialize, ToSchema)]
struct ColumnOf {
    /// Its name.
    name: String,
    /// What it holds: `text`, `date`, `number`, `percent`, `yes-no`, `money`, `country`, `catalog`, `level`, `answer`, `id`, `word`.
    r#type: &'static str,
    /// The column that holds the currency of an amount, or what an id is of.
    #[schema(required)]
    of: Option<String>,
    /// The words that it may hold; empty where it may hold others.
    words: Vec<String>,
    /// What the column may be called in files.
    also: Vec<String>,
    /// Is it part of the key?
    key: bool,
}

fn written(kind: &Kind) -> KindOf {
    let columns = kind.fields.values().map(|field| {
        let (of_type, of) = match &field.kind {
            FieldType::Text => ("text", None),
            FieldType::Date => ("date", None),
            FieldType::Number(_) => ("number", None),
            FieldType::Percent => ("percent", None),
            FieldType::YesNo => ("yes-no", None),
            FieldType::Money(currency) => ("money", Some(currency.clone())),
            FieldType::Country => ("country", None),
            FieldType::Catalog => ("catalog", None),
            FieldType::Level => ("level", None),
            FieldType::Answer => ("answer", None),
            FieldType::Id(of) => ("id", Some(of.clone())),
            FieldType::Word(_) => ("word", None),
        };
        let words = match &field.kind {
            FieldType::Word(words) => words.all().map(str::to_owned).collect(),
            _ => vec![],
        };
        ColumnOf {
            name: field.name.clone(),
            r#type: of_type,
            of,
            words,
            also: field.also.clone(),
            key: field.key,
        }
    });
    KindOf {
        name: kind.name.clone(),
        key: kind.key.clone(),
        columns: columns.collect(),
    }
}

/// The vocabulary
///
/// Every kind of evidence with its columns: what a file or a record of it may say.
#[utoipa::path(get, path = "/kinds", operation_id = "kinds", tag = "programs", responses((status = 200, description = "All kinds", body = Kinds)))]
async fn list(call: Call) -> Result<Json<Kinds>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    let kinds = call.office.programs.vocabulary().kinds.values();
    Ok(Json(Kinds {
        items: kinds.map(written).collect(),
    }))
}

/// One kind
///
/// Its columns: their types, the words that they may hold, and what they may be called.
#[utoipa::path(get, path = "/kinds/{kind}", operation_id = "kind", tag = "programs", params(("kind" = String, Path, description = "The kind of evidence")), responses((status = 200, description = "The kind", body = KindOf)))]
async fn one(call: Call, Path(kind): Path<String>) -> Result<Json<KindOf>, Problem> {
    call.actor.permit_server(Verb::ReadPrograms)?;
    Ok(Json(written(call.kind(&kind)?)))
}
