//! The vendor's own numbers beside ours, and why they differ.

use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::number::Exact;
use domain::program::Ask;
use domain::reconcile::{self, Account, Because, Compared, Finding, Stated};

use crate::forecast::Labels;
use crate::locale::Lang;
use crate::question::{Desk, level};
use crate::scorecard::{Scorecard, of_run};
use crate::texts::fill;

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
    pub fn news(&self, lang: Lang) -> String {
        let t = lang.texts();
        let of =
            |wanted: fn(&Finding) -> bool| self.rows.iter().filter(|r| wanted(&r.finding)).count();
        let same = of(|f| matches!(f, Finding::Same));
        let explained = of(|f| matches!(f, Finding::Explained(_) | Finding::Open(_)));
        let not = of(|f| matches!(f, Finding::Unexplained));
        let agree = [
            ("same", lang.size(same)),
            ("rows", lang.several(t.rec_rows, self.rows.len())),
        ];
        let agree = agree.each_ref().map(|(name, text)| (*name, text.as_str()));
        let mut parts = vec![fill(t.rec_agree, &agree)];
        if explained > 0 {
            parts.push(lang.several(t.rec_explained, explained));
        }
        if not > 0 {
            parts.push(lang.several(t.rec_not, not));
        }
        format!("{}.", lang.list(&parts))
    }

    /// Why one side counts records that the other does not.
    pub fn account(&self, of: &Account, lang: Lang) -> String {
        let t = lang.texts();
        let names: Vec<String> = of.records.iter().take(4).map(|r| r.id.clone()).collect();
        let mut names = names.join("; ");
        if of.records.len() > 4 {
            let more = lang.size(of.records.len() - 4);
            names += &format!("; {}", fill(t.n_more, &[("n", &more)]));
        }
        let days = |pattern: &str, days: i32| {
            let count = usize::try_from(days).unwrap_or(0);
            fill(pattern, &[("days", &lang.several(t.n_days, count))])
        };
        let of_field = |pattern: &str, field: &str| fill(pattern, &[("field", field)]);
        let why = match &of.because {
            Because::NotRegistered => t.rec_not_registered.to_owned(),
            Because::CheckMissing(field) => of_field(t.rec_check_missing, field),
            Because::WindowEdge(by) if of.theirs_only => days(t.rec_outside, *by),
            Because::WindowEdge(by) => days(t.rec_inside, *by),
            Because::Recent => t.rec_recent.to_owned(),
            Because::NotYet => t.rec_not_yet.to_owned(),
            Because::Ended => t.rec_ended.to_owned(),
            Because::NameUnknown => t.rec_name_unknown.to_owned(),
            Because::FieldEmpty(field) => of_field(t.rec_field_empty, field),
            Because::OtherCurrency => t.rec_currency.to_owned(),
            Because::Refused => t.rec_refused.to_owned(),
            Because::LearnedLater => t.rec_learned_later.to_owned(),
            Because::Field(field, text) => fill(t.rec_field, &[("field", field), ("text", text)]),
            Because::Amount => t.rec_amount.to_owned(),
        };
        let side = if of.theirs_only {
            t.rec_theirs
        } else {
            t.rec_ours
        };
        let count = if of.of > of.records.len() {
            let n = lang.size(of.records.len());
            let all = lang.several(t.rec_records, of.of);
            fill(t.rec_n_of, &[("n", &n), ("records", &all)])
        } else {
            lang.several(t.rec_records, of.records.len())
        };
        fill(
            side,
            &[("records", &count), ("why", &why), ("names", &names)],
        )
    }
}
