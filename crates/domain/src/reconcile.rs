//! Why the vendor's own numbers differ from ours: each difference by the records that make it up, or that nothing does.
//!
//! Where the vendor counts more, the records that nearly count are looked through; where it counts less, those that count.
//! A set of records explains a difference where it makes it up exactly and has one reason in common. Nothing is guessed: where no such
//! set is found the answer says so.

use crate::calendar::Day;
use crate::engine::Run;
use crate::explain::{Explanation, Reason, Record, looks_below};
use crate::number::Exact;
use crate::program::Ask;
use crate::standing::{Truth, Unit, Value};
use crate::vocabulary::FieldType;

/// A number of the vendor's scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// The row's id.
    pub row: String,
    /// What the vendor says it has.
    pub value: Exact,
}

/// A row, as the vendor sees it and as we do.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The row's id.
    pub row: String,
    /// In what both are counted.
    pub unit: Unit,
    /// What the vendor says.
    pub theirs: Exact,
    /// What we count; what silence leaves open is a range.
    pub ours: Value,
    /// Why they differ.
    pub finding: Finding,
}

/// What became of a difference.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// There is none.
    Same,
    /// These sets of records would each make it up, the likeliest first.
    Explained(Vec<Account>),
    /// What silence leaves open holds the vendor's number; these records may count.
    Open(Vec<Record>),
    /// No records make it up.
    Unexplained,
    /// The row is not asked here, so there is nothing to compare.
    NotAsked,
}

/// Records that make up a difference, and what they have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Does the vendor count them and we do not? Else the other way round.
    pub theirs_only: bool,
    /// What they have in common.
    pub because: Because,
    /// The records.
    pub records: Vec<Record>,
    /// How many records have this in common; more than the difference where it may be any of them.
    pub of: usize,
}

/// What records have in common that one side counts and the other does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Whoever holds them is not registered.
    NotRegistered,
    /// A check is missing: this date is empty.
    CheckMissing(String),
    /// They lie so many days outside the window, or inside at its edge.
    WindowEdge(i32),
    /// They opened in the last days, and the other side may not know of them yet.
    Recent,
    /// They open later.
    NotYet,
    /// A date has ended them.
    Ended,
    /// No catalog knows their name.
    NameUnknown,
    /// A field is empty.
    FieldEmpty(String),
    /// Their amount is in another currency.
    OtherCurrency,
    /// Their rows were refused at import.
    Refused,
    /// They were learned after the day.
    LearnedLater,
    /// This field of all of them says this.
    Field(String, String),
    /// Nothing but that they come to the difference.
    Amount,
}

/// Records that opened so many days before the day are recent.
const RECENT: i32 = 7;
/// Records so many days from the edge of a window are at its edge.
const EDGE: i32 = 7;
/// So many records are tried in every combination for a sum.
const MOST_TOGETHER: usize = 16;

/// Compares the vendor's numbers on a day with ours, row by row, in the column of a question and a level.
pub fn reconcile(
    run: &Run<'_>,
    partner: usize,
    (ask, level): (Ask, usize),
    day: Day,
    stated: &[Stated],
) -> Vec<Compared> {
    stated
        .iter()
        .map(|one| compare(run, partner, (ask, level), day, one))
        .collect()
}

fn compare(
    run: &Run<'_>,
    partner: usize,
    (ask, level): (Ask, usize),
    day: Day,
    stated: &Stated,
) -> Compared {
    let place = run.compiled.rows.iter().position(|r| r.id == stated.row);
    // A row that this level does not ask may be one of a level below.
    let found = place.and_then(|place| {
        (0..=level)
            .rev()
            .find_map(|at| Some((at, place, run.explain(partner, ask, at, place, day)?)))
    });
    let Some((at, place, explanation)) = found else {
        return Compared {
            row: stated.row.clone(),
            unit: Unit::Count,
            theirs: stated.value.clone(),
            ours: Value::NotApplicable,
            finding: Finding::NotAsked,
        };
    };
    let ours = explanation.standing.have.clone();
    let finding = match &ours {
        Value::Number(range) => match range.exact() {
            Some(exact) if *exact == stated.value => Finding::Same,
            Some(exact) => {
                let accounts = accounts(
                    run,
                    (partner, ask, at, place),
                    day,
                    &explanation,
                    &(&stated.value - exact),
                );
                if accounts.is_empty() {
                    Finding::Unexplained
                } else {
                    Finding::Explained(accounts)
                }
            }
            None => {
                let inside = range.least.as_ref().is_none_or(|l| *l <= stated.value)
                    && range.most.as_ref().is_none_or(|m| stated.value <= *m);
                if inside {
                    let may = |r: &&Record| r.reason.as_ref().is_some_and(Reason::may_count);
                    Finding::Open(explanation.nearly.iter().filter(may).cloned().collect())
                } else {
                    Finding::Unexplained
                }
            }
        },
        _ => Finding::NotAsked,
    };
    Compared {
        row: stated.row.clone(),
        unit: explanation.standing.unit.clone(),
        theirs: stated.value.clone(),
        ours,
        finding,
    }
}

/// The sets of records that make up a difference; above zero the vendor counts more.
fn accounts(
    run: &Run<'_>,
    (partner, ask, level, place): (usize, Ask, usize, usize),
    day: Day,
    explanation: &Explanation,
    difference: &Exact,
) -> Vec<Account> {
    let theirs_only = *difference > Exact::ZERO;
    let wanted = if theirs_only {
        difference.clone()
    } else {
        -difference.clone()
    };
    let groups: Vec<(Because, Vec<Record>)> = if theirs_only {
        group(
            &nearly(run, (partner, ask, level, place), day, explanation),
            |r| r.reason.as_ref().and_then(because).into_iter().collect(),
        )
    } else {
        let edge = explanation.looks.iter().find_map(|l| l.days?.after);
        group(&explanation.counted, |r| common(run, r, day, edge))
    };
    let mut found: Vec<Account> = Vec::new();
    for (because, records) in groups {
        let of = records.len();
        let whole: Exact = records.iter().map(worth).sum();
        if whole == wanted {
            found.push(Account {
                theirs_only,
                because,
                records,
                of,
            });
        } else if let Some(part) = part_of(&records, &wanted) {
            // Some of those that have a field in common prove nothing.
            if !matches!(because, Because::Field(..)) {
                found.push(Account {
                    theirs_only,
                    because,
                    records: part,
                    of,
                });
            }
        }
    }
    if found.is_empty() && !theirs_only {
        // For amounts a few records that come to it are telling by themselves.
        if let Some(records) = part_of(&explanation.counted, &wanted)
            .filter(|r| r.len() <= 2 && r.iter().all(|r| r.amount.is_some()))
        {
            found.push(Account {
                theirs_only,
                because: Because::Amount,
                of: records.len(),
                records,
            });
        }
    }
    // A set that is all of its kind says more than some of it; then the nearest reason.
    found.sort_by_key(|a| (a.of - a.records.len(), a.because.clone(), a.records.len()));
    found
}

/// What one record adds.
fn worth(record: &Record) -> Exact {
    match &record.amount {
        Some(amount) => Exact::parse(amount).unwrap_or(Exact::ZERO),
        None => Exact::ONE,
    }
}

/// The first records that come to a number: for counts the nearest ones, for amounts the fewest.
fn part_of(records: &[Record], wanted: &Exact) -> Option<Vec<Record>> {
    if records.iter().all(|r| r.amount.is_none()) {
        let count = usize::try_from(wanted.to_i64()?).ok()?;
        return (count <= records.len()).then(|| records[..count].to_vec());
    }
    let tried = &records[..records.len().min(MOST_TOGETHER)];
    (1..1_u32 << tried.len())
        .filter(|set| {
            let sum: Exact = tried
                .iter()
                .enumerate()
                .filter(|(at, _)| set & (1 << at) != 0)
                .map(|(_, r)| worth(r))
                .sum();
            sum == *wanted
        })
        .min_by_key(|set| set.count_ones())
        .map(|set| {
            tried
                .iter()
                .enumerate()
                .filter(|(at, _)| set & (1 << at) != 0)
                .map(|(_, r)| r.clone())
                .collect()
        })
}

/// The records that nearly count and that the rule would count but for one thing; of each holder one.
fn nearly(
    run: &Run<'_>,
    (partner, ask, level, place): (usize, Ask, usize, usize),
    day: Day,
    explanation: &Explanation,
) -> Vec<Record> {
    let ir = &run.compiled.rows[place];
    let node = ir.at[level].have.or(ir.at.last().and_then(|a| a.have));
    let mut excluded = Vec::new();
    let mut distinct = false;
    for (facts, what, _) in node.map_or(vec![], |n| looks_below(run.compiled, n)) {
        distinct |= matches!(what, crate::compile::What::Distinct(_));
        for e in run.examined(partner, ask, &facts, day) {
            if e.filter == Truth::No || !e.exists {
                excluded.push((facts.kind, e.row));
            }
        }
    }
    let holder = |r: &Record| r.id.split(", ").next().unwrap_or_default().to_owned();
    let mut seen: Vec<String> = explanation.counted.iter().map(holder).collect();
    let mut found = Vec::new();
    for record in &explanation.nearly {
        let passes = record
            .fact
            .is_none_or(|f| !excluded.contains(&(f.kind, f.row)));
        let known = distinct && record.fact.is_some() && seen.contains(&holder(record));
        if passes && !known && record.reason.as_ref().and_then(because).is_some() {
            seen.push(holder(record));
            found.push(record.clone());
        }
    }
    found
}

/// What a reason is in the terms of a comparison; `None` where no vendor would count the record either.
fn because(reason: &Reason) -> Option<Because> {
    Some(match reason {
        Reason::HolderAbsent(_) => Because::NotRegistered,
        Reason::Pending(missing) => Because::CheckMissing(missing.join(" and ")),
        Reason::OutsideWindow { missed_by, .. } if *missed_by <= EDGE => Because::WindowEdge(EDGE),
        Reason::NotYet(_) => Because::NotYet,
        Reason::Ended { .. } => Because::Ended,
        Reason::NameUnknown(_) => Because::NameUnknown,
        Reason::FieldEmpty(field) => Because::FieldEmpty(field.clone()),
        Reason::OtherCurrency { .. } => Because::OtherCurrency,
        Reason::Refused(_) => Because::Refused,
        Reason::LearnedLater(_) => Because::LearnedLater,
        _ => return None,
    })
}

/// What a record that counts may have in common with others that the vendor does not count.
fn common(run: &Run<'_>, record: &Record, day: Day, edge: Option<Day>) -> Vec<Because> {
    let mut found = Vec::new();
    if let Some(opened) = record.opened {
        if day.0 - opened.0 < RECENT {
            found.push(Because::Recent);
        }
        if edge.is_some_and(|after| opened.0 - after.0 <= EDGE) {
            found.push(Because::WindowEdge(EDGE));
        }
    }
    let vocabulary = &run.engine.ledger.evidence.vocabulary;
    if let Some(kind) = vocabulary.kinds.get(&record.kind) {
        for (field, text) in &record.fields {
            if matches!(
                kind.fields.get(field).map(|f| &f.kind),
                Some(FieldType::Word(_))
            ) {
                found.push(Because::Field(field.clone(), text.clone()));
            }
        }
    }
    found
}

fn group(records: &[Record], of: impl Fn(&Record) -> Vec<Because>) -> Vec<(Because, Vec<Record>)> {
    let mut found: Vec<(Because, Vec<Record>)> = Vec::new();
    for record in records {
        for because in of(record) {
            match found.iter_mut().find(|(known, _)| *known == because) {
                Some((_, records)) => records.push(record.clone()),
                None => found.push((because, vec![record.clone()])),
            }
        }
    }
    found
}
