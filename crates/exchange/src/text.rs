//! Tables of text: CSV with commas, semicolons or tabs.
//!
//! The `csv` crate would divide most files as well. What it cannot do is what an importer of other people's files
//! needs: hold a row to a length, go on after a quote that is never closed, and number rows as a spreadsheet shows them.

use std::io::{self, Read};
use std::sync::Arc;

use domain::intake::{Dialect, Intake, Raw};
use domain::library::Library;

use crate::escape::without_apostrophe;
use crate::folder::Encoding;

/// No row of a table that a person keeps is longer; a quote that is never closed makes one that is.
const LONGEST_ROW: usize = 1 << 20;
/// A file is read in pieces of this size.
const PIECE: usize = 1 << 18;

/// One cell of a row, by its place in the row's text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    /// Are there doubled quotes in it?
    doubled: bool,
}

/// Why a row cannot be divided into cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    NotUtf8,
    Nul,
    AfterQuote,
    NotClosed,
    TooLong,
}

impl Broken {
    /// Code, message and help.
    pub(crate) fn said(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Broken::NotUtf8 => (
                "not-utf-8",
                "the row has bytes that are no UTF-8 text",
                "save the file as CSV UTF-8, or say with `--encoding windows-1252` that it is in Windows-1252",
            ),
            Broken::Nul => (
                "nul-byte",
                "the row has a zero byte, which no text has",
                "save the file as CSV UTF-8",
            ),
            Broken::AfterQuote => (
                "bad-quote",
                "a cell goes on after its closing quote",
                "double the quotes inside a cell in quotes: \"5\"\" disk\"",
            ),
            Broken::NotClosed => (
                "quote-not-closed",
                "a quote opens a cell and no quote closes it",
                "close it, or double it if it belongs to the text",
            ),
            Broken::TooLong => (
                "row-too-long",
                "the row is longer than 1 MiB",
                "close the quote that opens in it, or shorten its texts",
            ),
        }
    }
}

/// The rows of a file, one after the other.
pub(crate) struct Rows<R> {
    from: R,
    window: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    delimiter: u8,
    /// The number of the next row, as a spreadsheet shows it.
    next: u32,
    spans: Vec<Span>,
    unescaped: String,
    /// How many bytes were handed out.
    pub(crate) read: u64,
}

/// A row: its number, and its cells or why it has none.
pub(crate) struct Row<'r> {
    pub number: u32,
    pub cells: Result<Vec<&'r str>, Broken>,
}

impl<R: Read> Rows<R> {
    /// Begins to read; finds out by the header line what stands between cells.
    pub(crate) fn new(from: R) -> io::Result<Rows<R>> {
        let mut rows = Rows {
            from,
            window: vec![],
            start: 0,
            end: 0,
            at_end: false,
            delimiter: b',',
            next: 1,
            spans: vec![],
            unescaped: String::new(),
            read: 0,
        };
        rows.fill()?;
        if rows.window[..rows.end].starts_with(b"\xef\xbb\xbf") {
            rows.start = 3;
        }
        let mut said = None;
        // Spreadsheets write `sep=;` above the header to say what stands between cells.
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', sign, rest @ ..] =
            &rows.window[rows.start..rows.end]
            && matches!(rest.first(), Some(b'\r' | b'\n'))
        {
            said = Some(*sign);
            let length = if rest.starts_with(b"\r\n") { 7 } else { 6 };
            rows.start += length;
            rows.next = 2;
        }
        rows.delimiter = said.unwrap_or_else(|| delimiter_of(&rows.window[rows.start..rows.end]));
        Ok(rows)
    }

    /// Do semicolons stand between cells?
    pub(crate) fn semicolons(&self) -> bool {
        self.delimiter == b';'
    }

    /// Reads another piece behind what is left of the window.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.window.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.window.len() < self.end + PIECE {
            self.window.resize(self.end + PIECE, 0);
        }
        let target = self.end + PIECE;
        while self.end < target {
            match self.from.read(&mut self.window[self.end..target]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(n) => {
                    self.end += n;
                    self.read += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Goes to the next line, however far that is.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let (length, skip) = first_line(&self.window[self.start..self.end]);
            let ends = skip > length && (skip < self.end - self.start || self.at_end);
            if ends || self.at_end {
                self.start += skip;
                return Ok(());
            }
            // A carriage return at the very end may be followed by a line feed, so it is kept.
            self.start += length;
            self.fill()?;
        }
    }

    /// The next row that has anything in it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        let (length, skip, broken) = loop {
            if self.start == self.end && self.at_end {
                return Ok(None);
            }
            match divide(
                &self.window[self.start..self.end],
                self.delimiter,
                self.at_end,
                &mut self.spans,
            ) {
                Divided::Row {
                    length,
                    skip,
                    broken,
                } => {
                    // A line with nothing on it.
                    if length == 0 {
                        self.start += skip;
                        self.next = self.next.saturating_add(1);
                        continue;
                    }
                    break (length, skip, broken.then_some(Broken::AfterQuote));
                }
                Divided::More if self.end - self.start < LONGEST_ROW => self.fill()?,
                Divided::More => {
                    self.skip_line()?;
                    let number = self.next;
                    self.next = self.next.saturating_add(1);
                    return Ok(Some(Row {
                        number,
                        cells: Err(Broken::TooLong),
                    }));
                }
                Divided::NotClosed => {
                    let (length, skip) = first_line(&self.window[self.start..self.end]);
                    break (length, skip, Some(Broken::NotClosed));
                }
            }
        };
        let number = self.next;
        let from = self.start;
        self.start += skip;
        self.next = self.next.saturating_add(1);
        let bytes = &self.window[from..from + length];
        let broken = if bytes.contains(&0) {
            Some(Broken::Nul)
        } else {
            broken
        };
        let text = match (broken, std::str::from_utf8(bytes)) {
            (Some(broken), _) => {
                return Ok(Some(Row {
                    number,
                    cells: Err(broken),
                }));
            }
            (None, Err(_)) => {
                return Ok(Some(Row {
                    number,
                    cells: Err(Broken::NotUtf8),
                }));
            }
            (None, Ok(text)) => text,
        };
        // Cells with doubled quotes are written anew, behind each other.
        self.unescaped.clear();
        for span in self.spans.iter_mut().filter(|s| s.doubled) {
            let start = self.unescaped.len();
            let mut rest = &text[span.start..span.end];
            while let Some(at) = rest.find("\"\"") {
                self.unescaped.push_str(&rest[..=at]);
                rest = &rest[at + 2..];
            }
            self.unescaped.push_str(rest);
            (span.start, span.end) = (start, self.unescaped.len());
        }
        let unescaped = self.unescaped.as_str();
        let cells = self
            .spans
            .iter()
            .map(|s| {
                let text = if s.doubled { unescaped } else { text };
                &text[s.start..s.end]
            })
            .collect();
        Ok(Some(Row {
            number,
            cells: Ok(cells),
        }))
    }
}

/// What stands between the cells of a header line: the one of `,`, `;` and tab that it has most of, outside quotes.
fn delimiter_of(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut any = false;
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if any {
                    break;
                }
            }
            _ if !quoted => {
                any = true;
                for (sign, count) in &mut counts {
                    *count += usize::from(sign == byte);
                }
            }
            _ => any = true,
        }
    }
    let mut best = counts[0];
    for other in &counts[1..] {
        if other.1 > best.1 {
            best = *other;
        }
    }
    best.0
}

enum Divided {
    /// The row is so long, and the next one begins so far on. `broken`: a cell goes on after its closing quote.
    Row {
        length: usize,
        skip: usize,
        broken: bool,
    },
    /// The row does not end in what was read so far.
    More,
    /// The file ends inside quotes.
    NotClosed,
}

/// Divides the first row of `bytes` into cells.
fn divide(bytes: &[u8], delimiter: u8, at_end: bool, spans: &mut Vec<Span>) -> Divided {
    spans.clear();
    let mut at = 0;
    let mut broken = false;
    loop {
        // A cell begins.
        if bytes.get(at) == Some(&b'"') {
            let start = at + 1;
            let mut doubled = false;
            at = start;
            loop {
                match bytes[at..].iter().position(|b| *b == b'"') {
                    None if at_end => return Divided::NotClosed,
                    None => return Divided::More,
                    Some(quote) => at += quote,
                }
                match bytes.get(at + 1) {
                    Some(b'"') => {
                        doubled = true;
                        at += 2;
                    }
                    None if !at_end => return Divided::More,
                    _ => break,
                }
            }
            spans.push(Span {
                start,
                end: at,
                doubled,
            });
            at += 1;
            while let Some(byte) = bytes.get(at) {
                if *byte == delimiter || matches!(byte, b'\r' | b'\n') {
                    break;
                }
                broken |= *byte != b' ';
                at += 1;
            }
        } else {
            let length = bytes[at..]
                .iter()
                .position(|b| *b == delimiter || *b == b'\n' || *b == b'\r')
                .unwrap_or(bytes.len() - at);
            spans.push(Span {
                start: at,
                end: at + length,
                doubled: false,
            });
            at += length;
        }
        match bytes.get(at) {
            None if at_end => {
                return Divided::Row {
                    length: at,
                    skip: at,
                    broken,
                };
            }
            None => return Divided::More,
            Some(byte) if *byte == delimiter => at += 1,
            Some(b'\n') => {
                return Divided::Row {
                    length: at,
                    skip: at + 1,
                    broken,
                };
            }
            // A carriage return: alone or before a line feed, which may not have been read yet.
            Some(_) => match bytes.get(at + 1) {
                Some(b'\n') => {
                    return Divided::Row {
                        length: at,
                        skip: at + 2,
                        broken,
                    };
                }
                None if !at_end => return Divided::More,
                _ => {
                    return Divided::Row {
                        length: at,
                        skip: at + 1,
                        broken,
                    };
                }
            },
        }
    }
}

/// The length of the first line, and where the next one begins.
fn first_line(bytes: &[u8]) -> (usize, usize) {
    let length = bytes
        .iter()
        .position(|b| matches!(b, b'\n' | b'\r'))
        .unwrap_or(bytes.len());
    let ending = match bytes.get(length..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([_, ..]) => 1,
        _ => 0,
    };
    (length, length + ending)
}

// -- Encodings -------------------------------------------------------------------------------------------------------

/// Text of another encoding, read as UTF-8. What is no text becomes a byte that no UTF-8 has, so that its row is refused.
pub(crate) struct Recoded<R> {
    from: R,
    encoding: Form,
    /// Bytes of a character that is not complete yet.
    held: Vec<u8>,
    ready: Vec<u8>,
    taken: usize,
    at_end: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Utf8,
    Windows1252,
    Utf16 { big: bool },
}

impl<R: Read> Recoded<R> {
    /// Reads as the byte order mark says, else as the user does.
    pub(crate) fn new(mut from: R, encoding: Encoding) -> io::Result<Recoded<R>> {
        let mut head = Vec::new();
        from.by_ref().take(2).read_to_end(&mut head)?;
        let form = match (head.as_slice(), encoding) {
            (b"\xff\xfe", _) => Form::Utf16 { big: false },
            (b"\xfe\xff", _) => Form::Utf16 { big: true },
            (b"\xef\xbb", _) | (_, Encoding::Utf8) => Form::Utf8,
            (_, Encoding::Windows1252) => Form::Windows1252,
        };
        if matches!(form, Form::Utf16 { .. }) {
            head.clear();
        }
        Ok(Recoded {
            from,
            encoding: form,
            held: head,
            ready: vec![],
            taken: 0,
            at_end: false,
        })
    }

    fn recode(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        let mut piece = vec![0; 1 << 16];
        let read = loop {
            match self.from.read(&mut piece) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.at_end = read == 0;
        self.held.extend_from_slice(&piece[..read]);
        match self.encoding {
            Form::Utf8 => std::mem::swap(&mut self.held, &mut self.ready),
            Form::Windows1252 => {
                let text: String = self.held.drain(..).map(windows_1252).collect();
                self.ready.extend_from_slice(text.as_bytes());
            }
            Form::Utf16 { big } => {
                let unit = |pair: &[u8]| {
                    if big {
                        u16::from_be_bytes([pair[0], pair[1]])
                    } else {
                        u16::from_le_bytes([pair[0], pair[1]])
                    }
                };
                let mut units: Vec<u16> = self.held.chunks_exact(2).map(unit).collect();
                // Half of a pair waits for the other half.
                if !self.at_end && units.last().is_some_and(|u| (0xd800..0xdc00).contains(u)) {
                    units.pop();
                }
                let odd = self.held.len() - units.len() * 2;
                for character in char::decode_utf16(units.iter().copied()) {
                    match character {
                        Ok(c) => self
                            .ready
                            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                        Err(_) => self.ready.push(0xff),
                    }
                }
                self.held.drain(..self.held.len() - odd);
                if self.at_end && odd > 0 {
                    self.held.clear();
                    self.ready.push(0xff);
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.at_end {
            self.recode()?;
        }
        let left = &self.ready[self.taken..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// The character of a byte of Windows-1252.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

// -- Fuzzing ---------------------------------------------------------------------------------------------------------

/// Reads any bytes as a table of `kind`, to find bytes that make it panic or lose a row.
///
/// # Panics
/// Where a row is neither accepted nor refused; that is what is looked for.
pub fn fuzz_csv(library: &Arc<Library>, kind: &str, bytes: &[u8]) {
    for encoding in [Encoding::Utf8, Encoding::Windows1252] {
        let mut intake = Intake::new(library.clone());
        let recoded = Recoded::new(bytes, encoding).expect("bytes in memory are always read");
        let mut rows = Rows::new(recoded).expect("bytes in memory are always read");
        let header: Vec<String> = match rows.next().expect("bytes in memory are always read") {
            Some(Row {
                cells: Ok(cells), ..
            }) => cells.into_iter().map(str::to_owned).collect(),
            _ => continue,
        };
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let _ = intake.guess(&names);
        if let Some(mut sheet) = intake.sheet_in(kind, "fuzz.csv", &names, &Dialect::default()) {
            while let Some(row) = rows.next().expect("bytes in memory are always read") {
                match row.cells {
                    Ok(cells) => {
                        let raw: Vec<Raw<'_>> = cells
                            .into_iter()
                            .map(|c| Raw::Text(without_apostrophe(c)))
                            .collect();
                        sheet.row(row.number, &raw);
                    }
                    Err(broken) => {
                        let (code, message, help) = broken.said();
                        sheet.refuse(row.number, code, message, help);
                    }
                }
            }
        }
        let imported = intake.finish();
        for sheet in &imported.sheets {
            assert_eq!(
                sheet.accepted + sheet.refused,
                sheet.read,
                "every row is accounted for"
            );
        }
        // A message must be printable whatever it quotes.
        for problem in &imported.problems {
            assert!(!problem.to_string().is_empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row as `number: cell|cell`.
    fn divided(bytes: &[u8]) -> Vec<String> {
        let mut rows = Rows::new(bytes).expect("bytes");
        let mut all = Vec::new();
        while let Some(row) = rows.next().expect("bytes") {
            let cells = row
                .cells
                .map_or_else(|b| b.said().0.to_owned(), |c| c.join("|"));
            all.push(format!("{}: {}", row.number, cells));
        }
        all
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        assert_eq!(
            divided(b"a,b\r\n\r\n\"1\n2\",\"x \"\"y\"\"\"\r\n3,\n\n,,\n\"\""),
            ["1: a|b", "3: 1\n2|x \"y\"", "4: 3|", "6: ||", "7: "]
        );
    }

    #[test]
    fn a_header_says_what_stands_between_cells() {
        assert_eq!(divided(b"a;b,c;d\n1;2"), ["1: a|b,c|d", "2: 1|2"]);
        assert_eq!(divided(b"a\tb\n1\t2"), ["1: a|b", "2: 1|2"]);
        assert_eq!(
            divided(b"\xef\xbb\xbf\"a,b,c\";d\n1;2"),
            ["1: a,b,c|d", "2: 1|2"]
        );
        assert_eq!(divided(b"sep=;\r\na,x;b\r\n1;2"), ["2: a,x|b", "3: 1|2"]);
        assert_eq!(divided(b"a,b\r1,2\r3,4"), ["1: a|b", "2: 1|2", "3: 3|4"]);
        assert_eq!(divided(b""), Vec::<String>::new());
        assert_eq!(divided(b"\n\n"), Vec::<String>::new());
    }

    #[test]
    fn a_row_that_cannot_be_divided_spoils_no_other() {
        assert_eq!(
            divided(b"a,b\n\"x\"y,1\n\xff,2\n\0,3\n\"open,4\n5,6\n"),
            [
                "1: a|b",
                "2: bad-quote",
                "3: not-utf-8",
                "4: nul-byte",
                "5: quote-not-closed",
                "6: 5|6"
            ]
        );
        let mut long = b"a,b\n\"".to_vec();
        long.extend(std::iter::repeat_n(b'x', LONGEST_ROW + PIECE));
        long.extend(b"\n1,2\n");
        assert_eq!(divided(&long), ["1: a|b", "2: row-too-long", "3: 1|2"]);
    }

    #[test]
    fn rows_meet_the_end_of_a_piece_in_any_place() {
        let row = "abc,\"d\"\"e\nf\",g\r\n";
        let count = 3 * PIECE / row.len();
        let bytes = row.repeat(count);
        let all = divided(bytes.as_bytes());
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|r| r.ends_with(": abc|d\"e\nf|g")));
    }

    #[test]
    fn a_byte_order_mark_or_the_user_says_the_encoding() {
        let read = |bytes: &[u8], encoding| {
            let mut text = String::new();
            Recoded::new(bytes, encoding)
                .and_then(|mut r| r.read_to_string(&mut text))
                .map(|_| text)
                .unwrap_or_else(|_| "no text".to_owned())
        };
        let utf16 = |big: bool| -> Vec<u8> {
            "\u{feff}aé😀"
                .encode_utf16()
                .flat_map(|u| {
                    if big {
                        u.to_be_bytes()
                    } else {
                        u.to_le_bytes()
                    }
                })
                .collect()
        };
        assert_eq!(read(&utf16(false), Encoding::Utf8), "aé😀");
        assert_eq!(read(&utf16(true), Encoding::Windows1252), "aé😀");
        assert_eq!(read(b"caf\xe9 \x80", Encoding::Windows1252), "café €");
        assert_eq!(read(b"caf\xe9", Encoding::Utf8), "no text");
        assert_eq!(read(b"\xff\xfea", Encoding::Utf8), "no text");
        assert_eq!(read("é".as_bytes(), Encoding::Utf8), "é");
        assert_eq!(read(b"a", Encoding::Utf8), "a");
        assert_eq!(read(b"", Encoding::Utf8), "");
    }
}
