//! The JSON shapes of what lies ahead, from the same values as the text.

use app::domain::forecast::falls::{Fall, LevelFall, Review, Short};
use app::domain::forecast::leavers::{Hanging, Leaver};
use app::domain::forecast::odds::Likely;
use app::domain::plan::model::Subject;
use app::domain::plan::{Plan, Step};
use app::domain::reconcile::{Account, Finding};
use app::forecast::{Ahead, Forecast, Labels};
use app::leavers::{Leavers, Replacing};
use app::locale::Lang;
use app::odds::Chances;
use app::plan::Planned;
use app::reconcile::Reconciled;
use serde_json::{Map, Value, json};

use crate::json::{bounds, day, event, record, threshold};

/// What falls ahead, and the odds of a day where they were asked for. `forecast` says that none of it is a fact.
pub fn forecast(of: &Forecast, odds: Option<&Chances>) -> Value {
    json!({
        "forecast": true,
        "partner": of.partner,
        "as_of": of.as_of.to_string(),
        "to": of.to.to_string(),
        "programs": of.programs.iter().map(program).collect::<Vec<_>>(),
        "left_out": of.left_out.iter().map(|(program, problem)| json!({ "program": program, "because": problem.message })).collect::<Vec<_>>(),
        "odds": odds.map(chances),
    })
}

/// How likely each column is met on a day.
fn chances(of: &Chances) -> Value {
    let share = |of: &Likely| json!({ "least": of.least.to_string(), "most": of.most.to_string() });
    let columns: Vec<Value> = of
        .columns
        .iter()
        .map(|(ask, level, odds)| {
            let rows: Vec<Value> = odds
                .rows
                .iter()
                .map(|row| {
                    json!({
                        "row": row.row.map(|r| of.labels.id_at(r).to_owned()),
                        "missing": row.missing.to_string(),
                        "met": share(&row.met),
                        "at_least": row.at_least.iter().map(|(n, l)| json!({ "more": n.to_string(), "chance": share(l) })).collect::<Vec<_>>(),
                    })
                })
                .collect();
            json!({
                "question": ask.name(),
                "level": level,
                "met_without": odds.met_without,
                "chance": share(&odds.level),
                "rows": rows,
                "not_moved": odds.unmoved.iter().map(|r| of.labels.id_at(*r).to_owned()).collect::<Vec<_>>(),
                "not_computed": odds.uncounted.iter().map(|r| of.labels.id_at(*r).to_owned()).collect::<Vec<_>>(),
                "vendor_says": odds.statuses.iter().map(|(program, level)| json!({ "program": program, "level": level })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let first = of.columns.first().map(|(_, _, odds)| odds);
    let assumed: Vec<Value> = first
        .iter()
        .flat_map(|o| &o.rates)
        .flat_map(|(kind, rates)| {
            rates.iter().map(move |(word, rate)| {
                json!({
                    "kind": kind,
                    "word": word,
                    "chance": rate.chance.to_string(),
                    "own": rate.is_own,
                    "came_true": rate.own.0,
                    "closed": rate.own.1,
                })
            })
        })
        .collect();
    json!({
        "on": of.day.to_string(),
        "open": first.map_or(0, |o| o.open.len()),
        "later": first.map_or(0, |o| o.later),
        "expected": first.map(|o| o.expected.to_string()),
        "columns": columns,
        "assumed": assumed,
        "set": of.set.iter().map(|(w, s)| (w.clone(), json!(s.to_string()))).collect::<Map<_, _>>(),
    })
}

fn program(of: &Ahead) -> Value {
    let calendar = &of.calendar;
    json!({
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "assumed": of.card.assumed,
        "holds": of.card.holds.as_ref().map(|h| h.id.clone()),
        "news": of.news(),
        "falls": calendar.falls.iter().map(|f| fall(&of.labels, f)).collect::<Vec<_>>(),
        "levels": calendar.levels.iter().map(level).collect::<Vec<_>>(),
        "reviews": calendar.reviews.iter().map(|r| review(of, r)).collect::<Vec<_>>(),
    })
}

fn fall(of: &Labels, fall: &Fall) -> Value {
    let shown = of.shown(&fall.row);
    let mut object = Map::new();
    object.insert("on".to_owned(), json!(fall.day.to_string()));
    object.insert("question".to_owned(), json!(fall.ask.name()));
    object.insert("level".to_owned(), json!(fall.level));
    object.insert("row".to_owned(), json!(fall.row));
    bounds(&mut object, "had", &fall.had, &shown);
    bounds(&mut object, "has", &fall.has, &shown);
    match &fall.need {
        Some(need) => threshold(&mut object, &need.threshold, &shown),
        None => {
            object.insert("need".to_owned(), Value::Null);
        }
    }
    object.insert("verdict".to_owned(), json!(fall.after.verdict()));
    object.insert("edition".to_owned(), json!(fall.edition));
    object.insert("counted_after".to_owned(), day(fall.counted_after));
    object.insert(
        "causes".to_owned(),
        fall.causes.iter().map(record).collect(),
    );
    object.insert(
        "keeps".to_owned(),
        json!(fall.keeps.as_ref().map(ToString::to_string)),
    );
    object.insert("again".to_owned(), day(fall.again));
    Value::Object(object)
}

fn level(of: &LevelFall) -> Value {
    json!({ "on": of.day.to_string(), "question": of.ask.name(), "level": of.level, "verdict": of.after.verdict() })
}

fn review(of: &Ahead, review: &Review) -> Value {
    let short = |short: &Short| {
        let shown = of.shown(&short.row);
        let mut object = Map::new();
        object.insert("row".to_owned(), json!(short.row));
        bounds(&mut object, "have", &short.have, &shown);
        if let Some(need) = &short.need {
            threshold(&mut object, &need.threshold, &shown);
        }
        object.insert(
            "keeps".to_owned(),
            json!(short.keeps.as_ref().map(ToString::to_string)),
        );
        Value::Object(object)
    };
    let mut value = event(&review.event);
    if let Value::Object(object) = &mut value {
        object.insert("short".to_owned(), review.short.iter().map(short).collect());
    }
    value
}

/// What each person's leaving would cost, the heaviest first.
pub fn leavers(of: &Leavers) -> Value {
    json!({
        "forecast": true,
        "partner": of.card.partner,
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "as_of": of.card.as_of.to_string(),
        "to": of.to.to_string(),
        "assumed": of.card.assumed,
        "people": of.leavers.iter().map(|l| leaver(of, l)).collect::<Vec<_>>(),
    })
}

fn leaver(of: &Leavers, leaver: &Leaver) -> Value {
    json!({
        "person": leaver.person,
        "name": leaver.name,
        "levels": leaver.levels.iter().map(|(ask, level)| json!({ "question": ask.name(), "level": level })).collect::<Vec<_>>(),
        "reviews": leaver.reviews.iter().map(|(on, level)| json!({ "on": on.to_string(), "level": level })).collect::<Vec<_>>(),
        "rows": leaver.rows.iter().map(|r| hanging(&of.labels, r)).collect::<Vec<_>>(),
        "later": leaver.later.iter().map(|f| fall(&of.labels, f)).collect::<Vec<_>>(),
        "replacing": of.replacing.iter().find(|r| r.person == leaver.person).map(replacing),
    })
}

fn replacing(of: &Replacing) -> Value {
    let (ask, level) = &of.level;
    json!({
        "estimate": true,
        "question": ask.name(),
        "level": level,
        "rows": of.rows,
        "by": of.by.to_string(),
        "met": of.met,
        "cost": of.cost.to_string(),
        "currency": of.currency,
        "proven": of.proven,
        "actions": of.actions.iter().map(|(title, times)| json!({ "title": title, "times": times })).collect::<Vec<_>>(),
        "blocked": of.blocked,
    })
}

fn hanging(of: &Labels, row: &Hanging) -> Value {
    let shown = of.shown(&row.row);
    let mut object = Map::new();
    object.insert("question".to_owned(), json!(row.ask.name()));
    object.insert("level".to_owned(), json!(row.level));
    object.insert("row".to_owned(), json!(row.row));
    bounds(&mut object, "had", &row.had, &shown);
    bounds(&mut object, "has", &row.has, &shown);
    match &row.need {
        Some(need) => threshold(&mut object, &need.threshold, &shown),
        None => {
            object.insert("need".to_owned(), Value::Null);
        }
    }
    object.insert("before".to_owned(), json!(row.before.verdict()));
    object.insert("after".to_owned(), json!(row.after.verdict()));
    object.insert("none_to_spare".to_owned(), json!(row.none_to_spare()));
    Value::Object(object)
}

/// A plan: an immutable proposal, with everything that it rests on.
pub fn plan(of: &Planned) -> Value {
    let card = &of.cards[0];
    let mut object = Map::new();
    object.insert("forecast".to_owned(), json!(true));
    object.insert("partner".to_owned(), json!(card.partner));
    object.insert("as_of".to_owned(), json!(card.as_of.to_string()));
    object.insert("question".to_owned(), json!(of.ask.name()));
    object.insert(
        "wanted".to_owned(),
        of.editions
            .iter()
            .zip(&of.levels)
            .map(|(edition, level)| json!({ "edition": edition, "level": level }))
            .collect(),
    );
    object.insert("rows".to_owned(), json!(of.only));
    object.insert("currency".to_owned(), json!(of.currency()));
    object.insert(
        "budget".to_owned(),
        json!(of.budget.as_ref().map(ToString::to_string)),
    );
    object.insert("news".to_owned(), json!(of.news()));
    object.insert(
        "actions".to_owned(),
        of.offered.iter().map(|o| json!(o.file)).collect(),
    );
    object.insert(
        "plan".to_owned(),
        of.plan.as_ref().map_or(Value::Null, |p| proposal(of, p)),
    );
    Value::Object(object)
}

fn proposal(of: &Planned, plan: &Plan) -> Value {
    let moves: Vec<Value> = plan
        .moves
        .iter()
        .map(|moved| {
            let shown = of.labels[moved.target].shown(&moved.row);
            let mut object = Map::new();
            object.insert("wanted".to_owned(), json!(moved.target));
            object.insert("row".to_owned(), json!(moved.row));
            bounds(&mut object, "today", &moved.today, &shown);
            bounds(&mut object, "without", &moved.without, &shown);
            bounds(&mut object, "with", &moved.with, &shown);
            if let Some(need) = &moved.need {
                threshold(&mut object, &need.threshold, &shown);
            }
            object.insert("verdict".to_owned(), json!(moved.verdict.verdict()));
            Value::Object(object)
        })
        .collect();
    let blocked: Vec<Value> = plan
        .blocked
        .iter()
        .map(|b| json!({ "wanted": b.target, "because": of.blocked(b) }))
        .collect();
    let runner_up = plan.runner_up.as_ref().map(|other| {
        let instead: Vec<Value> = other
            .instead
            .iter()
            .map(|(_, action, ours, theirs)| json!({ "action": action, "plan": ours, "instead": theirs }))
            .collect();
        json!({
            "cost": other.cost.to_string(),
            "more": (&other.cost - &plan.cost).to_string(),
            "proven": other.proven,
            "instead": instead,
        })
    });
    json!({
        "by": plan.by.to_string(),
        "met": plan.met,
        "verdicts": app::plan::verdicts(plan),
        "cost": plan.cost.to_string(),
        "bound": plan.bound.to_string(),
        "proven": plan.is_proven(),
        "hours": plan.hours.to_string(),
        "slack_days": plan.slack,
        "steps": plan.steps.iter().zip(&of.evidence).map(|(s, e)| step(of, s, e)).collect::<Vec<_>>(),
        "moves": moves,
        "blocked": blocked,
        "runner_up": runner_up,
    })
}

fn step(of: &Planned, step: &Step, (kind, fields): &(String, Vec<(String, String)>)) -> Value {
    let action = of.action(step);
    let (sort, whom) = match &step.subject {
        Subject::Nobody => ("nobody", None),
        Subject::Person(id) => ("person", Some(id)),
        Subject::Customer(id) => ("customer", Some(id)),
        Subject::Record(id) => ("record", Some(id)),
    };
    json!({
        "action": step.action,
        "title": action.map(|a| a.title.clone()),
        "for": sort,
        "whom": whom,
        "role": action.map(|a| a.role.clone()).filter(|r| !r.is_empty()),
        "from": step.from.to_string(),
        "worked": step.worked.to_string(),
        "done": step.done.to_string(),
        "due": step.due.to_string(),
        "critical": step.critical,
        "hours": step.hours.to_string(),
        "cost": step.cost.to_string(),
        "chance": step.chance.as_ref().map(ToString::to_string),
        "waits_on": action.map(|a| a.waits_on.clone()).filter(|w| !w.is_empty()),
        "closed_by": { "kind": kind, "fields": fields.iter().map(|(n, v)| (n.clone(), json!(v))).collect::<Map<_, _>>() },
    })
}

/// The vendor's numbers and ours, row by row.
pub fn reconciled(of: &Reconciled) -> Value {
    let account = |account: &Account| {
        json!({
            "side": if account.theirs_only { "vendor" } else { "here" },
            "because": of.account(account, Lang::default()),
            "all_of": account.of,
            "records": account.records.iter().map(record).collect::<Vec<_>>(),
        })
    };
    let rows: Vec<Value> = of
        .rows
        .iter()
        .map(|row| {
            let shown = of.labels.shown(&row.row);
            let mut object = Map::new();
            object.insert("row".to_owned(), json!(row.row));
            object.insert("vendor".to_owned(), json!(row.theirs.to_string()));
            bounds(&mut object, "here", &row.ours, &shown);
            let (finding, accounts) = match &row.finding {
                Finding::Same => ("same", vec![]),
                Finding::Explained(accounts) => {
                    ("explained", accounts.iter().map(account).collect())
                }
                Finding::Open(records) => (
                    "open",
                    vec![json!({ "records": records.iter().map(record).collect::<Vec<_>>() })],
                ),
                Finding::Unexplained => ("unexplained", vec![]),
                Finding::NotAsked => ("not-asked", vec![]),
            };
            object.insert("finding".to_owned(), json!(finding));
            object.insert("accounts".to_owned(), Value::Array(accounts));
            Value::Object(object)
        })
        .collect();
    json!({
        "partner": of.card.partner,
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "as_of": of.card.as_of.to_string(),
        "question": of.ask.name(),
        "level": of.level,
        "rows": rows,
    })
}
