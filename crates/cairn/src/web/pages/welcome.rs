//! The first page of all: which company this is about.

use askama::Template;

use super::super::frame::{Frame, Here};
use super::work::Slip;

/// The first run.
#[derive(Template)]
#[template(path = "welcome.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What the company is called.
    pub name: String,
    /// Its id in files and addresses.
    pub id: String,
    /// What is wrong with the last try, and how to go on; empty where nothing is.
    pub slip: Slip,
}

/// The first page, empty or with what was typed.
pub fn page(f: Frame, name: &str, id: &str, slip: Slip) -> Page {
    let title = f.t.welcome;
    Page {
        f: f.at(Here::Elsewhere, title),
        name: name.to_owned(),
        id: id.to_owned(),
        slip,
    }
}

/// An id made of a name: small letters and figures, with hyphens between.
pub fn id_of(name: &str) -> String {
    let mut id = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_alphanumeric() {
            id.push(letter);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_end_matches('-').chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_a_name() {
        assert_eq!(
            id_of("Harbor Cloud Services, Inc."),
            "harbor-cloud-services-inc"
        );
        assert_eq!(id_of("  Ärzte & Söhne "), "ärzte-söhne");
        assert_eq!(id_of("!!"), "");
    }
}
