//! Worked cases: small evidence, a day, and what is expected. They ship beside the rule that they show.
//!
//! Knows nothing of files; a case's tables stand in the program file as text.

use std::sync::Arc;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place, Severity, did_you_mean, listed};
use crate::engine::{Engine, Programs};
use crate::intake;
use crate::ledger::Ledger;
use crate::library::{Assumptions, Library};
use crate::number::{Exact, Range};
use crate::program::{Ask, Case, Edition, Then};
use crate::source::constant;
use crate::standing::{Column, RowStanding, Truth, Value};
use crate::syntax;

/// What running an edition's cases found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many cases were run.
    pub cases: usize,
    /// How many single expectations were held against the engine.
    pub checks: usize,
    /// Every expectation that failed, and every slip in a case's own tables.
    pub problems: Vec<Diagnostic>,
}

/// Runs every case of an edition.
pub fn run(programs: &Arc<Programs>, edition: &Edition) -> Outcome {
    let mut outcome = Outcome::default();
    for case in &edition.case {
        outcome.cases += 1;
        // Of a file with an error nobody knows what its cases expect.
        let sound = programs
            .refusal(&edition.program, &edition.edition)
            .is_none();
        if case.then.is_empty() && sound {
            let nothing = nothing(case, "the case", &case.place);
            outcome.problems.push(nothing.help(
                "add a [[case.then]] with `on`, and what is expected: `level`, `holds`, `values`, `contradicted` or `shows`",
            ));
        }
        run_case(programs, edition, case, &mut outcome);
    }
    outcome
}

fn nothing(case: &Case, what: &str, place: &Place) -> Diagnostic {
    Diagnostic::error(
        "idle-case",
        format!("{what} expects nothing, so it tests nothing"),
        place.clone().showing(case.title.clone()),
    )
}

/// Why what a case expects cannot be held against anything: nothing is expected, or of names that nothing has.
fn idle(library: &Library, edition: &Edition, case: &Case, then: &Then) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let libraries: Vec<_> = edition
        .uses
        .iter()
        .filter_map(|name| {
            let (program, id) = name.split_once('@')?;
            library.edition(program, id)
        })
        .collect();
    let parameters = || {
        let of_libraries = libraries.iter().flat_map(|e| e.parameter.keys());
        edition.parameter.keys().chain(of_libraries)
    };
    let levels = || edition.levels.iter().map(String::as_str);
    let none = || levels().chain(["none"]);
    let expects = then.level.is_some()
        || then.holds.is_some()
        || !then.values.is_empty()
        || then.contradicted.is_some()
        || then.shows.is_some();
    if !expects {
        found.push(
            nothing(case, "`then`", &then.place).help(
                "add what is expected: `level`, `holds`, `values`, `contradicted` or `shows`",
            ),
        );
    }
    let known = |what: &str, name: &str, place: &Place, known: Vec<&str>| {
        let is_known = name.is_empty() || known.contains(&name);
        (!is_known).then(|| unknown(what, name, place.clone(), &known))
    };
    let named = |place: &Place| place.clone().showing(case.title.clone());
    let place = named(&then.place);
    for level in [&then.level, &then.holds].into_iter().flatten() {
        found.extend(known("level", level, &place, none().collect()));
    }
    if let Some(track) = &then.track {
        let tracks = edition.tracks.iter().flat_map(|t| &t.of);
        found.extend(known(
            "track",
            track,
            &place,
            tracks.map(String::as_str).collect(),
        ));
    }
    for name in then.set.keys() {
        found.extend(known(
            "parameter",
            name,
            &place,
            parameters().map(String::as_str).collect(),
        ));
    }
    let Some((text, at)) = &then.shows else {
        return found;
    };
    let mut lines = (at.line..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    let header = lines.next().map_or("", |(_, header)| header);
    let columns: Vec<&str> = header.split(',').skip(1).map(str::trim).collect();
    let on = |line: u32| Place { line, ..named(at) };
    for head in &columns {
        let (ask, level) = head.split_once(' ').unwrap_or((head, ""));
        if !matches!(ask, "enter" | "retain") {
            let message = format!("a column is `enter` or `retain` and a level, not `{head}`");
            found.push(
                Diagnostic::error("unknown-word", message, on(at.line)).help(
                    match did_you_mean(ask, ["enter", "retain"]) {
                        near if near.is_empty() => {
                            "write `enter gold`, or `retain gold`".to_owned()
                        }
                        near => near,
                    },
                ),
            );
        }
        found.extend(known(
            "level",
            level.trim(),
            &on(at.line),
            levels().collect(),
        ));
    }
    let mut rows = 0;
    for (line, text) in lines {
        rows += 1;
        let row = text.split(',').next().unwrap_or_default().trim();
        let ids = edition.rows.keys().map(String::as_str).collect();
        found.extend(known("row", row, &on(line), ids));
        let cells = text.split(',').count() - 1;
        if cells > columns.len() {
            found.push(
                Diagnostic::error(
                    "idle-case",
                    format!("`{row}` has more cells than the first line names columns"),
                    on(line),
                )
                .help("name each column as in `enter gold`, or take the cell out"),
            );
        }
    }
    if rows == 0 || columns.is_empty() {
        found.push(nothing(case, "`shows`", at).help(
                "write `row,enter gold` as its first line, and a row with what its cell shows on each other line",
            ));
    }
    found
}

fn unknown(what: &str, name: &str, place: Place, known: &[&str]) -> Diagnostic {
    let near = did_you_mean(name, known.iter().copied());
    let help = if known.is_empty() {
        format!("the edition has no {what}")
    } else if near.is_empty() && known.len() <= 12 {
        format!("there is {}", listed(known))
    } else {
        near
    };
    Diagnostic::error(
        "unknown-name",
        format!("the edition has no {what} `{name}`"),
        place,
    )
    .help(help)
}

/// The evidence of a case.
pub fn evidence(programs: &Arc<Programs>, edition: &Edition, case: &Case) -> intake::Imported {
    let tables: Vec<(&str, &str, Place)> = case
        .given
        .iter()
        .map(|(kind, (text, place))| (kind.as_str(), text.as_str(), place.clone()))
        .collect();
    let empty: Vec<&str> = case.empty.iter().map(String::as_str).collect();
    intake::read_table_texts(&programs.library, &edition.program, &tables, &empty)
}

fn run_case(programs: &Arc<Programs>, edition: &Edition, case: &Case, outcome: &mut Outcome) {
    let imported = evidence(programs, edition, case);
    outcome.problems.extend(
        imported
            .problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
            .cloned(),
    );
    let mut evidence = imported.evidence;
    if evidence.partners.is_empty() {
        // Somebody who has supplied nothing can be asked about as well.
        evidence.add_partner("partner");
    }
    let evidence = Arc::new(evidence);
    for then in &case.then {
        let idle = idle(&programs.library, edition, case, then);
        if !idle.is_empty() {
            outcome.problems.extend(idle);
            continue;
        }
        let assumptions = Assumptions {
            set: then.set.clone(),
            track: then.track.clone(),
            ..Assumptions::default()
        };
        let ledger = Arc::new(Ledger::new(evidence.clone(), then.known_at));
        let engine = Engine::new(programs.clone(), ledger, assumptions);
        check(&engine, edition, case, then, outcome);
    }
}

fn check(engine: &Engine, edition: &Edition, case: &Case, then: &Then, outcome: &mut Outcome) {
    let found = engine.edition(&edition.program, &edition.edition);
    let other = found.as_ref().map(|run| &run.compiled.edition.file);
    let why = match other {
        None => Some("has errors".to_owned()),
        Some(file) if *file != edition.file => Some(format!("is read from `{file}`")),
        Some(_) => None,
    };
    let (Some(run), None) = (found, &why) else {
        outcome.problems.push(Diagnostic::error(
            "case-fails",
            format!(
                "{} {}, so these cases cannot run",
                edition.name(),
                why.unwrap_or_default()
            ),
            case.place.clone(),
        ));
        return;
    };
    let partner = 0;
    let mut fails = |what: &str, expected: &str, found: &str, place: &Place| {
        outcome.problems.push(Diagnostic::error(
            "case-fails",
            format!(
                "{what} is {found} on {}, the case expects {expected}",
                then.on
            ),
            place.clone().showing(case.title.clone()),
        ));
    };
    let mut checks = 0;
    let named = |level: Option<usize>| {
        level
            .map_or("none", |l| edition.levels[l].as_str())
            .to_owned()
    };
    if let Some(expected) = &then.level {
        checks += 1;
        let met = run.met(partner, Ask::Enter, then.on);
        let level = named(met.level.map(usize::from));
        let wanted = if expected.is_empty() {
            "none"
        } else {
            expected
        };
        if level != wanted {
            let open = named(met.most.map(usize::from));
            let found = if open == level {
                format!("`{level}`")
            } else {
                format!("`{level}`, and `{open}` is open,")
            };
            fails("the level", &format!("`{wanted}`"), &found, &then.place);
        }
    }
    if let Some(expected) = &then.holds {
        checks += 1;
        let held =
            crate::lifecycle::projected(&run, partner, then.on).map_or("none".to_owned(), |l| l);
        let wanted = if expected.is_empty() {
            "none"
        } else {
            expected
        };
        if held != wanted {
            fails(
                "the status",
                &format!("`{wanted}`"),
                &format!("`{held}`"),
                &then.place,
            );
        }
    }
    for (name, expected) in &then.values {
        checks += 1;
        match run.value(partner, name, Ask::Enter, then.on) {
            None => fails(
                &format!("`{name}`"),
                expected,
                "nothing that the edition names",
                &then.place,
            ),
            Some(value) if matches(&value, expected) => {}
            Some(value) => fails(&format!("`{name}`"), expected, &shown(&value), &then.place),
        }
    }
    if let Some(expected) = &then.contradicted {
        checks += 1;
        let mut found: Vec<String> = run
            .contradicted(partner, then.on)
            .into_iter()
            .map(|c| c.question)
            .collect();
        let mut wanted = expected.clone();
        found.sort();
        wanted.sort();
        if found != wanted {
            let list = |v: &[String]| {
                if v.is_empty() {
                    "nothing".to_owned()
                } else {
                    v.join(", ")
                }
            };
            fails(
                "what the evidence contradicts",
                &list(&wanted),
                &list(&found),
                &then.place,
            );
        }
    }
    if let Some((text, place)) = &then.shows {
        checks += shows(&run, text, place, then.on, &mut fails);
    }
    outcome.checks += checks;
}

fn shows(
    run: &crate::engine::Run<'_>,
    text: &str,
    place: &Place,
    on: Day,
    fails: &mut impl FnMut(&str, &str, &str, &Place),
) -> usize {
    let mut lines = (place.line..)
        .zip(text.lines())
        .filter(|(_, l)| !l.trim().is_empty());
    let Some((_, header)) = lines.next() else {
        return 0;
    };
    let mut columns: Vec<Option<Column>> = Vec::new();
    for head in header.split(',').skip(1) {
        let (ask, level) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
        let ask = if ask == "retain" {
            Ask::Retain
        } else {
            Ask::Enter
        };
        columns.push(
            run.compiled
                .level(level.trim())
                .map(|level| run.column(0, ask, level, on)),
        );
    }
    let mut checks = 0;
    for (line, text) in lines {
        let mut cells = text.split(',').map(str::trim);
        let row = cells.next().unwrap_or_default();
        let place = Place {
            line,
            ..place.clone()
        };
        for (expected, column) in cells.zip(&columns) {
            let Some(column) = column else { continue };
            if expected.is_empty() {
                continue;
            }
            checks += 1;
            let found = find(&column.rows, row);
            let cell = found.map_or("not asked".to_owned(), cell);
            if !same_cell(found, expected) {
                fails(
                    &format!("`{row}`, {} {},", column.ask.name(), column.level),
                    expected,
                    &cell,
                    &place,
                );
            }
        }
    }
    checks
}

fn find<'r>(rows: &'r [RowStanding], id: &str) -> Option<&'r RowStanding> {
    rows.iter().find_map(|row| {
        if row.id == id {
            Some(row)
        } else {
            find(&row.parts, id)
        }
    })
}

/// A cell of the scorecard as a case writes it: `4 of 8`.
pub fn cell(row: &RowStanding) -> String {
    if row.own == Truth::NotApplicable && row.need.is_none() {
        return if row.verdict == Truth::NotApplicable {
            shown(&row.have)
        } else {
            "not asked".to_owned()
        };
    }
    let have = shown(&row.have);
    match &row.need {
        Some(need) => format!("{have} of {}", range_shown(&need.threshold)),
        None => have,
    }
}

fn same_cell(row: Option<&RowStanding>, expected: &str) -> bool {
    let Some(row) = row else {
        return expected == "not asked";
    };
    match expected {
        "not asked" => {
            row.need.is_none()
                && row.own == Truth::NotApplicable
                && row.verdict != Truth::NotApplicable
                || row.need.is_none()
        }
        "unknown" => {
            row.verdict == Truth::Unknown
                || matches!(&row.have, Value::Number(r) if r.exact().is_none())
        }
        "not applicable" => row.verdict == Truth::NotApplicable,
        _ => {
            let Some((have, need)) = expected.split_once(" of ") else {
                return matches(&row.have, expected);
            };
            let needed = match &row.need {
                Some(crate::standing::Need { threshold, .. }) => same_range(threshold, need),
                None => false,
            };
            // A cell prints the least that the partner has, and the most beside it only where a case asks for it.
            let least = match &row.have {
                Value::Number(range) if !have.contains(" to ") => range
                    .least
                    .clone()
                    .map(|l| Value::Number(Range::exactly(l))),
                _ => None,
            };
            needed && matches(least.as_ref().unwrap_or(&row.have), have)
        }
    }
}

/// A value as people read it in a case.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(range) => range_shown(range),
        Value::Word(Some(word)) => word.clone(),
        Value::Word(None) => "unknown".to_owned(),
        Value::NotApplicable => "not applicable".to_owned(),
    }
}

fn range_shown(range: &Range) -> String {
    match (&range.least, &range.most) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        (Some(a), None) => format!("{a} or more"),
        (None, Some(b)) => format!("{b} or less"),
        (None, None) => "unknown".to_owned(),
    }
}

/// The number that a case writes: `100/3`, `25%`, `1_500 USD`, a day.
fn number(text: &str) -> Option<Exact> {
    if let Some(day) = Day::parse(text) {
        return Some(Exact::from(i64::from(day.0)));
    }
    if let Some(negative) = text.strip_prefix('-') {
        return number(negative.trim_start()).map(|n| -n);
    }
    let expr = syntax::parse(text).ok()?;
    match &expr.node {
        syntax::Node::Money(n, _) => Some(n.clone()),
        _ => constant(&expr),
    }
}

fn same_range(range: &Range, text: &str) -> bool {
    match text.split_once(" to ") {
        Some((a, b)) => {
            number(a) == range.least
                && number(b) == range.most
                && range.least.is_some()
                && range.most.is_some()
        }
        None => number(text.trim()).is_some_and(|n| range.exact() == Some(&n)),
    }
}

fn matches(value: &Value, expected: &str) -> bool {
    let expected = expected.trim();
    match value {
        Value::NotApplicable => expected == "not applicable",
        Value::Word(word) => word.as_deref().unwrap_or("unknown") == expected,
        Value::Number(range) => match expected {
            "unknown" => range.exact().is_none(),
            "yes" => range.exact() == Some(&Exact::ONE),
            "no" => range.exact() == Some(&Exact::ZERO),
            _ => same_range(range, expected),
        },
    }
}
