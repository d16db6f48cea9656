//! Where settings come from: a file, the environment, flags, the later ones winning over the earlier ones.
//!
//! The flags of [`Settings`] are the one definition. Each of them has an environment variable and a key of the file, by one rule:
//! `smtp_url` is `--smtp-url`, `CAIRN_SMTP_URL` and `url` in the table `[smtp]`. What the file says becomes the default of the flag, so that
//! one parser decides what wins and what a value may be.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::OsString;
use std::ops::Range;
use std::path::Path;

use app::domain::diagnostic::{Diagnostic, Place, did_you_mean, listed};
use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{
    Arg, ArgAction, ArgMatches, Args as _, Command, CommandFactory as _, FromArgMatches as _,
};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::args::Cli;
use crate::secret::Secret;
use crate::serve::settings::Settings;

/// The file that is read where none is named.
const FILE: &str = "cairn.toml";

/// The tables of the file; every other setting stands above them.
const TABLES: &[&str] = &[
    "hooks",
    "limits",
    "log",
    "metrics",
    "oidc",
    "retention",
    "session",
    "smtp",
];

/// Settings that mean the same in every command, and can stand in the file as well.
const EVERYWHERE: &[&str] = &["programs", "time_zone"];

/// The command line, with the environment variable of each setting.
pub fn command() -> Command {
    fn with_settings(command: Command, settings: &[String]) -> Command {
        let has_settings = command.get_arguments().any(|arg| arg.get_id() == "config");
        let command = if has_settings {
            command.mut_args(|arg| {
                if settings.iter().any(|id| arg.get_id() == id) {
                    with_variable(arg)
                } else {
                    arg
                }
            })
        } else {
            command
        };
        command.mut_subcommands(|command| with_settings(command, settings))
    }
    let settings: Vec<String> = settings()
        .iter()
        .map(|arg| arg.get_id().to_string())
        .collect();
    let command = Cli::command().mut_args(|arg| {
        if EVERYWHERE.iter().any(|id| arg.get_id() == id) {
            // In every command's help it would be a line of its own.
            with_variable(arg).hide_env(true)
        } else {
            arg
        }
    });
    with_settings(command, &settings)
}

fn with_variable(arg: Arg) -> Arg {
    let name = variable(arg.get_id().as_str());
    // A help text that shows what is set would show passwords.
    arg.env(name).hide_env_values(true)
}

/// The settings of a server, each as its flag.
fn settings() -> Vec<Arg> {
    let command = Settings::augment_args(Command::new("cairn"));
    command.get_arguments().cloned().collect()
}

/// Every setting that can stand in the file, each as its flag.
fn settings_of_file() -> Vec<Arg> {
    let cli = Cli::command();
    let everywhere = cli
        .get_arguments()
        .filter(|arg| EVERYWHERE.iter().any(|id| arg.get_id() == id));
    let own = settings()
        .into_iter()
        .filter(|arg| arg.get_id() != "config");
    everywhere.cloned().chain(own).collect()
}

fn variable(id: &str) -> String {
    format!("CAIRN_{}", id.to_uppercase())
}

/// The key of a setting in the file: `smtp.url`.
fn key(id: &str) -> String {
    let table = TABLES.iter().find(|table| {
        id.strip_prefix(**table)
            .is_some_and(|rest| rest.starts_with('_'))
    });
    match table {
        Some(table) => format!("{table}.{}", &id[table.len() + 1..]),
        None => id.to_owned(),
    }
}

/// Reads a command line, and the settings of its command from environment and file. A command line that cannot be read
/// ends the process with what is wrong, as does a request for help with that.
pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Cli, Vec<Diagnostic>> {
    let words: Vec<OsString> = words.collect();
    let first = command().get_matches_from(&words);
    let matches = match file_of(&first)? {
        Some((name, text)) => {
            let said = Said::read(&name, &text)?;
            said.beneath(command()).get_matches_from(&words)
        }
        None => first,
    };
    Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()))
}

/// Name and text of the configuration file, for commands that have settings.
fn file_of(matches: &ArgMatches) -> Result<Option<(String, String)>, Vec<Diagnostic>> {
    let mut inner = matches;
    while let Some((_, deeper)) = inner.subcommand() {
        inner = deeper;
    }
    if inner.try_contains_id("config").is_err() {
        return Ok(None);
    }
    let named = inner.get_one::<std::path::PathBuf>("config");
    let path = named.map_or(Path::new(FILE), std::path::PathBuf::as_path);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.display().to_string(), text))),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(vec![
            Diagnostic::error(
                "cannot-read",
                format!(
                    "the configuration `{}` cannot be read: {error}",
                    path.display()
                ),
                Place::default(),
            )
            .help("name another file with `--config`"),
        ]),
    }
}

/// What a file says, by the id of each setting.
struct Said(BTreeMap<String, Vec<String>>);

impl Said {
    /// Reads a file, and gives all that is wrong with it.
    fn read(name: &str, text: &str) -> Result<Said, Vec<Diagnostic>> {
        let mut reader = Reader {
            name,
            text,
            known: settings_of_file(),
            said: BTreeMap::new(),
            problems: vec![],
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = error
                .span()
                .map_or(Place::file(name), |at| reader.place(at));
            let message = error.message().replace('\n', ", ");
            reader.problems.push(
                Diagnostic::error("not-toml", message, place)
                    .help("a text needs quotes, a key one `=`, and no key stands twice"),
            );
        }
        reader.table("", table.get_ref());
        if reader.problems.is_empty() {
            Ok(Said(reader.said))
        } else {
            Err(reader.problems)
        }
    }

    /// The command with what the file says as the defaults of its flags.
    fn beneath(&self, command: Command) -> Command {
        command
            .mut_args(|arg| match self.0.get(arg.get_id().as_str()) {
                Some(values) if arg.get_env().is_some() => arg.default_values(values.clone()),
                _ => arg,
            })
            .mut_subcommands(|command| self.beneath(command))
    }
}

struct Reader<'t> {
    name: &'t str,
    text: &'t str,
    known: Vec<Arg>,
    said: BTreeMap<String, Vec<String>>,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn table(&mut self, within: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = if within.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{within}.{}", name.get_ref())
            };
            match value.get_ref() {
                DeValue::Table(table) if within.is_empty() && TABLES.contains(&key.as_str()) => {
                    self.table(&key, table)
                }
                _ => match self
                    .known
                    .iter()
                    .position(|arg| self::key(arg.get_id().as_str()) == key)
                {
                    Some(at) => self.setting(&self.known[at].clone(), &key, value),
                    None => self.unknown(&key, name.span()),
                },
            }
        }
    }

    fn setting(&mut self, arg: &Arg, key: &str, value: &Spanned<DeValue<'_>>) {
        let many = matches!(arg.get_action(), ArgAction::Append);
        let values: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(values) if many => values.iter().collect(),
            _ => vec![value],
        };
        let mut texts = vec![];
        for value in values {
            let text = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Boolean(yes) => yes.to_string(),
                _ => {
                    let what = if many {
                        "takes texts in brackets"
                    } else {
                        "takes one value"
                    };
                    self.problems.push(Diagnostic::error(
                        "wrong-setting",
                        format!("`{key}` {what}"),
                        self.place(value.span()),
                    ));
                    continue;
                }
            };
            match tried(arg, &text) {
                Ok(()) => texts.push(text),
                Err(why) => {
                    let message = if is_secret(arg) {
                        format!("`{key}` cannot be what stands here")
                    } else {
                        format!("`{key}` cannot be `{text}`")
                    };
                    let problem =
                        Diagnostic::error("wrong-setting", message, self.place(value.span()));
                    self.problems.push(problem.help(why));
                }
            }
        }
        self.said.insert(arg.get_id().to_string(), texts);
    }

    fn unknown(&mut self, key: &str, at: Range<usize>) {
        let known: Vec<String> = self
            .known
            .iter()
            .map(|arg| self::key(arg.get_id().as_str()))
            .collect();
        let names = known.iter().map(String::as_str);
        let mut near = did_you_mean(key, names.chain(TABLES.iter().copied()));
        if near.is_empty() {
            near = match key.split_once('.') {
                Some((table, _)) => {
                    let there: Vec<&str> = known
                        .iter()
                        .filter_map(|k| k.strip_prefix(table)?.strip_prefix('.'))
                        .collect();
                    format!("the settings of `{table}` are {}", there.join(", "))
                }
                None => "docs/configuration.md lists all settings".to_owned(),
            };
        }
        let problem = Diagnostic::error(
            "unknown-setting",
            format!("there is no setting `{key}`"),
            self.place(at),
        );
        self.problems.push(problem.help(near));
    }

    fn place(&self, at: Range<usize>) -> Place {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Place {
            line: u32::try_from(line).unwrap_or(0),
            column: u32::try_from(column).unwrap_or(0),
            ..Place::file(self.name)
        }
    }
}

fn is_secret(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == std::any::TypeId::of::<Secret>()
}

/// Whether a flag takes a value; `Err` says how one is written.
fn tried(arg: &Arg, text: &str) -> Result<(), String> {
    let flag = format!("--{}={text}", arg.get_long().unwrap_or_default());
    let alone = arg.clone().env(Resettable::Reset).global(false);
    let command = Command::new("cairn").no_binary_name(true).arg(alone);
    let Err(error) = command.try_get_matches_from([flag]) else {
        return Ok(());
    };
    Err(match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(words)), _) if !words.is_empty() => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            format!("it is {}", listed(&words))
        }
        (_, Some(why)) => why.to_string(),
        _ => "it cannot be empty".to_owned(),
    })
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
