//! §3 and §2, "Which facts"; conventions 1 to 10, 16 and 30.

use super::{day, edition, measures, world};

const PEOPLE: (&str, &str) = (
    "people",
    "person, registered_on, left_on\np1..p3, 2020-01-01,",
);

#[test]
fn a_fact_holds_from_its_first_day_until_its_last() {
    let w = measures(
        &[
            ("n", "count validations"),
            ("p", "count pending validations"),
            ("every", "count validations including ended"),
        ],
        &[(
            "validations",
            "validation, awarded_on, expires_on\nv1, 2022-01-10, 2022-02-10",
        )],
    );
    // No catalog knows the name, so that it may count and no more.
    w.is(
        "n",
        &[
            ("2022-01-09", "0"),
            ("2022-01-10", "0 to 1"),
            ("2022-02-09", "0 to 1"),
            ("2022-02-10", "0"),
        ],
    );
    w.is("p", &[("2022-01-09", "0 to 1"), ("2022-01-10", "0")]);
    w.is("every", &[("2022-01-09", "0"), ("2022-02-10", "0 to 1")]);
}

#[test]
fn it_opens_on_the_last_of_its_dates_once_all_are_there() {
    let w = measures(
        &[("n", "count csat"), ("p", "count pending csat")],
        &[(
            "csat",
            "response, score, email_confirmed_on, customer_verified_on\nr1, 5, 2022-01-02, 2022-01-05\nr2, 5, 2022-01-02,",
        )],
    );
    w.is(
        "n",
        &[
            ("2022-01-04", "0"),
            ("2022-01-05", "1"),
            ("2023-01-01", "1"),
        ],
    );
    w.is("p", &[("2022-01-04", "2"), ("2022-01-05", "1")]);
}

#[test]
fn an_empty_date_may_be_taken_from_another_where_the_filter_is_true() {
    let w = measures(
        &[("n", "count references")],
        &[(
            "references",
            "reference, route, submitted_on, approved_on\nr1, opportunity, 2022-01-01,\nr2, tool, 2022-01-01,\nr3, , 2022-01-01,",
        )],
    );
    w.is("n", &[("2021-12-31", "0"), ("2022-01-01", "1")]);
}

#[test]
fn without_a_date_a_fact_holds_always_and_is_in_no_window() {
    let w = measures(
        &[
            ("n", "count offerings"),
            ("inside", "count offerings in trailing 12 months"),
        ],
        &[("offerings", "offering, family\nf1, software")],
    );
    w.is("n", &[("1950-01-01", "1")]);
    w.is("inside", &[("2022-01-01", "0")]);
}

#[test]
fn a_status_holds_until_the_next_of_its_key() {
    let w = measures(
        &[("seats", "sum seats of usage")],
        &[(
            "usage",
            "customer, product, read_on, seats\nc1, x, 2022-01-01, 5\nc1, x, 2022-02-01, 7\nc1, y, 2022-03-01, 1\nc2, x, 2022-02-01, 100",
        )],
    );
    w.is(
        "seats",
        &[
            ("2022-01-31", "5"),
            ("2022-02-01", "107"),
            ("2022-03-01", "108"),
        ],
    );
}

#[test]
fn a_credential_counts_while_its_holder_is_there() {
    let w = measures(
        &[
            ("n", "count distinct person of credentials"),
            ("new", "count credentials in trailing 1 year"),
            ("every", "count credentials including ended"),
        ],
        &[
            (
                "people",
                "person, registered_on, left_on\np1, 2021-01-01, 2022-01-01",
            ),
            (
                "credentials",
                "person, credential, earned_on\np1, junior, 2020-05-01\nnobody, junior, 2020-05-01",
            ),
        ],
    );
    w.is(
        "n",
        &[
            ("2020-12-31", "0"),
            ("2021-01-01", "1"),
            ("2021-12-31", "1"),
            ("2022-01-01", "0"),
        ],
    );
    // The join does not move the opening day, by which windows go.
    w.is("new", &[("2021-04-30", "1"), ("2021-05-01", "0")]);
    // What has ended or never held for want of a holder has opened all the same.
    w.is("every", &[("2020-05-01", "2")]);
}

#[test]
fn a_rehired_person_counts_again_once_it_was_recorded() {
    let mut w = measures(
        &[("n", "count distinct person of credentials")],
        &[
            (
                "people",
                "person, registered_on, left_on, recorded_on\np1, 2020-01-01, 2021-01-01, 2021-01-01\np1, 2020-01-01, , 2021-03-01",
            ),
            (
                "credentials",
                "person, credential, earned_on\np1, junior, 2020-05-01",
            ),
        ],
    );
    w.is("n", &[("2021-02-01", "1")]);
    w.known_at = Some(day("2021-02-28"));
    w.is("n", &[("2020-12-31", "1"), ("2021-02-01", "0")]);
    w.known_at = Some(day("2021-03-01"));
    w.is("n", &[("2021-02-01", "1")]);
    w.known_at = Some(day("2020-12-31"));
    w.is("n", &[("2021-02-01", "0")]);
}

#[test]
fn where_people_were_never_supplied_a_credential_may_count() {
    let w = measures(
        &[("n", "count credentials")],
        &[(
            "credentials",
            "person, credential, earned_on, expires_on\np1, junior, 2020-05-01, 2021-05-01",
        )],
    );
    w.is(
        "n",
        &[
            ("2020-04-30", "0"),
            ("2020-05-01", "0 to 1"),
            ("2021-05-01", "0"),
        ],
    );
}

#[test]
fn what_was_learned_later_does_not_exist() {
    let mut w = measures(
        &[
            ("n", "count opportunities"),
            ("p", "count pending opportunities"),
        ],
        &[(
            "opportunities",
            "opportunity, launched_on, target_close_on, recorded_on\no1, 2022-01-01, , 2022-02-01\no2, 2022-01-05, ,\no3, , 2022-03-01,\no4, , ,",
        )],
    );
    w.is("n", &[("2022-06-01", "2")]);
    w.known_at = Some(day("2022-01-04"));
    w.is("n", &[("2022-06-01", "0")]);
    // o2 on the day it opens; o3 never opens: on the earliest date of its row; o4 has no date: always.
    w.is("p", &[("2022-06-01", "1")]);
    w.known_at = Some(day("2022-03-01"));
    w.is("n", &[("2022-06-01", "2")]);
    w.is("p", &[("2022-06-01", "2")]);
}

#[test]
fn of_corrections_the_one_learned_last_stands() {
    let mut w = measures(
        &[("mrr", "sum estimated_mrr of opportunities")],
        &[(
            "opportunities",
            "opportunity, estimated_mrr, currency, launched_on, recorded_on\no1, 100, USD, 2022-01-01, 2022-01-02\no1, 70, USD, 2022-01-01, 2022-01-09",
        )],
    );
    w.is("mrr", &[("2022-02-01", "70")]);
    w.known_at = Some(day("2022-01-08"));
    w.is("mrr", &[("2022-02-01", "100")]);
}

#[test]
fn of_two_that_were_learned_on_one_day_the_one_that_stands_last_in_its_file_stands() {
    // The first was never recorded, so that it was learned on the day it opened.
    let rows = ["x1, a, 2022-09-30,", "x1, b, 2022-09-01, 2022-09-30"];
    for (rows, stands) in [([rows[0], rows[1]], "b"), ([rows[1], rows[0]], "a")] {
        let table = format!(
            "project, customer, completed_on, recorded_on\n{}",
            rows.join("\n")
        );
        let w = measures(
            &[("who", "latest customer of projects")],
            &[("projects", &table)],
        );
        w.is("who", &[("2022-10-01", stands)]);
    }
}

#[test]
fn of_two_rows_that_differ_and_were_recorded_on_one_day_the_first_stands_and_nothing_more_may_count()
 {
    let w = measures(
        &[
            ("mrr", "sum estimated_mrr of opportunities"),
            ("n", "count opportunities"),
        ],
        &[(
            "opportunities",
            "opportunity, estimated_mrr, currency, launched_on\no1, 100, USD, 2022-01-01\no1, 70, USD, 2022-01-01",
        )],
    );
    w.is("mrr", &[("2022-02-01", "100")]);
    w.is("n", &[("2022-02-01", "1")]);
}

#[test]
fn earning_a_credential_renews_the_listed_ones_that_hold() {
    let w = measures(
        &[("n", "count credentials where credential = junior")],
        &[
            PEOPLE,
            (
                "credentials",
                "person, credential, earned_on, expires_on\np1, junior, 2020-01-01, 2021-01-01\np1, expert, 2020-12-31, 2022-01-01\np2, junior, 2020-01-01, 2021-01-01\np2, expert, 2021-01-01, 2022-01-01",
            ),
        ],
    );
    // p1 in time, p2 one day late.
    w.is(
        "n",
        &[
            ("2020-12-31", "2"),
            ("2021-01-01", "1"),
            ("2021-12-31", "1"),
            ("2022-01-01", "0"),
        ],
    );
}

#[test]
fn names_of_other_vendors_do_not_exist_and_unknown_ones_may_count() {
    let w = measures(
        &[
            ("n", "count credentials"),
            ("junior", "count credentials where credential = junior"),
            ("other", "count credentials where credential != junior"),
            ("high", "count credentials where level >= professional"),
            ("of-one", "count credentials where person = p1"),
        ],
        &[
            PEOPLE,
            (
                "credentials",
                "person, credential, earned_on\np1, Made Junior, 2020-05-01\np1, made_junior, 2020-05-02\np1, Other Corp Expert, 2020-05-01\np1, stranger, 2020-05-01\np2, Mystery, 2020-05-01",
            ),
        ],
    );
    w.is("n", &[("2021-01-01", "2 to 3")]);
    w.is("junior", &[("2021-01-01", "2 to 3")]);
    w.is("other", &[("2021-01-01", "0 to 1")]);
    w.is("high", &[("2021-01-01", "0 to 1")]);
    // Another clause of the filter still says no: the name is of p2.
    w.is("of-one", &[("2021-01-01", "2")]);
}

#[test]
fn an_edition_without_catalogs_knows_all_of_them() {
    let text = edition(
        "acme",
        "levels = []\n[measure]\nn = { is = \"count credentials\" }",
    )
    .replace("catalogs = [\"made\"]", "");
    let w = world(
        &[text],
        &[
            PEOPLE,
            (
                "credentials",
                "person, credential, earned_on\np1, stranger, 2020-05-01\np1, Other Corp Expert, 2020-05-01",
            ),
        ],
    );
    w.is("n", &[("2021-01-01", "1")]);
}

#[test]
fn a_field_that_the_entry_leaves_out_is_known_to_be_none() {
    let w = measures(
        &[
            ("business", "count credentials where track = business"),
            ("not-business", "count credentials where track != business"),
            ("tracks", "count distinct track of credentials"),
        ],
        &[
            PEOPLE,
            (
                "credentials",
                "person, credential, earned_on\np1, junior, 2020-05-01\np1, seller, 2020-05-01",
            ),
        ],
    );
    w.is("business", &[("2021-01-01", "1")]);
    w.is("not-business", &[("2021-01-01", "1")]);
    w.is("tracks", &[("2021-01-01", "1")]);
}

#[test]
fn a_fact_that_is_known_to_have_no_value_is_no_member() {
    let w = measures(
        &[
            ("levels", "count distinct level of credentials"),
            (
                "stated",
                "count distinct level of enrollments including ended",
            ),
            (
                "joined",
                "count (distinct level of enrollments including ended) union (distinct level of credentials)",
            ),
            ("due", "count distinct due_on of readings"),
            ("grades", "count distinct grade of readings"),
        ],
        &[
            PEOPLE,
            // `seller` has no level; what no catalog knows may have any.
            (
                "credentials",
                "person, credential, earned_on\np1, junior, 2020-05-01\np1, seller, 2020-05-01\np1, nobody-knows, 2020-06-01",
            ),
            // Enrolled below the first level: that is no level.
            (
                "enrollments",
                "level, since\n, 2020-05-01\nfirst, 2020-06-01",
            ),
            // A date that is not yet, and a word that is not known.
            (
                "readings",
                "reading, grade, read_on, due_on\nr1, , 2020-01-01, ",
            ),
        ],
    );
    w.is("levels", &[("2020-05-31", "1"), ("2020-06-01", "1 to 2")]);
    w.is("stated", &[("2020-05-31", "0"), ("2020-06-01", "1")]);
    w.is("joined", &[("2020-05-31", "1"), ("2020-06-01", "2 to 3")]);
    w.is("due", &[("2020-06-01", "0")]);
    w.is("grades", &[("2020-06-01", "0 to 1")]);
}

#[test]
fn an_empty_field_that_a_filter_needs_may_count() {
    let w = measures(
        &[
            ("mid", "count readings where grade >= mid"),
            ("five", "count readings where score >= 5"),
            ("flagged", "count readings where flag = yes"),
            ("rich", "count readings where amount >= 10 USD"),
            ("both", "count readings where grade = top and score >= 5"),
        ],
        &[(
            "readings",
            "reading, read_on, score, grade, flag, amount, currency\nr1, 2022-01-01, 5, mid, yes, 10, USD\nr2, 2022-01-01, , , , ,\nr3, 2022-01-01, 4, void, no, 9, USD",
        )],
    );
    // `void` is not on the ladder: neither above nor below.
    w.is("mid", &[("2022-02-01", "1 to 2")]);
    w.is("five", &[("2022-02-01", "1 to 2")]);
    w.is("flagged", &[("2022-02-01", "1 to 2")]);
    w.is("rich", &[("2022-02-01", "1 to 2")]);
    w.is("both", &[("2022-02-01", "0 to 1")]);
}

#[test]
fn a_refused_row_may_count_in_every_choice_of_its_kind() {
    let w = measures(
        &[
            ("n", "count projects where strategic = yes"),
            ("open", "count pending projects"),
            ("some", "exists projects where strategic = no"),
            ("other", "count tickets"),
        ],
        &[
            (
                "projects",
                "project, strategic, completed_on\nx1, yes, 2022-01-01\nx2, perhaps, 2022-01-01",
            ),
            ("tickets", ""),
        ],
    );
    w.is("n", &[("2022-02-01", "1 to 2"), ("2021-01-01", "0 to 1")]);
    w.is("open", &[("2022-02-01", "0 to 1")]);
    w.is("some", &[("2022-02-01", "0 to 1")]);
    w.is("other", &[("2022-02-01", "0")]);
}

#[test]
fn a_kind_that_was_never_supplied_has_no_limit_and_an_empty_one_is_zero() {
    let w = measures(
        &[
            ("n", "count projects"),
            ("total", "sum hours of time"),
            ("those", "count distinct customer of projects"),
            ("some", "exists projects"),
            ("last-one", "latest score of csat"),
            ("none", "count orders"),
            ("never", "exists orders"),
            ("decided", "count waivers"),
        ],
        &[("orders", "")],
    );
    w.is("n", &[("2022-01-01", "0 or more")]);
    w.is("total", &[("2022-01-01", "0 or more")]);
    w.is("those", &[("2022-01-01", "0 or more")]);
    w.is("some", &[("2022-01-01", "0 to 1")]);
    w.is("last-one", &[("2022-01-01", "unknown")]);
    w.is("none", &[("2022-01-01", "0")]);
    w.is("never", &[("2022-01-01", "0")]);
    w.is("decided", &[("2022-01-01", "0")]);
}

#[test]
fn a_kind_with_a_program_shows_its_own_rows_and_those_of_none() {
    let w = measures(
        &[
            ("own", "count attestations"),
            ("named", "count attestations where program = other"),
            (
                "every",
                "count attestations where program = acme or program != acme",
            ),
        ],
        &[(
            "attestations",
            "kind, attested_on, program\nbusiness-plan, 2022-01-01, acme\nbusiness-plan, 2022-01-02, other\nbusiness-plan, 2022-01-03, Acme",
        )],
    );
    w.is("own", &[("2022-02-01", "2")]);
    w.is("named", &[("2022-02-01", "1")]);
    w.is("every", &[("2022-02-01", "3")]);
}

#[test]
fn evidence_is_used_once() {
    let w = measures(
        &[("fresh", "count case-studies where unused")],
        &[
            (
                "case-studies",
                "study, published_on\ns1, 2022-01-01\ns2, 2022-01-01",
            ),
            (
                "uses",
                "used_kind, item, program, used_on\ncase-studies, s1, other, 2022-03-01\ncsat, s2, acme, 2022-03-01",
            ),
        ],
    );
    // Used before the day; on the day of its use it still counts.
    w.is("fresh", &[("2022-03-01", "2"), ("2022-03-02", "1")]);
}

#[test]
fn scopes_reach_the_family_the_enterprise_and_the_group() {
    let mut w = measures(
        &[
            ("own", "count distinct person of credentials"),
            ("family", "count distinct person of credentials over family"),
            (
                "enterprise",
                "count distinct person of credentials over enterprise",
            ),
            (
                "group",
                "count distinct person of credentials over group alliance",
            ),
            (
                "countries",
                "count distinct country of credentials over enterprise",
            ),
            (
                "german",
                "count credentials over enterprise where country = DE",
            ),
            (
                "entities",
                "count distinct partner of credentials over enterprise",
            ),
        ],
        &[
            (
                "partners",
                "partner, country, parent\ntop, US,\nmid, DE, top\nlow, DE, mid\nside, FR, top\nalone, IT,",
            ),
            (
                "people",
                "partner, person, registered_on\ntop, p1, 2020-01-01\nmid, p1, 2020-01-01\nmid, p2, 2020-01-01\nlow, p3, 2020-01-01\nside, p4, 2020-01-01\nalone, p5, 2020-01-01",
            ),
            (
                "credentials",
                "partner, person, credential, earned_on\ntop, p1, junior, 2020-02-01\nmid, p1, senior, 2020-02-01\nmid, p2, junior, 2020-02-01\nlow, p3, junior, 2020-02-01\nside, p4, junior, 2020-02-01\nalone, p5, junior, 2020-02-01",
            ),
            (
                "groups",
                "partner, group, joined_on, left_on\nalone, alliance, 2021-01-01, 2022-01-01",
            ),
        ],
    );
    w.partner = "mid";
    w.is("own", &[("2021-06-01", "2")]);
    w.is("family", &[("2021-06-01", "3")]);
    // p1 is one person, whoever holds what.
    w.is("enterprise", &[("2021-06-01", "4")]);
    w.is(
        "group",
        &[
            ("2020-12-31", "2"),
            ("2021-01-01", "3"),
            ("2021-12-31", "3"),
            ("2022-01-01", "2"),
        ],
    );
    w.is("countries", &[("2021-06-01", "3")]);
    w.is("german", &[("2021-06-01", "3")]);
    w.is("entities", &[("2021-06-01", "4")]);
    w.partner = "top";
    w.is("family", &[("2021-06-01", "4")]);
    w.partner = "alone";
    w.is("enterprise", &[("2021-06-01", "1")]);
}

#[test]
fn parents_in_a_circle_are_one_family() {
    let mut w = measures(
        &[
            ("family", "count projects over family"),
            ("enterprise", "count projects over enterprise"),
        ],
        &[
            ("partners", "partner, parent\na, b\nb, a\nc, b"),
            (
                "projects",
                "partner, project, completed_on\na, x1, 2022-01-01\nb, x2, 2022-01-01\nc, x3, 2022-01-01",
            ),
        ],
    );
    w.partner = "a";
    w.is("family", &[("2022-02-01", "3")]);
    w.is("enterprise", &[("2022-02-01", "3")]);
    w.partner = "c";
    w.is("family", &[("2022-02-01", "1")]);
    w.is("enterprise", &[("2022-02-01", "3")]);
}
