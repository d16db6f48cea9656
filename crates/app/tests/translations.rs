//! What the shipped files are called in other languages: all of it is there, none of it is about nothing, and no verdict
//! depends on it.

use cairn_app::demo::{SAMPLE_DAY, evidence};
use cairn_app::evidence::open;
use cairn_app::overview::overview;
use cairn_app::programs;
use cairn_app::question::{Desk, Question};
use cairn_app::scorecard::Scorecard;
use domain::calendar::Day;
use domain::translation::check;

fn demo() -> Desk {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let folder = tempfile::tempdir().expect("a folder");
    for table in evidence(SAMPLE_DAY) {
        let path = folder.path().join(format!("{}.csv", table.name));
        std::fs::write(path, table.csv).expect("a table");
    }
    let options = cairn_app::exchange::Options::default();
    let opened = open(folder.path(), loaded.library(), &options, &mut |_| {});
    let day = Day::parse(&SAMPLE_DAY.to_string()).expect("a day");
    let opened = opened.expect("the demo reads");
    Desk::new(&loaded, &opened, Question::on(day))
}

#[test]
fn every_shipped_text_is_there_in_german_and_no_translation_is_of_nothing() {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let library = loaded.library();
    let untranslated = library.untranslated("de");
    let missing: Vec<String> = untranslated
        .iter()
        .flat_map(|(program, texts)| texts.iter().map(move |t| format!("{program:?}: {t}")))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    let unused: Vec<String> = check(library).iter().map(ToString::to_string).collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

/// What a scorecard decides: no word of it is told.
fn decided(card: &Scorecard) -> impl PartialEq + std::fmt::Debug + use<> {
    let columns = card.columns.iter().map(|column| {
        let rows = column.rows.iter();
        let rows: Vec<_> = rows.map(|r| (r.id.clone(), r.verdict)).collect();
        (column.ask, column.level.clone(), column.verdict, rows)
    });
    (
        card.program.clone(),
        card.hash.clone(),
        card.meets,
        columns.collect::<Vec<_>>(),
    )
}

#[test]
fn a_verdict_and_a_hash_are_the_same_in_every_language() {
    let english = demo();
    let german = english.clone().in_language("de");
    let cards = |desk: &Desk| {
        let mut cards = overview(desk).expect("an overview").cards;
        // They stand in the order of what they are called.
        cards.sort_by(|a, b| a.program.cmp(&b.program));
        cards
    };
    let (a, b) = (cards(&english), cards(&german));
    assert!(a.len() >= 5, "programs that can be asked");
    assert_eq!(a.len(), b.len());
    let mut told = 0;
    for (one, other) in a.iter().zip(&b) {
        assert_eq!(decided(one), decided(other));
        let titles = |card: &Scorecard| -> Vec<String> {
            let rows = card.columns.iter().flat_map(|c| &c.rows);
            rows.map(|r| r.title.clone()).collect()
        };
        told += usize::from(titles(one) != titles(other));
    }
    assert!(told >= 5, "{told} of {} are told in German", a.len());
    // What is told in a language already stays as it is.
    assert!(std::sync::Arc::ptr_eq(
        &german.engine,
        &german.clone().in_language("de").engine
    ));
    // The same is asked once for both: what was made ready over the facts is shared.
    assert!(std::sync::Arc::ptr_eq(
        &english.engine.ledger,
        &german.engine.ledger
    ));
}
