//! What somebody says of the files of an import, as it is kept and as it is remembered.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::Day;
use domain::intake::{DayOrder, Decimal, GivenName, KnownPerson, Settings};
use exchange::{Encoding, Opening, Options, Written};
use serde::{Deserialize, Serialize};

/// What is taken for the day since when a row counts, in exports that are known to have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningChoice {
    /// What stands in this column of the file, such as the close date or the last change.
    Column(String),
    /// The day on which a row was first imported as having come so far.
    FirstSeen,
}

/// What stands before the decimals of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalChoice {
    /// `1,500.25`
    Point,
    /// `1.500,25`
    Comma,
}

/// What comes first in a day such as `06/07/2022`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayChoice {
    /// The sixth of July.
    DayFirst,
    /// The seventh of June.
    MonthFirst,
}

/// How bytes stand for letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingChoice {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// How a file is read; what nobody said is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileChoice {
    /// Columns: what the file calls one, and the column that it is; without one it is not to be read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// What stands before the decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalChoice>,
    /// What comes first in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<DayChoice>,
    /// The currency of amounts beside which none stands, by its three letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How bytes stand for letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<EncodingChoice>,
    /// What is taken for the day since when a row counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<OpeningChoice>,
}

/// What somebody says of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOptions {
    /// The program of tables whose rows must be of one and do not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// How all files are read.
    pub all: FileChoice,
    /// How single files are read, by the name of the file, with its sheet where it has several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, FileChoice>,
    /// Kinds of which the files have the whole list: records that they do not have are withdrawn.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub whole: BTreeSet<String>,
    /// Files that are not to be read.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub leave_out: BTreeSet<String>,
}

impl FileChoice {
    /// Has nobody said anything?
    pub fn is_empty(&self) -> bool {
        *self == FileChoice::default()
    }

    /// This, and what it leaves open as another one says it.
    pub fn or(&self, other: &FileChoice) -> FileChoice {
        let mut columns = other.columns.clone();
        columns.extend(self.columns.clone());
        FileChoice {
            columns,
            decimal: self.decimal.or(other.decimal),
            days: self.days.or(other.days),
            currency: self.currency.clone().or_else(|| other.currency.clone()),
            encoding: self.encoding.or(other.encoding),
            opening: self.opening.clone().or_else(|| other.opening.clone()),
        }
    }

    fn written(&self, seen: Day) -> Written {
        Written {
            decimal: self.decimal.map(|d| match d {
                DecimalChoice::Point => Decimal::Point,
                DecimalChoice::Comma => Decimal::Comma,
            }),
            days: match self.days {
                None => DayOrder::Unsaid,
                Some(DayChoice::DayFirst) => DayOrder::DayFirst,
                Some(DayChoice::MonthFirst) => DayOrder::MonthFirst,
            },
            currency: self.currency.clone(),
            encoding: self.encoding.map(|e| match e {
                EncodingChoice::Utf8 => Encoding::Utf8,
                EncodingChoice::Windows1252 => Encoding::Windows1252,
            }),
            opening: self.opening.as_ref().map(|o| match o {
                OpeningChoice::Column(name) => Opening::Column(name.clone()),
                OpeningChoice::FirstSeen => Opening::Seen(seen),
            }),
        }
    }
}

/// The options with which files are read: `choices` says how each is, `seen` is the day on which they were handed in.
pub(super) fn reading(
    options: &ImportOptions,
    choices: &BTreeMap<String, FileChoice>,
    partner: Option<&str>,
    names: Vec<GivenName>,
    people: Vec<KnownPerson>,
    seen: Day,
) -> Options {
    let all = options.all.written(seen);
    let mut columns: BTreeMap<String, String> = options.all.columns.clone();
    for choice in choices.values() {
        columns.extend(choice.columns.clone());
    }
    Options {
        settings: Settings {
            partner: partner.map(str::to_owned),
            program: options.program.clone(),
            columns: columns.into_iter().collect(),
            names,
            people,
        },
        decimal: all.decimal,
        days: all.days,
        currency: all.currency,
        encoding: all.encoding.unwrap_or_default(),
        opening: all.opening,
        files: choices
            .iter()
            .map(|(file, choice)| (file.clone(), choice.written(seen)))
            .collect(),
        leave_out: options.leave_out.iter().cloned().collect(),
    }
}
