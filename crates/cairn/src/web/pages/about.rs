//! About: which version this is, and on whose work it stands.

use askama::Template;

use super::super::assets;
use super::super::frame::{Frame, Here};

/// Versions and licences.
#[derive(Template)]
#[template(path = "about.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The version.
    pub version: &'static str,
    /// What it stands on.
    pub packages: Vec<Package>,
    /// How many of them, in words.
    pub count: String,
}

/// A package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as SPDX writes it.
    pub licence: String,
    /// Where it comes from.
    pub home: String,
}

/// About the product.
pub fn page(f: Frame) -> Page {
    let title = f.t.about;
    let f = f.at(Here::About, title);
    let packages = packages();
    Page {
        version: env!("CARGO_PKG_VERSION"),
        count: f.lang.several(f.t.n_packages, packages.len()),
        packages,
        f,
    }
}

/// What the binary is made of. The file is written by a test, from Cargo's own metadata.
pub fn packages() -> Vec<Package> {
    let Some(file) = assets::find("packages.txt") else {
        return vec![];
    };
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    text.lines()
        .filter_map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            Some(Package {
                name: cells.next()?,
                version: cells.next()?,
                licence: cells.next()?,
                home: cells.next().unwrap_or_default(),
            })
        })
        .collect()
}
