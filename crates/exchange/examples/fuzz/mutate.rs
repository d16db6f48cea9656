//! Breaks texts and bytes as people, programs and disks do.

use crate::random::Random;

/// Numbers, days and words at which readers stumble.
const EDGES: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "00",
    "0.5",
    "-0.001",
    "1e9",
    "1E-9",
    "1e999",
    "NaN",
    "inf",
    "-inf",
    "0x7f",
    "1_000",
    "1__0",
    "32767",
    "32768",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
    "340282366920938463463374607431768211456",
    "0.00000000000000000000000000000000000001",
    "1/3",
    "50%",
    "101%",
    "-1%",
    "99999999999999999999%",
    "1.234,56",
    "1,234.56",
    "1,5",
    "2022-02-29",
    "2024-02-29",
    "2022-02-30",
    "0000-01-01",
    "0001-01-01",
    "-9999-01-01",
    "9999-12-31",
    "10000-01-01",
    "99999-12-31",
    "1970-01-01",
    "06/07/2022",
    "31/12/2022",
    "31.12.2022",
    "2022-06-30T23:59:59Z",
    "2022-13-01",
    "44742",
    "true",
    "yes",
    "no",
    "n/a",
    "",
    " ",
    "''",
    "\"",
    "'",
    "\"\"",
    "\"\"\"",
    "`",
    "\\",
    "\\u0000",
    "\\uD800",
    "\0",
    "\t",
    "\r",
    "\n",
    "\r\n",
    ",",
    ";",
    "|",
    "=",
    "==",
    "!=",
    "<=",
    ">=",
    "..",
    "...",
    "{",
    "}",
    "[",
    "]",
    "[[",
    "]]",
    "(",
    ")",
    "#",
    "\u{feff}",
    "\u{202e}",
    "ß",
    "İ",
    "ﬁ",
    "e\u{301}",
    "日本",
    "👩‍👩‍👧",
    "=1+1",
    "@x",
    "-x",
    "EUR",
    "USD",
    "JPY",
    "XXX",
    "1500 USD",
    "0 days",
    "1 day",
    "12 months",
    "2147483648 days",
    "99999999999 years",
    "1 year",
    "last 12 months",
    "this quarter",
    "between",
    "in",
    "not",
    "and",
    "or",
    "of",
    "where",
    "having",
    "count",
    "sum",
    "distinct",
    "latest",
    "highest",
    "average",
    "exists",
    "held",
    "once",
    "before",
    "over",
    "holds",
    "matrix",
    "ceiling",
    "floor",
    "min",
    "max",
    "union",
    "intersect",
    "except",
    "pending",
    "ended",
    "family",
    "enterprise",
    "group",
    "people",
    "customer",
    "partner",
    "program",
    "level",
    "day",
    "today",
    "opened",
    "closed",
];

/// What texts are broken with: words, lines and quoted strings of the whole corpus.
#[derive(Default)]
pub struct Pool {
    words: Vec<String>,
    lines: Vec<String>,
    strings: Vec<String>,
}

impl Pool {
    pub fn add(&mut self, text: &str) {
        self.words.extend(
            tokens(text)
                .into_iter()
                .filter(|t| !t.trim().is_empty())
                .map(str::to_owned),
        );
        self.lines.extend(
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .map(str::to_owned),
        );
        self.strings.extend(
            strings(text)
                .into_iter()
                .map(|(a, b)| text[a..b].to_owned()),
        );
    }

    pub fn done(mut self) -> Pool {
        for list in [&mut self.words, &mut self.lines, &mut self.strings] {
            list.sort();
            list.dedup();
        }
        self
    }

    fn word(&self, random: &mut Random) -> String {
        if self.words.is_empty() || random.one_in(3) {
            (*random.pick(EDGES)).to_owned()
        } else {
            random.pick(&self.words).clone()
        }
    }

    /// An expression, or something like it.
    fn expression(&self, random: &mut Random, depth: usize) -> String {
        if self.strings.is_empty() {
            return self.word(random);
        }
        let one = random.pick(&self.strings).clone();
        if depth == 0 {
            return one;
        }
        let mut other = || self.expression(random, depth - 1);
        let (a, b) = (other(), other());
        match random.below(14) {
            0 => format!("({a}) and ({b})"),
            1 => format!("({a}) or ({b})"),
            2 => format!("not ({a})"),
            3 => format!("({a}) + ({b})"),
            4 => format!("({a}) - ({b})"),
            5 => format!("({a}) * ({b})"),
            6 => format!("({a}) / ({b})"),
            7 => format!("min({a}, {b})"),
            8 => format!("ceiling({a})"),
            9 => format!("{a} >= {b}"),
            10 => format!("held {} for {a}", self.word(random)),
            11 => format!("{one} where {a}"),
            12 => format!("{a} {} {b}", self.word(random)),
            _ => one,
        }
    }
}

/// Words with their digits, dots and hyphens; runs of blanks; every other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') => 1,
        ' ' | '\t' => 2,
        _ => 0,
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut last = 0;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if at > start && (now == 0 || now != last) {
            found.push(&text[start..at]);
            start = at;
        }
        last = now;
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

/// What stands between two quotes on one line.
fn strings(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, open) {
            (b'\n', _) => open = None,
            (b'"', None) => open = Some(at + 1),
            (b'"', Some(from)) => {
                found.push((from, at));
                open = None;
            }
            _ => {}
        }
    }
    found
}

/// What kind of token this is: a slip of the same kind is more often read without an error.
fn kind(token: &str) -> u8 {
    match token.as_bytes() {
        [b'0'..=b'9', .., b'%'] => 1,
        [b'0'..=b'9', rest @ ..] if rest.contains(&b'-') => 2,
        [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => 3,
        [first, ..] if first.is_ascii_alphabetic() => 4,
        _ => 0,
    }
}

/// The text with one or two tokens replaced by others of their kind, from anywhere.
pub fn gently(original: &str, pool: &Pool, random: &mut Random) -> String {
    let mut all: Vec<String> = tokens(original).into_iter().map(str::to_owned).collect();
    for _ in 0..1 + random.below(2) {
        for _ in 0..200 {
            let at = random.below(all.len());
            let wanted = all.get(at).map_or(0, |token| kind(token));
            let new = if random.one_in(2) && wanted != 0 {
                // Names of the same file are most likely to be known in it.
                random.pick(&all).clone()
            } else {
                pool.word(random)
            };
            if wanted != 0 && kind(&new) == wanted && all[at] != new {
                all[at] = new;
                break;
            }
        }
    }
    all.concat()
}

/// The text with some slips in it.
pub fn text(original: &str, pool: &Pool, random: &mut Random) -> String {
    let mut text = original.to_owned();
    let slips = 1 + if random.one_in(2) { 0 } else { random.below(6) };
    for _ in 0..slips {
        text = match random.below(10) {
            0 | 1 => string_slip(&text, pool, random),
            2..=5 => word_slip(&text, pool, random),
            6..=8 => line_slip(&text, pool, random),
            _ => String::from_utf8_lossy(&bytes(text.as_bytes(), random)).into_owned(),
        };
    }
    text
}

fn string_slip(text: &str, pool: &Pool, random: &mut Random) -> String {
    let all = strings(text);
    if all.is_empty() {
        return word_slip(text, pool, random);
    }
    let (a, b) = *random.pick(&all);
    let depth = random.below(4);
    let new = match random.below(12) {
        0 => format!("{}{}", "(".repeat(1 + random.below(3000)), &text[a..b]),
        1 => {
            let many = random.below(400);
            format!("{}{}{}", "(".repeat(many), &text[a..b], ")".repeat(many))
        }
        2 => format!("{}{}", "not ".repeat(random.below(3000)), &text[a..b]),
        3 => vec![&text[a..b]; 1 + random.below(300)].join(" and "),
        4 => vec![&text[a..b]; 1 + random.below(60)].join(" + "),
        _ => pool.expression(random, depth),
    };
    format!("{}{new}{}", &text[..a], &text[b..])
}

fn word_slip(text: &str, pool: &Pool, random: &mut Random) -> String {
    let mut all: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    if all.is_empty() {
        return pool.word(random);
    }
    let mut at = random.below(all.len());
    // Blanks are many and change little.
    for _ in 0..3 {
        if all[at].trim().is_empty() {
            at = random.below(all.len());
        }
    }
    let until = (at + 1 + random.below(6)).min(all.len());
    match random.below(8) {
        0..=3 => all[at] = pool.word(random),
        4 => all.insert(at, pool.word(random)),
        5 => drop(all.drain(at..until)),
        6 => {
            let again: Vec<String> = all[at..until].to_vec();
            all.splice(at..at, again);
        }
        _ => {
            let other = random.below(all.len());
            all.swap(at, other);
        }
    }
    all.concat()
}

fn line_slip(text: &str, pool: &Pool, random: &mut Random) -> String {
    let mut all: Vec<&str> = text.split('\n').collect();
    let at = random.below(all.len());
    let until = (at + 1 + random.below(8)).min(all.len());
    match random.below(7) {
        0 | 1 => drop(all.drain(at..until)),
        2 => {
            let again = all[at..until].to_vec();
            let to = random.below(all.len());
            all.splice(to..to, again);
        }
        3 => {
            let other = random.below(all.len());
            all.swap(at, other);
        }
        4 if !pool.lines.is_empty() => all[at] = random.pick::<String>(&pool.lines),
        5 => all.truncate(at),
        _ if !pool.lines.is_empty() => all.insert(at, random.pick::<String>(&pool.lines)),
        _ => {}
    }
    all.join("\n")
}

/// The bytes with some slips in them.
pub fn bytes(original: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..1 + random.below(8) {
        let length = bytes.len();
        let at = random.below(length);
        let until = (at + 1 + random.below(32)).min(length);
        match random.below(9) {
            _ if length == 0 => bytes.push(random.below(256) as u8),
            0..=2 => bytes[at] ^= 1 << random.below(8),
            3 => bytes[at] = *random.pick(&[0, 1, 0x7f, 0x80, 0xff, b'"', b'\n', b',', b'<', b'&']),
            4 => bytes.insert(at, random.below(256) as u8),
            5 => drop(bytes.drain(at..until)),
            6 => {
                let again = bytes[at..until].to_vec();
                bytes.splice(at..at, again);
            }
            7 if random.one_in(3) => bytes.truncate(at),
            // A length or a place, as binary files have them.
            _ => {
                let value: u32 =
                    *random.pick(&[0, 1, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, u32::MAX]);
                for (place, byte) in bytes[at..].iter_mut().zip(value.to_le_bytes()) {
                    *place = byte;
                }
            }
        }
    }
    bytes
}
