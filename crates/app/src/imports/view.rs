//! What an import looks like to whoever asks: how far it is, and what it would change.

use domain::diagnostic::Diagnostic;
use domain::instant::Instant;
use domain::intake::How;
use serde::{Deserialize, Serialize};

use super::options::{FileChoice, ImportOptions};
use super::sorting::Unsorted;
use crate::records::Cells;

/// Whose evidence an import brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Of this partner.
    Partner(String),
    /// Of all partners that the files name; only administrators do that.
    Several,
}

impl Target {
    pub(super) fn of(partner: &str) -> Target {
        if partner.is_empty() {
            Target::Several
        } else {
            Target::Partner(partner.to_owned())
        }
    }

    /// As the store names it.
    pub(super) fn id(&self) -> &str {
        match self {
            Target::Partner(id) => id,
            Target::Several => "",
        }
    }

    /// The one partner.
    pub fn partner(&self) -> Option<&str> {
        match self {
            Target::Partner(id) => Some(id),
            Target::Several => None,
        }
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Files are handed in.
    Receiving,
    /// It was read, and waits for somebody to confirm it.
    Previewed,
    /// It was written.
    Confirmed,
    /// It was written, and taken back.
    Undone,
    /// Nothing of it was written, and nothing will be.
    Discarded,
    /// It could not be read. With other options it may be.
    Failed,
}

impl State {
    /// All of them.
    pub const ALL: [State; 6] = [
        State::Receiving,
        State::Previewed,
        State::Confirmed,
        State::Undone,
        State::Discarded,
        State::Failed,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            State::Receiving => "receiving",
            State::Previewed => "previewed",
            State::Confirmed => "confirmed",
            State::Undone => "undone",
            State::Discarded => "discarded",
            State::Failed => "failed",
        }
    }

    pub(super) fn named(name: &str) -> State {
        let mut all = State::ALL.into_iter();
        all.find(|s| s.name() == name).unwrap_or(State::Failed)
    }

    /// Can it still be read anew, confirmed or discarded?
    pub fn is_open(self) -> bool {
        matches!(self, State::Receiving | State::Previewed | State::Failed)
    }
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: String,
    /// Whose evidence it brings.
    pub target: Target,
    /// How far it is.
    pub state: State,
    /// One more with every step; whoever takes a step names the one that they saw.
    pub version: i64,
    /// The account that began it.
    pub actor: String,
    /// When it was begun.
    pub created_at: Instant,
    /// When it last took a step.
    pub changed_at: Instant,
    /// The path on the server from which it is read, where it was not handed in.
    pub path: Option<String>,
    /// The files that were handed in: name, bytes so far, and whether all of it is there.
    pub files: Vec<(String, u64, bool)>,
    /// What was said of the files.
    pub options: ImportOptions,
    /// What it would change, or what it changed; once it was read.
    pub preview: Option<Preview>,
    /// The change that wrote it.
    pub confirmed: Option<i64>,
    /// The change that took it back.
    pub undone: Option<i64>,
}

/// What an import would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preview {
    /// The files, in the order in which they were read.
    pub files: Vec<FilePreview>,
    /// Accepted rows, by kind.
    pub kinds: Vec<(String, KindCounts)>,
    /// Refused rows.
    pub refused: RefusedCounts,
    /// Partners that are new, the first hundred of them.
    pub new_partners: Vec<String>,
    /// How many partners are new.
    pub new_partner_count: u64,
    /// What the files call the partner, where they call it otherwise.
    pub called: Option<String>,
    /// Names that no catalog knows, the commonest first.
    pub names: Vec<UnknownName>,
    /// Values of which nobody said yet where they belong, such as accounts of no line.
    pub unsorted: Vec<Unsorted>,
    /// What is wrong, worst first within a file; of refused rows the first of each problem.
    pub problems: Vec<Problem>,
    /// Why it cannot be confirmed; empty where it can.
    pub hindrances: Vec<Problem>,
    /// How many facts it writes.
    pub writes: u64,
    /// How many records say who belongs together with whom; only an administrator confirms such.
    pub joins: u64,
}

impl Preview {
    /// Counts of all kinds together.
    pub fn total(&self) -> KindCounts {
        let mut total = KindCounts::default();
        self.kinds.iter().for_each(|(_, c)| total.add(c));
        total
    }

    /// Would nothing change?
    pub fn is_idle(&self) -> bool {
        self.writes == 0 && self.new_partner_count == 0
    }
}

/// A file of an import, or a sheet of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilePreview {
    /// Its name, with the sheet where it has several.
    pub file: String,
    /// The kind of evidence that it was read as.
    pub kind: String,
    /// How many rows it has.
    pub read: u64,
    /// How many were accepted.
    pub accepted: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many of the accepted ones only repeat another row.
    pub repeated: u64,
    /// Its columns.
    pub columns: Vec<ColumnPreview>,
    /// The days since when a row counts of which no column says one; then no row of it counts, and the user is asked.
    pub no_opening: Vec<String>,
    /// Columns that could say it.
    pub could_open: Vec<String>,
    /// Can the day on which Cairn first saw a row that counts be taken?
    pub first_seen: bool,
    /// The column that was filled in as the user chose.
    pub filled: Option<String>,
    /// How it was read: what was said now, and what is remembered.
    pub choice: FileChoice,
    /// Is something of that remembered from an earlier import?
    pub remembered: bool,
    /// The names in its header, by which it is remembered; what [`forget_mapping`](crate::office::Office::forget_mapping) takes.
    pub mapping: String,
}

/// A column of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnPreview {
    /// What the file calls it.
    pub header: String,
    /// The column that it was read as.
    pub field: Option<String>,
    /// How that is known: `name`, `alias`, `said`, `remembered`, `other` (another column stands for it), `left-out` (the user
    /// said so), or `unused`.
    pub how: String,
}

pub(super) fn how(how: How) -> &'static str {
    match how {
        How::Name => "name",
        How::Alias => "alias",
        How::Said => "said",
        How::Other => "other",
        How::Unused => "unused",
    }
}

/// What becomes of the accepted rows of a kind. All but `missing` and `withdrawn` together are the accepted rows without
/// those that only repeat one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KindCounts {
    /// Records that are new.
    pub added: u64,
    /// Records that stand otherwise.
    pub superseded: u64,
    /// Records that stand so already.
    pub unchanged: u64,
    /// Rows that say otherwise than a record that was recorded later; that one stays.
    pub older: u64,
    /// Rows of which the files have a later one.
    pub earlier: u64,
    /// Rows of another partner, which are left aside.
    pub aside: u64,
    /// Records that stand and that the files do not have. They stay, unless the files have the whole list.
    pub missing: u64,
    /// Records that are withdrawn, because the files have the whole list.
    pub withdrawn: u64,
}

impl KindCounts {
    pub(super) fn add(&mut self, other: &KindCounts) {
        self.added += other.added;
        self.superseded += other.superseded;
        self.unchanged += other.unchanged;
        self.older += other.older;
        self.earlier += other.earlier;
        self.aside += other.aside;
        self.missing += other.missing;
        self.withdrawn += other.withdrawn;
    }
}

/// What becomes of the refused rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RefusedCounts {
    /// They are kept, to be mended.
    pub new: u64,
    /// They are kept already.
    pub again: u64,
    /// They were refused before with another problem.
    pub changed: u64,
    /// They were refused before and are right now.
    pub right: u64,
    /// They are of another partner, and are not kept.
    pub aside: u64,
}

/// A name that no catalog knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownName {
    /// The kind of evidence.
    pub kind: String,
    /// The name, as it stands there.
    pub name: String,
    /// How many records have it.
    pub rows: u64,
    /// The nearest known spellings, nearest first.
    pub nearest: Vec<String>,
}

/// A problem, with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// Its code, which documents name.
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// What happened.
    pub message: String,
    /// How to go on.
    pub help: String,
    /// The file.
    pub file: String,
    /// The row; 0 where it is of the whole file.
    pub row: u32,
    /// What the file calls the column.
    pub column: String,
    /// The column of the kind.
    pub field: String,
}

impl Problem {
    pub(super) fn of(problem: &Diagnostic, field: &str) -> Problem {
        Problem {
            code: problem.code.to_owned(),
            severity: problem.severity.name().to_owned(),
            message: problem.message.clone(),
            help: problem.help.clone(),
            file: problem.place.file.clone(),
            row: problem.place.line,
            column: problem.place.context.clone(),
            field: field.to_owned(),
        }
    }
}

/// Which rows of a preview are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// New records.
    Added,
    /// Records that stand otherwise.
    Superseded,
    /// Records that stand so already.
    Unchanged,
    /// Rows that say otherwise than a record that was recorded later.
    Older,
    /// Rows of which the files have a later one.
    Earlier,
    /// Records that are withdrawn, because the files have the whole list.
    Withdrawn,
    /// Refused rows.
    Refused,
}

impl Group {
    /// All of them.
    pub const ALL: [Group; 7] = [
        Group::Added,
        Group::Superseded,
        Group::Unchanged,
        Group::Older,
        Group::Earlier,
        Group::Withdrawn,
        Group::Refused,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Group::Added => "added",
            Group::Superseded => "superseded",
            Group::Unchanged => "unchanged",
            Group::Older => "older",
            Group::Earlier => "earlier",
            Group::Withdrawn => "withdrawn",
            Group::Refused => "refused",
        }
    }

    /// The group of a name.
    pub fn named(name: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|g| g.name() == name)
    }
}

/// A row of a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPreview {
    /// Its partner.
    pub partner: String,
    /// Its kind.
    pub kind: String,
    /// The file, where it is of one.
    pub file: String,
    /// The row of the file.
    pub row: u32,
    /// What it says; of a refused row what could be read, and the rest as it stands there.
    pub cells: Cells,
    /// What the record says that stands.
    pub before: Cells,
    /// The columns in which the two differ: before and after, either empty where there is nothing.
    pub differs: Vec<(String, String, String)>,
    /// The fact that stands.
    pub version: Option<i64>,
    /// What is wrong with a refused row.
    pub problems: Vec<Problem>,
}

/// Some rows of a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<RowPreview>,
    /// Where the next ones begin; `None` where there are no more.
    pub next: Option<u64>,
}

/// How far the reading of an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many bytes of all files were read.
    pub done: u64,
    /// How many there are.
    pub total: u64,
    /// The files so far, each with how many rows were read of it.
    pub files: Vec<(String, u64)>,
    /// What is done: `reading`, `comparing` or `writing`.
    pub doing: String,
}
