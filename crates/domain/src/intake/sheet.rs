//! One table, row by row.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place, Severity, did_you_mean, listed};
use crate::evidence::{Builder, Cell, Code, Origin, Refused, RefusedRow};
use crate::number::Exact;
use crate::program::Edition;
use crate::syntax::is_name;
use crate::vocabulary::{FieldType, Words, plain};

use super::cells::{self, Beside, Fault, quoted};
use super::columns::{self, Target};
use super::{
    DayOrder, Decimal, Dialect, Intake, LISTED, Named, Raw, Seen, SheetReport, Strange, and_more,
    countries, given,
};

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
    /// The name of what each column is.
    targets: Vec<Option<String>>,
    fields: Vec<FieldPlan>,
    /// The fields in the order in which they are read: what others depend on comes first.
    order: Vec<usize>,
    program: Option<usize>,
    question: Option<usize>,
    partner: PartnerPlan,
    recorded: Option<usize>,
    recorded_order: DayOrder,
    source: Option<usize>,
    /// Why every row is refused, where the header lacks what rows need.
    refused: Option<Diagnostic>,
    is_people: bool,
    is_partners: bool,
    has_money: bool,
    scratch: Vec<Cell>,
    beside: Vec<Beside>,
    seen: HashMap<(&'static str, usize), u32>,
    /// The person field of the row that is being read, where it holds an e-mail address.
    mail: Option<usize>,
    by_mail: u64,
    /// In `people`: the person, and the columns of e-mail addresses.
    person: Option<usize>,
    mails: Vec<usize>,
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
    /// The cell that was read last; and its place among the strange names, where it is one.
    last: (String, Code),
    strange: Option<usize>,
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

/// The first day that no file can name: 1 January 2200.
const END: Day = Day(84_006);

impl<'a> Sheet<'a> {
    pub(super) fn new(
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
        // Two tables of one name, as two uploads or a damaged workbook may have them, are counted as one: what the
        // finished evidence says of a row is told by the name of its file.
        let same = |r: &SheetReport| r.file == file && r.kind == kind.name;
        let report = intake.reports.iter().position(same).unwrap_or_else(|| {
            intake.reports.push(SheetReport {
                file: file.to_owned(),
                kind: kind.name.clone(),
                ..SheetReport::default()
            });
            intake.reports.len() - 1
        });
        let (no_opening, could_open) = mapped.no_opening(kind, header);
        let said = &mut intake.reports[report];
        said.columns = mapped.report(kind, header);
        said.no_opening = no_opening.into_iter().map(str::to_owned).collect();
        said.could_open = could_open.into_iter().map(str::to_owned).collect();
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
                strange: None,
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
            report,
            kind: at,
            file: file_code,
            name: file.to_owned(),
            dialect: dialect.clone(),
            header: header.iter().map(|h| columns::shown(h)).collect(),
            targets: mapped
                .targets
                .iter()
                .map(|t| t.map(|t| columns::Mapped::name_of(t, kind).to_owned()))
                .collect(),
            program: fields.iter().position(|f| matches!(f.role, Role::Program)),
            question: fields.iter().position(|f| matches!(f.role, Role::Question)),
            scratch: vec![Cell::Empty; fields.len()],
            beside: vec![Beside::Nothing; fields.len()],
            order,
            partner,
            recorded_order: recorded.map_or(DayOrder::Unsaid, |r| columns::day_order(header[r])),
            recorded,
            source: source_of(Target::Source),
            refused,
            is_people: kind.name == "people",
            is_partners: kind.name == "partners",
            has_money: !currencies.is_empty(),
            seen: HashMap::new(),
            mail: None,
            by_mail: 0,
            person: fields.iter().position(|f| matches!(f.role, Role::Person)),
            mails: (0..fields.len())
                .filter(|f| kind.fields[*f].name.ends_with("email"))
                .collect(),
            last_partner: (String::new(), Code::EMPTY),
            last_level: (Code::EMPTY, String::new(), Code::EMPTY),
            fields,
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
        if cells.len() != self.header.len() {
            let message = format!(
                "the row has {}, the header has {}",
                cells_of(cells.len()),
                self.header.len()
            );
            let help = "put cells that contain the separator in quotes";
            // Which cell is too much nobody knows; shown as they stand, a person sees it.
            let said = self.as_they_stand(cells);
            self.refuse_saying(line, "ragged-row", message, help, said);
            return;
        }
        self.intake.reports[self.report].read += 1;
        let mut problems: Vec<Diagnostic> = Vec::new();
        let partner = self.read_partner(cells);
        if let Some(problem) = self.refused.clone() {
            let place = Place {
                line,
                ..problem.place.clone()
            };
            let problem = Diagnostic { place, ..problem };
            let row = RefusedRow {
                cells: self.as_they_stand(cells),
                problems: vec![(String::new(), problem.clone())],
            };
            self.count_refused(partner.ok(), problem, Some(row));
            return;
        }
        let partner = partner
            .map_err(|fault| {
                let column = match self.partner {
                    PartnerPlan::Column(column, _) => column,
                    _ => usize::MAX,
                };
                problems.push(self.diagnostic(line, column, fault));
            })
            .ok();
        self.mail = None;
        for i in 0..self.order.len() {
            let at = self.order[i];
            let read = match self.fields[at].source {
                Some(column) => self.read_cell(at, &cells[column], line),
                None if self.fields[at].numbered => {
                    let number = self.intake.reports[self.report].read;
                    let text = format!("{} {number}", self.kind());
                    intern(&mut self.intake.builder, &text).map(Cell::Text)
                }
                None => Ok(self.fields[at].otherwise.clone()),
            };
            let read = match read {
                Ok(Cell::Empty) if self.fields[at].required => self.fallback(at),
                read => read,
            };
            self.scratch[at] = read.unwrap_or_else(|fault| {
                let column = self.fields[at].source.unwrap_or(usize::MAX);
                problems.push(self.diagnostic(line, column, fault));
                Cell::Empty
            });
        }
        let mut origin = Origin {
            recorded: None,
            source: Code::EMPTY,
            file: self.file,
            line,
        };
        if let Some(column) = self.recorded {
            match self.read_day(&cells[column], self.recorded_order, false) {
                Ok(Cell::Day(day)) => origin.recorded = Some(day),
                Ok(_) => {}
                Err(fault) => problems.push(self.diagnostic(line, column, fault)),
            }
        }
        if let Some(column) = self.source
            && let Some(text) = as_text(&cells[column])
            && !text.trim().is_empty()
        {
            match intern(&mut self.intake.builder, text.trim()) {
                Ok(code) => origin.source = code,
                Err(fault) => problems.push(self.diagnostic(line, column, fault)),
            }
        }
        if problems.is_empty() {
            self.settle_currencies(line, &mut problems);
        } else {
            // What is kept of the row has its currencies; what is wrong with them is said once the rest is right.
            self.settle_currencies(line, &mut vec![]);
        }
        let Some(partner) = partner.filter(|_| problems.is_empty()) else {
            let said = self.said(partner, cells, &problems, origin.recorded);
            self.refuse_row(partner, problems, said);
            return;
        };
        if let Some(at) = self.mail {
            self.resolve_mail(at, partner, origin.recorded);
        }
        let added = self
            .intake
            .builder
            .add(self.kind, partner, &self.scratch, &origin);
        if added.is_err() {
            let is_number = |long: bool| {
                self.scratch
                    .iter()
                    .position(|c| matches!(c, Cell::Number(n) if !long || !fits(n)))
            };
            let message = if is_number(true).is_some() {
                "the number has more than 12 decimals, or more than 18 digits"
            } else {
                "the number and the others of its column have more than 18 digits between the first and the last decimal"
            };
            let at = is_number(true).or_else(|| is_number(false));
            let column = at.and_then(|at| self.fields[at].source);
            let fault = Fault::new("too-precise", message, "write it with fewer decimals");
            let problem = self.diagnostic(line, column.unwrap_or(usize::MAX), fault);
            let problems = vec![problem];
            let said = self.said(Some(partner), cells, &problems, origin.recorded);
            self.refuse_row(Some(partner), problems, said);
            return;
        }
        self.intake.reports[self.report].accepted += 1;
        self.intake.seen.add(partner);
        if self.is_partners {
            self.intake.listed.add(partner);
        }
        if self.is_people {
            self.remember_person(partner, origin.recorded);
        }
    }

    /// What stands for an empty cell of the key.
    fn fallback(&mut self, at: usize) -> Result<Cell, Fault> {
        if let (Role::Program, Some(program)) =
            (&self.fields[at].role, self.intake.settings.program.clone())
        {
            return intern(&mut self.intake.builder, &program).map(Cell::Text);
        }
        let kind = &self.intake.library.vocabulary.kinds[self.kind];
        Err(Fault::new(
            "missing-key",
            format!(
                "`{}` is empty, and tells one row from another",
                kind.fields[at].name
            ),
            "write a value, or delete the row",
        ))
    }

    /// The program of the row that is being read.
    fn program(&self) -> Code {
        match self.program.map(|p| &self.scratch[p]) {
            Some(Cell::Text(code)) => *code,
            _ => Code::EMPTY,
        }
    }

    /// Refuses a row that the reader of the file could not divide into cells, or that has more or fewer than the header.
    pub fn refuse(
        &mut self,
        line: u32,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.refuse_saying(line, code, message, help, vec![]);
    }

    fn refuse_saying(
        &mut self,
        line: u32,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
        said: Vec<(String, String)>,
    ) {
        self.intake.reports[self.report].read += 1;
        // Where the cells of a row cannot be told apart, nobody knows whose it is.
        let partner = match self.partner {
            PartnerPlan::Only(code) => Some(code),
            _ => None,
        };
        let problem = self.diagnostic(line, usize::MAX, Fault::new(code, message, help));
        self.refuse_row(partner, vec![problem], said);
    }

    /// Says that the day on which a row was first seen can be taken for the one since when it counts.
    pub fn offer_first_seen(&mut self) {
        self.intake.reports[self.report].first_seen = true;
    }

    /// Says that a column was filled in as the user chose, because no column of the file says it.
    pub fn filled(&mut self, field: &str) {
        self.intake.reports[self.report].filled = Some(field.to_owned());
    }

    /// The cells of a row that is refused whatever they say, by what their columns are.
    fn as_they_stand(&self, cells: &[Raw<'_>]) -> Vec<(String, String)> {
        let named = self.targets.iter().zip(cells);
        named
            .filter_map(|(target, cell)| Some((target.clone()?, as_text(cell)?)))
            .map(|(target, text)| (target, text.trim().to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// What the row that was read says: as an evidence folder writes it, but as it stands where something is wrong.
    fn said(
        &self,
        partner: Option<Code>,
        cells: &[Raw<'_>],
        problems: &[Diagnostic],
        recorded: Option<Day>,
    ) -> Vec<(String, String)> {
        let mut said = self.as_they_stand(cells);
        let wrong: Vec<String> = problems.iter().map(|p| self.field_of(p)).collect();
        let strings = &self.intake.builder.strings;
        let kind = &self.intake.library.vocabulary.kinds[self.kind];
        let read = kind.fields.keys().zip(&self.scratch);
        let mut better: Vec<(String, String)> = read
            .map(|(name, cell)| (name.clone(), strings.text_of(cell)))
            .collect();
        if let Some(partner) = partner {
            better.push(("partner".to_owned(), strings.text(partner).to_owned()));
        }
        if let Some(day) = recorded {
            better.push(("recorded_on".to_owned(), day.to_string()));
        }
        for (name, text) in better {
            if text.is_empty() || wrong.contains(&name) {
                continue;
            }
            match said.iter_mut().find(|(n, _)| *n == name) {
                Some((_, stands)) => *stands = text,
                None => said.push((name, text)),
            }
        }
        said
    }

    /// The column of the kind in which a problem is; empty where it is of the row as a whole.
    fn field_of(&self, problem: &Diagnostic) -> String {
        let column = self.header.iter().position(|h| *h == problem.place.context);
        column
            .and_then(|c| self.targets.get(c)?.clone())
            .unwrap_or_default()
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

    fn refuse_row(
        &mut self,
        partner: Option<Code>,
        mut problems: Vec<Diagnostic>,
        said: Vec<(String, String)>,
    ) {
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
        let row = RefusedRow {
            cells: said,
            problems: problems
                .iter()
                .map(|p| (self.field_of(p), p.clone()))
                .collect(),
        };
        if let Some(first) = problems.into_iter().next() {
            self.count_refused(partner, first, Some(row));
        }
    }

    fn count_refused(
        &mut self,
        partner: Option<Code>,
        problem: Diagnostic,
        row: Option<RefusedRow>,
    ) {
        self.intake.reports[self.report].refused += 1;
        self.intake.builder.refuse(Refused {
            kind: self.kind,
            partner,
            problem,
            repeats: false,
            row: row.map(Box::new),
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
            Raw::Day(day) if (given::EARLY..END).contains(day) => Ok(Cell::Day(*day)),
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

    fn read_cell(&mut self, at: usize, raw: &Raw<'_>, line: u32) -> Result<Cell, Fault> {
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
            Role::Level => return self.read_level(text).map(Cell::Text),
            Role::Answer => return self.read_answer(text).map(Cell::Text),
            Role::Question => return self.read_question(text).map(Cell::Text),
            Role::Person if !self.is_people && text.contains('@') => self.mail = Some(at),
            _ => {}
        }
        let plan = &mut self.fields[at];
        if plan.last.0 == text && !plan.last.1.is_empty() {
            if let Some(at) = plan.strange {
                self.intake.strange[at].rows += 1;
            }
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
        plan.strange = match (&plan.role, &read) {
            (Role::Catalog, Ok(code)) => self.intake.strange.get_index_of(&(self.kind, *code)),
            _ => None,
        };
        if let Some(at) = plan.strange {
            let strange = &mut self.intake.strange[at];
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
        plan.last.0.clear();
        plan.last.0.push_str(text);
        plan.last.1 = *read.as_ref().unwrap_or(&Code::EMPTY);
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

    fn read_level(&mut self, text: &str) -> Result<Code, Fault> {
        let program = self.program();
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

    fn read_question(&mut self, text: &str) -> Result<Code, Fault> {
        let program = self.program();
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

    fn read_answer(&mut self, text: &str) -> Result<Code, Fault> {
        let program = self.program();
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

    /// A person by e-mail address becomes the person of that address in `people`, where there is just one.
    ///
    /// Only where the address was known no later than the row: what was learned later must not change what was known
    /// before.
    fn resolve_mail(&mut self, at: usize, partner: Code, recorded: Option<Day>) {
        let Cell::Text(code) = self.scratch[at] else {
            return;
        };
        let intake = &mut *self.intake;
        let nobody = intake.emails.is_empty() && intake.known.is_empty();
        if nobody || intake.mail_ids.contains(&(partner, code)) {
            return;
        }
        let lower = intake.builder.strings.text(code).to_lowercase();
        let holder = intake.builder.strings.find(&lower).and_then(|address| {
            let of_files = intake.emails.get(&(partner, address));
            *of_files.or_else(|| intake.known.get(&address))?
        });
        let opened = || {
            self.scratch.iter().filter_map(|c| match c {
                Cell::Day(day) => Some(*day),
                _ => None,
            })
        };
        let learned = recorded.or_else(|| opened().min()).unwrap_or(Day::MIN);
        if let Some((person, known)) = holder
            && known <= learned
        {
            self.scratch[at] = Cell::Text(person);
            self.by_mail += 1;
        }
    }

    fn remember_person(&mut self, partner: Code, recorded: Option<Day>) {
        let Some(Cell::Text(person)) = self.person.map(|p| self.scratch[p].clone()) else {
            return;
        };
        let known = recorded.unwrap_or(Day::MIN);
        let intake = &mut *self.intake;
        if intake.builder.strings.text(person).contains('@') {
            intake.mail_ids.insert((partner, person));
        }
        for at in &self.mails {
            let Cell::Text(mail) = self.scratch[*at] else {
                continue;
            };
            let text = intake.builder.strings.text(mail);
            let address = if text.chars().any(char::is_uppercase) {
                let lower = text.to_lowercase();
                match intern(&mut intake.builder, &lower) {
                    Ok(address) => address,
                    Err(_) => continue,
                }
            } else {
                mail
            };
            intake
                .emails
                .entry((partner, address))
                .and_modify(|who| match who {
                    Some((other, since)) if *other == person => *since = known.min(*since),
                    _ => *who = None,
                })
                .or_insert(Some((person, known)));
        }
    }

    /// Each amount has one currency: of its column, beside it, of its header, or of the whole file.
    fn settle_currencies(&mut self, line: u32, problems: &mut Vec<Diagnostic>) {
        if !self.has_money {
            return;
        }
        let library = self.intake.library.clone();
        let kind = &library.vocabulary.kinds[self.kind];
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
                .filter(|_| beside != Beside::Nothing)
                .map(|c| strings.text(c).to_owned());
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
                                "`{mark}` is the sign of several currencies, and nothing says which is meant"
                            ),
                            format!(
                                "write its code into the column `{}`, such as USD",
                                kind.fields[currency_at].name
                            ),
                        )),
                        (_, None) => Some(Fault::new(
                            "missing-currency",
                            "the amount has no currency",
                            format!(
                                "write its code into the column `{}`, such as USD",
                                kind.fields[currency_at].name
                            ),
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
                        near if near.is_empty() => {
                            "add its file with `--programs`, or leave its rows out".to_owned()
                        }
                        near => near,
                    },
                )
            })
        }
        Role::Catalog => {
            let name = intake.library.vocabulary.kinds[kind].name.clone();
            let spelled = plain(text);
            let mut settled = intake.settings.names.iter();
            let settled = settled.find(|n| n.kind == name && plain(&n.name) == spelled);
            let becomes = settled.map(|n| n.becomes.clone());
            let text = becomes.as_deref().unwrap_or(text);
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
