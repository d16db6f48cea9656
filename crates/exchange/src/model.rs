//! A model to a workbook whose formulas are alive: change an input, and everything follows.
//!
//! Inputs, months, years, results, published tables and claims have a sheet each. What a spreadsheet cannot compute anew, the
//! paths and what each input alone does, stands on a sheet of its own, as values.

use std::collections::HashMap;

use domain::model::compile::{Case, Gather, Slot, Step};
use domain::model::{Answer, Measure, Model, Outcome, Paths, Settings, Swing, Trace};
use domain::number::Exact;
use domain::syntax::{Arith, Compare};
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartType, Color, ConditionalFormatError, Format, FormatBorder,
    Formula, Workbook, Worksheet, XlsxError,
};

use crate::formulas::{At, Counted, Places, Row, name_of, name_of_input};
use crate::report::undated;

/// What is written where nothing of a model stands, in the language of the reader.
#[derive(Clone, Debug)]
pub struct ModelWords {
    /// The sheet of inputs. The names of sheets are one word each.
    pub inputs: String,
    /// The sheet of months.
    pub months: String,
    /// The sheet of years.
    pub years: String,
    /// The sheet of results.
    pub results: String,
    /// The sheet of lists.
    pub lists: String,
    /// The sheet of published tables.
    pub tables: String,
    /// The sheet of claims.
    pub claims: String,
    /// The sheet of what may happen.
    pub spread: String,
    /// An input.
    pub input: String,
    /// A line.
    pub line: String,
    /// A result.
    pub result: String,
    /// What something counts.
    pub unit: String,
    /// A value.
    pub value: String,
    /// If nothing is changed.
    pub stay: String,
    /// The least.
    pub least: String,
    /// The most.
    pub most: String,
    /// Where a value is from.
    pub origin: String,
    /// Where it is printed.
    pub cite: String,
    /// What it means.
    pub help: String,
    /// Before the first month.
    pub start: String,
    /// A month.
    pub month: String,
    /// A year; its number follows.
    pub year: String,
    /// What other rows are computed from.
    pub working: String,
    /// Has a month cost anything yet?
    pub begun: String,
    /// All together since then.
    pub together: String,
    /// Months until it is back at nothing.
    pub back: String,
    /// Months for which a test has been true.
    pub lasting: String,
    /// A row of a table.
    pub row: String,
    /// Is the row the partner's?
    pub fits: String,
    /// A claim.
    pub claim: String,
    /// A reading of it.
    pub reading: String,
    /// Do the numbers hold together?
    pub holds: String,
    /// What the model has.
    pub yours: String,
    /// What cells that are to be changed look like, and what an error means.
    pub note: String,
    /// What the sheet of what may happen is.
    pub fixed: String,
    /// How many of 100 paths lie below; the number follows.
    pub below: String,
    /// No such number.
    pub never: String,
    /// What each unit is called: as [`Measure::name`] has them, then the word.
    pub units: Vec<(&'static str, String)>,
}

/// A model with one partner's inputs, to be written.
pub struct ModelBook<'a> {
    /// The model.
    pub model: &'a Model,
    /// The inputs, as the model takes them.
    pub settings: &'a Settings,
    /// What it says.
    pub answer: &'a Answer,
    /// What was asked, of whom and for which day, in a line each.
    pub head: Vec<String>,
    /// What came out, in a sentence or two.
    pub news: String,
    /// Of each input, in the order of the model, where its value is from.
    pub origins: Vec<String>,
    /// What may happen, where paths were run: each with what stands over it.
    pub paths: Option<(&'a Paths, String)>,
    /// What each input alone does, and to which result.
    pub swings: Option<(&'a str, &'a [Swing])>,
    /// The words around it.
    pub words: &'a ModelWords,
}

/// The bytes of the workbook.
///
/// # Errors
///
/// The writer refuses it: a text is longer than a cell holds, or a formula than a spreadsheet reads.
pub fn write_model(book: &ModelBook<'_>) -> Result<Vec<u8>, Box<XlsxError>> {
    Writer::new(book).bytes().map_err(Box::new)
}

/// How cells look.
struct Looks {
    title: Format,
    head: Format,
    group: Format,
    soft: Format,
    plain: Format,
}

struct Writer<'a> {
    book: &'a ModelBook<'a>,
    trace: Trace,
    places: Places<'a>,
    /// What stands in the sheet of months, row by row.
    rows: Vec<Standing>,
    looks: Looks,
}

/// A row of the sheet of months.
enum Standing {
    Nothing,
    Group(String),
    /// A step, what it is called and what it counts; what it was before the first month; is a year of it its last month?
    Step(Slot, String, Measure, Option<Slot>, bool),
    /// One of the three rows that a payback of a step is counted in, or the row that counts how long a test is true.
    Counting(Slot, Option<Slot>, Counted, usize, String),
    Lasting(Slot, String),
}

/// The first row of a table: above it stand what it is and its heads.
const FIRST: Row = 4;

/// The column before the first month.
const START: u16 = 2;

impl<'a> Writer<'a> {
    fn new(book: &'a ModelBook<'a>) -> Self {
        let base = Format::new().set_font_size(10);
        let mut writer = Writer {
            trace: book.model.trace(book.settings),
            places: Places {
                model: book.model,
                sheet: &book.words.months,
                month: FIRST - 1,
                start: START,
                rows: HashMap::new(),
                counted: HashMap::new(),
                lasting: HashMap::new(),
                results: HashMap::new(),
            },
            rows: vec![],
            looks: Looks {
                title: base.clone().set_bold().set_font_size(14),
                head: base
                    .clone()
                    .set_bold()
                    .set_border_bottom(FormatBorder::Thin)
                    .set_text_wrap(),
                group: base.clone().set_bold(),
                soft: base.clone().set_font_color(Color::RGB(0x5f_66_70)),
                plain: base,
            },
            book,
        };
        writer.place_months();
        writer.place_results();
        writer
    }

    /// Says where each row of the sheet of months stands.
    fn place_months(&mut self) {
        let model = self.book.model;
        let words = self.book.words;
        let code = &model.code;
        let mut starts: HashMap<Slot, Slot> = HashMap::new();
        for step in &code.steps {
            if let Step::Before(kept, _, Some(start)) = step {
                starts.insert(code.kept[*kept], *start);
            }
        }
        for (place, case) in [Case::Move, Case::Stay].into_iter().enumerate() {
            let mut group = None;
            for (line, both) in model.lines.values().zip(&code.lines) {
                let slot = both[place];
                if case == Case::Stay && slot == both[0] {
                    continue;
                }
                let title = line.group.as_ref().and_then(|g| model.groups.get(g));
                let title = title.cloned().unwrap_or_default();
                if group.as_ref() != Some(&title) {
                    let head = match case {
                        Case::Move => title.clone(),
                        Case::Stay => format!("{title}, {}", words.stay.to_lowercase()),
                    };
                    self.rows.push(Standing::Group(head));
                    group = Some(title);
                }
                self.place(slot);
                let title = line.title.clone();
                let start = starts.get(&slot).copied();
                let (unit, level) = (line.unit, line.level);
                self.rows
                    .push(Standing::Step(slot, title, unit, start, level));
            }
            if case == Case::Move && self.rows.is_empty() {
                return;
            }
            self.rows.push(Standing::Nothing);
        }
        self.place_working();
    }

    /// The rows of what results, sums and pictures are made of and that is no line.
    fn place_working(&mut self) {
        let model = self.book.model;
        let words = self.book.words;
        let code = &model.code;
        let begun = self.rows.len();
        self.rows.push(Standing::Group(words.working.clone()));
        let titles = model.charts.iter().zip(&code.charts);
        let titles: HashMap<Slot, (String, Measure)> = titles
            .flat_map(|(chart, slots)| {
                let lines = chart.lines.iter().zip(slots);
                lines.map(|((title, _), slot)| {
                    (*slot, (format!("{}: {title}", chart.title), chart.unit))
                })
            })
            .collect();
        let summed = code.steps.iter().filter_map(|step| match step {
            Step::SoFar(of) => Some(*of),
            _ => None,
        });
        for slot in summed.chain(code.series.iter().copied()) {
            if self.places.rows.contains_key(&slot) {
                continue;
            }
            let (title, unit) = titles.get(&slot).cloned().unwrap_or_else(|| {
                let unit = if code.is_test(slot) {
                    Measure::Test
                } else {
                    self.unit_of(slot)
                };
                (self.called(slot), unit)
            });
            self.place(slot);
            self.rows
                .push(Standing::Step(slot, title, unit, None, false));
        }
        for step in &code.steps {
            let Step::Gather(gather, of, rate) = step else {
                continue;
            };
            match gather {
                Gather::Payback | Gather::DiscountedPayback => {
                    let first = self.next();
                    let rows = Counted {
                        begun: first,
                        together: first + 1,
                        back: first + 2,
                    };
                    self.places.counted.insert((*gather, *of), rows);
                    let titles = [&words.begun, &words.together, &words.back];
                    for (at, title) in titles.into_iter().enumerate() {
                        self.rows
                            .push(Standing::Counting(*of, *rate, rows, at, title.clone()));
                    }
                }
                Gather::LastingMonth => {
                    let row = self.next();
                    self.places.lasting.insert(*of, row);
                    let title = format!("{}: {}", words.lasting, self.called(*of));
                    self.rows.push(Standing::Lasting(*of, title));
                }
                _ => {}
            }
        }
        if self.rows.len() == begun + 1 {
            self.rows.truncate(begun);
        }
    }

    /// The row that is placed next.
    fn next(&self) -> Row {
        FIRST + Row::try_from(self.rows.len()).unwrap_or(Row::MAX)
    }

    /// The step stands in the row that is placed next, unless it stands in one before.
    fn place(&mut self, slot: Slot) {
        let row = self.next();
        self.places.rows.entry(slot).or_insert(row);
    }

    fn place_results(&mut self) {
        let results = self.book.model.results.keys();
        for (id, slot) in results.zip(&self.book.model.code.results) {
            self.places
                .results
                .entry(*slot)
                .or_insert_with(|| name_of(id));
        }
    }

    /// What a step that is no line is called: by the lines that it is made of.
    fn called(&self, slot: Slot) -> String {
        let model = self.book.model;
        let stay = self.book.words.stay.to_lowercase();
        for (line, both) in model.lines.values().zip(&model.code.lines) {
            if both[0] == slot {
                return line.title.clone();
            }
            if both[1] == slot {
                return format!("{}, {stay}", line.title);
            }
        }
        let of = |a: &Slot| self.called(*a);
        let code = &model.code;
        let two = |a: &Slot, sign: &str, b: &Slot| format!("{} {sign} {}", of(a), of(b));
        match &code.steps[slot] {
            Step::Number(n) => code.numbers[*n].to_string(),
            Step::Input(at, _) => model.input_at(*at).title.clone(),
            Step::Month => self.book.words.month.clone(),
            Step::Arith(op, a, b) => two(
                a,
                match op {
                    Arith::Add => "+",
                    Arith::Subtract => "−",
                    Arith::Multiply => "×",
                    Arith::Divide => "÷",
                },
                b,
            ),
            Step::Compare(op, a, b) => two(a, sign_of(*op), b),
            Step::If(_, a, _) => format!("{} …", of(a)),
            Step::And(a, _) | Step::Or(a, _) | Step::Pick(_, a, _) => format!("{} …", of(a)),
            Step::Not(a) | Step::Floor(a) | Step::Monthly(a) | Step::SoFar(a) => {
                format!("… {}", of(a))
            }
            Step::Before(kept, ..) => of(&code.kept[*kept]),
            Step::Gather(_, a, _) | Step::CurvePayback(_, a) => of(a),
        }
    }

    /// What a step counts, by the first line in it.
    fn unit_of(&self, slot: Slot) -> Measure {
        let model = self.book.model;
        for (line, both) in model.lines.values().zip(&model.code.lines) {
            if both.contains(&slot) {
                return line.unit;
            }
        }
        match &model.code.steps[slot] {
            Step::Arith(_, a, _) | Step::If(_, a, _) | Step::Pick(_, a, _) | Step::SoFar(a) => {
                self.unit_of(*a)
            }
            _ => Measure::Count,
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = undated()?;
        self.results(book.add_worksheet())?;
        self.inputs(book.add_worksheet())?;
        self.name_inputs(&mut book)?;
        if !self.rows.is_empty() {
            self.months(book.add_worksheet())?;
            if self.book.model.months >= 12 {
                self.years(book.add_worksheet())?;
            }
        }
        if !self.book.model.lists.is_empty() {
            self.lists(book.add_worksheet())?;
        }
        if !self.book.model.ranges.is_empty() {
            self.tables(book.add_worksheet())?;
        }
        if !self.book.model.claims.is_empty() {
            self.claims(book.add_worksheet())?;
        }
        if self.book.paths.is_some() || self.book.swings.is_some_and(|(_, s)| !s.is_empty()) {
            self.spread(book.add_worksheet())?;
        }
        book.save_to_buffer()
    }

    /// How a number of a unit looks.
    fn look(&self, unit: Measure) -> Format {
        let format = match unit {
            Measure::Money => "#,##0.00",
            Measure::Percent => "0.0%",
            Measure::Times => "0.00\"×\"",
            Measure::Months | Measure::Years | Measure::Days | Measure::Hours => "#,##0.0",
            Measure::Count => "#,##0.##",
            Measure::Test => "General",
        };
        self.looks.plain.clone().set_num_format(format)
    }

    fn unit(&self, unit: Measure) -> &str {
        let units = self.book.words.units.iter();
        let mut named = units.filter(|(name, _)| *name == unit.name());
        named.next().map_or("", |(_, word)| word)
    }

    /// What a sheet is, and the heads of its columns.
    fn heads(
        &self,
        sheet: &mut Worksheet,
        name: &str,
        note: &str,
        heads: &[&str],
    ) -> Result<(), XlsxError> {
        sheet.set_name(name)?;
        sheet.write_with_format(0, 0, &self.book.model.title, &self.looks.title)?;
        let head = self.book.head.join(" · ");
        sheet.write_with_format(1, 0, head, &self.looks.soft)?;
        sheet.write_with_format(2, 0, note, &self.looks.soft)?;
        for (at, head) in heads.iter().enumerate() {
            let column = u16::try_from(at).unwrap_or(u16::MAX);
            sheet.write_with_format(FIRST - 1, column, *head, &self.looks.head)?;
        }
        sheet.set_column_width(0, 44)?;
        sheet.set_freeze_panes(FIRST, 1)?;
        sheet.set_landscape();
        sheet.set_paper_size(9);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(FIRST - 1, FIRST - 1)?;
        Ok(())
    }

    /// A formula, with what it came to when the workbook was written.
    fn live(
        sheet: &mut Worksheet,
        (row, column): (Row, u16),
        formula: &str,
        value: Option<&str>,
        look: &Format,
    ) -> Result<(), XlsxError> {
        let formula = Formula::new(formula).set_result(value.unwrap_or("#N/A"));
        sheet.write_formula_with_format(row, column, formula, look)?;
        Ok(())
    }

    /// What a step came to, as a workbook keeps it.
    fn kept(&self, slot: Slot, value: Option<&Exact>) -> Option<String> {
        let value = value?;
        Some(if self.book.model.code.is_test(slot) {
            if value.is_zero() { "FALSE" } else { "TRUE" }.to_owned()
        } else {
            value.to_f64().to_string()
        })
    }

    fn inputs(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let book = self.book;
        let words = book.words;
        let heads = [
            &words.input,
            &words.unit,
            &words.value,
            &words.stay,
            &words.least,
            &words.most,
            &words.origin,
            &words.cite,
            &words.help,
        ];
        self.heads(
            sheet,
            &words.inputs,
            &words.note,
            &heads.map(String::as_str),
        )?;
        for (column, width) in [(1, 10), (6, 24), (7, 24), (8, 70)] {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_column_range_width(2, 5, 13)?;
        let changed = |unit| {
            let look = self.look(unit).set_background_color(Color::RGB(0xff_f7_d6));
            look.set_font_color(Color::RGB(0x0b_3d_91))
        };
        for (at, input) in book.model.inputs.values().enumerate() {
            let row = FIRST + Row::try_from(at).unwrap_or(Row::MAX);
            let Some(setting) = book.settings.get(&input.id) else {
                continue;
            };
            sheet.write_with_format(row, 0, &input.title, &self.looks.plain)?;
            sheet.write_with_format(row, 1, self.unit(input.unit), &self.looks.soft)?;
            let look = changed(input.unit);
            sheet.write_number_with_format(row, 2, setting.value.to_f64(), &look)?;
            if input.stay.is_some() {
                let stay = setting.stay.as_ref().unwrap_or(&setting.value);
                sheet.write_number_with_format(row, 3, stay.to_f64(), &look)?;
            }
            if let Some((least, most)) = &setting.range {
                let look = self.look(input.unit);
                sheet.write_number_with_format(row, 4, least.to_f64(), &look)?;
                sheet.write_number_with_format(row, 5, most.to_f64(), &look)?;
            }
            let origin = book.origins.get(at).map_or("", String::as_str);
            sheet.write_with_format(row, 6, origin, &self.looks.plain)?;
            sheet.write_with_format(row, 7, &input.cite, &self.looks.soft)?;
            sheet.write_with_format(row, 8, &input.help, &self.looks.soft)?;
        }
        Ok(())
    }

    fn name_inputs(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let model = self.book.model;
        let mut name = |name: String, sheet: &str, column: &str, at: Row| {
            let row = at + 1;
            book.define_name(name, &format!("={sheet}!${column}${row}"))
                .map(|_| ())
        };
        let sheet = &self.book.words.inputs;
        for (at, input) in model.inputs.values().enumerate() {
            let row = FIRST + Row::try_from(at).unwrap_or(Row::MAX);
            name(name_of_input(model, at, Case::Move), sheet, "C", row)?;
            if input.stay.is_some() {
                name(name_of_input(model, at, Case::Stay), sheet, "D", row)?;
            }
        }
        let sheet = &self.book.words.results;
        for (at, id) in model.results.keys().enumerate() {
            name(name_of(id), sheet, "C", self.result_row(at))?;
        }
        Ok(())
    }

    fn result_row(&self, at: usize) -> Row {
        FIRST + Row::try_from(at).unwrap_or(Row::MAX)
    }

    fn months(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = self.book.words;
        let heads = [&words.line, &words.unit, &words.start];
        self.heads(sheet, &words.months, "", &heads.map(String::as_str))?;
        let months = self.book.model.months;
        let column = |month: u32| START + u16::try_from(month).unwrap_or(u16::MAX);
        for month in 1..=months {
            sheet.write_number_with_format(
                FIRST - 1,
                column(month),
                f64::from(month),
                &self.looks.head,
            )?;
        }
        sheet.set_column_range_width(START, column(months), 12)?;
        sheet.set_freeze_panes(FIRST, START)?;
        for (standing, row) in self.rows.iter().zip(FIRST..) {
            match standing {
                Standing::Nothing => {}
                Standing::Group(title) => {
                    sheet.write_with_format(row, 0, title, &self.looks.group)?;
                }
                Standing::Step(slot, title, unit, start, _) => {
                    sheet.write_with_format(row, 0, title, &self.looks.plain)?;
                    sheet.write_with_format(row, 1, self.unit(*unit), &self.looks.soft)?;
                    let look = self.look(*unit);
                    if let Some(start) = start {
                        let formula = self.places.formula(*start, At::Elsewhere);
                        let value = self.kept(*start, self.trace.value(*start));
                        Self::live(sheet, (row, START), &formula, value.as_deref(), &look)?;
                    }
                    // The same step may be two lines: the second refers to the first.
                    let own = self.places.rows.get(slot) == Some(&row);
                    for month in 1..=months {
                        let at = At::Month(column(month));
                        let formula = if own {
                            self.places.formula(*slot, at)
                        } else {
                            self.places.reference(*slot, at)
                        };
                        let value = self.kept(*slot, self.trace.month(*slot, month));
                        let cell = (row, column(month));
                        Self::live(sheet, cell, &formula, value.as_deref(), &look)?;
                    }
                }
                Standing::Counting(of, rate, rows, which, title) => {
                    sheet.write_with_format(row, 0, title, &self.looks.soft)?;
                    for month in 1..=months {
                        let formulas = self.places.counting(*of, *rate, *rows, column(month));
                        let cell = (row, column(month));
                        let look = self.look(Measure::Count);
                        Self::live(sheet, cell, &formulas[*which], Some("0"), &look)?;
                    }
                }
                Standing::Lasting(of, title) => {
                    sheet.write_with_format(row, 0, title, &self.looks.soft)?;
                    for month in 1..=months {
                        let formula = self.places.holding(*of, row, column(month));
                        let cell = (row, column(month));
                        let look = self.look(Measure::Count);
                        Self::live(sheet, cell, &formula, Some("0"), &look)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn years(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = self.book.words;
        let count = self.book.model.months.div_ceil(12);
        let years: Vec<String> = (1..=count).map(|n| format!("{} {n}", words.year)).collect();
        let heads = [words.line.as_str(), words.unit.as_str()];
        let heads: Vec<&str> = heads
            .into_iter()
            .chain(years.iter().map(String::as_str))
            .collect();
        self.heads(sheet, &words.years, "", &heads)?;
        sheet.set_column_range_width(2, 1 + u16::try_from(count).unwrap_or(1), 15)?;
        for (standing, row) in self.rows.iter().zip(FIRST..) {
            let (slot, title, unit, level) = match standing {
                Standing::Group(title) if *title != words.working => {
                    sheet.write_with_format(row, 0, title, &self.looks.group)?;
                    continue;
                }
                Standing::Group(_) => break,
                Standing::Step(slot, title, unit, _, level) => (slot, title, unit, level),
                _ => continue,
            };
            sheet.write_with_format(row, 0, title, &self.looks.plain)?;
            sheet.write_with_format(row, 1, self.unit(*unit), &self.looks.soft)?;
            for year in 0..count {
                let (first, last) = (12 * year + 1, (12 * (year + 1)).min(self.book.model.months));
                let column = |month: u32| START + u16::try_from(month).unwrap_or(u16::MAX);
                let formula = if *level {
                    let last = self.places.cell(row, column(last), At::Elsewhere);
                    format!("={last}")
                } else {
                    let cells = self.places.cells(row, column(first), column(last));
                    format!("=SUM({cells})")
                };
                let months = (first..=last).map(|m| self.trace.month(*slot, m));
                let value = if *level {
                    self.trace.month(*slot, last).cloned()
                } else {
                    months.map(|m| m.cloned()).sum::<Option<Exact>>()
                };
                let value = self.kept(*slot, value.as_ref());
                let cell = (row, 2 + u16::try_from(year).unwrap_or(0));
                Self::live(sheet, cell, &formula, value.as_deref(), &self.look(*unit))?;
            }
        }
        Ok(())
    }

    fn results(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let book = self.book;
        let words = book.words;
        let model = book.model;
        let heads = [&words.result, &words.unit, &words.value, &words.help];
        self.heads(
            sheet,
            &words.results,
            &book.news,
            &heads.map(String::as_str),
        )?;
        for (column, width) in [(1, 10), (2, 16), (3, 90)] {
            sheet.set_column_width(column, width)?;
        }
        let figures = model.results.values().zip(&model.code.results);
        for (at, (figure, slot)) in figures.enumerate() {
            let row = self.result_row(at);
            let title = if figure.main {
                &self.looks.group
            } else {
                &self.looks.plain
            };
            sheet.write_with_format(row, 0, &figure.title, title)?;
            sheet.write_with_format(row, 1, self.unit(figure.unit), &self.looks.soft)?;
            let own = self.places.results.get(slot) == Some(&name_of(&figure.id));
            let formula = if own {
                self.places.formula(*slot, At::Elsewhere)
            } else {
                self.places.reference(*slot, At::Elsewhere)
            };
            let value = match book.answer.results.get(&figure.id) {
                Some(Outcome::Rates(rates)) => rates.first().map(|r| r.to_f64().to_string()),
                _ => self.kept(*slot, self.trace.value(*slot)),
            };
            let look = self.look(figure.unit);
            Self::live(sheet, (row, 2), &formula, value.as_deref(), &look)?;
            sheet.write_with_format(row, 3, &figure.help, &self.looks.soft)?;
        }
        let last = self.result_row(model.results.len());
        let soft = Format::new().set_font_color(Color::RGB(0xb0_b4_ba));
        let errors = ConditionalFormatError::new().set_format(soft);
        sheet.add_conditional_format(FIRST, 2, last, 2, &errors)?;
        for (line, at) in book.model.assumed.iter().zip(last + 1..) {
            sheet.write_with_format(at, 0, line, &self.looks.soft)?;
        }
        let mut row = last + 2 + Row::try_from(model.assumed.len()).unwrap_or(0);
        for (chart, slots) in model.charts.iter().zip(&model.code.charts) {
            let mut drawn = Chart::new(ChartType::Line);
            drawn.title().set_name(&chart.title);
            let (first, last) = (START + 1, START + u16::try_from(model.months).unwrap_or(0));
            for ((title, _), slot) in chart.lines.iter().zip(slots) {
                let Some(of) = self.places.rows.get(slot) else {
                    continue;
                };
                let sheet = words.months.as_str();
                drawn
                    .add_series()
                    .set_name(title.as_str())
                    .set_categories((sheet, FIRST - 1, first, FIRST - 1, last))
                    .set_values((sheet, *of, first, *of, last));
            }
            drawn
                .x_axis()
                .set_name(&words.month)
                .set_label_position(ChartAxisLabelPosition::Low)
                .set_label_interval(12)
                .set_tick_interval(12);
            drawn.set_width(760).set_height(300);
            sheet.insert_chart(row, 0, &drawn)?;
            row += 16;
        }
        Ok(())
    }

    fn lists(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = self.book.words;
        let model = self.book.model;
        self.heads(sheet, &words.lists, "", &[])?;
        sheet.set_column_range_width(1, 8, 18)?;
        let mut row = FIRST - 1;
        for (list, cells) in model.lists.iter().zip(&model.code.lists) {
            sheet.write_with_format(row, 0, &list.title, &self.looks.head)?;
            let columns = list.columns.iter().map(|(title, _)| title.as_str());
            let heads = columns.chain([words.cite.as_str(), &words.help]);
            for (head, column) in heads.zip(1..) {
                sheet.write_with_format(row, column, head, &self.looks.head)?;
            }
            for (item, slots) in list.rows.iter().zip(cells) {
                row += 1;
                sheet.write_with_format(row, 0, &item.title, &self.looks.plain)?;
                let mut column = 1;
                for ((_, unit), slot) in list.columns.iter().zip(slots) {
                    let formula = self.places.reference(*slot, At::Elsewhere);
                    let value = self.kept(*slot, self.trace.value(*slot));
                    let look = self.look(*unit);
                    Self::live(sheet, (row, column), &formula, value.as_deref(), &look)?;
                    column += 1;
                }
                sheet.write_with_format(row, column, &item.cite, &self.looks.soft)?;
                sheet.write_with_format(row, column + 1, &item.note, &self.looks.soft)?;
            }
            row += 2;
        }
        Ok(())
    }

    fn tables(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = self.book.words;
        let model = self.book.model;
        let (least, most) = (format!("{} ×", words.least), format!("{} ×", words.most));
        let heads = [
            words.tables.as_str(),
            &words.row,
            &words.fits,
            &least,
            &most,
            &words.least,
            &words.most,
            &words.cite,
            &words.help,
        ];
        self.heads(sheet, &words.tables, "", &heads)?;
        sheet.set_column_width(1, 34)?;
        sheet.set_column_range_width(2, 6, 14)?;
        sheet.set_column_range_width(7, 8, 50)?;
        let mut row = FIRST;
        for ((table, tests), found) in model
            .ranges
            .iter()
            .zip(&model.code.ranges)
            .zip(&self.book.answer.ranges)
        {
            let unit = model.results.get(&table.of).map(|r| r.unit);
            let look = self.look(unit.unwrap_or(Measure::Money));
            let of = name_of(&table.of);
            for (at, (line, test)) in table.rows.iter().zip(tests).enumerate() {
                sheet.write_with_format(row, 0, &table.title, &self.looks.plain)?;
                sheet.write_with_format(row, 1, &line.title, &self.looks.plain)?;
                let formula = self.places.reference(*test, At::Elsewhere);
                let fits = self.kept(*test, self.trace.value(*test));
                Self::live(
                    sheet,
                    (row, 2),
                    &formula,
                    fits.as_deref(),
                    &self.looks.plain,
                )?;
                let times = self.look(Measure::Times);
                let found = found.iter().find(|(of, ..)| *of == at);
                for (column, multiple, value) in [
                    (3, &line.from, found.map(|(_, least, _)| least)),
                    (4, &line.to, found.map(|(_, _, most)| most)),
                ] {
                    sheet.write_number_with_format(row, column, multiple.to_f64(), &times)?;
                    let letter = if column == 3 { "D" } else { "E" };
                    let here = row + 1;
                    let formula = format!("=IF(C{here},{of}*{letter}{here},\"\")");
                    let value = value.map_or(String::new(), |v| v.to_f64().to_string());
                    Self::live(sheet, (row, column + 2), &formula, Some(&value), &look)?;
                }
                sheet.write_with_format(row, 7, &table.cite, &self.looks.soft)?;
                sheet.write_with_format(row, 8, &table.note, &self.looks.soft)?;
                row += 1;
            }
        }
        Ok(())
    }

    fn claims(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = self.book.words;
        let model = self.book.model;
        let heads = [
            &words.claim,
            &words.reading,
            &words.result,
            &words.value,
            &words.holds,
            &words.cite,
            &words.help,
        ];
        self.heads(sheet, &words.claims, "", &heads.map(String::as_str))?;
        sheet.set_column_range_width(1, 2, 34)?;
        sheet.set_column_range_width(3, 4, 14)?;
        sheet.set_column_range_width(5, 6, 50)?;
        let mut row = FIRST;
        for (claim, code) in model.claims.iter().zip(&model.code.claims) {
            let readings = claim.readings.iter().zip(&code.readings);
            let readings =
                readings.map(|(r, (shows, holds))| (r.title.as_str(), &r.shows, shows, *holds));
            let yours = (words.yours.as_str(), &claim.yours, &code.yours, code.met);
            for (title, shows, slots, holds) in readings.chain([yours]) {
                for (at, (show, slot)) in shows.iter().zip(slots).enumerate() {
                    sheet.write_with_format(row, 0, &claim.title, &self.looks.plain)?;
                    sheet.write_with_format(row, 1, title, &self.looks.plain)?;
                    sheet.write_with_format(row, 2, &show.title, &self.looks.plain)?;
                    let formula = self.places.reference(*slot, At::Elsewhere);
                    let value = self.kept(*slot, self.trace.value(*slot));
                    let look = self.look(show.unit);
                    Self::live(sheet, (row, 3), &formula, value.as_deref(), &look)?;
                    if let Some(test) = holds.filter(|_| at == 0) {
                        let formula = self.places.reference(test, At::Elsewhere);
                        let value = self.kept(test, self.trace.value(test));
                        let look = &self.looks.plain;
                        Self::live(sheet, (row, 4), &formula, value.as_deref(), look)?;
                    }
                    sheet.write_with_format(row, 5, &claim.cite, &self.looks.soft)?;
                    sheet.write_with_format(row, 6, &claim.note, &self.looks.soft)?;
                    row += 1;
                }
            }
        }
        Ok(())
    }

    fn spread(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let words = self.book.words;
        let model = self.book.model;
        let shares = [5, 10, 25, 50, 75, 90, 95];
        let below: Vec<String> = shares
            .iter()
            .map(|n| format!("{} {n}", words.below))
            .collect();
        let heads = [words.result.as_str(), words.unit.as_str()];
        let heads: Vec<&str> = heads
            .into_iter()
            .chain(below.iter().map(String::as_str))
            .collect();
        self.heads(sheet, &words.spread, &words.fixed, &heads)?;
        sheet.set_column_range_width(2, 8, 15)?;
        let mut row = FIRST;
        if let Some((paths, ran)) = &self.book.paths {
            for (id, of) in &paths.results {
                let Some(figure) = model.results.get(id) else {
                    continue;
                };
                let look = self.look(figure.unit);
                sheet.write_with_format(row, 0, &figure.title, &self.looks.plain)?;
                sheet.write_with_format(row, 1, self.unit(figure.unit), &self.looks.soft)?;
                for (share, column) in shares.iter().zip(2..) {
                    match of.below(*share) {
                        Some(n) => {
                            sheet.write_number_with_format(row, column, n.to_f64(), &look)?
                        }
                        None => {
                            sheet.write_with_format(row, column, &words.never, &self.looks.soft)?
                        }
                    };
                }
                row += 1;
            }
            for (id, yes) in &paths.tests {
                let Some(figure) = model.results.get(id) else {
                    continue;
                };
                sheet.write_with_format(row, 0, &figure.title, &self.looks.plain)?;
                let share = share(*yes, paths.count);
                let look = self.look(Measure::Percent);
                sheet.write_number_with_format(row, 2, share, &look)?;
                row += 1;
            }
            sheet.write_with_format(row, 0, ran, &self.looks.soft)?;
            row += 2;
        }
        let Some((of, swings)) = self.book.swings else {
            return Ok(());
        };
        let Some(figure) = model.results.get(of) else {
            return Ok(());
        };
        let heads = [&words.input, &words.unit, &words.least, &words.most];
        for (head, column) in heads.into_iter().zip([0, 1, 2, 4]) {
            sheet.write_with_format(row, column, head, &self.looks.head)?;
        }
        for column in [3, 5] {
            sheet.write_with_format(row, column, &figure.title, &self.looks.head)?;
        }
        for swing in swings {
            row += 1;
            let input = model.inputs.get(&swing.input);
            let range = self.book.settings.get(&swing.input);
            let (Some(input), Some((least, most))) = (input, range.and_then(|s| s.range.as_ref()))
            else {
                continue;
            };
            sheet.write_with_format(row, 0, &input.title, &self.looks.plain)?;
            sheet.write_with_format(row, 1, self.unit(input.unit), &self.looks.soft)?;
            let (given, came) = (self.look(input.unit), self.look(figure.unit));
            sheet.write_number_with_format(row, 2, least.to_f64(), &given)?;
            sheet.write_number_with_format(row, 3, swing.at_least.to_f64(), &came)?;
            sheet.write_number_with_format(row, 4, most.to_f64(), &given)?;
            sheet.write_number_with_format(row, 5, swing.at_most.to_f64(), &came)?;
        }
        Ok(())
    }
}

/// So many of all, as a share.
fn share(count: u64, of: u64) -> f64 {
    let count = Exact::from(i64::try_from(count).unwrap_or(i64::MAX));
    let of = Exact::from(i64::try_from(of).unwrap_or(i64::MAX));
    count.checked_div(&of).map_or(0.0, |share| share.to_f64())
}

/// A comparison as people write it.
fn sign_of(op: Compare) -> &'static str {
    match op {
        Compare::Equal => "=",
        Compare::NotEqual => "≠",
        Compare::Less => "<",
        Compare::AtMost => "≤",
        Compare::More => ">",
        Compare::AtLeast => "≥",
    }
}
