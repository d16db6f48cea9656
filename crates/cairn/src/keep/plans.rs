//! `cairn plans`: propose, accept, follow and withdraw plans of a partner in a database.

use app::domain::calendar::Day;
use app::domain::diagnostic::{Diagnostic, Place};
use app::domain::plan::model::Subject;
use app::domain::plan::template::Template;
use app::domain::standing::Truth;
use app::locale::Lang;
use app::office::Office;
use app::plan::Goal;
use app::proposals::{
    Accepting, Again, Draft, DraftStep, Drift, Gone, Origin, Proposal, StepState, critical_path,
    length,
};
use app::refusal::Refusal;
use app::tasks::Task;
use app::words::{amount, counted, day, rounded};
use serde_json::{Map, Value, json};

use crate::args::Common;
use crate::json;
use crate::layout::{paragraph, table};
use crate::output::{self, Exit, MET, SHORT, SOFT, TITLE, UNKNOWN, styled};
use crate::run::Outcome;

use super::args::{Plans, Wanted};
use super::{myself, office, wait};

/// The running product over a database, with its ledgers in memory.
async fn warm(common: &Common, address: &str) -> Result<Office, Refusal> {
    let office = office(common, address).await?;
    office.refresh().await?;
    Ok(office)
}

impl From<Wanted> for Goal {
    fn from(wanted: Wanted) -> Goal {
        Goal {
            level: wanted.level,
            also: wanted.also,
            by: wanted.by,
            budget: wanted.budget,
            only: wanted.row,
            keep: wanted.keep,
        }
    }
}

/// Runs `cairn plans`.
pub fn plans(common: &Common, asked: Plans) -> Outcome {
    match asked {
        Plans::Propose {
            store,
            partner,
            program,
            wanted,
        } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let done = office
                .propose_plan(&myself(), &partner, &program, &wanted.into())
                .await?;
            show(common, &office, &done.value).await
        }),
        Plans::Templates => {
            let loaded = crate::run::programs(common)?;
            let all = &loaded.library().templates;
            output::answer(&if common.json {
                json::text(&all.iter().map(template_json).collect())
            } else {
                all.iter().map(template_text).collect::<String>()
            });
            Ok(Exit::Answered)
        }
        Plans::Begin {
            store,
            template,
            partner,
            from,
        } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let done = office
                .begin_template(&myself(), &partner, &template, from)
                .await?;
            show(common, &office, &done.value).await
        }),
        Plans::List { store, partner } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let all = office.proposals(&myself(), &partner).await?;
            output::answer(&if common.json {
                json::text(&all.iter().map(|p| proposal_json(p, None)).collect())
            } else {
                let rows: Vec<Vec<String>> = all.iter().map(|p| row(&office, p)).collect();
                table(&rows, "rllllrl", 0)
            });
            Ok(Exit::Answered)
        }),
        Plans::Show {
            store,
            plan,
            partner,
        } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let proposal = office.proposal(&myself(), &partner, plan).await?;
            show(common, &office, &proposal).await
        }),
        Plans::Accept {
            store,
            plan,
            partner,
            step,
            owner,
        } => {
            let accepting = accepting(step, &owner)?;
            wait(store, async |address| {
                let office = warm(common, address).await?;
                office
                    .accept_plan(&myself(), &partner, plan, &accepting)
                    .await?;
                let proposal = office.proposal(&myself(), &partner, plan).await?;
                show(common, &office, &proposal).await
            })
        }
        Plans::Again {
            store,
            plan,
            partner,
        } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let proposal = office.proposal(&myself(), &partner, plan).await?;
            let again = office
                .plan_again(&myself(), &partner, plan, Lang::default())
                .await?;
            output::answer(&if common.json {
                json::text(&again_json(&again))
            } else {
                again_text(&proposal, &again)
            });
            Ok(Exit::Answered)
        }),
        Plans::Case {
            store,
            plan,
            partner,
        } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let done = office.count_plan(&myself(), &partner, plan).await?;
            let records = done.iter().flat_map(|done| &done.value);
            let cell =
                |r: &app::edit::Record, name: &str| r.cell(name).unwrap_or_default().to_owned();
            let inputs: Vec<String> = records
                .map(|r| {
                    format!(
                        "{}.{} = {}",
                        cell(r, "model"),
                        cell(r, "input"),
                        cell(r, "value")
                    )
                })
                .collect();
            output::answer(&if common.json {
                json::text(
                    &json!({ "plan": plan, "inputs": inputs, "change": done.as_ref().map(|d| d.change) }),
                )
            } else if inputs.is_empty() {
                format!("plan {plan} is counted already\n")
            } else {
                format!("{}\n", inputs.join("\n"))
            });
            Ok(Exit::Answered)
        }),
        Plans::Withdraw {
            store,
            plan,
            partner,
        } => wait(store, async |address| {
            let office = warm(common, address).await?;
            let done = office.withdraw_plan(&myself(), &partner, plan).await?;
            output::answer(&if common.json {
                json::text(&json!({ "plan": plan, "dropped": done.value, "change": done.change }))
            } else {
                format!(
                    "plan {plan} is withdrawn; {} of it dropped\n",
                    counted(done.value, "open task")
                )
            });
            Ok(Exit::Answered)
        }),
    }
}

fn template_text(of: &Template) -> String {
    let columns = output::width();
    let mut out = format!(
        "{}  {}\n",
        styled(TITLE, &of.title),
        styled(SOFT, &format!("{} · {}", of.name, of.source))
    );
    out += &paragraph(&of.about, columns, "  ", 2);
    out += &paragraph(&format!("{}.", length(of)), columns, "  ", 2);
    let path = format!("Critical path: {}.", critical_path(of));
    out += &paragraph(&path, columns, "  ", 2);
    for assumed in &of.assumed {
        out += &paragraph(&styled(SOFT, assumed), columns, "  ", 2);
    }
    out
}

/// A plan that is written down, as JSON.
pub fn template_json(of: &Template) -> Value {
    let tracks = of.tracks.values().map(|track| {
        let items = track.items.values().map(|item| {
            json!({
                "item": item.id,
                "title": item.title,
                "parts": item.parts,
                "program": item.program,
                "cite": item.cite,
            })
        });
        json!({
            "track": track.id,
            "title": track.title,
            "led_by": track.led_by,
            "days": track.days,
            "after": track.after,
            "items": items.collect::<Vec<_>>(),
        })
    });
    json!({
        "template": of.name,
        "title": of.title,
        "about": of.about,
        "source": of.source,
        "assumed": of.assumed,
        "days": of.critical_days(),
        "days_in_a_row": of.days_in_a_row(),
        "critical_path": of.critical_path().iter().map(|t| t.id.as_str()).collect::<Vec<_>>(),
        "tracks": tracks.collect::<Vec<_>>(),
    })
}

/// A plan that is written down, as JSON, with the days of each track if it begins on a day.
pub fn schedule_json(of: &Template, begins: Day) -> Value {
    let mut shown = template_json(of);
    let days = of.days(begins);
    if let Some(tracks) = shown["tracks"].as_array_mut() {
        for (track, when) in tracks.iter_mut().zip(&days) {
            track["from"] = json!(when.from.to_string());
            track["done"] = json!(when.done.to_string());
            track["due"] = json!(when.due.to_string());
            track["critical"] = json!(when.is_critical());
        }
    }
    shown["begins"] = json!(begins.to_string());
    let ends = days.iter().map(|when| when.done).max().unwrap_or(begins);
    shown["ends"] = json!(ends.to_string());
    shown
}

/// The steps that are accepted, and their owners: `ACCOUNT` for all, `STEP=ACCOUNT` for one.
fn accepting(steps: Vec<usize>, owners: &[String]) -> Result<Accepting, Diagnostic> {
    let mut accepting = Accepting {
        steps,
        ..Accepting::default()
    };
    for owner in owners {
        match owner.split_once('=') {
            None => accepting.owner = Some(owner.clone()),
            Some((step, account)) => {
                let number = step.trim().parse().map_err(|_| {
                    Diagnostic::error(
                        "unknown-step",
                        format!("`{step}` is no number of a step"),
                        Place::default(),
                    )
                    .help("write the owner of one step as STEP=ACCOUNT, as in 3=a1")
                })?;
                accepting.owners.push((number, account.trim().to_owned()));
            }
        }
    }
    Ok(accepting)
}

fn row(office: &Office, of: &Proposal) -> Vec<String> {
    let draft = &of.draft;
    vec![
        of.plan.to_string(),
        day(office.clock.day_of(of.at)),
        of.by.clone(),
        draft.title.clone(),
        format!("by {}", day(draft.by)),
        cost(draft, &draft.cost),
        if of.withdrawn.is_some() {
            styled(SOFT, "withdrawn")
        } else {
            format!("{} of {} accepted", of.taken.len(), draft.steps.len())
        },
    ]
}

fn cost(draft: &Draft, of: &app::domain::number::Exact) -> String {
    if draft.currency.is_empty() {
        String::new()
    } else {
        amount(of, &draft.currency)
    }
}

async fn show(common: &Common, office: &Office, of: &Proposal) -> Result<Exit, Refusal> {
    let drift = office
        .plan_drift(&myself(), &of.partner, of.plan, Lang::default())
        .await?;
    let tasks = office.tasks(&myself(), &of.partner, true).await?;
    output::answer(&if common.json {
        json::text(&proposal_json(of, Some((&drift, &tasks))))
    } else {
        text(office, of, &drift, &tasks)
    });
    Ok(Exit::Answered)
}

fn task_of<'t>(of: &Proposal, tasks: &'t [Task], number: usize) -> Option<&'t Task> {
    let (_, id) = of.taken.iter().find(|(n, _)| *n == number)?;
    tasks.iter().find(|t| t.task == *id)
}

fn state(of: &StepState) -> String {
    match of {
        StepState::NotAccepted => styled(SOFT, "not accepted"),
        StepState::Open { due, late: false } => format!("open, due {}", day(*due)),
        StepState::Open { due, late: true } => {
            styled(SHORT, &format!("late, was due {}", day(*due)))
        }
        StepState::Done { on, late: false } => styled(MET, &format!("done {}", day(*on))),
        StepState::Done { on, late: true } => styled(MET, &format!("done late, {}", day(*on))),
        StepState::Dropped => styled(SOFT, "dropped"),
    }
}

fn text(office: &Office, of: &Proposal, drift: &Drift, tasks: &[Task]) -> String {
    let columns = output::width();
    let draft = &of.draft;
    let name = office.partner_name(&of.partner);
    let mut out = format!(
        "{}  {}\n",
        styled(TITLE, &format!("Plan {}: {}, {name}", of.plan, draft.title)),
        styled(
            SOFT,
            &format!(
                "proposed {} by {}{}",
                day(office.clock.day_of(of.at)),
                of.by,
                match &of.withdrawn {
                    Some((at, by)) =>
                        format!(", withdrawn {} by {by}", day(office.clock.day_of(*at))),
                    None => String::new(),
                }
            )
        )
    );
    out += "\n";
    out += &paragraph(&draft.news, columns, "", 0);
    for blocked in &draft.blocked {
        let line = format!("{} {blocked}", styled(SHORT, "in the way:"));
        out += &paragraph(&line, columns, "  ", 4);
    }
    for assumed in &draft.assumed {
        let line = format!("{} {assumed}", styled(UNKNOWN, "assumed:"));
        out += &paragraph(&line, columns, "  ", 4);
    }
    out += &paragraph(&drift.says, columns, "", 0);
    let mut rows: Vec<Vec<String>> = vec![
        ["", "what", "cost", "done by", "how far", "owner"]
            .iter()
            .map(|head| styled(SOFT, head))
            .collect(),
    ];
    for (at, (step, how_far)) in draft.steps.iter().zip(&drift.steps).enumerate() {
        let owner = task_of(of, tasks, at + 1).and_then(|t| t.said.owner.clone());
        rows.push(vec![
            (at + 1).to_string(),
            step.named(),
            cost(draft, &step.cost),
            day(step.done),
            state(how_far),
            owner.unwrap_or_default(),
        ]);
    }
    out + "\n" + &table(&rows, "rlrrll", 2)
}

fn again_text(of: &Proposal, again: &Again) -> String {
    let columns = output::width();
    let mut out = paragraph(&again.says, columns, "", 0);
    out += &paragraph(&again.news, columns, "", 0);
    let new: &[DraftStep] = again.draft.as_ref().map_or(&[], |d| &d.steps);
    let mut rows = Vec::new();
    for (old, now) in &again.kept {
        let step = &new[now - 1];
        rows.push(vec![
            "stays".to_owned(),
            old.to_string(),
            step.named(),
            day(step.done),
        ]);
    }
    for number in &again.new {
        let step = &new[number - 1];
        rows.push(vec![
            styled(UNKNOWN, "new"),
            String::new(),
            step.named(),
            day(step.done),
        ]);
    }
    for (number, why) in &again.gone {
        let word = match why {
            Gone::Done => styled(MET, "done"),
            Gone::NotNeeded => styled(SHORT, "not needed"),
        };
        let step = &of.draft.steps[number - 1];
        rows.push(vec![word, number.to_string(), step.named(), String::new()]);
    }
    if !rows.is_empty() {
        out += "\n";
        out += &table(&rows, "lrlr", 2);
    }
    out
}

fn subject(of: &Subject) -> (&'static str, Option<&String>) {
    match of {
        Subject::Nobody => ("nobody", None),
        Subject::Person(id) => ("person", Some(id)),
        Subject::Customer(id) => ("customer", Some(id)),
        Subject::Record(id) => ("record", Some(id)),
    }
}

fn step_json(step: &DraftStep) -> Value {
    let (sort, whom) = subject(&step.subject);
    let cells = |of: &[(String, String)]| -> Map<String, Value> {
        of.iter().map(|(n, t)| (n.clone(), json!(t))).collect()
    };
    json!({
        "action": step.action,
        "file": step.file,
        "title": step.title,
        "for": sort,
        "whom": whom,
        "name": Some(&step.whom).filter(|n| !n.is_empty()),
        "role": Some(&step.role).filter(|r| !r.is_empty()),
        "program": Some(&step.program).filter(|p| !p.is_empty()),
        "row": Some(&step.row).filter(|r| !r.is_empty()),
        "from": step.from.to_string(),
        "worked": step.worked.to_string(),
        "done": step.done.to_string(),
        "due": step.due.to_string(),
        "critical": step.critical,
        "hours": step.hours.to_string(),
        "cost": step.cost.to_string(),
        "chance": step.chance.as_ref().map(ToString::to_string),
        "waits_on": Some(&step.waits_on).filter(|w| !w.is_empty()),
        "parts": step.parts,
        "closed_by": Some(&step.kind).filter(|k| !k.is_empty()).map(|kind| json!({
            "kind": kind,
            "fields": cells(&step.closes),
            "opens_after": step.opens_after.map(|d| d.to_string()),
        })),
    })
}

fn state_json(of: &StepState) -> Value {
    match of {
        StepState::NotAccepted => json!({ "state": "not-accepted" }),
        StepState::Open { due, late } => {
            json!({ "state": "open", "due": due.to_string(), "late": late })
        }
        StepState::Done { on, late } => {
            json!({ "state": "done", "done_on": on.to_string(), "late": late })
        }
        StepState::Dropped => json!({ "state": "dropped" }),
    }
}

/// A plan that was proposed, as JSON; with how far it is, where that is asked too.
pub fn proposal_json(of: &Proposal, with: Option<(&Drift, &[Task])>) -> Value {
    let draft = &of.draft;
    let steps = draft.steps.iter().enumerate().map(|(at, step)| {
        let mut shown = step_json(step);
        shown["step"] = json!(at + 1);
        let task = of.taken.iter().find(|(n, _)| *n == at + 1);
        shown["task"] = json!(task.map(|(_, id)| id));
        if let Some((drift, tasks)) = with {
            let far = state_json(&drift.steps[at]);
            for (key, value) in far.as_object().into_iter().flatten() {
                shown[key.as_str()] = value.clone();
            }
            let owner = task_of(of, tasks, at + 1).and_then(|t| t.said.owner.clone());
            shown["owner"] = json!(owner);
            if let Some((_, who)) = drift.before.iter().find(|(n, _)| *n == at + 1) {
                shown["owner_before"] = json!(who);
            }
        }
        shown
    });
    let asked = match &draft.origin {
        Origin::Goal { program, goal } => json!({
            "program": program,
            "level": goal.level,
            "also": goal.also,
            "by": goal.by.map(|d| d.to_string()),
            "budget": goal.budget.as_ref().map(ToString::to_string),
            "rows": goal.only,
            "keep": goal.keep,
        }),
        Origin::Template { template, begins } => {
            json!({ "template": template, "begins": begins.to_string() })
        }
    };
    let targets = draft.targets.iter().map(|t| {
        json!({
            "edition": format!("{}@{}", t.program, t.edition),
            "hash": t.hash,
            "question": t.ask.name(),
            "level": t.level,
        })
    });
    let mut shown = json!({
        "plan": of.plan,
        "partner": of.partner,
        "proposed_at": of.at.to_string(),
        "by_account": of.by,
        "withdrawn_at": of.withdrawn.as_ref().map(|(at, _)| at.to_string()),
        "title": draft.title,
        "news": draft.news,
        "asked": asked,
        "wanted": targets.collect::<Vec<_>>(),
        "as_of": draft.today.to_string(),
        "by": draft.by.to_string(),
        "currency": draft.currency,
        "cost": draft.cost.to_string(),
        "bound": draft.bound.to_string(),
        "proven": draft.proven,
        "met": draft.met,
        "hours": draft.hours.to_string(),
        "blocked": draft.blocked,
        "assumed": draft.assumed,
        "files": draft.files,
        "steps": steps.collect::<Vec<_>>(),
    });
    if let Some((drift, _)) = with {
        shown["drift"] = json!({
            "as_of": drift.as_of.to_string(),
            "says": drift.says,
            "accepted": drift.accepted(),
            "done": drift.done(),
            "done_late": drift.done_late(),
            "open": drift.open(),
            "late": drift.late(),
            "dropped": drift.dropped(),
            "with_open_steps": drift.ahead.as_ref().map(|ahead| json!({
                "on": ahead.by.to_string(),
                "met": ahead.met.verdict(),
                "verdicts": ahead.verdicts.iter().map(|v: &Truth| v.verdict()).collect::<Vec<_>>(),
                "open_rows": ahead.open,
                "carried_out": ahead.carried_out,
                "lost_steps": ahead.lost,
            })),
        });
    }
    shown
}

/// A plan made again, as JSON.
pub fn again_json(of: &Again) -> Value {
    let steps: &[DraftStep] = of.draft.as_ref().map_or(&[], |d| &d.steps);
    let gone = |(step, why): &(usize, Gone)| {
        let why = match why {
            Gone::Done => "done",
            Gone::NotNeeded => "not-needed",
        };
        json!({ "step": step, "because": why })
    };
    json!({
        "as_of": of.today.to_string(),
        "says": of.says,
        "news": of.news,
        "same": of.is_same(),
        "kept": of.kept.iter().map(|(old, now)| json!({ "step": old, "now": now })).collect::<Vec<_>>(),
        "gone": of.gone.iter().map(gone).collect::<Vec<_>>(),
        "new": of.new,
        "owners": of.owners.iter().map(|(step, who)| json!({ "step": step, "owner": who })).collect::<Vec<_>>(),
        "cost_before": of.cost_before.to_string(),
        "cost_left": of.cost_left.to_string(),
        "cost_after": of.cost_after.as_ref().map(ToString::to_string),
        "hours": of.draft.as_ref().map(|d| rounded(&d.hours, 1)),
        "steps": steps.iter().map(step_json).collect::<Vec<_>>(),
    })
}
