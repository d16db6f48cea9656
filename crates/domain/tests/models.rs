//! Models: what the shipped ones say, by hand where a hand can, and what a file may get wrong.

use std::path::Path;

use cairn_domain::cash;
use cairn_domain::model::{self, Model, Outcome};
use cairn_domain::number::Exact;

fn shipped(name: &str) -> Model {
    let file = format!("vocabulary/models/{name}.toml");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(&file);
    let text = std::fs::read_to_string(path).expect("the file is there");
    read(&file, &text)
}

fn read(file: &str, text: &str) -> Model {
    let (model, problems) = model::read(file, text);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    model.expect("it reads")
}

fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("a number")
}

fn near(found: &Exact, wanted: &str, by: &str) {
    let (off, by) = (found - &exact(wanted), exact(by));
    assert!(off <= by && off >= -by, "{found} is not {wanted}");
}

fn number(outcome: &Outcome) -> Exact {
    outcome.number().cloned().expect("a number")
}

/// Three months by hand: a line that grows, one that stays, and what follows from both.
const SMALL: &str = r#"
model    = "small"
edition  = "1"
title    = "Small"
about    = "Three months."
months   = 3
discount = "rate"

[input.price]
title = "Price"
unit  = "money"
value = 100
least = 80
most  = 130

[input.new]
title = "New customers a month"
value = 2
stay  = 1

[input.rate]
title = "Rate a year"
unit  = "percent"
value = "0%"

[line.customers]
title = "Customers"
start = "10"
is    = "before(1 month, customers) + new"
level = true

[line.cost]
title = "Cost"
unit  = "money"
is    = "if month = 1 then moving * 250 else 0"

[line.cash]
title = "Cash"
unit  = "money"
is    = "customers * price - cost"

[line.all]
title = "Cash until now"
unit  = "money"
is    = "so-far(gain(cash))"

[result.total]
title = "All"
unit  = "money"
is    = "total(cash)"

[result.gain]
title = "Gain"
unit  = "money"
is    = "total(gain(cash))"

[result.value]
title = "Present value"
unit  = "money"
is    = "present-value(gain(cash))"

[result.back]
title = "Payback"
unit  = "months"
is    = "payback(gain(cash))"

[result.ahead]
title = "Ahead for good"
unit  = "months"
is    = "lasting-month(all >= 0)"

[result.deep]
title = "Deepest month"
is    = "least-month(all)"

[result.share]
title = "Of nothing"
is    = "total(cost) / (total(cost) - total(cost))"

[result.early]
title = "Within two months"
unit  = "yes-no"
is    = "back <= 2"

[[chart]]
title = "Cash"
unit  = "money"
line  = [{ title = "Gain until now", is = "all" }]
"#;

#[test]
fn three_months_by_hand() {
    let model = read("vocabulary/models/small.toml", SMALL);
    let answer = model.run(&model.settings());
    // Customers 12, 14, 16 against 11, 12, 13; cash 950, 1400, 1600 against 1100, 1200, 1300.
    let [moved, stay] = &answer.lines["cash"];
    let all = |of: &[Option<Exact>]| -> Vec<String> {
        of.iter().flatten().map(ToString::to_string).collect()
    };
    assert_eq!(all(moved), ["950", "1400", "1600"]);
    assert_eq!(all(stay), ["1100", "1200", "1300"]);
    assert_eq!(all(&answer.lines["all"][0]), ["-150", "50", "350"]);
    assert_eq!(all(&answer.charts[0][0]), ["-150", "50", "350"]);
    let of = |id: &str| number(&answer.results[id]).to_string();
    assert_eq!(of("total"), "3950");
    assert_eq!(of("gain"), "350");
    // Nothing is discounted at a rate of nothing.
    assert_eq!(of("value"), "350");
    // 150 out in the first month, and 200 in over the second: three quarters of it.
    assert_eq!(of("back"), "1.75");
    assert_eq!(of("ahead"), "2");
    assert_eq!(of("deep"), "1");
    assert_eq!(answer.results["share"], Outcome::Never);
    assert_eq!(answer.results["early"], Outcome::Test(true));
}

#[test]
fn at_a_rate_each_month_is_worth_less_from_its_end_on() {
    let model = read("vocabulary/models/small.toml", SMALL);
    let mut settings = model.settings();
    settings["rate"].value = exact("0.12");
    let answer = model.run(&settings);
    // -150 / 1.12^(1/12) + 200 / 1.12^(2/12) + 300 / 1.12^(3/12), as a calculator has it.
    near(&number(&answer.results["value"]), "339.287396", "0.000001");
}

#[test]
fn payback_and_rates_are_those_of_the_module_of_cash() {
    let model = shipped("business-case");
    let answer = model.run(&model.settings());
    let gains: Vec<Exact> = answer.lines["cash"][0]
        .iter()
        .zip(&answer.lines["cash"][1])
        .map(|(a, b)| a.as_ref().expect("cash") - b.as_ref().expect("cash"))
        .collect();
    // There the first payment is made at the beginning; here it is made over the first month.
    let there = cash::payback(&gains, None).expect("it pays back");
    let here = number(&answer.results["payback"]);
    near(&(&here - &there.after), "1", "0.000000001");
    let Outcome::Rates(rates) = &answer.results["irr"] else {
        panic!("rates");
    };
    assert_eq!(rates.len(), 1);
    // At the rate of return the present value is nothing.
    let mut settings = model.settings();
    settings["discount"].value = rates[0].clone();
    let value = number(&model.run(&settings).results["npv"]);
    near(&value, "0", "0.01");
}

#[test]
fn lines_add_up_and_what_is_the_same_in_both_ways_is_the_same() {
    let model = shipped("business-case");
    let answer = model.run(&model.settings());
    let month =
        |line: &str, way: usize, at: usize| answer.lines[line][way][at].clone().expect("a number");
    for at in 0..60 {
        for way in 0..2 {
            let parts: Exact = ["resale", "recurring", "projects"]
                .iter()
                .map(|l| month(l, way, at))
                .sum();
            assert_eq!(parts, month("revenue", way, at), "month {}", at + 1);
            let gross: Exact = ["gross-resale", "gross-managed", "gross-projects"]
                .iter()
                .map(|l| month(l, way, at))
                .sum();
            assert_eq!(gross, month("gross-profit", way, at));
        }
        assert!(month("investment", 1, at).is_zero());
    }
    // Nothing changed is no gain: every input as if we stay.
    let mut settings = model.settings();
    for setting in settings.values_mut() {
        if let Some(stay) = setting.stay.clone() {
            setting.value = stay;
        }
    }
    settings["arr-target"].value = settings["arr-today"].value.clone();
    settings["managed-margin-target"].value = settings["managed-margin-today"].value.clone();
    let invested = number(&model.run(&settings).results["invested"]);
    let gain = number(&model.run(&settings).results["gain"]);
    near(&(&gain + &invested), "0", "0.000001");
}

/// FACTS §1E: every number there that a model can work out.
#[test]
fn published_numbers_are_worked_out() {
    let model = shipped("business-case");
    let answer = model.run(&model.settings());
    let mut found = std::collections::BTreeMap::new();
    let mut holds = std::collections::BTreeMap::new();
    for (claim, of) in model.claims.iter().zip(&answer.claims) {
        for (reading, (shows, together)) in claim.readings.iter().zip(&of.readings) {
            let first: String = claim.title.chars().take(12).collect();
            holds.insert(format!("{first}|{}", reading.title), *together);
            for (shown, outcome) in reading.shows.iter().zip(shows) {
                found.insert(
                    format!("{first}|{}|{}", reading.title, shown.title),
                    number(outcome),
                );
            }
        }
    }
    let is = |key: &str, wanted: &str| {
        let value = found.get(key).unwrap_or_else(|| panic!("{key}"));
        near(value, wanted, "0.005");
    };
    // N3: a flat return cannot give the pair, a linear ramp does.
    is(
        "3 to 4 times|the same every year|3 times pays back after, years",
        "1.67",
    );
    is("3 to 4 times|the same every year|4 times", "1.25");
    is(
        "3 to 4 times|a linear ramp|3 times pays back after, years",
        "2.67",
    );
    is("3 to 4 times|a linear ramp|3.5 times", "2.43");
    is("3 to 4 times|a linear ramp|4 times", "2.25");
    is(
        "3 to 4 times|a linear ramp, 3 to 4 times as gain: 4 to 5 times in all|5 times",
        "2",
    );
    assert_eq!(holds["3 to 4 times|the same every year"], Some(false));
    assert_eq!(holds["3 to 4 times|a linear ramp"], Some(true));
    // N1, N2.
    is(
        "2.50 of own |gross profit for each dollar|from, at least",
        "0.625",
    );
    is(
        "2.50 of own |gross profit for each dollar|from, at most",
        "0.75",
    );
    is("2.50 of own |gross profit for each dollar|to", "2.695");
    is("2.50 of own |how much more|at least, times", "3.593");
    is("2.50 of own |how much more|at most, times", "4.312");
    // N5, N6.
    is("Up to 6.40 f|over time|first year", "3.904");
    is("Up to 6.40 f|over time|later", "2.496");
    is("Up to 6.40 f|over categories|advise, design, build", "3.84");
    is(
        "Up to 6.40 f|over categories|procure, adopt, manage",
        "2.56",
    );
    // N13.
    is("From 2,000 t|how much more|times", "25");
    is("From 2,000 t|a seat a year|of 50 seats", "1000");
    is("From 2,000 t|a seat a year|of 40 seats", "1250");
    // N14, N15: the same source contradicts itself.
    assert_eq!(
        holds["Gross margin|the same provider, the same year, the same source"],
        Some(false)
    );
}

#[test]
fn the_same_seed_gives_the_same_paths_on_any_number_of_threads() {
    let model = shipped("business-case");
    let settings = model.settings();
    let with = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads")
            .install(|| model.paths(&settings, seed, 333))
    };
    let one = with(1, 7);
    assert_eq!(one, with(3, 7));
    assert_ne!(one, with(1, 8));
    assert_eq!(one.count, 333);
    // Every path is counted once.
    assert!(one.tests.values().all(|n| *n <= 333));
}

#[test]
fn paths_without_ranges_are_the_inputs_as_they_stand() {
    let model = read("vocabulary/models/small.toml", SMALL);
    let mut settings = model.settings();
    settings["price"].range = None;
    let answer = model.run(&settings);
    let paths = model.paths(&settings, 1, 100);
    for (id, spread) in &paths.results {
        match &answer.results[id] {
            Outcome::Number(wanted) => {
                let found = spread.below(50).expect("a value");
                let off = (found - wanted).to_f64().abs();
                assert!(
                    off <= wanted.to_f64().abs() / 1000.0 + 0.000_001,
                    "{id}: {found}"
                );
                assert_eq!(spread.none, 0);
            }
            _ => assert_eq!(spread.none, 100, "{id}"),
        }
    }
    assert_eq!(paths.tests["early"], 100);
}

#[test]
fn a_range_is_drawn_between_its_ends_and_swings_are_at_them() {
    let model = read("vocabulary/models/small.toml", SMALL);
    let settings = model.settings();
    let swings = model.swings(&settings, "total");
    assert_eq!(swings.len(), 1);
    // 42 customers in three months, less 250.
    near(&swings[0].at_least, "3110", "0.001");
    near(&swings[0].at_most, "5210", "0.001");
    let paths = model.paths(&settings, 7, 4_000);
    let total = &paths.results["total"];
    assert!(*total.below(5).expect("a value") > swings[0].at_least);
    assert!(*total.below(95).expect("a value") < swings[0].at_most);
    // The median of the triangle from 80 over 100 to 130: 130 - sqrt(50 x 30 / 2) = 102.61.
    near(total.below(50).expect("a value"), "4059.7", "20");
}

#[test]
fn a_turn_is_where_the_test_turns() {
    let model = read("vocabulary/models/small.toml", SMALL);
    let settings = model.settings();
    // Paid back within two months while 2 x price >= 250 - price, that is from 83.33 on.
    let turn = model.turn(&settings, "early", "price", &exact("50"), &exact("150"));
    near(&turn.expect("it turns"), "83.3333", "0.001");
    assert_eq!(
        model.turn(&settings, "early", "price", &exact("90"), &exact("150")),
        None
    );
}

fn refused(text: &str) -> Vec<&'static str> {
    let (model, problems) = model::read("vocabulary/models/x.toml", text);
    assert!(model.is_none());
    problems.iter().map(|p| p.code).collect()
}

#[test]
fn a_file_with_a_slip_is_refused_and_told_why() {
    let with = |rest: &str| {
        let head = "model = \"x\"\nedition = \"1\"\ntitle = \"X\"\nabout = \"X.\"\nmonths = 3\n";
        let input = "[input.a]\ntitle = \"A\"\nvalue = 1\n";
        refused(&format!("{head}{input}{rest}"))
    };
    let line = |is: &str| with(&format!("[line.b]\ntitle = \"B\"\nis = \"{is}\"\n"));
    let result = |is: &str| {
        with(&format!(
            "[line.b]\ntitle = \"B\"\nis = \"a\"\n[result.c]\ntitle = \"C\"\nis = \"{is}\"\n"
        ))
    };
    assert_eq!(line("b + 1"), ["line-ring"]);
    assert_eq!(line("nothing"), ["unknown-name"]);
    assert_eq!(line("count people"), ["no-evidence"]);
    assert_eq!(line("total(a)"), ["no-series"]);
    assert_eq!(line("a > 1"), ["wrong-type"]);
    assert_eq!(line("if a then 1 else 2"), ["wrong-type"]);
    assert_eq!(result("b"), ["no-series"]);
    assert_eq!(result("total(before(2 days, b))"), ["no-series"]);
    assert_eq!(result("present-value(b)"), ["no-discount"]);
    assert_eq!(result("sum-of(b)"), ["unknown-name"]);
    assert_eq!(result("c + 1"), ["line-ring"]);
    assert_eq!(
        with("[input.b]\ntitle = \"B\"\nvalue = 5\nleast = 6\nmost = 7\n"),
        ["bad-range"]
    );
    assert_eq!(
        with("[line.a]\ntitle = \"A\"\nis = \"1\"\n"),
        ["name-twice"]
    );
    assert_eq!(
        with("[line.month]\ntitle = \"A\"\nis = \"1\"\n"),
        ["bad-id"]
    );
    assert_eq!(
        with("[input.c]\ntitle = \"C\"\nvalue = 1\ncite = \"book, page 1\"\n"),
        ["unknown-name"]
    );
}
