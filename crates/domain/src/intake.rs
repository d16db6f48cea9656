//! Rows of text become facts, or problems with a place and a help.
//!
//! Every row is accepted or refused as a whole, and `accepted + refused = read` always. Nothing is guessed that could
//! mean two things. Knows kinds, catalogs and what programs ask; knows no file format and reads no file.

mod cells;
mod columns;
mod countries;
mod given;
pub mod matrix;
mod names;
mod refused;
mod sheet;

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use indexmap::IndexMap;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place, Severity, did_you_mean, listed};
use crate::evidence::{Builder, Code, Evidence, Refused};
use crate::library::Library;
use crate::number::Exact;
use crate::program::{AnswerType, Edition};
use crate::vocabulary::plain;

pub use given::read_table_texts;
pub use names::{NameIndex, Named};
pub use refused::{REFUSED, REFUSED_COLUMNS, refused_rows};
pub use sheet::Sheet;

use cells::quoted;
use columns::Target;

/// Every code that a diagnostic of this module can have.
pub const CODES: &[&str] = &[
    "accounts-by-month",
    "ambiguous-date",
    "ambiguous-number",
    "bad-answer",
    "bad-country",
    "bad-currency",
    "bad-date",
    "bad-number",
    "bad-percent",
    "bad-range",
    "bad-yes-no",
    "column-twice",
    "column-unused",
    "contradicts-row",
    "currency-differs",
    "decimal-comma",
    "matched-by-email",
    "missing-column",
    "missing-currency",
    "missing-key",
    "no-opening-day",
    "other-vendor",
    "out-of-range",
    "partner-assumed",
    "ragged-row",
    "refused-before",
    "too-much-text",
    "too-precise",
    "total-differs",
    "unknown-column",
    "unknown-credential",
    "unknown-kind",
    "unknown-level",
    "unknown-partner",
    "unknown-person",
    "unknown-program",
    "unknown-question",
    "unknown-section",
    "unknown-word",
];

/// So many problems of one code in one column of one file are listed; the rest is counted.
const LISTED: u32 = 20;
/// So many names that no catalog knows are listed, with their nearest; the rest is counted.
const NAMES_LISTED: usize = 200;
/// The id of the one partner where nothing names any.
const OWN: &str = "own";

/// A cell as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw<'a> {
    /// Nothing, or a null.
    Empty,
    /// Text, of which spaces around it do not matter.
    Text(&'a str),
    /// A day, of a file that has days.
    Day(Day),
    /// A number, of a file that has numbers.
    Number(Exact),
    /// Yes or no, of a file that has them.
    Bool(bool),
}

/// What stands before the decimals of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    /// A point: `1,500.25`.
    #[default]
    Point,
    /// A comma: `1.500,25`.
    Comma,
    /// Nobody said; a number that could be two is refused.
    Unsaid,
}

/// What comes first in a day such as `06/07/2022`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayOrder {
    /// Nobody said; a day that could be two is refused.
    #[default]
    Unsaid,
    /// The month.
    MonthFirst,
    /// The day.
    DayFirst,
}

/// How a file writes what can be written in more than one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// What stands before the decimals.
    pub decimal: Decimal,
    /// What comes first in a day, where its column's header does not say so.
    pub days: DayOrder,
    /// The currency of amounts beside which none stands.
    pub currency: Option<String>,
}

/// What the user says of an import that no file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The partner of tables without a `partner` column.
    pub partner: Option<String>,
    /// The program of tables whose rows must be of one and do not name it.
    pub program: Option<String>,
    /// Columns that the user has mapped: what the file calls one, and the column that it is; an empty one leaves it unread.
    pub columns: Vec<(String, String)>,
    /// Names in catalog columns that the user has settled.
    pub names: Vec<GivenName>,
    /// Persons of the one partner who are known already, by e-mail address.
    pub people: Vec<KnownPerson>,
}

/// Somebody whose e-mail address is known before anything is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// The address, in small letters.
    pub address: String,
    /// The person's id.
    pub person: String,
    /// Since when that is known.
    pub since: Day,
}

/// What a name in a catalog column is, as the user says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenName {
    /// The kind of evidence.
    pub kind: String,
    /// The name as files write it; case, spaces, hyphens and underscores do not matter.
    pub name: String,
    /// What is read instead: the id of an entry, or a name that begins as another vendor's does.
    pub becomes: String,
}

/// How it is known what a column of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It has the column's own name.
    Name,
    /// Files call the column so.
    Alias,
    /// The user said so.
    Said,
    /// Another column of the file stands for the same, or has the same name.
    Other,
    /// It is not known, so the column is not read.
    Unused,
}

/// A column of a file, and what it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReport {
    /// What the file calls it.
    pub header: String,
    /// The column of the kind that it is, or one of `partner`, `recorded_on` and `source`.
    pub field: Option<String>,
    /// How that is known.
    pub how: How,
}

/// What became of one file or sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetReport {
    /// The file as the user named it, with the sheet where it has several.
    pub file: String,
    /// The kind of evidence that it was read as.
    pub kind: String,
    /// How many rows it has, without the header and without empty ones.
    pub read: u64,
    /// How many of them became facts, or only repeat one.
    pub accepted: u64,
    /// How many did not.
    pub refused: u64,
    /// How many of the accepted ones only repeat another row.
    pub repeated: u64,
    /// Its columns, in their order.
    pub columns: Vec<ColumnReport>,
    /// The days since when a row counts of which no column of the file says one; then no row of it counts.
    pub no_opening: Vec<String>,
    /// Columns of the file that could say it.
    pub could_open: Vec<String>,
    /// Can the day on which a row was first seen be taken for it?
    pub first_seen: bool,
    /// The column that was filled in as the user chose, because no column of the file says it.
    pub filled: Option<String>,
}

/// Everything that an import found.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The accepted facts, and the rows that were refused.
    pub evidence: Evidence,
    /// The files, in the order in which they were read.
    pub sheets: Vec<SheetReport>,
    /// All problems, worst first within a file.
    pub problems: Vec<Diagnostic>,
}

/// Turns rows into evidence.
#[derive(Debug)]
pub struct Intake {
    library: Arc<Library>,
    settings: Settings,
    builder: Builder,
    names: NameIndex,
    programs: IndexMap<String, Program>,
    problems: Vec<Diagnostic>,
    reports: Vec<SheetReport>,
    /// Partners that the `partners` table names.
    listed: Seen,
    /// Partners that any table names.
    seen: Seen,
    assumed: bool,
    /// Names that are in no catalog or another vendor's, by kind and spelling.
    strange: IndexMap<(usize, Code), Strange>,
    /// Who has an e-mail address and since when that is known, by partner and address; nobody where two have it.
    emails: HashMap<(Code, Code), Option<(Code, Day)>>,
    /// The same of persons who are known beforehand, by address.
    known: HashMap<Code, Option<(Code, Day)>>,
    /// Persons whose id is an e-mail address.
    mail_ids: HashSet<(Code, Code)>,
    /// Kinds of which an unknown number of rows was lost.
    withheld: HashSet<usize>,
    /// Are these the tables of a worked case, where keys that are the same everywhere may be left out?
    given: bool,
}

/// None, one or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    #[default]
    None,
    One(Code),
    Several,
}

impl Seen {
    fn add(&mut self, code: Code) {
        *self = match *self {
            Seen::None => Seen::One(code),
            Seen::One(one) if one == code => return,
            _ => Seen::Several,
        };
    }
}

/// A name that is in no catalog, or another vendor's.
#[derive(Debug)]
struct Strange {
    foreign: bool,
    nearest: Vec<String>,
    rows: u64,
    first: Place,
}

/// What rows may say of a program.
#[derive(Debug, Default)]
struct Program {
    /// Its levels by spelling.
    levels: IndexMap<String, String>,
    /// Its questions by spelling, each with the editions that ask it, newest first.
    questions: IndexMap<String, Asked>,
}

#[derive(Debug)]
struct Asked {
    id: String,
    by: Vec<(Arc<Edition>, AnswerType, bool)>,
}

impl Intake {
    /// Nothing read yet.
    pub fn new(library: Arc<Library>) -> Intake {
        Intake::with(library, Settings::default())
    }

    /// Nothing read yet, and what the user says beforehand.
    pub fn with(library: Arc<Library>, settings: Settings) -> Intake {
        let mut builder = Builder::new(library.vocabulary.clone());
        let mut known: HashMap<Code, Option<(Code, Day)>> = HashMap::new();
        for one in &settings.people {
            let address = builder.strings.code(&one.address);
            let person = builder.strings.code(&one.person);
            known
                .entry(address)
                .and_modify(|who| match who {
                    Some((other, since)) if *other == person => *since = one.since.min(*since),
                    _ => *who = None,
                })
                .or_insert(Some((person, one.since)));
        }
        Intake {
            builder,
            known,
            names: NameIndex::new(&library.vocabulary),
            programs: programs(&library),
            library,
            settings,
            problems: vec![],
            reports: vec![],
            listed: Seen::None,
            seen: Seen::None,
            assumed: false,
            strange: IndexMap::new(),
            emails: HashMap::new(),
            mail_ids: HashSet::new(),
            withheld: HashSet::new(),
            given: false,
        }
    }

    /// The kinds and programs that rows are checked against.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// The place of a kind by the name of a table, however it is written.
    pub fn kind(&self, name: &str) -> Option<usize> {
        let wanted = plain(name);
        self.library
            .vocabulary
            .kinds
            .keys()
            .position(|k| plain(k) == wanted)
    }

    /// The kind whose columns these are, for a table whose name says nothing. `None` where no kind fits well enough.
    ///
    /// A kind whose key columns are all there, but `partner` and `program`, goes before one that lacks some. A column that
    /// many kinds have says little about any of them, so each counts the less the more kinds have it.
    pub fn guess(&self, header: &[&str]) -> Option<usize> {
        columns::guess(&self.library.vocabulary, &self.settings, header)
    }

    /// Which of these header cells a kind knows: what it is called in the kind, for each cell.
    pub fn recognized(&self, kind: usize, header: &[&str]) -> Vec<Option<&str>> {
        let kind = &self.library.vocabulary.kinds[kind];
        columns::map(kind, header, &self.settings)
            .targets
            .iter()
            .map(|t| match t {
                Some(Target::Field(at)) => Some(kind.fields[*at].name.as_str()),
                Some(Target::Partner) => Some("partner"),
                Some(Target::Recorded) => Some("recorded_on"),
                Some(Target::Source) => Some("source"),
                None => None,
            })
            .collect()
    }

    /// Says that a kind was supplied, even if by an empty table.
    pub fn supply(&mut self, kind: usize) {
        self.builder.supply(kind);
    }

    /// Says that rows of a kind were lost and nobody knows how many: a file of it cannot be read at all. Whatever else was
    /// read of it, nothing that rests on the kind is certain then, just as if it had never been supplied.
    pub fn withhold(&mut self, kind: usize) {
        self.withheld.insert(kind);
    }

    /// Adds a problem that the reader of a file found.
    pub fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Begins a table: `name` is its kind, however it is written. `None` where there is no such kind; that is a problem.
    pub fn sheet(&mut self, name: &str, file: &str, header: &[&str]) -> Option<Sheet<'_>> {
        self.sheet_in(name, file, header, &Dialect::default())
    }

    /// Begins a table of a file that writes days, numbers and currencies in its own way.
    ///
    /// Where a column is missing without which no row can be read, the sheet is still returned, and refuses all its rows:
    /// each of them could be a fact.
    pub fn sheet_in(
        &mut self,
        name: &str,
        file: &str,
        header: &[&str],
        dialect: &Dialect,
    ) -> Option<Sheet<'_>> {
        let Some(kind) = self.kind(name) else {
            let known = self.library.vocabulary.kinds.keys().map(String::as_str);
            let problem = Diagnostic::error(
                "unknown-kind",
                format!("{} is no kind of evidence", quoted(name)),
                Place::file(file),
            )
            .help(did_you_mean(name, known));
            self.problems.push(problem);
            return None;
        };
        Some(Sheet::new(self, kind, file, header, dialect))
    }

    /// The partner of a table that names none, if there can be only one. Says so where it is assumed.
    fn only_partner(&mut self, file: &str) -> Result<Code, &'static str> {
        if let Some(id) = self.settings.partner.clone() {
            return Ok(self.builder.strings.code(&id));
        }
        let known = if self.listed == Seen::None {
            self.seen
        } else {
            self.listed
        };
        match known {
            Seen::One(code) => Ok(code),
            Seen::Several => Err(
                "several partners are in this folder: add a column `partner` that says whose each row is",
            ),
            Seen::None => {
                let own = self.builder.strings.code(OWN);
                if !self.assumed && !self.given {
                    self.assumed = true;
                    self.problems.push(
                        Diagnostic::note(
                            "partner-assumed",
                            format!(
                                "no table names a partner, so all rows are of one, called `{OWN}`"
                            ),
                            Place::file(file),
                        )
                        .help(
                            "add a table `partners` with a column `partner` to give it its own id",
                        ),
                    );
                }
                Ok(own)
            }
        }
    }

    /// Sorts all facts, and says what only all of them together tell.
    pub fn finish(mut self) -> Imported {
        self.emails = HashMap::new();
        self.mail_ids = HashSet::new();
        self.report_strange_names();
        let (mut evidence, repeats) = self.builder.finish_counting();
        for kind in self.withheld {
            evidence.tables[kind].supplied = false;
        }
        let report = |reports: &mut Vec<SheetReport>, kind: usize, file: &str| {
            let name = evidence
                .vocabulary
                .kinds
                .get_index(kind)
                .map(|(k, _)| k.as_str());
            reports
                .iter()
                .rposition(|r| r.file == file && Some(r.kind.as_str()) == name)
        };
        let mut contradicting: IndexMap<(usize, String), u32> = IndexMap::new();
        // What was refused before was counted where it is listed.
        let new = |r: &&Refused| r.repeats && r.problem.code != "refused-before";
        for refused in evidence.refused.iter().filter(new) {
            let file = &refused.problem.place.file;
            if let Some(at) = report(&mut self.reports, refused.kind, file) {
                self.reports[at].accepted -= 1;
                self.reports[at].refused += 1;
            }
            let count = contradicting
                .entry((refused.kind, file.clone()))
                .or_default();
            *count += 1;
            if *count <= LISTED {
                self.problems.push(refused.problem.clone());
            }
        }
        for ((_, file), count) in contradicting {
            if count > LISTED {
                self.problems.push(and_more(
                    "contradicts-row",
                    count - LISTED,
                    Place::file(file),
                    Severity::Error,
                ));
            }
        }
        for repeat in &repeats {
            if let Some(at) = report(&mut self.reports, repeat.kind, &repeat.file) {
                self.reports[at].repeated += repeat.rows;
            }
        }
        if !self.given {
            self.problems.extend(unknown_partners(&evidence));
            self.problems.extend(unknown_persons(&evidence));
        }
        Imported {
            evidence,
            sheets: self.reports,
            problems: self.problems,
        }
    }

    fn report_strange_names(&mut self) {
        let vocabulary = self.library.vocabulary.clone();
        let mut more: Option<(u64, Place)> = None;
        let mut foreign: IndexMap<usize, (u64, Vec<Code>, Place)> = IndexMap::new();
        for ((kind, code), strange) in self.strange.iter().filter(|(_, s)| s.rows > 0) {
            let text = self.builder.strings.text(*code);
            if strange.foreign {
                let of = foreign
                    .entry(*kind)
                    .or_insert_with(|| (0, vec![], strange.first.clone()));
                of.0 += strange.rows;
                of.1.push(*code);
                continue;
            }
            if self
                .strange
                .get_index_of(&(*kind, *code))
                .is_some_and(|at| at >= NAMES_LISTED)
            {
                more.get_or_insert_with(|| (0, strange.first.clone())).0 += 1;
                continue;
            }
            let nearest: Vec<&str> = strange.nearest.iter().map(String::as_str).collect();
            let help = if nearest.is_empty() {
                "it may count until a catalog has it, or calls it another vendor's".to_owned()
            } else {
                format!(
                    "did you mean {}? until a catalog has it, it may count",
                    listed(&nearest)
                )
            };
            self.problems.push(
                Diagnostic::warning(
                    "unknown-credential",
                    format!(
                        "{} is in no catalog of {}, in {}",
                        quoted(text),
                        vocabulary.kinds[*kind].name,
                        rows(strange.rows)
                    ),
                    strange.first.clone(),
                )
                .help(help),
            );
        }
        if let Some((more, first)) = more {
            self.problems.push(Diagnostic::warning(
                "unknown-credential",
                format!("{more} more names are in no catalog"),
                first,
            ));
        }
        for (_, (count, names, first)) in foreign {
            let shown: Vec<&str> = names
                .iter()
                .take(3)
                .map(|c| self.builder.strings.text(*c))
                .collect();
            self.problems.push(
                Diagnostic::note(
                    "other-vendor",
                    format!(
                        "{} of another vendor: {}",
                        rows_are(count),
                        some_of(&shown, names.len())
                    ),
                    first,
                )
                .help("they are kept, and count in no program that lists the catalogs it knows"),
            );
        }
    }
}

fn rows(count: u64) -> String {
    if count == 1 {
        "1 row".to_owned()
    } else {
        format!("{count} rows")
    }
}

fn rows_are(count: u64) -> String {
    if count == 1 {
        "1 row is".to_owned()
    } else {
        format!("{count} rows are")
    }
}

/// `` `a`, `b`, `c` and 12 more ``
fn some_of(shown: &[&str], of: usize) -> String {
    let names: Vec<String> = shown.iter().map(|n| quoted(n)).collect();
    if of > shown.len() {
        format!("{} and {} more", names.join(", "), of - shown.len())
    } else {
        names.join(", ")
    }
}

fn and_more(code: &'static str, count: u32, place: Place, severity: Severity) -> Diagnostic {
    let message = if count == 1 {
        "1 more row has the same problem".to_owned()
    } else {
        format!("{count} more rows have the same problem")
    };
    Diagnostic {
        severity,
        ..Diagnostic::error(code, message, place)
    }
}

fn programs(library: &Library) -> IndexMap<String, Program> {
    let mut programs: IndexMap<String, Program> = IndexMap::new();
    // A library has no level and no question, but it has a name.
    for id in library.programs().into_iter().chain(library.libraries()) {
        let mut program = Program::default();
        for edition in library.editions_of(id).into_iter().rev() {
            for level in &edition.levels {
                program
                    .levels
                    .entry(plain(level))
                    .or_insert_with(|| level.clone());
            }
            let libraries = edition.uses.iter().filter_map(|name| {
                let (program, id) = name.split_once('@')?;
                library.edition(program, id)
            });
            for file in std::iter::once(edition).chain(libraries) {
                for (id, question) in &file.question {
                    program
                        .questions
                        .entry(plain(id))
                        .or_insert_with(|| Asked {
                            id: id.clone(),
                            by: vec![],
                        })
                        .by
                        .push((
                            edition.clone(),
                            question.answer.clone(),
                            question.may_not_apply,
                        ));
                }
            }
        }
        // A title is a second spelling, where no id is spelled so.
        for edition in library.editions_of(id).into_iter().rev() {
            for (level, of) in &edition.level {
                if edition.levels.contains(level) && !of.title.is_empty() {
                    program
                        .levels
                        .entry(plain(&of.title))
                        .or_insert_with(|| level.clone());
                }
            }
        }
        programs.insert(id.to_owned(), program);
    }
    programs
}

/// Partners that other tables name and the `partners` table does not.
fn unknown_partners(evidence: &Evidence) -> Option<Diagnostic> {
    let at = evidence.kind("partners")?;
    let partners = &evidence.tables[at];
    if partners.is_empty() {
        return None;
    }
    let refused: HashSet<Code> = evidence
        .refused
        .iter()
        .filter(|r| r.kind == at)
        .filter_map(|r| r.partner)
        .collect();
    let unknown: Vec<usize> = (0..evidence.partners.len())
        .filter(|p| partners.rows(*p).is_empty() && !refused.contains(&evidence.partners[*p]))
        .collect();
    let first = unknown.first()?;
    let shown: Vec<&str> = unknown
        .iter()
        .take(3)
        .map(|p| evidence.partner_id(*p))
        .collect();
    let place = evidence
        .tables
        .iter()
        .enumerate()
        .find_map(|(kind, table)| Some(evidence.place(kind, table.rows(*first).next()?)))
        .unwrap_or_default();
    Some(
        Diagnostic::warning(
            "unknown-partner",
            format!(
                "rows are of partners that `partners` does not list: {}",
                some_of(&shown, unknown.len())
            ),
            place.showing("partner"),
        )
        .help("add them to `partners`, or write their ids as they stand there"),
    )
}

/// Holders that a join needs and the joined table does not have.
fn unknown_persons(evidence: &Evidence) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (at, kind) in evidence.vocabulary.kinds.values().enumerate() {
        let Some((other, by)) = &kind.holds.while_ else {
            continue;
        };
        let Some(joined) = evidence.kind(other) else {
            continue;
        };
        let (table, with) = (&evidence.tables[at], &evidence.tables[joined]);
        let (Some(mine), Some(theirs)) = (evidence.column(at, by), evidence.column(joined, by))
        else {
            continue;
        };
        if !with.supplied {
            continue;
        }
        let mut unknown: IndexMap<(usize, Code), usize> = IndexMap::new();
        let mut rows_of_unknown = 0_u64;
        let mut there: HashSet<Code> = HashSet::new();
        // Whoever stands in a refused row is not unknown.
        let refused: HashSet<Option<Code>> = evidence
            .refused
            .iter()
            .filter(|r| r.kind == joined && !r.repeats)
            .map(|r| r.partner)
            .collect();
        for partner in 0..evidence.partners.len() {
            if refused.contains(&None) || refused.contains(&Some(evidence.partners[partner])) {
                continue;
            }
            there.clear();
            there.extend(with.rows(partner).map(|row| theirs.code(row)));
            let mut last = (Code::EMPTY, true);
            for row in table.rows(partner) {
                let code = mine.code(row);
                if code != last.0 {
                    last = (code, there.contains(&code));
                }
                if !last.1 {
                    rows_of_unknown += 1;
                    unknown.entry((partner, code)).or_insert(row);
                }
            }
        }
        let Some(((_, _), first)) = unknown.first() else {
            continue;
        };
        let shown: Vec<&str> = unknown
            .keys()
            .take(3)
            .map(|(_, code)| evidence.strings.text(*code))
            .collect();
        problems.push(
            Diagnostic::warning(
                "unknown-person",
                format!(
                    "{} of a {by} that `{other}` does not list: {}",
                    rows_are(rows_of_unknown),
                    some_of(&shown, unknown.len())
                ),
                evidence.place(at, *first).showing(by.as_str()),
            )
            .help(format!("such a row never counts: add them to `{other}`, or write their ids as they stand there")),
        );
    }
    problems
}

#[cfg(test)]
mod tests;
