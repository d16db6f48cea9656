//! The schema of reports.

use serde_json::{Value, json};

use super::{array, choice, described, finish, name, object, text, texts, title};

/// The schema of a report.
pub fn report() -> Value {
    let says: [(&str, &str); 7] = [
        (
            "standing",
            "every program: the level held, the next one, what is short",
        ),
        (
            "changes",
            "what was entered and lost in the time that the report tells of",
        ),
        ("falls", "what falls within a year if nothing new happens"),
        ("figures", "key figures, now and before"),
        ("tasks", "open work"),
        (
            "model",
            "a model: what comes out, pictures, years, tables, claims, inputs",
        ),
        ("write", "words that somebody writes"),
    ];
    debug_assert!(crate::report::words().eq(says.iter().map(|(word, _)| *word)));
    let section = object(
        "A section",
        &[
            ("title", title()),
            ("show", choice("What stands under it", &says)),
            ("library", name("The library of key figures", "kpis")),
            (
                "measures",
                texts("The key figures, in their order", &["mrr"]),
            ),
            ("model", name("The model", "business-case")),
            ("id", name("What the words are kept under", "outlook")),
            ("ask", text("What is to be told", &["What comes next?"])),
        ],
        &["title", "show"],
    );
    let mut schema = object(
        "A report",
        &[
            ("report", name("Its name", "quarterly-review")),
            ("title", title()),
            (
                "about",
                text("Who it is for and what it tells", &["What changed."]),
            ),
            (
                "months",
                described(
                    "How many months before the day it tells of",
                    json!({ "type": "integer" }),
                ),
            ),
            ("section", array("Its sections, in their order", section)),
        ],
        &["report", "title", "about", "section"],
    );
    finish(&mut schema, "A report of Cairn", &[]);
    schema
}
