//! Numbers, amounts and days as people read them.

use domain::calendar::Day;
use domain::number::{Exact, Range};
use domain::standing::{Unit, Value};

/// How a number is written for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// As a number.
    #[default]
    Count,
    /// As a share of a hundred.
    Percent,
    /// As an amount of this currency.
    Money(String),
    /// As yes or no.
    YesNo,
    /// As a day.
    Date,
    /// As a word.
    Word,
}

impl Shown {
    /// How a unit of the engine is written, where nothing says that it is a share.
    pub fn of(unit: &Unit) -> Shown {
        match unit {
            Unit::Count => Shown::Count,
            Unit::Money(currency) => Shown::Money(currency.clone()),
            Unit::YesNo => Shown::YesNo,
            Unit::Date => Shown::Date,
            Unit::Word => Shown::Word,
        }
    }

    /// Its name for machines: `count`, `percent`, `USD`, `yes-no`, `date`, `word`.
    pub fn name(&self) -> &str {
        match self {
            Shown::Count => "count",
            Shown::Percent => "percent",
            Shown::Money(currency) => currency,
            Shown::YesNo => "yes-no",
            Shown::Date => "date",
            Shown::Word => "word",
        }
    }

    /// A number as people read it: `10,498.56`, `33 1/3`, `$1,500`, `20 %`, `yes`.
    pub fn number(&self, number: &Exact) -> String {
        match self {
            Shown::Count | Shown::Word => plain(number),
            Shown::Percent => format!("{} %", plain(&(number * &Exact::from(100)))),
            Shown::Money(currency) => amount(number, currency),
            Shown::YesNo if number.is_zero() => "no".to_owned(),
            Shown::YesNo if *number == Exact::ONE => "yes".to_owned(),
            Shown::YesNo => plain(number),
            Shown::Date => number
                .to_i64()
                .and_then(|n| i32::try_from(n).ok())
                .map_or_else(|| plain(number), |n| day(Day(n))),
        }
    }

    /// What is known of a number: `4`, `4 to 9`, `4 or more`, `?`.
    pub fn range(&self, range: &Range) -> String {
        match (&range.least, &range.most) {
            (Some(a), Some(b)) if a == b => self.number(a),
            (Some(a), Some(b)) if *self == Shown::YesNo && a != b => "?".to_owned(),
            (Some(a), Some(b)) => format!("{} to {}", self.number(a), self.number(b)),
            (Some(a), None) if a.is_zero() => "?".to_owned(),
            (Some(a), None) => format!("{} or more", self.number(a)),
            (None, Some(b)) => format!("{} or less", self.number(b)),
            (None, None) => "?".to_owned(),
        }
    }

    /// A value as people read it.
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Number(range) => self.range(range),
            Value::Word(Some(word)) => word.clone(),
            Value::Word(None) => "?".to_owned(),
            Value::NotApplicable => "not applicable".to_owned(),
        }
    }
}

/// A number with its thousands set apart; a fraction as `33 1/3`, or rounded to two places behind `≈`.
pub fn plain(number: &Exact) -> String {
    let text = number.to_string();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("−", rest.to_owned()),
        None => ("", text),
    };
    let Some((numerator, denominator)) = text.split_once('/') else {
        return format!("{sign}{}", grouped(&text));
    };
    let small = denominator.len() <= 2;
    let whole = number.floor();
    if small && sign.is_empty() {
        let rest = (number - &whole).to_string();
        return if whole.is_zero() {
            format!("{numerator}/{denominator}")
        } else {
            format!("{} {rest}", grouped(&whole.to_string()))
        };
    }
    format!("≈ {}", rounded(number, 2))
}

/// Rounded half up to so many places, with its thousands set apart.
pub fn rounded(number: &Exact, places: u32) -> String {
    let text = number.rounded(places).to_string();
    match text.strip_prefix('-') {
        Some(rest) => format!("−{}", grouped(rest)),
        None => grouped(&text),
    }
}

/// An amount of money: `$10,498.56`, `€1,500`, `1,500 SEK`.
pub fn amount(number: &Exact, currency: &str) -> String {
    let text = number.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("−", rest.to_owned()),
        None => ("", text.clone()),
    };
    let digits = match digits.split_once('.') {
        // Cents are two figures.
        Some((whole, cents)) if cents.len() == 1 => format!("{}.{cents}0", grouped(whole)),
        _ if digits.contains('/') => plain(number).trim_start_matches('−').to_owned(),
        _ => grouped(&digits),
    };
    match currency {
        "USD" => format!("{sign}${digits}"),
        "EUR" => format!("{sign}€{digits}"),
        "GBP" => format!("{sign}£{digits}"),
        _ => format!("{sign}{digits} {currency}"),
    }
}

fn grouped(digits: &str) -> String {
    let (whole, rest) = match digits.split_once('.') {
        Some((whole, rest)) => (whole, format!(".{rest}")),
        None => (digits, String::new()),
    };
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + &rest
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as a table shows it: `12 Mar 2024`.
pub fn day(day: Day) -> String {
    let date = day.date();
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {} {}", date.day(), &month[..3], date.year())
}

/// A day as a sentence says it: `12 March 2024`.
pub fn long_day(day: Day) -> String {
    let date = day.date();
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {month} {}", date.day(), date.year())
}

/// `1 row`, `2 rows`.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else if let Some(stem) = one
        .strip_suffix('y')
        .filter(|s| !s.ends_with(['a', 'e', 'o']))
    {
        format!("{} {stem}ies", grouped(&count.to_string()))
    } else {
        format!("{} {one}s", grouped(&count.to_string()))
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn and_list(names: &[String]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The first letter small, unless the word is an abbreviation.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_uppercase() => {
            let _ = first;
            text.to_owned()
        }
        (Some(first), _) => first.to_lowercase().collect::<String>() + &text[first.len_utf8()..],
        _ => String::new(),
    }
}

/// The first letter large.
pub fn upper_first(text: &str) -> String {
    match text.chars().next() {
        Some(first) => first.to_uppercase().collect::<String>() + &text[first.len_utf8()..],
        None => String::new(),
    }
}

/// How far a day is from another: `today`, `in 1 day`, `in 257 days`, `3 days ago`.
pub fn distance(from: Day, to: Day) -> String {
    match to.0 - from.0 {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        ahead @ 2.. => format!("in {} days", grouped(&ahead.to_string())),
        behind => format!("{} days ago", grouped(&behind.unsigned_abs().to_string())),
    }
}
