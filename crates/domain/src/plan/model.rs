//! From what is missing and what can be done to whole numbers: who is alike, what each choice adds, what it costs.
//!
//! What a fact would add is not worked out here. Every possible fact is put into one copy of the evidence, and the engine
//! says of each whether a rule would count it; so a plan cannot rest on something that would not.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use crate::calendar::{Day, Duration};
use crate::engine::{Engine, Run, V};
use crate::evidence::{Cell, Code};
use crate::intake::Named;
use crate::ledger::{FactId, Ledger, State};
use crate::number::Exact;
use crate::plan::catalog::{Action, Actions, Each};
use crate::plan::goal::{Atom, Counted, Of, Shape};
use crate::plan::seats::{Able, Seating, used_at_once};
use crate::plan::solve::{Problem, Row};
use crate::standing::Truth;
use crate::suppose::{Given, Supposed, supposed_ledger, supposed_rows};
use crate::vocabulary::FieldType;

/// At most so many actions of one person are weighed in every combination.
const MOST_TOGETHER: usize = 10;

/// Of the conditions of one measure with caps so many are looked at from the start, the others where an answer breaks them.
const FIRST_SUMS: usize = 8;

/// The problem counts costs in parts of a cent, ten thousand of them, and one part for each who does something: so the
/// costs are whole, and of two plans that cost the same the one with fewer people is taken.
const WEIGHT: i64 = 1_000_000;

/// The money in a cost of the problem: of what a plan costs exactly that, of a bound no more than that.
pub fn money(cost: &Exact) -> Exact {
    let cents = cost.checked_div(&Exact::from(WEIGHT / 100));
    let cents = cents.map_or(Exact::ZERO, |c| c.floor());
    cents.checked_div(&Exact::from(100)).unwrap_or(Exact::ZERO)
}

/// For whom, or with what, something is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Nobody in particular.
    Nobody,
    /// A person, by id.
    Person(String),
    /// A customer, by id.
    Customer(String),
    /// An open record, by its key.
    Record(String),
}

/// One thing that could be done, for one subject, by a day.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The file of actions, by its place among those that are offered.
    pub file: usize,
    /// The action, by its place in the file.
    pub action: usize,
    /// For whom.
    pub subject: Subject,
    /// The day on which its fact opens.
    pub day: Day,
    /// The first day on which it can be done: the date of an open record.
    pub not_before: Option<Day>,
    /// How likely it comes true, where it is an open record.
    pub chance: Option<Exact>,
    /// What it costs.
    pub cost: Exact,
    /// The hours of work.
    pub hours: Exact,
    /// The fact.
    pub fact: Supposed,
}

/// What can be done, ready to be chosen from.
pub struct Model<'a> {
    /// The files of actions.
    pub offered: &'a [&'a Actions],
    /// Everything that could be done.
    pub candidates: Vec<Candidate>,
    /// The columns of the problem, in its order; those after them are helpers.
    pub options: Vec<Choice>,
    /// The problem.
    pub problem: Problem,
    /// What each atom misses once what is there already is counted, in the order of the way.
    pub missing: Vec<Exact>,
    /// What could be added to each atom at most.
    pub reachable: Vec<Exact>,
    /// How many classes of alike subjects there are, and how many subjects they hold.
    pub classes: (usize, usize),
    /// Was every combination weighed?
    pub complete: bool,
}

/// Something that can be chosen a number of times: the same actions for one of several who are alike.
#[derive(Clone, Debug)]
pub struct Choice {
    /// For each who can be chosen, the candidates that make it up.
    pub members: Vec<Vec<usize>>,
    /// The class that its members are of; who is chosen for one choice of it cannot be for another.
    pub class: usize,
    /// How often it can be chosen for the same member.
    pub each: u32,
    /// What it adds to each atom, by the atom's place.
    pub adds: BTreeMap<usize, Exact>,
    /// What one of it costs.
    pub cost: Exact,
}

/// What is asked of a model.
pub struct Asked<'a, 'e> {
    /// The engine over what is known.
    pub engine: &'e Engine,
    /// Of whom.
    pub partner: usize,
    /// The day of planning.
    pub today: Day,
    /// The day by which it has to be met.
    pub by: Day,
    /// Of which editions the targets are: their places among the compiled ones.
    pub targets: &'a [usize],
    /// What can be done.
    pub offered: &'a [&'a Actions],
}

impl Asked<'_, '_> {
    fn run(&self, atom: &Atom) -> Run<'_> {
        self.engine.on(self.targets[atom.target])
    }

    fn days_until(&self, day: Day) -> i64 {
        i64::from(day.0 - self.today.0).max(0)
    }
}

/// So many hours can be worked from one day to another.
pub fn hours_until(hours_a_week: &Exact, days: i64) -> Exact {
    let week = Exact::from(7);
    (hours_a_week * &Exact::from(days.max(0)))
        .checked_div(&week)
        .unwrap_or(Exact::ZERO)
}

/// How many days somebody outside takes.
pub fn waiting_days(waits: Option<Duration>, from: Day) -> i64 {
    waits.map_or(0, |w| i64::from(from.plus(w).0 - from.0))
}

/// What a candidate adds to an atom by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Adds {
    /// So much, whatever else is chosen.
    Always(Exact),
    /// So much once, by this key: the term's place, the key.
    Once(Exact, usize, String),
    /// An entry that seats need: the term's place, who holds it, the entry.
    Seat(usize, String, String),
}

/// Puts the problem of one way together.
pub fn model<'a>(asked: &Asked<'a, '_>, atoms: &[Atom]) -> Model<'a> {
    let ledger = &asked.engine.ledger;
    let kinds: BTreeSet<usize> = atoms
        .iter()
        .flat_map(|a| a.terms.iter().map(|(_, c)| c.facts.kind))
        .collect();
    let mut candidates = candidates(asked, &kinds, atoms);
    let supposed: Vec<Supposed> = candidates.iter().map(|c| c.fact.clone()).collect();
    // Facts that are the same stand once in the copy.
    let mut first: HashMap<(usize, String), usize> = HashMap::new();
    let mut same = Vec::with_capacity(supposed.len());
    let mut distinct: Vec<Supposed> = Vec::new();
    for fact in supposed {
        let key = (fact.kind, key_text(&fact));
        let at = *first.entry(key).or_insert_with(|| {
            distinct.push(fact.clone());
            distinct.len() - 1
        });
        same.push(at);
    }
    let (slots, shaped) = slots_of(atoms);
    let effects = match supposed_ledger(ledger, asked.partner, &distinct) {
        Ok((copy, place)) => {
            let engine = Engine::new(
                asked.engine.programs.clone(),
                copy,
                asked.engine.assumptions.clone(),
            );
            effects(asked, &slots, &engine, place, distinct.len())
        }
        // An amount that no column holds is nothing that can be planned with.
        Err(_) => Effects {
            of: vec![BTreeMap::new(); distinct.len()],
            missing: slots.iter().map(|a| a.missing.clone()).collect(),
            seatings: vec![],
        },
    };
    for candidate in &mut candidates {
        let file = asked.offered[candidate.file];
        let action = &file.actions[candidate.action];
        candidate.cost = file.cost(action, candidate.chance.as_ref());
    }
    let of: Vec<&BTreeMap<usize, Vec<Adds>>> = same.iter().map(|at| &effects.of[*at]).collect();
    let found = Found {
        of: &of,
        missing: &effects.missing,
        seatings: &effects.seatings,
    };
    build(asked, candidates, &found, &shaped)
}

/// What is asked of facts: of an atom with a shape each term by itself.
fn slots_of(atoms: &[Atom]) -> (Vec<Atom>, Vec<Slots<'_>>) {
    let mut slots: Vec<Atom> = Vec::with_capacity(atoms.len());
    let mut shaped: Vec<Slots<'_>> = Vec::with_capacity(atoms.len());
    for atom in atoms {
        let first = slots.len();
        match &atom.shape {
            None => slots.push(atom.clone()),
            Some(_) => slots.extend(atom.terms.iter().map(|term| Atom {
                terms: vec![term.clone()],
                shape: None,
                missing: Exact::ZERO,
                ..atom.clone()
            })),
        }
        shaped.push(Slots {
            places: first..slots.len(),
            shape: atom.shape.as_ref(),
            need: &atom.missing,
        });
    }
    (slots, shaped)
}

/// What the engine says of each candidate, and of what is there.
struct Found<'f> {
    of: &'f [&'f BTreeMap<usize, Vec<Adds>>],
    missing: &'f [Exact],
    seatings: &'f [Seating],
}

/// Where an atom stands among what facts are asked for.
struct Slots<'s> {
    places: std::ops::Range<usize>,
    shape: Option<&'s Shape>,
    need: &'s Exact,
}

impl Slots<'_> {
    /// What each term has already: asked for by itself, that is what it misses with its sign turned.
    fn now(&self, missing: &[Exact]) -> Vec<Exact> {
        let own = missing[self.places.clone()].iter();
        own.map(|m| -m.clone()).collect()
    }
}

fn key_text(fact: &Supposed) -> String {
    let mut text = match fact.replaces {
        Some(old) => format!("{}:{};", old.kind, old.row),
        None => String::new(),
    };
    for (field, given) in &fact.cells {
        text += &match given {
            Given::Empty => format!("{field}=;"),
            Given::Day(day) => format!("{field}=d{};", day.0),
            Given::Text(word) => format!("{field}=t{word};"),
            Given::Number(number) => format!("{field}=n{number};"),
        };
    }
    text
}

struct Effects {
    /// For each distinct fact and atom, what it adds.
    of: Vec<BTreeMap<usize, Vec<Adds>>>,
    missing: Vec<Exact>,
    /// The rosters that are asked about.
    seatings: Vec<Seating>,
}

/// Asks the engine of every possible fact whether it would count, and of those that are there how much they make.
fn effects(
    asked: &Asked<'_, '_>,
    atoms: &[Atom],
    copy: &Engine,
    place: usize,
    facts: usize,
) -> Effects {
    let mut of: Vec<BTreeMap<usize, Vec<Adds>>> = vec![BTreeMap::new(); facts];
    let mut missing = Vec::new();
    let mut seatings: Vec<Seating> = Vec::new();
    let evidence = &copy.ledger.evidence;
    let mut rows: HashMap<usize, HashMap<usize, usize>> = HashMap::new();
    for (at, atom) in atoms.iter().enumerate() {
        let base = asked.run(atom);
        let run = copy.on(asked.targets[atom.target]);
        let mut left = atom.missing.clone();
        for (term, (factor, counted)) in atom.terms.iter().enumerate() {
            let facts = &counted.facts;
            let mut keys: BTreeSet<String> = BTreeSet::new();
            let mut seating = seating(asked, atom, (at, term), factor, counted);
            for e in base.examined(asked.partner, atom.ask, facts, atom.day) {
                if e.counts != Truth::Yes {
                    continue;
                }
                match &counted.what {
                    Of::Each => left = &left - factor,
                    Of::Distinct(field) => {
                        if keys.insert(base.text_of(facts, &e, field, atom.day)) {
                            left = &left - factor;
                        }
                    }
                    Of::Sum(..) => {
                        if let Some(amount) = amount(&base, asked.partner, atom, counted, &e) {
                            left = &left - &(factor * &amount);
                        }
                    }
                    Of::Seats(_) => {
                        if let Some(seating) = &mut seating
                            && let Some((person, entry)) =
                                sits(&base, asked.partner, atom, counted, &e, seating)
                        {
                            seating.held.entry(person).or_default().insert(entry);
                        }
                    }
                }
            }
            if let Some(seating) = &seating {
                left = &left - &(factor * &seating.now());
            }
            let rows = rows
                .entry(facts.kind)
                .or_insert_with(|| supposed_rows(evidence, facts.kind).into_iter().collect());
            if rows.is_empty() {
                seatings.extend(seating);
                continue;
            }
            for e in run.examined(place, atom.ask, facts, atom.day) {
                let Some(fact) = rows.get(&e.row) else {
                    continue;
                };
                if e.counts != Truth::Yes || e.partner != place {
                    continue;
                }
                let adds = match &counted.what {
                    Of::Each => Adds::Always(factor.clone()),
                    Of::Distinct(field) => {
                        let key = run.text_of(facts, &e, field, atom.day);
                        if keys.contains(&key) {
                            continue;
                        }
                        Adds::Once(factor.clone(), term, key)
                    }
                    Of::Sum(..) => match amount(&run, place, atom, counted, &e) {
                        Some(amount) => Adds::Always(factor * &amount),
                        None => continue,
                    },
                    Of::Seats(_) => {
                        let sits = seating
                            .as_ref()
                            .and_then(|s| Some((s, sits(&run, place, atom, counted, &e, s)?)));
                        let Some((seating, (person, entry))) = sits else {
                            continue;
                        };
                        if seating
                            .held
                            .get(&person)
                            .is_some_and(|h| h.contains(&entry))
                        {
                            continue;
                        }
                        Adds::Seat(term, person, entry)
                    }
                };
                of[*fact].entry(at).or_default().push(adds);
            }
            seatings.extend(seating);
        }
        missing.push(left);
    }
    Effects {
        of,
        missing,
        seatings,
    }
}

/// The roster that a term asks about, with nobody on its seats yet.
fn seating(
    asked: &Asked<'_, '_>,
    atom: &Atom,
    place: (usize, usize),
    factor: &Exact,
    counted: &Counted,
) -> Option<Seating> {
    let Of::Seats(roster) = counted.what else {
        return None;
    };
    let compiled = asked.run(atom).compiled;
    Some(Seating {
        place,
        factor: factor.clone(),
        of: (asked.targets[atom.target], roster, atom.ask, atom.day),
        roster: compiled.edition.roster[&compiled.rosters[roster].id].clone(),
        held: BTreeMap::new(),
    })
}

/// Who could sit by a fact, and the entry that the seat needs.
fn sits(
    run: &Run<'_>,
    partner: usize,
    atom: &Atom,
    counted: &Counted,
    e: &crate::engine::Examined,
    of: &Seating,
) -> Option<(String, String)> {
    let Of::Seats(roster) = counted.what else {
        return None;
    };
    let facts = &counted.facts;
    let entry = run.entry_of(partner, atom.ask, facts, e, atom.day)?;
    let person = run.text_of(facts, e, &run.compiled.rosters[roster].person, atom.day);
    (of.needs(&entry) && !person.is_empty()).then_some((person, entry))
}

/// What facts add to atoms: place by place, where an atom without a shape has one place and one with a shape one for each term.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    /// The places of each atom.
    pub places: Vec<std::ops::Range<usize>>,
    /// What each place has: of a sum what it misses, with its sign turned.
    pub now: Vec<Exact>,
    /// What each fact adds, in their order.
    pub of: Vec<Vec<Addition>>,
    /// The places that rest on seats which some of the facts may fill.
    pub seats: BTreeSet<usize>,
}

/// What one fact adds at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The place.
    pub place: usize,
    /// So much.
    pub by: Exact,
    /// By a value that counts once, whichever of the facts with the same number here brings it; none where no other one does.
    pub once: Option<usize>,
}

/// Asks the engine what each of some facts adds to atoms.
pub fn additions(asked: &Asked<'_, '_>, atoms: &[Atom], facts: &[Supposed]) -> Additions {
    let (slots, shaped) = slots_of(atoms);
    let mut all = Additions {
        places: shaped.into_iter().map(|s| s.places).collect(),
        now: slots.iter().map(|a| -a.missing.clone()).collect(),
        of: vec![vec![]; facts.len()],
        seats: BTreeSet::new(),
    };
    let Ok((copy, place)) = supposed_ledger(&asked.engine.ledger, asked.partner, facts) else {
        return all;
    };
    let engine = Engine::new(
        asked.engine.programs.clone(),
        copy,
        asked.engine.assumptions.clone(),
    );
    let found = effects(asked, &slots, &engine, place, facts.len());
    all.now = found.missing.iter().map(|m| -m.clone()).collect();
    let mut keys: BTreeMap<(usize, usize, &str), u32> = BTreeMap::new();
    for (at, adds) in found.of.iter().flatten() {
        for add in adds {
            if let Adds::Once(_, term, key) = add {
                *keys.entry((*at, *term, key.as_str())).or_default() += 1;
            }
        }
    }
    let shared: Vec<(usize, usize, &str)> = keys
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(key, _)| key)
        .collect();
    for (of, adds) in all.of.iter_mut().zip(&found.of) {
        for (at, adds) in adds {
            for add in adds {
                let (by, once) = match add {
                    Adds::Always(by) => (by, None),
                    Adds::Once(by, term, key) => {
                        (by, shared.binary_search(&(*at, *term, key.as_str())).ok())
                    }
                    Adds::Seat(..) => {
                        all.seats.insert(*at);
                        continue;
                    }
                };
                of.push(Addition {
                    place: *at,
                    by: by.clone(),
                    once,
                });
            }
        }
    }
    all
}

fn amount(
    run: &Run<'_>,
    partner: usize,
    atom: &Atom,
    counted: &Counted,
    e: &crate::engine::Examined,
) -> Option<Exact> {
    let Of::Sum(value, currency) = &counted.what else {
        return None;
    };
    let found = run.fact_value(
        partner,
        atom.ask,
        &counted.facts,
        e.row,
        e.partner,
        value,
        currency.as_deref(),
        atom.day,
    );
    match found {
        V::Num(range) => range.least,
        _ => None,
    }
}

/// Everything that the files offer and that some atom may count.
fn candidates(asked: &Asked<'_, '_>, kinds: &BTreeSet<usize>, atoms: &[Atom]) -> Vec<Candidate> {
    let ledger = &asked.engine.ledger;
    let evidence = &ledger.evidence;
    let mut found = Vec::new();
    let people = people(ledger, asked.partner);
    let customers = customers(asked);
    for (file, offered) in asked.offered.iter().enumerate() {
        for (place, action) in offered.actions.values().enumerate() {
            let Some(kind) = evidence.kind(&action.kind).filter(|k| kinds.contains(k)) else {
                continue;
            };
            // A fact that has to hold before the last day is done for the first day on which it has to.
            let day = atoms
                .iter()
                .filter(|a| a.terms.iter().any(|(_, c)| c.facts.kind == kind))
                .map(|a| a.day)
                .min()
                .unwrap_or(asked.by)
                .min(asked.by);
            let wait = waiting_days(action.waits, asked.today);
            if asked.days_until(day) < wait {
                continue;
            }
            let of = |subject: Subject, fact: Supposed| Candidate {
                file,
                action: place,
                subject,
                day,
                not_before: None,
                chance: None,
                cost: Exact::ZERO,
                hours: action.hours.clone(),
                fact,
            };
            match action.each {
                Each::Once => {
                    for number in 0..action.most {
                        let fact = new_fact(ledger, kind, action, &Subject::Nobody, number, day);
                        found.push(of(Subject::Nobody, fact));
                    }
                }
                Each::Person => {
                    for person in people.iter().filter(|p| may(ledger, p, action)) {
                        if action.renews && !holds_same(asked, kind, action, &person.id) {
                            continue;
                        }
                        let subject = Subject::Person(person.id.clone());
                        let fact = new_fact(ledger, kind, action, &subject, 0, day);
                        found.push(of(subject, fact));
                    }
                }
                Each::Customer => {
                    for customer in &customers {
                        for number in 0..action.most {
                            let subject = Subject::Customer(customer.clone());
                            let fact = new_fact(ledger, kind, action, &subject, number, day);
                            found.push(of(subject, fact));
                        }
                    }
                }
                Each::Open => {
                    let chances = offered.chances.get(&action.kind);
                    for open in chances.map_or(vec![], |c| {
                        crate::forecast::odds::open_records(ledger, asked.partner, kind, c, day)
                    }) {
                        if open.not_before.is_some_and(|on| on > day) {
                            continue;
                        }
                        let hours = action.hours.checked_div(&open.chance);
                        found.push(Candidate {
                            hours: hours.unwrap_or_else(|| action.hours.clone()),
                            chance: Some(open.chance),
                            not_before: open.not_before,
                            ..of(Subject::Record(open.id), open.done)
                        });
                    }
                }
            }
        }
    }
    found
}

/// A fact that an action would leave behind.
pub fn new_fact(
    ledger: &Ledger,
    kind: usize,
    action: &Action,
    subject: &Subject,
    number: u32,
    day: Day,
) -> Supposed {
    let declared = &ledger.evidence.vocabulary.kinds[kind];
    let mut cells = Vec::new();
    for (field, of) in declared.fields.values().enumerate() {
        let given = if let Some(text) = action.with.get(&of.name) {
            match &of.kind {
                FieldType::Number(_) | FieldType::Percent | FieldType::Money(_) => {
                    Exact::parse(text).map_or(Given::Empty, Given::Number)
                }
                _ => Given::Text(text.clone()),
            }
        } else if declared.holds.from.contains(&of.name) || of.key && of.kind == FieldType::Date {
            Given::Day(day)
        } else if declared.holds.until.first() == Some(&of.name) {
            match action.lasts {
                Some(lasts) => Given::Day(day.plus(lasts)),
                None => Given::Empty,
            }
        } else {
            match (&of.kind, subject) {
                (FieldType::Id(id), Subject::Person(person)) if id == "person" => {
                    Given::Text(person.clone())
                }
                (FieldType::Id(id), Subject::Customer(customer)) if id == "customer" => {
                    Given::Text(customer.clone())
                }
                (FieldType::Text, of_whom) if of.key => Given::Text(match of_whom {
                    Subject::Nobody => format!("{}-{}", action.id, number + 1),
                    Subject::Person(id) | Subject::Customer(id) | Subject::Record(id) => {
                        format!("{}-{id}-{}", action.id, number + 1)
                    }
                }),
                _ => Given::Empty,
            }
        };
        if given != Given::Empty {
            cells.push((field, given));
        }
    }
    Supposed {
        kind,
        replaces: None,
        cells,
    }
}

struct Person {
    id: String,
    fact: FactId,
}

/// The people of a partner, each once, in order.
fn people(ledger: &Ledger, partner: usize) -> Vec<Person> {
    let evidence = &ledger.evidence;
    let joined = evidence
        .vocabulary
        .kinds
        .values()
        .find_map(|k| k.holds.while_.as_ref());
    let Some((kind, by)) = joined.and_then(|(of, by)| Some((evidence.kind(of)?, by))) else {
        return vec![];
    };
    let Some(field) = evidence.vocabulary.kinds[kind].fields.get_index_of(by) else {
        return vec![];
    };
    let mut found: BTreeMap<String, FactId> = BTreeMap::new();
    for row in evidence.tables[kind].rows(partner) {
        let fact = FactId { kind, row };
        if stands(ledger, fact)
            && let Cell::Text(code) = ledger.cell(fact, field)
        {
            found.insert(evidence.strings.text(code).to_owned(), fact);
        }
    }
    found
        .into_iter()
        .map(|(id, fact)| Person { id, fact })
        .collect()
}

fn stands(ledger: &Ledger, fact: FactId) -> bool {
    matches!(
        ledger.kinds[fact.kind].state(fact.row),
        State::Known | State::MayHold
    )
}

/// May this person do it: does each field hold one of the words, where it holds any?
fn may(ledger: &Ledger, person: &Person, action: &Action) -> bool {
    let evidence = &ledger.evidence;
    action.who.iter().all(|(field, words)| {
        let column = evidence.column(person.fact.kind, field);
        let text = column.map_or("", |c| evidence.strings.text(c.code(person.fact.row)));
        text.is_empty() || words.iter().any(|w| w == text)
    })
}

/// The entries of a kind's catalog that a person holds on the day of planning.
fn held_entries(asked: &Asked<'_, '_>, kind: usize) -> HashMap<String, BTreeSet<String>> {
    let ledger = &asked.engine.ledger;
    let evidence = &ledger.evidence;
    let declared = &evidence.vocabulary.kinds[kind];
    let mut found: HashMap<String, BTreeSet<String>> = HashMap::new();
    let (Some(holder), Some(name)) = (
        declared.holder().and_then(|h| evidence.column(kind, h)),
        declared
            .catalog_column()
            .and_then(|c| evidence.column(kind, c)),
    ) else {
        return found;
    };
    for row in evidence.tables[kind].rows(asked.partner) {
        let fact = FactId { kind, row };
        let now = ledger
            .spans(fact)
            .iter()
            .any(|(a, b)| *a <= asked.today && asked.today < *b);
        let code: Code = name.code(row);
        if !stands(ledger, fact) || !now {
            continue;
        }
        if let Some(Named::Entry { id, .. }) = ledger.names[kind].get(&code) {
            found
                .entry(evidence.strings.text(holder.code(row)).to_owned())
                .or_default()
                .insert(id.clone());
        }
    }
    found
}

/// The entry that an action's fact names.
fn entry_of(asked: &Asked<'_, '_>, kind: usize, action: &Action) -> Option<String> {
    let declared = &asked.engine.ledger.evidence.vocabulary.kinds[kind];
    action.with.get(declared.catalog_column()?).cloned()
}

fn holds_same(asked: &Asked<'_, '_>, kind: usize, action: &Action, person: &str) -> bool {
    let Some(entry) = entry_of(asked, kind, action) else {
        return false;
    };
    held_entries(asked, kind)
        .get(person)
        .is_some_and(|held| held.contains(&entry))
}

/// The customers with whom a record that may come true has come true; where no such kind is known, all that are named.
fn customers(asked: &Asked<'_, '_>) -> Vec<String> {
    let ledger = &asked.engine.ledger;
    let evidence = &ledger.evidence;
    let open: BTreeSet<&str> = asked
        .offered
        .iter()
        .flat_map(|o| o.chances.keys().map(String::as_str))
        .collect();
    let named = |only_open: bool| {
        let mut found: BTreeSet<String> = BTreeSet::new();
        for (kind, declared) in evidence.vocabulary.kinds.values().enumerate() {
            if only_open && !open.contains(declared.name.as_str()) {
                continue;
            }
            let Some(field) = declared
                .fields
                .values()
                .position(|f| f.kind == FieldType::Id("customer".to_owned()))
            else {
                continue;
            };
            for row in evidence.tables[kind].rows(asked.partner) {
                let fact = FactId { kind, row };
                let came_true = ledger.spans(fact).iter().any(|(a, _)| *a <= asked.today);
                if let Cell::Text(code) = ledger.cell(fact, field)
                    && stands(ledger, fact)
                    && (came_true || !only_open)
                {
                    found.insert(evidence.strings.text(code).to_owned());
                }
            }
        }
        found
    };
    let found = named(true);
    let found = if found.is_empty() {
        named(false)
    } else {
        found
    };
    found.into_iter().collect()
}

/// Who is alike: the group, what each can do, and what each holds that seats need.
type ClassKey = (usize, Signature, Vec<BTreeSet<String>>);

/// The person of whom one of these choices is.
fn person<'c>(candidates: &'c [Candidate], choices: &[Vec<usize>]) -> Option<&'c str> {
    let first = choices.first()?.first()?;
    match &candidates[*first].subject {
        Subject::Person(id) => Some(id),
        _ => None,
    }
}

/// Which of what one person does is for seats alone, and what of that one person can use at once.
struct Usable {
    /// By candidate the entry that it brings for seats and for nothing else.
    only: Vec<Option<String>>,
    /// The entries that one person can use at once; none where more than one roster asks.
    at_once: Option<Vec<BTreeSet<String>>>,
}

impl Usable {
    fn of(
        asked: &Asked<'_, '_>,
        candidates: &[Candidate],
        effects: &[&BTreeMap<usize, Vec<Adds>>],
        open: &[bool],
        seatings: &[Seating],
    ) -> Usable {
        let mut asking = seatings.iter().filter(|s| open[s.place.0]);
        let first = asking.next();
        let at_once = first
            .filter(|first| asking.all(|s| (s.of.0, s.of.1) == (first.of.0, first.of.1)))
            .map(|s| used_at_once(&s.roster));
        let only = candidates.iter().zip(effects).map(|(candidate, adds)| {
            let mut all = adds.iter().filter(|(atom, _)| open[**atom]);
            let mut entry = None;
            let only_seats = all.all(|(_, adds)| {
                adds.iter().all(|add| match add {
                    Adds::Seat(_, _, of) => {
                        let same = entry.as_ref().is_none_or(|known| known == of);
                        entry = Some(of.clone());
                        same
                    }
                    _ => false,
                })
            });
            let action = &asked.offered[candidate.file].actions[candidate.action];
            entry
                .filter(|_| only_seats && candidate.cost > Exact::ZERO && !is_needed(asked, action))
        });
        Usable {
            only: only.collect(),
            at_once,
        }
    }

    /// Can one person use all of it? What is for seats on which they could not sit at once is done by nobody.
    fn fits(&self, bundle: &[usize]) -> bool {
        let Some(at_once) = &self.at_once else {
            return true;
        };
        let entries: Vec<&String> = bundle
            .iter()
            .filter_map(|at| self.only[*at].as_ref())
            .collect();
        entries.is_empty()
            || at_once
                .iter()
                .any(|used| entries.iter().all(|entry| used.contains(*entry)))
    }
}

/// What one subject can do: the choices, and what tells it from others.
type Signature = Vec<(
    Vec<(usize, usize)>,
    BTreeMap<usize, Vec<Adds>>,
    Exact,
    Exact,
)>;

fn build<'a>(
    asked: &Asked<'a, '_>,
    candidates: Vec<Candidate>,
    found: &Found<'_>,
    atoms: &[Slots<'_>],
) -> Model<'a> {
    let (effects, missing, seatings) = (found.of, found.missing, found.seatings);
    let mut open: Vec<bool> = missing.iter().map(|m| *m > Exact::ZERO).collect();
    for atom in atoms {
        if let Some(shape) = atom.shape {
            open[atom.places.clone()].fill(shape.at(&atom.now(missing)) < *atom.need);
        }
    }
    // A key that only one subject can bring counts with that subject; one that several can is shared.
    let mut owners: HashMap<(usize, usize, String), Option<Subject>> = HashMap::new();
    for (candidate, adds) in candidates.iter().zip(effects) {
        for (atom, adds) in adds.iter() {
            for add in adds {
                if let Adds::Once(_, term, key) = add {
                    let owner = owners
                        .entry((*atom, *term, key.clone()))
                        .or_insert_with(|| Some(candidate.subject.clone()));
                    if owner.as_ref() != Some(&candidate.subject) {
                        *owner = None;
                    }
                }
            }
        }
    }
    let shared = |atom: usize, add: &Adds, times: usize| match add {
        Adds::Once(_, term, key) => {
            let owner = owners.get(&(atom, *term, key.clone()));
            // What is done several times for the same subject counts once.
            owner.is_none_or(Option::is_none) || times > 1
        }
        Adds::Always(_) | Adds::Seat(..) => false,
    };
    let usable = Usable::of(asked, &candidates, effects, &open, seatings);
    // What each subject could do: people anything together, others one thing at a time.
    let mut by_subject: BTreeMap<(Subject, usize, usize), Vec<usize>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let useful = effects[at].keys().any(|atom| open[*atom]);
        let action = &asked.offered[candidate.file].actions[candidate.action];
        let person = matches!(candidate.subject, Subject::Person(_));
        let prepares = person && is_needed(asked, action);
        if !useful && !prepares {
            continue;
        }
        let group = if person {
            0
        } else {
            1 + candidate.file * 1000 + candidate.action
        };
        let own = by_subject
            .entry((candidate.subject.clone(), group, 0))
            .or_default();
        // The same again for the same subject is the same choice only where it adds the same.
        let alike = person
            || own
                .first()
                .is_none_or(|first| effects[*first] == effects[at]);
        if alike {
            own.push(at);
        } else {
            by_subject.insert((candidate.subject.clone(), group, at), vec![at]);
        }
    }
    let held: HashMap<usize, HashMap<String, BTreeSet<String>>> = candidates
        .iter()
        .map(|c| c.fact.kind)
        .collect::<BTreeSet<usize>>()
        .into_iter()
        .map(|kind| (kind, held_entries(asked, kind)))
        .collect();
    let mut complete = true;
    // Whoever sits by one of the choices is told apart by what they hold already.
    let held_now = |subject: &Subject| -> Vec<BTreeSet<String>> {
        let of = |s: &Seating| match subject {
            Subject::Person(id) if open[s.place.0] => s.held.get(id).cloned().unwrap_or_default(),
            _ => BTreeSet::new(),
        };
        seatings.iter().map(of).collect()
    };
    let mut classes: BTreeMap<ClassKey, Vec<Vec<Vec<usize>>>> = BTreeMap::new();
    for ((subject, group, _), own) in &by_subject {
        let bundles = match subject {
            Subject::Person(id) => {
                let holds = |kind: usize, entry: &String| {
                    held.get(&kind)
                        .and_then(|h| h.get(id))
                        .is_some_and(|h| h.contains(entry))
                };
                together(
                    asked,
                    &candidates,
                    own,
                    effects,
                    (&open, &usable),
                    &holds,
                    &mut complete,
                )
            }
            // The same again is the same choice: one of them stands for all.
            _ => vec![own[..1].to_vec()],
        };
        let times = match subject {
            Subject::Person(_) => 1,
            _ => own.len(),
        };
        let signature: Signature = bundles
            .iter()
            .map(|bundle| {
                let mut adds: BTreeMap<usize, Vec<Adds>> = BTreeMap::new();
                let (mut cost, mut hours) = (Exact::ZERO, Exact::ZERO);
                let mut actions = Vec::new();
                for at in bundle {
                    let candidate = &candidates[*at];
                    actions.push((candidate.file, candidate.action));
                    cost = &cost + &candidate.cost;
                    hours = &hours + &candidate.hours;
                    for (atom, of) in effects[*at].iter().filter(|(a, _)| open[**a]) {
                        let slot = adds.entry(*atom).or_default();
                        for add in of {
                            let add = if shared(*atom, add, times) {
                                add.clone()
                            } else {
                                // Whose key it is makes no difference.
                                match add {
                                    Adds::Once(factor, term, _) => {
                                        Adds::Once(factor.clone(), *term, String::new())
                                    }
                                    Adds::Seat(term, person, entry) => {
                                        // Who sits by something that others do is not planned.
                                        if *subject != Subject::Person(person.clone()) {
                                            complete = false;
                                            continue;
                                        }
                                        Adds::Seat(*term, String::new(), entry.clone())
                                    }
                                    other => other.clone(),
                                }
                            };
                            let once = !matches!(add, Adds::Always(_));
                            if !once || !slot.contains(&add) {
                                slot.push(add);
                            }
                        }
                        slot.sort();
                    }
                }
                actions.push((usize::MAX, times));
                (actions, adds, cost, hours)
            })
            .collect();
        if signature.is_empty() {
            continue;
        }
        // With each choice the candidates of this subject that make it up, once for each time it can be done.
        let own_members: Vec<Vec<usize>> = match subject {
            Subject::Person(_) => bundles,
            _ => own.iter().map(|at| vec![*at]).collect(),
        };
        classes
            .entry((*group, signature, held_now(subject)))
            .or_default()
            .push(own_members);
    }
    let mut problem = Problem::default();
    let mut options: Vec<Choice> = Vec::new();
    let mut rows: Vec<Row> = missing
        .iter()
        .map(|m| Row {
            terms: vec![],
            at_least: m.clone(),
        })
        .collect();
    let mut keys: BTreeMap<(usize, usize, String, Exact), Vec<usize>> = BTreeMap::new();
    let mut seldom: Vec<Row> = Vec::new();
    let mut by_role: BTreeMap<(usize, String), Vec<(usize, i64, Exact)>> = BTreeMap::new();
    let subjects: usize = classes.values().map(Vec::len).sum();
    let count = classes.len();
    let mut able: Vec<Able> = vec![Able::default(); seatings.len()];
    let mut weighed: BTreeSet<String> = BTreeSet::new();
    for (class, ((group, signature, held), members)) in classes.into_iter().enumerate() {
        let mut of_class = Vec::new();
        let mut by_choice: Vec<Vec<(usize, BTreeSet<String>)>> = vec![vec![]; seatings.len()];
        for (place, (actions, adds, cost, hours)) in signature.into_iter().enumerate() {
            let column = problem.costs.len();
            let (members, each): (Vec<Vec<usize>>, u32) = if group == 0 {
                let of = members.iter().map(|bundles| bundles[place].clone());
                (of.collect(), 1)
            } else {
                // One member a time: the first of everybody, then the second of everybody …
                let times = members.iter().map(Vec::len).max().unwrap_or(0);
                let mut all = Vec::new();
                for time in 0..times {
                    all.extend(members.iter().filter_map(|of| of.get(time).cloned()));
                }
                let each = u32::try_from(times).unwrap_or(1);
                (all, each)
            };
            let most = u32::try_from(members.len()).unwrap_or(u32::MAX);
            problem
                .costs
                .push(&(&cost * &Exact::from(WEIGHT)) + &Exact::ONE);
            problem.most.push(most);
            let mut total: BTreeMap<usize, Exact> = BTreeMap::new();
            for (atom, of) in adds {
                for add in of {
                    match add {
                        Adds::Seat(term, _, entry) => {
                            let at = seatings.iter().position(|s| s.place == (atom, term));
                            let Some(of) = at.map(|at| &mut by_choice[at]) else {
                                continue;
                            };
                            match of.last_mut().filter(|(known, _)| *known == column) {
                                Some((_, entries)) => {
                                    entries.insert(entry);
                                }
                                None => of.push((column, BTreeSet::from([entry]))),
                            }
                        }
                        Adds::Once(factor, term, key) if !key.is_empty() => {
                            keys.entry((atom, term, key, factor))
                                .or_default()
                                .push(column);
                        }
                        Adds::Once(by, ..) | Adds::Always(by) => {
                            let sum = total.entry(atom).or_insert(Exact::ZERO);
                            *sum = &*sum + &by;
                        }
                    }
                }
            }
            for (atom, by) in &total {
                rows[*atom].terms.push((column, by.clone()));
            }
            if group != 0
                && let Some((file, action)) = actions.first()
            {
                let of = &asked.offered[*file].actions[*action];
                let first = members.first().and_then(|m| m.first());
                let day = first.map_or(asked.by, |c| candidates[*c].day);
                let left = asked.days_until(day) - waiting_days(of.waits, asked.today);
                by_role.entry((*file, of.role.clone())).or_default().push((
                    column,
                    left,
                    hours.clone(),
                ));
            }
            of_class.push(column);
            options.push(Choice {
                members,
                class,
                each,
                adds: total,
                cost,
            });
        }
        if group == 0 {
            let who: Vec<&str> = members
                .iter()
                .filter_map(|of| person(&candidates, of))
                .collect();
            for ((able, seating), (held, chosen)) in able
                .iter_mut()
                .zip(seatings)
                .zip(held.iter().zip(&by_choice))
            {
                able.add(seating, &who, held, chosen);
            }
            weighed.extend(who.into_iter().map(str::to_owned));
        }
        if group == 0 && of_class.len() > 1 {
            let size = Exact::from(i64::try_from(members.len()).unwrap_or(i64::MAX));
            seldom.push(Row {
                terms: of_class.iter().map(|c| (*c, -Exact::ONE)).collect(),
                at_least: -size,
            });
        }
    }
    // What several bring counts once: as soon as one of them is chosen.
    for ((atom, _, _, factor), columns) in keys {
        let helper = problem.costs.len();
        problem.costs.push(Exact::ZERO);
        problem.most.push(1);
        let mut terms: Vec<(usize, Exact)> = columns.into_iter().map(|c| (c, Exact::ONE)).collect();
        terms.push((helper, -Exact::ONE));
        rows[atom].terms.push((helper, factor));
        problem.rows.push(Row {
            terms,
            at_least: Exact::ZERO,
        });
    }
    // Who does nothing may sit as well.
    let mut seated: Vec<(&Seating, Option<usize>)> = Vec::new();
    for (seating, mut able) in seatings.iter().zip(able) {
        let (slot, _) = seating.place;
        if !open[slot] {
            continue;
        }
        let known = seated.iter().find(|(known, _)| known.same(seating));
        let column = match known {
            Some((_, column)) => *column,
            None => {
                for (person, entries) in &seating.held {
                    if !weighed.contains(person) {
                        able.add(seating, &[person], entries, &[]);
                    }
                }
                able.conditions(seating, &mut problem)
            }
        };
        seated.push((seating, column));
        if let Some(column) = column {
            rows[slot].terms.push((column, seating.factor.clone()));
        }
    }
    // Work of one role is done one after the other: what is due by a day fits into the hours until then.
    for ((file, role), work) in by_role {
        let file = asked.offered[file];
        let hours_a_week = file.roles.get(&role).unwrap_or(&file.hours_a_week);
        let ends: BTreeSet<i64> = work.iter().map(|(_, left, _)| *left).collect();
        for end in ends {
            let terms: Vec<(usize, Exact)> = work
                .iter()
                .filter(|(_, left, _)| *left <= end)
                .map(|(column, _, hours)| (*column, -hours.clone()))
                .collect();
            seldom.push(Row {
                terms,
                at_least: -hours_until(hours_a_week, end),
            });
        }
    }
    let most = reachable(&rows, &problem);
    let mut short = Vec::new();
    let mut reachable = Vec::new();
    for atom in atoms {
        let Some(shape) = atom.shape else {
            let row = &rows[atom.places.start];
            short.push(row.at_least.clone());
            reachable.push(most[atom.places.start].clone());
            if row.at_least > Exact::ZERO {
                problem.rows.push(row.clone());
            }
            continue;
        };
        let now = atom.now(missing);
        let then: Vec<Exact> = now
            .iter()
            .zip(&most[atom.places.clone()])
            .map(|(a, b)| a + b)
            .collect();
        let at_now = shape.at(&now);
        short.push(atom.need - &at_now);
        reachable.push(&shape.at(&then) - &at_now);
        if at_now < *atom.need && shape.at(&then) >= *atom.need {
            let mut terms = Terms {
                rows: &rows[atom.places.clone()],
                now: &now,
                then: &then,
                problem: &mut problem,
            };
            let sums = terms.sums(shape);
            for (nth, sum) in sums.into_iter().enumerate() {
                let row = sum.at_least(atom.need);
                if nth < FIRST_SUMS {
                    problem.rows.push(row);
                } else {
                    seldom.push(row);
                }
            }
        }
    }
    problem.seldom = seldom;
    Model {
        offered: asked.offered,
        candidates,
        options,
        problem,
        missing: short,
        reachable,
        classes: (count, subjects),
        complete,
    }
}

/// A sum of columns and a number that is always there.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    terms: BTreeMap<usize, Exact>,
    fixed: Exact,
}

impl Sum {
    pub(super) fn fixed(number: Exact) -> Sum {
        Sum {
            terms: BTreeMap::new(),
            fixed: number,
        }
    }

    /// The same, and so much of a column.
    pub(super) fn and(mut self, column: usize, by: &Exact) -> Sum {
        let sum = self.terms.entry(column).or_insert(Exact::ZERO);
        *sum = &*sum + by;
        self
    }

    /// Adds another one, so many times.
    pub(super) fn add(&mut self, factor: &Exact, other: &Sum) {
        self.fixed = &self.fixed + &(factor * &other.fixed);
        for (column, by) in &other.terms {
            let sum = self.terms.entry(*column).or_insert(Exact::ZERO);
            *sum = &*sum + &(factor * by);
        }
    }

    /// The condition that it is at least this.
    pub(super) fn at_least(self, number: &Exact) -> Row {
        Row {
            at_least: number - &self.fixed,
            terms: self.terms.into_iter().collect(),
        }
    }
}

/// Puts a shape into conditions, with helper columns for what goes by steps. All choices add, and none takes away; so a
/// helper that may be taken where its conditions hold is taken as far as it helps. Which of several is the highest is chosen as
/// well: what is not chosen is lifted out of the way.
struct Terms<'t> {
    rows: &'t [Row],
    now: &'t [Exact],
    then: &'t [Exact],
    problem: &'t mut Problem,
}

impl Terms<'_> {
    fn column(&mut self, most: u32) -> usize {
        self.problem.costs.push(Exact::ZERO);
        self.problem.most.push(most);
        self.problem.costs.len() - 1
    }

    /// The sums of which the shape is the lowest.
    fn sums(&mut self, shape: &Shape) -> Vec<Sum> {
        let (now, then) = (shape.at(self.now), shape.at(self.then));
        // What nothing can move any more is a number.
        if now == then {
            return vec![Sum::fixed(now)];
        }
        match shape {
            Shape::Fixed(number) => vec![Sum::fixed(number.clone())],
            Shape::Term(term) => {
                let columns = self.rows[*term].terms.iter();
                let own = Sum::fixed(self.now[*term].clone());
                vec![columns.fold(own, |sum, (column, by)| sum.and(*column, by))]
            }
            Shape::Sum(of) => {
                let mut all = vec![Sum::fixed(Exact::ZERO)];
                for (factor, part) in of {
                    let parts = self.sums(part);
                    all = all
                        .iter()
                        .flat_map(|sum| {
                            parts.iter().map(move |part| {
                                let mut sum = sum.clone();
                                sum.add(factor, part);
                                sum
                            })
                        })
                        .collect();
                }
                all
            }
            Shape::Lowest(of) => {
                // What is never the lowest is left out.
                let least = of.iter().map(|s| s.at(self.then)).min();
                let mut all = Vec::new();
                for part in of {
                    if least.as_ref().is_some_and(|l| part.at(self.now) <= *l) {
                        all.extend(self.sums(part));
                    }
                }
                all
            }
            Shape::Highest(of) => {
                // One of those that may be the highest is chosen, or what it is already; the others are in nobody's way.
                let mut parts = vec![(now.clone(), vec![Sum::fixed(now.clone())])];
                for part in of {
                    if part.at(self.then) > now {
                        parts.push((part.at(self.now), self.sums(part)));
                    }
                }
                let mut one = Sum::fixed(Exact::ZERO);
                let mut all = Vec::new();
                for (low, sums) in parts {
                    let column = self.column(1);
                    one = one.and(column, &Exact::ONE);
                    let far = &then - &low;
                    for mut sum in sums {
                        sum.fixed = &sum.fixed + &far;
                        all.push(sum.and(column, &-far.clone()));
                    }
                }
                self.problem.rows.push(one.at_least(&Exact::ONE));
                all
            }
            Shape::Floor(of) => {
                let most = (&then - &now).to_i64().and_then(|n| u32::try_from(n).ok());
                let column = self.column(most.unwrap_or(u32::MAX));
                for sum in self.sums(of) {
                    let row = sum.and(column, &-Exact::ONE).at_least(&now);
                    self.problem.rows.push(row);
                }
                vec![Sum::fixed(now).and(column, &Exact::ONE)]
            }
            Shape::Steps(_, steps, of) => {
                let (low, high) = (of.at(self.now), of.at(self.then));
                let mut sum = Sum::fixed(now);
                let sums = self.sums(of);
                for (threshold, by) in steps {
                    if *threshold > low && *threshold <= high && !by.is_zero() {
                        let column = self.column(1);
                        self.reach(column, &sums, threshold);
                        sum = sum.and(column, by);
                    }
                }
                vec![sum]
            }
            Shape::Gate(wants, of) => {
                let mut all = self.sums(of);
                if wants.iter().all(|(s, need)| s.at(self.now) >= *need) {
                    return all;
                }
                let column = self.column(1);
                for (want, need) in wants {
                    if want.at(self.now) < *need {
                        let sums = self.sums(want);
                        self.reach(column, &sums, need);
                    }
                }
                // Closed it gives nothing, and open all that there may be.
                all.push(Sum::fixed(Exact::ZERO).and(column, &of.at(self.then)));
                all
            }
        }
    }

    /// A helper that may be taken only where the lowest of the sums reaches a number.
    fn reach(&mut self, column: usize, sums: &[Sum], number: &Exact) {
        for sum in sums {
            // What is left out of what was chosen among several takes away.
            let most = &self.problem.most;
            let off = |(at, by): (&usize, &Exact)| {
                let times = Exact::from(i64::from(most[*at]));
                by.is_negative().then(|| by * &times)
            };
            let lowest = &sum.fixed + &sum.terms.iter().filter_map(off).sum::<Exact>();
            if lowest < *number {
                let row = sum.clone().and(column, &(&lowest - number));
                self.problem.rows.push(row.at_least(&lowest));
            }
        }
    }
}

/// What could be added to each row at most, whatever it costs: for saying what is out of reach.
fn reachable(rows: &[Row], problem: &Problem) -> Vec<Exact> {
    rows.iter()
        .map(|row| {
            row.terms
                .iter()
                .map(|(column, by)| by * &Exact::from(i64::from(problem.most[*column])))
                .sum()
        })
        .collect()
}

/// Is the entry that an action brings asked of somebody first by another one?
fn is_needed(asked: &Asked<'_, '_>, action: &Action) -> bool {
    let mut others = asked.offered.iter().flat_map(|o| o.actions.values());
    others.any(|other| {
        other
            .needs
            .iter()
            .any(|n| action.with.values().any(|w| w == n))
    })
}

/// The combinations of what one person could do of which none is worse in everything than another.
fn together(
    asked: &Asked<'_, '_>,
    candidates: &[Candidate],
    own: &[usize],
    effects: &[&BTreeMap<usize, Vec<Adds>>],
    (open, usable): (&[bool], &Usable),
    holds: &dyn Fn(usize, &String) -> bool,
    complete: &mut bool,
) -> Vec<Vec<usize>> {
    let action = |at: usize| {
        let candidate = &candidates[at];
        &asked.offered[candidate.file].actions[candidate.action]
    };
    let adds = |bundle: &[usize]| -> BTreeSet<(usize, Adds)> {
        // A person's facts are told apart by their keys; what adds always adds for each.
        bundle
            .iter()
            .enumerate()
            .flat_map(|(nth, at)| {
                effects[*at]
                    .iter()
                    .filter(|(atom, _)| open[**atom])
                    .flat_map(move |(atom, of)| of.iter().map(move |a| (nth, *atom, a)))
            })
            .map(|(nth, atom, add)| match add {
                // Two that add always are two.
                Adds::Always(by) => (
                    atom,
                    Adds::Once(by.clone(), usize::MAX - nth, String::new()),
                ),
                once => (atom, once.clone()),
            })
            .collect()
    };
    let cost =
        |bundle: &[usize]| -> Exact { bundle.iter().map(|at| candidates[*at].cost.clone()).sum() };
    // One action that another one beats in everything is no choice.
    let mut left: Vec<usize> = Vec::new();
    for at in own {
        let (mine, price) = (adds(&[*at]), &candidates[*at].cost);
        let beaten = own.iter().any(|other| {
            let theirs = adds(&[*other]);
            other != at
                && candidates[*other].cost <= *price
                && candidates[*other].hours <= candidates[*at].hours
                && action(*other)
                    .needs
                    .iter()
                    .all(|n| action(*at).needs.contains(n))
                && theirs.is_superset(&mine)
                && (theirs != mine
                    || candidates[*other].cost < *price
                    || candidates[*other].hours < candidates[*at].hours
                    || other < at)
        });
        if !beaten || is_needed(asked, action(*at)) {
            left.push(*at);
        }
    }
    if left.len() > MOST_TOGETHER {
        *complete = false;
        left.sort_by(|a, b| candidates[*a].cost.cmp(&candidates[*b].cost));
        left.truncate(MOST_TOGETHER);
        left.sort_unstable();
    }
    let mut bundles: Vec<(Vec<usize>, BTreeSet<(usize, Adds)>, Exact)> = Vec::new();
    for chosen in 1..1_u32 << left.len() {
        let bundle: Vec<usize> = left
            .iter()
            .enumerate()
            .filter(|(at, _)| chosen & (1 << at) != 0)
            .map(|(_, candidate)| *candidate)
            .collect();
        let prepared = bundle.iter().all(|at| {
            action(*at).needs.iter().all(|entry| {
                holds(candidates[*at].fact.kind, entry)
                    || bundle
                        .iter()
                        .any(|other| action(*other).with.values().any(|w| w == entry))
            })
        });
        if !prepared || !usable.fits(&bundle) || !in_time(asked, candidates, &bundle) {
            continue;
        }
        let (adds, cost) = (adds(&bundle), cost(&bundle));
        if adds.is_empty() {
            continue;
        }
        let better = |a: &(Vec<usize>, BTreeSet<(usize, Adds)>, Exact),
                      b: &(BTreeSet<(usize, Adds)>, &Exact)| {
            a.1.is_superset(&b.0) && a.2 <= *b.1
        };
        let this = (adds, &cost);
        if bundles.iter().any(|known| better(known, &this)) {
            continue;
        }
        let (adds, _) = this;
        bundles.retain(|(_, known, price)| !(adds.is_superset(known) && cost <= *price));
        bundles.push((bundle, adds, cost));
    }
    bundles.into_iter().map(|(bundle, ..)| bundle).collect()
}

/// Can one person do all of it, one after the other, each by its day?
fn in_time(asked: &Asked<'_, '_>, candidates: &[Candidate], bundle: &[usize]) -> bool {
    let left = |at: usize| {
        let candidate = &candidates[at];
        let action = &asked.offered[candidate.file].actions[candidate.action];
        asked.days_until(candidate.day) - waiting_days(action.waits, asked.today)
    };
    bundle.iter().all(|at| {
        let end = left(*at);
        let work: Exact = bundle
            .iter()
            .filter(|other| left(**other) <= end)
            .map(|other| candidates[*other].hours.clone())
            .sum();
        let a_week = &asked.offered[candidates[*at].file].hours_a_week;
        work <= hours_until(a_week, end)
    })
}
