//! Lists page by page: so many at once, and a cursor for the next ones.
//!
//! A cursor says after what the next page begins, and of which list it is. It is opaque: who makes one up gets 400.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::call::{Pairs, Parameters, bad_parameter};
use crate::serve::problem::Problem;

/// So many at once where nobody says how many.
const LIMIT: usize = 100;
/// So many at most.
pub const MOST: usize = 1_000;

/// How much of a list is wanted.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// So many at once.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: usize,
    /// Where to go on: `next` of the page before.
    #[param(max_length = 4000)]
    pub cursor: Option<String>,
}

impl Parameters for Paging {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let limit = pairs.read("limit", |text| {
            let limit = text.parse().ok().filter(|n| (1..=MOST).contains(n));
            limit.ok_or_else(|| format!("it is a number from 1 to {MOST}"))
        })?;
        Ok(Paging {
            limit: limit.unwrap_or(LIMIT),
            cursor: pairs.one("cursor")?,
        })
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

impl Paging {
    /// After which position the page begins; `None` at the beginning. `list` tells one list, with its order and filter, from
    /// another.
    pub fn after(&self, list: &str) -> Result<Option<String>, Problem> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        let wrong = || bad_parameter("cursor", "it is no cursor of this list");
        let text = from_hex(cursor).ok_or_else(wrong)?;
        let (of, position) = text.split_once(' ').ok_or_else(wrong)?;
        if of == super::etag::digest(&[list]) {
            Ok(Some(position.to_owned()))
        } else {
            Err(wrong())
        }
    }

    /// A page of the items that come after the cursor, of which one more than the limit is enough.
    pub fn page<T>(
        &self,
        list: &str,
        mut items: Vec<T>,
        position: impl Fn(&T) -> String,
    ) -> Page<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = items.last().filter(|_| more);
        let next = last.map(|last| cursor(list, &position(last)));
        Page { items, next }
    }
}

/// A cursor after a position of a list.
pub fn cursor(list: &str, position: &str) -> String {
    let text = format!("{} {position}", super::etag::digest(&[list]));
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<String> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(limit: usize, cursor: Option<String>) -> Paging {
        Paging { limit, cursor }
    }

    #[test]
    fn pages_meet_without_a_gap_and_end() {
        let all: Vec<u32> = (0..7).collect();
        let (mut seen, mut cursor) = (vec![], None);
        loop {
            let paging = paging(3, cursor.clone());
            let after = paging.after("numbers").expect("our own cursor");
            let after = after.map_or(0, |text| text.parse::<u32>().expect("a number") + 1);
            let rest = all.iter().copied().filter(|n| *n >= after).collect();
            let page = paging.page("numbers", rest, u32::to_string);
            seen.extend(page.items);
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn a_cursor_of_another_list_or_made_up_is_refused() {
        let page = paging(1, None).page("numbers", vec![1, 2], i32::to_string);
        assert!(paging(1, page.next).after("letters").is_err());
        for made_up in ["", "zz", "0", "ä", "00"] {
            assert!(
                paging(1, Some(made_up.to_owned()))
                    .after("numbers")
                    .is_err(),
                "{made_up}"
            );
        }
    }
}
