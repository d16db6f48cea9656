//! The tables of a worked case: an evidence folder in miniature, inside a program file.
//!
//! `p1..p4` in a cell writes four rows. Columns of the key that are the same everywhere may be left out: `partner`,
//! `program` (then the case's own), a day (then one before every edition), and the id of a row that has no other key
//! (then the rows are numbered).

use std::sync::Arc;

use crate::calendar::Day;
use crate::diagnostic::Place;
use crate::library::Library;

use super::{Imported, Intake, Raw, Settings, quoted};

/// The day of a key that a case leaves out: 1 January 1900, before every edition.
pub(super) const EARLY: Day = Day(-25_567);

/// A cell writes at most so many rows.
const MOST: usize = 10_000;

/// Reads the tables of a worked case of `program`: for each kind its CSV text and where that stands. `empty` are the
/// kinds that were supplied without a row.
///
/// Rows are numbered as in a file, the header being row 1. `partners` and `people` are read first, wherever they stand.
pub fn read_table_texts(
    library: &Arc<Library>,
    program: &str,
    tables: &[(&str, &str, Place)],
    empty: &[&str],
) -> Imported {
    let settings = Settings {
        program: Some(program.to_owned()),
        ..Settings::default()
    };
    let mut intake = Intake::with(library.clone(), settings);
    intake.given = true;
    let name_of = |kind: &str, place: &Place| {
        let at = if place.line > 0 {
            format!(":{}", place.line)
        } else {
            String::new()
        };
        format!("{}{at} given.{kind}", place.file)
    };
    for kind in empty {
        match intake.kind(kind) {
            Some(at) => intake.supply(at),
            // Reported as an unknown table is.
            None => drop(intake.sheet(kind, tables.first().map_or("", |(_, _, p)| &p.file), &[])),
        }
    }
    let mut order: Vec<&(&str, &str, Place)> = tables.iter().collect();
    order.sort_by_key(|(kind, _, _)| match *kind {
        "partners" => 0,
        "people" => 1,
        _ => 2,
    });
    for (kind, text, place) in order {
        read_one(&mut intake, kind, text, &name_of(kind, place));
    }
    intake.finish()
}

fn read_one(intake: &mut Intake, kind: &str, text: &str, file: &str) {
    let mut rows = (1_u32..)
        .zip(text.lines())
        .filter(|(_, l)| !l.trim().is_empty());
    let Some((_, header)) = rows.next() else {
        if let Some(at) = intake.kind(kind) {
            intake.supply(at);
        }
        return;
    };
    let header = divide(header);
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let Some(mut sheet) = intake.sheet(kind, file, &names) else {
        return;
    };
    for (line, row) in rows {
        let cells = divide(row);
        match spread(&cells) {
            Ok(count) => {
                for at in 0..count {
                    let written: Vec<String> = cells.iter().map(|c| nth(c, at)).collect();
                    let raw: Vec<Raw<'_>> = written.iter().map(|c| Raw::Text(c)).collect();
                    sheet.row(line, &raw);
                }
            }
            Err(message) => sheet.refuse(
                line,
                "bad-range",
                message,
                "write p1..p4 for p1, p2, p3, p4; several of one row run side by side",
            ),
        }
    }
}

/// The cells of a line, without the spaces around them. A cell in quotes may hold commas.
fn divide(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        if let Some(quoted) = trimmed.strip_prefix('"') {
            let mut cell = String::new();
            let mut chars = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, c)) = chars.next() {
                if c != '"' {
                    cell.push(c);
                } else if chars.next_if(|(_, c)| *c == '"').is_some() {
                    cell.push('"');
                } else {
                    end = at + 1;
                    break;
                }
            }
            cells.push(cell);
            match quoted[end..].find(',') {
                Some(comma) => rest = &quoted[end + comma + 1..],
                None => return cells,
            }
        } else {
            match rest.split_once(',') {
                Some((cell, more)) => {
                    cells.push(cell.trim().to_owned());
                    rest = more;
                }
                None => {
                    cells.push(rest.trim().to_owned());
                    return cells;
                }
            }
        }
    }
}

/// `p1..p4`: the part before the numbers, how the first is written, the first and the last.
fn range(cell: &str) -> Option<(&str, &str, usize, usize)> {
    let (first, last) = cell.split_once("..")?;
    let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (from, to) = (digits(first), digits(last));
    let (prefix, number) = first.split_at(first.len() - from);
    let (other, end) = last.split_at(last.len() - to);
    let is_id = prefix
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'))
        && prefix.chars().any(char::is_alphabetic);
    if from == 0 || to == 0 || !is_id || prefix != other {
        return None;
    }
    Some((prefix, number, number.parse().ok()?, end.parse().ok()?))
}

/// How many rows a row writes.
fn spread(cells: &[String]) -> Result<usize, String> {
    let mut count = None;
    for cell in cells {
        let Some((_, _, first, last)) = range(cell) else {
            continue;
        };
        if last < first {
            return Err(format!("{} ends before it begins", quoted(cell)));
        }
        let here = last - first + 1;
        if here > MOST {
            return Err(format!("{} writes more than {MOST} rows", quoted(cell)));
        }
        if count.is_some_and(|c| c != here) {
            return Err(format!(
                "{} is not as long as the range beside it",
                quoted(cell)
            ));
        }
        count = Some(here);
    }
    Ok(count.unwrap_or(1))
}

/// What a cell says in the row `at` that its range writes.
fn nth(cell: &str, at: usize) -> String {
    match range(cell) {
        Some((prefix, number, first, _)) => {
            format!("{prefix}{:0width$}", first + at, width = number.len())
        }
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_divided_at_commas_outside_quotes() {
        let divided = |line: &str| divide(line).join("|");
        assert_eq!(divided("p1..p4, 2019-05-01"), "p1..p4|2019-05-01");
        assert_eq!(divided("a,  \"b, \"\"c\"\"\" ,d,"), "a|b, \"c\"|d|");
        assert_eq!(divided("\"open"), "open");
        assert_eq!(divided(""), "");
    }

    #[test]
    fn a_range_writes_its_rows() {
        let rows = |cell: &str| {
            let cells = vec![cell.to_owned()];
            spread(&cells).map(|n| (0..n).map(|at| nth(cell, at)).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(rows("p1..p3").as_deref(), Ok("p1 p2 p3"));
        assert_eq!(rows("p09..p11").as_deref(), Ok("p09 p10 p11"));
        assert_eq!(rows("1..3").as_deref(), Ok("1..3"));
        assert_eq!(
            rows("https://x.test/a..b").as_deref(),
            Ok("https://x.test/a..b")
        );
        assert!(rows("p3..p1").is_err());
        assert!(rows("p1..p99999").is_err());
    }

    #[test]
    fn the_early_day_is_the_first_that_a_file_can_name() {
        assert_eq!(EARLY.to_string(), "1900-01-01");
        assert_eq!(EARLY, Day::parse("1900-01-01").expect("a day"));
        assert_eq!(Day::parse("1899-12-31"), None);
    }
}
