//! How every partner of a population stands in one edition: a table that other tools read.

use std::path::Path;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::program::Ask;
use domain::standing::{Unit, Value};

use crate::question::Desk;

/// A table of texts: exact numbers, ISO days, empty where nothing is known or asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The edition that was asked.
    pub edition: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// A row for each partner, sorted by its id.
    pub rows: Vec<Vec<String>>,
}

/// How every partner stands: levels, and what each requirement and part has.
///
/// With `full`, each is followed by the most that silence leaves open, and its verdict at the level above
/// the one that is met, which `judged_at` names; `not-asked` where that level does not ask it under the question. All partners are judged by one edition, whatever single ones have elected.
pub fn evaluate(desk: &Desk, ask: Ask, full: bool) -> Result<Table, Diagnostic> {
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "a population is asked about one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let run = desk.run(program, edition, None)?;
    let compiled = run.compiled;
    let mut header = vec![
        "partner".to_owned(),
        "level".to_owned(),
        "level_most".to_owned(),
    ];
    header.extend(full.then(|| "judged_at".to_owned()));
    for row in &compiled.rows {
        header.push(row.id.clone());
        if full {
            header.push(format!("{}:most", row.id));
            header.push(format!("{}:verdict", row.id));
        }
    }
    let evidence = &desk.engine.ledger.evidence;
    let level = |at: Option<u8>| {
        at.map_or_else(String::new, |l| compiled.levels[usize::from(l)].id.clone())
    };
    let rows = run
        .population(ask, desk.question.as_of)
        .into_iter()
        .enumerate()
        .filter(|(partner, _)| {
            desk.question
                .partner
                .as_ref()
                .is_none_or(|id| evidence.partner_id(*partner) == id)
        })
        .map(|(partner, standing)| {
            let mut row = Vec::with_capacity(header.len());
            row.push(evidence.partner_id(partner).to_owned());
            row.push(level(standing.met.level));
            row.push(level(standing.met.most));
            if full {
                let judged_at = standing.judged_at.map(|l| compiled.levels[l].id.clone());
                row.push(judged_at.unwrap_or_default());
            }
            for ((value, verdict), ir) in standing.rows.iter().zip(&compiled.rows) {
                let (least, most) = ends(value, &ir.unit);
                row.push(least);
                if full {
                    row.push(most);
                    row.push(verdict.map_or("not-asked", |v| v.verdict()).to_owned());
                }
            }
            row
        })
        .collect();
    Ok(Table {
        edition: compiled.edition.name(),
        header,
        rows,
    })
}

/// The least and the most that a value can be, exactly; empty where there is none.
fn ends(value: &Value, unit: &Unit) -> (String, String) {
    let text = |number: &domain::number::Exact| match (unit, number.to_i64()) {
        (Unit::Date, Some(n)) => {
            i32::try_from(n).map_or_else(|_| number.to_string(), |n| Day(n).to_string())
        }
        _ => number.to_string(),
    };
    match value {
        Value::Number(range) => (
            range.least.as_ref().map(text).unwrap_or_default(),
            range.most.as_ref().map(text).unwrap_or_default(),
        ),
        Value::Word(word) => {
            let word = word.clone().unwrap_or_default();
            (word.clone(), word)
        }
        Value::NotApplicable => (String::new(), String::new()),
    }
}

/// The table as CSV.
pub fn csv(table: &Table) -> String {
    let mut text = String::new();
    for row in std::iter::once(&table.header).chain(&table.rows) {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            if cell.contains([',', '"', '\n', '\r']) {
                text.push('"');
                text += &cell.replace('"', "\"\"");
                text.push('"');
            } else {
                text += cell;
            }
        }
        text.push('\n');
    }
    text
}

/// Writes the table as the ending of the file says: `.csv` or `.parquet`.
pub fn write(table: &Table, path: &Path) -> Result<(), Diagnostic> {
    let ending = path
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    match ending.as_str() {
        "csv" => std::fs::write(path, csv(table)).map_err(|error| {
            Diagnostic::error(
                "cannot-write",
                format!("`{}` cannot be written: {error}", path.display()),
                Place::default(),
            )
        }),
        "parquet" => exchange::write_results(&table.header, &table.rows, path)
            .map_err(crate::import::unwritable),
        _ => Err(Diagnostic::error(
            "unknown-format",
            format!("`{}` ends in nothing that can be written", path.display()),
            Place::default(),
        )
        .help("name a file that ends in `.csv` or `.parquet`, or `-`")),
    }
}
