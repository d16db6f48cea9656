//! Text in columns: widths as a terminal shows them, whatever the script.

use unicode_width::UnicodeWidthStr as _;

use crate::output::{SOFT, TITLE, styled};

/// How wide a text is on a terminal, colors aside.
pub fn width(text: &str) -> usize {
    plain(text).width()
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Filled with spaces on the right.
pub fn left(text: &str, to: usize) -> String {
    let missing = to.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Filled with spaces on the left.
pub fn right(text: &str, to: usize) -> String {
    let missing = to.saturating_sub(width(text));
    format!("{}{text}", " ".repeat(missing))
}

/// A title and what is said beside it; below it, where both together are too wide.
pub fn head(title: &str, beside: &str, columns: usize) -> String {
    let gap = columns.checked_sub(width(title) + width(beside));
    let between = match gap {
        Some(gap) if gap >= 2 => " ".repeat(gap),
        _ => "\n".to_owned(),
    };
    format!(
        "{}{between}{}\n",
        styled(TITLE, title),
        styled(SOFT, beside)
    )
}

/// Broken between words into lines of so many columns. Words longer than a line stand alone.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
    }
    if used > 0 || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A paragraph of so many columns; every line but the first is indented by `hang`.
pub fn paragraph(text: &str, columns: usize, first: &str, hang: usize) -> String {
    let indent = " ".repeat(hang);
    let lines = wrap(text, columns.saturating_sub(hang.max(width(first))));
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        out += if at == 0 { first } else { &indent };
        out += line;
        out.push('\n');
    }
    out
}

/// Cut to so many columns, with `…` where something is left out.
pub fn cut(text: &str, to: usize) -> String {
    if width(text) <= to {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for letter in text.chars() {
        let wide = width(letter.encode_utf8(&mut [0; 4]));
        if used + wide + 1 > to {
            break;
        }
        out.push(letter);
        used += wide;
    }
    out.trim_end().to_owned() + "…"
}

/// A table of cells: each column as wide as its widest cell, two spaces between them; `r` aligns to the right.
pub fn table(rows: &[Vec<String>], align: &str, indent: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| {
            rows.iter()
                .filter_map(|r| r.get(c))
                .map(|t| width(t))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                line += "  ";
            }
            line += &match align.as_bytes().get(at) {
                Some(b'r') => right(cell, widths[at]),
                _ => left(cell, widths[at]),
            };
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}
