//! The evidence of a made-up partner, for `cairn demo`, guides and tests.
//!
//! Harbor Cloud Services does not exist, and neither do its people and customers. Its folder has what real folders
//! have: good years and a thin one, people who leave, certificates that run out, and rows that are wrong.
//!
//! Two promises shape this module. On [`SAMPLE_DAY`] the AWS Services Path, edition 2022-02, shows the tier guide's
//! sample scorecard cell for cell. And each table of an earlier day is the beginning of the same table of a later
//! day, so that the demo of tomorrow only adds rows: every row carries the day on which it became known, chance is
//! drawn from the number of a month and never from `today`, and only columns that speak of the future by nature
//! (targets, ends of terms and of certificates, the next review, a notice to leave) look ahead.
//!
//! The module knows no rule of any program. It makes CSV text by hand, because reading and writing files is the
//! business of `exchange`, and because a demo should show what its file says.

use std::path::Path;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use jiff::Span;
use jiff::civil::{Date, Weekday, date};

/// The day on which the folder shows the tier guide's sample scorecard, cell for cell.
///
/// A Friday in the time of edition 2022-02, a quarter of a year after the partner's review.
pub const SAMPLE_DAY: Date = date(2024, 6, 28);

/// The program whose sample scorecard that is.
pub const SAMPLE_PROGRAM: &str = "aws-services-path";

/// The file that says that a folder is the demo's, and may be written again.
const MARK: &str = "README.txt";

/// The first line of that file.
const MARKED: &str = "This folder was written by `cairn demo`; everything in it is made up.";

/// Writes the partner's evidence, as it is on a day, into a folder. Returns how many tables were written.
///
/// A folder that holds anything but an earlier demo is left alone, unless `force` says otherwise.
pub fn write(folder: &Path, today: Day, force: bool) -> Result<usize, Diagnostic> {
    let unwritable = |path: &Path, error: &std::io::Error| {
        Diagnostic::error(
            "cannot-write",
            format!("`{}` cannot be written: {error}", path.display()),
            Place::default(),
        )
        .help("name another folder: `cairn demo some/folder`")
    };
    if !force && folder.exists() {
        let marked =
            std::fs::read_to_string(folder.join(MARK)).is_ok_and(|text| text.starts_with(MARKED));
        let empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        if !marked && !empty {
            return Err(Diagnostic::error(
                "folder-in-use",
                format!("`{}` is there already and is no demo", folder.display()),
                Place::default(),
            )
            .help("name another folder, or overwrite its tables with `--force`"));
        }
    }
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| unwritable(&path, &error))
    };
    put(MARK, &format!("{MARKED}\n\n{}", story()))?;
    let tables = evidence(today.date());
    for table in &tables {
        put(&format!("{}.csv", table.name), &table.csv)?;
    }
    Ok(tables.len())
}

/// The partner's id in every table.
pub const PARTNER: &str = "harbor";

/// The last day of the story. A clock beyond it shows the folder of that day.
pub const LAST_DAY: Date = date(2099, 12, 31);

/// One table of an evidence folder: `<name>.csv` and its text, header first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The kind of evidence, which is the file's name without its ending.
    pub name: &'static str,
    /// The text of the file, lines ending in a line feed.
    pub csv: String,
}

/// Who the partner is, which day is the guide's sample, and what is wrong in the folder on purpose.
pub fn story() -> &'static str {
    "\
Harbor Cloud Services is a made-up managed service provider in Tacoma: a dozen
people, two dozen customers, AWS first. It became an AWS Select partner in
March 2023 and grew into Advanced by July 2025. Ever since, it has to earn
Advanced again by each 12 March, and usually does so in the last week.

2024-06-28 shows the tier guide's sample scorecard, cell for cell. On a rolling
year Harbor does well, with 5 launches worth 10,498.56 USD a month; since its
review of 12 March it has launched nothing. Ask for it with --as-of 2024-06-28.

The folder is as untidy as real ones: a certificate under a nickname, one under
a private address, an old exam code, another vendor's certificate, a misspelled
one, a launch that was taken back, launches in euros, a response with one of
its two checks, a reference that nobody approved, a row that stands twice, a
column that nobody knows, a campaign that began on 30 February, and an answer
that the orders contradict.
"
}

/// The tables of the partner's evidence folder, as they were on the evening of `today`.
///
/// The same day gives the same bytes. Every table is there on every day, if only with its header: an empty table says
/// that nothing happened, a missing one that nobody looked.
pub fn evidence(today: Date) -> Vec<Table> {
    let today = today.min(LAST_DAY);
    let contracts = contracts(today);
    let ledger = ledger(today, &contracts);
    let sheets = [
        partners(),
        enrollments(today),
        people(today),
        credentials(today),
        opportunities(today),
        references(today),
        csat(today),
        validations(today),
        attestations(today),
        answers(today, &ledger),
        customers(),
        offerings(),
        contract_terms(&contracts),
        bookings(today, &contracts),
        orders(today),
        usage(today, &contracts),
        revenue(&ledger),
        costs(&ledger),
        statements(&ledger),
        campaigns(today),
        tickets(today, &contracts),
        availability(today),
        time(today, &contracts),
        projects(today),
        partnerships(),
        case_studies(today),
        targets(),
    ];
    sheets.into_iter().map(|sheet| sheet.until(today)).collect()
}

// -- Sheets ----------------------------------------------------------------------------------------------------------

/// A table in the making: all its rows, each with the day on which it became known.
struct Sheet {
    name: &'static str,
    columns: &'static str,
    /// Whether the file has a `recorded_on` column; without one, a row counts as learned on the day it opens.
    recorded: bool,
    rows: Vec<Row>,
}

struct Row {
    known: Date,
    /// Whether the row says when it was recorded.
    dated: bool,
    line: String,
}

impl Sheet {
    /// A table without `recorded_on`.
    fn plain(name: &'static str, columns: &'static str) -> Sheet {
        Sheet {
            name,
            columns,
            recorded: false,
            rows: Vec::new(),
        }
    }

    /// A table in which a later row with the same key corrects an earlier one.
    fn recorded(name: &'static str, columns: &'static str) -> Sheet {
        Sheet {
            name,
            columns,
            recorded: true,
            rows: Vec::new(),
        }
    }

    /// Adds a row as it will stand in the file, which says when it was recorded where the table has the column.
    fn add(&mut self, known: Date, line: String) {
        self.rows.push(Row {
            known,
            dated: true,
            line,
        });
    }

    /// Adds a row that does not say when it was recorded.
    fn add_undated(&mut self, known: Date, line: String) {
        self.rows.push(Row {
            known,
            dated: false,
            line,
        });
    }

    /// Adds rows as they will stand in the file, each after the day on which it became known and ` | `.
    fn write(&mut self, block: &str) {
        self.push_block(block, true);
    }

    /// The same for rows that do not say when they were recorded.
    fn write_undated(&mut self, block: &str) {
        self.push_block(block, false);
    }

    fn push_block(&mut self, block: &str, dated: bool) {
        for text in block.lines().map(str::trim).filter(|text| !text.is_empty()) {
            let (known, line) = text
                .split_once(" | ")
                .expect("a row of the demo starts with its day and ` | `");
            self.rows.push(Row {
                known: day(known),
                dated,
                line: line.to_owned(),
            });
        }
    }

    /// The file with the rows known by `today`, in the order in which they became known.
    fn until(mut self, today: Date) -> Table {
        // The sort is stable and rows are made in an order that `today` does not change, so an earlier day's file is
        // the beginning of a later day's.
        self.rows.retain(|row| row.known <= today);
        self.rows.sort_by_key(|row| row.known);
        let mut csv = format!(
            "partner,{}{}\n",
            self.columns,
            if self.recorded { ",recorded_on" } else { "" }
        );
        for row in &self.rows {
            csv.push_str(PARTNER);
            csv.push(',');
            csv.push_str(&row.line);
            if self.recorded {
                csv.push(',');
                if row.dated {
                    csv.push_str(&row.known.to_string());
                }
            }
            csv.push('\n');
        }
        Table {
            name: self.name,
            csv,
        }
    }
}

/// A text as a cell, in quotes where it holds a comma.
fn quoted(text: &str) -> String {
    if text.contains(',') {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

/// Yes or no, as a cell.
fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// The day that a hand-written row names.
fn day(text: &str) -> Date {
    text.parse()
        .expect("a day of the demo is written as YYYY-MM-DD")
}

/// A day as a cell; nothing where it is not known or not yet.
fn cell(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// An amount in minor units as a cell.
fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

// -- Days, months and chance -----------------------------------------------------------------------------------------

/// `day` moved by `days`.
fn plus(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// The same day `years` later; the last day of February where 29 February does not exist.
fn plus_years(day: Date, years: i32) -> Date {
    day.saturating_add(Span::new().years(years))
}

/// `day` itself, or the Monday after it where it falls on a weekend.
fn workday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => plus(day, 2),
        Weekday::Sunday => plus(day, 1),
        _ => day,
    }
}

/// A month by its number: January 2023 is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Month(i32);

/// The first month of the books.
const FIRST_MONTH: Month = Month(5);

impl Month {
    fn of(day: Date) -> Month {
        Month((i32::from(day.year()) - 2023) * 12 + i32::from(day.month()) - 1)
    }

    fn first(self) -> Date {
        let year =
            i16::try_from(2023 + self.0.div_euclid(12)).expect("the story ends before year 2101");
        let month = i8::try_from(self.0.rem_euclid(12) + 1).expect("a month is at most 12");
        date(year, month, 1)
    }

    fn last(self) -> Date {
        self.first().last_of_month()
    }

    /// The calendar month, January being 1.
    fn of_year(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// The months from this one through the one that holds `end`.
    fn through(self, end: Date) -> impl Iterator<Item = Month> {
        (self.0..=Month::of(end).0).map(Month)
    }
}

/// Chance that is the same on every run: splitmix64, seeded by what is drawn and the number of a month or a turn.
struct Dice(u64);

impl Dice {
    fn new(what: &str, number: i32) -> Dice {
        // FNV-1a over the name keeps the streams apart.
        let name = what.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        // Drawn once, so that neighboring numbers do not start on neighboring states.
        let mut seed = Dice(name ^ u64::from(number.cast_unsigned()));
        Dice(seed.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` through `most`.
    fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = (most - least + 1).cast_unsigned();
        least + (self.next() % span).cast_signed()
    }

    /// A number of days from `least` through `most`.
    fn days(&mut self, least: i32, most: i32) -> i32 {
        i32::try_from(self.between(i64::from(least), i64::from(most)))
            .expect("between two numbers of days")
    }

    /// Yes in `percent` of 100 cases.
    fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let index = self.next() % from.len() as u64;
        from[usize::try_from(index).expect("an index of a slice")]
    }
}

// -- The partner and its people --------------------------------------------------------------------------------------

fn partners() -> Sheet {
    let mut sheet = Sheet::plain("partners", "name,country");
    sheet.write("2020-01-01 | Harbor Cloud Services,US");
    sheet
}

/// What the vendor states: a review every 12 March, a fee every 18 September, and one promotion.
fn enrollments(today: Date) -> Sheet {
    let mut sheet = Sheet::recorded(
        "enrollments",
        "program,level,since,last_review_on,next_review_on,fee_paid_until",
    );
    // A paid fee corrects the row of the review before it: the level is held since the same day.
    sheet.write(
        "
        2023-03-12 | aws-services-path,select,2023-03-12,2023-03-12,2024-03-12,2023-09-18
        2023-09-11 | aws-services-path,select,2023-03-12,2023-03-12,2024-03-12,2024-09-18
        2024-03-12 | aws-services-path,select,2024-03-12,2024-03-12,2025-03-12,2024-09-18
        2024-09-10 | aws-services-path,select,2024-03-12,2024-03-12,2025-03-12,2025-09-18
        2025-03-12 | aws-services-path,select,2025-03-12,2025-03-12,2026-03-12,2025-09-18
        2025-07-08 | aws-services-path,advanced,2025-07-08,2025-03-12,2026-03-12,2025-09-18
        2025-09-09 | aws-services-path,advanced,2025-07-08,2025-03-12,2026-03-12,2026-09-18
        ",
    );
    for year in 2026..=today.year() {
        let review = date(year, 3, 12);
        let next = plus_years(review, 1);
        let fee_until = date(year, 9, 18);
        let state = |fee_until: Date| {
            format!("aws-services-path,advanced,{review},{review},{next},{fee_until}")
        };
        sheet.add(review, state(fee_until));
        sheet.add(
            workday(plus(fee_until, -9)),
            state(plus_years(fee_until, 1)),
        );
    }
    sheet
}

fn people(today: Date) -> Sheet {
    // `office` is a column that nobody knows: it is reported and ignored.
    let mut sheet = Sheet::recorded(
        "people",
        "person,name,email,training_email,registered_on,left_on,team,office",
    );
    sheet.write(
        "
        2021-02-01 | siobhan.kelleher,Siobhán Kelleher,siobhan@harborcloud.example,,2021-02-01,,management,Tacoma
        2021-02-01 | mateo.quispe,Mateo Quispe,mateo@harborcloud.example,,2021-02-01,,delivery,Tacoma
        2021-03-15 | lucia.benavides,Lucía Benavides,lucia@harborcloud.example,,2021-03-15,,sales,Tacoma
        2021-04-12 | dewei.lin,Dewei Lin,dewei@harborcloud.example,,2021-04-12,,delivery,Spokane
        2021-06-07 | joseph.kamakau,Joseph Kamakau,joseph@harborcloud.example,,2021-06-07,,support,Tacoma
        2021-09-06 | priya.raghunathan,Priya Raghunathan,priya@harborcloud.example,,2021-09-06,,delivery,Tacoma
        2021-11-01 | noor.haddad,Noor Haddad,noor@harborcloud.example,,2021-11-01,,delivery,Spokane
        2022-01-10 | amara.okafor,Amara Okafor,amara@harborcloud.example,,2022-01-10,,management,Tacoma
        2022-02-14 | tomasz.zielinski,Tomasz Zieliński,tomasz@harborcloud.example,,2022-02-14,,delivery,Tacoma
        2022-05-02 | fatima.el-amrani,Fatima El-Amrani,fatima@harborcloud.example,,2022-05-02,,sales,Tacoma
        2023-02-20 | hana.petrossian,Hana Petrossian,hana@harborcloud.example,,2023-02-20,,delivery,Spokane
        2023-07-31 | noor.haddad,Noor Haddad,noor@harborcloud.example,,2021-11-01,2023-08-31,delivery,Spokane
        2023-10-16 | ingrid.sorensen,Ingrid Sørensen,ingrid@harborcloud.example,,2023-10-16,,delivery,Tacoma
        2024-09-02 | kwame.asante,Kwame Asante,kwame@harborcloud.example,,2024-09-02,,delivery,Tacoma
        2024-09-04 | ingrid.sorensen,Ingrid Sørensen,ingrid@harborcloud.example,ingrid.sorensen@post.example,2023-10-16,,delivery,Tacoma
        2025-10-31 | dewei.lin,Dewei Lin,dewei@harborcloud.example,,2021-04-12,2025-11-28,delivery,Spokane
        ",
    );
    for hire in hires(today) {
        let Hire {
            seat,
            person,
            name,
            joined,
            leaves,
        } = &hire;
        let row = |left: Option<Date>| {
            format!(
                "{person},{name},{person}@harborcloud.example,,{joined},{},{},Tacoma",
                cell(left),
                seat.team
            )
        };
        sheet.add(*joined, row(None));
        // A leaver gives notice a month ahead.
        sheet.add(plus(*leaves, -30), row(Some(*leaves)));
    }
    sheet
}

/// A position that one person after another fills.
struct Seat {
    team: &'static str,
    first_joined: Date,
    /// What its people earn, and how many days after they joined.
    earns: &'static [(&'static str, i32)],
}

const SEATS: [Seat; 2] = [
    Seat {
        team: "support",
        first_joined: date(2025, 5, 5),
        earns: &[(PRACTITIONER, 94), ("AWS Partner: MSP Foundations", 133)],
    },
    Seat {
        team: "delivery",
        first_joined: date(2026, 2, 2),
        earns: &[(TECHNICAL, 43), (PRACTITIONER, 78), (ARCHITECT, 162)],
    },
];

/// Someone who fills a seat for two years or a little more.
struct Hire {
    seat: &'static Seat,
    person: String,
    name: String,
    joined: Date,
    leaves: Date,
}

/// Everybody who has joined on a seat by `today`, a seat at a time.
fn hires(today: Date) -> Vec<Hire> {
    #[rustfmt::skip] // a list
    const FIRST: [&str; 9] = ["Elena", "Marcus", "Yuki", "Owen", "Aisha", "Jonas", "Camila", "Ravi", "Greta"];
    #[rustfmt::skip] // a list
    const LAST: [&str; 8] = ["Whitfield", "Tanaka", "Moreau", "Okonkwo", "Lindqvist", "Castellano", "Novak", "Abara"];
    let mut hires = Vec::new();
    for (seat, number) in SEATS.iter().zip(0_i32..) {
        let mut joined = seat.first_joined;
        for turn in 0.. {
            if joined > today {
                break;
            }
            // Nine first names against eight last ones: seventy-two hires before a name comes back.
            let index = usize::try_from(2 * turn + number).expect("a turn is not negative");
            let (first, last) = (FIRST[index % FIRST.len()], LAST[index % LAST.len()]);
            let mut dice = Dice::new(seat.team, turn);
            let leaves = workday(plus(joined, dice.days(720, 900)));
            hires.push(Hire {
                seat,
                person: format!("{}.{}", first.to_lowercase(), last.to_lowercase()),
                name: format!("{first} {last}"),
                joined,
                leaves,
            });
            joined = workday(plus(leaves, dice.days(30, 90)));
        }
    }
    hires
}

const TECHNICAL: &str = "AWS Accreditation: Technical Professional";
const PRACTITIONER: &str = "AWS Certified Cloud Practitioner";
const ARCHITECT: &str = "AWS Certified Solutions Architect - Associate";

/// Certificates that their holders renew in time: holder, name, the day on which they were first earned.
#[rustfmt::skip] // a table
const RENEWED: [(&str, &str, Date); 16] = [
    ("mateo.quispe", "SOA-C02", date(2021, 2, 16)),
    ("mateo.quispe", PRACTITIONER, date(2021, 9, 22)),
    ("tomasz.zielinski", PRACTITIONER, date(2022, 4, 19)),
    ("tomasz.zielinski", ARCHITECT, date(2022, 10, 27)),
    ("priya.raghunathan", PRACTITIONER, date(2023, 3, 3)),
    ("amara.okafor", "CLF-C02", date(2023, 11, 6)),
    ("ingrid.sorensen", "AWS Certified Solutions Architect - Professional", date(2024, 7, 15)),
    ("priya.raghunathan", "AWS Certified Solutions Architect - Professional", date(2024, 10, 17)),
    ("joseph.kamakau", PRACTITIONER, date(2024, 12, 4)),
    ("hana.petrossian", "AWS Certified Security - Specialty", date(2025, 2, 20)),
    ("fatima.el-amrani", PRACTITIONER, date(2025, 3, 18)),
    ("kwame.asante", ARCHITECT, date(2025, 3, 25)),
    ("lucia.benavides", "AWS Certified AI Practitioner", date(2025, 8, 21)),
    ("kwame.asante", PRACTITIONER, date(2025, 10, 9)),
    ("kwame.asante", "AWS Certified Developer - Associate", date(2026, 6, 18)),
    ("fatima.el-amrani", "AWS Certified AI Practitioner", date(2026, 8, 20)),
];

fn credentials(today: Date) -> Sheet {
    let mut sheet = Sheet::recorded("credentials", "person,credential,earned_on,expires_on");
    // A certificate lasts three years, an accreditation has no end. The spellings are those of the files that people
    // have: an en dash, a name of before 2025, exam codes.
    sheet.write_undated(
        "
        2020-09-18 | joseph.kamakau,AWS Certified Cloud Practitioner,2020-09-18,2023-09-18
        2021-05-19 | dewei.lin,AWS Certified Solutions Architect - Associate,2021-05-19,2024-05-19
        2021-11-15 | priya.raghunathan,AWS Accreditation: Technical Professional,2021-11-15,
        2022-01-12 | mateo.quispe,AWS Accreditation: Technical Professional,2022-01-12,
        2022-01-13 | mateo.quispe,AWS Accreditation: Business Professional,2022-01-13,
        2022-01-20 | priya.raghunathan,AWS Accreditation: Business Professional,2022-01-20,
        2022-02-10 | amara.okafor,AWS Accreditation: Technical Professional,2022-02-10,
        2022-02-21 | amara.okafor,AWS Business Professional,2022-02-21,
        2022-03-10 | noor.haddad,AWS Accreditation: Technical Professional,2022-03-10,
        2022-03-10 | tomasz.zielinski,AWS Technical Professional,2022-03-10,
        2022-05-04 | tomasz.zielinski,AWS Accreditation: Business Professional,2022-05-04,
        2022-06-16 | noor.haddad,AWS Certified Cloud Practitioner,2022-06-16,2025-06-16
        2022-09-08 | noor.haddad,AWS Certified Solutions Architect - Associate,2022-09-08,2025-09-08
        2023-06-06 | priya.raghunathan,AWS Certified Solutions Architect – Associate,2023-06-06,2026-06-06
        2023-09-12 | priya.raghunathan,AWS Certified Developer - Associate,2023-09-12,2026-09-12
        2023-10-12 | hana.petrossian,Microsoft Certified: Azure Administrator Associate,2023-10-12,2024-10-12
        ",
    );
    // Tomasz again, under the name that he took the exam with; and the day on which the vendor's list showed it.
    sheet.write(
        "2024-02-21 | tom.zielinski,AWS Certified Developer - Associate,2024-02-15,2027-02-15",
    );
    // The same row twice, as two exports overlap.
    sheet.write_undated(
        "
        2024-03-07 | mateo.quispe,AWS Partner: Cloud Economics,2024-03-07,
        2024-03-07 | mateo.quispe,AWS Partner: Cloud Economics,2024-03-07,
        ",
    );
    // Ingrid took her exam privately. It is nobody's until her training address is registered; then the vendor's list
    // shows it under her own id, which `RENEWED` adds.
    sheet.write(
        "2024-07-22 | ingrid.sorensen@post.example,AWS Certified Solutions Architect - Professional,2024-07-15,2027-07-15",
    );
    // A misspelled name. Until somebody maps it, it may count; Priya counts in every row without it.
    sheet.write_undated(
        "
        2024-10-03 | dewei.lin,AWS Accreditation: Technical Professional,2024-10-03,
        2024-10-15 | kwame.asante,AWS Partner: Accreditation (Technical),2024-10-15,
        2024-10-22 | lucia.benavides,AWS Partner: Sales Accreditation (Business),2024-10-22,
        2024-10-29 | ingrid.sorensen,AWS Partner: Accreditation (Technical),2024-10-29,
        2024-11-05 | fatima.el-amrani,AWS Partner: Sales Accreditation (Business),2024-11-05,
        2024-11-19 | priya.raghunathan,AWS Certified Solutions Architekt - Associate,2024-11-19,2027-11-19
        2024-11-21 | joseph.kamakau,AWS Partner: Accreditation (Technical),2024-11-21,
        2024-12-10 | dewei.lin,SAA-C03,2024-12-10,2027-12-10
        2025-02-13 | joseph.kamakau,AWS Partner: MSP Foundations,2025-02-13,
        2025-09-16 | tomasz.zielinski,AWS Partner: MSP Foundations,2025-09-16,
        ",
    );
    for ((person, credential, first), stream) in RENEWED.into_iter().zip(0..) {
        let mut earned = first;
        for turn in 0.. {
            if earned > today {
                break;
            }
            let expires = plus_years(earned, 3);
            // The vendor renamed the exam in 2025.
            let name = if credential == "SOA-C02" && earned.year() > 2025 {
                "AWS Certified CloudOps Engineer - Associate"
            } else {
                credential
            };
            let row = format!("{person},{name},{earned},{expires}");
            if person == "ingrid.sorensen" && turn == 0 {
                sheet.add(date(2024, 9, 11), row);
            } else {
                sheet.add_undated(earned, row);
            }
            let mut dice = Dice::new("renewal", 1000 * stream + turn);
            earned = workday(plus(expires, -dice.days(9, 50)));
        }
    }
    for hire in hires(today) {
        for (credential, after) in hire.seat.earns {
            let earned = workday(plus(hire.joined, *after));
            let lasts = *credential == PRACTITIONER || *credential == ARCHITECT;
            let expires = cell(lasts.then(|| plus_years(earned, 3)));
            sheet.add_undated(
                earned,
                format!("{},{credential},{earned},{expires}", hire.person),
            );
        }
    }
    sheet
}

// -- What the vendor counts ------------------------------------------------------------------------------------------

/// An opportunity with the whole of its life.
struct Deal {
    opportunity: String,
    customer: &'static str,
    title: &'static str,
    origin: &'static str,
    cents: i64,
    /// Of the launch; an estimate is in dollars.
    currency: &'static str,
    opened: Date,
    /// The day on which it was won or lost.
    closed: Date,
    launched: bool,
    target: Date,
}

impl Deal {
    /// What the vendor's list showed of it, from one change to the next.
    fn history(&self, sheet: &mut Sheet) {
        let life = self.closed.duration_since(self.opened).as_hours() / 24;
        let at = |percent: i64| {
            plus(
                self.opened,
                i32::try_from(life * percent / 100).expect("a few hundred days"),
            )
        };
        // An estimate is round until the first invoice is in sight.
        let estimate = amount((self.cents / 5_000).max(1) * 5_000);
        let first = if life > 150 { "prospect" } else { "qualified" };
        let late = if self.cents % 2 == 0 {
            "business-validation"
        } else {
            "committed"
        };
        let mut steps = vec![
            (self.opened, first),
            (at(45), "technical-validation"),
            (at(70), late),
        ];
        if self.launched {
            steps.push((at(88), "committed"));
        }
        for (known, stage) in steps {
            self.show(sheet, known, stage, &estimate, "USD", None);
        }
        if self.launched {
            self.show(
                sheet,
                self.closed,
                "launched",
                &amount(self.cents),
                self.currency,
                Some(self.closed),
            );
        } else {
            self.show(sheet, self.closed, "closed-lost", &estimate, "USD", None);
        }
    }

    fn show(
        &self,
        sheet: &mut Sheet,
        known: Date,
        stage: &str,
        mrr: &str,
        currency: &str,
        launched: Option<Date>,
    ) {
        let Deal {
            opportunity,
            customer,
            title,
            origin,
            target,
            ..
        } = self;
        let launched = cell(launched);
        sheet.add(known, format!("{opportunity},{customer},{title},{origin},{stage},{mrr},{currency},{launched},{target}"));
    }
}

#[rustfmt::skip] // a list
const TITLES: [&str; 16] = [
    "Backup and disaster recovery", "File services to FSx", "Document store", "Order portal",
    "Telemetry lake", "Virtual desktops", "ERP on RDS", "Contact center",
    "Web shop", "Log analytics", "Payroll system", "Landing zone",
    "Database migration", "Print services", "Monitoring around the clock", "Servers to EC2",
];

fn opportunities(today: Date) -> Sheet {
    let mut sheet = Sheet::recorded(
        "opportunities",
        "opportunity,customer,title,origin,stage,estimated_mrr,currency,launched_on,target_close_on",
    );
    // Around the sample day. The first launch falls on the day that a trailing year leaves out, the last one on the
    // day of the review, which belongs to the review.
    #[rustfmt::skip] // a table
    let early = [
        (12, "Quarry Lane Bakery", "Web shop", "partner", 42_000, date(2023, 4, 3), date(2023, 9, 29), false),
        (15, "Umber Ceramics", "Label printing", "partner", 61_000, date(2023, 2, 20), date(2023, 6, 28), true),
        (18, "Bluewater Freight", "Warehouse system to EC2", "partner", 214_000, date(2023, 3, 27), date(2023, 8, 24), true),
        (21, "Eastgate Credit Union", "Backup and disaster recovery", "vendor", 325_000, date(2023, 5, 22), date(2023, 10, 16), true),
        (24, "Delmar Foods", "Order portal", "partner", 84_000, date(2023, 9, 11), date(2024, 4, 26), false),
        (26, "Hanover Print", "File services to FSx", "partner", 148_056, date(2023, 8, 28), date(2023, 12, 19), true),
        (29, "Rosewood Care", "Patient portal", "partner", 189_800, date(2023, 9, 25), date(2024, 2, 8), true),
        (33, "Oakham Museum", "Ticketing and archive", "vendor", 173_000, date(2023, 10, 30), date(2024, 3, 12), true),
    ];
    for (number, customer, title, origin, cents, opened, closed, launched) in early {
        let opportunity = format!("OPP-0{number}");
        let target = plus(closed, if launched { 9 } else { -28 });
        let currency = "USD";
        Deal {
            opportunity,
            customer,
            title,
            origin,
            cents,
            currency,
            opened,
            closed,
            launched,
            target,
        }
        .history(&mut sheet);
    }
    // A launch by mistake: two weeks later it was known to be lost.
    sheet.write(
        "
        2024-02-05 | OPP-036,Norte Logistics,Routing pilot,partner,qualified,700.00,USD,,2024-05-31
        2024-05-22 | OPP-036,Norte Logistics,Routing pilot,partner,launched,710.00,USD,2024-05-21,2024-05-31
        2024-06-05 | OPP-036,Norte Logistics,Routing pilot,partner,closed-lost,710.00,USD,,2024-05-31
        ",
    );
    // What closes within the next year is in the pipeline already.
    for month in Month::of(date(2024, 7, 1)).through(plus(today, 300)) {
        for deal in deals(month) {
            deal.history(&mut sheet);
        }
    }
    sheet
}

/// The opportunities that close in a month, won ones first.
fn deals(month: Month) -> Vec<Deal> {
    let mut dice = Dice::new("opportunities", month.0);
    let mut deals = Vec::new();
    let mut next = |launched: bool, first: i32, last: i32, dice: &mut Dice| {
        let closed = workday(plus(month.first(), dice.days(first, last) - 1));
        let number = 10 * month.0 + i32::try_from(deals.len()).expect("a handful of deals");
        let slack = if launched {
            dice.days(0, if last < 12 { 2 } else { 14 })
        } else {
            -dice.days(5, 45)
        };
        let opened = workday(plus(closed, -dice.days(90, 240)));
        let customer = dice.pick(&CUSTOMERS).name;
        let vendor = dice.chance(30);
        let cents = dice.between(80_000, 190_000) + if vendor { 25_000 } else { 0 };
        deals.push(Deal {
            opportunity: format!("OPP-{number}"),
            customer,
            title: dice.pick(&TITLES),
            origin: if vendor { "vendor" } else { "partner" },
            cents,
            currency: "USD",
            opened,
            closed,
            launched,
            target: plus(closed, slack),
        });
    };
    for launch in 0..launches(month) {
        // Most of March's launches land in the days before the review of the 12th.
        let (first, last) = match (month.of_year(), launch) {
            (3, 4) => (16, 28),
            (3, _) => (3, 9),
            _ => (3, 26),
        };
        next(true, first, last, &mut dice);
    }
    for _ in 0..dice.between(0, 2) {
        next(false, 2, 26, &mut dice);
    }
    // One launch each December is in Porto, and paid in euros.
    if month.of_year() == 12
        && month >= Month::of(date(2025, 12, 1))
        && let Some(deal) = deals.first_mut()
    {
        deal.customer = "Norte Logistics";
        deal.currency = "EUR";
    }
    deals
}

/// How many opportunities launch in a month: slowly in the first half year, then 23 a year, of which four come in the
/// last days before the review.
fn launches(month: Month) -> usize {
    if month <= Month::of(date(2024, 10, 1)) {
        return 1;
    }
    match month.of_year() {
        4 | 6 | 8 | 10 => 1,
        3 => 5,
        _ => 2,
    }
}

fn references(today: Date) -> Sheet {
    let mut sheet = Sheet::recorded(
        "references",
        "reference,customer,route,url,submitted_on,approved_on,withdrawn_on,program",
    );
    // The first waits for its approval to this day. The third was taken back when the customer changed hands.
    sheet.write(
        "
        2024-06-24 | REF-01,Oakham Museum,tool,https://harborcloud.example/stories/oakham,2024-06-24,,,
        2024-10-08 | REF-02,Bluewater Freight,tool,https://harborcloud.example/stories/bluewater,2024-10-08,,,
        2024-10-15 | REF-02,Bluewater Freight,tool,https://harborcloud.example/stories/bluewater,2024-10-08,2024-10-15,,
        2025-02-04 | REF-03,Hanover Print,tool,https://harborcloud.example/stories/hanover,2025-02-04,,,
        2025-02-10 | REF-03,Hanover Print,tool,https://harborcloud.example/stories/hanover,2025-02-04,2025-02-10,,
        2025-06-30 | REF-03,Hanover Print,tool,https://harborcloud.example/stories/hanover,2025-02-04,2025-02-10,2025-06-30,
        ",
    );
    // Then one about every fourth month, every other one straight from a launched opportunity.
    for month in Month::of(date(2025, 3, 1)).through(today) {
        if month.0 % 4 != 0 {
            continue;
        }
        let mut dice = Dice::new("references", month.0);
        let submitted = workday(plus(month.first(), dice.days(2, 24)));
        let customer = dice.pick(&CUSTOMERS).name;
        let reference = format!("REF-{:02}", 4 + (month.0 - 28) / 4);
        if month.0 % 8 == 0 {
            sheet.add(
                submitted,
                format!("{reference},{customer},opportunity,,{submitted},,,"),
            );
        } else {
            let url = format!("https://harborcloud.example/stories/{}", slug(customer));
            sheet.add(
                submitted,
                format!("{reference},{customer},tool,{url},{submitted},,,"),
            );
            let approved = workday(plus(submitted, dice.days(4, 7)));
            sheet.add(
                approved,
                format!("{reference},{customer},tool,{url},{submitted},{approved},,"),
            );
        }
    }
    sheet
}

/// A name as a piece of an address.
fn slug(name: &str) -> String {
    let words = name
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

fn csat(today: Date) -> Sheet {
    let mut sheet = Sheet::recorded(
        "csat",
        "response,customer,respondent,route,score,submitted_on,email_confirmed_on,customer_verified_on,shared,program",
    );
    // The address was confirmed, nobody ever verified the customer. The second came by a form of our own.
    sheet.write(
        "
        2024-06-11 | RTP-001,Rosewood Care,it@rosewood.example,rate-this-partner,5,2024-06-11,2024-06-11,,yes,
        2024-07-03 | OWN-001,Eastgate Credit Union,ops@eastgate.example,own-survey,4,2024-07-03,,,no,
        ",
    );
    for month in Month::of(date(2024, 8, 1)).through(today) {
        let mut dice = Dice::new("csat", month.0);
        for turn in 1..=dice.between(1, 3) {
            let response = format!("RTP-{}{turn}", 100 + month.0);
            let customer = dice.pick(&CUSTOMERS).name;
            let respondent = format!(
                "{}@{}.example",
                dice.pick(&["it", "office", "cio", "ops"]),
                slug(customer)
            );
            let score = dice.pick(&["5", "5", "5", "4", "4", "4", "3", "5", "2"]);
            let submitted = plus(month.first(), dice.days(1, 26));
            let shared = yes(dice.chance(70));
            let confirmed = plus(submitted, dice.days(0, 3));
            let verified = workday(plus(confirmed, dice.days(1, 9)));
            let (confirms, verifies) = (dice.chance(94), dice.chance(92));
            let mut show = |known: Date, confirmed: Option<Date>, verified: Option<Date>| {
                let checks = format!("{},{}", cell(confirmed), cell(verified));
                let row = format!(
                    "{response},{customer},{respondent},rate-this-partner,{score},{submitted},{checks},{shared},"
                );
                sheet.add(known, row);
            };
            if !confirms {
                show(submitted, None, None);
                continue;
            }
            if confirmed > submitted {
                show(submitted, None, None);
            }
            show(confirmed, Some(confirmed), None);
            if verifies {
                show(verified, Some(confirmed), Some(verified));
            }
        }
    }
    sheet
}

fn validations(today: Date) -> Sheet {
    let mut sheet = Sheet::plain("validations", "validation,awarded_on,expires_on");
    sheet.write("2025-02-06 | AWS Foundational Technical Review,2025-02-06,2027-02-06");
    // Designations are audited again before they end.
    let designations = [
        ("AWS Foundational Technical Review", date(2027, 1, 14), 2),
        ("AWS Managed Service Provider", date(2025, 11, 18), 3),
        (
            "AWS Small and Medium Business Competency",
            date(2026, 5, 26),
            2,
        ),
    ];
    for (validation, first, years) in designations {
        let mut awarded = first;
        while awarded <= today {
            let expires = plus_years(awarded, years);
            sheet.add(awarded, format!("{validation},{awarded},{expires}"));
            awarded = workday(plus(expires, -24));
        }
    }
    sheet
}

fn attestations(today: Date) -> Sheet {
    let mut sheet = Sheet::plain("attestations", "kind,attested_on,attested_by,note,program");
    // The plan of a year is signed in its first weeks.
    for year in 2025..=today.year() {
        let mut dice = Dice::new("business plan", i32::from(year));
        let signed = workday(plus(date(year, 1, 13), dice.days(0, 12)));
        sheet.add(
            signed,
            format!("business-plan,{signed},Helene Brandt,,aws-services-path"),
        );
    }
    sheet
}

/// Sheets as they were filled in. What nobody answered stays unknown.
fn answers(today: Date, ledger: &Ledger) -> Sheet {
    let mut sheet = Sheet::plain("answers", "program,question,answered_on,answer,note");
    // A question and its answer on a line; after ` -- ` the note beside it.
    let mut fill = |answered: Date, program: &str, block: &str| {
        for text in block.lines().map(str::trim).filter(|text| !text.is_empty()) {
            let (text, note) = text.split_once(" -- ").unwrap_or((text, ""));
            let (question, answer) = text
                .split_once(" = ")
                .expect("a question, ` = ` and its answer");
            sheet.add(
                answered,
                format!("{program},{question},{answered},{answer},{}", quoted(note)),
            );
        }
    };
    fill(
        date(2023, 11, 14),
        "ingram-cloud-stages",
        "
        automated = no
        iaas = yes
        digital-marketing = yes
        cross-selling = no
        sales-style = reactive
        self-service = no
        ",
    );
    // Orders are still set up by hand: the evidence contradicts the first answer.
    fill(
        date(2025, 10, 6),
        "ingram-cloud-stages",
        "
        automated = yes -- Templates are in place, says Priya
        cross-selling = yes
        sales-style = planned
        hybrid-catalog = yes
        ",
    );
    // An average of two and a half, and then of three, which is not more than three.
    fill(
        date(2023, 11, 14),
        "host-or-resell",
        "
        legacy-model = 4
        budget = 2
        infrastructure = 2
        staff = 2
        ",
    );
    fill(
        date(2025, 3, 24),
        "host-or-resell",
        "
        infrastructure = 3
        staff = 3
        ",
    );
    fill(
        date(2025, 2, 10),
        "aws-msp-maturity",
        "
        support-model = limited
        relationship = transactional
        itsm = no
        outcome-based = no
        global = no
        ",
    );
    fill(
        date(2025, 10, 6),
        "aws-msp-maturity",
        "
        support-model = horizontal
        relationship = extension-of-it -- Three customers said so in their reviews
        automation = yes
        business-apps = no
        cloud-native = no
        solution-gtm = no
        ",
    );
    fill(
        date(2025, 10, 7),
        "aws-profitability-framework",
        "
        sells-services = yes
        sells-managed = yes
        sells-solutions = no
        sells-outcomes = no
        advises = yes
        designs = yes
        builds = yes
        procures = yes
        manages = yes
        ",
    );
    fill(
        date(2023, 11, 14),
        "cisco-readiness",
        "
        technologies-sold = 5 -- Microsoft 365, backup, firewalls, switches, AWS
        noc-status = none
        likely-buyers-share = 30%
        funds-budgeted = no
        standards-registered = none
        executive-sponsors = yes
        ",
    );
    fill(
        date(2025, 1, 15),
        "cisco-readiness",
        "
        technologies-sold = 7 -- Microsoft 365, backup, firewalls, switches, AWS, monitoring, endpoints
        managed-services-since = 27
        noc-status = outsourced
        likely-buyers-share = 45%
        customers-at-launch = 14
        ms-sellers-on-staff = 2
        funds-budgeted = yes
        other-practices = 1 -- Virtual desktops
        managers-assigned = yes
        sellers-assigned = yes
        delivery-staff-assigned = some
        ",
    );
    fill(
        date(2025, 1, 15),
        "cisco-ready-to-go",
        "
        full-network-portfolio = yes
        leading-vendors = yes
        ms-conversations = yes
        basic-ms = yes
        strategic-vendors = 4
        advisory-focus = yes
        own-brand = yes
        dependable-revenue = yes
        ",
    );
    fill(
        date(2025, 1, 15),
        "cisco-best-in-class",
        "
        fewer-partnerships = yes
        top-tier = no
        growth = yes
        margins = no
        support = yes
        advisor = yes
        risk = yes
        complexity = no
        vertical = yes -- Clinics and care
        adapts = yes
        disciplined = yes
        leverages = no
        ",
    );
    // Shares of revenue are looked up in the books, twice a year.
    for month in Month::of(date(2025, 1, 1)).through(today).step_by(6) {
        let asked = plus(month.first(), 14);
        let [products, maintenance, projects, managed] = [
            "products",
            "vendor-maintenance",
            "professional-services",
            "managed-services",
        ]
        .map(|line| ledger.share(line, asked));
        let services = projects + managed;
        fill(
            asked,
            "cisco-readiness",
            &format!(
                "
                product-share = {products}%
                share-vendor-maintenance = {maintenance}%
                share-professional-services = {projects}%
                share-managed-services = {managed}%
                "
            ),
        );
        fill(
            asked,
            "cisco-ready-to-go",
            &format!("services-of-revenue = {services}%"),
        );
        fill(
            asked,
            "cisco-best-in-class",
            &format!("services-told = {services}%"),
        );
    }
    sheet
}

// -- The business ----------------------------------------------------------------------------------------------------

/// A company that buys from Harbor, or is asked to.
#[derive(Clone, Copy)]
struct Customer {
    name: &'static str,
    legal: &'static str,
    industry: &'static str,
    segment: &'static str,
    seats: i64,
    /// Monthly cloud spend that Harbor resells, in cents of January 2023; 0 for none.
    cloud: i64,
    /// The first recurring contract: its first day, its package as a step of `PACKAGES`, its monthly fee in cents.
    contract: Option<(Date, usize, i64)>,
}

/// A row of `CUSTOMERS`.
const fn customer(
    name: &'static str,
    legal: &'static str,
    industry: &'static str,
    segment: &'static str,
    seats: i64,
    cloud: i64,
    contract: Option<(Date, usize, i64)>,
) -> Customer {
    Customer {
        name,
        legal,
        industry,
        segment,
        seats,
        cloud,
        contract,
    }
}

/// Service packages, the least first.
const PACKAGES: [&str; 4] = ["resale", "basic-support", "basic-managed", "managed"];

#[rustfmt::skip] // a table
const CUSTOMERS: [Customer; 26] = {
    const fn from(year: i16, month: i8, day: i8, package: usize, fee: i64) -> Option<(Date, usize, i64)> {
        Some((date(year, month, day), package, fee))
    }
    [
        customer("Alder & Finch Dental", "Alder & Finch Dental, PLLC", "healthcare", "small", 24, 0, from(2024, 3, 1, 1, 78_000)),
        customer("Bluewater Freight", "Bluewater Freight, Inc.", "logistics", "midmarket", 140, 410_000, from(2022, 9, 1, 2, 310_000)),
        customer("Brightwell Trust", "Brightwell Trust", "nonprofit", "small", 31, 0, from(2023, 2, 1, 1, 64_000)),
        customer("Cedar Ridge Schools", "Cedar Ridge School District No. 4", "education", "public-sector", 410, 265_000, from(2025, 8, 1, 2, 390_000)),
        customer("Corvid Security", "Corvid Security, Inc.", "professional-services", "small", 45, 120_000, from(2026, 1, 1, 1, 110_000)),
        customer("Delmar Foods", "Delmar Foods, Inc.", "retail", "midmarket", 95, 0, None),
        customer("Dunmore Dairy", "Dunmore Dairy Cooperative", "manufacturing", "small", 38, 0, from(2024, 10, 1, 1, 92_000)),
        customer("Eastgate Credit Union", "Eastgate Credit Union", "financial-services", "midmarket", 120, 520_000, from(2022, 11, 1, 3, 465_000)),
        customer("Fjord Outfitters", "Fjord Outfitters, LLC", "retail", "small", 52, 180_000, from(2025, 3, 1, 2, 165_000)),
        customer("Galena Mining Supply", "Galena Mining Supply, Inc.", "manufacturing", "midmarket", 88, 0, None),
        customer("Hanover Print", "Hanover Print, Inc.", "media", "small", 41, 96_000, from(2023, 4, 1, 1, 120_000)),
        customer("Isla Verde Hotels", "Isla Verde Hotels, LLC", "hospitality", "midmarket", 160, 240_000, from(2024, 6, 1, 2, 285_000)),
        customer("Juniper Legal", "Juniper Legal, LLP", "professional-services", "small", 36, 0, from(2022, 10, 1, 2, 148_000)),
        customer("Kestrel Robotics", "Kestrel Robotics, Inc.", "manufacturing", "midmarket", 75, 330_000, from(2026, 6, 1, 2, 240_000)),
        customer("Lakeshore Clinics", "Lakeshore Clinics, Inc.", "healthcare", "midmarket", 130, 290_000, from(2024, 1, 1, 2, 330_000)),
        customer("Meridian Tiles", "Meridian Tiles, Inc.", "manufacturing", "small", 48, 0, from(2023, 1, 1, 1, 98_000)),
        customer("Norte Logistics", "Norte Logistics, Lda.", "logistics", "small", 57, 0, None),
        customer("Oakham Museum", "Oakham Museum Foundation", "public-sector", "public-sector", 44, 110_000, from(2024, 4, 1, 1, 105_000)),
        customer("Quarry Lane Bakery", "Quarry Lane Bakery, LLC", "retail", "small", 12, 0, None),
        customer("Rosewood Care", "Rosewood Care, Inc.", "healthcare", "midmarket", 115, 220_000, from(2023, 5, 1, 2, 260_000)),
        customer("Sable Insurance", "Sable Insurance Agency, Inc.", "financial-services", "midmarket", 84, 350_000, from(2024, 9, 1, 3, 340_000)),
        customer("Tanager Media", "Tanager Media, LLC", "media", "small", 33, 145_000, from(2025, 5, 1, 1, 96_000)),
        customer("Umber Ceramics", "Umber Ceramics", "manufacturing", "small", 19, 0, from(2023, 8, 1, 0, 41_000)),
        customer("Vantage Surveying", "Vantage Surveying, Inc.", "professional-services", "small", 29, 0, from(2027, 2, 1, 2, 130_000)),
        customer("Willow Pharmacy", "Willow Pharmacy Group, Inc.", "healthcare", "small", 62, 0, from(2024, 2, 1, 1, 115_000)),
        customer("Yarrow Seeds", "Yarrow Seeds, Inc.", "manufacturing", "small", 26, 0, None),
    ]
};

fn customers() -> Sheet {
    let mut sheet = Sheet::plain("customers", "customer,name,country,industry,segment");
    for customer in CUSTOMERS {
        let Customer {
            name,
            legal,
            industry,
            segment,
            ..
        } = customer;
        let legal = quoted(legal);
        let country = match name {
            "Norte Logistics" => "PT",
            _ => "US",
        };
        let row = format!("{name},{legal},{country},{industry},{segment}");
        sheet.add(date(2020, 1, 1), row);
    }
    sheet
}

fn offerings() -> Sheet {
    let mut sheet = Sheet::recorded(
        "offerings",
        "offering,title,family,managed,branded,validated_on",
    );
    sheet.write(
        "
        2022-01-10 | m365,Microsoft 365,software,no,no,
        2022-01-10 | mail-backup,Mailbox backup,backup,yes,no,
        2022-03-07 | firewall,Managed firewall,security,yes,yes,
        2022-06-13 | service-desk,Harbor Desk,managed-service,yes,yes,
        2022-09-05 | aws-compute,Servers on AWS,iaas,no,no,
        2023-11-06 | dr,Harbor Restore,backup,yes,yes,
        2024-03-04 | projects,Migration projects,professional-service,no,yes,
        2024-11-12 | monitoring,Harbor Watch,managed-service,yes,yes,
        2025-02-10 | monitoring,Harbor Watch,managed-service,yes,yes,2025-02-06
        2025-06-02 | endpoint,Endpoint security,security,yes,no,
        2026-04-13 | desktops,Harbor Desktop,iaas,yes,yes,
        ",
    );
    sheet
}

/// One term of a contract.
struct Term {
    contract: String,
    customer: &'static Customer,
    package: usize,
    fee: i64,
    starts: Date,
    ends: Date,
    /// The day on which it was prolonged; none where the customer let it end.
    renewed: Option<Date>,
    cancelled: Option<Date>,
}

impl Term {
    fn runs_on(&self, day: Date) -> bool {
        self.starts <= day && day < self.cancelled.unwrap_or(self.ends)
    }
}

/// All terms that have begun by `today` or begin within the next two months, a customer at a time.
fn contracts(today: Date) -> Vec<Term> {
    let mut terms = Vec::new();
    for (customer, number) in CUSTOMERS.iter().zip(0_i32..) {
        let Some((mut starts, mut package, mut fee)) = customer.contract else {
            continue;
        };
        for turn in 0.. {
            if starts > plus(today, 60) {
                break;
            }
            let mut dice = Dice::new("contracts", 1000 * number + turn);
            let ends = plus_years(starts, 1);
            let mut renewed = dice
                .chance(92)
                .then(|| workday(plus(ends, -dice.days(15, 50))));
            let mut cancelled = None;
            if customer.name == "Brightwell Trust" && turn == 1 {
                (renewed, cancelled) = (None, Some(date(2024, 9, 1)));
            }
            let contract = format!("C-{}{:02}", 101 + number, turn + 1);
            terms.push(Term {
                contract,
                customer,
                package,
                fee,
                starts,
                ends,
                renewed,
                cancelled,
            });
            // A customer that left comes back in half a year or so, and starts small.
            if renewed.is_some() {
                starts = ends;
                fee = fee * 103 / 100;
                if package + 1 < PACKAGES.len() && dice.chance(30) {
                    package += 1;
                    fee = fee * 135 / 100;
                }
            } else {
                starts = Month::of(plus(ends, dice.days(120, 330))).first();
                package = package.min(1);
            }
        }
    }
    terms
}

fn contract_terms(terms: &[Term]) -> Sheet {
    let mut sheet = Sheet::recorded(
        "contracts",
        "contract,customer,title,package,billing,monthly_amount,currency,starts_on,ends_on,renewed_on,cancelled_on",
    );
    for term in terms {
        let package = PACKAGES[term.package];
        let title = match package {
            "resale" => "Cloud resale",
            "basic-support" => "Support by the hour",
            "basic-managed" => "Harbor Desk",
            _ => "Harbor Desk and Watch",
        };
        let billing = if term.package == 0 {
            "yearly"
        } else {
            "monthly"
        };
        let Term {
            contract,
            starts,
            ends,
            ..
        } = term;
        let fee = amount(term.fee);
        let customer = term.customer.name;
        let mut show = |known: Date, renewed: Option<Date>, cancelled: Option<Date>| {
            let (renewed, cancelled) = (cell(renewed), cell(cancelled));
            let row = format!(
                "{contract},{customer},{title},{package},{billing},{fee},USD,{starts},{ends},{renewed},{cancelled}"
            );
            sheet.add(known, row);
        };
        show(plus(term.starts, -10), None, None);
        if let Some(renewed) = term.renewed {
            show(renewed, Some(renewed), None);
        }
        if let Some(cancelled) = term.cancelled {
            show(plus(cancelled, -35), None, Some(cancelled));
        }
    }
    sheet
}

/// A year's worth of each term that is signed or prolonged, and every project.
fn bookings(today: Date, terms: &[Term]) -> Sheet {
    let mut sheet = Sheet::plain(
        "bookings",
        "booking,customer,line,plan,amount,margin,currency,booked_on",
    );
    for term in terms.iter().filter(|term| term.starts >= date(2023, 6, 1)) {
        let worth = 12 * term.fee;
        let (line, margin) = if term.package == 0 {
            ("resale", 8)
        } else {
            ("managed-services", 36)
        };
        let booked = workday(plus(term.starts, -10));
        let (contract, customer) = (&term.contract, term.customer.name);
        let (worth, margin) = (amount(worth), amount(worth * margin / 100));
        sheet.add(
            booked,
            format!("B-{contract},{customer},{line},managed,{worth},{margin},USD,{booked}"),
        );
    }
    for month in FIRST_MONTH.through(today) {
        let booked = workday(plus(month.first(), 4));
        for project in month_projects(month) {
            let Project { id, customer, .. } = &project;
            let (worth, margin) = (
                amount(project.amount),
                amount(project.amount - project.cost),
            );
            sheet.add(booked, format!("B-{id},{customer},professional-services,perpetual,{worth},{margin},USD,{booked}"));
        }
    }
    sheet
}

/// A project of one month: its customer, what is billed, what it costs.
struct Project {
    id: String,
    customer: &'static str,
    industry: &'static str,
    title: &'static str,
    strategic: bool,
    amount: i64,
    cost: i64,
}

fn month_projects(month: Month) -> Vec<Project> {
    let mut dice = Dice::new("projects", month.0);
    let one = |turn: i64, dice: &mut Dice| {
        let customer = dice.pick(&CUSTOMERS);
        let amount = dice.between(480_000, 1_450_000);
        Project {
            id: format!("P-{}{turn}", 100 + month.0),
            customer: customer.name,
            industry: customer.industry,
            title: dice.pick(&TITLES),
            strategic: dice.chance(22),
            amount,
            cost: amount * dice.between(60, 72) / 100,
        }
    };
    (1..=dice.between(2, 3))
        .map(|turn| one(turn, &mut dice))
        .collect()
}

fn projects(today: Date) -> Sheet {
    let mut sheet = Sheet::plain(
        "projects",
        "project,customer,title,industry,strategic,started_on,completed_on",
    );
    for month in FIRST_MONTH.through(today) {
        let started = workday(month.first());
        for (project, later) in month_projects(month).into_iter().zip([17, 20, 24]) {
            let completed = workday(plus(month.first(), later));
            let Project {
                id,
                customer,
                title,
                industry,
                ..
            } = project;
            let strategic = yes(project.strategic);
            sheet.add(
                completed,
                format!("{id},{customer},{title},{industry},{strategic},{started},{completed}"),
            );
        }
    }
    sheet
}

fn orders(today: Date) -> Sheet {
    let mut sheet = Sheet::plain(
        "orders",
        "order,customer,offering,ordered_on,provisioning,channel,amount,currency",
    );
    for month in FIRST_MONTH.through(today) {
        let mut dice = Dice::new("orders", month.0);
        // Templates take over from 2025 on, and never all of the work.
        let by_hand = i64::from(92 - (month.0 - 24).clamp(0, 60));
        for turn in 0..dice.between(4, 8) {
            let ordered = workday(plus(month.first(), dice.days(0, 25)));
            let offering = dice.pick(&[
                "m365",
                "m365",
                "mail-backup",
                "firewall",
                "service-desk",
                "aws-compute",
            ]);
            let provisioning = if turn == 0 || dice.chance(by_hand) {
                "manual"
            } else {
                "automatic"
            };
            let channel = dice.pick(&["sales", "sales", "sales", "renewal", "marketplace"]);
            let (customer, worth) = (
                dice.pick(&CUSTOMERS).name,
                amount(dice.between(9_000, 260_000)),
            );
            let order = format!("SO-{}{turn}", 100 + month.0);
            sheet.add(
                ordered,
                format!(
                    "{order},{customer},{offering},{ordered},{provisioning},{channel},{worth},USD"
                ),
            );
        }
    }
    sheet
}

/// Readings at the end of each quarter for every customer under contract.
fn usage(today: Date, terms: &[Term]) -> Sheet {
    let mut sheet = Sheet::plain("usage", "customer,product,read_on,active_users,seats");
    for month in FIRST_MONTH.through(today).filter(|month| month.0 % 3 == 2) {
        let read = month.last();
        for term in terms.iter().filter(|term| term.runs_on(read)) {
            let mut dice = Dice::new(term.customer.name, month.0);
            let seats = term.customer.seats * i64::from(100 + (month.0 / 3).min(60)) / 100;
            let active = seats * dice.between(71, 97) / 100;
            sheet.add(
                read,
                format!(
                    "{},Microsoft 365,{read},{active},{seats}",
                    term.customer.name
                ),
            );
        }
    }
    sheet
}

// -- Money -----------------------------------------------------------------------------------------------------------

/// A line of the books: revenue with its direct cost, or a cost below it.
struct Entry {
    entry: String,
    booked: Date,
    customer: &'static str,
    /// The revenue line, or the category of a cost.
    line: &'static str,
    service: &'static str,
    amount: i64,
    cost: i64,
    recurring: bool,
    campaign: String,
}

/// The books of the story: revenue lines, and costs that are nobody's direct cost.
struct Ledger {
    revenue: Vec<Entry>,
    costs: Vec<Entry>,
}

impl Ledger {
    /// Revenue of a line in the twelve months through `day`, in whole percent of all revenue.
    fn share(&self, line: &str, day: Date) -> i64 {
        let after = plus_years(day, -1);
        let year = self
            .revenue
            .iter()
            .filter(|sale| after < sale.booked && sale.booked <= day);
        let (of_line, all) = year.fold((0, 0), |(of_line, all), sale| {
            (
                of_line + if sale.line == line { sale.amount } else { 0 },
                all + sale.amount,
            )
        });
        (100 * of_line + all / 2) / all.max(1)
    }
}

fn ledger(today: Date, terms: &[Term]) -> Ledger {
    let (mut revenue, mut costs) = (Vec::new(), Vec::new());
    // Only whole months are in the books.
    for month in FIRST_MONTH.through(today) {
        let booked = month.last();
        let mut dice = Dice::new("revenue", month.0);
        let mut number = 0;
        let mut sell = |customer, line, service, amount, cost, recurring| {
            number += 1;
            let entry = format!("R-{}{number:02}", 100 + month.0);
            revenue.push(Entry {
                entry,
                booked,
                customer,
                line,
                service,
                amount,
                cost,
                recurring,
                campaign: String::new(),
            });
        };
        // Routine lowers the cost of running a desk by a point every half year or so, down to half the fee.
        let desk = i64::from(64 - (month.0 / 6).clamp(0, 14));
        for term in terms.iter().filter(|term| term.runs_on(booked)) {
            let (line, cost) = if term.package == 0 {
                ("resale", 92)
            } else {
                ("managed-services", desk)
            };
            let cost = term.fee * (cost + dice.between(-2, 2)) / 100;
            sell(
                term.customer.name,
                line,
                PACKAGES[term.package],
                term.fee,
                cost,
                true,
            );
        }
        for customer in CUSTOMERS.iter().filter(|customer| customer.cloud > 0) {
            let spend = customer.cloud * (100 + i64::from(month.0.min(84))) / 100
                * dice.between(96, 105)
                / 100;
            if terms
                .iter()
                .any(|term| term.customer.name == customer.name && term.runs_on(booked))
            {
                sell(
                    customer.name,
                    "resale",
                    "AWS",
                    spend,
                    spend * 91 / 100,
                    true,
                );
            }
        }
        for project in month_projects(month) {
            sell(
                project.customer,
                "professional-services",
                project.title,
                project.amount,
                project.cost,
                false,
            );
        }
        let hardware = dice.between(380_000, 1_450_000);
        sell(
            dice.pick(&CUSTOMERS).name,
            "products",
            "Switches and notebooks",
            hardware,
            hardware * 86 / 100,
            false,
        );
        if month.0 % 3 == 1 {
            let support = dice.between(210_000, 480_000);
            sell(
                dice.pick(&CUSTOMERS).name,
                "vendor-maintenance",
                "Manufacturer support",
                support,
                support * 88 / 100,
                true,
            );
        }

        let mut number = 0;
        let mut spend = |line, amount, campaign: String| {
            number += 1;
            let entry = format!("K-{}{number:02}", 100 + month.0);
            costs.push(Entry {
                entry,
                booked,
                customer: "",
                line,
                service: "",
                amount,
                cost: 0,
                recurring: false,
                campaign,
            });
        };
        let pay = 100 + i64::from((month.0 / 4).min(40));
        for (category, cents) in [
            ("marketing", 110_000),
            ("sales", 640_000),
            ("account-management", 150_000),
            ("support", 180_000),
            ("training", 60_000),
            ("tools", 230_000),
            ("research", 70_000),
            ("administration", 390_000),
        ] {
            spend(
                category,
                cents * pay / 100 * dice.between(94, 108) / 100,
                String::new(),
            );
        }
        if let Some(campaign) = month_campaign(month) {
            spend("marketing", campaign.spend, campaign.id);
        }
    }
    Ledger { revenue, costs }
}

fn revenue(ledger: &Ledger) -> Sheet {
    let mut sheet = Sheet::plain(
        "revenue",
        "entry,customer,line,service,amount,cost,currency,recurring,booked_on",
    );
    for sale in &ledger.revenue {
        let Entry {
            entry,
            booked,
            customer,
            line,
            service,
            recurring,
            ..
        } = sale;
        let (amount, cost) = (amount(sale.amount), amount(sale.cost));
        let recurring = yes(*recurring);
        sheet.add(
            *booked,
            format!("{entry},{customer},{line},{service},{amount},{cost},USD,{recurring},{booked}"),
        );
    }
    sheet
}

fn costs(ledger: &Ledger) -> Sheet {
    let mut sheet = Sheet::plain(
        "costs",
        "entry,category,campaign,amount,currency,booked_on,basis",
    );
    for spending in &ledger.costs {
        let Entry {
            entry,
            booked,
            line,
            campaign,
            ..
        } = spending;
        sheet.add(
            *booked,
            format!(
                "{entry},{line},{campaign},{},USD,{booked},{}",
                amount(spending.amount),
                // The same two people look after accounts and answer the phone; their pay is split by a key.
                match *line {
                    "account-management" | "support" => "allocated",
                    _ => "booked",
                }
            ),
        );
    }
    sheet
}

/// The profit and loss account: the same books, a row an account and month.
fn statements(ledger: &Ledger) -> Sheet {
    const INCOME: [(&str, &str, &str); 5] = [
        (
            "managed-services",
            "Managed services",
            "Desk and delivery wages",
        ),
        ("professional-services", "Project services", "Project wages"),
        ("resale", "Cloud resale", "Cloud bought"),
        ("products", "Product sales", "Products bought"),
        (
            "vendor-maintenance",
            "Maintenance resold",
            "Maintenance bought",
        ),
    ];
    const EXPENSES: [(&str, &str); 8] = [
        ("marketing", "Marketing"),
        ("sales", "Sales"),
        ("account-management", "Account management"),
        ("support", "Customer support"),
        ("training", "Training"),
        ("tools", "Tools and licenses"),
        ("research", "Product development"),
        ("administration", "Office and administration"),
    ];
    let mut sheet = Sheet::plain("statements", "account,section,amount,currency,booked_on");
    // Every month has both revenue and costs.
    let sold = ledger
        .revenue
        .chunk_by(|one, next| one.booked == next.booked);
    let spent = ledger.costs.chunk_by(|one, next| one.booked == next.booked);
    for (sold, spent) in sold.zip(spent) {
        let booked = spent[0].booked;
        let mut post = |account: &str, section: &str, cents: i64| {
            if cents > 0 {
                sheet.add(
                    booked,
                    format!("{account},{section},{},USD,{booked}", amount(cents)),
                );
            }
        };
        let total = |entries: &[Entry], line: &str, of: fn(&Entry) -> i64| -> i64 {
            entries
                .iter()
                .filter(|entry| entry.line == line)
                .map(of)
                .sum()
        };
        for (line, income, bought) in INCOME {
            post(income, "income", total(sold, line, |entry| entry.amount));
            post(
                bought,
                "cost-of-sales",
                total(sold, line, |entry| entry.cost),
            );
        }
        for (category, account) in EXPENSES {
            post(
                account,
                "expense",
                total(spent, category, |entry| entry.amount),
            );
        }
        post("Depreciation of equipment", "depreciation", 138_000);
        post("Bank interest", "interest", 21_500);
    }
    sheet
}

struct Campaign {
    id: String,
    title: &'static str,
    started: Date,
    ended: Date,
    spend: i64,
    leads: i64,
}

/// The campaign of a quarter, which begins in its second month.
fn month_campaign(month: Month) -> Option<Campaign> {
    (month.0 % 3 == 1).then(|| {
        let mut dice = Dice::new("campaigns", month.0);
        let started = workday(plus(month.first(), dice.days(1, 12)));
        Campaign {
            id: format!("CMP-{}", 100 + month.0),
            title: dice.pick(&[
                "Backup check-up",
                "Cloud bill review",
                "Breakfast for clinics",
                "Ransomware drill",
            ]),
            started,
            ended: plus(started, dice.days(20, 28)),
            spend: dice.between(150_000, 390_000),
            leads: dice.between(6, 31),
        }
    })
}

fn campaigns(today: Date) -> Sheet {
    let mut sheet = Sheet::plain(
        "campaigns",
        "campaign,title,started_on,ended_on,spend,leads,leads_value,currency",
    );
    // The day that does not exist: this row is refused.
    sheet.write("2025-03-03 | CMP-X1,Open house,2025-02-30,2025-03-02,640.00,5,2200.00,USD");
    for campaign in FIRST_MONTH.through(today).filter_map(month_campaign) {
        let Campaign {
            id,
            title,
            started,
            ended,
            leads,
            ..
        } = campaign;
        let (spend, worth) = (amount(campaign.spend), amount(leads * 46_000));
        // Leads are counted when it is over.
        sheet.add(
            ended,
            format!("{id},{title},{started},{ended},{spend},{leads},{worth},USD"),
        );
    }
    sheet
}

// -- Work ------------------------------------------------------------------------------------------------------------

/// Who delivers in a month, with the team: the people of the first years by their dates, then whoever fills a seat.
fn crew(month: Month, hires: &[Hire]) -> Vec<(String, &'static str)> {
    #[rustfmt::skip] // a table
    const CREW: [(&str, &str, Date, Date); 9] = [
        ("mateo.quispe", "delivery", date(2021, 2, 1), LAST_DAY),
        ("dewei.lin", "delivery", date(2021, 4, 12), date(2025, 11, 28)),
        ("joseph.kamakau", "support", date(2021, 6, 7), LAST_DAY),
        ("priya.raghunathan", "delivery", date(2021, 9, 6), LAST_DAY),
        ("noor.haddad", "delivery", date(2021, 11, 1), date(2023, 8, 31)),
        ("tomasz.zielinski", "delivery", date(2022, 2, 14), LAST_DAY),
        ("hana.petrossian", "delivery", date(2023, 2, 20), LAST_DAY),
        ("ingrid.sorensen", "delivery", date(2023, 10, 16), LAST_DAY),
        ("kwame.asante", "delivery", date(2024, 9, 2), LAST_DAY),
    ];
    let works = |from: Date, until: Date| from <= month.first() && month.last() < until;
    let first = CREW
        .iter()
        .filter(|(_, _, from, until)| works(*from, *until));
    let later = hires.iter().filter(|hire| works(hire.joined, hire.leaves));
    first
        .map(|(person, team, ..)| ((*person).to_owned(), *team))
        .chain(later.map(|hire| (hire.person.clone(), hire.seat.team)))
        .collect()
}

fn availability(today: Date) -> Sheet {
    let mut sheet = Sheet::plain("availability", "person,available_on,hours,team");
    let hires = hires(today);
    for month in FIRST_MONTH.through(today) {
        let first = month.first();
        for (person, team) in crew(month, &hires) {
            let hours = hours(&person, month);
            sheet.add(first, format!("{person},{first},{hours},{team}"));
        }
    }
    sheet
}

/// The hours that a person can work in a month.
fn hours(person: &str, month: Month) -> i64 {
    let mut dice = Dice::new(person, month.0);
    152 - 8 * dice.between(0, 3)
}

/// Hours worked, a line of each month's time sheet.
fn time(today: Date, terms: &[Term]) -> Sheet {
    let mut sheet = Sheet::plain(
        "time",
        "entry,person,customer,contract,worked_on,hours,billable,line,work",
    );
    let hires = hires(today);
    for month in FIRST_MONTH.through(today) {
        let worked = workday(plus(month.last(), -2)).min(month.last());
        let managed = terms
            .iter()
            .filter(|term| term.package > 0 && term.runs_on(worked))
            .collect::<Vec<_>>();
        let mut number = 0;
        for (person, team) in crew(month, &hires) {
            let mut dice = Dice::new(&person, -month.0 - 1);
            let all = hours(&person, month);
            let term = managed
                .get(usize::try_from(dice.between(0, 1000)).unwrap_or(0) % managed.len().max(1))
                .copied();
            let desk =
                all * if team == "support" {
                    dice.between(72, 84)
                } else {
                    dice.between(38, 52)
                } / 100;
            let projects =
                all * if team == "support" {
                    0
                } else {
                    dice.between(18, 30)
                } / 100;
            let training = all * dice.between(2, 7) / 100;
            let lines = [
                (
                    desk,
                    "yes",
                    "managed-services",
                    if team == "support" {
                        "support"
                    } else {
                        "delivery"
                    },
                ),
                (projects, "yes", "professional-services", "project"),
                (training, "no", "internal", "training"),
                (
                    all - desk - projects - training,
                    "no",
                    "internal",
                    "internal",
                ),
            ];
            for (spent, billable, line, work) in lines {
                if spent <= 0 {
                    continue;
                }
                number += 1;
                let entry = format!("TE-{}{number:02}", 100 + month.0);
                let (customer, contract) = match term {
                    Some(term) if work == "delivery" || work == "support" => {
                        (term.customer.name, term.contract.as_str())
                    }
                    _ => ("", ""),
                };
                sheet.add(worked, format!("{entry},{person},{customer},{contract},{worked},{spent},{billable},{line},{work}"));
            }
        }
    }
    sheet
}

/// Tickets, each as it stood when it was solved.
fn tickets(today: Date, terms: &[Term]) -> Sheet {
    let mut sheet = Sheet::plain(
        "tickets",
        "ticket,customer,person,opened_on,resolved_on,priority,process,sla_met,touchless",
    );
    let hires = hires(today);
    for month in FIRST_MONTH.through(today) {
        let mut dice = Dice::new("tickets", month.0);
        let crew = crew(month, &hires);
        // The desk learns: fewer tickets without a process, more that nobody has to touch.
        let wild = i64::from(34 - month.0.clamp(0, 30));
        let touchless = i64::from(4 + (month.0 / 2).clamp(0, 26));
        let mut number = 0;
        for term in terms
            .iter()
            .filter(|term| term.package > 0 && term.runs_on(month.first()))
        {
            for _ in 0..dice.between(1, 2) {
                number += 1;
                let opened = workday(plus(month.first(), dice.days(0, 26)));
                let resolved = workday(plus(opened, dice.days(0, 4)));
                let solver = usize::try_from(dice.between(0, 99)).unwrap_or(0) % crew.len();
                let untouched = dice.chance(touchless);
                let person = if untouched {
                    ""
                } else {
                    crew[solver].0.as_str()
                };
                // There is always one that somebody mentioned in the corridor.
                let process = if number == 1 || dice.chance(wild) {
                    "none"
                } else {
                    dice.pick(&[
                        "incident",
                        "incident",
                        "request",
                        "request",
                        "change",
                        "maintenance",
                    ])
                };
                let (ticket, customer) = (
                    format!("T-{}{number:02}", 100 + month.0),
                    term.customer.name,
                );
                let priority = dice.pick(&["high", "medium", "medium", "low", "low", "critical"]);
                let (met, untouched) = (yes(dice.chance(91)), yes(untouched));
                let row = format!(
                    "{ticket},{customer},{person},{opened},{resolved},{priority},{process},{met},{untouched}"
                );
                sheet.add(resolved, row);
            }
        }
    }
    sheet
}

fn partnerships() -> Sheet {
    let mut sheet = Sheet::recorded(
        "partnerships",
        "vendor,strategic,tier,top_tier,started_on,ended_on",
    );
    sheet.write(
        "
        2020-01-20 | AWS,yes,Registered,no,2020-01-20,
        2020-01-20 | Microsoft,yes,Partner,no,2020-01-20,
        2020-03-02 | Cisco,yes,Select,no,2020-03-02,
        2021-01-11 | Dell,no,Authorized,no,2021-01-11,
        2022-05-16 | Fortinet,yes,Advocate,no,2022-05-16,
        2023-03-12 | AWS,yes,Select,no,2020-01-20,
        2024-08-19 | Dell,no,Authorized,no,2021-01-11,2024-09-30
        2025-07-08 | AWS,yes,Advanced,no,2020-01-20,
        2026-01-12 | Veeam,no,Registered,no,2026-01-12,
        ",
    );
    sheet
}

/// What the partner itself aims at, set in each December for the year to come.
fn targets() -> Sheet {
    let mut sheet = Sheet::plain("targets", "program,measure,from_on,value,note");
    sheet.write(
        "
        2023-12-18 | kpis,renewal-rate,2024-01-01,85%,
        2023-12-18 | kpis,gross-margin,2024-01-01,22%,
        2023-12-18 | kpis,managed-services-share,2024-01-01,40%,
        2024-12-16 | kpis,renewal-rate,2025-01-01,90%,as the best do
        2024-12-16 | kpis,gross-margin,2025-01-01,24%,
        2024-12-16 | kpis,customer-churn,2025-01-01,10%,
        2024-12-16 | kpis,sla-adherence,2025-01-01,95%,
        2025-12-15 | kpis,gross-margin,2026-01-01,26%,
        2025-12-15 | kpis,managed-services-share,2026-01-01,50%,
        2025-12-15 | kpis,mrr,2026-01-01,45000 USD,asked for by the bank
        2025-12-15 | kpis,cac-payback,2026-01-01,12,
        ",
    );
    sheet
}

fn case_studies(today: Date) -> Sheet {
    let mut sheet = Sheet::plain(
        "case-studies",
        "study,customer,title,url,industry,public,published_on,withdrawn_on",
    );
    for month in Month::of(date(2024, 9, 1))
        .through(today)
        .filter(|month| month.0 % 5 == 0)
    {
        let mut dice = Dice::new("case studies", month.0);
        let published = workday(plus(month.first(), dice.days(3, 24)));
        let customer = dice.pick(&CUSTOMERS);
        let url = format!(
            "https://harborcloud.example/stories/{}-{}",
            slug(customer.name),
            month.first().year()
        );
        let Customer { name, industry, .. } = customer;
        let (study, title, public) = (100 + month.0, dice.pick(&TITLES), yes(dice.chance(75)));
        sheet.add(
            published,
            format!("CS-{study},{name},{title},{url},{industry},{public},{published},"),
        );
    }
    sheet
}
