//! Several partners in one view: each beside each program that it follows, for whoever may see more than one.

use domain::calendar::{Day, Duration};
use domain::diagnostic::Diagnostic;
use domain::program::Ask;
use domain::standing::Truth;

use crate::access::{Actor, May, Verb};
use crate::office::{Known, Office};
use crate::overview::overview;
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::scorecard::Scorecard;
use crate::settings::PartnerSettings;

/// So many partners are shown at most; whoever looks after more asks about the population.
pub const MOST: usize = 200;

/// What threatens a level within a year, if nothing new happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Danger {
    /// On which day.
    pub day: Day,
    /// What happens then.
    pub what: Threat,
    /// The level concerned, as it is called.
    pub level: String,
    /// The row that falls short first, where one is known.
    pub row: Option<String>,
}

/// In which way a level is in danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threat {
    /// It would not be renewed at its review.
    NotRenewed,
    /// What it asks would no longer be met.
    NoLongerMet,
    /// It is being lost after a review that was not passed.
    Ends,
}

/// A partner beside a program that it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The partner.
    pub partner: String,
    /// What it is called.
    pub partner_name: String,
    /// The program.
    pub program: String,
    /// What it is called.
    pub title: String,
    /// The level that is held, or met where nothing is held.
    pub level: Option<String>,
    /// Is that the vendor's word, rather than what is met today?
    pub held: bool,
    /// The level above; `None` at the top.
    pub next: Option<String>,
    /// How many rows of that level are short; `None` where it is not asked.
    pub short: Option<usize>,
    /// The nearest danger.
    pub danger: Option<Danger>,
    /// Tasks about the program that are open.
    pub open: usize,
    /// How many of them are late.
    pub late: usize,
}

/// All partners of an actor, beside the programs that they follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companies {
    /// The lines, by partner and program.
    pub lines: Vec<Line>,
    /// How many partners there are.
    pub partners: usize,
    /// How many of them are not shown, for there are too many.
    pub left_out: usize,
}

/// What of all lines is wanted, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A part of a company's name or id; empty: any.
    pub q: String,
    /// A program; empty: any.
    pub program: String,
    /// `danger`, `short` or `work`; all lines for any other.
    pub state: String,
    /// `danger`, `program` or `work`; by company for any other.
    pub sort: String,
}

impl Companies {
    /// The lines that are wanted, in the order that is wanted.
    pub fn chosen(&self, wanted: &Wanted) -> Vec<&Line> {
        let q = wanted.q.trim().to_lowercase();
        let is_named = |l: &&Line| {
            q.is_empty()
                || l.partner_name.to_lowercase().contains(&q)
                || l.partner.to_lowercase().contains(&q)
        };
        let mut lines: Vec<&Line> = self
            .lines
            .iter()
            .filter(is_named)
            .filter(|l| wanted.program.is_empty() || l.program == wanted.program)
            .filter(|l| match wanted.state.as_str() {
                "danger" => l.danger.is_some(),
                "short" => l.short.is_some_and(|n| n > 0),
                "work" => l.open > 0,
                _ => true,
            })
            .collect();
        let name = |l: &Line| (l.partner_name.to_lowercase(), l.title.clone());
        match wanted.sort.as_str() {
            "danger" => lines.sort_by_key(|l| {
                let day = l.danger.as_ref().map(|d| d.day);
                (day.is_none(), day, name(l))
            }),
            "program" => lines.sort_by_key(|l| (l.title.clone(), name(l))),
            "work" => lines.sort_by_key(|l| (std::cmp::Reverse((l.late, l.open)), name(l))),
            _ => lines.sort_by_key(|l| name(l)),
        }
        lines
    }
}

impl Threat {
    /// Its name for machines.
    pub fn name(self) -> &'static str {
        match self {
            Threat::NotRenewed => "not-renewed",
            Threat::NoLongerMet => "no-longer-met",
            Threat::Ends => "ends",
        }
    }
}

impl Office {
    /// Every partner whose standing an actor may read, beside each program with levels that it follows, as of today.
    pub async fn companies(&self, actor: &Actor) -> Result<Companies, Refusal> {
        let mut partners = self.partners(actor)?;
        partners.retain(|p| actor.may_at(Verb::ReadStanding, p) == May::Yes);
        let all = partners.len();
        partners.truncate(MOST);
        let today = self.clock.today();
        let mut asked = vec![];
        for partner in &partners {
            let desk = self
                .desk(actor, partner, Question::on(today), Known::default())
                .await?;
            asked.push(desk);
        }
        // What is kept of all of them is read in one go.
        let mut tx = self.read(actor).await?;
        let mut kept = vec![];
        for partner in &partners {
            let settings = tx.partner_settings(partner).await?;
            let tasks = tx.tasks(partner, false).await?;
            kept.push((settings.map(PartnerSettings::of), tasks));
        }
        drop(tx);
        let settings: Vec<PartnerSettings> = kept
            .iter()
            .map(|(settings, _)| settings.clone().unwrap_or_default())
            .collect();
        let made = tokio::task::spawn_blocking(move || lines(&asked, &settings))
            .await
            .expect("INVARIANT: a scorecard answers without a panic")?;
        let mut out = vec![];
        for ((partner, made), (_, tasks)) in partners.iter().zip(made).zip(kept) {
            let may = actor.may_at(Verb::Work, partner);
            let name = self.partner_name(partner);
            for mut line in made {
                let about = tasks.iter().filter(|t| t.program == line.program);
                let seen = about.filter(|t| may != May::Own || t.owner == actor.account);
                for task in seen {
                    line.open += 1;
                    line.late += usize::from(task.due.is_some_and(|due| due < i64::from(today.0)));
                }
                line.partner = partner.clone();
                line.partner_name = name.clone();
                out.push(line);
            }
        }
        Ok(Companies {
            lines: out,
            partners: all,
            left_out: all - partners.len(),
        })
    }
}

/// The lines of each partner, worked out on as many threads as the machine has cores.
fn lines(asked: &[Desk], settings: &[PartnerSettings]) -> Result<Vec<Vec<Line>>, Diagnostic> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = asked.len().div_ceil(threads).max(1);
    let parts = asked.chunks(each).zip(settings.chunks(each));
    std::thread::scope(|scope| {
        let running: Vec<_> = parts
            .map(|(asked, settings)| {
                scope.spawn(move || {
                    let of = asked.iter().zip(settings);
                    of.map(|(desk, settings)| lines_of(desk, settings))
                        .collect::<Result<Vec<_>, Diagnostic>>()
                })
            })
            .collect();
        let mut all = vec![];
        for part in running {
            let part = part.join();
            all.extend(part.expect("INVARIANT: a scorecard answers without a panic")?);
        }
        Ok(all)
    })
}

/// A partner beside each program with levels that it follows.
fn lines_of(desk: &Desk, settings: &PartnerSettings) -> Result<Vec<Line>, Diagnostic> {
    let cards = overview(desk)?.cards.into_iter();
    let followed = cards.filter(|c| settings.follows(&c.program) && !c.levels.is_empty());
    Ok(followed.map(|card| line(desk, &card)).collect())
}

fn line(desk: &Desk, card: &Scorecard) -> Line {
    let at = card.holds.as_ref().map_or(card.meets, |h| h.level);
    let next = match at {
        Some(at) => card.levels.get(at + 1),
        None => card.levels.first(),
    };
    let short = next.and_then(|next| {
        let column = card
            .columns
            .iter()
            .find(|c| c.ask == Ask::Enter && c.level == next.id)?;
        Some(crate::news::short_rows(column).len())
    });
    Line {
        partner: String::new(),
        partner_name: String::new(),
        program: card.program.clone(),
        title: card.title.clone(),
        level: match &card.holds {
            Some(holds) => Some(holds.title.clone()),
            None => card.meets.map(|at| card.levels[at].title.clone()),
        },
        held: card.holds.is_some(),
        next: next.map(|l| l.title.clone()),
        short,
        danger: danger(desk, card),
        open: 0,
        late: 0,
    }
}

/// The first day within a year on which the level that is held, or met where none is held, is in danger.
pub fn danger(desk: &Desk, card: &Scorecard) -> Option<Danger> {
    let year = card.as_of.plus(Duration::months(12));
    let level = match &card.holds {
        Some(holds) => holds.title.clone(),
        None => card.levels.get(card.meets?)?.title.clone(),
    };
    let of = |day: Day, what: Threat, row: Option<String>| Danger {
        day,
        what,
        level: level.clone(),
        row,
    };
    let mut found = vec![];
    let failed = card.projected.as_ref().and_then(|p| p.failed.as_ref());
    if let Some(on) = failed.filter(|f| !f.lost).and_then(|f| f.lost_on) {
        found.push(of(on, Threat::Ends, None));
    }
    let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
    let review = card.review.as_ref().and_then(|r| r.next);
    if let (Some(retain), Some(on)) = (retain, review)
        && card.holds.is_some()
        && retain.verdict == Truth::No
    {
        let row = crate::news::short_rows(retain)
            .first()
            .map(|r| r.title.clone());
        found.push(of(on, Threat::NotRenewed, row));
    }
    found.extend(
        turns(desk, card)
            .into_iter()
            .next()
            .map(|(on, row)| of(on, Threat::NoLongerMet, row)),
    );
    found.retain(|d| d.day > card.as_of && d.day <= year);
    found.into_iter().min_by_key(|d| d.day)
}

/// Days in the year ahead on which the level that is held or met ceases to be met, with the row that falls short.
pub fn turns(desk: &Desk, card: &Scorecard) -> Vec<(Day, Option<String>)> {
    let Some(level) = card.holds.as_ref().and_then(|h| h.level).or(card.meets) else {
        return vec![];
    };
    let asked = desk.about(&card.program);
    let to = card.as_of.plus(Duration::months(12));
    let Ok(told) = crate::timeline::timeline(&asked, Some(card.as_of), Some(to)) else {
        return vec![];
    };
    // Keeping decides where a level is held, else reaching it again.
    let ask = if card.holds.is_some() {
        Ask::Retain
    } else {
        Ask::Enter
    };
    told.timeline
        .changes
        .iter()
        .filter(|c| c.day > card.as_of && c.ask == ask && c.level == level && c.after == Truth::No)
        .map(|c| {
            let row = c
                .causes
                .first()
                .map(|cause| told.title(&cause.row).to_owned());
            (c.day, row)
        })
        .collect()
}
