//! From rows to facts: §3 of the language page, conventions 1 to 5, and which names exist (8).

use std::rc::Rc;

use indexmap::IndexMap;

use super::{About, Reference, Scene, Track};
use crate::calendar::{Day, Span};
use crate::evidence::{Cell, Code};
use crate::program::Ask;
use crate::standing::Truth;
use crate::syntax::Facts;
use crate::vocabulary::{Kind, plain};

/// A fact: a row that stands, with the days on which it holds.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// Its kind, by its place in the vocabulary.
    pub(super) kind: usize,
    /// Whose it is.
    pub(super) partner: usize,
    /// Its cells, in the order of the kind's columns; `if_empty` has filled the dates that it fills.
    pub(super) cells: Vec<Cell>,
    /// The day it was recorded, where its file says so.
    pub(super) recorded: Option<Day>,
    /// What its file's `source` column says.
    pub(super) source: Option<Code>,
    /// What the catalogs make of its name.
    pub(super) name: Name,
    /// The day it opens: [`Day::MIN`] where it holds always, [`Day::MAX`] for "not yet".
    pub(super) opens: Day,
    /// The day it closes: the first on which it no longer holds.
    pub(super) closes: Day,
    /// On which days its join lets it hold.
    pub(super) join: Join,
    learned: Day,
    stands: (u16, u32),
}

/// What the catalogs make of a fact's name (8).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Name {
    /// Its kind has no catalog column.
    None,
    /// The cell is empty.
    Empty,
    /// An entry of a catalog.
    Entry {
        /// The catalog.
        catalog: String,
        /// The entry.
        id: String,
    },
    /// No catalog has it: it may count in every choice of facts of its kind.
    Unknown(String),
}

/// Convention 4: on which days the join lets a fact hold.
#[derive(Clone, Debug)]
pub(super) enum Join {
    /// The kind has no join.
    Free,
    /// On the days of these spans.
    Within(Vec<Span>),
    /// The other kind was never supplied, or a row of it that may be the one was refused: always, but it only *may* count.
    Unsupplied,
}

impl Fact {
    /// Convention 3: `opens ≤ day < closes`, without the join.
    pub(super) fn is_open(&self, day: Day) -> bool {
        self.opens <= day && day < self.closes
    }

    /// Conventions 3 and 4: does it hold on the day? Unknown where its join was never supplied.
    pub(super) fn holds(&self, day: Day) -> Truth {
        if !self.is_open(day) {
            return Truth::No;
        }
        match &self.join {
            Join::Free => Truth::Yes,
            Join::Within(spans) => Truth::from_bool(spans.iter().any(|s| s.contains(day))),
            Join::Unsupplied => Truth::Unknown,
        }
    }

    /// The spans in which it holds.
    fn spans(&self) -> Vec<Span> {
        let own = Span::new(self.opens, self.closes);
        match &self.join {
            Join::Free | Join::Unsupplied => vec![own],
            Join::Within(spans) => spans.iter().map(|s| s.intersect(own)).collect(),
        }
    }
}

impl Reference<'_> {
    /// The kind at this place of the vocabulary.
    pub(super) fn kind(&self, at: usize) -> &Kind {
        &self.evidence.vocabulary.kinds[at]
    }

    /// The facts of a kind and a partner that are known, exist for the edition, and were not superseded.
    pub(super) fn facts(&self, kind: usize, partner: usize) -> Rc<Vec<Rc<Fact>>> {
        if let Some(facts) = self.collected.borrow().get(&(kind, partner)) {
            return Rc::clone(facts);
        }
        // Kinds that join each other in a circle would wait for each other; they see nothing instead.
        self.collected
            .borrow_mut()
            .insert((kind, partner), Rc::default());
        let facts = Rc::new(self.collect(kind, partner));
        self.collected
            .borrow_mut()
            .insert((kind, partner), Rc::clone(&facts));
        facts
    }

    /// Conventions 1 to 5, in their order.
    fn collect(&self, at: usize, partner: usize) -> Vec<Rc<Fact>> {
        let kind = self.kind(at);
        let table = &self.evidence.tables[at];
        let mut facts: Vec<Fact> = table
            .rows(partner)
            .filter_map(|row| self.read_row(at, partner, row))
            .collect();
        // 1: with a `known_at`, facts learned later do not exist.
        facts.retain(|f| self.known_at.is_none_or(|known_at| f.learned <= known_at));
        let mut facts = self.standing(kind, facts);
        self.close_by_the_next(kind, &mut facts);
        self.join(kind, partner, &mut facts);
        self.renew(kind, &mut facts);
        facts.into_iter().map(Rc::new).collect()
    }

    /// A row with its own days: `if_empty`, then the opening and the close that its own dates give (3), then the day on
    /// which it was learned (1). `None` where its name does not exist for the edition (8).
    fn read_row(&self, at: usize, partner: usize, row: usize) -> Option<Fact> {
        let kind = self.kind(at);
        let table = &self.evidence.tables[at];
        let cells: Vec<Cell> = table.columns.iter().map(|c| c.cell(row)).collect();
        let name = self.name_of(kind, &cells)?;
        let mut fact = Fact {
            kind: at,
            partner,
            recorded: match table.recorded.cell(row) {
                Cell::Day(day) => Some(day),
                _ => None,
            },
            source: match table.source.cell(row) {
                Cell::Text(code) => Some(code),
                _ => None,
            },
            cells,
            name,
            opens: Day::MIN,
            closes: Day::MAX,
            join: Join::Free,
            learned: Day::MIN,
            stands: (table.file[row], table.line[row]),
        };
        let filled: Vec<(usize, Cell)> = kind
            .if_empty
            .iter()
            .filter_map(|(column, rule)| {
                let to = kind.fields.get_index_of(column)?;
                let from = kind.fields.get_index_of(&rule.take)?;
                let taken = rule
                    .filter
                    .as_ref()
                    .is_none_or(|f| self.is_true_of(&fact, &f.expr));
                (fact.cells[to] == Cell::Empty && taken).then(|| (to, fact.cells[from].clone()))
            })
            .collect();
        for (to, cell) in filled {
            fact.cells[to] = cell;
        }
        let date = |column: &String| {
            let at = kind.fields.get_index_of(column)?;
            match fact.cells[at] {
                Cell::Day(day) => Some(day),
                _ => None,
            }
        };
        // 3: the last of the dates in `from`, once all are there; the first of those in `until`.
        let from: Option<Vec<Day>> = kind.holds.from.iter().map(date).collect();
        fact.opens = from.map_or(Day::MAX, |days| days.into_iter().max().unwrap_or(Day::MIN));
        fact.closes = kind
            .holds
            .until
            .iter()
            .filter_map(date)
            .min()
            .unwrap_or(Day::MAX);
        let earliest = fact.cells.iter().filter_map(|c| match c {
            Cell::Day(day) => Some(*day),
            _ => None,
        });
        fact.learned = match (fact.recorded, fact.opens) {
            (Some(recorded), _) => recorded,
            (None, Day::MAX) => earliest.min().unwrap_or(Day::MIN),
            (None, opens) => opens,
        };
        Some(fact)
    }

    /// Is this filter of the vocabulary true of a row?
    fn is_true_of(&self, fact: &Fact, filter: &crate::syntax::Expr) -> bool {
        let of = Facts {
            pending: false,
            kind: self.kind(fact.kind).name.clone(),
            ended: false,
            over: None,
            window: None,
            filter: None,
            at: 0..0,
        };
        let scene = Scene {
            partner: fact.partner,
            day: Day::MIN,
            ask: Ask::Enter,
            level: None,
            track: Track::None,
            mark: None,
            file: self.edition,
            words: &[],
            currency: None,
            about: About::Fact {
                fact,
                of: &of,
                amount: false,
            },
            trail: None,
            depth: 0,
        };
        self.test(filter, &scene) == Truth::Yes
    }

    /// Convention 8: what the catalogs make of a row's name. `None` where it does not exist for the edition: a catalog
    /// that it does not list has the name, or the name begins as one that it lists says of other vendors'.
    fn name_of(&self, kind: &Kind, cells: &[Cell]) -> Option<Name> {
        let Some(column) = kind
            .catalog_column()
            .and_then(|c| kind.fields.get_index_of(c))
        else {
            return Some(Name::None);
        };
        let Cell::Text(code) = cells[column] else {
            return Some(Name::Empty);
        };
        let text = self.text(code);
        let wanted = plain(text);
        let listed = |catalog: &String| {
            self.edition.catalogs.is_empty() || self.edition.catalogs.contains(catalog)
        };
        let catalogs = &self.evidence.vocabulary.catalogs;
        let mut of_others = false;
        for (catalog, entries) in catalogs {
            let Some(entries) = entries.entries.get(&kind.name) else {
                continue;
            };
            for (id, entry) in entries {
                let is = plain(id) == wanted || entry.names.iter().any(|n| plain(n) == wanted);
                if is && listed(catalog) {
                    return Some(Name::Entry {
                        catalog: catalog.clone(),
                        id: id.clone(),
                    });
                }
                of_others |= is;
            }
        }
        let foreign = catalogs
            .iter()
            .filter(|(catalog, _)| listed(catalog))
            .flat_map(|(_, c)| &c.foreign)
            .any(|start| wanted.starts_with(&plain(start)));
        (!of_others && !foreign).then(|| Name::Unknown(text.to_owned()))
    }

    /// The text of a cell for comparing keys: the entry where a catalog knows the name, else what stands there.
    pub(super) fn key_text(&self, kind: &Kind, fact: &Fact, column: &str) -> Option<String> {
        let at = kind.fields.get_index_of(column)?;
        if let Name::Entry { id, .. } = &fact.name
            && kind.catalog_column() == Some(column)
        {
            return Some(id.clone());
        }
        match &fact.cells[at] {
            Cell::Empty => None,
            Cell::Day(day) => Some(day.to_string()),
            Cell::Text(code) => Some(self.text(*code).to_owned()),
            Cell::Number(number) => Some(number.to_string()),
        }
    }

    /// The key of a fact, or what of it tells one series of `until next` from another.
    fn key(&self, kind: &Kind, fact: &Fact, but: Option<&str>) -> Vec<Option<String>> {
        kind.key
            .iter()
            .filter(|column| Some(column.as_str()) != but)
            .map(|column| self.key_text(kind, fact, column))
            .collect()
    }

    /// Convention 2: of facts with the same key the one learned last stands, of equals the one that stands last.
    /// A kind without a key has no corrections, but `partners`, whose key is the partner.
    fn standing(&self, kind: &Kind, facts: Vec<Fact>) -> Vec<Fact> {
        if kind.key.is_empty() && kind.name != "partners" {
            return facts;
        }
        let mut standing: IndexMap<Vec<Option<String>>, Fact> = IndexMap::new();
        for fact in facts {
            let key = self.key(kind, &fact, None);
            match standing.get(&key) {
                Some(other) if (other.learned, other.stands) > (fact.learned, fact.stands) => {}
                _ => drop(standing.insert(key, fact)),
            }
        }
        standing.into_values().collect()
    }

    /// Convention 3: with `until next`, a fact closes on the opening of the next one of the same key but its day.
    fn close_by_the_next(&self, kind: &Kind, facts: &mut [Fact]) {
        if !kind.holds.until_next {
            return;
        }
        let but = kind.day_of_key();
        let place: Vec<_> = facts
            .iter()
            .map(|f| (self.key(kind, f, but), f.opens, f.stands))
            .collect();
        for (at, fact) in facts.iter_mut().enumerate() {
            let (key, opens, stands) = &place[at];
            let next = place
                .iter()
                .filter(|(k, o, s)| k == key && (o, s) > (opens, stands) && *o != Day::MAX)
                .map(|(_, o, _)| *o)
                .min();
            if let Some(next) = next {
                fact.closes = fact.closes.min(next);
            }
        }
    }

    /// Convention 4: `while K by C`.
    fn join(&self, kind: &Kind, partner: usize, facts: &mut [Fact]) {
        let Some((other, by)) = &kind.holds.while_ else {
            return;
        };
        let Some(other_at) = self.evidence.kind(other) else {
            return;
        };
        if !self.evidence.tables[other_at].supplied {
            for fact in facts {
                fact.join = Join::Unsupplied;
            }
            return;
        }
        let others = self.facts(other_at, partner);
        let mut spans: IndexMap<String, Vec<Span>> = IndexMap::new();
        for one in others.iter() {
            if let Some(same) = self.key_text(self.kind(other_at), one, by) {
                spans.entry(same).or_default().extend(one.spans());
            }
        }
        let refused = self.evidence.refused_of(other_at, partner).next().is_some();
        for fact in facts {
            let mine = self.key_text(kind, fact, by);
            let named = mine.as_ref().and_then(|same| spans.get(same)).cloned();
            fact.join = match named {
                Some(within) => Join::Within(within),
                // The row that was refused may be the one that names it.
                None if refused && mine.is_some() => Join::Unsupplied,
                None => Join::Within(vec![]),
            };
        }
    }

    /// Convention 5: a fact whose entry renews others moves their close to its own, if later, where it opens while they
    /// hold; in the order of opening. What the vendor renews does not ask who employs the holder, so that the join, by
    /// which the partner loses and wins people, has no say here.
    fn renew(&self, kind: &Kind, facts: &mut [Fact]) {
        let holder = |fact: &Fact| {
            kind.holder()
                .map(|column| self.key_text(kind, fact, column))
        };
        let mut order: Vec<usize> = (0..facts.len()).collect();
        order.sort_by_key(|at| (facts[*at].opens, facts[*at].stands));
        for by in order {
            let Name::Entry { catalog, id } = facts[by].name.clone() else {
                continue;
            };
            let renews = self
                .evidence
                .vocabulary
                .catalogs
                .get(&catalog)
                .and_then(|c| c.entries.get(&kind.name)?.get(&id))
                .map_or(&[][..], |entry| &entry.renews);
            let (opens, closes, whose) = (facts[by].opens, facts[by].closes, holder(&facts[by]));
            if renews.is_empty() || opens == Day::MAX {
                continue;
            }
            for (at, fact) in facts.iter_mut().enumerate() {
                let listed = match &fact.name {
                    Name::Entry { catalog: c, id } => *c == catalog && renews.contains(id),
                    _ => false,
                };
                if at != by && listed && holder(fact) == whose && fact.is_open(opens) {
                    fact.closes = fact.closes.max(closes);
                }
            }
        }
    }
}
