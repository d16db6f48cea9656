//! What the pages say: one catalog, every key in every language.
//!
//! A key that lacks a language does not compile, and a test holds the blanks of both languages equal. A text with `|` has a
//! form for one and one for several; `{name}` is a blank.

mod catalog;
pub mod problems;

pub use catalog::{ALL, DE, EN, PROBLEMS_DE, Texts};

/// A text with its blanks filled in. A blank that is not given stays visible, so that a test finds it.
pub fn fill(pattern: &str, blanks: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else {
            rest = &rest[open..];
            break;
        };
        match blanks.iter().find(|(name, _)| *name == &after[..close]) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&rest[open..open + close + 2]),
        }
        rest = &after[close + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn blanks(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
            .collect()
    }

    #[test]
    fn both_languages_have_every_key_with_the_same_blanks() {
        for (key, en, de) in ALL {
            assert!(
                !en.trim().is_empty() && !de.trim().is_empty(),
                "`{key}` is empty"
            );
            assert_eq!(blanks(en), blanks(de), "the blanks of `{key}` differ");
            assert_eq!(
                en.contains('|'),
                de.contains('|'),
                "the forms of `{key}` differ"
            );
        }
    }

    #[test]
    fn no_text_shouts_pleads_or_holds_markup() {
        for (key, en, de) in ALL {
            for text in [en, de] {
                assert!(!text.contains(['!', '<', '>']), "`{key}`: {text}");
                assert!(!text.to_lowercase().contains("please"), "`{key}`: {text}");
                assert!(!text.to_lowercase().contains("bitte"), "`{key}`: {text}");
            }
        }
    }

    #[test]
    fn blanks_are_filled_once_and_unknown_ones_stay() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "4")]), "{b} of 4");
        assert_eq!(fill("{c} and {", &[("a", "1")]), "{c} and {");
    }
}
