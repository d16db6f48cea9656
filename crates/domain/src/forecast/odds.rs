//! How likely open records come true, and with them a requirement and a level, on a day.
//!
//! Every open record comes true or not, by itself, with a chance of its own. What each adds to a requirement the engine says, as
//! it does for a plan; the rest is counting: all combinations are added up, step by step, and those that come to the same are
//! kept as one. That is exact. Where amounts are too many to keep apart they are rounded to steps, once down and once up, and
//! the answer lies between.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use indexmap::IndexMap;
use num_bigint::{BigInt, BigUint};

use crate::calendar::Day;
use crate::compile::{Compiled, Ir, NodeId};
use crate::engine::Engine;
use crate::evidence::Cell;
use crate::explain::{Direction, direction, may_be_moved};
use crate::ledger::{FactId, Ledger, State};
use crate::number::Exact;
use crate::plan::catalog::{Actions, Chances};
use crate::plan::goal::{self, Atom, Blocked, Of, Target, Way, Why};
use crate::plan::model::{Additions, Asked, additions};
use crate::program::Ask;
use crate::standing::Truth;
use crate::suppose::{Given, Supposed};

/// So many sums are kept apart; beyond, they are rounded to steps.
const MOST_SUMS: usize = 20_000;
/// Into so many steps a distance is cut where it must be.
const STEPS: i64 = 400;
/// Of more points than these some steps are shown, and not each.
const MOST_EACH: i64 = 12;

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
    /// Is it a sum of amounts, or of points that need not be whole, and not a number?
    pub is_sum: bool,
    /// How likely at least so much comes: for numbers each one, for amounts and many points some steps.
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
    /// The rows that are not met and that none of them moves, by their places: as it is known now they stay so.
    pub unmoved: Vec<usize>,
    /// The rows that some of them may move, up or down, but by how much is not worked out: a ratio, a difference, seats.
    pub uncounted: Vec<usize>,
    /// What the vendor has to say besides: a program, the own one where none is named, and a level.
    pub statuses: Vec<(Option<String>, String)>,
    /// How likely the whole level is met; zero where something else is in the way that none of them moves. A range where some of
    /// them may move a row by what is not worked out: from never to surely.
    pub level: Likely,
    /// Is the level met without any of them, whatever they become?
    pub met_without: bool,
}

impl Odds {
    /// Is it settled that the level is not met, and by none of what is open?
    pub fn is_settled(&self) -> bool {
        self.level.most.is_zero() && self.rows.is_empty() && self.uncounted.is_empty()
    }
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
    let mut ways = goal::every_way(&target, partner, day);
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
    let adds = additions(&asked, &atoms, &facts);
    let numbers: Vec<Reached<'_>> = atoms
        .iter()
        .zip(&adds.places)
        .map(|(atom, places)| Reached::of(atom, places.clone(), &adds))
        .collect();
    // What rests on seats that open records may fill has no odds.
    for way in &mut ways {
        let own = std::mem::take(&mut way.atoms);
        let (seats, free) = own.into_iter().partition(|atom| {
            let at = atoms.iter().position(|known| known == atom);
            at.is_some_and(|at| adds.places[at].clone().any(|p| adds.seats.contains(&p)))
        });
        let seats: Vec<Atom> = seats;
        way.atoms = free;
        way.blocked.extend(seats.iter().map(|a| Blocked {
            target: a.target,
            row: a.row,
            why: Why::NoSum,
        }));
    }
    let mut found = Odds {
        day,
        met_without: ways
            .iter()
            .any(|w| w.atoms.is_empty() && w.blocked.is_empty()),
        later,
        rates: rates_of,
        expected,
        rows: vec![],
        unmoved: vec![],
        uncounted: vec![],
        statuses: vec![],
        level: Likely::exactly(Exact::ZERO),
        open: vec![],
    };
    let kinds: BTreeSet<usize> = open.iter().map(|o| o.fact.kind).collect();
    for (atom, reached) in atoms.iter().zip(&numbers) {
        let is_counted = ways.iter().any(|w| w.atoms.contains(atom));
        if !is_counted || reached.missing() <= Exact::ZERO {
            continue;
        }
        if reached.is_moved() {
            found.rows.push(reached.row_odds(atom, &open));
        } else {
            note(&mut found.unmoved, atom.row);
        }
    }
    for blocked in ways.iter().flat_map(|w| &w.blocked) {
        if may_move(&target, blocked, &kinds) {
            note(&mut found.uncounted, blocked.row);
        } else if let (None, Why::Status(program, level)) = (blocked.row, &blocked.why) {
            let this = (program.clone(), level.clone());
            if !found.statuses.contains(&this) {
                found.statuses.push(this);
            }
        } else {
            note(&mut found.unmoved, blocked.row);
        }
    }
    let kept = is_kept(&target, partner, day, &kinds, &mut found.uncounted);
    let uncounted = &found.uncounted;
    found.unmoved.retain(|row| !uncounted.contains(row));
    let of = |ways: &[&Way]| level_odds(ways, &atoms, &numbers, &adds, &open);
    let free: Vec<&Way> = ways.iter().filter(|w| w.blocked.is_empty()).collect();
    found.level = of(&free);
    let perhaps: Vec<&Way> = ways
        .iter()
        .filter(|w| w.blocked.iter().all(|b| may_move(&target, b, &kinds)))
        .collect();
    if perhaps.len() > free.len() {
        let cut = perhaps
            .iter()
            .flat_map(|w| &w.blocked)
            .any(|b| b.why == Why::TooManyWays);
        // Of ways that were not looked at nothing can be said.
        found.level.most = if cut { Exact::ONE } else { of(&perhaps).most };
    }
    if !kept {
        found.met_without = false;
        found.level.least = Exact::ZERO;
    }
    found.open = open;
    found
}

/// Does what is met stay so whatever open records of these kinds become? Notes the rows that may not.
fn is_kept(
    target: &Target<'_>,
    partner: usize,
    day: Day,
    kinds: &BTreeSet<usize>,
    uncounted: &mut Vec<usize>,
) -> bool {
    let compiled = target.run.compiled;
    let may_fall = |test: NodeId| {
        let met = target.run.node_over(partner, test, target.ask, day, day);
        *met.on(day.0) == Truth::Yes && may_fall(compiled, test, kinds)
    };
    let mut kept = true;
    if kinds.is_empty() {
        return kept;
    }
    for level in 0..=target.level {
        let of = &compiled.levels[level];
        let own = match target.ask {
            Ask::Enter => of.enter,
            Ask::Retain => of.retain,
        };
        kept &= !own.is_some_and(may_fall);
        for (place, row) in compiled.rows.iter().enumerate() {
            let is_asked = row.asked.by(target.ask);
            if is_asked && row.at[level].test.is_some_and(may_fall) {
                note(uncounted, Some(place));
                kept = false;
            }
        }
    }
    kept
}

fn note(rows: &mut Vec<usize>, row: Option<usize>) {
    rows.extend(row.filter(|row| !rows.contains(row)));
}

/// May open records of these kinds take away what is in the way?
fn may_move(target: &Target<'_>, blocked: &Blocked, kinds: &BTreeSet<usize>) -> bool {
    if kinds.is_empty() {
        return false;
    }
    let compiled = target.run.compiled;
    match (&blocked.why, blocked.row) {
        (Why::Status(..), _) => {
            let evidence = &target.run.engine.ledger.evidence;
            evidence
                .kind("enrollments")
                .is_some_and(|k| kinds.contains(&k))
        }
        (Why::TooManyWays, _) | (_, None) => true,
        (_, Some(row)) => compiled.rows[row].at[..=target.level]
            .iter()
            .filter_map(|at| at.test)
            .any(|test| may_be_moved(compiled, test, kinds)),
    }
}

/// May one more fact of these kinds turn a test from met to short? Rows that it names are asked by themselves.
fn may_fall(compiled: &Compiled, node: NodeId, kinds: &BTreeSet<usize>) -> bool {
    match &compiled.nodes[node] {
        Ir::And(of) | Ir::Or(of) | Ir::AtLeast(_, of) => {
            of.iter().any(|n| may_fall(compiled, *n, kinds))
        }
        Ir::Held(_, of) | Ir::Once(_, of) => may_fall(compiled, *of, kinds),
        Ir::Row(..) | Ir::Matrix(_) | Ir::Meets(_) => false,
        _ => {
            let direction = direction(compiled, node);
            !matches!(direction, Direction::Rising | Direction::Fixed)
                && may_be_moved(compiled, node, kinds)
        }
    }
}

/// What has to be reached, and what open records make of it.
struct Reached<'a> {
    atom: &'a Atom,
    places: std::ops::Range<usize>,
    now: &'a [Exact],
    adds: &'a Additions,
}

impl<'a> Reached<'a> {
    fn of(atom: &'a Atom, places: std::ops::Range<usize>, adds: &'a Additions) -> Reached<'a> {
        Reached {
            atom,
            now: &adds.now[places.clone()],
            places,
            adds,
        }
    }

    /// What it has where so much comes at each place; of a sum what it misses then, with its sign turned.
    fn with(&self, more: &[Exact]) -> Exact {
        let then: Vec<Exact> = self.now.iter().zip(more).map(|(a, b)| a + b).collect();
        match &self.atom.shape {
            None => then[0].clone(),
            Some(shape) => shape.at(&then),
        }
    }

    fn need(&self) -> Exact {
        match &self.atom.shape {
            None => Exact::ZERO,
            Some(_) => self.atom.missing.clone(),
        }
    }

    fn has(&self) -> Exact {
        self.with(&vec![Exact::ZERO; self.places.len()])
    }

    fn missing(&self) -> Exact {
        &self.need() - &self.has()
    }

    /// Is what open records bring enough to move it at all?
    fn is_moved(&self) -> bool {
        let all = totals(self.adds, &self.places.clone().collect::<Vec<_>>());
        self.with(&all) > self.has()
    }

    fn row_odds(&self, atom: &Atom, open: &[Open]) -> RowOdds {
        let places: Vec<usize> = self.places.clone().collect();
        let own = coming(self.adds, &places, open);
        let most = totals(self.adds, &places);
        let (has, missing) = (self.has(), self.missing());
        let all = &self.with(&most) - &has;
        let is_sum = match &atom.shape {
            None => atom
                .terms
                .iter()
                .any(|(_, c)| matches!(c.what, Of::Sum(..))),
            Some(shape) => !shape.is_whole(&atom.terms),
        };
        let each = all.floor().to_i64().unwrap_or(0);
        let steps: Vec<Exact> = match &atom.shape {
            None if is_sum => (1..=5)
                .filter_map(|n| (&all * &Exact::from(n)).checked_div(&Exact::from(5)))
                .map(|step| step.floor())
                .collect(),
            // Of many points some, and what is missing among them.
            Some(_) if is_sum || each > MOST_EACH => {
                let fifths = (1..=5)
                    .filter_map(|n| (&all * &Exact::from(n)).checked_div(&Exact::from(5)))
                    .map(|step| if is_sum { step } else { step.floor() });
                let wanted = (missing <= all).then(|| missing.clone());
                let steps: BTreeSet<Exact> = fifths.chain(wanted).collect();
                steps.into_iter().filter(|s| !s.is_zero()).collect()
            }
            _ => (1..=each).map(Exact::from).collect(),
        };
        let (met, at_least) = if atom.shape.is_none() {
            let reaches = |wanted: &Exact| {
                Spread::of(&own, std::slice::from_ref(wanted)).likely(&|sums| sums[0] >= *wanted)
            };
            let steps = steps.into_iter().map(|s| (s.clone(), reaches(&s)));
            (reaches(&missing), steps.collect())
        } else {
            let spread = Spread::of(&own, &most);
            let reaches = |wanted: &Exact| {
                let wanted = &has + wanted;
                spread.likely(&|sums| self.with(sums) >= wanted)
            };
            let steps = steps.into_iter().map(|s| (s.clone(), reaches(&s)));
            (reaches(&missing), steps.collect())
        };
        RowOdds {
            row: atom.row,
            missing,
            met,
            is_sum,
            at_least,
        }
    }
}

/// What all open records together bring at each of some places.
fn totals(adds: &Additions, places: &[usize]) -> Vec<Exact> {
    let mut sums = vec![Exact::ZERO; places.len()];
    let mut known: BTreeSet<usize> = BTreeSet::new();
    for add in adds.of.iter().flatten() {
        if let Some(place) = places.iter().position(|p| *p == add.place)
            && add.once.is_none_or(|key| known.insert(key))
        {
            sums[place] = &sums[place] + &add.by;
        }
    }
    sums
}

/// A record that may come true, and what it brings at each of some places.
#[derive(Clone, Debug)]
struct Coming {
    chance: Exact,
    /// So much, whatever else comes.
    by: Vec<Exact>,
    /// What counts once, whichever record brings it: its number, the place, so much.
    once: Vec<(usize, usize, Exact)>,
}

/// The records that bring something at some places.
fn coming(adds: &Additions, places: &[usize], open: &[Open]) -> Vec<Coming> {
    let mut found = Vec::new();
    for (open, adds) in open.iter().zip(&adds.of) {
        let mut this = Coming {
            chance: open.chance.clone(),
            by: vec![Exact::ZERO; places.len()],
            once: vec![],
        };
        for add in adds {
            let Some(place) = places.iter().position(|p| *p == add.place) else {
                continue;
            };
            match add.once {
                Some(key) => this.once.push((key, place, add.by.clone())),
                None => this.by[place] = &this.by[place] + &add.by,
            }
        }
        if !this.once.is_empty() || this.by.iter().any(|b| !b.is_zero()) {
            found.push(this);
        }
    }
    // Those that bring the same stand together, so that what came is remembered no longer than it has to be.
    found.sort_by_key(|c| c.once.iter().map(|(key, ..)| *key).min());
    found
}

/// How likely one of these ways is open to the end; what is in the way of one is taken to be away.
fn level_odds(
    ways: &[&Way],
    atoms: &[Atom],
    numbers: &[Reached<'_>],
    adds: &Additions,
    open: &[Open],
) -> Likely {
    // Each way wants these of the atoms; one that wants something that nothing moves is no way.
    let wants: Vec<Vec<usize>> = ways
        .iter()
        .map(|way| {
            way.atoms
                .iter()
                .filter_map(|a| atoms.iter().position(|known| known == a))
                .filter(|at| numbers[*at].missing() > Exact::ZERO)
                .collect::<Vec<usize>>()
        })
        .filter(|want| want.iter().all(|at| numbers[*at].is_moved()))
        .collect();
    let mut used: Vec<usize> = wants.iter().flatten().copied().collect();
    used.sort_unstable();
    used.dedup();
    let places: Vec<usize> = used
        .iter()
        .flat_map(|at| numbers[*at].places.clone())
        .collect();
    let mut caps = totals(adds, &places);
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    let mut next = 0;
    for at in &used {
        first.insert(*at, next);
        // More than is missing of a sum is as good as what is missing.
        if atoms[*at].shape.is_none() {
            caps[next] = numbers[*at].missing();
        }
        next += numbers[*at].places.len();
    }
    let own = coming(adds, &places, open);
    Spread::of(&own, &caps).likely(&|sums| {
        wants.iter().any(|want| {
            want.iter().all(|at| {
                let reached = &numbers[*at];
                let from = first[at];
                reached.with(&sums[from..from + reached.places.len()]) >= reached.need()
            })
        })
    })
}

/// What may come, and how often each: sums place by place, each weighed by a number of a whole.
struct Parts {
    sums: Vec<(Vec<Exact>, BigUint)>,
    whole: BigUint,
}

impl Parts {
    fn share(&self, test: &dyn Fn(&[Exact]) -> bool) -> Exact {
        let good: BigUint = self
            .sums
            .iter()
            .filter(|(sum, _)| test(sum))
            .map(|(_, weight)| weight)
            .sum();
        Exact::big(BigInt::from(good), BigInt::from(self.whole.clone()))
    }
}

/// All that may come: exactly, or rounded down and rounded up where too much differs; none where that is too much as well.
struct Spread {
    low: Option<Parts>,
    high: Option<Parts>,
    is_exact: bool,
}

impl Spread {
    /// Of what comes, where more than a cap is as good as the cap.
    fn of(own: &[Coming], caps: &[Exact]) -> Spread {
        if let Some(parts) = summed(own, caps) {
            return Spread {
                low: Some(parts),
                high: None,
                is_exact: true,
            };
        }
        let rounded = |up: bool| {
            let own: Vec<Coming> = own
                .iter()
                .map(|of| Coming {
                    chance: of.chance.clone(),
                    by: of
                        .by
                        .iter()
                        .zip(caps)
                        .map(|(by, cap)| stepped(by, cap, up))
                        .collect(),
                    once: of
                        .once
                        .iter()
                        .map(|(key, place, by)| (*key, *place, stepped(by, &caps[*place], up)))
                        .collect(),
                })
                .collect();
            summed(&own, caps)
        };
        Spread {
            low: rounded(false),
            high: rounded(true),
            is_exact: false,
        }
    }

    /// How likely it satisfies a test that more never turns from yes to no.
    fn likely(&self, test: &dyn Fn(&[Exact]) -> bool) -> Likely {
        let least = self.low.as_ref().map_or(Exact::ZERO, |p| p.share(test));
        if self.is_exact {
            return Likely::exactly(least);
        }
        Likely {
            least,
            most: self.high.as_ref().map_or(Exact::ONE, |p| p.share(test)),
        }
    }
}

/// A number rounded to one of few steps of a cap.
fn stepped(by: &Exact, cap: &Exact, up: bool) -> Exact {
    let step = cap.checked_div(&Exact::from(STEPS));
    let Some(steps) = step.as_ref().and_then(|s| by.checked_div(s)) else {
        return by.clone();
    };
    // Numbers that few steps reach stay as they are.
    if cap.is_whole() && *cap <= Exact::from(STEPS) && by.is_whole() {
        return by.clone();
    }
    let steps = if up { steps.ceiling() } else { steps.floor() };
    step.map_or_else(|| by.clone(), |s| &steps * &s)
}

/// All combinations added up, those with the same sums as one; sums beyond their cap are the cap. `None` where too many differ.
fn summed(own: &[Coming], caps: &[Exact]) -> Option<Parts> {
    // What counts once is remembered up to the last record that brings it.
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, of) in own.iter().enumerate() {
        last.extend(of.once.iter().map(|(key, ..)| (*key, at)));
    }
    let mut sums: HashMap<(Vec<Exact>, Vec<usize>), BigUint> = HashMap::new();
    let nothing = (vec![Exact::ZERO; caps.len()], vec![]);
    sums.insert(nothing, BigUint::from(1_u8));
    let mut whole = BigUint::from(1_u8);
    for (at, of) in own.iter().enumerate() {
        let (yes, all) = of.chance.parts()?;
        let (yes, all) = (u64::try_from(yes).ok()?, u64::try_from(all).ok()?);
        whole *= all;
        let kept = |came: &[usize]| -> Vec<usize> {
            came.iter().copied().filter(|k| last[k] > at).collect()
        };
        let mut next: HashMap<(Vec<Exact>, Vec<usize>), BigUint> =
            HashMap::with_capacity(sums.len() * 2);
        for ((sum, came), weight) in sums {
            let mut with: Vec<Exact> = sum.iter().zip(&of.by).map(|(a, b)| a + b).collect();
            let mut now = came.clone();
            for (key, place, by) in &of.once {
                if let Err(place_of) = now.binary_search(key) {
                    now.insert(place_of, *key);
                    with[*place] = &with[*place] + by;
                }
            }
            for (sum, cap) in with.iter_mut().zip(caps) {
                if *sum > *cap {
                    sum.clone_from(cap);
                }
            }
            *next.entry((with, kept(&now))).or_default() += &weight * yes;
            *next.entry((sum, kept(&came))).or_default() += weight * (all - yes);
        }
        if next.len() > MOST_SUMS {
            return None;
        }
        sums = next;
    }
    let sums = sums.into_iter();
    Some(Parts {
        sums: sums.map(|((sum, _), weight)| (sum, weight)).collect(),
        whole,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    /// Records that bring what no other one brings.
    fn records(own: &[(Exact, Vec<Exact>)]) -> Vec<Coming> {
        own.iter()
            .map(|(chance, by)| Coming {
                chance: chance.clone(),
                by: by.clone(),
                once: vec![],
            })
            .collect()
    }

    fn likely(
        own: &[(Exact, Vec<Exact>)],
        caps: &[Exact],
        test: &dyn Fn(&[Exact]) -> bool,
    ) -> Likely {
        Spread::of(&records(own), caps).likely(test)
    }

    #[test]
    fn what_two_records_bring_counts_once() {
        // Three launches with two customers: the first two are with the same one. Two customers are there if the third comes
        // true, and one of the others: 0.4 × (1 − 0.5 × 0.2) = 0.36.
        let with = |chance: &str, customer: Option<usize>| Coming {
            chance: exact(chance),
            by: vec![Exact::from(i64::from(customer.is_none()))],
            once: customer
                .map(|key| (key, 0, Exact::ONE))
                .into_iter()
                .collect(),
        };
        let own = [
            with("0.4", None),
            with("0.5", Some(0)),
            with("0.8", Some(0)),
        ];
        let two = |sums: &[Exact]| sums[0] >= Exact::from(2);
        let found = Spread::of(&own, &[Exact::from(2)]).likely(&two);
        assert_eq!(found, Likely::exactly(exact("0.36")));
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
