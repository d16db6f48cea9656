//! What a proposed plan says, and how that is written down.

use domain::calendar::Day;
use domain::number::Exact;
use domain::plan::Plan;
use domain::plan::model::Subject;
use domain::program::Ask;
use domain::suppose::Supposed;
use domain::vocabulary::{FieldType, Kind};
use serde_json::{Map, Value, json};

use crate::locale::Lang;
use crate::plan::{Goal, Planned};
use crate::question::Desk;
use crate::records::{Cells, cells_at, key_of};
use crate::texts::fill;
use crate::words::{counted, day};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The least-cost way to a level.
    Goal {
        /// The program, with `@edition` where one was named.
        program: String,
        /// The goal; its level is the one that was found where none was named.
        goal: Goal,
    },
    /// A plan that is written down, begun on a day.
    Template {
        /// Its name.
        template: String,
        /// The day on which it begins.
        begins: Day,
    },
}

/// A level that the plan reaches or keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The program.
    pub program: String,
    /// The id of the edition that judges on the day.
    pub edition: String,
    /// The hash of that edition as it was when the plan was made.
    pub hash: String,
    /// The question.
    pub ask: Ask,
    /// The level.
    pub level: String,
    /// What the level is called.
    pub title: String,
}

/// What a plan says: nothing of it changes once it was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What was asked for.
    pub origin: Origin,
    /// `Plan to Advanced`.
    pub title: String,
    /// The one sentence that matters most.
    pub news: String,
    /// The day of planning.
    pub today: Day,
    /// The day by which all of it shall be done.
    pub by: Day,
    /// The levels; none where it is of a template.
    pub targets: Vec<Target>,
    /// The currency of all amounts; empty where nothing costs anything.
    pub currency: String,
    /// What all of it costs.
    pub cost: Exact,
    /// What no plan costs less than.
    pub bound: Exact,
    /// The hours of work.
    pub hours: Exact,
    /// Is it proven that nothing costs less?
    pub proven: bool,
    /// Is what is wanted met by it?
    pub met: bool,
    /// What is in the way and cannot be planned, in words.
    pub blocked: Vec<String>,
    /// What is taken for so and stands in no source, in sentences.
    pub assumed: Vec<String>,
    /// The files that the steps are from.
    pub files: Vec<String>,
    /// What to do.
    pub steps: Vec<DraftStep>,
    /// What it is called and says in the languages that are not the first.
    pub said: Vec<Worded>,
}

/// What a plan is called and says in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worded {
    /// The language.
    pub lang: Lang,
    /// What the plan is called.
    pub title: String,
    /// The one sentence that matters most.
    pub news: String,
    /// What is in the way and cannot be planned.
    pub blocked: Vec<String>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftStep {
    /// The action's id, or that of the template's item.
    pub action: String,
    /// The name of the file that it is from.
    pub file: String,
    /// What it is called.
    pub title: String,
    /// For whom, or with what.
    pub subject: Subject,
    /// What that is called; empty for nobody in particular.
    pub whom: String,
    /// Who does it where it is for nobody in particular: `sales`; for a template the track.
    pub role: String,
    /// The program that it is for; empty: none.
    pub program: String,
    /// The row or question of that program that it is about; empty: the program as a whole.
    pub row: String,
    /// The first day of work.
    pub from: Day,
    /// The last day of work.
    pub worked: Day,
    /// The day on which its evidence opens, after whoever is waited on.
    pub done: Day,
    /// The last day on which it may be done.
    pub due: Day,
    /// The hours of work.
    pub hours: Exact,
    /// What it costs.
    pub cost: Exact,
    /// How likely it comes true, where it is an open record.
    pub chance: Option<Exact>,
    /// Does the day of the whole plan hang on it?
    pub critical: bool,
    /// Who is waited on once the work is done; empty: nobody.
    pub waits_on: String,
    /// Of what it is made up, where it is more than one thing.
    pub parts: Vec<String>,
    /// The kind of evidence that closes it; empty: somebody has to say that it is done.
    pub kind: String,
    /// The key of the record in whose place that evidence will stand.
    pub replaces: Option<String>,
    /// What the evidence is taken to say, field by field; nothing where the step adds none that is counted.
    pub fields: Cells,
    /// What evidence must say to close it.
    pub closes: Cells,
    /// Only evidence that opens after this day closes it: what is renewed is there already.
    pub opens_after: Option<Day>,
}

impl DraftStep {
    /// `Sit the exam: Ann Miller`.
    pub fn named(&self) -> String {
        if self.whom.is_empty() {
            self.title.clone()
        } else {
            format!("{}: {}", self.title, self.whom)
        }
    }

    /// What tells that two plans have the same step: file, action, and for whom.
    pub fn same(&self) -> (&str, &str, &Subject) {
        (&self.file, &self.action, &self.subject)
    }
}

impl Draft {
    /// What it is called and says in a language; in the first one where it was kept without it.
    pub fn in_language(&self, lang: Lang) -> Worded {
        let first = || Worded {
            lang: Lang::default(),
            title: self.title.clone(),
            news: self.news.clone(),
            blocked: self.blocked.clone(),
        };
        let found = self.said.iter().find(|said| said.lang == lang);
        found.cloned().unwrap_or_else(first)
    }

    /// `Advanced`, or `Advanced and Partner`; empty where it is of a template.
    pub fn goal(&self) -> String {
        let titles: Vec<String> = self.targets.iter().map(|t| t.title.clone()).collect();
        crate::words::and_list(&titles)
    }

    /// What a plan that was found says; `None` where a budget is kept on no day.
    pub(crate) fn of(desk: &Desk, goal: &Goal, planned: &Planned) -> Option<Draft> {
        let plan = planned.plan.as_ref()?;
        let library = &desk.engine.programs.library;
        let targets: Vec<Target> = planned
            .cards
            .iter()
            .zip(&planned.levels)
            .zip(&planned.editions)
            .zip(&planned.labels)
            .map(|(((card, level), edition), labels)| {
                let id = edition.split_once('@').map_or("", |(_, id)| id);
                let of = library.edition(&card.program, id);
                Target {
                    program: card.program.clone(),
                    edition: id.to_owned(),
                    hash: of.map_or_else(String::new, |e| domain::freeze::hash(library, e)),
                    ask: planned.ask,
                    level: level.clone(),
                    title: labels.title(level).to_owned(),
                }
            })
            .collect();
        let said = |lang: Lang| {
            let planned = planned.clone().said_in(lang);
            let title = match planned.ask {
                Ask::Enter => lang.texts().draft_enter,
                Ask::Retain => lang.texts().draft_keep,
            };
            Worded {
                lang,
                title: fill(title, &[("goal", &planned.goal())]),
                news: planned.news(),
                blocked: plan.blocked.iter().map(|b| planned.blocked(b)).collect(),
            }
        };
        let first = said(Lang::default());
        let others = Lang::ALL.into_iter().filter(|of| *of != Lang::default());
        Some(Draft {
            origin: Origin::Goal {
                program: desk.question.program.clone().unwrap_or_default(),
                goal: Goal {
                    level: planned.levels.first().cloned(),
                    ..goal.clone()
                },
            },
            title: first.title,
            news: first.news,
            today: plan.today,
            by: plan.by,
            currency: planned.currency().to_owned(),
            cost: plan.cost.clone(),
            bound: plan.bound.clone(),
            hours: plan.hours.clone(),
            proven: plan.is_proven(),
            met: plan.met,
            blocked: first.blocked,
            said: others.map(said).collect(),
            assumed: vec![],
            files: planned.offered.iter().map(|o| o.file.clone()).collect(),
            steps: steps(desk, planned, plan, &targets),
            targets,
        })
    }

    /// As the store keeps it.
    pub(crate) fn as_json(&self) -> Value {
        let origin = match &self.origin {
            Origin::Goal { program, goal } => json!({ "goal": {
                "program": program,
                "level": goal.level,
                "also": goal.also,
                "by": goal.by.map(|d| d.to_string()),
                "budget": goal.budget.as_ref().map(ToString::to_string),
                "rows": goal.only,
                "keep": goal.keep,
            } }),
            Origin::Template { template, begins } => {
                json!({ "template": { "name": template, "begins": begins.to_string() } })
            }
        };
        let targets = self.targets.iter().map(|t| {
            json!({
                "program": t.program,
                "edition": t.edition,
                "hash": t.hash,
                "question": t.ask.name(),
                "level": t.level,
                "title": t.title,
            })
        });
        json!({
            "form": 1,
            "asked": origin,
            "title": self.title,
            "news": self.news,
            "today": self.today.to_string(),
            "by": self.by.to_string(),
            "targets": targets.collect::<Vec<_>>(),
            "currency": self.currency,
            "cost": self.cost.to_string(),
            "bound": self.bound.to_string(),
            "hours": self.hours.to_string(),
            "proven": self.proven,
            "met": self.met,
            "blocked": self.blocked,
            "assumed": self.assumed,
            "files": self.files,
            "steps": self.steps.iter().map(step_json).collect::<Vec<_>>(),
            "said": self.said.iter().map(said_json).collect::<Vec<_>>(),
        })
    }

    /// What the store kept; `None` where it is no such text.
    pub(crate) fn read(text: &str) -> Option<Draft> {
        let of: Value = serde_json::from_str(text).ok()?;
        let origin = if let Some(goal) = of["asked"].get("goal") {
            Origin::Goal {
                program: string(goal, "program")?,
                goal: Goal {
                    level: goal["level"].as_str().map(str::to_owned),
                    also: strings(goal, "also"),
                    by: goal["by"].as_str().and_then(Day::parse),
                    budget: goal["budget"].as_str().and_then(exact),
                    only: strings(goal, "rows"),
                    keep: goal["keep"] == true,
                },
            }
        } else {
            let template = of["asked"].get("template")?;
            Origin::Template {
                template: string(template, "name")?,
                begins: a_day(template, "begins")?,
            }
        };
        let targets = of["targets"].as_array()?.iter().map(|t| {
            Some(Target {
                program: string(t, "program")?,
                edition: string(t, "edition")?,
                hash: string(t, "hash")?,
                ask: crate::question::ask(t["question"].as_str()?)?,
                level: string(t, "level")?,
                title: string(t, "title")?,
            })
        });
        Some(Draft {
            origin,
            title: string(&of, "title")?,
            news: string(&of, "news")?,
            today: a_day(&of, "today")?,
            by: a_day(&of, "by")?,
            targets: targets.collect::<Option<_>>()?,
            currency: string(&of, "currency")?,
            cost: exact(of["cost"].as_str()?)?,
            bound: exact(of["bound"].as_str()?)?,
            hours: exact(of["hours"].as_str()?)?,
            proven: of["proven"] == true,
            met: of["met"] == true,
            blocked: strings(&of, "blocked"),
            assumed: strings(&of, "assumed"),
            files: strings(&of, "files"),
            steps: of["steps"]
                .as_array()?
                .iter()
                .map(read_step)
                .collect::<Option<_>>()?,
            // Plans that were kept before there was another language have none.
            said: of["said"]
                .as_array()
                .map_or_else(Vec::new, |all| all.iter().filter_map(read_said).collect()),
        })
    }
}

fn said_json(said: &Worded) -> Value {
    json!({
        "language": said.lang.tag(),
        "title": said.title,
        "news": said.news,
        "blocked": said.blocked,
    })
}

fn read_said(of: &Value) -> Option<Worded> {
    Some(Worded {
        lang: Lang::of_tag(of["language"].as_str()?)?,
        title: string(of, "title")?,
        news: string(of, "news")?,
        blocked: strings(of, "blocked"),
    })
}

/// The steps of a plan with the evidence that closes each.
fn steps(desk: &Desk, planned: &Planned, plan: &Plan, targets: &[Target]) -> Vec<DraftStep> {
    let evidence = &desk.engine.ledger.evidence;
    plan.steps
        .iter()
        .zip(&planned.evidence)
        .map(|(step, (kind, fields))| {
            let file = &planned.offered[step.file];
            let action = planned.action(step);
            let declared = &evidence.vocabulary.kinds[step.fact.kind];
            let program = targets.iter().find(|t| file.offers(&t.program));
            DraftStep {
                action: step.action.clone(),
                file: file.name.clone(),
                title: action.map_or_else(|| step.action.clone(), |a| a.title.clone()),
                whom: planned.whom(&step.subject),
                subject: step.subject.clone(),
                role: action.map_or_else(String::new, |a| a.role.clone()),
                program: program.map_or_else(String::new, |t| t.program.clone()),
                row: String::new(),
                from: step.from,
                worked: step.worked,
                done: step.done,
                due: step.due,
                hours: step.hours.clone(),
                cost: step.cost.clone(),
                chance: step.chance.clone(),
                critical: step.critical,
                waits_on: action.map_or_else(String::new, |a| a.waits_on.clone()),
                parts: vec![],
                kind: kind.clone(),
                replaces: replaced_key(desk, declared, &step.fact),
                closes: closes(desk, declared, &step.fact, fields, |name| {
                    action.is_some_and(|a| a.with.contains_key(name))
                }),
                fields: fields.clone(),
                opens_after: action.filter(|a| a.renews).map(|_| plan.today),
            }
        })
        .collect()
}

fn replaced_key(desk: &Desk, declared: &Kind, fact: &Supposed) -> Option<String> {
    let old = fact.replaces?;
    let evidence = &desk.engine.ledger.evidence;
    Some(key_of(declared, &cells_at(evidence, old.kind, old.row)))
}

/// What evidence must say to close a step: who and what, and not the days, amounts and names that were made up.
fn closes(
    desk: &Desk,
    declared: &Kind,
    fact: &Supposed,
    fields: &Cells,
    is_said: impl Fn(&str) -> bool,
) -> Cells {
    let is_currency = |name: &str| {
        declared
            .fields
            .values()
            .any(|f| matches!(&f.kind, FieldType::Money(of) if of == name))
    };
    let mut found: Cells = match fact.replaces {
        Some(old) => cells_at(&desk.engine.ledger.evidence, old.kind, old.row)
            .into_iter()
            .filter(|(name, _)| declared.key.contains(name))
            .collect(),
        None => vec![],
    };
    for (name, text) in fields {
        let Some(field) = declared.fields.get(name) else {
            continue;
        };
        let tells = match &field.kind {
            FieldType::Date | FieldType::Number(_) | FieldType::Percent | FieldType::Money(_) => {
                false
            }
            FieldType::Text => is_said(name),
            _ => !is_currency(name),
        };
        if tells && !found.iter().any(|(known, _)| known == name) {
            found.push((name.clone(), text.clone()));
        }
    }
    found
}

fn step_json(step: &DraftStep) -> Value {
    let (each, id) = match &step.subject {
        Subject::Nobody => ("nobody", ""),
        Subject::Person(id) => ("person", id.as_str()),
        Subject::Customer(id) => ("customer", id.as_str()),
        Subject::Record(id) => ("record", id.as_str()),
    };
    let cells = |of: &Cells| -> Map<String, Value> {
        of.iter().map(|(n, t)| (n.clone(), json!(t))).collect()
    };
    json!({
        "action": step.action,
        "file": step.file,
        "title": step.title,
        "each": each,
        "id": id,
        "whom": step.whom,
        "role": step.role,
        "program": step.program,
        "row": step.row,
        "from": step.from.to_string(),
        "worked": step.worked.to_string(),
        "done": step.done.to_string(),
        "due": step.due.to_string(),
        "hours": step.hours.to_string(),
        "cost": step.cost.to_string(),
        "chance": step.chance.as_ref().map(ToString::to_string),
        "critical": step.critical,
        "waits_on": step.waits_on,
        "parts": step.parts,
        "kind": step.kind,
        "replaces": step.replaces,
        "fields": cells(&step.fields),
        "closes": cells(&step.closes),
        "opens_after": step.opens_after.map(|d| d.to_string()),
    })
}

fn read_step(of: &Value) -> Option<DraftStep> {
    let id = string(of, "id")?;
    let cells = |key: &str| -> Cells {
        let object = of[key].as_object().into_iter().flatten();
        object
            .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())))
            .collect()
    };
    Some(DraftStep {
        action: string(of, "action")?,
        file: string(of, "file")?,
        title: string(of, "title")?,
        subject: match of["each"].as_str()? {
            "person" => Subject::Person(id),
            "customer" => Subject::Customer(id),
            "record" => Subject::Record(id),
            _ => Subject::Nobody,
        },
        whom: string(of, "whom")?,
        role: string(of, "role")?,
        program: string(of, "program")?,
        row: string(of, "row")?,
        from: a_day(of, "from")?,
        worked: a_day(of, "worked")?,
        done: a_day(of, "done")?,
        due: a_day(of, "due")?,
        hours: exact(of["hours"].as_str()?)?,
        cost: exact(of["cost"].as_str()?)?,
        chance: of["chance"].as_str().and_then(exact),
        critical: of["critical"] == true,
        waits_on: string(of, "waits_on")?,
        parts: strings(of, "parts"),
        kind: string(of, "kind")?,
        replaces: of["replaces"].as_str().map(str::to_owned),
        fields: cells("fields"),
        closes: cells("closes"),
        opens_after: of["opens_after"].as_str().and_then(Day::parse),
    })
}

fn string(of: &Value, key: &str) -> Option<String> {
    of.get(key)?.as_str().map(str::to_owned)
}

fn strings(of: &Value, key: &str) -> Vec<String> {
    let list = of.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|t| Some(t.as_str()?.to_owned())).collect()
}

fn a_day(of: &Value, key: &str) -> Option<Day> {
    Day::parse(of.get(key)?.as_str()?)
}

/// A number as it is written: a decimal, or a fraction of two whole numbers.
pub(crate) fn exact(text: &str) -> Option<Exact> {
    match text.split_once('/') {
        Some((top, bottom)) => Exact::parse(top)?.checked_div(&Exact::parse(bottom)?),
        None => Exact::parse(text),
    }
}

/// The words that stand beside a task: which step of which plan it is, and what is waited on.
pub(crate) fn note_of(draft: &Draft, number: usize, step: &DraftStep) -> String {
    let mut note = format!("Step {number} of {}: {}.", draft.steps.len(), draft.title);
    if step.done < step.due {
        note += &format!(
            " The last day on which it serves the plan is {}.",
            day(step.due)
        );
    }
    if !step.waits_on.is_empty() && step.worked < step.done {
        let days = usize::try_from(step.done.0 - step.worked.0).unwrap_or(0);
        note += &format!(
            " The work is to be done by {}; then {} for {}.",
            day(step.worked),
            counted(days, "day"),
            step.waits_on
        );
    }
    for part in &step.parts {
        note += &format!("\n- {part}");
    }
    note
}
