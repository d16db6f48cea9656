//! One cell: the text that a file has, read as what its column holds.
//!
//! Knows the forms in which exports write days, numbers, amounts and shares; guesses none that could mean two things.

use crate::calendar::Day;
use crate::diagnostic::did_you_mean;
use crate::number::Exact;
use crate::program::AnswerType;
use crate::vocabulary::plain;

use super::{DayOrder, Decimal};

/// Why a cell cannot be read; the row that has it is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub code: &'static str,
    pub message: String,
    pub help: String,
}

impl Fault {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Fault {
        Fault {
            code,
            message: message.into(),
            help: help.into(),
        }
    }
}

/// A cell's text in a message: in backticks, on one line, and no longer than a line can show.
pub(super) fn quoted(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

// -- Days ------------------------------------------------------------------------------------------------------------

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month_name(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| {
        *m == word
            || (word.len() == 3 && m.starts_with(&word))
            || (word == "sept" && *m == "september")
    })?;
    Some(at as u32 + 1)
}

fn civil(year: u32, month: u32, day: u32) -> Option<Day> {
    let year = i16::try_from(year)
        .ok()
        .filter(|y| (1900..2200).contains(y))?;
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

/// Reads a day. `open_end`: the column says when something ends, so that the last day of 9999 means "never".
pub(super) fn day(text: &str, order: DayOrder, open_end: bool) -> Result<Option<Day>, Fault> {
    if let Some(day) = Day::parse(text) {
        return Ok(Some(day));
    }
    let bad = |help: &str| Fault::new("bad-date", format!("{} is no day", quoted(text)), help);
    const ISO: &str = "write the day as 2022-06-30";
    // A time of day is left out: the day is the one that the file prints.
    let date = text
        .match_indices(['T', ' '])
        .find(|(at, _)| *at >= 6 && is_time(&text[at + 1..]))
        .map_or(text, |(at, _)| &text[..at]);
    if let Some(day) = Day::parse(date) {
        return Ok(Some(day));
    }
    if open_end && (date == "9999-12-31" || date == "12/31/9999" || date == "31.12.9999") {
        return Ok(None);
    }
    let is_number = |s: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit())
    };
    if is_number(date, 8..=8) {
        let number: u32 = date.parse().unwrap_or(0);
        return civil(number / 10_000, number / 100 % 100, number % 100)
            .map(Some)
            .ok_or_else(|| bad(ISO));
    }
    if is_number(date, 5..=5) {
        return Err(bad(
            "this looks like a spreadsheet's count of days: format the column as a date before it is saved",
        ));
    }
    let parts: Vec<&str> = date
        .split([' ', '/', '.', '-', ','])
        .filter(|p| !p.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else {
        let month_only = matches!(parts.as_slice(), [x, y] if (is_number(x, 4..=4) && (is_number(y, 1..=2) || month_name(y).is_some())) || (is_number(y, 4..=4) && (is_number(x, 1..=2) || month_name(x).is_some())));
        return Err(if month_only {
            Fault::new(
                "bad-date",
                format!("{} is a month, and no day of it", quoted(text)),
                "write the day as 2022-06-30; for a reading of a month, its first or last day",
            )
        } else {
            bad(ISO)
        });
    };
    let number = |s: &str| s.parse::<u32>().unwrap_or(0);
    let short = |s: &str| is_number(s, 1..=2);
    let year = |s: &str| is_number(s, 4..=4);
    let found = if year(a) && short(b) && short(c) {
        civil(number(a), number(b), number(c))
    } else if let (Some(month), true, true) = (month_name(a), short(b), year(c)) {
        civil(number(c), month, number(b))
    } else if let (true, Some(month), true) = (short(a), month_name(b), year(c)) {
        civil(number(c), month, number(a))
    } else if short(a) && short(b) && year(c) {
        let (first, second, year) = (number(a), number(b), number(c));
        // Days with points are written day first wherever they are written at all.
        let order = if date.contains('.') {
            DayOrder::DayFirst
        } else {
            order
        };
        match order {
            DayOrder::MonthFirst => civil(year, first, second),
            DayOrder::DayFirst => civil(year, second, first),
            DayOrder::Unsaid => match (civil(year, first, second), civil(year, second, first)) {
                (Some(x), Some(y)) if x != y => {
                    return Err(Fault::new(
                        "ambiguous-date",
                        format!("{} is {x} or {y}", quoted(text)),
                        "write the day as 2022-06-30, or say in the header which comes first: `earned_on (MM/DD/YYYY)`",
                    ));
                }
                (x, y) => x.or(y),
            },
        }
    } else if short(a) && short(b) && short(c) {
        return Err(Fault::new(
            "ambiguous-date",
            format!("{} has a year of two digits", quoted(text)),
            ISO,
        ));
    } else {
        None
    };
    found.map(Some).ok_or_else(|| match order {
        DayOrder::MonthFirst => bad("the header says month first: write 06/30/2022, or 2022-06-30"),
        DayOrder::DayFirst => bad("the day comes first here: write 30/06/2022, or 2022-06-30"),
        DayOrder::Unsaid => bad(ISO),
    })
}

/// `00:00`, `12:30:00.000Z`, `00:00:00+02:00`, `12:00 AM`, `00:00:00 UTC`.
fn is_time(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
        && text[digits..].starts_with(':')
        && text.len() <= 32
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    ':' | '.'
                        | '+'
                        | '-'
                        | ' '
                        | 'Z'
                        | 'z'
                        | 'U'
                        | 'T'
                        | 'C'
                        | 'A'
                        | 'P'
                        | 'M'
                        | 'a'
                        | 'p'
                        | 'm'
                )
        })
}

// -- Numbers ---------------------------------------------------------------------------------------------------------

/// A plain decimal with a point, the form that files should have. `None` where it is anything else.
fn plain_decimal(text: &str) -> Option<Exact> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes.first()? {
        b'-' => (true, &bytes[1..]),
        b'+' => (false, &bytes[1..]),
        _ => (false, bytes),
    };
    let mut units: i64 = 0;
    let mut decimals = None;
    let mut count = 0_u32;
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                count += 1;
                if count > 18 {
                    return slow_decimal(text);
                }
                units = units * 10 + i64::from(byte - b'0');
                decimals = decimals.map(|d: u32| d + 1);
            }
            b'.' if decimals.is_none() && count > 0 => decimals = Some(0),
            _ => return None,
        }
    }
    let mut decimals = match decimals {
        Some(0) => return None,
        d => d.unwrap_or(0),
    };
    if count == 0 {
        return None;
    }
    while decimals > 0 && units % 10 == 0 {
        units /= 10;
        decimals -= 1;
    }
    let units = if negative { -units } else { units };
    Some(Exact::scaled(units.into(), decimals))
}

fn slow_decimal(text: &str) -> Option<Exact> {
    (!text.contains('_')).then(|| Exact::parse(text))?
}

/// Reads a number with the separators that exports write, where they can mean only one thing.
pub(super) fn number(text: &str, decimal: Decimal) -> Result<Exact, Fault> {
    // A point in a file of semicolons may divide thousands, so there the plain form is looked at as well.
    if decimal == Decimal::Point
        && let Some(number) = plain_decimal(text)
    {
        return Ok(number);
    }
    let bad = || {
        Fault::new(
            "bad-number",
            format!("{} is no number", quoted(text)),
            "write digits, with a point before the decimals: 1500.25",
        )
    };
    let (negative, body) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inside) => (true, inside.trim()),
        None => match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    if body.is_empty()
        || !body.starts_with(|c: char| c.is_ascii_digit())
        || !body.ends_with(|c: char| c.is_ascii_digit())
        || !body.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}')
        })
    {
        return Err(bad());
    }
    let points = body.matches('.').count();
    let commas = body.matches(',').count();
    let comma_help = || {
        Fault::new(
            "decimal-comma",
            format!("{} has a comma before its decimals", quoted(text)),
            "write a point before the decimals: 1500.25",
        )
    };
    let point_help = || {
        Fault::new(
            "decimal-comma",
            format!(
                "{} has a point before its decimals, where a comma is written",
                quoted(text)
            ),
            "write a comma before the decimals, as the rest of the file does",
        )
    };
    // Which sign stands before the decimals?
    let mark = match (points, commas, decimal) {
        (0, 0, _) => None,
        (_, _, Decimal::Point) => Some('.'),
        (_, _, Decimal::Comma) => Some(','),
        (1.., 1.., Decimal::Unsaid) => {
            // The last sign stands before the decimals; it must stand there alone.
            let last = body
                .rfind(['.', ','])
                .and_then(|at| body[at..].chars().next());
            last.filter(|l| body.matches(*l).count() == 1)
        }
        (points, commas, Decimal::Unsaid) => {
            let sign = if points > 0 { '.' } else { ',' };
            if points + commas > 1 {
                // Twice the same sign: it divides thousands.
                Some(if sign == '.' { ',' } else { '.' })
            } else if body.rsplit(sign).next().is_some_and(|d| d.len() == 3)
                && body
                    .split(sign)
                    .next()
                    .is_some_and(|w| (1..=3).contains(&w.len()) && !w.starts_with('0'))
            {
                let (as_decimal, as_thousands) = (body.replace(sign, "."), body.replace(sign, ""));
                return Err(Fault::new(
                    "ambiguous-number",
                    format!("{} is {as_decimal} or {as_thousands}", quoted(text)),
                    format!("write {as_decimal}0 or {as_thousands}"),
                ));
            } else {
                Some(sign)
            }
        }
    };
    let (whole, fraction) = match mark {
        Some(mark) => match body.split_once(mark) {
            Some((_, rest)) if rest.contains(mark) => return Err(bad()),
            Some((whole, fraction)) => (whole, fraction),
            None => (body, ""),
        },
        None => (body, ""),
    };
    if fraction.is_empty() && mark.is_some_and(|m| body.contains(m)) {
        return Err(bad());
    }
    // The other signs divide thousands, each group of three, all alike.
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let grouped = groups.len() == 1
        || (1..=3).contains(&groups[0].len())
            && groups[1..].iter().all(|g| g.len() == 3)
            && separators.windows(2).all(|w| w[0] == w[1])
            && !groups[0].starts_with('0');
    if !grouped || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(match decimal {
            Decimal::Point if commas == 1 => comma_help(),
            Decimal::Comma if points == 1 && commas == 0 => point_help(),
            _ => bad(),
        });
    }
    let mut joined = String::with_capacity(body.len() + 1);
    if negative {
        joined.push('-');
    }
    joined.extend(groups);
    if !fraction.is_empty() {
        joined.push('.');
        joined.push_str(fraction);
    }
    plain_decimal(&joined).ok_or_else(bad)
}

/// Reads a share: `50%` is 1/2, and so is `0.5`.
pub(super) fn percent(text: &str, decimal: Decimal) -> Result<Exact, Fault> {
    if let Some(percents) = text.strip_suffix('%') {
        let number = number(percents.trim_end(), decimal)?;
        return Ok(number
            .checked_div(&Exact::from(100))
            .expect("INVARIANT: 100 is not zero"));
    }
    let number = number(text, decimal)?;
    if number > Exact::ONE || number < -Exact::ONE {
        return Err(Fault::new(
            "bad-percent",
            format!("{} is more than the whole, or lacks its %", quoted(text)),
            format!("write {text}% for {text} hundredths, and 0.5 or 50% for a half"),
        ));
    }
    Ok(number)
}

/// `yes` or `no`, however an export writes them.
pub(super) fn yes_no(text: &str) -> Result<&'static str, Fault> {
    const YES: [&str; 4] = ["yes", "true", "y", "1"];
    const NO: [&str; 4] = ["no", "false", "n", "0"];
    let is = |words: [&str; 4]| words.iter().any(|w| w.eq_ignore_ascii_case(text));
    if is(YES) {
        Ok("yes")
    } else if is(NO) {
        Ok("no")
    } else {
        Err(Fault::new(
            "bad-yes-no",
            format!("{} is neither yes nor no", quoted(text)),
            "write `yes` or `no`, or leave the cell empty where it is not known",
        ))
    }
}

// -- Money -----------------------------------------------------------------------------------------------------------

/// Signs that belong to one currency only. `$`, `¥` and `kr` do not: an amount with them needs its code beside it.
const SIGNS: [(&str, &str); 14] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("zł", "PLN"),
];
/// Signs of several currencies, and those that they may be of.
const SHARED_SIGNS: [(&str, &[&str]); 3] = [
    (
        "$",
        &[
            "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD", "BBD",
            "BSD", "JMD",
        ],
    ),
    ("¥", &["JPY", "CNY"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
];

/// What stands beside an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    Code(String),
    /// A sign of several currencies.
    Sign(&'static str, &'static [&'static str]),
}

/// Reads an amount: a number, with a currency's sign or code on one side where the export writes one.
pub(super) fn amount(text: &str, decimal: Decimal) -> Result<(Exact, Beside), Fault> {
    if decimal == Decimal::Point
        && let Some(number) = plain_decimal(text)
    {
        return Ok((number, Beside::Nothing));
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let (open, rest) = match rest.strip_prefix('(') {
        Some(inside) => match inside.strip_suffix(')') {
            Some(inside) => (true, inside.trim()),
            None => (false, rest),
        },
        None => (false, rest),
    };
    let is_number_part =
        |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | '.' | ',' | ')' | '\'' | '’');
    let front = rest
        .find(|c: char| c.is_ascii_digit() || c == '-' || c == '(')
        .unwrap_or(rest.len());
    let back = rest.rfind(is_number_part).map_or(0, |at| {
        at + rest[at..].chars().next().map_or(1, char::len_utf8)
    });
    if front >= back {
        return Err(Fault::new(
            "bad-number",
            format!("{} is no amount", quoted(text)),
            "write digits, with a point before the decimals: 1500.25",
        ));
    }
    let before = rest[..front].trim();
    let after = rest[back..].trim();
    let beside = match (before, after) {
        ("", "") => Beside::Nothing,
        (mark, "") | ("", mark) => {
            let known = |m: &str| {
                SIGNS
                    .iter()
                    .find(|(s, _)| *s == m)
                    .map(|(_, c)| Beside::Code((*c).to_owned()))
            };
            let shared = |m: &str| {
                SHARED_SIGNS
                    .iter()
                    .find(|(s, _)| *s == m)
                    .map(|(s, of)| Beside::Sign(s, of))
            };
            let code = |m: &str| currency_code(m).map(Beside::Code);
            known(mark)
                .or_else(|| shared(mark))
                .or_else(|| code(mark))
                .ok_or_else(|| {
                    Fault::new(
                        "bad-number",
                        format!(
                            "{} has {}, which is no currency's sign or code",
                            quoted(text),
                            quoted(mark)
                        ),
                        "write the amount alone, and the code of its currency in its own column",
                    )
                })?
        }
        // `$1,500.00 USD`: the sign and the code must agree.
        (mark, code) => {
            let code = currency_code(code);
            let fits = code.as_deref().is_some_and(|c| {
                SIGNS.iter().any(|(s, of)| *s == mark && *of == c)
                    || SHARED_SIGNS
                        .iter()
                        .any(|(s, of)| *s == mark && of.contains(&c))
            });
            match code {
                Some(code) if fits => Beside::Code(code),
                _ => {
                    return Err(Fault::new(
                        "bad-number",
                        format!("{} names two currencies", quoted(text)),
                        "write the amount alone, and the code of its currency in its own column",
                    ));
                }
            }
        }
    };
    let bare = &rest[front..back];
    let number = if open || sign == "-" {
        -number(bare, decimal)?
    } else {
        number(bare, decimal)?
    };
    Ok((number, beside))
}

/// The code of a currency: three letters, in capitals.
pub(super) fn currency_code(text: &str) -> Option<String> {
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic()))
        .then(|| text.to_ascii_uppercase())
}

// -- Answers ---------------------------------------------------------------------------------------------------------

/// An answer in the form that its question's type has: `yes`, `3`, `0.5`, a word; `n/a` where that may be answered.
pub(super) fn answer(
    text: &str,
    kind: &AnswerType,
    may_not_apply: bool,
    currency: Option<&str>,
    decimal: Decimal,
) -> Result<String, Fault> {
    if matches!(plain(text).as_str(), "n/a" | "na" | "notapplicable") {
        return if may_not_apply {
            Ok("n/a".to_owned())
        } else {
            Err(Fault::new(
                "bad-answer",
                format!(
                    "{} is no answer to this question: it applies to everybody",
                    quoted(text)
                ),
                format!("answer with {}, or leave the cell empty", wanted(kind)),
            ))
        };
    }
    let bad = |more: String| {
        let mut help = format!("answer with {}", wanted(kind));
        if !more.is_empty() {
            help = format!("{more} {help}");
        }
        Fault::new(
            "bad-answer",
            format!("{} is no answer to this question", quoted(text)),
            help,
        )
    };
    match kind {
        AnswerType::YesNo => yes_no(text)
            .map(str::to_owned)
            .map_err(|_| bad(String::new())),
        AnswerType::Scale(from, to) => number(text, decimal)
            .ok()
            .and_then(|n| n.to_i64())
            .filter(|n| (from..=to).contains(&n))
            .map(|n| n.to_string())
            .ok_or_else(|| bad(String::new())),
        // More than the whole keeps its sign, without which it could be read as hundredths.
        AnswerType::Percent => percent(text, decimal).map(|n| {
            if n > Exact::ONE || n < -Exact::ONE {
                format!("{}%", n * Exact::from(100))
            } else {
                n.to_string()
            }
        }),
        AnswerType::Number => number(text, decimal).map(|n| n.to_string()),
        AnswerType::Money(own) => {
            let (number, beside) = amount(text, decimal)?;
            let currency = own.as_deref().or(currency);
            match (beside, currency) {
                (Beside::Nothing, Some(_)) => Ok(number.to_string()),
                (Beside::Code(code), Some(currency)) if code == currency => Ok(number.to_string()),
                (Beside::Sign(_, of), Some(currency)) if of.contains(&currency) => {
                    Ok(number.to_string())
                }
                (Beside::Code(code), None) => Ok(format!("{number} {code}")),
                (_, Some(currency)) => Err(Fault::new(
                    "currency-differs",
                    format!(
                        "{} is not in {currency}, which the question asks for",
                        quoted(text)
                    ),
                    format!("answer with an amount in {currency}"),
                )),
                (_, None) => Err(Fault::new(
                    "missing-currency",
                    format!("{} has no currency", quoted(text)),
                    "write the code beside the amount: 1500 USD",
                )),
            }
        }
        AnswerType::Ladder(words) => find_word(words.iter().map(String::as_str), text)
            .ok_or_else(|| bad(did_you_mean(text, words.iter().map(String::as_str)))),
        AnswerType::Scored(words) => find_word(words.keys().map(String::as_str), text)
            .ok_or_else(|| bad(did_you_mean(text, words.keys().map(String::as_str)))),
    }
}

fn find_word<'a>(words: impl IntoIterator<Item = &'a str>, text: &str) -> Option<String> {
    let wanted = plain(text);
    words
        .into_iter()
        .find(|w| plain(w) == wanted)
        .map(str::to_owned)
}

fn wanted(kind: &AnswerType) -> String {
    let listed = |words: Vec<&str>| crate::diagnostic::listed(&words);
    match kind {
        AnswerType::YesNo => "`yes` or `no`".to_owned(),
        AnswerType::Scale(from, to) => format!("a whole number from {from} to {to}"),
        AnswerType::Percent => "a share such as 50% or 0.5".to_owned(),
        AnswerType::Number => "a number".to_owned(),
        AnswerType::Money(_) => "an amount".to_owned(),
        AnswerType::Ladder(words) => listed(words.iter().map(String::as_str).collect()),
        AnswerType::Scored(words) => listed(words.keys().map(String::as_str).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_day(text: &str, order: DayOrder) -> String {
        match day(text, order, true) {
            Ok(Some(day)) => day.to_string(),
            Ok(None) => "never".to_owned(),
            Err(fault) => fault.code.to_owned(),
        }
    }

    #[test]
    fn a_day_is_read_where_it_can_be_only_one() {
        for (text, read) in [
            ("2022-06-30", "2022-06-30"),
            ("2022-06-30T00:00:00Z", "2022-06-30"),
            ("2022-06-30 23:59:59.000+02:00", "2022-06-30"),
            ("2022/06/30", "2022-06-30"),
            ("20220630", "2022-06-30"),
            ("30 Jun 2022", "2022-06-30"),
            ("Jun 30, 2022", "2022-06-30"),
            ("June 30 2022 12:00 AM", "2022-06-30"),
            ("30.06.2022", "2022-06-30"),
            ("06/30/2022", "2022-06-30"),
            ("30/06/2022", "2022-06-30"),
            ("06/06/2022", "2022-06-06"),
            ("06/07/2022", "ambiguous-date"),
            ("6/7/22", "ambiguous-date"),
            ("9999-12-31", "never"),
            ("2022-02-30", "bad-date"),
            ("44742", "bad-date"),
            ("2022-06", "bad-date"),
            ("n/a", "bad-date"),
            ("30/30/2022", "bad-date"),
            ("2022-06-30é", "bad-date"),
        ] {
            assert_eq!(read_day(text, DayOrder::Unsaid), read, "{text}");
        }
        assert_eq!(read_day("06/07/2022", DayOrder::MonthFirst), "2022-06-07");
        assert_eq!(read_day("06/07/2022", DayOrder::DayFirst), "2022-07-06");
        assert_eq!(read_day("30/06/2022", DayOrder::MonthFirst), "bad-date");
    }

    fn read_number(text: &str, decimal: Decimal) -> String {
        number(text, decimal).map_or_else(|f| f.code.to_owned(), |n| n.to_string())
    }

    #[test]
    fn a_number_is_read_where_it_can_be_only_one() {
        for (text, point, comma, unsaid) in [
            ("1500", "1500", "1500", "1500"),
            ("-1500.25", "-1500.25", "decimal-comma", "-1500.25"),
            ("1,500.25", "1500.25", "bad-number", "1500.25"),
            ("1.500,25", "decimal-comma", "1500.25", "1500.25"),
            ("1500,25", "decimal-comma", "1500.25", "1500.25"),
            ("1,500", "1500", "1.5", "ambiguous-number"),
            ("1.500", "1.5", "1500", "ambiguous-number"),
            ("0.125", "0.125", "decimal-comma", "0.125"),
            ("1,500,000", "1500000", "bad-number", "1500000"),
            ("1 500 000.5", "1500000.5", "decimal-comma", "1500000.5"),
            ("1'500.50", "1500.5", "decimal-comma", "1500.5"),
            ("(12.50)", "-12.5", "decimal-comma", "-12.5"),
            ("1e5", "bad-number", "bad-number", "bad-number"),
            (".5", "bad-number", "bad-number", "bad-number"),
            ("5.", "bad-number", "bad-number", "bad-number"),
            ("12,34,567", "bad-number", "bad-number", "bad-number"),
            ("NaN", "bad-number", "bad-number", "bad-number"),
            (
                "1234567890123456789012",
                "1234567890123456789012",
                "1234567890123456789012",
                "1234567890123456789012",
            ),
        ] {
            assert_eq!(read_number(text, Decimal::Point), point, "{text}, point");
            assert_eq!(read_number(text, Decimal::Comma), comma, "{text}, comma");
            assert_eq!(read_number(text, Decimal::Unsaid), unsaid, "{text}, unsaid");
        }
    }

    #[test]
    fn an_amount_may_have_its_currency_beside_it() {
        let read = |text: &str| {
            amount(text, Decimal::Point).map_or_else(
                |f| f.code.to_owned(),
                |(n, beside)| match beside {
                    Beside::Nothing => n.to_string(),
                    Beside::Code(code) => format!("{n} {code}"),
                    Beside::Sign(sign, _) => format!("{n} {sign}"),
                },
            )
        };
        for (text, is) in [
            ("1500", "1500"),
            ("$1,500.00", "1500 $"),
            ("-$1,500.00", "-1500 $"),
            ("$-1,500.00", "-1500 $"),
            ("($1,500.00)", "-1500 $"),
            ("USD 1,500.00", "1500 USD"),
            ("1500 usd", "1500 USD"),
            ("$1,500.00 USD", "1500 USD"),
            ("€1,500.00 USD", "bad-number"),
            ("1,500.00 €", "1500 EUR"),
            ("US$20", "20 USD"),
            ("about 20", "bad-number"),
            ("twenty", "bad-number"),
            ("", "bad-number"),
            ("$", "bad-number"),
        ] {
            assert_eq!(read(text), is, "{text}");
        }
    }

    #[test]
    fn a_share_above_the_whole_needs_its_sign() {
        let read = |text: &str| {
            percent(text, Decimal::Point).map_or_else(|f| f.code.to_owned(), |n| n.to_string())
        };
        for (text, is) in [
            ("50%", "0.5"),
            ("0.5", "0.5"),
            ("12.5 %", "0.125"),
            ("150%", "1.5"),
            ("50", "bad-percent"),
            ("1", "1"),
            ("half", "bad-number"),
        ] {
            assert_eq!(read(text), is, "{text}");
        }
    }
}
