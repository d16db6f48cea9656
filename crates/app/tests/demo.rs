//! The demo's folder, read as anybody would read it: as CSV text. What the tests count, they count by themselves.

use std::collections::{BTreeMap, BTreeSet};

use cairn_app::demo::{LAST_DAY, SAMPLE_DAY, Table, evidence, story};
use domain::program::{AnswerType, Edition};
use domain::vocabulary::{FieldType, Vocabulary, plain};
use jiff::ToSpan;
use jiff::civil::{Date, date};

type Row = BTreeMap<String, String>;

/// Days on which somebody may run the demo.
const DAYS: [Date; 8] = [
    date(2026, 1, 1),
    date(2026, 3, 12),
    date(2026, 11, 21),
    date(2027, 3, 1),
    date(2028, 2, 29),
    date(2029, 2, 28),
    date(2030, 12, 31),
    date(2034, 6, 15),
];

// -- Reading -----------------------------------------------------------------

/// The folder of a day, parsed.
struct Folder(BTreeMap<&'static str, Vec<Row>>);

impl Folder {
    fn of(today: Date) -> Folder {
        let parsed = |table: &Table| {
            let mut reader = csv::Reader::from_reader(table.csv.as_bytes());
            let rows = reader
                .deserialize()
                .map(|row| row.expect("as many cells as the header"));
            (table.name, rows.collect())
        };
        Folder(evidence(today).iter().map(parsed).collect())
    }

    fn rows(&self, name: &str) -> &[Row] {
        &self.0[name]
    }

    /// The rows as known on a day: of those with the same key, the one recorded last.
    fn current(&self, name: &str, key: &[&str], known: Date) -> Vec<&Row> {
        let mut current = BTreeMap::new();
        for row in self.rows(name) {
            if on(row, "recorded_on").is_none_or(|recorded| recorded <= known) {
                current.insert(
                    key.iter().map(|key| row[*key].as_str()).collect::<Vec<_>>(),
                    row,
                );
            }
        }
        current.into_values().collect()
    }
}

fn on(row: &Row, column: &str) -> Option<Date> {
    row[column].parse().ok()
}

// -- Counting ----------------------------------------------------------------

/// What a name of the demo stands for: class, track or level.
fn meaning(name: &str) -> (&'static str, &'static str) {
    match name {
        "AWS Accreditation: Technical Professional"
        | "AWS Technical Professional"
        | "AWS Partner: Accreditation (Technical)" => ("accreditation", "technical"),
        "AWS Accreditation: Business Professional"
        | "AWS Business Professional"
        | "AWS Partner: Sales Accreditation (Business)" => ("accreditation", "business"),
        "AWS Certified Cloud Practitioner" | "CLF-C02" => ("certification", "cloud practitioner"),
        "AWS Certified AI Practitioner" => ("certification", "another foundational one"),
        "AWS Certified Solutions Architect - Associate"
        | "AWS Certified Solutions Architect – Associate"
        | "AWS Certified Developer - Associate"
        | "AWS Certified CloudOps Engineer - Associate"
        | "SAA-C03"
        | "SOA-C02" => ("certification", "associate"),
        "AWS Certified Solutions Architect - Professional"
        | "AWS Certified Security - Specialty" => ("certification", "professional or specialty"),
        "AWS Partner: MSP Foundations" | "AWS Partner: Cloud Economics" => ("badge", ""),
        "Microsoft Certified: Azure Administrator Associate" => ("foreign", ""),
        "AWS Certified Solutions Architekt - Associate" => ("unknown", ""),
        other => panic!("the demo has a credential that this test does not know: {other}"),
    }
}

/// The people who are registered on a day and hold something of the class, and of one of the sorts if any are named.
fn holders(
    folder: &Folder,
    day: Date,
    known: Date,
    class: &str,
    sorts: &[&str],
) -> BTreeSet<String> {
    let registered = folder
        .current("people", &["person"], known)
        .into_iter()
        .filter(|row| on(row, "registered_on").is_some_and(|from| from <= day))
        .filter(|row| on(row, "left_on").is_none_or(|left| day < left))
        .map(|row| row["person"].clone())
        .collect::<BTreeSet<_>>();
    folder
        .current("credentials", &["person", "credential", "earned_on"], known)
        .into_iter()
        .filter(|row| {
            let (of_class, sort) = meaning(&row["credential"]);
            of_class == class && (sorts.is_empty() || sorts.contains(&sort))
        })
        .filter(|row| on(row, "earned_on").is_some_and(|earned| earned <= day))
        .filter(|row| on(row, "expires_on").is_none_or(|expires| day < expires))
        .map(|row| row["person"].clone())
        .filter(|person| registered.contains(person))
        .collect()
}

/// Launches in `(after, through]`, and their revenue in dollars as cents.
fn launches(folder: &Folder, after: Date, through: Date, known: Date) -> (usize, i64) {
    let launched = folder
        .current("opportunities", &["opportunity"], known)
        .into_iter()
        .filter(|row| row["stage"] == "launched")
        .filter(|row| on(row, "launched_on").is_some_and(|day| after < day && day <= through))
        .collect::<Vec<_>>();
    let dollars = launched.iter().filter(|row| row["currency"] == "USD");
    let cents = dollars
        .map(|row| {
            row["estimated_mrr"]
                .replace('.', "")
                .parse::<i64>()
                .expect("an amount")
        })
        .sum();
    (launched.len(), cents)
}

fn opened(
    folder: &Folder,
    name: &str,
    key: &str,
    columns: &[&str],
    after: Date,
    through: Date,
    known: Date,
) -> usize {
    let facts = folder.current(name, &[key], known);
    let opens = |row: &&Row| {
        columns
            .iter()
            .map(|column| on(row, column))
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .max()
    };
    facts
        .iter()
        .filter_map(opens)
        .filter(|day| after < *day && *day <= through)
        .count()
}

/// The tier that the vendor states for a day, with its review day.
fn enrolled(folder: &Folder, day: Date, known: Date) -> (String, Date, Date) {
    let facts = folder.current("enrollments", &["program", "since"], known);
    let latest = facts
        .iter()
        .filter(|row| row["program"] == "aws-services-path")
        .filter(|row| on(row, "since").is_some_and(|since| since <= day))
        .max_by_key(|row| on(row, "since"))
        .expect("enrolled by then");
    (
        latest["level"].clone(),
        on(latest, "last_review_on").expect("a review"),
        on(latest, "next_review_on").expect("the next one"),
    )
}

/// The scorecard's rows as `have` in the order of the guide: six of knowledge, then of what opened after a day.
fn scorecard(folder: &Folder, day: Date, after: Date, known: Date) -> [i64; 11] {
    let count =
        |class: &str, sorts: &[&str]| holders(folder, day, known, class, sorts).len() as i64;
    let (launched, mrr) = launches(folder, after, day, known);
    let plans = folder
        .rows("attestations")
        .iter()
        .filter(|row| row["kind"] == "business-plan")
        .filter(|row| on(row, "attested_on").is_some_and(|signed| after < signed && signed <= day))
        .count();
    [
        count("accreditation", &[]),
        count("accreditation", &["technical"]),
        count("accreditation", &["business"]),
        count("certification", &["cloud practitioner"]),
        count("certification", &["associate", "professional or specialty"]),
        count("certification", &["professional or specialty"]),
        launched as i64,
        mrr,
        plans.min(1) as i64,
        opened(
            folder,
            "references",
            "reference",
            &["approved_on"],
            after,
            day,
            known,
        ) as i64,
        opened(
            folder,
            "csat",
            "response",
            &["email_confirmed_on", "customer_verified_on"],
            after,
            day,
            known,
        ) as i64,
    ]
}

// -- The sample --------------------------------------------------------------

#[test]
fn the_sample_day_shows_the_guides_scorecard() {
    for today in [
        SAMPLE_DAY,
        date(2024, 7, 1),
        date(2026, 11, 21),
        date(2031, 1, 31),
    ] {
        let folder = Folder::of(today);
        for known in [SAMPLE_DAY, today] {
            let (level, reviewed, next) = enrolled(&folder, SAMPLE_DAY, known);
            assert_eq!(
                (level.as_str(), reviewed, next),
                ("select", date(2024, 3, 12), date(2025, 3, 12))
            );
            let retain = scorecard(&folder, SAMPLE_DAY, reviewed, known);
            let enter = scorecard(&folder, SAMPLE_DAY, SAMPLE_DAY - 12.months(), known);
            assert_eq!(
                retain[..8],
                [4, 4, 4, 4, 3, 0, 0, 0],
                "retain Select, seen on {today}, known on {known}"
            );
            assert_eq!(
                enter,
                [4, 4, 4, 4, 3, 0, 5, 1_049_856, 0, 0, 0],
                "enter Advanced, seen on {today}, known on {known}"
            );
        }
    }
}

#[test]
fn nothing_undecided_touches_the_sample() {
    let folder = Folder::of(date(2026, 11, 21));
    // A row that may count would make a cell a range.
    for row in folder.rows("credentials") {
        if meaning(&row["credential"]).0 == "unknown" {
            assert!(
                on(row, "earned_on").expect("a day") > SAMPLE_DAY,
                "a misspelled name before the sample day"
            );
        }
    }
    for row in folder.rows("opportunities") {
        if on(row, "recorded_on").expect("a day") <= SAMPLE_DAY {
            assert_eq!(row["currency"], "USD");
        }
    }
    for (name, columns) in [
        ("credentials", &["person", "credential", "earned_on"][..]),
        ("opportunities", &["stage", "estimated_mrr", "currency"]),
        ("people", &["person", "registered_on"]),
    ] {
        for row in folder.rows(name) {
            for column in columns {
                assert!(!row[*column].is_empty(), "{name} has an empty {column}");
            }
        }
    }
}

#[test]
fn the_sample_has_its_edges() {
    let folder = Folder::of(SAMPLE_DAY);
    let launched = |day: Date| {
        let facts = folder.current("opportunities", &["opportunity"], SAMPLE_DAY);
        facts
            .iter()
            .filter(|row| on(row, "launched_on") == Some(day))
            .count()
    };
    assert_eq!(
        launched(SAMPLE_DAY - 12.months()),
        1,
        "on the first day of the trailing year, which is left out"
    );
    assert_eq!(
        launched(date(2024, 3, 12)),
        1,
        "on the review day, which belongs to the review"
    );
    // Before it was corrected, one launch by mistake counted for keeping Select.
    assert_eq!(
        launches(
            &folder,
            date(2024, 3, 12),
            date(2024, 5, 31),
            date(2024, 5, 31)
        )
        .0,
        1
    );
    assert_eq!(
        launches(
            &folder,
            date(2024, 3, 12),
            date(2024, 5, 31),
            date(2024, 6, 5)
        )
        .0,
        0
    );
}

// -- The years after ---------------------------------------------------------

#[test]
fn harbor_becomes_advanced_when_it_qualifies() {
    let day = date(2025, 7, 8);
    let folder = Folder::of(day);
    assert_eq!(enrolled(&folder, day, day).0, "advanced");
    let have = scorecard(&folder, day, day - 12.months(), day);
    assert!(
        advanced(&have),
        "Advanced is stated, and the evidence has {have:?}"
    );
    assert!(
        !advanced(&scorecard(
            &folder,
            date(2025, 3, 12),
            date(2024, 3, 12),
            day
        )),
        "not yet at the review before"
    );
}

/// The matrix of Advanced since July 2024: no references, no responses.
fn advanced(have: &[i64; 11]) -> bool {
    let need = [8, 4, 4, 4, 6, 3, 20, 1_000_000, 1];
    need.iter().zip(have).all(|(need, have)| have >= need)
}

#[test]
fn harbor_passes_each_review_at_the_last_minute() {
    for year in 2026..=2040 {
        let review = date(year, 3, 12);
        let folder = Folder::of(review);
        let have = scorecard(&folder, review, review - 1.year(), review);
        assert!(
            advanced(&have),
            "the review of {review} fails with {have:?}"
        );
        // Two weeks earlier it does not look like it.
        let worried = scorecard(
            &folder,
            date(year, 2, 26),
            review - 1.year(),
            date(year, 2, 26),
        );
        assert!(
            !advanced(&worried) && worried[6] >= 14,
            "on 26 February {year} nothing is at risk: {worried:?}"
        );
    }
}

#[test]
fn harbor_holds_advanced_with_something_at_risk() {
    for today in DAYS {
        let folder = Folder::of(today);
        let (level, reviewed, next) = enrolled(&folder, today, today);
        assert_eq!(level, "advanced", "on {today}");
        assert!(reviewed <= today && today < next, "reviews around {today}");
        let have = scorecard(&folder, today, reviewed, today);
        assert!(
            (0..20).contains(&have[6]) && !advanced(&have),
            "launches since the review on {today}: {have:?}"
        );
        assert!(
            have[0] >= 8 && have[3] >= 4 && have[4] >= 6 && have[5] >= 3,
            "people on {today}: {have:?}"
        );

        let pending = folder
            .current("opportunities", &["opportunity"], today)
            .into_iter()
            .filter(|row| row["launched_on"].is_empty() && row["stage"] != "closed-lost")
            .collect::<Vec<_>>();
        let ahead = pending
            .iter()
            .filter(|row| on(row, "target_close_on").is_some_and(|target| target > today))
            .count();
        assert!(
            (6..60).contains(&ahead),
            "{ahead} of {} open opportunities have a target after {today}",
            pending.len()
        );

        let registered = holders(&folder, today, today, "certification", &[]);
        let ends = folder
            .rows("credentials")
            .iter()
            .filter(|row| registered.contains(&row["person"]))
            .filter(|row| {
                on(row, "expires_on").is_some_and(|day| today < day && day <= today + 6.months())
            })
            .count();
        assert!(
            ends > 0,
            "no certificate ends in the half year after {today}"
        );

        let left = folder
            .current("people", &["person"], today)
            .into_iter()
            .filter(|row| {
                on(row, "left_on").is_some_and(|left| left <= today && row["team"] == "delivery")
            })
            .count();
        assert!(left >= 2, "engineers who left by {today}");
    }
}

#[test]
fn what_is_uncertain_never_decides() {
    let folder = Folder::of(date(2035, 12, 31));
    let far = date(2035, 12, 31);
    // A launch in euros lies in a window only where the dollars alone are enough, or where even all would not be.
    let euros = folder
        .rows("opportunities")
        .iter()
        .filter(|row| row["currency"] == "EUR" && row["stage"] == "launched")
        .filter_map(|row| on(row, "launched_on"))
        .collect::<BTreeSet<_>>();
    assert_eq!(euros.len(), 11, "one each December");
    assert!(euros.iter().all(|day| *day > SAMPLE_DAY));
    let mut day = date(2025, 12, 1);
    while day < date(2035, 12, 31) {
        let (_, reviewed, _) = enrolled(&folder, day, day);
        for after in [reviewed, day - 12.months()] {
            if euros.iter().any(|euro| after < *euro && *euro <= day) {
                let (_, cents) = launches(&folder, after, day, far);
                assert!(
                    cents >= 1_000_000,
                    "{cents} cents in ({after}, {day}], and a launch in euros"
                );
            }
        }
        day += 3.days();
    }
    // Whoever holds the misspelled certificate counts in every row without it.
    let holder = "priya.raghunathan".to_owned();
    let mut day = date(2024, 11, 19);
    while day < date(2027, 11, 19) {
        for (class, sort) in [
            ("accreditation", "technical"),
            ("accreditation", "business"),
            ("certification", "cloud practitioner"),
            ("certification", "professional or specialty"),
        ] {
            assert!(
                holders(&folder, day, far, class, &[sort]).contains(&holder),
                "{sort} on {day}"
            );
        }
        day += 7.days();
    }
}

#[test]
fn the_evidence_contradicts_one_answer() {
    let folder = Folder::of(date(2031, 12, 31));
    // The last answer to a question by a day.
    let answer = |program: &str, question: &str, day: Date| {
        let answers = folder.rows("answers").iter();
        let mut given =
            answers.filter(|row| row["program"] == program && row["question"] == question);
        let last = given.rfind(|row| on(row, "answered_on").is_some_and(|on| on <= day));
        last.expect("an answer")["answer"].clone()
    };
    let within = |name: &str, column: &str, months: i64, day: Date| {
        let after = day - months.months();
        let rows = folder.rows(name).iter();
        rows.filter(|row| on(row, column).is_some_and(|on| after < on && on <= day))
            .collect::<Vec<_>>()
    };
    let mut day = date(2025, 10, 31);
    while day <= date(2031, 12, 31) {
        let orders = within("orders", "ordered_on", 3, day);
        let tickets = within("tickets", "opened_on", 3, day);
        let revenue = within("revenue", "booked_on", 12, day);
        let sum = |lines: &[&str]| {
            let of_lines = revenue
                .iter()
                .filter(|row| lines.contains(&row["line"].as_str()));
            of_lines
                .map(|row| row["amount"].parse::<f64>().expect("an amount"))
                .sum::<f64>()
        };
        let all = revenue
            .iter()
            .map(|row| row["amount"].parse::<f64>().expect("an amount"))
            .sum::<f64>();
        let vendors = current_vendors(&folder, day);
        let says = [
            (
                "ingram-cloud-stages",
                "automated",
                orders.iter().all(|row| row["provisioning"] != "manual"),
            ),
            (
                "ingram-cloud-stages",
                "digital-marketing",
                !within("campaigns", "started_on", 12, day).is_empty(),
            ),
            (
                "ingram-cloud-stages",
                "iaas",
                folder
                    .rows("offerings")
                    .iter()
                    .any(|row| row["family"] == "iaas"),
            ),
            (
                "aws-msp-maturity",
                "itsm",
                tickets.iter().all(|row| row["process"] != "none"),
            ),
            (
                "aws-msp-maturity",
                "automation",
                tickets.iter().any(|row| row["touchless"] == "yes"),
            ),
            (
                "aws-msp-maturity",
                "outcome-based",
                folder
                    .rows("contracts")
                    .iter()
                    .any(|row| row["package"] == "outcome"),
            ),
            (
                "aws-profitability-framework",
                "sells-services",
                sum(&["professional-services"]) > 0.0,
            ),
            (
                "aws-profitability-framework",
                "sells-managed",
                sum(&["managed-services"]) > 0.0,
            ),
            (
                "aws-profitability-framework",
                "sells-solutions",
                sum(&["solutions"]) > 0.0,
            ),
            (
                "aws-profitability-framework",
                "sells-outcomes",
                sum(&["outcomes"]) > 0.0,
            ),
            (
                "cisco-ready-to-go",
                "basic-ms",
                folder
                    .rows("contracts")
                    .iter()
                    .any(|row| row["package"] == "basic-managed"),
            ),
            (
                "cisco-ready-to-go",
                "own-brand",
                folder
                    .rows("offerings")
                    .iter()
                    .any(|row| row["branded"] == "yes"),
            ),
            (
                "cisco-ready-to-go",
                "dependable-revenue",
                revenue.iter().any(|row| row["recurring"] == "yes"),
            ),
            (
                "cisco-best-in-class",
                "top-tier",
                vendors.iter().all(|row| row["top_tier"] == "yes"),
            ),
        ];
        let mut contradicted = Vec::new();
        for (program, question, so) in says {
            if (answer(program, question, day) == "yes") != so {
                contradicted.push(question);
            }
        }
        let shares = [
            ("cisco-readiness", "product-share", &["products"][..]),
            (
                "cisco-readiness",
                "share-vendor-maintenance",
                &["vendor-maintenance"],
            ),
            (
                "cisco-readiness",
                "share-professional-services",
                &["professional-services"],
            ),
            (
                "cisco-readiness",
                "share-managed-services",
                &["managed-services"],
            ),
            (
                "cisco-ready-to-go",
                "services-of-revenue",
                &["professional-services", "managed-services"],
            ),
            (
                "cisco-best-in-class",
                "services-told",
                &["professional-services", "managed-services"],
            ),
        ];
        for (program, question, lines) in shares {
            let told = answer(program, question, day)
                .trim_end_matches('%')
                .parse::<f64>()
                .expect("a percentage");
            if (told - 100.0 * sum(lines) / all).abs() > 5.0 {
                contradicted.push(question);
            }
        }
        if answer("cisco-ready-to-go", "strategic-vendors", day) != vendors.len().to_string() {
            contradicted.push("strategic-vendors");
        }
        assert_eq!(contradicted, ["automated"], "on {day}");
        day += 10.days();
    }
}

/// The vendors that are strategic on a day.
fn current_vendors(folder: &Folder, day: Date) -> Vec<&Row> {
    let facts = folder
        .current(
            "partnerships",
            &["vendor", "started_on"],
            date(2031, 12, 31),
        )
        .into_iter();
    let open = facts.filter(|row| on(row, "started_on").is_some_and(|from| from <= day));
    open.filter(|row| on(row, "ended_on").is_none_or(|end| day < end) && row["strategic"] == "yes")
        .collect()
}

// -- The folder --------------------------------------------------------------

#[test]
fn the_same_day_gives_the_same_bytes() {
    for today in DAYS {
        assert_eq!(evidence(today), evidence(today));
    }
}

#[test]
fn yesterdays_folder_is_the_beginning_of_tomorrows() {
    let days = [
        date(2019, 1, 1),
        date(2023, 5, 31),
        date(2023, 12, 31),
        SAMPLE_DAY,
        date(2025, 7, 7),
        date(2026, 1, 31),
        date(2026, 11, 20),
        date(2026, 11, 21),
        date(2028, 2, 29),
        date(2031, 3, 12),
    ];
    for pair in days.windows(2) {
        for (earlier, later) in evidence(pair[0]).iter().zip(evidence(pair[1])) {
            assert_eq!(earlier.name, later.name);
            assert!(
                later.csv.starts_with(&earlier.csv),
                "{}.csv of {} and of {}",
                later.name,
                pair[0],
                pair[1]
            );
        }
    }
}

#[test]
fn nothing_but_plans_lies_ahead() {
    const AHEAD: [&str; 7] = [
        "expires_on",
        "target_close_on",
        "next_review_on",
        "fee_paid_until",
        "left_on",
        "ends_on",
        "cancelled_on",
    ];
    for today in [SAMPLE_DAY, date(2026, 11, 21), date(2029, 2, 28)] {
        for (name, rows) in Folder::of(today).0 {
            // A contract is signed before it starts.
            let ahead = |column: &str| {
                AHEAD.contains(&column) || (name == "contracts" && column == "starts_on")
            };
            for row in rows {
                for (column, cell) in &row {
                    if let Ok(day) = cell.parse::<Date>()
                        && !ahead(column)
                    {
                        assert!(day <= today, "{name}.{column} is {day}, seen on {today}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_day_exists_but_one() {
    let mut refused = Vec::new();
    for (name, rows) in Folder::of(date(2030, 12, 31)).0 {
        for row in rows {
            for (column, cell) in row {
                let dated =
                    column.ends_with("_on") || column.ends_with("_until") || column == "since";
                if dated && !cell.is_empty() && cell.parse::<Date>().is_err() {
                    refused.push(format!("{name}.{column} {cell}"));
                }
            }
        }
    }
    assert_eq!(refused, ["campaigns.started_on 2025-02-30"]);
}

fn vocabulary() -> Vocabulary {
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vocabulary");
    let read =
        |path: &str| std::fs::read_to_string(home.join(path)).expect("a file of the vocabulary");
    let mut vocabulary = Vocabulary::default();
    vocabulary.add_kinds("evidence.toml", &read("evidence.toml"));
    for name in ["catalogs/aws.toml", "catalogs/aws-offerings.toml"] {
        vocabulary.add_catalog(name, &read(name));
    }
    vocabulary
}

#[test]
fn the_vocabulary_knows_all_that_the_folder_says_but_a_few_words() {
    let vocabulary = vocabulary();
    let entries = vocabulary
        .catalogs
        .values()
        .flat_map(|catalog| catalog.entries.values().flatten());
    let spellings =
        entries.flat_map(|(id, entry)| entry.names.iter().chain([id]).map(|name| plain(name)));
    let spellings = spellings.collect::<BTreeSet<_>>();

    let mut unknown = BTreeSet::new();
    for (name, rows) in Folder::of(date(2030, 12, 31)).0 {
        let kind = &vocabulary.kinds[name];
        for row in rows {
            for (column, cell) in row {
                let Some(field) = kind.fields.get(&column) else {
                    if column != "partner" && column != "recorded_on" {
                        unknown.insert(format!("{name}.{column}"));
                    }
                    continue;
                };
                let known = match &field.kind {
                    // An empty word may be any word, and would make numbers uncertain.
                    FieldType::Word(_) | FieldType::YesNo if cell.is_empty() => false,
                    _ if cell.is_empty() => !field.key || column == "program",
                    FieldType::Word(words) => words.open || words.find(&cell).is_some(),
                    FieldType::Catalog => spellings.contains(&plain(&cell)),
                    FieldType::YesNo => cell == "yes" || cell == "no",
                    FieldType::Number(_) => cell.parse::<u32>().is_ok(),
                    FieldType::Money(currency) => {
                        kind.fields.contains_key(currency)
                            && cell.replacen('.', "", 1).parse::<u64>().is_ok()
                    }
                    FieldType::Date => cell.parse::<Date>().is_ok(),
                    _ => true,
                };
                if !known {
                    unknown.insert(format!("{name}.{column} {cell}"));
                }
            }
        }
    }
    let unknown = unknown.iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(
        unknown,
        [
            "campaigns.started_on 2025-02-30",
            "credentials.credential AWS Certified Solutions Architekt - Associate",
            "credentials.credential Microsoft Certified: Azure Administrator Associate",
            "people.office",
        ]
    );
}

#[test]
fn no_two_rows_contradict_each_other() {
    // Of one key, two rows that were learned on one day have to be the same row.
    let vocabulary = vocabulary();
    for (name, rows) in Folder::of(date(2035, 12, 31)).0 {
        let kind = &vocabulary.kinds[name];
        let mut seen = BTreeMap::new();
        for row in &rows {
            let recorded = row.get("recorded_on").filter(|cell| !cell.is_empty());
            let learned = recorded.or_else(|| {
                kind.holds
                    .from
                    .iter()
                    .filter_map(|from| row.get(from))
                    .max()
            });
            let key = kind
                .key
                .iter()
                .map(|column| row.get(column))
                .collect::<Vec<_>>();
            if let Some(other) = seen.insert((key, learned), row) {
                assert_eq!(row, other, "two rows of {name} contradict each other");
            }
        }
    }
}

#[test]
fn a_recorded_row_was_known_no_earlier_than_it_happened() {
    for (name, rows) in Folder::of(date(2028, 2, 29)).0 {
        for row in rows {
            let Some(recorded) = row
                .get("recorded_on")
                .and_then(|cell| cell.parse::<Date>().ok())
            else {
                continue;
            };
            for column in [
                "launched_on",
                "earned_on",
                "submitted_on",
                "approved_on",
                "renewed_on",
                "last_review_on",
            ] {
                if let Some(day) = row.get(column).and_then(|cell| cell.parse::<Date>().ok()) {
                    assert!(
                        day <= recorded,
                        "{name}.{column} {day} was recorded on {recorded}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_folder_has_the_flaws_of_a_real_one() {
    let folder = Folder::of(date(2026, 11, 21));
    let people = folder
        .rows("people")
        .iter()
        .map(|row| row["person"].clone())
        .collect::<BTreeSet<_>>();
    let credentials = folder.rows("credentials");
    let strangers = credentials
        .iter()
        .map(|row| row["person"].as_str())
        .filter(|person| !people.contains(*person));
    assert_eq!(
        strangers.collect::<Vec<_>>(),
        ["tom.zielinski", "ingrid.sorensen@post.example"]
    );
    let twice = credentials
        .iter()
        .enumerate()
        .filter(|(at, row)| credentials[..*at].contains(row))
        .count();
    assert_eq!(twice, 1, "one row stands twice");
    let classes = credentials
        .iter()
        .map(|row| meaning(&row["credential"]).0)
        .collect::<Vec<_>>();
    assert_eq!(
        classes.iter().filter(|class| **class == "foreign").count(),
        1
    );
    assert_eq!(
        classes.iter().filter(|class| **class == "unknown").count(),
        1
    );
    assert!(
        credentials
            .iter()
            .any(|row| on(row, "expires_on").is_some_and(|day| day <= SAMPLE_DAY)),
        "an expired one"
    );
    assert!(
        folder
            .rows("people")
            .iter()
            .all(|row| row.contains_key("office")),
        "a column that nobody knows"
    );
    let waiting = |row: &&Row| row["route"] == "tool" && row["approved_on"].is_empty();
    assert!(
        folder
            .current("references", &["reference"], SAMPLE_DAY)
            .iter()
            .any(waiting)
    );
    let half = |row: &&Row| {
        !row["email_confirmed_on"].is_empty() && row["customer_verified_on"].is_empty()
    };
    assert!(
        folder
            .current("csat", &["response"], SAMPLE_DAY)
            .iter()
            .any(half)
    );
    assert!(
        Folder::of(SAMPLE_DAY).rows("validations").is_empty(),
        "no designation before the first"
    );
    assert!(folder.rows("validations").len() >= 3);
}

#[test]
fn the_folder_stays_small() {
    let size = |today: Date| {
        let tables = evidence(today);
        (
            tables.len(),
            tables
                .iter()
                .map(|table| table.csv.lines().count() - 1)
                .sum::<usize>(),
        )
    };
    assert_eq!(
        size(date(1999, 1, 1)),
        (27, 0),
        "before it all, only headers"
    );
    let (_, now) = size(date(2026, 11, 21));
    assert!((4_000..9_000).contains(&now), "{now} rows by November 2026");
    let (_, later) = size(date(2030, 12, 31));
    assert!((8_000..20_000).contains(&later), "{later} rows by 2031");
}

#[test]
fn no_clock_is_too_early_or_too_late() {
    assert_eq!(evidence(Date::MIN).len(), 27);
    assert_eq!(evidence(Date::MAX), evidence(LAST_DAY));
}

#[test]
fn the_story_names_the_sample_day() {
    assert!(story().contains(&SAMPLE_DAY.to_string()));
}

#[test]
fn every_answer_has_its_question_and_every_program_something_to_show() {
    let programs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs");
    let folder = Folder::of(date(2026, 11, 21));
    for (program, edition) in [
        ("aws-msp-maturity", "2025"),
        ("aws-profitability-framework", "2025"),
        ("cisco-best-in-class", "2010"),
        ("cisco-readiness", "2010"),
        ("cisco-ready-to-go", "2010"),
        ("host-or-resell", "2010"),
        ("ingram-cloud-stages", "2018"),
    ] {
        let path = programs.join(program).join(format!("{edition}.toml"));
        let text = std::fs::read_to_string(path).expect("an edition");
        let edition = Edition::read(program, &text).0.expect("a readable edition");
        let answers = folder.rows("answers").iter();
        let answers = answers
            .filter(|row| row["program"] == program)
            .collect::<Vec<_>>();
        assert!(
            answers.len() >= 4,
            "{program} has {} answers",
            answers.len()
        );
        for row in answers {
            let question = edition.question.get(&row["question"]);
            let question =
                question.unwrap_or_else(|| panic!("{program} does not ask {}", row["question"]));
            let answer = &row["answer"];
            let fits = match &question.answer {
                AnswerType::YesNo => answer == "yes" || answer == "no",
                AnswerType::Percent => answer.ends_with('%'),
                AnswerType::Number => answer.parse::<u32>().is_ok(),
                AnswerType::Scale(least, most) => answer
                    .parse::<i64>()
                    .is_ok_and(|answer| (*least..=*most).contains(&answer)),
                AnswerType::Ladder(words) => words.contains(answer),
                AnswerType::Scored(words) => words.contains_key(answer),
                AnswerType::Money(_) => answer.parse::<u64>().is_ok(),
            };
            assert!(fits, "{program}.{} is answered {answer}", row["question"]);
        }
    }
}
