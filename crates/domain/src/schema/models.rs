//! The schema of models.

use serde_json::{Value, json};

use crate::model::Measure;

use super::{
    array, by_id, choice, described, expression, finish, flag, name, number, object, text, texts,
    title,
};

/// The schema of a model.
pub fn model() -> Value {
    let group = || ("group", name("Of which group it is", "revenue"));
    let help = || {
        (
            "help",
            text("What it means, in a sentence", &["Billed once."]),
        )
    };
    let is = |example: &str| ("is", expression("What it is", &[example]));
    let place = || {
        text(
            "Where it is printed: a source and its place",
            &["talk, 12:30"],
        )
    };
    let test = |description: &str| expression(description, &["payback <= 36"]);
    let shown = || {
        let keys = [("title", title()), ("unit", unit()), is("2.50 * 25%")];
        object("A number that is shown", &keys, &["title", "is"])
    };
    let source = object(
        "A work that the file cites",
        &[
            ("title", title()),
            ("from", text("Who published it", &["Acme"])),
            ("file", text("The file that holds it", &["S0"])),
            (
                "read",
                choice(
                    "Where it was read",
                    &[
                        ("original", "where it was published"),
                        ("second-hand", "elsewhere"),
                    ],
                ),
            ),
        ],
        &["title"],
    );
    let line = object(
        "Something that has a value each month",
        &[
            ("title", title()),
            group(),
            ("unit", unit()),
            is("before(1 month, customers) + new"),
            (
                "start",
                expression("What it was before the first month", &["customers-today"]),
            ),
            (
                "level",
                flag("A year of it is its last month, not the sum of its months"),
            ),
            help(),
        ],
        &["title", "is"],
    );
    let result = object(
        "A result",
        &[
            ("title", title()),
            ("unit", unit()),
            is("total(gain(cash))"),
            (
                "better",
                choice(
                    "Which way it is better",
                    &[("higher", "more"), ("lower", "less")],
                ),
            ),
            ("main", flag("It stands among the first that are shown")),
            help(),
        ],
        &["title", "is"],
    );
    let chart = object(
        "A picture of lines over the months",
        &[
            ("title", title()),
            ("unit", unit()),
            ("line", array("Its lines", shown())),
        ],
        &["title", "line"],
    );
    let row = object(
        "A row of a table",
        &[
            ("title", title()),
            ("when", test("When it is the partner's")),
            ("from", number("The lower multiple", "3.5")),
            ("to", number("The higher multiple", "5")),
        ],
        &["title", "when", "from", "to"],
    );
    let range = object(
        "A published table of multiples",
        &[
            ("title", title()),
            ("of", name("The result that is multiplied", "ebitda")),
            ("cite", place()),
            ("note", text("What it does not say", &["Times EBITDA."])),
            ("row", array("Its rows", row)),
        ],
        &["title", "of", "row"],
    );
    let reading = object(
        "A reading of the claim",
        &[
            ("title", title()),
            ("show", array("What follows", shown())),
            ("holds", test("Can its numbers all be true?")),
        ],
        &["title"],
    );
    let claim = object(
        "What somebody claims",
        &[
            ("title", title()),
            ("cite", place()),
            (
                "note",
                text("What one has to know to compare it", &["Of 2008."]),
            ),
            (
                "reading",
                array("What follows from it under each reading", reading),
            ),
            (
                "yours",
                array("What the model has at the same place", shown()),
            ),
            ("met", test("Does the model do as well?")),
        ],
        &["title", "cite"],
    );
    let news = object(
        "What is told where it is the first that is true",
        &[
            ("when", test("When it is told")),
            (
                "says",
                text(
                    "What it says; results and inputs in braces",
                    &["Paid back after {payback} months."],
                ),
            ),
        ],
        &["when", "says"],
    );
    let map = object(
        "A map of two inputs",
        &[
            ("title", title()),
            (
                "across",
                name("The input from left to right, with a slider", "w-budget"),
            ),
            (
                "up",
                name("The input from below to above, with a slider", "w-staff"),
            ),
            ("test", name("The result that is a test", "is-host")),
            (
                "yes",
                text("What it is called where the test is true", &["own"]),
            ),
            ("no", text("What it is called where it is not", &["rented"])),
        ],
        &["title", "across", "up", "test", "yes", "no"],
    );
    let column = object(
        "A column",
        &[("title", title()), ("unit", unit())],
        &["title"],
    );
    let item = object(
        "A row",
        &[
            ("title", title()),
            (
                "note",
                text("What one has to know of it", &["Once a year."]),
            ),
            ("cite", place()),
            (
                "is",
                array(
                    "What it is in each column",
                    expression("What it is", &["price * units"]),
                ),
            ),
        ],
        &["title", "is"],
    );
    let list = object(
        "Things side by side",
        &[
            ("title", title()),
            ("column", array("Its columns", column)),
            (
                "ranked",
                flag("Rows stand from the most of the last column down"),
            ),
            ("row", array("Its rows", item)),
        ],
        &["title", "column", "row"],
    );
    let mut schema = object(
        "What something is worth: inputs, lines with a value each month, and results",
        &[
            ("model", name("Its name", "business-case")),
            ("edition", text("Its edition", &["2026"])),
            ("title", title()),
            (
                "about",
                text(
                    "What it is for, in a sentence or two",
                    &["Five years of cash."],
                ),
            ),
            (
                "months",
                described(
                    "How many months it runs, up to 240; 1 where time plays no part",
                    json!({ "type": "integer", "minimum": 1 }),
                ),
            ),
            (
                "discount",
                name("The input that is the yearly rate", "discount"),
            ),
            (
                "assumed",
                texts("What is taken for so, in sentences", &["Before tax."]),
            ),
            ("source", by_id("The works that it cites, by id", source)),
            (
                "group",
                described(
                    "Titles of groups, by id",
                    json!({ "type": "object", "additionalProperties": { "type": "string" } }),
                ),
            ),
            ("input", by_id("What it has to be told, by id", input())),
            ("line", by_id("Its lines, by id", line)),
            ("result", by_id("Its results, by id", result)),
            ("chart", array("Its pictures", chart)),
            (
                "range",
                array("Results as ranges by published tables", range),
            ),
            ("claim", array("What others claim", claim)),
            ("list", array("Things side by side", list)),
            ("map", array("Which answer two inputs lead to", map)),
            ("news", array("What is told first", news)),
        ],
        &["model", "edition", "title", "about"],
    );
    finish(&mut schema, "A model of Cairn", &[]);
    schema
}

fn unit() -> Value {
    let units = [
        (Measure::Money, "money of the partner's currency"),
        (Measure::Percent, "a share"),
        (Measure::Count, "a plain number"),
        (Measure::Times, "how many times as much"),
        (Measure::Months, "months"),
        (Measure::Years, "years"),
        (Measure::Days, "days"),
        (Measure::Hours, "hours"),
        (Measure::Test, "yes or no"),
    ];
    choice(
        "What it counts",
        &units.map(|(unit, says)| (unit.name(), says)),
    )
}

fn input() -> Value {
    object(
        "Something that the model has to be told",
        &[
            ("title", title()),
            (
                "help",
                text(
                    "What it means, where the title does not say it",
                    &["Billed once."],
                ),
            ),
            ("group", name("Of which group it is", "revenue")),
            ("unit", unit()),
            (
                "value",
                number("What is taken where nobody says otherwise", "12%"),
            ),
            ("stay", number("What it is if nothing is changed", "10%")),
            (
                "least",
                number("The least that it may turn out to be", "8%"),
            ),
            ("most", number("The most", "15%")),
            ("slide-from", number("Where its slider begins", "0")),
            ("slide-to", number("Where it ends", "10")),
            (
                "slide-step",
                number("How far one step of it is; 1 without it", "0.5"),
            ),
            (
                "from",
                text(
                    "The measure that computes it from evidence, or the question whose answer it is",
                    &["kpis.gross-margin"],
                ),
            ),
            (
                "plan",
                flag("Is it what a plan costs? Then a kept plan can say it"),
            ),
            (
                "cite",
                text(
                    "Where it is printed; an assumption without this key",
                    &["talk, 12:30"],
                ),
            ),
        ],
        &["title", "value"],
    )
}
