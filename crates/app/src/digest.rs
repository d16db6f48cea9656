//! The week in one mail: what falls, what changed, what is to be done, and how likely it is. Told once a week to whoever chose it.

use domain::business::{BusinessDays, weekday};
use domain::calendar::Day;
use domain::diagnostic::Diagnostic;
use domain::library::Library;
use serde_json::json;
use store::{AccountState, MailRow, Scope};

use crate::access::Actor;
use crate::forecast::{entries, forecast};
use crate::links::fresh_id;
use crate::notices::{NoticeKind, Way, ways_of};
use crate::odds::odds;
use crate::office::{Known, Office};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::settings::PartnerSettings;
use crate::since::{Moved, RowMoved};
use crate::tasks::Task;
use crate::words::{counted, day, distance, long_day, lower_first};

/// So many days ahead is said what falls.
const AHEAD: i32 = 90;
/// So many things of one sort are listed; the rest is counted.
const LISTED: usize = 12;

/// A partner's week in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The first line of the mail.
    pub subject: String,
    /// The mail.
    pub body: String,
}

/// The Monday of the week for which a digest is due on a day: from the first day on that is worked in that week.
fn due_week(days: &BusinessDays, today: Day) -> Option<Day> {
    let monday = today.plus_days(-i32::try_from(weekday(today)).unwrap_or(0));
    let first = (0..7)
        .map(|n| monday.plus_days(n))
        .find(|day| days.is_worked(*day))?;
    (first <= today).then_some(monday)
}

impl Office {
    /// Sends the week to each reader who chose it and was not sent it yet. Returns how many mails that are.
    pub(crate) async fn tell_digest(
        &self,
        partner: &str,
        readers: &[String],
        choices: &[(String, String, String)],
    ) -> Result<usize, Refusal> {
        let chose =
            |account: &&String| ways_of(choices, account, NoticeKind::Digest).contains(&Way::Mail);
        let wanting: Vec<&String> = readers.iter().filter(chose).collect();
        if wanting.is_empty() {
            return Ok(0);
        }
        let system = Actor::system("notices");
        let settings = self.partner_settings(&system, partner).await?;
        let Some(week) = due_week(&settings.days, self.today_at(&settings)) else {
            return Ok(0);
        };
        let kind = NoticeKind::Digest.name();
        let subject = week.to_string();
        let scope = Scope::of(partner);
        let mut left: Vec<(&String, String)> = vec![];
        let mut tx = self.store.read(&scope).await?;
        for account in wanting {
            if tx.was_told(partner, account, kind, &subject).await? {
                continue;
            }
            let reader = tx.account(account).await?;
            if let Some(reader) = reader.filter(|r| r.state == AccountState::Active) {
                left.push((account, reader.email));
            }
        }
        drop(tx);
        if left.is_empty() {
            return Ok(0);
        }
        let digest = self.digest(&system, partner).await?;
        let now = self.now();
        let mut tx = self.store.write(&scope).await?;
        let mut mails = 0;
        for (account, email) in left {
            let detail = json!({ "text": digest.subject, "about": {} });
            // Another server may have sent it meanwhile.
            let row = store::NoticeRow {
                notice: fresh_id('n'),
                partner: partner.to_owned(),
                account: account.clone(),
                kind: kind.to_owned(),
                subject: subject.clone(),
                detail: detail.to_string(),
                at: now.0,
                seen: Some(now.0),
            };
            if !tx.tell(&row).await? {
                continue;
            }
            let mail = MailRow {
                subject: digest.subject.chars().take(200).collect(),
                body: digest.body.clone(),
                ..MailRow::new(fresh_id('m'), "notice", &email, now)
            };
            tx.insert_mail(&mail).await?;
            mails += 1;
        }
        if mails > 0 {
            let detail = json!({ "week": subject, "told": mails });
            let new = self.change(&system, "tell", Some(partner), "digest", detail);
            tx.append(&scope, new, &[]).await?;
            tx.commit().await?;
        }
        Ok(mails)
    }

    /// Today where a partner is; where it set nothing, where the server is.
    fn today_at(&self, settings: &PartnerSettings) -> Day {
        match settings.version {
            0 => self.clock.today(),
            _ => self.clock.elsewhere(&settings.zone).today(),
        }
    }

    /// The week of a partner in words, as of today where the partner is.
    pub async fn digest(&self, actor: &Actor, partner: &str) -> Result<Digest, Refusal> {
        let settings = self.partner_settings(actor, partner).await?;
        let today = self.today_at(&settings);
        let tasks = self.tasks(actor, partner, false).await?;
        let names = self.colleagues(actor, partner).await?;
        let week_ago = self.now().plus_seconds(-7 * 86_400);
        let mut tx = self.store.read(&Scope::All).await?;
        let then = tx.change_at(week_ago).await?;
        drop(tx);
        let moved = if then == 0 {
            None
        } else {
            let since = self.since(actor, partner, then, week_ago).await?;
            let followed = since.moved.iter().filter(|m| settings.follows(&m.program));
            let library = self.programs.library();
            Some(
                followed
                    .flat_map(|of| changes(&library, of))
                    .collect::<Vec<String>>(),
            )
        };
        let desk = self
            .desk(actor, partner, Question::on(today), Known::default())
            .await?;
        let ahead = tokio::task::spawn_blocking(move || look_ahead(&desk, &settings))
            .await
            .expect("INVARIANT: a forecast answers without a panic")?;
        let name = self.partner_name(partner);
        let body = text(&name, today, &ahead, moved.as_deref(), &tasks, &names);
        Ok(Digest {
            subject: format!("{name}: the week from {}", day(today)),
            body,
        })
    }
}

/// What lies ahead, each in a line.
struct LookedAhead {
    falls: Vec<String>,
    odds: Vec<String>,
}

fn look_ahead(desk: &Desk, settings: &PartnerSettings) -> Result<LookedAhead, Diagnostic> {
    let today = desk.question.as_of;
    let mut ahead = forecast(desk, Some(today.plus_days(AHEAD)))?;
    ahead
        .programs
        .retain(|of| settings.follows(&of.card.program));
    let falls = entries(&ahead)
        .iter()
        .map(|entry| {
            format!(
                "{}, {}: {}",
                day(entry.day),
                distance(today, entry.day),
                entry.title
            )
        })
        .collect();
    let mut likely = vec![];
    for of in &ahead.programs {
        let review = of.card.review.as_ref().and_then(|r| r.next);
        let on = review.filter(|on| *on > today);
        let on = on.unwrap_or_else(|| today.plus_days(AHEAD));
        // A program for which nothing says how likely open records come true has no odds.
        let Ok(chances) = odds(&desk.about(&of.card.program), on, &[]) else {
            continue;
        };
        for (ask, level, found) in &chances.columns {
            if !found.open.is_empty() && !found.met_without {
                let line = chances.headline(*ask, level, found);
                likely.push(format!("{}: {line}", of.card.title));
            }
        }
    }
    Ok(LookedAhead {
        falls,
        odds: likely,
    })
}

/// What of a program changed: levels and verdicts, and not each number.
fn changes(library: &Library, of: &Moved) -> Vec<String> {
    let mut lines = vec![];
    if of.held_before != of.held_after {
        lines.push(match (&of.held_before, &of.held_after) {
            (_, Some(now)) => format!("{}: you hold {now} now", of.title),
            (Some(before), None) => format!("{}: you hold {before} no longer", of.title),
            (None, None) => format!("{}: you hold no level", of.title),
        });
    }
    for column in &of.columns {
        lines.push(format!(
            "{}: what is needed to {} {} was {}, and is {} now",
            of.title,
            match column.ask {
                domain::program::Ask::Retain => "keep",
                domain::program::Ask::Enter => "reach",
            },
            column.level,
            column.before.verdict(),
            column.after.verdict()
        ));
    }
    let mut seen: Vec<&str> = vec![];
    for row in &of.rows {
        if row.before == row.after || seen.contains(&row.id.as_str()) {
            continue;
        }
        seen.push(&row.id);
        lines.push(format!(
            "{}: {} was {}, and is {} now",
            of.title,
            row_title(library, &of.program, row),
            row.before.verdict(),
            row.after.verdict()
        ));
    }
    lines
}

/// What a row is called; a part of one with the row that it is of, for a part alone would say too little.
fn row_title(library: &Library, program: &str, row: &RowMoved) -> String {
    let editions = library.editions_of(program);
    let parent = editions.iter().rev().find_map(|edition| {
        let parent = edition.rows.get(&row.id)?.parent.as_ref()?;
        Some(&edition.rows.get(parent)?.title)
    });
    match parent {
        Some(parent) => format!("{}, {}", lower_first(parent), lower_first(&row.title)),
        None => lower_first(&row.title),
    }
}

fn task_line(task: &Task, today: Day, names: &[(String, String)]) -> String {
    let due = task.said.due.unwrap_or(today);
    let when = if due < today {
        let days = usize::try_from(today.0 - due.0).unwrap_or(0);
        format!("was due {}, {} ago", day(due), counted(days, "day"))
    } else {
        format!("due {}, {}", day(due), distance(today, due))
    };
    let owner = task.said.owner.as_ref().map(|owner| {
        let name = names.iter().find(|(account, _)| account == owner);
        name.map_or_else(|| owner.clone(), |(_, name)| name.clone())
    });
    let owner = owner.unwrap_or_else(|| "nobody yet".to_owned());
    format!("{} ({when}): {owner}", task.said.title)
}

fn section(out: &mut String, head: &str, lines: &[String], none: &str) {
    *out += &format!("{head}\n");
    if lines.is_empty() {
        *out += &format!("  {none}\n");
    }
    for line in lines.iter().take(LISTED) {
        *out += &format!("- {line}\n");
    }
    if lines.len() > LISTED {
        *out += &format!("  and {} more\n", lines.len() - LISTED);
    }
    *out += "\n";
}

fn text(
    name: &str,
    today: Day,
    ahead: &LookedAhead,
    moved: Option<&[String]>,
    tasks: &[Task],
    names: &[(String, String)],
) -> String {
    let sunday = today.plus_days(6 - i32::try_from(weekday(today)).unwrap_or(0));
    let due_until = |from: Day, to: Day| -> Vec<String> {
        tasks
            .iter()
            .filter(|t| t.said.due.is_some_and(|due| from <= due && due <= to))
            .map(|t| task_line(t, today, names))
            .collect()
    };
    let late = due_until(Day(i32::MIN), today.plus_days(-1));
    let week = due_until(today, sunday);
    let mut out = format!(
        "Hello,\n\nthis is how {name} goes into the week on {}.\n\n",
        long_day(today)
    );
    section(
        &mut out,
        &format!("What falls in the next {AHEAD} days, if nothing new happens"),
        &ahead.falls,
        "Nothing that counts falls.",
    );
    if let Some(moved) = moved {
        section(
            &mut out,
            "What changed in the last week",
            moved,
            "No level and no verdict changed.",
        );
    }
    if !late.is_empty() {
        section(&mut out, "Tasks that are late", &late, "");
    }
    section(
        &mut out,
        "Tasks that are due this week",
        &week,
        "None is due.",
    );
    if !ahead.odds.is_empty() {
        section(
            &mut out,
            "How likely it is, by what is open (a forecast, not a fact)",
            &ahead.odds,
            "",
        );
    }
    out + "You chose to be sent this once a week. Under \"Notices\" you can choose otherwise.\n\nCairn\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_due_from_its_first_worked_day_on() {
        let day = |text: &str| Day::parse(text).expect("a day");
        let plain = BusinessDays::default();
        // 1 April 2024 is a Monday.
        assert_eq!(due_week(&plain, day("2024-03-31")), Some(day("2024-03-25")));
        assert_eq!(due_week(&plain, day("2024-04-01")), Some(day("2024-04-01")));
        let easter = BusinessDays::new(&[5, 6], [day("2024-04-01")].into()).expect("a week");
        assert_eq!(due_week(&easter, day("2024-04-01")), None);
        assert_eq!(
            due_week(&easter, day("2024-04-02")),
            Some(day("2024-04-01"))
        );
        let sunday_to_thursday = BusinessDays::new(&[4, 5], [].into()).expect("a week");
        assert_eq!(
            due_week(&sunday_to_thursday, day("2024-04-01")),
            Some(day("2024-04-01"))
        );
    }
}
