//! What the vendor says of a partner's status: enrollments, and the reviews that they and the lifecycle give.
//!
//! Knows no rule of any level; docs/conventions.md, 23 to 25.

use crate::calendar::{Day, Duration};
use crate::engine::Marks;
use crate::evidence::Code;
use crate::ledger::{FactId, Ledger, State};
use crate::library::Assumptions;
use crate::program::{Edition, Lifecycle};
use crate::vocabulary::Vocabulary;

/// One word of the vendor about the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// The fact.
    pub fact: FactId,
    /// The day from which it holds.
    pub from: Day,
    /// The first day on which it holds no longer.
    pub until: Day,
    /// The level; `None` where enrolled below the first.
    pub level: Option<String>,
    /// The last review.
    pub last_review: Option<Day>,
    /// The next review.
    pub next_review: Option<Day>,
    /// The first day on which the fee is no longer paid.
    pub fee_paid_until: Option<Day>,
    /// The day that `review.after` names, where the lifecycle counts from a field.
    pub counted_from: Option<Day>,
}

/// Where enrollments stand in the evidence.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    /// Their kind.
    pub(crate) kind: usize,
    program: Option<usize>,
    level: Option<usize>,
    last_review: Option<usize>,
    next_review: Option<usize>,
    fee_paid_until: Option<usize>,
}

impl Columns {
    /// None where the vocabulary knows no enrollments.
    pub(crate) fn of(vocabulary: &Vocabulary) -> Option<Columns> {
        let (kind, _, of) = vocabulary.kinds.get_full("enrollments")?;
        let place = |name: &str| of.fields.get_index_of(name);
        Some(Columns {
            kind,
            program: place("program"),
            level: place("level"),
            last_review: place("last_review_on"),
            next_review: place("next_review_on"),
            fee_paid_until: place("fee_paid_until"),
        })
    }
}

/// The enrollments of a partner in a program, by the day from which they hold.
pub fn enrollments(
    ledger: &Ledger,
    partner: usize,
    program: &str,
    lifecycle: Option<&Lifecycle>,
) -> Vec<Enrollment> {
    let Some(columns) = &ledger.enrollments else {
        return vec![];
    };
    let evidence = &ledger.evidence;
    let kind = columns.kind;
    let table = &evidence.tables[kind];
    let rows = table.rows(partner);
    if rows.is_empty() {
        return vec![];
    }
    let text = |field: Option<usize>, row: usize| {
        field.map_or(Code::EMPTY, |f| table.columns[f].code(row))
    };
    let day = |field: Option<usize>, row: usize| {
        field
            .map(|f| table.columns[f].day(row))
            .filter(|d| *d != Day::MAX)
    };
    let after = lifecycle
        .and_then(|l| l.review.after.as_deref())
        .and_then(|field| evidence.vocabulary.kinds[kind].fields.get_index_of(field));
    let mut found: Vec<Enrollment> = rows
        .filter(|row| {
            matches!(
                ledger.kinds[kind].state(*row),
                State::Known | State::MayHold
            )
        })
        .filter(|row| {
            let named = text(columns.program, *row);
            named.is_empty() || evidence.strings.text(named) == program
        })
        .flat_map(|row| {
            ledger
                .spans(FactId { kind, row })
                .into_iter()
                .map(move |span| (row, span))
        })
        .map(|(row, (from, until))| {
            let level = text(columns.level, row);
            Enrollment {
                fact: FactId { kind, row },
                from,
                until,
                level: (!level.is_empty()).then(|| evidence.strings.text(level).to_owned()),
                last_review: day(columns.last_review, row),
                next_review: day(columns.next_review, row),
                fee_paid_until: day(columns.fee_paid_until, row),
                counted_from: day(after, row),
            }
        })
        .filter(|e| e.from.is_real())
        .collect();
    found.sort_by_key(|e| e.from);
    found
}

/// The enrollment that holds on a day: the one that opened last.
pub fn holding(enrollments: &[Enrollment], day: Day) -> Option<&Enrollment> {
    enrollments
        .iter()
        .rev()
        .find(|e| e.from <= day && day < e.until)
}

/// How many reviews of one enrollment are looked at: a hundred years of monthly ones.
const MOST_REVIEWS: usize = 1200;

/// The days on which reviews fall under one enrollment, as `seen` on a day and up to `last`, in order.
///
/// A recorded review after the day on which they are seen says nothing (convention 24). How often they fall may be
/// `assumed` where it is not published.
pub fn reviews(
    edition: &Edition,
    enrollment: &Enrollment,
    assumed: Option<Duration>,
    seen: Day,
    last: Day,
) -> Vec<Day> {
    let review = edition.lifecycle.as_ref().map(|l| &l.review);
    let every = review.and_then(|r| r.every).or(assumed);
    let every = every.filter(|d| d.count > 0);
    let recorded = enrollment.last_review.filter(|d| *d <= seen);
    let start = enrollment.counted_from.or(recorded);
    let start = start.unwrap_or(enrollment.from);
    let end = last.min(enrollment.until.previous());
    let mut days = Vec::new();
    // A next review that is given is one itself; every other one is counted from it, or from the start.
    if every.is_some() || enrollment.next_review.is_some() {
        let start = enrollment.next_review.unwrap_or(start);
        let mut count = u32::from(enrollment.next_review.is_none());
        loop {
            // All counted from the same day, so that the 31st does not wander to the 28th and stay there.
            let day = match every {
                Some(every) => start.plus(Duration {
                    count: every.count.saturating_mul(count),
                    unit: every.unit,
                }),
                None => start,
            };
            if day > end || days.len() >= MOST_REVIEWS {
                break;
            }
            if day > enrollment.from || enrollment.next_review == Some(day) {
                days.push(day);
            }
            if every.is_none() {
                break;
            }
            count += 1;
        }
    }
    if let Some(review) = review
        && !review.on.is_empty()
        && enrollment.from.is_real()
    {
        let mut year = enrollment.from.date().year();
        while days.len() < MOST_REVIEWS && Day::new(year, 1, 1).is_some_and(|d| d <= end) {
            days.extend(
                review
                    .on
                    .iter()
                    .filter_map(|(month, day)| Day::new(year, *month, *day))
                    .filter(|d| *d > enrollment.from && *d <= end),
            );
            year += 1;
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// The mark of the last review on a day, which `since last-review` counts from: docs/conventions.md, 24.
pub fn last_review(
    edition: &Edition,
    enrollments: &[Enrollment],
    assumed: Option<Duration>,
    day: Day,
) -> Option<Day> {
    marks(edition, enrollments, assumed, day)
        .review(day.0)
        .map(Day)
}

/// How often the user assumes that a program reviews.
pub fn assumed_review(assumptions: &Assumptions, program: &str) -> Option<Duration> {
    if assumptions.assume.is_empty() {
        return None;
    }
    let every = assumptions.assume.get(&format!("{program}.review.every"))?;
    Duration::parse(every)
}

/// What `since last-review` and `since enrolled` count from, up to `last`.
pub(crate) fn marks(
    edition: &Edition,
    enrollments: &[Enrollment],
    assumed: Option<Duration>,
    last: Day,
) -> Marks {
    let mut changes: Vec<(Day, Option<Day>)> = Vec::new();
    for (at, enrollment) in enrollments.iter().enumerate() {
        let mut turns = vec![enrollment.from];
        turns.extend(enrollment.last_review.filter(|d| *d > enrollment.from));
        let due = reviews(edition, enrollment, assumed, Day::MAX, last);
        // Up to the day of a review that is still to come, the reviews that are reckoned without it.
        let before = enrollment
            .last_review
            .filter(|d| *d > enrollment.from)
            .map(|d| (d, reviews(edition, enrollment, assumed, d.previous(), last)));
        let reckoned = due.iter().chain(before.iter().flat_map(|(_, due)| due));
        turns.extend(reckoned.map(|d| d.next()));
        turns.sort_unstable();
        let end = enrollments
            .get(at + 1)
            .map_or(Day::MAX, |next| next.from)
            .min(enrollment.until);
        for turn in turns
            .into_iter()
            .filter(|t| *t >= enrollment.from && *t < end)
        {
            let said = enrollment.last_review.filter(|d| *d <= turn);
            let due = match &before {
                Some((recorded, due)) if turn < *recorded => due,
                _ => &due,
            };
            let passed = due.iter().rev().find(|d| **d < turn).copied();
            changes.push((turn, said.max(passed)));
        }
        if end != Day::MAX {
            changes.push((end, None));
        }
    }
    Marks {
        reviews: changes
            .into_iter()
            .map(|(from, mark)| (from.0, mark.map(|m| m.0)))
            .collect(),
        enrolled: enrollments.first().map(|e| e.from.0),
    }
}
