//! The week in one mail: what falls, what changed, what is to be done, and how likely it is. Told once a week to whoever chose it.

use domain::business::{BusinessDays, weekday};
use domain::calendar::Day;
use domain::diagnostic::Diagnostic;
use domain::library::Library;
use domain::program::Ask;
use serde_json::json;
use store::{AccountState, MailRow, Scope};

use crate::access::Actor;
use crate::accounts::reader_language;
use crate::forecast::{entries, forecast};
use crate::links::fresh_id;
use crate::locale::Lang;
use crate::notices::{NoticeKind, Way, ways_of};
use crate::odds::odds;
use crate::office::{Known, Office};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::settings::PartnerSettings;
use crate::since::{Moved, RowMoved};
use crate::tasks::Task;
use crate::texts::fill;

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
        let of_partner = Lang::of_tag(&settings.language).unwrap_or_default();
        let mut left: Vec<(&String, String, Lang)> = vec![];
        let mut tx = self.store.read(&scope).await?;
        for account in wanting {
            if tx.was_told(partner, account, kind, &subject).await? {
                continue;
            }
            let reader = tx.account(account).await?;
            if let Some(reader) = reader.filter(|r| r.state == AccountState::Active) {
                let lang = reader_language(&mut tx, account, of_partner).await?;
                left.push((account, reader.email, lang));
            }
        }
        drop(tx);
        if left.is_empty() {
            return Ok(0);
        }
        // Once in each language that somebody reads.
        let mut digests: Vec<(Lang, Digest)> = vec![];
        for lang in Lang::ALL {
            if left.iter().any(|(_, _, reads)| *reads == lang) {
                digests.push((lang, self.digest(&system, partner, lang).await?));
            }
        }
        let now = self.now();
        let mut tx = self.store.write(&scope).await?;
        let mut mails = 0;
        for (account, email, lang) in left {
            let Some((_, digest)) = digests.iter().find(|(said, _)| *said == lang) else {
                continue;
            };
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
    pub(crate) fn today_at(&self, settings: &PartnerSettings) -> Day {
        match settings.version {
            0 => self.clock.today(),
            _ => self.clock.elsewhere(&settings.zone).today(),
        }
    }

    /// The week of a partner in words of a language, as of today where the partner is.
    pub async fn digest(
        &self,
        actor: &Actor,
        partner: &str,
        lang: Lang,
    ) -> Result<Digest, Refusal> {
        let actor = &Actor {
            lang,
            ..actor.clone()
        };
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
            let library = self.programs.library_in(lang.tag());
            Some(
                followed
                    .flat_map(|of| changes(&library, of, lang))
                    .collect::<Vec<String>>(),
            )
        };
        let desk = self
            .desk(actor, partner, Question::on(today), Known::default())
            .await?;
        let ahead = tokio::task::spawn_blocking(move || look_ahead(&desk, &settings, lang))
            .await
            .expect("INVARIANT: a forecast answers without a panic")?;
        let name = self.partner_name(partner);
        let week = Week {
            name: &name,
            today,
            ahead: &ahead,
            moved: moved.as_deref(),
            tasks: &tasks,
            names: &names,
        };
        let subject = [("name", name.as_str()), ("day", &lang.day(today))];
        Ok(Digest {
            subject: fill(lang.texts().dg_subject, &subject),
            body: week.text(lang),
        })
    }
}

/// What lies ahead, each in a line.
struct LookedAhead {
    falls: Vec<String>,
    odds: Vec<String>,
}

fn look_ahead(
    desk: &Desk,
    settings: &PartnerSettings,
    lang: Lang,
) -> Result<LookedAhead, Diagnostic> {
    let today = desk.question.as_of;
    let mut ahead = forecast(desk, Some(today.plus_days(AHEAD)))?.said_in(lang);
    ahead
        .programs
        .retain(|of| settings.follows(&of.card.program));
    let falls = entries(&ahead)
        .iter()
        .map(|entry| {
            format!(
                "{}, {}: {}",
                lang.day(entry.day),
                lang.distance(today, entry.day),
                entry.title
            )
        })
        .collect();
    let mut likely = vec![];
    for of in &ahead.programs {
        let review = of.card.review.as_ref().and_then(|r| r.next);
        let on = review.filter(|on| *on > today);
        let on = on.unwrap_or_else(|| today.plus_days(AHEAD));
        let Ok(chances) = odds(&desk.about(&of.card.program), on, &[]) else {
            continue;
        };
        let chances = chances.said_in(lang);
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
fn changes(library: &Library, of: &Moved, lang: Lang) -> Vec<String> {
    let t = lang.texts();
    let program = ("program", of.title.as_str());
    let mut lines = vec![];
    if of.held_before != of.held_after {
        lines.push(match (&of.held_before, &of.held_after) {
            (_, Some(now)) => fill(t.dg_holds, &[program, ("level", now)]),
            (Some(before), None) => fill(t.dg_lost, &[program, ("level", before)]),
            (None, None) => fill(t.dg_no_level, &[program]),
        });
    }
    for column in &of.columns {
        let pattern = match column.ask {
            Ask::Retain => t.fc_keep,
            Ask::Enter => t.fc_reach,
        };
        let words = fill(pattern, &[("level", &column.level)]);
        let (before, after) = (lang.verdict(column.before), lang.verdict(column.after));
        let blanks = [
            program,
            ("column", &words),
            ("before", before),
            ("after", after),
        ];
        lines.push(fill(t.dg_column, &blanks));
    }
    let mut seen: Vec<&str> = vec![];
    for row in &of.rows {
        if row.before == row.after || seen.contains(&row.id.as_str()) {
            continue;
        }
        seen.push(&row.id);
        let title = row_title(library, &of.program, row, lang);
        let (before, after) = (lang.verdict(row.before), lang.verdict(row.after));
        let blanks = [
            program,
            ("row", &title),
            ("before", before),
            ("after", after),
        ];
        lines.push(fill(t.dg_row, &blanks));
    }
    lines
}

/// What a row is called; a part of one with the row that it is of, for a part alone would say too little.
fn row_title(library: &Library, program: &str, row: &RowMoved, lang: Lang) -> String {
    let editions = library.editions_of(program);
    let parent = editions.iter().rev().find_map(|edition| {
        let parent = edition.rows.get(&row.id)?.parent.as_ref()?;
        Some(&edition.rows.get(parent)?.title)
    });
    match parent {
        Some(parent) => format!("{}, {}", lang.inside(parent), lang.inside(&row.title)),
        None => lang.inside(&row.title),
    }
}

/// What a mail about a week says.
struct Week<'w> {
    name: &'w str,
    today: Day,
    ahead: &'w LookedAhead,
    moved: Option<&'w [String]>,
    tasks: &'w [Task],
    names: &'w [(String, String)],
}

impl Week<'_> {
    fn task_line(&self, task: &Task, lang: Lang) -> String {
        let t = lang.texts();
        let due = task.said.due.unwrap_or(self.today);
        let pattern = if due < self.today {
            t.dg_was_due
        } else {
            t.dg_due
        };
        let blanks = [
            ("day", lang.day(due)),
            ("distance", lang.distance(self.today, due)),
        ];
        let when = fill(pattern, &blanks.each_ref().map(|(n, v)| (*n, v.as_str())));
        let owner = task.said.owner.as_ref().map(|owner| {
            let name = self.names.iter().find(|(account, _)| account == owner);
            name.map_or_else(|| owner.clone(), |(_, name)| name.clone())
        });
        let owner = owner.unwrap_or_else(|| t.nobody.to_owned());
        format!("{} ({when}): {owner}", task.said.title)
    }

    fn text(&self, lang: Lang) -> String {
        let t = lang.texts();
        let today = self.today;
        let sunday = today.plus_days(6 - i32::try_from(weekday(today)).unwrap_or(0));
        let due_until = |from: Day, to: Day| -> Vec<String> {
            self.tasks
                .iter()
                .filter(|t| t.said.due.is_some_and(|due| from <= due && due <= to))
                .map(|t| self.task_line(t, lang))
                .collect()
        };
        let late = due_until(Day(i32::MIN), today.plus_days(-1));
        let week = due_until(today, sunday);
        let lead = [("name", self.name), ("day", &lang.long_day(today))];
        let mut out = format!("{}\n\n{}\n\n", t.ml_hello, fill(t.dg_lead, &lead));
        let mut section = |head: &str, lines: &[String], none: &str| {
            out += &format!("{head}\n");
            if lines.is_empty() {
                out += &format!("  {none}\n");
            }
            for line in lines.iter().take(LISTED) {
                out += &format!("- {line}\n");
            }
            if lines.len() > LISTED {
                let more = lang.size(lines.len() - LISTED);
                out += &format!("  {}\n", fill(t.dg_more, &[("n", &more)]));
            }
            out += "\n";
        };
        let falls = fill(t.dg_falls, &[("n", &AHEAD.to_string())]);
        section(&falls, &self.ahead.falls, t.dg_falls_none);
        if let Some(moved) = self.moved {
            section(t.dg_changed, moved, t.dg_changed_none);
        }
        if !late.is_empty() {
            section(t.dg_late, &late, "");
        }
        section(t.dg_week, &week, t.dg_week_none);
        if !self.ahead.odds.is_empty() {
            section(t.dg_odds, &self.ahead.odds, "");
        }
        out + &format!("{}\n\nCairn\n", t.dg_end)
    }
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
