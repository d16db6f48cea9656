//! Tasks, and what people say about rows of a program.

use app::access::{May, Verb};
use app::domain::calendar::Day;
use app::tasks::{Comment, Said, Task, TaskState};
use askama::Template;
use axum::extract::{Path, RawForm};

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::texts::fill;
use super::super::super::view::{Link, When};
use super::super::super::visit::{Answer, Visit};
use super::{Choice, Form, Slip, again, back, html, slips};

/// Tasks, and a form for one.
#[derive(Template)]
#[template(path = "work/tasks.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The news.
    pub news: String,
    /// The tasks.
    pub rows: Vec<Row>,
    /// Are closed ones shown too?
    pub closed: bool,
    /// The page with the other choice.
    pub other: String,
    /// May the reader work here?
    pub may_work: bool,
    /// The task that is written.
    pub draft: Draft,
    /// Who may do it.
    pub owners: Vec<Choice>,
    /// The programs that it may be for.
    pub programs: Vec<Choice>,
    /// The kinds of evidence that may close it.
    pub kinds: Vec<Choice>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A task as it stands in the form.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its id; empty: a new one.
    pub task: String,
    /// Its version.
    pub version: i64,
    /// What is to be done.
    pub title: String,
    /// What else is said.
    pub note: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due: String,
    /// For which program.
    pub program: String,
    /// For which row.
    pub row: String,
    /// Which kind closes it.
    pub kind: String,
    /// What that must say: `column = value, column = value`.
    pub cells: String,
}

/// A task in the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub task: String,
    /// Its version.
    pub version: i64,
    /// What is to be done, and the form for it.
    pub link: Link,
    /// What else is said.
    pub note: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due: Option<When>,
    /// How far away that is.
    pub away: String,
    /// Has the day passed?
    pub late: bool,
    /// What it is for.
    pub about: Option<Link>,
    /// What closes it, or closed it.
    pub closes: String,
    /// Is it open?
    pub open: bool,
}

fn cells_text(cells: &[(String, String)]) -> String {
    let parts: Vec<String> = cells.iter().map(|(n, t)| format!("{n} = {t}")).collect();
    parts.join(", ")
}

fn cells_of(text: &str) -> Vec<(String, String)> {
    text.split([',', '\n'])
        .filter_map(|part| part.split_once('='))
        .map(|(name, text)| (name.trim().to_owned(), text.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

impl Draft {
    fn of(task: &Task) -> Draft {
        let (program, row) = task.said.about.clone().unwrap_or_default();
        let (kind, cells) = task.said.closes.clone().unwrap_or_default();
        Draft {
            task: task.task.clone(),
            version: task.version,
            title: task.said.title.clone(),
            note: task.said.note.clone(),
            owner: task.said.owner.clone().unwrap_or_default(),
            due: task.said.due.map(|d| d.to_string()).unwrap_or_default(),
            program,
            row,
            kind,
            cells: cells_text(&cells),
        }
    }

    fn sent(get: &dyn Fn(&str) -> String) -> Draft {
        Draft {
            task: get("task"),
            version: get("version").parse().unwrap_or(0),
            title: get("title"),
            note: get("note"),
            owner: get("owner"),
            due: get("due"),
            program: get("program"),
            row: get("row"),
            kind: get("kind"),
            cells: get("cells"),
        }
    }

    fn said(&self) -> Said {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Said {
            title: self.title.clone(),
            note: self.note.clone(),
            owner: some(&self.owner),
            due: Day::parse(&self.due),
            about: some(&self.program).map(|p| (p, self.row.clone())),
            closes: some(&self.kind).map(|k| (k, cells_of(&self.cells))),
        }
    }
}

async fn make(visit: &Visit, slips: Vec<Slip>, draft: Option<Draft>) -> Result<Page, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let closed = visit.get("closed") == "yes";
    let tasks = office.tasks(actor, partner, closed).await?;
    let colleagues = office.colleagues(actor, partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let f = f.at(Here::Tasks, t.tasks);
    let draft = draft.unwrap_or_else(|| {
        let chosen = tasks.iter().find(|task| task.task == visit.get("task"));
        match chosen {
            Some(task) => Draft::of(task),
            None => Draft::sent(&|name| match name {
                "task" | "version" => String::new(),
                name => visit.get(name).to_owned(),
            }),
        }
    });
    let name_of = |account: &str| {
        let found = colleagues.iter().find(|(id, _)| id == account);
        found.map_or_else(|| account.to_owned(), |(_, name)| name.clone())
    };
    let open: Vec<&Task> = tasks
        .iter()
        .filter(|t| t.state == TaskState::Open)
        .collect();
    let late = open
        .iter()
        .filter(|t| t.said.due.is_some_and(|d| d < f.today))
        .count();
    let news = match (open.len(), late) {
        (0, _) => t.tasks_none.to_owned(),
        (n, 0) => f.lang.several(t.tasks_open, n),
        (n, late) => format!(
            "{} {}",
            f.lang.several(t.tasks_open, n),
            f.lang.several(t.tasks_late, late)
        ),
    };
    let library = visit.library();
    let titles: Vec<(String, String)> = library
        .programs()
        .into_iter()
        .filter_map(|p| Some((p.to_owned(), library.editions_of(p).last()?.title.clone())))
        .collect();
    let rows = tasks
        .iter()
        .map(|task| Row {
            task: task.task.clone(),
            version: task.version,
            link: Link::to(
                f.links.with("/tasks", &[("task", &task.task)]) + "#write",
                task.said.title.clone(),
            ),
            note: task.said.note.clone(),
            owner: task.said.owner.as_deref().map(name_of).unwrap_or_default(),
            due: task.said.due.map(|d| f.when(d)),
            away: task
                .said
                .due
                .map(|d| f.lang.distance(f.today, d))
                .unwrap_or_default(),
            late: task.state == TaskState::Open && task.said.due.is_some_and(|d| d < f.today),
            about: task.said.about.as_ref().map(|(program, row)| {
                let title = titles
                    .iter()
                    .find(|(p, _)| p == program)
                    .map_or(program, |(_, t)| t);
                let path = format!("/scorecard/{}", segment(program));
                let text = if row.is_empty() {
                    title.clone()
                } else {
                    format!("{title}: {row}")
                };
                Link::to(f.links.with(&path, &[("row", row)]), text)
            }),
            closes: match (&task.said.closes, task.state) {
                (_, TaskState::Dropped) => t.task_dropped.to_owned(),
                (_, TaskState::Done) if task.closed_by_fact.is_some() => {
                    t.task_closed_by_evidence.to_owned()
                }
                (_, TaskState::Done) => t.task_done.to_owned(),
                (Some((kind, cells)), TaskState::Open) => fill(
                    t.task_closes,
                    &[("kind", kind), ("cells", &cells_text(cells))],
                ),
                (None, TaskState::Open) => String::new(),
            },
            open: task.state == TaskState::Open,
        })
        .collect();
    let mut owners = vec![Choice::new("", t.nobody, draft.owner.is_empty())];
    owners.extend(
        colleagues
            .iter()
            .map(|(id, name)| Choice::new(id, name, *id == draft.owner)),
    );
    let mut programs = vec![Choice::new("", t.none, draft.program.is_empty())];
    programs.extend(
        titles
            .iter()
            .map(|(id, title)| Choice::new(id, title, *id == draft.program)),
    );
    let mut kinds = vec![Choice::new("", t.none, draft.kind.is_empty())];
    let names = library.vocabulary.kinds.keys();
    kinds.extend(names.map(|k| Choice::new(k, visit.frame.within(k), *k == draft.kind)));
    Ok(Page {
        other: f
            .links
            .with("/tasks", &[("closed", if closed { "" } else { "yes" })]),
        may_work: actor.may_at(Verb::Work, partner) != May::No,
        news,
        rows,
        closed,
        draft,
        owners,
        programs,
        kinds,
        slips,
        f,
    })
}

/// `GET /tasks`
pub async fn page(visit: Visit) -> Answer {
    html(&make(&visit, vec![], None).await?)
}

/// `POST /tasks`: a new one, or one said anew.
pub async fn save(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let draft = Draft::sent(&|name| form.get(name).to_owned());
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let said = draft.said();
    let done = if draft.task.is_empty() {
        office.add_task(actor, partner, &said).await
    } else {
        office
            .change_task(actor, partner, &draft.task, draft.version, &said)
            .await
    };
    match done {
        Ok(_) => Ok(back(&visit.frame, "/tasks")),
        Err(refusal) => again(&make(&visit, slips(refusal, visit.frame.lang)?, Some(draft)).await?),
    }
}

/// `POST /tasks/close`
pub async fn close(visit: Visit, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let state = match form.get("state") {
        "done" => TaskState::Done,
        "dropped" => TaskState::Dropped,
        _ => TaskState::Open,
    };
    let (task, version) = (form.get("task"), form.number("version"));
    let closed = visit
        .office
        .close_task(&visit.actor, &visit.partner, task, version, state);
    match closed.await {
        Ok(_) => Ok(back(&visit.frame, "/tasks")),
        Err(refusal) => again(&make(&visit, slips(refusal, visit.frame.lang)?, None).await?),
    }
}

/// What was said about a program or a row of it.
#[derive(Template)]
#[template(path = "work/comments.html")]
pub struct Comments {
    /// What stands around it.
    pub f: Frame,
    /// Where to say something.
    pub action: String,
    /// Where to take something back.
    pub back: String,
    /// What it is called.
    pub heading: String,
    /// The row; empty: the program as a whole.
    pub row: String,
    /// The scorecard with that row open.
    pub card: String,
    /// A form for a task about it.
    pub task: String,
    /// What was said: the comment, who, when, about which row, may it be taken back?
    pub all: Vec<(Comment, String, When, bool)>,
    /// May the reader say something?
    pub may_work: bool,
    /// What was typed.
    pub typed: String,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

async fn make_comments(
    visit: &Visit,
    program: &str,
    row: &str,
    slips: Vec<Slip>,
    typed: String,
) -> Result<Comments, Problem> {
    let (office, actor, partner) = (&visit.office, &visit.actor, &visit.partner);
    let one = (!row.is_empty()).then_some(row);
    let all = office.comments(actor, partner, program, one).await?;
    let colleagues = office.colleagues(actor, partner).await?;
    let f = visit.frame.clone();
    let library = visit.library();
    let editions = library.editions_of(program);
    let Some(edition) = editions.last() else {
        return Err(Problem::not_found(format!(
            "there is no program `{program}`"
        )));
    };
    let title = edition.rows.get(row).map_or(row, |r| &r.title);
    let heading = if row.is_empty() {
        edition.title.clone()
    } else {
        format!("{}: {title}", edition.title)
    };
    let f = f.at(Here::Elsewhere, heading.clone());
    let may_work = actor.may_at(Verb::Work, partner) == May::Yes;
    let manages = actor.may_at(Verb::ManageMembers, partner) == May::Yes;
    let path = format!("/scorecard/{}", segment(program));
    Ok(Comments {
        card: f.links.with(&path, &[("row", row)]),
        task: f
            .links
            .with("/tasks", &[("program", program), ("row", row)])
            + "#write",
        all: all
            .into_iter()
            .map(|c| {
                let name = colleagues.iter().find(|(id, _)| *id == c.by);
                let name = name.map_or_else(|| c.by.clone(), |(_, name)| name.clone());
                let when = f.when(office.clock.day_of(c.at));
                let own = may_work && (manages || c.by == actor.account);
                (c, name, when, own)
            })
            .collect(),
        action: f.to(&format!("/comments/{}", segment(program))),
        back: f.to(&format!("/comments/{}/back", segment(program))),
        row: row.to_owned(),
        heading,
        may_work,
        typed,
        slips,
        f,
    })
}

/// `GET /comments/{program}?row=…`
pub async fn comments(visit: Visit, Path(program): Path<String>) -> Answer {
    let row = visit.get("row").to_owned();
    html(&make_comments(&visit, &program, &row, vec![], String::new()).await?)
}

/// `POST /comments/{program}`
pub async fn comment(visit: Visit, Path(program): Path<String>, RawForm(body): RawForm) -> Answer {
    let form = Form::of(&body);
    let (row, text) = (form.get("about"), form.get("comment"));
    let said = visit
        .office
        .comment(&visit.actor, &visit.partner, &program, row, text)
        .await;
    match said {
        Ok(_) => {
            let path = format!("/comments/{}", segment(&program));
            let to = visit.frame.links.with(&path, &[("row", row)]);
            Ok(axum::response::IntoResponse::into_response(
                axum::response::Redirect::to(&to),
            ))
        }
        Err(refusal) => {
            let slips = slips(refusal, visit.frame.lang)?;
            again(&make_comments(&visit, &program, row, slips, text.to_owned()).await?)
        }
    }
}

/// `POST /comments/{program}/back`
pub async fn take_back(
    visit: Visit,
    Path(program): Path<String>,
    RawForm(body): RawForm,
) -> Answer {
    let form = Form::of(&body);
    let (office, actor) = (&visit.office, &visit.actor);
    office
        .take_back_comment(actor, &visit.partner, form.get("comment"))
        .await?;
    Ok(back(
        &visit.frame,
        &format!("/comments/{}", segment(&program)),
    ))
}
