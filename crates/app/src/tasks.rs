//! Tasks, comments on rows, and saved views.
//!
//! A task that names evidence is done once that evidence is there, whoever brings it.

use std::collections::BTreeSet;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use domain::intake::Named;
use domain::ledger::{Ledger, State};
use serde_json::json;
use store::{CommentRow, PlanStepRow, Scope, TaskRow, ViewRow};

use crate::access::{Actor, Grant, May, Role, Verb};
use crate::accounts::Accounts;
use crate::links::fresh_id;
use crate::locale::Lang;
use crate::office::{Done, Office};
use crate::records::{Cells, cells_at, cells_of, cells_text, key_of};
use crate::refusal::Refusal;

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// It is still to be done.
    Open,
    /// It is done.
    Done,
    /// Nobody will do it.
    Dropped,
}

impl TaskState {
    /// `open`, `done` or `dropped`.
    pub fn name(self) -> &'static str {
        match self {
            TaskState::Open => "open",
            TaskState::Done => "done",
            TaskState::Dropped => "dropped",
        }
    }

    fn named(name: &str) -> TaskState {
        match name {
            "done" => TaskState::Done,
            "dropped" => TaskState::Dropped,
            _ => TaskState::Open,
        }
    }
}

/// What of a task somebody says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What is to be done.
    pub title: String,
    /// What else is to be said of it.
    pub note: String,
    /// The account that does it, where one does.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Day>,
    /// The program and the row that it is for; the row is empty where it is for the program as a whole.
    pub about: Option<(String, String)>,
    /// The kind of evidence that closes it, and what that must say.
    pub closes: Option<(String, Cells)>,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub task: String,
    /// How often it was said; whoever changes it names this number.
    pub version: i64,
    /// What it is.
    pub said: Said,
    /// How far it is.
    pub state: TaskState,
    /// When it was made.
    pub created: Instant,
    /// By which account.
    pub by: String,
    /// When it was closed.
    pub closed: Option<Instant>,
    /// The fact that closed it, where evidence did.
    pub closed_by_fact: Option<i64>,
    /// The account that closed it, where one did.
    pub closed_by: Option<String>,
}

impl Task {
    pub(crate) fn of(row: TaskRow) -> Task {
        let some = |text: String| (!text.is_empty()).then_some(text);
        let fact = row.closed_by.strip_prefix("fact ");
        let closed_by_fact = fact.and_then(|n| n.parse().ok());
        Task {
            task: row.task,
            version: row.version,
            state: TaskState::named(&row.state),
            created: Instant(row.created),
            by: row.by,
            closed: row.closed.map(Instant),
            closed_by: some(row.closed_by).filter(|_| closed_by_fact.is_none()),
            closed_by_fact,
            said: Said {
                title: row.title,
                note: row.note,
                owner: some(row.owner),
                due: row.due.and_then(|d| i32::try_from(d).ok()).map(Day),
                about: some(row.program).map(|program| (program, row.row)),
                closes: some(row.kind).map(|kind| (kind, cells_of(&row.cells))),
            },
        }
    }
}

/// A comment on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub comment: String,
    /// The row; empty: the program as a whole.
    pub row: String,
    /// What was said.
    pub body: String,
    /// Which account said it.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// A list as somebody wants to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub view: String,
    /// Of which page.
    pub page: String,
    /// What it is called.
    pub name: String,
    /// The query of the page's address.
    pub query: String,
    /// Is it everybody's who has a role at the partner?
    pub shared: bool,
}

fn slip(code: &'static str, message: &str, field: &str, help: &str) -> Refusal {
    Diagnostic::error(code, message, Place::default().showing(field))
        .help(help)
        .into()
}

/// A text of one line or of several, as it is kept.
pub(crate) fn checked_text(
    text: &str,
    field: &'static str,
    most: usize,
    lines: bool,
) -> Result<String, Refusal> {
    let text = text.replace("\r\n", "\n");
    // As it was written, as the description of the API counts it.
    let is_long = text.chars().count() > most;
    let text = text.trim();
    let odd = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\t'));
    if is_long || text.chars().any(odd) {
        let what = format!(
            "`{field}` has more than {most} characters, or characters that cannot be shown"
        );
        return Err(slip("bad-text", &what, field, "write less, in plain text"));
    }
    Ok(text.to_owned())
}

fn needed(text: String, field: &'static str) -> Result<String, Refusal> {
    if text.is_empty() {
        let what = format!("`{field}` says nothing");
        return Err(slip("empty-text", &what, field, "write something"));
    }
    Ok(text)
}

impl Office {
    /// Checks what is said of a task, and makes the row of it.
    pub(crate) fn task_row(&self, partner: &str, said: &Said) -> Result<TaskRow, Refusal> {
        let title = needed(checked_text(&said.title, "title", 300, false)?, "title")?;
        let note = checked_text(&said.note, "note", 10_000, true)?;
        let (program, row) = said.about.clone().unwrap_or_default();
        if !program.is_empty() {
            self.row_exists(&program, &row)?;
        }
        let (kind, cells) = said.closes.clone().unwrap_or_default();
        if !kind.is_empty() {
            let of = self.kind(&kind)?;
            let known = |name: &str| of.fields.contains_key(name);
            if let Some((name, _)) = cells.iter().find(|(name, _)| !known(name)) {
                let what = format!("`{kind}` has no column `{name}`");
                return Err(slip(
                    "unknown-column",
                    &what,
                    "closes",
                    "name a column of that kind",
                ));
            }
        }
        Ok(TaskRow {
            task: String::new(),
            partner: partner.to_owned(),
            version: 1,
            title,
            note,
            owner: said.owner.clone().unwrap_or_default(),
            due: said.due.map(|d| d.0.into()),
            program,
            row,
            kind,
            cells: cells_text(&cells),
            after: self.shelves()?.fact,
            state: TaskState::Open.name().to_owned(),
            created: self.now().0,
            by: String::new(),
            closed: None,
            closed_by: String::new(),
        })
    }

    fn row_exists(&self, program: &str, row: &str) -> Result<(), Refusal> {
        let library = self.programs.library();
        let mut editions = library.editions_of(program).into_iter().peekable();
        if editions.peek().is_none() {
            return Err(Refusal::no("program", program));
        }
        let has =
            |e: &domain::program::Edition| e.rows.contains_key(row) || e.question.contains_key(row);
        if row.is_empty() || editions.any(|e| has(e)) {
            return Ok(());
        }
        Err(Refusal::no("row", row))
    }

    /// Adds a task.
    pub async fn add_task(
        &self,
        actor: &Actor,
        partner: &str,
        said: &Said,
    ) -> Result<Done<Task>, Refusal> {
        let may = actor.permit_own(Verb::Work, partner)?;
        let mut row = self.task_row(partner, said)?;
        if may == May::Own {
            row.owner = actor.account.clone();
        }
        row.task = fresh_id('t');
        row.by = actor.account.clone();
        let detail = json!({ "owner": row.owner, "program": row.program, "row": row.row });
        self.put_task(actor, row, "add-task", detail).await
    }

    /// Says a task anew, whole.
    pub async fn change_task(
        &self,
        actor: &Actor,
        partner: &str,
        task: &str,
        version: i64,
        said: &Said,
    ) -> Result<Done<Task>, Refusal> {
        let (may, old) = self.own_task(actor, partner, task).await?;
        let mut row = self.task_row(partner, said)?;
        if may == May::Own {
            row.owner = actor.account.clone();
        }
        row.task = old.task;
        row.version = version + 1;
        row.by = old.by;
        row.created = old.created;
        row.state = old.state;
        row.closed = old.closed;
        row.closed_by = old.closed_by;
        if (&row.kind, &row.cells) == (&old.kind, &old.cells) {
            row.after = old.after;
        }
        let detail = json!({ "owner": row.owner });
        self.put_task(actor, row, "change-task", detail).await
    }

    /// Says that a task is done, dropped, or open again.
    pub async fn close_task(
        &self,
        actor: &Actor,
        partner: &str,
        task: &str,
        version: i64,
        state: TaskState,
    ) -> Result<Done<Task>, Refusal> {
        let (_, mut row) = self.own_task(actor, partner, task).await?;
        row.version = version + 1;
        row.state = state.name().to_owned();
        let closed = state != TaskState::Open;
        row.closed = closed.then(|| self.now().0);
        row.closed_by = if closed {
            actor.account.clone()
        } else {
            String::new()
        };
        if !closed {
            row.after = self.shelves()?.fact;
        }
        let detail = json!({ "state": state.name() });
        self.put_task(actor, row, "close-task", detail).await
    }

    async fn own_task(
        &self,
        actor: &Actor,
        partner: &str,
        task: &str,
    ) -> Result<(May, TaskRow), Refusal> {
        let may = actor.permit_own(Verb::Work, partner)?;
        let mut tx = self.read(actor).await?;
        let row = tx.task(partner, task).await?;
        let row = row.filter(|r| may == May::Yes || r.owner == actor.account);
        Ok((may, row.ok_or_else(|| Refusal::no("task", task))?))
    }

    async fn put_task(
        &self,
        actor: &Actor,
        row: TaskRow,
        what: &str,
        detail: serde_json::Value,
    ) -> Result<Done<Task>, Refusal> {
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.put_task(&row).await? {
            let now = tx.task(&row.partner, &row.task).await?.map(|r| r.version);
            return Err(Refusal::Conflict {
                what: "the task".to_owned(),
                now,
            });
        }
        let subject = format!("task {}", row.task);
        let new = self.change(actor, what, Some(&row.partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: Task::of(row),
            change,
        })
    }

    /// The tasks of a partner that the actor may see, those due first in front. What has become done by evidence is closed
    /// first.
    pub async fn tasks(
        &self,
        actor: &Actor,
        partner: &str,
        closed: bool,
    ) -> Result<Vec<Task>, Refusal> {
        let may = match actor.permit_own(Verb::Work, partner) {
            Err(Refusal::Denied(_)) => {
                actor.permit(Verb::ReadStanding, partner)?;
                May::Yes
            }
            may => may?,
        };
        self.settle_tasks(partner).await?;
        let mut tx = self.read(actor).await?;
        let rows = tx.tasks(partner, closed).await?.into_iter();
        let seen = rows.filter(|r| may == May::Yes || r.owner == actor.account);
        Ok(seen.map(Task::of).collect())
    }

    /// Closes the tasks of a partner whose evidence has arrived. Returns how many.
    ///
    /// One record closes one task of a plan, however often it is corrected: who is to win two references has not won both
    /// with the first. A task of no plan is closed by any record that says what it asks for.
    pub async fn settle_tasks(&self, partner: &str) -> Result<usize, Refusal> {
        let mut tx = self.store.read(&Scope::of(partner)).await?;
        let mut open = tx.tasks(partner, false).await?;
        open.retain(|row| !row.kind.is_empty());
        if open.is_empty() {
            return Ok(0);
        }
        let links = tx.plan_steps(partner, None).await?;
        let is_open = |task: &str| open.iter().any(|row| row.task == task);
        let of_open: BTreeSet<i64> = links
            .iter()
            .filter(|link| is_open(&link.task))
            .map(|link| link.plan)
            .collect();
        let mut used = Used::default();
        if !of_open.is_empty() {
            for task in tx.tasks(partner, true).await? {
                let link = links.iter().find(|link| link.task == task.task);
                let Some(link) = link.filter(|link| of_open.contains(&link.plan)) else {
                    continue;
                };
                let fact = task.closed_by.strip_prefix("fact ");
                if let Some(fact) = fact.and_then(|n| n.parse().ok())
                    && let Some(fact) = tx.fact(partner, fact).await?
                {
                    used.insert((link.plan, fact.kind, fact.key));
                }
            }
        }
        drop(tx);
        let shelves = self.shelves()?;
        let Some((shelf, at)) = shelves.find(partner) else {
            return Ok(0);
        };
        // What asks for more goes first, so that a record goes to the task that means just this one.
        open.sort_by_key(|row| std::cmp::Reverse(cells_of(&row.cells).len()));
        let today = self.clock.today();
        let mut settled = 0;
        for row in open {
            let link = links.iter().find(|l| l.task == row.task);
            let Some(fact) = closing(&shelf.engine.ledger, at, &row, link, &mut used, today) else {
                continue;
            };
            let actor = Actor::system("tasks");
            let closed = TaskRow {
                version: row.version + 1,
                state: TaskState::Done.name().to_owned(),
                closed: Some(self.now().0),
                closed_by: format!("fact {fact}"),
                ..row
            };
            let detail = json!({ "state": "done", "fact": fact });
            match self.put_task(&actor, closed, "close-task", detail).await {
                Ok(_) => settled += 1,
                // Somebody else closed or changed it at this moment.
                Err(Refusal::Conflict { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(settled)
    }

    /// The accounts that have a role at a partner, with their names, for whoever has one there too.
    pub async fn colleagues(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<(String, String)>, Refusal> {
        if !actor.sees(partner) {
            return Err(Refusal::no("partner", partner));
        }
        let mut tx = self.store.read(&Scope::of(partner)).await?;
        let mut accounts: Vec<String> = vec![];
        for grant in tx.grants_at(Some(partner)).await? {
            if !accounts.contains(&grant.account) {
                accounts.push(grant.account);
            }
        }
        if !accounts.contains(&actor.account) {
            accounts.push(actor.account.clone());
        }
        let mut named = vec![];
        for account in accounts {
            let name = tx.account(&account).await?.map(|a| a.name);
            named.push((account.clone(), name.unwrap_or(account)));
        }
        named.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(named)
    }

    /// Closes every task whose evidence has arrived, of all partners.
    pub async fn settle_all_tasks(&self) -> Result<usize, Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        let partners = tx.partners_with_tasks().await?;
        drop(tx);
        let mut settled = 0;
        for partner in partners {
            settled += self.settle_tasks(&partner).await?;
        }
        Ok(settled)
    }

    /// Hands the roles and the open tasks of one account at a partner over to another one, as far as is asked: first the roles,
    /// for they let the heir work there. Returns the roles, and how many tasks.
    pub async fn hand_over_work(
        &self,
        accounts: &Accounts<'_>,
        actor: &Actor,
        (partner, from, to): (&str, &str, &str),
        (roles, tasks): (bool, bool),
    ) -> Result<(Vec<Role>, usize), Refusal> {
        let handed = if roles {
            accounts.hand_over(actor, from, to, partner).await?
        } else {
            vec![]
        };
        if !tasks {
            return Ok((handed, 0));
        }
        let members = accounts.members(actor, Some(partner)).await?;
        let heir = members.members.into_iter().find(|m| m.account == to);
        let grants = heir.map_or_else(Vec::new, |heir| {
            let roles = heir.roles.into_iter();
            roles
                .map(|(role, person)| Grant {
                    role,
                    partner: Some(partner.to_owned()),
                    person,
                })
                .collect()
        });
        let heir = Actor {
            account: to.to_owned(),
            grants,
            only: None,
            only_partner: None,
            lang: Lang::default(),
        };
        let done = self.hand_over(actor, partner, from, &heir).await?;
        Ok((handed, done.value))
    }

    /// Hands the open tasks of one account at a partner over to another one that has a role there. Returns how many.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        partner: &str,
        from: &str,
        to: &Actor,
    ) -> Result<Done<usize>, Refusal> {
        actor.permit(Verb::ManageMembers, partner)?;
        if to.may_at(Verb::Work, partner) == May::No {
            return Err(slip(
                "cannot-work-here",
                "whoever is to take the work over has no role that works here",
                "to",
                "give them a role first, or choose somebody else",
            ));
        }
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let mut moved = 0;
        for row in tx.tasks(partner, false).await? {
            if row.owner == from {
                let next = TaskRow {
                    version: row.version + 1,
                    owner: to.account.clone(),
                    ..row
                };
                moved += usize::from(tx.put_task(&next).await?);
            }
        }
        let detail = json!({ "to": to.account, "tasks": moved });
        let new = self.change(
            actor,
            "hand-over",
            Some(partner),
            format!("account {from}"),
            detail,
        );
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: moved,
            change,
        })
    }

    /// Says something about a row of a program; about the program as a whole where the row is empty.
    pub async fn comment(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        row: &str,
        body: &str,
    ) -> Result<Done<Comment>, Refusal> {
        actor.permit(Verb::Work, partner)?;
        let body = needed(checked_text(body, "comment", 5_000, true)?, "comment")?;
        self.row_exists(program, row)?;
        let comment = CommentRow {
            comment: fresh_id('c'),
            partner: partner.to_owned(),
            program: program.to_owned(),
            row: row.to_owned(),
            body,
            by: actor.account.clone(),
            at: self.now().0,
            gone: None,
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.insert_comment(&comment).await?;
        let subject = format!("comment {}", comment.comment);
        let detail = json!({ "program": program, "row": row });
        let new = self.change(actor, "comment", Some(partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: comment_of(comment),
            change,
        })
    }

    /// What was said about a program's rows, oldest first; about one row where it is named.
    pub async fn comments(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        row: Option<&str>,
    ) -> Result<Vec<Comment>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.comments(partner, program, row).await?;
        Ok(rows.into_iter().map(comment_of).collect())
    }

    /// Takes back what the actor said, or what anybody did, where the actor answers for who is a member.
    pub async fn take_back_comment(
        &self,
        actor: &Actor,
        partner: &str,
        comment: &str,
    ) -> Result<i64, Refusal> {
        actor.permit(Verb::Work, partner)?;
        let missing = || Refusal::no("comment", comment);
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let row = tx.comment(partner, comment).await?.ok_or_else(missing)?;
        if row.by != actor.account && actor.may_at(Verb::ManageMembers, partner) != May::Yes {
            return Err(Refusal::Denied(Verb::ManageMembers));
        }
        if !tx.take_comment_back(partner, comment, self.now()).await? {
            return Err(missing());
        }
        let subject = format!("comment {comment}");
        let new = self.change(
            actor,
            "take-back-comment",
            Some(partner),
            subject,
            json!({}),
        );
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// Saves a list as the actor wants to see it again, under a name, in place of an earlier one of that name: for themselves,
    /// or for everybody at the partner.
    pub async fn save_view(
        &self,
        actor: &Actor,
        partner: &str,
        (page, query): (&str, &str),
        name: &str,
        shared: bool,
    ) -> Result<i64, Refusal> {
        may_view(actor, partner, shared)?;
        let name = needed(checked_text(name, "name", 100, false)?, "name")?;
        let account = if shared { "" } else { actor.account.as_str() };
        let row = ViewRow {
            view: fresh_id('v'),
            account: account.to_owned(),
            partner: partner.to_owned(),
            page: checked_text(page, "page", 200, false)?,
            name,
            query: checked_text(query, "query", 2_000, false)?,
            created: self.now().0,
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.put_view(&row).await?;
        let subject = format!("view {}", row.view);
        let detail = json!({ "page": row.page, "shared": shared });
        let new = self.change(actor, "save-view", Some(partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// The lists that the actor or somebody for everybody saved at a partner; of one page where it is named.
    pub async fn views(
        &self,
        actor: &Actor,
        partner: &str,
        page: Option<&str>,
    ) -> Result<Vec<View>, Refusal> {
        may_view(actor, partner, false)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.views(&actor.account, partner).await?.into_iter();
        let of_page = rows.filter(|r| page.is_none_or(|p| r.page == p));
        Ok(of_page
            .map(|r| View {
                shared: r.account.is_empty(),
                view: r.view,
                page: r.page,
                name: r.name,
                query: r.query,
            })
            .collect())
    }

    /// Calls a saved list otherwise.
    pub async fn rename_view(
        &self,
        actor: &Actor,
        partner: &str,
        view: &str,
        name: &str,
    ) -> Result<i64, Refusal> {
        let name = needed(checked_text(name, "name", 100, false)?, "name")?;
        let all = self.views(actor, partner, None).await?;
        let missing = || Refusal::no("view", view);
        let found = all.iter().find(|v| v.view == view).ok_or_else(missing)?;
        may_view(actor, partner, found.shared)?;
        let same = |v: &&View| (&v.page, v.shared, &v.name) == (&found.page, found.shared, &name);
        if all.iter().filter(same).any(|v| v.view != view) {
            return Err(slip(
                "view-exists",
                "another view of this page has that name",
                "name",
                "choose another name, or forget the other one",
            ));
        }
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.rename_view(view, &name).await?;
        let subject = format!("view {view}");
        let new = self.change(actor, "rename-view", Some(partner), subject, json!({}));
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// Forgets a saved list.
    pub async fn forget_view(
        &self,
        actor: &Actor,
        partner: &str,
        view: &str,
    ) -> Result<i64, Refusal> {
        let all = self.views(actor, partner, None).await?;
        let missing = || Refusal::no("view", view);
        let found = all.iter().find(|v| v.view == view).ok_or_else(missing)?;
        may_view(actor, partner, found.shared)?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.delete_view(view).await? {
            return Err(missing());
        }
        let subject = format!("view {view}");
        let new = self.change(actor, "forget-view", Some(partner), subject, json!({}));
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }
}

/// That somebody may save lists at a partner: their own with any role, everybody's with one that works there.
fn may_view(actor: &Actor, partner: &str, shared: bool) -> Result<(), Refusal> {
    if shared {
        return actor.permit(Verb::Work, partner);
    }
    if actor.sees(partner) {
        Ok(())
    } else {
        Err(Refusal::no("partner", partner))
    }
}

/// Records that closed a task of a plan: the plan, the kind, the record's key.
type Used = BTreeSet<(i64, String, String)>;

/// The fact that closes a task: a record that became known after it was made, has opened, and says what the task asks for.
fn closing(
    ledger: &Ledger,
    partner: usize,
    task: &TaskRow,
    link: Option<&PlanStepRow>,
    used: &mut Used,
    today: Day,
) -> Option<i64> {
    let evidence = &ledger.evidence;
    let kind = evidence.kind(&task.kind)?;
    let declared = &evidence.vocabulary.kinds[kind];
    let table = &evidence.tables[kind];
    let wanted = cells_of(&task.cells);
    let opened = ledger.kinds[kind].opened(table);
    let says = |row: usize, (name, text): &(String, String)| {
        let Some(field) = declared.fields.get_index_of(name) else {
            return false;
        };
        let column = &table.columns[field];
        if crate::records::cell_text(evidence, &column.cell(row)).eq_ignore_ascii_case(text) {
            return true;
        }
        // A catalog knows one thing by several names.
        declared.catalog_column() == Some(name)
            && matches!(
                ledger.names[kind].get(&column.code(row)),
                Some(Named::Entry { id, .. }) if id == text
            )
    };
    let key = |row: usize| key_of(declared, &cells_at(evidence, kind, row));
    let row = table.rows(partner).find(|row| {
        let known = matches!(
            ledger.kinds[kind].state(*row),
            State::Known | State::MayHold
        );
        let after = link.and_then(|l| l.opens_after);
        let in_time = |day: &i32| *day <= today.0 && after.is_none_or(|a| i64::from(*day) > a);
        known
            && i64::from(table.line[*row]) > task.after
            && opened.get(*row).is_none_or(in_time)
            && wanted.iter().all(|cell| says(*row, cell))
            && link.is_none_or(|l| !used.contains(&(l.plan, task.kind.clone(), key(*row))))
    })?;
    if let Some(link) = link {
        used.insert((link.plan, task.kind.clone(), key(row)));
    }
    Some(i64::from(table.line[row]))
}

fn comment_of(row: CommentRow) -> Comment {
    Comment {
        comment: row.comment,
        row: row.row,
        body: row.body,
        by: row.by,
        at: Instant(row.at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_measured_as_it_was_written_and_kept_without_its_edges() {
        let of = |text: &str| checked_text(text, "title", 3, false).ok();
        assert_eq!(of("abc").as_deref(), Some("abc"));
        assert_eq!(of(" ab").as_deref(), Some("ab"));
        assert_eq!(of("abcd"), None);
        assert_eq!(of(" abc"), None);
        assert_eq!(of("a\r\n"), Some("a".to_owned()));
    }
}
