//! From plan to work: proposed, accepted, closed by evidence, compared with what came of it; each rule on both databases.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use cairn_app::access::{Actor, Grant, Role};
use cairn_app::accounts::{Accounts, Door, Settings};
use cairn_app::case::{self, Said, Tried};
use cairn_app::clock::Clock;
use cairn_app::edit::Edit;
use cairn_app::locale::Lang;
use cairn_app::notices::{NoticeKind, Way};
use cairn_app::office::{Known, Office};
use cairn_app::plan::Goal;
use cairn_app::programs;
use cairn_app::proposals::{Accepting, Gone, Proposal, StepState};
use cairn_app::question::Question;
use cairn_app::refusal::Refusal;
use cairn_app::tasks::TaskState;
use common::Fresh;
use domain::calendar::Day;
use domain::instant::Instant;
use domain::model::Origin;
use domain::standing::Truth;

const PROGRAM: &str = "aws-services-path@2022-02";

fn boss() -> Actor {
    Actor::system("boss")
}

fn at(role: Role, partner: &str) -> Actor {
    let mut actor = Actor::system("somebody");
    actor.grants = vec![Grant {
        role,
        partner: Some(partner.to_owned()),
        person: None,
    }];
    actor
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

async fn add(office: &Office, kind: &str, pairs: &[(&str, &str)]) {
    let cells = pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
    let edit = Edit::Add {
        kind: kind.to_owned(),
        cells: cells.collect(),
    };
    office
        .edit(&boss(), "north", &[edit])
        .await
        .expect("an edit");
}

async fn accredited(office: &Office, person: &str, credential: &str, on: &str) {
    let cells = [
        ("person", person),
        ("credential", credential),
        ("earned_on", on),
    ];
    add(office, "credentials", &cells).await;
}

/// A partner with four people, of whom one is accredited.
async fn opened(fresh: &Fresh) -> Office {
    let loaded = programs::load(&[]).expect("the shipped programs");
    let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
    let office = Office::new(fresh.store.clone(), Arc::new(loaded), Clock::stopped(at));
    office.refresh().await.expect("warm");
    for partner in ["north", "south"] {
        office
            .add_partner(&boss(), partner, partner)
            .await
            .expect("a partner");
    }
    for (id, name) in [
        ("ann", "Ann Miller"),
        ("bob", "Bob Stone"),
        ("cyd", "Cyd Wood"),
        ("dan", "Dan Hill"),
    ] {
        let cells = [
            ("person", id),
            ("name", name),
            ("registered_on", "2023-01-01"),
        ];
        add(&office, "people", &cells).await;
    }
    accredited(&office, "dan", "business-professional", "2024-01-10").await;
    office
}

fn people_only() -> Goal {
    Goal {
        level: Some("select".to_owned()),
        by: Some(day("2024-08-31")),
        only: vec!["accredited".to_owned()],
        ..Goal::default()
    }
}

async fn proposed(office: &Office) -> Proposal {
    office
        .propose_plan(&boss(), "north", PROGRAM, &people_only())
        .await
        .expect("a plan")
        .value
}

fn later(office: &Office, days: i64) {
    office.clock.set(office.now().plus_seconds(days * 86_400));
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
    result.expect_err("a refusal").code()
}

async fn no_flaws(fresh: &Fresh) {
    let mut tx = fresh
        .store
        .read(&cairn_store::Scope::All)
        .await
        .expect("a reader");
    assert_eq!(tx.verify().await.expect("verified").flaws, []);
}

on_both! {
    async fn a_plan_becomes_tasks_that_close_themselves_when_their_evidence_arrives(fresh: Fresh) {
        let office = opened(&fresh).await;
        let plan = proposed(&office).await;
        let draft = &plan.draft;
        assert_eq!(draft.title, "Plan to Select");
        assert_eq!(
            draft.news,
            "To reach Select in accredited individuals by 31 Aug 2024 costs $1,224. No set of actions that the rules would count costs less. 176 days to spare."
        );
        let german = draft.in_language(Lang::De);
        assert_eq!((german.lang, german.title.as_str()), (Lang::De, "Plan zu Select"));
        assert!(german.news.contains("31. Aug. 2024") && german.news.contains("1.224"), "{}", german.news);
        assert_eq!(draft.in_language(Lang::En).news, draft.news);
        let steps = draft.steps.iter().map(|s| format!("{} until {}: {} {:?}", s.named(), s.done, s.kind, s.closes));
        assert_eq!(steps.collect::<Vec<_>>(), [
            r#"Take the business accreditation: Cyd Wood until 2024-03-07: credentials [("person", "cyd"), ("credential", "business-professional")]"#,
            r#"Take the technical accreditation: Ann Miller until 2024-03-08: credentials [("person", "ann"), ("credential", "technical-professional")]"#,
            r#"Take the technical accreditation: Bob Stone until 2024-03-08: credentials [("person", "bob"), ("credential", "technical-professional")]"#,
        ]);
        assert!(draft.proven && draft.met);
        assert_eq!(draft.targets[0].edition, "2022-02");
        assert_eq!(draft.targets[0].hash.len(), 64);
        assert_eq!(office.proposal(&boss(), "north", plan.plan).await.expect("kept"), plan);

        let nobody = Accepting { owner: Some("nobody".into()), ..Accepting::default() };
        assert_eq!(code(office.accept_plan(&boss(), "north", plan.plan, &nobody).await), "cannot-work-here");
        let part = Accepting { steps: vec![2, 1], owners: vec![(1, "boss".into())], ..Accepting::default() };
        let tasks = office.accept_plan(&boss(), "north", plan.plan, &part).await.expect("accepted").value;
        let said: Vec<_> = tasks.iter().map(|t| (t.said.title.as_str(), t.said.owner.as_deref(), t.said.due)).collect();
        assert_eq!(said, [
            ("Take the business accreditation: Cyd Wood", Some("boss"), Some(day("2024-03-07"))),
            ("Take the technical accreditation: Ann Miller", None, Some(day("2024-03-08"))),
        ]);
        assert_eq!(tasks[0].said.about, Some(("aws-services-path".to_owned(), String::new())));
        assert_eq!(code(office.accept_plan(&boss(), "north", plan.plan, &part).await), "step-accepted");
        let far = Accepting { steps: vec![4], ..Accepting::default() };
        assert_eq!(code(office.accept_plan(&boss(), "north", plan.plan, &far).await), "unknown-step");
        let drift = office.plan_drift(&boss(), "north", plan.plan, cairn_app::locale::Lang::En).await.expect("drift");
        assert_eq!(drift.says, "0 of 2 accepted steps are done. With the 2 open steps done Select is not met on 31 Aug 2024: accredited individuals 3 of 4 and accredited individuals, technical 1 of 2.");

        // The evidence calls the accreditation otherwise; the catalog knows that it is the same.
        later(&office, 3);
        accredited(&office, "ann", "AWS Partner: Accreditation (Technical)", "2024-03-03").await;
        let tasks = office.tasks(&boss(), "north", true).await.expect("tasks");
        let states: Vec<_> = tasks.iter().map(|t| (t.said.title.as_str(), t.state, t.closed_by_fact.is_some())).collect();
        assert_eq!(states, [
            ("Take the business accreditation: Cyd Wood", TaskState::Open, false),
            ("Take the technical accreditation: Ann Miller", TaskState::Done, true),
        ]);
        later(&office, 7);
        let rest = Accepting::default();
        office.accept_plan(&boss(), "north", plan.plan, &rest).await.expect("the rest");
        let drift = office.plan_drift(&boss(), "north", plan.plan, cairn_app::locale::Lang::En).await.expect("drift");
        assert_eq!(drift.says, "1 of 3 accepted steps is done; 1 is late. With the 2 open steps done Select is met on 31 Aug 2024.");
        assert_eq!(drift.steps, [
            StepState::Open { due: day("2024-03-07"), late: true },
            StepState::Done { on: day("2024-03-03"), late: false },
            StepState::Open { due: day("2024-03-11"), late: false },
        ]);
        assert_eq!(drift.ahead.expect("a goal").met, Truth::Yes);
        let of: Vec<_> = office.planned_tasks(&boss(), "north").await.expect("links").into_iter().map(|(_, plan, step)| (plan, step)).collect();
        assert_eq!(of, [(plan.plan, 1), (plan.plan, 2), (plan.plan, 3)]);
        no_flaws(&fresh).await;
    }

    async fn whoever_had_a_step_before_has_it_again_where_nobody_says_otherwise(fresh: Fresh) {
        let office = opened(&fresh).await;
        let first = proposed(&office).await;
        let by = |who: &str, number: usize| Accepting { steps: vec![number], owner: Some(who.to_owned()), ..Accepting::default() };
        let grant = |account: &str| cairn_store::GrantRow { account: account.to_owned(), role: "alliance-team".to_owned(), partner: Some("north".to_owned()), person: None, since: office.now() };
        let mut tx = fresh.store.write(&cairn_store::Scope::All).await.expect("a writer");
        for account in ["ada", "gone"] {
            let row = cairn_store::AccountRow {
                account: account.to_owned(),
                email: format!("{account}@north.example"),
                name: account.to_owned(),
                state: cairn_store::AccountState::Active,
                created: office.now(),
                has_password: false,
                factor_on: None,
            };
            tx.insert_account(&row).await.expect("an account");
            tx.put_grant(&grant(account)).await.expect("a role");
        }
        tx.commit().await.expect("committed");
        office.accept_plan(&boss(), "north", first.plan, &by("ada", 1)).await.expect("accepted");
        office.accept_plan(&boss(), "north", first.plan, &by("gone", 2)).await.expect("accepted");
        let again = office.plan_again(&boss(), "north", first.plan, Lang::En).await.expect("planned");
        assert_eq!(again.owners, [(1, "ada".to_owned()), (2, "gone".to_owned())]);
        let mut tx = fresh.store.write(&cairn_store::Scope::All).await.expect("a writer");
        tx.delete_grant("gone", "alliance-team", Some("north")).await.expect("taken");
        tx.commit().await.expect("committed");
        let second = proposed(&office).await;
        let drift = office.plan_drift(&boss(), "north", second.plan, cairn_app::locale::Lang::En).await.expect("drift");
        assert_eq!(drift.before, [(1, "ada".to_owned())], "who left has nothing again");
        let nobody = Accepting { steps: vec![3], owner: Some(String::new()), ..Accepting::default() };
        office.accept_plan(&boss(), "north", second.plan, &nobody).await.expect("accepted");
        let tasks = office.accept_plan(&boss(), "north", second.plan, &Accepting::default()).await.expect("accepted").value;
        let owners: Vec<Option<&str>> = tasks.iter().map(|t| t.said.owner.as_deref()).collect();
        assert_eq!(owners, [Some("ada"), None]);
        let third = proposed(&office).await;
        let tasks = office.accept_plan(&boss(), "north", third.plan, &by("", 1)).await.expect("accepted").value;
        assert_eq!(tasks[0].said.owner, None, "nobody is said otherwise");
    }

    async fn planning_again_says_what_stays_what_goes_and_what_is_new(fresh: Fresh) {
        let office = opened(&fresh).await;
        let plan = proposed(&office).await;
        office.accept_plan(&boss(), "north", plan.plan, &Accepting::default()).await.expect("accepted");
        accredited(&office, "ann", "technical-professional", "2024-03-01").await;
        let again = office.plan_again(&boss(), "north", plan.plan, Lang::En).await.expect("planned");
        assert_eq!((again.kept.as_slice(), again.gone.as_slice(), again.new.as_slice()), (&[(1, 1), (3, 2)][..], &[(2, Gone::Done)][..], &[][..]));
        assert_eq!(again.says, "Planning again changes nothing.");
        // Bob leaves, and Eve comes.
        later(&office, 1);
        let people = office.records(&boss(), "north", "people").await.expect("people");
        let bob = people.iter().find(|p| p.key == ["bob"]).expect("Bob");
        let cells = [("person", "bob"), ("name", "Bob Stone"), ("registered_on", "2023-01-01"), ("left_on", "2024-03-02")];
        let cells = cells.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let edit = Edit::Correct { version: bob.version, cells };
        office.edit(&boss(), "north", &[edit]).await.expect("an edit");
        add(&office, "people", &[("person", "eve"), ("name", "Eve Lake"), ("registered_on", "2024-03-01")]).await;
        let drift = office.plan_drift(&boss(), "north", plan.plan, cairn_app::locale::Lang::En).await.expect("drift");
        assert_eq!(drift.says, "1 of 3 accepted steps is done. With the 2 open steps done Select is not met on 31 Aug 2024: accredited individuals 3 of 4 and accredited individuals, technical 1 of 2.");
        let again = office.plan_again(&boss(), "north", plan.plan, Lang::En).await.expect("planned");
        assert_eq!(again.gone, [(2, Gone::Done), (3, Gone::NotNeeded)]);
        assert_eq!(again.says, "Planned today it costs $792 instead of the $792 that were left: 1 step stays, 1 is new and 1 is no longer needed.");
        // Withdrawing drops what is open, and keeps what is done.
        assert_eq!(office.withdraw_plan(&boss(), "north", plan.plan).await.expect("withdrawn").value, 2);
        assert_eq!(code(office.withdraw_plan(&boss(), "north", plan.plan).await), "plan-withdrawn");
        assert_eq!(code(office.accept_plan(&boss(), "north", plan.plan, &Accepting::default()).await), "plan-withdrawn");
        let tasks = office.tasks(&boss(), "north", true).await.expect("tasks");
        let is = |state| tasks.iter().filter(|t| t.state == state).count();
        assert_eq!((is(TaskState::Done), is(TaskState::Dropped), is(TaskState::Open)), (1, 2, 0));
        assert!(office.proposals(&boss(), "north").await.expect("plans")[0].withdrawn.is_some());
        no_flaws(&fresh).await;
    }

    async fn what_a_plan_costs_stands_in_the_business_case(fresh: Fresh) {
        let office = opened(&fresh).await;
        let plan = proposed(&office).await;
        let input = async |office: &Office| {
            let question = Question::on(office.clock.today());
            let desk = office.desk(&boss(), "north", question, Known::default()).await.expect("a desk");
            let inputs = case::inputs(&desk, "business-case").expect("inputs");
            inputs.given.into_iter().find(|g| g.id == "plan-cost").expect("the input")
        };
        assert_eq!(input(&office).await.setting.origin, Origin::Assumed);
        let reader = at(Role::Reader, "north");
        assert_eq!(code(office.count_plan(&reader, "north", plan.plan).await), "denied");
        let done = office.count_plan(&boss(), "north", plan.plan).await.expect("counted").expect("a change");
        assert_eq!(done.value.len(), 1, "one model asks what a plan costs");
        let given = input(&office).await;
        assert_eq!(given.setting.value, plan.draft.cost);
        assert_eq!(given.setting.origin, Origin::Plan(plan.plan.to_string(), plan.draft.title.clone()));
        assert_eq!(given.setting.range, None, "the range of the file was of another value");
        assert!(office.count_plan(&boss(), "north", plan.plan).await.expect("counted").is_none(), "it stands so already");
        // What the partner says itself takes its place, and the plan that of it.
        let model = case::model(&office.programs.library(), "business-case").expect("the model");
        let said = Said { value: "50,000".into(), ..Said::default() };
        let tried = Tried::from([("plan-cost".to_owned(), said)]);
        office.keep_inputs(&boss(), "north", &model, &tried, "our own").await.expect("kept");
        assert_eq!(input(&office).await.setting.origin, Origin::Own("our own".into()));
        assert!(office.count_plan(&boss(), "north", plan.plan).await.expect("counted").is_some());
        assert_eq!(input(&office).await.setting.value, plan.draft.cost);
        office.withdraw_plan(&boss(), "north", plan.plan).await.expect("withdrawn");
        assert_eq!(code(office.count_plan(&boss(), "north", plan.plan).await), "plan-withdrawn");
        assert_eq!(code(office.count_plan(&boss(), "north", 9_999).await), "not-found");
        no_flaws(&fresh).await;
    }

    async fn one_record_closes_one_task_of_a_plan_however_often_it_is_corrected(fresh: Fresh) {
        let office = opened(&fresh).await;
        let old = [("opportunity", "o0"), ("stage", "launched"), ("origin", "partner"), ("launched_on", "2020-01-01"), ("estimated_mrr", "10"), ("currency", "USD")];
        add(&office, "opportunities", &old).await;
        let goal = Goal { only: vec!["launched".into()], ..people_only() };
        let plan = office.propose_plan(&boss(), "north", PROGRAM, &goal).await.expect("a plan").value;
        assert_eq!(plan.draft.steps.len(), 3);
        office.accept_plan(&boss(), "north", plan.plan, &Accepting::default()).await.expect("accepted");
        let open = async || office.tasks(&boss(), "north", false).await.expect("tasks").len();
        assert_eq!(open().await, 3, "what was there before closes nothing");
        later(&office, 2);
        let new = [("opportunity", "o1"), ("stage", "launched"), ("origin", "partner"), ("launched_on", "2024-03-02"), ("estimated_mrr", "700"), ("currency", "USD")];
        add(&office, "opportunities", &new).await;
        assert_eq!(open().await, 2);
        let records = office.records(&boss(), "north", "opportunities").await.expect("records");
        let o1 = records.iter().find(|r| r.key == ["o1"]).expect("the launch");
        let cells = new.iter().map(|(a, b)| ((*a).to_owned(), (*b).replace("700", "800"))).collect();
        let edit = Edit::Correct { version: o1.version, cells };
        office.edit(&boss(), "north", &[edit]).await.expect("an edit");
        assert_eq!(open().await, 2, "a correction is no second launch");
    }

    async fn readers_read_plans_and_only_who_works_there_accepts_them(fresh: Fresh) {
        let office = opened(&fresh).await;
        let plan = proposed(&office).await.plan;
        let reader = at(Role::Reader, "north");
        assert_eq!(office.proposals(&reader, "north").await.expect("plans").len(), 1);
        assert!(office.plan_drift(&reader, "north", plan, cairn_app::locale::Lang::En).await.is_ok());
        assert_eq!(code(office.propose_plan(&reader, "north", PROGRAM, &people_only()).await), "denied");
        assert_eq!(code(office.accept_plan(&reader, "north", plan, &Accepting::default()).await), "denied");
        assert_eq!(code(office.withdraw_plan(&reader, "north", plan).await), "denied");
        let other = at(Role::AllianceLead, "south");
        assert_eq!(code(office.proposal(&other, "north", plan).await), "not-found");
        assert_eq!(code(office.proposal(&other, "south", plan).await), "not-found");
        assert_eq!(code(office.accept_plan(&other, "south", plan, &Accepting::default()).await), "not-found");
        let met = Goal { by: Some(day("2024-03-31")), level: Some("premier".into()), only: vec!["Customer Success".into()], ..Goal::default() };
        assert_eq!(code(office.propose_plan(&boss(), "north", PROGRAM, &met).await), "nothing-to-propose");
    }

    async fn an_erased_person_is_in_no_plan_and_no_task_and_seals_hold(fresh: Fresh) {
        let office = opened(&fresh).await;
        let plan = proposed(&office).await.plan;
        office.accept_plan(&boss(), "north", plan, &Accepting::default()).await.expect("accepted");
        let known = office.person(&boss(), "north", "ann").await.expect("known");
        let places: Vec<&str> = known.mentions.iter().map(|m| m.place.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(places, ["plan", "task"]);
        let erased = office.erase_person(&boss(), "north", "ann", false).await.expect("erased").value;
        assert_eq!((erased.plans, erased.tasks, erased.mentions.as_slice()), (1, 1, &[][..]));
        let kept = office.proposal(&boss(), "north", plan).await.expect("kept");
        assert_eq!(kept.draft.steps[1].named(), format!("Take the technical accreditation: {}", erased.pseudonym));
        let tasks = office.tasks(&boss(), "north", false).await.expect("tasks");
        let task = tasks.into_iter().find(|t| t.said.title.contains(&erased.pseudonym)).expect("theirs");
        assert_eq!(task.said.closes.expect("evidence").1[0].1, erased.pseudonym);
        no_flaws(&fresh).await;
    }

    async fn a_plan_that_is_written_down_gets_days_and_is_accepted_the_same_way(fresh: Fresh) {
        let office = opened(&fresh).await;
        let begun = office.begin_template(&boss(), "north", "getting-started", Some(day("2024-03-04"))).await.expect("begun").value;
        assert_eq!(
            begun.draft.news,
            "25 items in 4 tracks take 105 days, from 4 Mar 2024 to 17 Jun 2024. The critical path is the company's own readiness, then marketing plan, sales plan and delivery and support. One track after the other would take 195 days."
        );
        let parts: usize = begun.draft.steps.iter().map(|s| s.parts.len()).sum();
        assert_eq!((begun.draft.steps.len(), parts), (25, 46));
        let days = |role: &str| {
            let step = begun.draft.steps.iter().find(|s| s.role == role).expect("a step");
            (step.from, step.done)
        };
        assert_eq!(days("executive leader"), (day("2024-03-04"), day("2024-05-03")));
        for leader in ["marketing leader", "sales leader", "services leader"] {
            assert_eq!(days(leader), (day("2024-05-03"), day("2024-06-17")));
        }
        let first = Accepting { steps: vec![1], ..Accepting::default() };
        let task = office.accept_plan(&boss(), "north", begun.plan, &first).await.expect("accepted").value.remove(0);
        assert_eq!(task.said.about, Some(("cisco-readiness".to_owned(), String::new())));
        assert_eq!(task.said.note, "Step 1 of 25: Start a managed-services practice.\n- how mature the business is\n- how much it has priority\n- how far the organization is committed\n- what could be won soon");
        office.close_task(&boss(), "north", &task.task, task.version, TaskState::Done).await.expect("done");
        let drift = office.plan_drift(&boss(), "north", begun.plan, cairn_app::locale::Lang::En).await.expect("drift");
        assert_eq!(drift.says, "1 of 1 accepted step is done.");
        assert_eq!(drift.ahead, None);
        assert_eq!(code(office.plan_again(&boss(), "north", begun.plan, Lang::En).await), "no-goal");
        assert_eq!(code(office.begin_template(&boss(), "north", "getting-startd", None).await), "unknown-template");
    }

    async fn a_calendar_behind_a_link_shows_falls_and_the_days_of_accepted_plans_until_it_is_ended(fresh: Fresh) {
        let office = opened(&fresh).await;
        let holds = [("program", "aws-services-path"), ("level", "select"), ("since", "2023-06-01"), ("last_review_on", "2023-06-01"), ("next_review_on", "2024-06-01")];
        add(&office, "enrollments", &holds).await;
        let plan = proposed(&office).await.plan;
        let part = Accepting { steps: vec![1], ..Accepting::default() };
        office.accept_plan(&boss(), "north", plan, &part).await.expect("accepted");
        let reader = at(Role::Reader, "north");
        assert_eq!(code(office.make_feed(&reader, "north", "").await), "denied");
        let made = office.make_feed(&boss(), "north", "Ann's telephone").await.expect("a link").value;
        let (feed, secret) = made;
        assert!(!format!("{secret:?}").contains(secret.reveal()), "nothing prints it by accident");
        let text = office.calendar(secret.reveal()).await.expect("a calendar");
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n"), "{text}");
        assert!(text.contains("SUMMARY:Due: Take the business accreditation: Cyd Wood"), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20240307"), "{text}");
        assert!(text.contains("CATEGORIES:review"), "{text}");
        accredited(&office, "cyd", "business-professional", "2024-03-01").await;
        let text = office.calendar(secret.reveal()).await.expect("a calendar");
        assert!(!text.contains("SUMMARY:Due: "), "what is done is due no more: {text}");
        assert_eq!(code(office.calendar("guessed").await), "not-found");
        let listed = office.feeds(&boss(), "north").await.expect("links");
        assert_eq!((listed.len(), listed[0].opened, listed[0].note.as_str()), (1, 2, "Ann's telephone"));
        assert_eq!(code(office.end_feed(&boss(), "south", &feed.feed).await), "not-found");
        office.end_feed(&boss(), "north", &feed.feed).await.expect("ended");
        assert_eq!(code(office.calendar(secret.reveal()).await), "not-found");
        assert_eq!(code(office.end_feed(&boss(), "north", &feed.feed).await), "not-found");
    }

    async fn the_week_is_sent_once_on_its_first_worked_day_to_whoever_chose_it(fresh: Fresh) {
        let office = opened(&fresh).await;
        let door = Door::new(Settings::default());
        let accounts = Accounts::new(&office.store, &office.clock, &door);
        let mut lead = at(Role::AllianceLead, "north");
        lead.account = "lead".to_owned();
        let now = office.now();
        let mut tx = fresh.store.write(&cairn_store::Scope::All).await.expect("a writer");
        let row = cairn_store::AccountRow {
            account: "lead".to_owned(),
            email: "ada@north.example".to_owned(),
            name: "Ada Lake".to_owned(),
            state: cairn_store::AccountState::Active,
            created: now,
            has_password: false,
            factor_on: None,
        };
        tx.insert_account(&row).await.expect("an account");
        let grant = cairn_store::GrantRow { account: "lead".to_owned(), role: "alliance-lead".to_owned(), partner: Some("north".to_owned()), person: None, since: now };
        tx.put_grant(&grant).await.expect("a role");
        tx.commit().await.expect("committed");
        let holds = [("program", "aws-services-path"), ("level", "select"), ("since", "2023-06-01"), ("last_review_on", "2023-06-01"), ("next_review_on", "2024-05-01")];
        add(&office, "enrollments", &holds).await;
        let plan = proposed(&office).await.plan;
        let part = Accepting { steps: vec![1, 2], owner: Some(lead.account.clone()), ..Accepting::default() };
        office.accept_plan(&lead, "north", plan, &part).await.expect("accepted");
        office.tell_notices().await.expect("told");
        let mails = async || accounts.outbox(&boss()).await.expect("the outbox").into_iter().filter(|m| m.subject.contains("the week from")).collect::<Vec<_>>();
        assert_eq!(mails().await.len(), 0, "only whoever chose it");
        assert_eq!(code(office.choose_notice(&lead, "north", NoticeKind::Digest, &[Way::Page]).await), "digest-by-mail");
        office.choose_notice(&lead, "north", NoticeKind::Digest, &[Way::Mail]).await.expect("chosen");
        // Friday, 8 March, then Sunday, then Monday.
        later(&office, 7);
        office.tell_notices().await.expect("told");
        let all = mails().await;
        assert_eq!(all.iter().map(|m| m.subject.as_str()).collect::<Vec<_>>(), ["north: the week from 8 Mar 2024"]);
        let text = accounts.open_mail(&boss(), &all[0].mail).await.expect("its text");
        assert_eq!(text.reveal().trim_end(), "\
Hello,

this is how north goes into the week on 8 March 2024.

What falls in the next 90 days, if nothing new happens
- 1 May 2024, in 54 days: AWS Services Path: review: Select would not be renewed; whether there is a grace period is not published; what Amazon Web Services does then is not published

What changed in the last week
  No level and no verdict changed.

Tasks that are late
- Take the business accreditation: Cyd Wood (was due 7 Mar 2024, yesterday): Ada Lake

Tasks that are due this week
- Take the technical accreditation: Ann Miller (due 8 Mar 2024, today): Ada Lake

You chose to be sent this once a week. Under \"Notices\" you can choose otherwise.

Cairn");
        later(&office, 2);
        office.tell_notices().await.expect("told");
        assert_eq!(mails().await.len(), 1, "once a week");
        later(&office, 1);
        for (person, credential) in [("ann", "technical-professional"), ("bob", "technical-professional"), ("cyd", "business-professional")] {
            accredited(&office, person, credential, "2024-03-10").await;
        }
        office.tell_notices().await.expect("told");
        office.tell_notices().await.expect("told");
        let all = mails().await;
        assert_eq!(all.len(), 2, "and again in the next one, however often the job runs");
        let newest = all.iter().find(|m| m.subject == "north: the week from 11 Mar 2024").expect("the mail");
        let text = accounts.open_mail(&boss(), &newest.mail).await.expect("its text");
        let changed = text.reveal().split("What changed in the last week\n").nth(1).expect("a section");
        assert_eq!(changed.trim_end(), "\
- AWS Services Path: accredited individuals was short, and is met now
- AWS Services Path: accredited individuals, technical was short, and is met now
- AWS Services Path: accredited individuals, business was short, and is met now

Tasks that are due this week
  None is due.

You chose to be sent this once a week. Under \"Notices\" you can choose otherwise.

Cairn");

        // In German, where the partner is, and nothing of it in English.
        let set = office.partner_settings(&boss(), "north").await.expect("settings");
        let german = cairn_app::settings::PartnerSettings { language: "de".to_owned(), ..set };
        office.set_partner_settings(&boss(), "north", &german).await.expect("set");
        later(&office, 7);
        office.tell_notices().await.expect("told");
        let all = mails().await;
        assert_eq!(all.len(), 2, "no other in English");
        let all = accounts.outbox(&boss()).await.expect("the outbox");
        let newest = all.iter().find(|m| m.subject.contains("18. März 2024")).expect("the mail");
        let text = accounts.open_mail(&boss(), &newest.mail).await.expect("its text");
        let words: Vec<&str> = text.reveal().split(|c: char| !c.is_alphanumeric()).collect();
        let english: Vec<&&str> = words.iter().filter(|w| ["the", "is", "are", "and", "what", "this", "you", "not", "would"].contains(&w.to_lowercase().as_str())).collect();
        assert!(english.is_empty(), "{english:?} in {}", text.reveal());
    }
}
