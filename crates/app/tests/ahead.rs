//! What lies ahead of the demo's partner on the day of the tier guide's sample.

use cairn_app::domain::calendar::Day;
use cairn_app::domain::library::Assumptions;
use cairn_app::domain::lifecycle::Happened;
use cairn_app::domain::number::Exact;
use cairn_app::domain::plan::model::Subject;
use cairn_app::domain::program::Ask;
use cairn_app::domain::reconcile::{Because, Finding};
use cairn_app::domain::standing::Truth;
use cairn_app::evidence::Opened;
use cairn_app::forecast::{entries, forecast, foreseeing, icalendar};
use cairn_app::leavers::leavers;
use cairn_app::odds::odds;
use cairn_app::plan::{Goal, plan};
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

/// How often each action stands in a plan of the sample's day, and for whom.
#[test]
fn making_up_for_a_leaver_is_planned_over_evidence_in_which_they_have_left() {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = foreseeing(ask("aws-services-path@2022-02", "2024-06-28"));
    let desk = Desk::new(&loaded, &opened, question);
    let mut found = leavers(&desk, None).expect("an answer");
    assert!(found.replacing.is_empty(), "only where it is asked");
    found.replacing = cairn_app::leavers::replacing(&desk, &found, None).expect("an estimate");
    // Four accredited people are there and four are needed.
    assert_eq!(found.replacing.len(), 4);
    for one in &found.replacing {
        assert_eq!(one.level, (Ask::Enter, "select".to_owned()));
        assert!(one.met && one.proven, "{:?}", one.blocked);
        assert_eq!(one.cost, Exact::from(360), "five hours at 72 dollars");
        assert_eq!(one.rows, ["accredited"]);
    }
    assert_eq!(
        found.replacing_words("priya.raghunathan").expect("words"),
        "Estimated least cost for those who stay to reach Select in accredited individuals by 28 Dec 2024: $360, for 1 × take the business accreditation"
    );
    assert_eq!(found.replacing_words("nobody"), None);
}

fn planned(goal: &Goal) -> cairn_app::plan::Planned {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = foreseeing(ask("aws-services-path@2022-02", "2024-06-28"));
    let desk = Desk::new(&loaded, &opened, question);
    plan(&desk, goal).expect("an answer")
}

#[test]
fn the_cheapest_people_plan_of_the_sample_sends_three_straight_to_professional_and_accredits_four()
{
    let of = planned(&Goal {
        level: Some("advanced".to_owned()),
        by: Some(day("2024-12-31")),
        only: vec!["Knowledge".to_owned()],
        ..Goal::default()
    });
    let found = of.plan.as_ref().expect("a plan");
    assert!(found.met && found.is_proven() && found.blocked.is_empty());
    let of_action = |id: &str| -> Vec<&str> {
        let steps = found.steps.iter().filter(|s| s.action == id);
        steps
            .map(|s| match &s.subject {
                Subject::Person(id) => id.as_str(),
                other => panic!("{other:?} is no person"),
            })
            .collect()
    };
    let (exams, accredited) = (
        of_action("professional-exam"),
        of_action("business-accreditation"),
    );
    assert_eq!((exams.len(), accredited.len()), (3, 4));
    // No Associate exam on the way: the three that are missing go straight up.
    assert_eq!(of_action("associate-exam").len(), 0);
    // Three of the four who are accredited are the three who sit the exams, for that takes fewer people.
    assert!(exams.iter().all(|p| accredited.contains(p)));
    // Who holds something of it already is not asked again; one certificate would expire before the day.
    assert_eq!(of_action("foundational-renewal"), ["mateo.quispe"]);
    assert_eq!(found.steps.len(), 8);
    assert_eq!(found.cost, Exact::parse("18532.82").expect("an amount"));
    let rows: Vec<(&str, Truth)> = found
        .moves
        .iter()
        .map(|m| (m.row.as_str(), m.verdict))
        .collect();
    assert!(
        rows.iter().all(|(_, verdict)| *verdict == Truth::Yes),
        "{rows:?}"
    );
    let other = found.runner_up.as_ref().expect("a runner-up");
    assert!(other.proven && other.cost > found.cost);
}

#[test]
fn the_whole_plan_of_the_sample_counts_what_will_have_left_the_year() {
    let of = planned(&Goal {
        level: Some("Advanced".to_owned()),
        by: Some(day("2025-06-15")),
        ..Goal::default()
    });
    let found = of.plan.as_ref().expect("a plan");
    assert!(found.met && found.is_proven());
    assert_eq!(found.verdicts, [Truth::Yes]);
    // All five launches have left the year by the day, so that twenty are needed and not fifteen.
    let launches = found
        .moves
        .iter()
        .find(|m| m.row == "launched")
        .expect("it moves");
    let number = |v: &cairn_app::domain::standing::Value| match v {
        cairn_app::domain::standing::Value::Number(range) => range.exact().and_then(Exact::to_i64),
        _ => None,
    };
    assert_eq!(number(&launches.today), Some(5));
    assert_eq!(number(&launches.without), Some(0));
    assert_eq!(number(&launches.with), Some(20));
    // Nothing is due before it is done.
    assert!(found.slack.is_some_and(|s| s >= 0));
    assert!(found.steps.iter().any(|s| s.critical));
}

#[test]
fn a_plan_says_what_only_the_vendor_can_say() {
    let of = planned(&Goal {
        level: Some("premier".to_owned()),
        by: Some(day("2026-06-15")),
        ..Goal::default()
    });
    let found = of.plan.as_ref().expect("a plan");
    assert!(!found.met);
    let blocked: Vec<String> = found.blocked.iter().map(|b| of.blocked(b)).collect();
    assert!(
        blocked.contains(&"Amazon Web Services has to say that you hold Advanced".to_owned()),
        "{blocked:?}"
    );
}

#[test]
fn a_budget_gives_the_earliest_day() {
    let of = planned(&Goal {
        level: Some("advanced".to_owned()),
        by: Some(day("2024-12-31")),
        only: vec!["Knowledge".to_owned()],
        budget: Exact::parse("18000"),
        ..Goal::default()
    });
    // Before the certificate expires the renewal is not needed; the exams take until September.
    let found = of.plan.as_ref().expect("a plan");
    assert!(found.met && found.cost <= Exact::from(18_000));
    assert_eq!(found.by, day("2024-09-18"));
}

#[test]
fn the_odds_of_the_sample_rest_on_chances_that_can_be_set() {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = foreseeing(ask("aws-services-path@2022-02", "2024-06-28"));
    let desk = Desk::new(&loaded, &opened, question);
    let review = day("2025-03-12");
    let found = odds(&desk, review, &[]).expect("an answer");
    let (ask, level, keep) = &found.columns[0];
    assert_eq!((*ask, level.as_str()), (Ask::Retain, "select"));
    assert!(!keep.met_without && keep.level.is_exact());
    // Every combination of what may come true by the review, one by one: three of them, worth $1,500 together.
    let number = |of: &cairn_app::domain::forecast::odds::Open| {
        let evidence = &desk.engine.ledger.evidence;
        let column = evidence
            .column(of.fact.kind, "estimated_mrr")
            .expect("a column");
        match column.cell(of.fact.row) {
            cairn_app::domain::evidence::Cell::Number(n) => n,
            other => panic!("{other:?} is no amount"),
        }
    };
    let own: Vec<(Exact, Exact)> = keep
        .open
        .iter()
        .map(|o| (o.chance.clone(), number(o)))
        .collect();
    assert!((3..=16).contains(&own.len()), "{} open", own.len());
    let mut truth = Exact::ZERO;
    for chosen in 0..1_u32 << own.len() {
        let (mut share, mut count, mut sum) = (Exact::ONE, 0, Exact::ZERO);
        for (at, (chance, mrr)) in own.iter().enumerate() {
            if chosen & (1 << at) == 0 {
                share = &share * &(&Exact::ONE - chance);
            } else {
                share = &share * chance;
                count += 1;
                sum = &sum + mrr;
            }
        }
        if count >= 3 && sum >= Exact::from(1500) {
            truth = &truth + &share;
        }
    }
    assert_eq!(keep.level.least, truth);
    // With certainty everywhere it is certain; a word that is none is refused.
    let sure: Vec<(String, Exact)> = [
        "prospect",
        "qualified",
        "technical-validation",
        "business-validation",
        "committed",
    ]
    .map(|w| (w.to_owned(), Exact::ONE))
    .to_vec();
    let certain = odds(&desk, review, &sure).expect("an answer");
    assert_eq!(certain.columns[0].2.level.least, Exact::ONE);
    let wrong = odds(&desk, review, &[("comitted".to_owned(), Exact::ONE)]);
    assert_eq!(wrong.expect_err("no such word").code, "unknown-word");
    // References and a plan are not moved by what is open, so that Advanced has no chance by it alone.
    let (_, level, reach) = &found.columns[1];
    assert_eq!(level, "advanced");
    assert_eq!(reach.level.most, Exact::ZERO);
    assert!(!reach.unmoved.is_empty());
}

#[test]
fn without_chances_what_is_known_decides() {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = foreseeing(ask("example-capability@2026", "2024-06-28"));
    let desk = Desk::new(&loaded, &opened, question);
    let found = odds(&desk, day("2025-03-12"), &[]).expect("an answer");
    assert!(found.is_without_chances());
    assert!(!found.columns.is_empty());
    for (ask, level, odds) in &found.columns {
        assert!(odds.open.is_empty() && odds.rows.is_empty() && odds.level.is_exact());
        assert!(odds.is_settled() && !odds.unmoved.is_empty());
        let said = found.headline(*ask, level, odds);
        assert!(
            said.ends_with("12 Mar 2025: not met by what is there"),
            "{said}"
        );
    }
    let set = odds(
        &desk,
        day("2025-03-12"),
        &[("committed".to_owned(), Exact::ONE)],
    );
    assert_eq!(set.expect_err("no such word").code, "unknown-word");
}

#[test]
fn a_difference_to_the_vendors_scorecard_is_explained_by_records_or_not_at_all() {
    let (loaded, opened) = demo(date(2024, 6, 28));
    let question = ask("aws-services-path@2022-02", "2024-06-28");
    let desk = Desk::new(&loaded, &opened, question);
    let said = cairn_app::reconcile::read(
        "pasted",
        "Row, Vendor\nAccredited individuals, 4 of 8\ntechnical\t4\nlaunched: 5\nlaunched-mrr = $8,358.56 of $10,000\ncsat: 9",
    )
    .expect("numbers");
    let found = cairn_app::reconcile::reconcile(&desk, Some(Ask::Enter), Some("advanced"), &said)
        .expect("an answer");
    let by = |row: &str| {
        &found
            .rows
            .iter()
            .find(|r| r.row == row)
            .expect("a row")
            .finding
    };
    assert_eq!(*by("accredited"), Finding::Same);
    assert_eq!(*by("launched"), Finding::Same);
    // One more technical person than here: somebody whose certificate is of a person that is not registered.
    let Finding::Explained(accounts) = by("technical") else {
        panic!("{:?}", by("technical"));
    };
    assert!(accounts.iter().all(|a| a.theirs_only));
    assert!(
        accounts.iter().any(|a| a.because == Because::NotRegistered),
        "{accounts:?}"
    );
    // Less by exactly the amount of one launch.
    let Finding::Explained(accounts) = by("launched-mrr") else {
        panic!("{:?}", by("launched-mrr"));
    };
    assert_eq!(accounts[0].records[0].id, "OPP-018");
    assert_eq!(accounts[0].records.len(), 1);
    // Nothing here makes up nine responses more.
    assert_eq!(*by("csat"), Finding::Unexplained);
}
