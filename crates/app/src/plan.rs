//! The cheapest way up to a level, in one program or in several at once.

use domain::calendar::{Day, Duration};
use domain::diagnostic::{Diagnostic, Place};
use domain::engine::Run;
use domain::number::Exact;
use domain::plan::catalog::{Action, Actions};
use domain::plan::goal::{Blocked, Why};
use domain::plan::model::Subject;
use domain::plan::{self, Before, Plan, Request, Step, Wanted};
use domain::program::Ask;
use domain::standing::Truth;
use exchange::Entry;

use crate::forecast::Labels;
use crate::locale::Lang;
use crate::question::{Desk, level};
use crate::scorecard::{Scorecard, of_run};
use crate::texts::fill;
use crate::words::upper_first;

/// So many names of those who do the same are shown; the rest is counted.
const NAMED: usize = 4;

/// So many years ahead are planned at most.
const FURTHEST: u32 = 10;
/// So many levels of other programs are planned together with one at most.
const TOGETHER: usize = 7;

/// What is to be planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// The level, by id or title; the one above what is held or met where absent.
    pub level: Option<String>,
    /// Levels of other programs that shall be met by the same plan: `program:level`.
    pub also: Vec<String>,
    /// The day; half a year ahead where absent.
    pub by: Option<Day>,
    /// What it may cost: then the earliest day is looked for, up to `by`.
    pub budget: Option<Exact>,
    /// Only these rows, by id, or by their area.
    pub only: Vec<String>,
    /// Is the question whether the level is kept, and not whether it is reached?
    pub keep: bool,
}

/// A plan, and what its words are.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Where the partner stands on the day of planning, in each program.
    pub cards: Vec<Scorecard>,
    /// The ids of the levels that are wanted, in the same order.
    pub levels: Vec<String>,
    /// The editions that judge on the day, in the same order: their names.
    pub editions: Vec<String>,
    /// The question.
    pub ask: Ask,
    /// What rows and levels are called, in the same order.
    pub labels: Vec<Labels>,
    /// The actions that were offered.
    pub offered: Vec<Actions>,
    /// What a person is called, by id.
    pub names: Vec<(String, String)>,
    /// The rows that were planned, where not all.
    pub only: Vec<String>,
    /// The budget, where one was given.
    pub budget: Option<Exact>,
    /// The plan; `None` where a budget is kept on no day.
    pub plan: Option<Plan>,
    /// What the facts of its steps say, step by step: the kind, and each filled field.
    pub evidence: Vec<(String, Vec<(String, String)>)>,
    /// The language in which everything is said that is asked of it; the first one where nobody said another.
    pub lang: Lang,
}

impl Planned {
    /// The same plan, said in a language.
    pub fn said_in(mut self, lang: Lang) -> Planned {
        self.lang = lang;
        for labels in &mut self.labels {
            labels.lang = lang;
        }
        self
    }

    /// An action of a step.
    pub fn action(&self, step: &Step) -> Option<&Action> {
        self.offered[step.file].actions.get(&step.action)
    }

    /// The currency of all amounts.
    pub fn currency(&self) -> &str {
        self.offered.first().map_or("", |o| &o.currency)
    }

    /// An amount, as people write it.
    pub fn amount(&self, of: &Exact) -> String {
        self.lang.amount(of, self.currency())
    }

    /// For whom a step is done.
    pub fn whom(&self, subject: &Subject) -> String {
        match subject {
            Subject::Nobody => String::new(),
            Subject::Person(id) => self
                .names
                .iter()
                .find(|(known, _)| known == id)
                .map_or_else(|| id.clone(), |(_, name)| name.clone()),
            Subject::Customer(id) | Subject::Record(id) => id.clone(),
        }
    }

    /// `Advanced`, or `Advanced and Partner`.
    pub fn goal(&self) -> String {
        let titles: Vec<String> = self
            .levels
            .iter()
            .zip(&self.labels)
            .map(|(level, labels)| labels.title(level).to_owned())
            .collect();
        self.lang.list(&titles)
    }

    /// The steps by action: what is done alike stands together, in the order of the first of them.
    pub fn groups<'p>(&'p self, plan: &'p Plan) -> Vec<Vec<&'p Step>> {
        let mut groups: Vec<Vec<&Step>> = Vec::new();
        for step in &plan.steps {
            let alike = |group: &&mut Vec<&Step>| {
                group[0].action == step.action && group[0].file == step.file
            };
            match groups.iter_mut().find(alike) {
                Some(group) => group.push(step),
                None => groups.push(vec![step]),
            }
        }
        groups
    }

    /// The one sentence that matters most.
    pub fn news(&self) -> String {
        let (lang, t) = (self.lang, self.lang.texts());
        let reaches = self.ask == Ask::Enter;
        let part = if self.only.is_empty() {
            String::new()
        } else {
            fill(t.pl_in, &[("rows", &self.rows_words())])
        };
        let goal = format!("{}{part}", self.goal());
        let Some(plan) = &self.plan else {
            let budget = self.budget.as_ref();
            let budget = budget.map_or_else(String::new, |b| self.amount(b));
            return fill(t.pl_no_day, &[("goal", &goal), ("budget", &budget)]);
        };
        let by = lang.day(plan.by);
        let said = |pattern: &str| {
            let cost = self.amount(&plan.cost);
            fill(pattern, &[("goal", &goal), ("day", &by), ("cost", &cost)])
        };
        if plan.nothing_to_do && plan.met {
            return said(if reaches {
                t.pl_nothing_enter
            } else {
                t.pl_nothing_keep
            });
        }
        if plan.met {
            let proof = if plan.is_proven() {
                t.pl_proof.to_owned()
            } else {
                fill(t.pl_bound, &[("amount", &self.amount(&plan.bound))])
            };
            let costs = said(if reaches {
                t.pl_costs_enter
            } else {
                t.pl_costs_keep
            });
            let spare = match plan.slack {
                Some(spare) if spare > 0 => {
                    let days = usize::try_from(spare).unwrap_or(0);
                    let days = lang.several(t.n_days, days);
                    format!(" {}", fill(t.pl_spare, &[("days", &days)]))
                }
                _ => String::new(),
            };
            return format!("{costs} {proof}{spare}");
        }
        said(if plan.steps.is_empty() {
            t.pl_cannot
        } else {
            t.pl_cannot_all
        })
    }

    fn rows_words(&self) -> String {
        let labels = self.labels.first();
        let titles: Vec<String> = self
            .only
            .iter()
            .map(|id| labels.map_or_else(|| id.clone(), |l| l.row(id)))
            .collect();
        self.lang.list(&titles)
    }

    /// What is in the way, in words.
    pub fn blocked(&self, blocked: &Blocked) -> String {
        let (lang, t) = (self.lang, self.lang.texts());
        let labels = &self.labels[blocked.target];
        let card = &self.cards[blocked.target];
        let row = blocked.row.map(|row| labels.row_at(row));
        let who = card.publisher.as_deref().unwrap_or(t.the_vendor);
        let named = row.clone().unwrap_or_else(|| self.goal());
        let of_row = |pattern: &str| fill(pattern, &[("row", &named)]);
        match &blocked.why {
            Why::Status(program, level) => {
                let of = program.as_deref().filter(|p| *p != card.program);
                let of = of.map_or_else(String::new, |program| {
                    format!(" {}", fill(t.pl_of_program, &[("program", program)]))
                });
                let level = format!("{}{of}", labels.title(level));
                fill(t.pl_status, &[("who", who), ("level", &level)])
            }
            Why::NoDirection => of_row(t.pl_no_direction),
            Why::NoSum => of_row(t.pl_no_sum),
            Why::Began(on) => fill(t.pl_began, &[("row", &named), ("day", &lang.day(*on))]),
            Why::TooManyWays => of_row(t.pl_too_many_ways),
            Why::Together => of_row(t.pl_together),
            Why::NotEnough(most) => {
                let shown = row.as_ref().and(blocked.row).map(|r| labels.shown_at(r));
                let most = lang.number(&shown.unwrap_or_default(), most);
                fill(t.pl_not_enough, &[("row", &named), ("most", &most)])
            }
        }
    }

    /// What a row has, would have, and needs.
    pub fn moved(&self, of: &plan::Move) -> String {
        let lang = self.lang;
        let labels = &self.labels[of.target];
        let shown = labels.shown(&of.row);
        let mut text = format!(
            "{}: {} → {}{}",
            labels.row(&of.row),
            lang.said(&shown, &of.without),
            lang.said(&shown, &of.with),
            labels.need(of.need.as_ref(), &shown)
        );
        if of.today != of.without {
            let today = lang.said(&shown, &of.today);
            text += &format!(" ({})", fill(lang.texts().pl_today, &[("value", &today)]));
        }
        text
    }

    /// What a step's action is called.
    pub fn title<'p>(&'p self, step: &'p Step) -> &'p str {
        self.action(step)
            .map_or(step.action.as_str(), |a| a.title.as_str())
    }

    /// Who does the same, or with what: the first few, and how many more.
    pub fn who(&self, steps: &[&Step]) -> String {
        let mut names: Vec<String> = Vec::new();
        for step in steps {
            let name = self.whom(&step.subject);
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        let t = self.lang.texts();
        let times = |count: usize| self.lang.several(t.n_times, count);
        if names.is_empty() && steps.len() > 1 {
            return times(steps.len());
        }
        let times = if steps.len() > names.len() && !names.is_empty() {
            format!("{}: ", times(steps.len()))
        } else {
            String::new()
        };
        let mut shown: Vec<String> = names.iter().take(NAMED).cloned().collect();
        if names.len() > NAMED {
            let more = self.lang.size(names.len() - NAMED);
            shown.push(fill(t.n_more, &[("n", &more)]));
        }
        times + &shown.join(", ")
    }

    /// Why not another way: the runner-up, and what it costs more.
    pub fn instead(&self, plan: &Plan, other: &plan::RunnerUp) -> String {
        let (lang, t) = (self.lang, self.lang.texts());
        let times = |count: usize, file: usize, action: &str| {
            let title = self.offered[file]
                .actions
                .get(action)
                .map_or(action, |a| a.title.as_str());
            format!("{count} × {}", lang.inside(title))
        };
        let side = |ours: bool| -> Vec<String> {
            let more = |a: usize, b: usize| a.checked_sub(b).filter(|n| *n > 0);
            other
                .instead
                .iter()
                .filter_map(|(file, action, here, there)| {
                    let count = if ours {
                        more(*here, *there)
                    } else {
                        more(*there, *here)
                    };
                    Some(times(count?, *file, action))
                })
                .collect()
        };
        let (ours, theirs) = (side(true), side(false));
        let more = &other.cost - &plan.cost;
        let mut costs = if more.is_zero() {
            t.pl_costs_same.to_owned()
        } else {
            let (more, cost) = (self.amount(&more), self.amount(&other.cost));
            fill(t.pl_costs_more, &[("more", &more), ("cost", &cost)])
        };
        if !other.proven {
            costs += t.pl_as_far;
        }
        let (ours, theirs) = (lang.list(&ours), lang.list(&theirs));
        let pattern = if theirs.is_empty() {
            t.pl_without
        } else {
            t.pl_runner_up
        };
        let blanks = [
            ("theirs", theirs.as_str()),
            ("ours", &ours),
            ("costs", &costs),
        ];
        fill(pattern, &blanks)
    }

    /// Who outside is waited on, for what, and from when.
    pub fn waiting(&self, plan: &Plan) -> Vec<String> {
        let (lang, t) = (self.lang, self.lang.texts());
        let mut lines: Vec<String> = Vec::new();
        for group in self.groups(plan) {
            let Some(action) = self.action(group[0]) else {
                continue;
            };
            let (Some(waits), false) = (action.waits, action.waits_on.is_empty()) else {
                continue;
            };
            let first = group.iter().map(|s| s.worked).min().unwrap_or(plan.today);
            let line = fill(
                t.pl_waits,
                &[
                    ("who", &action.waits_on),
                    ("length", &lang.length(waits)),
                    ("action", &lang.inside(&action.title)),
                    ("times", &lang.several(t.n_times, group.len())),
                    ("day", &lang.day(first)),
                ],
            );
            lines.push(upper_first(&line));
        }
        lines
    }

    /// How sure it is that nothing costs less, and how much was weighed.
    pub fn weighed(&self, plan: &Plan) -> String {
        let (lang, t) = (self.lang, self.lang.texts());
        let (possible, classes, subjects) = plan.weighed;
        let proof = if plan.is_proven() {
            t.pl_proven.to_owned()
        } else {
            let above = self.amount(&(&plan.cost - &plan.bound));
            fill(t.pl_at_most_above, &[("amount", &above)])
        };
        fill(
            t.pl_weighed,
            &[
                ("proof", &proof),
                ("actions", &lang.several(t.n_possible, possible)),
                ("subjects", &lang.several(t.n_subjects, subjects)),
                ("kinds", &lang.several(t.n_kinds, classes)),
            ],
        )
    }

    /// How much the critical path has to spare; nothing where there is no step.
    pub fn spare(&self, plan: &Plan) -> Option<String> {
        let t = self.lang.texts();
        let slack = plan.slack?;
        let days = usize::try_from(slack.unsigned_abs()).unwrap_or(0);
        let days = self.lang.several(t.n_days, days);
        let pattern = if slack >= 0 {
            t.pl_path_spare
        } else {
            t.pl_path_late
        };
        Some(fill(pattern, &[("days", &days)]))
    }

    /// What its numbers rest on.
    pub fn assumed(&self, plan: &Plan) -> String {
        let (lang, t) = (self.lang, self.lang.texts());
        let (cited, own) = self.sources();
        let mut text = String::new();
        if own {
            text += t.pl_own;
            text.push(' ');
        }
        if !cited.is_empty() {
            text += &fill(t.pl_cited, &[("list", &cited.join("; "))]);
            text.push(' ');
        }
        let planned = fill(
            t.pl_planned,
            &[
                ("day", &lang.day(plan.today)),
                ("distance", &lang.distance(plan.today, plan.by)),
            ],
        );
        text + &planned
    }

    /// Where each number of an action is from.
    pub fn sources(&self) -> (Vec<String>, bool) {
        let mut cited: Vec<String> = Vec::new();
        let mut own = false;
        for file in &self.offered {
            for source in file
                .known
                .values()
                .chain(file.actions.values().flat_map(|a| a.known.values()))
            {
                if source == "own" {
                    own = true;
                } else if !cited.contains(source) {
                    cited.push(source.clone());
                }
            }
        }
        (cited, own)
    }
}

/// The cheapest plan for the level that the question's program and the goal name.
///
/// The desk should know no more than its day does; [`crate::forecast::foreseeing`] sees to that.
pub fn plan(desk: &Desk, goal: &Goal) -> Result<Planned, Diagnostic> {
    desk.once(("plan", goal), || plan_after(desk, goal, &[]))
}

/// The same where something was planned before: of people who are alike the same ones do it again.
pub(crate) fn plan_after(
    desk: &Desk,
    goal: &Goal,
    before: &[Before],
) -> Result<Planned, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "a plan is for a level of a program",
            Place::default(),
        )
        .help("name the program with `--program`"));
    };
    let today = desk.question.as_of;
    let by = goal.by.unwrap_or_else(|| {
        today.plus(Duration::months(if goal.budget.is_some() { 24 } else { 6 }))
    });
    if by <= today {
        return Err(Diagnostic::error(
            "days-backwards",
            format!("{by} is not after {today}"),
            Place::default(),
        )
        .help("`--by` names a day after the one on which is planned"));
    }
    let latest = today.plus(Duration::months(12 * FURTHEST));
    if by > latest {
        return Err(Diagnostic::error(
            "out-of-range",
            format!("{by} is further ahead than anybody plans"),
            Place::default(),
        )
        .help(format!("name a day up to {latest}")));
    }
    if goal.also.len() > TOGETHER {
        return Err(Diagnostic::error(
            "out-of-range",
            format!(
                "a plan cannot be for {} levels at once",
                goal.also.len() + 1
            ),
            Place::default(),
        )
        .help(format!("plan for at most {} together", TOGETHER + 1)));
    }
    let ask = if goal.keep { Ask::Retain } else { Ask::Enter };
    let mut wanted: Vec<(Run<'_>, usize)> = Vec::new();
    let mut cards = Vec::new();
    let now = desk.run(program, edition, Some(partner))?;
    let run = on_day(desk, program, edition, partner, by)?;
    let card = of_run(desk, &now, partner, false);
    let place = match &goal.level {
        Some(name) => level(&run, name)?,
        None => next_level(&run, &card, ask)?,
    };
    wanted.push((run, place));
    cards.push(card);
    for also in &goal.also {
        let (program, name) = also.split_once(':').ok_or_else(|| {
            Diagnostic::error(
                "which-level",
                format!("`{also}` names no level of a program"),
                Place::default(),
            )
            .help("write it as program:level")
        })?;
        let run = on_day(desk, program, None, partner, by)?;
        let place = level(&run, name)?;
        cards.push(of_run(
            desk,
            &desk.run(program, None, Some(partner)).unwrap_or(run),
            partner,
            false,
        ));
        wanted.push((run, place));
    }
    let library = &desk.engine.programs.library;
    let offered: Vec<&Actions> = library
        .actions
        .iter()
        .filter(|file| {
            wanted
                .iter()
                .any(|(run, _)| file.offers(&run.compiled.edition.program))
        })
        .collect();
    if offered.is_empty() {
        return Err(Diagnostic::error(
            "no-actions",
            format!("nothing says what can be done for `{program}`, and what that costs"),
            Place::default(),
        )
        .help("write a file of actions into `vocabulary/actions/` of your own folder, and name the folder with `--programs`"));
    }
    let mut currencies: Vec<&str> = offered.iter().map(|o| o.currency.as_str()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    if currencies.len() > 1 {
        return Err(Diagnostic::error(
            "mixed-currency",
            format!(
                "the actions cost {}, which cannot be added",
                currencies.join(" and ")
            ),
            Place::default(),
        )
        .help("write all files of actions in one currency"));
    }
    let only = rows_named(&wanted[0].0, &goal.only)?;
    let places: Vec<Wanted> = wanted
        .iter()
        .map(|(run, level)| Wanted {
            edition: desk
                .engine
                .programs
                .compiled
                .iter()
                .position(|c| std::ptr::eq(&**c, run.compiled))
                .unwrap_or(0),
            ask,
            level: *level,
        })
        .collect();
    let request = Request {
        engine: &desk.engine,
        partner,
        today,
        by,
        wanted: &places,
        only: (!only.is_empty()).then_some(&only),
        offered: &offered,
        before,
    };
    let found = match &goal.budget {
        None => Some(plan::plan(&request)),
        Some(budget) => plan::earliest(&request, budget, by),
    };
    let labels = wanted
        .iter()
        .map(|(run, _)| Labels::of(run, &desk.course(run, partner, today, by), today, by))
        .collect();
    let evidence = found.as_ref().map_or(vec![], |p| evidence_of(desk, p));
    Ok(Planned {
        levels: wanted
            .iter()
            .map(|(run, level)| run.compiled.levels[*level].id.clone())
            .collect(),
        editions: wanted
            .iter()
            .map(|(run, _)| run.compiled.edition.name())
            .collect(),
        ask,
        labels,
        cards,
        names: names(desk, partner),
        offered: offered.into_iter().cloned().collect(),
        only,
        budget: goal.budget.clone(),
        plan: found,
        evidence,
        lang: Lang::default(),
    })
}

/// The edition that judges on the day by which something is planned.
fn on_day<'d>(
    desk: &'d Desk,
    program: &str,
    edition: Option<&str>,
    partner: usize,
    by: Day,
) -> Result<Run<'d>, Diagnostic> {
    match (edition, desk.engine.governing(program, Some(partner), by)) {
        (None, Some(run)) => Ok(run),
        _ => desk.run(program, edition, Some(partner)),
    }
}

/// The level above what is held, else above what is met; to keep, the one that is held.
fn next_level(run: &Run<'_>, card: &Scorecard, ask: Ask) -> Result<usize, Diagnostic> {
    let known = |level: usize| run.compiled.level(&card.levels.get(level)?.id);
    let held = card.holds.as_ref().and_then(|h| h.level).and_then(known);
    let found = match ask {
        Ask::Retain => held,
        Ask::Enter => match held.or_else(|| card.meets.and_then(known)) {
            Some(level) if level + 1 < run.compiled.levels.len() => Some(level + 1),
            Some(_) => None,
            None => (!run.compiled.levels.is_empty()).then_some(0),
        },
    };
    found.ok_or_else(|| {
        Diagnostic::error(
            "which-level",
            match ask {
                Ask::Retain => "no level is held that could be kept",
                Ask::Enter => "there is no level above",
            },
            Place::default(),
        )
        .help("name one with `--level`")
    })
}

/// The rows that somebody names by id or by area.
fn rows_named(run: &Run<'_>, named: &[String]) -> Result<Vec<String>, Diagnostic> {
    let rows = &run.compiled.edition.rows;
    let mut found = Vec::new();
    for name in named {
        let of: Vec<String> = rows
            .values()
            .filter(|r| r.parent.is_none())
            .filter(|r| r.id == *name || r.area.eq_ignore_ascii_case(name))
            .map(|r| r.id.clone())
            .collect();
        if of.is_empty() {
            let ids: Vec<&str> = rows.values().map(|r| r.id.as_str()).collect();
            return Err(Diagnostic::error(
                "unknown-row",
                format!(
                    "`{}` has no row and no area `{name}`",
                    run.compiled.edition.name()
                ),
                Place::default(),
            )
            .help(domain::diagnostic::did_you_mean(name, ids)));
        }
        found.extend(of);
    }
    Ok(found)
}

/// What people are called, where a field of theirs says so.
fn names(desk: &Desk, partner: usize) -> Vec<(String, String)> {
    let evidence = &desk.engine.ledger.evidence;
    let kinds = &evidence.vocabulary.kinds;
    let joined = kinds.values().find_map(|k| k.holds.while_.as_ref());
    let Some((kind, by)) = joined.and_then(|(of, by)| Some((evidence.kind(of)?, by))) else {
        return vec![];
    };
    let (Some(id), Some(name)) = (evidence.column(kind, by), evidence.column(kind, "name")) else {
        return vec![];
    };
    evidence.tables[kind]
        .rows(partner)
        .filter(|row| !name.code(*row).is_empty())
        .map(|row| {
            let text = |code| evidence.strings.text(code).to_owned();
            (text(id.code(row)), text(name.code(row)))
        })
        .collect()
}

/// What the facts of the steps say.
fn evidence_of(desk: &Desk, plan: &Plan) -> Vec<(String, Vec<(String, String)>)> {
    let kinds = &desk.engine.ledger.evidence.vocabulary.kinds;
    plan::facts_of(&desk.engine, plan, false)
        .into_iter()
        .map(|fact| {
            let kind = &kinds[fact.kind];
            let fields = fact
                .cells
                .iter()
                .filter_map(|(field, given)| {
                    use domain::suppose::Given;
                    let text = match given {
                        Given::Empty => return None,
                        Given::Day(day) => day.to_string(),
                        Given::Text(text) => text.clone(),
                        Given::Number(number) => number.to_string(),
                    };
                    let (name, _) = kind.fields.get_index(*field)?;
                    Some((name.clone(), text))
                })
                .collect();
            (kind.name.clone(), fields)
        })
        .collect()
}

/// The days of a plan for people's calendars, in its language.
pub fn icalendar(of: &Planned) -> String {
    let (lang, t) = (of.lang, of.lang.texts());
    let mut entries = Vec::new();
    if let Some(plan) = &of.plan {
        for (at, step) in plan.steps.iter().enumerate() {
            let whom = of.whom(&step.subject);
            let what = if whom.is_empty() {
                of.title(step).to_owned()
            } else {
                format!("{}: {whom}", of.title(step))
            };
            entries.push(Entry {
                id: format!("{}/plan/{at}/{}", of.cards[0].partner, step.action),
                day: step.done,
                title: fill(t.pl_done_today, &[("what", &what)]),
                text: fill(
                    t.pl_step,
                    &[
                        ("day", &lang.day(step.from)),
                        ("hours", &lang.rounded(&step.hours, 1)),
                        ("cost", &of.amount(&step.cost)),
                        ("made", &lang.day(plan.today)),
                    ],
                ),
                categories: vec!["plan".to_owned()],
            });
        }
    }
    let name = fill(t.pl_calendar, &[("goal", &of.goal())]);
    let made = of.plan.as_ref().map_or(of.cards[0].as_of, |p| p.today);
    exchange::icalendar(&name, made, &entries)
}

/// The verdict of each target with the plan, in one word each.
pub fn verdicts(plan: &Plan) -> Vec<&'static str> {
    plan.verdicts.iter().map(|v: &Truth| v.verdict()).collect()
}
