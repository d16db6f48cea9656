//! Seats of a roster in a plan: how many could be filled, as conditions on what is chosen.
//!
//! Who sits where is a matching of people and seats. People who could take the same seats are counted and not named: of each
//! kind of them so many sit by each of the largest sets of seats that one person may take, and a seat is filled no oftener than
//! somebody sits so that it is among theirs. That is exact, and no larger with more people.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::Day;
use crate::engine::filled_by;
use crate::number::Exact;
use crate::plan::model::Sum;
use crate::plan::solve::Problem;
use crate::program::{Ask, Roster};

/// One person may take the seats of a roster in at most so many ways; of a roster with more the seats are not planned.
const MOST_PATTERNS: usize = 256;

/// So many sets are looked at before that is given up.
const MOST_SETS: usize = 4096;

/// A roster that is asked about on a day, and who could sit already.
#[derive(Clone, Debug)]
pub(super) struct Seating {
    /// Where it stands: the slot, and the term of it.
    pub(super) place: (usize, usize),
    /// What one filled seat weighs there.
    pub(super) factor: Exact,
    /// What tells it from another: the edition, the roster, the question, the day.
    pub(super) of: (usize, usize, Ask, Day),
    /// The roster.
    pub(super) roster: Roster,
    /// Who holds which of the entries that its seats need.
    pub(super) held: BTreeMap<String, BTreeSet<String>>,
}

impl Seating {
    /// Does a seat need this entry?
    pub(super) fn needs(&self, entry: &str) -> bool {
        self.roster.seats.iter().any(|seat| seat.needs == entry)
    }

    /// How many seats are filled by those who hold what they need.
    pub(super) fn now(&self) -> Exact {
        let each = self.held.iter();
        let people: Vec<(String, String)> = each
            .flat_map(|(person, of)| of.iter().map(move |entry| (person.clone(), entry.clone())))
            .collect();
        let filled = filled_by(&self.roster, &people);
        filled.least.unwrap_or(Exact::ZERO)
    }

    /// Is it the same roster on the same day, whoever asks?
    pub(super) fn same(&self, other: &Seating) -> bool {
        self.of == other.of
    }

    fn allowed(&self, entries: &BTreeSet<String>) -> Vec<bool> {
        let seats = self.roster.seats.iter();
        seats.map(|seat| entries.contains(&seat.needs)).collect()
    }
}

/// Are there few enough ways to take the seats of this roster for a plan?
pub(super) fn can_be_planned(roster: &Roster) -> bool {
    patterns(roster, &vec![true; roster.seats.len()]).is_some()
}

/// Which entries somebody can use at once: of each of the largest sets of seats what they need.
pub(super) fn used_at_once(roster: &Roster) -> Vec<BTreeSet<String>> {
    let all = patterns(roster, &vec![true; roster.seats.len()]).unwrap_or_default();
    let needs = |pattern: &Vec<bool>| {
        let seats = roster.seats.iter().zip(pattern);
        seats
            .filter(|(_, sits)| **sits)
            .map(|(seat, _)| seat.needs.clone())
            .collect()
    };
    all.iter().map(needs).collect()
}

/// The largest sets of these seats that one person may take: no two of the same thing, of each role no more than its capacity,
/// and where people keep to one role of one role alone. `None` where there are too many.
fn patterns(roster: &Roster, allowed: &[bool]) -> Option<Vec<Vec<bool>>> {
    let seats = &roster.seats;
    let all: Vec<usize> = (0..seats.len()).filter(|s| allowed[*s]).collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    if roster.one_role {
        let roles: BTreeSet<&String> = all.iter().map(|s| &seats[*s].role).collect();
        for role in roles {
            let own = all.iter().copied().filter(|s| seats[*s].role == *role);
            sets.extend(taken_of(roster, &own.collect::<Vec<_>>())?);
        }
    } else {
        sets = taken_of(roster, &all)?;
    }
    let sets: BTreeSet<BTreeSet<usize>> =
        sets.into_iter().map(|s| s.into_iter().collect()).collect();
    let largest: Vec<Vec<bool>> = sets
        .iter()
        .filter(|set| {
            let larger =
                |other: &BTreeSet<usize>| other.len() > set.len() && other.is_superset(set);
            !set.is_empty() && !sets.iter().any(larger)
        })
        .map(|set| (0..seats.len()).map(|s| set.contains(&s)).collect())
        .collect();
    (largest.len() <= MOST_PATTERNS).then_some(largest)
}

/// Sets of these seats that one person may take, the largest among them.
fn taken_of(roster: &Roster, of: &[usize]) -> Option<Vec<Vec<usize>>> {
    let seats = &roster.seats;
    let capacity = |role: &String| {
        let most = roster.capacity.get(role);
        most.map_or(usize::MAX, |most| *most as usize)
    };
    let alike =
        |set: &[usize], same: &dyn Fn(usize) -> bool| set.iter().filter(|s| same(**s)).count();
    // A seat that nothing contends with is taken by everybody who may.
    let (free, contested): (Vec<usize>, Vec<usize>) = of.iter().partition(|s| {
        let seat = &seats[**s];
        alike(of, &|o| seats[o].for_ == seat.for_) == 1
            && alike(of, &|o| seats[o].role == seat.role) <= capacity(&seat.role)
    });
    let mut sets = vec![free];
    for s in contested {
        let seat = &seats[s];
        let with: Vec<Vec<usize>> = sets
            .iter()
            .filter(|set| {
                alike(set, &|o| seats[o].for_ == seat.for_) == 0
                    && alike(set, &|o| seats[o].role == seat.role) < capacity(&seat.role)
            })
            .map(|set| set.iter().copied().chain([s]).collect())
            .collect();
        sets.extend(with);
        if sets.len() > MOST_SETS {
            return None;
        }
    }
    Some(sets)
}

/// Who could sit, once something is chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Able {
    /// How many could take exactly these seats.
    by_seats: BTreeMap<Vec<bool>, Sum>,
    /// How many people that are.
    people: u32,
    /// Everything that each could hold.
    most: Vec<(String, String)>,
}

impl Able {
    /// Adds people who are alike: who they are, what they hold, and by each choice what they would hold besides.
    pub(super) fn add(
        &mut self,
        seating: &Seating,
        who: &[&str],
        held: &BTreeSet<String>,
        chosen: &[(usize, BTreeSet<String>)],
    ) {
        let count = u32::try_from(who.len()).unwrap_or(u32::MAX);
        let mut all = held.clone();
        let mut rest = Sum::fixed(Exact::from(i64::from(count)));
        for (column, entries) in chosen {
            let entries: BTreeSet<String> = held.union(entries).cloned().collect();
            let one = Sum::fixed(Exact::ZERO).and(*column, &Exact::ONE);
            self.could(seating.allowed(&entries), &one);
            rest = rest.and(*column, &-Exact::ONE);
            all.extend(entries);
        }
        self.could(seating.allowed(held), &rest);
        self.people = self.people.saturating_add(count);
        let each = who.iter();
        self.most
            .extend(each.flat_map(|w| all.iter().map(|e| ((*w).to_owned(), e.clone()))));
    }

    fn could(&mut self, seats: Vec<bool>, how_many: &Sum) {
        if seats.contains(&true) {
            let sum = self.by_seats.entry(seats);
            sum.or_insert_with(|| Sum::fixed(Exact::ZERO))
                .add(&Exact::ONE, how_many);
        }
    }

    /// Puts it into conditions. Gives the helper that says how many more seats are filled than now; none where none could be.
    pub(super) fn conditions(&self, seating: &Seating, problem: &mut Problem) -> Option<usize> {
        let now = seating.now();
        let then = filled_by(&seating.roster, &self.most).most?;
        let more = (&then - &now)
            .to_i64()
            .and_then(|n| u32::try_from(n).ok())?;
        if more == 0 {
            return None;
        }
        let helper = |problem: &mut Problem, most: u32| {
            problem.costs.push(Exact::ZERO);
            problem.most.push(most);
            problem.costs.len() - 1
        };
        // How many sit so that the seat is among theirs.
        let mut sits: Vec<Sum> = vec![Sum::fixed(Exact::ZERO); seating.roster.seats.len()];
        for (seats, how_many) in &self.by_seats {
            // Of a roster that can be planned there are never too many.
            let patterns = patterns(&seating.roster, seats).unwrap_or_default();
            if let [only] = patterns.as_slice() {
                for (sum, _) in sits.iter_mut().zip(only).filter(|(_, sits)| **sits) {
                    sum.add(&Exact::ONE, how_many);
                }
                continue;
            }
            let mut split = how_many.clone();
            for pattern in patterns {
                let column = helper(problem, self.people);
                split = split.and(column, &-Exact::ONE);
                for (sum, _) in sits.iter_mut().zip(&pattern).filter(|(_, sits)| **sits) {
                    *sum = sum.clone().and(column, &Exact::ONE);
                }
            }
            problem.rows.push(split.at_least(&Exact::ZERO));
        }
        let mut filled = Sum::fixed(Exact::ZERO);
        for (seat, sum) in seating.roster.seats.iter().zip(sits) {
            let column = helper(problem, seat.number);
            let row = sum.and(column, &-Exact::ONE);
            problem.rows.push(row.at_least(&Exact::ZERO));
            filled = filled.and(column, &Exact::ONE);
        }
        let column = helper(problem, more);
        let row = filled.and(column, &-Exact::ONE);
        problem.rows.push(row.at_least(&now));
        Some(column)
    }
}
