//! Which column of a file is which column of a kind.

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Place, listed, nearest};
use crate::vocabulary::{Field, FieldType, Kind, Vocabulary, plain};

use super::cells::currency_code;
use super::{ColumnReport, DayOrder, How, Settings, quoted, some_of};

/// What files call the partner's column.
const PARTNER_ALSO: [&str; 7] = [
    "partner id",
    "partner account id",
    "partner code",
    "spms id",
    "mpn id",
    "mcp id",
    "pga mpn id",
];

/// What a column of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Partner,
    Recorded,
    Source,
    Field(usize),
}

/// The columns of a file, each with what it is.
#[derive(Debug)]
pub(super) struct Mapped {
    pub targets: Vec<Option<Target>>,
    /// How good the fit of each is; see [`map`].
    ranks: Vec<usize>,
    /// Columns that stand twice under the same name: the earlier and the later one.
    twice: Vec<(usize, usize)>,
    /// Columns that another one stands for.
    unused: Vec<(usize, Target)>,
}

/// A header cell in a message.
pub(super) fn shown(header: &str) -> String {
    let text = header.trim_start_matches('\u{feff}').trim();
    let mut short: String = text
        .chars()
        .take(80)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}

/// A header cell as it is, and without what exports write behind it: `(MM/DD/YYYY)`, `(required)`, `*`.
fn spellings(header: &str) -> (String, String) {
    let mut rest = header.trim_start_matches('\u{feff}').trim();
    let full = plain(rest);
    loop {
        let before = rest;
        rest = rest.trim_end_matches(['*', ':']).trim_end();
        if rest.ends_with([')', ']'])
            && let Some(at) = rest.find(['(', '['])
            && at > 0
        {
            rest = rest[..at].trim_end();
        }
        if rest == before {
            break;
        }
    }
    (full, plain(rest))
}

/// Which comes first in the days of a column whose header says it: `Target Close Date (MM/DD/YYYY)`.
pub(super) fn day_order(header: &str) -> DayOrder {
    let text: String = header
        .to_ascii_lowercase()
        .chars()
        .map(|c| if matches!(c, '-' | '.' | ' ') { '/' } else { c })
        .collect();
    if text.contains("mm/dd/yy") || text.contains("m/d/yy") {
        DayOrder::MonthFirst
    } else if text.contains("dd/mm/yy") || text.contains("d/m/yy") {
        DayOrder::DayFirst
    } else {
        DayOrder::Unsaid
    }
}

/// The currency that a header names: `MRR (USD)`, `BilledRevenueUSD`.
pub(super) fn currency_in(header: &str) -> Option<String> {
    const CODES: [&str; 24] = [
        "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "SEK", "NOK", "DKK",
        "PLN", "CZK", "HUF", "BRL", "MXN", "ZAR", "SGD", "HKD", "KRW", "AED", "ILS",
    ];
    let mut words = header
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty());
    words.find_map(|word| {
        let tail = word.get(word.len().saturating_sub(3)..)?;
        let code = if word.len() == 3 {
            currency_code(word)?
        } else {
            tail.to_owned()
        };
        CODES.contains(&code.as_str()).then_some(code)
    })
}

/// Must a key column have a value?
///
/// `program` need not, where an empty one means "any program"; a row about a level or an answer is of one program. Of a
/// reading per customer and something, the something may be left out.
pub(super) fn must_have(kind: &Kind, field: &Field) -> bool {
    match &field.kind {
        FieldType::Id(id) if id == "program" => {
            kind.key.first() == Some(&field.name)
                || kind
                    .fields
                    .values()
                    .any(|f| matches!(f.kind, FieldType::Level | FieldType::Answer))
        }
        FieldType::Text if kind.holds.until_next => kind.key.first() == Some(&field.name),
        _ => true,
    }
}

/// Matches header cells with a kind's columns: by its own name first, then by what files call it, in the order in which
/// the vocabulary lists that.
pub(super) fn map(kind: &Kind, header: &[&str], settings: &Settings) -> Mapped {
    let spelled: Vec<(String, String)> = header.iter().map(|h| spellings(h)).collect();
    // Rank, target, column.
    let mut fits: Vec<(usize, Target, usize)> = Vec::new();
    let mut offer = |target: Target, name: &str, also: &[String]| {
        for (column, (full, bare)) in spelled.iter().enumerate() {
            let is_said = |(from, to): &(String, String)| to.is_empty() && plain(from) == *full;
            if full.is_empty() || settings.columns.iter().any(is_said) {
                continue;
            }
            let mapped = settings
                .columns
                .iter()
                .any(|(from, to)| plain(from) == *full && plain(to) == plain(name));
            let own = plain(name);
            let rank = if mapped {
                Some(0)
            } else if own == *full {
                Some(1)
            } else if own == *bare {
                Some(2)
            } else {
                let at = |wanted: &String| also.iter().position(|a| plain(a) == *wanted);
                at(full).or_else(|| at(bare)).map(|at| 3 + at)
            };
            if let Some(rank) = rank {
                fits.push((rank, target, column));
            }
        }
    };
    let partner_also: Vec<String> = PARTNER_ALSO.iter().map(|a| (*a).to_owned()).collect();
    for (at, field) in kind.fields.values().enumerate() {
        offer(Target::Field(at), &field.name, &field.also);
    }
    offer(Target::Partner, "partner", &partner_also);
    offer(Target::Recorded, "recorded_on", &[]);
    offer(Target::Source, "source", &[]);
    fits.sort_by_key(|(rank, _, column)| (*rank, *column));

    let mut targets: Vec<Option<Target>> = vec![None; header.len()];
    let mut ranks = vec![0; header.len()];
    let mut taken: IndexMap<Target, usize> = IndexMap::new();
    let mut twice = Vec::new();
    for (rank, target, column) in &fits {
        if targets[*column].is_some() {
            continue;
        }
        match taken.get(target) {
            None => {
                taken.insert(*target, *column);
                targets[*column] = Some(*target);
                ranks[*column] = *rank;
            }
            Some(first) if spelled[*first].0 == spelled[*column].0 => {
                if !twice.contains(&(*first, *column)) {
                    twice.push((*first, *column));
                }
            }
            Some(_) => {}
        }
    }
    let unused = fits
        .iter()
        .filter(|(_, _, column)| {
            targets[*column].is_none() && !twice.iter().any(|(_, c)| c == column)
        })
        .map(|(_, target, column)| (*column, *target))
        .fold(
            Vec::new(),
            |mut all: Vec<(usize, Target)>, (column, target)| {
                if !all.iter().any(|(c, _)| *c == column) {
                    all.push((column, target));
                }
                all
            },
        );
    Mapped {
        targets,
        ranks,
        twice,
        unused,
    }
}

/// The kind whose columns these are.
pub(super) fn guess(
    vocabulary: &Vocabulary,
    settings: &Settings,
    header: &[&str],
) -> Option<usize> {
    let mapped: Vec<Mapped> = vocabulary
        .kinds
        .values()
        .map(|k| map(k, header, settings))
        .collect();
    // How many kinds have this column?
    let kinds_with = |column: usize| {
        mapped
            .iter()
            .filter(|m| matches!(m.targets[column], Some(Target::Field(_))))
            .count()
            .max(1)
    };
    // Whether the key is complete, the score, and the kind.
    let mut fits: Vec<(bool, f64, usize)> = Vec::new();
    for (at, kind) in vocabulary.kinds.values().enumerate() {
        let fields: Vec<(usize, &Field)> = mapped[at]
            .targets
            .iter()
            .enumerate()
            .filter_map(|(column, t)| match t {
                Some(Target::Field(f)) => Some((column, &kind.fields[*f])),
                _ => None,
            })
            .collect();
        let has = |name: &str| fields.iter().any(|(_, f)| f.name == name);
        let complete = kind
            .fields
            .values()
            .filter(|f| f.key && must_have(kind, f))
            .all(|f| has(&f.name) || f.kind == FieldType::Id("program".into()));
        if kind.key.is_empty() || fields.len() < 2 {
            continue;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::float_arithmetic,
            reason = "a score that only orders a few kinds"
        )]
        let score: f64 = fields
            .iter()
            .map(|(column, field)| (if field.key { 1.5 } else { 1.0 }) / kinds_with(*column) as f64)
            .sum();
        fits.push((complete, score, at));
    }
    let best_of = |complete: bool, least: f64| {
        let mut of: Vec<&(bool, f64, usize)> = fits
            .iter()
            .filter(|(c, score, _)| *c == complete && *score >= least)
            .collect();
        of.sort_by(|a, b| b.1.total_cmp(&a.1));
        match of.as_slice() {
            [(_, first, _), (_, second, _), ..] if first == second => None,
            [(_, _, at), ..] => Some(*at),
            [] => None,
        }
    };
    // Without its whole key, a table is recognized by columns that hardly any other kind has; then the missing column
    // is named, rather than the file passed over.
    best_of(true, 1.0).or_else(|| best_of(false, 2.5))
}

/// `` `a` `` or `` `a` and `b` ``.
pub(super) fn each(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// `` `a` `` or `` one of `a` and `b` ``.
fn one_of(names: &[&str]) -> String {
    if names.len() == 1 {
        each(names)
    } else {
        format!("one of {}", each(names))
    }
}

impl Mapped {
    fn free<'h>(&self, header: &[&'h str]) -> Vec<&'h str> {
        header
            .iter()
            .enumerate()
            .filter(|(column, h)| self.targets[*column].is_none() && !shown(h).is_empty())
            .map(|(_, h)| *h)
            .collect()
    }

    /// What each column was read as.
    pub(super) fn report(&self, kind: &Kind, header: &[&str]) -> Vec<ColumnReport> {
        let of = |column: usize| match (self.targets[column], self.ranks[column]) {
            (Some(_), 0) => How::Said,
            (Some(_), 1 | 2) => How::Name,
            (Some(_), _) => How::Alias,
            (None, _) if self.unused.iter().any(|(c, _)| *c == column) => How::Other,
            (None, _) if self.twice.iter().any(|(_, c)| *c == column) => How::Other,
            (None, _) => How::Unused,
        };
        header
            .iter()
            .enumerate()
            .map(|(column, name)| ColumnReport {
                header: name.trim_start_matches('\u{feff}').trim().to_owned(),
                field: self.targets[column].map(|t| Mapped::name_of(t, kind).to_owned()),
                how: of(column),
            })
            .collect()
    }

    pub(super) fn name_of(target: Target, kind: &Kind) -> &str {
        match target {
            Target::Partner => "partner",
            Target::Recorded => "recorded_on",
            Target::Source => "source",
            Target::Field(at) => &kind.fields[at].name,
        }
    }

    /// A column that stands twice: nobody knows which of the two values is meant.
    pub(super) fn twice(&self, kind: &Kind, header: &[&str], file: &str) -> Option<Diagnostic> {
        let (first, second) = self.twice.first()?;
        let name = self.targets[*first].map_or("", |t| Mapped::name_of(t, kind));
        Some(
            Diagnostic::error(
                "column-twice",
                format!(
                    "the column {} stands twice, so nobody knows which is meant",
                    quoted(header[*second].trim())
                ),
                Place {
                    line: 1,
                    ..Place::file(file)
                }
                .showing(shown(header[*second])),
            )
            .help(format!(
                "keep the one that holds `{name}`, and rename or delete the other"
            )),
        )
    }

    /// Columns that nothing reads.
    pub(super) fn unknown(&self, kind: &Kind, header: &[&str], file: &str) -> Vec<Diagnostic> {
        let place = || Place {
            line: 1,
            ..Place::file(file)
        };
        let mut problems = Vec::new();
        let missing: Vec<&str> = kind
            .fields
            .values()
            .enumerate()
            .filter(|(at, _)| !self.targets.contains(&Some(Target::Field(*at))))
            .map(|(_, f)| f.name.as_str())
            .collect();
        for (column, target) in &self.unused {
            let name = Mapped::name_of(*target, kind);
            let other = self
                .targets
                .iter()
                .position(|t| *t == Some(*target))
                .map_or("", |c| header[c]);
            problems.push(Diagnostic::note(
                "column-unused",
                format!(
                    "the column {} is ignored: {} already stands for `{name}`",
                    quoted(header[*column].trim()),
                    quoted(&shown(other))
                ),
                place().showing(shown(header[*column])),
            ));
        }
        let mut rest: Vec<&str> = Vec::new();
        for (column, text) in header.iter().enumerate() {
            let idle = self.targets[column].is_none()
                && !self.unused.iter().any(|(c, _)| *c == column)
                && !self.twice.iter().any(|(_, c)| *c == column);
            if !idle || shown(text).is_empty() {
                continue;
            }
            // Only a slip of the pen: what merely contains a known name is another column.
            let near: Vec<&str> = nearest(text, missing.iter().copied())
                .into_iter()
                .filter(|n| n.len().abs_diff(text.trim().len()) <= 3)
                .collect();
            if near.is_empty() {
                rest.push(text.trim_start_matches('\u{feff}').trim());
            } else {
                problems.push(
                    Diagnostic::note(
                        "unknown-column",
                        format!("the column {} is ignored", quoted(text.trim())),
                        place().showing(shown(text)),
                    )
                    .help(format!("did you mean {}?", listed(&near))),
                );
            }
        }
        if !rest.is_empty() {
            let s = if rest.len() == 1 {
                "the column"
            } else {
                "the columns"
            };
            let are = if rest.len() == 1 { "is" } else { "are" };
            let shown = rest.len().min(8);
            problems.push(
                Diagnostic::note(
                    "unknown-column",
                    format!("{s} {} {are} ignored", some_of(&rest[..shown], rest.len())),
                    place(),
                )
                .help(if missing.is_empty() {
                    format!("`{}` has no other columns", kind.name)
                } else {
                    format!("`{}` also has {}", kind.name, each(&missing))
                }),
            );
        }
        problems
    }

    /// The opening dates that no column says, and the columns that could say them. Without them no row can ever count.
    pub(super) fn no_opening<'a>(
        &self,
        kind: &'a Kind,
        header: &[&'a str],
    ) -> (Vec<&'a str>, Vec<&'a str>) {
        let has = |name: &str| {
            kind.fields
                .get_index_of(name)
                .is_some_and(|at| self.targets.contains(&Some(Target::Field(at))))
        };
        let missing: Vec<&str> = kind
            .holds
            .from
            .iter()
            .map(String::as_str)
            .filter(|day| !has(day) && !kind.if_empty.get(*day).is_some_and(|e| has(&e.take)))
            .filter(|day| !kind.key.iter().any(|k| k == day))
            .collect();
        if missing.is_empty() {
            return (missing, vec![]);
        }
        // A date that the kind knows by another name is likelier than one that it does not know at all.
        let is_other_date = |column: usize| match self.targets[column] {
            Some(Target::Field(at)) => {
                let field = &kind.fields[at];
                field.kind == FieldType::Date && !kind.holds.until.contains(&field.name)
            }
            _ => false,
        };
        let mut could: Vec<&str> = (0..header.len())
            .filter(|column| is_other_date(*column))
            .map(|column| header[column].trim())
            .collect();
        let free = self.free(header);
        could.extend(free.iter().filter(|h| looks_like_day(h)).map(|h| h.trim()));
        (missing, could)
    }

    /// Says that without its opening dates no row can ever count, and which columns could hold them.
    pub(super) fn no_opening_day(
        &self,
        kind: &Kind,
        header: &[&str],
        file: &str,
    ) -> Option<Diagnostic> {
        let (missing, mut could) = self.no_opening(kind, header);
        if missing.is_empty() {
            return None;
        }
        let help = if could.is_empty() {
            format!("add {} to the file", each(&missing))
        } else {
            could.truncate(6);
            format!(
                "if {} says it, copy that column under the name {}",
                one_of(&could),
                each(&missing)
            )
        };
        Some(
            Diagnostic::warning(
                "no-opening-day",
                format!(
                    "no column says {}, so no row of `{}` counts yet",
                    each(&missing),
                    kind.name
                ),
                Place {
                    line: 1,
                    ..Place::file(file)
                },
            )
            .help(help),
        )
    }

    /// Which columns of the file could be those that are missing.
    pub(super) fn could_be(&self, kind: &Kind, header: &[&str], missing: &[&str]) -> String {
        let free = self.free(header);
        let mut could: Vec<&str> = Vec::new();
        for name in missing {
            let Some(field) = kind.fields.get(*name) else {
                continue;
            };
            let known =
                std::iter::once(field.name.as_str()).chain(field.also.iter().map(String::as_str));
            let close = |h: &&str| {
                let (_, bare) = spellings(h);
                field.kind == FieldType::Date && looks_like_day(h)
                    || known
                        .clone()
                        .any(|k| !nearest(&bare, [plain(k).as_str()]).is_empty())
            };
            could.extend(free.iter().filter(|h| close(h)).map(|h| h.trim()));
        }
        could.dedup();
        if could.is_empty() {
            format!("add {} to the header", each(missing))
        } else {
            could.truncate(6);
            format!(
                "if {} holds it, call it {} in the header",
                one_of(&could),
                each(missing)
            )
        }
    }
}

fn looks_like_day(header: &str) -> bool {
    let text = header.to_lowercase();
    text.contains("date")
        || text.contains("/yyyy")
        || text.trim_end().ends_with(" on")
        || text.trim_end().ends_with("_on")
}
