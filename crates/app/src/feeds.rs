//! A calendar behind a private link: what falls, reviews, and the days of accepted plans, for as long as the link is not ended.

use domain::instant::Instant;
use exchange::Entry;
use serde_json::json;
use store::{FeedRow, Scope};

use crate::access::{Actor, Verb};
use crate::forecast::{entries, forecast};
use crate::links::{LinkSecret, fresh_id, hash_of};
use crate::locale::Lang;
use crate::office::{Done, Known, Office};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::tasks::{Task, checked_text};
use crate::texts::fill;

/// A link to a partner's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its id.
    pub feed: String,
    /// For whom it is.
    pub note: String,
    /// Which account made it.
    pub by: String,
    /// When.
    pub created: Instant,
    /// When it was ended.
    pub ended: Option<Instant>,
    /// How often it was asked.
    pub opened: i64,
    /// When last.
    pub last: Option<Instant>,
}

impl Feed {
    fn of(row: FeedRow) -> Feed {
        Feed {
            feed: row.feed,
            note: row.note,
            by: row.by,
            created: Instant(row.created),
            ended: row.ended.map(Instant),
            opened: row.opened,
            last: row.last.map(Instant),
        }
    }
}

impl Office {
    /// Makes a link to a partner's calendar, which works until it is ended. The secret is handed out this once.
    pub async fn make_feed(
        &self,
        actor: &Actor,
        partner: &str,
        note: &str,
    ) -> Result<Done<(Feed, LinkSecret)>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let secret = LinkSecret::fresh();
        let row = FeedRow {
            feed: fresh_id('f'),
            partner: partner.to_owned(),
            note: checked_text(note, "note", 200, false)?,
            by: actor.account.clone(),
            created: self.now().0,
            ended: None,
            opened: 0,
            last: None,
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.insert_feed(&row, &hash_of(secret.reveal())).await?;
        let subject = format!("feed {}", row.feed);
        let new = self.change(actor, "make-feed", Some(partner), subject, json!({}));
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: (Feed::of(row), secret),
            change,
        })
    }

    /// The links that were made to a partner's calendar, newest first.
    pub async fn feeds(&self, actor: &Actor, partner: &str) -> Result<Vec<Feed>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.feeds(partner).await?;
        Ok(rows.into_iter().map(Feed::of).collect())
    }

    /// Ends a link to a partner's calendar.
    pub async fn end_feed(&self, actor: &Actor, partner: &str, feed: &str) -> Result<i64, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.end_feed(partner, feed, self.now()).await? {
            return Err(Refusal::no("feed", feed));
        }
        let subject = format!("feed {feed}");
        let new = self.change(actor, "end-feed", Some(partner), subject, json!({}));
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// The calendar behind a link, as iCalendar, to nobody in particular: what falls within a year and the reviews in the
    /// programs that the partner follows, and the open tasks of accepted plans, as of today where the partner is. Each look is counted.
    pub async fn calendar(&self, secret: &str) -> Result<String, Refusal> {
        let missing = || Refusal::no("link", "");
        let hash = hash_of(secret);
        let mut tx = self.store.read(&Scope::All).await?;
        let row = tx.feed_of(&hash).await?.ok_or_else(missing)?;
        drop(tx);
        if row.ended.is_some() {
            return Err(missing());
        }
        let partner = row.partner.clone();
        self.settle_tasks(&partner).await?;
        let mut tx = self.store.write(&Scope::of(&partner)).await?;
        tx.feed_was_opened(&row.feed, self.now()).await?;
        let links = tx.plan_steps(&partner, None).await?;
        let open = tx.tasks(&partner, false).await?;
        tx.commit().await?;
        let system = Actor::system("feeds");
        let settings = self.partner_settings(&system, &partner).await?;
        // Whoever sits elsewhere than the server lives on the day of the partner.
        let today = self.today_at(&settings);
        let lang = Lang::of_tag(&settings.language).unwrap_or_default();
        let t = lang.texts();
        let mut question = Question::on(today);
        let engine = self
            .desk_unasked(&partner, &mut question, Known::default())
            .await?;
        let desk = Desk { engine, question }.in_language(lang.tag());
        let ahead = tokio::task::spawn_blocking(move || forecast(&desk, None))
            .await
            .expect("INVARIANT: a forecast answers without a panic");
        let mut days: Vec<Entry> = vec![];
        match ahead {
            Ok(ahead) => {
                let mut ahead = ahead.said_in(lang);
                ahead
                    .programs
                    .retain(|program| settings.follows(&program.card.program));
                days.extend(entries(&ahead));
            }
            Err(problem) => return Err(problem.into()),
        }
        let planned = open.into_iter().map(Task::of).filter_map(|task| {
            let link = links.iter().find(|link| link.task == task.task)?;
            let due = task.said.due?;
            let late = if due < today {
                format!(" {}", fill(t.fc_was_due, &[("day", &lang.day(due))]))
            } else {
                String::new()
            };
            Some(Entry {
                id: format!("{partner}/plan/{}/{}", link.plan, link.step),
                day: due,
                title: fill(t.fc_due, &[("title", &task.said.title)]),
                text: format!("{}{late}", task.said.note),
                categories: vec!["plan".to_owned()],
            })
        });
        days.extend(planned);
        days.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
        let name = fill(t.fc_feed, &[("name", &self.partner_name(&partner))]);
        Ok(exchange::icalendar(&name, today, &days))
    }
}
