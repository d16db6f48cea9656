//! Looks at facts: which of them count on which days, and what they come to.
//!
//! Filters over word-like fields are decided once for each combination of words (a signature); a partner's
//! facts are then one pass over a few columns. Whatever a signature cannot decide takes the general path.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::calendar::{Day, Window};
use crate::compile::{
    AggregateId, Compiled, Field, FieldAt, Filter, Group, GroupValue, Ir, Selector, SetIr, Value,
    What,
};
use crate::evidence::{Code, Column, Table};
use crate::intake::Named;
use crate::ledger::{Combos, Ends, FactId, Ledger, State};
use crate::number::{Exact, Range};
use crate::source::constant;
use crate::standing::Truth;
use crate::syntax::{Arith, Compare, Joint, Pick, Scope};
use crate::vocabulary::FieldType;

use super::cash::{Cash, at_any_rate};
use super::eval::Frame;
use super::steps::Steps;
use super::tally::{Amounts, Look, Tally, Units, amounts_of, each};
use super::windows::{Bounds, turns};
use super::{V, range_of};

/// How an edition's looks at facts are carried out over one ledger.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What one pass over a partner's facts of a kind yields.
    passes: Vec<Pass>,
    /// For each aggregate, the pass that finds it; none where it takes the general path.
    pass: Vec<Option<usize>>,
    /// The kind of waivers, where there is any.
    pub(super) waivers: Option<usize>,
    /// The rows without a parent, for each level: those first that look at few facts.
    pub(super) order: Vec<Vec<usize>>,
    /// For each row, whether it looks at other days at any level.
    pub(super) other_days: Vec<bool>,
}

/// How many slots one pass serves; further ones take the general path.
const SLOTS: usize = 64;

/// One pass over the facts of a kind.
///
/// Slots that need little of a fact stand together, and those that need its amounts; those whose windows leave most
/// facts out, and those that look at all: what a level does not get to ask is not added up.
#[derive(Debug)]
pub(super) struct Pass {
    /// The kind.
    kind: usize,
    /// Are amounts summed, or distinct values counted?
    heavy: bool,
    slots: Vec<Slot>,
    /// For each combination of words: the slots that count it.
    pub(super) yes: Vec<u64>,
    /// And those that may count it.
    pub(super) may: Vec<u64>,
    /// And those that sum amounts of another currency than it has.
    foreign: Vec<u64>,
    /// May any?
    pub(super) open: bool,
    /// Has every slot a window?
    pub(super) windowed: bool,
    /// The windows of the slots, and the slots of each.
    windows: Vec<(Option<Window>, u64)>,
    /// Slots that count facts, distinct holders, other distinct values, and sums.
    pub(super) counts: u64,
    pub(super) holders: u64,
    pub(super) values: u64,
    pub(super) sums: u64,
    /// The column of holders.
    holder: Option<usize>,
}

#[derive(Debug)]
struct Slot {
    aggregate: AggregateId,
    what: SlotWhat,
}

#[derive(Debug)]
enum SlotWhat {
    Count,
    Holders,
    /// The distinct codes of a column.
    Values(usize),
    /// A sum of one column of plain numbers or amounts, with the code of its currency.
    Sum {
        column: usize,
        currency: Option<(usize, Code)>,
    },
}

impl Plan {
    pub(super) fn new(compiled: &Compiled, ledger: &Ledger) -> Plan {
        let vocabulary = &ledger.evidence.vocabulary;
        let mut plan = Plan {
            passes: vec![],
            pass: vec![None; compiled.aggregates.len()],
            waivers: ledger
                .evidence
                .kind("waivers")
                .filter(|kind| !ledger.table(*kind).is_empty()),
            order: vec![],
            other_days: vec![],
        };
        for (id, aggregate) in compiled.aggregates.iter().enumerate() {
            let facts = &aggregate.facts;
            let kind_ledger = &ledger.kinds[facts.kind];
            let plain = facts.over.is_none()
                && !facts.pending
                && !facts.ended
                && by_words(&facts.filter, kind_ledger.words.as_slice(), compiled);
            if !plain || !kind_ledger.again.is_empty() {
                continue;
            }
            let kind = &vocabulary.kinds[facts.kind];
            let holder = kind.holder_of_key();
            let holder = holder.and_then(|h| kind.fields.get_index_of(h));
            let Some(what) = slot_of(&aggregate.what, facts.kind, holder, compiled, ledger) else {
                continue;
            };
            let heavy = matches!(what, SlotWhat::Values(_) | SlotWhat::Sum { .. });
            let windowed = facts.window.is_some();
            let like = |p: &Pass| {
                (p.kind, p.heavy, p.windowed) == (facts.kind, heavy, windowed)
                    && p.slots.len() < SLOTS
            };
            let place = plan.passes.iter().position(like).unwrap_or_else(|| {
                plan.passes.push(Pass {
                    kind: facts.kind,
                    heavy,
                    slots: vec![],
                    yes: vec![0; kind_ledger.combos.len()],
                    may: vec![0; kind_ledger.combos.len()],
                    foreign: vec![0; kind_ledger.combos.len()],
                    open: false,
                    windowed,
                    windows: vec![],
                    counts: 0,
                    holders: 0,
                    values: 0,
                    sums: 0,
                    holder,
                });
                plan.passes.len() - 1
            });
            let pass = &mut plan.passes[place];
            let bit = 1_u64 << pass.slots.len();
            match what {
                SlotWhat::Count => pass.counts |= bit,
                SlotWhat::Holders => pass.holders |= bit,
                SlotWhat::Values(_) => pass.values |= bit,
                SlotWhat::Sum { .. } => pass.sums |= bit,
            }
            pass.slots.push(Slot {
                aggregate: id,
                what,
            });
            match pass.windows.iter_mut().find(|(w, _)| *w == facts.window) {
                Some((_, bits)) => *bits |= bit,
                None => pass.windows.push((facts.window, bit)),
            }
            for combo in 0..kind_ledger.combos.len() {
                let view = View {
                    ledger,
                    compiled,
                    kind: facts.kind,
                    combo,
                    row: None,
                    partner: 0,
                    adding: false,
                };
                if let Some(SlotWhat::Sum {
                    currency: Some((of, wanted)),
                    ..
                }) = pass.slots.last().map(|s| &s.what)
                    && view.code(*of) != *wanted
                {
                    pass.foreign[combo] |= bit;
                }
                match view.admitted(facts, || view.truth(&facts.filter, None, 0)) {
                    Truth::Yes => pass.yes[combo] |= bit,
                    Truth::Unknown => {
                        pass.may[combo] |= bit;
                        pass.open = true;
                    }
                    _ => {}
                }
            }
            plan.pass[id] = Some(place);
        }
        // Made now, so that no standing waits for it.
        for pass in plan.passes.iter().filter(|p| p.by_day()) {
            ledger.by_day(pass.kind);
        }
        plan.other_days = (0..compiled.rows.len())
            .map(|row| {
                let levels = 0..compiled.levels.len();
                let mut costs = levels.map(|l| row_cost(row, l, &plan, compiled, ledger));
                costs.any(|(other_days, _)| other_days)
            })
            .collect();
        plan.order = (0..compiled.levels.len())
            .map(|level| {
                let mut rows: Vec<usize> = (0..compiled.rows.len())
                    .filter(|row| compiled.rows[*row].parent.is_none())
                    .collect();
                rows.sort_by_cached_key(|row| row_cost(*row, level, &plan, compiled, ledger));
                rows
            })
            .collect();
        plan
    }
}

/// How an aggregate is served by a pass, where it can be.
fn slot_of(
    what: &What,
    kind: usize,
    holder: Option<usize>,
    compiled: &Compiled,
    ledger: &Ledger,
) -> Option<SlotWhat> {
    match what {
        What::Count => Some(SlotWhat::Count),
        What::Distinct(Field {
            at: FieldAt::Own(column),
            kind: field_kind,
            ..
        }) => {
            if Some(*column) == holder {
                Some(SlotWhat::Holders)
            } else {
                // An empty level is no member without a name, as an empty id is.
                let counts_empty = !is_number(field_kind) && *field_kind != FieldType::Level;
                counts_empty.then_some(SlotWhat::Values(*column))
            }
        }
        What::Sum(
            Value::Field(Field {
                at: FieldAt::Own(column),
                kind: field_kind,
                ..
            }),
            currency,
            None,
        ) => {
            let exchanged = compiled
                .edition
                .money
                .as_ref()
                .is_some_and(|m| m.rates.is_some());
            let currency = match (field_kind, currency) {
                (FieldType::Money(of), Some(currency)) if !exchanged => {
                    let of = ledger.evidence.vocabulary.kinds[kind]
                        .fields
                        .get_index_of(of)?;
                    // A currency that no fact has is a code that no fact has.
                    let wanted = ledger
                        .evidence
                        .code_in(kind, of, currency)
                        .unwrap_or(Code(u32::MAX - 1));
                    // A pass has no place for an amount without a least.
                    if owes_abroad(ledger, kind, *column, of, wanted) {
                        return None;
                    }
                    Some((of, wanted))
                }
                (FieldType::Number(_), _) if !exchanged => None,
                _ => return None,
            };
            Some(SlotWhat::Sum {
                column: *column,
                currency,
            })
        }
        _ => None,
    }
}

/// Is an amount below nothing in another currency than the wanted one?
fn owes_abroad(ledger: &Ledger, kind: usize, column: usize, of: usize, wanted: Code) -> bool {
    let facts = &ledger.kinds[kind];
    let at = facts.words.iter().position(|w| *w == of);
    let foreign: Vec<bool> = facts
        .combos
        .iter()
        .map(|combo| at.is_none_or(|at| combo[at] != wanted))
        .collect();
    if !foreign.contains(&true) {
        return false;
    }
    match &ledger.table(kind).columns[column] {
        Column::Numbers { values, .. } => values
            .iter()
            .enumerate()
            .any(|(row, v)| *v < 0 && *v != i64::MIN && foreign[facts.combo.of(row)]),
        _ => false,
    }
}

/// What it costs to ask a row at a level: whether it looks at other days, then the most facts of a kind that it looks at.
fn row_cost(
    row: usize,
    level: usize,
    plan: &Plan,
    compiled: &Compiled,
    ledger: &Ledger,
) -> (bool, usize) {
    let mut nodes: Vec<usize> = Vec::new();
    let mut rows = vec![row];
    while let Some(row) = rows.pop() {
        nodes.extend(compiled.rows[row].at[level].test);
        nodes.extend(compiled.rows[row].applies);
        rows.extend(&compiled.rows[row].parts);
    }
    let mut other_days = false;
    let mut most = 0;
    while let Some(node) = nodes.pop() {
        match &compiled.nodes[node] {
            Ir::Held(..) | Ir::Once(..) | Ir::Before(..) | Ir::MeetsOther(..) => other_days = true,
            Ir::Count(id) | Ir::Exists(id) | Ir::Amount(id) | Ir::PickedWord(id) => {
                let rows = ledger.table(compiled.aggregates[*id].facts.kind).len();
                // A window leaves most facts out at a glance.
                let glance = plan.pass[*id].is_some_and(|p| plan.passes[p].by_day());
                most = most.max(if glance { rows / 16 } else { rows });
            }
            Ir::Compare(_, a, b) | Ir::CompareWord(_, a, b, _) | Ir::Arith(_, a, b) => {
                nodes.extend([*a, *b]);
            }
            Ir::And(of) | Ir::Or(of) | Ir::AtLeast(_, of) => nodes.extend(of),
            Ir::Not(inner) => nodes.push(*inner),
            Ir::Number(_) | Ir::Truth(_) | Ir::Word(_) | Ir::Day => {}
            _ => most = usize::MAX,
        }
    }
    (other_days, most)
}

impl Pass {
    /// Are facts found by the day on which they opened? Holders are counted in their own order.
    fn by_day(&self) -> bool {
        self.windowed && self.holders == 0
    }

    /// How many slots the pass serves.
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The code of the column whose distinct values a slot counts.
    pub(super) fn value(&self, slot: usize, table: &Table, row: usize) -> Code {
        match &self.slots[slot].what {
            SlotWhat::Values(column) => table.columns[*column].code(row),
            _ => Code::EMPTY,
        }
    }

    /// The amount of a fact in units of its column; `None` where it has no limit.
    fn amount(&self, slot: usize, combo: usize, table: &Table, row: usize) -> Option<i64> {
        let SlotWhat::Sum { column, .. } = &self.slots[slot].what else {
            return None;
        };
        match &table.columns[*column] {
            Column::Numbers { values, .. } if self.foreign[combo] & (1 << slot) == 0 => {
                Some(values[row]).filter(|v| *v != i64::MIN)
            }
            // Nothing is nothing in every currency.
            Column::Numbers { values, .. } if values[row] == 0 => Some(0),
            _ => None,
        }
    }

    /// Adds sums and distinct values of a fact that counts in these slots; false where one only may count.
    pub(super) fn rare(
        &self,
        yes: u64,
        combo: usize,
        table: &Table,
        row: usize,
        tally: &mut Tally,
    ) -> bool {
        each(yes & self.sums, |slot| {
            tally.sums[slot].add(self.amount(slot, combo, table, row), true);
        });
        let mut named = true;
        each(yes & self.values, |slot| {
            let code = self.value(slot, table, row);
            named &= !code.is_empty();
            tally.values.push((slot, code.0, false));
        });
        named
    }
}

/// Can a filter be decided from word-like columns and catalog fields alone, whatever the day?
fn by_words(filter: &Filter, words: &[usize], compiled: &Compiled) -> bool {
    let value = |v: &Value| match v {
        Value::Word(_) => true,
        Value::Field(field) => match field.at {
            FieldAt::Own(column) => words.contains(&column),
            FieldAt::Catalog => true,
            FieldAt::OfPartner(_) => false,
        },
        _ => false,
    };
    match filter {
        Filter::All | Filter::Fixed(_) => true,
        Filter::Not(inner) => by_words(inner, words, compiled),
        Filter::And(of) | Filter::Or(of) => of.iter().all(|f| by_words(f, words, compiled)),
        Filter::CompareWord(_, a, b, _) => value(a) && value(b),
        Filter::Flag(field) => value(&Value::Field(field.clone())),
        Filter::InList(a, list, _) => {
            value(a)
                && compiled.lists[*list]
                    .iter()
                    .all(|i| i.from.is_none() && i.until.is_none())
        }
        Filter::Compare(..) | Filter::InWindow(..) | Filter::InSet(..) | Filter::Unused => false,
    }
}

/// One fact as a filter sees it; or, without a row, one combination of words.
struct View<'a> {
    ledger: &'a Ledger,
    compiled: &'a Compiled,
    kind: usize,
    combo: usize,
    row: Option<usize>,
    /// The partner of the fact.
    partner: usize,
    /// Are its amounts added up? Then an empty one is anything from nothing on; a filter knows nothing of it.
    adding: bool,
}

/// A value of one fact.
#[derive(Clone, Debug, PartialEq)]
enum Fv<'a> {
    Num(Range),
    /// [`Day::MAX`]: not yet.
    Date(Day),
    /// Text that stands in the evidence or the edition.
    Word(Option<&'a str>),
    /// Text that was worked out.
    Made(Option<Arc<str>>),
}

impl Fv<'_> {
    fn word(&self) -> Option<&str> {
        match self {
            Fv::Word(word) => *word,
            Fv::Made(word) => word.as_deref(),
            _ => None,
        }
    }
}

impl<'a> View<'a> {
    fn named(&self) -> Option<&'a Named> {
        let kind = &self.ledger.evidence.vocabulary.kinds[self.kind];
        let column = kind
            .catalog_column()
            .and_then(|c| kind.fields.get_index_of(c))?;
        self.ledger.names[self.kind].get(&self.code(column))
    }

    /// The code of a column that is part of the combination, or of the row.
    fn code(&self, column: usize) -> Code {
        let kind = &self.ledger.kinds[self.kind];
        if let Some(at) = kind.words.iter().position(|w| *w == column) {
            return kind.combos[self.combo][at];
        }
        self.row.map_or(Code::EMPTY, |row| {
            self.ledger.table(self.kind).columns[column].code(row)
        })
    }

    /// Whether the fact exists for the edition at all, and what the filter says of it; an unknown name may always be another.
    fn admitted(&self, facts: &Selector, filter: impl FnOnce() -> Truth) -> Truth {
        let kind = &self.ledger.evidence.vocabulary.kinds[self.kind];
        if !facts.names_program
            && let Some(column) = kind.fields.get_index_of("program")
        {
            let program = self.code(column);
            if !program.is_empty()
                && self.ledger.evidence.strings.text(program) != self.compiled.edition.program
            {
                return Truth::No;
            }
        }
        let unknown = match self.named() {
            Some(Named::Foreign) => return Truth::No,
            Some(Named::Entry { catalog, .. }) => {
                let catalogs = &self.compiled.edition.catalogs;
                if !catalogs.is_empty() && !catalogs.contains(catalog) {
                    return Truth::No;
                }
                false
            }
            Some(Named::Unknown { .. }) => true,
            None => kind.catalog_column().is_some(),
        };
        match filter() {
            Truth::Yes if unknown => Truth::Unknown,
            truth => truth,
        }
    }

    fn truth(&self, filter: &Filter, frame: Option<&Frame<'_>>, day: i32) -> Truth {
        match filter {
            Filter::All => Truth::Yes,
            Filter::Fixed(truth) => *truth,
            Filter::Not(inner) => !self.truth(inner, frame, day),
            Filter::And(of) => {
                let mut truth = Truth::Yes;
                for part in of {
                    truth = truth.and(self.truth(part, frame, day));
                    if truth == Truth::No {
                        break;
                    }
                }
                truth
            }
            Filter::Or(of) => {
                let mut truth = Truth::No;
                for part in of {
                    truth = truth.or(self.truth(part, frame, day));
                    if truth == Truth::Yes {
                        break;
                    }
                }
                truth
            }
            Filter::Compare(compare, left, right) => {
                let of = |value| named_currency(self.compiled, value);
                let currency = of(left).or_else(|| of(right));
                let (a, b) = (
                    self.value(left, currency, frame, day),
                    self.value(right, currency, frame, day),
                );
                match (&a, &b) {
                    (Fv::Date(a), Fv::Date(b)) => {
                        if *a == Day::MAX || *b == Day::MAX {
                            return Truth::from_bool(*compare == Compare::NotEqual);
                        }
                        let (a, b) = (Exact::from(i64::from(a.0)), Exact::from(i64::from(b.0)));
                        Truth::compare(&Range::exactly(a), *compare, &Range::exactly(b))
                    }
                    (Fv::Num(a), Fv::Num(b)) => Truth::compare(a, *compare, b),
                    _ => Truth::Unknown,
                }
            }
            Filter::CompareWord(compare, left, right, ladder) => {
                let (a, b) = (
                    self.value(left, None, frame, day),
                    self.value(right, None, frame, day),
                );
                compare_words(a.word(), *compare, b.word(), ladder)
            }
            Filter::Flag(field) => match self.field(field, None).word() {
                Some("yes") => Truth::Yes,
                Some(_) => Truth::No,
                None => Truth::Unknown,
            },
            Filter::InList(value, list, negated) => {
                let value = self.value(value, None, frame, day);
                let truth = in_list(value.word(), &self.compiled.lists[*list], day);
                if *negated { !truth } else { truth }
            }
            Filter::InWindow(value, window, negated) => {
                let Fv::Date(date) = self.value(value, None, frame, day) else {
                    return Truth::Unknown;
                };
                let truth = match frame {
                    Some(frame) => frame.in_window(*window, date.0, day),
                    None => Truth::Unknown,
                };
                if *negated { !truth } else { truth }
            }
            Filter::InSet(value, set, negated) => {
                let Some(frame) = frame else {
                    return Truth::Unknown;
                };
                let value = self.value(value, None, Some(frame), day);
                let truth = match value.word() {
                    None => Truth::Unknown,
                    Some(word) => {
                        let members = frame.members_once(*set, day);
                        let key = frame.key_of_text(word);
                        if members.certain(&key) {
                            Truth::Yes
                        } else if members.possible(&key) || members.nameless != Some(0) {
                            Truth::Unknown
                        } else {
                            Truth::No
                        }
                    }
                };
                if *negated { !truth } else { truth }
            }
            Filter::Unused => Truth::from_bool(!self.used_before(day)),
        }
    }

    /// Has a `uses` fact of the fact's partner named it before the day?
    fn used_before(&self, day: i32) -> bool {
        self.used_on().is_some_and(|used| used < day)
    }

    /// The first day on which a `uses` fact names this fact.
    fn used_on(&self) -> Option<i32> {
        let evidence = &self.ledger.evidence;
        let kind = &evidence.vocabulary.kinds[self.kind];
        let uses = evidence.kind("uses")?;
        let (used_kind, item, on) = (
            evidence.column(uses, "used_kind")?,
            evidence.column(uses, "item")?,
            evidence.column(uses, "used_on")?,
        );
        let key = kind.key.first().and_then(|k| kind.fields.get_index_of(k))?;
        let mine = self.code(key);
        evidence.tables[uses]
            .rows(self.partner)
            .filter(|row| {
                self.ledger.kinds[uses].state(*row) == State::Known
                    && crate::vocabulary::plain(evidence.strings.text(used_kind.code(*row)))
                        == crate::vocabulary::plain(&kind.name)
                    && !mine.is_empty()
                    && item.code(*row) == mine
            })
            .map(|row| on.day(row).0)
            .min()
    }

    fn field<'v>(&'v self, field: &'v Field, currency: Option<&str>) -> Fv<'v> {
        let evidence = &self.ledger.evidence;
        match field.at {
            FieldAt::Own(column) => self.own(column, &field.kind, currency),
            FieldAt::Catalog => match self.named() {
                Some(Named::Entry { catalog, id }) => {
                    let kind = &evidence.vocabulary.kinds[self.kind].name;
                    let entry = evidence
                        .vocabulary
                        .catalogs
                        .get(catalog)
                        .and_then(|c| c.entries.get(kind)?.get(id));
                    match entry {
                        // A field that an entry leaves out is one that it does not have: no word of it is its own.
                        Some(entry) => Fv::Word(Some(
                            entry.fields.get(&field.name).map_or("", String::as_str),
                        )),
                        None => Fv::Word(None),
                    }
                }
                _ => Fv::Word(None),
            },
            FieldAt::OfPartner(column) => {
                let Some(partners) = evidence.kind("partners") else {
                    return Fv::Word(None);
                };
                let row = evidence.tables[partners]
                    .rows(self.partner)
                    .rfind(|row| self.ledger.kinds[partners].state(*row) == State::Known);
                match row {
                    Some(row) => match evidence.tables[partners].columns[column].cell(row) {
                        crate::evidence::Cell::Text(code) => {
                            Fv::Word(Some(evidence.strings.text(code)))
                        }
                        crate::evidence::Cell::Day(day) => Fv::Date(day),
                        crate::evidence::Cell::Number(n) => Fv::Num(Range::exactly(n)),
                        crate::evidence::Cell::Empty => Fv::Word(None),
                    },
                    None => Fv::Word(None),
                }
            }
        }
    }

    fn own(&self, column: usize, kind: &FieldType, currency: Option<&str>) -> Fv<'a> {
        let evidence = &self.ledger.evidence;
        let table = &evidence.tables[self.kind];
        match kind {
            FieldType::Date => {
                let Some(row) = self.row else {
                    return Fv::Date(Day::MAX);
                };
                let mut day = table.columns[column].day(row);
                let kind = &evidence.vocabulary.kinds[self.kind];
                if day == Day::MAX
                    && let Some((name, _)) = kind.fields.get_index(column)
                    && kind.holds.from.len() == 1
                    && kind.holds.from[0] == *name
                {
                    // The day that `if_empty` gave when the fact was opened.
                    day = Day(self.ledger.kinds[self.kind].opened(table)[row]);
                }
                Fv::Date(day)
            }
            FieldType::Number(_) | FieldType::Percent => {
                match self.row.map(|row| table.columns[column].cell(row)) {
                    Some(crate::evidence::Cell::Number(n)) => Fv::Num(Range::exactly(n)),
                    _ => Fv::Num(self.silence()),
                }
            }
            FieldType::Money(of) => {
                let Some(row) = self.row else {
                    return Fv::Num(Range::UNKNOWN);
                };
                let crate::evidence::Cell::Number(amount) = table.columns[column].cell(row) else {
                    return Fv::Num(self.silence());
                };
                let Some(wanted) = currency else {
                    return Fv::Num(Range::exactly(amount));
                };
                let kind = &evidence.vocabulary.kinds[self.kind];
                let own = kind
                    .fields
                    .get_index_of(of)
                    .map_or("", |c| evidence.strings.text(table.columns[c].code(row)));
                if own.eq_ignore_ascii_case(wanted) {
                    return Fv::Num(Range::exactly(amount));
                }
                match self.rate(own, wanted, row) {
                    Some(rate) => Fv::Num(Range::exactly(amount * rate)),
                    None => Fv::Num(at_any_rate(&Range::exactly(amount))),
                }
            }
            // An empty level is no silence: enrolled, below the first.
            FieldType::Level if self.code(column).is_empty() => Fv::Word(Some("")),
            // A name that no catalog knows may be any of them.
            FieldType::Catalog if matches!(self.named(), Some(Named::Unknown { .. })) => {
                Fv::Word(None)
            }
            _ => {
                let code = self.code(column);
                Fv::Word((!code.is_empty()).then(|| evidence.strings.text(code)))
            }
        }
    }

    /// An empty number.
    fn silence(&self) -> Range {
        if self.adding {
            Range::at_least(Exact::ZERO)
        } else {
            Range::UNKNOWN
        }
    }

    /// What one unit of `own` is worth in the edition's currency, on the day the fact opened.
    fn rate(&self, own: &str, wanted: &str, row: usize) -> Option<Exact> {
        let money = self
            .compiled
            .edition
            .money
            .as_ref()
            .filter(|m| m.currency == wanted)?;
        let rates = money.rates.as_ref()?;
        if let Some(table) = self.compiled.edition.table.get(rates) {
            return table
                .rows
                .get(own)
                .or(table.otherwise.as_ref())
                .and_then(|f| constant(&f.expr));
        }
        let evidence = &self.ledger.evidence;
        let kind = evidence.kind(rates)?;
        let (currency, rate) = (
            evidence.column(kind, "currency")?,
            evidence.column(kind, "rate")?,
        );
        let opened = self.ledger.kinds[self.kind].opened(self.ledger.table(self.kind))[row];
        evidence.tables[kind]
            .rows(self.partner)
            .filter(|r| evidence.strings.text(currency.code(*r)) == own)
            .find(|r| {
                self.ledger
                    .spans(FactId { kind, row: *r })
                    .iter()
                    .any(|(a, b)| a.0 <= opened && opened < b.0)
            })
            .and_then(|r| match rate.cell(r) {
                crate::evidence::Cell::Number(n) => Some(n),
                _ => None,
            })
    }

    fn value<'v>(
        &'v self,
        value: &'v Value,
        currency: Option<&str>,
        frame: Option<&Frame<'_>>,
        day: i32,
    ) -> Fv<'v> {
        match value {
            Value::Field(field) => self.field(field, currency),
            Value::Number(n, _) => Fv::Num(Range::exactly(n.clone())),
            Value::Word(word) => Fv::Word(Some(word)),
            Value::Date(date) => Fv::Date(*date),
            Value::Day => Fv::Date(Day(day)),
            Value::Duration(_) => Fv::Num(Range::UNKNOWN),
            Value::Arith(op, left, right) => {
                if let Value::Duration(duration) = &**right {
                    let Fv::Date(date) = self.value(left, currency, frame, day) else {
                        return Fv::Date(Day::MAX);
                    };
                    return Fv::Date(if *op == Arith::Add {
                        date.plus(*duration)
                    } else {
                        date.minus(*duration)
                    });
                }
                let (a, b) = (
                    self.value(left, currency, frame, day),
                    self.value(right, currency, frame, day),
                );
                match (a, b) {
                    (Fv::Num(a), Fv::Num(b)) => Fv::Num(arith(*op, a, b)),
                    _ => Fv::Num(Range::UNKNOWN),
                }
            }
            Value::Table(rows, otherwise, word) => {
                let word = self.value(word, None, frame, day);
                let Some(word) = word.word() else {
                    let mut all = rows.iter().map(|(_, v)| v).chain(otherwise.as_deref());
                    let Some(first) = all.next() else {
                        return Fv::Num(Range::UNKNOWN);
                    };
                    let first = self.value(first, currency, frame, day);
                    return all.fold(first, |sum, v| {
                        hull_of(sum, self.value(v, currency, frame, day))
                    });
                };
                match rows
                    .iter()
                    .find(|(key, _)| key == word)
                    .map(|(_, v)| v)
                    .or(otherwise.as_deref())
                {
                    Some(value) => self.value(value, currency, frame, day),
                    None => Fv::Num(Range::UNKNOWN),
                }
            }
            Value::Bands(bands, number) => {
                let bands = &self.compiled.bands[*bands];
                let Fv::Num(number) = self.value(number, bands.currency(), frame, day) else {
                    return Fv::Num(Range::UNKNOWN);
                };
                match super::eval::band(bands, &number) {
                    V::Num(range) => Fv::Num(range),
                    V::Word(word) => Fv::Made(word),
                    _ => Fv::Num(Range::UNKNOWN),
                }
            }
            Value::Node(node) => match frame {
                Some(frame) => match frame.eval(*node).on(day) {
                    V::Word(word) => Fv::Made(word.clone()),
                    other => Fv::Num(range_of(other)),
                },
                None => Fv::Num(Range::UNKNOWN),
            },
        }
    }

    /// Days within the span on which what the filter says of this fact may change.
    fn filter_turns(&self, filter: &Filter, frame: &Frame<'_>, out: &mut Vec<i32>) {
        match filter {
            Filter::Not(inner) => self.filter_turns(inner, frame, out),
            Filter::And(of) | Filter::Or(of) => {
                of.iter().for_each(|f| self.filter_turns(f, frame, out))
            }
            Filter::Compare(_, left, right) => {
                let moves = |v: &Value| contains_day(v);
                if moves(left) || moves(right) {
                    // day ± durations against a date: the turn is where the two meet. Months are no whole days,
                    // so a few days around it are asked as well.
                    for (day_side, other) in [(left, right), (right, left)] {
                        if !moves(day_side) {
                            continue;
                        }
                        if let Fv::Date(date) = self.value(other, None, Some(frame), frame.span.0)
                            && date.is_real()
                        {
                            let shift = day_shift(day_side);
                            for around in -4..=4 {
                                out.push(
                                    shift
                                        .iter()
                                        .fold(date, |d, (op, length)| {
                                            if *op == Arith::Add {
                                                d.minus(*length)
                                            } else {
                                                d.plus(*length)
                                            }
                                        })
                                        .0
                                        + around,
                                );
                            }
                        }
                    }
                }
                for v in [left, right] {
                    self.value_turns(v, frame, out);
                }
            }
            Filter::CompareWord(_, left, right, _) => {
                self.value_turns(left, frame, out);
                self.value_turns(right, frame, out);
            }
            Filter::InList(_, list, _) => {
                out.extend(
                    self.compiled.lists[*list]
                        .iter()
                        .flat_map(|i| i.from.into_iter().chain(i.until))
                        .map(|d| d.0),
                );
            }
            Filter::InWindow(value, window, _) => {
                if let Fv::Date(date) = self.value(value, None, Some(frame), frame.span.0)
                    && date.is_real()
                {
                    turns(
                        frame.bound(*window),
                        &self.compiled.edition.calendar,
                        frame.marks(),
                        date.0,
                        out,
                    );
                }
            }
            Filter::InSet(_, set, _) => out.extend(frame.set_turns(*set)),
            Filter::Unused => out.extend(self.used_on().map(|d| d.saturating_add(1))),
            Filter::All | Filter::Fixed(_) | Filter::Flag(_) => {}
        }
    }

    fn value_turns(&self, value: &Value, frame: &Frame<'_>, out: &mut Vec<i32>) {
        match value {
            Value::Node(node) => out.extend(frame.eval(*node).runs().map(|(d, _)| d)),
            Value::Arith(_, a, b) => {
                self.value_turns(a, frame, out);
                self.value_turns(b, frame, out);
            }
            Value::Table(rows, otherwise, word) => {
                rows.iter()
                    .map(|(_, v)| v)
                    .chain(otherwise.as_deref())
                    .for_each(|v| self.value_turns(v, frame, out));
                self.value_turns(word, frame, out);
            }
            Value::Bands(_, number) => self.value_turns(number, frame, out),
            _ => {}
        }
    }
}

fn contains_day(value: &Value) -> bool {
    match value {
        Value::Day => true,
        Value::Arith(_, a, b) => contains_day(a) || contains_day(b),
        _ => false,
    }
}

/// The lengths added to or taken from `day`, outermost first.
fn day_shift(value: &Value) -> Vec<(Arith, crate::calendar::Duration)> {
    match value {
        Value::Arith(op, left, right) => {
            let mut shift = day_shift(left);
            if let Value::Duration(length) = &**right {
                shift.insert(0, (*op, *length));
            }
            shift
        }
        _ => vec![],
    }
}

/// The currency that a value names: that of a literal, or of a named amount.
fn named_currency<'v>(compiled: &'v Compiled, value: &'v Value) -> Option<&'v str> {
    match value {
        Value::Number(_, currency) => currency.as_deref(),
        Value::Node(node) => match &compiled.types[*node] {
            crate::compile::Type::Money(currency) => currency.as_deref(),
            _ => None,
        },
        Value::Arith(_, a, b) => {
            named_currency(compiled, a).or_else(|| named_currency(compiled, b))
        }
        _ => None,
    }
}

fn hull_of<'a>(a: Fv<'a>, b: Fv<'a>) -> Fv<'a> {
    match (a, b) {
        (Fv::Num(a), Fv::Num(b)) => Fv::Num(a.hull(&b)),
        (a, b) if a == b => a,
        _ => Fv::Word(None),
    }
}

pub(super) fn arith(op: Arith, a: Range, b: Range) -> Range {
    match op {
        Arith::Add => a + b,
        Arith::Subtract => a - b,
        Arith::Multiply => a * b,
        Arith::Divide => a.divided_by(&b),
    }
}

/// Two words compared; off the ladder nothing is above or below.
pub(super) fn compare_words(
    a: Option<&str>,
    compare: Compare,
    b: Option<&str>,
    ladder: &[String],
) -> Truth {
    let (Some(a), Some(b)) = (a, b) else {
        return Truth::Unknown;
    };
    match compare {
        Compare::Equal => Truth::from_bool(a == b),
        Compare::NotEqual => Truth::from_bool(a != b),
        _ => {
            let place = |w: &str| ladder.iter().position(|l| l == w);
            let (Some(a), Some(b)) = (place(a), place(b)) else {
                return Truth::No;
            };
            Truth::from_bool(match compare {
                Compare::Less => a < b,
                Compare::AtMost => a <= b,
                Compare::More => a > b,
                _ => a >= b,
            })
        }
    }
}

/// A word in a list on a day; an item counts if `from` ≤ day < `until`.
pub(super) fn in_list(word: Option<&str>, items: &[crate::program::Item], day: i32) -> Truth {
    let Some(word) = word else {
        return Truth::Unknown;
    };
    Truth::from_bool(items.iter().any(|i| {
        i.is == word && i.from.is_none_or(|f| f.0 <= day) && i.until.is_none_or(|u| day < u.0)
    }))
}

/// What tells members of a set apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Code(Code),
    Text(Arc<str>),
}

/// The members of a set on a day: possible ones, of which some are certain, and some without a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Members {
    /// Every possible member, and whether it is certain.
    pub(super) of: BTreeMap<Key, bool>,
    /// Possible members without a name; `None`: without limit.
    pub(super) nameless: Option<u32>,
}

impl Members {
    pub(super) fn certain(&self, key: &Key) -> bool {
        self.of.get(key).copied().unwrap_or(false)
    }

    pub(super) fn possible(&self, key: &Key) -> bool {
        self.of.contains_key(key)
    }

    pub(super) fn count(&self) -> Range {
        let certain = self.of.values().filter(|c| **c).count() as i64;
        Range {
            least: Some(Exact::from(certain)),
            most: self
                .nameless
                .map(|n| Exact::from(self.of.len() as i64 + i64::from(n))),
        }
    }

    fn join(joint: Joint, left: Members, right: &Members) -> Members {
        let nameless_right = right.nameless != Some(0);
        match joint {
            Joint::Union => {
                let mut of = left.of;
                for (key, certain) in &right.of {
                    let entry = of.entry(key.clone()).or_insert(false);
                    *entry |= *certain;
                }
                Members {
                    of,
                    nameless: left.nameless.zip(right.nameless).map(|(a, b)| a + b),
                }
            }
            Joint::Intersect => {
                let nameless_left = left.nameless != Some(0);
                let mut of = BTreeMap::new();
                for (key, certain) in &left.of {
                    if let Some(other) = right.of.get(key) {
                        of.insert(key.clone(), *certain && *other);
                    } else if nameless_right {
                        of.insert(key.clone(), false);
                    }
                }
                if nameless_left {
                    for key in right.of.keys() {
                        of.entry(key.clone()).or_insert(false);
                    }
                }
                let nameless = match (left.nameless, right.nameless) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                Members { of, nameless }
            }
            Joint::Except => {
                let of = left
                    .of
                    .into_iter()
                    .filter(|(key, _)| !right.certain(key))
                    .map(|(key, certain)| {
                        let stays = certain && !nameless_right && !right.possible(&key);
                        (key, stays)
                    })
                    .collect();
                Members {
                    of,
                    nameless: left.nameless,
                }
            }
        }
    }
}

/// One fact that a choice of facts looks at, and how it stands on a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Examined {
    /// Its partner.
    pub(crate) partner: usize,
    /// Its row.
    pub(crate) row: usize,
    /// Does it exist for the edition, as far as its program and its catalog go?
    pub(crate) exists: bool,
    /// Does it hold (or wait, or lie behind, where the choice asks that)?
    pub(crate) holds: Truth,
    /// Does the window look at it?
    pub(crate) window: Truth,
    /// What the filter says.
    pub(crate) filter: Truth,
    /// All of it together.
    pub(crate) counts: Truth,
}

/// A fact's standing over a span: it counts, or may, on these days.
struct Match {
    partner: usize,
    row: usize,
    /// First day, first day after, and whether it is certain.
    spans: Vec<(i32, i32, bool)>,
}

impl Frame<'_> {
    /// An aggregate over the span.
    pub(super) fn aggregate(&self, id: AggregateId) -> Steps<V> {
        self.amounts(id, Amounts::values)
    }

    /// What is made of an aggregate over the span.
    pub(super) fn amounts<R>(&self, id: AggregateId, make: impl FnOnce(&Amounts) -> R) -> R {
        if !self.has_aggregate(id) {
            self.find_aggregate(id);
        }
        self.with_aggregate(id, make)
    }

    fn find_aggregate(&self, id: AggregateId) {
        let aggregate = &self.run.compiled.aggregates[id];
        let ledger = &self.run.engine.ledger;
        let supplied = ledger.table(aggregate.facts.kind).supplied
            || decides(&ledger.evidence.vocabulary.kinds[aggregate.facts.kind].name);
        let amounts = if !supplied {
            match &aggregate.what {
                What::Count | What::Distinct(_) | What::Sum(..) => Amounts::Units {
                    decimals: 0,
                    steps: Steps::always(self.span.0, Units::new(0, None)),
                },
                What::Pick(..) => {
                    Amounts::Any(Steps::always(self.span.0, self.no_value(&aggregate.what)))
                }
            }
        } else if let Some(pass) = self.run.plan.pass[id] {
            let pass = &self.run.plan.passes[pass];
            if self.span.0 == self.span.1 {
                self.pass_day(pass);
            } else {
                self.pass_span(pass);
            }
            return;
        } else {
            Amounts::Any(self.general(&aggregate.facts, &aggregate.what))
        };
        self.remember_aggregate(id, amounts);
    }

    fn no_value(&self, what: &What) -> V {
        match what {
            What::Pick(_, Value::Field(field), _) if !is_number(&field.kind) => V::Word(None),
            _ => V::Num(Range::UNKNOWN),
        }
    }

    /// One pass over the partner's facts, for all slots, on the day of the span.
    fn pass_day(&self, plan: &Pass) {
        let kind = plan.kind;
        let facts = &self.run.engine.ledger.kinds[kind];
        let mut tally = self.scratch.take_tally();
        tally.clear(plan.slots.len());
        if !self.tally_certain(plan, &mut tally) {
            tally.clear(plan.slots.len());
            self.tally_open(plan, &mut tally);
        }
        tally.count_values();
        let refused = facts.refused_of(self.partner);
        let table = self.run.engine.ledger.table(kind);
        for (at, slot) in plan.slots.iter().enumerate() {
            let (sure, may) = (i64::from(tally.sure[at]), i64::from(tally.may[at]));
            let amounts = match &slot.what {
                SlotWhat::Sum { column, .. } => {
                    let sum = &tally.sums[at];
                    let unlimited = sum.unlimited || refused > 0;
                    amounts_of(
                        &table.columns[*column],
                        std::iter::once((self.span.0, sum.bounds(unlimited))),
                    )
                }
                _ => Amounts::Units {
                    decimals: 0,
                    steps: Steps::always(
                        self.span.0,
                        Units::new(sure, Some(sure + may + i64::from(refused))),
                    ),
                },
            };
            self.remember_aggregate(slot.aggregate, amounts);
        }
        self.scratch.give_tally(tally);
    }

    /// The bounds of the plan's windows on the day of the span, the slots of each, and whether they are known.
    fn limits(&self, plan: &Pass) -> SmallVec<[(i32, i32, u64, bool); 4]> {
        let day = self.span.0;
        plan.windows
            .iter()
            .filter_map(|(window, bits)| {
                Some(match self.bounds((*window)?, day) {
                    Bounds::Days(first, last) => (first, last, *bits, true),
                    Bounds::Unknown(last) => (i32::MIN, last, *bits, false),
                })
            })
            .collect()
    }

    /// The pass of a day where nothing is open: false where some fact only may count.
    fn tally_certain(&self, plan: &Pass, tally: &mut Tally) -> bool {
        let ledger = &self.run.engine.ledger;
        let table = ledger.table(plan.kind);
        let rows = table.rows(self.partner);
        if rows.is_empty() {
            return true;
        }
        let limits = self.limits(plan);
        if limits.iter().any(|(.., known)| !known) {
            return false;
        }
        let facts = &ledger.kinds[plan.kind];
        if plan.by_day() {
            return self.tally_by_day(plan, &limits, tally);
        }
        let opened = &facts.opened(table)[rows.clone()];
        let look = Look {
            plan,
            table,
            day: self.span.0,
            first: rows.start,
            limits: &limits,
            opened,
            from: facts.from.as_deref().map_or(opened, |f| &f[rows.clone()]),
            holder: plan.holder.and_then(|h| match &table.columns[h] {
                Column::Codes(codes) => Some(&codes[rows.clone()]),
                _ => None,
            }),
            states: if facts.state.is_empty() {
                None
            } else {
                Some(&facts.state[rows.clone()])
            },
        };
        match (&facts.combo, &facts.until) {
            (Combos::Narrow(combo), Ends::On(until)) => {
                let (combo, until) = (&combo[rows.clone()], &until[rows]);
                look.tally(|at| combo[at].into(), |at| until[at], tally)
            }
            (Combos::Narrow(combo), Ends::Never) => {
                let combo = &combo[rows];
                look.tally(|at| combo[at].into(), |_| i32::MAX, tally)
            }
            (combo, until) => {
                let first = rows.start;
                look.tally(|at| combo.of(first + at), |at| until[first + at], tally)
            }
        }
    }

    /// The same, where every slot has a window: the facts that opened in one of them.
    fn tally_by_day(
        &self,
        plan: &Pass,
        limits: &[(i32, i32, u64, bool)],
        tally: &mut Tally,
    ) -> bool {
        let ledger = &self.run.engine.ledger;
        let (table, facts) = (ledger.table(plan.kind), &ledger.kinds[plan.kind]);
        let from = facts.from.as_deref();
        let day = self.span.0;
        let begin = limits.iter().map(|l| l.0).min().unwrap_or(i32::MIN);
        let end = limits.iter().map(|l| l.1).max().unwrap_or(i32::MAX);
        let by_day = ledger.by_day(plan.kind);
        for fact in by_day.between(self.partner, begin, end.min(day)) {
            let (opened, combo, row) = (fact.day, fact.combo as usize, fact.row as usize);
            let (mut yes, mut may) = (plan.yes[combo], plan.may[combo]);
            for (first, last, bits, _) in limits {
                let out = if opened < *first || opened > *last {
                    *bits
                } else {
                    0
                };
                yes &= !out;
                may &= !out;
            }
            if yes | may == 0 || from.is_some_and(|f| f[row] > day) || facts.until[row] <= day {
                continue;
            }
            if may != 0 || facts.state(row) != State::Known {
                return false;
            }
            each(yes & plan.counts, |slot| tally.sure[slot] += 1);
            if !plan.rare(yes, combo, table, row, tally) {
                return false;
            }
        }
        true
    }

    /// The pass of a day where some facts only may count.
    fn tally_open(&self, plan: &Pass, tally: &mut Tally) {
        let ledger = &self.run.engine.ledger;
        let kind = plan.kind;
        let table = ledger.table(kind);
        let facts = &ledger.kinds[kind];
        let day = self.span.0;
        let limits = self.limits(plan);
        let opened = facts.opened(table);
        let from = facts.from.as_deref().unwrap_or(opened);
        let mut last_holder = u32::MAX;
        let (mut group_yes, mut group_may) = (0_u64, 0_u64);
        for row in table.rows(self.partner) {
            let combo = facts.combo.of(row);
            let (mut yes, mut may) = (plan.yes[combo], plan.may[combo]);
            if yes | may == 0 || from[row] > day || facts.until[row] <= day {
                continue;
            }
            match facts.state(row) {
                State::Known => {}
                State::MayHold => {
                    may |= yes;
                    yes = 0;
                }
                State::LearnedLater | State::Superseded(_) => continue,
            }
            for (first, last, bits, known) in &limits {
                if opened[row] < *first || opened[row] > *last {
                    yes &= !bits;
                    may &= !bits;
                } else if !known {
                    may |= yes & bits;
                    yes &= !bits;
                }
            }
            let both = yes | may;
            each(yes & plan.counts, |slot| tally.sure[slot] += 1);
            each(may & !yes & plan.counts, |slot| tally.may[slot] += 1);
            if both & plan.holders != 0 {
                let this = plan
                    .holder
                    .map_or(Code::EMPTY, |h| table.columns[h].code(row))
                    .0;
                if this != last_holder || this == u32::MAX {
                    tally.close(group_yes & plan.holders, group_may & plan.holders);
                    (group_yes, group_may) = (0, 0);
                    last_holder = this;
                }
                if this == u32::MAX {
                    // A credential without a holder may be anybody's.
                    group_may |= both;
                } else {
                    group_yes |= yes;
                    group_may |= may;
                }
            }
            each(both & plan.values, |slot| {
                match plan.value(slot, table, row) {
                    Code::EMPTY => tally.may[slot] += 1,
                    code => tally.values.push((slot, code.0, yes & (1 << slot) == 0)),
                }
            });
            each(both & plan.sums, |slot| {
                let amount = plan.amount(slot, combo, table, row);
                tally.sums[slot].add(amount, yes & (1 << slot) != 0);
            });
        }
        tally.close(group_yes & plan.holders, group_may & plan.holders);
    }

    fn pass_span(&self, plan: &Pass) {
        let ledger = &self.run.engine.ledger;
        let kind = plan.kind;
        let table = ledger.table(kind);
        let facts = &ledger.kinds[kind];
        let (first, last) = self.span;
        let days = (last - first + 1) as usize;
        let mut work = self.scratch.take_span();
        work.clear(
            plan.slots.len(),
            if plan.sums == 0 { 0 } else { plan.slots.len() },
            days,
        );
        let opened = facts.opened(table);
        let from = facts.from.as_deref().unwrap_or(opened);
        let mut last_holder = u32::MAX;
        let all = if plan.by_day() {
            None
        } else {
            Some(table.rows(self.partner))
        };
        let some = plan.by_day().then(|| {
            let begins = plan.windows.iter().map(|(w, _)| self.begins(*w)).min();
            let by_day = ledger.by_day(kind);
            let found = by_day.between(self.partner, begins.unwrap_or(i32::MIN), last);
            found.iter().map(|f| f.row as usize)
        });
        for row in all.into_iter().flatten().chain(some.into_iter().flatten()) {
            let combo = facts.combo.of(row);
            let (mut yes, mut may) = (plan.yes[combo], plan.may[combo]);
            if yes | may == 0 {
                continue;
            }
            let (begins, ends) = (from[row].max(first), facts.until[row].min(last + 1));
            if begins >= ends {
                continue;
            }
            match facts.state(row) {
                State::Known => {}
                State::MayHold => {
                    may |= yes;
                    yes = 0;
                }
                State::LearnedLater | State::Superseded(_) => continue,
            }
            if (yes | may) & plan.holders != 0 {
                let holder = plan
                    .holder
                    .map_or(Code::EMPTY, |h| table.columns[h].code(row))
                    .0;
                if holder != last_holder || holder == u32::MAX {
                    work.close_holder();
                    last_holder = holder;
                }
                if holder == u32::MAX {
                    // Nobody's in name: it may be of a holder of its own.
                    may |= yes & plan.holders;
                    yes &= !plan.holders;
                }
            }
            for (window, bits) in &plan.windows {
                let touched = (yes | may) & bits;
                if touched == 0 {
                    continue;
                }
                let mut seen: SmallVec<[(i32, i32, bool); 4]> = SmallVec::new();
                match window {
                    None => seen.push((begins, ends, true)),
                    Some(window) => self.seen_by(*window, opened[row], begins, ends, &mut seen),
                }
                for (begins, ends, sure) in seen {
                    let (a, b) = ((begins - first) as usize, (ends - first) as usize);
                    let mut touched = touched;
                    if sure && (a, b) == (0, days) {
                        let always = touched & yes & plan.holders;
                        work.hold_always(always);
                        touched &= !always;
                    }
                    each(touched, |slot| {
                        let certain = sure && yes & (1 << slot) != 0;
                        match &plan.slots[slot].what {
                            SlotWhat::Count => work.add(slot, certain, a, b),
                            SlotWhat::Holders => work.hold(slot, a, b, certain),
                            SlotWhat::Values(_) => match plan.value(slot, table, row) {
                                Code::EMPTY => work.add(slot, false, a, b),
                                code => work.values.push((slot, code.0, a, b, certain)),
                            },
                            SlotWhat::Sum { .. } => {
                                let amount = plan.amount(slot, combo, table, row);
                                work.sum(slot, amount, certain, a, b);
                            }
                        }
                    });
                }
            }
        }
        work.close_holder();
        work.close_values();
        let refused = facts.refused_of(self.partner);
        for (at, slot) in plan.slots.iter().enumerate() {
            let amounts = match &slot.what {
                SlotWhat::Sum { column, .. } => {
                    amounts_of(&table.columns[*column], work.sums(at, first, refused > 0))
                }
                _ => Amounts::Units {
                    decimals: 0,
                    steps: work.counts(at, first, refused),
                },
            };
            self.remember_aggregate(slot.aggregate, amounts);
        }
        self.scratch.give_span(work);
    }

    /// No fact that opened before this day is in a window on any day of the span.
    fn begins(&self, window: Option<Window>) -> i32 {
        match window.map(|w| self.bound(w)) {
            Some(Window::Trailing(length)) => self.scratch.trailing(length, self.span.0),
            Some(Window::From(day)) => day.0,
            _ => i32::MIN,
        }
    }

    /// The days between `begins` and `ends` on which a window looks at a fact that opened on a day.
    fn seen_by(
        &self,
        window: Window,
        opened: i32,
        begins: i32,
        ends: i32,
        out: &mut SmallVec<[(i32, i32, bool); 4]>,
    ) {
        let window = self.bound(window);
        let mut push = |a: i32, b: i32, sure: bool| {
            let (a, b) = (a.max(begins), b.min(ends));
            if a < b {
                out.push((a, b, sure));
            }
        };
        match window {
            Window::Trailing(length) => push(opened, Day(opened).leaves_after(length).0, true),
            Window::From(day) if opened >= day.0 => push(opened, i32::MAX, true),
            Window::From(_) => {}
            Window::SinceReview => {
                let marks = self.marks();
                // Before the first mark nothing is known of it.
                let mut from = i32::MIN;
                let mut mark: Option<i32> = None;
                for (day, next) in marks
                    .reviews
                    .iter()
                    .copied()
                    .chain(std::iter::once((i32::MAX, None)))
                {
                    match mark {
                        None => push(from.max(opened), day, false),
                        Some(mark) if mark < opened => push(from.max(opened).max(mark), day, true),
                        Some(_) => {}
                    }
                    (from, mark) = (day, next);
                }
            }
            _ => {
                let mut turning = vec![begins];
                turns(
                    window,
                    &self.run.compiled.edition.calendar,
                    self.marks(),
                    opened,
                    &mut turning,
                );
                turning.retain(|d| *d >= begins && *d < ends);
                turning.sort_unstable();
                turning.dedup();
                for (at, day) in turning.iter().enumerate() {
                    let end = turning.get(at + 1).copied().unwrap_or(ends);
                    match self.in_window(window, opened, *day) {
                        Truth::Yes => push(*day, end, true),
                        Truth::Unknown => push(*day, end, false),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Does a window look at a day, on a day asked about?
    pub(super) fn in_window(&self, window: Window, date: i32, day: i32) -> Truth {
        if date == i32::MAX {
            return Truth::No;
        }
        match self.bounds(window, day) {
            Bounds::Days(first, last) => Truth::from_bool(first <= date && date <= last),
            Bounds::Unknown(last) => {
                if date <= last {
                    Truth::Unknown
                } else {
                    Truth::No
                }
            }
        }
    }

    /// The partners whose facts a scope looks at.
    fn scope(&self, over: Option<&Scope>, day: i32) -> Vec<usize> {
        let ledger = &self.run.engine.ledger;
        match over {
            None => vec![self.partner],
            Some(Scope::Family) => ledger.family(self.partner, false),
            Some(Scope::Enterprise) => ledger.family(self.partner, true),
            Some(Scope::Group(name)) => {
                let evidence = &ledger.evidence;
                let mut members = vec![self.partner];
                if let Some(kind) = evidence.kind("groups")
                    && let Some(column) = evidence.column(kind, "group")
                {
                    for partner in 0..evidence.partners.len() {
                        let inside = evidence.tables[kind].rows(partner).any(|row| {
                            crate::vocabulary::plain(evidence.strings.text(column.code(row)))
                                == crate::vocabulary::plain(name)
                                && ledger.kinds[kind].state(row) == State::Known
                                && ledger
                                    .spans(FactId { kind, row })
                                    .iter()
                                    .any(|(a, b)| a.0 <= day && day < b.0)
                        });
                        if inside {
                            members.push(partner);
                        }
                    }
                }
                members.sort_unstable();
                members.dedup();
                members
            }
        }
    }

    /// Days on which a group gains or loses a member.
    fn scope_turns(&self, over: Option<&Scope>, out: &mut Vec<i32>) {
        if !matches!(over, Some(Scope::Group(_))) {
            return;
        }
        let ledger = &self.run.engine.ledger;
        if let Some(kind) = ledger.evidence.kind("groups") {
            for row in 0..ledger.table(kind).len() {
                out.extend(
                    ledger
                        .spans(FactId { kind, row })
                        .iter()
                        .flat_map(|(a, b)| [a.0, b.0]),
                );
            }
        }
    }

    fn holds_on(&self, facts: &Selector, row: usize, day: i32) -> Truth {
        let ledger = &self.run.engine.ledger;
        let kind = &ledger.kinds[facts.kind];
        let state = kind.state(row);
        if matches!(state, State::LearnedLater | State::Superseded(_)) {
            return Truth::No;
        }
        let opened = kind.opened(ledger.table(facts.kind))[row];
        if facts.pending {
            return Truth::from_bool(opened > day);
        }
        if facts.ended {
            return Truth::from_bool(opened <= day);
        }
        let from = kind.from.as_ref().map_or(opened, |f| f[row]);
        let mut holds = from <= day && day < kind.until[row];
        if !holds && !kind.again.is_empty() {
            holds = ledger
                .spans(FactId {
                    kind: facts.kind,
                    row,
                })
                .iter()
                .any(|(a, b)| a.0 <= day && day < b.0);
        }
        match (holds, state) {
            (false, _) => Truth::No,
            (true, State::MayHold) => Truth::Unknown,
            (true, _) => Truth::Yes,
        }
    }

    fn view(&self, facts: &Selector, partner: usize, row: usize) -> View<'_> {
        let ledger = &*self.run.engine.ledger;
        View {
            ledger,
            compiled: self.run.compiled,
            kind: facts.kind,
            combo: ledger.kinds[facts.kind].combo.of(row),
            row: Some(row),
            partner,
            adding: false,
        }
    }

    /// How every fact of the kind, in the scope, stands on a day.
    pub(super) fn examine(&self, facts: &Selector, day: i32) -> Vec<Examined> {
        let ledger = &self.run.engine.ledger;
        let table = ledger.table(facts.kind);
        let opened = ledger.kinds[facts.kind].opened(table);
        let mut found = Vec::new();
        for partner in self.scope(facts.over.as_ref(), day) {
            for row in table.rows(partner) {
                let view = self.view(facts, partner, row);
                let mut filter = Truth::No;
                let mut asked = false;
                let admitted = view.admitted(facts, || {
                    asked = true;
                    filter = view.truth(&facts.filter, Some(self), day);
                    filter
                });
                let holds = self.holds_on(facts, row, day);
                let window = facts
                    .window
                    .map_or(Truth::Yes, |w| self.in_window(w, opened[row], day));
                found.push(Examined {
                    partner,
                    row,
                    exists: asked,
                    holds,
                    window,
                    filter,
                    counts: holds.and(window).and(admitted),
                });
            }
        }
        found
    }

    /// The entry of a catalog that a fact names; none where no catalog knows it.
    pub(super) fn entry_of(&self, facts: &Selector, of: &Examined) -> Option<String> {
        match self.view(facts, of.partner, of.row).named() {
            Some(Named::Entry { id, .. }) => Some(id.clone()),
            _ => None,
        }
    }

    /// What an expression says of one fact.
    pub(super) fn fact_value(
        &self,
        facts: &Selector,
        partner: usize,
        row: usize,
        value: &Value,
        currency: Option<&str>,
        day: i32,
    ) -> V {
        let view = self.view(facts, partner, row);
        match view.value(value, currency, Some(self), day) {
            Fv::Num(range) => V::Num(range),
            Fv::Date(Day::MAX) => V::Na,
            Fv::Date(day) => V::Num(Range::exactly(Exact::from(i64::from(day.0)))),
            word => V::Word(word.word().map(Arc::from)),
        }
    }

    /// On which days of the span each fact counts, or may.
    fn matches(&self, facts: &Selector) -> Vec<Match> {
        let ledger = &self.run.engine.ledger;
        let table = ledger.table(facts.kind);
        let opened = ledger.kinds[facts.kind].opened(table);
        let (first, last) = self.span;
        let mut scope_turns = Vec::new();
        self.scope_turns(facts.over.as_ref(), &mut scope_turns);
        let mut partners = self.scope(facts.over.as_ref(), first);
        for turn in scope_turns.iter().filter(|d| **d > first && **d <= last) {
            partners.extend(self.scope(facts.over.as_ref(), *turn));
        }
        partners.sort_unstable();
        partners.dedup();
        let mut found = Vec::new();
        for partner in partners {
            for row in table.rows(partner) {
                let view = self.view(facts, partner, row);
                let mut turning = vec![first];
                if first != last {
                    turning.push(opened[row]);
                    turning.extend(
                        ledger
                            .spans(FactId {
                                kind: facts.kind,
                                row,
                            })
                            .iter()
                            .flat_map(|(a, b)| [a.0, b.0]),
                    );
                    if let Some(window) = facts.window {
                        turns(
                            self.bound(window),
                            &self.run.compiled.edition.calendar,
                            self.marks(),
                            opened[row],
                            &mut turning,
                        );
                        if matches!(
                            self.bound(window),
                            Window::SinceReview | Window::SinceEnrolled
                        ) {
                            turning.extend(self.marks().reviews.iter().map(|(d, _)| *d));
                        }
                    }
                    view.admitted(facts, || {
                        view.filter_turns(&facts.filter, self, &mut turning);
                        Truth::No
                    });
                    turning.extend(&scope_turns);
                    turning.retain(|d| *d >= first && *d <= last);
                    turning.sort_unstable();
                    turning.dedup();
                }
                let mut spans: Vec<(i32, i32, bool)> = Vec::new();
                for (at, day) in turning.iter().enumerate() {
                    let end = turning.get(at + 1).copied().unwrap_or(last + 1);
                    let holds = self.holds_on(facts, row, *day);
                    if holds == Truth::No {
                        continue;
                    }
                    if !scope_turns.is_empty()
                        && !self.scope(facts.over.as_ref(), *day).contains(&partner)
                    {
                        continue;
                    }
                    let window = facts
                        .window
                        .map_or(Truth::Yes, |w| self.in_window(w, opened[row], *day));
                    if window == Truth::No {
                        continue;
                    }
                    let admitted =
                        view.admitted(facts, || view.truth(&facts.filter, Some(self), *day));
                    let sure = match holds.and(window).and(admitted) {
                        Truth::Yes => true,
                        Truth::Unknown => false,
                        _ => continue,
                    };
                    match spans.last_mut() {
                        Some((_, b, s)) if *b == *day && *s == sure => *b = end,
                        _ => spans.push((*day, end, sure)),
                    }
                }
                if !spans.is_empty() {
                    found.push(Match {
                        partner,
                        row,
                        spans,
                    });
                }
            }
        }
        found
    }

    /// How many rows of a kind were refused in a scope.
    fn refused(&self, facts: &Selector, day: i32) -> u32 {
        let kind = &self.run.engine.ledger.kinds[facts.kind];
        let scope = self.scope(facts.over.as_ref(), day);
        kind.refused_anywhere
            + scope
                .iter()
                .map(|p| kind.refused.get(&(*p as u32)).copied().unwrap_or(0))
                .sum::<u32>()
    }

    /// The general path: every change of every fact, and the value between two changes.
    fn general(&self, facts: &Selector, what: &What) -> Steps<V> {
        let matches = self.matches(facts);
        let mut days: Vec<i32> = vec![self.span.0];
        days.extend(
            matches
                .iter()
                .flat_map(|m| m.spans.iter().flat_map(|(a, b, _)| [*a, *b]))
                .filter(|d| *d <= self.span.1),
        );
        self.scope_turns(facts.over.as_ref(), &mut days);
        let mut values = BTreeMap::new();
        if let What::Sum(value, currency, _) | What::Pick(_, value, currency) = what {
            // A value that rests on the day is asked for anew; most do not.
            for found in &matches {
                let mut view = self.view(facts, found.partner, found.row);
                view.adding = true;
                let v = view.value(value, currency.as_deref(), Some(self), found.spans[0].0);
                let v = match v {
                    Fv::Num(range) => V::Num(match what {
                        What::Pick(..) => within(range, scale(value)),
                        _ => range,
                    }),
                    Fv::Date(Day::MAX) => V::Na,
                    Fv::Date(day) => V::Num(Range::exactly(Exact::from(i64::from(day.0)))),
                    word => V::Word(word.word().map(Arc::from)),
                };
                values.insert((found.partner, found.row), v);
            }
        }
        days.retain(|d| *d >= self.span.0 && *d <= self.span.1);
        days.sort_unstable();
        days.dedup();
        let kind = &self.run.engine.ledger.kinds[facts.kind];
        let opened = kind.opened(self.run.engine.ledger.table(facts.kind));
        let parts = days.iter().map(|day| {
            let active = matches.iter().filter_map(|m| {
                let (.., sure) = m.spans.iter().find(|(a, b, _)| a <= day && day < b)?;
                Some((m, *sure))
            });
            let refused = self.refused(facts, *day);
            let value = match what {
                What::Count => {
                    let (mut sure, mut may) = (0_i64, i64::from(refused));
                    for (_, certain) in active {
                        *(if certain { &mut sure } else { &mut may }) += 1;
                    }
                    V::Num(Range::between(Exact::from(sure), Exact::from(sure + may)))
                }
                What::Distinct(field) => {
                    let members = self.distinct(
                        facts,
                        field,
                        active.map(|(m, sure)| (m.partner, m.row, sure)),
                        refused,
                    );
                    V::Num(members.count())
                }
                What::Sum(value, currency, Some((number, field))) => {
                    let column = match currency {
                        Some(_) => None,
                        None => money_column(value),
                    };
                    let column = column.map(|of| {
                        let evidence = &self.run.engine.ledger.evidence;
                        evidence.column(facts.kind, of)
                    });
                    let mut sums: BTreeMap<Key, Cash> = BTreeMap::new();
                    let mut alone: Vec<Cash> = vec![];
                    for (m, sure) in active {
                        let mut own = range_of(&values[&(m.partner, m.row)]);
                        if !sure {
                            own = own.hull(&Range::exactly(Exact::ZERO));
                        }
                        let code = column.flatten().map_or(Code::EMPTY, |c| c.code(m.row));
                        let own = Cash::of(code, own);
                        match self.key(facts, field, m.partner, m.row) {
                            Some(key) => {
                                let sum = sums.entry(key).or_insert_with(Cash::none);
                                *sum = sum.join(&own, |a, b| a + b);
                            }
                            None if self.has_none(facts, field, m.partner, m.row) => {}
                            None => alone.push(own),
                        }
                    }
                    let shared = Cash::currency(sums.values().chain(&alone));
                    let within = |cash: &Cash| match column {
                        Some(_) => cash.within(shared),
                        None => cash.bare(),
                    };
                    let sums: Vec<Range> = sums.values().map(within).collect();
                    let alone: Vec<Range> = alone.iter().map(within).collect();
                    let mut sum = highest_sums(*number as usize, &sums, &alone);
                    if refused > 0 {
                        sum.most = None;
                    }
                    return (
                        *day,
                        match (column, shared) {
                            (None, _) => V::Num(sum),
                            (Some(_), Some(code)) => V::Cash(Box::new(Cash::of(code, sum))),
                            (Some(_), None) => V::Cash(Box::new(Cash::unknown(sum))),
                        },
                    );
                }
                What::Sum(value, currency, None) => {
                    if let (None, Some(of)) = (currency, money_column(value)) {
                        let column = self.run.engine.ledger.evidence.column(facts.kind, of);
                        let code = |row| column.map_or(Code::EMPTY, |c: &Column| c.code(row));
                        let mut sum = Cash::none();
                        for (m, sure) in active {
                            let own = range_of(&values[&(m.partner, m.row)]);
                            let own = if sure {
                                own
                            } else {
                                own.hull(&Range::exactly(Exact::ZERO))
                            };
                            sum = sum.join(&Cash::of(code(m.row), own), |a, b| a + b);
                        }
                        for _ in 0..refused {
                            let more = Cash::unknown(Range::at_least(Exact::ZERO));
                            sum = sum.join(&more, |a, b| a + b);
                        }
                        return (*day, V::Cash(Box::new(sum)));
                    }
                    let mut sum = Range::exactly(Exact::ZERO);
                    for (m, sure) in active {
                        let own = range_of(&values[&(m.partner, m.row)]);
                        sum = sum
                            + if sure {
                                own
                            } else {
                                own.hull(&Range::exactly(Exact::ZERO))
                            };
                    }
                    if refused > 0 {
                        sum.most = None;
                    }
                    V::Num(sum)
                }
                What::Pick(pick, value, currency) => {
                    if let (None, Some(of)) = (currency, money_column(value)) {
                        let column = self.run.engine.ledger.evidence.column(facts.kind, of);
                        let code = |row| column.map_or(Code::EMPTY, |c: &Column| c.code(row));
                        let cash: Vec<(i32, Cash, bool)> = active
                            .map(|(m, sure)| {
                                let own = range_of(&values[&(m.partner, m.row)]);
                                (opened[m.row], Cash::of(code(m.row), own), sure)
                            })
                            .collect();
                        return (*day, self.picked_cash(*pick, &cash, refused, what));
                    }
                    let facts: Vec<(i32, &V, bool)> = active
                        .map(|(m, sure)| (opened[m.row], &values[&(m.partner, m.row)], sure))
                        .collect();
                    self.picked(*pick, &facts, refused, what)
                }
            };
            (*day, value)
        });
        Steps::from_parts(parts).expect("INVARIANT: a span has a first day")
    }

    /// The same of amounts of which nothing says the currency: in the one that they share, where they share one.
    fn picked_cash(&self, pick: Pick, facts: &[(i32, Cash, bool)], refused: u32, what: &What) -> V {
        let sure = facts.iter().filter(|(.., sure)| *sure);
        let Some(last) = sure.map(|(day, ..)| *day).max() else {
            return V::Cash(Box::new(Cash::unknown(Range::UNKNOWN)));
        };
        // The latest rests on those alone that could be it.
        let asked = |(day, ..): &&(i32, Cash, bool)| pick != Pick::Latest || *day >= last;
        let asked: Vec<&(i32, Cash, bool)> = facts.iter().filter(asked).collect();
        let currency = Cash::currency(asked.iter().map(|(_, cash, _)| cash));
        let numbers: Vec<V> = asked
            .iter()
            .map(|(_, cash, _)| V::Num(cash.within(currency)))
            .collect();
        let facts: Vec<(i32, &V, bool)> = asked
            .iter()
            .zip(&numbers)
            .map(|((day, _, sure), number)| (*day, number, *sure))
            .collect();
        let picked = range_of(&self.picked(pick, &facts, refused, what));
        V::Cash(Box::new(match currency {
            Some(currency) if refused == 0 || pick != Pick::Latest => Cash::of(currency, picked),
            _ => Cash::unknown(picked),
        }))
    }

    /// One of the values of some facts: of the day on which each opened, its value, and whether it is certain.
    fn picked(&self, pick: Pick, facts: &[(i32, &V, bool)], refused: u32, what: &What) -> V {
        let last_certain = facts
            .iter()
            .filter(|(.., sure)| *sure)
            .map(|(day, ..)| *day)
            .max();
        let Some(last) = last_certain else {
            return self.no_value(what);
        };
        let numbers = !matches!(self.no_value(what), V::Word(_));
        let scale = match what {
            What::Pick(_, value, _) => scale(value),
            _ => None,
        };
        if pick == Pick::Latest {
            if refused > 0 {
                return match scale {
                    Some(scale) => V::Num(scale),
                    None => self.no_value(what),
                };
            }
            let unlike = |a: V, b: &V| match (&a, b) {
                (V::Num(a), V::Num(b)) => V::Num(a.hull(b)),
                (a, b) if *a == *b => a.clone(),
                _ => self.no_value(what),
            };
            return facts
                .iter()
                .filter(|(day, ..)| *day >= last)
                .map(|(_, v, _)| (*v).clone())
                .reduce(|a, b| unlike(a, &b))
                .unwrap_or_else(|| self.no_value(what));
        }
        if !numbers {
            return V::Word(None);
        }
        let mut sure: Vec<Range> = Vec::new();
        let of_refused = within(Range::at_least(Exact::ZERO), scale);
        let mut may = vec![of_refused; refused as usize];
        for (_, v, certain) in facts.iter().filter(|(_, v, _)| **v != V::Na) {
            if *certain { &mut sure } else { &mut may }.push(range_of(v));
        }
        V::Num(match pick {
            Pick::Highest | Pick::Lowest => {
                let better = |a: Range, b: &Range| {
                    if pick == Pick::Highest {
                        a.higher(b)
                    } else {
                        a.lower(b)
                    }
                };
                let Some(base) = sure.into_iter().reduce(|a, b| better(a, &b)) else {
                    return self.no_value(what);
                };
                // What may count can only move the value further.
                may.iter().fold(base, |a, m| a.hull(&better(a.clone(), m)))
            }
            _ if sure.is_empty() => return self.no_value(what),
            _ => Range {
                least: lowest_mean(&sure, &may, |r| r.least.clone()),
                most: lowest_mean(&sure, &may, |r| r.most.clone().map(|m| -m)).map(|m| -m),
            },
        })
    }

    fn key(&self, facts: &Selector, field: &Field, partner: usize, row: usize) -> Option<Key> {
        if let FieldAt::Own(column) = field.at
            && let Column::Codes(codes) = &self.run.engine.ledger.table(facts.kind).columns[column]
        {
            let code = Code(codes[row]);
            return (!code.is_empty()).then_some(Key::Code(code));
        }
        match self.fact_value(
            facts,
            partner,
            row,
            &Value::Field(field.clone()),
            None,
            self.span.0,
        ) {
            V::Word(Some(word)) if !word.is_empty() => Some(self.key_of_text(&word)),
            V::Num(range) => range.exact().map(|n| Key::Text(n.to_string().into())),
            _ => None,
        }
    }

    pub(super) fn key_of_text(&self, text: &str) -> Key {
        match self.run.engine.ledger.evidence.strings.find(text) {
            Some(code) => Key::Code(code),
            None => Key::Text(text.into()),
        }
    }

    fn distinct(
        &self,
        facts: &Selector,
        field: &Field,
        active: impl Iterator<Item = (usize, usize, bool)>,
        refused: u32,
    ) -> Members {
        let mut members = Members {
            of: BTreeMap::new(),
            nameless: Some(refused),
        };
        for (partner, row, sure) in active {
            match self.key(facts, field, partner, row) {
                Some(key) => *members.of.entry(key).or_insert(false) |= sure,
                None if self.has_none(facts, field, partner, row) => {}
                None => members.nameless = members.nameless.map(|n| n + 1),
            }
        }
        members
    }

    /// Is a field that gives no key known to have no value? Convention 14.
    fn has_none(&self, facts: &Selector, field: &Field, partner: usize, row: usize) -> bool {
        match field.at {
            FieldAt::Own(_) => matches!(field.kind, FieldType::Date | FieldType::Level),
            FieldAt::Catalog => {
                let view = self.view(facts, partner, row);
                matches!(view.named(), Some(Named::Entry { .. }))
            }
            FieldAt::OfPartner(_) => false,
        }
    }

    // ---------------------------------------------------------------- sets

    /// The same, worked out once for each day: a filter asks for every fact.
    fn members_once(&self, set: usize, day: i32) -> Arc<Members> {
        if let Some(found) = self.sets.borrow().get(&(set, day)) {
            return found.clone();
        }
        let found = Arc::new(self.members(set, day));
        self.sets.borrow_mut().insert((set, day), found.clone());
        found
    }

    /// The members of a set on a day of the span.
    pub(super) fn members(&self, set: usize, day: i32) -> Members {
        match &self.run.compiled.sets[set] {
            SetIr::Join(joint, left, right) => {
                let right = self.members(*right, day);
                Members::join(*joint, self.members(*left, day), &right)
            }
            SetIr::Distinct {
                facts,
                field,
                having,
            } => {
                let ledger = &self.run.engine.ledger;
                if !ledger.table(facts.kind).supplied
                    && !decides(&ledger.evidence.vocabulary.kinds[facts.kind].name)
                {
                    return Members {
                        of: BTreeMap::new(),
                        nameless: None,
                    };
                }
                let refused = self.refused(facts, day);
                let active: Vec<(usize, usize, bool)> = self
                    .examine(facts, day)
                    .into_iter()
                    .filter(|e| matches!(e.counts, Truth::Yes | Truth::Unknown))
                    .map(|e| (e.partner, e.row, e.counts == Truth::Yes))
                    .collect();
                let mut members = self.distinct(facts, field, active.iter().copied(), refused);
                let Some(having) = having else { return members };
                let mut groups: BTreeMap<Key, Vec<(usize, usize, bool)>> = BTreeMap::new();
                for entry in &active {
                    if let Some(key) = self.key(facts, field, entry.0, entry.1) {
                        groups.entry(key).or_default().push(*entry);
                    }
                }
                members.of.retain(|key, certain| {
                    let truth = self.group_truth(having, facts, &groups[key], refused, day);
                    *certain = *certain && truth == Truth::Yes;
                    truth != Truth::No
                });
                members
            }
        }
    }

    fn group_truth(
        &self,
        group: &Group,
        facts: &Selector,
        of: &[(usize, usize, bool)],
        refused: u32,
        day: i32,
    ) -> Truth {
        match group {
            Group::Not(inner) => !self.group_truth(inner, facts, of, refused, day),
            Group::And(parts) => parts.iter().fold(Truth::Yes, |t, p| {
                t.and(self.group_truth(p, facts, of, refused, day))
            }),
            Group::Or(parts) => parts.iter().fold(Truth::No, |t, p| {
                t.or(self.group_truth(p, facts, of, refused, day))
            }),
            Group::Compare(compare, left, right) => {
                let currency = self
                    .group_currency(left)
                    .or_else(|| self.group_currency(right));
                let value = |v: &GroupValue| {
                    self.group_value(v, facts, of, refused, currency.as_deref(), day)
                };
                Truth::compare(&value(left), *compare, &value(right))
            }
        }
    }

    fn group_currency(&self, value: &GroupValue) -> Option<String> {
        match value {
            GroupValue::Node(node) => match &self.run.compiled.types[*node] {
                crate::compile::Type::Money(currency) => currency.clone(),
                _ => None,
            },
            GroupValue::Arith(_, a, b) => self.group_currency(a).or_else(|| self.group_currency(b)),
            _ => None,
        }
    }

    fn group_value(
        &self,
        value: &GroupValue,
        facts: &Selector,
        of: &[(usize, usize, bool)],
        refused: u32,
        currency: Option<&str>,
        day: i32,
    ) -> Range {
        let fact = |v: &Value, partner: usize, row: usize| {
            let mut view = self.view(facts, partner, row);
            view.adding = true;
            match view.value(v, currency, Some(self), day) {
                Fv::Num(range) => range,
                Fv::Date(d) if d.is_real() => Range::exactly(Exact::from(i64::from(d.0))),
                _ => Range::UNKNOWN,
            }
        };
        match value {
            GroupValue::Node(node) => range_of(self.eval(*node).on(day)),
            GroupValue::Arith(op, a, b) => arith(
                *op,
                self.group_value(a, facts, of, refused, currency, day),
                self.group_value(b, facts, of, refused, currency, day),
            ),
            GroupValue::Count => {
                let sure = of.iter().filter(|f| f.2).count() as i64;
                Range::between(
                    Exact::from(sure),
                    Exact::from(of.len() as i64 + i64::from(refused)),
                )
            }
            GroupValue::Sum(v) => {
                let mut sum = Range::exactly(Exact::ZERO);
                for (partner, row, sure) in of {
                    let own = fact(v, *partner, *row);
                    sum = sum
                        + if *sure {
                            own
                        } else {
                            own.hull(&Range::exactly(Exact::ZERO))
                        };
                }
                if refused > 0 {
                    sum.most = None;
                }
                sum
            }
            GroupValue::Pick(pick, v) => {
                let kind = &self.run.engine.ledger.kinds[facts.kind];
                let opened = kind.opened(self.run.engine.ledger.table(facts.kind));
                let values: Vec<(i32, V, bool)> = of
                    .iter()
                    .map(|(p, row, sure)| {
                        let own = within(fact(v, *p, *row), scale(v));
                        (opened[*row], V::Num(own), *sure)
                    })
                    .collect();
                let facts: Vec<(i32, &V, bool)> =
                    values.iter().map(|(d, v, s)| (*d, v, *s)).collect();
                let what = What::Pick(*pick, v.clone(), None);
                range_of(&self.picked(*pick, &facts, refused, &what))
            }
        }
    }

    /// Every day of the span on which a set may change.
    pub(super) fn set_turns(&self, set: usize) -> Vec<i32> {
        match &self.run.compiled.sets[set] {
            SetIr::Join(_, left, right) => {
                let mut days = self.set_turns(*left);
                days.extend(self.set_turns(*right));
                days
            }
            SetIr::Distinct { facts, having, .. } => {
                let mut days: Vec<i32> = self
                    .matches(facts)
                    .iter()
                    .flat_map(|m| m.spans.iter().flat_map(|(a, b, _)| [*a, *b]))
                    .collect();
                if let Some(having) = having {
                    self.group_turns(having, &mut days);
                }
                self.scope_turns(facts.over.as_ref(), &mut days);
                days
            }
        }
    }

    fn group_turns(&self, group: &Group, out: &mut Vec<i32>) {
        let mut value = |v: &GroupValue| {
            let mut stack = vec![v];
            while let Some(v) = stack.pop() {
                match v {
                    GroupValue::Node(node) => out.extend(self.eval(*node).runs().map(|(d, _)| d)),
                    GroupValue::Arith(_, a, b) => stack.extend([&**a, &**b]),
                    _ => {}
                }
            }
        };
        match group {
            Group::Compare(_, a, b) => {
                value(a);
                value(b);
            }
            Group::Not(inner) => self.group_turns(inner, out),
            Group::And(of) | Group::Or(of) => of.iter().for_each(|g| self.group_turns(g, out)),
        }
    }

    /// How many members a set has, over the span.
    pub(super) fn set_count(&self, set: usize) -> Steps<V> {
        let mut days = vec![self.span.0];
        if self.span.0 != self.span.1 {
            days.extend(
                self.set_turns(set)
                    .into_iter()
                    .filter(|d| *d > self.span.0 && *d <= self.span.1),
            );
            days.sort_unstable();
            days.dedup();
        }
        Steps::from_parts(
            days.into_iter()
                .map(|day| (day, V::Num(self.members(set, day).count()))),
        )
        .expect("INVARIANT: a span has a first day")
    }

    /// Who holds what a roster's seats need, over the days of the span: person, entry, certain.
    pub(super) fn sitters(&self, roster: usize) -> Vec<(i32, Vec<(Key, String, bool)>, u32)> {
        let roster = &self.run.compiled.rosters[roster];
        let matches = self.matches(&roster.facts);
        let mut days: Vec<i32> = vec![self.span.0];
        days.extend(
            matches
                .iter()
                .flat_map(|m| m.spans.iter().flat_map(|(a, b, _)| [*a, *b])),
        );
        days.retain(|d| *d >= self.span.0 && *d <= self.span.1);
        days.sort_unstable();
        days.dedup();
        days.into_iter()
            .map(|day| {
                let people = matches
                    .iter()
                    .filter_map(|m| {
                        let (.., sure) = m.spans.iter().find(|(a, b, _)| *a <= day && day < *b)?;
                        let person = self.key(&roster.facts, &roster.person, m.partner, m.row)?;
                        let view = self.view(&roster.facts, m.partner, m.row);
                        match view.named() {
                            Some(Named::Entry { id, .. }) => Some((person, id.clone(), *sure)),
                            // A name that no catalog knows may be any entry.
                            _ => Some((person, String::new(), false)),
                        }
                    })
                    .collect();
                (day, people, self.refused(&roster.facts, day))
            })
            .collect()
    }
}

/// The highest of some sums together (docs/conventions.md, 15): one below nothing adds nothing, and an amount that is
/// nobody's may add to any of them.
fn highest_sums(number: usize, sums: &[Range], alone: &[Range]) -> Range {
    let positive = |n: &Exact| {
        if n.is_negative() {
            Exact::ZERO
        } else {
            n.clone()
        }
    };
    let top = |mut ends: Vec<Exact>| {
        ends.sort_unstable_by(|a, b| b.cmp(a));
        ends.truncate(number);
        ends.into_iter().sum::<Exact>()
    };
    let least = top(sums
        .iter()
        .filter_map(|r| r.least.as_ref().map(positive))
        .collect());
    let mut range = Range::at_least(least);
    range.most = sums
        .iter()
        .map(|r| r.most.as_ref().map(positive))
        .collect::<Option<Vec<Exact>>>()
        .map(top);
    for own in alone {
        range.least = match (&range.least, &own.least) {
            (Some(sum), Some(own)) if own.is_negative() => Some(positive(&(sum + own))),
            (Some(sum), Some(_)) => Some(sum.clone()),
            _ => Some(Exact::ZERO),
        };
        range.most = match (&range.most, &own.most) {
            (Some(sum), Some(own)) => Some(sum + &positive(own)),
            _ => None,
        };
    }
    range
}

/// The field that holds the currency of an amount.
fn money_column(value: &Value) -> Option<&str> {
    match value {
        Value::Field(Field {
            kind: FieldType::Money(of),
            ..
        }) => Some(of),
        Value::Arith(Arith::Divide, a, b) => match (money_column(a), money_column(b)) {
            (Some(_), Some(_)) => None,
            (of, _) => of,
        },
        Value::Arith(_, a, b) => money_column(a).or_else(|| money_column(b)),
        _ => None,
    }
}

/// The scale of a field, such as 1 to 5, where it has one.
fn scale(value: &Value) -> Option<Range> {
    match value {
        Value::Field(Field {
            kind: FieldType::Number(Some((from, to))),
            ..
        }) => Some(Range::between(from.clone(), to.clone())),
        _ => None,
    }
}

/// What is not known of a number of a scale is anything on it.
fn within(range: Range, scale: Option<Range>) -> Range {
    match scale {
        Some(scale) if range.exact().is_none() => scale,
        _ => range,
    }
}

/// The lowest mean of all certain numbers and any of the others: each is taken, lowest first, while it lowers the mean.
fn lowest_mean(
    sure: &[Range],
    may: &[Range],
    end: impl Fn(&Range) -> Option<Exact>,
) -> Option<Exact> {
    let ends: Vec<Exact> = sure.iter().map(&end).collect::<Option<_>>()?;
    let mut others: Vec<Exact> = may.iter().map(&end).collect::<Option<_>>()?;
    others.sort();
    let mut count = ends.len() as i64;
    let mut sum: Exact = ends.into_iter().sum();
    for other in others {
        if other.clone() * Exact::from(count) >= sum {
            break;
        }
        sum = sum + other;
        count += 1;
    }
    sum.checked_div(&Exact::from(count))
}

fn is_number(kind: &FieldType) -> bool {
    matches!(
        kind,
        FieldType::Number(_) | FieldType::Percent | FieldType::Money(_) | FieldType::Date
    )
}

/// Kinds by which the vendor or the user decides something: not supplied, they are empty (docs/conventions.md, 10).
pub(super) fn decides(kind: &str) -> bool {
    matches!(kind, "waivers" | "uses" | "elections" | "groups")
}
