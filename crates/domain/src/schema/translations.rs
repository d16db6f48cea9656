//! The schema of texts in other languages.

use serde_json::{Value, json};

use super::{described, finish, name, object, texts};

/// The schema of a file of texts in one language.
pub fn translation() -> Value {
    let reads = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let mut schema = object(
        "Texts in one language",
        &[
            ("language", name("The code of the language", "de")),
            (
                "program",
                name(
                    "The program whose texts these are; those of everything where absent",
                    "my-program",
                ),
            ),
            (
                "names",
                texts("Texts that read the same in the language", &["MRR"]),
            ),
            (
                "texts",
                described(
                    "What each text reads, by how it stands in the other files",
                    reads,
                ),
            ),
        ],
        &["language"],
    );
    finish(&mut schema, "Texts of Cairn in another language", &[]);
    schema
}
