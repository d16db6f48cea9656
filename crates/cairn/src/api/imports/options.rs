//! What is said of the files of an import, and what is shown of it, as JSON.

use std::collections::{BTreeMap, BTreeSet};

use app::imports::{
    ColumnPreview, DayChoice, DecimalChoice, EncodingChoice, FileChoice, FilePreview,
    ImportOptions, KindCounts, OpeningChoice, Preview, Problem, RefusedCounts, UnknownName,
    Unsorted,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What stands before the decimals of a number.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalOf {
    /// `1,500.25`
    Point,
    /// `1.500,25`
    Comma,
}

/// What comes first in a day such as `06/07/2022`.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DaysOf {
    /// The sixth of July.
    DayFirst,
    /// The seventh of June.
    MonthFirst,
}

/// How bytes stand for letters.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
pub enum EncodingOf {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// How a file is read; what nobody says is left out.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FileChoiceOf {
    /// Columns: what the file calls one, and the column that it is; with an empty text it is not read.
    columns: BTreeMap<String, String>,
    /// What stands before the decimals.
    decimal: Option<DecimalOf>,
    /// What comes first in days.
    days: Option<DaysOf>,
    /// The currency of amounts beside which none stands, by its three letters.
    #[schema(max_length = 100)]
    currency: Option<String>,
    /// How bytes stand for letters.
    encoding: Option<EncodingOf>,
    /// The column of the file whose day is taken for the one since when a row counts, where no column says it.
    opening_column: Option<String>,
    /// Takes for that day the one on which a row was first imported.
    first_seen: bool,
}

impl From<FileChoiceOf> for FileChoice {
    fn from(of: FileChoiceOf) -> FileChoice {
        let first_seen = of.first_seen.then_some(OpeningChoice::FirstSeen);
        FileChoice {
            columns: of.columns,
            decimal: of.decimal.map(|d| match d {
                DecimalOf::Point => DecimalChoice::Point,
                DecimalOf::Comma => DecimalChoice::Comma,
            }),
            days: of.days.map(|d| match d {
                DaysOf::DayFirst => DayChoice::DayFirst,
                DaysOf::MonthFirst => DayChoice::MonthFirst,
            }),
            currency: of.currency,
            encoding: of.encoding.map(|e| match e {
                EncodingOf::Utf8 => EncodingChoice::Utf8,
                EncodingOf::Windows1252 => EncodingChoice::Windows1252,
            }),
            opening: of.opening_column.map(OpeningChoice::Column).or(first_seen),
        }
    }
}

impl From<FileChoice> for FileChoiceOf {
    fn from(of: FileChoice) -> FileChoiceOf {
        let first_seen = of.opening == Some(OpeningChoice::FirstSeen);
        FileChoiceOf {
            columns: of.columns,
            decimal: of.decimal.map(|d| match d {
                DecimalChoice::Point => DecimalOf::Point,
                DecimalChoice::Comma => DecimalOf::Comma,
            }),
            days: of.days.map(|d| match d {
                DayChoice::DayFirst => DaysOf::DayFirst,
                DayChoice::MonthFirst => DaysOf::MonthFirst,
            }),
            currency: of.currency,
            encoding: of.encoding.map(|e| match e {
                EncodingChoice::Utf8 => EncodingOf::Utf8,
                EncodingChoice::Windows1252 => EncodingOf::Windows1252,
            }),
            opening_column: match of.opening {
                Some(OpeningChoice::Column(column)) => Some(column),
                _ => None,
            },
            first_seen,
        }
    }
}

/// What is said of the files of an import.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OptionsOf {
    /// The program of tables whose rows must be of one and do not name it.
    program: Option<String>,
    /// How all files are read.
    all: FileChoiceOf,
    /// How single files are read, by the name of the file, with its sheet where it has several.
    files: BTreeMap<String, FileChoiceOf>,
    /// Kinds of which the files have the whole list: records that they do not have are withdrawn.
    whole: BTreeSet<String>,
    /// Files that are not read.
    leave_out: BTreeSet<String>,
}

impl From<OptionsOf> for ImportOptions {
    fn from(of: OptionsOf) -> ImportOptions {
        let files = of.files.into_iter();
        ImportOptions {
            program: of.program,
            all: of.all.into(),
            files: files.map(|(name, choice)| (name, choice.into())).collect(),
            whole: of.whole,
            leave_out: of.leave_out,
        }
    }
}

impl From<ImportOptions> for OptionsOf {
    fn from(of: ImportOptions) -> OptionsOf {
        let files = of.files.into_iter();
        OptionsOf {
            program: of.program,
            all: of.all.into(),
            files: files.map(|(name, choice)| (name, choice.into())).collect(),
            whole: of.whole,
            leave_out: of.leave_out,
        }
    }
}

/// A problem, with its place in a file.
#[derive(Serialize, ToSchema)]
pub struct ProblemOf {
    /// Its code, which the command line has too.
    code: String,
    /// `error`, `warning` or `note`.
    severity: String,
    /// What happened.
    message: String,
    /// How to go on.
    help: String,
    file: String,
    /// The row; 0 where it is of the whole file.
    row: u32,
    /// What the file calls the column.
    column: String,
    /// The column of the kind.
    field: String,
}

impl From<Problem> for ProblemOf {
    fn from(of: Problem) -> ProblemOf {
        ProblemOf {
            code: of.code,
            severity: of.severity,
            message: of.message,
            help: of.help,
            file: of.file,
            row: of.row,
            column: of.column,
            field: of.field,
        }
    }
}

/// A name that no catalog knows.
#[derive(Serialize, ToSchema)]
pub struct UnknownNameOf {
    kind: String,
    /// The name, as it stands there.
    name: String,
    /// How many records have it.
    rows: u64,
    /// The nearest known spellings, nearest first.
    nearest: Vec<String>,
}

impl From<UnknownName> for UnknownNameOf {
    fn from(of: UnknownName) -> UnknownNameOf {
        UnknownNameOf {
            kind: of.kind,
            name: of.name,
            rows: of.rows,
            nearest: of.nearest,
        }
    }
}

/// A value of which nothing says where it belongs, such as an account of no line.
#[derive(Serialize, ToSchema)]
pub struct UnsortedOf {
    /// The kind whose record says it once it is said.
    kind: String,
    /// The column of the value, there and in the records that have it.
    column: String,
    value: String,
    /// The kind of the records that have it.
    of: String,
    /// How many records have it.
    rows: u64,
    /// What these records say that decides what is asked.
    under: Vec<String>,
    asks: Vec<AskedOf>,
}

/// A column that is asked for.
#[derive(Serialize, ToSchema)]
struct AskedOf {
    column: String,
    /// The word that the value seems to speak of; it counts for nothing until somebody says so.
    #[schema(required)]
    guess: Option<String>,
}

impl From<Unsorted> for UnsortedOf {
    fn from(of: Unsorted) -> UnsortedOf {
        let asked = |a: app::imports::Asked| AskedOf {
            column: a.column,
            guess: a.guess,
        };
        UnsortedOf {
            kind: of.kind,
            column: of.column,
            value: of.value,
            of: of.of,
            rows: of.rows,
            under: of.under,
            asks: of.asks.into_iter().map(asked).collect(),
        }
    }
}

/// What an import would change, or what it changed.
#[derive(Serialize, ToSchema)]
pub struct PreviewOf {
    /// The files, in the order in which they were read.
    files: Vec<FileReadOf>,
    /// Accepted rows, by kind.
    kinds: Vec<ImportCounts>,
    /// Refused rows.
    refused: RefusedCountsOf,
    /// Partners that are new, the first hundred of them.
    new_partners: Vec<String>,
    /// How many partners are new.
    new_partner_count: u64,
    /// What the files call the partner, where they call it otherwise.
    #[schema(required)]
    called: Option<String>,
    /// Names that no catalog knows, the commonest first.
    names: Vec<UnknownNameOf>,
    /// Values of which nobody said yet where they belong; what is said is a record of their `kind`.
    unsorted: Vec<UnsortedOf>,
    /// What is wrong, worst first within a file; of refused rows the first of each problem.
    problems: Vec<ProblemOf>,
    /// Why it cannot be confirmed; empty where it can.
    hindrances: Vec<ProblemOf>,
    /// How many facts it writes.
    writes: u64,
    /// How many records say who belongs together with whom; only an administrator confirms such.
    joins: u64,
}

impl From<Preview> for PreviewOf {
    fn from(of: Preview) -> PreviewOf {
        PreviewOf {
            files: of.files.into_iter().map(FileReadOf::from).collect(),
            kinds: of.kinds.into_iter().map(ImportCounts::from).collect(),
            refused: of.refused.into(),
            new_partners: of.new_partners,
            new_partner_count: of.new_partner_count,
            called: of.called,
            names: of.names.into_iter().map(UnknownNameOf::from).collect(),
            unsorted: of.unsorted.into_iter().map(UnsortedOf::from).collect(),
            problems: of.problems.into_iter().map(ProblemOf::from).collect(),
            hindrances: of.hindrances.into_iter().map(ProblemOf::from).collect(),
            writes: of.writes,
            joins: of.joins,
        }
    }
}

/// A file of an import, or a sheet of one, as it was read.
#[derive(Serialize, ToSchema)]
struct FileReadOf {
    /// Its name, with the sheet where it has several.
    file: String,
    /// The kind of evidence that it was read as.
    kind: String,
    /// How many rows it has.
    read: u64,
    accepted: u64,
    refused: u64,
    /// How many of the accepted ones only repeat another row.
    repeated: u64,
    columns: Vec<ImportColumn>,
    /// The days since when a row counts of which no column says one; then no row of it counts, and the user is asked.
    no_opening: Vec<String>,
    /// Columns that could say it.
    could_open: Vec<String>,
    /// Can the day on which a row was first seen be taken?
    first_seen: bool,
    /// The column that was filled in as the user chose.
    #[schema(required)]
    filled: Option<String>,
    /// How it was read: what was said now, and what is remembered.
    choice: FileChoiceOf,
    /// Is something of that remembered from an earlier import?
    remembered: bool,
}

impl From<FilePreview> for FileReadOf {
    fn from(of: FilePreview) -> FileReadOf {
        FileReadOf {
            file: of.file,
            kind: of.kind,
            read: of.read,
            accepted: of.accepted,
            refused: of.refused,
            repeated: of.repeated,
            columns: of.columns.into_iter().map(ImportColumn::from).collect(),
            no_opening: of.no_opening,
            could_open: of.could_open,
            first_seen: of.first_seen,
            filled: of.filled,
            choice: of.choice.into(),
            remembered: of.remembered,
        }
    }
}

/// A column of a file.
#[derive(Serialize, ToSchema)]
struct ImportColumn {
    /// What the file calls it.
    header: String,
    /// The column that it was read as; null where it was not read.
    #[schema(required)]
    field: Option<String>,
    /// How that is known: `name`, `alias`, `said`, `remembered`, `other` (another column stands for it), `left-out` or `unused`.
    how: String,
}

impl From<ColumnPreview> for ImportColumn {
    fn from(of: ColumnPreview) -> ImportColumn {
        ImportColumn {
            header: of.header,
            field: of.field,
            how: of.how,
        }
    }
}

/// What becomes of the accepted rows of a kind.
#[derive(Serialize, ToSchema)]
struct ImportCounts {
    kind: String,
    /// Records that are new.
    added: u64,
    /// Records that stand otherwise.
    superseded: u64,
    /// Records that stand so already.
    unchanged: u64,
    /// Rows that say otherwise than a record that was recorded later; that one stays.
    older: u64,
    /// Rows of which the files have a later one.
    earlier: u64,
    /// Rows of another partner, which are left aside.
    aside: u64,
    /// Records that stand and that the files do not have.
    missing: u64,
    /// Records that are withdrawn, because the files have the whole list.
    withdrawn: u64,
}

impl From<(String, KindCounts)> for ImportCounts {
    fn from((kind, of): (String, KindCounts)) -> ImportCounts {
        ImportCounts {
            kind,
            added: of.added,
            superseded: of.superseded,
            unchanged: of.unchanged,
            older: of.older,
            earlier: of.earlier,
            aside: of.aside,
            missing: of.missing,
            withdrawn: of.withdrawn,
        }
    }
}

/// What becomes of the refused rows.
#[derive(Serialize, ToSchema)]
struct RefusedCountsOf {
    /// They are kept, to be mended.
    new: u64,
    /// They are kept already.
    again: u64,
    /// They were refused before with another problem.
    changed: u64,
    /// They were refused before and are right now.
    right: u64,
    /// They are of another partner, and are not kept.
    aside: u64,
}

impl From<RefusedCounts> for RefusedCountsOf {
    fn from(of: RefusedCounts) -> RefusedCountsOf {
        RefusedCountsOf {
            new: of.new,
            again: of.again,
            changed: of.changed,
            right: of.right,
            aside: of.aside,
        }
    }
}
