//! Where a partner stands in every program at once.

use std::collections::BTreeSet;

use domain::diagnostic::Diagnostic;
use domain::program::Ask;
use domain::standing::Truth;

use crate::missing::Missing;
use crate::question::{Desk, has_errors, name_of};
use crate::scorecard::{Row, Scorecard, of_run};
use crate::words::{and_list, counted, distance, long_day};

/// Where a partner stands in every program.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The partner's id.
    pub partner: String,
    /// What the partner is called.
    pub partner_name: String,
    /// A scorecard for each program of which an edition is in force, by title.
    pub cards: Vec<Scorecard>,
    /// Programs that cannot be asked about on that day, with the reason.
    pub left_out: Vec<(String, Diagnostic)>,
    /// The news over all of them.
    pub news: String,
    /// The inputs that would settle most: what, how many rows and questions, in which programs.
    pub settle: Vec<Settle>,
}

/// An input, and what it could settle.
#[derive(Clone, Debug)]
pub struct Settle {
    /// What to supply.
    pub missing: Missing,
    /// How many rows it could settle.
    pub rows: usize,
    /// Of which programs, by title.
    pub programs: Vec<String>,
}

/// Where the partner of the question stands in every program.
pub fn overview(desk: &Desk) -> Result<Overview, Diagnostic> {
    let partner = desk.partner()?;
    let library = &desk.engine.programs.library;
    let mut cards = Vec::new();
    let mut left_out = Vec::new();
    for program in library.programs() {
        match desk.run(program, None, Some(partner)) {
            Ok(run) => cards.push(of_run(desk, &run, partner, false)),
            Err(problem) => left_out.push((program.to_owned(), problem)),
        }
    }
    // A file of which nothing could be read is of no program that was asked above.
    for misread in &library.misread {
        let known = |program: &str| library.programs().contains(&program);
        if !misread.named.as_ref().is_some_and(|(p, _)| known(p)) {
            let name = name_of(misread);
            let problem = has_errors(&name, &misread.problem);
            left_out.push((name, problem));
        }
    }
    // What somebody holds comes first, then what has levels, then checklists.
    cards.sort_by_key(|c| {
        let order = if c.holds.is_some() {
            0
        } else if c.lifecycle {
            1
        } else if !c.levels.is_empty() {
            2
        } else {
            3
        };
        (order, c.title.clone())
    });
    let settle = settle(&cards);
    let evidence = &desk.engine.ledger.evidence;
    Ok(Overview {
        partner: evidence.partner_id(partner).to_owned(),
        partner_name: cards
            .first()
            .map_or_else(String::new, |c| c.partner_name.clone()),
        news: news(&cards, &settle),
        cards,
        left_out,
        settle,
    })
}

fn settle(cards: &[Scorecard]) -> Vec<Settle> {
    let mut found: Vec<(Missing, BTreeSet<(String, String)>, Vec<String>)> = Vec::new();
    for card in cards {
        let rows = card.columns.iter().flat_map(|c| &c.rows);
        for row in rows.flat_map(Row::each) {
            for missing in &row.missing {
                let key = (card.program.clone(), row.id.clone());
                match found.iter_mut().find(|(m, _, _)| m == missing) {
                    Some((_, rows, programs)) => {
                        rows.insert(key);
                        if !programs.contains(&card.title) {
                            programs.push(card.title.clone());
                        }
                    }
                    None => found.push((
                        missing.clone(),
                        BTreeSet::from([key]),
                        vec![card.title.clone()],
                    )),
                }
            }
        }
    }
    let mut settle: Vec<Settle> = found
        .into_iter()
        .map(|(missing, rows, programs)| Settle {
            missing,
            rows: rows.len(),
            programs,
        })
        .collect();
    // Of equals a table before an answer, for it is a file that somebody has already.
    settle.sort_by_key(|s| {
        let answer = matches!(s.missing, Missing::Answer { .. });
        (
            std::cmp::Reverse(s.rows),
            answer,
            std::cmp::Reverse(s.programs.len()),
        )
    });
    settle
}

/// The one sentence that matters most: what would be lost first, else what is kept, else what can be said at all.
fn news(cards: &[Scorecard], settle: &[Settle]) -> String {
    let held: Vec<&Scorecard> = cards.iter().filter(|c| c.holds.is_some()).collect();
    let mut danger: Vec<&Scorecard> = held
        .iter()
        .copied()
        .filter(|c| {
            c.columns
                .iter()
                .any(|column| column.ask == Ask::Retain && column.verdict == Truth::No)
        })
        .collect();
    danger.sort_by_key(|c| c.review.as_ref().and_then(|r| r.next));
    if let Some(first) = danger.first() {
        let level = first.holds.as_ref().map_or("", |h| h.title.as_str());
        let when = match first.review.as_ref().and_then(|r| r.next) {
            Some(day) => format!(" on {}, {}", long_day(day), distance(first.as_of, day)),
            None => String::new(),
        };
        let more = match danger.len() {
            1 => String::new(),
            n => format!(
                " {} more would not be renewed either.",
                counted(n - 1, "status")
            ),
        };
        return format!(
            "You would not renew {level} of {} at its review{when}.{more}",
            first.title
        );
    }
    let judged: usize = cards
        .iter()
        .flat_map(|c| &c.columns)
        .map(|c| c.rows.len())
        .sum();
    let unknown: usize = cards
        .iter()
        .flat_map(|c| c.columns.iter().flat_map(|c| &c.rows))
        .filter(|r| r.verdict == Truth::Unknown)
        .count();
    let known = judged - unknown;
    if held.is_empty() || known * 2 < judged {
        let wants: Vec<String> = settle.iter().take(3).map(|s| s.missing.words()).collect();
        let wants = if wants.is_empty() {
            String::new()
        } else {
            format!("; the most would be settled by {}", and_list(&wants))
        };
        return format!(
            "What you have supplied answers {known} of {judged} rows in {}{wants}.",
            counted(cards.len(), "program")
        );
    }
    let names: Vec<String> = held
        .iter()
        .map(|c| {
            format!(
                "{} of {}",
                c.holds.as_ref().map_or("", |h| h.title.as_str()),
                c.title
            )
        })
        .collect();
    let next = held
        .iter()
        .filter_map(|c| Some((c.review.as_ref()?.next.filter(|d| *d >= c.as_of)?, c.as_of)))
        .min();
    let review = match next {
        Some((day, from)) => format!(
            ", and as things stand keep it at the next review, on {}, {}",
            long_day(day),
            distance(from, day)
        ),
        None => String::new(),
    };
    format!("You hold {}{review}.", and_list(&names))
}
