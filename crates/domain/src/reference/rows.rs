//! Rows, levels and the matrix: §1 of the language page; conventions 18 to 22.

use super::values::{Val, compare, one_or_nothing, same};
use super::{About, Link, Reference, Scene};
use crate::calendar::Day;
use crate::number::{Exact, Range};
use crate::program::{Ask, Asked, Limits, PerTrack, Row, RowValue};
use crate::source::Limit;
use crate::standing::{Column, Need, RowStanding, Truth, Unit, Value};
use crate::syntax::{Compare, Expr, Facts, Node, Set, Subject};

/// Which rows are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    /// Those that the question asks.
    Asked,
    /// Those that both questions ask: the matrix.
    Both,
}

/// What a level's key says of a row.
enum Key<'s> {
    /// The level has no key: it does not ask the row.
    None,
    /// A threshold.
    Limit(&'s Limit),
    /// A threshold that differs by track, while there is no track.
    OfSomeTrack,
    /// A test that must be yes.
    Required,
}

impl Reference<'_> {
    // --------------------------------------------------------------------------------------------------------- levels

    /// A column of the scorecard.
    pub(super) fn column_in(&self, level: &str, scene: &Scene<'_>) -> Column {
        let at_level = Scene {
            level: Some(level),
            ..*scene
        };
        Column {
            ask: scene.ask,
            level: level.to_owned(),
            window: self
                .edition
                .period
                .as_ref()
                .map(|_| self.window(crate::calendar::Window::Period, scene)),
            verdict: self.level_in(level, scene),
            rows: self
                .edition
                .requirements()
                .filter_map(|row| self.standing_of(row, level, Only::Asked, &at_level))
                .collect(),
        }
    }

    /// Convention 20: a level's own test replaces its rows and the levels below it. Without one the level asks its rows,
    /// and every level below it the same question. A level that asks nothing is met.
    pub(super) fn level_in(&self, level: &str, scene: &Scene<'_>) -> Truth {
        let Some(at) = self.edition.levels.iter().position(|l| l == level) else {
            return Truth::Unknown;
        };
        let ask = scene.ask.name();
        if !self.may_go_on(scene) || scene.is_under_way("level", level, ask) {
            return Truth::Unknown;
        }
        let link = Link {
            what: "level",
            name: level,
            at: ask,
            up: scene.trail,
        };
        let scene = Scene {
            trail: Some(&link),
            depth: scene.depth + 1,
            file: self.edition,
            words: &[],
            about: About::Partner,
            ..*scene
        };
        if let Some(own) = self.own_test(level, &scene) {
            return match own {
                Truth::NotApplicable => Truth::Yes,
                own => own,
            };
        }
        let mut all = Truth::Yes;
        for below in &self.edition.levels[..=at] {
            let truth = match self.own_test(below, &scene) {
                Some(own) => own,
                None => self.rows_at(below, Only::Asked, Truth::NotApplicable, &scene),
            };
            all = all.and(truth);
            if all == Truth::No {
                break;
            }
        }
        all
    }

    /// The same, asked from the outside: by another program, so deep in its own question.
    pub(super) fn level_asked(&self, level: &str, partner: usize, day: Day, depth: u32) -> Truth {
        let scene = Scene {
            partner,
            day,
            ask: Ask::Enter,
            level: None,
            track: self.assumed_track(),
            mark: None,
            file: self.edition,
            words: &[],
            currency: None,
            about: About::Partner,
            trail: None,
            depth,
        };
        self.level_in(level, &scene)
    }

    /// A level's own `enter` or `retain` test.
    fn own_test(&self, level: &str, scene: &Scene<'_>) -> Option<Truth> {
        let of = self.edition.level.get(level)?;
        let formula = match scene.ask {
            Ask::Enter => of.enter.as_ref(),
            Ask::Retain => of.retain.as_ref(),
        }?;
        let at_level = Scene {
            level: Some(level),
            ..*scene
        };
        Some(self.test(&formula.expr, &at_level))
    }

    /// Every row of one level, at its own thresholds, after what was found before.
    fn rows_at(&self, level: &str, only: Only, so_far: Truth, scene: &Scene<'_>) -> Truth {
        let at_level = Scene {
            level: Some(level),
            ..*scene
        };
        let mut all = so_far;
        for row in self.edition.requirements() {
            if let Some(standing) = self.standing_of(row, level, only, &at_level) {
                all = all.and(standing.verdict);
            }
            if all == Truth::No {
                break;
            }
        }
        all
    }

    /// Convention 21: the rows that both questions ask, of this level and of those below, under the question asked. A
    /// group like any other: where no row is left of it, it is not applicable.
    pub(super) fn matrix(&self, scene: &Scene<'_>) -> Truth {
        let at = scene
            .level
            .and_then(|level| self.edition.levels.iter().position(|l| l == level));
        let Some(at) = at else {
            return Truth::Unknown;
        };
        let scene = Scene {
            file: self.edition,
            words: &[],
            about: About::Partner,
            ..*scene
        };
        let mut all = Truth::NotApplicable;
        for level in &self.edition.levels[..=at] {
            all = self.rows_at(level, Only::Both, all, &scene);
            if all == Truth::No {
                break;
            }
        }
        all
    }

    // ----------------------------------------------------------------------------------------------------------- rows

    /// The id of a row in a test (20): that row at this level, under the question asked. A row that the level does not
    /// ask drops out.
    pub(super) fn row_as_test(&self, id: &str, scene: &Scene<'_>) -> Truth {
        let Some(row) = self.edition.rows.get(id) else {
            return Truth::Unknown;
        };
        let Some(level) = scene.level.or_else(|| self.lowest_level_asking(row)) else {
            return Truth::Unknown;
        };
        let at_level = Scene {
            level: Some(level),
            ..*scene
        };
        self.standing_of(row, level, Only::Asked, &at_level)
            .map_or(Truth::NotApplicable, |standing| standing.verdict)
    }

    /// The lowest level that has a key for a row; the first one where none has.
    pub(super) fn lowest_level_asking(&self, row: &Row) -> Option<&str> {
        let levels = &self.edition.levels;
        let asking = levels.iter().find(|level| has_key(row, level));
        asking.or(levels.first()).map(String::as_str)
    }

    /// Convention 18: does this level ask this row itself?
    fn asks(&self, row: &Row, level: &str, only: Only, scene: &Scene<'_>) -> bool {
        let asked = match only {
            Only::Asked => row.asked.by(scene.ask),
            Only::Both => row.asked == Asked::Both,
        };
        asked && !matches!(self.key_at(row, level, scene), Key::None)
    }

    /// Is a part of this row asked or read, though the row itself may not be?
    fn shows_a_part(&self, row: &Row, level: &str, only: Only, scene: &Scene<'_>) -> bool {
        row.parts.iter().any(|id| {
            self.edition.rows.get(id).is_some_and(|part| {
                self.asks(part, level, only, scene)
                    || is_reading(part)
                    || self.shows_a_part(part, level, only, scene)
            })
        })
    }

    fn key_at<'s>(&self, row: &'s Row, level: &str, scene: &Scene<'_>) -> Key<'s> {
        let limits = match &row.value {
            RowValue::Test { required, .. } => {
                return match required.iter().any(|l| l == level) {
                    true => Key::Required,
                    false => Key::None,
                };
            }
            RowValue::Measure { limits, .. } | RowValue::OfWhich { limits, .. } => limits,
        };
        let Some(limits) = limits else {
            return Key::None;
        };
        match self.on_track(&limits.by_level, scene) {
            Some(by_level) => by_level.get(level).map_or(Key::None, Key::Limit),
            None if has_key(row, level) => Key::OfSomeTrack,
            None => Key::None,
        }
    }

    /// A row and its parts at a level; `None` where nothing of it is shown (18).
    fn standing_of(
        &self,
        row: &Row,
        level: &str,
        only: Only,
        scene: &Scene<'_>,
    ) -> Option<RowStanding> {
        let asked = self.asks(row, level, only, scene);
        if !asked && !is_reading(row) && !self.shows_a_part(row, level, only, scene) {
            return None;
        }
        if !self.may_go_on(scene) || scene.is_under_way("row", &row.id, level) {
            return Some(RowStanding {
                id: row.id.clone(),
                have: Value::Number(Range::UNKNOWN),
                need: None,
                unit: Unit::Count,
                verdict: Truth::Unknown,
                own: Truth::Unknown,
                parts: vec![],
            });
        }
        let link = Link {
            what: "row",
            name: &row.id,
            at: level,
            up: scene.trail,
        };
        let scene = Scene {
            trail: Some(&link),
            depth: scene.depth + 1,
            file: self.edition,
            words: &[],
            about: About::Partner,
            ..*scene
        };
        let mut standing = self.own_standing(row, level, asked, &scene);
        standing.parts = row
            .parts
            .iter()
            .filter_map(|id| self.edition.rows.get(id))
            .filter_map(|part| self.standing_of(part, level, only, &scene))
            .collect();
        let of_all = standing
            .parts
            .iter()
            .map(|part| part.verdict)
            .fold(standing.own, Truth::and);
        // 19: no makes the row not applicable, and its parts with it; unknown leaves a met row met.
        standing.verdict = match self.applies(row, &scene) {
            Truth::No => {
                drop_out(&mut standing.parts);
                Truth::NotApplicable
            }
            Truth::Unknown if !matches!(of_all, Truth::Yes | Truth::NotApplicable) => {
                Truth::Unknown
            }
            _ => of_all,
        };
        Some(standing)
    }

    /// A row's own number and its own comparison. A row that is only read, or shown for the sake of a part, judges
    /// nothing.
    fn own_standing(&self, row: &Row, level: &str, asked: bool, scene: &Scene<'_>) -> RowStanding {
        let key = match asked {
            true => self.key_at(row, level, scene),
            false => Key::None,
        };
        let limit = match &key {
            Key::Limit(limit) => Some(*limit),
            Key::None | Key::Required | Key::OfSomeTrack => None,
        };
        let currency = self.currency_of_row(row, limit, scene);
        let scene = &Scene {
            currency: currency.as_deref(),
            ..*scene
        };
        let have = self.row_value(row, scene);
        let comparison = match &row.value {
            RowValue::Measure { limits, .. } | RowValue::OfWhich { limits, .. } => limits
                .as_ref()
                .map_or(Compare::AtLeast, |l: &Limits| l.compare),
            RowValue::Test { .. } => Compare::AtLeast,
        };
        let (own, threshold) = match key {
            Key::None => (Truth::NotApplicable, None),
            Key::Required => (have.truth(), Some(Val::number(Exact::ONE))),
            Key::OfSomeTrack => (Truth::Unknown, Some(Val::Number(Range::UNKNOWN))),
            Key::Limit(limit) => {
                let need = self.threshold(limit, scene);
                let have = match &have {
                    Val::Set(set) => Val::Number(set.count()),
                    have => have.clone(),
                };
                let own = compare(&have, comparison, &need, self.own_currency());
                (own, Some(need))
            }
        };
        // Money is shown in the currency of the comparison.
        let currency = match (&have, &threshold) {
            (Val::Money(have), Some(Val::Money(need))) => {
                have.plus(need).currency(self.own_currency())
            }
            (Val::Unknown | Val::NotApplicable, Some(Val::Money(need))) => {
                need.currency(self.own_currency())
            }
            _ => None,
        };
        let need = threshold.map(|threshold| Need {
            compare: comparison,
            threshold: match self.shown(threshold, currency.as_deref()).0 {
                Value::Number(range) => range,
                _ => Range::UNKNOWN,
            },
        });
        let is_test = matches!(row.value, RowValue::Test { .. });
        let (have, unit) = match have {
            Val::NotApplicable => (
                Value::NotApplicable,
                currency.map_or(Unit::Count, Unit::Money),
            ),
            have if is_test => (Value::Number(one_or_nothing(have.truth())), Unit::YesNo),
            have => self.shown(have, currency.as_deref()),
        };
        RowStanding {
            id: row.id.clone(),
            have,
            need,
            unit: if is_test { Unit::YesNo } else { unit },
            verdict: own,
            own,
            parts: vec![],
        }
    }

    /// The currency of a row's number: what its threshold names, or the first of them where it is only read.
    pub(super) fn currency_of_row(
        &self,
        row: &Row,
        limit: Option<&crate::source::Limit>,
        scene: &Scene<'_>,
    ) -> Option<String> {
        let (measure, limits) = match &row.value {
            RowValue::Measure { measure, limits } => (
                self.on_track(measure, scene).map(|f| f.expr.clone()),
                limits,
            ),
            RowValue::OfWhich { limits, .. } => (self.narrowed(row, scene), limits),
            RowValue::Test { .. } => return None,
        };
        let first = || {
            let first = limits.as_ref()?.by_level.each().into_iter();
            first.into_iter().find_map(|(_, m)| m.values().next())
        };
        let mut meeting: Vec<&Expr> = measure.iter().collect();
        if let Some(limit) = limit {
            meeting.push(&limit.threshold.from);
            meeting.extend(&limit.threshold.to);
        } else if let Some(first) = first()
            && matches!(first.threshold.from.node, Node::Money(..))
        {
            meeting.push(&first.threshold.from);
        }
        self.currency_of(&meeting, scene)
    }

    /// What a row *has*.
    pub(super) fn row_value(&self, row: &Row, scene: &Scene<'_>) -> Val {
        match &row.value {
            RowValue::Measure { measure, .. } => match self.on_track(measure, scene) {
                Some(formula) => self.eval(&formula.expr, scene),
                None => Val::Unknown,
            },
            RowValue::Test { test, .. } => match self.on_track(test, scene) {
                Some(formula) => Val::test(self.test(&formula.expr, scene)),
                None => Val::Test(Truth::Unknown),
            },
            RowValue::OfWhich { .. } => match self.narrowed(row, scene) {
                Some(expr) => self.eval(&expr, scene),
                None => Val::Unknown,
            },
        }
    }

    /// `of_which`: the parent's number over fewer facts. The parent must be a single count or sum of facts.
    fn narrowed(&self, row: &Row, scene: &Scene<'_>) -> Option<Expr> {
        match &row.value {
            RowValue::Measure { measure, .. } => {
                self.on_track(measure, scene).map(|f| f.expr.clone())
            }
            RowValue::Test { .. } => None,
            RowValue::OfWhich { filter, .. } => {
                let parent = self.edition.rows.get(row.parent.as_ref()?)?;
                let mut expr = self.narrowed(parent, scene)?;
                let facts = match &mut expr.node {
                    Node::Count(Subject::Facts(facts)) | Node::Sum(_, _, facts) => facts,
                    Node::Count(Subject::Set(Set::Distinct { facts, .. })) => facts,
                    _ => return None,
                };
                narrow(facts, &filter.expr);
                Some(expr)
            }
        }
    }

    /// A threshold; a printed range reaches from its first value to its second.
    fn threshold(&self, limit: &Limit, scene: &Scene<'_>) -> Val {
        let from = self.eval(&limit.threshold.from, scene);
        match &limit.threshold.to {
            Some(to) => from.either(self.eval(to, scene)),
            None => from,
        }
    }

    /// Convention 19: does the row apply to the partner? A waiver answers no.
    fn applies(&self, row: &Row, scene: &Scene<'_>) -> Truth {
        if self.is_waived(row, scene) {
            return Truth::No;
        }
        row.applies
            .as_ref()
            .map_or(Truth::Yes, |formula| self.test(&formula.expr, scene))
    }

    /// A `waivers` fact of the program, or of none, that names the row and holds on the day.
    fn is_waived(&self, row: &Row, scene: &Scene<'_>) -> bool {
        let Some(at) = self.evidence.kind("waivers") else {
            return false;
        };
        self.facts(at, scene.partner).iter().any(|fact| {
            let names_row = self
                .key_text(self.kind(at), fact, "requirement")
                .is_some_and(|id| same(&id, &row.id));
            let of_program = self
                .program_named(fact)
                .is_none_or(|p| same(&p, &self.edition.program));
            names_row && of_program && fact.holds(scene.day) == Truth::Yes
        })
    }
}

/// A measure without thresholds is a reading row: always shown, never judged.
fn is_reading(row: &Row) -> bool {
    matches!(
        &row.value,
        RowValue::Measure { limits: None, .. } | RowValue::OfWhich { limits: None, .. }
    )
}

/// Has the row a key for the level, on any track?
fn has_key(row: &Row, level: &str) -> bool {
    match &row.value {
        RowValue::Test { required, .. } => required.iter().any(|l| l == level),
        RowValue::Measure { limits, .. } | RowValue::OfWhich { limits, .. } => {
            limits.as_ref().is_some_and(|l| match &l.by_level {
                PerTrack::All(by_level) => by_level.contains_key(level),
                PerTrack::Each(tracks) => tracks.values().any(|b| b.contains_key(level)),
            })
        }
    }
}

/// Both filters: the facts' own, and the one that narrows them.
fn narrow(facts: &mut Facts, filter: &Expr) {
    let both = match facts.filter.take() {
        Some(own) => Expr {
            at: own.at.clone(),
            node: Node::And(vec![*own, filter.clone()]),
        },
        None => filter.clone(),
    };
    facts.filter = Some(both.into());
}

fn drop_out(parts: &mut [RowStanding]) {
    for part in parts {
        part.verdict = Truth::NotApplicable;
        drop_out(&mut part.parts);
    }
}
