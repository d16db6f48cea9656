//! How alike two names are: for one person under two spellings, and for words that were mistyped.
//!
//! Counts letters that differ, and decides nothing: whoever asks shows what it found to somebody who knows.

/// A name in its plainest spelling: small letters without marks, words in the order of the alphabet.
///
/// `Müller, Ann-Kathrin` and `ann kathrin muller` are the same.
pub fn plain_name(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match bare(c) {
            Some(bare) => text.push_str(bare),
            None if c.is_alphanumeric() => text.push(c),
            None => text.push(' '),
        }
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// A Latin letter without its mark.
fn bare(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        '\'' | '’' | '.' => "",
        _ => return None,
    })
}

/// How many letters have to be changed, added, left out or swapped to make one text of another.
pub fn edits(a: &str, b: &str) -> usize {
    strsim::damerau_levenshtein(a, b)
}

/// May one be the other mistyped? Long texts may differ in more letters than short ones.
pub fn nearly(a: &str, b: &str) -> bool {
    let letters = a.chars().count().min(b.chars().count());
    let may = match letters {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    a == b || a.chars().count().abs_diff(b.chars().count()) <= may && edits(a, b) <= may
}

/// An e-mail address as far as it says who somebody is: small letters, and nothing after a `+`.
pub fn plain_address(email: &str) -> String {
    let email = email.trim().to_lowercase();
    match email.split_once('@') {
        Some((name, host)) => {
            let name = name.split('+').next().unwrap_or(name);
            format!("{name}@{host}")
        }
        None => email,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_any_order_with_and_without_marks() {
        assert_eq!(
            plain_name("Müller, Ann-Kathrin"),
            plain_name("ann kathrin muller")
        );
        assert_eq!(plain_name("O’Neil  Łukasz"), "lukasz oneil");
        assert_eq!(plain_name("Straße"), "strasse");
    }

    #[test]
    fn a_short_name_must_be_the_same_and_a_long_one_may_differ_in_two_letters() {
        assert!(!nearly("anna", "anne"));
        assert!(nearly("smith", "smyth"));
        assert!(!nearly("smith", "smythe"));
        assert!(nearly("katherine smith", "catherine smyth"));
        assert!(!nearly("katherine smith", "catherina smyth"));
    }

    #[test]
    fn an_address_is_the_same_whatever_stands_after_a_plus() {
        assert_eq!(
            plain_address("Ann+Training@Acme.example"),
            "ann@acme.example"
        );
    }
}
