//! Drafts of cases for what is missing: small evidence worked out from the vocabulary and the rule.
//!
//! A draft is a proposal to read, not a proof: what it expects is what the engine says today. It is
//! given only where it runs, passes, and stands on the edge that was missing.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{ASKS, Edge, Item, State, Wanted, find, reached, selectors, stands, touch};
use crate::calendar::{Day, Duration, Unit as CalendarUnit, Window};
use crate::cases;
use crate::compile::{Compiled, FieldAt, Filter, Ir, NodeId, Selector, SetIr, Value, What};
use crate::diagnostic::Place;
use crate::engine::{Engine, Programs};
use crate::ledger::Ledger;
use crate::library::Assumptions;
use crate::number::Exact;
use crate::program::{AnswerType, Ask, Case, Edition, Then};
use crate::standing::{self, Unit};
use crate::syntax::Compare;
use crate::vocabulary::{FieldType, Kind, Vocabulary};

/// No draft writes more rows of a kind.
const MOST: i64 = 1_000;

/// A `[[case]]` in TOML for a threshold or an edge of a window that no case touches. `None` where it cannot be
/// worked out: the row rests on more than one choice of facts, on tracks, or on a filter that names more than words.
pub fn draft(programs: &Arc<Programs>, edition: &Edition, missing: &Item) -> Option<String> {
    let at = programs.find(&edition.program, &edition.edition)?;
    let drafter = Drafter {
        programs,
        edition,
        compiled: &programs.compiled[at],
        vocabulary: &programs.library.vocabulary,
        missing,
    };
    match &missing.wanted {
        Wanted::Threshold {
            row,
            level,
            track: None,
            word: None,
            at,
        } => drafter.threshold(*row, *level, *at),
        Wanted::Window {
            facts,
            window,
            date: None,
            ask,
            edge,
        } => drafter.window(facts, *window, *ask, *edge),
        _ => None,
    }
}

/// Tables of a draft: header and rows, by kind.
type Tables = IndexMap<String, Vec<Vec<String>>>;

/// What a draft shows: a cell of a row, or a named value.
enum Shown {
    Cell { row: usize, ask: Ask, level: usize },
    Named(String),
}

struct Drafter<'a> {
    programs: &'a Arc<Programs>,
    edition: &'a Edition,
    compiled: &'a Compiled,
    vocabulary: &'a Vocabulary,
    missing: &'a Item,
}

impl Drafter<'_> {
    /// A day on which the edition governs, where one is known.
    fn day(&self) -> Day {
        let first = self.programs.library.in_force(self.edition).first;
        let month = Duration {
            count: 1,
            unit: CalendarUnit::Month,
        };
        if first.is_real() {
            first.plus(month)
        } else {
            Day::parse("2026-02-01").expect("INVARIANT: it is a day")
        }
    }

    fn threshold(&self, row: usize, level: usize, at: bool) -> Option<String> {
        let ir = &self.compiled.rows[row];
        let node = ir.at[level].have?;
        let need = self.compiled.fixed_need(row, level)?;
        let end = need.threshold.exact()?.clone();
        let below = matches!(need.compare, Compare::AtLeast | Compare::Less);
        let cent = Exact::ratio(1, 100)?;
        let steps = if at {
            vec![Exact::ZERO]
        } else {
            vec![Exact::ONE, cent]
        };
        let on = self.day();
        for step in steps {
            let have = if below {
                end.clone() - step
            } else {
                end.clone() + step
            };
            let counts = super::is_whole(self.compiled, Some(node)) || ir.unit == Unit::YesNo;
            if !stands(&have, &need, &ir.unit, counts, at) {
                continue;
            }
            for ask in ASKS.into_iter().filter(|a| ir.asked.by(*a)) {
                // In the unit at hand, or in the last whole one.
                for back in [0, 32, 95, 370] {
                    let opened = on.plus_days(-back);
                    let Some((tables, empty)) = self.facts_of(node, &have, opened) else {
                        continue;
                    };
                    let shown = Shown::Cell { row, ask, level };
                    if let Some(text) = self.tried(tables, empty, on, &shown) {
                        return Some(text);
                    }
                }
            }
        }
        None
    }

    fn window(
        &self,
        facts: &Selector,
        window: Window,
        ask: Option<Ask>,
        edge: Edge,
    ) -> Option<String> {
        let bound = match window {
            Window::Period => self.compiled.period(ask?)?,
            own => own,
        };
        let node = self.one_of(facts)?;
        let shown = self.reader(facts, ask)?;
        let mark = self.day();
        let mut marks = Tables::new();
        let (opened, on) = match (bound, edge) {
            (Window::SinceReview, _) => {
                if self.vocabulary.kinds[facts.kind].name == "enrollments" {
                    return None;
                }
                let year = Duration {
                    count: 1,
                    unit: CalendarUnit::Year,
                };
                marks.insert(
                    "enrollments".to_owned(),
                    vec![
                        ["level", "since", "last_review_on"]
                            .map(str::to_owned)
                            .to_vec(),
                        vec![
                            self.edition.levels.first()?.clone(),
                            mark.minus(year).to_string(),
                            mark.to_string(),
                        ],
                    ],
                );
                let opened = match edge {
                    Edge::LastIn => mark.next(),
                    Edge::FirstOut => mark,
                };
                (opened, mark.next())
            }
            (Window::From(first), Edge::LastIn) => (first, first),
            (Window::From(first), Edge::FirstOut) => (first.previous(), first),
            (Window::Trailing(length), edge) => {
                let out = mark.leaves_after(length);
                match edge {
                    Edge::LastIn => (mark, out.previous()),
                    Edge::FirstOut => (mark, out),
                }
            }
            // Units of the calendar: tried day by day until the fact stands on the edge.
            (Window::This { .. } | Window::LastWhole { .. }, _) => {
                for after in 0..1_200 {
                    let (tables, empty) = self.facts_of(node, &Exact::ONE, mark)?;
                    let on = mark.plus_days(after);
                    if self.edge_of_units(bound, mark, on) == Some(edge)
                        && let Some(text) = self.tried(tables, empty, on, &shown)
                    {
                        return Some(text);
                    }
                }
                return None;
            }
            (Window::SinceEnrolled | Window::Period, _) => return None,
        };
        let (mut tables, empty) = self.facts_of(node, &Exact::ONE, opened)?;
        tables.extend(marks);
        self.tried(tables, empty, on, &shown)
    }

    /// On which edge of a window of whole units a day stands, seen from another.
    fn edge_of_units(&self, window: Window, opened: Day, on: Day) -> Option<Edge> {
        let inside = |day: Day| -> Option<bool> {
            let start = |unit, offset: i32| self.edition.calendar.start(unit, day, offset);
            Some(match window {
                Window::This { unit, before } => {
                    start(unit, -i32::try_from(before).ok()?)? <= opened && opened <= day
                }
                Window::LastWhole { count, unit } => {
                    start(unit, -i32::try_from(count).ok()?)? <= opened && opened < start(unit, 0)?
                }
                _ => return None,
            })
        };
        match (inside(on.previous())?, inside(on)?, inside(on.next())?) {
            (_, true, false) => Some(Edge::LastIn),
            (true, false, _) => Some(Edge::FirstOut),
            _ => None,
        }
    }

    /// A node that is one number of just these facts.
    fn one_of(&self, facts: &Selector) -> Option<NodeId> {
        (0..self.compiled.nodes.len()).find(|node| {
            let of = match &self.compiled.nodes[*node] {
                Ir::Count(id) | Ir::Exists(id) | Ir::Amount(id) => {
                    Some(&self.compiled.aggregates[*id].facts)
                }
                Ir::CountSet(set) => match &self.compiled.sets[*set] {
                    SetIr::Distinct {
                        facts,
                        having: None,
                        ..
                    } => Some(facts),
                    _ => None,
                },
                _ => None,
            };
            of == Some(facts)
        })
    }

    /// A cell, or else a named value, that reads these facts.
    fn reader(&self, facts: &Selector, ask: Option<Ask>) -> Option<Shown> {
        let reads = |nodes: &[NodeId], ask: Ask| {
            let nodes = reached(self.compiled, nodes, ask, None);
            selectors(self.compiled, &nodes).contains(&facts)
        };
        for asked in ASKS.into_iter().filter(|a| ask.is_none_or(|o| o == *a)) {
            for (row, ir) in self.compiled.rows.iter().enumerate() {
                for level in 0..self.compiled.levels.len() {
                    if ir.asked.by(asked)
                        && let (Some(have), Some(_)) = (ir.at[level].have, ir.at[level].test)
                        && reads(&[have], asked)
                    {
                        let shown = Shown::Cell {
                            row,
                            ask: asked,
                            level,
                        };
                        return Some(shown);
                    }
                }
            }
        }
        let named = self
            .compiled
            .named
            .iter()
            .find(|(name, node)| !name.contains(' ') && reads(&[**node], Ask::Enter))?;
        (ask != Some(Ask::Retain)).then(|| Shown::Named(named.0.clone()))
    }

    /// Tables that give a node this value, all of it opened on one day, and the kinds that are supplied empty.
    fn facts_of(&self, node: NodeId, have: &Exact, opened: Day) -> Option<(Tables, Vec<String>)> {
        let (facts, field, amount) = match &self.compiled.nodes[node] {
            Ir::Answer(question) => return self.answer(question, have, opened),
            Ir::Exists(id) => (&self.compiled.aggregates[*id].facts, None, None),
            Ir::Count(id) => {
                let aggregate = &self.compiled.aggregates[*id];
                match &aggregate.what {
                    What::Distinct(field) => (&aggregate.facts, Some(field.name.as_str()), None),
                    _ => (&aggregate.facts, None, None),
                }
            }
            Ir::CountSet(set) => match &self.compiled.sets[*set] {
                SetIr::Distinct {
                    facts,
                    field,
                    having: None,
                } => (facts, Some(field.name.as_str()), None),
                _ => return None,
            },
            Ir::Amount(id) => match &self.compiled.aggregates[*id] {
                aggregate if matches!(aggregate.what, What::Sum(Value::Field(_), _, None)) => {
                    let What::Sum(Value::Field(field), currency, None) = &aggregate.what else {
                        return None;
                    };
                    (
                        &aggregate.facts,
                        None,
                        Some((field.name.as_str(), currency)),
                    )
                }
                _ => return None,
            },
            _ => return None,
        };
        if facts.pending || facts.over.is_some() {
            return None;
        }
        let (_, kind) = self.vocabulary.kinds.get_index(facts.kind)?;
        let count = if amount.is_some() {
            1
        } else {
            have.is_whole().then(|| have.to_i64()).flatten()?
        };
        if have.is_negative() || count > MOST {
            return None;
        }
        if have.is_zero() {
            return Some((Tables::new(), vec![kind.name.clone()]));
        }
        let mut tables = Tables::new();
        let mut wishes = Wishes::default();
        wishes.read(self.compiled, &facts.filter)?;
        let ids = |prefix: &str| {
            if count == 1 {
                format!("{prefix}1")
            } else {
                format!("{prefix}1..{prefix}{count}")
            }
        };
        let mut cells: IndexMap<String, Vec<String>> = IndexMap::new();
        for key in kind.key.iter().filter(|k| *k != "partner") {
            let many = match kind.field_type(key)? {
                FieldType::Date => vec![opened.to_string()],
                FieldType::Catalog => self.entries(kind, &wishes, field == Some(key), count)?,
                FieldType::Id(of) if of == "program" => continue,
                FieldType::Word(_) => vec![wishes.words.get(key)?.clone()],
                FieldType::Text | FieldType::Id(_) => vec![ids(key.get(..1)?)],
                _ => return None,
            };
            cells.insert(key.clone(), many);
        }
        for from in &kind.holds.from {
            cells.insert(from.clone(), vec![opened.to_string()]);
        }
        for (name, word) in &wishes.words {
            cells.insert(name.clone(), vec![word.clone()]);
        }
        if let Some(field) = field
            && !cells.contains_key(field)
        {
            cells.insert(field.to_owned(), vec![ids(field.get(..1)?)]);
        }
        if let Some((field, currency)) = amount {
            cells.insert(field.to_owned(), vec![have.to_string()]);
            if let FieldType::Money(column) = kind.field_type(field)? {
                cells.insert(column.clone(), vec![currency.clone()?]);
            }
        }
        if let Some((other, by)) = &kind.holds.while_ {
            let joined = self.vocabulary.kinds.get(other)?;
            let mut header = vec![by.clone()];
            let mut row = vec![cells.get(by)?.first()?.clone()];
            for from in &joined.holds.from {
                header.push(from.clone());
                row.push(opened.to_string());
            }
            tables.insert(other.clone(), vec![header, row]);
        }
        let rows = cells.values().map(Vec::len).max()?;
        let mut table = vec![cells.keys().cloned().collect::<Vec<_>>()];
        for at in 0..rows {
            table.push(
                cells
                    .values()
                    .map(|c| c.get(at).or(c.first()).cloned().unwrap_or_default())
                    .collect(),
            );
        }
        tables.insert(kind.name.clone(), table);
        Some((tables, vec![]))
    }

    fn answer(&self, id: &str, have: &Exact, opened: Day) -> Option<(Tables, Vec<String>)> {
        let question = self.edition.question.get(id)?;
        let answer = match &question.answer {
            AnswerType::YesNo if have.is_zero() => "no".to_owned(),
            AnswerType::YesNo => "yes".to_owned(),
            AnswerType::Scale(..) | AnswerType::Number | AnswerType::Percent => have.to_string(),
            AnswerType::Money(_) | AnswerType::Ladder(_) | AnswerType::Scored(_) => return None,
        };
        let header = ["question", "answered_on", "answer"].map(str::to_owned);
        let row = vec![id.to_owned(), opened.to_string(), answer];
        let mut tables = Tables::new();
        tables.insert("answers".to_owned(), vec![header.to_vec(), row]);
        Some((tables, vec![]))
    }

    /// Entries of the catalogs that the filter takes: one, or as many different ones as are counted.
    fn entries(
        &self,
        kind: &Kind,
        wishes: &Wishes,
        different: bool,
        count: i64,
    ) -> Option<Vec<String>> {
        let column = kind.catalog_column()?;
        let wanted = if different {
            usize::try_from(count).ok()?
        } else {
            1
        };
        let mut found: Vec<String> = Vec::new();
        for catalog in self.vocabulary.catalogs.values() {
            let exists =
                self.edition.catalogs.is_empty() || self.edition.catalogs.contains(&catalog.name);
            let Some(entries) = catalog.entries.get(&kind.name).filter(|_| exists) else {
                continue;
            };
            for (id, entry) in entries {
                let fits = wishes.catalog.iter().all(|(field, compare, word, ladder)| {
                    let Some(own) = entry.fields.get(field) else {
                        return false;
                    };
                    let place = |w: &String| ladder.iter().position(|l| l == w);
                    match compare {
                        Compare::Equal => own == word,
                        Compare::NotEqual => own != word,
                        Compare::AtLeast => place(own) >= place(word) && place(own).is_some(),
                        Compare::More => place(own) > place(word),
                        Compare::AtMost => place(own) <= place(word) && place(own).is_some(),
                        Compare::Less => place(own) < place(word) && place(own).is_some(),
                    }
                });
                let named = wishes.words.get(column).is_none_or(|w| w == id);
                let listed = wishes
                    .listed
                    .iter()
                    .filter(|(field, _)| field == column)
                    .all(|(_, words)| words.contains(id));
                if fits && named && listed && found.len() < wanted {
                    found.push(id.clone());
                }
            }
        }
        (found.len() == wanted).then_some(found)
    }

    /// The draft as TOML, where it runs, passes and stands on what was missing.
    fn tried(&self, tables: Tables, empty: Vec<String>, on: Day, shown: &Shown) -> Option<String> {
        let place = Place::file(self.edition.file.clone());
        let texts: IndexMap<String, String> = tables
            .iter()
            .map(|(kind, rows)| (kind.clone(), aligned(rows)))
            .collect();
        let mut then = Then {
            on,
            known_at: None,
            track: None,
            set: IndexMap::new(),
            level: None,
            holds: None,
            values: IndexMap::new(),
            contradicted: None,
            shows: None,
            place: place.clone(),
        };
        let mut case = Case {
            title: format!("Draft: {} with {}", self.missing.of, self.missing.says)
                .replace('"', "'"),
            cite: String::new(),
            empty,
            given: texts
                .iter()
                .map(|(kind, text)| (kind.clone(), (text.clone(), place.clone())))
                .collect(),
            then: vec![],
            place: place.clone(),
        };
        let expected = match self.found(&case, on, shown)? {
            Found::Cells(text) => {
                then.shows = Some((text.clone(), place));
                format!("shows = \"\"\"\n{text}\"\"\"\n")
            }
            Found::Value(name, value) => {
                then.values.insert(name.clone(), value.clone());
                format!("values = {{ {name} = \"{value}\" }}\n")
            }
        };
        case.then.push(then);
        let mut item = self.missing.clone();
        item.state = State::Missing {
            what: String::new(),
        };
        touch(
            self.programs,
            self.edition,
            &case,
            std::slice::from_mut(&mut item),
        );
        let mut alone = self.edition.clone();
        alone.case = vec![case.clone()];
        if !item.is_covered() || !cases::run(self.programs, &alone).problems.is_empty() {
            return None;
        }
        let mut text = format!("[[case]]\ntitle = \"{}\"\n", case.title);
        if !case.empty.is_empty() {
            text += &format!("empty = [\"{}\"]\n", case.empty.join("\", \""));
        }
        for (kind, table) in &texts {
            text += &format!("given.{kind} = \"\"\"\n{table}\"\"\"\n");
        }
        text += &format!("[[case.then]]\non = {on}\n{expected}");
        Some(text)
    }

    /// What the engine says today.
    fn found(&self, case: &Case, on: Day, shown: &Shown) -> Option<Found> {
        let mut evidence = cases::evidence(self.programs, self.edition, case).evidence;
        if evidence.partners.is_empty() {
            evidence.add_partner("partner");
        }
        let ledger = Arc::new(Ledger::new(Arc::new(evidence), None));
        let engine = Engine::new(self.programs.clone(), ledger, Assumptions::default());
        let run = engine.edition(&self.edition.program, &self.edition.edition)?;
        match shown {
            Shown::Cell { row, ask, level } => {
                let id = &self.compiled.rows[*row].id;
                let column = run.column(0, *ask, *level, on);
                let standing = find(&column.rows, id)?;
                let cell = cases::cell(standing);
                let head = format!("{} {}", ask.name(), self.edition.levels[*level]);
                Some(Found::Cells(aligned(&[
                    vec!["row".to_owned(), head],
                    vec![id.clone(), cell],
                ])))
            }
            Shown::Named(name) => match run.value(0, name, Ask::Enter, on)? {
                standing::Value::Number(range) => {
                    let value = range.exact().map_or("unknown".to_owned(), Exact::to_string);
                    Some(Found::Value(name.clone(), value))
                }
                standing::Value::Word(word) => Some(Found::Value(
                    name.clone(),
                    word.unwrap_or_else(|| "unknown".to_owned()),
                )),
                standing::Value::NotApplicable => None,
            },
        }
    }
}

enum Found {
    Cells(String),
    Value(String, String),
}

/// What a filter wants of a fact, as far as words say it.
#[derive(Default)]
struct Wishes {
    /// Words of the fact's own fields.
    words: IndexMap<String, String>,
    /// Words of fields that the catalog fills in: field, comparison, word, ladder.
    catalog: Vec<(String, Compare, String, Vec<String>)>,
    /// Fields that must stand in a list.
    listed: Vec<(String, Vec<String>)>,
}

impl Wishes {
    fn read(&mut self, compiled: &Compiled, filter: &Filter) -> Option<()> {
        match filter {
            Filter::All => Some(()),
            Filter::And(of) => of
                .iter()
                .try_for_each(|f| self.read(compiled, f).ok_or(()))
                .ok(),
            Filter::Or(of) => self.read(compiled, of.first()?),
            Filter::Flag(field) => {
                self.words.insert(field.name.clone(), "yes".to_owned());
                Some(())
            }
            Filter::CompareWord(compare, Value::Field(field), Value::Word(word), ladder) => {
                match field.at {
                    FieldAt::Catalog => self.catalog.push((
                        field.name.clone(),
                        *compare,
                        word.clone(),
                        ladder.clone(),
                    )),
                    FieldAt::Own(_) => {
                        let place = ladder.iter().position(|l| l == word);
                        let word = match compare {
                            Compare::Equal | Compare::AtLeast | Compare::AtMost => word.clone(),
                            Compare::More => ladder.get(place? + 1)?.clone(),
                            Compare::Less => ladder.get(place?.checked_sub(1)?)?.clone(),
                            Compare::NotEqual => return None,
                        };
                        self.words.insert(field.name.clone(), word);
                    }
                    FieldAt::OfPartner(_) => return None,
                }
                Some(())
            }
            Filter::InList(Value::Field(field), list, false) => {
                let words: Vec<String> = compiled.lists[*list]
                    .iter()
                    .filter(|i| i.from.is_none() && i.until.is_none())
                    .map(|i| i.is.clone())
                    .collect();
                if !matches!(field.kind, FieldType::Catalog) {
                    self.words
                        .insert(field.name.clone(), words.first()?.clone());
                }
                self.listed.push((field.name.clone(), words));
                Some(())
            }
            _ => None,
        }
    }
}

/// Rows as CSV text whose columns stand below each other.
fn aligned(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len))
        .map(|at| {
            let widest = rows
                .iter()
                .filter_map(|r| r.get(at))
                .map(|c| c.chars().count());
            widest.max().unwrap_or(0) + 1
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let last = row.len().saturating_sub(1);
        for (at, cell) in row.iter().enumerate() {
            if at == last {
                text += cell;
            } else {
                let width = widths[at] + 1;
                text += &format!("{:<width$}", format!("{cell},"));
            }
        }
        text.push('\n');
    }
    text
}
