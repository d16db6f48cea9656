//! Printed ranges and bands: they meet, and share no value.

use super::{Findings, limits_of, on_track, with_parents};
use crate::diagnostic::Diagnostic;
use crate::expressions::{libraries, said};
use crate::number::Exact;
use crate::program::{Band, Bands, Edition, PerTrack, Row, RowValue};
use crate::source::constant;
use crate::syntax::{Compare, Expr, Node, Subject};

pub(super) fn check(findings: &Findings<'_>) {
    for row in findings.edition.rows.values() {
        printed(findings, row);
    }
    for (id, bands) in &findings.edition.bands {
        meet(findings, id, bands);
    }
}

/// The ranges that `printed_up_to` closes above the thresholds of a row.
fn printed(findings: &Findings<'_>, row: &Row) {
    let edition = findings.edition;
    let Some(limits) = limits_of(row).filter(|_| !row.printed_up_to.is_empty()) else {
        return;
    };
    if !matches!(limits.compare, Compare::AtLeast | Compare::More) {
        return;
    }
    let whole = is_whole_row(edition, row);
    let about = with_parents(edition, row);
    let report = |code, message: String, help: String| {
        findings.report(
            Diagnostic::error(code, message, row.place.clone()).help(help),
            &about,
        );
    };
    for (track, by_level) in limits.by_level.each() {
        // Each level with where its range begins and ends, as far as the file says.
        let ranges: Vec<(&str, Option<Exact>, Option<&Exact>)> = edition
            .levels
            .iter()
            .map(|level| {
                let begins = by_level
                    .get(level)
                    .and_then(|l| constant(&l.threshold.from));
                (level.as_str(), begins, row.printed_up_to.get(level))
            })
            .filter(|(_, begins, ends)| begins.is_some() || ends.is_some())
            .collect();
        for (level, begins, ends) in &ranges {
            if let (Some(begins), Some(ends)) = (begins, ends)
                && *ends < begins
            {
                report(
                    "ranges-gap",
                    format!(
                        "`{level}` begins at {begins} and ends at {ends}{}",
                        on_track(track)
                    ),
                    "exchange the two ends, or mend the one that is mistyped".to_owned(),
                );
            }
        }
        for pair in ranges.windows(2) {
            let [(lower, _, Some(ends)), (upper, Some(begins), _)] = pair else {
                continue;
            };
            let inside = limits.compare == Compare::AtLeast;
            let shared = *ends > begins || inside && *ends == begins;
            let next = if inside && whole {
                *ends + &Exact::ONE
            } else {
                (*ends).clone()
            };
            if shared {
                report(
                    "ranges-overlap",
                    format!(
                        "`{lower}` ends at {ends} and `{upper}` begins at {begins}{}",
                        on_track(track)
                    ),
                    format!(
                        "say in a [[reading]] with settles = \"ranges-overlap\" which one {} belongs to, and why",
                        spelled(begins)
                    ),
                );
            } else if next < *begins {
                let begins_after = if inside { "begins at" } else { "begins above" };
                report(
                    "ranges-gap",
                    format!(
                        "`{lower}` ends at {ends} and `{upper}` {begins_after} {begins}{}",
                        on_track(track)
                    ),
                    "say in a [[reading]] with settles = \"ranges-gap\" where what lies between belongs, and why"
                        .to_owned(),
                );
            }
        }
    }
}

/// A small whole number as people write it.
fn spelled(number: &Exact) -> String {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    number
        .to_i64()
        .and_then(|n| WORDS.get(usize::try_from(n).ok()?))
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn is_whole_row(edition: &Edition, row: &Row) -> bool {
    match &row.value {
        RowValue::Measure { measure, .. } => measure
            .each()
            .into_iter()
            .all(|(_, f)| is_whole(edition, &f.expr, 0)),
        RowValue::OfWhich { .. } => row
            .parent
            .as_ref()
            .and_then(|p| edition.rows.get(p))
            .is_some_and(|p| is_whole_row(edition, p)),
        RowValue::Test { .. } => true,
    }
}

/// Is this a whole number whatever the evidence: a count, and sums and products of counts?
fn is_whole(edition: &Edition, expr: &Expr, depth: usize) -> bool {
    // A name that leads back to itself is refused elsewhere; here it only must end.
    if depth > 40 {
        return false;
    }
    let whole = |e: &Expr| is_whole(edition, e, depth + 1);
    let named = |formulas: &PerTrack<crate::source::Formula>| {
        formulas.each().into_iter().all(|(_, f)| whole(&f.expr))
    };
    match &expr.node {
        Node::Number(n) => n.is_whole(),
        Node::Count(Subject::Facts(_) | Subject::Set(_)) | Node::Filled(_) => true,
        Node::Floor(_) | Node::Ceiling(_) => true,
        Node::Arith(op, a, b) => *op != crate::syntax::Arith::Divide && whole(a) && whole(b),
        Node::Of(pick, parts) => *pick != crate::syntax::Pick::Average && parts.iter().all(whole),
        Node::Before(_, inner) => whole(inner),
        Node::If(_, yes, no) => whole(yes) && whole(no),
        Node::Name(name) => {
            edition.measure.get(name).is_some_and(|m| named(&m.is))
                || edition
                    .question
                    .get(name)
                    .is_some_and(|q| matches!(q.answer, crate::program::AnswerType::Scale(..)))
        }
        _ => false,
    }
}

/// Bands that share a value, or leave one out between them.
fn meet(findings: &Findings<'_>, id: &str, bands: &Bands) {
    let place = || bands.place.clone().showing(id);
    let report = |code, message: String, help: &str| {
        findings.report(Diagnostic::error(code, message, place()).help(help), &[id]);
    };
    for band in &bands.rows {
        if let (Some((from, from_inside)), Some((to, to_inside))) = (&band.lower, &band.upper)
            && (from > to || from == to && !(*from_inside && *to_inside))
        {
            report(
                "bad-band",
                format!("no number is in the band of `{id}` from {from} to {to}"),
                "exchange the two ends, or mend the one that is mistyped",
            );
            return;
        }
    }
    let mut rows: Vec<&Band> = bands.rows.iter().collect();
    rows.sort_by(|a, b| {
        let lower = |x: &Band| x.lower.as_ref().map(|(n, inside)| (n.clone(), !inside));
        lower(a).cmp(&lower(b))
    });
    let whole = only_whole(findings, id);
    for pair in rows.windows(2) {
        let [first, second] = pair else { continue };
        let (Some((ends, ends_inside)), Some((begins, begins_inside))) =
            (&first.upper, &second.lower)
        else {
            report(
                "ranges-overlap",
                format!("two bands of `{id}` go on without an end between them"),
                "a band ends with `to` or `below` where the next begins with `above` or `from`",
            );
            continue;
        };
        let shared = ends > begins || ends == begins && *ends_inside && *begins_inside;
        let touches = ends == begins && (*ends_inside != *begins_inside);
        // On whole numbers `to = 3` and `from = 4` meet as well.
        let step = whole && *ends_inside && *begins_inside && &(ends + &Exact::ONE) == begins;
        if shared && ends == begins {
            report(
                "ranges-overlap",
                format!("two bands of `{id}` hold {ends}"),
                "`from` and `to` are inside a band, `above` and `below` are not: keep the number in one",
            );
        } else if shared {
            report(
                "ranges-overlap",
                format!("a band of `{id}` ends at {ends} and the next begins at {begins}"),
                "one number belongs to one band",
            );
        } else if !touches && !step {
            let message = if ends == begins {
                format!("no band of `{id}` holds {ends}")
            } else {
                format!("no band of `{id}` holds what lies between {ends} and {begins}")
            };
            report(
                "ranges-gap",
                message,
                "`from` and `to` are inside a band, `above` and `below` are not: bands must meet",
            );
        }
    }
}

/// Are these bands only ever asked for whole numbers?
fn only_whole(findings: &Findings<'_>, bands: &str) -> bool {
    let mut asked = false;
    let mut whole = true;
    let used = libraries(findings.library, findings.edition);
    for edition in used.into_iter().chain([findings.edition]) {
        for said in said(edition) {
            said.walk(edition, &mut |expr, _| {
                if let Node::Lookup(name, argument) = &expr.node
                    && name == bands
                {
                    asked = true;
                    whole &= is_whole(edition, argument, 0);
                }
            });
        }
    }
    asked && whole
}
