//! Every number says where it is printed, and what was not read at its publisher is marked.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::expressions::{Body, Role, Said, said};
use crate::program::{AnswerType, Edition};
use crate::syntax::Node;

/// Words by which a citation says that no document is behind it.
const NO_SOURCE: &[&str] = &["made-up", "ours"];

/// Something of an edition with its citation.
struct Cited<'a> {
    id: &'a str,
    what: &'static str,
    cite: String,
    place: Place,
    /// Does it carry a number, a date, a duration or a list that somebody printed?
    printed: bool,
}

pub(super) fn check(findings: &Findings<'_>) {
    let edition = findings.edition;
    let mut rests_on: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for cited in all(findings) {
        let id = cited.id;
        if cited.cite.trim().is_empty() {
            if cited.printed {
                findings.report(
                    Diagnostic::warning(
                        "uncited",
                        format!("the {} `{id}` does not say where it is printed", cited.what),
                        cited.place,
                    )
                    .help("add cite = with the source's id and the place in it: \"guide p. 4\""),
                    &[id],
                );
            }
            continue;
        }
        let first = first_word(&cited.cite);
        if let Some((source, document)) = edition.source.get_key_value(first) {
            if document.second_hand {
                rests_on.entry(source).or_default().insert(id);
            }
        } else if !NO_SOURCE.contains(&first) && !edition.source.is_empty() {
            let near = did_you_mean(first, edition.source.keys().map(String::as_str));
            let known: Vec<&str> = edition.source.keys().map(String::as_str).collect();
            findings.report(
                Diagnostic::warning(
                    "uncited",
                    format!(
                        "the citation of the {} `{id}` begins with `{first}`, which is no source of the file",
                        cited.what
                    ),
                    cited.place,
                )
                .help(if near.is_empty() {
                    format!("begin it with one of {}", known.join(", "))
                } else {
                    near
                }),
                &[id],
            );
        }
    }
    second_hand(findings, rests_on);
}

/// The source's id, with which a citation begins.
fn first_word(cite: &str) -> &str {
    cite.split([' ', ',', ';']).next().unwrap_or("")
}

/// One note for each such source, not one for each row: whoever reads the list wants to know what rests on it.
fn second_hand(findings: &Findings<'_>, rests_on: BTreeMap<&str, BTreeSet<&str>>) {
    for (source, ids) in rests_on {
        let Some(document) = findings.edition.source.get(source) else {
            continue;
        };
        let (settled, open): (Vec<&str>, Vec<&str>) = ids
            .into_iter()
            .partition(|id| super::is_settled(findings.edition, "second-hand", &[id]));
        for id in settled {
            // Kept, so that its reading is not taken for an idle one.
            findings.report(
                Diagnostic::note("second-hand", "", document.place.clone()),
                &[id],
            );
        }
        let named = match open.as_slice() {
            [] => continue,
            [one] => format!("`{one}` rests on it"),
            [a, b] => format!("`{a}` and `{b}` rest on it"),
            [a, b, rest @ ..] => format!("`{a}`, `{b}` and {} more rest on it", rest.len()),
        };
        findings.report(
            Diagnostic::note(
                "second-hand",
                format!("`{source}` was not read at its publisher, and {named}"),
                document.place.clone(),
            )
            .help(
                "read the original, or leave it: what rests on it is marked wherever it is shown",
            ),
            &[source],
        );
    }
}

/// Does an expression carry a number, money, a date or a duration of its own?
fn carries_number(edition: &Edition, said: &Said<'_>) -> bool {
    let mut carries = matches!(said.body, Body::Limit(_));
    said.walk(edition, &mut |expr, _| {
        carries |= matches!(
            expr.node,
            Node::Number(_)
                | Node::Money(..)
                | Node::Date(_)
                | Node::Duration(_)
                | Node::AtLeast(..)
                | Node::Held(..)
                | Node::Once(..)
                | Node::Before(..)
        );
    });
    carries
}

/// Everything of an edition that has a citation, or should.
fn all<'a>(findings: &Findings<'a>) -> Vec<Cited<'a>> {
    let edition = findings.edition;
    let mut numbers: BTreeSet<&str> = BTreeSet::new();
    for said in said(edition) {
        if said.role != Role::Benchmark && carries_number(edition, &said) {
            numbers.insert(said.score.unwrap_or(said.of));
        }
    }
    let mut all = Vec::new();
    let mut add = |id: &'a str, what, cite: &str, place: &Place, printed| {
        all.push(Cited {
            id,
            what,
            cite: cite.to_owned(),
            place: place.clone().showing(id),
            printed,
        });
    };
    for row in edition.rows.values() {
        // A row is a line of the published table, whether it holds a number or a tick.
        let cite = edition.cite_of(row);
        if row.parent.is_none() || !row.cite.is_empty() {
            add(&row.id, "row", &cite, &row.place, true);
        }
    }
    for (id, level) in &edition.level {
        let printed = numbers.contains(id.as_str());
        add(id, "level", &level.cite, &level.place, printed);
        for entry in &level.moves {
            add(
                id,
                "next step of the level",
                &entry.cite,
                &level.place,
                true,
            );
        }
    }
    for (id, list) in &edition.list {
        add(id, "list", &list.cite, &list.place, !list.items.is_empty());
    }
    for (id, test) in edition.test.iter().chain(&edition.stage) {
        add(
            id,
            "test",
            &test.cite,
            &test.place,
            numbers.contains(id.as_str()),
        );
    }
    for (id, table) in &edition.table {
        add(id, "table", &table.cite, &table.place, true);
    }
    for (id, bands) in &edition.bands {
        add(id, "bands", &bands.cite, &bands.place, true);
    }
    for (id, roster) in &edition.roster {
        add(id, "roster", &roster.cite, &roster.place, true);
    }
    for (id, measure) in &edition.measure {
        let printed = numbers.contains(id.as_str());
        add(id, "measure", &measure.cite, &measure.place, printed);
        for benchmark in &measure.benchmark {
            add(id, "benchmark of", &benchmark.cite, &measure.place, true);
        }
    }
    for (id, question) in &edition.question {
        let scored = matches!(question.answer, AnswerType::Scored(_))
            || numbers.contains(id.as_str())
            || question.within.is_some();
        add(id, "question", &question.cite, &question.place, scored);
    }
    for (id, parameter) in &edition.parameter {
        // What the user sets is the user's; a default that somebody printed may still say where.
        add(id, "parameter", &parameter.cite, &parameter.place, false);
    }
    for (id, score) in &edition.score {
        let printed = score.out_of.is_some()
            || score.weights_add_to.is_some()
            || numbers.contains(id.as_str());
        add(id, "score", &score.cite, &score.place, printed);
    }
    if let Some(tracks) = &edition.tracks {
        add("tracks", "key", &tracks.cite, &tracks.place, true);
    }
    if let Some(fee) = &edition.fee {
        add("fee", "key", &fee.cite, &findings.header("fee"), true);
    }
    if let Some(period) = &edition.period {
        add(
            "period",
            "key",
            &period.cite,
            &findings.header("period"),
            true,
        );
    }
    if let Some(lifecycle) = &edition.lifecycle {
        add(
            "lifecycle",
            "key",
            &lifecycle.cite,
            &findings.header("lifecycle"),
            true,
        );
    }
    if let Some(money) = &edition.money {
        add(
            "money",
            "key",
            &money.cite,
            &findings.header("money"),
            false,
        );
    }
    all
}
