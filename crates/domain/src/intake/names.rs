//! What a catalog name stands for.

use hashbrown::HashMap;

use crate::diagnostic::nearest;
use crate::vocabulary::{Vocabulary, plain};

/// What a name in a catalog column stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// An entry of a catalog.
    Entry {
        /// The catalog.
        catalog: String,
        /// The entry's id.
        id: String,
    },
    /// Another vendor's: it begins as a catalog's `foreign` says, and no catalog has it.
    Foreign,
    /// No catalog has it, so it may count.
    Unknown {
        /// The nearest known spellings, nearest first, one of each entry.
        nearest: Vec<String>,
    },
}

/// Every spelling of every catalog, however it is written, ready to be looked up.
#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    kinds: HashMap<String, Names>,
    foreign: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct Names {
    /// Catalog and id, by the spelling without case, spaces, hyphens and underscores.
    by_spelling: HashMap<String, (String, String)>,
    /// Every spelling as its catalog writes it.
    spellings: Vec<String>,
}

impl NameIndex {
    /// The names of all catalogs of a vocabulary.
    ///
    /// Where two catalogs share a spelling, an id wins over a further name, and then the catalog that was loaded first.
    pub fn new(vocabulary: &Vocabulary) -> NameIndex {
        let mut index = NameIndex::default();
        for catalog in vocabulary.catalogs.values() {
            index
                .foreign
                .extend(catalog.foreign.iter().map(|f| plain(f)));
            for (kind, entries) in &catalog.entries {
                let names = index.kinds.entry(kind.clone()).or_default();
                for id in entries.keys() {
                    names
                        .by_spelling
                        .entry(plain(id))
                        .or_insert_with(|| (catalog.name.clone(), id.clone()));
                }
            }
        }
        for catalog in vocabulary.catalogs.values() {
            for (kind, entries) in &catalog.entries {
                let names = index.kinds.entry(kind.clone()).or_default();
                for (id, entry) in entries {
                    names.spellings.push(id.clone());
                    for name in &entry.names {
                        names
                            .by_spelling
                            .entry(plain(name))
                            .or_insert_with(|| (catalog.name.clone(), id.clone()));
                        names.spellings.push(name.clone());
                    }
                }
            }
        }
        index.foreign.retain(|f| !f.is_empty());
        index
    }

    /// Does any catalog have entries of this kind?
    pub fn knows(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// What a text in the catalog column of a kind stands for.
    pub fn resolve(&self, kind: &str, text: &str) -> Named {
        let wanted = plain(text);
        let names = self.kinds.get(kind);
        if let Some((catalog, id)) = names.and_then(|n| n.by_spelling.get(&wanted)) {
            return Named::Entry {
                catalog: catalog.clone(),
                id: id.clone(),
            };
        }
        if self.foreign.iter().any(|f| wanted.starts_with(f.as_str())) {
            return Named::Foreign;
        }
        let Some(names) = names else {
            return Named::Unknown { nearest: vec![] };
        };
        // One spelling of each entry: three spellings of one name would hide the second-best guess.
        let mut near: Vec<String> = Vec::new();
        let mut entries: Vec<&(String, String)> = Vec::new();
        let mut left: Vec<&str> = names.spellings.iter().map(String::as_str).collect();
        while near.len() < 3 {
            let found = nearest(text, left.iter().copied());
            if found.is_empty() {
                break;
            }
            for spelling in found {
                let entry = &names.by_spelling[&plain(spelling)];
                if near.len() < 3 && !entries.contains(&entry) {
                    entries.push(entry);
                    near.push(spelling.to_owned());
                }
            }
            left.retain(|s| !entries.contains(&&names.by_spelling[&plain(s)]));
        }
        Named::Unknown { nearest: near }
    }
}
