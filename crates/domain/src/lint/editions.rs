//! Editions against each other: days with two in force or none, and what changed from one to the next.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, is_settled, limits_of};
use crate::calendar::{Day, Span};
use crate::diagnostic::{Diagnostic, Place};
use crate::expressions::said;
use crate::library::Library;
use crate::program::{Edition, Item, Row, RowValue};
use crate::syntax::{Compare, Node};
use crate::wording;

/// What a reading about the days of an edition may be about.
fn about_days(edition: &Edition) -> [&str; 4] {
    [&edition.edition, &edition.program, "in_force", "replaces"]
}

fn header(edition: &Edition, key: &str) -> Place {
    edition
        .places
        .get(key)
        .cloned()
        .unwrap_or_else(|| Place::file(edition.file.clone()))
}

pub(super) fn check_library(library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    twice(library, &mut found);
    for program in library.programs() {
        days(library, program, &mut found);
    }
    rings(library, &mut found);
    circles(library, &mut found);
    found
}

/// Two files that say they are the same edition.
fn twice(library: &Library, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(String, u32), &Edition> = BTreeMap::new();
    for edition in &library.editions {
        let key = (edition.name(), edition.revision);
        if let Some(other) = first.get(&key) {
            found.push(
                Diagnostic::error(
                    "name-clash",
                    format!("`{}` stands in two files", edition.name()),
                    header(edition, "edition"),
                )
                .help(format!(
                    "the other one is {}; what mends it says revision = {}",
                    other.file,
                    edition.revision + 1
                )),
            );
        } else {
            first.insert(key, edition);
        }
    }
}

/// Days with two editions in force, or with none.
fn days(library: &Library, program: &str, found: &mut Vec<Diagnostic>) {
    let mut editions: Vec<(&Edition, Span)> = Vec::new();
    for edition in library.editions_of(program) {
        // Of several revisions the last one governs; one that was taken back governs nobody who is asked now.
        let last = library
            .edition(program, &edition.edition)
            .is_some_and(|e| e.revision == edition.revision);
        if edition.is_library() || !last || edition.withdrawn.is_some() {
            continue;
        }
        let span = library.in_force(edition);
        if span.is_empty() {
            let until = span.end;
            found.push(
                Diagnostic::error(
                    "editions-gap",
                    format!("`{}` is in force on no day", edition.name()),
                    header(edition, "in_force"),
                )
                .help(format!(
                    "it begins on {} and ends on {until}: the edition that replaces it begins first, or the two days are exchanged",
                    span.first
                )),
            );
            continue;
        }
        editions.push((edition, span));
    }
    editions.sort_by_key(|(_, span)| (span.first, span.end));
    let mut reached: Option<(&Edition, Day)> = None;
    for (edition, span) in &editions {
        if let Some((before, end)) = reached {
            let named = |text: &str| format!("`{}` and `{}` {text}", before.name(), edition.name());
            if before.name() == edition.name() {
                // Reported as one edition in two files.
            } else if span.first < end {
                found.push(
                    Diagnostic::error(
                        "editions-overlap",
                        named(&format!("are both in force on {}", span.first)),
                        header(edition, "in_force"),
                    )
                    .help(format!(
                        "add replaces = {{ edition = \"{}\" }} to the newer one, which ends the older on its first day; days on which a partner may choose are accepted_until and early_from",
                        before.edition
                    )),
                );
            } else if span.first > end
                && !is_settled(edition, "editions-gap", &about_days(edition))
                && !is_settled(before, "editions-gap", &about_days(before))
            {
                found.push(
                    Diagnostic::warning(
                        "editions-gap",
                        format!(
                            "no edition of `{program}` is in force from {end} until {}",
                            span.first
                        ),
                        header(edition, "in_force"),
                    )
                    .help(format!(
                        "leave out `until` of `{}` where the publication prints no end, or say in a [[reading]] about in_force with settles = \"editions-gap\" what holds between",
                        before.edition
                    )),
                );
            }
        }
        if reached.is_none_or(|(_, end)| span.end > end) {
            reached = Some((edition, span.end));
        }
    }
}

/// Libraries that use each other in a ring.
fn rings(library: &Library, found: &mut Vec<Diagnostic>) {
    let mut reported: BTreeSet<String> = BTreeSet::new();
    for edition in &library.editions {
        if reported.contains(&edition.name()) {
            continue;
        }
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut next: Vec<String> = edition.uses.clone();
        while let Some(name) = next.pop() {
            if name == edition.name() {
                found.push(
                    Diagnostic::error(
                        "cycle",
                        format!("`{name}` uses itself, directly or through others"),
                        header(edition, "uses"),
                    )
                    .help("take the name out of one `uses` on the way round"),
                );
                reported.extend(seen);
                break;
            }
            if seen.insert(name.clone())
                && let Some((program, id)) = name.split_once('@')
                && let Some(used) = library.edition(program, id)
            {
                next.extend(used.uses.iter().cloned());
            }
        }
    }
}

/// Programs that ask each other's standing in a circle.
fn circles(library: &Library, found: &mut Vec<Diagnostic>) {
    // By program: the other programs that it names, each with the edition and the first place that does.
    let mut asks: BTreeMap<&str, BTreeMap<&str, (&Edition, Place)>> = BTreeMap::new();
    for edition in &library.editions {
        for said in said(edition) {
            said.walk(edition, &mut |expr, context| {
                let other = match &expr.node {
                    Node::Holds { program, .. } | Node::Meets { program, .. } => program.as_ref(),
                    // `enrollments where program = other`.
                    Node::Compare(Compare::Equal, field, word)
                        if context.kind == Some("enrollments") =>
                    {
                        match (&field.node, &word.node) {
                            (Node::Name(field), Node::Name(word)) if field == "program" => {
                                Some(word)
                            }
                            _ => None,
                        }
                    }
                    _ => None,
                };
                if let Some(other) = other.filter(|o| **o != edition.program) {
                    asks.entry(&edition.program)
                        .or_default()
                        .entry(other)
                        .or_insert_with(|| (edition, said.place_of(&expr.at)));
                }
            });
        }
    }
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for (program, others) in &asks {
        for (other, (_, place)) in others {
            let mut seen: BTreeSet<&str> = BTreeSet::new();
            let mut next = vec![*other];
            while let Some(name) = next.pop() {
                if seen.insert(name) {
                    next.extend(asks.get(name).into_iter().flat_map(|o| o.keys().copied()));
                }
            }
            if seen.contains(program) && !reported.contains(program) {
                reported.extend(seen);
                found.push(
                    Diagnostic::error(
                        "cycle",
                        format!("`{program}` asks for a standing in `{other}`, which asks for one in `{program}`, directly or through others"),
                        place.clone(),
                    )
                    .help("programs may ask each other only in one direction"),
                );
            }
        }
    }
}

/// The edition before this one: the one that it replaces, else the last that began earlier.
pub(crate) fn before<'a>(library: &'a Library, edition: &Edition) -> Option<&'a Edition> {
    if let Some(replaces) = &edition.replaces {
        return library
            .edition(&edition.program, &replaces.edition)
            .map(|e| &**e);
    }
    library
        .editions_of(&edition.program)
        .into_iter()
        .filter(|e| e.in_force_from < edition.in_force_from && e.withdrawn.is_none())
        .map(|e| &**e)
        .next_back()
}

pub(super) fn check_against_the_one_before(findings: &Findings<'_>) {
    let Some(old) = before(findings.library, findings.edition) else {
        return;
    };
    lone_cells(findings, old);
    undated_items(findings, old);
}

/// The cells of a row by level and track, each as its text, and as the file writes it.
fn cells(row: &Row) -> BTreeMap<(String, String), (String, String, Option<Place>)> {
    let mut cells = BTreeMap::new();
    if let Some(limits) = limits_of(row) {
        for (track, by_level) in limits.by_level.each() {
            for (level, limit) in by_level {
                cells.insert(
                    (level.clone(), track.unwrap_or("").to_owned()),
                    (
                        wording::limit(limit),
                        limit.text.trim().to_owned(),
                        Some(limit.place.clone()),
                    ),
                );
            }
        }
    }
    if let RowValue::Test { required, .. } = &row.value {
        for level in required {
            cells.insert(
                (level.clone(), String::new()),
                ("required".to_owned(), "required".to_owned(), None),
            );
        }
    }
    cells
}

/// A cell that changed alone: no other of its row, and none of its level.
fn lone_cells(findings: &Findings<'_>, old: &Edition) {
    let edition = findings.edition;
    // Row, level, what it was, what it is, and where.
    let mut changed: Vec<(&Row, String, String, String, Place)> = Vec::new();
    for row in edition.rows.values() {
        let Some(was) = old.rows.get(&row.id) else {
            continue;
        };
        let (was, is) = (cells(was), cells(row));
        let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
        for key in keys {
            let (a, b) = (was.get(key), is.get(key));
            if a.map(|c| &c.0) == b.map(|c| &c.0) {
                continue;
            }
            let text = |cell: Option<&(String, String, Option<Place>)>| {
                cell.map_or("not asked".to_owned(), |c| c.1.clone())
            };
            let place = b
                .and_then(|c| c.2.clone())
                .map_or_else(|| row.place.clone(), |p| p.showing(&row.id));
            changed.push((row, key.0.clone(), text(a), text(b), place));
        }
    }
    for (row, level, was, is, place) in &changed {
        let others = |same: &dyn Fn(&Row, &str) -> bool| {
            changed
                .iter()
                .filter(|(r, l, ..)| (&r.id, l) != (&row.id, level) && same(r, l))
                .count()
        };
        let alone = others(&|r, _| r.id == row.id) == 0 && others(&|_, l| l == level) == 0;
        // With a single level every change is the only one of its row.
        if alone && edition.levels.len() > 1 {
            findings.report(
                Diagnostic::note(
                    "one-cell-changed",
                    format!(
                        "`{}` at `{level}` was {was} in `{}` and is {is}; nothing else of its row or its level changed",
                        row.id, old.edition
                    ),
                    place.clone(),
                )
                .help("look it up once more; where it is printed so, say it in a [[reading]] with settles = \"one-cell-changed\""),
                &[&row.id],
            );
        }
    }
}

/// Items that a list gained or lost between two editions, and no day says since when.
fn undated_items(findings: &Findings<'_>, old: &Edition) {
    let edition = findings.edition;
    for (id, list) in &edition.list {
        let Some(was) = old.list.get(id) else {
            continue;
        };
        let find = |items: &[Item], is: &str| -> Option<Item> {
            items.iter().find(|i| i.is == is).cloned()
        };
        let place = || list.place.clone().showing(id);
        for item in &list.items {
            if item.from.is_none() && find(&was.items, &item.is).is_none() {
                findings.report(
                    Diagnostic::warning(
                        "list-item-undated",
                        format!(
                            "`{}` is new in `{id}` against `{}` and does not say since when",
                            item.is, old.edition
                        ),
                        place(),
                    )
                    .help("add from = with the first day on which it counts"),
                    &[id],
                );
            }
        }
        for item in &was.items {
            let ended = item
                .until
                .zip(edition.in_force_from)
                .is_some_and(|(until, from)| until <= from);
            if !ended && find(&list.items, &item.is).is_none() {
                findings.report(
                    Diagnostic::warning(
                        "list-item-undated",
                        format!(
                            "`{}` was in `{id}` of `{}` and is gone without a day",
                            item.is, old.edition
                        ),
                        place(),
                    )
                    .help(format!(
                        "keep it as {{ is = \"{}\", until = … }} with the first day on which it no longer counts",
                        item.is
                    )),
                    &[id],
                );
            }
        }
    }
}
