//! Times planning and the fall calendar over seeded partners of 300 people and 2,000 facts each:
//! `cargo run --release -p cairn-domain --example ahead`.
//!
//! Prints medians and 95th percentiles, and how far the worst plan is from its bound. A program and a number of partners narrow it
//! down: `-- crews 10`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, reads the repository's programs, and prints"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cairn_domain::calendar::Day;
use cairn_domain::course::Course;
use cairn_domain::diagnostic::Place;
use cairn_domain::engine::{Engine, Programs};
use cairn_domain::forecast::falls::falls;
use cairn_domain::intake::read_table_texts;
use cairn_domain::ledger::Ledger;
use cairn_domain::library::{Assumptions, Library};
use cairn_domain::number::Exact;
use cairn_domain::plan::catalog::Actions;
use cairn_domain::plan::{Request, Wanted, plan};
use cairn_domain::program::Ask;

const PROGRAM: &str = "aws-services-path";
/// A roster of 70 seats in which people keep to a role and take two seats at most.
const CREWS: &str = r#"
program  = "crews"
edition  = "2026"
title    = "Crews (made-up)"
in_force = { from = 2000-01-01 }
levels   = ["staffed"]
catalogs = ["aws"]
[roster.crew]
of       = "credentials"
one_role = true
capacity = { advisor = 2, engineer = 2 }
cite     = "made-up"
seats    = [
  { for = "sell",   role = "advisor",  needs = "business-professional", number = 15 },
  { for = "design", role = "advisor",  needs = "technical-professional", number = 15 },
  { for = "run",    role = "advisor",  needs = "cloud-practitioner", number = 15 },
  { for = "design", role = "engineer", needs = "solutions-architect-associate", number = 15 },
  { for = "lead",   role = "engineer", needs = "solutions-architect-professional", number = 5 },
  { for = "secure", role = "engineer", needs = "security-specialty", number = 5 },
]
[requirement.crew-filled]
title    = "Seats"
measure  = "filled(crew)"
at_least = { staffed = 60 }
cite     = "made-up"
"#;
const TODAY: i32 = 20_633; // 2026-06-29

/// A small generator of numbers: the same seed gives the same partner.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }

    /// A day so many days before today at most.
    fn before(&mut self, days: u64) -> Day {
        Day(TODAY - self.below(days) as i32)
    }
}

fn toml_files(folder: &Path, found: &mut Vec<(String, String)>, root: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            toml_files(&path, found, root);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let name = path
                .strip_prefix(root)
                .expect("below")
                .to_string_lossy()
                .into_owned();
            found.push((name, std::fs::read_to_string(&path).expect("a text")));
        }
    }
}

/// A partner of 300 people and 2,000 facts.
fn partner(programs: &Arc<Programs>, seed: u64) -> Engine {
    let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 5);
    let teams = [
        "delivery",
        "support",
        "services",
        "engineering",
        "sales",
        "management",
        "",
    ];
    let names = [
        "technical-professional",
        "business-professional",
        "cloud-practitioner",
        "solutions-architect-associate",
        "developer-associate",
        "solutions-architect-professional",
        "security-specialty",
        "cloud-economics",
    ];
    // How many of a thousand people hold something that counts: few, so that much is missing.
    let share = 1 + random.below(15);
    let mut people = String::from("person, name, registered_on, left_on, team");
    let mut credentials = String::from("person, credential, earned_on, expires_on");
    let mut facts = 0;
    for p in 0..300 {
        let left = if random.below(12) == 0 {
            Day(TODAY + random.below(300) as i32 - 100).to_string()
        } else {
            String::new()
        };
        people += &format!(
            "\np{p}, Person {p}, {}, {left}, {}",
            random.before(1500),
            teams[random.below(teams.len() as u64) as usize]
        );
        facts += 1;
        for name in names {
            // Most records are of badges that no row counts, as in life.
            let of_thousand = if name == "cloud-economics" {
                900
            } else {
                share
            };
            for _ in 0..2 {
                if random.below(1000) < of_thousand {
                    let earned = random.before(900);
                    let expires = Day(earned.0 + 1095);
                    credentials += &format!("\np{p}, {name}, {earned}, {expires}");
                    facts += 1;
                }
            }
        }
    }
    let stages = [
        "prospect",
        "qualified",
        "technical-validation",
        "business-validation",
        "committed",
    ];
    let mut opportunities = String::from(
        "opportunity, customer, stage, estimated_mrr, currency, launched_on, target_close_on",
    );
    let launches = 5 + random.below(40);
    for o in 0..launches {
        opportunities += &format!(
            "\nL{o}, c{}, launched, {}.50, USD, {}, ",
            random.below(60),
            200 + random.below(1500),
            random.before(1000)
        );
    }
    for o in 0..20 + random.below(60) {
        opportunities += &format!(
            "\nO{o}, c{}, {}, {}.25, USD, , {}",
            random.below(60),
            stages[random.below(5) as usize],
            200 + random.below(1500),
            Day(TODAY + random.below(300) as i32)
        );
        facts += 1;
    }
    facts += launches;
    let mut csat =
        String::from("response, customer, submitted_on, email_confirmed_on, customer_verified_on");
    let mut r = 0;
    while facts < 2_000 {
        let on = random.before(1400);
        csat += &format!("\nr{r}, c{}, {on}, {on}, {on}", random.below(60));
        r += 1;
        facts += 1;
    }
    let enrollments = format!(
        "program, level, since, last_review_on, next_review_on\n{PROGRAM}, select, 2024-03-01, 2026-03-12, 2027-03-12"
    );
    let tables = [
        ("people", people),
        ("credentials", credentials),
        ("opportunities", opportunities),
        ("csat", csat),
        ("enrollments", enrollments),
    ];
    let tables: Vec<(&str, &str, Place)> = tables
        .iter()
        .map(|(k, t)| (*k, t.as_str(), Place::default()))
        .collect();
    let empty = ["attestations", "references", "validations"];
    let evidence = read_table_texts(&programs.library, PROGRAM, &tables, &empty).evidence;
    assert!(
        evidence.len() >= 1_990,
        "{} facts, {} refused",
        evidence.len(),
        evidence.refused.len()
    );
    let ledger = Arc::new(Ledger::new(Arc::new(evidence), Some(Day(TODAY))));
    Engine::new(programs.clone(), ledger, Assumptions::default())
}

fn shown(what: &str, mut millis: Vec<f64>) {
    millis.sort_by(f64::total_cmp);
    let at = |share: f64| {
        millis[((millis.len() as f64 * share).ceil() as usize).clamp(1, millis.len()) - 1]
    };
    println!(
        "{what}: median {:.1} ms, 95th percentile {:.1} ms, most {:.1} ms over {}",
        at(0.5),
        at(0.95),
        at(1.0),
        millis.len()
    );
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    toml_files(&root.join("vocabulary"), &mut files, &root);
    toml_files(&root.join("programs"), &mut files, &root);
    files.push(("programs/crews/2026.toml".to_owned(), CREWS.to_owned()));
    files.sort();
    let (library, problems) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    assert!(problems.is_empty(), "{} problems", problems.len());
    let programs = Arc::new(Programs::new(Arc::new(library)));
    let today = Day(TODAY);
    let by = today.plus_days(300);
    let only = std::env::args().nth(1);
    let count = std::env::args().nth(2).and_then(|n| n.parse().ok());
    let count: u64 = count.unwrap_or(100);
    for (program, edition, level) in [
        (PROGRAM, "2022-02", "advanced"),
        (PROGRAM, "2022-02", "premier"),
        (PROGRAM, "2024-07", "advanced"),
        ("crews", "2026", "staffed"),
    ] {
        if only.as_ref().is_some_and(|only| only != program) {
            continue;
        }
        let at = programs.find(program, edition).expect("an edition");
        let place = programs.compiled[at].level(level).expect("a level");
        let offered: Vec<&Actions> = programs
            .library
            .actions
            .iter()
            .filter(|a| a.offers(PROGRAM))
            .collect();
        let (mut calendars, mut plans) = (vec![], vec![]);
        let (mut met, mut proven, mut steps, mut classes) = (0, 0, 0, 0);
        let mut worst = Exact::ZERO;
        for seed in 0..count {
            let engine = partner(&programs, seed);
            let run = engine.on(at);
            let course = Course::always(&run);
            // A server has the filters of an edition decided before anybody asks.
            let _ = run.met(0, Ask::Enter, today);
            let watched: Vec<(Ask, String)> = [
                (Ask::Retain, "select"),
                (Ask::Enter, "select"),
                (Ask::Enter, "advanced"),
            ]
            .map(|(ask, level)| (ask, level.to_owned()))
            .to_vec();
            let start = Instant::now();
            let watched = if program == PROGRAM {
                watched.as_slice()
            } else {
                &[]
            };
            let calendar = falls(&course, 0, watched, today, today.plus_days(366));
            calendars.push(start.elapsed().as_secs_f64() * 1000.0);
            assert!(calendar.from == today);
            let wanted = [Wanted {
                edition: at,
                ask: Ask::Enter,
                level: place,
            }];
            // Premier asks first that Advanced is held and was held; its people are what can be planned.
            let knowledge: Vec<String> = ["accredited", "foundational", "technical"]
                .map(str::to_owned)
                .to_vec();
            let only = (level == "premier").then_some(knowledge.as_slice());
            let start = Instant::now();
            let found = plan(&Request {
                engine: &engine,
                partner: 0,
                today,
                by,
                wanted: &wanted,
                only,
                offered: &offered,
                before: &[],
            });
            plans.push(start.elapsed().as_secs_f64() * 1000.0);
            met += usize::from(found.met);
            proven += usize::from(found.is_proven());
            steps += found.steps.len();
            classes += found.weighed.1;
            if let Some(gap) = (&found.cost - &found.bound).checked_div(&found.cost) {
                worst = worst.max(gap);
            }
        }
        println!(
            "-- {program}@{edition} to {level}: {met} of {count} can be met, {proven} proven least, {} steps and {} kinds of subjects on average, widest gap {:.2} %",
            steps / count.max(1) as usize,
            classes / count.max(1) as usize,
            worst.to_f64() * 100.0
        );
        shown("calendar", calendars);
        shown("plan", plans);
    }
    if only.is_none() {
        several(&programs, today, by);
    }
}

/// Two editions at once: a person's certificate may serve both.
fn several(programs: &Arc<Programs>, today: Day, by: Day) {
    let offered: Vec<&Actions> = programs
        .library
        .actions
        .iter()
        .filter(|a| a.offers(PROGRAM))
        .collect();
    let wanted: Vec<Wanted> = [("2022-02", "advanced"), ("2024-07", "advanced")]
        .into_iter()
        .map(|(edition, level)| {
            let at = programs.find(PROGRAM, edition).expect("an edition");
            Wanted {
                edition: at,
                ask: Ask::Enter,
                level: programs.compiled[at].level(level).expect("a level"),
            }
        })
        .collect();
    let mut plans = vec![];
    let (mut met, mut proven) = (0, 0);
    let mut worst = Exact::ZERO;
    for seed in 0..100 {
        let engine = partner(programs, seed);
        for wanted in &wanted {
            let _ = engine.on(wanted.edition).met(0, Ask::Enter, today);
        }
        let start = Instant::now();
        let found = plan(&Request {
            engine: &engine,
            partner: 0,
            today,
            by,
            wanted: &wanted,
            only: None,
            offered: &offered,
            before: &[],
        });
        plans.push(start.elapsed().as_secs_f64() * 1000.0);
        met += usize::from(found.met);
        proven += usize::from(found.is_proven());
        if let Some(gap) = (&found.cost - &found.bound).checked_div(&found.cost) {
            worst = worst.max(gap);
        }
    }
    println!(
        "-- two editions at once: {met} of 100 can be met, {proven} proven least, widest gap {:.2} %",
        worst.to_f64() * 100.0
    );
    shown("plan of two", plans);
}
