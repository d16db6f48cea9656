//! The evidence as it was known on a day: for every fact, the days on which it holds.
//!
//! Knows kinds, corrections, joins and readings that end the one before
//! (docs/conventions.md, 1 to 5); knows no program and no day asked about.

use std::ops::Range as Rows;
use std::sync::{Arc, OnceLock};

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use smallvec::SmallVec;

use crate::calendar::Day;
use crate::evidence::{Cell, Code, Column, Evidence, Table, is_word_like};
use crate::intake::{NameIndex, Named};
use crate::source::Formula;
use crate::status;
use crate::syntax::{Compare, Expr, Node};
use crate::vocabulary::{Field, FieldType, Kind};

/// A fact: the place of its kind and its row in the kind's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId {
    /// The kind, by its place in the vocabulary.
    pub kind: usize,
    /// The row of the kind's table.
    pub row: usize,
}

/// All facts that were known on a day, ready to be evaluated.
#[derive(Debug)]
pub struct Ledger {
    /// What it was made of.
    pub evidence: Arc<Evidence>,
    /// Only facts learned on or before this day are in it; all where absent.
    pub known_at: Option<Day>,
    /// The kinds, in the order of the vocabulary.
    pub kinds: Vec<KindLedger>,
    /// The entity above each partner, where `partners` facts name one.
    pub parent: Vec<Option<u32>>,
    /// What every catalog name stands for, by kind.
    pub names: Vec<HashMap<Code, Named>>,
    pub(crate) enrollments: Option<status::Columns>,
}

/// The facts of one kind, row by row as in its table.
#[derive(Debug, Default)]
pub struct KindLedger {
    /// The day each fact opened; [`i32::MAX`]: not yet.
    pub opened: Days,
    /// The first day on which each fact holds, where a join makes it later than it opened.
    pub from: Option<Vec<i32>>,
    /// The first day on which each fact holds no longer; [`i32::MAX`]: no end is known.
    pub until: Ends,
    /// Further spans of facts whose join comes and goes, sorted by row.
    pub again: Vec<(u32, i32, i32)>,
    /// What sets single facts apart; empty where nothing does.
    pub state: Vec<State>,
    /// Each fact's combination of word-like fields, by its place in `combos`.
    pub combo: Combos,
    /// The combinations: for each word-like field of `words`, its code.
    pub combos: Vec<Box<[Code]>>,
    /// The word-like fields, by their place in the kind.
    pub words: Vec<usize>,
    /// How many rows were refused that may be of any partner.
    pub refused_anywhere: u32,
    /// How many rows of single partners were refused.
    pub refused: HashMap<u32, u32>,
    by_day: OnceLock<ByDay>,
}

/// What sets a fact apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Known,
    /// It may hold: the kind that it is joined to was not supplied, or rows of it were refused.
    MayHold,
    /// It was learned after the day of the ledger.
    LearnedLater,
    /// Another fact of the same key stands in its place: this row.
    Superseded(u32),
}

/// Days of facts: a column of their own, or a field of the table.
#[derive(Debug, Default)]
pub enum Days {
    /// No fact.
    #[default]
    None,
    /// Worked out.
    Own(Vec<i32>),
    /// As the field at this place of the kind says.
    Field(usize),
}

/// The first day on which each fact holds no longer.
#[derive(Debug, Default)]
pub enum Ends {
    /// Of none is an end known.
    #[default]
    Never,
    /// One by one; [`i32::MAX`]: no end is known.
    On(Vec<i32>),
}

impl std::ops::Index<usize> for Ends {
    type Output = i32;
    fn index(&self, row: usize) -> &i32 {
        match self {
            Ends::Never => &i32::MAX,
            Ends::On(days) => &days[row],
        }
    }
}

impl Ends {
    /// One by one, for so many facts.
    fn into_days(self, rows: usize) -> Vec<i32> {
        match self {
            Ends::Never => vec![i32::MAX; rows],
            Ends::On(days) => days,
        }
    }
}

/// The combination of word-like fields of each fact; few tables have more than 65,536.
#[derive(Debug)]
pub enum Combos {
    /// In two bytes each.
    Narrow(Vec<u16>),
    /// In four.
    Wide(Vec<u32>),
}

impl Default for Combos {
    fn default() -> Combos {
        Combos::Narrow(vec![])
    }
}

impl Combos {
    /// The combination of a fact.
    pub fn of(&self, row: usize) -> usize {
        match self {
            Combos::Narrow(combos) => combos[row].into(),
            Combos::Wide(combos) => combos[row] as usize,
        }
    }
}

/// The facts of a kind that opened, and still stand, of each partner in the order of their days.
#[derive(Debug, Default)]
pub struct ByDay {
    /// Where each partner's facts begin.
    starts: Vec<u32>,
    facts: Vec<Opened>,
}

/// A fact that opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Opened {
    /// The day.
    pub(crate) day: i32,
    /// Its row.
    pub(crate) row: u32,
    /// Its combination of word-like fields.
    pub(crate) combo: u32,
}

impl ByDay {
    fn new(table: &Table, facts: &KindLedger, partners: usize) -> ByDay {
        const CHUNK: usize = 1024;
        let opened = facts.opened(table);
        let stands = |row: &usize| {
            opened[*row] < i32::MAX
                && !matches!(
                    facts.state(*row),
                    State::LearnedLater | State::Superseded(_)
                )
        };
        let chunks: Vec<(Vec<u32>, Vec<Opened>)> = (0..partners.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let (mut counts, mut found) = (vec![], vec![]);
                for partner in chunk * CHUNK..partners.min((chunk + 1) * CHUNK) {
                    let before = found.len();
                    let rows = table.rows(partner).filter(stands);
                    found.extend(rows.map(|row| Opened {
                        day: opened[row],
                        row: row as u32,
                        combo: facts.combo.of(row) as u32,
                    }));
                    found[before..].sort_unstable();
                    counts.push((found.len() - before) as u32);
                }
                (counts, found)
            })
            .collect();
        let facts = chunks.iter().map(|(_, found)| found.len()).sum();
        let mut by_day = ByDay {
            starts: Vec::with_capacity(partners + 1),
            facts: Vec::with_capacity(facts),
        };
        let mut start = 0;
        by_day.starts.push(0);
        for (counts, found) in chunks {
            by_day.starts.extend(counts.into_iter().map(|count| {
                start += count;
                start
            }));
            by_day.facts.extend(found);
        }
        by_day
    }

    /// A partner's facts that opened between two days, both inside.
    pub(crate) fn between(&self, partner: usize, first: i32, last: i32) -> &[Opened] {
        let start = self.starts[partner] as usize;
        let facts = &self.facts[start..self.starts[partner + 1] as usize];
        // The last ones are asked about most: from there a few steps go back, ever longer.
        let before = |day: i32| {
            let mut step = 4;
            while step < facts.len() && facts[facts.len() - step].day >= day {
                step *= 4;
            }
            let from = facts.len().saturating_sub(step);
            from + facts[from..].partition_point(|f| f.day < day)
        };
        let end = match facts.last() {
            Some(newest) if newest.day > last => before(last.saturating_add(1)),
            _ => facts.len(),
        };
        let begin = before(first);
        &facts[begin..end.max(begin)]
    }
}

impl KindLedger {
    /// The days on which facts opened.
    pub fn opened<'a>(&'a self, table: &'a Table) -> &'a [i32] {
        match &self.opened {
            Days::None => &[],
            Days::Own(days) => days,
            Days::Field(at) => match &table.columns[*at] {
                Column::Days(days) => days,
                _ => &[],
            },
        }
    }

    /// What sets a fact apart.
    pub fn state(&self, row: usize) -> State {
        self.state.get(row).copied().unwrap_or(State::Known)
    }

    /// How many rows were refused that may be of this partner.
    pub fn refused_of(&self, partner: usize) -> u32 {
        self.refused_anywhere + self.refused.get(&(partner as u32)).copied().unwrap_or(0)
    }
}

impl Ledger {
    /// The facts of a kind by the day on which they opened; worked out when first asked for.
    pub(crate) fn by_day(&self, kind: usize) -> &ByDay {
        let facts = &self.kinds[kind];
        facts
            .by_day
            .get_or_init(|| ByDay::new(self.table(kind), facts, self.evidence.partners.len()))
    }

    /// The facts known on a day; all of them where no day is given.
    pub fn new(evidence: Arc<Evidence>, known_at: Option<Day>) -> Ledger {
        let vocabulary = evidence.vocabulary.clone();
        let index = NameIndex::new(&vocabulary);
        let (mut kinds, names): (Vec<KindLedger>, Vec<HashMap<Code, Named>>) = vocabulary
            .kinds
            .values()
            .collect::<Vec<_>>()
            .into_par_iter()
            .enumerate()
            .with_max_len(1)
            .map(|(at, kind)| {
                let named = name_codes(&evidence, at, kind, &index);
                let ledger = open_and_close(&evidence, at, kind, known_at, &named);
                (ledger, named)
            })
            .unzip();
        for (at, kind) in vocabulary.kinds.values().enumerate() {
            if let Some((other, by)) = &kind.holds.while_ {
                join(&evidence, &mut kinds, at, other, by);
            }
        }
        let parent = parents(&evidence, &kinds);
        Ledger {
            enrollments: status::Columns::of(&vocabulary),
            evidence,
            known_at,
            kinds,
            parent,
            names,
        }
    }

    /// The table of a kind.
    pub fn table(&self, kind: usize) -> &Table {
        &self.evidence.tables[kind]
    }

    /// The days on which a fact holds: one span, or several where its join comes and goes.
    pub fn spans(&self, fact: FactId) -> Vec<(Day, Day)> {
        let kind = &self.kinds[fact.kind];
        let opened = kind.opened(self.table(fact.kind))[fact.row];
        let from = kind.from.as_ref().map_or(opened, |f| f[fact.row]);
        let mut spans = vec![(Day(from), Day(kind.until[fact.row]))];
        let first = kind
            .again
            .partition_point(|(row, ..)| (*row as usize) < fact.row);
        for (row, from, until) in &kind.again[first..] {
            if *row as usize != fact.row {
                break;
            }
            spans.push((Day(*from), Day(*until)));
        }
        spans.retain(|(a, b)| a < b);
        spans
    }

    /// The cell of a fact.
    pub fn cell(&self, fact: FactId, field: usize) -> Cell {
        self.table(fact.kind).columns[field].cell(fact.row)
    }

    /// The partners of a scope, for `over family` and `over enterprise`, in order.
    pub fn family(&self, partner: usize, enterprise: bool) -> Vec<usize> {
        let mut top = partner;
        if enterprise {
            // A chain of parents longer than all partners is a circle; it ends where it began.
            for _ in 0..self.parent.len() {
                match self.parent[top] {
                    Some(above) if above as usize != partner => top = above as usize,
                    _ => break,
                }
            }
        }
        let mut inside = vec![false; self.parent.len()];
        inside[top] = true;
        loop {
            let mut grew = false;
            for (child, parent) in self.parent.iter().enumerate() {
                if !inside[child] && parent.is_some_and(|p| inside[p as usize]) {
                    inside[child] = true;
                    grew = true;
                }
            }
            if !grew {
                break;
            }
        }
        (0..inside.len()).filter(|p| inside[*p]).collect()
    }
}

fn name_codes(
    evidence: &Evidence,
    at: usize,
    kind: &Kind,
    index: &NameIndex,
) -> HashMap<Code, Named> {
    let mut named = HashMap::new();
    let Some(column) = kind.catalog_column().and_then(|c| evidence.column(at, c)) else {
        return named;
    };
    if let Column::Codes(codes) = column {
        let mut last = u32::MAX;
        for code in codes {
            let repeated = std::mem::replace(&mut last, *code) == *code;
            let code = Code(*code);
            if !repeated && !code.is_empty() && !named.contains_key(&code) {
                named.insert(code, index.resolve(&kind.name, evidence.strings.text(code)));
            }
        }
    }
    named
}

fn parents(evidence: &Evidence, kinds: &[KindLedger]) -> Vec<Option<u32>> {
    let mut parents = vec![None; evidence.partners.len()];
    let Some(at) = evidence.kind("partners") else {
        return parents;
    };
    let Some(column) = evidence.column(at, "parent") else {
        return parents;
    };
    for (partner, parent) in parents.iter_mut().enumerate() {
        for row in evidence.tables[at].rows(partner) {
            if matches!(kinds[at].state(row), State::Known) {
                let text = evidence.strings.text(column.code(row));
                *parent = evidence
                    .partner(text)
                    .filter(|p| *p != partner)
                    .map(|p| p as u32);
            }
        }
    }
    parents
}

/// The day a row was learned: recorded, or else opened, or else its earliest date, or else ever.
pub fn learned(table: &Table, opened: Day, row: usize) -> Day {
    let recorded = table.recorded.day(row);
    if recorded != Day::MAX {
        return recorded;
    }
    if opened != Day::MAX {
        return opened;
    }
    let earliest = table
        .columns
        .iter()
        .map(|c| c.day(row))
        .min()
        .unwrap_or(Day::MAX);
    if earliest == Day::MAX {
        Day::MIN
    } else {
        earliest
    }
}

fn open_and_close(
    evidence: &Evidence,
    at: usize,
    kind: &Kind,
    known_at: Option<Day>,
    named: &HashMap<Code, Named>,
) -> KindLedger {
    let table = &evidence.tables[at];
    let place = |name: &str| kind.fields.get_index_of(name);
    let from: Vec<usize> = kind.holds.from.iter().filter_map(|f| place(f)).collect();
    let until: Vec<usize> = kind.holds.until.iter().filter_map(|f| place(f)).collect();
    let if_empty: Vec<(usize, usize, Option<&Formula>)> = kind
        .if_empty
        .iter()
        .filter_map(|(f, rule)| Some((place(f)?, place(&rule.take)?, rule.filter.as_ref())))
        .collect();
    let date = |field: usize, row: usize| {
        let day = table.columns[field].day(row);
        if day != Day::MAX {
            return day;
        }
        if_empty
            .iter()
            .filter(|(f, ..)| *f == field)
            .filter(|(.., filter)| {
                filter.is_none_or(|f| plain_filter(evidence, kind, table, row, &f.expr))
            })
            .map(|(_, take, _)| table.columns[*take].day(row))
            .next()
            .unwrap_or(Day::MAX)
    };
    let rows = table.len();
    let plain =
        from.len() == 1 && if_empty.is_empty() && matches!(table.columns[from[0]], Column::Days(_));
    let opened = if plain {
        Days::Field(from[0])
    } else {
        let day = |row| {
            from.iter()
                .map(|f| date(*f, row))
                .max()
                .unwrap_or(Day::MIN)
                .0
        };
        Days::Own((0..rows).map(day).collect())
    };
    let mut ledger = KindLedger {
        opened,
        ..KindLedger::default()
    };
    ledger.until = if until
        .iter()
        .all(|f| matches!(table.columns[*f], Column::Empty))
    {
        Ends::Never
    } else {
        let day = |row| {
            until
                .iter()
                .map(|f| date(*f, row))
                .min()
                .unwrap_or(Day::MAX)
                .0
        };
        Ends::On((0..rows).map(day).collect())
    };
    let mut state = correct(table, kind, &ledger, known_at);
    if kind.holds.until_next {
        end_by_next(table, kind, &mut ledger, &state);
    }
    renew(evidence, at, kind, &mut ledger, &state, named);
    if state.iter().all(|s| *s == State::Known) {
        state = vec![];
    }
    ledger.state = state;
    combine(table, kind, &mut ledger);
    for refused in evidence
        .refused
        .iter()
        .filter(|r| r.kind == at && !r.repeats)
    {
        match refused
            .partner
            .and_then(|p| evidence.partner(evidence.strings.text(p)))
        {
            Some(partner) => *ledger.refused.entry(partner as u32).or_default() += 1,
            None => ledger.refused_anywhere += 1,
        }
    }
    ledger
}

/// Is a simple filter of words true of a row? It is all that `if_empty` needs.
fn plain_filter(evidence: &Evidence, kind: &Kind, table: &Table, row: usize, expr: &Expr) -> bool {
    match &expr.node {
        Node::And(parts) => parts
            .iter()
            .all(|p| plain_filter(evidence, kind, table, row, p)),
        Node::Or(parts) => parts
            .iter()
            .any(|p| plain_filter(evidence, kind, table, row, p)),
        Node::Not(inner) => !plain_filter(evidence, kind, table, row, inner),
        Node::Compare(compare, left, right) => {
            let (Node::Name(field), Node::Name(word)) = (&left.node, &right.node) else {
                return false;
            };
            let Some(at) = kind.fields.get_index_of(field) else {
                return false;
            };
            let same = evidence.strings.text(table.columns[at].code(row)) == word;
            match compare {
                Compare::Equal => same,
                Compare::NotEqual => !same,
                _ => false,
            }
        }
        _ => false,
    }
}

/// Rows of the same key stand side by side; the one learned last, as far as anything was known, stands.
fn correct(table: &Table, kind: &Kind, ledger: &KindLedger, known_at: Option<Day>) -> Vec<State> {
    let opened = ledger.opened(table);
    let key: Vec<usize> = kind
        .key
        .iter()
        .filter_map(|k| kind.fields.get_index_of(k))
        .collect();
    let same_key = |a: usize, b: usize| {
        key.iter().all(|c| match &table.columns[*c] {
            Column::Empty => true,
            Column::Days(v) => v[a] == v[b],
            Column::Codes(v) => v[a] == v[b],
            Column::Numbers { values: v, .. } => v[a] == v[b],
        })
    };
    let mut state = Vec::new();
    let mut set = |row: usize, s: State| {
        if state.is_empty() {
            state = vec![State::Known; table.len()];
        }
        state[row] = s;
    };
    let keyed = !key.is_empty() || kind.name == "partners";
    for partner in 0..table.start.len().saturating_sub(1) {
        let rows = table.rows(partner);
        let mut first = rows.start;
        while first < rows.end {
            let mut end = first + 1;
            while keyed && end < rows.end && same_key(first, end) {
                end += 1;
            }
            // Of those learned on one day the one that stands last in its file, however the rows were sorted.
            let mut stands: Option<((Day, u16, u32), usize)> = None;
            let single = end - first == 1 && known_at.is_none();
            if !single {
                for (row, opened) in (first..end).zip(&opened[first..end]) {
                    let learned = learned(table, Day(*opened), row);
                    if known_at.is_some_and(|k| learned > k) {
                        set(row, State::LearnedLater);
                        continue;
                    }
                    let learned = (learned, table.file[row], table.line[row]);
                    if stands.is_none_or(|(when, _)| learned >= when) {
                        if let Some((_, before)) = stands {
                            set(before, State::Superseded(row as u32));
                        }
                        stands = Some((learned, row));
                    } else if let Some((_, by)) = stands {
                        set(row, State::Superseded(by as u32));
                    }
                }
            }
            first = end;
        }
    }
    state
}

fn end_by_next(table: &Table, kind: &Kind, ledger: &mut KindLedger, state: &[State]) {
    let day = kind.day_of_key();
    let group: Vec<usize> = kind
        .key
        .iter()
        .filter(|k| Some(k.as_str()) != day)
        .filter_map(|k| kind.fields.get_index_of(k))
        .collect();
    let same = |a: usize, b: usize| {
        group.iter().all(|c| match &table.columns[*c] {
            Column::Empty => true,
            Column::Days(v) => v[a] == v[b],
            Column::Codes(v) => v[a] == v[b],
            Column::Numbers { values: v, .. } => v[a] == v[b],
        })
    };
    let mut until = std::mem::take(&mut ledger.until).into_days(table.len());
    let opened = ledger.opened(table);
    let alive = |row: usize| state.get(row).is_none_or(|s| *s == State::Known);
    for partner in 0..table.start.len().saturating_sub(1) {
        let rows: Vec<usize> = table.rows(partner).filter(|r| alive(*r)).collect();
        // Rows of one group stand side by side in the order of their days.
        for (at, row) in rows.iter().enumerate() {
            let next = rows[at + 1..]
                .iter()
                .take_while(|n| same(*row, **n))
                .find(|n| opened[**n] > opened[*row]);
            if let Some(next) = next
                && opened[*next] != i32::MAX
            {
                until[*row] = until[*row].min(opened[*next]);
            }
        }
    }
    ledger.until = Ends::On(until);
}

fn renew(
    evidence: &Evidence,
    at: usize,
    kind: &Kind,
    ledger: &mut KindLedger,
    state: &[State],
    named: &HashMap<Code, Named>,
) {
    let renews = |name: &Named| match name {
        Named::Entry { catalog, id } => evidence
            .vocabulary
            .catalogs
            .get(catalog)
            .and_then(|c| c.entries.get(&kind.name)?.get(id))
            .map(|e| &e.renews),
        _ => None,
    };
    if !named
        .values()
        .any(|n| renews(n).is_some_and(|r| !r.is_empty()))
    {
        return;
    }
    let table = &evidence.tables[at];
    let Some(name) = kind
        .catalog_column()
        .and_then(|c| kind.fields.get_index_of(c))
    else {
        return;
    };
    let holder = kind.holder().and_then(|h| kind.fields.get_index_of(h));
    let alive = |row: usize| state.get(row).is_none_or(|s| *s == State::Known);
    let mut until = std::mem::take(&mut ledger.until).into_days(table.len());
    let opened = ledger.opened(table);
    for partner in 0..table.start.len().saturating_sub(1) {
        let mut rows: Vec<usize> = table
            .rows(partner)
            .filter(|r| alive(*r) && opened[*r] != i32::MAX)
            .collect();
        rows.sort_by_key(|r| opened[*r]);
        for newer in &rows {
            let Some(listed) = named
                .get(&table.columns[name].code(*newer))
                .and_then(renews)
            else {
                continue;
            };
            for older in &rows {
                let same_holder = holder
                    .is_none_or(|h| table.columns[h].code(*older) == table.columns[h].code(*newer));
                let is_listed = named
                    .get(&table.columns[name].code(*older))
                    .is_some_and(|n| matches!(n, Named::Entry { id, .. } if listed.contains(id)));
                let holds = opened[*older] <= opened[*newer] && opened[*newer] < until[*older];
                if older != newer && same_holder && is_listed && holds {
                    until[*older] = until[*older].max(until[*newer]);
                }
            }
        }
    }
    ledger.until = Ends::On(until);
}

/// Gives every fact the number of its combination of word-like fields.
fn combine(table: &Table, kind: &Kind, ledger: &mut KindLedger) {
    let currency = |name: &str| {
        let of = |f: &Field| matches!(&f.kind, FieldType::Money(of) if of == name);
        kind.fields.values().any(of)
    };
    ledger.words = kind
        .fields
        .iter()
        .enumerate()
        .filter(|(_, (name, f))| is_word_like(&f.kind) || currency(name))
        .map(|(at, _)| at)
        .collect();
    let columns: Vec<&Vec<u32>> = ledger
        .words
        .iter()
        .filter_map(|w| match &table.columns[*w] {
            Column::Codes(codes) => Some(codes),
            _ => None,
        })
        .collect();
    let rows = table.len();
    let codes_of = |row: usize, codes: &mut Words| {
        codes.clear();
        codes.extend(columns.iter().map(|c| c[row]));
    };
    // Most facts repeat one of a few combinations: first those of each chunk, then all in the order of the rows.
    let chunks: Vec<Vec<Words>> = (0..rows.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut seen: HashSet<Words> = HashSet::new();
            let mut found = Vec::new();
            let (mut codes, mut last) = (Words::new(), None);
            for row in chunk * CHUNK..rows.min((chunk + 1) * CHUNK) {
                codes_of(row, &mut codes);
                if last.as_ref() != Some(&codes) {
                    if !seen.contains(&codes) {
                        seen.insert(codes.clone());
                        found.push(codes.clone());
                    }
                    last = Some(codes.clone());
                }
            }
            found
        })
        .collect();
    let mut place_of: HashMap<Words, u32> = HashMap::new();
    for found in chunks.into_iter().flatten() {
        let next = place_of.len() as u32;
        place_of.entry(found).or_insert_with_key(|found| {
            let mut codes = found.iter();
            ledger.combos.push(
                ledger
                    .words
                    .iter()
                    .map(|w| match &table.columns[*w] {
                        Column::Codes(_) => codes.next().map_or(Code::EMPTY, |c| Code(*c)),
                        _ => Code::EMPTY,
                    })
                    .collect(),
            );
            next
        });
    }
    let narrow = place_of.len() <= usize::from(u16::MAX) + 1;
    let place = |row: usize, (codes, last, of_last): &mut (Words, Words, u32)| {
        codes_of(row, codes);
        if codes != last || *of_last == u32::MAX {
            *of_last = place_of[codes];
            std::mem::swap(codes, last);
        }
        *of_last
    };
    let fresh = || (Words::new(), Words::new(), u32::MAX);
    let all = (0..rows).into_par_iter().with_min_len(CHUNK);
    ledger.combo = if narrow {
        let narrow = all.map_init(fresh, |state, row| place(row, state) as u16);
        Combos::Narrow(narrow.collect())
    } else {
        Combos::Wide(
            all.map_init(fresh, |state, row| place(row, state))
                .collect(),
        )
    };
}

/// The codes of a fact's word-like fields.
type Words = SmallVec<[u32; 8]>;

/// So many rows are looked at together.
const CHUNK: usize = 1 << 16;

/// Cuts the days on which facts of a kind hold to those on which a fact of another kind with the same column holds.
fn join(evidence: &Evidence, kinds: &mut [KindLedger], at: usize, other: &str, by: &str) {
    let Some(other_at) = evidence.kind(other) else {
        return;
    };
    let (Some(mine), Some(theirs)) = (evidence.column(at, by), evidence.column(other_at, by))
    else {
        return;
    };
    let table = &evidence.tables[at];
    let other_table = &evidence.tables[other_at];
    if table.is_empty() {
        return;
    }
    let mut state = std::mem::take(&mut kinds[at].state);
    let may_hold = |state: &mut Vec<State>, row: usize| {
        if state.is_empty() {
            *state = vec![State::Known; table.len()];
        }
        if state[row] == State::Known {
            state[row] = State::MayHold;
        }
    };
    if !other_table.supplied {
        for row in 0..table.len() {
            may_hold(&mut state, row);
        }
        kinds[at].state = state;
        return;
    }
    let mut from = kinds[at].opened(table).to_vec();
    let mut until = std::mem::take(&mut kinds[at].until).into_days(table.len());
    let mut again = Vec::new();
    let other_kind = &kinds[other_at];
    let other_opened = other_kind.opened(other_table);
    let other_holds = |row: usize| {
        let from = other_kind
            .from
            .as_ref()
            .map_or(other_opened[row], |f| f[row]);
        (other_kind.state(row) == State::Known).then_some((from, other_kind.until[row]))
    };
    for partner in 0..evidence.partners.len() {
        let theirs_rows: Rows<usize> = other_table.rows(partner);
        let mut present: HashMap<Code, Vec<(i32, i32)>> = HashMap::new();
        for row in theirs_rows {
            if let Some(span) = other_holds(row) {
                present.entry(theirs.code(row)).or_default().push(span);
            }
        }
        for spans in present.values_mut() {
            spans.sort_unstable();
            // Spans that touch are one presence.
            let mut merged: Vec<(i32, i32)> = Vec::with_capacity(spans.len());
            for (a, b) in spans.drain(..).filter(|(a, b)| a < b) {
                match merged.last_mut() {
                    Some((_, end)) if *end >= a => *end = (*end).max(b),
                    _ => merged.push((a, b)),
                }
            }
            *spans = merged;
        }
        for row in table.rows(partner) {
            let code = mine.code(row);
            let spans = if code.is_empty() {
                None
            } else {
                present.get(&code)
            };
            let Some(spans) = spans else {
                if !code.is_empty() && other_kind.refused_of(partner) > 0 {
                    may_hold(&mut state, row);
                } else {
                    from[row] = i32::MAX;
                    until[row] = i32::MIN;
                }
                continue;
            };
            let (opens, closes) = (from[row], until[row]);
            let mut cut = spans
                .iter()
                .map(|(a, b)| (opens.max(*a), closes.min(*b)))
                .filter(|(a, b)| a < b);
            match cut.next() {
                Some((a, b)) => (from[row], until[row]) = (a, b),
                None => (from[row], until[row]) = (i32::MAX, i32::MIN),
            }
            again.extend(cut.map(|(a, b)| (row as u32, a, b)));
        }
    }
    let opened = kinds[at].opened(table);
    // A fact that never holds ends before it begins, whatever its first day; mostly no first day is needed.
    let later = (0..from.len()).any(|row| from[row] != opened[row] && until[row] != i32::MIN);
    kinds[at].from = later.then_some(from);
    kinds[at].until = Ends::On(until);
    kinds[at].again = again;
    kinds[at].state = state;
}
