//! One test for each clause of the language, with the result worked out by hand.
//!
//! What the slow reading answers here, the engine must answer too, wherever it takes the edition: each value and each
//! column is asked of both. A world that is read `alone` says why.

mod facts;
mod levels;
mod lifecycle;
mod models;
mod numbers;
mod windows;

use std::sync::{Arc, OnceLock};

use crate::calendar::Day;
use crate::diagnostic::{Place, Severity};
use crate::engine::{Engine, Programs, Run};
use crate::evidence::Evidence;
use crate::intake::read_table_texts;
use crate::ledger::Ledger;
use crate::library::{Assumptions, Library};
use crate::number::{Exact, Range};
use crate::program::{Ask, Edition};
use crate::reference::{Projected, Reference};
use crate::standing::{RowStanding, Truth, Unit, Value};

/// The kinds that ship, some made-up ones, and catalogs in which `expert` renews `junior`.
const MADE_UP: &str = r#"
[kind.rates]                                     # what one unit of a currency is worth
columns = "currency*, quoted_on*, rate"
holds   = "from quoted_on until next"
types   = { rate = "number" }
[kind.readings]                                  # a number, a word, a flag and a date, all of which may be empty
columns = "reading*, score, grade, flag, read_on, due_on, amount, currency"
holds   = "from read_on"
[kind.readings.types]
score  = "number"
grade  = { ladder = ["low", "mid", "top"], words = ["void"] }
flag   = "yes-no"
amount = { money = "currency" }
"#;
const CATALOG: &str = r#"
catalog = "made"
foreign = ["Other Corp"]
[credentials]
junior  = { class = "certification", level = "associate", names = ["Made Junior"] }
senior  = { class = "certification", level = "professional" }
expert  = { class = "certification", level = "specialty", renews = ["junior"] }
seller  = { class = "accreditation", track = "business" }
am-badge = { class = "role-badge" }
se-badge = { class = "role-badge" }
"#;
const FOREIGN_CATALOG: &str = r#"
catalog = "strange"
[credentials]
stranger = { class = "certification", level = "associate" }
"#;

/// A library, evidence, and what is asked of them.
struct World {
    library: Arc<Library>,
    evidence: Evidence,
    assumptions: Assumptions,
    known_at: Option<Day>,
    partner: &'static str,
    /// Is it the slow reading alone that is asked?
    alone: bool,
    programs: OnceLock<Arc<Programs>>,
}

/// The head of an edition whose body is `text`.
fn edition(program: &str, text: &str) -> String {
    format!(
        "program = \"{program}\"\nedition = \"1\"\ntitle = \"Made-up\"\nin_force = {{ from = 2000-01-01 }}\ncatalogs = [\"made\"]\n{text}"
    )
}

/// Editions, and tables as CSV text; a table with nothing but a name is supplied and empty.
fn world(editions: &[String], tables: &[(&str, &str)]) -> World {
    let mut files = vec![
        (
            "vocabulary/evidence.toml".to_owned(),
            include_str!("../../../../../vocabulary/evidence.toml").to_owned(),
        ),
        ("vocabulary/made-up.toml".to_owned(), MADE_UP.to_owned()),
        (
            "vocabulary/catalogs/made.toml".to_owned(),
            CATALOG.to_owned(),
        ),
        (
            "vocabulary/catalogs/strange.toml".to_owned(),
            FOREIGN_CATALOG.to_owned(),
        ),
    ];
    for (at, text) in editions.iter().enumerate() {
        files.push((format!("programs/{at}.toml"), text.clone()));
    }
    let (library, problems) = Library::read(files.iter().map(|(f, t)| (f.as_str(), t.as_str())));
    let errors: Vec<String> = problems
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let library = Arc::new(library);
    let given: Vec<(&str, &str, Place)> = tables
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(kind, text)| (*kind, *text, Place::default()))
        .collect();
    let empty: Vec<&str> = tables
        .iter()
        .filter(|(_, text)| text.is_empty())
        .map(|(kind, _)| *kind)
        .collect();
    let program = library.editions[0].program.clone();
    let mut evidence = read_table_texts(&library, &program, &given, &empty).evidence;
    if evidence.partners.is_empty() {
        evidence.add_partner("partner");
    }
    World {
        library,
        evidence,
        assumptions: Assumptions::default(),
        known_at: None,
        partner: "",
        alone: false,
        programs: OnceLock::new(),
    }
}

/// Measures by name, and the tables that they look at.
fn measures(lines: &[(&str, &str)], tables: &[(&str, &str)]) -> World {
    let mut text = "levels = [\"first\"]\n[measure]\n".to_owned();
    for (name, is) in lines {
        text += &format!("{name} = {{ is = \"{is}\" }}\n");
    }
    world(&[edition("acme", &text)], tables)
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

impl World {
    fn edition(&self) -> &Edition {
        &self.library.editions[0]
    }

    fn ask<T>(&self, question: impl FnOnce(&Reference<'_>, usize) -> T) -> T {
        let reference = Reference::new(
            &self.library,
            &self.evidence,
            self.edition(),
            self.known_at,
            &self.assumptions,
        );
        let partner = self.evidence.partner(self.partner).unwrap_or(0);
        question(&reference, partner)
    }

    /// The value of a name, when entering: `4`, `8 to 9`, `0 or more`, `unknown`, a word, `not applicable`.
    fn value(&self, name: &str, on: &str) -> String {
        let slow = self.ask(|r, partner| r.value(partner, name, Ask::Enter, day(on)));
        // A set has members and no value there.
        self.both(name, on, &slow, |run, partner| {
            run.value(partner, name, Ask::Enter, day(on))
                .unwrap_or(slow.clone())
        });
        shown(&slow)
    }

    /// Asks the engine the same, where it takes the edition.
    #[track_caller]
    fn both<T: PartialEq + std::fmt::Debug>(
        &self,
        what: &str,
        on: &str,
        slow: &T,
        question: impl FnOnce(&Run<'_>, usize) -> T,
    ) {
        let programs = self
            .programs
            .get_or_init(|| Arc::new(Programs::new(self.library.clone())));
        let ledger = Ledger::new(Arc::new(self.evidence.clone()), self.known_at);
        let engine = Engine::new(programs.clone(), Arc::new(ledger), self.assumptions.clone());
        let edition = self.edition();
        let partner = self.evidence.partner(self.partner).unwrap_or(0);
        if !self.alone
            && let Some(run) = engine.edition(&edition.program, &edition.edition)
        {
            assert_eq!(
                question(&run, partner),
                *slow,
                "{what} on {on}, the engine first"
            );
        }
    }

    /// The same, of several days: what it is on each.
    #[track_caller]
    fn is(&self, name: &str, days: &[(&str, &str)]) {
        for (on, expected) in days {
            assert_eq!(self.value(name, on), *expected, "{name} on {on}");
        }
    }

    /// A column, row by row: `id have of need verdict`, parts after their row and inside brackets.
    fn column(&self, ask: Ask, level: &str, on: &str) -> String {
        let column = self.ask(|r, partner| r.column(partner, ask, level, day(on)));
        if let Some(at) = self.edition().levels.iter().position(|l| l == level) {
            self.both(level, on, &column, |run, partner| {
                run.column(partner, ask, at, day(on))
            });
        }
        let rows: Vec<String> = column.rows.iter().map(row).collect();
        format!("{}: {}", column.verdict, rows.join(", "))
    }

    /// The questions whose answers the evidence contradicts.
    #[track_caller]
    fn contradicted(&self, on: &str) -> Vec<String> {
        let slow = self.ask(|r, partner| r.contradicted(partner, day(on)));
        self.both("contradicted", on, &slow, |run, partner| {
            let found = run.contradicted(partner, day(on)).into_iter();
            found.map(|c| c.question).collect()
        });
        slow
    }

    fn truth(&self, ask: Ask, level: &str, on: &str) -> Truth {
        self.ask(|r, partner| r.level_truth(partner, ask, level, day(on)))
    }

    fn projection(&self, until: &str) -> Vec<String> {
        let events = self.ask(|r, partner| r.projection(partner, day(until)));
        events.iter().map(event).collect()
    }
}

fn event(event: &Projected) -> String {
    use crate::reference::Cause;
    let level = event.level.as_deref().unwrap_or("none");
    let cause = match &event.cause {
        Cause::Enrolled => "enrolled".to_owned(),
        Cause::Promoted => "promoted".to_owned(),
        Cause::Eligible => "eligible".to_owned(),
        Cause::Demoted => "demoted".to_owned(),
        Cause::Unpublished(keys) => format!("not published: {}", keys.join(", ")),
        Cause::Open => "open".to_owned(),
    };
    format!("{} {level} {cause}", event.day)
}

fn row(row: &RowStanding) -> String {
    let mut text = format!("{} {}", row.id, shown(&row.have));
    if let Some(need) = &row.need {
        text += &format!(" of {}", range(&need.threshold));
    }
    if let Unit::Money(currency) = &row.unit {
        text += &format!(" {currency}");
    }
    text += &format!(" {}", row.verdict);
    if !row.parts.is_empty() {
        let parts: Vec<String> = row.parts.iter().map(self::row).collect();
        text += &format!(" [{}]", parts.join(", "));
    }
    text
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => range(number),
        Value::Word(word) => word.clone().unwrap_or("unknown".into()),
        Value::NotApplicable => "not applicable".into(),
    }
}

fn range(range: &Range) -> String {
    match (&range.least, &range.most) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        (Some(a), None) => format!("{a} or more"),
        (None, Some(b)) => format!("{b} or less"),
        (None, None) => "unknown".into(),
    }
}

/// A day's number, as a date is shown.
fn number_of(text: &str) -> String {
    Exact::from(i64::from(day(text).0)).to_string()
}
