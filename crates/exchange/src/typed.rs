//! Cells of files that have days and numbers, as the intake reads them.

use domain::calendar::Day;
use domain::intake::Raw;
use domain::number::Exact;

/// A float as the decimal that people see: the shortest one within the 15 digits that a float holds for certain.
///
/// Spreadsheets show 0.1 + 0.2 as 0.3, and so do we. What is no number is empty, as tables of data frames mean it;
/// what is without limit stays as text, for a row to be refused by.
pub(crate) fn float<'a>(value: f64) -> Raw<'a> {
    if value.is_nan() {
        return Raw::Empty;
    }
    if value.is_infinite() {
        return Raw::Text("infinite");
    }
    #[expect(
        clippy::float_cmp,
        reason = "whether a float is exactly the nearest one to a short decimal"
    )]
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 10^15")]
    for (decimals, scale) in [(0, 1.0), (2, 1e2), (4, 1e4)] {
        let units = (value * scale).round();
        if units.abs() < 1e15 && units / scale == value {
            return Raw::Number(Exact::scaled(units as i128, decimals));
        }
    }
    // `1.50010000000000e3`: fifteen digits and where the point stands.
    let text = format!("{value:.14e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let negative = digits.starts_with('-');
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    // The point stands behind so many digits.
    let whole = exponent + 1;
    if !(-40..=40).contains(&whole) {
        return Raw::Text("out of range");
    }
    let count = i64::try_from(digits.len()).unwrap_or(0);
    let plain = if whole <= 0 {
        format!("0.{}{digits}", "0".repeat(whole.unsigned_abs() as usize))
    } else if whole >= count {
        format!(
            "{digits}{}",
            "0".repeat((whole - count).unsigned_abs() as usize)
        )
    } else {
        let (a, b) = digits.split_at(whole.unsigned_abs() as usize);
        format!("{a}.{b}")
    };
    let number = Exact::parse(&plain).unwrap_or(Exact::ZERO);
    Raw::Number(if negative { -number } else { number })
}

/// A day by its count since 1970.
pub(crate) fn day<'a>(days: i64) -> Raw<'a> {
    i32::try_from(days).map_or(Raw::Text("out of range"), |d| Raw::Day(Day(d)))
}

/// The day of a spreadsheet's count, which begins in 1900 or in 1904; `None` where it is no day.
///
/// The count of 1900 has a 29 February 1900, which never was: the days before it are one count further on.
pub(crate) fn serial(value: f64, from_1904: bool) -> Option<Day> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be below 10^7")]
    let count = value.floor() as i32;
    // 1 January 1970 is count 25,569 of 1900 and 24,107 of 1904.
    if from_1904 {
        return Some(Day(count - 24_107));
    }
    match count {
        0 | 60 => None,
        1..60 => Some(Day(count - 25_568)),
        _ => Some(Day(count - 25_569)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_the_decimal_that_a_spreadsheet_shows() {
        for (value, shown) in [
            (1500.0, "1500"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.3"),
            (1_500.1, "1500.1"),
            (10_498.56, "10498.56"),
            (1.0 / 3.0, "0.333333333333333"),
            (1e15, "1000000000000000"),
            (0.000_012_5, "0.0000125"),
            (-1.0e-7, "-0.0000001"),
            (123_456_789.123_456, "123456789.123456"),
            (0.0, "0"),
        ] {
            match float(value) {
                Raw::Number(number) => assert_eq!(number.to_string(), shown),
                other => panic!("{value} is {other:?}"),
            }
        }
        assert_eq!(float(f64::NAN), Raw::Empty);
        assert_eq!(float(f64::INFINITY), Raw::Text("infinite"));
        assert_eq!(float(1e300), Raw::Text("out of range"));
        assert_eq!(float(1e-300), Raw::Text("out of range"));
    }

    #[test]
    fn a_spreadsheets_count_is_a_day() {
        for (value, from_1904, shown) in [
            (44_742.0, false, "2022-06-30"),
            (44_742.999, false, "2022-06-30"),
            (43_280.0, true, "2022-06-30"),
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (60.0, false, "none"),
            (61.0, false, "1900-03-01"),
            (0.5, false, "none"),
            (0.0, true, "1904-01-01"),
            (-1.0, true, "none"),
            (f64::NAN, false, "none"),
            (2_958_465.0, false, "9999-12-31"),
        ] {
            let day = serial(value, from_1904).map_or("none".to_owned(), |d| d.to_string());
            assert_eq!(day, shown, "{value}");
        }
    }
}
