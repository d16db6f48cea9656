//! The smallest parts of pages: a verdict, a day, a piece of SVG. Each escapes what it shows.

use std::fmt;

use app::domain::instant::Instant;
use app::domain::standing::Truth;
use askama::filters::HtmlSafe;

use super::texts::Texts;

/// Text that stands in HTML, in an element or a quoted attribute.
pub struct Escaped<'t>(pub &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// A verdict: a shape and a word, so that it reads without color.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The symbol, which is also the class: `met`, `short`, `unknown`, `na`.
    pub shape: &'static str,
    /// The word.
    pub word: String,
}

impl Mark {
    /// A verdict in the words of the catalog.
    pub fn of(truth: Truth, texts: &Texts) -> Mark {
        let (shape, word) = match truth {
            Truth::Yes => ("met", texts.met),
            Truth::No => ("short", texts.short),
            Truth::Unknown => ("unknown", texts.unknown),
            Truth::NotApplicable => ("na", texts.not_applicable),
        };
        Mark {
            shape,
            word: word.to_owned(),
        }
    }

    /// The shape of a verdict with another word.
    pub fn saying(truth: Truth, word: impl Into<String>) -> Mark {
        let shape = match truth {
            Truth::Yes => "met",
            Truth::No => "short",
            Truth::Unknown => "unknown",
            Truth::NotApplicable => "na",
        };
        Mark {
            shape,
            word: word.into(),
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mark { shape, word } = self;
        write!(
            f,
            "<span class=\"v {shape}\"><svg class=\"i\" aria-hidden=\"true\"><use href=\"#{shape}\"/></svg>{}</span>",
            Escaped(word)
        )
    }
}

impl HtmlSafe for Mark {}

/// A day as people and as machines read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// `2024-03-12`.
    pub iso: String,
    /// The day in the reader's language.
    pub text: String,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<time datetime=\"{}\">{}</time>",
            Escaped(&self.iso),
            Escaped(&self.text)
        )
    }
}

impl HtmlSafe for When {}

/// Finished markup, made by code that has escaped every text in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(pub String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A link and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// What it says.
    pub text: String,
    /// Is it the page that is open?
    pub current: bool,
}

impl Link {
    /// A link to another page.
    pub fn to(href: impl Into<String>, text: impl Into<String>) -> Link {
        Link {
            href: href.into(),
            text: text.into(),
            current: false,
        }
    }
}

/// The name of a file without the folders that it lay in.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Text in which names stand without the marks that a terminal puts around them.
pub fn unquoted(text: &str) -> String {
    text.replace('`', "")
}

/// A moment as a page shows it.
pub fn to_the_minute(at: Instant) -> String {
    cut(at, 16)
}

/// The same with its second.
pub fn to_the_second(at: Instant) -> String {
    cut(at, 19)
}

/// So much of a moment: of `2026-07-31T09:41:07Z` the first characters.
fn cut(at: Instant, end: usize) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..end)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_becomes_markup() {
        let mark = Mark::saying(Truth::No, "<b>\"5 & 6'\"");
        assert!(
            mark.to_string()
                .ends_with("&lt;b&gt;&quot;5 &amp; 6&#39;&quot;</span>")
        );
        let when = When {
            iso: "\"><script>".to_owned(),
            text: "x".to_owned(),
        };
        assert_eq!(
            when.to_string(),
            "<time datetime=\"&quot;&gt;&lt;script&gt;\">x</time>"
        );
    }
}
