//! Scores, tracks and rosters: §7 of the language page; conventions 27 to 29.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Name;
use super::values::{Val, same, whole};
use super::{About, Link, Reference, Scene, Track};
use crate::number::{Exact, Range};
use crate::program::{Choose, Edition, PerTrack, Roster, Score, ScorePart, Seat};
use crate::syntax::Pick;

/// How many ways of seating one more person are tried; beyond it, only the number of seats bounds the answer.
const MOST_FILLINGS: usize = 500_000;

impl Reference<'_> {
    // --------------------------------------------------------------------------------------------------------- tracks

    /// The track that the user assumes, for the program asked about and for no other.
    pub(super) fn assumed_track(&self) -> Track<'_> {
        match &self.assumptions.track {
            Some(track) if self.edition.tracks.is_some() && self.asked_by.is_empty() => {
                Track::On(track)
            }
            _ => Track::Open,
        }
    }

    /// The value on the track of the day; `None` where it differs by track and there is no track (27).
    pub(super) fn on_track<'t, T>(
        &self,
        value: &'t PerTrack<T>,
        scene: &Scene<'_>,
    ) -> Option<&'t T> {
        match value {
            PerTrack::All(value) => Some(value),
            PerTrack::Each(by_track) => by_track.get(&self.track_of(scene)?),
        }
    }

    /// Convention 27: the track that the program's choice yields on the day.
    pub(super) fn track_of(&self, scene: &Scene<'_>) -> Option<String> {
        match scene.track {
            Track::On(track) => Some(track.to_owned()),
            Track::None => None,
            Track::Open => self.chosen_track(scene),
        }
    }

    fn chosen_track(&self, scene: &Scene<'_>) -> Option<String> {
        let tracks = self.edition.tracks.as_ref()?;
        // The choice is a question of its own: it begins a new trail, and settles the track for all that it asks.
        let link = Link {
            what: "track",
            name: "",
            at: &self.edition.program,
            up: None,
        };
        let asked = Scene {
            level: None,
            file: self.edition,
            words: &[],
            about: About::Partner,
            trail: Some(&link),
            depth: scene.depth + 1,
            ..*scene
        };
        match &tracks.choose {
            // The track whose least is highest, the first of equals.
            Choose::Highest(name) => {
                let mut best: Option<(Exact, &String)> = None;
                for track in &tracks.of {
                    let on = Track::On(track);
                    let value = self.named(name, &Scene { track: on, ..asked });
                    if let Some(least) = self.least(&value)
                        && best.as_ref().is_none_or(|(highest, _)| least > *highest)
                    {
                        best = Some((least, track));
                    }
                }
                best.map(|(_, track)| track.clone())
            }
            Choose::By(formula) => {
                let none = Track::None;
                match self.eval(
                    &formula.expr,
                    &Scene {
                        track: none,
                        ..asked
                    },
                ) {
                    Val::Word(word) => {
                        let chosen = word.known()?;
                        tracks.of.iter().find(|t| same(t, chosen)).cloned()
                    }
                    _ => None,
                }
            }
        }
    }

    fn least(&self, value: &Val) -> Option<Exact> {
        match self.shown(value.clone(), None).0 {
            crate::standing::Value::Number(range) => range.least,
            _ => None,
        }
    }

    // --------------------------------------------------------------------------------------------------------- scores

    /// Convention 28: the weighted mean of the parts where any has a weight, else their sum. Parts that are not
    /// applicable drop out, with their weight; a part without a weight beside one that has it weighs 1.
    pub(super) fn score(&self, score: &Score, scene: &Scene<'_>) -> Val {
        let Some(parts) = self.on_track(&score.part, scene) else {
            return Val::Number(Range::UNKNOWN);
        };
        let weighted = parts.values().any(|p| p.weight.is_some());
        let mut total = Range::exactly(Exact::ZERO);
        let mut weights = Range::exactly(Exact::ZERO);
        let mut left = 0;
        for part in parts.values() {
            let Some(points) = self.points(part, scene) else {
                continue;
            };
            let weight = match &part.weight {
                None => Range::exactly(Exact::ONE),
                Some(weight) => match self.eval(&weight.expr, scene) {
                    Val::Number(weight) => weight,
                    Val::NotApplicable => continue,
                    _ => Range::UNKNOWN,
                },
            };
            left += 1;
            total = total
                + if weighted {
                    weight.clone() * points
                } else {
                    points
                };
            weights = weights + weight;
        }
        match (left, weighted) {
            (0, _) => Val::NotApplicable,
            (_, true) => Val::Number(total.divided_by(&weights)),
            (_, false) => Val::Number(total),
        }
    }

    /// The points of a part, held between 0 and its `max`; none where it is not applicable.
    fn points(&self, part: &ScorePart, scene: &Scene<'_>) -> Option<Range> {
        let number = |value| match value {
            Val::Number(range) => Some(range),
            Val::Set(set) => Some(set.count()),
            Val::NotApplicable => None,
            _ => Some(Range::UNKNOWN),
        };
        let points = number(self.eval(&part.points.expr, scene))?;
        let Some(max) = &part.max else {
            return Some(points);
        };
        let max = number(self.eval(&max.expr, scene)).unwrap_or(Range::UNKNOWN);
        let nothing = Range::exactly(Exact::ZERO);
        Some(points.higher(&nothing).lower(&max))
    }

    /// A part of a score, by its own name, on the track of the day.
    pub(super) fn score_part(&self, file: &Edition, name: &str, scene: &Scene<'_>) -> Val {
        for score in file.score.values() {
            let parts = self.on_track(&score.part, scene);
            if let Some(part) = parts.and_then(|parts| parts.get(name)) {
                return self
                    .points(part, scene)
                    .map_or(Val::NotApplicable, Val::Number);
            }
        }
        Val::Number(Range::UNKNOWN)
    }

    /// `lowest part of score`.
    pub(super) fn lowest_part(&self, name: &str, scene: &Scene<'_>) -> Val {
        let files = self.files(scene.file);
        let Some((file, score)) = files.iter().find_map(|f| Some((*f, f.score.get(name)?))) else {
            return Val::Unknown;
        };
        if scene.is_under_way("name", name, &file.program) {
            return Val::Unknown;
        }
        let link = Link {
            what: "name",
            name,
            at: &file.program,
            up: scene.trail,
        };
        let scene = Scene {
            file,
            words: &[],
            about: About::Partner,
            trail: Some(&link),
            ..*scene
        };
        let Some(parts) = self.on_track(&score.part, &scene) else {
            return Val::Number(Range::UNKNOWN);
        };
        let points = parts
            .values()
            .filter_map(|part| self.points(part, &scene))
            .map(Val::Number)
            .collect();
        self.pick_of(Pick::Lowest, points)
    }

    // -------------------------------------------------------------------------------------------------------- rosters

    /// Convention 29: `filled(roster)` is a maximum matching of people to seats, at least over the facts that are
    /// certain, at most over those that may count too. A refused row could seat one more person, whoever it is of.
    pub(super) fn filled(&self, name: &str, scene: &Scene<'_>) -> Val {
        let files = self.files(scene.file);
        let Some((file, roster)) = files.iter().find_map(|f| Some((*f, f.roster.get(name)?)))
        else {
            return Val::Unknown;
        };
        let scene = Scene { file, ..*scene };
        let Some(choice) = self.choose(&roster.of, &scene) else {
            return Val::Unknown;
        };
        let seats: usize = roster.seats.iter().map(|s| s.number as usize).sum();
        let people = |certain_only: bool| {
            // What each person holds: the entries, and whether a fact without a known name could be any of them.
            let mut people: BTreeMap<String, (BTreeSet<String>, bool)> = BTreeMap::new();
            for (at, (fact, certain)) in choice.facts.iter().enumerate() {
                let kind = self.kind(fact.kind);
                let person = kind.holder().and_then(|h| self.key_text(kind, fact, h));
                let named = matches!(fact.name, Name::Entry { .. }) && person.is_some();
                if certain_only && !(*certain && named) {
                    continue;
                }
                // Facts without a person are each of a holder of its own.
                let person = person.unwrap_or_else(|| format!(" {at}"));
                let holds = people.entry(person).or_default();
                match &fact.name {
                    Name::Entry { id, .. } => {
                        holds.0.insert(id.clone());
                    }
                    _ => holds.1 = true,
                }
            }
            let may_take = |(entries, any): &(BTreeSet<String>, bool)| -> Vec<usize> {
                let needs = |seat: &Seat| *any || entries.iter().any(|id| same(id, &seat.needs));
                (0..roster.seats.len())
                    .filter(|at| needs(&roster.seats[*at]))
                    .collect()
            };
            people.values().map(may_take).collect::<Vec<_>>()
        };
        let (least, _) = most_filled(roster, &people(true));
        let (most, most_is_exact) = most_filled(roster, &people(false));
        let open = choice.unsupplied || !most_is_exact;
        let most = if open {
            seats
        } else {
            (most + choice.refused).min(seats)
        };
        Val::Number(Range::between(whole(least), whole(most)))
    }
}

/// The most seats that these people can fill, and whether every way was tried. Person by person, every set of seats that
/// one may take is added to every filling that those before could reach.
fn most_filled(roster: &Roster, people: &[Vec<usize>]) -> (usize, bool) {
    let nothing = vec![0_u32; roster.seats.len()];
    let mut reached: BTreeSet<Vec<u32>> = BTreeSet::from([nothing]);
    let filled = |f: &Vec<u32>| f.iter().map(|n| *n as usize).sum::<usize>();
    for may_take in people {
        let options = seatings(roster, may_take);
        if reached.len() * options.len() > MOST_FILLINGS {
            let most = reached.iter().map(filled).max().unwrap_or(0);
            return (most, false);
        }
        let mut next = reached.clone();
        for filling in &reached {
            for seats in &options {
                let mut filled = filling.clone();
                for seat in seats {
                    filled[*seat] += 1;
                }
                let fits = seats.iter().all(|s| filled[*s] <= roster.seats[*s].number);
                if fits {
                    next.insert(filled);
                }
            }
        }
        reached = next;
    }
    (reached.iter().map(filled).max().unwrap_or(0), true)
}

/// Every set of seats that one person may take at once: no two of the same `for`, no more of a role than its capacity,
/// and with `one_role` of one role only. More than can be tried are as good as too many.
fn seatings(roster: &Roster, may_take: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![vec![]];
    for seat in may_take {
        let with_it: Vec<Vec<usize>> = all
            .iter()
            .map(|seats| seats.iter().copied().chain([*seat]).collect())
            .filter(|seats: &Vec<usize>| is_allowed(roster, seats))
            .collect();
        all.extend(with_it);
        if all.len() > MOST_FILLINGS {
            break;
        }
    }
    all
}

fn is_allowed(roster: &Roster, seats: &[usize]) -> bool {
    let seats: Vec<&Seat> = seats.iter().map(|s| &roster.seats[*s]).collect();
    let twice = |a: &Seat| seats.iter().filter(|b| b.for_ == a.for_).count() > 1;
    let of_role = |role: &str| seats.iter().filter(|s| s.role == role).count();
    let over = |s: &&&Seat| {
        roster
            .capacity
            .get(&s.role)
            .is_some_and(|most| of_role(&s.role) > *most as usize)
    };
    let roles: BTreeSet<&str> = seats.iter().map(|s| s.role.as_str()).collect();
    !seats.iter().any(|s| twice(s))
        && seats.iter().find(over).is_none()
        && !(roster.one_role && roles.len() > 1)
}
