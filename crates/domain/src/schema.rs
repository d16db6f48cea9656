//! JSON Schemas of the files that people write, so that an editor completes and explains their keys.
//!
//! Says what the readers of [`crate::program`] and [`crate::vocabulary`] ask for, key by key, and nothing
//! of what expressions mean: to an editor they are text. `docs/schema` holds the schemas as files;
//! a test holds those against this module, and this module against the readers.

mod models;
mod plans;
mod reports;
mod translations;

use serde_json::{Map, Value, json};

pub use models::model;
pub use plans::{actions, template};
pub use reports::report;
pub use translations::translation;

/// A name of the language.
const NAME: &str = "^([a-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*|[A-Z]{2,3})$";
/// A text that could be an expression: quotes and signs of money have no meaning in one.
const EXPRESSION: &str = "^[^\"'$€£≥≤−]+$";
/// `30 days`.
const DURATION: &str = "^[0-9]+ (day|week|month|quarter|year)s?$";
/// `01-31`.
const MONTH_DAY: &str = "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// `trailing 12 months` and its kin.
const WINDOW: &str = "^(trailing [0-9_]+ (day|week|month|quarter|year)s?|since (last-review|enrolled)|from [0-9]{4}-[0-9]{2}-[0-9]{2}|this (fiscal )?(day|week|month|quarter|year)s?( and [0-9_]+ before)?|last [0-9_]+ whole (fiscal )?(day|week|month|quarter|year)s?)$";

/// The schema of a program file, or of a library of measures.
pub fn program() -> Value {
    let mut schema = object(
        "An edition of a program, read beside the published table; without `levels` a library of measures",
        &[
            (
                "program",
                name(
                    "The program's id, shared by all its editions",
                    "aws-services-path",
                ),
            ),
            (
                "edition",
                text("The edition's id within the program", &["2022-02"]),
            ),
            (
                "revision",
                whole("Counts mendings of our own slips; the first is 1", 2),
            ),
            (
                "title",
                text("What people call the program", &["AWS Services Path"]),
            ),
            (
                "published",
                day("The day the publisher made it known; before it, nobody could know it"),
            ),
            (
                "in_force",
                object(
                    "The days on which the edition governs",
                    &[
                        ("from", day("The first day on which it governs")),
                        (
                            "until",
                            day(
                                "The first day on which it no longer governs, only where the publication itself prints an end",
                            ),
                        ),
                    ],
                    &["from"],
                ),
            ),
            (
                "replaces",
                object(
                    "The edition that this one ends, on its own first day",
                    &[
                        ("edition", text("Its id", &["2025-02"])),
                        (
                            "accepted_until",
                            day("It may still be chosen until this day"),
                        ),
                    ],
                    &["edition"],
                ),
            ),
            (
                "early_from",
                day("May be chosen from this day, before it governs"),
            ),
            (
                "withdrawn",
                day(
                    "Announced, then taken back on this day; kept, because decisions in between may name it",
                ),
            ),
            (
                "levels",
                texts(
                    "The levels, lowest first: a level includes those below it. An empty list is a checklist without a verdict",
                    &["select", "advanced", "premier"],
                ),
            ),
            (
                "catalogs",
                texts(
                    "Catalogs whose entries exist here; those of others do not. Without this key all do",
                    &["aws"],
                ),
            ),
            (
                "uses",
                json!({
                    "description": "Libraries whose measures may be named here",
                    "anyOf": [
                        { "type": "string", "pattern": "^[^@]+@[^@]+$" },
                        { "type": "array", "items": { "type": "string", "pattern": "^[^@]+@[^@]+$" } },
                    ],
                    "examples": [["kpis@2026"]],
                }),
            ),
            (
                "source",
                by_id(
                    "The documents that the edition was read from, by the word with which citations begin",
                    document(),
                ),
            ),
            (
                "level",
                by_id(
                    "What each level is called and, where its rows alone do not decide, how it is entered and retained",
                    level(),
                ),
            ),
            (
                "period",
                object(
                    "What `in period` means in each of the two questions",
                    &[
                        (
                            "enter",
                            window("When one enters a level", "trailing 12 months"),
                        ),
                        ("retain", window("When one retains it", "since last-review")),
                        ("cite", cite()),
                    ],
                    &["enter", "retain"],
                ),
            ),
            (
                "calendar",
                object(
                    "How the program divides its year; weeks begin on Monday",
                    &[
                        (
                            "fiscal_year",
                            month_day("Month and day on which the fiscal year begins"),
                        ),
                        (
                            "fiscal_months",
                            json!({
                                "description": "First days of the fiscal months, where the vendor prints them; the last one only ends the one before",
                                "type": "array",
                                "items": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
                                "examples": [["2025-07-27", "2025-08-24"]],
                            }),
                        ),
                        ("cite", cite()),
                    ],
                    &[],
                ),
            ),
            (
                "money",
                object(
                    "The program's own currency, into which others are turned",
                    &[
                        (
                            "currency",
                            described(
                                "The currency",
                                json!({ "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"] }),
                            ),
                        ),
                        (
                            "rates",
                            text(
                                "The kind of evidence, or the table, that holds what one unit of another currency is worth in it",
                                &["rates"],
                            ),
                        ),
                        ("cite", cite()),
                    ],
                    &["currency"],
                ),
            ),
            (
                "requirement",
                by_id(
                    "The published matrix: each row by its id, in the order of the table",
                    reference("row"),
                ),
            ),
            (
                "list",
                by_id(
                    "Named lists, for `credential in must-include`",
                    object(
                        "A named list",
                        &[
                            (
                                "items",
                                array(
                                    "Its items",
                                    object(
                                        "An item, which counts on a day if `from` ≤ day < `until`",
                                        &[
                                            ("is", text("The word", &["aws-msp"])),
                                            ("from", day("Its first day")),
                                            (
                                                "until",
                                                day("The first day on which it no longer counts"),
                                            ),
                                        ],
                                        &["is"],
                                    ),
                                ),
                            ),
                            ("cite", cite()),
                        ],
                        &["items"],
                    ),
                ),
            ),
            (
                "test",
                by_id(
                    "Named tests: yes, no or unknown",
                    object(
                        "A named test",
                        &[
                            (
                                "is",
                                per_track(
                                    "The test",
                                    "exists enrollments where fee_paid_until > day",
                                ),
                            ),
                            ("title", title()),
                            ("cite", cite()),
                        ],
                        &["is"],
                    ),
                ),
            ),
            (
                "stage",
                by_id(
                    "Path stages, lowest first: the last whose test is met is shown",
                    object(
                        "A path stage",
                        &[
                            ("test", per_track("The test", "exists enrollments")),
                            ("title", title()),
                            ("cite", cite()),
                        ],
                        &["test"],
                    ),
                ),
            ),
            (
                "measure",
                by_id(
                    "Named numbers, words and sets; with a unit, figures to watch",
                    measure(),
                ),
            ),
            (
                "table",
                by_id(
                    "Values by word, for `gold-revenue(partner.country)`",
                    object(
                        "A table from words to numbers, money or words",
                        &[
                            (
                                "rows",
                                described(
                                    "The value of each word; `else` covers the rest",
                                    json!({
                                        "type": "object",
                                        "additionalProperties": expression("The value of this word", &["1_500_000 USD"]),
                                        "examples": [{ "DE": "1_500_000 USD", "else": "750_000 USD" }],
                                    }),
                                ),
                            ),
                            (
                                "words",
                                texts(
                                    "The words that it may yield, where it yields words",
                                    &["large", "small"],
                                ),
                            ),
                            ("cite", cite()),
                        ],
                        &["rows"],
                    ),
                ),
            ),
            (
                "question",
                by_id(
                    "Questions: named values whose facts are answers",
                    question(),
                ),
            ),
            (
                "parameter",
                by_id(
                    "What the user may set",
                    object(
                        "A parameter",
                        &[
                            ("title", title()),
                            (
                                "default",
                                number("Its value unless set; without one it is unknown", "1"),
                            ),
                            ("least", number("The least that may be set", "0")),
                            ("most", number("The most that may be set", "5")),
                            ("cite", cite()),
                        ],
                        &[],
                    ),
                ),
            ),
            (
                "score",
                by_id(
                    "Scores: parts with `max` add up, parts with `weight` make the weighted mean",
                    score(),
                ),
            ),
            (
                "bands",
                by_id(
                    "Bands: a number mapped to a number or a word, for `points(penetration)`",
                    bands(),
                ),
            ),
            (
                "tracks",
                object(
                    "Several ways to be judged, of which one is chosen",
                    &[
                        (
                            "of",
                            texts(
                                "Their ids; of equals the first is chosen",
                                &["enterprise", "small"],
                            ),
                        ),
                        (
                            "choose",
                            expression(
                                "How one is chosen: the track on which a score is highest, or an expression that yields a track",
                                &["highest capability", "latest track of elections"],
                            ),
                        ),
                        ("cite", cite()),
                    ],
                    &["of", "choose"],
                ),
            ),
            (
                "roster",
                by_id(
                    "Rosters: people to seats, nobody twice for the same thing",
                    roster(),
                ),
            ),
            (
                "fee",
                object(
                    "The program's fee; its renewal day is not the review day",
                    &[
                        ("amount", expression("How much", &["2_500 USD"])),
                        ("every", duration("How often", "1 year")),
                        (
                            "paid",
                            name("The test that says whether it is paid", "fee-paid"),
                        ),
                        ("cite", cite()),
                    ],
                    &["amount"],
                ),
            ),
            ("lifecycle", lifecycle()),
            (
                "reading",
                array(
                    "Where the source is silent or contradicts itself, and what was taken",
                    object(
                        "A reading",
                        &[
                            (
                                "about",
                                text(
                                    "The id, source or key that it is about",
                                    &["offering-count", "lifecycle.grace"],
                                ),
                            ),
                            ("settles", settles()),
                            (
                                "printed",
                                texts(
                                    "What is printed, each with its place",
                                    &["six concurrent months (§7)", "six consecutive months (§8)"],
                                ),
                            ),
                            (
                                "taken",
                                text(
                                    "What was taken, and why",
                                    &["met on every day of six consecutive months"],
                                ),
                            ),
                        ],
                        &["about"],
                    ),
                ),
            ),
            (
                "case",
                array(
                    "Worked cases: an evidence folder in miniature, and what is expected of it",
                    case(),
                ),
            ),
        ],
        &["program", "edition"],
    );
    finish(&mut schema, "A program of Cairn", &[("row", row())]);
    schema
}

/// The schema of a file of kinds of evidence.
pub fn vocabulary() -> Value {
    let type_of = field_type(
        "What the column holds; a column that ends in `_on` or `_until` is a date unless said otherwise, any other is text",
    );
    let columns = |description: &str, value: Value| {
        described(
            description,
            json!({ "type": "object", "additionalProperties": value }),
        )
    };
    let kind = object(
        "A kind of evidence: a table of the evidence folder",
        &[
            (
                "columns",
                text(
                    "The header of the table, a star at each column of the key; `partner`, `recorded_on` and `source` are in every kind",
                    &["person*, credential*, earned_on*, expires_on"],
                ),
            ),
            (
                "holds",
                described(
                    "From the last of these dates, until the first of those, while a fact of another kind holds; without this key always",
                    json!({
                        "type": "string",
                        "pattern": "^from [a-z][A-Za-z0-9_-]*( and [a-z][A-Za-z0-9_-]*)*( until [a-z][A-Za-z0-9_-]*( or [a-z][A-Za-z0-9_-]*)*)?( while [a-z][A-Za-z0-9_-]* by [a-z][A-Za-z0-9_-]*)?$",
                        "examples": ["from earned_on until expires_on or revoked_on while people by person", "from since until next"],
                    }),
                ),
            ),
            (
                "types",
                columns("What columns hold, by column", type_of.clone()),
            ),
            (
                "also",
                columns(
                    "What columns may be called in files that users have; case, spaces, `-` and `_` never matter",
                    texts("Other names of the column", &["certification name"]),
                ),
            ),
            (
                "personal",
                texts(
                    "Columns that name a person or an address of one: they go where that person is erased; each is text or an id",
                    &["name", "email"],
                ),
            ),
            (
                "means",
                columns(
                    "What files call the words of a column",
                    columns(
                        "By word, what files call it",
                        texts("What files call this word", &["p1", "urgent"]),
                    ),
                ),
            ),
            (
                "if_empty",
                columns(
                    "What is taken for a date that is empty",
                    object(
                        "What is taken for this date",
                        &[
                            ("take", name("The date that is taken", "submitted_on")),
                            (
                                "where",
                                expression(
                                    "Only where this filter is true",
                                    &["route = opportunity"],
                                ),
                            ),
                        ],
                        &["take"],
                    ),
                ),
            ),
            (
                "catalog",
                columns(
                    "Fields that the catalog entry fills in",
                    field_type("What the field holds"),
                ),
            ),
            (
                "matrix",
                object(
                    "How a file stands that has one column down and the months of another one across, under headings",
                    &[
                        ("down", name("The text that stands down", "account")),
                        (
                            "across",
                            name("The date whose months stand across", "booked_on"),
                        ),
                        ("cells", name("The amount that the cells are", "amount")),
                        ("under", name("The word that a heading says", "section")),
                        (
                            "totals",
                            texts(
                                "Beginnings of rows that add up what stands under a heading",
                                &["total"],
                            ),
                        ),
                        (
                            "derived",
                            texts("Rows that are worked out from others", &["gross profit"]),
                        ),
                        (
                            "note",
                            text(
                                "What is said of such a file wherever one is read",
                                &["compare the totals"],
                            ),
                        ),
                    ],
                    &["down", "across", "cells", "under"],
                ),
            ),
            (
                "sorts",
                object(
                    "That records of this kind say once of each value of another kind's column where it belongs; the only key is that column, and imports ask for values of which nothing is said",
                    &[
                        ("of", name("The kind that has the values", "statements")),
                        (
                            "by",
                            name(
                                "The column of that kind which says what is asked of a value",
                                "section",
                            ),
                        ),
                        (
                            "ask",
                            columns(
                                "By column that is asked for, the words of `by` beside which it is",
                                texts("Words of `by`", &["income", "cost-of-sales"]),
                            ),
                        ),
                    ],
                    &["of", "by", "ask"],
                ),
            ),
        ],
        &["columns"],
    );
    let mut schema = object(
        "Kinds of evidence",
        &[(
            "kind",
            by_id(
                "The kinds by name, as the files of the evidence folder are called",
                kind,
            ),
        )],
        &[],
    );
    finish(&mut schema, "A vocabulary of Cairn", &[]);
    schema
}

/// The schema of a catalog of names.
pub fn catalog() -> Value {
    let entry = json!({
        "description": "An entry; every key beside the named ones is a field of the kind that it fills in",
        "type": "object",
        "properties": {
            "names": texts("Its usual spellings, beside its id; case, spaces, `-` and `_` never matter", &["AWS Certified Cloud Practitioner", "CLF-C02"]),
            "renews": texts("Earning it while one of these holds moves that one's end to its own, if later", &["admin-associate"]),
            "known": text("How the entry is known: the document, or that it is general knowledge", &["original: S4 §2", "general knowledge"]),
            "retired": day("The first day on which it could no longer be earned; it ends nobody's"),
        },
        "additionalProperties": { "type": "string" },
        "examples": [{ "class": "certification", "level": "associate" }],
    });
    let mut schema = json!({
        "description": "A catalog: names of credentials, validations and the like, mapped to entries and their fields",
        "type": "object",
        "properties": {
            "catalog": name("The catalog's name, which editions list", "aws"),
            "foreign": texts("Beginnings of other vendors' names: what begins so does not exist for an edition that lists only this catalog", &["Microsoft Certified"]),
        },
        "required": ["catalog"],
        "additionalProperties": by_id("The entries of a kind of evidence, by id", entry),
    });
    finish(&mut schema, "A catalog of Cairn", &[]);
    schema
}

/// A schema as the text of its file.
pub fn text_of(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Puts what belongs to a whole schema before its keys, and what it refers to behind them.
fn finish(schema: &mut Value, title: &str, definitions: &[(&str, Value)]) {
    let Value::Object(keys) = schema else { return };
    let mut whole = Map::new();
    whole.insert(
        "$schema".into(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    whole.insert("title".into(), json!(title));
    whole.append(keys);
    if !definitions.is_empty() {
        let definitions: Map<String, Value> = definitions
            .iter()
            .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
            .collect();
        whole.insert("$defs".into(), Value::Object(definitions));
    }
    *schema = Value::Object(whole);
}

/// A table with these keys and no others.
fn object(description: &str, keys: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|(key, schema)| ((*key).to_owned(), schema.clone()))
        .collect();
    let mut schema = json!({
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// A table of things by their ids.
fn by_id(description: &str, thing: Value) -> Value {
    json!({
        "description": description,
        "type": "object",
        "propertyNames": { "pattern": NAME },
        "additionalProperties": thing,
    })
}

fn array(description: &str, item: Value) -> Value {
    json!({ "description": description, "type": "array", "items": item })
}

/// A schema that is said once for all. Editors ignore what stands beside a `$ref`, so it stands alone.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// The same schema, with its description first.
fn described(description: &str, schema: Value) -> Value {
    let mut keys = Map::new();
    keys.insert("description".into(), json!(description));
    if let Value::Object(mut more) = schema {
        more.remove("description");
        keys.append(&mut more);
    }
    Value::Object(keys)
}

fn text(description: &str, examples: &[&str]) -> Value {
    json!({ "description": description, "type": "string", "examples": examples })
}

fn name(description: &str, example: &str) -> Value {
    json!({ "description": description, "type": "string", "pattern": NAME, "examples": [example] })
}

/// One text or a list of texts.
fn texts(description: &str, examples: &[&str]) -> Value {
    json!({
        "description": description,
        "anyOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "string" }],
        "examples": [examples],
    })
}

fn title() -> Value {
    text("What people call it", &["Launched opportunities"])
}

fn cite() -> Value {
    text(
        "Where it is printed: the source's id and the place in it, or `made-up`",
        &["guide table p. 4; §1; FAQ 7"],
    )
}

fn flag(description: &str) -> Value {
    json!({ "description": description, "type": "boolean" })
}

fn whole(description: &str, example: i64) -> Value {
    json!({ "description": description, "type": "integer", "minimum": 0, "examples": [example] })
}

/// A plain number: bare, or in quotes as `20/3` or `5%`.
fn number(description: &str, example: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^[0-9_.%*/+() -]+$" }],
        "examples": [example],
    })
}

fn amount(description: &str, example: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^[0-9_.%*/+() -]+( [A-Z]{3})?$" }],
        "examples": [example, "1_000 USD"],
    })
}

fn day(description: &str) -> Value {
    json!({
        "description": format!("{description}; a day without quotes"),
        "type": "string",
        "format": "date",
        "examples": ["2026-01-01"],
    })
}

fn month_day(description: &str) -> Value {
    json!({ "description": description, "type": "string", "pattern": MONTH_DAY, "examples": ["01-31"] })
}

fn duration(description: &str, example: &str) -> Value {
    json!({ "description": description, "type": "string", "pattern": DURATION, "examples": [example] })
}

fn window(description: &str, example: &str) -> Value {
    json!({ "description": description, "type": "string", "pattern": WINDOW, "examples": [example] })
}

/// One of a few words, each explained.
fn choice(description: &str, words: &[(&str, &str)]) -> Value {
    let (values, docs): (Vec<&str>, Vec<&str>) = words.iter().copied().unzip();
    json!({
        "description": description,
        "type": "string",
        "enum": values,
        "x-taplo": { "docs": { "enumValues": docs } },
    })
}

/// An expression: text in quotes, a bare number, or yes and no as true and false.
fn expression(description: &str, examples: &[&str]) -> Value {
    json!({
        "description": description,
        "anyOf": [{ "type": "string", "pattern": EXPRESSION }, { "type": "number" }, { "type": "boolean" }],
        "examples": examples,
    })
}

/// An expression, or one for each track.
fn per_track(description: &str, example: &str) -> Value {
    json!({
        "description": format!("{description}; where it differs by track, a table with one for each"),
        "anyOf": [
            { "type": "string", "pattern": EXPRESSION },
            { "type": "number" },
            { "type": "boolean" },
            {
                "type": "object",
                "propertyNames": { "pattern": NAME },
                "additionalProperties": expression("On this track", &[]),
            },
        ],
        "examples": [example],
    })
}

/// The thresholds of a row: one for each level that asks it, or such a table for each track.
fn limits(description: &str) -> Value {
    let limit = || {
        json!({
            "anyOf": [{ "type": "string", "pattern": EXPRESSION }, { "type": "number" }],
        })
    };
    json!({
        "description": format!("{description}: a key for each level that asks it; a level without a key does not"),
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                { "type": "string", "pattern": EXPRESSION },
                { "type": "number" },
                { "type": "object", "additionalProperties": limit() },
            ],
        },
        "examples": [{ "select": 4, "advanced": "10_000 USD", "premier": "3_000_000 USD to 7_000_000 USD" }],
    })
}

fn document() -> Value {
    object(
        "A document",
        &[
            (
                "title",
                text("Its title", &["Services Path Tier Guide, February 2022"]),
            ),
            ("from", text("Its publisher", &["Amazon Web Services"])),
            ("file", text("Its file among the sources", &["S4"])),
            (
                "read",
                choice(
                    "Was it read at its publisher?",
                    &[
                        ("original", "read at its publisher"),
                        (
                            "second-hand",
                            "read elsewhere; all that cites it is marked wherever shown",
                        ),
                    ],
                ),
            ),
        ],
        &[],
    )
}

fn level() -> Value {
    object(
        "A level",
        &[
            ("title", text("What people call it", &["Premier"])),
            (
                "enter",
                expression(
                    "The test to enter it, in place of its rows and of the levels below; `matrix` and ids of rows are tests",
                    &["holds(advanced) and matrix and sustained"],
                ),
            ),
            (
                "retain",
                expression(
                    "The test to retain it, in place of its rows and of the levels below",
                    &["matrix"],
                ),
            ),
            (
                "kpis",
                texts("Measures to watch at this level", &["engagement-rate"]),
            ),
            (
                "move",
                array(
                    "What to do next, by area",
                    object(
                        "Something to do next",
                        &[
                            ("area", text("In which area", &["people"])),
                            (
                                "do",
                                text("What", &["train the team and found cloud operations"]),
                            ),
                            (
                                "raises",
                                text(
                                    "The row, what a row takes the lowest of, or the area of rows that it raises: it is shown only where that is short of the next level",
                                    &["people"],
                                ),
                            ),
                            ("cite", cite()),
                        ],
                        &["do"],
                    ),
                ),
            ),
            ("cite", cite()),
        ],
        &[],
    )
}

fn row() -> Value {
    let mut schema = object(
        "A row of the matrix, or a part of one: exactly one of `measure`, `test`, `of_which`",
        &[
            ("area", text("The group that it stands in", &["Knowledge"])),
            ("title", title()),
            (
                "measure",
                per_track(
                    "The number that is compared",
                    "count distinct person of credentials where class = accreditation",
                ),
            ),
            (
                "test",
                per_track(
                    "The test that the levels in `required` ask",
                    "exists attestations in period where kind = business-plan",
                ),
            ),
            (
                "of_which",
                expression(
                    "What narrows the row above: the part counts what this filter lets through",
                    &["track = technical"],
                ),
            ),
            ("at_least", limits("The number must be this or more")),
            ("more_than", limits("The number must be more than this")),
            ("at_most", limits("The number must be this or less")),
            ("less_than", limits("The number must be less than this")),
            (
                "required",
                texts("The levels that ask the test", &["advanced", "premier"]),
            ),
            (
                "printed_up_to",
                described(
                    "The upper end of a printed range, by level; decides nothing and is read by the lint",
                    json!({
                        "type": "object",
                        "additionalProperties": number("The last number of the range", "10"),
                    }),
                ),
            ),
            (
                "asked",
                choice(
                    "Which question asks the row",
                    &[
                        (
                            "both",
                            "whoever enters and whoever holds the level: the usual case",
                        ),
                        (
                            "enter",
                            "only who enters: one-time, never asked again of a holder",
                        ),
                        ("retain", "only who holds the level"),
                    ],
                ),
            ),
            (
                "applies",
                expression(
                    "Where this says no, the row is not applicable and drops out",
                    &["partner.country = DE"],
                ),
            ),
            (
                "part",
                json!({
                    "description": "Parts of the row, by id: each must be met as well",
                    "type": "object",
                    "propertyNames": { "pattern": NAME },
                    "additionalProperties": reference("row"),
                }),
            ),
            ("cite", cite()),
        ],
        &[],
    );
    schema["oneOf"] = json!([
        { "required": ["measure"] },
        { "required": ["test", "required"] },
        { "required": ["of_which"] },
    ]);
    schema
}

fn measure() -> Value {
    let value = |description: &str, example: &str| expression(description, &[example]);
    object(
        "A named number, word or set",
        &[
            ("area", text("The group that it stands in", &["Revenue"])),
            ("title", title()),
            (
                "is",
                per_track(
                    "What it is",
                    "sum amount of revenue in last 4 whole quarters",
                ),
            ),
            (
                "words",
                texts(
                    "The words that it may yield, where it yields words",
                    &["enterprise", "small"],
                ),
            ),
            (
                "unit",
                text(
                    "The unit, by which it is a figure to watch",
                    &["percent", "money", "days"],
                ),
            ),
            (
                "better",
                choice(
                    "Which way it is better",
                    &[("higher", "more is better"), ("lower", "less is better")],
                ),
            ),
            (
                "benchmark",
                array(
                    "Published values to hold it against; contradicting ones stand side by side",
                    object(
                        "A published value",
                        &[
                            ("title", text("Of whom", &["best in class"])),
                            ("is", value("The value", "70%")),
                            ("from", value("The lower end of a range", "65%")),
                            ("to", value("The upper end of a range", "75%")),
                            ("year", whole("The year it speaks of", 2025)),
                            ("cite", cite()),
                        ],
                        &[],
                    ),
                ),
            ),
            (
                "note",
                text(
                    "What it counts, where the usual term means something else",
                    &["launched ones, not all that were shared"],
                ),
            ),
            ("cite", cite()),
        ],
        &["is"],
    )
}

fn question() -> Value {
    object(
        "A question",
        &[
            ("area", text("The group that it stands in", &["automation"])),
            (
                "title",
                text(
                    "What is asked, in our words",
                    &["Service management is defined and followed"],
                ),
            ),
            (
                "answer",
                json!({
                    "description": "The type of its answer: a word for it, words from low to high, or words with scores",
                    "anyOf": [
                        { "type": "string", "pattern": "^(yes or no|percent|number|money( [A-Z]{3})?|-?[0-9]+ to -?[0-9]+)$" },
                        { "type": "array", "items": { "type": "string" } },
                        { "type": "object", "additionalProperties": number("The score of this word", "1/2") },
                    ],
                    "examples": ["yes or no", "1 to 5", "percent", "number", "money", ["none", "planned", "own"], { "no": 0, "some": "1/2", "all": 1 }],
                }),
            ),
            (
                "evidence",
                expression(
                    "What the evidence says, of the same type: an answer that differs is contradicted",
                    &["(count tickets in trailing 3 months where process = none) = 0"],
                ),
            ),
            ("within", number("By how much a number may differ", "5%")),
            ("may_not_apply", flag("Is `n/a` an answer?")),
            ("cite", cite()),
        ],
        &["answer"],
    )
}

fn score() -> Value {
    let part = || {
        object(
            "A part of a score",
            &[
                ("title", title()),
                (
                    "points",
                    expression("Its points", &["if step-1 >= 2 then 20/3 * step-3 else 0"]),
                ),
                ("max", expression("It is held between 0 and this", &["40"])),
                (
                    "weight",
                    expression("Its weight in the mean", &["50", "w-staff"]),
                ),
                ("cite", cite()),
            ],
            &["points"],
        )
    };
    object(
        "A score",
        &[
            ("title", title()),
            ("out_of", number("What the maxima must add up to", "100")),
            (
                "weights_add_to",
                number("What the weights must add up to", "100"),
            ),
            (
                "part",
                json!({
                    "description": "The parts by id; where they differ by track, such a table for each track",
                    "type": "object",
                    "propertyNames": { "pattern": NAME },
                    "additionalProperties": {
                        "anyOf": [
                            part(),
                            { "type": "object", "propertyNames": { "pattern": NAME }, "additionalProperties": part() },
                        ],
                    },
                }),
            ),
            ("cite", cite()),
        ],
        &["part"],
    )
}

fn bands() -> Value {
    object(
        "Bands, which must meet and share nothing",
        &[
            (
                "rows",
                array(
                    "The bands, ascending",
                    object(
                        "A band: `from` and `to` are inside, `above` and `below` outside",
                        &[
                            ("from", amount("The lower end, inside", "60%")),
                            ("above", amount("The lower end, outside", "25%")),
                            ("to", amount("The upper end, inside", "25%")),
                            ("below", amount("The upper end, outside", "60%")),
                            (
                                "is",
                                described(
                                    "What the band yields: a number or a word",
                                    json!({
                                        "anyOf": [{ "type": "number" }, { "type": "string" }],
                                        "examples": [7, "gold"],
                                    }),
                                ),
                            ),
                        ],
                        &["is"],
                    ),
                ),
            ),
            ("cite", cite()),
        ],
        &["rows"],
    )
}

fn roster() -> Value {
    object(
        "A roster",
        &[
            (
                "of",
                expression(
                    "Who can sit: facts with a person",
                    &["credentials where class = role-badge"],
                ),
            ),
            (
                "one_role",
                flag("May a person never fill seats of two roles?"),
            ),
            (
                "capacity",
                described(
                    "How many seats of a role one person may fill; without a key any number",
                    json!({
                        "type": "object",
                        "additionalProperties": whole("Seats that one person may fill", 2),
                    }),
                ),
            ),
            (
                "seats",
                array(
                    "The seats; nobody takes two of the same `for`",
                    object(
                        "Seats of one kind",
                        &[
                            ("for", text("What the seat is for", &["voice"])),
                            ("role", text("The role", &["systems-engineer"])),
                            (
                                "needs",
                                text("The catalog entry that its holder needs", &["voice-se"]),
                            ),
                            ("number", whole("How many, one unless said", 2)),
                        ],
                        &["for", "role", "needs"],
                    ),
                ),
            ),
            ("cite", cite()),
        ],
        &["of"],
    )
}

/// What may be `not published`, beside this.
fn or_not_published(description: &str, schema: Value) -> Value {
    described(
        &format!("{description}; or `not published`"),
        json!({ "anyOf": [{ "const": "not published" }, schema] }),
    )
}

fn lifecycle() -> Value {
    let days = || json!({ "type": "array", "items": { "type": "string", "pattern": MONTH_DAY }, "examples": [["01-31", "07-31"]] });
    let takes = |description: &str| {
        described(
            description,
            json!({
                "anyOf": [
                    { "enum": ["any day", "review", "month end", "never", "not published"] },
                    days(),
                ],
                "examples": ["any day", ["01-31"]],
            }),
        )
    };
    let effective = || {
        described(
            "How long until it is effective; at once unless said",
            json!({
                "anyOf": [
                    { "enum": ["at once", "next month", "not published"] },
                    { "type": "string", "pattern": DURATION },
                ],
                "examples": ["at once", "next month", "30 days"],
            }),
        )
    };
    let promote = object(
        "What meeting a higher level does",
        &[
            (
                "on",
                takes("When meeting `enter` of a higher level takes effect"),
            ),
            (
                "by",
                choice(
                    "Who acts",
                    &[
                        ("rule", "the rule alone: the usual case"),
                        ("application", "the partner applies"),
                        ("invitation", "the vendor invites"),
                        ("not published", "the publisher does not say"),
                    ],
                ),
            ),
            ("effective", effective()),
        ],
        &[],
    );
    let demote = object(
        "What a failed review does",
        &[
            ("on", takes("When failing `retain` takes effect")),
            (
                "to",
                text(
                    "To what: `highest retained` unless said, a level, `none`, `not published`",
                    &["highest retained", "none", "select"],
                ),
            ),
            ("effective", effective()),
        ],
        &[],
    );
    let renew = or_not_published(
        "The window around the review day in which passing on any day renews",
        object(
            "Before and after the review day",
            &[
                ("opens", duration("How long before it opens", "60 days")),
                ("closes", duration("How long after it closes", "30 days")),
            ],
            &["opens", "closes"],
        ),
    );
    let grace = or_not_published(
        "From a failed review until the level is lost; no default exists",
        json!({ "type": "string", "pattern": DURATION, "examples": ["30 days"] }),
    );
    let review = or_not_published(
        "When reviews fall; `next_review_on` of the evidence wins",
        object(
            "When reviews fall",
            &[
                (
                    "every",
                    or_not_published(
                        "How long after the one before",
                        json!({ "type": "string", "pattern": DURATION, "examples": ["1 year"] }),
                    ),
                ),
                (
                    "after",
                    name(
                        "The date of the enrollment that the first is counted from",
                        "since",
                    ),
                ),
                ("on", described("Days of each year", days())),
            ],
            &[],
        ),
    );
    let of_level = object(
        "The rules of this level; what they leave out is as for all",
        &[
            ("promote", promote.clone()),
            ("demote", demote.clone()),
            ("renew", renew.clone()),
            ("grace", grace.clone()),
            ("cite", cite()),
        ],
        &[],
    );
    let mut schema = object(
        "The only part with memory: reviews, promotion, demotion; a key of a level's id holds rules of its own",
        &[
            ("review", review),
            ("promote", promote),
            ("demote", demote),
            ("renew", renew),
            ("grace", grace),
            (
                "protect",
                array(
                    "Levels that some do not lose before a day",
                    object(
                        "A protection",
                        &[
                            ("level", name("The level", "gold")),
                            (
                                "who",
                                expression(
                                    "Whom it protects; everybody unless said",
                                    &["exists credentials where class = accreditation"],
                                ),
                            ),
                            ("until", day("The first day on which it protects no longer")),
                        ],
                        &["level", "until"],
                    ),
                ),
            ),
            ("cite", cite()),
        ],
        &[],
    );
    schema["additionalProperties"] = of_level;
    schema
}

/// The lints that a reading can settle, each with what it finds.
fn settles() -> Value {
    let codes = crate::lint::SETTLED_BY_A_READING;
    let docs: Vec<&str> = codes
        .iter()
        .map(|code| {
            let found = crate::lint::CODES.iter().find(|(c, _)| c == code);
            found.map_or("see docs", |(_, what)| *what)
        })
        .collect();
    let one = json!({
        "type": "string",
        "enum": codes,
        "x-taplo": { "docs": { "enumValues": docs } },
    });
    json!({
        "description": "The lints that it settles: they are silent about this id, and the reason stands here",
        "anyOf": [one, { "type": "array", "items": one }],
        "examples": ["ranges-overlap"],
    })
}

fn case() -> Value {
    let csv = |description: &str, example: &str| text(description, &[example]);
    object(
        "A worked case",
        &[
            (
                "title",
                text("What it shows", &["The guide's sample scorecard"]),
            ),
            ("cite", cite()),
            (
                "empty",
                texts(
                    "Kinds that are supplied without a row: zero, not unknown",
                    &["references", "csat"],
                ),
            ),
            (
                "given",
                described(
                    "Tables by kind, as CSV text; `p1..p4` writes four rows",
                    json!({
                        "type": "object",
                        "additionalProperties": csv("The table", "person, registered_on\np1..p4, 2019-05-01"),
                    }),
                ),
            ),
            (
                "then",
                array(
                    "What is expected, day by day",
                    object(
                        "What is expected on a day",
                        &[
                            ("on", day("The day asked about")),
                            (
                                "known_at",
                                day("What was known then; everything unless said"),
                            ),
                            (
                                "track",
                                name(
                                    "The track asked about, and expected where the program chooses it",
                                    "small",
                                ),
                            ),
                            (
                                "set",
                                described(
                                    "Parameters to set",
                                    json!({
                                        "type": "object",
                                        "additionalProperties": number("Its value", "2"),
                                    }),
                                ),
                            ),
                            (
                                "level",
                                text(
                                    "The highest level that meets `enter`; empty for none",
                                    &["select"],
                                ),
                            ),
                            ("holds", text("The level held; empty for none", &["select"])),
                            (
                                "values",
                                described(
                                    "Values by name, as text",
                                    json!({
                                        "type": "object",
                                        "additionalProperties": { "type": "string" },
                                        "examples": [{ "skilling": "100/3" }],
                                    }),
                                ),
                            ),
                            (
                                "contradicted",
                                texts("Questions whose answer the evidence contradicts", &["iaas"]),
                            ),
                            (
                                "shows",
                                csv(
                                    "Scorecard cells as CSV text",
                                    "row, retain select, enter advanced\naccredited, 4 of 4, 4 of 8",
                                ),
                            ),
                        ],
                        &["on"],
                    ),
                ),
            ),
        ],
        &["then"],
    )
}

fn field_type(description: &str) -> Value {
    let words = |description: &str| json!({ "description": description, "type": "array", "items": { "type": "string" } });
    json!({
        "description": description,
        "anyOf": [
            { "enum": ["text", "date", "number", "percent", "yes-no", "country", "catalog", "level", "answer", "person", "customer", "program", "partner", "question"] },
            object("An amount of money", &[("money", text("The column that holds its currency", &["currency"]))], &["money"]),
            object("A number between two ends", &[("number", json!({
                "description": "The least and the most",
                "type": "array",
                "items": number("An end", "1"),
                "minItems": 2,
                "maxItems": 2,
                "examples": [[1, 5]],
            }))], &["number"]),
            object(
                "One of a set of words",
                &[
                    ("ladder", words("Words in ascending order; only these are compared with `<`")),
                    ("words", words("Words without an order")),
                    ("open", flag("May files and programs use more words?")),
                    ("means", described("What files call each word", json!({
                        "type": "object",
                        "additionalProperties": texts("What files call this word", &["p1", "urgent"]),
                    }))),
                ],
                &[],
            ),
        ],
        "examples": ["person", { "words": ["partner", "vendor"] }, { "ladder": ["associate", "professional"] }, { "money": "currency" }, { "number": [1, 5] }],
    })
}

#[cfg(test)]
mod tests;
