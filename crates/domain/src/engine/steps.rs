//! Values over days: what something is on each day of a span, written once for each change.

use smallvec::{SmallVec, smallvec};

/// A value for every day of a span, as the days on which it changes.
///
/// Asking about one day is asking about a span of one; nothing is allocated then.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps<T> {
    // INVARIANT: at least one; days ascend; neighbours differ.
    parts: SmallVec<[(i32, T); 1]>,
}

impl<T: Clone + PartialEq> Steps<T> {
    /// The same on every day from `first` on.
    pub fn always(first: i32, value: T) -> Steps<T> {
        Steps {
            parts: smallvec![(first, value)],
        }
    }

    /// From pairs of first day and value, ascending; the first pair begins the span.
    pub fn from_parts(parts: impl IntoIterator<Item = (i32, T)>) -> Option<Steps<T>> {
        let mut steps: Option<Steps<T>> = None;
        for (day, value) in parts {
            match &mut steps {
                None => steps = Some(Steps::always(day, value)),
                Some(steps) => steps.push(day, value),
            }
        }
        steps
    }

    /// From `day` on it is `value`.
    pub fn push(&mut self, day: i32, value: T) {
        if let Some((last_day, last)) = self.parts.last_mut() {
            if *last == value {
                return;
            }
            if *last_day == day {
                *last = value;
                self.join_last();
                return;
            }
        }
        self.parts.push((day, value));
    }

    fn join_last(&mut self) {
        let count = self.parts.len();
        if count >= 2 && self.parts[count - 1].1 == self.parts[count - 2].1 {
            self.parts.pop();
        }
    }

    /// The first day and the value of every run.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = (i32, &T)> + ExactSizeIterator {
        self.parts.iter().map(|(day, value)| (*day, value))
    }

    /// Every run as first day, last day and value, where the span ends on `last`.
    pub fn spans(&self, last: i32) -> impl Iterator<Item = (i32, i32, &T)> {
        self.parts
            .iter()
            .enumerate()
            .map(move |(at, (day, value))| {
                let end = self.parts.get(at + 1).map_or(last, |(next, _)| next - 1);
                (*day, end, value)
            })
    }

    /// The value on a day of the span.
    pub fn on(&self, day: i32) -> &T {
        let at = self.parts.partition_point(|(first, _)| *first <= day);
        &self.parts[at.max(1) - 1].1
    }

    /// The value, where it is one on all days.
    pub fn single(&self) -> Option<&T> {
        match self.parts.as_slice() {
            [(_, value)] => Some(value),
            _ => None,
        }
    }

    /// Each value through a function.
    pub fn map<U: Clone + PartialEq>(&self, mut f: impl FnMut(&T) -> U) -> Steps<U> {
        let mut parts = self.parts.iter();
        let (day, value) = parts.next().expect("INVARIANT: never empty");
        let mut mapped = Steps::always(*day, f(value));
        for (day, value) in parts {
            mapped.push(*day, f(value));
        }
        mapped
    }

    /// Two values of each day through a function.
    pub fn zip<U: Clone + PartialEq, R: Clone + PartialEq>(
        &self,
        other: &Steps<U>,
        mut f: impl FnMut(&T, &U) -> R,
    ) -> Steps<R> {
        let (a, b) = (&self.parts, &other.parts);
        let mut joined = Steps::always(a[0].0, f(&a[0].1, &b[0].1));
        let (mut i, mut j) = (0, 0);
        while i + 1 < a.len() || j + 1 < b.len() {
            let next_a = a.get(i + 1).map_or(i32::MAX, |p| p.0);
            let next_b = b.get(j + 1).map_or(i32::MAX, |p| p.0);
            let day = next_a.min(next_b);
            i += usize::from(next_a == day);
            j += usize::from(next_b == day);
            joined.push(day, f(&a[i].1, &b[j].1));
        }
        joined
    }

    /// The same from `first` on; `first` lies in the span.
    pub fn since(&self, first: i32) -> Steps<T> {
        let mut cut = Steps::always(first, self.on(first).clone());
        for (day, value) in &self.parts {
            if *day > first {
                cut.push(*day, value.clone());
            }
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_values_change_on_the_days_of_either() {
        let a = Steps::from_parts([(0, 1), (5, 2), (9, 1)]).expect("some");
        let b = Steps::from_parts([(0, 10), (5, 20), (7, 10)]).expect("some");
        let sum = a.zip(&b, |x, y| x + y);
        assert_eq!(
            sum.runs().map(|(d, v)| (d, *v)).collect::<Vec<_>>(),
            [(0, 11), (5, 22), (7, 12), (9, 11)]
        );
        assert_eq!(*sum.on(6), 22);
        assert_eq!(*sum.on(100), 11);
        assert_eq!(
            sum.since(6)
                .runs()
                .map(|(d, v)| (d, *v))
                .collect::<Vec<_>>(),
            [(6, 22), (7, 12), (9, 11)]
        );
    }

    #[test]
    fn equal_neighbours_are_one_run() {
        let steps = Steps::from_parts([(0, 1), (1, 1), (2, 2), (2, 1), (3, 1)]).expect("some");
        assert_eq!(steps.single(), Some(&1));
    }
}
