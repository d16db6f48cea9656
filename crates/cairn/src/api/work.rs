//! Working together: tasks, comments, saved views, notices, what waits for whoever looks after partners.

use std::collections::BTreeMap;

use app::domain::calendar::Day;
use app::notices::{NoticeKind, Way};
use app::queue::{Reference, ReferenceState, Waiting, Waits};
use app::tasks::{Comment, Said, Task, TaskState, View};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter, number};
use super::etag;
use super::records::RecordOf;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(tasks, add_task))
        .routes(routes!(task, change_task))
        .routes(routes!(set_task_state))
        .routes(routes!(sign_off))
        .routes(routes!(colleagues))
        .routes(routes!(hand_over))
        .routes(routes!(comments, comment))
        .routes(routes!(take_back_comment))
        .routes(routes!(reasons))
        .routes(routes!(views, save_view))
        .routes(routes!(rename_view, forget_view))
        .routes(routes!(queue))
        .routes(routes!(references))
        .routes(routes!(decide_reference))
        .routes(routes!(notices))
        .routes(routes!(put_notice_away))
        .routes(routes!(notice_choices))
        .routes(routes!(choose_notice))
}

/// Something to be done.
#[derive(Serialize, ToSchema)]
struct TaskOf {
    /// Its id.
    task: String,
    /// How often it was said, which is also its `ETag`: whoever changes it names this number.
    version: i64,
    /// What it is.
    title: String,
    /// What else is to be said of it.
    note: String,
    /// The account that does it.
    #[schema(required)]
    owner: Option<String>,
    #[schema(required, format = Date)]
    due: Option<String>,
    /// The program that it is for.
    #[schema(required)]
    program: Option<String>,
    /// The row that it is for; null: the program as a whole.
    #[schema(required)]
    row: Option<String>,
    /// What evidence closes it.
    #[schema(required)]
    closes: Option<ClosesOf>,
    #[schema(value_type = TaskStateOf)]
    state: &'static str,
    #[schema(format = DateTime)]
    created: String,
    /// The account that made it.
    by: String,
    #[schema(required, format = DateTime)]
    closed: Option<String>,
    /// The version of the record that closed it, where evidence did.
    #[schema(required)]
    closed_by_version: Option<i64>,
    /// The account that closed it, where one did.
    #[schema(required)]
    closed_by: Option<String>,
}

/// What evidence closes a task, once it is there.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClosesOf {
    /// The kind of evidence.
    kind: String,
    /// What it must say, by column.
    #[serde(default)]
    cells: BTreeMap<String, String>,
}

/// How far a task is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TaskStateOf {
    /// It is still to be done.
    Open,
    /// It is done.
    Done,
    /// Nobody will do it.
    Dropped,
}

impl From<Task> for TaskOf {
    fn from(of: Task) -> TaskOf {
        let (program, row) = of.said.about.unzip();
        TaskOf {
            task: of.task,
            version: of.version,
            title: of.said.title,
            note: of.said.note,
            owner: of.said.owner,
            due: of.said.due.map(|day| day.to_string()),
            program,
            row: row.filter(|row| !row.is_empty()),
            closes: of.said.closes.map(|(kind, cells)| ClosesOf {
                kind,
                cells: cells.into_iter().collect(),
            }),
            state: of.state.name(),
            created: of.created.to_string(),
            by: of.by,
            closed: of.closed.map(|at| at.to_string()),
            closed_by_version: of.closed_by_fact,
            closed_by: of.closed_by,
        }
    }
}

/// What is said of a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TaskSaid {
    /// What is to be done.
    #[schema(max_length = 300)]
    title: String,
    /// What else is to be said of it.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: String,
    /// The account that does it.
    #[serde(default)]
    owner: Option<String>,
    /// By when.
    #[serde(default)]
    #[schema(format = Date)]
    due: Option<String>,
    /// The program that it is for.
    #[serde(default)]
    program: Option<String>,
    /// The row of that program.
    #[serde(default)]
    row: Option<String>,
    /// What evidence closes it.
    #[serde(default)]
    closes: Option<ClosesOf>,
}

impl TaskSaid {
    fn said(self) -> Result<Said, Problem> {
        let due = match &self.due {
            None => None,
            Some(text) => Some(
                Day::parse(text)
                    .ok_or_else(|| bad_parameter("due", "it is a day as in 2024-06-28"))?,
            ),
        };
        Ok(Said {
            title: self.title,
            note: self.note,
            owner: self.owner,
            due,
            about: self
                .program
                .map(|program| (program, self.row.unwrap_or_default())),
            closes: self
                .closes
                .map(|of| (of.kind, of.cells.into_iter().collect())),
        })
    }
}

/// All tasks.
#[derive(Serialize, ToSchema)]
struct Tasks {
    /// What is due first stands in front.
    items: Vec<TaskOf>,
}

/// Which tasks.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichTasks {
    /// Also those that are done or dropped.
    #[param(default = false)]
    closed: bool,
}

impl Parameters for WhichTasks {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(WhichTasks {
            closed: pairs.flag("closed")?,
        })
    }
}

fn with_task(status: StatusCode, task: Task) -> Response {
    let tag = etag::version(task.version);
    let mut response = (status, Json(TaskOf::from(task))).into_response();
    etag::tagged(&mut response, &tag);
    response
}

impl Call {
    async fn task(&self, partner: &str, task: &str) -> Result<Task, Problem> {
        let all = self.office.tasks(&self.actor, partner, true).await?;
        let found = all.into_iter().find(|t| t.task == task);
        found.ok_or_else(|| app::refusal::Refusal::no("task", task).into())
    }
}

/// The tasks of a partner
///
/// Those that are open, and that you may see. What has become done by evidence is closed first. Asks for the verb `work` or
/// `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/tasks", tag = "work", params(("partner" = String, Path, description = "The partner's id"), WhichTasks), responses((status = 200, description = "The tasks", body = Tasks)))]
async fn tasks(
    call: Call,
    Path(partner): Path<String>,
    Asked(which): Asked<WhichTasks>,
) -> Result<Json<Tasks>, Problem> {
    call.at(&partner)?;
    let all = call.office.tasks(&call.actor, &partner, which.closed);
    Ok(Json(Tasks {
        items: all.await?.into_iter().map(TaskOf::from).collect(),
    }))
}

/// Add a task
///
/// With an owner, a day and, if wanted, what evidence closes it. Asks for the verb `work`.
#[utoipa::path(post, path = "/partners/{partner}/tasks", tag = "work", params(("partner" = String, Path, description = "The partner's id")), request_body = TaskSaid, responses((status = 201, description = "The task, with its version as `ETag` and its address in `Location`", body = TaskOf)))]
async fn add_task(
    call: Call,
    Path(partner): Path<String>,
    Body(said): Body<TaskSaid>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    let said = said.said()?;
    let done = call.office.add_task(&call.actor, &partner, &said).await?;
    let task = done.value;
    let at = super::spec::segment(&partner);
    let at = format!("/api/v1/partners/{at}/tasks/{}", task.task);
    let mut response = with_task(StatusCode::CREATED, task);
    if let Ok(at) = at.parse() {
        response.headers_mut().insert(header::LOCATION, at);
    }
    Ok(response)
}

/// One task
///
/// Open or closed. Asks for the verb `work` or `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/tasks/{task}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("task" = String, Path, description = "The task's id")), responses((status = 200, description = "The task", body = TaskOf)))]
async fn task(
    call: Call,
    Path((partner, task)): Path<(String, String)>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    Ok(with_task(StatusCode::OK, call.task(&partner, &task).await?))
}

/// Change a task
///
/// Says it anew, whole. `If-Match` names the version that was read. Asks for the verb `work`.
#[utoipa::path(put, path = "/partners/{partner}/tasks/{task}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("task" = String, Path, description = "The task's id"), ("If-Match" = String, Header, description = "The `ETag` of the task that was read, or `*`")), request_body = TaskSaid, responses((status = 200, description = "The task", body = TaskOf)))]
async fn change_task(
    call: Call,
    headers: HeaderMap,
    Path((partner, task)): Path<(String, String)>,
    Body(said): Body<TaskSaid>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.actor.permit_own(app::access::Verb::Work, &partner)?;
    let version = call.task(&partner, &task).await?.version;
    etag::matching(&headers, version)?;
    let said = said.said()?;
    let done = call
        .office
        .change_task(&call.actor, &partner, &task, version, &said)
        .await?;
    Ok(with_task(StatusCode::OK, done.value))
}

/// How far a task is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToState {
    state: TaskStateOf,
}

/// Close a task, or open it again
///
/// `If-Match` names the version that was read. Asks for the verb `work`.
#[utoipa::path(put, path = "/partners/{partner}/tasks/{task}/state", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("task" = String, Path, description = "The task's id"), ("If-Match" = String, Header, description = "The `ETag` of the task that was read, or `*`")), request_body = ToState, responses((status = 200, description = "The task", body = TaskOf)))]
async fn set_task_state(
    call: Call,
    headers: HeaderMap,
    Path((partner, task)): Path<(String, String)>,
    Body(to): Body<ToState>,
) -> Result<Response, Problem> {
    call.at(&partner)?;
    call.actor.permit_own(app::access::Verb::Work, &partner)?;
    let version = call.task(&partner, &task).await?.version;
    etag::matching(&headers, version)?;
    let state = match to.state {
        TaskStateOf::Open => TaskState::Open,
        TaskStateOf::Done => TaskState::Done,
        TaskStateOf::Dropped => TaskState::Dropped,
    };
    let done = call
        .office
        .close_task(&call.actor, &partner, &task, version, state)
        .await?;
    Ok(with_task(StatusCode::OK, done.value))
}

/// What is said of something that waits to be signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Signing {
    /// Is it signed? Else it is refused, with a reason.
    sign: bool,
    /// By whom, as the record says it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    by: String,
    /// Why; needed where it is refused.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
}

/// What came of a decision.
#[derive(Serialize, ToSchema)]
struct DecisionTaken {
    /// The record that it became, or changed; null where there is none.
    #[schema(required)]
    record: Option<RecordOf>,
    /// The change that the audit log has of it.
    change: i64,
}

/// Sign what a task asks to be signed
///
/// It becomes a record, and the task is done; or it is refused, and the reason stands beside the task. Asks for the verb `decide`.
#[utoipa::path(post, path = "/partners/{partner}/tasks/{task}/sign-off", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("task" = String, Path, description = "The task's id")), request_body = Signing, responses((status = 200, description = "What came of it", body = DecisionTaken)))]
async fn sign_off(
    call: Call,
    Path((partner, task)): Path<(String, String)>,
    Body(of): Body<Signing>,
) -> Result<Json<DecisionTaken>, Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .sign_off(&call.actor, &partner, &task, of.sign, &of.by, &of.reason)
        .await?;
    Ok(Json(DecisionTaken {
        record: done.value.map(RecordOf::from),
        change: done.change,
    }))
}

/// Who else has a role at a partner.
#[derive(Serialize, ToSchema)]
struct Colleagues {
    /// By name.
    items: Vec<ColleagueOf>,
}

/// Somebody who has a role at a partner.
#[derive(Serialize, ToSchema)]
struct ColleagueOf {
    account: String,
    name: String,
}

/// Who else works at a partner
///
/// The accounts that have a role there, with their names, for whoever has one there too: owners of tasks are named by account.
#[utoipa::path(get, path = "/partners/{partner}/colleagues", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The colleagues", body = Colleagues)))]
async fn colleagues(call: Call, Path(partner): Path<String>) -> Result<Json<Colleagues>, Problem> {
    call.at(&partner)?;
    let all = call.office.colleagues(&call.actor, &partner).await?;
    Ok(Json(Colleagues {
        items: all
            .into_iter()
            .map(|(account, name)| ColleagueOf { account, name })
            .collect(),
    }))
}

/// To whom work is handed over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOver {
    /// The account that takes it over, which has a role at the partner.
    to: String,
    /// Are the roles at the partner handed over?
    #[serde(default = "yes")]
    #[schema(default = true)]
    roles: bool,
    /// Are the open tasks handed over?
    #[serde(default = "yes")]
    #[schema(default = true)]
    tasks: bool,
}

fn yes() -> bool {
    true
}

/// What was handed over.
#[derive(Serialize, ToSchema)]
struct HandedOver {
    /// The roles, by name.
    roles: Vec<&'static str>,
    /// How many open tasks.
    tasks: usize,
}

/// Hand over somebody's work
///
/// When a lead leaves: all roles that they have at the partner, and their open tasks, go to somebody else who is known there. Asks
/// for the verb `manage-members`.
#[utoipa::path(post, path = "/partners/{partner}/members/{account}/hand-over", tag = "accounts", params(("partner" = String, Path, description = "The partner's id"), ("account" = String, Path, description = "Whose work it is")), request_body = HandOver, responses((status = 200, description = "What was handed over", body = HandedOver)))]
async fn hand_over(
    State(state): State<AppState>,
    call: Call,
    Path((partner, account)): Path<(String, String)>,
    Body(of): Body<HandOver>,
) -> Result<Json<HandedOver>, Problem> {
    call.at(&partner)?;
    let accounts = state.accounts()?;
    let people = (partner.as_str(), account.as_str(), of.to.as_str());
    let what = (of.roles, of.tasks);
    let handed = call
        .office
        .hand_over_work(&accounts, &call.actor, people, what);
    let (roles, tasks) = handed.await?;
    Ok(Json(HandedOver {
        roles: roles.into_iter().map(|role| role.name()).collect(),
        tasks,
    }))
}

/// What was said.
#[derive(Serialize, ToSchema)]
struct Comments {
    /// Oldest first.
    items: Vec<CommentOf>,
}

/// A comment.
#[derive(Serialize, ToSchema)]
struct CommentOf {
    /// Its id.
    comment: String,
    /// The row that it is about; empty: the program as a whole.
    row: String,
    body: String,
    /// The account that said it.
    by: String,
    #[schema(format = DateTime)]
    at: String,
}

impl From<Comment> for CommentOf {
    fn from(of: Comment) -> CommentOf {
        CommentOf {
            comment: of.comment,
            row: of.row,
            body: of.body,
            by: of.by,
            at: of.at.to_string(),
        }
    }
}

/// About which row.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct AboutRow {
    /// Only what was said of this row.
    row: Option<String>,
}

impl Parameters for AboutRow {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(AboutRow {
            row: pairs.one("row")?,
        })
    }
}

/// Comments on a program's rows
///
/// Oldest first. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/programs/{program}/comments", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id"), AboutRow), responses((status = 200, description = "The comments", body = Comments)))]
async fn comments(
    call: Call,
    Path((partner, program)): Path<(String, String)>,
    Asked(about): Asked<AboutRow>,
) -> Result<Json<Comments>, Problem> {
    call.at(&partner)?;
    let row = about.row.as_deref();
    let all = call
        .office
        .comments(&call.actor, &partner, &program, row)
        .await?;
    Ok(Json(Comments {
        items: all.into_iter().map(CommentOf::from).collect(),
    }))
}

/// A comment to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewComment {
    /// The row; left out: the program as a whole.
    #[serde(default)]
    row: String,
    #[schema(max_length = 5000)]
    body: String,
}

/// Comment on a row
///
/// Or on the program as a whole. Asks for the verb `work`.
#[utoipa::path(post, path = "/partners/{partner}/programs/{program}/comments", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("program" = String, Path, description = "The program's id")), request_body = NewComment, responses((status = 201, description = "The comment", body = CommentOf)))]
async fn comment(
    call: Call,
    Path((partner, program)): Path<(String, String)>,
    Body(new): Body<NewComment>,
) -> Result<(StatusCode, Json<CommentOf>), Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .comment(&call.actor, &partner, &program, &new.row, &new.body)
        .await?;
    Ok((StatusCode::CREATED, Json(done.value.into())))
}

/// Take a comment back
///
/// One's own; anybody's, with the verb `manage-members`. Asks for the verb `work`.
#[utoipa::path(delete, path = "/partners/{partner}/comments/{comment}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("comment" = String, Path, description = "The comment's id")), responses((status = 204, description = "It is taken back")))]
async fn take_back_comment(
    call: Call,
    Path((partner, comment)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office
        .take_back_comment(&call.actor, &partner, &comment)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// About what something was decided.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct AboutSubject {
    /// What it was: `references 12`, `task t…`.
    subject: String,
}

impl Parameters for AboutSubject {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let subject = pairs.one("subject")?;
        Ok(AboutSubject {
            subject: subject.ok_or_else(|| bad_parameter("subject", "it is missing"))?,
        })
    }
}

/// Why something was decided so
///
/// The reasons that were given about a reference or a sign-off, oldest first. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/reasons", tag = "work", params(("partner" = String, Path, description = "The partner's id"), AboutSubject), responses((status = 200, description = "The reasons", body = Comments)))]
async fn reasons(
    call: Call,
    Path(partner): Path<String>,
    Asked(about): Asked<AboutSubject>,
) -> Result<Json<Comments>, Problem> {
    call.at(&partner)?;
    let all = call.office.reasons(&call.actor, &partner, &about.subject);
    Ok(Json(Comments {
        items: all.await?.into_iter().map(CommentOf::from).collect(),
    }))
}

/// Lists that somebody saved.
#[derive(Serialize, ToSchema)]
struct Views {
    items: Vec<ViewOf>,
}

/// A list as somebody wants to see it again.
#[derive(Serialize, ToSchema)]
struct ViewOf {
    /// Its id.
    view: String,
    /// Of which page.
    page: String,
    name: String,
    /// The query of the page's address.
    query: String,
    /// Is it everybody's who has a role at the partner?
    shared: bool,
}

impl From<View> for ViewOf {
    fn from(of: View) -> ViewOf {
        ViewOf {
            view: of.view,
            page: of.page,
            name: of.name,
            query: of.query,
            shared: of.shared,
        }
    }
}

/// One's saved views
///
/// The lists that you saved at a partner, and those that somebody saved for everybody there.
#[utoipa::path(get, path = "/partners/{partner}/views", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The views", body = Views)))]
async fn views(call: Call, Path(partner): Path<String>) -> Result<Json<Views>, Problem> {
    call.at(&partner)?;
    let all = call.office.views(&call.actor, &partner, None).await?;
    Ok(Json(Views {
        items: all.into_iter().map(ViewOf::from).collect(),
    }))
}

/// A view to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewView {
    #[schema(max_length = 200)]
    page: String,
    #[schema(max_length = 100)]
    name: String,
    #[schema(max_length = 2000)]
    query: String,
    /// Is it for everybody who has a role at the partner? That asks for the verb `work`.
    #[serde(default)]
    shared: bool,
}

/// Save a view
///
/// Under a name, in place of an earlier one of that name.
#[utoipa::path(post, path = "/partners/{partner}/views", tag = "work", params(("partner" = String, Path, description = "The partner's id")), request_body = NewView, responses((status = 201, description = "The views that you saved there", body = Views)))]
async fn save_view(
    call: Call,
    Path(partner): Path<String>,
    Body(new): Body<NewView>,
) -> Result<(StatusCode, Json<Views>), Problem> {
    call.at(&partner)?;
    call.office
        .save_view(
            &call.actor,
            &partner,
            (&new.page, &new.query),
            &new.name,
            new.shared,
        )
        .await?;
    let all = views(call, Path(partner)).await?;
    Ok((StatusCode::CREATED, all))
}

/// What a view is called from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ViewName {
    #[schema(max_length = 100)]
    name: String,
}

/// Rename a view
///
/// One of one's own; one of everybody's with the verb `work`.
#[utoipa::path(put, path = "/partners/{partner}/views/{view}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("view" = String, Path, description = "The view's id")), request_body = ViewName, responses((status = 204, description = "It is called so")))]
async fn rename_view(
    call: Call,
    Path((partner, view)): Path<(String, String)>,
    Body(of): Body<ViewName>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office
        .rename_view(&call.actor, &partner, &view, &of.name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a view
///
/// One of one's own; one of everybody's with the verb `work`.
#[utoipa::path(delete, path = "/partners/{partner}/views/{view}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("view" = String, Path, description = "The view's id")), responses((status = 204, description = "It is forgotten")))]
async fn forget_view(
    call: Call,
    Path((partner, view)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office
        .forget_view(&call.actor, &partner, &view)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What waits for you.
#[derive(Serialize, ToSchema)]
struct QueueOf {
    /// What is due first stands in front.
    items: Vec<WaitsOf>,
    /// How many partners it is of.
    partners: usize,
    /// How many more there are that it did not look at.
    more: usize,
}

/// Something that waits.
#[derive(Serialize, ToSchema)]
struct WaitsOf {
    partner: String,
    partner_name: String,
    /// Of which sort it is.
    #[schema(value_type = WaitingSort)]
    sort: &'static str,
    /// Until when.
    #[schema(required, format = Date)]
    due: Option<String>,
    /// What it is about, by name: `program`, `level`, `row`, `version`, `task`, `request` and what each sort says else.
    #[schema(value_type = Object)]
    about: Value,
}

/// Of which sort something that waits is.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: the queue has the word")]
enum WaitingSort {
    /// The level that is held is reviewed.
    Review,
    /// One row is short of the next level.
    OneStep,
    /// A reference waits for its review.
    Reference,
    /// A plan or another document waits to be signed.
    SignOff,
    /// A response waits for somebody to say whether it is a customer.
    Customer,
}

impl From<Waits> for WaitsOf {
    fn from(of: Waits) -> WaitsOf {
        let sort = of.what.sort();
        let about = match of.what {
            Waiting::Review {
                program,
                title,
                level,
                kept,
            } => json!({ "program": program, "title": title, "level": level, "kept": kept }),
            Waiting::OneStep {
                program,
                title,
                level,
                row,
                gap,
            } => {
                json!({ "program": program, "title": title, "level": level, "row": row, "gap": gap })
            }
            Waiting::Reference {
                version,
                customer,
                url,
                late,
            } => json!({ "version": version, "customer": customer, "url": url, "late": late }),
            Waiting::SignOff {
                task,
                title,
                kind,
                program,
            } => json!({ "task": task, "title": title, "kind": kind, "program": program }),
            Waiting::Customer {
                request,
                customer,
                person,
            } => json!({ "request": request, "customer": customer, "person": person }),
        };
        WaitsOf {
            partner: of.partner,
            partner_name: of.partner_name,
            sort,
            due: of.due.map(|day| day.to_string()),
            about,
        }
    }
}

/// What waits for you
///
/// At the partners that you look after: reviews, one step to a level, references, sign-offs, customers to confirm.
#[utoipa::path(get, path = "/queue", tag = "work", responses((status = 200, description = "What waits", body = QueueOf)))]
async fn queue(call: Call) -> Result<Json<QueueOf>, Problem> {
    let queue = call.office.queue(&call.actor).await?;
    Ok(Json(QueueOf {
        items: queue.waits.into_iter().map(WaitsOf::from).collect(),
        partners: queue.partners,
        more: queue.more,
    }))
}

/// The references of a partner.
#[derive(Serialize, ToSchema)]
struct References {
    items: Vec<ReferenceOf>,
}

/// A customer that may be named in public, or is about to be.
#[derive(Serialize, ToSchema)]
struct ReferenceOf {
    record: RecordOf,
    #[schema(value_type = ReferenceStateOf)]
    state: &'static str,
    /// Since when it holds or is withdrawn; the last day on which its review is in time, where it waits.
    #[schema(required, format = Date)]
    day: Option<String>,
    /// Has that day passed while it waits?
    late: bool,
}

/// Where a reference stands.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "described, never made: the route writes the word")]
enum ReferenceStateOf {
    /// It waits for its review.
    Pending,
    /// It holds.
    Holds,
    /// It was withdrawn.
    Withdrawn,
}

impl From<Reference> for ReferenceOf {
    fn from(of: Reference) -> ReferenceOf {
        let (state, day, late) = match of.state {
            ReferenceState::Pending { due, late } => ("pending", due, late),
            ReferenceState::Holds(day) => ("holds", Some(day), false),
            ReferenceState::Withdrawn(day) => ("withdrawn", Some(day), false),
        };
        ReferenceOf {
            record: of.record.into(),
            state,
            day: day.map(|day| day.to_string()),
            late,
        }
    }
}

/// The references of a partner
///
/// And where each stands today. Asks for the verb `read-evidence`.
#[utoipa::path(get, path = "/partners/{partner}/references", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The references", body = References)))]
async fn references(call: Call, Path(partner): Path<String>) -> Result<Json<References>, Problem> {
    call.at(&partner)?;
    let all = call.office.references(&call.actor, &partner).await?;
    Ok(Json(References {
        items: all.into_iter().map(ReferenceOf::from).collect(),
    }))
}

/// What is decided about a reference.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AboutReference {
    /// Is it approved? Else it is refused, with a reason.
    approve: bool,
    /// Why; needed where it is refused.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
}

/// Approve a reference, or refuse it
///
/// From today on. Asks for the verb `decide`.
#[utoipa::path(post, path = "/partners/{partner}/references/{version}/decision", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("version" = i64, Path, description = "The version of its record")), request_body = AboutReference, responses((status = 200, description = "What came of it", body = DecisionTaken)))]
async fn decide_reference(
    call: Call,
    Path((partner, version)): Path<(String, String)>,
    Body(of): Body<AboutReference>,
) -> Result<Json<DecisionTaken>, Problem> {
    call.at(&partner)?;
    let version = number("record", &version)?;
    let done = call
        .office
        .decide_reference(&call.actor, &partner, version, of.approve, &of.reason)
        .await?;
    Ok(Json(DecisionTaken {
        record: Some(done.value.into()),
        change: done.change,
    }))
}

/// What you were told.
#[derive(Serialize, ToSchema)]
struct Notices {
    /// Newest first.
    items: Vec<NoticeOf>,
}

/// Something that you were told.
#[derive(Serialize, ToSchema)]
struct NoticeOf {
    /// Its id.
    notice: String,
    /// Of which sort.
    kind: &'static str,
    /// What it says, in one sentence.
    text: String,
    /// What it is about, by name: `program`, `person`, `version`, `change`.
    about: BTreeMap<String, String>,
    #[schema(format = DateTime)]
    at: String,
}

/// One's notices at a partner
///
/// What you were told and have not put away, newest first. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/notices", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The notices", body = Notices)))]
async fn notices(call: Call, Path(partner): Path<String>) -> Result<Json<Notices>, Problem> {
    call.at(&partner)?;
    let all = call.office.notices(&call.actor, &partner).await?;
    Ok(Json(Notices {
        items: all
            .into_iter()
            .map(|n| NoticeOf {
                notice: n.notice,
                kind: n.kind.name(),
                text: n.text,
                about: n.about.into_iter().collect(),
                at: n.at.to_string(),
            })
            .collect(),
    }))
}

/// Put a notice away
///
/// It is listed no more. Asks for the verb `read-standing`.
#[utoipa::path(delete, path = "/partners/{partner}/notices/{notice}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("notice" = String, Path, description = "The notice's id")), responses((status = 204, description = "It is put away")))]
async fn put_notice_away(
    call: Call,
    Path((partner, notice)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    call.office
        .put_notice_away(&call.actor, &partner, &notice)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// By which ways you are told.
#[derive(Serialize, ToSchema)]
struct NoticeChoices {
    items: Vec<NoticeChoiceOf>,
}

/// By which ways you are told of one sort of things.
#[derive(Serialize, ToSchema)]
struct NoticeChoiceOf {
    /// The sort: `review`, `certificate`, `reference`, `import`, `rating` or `holder`.
    kind: &'static str,
    /// `page`, `mail`, `hook`.
    ways: Vec<&'static str>,
}

/// By which ways one is told
///
/// Of each sort of things at a partner. Asks for the verb `read-standing`.
#[utoipa::path(get, path = "/partners/{partner}/notice-choices", tag = "work", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The choices", body = NoticeChoices)))]
async fn notice_choices(
    call: Call,
    Path(partner): Path<String>,
) -> Result<Json<NoticeChoices>, Problem> {
    call.at(&partner)?;
    let all = call.office.notice_choices(&call.actor, &partner).await?;
    Ok(Json(NoticeChoices {
        items: all
            .into_iter()
            .map(|(kind, ways)| NoticeChoiceOf {
                kind: kind.name(),
                ways: ways.into_iter().map(Way::name).collect(),
            })
            .collect(),
    }))
}

/// By which ways to be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChosenWays {
    ways: Vec<WayOf>,
}

/// A way to be told.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum WayOf {
    /// On the page.
    Page,
    /// By mail.
    Mail,
    /// By the partner's web hooks.
    Hook,
}

/// Choose how to be told
///
/// Of one sort of things at a partner. Telling holders of certificates, and web hooks, is the partner's choice. Asks for the verb
/// `read-standing`.
#[utoipa::path(put, path = "/partners/{partner}/notice-choices/{sort}", tag = "work", params(("partner" = String, Path, description = "The partner's id"), ("sort" = String, Path, description = "The sort of things: `review`, `certificate`, `reference`, `import`, `rating` or `holder`")), request_body = ChosenWays, responses((status = 204, description = "It is so from now on")))]
async fn choose_notice(
    call: Call,
    Path((partner, kind)): Path<(String, String)>,
    Body(chosen): Body<ChosenWays>,
) -> Result<StatusCode, Problem> {
    call.at(&partner)?;
    let named = NoticeKind::named(&kind);
    let kind = named.ok_or_else(|| app::refusal::Refusal::no("sort of notices", &kind))?;
    let mut ways: Vec<Way> = vec![];
    for way in chosen.ways {
        let way = match way {
            WayOf::Page => Way::Page,
            WayOf::Mail => Way::Mail,
            WayOf::Hook => Way::Hook,
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    call.office
        .choose_notice(&call.actor, &partner, kind, &ways)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
