//! Key figures: the measures of a library, each with its course over two years, the partner's own target and the published
//! values beside it.
//!
//! A library is any edition without levels. Nothing here knows which measures it has; what is good is what its file calls
//! better, and published values that contradict each other stay side by side.

use std::collections::BTreeSet;

use domain::calendar::{Day, Duration};
use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::engine::Run;
use domain::explain::Explanation;
use domain::figures::{Against, Amount, Band, range};
use domain::ledger::{FactId, State};
use domain::number::Range;
use domain::program::{Ask, Better, Edition, Measure, PerTrack};
use domain::source::Formula;
use domain::standing::{Truth, Value};
use domain::syntax::Compare;

use crate::access::{Actor, Verb};
use crate::edit::{Edit, Record};
use crate::missing::{Missing, is_known, of_engine};
use crate::office::Office;
use crate::question::Desk;
use crate::records::Cells;
use crate::refusal::Refusal;
use crate::scorecard::{Named, name_of, shown_of_measure, spoken_unit};
use crate::words::{Shown, and_list};

/// The kind of evidence that holds targets.
const TARGETS: &str = "targets";

/// So many months are shown behind the day asked about.
const MONTHS: u16 = 24;

/// All key figures of a partner in one library.
#[derive(Clone, Debug)]
pub struct Board {
    /// The partner's id.
    pub partner: String,
    /// What the partner is called.
    pub partner_name: String,
    /// The library's id.
    pub program: String,
    /// What the library is called.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// The day asked about.
    pub as_of: Day,
    /// Only facts learned on or before this day are known.
    pub known_at: Option<Day>,
    /// The days of each course, the last of which is the day asked about.
    pub days: Vec<Day>,
    /// The figures by group, in the order of the file.
    pub groups: Vec<Group>,
    /// What would settle figures that are not known, with how many of them each could settle, most first.
    pub missing: Vec<(Missing, usize)>,
    /// All libraries of which an edition is in force.
    pub libraries: Vec<Named>,
    /// Targets for measures that the library does not have.
    pub strays: Vec<String>,
}

/// Figures of one group.
#[derive(Clone, Debug)]
pub struct Group {
    /// The group; empty where the file has none.
    pub area: String,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// A key figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The measure's id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its group.
    pub area: String,
    /// What it is, in the words of the language.
    pub formula: String,
    /// What it counts, in a sentence; may be empty.
    pub note: String,
    /// Where it is said.
    pub cite: String,
    /// Is the cited document read elsewhere than at its publisher?
    pub second_hand: bool,
    /// In what it is counted, where the number's own form does not say.
    pub unit: String,
    /// How its numbers are written.
    pub shown: Shown,
    /// Which way it is better, where one is.
    pub better: Option<Better>,
    /// What it is on the day asked about.
    pub value: Value,
    /// What it was at the ends of the months before, and on the day.
    pub course: Vec<Point>,
    /// The partner's own target on the day.
    pub target: Option<Target>,
    /// The published values, in the order of the file.
    pub bands: Vec<(Band, Against)>,
    /// What would settle it, where it is not known.
    pub missing: Vec<Missing>,
    /// How amounts behind it came about, where they were not booked: `allocated`, `assumed`.
    pub bases: Vec<String>,
}

impl Figure {
    /// Is it known exactly on the day?
    pub fn is_known(&self) -> bool {
        is_known(&self.value)
    }
}

/// A value of a course.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The day.
    pub day: Day,
    /// The value on it, by what is known now.
    pub value: Value,
}

/// What the partner itself aims at.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As it was written.
    pub text: String,
    /// As an amount, where it can be read as one.
    pub amount: Option<Amount>,
    /// The day from which it holds.
    pub from: Day,
    /// The day from which it holds no longer; [`Day::MAX`] where nothing says.
    pub until: Day,
    /// A note beside it; may be empty.
    pub note: String,
    /// Is it reached? Unknown where the value is, and where nothing says which way is better.
    pub reached: Truth,
}

/// Everything about one key figure.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The library.
    pub board: Board,
    /// The figure; the board has no other one.
    pub figure: Figure,
    /// The named measures that enter it, each with its value.
    pub enters: Vec<Entering>,
    /// The measures that it enters.
    pub entered_by: Vec<Named>,
    /// Every target that it had and will have, the earliest first.
    pub targets: Vec<Target>,
    /// The records that count and those that do not.
    pub explanation: Explanation,
}

/// A measure that enters another one.
#[derive(Clone, Debug)]
pub struct Entering {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its value on the day.
    pub value: Value,
    /// How its numbers are written.
    pub shown: Shown,
    /// In what it is counted.
    pub unit: String,
}

/// Is an edition a library of measures that has any?
fn is_library(edition: &Edition) -> bool {
    edition.is_library() && !edition.measure.is_empty()
}

/// The libraries that can be asked, by title.
pub fn libraries(desk: &Desk, partner: usize) -> Vec<Named> {
    let library = &desk.engine.programs.library;
    let mut found: Vec<Named> = library
        .libraries()
        .into_iter()
        .filter_map(|program| {
            let run = asked(desk, program, None, partner).ok()?;
            let edition = &run.compiled.edition;
            is_library(edition).then(|| Named {
                id: program.to_owned(),
                title: edition.title.clone(),
            })
        })
        .collect();
    found.sort_by(|a, b| a.title.cmp(&b.title));
    found
}

/// All key figures of the partner, in the library that the question names, else in the first one.
pub fn kpis(desk: &Desk) -> Result<Board, Diagnostic> {
    desk.once("kpis", || kpis_now(desk))
}

fn kpis_now(desk: &Desk) -> Result<Board, Diagnostic> {
    with_run(desk, None, |run, partner, libraries| {
        Ok(board(desk, run, partner, libraries, None))
    })
}

/// One key figure of the partner, in the library that the question names, else in the first one that has it.
pub fn kpi(desk: &Desk, measure: &str) -> Result<Detail, Diagnostic> {
    desk.once(("kpi", measure), || kpi_now(desk, measure))
}

fn kpi_now(desk: &Desk, measure: &str) -> Result<Detail, Diagnostic> {
    with_run(desk, Some(measure), |run, partner, libraries| {
        let edition = &run.compiled.edition;
        let day = desk.question.as_of;
        let known: Vec<&str> = measures(run).collect();
        if !known.contains(&measure) {
            let near = did_you_mean(measure, known.iter().copied());
            let all = format!("`cairn kpis` lists all of `{}`", edition.program);
            return Err(Diagnostic::error(
                "unknown-figure",
                format!("`{}` has no key figure `{measure}`", edition.name()),
                Place::default(),
            )
            .help(if near.is_empty() {
                all
            } else {
                format!("{near} {all}")
            }));
        }
        let mut board = board(desk, run, partner, libraries, Some(measure));
        let explained = run.explain_named(partner, measure, day);
        let figure = board.groups.iter_mut().find_map(|g| g.figures.pop());
        let (Some(mut figure), Some(explanation)) = (figure, explained) else {
            return Err(Diagnostic::error(
                "unknown-figure",
                format!("`{measure}` has no value"),
                Place::default(),
            ));
        };
        if !figure.is_known() && figure.missing.is_empty() {
            let open = explanation
                .nearly
                .iter()
                .filter(|r| r.reason.as_ref().is_some_and(|reason| reason.may_count()))
                .map(|r| r.kind.clone());
            let kinds: BTreeSet<String> = open.collect();
            figure.missing = kinds.into_iter().map(Missing::Unclear).collect();
        }
        let named = |id: &str| Named {
            id: id.to_owned(),
            title: title(id, &edition.measure[id]),
        };
        let used = names_in(&edition.measure[measure], &known);
        let values = run.figures(partner, &used, Ask::Enter, &[day]);
        let enters = used
            .iter()
            .zip(values)
            .map(|(id, value)| {
                let of = &edition.measure[*id];
                let value = value.into_iter().next().unwrap_or_default();
                Entering {
                    id: (*id).to_owned(),
                    title: title(id, of),
                    shown: shown(run, id, of, value.currency.as_deref()),
                    unit: spoken_unit(&of.unit),
                    value: value.value,
                }
            })
            .collect();
        Ok(Detail {
            enters,
            entered_by: known
                .iter()
                .filter(|id| names_in(&edition.measure[**id], &[measure]).contains(&measure))
                .map(|id| named(id))
                .collect(),
            targets: targets(run, partner)
                .into_iter()
                .filter(|(of, _)| of == measure)
                .map(|(_, mut target)| {
                    target.reached = reached(&target, &figure);
                    target
                })
                .collect(),
            figure,
            board,
            explanation,
        })
    })
}

/// Asks the library that the question names, else the first one that has a measure, else the first one.
fn with_run<T>(
    desk: &Desk,
    measure: Option<&str>,
    make: impl FnOnce(&Run<'_>, usize, Vec<Named>) -> Result<T, Diagnostic>,
) -> Result<T, Diagnostic> {
    let partner = desk.partner()?;
    let libraries = libraries(desk, partner);
    let (program, edition) = match desk.named()? {
        Some((program, edition)) => (program.to_owned(), edition),
        None => match libraries
            .iter()
            .find(|library| measure.is_some_and(|measure| has(desk, library, partner, measure)))
            .or(libraries.first())
        {
            Some(first) => (first.id.clone(), None),
            None => {
                return Err(Diagnostic::error(
                    "no-figures",
                    "no library of measures can be asked",
                    Place::default(),
                )
                .help("a library is a program file without `levels`; name a folder of such files with `--programs`"));
            }
        },
    };
    let run = asked(desk, &program, edition, partner)?;
    if !is_library(&run.compiled.edition) {
        let names: Vec<String> = libraries.iter().map(|l| format!("`{}`", l.id)).collect();
        let help = if names.is_empty() {
            "a library is a program file without `levels`".to_owned()
        } else {
            format!("libraries are {}", and_list(&names))
        };
        return Err(Diagnostic::error(
            "no-library",
            format!("`{program}` has levels or no measures: it is no library of key figures"),
            Place::default(),
        )
        .help(help));
    }
    make(&run, partner, libraries)
}

/// The edition of a library that is asked. Measures are no rules that come into force: before the first edition it is that one,
/// after the last it is the last.
fn asked<'d>(
    desk: &'d Desk,
    program: &str,
    edition: Option<&str>,
    partner: usize,
) -> Result<Run<'d>, Diagnostic> {
    let found = desk.run(program, edition, Some(partner));
    let Err(problem) = found else {
        return found;
    };
    let library = &desk.engine.programs.library;
    let editions = library.editions_of(program);
    let day = desk.question.as_of;
    let earliest = editions.first().filter(|e| day < library.in_force(e).first);
    let of = earliest.or(editions.last());
    match of {
        Some(of) if problem.code == "no-edition-in-force" && of.is_library() => {
            desk.run(program, Some(&of.edition), Some(partner))
        }
        _ => Err(problem),
    }
}

fn has(desk: &Desk, library: &Named, partner: usize, measure: &str) -> bool {
    let run = asked(desk, &library.id, None, partner);
    run.is_ok_and(|run| run.compiled.edition.measure.contains_key(measure))
}

/// The measures that have a value of their own, in the order of the file: sets have none.
fn measures<'r>(run: &'r Run<'_>) -> impl Iterator<Item = &'r str> {
    let edition = &run.compiled.edition;
    let named = &run.compiled.named;
    let ids = edition.measure.keys().map(String::as_str);
    ids.filter(|id| named.contains_key(*id))
}

fn title(id: &str, measure: &Measure) -> String {
    if measure.title.is_empty() {
        id.replace('-', " ")
    } else {
        measure.title.clone()
    }
}

/// The ends of the months before a day, and the day.
fn days(day: Day) -> Vec<Day> {
    let date = day.date();
    let first = day.plus_days(1 - i32::from(date.day()));
    let ends = (0..MONTHS).rev().map(|back| {
        let month = first.minus(Duration::months(back.into()));
        month.previous()
    });
    ends.chain([day]).collect()
}

fn board(
    desk: &Desk,
    run: &Run<'_>,
    partner: usize,
    libraries: Vec<Named>,
    only: Option<&str>,
) -> Board {
    let edition = &*run.compiled.edition;
    let day = desk.question.as_of;
    let days = days(day);
    let all: Vec<&str> = measures(run).collect();
    // A whole board is asked for again and again; of one figure alone nothing is kept.
    let (ids, courses): (Vec<&str>, _) = match only {
        None => {
            let courses = run.figures_kept(partner, &all, Ask::Enter, &days);
            (all, courses)
        }
        Some(only) => {
            let found = run.figures_found(partner, &all, Ask::Enter, &days);
            let at = all.iter().position(|id| *id == only);
            let course = match (found, at) {
                (Some(found), Some(at)) => vec![found[at].clone()],
                _ => run.figures(partner, &[only], Ask::Enter, &days),
            };
            (vec![only], std::sync::Arc::new(course))
        }
    };
    let aims = targets(run, partner);
    let mut groups: Vec<Group> = Vec::new();
    for (id, course) in ids.iter().zip(courses.iter()) {
        let figure = figure(run, partner, id, day, &days, course, &aims);
        match groups.iter_mut().find(|g| g.area == figure.area) {
            Some(group) => group.figures.push(figure),
            None => groups.push(Group {
                area: figure.area.clone(),
                figures: vec![figure],
            }),
        }
    }
    let mut missing: Vec<(Missing, usize)> = Vec::new();
    for wanted in groups
        .iter()
        .flat_map(|g| &g.figures)
        .flat_map(|f| &f.missing)
    {
        match missing.iter_mut().find(|(m, _)| m == wanted) {
            Some((_, count)) => *count += 1,
            None => missing.push((wanted.clone(), 1)),
        }
    }
    missing.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut strays: Vec<String> = aims
        .iter()
        .map(|(measure, _)| measure.clone())
        .filter(|measure| !run.compiled.named.contains_key(measure))
        .collect();
    strays.sort();
    strays.dedup();
    Board {
        partner: run.engine.ledger.evidence.partner_id(partner).to_owned(),
        partner_name: name_of(run, partner),
        program: edition.program.clone(),
        title: edition.title.clone(),
        edition: edition.edition.clone(),
        as_of: day,
        known_at: desk.question.known_at,
        days,
        groups,
        missing,
        libraries,
        strays,
    }
}

/// How the numbers of a measure are written: an amount in the currency of its records, where no rule says one.
fn shown(run: &Run<'_>, id: &str, measure: &Measure, currency: Option<&str>) -> Shown {
    match (shown_of_measure(run, id, &measure.unit), currency) {
        (Shown::Count, Some(currency)) => Shown::Money(currency.to_owned()),
        (shown, _) => shown,
    }
}

fn figure(
    run: &Run<'_>,
    partner: usize,
    id: &str,
    day: Day,
    days: &[Day],
    course: &[domain::engine::Figure],
    aims: &[(String, Target)],
) -> Figure {
    let edition = &*run.compiled.edition;
    let measure = &edition.measure[id];
    let currency = course.iter().rev().find_map(|f| f.currency.clone());
    // An amount in another currency than that of the day is no point of the same line.
    let value = |of: &domain::engine::Figure| match (&of.currency, &currency) {
        (Some(own), Some(all)) if own != all => Value::Number(Range::UNKNOWN),
        _ => of.value.clone(),
    };
    let points: Vec<Point> = days
        .iter()
        .zip(course)
        .map(|(day, of)| Point {
            day: *day,
            value: value(of),
        })
        .collect();
    let now = points
        .last()
        .map_or(Value::Number(Range::UNKNOWN), |p| p.value.clone());
    let bands = measure.benchmark.iter().filter_map(|benchmark| {
        let band = Band::of(benchmark, edition.is_second_hand(&benchmark.cite))?;
        let against = range(&now).map_or(Against::Unknown, |value| {
            band.against(value, currency.as_deref(), measure.better)
        });
        Some((band, against))
    });
    let missing: BTreeSet<Missing> = if is_known(&now) {
        BTreeSet::new()
    } else {
        let wanted = run.missing_of(partner, id, day).into_iter();
        wanted.map(|m| of_engine(edition, m)).collect()
    };
    let mut figure = Figure {
        id: id.to_owned(),
        title: title(id, measure),
        area: measure.area.clone(),
        formula: domain::wording::formulas(&measure.is),
        note: measure.note.clone(),
        cite: measure.cite.clone(),
        second_hand: edition.is_second_hand(&measure.cite),
        unit: spoken_unit(&measure.unit),
        shown: shown(run, id, measure, currency.as_deref()),
        better: measure.better,
        bands: bands.collect(),
        bases: run.bases(partner, id, day),
        missing: missing.into_iter().collect(),
        course: points,
        value: now,
        target: None,
    };
    let aim = aims
        .iter()
        .find(|(of, target)| of == id && target.from <= day && day < target.until);
    figure.target = aim.map(|(_, target)| {
        let mut target = target.clone();
        target.reached = reached(&target, &figure);
        target
    });
    figure
}

/// Is a target reached by the value of the day?
fn reached(target: &Target, figure: &Figure) -> Truth {
    let (Some(amount), Some(value), Some(better)) =
        (&target.amount, range(&figure.value), figure.better)
    else {
        return Truth::Unknown;
    };
    if !fits(amount, &figure.shown) {
        return Truth::Unknown;
    }
    let compare = match better {
        Better::Higher => Compare::AtLeast,
        Better::Lower => Compare::AtMost,
    };
    Truth::compare(value, compare, &Range::exactly(amount.number.clone()))
}

/// Can an amount be held against numbers that are written so?
fn fits(amount: &Amount, shown: &Shown) -> bool {
    match (&amount.currency, shown) {
        (None, _) => true,
        (Some(own), Shown::Money(of)) => own.eq_ignore_ascii_case(of),
        (Some(_), _) => false,
    }
}

/// The named measures in what another one is, each once, in the order in which they stand there.
fn names_in<'n>(measure: &Measure, known: &[&'n str]) -> Vec<&'n str> {
    let each: Vec<&Formula> = match &measure.is {
        PerTrack::All(formula) => vec![formula],
        PerTrack::Each(by_track) => by_track.values().collect(),
    };
    let mut found: Vec<&str> = Vec::new();
    for formula in each {
        let text = domain::wording::expr(&formula.expr);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        for word in text.split(|c| !is_name(c)) {
            if let Some(name) = known.iter().find(|name| **name == word)
                && !found.contains(name)
            {
                found.push(name);
            }
        }
    }
    found
}

/// Every target of a partner that the edition's program sees, by measure, the earliest first.
fn targets(run: &Run<'_>, partner: usize) -> Vec<(String, Target)> {
    let ledger = &run.engine.ledger;
    let evidence = &ledger.evidence;
    let Some(kind) = evidence.kind(TARGETS) else {
        return vec![];
    };
    let column = |name: &str| evidence.column(kind, name);
    let (Some(program), Some(measure), Some(value)) =
        (column("program"), column("measure"), column("value"))
    else {
        return vec![];
    };
    let note = column("note");
    let text = |code: domain::evidence::Code| {
        if code.is_empty() {
            String::new()
        } else {
            evidence.strings.text(code).to_owned()
        }
    };
    let own = &run.compiled.edition.program;
    let mut found: Vec<(String, Target)> = evidence.tables[kind]
        .rows(partner)
        .filter(|row| {
            let of = program.code(*row);
            (of.is_empty() || evidence.strings.text(of) == own)
                && ledger.kinds[kind].state(*row) == State::Known
        })
        .flat_map(|row| {
            let spans = ledger.spans(FactId { kind, row });
            spans.into_iter().map(move |span| (row, span))
        })
        .map(|(row, (from, until))| {
            let written = text(value.code(row));
            let target = Target {
                amount: Amount::parse(&written),
                text: written,
                from,
                until,
                note: note.map_or(String::new(), |note| text(note.code(row))),
                reached: Truth::Unknown,
            };
            (text(measure.code(row)), target)
        })
        // An empty one ends the one before.
        .filter(|(_, target)| !target.text.is_empty())
        .collect();
    found.sort_by(|(a, one), (b, other)| (a, one.from).cmp(&(b, other.from)));
    found
}

/// A target that somebody sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTarget {
    /// The day from which it holds.
    pub from: Day,
    /// What is aimed at: `25%`, `20_000 USD`, `12`; empty: nothing from that day on.
    pub value: String,
    /// A note beside it; may be empty.
    pub note: String,
}

impl Office {
    /// Sets what a partner aims at for a key figure, as one change that can be undone like any other of its records. Returns the
    /// record; none where there was nothing to do.
    pub async fn set_target(
        &self,
        actor: &Actor,
        partner: &str,
        program: &str,
        measure: &str,
        new: &NewTarget,
    ) -> Result<Option<Record>, Refusal> {
        let may = actor.permit_own(Verb::EditEvidence, partner)?;
        let library = self.programs.library();
        let editions = library.editions_of(program);
        if editions.is_empty() {
            return Err(Refusal::no("program", program));
        }
        let found = editions
            .iter()
            .rev()
            .filter(|e| is_library(e))
            .find_map(|e| e.measure.get(measure));
        let Some(of) = found else {
            return Err(Refusal::no("measure", measure));
        };
        let value = new.value.trim();
        let amount = Amount::parse(value);
        if !value.is_empty() {
            let help = match of.unit.as_str() {
                "percent" => "write a share, such as 25%",
                "money" => "write an amount with its currency, such as 20000 USD",
                _ => "write a number, such as 12",
            };
            let fits = amount.as_ref().is_some_and(|amount| match &*of.unit {
                "money" => amount.currency.is_some(),
                _ => amount.currency.is_none(),
            });
            if !fits {
                return Err(Diagnostic::error(
                    "bad-target",
                    format!("`{value}` is no target for `{measure}`"),
                    Place::default().showing("value"),
                )
                .help(help)
                .into());
            }
        }
        let from = new.from.to_string();
        let standing = self.records(actor, partner, TARGETS).await?;
        let says = |r: &Record, name: &str, text: &str| r.cell(name).unwrap_or_default() == text;
        let same = standing.iter().find(|r| {
            says(r, "program", program) && says(r, "measure", measure) && says(r, "from_on", &from)
        });
        let cells: Cells = [
            ("program", program),
            ("measure", measure),
            ("from_on", &from),
            ("value", value),
            ("note", new.note.trim()),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
        let edit = match same {
            Some(record)
                if says(record, "value", value) && says(record, "note", new.note.trim()) =>
            {
                return Ok(None);
            }
            // There is nothing that an empty one could end.
            None if value.is_empty()
                && !standing
                    .iter()
                    .any(|r| says(r, "program", program) && says(r, "measure", measure)) =>
            {
                return Ok(None);
            }
            same => Edit::putting(same, TARGETS, cells),
        };
        let done = self
            .edit_as(actor, may, Verb::EditEvidence, partner, &[edit])
            .await?;
        Ok(done.value.into_iter().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(day: &str) -> Vec<String> {
        let days = days(Day::parse(day).expect("a day"));
        days.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_course_has_the_ends_of_two_years_of_months_and_the_day() {
        let of = ends("2025-03-15");
        assert_eq!(of.len(), 25);
        assert_eq!(
            [&of[0], &of[22], &of[23], &of[24]],
            ["2023-03-31", "2025-01-31", "2025-02-28", "2025-03-15"]
        );
    }

    #[test]
    fn the_end_of_a_month_follows_that_of_the_month_before() {
        let of = ends("2024-02-29");
        assert_eq!(
            [&of[0], &of[23], &of[24]],
            ["2022-02-28", "2024-01-31", "2024-02-29"]
        );
    }
}
