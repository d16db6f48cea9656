//! The published matrix against itself: levels that grow harder, parts within their row, one way of comparing, windows.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::{Reach, distinct_field};
use super::{Findings, limits_of, on, on_track, with_parents};
use crate::diagnostic::{Diagnostic, Place};
use crate::expressions::{Role, closes, facts_of, libraries, parent_facts, said, turned, walk};
use crate::number::{Exact, Range};
use crate::program::{Asked, Edition, Row, RowValue};
use crate::source::{Formula, Limit, constant};
use crate::syntax::{Compare, Expr, Facts, Node, Pick};
use crate::vocabulary::FieldType;
use crate::wording;

pub(super) fn check(findings: &Findings<'_>) {
    let reach = Reach::new(findings);
    for row in findings.edition.rows.values() {
        easier(findings, &reach, row);
        part_above_total(findings, &reach, row);
        parts_exceed_total(findings, &reach, row);
        no_window(findings, row);
    }
    strict_and_lax(findings);
}

/// The currency of a threshold, where it is money.
fn currency(limit: &Limit) -> Option<&str> {
    match &limit.threshold.from.node {
        Node::Money(_, currency) => Some(currency),
        _ => None,
    }
}

/// Does the second threshold certainly ask less than the first?
fn asks_less(reach: &Reach<'_>, compare: Compare, first: &Limit, second: &Limit) -> bool {
    if currency(first) != currency(second) {
        return false;
    }
    let below = |a: &Expr, b: &Expr| {
        let (a, b): (Range, Range) = (reach.number(a, None), reach.number(b, None));
        match (a.most, b.least) {
            (Some(most), Some(least)) => most < least,
            _ => false,
        }
    };
    let ends = |l: &'_ Limit| {
        let from = l.threshold.from.clone();
        let to = l.threshold.to.clone().unwrap_or_else(|| from.clone());
        (from, to)
    };
    let ((first_from, first_to), (second_from, second_to)) = (ends(first), ends(second));
    match compare {
        Compare::AtLeast | Compare::More => {
            below(&second_from, &first_from) || below(&second_to, &first_to)
        }
        _ => below(&first_from, &second_from) || below(&first_to, &second_to),
    }
}

/// A higher level that asks less, or nothing, where a lower one asks.
fn easier(findings: &Findings<'_>, reach: &Reach<'_>, row: &Row) {
    let edition = findings.edition;
    let levels = &edition.levels;
    let settle = "where the source really prints this, say so in a [[reading]] with settles = \"easier-level\"";
    let report = |message: String, help: String, place: Place, levels: &[&str]| {
        let mut about = with_parents(edition, row);
        about.extend(levels);
        findings.report(
            Diagnostic::warning("easier-level", message, place).help(help),
            &about,
        );
    };
    // Which levels ask the row, and with what words.
    let mut columns: Vec<(Option<&str>, Vec<Option<&Limit>>)> = Vec::new();
    let mut asked: Vec<(Option<&str>, Vec<bool>)> = Vec::new();
    match (&row.value, limits_of(row)) {
        (RowValue::Test { required, .. }, _) => {
            asked.push((None, levels.iter().map(|l| required.contains(l)).collect()));
        }
        (_, Some(limits)) => {
            for (track, by_level) in limits.by_level.each() {
                let column: Vec<Option<&Limit>> = levels.iter().map(|l| by_level.get(l)).collect();
                asked.push((track, column.iter().map(Option::is_some).collect()));
                columns.push((track, column));
            }
            for (track, column) in &columns {
                let given: Vec<(usize, &Limit)> = column
                    .iter()
                    .enumerate()
                    .filter_map(|(i, l)| Some((i, (*l)?)))
                    .collect();
                for pair in given.windows(2) {
                    let [(low, first), (high, second)] = pair else {
                        continue;
                    };
                    for (at_word, pair) in reach.by_word(&[first, second]) {
                        let [first, second] = pair.as_slice() else {
                            continue;
                        };
                        if !asks_less(reach, limits.compare, first, second) {
                            continue;
                        }
                        let (low, high) = (&levels[*low], &levels[*high]);
                        report(
                            format!(
                                "`{}`{}{at_word} asks {} of `{low}` and {} of `{high}`, which stands above it",
                                row.id,
                                on_track(*track),
                                first.text.trim(),
                                second.text.trim()
                            ),
                            settle.to_owned(),
                            second.place.clone().showing(&row.id),
                            &[low, high],
                        );
                    }
                }
            }
        }
        _ => {}
    }
    for (track, asked) in asked {
        let hole = asked.iter().enumerate().position(|(i, here)| {
            let below = asked[..i].contains(&true);
            let above = asked[i..].contains(&true);
            // Below the highest that asks, every level should; above it, only where other rows are printed again.
            !here && below && (above || restated(edition, row, &asked, i))
        });
        let Some(hole) = hole else { continue };
        let Some(low) = asked[..hole].iter().rposition(|here| *here) else {
            continue;
        };
        let (low, high) = (&levels[low], &levels[hole]);
        report(
            format!(
                "`{}`{} is asked of `{low}` and not of `{high}`, which stands above it",
                row.id,
                on_track(track)
            ),
            format!("add a key for `{high}`; {settle}"),
            row.place.clone(),
            &[low, high],
        );
    }
}

/// Is it the habit of this table to print a row again at higher levels: does another row of the same form,
/// asked where this one is, stand at level `at` again?
fn restated(edition: &Edition, row: &Row, asked: &[bool], at: usize) -> bool {
    let test = matches!(row.value, RowValue::Test { .. });
    let top = asked[..at].iter().rposition(|here| *here).unwrap_or(0);
    edition.rows.values().any(|other| {
        let asks = |level: usize| {
            let level = &edition.levels[level];
            match (&other.value, limits_of(other)) {
                (RowValue::Test { required, .. }, _) => required.contains(level),
                (_, Some(limits)) => limits
                    .by_level
                    .each()
                    .into_iter()
                    .any(|(_, by_level)| by_level.contains_key(level)),
                _ => false,
            }
        };
        other.id != row.id
            && matches!(other.value, RowValue::Test { .. }) == test
            && asks(top)
            && asks(at)
    })
}

/// A part that asks more than the row that it narrows.
fn part_above_total(findings: &Findings<'_>, reach: &Reach<'_>, row: &Row) {
    let edition = findings.edition;
    let (RowValue::OfWhich { .. }, Some(limits)) = (&row.value, limits_of(row)) else {
        return;
    };
    let Some(parent) = row.parent.as_ref().and_then(|p| edition.rows.get(p)) else {
        return;
    };
    let Some(total) = limits_of(parent) else {
        return;
    };
    let rising = |c: Compare| matches!(c, Compare::AtLeast | Compare::More);
    if !rising(limits.compare) || !rising(total.compare) {
        return;
    }
    for (track, by_level) in limits.by_level.each() {
        for (level, limit) in by_level {
            let Some(of_total) = on(&total.by_level, track)
                .into_iter()
                .find_map(|t| t.get(level))
            else {
                continue;
            };
            for (at_word, pair) in reach.by_word(&[limit, of_total]) {
                let [limit, of_total] = pair.as_slice() else {
                    continue;
                };
                if !asks_less(reach, Compare::AtLeast, limit, of_total) {
                    continue;
                }
                let about = with_parents(edition, row);
                findings.report(
                    Diagnostic::warning(
                        "part-above-total",
                        format!(
                            "at `{level}`{}{at_word} the part `{}` asks {}, and its row `{}` only {}",
                            on_track(track),
                            row.id,
                            limit.text.trim(),
                            parent.id,
                            of_total.text.trim()
                        ),
                        limit.place.clone().showing(&row.id),
                    )
                    .help("what counts in the part counts in the row as well: look whether the two are exchanged"),
                    &about,
                );
            }
        }
    }
}

/// Parts that share no fact and together ask more than the row.
fn parts_exceed_total(findings: &Findings<'_>, reach: &Reach<'_>, row: &Row) {
    let edition = findings.edition;
    let Some(total) = limits_of(row).filter(|l| l.compare == Compare::AtLeast) else {
        return;
    };
    let parts: Vec<(&Row, &Expr)> = row
        .parts
        .iter()
        .filter_map(|id| edition.rows.get(id))
        .filter_map(|part| match (&part.value, limits_of(part)) {
            (RowValue::OfWhich { filter, .. }, Some(limits))
                if limits.compare == Compare::AtLeast =>
            {
                Some((part, &filter.expr))
            }
            _ => None,
        })
        .collect();
    if parts.len() < 2 {
        return;
    }
    let Some(facts) = parts
        .first()
        .and_then(|(part, _)| parent_facts(edition, &part.id))
    else {
        return;
    };
    let apart = |a: &Expr, b: &Expr| disjoint(findings, reach, row, facts, a, b);
    for (track, by_level) in total.by_level.each() {
        for level in &edition.levels {
            let Some(total) = by_level.get(level) else {
                continue;
            };
            let mut chosen: Vec<(&Row, &Expr, &Limit)> = Vec::new();
            for (part, filter) in &parts {
                let limit = limits_of(part).and_then(|l| {
                    let by_level = on(&l.by_level, track).into_iter().next()?;
                    by_level.get(level)
                });
                if let Some(limit) = limit
                    && chosen.iter().all(|(_, other, _)| apart(filter, other))
                {
                    chosen.push((part, filter, limit));
                }
            }
            if chosen.len() < 2 {
                continue;
            }
            let names: Vec<String> = chosen
                .iter()
                .map(|(p, _, _)| format!("`{}`", p.id))
                .collect();
            let mut about = with_parents(edition, row);
            about.extend(chosen.iter().map(|(p, _, _)| p.id.as_str()));
            let limits: Vec<&Limit> = std::iter::once(total)
                .chain(chosen.iter().map(|(.., limit)| *limit))
                .collect();
            for (at_word, limits) in reach.by_word(&limits) {
                let numbers = limits.iter().map(|l| constant(&l.threshold.from));
                let Some(numbers) = numbers.collect::<Option<Vec<Exact>>>() else {
                    continue;
                };
                let [asked, of_parts @ ..] = numbers.as_slice() else {
                    continue;
                };
                let sum: Exact = of_parts.iter().cloned().sum();
                if sum <= *asked {
                    continue;
                }
                findings.report(
                    Diagnostic::note(
                        "parts-exceed-total",
                        format!(
                            "at `{level}`{}{at_word} the parts {} of `{}` share nothing and ask {sum} together, the row only {asked}",
                            on_track(track),
                            names.join(" and "),
                            row.id
                        ),
                        row.place.clone(),
                    )
                    .help("who meets the parts meets the row: look whether a number is mistyped"),
                    &about,
                );
            }
        }
    }
}

/// Can nothing that the row counts be in both parts?
fn disjoint(
    findings: &Findings<'_>,
    reach: &Reach<'_>,
    row: &Row,
    facts: &Facts,
    a: &Expr,
    b: &Expr,
) -> bool {
    let kind = findings.library.vocabulary.kinds.get(&facts.kind);
    let counted = distinct_field(row);
    let (a, b) = (
        reach.accepted(&facts.kind, &[a]),
        reach.accepted(&facts.kind, &[b]),
    );
    a.into_iter().any(|(field, words)| {
        let Some(others) = b.get(&field) else {
            return false;
        };
        // Facts are told apart by any field; what is counted once for several facts only by a field that is the
        // same on all of them: the one counted, or one that the counted entry of a catalog fills in.
        let tells = counted.is_none_or(|counted| {
            counted == field
                || kind.is_some_and(|k| {
                    k.catalog_column() == Some(counted) && k.catalog.contains_key(&field)
                })
        });
        tells && words.and(others.clone()).is_none()
    })
}

/// A number that is compared with `>` in one place and with `>=` in another, or with `<` and `<=`.
fn strict_and_lax(findings: &Findings<'_>) {
    let edition = findings.edition;
    // By the number's text and the direction: how, in what and where it is compared.
    type Comparisons<'a> = Vec<(Compare, &'a str, Place)>;
    let mut seen: BTreeMap<(String, bool), Comparisons<'_>> = BTreeMap::new();
    let mut add = |number: String, compare: Compare, of, place| {
        let up = match compare {
            Compare::More | Compare::AtLeast => true,
            Compare::Less | Compare::AtMost => false,
            Compare::Equal | Compare::NotEqual => return,
        };
        seen.entry((number, up))
            .or_default()
            .push((compare, of, place));
    };
    for row in edition.rows.values() {
        let (RowValue::Measure { measure, .. }, Some(limits)) = (&row.value, limits_of(row)) else {
            continue;
        };
        // "More than nothing" says "any at all" and draws no line beside another.
        let nothing = limits.by_level.each().into_iter().all(|(_, by_level)| {
            by_level
                .values()
                .all(|l| constant(&l.threshold.from).is_some_and(|n| n.is_zero()))
        });
        for (_, formula) in measure.each() {
            if !nothing {
                add(
                    wording::expr(&formula.expr),
                    limits.compare,
                    row.id.as_str(),
                    row.place.clone(),
                );
            }
        }
    }
    for said in said(edition) {
        said.walk(edition, &mut |expr, context| {
            let Node::Compare(compare, a, b) = &expr.node else {
                return;
            };
            if context.kind.is_some() {
                return;
            }
            let (number, compare, line) = match (fixed(a), fixed(b)) {
                (None, Some(line)) => (a, *compare, line),
                (Some(line), None) => (b, turned(*compare), line),
                _ => return,
            };
            if !line.is_zero() {
                add(
                    wording::expr(number),
                    compare,
                    said.of,
                    said.place_of(&expr.at),
                );
            }
        });
    }
    for ((number, up), uses) in seen {
        let strict = if up { Compare::More } else { Compare::Less };
        let first = |wanted: bool| uses.iter().find(|(c, _, _)| (*c == strict) == wanted);
        let (Some((sharp, of_sharp, at_sharp)), Some((lax, of_lax, at_lax))) =
            (first(true), first(false))
        else {
            continue;
        };
        let mut about: Vec<&str> = uses.iter().map(|(_, of, _)| *of).collect();
        about.push(&number);
        findings.report(
            Diagnostic::warning(
                "strict-and-lax",
                format!(
                    "`{number}` is compared with `{}` in `{of_sharp}` and with `{}` in `{of_lax}`",
                    wording::compare(*sharp),
                    wording::compare(*lax)
                ),
                at_sharp.clone(),
            )
            .help(format!(
                "the other one stands in line {}; where both are printed, say so in a [[reading]] with settles = \"strict-and-lax\"",
                at_lax.line
            )),
            &about,
        );
    }
}

/// The number of an expression without names: `4`, `50% * 3`, `5 USD`.
fn fixed(expr: &Expr) -> Option<Exact> {
    match &expr.node {
        Node::Money(n, _) => Some(n.clone()),
        _ => constant(expr),
    }
}

/// A row over facts that never close, which looks at all that ever were.
fn no_window(findings: &Findings<'_>, row: &Row) {
    let edition = findings.edition;
    if edition.period.is_none() || row.asked == Asked::Enter {
        return;
    }
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let used = libraries(findings.library, edition);
    for said in said(edition) {
        if said.of == row.id && matches!(said.role, Role::Measure | Role::RowTest) {
            said.walk(edition, &mut |expr, _| {
                unwindowed(findings, expr, &mut kinds);
                names(&used, edition, expr, &mut named, &mut |inner| {
                    unwindowed(findings, inner, &mut kinds);
                });
            });
        }
    }
    for kind in kinds {
        let about = with_parents(edition, row);
        findings.report(
            Diagnostic::note(
                "no-window",
                format!(
                    "`{}` looks at all `{kind}` that ever were: they never close, and no window is given",
                    row.id
                ),
                row.place.clone(),
            )
            .help(format!(
                "write `{kind} in period`, or asked = \"enter\" where it is asked once; where all of them count, say so in a [[reading]] with settles = \"no-window\""
            )),
            &about,
        );
    }
}

/// Follows a name to what the edition and its libraries say it is, each name once.
fn names<'a>(
    used: &[&'a Edition],
    edition: &'a Edition,
    expr: &'a Expr,
    named: &mut BTreeSet<&'a str>,
    visit: &mut impl FnMut(&'a Expr),
) {
    let Node::Name(name) = &expr.node else { return };
    if !named.insert(name) {
        return;
    }
    let mut formulas: Vec<&'a Formula> = Vec::new();
    for of in std::iter::once(&edition).chain(used) {
        if let Some(measure) = of.measure.get(name) {
            formulas.extend(on(&measure.is, None));
        }
        if let Some(test) = of.test.get(name) {
            formulas.extend(on(&test.is, None));
        }
        if let Some(score) = of.score.get(name) {
            for parts in on(&score.part, None) {
                formulas.extend(parts.values().map(|p| &p.points));
            }
        }
    }
    for formula in formulas {
        let mut inner = Vec::new();
        walk(
            &formula.expr,
            crate::expressions::Context::default(),
            &mut |expr, _| {
                inner.push(expr);
            },
        );
        for expr in inner {
            visit(expr);
            names(used, edition, expr, named, visit);
        }
    }
}

/// The kinds whose facts this piece chooses without any end: no window, no date in the filter, and no close.
fn unwindowed<'a>(findings: &Findings<'a>, expr: &Expr, kinds: &mut BTreeSet<&'a str>) {
    if matches!(expr.node, Node::Picked(Pick::Latest, ..)) {
        return;
    }
    for facts in facts_of(expr) {
        let Some((name, kind)) = findings.library.vocabulary.kinds.get_key_value(&facts.kind)
        else {
            continue;
        };
        let dated = facts.filter.as_ref().is_some_and(|filter| {
            let mut dated = false;
            walk(
                filter,
                crate::expressions::Context::default(),
                &mut |e, _| {
                    dated |= match &e.node {
                        Node::InWindow { .. } | Node::Day | Node::Date(_) => true,
                        Node::Name(name) => kind.field_type(name) == Some(&FieldType::Date),
                        _ => false,
                    };
                },
            );
            dated
        });
        let opens = !kind.holds.from.is_empty();
        if opens && !closes(kind) && facts.window.is_none() && !facts.pending && !dated {
            kinds.insert(name);
        }
    }
}
