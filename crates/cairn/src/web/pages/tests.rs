//! Every template, from typed samples, in every language: what comes out is whole, light and free of what it must not hold.

use std::io::Write as _;

use app::domain::diagnostic::{Diagnostic, Place};
use app::question::{Desk, Question};
use askama::Template as _;

use super::super::locale::Lang;
use super::samples::{day, demo, desk, english_in, english_words_in, frame, hostile, nothing};
use super::work::Slip;
use super::{
    about, ahead, answers, assessments, case, compare, errors, evidence, forms, glossary, home,
    kpis, programs, reports, scorecard, search, timeline, welcome,
};

const YEAR: app::domain::calendar::Duration = app::domain::calendar::Duration::months(12);

/// A page's address, and what it is.
type Rendered = (String, String);

/// Every page of the product over some evidence on a day.
fn pages(opened: &app::evidence::Opened, on: &str, lang: Lang) -> Vec<Rendered> {
    let mut all: Vec<Rendered> = Vec::new();
    let desk = |opened: &app::evidence::Opened, on: &str, program: Option<&str>| {
        desk(opened, on, program).in_language(lang.tag())
    };
    let all_of = desk(opened, on, None);
    let mut put = |path: &str, page: Result<String, String>| match page {
        Ok(html) => all.push((path.to_owned(), html)),
        Err(problem) => panic!("{path}: {problem}"),
    };
    fn html<T: askama::Template>(
        page: Result<T, app::domain::diagnostic::Diagnostic>,
    ) -> Result<String, String> {
        page.map_err(|p| format!("{}: {}", p.code, p.message))
            .and_then(|page| page.render().map_err(|e| e.to_string()))
    }
    let f = |path: &str| frame(lang, on, path);
    put("/", html(home::page(&all_of, f("/"))));
    put(
        "/assessments",
        html(assessments::list(&all_of, f("/assessments"))),
    );
    put(
        "/programs",
        html(Ok(programs::list(&all_of, f("/programs")))),
    );
    put(
        "/evidence",
        html(evidence::overview(&all_of, f("/evidence"))),
    );
    put(
        "/evidence/people",
        html(evidence::people(&all_of, f("/evidence/people"), "", true)),
    );
    put(
        "/evidence/opportunities",
        html(evidence::board(
            &all_of,
            f("/evidence/opportunities"),
            "",
            "",
        )),
    );
    put("/glossary", html(Ok(glossary::page(f("/glossary")))));
    put("/about", html(Ok(about::page(f("/about")))));
    put(
        "/welcome",
        html(Ok(welcome::page(
            f("/welcome"),
            "A <b>",
            "",
            Slip::default(),
        ))),
    );
    put("/search", html(search::page(&all_of, f("/search"), "a")));
    let library = &all_of.engine.programs.library;
    for kind in library.vocabulary.kinds.keys() {
        let path = format!("/evidence/{kind}/table");
        put(
            &path,
            html(evidence::kind(
                &all_of,
                f(&path),
                kind,
                &evidence::Query::default(),
            )),
        );
        let records = app::kinds::records(&all_of, kind).expect("records");
        if let Some(record) = evidence::current(&records).next() {
            let key = evidence::key_text(record);
            put(
                &format!("/evidence/{kind}/record"),
                html(evidence::record(&all_of, f("/"), kind, &key)),
            );
        }
    }
    for edition in &library.editions {
        let path = format!("/programs/{}/{}", edition.program, edition.edition);
        put(
            &path,
            html(programs::edition(
                &all_of,
                f(&path),
                &edition.program,
                &edition.edition,
                None,
            )),
        );
    }
    for model in &library.models {
        let path = format!("/worksheets/{}", model.name);
        let page = case::page(&all_of, f(&path), &model.name, |_| None, None, vec![]);
        put(&path, html(page));
    }
    let path = "/worksheets";
    put(path, html(case::worksheets(&all_of, f(path))));
    put("/reports", html(reports::list(&all_of, f("/reports"))));
    for report in &library.reports {
        let path = format!("/reports/{}", report.name);
        let with = reports::with(&[], None);
        let page = reports::page(&all_of, f(&path), &report.name, &with, &[], vec![]);
        put(&path, html(page));
    }
    for program in library.libraries() {
        let asked: Desk = all_of.about(program);
        put("/kpis", html(kpis::page(&asked, f("/kpis"))));
        let edition = library.editions_of(program)[0];
        // Every seventh figure: a page each.
        for measure in edition.measure.keys().step_by(7) {
            let path = format!("/kpis/{measure}");
            match kpis::one(&asked, f(&path), measure, false, None, vec![]) {
                Ok(page) => put(&path, html(Ok(page))),
                // A set has no value of its own.
                Err(problem) => assert_eq!(problem.code, "unknown-figure"),
            }
        }
    }
    for program in library.programs() {
        let asked: Desk = all_of.about(program);
        if library
            .governing(program, day(on))
            .is_none_or(|e| e.is_library())
        {
            continue;
        }
        let path = format!("/scorecard/{program}");
        let query = scorecard::Query {
            all_levels: true,
            ..scorecard::Query::default()
        };
        put(
            &path,
            html(scorecard::page(
                &asked,
                f(&path),
                &scorecard::Query::default(),
            )),
        );
        put(
            &format!("{path}/all"),
            html(scorecard::page(&asked, f(&path), &query)),
        );
        let card = app::scorecard::scorecard(&asked, false).expect("a scorecard");
        // Every row of what is held, the first ones of the rest: a page each.
        let most = if card.lifecycle { 100 } else { 2 };
        for row in card
            .columns
            .iter()
            .flat_map(|c| c.rows.iter().take(most).map(move |r| (c, r)))
        {
            let query = scorecard::Query {
                row: Some(row.1.id.clone()),
                question: Some(row.0.ask.name().to_owned()),
                level: Some(row.0.level.clone()),
                ..scorecard::Query::default()
            };
            let why = format!("{path}/why-{}-{}", row.0.ask.name(), row.1.id);
            put(&why, html(scorecard::page(&asked, f(&path), &query)));
        }
        let path = format!("/timeline/{program}");
        put(&path, html(timeline::page(&asked, f(&path), None, None)));
        let path = format!("/assessments/{program}");
        put(&path, html(assessments::sheet(&asked, f(&path), None)));
        if let Some(question) = library
            .governing(program, day(on))
            .and_then(|e| e.question.keys().nth(1))
        {
            let one = html(assessments::sheet(&asked, f(&path), Some(question)));
            put(&format!("{path}/one"), one);
        }
        let questions = library
            .governing(program, day(on))
            .is_some_and(|e| !e.question.is_empty());
        if questions {
            let path = format!("/assessments/{program}/history");
            put(
                &path,
                html(answers::history(&asked, f(&path), &Default::default())),
            );
            let path = format!("/assessments/{program}/compare");
            put(&path, html(answers::side(&asked, &asked, f(&path))));
        }
        let path = format!("/compare/{program}");
        let before = Desk {
            question: Question {
                as_of: day("2026-03-01"),
                ..asked.question.clone()
            },
            engine: asked.engine.clone(),
        };
        if library.governing(program, day("2026-03-01")).is_some() {
            put(&path, html(compare::page(&asked, &before, f(&path), true)));
        }
    }
    put(
        "/ahead",
        html(ahead::calendar_page(&all_of, f("/ahead"), None, None)),
    );
    for program in library.programs() {
        let of = library.governing(program, day(on));
        if of.is_none_or(|e| e.is_library() || e.levels.is_empty()) {
            continue;
        }
        let asked: Desk = all_of.about(program);
        let path = format!("/ahead/{program}");
        let page = ahead::calendar_page(&asked, f(&path), None, Some(program));
        put(&path, html(page));
        let path = format!("/leavers/{program}");
        put(&path, html(ahead::leavers_page_of(&asked, f(&path))));
        let path = format!("/plan/{program}");
        let form = ahead::PlanAsked::default();
        put(&path, html(ahead::plan_page_of(&asked, f(&path), &form)));
        let path = format!("/vendor/{program}");
        let card = app::scorecard::scorecard(&asked, false).expect("a scorecard");
        let rows = card.columns.first().map_or(&[][..], |c| &c.rows);
        let numbers = ahead::VendorNumbers {
            rows: rows
                .iter()
                .map(|r| (r.id.clone(), "1".to_owned()))
                .collect(),
            ..ahead::VendorNumbers::default()
        };
        put(
            &path,
            html(ahead::vendor_page_of(&asked, f(&path), &numbers)),
        );
        let path = format!("/odds/{program}");
        let page = ahead::odds_page_of(&asked, f(&path), day(on).plus(YEAR), &[]);
        put(&path, html(page));
    }
    for kind in library.vocabulary.kinds.keys() {
        let path = format!("/evidence/{kind}/new");
        let filled = forms::Filled::default();
        put(&path, html(forms::edit(&all_of, f(&path), kind, &filled)));
    }
    let wrong = Diagnostic::error(
        "bad-date",
        "`soon` is no day",
        Place::default().showing("launched_on"),
    )
    .help("write the day as 2026-06-30");
    let filled = forms::Filled {
        cells: vec![
            ("customer".to_owned(), "<b>Isla Verde</b>".to_owned()),
            ("stage".to_owned(), "launched".to_owned()),
            ("launched_on".to_owned(), "soon".to_owned()),
        ],
        version: Some(7),
        key: "[\"OPP-1\"]".to_owned(),
        refused: vec![wrong],
        conflict: false,
    };
    let path = "/evidence/opportunities/edit";
    put(
        path,
        html(forms::edit(&all_of, f(path), "opportunities", &filled)),
    );
    let path = "/evidence/opportunities/move";
    put(path, html(forms::moving(&all_of, f(path), &filled, 7)));
    let conflict = forms::Filled {
        conflict: true,
        refused: vec![],
        ..filled
    };
    let path = "/evidence/people/conflict";
    put(
        path,
        html(forms::edit(&all_of, f(path), "people", &conflict)),
    );
    let problem = all_of
        .about("no-such")
        .named()
        .map(|_| ())
        .expect_err("no such program");
    put(
        "/unanswered",
        html(Ok(errors::page(f("/unanswered"), &problem))),
    );
    all
}

/// What no page may hold, and what each must.
fn check((path, html): &Rendered) {
    for never in [
        " style=\"",
        "<script>",
        " onclick=\"",
        " onerror=\"",
        "javascript:",
        "<b>\"",
        "http://",
        "NaN",
        "{n}",
        "{day}",
        "{level}",
    ] {
        assert!(!html.contains(never), "{path} holds {never}");
    }
    let outside = html.matches("https://").count() - html.matches("href=\"https://").count();
    assert!(
        path.starts_with("/evidence") || path == "/search" || path == "/about" || outside == 0,
        "{path} names an outside address"
    );
    assert_eq!(
        html.matches("<h1").count(),
        1,
        "{path} has one heading of the first rank"
    );
    for (open, close) in [
        ("<table", "</table>"),
        ("<svg", "</svg>"),
        ("<section", "</section>"),
        ("<div", "</div>"),
        ("<ul", "</ul>"),
        ("<details", "</details>"),
        ("<form", "</form>"),
    ] {
        let ends = |c: char| c == ' ' || c == '>';
        let opened = html
            .match_indices(open)
            .filter(|(at, _)| html[at + open.len()..].starts_with(ends))
            .count();
        assert_eq!(opened, html.matches(close).count(), "{path}: {open}");
    }
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    let twice: Vec<&str> = ids
        .windows(2)
        .filter(|w| w[0] == w[1])
        .map(|w| w[0])
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), count, "{path}: an id stands twice: {twice:?}");
    for input in html.split("<input ").skip(1) {
        let tag = input.split('>').next().unwrap_or_default();
        if tag.contains("type=\"hidden\"") {
            continue;
        }
        let id = tag.split("id=\"").nth(1).and_then(|t| t.split('"').next());
        let labeled = id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
        assert!(
            labeled
                || tag.contains("aria-label=\"")
                || tag.contains("type=\"checkbox\"")
                || tag.contains("type=\"radio\""),
            "{path}: {tag} has no label"
        );
    }
    let mut packed = Vec::new();
    packed.write_all(html.as_bytes()).expect("memory");
    assert!(packed.len() < 700_000, "{path} has {} bytes", packed.len());
}

#[test]
fn every_page_of_the_demo_partner_is_whole_in_every_language() {
    for lang in Lang::ALL {
        for page in pages(demo(), "2026-11-25", lang) {
            check(&page);
        }
    }
}

#[test]
fn every_page_of_another_day_is_whole() {
    pages(demo(), "2026-02-10", Lang::En).iter().for_each(check);
}

#[test]
fn a_partner_of_whom_nothing_is_known_has_every_page() {
    pages(&nothing(), "2026-11-25", Lang::En)
        .iter()
        .for_each(check);
}

#[test]
fn a_plan_says_what_to_do_when_and_why_not_otherwise() {
    let asked = desk(demo(), "2026-11-25", Some("aws-services-path"));
    let f = || frame(Lang::En, "2026-11-25", "/plan/aws-services-path");
    let form = ahead::PlanAsked {
        level: "advanced".to_owned(),
        by: "2027-09-30".to_owned(),
        go: true,
        ..ahead::PlanAsked::default()
    };
    let page = ahead::plan_page_of(&asked, f(), &form).expect("a page");
    let found = page.found.as_ref().expect("a plan");
    assert!(found.proven && !found.actions.is_empty() && !found.steps.is_empty());
    assert!(found.steps.iter().any(|step| step.critical));
    let html = askama::Template::render(&page).expect("HTML");
    check(&("/plan".to_owned(), html.clone()));
    assert!(html.contains("c-fill") && html.contains("proven least cost"));
    assert!(html.contains("A proposal, not a fact"));

    let wrong = ahead::PlanAsked {
        budget: "a lot".to_owned(),
        ..form
    };
    let page = ahead::plan_page_of(&asked, f(), &wrong).expect("a page");
    assert!(page.found.is_none());
    let slip = page.slip.as_ref().expect("a slip");
    assert_eq!(slip.message, "`a lot` is no number.");
    check(&(
        "/plan".to_owned(),
        askama::Template::render(&page).expect("HTML"),
    ));
}

#[test]
fn a_changed_chance_changes_the_odds_and_is_said_to_be_set() {
    let asked = desk(demo(), "2026-11-25", Some("aws-services-path"));
    let f = || frame(Lang::En, "2026-11-25", "/odds/aws-services-path");
    let on = day("2027-03-12");
    let page = ahead::odds_page_of(&asked, f(), on, &[]).expect("a page");
    let word = page.rates.first().expect("a chance").word.clone();
    let never = [(word.clone(), app::domain::number::Exact::ZERO)];
    let set = ahead::odds_page_of(&asked, f(), on, &never).expect("a page");
    let rate = set.rates.iter().find(|r| r.word == word).expect("it stays");
    assert_eq!((rate.typed.as_str(), rate.from.as_str()), ("0", "set here"));
    assert_ne!(page.news, set.news);
}

#[test]
fn hostile_names_stay_text() {
    for page in pages(hostile(), "2026-11-25", Lang::De) {
        check(&page);
        for name in ["<i>Ex", "<img src=x", "<u>unknown", "O\"<b>"] {
            assert!(!page.1.contains(name), "{}: {name}", page.0);
        }
    }
}

/// Writes every page into the folder that `CAIRN_PAGES` names, to be looked at.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "where pages are written for looking at is said from outside"
)]
fn pages_can_be_written_to_be_looked_at() {
    let Some(folder) = std::env::var_os("CAIRN_PAGES") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let all = [
        ("now", "2026-11-25", Lang::En),
        ("sample", "2024-06-28", Lang::En),
        ("de", "2026-11-25", Lang::De),
    ];
    for (name, on, lang) in all {
        for (path, html) in pages(demo(), on, lang) {
            let at = folder
                .join(name)
                .join(path.trim_start_matches('/'))
                .join("index.html");
            std::fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
            std::fs::write(at, html).expect("a page");
        }
    }
}

/// An import with something of everything.
fn sample_import() -> app::imports::Import {
    use app::imports::{
        Asked, ColumnPreview, FilePreview, Import, ImportOptions, KindCounts, Preview, Problem,
        RefusedCounts, State, Target, UnknownName, Unsorted,
    };
    let at = app::domain::instant::Instant(0);
    let problem = Problem {
        code: "bad-date".to_owned(),
        severity: "error".to_owned(),
        message: "`<b>` is no day".to_owned(),
        help: "write the day as 2026-06-30".to_owned(),
        file: "people.csv".to_owned(),
        row: 4,
        column: "Left".to_owned(),
        field: "left_on".to_owned(),
    };
    let preview = Preview {
        files: vec![FilePreview {
            file: "people.csv".to_owned(),
            kind: "people".to_owned(),
            read: 12,
            accepted: 11,
            refused: 1,
            columns: vec![ColumnPreview {
                header: "<i>Name</i>".to_owned(),
                field: Some("name".to_owned()),
                how: "alias".to_owned(),
            }],
            no_opening: vec!["registered_on".to_owned()],
            could_open: vec!["Hired".to_owned()],
            ..FilePreview::default()
        }],
        kinds: vec![(
            "people".to_owned(),
            KindCounts {
                added: 10,
                superseded: 1,
                ..KindCounts::default()
            },
        )],
        refused: RefusedCounts {
            new: 1,
            ..RefusedCounts::default()
        },
        names: vec![UnknownName {
            kind: "credentials".to_owned(),
            name: "<u>Expert</u>".to_owned(),
            rows: 2,
            nearest: vec!["Practitioner".to_owned()],
        }],
        unsorted: vec![Unsorted {
            kind: "account-lines".to_owned(),
            column: "account".to_owned(),
            value: "<b>Managed services</b>".to_owned(),
            of: "statements".to_owned(),
            rows: 12,
            under: vec!["income".to_owned()],
            asks: vec![Asked {
                column: "line".to_owned(),
                guess: Some("managed-services".to_owned()),
            }],
        }],
        problems: vec![problem.clone()],
        hindrances: vec![problem],
        ..Preview::default()
    };
    Import {
        id: "00ff".to_owned(),
        target: Target::Partner("harbor".to_owned()),
        state: State::Previewed,
        version: 2,
        actor: "a1".to_owned(),
        created_at: at,
        changed_at: at,
        path: None,
        files: vec![("people.csv".to_owned(), 900, true)],
        options: ImportOptions::default(),
        preview: Some(preview),
        confirmed: None,
        undone: None,
    }
}

#[test]
fn imports_and_what_was_refused_are_shown_as_text() {
    use app::imports::{Group, Page, RefusedRow, RowPreview};
    let import = sample_import();
    let refused = RefusedRow {
        version: 9,
        partner: "harbor".to_owned(),
        kind: "people".to_owned(),
        file: "people.csv".to_owned(),
        row: 4,
        cells: vec![("left_on".to_owned(), "<script>".to_owned())],
        problems: import
            .preview
            .as_ref()
            .map(|p| p.problems.clone())
            .unwrap_or_default(),
        repeats: false,
    };
    let rows = Page {
        rows: vec![RowPreview {
            kind: "people".to_owned(),
            cells: vec![("name".to_owned(), "<em>".to_owned())],
            differs: vec![("name".to_owned(), "<s>".to_owned(), "x".to_owned())],
            ..RowPreview::default()
        }],
        next: Some(50),
    };
    let library = super::samples::programs().library();
    let vocabulary = &library.vocabulary;
    let day_of = |_| day("2026-11-25");
    for lang in Lang::ALL {
        let names = import
            .preview
            .as_ref()
            .map(|p| p.names.clone())
            .unwrap_or_default();
        let unsorted = import
            .preview
            .as_ref()
            .map(|p| p.unsorted.clone())
            .unwrap_or_default();
        let imports = [import.clone()];
        let f = frame(lang, "2026-11-25", "/import");
        let list = super::import::list(
            f.clone(),
            vocabulary,
            &day_of,
            &imports,
            std::slice::from_ref(&refused),
            &names,
            &unsorted,
        );
        let preview = super::import::preview(f, library, &import, Group::Added, &rows, true);
        for (path, page) in [
            ("/import", list.render()),
            ("/import/00ff", preview.render()),
        ] {
            let html = page.expect("a page");
            check(&(path.to_owned(), html.clone()));
            for name in ["<u>Exp", "<em>", "<i>Name", "<s>x"] {
                assert!(!html.contains(name), "{path}: {name}");
            }
        }
    }
}

/// What programs and vocabularies say themselves, and happens to be a text of the catalog as well: where, and which.
const NOT_OURS: &[(&str, &str)] = &[
    // Rules are worded as their file has them.
    ("/programs/", "not_published"),
    ("/programs/", "type_yes_no"),
    ("/programs/", "window_since_review"),
    // How the source was read is said by the edition.
    ("/scorecard/", "window_since_review"),
    // A column of a kind of evidence.
    ("/evidence/enrollments/", "fee_paid_until"),
];

#[test]
fn no_page_in_german_says_a_sentence_of_ours_in_english() {
    let mut wrong = std::collections::BTreeSet::new();
    for (opened, on) in [(demo(), "2026-11-25"), (demo(), "2024-06-28")] {
        for (path, html) in pages(opened, on, Lang::De) {
            wrong.extend(
                english_in(&html)
                    .into_iter()
                    .map(|it| format!("{path} {it}")),
            );
        }
    }
    for (path, html) in pages(&nothing(), "2026-11-25", Lang::De) {
        wrong.extend(
            english_in(&html)
                .into_iter()
                .map(|it| format!("{path} {it}")),
        );
    }
    wrong.retain(|it: &String| {
        let (path, text) = it.split_once(' ').expect("a path and a text");
        let of = |(place, key): &(&str, &str)| {
            path.starts_with(place) && text.starts_with(&format!("{key}:"))
        };
        !NOT_OURS.iter().any(of)
    });
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn english_that_nobody_else_says_is_found_in_a_page() {
    let page = "<p>Nichts is above it.</p><p lang=\"en\">The rest of it</p><b>Nichts</b>";
    assert_eq!(english_words_in(page), ["Nichts is above it."]);
}

#[test]
fn english_in_a_page_is_found_and_what_is_marked_as_english_is_not() {
    let page = "<p>Nothing is above it.</p><div lang=\"en\"><div>You hold no level yet.</div></div><b>Sign in</b>";
    let found = english_in(page);
    assert!(found.iter().any(|f| f.contains("Nothing is above it")));
    assert!(found.iter().any(|f| f.contains(">Sign in<")), "{found:?}");
    assert!(
        !found.iter().any(|f| f.contains("You hold no level")),
        "{found:?}"
    );
}

#[test]
fn a_scorecard_as_a_file_holds_all_that_it_needs_and_asks_nobody() {
    let library = programs_of_samples();
    for program in library.programs() {
        if library
            .governing(program, day("2026-11-25"))
            .is_none_or(|e| e.is_library())
        {
            continue;
        }
        let asked = desk(demo(), "2026-11-25", Some(program));
        let card = app::scorecard::scorecard(&asked, true).expect("a scorecard");
        for lang in Lang::ALL {
            let known = Some(day("2026-11-20"));
            let html = super::file::html(&card, lang, day("2026-11-25"), known).expect("a file");
            assert!(html.len() < 50_000, "{program}: {} bytes", html.len());
            for never in [
                "<script", "<link", "src=", "href=", "url(", "@import", "http://", "https://",
            ] {
                assert!(!html.contains(never), "{program} holds {never}");
            }
            for must in [
                lang.day(day("2026-11-25")),
                lang.day(day("2026-11-20")),
                card.edition.clone(),
                card.hash.clone(),
                format!("<html lang=\"{}\"", lang.tag()),
                "@media print".to_owned(),
            ] {
                assert!(html.contains(&must), "{program} does not say {must}");
            }
            for row in card.columns.iter().flat_map(|c| &c.rows) {
                let title = super::super::view::Escaped(&row.title).to_string();
                let title = app::words::upper_first(&title);
                assert!(html.contains(&title), "{program} lacks {title}");
            }
            if lang == Lang::De {
                assert_eq!(english_in(&html), Vec::<String>::new(), "{program}");
            }
        }
    }
}

fn programs_of_samples() -> &'static app::domain::library::Library {
    super::samples::programs().library()
}

#[test]
fn companies_are_filtered_sorted_and_written_for_a_spreadsheet() {
    use super::work::companies::{of, table};
    use app::companies::{Companies, Danger, Line, Threat, Wanted};
    let line = |partner: &str, program: &str, level: Option<&str>, danger: Option<&str>| Line {
        partner: partner.to_owned(),
        partner_name: format!("{partner} <Ltd>"),
        program: program.to_owned(),
        title: format!("The {program}"),
        level: level.map(str::to_owned),
        held: level.is_some(),
        next: Some("Higher".to_owned()),
        short: Some(usize::from(danger.is_none())),
        danger: danger.map(|on| Danger {
            day: day(on),
            what: Threat::NotRenewed,
            level: "High".to_owned(),
            row: Some("Launched <b>".to_owned()),
        }),
        open: usize::from(partner == "south") * 2,
        late: usize::from(partner == "south"),
    };
    let all = Companies {
        lines: vec![
            line("south", "club", Some("High"), Some("2027-03-01")),
            line("north", "path", Some("High"), Some("2026-12-01")),
            line("north", "club", None, None),
        ],
        partners: 2,
        left_out: 0,
    };
    let ids = |query: &Wanted| -> Vec<String> {
        let lines = all.chosen(query).into_iter();
        lines
            .map(|l| format!("{} {}", l.partner, l.program))
            .collect()
    };
    let asked = |q: &str, program: &str, state: &str, sort: &str| Wanted {
        q: q.to_owned(),
        program: program.to_owned(),
        state: state.to_owned(),
        sort: sort.to_owned(),
    };
    assert_eq!(
        ids(&Wanted::default()),
        ["north club", "north path", "south club"]
    );
    assert_eq!(
        ids(&asked("", "", "", "danger")),
        ["north path", "south club", "north club"]
    );
    assert_eq!(
        ids(&asked("", "", "", "work")),
        ["south club", "north club", "north path"]
    );
    assert_eq!(
        ids(&asked("", "club", "", "program")),
        ["north club", "south club"]
    );
    assert_eq!(ids(&asked("NOR", "", "danger", "")), ["north path"]);
    assert_eq!(ids(&asked("", "", "short", "")), ["north club"]);
    assert_eq!(ids(&asked("", "", "work", "")), ["south club"]);
    assert_eq!(ids(&asked("nobody", "", "", "")), Vec::<String>::new());
    for lang in Lang::ALL {
        let f = frame(lang, "2026-11-25", "/companies");
        let html = of(&all, f, &Wanted::default()).render().expect("a page");
        check(&("/companies".to_owned(), html.clone()));
        assert!(html.contains("/scorecard/path?partner=north"), "{html}");
        if lang == Lang::De {
            assert_eq!(english_in(&html), Vec::<String>::new());
        }
        let f = frame(lang, "2026-11-25", "/companies");
        let none = of(&all, f, &asked("nobody", "", "", ""))
            .render()
            .expect("a page");
        check(&("/companies".to_owned(), none));
    }
    let (header, rows) = table(&all.chosen(&Wanted::default()));
    assert_eq!(header.len(), rows[0].len());
    assert_eq!(
        rows[1].join("|"),
        "north|north <Ltd>|path|The path|High|yes|Higher|0|not-renewed|2026-12-01|Launched <b>|0|0"
    );
}

#[test]
fn chosen_columns_are_shown_kept_with_a_view_and_written_to_the_file() {
    use super::evidence::{Query, csv, kind};
    let on = "2026-11-25";
    let all = desk(demo(), on, None);
    let f = |lang| frame(lang, on, "/evidence/opportunities");
    let page =
        |query: &Query, lang| kind(&all, f(lang), "opportunities", query).expect("opportunities");
    let heads = |query: &Query| -> Vec<String> {
        let page = page(query, Lang::En);
        page.heads.iter().map(|h| h.name.clone()).collect()
    };
    let chosen = Query {
        q: "a b".to_owned(),
        columns: vec!["estimated_mrr".to_owned(), "stage".to_owned()],
        ..Query::default()
    };
    // The key stays, and columns stand in their own order.
    assert_eq!(heads(&chosen), ["Opportunity", "Stage", "Estimated mrr"]);
    assert!(heads(&Query::default()).len() > 4);
    let none_of_it = Query {
        columns: vec!["opportunity".to_owned()],
        ..Query::default()
    };
    assert_eq!(heads(&none_of_it), ["Opportunity"]);
    let shown = page(&chosen, Lang::En);
    assert_eq!(shown.looked, "q=a%20b&col=estimated_mrr&col=stage");
    assert!(
        shown.file.contains("col=estimated_mrr&col=stage"),
        "{}",
        shown.file
    );
    assert!(shown.heads.iter().all(|h| h.href.contains("col=stage")));
    let ticked = shown.choosable.iter().filter(|c| c.chosen);
    assert_eq!(
        ticked.map(|c| c.value.as_str()).collect::<Vec<_>>(),
        ["stage", "estimated_mrr"]
    );
    // A currency stands beside its amount on the page, and in a column of its own in a file.
    assert!(shown.choosable.iter().all(|c| c.value != "currency"));
    let of = |query: &Query| csv(&all, &f(Lang::En), "opportunities", query).expect("a file");
    let (header, rows) = of(&Query {
        q: String::new(),
        ..chosen.clone()
    });
    assert_eq!(
        header,
        ["opportunity", "stage", "estimated_mrr", "currency"]
    );
    assert!(rows.len() > 3 && rows.iter().all(|row| row.len() == 4));
    assert!(
        of(&Query::default()).0.len() > 8,
        "all of them without a choice"
    );
    for lang in Lang::ALL {
        let mut page = page(&chosen, lang);
        page.with_views(
            vec![app::tasks::View {
                view: "v1".to_owned(),
                page: "evidence/opportunities".to_owned(),
                name: "Mine".to_owned(),
                query: page.looked.clone(),
                shared: false,
            }],
            true,
        );
        assert!(page.views[0].current);
        assert!(
            page.views[0].href.ends_with("col=estimated_mrr&col=stage"),
            "{}",
            page.views[0].href
        );
        let html = page.render().expect("a page");
        assert!(html.contains("<input type=\"hidden\" name=\"col\" value=\"stage\">"));
        check(&("/evidence/opportunities/table".to_owned(), html));
    }
}

#[test]
fn two_sheets_stand_beside_each_other_by_what_they_share() {
    let on = "2026-11-25";
    let one = desk(demo(), on, Some("aws-msp-maturity"));
    let f = || frame(Lang::En, on, "/assessments/aws-msp-maturity/compare");
    let same = answers::side(&one, &one, f()).expect("a page");
    let pairs = || same.areas.iter().flat_map(|a| &a.pairs);
    assert!(pairs().count() > 0);
    assert!(pairs().all(|(_, answers, differs)| answers[0] == answers[1] && !differs));
    assert!(
        same.news.contains("All of them are answered alike."),
        "{}",
        same.news
    );
    let before = desk(demo(), "2020-01-01", Some("aws-msp-maturity"));
    if let Ok(then) = answers::side(&one, &before, f()) {
        let answered = then.areas.iter().flat_map(|a| &a.pairs);
        assert!(
            answered.clone().any(|(_, _, differs)| *differs),
            "nothing was answered then"
        );
    }
    let other = desk(demo(), on, Some("example-assessment"));
    let page = answers::side(&one, &other, f()).expect("a page");
    let titles: std::collections::BTreeSet<&str> = page
        .areas
        .iter()
        .flat_map(|a| &a.pairs)
        .map(|(title, ..)| title.as_str())
        .collect();
    let all = |of: &Desk| {
        app::assessment::assessment(of)
            .expect("questions")
            .questions
    };
    for (question, _) in all(&one).iter().chain(&all(&other)) {
        assert!(
            titles.contains(question.title.as_str()),
            "{}",
            question.title
        );
    }
    check(&("/compare".to_owned(), page.render().expect("a page")));
}

#[test]
fn the_history_of_answers_says_who_answered_what_when_and_the_stage_on_that_day() {
    let opened = super::samples::evidence(&[
        ("partners.csv", "partner,name\nx,Ex\n"),
        (
            "answers.csv",
            "partner,program,question,answered_on,answer,note\n\
             x,example-assessment,strategy,2026-02-01,2,first\n\
             x,example-assessment,delivery,2026-02-01,2,\n\
             x,example-assessment,sales,2026-02-01,2,\n\
             x,example-assessment,people,2026-02-01,2,\n\
             x,example-assessment,finance,2026-03-01,2,\n\
             x,example-assessment,strategy,2026-05-01,4,better\n\
             x,example-assessment,strategy,2099-01-01,1,later than asked\n",
        ),
    ]);
    let asked = desk(&opened, "2026-11-25", Some("example-assessment"));
    let told = app::assessment::history(&asked).expect("a history");
    let strategy = told
        .questions
        .iter()
        .find(|q| q.question == "strategy")
        .expect("answered");
    let given: Vec<String> = strategy
        .given
        .iter()
        .map(|g| format!("{} {} {}", g.on.expect("a day"), g.answer, g.note))
        .collect();
    assert_eq!(given, ["2026-05-01 4 better", "2026-02-01 2 first"]);
    let days: Vec<String> = told
        .stages
        .iter()
        .map(|s| format!("{} {}", s.day, s.answered))
        .collect();
    assert_eq!(
        days,
        [
            "2026-02-01 4",
            "2026-03-01 5",
            "2026-05-01 5",
            "2026-11-25 5"
        ]
    );
    for lang in Lang::ALL {
        let f = frame(
            lang,
            "2026-11-25",
            "/assessments/example-assessment/history",
        );
        // Of a record that is kept it is known who wrote it; of a row of a file the file is.
        let author = app::edit::Author {
            name: "Zoe".to_owned(),
            imported: true,
        };
        let given = |file: &str, by: &str| app::assessment::Given {
            on: None,
            answer: "yes".to_owned(),
            by: by.to_owned(),
            place: app::domain::diagnostic::Place {
                file: file.to_owned(),
                line: 7,
                ..Default::default()
            },
            note: String::new(),
            stands: true,
        };
        let authors = [(7, author)].into();
        let by = |file: &str, by: &str| answers::who(&f, &given(file, by), &authors);
        assert!(by("record", "").contains("Zoe") && by("record", "") != "Zoe");
        assert_eq!(by("record", "Max"), "Max", "whom the answer names");
        assert!(by("answers.csv", "").contains("answers.csv"));
        let page = answers::history(&asked, f, &authors).expect("a page");
        assert!(page.picture.is_some());
        assert_eq!(page.stages.len(), 4);
        let html = page.render().expect("a page");
        check(&("/history".to_owned(), html));
    }
}
