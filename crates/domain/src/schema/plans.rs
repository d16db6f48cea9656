//! The schemas of what can be done, and of plans that are written down.

use serde_json::{Value, json};

use super::{
    amount, by_id, choice, described, duration, finish, name, number, object, text, texts, title,
};

/// Fields and what stands in them.
fn fields(description: &str, value: Value) -> Value {
    described(
        description,
        json!({ "type": "object", "additionalProperties": value }),
    )
}

/// Where numbers are from, by their key.
fn known() -> Value {
    fields(
        "Where each number is from, by its key: a source and its place, or \"own\"",
        json!({ "type": "string", "examples": ["own", "S4 FAQ 31: five business days"] }),
    )
}

/// A text or a number, as a fact says it.
fn said() -> Value {
    json!({ "anyOf": [{ "type": "string" }, { "type": "number" }] })
}

/// The schema of a file of actions.
pub fn actions() -> Value {
    let share = || {
        described(
            "A share above 0 and up to 100%",
            json!({ "anyOf": [{ "type": "string" }, { "type": "number" }], "examples": ["70%"] }),
        )
    };
    let kind = |description: &str| name(description, "credentials");
    let action = object(
        "Something that a partner can do",
        &[
            ("title", title()),
            (
                "adds",
                kind("The kind of fact that it leaves behind; or `turns`"),
            ),
            (
                "turns",
                kind(
                    "The kind of open record that comes true by it, with the chances of this file; or `adds`",
                ),
            ),
            (
                "each",
                choice(
                    "For whom it is done; without this key for nobody in particular",
                    &[
                        ("person", "for each person"),
                        ("customer", "for each customer that the evidence names"),
                    ],
                ),
            ),
            (
                "who",
                fields(
                    "Fields of whoever it is done for that must hold one of these words, where they hold any",
                    texts("The words", &["delivery"]),
                ),
            ),
            ("with", fields("What the fact says, field by field", said())),
            (
                "lasts",
                duration(
                    "How long the fact holds; for ever without this key",
                    "3 years",
                ),
            ),
            ("hours", number("The hours of work", "40")),
            ("fee", amount("What one attempt costs", "300 USD")),
            ("pass_rate", share()),
            (
                "waits",
                duration("How long somebody outside takes after the work", "14 days"),
            ),
            ("waits_on", text("Who that is", &["the vendor's reviewers"])),
            (
                "needs",
                texts(
                    "Entries of the catalog that a person must hold first",
                    &["foundations"],
                ),
            ),
            (
                "renews",
                described(
                    "Only for those who hold the same entry on the day of planning",
                    json!({ "type": "boolean" }),
                ),
            ),
            (
                "most",
                described(
                    "How often it can be done for each, or in all",
                    json!({ "type": "integer", "minimum": 1 }),
                ),
            ),
            (
                "role",
                text(
                    "Who does it where it is for nobody in particular; the work of one role is done one after the other",
                    &["sales"],
                ),
            ),
            ("known", known()),
        ],
        &["title"],
    );
    let chance = object(
        "How likely open records of a kind come true",
        &[
            ("field", name("The field whose word decides", "stage")),
            ("chance", fields("For each word the chance", share())),
            (
                "done",
                fields("What the record says once it has come true", said()),
            ),
            (
                "on",
                name("The date before which it does not", "target_close_on"),
            ),
            (
                "enough",
                described(
                    "From so many closed records that passed a word on, the partner's own share is used instead",
                    json!({ "type": "integer", "minimum": 1 }),
                ),
            ),
            ("known", text("Where the numbers are from", &["own"])),
        ],
        &["field", "known"],
    );
    let mut schema = object(
        "What a partner can do, what it costs, how long it takes, and the fact that it leaves behind",
        &[
            ("actions", name("The file's name", "own")),
            (
                "programs",
                texts(
                    "The programs for which it is offered; all without this key",
                    &["vendor-path"],
                ),
            ),
            (
                "rate",
                amount(
                    "What an hour of work costs; every amount of the file is in this currency",
                    "72 USD",
                ),
            ),
            (
                "hours_a_week",
                number("The hours a week that one person can give", "6"),
            ),
            ("roles", fields("The hours a week of each role", said())),
            ("known", known()),
            ("action", by_id("The actions, by id", action)),
            (
                "chance",
                by_id("How likely open records come true, by kind", chance),
            ),
        ],
        &["actions", "rate", "hours_a_week"],
    );
    finish(&mut schema, "Actions of Cairn", &[]);
    schema
}

/// The schema of a plan that is written down.
pub fn template() -> Value {
    let closes = fields(
        "The kind of evidence that closes the task of it, and what that must say, field by field",
        json!({
            "type": "object",
            "additionalProperties": { "type": "string" },
            "examples": [{ "kind": "business-plan" }],
        }),
    );
    let item = object(
        "Something to be done",
        &[
            ("title", title()),
            ("parts", texts("Of what it is made up", &["a budget"])),
            (
                "program",
                name(
                    "The program, an assessment for example, that it is about",
                    "readiness",
                ),
            ),
            ("closes", closes),
            (
                "cite",
                text(
                    "Where its source says so, or \"own\"",
                    &["S3 §6.6, line 998"],
                ),
            ),
        ],
        &["title", "cite"],
    );
    let track = object(
        "Items that are done side by side in so many days",
        &[
            ("title", title()),
            ("led_by", text("Who leads it", &["sales leader"])),
            (
                "days",
                described(
                    "How many days it takes",
                    json!({ "type": "integer", "minimum": 1 }),
                ),
            ),
            (
                "after",
                texts("The tracks that end before it begins", &["company"]),
            ),
            ("known", known()),
            ("item", by_id("The items, by id", item)),
        ],
        &["title", "days"],
    );
    let mut schema = object(
        "A plan that is written down: tracks, what comes after what, and the items of each; its critical path is worked out",
        &[
            ("template", name("Its name", "getting-started")),
            ("title", title()),
            (
                "about",
                text(
                    "What it is for, in a sentence",
                    &["What four leaders prepare."],
                ),
            ),
            (
                "source",
                text("What its source is, or \"own\"", &["S3 §6.6"]),
            ),
            (
                "assumed",
                texts(
                    "What is taken for so and stands in no source, in sentences",
                    &["The company comes first."],
                ),
            ),
            ("track", by_id("The tracks, by id, in their order", track)),
        ],
        &["template", "title", "source"],
    );
    finish(&mut schema, "A plan template of Cairn", &[]);
    schema
}
