//! The cheapest way up: which actions together meet a level by a day at the least cost, proven.
//!
//! [`goal`] takes the level's test apart into numbers that have to grow, [`catalog`] says what can be done, [`model`] asks the
//! engine what each possible fact would count for, [`solve`] chooses, and this module puts the choice into days, carries it
//! out on a copy of the evidence, and asks the engine for the verdict. A plan is a proposal and no fact.

pub mod after;
pub mod catalog;
pub mod goal;
pub mod model;
mod seats;
pub mod solve;
pub mod template;

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::engine::Engine;
use crate::number::Exact;
use crate::program::Ask;
use crate::standing::{Need, Truth, Unit, Value};
use crate::suppose::{Given, Supposed, supposed_ledger};

use catalog::Actions;
use goal::{Blocked, Target, Way, Why};
use model::{Asked, Candidate, Model, Subject};
use solve::{Outcome, Problem, Row};

/// So many steps of work are spent on proving the best plan.
const WORK: u32 = 20_000;
/// And on each of the plans that do without one of its actions.
const WORK_INSTEAD: u32 = 4_000;

/// A level that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The edition that judges on the day, by its place among the compiled ones.
    pub edition: usize,
    /// The question.
    pub ask: Ask,
    /// The level, by its place.
    pub level: usize,
}

/// What is to be planned.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The engine over what is known on the day of planning.
    pub engine: &'a Engine,
    /// Of whom.
    pub partner: usize,
    /// The day of planning.
    pub today: Day,
    /// The day on which everything has to be met.
    pub by: Day,
    /// What has to be met; several at once where people may serve several.
    pub wanted: &'a [Wanted],
    /// Only these rows, by id, where not the whole level is planned.
    pub only: Option<&'a [String]>,
    /// What can be done.
    pub offered: &'a [&'a Actions],
    /// What was planned before: of those who are alike the same ones do it again. Moves no cost.
    pub before: &'a [Before],
}

/// A step of an earlier plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The name of the file of actions.
    pub file: String,
    /// The action's id.
    pub action: String,
    /// For whom, or with what.
    pub subject: Subject,
}

/// What planning gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The day of planning.
    pub today: Day,
    /// The day on which everything has to be met.
    pub by: Day,
    /// What to do, in the order of the days on which each begins.
    pub steps: Vec<Step>,
    /// What all of it costs.
    pub cost: Exact,
    /// No plan costs less than this; equal to the cost where the plan is proven to be the cheapest.
    pub bound: Exact,
    /// The hours of work.
    pub hours: Exact,
    /// What is in the way and cannot be planned; nothing where the plan meets what is wanted.
    pub blocked: Vec<Blocked>,
    /// The cheapest plan that does something else.
    pub runner_up: Option<RunnerUp>,
    /// The verdict over each target once all of it is carried out, as the engine gives it on a copy of the evidence.
    pub verdicts: Vec<Truth>,
    /// Is what is wanted met by it?
    pub met: bool,
    /// Was it met without doing anything?
    pub nothing_to_do: bool,
    /// What each row that moves has on the day, without the plan and with it.
    pub moves: Vec<Move>,
    /// How many days the tightest step has to spare; `None` where there is no step.
    pub slack: Option<i32>,
    /// What was weighed: possible actions, kinds of subjects that are alike, subjects.
    pub weighed: (usize, usize, usize),
}

impl Plan {
    /// Is it proven that nothing costs less?
    pub fn is_proven(&self) -> bool {
        self.cost == self.bound
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The file of actions, by its place among those that were offered.
    pub file: usize,
    /// The action's id.
    pub action: String,
    /// For whom, or with what.
    pub subject: Subject,
    /// The first day of work.
    pub from: Day,
    /// The last day of work.
    pub worked: Day,
    /// The day on which its fact opens, after whoever is waited on.
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
    /// The evidence that closes it.
    pub fact: Supposed,
}

/// A row that a plan moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The target, by its place.
    pub target: usize,
    /// The row's id.
    pub row: String,
    /// In what both numbers are counted.
    pub unit: Unit,
    /// What it has today.
    pub today: Value,
    /// What it would have on the day without the plan.
    pub without: Value,
    /// What it has on the day with the plan.
    pub with: Value,
    /// What is needed.
    pub need: Option<Need>,
    /// The verdict over its own comparison with the plan.
    pub verdict: Truth,
}

/// The cheapest plan that does something else.
#[derive(Clone, Debug, PartialEq)]
pub struct RunnerUp {
    /// What it costs.
    pub cost: Exact,
    /// Is it proven to be the cheapest of the others?
    pub proven: bool,
    /// Where it differs: file, action, how often in the plan, how often here.
    pub instead: Vec<(usize, String, usize, usize)>,
}

/// The cheapest plan. The request wants at least one level.
pub fn plan(request: &Request<'_>) -> Plan {
    search(request, true)
}

/// The cheapest plan, with the cheapest of the others where that is wanted.
fn search(request: &Request<'_>, with_runner_up: bool) -> Plan {
    let targets: Vec<Target<'_>> = request
        .wanted
        .iter()
        .map(|w| Target {
            run: request.engine.on(w.edition),
            ask: w.ask,
            level: w.level,
        })
        .collect();
    let ways = goal::ways(&targets, request.partner, request.by, request.only);
    let editions: Vec<usize> = request.wanted.iter().map(|w| w.edition).collect();
    let asked = Asked {
        engine: request.engine,
        partner: request.partner,
        today: request.today,
        by: request.by,
        targets: &editions,
        offered: request.offered,
    };
    let mut best: Option<Found<'_>> = None;
    for way in ways {
        let below = best
            .as_ref()
            .filter(|b| b.blocked.is_empty())
            .map(|b| b.weight.clone());
        let Some(found) = try_way(&asked, way, below.as_ref()) else {
            continue;
        };
        let rank = |f: &Found<'_>| (f.blocked.len(), f.weight.clone());
        match &mut best {
            Some(known) if rank(known) <= rank(&found) => {
                // What was not proven of another way bounds the whole as well.
                if found.blocked.len() == known.blocked.len() && found.bound < known.bound {
                    known.bound = found.bound;
                }
            }
            _ => {
                let earlier = best
                    .take()
                    .filter(|b| b.blocked.len() == found.blocked.len());
                let bound = earlier
                    .map_or_else(|| found.bound.clone(), |b| b.bound.min(found.bound.clone()));
                best = Some(Found { bound, ..found });
            }
        }
    }
    finish(request, &targets, best, with_runner_up)
}

/// A way that was solved.
struct Found<'a> {
    model: Model<'a>,
    choice: Vec<u32>,
    /// What the problem makes of it; the money is added up again from the steps.
    weight: Exact,
    bound: Exact,
    blocked: Vec<Blocked>,
}

fn try_way<'a>(asked: &Asked<'a, '_>, way: Way, below: Option<&Exact>) -> Option<Found<'a>> {
    let mut blocked = way.blocked;
    let mut atoms = way.atoms;
    loop {
        let model = model::model(asked, &atoms);
        // What nothing could reach is named, and the rest is planned.
        let out_of_reach: Vec<usize> = (0..atoms.len())
            .filter(|at| {
                model.missing[*at] > Exact::ZERO && model.reachable[*at] < model.missing[*at]
            })
            .collect();
        if !out_of_reach.is_empty() {
            for at in &out_of_reach {
                let why = match atoms[*at].day {
                    day if day <= asked.today => Why::Began(day),
                    _ => Why::NotEnough(model.reachable[*at].clone()),
                };
                let this = Blocked {
                    target: atoms[*at].target,
                    row: atoms[*at].row,
                    why,
                };
                if !blocked.contains(&this) {
                    blocked.push(this);
                }
            }
            let mut place = 0;
            atoms.retain(|_| {
                place += 1;
                !out_of_reach.contains(&(place - 1))
            });
            continue;
        }
        return match solve::solve(&model.problem, WORK, below) {
            Outcome::Found {
                choice,
                cost,
                bound,
            } => {
                let bound = if model.complete {
                    model::money(&bound)
                } else {
                    Exact::ZERO
                };
                Some(Found {
                    model,
                    choice,
                    weight: cost,
                    bound,
                    blocked,
                })
            }
            Outcome::None if below.is_some() => None,
            outcome => {
                let bound = match outcome {
                    Outcome::Open(bound) => model::money(&bound),
                    _ => Exact::ZERO,
                };
                blocked.push(Blocked {
                    target: atoms.first().map_or(0, |a| a.target),
                    row: None,
                    why: Why::Together,
                });
                let choice = vec![0; model.problem.costs.len()];
                Some(Found {
                    model,
                    choice,
                    weight: Exact::ZERO,
                    bound,
                    blocked,
                })
            }
        };
    }
}

fn finish(
    request: &Request<'_>,
    targets: &[Target<'_>],
    found: Option<Found<'_>>,
    with_runner_up: bool,
) -> Plan {
    let mut plan = Plan {
        today: request.today,
        by: request.by,
        steps: vec![],
        cost: Exact::ZERO,
        bound: Exact::ZERO,
        hours: Exact::ZERO,
        blocked: vec![],
        runner_up: None,
        verdicts: vec![],
        met: false,
        nothing_to_do: false,
        moves: vec![],
        slack: None,
        weighed: (0, 0, 0),
    };
    if let Some(found) = &found {
        let (classes, subjects) = found.model.classes;
        plan.weighed = (found.model.candidates.len(), classes, subjects);
        plan.blocked.clone_from(&found.blocked);
        plan.bound = found.bound.clone();
        plan.steps = schedule(
            request,
            &found.model,
            &chosen(&found.model, &found.choice, request.before),
        );
        // The money is added up again from what is done; the solver's own sum is not trusted.
        plan.cost = plan.steps.iter().map(|s| s.cost.clone()).sum();
        plan.hours = plan.steps.iter().map(|s| s.hours.clone()).sum();
        if with_runner_up {
            plan.runner_up = runner_up(&found.model, &found.choice);
        }
        plan.slack = plan.steps.iter().map(|s| s.due.0 - s.done.0).min();
    }
    plan.nothing_to_do = plan.steps.is_empty() && plan.blocked.is_empty();
    carry_out(request, targets, &mut plan);
    plan
}

/// The candidates that a choice takes: those who did it before first, then subject by subject in their order.
fn chosen(model: &Model<'_>, choice: &[u32], before: &[Before]) -> Vec<usize> {
    let was_before = |at: &usize| {
        let candidate = &model.candidates[*at];
        let file = model.offered[candidate.file];
        let action = &file.actions[candidate.action];
        before.iter().any(|b| {
            (&b.file, &b.action, &b.subject) == (&file.name, &action.id, &candidate.subject)
        })
    };
    let mut taken: Vec<usize> = Vec::new();
    let mut used: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut left: Vec<u32> = choice.to_vec();
    for only_before in [true, false] {
        if only_before && before.is_empty() {
            continue;
        }
        for (option, left) in model.options.iter().zip(&mut left) {
            let used = used.entry(option.class).or_default();
            for (member, candidates) in option.members.iter().enumerate() {
                if *left == 0 {
                    break;
                }
                // Who does one thing together with others of a class does not do another one.
                if used.contains(&member) || only_before && !candidates.iter().all(was_before) {
                    continue;
                }
                used.push(member);
                taken.extend(candidates);
                *left -= 1;
            }
        }
    }
    taken
}

/// Puts what is done into days: the work of one person, or one role, one after the other, what is due first at first.
fn schedule(request: &Request<'_>, model: &Model<'_>, taken: &[usize]) -> Vec<Step> {
    let action = |c: &Candidate| &model.offered[c.file].actions[c.action];
    let waits = |c: &Candidate| model::waiting_days(action(c).waits, request.today);
    let mut by_worker: BTreeMap<(usize, Subject, String), Vec<usize>> = BTreeMap::new();
    for at in taken {
        let candidate = &model.candidates[*at];
        let worker = match &candidate.subject {
            person @ Subject::Person(_) => (candidate.file, person.clone(), String::new()),
            _ => (
                candidate.file,
                Subject::Nobody,
                action(candidate).role.clone(),
            ),
        };
        by_worker.entry(worker).or_default().push(*at);
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for ((file, subject, role), mut work) in by_worker {
        let file_of = model.offered[file];
        let a_week = match subject {
            Subject::Person(_) => &file_of.hours_a_week,
            _ => file_of.roles.get(&role).unwrap_or(&file_of.hours_a_week),
        };
        let due = |at: &usize| {
            let candidate = &model.candidates[*at];
            i64::from(candidate.day.0) - waits(candidate)
        };
        work.sort_by(|a, b| {
            let (of_a, of_b) = (&model.candidates[*a], &model.candidates[*b]);
            (due(a), of_a.not_before, a).cmp(&(due(b), of_b.not_before, b))
        });
        // What somebody must hold first comes first.
        for _ in 0..work.len() {
            for at in 1..work.len() {
                let (before, after) = (
                    action(&model.candidates[work[at - 1]]),
                    action(&model.candidates[work[at]]),
                );
                if before
                    .needs
                    .iter()
                    .any(|n| after.with.values().any(|w| w == n))
                {
                    work.swap(at - 1, at);
                }
            }
        }
        let mut hours = Exact::ZERO;
        let mut chain = Vec::new();
        let days_for = |hours: &Exact| -> i32 {
            let days = (hours * &Exact::from(7)).checked_div(a_week);
            days.and_then(|d| i32::try_from(d.ceiling().to_i64()?).ok())
                .unwrap_or(0)
        };
        for at in work {
            let candidate = &model.candidates[at];
            let from = request.today.plus_days(days_for(&hours));
            hours = &hours + &candidate.hours;
            let worked = request.today.plus_days(days_for(&hours));
            let mut done = match action(candidate).waits {
                Some(waits) => worked.plus(waits),
                None => worked,
            };
            if let Some(on) = candidate.not_before {
                done = done.max(on);
            }
            chain.push(steps.len());
            steps.push(Step {
                file: candidate.file,
                action: action(candidate).id.clone(),
                subject: candidate.subject.clone(),
                from,
                worked,
                done,
                due: candidate.day,
                hours: candidate.hours.clone(),
                cost: candidate.cost.clone(),
                chance: candidate.chance.clone(),
                critical: false,
                fact: candidate.fact.clone(),
            });
        }
        chains.push(chain);
    }
    // The step with the least to spare decides, and the work before it by the same hands.
    let tightest = (0..steps.len()).min_by_key(|s| steps[*s].due.0 - steps[*s].done.0);
    if let Some(tightest) = tightest {
        for chain in &chains {
            if let Some(end) = chain.iter().position(|s| *s == tightest) {
                for step in &chain[..=end] {
                    steps[*step].critical = true;
                }
            }
        }
    }
    steps.sort_by(|a, b| {
        (a.from, a.done, a.file, &a.action, &a.subject)
            .cmp(&(b.from, b.done, b.file, &b.action, &b.subject))
    });
    steps
}

/// The facts of a plan on the days of its steps, or each on the last day on which it may be.
pub fn facts_of(engine: &Engine, plan: &Plan, as_late_as_may_be: bool) -> Vec<Supposed> {
    let vocabulary = &engine.ledger.evidence.vocabulary;
    plan.steps
        .iter()
        .map(|step| {
            let on = if as_late_as_may_be {
                step.due
            } else {
                step.done
            };
            let shift = on.0 - step.due.0;
            let mut fact = step.fact.clone();
            let kind = &vocabulary.kinds[fact.kind];
            for (field, given) in &mut fact.cells {
                let name = &kind.fields[*field].name;
                if let Given::Day(day) = given {
                    if *day == step.due {
                        *day = on;
                    } else if kind.holds.until.contains(name) {
                        *day = day.plus_days(shift);
                    }
                }
            }
            fact
        })
        .collect()
}

/// Carries a plan out on a copy of the evidence, and asks the engine.
fn carry_out(request: &Request<'_>, targets: &[Target<'_>], plan: &mut Plan) {
    for as_late_as_may_be in [false, true] {
        let facts = facts_of(request.engine, plan, as_late_as_may_be);
        let Ok((ledger, place)) = supposed_ledger(&request.engine.ledger, request.partner, &facts)
        else {
            return;
        };
        let engine = Engine::new(
            request.engine.programs.clone(),
            ledger,
            request.engine.assumptions.clone(),
        );
        plan.verdicts.clear();
        plan.moves.clear();
        let mut met = true;
        for (at, (wanted, target)) in request.wanted.iter().zip(targets).enumerate() {
            let run = engine.on(wanted.edition);
            plan.verdicts
                .push(run.level_truth(place, wanted.ask, wanted.level, request.by));
            let before = target.run.rows_over(
                request.partner,
                wanted.ask,
                wanted.level,
                request.today,
                request.by,
            );
            let after = run.rows_over(place, wanted.ask, wanted.level, request.by, request.by);
            for (before, after) in before.iter().zip(&after) {
                let ir = &run.compiled.rows[after.row];
                let top = ir.parent.map_or(&ir.id, |p| &run.compiled.rows[p].id);
                let asked = request
                    .only
                    .is_none_or(|only| only.contains(&ir.id) || only.contains(top));
                let verdict = *after.own.on(request.by.0);
                if asked && request.only.is_some() {
                    met &= matches!(verdict, Truth::Yes | Truth::NotApplicable);
                }
                let (without, with) = (before.have.on(request.by.0), after.have.on(request.by.0));
                if asked && without != with {
                    plan.moves.push(Move {
                        target: at,
                        row: ir.id.clone(),
                        unit: ir.unit.clone(),
                        today: before.have.on(request.today.0).clone(),
                        without: without.clone(),
                        with: with.clone(),
                        need: after.need.clone(),
                        verdict,
                    });
                }
            }
        }
        if request.only.is_none() {
            met = plan.verdicts.iter().all(|v| *v == Truth::Yes);
        }
        plan.met = met && plan.blocked.is_empty();
        if plan.met {
            if as_late_as_may_be {
                // What is done too early would have left its window by the day.
                for step in &mut plan.steps {
                    step.done = step.due;
                }
            }
            return;
        }
    }
}

/// The cheapest plan that takes one of the actions at least once less.
fn runner_up(model: &Model<'_>, choice: &[u32]) -> Option<RunnerUp> {
    let ours = counts(model, choice);
    let mut best: Option<(Exact, bool, Vec<u32>)> = None;
    for (action, count) in &ours {
        let terms: Vec<(usize, Exact)> = model
            .options
            .iter()
            .enumerate()
            .filter_map(|(column, option)| {
                let times = option.members.first().map_or(0, |m| {
                    m.iter()
                        .filter(|c| {
                            (model.candidates[**c].file, model.candidates[**c].action) == *action
                        })
                        .count()
                });
                let times = i64::try_from(times).ok().filter(|t| *t > 0)?;
                Some((column, -Exact::from(times)))
            })
            .collect();
        let less = i64::try_from(*count).unwrap_or(i64::MAX) - 1;
        let mut problem = Problem {
            costs: model.problem.costs.clone(),
            most: model.problem.most.clone(),
            rows: model.problem.rows.clone(),
            seldom: model.problem.seldom.clone(),
        };
        problem.rows.push(Row {
            terms,
            at_least: -Exact::from(less),
        });
        let below = best.as_ref().map(|(cost, ..)| cost.clone());
        if let Outcome::Found {
            choice,
            cost,
            bound,
        } = solve::solve(&problem, WORK_INSTEAD, below.as_ref())
        {
            let proven = bound == cost;
            best = Some((cost, proven, choice));
        }
    }
    let (cost, proven, choice) = best?;
    let theirs = counts(model, &choice);
    let mut all: Vec<(usize, usize)> = ours.keys().chain(theirs.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    let instead = all
        .into_iter()
        .filter_map(|key| {
            let (a, b) = (
                ours.get(&key).copied().unwrap_or(0),
                theirs.get(&key).copied().unwrap_or(0),
            );
            let id = model.offered[key.0].actions[key.1].id.clone();
            (a != b).then_some((key.0, id, a, b))
        })
        .collect();
    Some(RunnerUp {
        cost: model::money(&cost),
        proven: proven && model.complete,
        instead,
    })
}

/// How often a choice takes each action.
fn counts(model: &Model<'_>, choice: &[u32]) -> BTreeMap<(usize, usize), usize> {
    let mut found = BTreeMap::new();
    for (option, count) in model.options.iter().zip(choice).filter(|(_, n)| **n > 0) {
        for candidate in option.members.first().into_iter().flatten() {
            let candidate = &model.candidates[*candidate];
            *found.entry((candidate.file, candidate.action)).or_insert(0) += *count as usize;
        }
    }
    found
}

/// So many days are tried at most before the earliest one is narrowed down: over a long time the steps are longer.
const TRIES: i32 = 104;

/// The earliest day on which everything can be met for no more than a budget, looked for until `latest`: week by week over two
/// years, in longer steps over more, and within a step week by week and day by day. Gives the plan for it.
pub fn earliest(request: &Request<'_>, budget: &Exact, latest: Day) -> Option<Plan> {
    let on = |day: Day| Request {
        by: day,
        ..request.clone()
    };
    let fits = |day: Day| {
        // What else could be done is asked of the day that is found, not of those that are tried.
        let plan = search(&on(day), false);
        plan.met && plan.cost <= *budget && plan.slack.is_none_or(|s| s >= 0)
    };
    let weeks = (latest.0 - request.today.0) / 7 / TRIES + 1;
    let (mut before, mut day) = (request.today, request.today.next());
    while !fits(day) {
        before = day;
        day = day.plus_days(7 * weeks);
        if day > latest {
            return None;
        }
    }
    if weeks > 1 {
        let mut sooner = before.plus_days(7);
        while sooner < day && !fits(sooner) {
            sooner = sooner.plus_days(7);
        }
        day = day.min(sooner);
    }
    for _ in 0..6 {
        let earlier = day.previous();
        if earlier <= request.today || !fits(earlier) {
            break;
        }
        day = earlier;
    }
    Some(plan(&on(day)))
}
