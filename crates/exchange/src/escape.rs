//! Cells that a spreadsheet would run as a formula.
//!
//! An export puts an apostrophe before them, and the import takes just that apostrophe away again, so that nothing is
//! lost and nothing is run.

/// What a spreadsheet takes for the beginning of a formula.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

/// Must an apostrophe stand before this text? Also where it has some already, so that one of them can be taken away.
pub(crate) fn needs_apostrophe(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    begins_formula(bare) && (bare.len() < text.len() || !is_number(bare))
}

/// The text that was exported.
pub(crate) fn without_apostrophe(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_escaped_and_comes_back() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-5", "-5"),
            ("+5.25", "+5.25"),
            ("-5%", "'-5%"),
            ("@name", "'@name"),
            ("'=1", "''=1"),
            ("'-5", "''-5"),
            ("'tis", "'tis"),
            ("plain", "plain"),
            ("", ""),
            ("'", "'"),
        ] {
            let escaped = if needs_apostrophe(text) {
                format!("'{text}")
            } else {
                text.to_owned()
            };
            assert_eq!(escaped, written);
            assert_eq!(without_apostrophe(&escaped), text);
        }
    }
}
