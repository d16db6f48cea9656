//! What lies ahead of the demo's partner on the day of the tier guide's sample.

use cairn_app::domain::calendar::Day;
use cairn_app::domain::library::Assumptions;
use cairn_app::domain::lifecycle::Happened;
use cairn_app::domain::program::Ask;
use cairn_app::evidence::Opened;
use cairn_app::forecast::{entries, forecast, foreseeing, icalendar};
use cairn_app::leavers::leavers;
use cairn_app::programs::{self, Loaded};
use cairn_app::question::{Desk, Question};
use expect_test::expect;
use jiff::civil::date;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// The demo's folder of a day, read as anybody's.
fn demo(today: jiff::civil::Date) -> (Loaded, Opened) {
    demo_with(today, |_, _| {})
}

/// The same, with a table written otherwise.
fn demo_with(today: jiff::civil::Date, change: impl Fn(&str, &mut String)) -> (Loaded, Opened) {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let folder = tempfile::tempdir().expect("a folder");
    for table in cairn_app::demo::evidence(today) {
        let path = folder.path().join(format!("{}.csv", table.name));
        let mut csv = table.csv.clone();
        change(table.name, &mut csv);
        std::fs::write(path, csv).expect("a table");
    }
    let opened = cairn_app::evidence::open(
        folder.path(),
        loaded.library(),
        &cairn_app::exchange::Options::default(),
        &mut |_| {},
    )
    .expect("the demo reads");
    (loaded, opened)
}

fn ask(program: &str, on: &str) -> Question {
    Question {
        program: Some(program.to_owned()),
        assumptions: Assumptions::default(),
        ..Question::on(day(on))
    }
}

#[test]
fn the_sample_falls_by_launches_that_leave_the_year_and_by_a_certificate() {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = foreseeing(ask("aws-services-path@2022-02", "2024-06-28"));
    let desk = Desk::new(&loaded, &opened, question);
    let ahead = forecast(&desk, None).expect("an answer");
    let [program] = ahead.programs.as_slice() else {
        panic!("one program was asked about");
    };
    let mut said = String::new();
    for fall in &program.calendar.falls {
        said += &format!(
            "{} {} {}: {}\n",
            fall.day,
            fall.ask.name(),
            fall.level,
            program.fall_words(fall)
        );
    }
    expect![[r#"
        2024-08-24 enter advanced: launched opportunities, total estimated monthly recurring revenue: $10,498.56 → $8,358.56 of $10,000
        2024-09-22 enter advanced: foundational certified individuals: 4 → 3 of 4
        2024-12-19 enter select: launched opportunities: 3 → 2 of 3
        2025-03-12 enter select: launched opportunities, total estimated monthly recurring revenue: $1,730 → $0 of $1,500
    "#]].assert_eq(&said);
    // What a missed review costs is not published, and so is not said.
    let review = &program.calendar.reviews[0];
    assert_eq!(review.event.day, day("2025-03-12"));
    assert!(matches!(
        review.event.what,
        Happened::Failed {
            lost_on: None,
            falls_to: None,
            ..
        }
    ));
    let shorts: Vec<&str> = review.short.iter().map(|s| s.row.as_str()).collect();
    assert_eq!(shorts, ["launched", "launched-mrr"]);
    // As a calendar: one entry a day and thing, the same bytes each time.
    let text = icalendar(&ahead);
    assert_eq!(text.matches("BEGIN:VEVENT").count(), entries(&ahead).len());
    assert_eq!(text, icalendar(&ahead));
}

#[test]
fn what_becomes_known_later_changes_no_forecast() {
    // The folder of 2026 knows how 2024 went on; the forecast of a day in 2024 does not.
    let (loaded, opened) = demo(date(2024, 6, 28));
    let (_, later) = demo(date(2026, 11, 22));
    let said = |opened: &Opened| {
        let question = foreseeing(ask("aws-services-path@2022-02", "2024-06-28"));
        let desk = Desk::new(&loaded, opened, question);
        let ahead = forecast(&desk, None).expect("an answer");
        let falls = ahead.programs[0].calendar.falls.iter();
        falls
            .filter(|f| f.row.starts_with("launched"))
            .map(|f| (f.day, f.row.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&opened), said(&later));
}

#[test]
fn what_hangs_on_a_person_is_what_the_scorecard_lacks_once_the_person_has_left() {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = foreseeing(ask("aws-services-path@2022-02", "2024-06-28"));
    let desk = Desk::new(&loaded, &opened, question.clone());
    let found = leavers(&desk, None).expect("an answer");
    let people: Vec<&str> = found.leavers.iter().map(|l| l.person.as_str()).collect();
    assert_eq!(
        people,
        [
            "priya.raghunathan",
            "amara.okafor",
            "mateo.quispe",
            "tomasz.zielinski"
        ]
    );
    for leaver in &found.leavers {
        // The same by hand: one more row of the table says that the person left.
        let (loaded, opened) = demo_with(date(2024, 6, 28), |name, csv| {
            if name == "people" {
                let own = csv
                    .lines()
                    .rfind(|l| l.split(',').nth(1) == Some(&leaver.person))
                    .expect("a person of the demo")
                    .to_owned();
                let mut cells: Vec<&str> = own.split(',').collect();
                (cells[6], cells[9]) = ("2024-06-28", "2024-06-28");
                *csv += &(cells.join(",") + "\n");
            }
        });
        let desk = Desk::new(&loaded, &opened, question.clone());
        let run = desk
            .run("aws-services-path", Some("2022-02"), Some(0))
            .expect("runs");
        for row in &leaver.rows {
            let level = run.compiled.level(&row.level).expect("a level");
            let place = run
                .compiled
                .rows
                .iter()
                .position(|r| r.id == row.row)
                .expect("a row");
            let over = run.rows_over(0, row.ask, level, day("2024-06-28"), day("2024-06-28"));
            let over = over.iter().find(|o| o.row == place).expect("asked");
            assert_eq!(
                *over.have.on(day("2024-06-28").0),
                row.has,
                "{} {}",
                leaver.person,
                row.row
            );
            assert_eq!(*over.own.on(day("2024-06-28").0), row.after);
        }
        assert!(leaver.levels.contains(&(Ask::Enter, "select".to_owned())));
    }
}
