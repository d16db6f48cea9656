//! The commands on what is kept, as they are written.

use std::path::PathBuf;

use app::domain::calendar::Day;
use app::domain::number::Exact;
use clap::{Args, Subcommand};

use crate::args::{OfServer, amount, day};
use crate::serve::settings::{RetentionSettings, StoreSettings};

/// What is asked of the audit log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Make every seal again, and name each row that was changed or is missing
    Verify {
        #[command(flatten)]
        store: StoreSettings,
        /// The newest seal as it was noted earlier: without it nobody sees that the newest changes were cut off
        #[arg(long, value_name = "SEAL", value_parser = seal)]
        expect: Option<Seal>,
    },
    /// Who did what, when, to what, newest first
    List {
        #[command(flatten)]
        store: StoreSettings,
        #[command(flatten)]
        sought: Sought,
    },
}

/// Which changes are asked for.
#[derive(Args, Debug)]
pub struct Sought {
    /// Only those of this partner
    #[arg(long, value_name = "ID")]
    pub partner: Option<String>,
    /// Only those that did this, as in `edit-evidence`
    #[arg(long, value_name = "VERB")]
    pub verb: Option<String>,
    /// Only those of this account
    #[arg(long, value_name = "ACCOUNT")]
    pub actor: Option<String>,
    /// Only those that were done to this, as in "people 12"
    #[arg(long, value_name = "WHAT")]
    pub subject: Option<String>,
    /// From this day on, in UTC
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Option<Day>,
    /// Before this day, in UTC
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Day>,
    /// Only those before this change: where the last list ended
    #[arg(long, value_name = "CHANGE")]
    pub before: Option<i64>,
    /// How many
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=500))]
    pub limit: i64,
}

/// What is asked of decisions.
#[derive(Debug, Subcommand)]
pub enum Decisions {
    /// Decisions about a partner, newest first
    List {
        #[command(flatten)]
        store: StoreSettings,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
        /// Only those about this program
        #[arg(long, short, value_name = "PROGRAM")]
        program: Option<String>,
    },
    /// The answer on which a decision rested, as it was kept
    Show {
        #[command(flatten)]
        store: StoreSettings,
        /// Its number
        decision: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// Work the answer out again, of what was known then, and compare
    Check {
        #[command(flatten)]
        store: StoreSettings,
        /// Its number
        decision: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
}

/// What is done about persons.
#[derive(Debug, Subcommand)]
pub enum Persons {
    /// The persons of a partner's evidence
    List {
        #[command(flatten)]
        store: StoreSettings,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// All that is known of a person; with --json as a file for them
    Show {
        #[command(flatten)]
        store: StoreSettings,
        /// Their id
        person: String,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// Put a pseudonym in place of a person, now and in all that was known earlier; it cannot be undone
    Erase {
        #[command(flatten)]
        store: StoreSettings,
        /// Their id
        person: String,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
        /// Also in notes and other texts that name them
        #[arg(long)]
        texts: bool,
    },
}

/// What is done about plans.
#[derive(Debug, Subcommand)]
pub enum Plans {
    /// Plan a goal as of today, and keep the plan as a proposal that nothing changes any more
    Propose {
        #[command(flatten)]
        store: StoreSettings,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
        /// The program, with @EDITION where not the one in force judges
        #[arg(long, short, value_name = "PROGRAM")]
        program: String,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Plans that are written down, how long they take, and which way through them is the longest
    Templates,
    /// Begin a plan that is written down: a proposal whose steps have days
    Begin {
        #[command(flatten)]
        store: StoreSettings,
        /// The template
        template: String,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
        /// The day on which it begins [default: today]
        #[arg(long, value_name = "DAY", value_parser = day)]
        from: Option<Day>,
    },
    /// The plans of a partner, newest first
    List {
        #[command(flatten)]
        store: StoreSettings,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// A plan, how far its steps are, and what the level comes to with the open ones
    Show {
        #[command(flatten)]
        store: StoreSettings,
        /// Its number
        plan: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// Accept steps: each becomes a task that closes itself when its evidence arrives
    Accept {
        #[command(flatten)]
        store: StoreSettings,
        /// The plan's number
        plan: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
        /// The numbers of the steps [default: all that are not accepted yet]
        #[arg(long, value_name = "STEP", value_delimiter = ',')]
        step: Vec<usize>,
        /// Who does them: an account for all, or STEP=ACCOUNT for one [default: whoever had the same step in an earlier plan]
        #[arg(long, value_name = "ACCOUNT")]
        owner: Vec<String>,
    },
    /// Plan the same goal again as of today, and show what stays, what is new and what is no longer needed
    Again {
        #[command(flatten)]
        store: StoreSettings,
        /// The plan's number
        plan: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// Put what a plan costs into the business case: its input for training and certification gets it, with the plan's number
    Case {
        #[command(flatten)]
        store: StoreSettings,
        /// The plan's number
        plan: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// Withdraw a plan: its open tasks are dropped, what is done stays
    Withdraw {
        #[command(flatten)]
        store: StoreSettings,
        /// The plan's number
        plan: i64,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
}

/// What is done about links to calendars.
#[derive(Debug, Subcommand)]
pub enum Feeds {
    /// The links to a partner's calendar, newest first
    List {
        #[command(flatten)]
        server: OfServer,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
    /// Print a link for a calendar program; it is shown this once
    Make {
        #[command(flatten)]
        server: OfServer,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
        /// For whom it is, or for which device
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// End a link: calendar programs that have it show nothing new
    End {
        #[command(flatten)]
        server: OfServer,
        /// Its id
        feed: String,
        /// The partner
        #[arg(long, value_name = "ID")]
        partner: String,
    },
}

/// What is to be planned.
#[derive(Args, Debug)]
pub struct Wanted {
    /// The level [default: the one above what is held, else above what is met]
    #[arg(long, short, value_name = "LEVEL")]
    pub level: Option<String>,
    /// A level of another program that the same plan shall meet
    #[arg(long, value_name = "PROGRAM:LEVEL")]
    pub also: Vec<String>,
    /// The day on which it has to be met [default: half a year ahead; with a budget the last day looked at, two years]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub by: Option<Day>,
    /// What it may cost: then the earliest day is looked for
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub budget: Option<Exact>,
    /// Only these rows, by id or by area
    #[arg(long, short, value_name = "ROW")]
    pub row: Vec<String>,
    /// Plan to keep the level that is held, and not to reach one
    #[arg(long)]
    pub keep: bool,
}

/// What is done about what grows old.
#[derive(Debug, Subcommand)]
pub enum Retention {
    /// What may be forgotten, and how long it is kept
    List {
        #[command(flatten)]
        periods: RetentionSettings,
    },
    /// Forget what is older than its period
    Run {
        #[command(flatten)]
        store: StoreSettings,
        #[command(flatten)]
        periods: RetentionSettings,
    },
}

/// What is written out of the database.
#[derive(Args, Debug)]
pub struct Export {
    #[command(flatten)]
    pub store: StoreSettings,
    /// Where to write: a folder that is not there yet
    #[arg(long, short, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Only this partner
    #[arg(long, value_name = "ID")]
    pub partner: Option<String>,
    /// Also what was superseded and withdrawn, with when it was learned and replaced
    #[arg(long)]
    pub history: bool,
}

/// A seal, as it is noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal(pub Vec<u8>);

fn seal(text: &str) -> Result<Seal, String> {
    let text = text.trim();
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    bytes
        .filter(|bytes| bytes.len() == 32)
        .map(Seal)
        .ok_or_else(|| {
            "a seal is 64 hexadecimal digits, as `cairn audit verify` prints them".to_owned()
        })
}
