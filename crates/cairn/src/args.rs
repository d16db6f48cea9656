//! The command line, defined once: parsing, help, completions and man pages come from here.

use std::path::PathBuf;

use app::clock::Zone;
use app::domain::calendar::Day;
use app::domain::intake::{self, DayOrder, Settings};
use app::domain::number::Exact;
use app::exchange::{self, Options};
use clap::{Args, Parser, Subcommand};

use crate::keep::args as keep;
use crate::secret::Secret;
use crate::serve::settings::StoreSettings;

/// Where a channel partner stands on every vendor program, why, and what is missing.
#[derive(Debug, Parser)]
#[command(
    name = "cairn",
    version,
    about,
    max_term_width = 100,
    arg_required_else_help = true
)]
#[command(
    after_help = "Start with `cairn demo`.\nExit codes: 0 answered, 1 could not be answered or something failed, 2 wrong usage."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Settings that mean the same everywhere.
    #[command(flatten)]
    pub common: Common,
}

/// Settings that mean the same everywhere.
#[derive(Args, Clone, Debug, Default)]
pub struct Common {
    /// Programs of your own: a folder with `programs/` and `vocabulary/`, or a folder of program files
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub programs: Vec<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// End with exit code 1 where a row was refused
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub strict: bool,
    /// List every problem of the evidence, not only the first ones
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub all_problems: bool,
    /// Where "today" is: UTC, Europe/Berlin, or `system`
    #[arg(
        long,
        global = true,
        value_name = "ZONE",
        default_value = "UTC",
        value_parser = Zone::named,
        help_heading = "Everywhere"
    )]
    pub time_zone: Zone,
}

/// What is asked, of whom, and when.
#[derive(Args, Clone, Debug, Default)]
pub struct Asking {
    /// The day asked about [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub as_of: Option<Day>,
    /// Only what was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub known_at: Option<Day>,
    /// The program, alone or as program@edition
    #[arg(long, short, value_name = "PROGRAM")]
    pub program: Option<String>,
    /// The edition [default: the elected one, else the one in force]
    #[arg(long, value_name = "EDITION")]
    pub edition: Option<String>,
    /// The partner, where the evidence is of several
    #[arg(long, value_name = "ID")]
    pub partner: Option<String>,
    /// Set a parameter of the program
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, Exact)>,
    /// Assume what is not published: program.key=value
    #[arg(long, value_name = "PROGRAM.KEY=VALUE", value_parser = assumption)]
    pub assume: Vec<(String, String)>,
    /// Judge on this track
    #[arg(long, value_name = "TRACK")]
    pub track: Option<String>,
}

const BRING: &str = "Into the database of a server";

/// How evidence is brought into the database of a server.
#[derive(Args, Clone, Debug, Default)]
pub struct Bring {
    /// Show what would change there, and write it once you agree: a file of SQLite, or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, help_heading = BRING, value_name = "DATABASE", conflicts_with_all = ["out", "to", "force", "of_partner"])]
    pub database: Option<Secret>,
    /// Whose evidence it is [default: of all partners that the files name]
    #[arg(long, help_heading = BRING, value_name = "ID", requires = "database")]
    pub partner: Option<String>,
    /// The files have the whole list of this kind: withdraw what they do not have
    #[arg(long, help_heading = BRING, value_name = "KIND", requires = "database")]
    pub whole: Vec<String>,
    /// Write it without asking
    #[arg(long, help_heading = BRING, requires = "database")]
    pub yes: bool,
}

const WRITTEN: &str = "How the evidence is written";

/// How evidence is written, where no file says it.
#[derive(Args, Clone, Debug, Default)]
pub struct Written {
    /// What a column is: what the files call it, and what it is here
    #[arg(long, help_heading = WRITTEN, value_name = "THEIRS=OURS", value_parser = column)]
    pub column: Vec<(String, String)>,
    /// The partner of tables that name none
    #[arg(long, help_heading = WRITTEN, value_name = "ID")]
    pub of_partner: Option<String>,
    /// The program of tables that name none
    #[arg(long, help_heading = WRITTEN, value_name = "PROGRAM")]
    pub of_program: Option<String>,
    /// What stands before the decimals [default: what can mean only one thing]
    #[arg(long, help_heading = WRITTEN, value_enum)]
    pub decimal: Option<Decimal>,
    /// What comes first in days such as 06/07/2022 [default: what can mean only one thing]
    #[arg(long, help_heading = WRITTEN, value_enum)]
    pub days: Option<Days>,
    /// The currency of amounts beside which none stands
    #[arg(long, help_heading = WRITTEN, value_name = "CODE", value_parser = currency)]
    pub currency: Option<String>,
    /// How bytes stand for letters
    #[arg(long, help_heading = WRITTEN, value_enum, default_value_t = Encoding::Utf8)]
    pub encoding: Encoding,
}

impl From<&Written> for Options {
    fn from(said: &Written) -> Self {
        Options {
            settings: Settings {
                partner: said.of_partner.clone(),
                program: said.of_program.clone(),
                columns: said.column.clone(),
                ..Settings::default()
            },
            decimal: said.decimal.map(|d| match d {
                Decimal::Point => intake::Decimal::Point,
                Decimal::Comma => intake::Decimal::Comma,
            }),
            days: match said.days {
                None => DayOrder::Unsaid,
                Some(Days::DayFirst) => DayOrder::DayFirst,
                Some(Days::MonthFirst) => DayOrder::MonthFirst,
            },
            currency: said.currency.clone(),
            encoding: match said.encoding {
                Encoding::Utf8 => exchange::Encoding::Utf8,
                Encoding::Windows1252 => exchange::Encoding::Windows1252,
            },
            ..Options::default()
        }
    }
}

/// What stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Decimal {
    // 1,500.25
    Point,
    // 1.500,25
    Comma,
}

/// What comes first in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Days {
    // 06/07/2022 is the sixth of July
    DayFirst,
    // 06/07/2022 is the seventh of June
    MonthFirst,
}

/// How bytes stand for letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Encoding {
    #[default]
    #[value(name = "utf-8")]
    Utf8,
    // As older spreadsheets of western Europe and America write.
    #[value(name = "windows-1252")]
    Windows1252,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write a made-up partner's evidence and show where it stands
    Demo {
        /// Where to write it
        #[arg(default_value = "cairn-demo")]
        folder: PathBuf,
        /// Write into a folder that holds something else
        #[arg(long)]
        force: bool,
        /// The day asked about [default: today]
        #[arg(long, value_name = "DAY", value_parser = day)]
        as_of: Option<Day>,
        /// Serve it, and print the address that opens it
        #[arg(long)]
        serve: bool,
        /// Where to serve it; port 0 takes a free one
        #[arg(
            long,
            value_name = "ADDRESS",
            default_value = crate::serve::settings::USUAL_ADDRESS,
            requires = "serve"
        )]
        listen: std::net::SocketAddr,
    },
    /// Where the partner stands: every program, or one of them row by row
    Scorecard {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// Show both questions for all levels
        #[arg(long)]
        all_levels: bool,
        /// Print one HTML file that opens without a network
        #[arg(long)]
        html: bool,
    },
    /// Key figures of a library of measures: value, course of two years, own target, published values
    Kpis {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// One figure alone, with the records behind it
        #[arg(long, value_name = "MEASURE")]
        figure: Option<String>,
    },
    /// Why a row stands as it does: each record counted, each not counted with its reason
    Explain {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// The row or part [default: every row that is not met]
        #[arg(long, short, value_name = "ROW")]
        row: Option<String>,
        /// Which of the two questions [default: those of the scorecard]
        #[arg(long, short, value_enum)]
        question: Option<Ask>,
        /// The level [default: those of the scorecard]
        #[arg(long, short, value_name = "LEVEL")]
        level: Option<String>,
        /// List every record, not only the nearest ones
        #[arg(long)]
        all_records: bool,
    },
    /// When each level was entered, held and lost, and the record that did it
    Timeline {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// The first day [default: two years before the day asked about]
        #[arg(long, value_name = "DAY", value_parser = day)]
        from: Option<Day>,
        /// The last day [default: a year after the day asked about]
        #[arg(long, value_name = "DAY", value_parser = day)]
        to: Option<Day>,
    },
    /// What falls ahead if nothing new happens: the day, the record that causes it, what would keep it
    Forecast {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// The last day [default: a year after the day asked about]
        #[arg(long, value_name = "DAY", value_parser = day)]
        to: Option<Day>,
        /// How likely what is open carries each level, on this day
        #[arg(long, value_name = "DAY", value_parser = day)]
        on: Option<Day>,
        /// Another chance for a word of open records: `committed=90%`
        #[arg(long, value_name = "WORD=SHARE", value_parser = chance)]
        chance: Vec<(String, Exact)>,
        /// Write the days as iCalendar too: a `.ics` file, or `-` for only that, here
        #[arg(long, value_name = "FILE")]
        ics: Option<PathBuf>,
    },
    /// What each person's leaving would cost: the requirements and levels that hang on them
    Leavers {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// The last day that is looked at [default: a year after the day asked about]
        #[arg(long, value_name = "DAY", value_parser = day)]
        to: Option<Day>,
    },
    /// The cheapest way up: which actions meet a level by a day at the least cost, proven
    Plan {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// The level [default: the one above what is held, else above what is met]
        #[arg(long, short, value_name = "LEVEL")]
        level: Option<String>,
        /// A level of another program that the same plan shall meet
        #[arg(long, value_name = "PROGRAM:LEVEL")]
        also: Vec<String>,
        /// The day on which it has to be met [default: half a year ahead; with a budget the last day looked at, two years]
        #[arg(long, value_name = "DAY", value_parser = day)]
        by: Option<Day>,
        /// What it may cost: then the earliest day is looked for
        #[arg(long, value_name = "AMOUNT", value_parser = amount)]
        budget: Option<Exact>,
        /// Only these rows, by id or by area
        #[arg(long, short, value_name = "ROW")]
        row: Vec<String>,
        /// Plan to keep the level that is held, and not to reach one
        #[arg(long)]
        keep: bool,
        /// Write the days as iCalendar too: a `.ics` file, or `-` for only that, here
        #[arg(long, value_name = "FILE")]
        ics: Option<PathBuf>,
    },
    /// What it is worth: five years of moving up against staying, with what may happen; and worksheets
    BusinessCase {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// Another model, or a worksheet, by its name
        #[arg(long, short, value_name = "NAME", default_value = app::case::FIRST)]
        model: String,
        /// All models, each with what comes out
        #[arg(long)]
        list: bool,
        /// What an input is this time, or the range that it may lie in: `churn=12%`, `churn=8%..15%`
        #[arg(long, short, value_name = "INPUT=VALUE", value_parser = said)]
        input: Vec<(String, String)>,
        /// What an input is this time if nothing is changed
        #[arg(long, value_name = "INPUT=VALUE", value_parser = said)]
        stay: Vec<(String, String)>,
        /// How many paths are run through what may happen; 0 for none
        #[arg(long, value_name = "COUNT", default_value_t = app::case::PATHS, value_parser = clap::value_parser!(u64).range(..=app::case::MOST_PATHS))]
        paths: u64,
        /// What the draws of the paths begin with
        #[arg(long, value_name = "NUMBER", default_value_t = app::case::SEED)]
        seed: u64,
        /// Write it as a workbook too, whose formulas are alive: change an input, and everything follows
        #[arg(long, value_name = "FILE")]
        xlsx: Option<PathBuf>,
    },
    /// A report in one piece: for the board, for a quarter, for the vendor's executives
    Report {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// Which report, by its name
        #[arg(long, short, value_name = "NAME", default_value = "quarterly-review")]
        report: String,
        /// Write it to a file: `.pdf`, or `.xlsx` for every table in it
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
        /// In which language: en or de
        #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
        language: app::locale::Lang,
        /// How many paths are run of the models in it; 0 for none
        #[arg(long, value_name = "COUNT", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=app::case::MOST_PATHS))]
        paths: u64,
    },
    /// Why the vendor's own scorecard says other numbers: each difference by the records that make it up
    Reconcile {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// The vendor's numbers, as pasted: a line for each row, its id or title and the number; `-` reads them here
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// One of the vendor's numbers
        #[arg(long, value_name = "ROW=NUMBER")]
        say: Vec<String>,
        /// Which of the two questions the vendor's column answers [default: that of the scorecard's first column]
        #[arg(long, short, value_enum)]
        question: Option<Ask>,
        /// The level of the vendor's column [default: that of the scorecard's column]
        #[arg(long, short, value_name = "LEVEL")]
        level: Option<String>,
    },
    /// How every partner of a population stands, as a table
    Evaluate {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        written: Written,
        /// Which of the two questions
        #[arg(long, short, value_enum, default_value_t = Ask::Enter)]
        question: Ask,
        /// Where to write: a `.csv` or `.parquet` file, or `-` for CSV here
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Add the most that silence leaves open, and the verdict, of each row
        #[arg(long)]
        full: bool,
    },
    /// What is wrong, or likely wrong, with program files
    Check {
        /// Program files or folders [default: those of --programs, else the shipped ones]
        files: Vec<PathBuf>,
        /// List notes too
        #[arg(long)]
        notes: bool,
        /// Show which way more evidence moves each row, and what is costly about it
        #[arg(long)]
        cost: bool,
    },
    /// Run the worked cases of programs, and show which edges no case touches
    Cases {
        /// An edition, program@edition, or a program [default: those of --programs, else the shipped ones]
        edition: Option<String>,
        /// List everything that no case touches
        #[arg(long)]
        missing: bool,
    },
    /// What a newer edition changes, thing by thing and cell by cell
    Diff {
        /// The older edition, program@edition
        before: String,
        /// The newer edition, program@edition
        after: String,
    },
    /// The texts that are not there in a language yet, as files to fill in
    Translate {
        /// The code of the language: `de`
        language: String,
        /// Only those of this program
        #[arg(long)]
        program: Option<String>,
    },
    /// Freeze editions: write the hashes of which decisions are made to frozen.toml
    Freeze {
        /// Editions, program@edition [default: all of the folder]
        editions: Vec<String>,
    },
    /// Read evidence, list every problem, and write it in the form that everything else reads
    Import {
        /// A folder of tables, or a table or workbook
        evidence: PathBuf,
        /// Where to write: a folder, or a workbook `.xlsx`; only the problems are listed without it
        #[arg(long, short, value_name = "PATH")]
        out: Option<PathBuf>,
        /// The form [default: what the ending of --out says]
        #[arg(long, value_enum)]
        to: Option<Form>,
        /// Write over what stands there, even over what is read
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        bring: Bring,
        #[command(flatten)]
        written: Written,
    },
    /// Write empty tables with their columns, to start from
    Template {
        /// Where to write: a folder, or a workbook `.xlsx`
        #[arg(long, short, value_name = "PATH")]
        out: PathBuf,
        /// Only these kinds of evidence [default: all]
        kinds: Vec<String>,
    },
    /// Write a made-up population of partners, the same for the same seed, to measure with
    // For whoever measures (docs/performance.md), not for whoever has evidence: it stays out of the list.
    #[command(hide = true)]
    BenchData {
        /// Where to write: a folder
        #[arg(long, short, value_name = "DIR")]
        out: PathBuf,
        /// How many partners
        #[arg(long, default_value_t = 1000)]
        partners: u32,
        /// How many facts a partner has on average
        #[arg(long, default_value_t = 500)]
        facts: u32,
        /// Another seed, other partners
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The last day on which anything happened
        #[arg(long, value_name = "DAY", default_value = "2026-10-31", value_parser = day)]
        last: Day,
        /// CSV instead of Parquet
        #[arg(long)]
        csv: bool,
    },
    /// Run the server: pages and the API over one database
    Serve {
        #[command(flatten)]
        settings: Box<crate::serve::settings::Settings>,
    },
    /// The audit log: who did what, and whether every row still is what it was
    #[command(subcommand)]
    Audit(keep::Audit),
    /// Decisions about partners, with the answers on which they rested
    #[command(subcommand)]
    Decisions(keep::Decisions),
    /// Plans of a partner: propose one, accept it as tasks, see how far it is, plan again
    #[command(subcommand)]
    Plans(keep::Plans),
    /// Calendars behind private links: what falls, reviews and open tasks of plans, for a calendar program
    #[command(subcommand)]
    Feeds(keep::Feeds),
    /// Write what the database knows as evidence tables, with histories if wanted
    Export(keep::Export),
    /// Take histories over that `export --history` wrote, into an empty database
    RestoreHistory {
        /// The folder that was written
        folder: PathBuf,
        #[command(flatten)]
        store: StoreSettings,
    },
    /// Write the whole database into one file, also while a server runs
    Backup {
        #[command(flatten)]
        store: StoreSettings,
        /// The file, which is not there yet
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
    },
    /// Fill an empty database with what a backup holds, all of it or nothing
    Restore {
        /// The file that `backup` wrote
        file: PathBuf,
        #[command(flatten)]
        store: StoreSettings,
    },
    /// What is known of a person: show it, hand it out, take it away
    #[command(subcommand)]
    Persons(keep::Persons),
    /// What may be forgotten, and forgetting it
    #[command(subcommand)]
    Retention(keep::Retention),
    /// See and change who has an account on a server, on the computer that has its database
    Account {
        /// What to do
        #[command(subcommand)]
        verb: AccountVerb,
    },
    /// Print the JSON Schema of program files, for editors
    Schema {
        /// Of which files
        #[arg(value_enum, default_value_t = File::Program)]
        of: File,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands into a folder
    Man {
        /// The folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// Which server's accounts.
#[derive(Args, Clone, Debug)]
pub struct OfServer {
    /// Where everything is kept.
    #[command(flatten)]
    pub store: crate::serve::settings::StoreSettings,
    /// Where people reach the server, as links say it
    #[arg(long, value_name = "URL", value_parser = crate::serve::settings::PublicUrl::parse)]
    pub public_url: Option<crate::serve::settings::PublicUrl>,
}

impl OfServer {
    /// Where people reach the server, as links say it: on this computer where nothing else was said.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().to_owned(),
            None => format!("http://{}", crate::serve::settings::USUAL_ADDRESS),
        }
    }
}

/// A role, and where it is had.
#[derive(Args, Clone, Debug)]
pub struct RoleAt {
    /// The role: administrator, program-owner, partner-manager, alliance-lead, alliance-team, contributor, reader
    #[arg(value_parser = role)]
    pub role: app::access::Role,
    /// At which partner; roles of the server have none
    #[arg(long, value_name = "ID")]
    pub partner: Option<String>,
}

/// What is done about accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum AccountVerb {
    /// List all accounts with their roles
    List {
        #[command(flatten)]
        server: OfServer,
    },
    /// Invite somebody: prints a link with which they take the role
    Add {
        /// The e-mail address
        email: String,
        #[command(flatten)]
        role: RoleAt,
        /// Which person of the partner's evidence they are
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        #[command(flatten)]
        server: OfServer,
    },
    /// Give a role to an account
    Grant {
        /// The e-mail address of the account
        email: String,
        #[command(flatten)]
        role: RoleAt,
        /// Which person of the partner's evidence they are
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        #[command(flatten)]
        server: OfServer,
    },
    /// Take a role from an account
    Take {
        /// The e-mail address of the account
        email: String,
        #[command(flatten)]
        role: RoleAt,
        #[command(flatten)]
        server: OfServer,
    },
    /// Print a link with which a new password is chosen
    ResetPassword {
        /// The e-mail address of the account
        email: String,
        /// Remove the second factor as well, for it was lost
        #[arg(long)]
        remove_factor: bool,
        #[command(flatten)]
        server: OfServer,
    },
    /// Let an account sign in no more: its sessions and tokens end at once
    Disable {
        /// The e-mail address of the account
        email: String,
        #[command(flatten)]
        server: OfServer,
    },
    /// Let an account sign in again
    Enable {
        /// The e-mail address of the account
        email: String,
        #[command(flatten)]
        server: OfServer,
    },
    /// Take out of an account all that says who has it: address, name, password, roles. It cannot be undone
    Erase {
        /// The e-mail address of the account
        email: String,
        #[command(flatten)]
        server: OfServer,
    },
}

fn role(name: &str) -> Result<app::access::Role, String> {
    app::access::Role::named(name).ok_or_else(|| {
        let all: Vec<&str> = app::access::Role::ALL.iter().map(|r| r.name()).collect();
        format!("a role is one of {}", all.join(", "))
    })
}

/// The files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum File {
    /// An edition of a program, or a library of measures
    Program,
    /// Kinds of evidence
    Vocabulary,
    /// Names and their spellings
    Catalog,
    /// What can be done, and what it costs
    Actions,
    /// Plans that are written down
    Template,
    /// What something is worth
    Model,
    /// What is told in one piece
    Report,
}

/// The form of evidence that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// A folder of CSV tables
    Folder,
    /// A folder of Parquet tables
    Parquet,
    /// A workbook with a sheet for each table
    Xlsx,
}

impl From<Form> for app::import::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Folder => Self::Folder,
            Form::Parquet => Self::Parquet,
            Form::Xlsx => Self::Workbook,
        }
    }
}

/// Which of the two questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Ask {
    /// Does it keep the level that it holds?
    Retain,
    /// Does it reach a level?
    Enter,
}

impl From<Ask> for app::domain::program::Ask {
    fn from(ask: Ask) -> Self {
        match ask {
            Ask::Retain => Self::Retain,
            Ask::Enter => Self::Enter,
        }
    }
}

/// A day such as `2024-06-28`.
pub fn day(text: &str) -> Result<Day, String> {
    let part = |at: std::ops::Range<usize>| text.get(at)?.parse::<u32>().ok();
    let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    Day::parse(text).ok_or_else(|| match (part(0..4), part(5..7), part(8..10)) {
        (Some(1900..2200), Some(1..=12), Some(_)) if shaped => {
            format!("the month {} has no day {}", &text[..7], &text[8..])
        }
        (Some(1900..2200), Some(month), Some(_)) if shaped => {
            format!(
                "there is no month {month}: a day is written year, month, day, as in 2024-06-28"
            )
        }
        (Some(_), Some(_), Some(_)) if shaped => {
            "a day lies between 1900-01-01 and 2199-12-31".to_owned()
        }
        _ => "a day is written 2024-06-28".to_owned(),
    })
}

pub(crate) fn chance(text: &str) -> Result<(String, Exact), String> {
    let (word, share) = setting(text)?;
    if share <= Exact::ZERO || share > Exact::ONE {
        return Err("a chance is above 0 and up to 100%".to_owned());
    }
    Ok((word, share))
}

/// An amount such as `50000` or `50_000.50`.
pub(crate) fn amount(text: &str) -> Result<Exact, String> {
    Exact::parse(&text.replace('_', "")).ok_or_else(|| "an amount is written 50000.00".to_owned())
}

pub(crate) fn setting(text: &str) -> Result<(String, Exact), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "a parameter is set as name=value".to_owned())?;
    let number = Exact::parse(value.trim_end_matches('%'))
        .ok_or_else(|| format!("`{value}` is no number"))?;
    let number = if value.ends_with('%') {
        number.checked_div(&Exact::from(100)).unwrap_or(number)
    } else {
        number
    };
    Ok((name.trim().to_owned(), number))
}

fn column(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((theirs, ours)) if !theirs.trim().is_empty() && !ours.trim().is_empty() => {
            Ok((theirs.trim().to_owned(), ours.trim().to_owned()))
        }
        _ => Err("a column is written theirs=ours, as in \"Exam Name=credential\"".to_owned()),
    }
}

fn currency(text: &str) -> Result<String, String> {
    if text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("a currency is written as its three letters, as in EUR".to_owned())
    }
}

pub(crate) fn assumption(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if name.contains('.') => Ok((
            name.trim().to_owned(),
            value.trim().trim_matches('"').to_owned(),
        )),
        _ => Err(
            "an assumption is written program.key=value, as in aws-services-path.grace=\"30 days\""
                .to_owned(),
        ),
    }
}

/// A language that reports are written in.
fn language(text: &str) -> Result<app::locale::Lang, String> {
    app::locale::Lang::of_tag(text).ok_or_else(|| "reports are written in en and de".to_owned())
}

/// `input=value`.
pub fn said(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((input, value)) if !input.trim().is_empty() && !value.trim().is_empty() => {
            Ok((input.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write an input and its value, such as churn=12% or churn=8%..15%".to_owned()),
    }
}
