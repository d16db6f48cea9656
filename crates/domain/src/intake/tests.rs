use expect_test::{Expect, expect};

use super::*;
use crate::evidence::Cell;

const VOCABULARY: &str = r#"
[kind.partners]
columns = "name, country, parent"
types   = { country = "country", parent = "partner" }
[kind.enrollments]
columns = "program*, level, since*, next_review_on"
holds   = "from since until next"
types   = { program = "program", level = "level", since = "date" }
[kind.people]
columns = "person*, name, email, registered_on, left_on"
holds   = "from registered_on until left_on"
types   = { person = "person" }
[kind.credentials]
columns = "person*, credential*, earned_on*, expires_on"
holds   = "from earned_on until expires_on while people by person"
types   = { person = "person", credential = "catalog" }
also    = { person = ["email"], credential = ["certification name"], earned_on = ["award date"] }
[kind.opportunities]
columns = "opportunity*, customer, stage, mrr, currency, launched_on, program"
holds   = "from launched_on"
types   = { customer = "customer", stage = { ladder = ["prospect", "launched"], means = { launched = ["won"] } }, mrr = { money = "currency" }, program = "program" }
also    = { mrr = ["monthly recurring revenue"] }
[kind.csat]
columns = "response*, score, shared, submitted_on"
holds   = "from submitted_on"
types   = { score = { number = [1, 5] }, shared = "yes-no" }
[kind.attestations]
columns = "kind*, attested_on*, program*"
holds   = "from attested_on"
types   = { kind = { words = ["business-plan"], open = true }, program = "program" }
[kind.answers]
columns = "program*, question*, answered_on*, answer"
holds   = "from answered_on until next"
types   = { program = "program", question = "question", answer = "answer" }
[kind.usage]
columns = "customer*, product*, read_on*, seats"
holds   = "from read_on until next"
types   = { customer = "customer", seats = "number" }
"#;
const CATALOG: &str = r#"
catalog = "acme"
foreign = ["Other Certified"]
[credentials]
architect-associate = { names = ["Acme Certified Architect - Associate", "AA-1"] }
operator            = { names = ["Acme Certified Operator"] }
"#;
const PROGRAM: &str = r#"
program  = "acme-path"
edition  = "2022"
title    = "Acme Path"
in_force = { from = 2022-01-01 }
levels   = ["select", "advanced"]
[level]
advanced = { title = "Advanced" }
[question]
itsm   = { title = "Service management is defined", answer = "yes or no" }
skills = { title = "Skills", answer = "1 to 5", may_not_apply = true }
share  = { title = "Share", answer = "percent" }
model  = { title = "Model", answer = ["resold", "full-stack"] }
"#;

fn library() -> Arc<Library> {
    let (library, _) = Library::read([
        ("vocabulary/evidence.toml", VOCABULARY),
        ("vocabulary/catalogs/acme.toml", CATALOG),
        ("programs/acme-path/2022.toml", PROGRAM),
    ]);
    Arc::new(library)
}

/// Every fact as `kind partner: cells`, then the counts, then the problems.
fn shown(imported: &Imported) -> String {
    let evidence = &imported.evidence;
    let mut text = String::new();
    for (at, kind) in evidence.vocabulary.kinds.values().enumerate() {
        for partner in 0..evidence.partners.len() {
            for row in evidence.tables[at].rows(partner) {
                let cells: Vec<String> = evidence.tables[at]
                    .columns
                    .iter()
                    .map(|c| match c.cell(row) {
                        Cell::Empty => "-".to_owned(),
                        Cell::Day(day) => day.to_string(),
                        Cell::Text(code) => evidence.strings.text(code).to_owned(),
                        Cell::Number(number) => number.to_string(),
                    })
                    .collect();
                text += &format!(
                    "{} {}: {}\n",
                    kind.name,
                    evidence.partner_id(partner),
                    cells.join(" ")
                );
            }
        }
    }
    for s in &imported.sheets {
        assert_eq!(s.accepted + s.refused, s.read, "every row is accounted for");
        text += &format!(
            "{}: {} read, {} accepted, {} refused, {} repeated\n",
            s.kind, s.read, s.accepted, s.refused, s.repeated
        );
    }
    for p in &imported.problems {
        text += &format!("{} {p}\n", p.severity.name());
    }
    text
}

/// Tables as lines, the first of each `kind|column|column`.
fn check(tables: &str, expected: Expect) {
    let mut intake = Intake::new(library());
    for table in tables.split("\n\n").filter(|t| !t.trim().is_empty()) {
        let mut lines = table.lines().map(str::trim).filter(|l| !l.is_empty());
        let head: Vec<&str> = lines.next().expect("a header").split('|').collect();
        let file = format!("{}.csv", head[0]);
        let Some(mut sheet) = intake.sheet(head[0], &file, &head[1..]) else {
            continue;
        };
        for (line, row) in (2..).zip(lines) {
            let cells: Vec<Raw<'_>> = row.split('|').map(Raw::Text).collect();
            sheet.row(line, &cells);
        }
    }
    expected.assert_eq(&shown(&intake.finish()));
}

#[test]
fn two_tables_of_one_name_are_counted_as_one() {
    check(
        "partners|partner|name
             a|A

             people|partner|person|email
             a|p1|ann@acme.test
             a|p2|bob@acme.test

             people|partner|person|email
             a|p1|ann@acme.test
             a|p2|other@acme.test",
        expect![[r#"
            partners a: A - -
            people a: p1 - ann@acme.test - -
            people a: p2 - bob@acme.test - -
            partners: 1 read, 1 accepted, 0 refused, 0 repeated
            people: 4 read, 3 accepted, 1 refused, 1 repeated
            warning no-opening-day: no column says `registered_on`, so no row of `people` counts yet
              --> people.csv:1
              help: add `registered_on` to the file
            warning no-opening-day: no column says `registered_on`, so no row of `people` counts yet
              --> people.csv:1
              help: add `registered_on` to the file
            error contradicts-row: the same person as in row 3, with another email
              --> people.csv:3  email
              help: delete one of the two, or give the correction a later `recorded_on`
        "#]],
    );
}

#[test]
fn rows_become_facts_in_the_words_of_the_vocabulary() {
    check(
        "partners|Partner ID|name|country
             a|Acme Services|united states

             people|person|Email|registered_on
             p1|Ann@acme.test|2020-01-01

             credentials|Email|Certification Name (required)|Award Date(MM/DD/YYYY)
             ann@acme.test|AA-1|02/03/2021
             p1|acme certified OPERATOR|03/04/2021

             opportunities|opportunity|stage|Monthly Recurring Revenue|currency|launched_on
             o1|Won|$1,500.00|usd|2022-01-01
             o2|prospect|||

             usage|customer|read_on|seats
             c1|2022-01-01T00:00:00Z|12",
        expect![[r#"
                partners a: Acme Services US -
                people a: p1 - Ann@acme.test 2020-01-01 -
                credentials a: p1 architect-associate 2021-02-03 -
                credentials a: p1 operator 2021-03-04 -
                opportunities a: o1 - launched 1500 USD 2022-01-01 -
                opportunities a: o2 - prospect - - - -
                usage a: c1 - 2022-01-01 12
                partners: 1 read, 1 accepted, 0 refused, 0 repeated
                people: 1 read, 1 accepted, 0 refused, 0 repeated
                credentials: 2 read, 2 accepted, 0 refused, 0 repeated
                opportunities: 2 read, 2 accepted, 0 refused, 0 repeated
                usage: 1 read, 1 accepted, 0 refused, 0 repeated
                note matched-by-email: 1 row names a person by e-mail address, and became the person of `people` who has it
                  --> credentials.csv
            "#]],
    );
}

#[test]
fn a_row_is_refused_with_all_that_is_wrong_in_it() {
    check(
        "opportunities|partner|opportunity|stage|mrr|currency|launched_on|program
             a|o1|lost|1500|USD|06/07/2022|acme-pat
             a|o2|launched|1500||2022-01-01|
             a||launched|1500,50|EUR|2022-01-01|
             a|o4|launched|1500|US Dollar|2022-02-30|Acme Path
             a|o5|launched|€5|USD|2022-01-01
             |o6|launched||||
             |||||||
             a|o7|launched|0.0000000000001|USD||",
        expect![[r#"
            opportunities: 7 read, 0 accepted, 7 refused, 0 repeated
            error unknown-word: `lost` is no word of this column
              --> opportunities.csv:2  stage
              help: write `prospect` or `launched`
            error ambiguous-date: `06/07/2022` is 2022-06-07 or 2022-07-06
              --> opportunities.csv:2  launched_on
              help: write the day as 2022-06-30, or say in the header which comes first: `earned_on (MM/DD/YYYY)`
            error unknown-program: `acme-pat` is no program that is loaded
              --> opportunities.csv:2  program
              help: did you mean `acme-path`?
            error missing-currency: the amount has no currency
              --> opportunities.csv:3  mrr
              help: write its code into the column `currency`, such as USD
            error missing-key: `opportunity` is empty, and tells one row from another
              --> opportunities.csv:4  opportunity
              help: write a value, or delete the row
            error decimal-comma: `1500,50` has a comma before its decimals
              --> opportunities.csv:4  mrr
              help: write a point before the decimals: 1500.25
            error bad-currency: `US Dollar` is no currency
              --> opportunities.csv:5  currency
              help: write its three letters, such as USD or EUR
            error bad-date: `2022-02-30` is no day
              --> opportunities.csv:5  launched_on
              help: write the day as 2022-06-30
            error ragged-row: the row has 6 cells, the header has 7
              --> opportunities.csv:6
              help: put cells that contain the separator in quotes
            error missing-key: `partner` is empty, and says whose the row is
              --> opportunities.csv:7  partner
              help: write the partner's id, or delete the row
            error too-precise: the number has more than 12 decimals, or more than 18 digits
              --> opportunities.csv:9  mrr
              help: write it with fewer decimals
        "#]],
    );
}

#[test]
fn rows_of_one_key_repeat_or_contradict_the_first() {
    check(
        "people|partner|person|name|recorded_on
         a|p1|Ann|
         a|p1|Bob|
         a|p1|Bob|
         a|p1|Ann|
         a|p1|Bob|2022-01-01
         b|p1|Ann|",
        expect![[r#"
            people a: p1 Bob - - -
            people a: p1 Ann - - -
            people b: p1 Ann - - -
            people: 6 read, 4 accepted, 2 refused, 1 repeated
            warning no-opening-day: no column says `registered_on`, so no row of `people` counts yet
              --> people.csv:1
              help: add `registered_on` to the file
            error contradicts-row: the same person as in row 2, with another name
              --> people.csv:3  name
              help: delete one of the two, or give the correction a later `recorded_on`
            error contradicts-row: the same person as in row 2, with another name
              --> people.csv:4  name
              help: delete one of the two, or give the correction a later `recorded_on`
        "#]],
    );
}

#[test]
fn a_sheet_without_a_key_column_refuses_its_rows_and_says_so_once() {
    check(
        "partners|partner
         a

         credentials|person|Award date|credential|Person
         p1|2022-01-01|AA-1|p1

         credentials|person|credential|expires_on|Achieved
         p1|AA-1||2022-01-01
         p2|AA-1||2022-01-01",
        expect![[r#"
            partners a: - - -
            partners: 1 read, 1 accepted, 0 refused, 0 repeated
            credentials: 3 read, 0 accepted, 3 refused, 0 repeated
            error column-twice: the column `Person` stands twice, so nobody knows which is meant
              --> credentials.csv:1  Person
              help: keep the one that holds `person`, and rename or delete the other
            note unknown-column: the column `Achieved` is ignored
              --> credentials.csv:1
              help: `credentials` also has `earned_on`
            error missing-column: `credentials` needs the column `earned_on`, so no row can be read
              --> credentials.csv
              help: add `earned_on` to the header
        "#]],
    );
}

#[test]
fn names_levels_questions_and_answers_are_checked_where_they_are_known() {
    check(
        "enrollments|program|level|since
         acme path|Advanced Tier|2022-01-01
         acme-path|advancd|2022-01-02
         acme-path||2022-01-03
         |select|2022-01-04

         answers|program|question|answered_on|answer
         acme-path|ITSM|2022-01-01|Y
         acme-path|skills|2022-01-01|6
         acme-path|skills|2022-01-02|N/A
         acme-path|itsm|2022-01-02|n/a
         acme-path|share|2022-01-01|12.5%
         acme-path|model|2022-01-01|Full Stack
         acme-path|modle|2022-01-01|resold

         attestations|kind|attested_on|program
         Business Plan|2022-01-01|
         Joint review|2022-01-01|

         csat|response|score|shared|submitted_on
         s1|4.5|TRUE|2022-01-01
         s2|6|maybe|2022-01-01

         people|person
         p1

         credentials|person|credential|earned_on
         p1|AA-1|2022-01-01
         p1|Acme Certifed Architect Associate|2022-01-01
         p2|Acme Certifed Architect Associate|2022-01-01
         p2|Other Certified Anything|2022-01-01",
        expect![[r#"
            enrollments own: acme-path advanced 2022-01-01 -
            enrollments own: acme-path - 2022-01-03 -
            people own: p1 - - - -
            credentials own: p1 architect-associate 2022-01-01 -
            credentials own: p1 Acme Certifed Architect Associate 2022-01-01 -
            credentials own: p2 Acme Certifed Architect Associate 2022-01-01 -
            credentials own: p2 Other Certified Anything 2022-01-01 -
            csat own: s1 4.5 yes 2022-01-01
            attestations own: business-plan 2022-01-01 -
            attestations own: joint-review 2022-01-01 -
            answers own: acme-path itsm 2022-01-01 yes
            answers own: acme-path skills 2022-01-02 n/a
            answers own: acme-path share 2022-01-01 0.125
            answers own: acme-path model 2022-01-01 full-stack
            enrollments: 4 read, 2 accepted, 2 refused, 0 repeated
            answers: 7 read, 4 accepted, 3 refused, 0 repeated
            attestations: 2 read, 2 accepted, 0 refused, 0 repeated
            csat: 2 read, 1 accepted, 1 refused, 0 repeated
            people: 1 read, 1 accepted, 0 refused, 0 repeated
            credentials: 4 read, 4 accepted, 0 refused, 0 repeated
            note partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> enrollments.csv
              help: add a table `partners` with a column `partner` to give it its own id
            error unknown-level: `advancd` is no level of `acme-path`
              --> enrollments.csv:3  level
              help: did you mean `advanced`?
            error missing-key: `program` is empty, and tells one row from another
              --> enrollments.csv:5  program
              help: write a value, or delete the row
            error bad-answer: `6` is no answer to this question
              --> answers.csv:3  answer
              help: answer with a whole number from 1 to 5
            error bad-answer: `n/a` is no answer to this question: it applies to everybody
              --> answers.csv:5  answer
              help: answer with `yes` or `no`, or leave the cell empty
            error unknown-question: `acme-path` asks no question `modle`
              --> answers.csv:8  question
              help: did you mean `model`?
            error out-of-range: `6` is not between 1 and 5
              --> csat.csv:3  score
              help: write the number on the scale of the column
            error bad-yes-no: `maybe` is neither yes nor no
              --> csat.csv:3  shared
              help: write `yes` or `no`, or leave the cell empty where it is not known
            warning no-opening-day: no column says `registered_on`, so no row of `people` counts yet
              --> people.csv:1
              help: add `registered_on` to the file
            warning unknown-credential: `Acme Certifed Architect Associate` is in no catalog of credentials, in 2 rows
              --> credentials.csv:3  credential
              help: did you mean `Acme Certified Architect - Associate`? until a catalog has it, it may count
            note other-vendor: 1 row is of another vendor: `Other Certified Anything`
              --> credentials.csv:5  credential
              help: they are kept, and count in no program that lists the catalogs it knows
            warning unknown-person: 2 rows are of a person that `people` does not list: `p2`
              --> credentials.csv:4  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
        "#]],
    );
}

#[test]
fn a_typed_day_is_held_to_the_days_that_a_text_can_name() {
    let read = |day: Day| {
        let mut intake = Intake::new(library());
        let mut sheet = intake
            .sheet("people", "people.parquet", &["person", "registered_on"])
            .expect("a kind");
        sheet.row(2, &[Raw::Text("p1"), Raw::Day(day)]);
        drop(sheet);
        intake.finish().evidence.len()
    };
    let first = Day::parse("1900-01-01").expect("a day");
    let last = Day::parse("2199-12-31").expect("a day");
    assert_eq!(
        [
            read(first.previous()),
            read(first),
            read(last),
            read(last.next())
        ],
        [0, 1, 1, 0]
    );
}
