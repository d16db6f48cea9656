//! Business cases and worksheets: a model with what a partner's evidence and its people say of each input.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::ledger::{FactId, State};
use domain::library::Library;
use domain::model::{
    Answer, Grid, Input, Item, Line, List, Map, Measure, Model, Origin, Outcome, Paths, Row,
    Setting, Settings, Swing, Table,
};
use domain::number::Exact;
use domain::program::Ask;
use domain::standing::Value;

use crate::access::{Actor, Verb};
use crate::edit::{Edit, Record};
use crate::locale::Lang;
use crate::office::{Done, Known, Office};
use crate::question::{Desk, Question, unknown};
use crate::refusal::Refusal;
use crate::scorecard::{called, shown_of_measure};
use crate::words::Shown;

/// The kind of evidence that says what inputs are.
const ASSUMPTIONS: &str = "assumptions";

/// The model that is shown where none is named.
pub const FIRST: &str = "business-case";

/// How many points a map has between the ends of a slider, the ends among them.
const SIDE: usize = 11;

/// So many runs of paths are kept.
const KEPT_RUNS: usize = 16;

/// The currency of amounts where no evidence says another.
const CURRENCY: &str = "USD";

/// How many paths are run where nobody says how many.
pub const PATHS: u64 = 100_000;

/// More paths than this are refused.
pub const MOST_PATHS: u64 = 10_000_000;

/// What draws begin with where nobody says.
pub const SEED: u64 = 7;

/// What somebody says of an input, as they write it: an empty text says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its value.
    pub value: String,
    /// What it is if nothing is changed.
    pub stay: String,
    /// The least that it may turn out to be.
    pub least: String,
    /// The most.
    pub most: String,
}

impl Said {
    /// Does it say nothing?
    pub fn is_empty(&self) -> bool {
        [&self.value, &self.stay, &self.least, &self.most]
            .iter()
            .all(|t| t.trim().is_empty())
    }
}

/// What is said of inputs for this one time, by id.
pub type Tried = BTreeMap<String, Said>;

/// What evidence says of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromEvidence {
    /// No measure computes it.
    None,
    /// The measure, as `program.measure`, and its value.
    Known(String, Exact),
    /// The measure, whose value is not known for want of evidence.
    Missing(String),
}

/// An input of a case: what it is, and why.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its id.
    pub id: String,
    /// What it is.
    pub setting: Setting,
    /// What evidence says.
    pub evidence: FromEvidence,
    /// The day on which it was said, where the partner said it.
    pub set_on: Option<Day>,
    /// Is it only tried, and kept nowhere?
    pub tried: bool,
}

/// A model for one partner on one day.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is made of.
    pub of: Inputs,
    /// The inputs, as the model takes them.
    pub settings: Settings,
    /// What the model says.
    pub answer: Answer,
}

/// A year of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Years {
    /// Each year in the move: its sum, or its last month where the line is a level.
    pub moved: Vec<Option<Exact>>,
    /// The same if nothing is changed.
    pub stay: Vec<Option<Exact>>,
}

/// A line year by year.
#[derive(Clone, Debug)]
pub struct ByYear<'c> {
    /// The line.
    pub line: &'c Line,
    /// Its years in the move.
    pub moved: Vec<Option<Exact>>,
    /// The same if nothing is changed, where that is something else and not nothing.
    pub stay: Option<Vec<Option<Exact>>>,
}

/// What a row of a published table makes of a result.
#[derive(Clone, Copy, Debug)]
pub struct ByTable<'c> {
    /// The table.
    pub table: &'c Table,
    /// What the result counts.
    pub unit: Measure,
    /// The row with the lower and the higher value; `None` where no row is the partner's.
    pub row: Option<(&'c Row, &'c Exact, &'c Exact)>,
}

/// The models that there are.
pub fn models(library: &Library) -> &[Arc<Model>] {
    &library.models
}

/// A model by its name, alone or with its edition.
pub fn model(library: &Library, name: &str) -> Result<Arc<Model>, Diagnostic> {
    let mut all = library.models.iter().rev();
    let found = all.find(|m| m.name == name || m.id() == name);
    found.cloned().ok_or_else(|| {
        let known: Vec<&str> = library.models.iter().map(|m| m.name.as_str()).collect();
        let message = format!("there is no model `{name}`");
        unknown(
            "unknown-model",
            message,
            name,
            &known,
            "the library has",
            "",
        )
    })
}

/// A model for the partner that the question is of, with what is tried this time.
pub fn case(desk: &Desk, name: &str, tried: &Tried) -> Result<Case, Vec<Diagnostic>> {
    inputs(desk, name).map_err(|p| vec![p])?.case(tried)
}

/// What a model of a partner is made of, before anything is computed.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The partner's id.
    pub partner: String,
    /// What the partner is called.
    pub partner_name: String,
    /// The model.
    pub model: Arc<Model>,
    /// The day asked about.
    pub as_of: Day,
    /// Only facts learned on or before this day are known.
    pub known_at: Option<Day>,
    /// Of what currency amounts are.
    pub currency: String,
    /// The inputs, in the order of the model.
    pub given: Vec<Given>,
    /// What evidence says of inputs that the model does not have, and of models that there are none: their names.
    pub strays: Vec<String>,
}

/// What the inputs of a model are for the partner that the question is of.
pub fn inputs(desk: &Desk, name: &str) -> Result<Inputs, Diagnostic> {
    let partner = desk.partner()?;
    let engine = &desk.engine;
    let model = model(&engine.programs.library, name)?;
    let mut currency = None;
    let (kept, strays) = kept(desk, partner, &model);
    let given = model
        .inputs
        .values()
        .map(|input| {
            let evidence = of_evidence(desk, partner, input, &mut currency);
            given(input, evidence, kept.get(&input.id))
        })
        .collect();
    let evidence = &engine.ledger.evidence;
    Ok(Inputs {
        partner: evidence.partner_id(partner).to_owned(),
        partner_name: called(evidence, partner),
        as_of: desk.question.as_of,
        known_at: desk.question.known_at,
        currency: currency.unwrap_or_else(|| CURRENCY.to_owned()),
        given,
        strays,
        model,
    })
}

impl Inputs {
    /// What the model says, with what is tried this time.
    pub fn case(mut self, tried: &Tried) -> Result<Case, Vec<Diagnostic>> {
        let model = &self.model;
        let unknown = tried.keys().filter(|id| !model.inputs.contains_key(*id));
        let mut problems: Vec<Diagnostic> = unknown.map(|id| unknown_input(model, id)).collect();
        for (input, given) in model.inputs.values().zip(&mut self.given) {
            let Some(tried) = tried.get(&input.id).filter(|t| !t.is_empty()) else {
                continue;
            };
            match parse(input, tried) {
                Ok(parsed) => {
                    apply(&mut given.setting, &parsed, Origin::Own(String::new()));
                    given.tried = true;
                    problems.extend(out_of_order(input, &given.setting));
                }
                Err(wrong) => problems.extend(wrong),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let given = self.given.iter();
        let settings: Settings = given.map(|g| (g.id.clone(), g.setting.clone())).collect();
        Ok(Case {
            answer: self.model.run(&settings),
            settings,
            of: self,
        })
    }
}

fn unknown_input(model: &Model, id: &str) -> Diagnostic {
    let known: Vec<&str> = model.inputs.keys().map(String::as_str).collect();
    let message = format!("`{}` has no input `{id}`", model.name);
    unknown("unknown-input", message, id, &known, "its inputs are", "")
}

/// What a line of evidence says of an input: its numbers, a note, a plan and the day.
#[derive(Clone, Debug, Default)]
struct Kept {
    parsed: Parsed,
    note: String,
    /// The number of the plan whose cost it is; empty where it is of none.
    plan: String,
    set_on: Option<Day>,
}

/// Numbers of an input that somebody gave; what is absent is not said.
#[derive(Clone, Debug, Default)]
struct Parsed {
    value: Option<Exact>,
    stay: Option<Exact>,
    least: Option<Exact>,
    most: Option<Exact>,
}

/// What the partner has said of a model's inputs, as it stands on the day; and what it has said that is of none.
fn kept(desk: &Desk, partner: usize, model: &Model) -> (BTreeMap<String, Kept>, Vec<String>) {
    let ledger = &desk.engine.ledger;
    let evidence = &ledger.evidence;
    let mut found = BTreeMap::new();
    let mut strays = vec![];
    let Some(kind) = evidence.kind(ASSUMPTIONS) else {
        return (found, strays);
    };
    let column = |name: &str| evidence.column(kind, name);
    let (Some(of), Some(input)) = (column("model"), column("input")) else {
        return (found, strays);
    };
    let day = desk.question.as_of;
    for row in evidence.tables[kind].rows(partner) {
        let text = |name: &str| {
            let column = column(name);
            column.map_or(String::new(), |c| evidence.text_of(&c.cell(row)))
        };
        if ledger.kinds[kind].state(row) != State::Known {
            continue;
        }
        let of = evidence.strings.text(of.code(row));
        let id = evidence.strings.text(input.code(row));
        if of != model.name && of != model.id() {
            if self::model(&desk.engine.programs.library, of).is_err() {
                strays.push(format!("{of}, {id}"));
            }
            continue;
        }
        if !model.inputs.contains_key(id) {
            strays.push(id.to_owned());
            continue;
        }
        let spans = ledger.spans(FactId { kind, row });
        let Some((from, _)) = spans
            .iter()
            .find(|(from, until)| *from <= day && day < *until)
        else {
            continue;
        };
        let number = |name: &str| Exact::parse(&text(name));
        let kept = Kept {
            parsed: Parsed {
                value: number("value"),
                stay: number("stay"),
                least: number("least"),
                most: number("most"),
            },
            note: text("note"),
            plan: text("plan"),
            set_on: Some(*from),
        };
        found.insert(id.to_owned(), kept);
    }
    strays.sort();
    strays.dedup();
    (found, strays)
}

/// What evidence says of an input; the currency of the first amount that it gives.
fn of_evidence(
    desk: &Desk,
    partner: usize,
    input: &Input,
    currency: &mut Option<String>,
) -> FromEvidence {
    let Some((program, measure)) = &input.from else {
        return FromEvidence::None;
    };
    let name = format!("{program}.{measure}");
    let Ok(run) = desk.run(program, None, Some(partner)) else {
        return FromEvidence::Missing(name);
    };
    let edition = &run.compiled.edition;
    let of = edition.measure.get(measure);
    if of.is_none() && !edition.question.contains_key(measure) {
        return FromEvidence::Missing(name);
    }
    match run.value(partner, measure, Ask::Enter, desk.question.as_of) {
        Some(Value::Number(range)) if range.exact().is_some() => {
            let shown = of.map(|of| shown_of_measure(&run, measure, &of.unit));
            if let Some(Shown::Money(found)) = shown {
                currency.get_or_insert(found);
            }
            FromEvidence::Known(name, range.exact().cloned().unwrap_or(Exact::ZERO))
        }
        _ => FromEvidence::Missing(name),
    }
}

fn given(input: &Input, evidence: FromEvidence, kept: Option<&Kept>) -> Given {
    let mut setting = input.setting();
    if let FromEvidence::Known(name, value) = &evidence {
        setting.value = value.clone();
        setting.origin = Origin::Computed(name.clone());
    }
    let mut set_on = None;
    if let Some(kept) = kept {
        let origin = if kept.plan.is_empty() {
            Origin::Own(kept.note.clone())
        } else {
            Origin::Plan(kept.plan.clone(), kept.note.clone())
        };
        apply(&mut setting, &kept.parsed, origin);
        set_on = kept.set_on;
    }
    // A range that does not lie around the value is the model's, and of another value.
    if setting
        .range
        .as_ref()
        .is_some_and(|(least, most)| *least > setting.value || *most < setting.value)
    {
        setting.range = None;
    }
    Given {
        id: input.id.clone(),
        evidence,
        set_on,
        tried: false,
        setting,
    }
}

fn apply(setting: &mut Setting, parsed: &Parsed, origin: Origin) {
    if let Some(value) = &parsed.value {
        setting.value = value.clone();
        setting.origin = origin;
        // The model's own range is around another value.
        if setting
            .range
            .as_ref()
            .is_some_and(|(least, most)| least > value || most < value)
        {
            setting.range = None;
        }
    }
    if setting.stay.is_some()
        && let Some(stay) = &parsed.stay
    {
        setting.stay = Some(stay.clone());
    }
    if let (Some(least), Some(most)) = (&parsed.least, &parsed.most) {
        setting.range = Some((least.clone(), most.clone()));
    }
}

/// Reads what somebody wrote: `46,000`, `12 %`, `12` of percent, `$1,200.50`.
fn parse(input: &Input, said: &Said) -> Result<Parsed, Vec<Diagnostic>> {
    let mut problems = vec![];
    let mut read = |text: &str, what: &str| {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let number = number(input.unit, text);
        if number.is_none() {
            let message = format!("{what} of `{}` is `{text}`, which is no number", input.id);
            let place = Place::default().showing(input.id.as_str());
            problems.push(
                Diagnostic::error("bad-number", message, place)
                    .help("write a number such as 1200, 12.5 or 12 %"),
            );
        }
        number
    };
    let parsed = Parsed {
        value: read(&said.value, "the value"),
        stay: read(&said.stay, "what stays"),
        least: read(&said.least, "the least"),
        most: read(&said.most, "the most"),
    };
    if said.least.trim().is_empty() != said.most.trim().is_empty() {
        let message = format!("`{}` has only one end of a range", input.id);
        let place = Place::default().showing(input.id.as_str());
        problems
            .push(Diagnostic::error("bad-range", message, place).help("give both ends, or none"));
    }
    if problems.is_empty() {
        Ok(parsed)
    } else {
        Err(problems)
    }
}

/// A number as people write it: spaces, separators of thousands and a sign of a currency do not matter; shares are percent.
fn number(unit: Measure, text: &str) -> Option<Exact> {
    let share = text.ends_with('%');
    let plain: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '−' | '/'))
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let strange = text.chars().any(|c| c.is_alphabetic());
    let number = Exact::parse(&plain).filter(|_| !strange)?;
    if share || unit == Measure::Percent {
        return number.checked_div(&Exact::from(100));
    }
    Some(number)
}

fn out_of_order(input: &Input, setting: &Setting) -> Option<Diagnostic> {
    let (least, most) = setting.range.as_ref()?;
    if *least <= setting.value && setting.value <= *most {
        return None;
    }
    let message = format!(
        "`{}` is {} and lies from {least} to {most}",
        input.id, setting.value
    );
    let place = Place::default().showing(input.id.as_str());
    Some(
        Diagnostic::error("bad-range", message, place)
            .help("the value lies between the least and the most"),
    )
}

/// Paths that were run lately, so that a page that is asked for again does not run them again.
#[derive(Debug, Default)]
pub struct Ran {
    kept: Mutex<Vec<Run>>,
    /// One at a time: each takes all there is to compute with.
    running: Mutex<()>,
}

#[derive(Debug)]
struct Run {
    model: Arc<Model>,
    settings: Settings,
    paths: Arc<Paths>,
}

impl Ran {
    /// What [`Case::paths`] gives, from what is kept where the same was run.
    pub fn paths(&self, case: &Case, seed: u64, count: u64) -> Arc<Paths> {
        let found = || {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let same = kept.iter().find(|run| {
                (run.paths.seed, run.paths.count) == (seed, count)
                    && Arc::ptr_eq(&run.model, &case.of.model)
                    && run.settings == case.settings
            });
            same.map(|run| run.paths.clone())
        };
        if let Some(paths) = found() {
            return paths;
        }
        let _one = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever asked before may have asked for the same.
        if let Some(paths) = found() {
            return paths;
        }
        let paths = Arc::new(case.paths(seed, count));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_RUNS {
            kept.remove(0);
        }
        kept.push(Run {
            model: case.of.model.clone(),
            settings: case.settings.clone(),
            paths: paths.clone(),
        });
        paths
    }
}

/// Every model of a partner with what comes out of it, in the order of their files.
pub fn all(desk: &Desk) -> Result<Vec<Case>, Diagnostic> {
    let models = models(&desk.engine.programs.library).iter();
    let cases = models.map(|model| {
        let case = inputs(desk, &model.id())?.case(&Tried::new());
        case.map_err(|mut all| all.remove(0))
    });
    cases.collect()
}

impl Case {
    /// Where a map's test is true.
    pub fn grid(&self, map: &Map) -> Grid {
        self.of.model.grid(&self.settings, map, SIDE)
    }

    /// Where the answer of the first map turns as one input alone moves along its slider: each input with a slider, and the nearest
    /// value at which it turns. Empty where there is no map.
    pub fn turns(&self) -> Vec<(&Input, Option<Exact>)> {
        let model = &self.of.model;
        let Some(map) = model.maps.first() else {
            return vec![];
        };
        let inputs = model.inputs.values();
        let with = inputs.filter_map(|input| Some((input, input.slider.as_ref()?)));
        with.map(|(input, slider)| {
            let (from, to) = (&slider.from, &slider.to);
            let turn = model.turn(&self.settings, &map.test, &input.id, from, to);
            (input, turn)
        })
        .collect()
    }

    /// A list: its rows as they are shown, each with what its columns have.
    pub fn list(&self, at: usize) -> Option<(&List, Vec<(&Item, &[Outcome])>)> {
        let list = self.of.model.lists.get(at)?;
        let rows = self.answer.lists.get(at)?.iter();
        let rows = rows.filter_map(|(row, values)| Some((list.rows.get(*row)?, &values[..])));
        Some((list, rows.collect()))
    }

    /// What inputs that may be others lead to: `count` paths whose draws begin with `seed`.
    pub fn paths(&self, seed: u64, count: u64) -> Paths {
        self.of.model.paths(&self.settings, seed, count)
    }

    /// What each uncertain input alone does to the result that matters most: the first of the main ones that is money, else the
    /// first that is a number.
    pub fn swings(&self) -> (Option<&str>, Vec<Swing>) {
        let results = || self.of.model.results.values();
        let money = results().find(|r| r.main && r.unit == Measure::Money);
        let first = money.or_else(|| results().find(|r| r.unit != Measure::Test));
        match first {
            Some(result) => (
                Some(&result.id),
                self.of.model.swings(&self.settings, &result.id),
            ),
            None => (None, vec![]),
        }
    }

    /// The years of a line.
    pub fn years(&self, line: &str) -> Option<Years> {
        let level = self.of.model.lines.get(line)?.level;
        let [moved, stay] = self.answer.lines.get(line)?;
        let of = |months: &[Option<Exact>]| {
            let years = months.chunks(12).map(|year| {
                if level {
                    year.last().cloned().flatten()
                } else {
                    year.iter().cloned().sum::<Option<Exact>>()
                }
            });
            years.collect::<Vec<_>>()
        };
        Some(Years {
            moved: of(moved),
            stay: of(stay),
        })
    }

    /// Every line, year by year.
    pub fn by_year(&self) -> Vec<ByYear<'_>> {
        let lines = self.of.model.lines.values();
        let lines = lines.filter_map(|line| {
            let Years { moved, stay } = self.years(&line.id)?;
            let [months, stay_months] = self.answer.lines.get(&line.id)?;
            let differs = months != stay_months && stay.iter().flatten().any(|y| !y.is_zero());
            Some(ByYear {
                line,
                moved,
                stay: differs.then_some(stay),
            })
        });
        lines.collect()
    }

    /// What published tables make of the results: the rows that are the partner's; a table without such a row once, with none.
    pub fn by_tables(&self) -> Vec<ByTable<'_>> {
        let model = &self.of.model;
        let mut rows = vec![];
        for (table, found) in model.ranges.iter().zip(&self.answer.ranges) {
            let result = model.results.get(&table.of);
            let unit = result.map_or(Measure::Money, |r| r.unit);
            let one = |row| ByTable { table, unit, row };
            if found.is_empty() {
                rows.push(one(None));
            }
            rows.extend(
                found
                    .iter()
                    .map(|(at, least, most)| one(Some((&table.rows[*at], least, most)))),
            );
        }
        rows
    }

    /// A number in a language: money without cents from a thousand on, shares and months with a decimal at most.
    pub fn number(&self, lang: Lang, number: &Exact, unit: Measure) -> String {
        let large = number.to_f64().abs() >= 1000.0;
        let count = |places: u32| lang.number(&Shown::Count, &number.rounded(places));
        match unit {
            Measure::Money => {
                let shown = Shown::Money(self.of.currency.clone());
                lang.number(&shown, &number.rounded(if large { 0 } else { 2 }))
            }
            Measure::Percent => lang.number(&Shown::Percent, &number.rounded(3)),
            Measure::Test => lang.number(&Shown::YesNo, number),
            Measure::Times => format!("{}×", count(2)),
            Measure::Years => count(2),
            Measure::Months | Measure::Days | Measure::Hours | Measure::Count => {
                count(u32::from(!large))
            }
        }
    }

    /// A result in a language.
    pub fn outcome(&self, lang: Lang, outcome: &Outcome, unit: Measure) -> String {
        let t = lang.texts();
        match outcome {
            Outcome::Number(n) => self.number(lang, n, unit),
            Outcome::Test(yes) => self.number(lang, &Exact::from(i64::from(*yes)), Measure::Test),
            Outcome::Never => match unit {
                Measure::Months | Measure::Years => t.case_never.to_owned(),
                _ => t.case_no_number.to_owned(),
            },
            Outcome::Rates(rates) if rates.is_empty() => t.case_no_number.to_owned(),
            Outcome::Rates(rates) => {
                let rates: Vec<String> = rates.iter().map(|r| self.number(lang, r, unit)).collect();
                lang.list(&rates)
            }
        }
    }

    /// How numbers of a claim are said: `at least: $0.63`, one for each.
    pub fn shown(
        &self,
        lang: Lang,
        shows: &[domain::model::Shown],
        outcomes: &[Outcome],
    ) -> Vec<String> {
        let all = shows.iter().zip(outcomes);
        all.map(|(s, o)| format!("{}: {}", s.title, self.outcome(lang, o, s.unit)))
            .collect()
    }

    /// What came out, in a sentence or two; empty where the model has none.
    pub fn news(&self, lang: Lang) -> String {
        let Some(news) = self.answer.news.and_then(|at| self.of.model.news.get(at)) else {
            return String::new();
        };
        let pieces = news.pieces().into_iter().enumerate();
        let pieces = pieces.map(|(at, piece)| {
            if at % 2 == 0 {
                piece.to_owned()
            } else {
                self.named(piece, lang)
            }
        });
        pieces.collect()
    }

    /// A result or an input by its id, as people read it.
    fn named(&self, id: &str, lang: Lang) -> String {
        let result = self
            .of
            .model
            .results
            .get(id)
            .zip(self.answer.results.get(id));
        if let Some((figure, outcome)) = result {
            return self.outcome(lang, outcome, figure.unit);
        }
        let input = self.of.model.inputs.get(id).zip(self.settings.get(id));
        input.map_or(String::new(), |(input, setting)| {
            self.number(lang, &setting.value, input.unit)
        })
    }
}

/// A number of a unit as somebody writes it into a field.
pub fn written(number: &Exact, unit: Measure) -> String {
    let number = match unit {
        Measure::Percent => number * &Exact::from(100),
        _ => number.clone(),
    };
    let number = if number.decimals().is_some() {
        number
    } else {
        number.rounded(6)
    };
    number.to_string()
}

impl Office {
    /// Keeps what somebody says of a model's inputs as evidence of today, as one change. What is empty altogether takes back
    /// what was said before. Gives the change; `None` where nothing is another than before.
    pub async fn keep_inputs(
        &self,
        actor: &Actor,
        partner: &str,
        model: &Model,
        said: &Tried,
        note: &str,
    ) -> Result<Option<Done<Vec<Record>>>, Refusal> {
        let mut problems = vec![];
        let mut wanted: Vec<(&str, Parsed)> = vec![];
        for (id, said) in said {
            let Some(input) = model.inputs.get(id) else {
                problems.push(unknown_input(model, id));
                continue;
            };
            match parse(input, said) {
                Ok(parsed) => {
                    let mut setting = input.setting();
                    apply(&mut setting, &parsed, Origin::Own(String::new()));
                    problems.extend(out_of_order(input, &setting));
                    wanted.push((id, parsed));
                }
                Err(wrong) => problems.extend(wrong),
            }
        }
        if !problems.is_empty() {
            return Err(Refusal::Problems(problems));
        }
        let today = self.clock.today().to_string();
        let standing = self.records(actor, partner, ASSUMPTIONS).await?;
        let mut edits = vec![];
        for (id, parsed) in wanted {
            let text = |n: &Option<Exact>| {
                n.as_ref()
                    .map_or_else(String::new, |n| n.rounded(9).to_string())
            };
            let numbers = [
                ("value", text(&parsed.value)),
                ("stay", text(&parsed.stay)),
                ("least", text(&parsed.least)),
                ("most", text(&parsed.most)),
            ];
            let key = [("model", model.name.as_str()), ("input", id)];
            let beside = [("note", note.trim().to_owned())];
            let since = ("set_on", today.as_str());
            edits.extend(Edit::saying(
                &standing,
                ASSUMPTIONS,
                &key,
                since,
                &numbers,
                &beside,
            ));
        }
        self.edit_if_any(actor, partner, &edits).await
    }

    /// Puts what a plan costs into the models that have an input for it, as evidence of today with the plan's number. What was
    /// said of staying remains; a range goes, for it was of another value. Gives the change; `None` where all of it stands so.
    pub async fn count_plan(
        &self,
        actor: &Actor,
        partner: &str,
        plan: i64,
    ) -> Result<Option<Done<Vec<Record>>>, Refusal> {
        actor.permit_own(Verb::EditEvidence, partner)?;
        let proposal = self.proposal(actor, partner, plan).await?;
        let slip = |code: &'static str, message: String, help: &str| -> Refusal {
            let place = Place::default().showing("plan");
            Diagnostic::error(code, message, place).help(help).into()
        };
        if proposal.withdrawn.is_some() {
            let message = format!("plan {plan} was withdrawn");
            return Err(slip("plan-withdrawn", message, "propose it anew"));
        }
        let question = Question::on(self.clock.today());
        let known = Known::default();
        let desk = self.desk(actor, partner, question, known).await?;
        let draft = &proposal.draft;
        let standing = self.records(actor, partner, ASSUMPTIONS).await?;
        let today = self.clock.today().to_string();
        let mut edits = vec![];
        for model in models(&desk.engine.programs.library) {
            let mut of_plans = model.inputs.values().filter(|i| i.plan).peekable();
            if of_plans.peek().is_none() {
                continue;
            }
            let counted = inputs(&desk, &model.id())?.currency;
            if !draft.currency.is_empty() && draft.currency != counted {
                let message = format!(
                    "the plan costs {}, and the model counts in {counted}",
                    draft.currency
                );
                let help = "say what it costs in that currency on the page of the model";
                return Err(slip("mixed-currency", message, help));
            }
            for input in of_plans {
                let key = [("model", model.name.as_str()), ("input", input.id.as_str())];
                let before = Edit::latest(&standing, &key, "set_on");
                let stay = before.and_then(|r| r.cell("stay")).unwrap_or_default();
                let said = [
                    ("value", draft.cost.rounded(9).to_string()),
                    ("plan", plan.to_string()),
                ];
                let beside = [("stay", stay.to_owned()), ("note", draft.title.clone())];
                let since = ("set_on", today.as_str());
                edits.extend(Edit::saying(
                    &standing,
                    ASSUMPTIONS,
                    &key,
                    since,
                    &said,
                    &beside,
                ));
            }
        }
        self.edit_if_any(actor, partner, &edits).await
    }
}
