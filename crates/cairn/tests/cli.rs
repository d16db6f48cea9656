//! The commands as people run them: whole output, exit codes, messages.

use std::path::Path;
use std::process::{Command, Output};

use expect_test::{Expect, expect};
use serde_json::Value;

/// A folder with the demo as it was on the day of the guide's sample, in `cairn-demo`.
fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let out = cairn(folder.path(), "demo --as-of 2024-06-28");
    assert!(out.status.success(), "{}", text(&out.stderr));
    folder
}

/// A folder with one file.
fn with(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, content).expect("a file");
    folder
}

fn cairn(folder: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cairn"))
        .current_dir(folder)
        .env_remove("COLUMNS")
        .args(arguments.split(' ').filter(|a| !a.is_empty()))
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Exit code, standard output and standard error of a command.
fn check(folder: &Path, arguments: &str, expected: Expect) {
    let out = cairn(folder, arguments);
    let mut all = text(&out.stdout);
    if !out.stderr.is_empty() {
        all += "-- stderr\n";
        all += &text(&out.stderr);
    }
    all += &format!("-- exit {}\n", out.status.code().unwrap_or(-1));
    expected.assert_eq(&all);
}

/// The answer alone.
fn answer(folder: &Path, arguments: &str, expected: Expect) {
    expected.assert_eq(&text(&cairn(folder, arguments).stdout));
}

fn json(folder: &Path, arguments: &str) -> Value {
    let out = cairn(folder, &format!("{arguments} --json"));
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&out.stderr)))
}

fn cells(rows: &Value, column: &str, depth: usize, out: &mut String) {
    for row in rows.as_array().into_iter().flatten() {
        let word = |key: &str| row[key].as_str().unwrap_or("–").to_owned();
        *out += &format!(
            "{column} {}{}: {} {} of {}\n",
            "  ".repeat(depth),
            word("id"),
            word("verdict"),
            word("have"),
            word("need")
        );
        cells(&row["parts"], column, depth + 1, out);
    }
}

#[test]
fn the_demo_shows_the_sample_scorecard_of_the_guide_cell_for_cell() {
    let folder = demo();
    let card = json(
        folder.path(),
        "scorecard cairn-demo --program aws-services-path --as-of 2024-06-28",
    );
    let mut out = String::new();
    for key in ["partner", "program", "edition", "as_of", "holds"] {
        out += &format!("{key} {}\n", card[key].as_str().unwrap_or("null"));
    }
    for column in card["columns"].as_array().into_iter().flatten() {
        let word = |key: &str| column[key].as_str().unwrap_or("–").to_owned();
        out += &format!(
            "{} {} ({}, {}] {}\n",
            word("question"),
            word("level"),
            column["window"]["after"].as_str().unwrap_or("–"),
            column["window"]["through"].as_str().unwrap_or("–"),
            word("verdict")
        );
        cells(&column["requirements"], &word("question"), 0, &mut out);
    }
    expect![[r#"
        partner harbor
        program aws-services-path
        edition 2022-02
        as_of 2024-06-28
        holds select
        retain select (2024-03-12, 2024-06-28] short
        retain accredited: met 4 of 4
        retain   accredited-technical: met 4 of 2
        retain   accredited-business: met 4 of 2
        retain foundational: met 4 of 2
        retain technical: met 3 of 2
        retain launched: short 0 of 3
        retain   launched-mrr: short 0 of 1500
        enter advanced (2023-06-28, 2024-06-28] short
        enter accredited: short 4 of 8
        enter   accredited-technical: met 4 of 4
        enter   accredited-business: met 4 of 4
        enter foundational: met 4 of 4
        enter technical: short 3 of 6
        enter   technical-pro: short 0 of 3
        enter launched: short 5 of 20
        enter   launched-mrr: met 10498.56 of 10000
        enter business-plan: short 0 of 1
        enter references: short 0 of 2
        enter csat: short 0 of 20
    "#]]
    .assert_eq(&out);
}

#[test]
fn the_scorecard_puts_both_questions_side_by_side() {
    let folder = demo();
    answer(
        folder.path(),
        "scorecard cairn-demo --program aws-services-path --as-of 2024-06-28",
        expect![[r#"
            AWS Services Path, Harbor Cloud Services                   edition 2022-02 · Validated · 28 Jun 2024

            You hold Select. On a rolling year you are fine, but since your last review of 12 March 2024 there
            are no launched opportunities: you would not renew it at the review of 12 March 2025, in 257 days;
            what Amazon Web Services does then is not published. For Advanced you are short in 6 of 7 rows:
            accredited individuals (4 more), technical certified individuals (3 more), launched opportunities
            (15 more), partner business plan, signed and 2 more.

                                                Keep Select                      Reach Advanced
                                                after 12 Mar 2024                after 28 Jun 2023
              Fee, $2,500 every year            paid until 18 Sep 2024
            Knowledge
              Accredited individuals            met    4 of 4                    short          4 of 8  4 more
                technical                       met    4 of 2                    met            4 of 4
                business                        met    4 of 2                    met            4 of 4
              Foundational certified
               individuals                      met    4 of 2                    met            4 of 4
              Technical certified individuals   met    3 of 2                    short          3 of 6  3 more
                Professional or Specialty       –                                short          0 of 3  3 more
            Experience
              Launched opportunities            short  0 of 3  3 more            short          5 of 20  15 more
                total estimated monthly
                 recurring revenue              short $0 of $1,500  $1,500 more  met   $10,498.56 of $10,000
              Partner business plan, signed     –                                short         no
            Customer success
              Publicly referenceable customers  –                                short          0 of 2  2 more
              Customer satisfaction responses   –                                short          0 of 20  20 more

            Reviews: last review 12 Mar 2024, next 12 Mar 2025 (in 257 days).
            Edition 2024-07 comes into force on 10 Jul 2024 (in 12 days); `cairn diff aws-services-path@2022-02
            aws-services-path@2024-07` lists what it changes.
            A window begins after the day shown and counts today. Indented rows are parts: each must be met on
            its own.
            Read as, for launched opportunities: FAQ 39: each question has its own period. Printed: rolling 12
            months for every tier (§4, FAQ 17); renewal counts since the last review (FAQ 39, sample).
            Read as, for accredited individuals: either kind counts the person. Printed: Technical and Business
            accreditations (§1, first sentence); one of either kind is enough (§1 example, FAQ 7).
            Evidence, with its newest day: enrollments to 12 Mar 2024; credentials to 7 Mar 2024; opportunities
            to 12 Jun 2024; references to 24 Jun 2024; csat to 11 Jun 2024; validations, no row; attestations,
            no row.
        "#]],
    );
}

#[test]
fn a_narrow_terminal_loses_the_gaps_and_then_the_second_column() {
    let folder = demo();
    let out = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .current_dir(folder.path())
        .env("COLUMNS", "80")
        .args([
            "scorecard",
            "cairn-demo",
            "-p",
            "aws-services-path",
            "--as-of",
            "2024-06-28",
        ])
        .output()
        .expect("the binary runs");
    let shown = text(&out.stdout);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");
    let matrix: Vec<&str> = shown.lines().skip(10).take(14).collect();
    expect![[r#"
                                         Keep Select         Reach Advanced
                                         after 12 Mar 2024   after 28 Jun 2023
          Fee, $2,500 every year         paid until 18 Sep 2024
        Knowledge
          Accredited individuals         met    4 of 4       short          4 of 8
            technical                    met    4 of 2       met            4 of 4
            business                     met    4 of 2       met            4 of 4
          Foundational certified
           individuals                   met    4 of 2       met            4 of 4
          Technical certified
           individuals                   met    3 of 2       short          3 of 6
            Professional or Specialty    –                   short          0 of 3
        Experience
          Launched opportunities         short  0 of 3       short          5 of 20"#]]
    .assert_eq(&matrix.join("\n"));
}

#[test]
fn all_programs_at_once() {
    let folder = demo();
    check(
        folder.path(),
        "scorecard cairn-demo --as-of 2024-06-28",
        expect![[r#"
            Where Harbor Cloud Services stands  28 Jun 2024

            You would not renew Select of AWS Services Path at its review on 12 March 2025, in 257 days.

            Programs
              AWS Services Path aws-services-path@2022-02
                holds Select; to keep it: short of launched opportunities; to Advanced: short of accredited
                individuals, technical certified individuals, launched opportunities and 3 more; review 12 Mar
                2025 (in 257 days)

            Models and profiles
              Four stages of a cloud-services business ingram-cloud-stages@2018
                meets Build; to Breadth: short of automated provisioning
              Own operations center, or resell one host-or-resell@2010
                meets Resell a center; to Own operations center: short of weighted average of the four scores
              Profile of a best-in-class provider cisco-best-in-class@2010
                open; to Best in class: 16 unknown
              Profile of a partner that is ready to go cisco-ready-to-go@2010
                open; to Ready to go: 10 unknown

            Checklists
              Readiness for managed services cisco-readiness@2010
                6 of 20 questions are answered. It has no levels: nothing is passed or failed here.

            The three inputs that would settle most
              1. An answer to `strategic-vendors` (Strategic leading vendors, counted): 2 rows
              2. An answer to `fewer-partnerships` (Fewer, highly strategic vendor partnerships than the average
                 partner): 1 row
              3. An answer to `top-tier` (Top tier in the programs of those vendors): 1 row

            No edition in force on this day: aws-msp-maturity, aws-profitability-framework, example-assessment,
            example-capability and example-specialization.
            -- stderr
            unknown-person: 1 row is of a person that `people` does not list: `tom.zielinski`
              --> cairn-demo/credentials.csv:25  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
            -- exit 0
        "#]],
    );
}

#[test]
fn somebodys_raw_export_is_enough_to_begin() {
    let folder = with(
        "raw/export.csv",
        "Email Address;Certification Name;Date Earned;Expiry Date\n\
         ana@x.example;AWS Certified Solutions Architect - Associate;2024-03-12;2027-03-12\n\
         ana@x.example;AWS Certified Cloud Practitioner;2024-02-01;2027-02-01\n\
         bo@x.example;AWS Certified Cloud Practitioner;2024-05-15;2027-05-15\n",
    );
    check(
        folder.path(),
        "scorecard raw --as-of 2024-06-28",
        expect![[r#"
            Where your company stands  28 Jun 2024

            What you have supplied answers 2 of 32 rows in 6 programs; the most would be settled by a table
            `opportunities`, an answer to `strategic-vendors` (Strategic leading vendors, counted) and a table
            `people`.

            Programs
              AWS Services Path aws-services-path@2022-02
                no level met; to Select: short of accredited individuals and technical certified individuals, 2
                unknown

            Models and profiles
              Four stages of a cloud-services business ingram-cloud-stages@2018
                open; to Build: 1 unknown
              Own operations center, or resell one host-or-resell@2010
                meets Resell a center; to Own operations center: 1 unknown
              Profile of a best-in-class provider cisco-best-in-class@2010
                open; to Best in class: 16 unknown
              Profile of a partner that is ready to go cisco-ready-to-go@2010
                open; to Ready to go: 10 unknown

            Checklists
              Readiness for managed services cisco-readiness@2010
                None of its 20 questions is answered yet.

            The three inputs that would settle most
              1. A table `opportunities`: 2 rows
              2. An answer to `strategic-vendors` (Strategic leading vendors, counted): 2 rows
              3. A table `people`: 1 row

            No edition in force on this day: aws-msp-maturity, aws-profitability-framework, example-assessment,
            example-capability and example-specialization.
            -- stderr
            kind-guessed: read as `credentials`, by its columns: `Email Address` as person, `Certification Name` as credential, `Date Earned` as earned_on, `Expiry Date` as expires_on
              --> raw/export.csv
              help: if it is something else, give the file the name of its kind, as in credentials.csv
            -- exit 0
        "#]],
    );
}

#[test]
fn a_checklist_shows_its_coverage() {
    let folder = demo();
    answer(
        folder.path(),
        "scorecard cairn-demo -p cisco-readiness --as-of 2024-06-28",
        expect![[r#"
            Readiness for managed services, Harbor Cloud Services                     edition 2010 · 28 Jun 2024

            6 of 20 questions are answered. It has no levels: nothing is passed or failed here.

            Shown, not judged
              The four shares together                    unknown
              Professional and managed services together  unknown
              The four shares are no more than the whole  unknown
              No more references than customers           unknown

            Questions
              Maturity    2  of 8 answered
              Potential   1  of 4 answered
              Priority    2  of 3 answered
              Commitment  1  of 5 answered
            Maturity
              Technologies sold now, counted; which ones, in the note  5
              State of the operations center                           none
            Potential
              Customers that will buy managed services, estimated  30 %
            Priority
              Funds are budgeted                   no
              Registered for ISO 20000, ISO 27001  0
            Commitment
              Sales and services executives are sponsors  yes

            Evidence, with its newest day: references to 24 Jun 2024; contracts to 22 May 2024; revenue to 31
            May 2024.
        "#]],
    );
}

#[test]
fn a_worksheet_shows_its_value_and_its_answer() {
    let folder = demo();
    answer(
        folder.path(),
        "scorecard cairn-demo -p host-or-resell --as-of 2024-06-28 --set w-budget=4",
        expect![[r#"
            Own operations center, or resell one, Harbor Cloud Services               edition 2010 · 28 Jun 2024
            assumed: w-budget=4

            You stand at Resell a center, 1 of 2. For Own operations center you are short of weighted average of
            the four scores (over 5/7 more).

                                                     Reach Own operations center
              Weighted average of the four scores    short 2 2/7 over 3  over 5/7 more
                S legacy                                       4 weight 1
                S budget                                       2 weight 4
                S infra                                        2 weight 1
                S staff                                        2 weight 1

            Shown, not judged
              Weighted average  2 2/7

            Questions
              All  4  of 4 answered

            Read as, for weighted average of the four scores: three or less is resale; both ways are called
            viable. Printed: a weighted average greater than three makes an own center a solid choice; nothing
            is said of three exactly, or of less.
        "#]],
    );
}

#[test]
fn a_maturity_model_shows_the_next_stage_its_moves_and_figures() {
    let folder = demo();
    answer(
        folder.path(),
        "scorecard cairn-demo -p aws-msp-maturity@2025 --as-of 2024-06-28",
        expect![[r#"
            Five stages of an MSP, Harbor Cloud Services                              edition 2025 · 28 Jun 2024

            You stand at Early, a basic cloud reseller, 1 of 5. For Emerging, a reseller with services you are
            short in 1 of 2 rows: an offering with a Foundational Technical Review. One row of Emerging, a
            reseller with services is unknown; most would be settled by an answer to `support-model` (Kind of
            support).

                                                                  Reach Emerging, a reseller with services
            Offering
              An offering with a Foundational Technical Review    short   no
              Support of its own, if limited                      unknown  ?

            Shown, not judged
              Designations of the MSP program  0

            Questions
              Automation  0  of 2 answered
              Offering    0  of 5 answered
              Market      0  of 6 answered
              Strategy    0  of 5 answered
              People      0  of 2 answered

            What to do next
              strategy  write the business plan
              people    train the team and found cloud operations
              offering  settle support offerings on top of resale
              market    choose the target segment and position

            Figures to watch here
              Engagement rate: opportunities launched, of those launched or sti…  31.25 %
              Customers on basic support or more                                  12 customers
              Customers on basic managed services or more                         6 customers
              Average satisfaction, of confirmed answers                          unknown
              Customers kept, of those under contract a year ago                  100 %

            Evidence, with its newest day: validations, no row; case-studies, no row; contracts to 22 May 2024;
            costs to 31 May 2024; tickets to 25 Jun 2024.
        "#]],
    );
}

#[test]
fn a_row_is_explained_by_its_records() {
    let folder = demo();
    answer(
        folder.path(),
        "explain cairn-demo -p aws-services-path --as-of 2024-06-28 --row launched --question retain",
        expect![[r#"
            AWS Services Path, Harbor Cloud Services  edition 2022-02 · 28 Jun 2024

            Launched opportunities to keep Select: short 0 of 3
              Looks at what began after 12 March 2024 and up to 28 June 2024 (since the last review). 3 more
              would do.
              § guide table p. 4; §4; FAQ 14-23
              Counted: none
              Not counted, 57 records
                OPP-012            –  waits for launched_on
                OPP-024            –  waits for launched_on
                OPP-180            –  waits for launched_on
                OPP-036            –  waits for launched_on
                OPP-033  12 Mar 2024  1 day before the window opens on 2024-03-13
                OPP-029   8 Feb 2024  34 days before the window opens on 2024-03-13
                OPP-026  19 Dec 2023  85 days before the window opens on 2024-03-13
                OPP-021  16 Oct 2023  149 days before the window opens on 2024-03-13
                10 more pending, 2 more outside window and 37 corrected; listed with --all-records
              Read as: FAQ 39: each question has its own period. Printed: rolling 12 months for every tier (§4,
              FAQ 17); renewal counts since the last review (FAQ 39, sample).
              Convention: a window leaves out its first day and counts its last (ours).
              Convention: since the last review: the review day itself is left out (ours).
              total estimated monthly recurring revenue: short $0 of $1,500
                Looks at what began after 12 March 2024 and up to 28 June 2024 (since the last review). $1,500
                more would do.
                § guide FAQ 16, 17
                Counted: none
                Not counted, 57 records
                  OPP-012            –  waits for launched_on
                  OPP-024            –  waits for launched_on
                  OPP-180            –  waits for launched_on
                  OPP-036            –  waits for launched_on
                  OPP-033  12 Mar 2024  1 day before the window opens on 2024-03-13
                  OPP-029   8 Feb 2024  34 days before the window opens on 2024-03-13
                  OPP-026  19 Dec 2023  85 days before the window opens on 2024-03-13
                  OPP-021  16 Oct 2023  149 days before the window opens on 2024-03-13
                  10 more pending, 2 more outside window and 37 corrected; listed with --all-records
        "#]],
    );
}

#[test]
fn a_timeline_names_the_day_and_the_cause() {
    let folder = demo();
    answer(
        folder.path(),
        "timeline cairn-demo -p aws-services-path --as-of 2024-06-28 --from 2024-01-01 --to 2024-12-31",
        expect![[r#"
            AWS Services Path, Harbor Cloud Services  editions 2022-02 and 2024-07 · 1 Jan 2024 to 31 Dec 2024

            keep Select     ━━━━━━━━━━━━━━··························································
            keep Advanced   ········································································
            keep Premier    ········································································
            reach Select    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━··
            reach Advanced  ········································································
            reach Premier   ········································································
                            1 Jan 2024                         ▲ 28 Jun 2024             31 Dec 2024
            ━ met  · short  ? unknown

            Editions
               1 Jan 2024  edition 2022-02 is in force
              10 Jul 2024  edition 2024-07 comes into force: row references: no longer asked: was at least 2
                           (advanced), 6 (premier); row csat: no longer asked: was at least 20 (advanced), 30
                           (premier); list must-include, item: gained cloudops-competency from 2024-12-01

            Status: the vendor's word, then our projection of it
              12 Mar 2024  Amazon Web Services says: Select

            Changes
              12 Mar 2024  keep Select short (was met)
                           launched opportunities: 5 → 0; counted anew after 12 Mar 2024
                           total estimated monthly recurring revenue: $9,378.56 → $0; counted anew after 12
                             Mar 2024
              ahead, by the records at hand
              19 Dec 2024  reach Select short (was met)  in 174 days
                           launched opportunities: 3 → 2; no longer: OPP-026 (1 day before the window opens on
                             20 Dec 2023)

            Sustained attainment of the Premier criteria for Premier (trailing 6 months): not held on 31 Dec
              2024; last broken on 31 Dec 2024.
        "#]],
    );
}

#[test]
fn a_population_is_a_table() {
    let folder = demo();
    check(
        folder.path(),
        "evaluate cairn-demo -p aws-services-path@2022-02 --as-of 2024-06-28 --question enter --out standings.csv --strict",
        expect![[r#"
            -- stderr
            unknown-person: 1 row is of a person that `people` does not list: `tom.zielinski`
              --> cairn-demo/credentials.csv:25  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
            1 partner of aws-services-path@2022-02 written to standings.csv
            -- exit 0
        "#]],
    );
    let written = std::fs::read_to_string(folder.path().join("standings.csv")).expect("a file");
    expect![[r#"
        partner,level,level_most,accredited,accredited-technical,accredited-business,foundational,technical,technical-pro,launched,launched-mrr,business-plan,validations,validations-must-include,sustained,executive-business-review,references,csat
        harbor,select,select,4,4,4,4,3,0,5,10498.56,0,0,0,0,0,0,0
    "#]].assert_eq(&written);
}

#[test]
fn wrong_names_are_answered_with_the_nearest_ones() {
    let folder = demo();
    let path = folder.path();
    check(
        path,
        "scorecard cairn-demo -p aws-service-path",
        expect![[r#"
            -- stderr
            unknown-program: there is no program `aws-service-path`
              help: did you mean `aws-services-path`? there are `aws-msp-maturity`, `aws-profitability-framework`, `aws-services-path`, `cisco-best-in-class`, `cisco-readiness`, `cisco-ready-to-go`, `example-assessment`, `example-capability`, `example-specialization`, `host-or-resell` and `ingram-cloud-stages`
            -- exit 1
        "#]],
    );
    check(
        path,
        "scorecard cairn-demo -p aws-services-path --edition 2022-20",
        expect![[r#"
            -- stderr
            unknown-edition: `aws-services-path` has no edition `2022-20`
              help: did you mean `2022-02`? it has `2022-02` and `2024-07`
            -- exit 1
        "#]],
    );
    check(
        path,
        "scorecard cairn-demo --edition 2022-02",
        expect![[r#"
        -- stderr
        which-program: `--edition 2022-02` is of no program
          help: name the program with `--program`
        -- exit 1
    "#]],
    );
    check(
        path,
        "scorecard nowhere",
        expect![[r#"
        -- stderr
        unreadable-file: `nowhere` cannot be read: there is no such file or folder
          --> nowhere
          help: check the path and its permissions; nothing of it was imported
        -- exit 1
    "#]],
    );
    check(
        path,
        "scorecard cairn-demo --as-of 28.6.2024",
        expect![[r#"
        -- stderr
        error: invalid value '28.6.2024' for '--as-of <DAY>': a day is written 2024-06-28

        For more information, try '--help'.
        -- exit 2
    "#]],
    );
    check(
        path,
        "scorecard cairn-demo --time-zone Europe/Atlantis",
        expect![[r#"
            -- stderr
            error: invalid value 'Europe/Atlantis' for '--time-zone <ZONE>': a time zone is written UTC, Europe/Berlin or America/New_York, or `system` for this computer's own

            For more information, try '--help'.
            -- exit 2
        "#]],
    );
    check(
        path,
        "diff aws-services-path@2022-02 aws-services-path@2023-02",
        expect![[r#"
            -- stderr
            unknown-edition: there is no edition `aws-services-path@2023-02`
              help: there are `aws-services-path@2022-02` and `aws-services-path@2024-07`
            -- exit 1
        "#]],
    );
    check(
        path,
        "cases aws-services-parth",
        expect![[r#"
        -- stderr
        unknown-edition: there is no edition `aws-services-parth`
          help: did you mean `aws-services-path@2022-02` or `aws-services-path@2024-07`?
        -- exit 1
    "#]],
    );
    let quiet = |arguments: &str, expected: Expect| {
        let stderr = text(&cairn(path, arguments).stderr);
        let last = stderr
            .rsplit_once("\n\n")
            .map_or(stderr.as_str(), |(_, last)| last);
        expected.assert_eq(last);
    };
    quiet(
        "scorecard cairn-demo --partner harbour --as-of 2024-06-28",
        expect![[r#"
            unknown-person: 1 row is of a person that `people` does not list: `tom.zielinski`
              --> cairn-demo/credentials.csv:25  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
            unknown-partner: no partner `harbour` is in the evidence
              help: did you mean `harbor`? the evidence is of `harbor`
        "#]],
    );
    quiet(
        "scorecard cairn-demo -p aws-services-path --as-of 2020-01-01",
        expect![[r#"
            unknown-person: 1 row is of a person that `people` does not list: `tom.zielinski`
              --> cairn-demo/credentials.csv:25  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
            no-edition-in-force: no edition of `aws-services-path` is in force on 2020-01-01
              help: it has `2022-02` from 2022-02-01 until 2024-07-10 and `2024-07` from 2024-07-10; ask for one with `--edition`, or for another day with `--as-of`
        "#]],
    );
    quiet(
        "explain cairn-demo -p aws-services-path --as-of 2024-06-28 --row lunched",
        expect![[r#"
            unknown-person: 1 row is of a person that `people` does not list: `tom.zielinski`
              --> cairn-demo/credentials.csv:25  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
            unknown-row: `aws-services-path@2022-02` has no row `lunched`
              help: did you mean `launched`? its rows are `accredited`, `accredited-technical`, `accredited-business`, `foundational`, `technical`, `technical-pro`, `launched`, `launched-mrr`, `business-plan`, `validations`, `validations-must-include`, `sustained`, `executive-business-review`, `references` and `csat`
        "#]],
    );
    quiet(
        "explain cairn-demo -p aws-services-path --as-of 2024-06-28 --level advancd",
        expect![[r#"
            unknown-person: 1 row is of a person that `people` does not list: `tom.zielinski`
              --> cairn-demo/credentials.csv:25  person
              help: such a row never counts: add them to `people`, or write their ids as they stand there
            unknown-level: `aws-services-path@2022-02` has no level `advancd`
              help: did you mean `advanced`? its levels are `select`, `advanced` and `premier`
        "#]],
    );
}

#[test]
fn a_refused_row_fails_only_where_that_is_asked_for() {
    let folder = demo();
    let asked = "scorecard cairn-demo --as-of 2026-01-01";
    let _ = cairn(folder.path(), "demo --as-of 2026-01-01");
    assert_eq!(cairn(folder.path(), asked).status.code(), Some(0));
    assert_eq!(
        cairn(folder.path(), &format!("{asked} --strict"))
            .status
            .code(),
        Some(1)
    );
}

#[test]
fn the_demo_overwrites_nothing_that_is_not_its_own() {
    let folder = with("mine/notes.csv", "a,b\n");
    check(
        folder.path(),
        "demo mine",
        expect![[r#"
        -- stderr
        folder-in-use: `mine` is there already and is no demo
          help: name another folder, or overwrite its tables with `--force`
        -- exit 1
    "#]],
    );
    let again = tempfile::tempdir().expect("a folder");
    assert_eq!(
        cairn(again.path(), "demo --as-of 2024-06-28").status.code(),
        Some(0)
    );
    assert_eq!(
        cairn(again.path(), "demo --as-of 2024-06-29").status.code(),
        Some(0)
    );
}

#[test]
fn the_shipped_programs_pass_their_check_and_their_cases() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(cairn(folder.path(), "check").status.code(), Some(0));
    assert_eq!(cairn(folder.path(), "cases").status.code(), Some(0));
}

#[test]
fn a_program_file_with_an_error_fails_its_check() {
    let folder = with(
        "programs/acme.toml",
        "program = \"acme\"\nedition = \"2026\"\ntitle = \"Acme\"\nin_force = { from = 2026-01-01 }\nlevels = [\"one\"]\n\
         [requirement.people]\ntitle = \"People\"\nmeasure = \"count peple\"\nat_least = { one = 1 }\ncite = \"made-up\"\n",
    );
    check(
        folder.path(),
        "check programs",
        expect![[r#"
        unknown-name: there is no kind of evidence `peple`
          --> programs/acme.toml:8:18  count peple
          help: did you mean `people`?

        1 edition and 0 cases checked: 1 error, no warning, no note
        -- exit 1
    "#]],
    );
}

/// A program of one row whose expectation landed in the table above it.
const MISPLACED: &str = r#"program = "acme"
edition = "2026"
title = "Acme"
in_force = { from = 2026-01-01 }
levels = ["one"]
[requirement.staff]
title = "Staff"
measure = "count people"
at_least = { one = 1 }
cite = "made-up"
[[case]]
title = "one person"
[case.given]
people = """
person,registered_on
ana,2026-01-01"""
then = [{ on = 2026-02-01, level = "one" }]
"#;

#[test]
fn cases_of_a_file_with_an_error_have_not_passed() {
    let folder = with("programs/acme.toml", MISPLACED);
    check(
        folder.path(),
        "cases --programs programs",
        expect![[r#"
            acme@2026  1 case  0 checks  pass  0 of 0 edges touched
            -- stderr
            unknown-key: `then` stands in `given`, and is a key of the case
              --> programs/acme.toml:17:1
              help: all that follows `[case.given]` belongs to it: write it as `[[case.then]]`, or put `then` above it
            -- exit 1
        "#]],
    );
    let out = cairn(folder.path(), "cases --programs programs --json");
    assert_eq!(out.status.code(), Some(1));
    std::fs::write(
        folder.path().join("programs/acme.toml"),
        MISPLACED
            .replace("then = [{", "[[case.then]]\n")
            .replace(", level", "\nlevel")
            .replace(" }]", ""),
    )
    .expect("a file");
    check(
        folder.path(),
        "cases --programs programs",
        expect![[r#"
        acme@2026  1 case  1 check  pass  1 of 6 edges touched
        5 edges that no case touches; `cairn cases --missing` lists them
        -- exit 0
    "#]],
    );
}

#[test]
fn the_cost_of_a_row_is_its_direction_and_its_costly_forms() {
    let row = |id: &str, measure: &str, asks: &str| {
        format!(
            "[requirement.{id}]\ntitle = \"{id}\"\nmeasure = \"{measure}\"\n{asks} = {{ one = 1 }}\ncite = \"made-up\"\n"
        )
    };
    let program = [
        "program = \"acme\"\nedition = \"2026\"\ntitle = \"Acme\"\nin_force = { from = 2026-01-01 }\nlevels = [\"one\"]\n"
            .to_owned(),
        row("staff", "count people", "at_least"),
        "[requirement.staff.part.left]\nof_which = \"left_on in trailing 1 year\"\nat_least = { one = 1 }\ncite = \"made-up\"\n"
            .to_owned(),
        row("complaints", "count csat where score <= 2", "at_most"),
        row("growth", "(count people) - before(1 year, count people)", "at_least"),
        row("teams", "count distinct person of credentials having count >= 2", "at_least"),
        row("lapsing", "count distinct customer of csat having lowest score >= 4", "at_least"),
        row("group-staff", "count people over enterprise", "at_least"),
        row("fresh", "count references where unused", "at_least"),
        "[requirement.steady]\ntitle = \"steady\"\ntest = \"held(trailing 12 months, (count people) >= 3)\"\nrequired = [\"one\"]\ncite = \"made-up\"\n"
            .to_owned(),
    ]
    .concat();
    let folder = with("programs/acme.toml", &program);
    check(
        folder.path(),
        "check programs --cost",
        expect![[r#"
            acme@2026
              staff        rising
                left       rising
              complaints   falling
              growth       none     before 1 year
              teams        rising   having
              lapsing      none     having
              group-staff  rising   over
              fresh        rising   unused
              steady       rising   held trailing 12 months

            1 edition and 0 cases checked: no error, no warning, no note
            -- exit 0
        "#]],
    );
    let all = json(folder.path(), "check programs --cost");
    expect![[r#"{"id":"growth","part":false,"direction":"none","costly":["before 1 year"]}"#]]
        .assert_eq(&all["costs"][0]["rows"][3].to_string());
}

/// A score of two parts, and a row that looks at two windows and at none.
const SCORED: &str = r#"program = "acme"
edition = "2026"
title = "Acme"
in_force = { from = 2026-01-01 }
levels = ["one", "two"]
[source.guide]
title = "Guide"
[score.capability]
cite = "guide"
[score.capability.part]
skills = { title = "Skills", max = 40, points = "20 * (count people)" }
success = { title = "Success", max = 30, points = "20 * (count references)" }
[requirement.total]
title = "Points"
measure = "capability"
at_least = { one = 60, two = 70 }
cite = "guide"
[requirement.activity]
title = "Activity"
measure = "(count references in trailing 12 months) + (count csat in trailing 3 months where score >= 4) + (count people)"
at_least = { two = 9 }
cite = "guide"
"#;

/// The program above, with evidence of its three people, one reference and two answers.
fn scored() -> tempfile::TempDir {
    let folder = with("programs/acme.toml", SCORED);
    for (name, content) in [
        (
            "people",
            "person,registered_on\nana,2025-01-01\nbo,2025-02-01\ncy,2025-03-01\n",
        ),
        (
            "references",
            "reference,customer,approved_on\nr1,c1,2025-06-01\n",
        ),
        (
            "csat",
            "response,customer,score,submitted_on,email_confirmed_on,customer_verified_on\n\
             a-response-with-a-name-so-long-that-no-column-would-hold-it-all,c1,5,2026-01-01,2026-01-02,\n\
             s2,c1,1,2026-01-01,2026-01-02,2026-01-03\n",
        ),
    ] {
        let path = folder.path().join("mine");
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join(format!("{name}.csv")), content).expect("a table");
    }
    folder
}

#[test]
fn a_score_shows_the_points_of_its_parts() {
    let folder = scored();
    let asked = "mine --programs programs --program acme --as-of 2026-02-01";
    answer(
        folder.path(),
        &format!("scorecard {asked} --all-levels"),
        expect![[r#"
            Acme, your company                                                         edition 2026 · 1 Feb 2026

            You stand at one, 1 of 2. For two you are short in all 2 rows: points (10 more) and activity (5
            more).

                                      Reach one               Reach two
              Points                  met   60 of 60          short 60 of 70  10 more
                Skills                      40 of at most 40        40 of at most 40
                Success                     20 of at most 30        20 of at most 30
              Activity                –                       short  4 of 9  5 more

            Shown, not judged
              Capability  60

            Evidence, with its newest day: people to 1 Mar 2025; references to 1 Jun 2025; csat to 3 Jan 2026.
        "#]],
    );
    answer(
        folder.path(),
        &format!("explain {asked} --row total --level one"),
        expect![[r#"
            Acme, your company  edition 2026 · 1 Feb 2026

            Points to reach one: met 60 of 60
              § guide
                Skills   40  of at most 40
                Success  20  of at most 30
              Counted, 3 records
                ana  1 Jan 2025
                bo   1 Feb 2025
                r1   1 Jun 2025  c1
              Not counted, 1 record
                cy  1 Mar 2025  its part is full: it gives 40 at most
        "#]],
    );
    let card = json(folder.path(), &format!("scorecard {asked}"));
    expect![[r#"[{"id":"skills","points":"40","max":"40","title":"Skills"},{"id":"success","points":"20","max":"30","title":"Success"}]"#]].assert_eq(&card["columns"][0]["requirements"][0]["points"].to_string());
    let why = json(
        folder.path(),
        &format!("explain {asked} --row total --level one"),
    );
    assert_eq!(
        why["rows"][0]["points"],
        card["columns"][0]["requirements"][0]["points"]
    );
    assert_eq!(why["rows"][0]["nearly"][0]["reason"], "beyond-cap");
}

#[test]
fn an_explanation_names_every_window_and_cuts_no_reason() {
    let folder = scored();
    let asked = "explain mine --programs programs --program acme --as-of 2026-02-01 --row activity --level two";
    answer(
        folder.path(),
        asked,
        expect![[r#"
        Acme, your company  edition 2026 · 1 Feb 2026

        Activity to reach two: short 4 of 9
          Looks in `people` at what holds on the day; in `references` at what began after 1 February 2025
          and up to 1 February 2026 (trailing 12 months); in `csat` at what began after 1 November 2025 and
          up to 1 February 2026 (trailing 3 months). 5 more would do.
          § guide
          Counted, 4 records
            ana  1 Jan 2025
            bo   1 Feb 2025
            cy   1 Mar 2025
            r1   1 Jun 2025  c1
          Not counted, 2 records
            a-response-with-a-name-so-long-that-no-column-would-hold-it-all           –  waits for customer_verified_on
            s2                                    3 Jan 2026  score is 1, and score >= 4 is asked
    "#]],
    );
    let why = json(folder.path(), asked);
    expect![[r#"[{"kind":"people","window":null,"after":null,"through":null},{"kind":"references","window":"trailing 12 months","after":"2025-02-01","through":"2026-02-01"},{"kind":"csat","window":"trailing 3 months","after":"2025-11-01","through":"2026-02-01"}]"#]].assert_eq(&why["rows"][0]["looks"].to_string());
}

#[test]
fn an_amount_keeps_its_currency_where_a_table_gives_the_threshold() {
    let folder = with(
        "programs/acme.toml",
        r#"program = "acme"
edition = "2026"
title = "Acme"
in_force = { from = 2026-01-01 }
levels = ["one"]
[source.guide]
title = "Guide"
[table]
needed = { rows = { DE = "1_500_000 EUR", else = "750_000 EUR" }, cite = "guide" }
[requirement.revenue]
title = "Revenue"
measure = "sum amount of revenue in trailing 12 months"
at_least = { one = "needed(partner.country)" }
cite = "guide"
"#,
    );
    for (name, content) in [
        ("partners", "partner,country\nacme,DE\n"),
        (
            "revenue",
            "partner,entry,customer,amount,currency,booked_on\nacme,l1,c1,1000000,EUR,2026-01-01\n",
        ),
    ] {
        let path = folder.path().join("mine");
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join(format!("{name}.csv")), content).expect("a table");
    }
    answer(
        folder.path(),
        "scorecard mine --programs programs --program acme --as-of 2026-02-01",
        expect![[r#"
            Acme, acme                                                                 edition 2026 · 1 Feb 2026

            You do not meet one. For one you are short of revenue (€500,000 more).

                                      Reach one
              Revenue                 short €1,000,000 of €1,500,000  €500,000 more

            Evidence, with its newest day: revenue to 1 Jan 2026.
        "#]],
    );
}

#[test]
fn how_evidence_is_written_may_be_said() {
    let folder = with("raw/notes.txt", "");
    // Windows-1252, with a decimal comma and the day first.
    let table = b"Titel;Stage;MRR;Launch\nB\xfcro;launched;1.500;06/07/2022\n";
    std::fs::write(folder.path().join("raw/opportunities.csv"), table).expect("a table");
    check(
        folder.path(),
        "import raw",
        expect![[r#"
            opportunities  1 row  0 accepted  1 refused  raw/opportunities.csv
            -- stderr
            file-ignored: the file is no table
              --> raw/notes.txt
              help: tables are .csv, .tsv, .parquet and .xlsx files
            unknown-column: the column `Titel` is ignored
              --> raw/opportunities.csv:1  Titel
              help: did you mean `title`?
            unknown-column: the column `Launch` is ignored
              --> raw/opportunities.csv:1
              help: `opportunities` also has `opportunity`, `customer`, `title`, `origin`, `currency`, `launched_on`, `target_close_on`, `lost_because` and `program`
            no-opening-day: no column says `launched_on`, so no row of `opportunities` counts yet
              --> raw/opportunities.csv:1
              help: add `launched_on` to the file
            missing-column: `opportunities` needs the column `opportunity`, so no row can be read
              --> raw/opportunities.csv
              help: add `opportunity` to the header
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> raw/opportunities.csv
              help: add a table `partners` with a column `partner` to give it its own id
            not-utf-8: the row has bytes that are no UTF-8 text
              --> raw/opportunities.csv:2
              help: save the file as CSV UTF-8, or say with `--encoding windows-1252` that it is in Windows-1252
            1 rows read, 0 accepted, 1 refused

            -- exit 0
        "#]],
    );
    let said = "--of-partner acme --decimal comma --days day-first --currency eur --encoding windows-1252 --column Titel=opportunity --column Launch=launched_on";
    check(
        folder.path(),
        &format!("import raw --out clean {said}"),
        expect![[r#"
            opportunities  1 row  1 accepted    raw/opportunities.csv
            -- stderr
            file-ignored: the file is no table
              --> raw/notes.txt
              help: tables are .csv, .tsv, .parquet and .xlsx files
            1 file written to clean
            -- exit 0
        "#]],
    );
    expect![[r#"
        partner,opportunity,customer,title,origin,stage,estimated_mrr,currency,launched_on,target_close_on,lost_because,program
        acme,Büro,,,,launched,1500,EUR,2022-07-06,,,
    "#]].assert_eq(
        &std::fs::read_to_string(folder.path().join("clean/opportunities.csv")).expect("a table"),
    );
    let asked = "-p aws-services-path --as-of 2022-08-01 --json";
    assert_eq!(
        text(&cairn(folder.path(), &format!("scorecard raw {said} {asked}")).stdout),
        text(&cairn(folder.path(), &format!("scorecard clean {asked}")).stdout)
    );
    for verb in ["explain raw", "timeline raw", "evaluate raw --out -"] {
        let out = cairn(folder.path(), &format!("{verb} {said} {asked}"));
        assert_eq!(out.status.code(), Some(0), "{verb}: {}", text(&out.stderr));
    }
    check(
        folder.path(),
        "import raw --column Titel=oportunity",
        expect![[r#"
            -- stderr
            unknown-column: `Titel` is said to be `oportunity`, which is no column of any kind
              help: did you mean `opportunity`?
            -- exit 1
        "#]],
    );
    check(
        folder.path(),
        "import raw --column Titel",
        expect![[r#"
        -- stderr
        error: invalid value 'Titel' for '--column <THEIRS=OURS>': a column is written theirs=ours, as in "Exam Name=credential"

        For more information, try '--help'.
        -- exit 2
    "#]],
    );
    check(
        folder.path(),
        "import raw --currency euros",
        expect![[r#"
        -- stderr
        error: invalid value 'euros' for '--currency <CODE>': a currency is written as its three letters, as in EUR

        For more information, try '--help'.
        -- exit 2
    "#]],
    );
}

#[test]
fn a_name_is_not_warned_of_where_the_program_reads_none() {
    let folder = scored();
    let credentials = "person,credential,earned_on\nana,Nobody Knows This,2025-01-01\n";
    std::fs::write(folder.path().join("mine/credentials.csv"), credentials).expect("a table");
    let warned = |more: &str| {
        let asked = format!("scorecard mine --programs programs --as-of 2026-02-01 {more}");
        text(&cairn(folder.path(), &asked).stderr).contains("unknown-credential")
    };
    assert!(!warned("-p acme"));
    assert!(warned("-p acme --all-problems"));
    assert!(warned("-p aws-services-path@2024-07"));
    assert!(warned(""));
}

#[test]
fn what_is_assumed_stands_beside_each_answer_that_rests_on_it() {
    let folder = demo();
    let asked = |verb: &str, assumed: &str| {
        let asked = format!("{verb} cairn-demo -p aws-services-path --as-of 2024-06-28 {assumed}");
        cairn(folder.path(), &asked)
    };
    let with_space = |verb: &str, more: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        command
            .current_dir(folder.path())
            .env_remove("COLUMNS")
            .args([
                verb,
                "cairn-demo",
                "-p",
                "aws-services-path",
                "--as-of",
                "2024-06-28",
                "--assume",
                "aws-services-path.grace=3 months",
                "--assume",
                "aws-services-path.demote.to=none",
            ]);
        text(
            &command
                .args(more.split(' ').filter(|w| !w.is_empty()))
                .output()
                .expect("runs")
                .stdout,
        )
    };
    let first = |text: &str, lines: usize| text.lines().take(lines).collect::<Vec<_>>().join("\n");
    expect![[r#"
        AWS Services Path, Harbor Cloud Services                   edition 2022-02 · Validated · 28 Jun 2024
        assumed: aws-services-path.grace=3 months, aws-services-path.demote.to=none

        You hold Select. On a rolling year you are fine, but since your last review of 12 March 2024 there
        are no launched opportunities: you would not renew it at the review of 12 March 2025, in 257 days;
        it would be lost after 3 months. For Advanced you are short in 6 of 7 rows: accredited individuals
        (4 more), technical certified individuals (3 more), launched opportunities (15 more), partner
        business plan, signed and 2 more."#]].assert_eq(&first(&with_space("scorecard", ""), 8));
    expect![[r#"
        AWS Services Path, Harbor Cloud Services  edition 2022-02 · 28 Jun 2024
        assumed: aws-services-path.grace=3 months, aws-services-path.demote.to=none
    "#]]
    .assert_eq(&first(&with_space("explain", "--row launched"), 3));
    let timeline = with_space("timeline", "");
    let status: Vec<&str> = timeline
        .lines()
        .filter(|l| l.starts_with("assumed") || l.contains("2025"))
        .collect();
    expect![[r#"
        AWS Services Path, Harbor Cloud Services  editions 2022-02 and 2024-07 · 28 Jun 2022 to 28 Jun 2025
        assumed: aws-services-path.grace=3 months, aws-services-path.demote.to=none
                        28 Jun 2022                                                  28 Jun 2025
          12 Mar 2025  review failed, Select not renewed; lost on 12 Jun 2025
          12 Jun 2025  falls to no level
          2025; last broken on 28 Jun 2025."#]]
    .assert_eq(&status.join("\n"));
    let wrong = |assumed: &str| {
        let out = asked("timeline", &format!("--assume {assumed}"));
        format!("{}exit {:?}\n", text(&out.stderr), out.status.code())
    };
    expect![[r#"
        unknown-assumption: `3-months` is no value of `aws-services-path.grace`
          help: write a duration such as "30 days"
        exit Some(2)
        unknown-assumption: `graze` is nothing that can be assumed of `aws-services-path`
          help: write `grace`, `review.every` or `demote.to`
        exit Some(2)
        unknown-assumption: `selct` is no value of `aws-services-path.demote.to`
          help: write one of `advanced`, `highest retained`, `none`, `premier`, `select`
        exit Some(2)
        unknown-assumption: `aws-services-pth.grace` is of no program
          help: did you mean `aws-services-path`?
        exit Some(2)
        error: invalid value 'grace=1' for '--assume <PROGRAM.KEY=VALUE>': an assumption is written program.key=value, as in aws-services-path.grace="30 days"

        For more information, try '--help'.
        exit Some(2)
    "#]].assert_eq(
        &[
            wrong("aws-services-path.grace=3-months"),
            wrong("aws-services-path.graze=1"),
            wrong("aws-services-path.demote.to=selct"),
            wrong("aws-services-pth.grace=1"),
            wrong("grace=1"),
        ]
        .concat(),
    );
}

#[test]
fn a_frozen_edition_that_has_changed_is_refused() {
    let folder = with("mine/programs/acme.toml", SCORED);
    let path = folder.path();
    check(
        path,
        "freeze --programs mine",
        expect![[r#"
            acme@2026 is frozen now
            written to mine/frozen.toml
            -- exit 0
        "#]],
    );
    check(
        path,
        "freeze --programs mine",
        expect![[r#"
        acme@2026 was frozen before, and is as it was
        -- exit 0
    "#]],
    );
    check(
        path,
        "check --programs mine",
        expect![[r#"
        1 edition and 0 cases checked: no error, no warning, no note
        -- exit 0
    "#]],
    );
    let file = path.join("mine/programs/acme.toml");
    // A comment decides nothing, a threshold does.
    std::fs::write(&file, SCORED.to_owned() + "# a remark\n").expect("a file");
    assert_eq!(cairn(path, "check --programs mine").status.code(), Some(0));
    std::fs::write(&file, SCORED.replace("one = 60", "one = 50")).expect("a file");
    let frozen = || std::fs::read_to_string(path.join("mine/frozen.toml")).expect("a file");
    let before = frozen();
    check(
        path,
        "check --programs mine",
        expect![[r#"
        frozen-changed: `acme@2026` is frozen, and its rules are no longer what they were
          --> mine/programs/acme.toml
          help: take the change back; to mend a slip of ours, leave this file alone and write the mended one beside it with `revision = 2`

        1 edition and 0 cases checked: 1 error, no warning, no note
        -- exit 1
    "#]],
    );
    check(
        path,
        "freeze --programs mine",
        expect![[r#"
        -- stderr
        frozen-changed: `acme@2026` is frozen, and its rules are no longer what they were
          --> mine/programs/acme.toml
          help: take the change back; to mend a slip of ours, leave this file alone and write the mended one beside it with `revision = 2`
        -- exit 1
    "#]],
    );
    assert_eq!(frozen(), before);
    // A slip is mended as a revision, which is frozen beside the first.
    std::fs::write(&file, SCORED).expect("a file");
    let mended = SCORED
        .replace("one = 60", "one = 50")
        .replace("edition = \"2026\"", "edition = \"2026\"\nrevision = 2");
    std::fs::write(path.join("mine/programs/acme-2.toml"), mended).expect("a file");
    check(
        path,
        "freeze --programs mine acme@2026",
        expect![[r#"
            acme@2026, revision 2, is frozen now
            acme@2026 was frozen before, and is as it was
            written to mine/frozen.toml
            -- exit 0
        "#]],
    );
    check(
        path,
        "freeze --programs mine acme@2027",
        expect![[r#"
            -- stderr
            unknown-edition: there is no edition `acme@2027`
              help: there is `acme@2026`
            -- exit 1
        "#]],
    );
    check(
        path,
        "freeze",
        expect![[r#"
        -- stderr
        which-folder: shipped programs are frozen in the product itself
          help: name the folder of your own with `--programs`
        -- exit 1
    "#]],
    );
}

#[test]
fn what_a_new_edition_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    answer(
        folder.path(),
        "diff aws-services-path@2022-02 aws-services-path@2024-07",
        expect![[r#"
            aws-services-path@2022-02 → aws-services-path@2024-07, 10 changes

            edition
              published      gone: was 2022-02-01
              in_force.from  2022-02-01 → 2024-07-10
              replaces       new: 2022-02
            source guide
              gone: was Services Path Tier Guide, February 2022, version 1.0
            source later
              new: Press reports of July and December 2024
            part validations-must-include
              title  MSP or DevOps → MSP, DevOps or Cloud Operations
                guide table p. 4; §6; FAQ 27 → later; as in the guide of 2022, table p. 4; §6; FAQ 27
            row references
              no longer asked: was at least 2 (advanced), 6 (premier)
                guide table p. 4; §9; FAQ 31
            row csat
              no longer asked: was at least 20 (advanced), 30 (premier)
                guide table p. 4; §10; FAQ 32-36
            list must-include
              item  gained cloudops-competency from 2024-12-01
                guide §6; FAQ 27 → later; first seen December 2024
            reading validations-must-include
              taken  gained Cloud Operations counts from the first day of the month in which it was first seen on the list
        "#]],
    );
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let folder = demo();
    let asked = "scorecard cairn-demo --as-of 2024-06-28 --json";
    assert_eq!(
        cairn(folder.path(), asked).stdout,
        cairn(folder.path(), asked).stdout
    );
}

#[test]
fn evidence_that_was_written_again_answers_the_same() {
    let folder = demo();
    let asked = |evidence: &str| {
        let card = json(
            folder.path(),
            &format!("scorecard {evidence} -p aws-services-path --as-of 2024-06-28"),
        );
        card["columns"].clone()
    };
    let first = asked("cairn-demo");
    for arguments in [
        "import cairn-demo --out book.xlsx",
        "import book.xlsx --out columns --to parquet",
        "import columns --out clean",
    ] {
        let out = cairn(folder.path(), arguments);
        assert!(out.status.success(), "{}", text(&out.stderr));
    }
    for evidence in ["book.xlsx", "columns", "clean"] {
        assert_eq!(asked(evidence), first, "{evidence}");
    }
}

#[test]
fn a_template_is_evidence_of_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    check(
        folder.path(),
        "template --out empty people credentials",
        expect![[r#"
            2 files written to empty. A table that stays empty says that there was nothing; delete those that you do not know.
            -- exit 0
        "#]],
    );
    let card = json(
        folder.path(),
        "scorecard empty -p aws-services-path@2022-02 --as-of 2024-06-28",
    );
    let first = &card["columns"][0]["requirements"][0];
    assert_eq!(first["have"], "0");
    assert_eq!(first["verdict"], "short");
}

#[test]
fn every_schema_is_json() {
    let folder = tempfile::tempdir().expect("a folder");
    for of in ["", "vocabulary", "catalog"] {
        let out = cairn(folder.path(), &format!("schema {of}"));
        let schema: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        assert!(schema["$schema"].is_string(), "{of}");
    }
}

/// A program of one row, of which a file is broken in many ways.
const SOUND: &str = r#"program = "acme"
edition = "2026"
title = "Acme"
in_force = { from = 2026-01-01 }
levels = ["silver", "gold"]
[requirement.staff]
title = "Staff"
measure = "count people"
at_least = { silver = 1, gold = 20 }
cite = "made-up"
[lifecycle]
review = { every = "12 months" }
cite = "made-up"
"#;

#[test]
fn nothing_is_answered_from_a_file_with_an_error() {
    let slips = [
        ("gold = 20", "gld = 20"),
        ("at_least", "atleast"),
        ("measure =", "meas ure ="),
        ("in_force = { from = 2026-01-01 }", "in_force = 2026"),
        ("[lifecycle]", "[lifecycle]\ngrace = \"-3 days\""),
        ("count people", "count peple"),
        ("edition = \"2026\"", "edition \"2026\""),
    ];
    let verbs = [
        "scorecard evidence -p acme --as-of 2026-06-30",
        "scorecard evidence --as-of 2026-06-30",
        "explain evidence -p acme --as-of 2026-06-30",
        "timeline evidence -p acme --as-of 2026-06-30",
        "evaluate evidence -p acme --as-of 2026-06-30 --out -",
        "diff acme@2026 acme@2026",
        "freeze",
        "freeze acme@2026",
        "demo made --as-of 2026-06-30",
    ];
    let folder = with(
        "evidence/people.csv",
        "person,registered_on\na,2026-01-01\n",
    );
    std::fs::create_dir(folder.path().join("programs")).expect("a folder");
    for (right, wrong) in slips {
        let broken = SOUND.replace(right, wrong);
        assert_ne!(broken, SOUND);
        std::fs::write(folder.path().join("programs/acme.toml"), broken).expect("a file");
        for verb in verbs {
            let _ = std::fs::remove_dir_all(folder.path().join("made"));
            let out = cairn(folder.path(), &format!("{verb} --programs programs"));
            let said = text(&out.stderr);
            assert_eq!(out.status.code(), Some(1), "{wrong}, {verb}: {said}");
            assert!(
                said.contains("programs/acme.toml"),
                "{wrong}, {verb}: {said}"
            );
            assert!(!folder.path().join("programs/frozen.toml").exists());
        }
    }
    std::fs::write(folder.path().join("programs/acme.toml"), SOUND).expect("a file");
    for verb in &verbs[..6] {
        let out = cairn(folder.path(), &format!("{verb} --programs programs"));
        assert_eq!(out.status.code(), Some(0), "{verb}: {}", text(&out.stderr));
    }
}

#[test]
fn an_edition_with_an_error_is_named_and_the_others_answer() {
    let folder = with(
        "evidence/people.csv",
        "person,registered_on\na,2026-01-01\n",
    );
    let write = |name: &str, text: &str| {
        let path = folder.path().join("programs").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("2026.toml", SOUND);
    let newer = SOUND.replace("2026-01-01", "2026-06-01").replace(
        "edition = \"2026\"",
        "edition = \"2027\"\nreplaces = { edition = \"2026\" }",
    );
    write("2027.toml", &newer.replace("gold = 20", "gld = 20"));
    let asked = "scorecard evidence --programs programs --as-of";
    // The newer one governs from its first day on, and does not fall back on the older one.
    let card = |day: &str| {
        cairn(folder.path(), &format!("{asked} {day} -p acme"))
            .status
            .code()
    };
    assert_eq!((card("2026-05-31"), card("2026-06-01")), (Some(0), Some(1)));
    let out = cairn(folder.path(), &format!("{asked} 2026-06-01"));
    assert_eq!(out.status.code(), Some(1));
    let said = text(&out.stdout);
    assert!(said.contains("AWS Services Path"), "{said}");
    assert!(
        said.contains("Not asked, for their files have errors: acme."),
        "{said}"
    );
    // Of a file that does not read nobody knows when it governs.
    write(
        "2027.toml",
        &newer.replace("row", "ro w").replace("at_least", "atleast"),
    );
    assert_eq!(card("2026-05-31"), Some(1));
    check(
        folder.path(),
        &format!("{asked} 2026-05-31 -p acme"),
        expect![[r#"
            -- stderr
            unknown-key: `staff` has no key `atleast`
              --> programs/2027.toml:10:1
              help: did you mean `at_least`?
            program-has-errors: `acme@2027` cannot be asked: `staff` has no key `atleast`
              --> programs/2027.toml:10:1
              help: `cairn check` lists all that is wrong with it
            -- exit 1
        "#]],
    );
    let named = cairn(folder.path(), &format!("{asked} 2026-05-31 -p acme@2026"));
    assert_eq!(named.status.code(), Some(0));
    // A library with an error takes those with it that use it.
    write(
        "2027.toml",
        "program = \"kpis\"\nedition = \"1\"\n[measure.staff-count]\nmeasur = \"count people\"\n",
    );
    write(
        "2026.toml",
        &SOUND.replace("levels", "uses = [\"kpis@1\"]\nlevels"),
    );
    assert_eq!(card("2026-05-31"), Some(1));
}

#[test]
fn a_frozen_edition_that_was_changed_is_not_used() {
    let folder = with(
        "evidence/people.csv",
        "person,registered_on\na,2026-01-01\n",
    );
    let file = folder.path().join("own/programs/acme.toml");
    std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
    std::fs::write(&file, SOUND).expect("a file");
    assert_eq!(
        cairn(folder.path(), "freeze --programs own").status.code(),
        Some(0)
    );
    let asked = "scorecard evidence --programs own -p acme --as-of 2026-06-30";
    assert_eq!(cairn(folder.path(), asked).status.code(), Some(0));
    std::fs::write(&file, SOUND.replace("gold = 20", "gold = 2")).expect("a file");
    check(
        folder.path(),
        asked,
        expect![[r#"
        -- stderr
        frozen-changed: `acme@2026` is frozen, and its rules are no longer what they were
          --> own/programs/acme.toml
          help: take the change back; to mend a slip of ours, leave this file alone and write the mended one beside it with `revision = 2`
        program-has-errors: `acme@2026` cannot be asked: `acme@2026` is frozen, and its rules are no longer what they were
          --> own/programs/acme.toml
          help: `cairn check` lists all that is wrong with it
        -- exit 1
    "#]],
    );
    let file = folder.path().join("own/frozen.toml");
    std::fs::write(&file, "[[frozen]\n").expect("a file");
    check(
        folder.path(),
        asked,
        expect![[r#"
        -- stderr
        not-toml: unclosed array table, expected `]`
          --> own/frozen.toml:1:10
          help: the line does not follow TOML; a string needs quotes, a key one `=`, and no key stands twice
        missing-key: `frozen` has no `program`
          --> own/frozen.toml:1:1  frozen
          help: add program = "acme-partners"
        missing-key: `frozen` has no `edition`
          --> own/frozen.toml:1:1  frozen
          help: add edition = "2026"
        missing-key: `frozen` has no `hash`
          --> own/frozen.toml:1:1  frozen
          help: add hash = "…"
        missing-key: `frozen` has no `rules`
          --> own/frozen.toml:1:1  frozen
          help: add rules = "…"
        frozen-changed: whether `acme@2026` was frozen cannot be read: unclosed array table, expected `]`
          --> own/programs/acme.toml
          help: mend `own/frozen.toml`
        program-has-errors: `acme@2026` cannot be asked: whether `acme@2026` was frozen cannot be read: unclosed array table, expected `]`
          --> own/programs/acme.toml
          help: `cairn check` lists all that is wrong with it
        -- exit 1
    "#]],
    );
}

#[test]
fn refused_rows_stay_refused_when_evidence_is_written_again() {
    let people = "person,registered_on\na,2026-01-01\nb,2026-02-30\nc,2026-13-01\n";
    let folder = with("raw/people.csv", people);
    std::fs::create_dir(folder.path().join("own")).expect("a folder");
    std::fs::write(folder.path().join("own/acme.toml"), SOUND).expect("a file");
    check(
        folder.path(),
        "import raw --out clean",
        expect![[r#"
            people  3 rows  1 accepted  2 refused  raw/people.csv
            -- stderr
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> raw/people.csv
              help: add a table `partners` with a column `partner` to give it its own id
            bad-date: `2026-02-30` is no day
              --> raw/people.csv:3  registered_on
              help: write the day as 2022-06-30
            bad-date: `2026-13-01` is no day
              --> raw/people.csv:4  registered_on
              help: write the day as 2022-06-30
            3 rows read, 1 accepted, 2 refused

            2 files written to clean
            2 refused rows are listed there under `refused` with the reason, and may count until mended in `raw` and imported again
            -- exit 0
        "#]],
    );
    for arguments in [
        "import clean --out book.xlsx",
        "import book.xlsx --out columns --to parquet",
    ] {
        let out = cairn(folder.path(), arguments);
        assert!(out.status.success(), "{}", text(&out.stderr));
    }
    for evidence in ["raw", "clean", "book.xlsx", "columns"] {
        let asked = format!("scorecard {evidence} --programs own -p acme --as-of 2026-06-30");
        let card = json(folder.path(), &asked);
        let gold = &card["columns"][0]["requirements"][0];
        assert_eq!(
            (&gold["have"], &gold["have_most"]),
            (&"1".into(), &"3".into()),
            "{evidence}"
        );
        let strict = cairn(folder.path(), &format!("{asked} --strict"));
        assert_eq!(strict.status.code(), Some(1), "{evidence}");
    }
}

#[test]
fn an_import_writes_over_nothing_unless_forced() {
    let folder = with(
        "raw/people.csv",
        "person,registered_on,note\na,2026-01-01,mine\n",
    );
    check(
        folder.path(),
        "import raw --out raw",
        expect![[r#"
        -- stderr
        folder-in-use: `raw` is what is read, and would be overwritten
          help: name another place, or overwrite what stands there with `--force`
        -- exit 1
    "#]],
    );
    check(
        folder.path(),
        "import raw/people.csv --out raw",
        expect![[r#"
        -- stderr
        folder-in-use: `raw` is there already, and not empty
          help: name another place, or overwrite what stands there with `--force`
        -- exit 1
    "#]],
    );
    check(
        folder.path(),
        "import raw --out raw.zip",
        expect![[r#"
        -- stderr
        unknown-format: `raw.zip` ends in nothing that can be written
          help: name a folder, or a workbook that ends in `.xlsx`; `--to` of `import` says the form whatever the ending
        -- exit 1
    "#]],
    );
    check(
        folder.path(),
        "template --out raw people",
        expect![[r#"
        -- stderr
        folder-in-use: `raw` is there already, and not empty
          help: name another place
        -- exit 1
    "#]],
    );
    let kept = std::fs::read_to_string(folder.path().join("raw/people.csv")).expect("a file");
    assert!(kept.contains("mine"));
    assert!(!folder.path().join("raw.zip").exists());
    for arguments in [
        "import raw --out clean-2026.11",
        "import raw --out clean-2026.11 --force",
        "import raw --out made.zip --to folder",
        "import raw --out book.xlsx",
    ] {
        let out = cairn(folder.path(), arguments);
        assert!(out.status.success(), "{arguments}: {}", text(&out.stderr));
    }
    let again = cairn(folder.path(), "import raw --out book.xlsx");
    assert_eq!(again.status.code(), Some(1));
}

#[test]
fn what_cannot_be_set_assumed_or_chosen_is_wrong_usage() {
    let folder = demo();
    let mut all = String::new();
    for asked in [
        "-p aws-services-path --set w-budget=4",
        "-p host-or-resell --set w-buget=4",
        "-p host-or-resell --set w-budget=-1",
        "--set w-buget=4",
        "-p aws-services-path --track small",
        "-p example-capability --track smal",
        "--track smal",
        "-p aws-services-path@2022-02 --edition 2024-07",
        "-p host-or-resell --assume host-or-resell.grace=1",
    ] {
        let out = cairn(folder.path(), &format!("scorecard cairn-demo {asked}"));
        all += &format!(
            "{asked}\n{}exit {:?}\n",
            text(&out.stderr),
            out.status.code()
        );
        assert!(out.stdout.is_empty(), "{asked}");
    }
    expect![[r#"
        -p aws-services-path --set w-budget=4
        unknown-parameter: `w-budget` is no parameter of `aws-services-path`
          help: it has nothing that can be set
        exit Some(2)
        -p host-or-resell --set w-buget=4
        unknown-parameter: `w-buget` is no parameter of `host-or-resell`
          help: did you mean `w-budget`? there are `w-budget`, `w-infra`, `w-legacy` and `w-staff`
        exit Some(2)
        -p host-or-resell --set w-budget=-1
        out-of-range: `w-budget` cannot be -1
          help: it is at least 0
        exit Some(2)
        --set w-buget=4
        unknown-parameter: `w-buget` is no parameter of any program
          help: did you mean `w-budget`? there are `w-budget`, `w-infra`, `w-legacy` and `w-staff`
        exit Some(2)
        -p aws-services-path --track small
        unknown-track: `small` is no track of `aws-services-path`
          help: it has no tracks
        exit Some(2)
        -p example-capability --track smal
        unknown-track: `smal` is no track of `example-capability`
          help: did you mean `small`? there are `enterprise` and `small`
        exit Some(2)
        --track smal
        unknown-track: `smal` is no track of any program
          help: did you mean `small`? there are `enterprise` and `small`
        exit Some(2)
        -p aws-services-path@2022-02 --edition 2024-07
        two-editions: `--program aws-services-path@2022-02` and `--edition 2024-07` name two editions
          help: name one of them
        exit Some(2)
        -p host-or-resell --assume host-or-resell.grace=1
        unknown-assumption: `host-or-resell` has no lifecycle, so nothing can be assumed of it
          help: leave `--assume` out: its verdicts rest on nothing that is not published
        exit Some(2)
    "#]].assert_eq(&all);
    for asked in [
        "-p aws-services-path@2022-02 --edition 2022-02",
        "-p example-capability@2026 --track small",
        "--set w-budget=4",
    ] {
        let asked = format!("scorecard cairn-demo --as-of 2024-06-28 {asked}");
        assert_eq!(
            cairn(folder.path(), &asked).status.code(),
            Some(0),
            "{asked}"
        );
    }
    // What is published may be assumed otherwise, and the answer says instead of what.
    let own = folder.path().join("own");
    std::fs::create_dir(&own).expect("a folder");
    std::fs::write(own.join("acme.toml"), SOUND).expect("a file");
    for verb in ["scorecard", "explain", "timeline"] {
        let out = Command::new(env!("CARGO_BIN_EXE_cairn"))
            .current_dir(folder.path())
            .args([verb, "cairn-demo", "--programs", "own", "-p", "acme"])
            .args([
                "--as-of",
                "2026-06-28",
                "--assume",
                "acme.review.every=2 years",
            ])
            .output()
            .expect("runs");
        let said = text(&out.stdout);
        let line = "assumed: acme.review.every=2 years instead of what is published: 12 months\n";
        assert!(said.contains(line), "{verb}: {said}{}", text(&out.stderr));
    }
}

#[test]
fn a_case_that_tests_nothing_fails() {
    let cases = r#"
[[case]]
title = "nothing at all"
[[case]]
title = "the slips"
[case.given]
peple = """
person,registered_on
p1,2026-02-01"""
people = """
person,registered_on
p1,2026-02-30
p2,2026-01-01,x"""
[[case.then]]
on = 2026-02-01
[[case.then]]
on = 2026-02-01
level = "golden"
[[case.then]]
on = 2026-02-01
track = "small"
set = { many = 1 }
holds = "sliver"
[[case.then]]
on = 2026-02-01
shows = """
row,enter gold
stff,not asked
staff,1 of 2,3"""
[[case.then]]
on = 2026-02-01
shows = """
row,entr gold,retain gld
staff,unknown,"""
[[case.then]]
on = 2026-02-01
shows = "row,enter gold"
"#;
    let folder = with("acme.toml", &format!("{SOUND}{cases}"));
    check(
        folder.path(),
        "check acme.toml",
        expect![[r#"
            idle-case: the case expects nothing, so it tests nothing
              --> acme.toml:15:1  nothing at all
              help: add a [[case.then]] with `on`, and what is expected: `level`, `holds`, `values`, `contradicted` or `shows`

            idle-case: `then` expects nothing, so it tests nothing
              --> acme.toml:27:1  the slips
              help: add what is expected: `level`, `holds`, `values`, `contradicted` or `shows`

            unknown-name: the edition has no level `golden`
              --> acme.toml:29:1  the slips
              help: did you mean `gold`?

            unknown-name: the edition has no level `sliver`
              --> acme.toml:32:1  the slips
              help: did you mean `silver`?

            unknown-name: the edition has no track `small`
              --> acme.toml:32:1  the slips
              help: the edition has no track

            unknown-name: the edition has no parameter `many`
              --> acme.toml:32:1  the slips
              help: the edition has no parameter

            unknown-name: the edition has no row `stff`
              --> acme.toml:41:1  the slips
              help: did you mean `staff`?

            idle-case: `staff` has more cells than the first line names columns
              --> acme.toml:42:1  the slips
              help: name each column as in `enter gold`, or take the cell out

            unknown-word: a column is `enter` or `retain` and a level, not `entr gold`
              --> acme.toml:46:1  the slips
              help: did you mean `enter`?

            unknown-name: the edition has no level `gld`
              --> acme.toml:46:1  the slips
              help: did you mean `gold`?

            idle-case: `shows` expects nothing, so it tests nothing
              --> acme.toml:50:9  the slips
              help: write `row,enter gold` as its first line, and a row with what its cell shows on each other line

            unknown-kind: `peple` is no kind of evidence
              --> acme.toml:20 given.peple
              help: did you mean `people`?

            bad-date: `2026-02-30` is no day
              --> acme.toml:23 given.people:2  registered_on
              help: write the day as 2022-06-30

            ragged-row: the row has 3 cells, the header has 2
              --> acme.toml:23 given.people:3
              help: put cells that contain the separator in quotes

            1 edition and 2 cases checked: 14 errors, no warning, no note
            -- exit 1
        "#]],
    );
    let of_cases = cairn(folder.path(), "cases --programs acme.toml");
    let checked = cairn(folder.path(), "check acme.toml");
    assert_eq!(of_cases.status.code(), Some(1));
    let problems = |out: &[u8]| text(out).matches("\n  --> ").count();
    assert_eq!(problems(&of_cases.stdout), problems(&checked.stdout));
}

#[test]
fn one_file_of_a_folder_is_checked_with_what_stands_around_it() {
    let folder = with("nw/programs/acme/2026.toml", SOUND);
    let write = |name: &str, text: &str| {
        let path = folder.path().join("nw").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write(
        "vocabulary/boats.toml",
        "[kind.boats]\ncolumns = \"boat*, launched_on\"\nholds = \"from launched_on\"\n",
    );
    write(
        "programs/kpis/1.toml",
        "program = \"kpis\"\nedition = \"1\"\n[measure.boat-count]\nis = \"count boats\"\ncite = \"made-up\"\n",
    );
    let boats = SOUND
        .replace("count people", "boat-count")
        .replace("levels", "uses = [\"kpis@1\"]\nlevels");
    write("programs/acme/2026.toml", &boats);
    // Broken, and nothing that the file needs.
    write(
        "programs/other/1.toml",
        "program = \"other\"\nedition = \"1\"\nlevls = 1\n",
    );
    let sound = |at: &Path, arguments: &str| {
        let out = cairn(at, arguments);
        let said = text(&out.stdout) + &text(&out.stderr);
        assert_eq!(out.status.code(), Some(0), "{arguments}: {said}");
        assert!(
            said.contains("1 edition and 0 cases checked: no error"),
            "{said}"
        );
    };
    sound(folder.path(), "check nw/programs/acme/2026.toml");
    sound(folder.path(), "check nw/programs/acme");
    sound(&folder.path().join("nw/programs/acme"), "check 2026.toml");
    // What it does need counts as its own.
    let library = "program = \"kpis\"\nedition = \"1\"\n[measure.boat-count]\n";
    write("programs/kpis/1.toml", library);
    let broken = cairn(folder.path(), "check nw/programs/acme/2026.toml");
    assert!(text(&broken.stdout).contains("missing-key"));
    let library = format!("{library}is = \"count boats\"\ncite = \"made-up\"\n");
    write("programs/kpis/1.toml", &library);
    let all = cairn(folder.path(), "check nw");
    assert_eq!(all.status.code(), Some(1));
    // So is a frozen edition: of one file nobody says that the others are gone.
    std::fs::remove_file(folder.path().join("nw/programs/other/1.toml")).expect("a file");
    let frozen = cairn(folder.path(), "freeze --programs nw");
    assert!(frozen.status.success(), "{}", text(&frozen.stderr));
    sound(folder.path(), "check nw/programs/acme/2026.toml");
    write(
        "programs/acme/2026.toml",
        &boats.replace("gold = 20", "gold = 21"),
    );
    let changed = cairn(folder.path(), "check nw/programs/acme/2026.toml");
    assert!(text(&changed.stdout).contains("frozen-changed"));
}

#[test]
fn a_day_or_an_edition_that_does_not_exist_is_said_to_be_so() {
    let folder = with("acme.toml", SOUND);
    let mut all = String::new();
    for day in ["2026-02-30", "2026-13-01", "1600-01-01", "30.6.2026"] {
        let out = cairn(folder.path(), &format!("scorecard . --as-of {day}"));
        assert_eq!(out.status.code(), Some(2));
        all += text(&out.stderr).lines().next().unwrap_or_default();
        all.push('\n');
    }
    let out = cairn(folder.path(), "freeze nope@1 --programs acme.toml");
    assert_eq!(out.status.code(), Some(1));
    expect![[r#"
        error: invalid value '2026-02-30' for '--as-of <DAY>': the month 2026-02 has no day 30
        error: invalid value '2026-13-01' for '--as-of <DAY>': there is no month 13: a day is written year, month, day, as in 2024-06-28
        error: invalid value '1600-01-01' for '--as-of <DAY>': a day lies between 1900-01-01 and 2199-12-31
        error: invalid value '30.6.2026' for '--as-of <DAY>': a day is written 2024-06-28
        unknown-edition: there is no edition `nope@1`
          help: there is `acme@2026`
    "#]].assert_eq(&(all + &text(&out.stderr)));
}

/// A model whose rows are not sorted by area, and whose first level asks nothing.
const AREAS: &str = r#"
program  = "areas"
edition  = "2026"
title    = "Areas (made-up)"
in_force = { from = 2026-01-01 }
levels   = ["start", "next"]
[level.start]
title = "Start"
move  = [
  { area = "sales", do = "sell one thing", raises = "selling", cite = "made-up" },
  { area = "people", do = "train one person", raises = "people", cite = "made-up" },
  { area = "all", do = "write it down", cite = "made-up" },
  { area = "depth", do = "answer better", raises = "second", cite = "made-up" },
  { area = "depth", do = "answer the first better", raises = "first", cite = "made-up" },
]
[level.next]
title = "Next"
[question]
first  = { title = "The first", answer = "1 to 5", cite = "made-up" }
second = { title = "The second", answer = "1 to 5", cite = "made-up" }
[requirement]
selling = { area = "sales", title = "Deals", measure = "count opportunities where stage = launched", at_least = { next = 1 }, cite = "made-up" }
staff   = { area = "people", title = "People", measure = "count people", at_least = { next = 1 }, cite = "made-up" }
depth   = { area = "sales", title = "Depth", measure = "lowest(first, second)", at_least = { next = 3 }, cite = "made-up" }
[[reading]]
about   = "staff"
settles = "untested"
printed = ["people"]
taken   = "the case would say what the rule says"
[[reading]]
about   = "depth"
printed = ["depth"]
taken   = "the lower of both answers"
"#;

#[test]
fn areas_stand_together_and_a_move_is_shown_where_what_it_raises_is_short() {
    let folder = with("mine/programs/areas/2026.toml", AREAS);
    for (name, rows) in [
        ("people", "person,registered_on\n"),
        (
            "opportunities",
            "opportunity,stage,launched_on\no1,launched,2026-02-01\n",
        ),
        (
            "answers",
            "program,question,answered_on,answer\nareas,first,2026-01-02,4\nareas,second,2026-01-02,2\n",
        ),
    ] {
        let file = folder.path().join(format!("evidence/{name}.csv"));
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(file, rows).expect("a file");
    }
    answer(
        folder.path(),
        "scorecard evidence --programs mine --program areas --as-of 2026-04-01 --all-levels",
        expect![[r#"
            Areas (made-up), your company                                              edition 2026 · 1 Apr 2026

            You stand at Start, 1 of 2. For Next you are short in 2 of 3 rows: people (1 more) and depth (1
            more).

                                      Reach Next
            Sales
              Deals                   met   1 of 1
              Depth                   short 2 of 3  1 more
                The first                   4
                The second                  2 the lowest
            People
              People                  short 0 of 1  1 more

            Questions
              All  2  of 2 answered

            What to do next
              people  train one person
              all     write it down
              depth   answer better

            Read as, for depth: the lower of both answers. Printed: depth.
            Evidence, with its newest day: people, no row; opportunities to 1 Feb 2026.
        "#]],
    );
    answer(
        folder.path(),
        "explain evidence --row depth --programs mine --program areas --as-of 2026-04-01",
        expect![[r#"
            Areas (made-up), your company  edition 2026 · 1 Apr 2026

            Depth to reach Next: short 2 of 3
              What enters: first 4 and second 2.
              § made-up
                The first   4
                The second  2  the lowest
              Rests on 2 answers
                first: 4, 2 Jan 2026 (The first; evidence/answers.csv, row 2)
                second: 2, 2 Jan 2026 (The second; evidence/answers.csv, row 3)
              Read as: the lower of both answers. Printed: depth.
        "#]],
    );
    answer(
        folder.path(),
        "cases areas --programs mine --missing",
        expect![[r#"
            untested: selling: no case has 1 of 1 for next
              --> mine/programs/areas/2026.toml:22:1  selling

            untested: selling: no case has 0 of 1 for next
              --> mine/programs/areas/2026.toml:22:1  selling

            untested: depth: no case has 3 of 3 for next
              --> mine/programs/areas/2026.toml:24:1  depth

            untested: depth: no case has 2 of 3 for next
              --> mine/programs/areas/2026.toml:24:1  depth

            untested: 2026: no case has a `then` on 2026-01-01, the first day of this edition
              --> mine/programs/areas/2026.toml

            untested: selling: no case has the row unknown
              --> mine/programs/areas/2026.toml:22:1  selling

            untested: depth: no case has the row unknown
              --> mine/programs/areas/2026.toml:24:1  depth

            untested: depth: no case expects a value of what this reading is about, so the other reading would pass unseen
              --> mine/programs/areas/2026.toml:30:1  reading

            help: add a [[case]] that stands on it and says what is expected there

            areas@2026  0 cases  0 checks  pass  0 of 13 edges touched, 5 settled
        "#]],
    );
}
