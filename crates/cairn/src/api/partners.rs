//! Partners.

use app::access::{May, Verb};
use app::companies::{Line, Wanted};
use app::refusal::Refusal;
use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters};
use super::page::{Page, Paging};
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one))
        .routes(routes!(companies))
}

/// A partner.
#[derive(Serialize, ToSchema)]
pub struct Partner {
    /// Its id.
    id: String,
    /// What it is called; its id where nothing says.
    name: String,
}

/// A partner, and what may be done there.
#[derive(Serialize, ToSchema)]
struct PartnerHere {
    /// Its id.
    id: String,
    /// What it is called; its id where nothing says.
    name: String,
    /// The verbs that you may use here, by name.
    may: Vec<&'static str>,
    /// The verbs that you may use for what is your own, by name.
    may_for_own: Vec<&'static str>,
}

/// A partner to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPartner {
    /// Its id, which never changes.
    #[schema(min_length = 1, max_length = 120)]
    id: String,
    /// What it is called.
    #[serde(default)]
    #[schema(max_length = 200)]
    name: String,
}

/// What of all companies is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct WantedLines {
    /// A part of a partner's name or id.
    q: Option<String>,
    /// Only beside this program.
    program: Option<String>,
    /// Only those that are in danger, short of the next level, or with open tasks.
    #[param(value_type = Option<LineState>)]
    state: Option<String>,
    /// By what they are sorted; by partner where it is left out.
    #[param(value_type = Option<LineSort>)]
    sort: Option<String>,
}

/// Which lines are wanted.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: `app` reads the words")]
enum LineState {
    Danger,
    Short,
    Work,
}

/// By what lines are sorted.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: `app` reads the words")]
enum LineSort {
    Danger,
    Program,
    Work,
}

impl Parameters for WantedLines {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let one_of = |words: &'static [&'static str]| {
            move |text: &str| match words.contains(&text) {
                true => Ok(text.to_owned()),
                false => Err(format!("it is one of `{}`", words.join("`, `"))),
            }
        };
        Ok(WantedLines {
            q: pairs.one("q")?,
            program: pairs.one("program")?,
            state: pairs.read("state", one_of(&["danger", "short", "work"]))?,
            sort: pairs.read("sort", one_of(&["danger", "program", "work"]))?,
        })
    }
}

/// What threatens a level within a year.
#[derive(Serialize, ToSchema)]
struct DangerOf {
    /// `not-renewed`, `no-longer-met` or `ends`.
    what: &'static str,
    #[schema(format = Date)]
    on: String,
    level: String,
    /// The row that falls short first, where one is known.
    row: Option<String>,
}

/// A partner beside a program with levels that it follows.
#[derive(Serialize, ToSchema)]
struct CompanyLine {
    partner: String,
    name: String,
    program: String,
    title: String,
    /// The level that is held, or met where nothing is held.
    level: Option<String>,
    /// Is that the vendor's word, rather than what is met today?
    held: bool,
    /// The level above; null at the top.
    next_level: Option<String>,
    /// How many of its rows are short; null where it is not asked.
    rows_short: Option<usize>,
    /// The nearest danger, if nothing new happens. A forecast, not a fact.
    danger: Option<DangerOf>,
    open_tasks: usize,
    late_tasks: usize,
}

impl From<&Line> for CompanyLine {
    fn from(of: &Line) -> CompanyLine {
        CompanyLine {
            partner: of.partner.clone(),
            name: of.partner_name.clone(),
            program: of.program.clone(),
            title: of.title.clone(),
            level: of.level.clone(),
            held: of.held,
            next_level: of.next.clone(),
            rows_short: of.short,
            danger: of.danger.as_ref().map(|danger| DangerOf {
                what: danger.what.name(),
                on: danger.day.to_string(),
                level: danger.level.clone(),
                row: danger.row.clone(),
            }),
            open_tasks: of.open,
            late_tasks: of.late,
        }
    }
}

/// Companies beside each other.
#[derive(Serialize, ToSchema)]
struct CompaniesOf {
    /// How many partners you may read the standing of.
    partners: usize,
    /// How many of them are not looked at, for there are too many.
    left_out: usize,
    items: Vec<CompanyLine>,
}

/// Companies beside each other
///
/// Each partner whose standing you may read beside each program with levels that it follows, as of today: the level, what is short of
/// the next, the nearest danger within a year and the open tasks. At most 200 partners; ask about more by `/population`.
#[utoipa::path(get, path = "/companies", tag = "partners", params(WantedLines), responses((status = 200, description = "The lines", body = CompaniesOf)))]
async fn companies(
    call: Call,
    Asked(wanted): Asked<WantedLines>,
) -> Result<Json<CompaniesOf>, Problem> {
    let of = call.office.companies(&call.actor).await?;
    let wanted = Wanted {
        q: wanted.q.unwrap_or_default(),
        program: wanted.program.unwrap_or_default(),
        state: wanted.state.unwrap_or_default(),
        sort: wanted.sort.unwrap_or_default(),
    };
    Ok(Json(CompaniesOf {
        items: of
            .chosen(&wanted)
            .into_iter()
            .map(CompanyLine::from)
            .collect(),
        partners: of.partners,
        left_out: of.left_out,
    }))
}

/// The partners that you see
///
/// Every partner at which you have a role, by id; all of them for a role of the server.
#[utoipa::path(get, path = "/partners", operation_id = "partners", tag = "partners", params(Paging), responses((status = 200, description = "A page of partners", body = Page<Partner>)))]
async fn list(call: Call, Asked(paging): Asked<Paging>) -> Result<Json<Page<Partner>>, Problem> {
    let after = paging.after("partners")?;
    let ids = call.office.partners(&call.actor)?;
    let rest = ids
        .into_iter()
        .filter(|id| after.as_ref().is_none_or(|after| id > after))
        .take(paging.limit + 1)
        .map(|id| Partner {
            name: call.office.partner_name(&id),
            id,
        });
    Ok(Json(
        paging.page("partners", rest.collect(), |p| p.id.clone()),
    ))
}

/// Add a partner
///
/// A partner of whom nothing is known yet. Asks for the verb `manage-partners`.
#[utoipa::path(post, path = "/partners", operation_id = "add_partner", tag = "partners", request_body = NewPartner, responses((status = 201, description = "The partner, with its address in `Location`", body = Partner), (status = 409, description = "There is such a partner already")))]
async fn add(call: Call, Body(new): Body<NewPartner>) -> Result<impl IntoResponse, Problem> {
    let added = call
        .office
        .add_partner(&call.actor, &new.id, &new.name)
        .await;
    added.map_err(|refusal| match refusal {
        Refusal::Conflict { .. } => Problem::new(
            StatusCode::CONFLICT,
            "partner-exists",
            "There is such a partner already",
        )
        .detail(format!("there is a partner `{}`", new.id)),
        other => other.into(),
    })?;
    let at = format!("/api/v1/partners/{}", super::spec::segment(&new.id));
    let partner = Partner {
        name: call.office.partner_name(&new.id),
        id: new.id,
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], Json(partner)))
}

/// One partner
///
/// What it is called, and what you may do there. Who has no role there is told that there is no such partner.
#[utoipa::path(get, path = "/partners/{partner}", operation_id = "partner", tag = "partners", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The partner", body = PartnerHere)))]
async fn one(call: Call, Path(partner): Path<String>) -> Result<Json<PartnerHere>, Problem> {
    call.at(&partner)?;
    let all = |may| {
        let verbs = Verb::ALL.iter().filter(|v| v.is_of_partner());
        verbs
            .filter(|v| call.actor.may_at(**v, &partner) == may)
            .map(|v| v.name())
            .collect()
    };
    Ok(Json(PartnerHere {
        name: call.office.partner_name(&partner),
        may: all(May::Yes),
        may_for_own: all(May::Own),
        id: partner,
    }))
}
