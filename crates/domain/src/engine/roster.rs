//! People to seats: the largest number of seats that can be filled at once.
//!
//! Greedy gives wrong answers, so seats are filled by a maximum flow; where a person must keep to one
//! role, or would sit twice for the same thing, the cases are tried one by one.

use std::collections::BTreeMap;

use crate::number::{Exact, Range};
use crate::program::Roster;

use super::aggregate::Key;

/// How many cases are tried before the answer is given as a range.
const MOST_CASES: u32 = 20_000;

/// How many seats can be filled: at least by those who certainly hold what they need, at most by those who may.
pub(super) fn filled(roster: &Roster, people: &[(Key, String, bool)], refused: u32) -> Range {
    let least = seats(roster, people, true).0;
    let possible = if people.iter().all(|p| p.2) {
        seats(roster, people, true).1
    } else {
        seats(roster, people, false).1
    };
    // A refused row may seat one more.
    let all: i64 = roster.seats.iter().map(|s| i64::from(s.number)).sum();
    let most = (possible + i64::from(refused)).min(all);
    Range::between(Exact::from(least), Exact::from(most.max(least)))
}

/// Who sits on which seats where as many as can be are filled, by those who certainly hold what they need: each with the
/// entry that their seat needs.
pub(super) fn seated(roster: &Roster, people: &[(Key, String, bool)]) -> Vec<(Key, String)> {
    let able = able(roster, people, true);
    let mut search = Search::of(roster);
    search.try_case(&mut able.values().cloned().collect());
    let mut found = Vec::new();
    for (person, sits) in able.keys().zip(&search.taken) {
        for (seat, _) in roster.seats.iter().zip(sits).filter(|(_, sits)| **sits) {
            found.push(((*person).clone(), seat.needs.clone()));
        }
    }
    found
}

/// How many seats of a roster people can fill who hold these entries for certain.
pub(crate) fn filled_by(roster: &Roster, people: &[(String, String)]) -> Range {
    let people: Vec<(Key, String, bool)> = people
        .iter()
        .map(|(person, entry)| (Key::Text(person.as_str().into()), entry.clone(), true))
        .collect();
    filled(roster, &people, 0)
}

/// The seats that each person may take.
fn able<'p>(
    roster: &Roster,
    people: &'p [(Key, String, bool)],
    certain: bool,
) -> BTreeMap<&'p Key, Vec<bool>> {
    let mut able: BTreeMap<&Key, Vec<bool>> = BTreeMap::new();
    for (person, entry, sure) in people {
        if certain && !sure {
            continue;
        }
        let seats = able
            .entry(person)
            .or_insert_with(|| vec![false; roster.seats.len()]);
        for (at, seat) in roster.seats.iter().enumerate() {
            // An entry that nobody knows may be the one that the seat needs.
            seats[at] |= seat.needs == *entry || entry.is_empty();
        }
    }
    able
}

/// The most seats, and a bound on it where not every case could be tried.
fn seats(roster: &Roster, people: &[(Key, String, bool)], certain: bool) -> (i64, i64) {
    let mut allowed: Vec<Vec<bool>> = able(roster, people, certain).into_values().collect();
    let mut search = Search::of(roster);
    search.try_case(&mut allowed);
    (search.best, search.best.max(search.open))
}

struct Search<'r> {
    roster: &'r Roster,
    best: i64,
    cases: u32,
    /// The highest bound of a case that was not tried.
    open: i64,
    /// Who sits where in the best case.
    taken: Vec<Vec<bool>>,
}

impl<'r> Search<'r> {
    fn of(roster: &'r Roster) -> Search<'r> {
        Search {
            roster,
            best: 0,
            cases: 0,
            open: 0,
            taken: vec![],
        }
    }

    fn try_case(&mut self, allowed: &mut Vec<Vec<bool>>) {
        let (count, taken) = flow(self.roster, allowed);
        if count <= self.best {
            return;
        }
        self.cases += 1;
        if self.cases > MOST_CASES {
            self.open = self.open.max(count);
            return;
        }
        let seats = &self.roster.seats;
        for person in 0..taken.len() {
            let sits: Vec<usize> = (0..seats.len()).filter(|s| taken[person][*s]).collect();
            let roles = |a: &usize| &seats[*a].role;
            if self.roster.one_role && sits.iter().any(|s| roles(s) != roles(&sits[0])) {
                let mut kept: Vec<&String> = Vec::new();
                for seat in seats
                    .iter()
                    .enumerate()
                    .filter(|(s, _)| allowed[person][*s])
                    .map(|(_, seat)| seat)
                {
                    if !kept.contains(&&seat.role) {
                        kept.push(&seat.role);
                    }
                }
                let before = allowed[person].clone();
                for role in kept {
                    for (s, seat) in seats.iter().enumerate() {
                        allowed[person][s] = before[s] && seat.role == *role;
                    }
                    self.try_case(allowed);
                }
                allowed[person] = before;
                return;
            }
            let twice = sits.iter().find(|a| {
                sits.iter()
                    .any(|b| *a != b && seats[**a].for_ == seats[*b].for_)
            });
            if let Some(twice) = twice {
                let what = &seats[*twice].for_;
                let before = allowed[person].clone();
                for keep in (0..seats.len()).filter(|s| before[*s] && seats[*s].for_ == *what) {
                    for (s, seat) in seats.iter().enumerate() {
                        allowed[person][s] = before[s] && (seat.for_ != *what || s == keep);
                    }
                    self.try_case(allowed);
                }
                allowed[person] = before;
                return;
            }
        }
        self.best = count;
        self.taken = taken;
    }
}

/// The maximum flow of people to seats under the capacities of their roles, and who sits where.
fn flow(roster: &Roster, allowed: &[Vec<bool>]) -> (i64, Vec<Vec<bool>>) {
    let seats = &roster.seats;
    let mut taken = vec![vec![false; seats.len()]; allowed.len()];
    let mut free: Vec<u32> = seats.iter().map(|s| s.number).collect();
    let mut count = 0;
    let room = |taken: &[Vec<bool>], person: usize, role: &str| {
        let used = seats
            .iter()
            .enumerate()
            .filter(|(s, seat)| taken[person][*s] && seat.role == role)
            .count();
        roster
            .capacity
            .get(role)
            .is_none_or(|most| used < *most as usize)
    };
    // Each round looks for one more seat, moving others along if it must: a path from a person with room
    // to a free seat, over (person, role) pairs and seats.
    loop {
        let mut found = false;
        let mut seen = vec![false; seats.len()];
        for target in 0..seats.len() {
            if free[target] > 0
                && !seen[target]
                && give(roster, allowed, &mut taken, target, &mut seen, &room)
            {
                free[target] -= 1;
                count += 1;
                found = true;
            }
        }
        if !found {
            return (count, taken);
        }
    }
}

/// Finds somebody for one more place of a seat: with room, or by leaving another seat to somebody else.
fn give(
    roster: &Roster,
    allowed: &[Vec<bool>],
    taken: &mut [Vec<bool>],
    seat: usize,
    seen: &mut [bool],
    room: &impl Fn(&[Vec<bool>], usize, &str) -> bool,
) -> bool {
    if std::mem::replace(&mut seen[seat], true) {
        return false;
    }
    let role = &roster.seats[seat].role;
    for person in 0..allowed.len() {
        if allowed[person][seat] && !taken[person][seat] && room(taken, person, role) {
            taken[person][seat] = true;
            return true;
        }
    }
    for person in 0..allowed.len() {
        if !allowed[person][seat] || taken[person][seat] {
            continue;
        }
        for other in 0..roster.seats.len() {
            if taken[person][other] && roster.seats[other].role == *role && other != seat {
                taken[person][other] = false;
                taken[person][seat] = true;
                if give(roster, allowed, taken, other, seen, room) {
                    return true;
                }
                taken[person][other] = true;
                taken[person][seat] = false;
            }
        }
    }
    false
}
