//! Where a partner stands in every program at once.

use std::collections::BTreeSet;

use domain::diagnostic::Diagnostic;
use domain::program::Ask;
use domain::standing::Truth;

use crate::locale::Lang;
use crate::missing::Missing;
use crate::question::{Desk, has_errors, name_of};
use crate::scorecard::{Row, Scorecard, of_run};
use crate::texts::fill;

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
    desk.once("overview", || overview_now(desk))
}

fn overview_now(desk: &Desk) -> Result<Overview, Diagnostic> {
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

impl Overview {
    /// The one sentence that matters most over all of them: what would be lost first, else what is kept, else what can be said
    /// at all.
    pub fn news(&self, lang: Lang) -> String {
        let t = lang.texts();
        let held: Vec<&Scorecard> = self.cards.iter().filter(|c| c.holds.is_some()).collect();
        let level = |of: &Scorecard| {
            of.holds
                .as_ref()
                .map_or_else(String::new, |h| h.title.clone())
        };
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
            let when = match first.review.as_ref().and_then(|r| r.next) {
                Some(day) => fill(
                    t.home_when,
                    &[
                        ("day", &lang.long_day(day)),
                        ("distance", &lang.distance(first.as_of, day)),
                    ],
                ),
                None => String::new(),
            };
            let more = match danger.len() {
                1 => String::new(),
                n => lang.several(t.home_not_renewed_more, n - 1),
            };
            return fill(
                t.home_not_renewed,
                &[
                    ("level", &level(first)),
                    ("program", &first.title),
                    ("when", &when),
                    ("more", &more),
                ],
            );
        }
        let judged: usize = self
            .cards
            .iter()
            .flat_map(|c| &c.columns)
            .map(|c| c.rows.len())
            .sum();
        let unknown: usize = self
            .cards
            .iter()
            .flat_map(|c| c.columns.iter().flat_map(|c| &c.rows))
            .filter(|r| r.verdict == Truth::Unknown)
            .count();
        let known = judged - unknown;
        if held.is_empty() || known * 2 < judged {
            let wants: Vec<String> = self
                .settle
                .iter()
                .take(3)
                .map(|s| s.missing.words(lang))
                .collect();
            let wants = if wants.is_empty() {
                String::new()
            } else {
                fill(t.home_wants, &[("list", &lang.list(&wants))])
            };
            return fill(
                &lang.several(t.home_answers, self.cards.len()),
                &[
                    ("known", &lang.size(known)),
                    ("judged", &lang.size(judged)),
                    ("wants", &wants),
                ],
            );
        }
        let names: Vec<String> = held
            .iter()
            .map(|c| {
                fill(
                    t.home_level_of,
                    &[("level", &level(c)), ("program", &c.title)],
                )
            })
            .collect();
        let next = held
            .iter()
            .filter_map(|c| Some((c.review.as_ref()?.next.filter(|d| *d >= c.as_of)?, c.as_of)))
            .min();
        let review = match next {
            Some((day, from)) => fill(
                t.home_keeps,
                &[
                    ("day", &lang.long_day(day)),
                    ("distance", &lang.distance(from, day)),
                ],
            ),
            None => String::new(),
        };
        fill(
            t.home_holds,
            &[("list", &lang.list(&names)), ("review", &review)],
        )
    }
}
