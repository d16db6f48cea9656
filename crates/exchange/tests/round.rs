//! Properties: every row is accounted for, and what is exported reads back as the same evidence.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use cairn_exchange::{
    Format, Options, fuzz_csv, read_files, read_folder, write_folder, write_workbook,
};
use domain::evidence::{Cell, Evidence};
use domain::intake::Imported;
use domain::library::Library;
use proptest::prelude::*;

fn library() -> Arc<Library> {
    let files = [
        (
            "vocabulary/evidence.toml",
            include_str!("corpus/library/vocabulary/evidence.toml"),
        ),
        (
            "vocabulary/catalogs/acme.toml",
            include_str!("corpus/library/vocabulary/catalogs/acme.toml"),
        ),
        (
            "programs/acme-path/2022.toml",
            include_str!("corpus/library/programs/acme-path/2022.toml"),
        ),
    ];
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| Arc::new(Library::read(files).0))
        .clone()
}

fn read_text(files: &[(String, String)]) -> Imported {
    read(
        files
            .iter()
            .map(|(name, text)| (name.clone(), text.clone().into_bytes()))
            .collect(),
    )
}

fn read(files: Vec<(String, Vec<u8>)>) -> Imported {
    read_files(files, &library(), &Options::default(), &mut |_| ())
        .expect("files in memory are always read")
}

/// Every supplied table and every fact, in words.
fn facts(evidence: &Evidence) -> Vec<String> {
    let mut all = Vec::new();
    for (at, kind) in evidence.vocabulary.kinds.values().enumerate() {
        let table = &evidence.tables[at];
        if table.supplied {
            all.push(kind.name.clone());
        }
        for partner in 0..evidence.partners.len() {
            for row in table.rows(partner) {
                let cells: Vec<String> = table
                    .columns
                    .iter()
                    .chain([&table.recorded, &table.source])
                    .map(|c| match c.cell(row) {
                        Cell::Empty => "-".to_owned(),
                        Cell::Day(day) => day.to_string(),
                        Cell::Text(code) => format!("{:?}", evidence.strings.text(code)),
                        Cell::Number(number) => number.to_string(),
                    })
                    .collect();
                all.push(format!(
                    "{} {:?} {}",
                    kind.name,
                    evidence.partner_id(partner),
                    cells.join(" ")
                ));
            }
        }
    }
    // Rows of one key recorded on different days stand in an order of their own; ids sort by text.
    all.sort();
    all
}

fn same_after_every_export(evidence: &Evidence) {
    let before = facts(evidence);
    for format in [Format::Csv, Format::Parquet] {
        let folder = tempfile::tempdir().expect("a folder");
        write_folder(evidence, folder.path(), format).expect("the folder can be written");
        let again =
            read_folder(folder.path(), &library(), &mut |_| ()).expect("the folder is there");
        assert_eq!(refused(&again.evidence), refused(evidence));
        assert_eq!(facts(&again.evidence), before);
        accounted(&again);
    }
    let book = write_workbook(evidence).expect("the workbook can be written");
    let again = read(vec![("book.xlsx".to_owned(), book)]);
    assert_eq!(refused(&again.evidence), refused(evidence));
    assert_eq!(facts(&again.evidence), before);
    accounted(&again);
}

/// Every refused row: of which kind and partner, whether it may count, why, and where it stood.
fn refused(evidence: &Evidence) -> Vec<String> {
    let mut all: Vec<String> = evidence
        .refused
        .iter()
        .map(|r| {
            let partner = r.partner.map(|p| evidence.strings.text(p));
            let problem = &r.problem;
            format!(
                "{} {partner:?} {} {} {} {}",
                r.kind, r.repeats, problem.message, problem.place, problem.help
            )
        })
        .collect();
    all.sort();
    all
}

fn accounted(imported: &Imported) {
    for sheet in &imported.sheets {
        assert_eq!(sheet.accepted + sheet.refused, sheet.read, "{}", sheet.file);
        assert!(sheet.repeated <= sheet.accepted);
    }
    let refused: u64 = imported.sheets.iter().map(|s| s.refused).sum();
    let kept: u64 = imported
        .sheets
        .iter()
        .map(|s| s.accepted - s.repeated)
        .sum();
    assert_eq!(refused, imported.evidence.refused.len() as u64);
    assert_eq!(kept, imported.evidence.len() as u64);
}

/// A text as people and exports write it: plain, or with what a spreadsheet, a CSV file or a workbook could spoil.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        "['=+@-]{0,3}[a-z0-9.]{0,5}",
        "[a-zé😀ß„\", ;\t\n'=_x0-9]{0,12}",
        Just("_x0041_".to_owned()),
        Just("=HYPERLINK(\"x\")".to_owned()),
        Just("-5".to_owned()),
        Just("1e5".to_owned()),
        Just("007".to_owned()),
        Just("2022-01-01".to_owned()),
    ]
}

fn day() -> impl Strategy<Value = String> {
    prop_oneof![
        (1900..2200, 1..13, 1..29).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}")),
        Just(String::new()),
        Just("2022-02-30".to_owned()),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-1_000_000_i64..1_000_000, 0..4_u32).prop_map(|(n, d)| format!(
            "{:.*}",
            d as usize,
            n as f64 / 100.0
        )),
        any::<i32>().prop_map(|n| n.to_string()),
        Just("123456789012345678".to_owned()),
        Just(String::new()),
        Just("many".to_owned()),
    ]
}

fn csv(header: &str, rows: Vec<Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(vec![]);
    writer.write_record(header.split(',')).expect("memory");
    for row in rows {
        writer.write_record(row).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("text")
}

fn folder() -> impl Strategy<Value = Vec<(String, String)>> {
    let partner = || prop_oneof!["[a-c]", text()];
    let people = (partner(), text(), text(), text(), day(), day())
        .prop_map(|(p, person, name, mail, from, to)| vec![p, person, name, mail, from, to]);
    let credentials = (
        partner(),
        text(),
        prop_oneof![text(), Just("AA-1".to_owned())],
        day(),
        day(),
    )
        .prop_map(|(p, person, name, on, recorded)| vec![p, person, name, on, recorded]);
    let opportunities = (
        partner(),
        text(),
        text(),
        number(),
        prop_oneof!["USD", "eur", ""],
        day(),
        text(),
    )
        .prop_map(|(p, id, customer, amount, currency, on, source)| {
            vec![
                p,
                id,
                customer,
                "Launched".to_owned(),
                amount,
                currency,
                on,
                source,
            ]
        });
    let usage = (
        partner(),
        text(),
        text(),
        day(),
        number(),
        prop_oneof!["[0-9]{1,3}%", "0\\.[0-9]{1,3}", "250.5%"],
    )
        .prop_map(|(p, customer, product, on, seats, share)| {
            vec![p, customer, product, on, seats, share]
        });
    let answers = (
        partner(),
        prop::sample::select(vec!["itsm", "Skills", "share", "budget", "support", "none"]),
        day(),
        prop::sample::select(vec![
            "yes",
            "N",
            "3",
            "9",
            "n/a",
            "50%",
            "0.25",
            "150%",
            "$1,500",
            "1500 USD",
            "Full Stack",
            "",
        ]),
    )
        .prop_map(|(p, question, on, answer)| {
            vec![
                p,
                "Acme Path".to_owned(),
                question.to_owned(),
                on,
                answer.to_owned(),
            ]
        });
    let enrollments = (
        partner(),
        prop::sample::select(vec!["acme-path", "Acme Path", "other", ""]),
        prop::sample::select(vec!["select", "Advanced Tier", "", "gold"]),
        day(),
    )
        .prop_map(|(p, program, level, since)| {
            vec![p, program.to_owned(), level.to_owned(), since]
        });
    let many = |row: BoxedStrategy<Vec<String>>| prop::collection::vec(row, 0..12);
    (
        many(people.boxed()),
        many(credentials.boxed()),
        many(opportunities.boxed()),
        many(usage.boxed()),
        many(answers.boxed()),
        many(enrollments.boxed()),
    )
        .prop_map(
            |(people, credentials, opportunities, usage, answers, enrollments)| {
                let table =
                    |name: &str, header: &str, rows| (format!("{name}.csv"), csv(header, rows));
                vec![
                    table(
                        "people",
                        "partner,person,name,email,registered_on,left_on",
                        people,
                    ),
                    table(
                        "credentials",
                        "partner,person,credential,earned_on,recorded_on",
                        credentials,
                    ),
                    table(
                        "opportunities",
                        "partner,opportunity,customer,stage,mrr,currency,launched_on,source",
                        opportunities,
                    ),
                    table(
                        "usage",
                        "partner,customer,product,read_on,seats,share",
                        usage,
                    ),
                    table(
                        "answers",
                        "partner,program,question,answered_on,answer",
                        answers,
                    ),
                    table("enrollments", "partner,program,level,since", enrollments),
                ]
            },
        )
}

/// A minute's worth; `PROPTEST_CASES` asks for a longer run.
#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|c| c.parse().ok())
        .unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn every_row_is_accounted_for_and_comes_back(files in folder()) {
        let imported = read_text(&files);
        accounted(&imported);
        same_after_every_export(&imported.evidence);
    }

    #[test]
    fn the_same_folder_twice_changes_nothing(files in folder()) {
        let once = read_text(&files);
        let mut twice = files.clone();
        twice.extend(files.into_iter().map(|(name, bytes)| (name.replace(".csv", " (2).csv"), bytes)));
        let twice = read_text(&twice);
        accounted(&twice);
        prop_assert_eq!(facts(&once.evidence), facts(&twice.evidence));
    }

    #[test]
    fn no_bytes_make_the_reader_panic_or_lose_a_row(
        bytes in prop::collection::vec(prop_oneof![
            any::<u8>(),
            prop::sample::select(b"\",;\t\r\n\r\n'=-+@ /.:0123456789abcz\xc3\xa9\xef\xbb\xbf\xff\0".to_vec()),
        ], 0..600),
        headed in any::<bool>(),
        kind in prop::sample::select(vec!["people", "credentials", "opportunities", "usage", "answers", "enrollments", "csat"]),
    ) {
        let mut table = if headed { b"partner,person,credential,earned_on,program,level,since,opportunity,stage,mrr,currency\n".to_vec() } else { vec![] };
        table.extend(bytes);
        fuzz_csv(&library(), kind, &table);
    }

    #[test]
    fn no_slip_of_the_pen_makes_the_reader_panic_or_lose_a_row(
        files in folder(),
        slips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..20),
    ) {
        for (name, text) in files {
            let mut bytes = text.into_bytes();
            for (at, byte, what) in &slips {
                let at = at.index(bytes.len());
                match what {
                    0 => bytes[at] = *byte,
                    1 => bytes.insert(at, *byte),
                    _ => { bytes.remove(at); }
                }
                if bytes.is_empty() {
                    bytes.push(b'x');
                }
            }
            fuzz_csv(&library(), name.trim_end_matches(".csv"), &bytes);
            for ending in ["csv", "parquet", "xlsx"] {
                accounted(&read(vec![(format!("people.{ending}"), bytes.clone())]));
            }
        }
    }
}

/// Damage a good file in every byte of its head and tail, and here and there between.
fn damaged(name: &str, good: &[u8], step: usize) {
    for at in (0..good.len()).filter(|at| at % step == 0 || *at < 64 || at + 200 > good.len()) {
        for change in [0x00, 0xff, 0x01] {
            let mut bytes = good.to_vec();
            bytes[at] ^= change;
            accounted(&read(vec![(name.to_owned(), bytes)]));
        }
        accounted(&read(vec![(name.to_owned(), good[..at].to_vec())]));
    }
}

fn sample() -> Evidence {
    let csv = "partner,person,name,email,registered_on,left_on\na,p1,Ann,ann@acme.test,2020-01-01,\na,p2,Bob,,2020-02-01,2021-01-01\n";
    read(vec![("people.csv".to_owned(), csv.into())]).evidence
}

#[test]
fn a_damaged_workbook_is_a_problem_and_no_panic() {
    let book = write_workbook(&sample()).expect("a workbook");
    damaged("people.xlsx", &book, 41);
}

#[test]
fn a_damaged_parquet_file_is_a_problem_and_no_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    write_folder(&sample(), folder.path(), Format::Parquet).expect("written");
    let bytes = std::fs::read(folder.path().join(Path::new("people.parquet"))).expect("read");
    damaged("people.parquet", &bytes, 17);
}
