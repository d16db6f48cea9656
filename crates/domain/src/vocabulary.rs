//! Kinds of evidence and catalogs of names. They are data: a new vendor's files need no Rust.
//!
//! Knows what a column means and which days open and close a fact (LANGUAGE §3);
//! knows no file format and no program.

use indexmap::IndexMap;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::number::Exact;
use crate::source::{Formula, Keys, Source, Value};
use crate::syntax::is_name;

/// What reading kinds and catalogs can find, beside what reading any file can: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    ("bad-id", "an id that is no name, or a word of the grammar"),
    ("name-clash", "two things share a name"),
    ("unknown-name", "a name that nothing has"),
    ("unknown-word", "a word that its field does not declare"),
    (
        "ambiguous-name",
        "a spelling that names two entries of a catalog",
    ),
    ("bad-holds", "a text that does not say when a fact holds"),
];

/// All kinds of evidence and all catalogs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// The kinds, by name, in the order of the files.
    pub kinds: IndexMap<String, Kind>,
    /// The catalogs, by name.
    pub catalogs: IndexMap<String, Catalog>,
}

/// A kind of evidence: a table of the evidence folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its name, which is also the table's file name.
    pub name: String,
    /// Its columns in the order of the header, without `partner`, `recorded_on` and `source`, which every kind has.
    pub fields: IndexMap<String, Field>,
    /// The columns that tell one fact from another, beside the partner.
    pub key: Vec<String>,
    /// Which days open and close a fact.
    pub holds: Holds,
    /// What is taken for a date that is empty.
    pub if_empty: IndexMap<String, IfEmpty>,
    /// Fields that the catalog entry fills in, beside the columns.
    pub catalog: IndexMap<String, FieldType>,
    /// How a file of it may stand that has months across; `None` where none does.
    pub matrix: Option<Matrix>,
    /// Which values of another kind its records sort; `None` where they sort none.
    pub sorts: Option<Sorts>,
    /// Where it is declared.
    pub place: Place,
}

/// A column of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: FieldType,
    /// What the column may be called in files that users have.
    pub also: Vec<String>,
    /// Is it part of the key?
    pub key: bool,
    /// Does it name a person or an address of one, so that it goes where that person is erased?
    pub personal: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// Any text; no rule reads it.
    Text,
    /// A day.
    Date,
    /// A number, from the first to the second where they are given.
    Number(Option<(Exact, Exact)>),
    /// A share: `50%` or `0.5`, read as 1/2.
    Percent,
    /// `yes` or `no`.
    YesNo,
    /// An amount; the column named here holds its currency.
    Money(String),
    /// A country's two-letter code.
    Country,
    /// A name that a catalog maps to one of its entries.
    Catalog,
    /// A level of the program that the `program` column names.
    Level,
    /// An answer, checked against the question's own type.
    Answer,
    /// An id: `person`, `customer`, `program`, `partner`, `question`.
    Id(String),
    /// One of a set of words.
    Word(Words),
}

/// The words that a field may hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Words in ascending order; only these can be compared with `<`.
    pub ladder: Vec<String>,
    /// Words without an order.
    pub words: Vec<String>,
    /// May files and programs use more words?
    pub open: bool,
    /// What files call each word.
    pub means: IndexMap<String, Vec<String>>,
}

impl Words {
    /// All the words: the ladder first, then the others.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.ladder.iter().chain(&self.words).map(String::as_str)
    }

    /// The word that a file's text stands for: itself, or one that `means` maps, however it is spelled.
    pub fn find(&self, text: &str) -> Option<&str> {
        let wanted = plain(text);
        self.all().find(|word| plain(word) == wanted).or_else(|| {
            self.means
                .iter()
                .find(|(_, means)| means.iter().any(|m| plain(m) == wanted))
                .map(|(word, _)| word.as_str())
        })
    }

    /// The word that a longer text most likely speaks of: the one with the longest spelling that stands in it, word by word.
    /// None where no spelling does, or the longest ones are of different words.
    pub fn guess(&self, text: &str) -> Option<&str> {
        if let Some(word) = self.find(text) {
            return Some(word);
        }
        let said = words_of(text);
        let mut best: Option<(usize, &str)> = None;
        let mut tied = false;
        for word in self.all() {
            let also = self.means.get(word).into_iter().flatten();
            let longest = std::iter::once(word)
                .chain(also.map(String::as_str))
                .map(words_of)
                .filter(|spelled| {
                    !spelled.is_empty() && said.windows(spelled.len()).any(|w| w == spelled)
                })
                .map(|spelled| spelled.iter().map(String::len).sum::<usize>())
                .max();
            let Some(length) = longest else { continue };
            match best {
                Some((other, _)) if other > length => {}
                Some((other, _)) if other == length => tied = true,
                _ => (best, tied) = (Some((length, word)), false),
            }
        }
        best.filter(|_| !tied).map(|(_, word)| word)
    }
}

/// The words of a text, in lower case.
fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// A table in which one column stands down and the months of another one across, under headings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// The column that stands down.
    pub down: String,
    /// The date that stands across: the last day of each month.
    pub across: String,
    /// The column that the cells are.
    pub cells: String,
    /// The column that a heading says.
    pub under: String,
    /// Beginnings of rows that add up what stands under a heading.
    pub totals: Vec<String>,
    /// Rows that are worked out from others.
    pub derived: Vec<String>,
    /// What is said of such a file wherever one is read.
    pub note: String,
}

/// What is asked once of each value that files bring in a column of another kind, such as the line that an account belongs to.
/// The answers are the records of the kind that says so; its only key is that column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sorts {
    /// The kind that has the values, in a column of the same name as the key.
    pub of: String,
    /// The column of that kind which says what is asked of a value.
    pub by: String,
    /// By column of the answer: the words of `by` beside which it is asked.
    pub ask: IndexMap<String, Vec<String>>,
}

/// Which days open and close a fact. Without any date a fact holds always.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holds {
    /// It opens on the last of these dates, once all are there.
    pub from: Vec<String>,
    /// It closes on the first of these dates: a day that no longer counts.
    pub until: Vec<String>,
    /// It closes when the next fact with the same key, but its day, opens.
    pub until_next: bool,
    /// It holds only on days on which a fact of this kind with the same value in this column holds too.
    pub while_: Option<(String, String)>,
}

/// What is taken for a date that is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct IfEmpty {
    /// The column whose date is taken.
    pub take: String,
    /// Only where this filter is true.
    pub filter: Option<Formula>,
}

/// Names of credentials, validations and the like, mapped to entries and their fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    /// Its name; an edition lists the catalogs whose entries exist for it.
    pub name: String,
    /// Beginnings of other vendors' names.
    pub foreign: Vec<String>,
    /// The entries, by kind and id.
    pub entries: IndexMap<String, IndexMap<String, Entry>>,
    /// Where the entries of each kind begin.
    pub places: IndexMap<String, Place>,
}

/// One entry of a catalog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The fields that it fills in: `class = "certification"`.
    pub fields: IndexMap<String, String>,
    /// Its usual spellings, beside its id.
    pub names: Vec<String>,
    /// Earning it while one of these holds moves that one's end to its own, if later.
    pub renews: Vec<String>,
    /// How it is known: the document, or that it is general knowledge.
    pub known: String,
    /// The day from which it could no longer be earned, where that is known.
    pub retired: Option<Day>,
    /// Where it stands in its file.
    pub place: Place,
}

/// A text without case, spaces, `-` and `_`, which never matter in a name.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '–' | '—' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Kind {
    /// A field of a row: a column, or one that the catalog fills in; also `partner`.
    pub fn field_type(&self, name: &str) -> Option<&FieldType> {
        self.fields
            .get(name)
            .map(|f| &f.kind)
            .or_else(|| self.catalog.get(name))
    }

    /// The column that a catalog names, where this kind has one.
    pub fn catalog_column(&self) -> Option<&str> {
        self.fields
            .values()
            .find(|f| f.kind == FieldType::Catalog)
            .map(|f| f.name.as_str())
    }

    /// The column of the key that is a day: the one that `until next` leaves out.
    pub fn day_of_key(&self) -> Option<&str> {
        self.key
            .iter()
            .find(|k| {
                self.fields
                    .get(*k)
                    .is_some_and(|f| f.kind == FieldType::Date)
            })
            .map(String::as_str)
    }

    /// Who holds a fact: the field `person`, where this kind has one.
    pub fn holder(&self) -> Option<&str> {
        self.fields
            .values()
            .find(|f| f.kind == FieldType::Id("person".into()))
            .map(|f| f.name.as_str())
    }

    /// The holder, where it is part of the key: facts of one holder then stand together, and those of one key within them.
    /// Otherwise a fact may pass from one holder to another and stay the same fact.
    pub fn holder_of_key(&self) -> Option<&str> {
        self.holder().filter(|h| self.key.iter().any(|k| k == h))
    }
}

impl Vocabulary {
    /// Adds the kinds that a file declares; `text` is TOML. Returns what is wrong with it.
    pub fn add_kinds(&mut self, file: &str, text: &str) -> Vec<Diagnostic> {
        let source = Source::new(file, text);
        let root = source.parse();
        let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
        for (name, table, place) in keys.tables("kind") {
            let kind = read_kind(&source, &name, &table, place.clone());
            // Without columns nothing else of the kind was read.
            if table.get("columns").is_some() {
                table.finish();
            }
            if !is_name(&name) {
                source.report(Diagnostic::error("bad-id", format!("`{name}` is no name"), place.clone()).help(
                    "a kind's name is lower-case letters, digits and single hyphens, as its file is called",
                ));
            }
            if let Some(first) = self.kinds.get(&name) {
                source.report(
                    Diagnostic::error(
                        "name-clash",
                        format!("the kind `{name}` is declared twice"),
                        place,
                    )
                    .help(format!("the other one stands at {}", first.place)),
                );
                continue;
            }
            self.kinds.insert(name, kind);
        }
        keys.finish();
        source.into_problems()
    }

    /// Adds a catalog; `text` is TOML. Returns what is wrong with it.
    pub fn add_catalog(&mut self, file: &str, text: &str) -> Vec<Diagnostic> {
        let source = Source::new(file, text);
        let root = source.parse();
        let keys = Keys::new(&source, root.get_ref(), root.span(), "the catalog");
        let Some(name) = keys.string("catalog") else {
            keys.missing("catalog", "\"aws\"");
            return source.into_problems();
        };
        let mut catalog = Catalog {
            name: name.clone(),
            foreign: keys.strings("foreign"),
            ..Catalog::default()
        };
        for (kind, value, place) in keys.all() {
            if matches!(kind.as_str(), "catalog" | "foreign") {
                continue;
            }
            let Some(entries) = source.table(value, &kind) else {
                continue;
            };
            let mut of_kind = IndexMap::new();
            for (id, value, place) in entries.all() {
                let Some(entry) = source.table(value, &id) else {
                    continue;
                };
                if !is_name(&id) {
                    source.report(Diagnostic::error(
                        "bad-id",
                        format!("`{id}` is no name"),
                        place.clone(),
                    ));
                }
                let entry = Entry {
                    place,
                    ..read_entry(&source, &entry)
                };
                of_kind.insert(id, entry);
            }
            catalog.places.insert(kind.clone(), place);
            catalog.entries.insert(kind, of_kind);
        }
        keys.finish();
        self.catalogs.insert(name, catalog);
        source.into_problems()
    }

    /// What no single file can tell: names that other files should declare.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let kinds = || self.kinds.keys().map(String::as_str);
        for kind in self.kinds.values() {
            if let Some((other, by)) = &kind.holds.while_ {
                let has = |k: &Kind| k.fields.contains_key(by);
                if !self.kinds.get(other).is_some_and(has) || !has(kind) {
                    problems.push(
                        Diagnostic::error(
                            "unknown-name",
                            format!("`{}` holds `while {other} by {by}`, and there is no such kind with that column on both sides", kind.name),
                            kind.place.clone(),
                        )
                        .help(did_you_mean(other, kinds())),
                    );
                }
            }
        }
        for kind in self.kinds.values() {
            let Some(sorts) = &kind.sorts else { continue };
            let of = self.kinds.get(&sorts.of);
            let has_value = of.zip(kind.key.first()).is_some_and(|(of, key)| {
                of.fields
                    .get(key)
                    .is_some_and(|f| f.kind == FieldType::Text)
            });
            let words = of
                .and_then(|of| of.fields.get(&sorts.by))
                .and_then(|f| match &f.kind {
                    FieldType::Word(words) => Some(words),
                    _ => None,
                });
            let Some(words) = words.filter(|_| has_value) else {
                problems.push(
                    Diagnostic::error(
                        "unknown-name",
                        format!(
                            "`{}` sorts values of `{}` by `{}`, and there is no such kind with a text that is called as the key here and with that column of words",
                            kind.name, sorts.of, sorts.by
                        ),
                        kind.place.clone(),
                    )
                    .help(did_you_mean(&sorts.of, kinds())),
                );
                continue;
            };
            for word in sorts.ask.values().flatten() {
                if words.all().all(|w| w != word) {
                    problems.push(
                        Diagnostic::error(
                            "unknown-word",
                            format!(
                                "`{}` asks beside `{word}`, which `{}` of `{}` does not declare",
                                kind.name, sorts.by, sorts.of
                            ),
                            kind.place.clone(),
                        )
                        .help(did_you_mean(word, words.all())),
                    );
                }
            }
        }
        for catalog in self.catalogs.values() {
            for (kind, entries) in &catalog.entries {
                let Some(declared) = self.kinds.get(kind) else {
                    problems.push(
                        Diagnostic::error(
                            "unknown-name",
                            format!("`{kind}` is no kind of evidence"),
                            catalog.places[kind].clone(),
                        )
                        .help(did_you_mean(kind, kinds())),
                    );
                    continue;
                };
                let mut spelled: IndexMap<String, &str> = IndexMap::new();
                for (id, entry) in entries {
                    for (field, word) in &entry.fields {
                        let known = match declared.catalog.get(field) {
                            Some(FieldType::Word(words)) => {
                                words.open || words.all().any(|w| w == word)
                            }
                            _ => false,
                        };
                        if !known {
                            problems.push(
                                Diagnostic::error(
                                    "unknown-word",
                                    format!("`{id}` has {field} = \"{word}\", which `{kind}` does not declare"),
                                    entry.place.clone(),
                                )
                                .help(format!("declare it under [kind.{kind}.catalog]")),
                            );
                        }
                    }
                    for name in std::iter::once(id).chain(&entry.names) {
                        if let Some(other) = spelled.insert(plain(name), id)
                            && other != id
                        {
                            problems.push(
                                Diagnostic::error(
                                    "ambiguous-name",
                                    format!("`{name}` names both `{other}` and `{id}`"),
                                    entry.place.clone(),
                                )
                                .help("each spelling belongs to one entry"),
                            );
                        }
                    }
                }
            }
        }
        problems
    }
}

fn read_entry(source: &Source<'_>, keys: &Keys<'_, '_>) -> Entry {
    let mut entry = Entry {
        names: keys.strings("names"),
        renews: keys.strings("renews"),
        known: keys.string("known").unwrap_or_default(),
        retired: keys.day("retired"),
        ..Entry::default()
    };
    for (field, value, _) in keys.all() {
        if !matches!(field.as_str(), "names" | "renews" | "known" | "retired")
            && let Some(word) = source.string(value, &field)
        {
            entry.fields.insert(field, word);
        }
    }
    entry
}

fn read_kind(source: &Source<'_>, name: &str, keys: &Keys<'_, '_>, place: Place) -> Kind {
    let mut fields = IndexMap::new();
    let mut key = Vec::new();
    let types = keys.table("types");
    let also = keys.table("also");
    let means = keys.table("means");
    let Some(columns) = keys.string("columns") else {
        keys.missing("columns", "\"person*, name, email\"");
        return Kind {
            name: name.to_owned(),
            fields,
            key,
            holds: Holds::default(),
            if_empty: IndexMap::new(),
            catalog: IndexMap::new(),
            matrix: None,
            sorts: None,
            place,
        };
    };
    for column in columns.split(',') {
        let column = column.trim();
        let (column, starred) = match column.strip_suffix('*') {
            Some(column) => (column, true),
            None => (column, false),
        };
        if !is_name(column) || matches!(column, "partner" | "recorded_on" | "source") {
            source.report(
                Diagnostic::error(
                    "bad-id",
                    format!("`{column}` cannot be a column of `{name}`"),
                    place.clone(),
                )
                .help(
                    "partner, recorded_on and source are in every kind; other names are lower-case",
                ),
            );
            continue;
        }
        if starred {
            key.push(column.to_owned());
        }
        let declared = types.as_ref().and_then(|t| t.get(column));
        let mut kind = match declared {
            Some(value) => read_type(source, column, value).unwrap_or(FieldType::Text),
            None if column.ends_with("_on") || column.ends_with("_until") => FieldType::Date,
            None => FieldType::Text,
        };
        let more = means.as_ref().and_then(|m| m.get(column));
        if let (FieldType::Word(words), Some(value)) = (&mut kind, more)
            && let Some(table) = source.table(value, column)
        {
            for (word, texts, _) in table.all() {
                words.means.insert(word, source.strings(texts, column));
            }
        }
        let also = also.as_ref().and_then(|a| a.get(column));
        let field = Field {
            name: column.to_owned(),
            kind,
            also: also.map_or(vec![], |v| source.strings(v, column)),
            key: starred,
            personal: false,
        };
        if fields.insert(column.to_owned(), field).is_some() {
            source.report(Diagnostic::error(
                "name-clash",
                format!("the column `{column}` stands twice"),
                place.clone(),
            ));
        }
    }
    for table in [types, also, means].into_iter().flatten() {
        for (column, _, place) in table.all() {
            if !fields.contains_key(&column) {
                source.report(
                    Diagnostic::error(
                        "unknown-name",
                        format!("`{name}` has no column `{column}`"),
                        place,
                    )
                    .help(did_you_mean(&column, fields.keys().map(String::as_str))),
                );
            }
        }
    }
    for column in keys.strings("personal") {
        let place = || {
            let value = keys.get("personal");
            value.map_or(place.clone(), |v| source.place(v.span()))
        };
        match fields.get_mut(&column) {
            Some(Field {
                kind: FieldType::Text | FieldType::Id(_),
                personal,
                ..
            }) => *personal = true,
            Some(_) => source.report(
                Diagnostic::error(
                    "wrong-type",
                    format!("`personal` names `{column}`, which is neither text nor an id"),
                    place(),
                )
                .help("only a text or an id can name somebody; leave it out"),
            ),
            None => source.report(
                Diagnostic::error(
                    "unknown-name",
                    format!("`{name}` has no column `{column}`"),
                    place(),
                )
                .help(did_you_mean(&column, fields.keys().map(String::as_str))),
            ),
        }
    }
    let holds = keys.string("holds").map_or(Holds::default(), |text| {
        read_holds(&text).unwrap_or_else(|| {
            source.report(
                Diagnostic::error("bad-holds", format!("`{text}` does not say when a fact holds"), place.clone())
                    .help("write from DATE [and DATE] [until DATE [or DATE] | until next] [while KIND by COLUMN]"),
            );
            Holds::default()
        })
    });
    for column in holds.from.iter().chain(&holds.until) {
        if !fields
            .get(column)
            .is_some_and(|f: &Field| f.kind == FieldType::Date)
        {
            source.report(
                Diagnostic::error(
                    "unknown-name",
                    format!("`holds` names `{column}`, which is no date of `{name}`"),
                    place.clone(),
                )
                .help(did_you_mean(column, fields.keys().map(String::as_str))),
            );
        }
    }
    let mut if_empty = IndexMap::new();
    for (column, rule, place) in keys.tables("if_empty") {
        let Some(take) = rule.string("take") else {
            rule.missing("take", "\"submitted_on\"");
            continue;
        };
        let date = |c: &str| {
            fields
                .get(c)
                .is_some_and(|f: &Field| f.kind == FieldType::Date)
        };
        if !date(&column) || !date(&take) {
            source.report(Diagnostic::error(
                "unknown-name",
                format!(
                    "`if_empty` takes `{take}` for `{column}`, and not both are dates of `{name}`"
                ),
                place,
            ));
        }
        if_empty.insert(
            column,
            IfEmpty {
                take,
                filter: rule.formula("where"),
            },
        );
        rule.finish();
    }
    let mut catalog = IndexMap::new();
    if let Some(table) = keys.table("catalog") {
        for (field, value, _) in table.all() {
            if let Some(kind) = read_type(source, &field, value) {
                catalog.insert(field, kind);
            }
        }
    }
    let matrix = keys
        .table("matrix")
        .and_then(|table| read_matrix(source, name, table, &fields, &place));
    let sorts = keys
        .table("sorts")
        .and_then(|table| read_sorts(source, name, table, &fields, &key, &place));
    Kind {
        name: name.to_owned(),
        fields,
        key,
        holds,
        if_empty,
        catalog,
        matrix,
        sorts,
        place,
    }
}

/// What is asked of values of another kind; nothing where a column that it names is none.
fn read_sorts(
    source: &Source<'_>,
    name: &str,
    table: Keys<'_, '_>,
    fields: &IndexMap<String, Field>,
    key: &[String],
    place: &Place,
) -> Option<Sorts> {
    let (of, by) = (table.string("of"), table.string("by"));
    let mut ask = IndexMap::new();
    match table.table("ask") {
        Some(columns) => {
            for (column, words, place) in columns.all() {
                match fields.get(&column).map(|f| &f.kind) {
                    Some(FieldType::Word(_)) => {
                        ask.insert(column.clone(), source.strings(words, &column));
                    }
                    _ => source.report(
                        Diagnostic::error(
                            "unknown-name",
                            format!(
                                "`sorts` asks `{column}`, which is no column of words of `{name}`"
                            ),
                            place,
                        )
                        .help(did_you_mean(&column, fields.keys().map(String::as_str))),
                    ),
                }
            }
        }
        None => table.missing("ask", "{ line = [\"income\"] }"),
    }
    if of.is_none() {
        table.missing("of", "\"statements\"");
    }
    if by.is_none() {
        table.missing("by", "\"section\"");
    }
    if key.len() != 1 {
        source.report(
            Diagnostic::error(
                "wrong-type",
                format!("`{name}` sorts values, and its key is not one column alone"),
                place.clone(),
            )
            .help("give a star to the column of the values, and to no other"),
        );
        return None;
    }
    table.finish();
    Some(Sorts {
        of: of?,
        by: by?,
        ask,
    })
}

/// How a table with months across stands; nothing where a column that it names is none.
fn read_matrix(
    source: &Source<'_>,
    name: &str,
    table: Keys<'_, '_>,
    fields: &IndexMap<String, Field>,
    place: &Place,
) -> Option<Matrix> {
    let column = |key: &str, fits: fn(&FieldType) -> bool, what: &str| {
        let Some(column) = table.string(key) else {
            table.missing(key, what);
            return None;
        };
        if fields.get(&column).is_some_and(|f| fits(&f.kind)) {
            return Some(column);
        }
        source.report(
            Diagnostic::error(
                "unknown-name",
                format!(
                    "`matrix` names `{column}` as `{key}`, which is no such column of `{name}`"
                ),
                place.clone(),
            )
            .help(did_you_mean(&column, fields.keys().map(String::as_str))),
        );
        None
    };
    let down = column("down", |f| *f == FieldType::Text, "\"account\"");
    let across = column("across", |f| *f == FieldType::Date, "\"booked_on\"");
    let cells = column("cells", |f| matches!(f, FieldType::Money(_)), "\"amount\"");
    let under = column("under", |f| matches!(f, FieldType::Word(_)), "\"section\"");
    let matrix = Matrix {
        down: down?,
        across: across?,
        cells: cells?,
        under: under?,
        totals: table.strings("totals"),
        derived: table.strings("derived"),
        note: table.string("note").unwrap_or_default(),
    };
    table.finish();
    Some(matrix)
}

fn read_type(source: &Source<'_>, column: &str, value: &Value<'_>) -> Option<FieldType> {
    if let Some(word) = value.get_ref().as_str() {
        return Some(match word {
            "text" => FieldType::Text,
            "date" => FieldType::Date,
            "number" => FieldType::Number(None),
            "percent" => FieldType::Percent,
            "yes-no" => FieldType::YesNo,
            "country" => FieldType::Country,
            "catalog" => FieldType::Catalog,
            "level" => FieldType::Level,
            "answer" => FieldType::Answer,
            "person" | "customer" | "program" | "partner" | "question" => {
                FieldType::Id(word.to_owned())
            }
            _ => {
                source.report(
                    Diagnostic::error("unknown-word", format!("`{word}` is no type of a column"), source.place(value.span())).help(
                        "the types are text, date, number, percent, yes-no, country, catalog, level, answer, an id (person, customer, program, partner, question), { words = […] }, { ladder = […] }, { number = [from, to] }, { money = \"column\" }",
                    ),
                );
                return None;
            }
        });
    }
    let keys = source.table(value, column)?;
    let kind = if let Some(currency) = keys.string("money") {
        FieldType::Money(currency)
    } else if let Some(range) = keys.get("number") {
        let ends: Vec<Exact> = range
            .get_ref()
            .as_array()
            .map(|a| a.iter().filter_map(|v| source.number(v, column)).collect())
            .unwrap_or_default();
        match <[Exact; 2]>::try_from(ends) {
            Ok([from, to]) if from <= to => FieldType::Number(Some((from, to))),
            _ => {
                source.wrong_type(
                    range,
                    "number",
                    "a list of two numbers, the lower one first,",
                );
                FieldType::Number(None)
            }
        }
    } else {
        let mut words = Words {
            ladder: keys.strings("ladder"),
            words: keys.strings("words"),
            open: keys.flag("open"),
            means: IndexMap::new(),
        };
        if let Some(table) = keys.table("means") {
            for (word, texts, place) in table.all() {
                if !words.open && !words.all().any(|w| w == word) {
                    let known: Vec<&str> = words.all().collect();
                    source.report(
                        Diagnostic::error(
                            "unknown-word",
                            format!("`means` maps to `{word}`, which is no word of `{column}`"),
                            place,
                        )
                        .help(did_you_mean(&word, known)),
                    );
                }
                words.means.insert(word, source.strings(texts, column));
            }
        }
        FieldType::Word(words)
    };
    keys.finish();
    Some(kind)
}

fn read_holds(text: &str) -> Option<Holds> {
    let mut words = text.split_whitespace().peekable();
    let mut holds = Holds::default();
    if words.next()? != "from" {
        return None;
    }
    holds.from.push(words.next()?.to_owned());
    while words.next_if_eq(&"and").is_some() {
        holds.from.push(words.next()?.to_owned());
    }
    if words.next_if_eq(&"until").is_some() {
        if words.next_if_eq(&"next").is_some() {
            holds.until_next = true;
        } else {
            holds.until.push(words.next()?.to_owned());
            while words.next_if_eq(&"or").is_some() {
                // `until expires_on or next`: a date, or the next reading, whichever comes first.
                if words.next_if_eq(&"next").is_some() {
                    holds.until_next = true;
                } else {
                    holds.until.push(words.next()?.to_owned());
                }
            }
        }
    }
    if words.next_if_eq(&"while").is_some() {
        let kind = words.next()?.to_owned();
        words.next_if_eq(&"by")?;
        holds.while_ = Some((kind, words.next()?.to_owned()));
    }
    words.next().is_none().then_some(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vocabulary, Vec<String>) {
        let mut vocabulary = Vocabulary::default();
        let mut problems = vocabulary.add_kinds("kinds.toml", text);
        problems.extend(vocabulary.check());
        let said = problems
            .iter()
            .map(|p| format!("{}: {}", p.code, p.message));
        (vocabulary, said.collect())
    }

    #[test]
    fn a_longer_text_is_guessed_by_the_longest_spelling_in_it() {
        let words = Words {
            words: ["managed-services", "projects", "resale"]
                .map(str::to_owned)
                .to_vec(),
            means: IndexMap::from([
                (
                    "projects".to_owned(),
                    vec!["services".to_owned(), "consulting".to_owned()],
                ),
                ("resale".to_owned(), vec!["cloud".to_owned()]),
            ]),
            ..Words::default()
        };
        for (text, guess) in [
            ("Managed Services", Some("managed-services")),
            ("4010 Managed services - EU", Some("managed-services")),
            ("Services: Trainings", Some("projects")),
            ("Cloud bought", Some("resale")),
            // A part of a word is no word.
            ("Microservices", None),
            // Two of one length speak of different words.
            ("Consulting on projects, and resale", Some("projects")),
            ("Other income", None),
            ("", None),
        ] {
            assert_eq!(words.guess(text), guess, "{text}");
        }
        let torn = Words {
            words: ["sales", "tools"].map(str::to_owned).to_vec(),
            ..Words::default()
        };
        assert_eq!(torn.guess("Sales tools"), None);
    }

    #[test]
    fn what_sorts_values_names_what_there_is() {
        const STATEMENTS: &str = "[kind.statements]\ncolumns = \"account*, section, booked_on*\"\ntypes = { section = { words = [\"income\", \"expense\"] } }\n";
        let lines = |columns: &str, sorts: &str| {
            format!(
                "{STATEMENTS}[kind.lines]\ncolumns = \"{columns}\"\ntypes = {{ line = {{ words = [\"resale\"] }} }}\nsorts = {{ {sorts} }}\n"
            )
        };
        let (vocabulary, problems) = read(&lines(
            "account*, line",
            "of = \"statements\", by = \"section\", ask = { line = [\"income\"] }",
        ));
        assert_eq!(problems, [""; 0]);
        let sorts = vocabulary.kinds["lines"].sorts.as_ref().expect("sorts");
        assert_eq!(
            (sorts.of.as_str(), sorts.by.as_str()),
            ("statements", "section")
        );
        assert_eq!(sorts.ask["line"], ["income"]);
        for (columns, sorts, said) in [
            (
                "account*, line*",
                "of = \"statements\", by = \"section\", ask = { line = [\"income\"] }",
                "wrong-type: `lines` sorts values, and its key is not one column alone",
            ),
            (
                "account*, line",
                "of = \"statements\", by = \"section\", ask = { account = [\"income\"] }",
                "unknown-name: `sorts` asks `account`, which is no column of words of `lines`",
            ),
            (
                "account*, line",
                "of = \"statement\", by = \"section\", ask = { line = [\"income\"] }",
                "unknown-name: `lines` sorts values of `statement` by `section`, and there is no such kind with a text that is called as the key here and with that column of words",
            ),
            (
                "account*, line",
                "of = \"statements\", by = \"section\", ask = { line = [\"incomes\"] }",
                "unknown-word: `lines` asks beside `incomes`, which `section` of `statements` does not declare",
            ),
        ] {
            assert_eq!(read(&lines(columns, sorts)).1, [said]);
        }
    }
}
