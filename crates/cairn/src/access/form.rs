//! What a form or a query says.

use std::fmt::Write as _;

/// Names and values, in their order; a name may stand several times.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(transparent)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of a name; empty where it has none.
    pub fn get(&self, name: &str) -> &str {
        let first = self.0.iter().find(|(n, _)| n == name);
        first.map_or("", |(_, value)| value.as_str())
    }

    /// The value of a name, where it is not empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// All values of a name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A text as it stands in a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// A page of this server to go back to; the first one for any other address.
pub fn local(back: &str) -> &str {
    let is_local = back.starts_with('/')
        && !back[1..].starts_with(['/', '\\'])
        && back.chars().all(|c| !c.is_control());
    if is_local { back } else { "/" }
}
