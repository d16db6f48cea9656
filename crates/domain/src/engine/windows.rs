//! Which days a window looks at, and on which days it looks at a given day.

use crate::calendar::{Calendar, Day, Window};

/// The days of a window on one day asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// These days, both inside; none where the first is after the last.
    Days(i32, i32),
    /// No fact gives its mark: it may hold every day up to this one, or none.
    Unknown(i32),
}

/// What windows are counted from, for one partner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// The mark of the last review, from each of these days on; ascending.
    pub(crate) reviews: Vec<(i32, Option<i32>)>,
    /// The day of the first enrollment.
    pub(crate) enrolled: Option<i32>,
}

impl Marks {
    pub(crate) fn review(&self, day: i32) -> Option<i32> {
        let at = self.reviews.partition_point(|(from, _)| *from <= day);
        if at == 0 {
            None
        } else {
            self.reviews[at - 1].1
        }
    }
}

/// The bounds of a window on a day. `Period` has been replaced by what it is bound to.
pub(super) fn bounds(window: Window, calendar: &Calendar, marks: &Marks, day: i32) -> Bounds {
    let since = |mark: Option<i32>| match mark {
        Some(mark) if mark <= day => Bounds::Days(mark.saturating_add(1), day),
        _ => Bounds::Unknown(day),
    };
    match window {
        Window::Period => Bounds::Unknown(day),
        Window::Trailing(length) => Bounds::Days(Day(day).minus(length).0 + 1, day),
        Window::SinceReview => since(marks.review(day)),
        Window::SinceEnrolled => since(marks.enrolled),
        Window::From(first) => Bounds::Days(first.0, day),
        Window::This { unit, before } => {
            let offset = i32::try_from(before).unwrap_or(i32::MAX / 100);
            match calendar.start(unit, Day(day), -offset) {
                Some(first) => Bounds::Days(first.0, day),
                None => Bounds::Unknown(day),
            }
        }
        Window::LastWhole { count, unit } => {
            let count = i32::try_from(count).unwrap_or(i32::MAX / 100);
            match (
                calendar.start(unit, Day(day), -count),
                calendar.start(unit, Day(day), 0),
            ) {
                (Some(first), Some(end)) => Bounds::Days(first.0, end.0 - 1),
                _ => Bounds::Unknown(day),
            }
        }
    }
}

/// Every day within `(first, last]` on which the window may begin or cease to look at `opened`.
pub(super) fn turns(
    window: Window,
    calendar: &Calendar,
    marks: &Marks,
    opened: i32,
    out: &mut Vec<i32>,
) {
    out.push(opened);
    match window {
        Window::Period | Window::From(_) => {}
        Window::Trailing(length) => out.push(Day(opened).leaves_after(length).0),
        Window::SinceReview => out.extend(marks.reviews.iter().map(|(from, _)| *from)),
        Window::SinceEnrolled => out.extend(marks.enrolled),
        Window::This { unit, before } => {
            let after = i32::try_from(before).unwrap_or(i32::MAX / 100) + 1;
            out.extend(calendar.start(unit, Day(opened), after).map(|d| d.0));
        }
        Window::LastWhole { count, unit } => {
            let count = i32::try_from(count).unwrap_or(i32::MAX / 100);
            out.extend(calendar.start(unit, Day(opened), 1).map(|d| d.0));
            out.extend(calendar.start(unit, Day(opened), count + 1).map(|d| d.0));
        }
    }
    // Where printed months begin and end, the window begins and ceases to have bounds.
    if let Window::This { unit, .. } | Window::LastWhole { unit, .. } = window
        && unit.fiscal
    {
        out.extend(calendar.fiscal_months.iter().map(|d| d.0));
    }
}
