//! Nodes over a span of days, for one partner.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::{Day, Duration, Window};
use crate::compile::{AggregateId, Ir, NodeId, TrackChoice, Type};
use crate::evidence::Cell as FactCell;
use crate::ledger::{FactId, State};
use crate::number::{Exact, Range};
use crate::program::{AnswerType, Ask, Asked, BandValue, Bands};
use crate::standing::Truth;
use crate::status;
use crate::syntax::{Arith, Pick};
use crate::vocabulary::FieldType;

use super::aggregate::{Members, arith, compare_words, in_list};
use super::roster;
use super::steps::Steps;
use super::tally::{Amounts, SpanWork, Tally};
use super::windows::{Bounds, Marks, bounds};
use super::{Cash, Met, Run, V, range_of, truth_of};

/// Memory that a thread uses again for each partner.
#[derive(Default)]
pub(super) struct Scratch {
    memos: RefCell<Vec<Memo>>,
    spans: RefCell<Vec<SpanWork>>,
    tallies: RefCell<Vec<Tally>>,
    /// A trailing window and a day, with the first day that it looks at then.
    trailing: Cell<Option<(Duration, i32, i32)>>,
}

/// What a frame has found already. Entries of an older generation are of another partner or span.
#[derive(Default)]
struct Memo {
    generation: u32,
    nodes: Vec<(u32, Option<Steps<V>>)>,
    truths: Vec<(u32, Option<Steps<Truth>>)>,
    levels: Vec<(u32, Option<Steps<Truth>>)>,
    aggregates: Vec<(u32, Option<Amounts>)>,
}

impl Scratch {
    pub(super) fn take_span(&self) -> SpanWork {
        self.spans.borrow_mut().pop().unwrap_or_default()
    }

    pub(super) fn give_span(&self, work: SpanWork) {
        self.spans.borrow_mut().push(work);
    }

    pub(super) fn take_tally(&self) -> Tally {
        self.tallies.borrow_mut().pop().unwrap_or_default()
    }

    /// The first day that a trailing window looks at on a day.
    pub(super) fn trailing(&self, length: Duration, day: i32) -> i32 {
        match self.trailing.get() {
            Some((l, d, first)) if (l, d) == (length, day) => first,
            _ => {
                let first = Day(day).minus(length).0 + 1;
                self.trailing.set(Some((length, day, first)));
                first
            }
        }
    }

    pub(super) fn give_tally(&self, tally: Tally) {
        self.tallies.borrow_mut().push(tally);
    }
}

/// One partner, one question, one span of days.
pub(super) struct Frame<'e> {
    pub(super) run: &'e Run<'e>,
    pub(super) partner: usize,
    pub(super) ask: Ask,
    /// First and last day, both inside.
    pub(super) span: (i32, i32),
    /// The track that is forced, while one is being chosen.
    forced: Option<usize>,
    pub(super) scratch: &'e Scratch,
    memo: RefCell<Memo>,
    marks: OnceCell<Marks>,
    track: OnceCell<Steps<Option<usize>>>,
    /// What was found already so much earlier, for several values may ask of the same days.
    earlier: RefCell<Vec<(Duration, Memo)>>,
    /// The members of sets that filters look up, by set and day.
    pub(super) sets: RefCell<BTreeMap<(usize, i32), Arc<Members>>>,
    depth: u32,
}

impl Drop for Frame<'_> {
    fn drop(&mut self) {
        let mut memos = self.scratch.memos.borrow_mut();
        let earlier = self.earlier.take().into_iter().map(|(_, memo)| memo);
        // One that was handed on is empty.
        let own = std::iter::once(self.memo.take());
        memos.extend(own.chain(earlier).filter(|m| !m.nodes.is_empty()));
    }
}

/// How deep frames may stand in each other: `before` in `held` in `before` …
const DEEPEST: u32 = 24;

impl<'e> Frame<'e> {
    pub(super) fn new(
        run: &'e Run<'e>,
        partner: usize,
        ask: Ask,
        span: (i32, i32),
        forced: Option<usize>,
        scratch: &'e Scratch,
    ) -> Frame<'e> {
        let mut memo = scratch.memos.borrow_mut().pop().unwrap_or_default();
        memo.generation = memo.generation.wrapping_add(1);
        let (nodes, levels) = (run.compiled.nodes.len(), run.compiled.levels.len());
        let aggregates = run.compiled.aggregates.len();
        let small = memo.nodes.len() < nodes
            || memo.levels.len() < levels
            || memo.aggregates.len() < aggregates;
        if memo.generation == 0 || small {
            memo = Memo {
                generation: 1,
                nodes: vec![(0, None); nodes],
                truths: vec![(0, None); nodes],
                levels: vec![(0, None); levels],
                aggregates: vec![(0, None); aggregates],
            };
        }
        Frame {
            run,
            partner,
            ask,
            span,
            forced,
            scratch,
            memo: RefCell::new(memo),
            marks: OnceCell::new(),
            track: OnceCell::new(),
            earlier: RefCell::new(Vec::new()),
            sets: RefCell::default(),
            depth: 0,
        }
    }

    fn inside(&self, ask: Ask, span: (i32, i32), forced: Option<usize>) -> Frame<'_> {
        let mut frame = Frame::new(self.run, self.partner, ask, span, forced, self.scratch);
        frame.depth = self.depth + 1;
        frame
    }

    fn always(&self, v: V) -> Steps<V> {
        Steps::always(self.span.0, v)
    }

    pub(super) fn has_aggregate(&self, id: AggregateId) -> bool {
        let memo = self.memo.borrow();
        memo.aggregates[id].0 == memo.generation
    }

    pub(super) fn with_aggregate<R>(&self, id: AggregateId, make: impl FnOnce(&Amounts) -> R) -> R {
        let memo = self.memo.borrow();
        make(
            memo.aggregates[id]
                .1
                .as_ref()
                .expect("INVARIANT: the pass fills every slot of its kind"),
        )
    }

    pub(super) fn remember_aggregate(&self, id: AggregateId, amounts: Amounts) {
        let mut memo = self.memo.borrow_mut();
        let generation = memo.generation;
        memo.aggregates[id] = (generation, Some(amounts));
    }

    /// What windows of this partner are counted from.
    pub(super) fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| {
            let edition = &self.run.compiled.edition;
            let enrollments = status::enrollments(
                &self.run.engine.ledger,
                self.partner,
                &edition.program,
                edition.lifecycle.as_ref(),
            );
            let assumptions = &self.run.engine.assumptions;
            let assumed = status::assumed_review(assumptions, &edition.program);
            status::marks(edition, &enrollments, assumed, Day(self.span.1))
        })
    }

    /// The window itself, with `period` replaced by what this question binds to it.
    pub(super) fn bound(&self, window: Window) -> Window {
        match window {
            Window::Period => self.run.compiled.period(self.ask).unwrap_or(Window::Period),
            other => other,
        }
    }

    /// The days of a window on a day.
    pub(super) fn bounds(&self, window: Window, day: i32) -> Bounds {
        let window = self.bound(window);
        let calendar = &self.run.compiled.edition.calendar;
        match window {
            Window::SinceReview | Window::SinceEnrolled => {
                bounds(window, calendar, self.marks(), day)
            }
            Window::Trailing(length) => Bounds::Days(self.scratch.trailing(length, day), day),
            _ => bounds(window, calendar, &Marks::default(), day),
        }
    }

    /// A node over the span.
    pub(super) fn eval(&self, node: NodeId) -> Steps<V> {
        let ir = &self.run.compiled.nodes[node];
        match ir {
            Ir::Number(range) => return self.always(V::Num(range.clone())),
            Ir::Count(id) | Ir::Amount(id) | Ir::PickedWord(id) => return self.aggregate(*id),
            _ if is_test(ir) => return self.truth(node).map(|t| told(*t)),
            _ => {}
        }
        {
            let memo = self.memo.borrow();
            if let (generation, Some(steps)) = &memo.nodes[node]
                && *generation == memo.generation
            {
                return steps.clone();
            }
        }
        let steps = self.work_out(node, ir);
        let mut memo = self.memo.borrow_mut();
        let generation = memo.generation;
        memo.nodes[node] = (generation, Some(steps.clone()));
        steps
    }

    /// A test over the span.
    pub(super) fn truth(&self, node: NodeId) -> Steps<Truth> {
        let ir = &self.run.compiled.nodes[node];
        if let Ir::Truth(truth) = ir {
            return Steps::always(self.span.0, *truth);
        }
        if !is_test(ir) {
            return self.eval(node).map(truth_of);
        }
        {
            let memo = self.memo.borrow();
            if let (generation, Some(steps)) = &memo.truths[node]
                && *generation == memo.generation
            {
                return steps.clone();
            }
        }
        let steps = if self.depth > DEEPEST {
            self.same(Truth::Unknown)
        } else {
            self.judge(ir)
        };
        let mut memo = self.memo.borrow_mut();
        let generation = memo.generation;
        memo.truths[node] = (generation, Some(steps.clone()));
        steps
    }

    fn same(&self, truth: Truth) -> Steps<Truth> {
        Steps::always(self.span.0, truth)
    }

    fn judge(&self, ir: &'e Ir) -> Steps<Truth> {
        match ir {
            Ir::Truth(truth) => self.same(*truth),
            Ir::Exists(id) => self.amounts(*id, |a| a.some(|v| some(&range_of(v)))),
            Ir::ExistsSet(set) => self.set_count(*set).map(|v| some(&range_of(v))),
            Ir::Held(window, inner) => self.held(*window, *inner, true),
            Ir::Once(window, inner) => self.held(*window, *inner, false),
            Ir::Not(inner) => self.truth(*inner).map(|t| !*t),
            Ir::And(of) => self.all(of),
            Ir::Or(of) => {
                let mut sum: Option<Steps<Truth>> = None;
                for node in of {
                    let next = self.truth(*node);
                    sum = Some(match sum {
                        None => next,
                        Some(sum) => sum.zip(&next, |a, b| a.or(*b)),
                    });
                    if sum.as_ref().and_then(Steps::single) == Some(&Truth::Yes) {
                        break;
                    }
                }
                sum.unwrap_or_else(|| self.same(Truth::NotApplicable))
            }
            Ir::AtLeast(wanted, of) => {
                let mut counts = Steps::always(self.span.0, (0_u32, 0_u32, 0_u32));
                for node in of {
                    counts = counts.zip(
                        &self.truth(*node),
                        |(yes, open, asked), truth| match truth {
                            Truth::Yes => (yes + 1, *open, asked + 1),
                            Truth::Unknown => (*yes, open + 1, asked + 1),
                            Truth::No => (*yes, *open, asked + 1),
                            Truth::NotApplicable => (*yes, *open, *asked),
                        },
                    );
                }
                counts.map(|(yes, open, asked)| {
                    if *asked == 0 {
                        Truth::NotApplicable
                    } else if yes >= wanted {
                        Truth::Yes
                    } else if yes + open >= *wanted {
                        Truth::Unknown
                    } else {
                        Truth::No
                    }
                })
            }
            Ir::Compare(compare, left, right) => {
                let nodes = &self.run.compiled.nodes;
                // Most thresholds are plain numbers, and most measures whole units.
                if let (Ir::Count(id) | Ir::Amount(id), Ir::Number(with)) =
                    (&nodes[*left], &nodes[*right])
                    && let Some(with) = with.exact()
                    && let Some(truth) = self.amounts(*id, |a| a.compared(*compare, with))
                {
                    return truth;
                }
                let (a, b) = (self.eval(*left), self.eval(*right));
                a.zip(&b, |a, b| match (a, b) {
                    (V::Na, _) | (_, V::Na) => Truth::NotApplicable,
                    (V::Num(a), V::Num(b)) => Truth::compare(a, *compare, b),
                    (V::Cash(_), _) | (_, V::Cash(_)) => {
                        let (a, b) = cash_of(a).common(&cash_of(b));
                        Truth::compare(&a, *compare, &b)
                    }
                    (a, b) => Truth::compare(&range_of(a), *compare, &range_of(b)),
                })
            }
            Ir::CompareWord(compare, left, right, ladder) => {
                let (a, b) = (self.eval(*left), self.eval(*right));
                a.zip(&b, |a, b| match (a, b) {
                    (V::Na, _) | (_, V::Na) => Truth::NotApplicable,
                    (V::Word(a), V::Word(b)) => {
                        compare_words(a.as_deref(), *compare, b.as_deref(), ladder)
                    }
                    _ => Truth::Unknown,
                })
            }
            Ir::InList {
                word,
                list,
                negated,
            } => {
                let items = &self.run.compiled.lists[*list];
                let mut days: Vec<i32> = items
                    .iter()
                    .flat_map(|i| i.from.into_iter().chain(i.until))
                    .map(|d| d.0)
                    .collect();
                days.retain(|d| *d > self.span.0 && *d <= self.span.1);
                days.sort_unstable();
                let turning =
                    Steps::from_parts(std::iter::once(self.span.0).chain(days).map(|d| (d, d)))
                        .expect("INVARIANT: a span has a first day");
                self.eval(*word).zip(&turning, |v, day| match v {
                    V::Word(word) => {
                        let truth = in_list(word.as_deref(), items, *day);
                        if *negated { !truth } else { truth }
                    }
                    V::Na => Truth::NotApplicable,
                    _ => Truth::Unknown,
                })
            }
            Ir::Holds(program, level) => self.holds(program.as_deref(), level),
            Ir::Meets(level) => {
                if self.ask == Ask::Enter {
                    self.level(*level)
                } else {
                    self.inside(Ask::Enter, self.span, self.forced)
                        .level(*level)
                }
            }
            Ir::MeetsOther(program, level) => self.meets_other(program, level),
            Ir::Row(row, level) => self.row(*row, *level),
            Ir::Matrix(level) => self.matrix(*level),
            _ => unreachable!("INVARIANT: every test of `is_test` is judged"),
        }
    }

    fn work_out(&self, node: NodeId, ir: &'e Ir) -> Steps<V> {
        if self.depth > DEEPEST {
            return self.always(V::Truth(Truth::Unknown));
        }
        match ir {
            Ir::Number(range) => self.always(V::Num(range.clone())),
            Ir::Word(word) => self.always(V::Word(Some(word.as_str().into()))),
            Ir::Day => {
                let days = (self.span.0..=self.span.1)
                    .map(|d| (d, V::Num(Range::exactly(Exact::from(i64::from(d))))));
                Steps::from_parts(days).expect("INVARIANT: a span has a first day")
            }
            Ir::Count(id) | Ir::Amount(id) | Ir::PickedWord(id) => self.aggregate(*id),
            Ir::CountSet(set) => self.set_count(*set),
            Ir::Arith(op, left, right) => {
                let (a, b) = (self.eval(*left), self.eval(*right));
                if let Type::Duration(length) = self.run.compiled.types[*right] {
                    return a.map(|v| match v {
                        V::Num(range) => V::Num(range.map_rising(|n| {
                            let day = Day(n
                                .to_i64()
                                .and_then(|n| i32::try_from(n).ok())
                                .unwrap_or(i32::MAX));
                            let moved = if *op == crate::syntax::Arith::Add {
                                day.plus(length)
                            } else {
                                day.minus(length)
                            };
                            Exact::from(i64::from(moved.0))
                        })),
                        other => other.clone(),
                    });
                }
                a.zip(&b, |a, b| match (a, b) {
                    (V::Na, _) | (_, V::Na) => V::Na,
                    (V::Cash(_), _) | (_, V::Cash(_)) => self.cash(*op, (*left, a), (*right, b)),
                    (a, b) => V::Num(arith(*op, range_of(a), range_of(b))),
                })
            }
            Ir::Of(pick, of) => self.of(*pick, of),
            Ir::Floor(inner) => self.eval(*inner).map(|v| rising(v, Exact::floor)),
            Ir::Ceiling(inner) => self.eval(*inner).map(|v| rising(v, Exact::ceiling)),
            Ir::If(condition, yes, no) => {
                let condition = self.eval(*condition);
                match condition.single().map(truth_of) {
                    Some(Truth::Yes) => self.eval(*yes),
                    Some(Truth::No) => self.eval(*no),
                    _ => {
                        let branches = self
                            .eval(*yes)
                            .zip(&self.eval(*no), |a, b| (a.clone(), b.clone()));
                        condition.zip(&branches, |c, (a, b)| match truth_of(c) {
                            Truth::Yes => a.clone(),
                            Truth::No => b.clone(),
                            Truth::NotApplicable => V::Na,
                            Truth::Unknown => either(a, b),
                        })
                    }
                }
            }
            Ir::Before(length, inner) => self.before(*length, *inner),
            Ir::Table {
                rows,
                otherwise,
                word,
            } => {
                let word = self.eval(*word);
                let nothing = match self.run.compiled.types[node] {
                    Type::Word(_) => V::Word(None),
                    _ => V::Num(Range::UNKNOWN),
                };
                let values: Vec<Steps<V>> = rows.iter().map(|(_, n)| self.eval(*n)).collect();
                let otherwise = otherwise.map(|n| self.eval(n));
                // Every value is looked up on the days between any two changes.
                let mut days: Vec<i32> = word.runs().map(|(d, _)| d).collect();
                for steps in values.iter().chain(&otherwise) {
                    days.extend(steps.runs().map(|(d, _)| d));
                }
                days.sort_unstable();
                days.dedup();
                Steps::from_parts(days.into_iter().map(|day| {
                    let value = match word.on(day) {
                        V::Word(Some(word)) => rows
                            .iter()
                            .position(|(key, _)| **key == **word)
                            .map(|at| values[at].on(day).clone())
                            .or_else(|| otherwise.as_ref().map(|o| o.on(day).clone()))
                            .unwrap_or_else(|| nothing.clone()),
                        V::Na => V::Na,
                        _ => values
                            .iter()
                            .chain(&otherwise)
                            .map(|s| s.on(day).clone())
                            .reduce(|a, b| either(&a, &b))
                            .unwrap_or_else(|| nothing.clone()),
                    };
                    (day, value)
                }))
                .expect("INVARIANT: a span has a first day")
            }
            Ir::Bands(bands, number) => {
                let bands = &self.run.compiled.bands[*bands];
                self.eval(*number).map(|v| match v {
                    V::Na => V::Na,
                    v => band(bands, &range_of(v)),
                })
            }
            Ir::Partner(field) => self.partner_field(*field),
            Ir::Parameter(name, default) => {
                let set = self
                    .run
                    .engine
                    .assumptions
                    .set
                    .get(name)
                    .or(default.as_ref());
                self.always(V::Num(
                    set.map_or(Range::UNKNOWN, |n| Range::exactly(n.clone())),
                ))
            }
            Ir::Answer(question) => self.answer(question),
            Ir::Clamp(points, most) => {
                let zero = Range::exactly(Exact::ZERO);
                self.eval(*points)
                    .zip(&self.eval(*most), |p, m| match (p, m) {
                        (V::Na, _) => V::Na,
                        (p, m) => V::Num(range_of(p).higher(&zero).lower(&range_of(m))),
                    })
            }
            Ir::Total(of) => {
                let mut sum: Steps<Option<Range>> = Steps::always(self.span.0, None);
                for node in of {
                    sum = sum.zip(&self.eval(*node), |sum, v| match (sum, v) {
                        (sum, V::Na) => sum.clone(),
                        (None, v) => Some(range_of(v)),
                        (Some(sum), v) => Some(sum.clone() + range_of(v)),
                    });
                }
                sum.map(|s| s.clone().map_or(V::Na, V::Num))
            }
            Ir::Mean(of) => self.mean(of),
            Ir::Filled(place) => {
                let kind = self.run.compiled.rosters[*place].facts.kind;
                let supplied = self.run.engine.ledger.table(kind).supplied;
                let edition = &self.run.compiled.edition;
                let seats = &edition.roster[&self.run.compiled.rosters[*place].id];
                if !supplied {
                    let all: i64 = seats.seats.iter().map(|s| i64::from(s.number)).sum();
                    return self.always(V::Num(Range::between(Exact::ZERO, Exact::from(all))));
                }
                let parts = self
                    .sitters(*place)
                    .into_iter()
                    .map(|(day, people, refused)| {
                        (day, V::Num(roster::filled(seats, &people, refused)))
                    });
                Steps::from_parts(parts).expect("INVARIANT: a span has a first day")
            }
            Ir::PerTrack(of) => {
                if let Some(track) = self.forced {
                    return match of.iter().find(|(t, _)| *t == track) {
                        Some((_, node)) => self.eval(*node),
                        None => self.always(V::Na),
                    };
                }
                let mut joined: Option<Steps<V>> = None;
                let chosen = self.track().clone();
                for (track, node) in of {
                    if !chosen.runs().any(|(_, t)| *t == Some(*track)) {
                        continue;
                    }
                    let value = self.inside(self.ask, self.span, Some(*track)).eval(*node);
                    joined = Some(match joined {
                        None => value.zip(&chosen, |v, t| {
                            if *t == Some(*track) {
                                v.clone()
                            } else {
                                V::Num(Range::UNKNOWN)
                            }
                        }),
                        Some(sum) => {
                            let pair = sum.zip(&value, |a, b| (a.clone(), b.clone()));
                            pair.zip(&chosen, |(a, b), t| {
                                if *t == Some(*track) {
                                    b.clone()
                                } else {
                                    a.clone()
                                }
                            })
                        }
                    });
                }
                joined.unwrap_or_else(|| self.always(V::Num(Range::UNKNOWN)))
            }
            // Tests are asked for as tests.
            _ => self.truth(node).map(|t| told(*t)),
        }
    }

    /// All of several tests; the costly ones are asked only where nothing else has decided.
    fn all(&self, of: &[NodeId]) -> Steps<Truth> {
        // The vendor's word costs more than rows of which most have been asked already; other days cost most.
        let rows = &self.run.plan.other_days;
        let cost = |node: &NodeId| match &self.run.compiled.nodes[*node] {
            Ir::Held(..) | Ir::Once(..) | Ir::MeetsOther(..) => 3,
            Ir::Row(row, _) if rows[*row] => 3,
            Ir::Holds(..) => 2,
            Ir::Matrix(_) | Ir::Row(..) => 1,
            _ => 0,
        };
        let mut joined: Option<Steps<Truth>> = None;
        for pass in 0..=3 {
            for node in of.iter().filter(|n| cost(n) == pass) {
                let next = self.truth(*node);
                let all = match joined {
                    None => next,
                    Some(sum) => sum.zip(&next, |a, b| a.and(*b)),
                };
                if all.single() == Some(&Truth::No) {
                    return all;
                }
                joined = Some(all);
            }
        }
        joined.unwrap_or_else(|| self.same(Truth::NotApplicable))
    }

    /// Arithmetic of amounts of which nothing says the currency.
    fn cash(&self, op: Arith, (left, a): (NodeId, &V), (right, b): (NodeId, &V)) -> V {
        let money = |node: NodeId| matches!(self.run.compiled.types[node], Type::Money(_));
        let (a, b) = match (money(left), money(right)) {
            (true, false) => {
                let (cash, by) = (cash_of(a), range_of(b));
                let none = op == Arith::Divide
                    && Range::exactly(Exact::ONE).divided_by(&by) == Range::UNKNOWN;
                return V::Cash(Box::new(match none {
                    // Divided by what may be nothing it has no value, whatever its currency.
                    true => Cash::unknown(Range::UNKNOWN),
                    false => cash.map(|amount| arith(op, amount.clone(), by.clone())),
                }));
            }
            (false, true) => {
                let (by, cash) = (range_of(a), cash_of(b));
                let times = |amount: &Range| arith(op, by.clone(), amount.clone());
                return V::Cash(Box::new(cash.map(times)));
            }
            _ => (cash_of(a), cash_of(b)),
        };
        match op {
            Arith::Divide => {
                let (a, b) = a.common(&b);
                V::Num(a.divided_by(&b))
            }
            _ => V::Cash(Box::new(a.join(&b, |a, b| arith(op, a, b)))),
        }
    }

    /// The lowest, highest or mean of amounts of which nothing says the currency.
    fn of_cash(&self, pick: Pick, of: &[NodeId]) -> Steps<V> {
        let mut all: Steps<Vec<Cash>> = Steps::always(self.span.0, vec![]);
        for node in of {
            all = all.zip(&self.eval(*node), |all, v| {
                let own = (*v != V::Na).then(|| cash_of(v));
                all.iter().cloned().chain(own).collect()
            });
        }
        all.map(|all| {
            let Some(first) = all.first() else {
                return V::Na;
            };
            let count = Range::exactly(Exact::from(all.len() as i64));
            V::Cash(Box::new(match (pick, Cash::currency(all)) {
                (Pick::Average | Pick::Latest, _) => all
                    .iter()
                    .skip(1)
                    .fold(first.clone(), |a, b| a.join(b, |a, b| a + b))
                    .map(|sum| sum.divided_by(&count)),
                (_, currency) => {
                    let ranges = all.iter().map(|cash| cash.within(currency));
                    let picked = ranges.reduce(|a, b| match pick {
                        Pick::Lowest => a.lower(&b),
                        _ => a.higher(&b),
                    });
                    let picked = picked.unwrap_or(Range::UNKNOWN);
                    match currency {
                        Some(currency) => Cash::of(currency, picked),
                        None => Cash::unknown(picked),
                    }
                }
            }))
        })
    }

    fn of(&self, pick: Pick, of: &[NodeId]) -> Steps<V> {
        if of
            .iter()
            .any(|node| self.run.compiled.types[*node] == Type::Money(None))
        {
            return self.of_cash(pick, of);
        }
        let mut sum: Steps<Option<(Range, i64)>> = Steps::always(self.span.0, None);
        for node in of {
            sum = sum.zip(&self.eval(*node), |sum, v| match (sum, v) {
                (sum, V::Na) => sum.clone(),
                (None, v) => Some((range_of(v), 1)),
                (Some((sum, count)), v) => {
                    let own = range_of(v);
                    let joined = match pick {
                        Pick::Lowest => sum.lower(&own),
                        Pick::Highest => sum.higher(&own),
                        Pick::Average | Pick::Latest => sum.clone() + own,
                    };
                    Some((joined, count + 1))
                }
            });
        }
        sum.map(|s| match s {
            None => V::Na,
            Some((sum, count)) if pick == Pick::Average => {
                V::Num(sum.divided_by(&Range::exactly(Exact::from(*count))))
            }
            Some((sum, _)) => V::Num(sum.clone()),
        })
    }

    fn mean(&self, of: &[(NodeId, NodeId)]) -> Steps<V> {
        // Points and weights together; where all weights are exact, so is the mean's divisor.
        let mut sum: Steps<Option<(Range, Range)>> = Steps::always(self.span.0, None);
        for (weight, points) in of {
            let pair = self
                .eval(*weight)
                .zip(&self.eval(*points), |w, p| (w.clone(), p.clone()));
            sum = sum.zip(&pair, |sum, (w, p)| {
                if *p == V::Na || *w == V::Na {
                    return sum.clone();
                }
                let (w, p) = (range_of(w), range_of(p));
                let product = w.clone() * p;
                Some(match sum {
                    None => (product, w),
                    Some((total, weights)) => (total.clone() + product, weights.clone() + w),
                })
            });
        }
        sum.map(|s| {
            s.clone()
                .map_or(V::Na, |(total, weights)| V::Num(total.divided_by(&weights)))
        })
    }

    fn before(&self, length: Duration, node: NodeId) -> Steps<V> {
        let earlier = (
            Day(self.span.0).minus(length).0,
            Day(self.span.1).minus(length).0,
        );
        let mut frame = self.inside(self.ask, earlier, self.forced);
        let found = {
            let mut found = self.earlier.borrow_mut();
            let at = found.iter().position(|(of, _)| *of == length);
            at.map(|at| found.swap_remove(at).1)
        };
        if let Some(memo) = found {
            let fresh = std::mem::replace(frame.memo.get_mut(), memo);
            self.scratch.memos.borrow_mut().push(fresh);
        }
        let inner = frame.eval(node);
        let memo = frame.memo.take();
        self.earlier.borrow_mut().push((length, memo));
        drop(frame);
        let parts = inner.runs().map(|(day, v)| {
            // The first day whose earlier day is this one or later.
            let shown = if day == earlier.0 {
                self.span.0
            } else {
                Day(day).leaves_after(length).0
            };
            (shown, v.clone())
        });
        let mut steps: Option<Steps<V>> = None;
        for (day, v) in parts.filter(|(d, _)| *d <= self.span.1) {
            match &mut steps {
                None => steps = Some(Steps::always(self.span.0, v)),
                Some(steps) => steps.push(day, v),
            }
        }
        steps.expect("INVARIANT: the first part begins the span")
    }

    /// `held`: yes on every day of the window; `once`, its mirror.
    fn held(&self, window: Window, node: NodeId, every: bool) -> Steps<Truth> {
        let window = self.bound(window);
        let (first, last) = self.span;
        let mut limits: Vec<(i32, Bounds)> = Vec::new();
        let trailing = matches!(window, Window::Trailing(_));
        let mut earliest = first;
        let mut latest = i32::MIN;
        if trailing {
            if let Bounds::Days(a, _) = self.bounds(window, first) {
                earliest = a;
            }
            latest = last;
        } else {
            for day in first..=last {
                let b = self.bounds(window, day);
                if let Bounds::Days(a, z) = b
                    && a <= z
                {
                    earliest = earliest.min(a);
                    latest = latest.max(z);
                }
                limits.push((day, b));
            }
        }
        if latest < earliest {
            latest = earliest;
        }
        let inner = self
            .inside(self.ask, (earliest, latest), self.forced)
            .truth(node);
        // What decides against: a no for `held`, a yes for `once`.
        let (decides, other) = if every {
            (Truth::No, Truth::Yes)
        } else {
            (Truth::Yes, Truth::No)
        };
        if inner.single() == Some(&decides) && trailing {
            return self.same(decides);
        }
        if let (Window::Trailing(length), true) = (window, trailing) {
            // A run of days [x, y] is inside the windows of the days x … until y leaves.
            let mut marks: Vec<(i32, i32, Truth)> = Vec::new();
            for (x, y, truth) in inner.spans(latest) {
                let end = Day(y).leaves_after(length).0;
                marks.push((x.max(first), end.min(last + 1), *truth));
            }
            let mut days: Vec<i32> = marks
                .iter()
                .flat_map(|(a, b, _)| [*a, *b])
                .filter(|d| *d > first && *d <= last)
                .collect();
            days.push(first);
            days.sort_unstable();
            days.dedup();
            let parts = days.into_iter().map(|day| {
                let seen = |wanted: Truth| {
                    marks
                        .iter()
                        .any(|(a, b, t)| *t == wanted && *a <= day && day < *b)
                };
                let truth = if seen(decides) {
                    decides
                } else if seen(Truth::Unknown) {
                    Truth::Unknown
                } else if seen(other) {
                    other
                } else {
                    Truth::NotApplicable
                };
                (day, truth)
            });
            return Steps::from_parts(parts).expect("INVARIANT: a span has a first day");
        }
        let parts = limits.into_iter().map(|(day, b)| {
            let truth = match b {
                Bounds::Unknown(_) => Truth::Unknown,
                Bounds::Days(a, z) => {
                    let mut seen = Truth::NotApplicable;
                    for (x, y, truth) in inner.spans(latest) {
                        if x <= z && y >= a {
                            seen = if every {
                                seen.and(*truth)
                            } else {
                                seen.or(*truth)
                            };
                        }
                    }
                    seen
                }
            };
            (day, truth)
        });
        Steps::from_parts(parts).expect("INVARIANT: a span has a first day")
    }

    // ---------------------------------------------------------------- rows and levels

    /// The verdict of a row at a level: its own comparison and its parts; what it does not ask drops out.
    pub(super) fn row(&self, row: usize, level: usize) -> Steps<Truth> {
        self.row_if(row, level, |asked| asked.by(self.ask))
    }

    /// The same, of the row and of the parts that are asked so.
    fn row_if(
        &self,
        row: usize,
        level: usize,
        asks: impl Fn(Asked) -> bool + Copy,
    ) -> Steps<Truth> {
        let ir = &self.run.compiled.rows[row];
        let mut verdict = match ir.at[level].test {
            Some(test) if asks(ir.asked) => self.truth(test),
            _ => self.same(Truth::NotApplicable),
        };
        for part in &ir.parts {
            // A row that falls short stays short, whatever its parts say.
            if verdict.single() == Some(&Truth::No) {
                break;
            }
            verdict = verdict.zip(&self.row_if(*part, level, asks), |a, b| a.and(*b));
        }
        if verdict.single() == Some(&Truth::NotApplicable) {
            return verdict;
        }
        if let Some(applies) = ir.applies {
            verdict = verdict.zip(&self.truth(applies), |v, applies| match (applies, v) {
                (Truth::No, _) => Truth::NotApplicable,
                (Truth::Unknown, Truth::Yes) => Truth::Yes,
                (Truth::Unknown, Truth::NotApplicable) => Truth::NotApplicable,
                (Truth::Unknown, _) => Truth::Unknown,
                (_, v) => *v,
            });
        }
        if self.has_waivers() {
            let waived = self.waived(&ir.id);
            verdict = verdict.zip(
                &waived,
                |v, waived| {
                    if *waived { Truth::NotApplicable } else { *v }
                },
            );
        }
        verdict
    }

    fn has_waivers(&self) -> bool {
        self.run.plan.waivers.is_some_and(|kind| {
            let table = self.run.engine.ledger.table(kind);
            !table.rows(self.partner).is_empty()
        })
    }

    /// Days on which a `waivers` fact of the program names the row.
    fn waived(&self, row: &str) -> Steps<bool> {
        let ledger = &self.run.engine.ledger;
        let evidence = &ledger.evidence;
        let mut spans = Vec::new();
        if let Some(kind) = evidence.kind("waivers")
            && let (Some(of), Some(requirement)) = (
                evidence.column(kind, "program"),
                evidence.column(kind, "requirement"),
            )
        {
            for fact in evidence.tables[kind].rows(self.partner) {
                let program = of.code(fact);
                let mine = program.is_empty()
                    || evidence.strings.text(program) == self.run.compiled.edition.program;
                let known = ledger.kinds[kind].state(fact) == State::Known;
                if mine && known && evidence.strings.text(requirement.code(fact)) == row {
                    spans.extend(ledger.spans(FactId { kind, row: fact }));
                }
            }
        }
        self.by_day(spans.iter().flat_map(|(a, b)| [a.0, b.0]), |day| {
            spans.iter().any(|(a, b)| a.0 <= day && day < b.0)
        })
    }

    /// A value that may change on these days only.
    fn by_day<T: Clone + PartialEq>(
        &self,
        turns: impl IntoIterator<Item = i32>,
        value: impl Fn(i32) -> T,
    ) -> Steps<T> {
        let mut days: Vec<i32> = turns
            .into_iter()
            .filter(|d| *d > self.span.0 && *d <= self.span.1)
            .collect();
        days.sort_unstable();
        days.dedup();
        let mut steps = Steps::always(self.span.0, value(self.span.0));
        for day in days {
            steps.push(day, value(day));
        }
        steps
    }

    /// The verdict over a level.
    pub(super) fn level(&self, level: usize) -> Steps<Truth> {
        if let Some(test) = self.own_test(level) {
            return self.truth(test).map(|t| asked(*t));
        }
        {
            let memo = self.memo.borrow();
            if let (generation, Some(steps)) = &memo.levels[level]
                && *generation == memo.generation
            {
                return steps.clone();
            }
        }
        let mut joined = self.same(Truth::Yes);
        for below in (0..level).rev() {
            joined = joined.zip(&self.level(below), |a, b| a.and(*b));
            // What stands further below is among what it asks, unless it has a test of its own.
            if joined.single() == Some(&Truth::No) || self.own_test(below).is_none() {
                break;
            }
        }
        for row in &self.run.plan.order[level] {
            if joined.single() == Some(&Truth::No) {
                break;
            }
            joined = joined.zip(&self.row(*row, level), |a, b| a.and(*b));
        }
        let joined = joined.map(|t| asked(*t));
        let mut memo = self.memo.borrow_mut();
        let generation = memo.generation;
        memo.levels[level] = (generation, Some(joined.clone()));
        joined
    }

    /// The level's own test under the question asked.
    fn own_test(&self, level: usize) -> Option<NodeId> {
        let ir = &self.run.compiled.levels[level];
        match self.ask {
            Ask::Enter => ir.enter,
            Ask::Retain => ir.retain,
        }
    }

    /// The rows of a level and of those below that both questions ask.
    pub(super) fn matrix(&self, level: usize) -> Steps<Truth> {
        let mut joined = self.same(Truth::NotApplicable);
        for at in (0..=level).rev() {
            for row in &self.run.plan.order[at] {
                let row = self.row_if(*row, at, |asked| asked == Asked::Both);
                joined = joined.zip(&row, |a, b| a.and(*b));
                if joined.single() == Some(&Truth::No) {
                    return joined;
                }
            }
        }
        joined
    }

    /// The levels met on the one day of the span.
    pub(super) fn met(&self) -> Met {
        *self.met_steps().on(self.span.0)
    }

    /// The levels met on every day of the span.
    pub(super) fn met_steps(&self) -> Steps<Met> {
        let mut met = Steps::always(self.span.0, Met::default());
        let mut open = true;
        for level in 0..self.run.compiled.levels.len() {
            // A level includes those below it, unless its own test says otherwise.
            if !open && self.own_test(level).is_none() {
                continue;
            }
            let truth = self.level(level);
            open = truth.single() != Some(&Truth::No);
            let place = u8::try_from(level).ok();
            met = met.zip(&truth, |met, truth| match truth {
                Truth::Yes => Met {
                    level: place,
                    most: place,
                },
                Truth::Unknown => Met {
                    level: met.level,
                    most: place,
                },
                _ => *met,
            });
        }
        met
    }

    // ---------------------------------------------------------------- what facts of single kinds say

    /// The chosen track over the span.
    pub(super) fn track(&self) -> &Steps<Option<usize>> {
        self.track.get_or_init(|| {
            let Some(tracks) = &self.run.compiled.edition.tracks else {
                return Steps::always(self.span.0, None);
            };
            if let Some(forced) = self.forced {
                return Steps::always(self.span.0, Some(forced));
            }
            if let Some(track) = &self.run.engine.assumptions.track {
                return Steps::always(self.span.0, tracks.of.iter().position(|t| t == track));
            }
            match self.run.compiled.tracks {
                Some(TrackChoice::By(node)) => self.eval(node).map(|v| match v {
                    V::Word(Some(word)) => tracks.of.iter().position(|t| **t == **word),
                    _ => None,
                }),
                Some(TrackChoice::Highest(node)) => {
                    let mut best: Steps<(Option<Exact>, Option<usize>)> =
                        Steps::always(self.span.0, (None, None));
                    for track in 0..tracks.of.len() {
                        let value = self.inside(self.ask, self.span, Some(track)).eval(node);
                        best = best.zip(&value, |(least, chosen), v| {
                            let own = range_of(v).least;
                            match (chosen, &own, least) {
                                (None, ..) => (own, Some(track)),
                                (_, Some(_), None) => (own, Some(track)),
                                (_, Some(a), Some(b)) if a > b => (own, Some(track)),
                                _ => (least.clone(), *chosen),
                            }
                        });
                    }
                    best.map(|(_, track)| *track)
                }
                None => Steps::always(self.span.0, None),
            }
        })
    }

    fn holds(&self, program: Option<&str>, level: &str) -> Steps<Truth> {
        let library = &self.run.engine.programs.library;
        let own = &self.run.compiled.edition;
        let program = program.unwrap_or(&own.program);
        let ledger = &self.run.engine.ledger;
        // Never supplied, or a row of them refused: no fact is no answer.
        let silent = ledger.enrollments.as_ref().is_none_or(|columns| {
            let k = columns.kind;
            !ledger.table(k).supplied || ledger.kinds[k].refused_of(self.partner) > 0
        });
        let facts = status::enrollments(ledger, self.partner, program, None);
        let place = |edition: &crate::program::Edition, id: &str| {
            edition.levels.iter().position(|l| l == id)
        };
        self.by_day(facts.iter().flat_map(|e| [e.from.0, e.until.0]), |day| {
            let edition = if program == own.program {
                Some(own)
            } else {
                library.governing(program, Day(day))
            };
            // No edition says which levels there are, or it has no such level: nothing is known.
            let Some((edition, wanted)) = edition.and_then(|e| Some((e, place(e, level)?))) else {
                return Truth::Unknown;
            };
            let held = status::holding(&facts, Day(day)).and_then(|e| e.level.as_deref());
            let truth = Truth::from_bool(
                held.and_then(|held| place(edition, held))
                    .is_some_and(|held| held >= wanted),
            );
            if silent && truth == Truth::No {
                Truth::Unknown
            } else {
                truth
            }
        })
    }

    fn meets_other(&self, program: &str, level: &str) -> Steps<Truth> {
        let programs = &self.run.engine.programs;
        let mut parts: Vec<(i32, Truth)> = Vec::new();
        let mut day = self.span.0;
        while day <= self.span.1 {
            let governing = programs.governing(program, Day(day));
            // The edition governs until its last day; nothing governs until the next one begins.
            let end = match governing {
                Some(at) => programs
                    .library
                    .in_force(&programs.compiled[at].edition)
                    .end
                    .0
                    .saturating_sub(1)
                    .min(self.span.1),
                None => programs
                    .library
                    .editions_of(program)
                    .iter()
                    .filter_map(|e| e.in_force_from)
                    .filter(|from| from.0 > day)
                    .map(|from| from.0 - 1)
                    .min()
                    .unwrap_or(self.span.1)
                    .min(self.span.1),
            };
            match governing {
                Some(at) if self.depth < DEEPEST => {
                    let run = self.run.engine.on(at);
                    match run.compiled.level(level) {
                        Some(place) => {
                            let scratch = Scratch::default();
                            let mut frame = Frame::new(
                                &run,
                                self.partner,
                                Ask::Enter,
                                (day, end),
                                None,
                                &scratch,
                            );
                            frame.depth = self.depth + 1;
                            parts.extend(frame.level(place).runs().map(|(d, t)| (d, *t)));
                        }
                        None => parts.push((day, Truth::No)),
                    }
                }
                _ => parts.push((day, Truth::Unknown)),
            }
            day = end + 1;
        }
        Steps::from_parts(parts).unwrap_or_else(|| self.same(Truth::Unknown))
    }

    fn partner_field(&self, field: usize) -> Steps<V> {
        let ledger = &self.run.engine.ledger;
        let evidence = &ledger.evidence;
        let Some(kind) = evidence.kind("partners") else {
            return self.always(V::Word(None));
        };
        let declared = &evidence.vocabulary.kinds[kind].fields[field].kind;
        let unknown = match declared {
            FieldType::Number(_) | FieldType::Percent | FieldType::Date | FieldType::Money(_) => {
                V::Num(Range::UNKNOWN)
            }
            _ => V::Word(None),
        };
        let row = evidence.tables[kind]
            .rows(self.partner)
            .rfind(|row| ledger.kinds[kind].state(*row) == State::Known);
        let Some(row) = row else {
            return self.always(unknown);
        };
        self.always(match evidence.tables[kind].columns[field].cell(row) {
            FactCell::Text(code) => V::Word(Some(evidence.strings.text(code).into())),
            FactCell::Number(n) => V::Num(Range::exactly(n)),
            FactCell::Day(day) => V::Num(Range::exactly(Exact::from(i64::from(day.0)))),
            FactCell::Empty => unknown,
        })
    }

    /// The answer that holds on each day.
    fn answer(&self, question: &str) -> Steps<V> {
        let edition = &self.run.compiled.edition;
        let Some(declared) = edition.question.get(question) else {
            return self.always(V::Num(Range::UNKNOWN));
        };
        let ledger = &self.run.engine.ledger;
        let evidence = &ledger.evidence;
        let unknown = match &declared.answer {
            AnswerType::YesNo => V::Truth(Truth::Unknown),
            AnswerType::Ladder(_) => V::Word(None),
            // Whoever may answer that it does not apply may leave no number at all.
            _ if declared.may_not_apply => V::Num(Range::UNKNOWN),
            AnswerType::Scale(from, to) if from <= to => {
                V::Num(Range::between(Exact::from(*from), Exact::from(*to)))
            }
            AnswerType::Scored(scores) => V::Num(
                scores
                    .values()
                    .map(|score| Range::exactly(score.clone()))
                    .reduce(|a, b| a.hull(&b))
                    .unwrap_or(Range::UNKNOWN),
            ),
            _ => V::Num(Range::UNKNOWN),
        };
        let Some(kind) = evidence.kind("answers") else {
            return self.always(unknown);
        };
        let column = |name: &str| evidence.column(kind, name);
        let (Some(program), Some(asked), Some(answer)) =
            (column("program"), column("question"), column("answer"))
        else {
            return self.always(unknown);
        };
        let mut spans: Vec<(i32, i32, V)> = Vec::new();
        for row in evidence.tables[kind].rows(self.partner) {
            let of = program.code(row);
            let mine = of.is_empty() || evidence.strings.text(of) == edition.program;
            if mine
                && ledger.kinds[kind].state(row) == State::Known
                && evidence.strings.text(asked.code(row)) == question
            {
                let text = evidence.strings.text(answer.code(row));
                let value = read_answer(text, &declared.answer, declared.may_not_apply)
                    .unwrap_or_else(|| unknown.clone());
                for (from, until) in ledger.spans(FactId { kind, row }) {
                    spans.push((from.0, until.0, value.clone()));
                }
            }
        }
        // The one that opened last, where a file gave two at once.
        spans.sort_by_key(|(from, ..)| *from);
        self.by_day(spans.iter().flat_map(|(a, b, _)| [*a, *b]), |day| {
            spans
                .iter()
                .rev()
                .find(|(a, b, _)| *a <= day && day < *b)
                .map_or_else(|| unknown.clone(), |(.., v)| v.clone())
        })
    }
}

/// Is this a test, whose value is yes, no or unknown?
fn is_test(ir: &Ir) -> bool {
    matches!(
        ir,
        Ir::Truth(_)
            | Ir::Exists(_)
            | Ir::ExistsSet(_)
            | Ir::Held(..)
            | Ir::Once(..)
            | Ir::Not(_)
            | Ir::And(_)
            | Ir::Or(_)
            | Ir::AtLeast(..)
            | Ir::Compare(..)
            | Ir::CompareWord(..)
            | Ir::InList { .. }
            | Ir::Holds(..)
            | Ir::Meets(_)
            | Ir::MeetsOther(..)
            | Ir::Row(..)
            | Ir::Matrix(_)
    )
}

/// A truth as a value.
fn told(truth: Truth) -> V {
    match truth {
        Truth::NotApplicable => V::Na,
        truth => V::Truth(truth),
    }
}

/// An answer's text as a value of the question's type.
fn read_answer(text: &str, answer: &AnswerType, may_not_apply: bool) -> Option<V> {
    if text == "n/a" {
        return may_not_apply.then_some(V::Na);
    }
    let number = |text: &str| {
        let text = text.trim();
        match text.strip_suffix('%') {
            Some(percent) => Exact::parse(percent)?.checked_div(&Exact::from(100)),
            None => Exact::parse(text).or_else(|| {
                let (a, b) = text.split_once('/')?;
                Exact::parse(a)?.checked_div(&Exact::parse(b)?)
            }),
        }
    };
    Some(match answer {
        AnswerType::YesNo => V::Truth(match text {
            "yes" => Truth::Yes,
            "no" => Truth::No,
            _ => return None,
        }),
        AnswerType::Ladder(words) => {
            V::Word(Some(words.iter().find(|w| *w == text)?.as_str().into()))
        }
        AnswerType::Scored(scores) => V::Num(Range::exactly(scores.get(text)?.clone())),
        AnswerType::Money(_) => V::Num(Range::exactly(number(text.split(' ').next()?)?)),
        AnswerType::Scale(..) | AnswerType::Percent | AnswerType::Number => {
            V::Num(Range::exactly(number(text)?))
        }
    })
}

/// Is there one at all?
fn some(count: &Range) -> Truth {
    if count.least.as_ref().is_some_and(|n| *n > Exact::ZERO) {
        Truth::Yes
    } else if count.most.as_ref().is_some_and(|n| *n <= Exact::ZERO) {
        Truth::No
    } else {
        Truth::Unknown
    }
}

/// A level that asks nothing is met.
fn asked(truth: Truth) -> Truth {
    if truth == Truth::NotApplicable {
        Truth::Yes
    } else {
        truth
    }
}

fn rising(v: &V, f: impl Fn(&Exact) -> Exact) -> V {
    match v {
        V::Na => V::Na,
        V::Cash(cash) => V::Cash(Box::new(cash.map(|r| r.map_rising(&f)))),
        v => V::Num(range_of(v).map_rising(f)),
    }
}

/// A value as an amount; zero is zero of anything.
fn cash_of(v: &V) -> Cash {
    match v {
        V::Cash(cash) => (**cash).clone(),
        V::Num(range) if range.exact().is_some_and(Exact::is_zero) => Cash::none(),
        other => Cash::unknown(range_of(other)),
    }
}

/// Either of two values: all that both could be.
fn either(a: &V, b: &V) -> V {
    match (a, b) {
        (a, b) if a == b => a.clone(),
        (V::Num(a), V::Num(b)) => V::Num(a.hull(b)),
        (V::Cash(_), V::Num(_) | V::Cash(_)) | (V::Num(_), V::Cash(_)) => {
            V::Cash(Box::new(cash_of(a).either(&cash_of(b))))
        }
        (V::Word(_), _) | (_, V::Word(_)) => V::Word(None),
        (V::Truth(_), V::Truth(_)) => V::Truth(Truth::Unknown),
        // One of them does not apply: the other is still possible, and so is neither.
        (V::Na, V::Truth(_)) | (V::Truth(_), V::Na) => V::Truth(Truth::Unknown),
        _ => V::Num(Range::UNKNOWN),
    }
}

/// What bands yield for a number: every band that it could be in; nothing where it could be in none.
pub(super) fn band(bands: &Bands, number: &Range) -> V {
    let words = bands
        .rows
        .iter()
        .any(|b| matches!(b.is, BandValue::Word(_)));
    let nothing = if words {
        V::Word(None)
    } else {
        V::Num(Range::UNKNOWN)
    };
    if let Some(exact) = number.exact() {
        return match bands.rows.iter().find(|b| b.contains(exact)) {
            Some(found) => band_value(&found.is),
            None => nothing,
        };
    }
    let touched = bands.rows.iter().filter(|b| {
        let below = |(end, inside): &(Exact, bool)| {
            number
                .most
                .as_ref()
                .is_some_and(|m| m < end || !*inside && m == end)
        };
        let above = |(end, inside): &(Exact, bool)| {
            number
                .least
                .as_ref()
                .is_some_and(|l| l > end || !*inside && l == end)
        };
        !b.lower.as_ref().is_some_and(below) && !b.upper.as_ref().is_some_and(above)
    });
    // A number without limit may lie outside all of them.
    let open_below = number.least.as_ref().is_none_or(|l| {
        bands
            .rows
            .iter()
            .all(|b| b.lower.as_ref().is_some_and(|(e, _)| l < e))
    });
    let open_above = number.most.as_ref().is_none_or(|m| {
        bands
            .rows
            .iter()
            .all(|b| b.upper.as_ref().is_some_and(|(e, _)| m > e))
    });
    let covers_low = bands.rows.iter().any(|b| b.lower.is_none());
    let covers_high = bands.rows.iter().any(|b| b.upper.is_none());
    let values = touched
        .map(|b| band_value(&b.is))
        .reduce(|a, b| either(&a, &b));
    match values {
        Some(v) if (!open_below || covers_low) && (!open_above || covers_high) => v,
        _ => nothing,
    }
}

fn band_value(value: &BandValue) -> V {
    match value {
        BandValue::Number(n) => V::Num(Range::exactly(n.clone())),
        BandValue::Word(word) => V::Word(Some(Arc::from(word.as_str()))),
    }
}
