//! Which edition a partner is judged by on which days.
//!
//! On a day the edition in force is used, unless an `elections` fact or the user names one (LANGUAGE §4). Knows of no
//! rule inside an edition.

use crate::calendar::Day;
use crate::engine::{Engine, Run};
use crate::ledger::FactId;

/// Days on which one edition judges, or none.
#[derive(Clone, Copy, Debug)]
pub struct Reign<'e> {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The edition; `None` where none is in force.
    pub run: Option<Run<'e>>,
    /// Is it the partner's choice, and not the one in force?
    pub elected: bool,
}

/// The editions that judge a partner over some days, one after the other.
#[derive(Clone, Debug)]
pub struct Course<'e> {
    // INVARIANT: at least one; each begins on the day after the one before it ends; neighbours differ.
    reigns: Vec<Reign<'e>>,
}

impl<'e> Course<'e> {
    /// One edition on all days: what is asked where the user names it.
    pub fn always(run: &Run<'e>) -> Course<'e> {
        let (from, to) = (Day::MIN, Day::MAX);
        Course {
            reigns: vec![Reign {
                from,
                to,
                run: Some(*run),
                elected: false,
            }],
        }
    }

    /// The edition that the partner elected, else the one in force, on every day from `from` to `to`.
    pub fn governing(
        engine: &'e Engine,
        program: &str,
        partner: usize,
        from: Day,
        to: Day,
    ) -> Course<'e> {
        let library = &engine.programs.library;
        let mut days = vec![from];
        for edition in library.editions_of(program) {
            for span in [library.in_force(edition), library.may_be_chosen(edition)] {
                days.extend([span.first, span.end]);
            }
        }
        let evidence = &engine.ledger.evidence;
        if let Some(kind) = evidence.kind("elections") {
            for row in evidence.tables[kind].rows(partner) {
                let spans = engine.ledger.spans(FactId { kind, row });
                days.extend(spans.iter().flat_map(|(opens, closes)| [*opens, *closes]));
            }
        }
        days.retain(|d| from <= *d && *d <= to);
        days.sort_unstable();
        days.dedup();
        let name = |run: Option<Run<'_>>| run.map(|r| r.compiled.edition.name());
        let mut reigns: Vec<Reign<'e>> = Vec::new();
        for day in days {
            let run = engine.governing(program, Some(partner), day);
            if let Some(last) = reigns.last_mut() {
                if name(last.run) == name(run) {
                    continue;
                }
                last.to = day.previous();
            }
            let in_force = library.governing(program, day).map(|e| e.name());
            reigns.push(Reign {
                from: day,
                to,
                run,
                elected: run.is_some() && name(run) != in_force,
            });
        }
        Course { reigns }
    }

    /// The reigns, in order.
    pub fn reigns(&self) -> &[Reign<'e>] {
        &self.reigns
    }

    /// The edition that judges on a day.
    pub fn on(&self, day: Day) -> Option<Run<'e>> {
        let reign = self.reigns.iter().find(|r| r.from <= day && day <= r.to)?;
        reign.run
    }

    /// The reigns of an edition that touch the days from `first` to `last`, cut to them.
    pub fn within(&self, first: Day, last: Day) -> impl Iterator<Item = (Day, Day, Run<'e>)> {
        self.reigns.iter().filter_map(move |r| {
            let (from, to) = (r.from.max(first), r.to.min(last));
            (from <= to).then_some((from, to, r.run?))
        })
    }
}
