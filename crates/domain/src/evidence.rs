//! Accepted facts, column by column: what the partner has, before any program looks at it.
//!
//! A fact is a row of its kind's table. Rows stand sorted by partner, holder and key, so that a
//! partner is a range of rows, a person's facts stand together, and corrections stand beside what
//! they correct. Knows kinds; knows no program, no question and no day asked about.

use std::cmp::Ordering;
use std::hash::BuildHasher as _;
use std::ops::Range as Rows;
use std::sync::{Arc, OnceLock};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashSet, HashTable};
use rayon::prelude::*;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place};
use crate::number::Exact;
use crate::vocabulary::{FieldType, Kind, Vocabulary};

/// A text of a [`Strings`] pool, or none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u32);

impl Code {
    /// The cell is empty.
    pub const EMPTY: Code = Code(u32::MAX);

    /// Is the cell empty?
    pub fn is_empty(self) -> bool {
        self == Code::EMPTY
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Every text of the evidence, once.
#[derive(Clone, Default)]
pub struct Strings {
    bytes: String,
    ends: Vec<u32>,
    /// Codes by text; made anew where somebody asks.
    codes: OnceLock<HashTable<u32>>,
    hasher: DefaultHashBuilder,
}

impl Strings {
    /// The code of a text, which is added where it is new.
    ///
    /// # Panics
    /// Where all texts together pass 4 GiB, or four thousand million in number.
    pub fn code(&mut self, text: &str) -> Code {
        self.index();
        let Strings {
            bytes,
            ends,
            codes,
            hasher,
        } = self;
        let codes = codes.get_mut().expect("INVARIANT: made above");
        let is = |code: &u32| slice(bytes, ends, *code) == text;
        let hash = |code: &u32| hasher.hash_one(slice(bytes, ends, *code));
        match codes.entry(hasher.hash_one(text), is, hash) {
            Entry::Occupied(known) => Code(*known.get()),
            Entry::Vacant(place) => {
                let code = u32::try_from(ends.len()).expect("INVARIANT: fewer than 2^32 texts");
                bytes.push_str(text);
                ends.push(u32::try_from(bytes.len()).expect("INVARIANT: texts fit 4 GiB"));
                place.insert(code);
                Code(code)
            }
        }
    }

    /// The code of a text that is already there.
    pub fn find(&self, text: &str) -> Option<Code> {
        let hash = self.hasher.hash_one(text);
        self.index()
            .find(hash, |c| slice(&self.bytes, &self.ends, *c) == text)
            .map(|c| Code(*c))
    }

    fn index(&self) -> &HashTable<u32> {
        self.codes.get_or_init(|| {
            let hash = |c: &u32| self.hasher.hash_one(slice(&self.bytes, &self.ends, *c));
            let mut codes = HashTable::with_capacity(self.ends.len());
            for code in 0..self.ends.len() as u32 {
                codes.insert_unique(hash(&code), code, hash);
            }
            codes
        })
    }

    /// Gives back memory, as hardly a text will be added or looked for any more.
    fn settle(&mut self) {
        // So many texts are indexed again in no time.
        if self.ends.len() > 1 << 16 {
            self.codes = OnceLock::new();
            self.bytes.shrink_to_fit();
            self.ends.shrink_to_fit();
        }
    }

    /// Can this text be added? All texts together hold 4 GiB.
    pub fn has_room_for(&self, text: &str) -> bool {
        u32::try_from(self.bytes.len() + text.len()).is_ok()
            && self.ends.len() < Code::EMPTY.0 as usize
    }

    /// A cell as text, as an evidence folder writes it; empty where there is none.
    pub fn text_of(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Day(day) => day.to_string(),
            Cell::Text(code) => self.text(*code).to_owned(),
            Cell::Number(number) => number.to_string(),
        }
    }

    /// The text of a code; empty for [`Code::EMPTY`].
    pub fn text(&self, code: Code) -> &str {
        if code.is_empty() {
            ""
        } else {
            slice(&self.bytes, &self.ends, code.0)
        }
    }
}

fn slice<'a>(bytes: &'a str, ends: &[u32], code: u32) -> &'a str {
    let code = code as usize;
    let start = if code == 0 {
        0
    } else {
        ends[code - 1] as usize
    };
    &bytes[start..ends[code] as usize]
}

impl std::fmt::Debug for Strings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} texts", self.ends.len())
    }
}

/// One cell of a row, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known or not yet.
    Empty,
    /// A day.
    Day(Day),
    /// A text, word, id, country, yes or no.
    Text(Code),
    /// A number or an amount.
    Number(Exact),
}

/// A column of a table; without any value it takes no memory.
#[derive(Clone, Debug, Default)]
pub enum Column {
    /// No row has a value.
    #[default]
    Empty,
    /// Days since 1970; [`i32::MAX`] where empty.
    Days(Vec<i32>),
    /// Codes; [`u32::MAX`] where empty.
    Codes(Vec<u32>),
    /// Numbers of which `10^decimals` make one; [`i64::MIN`] where empty.
    Numbers {
        /// The values.
        values: Vec<i64>,
        /// How many decimals they carry.
        decimals: u32,
    },
}

/// An empty cell of a column of numbers.
const NO_NUMBER: i64 = i64::MIN;

impl Column {
    /// The cell of a row.
    pub fn cell(&self, row: usize) -> Cell {
        match self {
            Column::Empty => Cell::Empty,
            Column::Days(days) => match days[row] {
                i32::MAX => Cell::Empty,
                day => Cell::Day(Day(day)),
            },
            Column::Codes(codes) => match codes[row] {
                u32::MAX => Cell::Empty,
                code => Cell::Text(Code(code)),
            },
            Column::Numbers { values, decimals } => match values[row] {
                NO_NUMBER => Cell::Empty,
                units => Cell::Number(Exact::scaled(units.into(), *decimals)),
            },
        }
    }

    /// The day of a row; [`Day::MAX`], "not yet", where it is empty.
    pub fn day(&self, row: usize) -> Day {
        match self {
            Column::Days(days) => Day(days[row]),
            _ => Day::MAX,
        }
    }

    /// The code of a row.
    pub fn code(&self, row: usize) -> Code {
        match self {
            Column::Codes(codes) => Code(codes[row]),
            _ => Code::EMPTY,
        }
    }

    /// Adds a cell below `rows` rows. `Err` where the number cannot be held in a column.
    fn push(&mut self, cell: &Cell, rows: usize) -> Result<(), ()> {
        match (&mut *self, cell) {
            (Column::Empty, Cell::Empty) => {}
            (Column::Empty, Cell::Day(day)) => {
                let mut days = vec![i32::MAX; rows];
                days.push(day.0);
                *self = Column::Days(days);
            }
            (Column::Empty, Cell::Text(code)) => {
                let mut codes = vec![u32::MAX; rows];
                codes.push(code.0);
                *self = Column::Codes(codes);
            }
            (Column::Empty, Cell::Number(_)) => {
                *self = Column::Numbers {
                    values: vec![NO_NUMBER; rows],
                    decimals: 0,
                };
                return self.push(cell, rows);
            }
            (Column::Days(days), Cell::Day(day)) => days.push(day.0),
            (Column::Days(days), _) => days.push(i32::MAX),
            (Column::Codes(codes), Cell::Text(code)) => codes.push(code.0),
            (Column::Codes(codes), _) => codes.push(u32::MAX),
            (Column::Numbers { values, decimals }, Cell::Number(number)) => {
                let needed = number.decimals().filter(|d| *d <= 12).ok_or(())?;
                if needed > *decimals {
                    let scale = 10_i64.pow(needed - *decimals);
                    let scaled: Option<Vec<i64>> = values
                        .iter()
                        .map(|v| {
                            if *v == NO_NUMBER {
                                Some(NO_NUMBER)
                            } else {
                                v.checked_mul(scale)
                            }
                        })
                        .collect();
                    *values = scaled.ok_or(())?;
                    *decimals = needed;
                }
                values.push(
                    number
                        .to_scaled(*decimals)
                        .filter(|v| *v != NO_NUMBER)
                        .ok_or(())?,
                );
            }
            (Column::Numbers { values, .. }, _) => values.push(NO_NUMBER),
        }
        Ok(())
    }

    /// Adds cells of another column below `rows` rows; a code of its texts becomes the one that `code` gives. `Err` where a
    /// number cannot be held beside the others.
    fn extend(
        &mut self,
        from: &Column,
        at: &[u32],
        rows: usize,
        mut code: impl FnMut(Code) -> Code,
    ) -> Result<(), ()> {
        match (&mut *self, from) {
            (Column::Empty, Column::Empty) => {}
            (Column::Days(to), Column::Days(from)) => {
                to.extend(at.iter().map(|row| from[*row as usize]))
            }
            (Column::Codes(to), Column::Codes(from)) => {
                to.extend(at.iter().map(|row| code(Code(from[*row as usize])).0));
            }
            (
                Column::Numbers {
                    values: to,
                    decimals,
                },
                Column::Numbers {
                    values: from,
                    decimals: theirs,
                },
            ) if decimals == theirs => to.extend(at.iter().map(|row| from[*row as usize])),
            _ => {
                for (nth, row) in at.iter().enumerate() {
                    let cell = match from.cell(*row as usize) {
                        Cell::Text(text) => Cell::Text(code(text)),
                        other => other,
                    };
                    self.push(&cell, rows + nth)?;
                }
            }
        }
        Ok(())
    }

    fn permute(&mut self, order: &[u32]) {
        match self {
            Column::Empty => {}
            Column::Days(v) => *v = order.par_iter().map(|i| v[*i as usize]).collect(),
            Column::Codes(v) => *v = order.par_iter().map(|i| v[*i as usize]).collect(),
            Column::Numbers { values: v, .. } => {
                *v = order.par_iter().map(|i| v[*i as usize]).collect()
            }
        }
    }

    /// Orders two rows by what they hold; the empty cell last.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Column::Empty => Ordering::Equal,
            Column::Days(v) => v[a].cmp(&v[b]),
            Column::Codes(v) => v[a].cmp(&v[b]),
            Column::Numbers { values: v, .. } => v[a].cmp(&v[b]),
        }
    }

    fn shrink(&mut self) {
        match self {
            Column::Empty => {}
            Column::Days(v) => v.shrink_to_fit(),
            Column::Codes(v) => v.shrink_to_fit(),
            Column::Numbers { values: v, .. } => v.shrink_to_fit(),
        }
    }
}

/// The file of each fact; most tables come from one.
#[derive(Clone, Debug)]
pub enum FileOf {
    /// The same of all.
    One(u16),
    /// One by one.
    Many(Vec<u16>),
}

impl Default for FileOf {
    fn default() -> FileOf {
        FileOf::One(0)
    }
}

impl std::ops::Index<usize> for FileOf {
    type Output = u16;
    fn index(&self, row: usize) -> &u16 {
        match self {
            FileOf::One(file) => file,
            FileOf::Many(files) => &files[row],
        }
    }
}

impl FileOf {
    /// Adds the file of a fact below `rows` facts.
    fn push(&mut self, file: u16, rows: usize) {
        match self {
            FileOf::One(one) if rows == 0 => *one = file,
            FileOf::One(one) if *one == file => {}
            FileOf::One(one) => {
                let mut files = vec![*one; rows];
                files.push(file);
                *self = FileOf::Many(files);
            }
            FileOf::Many(files) => files.push(file),
        }
    }

    fn permute(&mut self, order: &[u32]) {
        if let FileOf::Many(files) = self {
            *files = order.iter().map(|i| files[*i as usize]).collect();
        }
    }
}

/// All facts of one kind.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The first row of each partner, in the order of [`Evidence::partners`]; one more at the end. Nothing where there
    /// is no fact.
    pub start: Vec<u32>,
    /// The columns, in the order of the kind's fields.
    pub columns: Vec<Column>,
    /// The day each fact was recorded, where its file says so.
    pub recorded: Column,
    /// Where each fact is from, in the words of its file's `source` column.
    pub source: Column,
    /// The row of its file that each fact came from; the header is row 1.
    pub line: Vec<u32>,
    /// The file of each fact, by its place in [`Evidence::files`].
    pub file: FileOf,
    /// Was this kind supplied, even by an empty table?
    pub supplied: bool,
}

impl Table {
    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Is there no fact?
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// Adds rows of another table of the kind. `Err` where a number cannot be held; nothing is added then.
    fn extend(
        &mut self,
        from: &Table,
        rows: &[u32],
        file: u16,
        code: &mut impl FnMut(Code) -> Code,
    ) -> Result<(), ()> {
        let before = self.line.len();
        let theirs = from.columns.iter().chain([&from.recorded, &from.source]);
        let own = self.columns.iter_mut();
        let own = own.chain([&mut self.recorded, &mut self.source]);
        let fit = own
            .zip(theirs)
            .try_for_each(|(own, theirs)| own.extend(theirs, rows, before, &mut *code));
        if fit.is_err() {
            let own = self.columns.iter_mut();
            own.chain([&mut self.recorded, &mut self.source])
                .for_each(|column| truncate(column, before));
            return Err(());
        }
        self.line
            .extend(rows.iter().map(|row| from.line[*row as usize]));
        (before..self.line.len()).for_each(|at| self.file.push(file, at));
        Ok(())
    }

    /// The rows of a partner.
    pub fn rows(&self, partner: usize) -> Rows<usize> {
        match (self.start.get(partner), self.start.get(partner + 1)) {
            (Some(a), Some(b)) => *a as usize..*b as usize,
            _ => 0..0,
        }
    }
}

/// A row that could not become a fact. It may still count: nobody knows what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Its kind, by its place in the vocabulary.
    pub kind: usize,
    /// Its partner, where it could be read; else it may be of any.
    pub partner: Option<Code>,
    /// Why.
    pub problem: Diagnostic,
    /// Does the row only repeat a fact that another one states otherwise? Then it adds nothing beyond that one.
    pub repeats: bool,
    /// What it says, where it could be divided into cells.
    pub row: Option<Box<RefusedRow>>,
}

/// What a refused row says, as far as it could be read, and all that is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RefusedRow {
    /// Columns of the kind, and `partner`, `recorded_on` and `source`, which every kind has, that are not empty: what could
    /// be read as an evidence folder writes it, and what could not as its file has it.
    pub cells: Vec<(String, String)>,
    /// What is wrong, each with the column of the kind that it is in; without one where it is of the row as a whole.
    pub problems: Vec<(String, Diagnostic)>,
}

/// Accepted facts of any number of partners.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The kinds, in whose order `tables` stand.
    pub vocabulary: Arc<Vocabulary>,
    /// Every text.
    pub strings: Strings,
    /// The partners, sorted by id.
    pub partners: Vec<Code>,
    /// A table for each kind of the vocabulary.
    pub tables: Vec<Table>,
    /// The files that facts came from.
    pub files: Vec<String>,
    /// Rows that were refused.
    pub refused: Vec<Refused>,
}

impl Evidence {
    /// The place of a kind in the vocabulary, and so of its table.
    pub fn kind(&self, name: &str) -> Option<usize> {
        self.vocabulary.kinds.get_index_of(name)
    }

    /// The place of a partner by id.
    pub fn partner(&self, id: &str) -> Option<usize> {
        self.partners
            .binary_search_by(|code| self.strings.text(*code).cmp(id))
            .ok()
    }

    /// A partner's id.
    pub fn partner_id(&self, partner: usize) -> &str {
        self.strings.text(self.partners[partner])
    }

    /// A cell as text, as an evidence folder writes it; empty where there is none.
    pub fn text_of(&self, cell: &Cell) -> String {
        self.strings.text_of(cell)
    }

    /// The column of a kind by the field's name.
    pub fn column(&self, kind: usize, field: &str) -> Option<&Column> {
        let at = self.vocabulary.kinds[kind].fields.get_index_of(field)?;
        Some(&self.tables[kind].columns[at])
    }

    /// Adds a partner of whom there is no fact, at its place among the others.
    pub fn add_partner(&mut self, id: &str) {
        let Err(at) = self
            .partners
            .binary_search_by(|code| self.strings.text(*code).cmp(id))
        else {
            return;
        };
        let code = self.strings.code(id);
        self.partners.insert(at, code);
        for table in self.tables.iter_mut().filter(|t| !t.is_empty()) {
            let start = table.start[at];
            table.start.insert(at, start);
        }
    }

    /// The code of a text in a column, where it is there.
    pub fn code_in(&self, kind: usize, column: usize, text: &str) -> Option<Code> {
        let Column::Codes(codes) = &self.tables[kind].columns[column] else {
            return None;
        };
        let mut others: HashSet<u32> = HashSet::new();
        for code in codes {
            if others.contains(code) {
                continue;
            }
            if self.strings.text(Code(*code)) == text {
                return Some(Code(*code));
            }
            others.insert(*code);
        }
        None
    }

    /// How many facts there are of all kinds.
    pub fn len(&self) -> usize {
        self.tables.iter().map(Table::len).sum()
    }

    /// Is there no fact at all?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a fact came from.
    pub fn place(&self, kind: usize, row: usize) -> Place {
        let table = &self.tables[kind];
        Place {
            file: self
                .files
                .get(usize::from(table.file[row]))
                .cloned()
                .unwrap_or_default(),
            line: table.line[row],
            ..Place::default()
        }
    }

    /// The rows of a kind that were refused and may be of this partner.
    pub fn refused_of(&self, kind: usize, partner: usize) -> impl Iterator<Item = &Refused> {
        let id = self.partners[partner];
        self.refused
            .iter()
            .filter(move |r| r.kind == kind && !r.repeats && r.partner.is_none_or(|p| p == id))
    }
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The day it was recorded, where its file says so.
    pub recorded: Option<Day>,
    /// What its file's `source` column says.
    pub source: Code,
    /// The file, as [`Builder::file`] numbers it.
    pub file: u16,
    /// The row of the file; the header is row 1.
    pub line: u32,
}

/// Evidence of which partners are copied one after the other: each of its texts is looked up once.
#[derive(Debug)]
pub struct Copying<'e> {
    /// What is copied from.
    pub evidence: &'e Evidence,
    /// For each text of it, one more than its code in what is copied to; 0 where it was not met yet.
    codes: Vec<u32>,
    rows: Vec<u32>,
}

impl<'e> Copying<'e> {
    /// Nothing copied yet.
    pub fn from(evidence: &'e Evidence) -> Copying<'e> {
        Copying {
            evidence,
            codes: vec![0; evidence.strings.ends.len()],
            rows: vec![],
        }
    }

    fn code(&mut self, strings: &mut Strings, code: Code) -> Code {
        let Some(known) = self.codes.get_mut(code.0 as usize) else {
            return Code::EMPTY;
        };
        if *known == 0 {
            *known = strings.code(self.evidence.strings.text(code)).0 + 1;
        }
        Code(*known - 1)
    }
}

/// Collects accepted rows and sorts them into [`Evidence`].
#[derive(Debug)]
pub struct Builder {
    vocabulary: Arc<Vocabulary>,
    /// Every text so far.
    pub strings: Strings,
    /// For each kind, the partner of its rows, and of how many rows one after the other.
    partner: Vec<Vec<(u32, u32)>>,
    tables: Vec<Table>,
    files: Vec<String>,
    refused: Vec<Refused>,
}

impl Builder {
    /// Nothing supplied yet.
    pub fn new(vocabulary: Arc<Vocabulary>) -> Builder {
        let tables: Vec<Table> = vocabulary
            .kinds
            .values()
            .map(|k| Table {
                columns: vec![Column::Empty; k.fields.len()],
                ..Table::default()
            })
            .collect();
        Builder {
            partner: vec![vec![]; tables.len()],
            vocabulary,
            strings: Strings::default(),
            tables,
            files: vec![],
            refused: vec![],
        }
    }

    /// The kinds that are collected.
    pub fn vocabulary(&self) -> &Arc<Vocabulary> {
        &self.vocabulary
    }

    /// Says that a kind was supplied, even if by an empty table.
    pub fn supply(&mut self, kind: usize) {
        self.tables[kind].supplied = true;
    }

    /// The place of a file among the files that facts come from, which is added where it is new.
    pub fn file(&mut self, name: &str) -> u16 {
        let at = self
            .files
            .iter()
            .position(|f| f == name)
            .unwrap_or_else(|| {
                self.files.push(name.to_owned());
                self.files.len() - 1
            });
        // A folder of more than 65,535 tables keeps its facts and loses only the name of the last files.
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Adds a fact: a cell for each field of its kind. `Err` where a number has no exact decimal that fits a column
    /// (12 decimals, 18 digits); nothing is added then.
    #[expect(
        clippy::result_unit_err,
        reason = "there is one reason, and the caller knows the row"
    )]
    pub fn add(
        &mut self,
        kind: usize,
        partner: Code,
        cells: &[Cell],
        origin: &Origin,
    ) -> Result<(), ()> {
        let table = &mut self.tables[kind];
        let rows = table.line.len();
        for (at, cell) in cells.iter().enumerate() {
            if table.columns[at].push(cell, rows).is_err() {
                for column in &mut table.columns[..at] {
                    truncate(column, rows);
                }
                return Err(());
            }
        }
        let recorded = origin.recorded.map_or(Cell::Empty, Cell::Day);
        table.recorded.push(&recorded, rows)?;
        let source = match origin.source {
            Code::EMPTY => Cell::Empty,
            code => Cell::Text(code),
        };
        table.source.push(&source, rows)?;
        table.line.push(origin.line);
        table.file.push(origin.file, rows);
        table.supplied = true;
        match self.partner[kind].last_mut() {
            Some((same, rows)) if *same == partner.0 => *rows += 1,
            _ => self.partner[kind].push((partner.0, 1)),
        }
        Ok(())
    }

    /// Adds the facts of a partner of other evidence, but those whose line is `dead`; they come from the file of that place.
    ///
    /// One is left out where a number of it cannot be held beside those that are there already.
    pub fn copy(
        &mut self,
        from: &mut Copying<'_>,
        partner: usize,
        dead: &dyn Fn(u32) -> bool,
        file: u16,
    ) {
        let evidence = from.evidence;
        let Builder {
            strings,
            tables,
            partner: runs,
            ..
        } = self;
        let id = from.code(strings, evidence.partners[partner]);
        let mut rows = std::mem::take(&mut from.rows);
        for ((theirs, table), runs) in evidence.tables.iter().zip(tables).zip(runs) {
            rows.clear();
            let own = theirs.rows(partner).map(|row| row as u32);
            rows.extend(own.filter(|row| !dead(theirs.line[*row as usize])));
            if rows.is_empty() {
                continue;
            }
            let mut code = |text| from.code(strings, text);
            let mut added = rows.len();
            if table.extend(theirs, &rows, file, &mut code).is_err() {
                let one_by_one = rows.chunks(1);
                added = one_by_one
                    .filter(|row| table.extend(theirs, row, file, &mut code).is_ok())
                    .count();
            }
            table.supplied = true;
            match runs.last_mut() {
                Some((same, count)) if *same == id.0 => *count += added as u32,
                _ => runs.push((id.0, added as u32)),
            }
        }
        from.rows = rows;
    }

    /// Keeps a row that was refused; it may still count.
    pub fn refuse(&mut self, refused: Refused) {
        self.tables[refused.kind].supplied = true;
        self.refused.push(refused);
    }

    /// Sorts everything. Rows that contradict another row of the same key, recorded on the same day, are refused; rows
    /// that only repeat one are left out.
    pub fn finish(self) -> Evidence {
        self.finish_counting().0
    }

    /// The same, and how many rows of each file only repeat another one.
    pub fn finish_counting(mut self) -> (Evidence, Vec<Repeats>) {
        self.strings.settle();
        let mut place_of = vec![u32::MAX; self.strings.ends.len()];
        let named = self.refused.iter().filter_map(|r| r.partner);
        for id in named.chain(self.partner.iter().flatten().map(|(p, _)| Code(*p))) {
            place_of[id.0 as usize] = 0;
        }
        let mut ids: Vec<u32> = (0..place_of.len() as u32)
            .filter(|id| place_of[*id as usize] == 0)
            .collect();
        ids.par_sort_unstable_by(|a, b| {
            self.strings.text(Code(*a)).cmp(self.strings.text(Code(*b)))
        });
        for (place, id) in ids.iter().enumerate() {
            place_of[*id as usize] = place as u32;
        }
        let kinds: Vec<Kind> = self.vocabulary.kinds.values().cloned().collect();
        for (at, kind) in kinds.iter().enumerate() {
            let mut runs = std::mem::take(&mut self.partner[at]);
            for (partner, _) in &mut runs {
                *partner = place_of[*partner as usize];
            }
            let table = &mut self.tables[at];
            if !table.is_empty() {
                sort(table, kind, &runs, ids.len());
            }
            table.line.shrink_to_fit();
            for column in &mut table.columns {
                column.shrink();
            }
        }
        let mut evidence = Evidence {
            vocabulary: self.vocabulary,
            strings: self.strings,
            partners: ids.into_iter().map(Code).collect(),
            tables: self.tables,
            files: self.files,
            refused: self.refused,
        };
        let mut repeats = Vec::new();
        for (at, kind) in kinds.iter().enumerate() {
            repeats.extend(settle_repeats(&mut evidence, at, kind));
        }
        (evidence, repeats)
    }
}

/// Rows of a file that only repeat another row of their kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// The kind, by its place in the vocabulary.
    pub kind: usize,
    /// The file that has them.
    pub file: String,
    /// How many they are.
    pub rows: u64,
}

fn truncate(column: &mut Column, rows: usize) {
    match column {
        Column::Empty => {}
        Column::Days(v) => v.truncate(rows),
        Column::Codes(v) => v.truncate(rows),
        Column::Numbers { values, .. } => values.truncate(rows),
    }
}

/// The columns by which a kind's rows stand in order within a partner: holder of the key, key without its day, day of the key.
fn order_of(kind: &Kind) -> Vec<usize> {
    let day = kind.day_of_key();
    let mut names: Vec<&str> = kind.holder_of_key().into_iter().collect();
    names.extend(
        kind.key
            .iter()
            .map(String::as_str)
            .filter(|k| Some(*k) != day),
    );
    names.extend(day);
    let mut columns: Vec<usize> = names
        .iter()
        .filter_map(|n| kind.fields.get_index_of(*n))
        .collect();
    let mut seen = vec![];
    columns.retain(|c| {
        !seen.contains(c) && {
            seen.push(*c);
            true
        }
    });
    columns
}

/// Sorts the rows of a table by partner, and those of each by [`order_of`]. The runs say whose rows stand where.
fn sort(table: &mut Table, kind: &Kind, runs: &[(u32, u32)], partners: usize) {
    let by = order_of(kind);
    let compare = |table: &Table, a: u32, b: u32| {
        let (a, b) = (a as usize, b as usize);
        by.iter()
            .map(|column| table.columns[*column].compare(a, b))
            .find(|order| *order != Ordering::Equal)
            .unwrap_or_else(|| table.recorded.compare(a, b))
    };
    let mut start = vec![0_u32; partners + 1];
    for (partner, rows) in runs {
        start[*partner as usize + 1] += rows;
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    table.start = start;
    let grouped = runs.is_sorted_by_key(|(partner, _)| *partner);
    let sorted = grouped
        && (0..partners).into_par_iter().all(|partner| {
            let rows = table.rows(partner);
            (rows.start + 1..rows.end)
                .all(|row| compare(table, row as u32 - 1, row as u32) != Ordering::Greater)
        });
    if sorted {
        return;
    }
    let mut order: Vec<u32> = (0..table.len() as u32).collect();
    if !grouped {
        let mut next = table.start.clone();
        let mut row = 0;
        for (partner, rows) in runs {
            let to = &mut next[*partner as usize];
            for _ in 0..*rows {
                order[*to as usize] = row;
                *to += 1;
                row += 1;
            }
        }
    }
    let mut rest = order.as_mut_slice();
    let mut of_partners = Vec::with_capacity(partners);
    for partner in 0..partners {
        let (own, others) = rest.split_at_mut(table.rows(partner).len());
        of_partners.push(own);
        rest = others;
    }
    // Stable, so that of two equal rows the one that stands first in its file stays first.
    of_partners
        .into_par_iter()
        .for_each(|rows| rows.sort_by(|a, b| compare(table, *a, *b)));
    permute(table, &order);
}

/// Puts the rows into another order, or fewer of them; [`Table::start`] stays.
fn permute(table: &mut Table, order: &[u32]) {
    for column in &mut table.columns {
        column.permute(order);
    }
    table.recorded.permute(order);
    table.source.permute(order);
    table.line = order.par_iter().map(|i| table.line[*i as usize]).collect();
    table.file.permute(order);
}

/// Of several rows of one key that were recorded on the same day, the first one stays. Those that say the same are left
/// out and counted; those that differ cannot be true as well, and are refused.
fn settle_repeats(evidence: &mut Evidence, at: usize, kind: &Kind) -> Vec<Repeats> {
    let key: Vec<usize> = kind
        .key
        .iter()
        .filter_map(|k| kind.fields.get_index_of(k))
        .collect();
    if key.is_empty() && kind.name != "partners" {
        return vec![];
    }
    let table = &evidence.tables[at];
    let same = |column: &Column, a: usize, b: usize| column.compare(a, b) == Ordering::Equal;
    // Pairs of the row that stays and one of its key.
    let of_one_key: Vec<(usize, usize)> = (0..evidence.partners.len())
        .into_par_iter()
        .flat_map_iter(|partner| {
            let rows = table.rows(partner);
            let mut first = rows.start;
            let mut pairs = Vec::new();
            for row in rows.start + 1..rows.end {
                let same_key = key.iter().all(|c| same(&table.columns[*c], first, row))
                    && same(&table.recorded, first, row);
                if same_key {
                    pairs.push((first, row));
                } else {
                    first = row;
                }
            }
            pairs
        })
        .collect();
    if of_one_key.is_empty() {
        return vec![];
    }
    let mut drop = vec![false; table.len()];
    let mut refused = Vec::new();
    let mut repeats: Vec<u64> = vec![0; evidence.files.len() + 1];
    for (first, row) in of_one_key {
        drop[row] = true;
        let fields: Vec<&str> = kind
            .fields
            .keys()
            .enumerate()
            .filter(|(c, _)| !same(&table.columns[*c], first, row))
            .map(|(_, f)| f.as_str())
            .collect();
        if fields.is_empty() {
            repeats[usize::from(table.file[row]).min(evidence.files.len())] += 1;
            continue;
        }
        let place = evidence.place(at, row);
        let other = evidence.place(at, first);
        let partner = table.start.partition_point(|s| *s as usize <= row) - 1;
        let said = said_at(evidence, at, kind, partner, row);
        let stands = if other.file == place.file {
            format!("row {}", other.line)
        } else {
            format!("row {} of {}", other.line, other.file)
        };
        let problem = Diagnostic::error(
            "contradicts-row",
            format!(
                "the same {} as in {stands}, with another {}",
                if kind.key.is_empty() {
                    "partner".to_owned()
                } else {
                    kind.key.join(", ")
                },
                fields.join(", ")
            ),
            place.showing(fields.first().copied().unwrap_or_default()),
        )
        .help("delete one of the two, or give the correction a later `recorded_on`");
        let problems = fields
            .iter()
            .map(|field| ((*field).to_owned(), problem.clone()))
            .collect();
        refused.push(Refused {
            kind: at,
            partner: Some(evidence.partners[partner]),
            problem,
            repeats: true,
            row: Some(Box::new(RefusedRow {
                cells: said,
                problems,
            })),
        });
    }
    evidence.refused.extend(refused);
    remove(&mut evidence.tables[at], &drop);
    repeats
        .into_iter()
        .enumerate()
        .filter(|(_, rows)| *rows > 0)
        .map(|(file, rows)| Repeats {
            kind: at,
            file: evidence.files.get(file).cloned().unwrap_or_default(),
            rows,
        })
        .collect()
}

/// What a row says, column by column.
fn said_at(
    evidence: &Evidence,
    at: usize,
    kind: &Kind,
    partner: usize,
    row: usize,
) -> Vec<(String, String)> {
    let table = &evidence.tables[at];
    let text = |column: &Column| evidence.text_of(&column.cell(row));
    let mut cells = vec![(
        "partner".to_owned(),
        evidence.partner_id(partner).to_owned(),
    )];
    cells.extend(
        kind.fields
            .keys()
            .zip(&table.columns)
            .map(|(field, column)| (field.clone(), text(column))),
    );
    cells.push(("recorded_on".to_owned(), text(&table.recorded)));
    cells.push(("source".to_owned(), text(&table.source)));
    cells.retain(|(_, text)| !text.is_empty());
    cells
}

fn remove(table: &mut Table, drop: &[bool]) {
    let order: Vec<u32> = (0..drop.len() as u32)
        .filter(|i| !drop[*i as usize])
        .collect();
    let mut kept_before = vec![0_u32; drop.len() + 1];
    for (i, dropped) in drop.iter().enumerate() {
        kept_before[i + 1] = kept_before[i] + u32::from(!dropped);
    }
    for start in &mut table.start {
        *start = kept_before[*start as usize];
    }
    permute(table, &order);
}

/// Does this field hold something that few distinct values repeat, so that a filter over it can be decided once for each?
pub fn is_word_like(kind: &FieldType) -> bool {
    matches!(
        kind,
        FieldType::Word(_)
            | FieldType::Catalog
            | FieldType::Country
            | FieldType::YesNo
            | FieldType::Level
    ) || matches!(kind, FieldType::Id(id) if id == "program")
}
