//! The cheapest way up: what is asked for, what to do, why not another way, and when.

use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::plan::{Plan, Step};
use app::domain::program::Ask;
use app::domain::standing::Truth;
use app::plan::{Goal, Planned};
use app::question::Desk;
use app::scorecard::Scorecard;
use app::words::upper_first;
use askama::Template;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::svg::{self, Axis, Work};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark, Markup, When, unquoted};
use super::super::super::visit::Visit;
use super::super::scorecard::Program;
use super::super::work::{Choice, Slip};
use super::{head, typed};

/// What is to be planned, as a form says it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The level's id; empty: the next one.
    pub level: String,
    /// The day; empty: half a year ahead.
    pub by: String,
    /// What it may cost; empty: whatever is least.
    pub budget: String,
    /// The area that alone is planned; empty: all.
    pub only: String,
    /// Is the question whether the level is kept?
    pub keep: bool,
    /// Is a plan asked for at all? Without it the page shows the form.
    pub go: bool,
}

impl Asked {
    /// What the query of a page asks for.
    pub fn of(visit: &Visit) -> Asked {
        let mut asked = Asked::sent(&|name| visit.get(name).trim().to_owned());
        asked.go = visit.get("find") == "plan" || !visit.get("format").is_empty();
        asked
    }

    /// What a form asks for.
    pub fn sent(get: &dyn Fn(&str) -> String) -> Asked {
        Asked {
            level: get("level"),
            by: get("by"),
            budget: get("budget"),
            only: get("only"),
            keep: get("question") == Ask::Retain.name(),
            go: true,
        }
    }

    /// The same as names and values of a query.
    pub fn query(&self) -> [(&'static str, &str); 6] {
        [
            ("level", &self.level),
            ("by", &self.by),
            ("budget", &self.budget),
            ("only", &self.only),
            ("question", if self.keep { Ask::Retain.name() } else { "" }),
            ("find", "plan"),
        ]
    }

    /// The same for the planner.
    ///
    /// # Errors
    /// A budget that is no number, or a day that is none.
    pub fn goal(&self) -> Result<Goal, Diagnostic> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let by = match self.by.as_str() {
            "" => None,
            text => Some(Day::parse(text).ok_or_else(|| {
                Diagnostic::error(
                    "bad-day",
                    format!("`{text}` is no day"),
                    app::domain::diagnostic::Place::default().showing("by"),
                )
                .help("write it as 2026-06-30")
            })?),
        };
        Ok(Goal {
            level: some(&self.level),
            also: vec![],
            by,
            budget: typed("budget", &self.budget)?,
            only: some(&self.only).into_iter().collect(),
            keep: self.keep,
        })
    }
}

/// A plan, and the form for it.
#[derive(Template)]
#[template(path = "ahead/plan.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// The news; empty where nothing was asked for.
    pub news: String,
    /// The levels, with the question that each is asked with.
    pub levels: Vec<Choice>,
    /// To reach it, or to keep it.
    pub questions: Vec<Choice>,
    /// Areas of the scorecard.
    pub areas: Vec<Choice>,
    /// The day, as a date field takes it.
    pub by: String,
    /// The budget, as it was typed.
    pub budget: String,
    /// Why nothing could be planned.
    pub slip: Option<Slip>,
    /// What was found.
    pub found: Option<Found>,
}

/// A plan.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How sure it is that nothing costs less.
    pub weighed: String,
    /// Is it proven?
    pub proven: bool,
    /// What is in the way.
    pub blocked: Vec<String>,
    /// What to do.
    pub actions: Vec<Line>,
    /// Hours in all.
    pub hours: String,
    /// Cost in all.
    pub cost: String,
    /// What it moves.
    pub moves: Vec<(String, Mark)>,
    /// Why not another way; empty where no other was found.
    pub instead: String,
    /// The head of the schedule.
    pub axis: Markup,
    /// The steps in the order in which they begin.
    pub steps: Vec<Bar>,
    /// What the critical path has to spare.
    pub spare: String,
    /// Who is waited on.
    pub waiting: Vec<String>,
    /// What it rests on.
    pub assumed: String,
    /// The plan as files.
    pub files: Vec<Link>,
    /// What a form that proposes it sends; nothing where nothing can be proposed.
    pub propose: Vec<(String, String)>,
}

/// Something to do, for one or for several.
#[derive(Clone, Debug)]
pub struct Line {
    /// What.
    pub title: String,
    /// Who, or with what.
    pub who: String,
    /// Hours of work.
    pub hours: String,
    /// What it costs.
    pub cost: String,
    /// Where its numbers are from: the tag's class, its word, and the sources.
    pub from: (&'static str, String, String),
}

/// A step of the schedule.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What.
    pub title: String,
    /// Who.
    pub who: String,
    /// Its days, drawn.
    pub picture: Markup,
    /// The day on which its evidence counts.
    pub done: When,
    /// Does the whole plan hang on it?
    pub critical: bool,
}

/// The plan that is asked for, or the form alone.
pub fn page(desk: &Desk, f: Frame, asked: &Asked) -> Result<Page, Diagnostic> {
    let t = f.t;
    let card = app::scorecard::scorecard(desk, false)?;
    let f = f.at(Here::Plan, card.title.clone());
    let planned = if asked.go {
        let planned = asked.goal().and_then(|goal| app::plan::plan(desk, &goal));
        Some(planned.map(|planned| planned.said_in(f.lang)))
    } else {
        None
    };
    let mut slip = None;
    let planned = match planned {
        Some(Ok(planned)) => Some(planned),
        Some(Err(problem)) => {
            slip = Some(Slip::of(&problem, f.lang));
            None
        }
        None => None,
    };
    let level = match &planned {
        Some(planned) => planned.levels.first().cloned().unwrap_or_default(),
        None if asked.level.is_empty() => next_level(&card),
        None => asked.level.clone(),
    };
    let found = planned
        .as_ref()
        .and_then(|planned| Some((planned, planned.plan.as_ref()?)))
        .map(|(planned, plan)| found(&f, planned, plan, asked));
    let by = match planned.as_ref().and_then(|p| p.plan.as_ref()) {
        Some(plan) if asked.budget.is_empty() => plan.by.to_string(),
        _ => asked.by.clone(),
    };
    let keeps = card.columns.iter().any(|c| c.ask == Ask::Retain);
    let mut questions = vec![Choice::new(Ask::Enter.name(), t.reach, !asked.keep)];
    if keeps || asked.keep {
        questions.push(Choice::new(Ask::Retain.name(), t.keep, asked.keep));
    }
    Ok(Page {
        program: head(desk, &f, &card, Here::Plan),
        news: planned.as_ref().map(Planned::news).unwrap_or_default(),
        levels: card
            .levels
            .iter()
            .map(|l| Choice::new(&l.id, &l.title, l.id == level))
            .collect(),
        questions,
        areas: areas(&card, &f, &asked.only),
        by: if by.is_empty() {
            super::usual_day(desk).to_string()
        } else {
            by
        },
        budget: asked.budget.clone(),
        slip,
        found,
        f,
    })
}

/// The level above what is held or met: the one that the last column asks about.
fn next_level(card: &Scorecard) -> String {
    let enter = card.columns.iter().rev().find(|c| c.ask == Ask::Enter);
    enter.map(|c| c.level.clone()).unwrap_or_default()
}

fn areas(card: &Scorecard, f: &Frame, chosen: &str) -> Vec<Choice> {
    let mut all = vec![Choice::new("", f.t.whole_level, chosen.is_empty())];
    for row in card.columns.iter().flat_map(|c| &c.rows) {
        if !row.area.is_empty() && all.iter().all(|known| known.value != row.area) {
            all.push(Choice::new(&row.area, &row.area, row.area == chosen));
        }
    }
    all
}

fn found(f: &Frame, planned: &Planned, plan: &Plan, asked: &Asked) -> Found {
    let t = f.t;
    let path = format!("/plan/{}", segment(&planned.cards[0].program));
    let file = |format: &'static str, text: &str| {
        let mut more = asked.query().to_vec();
        more.push(("format", format));
        Link::to(f.links.with(&path, &more), text)
    };
    let axis = Axis {
        from: plan.today,
        to: plan
            .by
            .max(plan.steps.iter().map(|s| s.done).max().unwrap_or(plan.by)),
        now: plan.today,
    };
    Found {
        weighed: planned.weighed(plan),
        proven: plan.is_proven(),
        blocked: plan
            .blocked
            .iter()
            .map(|b| upper_first(&planned.blocked(b)))
            .collect(),
        actions: planned
            .groups(plan)
            .iter()
            .map(|group| line(f, planned, group))
            .collect(),
        hours: f.lang.rounded(&plan.hours, 1),
        cost: planned.amount(&plan.cost),
        moves: plan
            .moves
            .iter()
            .map(|m| (upper_first(&planned.moved(m)), Mark::of(m.verdict, t)))
            .collect(),
        instead: plan
            .runner_up
            .as_ref()
            .map(|other| planned.instead(plan, other))
            .unwrap_or_default(),
        axis: svg::axis(axis, f.lang),
        steps: plan
            .steps
            .iter()
            .map(|step| bar(f, planned, plan, step, axis))
            .collect(),
        spare: planned.spare(plan).unwrap_or_default(),
        waiting: planned.waiting(plan),
        assumed: unquoted(&planned.assumed(plan)),
        files: vec![file("ics", t.as_calendar), file("json", "JSON")],
        // What is proposed is planned as of today.
        propose: if plan.steps.is_empty() || f.is_elsewhen() || !f.may_edit {
            vec![]
        } else {
            let pairs = asked.query().into_iter();
            pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
        },
    }
}

fn line(f: &Frame, planned: &Planned, group: &[&Step]) -> Line {
    let t = f.t;
    let hours = group.iter().map(|s| s.hours.clone()).sum();
    let cost = group.iter().map(|s| s.cost.clone()).sum();
    let mut sources: Vec<&str> = Vec::new();
    for source in planned
        .action(group[0])
        .iter()
        .flat_map(|action| action.known.values())
    {
        if !sources.contains(&source.as_str()) {
            sources.push(source);
        }
    }
    let own = sources.contains(&"own");
    sources.retain(|s| *s != "own");
    Line {
        title: planned.title(group[0]).to_owned(),
        who: planned.who(group),
        hours: f.lang.rounded(&hours, 1),
        cost: planned.amount(&cost),
        from: (
            if own { "own" } else { "benchmark" },
            if own { t.own_numbers } else { t.cited_numbers }.to_owned(),
            sources.join("; "),
        ),
    }
}

fn bar(f: &Frame, planned: &Planned, plan: &Plan, step: &Step, axis: Axis) -> Bar {
    let t = f.t;
    let says = fill(
        t.from_to,
        &[("a", &f.lang.day(step.from)), ("b", &f.lang.day(step.done))],
    );
    let says = if step.critical {
        format!("{says}, {}", t.critical_path)
    } else {
        says
    };
    let work = Work {
        from: step.from,
        worked: step.worked,
        done: step.done,
        critical: step.critical,
    };
    Bar {
        title: planned.title(step).to_owned(),
        who: planned.whom(&step.subject),
        picture: svg::work(axis, work, plan.by, &says),
        done: f.when(step.done),
        critical: step.critical,
    }
}

impl Page {
    /// The verdict that the plan is proven, or how far it may be from the best.
    fn proof(&self, found: &Found) -> Mark {
        let truth = if found.proven {
            Truth::Yes
        } else {
            Truth::Unknown
        };
        Mark::saying(truth, found.weighed.clone())
    }
}
