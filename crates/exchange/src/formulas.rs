//! The steps of a model as formulas of a spreadsheet.
//!
//! Inputs and results have names (`new_customers`, `npv`), so that a formula reads as its file does. Lines are rows with a
//! column a month; a step that is no line stands within the formulas that need it.

use std::collections::HashMap;

use domain::model::Model;
use domain::model::compile::{Case, Gather, Slot, Step};
use domain::number::Exact;
use domain::syntax::{Arith, Compare};
use rust_xlsxwriter::utility::column_number_to_name;

/// How tightly what a formula says holds together: the higher, the fewer brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Compared,
    Sum,
    Product,
    Power,
    Whole,
}

/// A place in the sheet of months: which row, counted from 0.
pub(crate) type Row = u32;

/// The rows that a payback is counted in, beside the one that it is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    /// Has a month cost anything yet? 1 or 0.
    pub(crate) begun: Row,
    /// All together since then.
    pub(crate) together: Row,
    /// Months until it is back at nothing; empty before.
    pub(crate) back: Row,
}

/// Where everything of a model stands in its workbook.
pub(crate) struct Places<'m> {
    pub(crate) model: &'m Model,
    /// The sheet of months, as formulas name it.
    pub(crate) sheet: &'m str,
    /// The row that numbers the months.
    pub(crate) month: Row,
    /// The column before the first month.
    pub(crate) start: u16,
    /// The rows of steps.
    pub(crate) rows: HashMap<Slot, Row>,
    /// The rows that paybacks are counted in, by what they are of.
    pub(crate) counted: HashMap<(Gather, Slot), Counted>,
    /// Rows that count how long a test has been true.
    pub(crate) lasting: HashMap<Slot, Row>,
    /// The names of results, by their step: the first of several.
    pub(crate) results: HashMap<Slot, String>,
}

/// Where a formula stands.
#[derive(Clone, Copy)]
pub(crate) enum At {
    /// In the sheet of months, in this column.
    Month(u16),
    /// Anywhere else.
    Elsewhere,
}

impl Places<'_> {
    /// The formula of a step, without what is known of its own place: `=customers*spend`.
    pub(crate) fn formula(&self, slot: Slot, at: At) -> String {
        format!("={}", self.step(slot, at).0)
    }

    /// The same, or a reference to where the step stands.
    pub(crate) fn reference(&self, slot: Slot, at: At) -> String {
        format!("={}", self.term(slot, at).0)
    }

    /// The last column of the months.
    fn last(&self) -> u16 {
        self.start + u16::try_from(self.model.months).unwrap_or(u16::MAX)
    }

    /// A cell of the sheet of months: from another sheet with its name.
    pub(crate) fn cell(&self, row: Row, column: u16, at: At) -> String {
        let here = format!("{}{}", column_number_to_name(column), row + 1);
        match at {
            At::Month(_) => here,
            At::Elsewhere => format!("{}!{here}", self.sheet),
        }
    }

    /// Cells of a row, from one column to another.
    pub(crate) fn cells(&self, row: Row, from: u16, to: u16) -> String {
        let name = column_number_to_name;
        let row = row + 1;
        format!("{}!${}${row}:${}${row}", self.sheet, name(from), name(to))
    }

    fn months(&self, row: Row) -> String {
        self.cells(row, self.start + 1, self.last())
    }

    /// A step where it is needed: its place if it has one.
    fn term(&self, slot: Slot, at: At) -> (String, Hold) {
        if let Some(row) = self.rows.get(&slot)
            && let At::Month(column) = at
        {
            return (self.cell(*row, column, at), Hold::Whole);
        }
        if let Some(name) = self.results.get(&slot)
            && matches!(at, At::Elsewhere)
        {
            return (name.clone(), Hold::Whole);
        }
        self.step(slot, at)
    }

    /// A term in brackets where it holds less than is needed.
    fn held(&self, slot: Slot, at: At, least: Hold) -> String {
        let (text, hold) = self.term(slot, at);
        if hold < least {
            format!("({text})")
        } else {
            text
        }
    }

    fn step(&self, slot: Slot, at: At) -> (String, Hold) {
        let code = &self.model.code;
        let joined = |a: Slot, sign: &str, b: Slot, hold: Hold, right: Hold| {
            let (a, b) = (self.held(a, at, hold), self.held(b, at, right));
            (format!("{a}{sign}{b}"), hold)
        };
        let call = |name: &str, of: &[Slot]| {
            let of: Vec<String> = of.iter().map(|s| self.term(*s, at).0).collect();
            (format!("{name}({})", of.join(",")), Hold::Whole)
        };
        match &code.steps[slot] {
            Step::Number(n) => number(&code.numbers[*n]),
            Step::Input(input, case) => (name_of_input(self.model, *input, *case), Hold::Whole),
            Step::Month => match at {
                At::Month(column) => {
                    let name = column_number_to_name(column);
                    (format!("{name}${}", self.month + 1), Hold::Whole)
                }
                At::Elsewhere => ("0".to_owned(), Hold::Whole),
            },
            Step::Before(kept, ago, _) => {
                let At::Month(column) = at else {
                    return ("0".to_owned(), Hold::Whole);
                };
                let row = self.rows.get(&code.kept[*kept]).copied().unwrap_or(0);
                let ago = u16::try_from(*ago).unwrap_or(u16::MAX);
                // What was before the first month stands in the column before it.
                let column = column.saturating_sub(ago).max(self.start);
                (self.cell(row, column, at), Hold::Whole)
            }
            Step::SoFar(of) => {
                let At::Month(column) = at else {
                    return ("0".to_owned(), Hold::Whole);
                };
                let row = self.rows.get(of).copied().unwrap_or(0);
                let (first, row) = (column_number_to_name(self.start + 1), row + 1);
                let here = column_number_to_name(column);
                (format!("SUM(${first}{row}:{here}{row})"), Hold::Whole)
            }
            Step::Arith(Arith::Add, a, b) => joined(*a, "+", *b, Hold::Sum, Hold::Sum),
            Step::Arith(Arith::Subtract, a, b) => joined(*a, "-", *b, Hold::Sum, Hold::Product),
            Step::Arith(Arith::Multiply, a, b) => joined(*a, "*", *b, Hold::Product, Hold::Product),
            Step::Arith(Arith::Divide, a, b) => joined(*a, "/", *b, Hold::Product, Hold::Power),
            Step::Pick(true, a, b) => call("MAX", &[*a, *b]),
            Step::Pick(false, a, b) => call("MIN", &[*a, *b]),
            Step::Compare(op, a, b) => {
                let sign = match op {
                    Compare::Equal => "=",
                    Compare::NotEqual => "<>",
                    Compare::Less => "<",
                    Compare::AtMost => "<=",
                    Compare::More => ">",
                    Compare::AtLeast => ">=",
                };
                joined(*a, sign, *b, Hold::Compared, Hold::Sum)
            }
            Step::And(a, b) => call("AND", &[*a, *b]),
            Step::Or(a, b) => call("OR", &[*a, *b]),
            Step::Not(a) => call("NOT", &[*a]),
            Step::If(when, a, b) => call("IF", &[*when, *a, *b]),
            Step::Floor(a) => call("INT", &[*a]),
            Step::Monthly(a) => {
                let a = self.held(*a, at, Hold::Sum);
                (format!("(1+{a})^(1/12)-1"), Hold::Sum)
            }
            Step::Gather(gather, of, rate) => self.gathered(*gather, *of, *rate),
            Step::CurvePayback(ramp, a) => {
                let years = (self.model.months / 12).max(1);
                let a = self.held(*a, at, Hold::Power);
                let text = if *ramp {
                    // Year t returns in proportion to t: so many whole years, and a part of the next.
                    let all = years * (years + 1);
                    let whole = format!("INT((SQRT(1+{}/{a})-1)/2)", 4 * all);
                    format!(
                        "IF({a}<1,NA(),{whole}+({all}/{a}-{whole}*({whole}+1))/(2*({whole}+1)))"
                    )
                } else {
                    format!("IF({a}<1,NA(),{years}/{a})")
                };
                (text, Hold::Whole)
            }
        }
    }

    /// A whole row made into one value.
    fn gathered(&self, gather: Gather, of: Slot, rate: Option<Slot>) -> (String, Hold) {
        let row = self.rows.get(&of).copied().unwrap_or(0);
        let all = self.months(row);
        let last = |row: Row| {
            let name = column_number_to_name(self.last());
            format!("{}!${name}${}", self.sheet, row + 1)
        };
        let text = match gather {
            Gather::Total => format!("SUM({all})"),
            Gather::Final => last(row),
            Gather::LastYear => {
                let first = self.last().saturating_sub(11).max(self.start + 1);
                format!("SUM({})", self.cells(row, first, self.last()))
            }
            Gather::Least => format!("MIN({all})"),
            Gather::Most => format!("MAX({all})"),
            Gather::LeastMonth => format!("MATCH(MIN({all}),{all},0)"),
            Gather::FirstMonth => format!("MATCH(TRUE,{all},0)"),
            Gather::LastingMonth => {
                let count = last(self.lasting.get(&of).copied().unwrap_or(0));
                let after = self.model.months + 1;
                format!("IF({count}=0,NA(),{after}-{count})")
            }
            Gather::PresentValue => {
                let rate = rate.map_or("0".to_owned(), |r| self.term(r, At::Elsewhere).0);
                format!("NPV({rate},{all})")
            }
            // One rate, the nearest to 1 % a month; a spreadsheet shows no second.
            Gather::ReturnRate => {
                return (format!("(1+IRR({all},0.01))^12-1"), Hold::Sum);
            }
            Gather::Payback | Gather::DiscountedPayback => {
                let back = self.counted.get(&(gather, of)).map_or(0, |c| c.back);
                let back = last(back);
                format!("IF(ISNUMBER({back}),{back},NA())")
            }
        };
        (text, Hold::Whole)
    }

    /// The formulas of the rows that a payback is counted in, in one column: begun, together, back.
    pub(crate) fn counting(
        &self,
        of: Slot,
        rate: Option<Slot>,
        rows: Counted,
        column: u16,
    ) -> [String; 3] {
        let at = At::Month(column);
        let cell = |row: Row| self.cell(row, column, at);
        let before = |row: Row| self.cell(row, column - 1, at);
        let payment = self.rows.get(&of).map_or("0".to_owned(), |row| cell(*row));
        let worth = match rate {
            Some(rate) => {
                let month = self.cell(self.month, column, at);
                let rate = self.held(rate, At::Elsewhere, Hold::Sum);
                format!("{payment}/(1+{rate})^{month}")
            }
            None => payment.clone(),
        };
        let (begun, together) = (cell(rows.begun), cell(rows.together));
        let (earlier, back) = (before(rows.together), before(rows.back));
        let first = column_number_to_name(self.start + 1);
        let row = rows.begun + 1;
        let count = format!("SUM(${first}{row}:{begun})");
        [
            format!("=IF(OR({}=1,{payment}<0),1,0)", before(rows.begun)),
            format!("=IF({begun}=1,{earlier}+{worth},0)"),
            format!(
                "=IF(ISNUMBER({back}),{back},IF(AND({begun}=1,{together}>=0),{count}-1-{earlier}/({together}-{earlier}),\"\"))"
            ),
        ]
    }

    /// The formula that counts how many months a test has been true, in one column.
    pub(crate) fn holding(&self, of: Slot, row: Row, column: u16) -> String {
        let at = At::Month(column);
        let test = self.rows.get(&of).copied().unwrap_or(0);
        let before = self.cell(row, column - 1, at);
        format!("=IF({},N({before})+1,0)", self.cell(test, column, at))
    }
}

/// The name of an input in a workbook: `new_customers`, and `new_customers_stay` if nothing is changed.
pub(crate) fn name_of_input(model: &Model, at: usize, case: Case) -> String {
    let name = name_of(&model.input_at(at).id);
    match case {
        Case::Move => name,
        Case::Stay => format!("{name}_stay"),
    }
}

/// A name that no spreadsheet takes for a cell: `revenue_12m`, `x1_`.
pub(crate) fn name_of(id: &str) -> String {
    let mut name = id.replace('-', "_");
    let letters = name.chars().take_while(char::is_ascii_alphabetic).count();
    let rest = &name[letters..];
    let digits = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit());
    // Alone they mean a row and a column.
    let cell = (letters <= 3 && digits) || ["r", "c"].contains(&name.as_str());
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins {
        name.insert(0, '_');
    }
    if cell {
        name.push('_');
    }
    name
}

fn number(n: &Exact) -> (String, Hold) {
    let text = n.to_string();
    let hold = if text.contains('/') {
        Hold::Product
    } else if text.starts_with('-') {
        Hold::Sum
    } else {
        Hold::Whole
    };
    (text, hold)
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn no_name_is_that_of_a_cell() {
        assert_eq!(name_of("new-customers"), "new_customers");
        assert_eq!(name_of("x1"), "x1_");
        assert_eq!(name_of("noc"), "noc");
        assert_eq!(name_of("c"), "c_");
        assert_eq!(name_of("2nd"), "_2nd");
        assert_eq!(name_of("revenue-12m"), "revenue_12m");
    }
}
