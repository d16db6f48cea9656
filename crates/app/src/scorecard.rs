//! Where a partner stands in one program: the two questions row by row, and the news of it.

use std::collections::BTreeSet;

use domain::calendar::{Day, Duration, Window};
use domain::compile::Type;
use domain::course::Course;
use domain::diagnostic::Diagnostic;
use domain::engine::Run;
use domain::evidence::Evidence;
use domain::ledger::Ledger;
use domain::library::Assumptions;
use domain::lifecycle::{self, Happened};
use domain::number::{Exact, Range};
use domain::points::PartPoints;
use domain::program::{AnswerType, Ask, Edition, RowValue};
use domain::standing::{Need, RowStanding, Truth, Value, WindowDays};
use domain::status::{self, Enrollment};
use domain::syntax::Compare;

use crate::locale::Lang;
use crate::missing::{self, Missing};
use crate::question::Desk;
use crate::texts::fill;
use crate::words::Shown;

/// Where a partner stands in one program.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// The partner's id.
    pub partner: String,
    /// What the partner is called; its id where nothing says.
    pub partner_name: String,
    /// The program's id.
    pub program: String,
    /// What the program is called.
    pub title: String,
    /// Who publishes it, where its file says so.
    pub publisher: Option<String>,
    /// The edition's id.
    pub edition: String,
    /// The edition's hash.
    pub hash: String,
    /// Is any document of it read elsewhere than at its publisher?
    pub second_hand: bool,
    /// The day asked about.
    pub as_of: Day,
    /// Only facts learned on or before this day are known.
    pub known_at: Option<Day>,
    /// What was assumed, as `name=value`.
    pub assumed: Vec<String>,
    /// Has the program a lifecycle, and so a status that somebody holds?
    pub lifecycle: bool,
    /// The levels, lowest first.
    pub levels: Vec<Named>,
    /// What `in period` means to those who enter, in words of the language.
    pub period: Option<Window>,
    /// The level that the vendor says the partner holds.
    pub holds: Option<Holding>,
    /// The rows that leave it open which level is held, for they were refused and no other says it: where, and why.
    pub open: Vec<RefusedRow>,
    /// What our own account of the lifecycle says, where it disagrees with the vendor's word or soon will; the word wins.
    pub projected: Option<Projected>,
    /// The next edition, where it is published and another one is in force.
    pub next_edition: Option<NextEdition>,
    /// The highest level met for certain under `enter`.
    pub meets: Option<usize>,
    /// The highest level that silence leaves open under `enter`.
    pub meets_most: Option<usize>,
    /// The path stage.
    pub stage: Option<Named>,
    /// The track on which the partner is judged.
    pub track: Option<String>,
    /// The program's fee.
    pub fee: Option<Fee>,
    /// The review of the level that is held.
    pub review: Option<Review>,
    /// What the program publishes of a missed review, where it has reviews.
    pub missed: Option<Missed>,
    /// The columns.
    pub columns: Vec<Column>,
    /// Rows that are shown and never judged, scores, and the rows of a checklist.
    pub values: Vec<Reading>,
    /// The questions by area.
    pub areas: Vec<Area>,
    /// The key figures to watch at the level reached.
    pub kpis: Vec<Reading>,
    /// What to do next.
    pub moves: Vec<Move>,
    /// What was read where the source is silent or contradicts itself, of the rows that are shown.
    pub readings: Vec<Note>,
    /// The kinds of evidence that the program reads.
    pub supplies: Vec<Supply>,
    /// What unknown rows still have to be told, with how many of them it could settle, most first.
    pub missing: Vec<(Missing, usize)>,
    /// The news, in one or a few sentences.
    pub news: String,
}

/// A row that was refused, and may say which level is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its number in the file.
    pub line: u32,
    /// The file, without its folder.
    pub file: String,
    /// Why it was refused.
    pub problem: String,
}

impl RefusedRow {
    /// Which one it is: `row 2 of enrollments.csv (…)`.
    pub fn words(&self, lang: Lang) -> String {
        fill(
            lang.texts().news_row,
            &[
                ("line", &self.line.to_string()),
                ("file", &self.file),
                ("problem", &self.problem),
            ],
        )
    }
}

/// Something with an id and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// The status by our own account, from the vendor's latest word on.
#[derive(Clone, Debug)]
pub struct Projected {
    /// The level's title; `None`: below the first.
    pub title: Option<String>,
    /// The day from which.
    pub since: Day,
    /// What was not passed, and is about to cost the level or has.
    pub failed: Option<Failed>,
}

/// A review that was not passed, or a day on which a level's rows ceased to be met where any day decides.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The day on which it failed.
    pub on: Day,
    /// The day of the review; `None` where no review decided.
    pub review: Option<Day>,
    /// The title of the level at stake.
    pub level: String,
    /// The first day below; `None` where that is not published.
    pub lost_on: Option<Day>,
    /// The title of what is left then, `None` below the first; nothing where that is not published.
    pub falls_to: Option<Option<String>>,
    /// Has the level been lost?
    pub lost: bool,
    /// What entering the level asks today, where entering it on the first day below would keep it without a break.
    pub anew: Option<Column>,
}

/// An edition that comes into force later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextEdition {
    /// Its id.
    pub edition: String,
    /// Its first day.
    pub from: Day,
}

/// The level that the vendor says a partner holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its place among the levels, where the edition has it.
    pub level: Option<usize>,
    /// Its id, as the evidence says it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Since when.
    pub since: Day,
}

/// The program's fee.
#[derive(Clone, Debug, PartialEq)]
pub struct Fee {
    /// How much.
    pub amount: Value,
    /// In what.
    pub shown: Shown,
    /// How often.
    pub every: Duration,
    /// Is it paid?
    pub paid: Truth,
    /// The first day on which it is no longer paid.
    pub until: Option<Day>,
    /// Where it is said.
    pub cite: String,
}

/// When the level that is held is reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The last review, where something says so: the mark that the rules count from.
    pub last: Option<Day>,
    /// What the enrollment calls its last review, where that lies after the day asked about and so says nothing of it.
    pub last_ahead: Option<Day>,
    /// The next review, where something says so.
    pub next: Option<Day>,
    /// Days from the day asked about until then.
    pub days_left: Option<i32>,
    /// The last day on which passing renews, where the program has a window for it.
    pub closes: Option<Day>,
}

/// What a program publishes of a missed review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// What it demotes to; `None` where that is not published.
    pub to: Option<String>,
    /// How long until the level is lost; `None` where that is not published.
    pub grace: Option<Option<Duration>>,
}

/// One question about a level.
#[derive(Clone, Debug)]
pub struct Column {
    /// The question.
    pub ask: Ask,
    /// The level's id.
    pub level: String,
    /// What the level is called.
    pub title: String,
    /// What `in period` means here.
    pub window: Option<WindowDays>,
    /// The verdict over the level.
    pub verdict: Truth,
    /// The rows that the level asks.
    pub rows: Vec<Row>,
}

/// A row of a column.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its group.
    pub area: String,
    /// What the partner has.
    pub have: Value,
    /// What is needed.
    pub need: Option<Need>,
    /// How both are written.
    pub shown: Shown,
    /// The verdict over the row and its parts.
    pub verdict: Truth,
    /// The verdict over its own comparison.
    pub own: Truth,
    /// By how much it must grow or shrink, where that is known.
    pub gap: Option<Exact>,
    /// Where it is said.
    pub cite: String,
    /// Is the cited document read elsewhere than at its publisher?
    pub second_hand: bool,
    /// What it still has to be told, where it is unknown.
    pub missing: Vec<Missing>,
    /// What each part gives, where the row is a score.
    pub points: Vec<PartPoints>,
    /// The windows in which it looks at facts, its parts aside.
    pub windows: Vec<Window>,
    /// Its parts.
    pub parts: Vec<Row>,
}

impl Row {
    /// The row and all its parts.
    pub fn each(&self) -> Vec<&Row> {
        std::iter::once(self)
            .chain(self.parts.iter().flat_map(Row::each))
            .collect()
    }
}

/// A value that is shown and not judged.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its group.
    pub area: String,
    /// The value.
    pub value: Value,
    /// How it is written.
    pub shown: Shown,
    /// In what it is counted, where its file says so.
    pub unit: String,
    /// Where it is said.
    pub cite: String,
}

/// Questions of one group.
#[derive(Clone, Debug)]
pub struct Area {
    /// The group; empty where the file has none.
    pub area: String,
    /// The questions.
    pub questions: Vec<Question>,
}

impl Area {
    /// How many of the questions are answered.
    pub fn answered(&self) -> usize {
        self.questions.iter().filter(|q| q.answer.is_some()).count()
    }
}

/// A question and its answer.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// What it asks.
    pub title: String,
    /// The answer; `None` where there is none.
    pub answer: Option<Value>,
    /// What the evidence shows, where that contradicts the answer.
    pub contradicted: Option<Value>,
    /// How both are written.
    pub shown: Shown,
    /// Where it is said.
    pub cite: String,
}

/// Something to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// In which area.
    pub area: String,
    /// What.
    pub act: String,
    /// Where it is said.
    pub cite: String,
}

/// What was read where the source is silent or contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The id that it is about.
    pub about: String,
    /// What that is called.
    pub title: String,
    /// What is printed.
    pub printed: Vec<String>,
    /// What was taken.
    pub taken: String,
}

/// A kind of evidence that a program reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// The kind.
    pub kind: String,
    /// Was it supplied?
    pub supplied: bool,
    /// How many facts of the partner there are.
    pub facts: usize,
    /// The newest day of them up to the day asked about.
    pub newest: Option<Day>,
}

/// The scorecard of a partner in the program that the question names.
pub fn scorecard(desk: &Desk, all_levels: bool) -> Result<Scorecard, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "the question names no program",
            domain::diagnostic::Place::default(),
        ));
    };
    let run = desk.run(program, edition, Some(partner))?;
    Ok(of_run(desk, &run, partner, all_levels))
}

/// The scorecard of a partner under an edition.
pub fn of_run(desk: &Desk, run: &Run<'_>, partner: usize, all_levels: bool) -> Scorecard {
    let day = desk.question.as_of;
    let edition = &*run.compiled.edition;
    let ledger = &run.engine.ledger;
    let enrollments = status::enrollments(
        ledger,
        partner,
        &edition.program,
        edition.lifecycle.as_ref(),
    );
    let enrolled = status::holding(&enrollments, day);
    let holds = enrolled.and_then(|e| {
        let id = e.level.clone()?;
        // The vendor's word began with the first of the facts without a break that say the same level.
        let mut since = e.from;
        for earlier in enrollments.iter().rev().filter(|o| o.from < e.from) {
            if earlier.level.as_deref() != Some(&*id) || earlier.until < since {
                break;
            }
            since = earlier.from;
        }
        Some(Holding {
            level: run.compiled.level(&id),
            title: edition.level_title(&id).to_owned(),
            id,
            since,
        })
    });
    let horizon = Day(day.0.saturating_add(366 * 12));
    let course = desk.course(run, partner, Day(0), horizon);
    let open = if holds.is_none() {
        refused_enrollments(ledger, partner)
    } else {
        vec![]
    };
    let projected = projected(&course, partner, day, holds.as_ref());
    let met = run.met(partner, Ask::Enter, day);
    let lifecycle = edition.lifecycle.is_some();
    let columns = columns(
        run,
        partner,
        day,
        holds.as_ref().and_then(|h| h.level),
        (met.level.map(usize::from), !open.is_empty()),
        all_levels,
    );
    let review = enrolled.filter(|_| holds.is_some()).map(|e| Review {
        last: status::last_review(
            edition,
            &enrollments,
            status::assumed_review(&run.engine.assumptions, &edition.program),
            day,
        ),
        last_ahead: e.last_review.filter(|d| *d > day),
        ..next_review(&course, partner, e, day)
    });
    let at_review = review.as_ref().and_then(|r| course.on(r.next?));
    let second_hand = edition.source.values().any(|d| d.second_hand);
    let assumed = assumed(desk, edition);
    let mut card = Scorecard {
        partner: ledger.evidence.partner_id(partner).to_owned(),
        partner_name: name_of(run, partner),
        program: edition.program.clone(),
        title: edition.title.clone(),
        publisher: edition
            .source
            .values()
            .map(|d| d.from.clone())
            .find(|f| !f.is_empty()),
        edition: edition.edition.clone(),
        hash: domain::freeze::hash(&run.engine.programs.library, edition),
        second_hand,
        as_of: day,
        known_at: desk.question.known_at,
        assumed,
        lifecycle,
        levels: edition
            .levels
            .iter()
            .map(|id| Named {
                id: id.clone(),
                title: edition.level_title(id).to_owned(),
            })
            .collect(),
        period: run.compiled.period(Ask::Enter),
        holds,
        open,
        projected,
        next_edition: next_edition(desk, edition),
        meets: met.level.map(usize::from),
        meets_most: met.most.map(usize::from),
        stage: run.stage(partner, day).map(|id| Named {
            id: id.to_owned(),
            title: edition
                .stage
                .get(id)
                .map(|s| s.title.clone())
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| id.to_owned()),
        }),
        track: run.track(partner, Ask::Enter, day),
        fee: fee(run, partner, day, enrolled.and_then(|e| e.fee_paid_until)),
        review,
        missed: missed(
            at_review.map_or(edition, |run| &run.compiled.edition),
            &desk.question.assumptions,
        ),
        columns,
        values: values(run, partner, day),
        areas: areas(run, partner, day),
        kpis: vec![],
        moves: vec![],
        readings: vec![],
        supplies: supplies(run, partner, day),
        missing: vec![],
        news: String::new(),
    };
    let reached = card
        .holds
        .as_ref()
        .and_then(|h| h.level)
        .or(card.meets)
        .and_then(|l| Some((&edition.levels[l], edition.level.get(&edition.levels[l])?)));
    if let Some((level_id, level)) = reached {
        card.moves = level
            .moves
            .iter()
            .filter(|m| {
                let next = run.compiled.level(level_id).map(|l| l + 1);
                m.raises.is_empty()
                    || next.is_some_and(|next| {
                        next < edition.levels.len() && run.is_short(partner, &m.raises, next, day)
                    })
            })
            .map(|m| Move {
                area: m.area.clone(),
                act: m.act.clone(),
                cite: m.cite.clone(),
            })
            .collect();
        card.kpis = level
            .kpis
            .iter()
            .filter_map(|id| kpi(run, partner, day, id))
            .collect();
    }
    let asked: BTreeSet<&str> = card
        .columns
        .iter()
        .flat_map(|c| c.rows.iter().flat_map(Row::each))
        .map(|r| r.id.as_str())
        .collect();
    card.readings = edition
        .reading
        .iter()
        .filter(|r| r.is_of_a_rule() && asked.contains(r.about.as_str()))
        .map(|r| Note {
            about: r.about.clone(),
            title: edition
                .rows
                .get(&r.about)
                .map_or_else(|| r.about.clone(), |row| row.title.clone()),
            printed: r.printed.clone(),
            taken: r.taken.clone(),
        })
        .collect();
    card.missing = tally(
        card.columns.iter().flat_map(|c| &c.rows),
        &card.areas,
        &card.program,
    );
    card.news = crate::news::of(&card, Lang::default());
    card
}

/// What was assumed for this answer.
fn assumed(desk: &Desk, edition: &Edition) -> Vec<String> {
    let assumptions = &desk.question.assumptions;
    let set = assumptions.set.iter().map(|(n, v)| format!("{n}={v}"));
    let bound = assumptions.assume.iter().filter_map(|(name, value)| {
        let (program, key) = name.split_once('.')?;
        (program == edition.program).then_some(())?;
        Some(match domain::lifecycle::published(edition, key) {
            Some(instead) if instead != *value => {
                format!("{name}={value} instead of what is published: {instead}")
            }
            _ => format!("{name}={value}"),
        })
    });
    let track = assumptions.track.iter().map(|t| format!("track={t}"));
    set.chain(bound).chain(track).collect()
}

pub(crate) fn name_of(run: &Run<'_>, partner: usize) -> String {
    called(&run.engine.ledger.evidence, partner)
}

/// What a partner is called by its evidence.
pub(crate) fn called(evidence: &Evidence, partner: usize) -> String {
    let named = || {
        let kind = evidence.kind("partners")?;
        let row = evidence.tables[kind].rows(partner).last()?;
        let code = evidence.column(kind, "name")?.code(row);
        (!code.is_empty()).then(|| evidence.strings.text(code).to_owned())
    };
    named().unwrap_or_else(|| match evidence.partner_id(partner) {
        // The id of the one partner where no table names any.
        "own" => "your company".to_owned(),
        id => id.to_owned(),
    })
}

/// Which questions are asked about which levels.
fn columns(
    run: &Run<'_>,
    partner: usize,
    day: Day,
    held: Option<usize>,
    (met, open): (Option<usize>, bool),
    all_levels: bool,
) -> Vec<Column> {
    let levels = run.compiled.levels.len();
    if levels == 0 {
        return vec![];
    }
    let lifecycle = run.compiled.edition.lifecycle.is_some();
    let mut asked: Vec<(Ask, usize)> = Vec::new();
    if all_levels {
        if lifecycle {
            asked.extend((0..levels).map(|l| (Ask::Retain, l)));
        }
        asked.extend((0..levels).map(|l| (Ask::Enter, l)));
    } else if lifecycle {
        match held {
            Some(level) => {
                asked.push((Ask::Retain, level));
                asked.extend((level + 1 < levels).then_some((Ask::Enter, level + 1)));
            }
            // Nobody knows what is held: what would be reached next is what stands above the level met.
            None if open => asked.push((Ask::Enter, met.map_or(0, |l| (l + 1).min(levels - 1)))),
            None => asked.push((Ask::Enter, 0)),
        }
    } else {
        // Without a status that somebody gives, one stands where one's evidence says.
        let next = held.or(met).map_or(0, |l| (l + 1).min(levels - 1));
        asked.push((Ask::Enter, next));
    }
    asked
        .into_iter()
        .map(|(ask, level)| column(run, partner, day, ask, level))
        .collect()
}

/// One question about one level.
fn column(run: &Run<'_>, partner: usize, day: Day, ask: Ask, level: usize) -> Column {
    let column = run.column(partner, ask, level, day);
    Column {
        ask,
        title: run.compiled.edition.level_title(&column.level).to_owned(),
        window: column.window,
        verdict: column.verdict,
        rows: column
            .rows
            .iter()
            .filter_map(|r| row(run, partner, ask, day, level, r))
            .collect(),
        level: column.level,
    }
}

/// The refused rows that may say which level is held.
fn refused_enrollments(ledger: &Ledger, partner: usize) -> Vec<RefusedRow> {
    let evidence = &ledger.evidence;
    let Some(kind) = evidence.kind("enrollments") else {
        return vec![];
    };
    evidence
        .refused_of(kind, partner)
        .map(|refused| {
            let place = &refused.problem.place;
            let file = place.file.rsplit(['/', '\\']).next().unwrap_or_default();
            RefusedRow {
                line: place.line,
                file: file.to_owned(),
                problem: refused.problem.message.clone(),
            }
        })
        .collect()
}

/// What our own account says of the status on a day, where that is more than the vendor's word.
fn projected(
    course: &Course<'_>,
    partner: usize,
    day: Day,
    holds: Option<&Holding>,
) -> Option<Projected> {
    let events = lifecycle::project_over(course, partner, day);
    let account = lifecycle::account(&events);
    let agrees = account.level.as_deref() == holds.map(|h| h.id.as_str());
    if agrees && account.failed.is_none() {
        return None;
    }
    let title = |on: Day, id: &str| {
        let run = course.on(on).or_else(|| course.on(day));
        run.map_or(id, |r| r.compiled.edition.level_title(id))
            .to_owned()
    };
    let failed = account.failed.and_then(|(on, what)| {
        let Happened::Failed {
            review,
            lost_on,
            falls_to,
        } = what
        else {
            return None;
        };
        // The level at stake is the one that was held when it failed.
        let at_stake = events
            .iter()
            .rfind(|e| e.day <= on && matches!(e.what, Happened::Failed { .. }));
        let id = at_stake?.level.clone()?;
        let anew = lost_on.filter(|_| !account.lost).and_then(|lost_on| {
            let run = course.on(lost_on)?;
            let level = run.compiled.level(&id)?;
            lifecycle::rises_on(&run.compiled.edition, &id, lost_on)
                .then(|| column(&run, partner, day, Ask::Enter, level))
        });
        Some(Failed {
            on,
            review,
            level: title(on, &id),
            lost_on,
            falls_to: falls_to.map(|to| to.map(|to| title(lost_on.unwrap_or(on), &to))),
            lost: account.lost,
            anew,
        })
    });
    Some(Projected {
        title: account.level.as_deref().map(|id| title(day, id)),
        since: account.since?,
        failed,
    })
}

/// The review that is next on a day, by the edition that will judge it; one whose window for renewal is open is not over.
fn next_review(course: &Course<'_>, partner: usize, enrolled: &Enrollment, day: Day) -> Review {
    let mut review = Review {
        last: None,
        last_ahead: None,
        next: enrolled.next_review,
        days_left: None,
        closes: None,
    };
    let early = Day(day.0.saturating_sub(366));
    'found: for (from, to, run) in course.within(early, Day::MAX) {
        let edition = &run.compiled.edition;
        let enrollments = status::enrollments(
            &run.engine.ledger,
            partner,
            &edition.program,
            edition.lifecycle.as_ref(),
        );
        let Some(enrolled) = enrollments.iter().find(|e| e.fact == enrolled.fact) else {
            continue;
        };
        let closes = match lifecycle::rule(edition, enrolled.level.as_deref(), |r| r.renew.clone())
        {
            Some(domain::program::Published::As((_, closes))) => Some(closes),
            _ => None,
        };
        let horizon = to.min(Day(day.0.saturating_add(366 * 12)));
        let assumed = status::assumed_review(&run.engine.assumptions, &edition.program);
        for due in status::reviews(edition, enrolled, assumed, day, horizon) {
            let last = closes.map_or(due, |closes| due.plus(closes));
            if from <= due && day <= last {
                review.next = Some(due);
                review.closes = closes.map(|_| last);
                break 'found;
            }
        }
    }
    review.days_left = review.next.map(|n| n.0 - day.0);
    review
}

/// The edition that comes into force next, where that was known by the day.
fn next_edition(desk: &Desk, edition: &Edition) -> Option<NextEdition> {
    let day = desk.question.as_of;
    let known_at = desk.question.known_at.unwrap_or(day);
    if desk.names_edition() {
        return None;
    }
    let library = &desk.engine.programs.library;
    library
        .editions_of(&edition.program)
        .into_iter()
        .filter(|e| e.withdrawn.is_none() && e.published.is_none_or(|p| p <= known_at))
        .find_map(|e| {
            Some(NextEdition {
                edition: e.edition.clone(),
                from: e.in_force_from.filter(|from| *from > day)?,
            })
        })
}

fn row(
    run: &Run<'_>,
    partner: usize,
    ask: Ask,
    day: Day,
    level: usize,
    standing: &RowStanding,
) -> Option<Row> {
    let edition = &*run.compiled.edition;
    let source = edition.rows.get(&standing.id)?;
    let place = edition.rows.get_index_of(&standing.id)?;
    // A reading row is no row that a level asks; it stands among the values.
    if run.compiled.rows[place].reading && standing.parts.is_empty() {
        return None;
    }
    let cite = edition.cite_of(source);
    let missing = if standing.own == Truth::Unknown
        || standing.verdict == Truth::Unknown
            && standing.parts.iter().all(|p| p.verdict != Truth::Unknown)
    {
        missing::of_unknown_row(run, partner, ask, day, place, level)
    } else {
        vec![]
    };
    Some(Row {
        id: standing.id.clone(),
        title: if source.title.is_empty() {
            standing.id.clone()
        } else {
            source.title.clone()
        },
        area: source.area.clone(),
        have: standing.have.clone(),
        need: standing.need.clone(),
        shown: shown_of_row(edition, place, &standing.unit),
        verdict: standing.verdict,
        own: standing.own,
        gap: gap(standing),
        second_hand: edition.is_second_hand(&cite),
        cite,
        missing,
        points: run.points(partner, ask, Some(level), place, day),
        windows: run.windows(ask, level, place),
        parts: standing
            .parts
            .iter()
            .filter_map(|p| row(run, partner, ask, day, level, p))
            .collect(),
    })
}

/// By how much a row must grow, or shrink, for its own comparison to hold.
fn gap(standing: &RowStanding) -> Option<Exact> {
    let need = standing.need.as_ref()?;
    let Value::Number(have) = &standing.have else {
        return None;
    };
    let (have, threshold) = (have.exact()?, need.threshold.exact()?);
    let gap = match need.compare {
        Compare::AtLeast | Compare::More => threshold - have,
        Compare::AtMost | Compare::Less => have - threshold,
        _ => return None,
    };
    (standing.own == Truth::No && !gap.is_negative()).then_some(gap)
}

/// How the numbers of a row are written: a share where its threshold or its question is one.
fn shown_of_row(edition: &Edition, place: usize, unit: &domain::standing::Unit) -> Shown {
    if *unit != domain::standing::Unit::Count {
        return Shown::of(unit);
    }
    let Some((_, row)) = edition.rows.get_index(place) else {
        return Shown::Count;
    };
    let (limits, measure) = match &row.value {
        RowValue::Measure { limits, measure } => (limits, Some(measure)),
        RowValue::OfWhich { limits, .. } => (limits, None),
        RowValue::Test { .. } => return Shown::YesNo,
    };
    let percent = limits.as_ref().is_some_and(|l| {
        l.by_level
            .each()
            .iter()
            .any(|(_, by)| by.values().any(|limit| limit.text.contains('%')))
    }) || measure.is_some_and(|m| {
        m.each().iter().any(|(_, formula)| {
            let name = formula.text.trim();
            edition
                .question
                .get(name)
                .is_some_and(|q| q.answer == AnswerType::Percent)
                || edition
                    .measure
                    .get(name)
                    .is_some_and(|m| m.unit == "percent")
        })
    });
    if percent {
        Shown::Percent
    } else {
        Shown::Count
    }
}

fn fee(run: &Run<'_>, partner: usize, day: Day, until: Option<Day>) -> Option<Fee> {
    let edition = &*run.compiled.edition;
    let fee = edition.fee.as_ref()?;
    let amount = run.value(partner, "the fee", Ask::Enter, day)?;
    let paid = fee
        .paid
        .as_ref()
        .and_then(|test| run.value(partner, test, Ask::Enter, day))
        .map_or(Truth::Unknown, |v| match v {
            Value::Number(range) => match range.exact() {
                Some(n) if n.is_zero() => Truth::No,
                Some(_) => Truth::Yes,
                None => Truth::Unknown,
            },
            _ => Truth::Unknown,
        });
    Some(Fee {
        amount,
        shown: shown_of_named(run, "the fee"),
        every: fee.every,
        paid,
        until,
        cite: fee.cite.clone(),
    })
}

/// How a named value is written.
fn shown_of_named(run: &Run<'_>, name: &str) -> Shown {
    let Some(node) = run.compiled.named.get(name) else {
        return Shown::Count;
    };
    match &run.compiled.types[*node] {
        Type::Money(Some(currency)) => Shown::Money(currency.clone()),
        Type::Truth => Shown::YesNo,
        Type::Date => Shown::Date,
        Type::Word(_) => Shown::Word,
        _ => Shown::Count,
    }
}

fn missed(edition: &Edition, assumptions: &Assumptions) -> Option<Missed> {
    use domain::program::Published;
    let lifecycle = edition.lifecycle.as_ref()?;
    let rules = &lifecycle.rules;
    let assumed = |key: &str| {
        assumptions
            .assume
            .get(&format!("{}.{key}", edition.program))
    };
    let to = match (assumed("demote.to"), &rules.demote_to) {
        (Some(to), _) => Some(to.clone()),
        (None, Some(Published::As(to))) => Some(domain::wording::demote_to(to)),
        (None, None) => Some(domain::wording::demote_to(
            &domain::program::DemoteTo::HighestRetained,
        )),
        (None, Some(Published::Not)) => None,
    };
    let grace = match (assumed("grace"), &rules.grace) {
        (Some(grace), _) => Some(Duration::parse(grace)),
        (None, Some(Published::As(grace))) => Some(Some(*grace)),
        (None, Some(Published::Not)) => None,
        (None, None) => Some(None),
    };
    Some(Missed { to, grace })
}

/// Scores, and rows that are shown without being judged.
fn values(run: &Run<'_>, partner: usize, day: Day) -> Vec<Reading> {
    let edition = &*run.compiled.edition;
    let scores = edition.score.iter().filter_map(|(id, score)| {
        Some(Reading {
            id: id.clone(),
            title: if score.title.is_empty() {
                id.replace('-', " ")
            } else {
                score.title.clone()
            },
            area: String::new(),
            value: run.value(partner, id, Ask::Enter, day)?,
            shown: shown_of_named(run, id),
            unit: score
                .out_of
                .as_ref()
                .map(|most| format!("of {most}"))
                .unwrap_or_default(),
            cite: score.cite.clone(),
        })
    });
    let judged_level = edition.levels.is_empty();
    let rows = edition
        .rows
        .values()
        .enumerate()
        .filter(|(at, row)| run.compiled.rows[*at].reading && row.parts.is_empty() || judged_level)
        .filter_map(|(at, row)| {
            let standing = run.value(partner, &row.id, Ask::Enter, day)?;
            Some(Reading {
                id: row.id.clone(),
                title: if row.title.is_empty() {
                    row.id.clone()
                } else {
                    row.title.clone()
                },
                area: row.area.clone(),
                value: standing,
                shown: shown_of_row(edition, at, &run.compiled.rows[at].unit),
                unit: String::new(),
                cite: edition.cite_of(row),
            })
        });
    let mut found: Vec<Reading> = scores.chain(rows).collect();
    if edition.rows.is_empty() {
        // A library of measures, or a checklist that works something out.
        found.extend(edition.measure.iter().filter_map(|(id, measure)| {
            Some(Reading {
                id: id.clone(),
                title: if measure.title.is_empty() {
                    id.clone()
                } else {
                    measure.title.clone()
                },
                area: String::new(),
                value: run.value(partner, id, Ask::Enter, day)?,
                shown: shown_of_measure(run, id, &measure.unit),
                unit: spoken_unit(&measure.unit),
                cite: measure.cite.clone(),
            })
        }));
        found.extend(edition.test.iter().filter_map(|(id, test)| {
            Some(Reading {
                id: id.clone(),
                title: if test.title.is_empty() {
                    id.clone()
                } else {
                    test.title.clone()
                },
                area: String::new(),
                value: run.value(partner, id, Ask::Enter, day)?,
                shown: Shown::YesNo,
                unit: String::new(),
                cite: test.cite.clone(),
            })
        }));
    }
    found
}

pub(crate) fn shown_of_measure(run: &Run<'_>, id: &str, unit: &str) -> Shown {
    if unit == "percent" {
        Shown::Percent
    } else {
        shown_of_named(run, id)
    }
}

/// A unit beside a number; what the number's own form says already is left out.
pub(crate) fn spoken_unit(unit: &str) -> String {
    match unit {
        "percent" | "yes or no" | "money" => String::new(),
        other => other.to_owned(),
    }
}

/// A key figure of a level, from the edition itself or from a library that it uses.
fn kpi(run: &Run<'_>, partner: usize, day: Day, id: &str) -> Option<Reading> {
    let edition = &*run.compiled.edition;
    let library = &run.engine.programs.library;
    let reading = |run: &Run<'_>| {
        let measure = run.compiled.edition.measure.get(id)?;
        Some(Reading {
            id: id.to_owned(),
            title: if measure.title.is_empty() {
                id.to_owned()
            } else {
                measure.title.clone()
            },
            area: String::new(),
            value: run.value(partner, id, Ask::Enter, day)?,
            shown: shown_of_measure(run, id, &measure.unit),
            unit: spoken_unit(&measure.unit),
            cite: measure.cite.clone(),
        })
    };
    if edition.measure.contains_key(id) {
        return reading(run);
    }
    edition
        .uses
        .iter()
        .filter_map(|name| {
            let (program, edition) = name.split_once('@')?;
            let found = library.edition(program, edition)?;
            found.measure.contains_key(id).then_some(())?;
            run.engine.edition(program, edition)
        })
        .find_map(|run| reading(&run))
}

fn areas(run: &Run<'_>, partner: usize, day: Day) -> Vec<Area> {
    let edition = &*run.compiled.edition;
    let contradicted = run.contradicted(partner, day);
    let mut areas: Vec<Area> = Vec::new();
    for (id, question) in &edition.question {
        let value = run.value(partner, id, Ask::Enter, day);
        let shown = match &question.answer {
            AnswerType::YesNo => Shown::YesNo,
            AnswerType::Percent => Shown::Percent,
            AnswerType::Money(own) => Shown::Money(
                own.clone()
                    .or_else(|| edition.money.as_ref().map(|m| m.currency.clone()))
                    .unwrap_or_default(),
            ),
            AnswerType::Ladder(_) => Shown::Word,
            _ => Shown::Count,
        };
        let asked = Question {
            id: id.clone(),
            title: question.title.clone(),
            answer: value.filter(missing::is_known),
            contradicted: contradicted
                .iter()
                .find(|c| c.question == *id)
                .map(|c| c.evidence.clone()),
            shown,
            cite: question.cite.clone(),
        };
        match areas.iter_mut().find(|a| a.area == question.area) {
            Some(area) => area.questions.push(asked),
            None => areas.push(Area {
                area: question.area.clone(),
                questions: vec![asked],
            }),
        }
    }
    areas
}

fn supplies(run: &Run<'_>, partner: usize, day: Day) -> Vec<Supply> {
    let ledger = &run.engine.ledger;
    let evidence = &ledger.evidence;
    missing::kinds_read(run.compiled)
        .into_iter()
        .map(|kind| {
            let table = &evidence.tables[kind];
            let opened = ledger.kinds[kind].opened(table);
            let rows = table.rows(partner);
            let newest = rows
                .clone()
                .map(|row| {
                    let recorded = table.recorded.day(row);
                    if recorded == Day::MAX {
                        opened.get(row).map_or(Day::MIN, |d| Day(*d))
                    } else {
                        recorded
                    }
                })
                .filter(|d| d.is_real() && *d <= day)
                .max();
            Supply {
                kind: evidence.vocabulary.kinds[kind].name.clone(),
                supplied: table.supplied,
                facts: rows.len(),
                newest,
            }
        })
        .collect()
}

/// What unknown rows and unanswered questions want, with how many of them it could settle, most first.
fn tally<'r>(
    rows: impl Iterator<Item = &'r Row>,
    areas: &[Area],
    program: &str,
) -> Vec<(Missing, usize)> {
    let mut wanted: Vec<(Missing, BTreeSet<String>)> = Vec::new();
    for row in rows.flat_map(Row::each) {
        for missing in &row.missing {
            want(&mut wanted, missing.clone(), &row.id);
        }
    }
    if wanted.is_empty() {
        for question in areas.iter().flat_map(|a| &a.questions) {
            if question.answer.is_none() {
                let missing = Missing::Answer {
                    program: program.to_owned(),
                    question: question.id.clone(),
                    title: question.title.clone(),
                };
                want(&mut wanted, missing, &question.id);
            }
        }
    }
    let mut counted: Vec<(Missing, usize)> = wanted
        .into_iter()
        .map(|(m, rows)| (m, rows.len()))
        .collect();
    counted.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    counted
}

fn want(wanted: &mut Vec<(Missing, BTreeSet<String>)>, missing: Missing, by: &str) {
    match wanted.iter_mut().find(|(m, _)| *m == missing) {
        Some((_, rows)) => {
            rows.insert(by.to_owned());
        }
        None => wanted.push((missing, BTreeSet::from([by.to_owned()]))),
    }
}

/// The bounds of a value; a word has none.
pub fn range(value: &Value) -> Option<&Range> {
    match value {
        Value::Number(range) => Some(range),
        _ => None,
    }
}

impl Scorecard {
    /// `program@edition`.
    pub fn program_and_edition(&self) -> String {
        format!("{}@{}", self.program, self.edition)
    }
}

/// How the numbers of the row at a place are written.
pub(crate) fn shown_at(run: &Run<'_>, place: usize) -> Shown {
    shown_of_row(&run.compiled.edition, place, &run.compiled.rows[place].unit)
}
