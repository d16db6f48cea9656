//! Reports: every shipped one in both languages, what somebody writes into them, and workbooks whose formulas are alive.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;

use std::io::Cursor;
use std::sync::Arc;

use cairn_app::access::Actor;
use cairn_app::case::{self, Tried};
use cairn_app::clock::Clock;
use cairn_app::locale::Lang;
use cairn_app::office::{Known, Office};
use cairn_app::programs;
use cairn_app::question::{Desk, Question};
use cairn_app::refusal::Refusal;
use cairn_app::report::{self, With};
use calamine::{Data, Reader, Xlsx};
use common::Fresh;
use domain::calendar::Day;
use domain::instant::Instant;
use exchange::{Block, Report};

fn boss() -> Actor {
    Actor::system("boss")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

async fn opened(fresh: &Fresh) -> Office {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let at = Instant::parse("2026-03-15T12:00:00Z").expect("a moment");
    let office = Office::new(fresh.store.clone(), Arc::new(loaded), Clock::stopped(at));
    office.refresh().await.expect("warm");
    let added = office.add_partner(&boss(), "north", "North & <Sons>").await;
    added.expect("a partner");
    office
}

async fn desk(office: &Office, on: &str) -> Desk {
    let question = Question::on(day(on));
    let desk = office
        .desk(&boss(), "north", question, Known::default())
        .await;
    desk.expect("a desk")
}

async fn told(office: &Office, on: &str, name: &str, lang: Lang) -> Report {
    let with = With {
        tasks: Some(&[]),
        ..With::default()
    };
    report::report(&desk(office, on).await, lang, name, &with).expect("a report")
}

/// What was written, section by section.
fn written(report: &Report) -> Vec<&str> {
    let blocks = report.sections.iter().flat_map(|s| &s.blocks);
    blocks
        .filter_map(|block| match block {
            Block::Written { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

on_both! {
    async fn every_report_is_told_in_both_languages_of_a_partner_without_evidence(fresh: Fresh) {
        let office = opened(&fresh).await;
        let library = office.programs.library();
        assert!(library.reports.len() >= 3, "reports are shipped");
        for of in &library.reports {
            let [english, german] = [Lang::En, Lang::De].map(|lang| (of.name.clone(), lang));
            let english = told(&office, "2026-03-15", &english.0, english.1).await;
            let german = told(&office, "2026-03-15", &german.0, german.1).await;
            assert_eq!(english.sections.len(), of.sections.len());
            assert_eq!(english.subtitle, "North & <Sons> · 15 March 2026");
            assert_eq!(german.subtitle, "North & <Sons> · 15. März 2026");
            for (english, german) in english.sections.iter().zip(&german.sections) {
                assert_ne!(english.title, german.title, "{} has a German heading", of.name);
                assert!(!english.blocks.is_empty(), "{} says something", english.title);
                assert_eq!(english.blocks.len(), german.blocks.len());
            }
            let pdf = report::pdf(&german).expect("a PDF");
            assert!(pdf.starts_with(b"%PDF-"));
        }
    }

    async fn words_are_kept_from_their_day_on_corrected_and_taken_back(fresh: Fresh) {
        let office = opened(&fresh).await;
        let of = report::named(&office.programs.library(), "quarterly-review").expect("a report");
        let keep = |said: &[(&str, &str)]| {
            let said: Vec<(String, String)> =
                said.iter().map(|(s, t)| ((*s).to_owned(), (*t).to_owned())).collect();
            let (office, of) = (&office, &of);
            async move { office.keep_narrative(&boss(), "north", of, &said).await }
        };
        let of_day = |on: &'static str| told(&office, on, "quarterly-review", Lang::En);
        assert_eq!(written(&of_day("2026-03-15").await), ["", ""]);
        // Refused as a whole: a section that there is not, and a text that is too long.
        let long = "x".repeat(report::LONGEST + 1);
        let refused = keep(&[("agreed", "Ada asks Acme."), ("agred", "x"), ("review", &long)]).await;
        let Err(Refusal::Problems(problems)) = refused else {
            panic!("it is refused");
        };
        let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["unknown-section", "too-long"]);
        assert_eq!(written(&of_day("2026-03-15").await), ["", ""]);
        // Kept as one change; the same again is nothing new.
        let both = [("review", "It went well.\r\n\r\nReally."), ("agreed", "Ada asks Acme.")];
        let change = keep(&both).await.expect("kept").expect("a change").change;
        assert!(keep(&both).await.expect("nothing to do").is_none());
        let now = ["It went well.\n\nReally.", "Ada asks Acme."];
        assert_eq!(written(&of_day("2026-03-15").await), now);
        assert_eq!(written(&of_day("2026-03-14").await), ["", ""]);
        assert_eq!(written(&of_day("2027-03-14").await), now);
        // Of another report they say nothing.
        let other = told(&office, "2026-03-15", "executive-review", Lang::En).await;
        assert_eq!(written(&other), ["", "", ""]);
        // Corrected on the same day, and taken back with an empty text.
        keep(&[("agreed", "Ben asks Acme.")]).await.expect("kept");
        assert_eq!(written(&of_day("2026-03-15").await)[1], "Ben asks Acme.");
        keep(&[("agreed", "")]).await.expect("kept");
        assert_eq!(written(&of_day("2026-03-15").await)[1], "");
        keep(&[("agreed", "Ada asks Acme.")]).await.expect("kept");
        assert_eq!(written(&of_day("2026-03-15").await), now);
        assert!(change > 0);
    }

    async fn a_workbook_of_a_model_has_formulas_that_are_alive(fresh: Fresh) {
        let office = opened(&fresh).await;
        let case = case::case(&desk(&office, "2026-03-15").await, "business-case", &Tried::new());
        let case = case.expect("a case");
        let paths = case.paths(7, 500);
        let bytes = report::workbook(&case, Lang::En, Some(&paths)).expect("a workbook");
        let again = report::workbook(&case, Lang::En, Some(&paths)).expect("a workbook");
        assert!(bytes == again, "the same to the byte");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("it reads");
        assert_eq!(
            book.sheet_names(),
            ["Results", "Inputs", "Months", "Years", "Tables", "Claims", "Spread"]
        );
        let names: Vec<&str> = book.defined_names().iter().map(|(name, _)| name.as_str()).collect();
        for name in ["churn", "churn_stay", "npv", "revenue_12m", "noc"] {
            assert!(names.contains(&name), "`{name}` is a name");
        }
        let formulas = book.worksheet_formula("Results").expect("formulas");
        let formula = |title: &str, book: &mut Xlsx<Cursor<Vec<u8>>>| {
            let sheet = book.worksheet_range("Results").expect("a sheet");
            let row = sheet.rows().position(|r| r[0] == Data::String(title.to_owned()));
            let row = u32::try_from(row.expect("a row")).expect("few rows");
            formulas.get_value((row, 2)).cloned().unwrap_or_default()
        };
        assert_eq!(
            formula("Return on investment", &mut book),
            "IF(invested>0,benefit/invested,0)"
        );
        assert_eq!(formula("Benefit", &mut book), "gain+invested");
        assert!(formula("Net present value", &mut book).starts_with("NPV((1+discount)^(1/12)-1,Months!$D$"));
        // What was computed stands in every cell, for whoever only looks.
        let sheet = book.worksheet_range("Results").expect("a sheet");
        let npv = sheet.rows().find(|r| r[0] == Data::String("Net present value".to_owned()));
        let npv = match &npv.expect("a row")[2] {
            Data::Float(n) => *n,
            _ => panic!("a number"),
        };
        let said = case.answer.results["npv"].number().expect("a number").to_f64();
        assert!((npv - said).abs() < 1e-6, "{npv} and {said}");
        // Every month of every line is a formula, and none is a number that somebody typed.
        let months = book.worksheet_formula("Months").expect("formulas");
        let lines = months.rows().filter(|row| row.iter().any(|f| !f.is_empty()));
        let lines: Vec<usize> = lines.map(|row| row.iter().filter(|f| !f.is_empty()).count()).collect();
        assert!(lines.len() > case.of.model.lines.len(), "lines and what they are made of");
        assert!(lines.iter().all(|count| *count >= 60), "every month");
    }
}
