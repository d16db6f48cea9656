//! Counting: what one pass over a partner's facts of a kind adds up, on a day or over a span.
//!
//! Numbers stay machine integers here: counts, and amounts in units of their column. They become exact numbers only
//! where somebody asks for the number itself; a comparison with a threshold does not.

use smallvec::SmallVec;

use crate::evidence::{Column, Table};
use crate::ledger::State;
use crate::number::{Exact, Range};
use crate::standing::Truth;
use crate::syntax::Compare;

use super::V;
use super::aggregate::Pass;
use super::steps::Steps;

/// A number in whole units: all that it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Units {
    least: i64,
    /// [`i64::MAX`]: without limit.
    most: i64,
}

impl Units {
    pub(super) fn new(least: i64, most: Option<i64>) -> Units {
        Units {
            least,
            most: most.unwrap_or(i64::MAX),
        }
    }

    fn range(self, decimals: u32) -> Range {
        Range {
            least: Some(Exact::scaled(self.least.into(), decimals)),
            most: (self.most != i64::MAX).then(|| Exact::scaled(self.most.into(), decimals)),
        }
    }

    /// As [`Truth::compare`] with an exact number on the right, which is below [`i64::MAX`].
    fn compare(self, compare: Compare, with: i64) -> Truth {
        let Units { least, most } = self;
        let (all, none) = match compare {
            Compare::AtLeast => (with <= least, most < with),
            Compare::More => (with < least, most <= with),
            Compare::AtMost => (most <= with, with < least),
            Compare::Less => (most < with, with <= least),
            Compare::Equal => (least == with && most == with, most < with || with < least),
            Compare::NotEqual => (most < with || with < least, least == with && most == with),
        };
        match (all, none) {
            (true, _) => Truth::Yes,
            (_, true) => Truth::No,
            _ => Truth::Unknown,
        }
    }
}

/// What an aggregate comes to over a span.
#[derive(Clone, Debug)]
pub(super) enum Amounts {
    /// Whole units of which `10^decimals` make one.
    Units {
        /// How many decimals a unit carries.
        decimals: u32,
        /// How many units on each day.
        steps: Steps<Units>,
    },
    /// Anything else.
    Any(Steps<V>),
}

impl Amounts {
    /// As values.
    pub(super) fn values(&self) -> Steps<V> {
        match self {
            Amounts::Units { decimals, steps } => steps.map(|u| V::Num(u.range(*decimals))),
            Amounts::Any(steps) => steps.clone(),
        }
    }

    /// Compared with an exact number, where that needs no more than whole units.
    pub(super) fn compared(&self, compare: Compare, with: &Exact) -> Option<Steps<Truth>> {
        match self {
            Amounts::Units { decimals, steps } => {
                let with = with.to_scaled(*decimals).filter(|n| *n != i64::MAX)?;
                Some(steps.map(|u| u.compare(compare, with)))
            }
            Amounts::Any(_) => None,
        }
    }

    /// Is it more than nothing?
    pub(super) fn some(&self, of: impl Fn(&V) -> Truth) -> Steps<Truth> {
        match self {
            Amounts::Units { steps, .. } => steps.map(|u| u.compare(Compare::More, 0)),
            Amounts::Any(steps) => steps.map(of),
        }
    }
}

/// Sums over days as an aggregate, in units of their column.
pub(super) fn amounts_of(
    column: &Column,
    sums: impl IntoIterator<Item = (i32, (i128, Option<i128>))>,
) -> Amounts {
    let decimals = match column {
        Column::Numbers { decimals, .. } => *decimals,
        _ => 0,
    };
    let sums: SmallVec<[(i32, (i128, Option<i128>)); 1]> = sums.into_iter().collect();
    let small = |n: i128| i64::try_from(n).ok().filter(|n| *n != i64::MAX);
    let fits = |(_, (least, most)): &(i32, (i128, Option<i128>))| {
        small(*least).is_some() && most.is_none_or(|m| small(m).is_some())
    };
    if sums.iter().all(fits) {
        let steps = sums.into_iter().map(|(day, (least, most))| {
            let least = small(least).unwrap_or_default();
            (day, Units::new(least, most.and_then(small)))
        });
        return Amounts::Units {
            decimals,
            steps: Steps::from_parts(steps).expect("INVARIANT: a span has a first day"),
        };
    }
    let steps = sums.into_iter().map(|(day, (least, most))| {
        let range = Range {
            least: Some(Exact::scaled(least, decimals)),
            most: most.map(|m| Exact::scaled(m, decimals)),
        };
        (day, V::Num(range))
    });
    Amounts::Any(Steps::from_parts(steps).expect("INVARIANT: a span has a first day"))
}

/// Calls a function for every slot of a set.
#[inline]
pub(super) fn each(mut slots: u64, mut f: impl FnMut(usize)) {
    while slots != 0 {
        f(slots.trailing_zeros() as usize);
        slots &= slots - 1;
    }
}

/// A sum of amounts: certain ones, and what those that only may count could take away and add.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    sure: i128,
    low: i128,
    high: i128,
    pub(super) unlimited: bool,
}

impl Sum {
    /// Adds an amount; `None` has no limit.
    pub(super) fn add(&mut self, amount: Option<i64>, certain: bool) {
        match amount {
            Some(amount) if certain => self.sure += i128::from(amount),
            Some(amount) if amount < 0 => self.low += i128::from(amount),
            Some(amount) => self.high += i128::from(amount),
            None => self.unlimited = true,
        }
    }

    pub(super) fn bounds(&self, unlimited: bool) -> (i128, Option<i128>) {
        (
            self.sure + self.low,
            (!unlimited).then_some(self.sure + self.high),
        )
    }
}

/// What a pass over a day counts.
#[derive(Default)]
pub(super) struct Tally {
    /// What each slot counts for certain.
    pub(super) sure: Vec<u32>,
    /// What it may count beyond that.
    pub(super) may: Vec<u32>,
    pub(super) sums: Vec<Sum>,
    /// Slot and code of every distinct value seen, and whether it only may count.
    pub(super) values: Vec<(usize, u32, bool)>,
}

impl Tally {
    pub(super) fn clear(&mut self, slots: usize) {
        self.sure.clear();
        self.sure.resize(slots, 0);
        self.may.clear();
        self.may.resize(slots, 0);
        self.sums.clear();
        self.sums.resize(slots, Sum::default());
        self.values.clear();
    }

    /// One holder ends: the slots in which it counts for certain, and those in which it may.
    pub(super) fn close(&mut self, yes: u64, may: u64) {
        each(yes, |slot| self.sure[slot] += 1);
        each(may & !yes, |slot| self.may[slot] += 1);
    }

    /// Counts the distinct values; of equal ones a certain one decides.
    pub(super) fn count_values(&mut self) {
        if self.values.len() > 1 {
            self.values.sort_unstable();
            self.values.dedup_by_key(|(slot, code, _)| (*slot, *code));
        }
        for (slot, _, open) in &self.values {
            let of = if *open { &mut self.may } else { &mut self.sure };
            of[*slot] += 1;
        }
    }
}

/// Eight slots as eight bytes, each 1 where its bit is set.
#[inline]
fn spread(bits: u64) -> u64 {
    let each = (bits & 0xff).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    // No byte is above 0x80, so that no sum carries into the next.
    ((each + 0x7f7f_7f7f_7f7f_7f7f) >> 7) & 0x0101_0101_0101_0101
}

/// All ones where true.
#[inline]
fn mask(yes: bool) -> u64 {
    u64::from(yes).wrapping_neg()
}

/// A partner's facts of a kind on a day, of which none is open.
pub(super) struct Look<'a> {
    pub(super) plan: &'a Pass,
    pub(super) table: &'a Table,
    pub(super) day: i32,
    /// The first row; the columns begin with it.
    pub(super) first: usize,
    pub(super) limits: &'a [(i32, i32, u64, bool)],
    pub(super) opened: &'a [i32],
    pub(super) from: &'a [i32],
    pub(super) holder: Option<&'a [u32]>,
    pub(super) states: Option<&'a [State]>,
}

impl Look<'_> {
    /// Counts every fact; false where one only may count, for then this is not the pass to ask.
    pub(super) fn tally(
        &self,
        combo: impl Fn(usize) -> usize,
        until: impl Fn(usize) -> i32,
        tally: &mut Tally,
    ) -> bool {
        let plan = self.plan;
        let only_holders = plan.counts | plan.sums | plan.values == 0;
        match self.holder {
            Some(holder)
                if only_holders
                    && plan.slots() <= 8
                    && self.states.is_none()
                    && self.limits.is_empty() =>
            {
                if plan.open {
                    self.people::<true>(holder, combo, until, tally)
                } else {
                    self.people::<false>(holder, combo, until, tally)
                }
            }
            _ if plan.slots() <= 8 => self.all::<1>(combo, until, tally),
            _ => self.all::<8>(combo, until, tally),
        }
    }

    /// Where nothing but holders is counted, in no window: one short round a fact, without a branch on what it says.
    /// `OPEN`: some facts may count, as their names are in no catalog.
    ///
    /// Up to eight slots are counted in the bytes of a word, which is emptied before one is full.
    fn people<const OPEN: bool>(
        &self,
        holder: &[u32],
        combo: impl Fn(usize) -> usize,
        until: impl Fn(usize) -> i32,
        tally: &mut Tally,
    ) -> bool {
        let (yes, may) = (self.plan.yes.as_slice(), self.plan.may.as_slice());
        let day = self.day;
        let (mut sure, mut open) = (0_u64, 0_u64);
        let mut last = u32::MAX;
        let mut nobody = 0_u64;
        let mut begin = 0;
        for (from, holder) in self.from.chunks(FULL).zip(holder.chunks(FULL)) {
            let (mut lane, mut open_lane) = (0_u64, 0_u64);
            for ((at, from), holder) in (begin..).zip(from).zip(holder) {
                let seen = mask((*from <= day) & (until(at) > day));
                let combo = combo(at);
                let next = mask(*holder != last);
                last = *holder;
                let held = yes[combo] & seen;
                lane += spread(sure & next);
                if OPEN {
                    let maybe = may[combo] & seen;
                    open_lane += spread(open & !sure & next);
                    open = (open & !next) | maybe;
                    nobody |= maybe & mask(*holder == u32::MAX);
                }
                sure = (sure & !next) | held;
                nobody |= held & mask(*holder == u32::MAX);
            }
            if nobody != 0 {
                return false;
            }
            begin += from.len();
            empty(&mut tally.sure, &[lane]);
            if OPEN {
                empty(&mut tally.may, &[open_lane]);
            }
        }
        tally.close(sure, open);
        true
    }

    /// Every fact, in words of eight slots, hardly with a branch on what it says: which count is a coin toss.
    fn all<const WORDS: usize>(
        &self,
        combo: impl Fn(usize) -> usize,
        until: impl Fn(usize) -> i32,
        tally: &mut Tally,
    ) -> bool {
        let plan = self.plan;
        let rows = self.opened.len();
        let mut group = 0_u64;
        let mut last = u32::MAX;
        let mut open = 0_u64;
        let mut begin = 0;
        while begin < rows {
            let end = rows.min(begin + FULL);
            let mut lanes = [0_u64; WORDS];
            for at in begin..end {
                let combo = combo(at);
                let (yes, may) = (plan.yes[combo], plan.may[combo]);
                let mut seen = mask((self.from[at] <= self.day) & (until(at) > self.day));
                if let Some(states) = self.states {
                    match states[at] {
                        State::Known => {}
                        State::MayHold => open |= yes & seen,
                        State::LearnedLater | State::Superseded(_) => seen = 0,
                    }
                }
                let opened = self.opened[at];
                for (first, last, bits, _) in self.limits {
                    seen &= !(bits & mask((opened < *first) | (opened > *last)));
                }
                let yes = yes & seen;
                open |= may & seen;
                let mut add = yes & plan.counts;
                let held = yes & plan.holders;
                if let Some(holder) = self.holder {
                    let this = holder[at];
                    let next = mask(this != last);
                    add |= group & next;
                    group = (group & !next) | held;
                    last = this;
                    open |= held & mask(this == u32::MAX);
                } else {
                    open |= held;
                }
                for (word, lane) in lanes.iter_mut().enumerate() {
                    *lane += spread(add >> (word * 8));
                }
                if yes & (plan.sums | plan.values) != 0
                    && !plan.rare(yes, combo, self.table, self.first + at, tally)
                {
                    return false;
                }
            }
            if open != 0 {
                return false;
            }
            begin = end;
            empty(&mut tally.sure, &lanes);
        }
        tally.close(group, 0);
        true
    }
}

/// Adds eight counts from the bytes of each word.
fn empty(counts: &mut [u32], words: &[u64]) {
    for (at, count) in counts.iter_mut().enumerate() {
        *count += (words[at / 8] >> (at % 8 * 8)) as u32 & 0xff;
    }
}

/// A row adds at most one to a byte, so that none is full after so many.
const FULL: usize = 255;

/// Sums by day, built from their changes.
#[derive(Default)]
pub(super) struct SpanWork {
    days: usize,
    /// Changes of certain counts, slot by slot, and of what may count beyond them.
    sure: Vec<i32>,
    may: Vec<i32>,
    /// Changes of sums, place by place.
    sums: Vec<i128>,
    high: Vec<i128>,
    low: Vec<i128>,
    unlimited: Vec<i32>,
    /// The days on which the facts of the holder at hand count in each slot, and whether for certain.
    held: Vec<Vec<(usize, usize, bool)>>,
    /// The slots in which they do.
    active: u64,
    /// The slots in which one of them counts for certain on every day.
    full: u64,
    /// Slot, code, days and certainty of every distinct value.
    pub(super) values: Vec<(usize, u32, usize, usize, bool)>,
}

fn zeros<T: Clone + Default>(of: &mut Vec<T>, size: usize) {
    of.clear();
    of.resize(size, T::default());
}

/// Adds to the changes of a value that holds for some days.
fn change<T: std::ops::AddAssign + std::ops::SubAssign + Copy>(
    of: &mut [T],
    from: usize,
    to: usize,
    amount: T,
) {
    of[from] += amount;
    of[to] -= amount;
}

/// The days that any of several spans has, as spans that do not touch. The spans are sorted.
fn unite(spans: impl IntoIterator<Item = (usize, usize)>, mut f: impl FnMut(usize, usize)) {
    let mut run: Option<(usize, usize)> = None;
    for (a, b) in spans {
        run = match run {
            Some((x, y)) if a <= y => Some((x, y.max(b))),
            Some((x, y)) => {
                f(x, y);
                Some((a, b))
            }
            None => Some((a, b)),
        };
    }
    if let Some((x, y)) = run {
        f(x, y);
    }
}

impl SpanWork {
    pub(super) fn clear(&mut self, slots: usize, sums: usize, days: usize) {
        self.days = days;
        zeros(&mut self.sure, slots * (days + 1));
        zeros(&mut self.sums, sums * (days + 1));
        self.may.clear();
        self.high.clear();
        self.low.clear();
        self.unlimited.clear();
        if self.held.len() < slots {
            self.held.resize(slots, vec![]);
        }
        self.active = 0;
        self.full = 0;
        self.values.clear();
    }

    /// A fact of the holder at hand counts for certain, on every day, in these slots.
    pub(super) fn hold_always(&mut self, slots: u64) {
        self.full |= slots;
    }

    /// One fact counts on the days from `from` up to, but not including, `to`.
    pub(super) fn add(&mut self, slot: usize, certain: bool, from: usize, to: usize) {
        let start = slot * (self.days + 1);
        let of = if certain { &mut self.sure } else { self.open() };
        change(of, start + from, start + to, 1);
    }

    /// The counts that only may be; most passes have none.
    fn open(&mut self) -> &mut Vec<i32> {
        if self.may.is_empty() {
            let size = self.sure.len();
            self.may.resize(size, 0);
        }
        &mut self.may
    }

    /// A fact of the holder at hand counts on these days.
    pub(super) fn hold(&mut self, slot: usize, from: usize, to: usize, certain: bool) {
        self.held[slot].push((from, to, certain));
        self.active |= 1 << slot;
    }

    /// The holder at hand has no more facts: it counts once on each of its days.
    pub(super) fn close_holder(&mut self) {
        let (full, active) = (
            std::mem::take(&mut self.full),
            std::mem::take(&mut self.active),
        );
        each(full, |slot| self.add(slot, true, 0, self.days));
        each(active, |slot| {
            let mut held = std::mem::take(&mut self.held[slot]);
            if full & (1 << slot) == 0 {
                held.sort_unstable();
                self.count_once(slot, &held);
            }
            held.clear();
            self.held[slot] = held;
        });
    }

    fn count_once(&mut self, slot: usize, spans: &[(usize, usize, bool)]) {
        let start = slot * (self.days + 1);
        let certain = || spans.iter().filter(|s| s.2).map(|(a, b, _)| (*a, *b));
        let sure = &mut self.sure;
        unite(certain(), |a, b| change(sure, start + a, start + b, 1));
        if spans.iter().all(|s| s.2) {
            return;
        }
        // What may count beyond the certain days: all days without those.
        let may = self.open();
        unite(spans.iter().map(|(a, b, _)| (*a, *b)), |a, b| {
            change(may, start + a, start + b, 1);
        });
        unite(certain(), |a, b| change(may, start + a, start + b, -1));
    }

    /// Counts every distinct value once on each of its days.
    pub(super) fn close_values(&mut self) {
        let mut values = std::mem::take(&mut self.values);
        values.sort_unstable();
        let mut spans: Vec<(usize, usize, bool)> = Vec::new();
        for of_one in values.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            spans.clear();
            spans.extend(of_one.iter().map(|(.., a, b, sure)| (*a, *b, *sure)));
            self.count_once(of_one[0].0, &spans);
        }
        values.clear();
        self.values = values;
    }

    /// An amount, `None` without limit, belongs to a sum on these days.
    pub(super) fn sum(
        &mut self,
        place: usize,
        amount: Option<i64>,
        certain: bool,
        from: usize,
        to: usize,
    ) {
        let start = place * (self.days + 1);
        let (from, to) = (start + from, start + to);
        if let (Some(amount), true) = (amount, certain) {
            change(&mut self.sums, from, to, amount.into());
            return;
        }
        if self.high.is_empty() {
            let size = self.sums.len();
            self.high.resize(size, 0);
            self.low.resize(size, 0);
            self.unlimited.resize(size, 0);
        }
        match amount {
            Some(amount) if amount < 0 => change(&mut self.low, from, to, amount.into()),
            Some(amount) => change(&mut self.high, from, to, amount.into()),
            None => change(&mut self.unlimited, from, to, 1),
        }
    }

    /// What a slot counts on each day, with so many refused rows that may count as well.
    pub(super) fn counts(&self, slot: usize, first: i32, refused: u32) -> Steps<Units> {
        let start = slot * (self.days + 1);
        let sure = &self.sure[start..start + self.days];
        let may = self.may.get(start..start + self.days);
        let refused = i64::from(refused);
        let mut now = i64::from(sure[0]);
        let mut open = may.map_or(0, |m| i64::from(m[0]));
        let units = |now: i64, open: i64| Units::new(now, Some(now + open + refused));
        let mut steps = Steps::always(first, units(now, open));
        const STRIDE: usize = 16;
        let mut day = 1;
        while day < self.days {
            let end = self.days.min(day + STRIDE);
            // Nothing changes on most days.
            let quiet = |of: &[i32]| of[day..end].iter().fold(0, |all, c| all | c) == 0;
            if !quiet(sure) || may.is_some_and(|m| !quiet(m)) {
                for at in day..end {
                    let changed = (sure[at], may.map_or(0, |m| m[at]));
                    if changed != (0, 0) {
                        now += i64::from(changed.0);
                        open += i64::from(changed.1);
                        steps.push(first + at as i32, units(now, open));
                    }
                }
            }
            day = end;
        }
        steps
    }

    /// A sum on each day on which it changes.
    pub(super) fn sums(
        &self,
        place: usize,
        first: i32,
        unlimited: bool,
    ) -> Vec<(i32, (i128, Option<i128>))> {
        let start = place * (self.days + 1);
        let open = !self.high.is_empty();
        let (mut sure, mut low, mut high, mut limitless) = (0, 0, 0, 0);
        let mut sums = Vec::new();
        for day in 0..self.days {
            let at = start + day;
            let mut changed = self.sums[at] != 0;
            sure += self.sums[at];
            if open {
                changed |= (self.low[at], self.high[at], self.unlimited[at]) != (0, 0, 0);
                low += self.low[at];
                high += self.high[at];
                limitless += self.unlimited[at];
            }
            if day == 0 || changed {
                let most = (!unlimited && limitless == 0).then_some(sure + high);
                sums.push((first + day as i32, (sure + low, most)));
            }
        }
        sums
    }
}
