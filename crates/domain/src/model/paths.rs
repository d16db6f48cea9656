//! What may happen: many paths, each with its own draw of every uncertain input; what each input alone would do; and where an
//! answer turns.
//!
//! An input with a range is drawn once a path, from a triangle between its least and its most whose top is its value. A
//! path's draws hang on the seed and on its number alone, and what is counted are whole numbers, so that the same seed gives the
//! same bytes on any number of threads. Memory does not grow with the number of paths.

use indexmap::IndexMap;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use crate::number::Exact;

use super::compile::{Case, Gather, Slot, Step};
use super::figure::{Number, Quick};
use super::run::{Frame, Plan};
use super::{Map, Model, Settings, Slider};

/// How many paths are run side by side.
const SIDE: usize = 32;

/// The shares of paths, in percent, below which a value is told.
pub const SHARES: [u32; 7] = [5, 10, 25, 50, 75, 90, 95];

/// What many paths came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// How many there were.
    pub count: u64,
    /// What their draws began with.
    pub seed: u64,
    /// Each result that is a number: what it was. Rates of return are not among them.
    pub results: IndexMap<String, Percentiles>,
    /// Each result that is yes or no: on how many paths it was yes.
    pub tests: IndexMap<String, u64>,
    /// Each claim: on how many paths the model does as well. `None` where the two cannot be compared.
    pub claims: Vec<Option<u64>>,
    /// The first line of the first chart, month by month; empty where there is no chart.
    pub charts: Vec<Vec<Percentiles>>,
}

/// How values lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// The values below which so many of a hundred paths lie, as [`SHARES`] says; to one part in 2,000, and of a chart in 250.
    pub at: Vec<Exact>,
    /// On how many paths there was no value.
    pub none: u64,
}

impl Percentiles {
    /// The value below which `share` of a hundred paths lie, where it is one of [`SHARES`] and there are paths with a value.
    pub fn below(&self, share: u32) -> Option<&Exact> {
        let at = SHARES.iter().position(|s| *s == share)?;
        self.at.get(at)
    }
}

/// What one input alone does to a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swing {
    /// The input.
    pub input: String,
    /// The result where the input is at its least.
    pub at_least: Exact,
    /// The result where it is at its most.
    pub at_most: Exact,
}

/// Counts of values in classes whose width grows with them.
#[derive(Clone)]
struct Spread {
    /// How many binary places a class has.
    bits: u32,
    /// Below nothing, and from nothing on.
    counts: [Vec<u32>; 2],
    none: u64,
}

impl Spread {
    fn new(bits: u32) -> Spread {
        Spread {
            bits,
            counts: [vec![], vec![]],
            none: 0,
        }
    }

    fn class(&self, size: u64) -> usize {
        let bits = self.bits;
        let length = 64 - size.leading_zeros();
        let shift = length.saturating_sub(bits + 1);
        // Below 2^(bits + 1) each value is its own class.
        ((u64::from(shift) << bits) + (size >> shift)) as usize
    }

    /// The middle of a class.
    fn middle(&self, class: usize) -> u64 {
        let bits = self.bits;
        let class = class as u64;
        if class < 2 << bits {
            return class;
        }
        let shift = (class >> bits) - 1;
        let top = class - (shift << bits);
        (top << shift) + (1 << shift >> 1)
    }

    fn add(&mut self, value: Quick) {
        if !value.is_some() {
            self.none += 1;
            return;
        }
        let class = self.class(value.0.unsigned_abs());
        let side = &mut self.counts[usize::from(value.0 >= 0)];
        if side.len() <= class {
            side.resize(class + 1, 0);
        }
        side[class] += 1;
    }

    fn merge(&mut self, other: &Spread) {
        self.none += other.none;
        for (side, other) in self.counts.iter_mut().zip(&other.counts) {
            if side.len() < other.len() {
                side.resize(other.len(), 0);
            }
            for (count, more) in side.iter_mut().zip(other) {
                *count += more;
            }
        }
    }

    fn percentiles(&self) -> Percentiles {
        let [below, above] = &self.counts;
        let below = below.iter().enumerate().rev();
        let below = below.map(|(class, n)| (-i128::from(self.middle(class)), u64::from(*n)));
        let above = above.iter().enumerate();
        let above = above.map(|(class, n)| (i128::from(self.middle(class)), u64::from(*n)));
        let all: Vec<(i128, u64)> = below.chain(above).filter(|(_, n)| *n > 0).collect();
        let count: u64 = all.iter().map(|(_, n)| n).sum();
        let value = |share: u32| {
            // The nearest rank: the least value that at least so many are not above.
            let rank = (count * u64::from(share)).div_ceil(100).max(1);
            let mut seen = 0;
            let found = all.iter().find(|(_, n)| {
                seen += n;
                seen >= rank
            });
            found.and_then(|(units, _)| Quick(i64::try_from(*units).ok()?).exact())
        };
        Percentiles {
            at: SHARES.iter().filter_map(|share| value(*share)).collect(),
            none: self.none,
        }
    }
}

/// What is counted of paths.
#[derive(Clone)]
struct Tally {
    results: Vec<Spread>,
    tests: Vec<u64>,
    claims: Vec<u64>,
    charts: Vec<Vec<Spread>>,
}

impl Tally {
    fn merge(mut self, other: &Tally) -> Tally {
        for (mine, other) in self.results.iter_mut().zip(&other.results) {
            mine.merge(other);
        }
        let counts = self.tests.iter_mut().chain(&mut self.claims);
        for (mine, other) in counts.zip(other.tests.iter().chain(&other.claims)) {
            *mine += other;
        }
        let charts = self.charts.iter_mut().flatten();
        for (mine, other) in charts.zip(other.charts.iter().flatten()) {
            mine.merge(other);
        }
        self
    }
}

/// An input with a range, as it is drawn.
struct Drawn {
    input: usize,
    least: i64,
    top: i64,
    most: i64,
}

impl Drawn {
    /// The value below which so many of 2^32 lie.
    fn at(&self, part: u32) -> Quick {
        let whole = (i128::from(self.most) - i128::from(self.least)).unsigned_abs();
        if whole == 0 {
            return Quick(self.top);
        }
        let left = (i128::from(self.top) - i128::from(self.least)).unsigned_abs();
        let root = |side: u128, part: u128| -> i64 {
            let area = whole * side;
            // The product has up to 128 bits; what is cut off is less than a unit.
            let area = if area >> 95 == 0 {
                (area * part) >> 32
            } else {
                (area >> 32) * part
            };
            i64::try_from(area.isqrt()).unwrap_or(i64::MAX)
        };
        let part = u128::from(part);
        if (part * whole) >> 32 < left {
            Quick(self.least.saturating_add(root(left, part)))
        } else {
            Quick(
                self.most
                    .saturating_sub(root(whole - left, (1 << 32) - part)),
            )
        }
    }
}

impl Model {
    /// Runs `count` paths whose draws begin with `seed`.
    pub fn paths(&self, settings: &Settings, seed: u64, count: u64) -> Paths {
        let plan = Plan::of(self, self.counted(), self.banded());
        let numbers: Vec<Quick> = self.code.numbers.iter().map(Quick::of).collect();
        let fixed = self.fixed(settings);
        let drawn = self.drawn(settings);
        let places: Vec<Option<usize>> = (0..self.inputs.len())
            .map(|input| drawn.iter().position(|d| d.input == input))
            .collect();
        let none = self.nothing();
        let blocks = count.div_ceil(SIDE as u64);
        let tally = (0..blocks)
            .into_par_iter()
            .fold(
                || {
                    (
                        none.clone(),
                        Frame::<Quick, SIDE>::new(&plan),
                        vec![[Quick::ZERO; SIDE]; drawn.len()],
                    )
                },
                |(mut tally, mut frame, mut draws), block| {
                    let first = block * SIDE as u64;
                    for lane in 0..SIDE {
                        let path = first + lane as u64;
                        let mut stream = Xoshiro256PlusPlus::seed_from_u64(
                            seed ^ path.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                        );
                        for (drawn, values) in drawn.iter().zip(&mut draws) {
                            values[lane] = drawn.at(stream.next_u32());
                        }
                    }
                    frame.run(&plan, &numbers, |at, case| match places[at] {
                        Some(place) if case == Case::Move || fixed[at][1].is_none() => draws[place],
                        _ => {
                            [fixed[at][usize::from(case == Case::Stay)]
                                .unwrap_or(fixed[at][0].unwrap_or(Quick::NONE));
                                SIDE]
                        }
                    });
                    let lanes = usize::try_from(count - first).unwrap_or(SIDE).min(SIDE);
                    self.count(&plan, &frame, lanes, &mut tally);
                    (tally, frame, draws)
                },
            )
            .map(|(tally, _, _)| tally)
            .reduce(|| none.clone(), |a, b| a.merge(&b));
        self.told(seed, count, &tally)
    }

    /// The steps that paths count: results but rates of return, and whether claims are met.
    fn counted(&self) -> impl Iterator<Item = Slot> {
        let results = self.code.results.iter().copied();
        let met = self.code.claims.iter().filter_map(|claim| claim.met);
        results.filter(|slot| !self.is_rate(*slot)).chain(met)
    }

    /// The step whose months paths count: the first line of the first picture.
    fn banded(&self) -> Option<Slot> {
        self.code.charts.first()?.first().copied()
    }

    /// What each input is in the move, and in staying as we are where that is another.
    fn fixed(&self, settings: &Settings) -> Vec<[Option<Quick>; 2]> {
        let inputs = self.inputs.values().enumerate();
        inputs
            .map(|(at, input)| {
                let stays = settings.get(&input.id).is_some_and(|s| s.stay.is_some());
                let stay = stays.then(|| self.input(settings, at, Case::Stay));
                [Some(self.input(settings, at, Case::Move)), stay]
            })
            .collect()
    }

    fn drawn(&self, settings: &Settings) -> Vec<Drawn> {
        let inputs = self.inputs.values().enumerate();
        let drawn = inputs.filter_map(|(input, of)| {
            let setting = settings.get(&of.id)?;
            let (least, most) = setting.range.as_ref()?;
            let [least, top, most] = [least, &setting.value, most].map(Quick::of);
            (least <= top && top <= most && least < most).then_some(Drawn {
                input,
                least: least.0,
                top: top.0,
                most: most.0,
            })
        });
        drawn.collect()
    }

    fn nothing(&self) -> Tally {
        Tally {
            results: vec![Spread::new(10); self.results.len()],
            tests: vec![0; self.results.len()],
            claims: vec![0; self.claims.len()],
            charts: vec![
                vec![Spread::new(7); self.months as usize];
                usize::from(self.banded().is_some())
            ],
        }
    }

    fn count(&self, plan: &Plan<'_>, frame: &Frame<Quick, SIDE>, lanes: usize, tally: &mut Tally) {
        let values = |slot: Slot| &frame.slots[slot][..lanes];
        let yes = |slot: Slot| values(slot).iter().filter(|v| **v == Quick::ONE).count() as u64;
        for (at, slot) in self.code.results.iter().enumerate() {
            if self.code.is_test(*slot) {
                tally.tests[at] += yes(*slot);
            } else if !self.is_rate(*slot) {
                values(*slot).iter().for_each(|v| tally.results[at].add(*v));
            }
        }
        for (claim, count) in self.code.claims.iter().zip(&mut tally.claims) {
            *count += claim.met.map_or(0, yes);
        }
        for (slot, months) in self.banded().iter().zip(&mut tally.charts) {
            let series = plan.series_of(*slot);
            for (month, spread) in frame.series[series].iter().zip(months) {
                month[..lanes].iter().for_each(|v| spread.add(*v));
            }
        }
    }

    /// Is a step a rate of return, which no path computes?
    fn is_rate(&self, slot: Slot) -> bool {
        matches!(self.code.steps[slot], Step::Gather(Gather::ReturnRate, ..))
    }

    fn told(&self, seed: u64, count: u64, tally: &Tally) -> Paths {
        let results = self.results.keys().zip(&self.code.results).enumerate();
        let results = || {
            results
                .clone()
                .map(|(at, (id, slot))| (at, id.clone(), *slot))
        };
        let claims = self.code.claims.iter().zip(&tally.claims);
        Paths {
            count,
            seed,
            results: results()
                .filter(|(_, _, slot)| !self.code.is_test(*slot) && !self.is_rate(*slot))
                .map(|(at, id, _)| (id, tally.results[at].percentiles()))
                .collect(),
            tests: results()
                .filter(|(_, _, slot)| self.code.is_test(*slot))
                .map(|(at, id, _)| (id, tally.tests[at]))
                .collect(),
            claims: claims.map(|(claim, n)| claim.met.map(|_| *n)).collect(),
            charts: tally
                .charts
                .iter()
                .map(|months| months.iter().map(Spread::percentiles).collect())
                .collect(),
        }
    }

    /// What a result is where some inputs are others, all at once; `None` where it has no value. To 24 binary places.
    fn asked(
        &self,
        settings: &Settings,
        result: usize,
        others: &[Vec<(usize, Quick)>],
    ) -> Vec<Option<Quick>> {
        let slot = self.code.results[result];
        let plan = Plan::of(self, [slot], None);
        let numbers: Vec<Quick> = self.code.numbers.iter().map(Quick::of).collect();
        let fixed = self.fixed(settings);
        let mut frame = Frame::<Quick, SIDE>::new(&plan);
        let mut found = Vec::with_capacity(others.len());
        for block in others.chunks(SIDE) {
            frame.run(&plan, &numbers, |at, case| {
                std::array::from_fn(|lane| {
                    let other = block
                        .get(lane)
                        .and_then(|o| o.iter().find(|(input, _)| *input == at));
                    match (other, fixed[at]) {
                        (_, [_, Some(stay)]) if case == Case::Stay => stay,
                        (Some((_, value)), _) => *value,
                        (None, [moved, _]) => moved.unwrap_or(Quick::NONE),
                    }
                })
            });
            let values = frame.slots[slot].iter().take(block.len());
            found.extend(values.map(|v| v.is_some().then_some(*v)));
        }
        found
    }

    /// What each input with a range does to a result alone, from the widest swing. Empty where the result is no number.
    pub fn swings(&self, settings: &Settings, result: &str) -> Vec<Swing> {
        let Some(at) = self.results.get_index_of(result) else {
            return vec![];
        };
        let drawn = self.drawn(settings);
        let others: Vec<Vec<(usize, Quick)>> = drawn
            .iter()
            .flat_map(|d| {
                [
                    vec![(d.input, Quick(d.least))],
                    vec![(d.input, Quick(d.most))],
                ]
            })
            .collect();
        let found = self.asked(settings, at, &others);
        let mut swings: Vec<Swing> = drawn
            .iter()
            .zip(found.chunks(2))
            .filter_map(|(drawn, ends)| {
                Some(Swing {
                    input: self.input_at(drawn.input).id.clone(),
                    at_least: ends.first().copied()??.exact()?,
                    at_most: ends.get(1).copied()??.exact()?,
                })
            })
            .collect();
        let width = |s: &Swing| {
            let width = &s.at_most - &s.at_least;
            if width.is_negative() { -width } else { width }
        };
        swings.sort_by_key(|s| std::cmp::Reverse(width(s)));
        swings
    }

    /// Where a result that is a test turns as one input alone goes from one value to another: the value nearest to what the input
    /// is, to a millionth of the way. `None` where it does not turn.
    pub fn turn(
        &self,
        settings: &Settings,
        result: &str,
        input: &str,
        from: &Exact,
        to: &Exact,
    ) -> Option<Exact> {
        let result = self.results.get_index_of(result)?;
        let input = self.inputs.get_index_of(input)?;
        let [from, to] = [from, to].map(Quick::of);
        let now: Quick = self.input(settings, input, Case::Move);
        let test = |values: &[Quick]| {
            let others: Vec<Vec<(usize, Quick)>> =
                values.iter().map(|v| vec![(input, *v)]).collect();
            self.asked(settings, result, &others)
        };
        const STEPS: i64 = 64;
        let mut best: Option<Quick> = None;
        for end in [from, to] {
            let way = i128::from(end.0) - i128::from(now.0);
            let at = |step: i64| {
                Quick(
                    now.0 + i64::try_from(way * i128::from(step) / i128::from(STEPS)).unwrap_or(0),
                )
            };
            let values: Vec<Quick> = (0..=STEPS).map(at).collect();
            let found = test(&values);
            let Some(turned) = found.iter().position(|f| *f != found[0]) else {
                continue;
            };
            let (mut near, mut far) = (values[turned - 1], values[turned]);
            for _ in 0..20 {
                let middle = Quick(near.0 + (far.0 - near.0) / 2);
                if test(&[middle])[0] == found[0] {
                    near = middle
                } else {
                    far = middle
                }
            }
            let nearer = |b: Quick| far.0.abs_diff(now.0) < b.0.abs_diff(now.0);
            if best.is_none_or(nearer) {
                best = Some(far);
            }
        }
        best.and_then(Quick::exact)
    }

    /// Where a map's test is true: at so many points between the ends of both sliders, the ends among them; rows from below, each
    /// from the left. `None` where the test has no value.
    pub fn grid(&self, settings: &Settings, map: &Map, side: usize) -> Grid {
        let places = (
            self.inputs.get_full(&map.across),
            self.inputs.get_full(&map.up),
            self.results.get_index_of(&map.test),
        );
        let (Some((across, _, a)), Some((up, _, b)), Some(test)) = places else {
            return Grid::default();
        };
        let points = |slider: &Option<Slider>| -> Vec<Exact> {
            let Some(Slider { from, to, .. }) = slider else {
                return vec![];
            };
            let way = to - from;
            let last = i64::try_from(side).unwrap_or(2) - 1;
            let part = (0..=last).filter_map(|at| Exact::ratio(at, last.max(1)));
            part.map(|part| from + &(&way * &part)).collect()
        };
        let (across_at, up_at) = (points(&a.slider), points(&b.slider));
        let cells = up_at.iter().flat_map(|b| {
            let row = across_at.iter();
            row.map(move |a| vec![(across, Quick::of(a)), (up, Quick::of(b))])
        });
        let found = self.asked(settings, test, &cells.collect::<Vec<_>>());
        let yes = |v: &Option<Quick>| v.map(|v| v == Quick::ONE);
        Grid {
            rows: found
                .chunks(across_at.len().max(1))
                .map(|row| row.iter().map(yes).collect())
                .collect(),
            across: across_at,
            up: up_at,
        }
    }
}

/// What a map shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// The points from left to right.
    pub across: Vec<Exact>,
    /// The points from below to above.
    pub up: Vec<Exact>,
    /// Whether the test is true: a row for each point up, in it one for each across. `None` where it has no value.
    pub rows: Vec<Vec<Option<bool>>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_the_class_whose_middle_is_near_it() {
        let spread = Spread::new(7);
        for size in (0..5_000).chain([1 << 24, (1 << 24) + 12_345, 1 << 40, u64::MAX / 2]) {
            let middle = spread.middle(spread.class(size));
            assert!(middle.abs_diff(size) <= size >> 8, "{size}: {middle}");
        }
        // Classes follow each other without a gap.
        for size in 0..100_000_u64 {
            let step = spread.class(size + 1) - spread.class(size);
            assert!(step <= 1, "{size}");
        }
    }

    #[test]
    fn a_triangle_is_drawn_as_its_area_says() {
        let drawn = Drawn {
            input: 0,
            least: 0,
            top: 1 << 24,
            most: 4 << 24,
        };
        // A quarter of the area lies before the top.
        assert_eq!(drawn.at(0), Quick(0));
        assert_eq!(drawn.at(1 << 30), Quick(1 << 24));
        assert_eq!(drawn.at(u32::MAX).0 >> 16, ((4 << 24) - 1) >> 16);
        // Half of it: 4 - sqrt(1/2 x 4 x 3) = 1.5505.
        let half = drawn.at(1 << 31).0;
        assert_eq!((half * 10_000) >> 24, 15_505);
        // Up to the largest amounts.
        let wide = Drawn {
            input: 0,
            least: -(1 << 62),
            top: 0,
            most: 1 << 62,
        };
        assert!(wide.at(1 << 31).0.abs() < 1 << 46);
    }
}
