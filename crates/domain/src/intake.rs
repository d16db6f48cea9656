//! Rows of text become facts, or problems with a place and a help.
//!
//! Every row is accepted or refused as a whole, and `accepted + refused = read` always. Nothing is guessed that could
//! mean two things. Knows kinds, catalogs and what programs ask; knows no file format and reads no file.

mod cells;
mod columns;
mod countries;
mod given;
mod names;

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use indexmap::IndexMap;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place, Severity, did_you_mean, listed};
use crate::evidence::{Builder, Cell, Code, Evidence, Refused};
use crate::library::Library;
use crate::number::Exact;
use crate::program::{AnswerType, Edition};
use crate::syntax::is_name;
use crate::vocabulary::{FieldType, Words, plain};

pub use given::read_table_texts;
pub use names::{NameIndex, Named};

use cells::{Beside, Fault, quoted};
use columns::Target;

/// Every code that a diagnostic of this module can have.
pub const CODES: &[&str] = &[
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
    "too-much-text",
    "too-precise",
    "unknown-column",
    "unknown-credential",
    "unknown-kind",
    "unknown-level",
    "unknown-partner",
    "unknown-person",
    "unknown-program",
    "unknown-question",
    "unknown-word",
];

/// So many problems of one code in one column of one file are listed; the rest is counted.
const LISTED: u32 = 100;
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
    /// Columns that the user has mapped: what the file calls one, and the column that it is.
    pub columns: Vec<(String, String)>,
}

/// What became of one file or sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Who has an e-mail address, by partner and address; nobody where two have it.
    emails: HashMap<(Code, Code), Option<Code>>,
    /// Persons whose id is an e-mail address.
    mail_ids: HashSet<(Code, Code)>,
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
        Intake {
            builder: Builder::new(library.vocabulary.clone()),
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
    /// All key columns of the kind must be there, but `partner` and `program`. A column that many kinds have says little
    /// about any of them, so each counts the less the more kinds have it.
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
        let (evidence, repeats) = self.builder.finish_counting();
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
        for refused in evidence.refused.iter().filter(|r| r.repeats) {
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
        let mut more = 0_u64;
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
                more += 1;
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
        if more > 0 {
            self.problems.push(Diagnostic::warning(
                "unknown-credential",
                format!("{more} more names are in no catalog"),
                Place::default(),
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
    for id in library.programs() {
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
    let unknown: Vec<usize> = (0..evidence.partners.len())
        .filter(|p| partners.rows(*p).is_empty())
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
        for partner in 0..evidence.partners.len() {
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

/// A table that is being read, one row after the other. Its counts are complete once it is dropped.
#[derive(Debug)]
pub struct Sheet<'a> {
    intake: &'a mut Intake,
    report: usize,
    kind: usize,
    file: u16,
    name: String,
    dialect: Dialect,
    header: Vec<String>,
    fields: Vec<FieldPlan>,
    /// The fields in the order in which they are read: what others depend on comes first.
    order: Vec<usize>,
    program: Option<usize>,
    question: Option<usize>,
    partner: PartnerPlan,
    recorded: Option<usize>,
    recorded_order: DayOrder,
    /// Why every row is refused, where the header lacks what rows need.
    refused: Option<Diagnostic>,
    is_people: bool,
    is_partners: bool,
    scratch: Vec<Cell>,
    beside: Vec<Beside>,
    seen: HashMap<(&'static str, usize), u32>,
    by_mail: u64,
    last_partner: (String, Code),
    last_level: (Code, String, Code),
}

#[derive(Debug)]
enum PartnerPlan {
    /// A column, and what an empty cell of it means.
    Column(usize, Option<Code>),
    /// The one partner.
    Only(Code),
    /// Nobody knows.
    Missing,
}

#[derive(Debug)]
struct FieldPlan {
    /// The column of the file.
    source: Option<usize>,
    role: Role,
    /// Must it have a value?
    required: bool,
    /// What stands where the file has no such column.
    otherwise: Cell,
    /// In a worked case, rows are numbered where the file has no such column.
    numbered: bool,
    days: DayOrder,
    open_end: bool,
    /// Cells that were read, by their text.
    known: HashMap<Box<str>, Result<Code, Box<Fault>>>,
    last: (String, Code),
}

#[derive(Debug)]
enum Role {
    Text,
    Date,
    Number(Option<(Exact, Exact)>),
    Percent,
    YesNo,
    /// An amount; the field of its currency, and the currency that its header names.
    Money(usize, Option<String>),
    /// The currency of amounts.
    Currency,
    Country,
    Catalog,
    Level,
    Answer,
    Program,
    Question,
    Person,
    Word(Words),
}

/// A text that a file repeats is looked up rather than read again, up to so many texts a column.
const REMEMBERED: usize = 100_000;

impl<'a> Sheet<'a> {
    fn new(
        intake: &'a mut Intake,
        at: usize,
        file: &str,
        header: &[&str],
        dialect: &Dialect,
    ) -> Sheet<'a> {
        let library = intake.library.clone();
        let kind = &library.vocabulary.kinds[at];
        intake.builder.supply(at);
        let file_code = intake.builder.file(file);
        let mapped = columns::map(kind, header, &intake.settings);
        intake.reports.push(SheetReport {
            file: file.to_owned(),
            kind: kind.name.clone(),
            read: 0,
            accepted: 0,
            refused: 0,
            repeated: 0,
        });
        let source_of = |target: Target| mapped.targets.iter().position(|t| *t == Some(target));
        let mut refused = mapped.twice(kind, header, file);
        intake.problems.extend(refused.clone());
        let severity = if intake.given {
            Severity::Error
        } else {
            Severity::Note
        };
        intake.problems.extend(
            mapped
                .unknown(kind, header, file)
                .into_iter()
                .map(|d| Diagnostic { severity, ..d }),
        );
        if !intake.given {
            intake
                .problems
                .extend(mapped.no_opening_day(kind, header, file));
        }

        let currencies: Vec<&str> = kind
            .fields
            .values()
            .filter_map(|f| match &f.kind {
                FieldType::Money(currency) => Some(currency.as_str()),
                _ => None,
            })
            .collect();
        let mut missing: Vec<String> = Vec::new();
        let mut fields = Vec::new();
        for (field_at, field) in kind.fields.values().enumerate() {
            let source = source_of(Target::Field(field_at));
            let head = source.map_or("", |s| header[s]);
            let role = match &field.kind {
                FieldType::Text if currencies.contains(&field.name.as_str()) => Role::Currency,
                FieldType::Text => Role::Text,
                FieldType::Date => Role::Date,
                FieldType::Number(range) => Role::Number(range.clone()),
                FieldType::Percent => Role::Percent,
                FieldType::YesNo => Role::YesNo,
                FieldType::Money(currency) => Role::Money(
                    kind.fields.get_index_of(currency).unwrap_or(usize::MAX),
                    columns::currency_in(head),
                ),
                FieldType::Country => Role::Country,
                FieldType::Catalog => Role::Catalog,
                FieldType::Level => Role::Level,
                FieldType::Answer => Role::Answer,
                FieldType::Id(id) => match id.as_str() {
                    "program" => Role::Program,
                    "question" => Role::Question,
                    "person" => Role::Person,
                    _ => Role::Text,
                },
                FieldType::Word(words) => Role::Word(words.clone()),
            };
            let required = field.key && columns::must_have(kind, field);
            let mut plan = FieldPlan {
                source,
                role,
                required,
                otherwise: Cell::Empty,
                numbered: false,
                days: match columns::day_order(head) {
                    DayOrder::Unsaid => dialect.days,
                    said => said,
                },
                open_end: kind.holds.until.contains(&field.name),
                known: HashMap::new(),
                last: (String::new(), Code::EMPTY),
            };
            if source.is_none() && field.key {
                let program = intake
                    .settings
                    .program
                    .clone()
                    .filter(|_| required || intake.given);
                match (&plan.role, program) {
                    (Role::Program, Some(program)) => {
                        plan.otherwise = Cell::Text(intake.builder.strings.code(&program))
                    }
                    (Role::Date, _) if intake.given => plan.otherwise = Cell::Day(given::EARLY),
                    (Role::Text, _) if intake.given && kind.key.len() == 1 => plan.numbered = true,
                    (Role::Text | Role::Person, _) if intake.given && required => {
                        plan.otherwise = Cell::Text(intake.builder.strings.code(&field.name));
                    }
                    _ if required => missing.push(field.name.clone()),
                    _ => {}
                }
            }
            fields.push(plan);
        }
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(String::as_str).collect();
            let problem = Diagnostic::error(
                "missing-column",
                format!(
                    "`{}` needs the column {}, so no row can be read",
                    kind.name,
                    columns::each(&names)
                ),
                Place::file(file),
            )
            .help(mapped.could_be(kind, header, &names));
            intake.problems.push(problem.clone());
            refused.get_or_insert(problem);
        }

        let partner = match source_of(Target::Partner) {
            Some(column) => {
                let only = match (&intake.settings.partner, intake.listed) {
                    (Some(id), _) => Some(intake.builder.strings.code(&id.clone())),
                    (None, Seen::One(code)) if kind.name != "partners" => Some(code),
                    _ => None,
                };
                PartnerPlan::Column(column, only)
            }
            None => match intake.only_partner(file) {
                Ok(code) => PartnerPlan::Only(code),
                Err(help) => {
                    let problem = Diagnostic::error(
                        "missing-column",
                        format!(
                            "`{}` needs the column `partner`, so no row can be read",
                            kind.name
                        ),
                        Place::file(file),
                    )
                    .help(help);
                    intake.problems.push(problem.clone());
                    refused.get_or_insert(problem);
                    PartnerPlan::Missing
                }
            },
        };

        let first = |f: &usize| match fields[*f].role {
            Role::Program => 0,
            Role::Question => 1,
            // The day of an answer says which edition asked it.
            Role::Date => 2,
            _ => 3,
        };
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(first);
        let recorded = source_of(Target::Recorded);
        Sheet {
            report: intake.reports.len() - 1,
            kind: at,
            file: file_code,
            name: file.to_owned(),
            dialect: dialect.clone(),
            header: header.iter().map(|h| columns::shown(h)).collect(),
            program: fields.iter().position(|f| matches!(f.role, Role::Program)),
            question: fields.iter().position(|f| matches!(f.role, Role::Question)),
            scratch: vec![Cell::Empty; fields.len()],
            beside: vec![Beside::Nothing; fields.len()],
            order,
            fields,
            partner,
            recorded_order: recorded.map_or(DayOrder::Unsaid, |r| columns::day_order(header[r])),
            recorded,
            refused,
            is_people: kind.name == "people",
            is_partners: kind.name == "partners",
            seen: HashMap::new(),
            by_mail: 0,
            last_partner: (String::new(), Code::EMPTY),
            last_level: (Code::EMPTY, String::new(), Code::EMPTY),
            intake,
        }
    }

    /// The kind that is being read.
    pub fn kind(&self) -> &str {
        self.intake
            .library
            .vocabulary
            .kinds
            .get_index(self.kind)
            .map_or("", |(name, _)| name)
    }

    /// Is every row refused, because the header lacks what rows need?
    pub fn refuses_all(&self) -> bool {
        self.refused.is_some()
    }

    /// Reads one row; `line` is its number in the file, the header's being 1. Cells stand as the header does. A row
    /// without any value is no row.
    pub fn row(&mut self, line: u32, cells: &[Raw<'_>]) {
        let is_empty = |cell: &Raw<'_>| match cell {
            Raw::Empty => true,
            Raw::Text(text) => text.trim().is_empty(),
            _ => false,
        };
        // The first cell nearly always has a value, so this costs nothing.
        if cells.iter().all(is_empty) {
            return;
        }
        self.intake.reports[self.report].read += 1;
        if cells.len() != self.header.len() {
            let fault = Fault::new(
                "ragged-row",
                format!(
                    "the row has {}, the header has {}",
                    cells_of(cells.len()),
                    self.header.len()
                ),
                "put cells that contain the separator in quotes",
            );
            let partner = match self.partner {
                PartnerPlan::Only(code) => Some(code),
                _ => None,
            };
            self.refuse_row(partner, vec![self.diagnostic(line, usize::MAX, fault)]);
            return;
        }
        let mut problems: Vec<Diagnostic> = Vec::new();
        let partner = match self.read_partner(cells) {
            Ok(code) => Some(code),
            Err(fault) => {
                if self.refused.is_none() {
                    let column = match self.partner {
                        PartnerPlan::Column(column, _) => column,
                        _ => usize::MAX,
                    };
                    problems.push(self.diagnostic(line, column, fault));
                }
                None
            }
        };
        if let Some(problem) = self.refused.clone() {
            let place = Place {
                line,
                ..problem.place.clone()
            };
            self.count_refused(partner, Diagnostic { place, ..problem });
            return;
        }
        let program = |sheet: &Sheet<'_>| match sheet.program.map(|p| &sheet.scratch[p]) {
            Some(Cell::Text(code)) => *code,
            _ => Code::EMPTY,
        };
        for i in 0..self.order.len() {
            let at = self.order[i];
            let read = match self.fields[at].source {
                Some(column) => {
                    let program = program(self);
                    self.read_cell(
                        at,
                        &cells[column],
                        program,
                        partner.unwrap_or(Code::EMPTY),
                        line,
                    )
                }
                None if self.fields[at].numbered => {
                    let text = format!("{} {}", self.kind(), self.intake.reports[self.report].read);
                    Ok(Cell::Text(self.intake.builder.strings.code(&text)))
                }
                None => Ok(self.fields[at].otherwise.clone()),
            };
            match read {
                Ok(Cell::Empty) if self.fields[at].required => {
                    let fallback = match (&self.fields[at].role, &self.intake.settings.program) {
                        (Role::Program, Some(program)) => Some(Cell::Text(
                            self.intake.builder.strings.code(&program.clone()),
                        )),
                        _ => None,
                    };
                    if let Some(cell) = fallback {
                        self.scratch[at] = cell;
                        continue;
                    }
                    self.scratch[at] = Cell::Empty;
                    let field = &self.intake.library.vocabulary.kinds[self.kind].fields[at].name;
                    let fault = Fault::new(
                        "missing-key",
                        format!("`{field}` is empty, and tells one row from another"),
                        "write a value, or delete the row",
                    );
                    problems.push(self.diagnostic(
                        line,
                        self.fields[at].source.unwrap_or(usize::MAX),
                        fault,
                    ));
                }
                Ok(cell) => self.scratch[at] = cell,
                Err(fault) => {
                    self.scratch[at] = Cell::Empty;
                    problems.push(self.diagnostic(
                        line,
                        self.fields[at].source.unwrap_or(usize::MAX),
                        fault,
                    ));
                }
            }
        }
        if problems.is_empty() {
            self.settle_currencies(line, &mut problems);
        }
        let recorded = match self.recorded.map(|r| (r, &cells[r])) {
            None => None,
            Some((column, cell)) => match self.read_day(cell, self.recorded_order, false) {
                Ok(Cell::Day(day)) => Some(day),
                Ok(_) => None,
                Err(fault) => {
                    problems.push(self.diagnostic(line, column, fault));
                    None
                }
            },
        };
        let Some(partner_code) = partner.filter(|_| problems.is_empty()) else {
            self.refuse_row(partner, problems);
            return;
        };
        let added = self.intake.builder.add(
            self.kind,
            partner_code,
            &self.scratch,
            recorded,
            self.file,
            line,
        );
        if added.is_err() {
            let number = self
                .scratch
                .iter()
                .position(|c| matches!(c, Cell::Number(n) if !fits(n)))
                .or_else(|| {
                    self.scratch
                        .iter()
                        .position(|c| matches!(c, Cell::Number(_)))
                });
            let column = number
                .and_then(|at| self.fields[at].source)
                .unwrap_or(usize::MAX);
            let fault = Fault::new(
                "too-precise",
                "the number has more than 12 decimals or 18 digits",
                "write it with fewer digits",
            );
            self.refuse_row(partner, vec![self.diagnostic(line, column, fault)]);
            return;
        }
        let report = &mut self.intake.reports[self.report];
        report.accepted += 1;
        self.intake.seen.add(partner_code);
        if self.is_partners {
            self.intake.listed.add(partner_code);
        }
        if self.is_people {
            self.remember_person(partner_code);
        }
    }

    /// Refuses a row that the reader of the file could not divide into cells.
    pub fn refuse(
        &mut self,
        line: u32,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.intake.reports[self.report].read += 1;
        let partner = match self.partner {
            PartnerPlan::Only(code) => Some(code),
            _ => None,
        };
        let problem = self.diagnostic(line, usize::MAX, Fault::new(code, message, help));
        self.refuse_row(partner, vec![problem]);
    }

    /// Adds a problem with the whole file, which refuses nothing.
    pub fn report(&mut self, problem: Diagnostic) {
        self.intake.problems.push(problem);
    }

    fn diagnostic(&self, line: u32, column: usize, fault: Fault) -> Diagnostic {
        let place = Place {
            file: self.name.clone(),
            line,
            column: 0,
            context: self.header.get(column).cloned().unwrap_or_default(),
        };
        Diagnostic::error(fault.code, fault.message, place).help(fault.help)
    }

    fn refuse_row(&mut self, partner: Option<Code>, mut problems: Vec<Diagnostic>) {
        let column_of = |p: &Diagnostic| {
            self.header
                .iter()
                .position(|h| *h == p.place.context)
                .unwrap_or(usize::MAX)
        };
        problems.sort_by_key(column_of);
        for problem in &problems {
            let column = column_of(problem);
            let count = self.seen.entry((problem.code, column)).or_default();
            *count += 1;
            if *count <= LISTED {
                self.intake.problems.push(problem.clone());
            }
        }
        if let Some(first) = problems.into_iter().next() {
            self.count_refused(partner, first);
        }
    }

    fn count_refused(&mut self, partner: Option<Code>, problem: Diagnostic) {
        self.intake.reports[self.report].refused += 1;
        self.intake.builder.refuse(Refused {
            kind: self.kind,
            partner,
            problem,
            repeats: false,
        });
    }

    fn read_partner(&mut self, cells: &[Raw<'_>]) -> Result<Code, Fault> {
        let (column, otherwise) = match &self.partner {
            PartnerPlan::Only(code) => return Ok(*code),
            PartnerPlan::Missing => {
                return Err(Fault::new("missing-column", "the row names no partner", ""));
            }
            PartnerPlan::Column(column, otherwise) => (*column, *otherwise),
        };
        if let Raw::Text(text) = &cells[column] {
            let text = text.trim();
            if !text.is_empty() {
                if self.last_partner.0 != text {
                    let code = intern(&mut self.intake.builder, text)?;
                    self.last_partner.0.clear();
                    self.last_partner.0.push_str(text);
                    self.last_partner.1 = code;
                }
                return Ok(self.last_partner.1);
            }
        } else if let Some(text) = as_text(&cells[column]) {
            return intern(&mut self.intake.builder, &text);
        }
        otherwise.ok_or_else(|| {
            Fault::new(
                "missing-key",
                "`partner` is empty, and says whose the row is",
                "write the partner's id, or delete the row",
            )
        })
    }

    fn read_day(&self, cell: &Raw<'_>, order: DayOrder, open_end: bool) -> Result<Cell, Fault> {
        match cell {
            Raw::Empty => Ok(Cell::Empty),
            Raw::Day(day) if Day::parse(&day.to_string()).is_some() => Ok(Cell::Day(*day)),
            Raw::Day(day) if open_end && day.to_string() == "9999-12-31" => Ok(Cell::Empty),
            Raw::Text(text) => {
                let text = text.trim();
                if text.is_empty() {
                    return Ok(Cell::Empty);
                }
                cells::day(text, order, open_end).map(|d| d.map_or(Cell::Empty, Cell::Day))
            }
            other => cells::day(&as_text(other).unwrap_or_default(), order, open_end)
                .map(|d| d.map_or(Cell::Empty, Cell::Day)),
        }
    }

    fn read_cell(
        &mut self,
        at: usize,
        raw: &Raw<'_>,
        program: Code,
        partner: Code,
        line: u32,
    ) -> Result<Cell, Fault> {
        match (&self.fields[at].role, raw) {
            (_, Raw::Empty) => return Ok(Cell::Empty),
            (Role::Date, _) => {
                return self.read_day(raw, self.fields[at].days, self.fields[at].open_end);
            }
            _ => {}
        }
        let owned;
        let text = match raw {
            Raw::Text(text) => text.trim(),
            // A number of a file that has numbers needs no reading where a number is due.
            Raw::Number(number)
                if matches!(
                    self.fields[at].role,
                    Role::Number(_) | Role::Percent | Role::Money(..)
                ) =>
            {
                return self.typed_number(at, number);
            }
            other => {
                owned = as_text(other).unwrap_or_default();
                owned.trim()
            }
        };
        if text.is_empty() {
            return Ok(Cell::Empty);
        }
        match &self.fields[at].role {
            Role::Number(_) => {
                let number = cells::number(text, self.dialect.decimal)?;
                return self.typed_number(at, &number);
            }
            Role::Percent => return cells::percent(text, self.dialect.decimal).map(Cell::Number),
            Role::Money(..) => {
                let (number, beside) = cells::amount(text, self.dialect.decimal)?;
                self.beside[at] = beside;
                return Ok(Cell::Number(number));
            }
            Role::Level => return self.read_level(text, program).map(Cell::Text),
            Role::Answer => return self.read_answer(text, program).map(Cell::Text),
            Role::Question => return self.read_question(text, program).map(Cell::Text),
            Role::Person if text.contains('@') && !self.is_people => {
                return self.read_mail(text, partner).map(Cell::Text);
            }
            _ => {}
        }
        let plan = &mut self.fields[at];
        if plan.last.0 == text && !plan.last.1.is_empty() && !matches!(plan.role, Role::Catalog) {
            return Ok(Cell::Text(plan.last.1));
        }
        if matches!(plan.role, Role::Text | Role::Person) {
            let code = intern(&mut self.intake.builder, text)?;
            if text.len() <= 64 {
                plan.last.0.clear();
                plan.last.0.push_str(text);
                plan.last.1 = code;
            }
            return Ok(Cell::Text(code));
        }
        let read = match plan.known.get(text) {
            Some(Ok(code)) => Ok(*code),
            Some(Err(fault)) => Err((**fault).clone()),
            None => {
                let read = read_word(self.intake, self.kind, &plan.role, text)
                    .and_then(|w| intern(&mut self.intake.builder, &w));
                if plan.known.len() < REMEMBERED {
                    plan.known
                        .insert(text.into(), read.clone().map_err(Box::new));
                }
                read
            }
        };
        if let (Role::Catalog, Ok(code)) = (&plan.role, &read)
            && let Some(strange) = self.intake.strange.get_mut(&(self.kind, *code))
        {
            if strange.rows == 0 {
                strange.first = Place {
                    file: self.name.clone(),
                    line,
                    column: 0,
                    context: plan
                        .source
                        .and_then(|s| self.header.get(s).cloned())
                        .unwrap_or_default(),
                };
            }
            strange.rows += 1;
        }
        if let Ok(code) = read {
            plan.last.0.clear();
            plan.last.0.push_str(text);
            plan.last.1 = code;
        }
        read.map(Cell::Text)
    }

    fn typed_number(&mut self, at: usize, number: &Exact) -> Result<Cell, Fault> {
        match &self.fields[at].role {
            Role::Number(Some((from, to))) if number < from || number > to => Err(Fault::new(
                "out-of-range",
                format!("`{number}` is not between {from} and {to}"),
                "write the number on the scale of the column",
            )),
            Role::Money(..) => {
                self.beside[at] = Beside::Nothing;
                Ok(Cell::Number(number.clone()))
            }
            Role::Percent => cells::percent(&number.to_string(), Decimal::Point).map(Cell::Number),
            _ => Ok(Cell::Number(number.clone())),
        }
    }

    fn read_level(&mut self, text: &str, program: Code) -> Result<Code, Fault> {
        let intake = &mut *self.intake;
        let id = intake.builder.strings.text(program);
        let Some(known) = intake.programs.get(id) else {
            // The program's own cell says what is wrong with it.
            return intern(&mut intake.builder, text);
        };
        let (of, last, code) = &mut self.last_level;
        if *of == program && last == text {
            return Ok(*code);
        }
        let level = known.levels.get(&plain(text)).or_else(|| {
            // `Advanced Tier` is Advanced.
            let rest: Vec<&str> = text
                .split([' ', '-', '_'])
                .filter(|w| {
                    !["tier", "level", "partner", "status"]
                        .iter()
                        .any(|n| n.eq_ignore_ascii_case(w))
                })
                .collect();
            known.levels.get(&plain(&rest.concat()))
        });
        match level {
            Some(level) => {
                let level = level.clone();
                *of = program;
                text.clone_into(last);
                *code = intern(&mut intake.builder, &level)?;
                Ok(*code)
            }
            None => {
                let mut help = did_you_mean(text, known.levels.values().map(String::as_str));
                if help.is_empty() {
                    let levels: Vec<&str> = {
                        let mut all: Vec<&str> =
                            known.levels.values().map(String::as_str).collect();
                        let mut seen = HashSet::new();
                        all.retain(|l| seen.insert(*l));
                        all
                    };
                    help = if levels.is_empty() {
                        "the program has no levels: leave the cell empty".to_owned()
                    } else {
                        format!(
                            "write {}, or leave the cell empty where the partner is enrolled below the first",
                            listed(&levels)
                        )
                    };
                }
                Err(Fault::new(
                    "unknown-level",
                    format!("{} is no level of `{id}`", quoted(text)),
                    help,
                ))
            }
        }
    }

    fn read_question(&mut self, text: &str, program: Code) -> Result<Code, Fault> {
        let intake = &mut *self.intake;
        let id = intake.builder.strings.text(program);
        let Some(known) = intake.programs.get(id) else {
            return intern(&mut intake.builder, text);
        };
        match known.questions.get(&plain(text)) {
            Some(asked) => {
                let id = asked.id.clone();
                intern(&mut intake.builder, &id)
            }
            None => Err(Fault::new(
                "unknown-question",
                format!("`{id}` asks no question {}", quoted(text)),
                did_you_mean(text, known.questions.values().map(|q| q.id.as_str())),
            )),
        }
    }

    fn read_answer(&mut self, text: &str, program: Code) -> Result<Code, Fault> {
        let Cell::Text(question) = self
            .question
            .map_or(Cell::Empty, |q| self.scratch[q].clone())
        else {
            return intern(&mut self.intake.builder, text);
        };
        let intake = &mut *self.intake;
        let id = intake.builder.strings.text(program);
        let asked = intake.programs.get(id).and_then(|p| {
            p.questions
                .get(&plain(intake.builder.strings.text(question)))
        });
        let Some(asked) = asked else {
            return intern(&mut intake.builder, text);
        };
        let day = self
            .fields
            .iter()
            .zip(&self.scratch)
            .find_map(|(plan, cell)| match (&plan.role, cell) {
                (Role::Date, Cell::Day(day)) if plan.required => Some(*day),
                _ => None,
            });
        let governing = day.and_then(|d| intake.library.governing(id, d));
        // The edition of the day asks first; an answer in the form of another edition is one as well.
        let (first, others): (Vec<_>, Vec<_>) = asked
            .by
            .iter()
            .partition(|(edition, _, _)| governing.is_some_and(|g| Arc::ptr_eq(g, edition)));
        let mut fault = None;
        let mut found = None;
        for (edition, kind, may_not_apply) in first.into_iter().chain(others) {
            let currency = edition.money.as_ref().map(|m| m.currency.as_str());
            match cells::answer(text, kind, *may_not_apply, currency, self.dialect.decimal) {
                Ok(answer) => {
                    found = Some(answer);
                    break;
                }
                Err(why) => {
                    fault.get_or_insert(why);
                }
            }
        }
        match (found, fault) {
            (Some(answer), _) => intern(&mut intake.builder, &answer),
            (None, Some(fault)) => Err(fault),
            (None, None) => intern(&mut intake.builder, text),
        }
    }

    /// A person by e-mail address is the person of that address in `people`, where there is just one.
    fn read_mail(&mut self, text: &str, partner: Code) -> Result<Code, Fault> {
        let code = intern(&mut self.intake.builder, text)?;
        if self.intake.mail_ids.contains(&(partner, code)) {
            return Ok(code);
        }
        let lower = text.to_lowercase();
        let address = self.intake.builder.strings.find(&lower);
        match address.and_then(|a| self.intake.emails.get(&(partner, a))) {
            Some(Some(person)) => {
                self.by_mail += 1;
                Ok(*person)
            }
            _ => Ok(code),
        }
    }

    fn remember_person(&mut self, partner: Code) {
        let kind = &self.intake.library.vocabulary.kinds[self.kind];
        let Some(Cell::Text(person)) = kind
            .fields
            .get_index_of("person")
            .map(|p| self.scratch[p].clone())
        else {
            return;
        };
        let mails: Vec<usize> = kind
            .fields
            .keys()
            .enumerate()
            .filter(|(_, name)| name.ends_with("email"))
            .map(|(at, _)| at)
            .collect();
        if self.intake.builder.strings.text(person).contains('@') {
            self.intake.mail_ids.insert((partner, person));
        }
        for at in mails {
            let Cell::Text(mail) = self.scratch[at] else {
                continue;
            };
            let text = self.intake.builder.strings.text(mail);
            let address = if text.chars().any(char::is_uppercase) {
                let lower = text.to_lowercase();
                self.intake.builder.strings.code(&lower)
            } else {
                mail
            };
            self.intake
                .emails
                .entry((partner, address))
                .and_modify(|who| {
                    if *who != Some(person) {
                        *who = None;
                    }
                })
                .or_insert(Some(person));
        }
    }

    /// Each amount has one currency: of its column, beside it, of its header, or of the whole file.
    fn settle_currencies(&mut self, line: u32, problems: &mut Vec<Diagnostic>) {
        for at in 0..self.fields.len() {
            let Role::Money(currency_at, header) = &self.fields[at].role else {
                continue;
            };
            if self.scratch[at] == Cell::Empty {
                continue;
            }
            let currency_at = *currency_at;
            let stated = match self.scratch.get(currency_at) {
                Some(Cell::Text(code)) => Some(*code),
                _ => None,
            };
            let beside = std::mem::replace(&mut self.beside[at], Beside::Nothing);
            let strings = &mut self.intake.builder.strings;
            let said = stated
                .map(|c| strings.text(c).to_owned())
                .filter(|_| beside != Beside::Nothing);
            let fault = match (stated, beside) {
                (Some(_), Beside::Nothing) => None,
                (Some(_), Beside::Code(code)) if said.as_deref() == Some(code.as_str()) => None,
                (Some(_), Beside::Sign(_, of))
                    if said.as_deref().is_some_and(|s| of.contains(&s)) =>
                {
                    None
                }
                (Some(_), Beside::Code(mark)) => {
                    Some(differs(&mark, said.as_deref().unwrap_or_default()))
                }
                (Some(_), Beside::Sign(mark, _)) => {
                    Some(differs(mark, said.as_deref().unwrap_or_default()))
                }
                (None, beside) => {
                    let given = header.clone().or_else(|| self.dialect.currency.clone());
                    match (beside, given) {
                        (Beside::Nothing, Some(code)) => {
                            self.scratch[currency_at] = Cell::Text(strings.code(&code));
                            None
                        }
                        (Beside::Code(code), given)
                            if given.as_ref().is_none_or(|g| *g == code) =>
                        {
                            self.scratch[currency_at] = Cell::Text(strings.code(&code));
                            None
                        }
                        (Beside::Sign(_, of), Some(code)) if of.contains(&code.as_str()) => {
                            self.scratch[currency_at] = Cell::Text(strings.code(&code));
                            None
                        }
                        (Beside::Code(mark), Some(code)) => Some(differs(&mark, &code)),
                        (Beside::Sign(mark, _), Some(code)) => Some(differs(mark, &code)),
                        (Beside::Sign(mark, _), None) => Some(Fault::new(
                            "missing-currency",
                            format!(
                                "`{mark}` is the sign of several currencies, and no column names one"
                            ),
                            "add a column `currency` with its code, such as USD",
                        )),
                        (_, None) => Some(Fault::new(
                            "missing-currency",
                            "the amount has no currency",
                            "add a column `currency` with its code, such as USD",
                        )),
                    }
                }
            };
            if let Some(fault) = fault {
                let column = self.fields[at].source.unwrap_or(usize::MAX);
                problems.push(self.diagnostic(line, column, fault));
            }
        }
    }
}

fn differs(mark: &str, currency: &str) -> Fault {
    Fault::new(
        "currency-differs",
        format!("the amount is in `{mark}`, its currency says `{currency}`"),
        "write the amount and its currency alike",
    )
}

fn cells_of(count: usize) -> String {
    if count == 1 {
        "1 cell".to_owned()
    } else {
        format!("{count} cells")
    }
}

fn fits(number: &Exact) -> bool {
    number
        .decimals()
        .is_some_and(|d| d <= 12 && number.to_scaled(d).is_some())
}

/// A typed cell as a file of text would have it.
fn as_text(cell: &Raw<'_>) -> Option<String> {
    match cell {
        Raw::Empty => None,
        Raw::Text(text) => Some((*text).to_owned()),
        Raw::Day(day) => Some(day.to_string()),
        Raw::Number(number) => Some(number.to_string()),
        Raw::Bool(true) => Some("true".to_owned()),
        Raw::Bool(false) => Some("false".to_owned()),
    }
}

/// All texts of the evidence together must fit the pool; a row that would burst it is refused instead.
fn intern(builder: &mut Builder, text: &str) -> Result<Code, Fault> {
    if builder.strings.has_room_for(text) {
        Ok(builder.strings.code(text))
    } else {
        Err(Fault::new(
            "too-much-text",
            "all texts of the evidence together pass 4 GiB",
            "import fewer partners at a time, or leave out long texts such as notes",
        ))
    }
}

/// Reads a cell whose column holds few words.
fn read_word(intake: &mut Intake, kind: usize, role: &Role, text: &str) -> Result<String, Fault> {
    match role {
        Role::YesNo => cells::yes_no(text).map(str::to_owned),
        Role::Country => countries::country(text).map(str::to_owned).ok_or_else(|| {
            Fault::new(
                "bad-country",
                format!("{} is no country", quoted(text)),
                match did_you_mean(text, countries::names()) {
                    near if near.is_empty() => "write its two letters, such as US or DE".to_owned(),
                    near => near,
                },
            )
        }),
        Role::Currency => cells::currency_code(text).ok_or_else(|| {
            Fault::new(
                "bad-currency",
                format!("{} is no currency", quoted(text)),
                "write its three letters, such as USD or EUR",
            )
        }),
        Role::Word(words) => match words.find(text) {
            Some(word) => Ok(word.to_owned()),
            None if words.open => Ok(word_form(text)),
            None => {
                let all: Vec<&str> = words.all().collect();
                Err(Fault::new(
                    "unknown-word",
                    format!("{} is no word of this column", quoted(text)),
                    match did_you_mean(text, all.iter().copied()) {
                        near if near.is_empty() => format!("write {}", listed(&all)),
                        near => near,
                    },
                ))
            }
        },
        Role::Program => {
            let wanted = plain(text);
            let known = intake
                .programs
                .keys()
                .find(|id| plain(id) == wanted)
                .or_else(|| {
                    let titled = |e: &&Arc<Edition>| !e.is_library() && plain(&e.title) == wanted;
                    let mut of = intake
                        .library
                        .editions
                        .iter()
                        .filter(titled)
                        .map(|e| &e.program);
                    let first = of.next()?;
                    of.all(|id| id == first)
                        .then(|| intake.programs.get_key_value(first).map(|(id, _)| id))?
                });
            // A worked case may name a program whose file is not loaded with it.
            let free = (intake.given && is_name(text)).then(|| text.to_owned());
            known.cloned().or(free).ok_or_else(|| {
                let ids: Vec<&str> = intake.programs.keys().map(String::as_str).collect();
                Fault::new(
                    "unknown-program",
                    format!("{} is no program that is loaded", quoted(text)),
                    match did_you_mean(text, ids.iter().copied()) {
                        near if near.is_empty() => "`cairn programs` lists them; add the program's file, or leave its rows out".to_owned(),
                        near => near,
                    },
                )
            })
        }
        Role::Catalog => {
            let name = intake.library.vocabulary.kinds[kind].name.clone();
            let named = intake.names.resolve(&name, text);
            let (foreign, nearest) = match named {
                Named::Entry { id, .. } => return Ok(id),
                Named::Foreign => (true, vec![]),
                Named::Unknown { nearest } => (false, nearest),
            };
            if intake.names.knows(&name) {
                let code = intern(&mut intake.builder, text)?;
                intake.strange.entry((kind, code)).or_insert(Strange {
                    foreign,
                    nearest,
                    rows: 0,
                    first: Place::default(),
                });
            }
            Ok(text.to_owned())
        }
        _ => Ok(text.to_owned()),
    }
}

/// A word as programs write it: `Joint Review` is `joint-review`.
fn word_form(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'))
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        text.to_owned()
    } else {
        words.join("-")
    }
}

impl Drop for Sheet<'_> {
    fn drop(&mut self) {
        let mut more: Vec<((&'static str, usize), u32)> = self
            .seen
            .iter()
            .filter(|(_, n)| **n > LISTED)
            .map(|(k, n)| (*k, n - LISTED))
            .collect();
        more.sort_unstable();
        for ((code, column), count) in more {
            let place = Place::file(&self.name)
                .showing(self.header.get(column).cloned().unwrap_or_default());
            self.intake
                .problems
                .push(and_more(code, count, place, Severity::Error));
        }
        if self.by_mail > 0 && !self.intake.given {
            self.intake.problems.push(Diagnostic::note(
                "matched-by-email",
                format!(
                    "{} a person by e-mail address, and became the person of `people` who has it",
                    rows_name(self.by_mail)
                ),
                Place::file(&self.name),
            ));
        }
    }
}

fn rows_name(count: u64) -> String {
    if count == 1 {
        "1 row names".to_owned()
    } else {
        format!("{count} rows name")
    }
}

#[cfg(test)]
mod tests;
