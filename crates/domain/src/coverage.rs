//! Which edges of an edition its worked cases stand on, and which they leave out (LANGUAGE §8).
//!
//! A case proves something only where it stands on an edge *and* says what it expects there. So what a `then`
//! **touches** is decided in two steps: what it *states* (its cells of `shows`, its `values`, its `level`, its
//! `contradicted`), with everything that these read; and where the evidence of the case stands on that day.
//!
//! | wanted | touched by a `then` … |
//! |---|---|
//! | a threshold, at it and just beside it, for each row, level and track | on whose day the row has exactly the threshold; or what lies just on the side where the verdict is the other one: the next whole number of a count, within a hundredth of an amount of money, of any other number within a tenth, or within one where it is above one (of zero: anything); of what can be told to come in steps, as the sum of bands does, the nearest value that can occur. It shows the row's cell for the level, or its expected `level` turns on this row alone |
//! | a window's last day inside and first day outside, for each choice of facts; those of `period` for each question | on whose day a fact that the choice would take opened on the window's first day, or is out of the window on the next day; opened on the day before the window's first, or left the window on this day |
//! | the days of `held` and `once` | on whose day the answer differs from the next day's, or from the day's before |
//! | an item's `from` and `until`, both days | on this day, with a fact that names the item |
//! | an edition's first and last day, and the day beside each on which another edition governs | on this day; the day beside may stand in the other edition's cases |
//! | each date that closes the facts of a kind that is read: last day in, first day out | on whose day such a fact holds for the last time, or for the first time no longer |
//! | each `if` and `applies`, yes and no; each band | on whose day it is so |
//! | each row unknown | that shows the row, and it is unknown |
//! | each reading | that states the row or value that the reading is about. Whether it would fail under the other reading no machine can tell: what was not taken is prose |
//!
//! Coverage says that a case stands on the edge and states what rests on it. It does not say that a slip there
//! must fail: two slips may cancel each other. Knows nothing of files and prints nothing.

mod draft;
mod occurs;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::calendar::{Day, Window};
use crate::cases;
use crate::compile::{Compiled, Filter, Ir, NodeId, RowIr, Selector, SetIr, Value, What, children};
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::{Engine, Programs, Run};
use crate::evidence::Cell;
use crate::expressions;
use crate::ledger::{FactId, Ledger};
use crate::library::Assumptions;
use crate::number::{Exact, Range};
use crate::program::{AnswerType, Ask, Band, BandValue, Case, Edition, RowValue, Then};
use crate::standing::{self, Need, RowStanding, Truth, Unit};
use crate::syntax::{Compare, Node, Pick};
use crate::vocabulary::Kind;
use crate::wording;

pub use draft::draft;
use occurs::nearest;

/// What the cases of an edition touch, and what they leave out.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Everything that wants a case: group by group, in the order of the file.
    pub items: Vec<Item>,
}

/// Something that wants a case.
#[derive(Clone, Debug)]
pub struct Item {
    /// What sort of edge it is.
    pub group: Group,
    /// The id that it belongs to.
    pub of: String,
    /// What is wanted: `20 of 20 for advanced`.
    pub says: String,
    /// Is there a case?
    pub state: State,
    /// Where the rule stands.
    pub place: Place,
    wanted: Wanted,
}

/// Is there a case for it?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The first case that touches it.
    Covered {
        /// The case's title.
        by: String,
    },
    /// None does.
    Missing {
        /// What is missing, as a sentence for the program's manager.
        what: String,
    },
}

/// The sorts of edges, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A threshold of a row at a level; a test that a level requires.
    Threshold,
    /// A window of a choice of facts, of `held` or `once`.
    Window,
    /// A day of an item of a list.
    Item,
    /// A day on which an edition begins or ends.
    Edition,
    /// A date that closes facts.
    Until,
    /// A branch of an `if`, a band, an `applies`.
    Branch,
    /// A row that is unknown.
    Unknown,
    /// A reading.
    Reading,
}

impl Group {
    /// All of them, in the order of the report.
    pub const ALL: [Group; 8] = [
        Group::Threshold,
        Group::Window,
        Group::Item,
        Group::Edition,
        Group::Until,
        Group::Branch,
        Group::Unknown,
        Group::Reading,
    ];

    /// What people call them.
    pub fn name(self) -> &'static str {
        match self {
            Group::Threshold => "thresholds",
            Group::Window => "windows",
            Group::Item => "list items",
            Group::Edition => "first and last days",
            Group::Until => "ends",
            Group::Branch => "branches",
            Group::Unknown => "unknowns",
            Group::Reading => "readings",
        }
    }
}

impl Item {
    /// Is there a case for it?
    pub fn is_covered(&self) -> bool {
        matches!(self.state, State::Covered { .. })
    }
}

impl Coverage {
    /// How many are touched, of how many that want a case; of one group, or of all.
    pub fn numbers(&self, group: Option<Group>) -> (usize, usize) {
        let of = || {
            self.items
                .iter()
                .filter(move |i| group.is_none_or(|g| i.group == g))
        };
        (of().filter(|i| i.is_covered()).count(), of().count())
    }

    /// What no case touches, in the order of the report.
    pub fn missing(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|i| !i.is_covered())
    }

    /// A warning `untested` for each thing that no case touches, unless a reading of the edition settles that.
    pub fn diagnostics(&self, edition: &Edition) -> Vec<Diagnostic> {
        let settled = |of: &str| {
            edition
                .reading
                .iter()
                .any(|r| r.about == of && r.settles.iter().any(|s| s == "untested"))
        };
        self.missing()
            .filter(|item| !settled(&item.of))
            .filter_map(|item| match &item.state {
                State::Missing { what } => Some(
                    Diagnostic::warning("untested", what.clone(), item.place.clone())
                        .help("add a [[case]] that stands on it and says what is expected there"),
                ),
                State::Covered { .. } => None,
            })
            .collect()
    }
}

/// One line for each group that wants anything: `thresholds 36 of 40`.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (covered, wanted) = self.numbers(None);
        write!(f, "{covered} of {wanted}")?;
        for group in Group::ALL {
            let (covered, wanted) = self.numbers(Some(group));
            if wanted > 0 {
                write!(f, "; {} {covered} of {wanted}", group.name())?;
            }
        }
        Ok(())
    }
}

/// Runs the cases of an edition and reports what they touch. An edition with errors wants nothing yet, and neither does
/// a file whose edition is read from another one.
pub fn coverage(programs: &Arc<Programs>, edition: &Edition) -> Coverage {
    let found = programs.find(&edition.program, &edition.edition);
    let Some(at) = found.filter(|at| programs.compiled[*at].edition.file == edition.file) else {
        return Coverage::default();
    };
    let mut items = Wants {
        programs,
        edition,
        compiled: &programs.compiled[at],
        items: vec![],
    }
    .all();
    for case in &edition.case {
        touch(programs, edition, case, &mut items);
    }
    elsewhere(programs, edition, &mut items);
    Coverage { items }
}

/// Marks what a case touches.
fn touch(programs: &Arc<Programs>, edition: &Edition, case: &Case, items: &mut [Item]) {
    let mut evidence = cases::evidence(programs, edition, case).evidence;
    if evidence.partners.is_empty() {
        evidence.add_partner("partner");
    }
    let evidence = Arc::new(evidence);
    for then in &case.then {
        let assumptions = Assumptions {
            set: then.set.clone(),
            track: then.track.clone(),
            ..Assumptions::default()
        };
        let ledger = Arc::new(Ledger::new(evidence.clone(), then.known_at));
        let engine = Engine::new(programs.clone(), ledger, assumptions);
        let Some(run) = engine.edition(&edition.program, &edition.edition) else {
            return;
        };
        let look = Look::new(run, edition, then);
        for item in items.iter_mut().filter(|i| !i.is_covered()) {
            if look.touches(&item.wanted) {
                item.state = State::Covered {
                    by: case.title.clone(),
                };
            }
        }
    }
}

/// Marks the days beside an edition that stand in the cases of the edition that governs them.
fn elsewhere(programs: &Programs, edition: &Edition, items: &mut [Item]) {
    for item in items.iter_mut().filter(|i| !i.is_covered()) {
        let Wanted::Governs { day, own: false } = item.wanted else {
            continue;
        };
        let by = programs
            .library
            .editions_of(&edition.program)
            .into_iter()
            .flat_map(|e| &e.case)
            .find(|c| c.then.iter().any(|t| t.on == day));
        if let Some(case) = by {
            item.state = State::Covered {
                by: case.title.clone(),
            };
        }
    }
}

// -------------------------------------------------------------------- what wants a case

/// The two days of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    LastIn,
    FirstOut,
}

const EDGES: [Edge; 2] = [Edge::LastIn, Edge::FirstOut];

impl Edge {
    fn says(self, of: &str) -> String {
        match self {
            Edge::LastIn => format!("the last day inside {of}"),
            Edge::FirstOut => format!("the first day outside {of}"),
        }
    }
}

#[derive(Clone, Debug)]
enum Wanted {
    /// At the threshold, or just beside it.
    Threshold {
        row: usize,
        level: usize,
        track: Option<String>,
        /// The row of the table that gives the threshold.
        word: Option<OfTable>,
        at: bool,
    },
    /// The window of a choice of facts, or of a date in its filter.
    Window {
        facts: Box<Selector>,
        window: Window,
        date: Option<Value>,
        ask: Option<Ask>,
        edge: Edge,
    },
    /// A day on which a test over a window turns.
    Turn {
        node: NodeId,
        edge: Edge,
    },
    /// A fact that names this item of this list, on this day.
    Listed {
        list: usize,
        item: usize,
        day: Day,
    },
    /// A day on which this edition governs, or another of its program does.
    Governs {
        day: Day,
        own: bool,
    },
    /// What closes the facts of a kind.
    Ends {
        kind: usize,
        by: Closing,
        edge: Edge,
    },
    /// A test that is yes, or no.
    Branch {
        node: NodeId,
        of: NodeId,
        track: Option<String>,
        yes: bool,
    },
    /// A number inside a band.
    Band {
        bands: usize,
        band: usize,
    },
    Unknown {
        row: usize,
    },
    Reading {
        about: String,
    },
}

/// A row of a table: the node of the word that is looked up, the words that have a row, and which of them it is; none
/// is the rest.
#[derive(Clone, Debug, PartialEq)]
struct OfTable {
    asked: NodeId,
    words: Vec<String>,
    is: Option<usize>,
}

/// What closes a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    /// The date in this field.
    Field(usize),
    /// The next fact of the same key.
    Next,
    /// The end of the fact that it is joined to.
    Join,
}

/// A threshold that is asked.
struct Asked {
    need: NodeId,
    /// In the file's words; a test has none.
    text: Option<String>,
    /// Of whom, where not of everybody.
    says: String,
    word: Option<OfTable>,
}

struct Wants<'a> {
    programs: &'a Programs,
    edition: &'a Edition,
    compiled: &'a Compiled,
    items: Vec<Item>,
}

/// What is judged or named: an id with the nodes that it consists of.
struct Owner {
    id: String,
    place: Place,
    roots: Vec<NodeId>,
    asks: Vec<Ask>,
}

impl Wants<'_> {
    fn all(mut self) -> Vec<Item> {
        self.thresholds();
        self.windows();
        self.list_items();
        self.edition_days();
        self.ends();
        self.branches();
        self.bands();
        for (row, ir) in self.compiled.rows.iter().enumerate() {
            let id = ir.id.clone();
            let place = self.edition.rows[&id].place.clone();
            self.want(
                Group::Unknown,
                &id,
                "the row unknown".to_owned(),
                &place,
                Wanted::Unknown { row },
            );
        }
        for reading in self.edition.reading.iter().filter(|r| r.is_of_a_rule()) {
            self.items.push(Item {
                group: Group::Reading,
                of: reading.about.clone(),
                says: format!("what is taken: {}", reading.taken),
                state: State::Missing {
                    what: format!(
                        "{}: no case expects a value of what this reading is about, so the other reading would pass unseen",
                        reading.about
                    ),
                },
                place: reading.place.clone(),
                wanted: Wanted::Reading {
                    about: reading.about.clone(),
                },
            });
        }
        self.items
    }

    fn want(&mut self, group: Group, of: &str, says: String, place: &Place, wanted: Wanted) {
        self.items.push(Item {
            group,
            of: of.to_owned(),
            state: State::Missing {
                what: format!("{of}: no case has {says}"),
            },
            says,
            place: place.clone(),
            wanted,
        });
    }

    fn thresholds(&mut self) {
        for (at, ir) in self.compiled.rows.iter().enumerate() {
            let row = &self.edition.rows[&ir.id];
            for (level, id) in self.edition.levels.iter().enumerate() {
                let Some(need) = ir.at[level].need else {
                    continue;
                };
                let limits = match &row.value {
                    RowValue::Measure { limits, .. } | RowValue::OfWhich { limits, .. } => {
                        limits.as_ref()
                    }
                    RowValue::Test { .. } => None,
                };
                let texts: Vec<(Option<String>, Option<String>)> = match limits {
                    None => vec![(None, None)],
                    Some(limits) => limits
                        .by_level
                        .each()
                        .into_iter()
                        .filter_map(|(track, by_level)| {
                            let limit = by_level.get(id)?;
                            Some((track.map(str::to_owned), Some(limit.text.clone())))
                        })
                        .collect(),
                };
                let compare = ir.at[level].compare.unwrap_or(Compare::AtLeast);
                let have = ir.at[level].have;
                let counts = is_whole(self.compiled, have) || ir.unit == Unit::YesNo;
                for (track, text) in texts {
                    let on = track
                        .as_ref()
                        .map_or(String::new(), |t| format!(" on track {t}"));
                    let need = self.on_track(need, track.as_deref());
                    for of in self.of_table(need, text.as_deref()) {
                        let fixed = match &self.compiled.nodes[of.need] {
                            Ir::Number(range) => Some(range.clone()),
                            _ => None,
                        };
                        let nearest = fixed
                            .as_ref()
                            .and_then(|need| nearest(self.compiled, have, need, compare));
                        let (exactly, beside) = match &of.text {
                            None => ("it met".to_owned(), "it short".to_owned()),
                            Some(text) => (
                                format!("{text} of {text}"),
                                match &nearest {
                                    Some(Some(nearest)) => format!("{nearest} of {text}"),
                                    _ => beside_says(compare, counts, fixed.as_ref(), text),
                                },
                            ),
                        };
                        for (is_at, says) in [(true, exactly), (false, beside)] {
                            // Nobody has fewer than none of a thing that is counted, nor a score that no points make.
                            let nobody = matches!(nearest, Some(None))
                                || counts
                                    && matches!(compare, Compare::AtLeast | Compare::Less)
                                    && fixed.as_ref().and_then(Range::exact) == Some(&Exact::ZERO);
                            if !is_at && nobody {
                                continue;
                            }
                            self.want(
                                Group::Threshold,
                                &ir.id,
                                format!("{says} for {id}{on}{}", of.says),
                                &row.place,
                                Wanted::Threshold {
                                    row: at,
                                    level,
                                    track: track.clone(),
                                    word: of.word.clone(),
                                    at: is_at,
                                },
                            );
                        }
                    }
                }
            }
        }
    }

    /// What a node is on a track.
    fn on_track(&self, node: NodeId, track: Option<&str>) -> NodeId {
        let tracks = self.edition.tracks.as_ref();
        let at = tracks.and_then(|t| t.of.iter().position(|of| Some(of.as_str()) == track));
        match &self.compiled.nodes[node] {
            Ir::PerTrack(of) => {
                let own = of.iter().find(|(track, _)| Some(*track) == at);
                own.map_or(node, |(_, node)| *node)
            }
            _ => node,
        }
    }

    /// A threshold, or each of those that a table gives: in the file's words, and where it is asked.
    fn of_table(&self, need: NodeId, text: Option<&str>) -> Vec<Asked> {
        let whole = || {
            vec![Asked {
                need,
                text: text.map(str::to_owned),
                says: String::new(),
                word: None,
            }]
        };
        let Ir::Table {
            rows,
            otherwise,
            word,
        } = &self.compiled.nodes[need]
        else {
            return whole();
        };
        let Some(Node::Lookup(name, argument)) = text
            .and_then(|t| crate::syntax::parse(t).ok())
            .map(|e| e.node)
        else {
            return whole();
        };
        let used = expressions::libraries(&self.programs.library, self.edition);
        let mut files = std::iter::once(self.edition).chain(used);
        let Some(table) = files.find_map(|e| e.table.get(&name)) else {
            return whole();
        };
        let of = wording::expr(&argument);
        let words: Vec<String> = rows.iter().map(|(word, _)| word.clone()).collect();
        let asked = |is: Option<usize>, need: NodeId, formula: &crate::source::Formula| Asked {
            need,
            text: Some(formula.text.clone()),
            says: match is {
                Some(is) => format!(" where {of} is {}", words[is]),
                None => format!(" where {of} is any other word"),
            },
            word: Some(OfTable {
                asked: *word,
                words: words.clone(),
                is,
            }),
        };
        rows.iter()
            .enumerate()
            .filter_map(|(at, (word, need))| Some(asked(Some(at), *need, table.rows.get(word)?)))
            .chain(
                otherwise
                    .zip(table.otherwise.as_ref())
                    .map(|(need, formula)| asked(None, need, formula)),
            )
            .collect()
    }

    /// Rows, levels with a test of their own, and named values, in the order of the report.
    fn owners(&self) -> Vec<Owner> {
        let mut owners = Vec::new();
        for ir in &self.compiled.rows {
            let mut roots: Vec<NodeId> = ir
                .at
                .iter()
                .flat_map(|at| [at.have, at.test, at.need])
                .flatten()
                .collect();
            roots.extend(ir.applies);
            owners.push(Owner {
                id: ir.id.clone(),
                place: self.edition.rows[&ir.id].place.clone(),
                roots,
                asks: [Ask::Enter, Ask::Retain]
                    .into_iter()
                    .filter(|a| ir.asked.by(*a))
                    .collect(),
            });
        }
        for level in &self.compiled.levels {
            let place = self
                .edition
                .level
                .get(&level.id)
                .map_or_else(|| Place::file(&*self.edition.file), |l| l.place.clone());
            for (ask, root) in [(Ask::Enter, level.enter), (Ask::Retain, level.retain)] {
                owners.extend(root.map(|root| Owner {
                    id: level.id.clone(),
                    place: place.clone(),
                    roots: vec![root],
                    asks: vec![ask],
                }));
            }
        }
        let places: Vec<(&str, &'static str, Place)> = self.edition.ids();
        for (name, node) in &self.compiled.named {
            let id = name.strip_prefix("evidence of ").unwrap_or(name);
            let place = places.iter().find(|(known, ..)| *known == id);
            owners.extend(place.map(|(_, _, place)| Owner {
                id: name.clone(),
                place: place.clone(),
                roots: vec![*node],
                asks: vec![Ask::Enter],
            }));
        }
        owners
    }

    fn windows(&mut self) {
        let mut seen: Vec<(Selector, Window, Option<Value>, Option<Ask>)> = Vec::new();
        let mut turning: BTreeSet<NodeId> = BTreeSet::new();
        for owner in self.owners() {
            for ask in &owner.asks {
                let nodes = reached(self.compiled, &owner.roots, *ask, None);
                for facts in selectors(self.compiled, &nodes) {
                    let mut windows: Vec<(Window, Option<Value>)> =
                        facts.window.map(|w| (w, None)).into_iter().collect();
                    dates_in(&facts.filter, &mut windows);
                    for (window, date) in windows {
                        // A window of its own is the same in both questions.
                        let asked = (window == Window::Period).then_some(*ask);
                        let key = (facts.clone(), window, date.clone(), asked);
                        if seen.contains(&key) {
                            continue;
                        }
                        seen.push(key);
                        self.window(&owner, facts, window, date, asked);
                    }
                }
                for node in nodes {
                    let (Ir::Held(window, _) | Ir::Once(window, _)) = self.compiled.nodes[node]
                    else {
                        continue;
                    };
                    if !turning.insert(node) {
                        continue;
                    }
                    for edge in EDGES {
                        let what = match edge {
                            Edge::LastIn => {
                                format!("the last day before `{window}` lets a day go that decides")
                            }
                            Edge::FirstOut => format!(
                                "the first day on which a day that decided has left `{window}`"
                            ),
                        };
                        self.want(
                            Group::Window,
                            &owner.id,
                            what,
                            &owner.place,
                            Wanted::Turn { node, edge },
                        );
                    }
                }
            }
        }
    }

    fn window(
        &mut self,
        owner: &Owner,
        facts: &Selector,
        window: Window,
        date: Option<Value>,
        ask: Option<Ask>,
    ) {
        let kind = &self.kind(facts.kind).name;
        let mut text = match (&date, window) {
            (Some(Value::Field(field)), _) => {
                format!("{kind} whose `{}` is on", field.name)
            }
            _ => kind.clone(),
        };
        if date.is_none() {
            text += " that opened on";
        }
        let mut of = match (ask, ask.and_then(|a| self.compiled.period(a))) {
            (Some(ask), Some(bound)) => format!("`period` ({}: {bound})", ask.name()),
            _ => format!("`{window}`"),
        };
        if !facts.filter_text.is_empty() && date.is_none() {
            of += &format!(" (where {})", facts.filter_text);
        }
        for edge in EDGES {
            self.want(
                Group::Window,
                &owner.id,
                format!("{text} {}", edge.says(&of)),
                &owner.place,
                Wanted::Window {
                    facts: Box::new(facts.clone()),
                    window,
                    date: date.clone(),
                    ask,
                    edge,
                },
            );
        }
    }

    fn kind(&self, kind: usize) -> &Kind {
        &self.programs.library.vocabulary.kinds[kind]
    }

    fn list_items(&mut self) {
        for (list, items) in self.compiled.lists.iter().enumerate() {
            let Some((id, place)) = self
                .edition
                .list
                .iter()
                .find(|(_, l)| l.items == *items)
                .map(|(id, l)| (id.clone(), l.place.clone()))
            else {
                continue;
            };
            for (at, item) in items.iter().enumerate() {
                let days = [
                    item.from
                        .map(|d| (d.previous(), "the day before it is listed")),
                    item.from.map(|d| (d, "its first day")),
                    item.until.map(|d| (d.previous(), "its last day")),
                    item.until
                        .map(|d| (d, "the first day on which it no longer counts")),
                ];
                for (day, what) in days.into_iter().flatten() {
                    self.want(
                        Group::Item,
                        &id,
                        format!("`{}` on {day}, {what}", item.is),
                        &place,
                        Wanted::Listed {
                            list,
                            item: at,
                            day,
                        },
                    );
                }
            }
        }
    }

    fn edition_days(&mut self) {
        let library = &self.programs.library;
        let span = library.in_force(self.edition);
        let place = Place::file(&*self.edition.file);
        let mut days: Vec<(Day, bool, &str)> = Vec::new();
        let governed = |day: Day| library.governing(&self.edition.program, day).is_some();
        if span.first.is_real() {
            if governed(span.first.previous()) {
                days.push((
                    span.first.previous(),
                    false,
                    "the last day of the edition before",
                ));
            }
            days.push((span.first, true, "the first day of this edition"));
        }
        if span.end.is_real() {
            days.push((span.end.previous(), true, "the last day of this edition"));
            if governed(span.end) {
                days.push((span.end, false, "the first day of the edition after"));
            }
        }
        let id = self.edition.edition.clone();
        for (day, own, what) in days {
            self.want(
                Group::Edition,
                &id,
                format!("a `then` on {day}, {what}"),
                &place,
                Wanted::Governs { day, own },
            );
        }
    }

    fn ends(&mut self) {
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for owner in self.owners() {
            for ask in &owner.asks {
                let nodes = reached(self.compiled, &owner.roots, *ask, None);
                for facts in selectors(self.compiled, &nodes) {
                    if facts.ended || facts.pending || !seen.insert(facts.kind) {
                        continue;
                    }
                    let kind = self.kind(facts.kind).clone();
                    let mut closings: Vec<(Closing, String)> = kind
                        .holds
                        .until
                        .iter()
                        .filter_map(|f| {
                            let at = kind.fields.get_index_of(f)?;
                            Some((Closing::Field(at), format!("`{f}`")))
                        })
                        .collect();
                    if kind.holds.until_next {
                        closings.push((Closing::Next, "the next one of its key".to_owned()));
                    }
                    if let Some((other, by)) = &kind.holds.while_ {
                        closings.push((Closing::Join, format!("the end of its {other} by {by}")));
                    }
                    for (by, what) in closings {
                        for edge in EDGES {
                            let day = match edge {
                                Edge::LastIn => "on its last day",
                                Edge::FirstOut => "on the first day on which it no longer holds",
                            };
                            self.want(
                                Group::Until,
                                &owner.id,
                                format!("a fact of {} {day}, closed by {what}", kind.name),
                                &owner.place,
                                Wanted::Ends {
                                    kind: facts.kind,
                                    by,
                                    edge,
                                },
                            );
                        }
                    }
                }
            }
        }
    }

    fn branches(&mut self) {
        let mut seen: BTreeSet<NodeId> = BTreeSet::new();
        for owner in self.owners() {
            let mut ifs: Vec<(NodeId, NodeId, Option<String>)> = Vec::new();
            for root in &owner.roots {
                own_ifs(
                    self.compiled,
                    *root,
                    None,
                    &owner.roots,
                    &mut BTreeSet::new(),
                    &mut ifs,
                );
            }
            ifs.dedup();
            ifs.retain(|(node, ..)| seen.insert(*node));
            for (node, test, track) in &ifs {
                let text = format!("`if {}`", self.compiled.ifs[node]);
                let on = track
                    .as_ref()
                    .map_or(String::new(), |t| format!(" on track {t}"));
                for yes in [true, false] {
                    self.want(
                        Group::Branch,
                        &owner.id,
                        format!("{text}{on} {}", if yes { "hold" } else { "fail" }),
                        &owner.place,
                        Wanted::Branch {
                            node: *test,
                            of: *node,
                            track: track.clone(),
                            yes,
                        },
                    );
                }
            }
            if let Some(row) = self.compiled.rows.iter().find(|r| r.id == owner.id)
                && let Some(applies) = row.applies
            {
                for yes in [true, false] {
                    let says = if yes { "it apply" } else { "it not applicable" };
                    self.want(
                        Group::Branch,
                        &owner.id,
                        says.to_owned(),
                        &owner.place,
                        Wanted::Branch {
                            node: applies,
                            of: applies,
                            track: None,
                            yes,
                        },
                    );
                }
            }
        }
    }

    fn bands(&mut self) {
        for (at, bands) in self.compiled.bands.iter().enumerate() {
            let Some((id, place)) = self
                .edition
                .bands
                .iter()
                .find(|(_, b)| *b == bands)
                .map(|(id, b)| (id.clone(), b.place.clone()))
            else {
                continue;
            };
            for (band, is) in bands.rows.iter().enumerate() {
                let yields = match &is.is {
                    BandValue::Number(n) => n.to_string(),
                    BandValue::Word(w) => w.clone(),
                };
                self.want(
                    Group::Branch,
                    &id,
                    format!("a number in the band that yields {yields}"),
                    &place,
                    Wanted::Band { bands: at, band },
                );
            }
        }
    }
}

/// What just beside a threshold is called.
fn beside_says(compare: Compare, counts: bool, fixed: Option<&Range>, text: &str) -> String {
    let below = matches!(compare, Compare::AtLeast | Compare::Less);
    if counts && let Some(number) = fixed.and_then(Range::exact) {
        let beside = if below {
            number - &Exact::ONE
        } else {
            number + &Exact::ONE
        };
        return format!("{beside} of {text}");
    }
    format!("just {} {text}", if below { "below" } else { "above" })
}

/// Is the value always a whole number, as a count is?
fn is_whole(compiled: &Compiled, node: Option<NodeId>) -> bool {
    let Some(node) = node else { return false };
    match &compiled.nodes[node] {
        Ir::Count(_) | Ir::CountSet(_) | Ir::Filled(_) => true,
        Ir::Number(range) => range.exact().is_some_and(Exact::is_whole),
        Ir::Answer(id) => compiled
            .edition
            .question
            .get(id)
            .is_some_and(|q| matches!(q.answer, AnswerType::Scale(..))),
        Ir::Of(Pick::Lowest | Pick::Highest, of) => of.iter().all(|n| is_whole(compiled, Some(*n))),
        Ir::Total(of) => of.iter().all(|n| is_whole(compiled, Some(*n))),
        Ir::PerTrack(of) => of.iter().all(|(_, n)| is_whole(compiled, Some(*n))),
        Ir::If(_, a, b) => is_whole(compiled, Some(*a)) && is_whole(compiled, Some(*b)),
        Ir::Floor(_) | Ir::Ceiling(_) => true,
        _ => false,
    }
}

/// The `if`s that belong to a value itself, not to another name: their nodes, tests and tracks, in order.
fn own_ifs(
    compiled: &Compiled,
    node: NodeId,
    track: Option<usize>,
    roots: &[NodeId],
    visited: &mut BTreeSet<NodeId>,
    found: &mut Vec<(NodeId, NodeId, Option<String>)>,
) {
    let another = compiled.named.values().any(|n| *n == node) && !roots.contains(&node);
    if another || !visited.insert(node) {
        return;
    }
    match &compiled.nodes[node] {
        Ir::PerTrack(of) => {
            for (track, inner) in of {
                own_ifs(compiled, *inner, Some(*track), roots, visited, found);
            }
        }
        ir => {
            if let Ir::If(test, ..) = ir {
                let track =
                    track.and_then(|t| compiled.edition.tracks.as_ref()?.of.get(t).cloned());
                found.push((node, *test, track));
            }
            for child in children(ir) {
                own_ifs(compiled, child, track, roots, visited, found);
            }
        }
    }
}

/// The dates of a filter that are held against a window.
fn dates_in(filter: &Filter, found: &mut Vec<(Window, Option<Value>)>) {
    match filter {
        Filter::Not(inner) => dates_in(inner, found),
        Filter::And(of) | Filter::Or(of) => of.iter().for_each(|f| dates_in(f, found)),
        Filter::InWindow(date, window, _) => found.push((*window, Some(date.clone()))),
        Filter::All
        | Filter::Fixed(_)
        | Filter::Compare(..)
        | Filter::CompareWord(..)
        | Filter::Flag(_)
        | Filter::InList(..)
        | Filter::InSet(..)
        | Filter::Unused => {}
    }
}

// -------------------------------------------------------------------- what a node rests on

/// Every node that some nodes rest on under a question, themselves among them. With a track only that track's values.
fn reached(
    compiled: &Compiled,
    roots: &[NodeId],
    ask: Ask,
    track: Option<usize>,
) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<NodeId> = roots.to_vec();
    while let Some(node) = open.pop() {
        if !found.insert(node) {
            continue;
        }
        match &compiled.nodes[node] {
            Ir::Row(row, level) => row_nodes(compiled, *row, *level, ask, &mut open),
            Ir::Matrix(level) => {
                for at in 0..=*level {
                    for (row, ir) in compiled.rows.iter().enumerate() {
                        if ir.parent.is_none() && ir.asked == crate::program::Asked::Both {
                            row_nodes(compiled, row, at, ask, &mut open);
                        }
                    }
                }
            }
            Ir::Meets(level) => level_nodes(compiled, *level, Ask::Enter, &mut open),
            Ir::PerTrack(of) => open.extend(
                of.iter()
                    .filter(|(t, _)| track.is_none_or(|only| only == *t))
                    .map(|(_, n)| *n),
            ),
            ir => open.extend(children(ir)),
        }
    }
    found
}

/// What a row at a level rests on, with its parts.
fn row_nodes(compiled: &Compiled, row: usize, level: usize, ask: Ask, open: &mut Vec<NodeId>) {
    let ir: &RowIr = &compiled.rows[row];
    if !ir.asked.by(ask) {
        return;
    }
    open.extend(ir.at[level].test);
    open.extend(ir.applies);
    for part in &ir.parts {
        row_nodes(compiled, *part, level, ask, open);
    }
}

/// What a level rests on, with the levels below it.
fn level_nodes(compiled: &Compiled, level: usize, ask: Ask, open: &mut Vec<NodeId>) {
    for at in (0..=level).rev() {
        let ir = &compiled.levels[at];
        if let Some(own) = match ask {
            Ask::Enter => ir.enter,
            Ask::Retain => ir.retain,
        } {
            open.push(own);
            return;
        }
        for (row, ir) in compiled.rows.iter().enumerate() {
            if ir.parent.is_none() {
                row_nodes(compiled, row, at, ask, open);
            }
        }
    }
}

/// The choices of facts that these nodes make, each once.
fn selectors<'c>(compiled: &'c Compiled, nodes: &BTreeSet<NodeId>) -> Vec<&'c Selector> {
    fn of_set<'c>(compiled: &'c Compiled, set: usize, found: &mut Vec<&'c Selector>) {
        match &compiled.sets[set] {
            SetIr::Distinct { facts, .. } => found.push(facts),
            SetIr::Join(_, left, right) => {
                of_set(compiled, *left, found);
                of_set(compiled, *right, found);
            }
        }
    }
    let mut found: Vec<&Selector> = Vec::new();
    for node in nodes {
        match &compiled.nodes[*node] {
            Ir::Count(id) | Ir::Exists(id) | Ir::Amount(id) | Ir::PickedWord(id) => {
                found.push(&compiled.aggregates[*id].facts);
            }
            Ir::CountSet(set) | Ir::ExistsSet(set) => of_set(compiled, *set, &mut found),
            Ir::Filled(roster) => found.push(&compiled.rosters[*roster].facts),
            _ => {}
        }
    }
    let mut once: Vec<&Selector> = Vec::new();
    for facts in found {
        if !once.contains(&facts) {
            once.push(facts);
        }
    }
    once
}

// -------------------------------------------------------------------- what a case touches

/// A `then` of a case with everything that it states.
struct Look<'a> {
    run: Run<'a>,
    edition: &'a Edition,
    then: &'a Then,
    track: Option<String>,
    /// The columns of the scorecard, of both questions.
    columns: Vec<(Ask, usize, standing::Column)>,
    /// The cells that it shows: row, question, level.
    cells: BTreeSet<(String, Ask, usize)>,
    /// What it states rests on these nodes.
    rests_on: [BTreeSet<NodeId>; 2],
}

const ASKS: [Ask; 2] = [Ask::Enter, Ask::Retain];

impl<'a> Look<'a> {
    fn new(run: Run<'a>, edition: &'a Edition, then: &'a Then) -> Look<'a> {
        let compiled = run.compiled;
        let mut columns = Vec::new();
        for ask in ASKS {
            for level in 0..compiled.levels.len() {
                columns.push((ask, level, run.column(0, ask, level, then.on)));
            }
        }
        let track = run.track(0, Ask::Enter, then.on);
        let cells = cells_of(compiled, then);
        let mut roots: [Vec<NodeId>; 2] = [vec![], vec![]];
        for (id, ask, level) in &cells {
            let Some(row) = compiled.rows.iter().find(|r| r.id == *id) else {
                continue;
            };
            let last = compiled.levels.len();
            let (at, bare) = (&row.at[*level], &row.at[last]);
            let into = &mut roots[*ask as usize];
            into.extend(
                [at.have.or(bare.have), at.test, at.need]
                    .into_iter()
                    .flatten(),
            );
            into.extend(row.applies);
        }
        let enter = &mut roots[Ask::Enter as usize];
        if let Some(level) = &then.level {
            // The level above is stated not to be met, or not for certain.
            let above = compiled.level(level).map_or(0, |l| l + 1);
            if !compiled.levels.is_empty() {
                level_nodes(
                    compiled,
                    above.min(compiled.levels.len() - 1),
                    Ask::Enter,
                    enter,
                );
            }
        }
        for name in then.values.keys() {
            enter.extend(compiled.named.get(name));
            let row = compiled.rows.iter().find(|r| r.id == *name);
            enter.extend(row.and_then(|r| r.at.last()?.have));
        }
        if then.contradicted.is_some() {
            for question in edition.question.keys() {
                let evidence = compiled.named.get(&format!("evidence of {question}"));
                if let (Some(evidence), Some(answer)) = (evidence, compiled.named.get(question)) {
                    enter.extend([evidence, answer]);
                }
            }
        }
        let of = track
            .as_ref()
            .and_then(|t| edition.tracks.as_ref()?.of.iter().position(|o| o == t));
        let rests_on = ASKS_BY_PLACE.map(|ask| reached(compiled, &roots[ask as usize], ask, of));
        Look {
            run,
            edition,
            then,
            track,
            columns,
            cells,
            rests_on,
        }
    }

    fn touches(&self, wanted: &Wanted) -> bool {
        match wanted {
            Wanted::Threshold {
                row,
                level,
                track,
                word,
                at,
            } => {
                word.as_ref().is_none_or(|word| self.is_asked(word))
                    && self.threshold(*row, *level, track.as_ref(), *at)
            }
            Wanted::Window {
                facts,
                window,
                date,
                ask,
                edge,
            } => ASKS
                .into_iter()
                .filter(|a| ask.is_none_or(|only| only == *a))
                .any(|a| {
                    self.reads(facts, a) && self.window(facts, *window, date.as_ref(), a, *edge)
                }),
            Wanted::Turn { node, edge } => ASKS.into_iter().any(|ask| {
                let other = match edge {
                    Edge::LastIn => self.then.on.next(),
                    Edge::FirstOut => self.then.on.previous(),
                };
                self.rests_on[ask as usize].contains(node)
                    && self.run.node(0, *node, ask, self.then.on)
                        != self.run.node(0, *node, ask, other)
            }),
            Wanted::Listed { list, item, day } => self.then.on == *day && self.listed(*list, *item),
            Wanted::Governs { day, .. } => self.then.on == *day,
            Wanted::Ends { kind, by, edge } => self.ends(*kind, *by, *edge),
            Wanted::Branch {
                node,
                of,
                track,
                yes,
            } => {
                let wanted = if *yes { Exact::ONE } else { Exact::ZERO };
                (track.is_none() || *track == self.track)
                    && ASKS.into_iter().any(|ask| {
                        self.rests_on[ask as usize].contains(of)
                            && number(&self.run.node(0, *node, ask, self.then.on)) == Some(&wanted)
                    })
            }
            Wanted::Band { bands, band } => {
                let compiled = self.run.compiled;
                let at = *bands;
                let band = &compiled.bands[*bands].rows[*band];
                ASKS.into_iter().any(|ask| {
                    self.in_band_of_a_fact(at, band, ask)
                        || self.rests_on[ask as usize].iter().any(|node| {
                            let Ir::Bands(of, inner) = &compiled.nodes[*node] else {
                                return false;
                            };
                            *of == *bands
                                && number(&self.run.node(0, *inner, ask, self.then.on))
                                    .is_some_and(|n| band.contains(n))
                        })
                })
            }
            Wanted::Unknown { row } => self.unknown(*row),
            Wanted::Reading { about } => self.states(about),
        }
    }

    /// Does a fact that counts, or a filter that decides, look this band up?
    fn in_band_of_a_fact(&self, bands: usize, band: &Band, ask: Ask) -> bool {
        let compiled = self.run.compiled;
        let on = self.then.on;
        let looks_up = |facts: &Selector, value: &Value, counted: bool| {
            let mut asked: Vec<&Value> = Vec::new();
            bands_in(value, bands, &mut asked);
            if asked.is_empty() {
                return false;
            }
            let currency = compiled.bands[bands].currency();
            self.run.examined(0, ask, facts, on).iter().any(|fact| {
                let seen = fact.exists && fact.holds == Truth::Yes && fact.window == Truth::Yes;
                let looked = if counted { fact.counts == Truth::Yes } else { seen };
                looked
                    && asked.iter().any(|value| {
                        let (row, partner) = (fact.row, fact.partner);
                        let found = self.run.fact_value(0, ask, facts, row, partner, value, currency, on);
                        matches!(found, crate::engine::V::Num(range) if range.exact().is_some_and(|n| band.contains(n)))
                    })
            })
        };
        let rests_on = &self.rests_on[ask as usize];
        let summed = rests_on.iter().any(|node| match &compiled.nodes[*node] {
            Ir::Amount(id) | Ir::PickedWord(id) => {
                let of = &compiled.aggregates[*id];
                match &of.what {
                    What::Sum(value, ..) | What::Pick(_, value, _) => {
                        looks_up(&of.facts, value, true)
                    }
                    What::Count | What::Distinct(_) => false,
                }
            }
            _ => false,
        });
        summed
            || selectors(compiled, rests_on).into_iter().any(|facts| {
                let mut values = Vec::new();
                values_in(&facts.filter, &mut values);
                values
                    .into_iter()
                    .any(|value| looks_up(facts, value, false))
            })
    }

    fn reads(&self, facts: &Selector, ask: Ask) -> bool {
        selectors(self.run.compiled, &self.rests_on[ask as usize]).contains(&facts)
    }

    /// Is this the row of the table that is looked up?
    fn is_asked(&self, of: &OfTable) -> bool {
        match self.run.node(0, of.asked, Ask::Enter, self.then.on) {
            standing::Value::Word(Some(word)) => of.words.iter().position(|w| *w == word) == of.is,
            _ => false,
        }
    }

    fn threshold(&self, row: usize, level: usize, track: Option<&String>, at: bool) -> bool {
        if track.is_some() && track != self.track.as_ref() {
            return false;
        }
        let compiled = self.run.compiled;
        let ir = &compiled.rows[row];
        let counts = is_whole(compiled, ir.at[level].have) || ir.unit == Unit::YesNo;
        self.columns
            .iter()
            .filter(|(_, l, _)| *l == level)
            .any(|(ask, _, column)| {
                let Some(standing) = find(&column.rows, &ir.id) else {
                    return false;
                };
                let (Some(have), Some(need)) = (number(&standing.have), &standing.need) else {
                    return false;
                };
                let nearest =
                    || nearest(compiled, ir.at[level].have, &need.threshold, need.compare);
                (stands(have, need, &ir.unit, counts, at)
                    || !at && !counts && nearest().flatten().as_ref() == Some(have))
                    && (self.cells.contains(&(ir.id.clone(), *ask, level))
                        || *ask == Ask::Enter && self.turns(column, standing, level))
            })
    }

    /// Does the expected level turn on this row alone?
    fn turns(&self, column: &standing::Column, row: &RowStanding, level: usize) -> bool {
        let compiled = self.run.compiled;
        let Some(expected) = &self.then.level else {
            return false;
        };
        if compiled.levels[level].enter.is_some() {
            return false;
        }
        let expected = compiled.level(expected);
        match row.own {
            Truth::Yes => expected.is_some_and(|e| e >= level),
            Truth::No => {
                expected.map_or(0, |e| e + 1) == level && only_short(&column.rows, &row.id)
            }
            Truth::Unknown | Truth::NotApplicable => false,
        }
    }

    fn window(
        &self,
        facts: &Selector,
        window: Window,
        date: Option<&Value>,
        ask: Ask,
        edge: Edge,
    ) -> bool {
        let on = self.then.on;
        let inside = |day: Day, opened: Day| {
            let bounds = self.run.window_bounds(0, ask, window, day);
            bounds.map(|(first, last)| (first <= opened && opened <= last, first))
        };
        let ledger = &self.run.engine.ledger;
        let opened = ledger.kinds[facts.kind].opened(ledger.table(facts.kind));
        self.run.examined(0, ask, facts, on).iter().any(|fact| {
            // A date in a filter decides the filter itself.
            if !fact.exists || fact.holds == Truth::No || date.is_none() && fact.filter == Truth::No
            {
                return false;
            }
            let opened = match date {
                None => Day(opened[fact.row]),
                Some(date) => {
                    let value =
                        self.run
                            .fact_value(0, ask, facts, fact.row, fact.partner, date, None, on);
                    match day_of(&value) {
                        Some(day) => day,
                        None => return false,
                    }
                }
            };
            let (Some((now, first)), other) = (inside(on, opened), edge) else {
                return false;
            };
            match other {
                Edge::LastIn => {
                    now && (opened == first
                        || inside(on.next(), opened).is_some_and(|(then, _)| !then))
                }
                Edge::FirstOut => {
                    !now && (opened == first.previous()
                        || opened < first
                            && inside(on.previous(), opened).is_some_and(|(then, _)| then))
                }
            }
        })
    }

    /// Is there a fact, or a word, that names this item of this list?
    fn listed(&self, list: usize, item: usize) -> bool {
        let compiled = self.run.compiled;
        let word = &compiled.lists[list][item].is;
        let mut values: Vec<(&Selector, &Value)> = Vec::new();
        for ask in ASKS {
            let nodes = &self.rests_on[ask as usize];
            for facts in selectors(compiled, nodes) {
                lists_in(&facts.filter, list, &mut |value| {
                    values.push((facts, value))
                });
            }
            let named = nodes.iter().any(|node| {
                matches!(&compiled.nodes[*node], Ir::InList { word: of, list: l, .. }
                    if *l == list && self.run.node(0, *of, ask, self.then.on) == standing::Value::Word(Some(word.clone())))
            });
            if named {
                return true;
            }
        }
        values.into_iter().any(|(facts, value)| {
            self.run
                .examined(0, Ask::Enter, facts, self.then.on)
                .iter()
                .any(|fact| {
                    fact.exists
                        && fact.holds != Truth::No
                        && matches!(
                            self.run.fact_value(0, Ask::Enter, facts, fact.row, fact.partner, value, None, self.then.on),
                            crate::engine::V::Word(Some(found)) if *found == **word
                        )
                })
        })
    }

    fn ends(&self, kind: usize, by: Closing, edge: Edge) -> bool {
        let ledger = &self.run.engine.ledger;
        let of = &ledger.evidence.vocabulary.kinds[kind];
        // The first day on which the fact no longer holds.
        let end = match edge {
            Edge::LastIn => self.then.on.next(),
            Edge::FirstOut => self.then.on,
        };
        let closes = |row: usize| {
            let fact = FactId { kind, row };
            if !ledger.spans(fact).iter().any(|(_, until)| *until == end) {
                return false;
            }
            let says = |at: usize| ledger.cell(fact, at) == Cell::Day(end);
            let own = || {
                of.holds
                    .until
                    .iter()
                    .filter_map(|f| of.fields.get_index_of(f))
                    .any(says)
            };
            match by {
                Closing::Field(at) => says(at),
                Closing::Next => !own(),
                Closing::Join => !own(),
            }
        };
        ASKS.into_iter().any(|ask| {
            selectors(self.run.compiled, &self.rests_on[ask as usize])
                .into_iter()
                .filter(|facts| facts.kind == kind && !facts.ended && !facts.pending)
                .any(|facts| {
                    self.run
                        .examined(0, ask, facts, self.then.on)
                        .iter()
                        .any(|fact| {
                            fact.exists
                                && fact.filter != Truth::No
                                && fact.window != Truth::No
                                && closes(fact.row)
                        })
                })
        })
    }

    fn unknown(&self, row: usize) -> bool {
        let id = &self.run.compiled.rows[row].id;
        let inexact = |value: &standing::Value| match value {
            standing::Value::Number(range) => range.exact().is_none(),
            standing::Value::Word(word) => word.is_none(),
            standing::Value::NotApplicable => false,
        };
        let shown = self.columns.iter().any(|(ask, level, column)| {
            self.cells.contains(&(id.clone(), *ask, *level))
                && find(&column.rows, id).is_some_and(|standing| {
                    standing.own == Truth::Unknown
                        || standing.verdict == Truth::Unknown
                        || standing.own == Truth::NotApplicable && inexact(&standing.have)
                })
        });
        shown
            || self.then.values.contains_key(id)
                && self
                    .run
                    .value(0, id, Ask::Enter, self.then.on)
                    .is_some_and(|value| inexact(&value))
    }

    /// Does it state a value of what has this id?
    fn states(&self, id: &str) -> bool {
        let compiled = self.run.compiled;
        if self.then.values.contains_key(id)
            || self.cells.iter().any(|(row, ..)| row == id)
            || self.then.level.is_some() && compiled.level(id).is_some()
        {
            return true;
        }
        let mut nodes: Vec<NodeId> = compiled.named.get(id).copied().into_iter().collect();
        if let Some(row) = compiled.rows.iter().find(|r| r.id == id) {
            nodes.extend(row.at.iter().filter_map(|at| at.test));
        }
        let list = self
            .edition
            .list
            .get(id)
            .and_then(|l| compiled.lists.iter().position(|c| *c == l.items));
        self.rests_on.iter().any(|rests_on| {
            nodes.iter().any(|n| rests_on.contains(n))
                || list.is_some_and(|list| {
                    selectors(compiled, rests_on).iter().any(|facts| {
                        let mut found = false;
                        lists_in(&facts.filter, list, &mut |_| found = true);
                        found
                    })
                })
        })
    }
}

/// The questions in the order of their places.
const ASKS_BY_PLACE: [Ask; 2] = [Ask::Retain, Ask::Enter];

/// The cells that a `then` shows.
fn cells_of(compiled: &Compiled, then: &Then) -> BTreeSet<(String, Ask, usize)> {
    let mut cells = BTreeSet::new();
    let Some((text, _)) = &then.shows else {
        return cells;
    };
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    let columns: Vec<Option<(Ask, usize)>> = lines
        .next()
        .unwrap_or("")
        .split(',')
        .skip(1)
        .map(|head| {
            let (ask, level) = head.trim().split_once(' ')?;
            let ask = ASKS.into_iter().find(|a| a.name() == ask)?;
            Some((ask, compiled.level(level.trim())?))
        })
        .collect();
    for line in lines {
        let mut texts = line.split(',').map(str::trim);
        let row = texts.next().unwrap_or_default();
        for (text, column) in texts.zip(&columns) {
            if let Some((ask, level)) = column
                && !text.is_empty()
            {
                cells.insert((row.to_owned(), *ask, *level));
            }
        }
    }
    cells
}

/// Does the number stand at the threshold, or just beside it where the verdict is the other one?
fn stands(have: &Exact, need: &Need, unit: &Unit, counts: bool, at: bool) -> bool {
    let below = matches!(need.compare, Compare::AtLeast | Compare::Less);
    let (end, other) = if below {
        (&need.threshold.most, &need.threshold.least)
    } else {
        (&need.threshold.least, &need.threshold.most)
    };
    let (Some(end), Some(other)) = (end, other) else {
        return false;
    };
    if at {
        return have == end;
    }
    let apart = if below { other - have } else { have - other };
    if apart <= Exact::ZERO {
        return false;
    }
    let size = if other.is_negative() {
        Exact::ZERO - other.clone()
    } else {
        other.clone()
    };
    let share = match unit {
        Unit::Money(_) => Exact::ratio(1, 100),
        _ => Exact::ratio(1, 10),
    };
    let one = counts || !matches!(unit, Unit::Money(_)) && size > Exact::ONE;
    one && apart <= Exact::ONE
        || !counts && (size.is_zero() || share.is_some_and(|share| apart <= size * share))
}

/// Is this row the only one of a column that is not met, for certain?
fn only_short(rows: &[RowStanding], id: &str) -> bool {
    rows.iter().all(|row| {
        if matches!(row.verdict, Truth::Yes | Truth::NotApplicable) {
            return true;
        }
        if row.id == id {
            return row
                .parts
                .iter()
                .all(|p| matches!(p.verdict, Truth::Yes | Truth::NotApplicable));
        }
        matches!(row.own, Truth::Yes | Truth::NotApplicable)
            && find(&row.parts, id).is_some()
            && only_short(&row.parts, id)
    })
}

fn find<'r>(rows: &'r [RowStanding], id: &str) -> Option<&'r RowStanding> {
    rows.iter().find_map(|row| {
        if row.id == id {
            Some(row)
        } else {
            find(&row.parts, id)
        }
    })
}

fn number(value: &standing::Value) -> Option<&Exact> {
    match value {
        standing::Value::Number(range) => range.exact(),
        standing::Value::Word(_) | standing::Value::NotApplicable => None,
    }
}

fn day_of(value: &crate::engine::V) -> Option<Day> {
    match value {
        crate::engine::V::Num(range) => {
            let day = range.exact()?.to_i64()?;
            i32::try_from(day).ok().map(Day)
        }
        _ => None,
    }
}

/// What a value of a fact looks up in some bands.
fn bands_in<'v>(value: &'v Value, bands: usize, found: &mut Vec<&'v Value>) {
    match value {
        Value::Bands(of, number) => {
            if *of == bands {
                found.push(number);
            }
            bands_in(number, bands, found);
        }
        Value::Arith(_, a, b) => {
            bands_in(a, bands, found);
            bands_in(b, bands, found);
        }
        Value::Table(rows, otherwise, word) => {
            rows.iter().for_each(|(_, v)| bands_in(v, bands, found));
            otherwise.iter().for_each(|v| bands_in(v, bands, found));
            bands_in(word, bands, found);
        }
        _ => {}
    }
}

/// The values that a filter compares.
fn values_in<'f>(filter: &'f Filter, found: &mut Vec<&'f Value>) {
    match filter {
        Filter::Not(inner) => values_in(inner, found),
        Filter::And(of) | Filter::Or(of) => of.iter().for_each(|f| values_in(f, found)),
        Filter::Compare(_, a, b) | Filter::CompareWord(_, a, b, _) => found.extend([a, b]),
        Filter::InList(value, ..) | Filter::InSet(value, ..) | Filter::InWindow(value, ..) => {
            found.push(value);
        }
        Filter::All | Filter::Fixed(_) | Filter::Flag(_) | Filter::Unused => {}
    }
}

/// Visits the values of a filter that are looked up in a list.
fn lists_in<'f>(filter: &'f Filter, list: usize, visit: &mut impl FnMut(&'f Value)) {
    match filter {
        Filter::Not(inner) => lists_in(inner, list, visit),
        Filter::And(of) | Filter::Or(of) => of.iter().for_each(|f| lists_in(f, list, visit)),
        Filter::InList(value, of, _) if *of == list => visit(value),
        _ => {}
    }
}
