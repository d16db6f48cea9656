//! Who did what, what was decided, and what is known of persons.

use std::collections::BTreeMap;

use app::access::Verb;
use app::decisions::{About, Decided, Deciding, Outcome};
use app::domain::calendar::Day;
use app::store::{Change, Sought};
use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::call::{Asked, Body, Call, Pairs, Parameters, bad_parameter, number};
use super::page::{Page, Paging};
use super::shapes;
use crate::args::day;
use crate::serve::problem::Problem;
use crate::serve::state::AppState;

/// These routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(audit))
        .routes(routes!(audit_all))
        .routes(routes!(verify))
        .routes(routes!(decisions, decide))
        .routes(routes!(decision))
        .routes(routes!(redecide))
        .routes(routes!(persons))
        .routes(routes!(person))
        .routes(routes!(erase))
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
struct ChangeOf {
    /// Its number: 1, 2, 3 … without a gap.
    change: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The account that did, or the name of what acted by itself.
    actor: String,
    /// What was done.
    verb: String,
    /// The partner whose matter it is; null where it is nobody's alone.
    #[schema(required)]
    partner: Option<String>,
    /// What it was done to.
    subject: String,
    /// What else is remembered of it.
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<Change> for ChangeOf {
    fn from(of: Change) -> ChangeOf {
        ChangeOf {
            change: of.change,
            at: of.at.to_string(),
            actor: of.actor,
            verb: of.verb,
            partner: of.partner,
            subject: of.subject,
            detail: serde_json::from_str(&of.detail).unwrap_or_default(),
        }
    }
}

/// Which changes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OfLog {
    /// Only what was done by this verb.
    verb: Option<String>,
    /// Only what this account did.
    actor: Option<String>,
}

impl Parameters for OfLog {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(OfLog {
            verb: pairs.one("verb")?,
            actor: pairs.one("actor")?,
        })
    }
}

impl OfLog {
    fn list(&self, partner: &str) -> String {
        format!(
            "audit {partner} {} {}",
            self.verb.as_deref().unwrap_or(""),
            self.actor.as_deref().unwrap_or("")
        )
    }

    fn sought(&self, before: Option<String>) -> Sought {
        let text = |of: &Option<String>| of.clone().filter(|t| !t.contains('\0'));
        Sought {
            verb: text(&self.verb),
            actor: text(&self.actor),
            before: before.and_then(|at| at.parse().ok()),
            ..Sought::default()
        }
    }
}

/// The audit log of a partner
///
/// Who did what, when, to what, newest first. Asks for the verb `read-audit`.
#[utoipa::path(get, path = "/partners/{partner}/audit", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), OfLog, Paging), responses((status = 200, description = "A page of changes", body = Page<ChangeOf>)))]
async fn audit(
    call: Call,
    Path(partner): Path<String>,
    Asked((of, paging)): Asked<(OfLog, Paging)>,
) -> Result<Json<Page<ChangeOf>>, Problem> {
    call.at(&partner)?;
    let list = of.list(&partner);
    let sought = of.sought(paging.after(&list)?);
    let limit = paging.limit as i64;
    let logged = call
        .office
        .audit(&call.actor, &partner, &sought, limit)
        .await?;
    Ok(Json(written(logged, &list)))
}

fn written(logged: app::audit::Logged, list: &str) -> Page<ChangeOf> {
    Page {
        items: logged.changes.into_iter().map(ChangeOf::from).collect(),
        next: logged
            .next
            .map(|before| super::page::cursor(list, &before.to_string())),
    }
}

/// The audit log of everybody
///
/// Who did what, when, to what, newest first. Asks for the verb `audit-all`.
#[utoipa::path(get, path = "/audit", tag = "audit", params(OfLog, Paging), responses((status = 200, description = "A page of changes", body = Page<ChangeOf>)))]
async fn audit_all(
    call: Call,
    Asked((of, paging)): Asked<(OfLog, Paging)>,
) -> Result<Json<Page<ChangeOf>>, Problem> {
    let list = of.list("");
    let sought = of.sought(paging.after(&list)?);
    let limit = paging.limit as i64;
    let logged = call.office.audit_all(&call.actor, &sought, limit).await?;
    Ok(Json(written(logged, &list)))
}

/// What was found when every seal was made again.
#[derive(Serialize, ToSchema)]
struct VerifiedOf {
    /// How many changes there are.
    changes: i64,
    /// How many facts there are.
    facts: i64,
    /// How many of them were erased, and stand with their seal alone.
    erased: i64,
    /// The newest seal: note it elsewhere.
    head: String,
    /// What does not hold; empty where all does.
    flaws: Vec<String>,
}

/// Verify the audit log
///
/// Makes every seal again and says what does not hold. Asks for the verb `audit-all`.
#[utoipa::path(get, path = "/audit/verification", operation_id = "verify_audit", tag = "audit", responses((status = 200, description = "What was found", body = VerifiedOf)))]
async fn verify(call: Call) -> Result<Json<VerifiedOf>, Problem> {
    let verified = call
        .office
        .verify_audit(&call.actor, None, &mut |_, _| {})
        .await?;
    Ok(Json(VerifiedOf {
        changes: verified.changes,
        facts: verified.facts,
        erased: verified.erased,
        head: app::store::hex(&verified.head),
        flaws: verified
            .flaws
            .iter()
            .map(|flaw| app::audit::flaw_in_words(flaw, app::locale::Lang::default()))
            .collect(),
    }))
}

/// A decision, with what it rested on.
#[derive(Serialize, ToSchema)]
struct DecisionOf {
    /// Its number: the change that made it.
    decision: i64,
    partner: String,
    program: String,
    edition: String,
    /// The hash of the edition.
    edition_hash: String,
    /// The day that it is about.
    #[schema(format = Date)]
    as_of: String,
    /// The change after which it was known.
    known_after: i64,
    /// The moment of that change.
    #[schema(format = DateTime)]
    known_at: String,
    /// `review`, `approval` or `sign-off`.
    about: String,
    /// `approved`, `refused` or `deferred`.
    outcome: String,
    #[schema(required)]
    level: Option<String>,
    /// Why.
    reason: String,
    /// When it was made.
    #[schema(format = DateTime)]
    at: String,
    /// The account that made it.
    by: String,
    #[schema(required)]
    supersedes: Option<i64>,
    #[schema(required)]
    superseded_by: Option<i64>,
    /// The SHA-256 of the answer that is kept.
    answer_hash: String,
    /// The answer that is kept.
    #[schema(value_type = shapes::Scorecard)]
    answer: Value,
}

impl From<Decided> for DecisionOf {
    fn from(of: Decided) -> DecisionOf {
        let decision = of.decision;
        DecisionOf {
            decision: decision.decision,
            partner: decision.partner,
            program: decision.program,
            edition: decision.edition,
            edition_hash: decision.edition_hash,
            as_of: decision.as_of.to_string(),
            known_after: decision.known_after,
            known_at: decision.known_at.to_string(),
            about: decision.about,
            outcome: decision.outcome,
            level: decision.level,
            reason: decision.reason,
            at: of.at.to_string(),
            by: of.by,
            supersedes: decision.supersedes,
            superseded_by: of.superseded_by,
            answer_hash: app::store::hex(&decision.answer_hash),
            answer: serde_json::from_str(&decision.answer).unwrap_or_default(),
        }
    }
}

/// Of which program.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OfProgram {
    /// Only decisions in this program.
    program: Option<String>,
}

impl Parameters for OfProgram {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let program = pairs.one("program")?;
        if program.as_ref().is_some_and(|p| p.contains('\0')) {
            return Err(bad_parameter("program", "it is no id"));
        }
        Ok(OfProgram { program })
    }
}

/// The decisions about a partner
///
/// Newest first, those that were superseded among them. Asks for the verb `read-decisions`.
#[utoipa::path(get, path = "/partners/{partner}/decisions", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), OfProgram, Paging), responses((status = 200, description = "A page of decisions", body = Page<DecisionOf>)))]
async fn decisions(
    call: Call,
    Path(partner): Path<String>,
    Asked((of, paging)): Asked<(OfProgram, Paging)>,
) -> Result<Json<Page<DecisionOf>>, Problem> {
    call.at(&partner)?;
    let program = of.program.as_deref();
    let list = format!("decisions {partner} {}", program.unwrap_or(""));
    let before = paging.after(&list)?.and_then(|at| at.parse().ok());
    // A page of decisions is smaller than others, for each brings its answer.
    let paging = Paging {
        limit: paging.limit.min(100),
        cursor: None,
    };
    let limit = paging.limit as i64 + 1;
    let all = call
        .office
        .decisions(&call.actor, &partner, program, before, limit)
        .await?;
    let page = paging.page(&list, all, |d| d.decision.decision.to_string());
    Ok(Json(Page {
        items: page.items.into_iter().map(DecisionOf::from).collect(),
        next: page.next,
    }))
}

/// A decision to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDecision {
    program: String,
    /// The edition; the one that the partner elected, else the one in force.
    #[serde(default)]
    edition: Option<String>,
    /// The day that it is about; today.
    #[serde(default)]
    #[schema(format = Date)]
    as_of: Option<String>,
    /// The change after which it was known; the newest one. Name the one that you saw.
    #[serde(default)]
    known_after: Option<i64>,
    /// `review`, `approval` or `sign-off`.
    about: String,
    /// `approved`, `refused` or `deferred`.
    outcome: String,
    /// The level that it is about.
    #[serde(default)]
    level: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
    /// The decision that it supersedes.
    #[serde(default)]
    supersedes: Option<i64>,
}

impl NewDecision {
    fn deciding(self, today: Day) -> Result<Deciding, Problem> {
        let as_of = self.as_of.as_deref().map(day).transpose();
        let word = |name: &str, words: &[&str]| {
            bad_parameter(name, &format!("it is one of {}", words.join(", ")))
        };
        let about = About::ALL.into_iter().find(|a| a.name() == self.about);
        let outcome = Outcome::ALL.into_iter().find(|o| o.name() == self.outcome);
        Ok(Deciding {
            program: self.program,
            edition: self.edition,
            as_of: as_of
                .map_err(|why| bad_parameter("as_of", &why))?
                .unwrap_or(today),
            known_after: self.known_after,
            assumptions: app::domain::library::Assumptions::default(),
            about: about.ok_or_else(|| word("about", &About::ALL.map(About::name)))?,
            outcome: outcome.ok_or_else(|| word("outcome", &Outcome::ALL.map(Outcome::name)))?,
            level: self.level,
            reason: self.reason,
            supersedes: self.supersedes,
        })
    }
}

/// Decide about a partner
///
/// Keeps the decision with the answer on which it rests, to the byte, and all that is needed to work it out again. Asks for the
/// verb `decide`.
#[utoipa::path(post, path = "/partners/{partner}/decisions", tag = "audit", params(("partner" = String, Path, description = "The partner's id")), request_body = NewDecision, responses((status = 201, description = "The decision, with its address in `Location`", body = DecisionOf)))]
async fn decide(
    call: Call,
    Path(partner): Path<String>,
    Body(new): Body<NewDecision>,
) -> Result<Response, Problem> {
    call.actor.permit(Verb::Decide, &partner)?;
    let deciding = new.deciding(call.office.clock.today())?;
    let done = call.office.decide(&call.actor, &partner, &deciding).await?;
    let at = format!(
        "/api/v1/partners/{}/decisions/{}",
        super::spec::segment(&partner),
        done.value.decision.decision
    );
    let body = Json(DecisionOf::from(done.value));
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], body).into_response())
}

/// One decision
///
/// What was decided, why, by whom, and the answer on which it rested. Asks for the verb `read-decisions`.
#[utoipa::path(get, path = "/partners/{partner}/decisions/{decision}", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), ("decision" = i64, Path, description = "The decision's number")), responses((status = 200, description = "The decision", body = DecisionOf)))]
async fn decision(
    call: Call,
    Path((partner, decision)): Path<(String, String)>,
) -> Result<Json<DecisionOf>, Problem> {
    call.at(&partner)?;
    let number = number("decision", &decision)?;
    let found = call.office.decision(&call.actor, &partner, number).await?;
    Ok(Json(found.into()))
}

/// An answer that was worked out again.
#[derive(Serialize, ToSchema)]
struct RedecidedOf {
    /// The decision.
    decision: DecisionOf,
    /// What comes out now.
    #[schema(value_type = shapes::Scorecard)]
    answer: Value,
    /// Are both the same, to the byte?
    same: bool,
}

/// Work a decision's answer out again
///
/// Of what was known then, by the programs of then. Asks for the verb `read-decisions`.
#[utoipa::path(get, path = "/partners/{partner}/decisions/{decision}/again", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), ("decision" = i64, Path, description = "The decision's number")), responses((status = 200, description = "Both answers", body = RedecidedOf)))]
async fn redecide(
    call: Call,
    Path((partner, decision)): Path<(String, String)>,
) -> Result<Json<RedecidedOf>, Problem> {
    call.at(&partner)?;
    let number = number("decision", &decision)?;
    let again = call.office.redecide(&call.actor, &partner, number).await?;
    Ok(Json(RedecidedOf {
        same: again.same,
        answer: serde_json::from_str(&again.answer).unwrap_or_default(),
        decision: again.decided.into(),
    }))
}

/// Persons.
#[derive(Serialize, ToSchema)]
struct Persons {
    /// By id.
    items: Vec<PersonOf>,
}

/// A person of a partner's evidence.
#[derive(Serialize, ToSchema)]
struct PersonOf {
    person: String,
    /// What they are called.
    name: String,
    /// How many records stand that are of them.
    records: usize,
}

/// The persons of a partner
///
/// Everybody whom the evidence names, by id. Asks for the verb `manage-persons`.
#[utoipa::path(get, path = "/partners/{partner}/persons", tag = "audit", params(("partner" = String, Path, description = "The partner's id")), responses((status = 200, description = "The persons", body = Persons)))]
async fn persons(call: Call, Path(partner): Path<String>) -> Result<Json<Persons>, Problem> {
    call.at(&partner)?;
    let all = call.office.persons(&call.actor, &partner).await?;
    Ok(Json(Persons {
        items: all
            .into_iter()
            .map(|p| PersonOf {
                person: p.person,
                name: p.name,
                records: p.records,
            })
            .collect(),
    }))
}

/// All that is known of a person.
#[derive(Serialize, ToSchema)]
struct KnownOf {
    person: String,
    /// The names and addresses that they are known by.
    names: Vec<String>,
    /// Those that somebody else has as well.
    shared: Vec<String>,
    /// What was ever said of them, oldest first.
    records: Vec<ToldOf>,
    /// Texts in which they may be named.
    mentions: Vec<MentionOf>,
}

/// What was said of a person.
#[derive(Serialize, ToSchema)]
struct ToldOf {
    version: i64,
    change: i64,
    #[schema(format = DateTime)]
    at: String,
    kind: String,
    /// Does it stand?
    stands: bool,
    cells: BTreeMap<String, String>,
    source: String,
}

/// A text in which a person may be named.
#[derive(Serialize, ToSchema)]
struct MentionOf {
    place: String,
    kind: String,
    column: String,
    text: String,
}

fn mention(of: app::persons::Mention) -> MentionOf {
    MentionOf {
        place: of.place,
        kind: of.kind,
        column: of.column,
        text: of.text,
    }
}

/// All that is known of a person
///
/// What was said of them, now and earlier, and texts in which they may be named: what a person may ask for. Asks for the verb
/// `manage-persons`.
#[utoipa::path(get, path = "/partners/{partner}/persons/{person}", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), ("person" = String, Path, description = "The person's id")), responses((status = 200, description = "All that is known", body = KnownOf)))]
async fn person(
    call: Call,
    Path((partner, person)): Path<(String, String)>,
) -> Result<Json<KnownOf>, Problem> {
    call.at(&partner)?;
    let known = call.office.person(&call.actor, &partner, &person).await?;
    Ok(Json(KnownOf {
        person: known.person,
        names: known.names,
        shared: known.shared,
        records: known
            .records
            .into_iter()
            .map(|r| ToldOf {
                version: r.version,
                change: r.change,
                at: r.at.to_string(),
                kind: r.kind,
                stands: r.stands,
                cells: r.cells.into_iter().collect(),
                source: r.source,
            })
            .collect(),
        mentions: known.mentions.into_iter().map(mention).collect(),
    }))
}

/// How a person is erased.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Erasing {
    /// Also in the texts that name them.
    texts: bool,
}

/// What was erased.
#[derive(Serialize, ToSchema)]
struct ErasedOf {
    /// What stands in place of the person from now on.
    pseudonym: String,
    /// In how many facts.
    facts: i64,
    /// In how many decisions.
    decisions: i64,
    /// Texts in which it may be somebody else, which stay.
    mentions: Vec<MentionOf>,
    /// The change that the audit log has of it.
    change: i64,
}

/// Erase a person
///
/// A pseudonym stands in place of the id and of every name and address, now and earlier; counts and the chain of seals stay true.
/// This cannot be undone. Asks for the verb `manage-persons`.
#[utoipa::path(post, path = "/partners/{partner}/persons/{person}/erase", operation_id = "erase_person", tag = "audit", params(("partner" = String, Path, description = "The partner's id"), ("person" = String, Path, description = "The person's id")), request_body = Erasing, responses((status = 200, description = "What was erased", body = ErasedOf)))]
async fn erase(
    call: Call,
    Path((partner, person)): Path<(String, String)>,
    Body(erasing): Body<Erasing>,
) -> Result<Json<ErasedOf>, Problem> {
    call.at(&partner)?;
    let done = call
        .office
        .erase_person(&call.actor, &partner, &person, erasing.texts)
        .await?;
    let erased = done.value;
    Ok(Json(ErasedOf {
        pseudonym: erased.pseudonym,
        facts: erased.facts,
        decisions: erased.decisions,
        mentions: erased.mentions.into_iter().map(mention).collect(),
        change: done.change,
    }))
}
