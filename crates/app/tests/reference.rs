//! The generated pages of the documentation are what the code and the vocabulary say.
//!
//! `UPDATE_EXPECT=1 cargo test -p cairn-app --test reference` writes them anew; read them before they are committed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cairn_app::domain::library::Library;
use cairn_app::domain::vocabulary::{FieldType, Holds, Kind, Words};
use cairn_app::domain::{freeze, intake, lint, program, source, syntax, translation, vocabulary};
use cairn_app::exchange;
use cairn_app::programs::SHIPPED;
use expect_test::expect_file;

const HEAD: &str = "This page is generated: `UPDATE_EXPECT=1 cargo test -p cairn-app --test reference` writes it anew.";

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What stands behind `[kind.ID]` in the vocabulary's own file.
fn remark(kind: &str) -> &'static str {
    let head = format!("[kind.{kind}]");
    SHIPPED
        .iter()
        .filter(|(name, _)| name.starts_with("vocabulary/"))
        .flat_map(|(_, text)| text.lines())
        .find(|line| line.starts_with(&head))
        .and_then(|line| line.split_once('#'))
        .map_or("", |(_, remark)| remark.trim())
}

fn listed<'a>(words: impl IntoIterator<Item = &'a String>, by: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    words.join(by)
}

fn words(of: &Words) -> String {
    let mut said = Vec::new();
    if !of.ladder.is_empty() {
        said.push(listed(&of.ladder, " < "));
    }
    if !of.words.is_empty() {
        said.push(listed(&of.words, ", "));
    }
    if of.open {
        said.push("or another word".to_owned());
    }
    said.join("; ")
}

fn type_of(field: &FieldType) -> String {
    match field {
        FieldType::Text => "text".to_owned(),
        FieldType::Date => "day".to_owned(),
        FieldType::Number(None) => "number".to_owned(),
        FieldType::Number(Some((from, to))) => format!("number from {from} to {to}"),
        FieldType::Percent => "percent".to_owned(),
        FieldType::YesNo => "yes or no".to_owned(),
        FieldType::Money(currency) => format!("amount; its currency is in `{currency}`"),
        FieldType::Country => "country".to_owned(),
        FieldType::Catalog => "a name that a catalog knows".to_owned(),
        FieldType::Level => "a level of the program".to_owned(),
        FieldType::Answer => "an answer of the question's type".to_owned(),
        FieldType::Id(of) => format!("id of a {of}"),
        FieldType::Word(of) => words(of),
    }
}

fn holds(of: &Holds) -> String {
    if *of == Holds::default() {
        return "Holds always.".to_owned();
    }
    let mut said = "Holds".to_owned();
    if !of.from.is_empty() {
        write!(said, " from {}", listed(&of.from, " and ")).expect("text");
    }
    if !of.until.is_empty() {
        write!(said, " until {}", listed(&of.until, " or ")).expect("text");
    }
    if of.until_next {
        said += " until the next row with the same key but its day";
    }
    if let Some((kind, by)) = &of.while_ {
        write!(said, ", on days on which its `{by}` is in `{kind}`").expect("text");
    }
    said + "."
}

fn table(kind: &Kind) -> String {
    let mut page = format!("## {}\n\n", kind.name);
    let remark = remark(&kind.name);
    if !remark.is_empty() {
        let mut letters = remark.chars();
        let first: String = letters
            .by_ref()
            .take(1)
            .flat_map(char::to_uppercase)
            .collect();
        write!(page, "{first}{}. ", letters.as_str()).expect("text");
    }
    page += &holds(&kind.holds);
    page += "\n\n| column | holds | files also call it |\n|---|---|---|\n";
    for field in kind.fields.values() {
        let name = if field.key {
            format!("**{}**", field.name)
        } else {
            field.name.clone()
        };
        let also = field.also.join(", ");
        let personal = if field.personal { ", of a person" } else { "" };
        writeln!(
            page,
            "| {name} | {}{personal} | {also} |",
            type_of(&field.kind)
        )
        .expect("text");
    }
    for (field, of) in &kind.catalog {
        writeln!(page, "| *{field}* (from the catalog) | {} | |", type_of(of)).expect("text");
    }
    if let Some(sorts) = &kind.sorts {
        let asked = sorts.ask.iter().map(|(column, words)| {
            let words: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
            format!("`{column}` beside {}", words.join(", "))
        });
        writeln!(
            page,
            "\nImports ask once for each `{}` of `{}` of which nothing is said yet, by its `{}`: {}.",
            kind.key[0],
            sorts.of,
            sorts.by,
            asked.collect::<Vec<_>>().join("; ")
        )
        .expect("text");
    }
    for (column, rule) in &kind.if_empty {
        let filter = rule
            .filter
            .as_ref()
            .map_or(String::new(), |f| format!(" where `{}`", f.text));
        writeln!(
            page,
            "\nAn empty `{column}` is taken from `{}`{filter}.",
            rule.take
        )
        .expect("text");
    }
    page
}

#[test]
fn the_tables_of_evidence_are_those_of_the_vocabulary() {
    let (library, _) = Library::read(SHIPPED.iter().copied());
    let mut page = format!(
        "# Evidence tables\n\n{HEAD}\n\n\
         Each table is a file of the evidence folder, such as `credentials.csv`. Bold columns are the key; every table also has\n\
         `partner` (part of the key; left out where there is one partner), `recorded_on` (the day we learned it) and `source`.\n\
         How the folder is read is said in [Evidence](evidence.md). What is *of a person* goes where that person is erased\n\
         ([Keeping](keeping.md)).\n\n"
    );
    for kind in library.vocabulary.kinds.values() {
        page += &table(kind);
        page.push('\n');
    }
    expect_file!["../../../docs/evidence-tables.md"].assert_eq(page.trim_end());
}

/// What a corpus file shows of a code: the first problem that has it.
fn example(text: &str, code: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| {
        let mut words = line.splitn(3, ' ');
        matches!(words.next(), Some("error" | "warning" | "note"))
            && words.next() == Some(&format!("{code}:"))
    })?;
    let more = lines[at + 1..]
        .iter()
        .take_while(|line| line.starts_with("  "));
    let mut found = lines[at].to_owned();
    for line in more {
        found.push('\n');
        found += line;
    }
    Some(found)
}

/// The texts of a folder and those below it, in order.
fn texts(folder: &Path) -> Vec<String> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|e| e.expect("an entry").path())
        .collect();
    entries.sort();
    entries
        .into_iter()
        .flat_map(|path| match path.file_name() {
            Some(name) if name == "expected.txt" => {
                vec![std::fs::read_to_string(&path).expect("a text")]
            }
            _ if path.is_dir() => texts(&path),
            _ => vec![],
        })
        .collect()
}

fn section(page: &mut String, code: &str, meaning: Option<&str>, example: Option<String>) {
    write!(page, "### {code}\n\n").expect("text");
    if let Some(meaning) = meaning {
        let mut letters = meaning.chars();
        let first: String = letters
            .by_ref()
            .take(1)
            .flat_map(char::to_uppercase)
            .collect();
        write!(page, "{first}{}.\n\n", letters.as_str()).expect("text");
    }
    if let Some(example) = example {
        write!(page, "```text\n{example}\n```\n\n").expect("text");
    }
}

#[test]
fn the_diagnostics_are_those_that_the_code_gives() {
    let mut meanings: BTreeMap<&str, &str> = [
        source::CODES,
        syntax::CODES,
        vocabulary::CODES,
        program::CODES,
        freeze::CODES,
        lint::CODES,
        translation::CODES,
    ]
    .into_iter()
    .flatten()
    .copied()
    .rev()
    .collect();
    meanings.insert(
        "case-fails",
        "what a worked case expects is not what the engine finds",
    );
    meanings.insert(
        "idle-case",
        "a worked case, or a part of one, that expects nothing",
    );
    meanings.insert(
        "untested",
        "an edge of the edition on which no worked case stands",
    );
    let mut page = format!(
        "# Diagnostics\n\n{HEAD}\n\n\
         Every problem has a code that does not change, a place, and mostly a help. Each example below is what a file of the\n\
         tests' corpus causes.\n\n\
         - *error*: the file, row or question cannot be used\n\
         - *warning*: likely a slip; the answer stands\n\
         - *note*: worth knowing\n\n\
         ## Of program and vocabulary files\n\n"
    );
    let check = crates().join("domain/tests/corpus/check");
    let mut codes: Vec<String> = std::fs::read_dir(&check)
        .expect("the corpus")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .chain(["case-fails", "idle-case", "untested"].map(str::to_owned))
        .collect();
    codes.sort();
    for code in &codes {
        let shown = texts(&check.join(code))
            .iter()
            .find_map(|text| example(text, code));
        section(&mut page, code, meanings.get(code.as_str()).copied(), shown);
    }
    page += "## Of evidence\n\n";
    let elsewhere = BTreeMap::from([
        (
            "row-too-long",
            "a row of more than a mebibyte: most likely a quote that is never closed",
        ),
        ("too-much-text", "an import holds more text than 4 GiB"),
        (
            "unreadable-file",
            "a file or folder that is not there, or may not be read",
        ),
    ]);
    let corpus = crates().join("exchange/tests/corpus");
    let mut codes: Vec<&str> = intake::CODES
        .iter()
        .chain(exchange::CODES)
        .copied()
        .collect();
    codes.sort_unstable();
    for code in codes {
        let shown = std::fs::read_to_string(corpus.join(format!("{code}.txt")))
            .ok()
            .and_then(|text| example(&text, code));
        assert!(
            shown.is_some() || elsewhere.contains_key(code),
            "{code} shows nothing"
        );
        section(&mut page, code, elsewhere.get(code).copied(), shown);
    }
    expect_file!["../../../docs/diagnostics.md"].assert_eq(page.trim_end());
}
