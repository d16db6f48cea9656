//! §6 and §7: questions, libraries, scores, tracks, rosters; conventions 26 to 29.

use super::{day, edition, world};
use crate::number::Exact;
use crate::program::Ask;

const ON: &str = "2022-06-30";

#[test]
fn an_answer_is_the_latest_of_its_question() {
    let text = r#"
levels = []
[question]
yes-no  = { answer = "yes or no" }
scale   = { answer = "1 to 5" }
share   = { answer = "percent" }
cash    = { answer = "money USD" }
model   = { answer = ["resold", "limited", "full"] }
threat  = { answer = { no = 0, some = "1/4", most = 1 }, may_not_apply = true }
silent  = { answer = "number" }
[test]
full    = { is = "model >= limited" }
exactly = { is = "model = resold" }
half-way = { is = "threat = some" }
rich    = { is = "cash >= 10 USD" }
"#;
    let answers = "question, answered_on, answer\nyes-no, 2022-01-01, no\nyes-no, 2022-02-01, yes\nscale, 2022-01-01, 4\nshare, 2022-01-01, 25%\ncash, 2022-01-01, 12\nmodel, 2022-01-01, full\nthreat, 2022-01-01, some\nthreat, 2022-07-01, n/a";
    let w = world(&[edition("acme", text)], &[("answers", answers)]);
    w.is(
        "yes-no",
        &[
            ("2021-12-31", "0 to 1"),
            ("2022-01-31", "0"),
            ("2022-02-01", "1"),
        ],
    );
    for (name, expected) in [
        ("scale", "4"),
        ("share", "0.25"),
        ("cash", "12"),
        ("model", "full"),
        ("threat", "0.25"),
        ("silent", "unknown"),
        ("full", "1"),
        ("exactly", "0"),
        ("half-way", "1"),
        ("rich", "1"),
    ] {
        w.is(name, &[(ON, expected)]);
    }
    w.is("threat", &[("2022-07-01", "not applicable")]);
    // A refused answer opens no other answer: what was answered before stands.
    let wrong = "question, answered_on, answer\nscale, 2022-01-01, 4\nmodel, 2022-01-01, nonsense";
    world(&[edition("acme", text)], &[("answers", wrong)]).is("scale", &[(ON, "4")]);
}

#[test]
fn an_answer_is_contradicted_where_the_evidence_differs() {
    let text = r#"
levels = []
[question]
done  = { answer = "yes or no", evidence = "(count projects) >= 3" }
open  = { answer = "yes or no", evidence = "(count tickets) >= 3" }
share = { answer = "percent", evidence = "(count projects where strategic = yes) / (count projects)", within = "5%" }
near  = { answer = "percent", evidence = "(count projects where strategic = yes) / (count projects)", within = "5%" }
size  = { answer = ["small", "large"], evidence = "if (count projects) >= 2 then large else small" }
quiet = { answer = "yes or no", evidence = "no" }
"#;
    let projects = (
        "projects",
        "project, strategic, completed_on\nx1, yes, 2022-01-01\nx2, no, 2022-01-01",
    );
    let answers = (
        "answers",
        "question, answered_on, answer\ndone, 2022-01-01, yes\nopen, 2022-01-01, yes\nshare, 2022-01-01, 56%\nnear, 2022-01-01, 55%\nsize, 2022-01-01, small",
    );
    let w = world(&[edition("acme", text)], &[projects, answers]);
    let found = w.ask(|r, p| r.contradicted(p, day(ON)));
    assert_eq!(found, ["done", "share", "size"]);
}

#[test]
fn a_library_lends_its_measures() {
    let text = "levels = []\nuses = [\"kpis@7\"]\n[measure]\nhere = { is = \"there * 2\" }";
    let kpis = "program = \"kpis\"\nedition = \"7\"\ntitle = \"Library\"\n[measure]\nthere = { is = \"own + (count projects)\" }\nown = { is = \"10\" }";
    let projects = ("projects", "project, completed_on\nx1, 2022-01-01");
    let w = world(&[edition("acme", text), kpis.to_owned()], &[projects]);
    w.is("here", &[(ON, "22")]);
    w.is("there", &[(ON, "11")]);
}

#[test]
fn a_parameter_is_its_default_unless_set() {
    let text = "levels = []\n[parameter]\na = { default = 2 }\nb = {}\n[measure]\ntwice = { is = \"a * 2\" }";
    let mut w = world(&[edition("acme", text)], &[]);
    w.is("twice", &[(ON, "4")]);
    w.is("b", &[(ON, "unknown")]);
    w.assumptions.set.insert("a".into(), Exact::from(5));
    w.is("twice", &[(ON, "10")]);
}

#[test]
fn a_score_adds_held_parts_or_takes_their_weighted_mean() {
    let text = r#"
levels = []
[question]
na = { answer = "number", may_not_apply = true }
[score.total.part]
capped  = { max = 20, points = "25" }
floored = { max = 20, points = "0 - 5" }
within  = { max = 20, points = "20/3" }
free    = { points = "30" }
gone    = { max = 20, points = "na" }
[score.mean.part]
heavy  = { weight = 3, points = "2" }
light  = { weight = 1, points = "6" }
absent = { weight = 9, points = "na" }
[score.nothing.part]
nowhere = { points = "na" }
[score.unsure.part]
wide = { max = 10, points = "count projects" }
[measure]
worst = { is = "lowest part of total" }
"#;
    let answers = (
        "answers",
        "question, answered_on, answer\nna, 2022-01-01, n/a",
    );
    let w = world(&[edition("acme", text)], &[answers]);
    for (name, expected) in [
        ("total", "170/3"),
        ("capped", "20"),
        ("floored", "0"),
        ("within", "20/3"),
        ("gone", "not applicable"),
        ("mean", "3"),
        ("nothing", "not applicable"),
        ("unsure", "0 to 10"),
        ("worst", "0"),
    ] {
        w.is(name, &[(ON, expected)]);
    }
}

const TRACKS: &str = r#"
levels = ["partner"]
[tracks]
of     = ["large", "small"]
choose = "highest points"
[measure]
base = { is = { large = "count projects", small = "3" } }
[score.points.part.large]
grown = { max = 20, points = "2 * base" }
[score.points.part.small]
grown = { max = 20, points = "base + 1" }
[requirement]
enough = { measure = "points", at_least = { large = { partner = 5 }, small = { partner = 4 } } }
"#;

#[test]
fn the_track_is_the_one_on_which_the_score_is_highest() {
    let projects = (
        "projects",
        "project, completed_on\nx1, 2022-01-01\nx2, 2022-02-01\nx3, 2022-03-01",
    );
    let mut w = world(&[edition("acme", TRACKS)], &[projects]);
    let track = |w: &super::World, on: &str| w.ask(|r, p| r.track(p, Ask::Enter, day(on)));
    // large: two points a project; small: four. Of equals the first.
    assert_eq!(track(&w, "2022-01-31").as_deref(), Some("small"));
    assert_eq!(track(&w, "2022-02-01").as_deref(), Some("large"));
    assert_eq!(
        w.column(Ask::Enter, "partner", "2022-01-31"),
        "met: enough 4 of 4 met"
    );
    assert_eq!(
        w.column(Ask::Enter, "partner", "2022-02-28"),
        "short: enough 4 of 5 short"
    );
    assert_eq!(
        w.column(Ask::Enter, "partner", "2022-03-01"),
        "met: enough 6 of 5 met"
    );
    w.is("grown", &[("2022-03-01", "6")]);
    w.assumptions.track = Some("small".into());
    assert_eq!(
        w.column(Ask::Enter, "partner", "2022-03-01"),
        "met: enough 4 of 4 met"
    );
}

#[test]
fn without_a_track_values_that_differ_by_it_are_unknown() {
    let text = TRACKS.replace("highest points", "latest track of elections");
    let elections = ("elections", "track, since\nsmall, 2022-03-01");
    let projects = ("projects", "project, completed_on\nx1, 2022-01-01");
    let w = world(&[edition("acme", &text)], &[elections, projects]);
    assert_eq!(
        w.ask(|r, p| r.track(p, Ask::Enter, day("2022-02-28"))),
        None
    );
    assert_eq!(
        w.column(Ask::Enter, "partner", "2022-02-28"),
        "unknown: enough unknown of unknown unknown"
    );
    assert_eq!(
        w.column(Ask::Enter, "partner", "2022-03-01"),
        "met: enough 4 of 4 met"
    );
}

const ROSTER: &str = r#"
levels = []
[roster.roles]
of       = "credentials where class = role-badge"
one_role = true
capacity = { seller = 2, engineer = 1 }
seats    = [
  { for = "voice", role = "seller", needs = "am-badge" },
  { for = "data", role = "seller", needs = "am-badge" },
  { for = "cloud", role = "seller", needs = "am-badge" },
  { for = "voice", role = "engineer", needs = "se-badge", number = 2 },
]
[measure]
seated = { is = "filled(roles)" }
"#;

fn seated(credentials: &str, expected: &str) {
    let people = ("people", "person, registered_on\np1..p9, 2020-01-01");
    let table = format!("person, credential, earned_on\n{credentials}");
    let w = world(
        &[edition("acme", ROSTER)],
        &[people, ("credentials", &table)],
    );
    w.is("seated", &[(ON, expected)]);
}

#[test]
fn seats_are_filled_as_well_as_they_can_be() {
    // p1 could be either. Greedy would seat the first person as a seller and leave the engineers one short.
    seated(
        "p1, am-badge, 2021-01-01\np1, se-badge, 2021-01-01\np2, am-badge, 2021-01-01",
        "3",
    );
    // Two sales seats for p2, and p1 as an engineer, beside p3.
    seated(
        "p1, am-badge, 2021-01-01\np1, se-badge, 2021-01-01\np2, am-badge, 2021-01-01\np3, se-badge, 2021-01-01",
        "4",
    );
    // A capacity of two, though three seats want the badge.
    seated("p2, am-badge, 2021-01-01", "2");
    // One engineer never fills two seats of the same `for`.
    seated("p3, se-badge, 2021-01-01", "1");
    seated("p3..p6, se-badge, 2021-01-01", "2");
    seated("p3, junior, 2021-01-01", "0");
}

#[test]
fn a_badge_without_a_known_name_may_fill_a_seat() {
    seated(
        "p1, mystery, 2021-01-01\np3, se-badge, 2021-01-01",
        "1 to 3",
    );
    let refused = "person, credential, earned_on\np3, se-badge, 2021-01-01\np1, am-badge, soon";
    let people = ("people", "person, registered_on\np1..p9, 2020-01-01");
    let w = world(
        &[edition("acme", ROSTER)],
        &[people, ("credentials", refused)],
    );
    w.is("seated", &[(ON, "1 to 2")]);
    let silent = world(&[edition("acme", ROSTER)], &[people]);
    silent.is("seated", &[(ON, "0 to 5")]);
}
