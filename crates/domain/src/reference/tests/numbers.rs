//! §2: arithmetic, bounds, money, words, sets, `having`; conventions 11 to 15 and 17.

use super::{edition, measures, number_of, world};

const NONE: &[(&str, &str)] = &[];
const ON: &str = "2022-06-30";

#[track_caller]
fn each(lines: &[(&str, &str, &str)], tables: &[(&str, &str)]) {
    let names: Vec<String> = (0..lines.len()).map(|n| format!("m{n}")).collect();
    let named: Vec<(&str, &str)> = names
        .iter()
        .zip(lines)
        .map(|(name, (is, _, _))| (name.as_str(), *is))
        .collect();
    let w = measures(&named, tables);
    for (name, (is, expected, why)) in names.iter().zip(lines) {
        assert_eq!(w.value(name, ON), *expected, "{is}: {why}");
    }
}

#[test]
fn arithmetic_is_exact_and_a_division_by_nothing_has_no_value() {
    each(
        &[
            ("20/3 * 5", "100/3", "two thirds stay two thirds"),
            ("50% * 3", "1.5", "a percentage is a number"),
            ("1 - 2 * 3", "-5", "products bind tighter"),
            ("floor(7/2) + ceiling(7/2)", "7", ""),
            ("1 / 0", "unknown", "no value"),
            (
                "1 / (count projects)",
                "unknown",
                "the divisor may be nothing",
            ),
            (
                "0 * (count projects)",
                "0",
                "nothing of anything is nothing",
            ),
            ("(10 USD / 4 USD) * 2", "5", "money by money is a number"),
            ("10 USD * 3 - 5 USD", "25", "money by a number is money"),
            ("lowest(3, 1, 2) + highest(3, 1, 2)", "4", ""),
            ("average(1, 2, 4)", "7/3", ""),
            ("lowest(10, (count projects))", "0 to 10", "bounds"),
            (
                "if (count projects) >= 1 then 3 else 5",
                "3 to 5",
                "an unknown condition has both branches",
            ),
            (
                "if (count projects) >= 0 then 3 else 5",
                "3",
                "known either way",
            ),
        ],
        NONE,
    );
}

#[test]
fn dates_move_by_durations() {
    let w = measures(
        &[
            ("later", "2022-01-31 + 1 month"),
            ("earlier", "day - 30 days"),
            ("last-one", "latest due_on of readings"),
            ("first", "lowest due_on of readings"),
        ],
        &[(
            "readings",
            "reading, read_on, due_on\nr1, 2022-01-01, 2022-09-01\nr2, 2022-01-02,\nr3, 2022-01-01, 2022-08-01",
        )],
    );
    w.is("later", &[(ON, number_of("2022-02-28").as_str())]);
    w.is("earlier", &[(ON, number_of("2022-05-31").as_str())]);
    w.is("first", &[(ON, number_of("2022-08-01").as_str())]);
    // The latest reading has no such date: not yet, which is no day.
    w.is("last-one", &[(ON, "not applicable")]);
}

#[test]
fn tests_have_three_values_and_what_does_not_apply_drops_out() {
    let text = r#"
levels = []
[question]
na  = { answer = "yes or no", may_not_apply = true }
yes-it-is = { answer = "yes or no" }
n1  = { answer = "number", may_not_apply = true }
[test]
unknown  = { is = "(count projects) >= 1" }
and-no   = { is = "unknown and no" }
and-yes  = { is = "unknown and yes" }
or-yes   = { is = "unknown or yes" }
or-no    = { is = "unknown or no" }
not-so   = { is = "not unknown" }
alone    = { is = "na and na" }
dropped  = { is = "na and yes-it-is" }
dropped-or = { is = "na or no" }
two-of   = { is = "at least 2 of (yes, na, unknown, no)" }
one-of   = { is = "at least 1 of (yes, na, unknown, no)" }
three-of = { is = "at least 3 of (yes, na, unknown, no)" }
none-of  = { is = "at least 1 of (na, na)" }
[measure]
mean   = { is = "average(n1, 4)" }
nothing = { is = "average(n1, n1)" }
total    = { is = "n1 + 4" }
more   = { is = "if na then 1 else 2" }
"#;
    let answers = "question, answered_on, answer\nna, 2022-01-01, n/a\nyes-it-is, 2022-01-01, yes\nn1, 2022-01-01, n/a";
    let w = world(&[edition("acme", text)], &[("answers", answers)]);
    for (name, expected) in [
        ("and-no", "0"),
        ("and-yes", "0 to 1"),
        ("or-yes", "1"),
        ("or-no", "0 to 1"),
        ("not-so", "0 to 1"),
        ("alone", "not applicable"),
        ("dropped", "1"),
        ("dropped-or", "0"),
        ("two-of", "0 to 1"),
        ("one-of", "1"),
        ("three-of", "0"),
        ("none-of", "not applicable"),
        ("mean", "4"),
        ("nothing", "not applicable"),
        ("total", "not applicable"),
        ("more", "not applicable"),
    ] {
        w.is(name, &[(ON, expected)]);
    }
}

const REVENUE: (&str, &str) = (
    "revenue",
    "entry, line, amount, cost, currency, booked_on\ne1, resale, 100, 60, USD, 2022-01-01\ne2, products, 50, , USD, 2022-01-01\ne3, products, 30, 10, EUR, 2022-02-01",
);

#[test]
fn money_of_another_currency_may_count() {
    each(
        &[
            (
                "sum amount of revenue where line = resale",
                "100",
                "one currency only",
            ),
            (
                "sum amount - cost of revenue where line = resale",
                "40",
                "an expression for each fact",
            ),
            (
                "(sum amount of revenue) - 1 USD",
                "149 or more",
                "the euros are 0 … without limit",
            ),
            (
                "(sum amount of revenue) >= 150 USD",
                "1",
                "met whatever the euros are worth",
            ),
            (
                "(sum amount of revenue) >= 151 USD",
                "0 to 1",
                "they may decide it",
            ),
            (
                "(sum amount of revenue) >= 31 EUR",
                "0 to 1",
                "thirty, and dollars of unknown worth",
            ),
            (
                "(sum cost of revenue where line != resale and line != x) - 1 EUR",
                "9 or more",
                "an empty amount has no limit",
            ),
            (
                "sum amount of revenue where line = managed-services",
                "0",
                "no fact, no money",
            ),
            (
                "(sum amount of revenue where line = resale) / (sum amount of revenue where line = resale)",
                "1",
                "",
            ),
            (
                "count revenue where amount >= 40 USD",
                "2 to 3",
                "thirty euros may be forty dollars",
            ),
        ],
        &[REVENUE],
    );
}

#[test]
fn nothing_is_nothing_in_every_currency_and_a_debt_is_no_more_than_nothing() {
    let text = "levels = []\n[measure]\nevery = { is = \"(sum amount of readings) + 0 USD\" }\ncounted = { is = \"count readings where amount > 0 USD\" }";
    for (rows, every, counted) in [
        ("r1, 5, USD\nr2, 0, JPY", "5", "1"),
        ("r1, 5, USD\nr2, 1, JPY", "5 or more", "1 to 2"),
        ("r1, 5, USD\nr2, -1, JPY", "5 or less", "1"),
        ("r1, 5, USD\nr2, -1, JPY\nr3, 1, EUR", "unknown", "1 to 2"),
    ] {
        let rows = rows.replace('\n', ", 2022-01-01\n");
        let table = format!("reading, amount, currency, read_on\n{rows}, 2022-01-01");
        let w = world(&[edition("acme", text)], &[("readings", &table)]);
        assert_eq!(w.value("every", ON), every, "{table}");
        assert_eq!(w.value("counted", ON), counted, "{table}");
    }
}

#[test]
fn a_named_amount_is_in_one_currency_wherever_it_stands() {
    // The currency of `mrr` is said by a row, that of `best` only through `mrr`.
    let text = r#"
levels = ["first"]
[measure]
mrr    = { is = "sum amount of readings in trailing 12 months" }
best   = { is = "highest amount of readings" }
share  = { is = "mrr / best" }
above  = { is = "if mrr >= best then 1 else 0" }
silent = { is = "(sum amount of readings where grade = low) / (sum amount of readings where grade = mid)" }
more   = { is = "if (sum amount of readings where grade = low) > 0 then 1 else 0" }
least  = { is = "lowest(sum-low, sum-mid)" }
sum-low = { is = "sum amount of readings where grade = low" }
sum-mid = { is = "sum amount of readings where grade = mid" }
[requirement]
row    = { measure = "mrr", at_least = { first = "100 USD" } }
"#;
    for (rows, expected) in [
        (
            "r1, low, 100, USD\nr2, mid, 50, USD",
            ["150", "100", "1.5", "1", "2", "1", "50"],
        ),
        // Of euros nothing is known but where they are compared with euros.
        (
            "r1, low, 100, EUR\nr2, mid, 50, EUR",
            [
                "0 or more",
                "0 or more",
                "unknown",
                "0 to 1",
                "2",
                "1",
                "50",
            ],
        ),
        (
            "r1, low, 100, USD\nr2, mid, 50, EUR",
            [
                "100 or more",
                "100 or more",
                "0 or more",
                "0 to 1",
                "unknown",
                "1",
                "0 or more",
            ],
        ),
    ] {
        let rows = rows.replace('\n', ", 2022-01-01\n");
        let table = format!("reading, grade, amount, currency, read_on\n{rows}, 2022-01-01");
        let w = world(&[edition("acme", text)], &[("readings", &table)]);
        for (name, expected) in ["mrr", "best", "share", "above", "silent", "more", "least"]
            .iter()
            .zip(expected)
        {
            assert_eq!(w.value(name, ON), expected, "{name} of {table}");
        }
    }
}

#[test]
fn rates_turn_amounts_into_the_currency_of_the_program_on_the_day_they_opened() {
    let rates = "currency, quoted_on, rate\nEUR, 2022-01-01, 1.1\nEUR, 2022-03-01, 9";
    for (money, tables) in [
        (
            "[money]\ncurrency = \"USD\"\nrates = \"rates\"\n",
            vec![REVENUE, ("rates", rates)],
        ),
        (
            "[table]\nprice = { rows = { EUR = 1.1 } }\n[money]\ncurrency = \"USD\"\nrates = \"price\"\n",
            vec![REVENUE],
        ),
    ] {
        let text =
            format!("levels = []\n{money}[measure]\nevery = {{ is = \"sum amount of revenue\" }}");
        world(&[edition("acme", &text)], &tables).is("every", &[(ON, "183")]);
    }
    // No rate of that day: 0 … without limit.
    let late = "currency, quoted_on, rate\nEUR, 2022-03-01, 9";
    let text = "levels = []\n[money]\ncurrency = \"USD\"\nrates = \"rates\"\n[measure]\nevery = { is = \"sum amount of revenue\" }";
    world(&[edition("acme", text)], &[REVENUE, ("rates", late)])
        .is("every", &[(ON, "150 or more")]);
}

const READINGS: (&str, &str) = (
    "readings",
    "reading, score, grade, flag, read_on\nr1, 5, low, no, 2022-01-01\nr2, 3, mid, yes, 2022-03-01\nr3, 1, low, yes, 2022-03-01\nr4, 9, void, , 2021-01-01",
);

#[test]
fn the_highest_lowest_mean_and_latest_of_facts() {
    each(
        &[
            ("highest score of readings", "9", ""),
            ("lowest score of readings", "1", ""),
            ("average score of readings", "4.5", ""),
            (
                "latest score of readings",
                "1 to 3",
                "two opened on that day: all that either has",
            ),
            ("latest score of readings where grade = mid", "3", ""),
            (
                "highest score of readings where grade = top",
                "unknown",
                "of no fact there is no value",
            ),
            ("highest grade of readings", "mid", "on the ladder"),
            (
                "lowest grade of readings",
                "low",
                "words off the ladder take no part",
            ),
            ("latest grade of readings where score = 3", "mid", ""),
            ("latest grade of readings", "unknown", "mid or low"),
            (
                "latest score of pending readings",
                "unknown",
                "none is pending",
            ),
        ],
        &[READINGS],
    );
}

#[test]
fn a_fact_that_may_count_widens_the_bounds_to_what_it_would_give() {
    // r4 has no flag, so that it may count where the flag is asked for.
    each(
        &[
            ("highest score of readings where flag = yes", "3 to 9", ""),
            (
                "lowest score of readings where flag = no",
                "5",
                "nine would not lower it",
            ),
            ("highest score of readings where flag = no", "5 to 9", ""),
            (
                "average score of readings where flag = yes",
                "2 to 13/3",
                "(3+1)/2 or (3+1+9)/3",
            ),
            (
                "latest score of readings where flag = no",
                "5",
                "it opened before",
            ),
            ("sum score of readings where flag = yes", "4 to 13", ""),
            ("count readings where flag = yes", "2 to 3", ""),
        ],
        &[READINGS],
    );
}

#[test]
fn an_amount_that_is_empty_or_refused_has_no_limit() {
    each(
        &[
            ("sum score of readings", "2 or more", ""),
            ("highest score of readings", "2 or more", ""),
            ("lowest score of readings", "0 to 2", ""),
            (
                "average score of readings",
                "2/3 or more",
                "(2 + 0 + 0)/3, with the refused row at nothing",
            ),
            (
                "latest score of readings",
                "unknown",
                "the refused row may be the latest",
            ),
        ],
        &[(
            "readings",
            "reading, score, read_on\nr1, 2, 2022-01-01\nr2, , 2022-01-01\nr3, many, 2022-01-01",
        )],
    );
}

const HOLDERS: &[(&str, &str)] = &[
    (
        "projects",
        "project, customer, completed_on\nx1, a, 2022-01-01\nx2, a, 2022-01-02\nx3, b, 2022-01-01",
    ),
    (
        "tickets",
        "ticket, customer, opened_on\nt1, b, 2022-01-01\nt2, c, 2022-01-01",
    ),
];

#[test]
fn sets_are_joined_from_left_to_right() {
    each(
        &[
            (
                "count distinct customer of projects",
                "2",
                "a holder counts once",
            ),
            (
                "count (distinct customer of projects) union (distinct customer of tickets)",
                "3",
                "",
            ),
            (
                "count (distinct customer of projects) intersect (distinct customer of tickets)",
                "1",
                "",
            ),
            (
                "count (distinct customer of projects) except (distinct customer of tickets)",
                "1",
                "",
            ),
            (
                "count (distinct customer of tickets) except (distinct customer of projects) union (distinct customer of projects)",
                "3",
                "left to right",
            ),
            (
                "exists (distinct customer of tickets) except (distinct customer of projects)",
                "1",
                "",
            ),
            (
                "distinct customer of projects",
                "2",
                "a set is as many as its members",
            ),
            (
                "count m6 except (distinct customer of tickets)",
                "1",
                "a named set",
            ),
            ("count m6", "2", ""),
            ("count projects where customer in m6", "3", "members"),
            ("count tickets where customer not in m6", "1", ""),
        ],
        HOLDERS,
    );
}

#[test]
fn refused_rows_are_members_without_a_name() {
    let tables = [
        HOLDERS[0],
        (
            "tickets",
            "ticket, customer, opened_on\nt1, b, 2022-01-01\nt2, c, yesterday",
        ),
    ];
    each(
        &[
            ("count distinct customer of tickets", "1 to 2", ""),
            (
                "count (distinct customer of projects) union (distinct customer of tickets)",
                "2 to 3",
                "",
            ),
            (
                "count (distinct customer of projects) intersect (distinct customer of tickets)",
                "1 to 2",
                "the refused one may be a",
            ),
            (
                "count (distinct customer of projects) except (distinct customer of tickets)",
                "0 to 1",
                "",
            ),
            (
                "count (distinct customer of tickets) except (distinct customer of projects)",
                "0 to 1",
                "nameless ones stay",
            ),
            (
                "count (distinct customer of projects) except (distinct customer of orders)",
                "0 to 2",
                "never supplied: it could be anybody",
            ),
            (
                "count (distinct customer of projects) intersect (distinct customer of orders)",
                "0 to 2",
                "",
            ),
        ],
        &tables,
    );
}

#[test]
fn a_fact_without_the_id_is_a_member_without_a_name() {
    each(
        &[("count distinct customer of projects", "1 to 2", "")],
        &[(
            "projects",
            "project, customer, completed_on\nx1, a, 2022-01-01\nx2, , 2022-01-01",
        )],
    );
}

#[test]
fn having_tests_the_group_of_each_value() {
    let usage = "customer, product, read_on, seats, active_users\nc1, x, 2022-01-01, 10, 20\nc1, y, 2022-01-01, 10, 4\nc2, x, 2022-01-01, 30, \nc3, x, 2022-01-01, , 30";
    each(
        &[
            (
                "count distinct customer of usage having sum active_users >= 25",
                "1 to 2",
                "c3; c2 may",
            ),
            (
                "count distinct customer of usage having count >= 2",
                "1",
                "c1",
            ),
            (
                "count distinct customer of usage having highest active_users >= 20 and count >= 2",
                "1",
                "c1",
            ),
            (
                "count distinct customer of usage having average active_users < 13",
                "1 to 2",
                "c1 has twelve; c2 may",
            ),
            (
                "count distinct customer of usage where seats <= 10 having count >= 2",
                "1",
                "",
            ),
            (
                "count distinct customer of usage where seats <= 10",
                "1 to 2",
                "c3 may be small",
            ),
            (
                "count distinct customer of usage having latest active_users = 30",
                "1 to 2",
                "",
            ),
        ],
        &[("usage", usage)],
    );
}

#[test]
fn the_highest_sums_are_of_the_values_with_the_most() {
    let usage = "customer, product, read_on, seats, active_users\nc1, x, 2022-01-01, 10, 20\nc1, y, 2022-01-01, 10, 10\nc2, x, 2022-01-01, , 25\nc3, x, 2022-01-01, 5, 24";
    let bookings = "booking, customer, amount, currency, booked_on\nb1, c1, 100, USD, 2022-01-01\nb2, c2, 80, USD, 2022-01-01\nb3, c2, -30, USD, 2022-01-01\nb4, , 40, USD, 2022-01-01\nb5, c3, -10, USD, 2022-01-01\nb6, , -20, USD, 2022-03-01";
    let revenue = "entry, customer, amount, currency, booked_on\ne1, c1, 100, USD, 2022-01-01\ne2, c2, 80, EUR, 2022-01-01";
    let refused = "entry, customer, amount, currency, booked_on\nk1, c1, 100, USD, 2022-01-01\nk2, c2, 5, USD, yesterday";
    each(
        &[
            (
                "sum active_users of highest 1 customer of usage",
                "30",
                "c1, by both of its rows",
            ),
            (
                "sum active_users of highest 2 customer of usage",
                "55",
                "and c2",
            ),
            (
                "sum active_users of highest 9 customer of usage",
                "79",
                "all there are",
            ),
            ("sum active_users of highest 0 customer of usage", "0", ""),
            (
                "sum active_users of highest 2 customer of usage where seats <= 10",
                "54 to 55",
                "c2 may be small, and is then second",
            ),
            (
                "sum amount of highest 1 customer of bookings where booked_on < 2022-02-01",
                "100 to 140",
                "the forty of nobody may be c1's",
            ),
            (
                "sum amount of highest 3 customer of bookings where booked_on < 2022-02-01",
                "150 to 190",
                "c3 owes, and takes nothing away",
            ),
            (
                "sum amount of highest 3 customer of bookings",
                "130 to 190",
                "nobody's debt may be c1's",
            ),
            (
                "(sum amount of highest 1 customer of bookings in trailing 1 month) + 0 USD",
                "0",
                "none within",
            ),
            (
                "(sum amount of highest 1 customer of revenue) + 0 USD",
                "100 or more",
                "the euros may be worth more",
            ),
            (
                "(sum amount of highest 1 customer of revenue) / (sum amount of revenue)",
                "unknown",
                "of two currencies none is the one",
            ),
            (
                "sum amount of highest 1 customer of costs",
                "100 or more",
                "a refused row has no limit",
            ),
            (
                "sum monthly_amount of highest 1 customer of contracts",
                "0 or more",
                "never supplied",
            ),
        ],
        &[
            ("usage", usage),
            ("bookings", bookings),
            ("revenue", revenue),
            ("costs", refused),
        ],
    );
}

#[test]
fn a_refused_row_widens_every_group() {
    let tables = [(
        "tickets",
        "ticket, customer, opened_on\nt1, a, 2022-01-01\nt2, b, 2022-01-01\nt3, b, 2022-01-01\nt4, c, yesterday",
    )];
    each(
        &[
            (
                "count distinct customer of tickets having count >= 2",
                "1 to 3",
                "b; a may; the refused one may be another",
            ),
            (
                "count distinct customer of tickets having count < 2",
                "0 to 2",
                "a may no longer; b has two",
            ),
        ],
        &tables,
    );
}

#[test]
fn tables_and_bands() {
    let text = r#"
levels = []
[table]
rate   = { rows = { low = 1, mid = "1/5", else = "2 * 3" } }
strict = { rows = { low = 1, mid = 2 } }
goal   = { rows = { DE = "10 USD", else = "5 USD" } }
[bands]
points = { rows = [{ to = 0, is = 0 }, { above = 0, to = "25%", is = 3 }, { above = "25%", below = "60%", is = 7 }, { from = "60%", is = 10 }] }
size   = { rows = [{ below = 10, is = "small" }, { from = 10, to = 20, is = "large" }] }
[measure]
weighed = { is = "sum score * rate(grade) of readings" }
unsure  = { is = "sum rate(grade) of readings where score = 7" }
gone    = { is = "strict(grade-now)" }
grade-now = { is = "latest grade of readings" }
goal-here = { is = "goal(partner.country)" }
at-0    = { is = "points(0)" }
at-25   = { is = "points(25%)" }
at-26   = { is = "points(26%)" }
at-60   = { is = "points(60%)" }
any     = { is = "points(latest score of readings where read_on > day)" }
between = { is = "points((count readings where flag = yes) / 10)" }
nine    = { is = "size(9)" }
ten     = { is = "size(10)" }
beyond  = { is = "size(21)" }
either  = { is = "size(9 + (count readings where flag = yes))" }
"#;
    let readings = "reading, score, grade, flag, read_on\nr1, 10, low, yes, 2022-01-01\nr2, 5, mid, yes, 2022-01-01\nr3, 1, void, , 2022-03-01\nr4, 7, , , 2022-01-01";
    let partners = ("partners", "name, country\nAcme, DE");
    let w = world(
        &[edition("acme", text)],
        &[("readings", readings), partners],
    );
    for (name, expected) in [
        // 10*1 + 5/5 + 1*6, and 7 times anything from 1/5 to 6.
        ("weighed", "18.4 to 59"),
        ("unsure", "0.2 to 6"),
        ("gone", "unknown"),
        ("goal-here", "10"),
        ("at-0", "0"),
        ("at-25", "3"),
        ("at-26", "7"),
        ("at-60", "10"),
        // Nobody knows which: every band.
        ("any", "0 to 10"),
        // Two to four tenths: two bands.
        ("between", "3 to 7"),
        ("nine", "small"),
        ("ten", "large"),
        ("beyond", "unknown"),
        ("either", "large"),
    ] {
        w.is(name, &[(ON, expected)]);
    }
}

#[test]
fn a_table_may_yield_words_and_they_are_looked_up_again() {
    let text = r#"
levels = ["first"]
[table]
country-group = { words = ["a", "b", "score"], rows = { US = "a", DE = "b", FR = "b", AT = "score" } }
asked = { rows = { a = 70, b = 600, else = 5 } }
[measure]
group = { words = ["a", "b", "score"], is = "country-group(partner.country)" }
need  = { is = "asked(country-group(partner.country))" }
named = { is = "asked(group)" }
[test]
is-b  = { is = "country-group(partner.country) = b" }
[requirement]
row   = { measure = "count readings where country-group(partner.country) = b", at_least = { first = "asked(country-group(partner.country))" } }
"#;
    for (country, group, need, is_b, row) in [
        ("US", "a", "70", "0", "0 of 70 short"),
        ("DE", "b", "600", "1", "1 of 600 short"),
        // A word of the table is no field of the facts, though it has its name.
        ("AT", "score", "5", "0", "0 of 5 short"),
        // Of this one nothing is said, and nothing known of the other.
        (
            "IT",
            "unknown",
            "5 to 600",
            "0 to 1",
            "0 to 1 of 5 to 600 short",
        ),
        (
            "",
            "unknown",
            "5 to 600",
            "0 to 1",
            "0 to 1 of 5 to 600 short",
        ),
    ] {
        let partners = format!("name, country\nAcme, {country}");
        let readings = ("readings", "reading, score, read_on\nr1, 5, 2022-01-01");
        let w = world(
            &[edition("acme", text)],
            &[("partners", &partners), readings],
        );
        for (name, expected) in [
            ("group", group),
            ("need", need),
            ("named", need),
            ("is-b", is_b),
        ] {
            assert_eq!(w.value(name, ON), expected, "{name} of {country}");
        }
        let found = w.column(crate::program::Ask::Enter, "first", ON);
        assert_eq!(found, format!("short: row {row}"), "{country}");
    }
}

#[test]
fn what_is_not_known_of_a_scale_is_anything_on_it() {
    let text = r#"
levels = []
[question]
one   = { answer = "1 to 5", evidence = "count projects" }
two   = { answer = "1 to 5" }
words = { answer = { none = 0, some = "1/2", all = 2 } }
maybe = { answer = "1 to 5", may_not_apply = true }
[measure]
least   = { is = "lowest(one, two)" }
open    = { is = "lowest(two, maybe)" }
mean    = { is = "average score of csat" }
best    = { is = "highest score of csat" }
final   = { is = "latest score of csat" }
none    = { is = "latest score of csat where route = own-survey" }
groups  = { is = "count distinct customer of csat having lowest score >= 1" }
[test]
at-all  = { is = "least >= 1" }
"#;
    let answers = (
        "answers",
        "question, answered_on, answer\ntwo, 2022-01-01, 4",
    );
    // The second row has no score, and the third none that can be read.
    let csat = "response, customer, score, submitted_on, email_confirmed_on, customer_verified_on\nr1, c1, 3, 2022-01-01, 2022-01-01, 2022-01-01\nr2, c1, , 2022-02-01, 2022-02-01, 2022-02-01\nr3, c1, nine, 2022-02-01, 2022-02-01, 2022-02-01";
    let w = world(&[edition("acme", text)], &[answers, ("csat", csat)]);
    for (name, expected) in [
        ("one", "1 to 5"),
        ("words", "0 to 2"),
        ("maybe", "unknown"),
        ("least", "1 to 4"),
        ("at-all", "1"),
        ("open", "4 or less"),
        // 3, anything of the scale, and perhaps one more.
        ("mean", "5/3 to 13/3"),
        ("best", "3 to 5"),
        ("final", "1 to 5"),
        ("none", "unknown"),
        ("groups", "1 to 2"),
    ] {
        w.is(name, &[(ON, expected)]);
    }
    // No project contradicts an answer of 1 to 5; that nobody gave one does not.
    let silent = world(&[edition("acme", text)], &[answers, ("projects", "")]);
    assert_eq!(silent.contradicted(ON), Vec::<String>::new());
    let one = (
        "answers",
        "question, answered_on, answer\none, 2022-01-01, 4",
    );
    let said = world(&[edition("acme", text)], &[one, ("projects", "")]);
    assert_eq!(said.contradicted(ON), ["one"]);
}

#[test]
fn bands_over_money_take_amounts_of_their_currency() {
    let text = r#"
levels = []
MONEY
[bands]
value = { rows = [{ below = "1_000 USD", is = 1 }, { from = "1_000 USD", is = 6 }] }
[measure]
points  = { is = "sum value(amount) of readings" }
of-all  = { is = "value(sum amount of readings where reading != r3)" }
of-last = { is = "value(latest amount of readings)" }
worth   = { is = "count readings where value(amount) = 6" }
"#;
    let tables = |rows: &str| format!("reading, amount, currency, read_on\n{rows}");
    for (money, rows, expected) in [
        // 1 for 999 USD, 6 for 1000 USD.
        (
            "",
            "r1, 999, USD, 2022-01-01\nr2, 1000, USD, 2022-02-01",
            ["7", "6", "6", "1"],
        ),
        // A thousand of another currency may be worth anything from nothing on.
        (
            "",
            "r3, 1000, JPY, 2022-01-01",
            ["1 to 6", "1", "1 to 6", "0 to 1"],
        ),
        (
            "",
            "r1, 20, USD, 2022-01-01\nr2, 999, JPY, 2022-02-01",
            ["2 to 7", "1 to 6", "1 to 6", "0 to 1"],
        ),
        // Nothing is nothing in every currency.
        ("", "r3, 0, JPY, 2022-01-01", ["1", "1", "1", "0"]),
        // An empty amount of a fact that counts is anything from nothing on.
        (
            "",
            "r3, , USD, 2022-01-01",
            ["1 to 6", "1", "1 to 6", "0 to 1"],
        ),
        // With a rate it is 1100 USD.
        (
            "[table]\nprice = { rows = { EUR = 1.1 } }\n[money]\ncurrency = \"USD\"\nrates = \"price\"",
            "r3, 1000, EUR, 2022-01-01",
            ["6", "1", "6", "1"],
        ),
    ] {
        let rows = tables(rows);
        let w = world(
            &[edition("acme", &text.replace("MONEY", money))],
            &[("readings", &rows)],
        );
        for (name, expected) in ["points", "of-all", "of-last", "worth"]
            .iter()
            .zip(expected)
        {
            assert_eq!(w.value(name, ON), expected, "{name} of {rows}");
        }
    }
}

#[test]
fn words_compare_however_they_are_spelled() {
    let text = r#"
levels = []
[measure]
class   = { words = ["big", "small"], is = "if (count projects) > 2 then big else small" }
unsure  = { words = ["big", "small"], is = "if (count orders) > 2 then big else small" }
[test]
small   = { is = "class = small" }
big     = { is = "class = big" }
perhaps = { is = "unsure = small" }
country = { is = "partner.country = DE" }
not-de  = { is = "partner.country != DE" }
"#;
    let partners = ("partners", "name, country\nAcme, DE");
    let w = world(&[edition("acme", text)], &[HOLDERS[0], partners]);
    for (name, expected) in [
        ("class", "big"),
        ("small", "0"),
        ("big", "1"),
        ("unsure", "unknown"),
        ("perhaps", "0 to 1"),
        ("country", "1"),
        ("not-de", "0"),
    ] {
        w.is(name, &[(ON, expected)]);
    }
    let nowhere = world(&[edition("acme", text)], &[HOLDERS[0]]);
    nowhere.is("country", &[(ON, "0 to 1")]);
}

#[test]
fn a_name_that_uses_itself_is_unknown_and_nothing_runs_for_ever() {
    let mut lines = vec![
        ("a".to_owned(), "b + 1".to_owned()),
        ("b".to_owned(), "before(1 day, a)".to_owned()),
        ("c0".to_owned(), "1".to_owned()),
        ("d0".to_owned(), "1".to_owned()),
        (
            "years".to_owned(),
            "held(trailing 90000 years, (count projects) >= 0)".to_owned(),
        ),
    ];
    for n in 1..400 {
        // A chain that is too long to follow, and sums that double at each step.
        lines.push((format!("c{n}"), format!("((((c{})))) + 0", n - 1)));
        lines.push((format!("d{n}"), format!("d{} + d{}", n - 1, n - 1)));
    }
    let lines: Vec<(&str, &str)> = lines
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let w = measures(&lines, HOLDERS);
    w.is("a", &[(ON, "unknown")]);
    w.is("c60", &[(ON, "1")]);
    w.is("c399", &[(ON, "unknown")]);
    w.is("d10", &[(ON, "1024")]);
    w.is("years", &[(ON, "0 to 1")]);
}

#[test]
fn list_items_count_on_their_days() {
    let text = "levels = []\n[list]\nwanted = { items = [{ is = \"junior\" }, { is = \"senior\", from = 2022-02-01, until = 2022-03-01 }] }\n[measure]\nn = { is = \"count credentials where credential in wanted\" }\nout = { is = \"count credentials where credential not in wanted\" }";
    let w = world(
        &[edition("acme", text)],
        &[
            ("people", "person, registered_on\np1, 2020-01-01"),
            (
                "credentials",
                "person, credential, earned_on\np1, Made Junior, 2020-05-01\np1, senior, 2020-05-01",
            ),
        ],
    );
    w.is(
        "n",
        &[
            ("2022-01-31", "1"),
            ("2022-02-01", "2"),
            ("2022-02-28", "2"),
            ("2022-03-01", "1"),
        ],
    );
    w.is("out", &[("2022-01-31", "1"), ("2022-02-01", "0")]);
}
