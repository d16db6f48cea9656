//! The worked cases of every shipped program, answered by the slow reading alone.

use std::path::Path;
use std::sync::Arc;

use cairn_domain::diagnostic::Place;
use cairn_domain::intake;
use cairn_domain::library::{Assumptions, Library};
use cairn_domain::number::{Exact, Range};
use cairn_domain::program::{Ask, Case, Edition, Then};
use cairn_domain::reference::Reference;
use cairn_domain::standing::{Column, RowStanding, Truth, Value};
use cairn_domain::syntax::{self, Arith, Expr, Node};

/// The vocabulary and the programs that ship.
fn shipped() -> Arc<Library> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    let mut folders = vec![root.join("vocabulary"), root.join("programs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml")
                && path.file_name().is_some_and(|n| n != "frozen.toml")
            {
                let text = std::fs::read_to_string(&path).expect("text");
                files.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    files.sort();
    let (library, _) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    Arc::new(library)
}

/// Runs the cases of the editions of these names, or of all the others. In tests of their own, because the editions
/// that ask what was held for six months are read on each of those days, row by row.
fn answers(is_asked: impl Fn(&Edition) -> bool, least: usize) {
    let library = shipped();
    let (mut failures, mut checks) = (Vec::new(), 0);
    for edition in library.editions.iter().filter(|e| is_asked(e)) {
        for case in &edition.case {
            let mut told = Told {
                edition,
                case,
                failures: &mut failures,
                checks: &mut checks,
            };
            told.run(&library);
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {checks} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(checks >= least, "only {checks} expectations were found");
}

const PATH: &str = "aws-services-path";

#[test]
fn the_slow_reading_answers_the_cases_of_the_services_path_of_2022() {
    answers(|e| e.program == PATH && e.edition == "2022-02", 100);
}

#[test]
fn the_slow_reading_answers_the_cases_of_the_later_services_paths() {
    answers(|e| e.program == PATH && e.edition != "2022-02", 50);
}

#[test]
fn the_slow_reading_answers_the_cases_of_every_other_program() {
    answers(|e| e.program != PATH, 500);
}

struct Told<'t> {
    edition: &'t Edition,
    case: &'t Case,
    failures: &'t mut Vec<String>,
    checks: &'t mut usize,
}

impl Told<'_> {
    fn run(&mut self, library: &Arc<Library>) {
        let tables: Vec<(&str, &str, Place)> = self
            .case
            .given
            .iter()
            .map(|(kind, (text, place))| (kind.as_str(), text.as_str(), place.clone()))
            .collect();
        let empty: Vec<&str> = self.case.empty.iter().map(String::as_str).collect();
        let program = &self.edition.program;
        let mut evidence = intake::read_table_texts(library, program, &tables, &empty).evidence;
        if evidence.partners.is_empty() {
            evidence.add_partner("partner");
        }
        for then in &self.case.then {
            let assumptions = Assumptions {
                set: then.set.clone(),
                track: then.track.clone(),
                ..Assumptions::default()
            };
            let reference = Reference::new(
                library,
                &evidence,
                self.edition,
                then.known_at,
                &assumptions,
            );
            self.then(&reference, then);
        }
    }

    fn hold(&mut self, what: &str, found: String, expected: &str, same: bool, then: &Then) {
        *self.checks += 1;
        if !same {
            self.failures.push(format!(
                "{}, {}: {what} on {} is {found}, not {expected}",
                self.edition.name(),
                self.case.title,
                then.on
            ));
        }
    }

    fn then(&mut self, reference: &Reference<'_>, then: &Then) {
        let none = |level: Option<String>| level.unwrap_or_default();
        if let Some(expected) = &then.level {
            let (met, _) = reference.levels_met(0, Ask::Enter, then.on);
            let met = none(met.map(|at| self.edition.levels[at].clone()));
            self.hold("the level", met.clone(), expected, met == *expected, then);
        }
        if let Some(expected) = &then.holds {
            let held = none(reference.holds(0, then.on).flatten());
            self.hold(
                "the status",
                held.clone(),
                expected,
                held == *expected,
                then,
            );
        }
        if let Some(expected) = &then.track {
            let track = none(reference.track(0, Ask::Enter, then.on));
            self.hold(
                "the track",
                track.clone(),
                expected,
                track == *expected,
                then,
            );
        }
        for (name, expected) in &then.values {
            let value = reference.value(0, name, Ask::Enter, then.on);
            let same = is(&value, expected);
            self.hold(name, shown(&value), expected, same, then);
        }
        if let Some(expected) = &then.contradicted {
            let (mut found, mut wanted) = (reference.contradicted(0, then.on), expected.clone());
            found.sort();
            wanted.sort();
            let same = found == wanted;
            self.hold(
                "contradicted",
                found.join(" "),
                &wanted.join(" "),
                same,
                then,
            );
        }
        if let Some((text, _)) = &then.shows {
            self.shows(reference, text, then);
        }
    }

    fn shows(&mut self, reference: &Reference<'_>, text: &str, then: &Then) {
        let mut lines = text.lines().filter(|l| !l.trim().is_empty());
        let Some(header) = lines.next() else { return };
        let columns: Vec<Column> = header
            .split(',')
            .skip(1)
            .filter_map(|head| head.trim().split_once(' '))
            .map(|(ask, level)| {
                let ask = if ask == "retain" {
                    Ask::Retain
                } else {
                    Ask::Enter
                };
                reference.column(0, ask, level.trim(), then.on)
            })
            .collect();
        for line in lines {
            let mut cells = line.split(',').map(str::trim);
            let row = cells.next().unwrap_or_default();
            for (expected, column) in cells.zip(&columns).filter(|(e, _)| !e.is_empty()) {
                let found = find(&column.rows, row);
                let what = format!("`{row}`, {} {},", column.ask.name(), column.level);
                let cell = found.map_or("not asked".into(), |r| {
                    let need = r.need.as_ref();
                    let of = need.map_or(String::new(), |n| {
                        format!(" of {}", shown(&Value::Number(n.threshold.clone())))
                    });
                    format!("{}{of} ({})", shown(&r.have), r.verdict)
                });
                self.hold(&what, cell, expected, is_cell(found, expected), then);
            }
        }
    }
}

fn find<'r>(rows: &'r [RowStanding], id: &str) -> Option<&'r RowStanding> {
    rows.iter().find_map(|row| match row.id == id {
        true => Some(row),
        false => find(&row.parts, id),
    })
}

fn is_cell(row: Option<&RowStanding>, expected: &str) -> bool {
    let Some(row) = row else {
        return expected == "not asked";
    };
    match (expected, expected.split_once(" of ")) {
        ("not asked", _) => row.need.is_none(),
        ("unknown", _) => {
            row.verdict == Truth::Unknown
                || matches!(&row.have, Value::Number(r) if r.exact().is_none())
        }
        ("not applicable", _) => row.verdict == Truth::NotApplicable,
        (_, None) => is(&row.have, expected),
        (_, Some((have, need))) => {
            let needed = row
                .need
                .as_ref()
                .is_some_and(|n| is(&Value::Number(n.threshold.clone()), need));
            // A cell prints the least, and the most beside it only where the case asks for it.
            let least = match &row.have {
                Value::Number(range) if !have.contains(" to ") => Value::Number(Range {
                    least: range.least.clone(),
                    most: range.least.clone(),
                }),
                have => have.clone(),
            };
            needed && is(&least, have)
        }
    }
}

fn shown(value: &Value) -> String {
    let end = |e: &Option<Exact>| e.as_ref().map_or("…".to_owned(), ToString::to_string);
    match value {
        Value::Number(range) => match range.exact() {
            Some(number) => number.to_string(),
            None => format!("{} to {}", end(&range.least), end(&range.most)),
        },
        Value::Word(word) => word.clone().unwrap_or("unknown".into()),
        Value::NotApplicable => "not applicable".into(),
    }
}

fn is(value: &Value, expected: &str) -> bool {
    let expected = expected.trim();
    let range = match value {
        Value::NotApplicable => return expected == "not applicable",
        Value::Word(word) => return word.as_deref().unwrap_or("unknown") == expected,
        Value::Number(range) => range,
    };
    match (expected, expected.split_once(" to ")) {
        ("unknown", _) => range.exact().is_none(),
        ("yes", _) => range.exact() == Some(&Exact::ONE),
        ("no", _) => range.exact() == Some(&Exact::ZERO),
        (_, Some((least, most))) => {
            number(least) == range.least && number(most) == range.most && range.most.is_some()
        }
        _ => number(expected).is_some_and(|n| range.exact() == Some(&n)),
    }
}

/// The number that a case writes: `100/3`, `25%`, `1_500 USD`, a day.
fn number(text: &str) -> Option<Exact> {
    if let Some(day) = cairn_domain::calendar::Day::parse(text.trim()) {
        return Some(Exact::from(i64::from(day.0)));
    }
    if let Some(negative) = text.trim().strip_prefix('-') {
        return number(negative).map(|n| -n);
    }
    constant(&syntax::parse(text).ok()?)
}

fn constant(expr: &Expr) -> Option<Exact> {
    match &expr.node {
        Node::Number(n) | Node::Money(n, _) => Some(n.clone()),
        Node::Arith(Arith::Divide, a, b) => constant(a)?.checked_div(&constant(b)?),
        _ => None,
    }
}
