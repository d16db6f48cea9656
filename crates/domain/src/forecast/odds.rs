//! How likely open records come true, and with them a requirement and a level, on a day.
//!
//! Every open record comes true or not, by itself, with a chance of its own. What each adds to a requirement the engine says, as
//! it does for a plan; the rest is counting: all combinations are added up, step by step, and those that come to the same are
//! kept as one. That is exact. Where amounts are too many to keep apart they are rounded to steps, once down and once up, and
//! the answer lies between.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use indexmap::IndexMap;
use num_bigint::{BigInt, BigUint};

use crate::calendar::Day;
use crate::engine::Engine;
use crate::evidence::Cell;
use crate::ledger::{FactId, Ledger, State};
use crate::number::Exact;
use crate::plan::catalog::{Actions, Chances};
use crate::plan::goal::{self, Atom, Blocked, Of, Target, Why};
use crate::plan::model::{Asked, adds_of};
use crate::program::Ask;
use crate::suppose::{Given, Supposed};

/// So many sums are kept apart; beyond, they are rounded to steps.
const MOST_SUMS: usize = 20_000;
/// Into so many steps a distance is cut where it must be.
const STEPS: i64 = 400;

/// How often records of a word came true.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The chance that is used.
    pub chance: Exact,
    /// How many of the partner's own closed records that passed this word came true, and of how many.
    pub own: (u32, u32),
    /// Is the chance the partner's own share?
    pub is_own: bool,
}

/// An open record that may come true.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The fact.
    pub fact: FactId,
    /// Its key.
    pub id: String,
    /// The word that its chance rests on.
    pub word: String,
    /// How likely it comes true.
    pub chance: Exact,
    /// The date before which it does not.
    pub not_before: Option<Day>,
    /// The record once it has come true, on a day.
    pub done: Supposed,
}

/// The chance of each word: the partner's own share where enough of its records are closed, else the file's.
///
/// A record is closed where it came true, or where its word has no chance any more. It counts for every word that it passed, as far
/// as the evidence kept earlier states of it.
pub fn rates(
    ledger: &Ledger,
    partner: usize,
    kind: usize,
    chances: &Chances,
) -> IndexMap<String, Rate> {
    let evidence = &ledger.evidence;
    let declared = &evidence.vocabulary.kinds[kind];
    let table = &evidence.tables[kind];
    let opened = ledger.kinds[kind].opened(table);
    let mut own: IndexMap<String, (u32, u32)> =
        chances.chance.keys().map(|w| (w.clone(), (0, 0))).collect();
    let field = declared.fields.get_index_of(&chances.field);
    let key = declared.fields.values().position(|f| f.key);
    if let (Some(field), Some(key)) = (field, key) {
        let text = |row: usize, at: usize| match ledger.cell(FactId { kind, row }, at) {
            Cell::Text(code) => evidence.strings.text(code),
            _ => "",
        };
        let mut records: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in table.rows(partner) {
            if ledger.kinds[kind].state(row) != State::LearnedLater {
                records.entry(text(row, key)).or_default().push(row);
            }
        }
        for rows in records.values() {
            let stands = rows
                .iter()
                .find(|row| ledger.kinds[kind].state(**row) == State::Known);
            let Some(stands) = stands else { continue };
            let came_true = opened[*stands] != i32::MAX;
            if !came_true && chances.chance.contains_key(text(*stands, field)) {
                continue;
            }
            for (word, (yes, all)) in &mut own {
                if rows.iter().any(|row| text(*row, field) == word) {
                    *yes += u32::from(came_true);
                    *all += 1;
                }
            }
        }
    }
    chances
        .chance
        .iter()
        .map(|(word, chance)| {
            let (yes, all) = own[word];
            let share = Exact::ratio(yes.into(), all.into()).filter(|_| all >= chances.enough);
            let rate = Rate {
                is_own: share.is_some(),
                chance: share.unwrap_or_else(|| chance.clone()),
                own: (yes, all),
            };
            (word.clone(), rate)
        })
        .collect()
}

/// The records of a kind that are open and may come true, with what each would be on a day.
pub fn open_records(
    ledger: &Ledger,
    partner: usize,
    kind: usize,
    chances: &Chances,
    day: Day,
) -> Vec<Open> {
    let evidence = &ledger.evidence;
    let declared = &evidence.vocabulary.kinds[kind];
    let table = &evidence.tables[kind];
    let opened = ledger.kinds[kind].opened(table);
    let Some(field) = declared.fields.get_index_of(&chances.field) else {
        return vec![];
    };
    let rates = rates(ledger, partner, kind, chances);
    let key = declared.fields.values().position(|f| f.key);
    let mut found = Vec::new();
    for row in table.rows(partner) {
        let fact = FactId { kind, row };
        let stands = ledger.kinds[kind].state(row) == State::Known;
        if !stands || opened[row] != i32::MAX {
            continue;
        }
        let text = |at: usize| match ledger.cell(fact, at) {
            Cell::Text(code) => evidence.strings.text(code).to_owned(),
            _ => String::new(),
        };
        let word = text(field);
        let Some(rate) = rates.get(&word).filter(|r| !r.chance.is_zero()) else {
            continue;
        };
        let not_before = chances
            .on
            .as_ref()
            .and_then(|on| evidence.column(kind, on))
            .map(|column| column.day(row))
            .filter(|on| *on != Day::MAX);
        found.push(Open {
            fact,
            id: key.map_or_else(String::new, text),
            word,
            chance: rate.chance.clone(),
            not_before,
            done: done(ledger, fact, chances, day),
        });
    }
    found
}

/// A record once it has come true on a day.
fn done(ledger: &Ledger, fact: FactId, chances: &Chances, day: Day) -> Supposed {
    let declared = &ledger.evidence.vocabulary.kinds[fact.kind];
    let mut cells: Vec<(usize, Given)> = Vec::new();
    for (at, of) in declared.fields.values().enumerate() {
        if let Some(word) = chances.done.get(&of.name) {
            cells.push((at, Given::Text(word.clone())));
        } else if declared.holds.from.contains(&of.name) {
            cells.push((at, Given::Day(day)));
        }
    }
    Supposed {
        kind: fact.kind,
        replaces: Some(fact),
        cells,
    }
}

/// A likelihood: both ends are equal where it is exact.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// It is no less.
    pub least: Exact,
    /// It is no more.
    pub most: Exact,
}

impl Likely {
    fn exactly(share: Exact) -> Likely {
        Likely {
            least: share.clone(),
            most: share,
        }
    }

    /// Is it exact?
    pub fn is_exact(&self) -> bool {
        self.least == self.most
    }
}

/// How likely a requirement is met.
#[derive(Clone, Debug, PartialEq)]
pub struct RowOdds {
    /// The row, by its place.
    pub row: Option<usize>,
    /// How much is missing on the day without any of the open records.
    pub missing: Exact,
    /// How likely what is missing comes.
    pub met: Likely,
    /// Is it a sum of amounts, and not a number of records?
    pub is_sum: bool,
    /// How likely at least so much comes: for numbers each one, for amounts some steps.
    pub at_least: Vec<(Exact, Likely)>,
}

/// How likely a level is met on a day by what is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Odds {
    /// The day.
    pub day: Day,
    /// The records that may come true by the day.
    pub open: Vec<Open>,
    /// How many are due only after the day.
    pub later: usize,
    /// The chances by kind and word.
    pub rates: Vec<(String, IndexMap<String, Rate>)>,
    /// How many come true on average.
    pub expected: Exact,
    /// The rows that are not met without them and that they move.
    pub rows: Vec<RowOdds>,
    /// The rows that are not met and that none of them moves, by their places.
    pub unmoved: Vec<usize>,
    /// How likely the whole level is met; zero where something else is in the way.
    pub level: Likely,
    /// Is the level met without any of them?
    pub met_without: bool,
}

/// How likely a level is met on a day, if each open record comes true by itself with its own chance, on its date or, where it has
/// none ahead, by the day.
pub fn odds(
    engine: &Engine,
    partner: usize,
    (edition, ask, level): (usize, Ask, usize),
    (today, day): (Day, Day),
    files: &[&Actions],
) -> Odds {
    let target = Target {
        run: engine.on(edition),
        ask,
        level,
    };
    let ledger = &engine.ledger;
    let mut open: Vec<Open> = Vec::new();
    let mut rates_of: Vec<(String, IndexMap<String, Rate>)> = Vec::new();
    let mut later = 0;
    for (name, chances) in files.iter().flat_map(|f| &f.chances) {
        let Some(kind) = ledger.evidence.kind(name) else {
            continue;
        };
        if rates_of.iter().any(|(known, _)| known == name) {
            continue;
        }
        rates_of.push((name.clone(), rates(ledger, partner, kind, chances)));
        for mut record in open_records(ledger, partner, kind, chances, day) {
            let on = record.not_before.filter(|on| *on > today).unwrap_or(day);
            if on > day {
                later += 1;
                continue;
            }
            record.done = done(ledger, record.fact, chances, on);
            open.push(record);
        }
    }
    let expected = open.iter().map(|o| o.chance.clone()).sum();
    let mut ways = goal::ways(std::slice::from_ref(&target), partner, day, None);
    // What is not a sum of what each record adds has no odds of its own.
    for way in &mut ways {
        let (shaped, sums) = way.atoms.drain(..).partition(|a| a.shape.is_some());
        way.atoms = sums;
        let shaped: Vec<Atom> = shaped;
        way.blocked.extend(shaped.into_iter().map(|a| Blocked {
            target: a.target,
            row: a.row,
            why: Why::NoSum,
        }));
    }
    let mut atoms: Vec<Atom> = Vec::new();
    for atom in ways.iter().flat_map(|w| &w.atoms) {
        if !atoms.contains(atom) {
            atoms.push(atom.clone());
        }
    }
    let editions = [edition];
    let asked = Asked {
        engine,
        partner,
        today,
        by: day,
        targets: &editions,
        offered: files,
    };
    let facts: Vec<Supposed> = open.iter().map(|o| o.done.clone()).collect();
    let (adds, missing) = adds_of(&asked, &atoms, &facts);
    let moved: Vec<bool> = (0..atoms.len())
        .map(|at| adds.iter().any(|a| a.contains_key(&at)))
        .collect();
    let mut rows: Vec<RowOdds> = Vec::new();
    let mut unmoved: Vec<usize> = Vec::new();
    for (at, atom) in atoms.iter().enumerate() {
        if missing[at] <= Exact::ZERO {
            continue;
        }
        if !moved[at] {
            unmoved.extend(atom.row.filter(|row| !unmoved.contains(row)));
            continue;
        }
        let is_sum = atom
            .terms
            .iter()
            .any(|(_, c)| matches!(c.what, Of::Sum(..)));
        rows.push(row_odds(atom, at, &missing[at], is_sum, &open, &adds));
    }
    let level = level_odds(&ways, &atoms, &missing, &open, &adds);
    Odds {
        day,
        met_without: ways
            .iter()
            .any(|w| w.atoms.is_empty() && w.blocked.is_empty()),
        open,
        later,
        rates: rates_of,
        expected,
        rows,
        unmoved,
        level,
    }
}

fn row_odds(
    atom: &Atom,
    at: usize,
    missing: &Exact,
    is_sum: bool,
    open: &[Open],
    adds: &[BTreeMap<usize, Exact>],
) -> RowOdds {
    let own: Vec<(Exact, Vec<Exact>)> = open
        .iter()
        .zip(adds)
        .filter_map(|(o, a)| Some((o.chance.clone(), vec![a.get(&at)?.clone()])))
        .collect();
    let all: Exact = own.iter().map(|(_, a)| a[0].clone()).sum();
    let reaches = |wanted: &Exact| {
        likely(&own, std::slice::from_ref(wanted), &|sums| {
            sums[0] >= *wanted
        })
    };
    let steps: Vec<Exact> = if is_sum {
        (1..=5)
            .filter_map(|n| (&all * &Exact::from(n)).checked_div(&Exact::from(5)))
            .map(|step| step.floor())
            .collect()
    } else {
        let most = all.floor().to_i64().unwrap_or(0);
        (1..=most).map(Exact::from).collect()
    };
    RowOdds {
        row: atom.row,
        missing: missing.clone(),
        met: reaches(missing),
        is_sum,
        at_least: steps
            .into_iter()
            .map(|s| (s.clone(), reaches(&s)))
            .collect(),
    }
}

fn level_odds(
    ways: &[goal::Way],
    atoms: &[Atom],
    missing: &[Exact],
    open: &[Open],
    adds: &[BTreeMap<usize, Exact>],
) -> Likely {
    // Each way wants these of the atoms; one that is blocked, or wants something that nothing moves, is no way.
    let wants: Vec<Vec<usize>> = ways
        .iter()
        .filter(|w| w.blocked.is_empty())
        .map(|way| {
            way.atoms
                .iter()
                .filter_map(|a| atoms.iter().position(|known| known == a))
                .filter(|at| missing[*at] > Exact::ZERO)
                .collect()
        })
        .collect();
    let mut used: Vec<usize> = wants.iter().flatten().copied().collect();
    used.sort_unstable();
    used.dedup();
    let own: Vec<(Exact, Vec<Exact>)> = open
        .iter()
        .zip(adds)
        .map(|(o, a)| {
            let by = used
                .iter()
                .map(|at| a.get(at).cloned().unwrap_or(Exact::ZERO));
            (o.chance.clone(), by.collect::<Vec<_>>())
        })
        .filter(|(_, by)| by.iter().any(|b| !b.is_zero()))
        .collect();
    let caps: Vec<Exact> = used.iter().map(|at| missing[*at].clone()).collect();
    likely(&own, &caps, &|sums| {
        wants.iter().any(|want| {
            want.iter().all(|at| {
                let place = used.iter().position(|u| u == at).unwrap_or(0);
                sums[place] >= caps[place]
            })
        })
    })
}

/// How likely the sums of what comes true satisfy a test that more never turns from yes to no.
fn likely(own: &[(Exact, Vec<Exact>)], caps: &[Exact], test: &dyn Fn(&[Exact]) -> bool) -> Likely {
    if let Some(share) = summed(own, caps, test) {
        return Likely::exactly(share);
    }
    let rounded = |up: bool| {
        let own: Vec<(Exact, Vec<Exact>)> = own
            .iter()
            .map(|(chance, by)| {
                let by = by
                    .iter()
                    .zip(caps)
                    .map(|(b, cap)| {
                        let step = cap.checked_div(&Exact::from(STEPS));
                        let Some(steps) = step.as_ref().and_then(|s| b.checked_div(s)) else {
                            return b.clone();
                        };
                        // Numbers that few steps reach stay as they are.
                        if cap.is_whole() && *cap <= Exact::from(STEPS) && b.is_whole() {
                            return b.clone();
                        }
                        let steps = if up { steps.ceiling() } else { steps.floor() };
                        step.map_or_else(|| b.clone(), |s| &steps * &s)
                    })
                    .collect();
                (chance.clone(), by)
            })
            .collect();
        summed(&own, caps, test)
    };
    Likely {
        least: rounded(false).unwrap_or(Exact::ZERO),
        most: rounded(true).unwrap_or(Exact::ONE),
    }
}

/// All combinations added up, those with the same sums as one; sums beyond their cap are the cap. `None` where too many differ.
fn summed(
    own: &[(Exact, Vec<Exact>)],
    caps: &[Exact],
    test: &dyn Fn(&[Exact]) -> bool,
) -> Option<Exact> {
    let mut sums: HashMap<Vec<Exact>, BigUint> = HashMap::new();
    sums.insert(vec![Exact::ZERO; caps.len()], BigUint::from(1_u8));
    let mut whole = BigUint::from(1_u8);
    for (chance, by) in own {
        let (yes, of) = chance.parts()?;
        let (yes, of) = (u64::try_from(yes).ok()?, u64::try_from(of).ok()?);
        whole *= of;
        let mut next: HashMap<Vec<Exact>, BigUint> = HashMap::with_capacity(sums.len() * 2);
        for (sum, weight) in sums {
            let with: Vec<Exact> = sum
                .iter()
                .zip(by)
                .zip(caps)
                .map(|((a, b), cap)| (a + b).min(cap.clone()))
                .collect();
            *next.entry(with).or_default() += &weight * yes;
            *next.entry(sum).or_default() += weight * (of - yes);
        }
        if next.len() > MOST_SUMS {
            return None;
        }
        sums = next;
    }
    let good: BigUint = sums
        .into_iter()
        .filter(|(sum, _)| test(sum))
        .map(|(_, weight)| weight)
        .sum();
    Some(Exact::big(BigInt::from(good), BigInt::from(whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    /// Every combination one by one.
    fn brute(own: &[(Exact, Vec<Exact>)], test: &dyn Fn(&[Exact]) -> bool) -> Exact {
        let width = own[0].1.len();
        let mut total = Exact::ZERO;
        for chosen in 0..1_u32 << own.len() {
            let mut share = Exact::ONE;
            let mut sums = vec![Exact::ZERO; width];
            for (at, (chance, by)) in own.iter().enumerate() {
                if chosen & (1 << at) == 0 {
                    share = &share * &(&Exact::ONE - chance);
                } else {
                    share = &share * chance;
                    for (sum, b) in sums.iter_mut().zip(by) {
                        *sum = &*sum + b;
                    }
                }
            }
            if test(&sums) {
                total = &total + &share;
            }
        }
        total
    }

    #[test]
    fn four_chances_give_what_every_combination_adds_up_to() {
        // The four opportunities that are due before a review, and the three launches of 1,500 that it asks.
        let own: Vec<(Exact, Vec<Exact>)> = [
            ("0.93", "620"),
            ("0.93", "1150"),
            ("0.84", "980"),
            ("0.72", "560"),
        ]
        .map(|(chance, mrr)| (exact(chance), vec![Exact::ONE, exact(mrr)]))
        .to_vec();
        let caps = [Exact::from(3), Exact::from(1500)];
        let test = |sums: &[Exact]| sums[0] >= Exact::from(3) && sums[1] >= Exact::from(1500);
        let found = likely(&own, &caps, &test);
        assert!(found.is_exact());
        assert_eq!(found.least, brute(&own, &test));
        assert_eq!(found.least, exact("0.90489744"));
    }

    #[test]
    fn what_is_too_much_to_keep_apart_lies_between_two_ends() {
        // Amounts of which hardly two combinations are the same.
        let own: Vec<(Exact, Vec<Exact>)> = (0..18_i64)
            .map(|n| {
                (
                    exact("0.5"),
                    vec![Exact::scaled(
                        100_000 + i128::from((n * n * 7919) % 90_001),
                        2,
                    )],
                )
            })
            .collect();
        let cap = exact("13000");
        let test = |sums: &[Exact]| sums[0] >= cap;
        let found = likely(&own, std::slice::from_ref(&cap), &test);
        let truth = brute(&own, &test);
        assert!(
            found.least <= truth && truth <= found.most,
            "{found:?} and {truth}"
        );
        assert!(&found.most - &found.least < exact("0.1"), "{found:?}");
    }
}
