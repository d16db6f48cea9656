//! Money over time, held against numpy-financial, against rates that were chosen beforehand, and against cases by hand.

use cairn_domain::cash::{
    Curve, Payback, multiple_for, net_present_value, payback, payback_of, rates_of_return,
};
use cairn_domain::number::Exact;
use proptest::prelude::*;

fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap_or_else(|| panic!("a number: {text}"))
}

fn all(text: &str) -> Vec<Exact> {
    text.split_whitespace().map(exact).collect()
}

/// What another program printed, which has about sixteen digits: 1e-9 of it, or of 1 where it is smaller.
fn near(ours: &Exact, theirs: &str, what: &str) {
    let theirs: f64 = theirs.parse().expect("a number");
    let off = (ours.to_f64() - theirs).abs();
    assert!(
        off <= 1e-9 * theirs.abs().max(1.0),
        "{what}: {ours} and {theirs}"
    );
}

#[test]
fn a_thousand_series_of_payments_are_worth_what_numpy_financial_says() {
    let file = include_str!("data/cash.csv");
    let mut lines = file.lines();
    assert_eq!(
        lines.next(),
        Some("rate,npv,irr,payback,discounted_payback,payments")
    );
    let (mut count, mut several, mut none) = (0, 0, 0);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [rate, npv, irr, simple, discounted, payments] = cells[..] else {
            panic!("six cells: {line}");
        };
        let (rate, payments) = (exact(rate), all(payments));
        near(
            &net_present_value(&payments, &rate).expect("a value"),
            npv,
            line,
        );
        let rates = rates_of_return(&payments);
        several += usize::from(rates.len() > 1);
        if irr.is_empty() {
            none += 1;
            assert_eq!(rates, [], "{line}");
        } else {
            // Of several it names the one that is nearest to 0.
            let nearest = rates.iter().min_by(|a, b| {
                let size = |r: &Exact| r.to_f64().abs();
                size(a).total_cmp(&size(b))
            });
            near(nearest.expect("a rate"), irr, line);
        }
        for (theirs, rate) in [(simple, None), (discounted, Some(&rate))] {
            match payback(&payments, rate) {
                Some(found) => near(&found.after, theirs, line),
                None => assert_eq!(theirs, "", "{line}"),
            }
        }
        count += 1;
    }
    assert_eq!(count, 1_000);
    assert!(
        several > 10 && none > 100,
        "{several} with several, {none} with none"
    );
}

#[test]
fn several_rates_are_all_given_and_a_rate_that_only_touches_is_one() {
    // The example of every textbook: 1,600 out, 10,000 in, 10,000 out.
    assert_eq!(
        rates_of_return(&all("-1600 10000 -10000")),
        [exact("0.25"), exact("4")]
    );
    assert_eq!(
        rates_of_return(&all("-1 2 -1")),
        [Exact::ZERO],
        "twice the same"
    );
    assert_eq!(rates_of_return(&all("-100 110")).len(), 1);
    assert_eq!(rates_of_return(&all("100 50")), []);
    assert_eq!(
        rates_of_return(&all("1 -3 3.25")),
        [],
        "it turns before it reaches nothing"
    );
    assert_eq!(rates_of_return(&all("0 0 0")), []);
    assert_eq!(rates_of_return(&[]), []);
    assert_eq!(
        rates_of_return(&all("0 -4 0 1")),
        [exact("-0.5")],
        "a loss has a rate below nothing"
    );
}

#[test]
fn what_has_paid_back_is_counted_from_the_first_payment_out() {
    let after = |text: &str| payback(&all(text), None).map(|p| p.after);
    assert_eq!(after("-100 50 50 50"), Some(exact("2")));
    assert_eq!(
        after("0 0 -100 40 120"),
        Some(exact("1.5")),
        "nothing happens before it"
    );
    assert_eq!(after("-100 40 40"), None);
    assert_eq!(after("10 20"), None, "nothing was ever paid out");
    let twice = payback(&all("-100 150 -80 40"), None).expect("it pays back");
    assert_eq!(
        twice,
        Payback {
            after: Exact::ratio(2, 3).expect("a ratio"),
            falls_back: true
        }
    );
    let tenth = exact("0.1");
    let discounted = payback(&all("-100 110 50"), Some(&tenth)).expect("it pays back");
    assert_eq!(
        discounted.after,
        Exact::ONE,
        "110 in a period at a tenth are 100"
    );
    assert_eq!(payback(&all("-100 110"), Some(&exact("-1"))), None);
    assert_eq!(net_present_value(&all("-100 110"), &exact("-1")), None);
}

/// FACTS 1E, N3: three to four times over five years and payback in two to three years hold together on a ramp alone.
#[test]
fn a_flat_return_cannot_give_both_published_numbers_and_a_ramp_does() {
    let years = |multiple: &str, curve: Curve| {
        let found = payback_of(&exact(multiple), 5, curve).expect("within five years");
        format!("{:.2}", found.to_f64())
    };
    assert_eq!(
        [years("3", Curve::Flat), years("4", Curve::Flat)],
        ["1.67", "1.25"]
    );
    assert_eq!(
        ["3", "3.5", "4", "5"].map(|m| years(m, Curve::Ramp)),
        ["2.67", "2.43", "2.25", "2.00"]
    );
    assert_eq!(payback_of(&exact("0.9"), 5, Curve::Flat), None);
    // And the other way round: what a payback asks for.
    for curve in [Curve::Flat, Curve::Ramp] {
        for multiple in ["1", "1.7", "3", "4", "7.5"] {
            let payback = payback_of(&exact(multiple), 5, curve).expect("within five years");
            assert_eq!(
                multiple_for(&payback, 5, curve),
                Some(exact(multiple)),
                "{curve:?}"
            );
        }
    }
    assert_eq!(
        multiple_for(&exact("1.5"), 5, Curve::Ramp),
        Some(exact("7.5")),
        "18 months"
    );
    assert_eq!(multiple_for(&exact("6"), 5, Curve::Flat), None);
    assert_eq!(multiple_for(&Exact::ZERO, 5, Curve::Flat), None);
}

proptest! {
    /// Payments made of chosen rates have these rates, each once, and no other.
    #[test]
    fn payments_made_of_rates_have_them(
        chosen in proptest::collection::btree_set(-95_i64..400, 1..6),
        factor in prop_oneof![-9_i64..0, 1_i64..9],
        twice in any::<bool>(),
    ) {
        // The product of (1 + rate) x - 1 over the rates.
        let mut payments = vec![Exact::from(factor)];
        let rates: Vec<i64> = chosen.iter().copied().collect();
        let repeated = rates.iter().take(usize::from(twice));
        for rate in rates.iter().chain(repeated) {
            let growth = &Exact::ONE + &Exact::scaled((*rate).into(), 2);
            let mut next = vec![Exact::ZERO; payments.len() + 1];
            for (at, payment) in payments.iter().enumerate() {
                next[at] = &next[at] - payment;
                next[at + 1] = &next[at + 1] + &(payment * &growth);
            }
            payments = next;
        }
        let found = rates_of_return(&payments);
        prop_assert_eq!(found.len(), rates.len());
        for (found, rate) in found.iter().zip(&rates) {
            let off = found - &Exact::scaled((*rate).into(), 2);
            let size = if off.is_negative() { -off } else { off };
            prop_assert!(size <= Exact::scaled(1, 12), "{} is not {}", found, rate);
        }
    }
}
