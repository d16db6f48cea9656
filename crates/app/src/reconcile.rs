//! The vendor's own numbers beside ours, and why they differ.

use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::number::Exact;
use domain::program::Ask;
use domain::reconcile::{self, Account, Because, Compared, Finding, Stated};

use crate::forecast::Labels;
use crate::question::{Desk, level};
use crate::scorecard::{Scorecard, of_run};
use crate::words::{and_list, counted};

/// Both scorecards, row by row.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// Where the partner stands.
    pub card: Scorecard,
    /// The question of the column that is compared.
    pub ask: Ask,
    /// The level's id.
    pub level: String,
    /// The rows.
    pub rows: Vec<Compared>,
    /// What rows and levels are called.
    pub labels: Labels,
}

/// Reads what was pasted: a line for each row, its id or title and the number, with a comma, a tab, an equals sign or a colon between;
/// a first line of words is a header. `4 of 8` says 4.
///
/// # Errors
/// A line that names no number.
pub fn read(file: &str, text: &str) -> Result<Vec<(String, Exact)>, Diagnostic> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim().trim_matches('|').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts = line
            .split_once('\t')
            .or_else(|| line.split_once('='))
            .or_else(|| line.split_once(';'))
            .or_else(|| line.split_once('|'))
            .or_else(|| line.split_once(','))
            .or_else(|| line.split_once(':'));
        let number = parts.and_then(|(_, text)| number(text));
        match (parts, number) {
            (Some((name, _)), Some(number)) => {
                found.push((name.trim().trim_matches('"').trim().to_owned(), number));
            }
            _ if found.is_empty() && at == 0 => {}
            _ => {
                let place = Place {
                    file: file.to_owned(),
                    line: u32::try_from(at + 1).unwrap_or(0),
                    ..Place::default()
                };
                return Err(Diagnostic::error(
                    "bad-number",
                    format!("`{line}` says no number of a row"),
                    place,
                )
                .help("write the row and its number, as in `launched, 5`"));
            }
        }
    }
    Ok(found)
}

/// The first number of a text: `$10,498.56 of $10,000` says 10498.56, `yes` 1 and `no` 0.
fn number(text: &str) -> Option<Exact> {
    let text = text.trim().trim_matches('"').trim();
    match text.to_lowercase().as_str() {
        "yes" | "met" => return Some(Exact::ONE),
        "no" | "not met" => return Some(Exact::ZERO),
        _ => {}
    }
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[start..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '_'))
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    Exact::parse(digits.trim_end_matches('.'))
}

/// Compares the vendor's numbers with ours in one column: by default the one of the level held, else the first.
pub fn reconcile(
    desk: &Desk,
    ask: Option<Ask>,
    name: Option<&str>,
    numbers: &[(String, Exact)],
) -> Result<Reconciled, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "a vendor's scorecard is of one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let run = desk.run(program, edition, Some(partner))?;
    let card = of_run(desk, &run, partner, false);
    let named = name.map(|name| level(&run, name)).transpose()?;
    let column = card.columns.iter().find(|c| {
        ask.is_none_or(|ask| c.ask == ask)
            && named.is_none_or(|level| run.compiled.level(&c.level) == Some(level))
    });
    let (ask, place) = match (column, ask, named) {
        (Some(column), ..) => (column.ask, run.compiled.level(&column.level).unwrap_or(0)),
        (None, ask, Some(level)) => (ask.unwrap_or(Ask::Enter), level),
        (None, ..) => {
            return Err(Diagnostic::error(
                "which-level",
                "the scorecard has no such column",
                Place::default(),
            )
            .help("name the level with `--level`"));
        }
    };
    let rows = &run.compiled.edition.rows;
    let mut stated = Vec::new();
    for (name, value) in numbers {
        // An id is one row's alone; a title such as "technical" may be a part's.
        let titled = || rows.values().find(|r| r.title.eq_ignore_ascii_case(name));
        let row = rows.get(name).or_else(titled);
        let Some(row) = row else {
            let ids: Vec<&str> = rows.values().map(|r| r.id.as_str()).collect();
            return Err(Diagnostic::error(
                "unknown-row",
                format!("`{}` has no row `{name}`", run.compiled.edition.name()),
                Place::default(),
            )
            .help(did_you_mean(name, ids)));
        };
        stated.push(Stated {
            row: row.id.clone(),
            value: value.clone(),
        });
    }
    if stated.is_empty() {
        return Err(Diagnostic::error(
            "nothing-to-read",
            "no number of the vendor's scorecard was given",
            Place::default(),
        )
        .help("give one with `--say launched=5`, or a file of them"));
    }
    let day = desk.question.as_of;
    let course = desk.course(&run, partner, day, day);
    Ok(Reconciled {
        rows: reconcile::reconcile(&run, partner, (ask, place), day, &stated),
        ask,
        level: run.compiled.levels[place].id.clone(),
        labels: Labels::of(&run, &course, day, day),
        card,
    })
}

impl Reconciled {
    /// How many rows agree, and what of the others is explained.
    pub fn news(&self) -> String {
        let of =
            |wanted: fn(&Finding) -> bool| self.rows.iter().filter(|r| wanted(&r.finding)).count();
        let same = of(|f| matches!(f, Finding::Same));
        let explained = of(|f| matches!(f, Finding::Explained(_) | Finding::Open(_)));
        let not = of(|f| matches!(f, Finding::Unexplained));
        let mut parts = vec![format!(
            "{} of {} agree",
            same,
            counted(self.rows.len(), "row")
        )];
        if explained > 0 {
            parts.push(format!("{explained} can be explained by records"));
        }
        if not > 0 {
            parts.push(format!("{not} cannot"));
        }
        format!("{}.", and_list(&parts))
    }

    /// Why one side counts records that the other does not.
    pub fn account(&self, of: &Account) -> String {
        let names: Vec<String> = of.records.iter().take(4).map(|r| r.id.clone()).collect();
        let mut names = names.join("; ");
        if of.records.len() > 4 {
            names += &format!("; {} more", of.records.len() - 4);
        }
        let why = match &of.because {
            Because::NotRegistered => "whose holder is not registered here".to_owned(),
            Because::CheckMissing(field) => {
                format!("that wait for {field} here: under review, or a check is missing")
            }
            Because::WindowEdge(days) if of.theirs_only => {
                format!("at most {days} days outside the window here")
            }
            Because::WindowEdge(days) => {
                format!("at the window's edge: at most {days} days inside here")
            }
            Because::Recent => "of the last days, which the vendor may not know of yet".to_owned(),
            Because::NotYet => "that open later by what is known here".to_owned(),
            Because::Ended => "that have ended here".to_owned(),
            Because::NameUnknown => "whose name no catalog here knows".to_owned(),
            Because::FieldEmpty(field) => format!("whose {field} is empty here"),
            Because::OtherCurrency => "in another currency here".to_owned(),
            Because::Refused => "that were refused at import here".to_owned(),
            Because::LearnedLater => "that were learned later here".to_owned(),
            Because::Field(field, text) => format!("whose {field} is {text}"),
            Because::Amount => "whose amounts come to exactly that".to_owned(),
        };
        let side = if of.theirs_only {
            "the vendor may count"
        } else {
            "the vendor may leave out"
        };
        let count = if of.of > of.records.len() {
            format!("{} of {}", of.records.len(), counted(of.of, "record"))
        } else {
            counted(of.records.len(), "record")
        };
        format!("{side} {count} {why}: {names}")
    }
}
