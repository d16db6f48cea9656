//! Reports of a partner: answers that the product gives anyway, in the order of a file, with words that somebody wrote.

use std::sync::Arc;

use domain::calendar::{Day, Duration};
use domain::diagnostic::Diagnostic;
use domain::ledger::{FactId, State};
use domain::library::Library;
use domain::model::{Measure, Origin, Paths};
use domain::number::Exact;
use domain::program::Ask;
use domain::report::{Report, Show};
use domain::standing::{Truth, Value};
use exchange::{Block, Lines, Report as Paper, Section, Table};

use crate::access::Actor;
use crate::case::{Case, Ran, Tried, case};
use crate::edit::{Edit, Record};
use crate::forecast::forecast;
use crate::kpis::{Board, Figure, kpis};
use crate::locale::Lang;
use crate::office::{Done, Office};
use crate::overview::overview;
use crate::question::{Desk, unknown};
use crate::refusal::Refusal;
use crate::scale::Scale;
use crate::scorecard::{Scorecard, called, range};
use crate::tasks::Task;
use crate::texts::fill;
use crate::timeline::timeline;
use crate::words::Shown;

/// The kind of evidence that holds what somebody wrote into a report.
const NARRATIVES: &str = "narratives";

/// What somebody wrote into a section may be so many characters long.
pub const LONGEST: usize = 8_000;

/// A report by its name.
pub fn named(library: &Library, name: &str) -> Result<Arc<Report>, Diagnostic> {
    let found = library.reports.iter().rev().find(|r| r.name == name);
    found.cloned().ok_or_else(|| {
        let known: Vec<&str> = library.reports.iter().map(|r| r.name.as_str()).collect();
        let message = format!("there is no report `{name}`");
        unknown("unknown-report", message, name, &known, "there are", "")
    })
}

/// What a report is made with, beside the evidence.
#[derive(Clone, Debug, Default)]
pub struct With<'a> {
    /// Open tasks; `None` where there is no store, and so no work.
    pub tasks: Option<&'a [Task]>,
    /// What is tried of the inputs of its models this time.
    pub tried: Tried,
    /// Where paths of its models are run or kept already, with which seed, and how many; none where absent.
    pub paths: Option<(&'a Ran, u64, u64)>,
}

/// A report of the partner that the question is of.
///
/// # Errors
///
/// What a model could not take of what is tried, or a question that cannot be asked.
pub fn report(
    desk: &Desk,
    lang: Lang,
    name: &str,
    with: &With<'_>,
) -> Result<Paper, Vec<Diagnostic>> {
    let one = |problem| vec![problem];
    let desk = &desk.clone().in_language(lang.tag());
    let partner = desk.partner().map_err(one)?;
    let of = named(&desk.engine.programs.library, name).map_err(one)?;
    let maker = Maker {
        desk,
        lang,
        of: &of,
        with,
    };
    let mut sections = vec![];
    for section in &of.sections {
        sections.push(Section {
            title: section.title.clone(),
            blocks: maker.blocks(partner, &section.show)?,
        });
    }
    let t = lang.texts();
    let evidence = &desk.engine.ledger.evidence;
    let day = lang.long_day(desk.question.as_of);
    let mut subtitle = format!("{} · {day}", called(evidence, partner));
    if let Some(known) = desk.question.known_at {
        subtitle += &format!(" · {}", fill(t.report_known, &[("day", &lang.day(known))]));
    }
    Ok(Paper {
        title: of.title.clone(),
        subtitle,
        language: lang.tag().to_owned(),
        foot: fill(t.report_foot, &[("day", &day)]),
        pages: t.report_pages.to_owned(),
        sections,
    })
}

/// What was written into the sections of a report, as it stands on the day: id, text and the day from which it stands.
pub fn written(desk: &Desk, partner: usize, report: &str) -> Vec<(String, String, Day)> {
    let ledger = &desk.engine.ledger;
    let evidence = &ledger.evidence;
    let Some(kind) = evidence.kind(NARRATIVES) else {
        return vec![];
    };
    let column = |name: &str| evidence.column(kind, name);
    let (Some(of), Some(section), Some(text)) =
        (column("report"), column("section"), column("text"))
    else {
        return vec![];
    };
    let day = desk.question.as_of;
    let mut found = vec![];
    for row in evidence.tables[kind].rows(partner) {
        let name = evidence.strings.text(of.code(row));
        if name != report || ledger.kinds[kind].state(row) != State::Known {
            continue;
        }
        let spans = ledger.spans(FactId { kind, row });
        let span = spans.iter().find(|(from, to)| *from <= day && day < *to);
        let text = evidence.strings.text(text.code(row));
        if let Some((from, _)) = span
            && !text.trim().is_empty()
        {
            let section = evidence.strings.text(section.code(row)).to_owned();
            found.push((section, text.to_owned(), *from));
        }
    }
    found
}

struct Maker<'a> {
    desk: &'a Desk,
    lang: Lang,
    of: &'a Report,
    with: &'a With<'a>,
}

impl Maker<'_> {
    fn blocks(&self, partner: usize, show: &Show) -> Result<Vec<Block>, Vec<Diagnostic>> {
        let one = |problem| vec![problem];
        Ok(match show {
            Show::Standing => self.standing().map_err(one)?,
            Show::Changes => self.changes().map_err(one)?,
            Show::Falls => self.falls().map_err(one)?,
            Show::Figures { library, measures } => self.figures(library, measures).map_err(one)?,
            Show::Tasks => self.tasks(),
            Show::Model(model) => self.model(model)?,
            Show::Write { id, ask } => {
                let written = written(self.desk, partner, &self.of.name);
                let text = written.into_iter().find(|(section, ..)| section == id);
                vec![Block::Written {
                    ask: ask.clone(),
                    text: text.map_or_else(String::new, |(_, text, _)| text),
                }]
            }
        })
    }

    /// A table, or a sentence where it has no row.
    fn table_or(&self, heads: &[&str], rows: Vec<Vec<String>>, nothing: &str) -> Vec<Block> {
        if rows.is_empty() {
            return vec![Block::Text(nothing.to_owned())];
        }
        let heads: Vec<String> = heads.iter().map(|h| (*h).to_owned()).collect();
        vec![Block::Table(Table {
            title: String::new(),
            numbers: vec![false; heads.len()],
            heads,
            rows,
        })]
    }

    /// A verdict as the answer to a question.
    fn yes_or_no(&self, of: Truth) -> String {
        let said = |n: i64| self.lang.number(&Shown::YesNo, &Exact::from(n));
        match of {
            Truth::Yes => said(1),
            Truth::No => said(0),
            Truth::Unknown | Truth::NotApplicable => self.lang.verdict(of).to_owned(),
        }
    }

    /// A value as a report has room for it: rounded where it is known for certain.
    fn rounded(&self, shown: &Shown, value: &Value) -> String {
        let exact = range(value).and_then(|r| r.exact());
        let Some(number) = exact.filter(|n| n.decimals().is_none_or(|places| places > 2)) else {
            return self.lang.value(shown, value);
        };
        let places = match shown {
            Shown::Percent => 3,
            _ => 2,
        };
        self.lang.number(shown, &number.rounded(places))
    }

    /// The programs with levels in which something is held, or met.
    fn cards(&self) -> Result<Vec<Scorecard>, Diagnostic> {
        let cards = overview(self.desk)?.cards.into_iter();
        Ok(cards.filter(|c| !c.levels.is_empty()).collect())
    }

    fn standing(&self) -> Result<Vec<Block>, Diagnostic> {
        let (lang, t) = (self.lang, self.lang.texts());
        let rows = self.cards()?.into_iter().map(|card| {
            let held = match (&card.holds, card.meets) {
                (Some(holds), _) => fill(
                    t.report_held,
                    &[("level", &holds.title), ("day", &lang.day(holds.since))],
                ),
                (None, Some(at)) => fill(t.report_met, &[("level", &card.levels[at].title)]),
                (None, None) => "–".to_owned(),
            };
            let column = |ask: Ask| card.columns.iter().find(|c| c.ask == ask);
            let keeps =
                column(Ask::Retain).map_or_else(|| "–".to_owned(), |c| self.yes_or_no(c.verdict));
            let (next, short) = match column(Ask::Enter) {
                Some(column) => {
                    let short = column.rows.iter().filter(|r| r.verdict == Truth::No);
                    let short: Vec<String> = short.map(|r| r.title.clone()).collect();
                    let unknown = column.rows.iter().filter(|r| r.verdict == Truth::Unknown);
                    let mut said = lang.list(&short);
                    match unknown.count() {
                        0 => {}
                        n => {
                            let n = lang.several(t.n_unknown, n);
                            said = if said.is_empty() {
                                n
                            } else {
                                format!("{said}; {n}")
                            };
                        }
                    }
                    (
                        column.title.clone(),
                        if said.is_empty() {
                            "–".to_owned()
                        } else {
                            said
                        },
                    )
                }
                None => ("–".to_owned(), "–".to_owned()),
            };
            let review = card.review.as_ref().and_then(|r| r.next);
            let review = review.map_or_else(|| "–".to_owned(), |day| lang.day(day));
            vec![card.title.clone(), held, keeps, review, next, short]
        });
        let heads = [
            t.report_program,
            t.report_holds,
            t.report_keeps,
            t.report_review,
            t.report_next,
            t.report_short,
        ];
        Ok(self.table_or(&heads, rows.collect(), t.report_no_program))
    }

    fn changes(&self) -> Result<Vec<Block>, Diagnostic> {
        let (lang, t) = (self.lang, self.lang.texts());
        let to = self.desk.question.as_of;
        let from = to.minus(Duration::months(self.of.months));
        let mut found: Vec<(Day, Vec<String>)> = vec![];
        for card in self.cards()? {
            let told = timeline(&self.desk.about(&card.program), Some(from), Some(to))?;
            for change in &told.timeline.changes {
                if change.day <= from || change.day > to {
                    continue;
                }
                let Some(level) = card.levels.get(change.level) else {
                    continue;
                };
                let question = if change.ask == Ask::Retain {
                    t.keep
                } else {
                    t.reach
                };
                let mut because: Vec<String> = change
                    .causes
                    .iter()
                    .map(|cause| told.title(&cause.row).to_owned())
                    .collect();
                because.dedup();
                if let Some(edition) = &change.edition {
                    because.insert(0, fill(t.report_edition, &[("edition", edition)]));
                }
                let what = format!(
                    "{} → {}",
                    lang.verdict(change.before),
                    lang.verdict(change.after)
                );
                let row = vec![
                    lang.day(change.day),
                    card.title.clone(),
                    format!("{}: {question}", level.title),
                    what,
                    lang.list(&because),
                ];
                found.push((change.day, row));
            }
        }
        found.sort_by_key(|(day, _)| *day);
        let heads = [
            t.report_day,
            t.report_program,
            t.report_question,
            t.report_verdict,
            t.report_because,
        ];
        let nothing = fill(t.report_nothing_changed, &[("day", &lang.day(from))]);
        let rows = found.into_iter().map(|(_, row)| row).collect();
        Ok(self.table_or(&heads, rows, &nothing))
    }

    fn falls(&self) -> Result<Vec<Block>, Diagnostic> {
        let (lang, t) = (self.lang, self.lang.texts());
        let desk = Desk {
            engine: self.desk.engine.clone(),
            question: crate::question::Question {
                program: None,
                edition: None,
                ..self.desk.question.clone()
            },
        };
        let found = forecast(&desk, None)?.said_in(lang);
        let mut rows: Vec<(Day, Vec<String>)> = vec![];
        for ahead in &found.programs {
            for fall in &ahead.calendar.falls {
                rows.push((
                    fall.day,
                    vec![
                        lang.day(fall.day),
                        ahead.card.title.clone(),
                        ahead.fall_words(fall),
                        ahead.why(fall),
                        ahead.keep(fall).unwrap_or_else(|| "–".to_owned()),
                    ],
                ));
            }
        }
        rows.sort();
        rows.dedup();
        let heads = [
            t.report_day,
            t.report_program,
            t.report_falls,
            t.report_because,
            t.report_what_keeps,
        ];
        let nothing = fill(t.report_nothing_falls, &[("day", &lang.day(found.to))]);
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        let mut blocks = self.table_or(&heads, rows, &nothing);
        blocks.push(Block::Note(t.report_forecast_note.to_owned()));
        Ok(blocks)
    }

    fn figures(&self, library: &str, measures: &[String]) -> Result<Vec<Block>, Diagnostic> {
        let (lang, t) = (self.lang, self.lang.texts());
        let board = kpis(&self.desk.about(library))?;
        let found: Vec<&Figure> = measures
            .iter()
            .filter_map(|id| {
                board
                    .groups
                    .iter()
                    .flat_map(|g| &g.figures)
                    .find(|f| f.id == *id)
            })
            .collect();
        let ago = [self.of.months, 12];
        let ago = if ago[0] == ago[1] {
            &ago[..1]
        } else {
            &ago[..]
        };
        let mut heads = vec![t.report_figure.to_owned(), t.report_now.to_owned()];
        heads.extend(ago.iter().map(|n| lang.several(t.report_ago, *n as usize)));
        heads.extend([t.kpi_target.to_owned(), t.kpi_published.to_owned()]);
        let said = |figure: &Figure, value: &Value| self.rounded(&figure.shown, value);
        let rows = found.iter().map(|figure| {
            let mut row = vec![figure.title.clone(), said(figure, &figure.value)];
            for months in ago {
                let then = before(&board, figure, *months);
                row.push(then.map_or_else(|| "–".to_owned(), |value| said(figure, value)));
            }
            row.push(figure.target.as_ref().map_or_else(
                || "–".to_owned(),
                |target| format!("{} ({})", target.text, lang.verdict(target.reached)),
            ));
            let bands = figure.bands.iter().map(|(band, _)| {
                let number = |n: &Option<Exact>| {
                    n.as_ref().map_or_else(
                        || "…".to_owned(),
                        |n| {
                            let shown = match &band.currency {
                                Some(c) => Shown::Money(c.clone()),
                                None => figure.shown.clone(),
                            };
                            lang.number(&shown, n)
                        },
                    )
                };
                let (from, to) = (number(&band.from), number(&band.to));
                let ends = if from == to {
                    from
                } else {
                    format!("{from} – {to}")
                };
                format!("{ends} ({})", band.cite)
            });
            let bands: Vec<String> = bands.collect();
            row.push(if bands.is_empty() {
                "–".to_owned()
            } else {
                bands.join("; ")
            });
            row
        });
        let mut numbers = vec![false, true];
        numbers.extend(ago.iter().map(|_| true));
        numbers.extend([false, false]);
        let mut blocks = vec![Block::Table(Table {
            title: String::new(),
            heads,
            numbers,
            rows: rows.collect(),
        })];
        blocks.extend(found.iter().find_map(|figure| self.course(&board, figure)));
        let missing = found.iter().filter(|f| !f.is_known()).count();
        if missing > 0 {
            blocks.push(Block::Note(lang.several(t.report_missing, missing)));
        }
        Ok(blocks)
    }

    /// The course of a figure over two years; none where less than half a year is known.
    fn course(&self, board: &Board, figure: &Figure) -> Option<Block> {
        let values: Vec<Option<Exact>> = figure
            .course
            .iter()
            .map(|point| range(&point.value).and_then(|r| r.exact().cloned()))
            .collect();
        if values.iter().flatten().count() < 6 {
            return None;
        }
        let lang = self.lang;
        let number = |n: &Exact| lang.number(&figure.shown, n);
        let places = board.days.iter().enumerate().rev().step_by(6);
        let places = places.map(|(at, day)| {
            let year = day.date().year();
            (at, format!("{} {year}", lang.month(*day)))
        });
        let lines = vec![(figure.title.clone(), values)];
        picture(&figure.title, lines, places.collect(), number)
    }

    fn tasks(&self) -> Vec<Block> {
        let (lang, t) = (self.lang, self.lang.texts());
        let Some(tasks) = self.with.tasks else {
            return vec![Block::Note(t.report_no_store.to_owned())];
        };
        let mut tasks: Vec<&Task> = tasks.iter().filter(|task| task.closed.is_none()).collect();
        tasks.sort_by_key(|task| (task.said.due.unwrap_or(Day::MAX), task.said.title.clone()));
        let today = self.desk.question.as_of;
        let rows = tasks.iter().map(|task| {
            let due = task.said.due.map_or_else(
                || "–".to_owned(),
                |day| {
                    let said = lang.day(day);
                    if day < today {
                        format!("{said}, {}", t.overdue)
                    } else {
                        said
                    }
                },
            );
            let owner = task.said.owner.clone().unwrap_or_else(|| "–".to_owned());
            vec![task.said.title.clone(), owner, due]
        });
        let heads = [t.report_task, t.task_owner, t.task_due];
        self.table_or(&heads, rows.collect(), t.report_no_task)
    }

    fn model(&self, name: &str) -> Result<Vec<Block>, Vec<Diagnostic>> {
        let case = case(self.desk, name, &self.with.tried)?;
        let paths = self.with.paths;
        let paths = paths.map(|(ran, seed, count)| ran.paths(&case, seed, count));
        Ok(self.of_case(&case, paths.as_deref()))
    }

    fn of_case(&self, case: &Case, paths: Option<&Paths>) -> Vec<Block> {
        let (lang, t) = (self.lang, self.lang.texts());
        let model = &case.of.model;
        let news = case.news(lang);
        let mut blocks = vec![];
        if !news.is_empty() {
            blocks.push(Block::Text(news));
        }
        let main = model.results.values().filter(|r| r.main);
        let figures = main.filter_map(|figure| {
            let outcome = case.answer.results.get(&figure.id)?;
            let spread = paths.and_then(|p| p.results.get(&figure.id));
            let spread = spread.and_then(|p| p.below(10).zip(p.below(90)));
            let spread = spread.map_or_else(String::new, |(least, most)| {
                let number = |n: &Exact| case.number(lang, n, figure.unit);
                let ends = [("least", &*number(least)), ("most", &*number(most))];
                fill(t.case_from_to, &ends)
            });
            Some([
                figure.title.clone(),
                case.outcome(lang, outcome, figure.unit),
                spread,
            ])
        });
        let figures: Vec<[String; 3]> = figures.collect();
        if !figures.is_empty() {
            blocks.push(Block::Figures(figures));
        }
        if let Some(paths) = paths {
            let count = lang.count(i64::try_from(paths.count).unwrap_or(i64::MAX));
            let seed = paths.seed.to_string();
            let ran = fill(t.case_ran, &[("count", &count), ("seed", &seed)]);
            blocks.push(Block::Note(ran));
        }
        blocks.extend(self.pictures(case));
        blocks.extend(self.years(case));
        blocks.push(self.results(case));
        blocks.extend(self.ranges(case));
        blocks.extend(self.claims(case));
        blocks.push(self.inputs(case));
        blocks.extend(model.assumed.iter().map(|said| Block::Note(said.clone())));
        let sources = model.sources.values().map(|work| {
            let other = if work.second_hand {
                t.report_second_hand
            } else {
                ""
            };
            format!("{}, {}{other}", work.from, work.title)
        });
        let sources: Vec<String> = sources.collect();
        if !sources.is_empty() {
            let said = fill(t.report_sources, &[("list", &sources.join("; "))]);
            blocks.push(Block::Note(said));
        }
        blocks
    }

    fn pictures(&self, case: &Case) -> Vec<Block> {
        let (lang, t) = (self.lang, self.lang.texts());
        let charts = case.of.model.charts.iter().zip(&case.answer.charts);
        let pictures = charts.filter_map(|(chart, found)| {
            let names = chart.lines.iter().map(|(title, _)| title.clone());
            let lines: Vec<_> = names.zip(found.iter().cloned()).collect();
            let months = found.first().map_or(0, Vec::len);
            let places = (0..months).filter(|m| (m + 1) % 12 == 0);
            let places = places.map(|m| {
                let n = lang.size((m + 1) / 12);
                (m, fill(t.case_year, &[("n", &n)]))
            });
            let number = |n: &Exact| case.number(lang, n, chart.unit);
            picture(&chart.title, lines, places.collect(), number)
        });
        pictures.collect()
    }

    fn years(&self, case: &Case) -> Option<Block> {
        let (lang, t) = (self.lang, self.lang.texts());
        let model = &case.of.model;
        if model.months < 12 || model.lines.is_empty() {
            return None;
        }
        let count = model.months.div_ceil(12) as usize;
        let mut heads = vec![t.case_line.to_owned()];
        heads.extend((1..=count).map(|n| fill(t.case_year, &[("n", &lang.size(n))])));
        let mut numbers = vec![true; count + 1];
        numbers[0] = false;
        let mut rows = vec![];
        for found in case.by_year() {
            let mut push = |title: String, years: &[Option<Exact>]| {
                let number = |n: &Option<Exact>| match n {
                    Some(n) => case.number(lang, n, found.line.unit),
                    None => "–".to_owned(),
                };
                let mut row = vec![title];
                row.extend(years.iter().map(number));
                rows.push(row);
            };
            push(found.line.title.clone(), &found.moved);
            if let Some(stay) = &found.stay {
                let stays = t.case_if_stay.to_lowercase();
                push(format!("{}, {stays}", found.line.title), stay);
            }
        }
        Some(Block::Table(Table {
            title: t.case_years.to_owned(),
            heads,
            numbers,
            rows,
        }))
    }

    fn results(&self, case: &Case) -> Block {
        let (lang, t) = (self.lang, self.lang.texts());
        let rows = case.answer.results.iter().filter_map(|(id, outcome)| {
            let figure = case.of.model.results.get(id)?;
            Some(vec![
                figure.title.clone(),
                case.outcome(lang, outcome, figure.unit),
                figure.help.clone(),
            ])
        });
        Block::Table(Table {
            title: t.case_results.to_owned(),
            heads: [t.case_result, t.report_value, t.report_meaning]
                .map(str::to_owned)
                .to_vec(),
            numbers: vec![false, true, false],
            rows: rows.collect(),
        })
    }

    fn ranges(&self, case: &Case) -> Option<Block> {
        let (lang, t) = (self.lang, self.lang.texts());
        let tables = case.by_tables();
        if tables.is_empty() {
            return None;
        }
        let rows = tables.into_iter().map(|found| {
            let number = |n: &Exact| case.number(lang, n, found.unit);
            let (row, range) = match found.row {
                Some((row, least, most)) => {
                    let ends = [("least", &*number(least)), ("most", &*number(most))];
                    (row.title.clone(), fill(t.case_from_to, &ends))
                }
                None => (t.case_no_row.to_owned(), "–".to_owned()),
            };
            let cite = [found.table.cite.as_str(), &found.table.note];
            let cite: Vec<&str> = cite.into_iter().filter(|c| !c.is_empty()).collect();
            vec![found.table.title.clone(), row, range, cite.join(". ")]
        });
        Some(Block::Table(Table {
            title: t.case_ranges.to_owned(),
            heads: [t.case_table, t.case_row, t.report_value, t.report_cite]
                .map(str::to_owned)
                .to_vec(),
            numbers: vec![false, false, true, false],
            rows: rows.collect(),
        }))
    }

    fn claims(&self, case: &Case) -> Option<Block> {
        let (lang, t) = (self.lang, self.lang.texts());
        let claims = case.of.model.claims.iter().zip(&case.answer.claims);
        let mut rows = vec![];
        for (claim, answer) in claims {
            for (reading, (outcomes, holds)) in claim.readings.iter().zip(&answer.readings) {
                let verdict = match holds {
                    Some(true) => t.case_holds,
                    Some(false) => t.case_cannot,
                    None => "–",
                };
                rows.push(vec![
                    claim.title.clone(),
                    reading.title.clone(),
                    case.shown(lang, &reading.shows, outcomes).join("; "),
                    verdict.to_owned(),
                ]);
            }
            let met = match answer.met {
                Some(true) => t.case_as_good,
                Some(false) => t.case_not_as_good,
                None => "–",
            };
            rows.push(vec![
                claim.title.clone(),
                t.case_for_you.to_owned(),
                case.shown(lang, &claim.yours, &answer.yours).join("; "),
                met.to_owned(),
            ]);
        }
        (!rows.is_empty()).then(|| {
            Block::Table(Table {
                title: t.case_claims.to_owned(),
                heads: [
                    t.case_claim,
                    t.report_reading,
                    t.report_numbers,
                    t.case_together,
                ]
                .map(str::to_owned)
                .to_vec(),
                numbers: vec![false; 4],
                rows,
            })
        })
    }

    fn inputs(&self, case: &Case) -> Block {
        let (lang, t) = (self.lang, self.lang.texts());
        let inputs = case.of.model.inputs.values().zip(&case.of.given);
        let rows = inputs.map(|(input, given)| {
            let setting = &given.setting;
            let number = |n: &Exact| case.number(lang, n, input.unit);
            let range = setting.range.as_ref().map_or_else(String::new, |(a, b)| {
                fill(
                    t.case_from_to,
                    &[("least", &number(a)), ("most", &number(b))],
                )
            });
            let stay = setting.stay.as_ref().map_or_else(String::new, number);
            vec![
                input.title.clone(),
                number(&setting.value),
                stay,
                range,
                basis(lang, given.tried, &setting.origin),
            ]
        });
        Block::Table(Table {
            title: t.case_inputs.to_owned(),
            heads: [
                t.case_input,
                t.report_value,
                t.case_if_stay,
                t.report_range,
                t.case_kind,
            ]
            .map(str::to_owned)
            .to_vec(),
            numbers: vec![false, true, true, true, false],
            rows: rows.collect(),
        })
    }
}

/// Where the value of an input is from, in words.
pub fn basis(lang: Lang, tried: bool, origin: &Origin) -> String {
    let t = lang.texts();
    match origin {
        _ if tried => t.case_tried.to_owned(),
        Origin::Own(note) if note.is_empty() => t.case_own.to_owned(),
        Origin::Own(note) => format!("{}: {note}", t.case_own),
        Origin::Computed(measure) => format!("{}: {measure}", t.case_computed),
        Origin::Plan(plan, of) => format!("{}: {plan}, {of}", t.case_from_plan),
        Origin::Cited(cite) => format!("{}: {cite}", t.case_cited),
        Origin::Assumed => t.case_assumed.to_owned(),
    }
}

/// What a figure was so many months before.
fn before<'f>(board: &Board, figure: &'f Figure, months: u32) -> Option<&'f Value> {
    let day = board.as_of.minus(Duration::months(months));
    // The course has the ends of months; the one nearest to the day.
    let at = figure
        .course
        .iter()
        .min_by_key(|p| (p.day.0 - day.0).abs())?;
    ((at.day.0 - day.0).abs() <= 31).then_some(&at.value)
}

/// A picture of lines between round edges; none where there is nothing to draw.
fn picture(
    title: &str,
    lines: Vec<(String, Vec<Option<Exact>>)>,
    places: Vec<(usize, String)>,
    number: impl Fn(&Exact) -> String,
) -> Option<Block> {
    let all = lines.iter().flat_map(|(_, values)| values.iter().flatten());
    let (_, rules) = Scale::around(all)?.round();
    let says = lines.iter().filter_map(|(name, values)| {
        let mut known = values.iter().flatten();
        let first = known.next()?;
        let last = known.next_back().unwrap_or(first);
        Some(format!("{name}: {} → {}", number(first), number(last)))
    });
    Some(Block::Lines(Lines {
        title: title.to_owned(),
        says: says.collect::<Vec<_>>().join("; "),
        rules: rules.iter().map(|n| (n.to_f64(), number(n))).collect(),
        lines: lines
            .iter()
            .map(|(name, values)| {
                let values = values.iter().map(|v| v.as_ref().map(Exact::to_f64));
                (name.clone(), values.collect())
            })
            .collect(),
        places,
    }))
}

/// In what a number of a model is counted: `USD`, `%`, `months`; empty for a plain number.
pub fn unit_words(lang: Lang, currency: &str, unit: Measure) -> String {
    let t = lang.texts();
    match unit {
        Measure::Money => currency.to_owned(),
        Measure::Percent => "%".to_owned(),
        Measure::Times => "×".to_owned(),
        Measure::Months => t.report_months.to_owned(),
        Measure::Years => t.report_years.to_owned(),
        Measure::Days => t.case_days.to_owned(),
        Measure::Hours => t.case_hours.to_owned(),
        Measure::Test => t.report_yes_no.to_owned(),
        Measure::Count => String::new(),
    }
}

/// A workbook of a model for a partner: its formulas are alive, so that a changed input changes everything.
///
/// # Errors
///
/// The writer refuses it.
pub fn workbook(case: &Case, lang: Lang, paths: Option<&Paths>) -> Result<Vec<u8>, Diagnostic> {
    let t = lang.texts();
    let model = &case.of.model;
    let given = case.of.given.iter();
    let origins = given.map(|g| basis(lang, g.tried, &g.setting.origin));
    let units = Measure::ALL.map(|u| (u.name(), unit_words(lang, &case.of.currency, u)));
    let own = str::to_owned;
    let words = exchange::ModelWords {
        inputs: own(t.book_inputs),
        months: own(t.book_months),
        years: own(t.book_years),
        results: own(t.book_results),
        lists: own(t.book_lists),
        tables: own(t.book_tables),
        claims: own(t.book_claims),
        spread: own(t.book_spread),
        input: own(t.case_input),
        line: own(t.case_line),
        result: own(t.case_result),
        unit: own(t.report_unit),
        value: own(t.report_value),
        stay: own(t.case_if_stay),
        least: own(t.case_least),
        most: own(t.case_most),
        origin: own(t.case_kind),
        cite: own(t.report_cite),
        help: own(t.report_meaning),
        start: own(t.book_before),
        month: own(t.case_month),
        year: own(t.book_year),
        working: own(t.book_working),
        begun: own(t.book_begun),
        together: own(t.book_together),
        back: own(t.book_back),
        lasting: own(t.book_lasting),
        row: own(t.case_row),
        fits: own(t.book_fits),
        claim: own(t.case_claim),
        reading: own(t.report_reading),
        holds: own(t.case_holds),
        yours: own(t.case_for_you),
        note: own(t.book_note),
        fixed: own(t.book_fixed),
        below: own(t.book_below),
        never: own(t.case_no_number),
        units: units.to_vec(),
    };
    let ran = paths.map(|p| {
        let count = lang.count(i64::try_from(p.count).unwrap_or(i64::MAX));
        let seed = p.seed.to_string();
        (p, fill(t.book_ran, &[("count", &count), ("seed", &seed)]))
    });
    let (of, swings) = case.swings();
    let book = exchange::ModelBook {
        model,
        settings: &case.settings,
        answer: &case.answer,
        head: vec![
            case.of.partner_name.clone(),
            lang.day(case.of.as_of),
            model.id(),
        ],
        news: case.news(lang),
        origins: origins.collect(),
        paths: ran,
        swings: of.map(|of| (of, swings.as_slice())),
        words: &words,
    };
    exchange::write_model(&book).map_err(|e| ours(&*e))
}

/// A report as PDF.
///
/// # Errors
///
/// The typesetter refuses it.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Diagnostic> {
    exchange::write_pdf(paper).map_err(|e| ours(&e))
}

/// Every table of a report in a workbook.
///
/// # Errors
///
/// It has no table, or the writer refuses it.
pub fn tables(paper: &Paper) -> Result<Vec<u8>, Diagnostic> {
    let found = exchange::write_tables(paper).map_err(|e| ours(&e))?;
    found.ok_or_else(|| {
        let place = domain::diagnostic::Place::default();
        Diagnostic::error("no-table", "the report has no table", place).help("take the PDF instead")
    })
}

fn ours(error: &dyn std::error::Error) -> Diagnostic {
    let why = error
        .source()
        .map_or_else(String::new, |s| format!(": {s}"));
    let place = domain::diagnostic::Place::default();
    Diagnostic::error("cannot-write", format!("{error}{why}"), place)
        .help("this is a fault of Cairn: please report it")
}

impl Office {
    /// Keeps what somebody writes into the sections of a report as evidence of today, as one change; an empty text takes back
    /// what was written before. `None` where nothing is another than before.
    ///
    /// # Errors
    ///
    /// A section that the report does not have, a text that is too long, or no right to edit evidence.
    pub async fn keep_narrative(
        &self,
        actor: &Actor,
        partner: &str,
        report: &Report,
        said: &[(String, String)],
    ) -> Result<Option<Done<Vec<Record>>>, Refusal> {
        let known: Vec<&str> = report.written().map(|(id, _)| id).collect();
        let mut problems = vec![];
        for (section, text) in said {
            if !known.contains(&section.as_str()) {
                let message = format!("`{}` has no section `{section}` to be written", report.name);
                problems.push(unknown(
                    "unknown-section",
                    message,
                    section,
                    &known,
                    "its sections are",
                    "",
                ));
            }
            let length = text.chars().count();
            if length > LONGEST {
                let place = domain::diagnostic::Place::default().showing(section.as_str());
                let message = format!("the text has {length} characters");
                problems.push(
                    Diagnostic::error("too-long", message, place)
                        .help(format!("a section holds {LONGEST}")),
                );
            }
        }
        if !problems.is_empty() {
            return Err(Refusal::Problems(problems));
        }
        let today = self.clock.today().to_string();
        let standing = self.records(actor, partner, NARRATIVES).await?;
        let mut edits = vec![];
        for (section, text) in said {
            let text = text.replace("\r\n", "\n").trim().to_owned();
            let key = [("report", report.name.as_str()), ("section", section)];
            let since = ("written_on", today.as_str());
            let said = [("text", text)];
            edits.extend(Edit::saying(&standing, NARRATIVES, &key, since, &said, &[]));
        }
        self.edit_if_any(actor, partner, &edits).await
    }
}
