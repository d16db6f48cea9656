//! Plans held against every possible set of actions, each carried out and judged by the engine. `CAIRN_SEEDS=5000` runs longer.

mod common;
#[path = "common/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_domain::calendar::Day;
use cairn_domain::diagnostic::Place;
use cairn_domain::engine::{Engine, Programs};
use cairn_domain::forecast::odds::{Odds, odds};
use cairn_domain::intake::read_table_texts;
use cairn_domain::ledger::Ledger;
use cairn_domain::library::{Assumptions, Library};
use cairn_domain::number::Exact;
use cairn_domain::plan::catalog::{Actions, Each, read};
use cairn_domain::plan::model::{Subject, hours_until, new_fact, waiting_days};
use cairn_domain::plan::{Plan, Request, Wanted, facts_of, plan};
use cairn_domain::program::Ask;
use cairn_domain::standing::Truth;
use cairn_domain::suppose::{Supposed, supposed_ledger};
use random::Random;

#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn seeds(few: u64) -> u64 {
    std::env::var("CAIRN_SEEDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(few)
}

const PROGRAM: &str = r#"
program  = "test"
edition  = "2026"
title    = "Test"
in_force = { from = 2000-01-01 }
levels   = ["one", "two"]
[requirement.people]
title    = "People"
measure  = "count distinct person of credentials where class = certification"
at_least = { one = 1, two = 2 }
cite     = "made-up"
[requirement.people.part]
experts = { title = "experts", of_which = "level >= professional", at_least = { two = 1 } }
[requirement.accredited]
title    = "Accredited"
measure  = "count distinct person of credentials where class = accreditation"
at_least = { two = 1 }
cite     = "made-up"
[requirement.launched]
title    = "Launches"
measure  = "count opportunities in trailing 12 months where stage = launched"
at_least = { one = 1, two = 2 }
cite     = "made-up"
[requirement.launched.part.worth]
title    = "worth"
measure  = "sum estimated_mrr of opportunities in trailing 12 months where stage = launched"
at_least = { two = "1_000 USD" }
[requirement.either]
title    = "A plan or an assessment"
test     = "(exists attestations in trailing 6 months where kind = business-plan) or ((count attestations where kind = pre-assessment) >= 1)"
required = ["two"]
cite     = "made-up"
"#;

/// A score with caps, steps, whole numbers and a gate, and one of which the mean counts.
const SCORED: &str = r#"
program  = "scored"
edition  = "2026"
title    = "Scored"
in_force = { from = 2000-01-01 }
levels   = ["one", "two"]
[measure]
certified = { is = "count distinct person of credentials where class = certification", cite = "made-up" }
experts   = { is = "count distinct person of credentials where credential = architect-expert", cite = "made-up" }
launches  = { is = "count opportunities in trailing 12 months where stage = launched", cite = "made-up" }
mrr       = { is = "sum estimated_mrr of opportunities in trailing 12 months where stage = launched", cite = "made-up" }
proofs    = { is = "count attestations in trailing 6 months", cite = "made-up" }
[bands.launch-points]
rows = [{ below = 1, is = 0 }, { from = 1, below = 3, is = 5 }, { from = 3, is = 9 }]
cite = "made-up"
[score.readiness]
cite = "made-up"
[score.readiness.part]
people   = { max = 12, points = "4 * certified + 5 * experts" }
worth    = { max = 5, points = "floor(mrr / 350 USD)" }
launched = { max = 9, points = "launch-points(launches)" }
proven   = { max = 4, points = "if certified >= 1 and launches >= 1 then 3 * proofs else 0" }
best     = { max = 6, points = "highest(floor(average(3 * experts, launches)), 2 * proofs, lowest(certified, launches))" }
[score.balance]
cite = "made-up"
[score.balance.part]
skills = { weight = 2, points = "lowest(certified, 2)" }
sales  = { weight = 1, points = "lowest(mrr / 500 USD, launches, 3)" }
[requirement.total]
title    = "Readiness"
measure  = "readiness"
at_least = { one = 14, two = 24 }
cite     = "made-up"
[requirement.mean]
title     = "Balance"
measure   = "balance"
at_least  = { one = "1/2", two = "5/4" }
cite      = "made-up"
"#;

/// Seats of two rosters: in one people keep to a role, in the other two may do the same and a role has one seat for each. A score
/// counts some of them as well.
const SEATED: &str = r#"
program  = "seated"
edition  = "2026"
title    = "Seated"
in_force = { from = 2000-01-01 }
levels   = ["one", "two"]
[roster.roles]
of       = "credentials where class = role-badge"
one_role = true
capacity = { account-manager = 2, systems-engineer = 1 }
cite     = "made-up"
seats    = [
  { for = "routing", role = "account-manager",  needs = "routing-am" },
  { for = "voice",   role = "account-manager",  needs = "voice-am" },
  { for = "routing", role = "systems-engineer", needs = "routing-se", number = 2 },
  { for = "voice",   role = "systems-engineer", needs = "voice-se" },
]
[roster.leads]
of       = "credentials"
capacity = { lead = 1, reviewer = 2 }
cite     = "made-up"
seats    = [
  { for = "design", role = "lead",     needs = "admin-associate" },
  { for = "run",    role = "lead",     needs = "routing-se" },
  { for = "design", role = "reviewer", needs = "architect-expert" },
  { for = "run",    role = "reviewer", needs = "admin-associate" },
  { for = "sell",   role = "reviewer", needs = "routing-am" },
]
[score.crew]
cite = "made-up"
[score.crew.part]
seats = { max = 6, points = "2 * filled(roles)" }
exams = { max = 4, points = "if filled(leads) >= 2 then count distinct person of credentials where class = certification else 0" }
[requirement.staffed]
title    = "Seats"
measure  = "filled(roles)"
at_least = { one = 2, two = 3 }
cite     = "made-up"
[requirement.led]
title    = "Leads"
measure  = "filled(leads)"
at_least = { two = 3 }
cite     = "made-up"
[requirement.crew-points]
title    = "Crew"
measure  = "crew"
at_least = { one = 5 }
cite     = "made-up"
"#;

/// What open records alone may move: a score, one of which the mean counts, and a share that has no direction.
const CHANCED: &str = r#"
program  = "chanced"
edition  = "2026"
title    = "Chanced"
in_force = { from = 2000-01-01 }
levels   = ["one", "two"]
[measure]
launches = { is = "count opportunities in trailing 12 months where stage = launched", cite = "made-up" }
mrr      = { is = "sum estimated_mrr of opportunities in trailing 12 months where stage = launched", cite = "made-up" }
clients  = { is = "count distinct customer of opportunities in trailing 12 months where stage = launched", cite = "made-up" }
[bands.launch-points]
rows = [{ below = 1, is = 0 }, { from = 1, below = 3, is = 5 }, { from = 3, is = 9 }]
cite = "made-up"
[score.pipeline]
cite = "made-up"
[score.pipeline.part]
launched = { max = 9, points = "highest(launch-points(launches), 3 * clients)" }
reach    = { max = 6, points = "2 * clients" }
worth    = { max = 5, points = "floor(mrr / 350 USD)" }
proven   = { max = 3, points = "if clients >= 2 then launches else 0" }
[score.balance]
cite = "made-up"
[score.balance.part]
breadth = { weight = 2, points = "lowest(clients, 2)" }
depth   = { weight = 1, points = "lowest(mrr / 500 USD, launches, 3)" }
[requirement.total]
title    = "Pipeline"
measure  = "pipeline"
at_least = { one = 9, two = 14 }
cite     = "made-up"
[requirement.mean]
title    = "Balance"
measure  = "balance"
at_least = { one = "4/3", two = "5/3" }
cite     = "made-up"
"#;

/// The same records, of which a share is asked: more of them may lower it.
const SHARED: &str = r#"
program  = "shared"
edition  = "2026"
title    = "Shared"
in_force = { from = 2000-01-01 }
levels   = ["one", "two"]
[measure]
launches = { is = "count opportunities in trailing 12 months where stage = launched", cite = "made-up" }
clients  = { is = "count distinct customer of opportunities in trailing 12 months where stage = launched", cite = "made-up" }
[requirement.launched]
title    = "Launches"
measure  = "launches"
at_least = { one = 1, two = 2 }
cite     = "made-up"
[requirement.breadth]
title    = "Customers for each launch"
measure  = "if launches > 0 then clients / launches else 0"
at_least = { two = "2/3" }
cite     = "made-up"
"#;

const HEAD: &str = "actions = \"test\"\nrate = \"10 USD\"\nhours_a_week = 7\nknown = { rate = \"own\", hours_a_week = \"own\" }\n";

fn action(random: &mut Random, id: &str, rest: &str) -> String {
    format!(
        "[action.{id}]\ntitle = \"{id}\"\n{rest}\nhours = {}\nfee = \"{}.50 USD\"\nknown = {{ hours = \"own\", fee = \"own\", waits = \"own\" }}\n",
        1 + random.below(40),
        random.below(300),
    )
}

/// Four or five of the entries that seats need, with costs at random.
fn badges(random: &mut Random, most: usize) -> Actions {
    let mut text = HEAD.to_owned();
    let mut names = vec![
        "routing-am",
        "voice-am",
        "routing-se",
        "voice-se",
        "admin-associate",
        "architect-expert",
    ];
    while names.len() > most {
        names.remove(random.below(names.len()));
    }
    for name in names {
        let rest = format!(
            "adds = \"credentials\"\neach = \"person\"\nwith = {{ credential = \"{name}\" }}"
        );
        text += &action(random, &format!("sit-{name}"), &rest);
    }
    read_actions(&text)
}

fn read_actions(text: &str) -> Actions {
    let (found, problems) = read("vocabulary/actions/test.toml", text);
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    found.expect("a file of actions")
}

/// A file of actions with costs at random.
fn actions(random: &mut Random) -> Actions {
    let mut text = HEAD.to_owned();
    let mut add = |random: &mut Random, id: &str, rest: &str| text += &action(random, id, rest);
    add(
        random,
        "associate",
        "adds = \"credentials\"\neach = \"person\"\nwith = { credential = \"admin-associate\" }",
    );
    let needs = if random.one_in(3) {
        "\nneeds = [\"admin-associate\"]"
    } else {
        ""
    };
    add(
        random,
        "expert",
        &format!(
            "adds = \"credentials\"\neach = \"person\"\nwith = {{ credential = \"architect-expert\" }}{needs}"
        ),
    );
    if random.one_in(2) {
        add(
            random,
            "accredit",
            "adds = \"credentials\"\neach = \"person\"\nwith = { credential = \"portfolio-accredited\" }",
        );
    }
    if random.one_in(2) {
        add(
            random,
            "plan",
            "adds = \"attestations\"\nwith = { kind = \"business-plan\" }\nwaits = \"20 days\"",
        );
    }
    add(
        random,
        "validate",
        "adds = \"attestations\"\nwith = { kind = \"pre-assessment\" }\nrole = \"lead\"",
    );
    add(
        random,
        "find",
        "adds = \"opportunities\"\nwith = { stage = \"launched\", estimated_mrr = 300, currency = \"USD\" }\nmost = 2\nrole = \"sales\"",
    );
    if random.one_in(2) {
        add(
            random,
            "push",
            "turns = \"opportunities\"\nrole = \"sales\"",
        );
    }
    text += "[chance.opportunities]\nfield = \"stage\"\nchance = { qualified = \"50%\", committed = \"80%\" }\ndone = { stage = \"launched\" }\non = \"target_close_on\"\nknown = \"own\"\n";
    read_actions(&text)
}

fn programs() -> Arc<Programs> {
    let all = common::files();
    let files = all
        .iter()
        .filter(|(name, _)| name.ends_with("/evidence.toml") || name.ends_with("/example.toml"))
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .chain([
            ("programs/test/2026.toml", PROGRAM),
            ("programs/scored/2026.toml", SCORED),
            ("programs/seated/2026.toml", SEATED),
            ("programs/chanced/2026.toml", CHANCED),
            ("programs/shared/2026.toml", SHARED),
        ]);
    let (library, problems) = Library::read(files);
    assert!(problems.is_empty(), "{problems:?}");
    let programs = Programs::new(Arc::new(library));
    let problems: Vec<_> = programs.problems.iter().flatten().collect();
    assert!(problems.is_empty(), "{problems:?}");
    Arc::new(programs)
}

const TODAY: &str = "2026-03-01";

/// Two or three people at random who hold some of what seats need.
fn crew(programs: &Arc<Programs>, random: &mut Random, count: usize) -> Engine {
    let mut people = String::from("person, registered_on, left_on");
    let mut credentials = String::from("person, credential, earned_on, expires_on");
    for p in 1..=count {
        let left = if random.one_in(8) { "2026-05-01" } else { "" };
        people += &format!("\np{p}, 2024-01-01, {left}");
        for name in [
            "routing-am",
            "voice-am",
            "routing-se",
            "voice-se",
            "admin-associate",
            "architect-expert",
        ] {
            if random.one_in(5) {
                let expires = if random.one_in(3) { "2026-06-15" } else { "" };
                credentials += &format!("\np{p}, {name}, 2025-01-10, {expires}");
            }
        }
    }
    engine_of(
        programs,
        &[("people", people), ("credentials", credentials)],
    )
}

/// A small partner at random.
fn engine(programs: &Arc<Programs>, random: &mut Random) -> Engine {
    let mut people = String::from("person, registered_on, left_on");
    let mut credentials = String::from("person, credential, earned_on, expires_on");
    let count = 1 + random.below(2);
    for p in 1..=count {
        let left = if random.one_in(6) { "2026-05-01" } else { "" };
        people += &format!("\np{p}, 2024-01-01, {left}");
        for name in [
            "admin-associate",
            "architect-expert",
            "portfolio-accredited",
        ] {
            if random.one_in(3) {
                let expires = if random.one_in(2) { "2026-06-15" } else { "" };
                credentials += &format!("\np{p}, {name}, 2025-01-10, {expires}");
            }
        }
    }
    let opportunities = opportunities(random, 4);
    engine_of(
        programs,
        &[
            ("people", people),
            ("credentials", credentials),
            ("opportunities", opportunities),
        ],
    )
}

/// Fewer opportunities than this at random, open and launched ones, with two customers.
fn opportunities(random: &mut Random, below: usize) -> String {
    let mut text = String::from(
        "opportunity, customer, stage, estimated_mrr, currency, launched_on, target_close_on",
    );
    for o in 1..=random.below(below) {
        let mrr = 200 + 100 * random.below(9);
        let customer = ["acme", "beta", "gamma"][o * o % 3];
        text += &match random.below(3) {
            0 => format!(
                "\no{o}, {customer}, launched, {mrr}, USD, 2025-{:02}-15, ",
                4 + random.below(8)
            ),
            1 => format!(
                "\no{o}, {customer}, committed, {mrr}, USD, , 2026-{:02}-01",
                4 + random.below(6)
            ),
            _ => format!("\no{o}, {customer}, qualified, {mrr}, USD, , "),
        };
    }
    text
}

fn engine_of(programs: &Arc<Programs>, tables: &[(&str, String)]) -> Engine {
    let tables: Vec<(&str, &str, Place)> = tables
        .iter()
        .map(|(k, t)| (*k, t.as_str(), Place::default()))
        .collect();
    let mut evidence =
        read_table_texts(&programs.library, "test", &tables, &["attestations"]).evidence;
    assert!(evidence.refused.is_empty(), "{:?}", evidence.refused);
    if evidence.partners.is_empty() {
        evidence.add_partner("partner");
    }
    let today = common::day(TODAY);
    let ledger = Arc::new(Ledger::new(Arc::new(evidence), Some(today)));
    Engine::new(programs.clone(), ledger, Assumptions::default())
}

/// One action for one subject, as somebody lists them who knows nothing of what they are good for.
struct Possible {
    worker: String,
    hours: Exact,
    left: i64,
    cost: Exact,
    needs: Vec<String>,
    brings: Vec<String>,
    held: Vec<String>,
    fact: Supposed,
}

fn possible(engine: &Engine, offered: &Actions, by: Day) -> Vec<Possible> {
    let today = common::day(TODAY);
    let ledger = &engine.ledger;
    let evidence = &ledger.evidence;
    let mut found = Vec::new();
    let held = |person: &str| -> Vec<String> {
        let kind = evidence.kind("credentials").expect("a kind");
        let (who, name) = (
            evidence.column(kind, "person").expect("a column"),
            evidence.column(kind, "credential").expect("a column"),
        );
        evidence.tables[kind]
            .rows(0)
            .filter(|row| evidence.strings.text(who.code(*row)) == person)
            .map(|row| evidence.strings.text(name.code(row)).to_owned())
            .collect()
    };
    for action in offered.actions.values() {
        let kind = evidence.kind(&action.kind).expect("a kind");
        let left = i64::from(by.0 - today.0) - waiting_days(action.waits, today);
        let one = |worker: String, hours: Exact, cost: Exact, held: Vec<String>, fact: Supposed| {
            Possible {
                worker,
                hours,
                left,
                cost,
                needs: action.needs.clone(),
                brings: action.with.values().cloned().collect(),
                held,
                fact,
            }
        };
        match action.each {
            Each::Once | Each::Customer => {
                for number in 0..action.most {
                    let fact = new_fact(ledger, kind, action, &Subject::Nobody, number, by);
                    found.push(one(
                        format!("role {}", action.role),
                        action.hours.clone(),
                        offered.cost(action, None),
                        vec![],
                        fact,
                    ));
                }
            }
            Each::Person => {
                let people = evidence.kind("people").expect("a kind");
                let column = evidence.column(people, "person").expect("a column");
                for row in evidence.tables[people].rows(0) {
                    let id = evidence.strings.text(column.code(row)).to_owned();
                    let subject = Subject::Person(id.clone());
                    let fact = new_fact(ledger, kind, action, &subject, 0, by);
                    let held = held(&id);
                    found.push(one(
                        id,
                        action.hours.clone(),
                        offered.cost(action, None),
                        held,
                        fact,
                    ));
                }
            }
            Each::Open => {
                let chances = &offered.chances[&action.kind];
                for open in cairn_domain::forecast::odds::open_records(ledger, 0, kind, chances, by)
                {
                    if open.not_before.is_some_and(|on| on > by) {
                        continue;
                    }
                    found.push(one(
                        format!("role {}", action.role),
                        action.hours.checked_div(&open.chance).expect("above zero"),
                        offered.cost(action, Some(&open.chance)),
                        vec![],
                        open.done,
                    ));
                }
            }
        }
    }
    found
}

fn can_be_done(set: &[&Possible]) -> bool {
    let mut workers: BTreeMap<&str, Vec<&Possible>> = BTreeMap::new();
    for one in set {
        workers.entry(&one.worker).or_default().push(one);
    }
    let week = Exact::from(7);
    workers.values().all(|own| {
        own.iter().all(|one| {
            let work: Exact = own
                .iter()
                .filter(|o| o.left <= one.left)
                .map(|o| o.hours.clone())
                .sum();
            let prepared = one
                .needs
                .iter()
                .all(|need| one.held.contains(need) || own.iter().any(|o| o.brings.contains(need)));
            work <= hours_until(&week, one.left) && prepared && one.left >= 0
        })
    })
}

/// The least cost of any set of actions that meets the level, or that none does.
fn brute(
    program: &str,
    engine: &Engine,
    possible: &[Possible],
    by: Day,
    level: usize,
) -> Option<Exact> {
    let all: Vec<Supposed> = possible.iter().map(|p| p.fact.clone()).collect();
    if !meets(program, engine, &all, by, level) {
        return None;
    }
    let mut sets: Vec<(Exact, u32)> = (0..1_u32 << possible.len())
        .map(|set| {
            let cost = possible
                .iter()
                .enumerate()
                .filter(|(at, _)| set & (1 << at) != 0)
                .map(|(_, p)| p.cost.clone())
                .sum();
            (cost, set)
        })
        .collect();
    sets.sort();
    // One more fact never lowers what rises: what a set does not do none of its parts does.
    let mut short: Vec<u32> = Vec::new();
    for (cost, set) in sets {
        if short.iter().any(|known| set & known == set) {
            continue;
        }
        let chosen: Vec<&Possible> = possible
            .iter()
            .enumerate()
            .filter(|(at, _)| set & (1 << at) != 0)
            .map(|(_, p)| p)
            .collect();
        if !can_be_done(&chosen) {
            continue;
        }
        let facts: Vec<Supposed> = chosen.iter().map(|p| p.fact.clone()).collect();
        if meets(program, engine, &facts, by, level) {
            return Some(cost);
        }
        short.push(set);
    }
    None
}

fn meets(program: &str, engine: &Engine, facts: &[Supposed], by: Day, level: usize) -> bool {
    let (ledger, place) =
        supposed_ledger(&engine.ledger, 0, facts).expect("amounts of two decimals");
    let copy = Engine::new(engine.programs.clone(), ledger, Assumptions::default());
    let run = copy.edition(program, "2026").expect("it runs");
    run.level_truth(place, Ask::Enter, level, by) == Truth::Yes
}

fn case(program: &str, programs: &Arc<Programs>, seed: u64) -> (bool, usize) {
    let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 23);
    let (offered, engine) = if program == "seated" {
        // Three people of whom each could do four things, or two who could do all six.
        let (count, most) = if random.one_in(2) { (3, 4) } else { (2, 6) };
        let offered = badges(&mut random, most);
        (offered, crew(programs, &mut random, count))
    } else {
        let offered = actions(&mut random);
        (offered, engine(programs, &mut random))
    };
    let by = common::day(TODAY).plus_days(5 + random.below(290) as i32);
    let level = random.below(2);
    let wanted = [Wanted {
        edition: programs.find(program, "2026").expect("it runs"),
        ask: Ask::Enter,
        level,
    }];
    let files = [&offered];
    let found: Plan = plan(&Request {
        engine: &engine,
        partner: 0,
        today: common::day(TODAY),
        by,
        wanted: &wanted,
        only: None,
        offered: &files,
        before: &[],
    });
    let possible = possible(&engine, &offered, by);
    assert!(
        possible.len() <= 14,
        "seed {seed}: {} actions",
        possible.len()
    );
    match brute(program, &engine, &possible, by, level) {
        Some(least) => {
            assert!(
                found.met,
                "seed {seed}: {:?} blocked, and {least} does it",
                found.blocked
            );
            assert_eq!(found.cost, least, "seed {seed}: by {by}, level {level}");
            assert!(
                found.is_proven(),
                "seed {seed}: {} of {}",
                found.bound,
                found.cost
            );
            // Carried out on the days of its steps, and as late as may be, it meets the level.
            for late in [false, true] {
                let facts = facts_of(&engine, &found, late);
                assert!(
                    meets(program, &engine, &facts, by, level),
                    "seed {seed}: {late}"
                );
            }
            // Another way costs as much or more.
            if let Some(other) = &found.runner_up {
                assert!(other.cost >= found.cost, "seed {seed}");
                assert!(!other.instead.is_empty(), "seed {seed}");
            }
            (true, found.steps.len())
        }
        None => {
            assert!(
                !found.met,
                "seed {seed}: a plan for {} where there is none",
                found.cost
            );
            assert!(
                !found.blocked.is_empty(),
                "seed {seed}: nothing is said to be in the way"
            );
            (false, 0)
        }
    }
}

#[test]
fn brute_force_over_small_cases_agrees_with_the_plan() {
    let (met, not, steps) = held_against_brute_force("test", seeds(1000));
    assert!(met > 400 && not > 50, "{met} met, {not} not");
    assert!(steps > met, "most plans do more than one thing");
}

#[test]
fn brute_force_over_scores_with_caps_steps_and_gates_agrees_with_the_plan() {
    let (met, not, steps) = held_against_brute_force("scored", seeds(200));
    assert!(met > 40 && not > 10, "{met} met, {not} not");
    assert!(steps > met, "most plans do more than one thing");
}

#[test]
fn brute_force_over_seats_agrees_with_the_plan() {
    let (met, not, steps) = held_against_brute_force("seated", seeds(150));
    assert!(met > 40 && not > 10, "{met} met, {not} not");
    assert!(steps > met, "most plans do more than one thing");
}

#[test]
fn odds_are_what_every_combination_of_open_records_comes_to() {
    let programs = programs();
    let (mut between, mut ranges) = (0, 0);
    for seed in 0..seeds(200) {
        let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 29);
        let offered = actions(&mut random);
        let engine = engine_of(
            &programs,
            &[("opportunities", opportunities(&mut random, 8))],
        );
        let by = common::day(TODAY).plus_days(5 + random.below(290) as i32);
        for program in ["test", "scored", "chanced", "shared"] {
            for level in 0..2 {
                let at = programs.find(program, "2026").expect("it runs");
                let found = odds(
                    &engine,
                    0,
                    (at, Ask::Enter, level),
                    (common::day(TODAY), by),
                    &[&offered],
                );
                let truth = every_combination(program, &engine, &found, by, level);
                let said = format!("seed {seed}: {program} by {by}, level {level}, {found:#?}");
                if found.uncounted.is_empty() {
                    assert_eq!(found.level.least, truth, "{said}");
                    assert!(found.level.is_exact(), "{said}");
                } else {
                    assert!(
                        found.level.least <= truth && truth <= found.level.most,
                        "{truth}, {said}"
                    );
                    ranges += 1;
                }
                between += usize::from(!truth.is_zero() && truth != Exact::ONE);
                assert!(!found.is_settled() || truth.is_zero(), "{said}");
                assert!(!found.met_without || truth == Exact::ONE, "{said}");
            }
        }
    }
    assert!(between > 150, "{between} between never and surely");
    assert!(ranges > 20, "{ranges} ranges");
}

/// How likely a level is met: each combination of what comes true, carried out and judged by the engine.
fn every_combination(program: &str, engine: &Engine, found: &Odds, by: Day, level: usize) -> Exact {
    let mut truth = Exact::ZERO;
    for chosen in 0..1_u32 << found.open.len() {
        let (mut share, mut facts) = (Exact::ONE, Vec::new());
        for (at, open) in found.open.iter().enumerate() {
            if chosen & (1 << at) == 0 {
                share = &share * &(&Exact::ONE - &open.chance);
            } else {
                share = &share * &open.chance;
                facts.push(open.done.clone());
            }
        }
        if meets(program, engine, &facts, by, level) {
            truth = &truth + &share;
        }
    }
    truth
}

/// How many cases could be met, how many not, and the steps of all plans.
fn held_against_brute_force(program: &str, count: u64) -> (usize, usize, usize) {
    let programs = programs();
    let halves: Vec<(usize, usize, usize)> = std::thread::scope(|scope| {
        let programs = &programs;
        let work: Vec<_> = (0..2)
            .map(|half| {
                scope.spawn(move || {
                    let (mut met, mut not, mut steps) = (0, 0, 0);
                    for seed in (0..count).filter(|s| s % 2 == half) {
                        let (found, of) = case(program, programs, seed);
                        met += usize::from(found);
                        not += usize::from(!found);
                        steps += of;
                    }
                    (met, not, steps)
                })
            })
            .collect();
        work.into_iter()
            .map(|w| w.join().expect("no panic"))
            .collect()
    });
    let met: usize = halves.iter().map(|h| h.0).sum();
    let not: usize = halves.iter().map(|h| h.1).sum();
    let steps: usize = halves.iter().map(|h| h.2).sum();
    (met, not, steps)
}

const OTHER: &str = r#"
program  = "other"
edition  = "2026"
title    = "Other"
in_force = { from = 2000-01-01 }
levels   = ["one"]
[requirement.experts]
title    = "Experts"
measure  = "count distinct person of credentials where level >= professional"
at_least = { one = 1 }
cite     = "made-up"
"#;

const SIMPLE: &str = r#"
program  = "simple"
edition  = "2026"
title    = "Simple"
in_force = { from = 2000-01-01 }
levels   = ["one"]
[requirement.people]
title    = "People"
measure  = "count distinct person of credentials where class = certification"
at_least = { one = 1 }
cite     = "made-up"
"#;

const KEPT: &str = r#"
program  = "kept"
edition  = "2026"
title    = "Kept"
in_force = { from = 2000-01-01 }
levels   = ["one"]
[requirement.kept]
title    = "A plan for three months"
test     = "held(trailing 3 months, (count attestations where kind = business-plan) >= 1)"
required = ["one"]
cite     = "made-up"
"#;

/// Half a point for each, and more than none of them.
const HALF: &str = r#"
program  = "half"
edition  = "2026"
title    = "Half"
in_force = { from = 2000-01-01 }
levels   = ["one"]
[requirement.people]
title     = "People"
measure   = "0.5 * (count distinct person of credentials where class = certification)"
more_than = { one = 0 }
cite      = "made-up"
"#;

const FEW: &str = r#"
actions = "few"
rate = "10 USD"
hours_a_week = 10
known = { rate = "own", hours_a_week = "own" }
[action.associate]
title = "associate"
adds = "credentials"
each = "person"
with = { credential = "admin-associate" }
hours = 10
known = { hours = "own" }
[action.expert]
title = "expert"
adds = "credentials"
each = "person"
with = { credential = "architect-expert" }
hours = 15
known = { hours = "own" }
[action.plan]
title = "plan"
adds = "attestations"
with = { kind = "business-plan" }
hours = 5
waits = "20 days"
known = { hours = "own", waits = "own" }
"#;

/// A partner of two people who hold nothing, and the plan of `FEW` for levels by a day.
fn few(wanted: &[&str], by: &str) -> (Engine, Plan) {
    let all = common::files();
    let whole = HALF
        .replace("\"half\"", "\"whole\"")
        .replace("0.5 *", "floor(0.5 *")
        .replace("certification)\"", "certification))\"");
    let files = all
        .iter()
        .filter(|(name, _)| name.ends_with("/evidence.toml") || name.ends_with("/example.toml"))
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .chain([
            ("programs/other/2026.toml", OTHER),
            ("programs/simple/2026.toml", SIMPLE),
            ("programs/kept/2026.toml", KEPT),
            ("programs/half/2026.toml", HALF),
            ("programs/whole/2026.toml", whole.as_str()),
        ]);
    let (library, problems) = Library::read(files);
    assert!(problems.is_empty(), "{problems:?}");
    let programs = Arc::new(Programs::new(Arc::new(library)));
    let tables = [(
        "people",
        "person, registered_on\np1, 2024-01-01\np2, 2024-01-01",
        Place::default(),
    )];
    let empty = ["attestations", "credentials"];
    let evidence = read_table_texts(&programs.library, "simple", &tables, &empty).evidence;
    let today = common::day(TODAY);
    let ledger = Arc::new(Ledger::new(Arc::new(evidence), Some(today)));
    let engine = Engine::new(programs.clone(), ledger, Assumptions::default());
    let (offered, problems) = read("vocabulary/actions/few.toml", FEW);
    assert!(problems.is_empty(), "{problems:?}");
    let offered = offered.expect("a file of actions");
    let wanted: Vec<Wanted> = wanted
        .iter()
        .map(|program| Wanted {
            edition: programs.find(program, "2026").expect("it runs"),
            ask: Ask::Enter,
            level: 0,
        })
        .collect();
    let found = plan(&Request {
        engine: &engine,
        partner: 0,
        today,
        by: common::day(by),
        wanted: &wanted,
        only: None,
        offered: &[&offered],
        before: &[],
    });
    (engine, found)
}

#[test]
fn one_person_serves_several_programs_at_once() {
    let cost = |wanted: &[&str]| {
        let (_, found) = few(wanted, "2026-12-01");
        assert!(found.met && found.is_proven(), "{:?}", found.blocked);
        assert!(found.verdicts.iter().all(|v| *v == Truth::Yes));
        found.cost
    };
    // An associate does for one program, an expert for the other; the expert alone does for both.
    assert_eq!(cost(&["simple"]), Exact::from(100));
    assert_eq!(cost(&["other"]), Exact::from(150));
    assert_eq!(cost(&["simple", "other"]), Exact::from(150));
    assert_eq!(cost(&["other", "simple", "kept"]), Exact::from(200));
    // Half a point is more than none; more than none of whole points is one, of two people.
    assert_eq!(cost(&["half"]), Exact::from(100));
    assert_eq!(cost(&["whole"]), Exact::from(200));
}

#[test]
fn what_has_to_be_held_begins_in_time_or_is_said_to_be_too_late() {
    let (engine, found) = few(&["kept"], "2026-12-01");
    assert!(found.met && found.is_proven(), "{:?}", found.blocked);
    // Three months up to 1 December begin on 2 September.
    assert_eq!(found.steps[0].due, common::day("2026-09-02"));
    assert!(found.steps[0].done <= found.steps[0].due);
    let at = engine.programs.find("kept", "2026").expect("it runs");
    let met = |on: &str, by: &str| {
        let mut facts = facts_of(&engine, &found, true);
        for (_, given) in &mut facts[0].cells {
            if let cairn_domain::suppose::Given::Day(day) = given {
                *day = common::day(on);
            }
        }
        let (ledger, place) = supposed_ledger(&engine.ledger, 0, &facts).expect("no amounts");
        let copy = Engine::new(engine.programs.clone(), ledger, Assumptions::default());
        copy.on(at)
            .level_truth(place, Ask::Enter, 0, common::day(by))
    };
    assert_eq!(met("2026-09-02", "2026-12-01"), Truth::Yes);
    assert_eq!(
        met("2026-09-03", "2026-12-01"),
        Truth::No,
        "a day later is too late"
    );
    // By 15 April it would have had to be there since 16 January.
    let (_, late) = few(&["kept"], "2026-04-15");
    assert!(!late.met);
    assert!(
        late.blocked
            .iter()
            .any(|b| matches!(b.why, cairn_domain::plan::goal::Why::Began(on) if on == common::day("2026-01-16"))),
        "{:?}",
        late.blocked
    );
}

#[test]
fn of_people_who_are_alike_those_stay_who_were_to_do_it_before() {
    use cairn_domain::plan::Before;
    let (engine, found) = few(&["simple"], "2026-12-01");
    assert_eq!(found.steps[0].subject, Subject::Person("p1".to_owned()));
    let (offered, _) = read("vocabulary/actions/few.toml", FEW);
    let offered = offered.expect("a file of actions");
    let wanted = [Wanted {
        edition: engine.programs.find("simple", "2026").expect("it runs"),
        ask: Ask::Enter,
        level: 0,
    }];
    let again = plan(&Request {
        engine: &engine,
        partner: 0,
        today: common::day(TODAY),
        by: common::day("2026-12-01"),
        wanted: &wanted,
        only: None,
        offered: &[&offered],
        before: &[Before {
            file: "few".to_owned(),
            action: "associate".to_owned(),
            subject: Subject::Person("p2".to_owned()),
        }],
    });
    assert_eq!(again.steps[0].subject, Subject::Person("p2".to_owned()));
    assert_eq!(again.cost, found.cost);
}

/// The level of [`SEATED`] by what two people hold, with fees of 10, 100, 150 and 200 for the badges and no work.
fn seated(credentials: &str, level: usize) -> Plan {
    let programs = programs();
    let mut text = String::from(
        "actions = \"test\"\nrate = \"10 USD\"\nhours_a_week = 7\nknown = { rate = \"own\", hours_a_week = \"own\" }\n",
    );
    for (name, fee) in [
        ("routing-am", 10),
        ("voice-am", 100),
        ("routing-se", 150),
        ("voice-se", 200),
    ] {
        text += &format!(
            "[action.{name}]\ntitle = \"{name}\"\nadds = \"credentials\"\neach = \"person\"\nwith = {{ credential = \"{name}\" }}\nhours = 0\nfee = \"{fee} USD\"\nknown = {{ hours = \"own\", fee = \"own\" }}\n"
        );
    }
    let offered = read_actions(&text);
    let engine = engine_of(
        &programs,
        &[
            (
                "people",
                "person, registered_on\np1, 2024-01-01\np2, 2024-01-01".to_owned(),
            ),
            (
                "credentials",
                format!("person, credential, earned_on\n{credentials}"),
            ),
        ],
    );
    let wanted = [Wanted {
        edition: programs.find("seated", "2026").expect("it runs"),
        ask: Ask::Enter,
        level,
    }];
    plan(&Request {
        engine: &engine,
        partner: 0,
        today: common::day(TODAY),
        by: common::day("2026-12-01"),
        wanted: &wanted,
        only: Some(&["staffed".to_owned()]),
        offered: &[&offered],
        before: &[],
    })
}

fn done(plan: &Plan) -> Vec<(String, Subject)> {
    let mut done: Vec<(String, Subject)> = plan
        .steps
        .iter()
        .map(|s| (s.action.clone(), s.subject.clone()))
        .collect();
    done.sort();
    done
}

#[test]
fn seats_are_planned_for_whoever_can_sit_on_them() {
    let person = |id: &str| Subject::Person(id.to_owned());
    // p1 sits as an account manager for both, or as an engineer for one. The cheapest badge, another account manager's for
    // routing, would fill no seat more. With both of them p2 takes both seats, and p1 moves over to the engineer's: that costs
    // 110, and an engineer's badge for p2 150.
    let held = "p1, routing-am, 2025-01-10\np1, voice-am, 2025-01-10\np1, routing-se, 2025-01-10";
    let found = seated(held, 1);
    assert!(found.met && found.is_proven(), "{:?}", found.blocked);
    let both = [
        ("routing-am".to_owned(), person("p2")),
        ("voice-am".to_owned(), person("p2")),
    ];
    assert_eq!(done(&found), both);
    assert_eq!(found.cost, Exact::from(110));
    // Whoever keeps to a role takes its seats: one account manager with both badges, and an engineer.
    let found = seated("p1, routing-se, 2025-01-10", 1);
    assert!(found.met && found.is_proven(), "{:?}", found.blocked);
    assert_eq!(done(&found), both);
    // Nobody holds anything: two seats are cheapest with one person who takes both as an account manager.
    let found = seated("", 0);
    assert!(found.met && found.is_proven(), "{:?}", found.blocked);
    assert_eq!(found.cost, Exact::from(110));
    assert_eq!(found.steps[0].subject, found.steps[1].subject);
}

/// What two open records, one of four in five and one of one in two, come to for a program.
fn two_open(program: &str, level: usize) -> Odds {
    let programs = programs();
    let mut text = HEAD.to_owned();
    text += "[chance.opportunities]\nfield = \"stage\"\nchance = { qualified = \"50%\", committed = \"80%\" }\ndone = { stage = \"launched\" }\nknown = \"own\"\n";
    let offered = read_actions(&text);
    let open = "opportunity, customer, stage, estimated_mrr, currency, launched_on\no1, acme, committed, 400, USD,\no2, beta, qualified, 300, USD,";
    let engine = engine_of(&programs, &[("opportunities", open.to_owned())]);
    let at = programs.find(program, "2026").expect("it runs");
    let days = (common::day(TODAY), common::day("2026-12-01"));
    odds(&engine, 0, (at, Ask::Enter, level), days, &[&offered])
}

#[test]
fn points_of_a_score_have_the_odds_of_what_comes_to_their_parts() {
    let exact = |text: &str| Exact::parse(text).expect("a number");
    // One launch is 5 points, its customer 2, and $400 one more, $300 none: 8 or 7. Both are 6 for two customers, 4 for reach, 2 for
    // $700 and 2 behind the gate: 14. Two in five times both come true.
    let found = two_open("chanced", 0);
    let total = &found.rows[0];
    assert_eq!(total.missing, Exact::from(9));
    assert_eq!(total.met.least, exact("0.4"));
    let spread: Vec<(String, String)> = total
        .at_least
        .iter()
        .map(|(points, chance)| {
            assert!(chance.is_exact());
            (points.to_string(), chance.least.to_string())
        })
        .collect();
    let spread: Vec<(&str, &str)> = spread
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        spread,
        [
            ("2", "0.9"),
            ("5", "0.9"),
            ("8", "0.8"),
            ("9", "0.4"),
            ("11", "0.4"),
            ("14", "0.4")
        ]
    );
    // The mean of both: two customers twice and 1.4 for the money once, 1.8.
    assert_eq!(Some(found.rows[1].missing.clone()), Exact::ratio(4, 3));
    assert_eq!(found.rows[1].met.least, exact("0.4"));
    assert_eq!(found.level.least, exact("0.4"));
    assert!(found.level.is_exact() && found.unmoved.is_empty() && found.uncounted.is_empty());
    // Seats are moved by none of it: that is settled, and every row in the way is named.
    let found = two_open("seated", 0);
    assert!(found.is_settled() && !found.met_without);
    assert_eq!(found.unmoved.len(), 2);
    // Two launches with two customers are one for one; how a share moves is not worked out.
    let found = two_open("shared", 1);
    assert_eq!(found.uncounted.len(), 1);
    assert_eq!(found.level.least, Exact::ZERO);
    assert_eq!(found.level.most, exact("0.4"));
}
