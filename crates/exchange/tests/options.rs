//! What the user says of an import that no file says.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cairn_exchange::{Options, Progress, read_files};
use domain::evidence::Cell;
use domain::intake::{DayOrder, Decimal, Imported, Settings};
use domain::library::Library;
use expect_test::{Expect, expect};

fn library() -> Arc<Library> {
    let root = Path::new("tests/corpus/library");
    let files = [
        "vocabulary/evidence.toml",
        "vocabulary/catalogs/acme.toml",
        "programs/acme-path/2022.toml",
    ];
    let texts = files.map(|f| {
        (
            f,
            fs::read_to_string(root.join(f)).expect("a file of the corpus"),
        )
    });
    Arc::new(Library::read(texts.iter().map(|(n, t)| (*n, t.as_str()))).0)
}

fn read(files: &[(&str, &str)], options: &Options) -> Imported {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    read_files(files, &library(), options, &mut |_| ()).expect("files in memory are always read")
}

/// Facts, then problems.
fn check(files: &[(&str, &str)], options: &Options, expected: Expect) {
    let imported = read(files, options);
    let evidence = &imported.evidence;
    let mut lines = Vec::new();
    for (at, kind) in evidence.vocabulary.kinds.values().enumerate() {
        let table = &evidence.tables[at];
        for partner in 0..evidence.partners.len() {
            for row in table.rows(partner) {
                let cells: Vec<String> = table
                    .columns
                    .iter()
                    .map(|c| match c.cell(row) {
                        Cell::Empty => "-".to_owned(),
                        Cell::Day(day) => day.to_string(),
                        Cell::Text(code) => evidence.strings.text(code).to_owned(),
                        Cell::Number(number) => number.to_string(),
                    })
                    .collect();
                lines.push(format!(
                    "{} of {}: {}",
                    kind.name,
                    evidence.partner_id(partner),
                    cells.join(" ")
                ));
            }
        }
    }
    lines.extend(imported.problems.iter().map(ToString::to_string));
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_file_of_semicolons_is_read_where_its_numbers_can_mean_only_one_thing() {
    let file = [(
        "opportunities.csv",
        "opportunity;stage;mrr;currency;launched_on\no1;launched;1.500,00;EUR;30.06.2022\no2;launched;1.500;EUR;30.06.2022\n",
    )];
    let settings = Settings {
        partner: Some("acme".to_owned()),
        ..Settings::default()
    };
    let unsaid = Options {
        settings: settings.clone(),
        ..Options::default()
    };
    check(
        &file,
        &unsaid,
        expect![[r#"
        opportunities of acme: o1 - - launched 1500 EUR 2022-06-30 - -
        ambiguous-number: `1.500` is 1.500 or 1500
          --> opportunities.csv:3  mrr
          help: write 1.5000 or 1500"#]],
    );
    let comma = Options {
        settings,
        decimal: Some(Decimal::Comma),
        ..Options::default()
    };
    check(
        &file,
        &comma,
        expect![[r#"
        opportunities of acme: o1 - - launched 1500 EUR 2022-06-30 - -
        opportunities of acme: o2 - - launched 1500 EUR 2022-06-30 - -"#]],
    );
}

#[test]
fn days_currency_program_and_columns_may_be_said_beforehand() {
    let options = Options {
        settings: Settings {
            partner: Some("acme".to_owned()),
            program: Some("acme-path".to_owned()),
            columns: vec![("Target Close Date".to_owned(), "launched_on".to_owned())],
            ..Settings::default()
        },
        days: DayOrder::DayFirst,
        currency: Some("CAD".to_owned()),
        ..Options::default()
    };
    check(
        &[
            (
                "opportunities.csv",
                "opportunity,stage,mrr,target close date\no1,launched,$1500,06/07/2022\n",
            ),
            ("enrollments.csv", "level,since\nselect,05/06/2022\n"),
            (
                "answers.csv",
                "question,answered_on,answer\nitsm,05/06/2022,yes\n",
            ),
        ],
        &options,
        expect![[r#"
            enrollments of acme: acme-path select 2022-06-05 -
            opportunities of acme: o1 - - launched 1500 CAD 2022-07-06 - -
            answers of acme: acme-path itsm 2022-06-05 yes -"#]],
    );
}

#[test]
fn several_partners_say_whose_each_row_is() {
    check(
        &[
            ("partners.csv", "partner,name\na,A\nb,B\n"),
            ("people.csv", "person,registered_on\np1,2020-01-01\n"),
            (
                "Credentials-2024 (1).csv",
                "partner,person,credential,earned_on\na,p1,AA-1,2022-01-01\n,p1,AA-1,2022-01-01\n",
            ),
        ],
        &Options::default(),
        expect![[r#"
            partners of a: A - -
            partners of b: B - -
            credentials of a: p1 architect-associate 2022-01-01 -
            missing-column: `people` needs the column `partner`, so no row can be read
              --> people.csv
              help: several partners are in this folder: add a column `partner` that says whose each row is
            missing-key: `partner` is empty, and says whose the row is
              --> Credentials-2024 (1).csv:3  partner
              help: write the partner's id, or delete the row"#]],
    );
}

#[test]
fn a_table_that_names_its_partner_lends_it_to_those_that_do_not() {
    check(
        &[
            (
                "credentials.csv",
                "person,credential,earned_on\np1,AA-1,2022-01-01\n",
            ),
            (
                "enrollments.csv",
                "partner,program,level,since\nacme,acme-path,select,2022-01-01\n",
            ),
        ],
        &Options::default(),
        expect![[r#"
            enrollments of acme: acme-path select 2022-01-01 -
            credentials of acme: p1 architect-associate 2022-01-01 -"#]],
    );
}

#[test]
fn a_file_that_is_lost_leaves_its_kind_uncertain() {
    let imported = read(
        &[
            ("people.csv", "person,registered_on\np1,2020-01-01\n"),
            ("people-2.parquet", "no Parquet file"),
        ],
        &Options::default(),
    );
    let people = imported.evidence.kind("people").expect("a kind");
    assert_eq!(imported.evidence.tables[people].len(), 1);
    assert!(!imported.evidence.tables[people].supplied);
}

#[test]
fn progress_ends_with_the_last_byte() {
    let rows = "p,2020-01-01\n".repeat(100_000);
    let files = vec![
        (
            "people.csv".to_owned(),
            format!("person,registered_on\n{rows}").into_bytes(),
        ),
        ("csat.csv".to_owned(), b"response\n".to_vec()),
    ];
    let total: u64 = files.iter().map(|(_, b)| b.len() as u64).sum();
    let mut seen: Vec<(u64, u64)> = Vec::new();
    let mut tell = |p: Progress<'_>| {
        assert_eq!(p.total, total);
        seen.push((p.done, p.rows));
    };
    read_files(files, &library(), &Options::default(), &mut tell)
        .expect("files in memory are always read");
    assert!(seen.is_sorted(), "progress never goes back");
    assert!(seen.len() > 3, "a large file says where it is");
    assert_eq!(seen.last(), Some(&(total, 100_000)));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_left_alone_and_one_that_is_named_is_read() {
    use cairn_exchange::read_folder;
    use std::io::Write as _;

    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("people.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|s| s.success()), "a pipe can be made");
    let imported =
        read_folder(folder.path(), &library(), &mut |_| ()).expect("the folder is there");
    let codes: Vec<&str> = imported.problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["file-ignored", "nothing-to-read"]);
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || {
            fs::File::options()
                .write(true)
                .open(pipe)?
                .write_all(b"person,registered_on\np1,2020-01-01\n")
        }
    });
    let imported = read_folder(&pipe, &library(), &mut |_| ()).expect("the pipe is there");
    writer.join().expect("no panic").expect("written");
    assert_eq!(imported.evidence.len(), 1);
}
