//! What changed: since the last visit, and by a new edition.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use domain::calendar::Day;
use domain::diagnostic::Diagnostic;
use domain::diff;
use domain::instant::Instant;
use domain::program::Ask;
use domain::standing::{Need, Truth, Value};
use store::{REFUSED, SUPPLIED, SeenRow};

use crate::access::{Actor, Verb};
use crate::locale::Lang;
use crate::office::{Known, Office};
use crate::overview::overview;
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::scorecard::{Column, Row, Scorecard, of_run};
use crate::words::Shown;

/// A visit ends after so many seconds without a page.
const VISIT_SECONDS: i64 = 3_600;

/// The mark of a visit is not written again before so many seconds have passed.
const MARK_SECONDS: i64 = 60;

/// An edition is called new for so many days after it came into force.
const NEW_DAYS: i32 = 90;

/// How a partner's standing in a program moved between two answers.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The program.
    pub program: String,
    /// What it is called.
    pub title: String,
    /// The title of the level that was held; `None`: none.
    pub held_before: Option<String>,
    /// The title of the level that is held.
    pub held_after: Option<String>,
    /// The title of the level that was met for certain.
    pub met_before: Option<String>,
    /// The title of the level that is met.
    pub met_after: Option<String>,
    /// The questions whose answer differs, those about levels that only one answer knows left out.
    pub columns: Vec<ColumnMoved>,
    /// The rows that differ.
    pub rows: Vec<RowMoved>,
    /// The titles of rows that are asked and were not.
    pub rows_new: Vec<String>,
    /// The titles of rows that are not asked any more.
    pub rows_gone: Vec<String>,
}

/// A question about a level whose answer differs.
#[derive(Clone, Debug)]
pub struct ColumnMoved {
    /// The question.
    pub ask: Ask,
    /// What the level is called.
    pub level: String,
    /// The answer before.
    pub before: Truth,
    /// The answer after.
    pub after: Truth,
}

/// A row that differs.
#[derive(Clone, Debug)]
pub struct RowMoved {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// In which question.
    pub ask: Ask,
    /// About which level, as it is called.
    pub level: String,
    /// How its numbers are written.
    pub shown: Shown,
    /// What there was.
    pub have_before: Value,
    /// What there is.
    pub have_after: Value,
    /// What was needed.
    pub need_before: Option<Need>,
    /// What is needed.
    pub need_after: Option<Need>,
    /// The verdict before.
    pub before: Truth,
    /// The verdict after.
    pub after: Truth,
}

impl Moved {
    /// Does nothing differ?
    pub fn is_nothing(&self) -> bool {
        self.held_before == self.held_after
            && self.met_before == self.met_after
            && self.columns.is_empty()
            && self.rows.is_empty()
            && self.rows_new.is_empty()
            && self.rows_gone.is_empty()
    }
}

/// What moved between the scorecards of one day and those of another, program by program; without those in which nothing did.
pub fn all_moved(before: &[Scorecard], after: &[Scorecard]) -> Vec<Moved> {
    let both = after.iter().filter_map(|card| {
        let was = before.iter().find(|c| c.program == card.program)?;
        Some(moved(was, card))
    });
    both.filter(|m| !m.is_nothing()).collect()
}

/// How one scorecard differs from another one of the same program.
pub fn moved(before: &Scorecard, after: &Scorecard) -> Moved {
    let met = |card: &Scorecard| {
        let level = card.meets.and_then(|at| card.levels.get(at));
        level.map(|l| l.title.clone())
    };
    let mut of = Moved {
        program: after.program.clone(),
        title: after.title.clone(),
        held_before: before.holds.as_ref().map(|h| h.title.clone()),
        held_after: after.holds.as_ref().map(|h| h.title.clone()),
        met_before: met(before),
        met_after: met(after),
        columns: vec![],
        rows: vec![],
        rows_new: vec![],
        rows_gone: vec![],
    };
    let same = |a: &Column, b: &Column| a.ask == b.ask && a.level == b.level;
    for now in &after.columns {
        let Some(was) = before.columns.iter().find(|was| same(was, now)) else {
            continue;
        };
        if was.verdict != now.verdict {
            of.columns.push(ColumnMoved {
                ask: now.ask,
                level: now.title.clone(),
                before: was.verdict,
                after: now.verdict,
            });
        }
        let old: Vec<&Row> = was.rows.iter().flat_map(Row::each).collect();
        let new: Vec<&Row> = now.rows.iter().flat_map(Row::each).collect();
        for row in &new {
            let Some(earlier) = old.iter().find(|r| r.id == row.id) else {
                of.rows_new.push(row.title.clone());
                continue;
            };
            if earlier.have != row.have
                || earlier.verdict != row.verdict
                || earlier.need != row.need
            {
                of.rows.push(RowMoved {
                    id: row.id.clone(),
                    title: row.title.clone(),
                    ask: now.ask,
                    level: now.title.clone(),
                    shown: row.shown.clone(),
                    have_before: earlier.have.clone(),
                    have_after: row.have.clone(),
                    need_before: earlier.need.clone(),
                    need_after: row.need.clone(),
                    before: earlier.verdict,
                    after: row.verdict,
                });
            }
        }
        let gone = old.iter().filter(|r| new.iter().all(|n| n.id != r.id));
        of.rows_gone.extend(gone.map(|r| r.title.clone()));
    }
    for titles in [&mut of.rows_new, &mut of.rows_gone] {
        let mut seen = std::collections::BTreeSet::new();
        titles.retain(|title| seen.insert(title.clone()));
    }
    of
}

/// Records of a kind that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The kind.
    pub kind: String,
    /// How many are new.
    pub added: u64,
    /// How many say something else.
    pub corrected: u64,
    /// How many no longer stand.
    pub withdrawn: u64,
}

/// What changed since the last visit.
#[derive(Clone, Debug)]
pub struct Since {
    /// When the last visit ended.
    pub left: Instant,
    /// The newest change of that time.
    pub change: i64,
    /// The programs in which something moved, by the passing of time too.
    pub moved: Vec<Moved>,
    /// The records that were written.
    pub records: Vec<Written>,
}

impl Since {
    /// Did nothing change?
    pub fn is_nothing(&self) -> bool {
        self.moved.is_empty() && self.records.is_empty()
    }
}

/// What was worked out lately, by what it was worked out from.
/// The partner, the changes from and to which, their days, and the language that it is told in.
type Asked = (String, i64, i64, Day, Day, Lang);

#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<HashMap<Asked, Arc<Since>>>);

/// So many answers are remembered.
const REMEMBERED: usize = 256;

impl Remembered {
    /// Forgets all, where what was worked out would come out otherwise now.
    pub(crate) fn forget(&self) {
        let mut all = self.0.lock().expect("INVARIANT: nobody panics holding it");
        all.clear();
    }

    fn get(&self, key: &Asked) -> Option<Arc<Since>> {
        let all = self.0.lock().expect("INVARIANT: nobody panics holding it");
        all.get(key).cloned()
    }

    fn put(&self, key: Asked, since: Arc<Since>) {
        let mut all = self.0.lock().expect("INVARIANT: nobody panics holding it");
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(key, since);
    }
}

/// A new edition of a program, and what it changes for a partner.
#[derive(Clone, Debug)]
pub struct EditionAhead {
    /// The program.
    pub program: String,
    /// What it is called.
    pub title: String,
    /// The edition by which the partner is judged until then.
    pub before: String,
    /// The new one.
    pub edition: String,
    /// Its first day.
    pub from: Day,
    /// Days until then; less than none where it is in force already.
    pub days: i32,
    /// What it says otherwise.
    pub changes: Vec<diff::Change>,
    /// What that changes for the partner on its first day, or today where that has passed.
    pub moved: Moved,
}

/// The editions that come into force after the day of the question, or did so lately, of the programs that `follows`
/// names.
pub fn editions_ahead(
    desk: &Desk,
    follows: &dyn Fn(&str) -> bool,
) -> Result<Vec<EditionAhead>, Diagnostic> {
    let partner = desk.partner()?;
    let library = desk.engine.programs.library.clone();
    let day = desk.question.as_of;
    let mut found = vec![];
    for program in library.programs().into_iter().filter(|p| follows(p)) {
        let editions = library.editions_of(program);
        for pair in editions.windows(2) {
            let [old, new] = pair else { continue };
            let from = library.in_force(new).first;
            let announced = new.published.is_none_or(|p| p <= day) || from <= day;
            if new.withdrawn.is_some()
                || !from.is_real()
                || !announced
                || from.0.saturating_add(NEW_DAYS) < day.0
            {
                continue;
            }
            let on = from.max(day);
            let then = Desk {
                engine: desk.engine.clone(),
                question: Question {
                    as_of: on,
                    program: Some(program.to_owned()),
                    ..desk.question.clone()
                },
            };
            let card = |edition: &str| {
                let run = then.run(program, Some(edition), Some(partner))?;
                Ok::<_, Diagnostic>(of_run(&then, &run, partner, true))
            };
            let (Ok(before), Ok(after)) = (card(&old.edition), card(&new.edition)) else {
                continue;
            };
            found.push(EditionAhead {
                program: program.to_owned(),
                title: new.title.clone(),
                before: old.edition.clone(),
                edition: new.edition.clone(),
                from,
                days: from.0 - day.0,
                changes: diff::diff(old, new),
                moved: moved(&before, &after),
            });
        }
    }
    found.sort_by_key(|e| e.from);
    Ok(found)
}

impl Office {
    /// Notes that somebody looks at a partner's matters now. It is no matter of the audit log, for it changes nothing.
    pub async fn note_visit(&self, actor: &Actor, partner: &str) -> Result<(), Refusal> {
        actor.permit_own(Verb::ReadStanding, partner)?;
        let now = self.now().0;
        let change = self.shelves()?.change;
        let scope = actor.scope();
        let mut tx = self.store.read(&scope).await?;
        let seen = tx.seen(&actor.account, partner).await?;
        drop(tx);
        let next = match seen {
            None => SeenRow {
                before: change,
                left_at: now,
                change,
                began: now,
                at: now,
            },
            Some(seen) if now - seen.at > VISIT_SECONDS * 1_000_000 => SeenRow {
                before: seen.change,
                left_at: seen.at,
                change,
                began: now,
                at: now,
            },
            Some(seen) if seen.change == change && now - seen.at < MARK_SECONDS * 1_000_000 => {
                return Ok(());
            }
            Some(seen) => SeenRow {
                change,
                at: now,
                ..seen
            },
        };
        let mut tx = self.store.write(&scope).await?;
        tx.set_seen(&actor.account, partner, &next).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What changed since the actor's last visit; `None` at the first one.
    pub async fn since_last_visit(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Option<Arc<Since>>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let mut tx = self.read(actor).await?;
        let Some(seen) = tx.seen(&actor.account, partner).await? else {
            return Ok(None);
        };
        if seen.began == seen.left_at {
            return Ok(None);
        }
        drop(tx);
        let left = Instant(seen.left_at);
        self.since(actor, partner, seen.before, left)
            .await
            .map(Some)
    }

    /// What changed since a change, and since the day of a moment.
    pub async fn since(
        &self,
        actor: &Actor,
        partner: &str,
        change: i64,
        left: Instant,
    ) -> Result<Arc<Since>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let now = self.shelves()?.change;
        let (then, today) = (self.clock.day_of(left), self.clock.today());
        let key = (partner.to_owned(), change, now, then, today, actor.lang);
        if let Some(since) = self.remembered.get(&key) {
            return Ok(since);
        }
        let mut tx = self.read(actor).await?;
        let records: Vec<Written> = tx
            .facts_written(partner, change, now)
            .await?
            .into_iter()
            .filter(|(kind, ..)| kind != SUPPLIED && kind != REFUSED)
            .map(|(kind, added, corrected, withdrawn)| Written {
                kind,
                added: u64::try_from(added).unwrap_or(0),
                corrected: u64::try_from(corrected).unwrap_or(0),
                withdrawn: u64::try_from(withdrawn).unwrap_or(0),
            })
            .collect();
        drop(tx);
        let known = Known {
            by: None,
            after_change: (!records.is_empty()).then_some(change),
        };
        let before = self.desk(actor, partner, Question::on(then), known).await?;
        let after = self
            .desk(actor, partner, Question::on(today), Known::default())
            .await?;
        let (before, after) = (overview(&before)?, overview(&after)?);
        let moved = all_moved(&before.cards, &after.cards);
        let since = Arc::new(Since {
            left,
            change,
            moved,
            records,
        });
        self.remembered.put(key, since.clone());
        Ok(since)
    }
}
