//! A profit and loss account as accounting programs write it, turned into a row for each account and month.
//!
//! Down stand the accounts, under headings that may hold further headings; across stand months. Rows of totals and of results
//! are left out, and each total is held against what stands under it. Which kind of evidence such a file is, which words
//! begin a total and which rows are results is said by the vocabulary; nothing here knows the program that wrote it.

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place};
use crate::number::Exact;
use crate::vocabulary::{FieldType, Kind, Matrix, Vocabulary, plain};

use super::Decimal;
use super::cells;

/// The header of months stands within so many rows; titles stand above it.
const TITLES: usize = 20;

/// Headings stand in each other no deeper than this.
const DEEPEST: usize = 20;

/// So many totals that differ are listed; the rest is counted.
const LISTED: usize = 20;

/// A table that was turned.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    /// The kind of evidence that it is.
    pub kind: String,
    /// The columns of its rows.
    pub header: Vec<String>,
    /// A row for each account and month that has an amount, with the number of the row that it stands in.
    pub rows: Vec<(u32, Vec<String>)>,
    /// What was read, what was left out, and which totals differ.
    pub report: Vec<Diagnostic>,
}

/// Can rows that are the first of a table be those of accounts by month? Asked as rows come: their header names a month, which is
/// looked for once, when as many are there as titles may stand above it.
pub fn may_begin(rows: &[(u32, Vec<String>)]) -> bool {
    rows.len() != TITLES || rows.iter().any(|(_, cells)| months(cells).is_some())
}

/// Turns a table of accounts and months; nothing where it is no such table. A row is its number and its cells.
pub fn turn(vocabulary: &Vocabulary, file: &str, rows: &[(u32, Vec<String>)]) -> Option<Turned> {
    let (at, months) = rows
        .iter()
        .take(TITLES)
        .enumerate()
        .find_map(|(at, (_, cells))| Some((at, months(cells)?)))?;
    let body = &rows[at + 1..];
    vocabulary.kinds.values().find_map(|kind| {
        let matrix = kind.matrix.as_ref()?;
        let reader = Reader {
            kind,
            matrix,
            file,
            months: &months,
        };
        reader.is_one(body).then(|| reader.turned(&rows[at], body))
    })
}

/// The columns that are months, each with its last day; nothing where the row is no header of months.
fn months(cells: &[String]) -> Option<Vec<(usize, Day)>> {
    if cells.first().is_some_and(|first| month(first).is_some()) {
        return None;
    }
    let mut found: Vec<(usize, Day)> = Vec::new();
    for (at, cell) in cells.iter().enumerate().skip(1) {
        if let Some(day) = month(cell)
            && found.iter().all(|(_, other)| *other != day)
        {
            found.push((at, day));
        }
    }
    (!found.is_empty()).then_some(found)
}

const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar"],
    &["feb", "february", "februar"],
    &["mar", "march", "mrz", "märz"],
    &["apr", "april"],
    &["may", "mai"],
    &["jun", "june", "juni"],
    &["jul", "july", "juli"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["oct", "october", "okt", "oktober"],
    &["nov", "november"],
    &["dec", "december", "dez", "dezember"],
];

/// The last day of the month that a header names: `Jan 2026`, `January 2026`, `31 Jan 2026`, `Nov 1 - 24, 2026`, `2026-01`.
///
/// Of a month that is not over it is the last day too: what the next file says of the whole month then takes its place.
fn month(text: &str) -> Option<Day> {
    let text = text.trim();
    if text.len() > 40 {
        return None;
    }
    if let Some(day) = Day::parse(text) {
        let date = day.date();
        return month_end(date.year(), date.month());
    }
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let mut named: Option<i8> = None;
    let mut numbers: Vec<(usize, i16)> = Vec::new();
    for word in words {
        if let Ok(number) = word.parse::<i16>() {
            numbers.push((word.len(), number));
        } else if let Some(at) = MONTHS.iter().position(|names| names.contains(&word)) {
            named = Some(i8::try_from(at + 1).ok()?);
        } else {
            return None;
        }
    }
    let years: Vec<i16> = numbers
        .iter()
        .filter(|(length, _)| *length == 4)
        .map(|(_, n)| *n)
        .collect();
    let small: Vec<i16> = numbers
        .iter()
        .filter(|(length, _)| *length < 4)
        .map(|(_, n)| *n)
        .collect();
    let (year, month, day) = match (named, years.as_slice(), small.as_slice()) {
        (Some(month), [.., year], []) => (*year, month, None),
        (Some(month), [.., year], [.., day]) => (*year, month, Some(*day)),
        // `Jan-26`, `31 Jan 26`: two figures at the end are a year.
        (Some(month), [], [year]) => (2000 + *year, month, None),
        (Some(month), [], [day, year]) => (2000 + *year, month, Some(*day)),
        (None, [year], [month]) => (*year, i8::try_from(*month).ok()?, None),
        _ => return None,
    };
    if !(1900..2200).contains(&year) {
        return None;
    }
    if let Some(day) = day {
        Day::new(year, month, i8::try_from(day).ok()?)?;
    }
    month_end(year, month)
}

fn month_end(year: i16, month: i8) -> Option<Day> {
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    Day::new(year, month, 1).map(Day::previous)
}

/// A heading that is open, and what stands under it.
struct Heading {
    name: String,
    /// The word that it stands for, where it begins a section.
    section: Option<String>,
    /// What was added up under it, by month; nothing for a month of which an amount could not be read.
    sums: Vec<Option<Exact>>,
}

struct Reader<'r> {
    kind: &'r Kind,
    matrix: &'r Matrix,
    file: &'r str,
    months: &'r [(usize, Day)],
}

impl Reader<'_> {
    fn name(row: &[String]) -> &str {
        row.first().map_or("", |name| name.trim())
    }

    fn has_amounts(&self, row: &[String]) -> bool {
        let mut months = self.months.iter();
        months.any(|(at, _)| row.get(*at).is_some_and(|cell| !cell.trim().is_empty()))
    }

    /// The heading that a total adds up; nothing where the row is no total.
    fn total_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        // The longest beginning first: what is left is the heading.
        let mut found: Option<(usize, &str)> = None;
        for beginning in &self.matrix.totals {
            let Some((front, rest)) = name.split_at_checked(beginning.len()) else {
                continue;
            };
            let same = front.to_lowercase() == beginning.to_lowercase();
            let whole = rest.is_empty() || rest.starts_with(' ');
            if same && whole && found.is_none_or(|(length, _)| length < beginning.len()) {
                found = Some((beginning.len(), rest.trim()));
            }
        }
        found.map(|(_, heading)| heading)
    }

    fn is_derived(&self, name: &str) -> bool {
        let wanted = plain(name);
        self.matrix.derived.iter().any(|d| plain(d) == wanted)
    }

    fn section(&self, name: &str) -> Option<String> {
        let field = self.kind.fields.get(&self.matrix.under)?;
        match &field.kind {
            FieldType::Word(words) => words.find(name).map(str::to_owned),
            _ => None,
        }
    }

    /// Has it a heading that is a section, or a total? A table whose header merely names months has neither.
    fn is_one(&self, body: &[(u32, Vec<String>)]) -> bool {
        body.iter().any(|(_, row)| {
            let name = Self::name(row);
            !name.is_empty()
                && (!self.has_amounts(row) && self.section(name).is_some()
                    || self.total_of(name).is_some())
        })
    }

    fn turned(&self, head: &(u32, Vec<String>), body: &[(u32, Vec<String>)]) -> Turned {
        // What has a total further down holds what stands between.
        let last: BTreeMap<String, usize> = body
            .iter()
            .enumerate()
            .filter_map(|(at, (_, row))| Some((plain(self.total_of(Self::name(row))?), at)))
            .collect();
        let closes = |from: usize, name: &str| last.get(&plain(name)).is_some_and(|at| *at >= from);
        let mut open: Vec<Heading> = Vec::new();
        let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
        let (mut accounts, mut left_out) = (0_usize, Vec::<String>::new());
        let mut differing: Vec<(u32, String)> = Vec::new();
        let mut strange: Vec<(u32, String)> = Vec::new();
        let heading = |name: &str, section: Option<String>| Heading {
            name: name.to_owned(),
            section,
            sums: vec![Some(Exact::ZERO); self.months.len()],
        };
        for (at, (line, row)) in body.iter().enumerate() {
            let name = Self::name(row);
            if name.is_empty() {
                continue;
            }
            if let Some(of) = self.total_of(name) {
                left_out.push(name.to_owned());
                let wanted = plain(of);
                if let Some(place) = open.iter().rposition(|h| plain(&h.name) == wanted) {
                    self.compare(&open[place], row, *line, &mut differing);
                    open.truncate(place);
                }
                continue;
            }
            if self.is_derived(name) {
                left_out.push(name.to_owned());
                continue;
            }
            let has_amounts = self.has_amounts(row);
            let holds = closes(at + 1, name) && open.len() < DEEPEST;
            if !has_amounts {
                // A heading without a total of its own ends where the next one begins.
                while open.last().is_some_and(|last| !closes(at, &last.name)) {
                    open.pop();
                }
                let section = if open.is_empty() {
                    self.section(name)
                } else {
                    None
                };
                if !holds && section.is_none() && open.is_empty() {
                    // Notes below the account: `Accrual basis`, a date.
                    continue;
                }
                if open.is_empty() && section.is_none() {
                    strange.push((*line, name.to_owned()));
                }
                if open.len() < DEEPEST {
                    open.push(heading(name, section));
                }
                continue;
            }
            accounts += 1;
            let section = open.iter().find_map(|h| h.section.clone());
            let mut path: Vec<&str> = open
                .iter()
                .filter(|h| h.section.is_none())
                .map(|h| h.name.as_str())
                .collect();
            path.push(name);
            let account = path.join(": ");
            if holds {
                open.push(heading(name, None));
            }
            for (month, (column, day)) in self.months.iter().enumerate() {
                let Some(text) = row.get(*column).map(|t| t.trim()).filter(|t| !t.is_empty())
                else {
                    continue;
                };
                let amount = amount(text);
                for heading in &mut open {
                    let sum = heading.sums[month].take();
                    heading.sums[month] = match (sum, &amount) {
                        (Some(sum), Some(amount)) => Some(&sum + amount),
                        _ => None,
                    };
                }
                let section = section.clone().unwrap_or_default();
                rows.push((
                    *line,
                    vec![account.clone(), section, text.to_owned(), day.to_string()],
                ));
            }
        }
        Turned {
            kind: self.kind.name.clone(),
            header: vec![
                self.matrix.down.clone(),
                self.matrix.under.clone(),
                self.matrix.cells.clone(),
                self.matrix.across.clone(),
            ],
            report: self.report(head, accounts, &rows, &left_out, differing, strange),
            rows,
        }
    }

    /// Holds a total against what stands under its heading.
    fn compare(&self, of: &Heading, row: &[String], line: u32, into: &mut Vec<(u32, String)>) {
        for (month, (column, day)) in self.months.iter().enumerate() {
            let said = row.get(*column).and_then(|text| amount(text.trim()));
            if let (Some(said), Some(sum)) = (said, &of.sums[month])
                && said != *sum
            {
                into.push((
                    line,
                    format!(
                        "the total of `{}` to {day} is {said}, and what stands under it adds up to {sum}",
                        of.name
                    ),
                ));
            }
        }
    }

    fn report(
        &self,
        (line, head): &(u32, Vec<String>),
        accounts: usize,
        rows: &[(u32, Vec<String>)],
        left_out: &[String],
        differing: Vec<(u32, String)>,
        strange: Vec<(u32, String)>,
    ) -> Vec<Diagnostic> {
        let at = |line: u32| Place {
            line,
            ..Place::file(self.file)
        };
        let mut report = Vec::new();
        let count = |n: usize, one: &str, more: &str| {
            if n == 1 {
                format!("1 {one}")
            } else {
                format!("{n} {more}")
            }
        };
        let unread: Vec<String> = head
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(column, text)| {
                !text.trim().is_empty() && self.months.iter().all(|(c, _)| c != column)
            })
            .map(|(_, text)| format!("`{}`", text.trim()))
            .collect();
        let mut said = format!(
            "read as accounts by month: {}, {}, {}; {} left out",
            count(accounts, "account", "accounts"),
            count(self.months.len(), "month", "months"),
            count(rows.len(), "amount", "amounts"),
            match left_out.len() {
                1 => "1 row of a total or result is".to_owned(),
                n => format!("{n} rows of totals and results are"),
            },
        );
        if !unread.is_empty() {
            said += &format!("; not read: {}", unread.join(", "));
        }
        report.push(Diagnostic::note("accounts-by-month", said, at(*line)).help(&self.matrix.note));
        for (line, name) in strange {
            let sections = match self.kind.fields.get(&self.matrix.under).map(|f| &f.kind) {
                Some(FieldType::Word(words)) => {
                    let all: Vec<&str> = words.all().collect();
                    all.join(", ")
                }
                _ => String::new(),
            };
            report.push(
                Diagnostic::warning(
                    "unknown-section",
                    format!("the heading `{name}` is no section that is known, so what stands under it is in none"),
                    at(line),
                )
                .help(format!("rename it in the file; sections are {sections}")),
            );
        }
        let more = differing.len().saturating_sub(LISTED);
        for (line, text) in differing.into_iter().take(LISTED) {
            report.push(
                Diagnostic::warning("total-differs", text, at(line)).help(
                    "compare the account with the program that wrote it before you confirm it",
                ),
            );
        }
        if more > 0 {
            report.push(Diagnostic::warning(
                "total-differs",
                format!("{more} more totals differ"),
                Place::file(self.file),
            ));
        }
        report
    }
}

fn amount(text: &str) -> Option<Exact> {
    cells::amount(text, Decimal::Point)
        .ok()
        .map(|(amount, _)| amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let text = r#"
[kind.books]
columns = "account*, section, amount, currency, booked_on*"
holds   = "from booked_on"
types   = { section = { words = ["income", "tax"], means = { tax = ["taxes"] } }, amount = { money = "currency" } }
matrix  = { down = "account", across = "booked_on", cells = "amount", under = "section", totals = ["total", "total for"], derived = ["profit"] }
"#;
        assert_eq!(vocabulary.add_kinds("books.toml", text), []);
        vocabulary
    }

    /// The rows that a table of lines with `|` becomes; then each warning.
    fn check(table: &str, expected: &[&str]) {
        let rows: Vec<(u32, Vec<String>)> = (1..)
            .zip(table.lines())
            .map(|(line, row)| (line, row.split('|').map(str::to_owned).collect()))
            .collect();
        let turned = turn(&vocabulary(), "books.csv", &rows);
        let said: Vec<String> = turned.map_or_else(Vec::new, |turned| {
            let rows = turned.rows.iter();
            let rows = rows.map(|(line, row)| format!("{line}: {}", row.join(" ")));
            let warnings = turned.report.iter().skip(1).map(|w| w.code.to_owned());
            rows.chain(warnings).collect()
        });
        assert_eq!(said, expected, "{table}");
    }

    #[test]
    fn a_heading_within_a_section_begins_none() {
        // Taxes under income is an account's heading, after its end a section.
        check(
            "|Jan 2026\nIncome|\nTaxes|\nRefunded|5\nTotal Taxes|5\nTotal Income|5\nTaxes|\nPaid|7\nTotal for Taxes|7",
            &[
                "4: Taxes: Refunded income 5 2026-01-31",
                "8: Paid tax 7 2026-01-31",
            ],
        );
    }

    #[test]
    fn sections_without_totals_end_where_the_next_begins() {
        check(
            "|Jan 2026|Feb 2026\nIncome||\nDesk|1|2\nTaxes||\nPaid||3\nProfit|1|-1",
            &[
                "3: Desk income 1 2026-01-31",
                "3: Desk income 2 2026-02-28",
                "5: Paid tax 3 2026-02-28",
            ],
        );
    }

    #[test]
    fn an_account_that_has_parts_counts_beside_them() {
        check(
            "|Jan 2026\nIncome|\nDesk|10\nNights|2\nTotal Desk|12\nTotal Income|13",
            &[
                "3: Desk income 10 2026-01-31",
                "4: Desk: Nights income 2 2026-01-31",
                "total-differs",
            ],
        );
    }

    #[test]
    fn what_is_no_such_table_is_left_to_others() {
        check("account|section|amount\nDesk|income|5", &[]);
        check("Person|Jan 2026\nAnn|5\nBen|6", &[]);
        check("Jan 2026|Feb 2026\nIncome|\nDesk|5", &[]);
        check("", &[]);
        // Letters that grow when they are written small.
        check(
            "|Jan 2026\nİİİİİ|5\nTotal İ|5\nTota|",
            &["2: İİİİİ  5 2026-01-31"],
        );
    }

    fn day(text: &str) -> String {
        month(text).map_or_else(|| "none".to_owned(), |d| d.to_string())
    }

    #[test]
    fn months_are_read_as_accounting_programs_write_them() {
        for (text, expected) in [
            ("Jan 2026", "2026-01-31"),
            ("January 2026", "2026-01-31"),
            ("Feb-24", "2024-02-29"),
            ("31 Dec 2025", "2025-12-31"),
            ("31 Dec 25", "2025-12-31"),
            ("Nov 1 - 24, 2026", "2026-11-30"),
            ("Nov 1 - Nov 24, 2026", "2026-11-30"),
            ("2026-01", "2026-01-31"),
            ("01/2026", "2026-01-31"),
            ("2026-01-31", "2026-01-31"),
            ("2026-02-11", "2026-02-28"),
            ("März 2026", "2026-03-31"),
        ] {
            assert_eq!(day(text), expected, "{text}");
        }
        for never in [
            "",
            "Total",
            "2026",
            "Jan",
            "Q1 2026",
            "Jan 2026 (PY)",
            "Jan 32, 2026",
            "13/2026",
            "% of Income",
            "January to March 2026",
        ] {
            assert_eq!(day(never), "none", "{never}");
        }
    }
}
