//! Names: the one name space, what the keys of the file name, what nothing uses. Names in expressions are the compiler's.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Findings;
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::expressions::{self, Context, Meaning, Said, facts_of, libraries, named, said};
use crate::program::{Choose, DemoteTo, Published, RowValue};
use crate::syntax::Node;
use crate::vocabulary::FieldType;

pub(super) fn check(findings: &Findings<'_>) {
    clashes(findings);
    header(findings);
    levels(findings);
    references(findings);
    readings(findings);
    parameters(findings);
    for said in said(findings.edition) {
        catalog_items(findings, &said);
    }
    unused(findings);
}

fn clashes(findings: &Findings<'_>) {
    let edition = findings.edition;
    let mut first: BTreeMap<&str, (&str, Place)> = BTreeMap::new();
    for (id, what, place) in edition.ids() {
        let Some((other, at)) = first.get(id) else {
            first.insert(id, (what, place));
            continue;
        };
        let message = if *other == what {
            format!("the {what} `{id}` stands twice")
        } else {
            format!("`{id}` is a {other} and a {what}")
        };
        let at = at.clone();
        findings.report(
            Diagnostic::error("name-clash", message, place.showing(id)).help(format!(
                "all things of a program share one name space; the other one stands at {}:{}",
                at.file, at.line
            )),
            &[],
        );
    }
    for used in libraries(findings.library, edition) {
        for (id, what, place) in used.ids() {
            if let Some((other, at)) = first.get(id) {
                findings.report(
                    Diagnostic::error(
                        "name-clash",
                        format!("`{id}` is a {other} here and a {what} of `{}`", used.name()),
                        at.clone().showing(id),
                    )
                    .help(format!(
                        "a library's names join those of the file; the other one stands at {}:{}",
                        place.file, place.line
                    )),
                    &[],
                );
            }
        }
    }
}

fn header(findings: &Findings<'_>) {
    let (library, edition) = (findings.library, findings.edition);
    for name in &edition.uses {
        let found = name
            .split_once('@')
            .and_then(|(program, id)| library.edition(program, id));
        let all: Vec<String> = library
            .editions
            .iter()
            .filter(|e| e.is_library())
            .map(|e| e.name())
            .collect();
        match found {
            None => findings.unknown(
                format!("`{name}` is no library"),
                findings.header("uses"),
                name,
                all.iter().map(String::as_str),
            ),
            Some(used) if !used.is_library() => findings.report(
                Diagnostic::error(
                    "unknown-name",
                    format!("`{name}` has levels, so it is a program and no library"),
                    findings.header("uses"),
                )
                .help(
                    "programs see each other only through `holds`, `meets` and `enrollments`; \
                     measures that several share stand in a file without `levels`",
                ),
                &[],
            ),
            Some(_) => {}
        }
    }
    for name in &edition.catalogs {
        if !library.vocabulary.catalogs.contains_key(name) {
            findings.unknown(
                format!("`{name}` is no catalog"),
                findings.header("catalogs"),
                name,
                library.vocabulary.catalogs.keys().map(String::as_str),
            );
        }
    }
    if let Some(replaces) = &edition.replaces {
        let others: Vec<&str> = library
            .editions
            .iter()
            .filter(|e| e.program == edition.program && e.edition != edition.edition)
            .map(|e| e.edition.as_str())
            .collect();
        if !others.contains(&replaces.edition.as_str()) {
            findings.unknown(
                format!(
                    "`{}` replaces `{}`, which is no other edition of `{}`",
                    edition.name(),
                    replaces.edition,
                    edition.program
                ),
                findings.header("replaces"),
                &replaces.edition,
                others,
            );
        }
    }
}

/// Every place that names a level of this program, but for expressions.
fn levels(findings: &Findings<'_>) {
    let edition = findings.edition;
    let known = |level: &str| edition.levels.iter().any(|l| l == level);
    let unknown = |what: &str, level: &str, place: Place| {
        findings.unknown(
            format!("{what} names the level `{level}`, which `levels` does not have"),
            place,
            level,
            edition.levels.iter().map(String::as_str),
        );
    };
    for (id, level) in &edition.level {
        if !known(id) {
            unknown(
                &format!("`[level.{id}]`"),
                id,
                level.place.clone().showing(id),
            );
        }
    }
    for row in edition.rows.values() {
        if let Some(limits) = super::limits_of(row) {
            for (_, by_level) in limits.by_level.each() {
                for (level, limit) in by_level.iter().filter(|(l, _)| !known(l)) {
                    let place = limit.place.clone().showing(&row.id);
                    unknown(&format!("`{}`", row.id), level, place);
                }
            }
        }
        if let RowValue::Test { required, .. } = &row.value {
            for level in required.iter().filter(|l| !known(l)) {
                unknown(
                    &format!("`required` of `{}`", row.id),
                    level,
                    row.place.clone(),
                );
            }
        }
        for level in row.printed_up_to.keys().filter(|l| !known(l)) {
            unknown(
                &format!("`printed_up_to` of `{}`", row.id),
                level,
                row.place.clone(),
            );
        }
    }
    let Some(lifecycle) = &edition.lifecycle else {
        return;
    };
    let at = || findings.header("lifecycle");
    for (id, rules) in &lifecycle.level {
        if !known(id) {
            unknown(&format!("`[lifecycle.{id}]`"), id, at());
        }
        if let Some(Published::As(DemoteTo::Level(to))) = &rules.demote_to
            && !known(to)
        {
            unknown(&format!("`demote.to` of `{id}`"), to, at());
        }
    }
    if let Some(Published::As(DemoteTo::Level(to))) = &lifecycle.rules.demote_to
        && !known(to)
    {
        unknown("`demote.to`", to, at());
    }
    for protect in &lifecycle.protect {
        if !known(&protect.level) {
            unknown("`protect`", &protect.level, at());
        }
    }
}

/// What keys name, but for levels and expressions.
fn references(findings: &Findings<'_>) {
    let edition = findings.edition;
    let used = libraries(findings.library, edition);
    if let Some(fee) = &edition.fee
        && let Some(paid) = &fee.paid
        && !edition.test.contains_key(paid)
    {
        findings.unknown(
            format!("the fee is paid by `{paid}`, which is no test"),
            fee.amount.place.clone().showing("fee"),
            paid,
            edition.test.keys().map(String::as_str),
        );
    }
    let mut measures: BTreeSet<&str> = edition.measure.keys().map(String::as_str).collect();
    for library in &used {
        measures.extend(library.measure.keys().map(String::as_str));
    }
    for (id, level) in &edition.level {
        for kpi in &level.kpis {
            if !measures.contains(kpi.as_str()) {
                findings.unknown(
                    format!("the level `{id}` shows the figure `{kpi}`, which is no measure"),
                    level.place.clone().showing(id),
                    kpi,
                    measures.iter().copied(),
                );
            }
        }
    }
    let mut raised: BTreeSet<&str> = edition.rows.keys().map(String::as_str).collect();
    raised.extend(edition.rows.values().map(|r| r.area.as_str()));
    raised.extend(edition.question.keys().map(String::as_str));
    raised.extend(measures.iter().copied());
    for score in edition.score.values() {
        for (_, parts) in score.part.each() {
            raised.extend(parts.keys().map(String::as_str));
        }
    }
    for (id, level) in &edition.level {
        for entry in &level.moves {
            if !entry.raises.is_empty() && !raised.contains(entry.raises.as_str()) {
                findings.unknown(
                    format!(
                        "a move of `{id}` raises `{}`, which is no row and no area",
                        entry.raises
                    ),
                    level.place.clone().showing(id),
                    &entry.raises,
                    raised.iter().copied(),
                );
            }
        }
    }
    for (id, roster) in &edition.roster {
        let roles: BTreeSet<&str> = roster.seats.iter().map(|s| s.role.as_str()).collect();
        for role in roster.capacity.keys() {
            if !roles.contains(role.as_str()) {
                findings.unknown(
                    format!(
                        "`capacity` of `{id}` names the role `{role}`, for which there is no seat"
                    ),
                    roster.place.clone().showing(id),
                    role,
                    roles.iter().copied(),
                );
            }
        }
    }
    if let Some(lifecycle) = &edition.lifecycle
        && let Some(after) = &lifecycle.review.after
        && let Some(enrollments) = findings.library.vocabulary.kinds.get("enrollments")
        && enrollments.field_type(after) != Some(&FieldType::Date)
    {
        let dates = enrollments
            .fields
            .values()
            .filter(|f| f.kind == FieldType::Date)
            .map(|f| f.name.as_str());
        findings.unknown(
            format!("reviews fall after `{after}`, which is no date of an enrollment"),
            findings.header("lifecycle"),
            after,
            dates,
        );
    }
    if let Some(tracks) = &edition.tracks
        && let Choose::Highest(name) = &tracks.choose
        && !edition.score.contains_key(name)
        && !measures.contains(name.as_str())
    {
        findings.unknown(
            format!("the track is the one where `{name}` is highest, which is no score or measure"),
            tracks.place.clone(),
            name,
            edition
                .score
                .keys()
                .map(String::as_str)
                .chain(measures.iter().copied()),
        );
    }
    if let Some(money) = &edition.money
        && let Some(rates) = &money.rates
        && !edition.table.contains_key(rates)
        && !findings.library.vocabulary.kinds.contains_key(rates)
    {
        let kinds = findings.library.vocabulary.kinds.keys();
        findings.unknown(
            format!("the rates stand in `{rates}`, which is no table and no kind of evidence"),
            findings.header("money"),
            rates,
            edition.table.keys().chain(kinds).map(String::as_str),
        );
    }
}

fn readings(findings: &Findings<'_>) {
    let edition = findings.edition;
    let mut known: BTreeSet<&str> = edition.ids().into_iter().map(|(id, _, _)| id).collect();
    known.extend(edition.source.keys().map(String::as_str));
    known.extend(edition.places.keys().map(String::as_str));
    known.extend(
        edition
            .tracks
            .iter()
            .flat_map(|t| t.of.iter().map(String::as_str)),
    );
    known.extend([edition.program.as_str(), edition.edition.as_str()]);
    for used in libraries(findings.library, edition) {
        known.extend(used.ids().into_iter().map(|(id, _, _)| id));
    }
    for reading in &edition.reading {
        // `lifecycle.grace` is about a key of a table at the top of the file.
        let (first, _) = reading
            .about
            .split_once('.')
            .unwrap_or((&reading.about, ""));
        if reading.about.is_empty() {
            findings.report(
                Diagnostic::error(
                    "missing-key",
                    "a reading says nothing of what it is about",
                    reading.place.clone(),
                )
                .help("add about = with the id of the row, list or level that it reads"),
                &[],
            );
        } else if !known.contains(first) {
            findings.unknown(
                format!(
                    "a reading is about `{}`, which nothing here is",
                    reading.about
                ),
                reading.place.clone(),
                &reading.about,
                known.iter().copied(),
            );
        }
        if reading.taken.is_empty() && !reading.settles.is_empty() {
            findings.report(
                Diagnostic::error(
                    "missing-key",
                    format!(
                        "the reading about `{}` settles and gives no reason",
                        reading.about
                    ),
                    reading.place.clone(),
                )
                .help("add taken = with what was taken, and why: it stands in place of the lint"),
                &[],
            );
        }
        for code in &reading.settles {
            let can = super::SETTLED_BY_A_READING;
            if can.contains(&code.as_str()) {
                continue;
            }
            let is_lint = super::CODES.iter().any(|(c, _)| c == code);
            let (message, help) = if is_lint {
                (
                    format!("no reading can settle `{code}`"),
                    "mend what it finds".to_owned(),
                )
            } else {
                (
                    format!("`settles` names `{code}`, which is no lint"),
                    did_you_mean(code, can.iter().copied()),
                )
            };
            findings.report(
                Diagnostic::error("unknown-word", message, reading.place.clone()).help(help),
                &[],
            );
        }
    }
}

fn parameters(findings: &Findings<'_>) {
    for (id, parameter) in &findings.edition.parameter {
        let place = || parameter.place.clone().showing(id);
        if let (Some(least), Some(most)) = (&parameter.least, &parameter.most)
            && least > most
        {
            findings.report(
                Diagnostic::error(
                    "out-of-range",
                    format!("`{id}` is at least {least} and at most {most}, which nothing is"),
                    place(),
                )
                .help("exchange `least` and `most`"),
                &[],
            );
            continue;
        }
        let Some(default) = &parameter.default else {
            continue;
        };
        let below = parameter.least.as_ref().filter(|least| default < least);
        let above = parameter.most.as_ref().filter(|most| default > most);
        let end = match (below, above) {
            (Some(least), _) => format!("may be set to {least} or more"),
            (_, Some(most)) => format!("may be set to {most} or less"),
            (None, None) => continue,
        };
        findings.report(
            Diagnostic::error(
                "out-of-range",
                format!("`{id}` is {default} unless set, and {end}"),
                place(),
            )
            .help("move `default` inside, or widen the range"),
            &[],
        );
    }
}

fn meaning<'a>(findings: &Findings<'a>, name: &str, context: Context<'_>) -> Meaning<'a> {
    expressions::meaning(
        &findings.library.vocabulary,
        findings.edition,
        name,
        context,
    )
}

/// Items of lists that a field of a catalog is looked up in, and that no catalog of the edition has.
fn catalog_items(findings: &Findings<'_>, said: &Said<'_>) {
    let edition = findings.edition;
    said.walk(edition, &mut |expr, context| {
        let Node::In { value, list, .. } = &expr.node else {
            return;
        };
        let (Node::Name(field), Some(list_of), Some(kind)) =
            (&value.node, edition.list.get(list), context.kind)
        else {
            return;
        };
        let vocabulary = &findings.library.vocabulary;
        let place = || list_of.place.clone().showing(list);
        match expressions::field(vocabulary, field, context) {
            Some(FieldType::Catalog) => {
                let known = entries(findings, kind);
                for item in &list_of.items {
                    let what = format!("`{}` of the list `{list}`", item.is);
                    entry(findings, &what, kind, field, &item.is, &known, place());
                }
            }
            Some(FieldType::Word(words)) if !words.open => {
                for item in &list_of.items {
                    if words.all().all(|word| word != item.is) {
                        findings.report(
                            Diagnostic::warning(
                                "unknown-name",
                                format!(
                                    "`{}` of the list `{list}` is no word of `{field}`, so no fact of `{kind}` can have it",
                                    item.is
                                ),
                                place(),
                            )
                            .help(did_you_mean(&item.is, words.all())),
                            &[],
                        );
                    }
                }
            }
            _ => {}
        }
    });
}

fn entries<'a>(findings: &Findings<'a>, kind: &str) -> Vec<&'a str> {
    let catalogs = &findings.edition.catalogs;
    findings
        .library
        .vocabulary
        .catalogs
        .values()
        .filter(|c| catalogs.is_empty() || catalogs.contains(&c.name))
        .filter_map(|c| c.entries.get(kind))
        .flat_map(|of| of.keys().map(String::as_str))
        .collect()
}

/// Warns of a name that is none of a catalog's entries.
fn entry(
    findings: &Findings<'_>,
    what: &str,
    kind: &str,
    field: &str,
    name: &str,
    known: &[&str],
    place: Place,
) {
    if known.contains(&name) {
        return;
    }
    let near = did_you_mean(name, known.iter().copied());
    findings.report(
        Diagnostic::warning(
            "unknown-name",
            format!("{what} is no {field} that a catalog of the edition has, so no fact can be it"),
            place,
        )
        .help(if near.is_empty() {
            format!("add it to a catalog under [{kind}]")
        } else {
            near
        }),
        &[],
    );
}

/// Lists, tests, tables, measures and the like that nothing names; libraries that are used for nothing.
fn unused(findings: &Findings<'_>) {
    let edition = findings.edition;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for said in said(edition) {
        for (facts, _) in said.facts(edition) {
            used.insert(&facts.kind);
        }
        said.walk(edition, &mut |expr, context| {
            for (name, _) in named(expr) {
                let plain = matches!(expr.node, Node::Name(_));
                if !plain || meaning(findings, name, context) == Meaning::Value {
                    used.insert(name);
                }
            }
            for facts in facts_of(expr) {
                used.insert(&facts.kind);
            }
        });
    }
    used.extend(edition.fee.iter().filter_map(|f| f.paid.as_deref()));
    used.extend(edition.money.iter().filter_map(|m| m.rates.as_deref()));
    if let Some(Choose::Highest(name)) = edition.tracks.as_ref().map(|t| &t.choose) {
        used.insert(name);
    }
    for level in edition.level.values() {
        used.extend(level.kpis.iter().map(String::as_str));
        used.extend(level.moves.iter().map(|m| m.raises.as_str()));
    }
    for library in libraries(findings.library, edition) {
        if !library.ids().iter().any(|(id, _, _)| used.contains(id)) {
            findings.report(
                Diagnostic::warning(
                    "unused-name",
                    format!("nothing of `{}` is used", library.name()),
                    findings.header("uses"),
                )
                .help("take it out of `uses`"),
                &[],
            );
        }
    }
    if edition.is_library() {
        // What a library declares is for others to use.
        return;
    }
    // A checklist judges no level: its figures and tests are what it shows.
    let checklist = edition.levels.is_empty() && edition.rows.is_empty();
    let mut declared: Vec<(&str, &str, &Place)> = Vec::new();
    fn all<'a, T>(
        declared: &mut Vec<(&'a str, &'a str, &'a Place)>,
        what: &'a str,
        table: &'a IndexMap<String, T>,
        place: impl Fn(&'a T) -> &'a Place,
    ) {
        declared.extend(table.iter().map(|(id, v)| (id.as_str(), what, place(v))));
    }
    all(&mut declared, "list", &edition.list, |v| &v.place);
    if !checklist {
        all(&mut declared, "test", &edition.test, |v| &v.place);
    }
    all(&mut declared, "table", &edition.table, |v| &v.place);
    all(&mut declared, "parameter", &edition.parameter, |v| &v.place);
    all(&mut declared, "score", &edition.score, |v| &v.place);
    all(&mut declared, "bands", &edition.bands, |v| &v.place);
    all(&mut declared, "roster", &edition.roster, |v| &v.place);
    declared.extend(
        // A measure with a unit is a figure that is shown by itself.
        edition
            .measure
            .iter()
            .filter(|(_, m)| m.unit.is_empty() && !checklist)
            .map(|(id, m)| (id.as_str(), "measure", &m.place)),
    );
    for (id, what, place) in declared {
        if !used.contains(id) {
            findings.report(
                Diagnostic::warning(
                    "unused-name",
                    format!("nothing uses the {what} `{id}`"),
                    place.clone().showing(id),
                )
                .help("take it out, or name it where it was meant to count"),
                &[id],
            );
        }
    }
}
