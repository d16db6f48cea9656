//! Lints by example.

use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};

use super::*;

/// Every TOML file below a folder of the workspace, by its path from there, sorted.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut found = Vec::new();
    collect(&root.join(folder), &root, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, root, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let name = path.strip_prefix(root).expect("below the root");
            let text = std::fs::read_to_string(&path).expect("a file");
            found.push((name.to_string_lossy().into_owned(), text));
        }
    }
}

const KINDS: &str = r#"
[kind.people]
columns = "person*, name, team, registered_on, left_on"
holds   = "from registered_on until left_on"
types   = { person = "person", team = { words = ["sales", "delivery"] } }
[kind.credentials]
columns = "person*, credential*, earned_on*"
holds   = "from earned_on while people by person"
types   = { person = "person", credential = "catalog" }
[kind.credentials.catalog]
class = { words = ["exam", "badge"] }
track = { words = ["technical", "business"] }
level = { ladder = ["associate", "professional", "specialty"] }
[kind.deals]
columns = "deal*, customer, stage, amount, currency, won_on, public"
holds   = "from won_on"
types   = { customer = "customer", stage = { ladder = ["open", "won"] }, amount = { money = "currency" }, public = "yes-no" }
[kind.csat]
columns = "response*, score, answered_on"
holds   = "from answered_on"
types   = { score = { number = [1, 5] } }
[kind.enrollments]
columns = "program*, level, since*, last_review_on"
holds   = "from since until next"
types   = { program = "program", level = "level", since = "date" }
"#;

const CATALOG: &str = r#"
catalog = "acme"
[credentials]
admin-associate  = { class = "exam", level = "associate" }
admin-specialty  = { class = "exam", level = "specialty" }
seller           = { class = "badge", track = "business" }
"#;

const HEAD: &str = r#"program  = "acme"
edition  = "2026"
in_force = { from = 2026-01-01 }
levels   = ["bronze", "silver", "gold"]
catalogs = ["acme"]
source   = { guide = { title = "The guide", read = "original" } }
"#;

/// What the lints find in editions of a made-up program, the last of which is linted; and in the library of them all.
fn found(editions: &[&str]) -> String {
    let files: Vec<(String, &str)> = [
        ("vocabulary/evidence.toml".to_owned(), KINDS),
        ("vocabulary/catalogs/acme.toml".to_owned(), CATALOG),
    ]
    .into_iter()
    .chain(
        editions
            .iter()
            .enumerate()
            .map(|(i, text)| (format!("programs/{i}.toml"), *text)),
    )
    .collect();
    let (library, problems) = Library::read(files.iter().map(|(a, b)| (a.as_str(), *b)));
    let edition = library.editions.last().expect("an edition");
    problems
        .iter()
        .chain(&lint(&library, edition, &Frozen::default()))
        .chain(&lint_library(&library))
        .map(|d| format!("{} {d}", d.severity.name()))
        .collect::<Vec<_>>()
        .join("\n")
}

fn check(body: &str, expected: Expect) {
    expected.assert_eq(&found(&[&format!("{HEAD}{body}")]));
}

#[test]
fn a_higher_level_asks_no_less() {
    check(
        r#"
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 2, silver = 5, gold = 4 }, cite = "guide p. 1" }
late  = { measure = "count deals", at_most = { bronze = 2, silver = 3 }, cite = "guide p. 1" }
won   = { measure = "sum amount of deals", at_least = { bronze = "2 USD", silver = "1 EUR" }, cite = "guide p. 1" }
wide  = { measure = "count people", at_least = { bronze = "3 to 7", silver = "4 to 6" }, cite = "guide p. 1" }
"#,
        expect![[r#"
            warning easier-level: `exams` asks 5 of `silver` and 4 of `gold`, which stands above it
              --> programs/0.toml:9:86  exams
              help: where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `late` is asked of `silver` and not of `gold`, which stands above it
              --> programs/0.toml:10:1  late
              help: add a key for `gold`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `late` asks 2 of `bronze` and 3 of `silver`, which stands above it
              --> programs/0.toml:10:69  late
              help: where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `won` is asked of `silver` and not of `gold`, which stands above it
              --> programs/0.toml:11:1  won
              help: add a key for `gold`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `wide` is asked of `silver` and not of `gold`, which stands above it
              --> programs/0.toml:12:1  wide
              help: add a key for `gold`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `wide` asks 3 to 7 of `bronze` and 4 to 6 of `silver`, which stands above it
              --> programs/0.toml:12:79  wide
              help: where the source really prints this, say so in a [[reading]] with settles = "easier-level""#]],
    );
}

#[test]
fn a_row_of_lower_levels_is_printed_again_where_others_are() {
    // Stages that each add a mark of their own say nothing again; a table that repeats its rows does.
    check(
        r#"
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 2 }, cite = "guide p. 1" }
plan  = { test = "exists people", required = ["bronze"], cite = "guide p. 1" }
deals = { test = "exists deals", required = ["silver"], cite = "guide p. 1" }
"#,
        expect![""],
    );
    check(
        r#"
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 2, gold = 3 }, cite = "guide p. 1" }
deals = { measure = "count deals", at_least = { bronze = 2, silver = 3 }, cite = "guide p. 1" }
staff = { measure = "count people", at_least = { silver = 3, gold = 3 }, cite = "guide p. 1" }
plan  = { test = "exists people", required = ["bronze", "silver"], cite = "guide p. 1" }
"#,
        expect![[r#"
            warning easier-level: `exams` is asked of `bronze` and not of `silver`, which stands above it
              --> programs/0.toml:9:1  exams
              help: add a key for `silver`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `deals` is asked of `silver` and not of `gold`, which stands above it
              --> programs/0.toml:10:1  deals
              help: add a key for `gold`; where the source really prints this, say so in a [[reading]] with settles = "easier-level""#]],
    );
}

#[test]
fn a_part_asks_no_more_than_its_row() {
    check(
        r#"
[requirement.exams]
measure  = "count distinct person of credentials where class = exam"
at_least = { bronze = 2, silver = 5 }
cite     = "guide p. 1"
part     = { high = { of_which = "level >= professional", at_least = { bronze = 3, silver = 5 } } }
"#,
        expect![[r#"
            warning part-above-total: at `bronze` the part `high` asks 3, and its row `exams` only 2
              --> programs/0.toml:12:81  high
              help: what counts in the part counts in the row as well: look whether the two are exchanged"#]],
    );
}

#[test]
fn disjoint_parts_that_exceed_their_row_are_noted() {
    let rows = |measure: &str, first: &str, second: &str| {
        format!(
            r#"
[requirement.exams]
measure  = "{measure}"
at_least = {{ bronze = 4 }}
cite     = "guide p. 1"
[requirement.exams.part]
one = {{ of_which = "{first}", at_least = {{ bronze = 3 }} }}
two = {{ of_which = "{second}", at_least = {{ bronze = 2 }} }}
"#
        )
    };
    check(
        &rows("count deals", "public = yes", "public = no"),
        expect![[r#"
            note parts-exceed-total: at `bronze` the parts `one` and `two` of `exams` share nothing and ask 5 together, the row only 4
              --> programs/0.toml:8:14  exams
              help: who meets the parts meets the row: look whether a number is mistyped"#]],
    );
    check(
        &rows(
            "count distinct credential of credentials",
            "level >= professional",
            "not level >= professional",
        ),
        expect![[r#"
            note parts-exceed-total: at `bronze` the parts `one` and `two` of `exams` share nothing and ask 5 together, the row only 4
              --> programs/0.toml:8:14  exams
              help: who meets the parts meets the row: look whether a number is mistyped"#]],
    );
    // One person may hold both, so the parts share people.
    check(
        &rows(
            "count distinct person of credentials",
            "track = technical",
            "track = business",
        ),
        expect![""],
    );
    // Not apart.
    check(
        &rows(
            "count credentials",
            "level >= associate",
            "level >= specialty",
        ),
        expect![""],
    );
}

#[test]
fn printed_ranges_meet_and_share_nothing() {
    let row = |measure: &str, begins: &str, ends: &str| {
        format!(
            r#"
[requirement.offers]
measure       = "{measure}"
at_least      = {{ bronze = 1, silver = {begins}, gold = 10 }}
printed_up_to = {{ bronze = {ends}, silver = 9 }}
cite          = "guide p. 1"
"#
        )
    };
    check(&row("count deals", "4", "3"), expect![""]);
    check(
        &row("count deals", "4", "4"),
        expect![[r#"
        error ranges-overlap: `bronze` ends at 4 and `silver` begins at 4
          --> programs/0.toml:8:14  offers
          help: say in a [[reading]] with settles = "ranges-overlap" which one four belongs to, and why"#]],
    );
    check(
        &row("count deals", "4", "2"),
        expect![[r#"
        error ranges-gap: `bronze` ends at 2 and `silver` begins at 4
          --> programs/0.toml:8:14  offers
          help: say in a [[reading]] with settles = "ranges-gap" where what lies between belongs, and why"#]],
    );
    // Between 3 and 4 lie averages, but no counts.
    check(
        &row("average score of csat", "4", "3"),
        expect![[r#"
        error ranges-gap: `bronze` ends at 3 and `silver` begins at 4
          --> programs/0.toml:8:14  offers
          help: say in a [[reading]] with settles = "ranges-gap" where what lies between belongs, and why
        error ranges-gap: `silver` ends at 9 and `gold` begins at 10
          --> programs/0.toml:8:14  offers
          help: say in a [[reading]] with settles = "ranges-gap" where what lies between belongs, and why
        error unreachable-level: nothing can meet `offers` at `gold`: it is 5 at most, and at least 10 is asked
          --> programs/0.toml:10:50  offers
          help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level""#]],
    );
}

#[test]
fn the_stages_of_the_language_page_overlap_at_ten() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../programs/ingram-cloud-stages/2018.toml"
    ))
    .expect("the program");
    let reading = text
        .find("[[reading]]\nabout   = \"offering-count\"")
        .expect("its reading");
    let end = text[reading + 11..].find("\n[").expect("what follows") + reading + 11;
    let without = format!("{}{}", &text[..reading], &text[end..]);
    let overlaps = |text: &str| {
        let (edition, _) = Edition::read("programs/ingram-cloud-stages/2018.toml", text);
        let edition = edition.expect("an edition");
        lint(&Library::default(), &edition, &Frozen::default())
            .iter()
            .filter(|d| d.code == "ranges-overlap")
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    expect![[r#"
        ranges-overlap: `breadth` ends at 10 and `depth` begins at 10
          --> programs/ingram-cloud-stages/2018.toml:26:14  offering-count
          help: say in a [[reading]] with settles = "ranges-overlap" which one ten belongs to, and why"#]].assert_eq(&overlaps(&without));
    assert_eq!(overlaps(&text), "");
}

#[test]
fn bands_meet_and_share_nothing() {
    let bands = |rows: &str, argument: &str| {
        format!(
            r#"
[bands]
steps = {{ rows = [{rows}], cite = "guide p. 1" }}
[requirement]
points = {{ measure = "steps({argument})", at_least = {{ bronze = 1 }}, cite = "guide p. 1" }}
"#
        )
    };
    let share = "(count people) / 3";
    check(
        &bands(
            "{ to = 3, is = 1 }, { above = 3, below = 5, is = 2 }, { from = 5, is = 3 }",
            share,
        ),
        expect![""],
    );
    check(
        &bands("{ to = 3, is = 1 }, { from = 3, is = 2 }", share),
        expect![[r#"
            error ranges-overlap: two bands of `steps` hold 3
              --> programs/0.toml:9:1  steps
              help: `from` and `to` are inside a band, `above` and `below` are not: keep the number in one"#]],
    );
    check(
        &bands("{ below = 3, is = 1 }, { above = 3, is = 2 }", share),
        expect![[r#"
            error ranges-gap: no band of `steps` holds 3
              --> programs/0.toml:9:1  steps
              help: `from` and `to` are inside a band, `above` and `below` are not: bands must meet"#]],
    );
    check(
        &bands("{ to = 3, is = 1 }, { from = 4, is = 2 }", share),
        expect![[r#"
            error ranges-gap: no band of `steps` holds what lies between 3 and 4
              --> programs/0.toml:9:1  steps
              help: `from` and `to` are inside a band, `above` and `below` are not: bands must meet"#]],
    );
    check(
        &bands("{ to = 3, is = 1 }, { from = 4, is = 2 }", "count people"),
        expect![""],
    );
    check(
        &bands("{ to = 3, is = 1 }, { is = 2 }", share),
        expect![[r#"
        error ranges-overlap: two bands of `steps` go on without an end between them
          --> programs/0.toml:9:1  steps
          help: a band ends with `to` or `below` where the next begins with `above` or `from`"#]],
    );
    check(
        &bands("{ from = 3, to = 2, is = 1 }", share),
        expect![[r#"
        error bad-band: no number is in the band of `steps` from 3 to 2
          --> programs/0.toml:9:1  steps
          help: exchange the two ends, or mend the one that is mistyped"#]],
    );
}

#[test]
fn bands_over_money_name_their_currency_in_every_end() {
    let bands = |rows: &str, argument: &str| {
        format!(
            r#"
[bands]
value = {{ rows = [{rows}], cite = "guide p. 1" }}
[requirement]
points = {{ measure = "sum value({argument}) of deals", at_least = {{ bronze = 1 }}, cite = "guide p. 1" }}
"#
        )
    };
    check(
        &bands(
            "{ below = \"1_000 USD\", is = 1 }, { from = \"1_000 USD\", is = 6 }",
            "amount",
        ),
        expect![""],
    );
    check(
        &bands(
            "{ below = 1_000, is = 1 }, { from = 1_000, is = 6 }",
            "amount",
        ),
        expect![""],
    );
    check(
        &bands(
            "{ below = \"1_000 USD\", is = 1 }, { from = \"1_000 USD\", is = 6 }",
            "2",
        ),
        expect![[r#"
            warning unreachable-points: nothing that is looked up in `value` reaches the band `from 1000 USD is 6`
              --> programs/0.toml:9:1  value
              help: the number that is looked up has an end of its own: mend the bands or the number"#]],
    );
    check(
        &bands(
            "{ below = \"1_000 USD\", is = 1 }, { from = 1_000, is = 6 }",
            "amount",
        ),
        expect![[r#"
            error bad-band: some bands of `value` are money, and others plain numbers
              --> programs/0.toml:9:1  value
              help: write the currency after every end: "1_000 USD""#]],
    );
    check(
        &bands(
            "{ below = \"1_000 USD\", is = 1 }, { from = \"1_000 EUR\", is = 6 }",
            "amount",
        ),
        expect![[r#"
            error bad-band: the bands of `value` are in EUR and in USD
              --> programs/0.toml:9:1  value
              help: write every end in one currency; amounts of others are changed by the rates of [money]"#]],
    );
    // Zero is zero of anything.
    check(
        &bands(
            "{ to = 0, is = 0 }, { above = 0, is = 6 }",
            "amount / 1 USD",
        ),
        expect![""],
    );
    check(
        &bands(
            "{ to = 0, is = 0 }, { above = 0, below = \"10 USD\", is = 6 }, { from = \"10 USD\", is = 9 }",
            "amount",
        ),
        expect![""],
    );
    // One end that cannot be read says nothing about the others.
    check(
        &bands(
            "{ below = \"a lot\", is = 1 }, { from = 1_000, is = 6 }",
            "amount",
        ),
        expect![[r#"
            error bad-expression: `lot` stands where the end of the expression is expected
              --> programs/0.toml:9:32  a lot"#]],
    );
}

#[test]
fn thresholds_of_a_table_are_looked_into_row_by_row() {
    check(
        r#"
[table]
bronze-asks = { rows = { AT = 10, DE = 60, else = 5 }, cite = "guide p. 1" }
silver-asks = { rows = { DE = 50, FR = 600, else = 20 }, cite = "guide p. 1" }
[score.points]
out_of = 110
cite   = "guide p. 1"
[score.points.part]
first  = { max = 100, points = "count deals" }
second = { max = 10, points = "count people" }
[requirement.total]
measure  = "points"
at_least = { bronze = "bronze-asks(partner.country)", silver = "silver-asks(partner.country)", gold = 30 }
cite     = "guide p. 1"
[requirement.won]
measure  = "count deals"
at_least = { gold = "bronze-asks(partner.country)" }
cite     = "guide p. 1"
[requirement.won.part]
public = { of_which = "public = yes", at_least = { gold = 20 } }
"#,
        expect![[r#"
            warning easier-level: `total` where `partner.country` is `DE` asks 60 of `bronze` and 50 of `silver`, which stands above it
              --> programs/0.toml:10:31  total
              help: where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            error unreachable-level: nothing can meet `total` at `silver` where `partner.country` is `FR`: it is 110 at most, and at least 600 is asked
              --> programs/0.toml:10:40  total
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level"
            warning easier-level: `total` where `partner.country` is `DE` asks 50 of `silver` and 30 of `gold`, which stands above it
              --> programs/0.toml:19:103  total
              help: where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `total` where `partner.country` is `FR` asks 600 of `silver` and 30 of `gold`, which stands above it
              --> programs/0.toml:19:103  total
              help: where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning part-above-total: at `gold` where `partner.country` is `AT` the part `public` asks 20, and its row `won` only 10
              --> programs/0.toml:26:59  public
              help: what counts in the part counts in the row as well: look whether the two are exchanged
            warning part-above-total: at `gold` where `partner.country` is any other word the part `public` asks 20, and its row `won` only 5
              --> programs/0.toml:26:59  public
              help: what counts in the part counts in the row as well: look whether the two are exchanged"#]],
    );
}

#[test]
fn maxima_and_weights_add_up() {
    check(
        r#"
[tracks]
of     = ["large", "small"]
choose = "highest capability"
cite   = "guide p. 1"
[score.capability]
out_of = 100
cite   = "guide p. 1"
[score.capability.part.large]
first  = { max = 60, points = "count people" }
second = { max = 40, points = "count deals" }
[score.capability.part.small]
first  = { max = 50, points = "count people" }
second = { max = 40, points = "count deals" }
[score.mean]
weights_add_to = 100
cite           = "guide p. 1"
[score.mean.part]
third  = { weight = 50, points = "count people" }
fourth = { weight = "100/3", points = "count deals" }
[requirement]
total = { measure = "capability + mean", at_least = { gold = 50 }, cite = "guide p. 1" }
"#,
        expect![[r#"
            error maxima-do-not-add-up: the parts of `capability` (small) add up to 90, out_of says 100
              --> programs/0.toml:12:8
            error weights-do-not-add-up: the weights of `mean` add up to 250/3, weights_add_to says 100
              --> programs/0.toml:21:8"#]],
    );
}

#[test]
fn what_nothing_can_meet_is_refused() {
    check(
        r#"
[list]
wanted = { items = [{ is = "admin-associate" }, { is = "seller" }], cite = "guide p. 1" }
[question]
maturity = { answer = "1 to 5", cite = "guide p. 1" }
[score.points]
cite = "guide p. 1"
[score.points.part]
first  = { max = 10, points = "lowest(4 * maturity, 8)" }
second = { max = 20, points = "count deals" }
[level.gold]
enter = "at least 2 of (matrix, maturity > 5)"
[requirement]
total   = { measure = "points", at_least = { bronze = 28, silver = 31 }, cite = "guide p. 1" }
scale   = { measure = "maturity", more_than = { bronze = 4, silver = 5 }, cite = "guide p. 1" }
kinds   = { measure = "count distinct credential of credentials where credential in wanted", at_least = { bronze = 2, silver = 3 }, cite = "guide p. 1" }
nobody  = { test = "exists credentials where level > professional and level < specialty", required = ["silver"], cite = "guide p. 1" }
seats   = { measure = "filled(crew)", at_least = { silver = 3 }, cite = "guide p. 1" }
[requirement.few]
measure = "count deals"
at_most = { bronze = 3 }
cite    = "guide p. 1"
part    = { many = { of_which = "public = yes", at_least = { bronze = 4 } } }
[roster.crew]
of    = "credentials"
seats = [{ for = "voice", role = "sales", needs = "seller", number = 2 }]
cite  = "guide p. 1"
"#,
        expect![[r#"
            warning unreachable-points: the points of `first` are 8 at most, and its max is 10
              --> programs/0.toml:15:1  first
              help: nobody can earn the rest: mend the points or the max
            warning uncited: the level `gold` does not say where it is printed
              --> programs/0.toml:17:8  gold
              help: add cite = with the source's id and the place in it: "guide p. 4"
            error unreachable-level: nothing can meet the test to enter `gold`
              --> programs/0.toml:18:10  gold
              help: one of its parts says no whatever the evidence
            error unreachable-level: nothing can meet `total` at `silver`: it is 28 at most, and at least 31 is asked
              --> programs/0.toml:20:68  total
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level"
            error unreachable-level: nothing can meet `scale` at `silver`: it is 5 at most, and more than 5 is asked
              --> programs/0.toml:21:70  scale
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level"
            error unreachable-level: nothing can meet `kinds` at `silver`: it is 2 at most, and at least 3 is asked
              --> programs/0.toml:22:128  kinds
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level"
            error unreachable-level: nothing can meet `nobody`: its test is no whatever the evidence
              --> programs/0.toml:23:1  nobody
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level"
            error unreachable-level: nothing can meet `seats` at `silver`: it is 2 at most, and at least 3 is asked
              --> programs/0.toml:24:61  seats
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level"
            warning easier-level: `few` is asked of `bronze` and not of `silver`, which stands above it
              --> programs/0.toml:25:14  few
              help: add a key for `silver`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            warning easier-level: `many` is asked of `bronze` and not of `silver`, which stands above it
              --> programs/0.toml:29:13  many
              help: add a key for `silver`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            error unreachable-level: nothing can meet `many` at `bronze`: it is 3 at most, and at least 4 is asked
              --> programs/0.toml:29:71  many
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level""#]],
    );
}

#[test]
fn two_rows_must_not_exclude_each_other() {
    check(
        r#"
[requirement]
many = { measure = "count deals", at_least = { silver = 10 }, cite = "guide p. 1" }
few  = { measure = "count  deals", at_most = { bronze = 5 }, cite = "guide p. 1" }
"#,
        expect![[r#"
            error unreachable-level: nothing can meet `silver`: `many` asks 10 or more, and `few` 5 or less of the same number
              --> programs/0.toml:9:1  many
              help: lower what is asked or widen what limits it; where the source really prints this, say so in a [[reading]] with settles = "unreachable-level""#]],
    );
}

#[test]
fn bands_that_nothing_reaches_are_shown() {
    check(
        r#"
[question]
maturity = { answer = "1 to 5", cite = "guide p. 1" }
[bands]
steps = { rows = [{ to = 2, is = 1 }, { above = 2, to = 5, is = 2 }, { above = 5, is = 3 }], cite = "guide p. 1" }
[requirement]
points = { measure = "steps(maturity)", at_least = { bronze = 2 }, cite = "guide p. 1" }
"#,
        expect![[r#"
            warning unreachable-points: nothing that is looked up in `steps` reaches the band `above 5 is 3`
              --> programs/0.toml:11:1  steps
              help: the number that is looked up has an end of its own: mend the bands or the number"#]],
    );
}

#[test]
fn numbers_say_where_they_are_printed() {
    check(
        r#"
[level.gold]
enter = "once(trailing 6 months, matrix)"
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 2 } }
deals = { measure = "many", at_least = { bronze = 2 }, cite = "giude p. 4" }
staff = { measure = "everybody", cite = "p. 4" }
[measure]
many      = { is = "2 * (count deals)" }
everybody = { is = "count people" }
[parameter]
share = { default = 1 }
"#,
        expect![[r#"
            warning uncited: the level `gold` does not say where it is printed
              --> programs/0.toml:8:8  gold
              help: add cite = with the source's id and the place in it: "guide p. 4"
            warning uncited: the row `exams` does not say where it is printed
              --> programs/0.toml:11:1  exams
              help: add cite = with the source's id and the place in it: "guide p. 4"
            warning uncited: the citation of the row `deals` begins with `giude`, which is no source of the file
              --> programs/0.toml:12:1  deals
              help: did you mean `guide`?
            warning uncited: the citation of the row `staff` begins with `p.`, which is no source of the file
              --> programs/0.toml:13:1  staff
              help: begin it with one of guide
            warning uncited: the measure `many` does not say where it is printed
              --> programs/0.toml:15:1  many
              help: add cite = with the source's id and the place in it: "guide p. 4"
            warning unused-name: nothing uses the parameter `share`
              --> programs/0.toml:18:1  share
              help: take it out, or name it where it was meant to count"#]],
    );
}

#[test]
fn what_rests_on_a_second_hand_source_is_told_once() {
    let rows = r#"
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 2 }, cite = "press, March" }
deals = { measure = "count deals", at_least = { bronze = 2 }, cite = "press, April" }
staff = { measure = "count people", at_least = { bronze = 2 }, cite = "press, April" }
"#;
    let head = HEAD.replace(
        "source   = {",
        "source   = { press = { title = \"Press\", read = \"second-hand\" },",
    );
    let check = |more: &str, expected: Expect| {
        expected.assert_eq(&found(&[&format!("{head}{rows}{more}")]));
    };
    check(
        "",
        expect![[r#"
        note second-hand: `press` was not read at its publisher, and `deals`, `exams` and 1 more rest on it
          --> programs/0.toml:6:14  press
          help: read the original, or leave it: what rests on it is marked wherever it is shown"#]],
    );
    check(
        "[[reading]]\nabout = \"exams\"\nsettles = \"second-hand\"\ntaken = \"seen in print\"\n",
        expect![[r#"
            note second-hand: `press` was not read at its publisher, and `deals` and `staff` rest on it
              --> programs/0.toml:6:14  press
              help: read the original, or leave it: what rests on it is marked wherever it is shown"#]],
    );
    check(
        "[[reading]]\nabout = \"press\"\nsettles = \"second-hand\"\ntaken = \"nobody prints the original\"\n",
        expect![""],
    );
}

#[test]
fn one_measure_is_compared_in_one_way() {
    check(
        r#"
[measure]
users = { is = "count people", cite = "guide p. 1" }
[requirement]
many   = { measure = "users", at_least = { bronze = 500 }, cite = "guide p. 1" }
growth = { measure = "if users > 500 then 1 else 0", at_least = { bronze = 1 }, cite = "guide p. 1" }
any    = { measure = "count deals", more_than = { bronze = 0 }, cite = "guide p. 1" }
some   = { test = "(count deals) >= 3 and 4 > (count csat)", required = ["bronze"], cite = "guide p. 1" }
quiet  = { test = "(count csat) <= 4", required = ["bronze"], cite = "guide p. 1" }
"#,
        expect![[r#"
            warning strict-and-lax: `users` is compared with `>` in `growth` and with `>=` in `many`
              --> programs/0.toml:12:26  if users > 500 then 1 else 0
              help: the other one stands in line 11; where both are printed, say so in a [[reading]] with settles = "strict-and-lax"
            warning strict-and-lax: `count csat` is compared with `<` in `some` and with `<=` in `quiet`
              --> programs/0.toml:14:43  (count deals) >= 3 and 4 > (count csat)
              help: the other one stands in line 15; where both are printed, say so in a [[reading]] with settles = "strict-and-lax""#]],
    );
}

#[test]
fn facts_that_never_close_are_looked_at_through_a_window() {
    let rows = r#"
[measure]
won = { is = "count deals where stage = won", cite = "guide p. 1" }
[requirement]
deals   = { measure = "won", at_least = { bronze = 2 }, cite = "guide p. 1" }
recent  = { measure = "count deals in period", at_least = { bronze = 2 }, cite = "guide p. 1" }
dated   = { measure = "count deals where won_on >= day - 1 year", at_least = { bronze = 2 }, cite = "guide p. 1" }
coming  = { measure = "count pending deals", at_least = { bronze = 2 }, cite = "guide p. 1" }
mark    = { measure = "latest score of csat", at_least = { bronze = 2 }, cite = "guide p. 1" }
staff   = { measure = "count people", at_least = { bronze = 2 }, cite = "guide p. 1" }
review  = { test = "exists csat", required = ["bronze"], asked = "enter", cite = "guide p. 1" }
"#;
    check(rows, expect![""]);
    check(
        &format!(
            "[period]\nenter = \"trailing 1 year\"\nretain = \"since last-review\"\ncite = \"guide p. 1\"\n{rows}"
        ),
        expect![[r#"
            note no-window: `deals` looks at all `deals` that ever were: they never close, and no window is given
              --> programs/0.toml:15:1  deals
              help: write `deals in period`, or asked = "enter" where it is asked once; where all of them count, say so in a [[reading]] with settles = "no-window""#]],
    );
}

#[test]
fn names_are_known_and_used_once() {
    check(
        r#"
uses  = ["kpis@2026"]
fee   = { amount = "5 USD", paid = "fee-payed", cite = "guide p. 1" }
money = { currency = "USD", rates = "rate" }
[level]
gold     = { title = "Gold", kpis = ["churn"] }
platinum = { title = "Platinum" }
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 2, sliver = 3 }, printed_up_to = { golden = 5 }, cite = "guide p. 1" }
plan  = { test = "exists people", required = ["bronz"], cite = "guide p. 1" }
gold  = { test = "exists deals", required = ["bronze"], cite = "guide p. 1" }
[test]
fee-paid = { is = "exists enrollments" }
[parameter]
low  = { default = 1, least = 2 }
high = { default = 1, least = 3, most = 2 }
[lifecycle]
review = { every = "1 year", after = "enrolled_on" }
demote = { to = "iron" }
cite   = "guide p. 1"
[lifecycle.gould]
grace = "30 days"
[[lifecycle.protect]]
level = "tin"
until = 2026-06-01
[roster.crew]
of       = "credentials"
capacity = { saler = 2 }
seats    = [{ for = "voice", role = "sales", needs = "seler" }]
cite     = "guide p. 1"
[[reading]]
about   = "exam"
settles = ["range-overlap", "name-clash"]
"#,
        expect![[r#"
            error unknown-name: `kpis@2026` is no library
              --> programs/0.toml:8:1  uses
            error unknown-name: the fee is paid by `fee-payed`, which is no test
              --> programs/0.toml:9:21  fee
              help: did you mean `fee-paid`?
            error unknown-name: the rates stand in `rate`, which is no table and no kind of evidence
              --> programs/0.toml:10:1  money
              help: there are people, credentials, deals, csat, enrollments
            error unknown-name: the level `gold` shows the figure `churn`, which is no measure
              --> programs/0.toml:12:1  gold
            error unknown-name: `[level.platinum]` names the level `platinum`, which `levels` does not have
              --> programs/0.toml:13:1  platinum
              help: there are bronze, silver, gold
            error unknown-name: `printed_up_to` of `exams` names the level `golden`, which `levels` does not have
              --> programs/0.toml:15:1  exams
              help: did you mean `gold`?
            error unknown-name: `exams` names the level `sliver`, which `levels` does not have
              --> programs/0.toml:15:76  exams
              help: did you mean `silver`?
            error unknown-name: `required` of `plan` names the level `bronz`, which `levels` does not have
              --> programs/0.toml:16:1  plan
              help: did you mean `bronze`?
            error name-clash: `gold` is a level and a row
              --> programs/0.toml:17:1  gold
              help: all things of a program share one name space; the other one stands at programs/0.toml:12
            warning unused-name: nothing uses the test `fee-paid`
              --> programs/0.toml:19:1  fee-paid
              help: take it out, or name it where it was meant to count
            error out-of-range: `low` is 1 unless set, and may be set to 2 or more
              --> programs/0.toml:21:1  low
              help: move `default` inside, or widen the range
            warning unused-name: nothing uses the parameter `low`
              --> programs/0.toml:21:1  low
              help: take it out, or name it where it was meant to count
            error out-of-range: `high` is at least 3 and at most 2, which nothing is
              --> programs/0.toml:22:1  high
              help: exchange `least` and `most`
            warning unused-name: nothing uses the parameter `high`
              --> programs/0.toml:22:1  high
              help: take it out, or name it where it was meant to count
            error unknown-name: `[lifecycle.gould]` names the level `gould`, which `levels` does not have
              --> programs/0.toml:23:2  lifecycle
              help: did you mean `gold`?
            error unknown-name: `demote.to` names the level `iron`, which `levels` does not have
              --> programs/0.toml:23:2  lifecycle
              help: there are bronze, silver, gold
            error unknown-name: `protect` names the level `tin`, which `levels` does not have
              --> programs/0.toml:23:2  lifecycle
              help: there are bronze, silver, gold
            error unknown-name: reviews fall after `enrolled_on`, which is no date of an enrollment
              --> programs/0.toml:23:2  lifecycle
              help: there are since, last_review_on
            error unknown-name: `capacity` of `crew` names the role `saler`, for which there is no seat
              --> programs/0.toml:32:9  crew
              help: did you mean `sales`?
            warning unused-name: nothing uses the roster `crew`
              --> programs/0.toml:32:9  crew
              help: take it out, or name it where it was meant to count
            error missing-key: the reading about `exam` settles and gives no reason
              --> programs/0.toml:37:1  reading
              help: add taken = with what was taken, and why: it stands in place of the lint
            error unknown-name: a reading is about `exam`, which nothing here is
              --> programs/0.toml:37:1  reading
              help: did you mean `exams`?
            error unknown-word: `settles` names `range-overlap`, which is no lint
              --> programs/0.toml:37:1  reading
              help: did you mean `ranges-overlap`?
            error unknown-word: no reading can settle `name-clash`
              --> programs/0.toml:37:1  reading
              help: mend what it finds"#]],
    );
}

#[test]
fn items_of_a_list_stand_in_a_catalog() {
    check(
        r#"
[list]
wanted = { items = [{ is = "admin-asociate" }, { is = "seller" }, { is = "baker" }], cite = "guide p. 1" }
teams  = { items = [{ is = "sails" }], cite = "guide p. 1" }
[requirement]
exams = { measure = "count credentials where credential in wanted", at_least = { gold = 2 }, cite = "guide p. 1" }
staff = { measure = "count people where team in teams", at_least = { gold = 2 }, cite = "guide p. 1" }
"#,
        expect![[r#"
            warning unknown-name: `admin-asociate` of the list `wanted` is no credential that a catalog of the edition has, so no fact can be it
              --> programs/0.toml:9:1  wanted
              help: did you mean `admin-associate`?
            warning unknown-name: `baker` of the list `wanted` is no credential that a catalog of the edition has, so no fact can be it
              --> programs/0.toml:9:1  wanted
              help: add it to a catalog under [credentials]
            warning unknown-name: `sails` of the list `teams` is no word of `team`, so no fact of `people` can have it
              --> programs/0.toml:10:1  teams
              help: did you mean `sales`?"#]],
    );
}

#[test]
fn what_nothing_names_is_shown() {
    check(
        r#"
[list]
lost = { items = [], cite = "guide p. 1" }
[test]
idle = { is = "exists people" }
[measure]
alone = { is = "count deals", cite = "guide p. 1" }
shown = { is = "count deals", unit = "deals", cite = "guide p. 1" }
class = { is = "count deals", cite = "guide p. 1" }
[requirement]
exams = { measure = "count credentials where class = exam", at_least = { gold = 2 }, cite = "guide p. 1" }
"#,
        expect![[r#"
            warning unused-name: nothing uses the list `lost`
              --> programs/0.toml:9:1  lost
              help: take it out, or name it where it was meant to count
            warning unused-name: nothing uses the test `idle`
              --> programs/0.toml:11:1  idle
              help: take it out, or name it where it was meant to count
            warning unused-name: nothing uses the measure `alone`
              --> programs/0.toml:13:1  alone
              help: take it out, or name it where it was meant to count
            warning unused-name: nothing uses the measure `class`
              --> programs/0.toml:15:1  class
              help: take it out, or name it where it was meant to count"#]],
    );
}

#[test]
fn a_reading_that_settles_nothing_is_shown() {
    check(
        r#"
[requirement]
exams = { measure = "count credentials", at_least = { bronze = 3, silver = 2 }, cite = "guide p. 1" }
deals = { measure = "count deals", at_least = { bronze = 2 }, cite = "guide p. 1" }
[[reading]]
about   = "exams"
settles = ["easier-level", "ranges-gap"]
taken   = "as printed"
"#,
        expect![[r#"
            warning easier-level: `deals` is asked of `bronze` and not of `silver`, which stands above it
              --> programs/0.toml:10:1  deals
              help: add a key for `silver`; where the source really prints this, say so in a [[reading]] with settles = "easier-level"
            note idle-settles: the reading about `exams` settles `ranges-gap`, which finds nothing there
              --> programs/0.toml:11:1  reading
              help: take `settles` out of the reading, so that it hides no later slip"#]],
    );
}

fn edition(id: &str, head: &str, body: &str) -> String {
    format!(
        "program = \"acme\"\nedition = \"{id}\"\nlevels = [\"bronze\", \"silver\"]\nsource = {{ guide = {{}} }}\n{head}\n{body}"
    )
}

#[test]
fn one_edition_is_in_force_on_each_day() {
    let check = |heads: &[&str], expected: Expect| {
        let texts: Vec<String> = heads
            .iter()
            .enumerate()
            .map(|(i, head)| edition(&format!("e{i}"), head, ""))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        expected.assert_eq(&found(&texts));
    };
    check(
        &[
            "in_force = { from = 2025-01-01 }",
            "in_force = { from = 2026-01-01 }\nreplaces = { edition = \"e0\" }",
        ],
        expect![""],
    );
    check(
        &[
            "in_force = { from = 2025-01-01 }",
            "in_force = { from = 2026-01-01 }",
        ],
        expect![[r#"
            error editions-overlap: `acme@e0` and `acme@e1` are both in force on 2026-01-01
              --> programs/1.toml:5:1  in_force
              help: add replaces = { edition = "e0" } to the newer one, which ends the older on its first day; days on which a partner may choose are accepted_until and early_from"#]],
    );
    check(
        &[
            "in_force = { from = 2025-01-01, until = 2025-07-01 }",
            "in_force = { from = 2026-01-01 }",
        ],
        expect![[r#"
            warning editions-gap: no edition of `acme` is in force from 2025-07-01 until 2026-01-01
              --> programs/1.toml:5:1  in_force
              help: leave out `until` of `e0` where the publication prints no end, or say in a [[reading]] about in_force with settles = "editions-gap" what holds between"#]],
    );
    check(
        &[
            "in_force = { from = 2025-01-01, until = 2026-01-01 }",
            "in_force = { from = 2026-01-01 }",
        ],
        expect![""],
    );
    check(
        &[
            "in_force = { from = 2025-01-01 }",
            "in_force = { from = 2024-01-01 }\nreplaces = { edition = \"e0\" }",
        ],
        expect![[r#"
            error editions-gap: `acme@e0` is in force on no day
              --> programs/0.toml:5:1  in_force
              help: it begins on 2025-01-01 and ends on 2024-01-01: the edition that replaces it begins first, or the two days are exchanged"#]],
    );
    check(
        &[
            "in_force = { from = 2025-01-01 }",
            "in_force = { from = 2026-01-01 }\nreplaces = { edition = \"e1\" }",
        ],
        expect![[r#"
            error unknown-name: `acme@e1` replaces `e1`, which is no other edition of `acme`
              --> programs/1.toml:6:1  replaces
              help: did you mean `e0`?
            error editions-gap: `acme@e1` is in force on no day
              --> programs/1.toml:5:1  in_force
              help: it begins on 2026-01-01 and ends on 2026-01-01: the edition that replaces it begins first, or the two days are exchanged"#]],
    );
    check(
        &[
            "in_force = { from = 2025-01-01 }",
            "in_force = { from = 2025-06-01 }\nwithdrawn = 2025-05-01",
        ],
        expect![""],
    );
    check(
        &[
            "in_force = { from = 2025-01-01, until = 2025-07-01 }",
            "in_force = { from = 2026-01-01 }\n[[reading]]\nabout = \"in_force\"\nsettles = \"editions-gap\"\ntaken = \"nothing was asked\"",
        ],
        expect![""],
    );
}

#[test]
fn an_edition_stands_in_one_file() {
    let text = edition("e0", "in_force = { from = 2025-01-01 }", "");
    expect![[r#"
        error name-clash: `acme@e0` stands in two files
          --> programs/1.toml:2:1  edition
          help: the other one is programs/0.toml; what mends it says revision = 2"#]]
    .assert_eq(&found(&[&text, &text]));
    let mended = edition("e0", "in_force = { from = 2025-01-01 }\nrevision = 2", "");
    expect![""].assert_eq(&found(&[&text, &mended]));
}

#[test]
fn a_lone_cell_and_an_undated_item_are_shown_against_the_edition_before() {
    let old = edition(
        "e0",
        "in_force = { from = 2025-01-01 }",
        r#"
[requirement]
exams = { measure = "count credentials where credential in wanted", at_least = { bronze = 2, silver = 4 }, cite = "guide p. 1" }
deals = { measure = "count deals", at_least = { bronze = 2, silver = 4 }, cite = "guide p. 1" }
staff = { measure = "count people", at_least = { bronze = 2, silver = 4 }, cite = "guide p. 1" }
[list]
wanted = { items = [{ is = "admin-associate" }, { is = "admin-specialty", until = 2026-01-01 }], cite = "guide p. 1" }
"#,
    );
    let check = |from: &str, to: &str, expected: Expect| {
        assert!(old.contains(from));
        let new = old
            .replacen(from, to, 1)
            .replace("\"e0\"", "\"e1\"")
            .replace(
                "in_force = { from = 2025-01-01 }",
                "in_force = { from = 2026-01-01 }\nreplaces = { edition = \"e0\" }",
            );
        expected.assert_eq(&found(&[&old, &new]));
    };
    check(
        "bronze = 2, silver = 4 }, cite = \"guide p. 1\" }\ndeals",
        "bronze = 2, silver = 40 }, cite = \"guide p. 1\" }\ndeals",
        expect![[r#"
            note one-cell-changed: `exams` at `silver` was 4 in `e0` and is 40; nothing else of its row or its level changed
              --> programs/1.toml:9:103  exams
              help: look it up once more; where it is printed so, say it in a [[reading]] with settles = "one-cell-changed""#]],
    );
    // Two cells of a row, or of a level, are a decision.
    check(
        "bronze = 2, silver = 4 }, cite = \"guide p. 1\" }\ndeals",
        "bronze = 3, silver = 5 }, cite = \"guide p. 1\" }\ndeals",
        expect![""],
    );
    check(
        "{ is = \"admin-specialty\", until = 2026-01-01 }",
        "{ is = \"seller\" }",
        expect![[r#"
            warning list-item-undated: `seller` is new in `wanted` against `e0` and does not say since when
              --> programs/1.toml:13:1  wanted
              help: add from = with the first day on which it counts"#]],
    );
    check(
        "{ is = \"admin-associate\" }, ",
        "",
        expect![[r#"
        warning list-item-undated: `admin-associate` was in `wanted` of `e0` and is gone without a day
          --> programs/1.toml:13:1  wanted
          help: keep it as { is = "admin-associate", until = … } with the first day on which it no longer counts"#]],
    );
    check(
        "{ is = \"admin-associate\" }",
        "{ is = \"admin-associate\", until = 2026-03-01 }, { is = \"seller\", from = 2026-02-01 }",
        expect![""],
    );
}

#[test]
fn libraries_do_not_use_each_other_in_a_ring() {
    let library = |id: &str, uses: &str| {
        format!("program = \"{id}\"\nedition = \"1\"\nuses = [\"{uses}@1\"]\n")
    };
    expect![[r#"
        warning unused-name: nothing of `a@1` is used
          --> programs/1.toml:3:1  uses
          help: take it out of `uses`
        error cycle: `a@1` uses itself, directly or through others
          --> programs/0.toml:3:1  uses
          help: take the name out of one `uses` on the way round"#]]
    .assert_eq(&found(&[&library("a", "b"), &library("b", "a")]));
}

#[test]
fn the_programs_that_we_ship_hold_no_error() {
    let mut all = files("vocabulary");
    all.extend(files("programs"));
    all.retain(|(name, _)| !name.ends_with("frozen.toml"));
    let (library, problems) = Library::read(all.iter().map(|(a, b)| (a.as_str(), b.as_str())));
    let found: Vec<String> = problems
        .into_iter()
        .chain(
            library
                .editions
                .iter()
                .flat_map(|e| lint(&library, e, &Frozen::default())),
        )
        .chain(lint_library(&library))
        .filter(|d| d.severity == crate::diagnostic::Severity::Error)
        .map(|d| d.to_string())
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_code_is_listed_once() {
    let mut codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CODES.len());
}
