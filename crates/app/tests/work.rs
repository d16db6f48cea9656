//! What a partner sets, who is asked for a rating, tasks, documents, links: each rule on both databases.

extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use cairn_app::access::{Actor, Grant, Role};
use cairn_app::accounts::{Accounts, Door, Settings};
use cairn_app::bulk::Bulk;
use cairn_app::clock::Clock;
use cairn_app::edit::{Edit, Record};
use cairn_app::office::{Known, Office};
use cairn_app::programs;
use cairn_app::question::Question;
use cairn_app::ratings::{NewRating, RatingAnswer, RatingState};
use cairn_app::refusal::Refusal;
use cairn_app::settings::{FirstRun, PartnerSettings, Standing};
use cairn_app::tasks::{Said, TaskState};
use common::Fresh;
use domain::calendar::Day;
use domain::instant::Instant;

/// A program whose edition names this form, and an edition of it that comes later and asks more.
const CLUB: &str = include_str!("data/club.toml");

fn office_of(fresh: &Fresh) -> Office {
    let shipped = programs::load(&[]).expect("the shipped programs");
    let mut files = shipped.files;
    let later = CLUB
        .replace("edition   = \"1\"", "edition   = \"2\"")
        .replace(
            "published = 2024-01-01\n",
            "published = 2024-02-01\nreplaces = { edition = \"1\" }\n",
        )
        .replace("from = 2024-01-01 }", "from = 2024-06-01 }")
        .replace("member = 1", "member = 2");
    files.push(("club/1.toml".to_owned(), CLUB.to_owned()));
    files.push(("club/2.toml".to_owned(), later));
    let loaded = programs::assemble(files, None, vec![], true);
    assert_eq!(
        loaded.errors().collect::<Vec<_>>(),
        Vec::<&domain::diagnostic::Diagnostic>::new()
    );
    let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
    Office::new(fresh.store.clone(), Arc::new(loaded), Clock::stopped(at))
}

async fn opened(fresh: &Fresh) -> Office {
    let office = office_of(fresh);
    office.refresh().await.expect("warm");
    for partner in ["north", "south"] {
        office
            .add_partner(&boss(), partner, partner)
            .await
            .expect("a partner");
    }
    office
}

fn boss() -> Actor {
    Actor::system("a1")
}

fn at(role: Role, partner: &str, account: &str) -> Actor {
    let mut actor = Actor::system(account);
    actor.grants = vec![Grant {
        role,
        partner: Some(partner.to_owned()),
        person: None,
    }];
    actor
}

fn lead() -> Actor {
    at(Role::AllianceLead, "north", "lead")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn add(kind: &str, pairs: &[(&str, &str)]) -> Edit {
    let cells = pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
    Edit::Add {
        kind: kind.to_owned(),
        cells: cells.collect(),
    }
}

async fn one(office: &Office, partner: &str, edit: Edit) -> Record {
    let done = office
        .edit(&boss(), partner, &[edit])
        .await
        .expect("an edit");
    done.value.into_iter().next().expect("a record")
}

fn later(office: &Office, days: i64) {
    office.clock.set(office.now().plus_seconds(days * 86_400));
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
    result.expect_err("a refusal").code()
}

/// The text of the newest mail that waits, as whoever runs the server opens it.
async fn mail(office: &Office) -> String {
    let door = Door::new(Settings::default());
    let accounts = Accounts::new(&office.store, &office.clock, &door);
    let outbox = accounts.outbox(&boss()).await.expect("the outbox");
    let newest = outbox.first().expect("a mail");
    let text = accounts
        .open_mail(&boss(), &newest.mail)
        .await
        .expect("its text");
    text.reveal().to_owned()
}

fn secret_in(mail: &str) -> String {
    let line = mail
        .lines()
        .find(|l| l.starts_with("http"))
        .expect("a link");
    line.rsplit('=').next().expect("a secret").to_owned()
}

fn ask(customer: &str, email: &str) -> NewRating {
    NewRating {
        program: "club".to_owned(),
        customer: customer.to_owned(),
        person: "Pat".to_owned(),
        email: email.to_owned(),
    }
}

/// To whom the mails are that are offered to be handed on, by address.
async fn offered(office: &Office) -> Vec<String> {
    let door = Door::new(Settings::default());
    let accounts = Accounts::new(&office.store, &office.clock, &door);
    let outbox = accounts.outbox(&boss()).await.expect("the outbox");
    let mut emails: Vec<String> = outbox.into_iter().map(|letter| letter.email).collect();
    emails.sort();
    emails.dedup();
    emails
}

on_both! {
    async fn the_first_run_says_the_company_where_it_stands_and_its_calendar(fresh: Fresh) {
        let office = opened(&fresh).await;
        let first = FirstRun {
            name: "Northwind".to_owned(),
            country: String::new(),
            standings: vec![Standing {
                program: "club".to_owned(),
                level: "member".to_owned(),
                since: "2024-01-15".to_owned(),
                next_review_on: "2025-01-15".to_owned(),
                ..Standing::default()
            }],
            settings: PartnerSettings {
                currency: Some("EUR".to_owned()),
                zone: "Europe/Berlin".to_owned(),
                language: "de".to_owned(),
                follows: vec!["club".to_owned()],
                holidays: vec![(day("2024-03-08"), "a day off".to_owned())],
                days: domain::business::BusinessDays::new(&[5, 6], [day("2024-03-08")].into()).expect("a week"),
                ..PartnerSettings::default()
            },
        };
        let set = office.set_up(&lead(), "north", &first).await.expect("set up").value;
        assert_eq!(set, office.partner_settings(&lead(), "north").await.expect("settings"));
        assert_eq!(set.version, 1);
        assert_eq!(set.holidays, first.settings.holidays);
        assert_eq!(set.review_due(day("2024-03-01")), day("2024-03-11"), "a holiday lies between");
        assert_eq!(office.partner_name("north"), "Northwind");
        let enrollments = office.records(&lead(), "north", "enrollments").await.expect("records");
        assert_eq!(enrollments.len(), 1);
        let again = office.set_up(&lead(), "north", &first).await;
        assert_eq!(code(again), "conflict", "another version of the settings stands meanwhile");
        let mut wrong = first.clone();
        wrong.settings = PartnerSettings { currency: Some("euro".to_owned()), zone: "Berlin".to_owned(), follows: vec!["clib".to_owned()], ..set };
        match office.set_up(&lead(), "north", &wrong).await {
            Err(Refusal::Problems(problems)) => {
                let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
                assert_eq!(codes, ["bad-currency", "bad-time-zone", "unknown-program"]);
            }
            other => panic!("{other:?}"),
        }
        let other = at(Role::AllianceLead, "south", "x");
        assert!(matches!(office.partner_settings(&other, "north").await, Err(Refusal::NotFound { .. })));
        let reader = at(Role::Reader, "north", "r");
        assert!(matches!(office.set_partner_settings(&reader, "north", &PartnerSettings::default()).await, Err(Refusal::Denied(_))));
    }

    async fn each_kind_says_how_old_it_is_and_when_it_was_written(fresh: Fresh) {
        let office = opened(&fresh).await;
        one(&office, "north", add("people", &[("person", "ann"), ("registered_on", "2024-02-01")])).await;
        one(&office, "north", add("people", &[("person", "bob"), ("registered_on", "2024-05-01")])).await;
        let ages = office.ages(&lead(), "north", day("2024-03-01")).await.expect("ages");
        let of = |kind: &str| ages.iter().find(|a| a.kind == kind).expect("a kind").clone();
        assert_eq!((of("people").supplied, of("people").newest), (true, Some(day("2024-02-01"))));
        assert_eq!(of("people").written, Some(office.now()));
        assert_eq!((of("csat").supplied, of("csat").newest, of("csat").written), (false, None, None));
    }

    async fn a_visit_begins_with_what_changed_since_the_last_one(fresh: Fresh) {
        let office = opened(&fresh).await;
        let reader = at(Role::Reader, "north", "r");
        assert!(office.since_last_visit(&reader, "north").await.expect("an answer").is_none());
        office.note_visit(&reader, "north").await.expect("noted");
        assert!(office.since_last_visit(&reader, "north").await.expect("an answer").is_none(), "the first visit");
        later(&office, 1);
        let response = add("csat", &[("response", "r1"), ("route", "rating-form"), ("email_confirmed_on", "2024-03-01"), ("customer_verified_on", "2024-03-01"), ("program", "club")]);
        one(&office, "north", response).await;
        office.note_visit(&reader, "north").await.expect("noted");
        let since = office.since_last_visit(&reader, "north").await.expect("an answer").expect("a second visit");
        let records: Vec<(&str, u64, u64, u64)> = since.records.iter().map(|w| (&*w.kind, w.added, w.corrected, w.withdrawn)).collect();
        assert_eq!(records, [("csat", 1, 0, 0)]);
        let club = since.moved.iter().find(|m| m.program == "club").expect("it moved");
        assert_eq!((&club.met_before, &club.met_after), (&None, &Some("Member".to_owned())));
        office.note_visit(&reader, "north").await.expect("noted");
        let same = office.since_last_visit(&reader, "north").await.expect("an answer").expect("the same visit");
        assert_eq!(same.records.len(), 1, "a second page of the same visit still says it");
        later(&office, 1);
        office.note_visit(&reader, "north").await.expect("noted");
        let nothing = office.since_last_visit(&reader, "north").await.expect("an answer").expect("a third visit");
        assert!(nothing.is_nothing());
    }

    async fn a_new_edition_says_what_it_changes_for_this_partner(fresh: Fresh) {
        let office = opened(&fresh).await;
        let response = add("csat", &[("response", "r1"), ("route", "rating-form"), ("email_confirmed_on", "2024-03-01"), ("customer_verified_on", "2024-03-01"), ("program", "club")]);
        one(&office, "north", response).await;
        let ahead = async |on: &str| {
            let question = cairn_app::question::Question::on(day(on));
            let desk = office.desk(&lead(), "north", question, Default::default()).await.expect("a desk");
            cairn_app::since::editions_ahead(&desk, &|p| p == "club").expect("an answer")
        };
        let found = ahead("2024-03-02").await;
        assert_eq!(found.len(), 1);
        assert_eq!((&*found[0].before, &*found[0].edition, found[0].from, found[0].days), ("1", "2", day("2024-06-01"), 91));
        assert_eq!((&found[0].moved.met_before, &found[0].moved.met_after), (&Some("Member".to_owned()), &None));
        assert!(found[0].changes.iter().any(|c| c.short().contains("responses")));
        assert_eq!(ahead("2024-01-31").await.len(), 0, "the day before it was published");
        assert_eq!(ahead("2024-02-01").await.len(), 1, "the day on which it was");
        assert_eq!(ahead("2024-08-30").await.len(), 1, "ninety days after it came into force");
        assert_eq!(ahead("2024-08-31").await.len(), 0, "one more");
    }

    async fn a_response_counts_after_both_checks_and_its_score_stays_the_customers_own(fresh: Fresh) {
        let office = opened(&fresh).await;
        let asked = office.request_ratings(&lead(), "north", &[ask("acme", "Pat@acme.example")]).await.expect("asked").value;
        let letter = mail(&office).await;
        assert!(letter.contains("north asks you for a rating"), "{letter}");
        let secret = secret_in(&letter);
        let form = office.rating_form(&secret).await.expect("the form");
        assert_eq!((&*form.partner_name, &*form.program, &*form.customer), ("north", "Club", "acme"));
        let answer = RatingAnswer { score: 2, comment: "slow".to_owned(), shared: false };
        later(&office, 1);
        office.answer_rating(&secret, &answer).await.expect("answered");
        let request = &asked[0].request;
        let early = office.decide_rating(&lead(), "north", request, true, "").await;
        assert_eq!(code(early), "not-confirmed", "the address is not confirmed");
        assert_eq!(office.records(&lead(), "north", "csat").await.expect("records"), []);
        let letter = mail(&office).await;
        assert!(letter.contains("confirm"), "{letter}");
        let confirm = secret_in(&letter);
        assert!(matches!(office.confirm_rating(&secret).await, Err(Refusal::NotFound { .. })), "the link of the form confirms nothing");
        office.confirm_rating(&confirm).await.expect("confirmed");
        office.confirm_rating(&confirm).await.expect("twice does no harm");
        assert_eq!(code(office.answer_rating(&secret, &answer).await), "answered");
        later(&office, 1);
        let done = office.decide_rating(&lead(), "north", request, true, "").await.expect("decided");
        let record = done.value.expect("a record");
        let cell = |name: &str| record.cells.iter().find(|(n, _)| n == name).map(|(_, t)| t.as_str());
        assert_eq!((cell("email_confirmed_on"), cell("customer_verified_on")), (Some("2024-03-02"), Some("2024-03-03")));
        assert_eq!((cell("route"), cell("program"), cell("shared")), (Some("rating-form"), Some("club"), Some("no")));
        assert_eq!((cell("score"), cell("respondent")), (None, None));
        let seen = office.ratings(&lead(), "north").await.expect("ratings");
        assert_eq!((seen[0].state, &seen[0].shared), (RatingState::Accepted, &None));
    }

    async fn nobody_is_asked_twice_at_once_nor_after_they_said_no(fresh: Fresh) {
        let office = opened(&fresh).await;
        let asked = office.request_ratings(&lead(), "north", &[ask("acme", "pat@acme.example")]).await.expect("asked").value;
        assert_eq!(code(office.request_ratings(&lead(), "north", &[ask("beta", "kim@beta.example"), ask("acme", "PAT@acme.example")]).await), "already-asked");
        assert_eq!(office.ratings(&lead(), "north").await.expect("ratings").len(), 1, "all or none");
        let secret = secret_in(&mail(&office).await);
        assert_eq!(code(office.remind_rating(&lead(), "north", &asked[0].request).await), "not-again", "too early");
        later(&office, 6);
        assert_eq!(office.tend_ratings().await.expect("tended").reminded, 0, "the day before a week has passed");
        later(&office, 1);
        assert_eq!(office.tend_ratings().await.expect("tended").reminded, 1);
        assert_eq!(office.tend_ratings().await.expect("tended").reminded, 0, "once");
        let again = secret_in(&mail(&office).await);
        assert_ne!(secret, again);
        office.rating_form(&secret).await.expect("the first link works beside that of the reminder");
        office.decline_rating(&again).await.expect("declined");
        assert_eq!(code(office.request_ratings(&lead(), "north", &[ask("acme", "pat@acme.example")]).await), "does-not-want");
    }

    async fn a_request_ends_after_sixty_days_and_can_be_taken_back(fresh: Fresh) {
        let office = opened(&fresh).await;
        let asked = office.request_ratings(&lead(), "north", &[ask("acme", "pat@acme.example"), ask("beta", "kim@beta.example")]).await.expect("asked").value;
        assert_eq!(offered(&office).await, ["kim@beta.example", "pat@acme.example"]);
        office.withdraw_rating(&lead(), "north", &asked[1].request).await.expect("taken back");
        assert_eq!(offered(&office).await, ["pat@acme.example"], "nobody can open what was taken back");
        later(&office, 59);
        assert_eq!(office.tend_ratings().await.expect("tended").expired, 0);
        later(&office, 1);
        assert_eq!(office.tend_ratings().await.expect("tended").expired, 1);
        assert!(offered(&office).await.is_empty());
        office.request_ratings(&lead(), "north", &[ask("acme", "pat@acme.example")]).await.expect("asked again");
    }

    async fn a_program_that_names_another_form_is_not_asked_for_by_this_one(fresh: Fresh) {
        let office = opened(&fresh).await;
        let programs = office.rating_programs(&lead(), "north").await.expect("programs");
        let here: Vec<&str> = programs.iter().filter(|p| p.counts_here).map(|p| &*p.program).collect();
        assert_eq!(here, ["club"]);
        let other = programs.iter().find(|p| !p.counts_here).expect("another program").program.clone();
        let new = NewRating { program: other, ..ask("acme", "pat@acme.example") };
        assert_eq!(code(office.request_ratings(&lead(), "north", &[new]).await), "other-form");
        let team = at(Role::AllianceTeam, "north", "t");
        assert!(matches!(office.request_ratings(&team, "north", &[ask("acme", "pat@acme.example")]).await, Err(Refusal::Denied(_))));
    }

    async fn a_task_closes_itself_when_its_evidence_arrives(fresh: Fresh) {
        let office = opened(&fresh).await;
        let before = add("attestations", &[("kind", "business-plan"), ("attested_on", "2024-01-01"), ("program", "club")]);
        one(&office, "north", before).await;
        let said = Said {
            title: "Sign the plan".to_owned(),
            owner: Some("lead".to_owned()),
            due: Some(day("2024-04-01")),
            about: Some(("club".to_owned(), "responses".to_owned())),
            closes: Some(("attestations".to_owned(), vec![("kind".to_owned(), "business-plan".to_owned())])),
            ..Said::default()
        };
        let task = office.add_task(&lead(), "north", &said).await.expect("a task").value;
        assert_eq!(office.tasks(&lead(), "north", false).await.expect("tasks").len(), 1, "what was there before does not close it");
        one(&office, "north", add("attestations", &[("kind", "executive-business-review"), ("attested_on", "2024-03-01"), ("program", "club")])).await;
        assert_eq!(office.tasks(&lead(), "north", false).await.expect("tasks").len(), 1);
        let plan = one(&office, "north", add("attestations", &[("kind", "business-plan"), ("attested_on", "2024-03-01"), ("program", "club")])).await;
        assert_eq!(office.tasks(&lead(), "north", false).await.expect("tasks"), []);
        let all = office.tasks(&lead(), "north", true).await.expect("tasks");
        assert_eq!((all[0].state, all[0].closed_by_fact), (TaskState::Done, Some(plan.version)));
        assert_eq!(code(office.close_task(&lead(), "north", &task.task, task.version, TaskState::Open).await), "conflict");
        let open = office.close_task(&lead(), "north", &task.task, all[0].version, TaskState::Open).await.expect("open again").value;
        assert_eq!(office.tasks(&lead(), "north", false).await.expect("tasks"), std::slice::from_ref(&open), "it waits for new evidence");
        let team = at(Role::AllianceTeam, "north", "team");
        let done = office.hand_over(&lead(), "north", "lead", &team).await.expect("handed over");
        assert_eq!(done.value, 1);
        assert_eq!(office.tasks(&team, "north", false).await.expect("tasks")[0].said.owner.as_deref(), Some("team"));
        assert!(matches!(office.tasks(&at(Role::AllianceLead, "south", "x"), "north", false).await, Err(Refusal::NotFound { .. })));
    }

    async fn comments_and_views_belong_to_who_made_them(fresh: Fresh) {
        let office = opened(&fresh).await;
        let team = at(Role::AllianceTeam, "north", "team");
        let said = office.comment(&team, "north", "club", "responses", "ask acme first").await.expect("said").value;
        assert_eq!(office.comments(&lead(), "north", "club", Some("responses")).await.expect("comments"), std::slice::from_ref(&said));
        assert_eq!(code(office.comment(&team, "north", "club", "nothing", "x").await), "not-found");
        let other = at(Role::AllianceTeam, "north", "other");
        assert!(matches!(office.take_back_comment(&other, "north", &said.comment).await, Err(Refusal::Denied(_))));
        office.take_back_comment(&lead(), "north", &said.comment).await.expect("whoever answers for members may");
        assert_eq!(office.comments(&lead(), "north", "club", None).await.expect("comments"), []);
        office.save_view(&team, "north", ("evidence/people", "sort=expires"), "Expiring", false).await.expect("saved");
        office.save_view(&team, "north", ("evidence/people", "sort=-expires"), "Expiring", false).await.expect("saved again");
        let views = office.views(&team, "north", Some("evidence/people")).await.expect("views");
        assert_eq!(views.iter().map(|v| (&*v.name, &*v.query)).collect::<Vec<_>>(), [("Expiring", "sort=-expires")]);
        assert_eq!(office.views(&lead(), "north", None).await.expect("views"), []);
        assert!(matches!(office.forget_view(&lead(), "north", &views[0].view).await, Err(Refusal::NotFound { .. })));
        office.rename_view(&team, "north", &views[0].view, "Soon").await.expect("renamed");
        office.save_view(&team, "north", ("evidence/people", "q=a"), "Ours", true).await.expect("shared");
        let ours = office.views(&lead(), "north", None).await.expect("views");
        assert_eq!((ours.len(), ours[0].shared, ours[0].name.as_str()), (1, true, "Ours"));
        office.forget_view(&lead(), "north", &ours[0].view).await.expect("forgotten by another");
        let mine = office.views(&team, "north", None).await.expect("views");
        assert_eq!((mine.len(), mine[0].name.as_str()), (1, "Soon"));
        office.forget_view(&team, "north", &views[0].view).await.expect("forgotten");
    }

    async fn several_records_change_as_one_and_come_back_as_they_were(fresh: Fresh) {
        let office = opened(&fresh).await;
        let stages = [("OPP-1", "prospect"), ("OPP-2", "qualified"), ("OPP-3", "qualified")];
        let mut versions = vec![];
        for (id, stage) in stages {
            let cells = [("opportunity", id), ("stage", stage), ("origin", "partner")];
            versions.push(one(&office, "north", add("opportunities", &cells)).await.version);
        }
        let set = |value: &str| Bulk::Set { field: "stage".to_owned(), value: value.to_owned() };
        let (kind, wanted) = ("opportunities", set("qualified"));
        let seen = office.preview_bulk(&lead(), "north", kind, &versions, &wanted).await.expect("a preview");
        assert_eq!((seen.rows.len(), seen.changed(), seen.problems().len()), (3, 1, 0), "two say so already");
        let before = office.records(&lead(), "north", kind).await.expect("records");
        // What cannot be is said of each record, and nothing is done.
        let never = Bulk::Set { field: "launched_on".to_owned(), value: "some day".to_owned() };
        let Err(Refusal::Problems(each)) = office.edit_bulk(&lead(), "north", kind, &versions, &never).await else {
            panic!("it was done");
        };
        assert_eq!(each.iter().map(|p| p.place.line).collect::<Vec<_>>(), [1, 2, 3]);
        let key = Bulk::Set { field: "opportunity".to_owned(), value: "x".to_owned() };
        assert_eq!(code(office.edit_bulk(&lead(), "north", kind, &versions, &key).await), "key-column");
        assert_eq!(code(office.edit_bulk(&lead(), "north", kind, &[], &wanted).await), "nothing-to-do");
        assert_eq!(office.records(&lead(), "north", kind).await.expect("records"), before);
        let reader = at(Role::Reader, "north", "r");
        assert!(matches!(office.edit_bulk(&reader, "north", kind, &versions, &wanted).await, Err(Refusal::Denied(_))));
        let done = office.edit_bulk(&lead(), "north", kind, &versions, &set("committed")).await.expect("changed");
        assert_eq!(done.value.len(), 3);
        assert!(done.value.iter().all(|r| r.cells.contains(&("stage".to_owned(), "committed".to_owned()))));
        // Somebody else's sight of them is old now: each is named.
        let Err(Refusal::Problems(old)) = office.edit_bulk(&lead(), "north", kind, &versions, &Bulk::Withdraw).await else {
            panic!("it was done");
        };
        assert_eq!(old.iter().map(|p| p.code).collect::<Vec<_>>(), ["changed-since"; 3]);
        office.undo_edit(&lead(), "north", done.change).await.expect("taken back");
        let again = office.records(&lead(), "north", kind).await.expect("records");
        let said = |all: &[Record]| {
            let mut all: Vec<_> = all.iter().map(|r| (r.key.clone(), r.cells.clone(), r.recorded_on)).collect();
            all.sort();
            all
        };
        assert_eq!(said(&again), said(&before), "as they were");
        let versions: Vec<i64> = again.iter().map(|r| r.version).collect();
        let gone = office.edit_bulk(&lead(), "north", kind, &versions, &Bulk::Withdraw).await.expect("withdrawn");
        assert_eq!(office.records(&lead(), "north", kind).await.expect("records"), []);
        // A change of which somebody changed a record since is not taken back.
        one(&office, "north", add(kind, &[("opportunity", "OPP-1"), ("stage", "prospect"), ("origin", "partner")])).await;
        assert_eq!(code(office.undo_edit(&lead(), "north", gone.change).await), "changed-since");
        assert_eq!(code(office.undo_edit(&at(Role::AllianceLead, "south", "x"), "south", gone.change).await), "not-found");
    }

    async fn what_several_records_move_is_told_before(fresh: Fresh) {
        let office = opened(&fresh).await;
        one(&office, "north", add("enrollments", &[("program", "club"), ("level", "member"), ("since", "2024-01-01")])).await;
        let said = [("response", "r1"), ("customer", "acme"), ("score", "4"), ("submitted_on", "2024-02-01"), ("email_confirmed_on", "2024-02-01"), ("customer_verified_on", "2024-02-01"), ("program", "club"), ("route", "rating-form")];
        let record = one(&office, "north", add("csat", &said)).await;
        let before = office.records(&lead(), "north", "csat").await.expect("records");
        let seen = office.preview_bulk(&lead(), "north", "csat", &[record.version], &Bulk::Withdraw).await.expect("a preview");
        assert_eq!(seen.moved.iter().map(|m| m.program.as_str()).collect::<Vec<_>>(), ["club"], "{:?}", seen.moved);
        assert_eq!(office.records(&lead(), "north", "csat").await.expect("records"), before, "nothing is written");
    }

    async fn a_document_is_what_its_bytes_say_and_goes_with_its_record(fresh: Fresh) {
        let office = opened(&fresh).await;
        let plan = one(&office, "north", add("attestations", &[("kind", "business-plan"), ("attested_on", "2024-03-01"), ("program", "club")])).await;
        let mut pdf = b"%PDF-1.7\n".to_vec();
        pdf.resize(600_000, b'x');
        let kept = office.attach(&lead(), "north", plan.version, "..\\plans/plan.exe", &pdf).await.expect("attached").value;
        assert_eq!((&*kept.name, &*kept.media, kept.size), ("plan.exe.pdf", "application/pdf", 600_000));
        let (document, bytes) = office.document(&at(Role::Reader, "north", "r"), "north", &kept.document).await.expect("the file");
        assert_eq!((document, bytes.len()), (kept.clone(), pdf.len()));
        assert_eq!(bytes, pdf);
        assert_eq!(code(office.attach(&lead(), "north", plan.version, "run.pdf", b"MZ\x90\0").await), "unknown-file");
        let large = vec![b'a'; cairn_app::documents::LARGEST + 1];
        assert_eq!(code(office.attach(&lead(), "north", plan.version, "large.txt", &large).await), "too-large");
        let correct = Edit::Correct { version: plan.version, cells: vec![("kind".into(), "business-plan".into()), ("attested_on".into(), "2024-03-01".into()), ("program".into(), "club".into()), ("note".into(), "signed".into())] };
        office.edit(&lead(), "north", &[correct]).await.expect("corrected");
        assert_eq!(office.documents_of(&lead(), "north", plan.version).await.expect("documents"), std::slice::from_ref(&kept), "a correction keeps it");
        assert!(matches!(office.document(&at(Role::AllianceLead, "south", "x"), "north", &kept.document).await, Err(Refusal::NotFound { .. })));
        office.detach(&lead(), "north", &kept.document).await.expect("removed");
        assert!(matches!(office.document(&lead(), "north", &kept.document).await, Err(Refusal::NotFound { .. })));
    }

    async fn a_link_shows_one_scorecard_until_it_ends(fresh: Fresh) {
        let office = opened(&fresh).await;
        let (share, secret) = office.share_scorecard(&lead(), "north", "club", 7, "the bank").await.expect("shared").value;
        let (_, card, _) = office.shared(secret.reveal(), cairn_app::locale::Lang::En).await.expect("the scorecard");
        assert_eq!((&*card.partner, &*card.program), ("north", "club"));
        assert!(matches!(office.shared("guess", cairn_app::locale::Lang::En).await, Err(Refusal::NotFound { .. })));
        office.clock.set(Instant(share.expires.0 - 1));
        office.shared(secret.reveal(), cairn_app::locale::Lang::En).await.expect("its last moment");
        office.clock.set(share.expires);
        assert!(matches!(office.shared(secret.reveal(), cairn_app::locale::Lang::En).await, Err(Refusal::NotFound { .. })));
        let (share, secret) = office.share_scorecard(&lead(), "north", "club", 7, "").await.expect("shared").value;
        office.revoke_share(&lead(), "north", &share.share).await.expect("ended");
        assert!(matches!(office.shared(secret.reveal(), cairn_app::locale::Lang::En).await, Err(Refusal::NotFound { .. })));
        let all = office.shares(&lead(), "north").await.expect("shares");
        assert_eq!(all.iter().map(|s| s.opened).collect::<Vec<_>>(), [0, 2]);
        assert!(matches!(office.share_scorecard(&at(Role::Reader, "north", "r"), "north", "club", 7, "").await, Err(Refusal::Denied(_))));
    }

    async fn the_queue_of_a_partner_manager_is_what_waits_at_the_partners_assigned(fresh: Fresh) {
        let office = opened(&fresh).await;
        let manager = at(Role::PartnerManager, "north", "m");
        let enrolled = add("enrollments", &[("program", "club"), ("level", "member"), ("since", "2024-01-01"), ("next_review_on", "2024-05-30")]);
        one(&office, "north", enrolled).await;
        let reference = one(&office, "north", add("references", &[("reference", "f1"), ("customer", "acme"), ("route", "tool"), ("url", "https://acme.example"), ("submitted_on", "2024-02-23")])).await;
        one(&office, "north", add("references", &[("reference", "f2"), ("customer", "beta"), ("route", "opportunity"), ("submitted_on", "2024-02-23")])).await;
        one(&office, "south", add("references", &[("reference", "f3"), ("customer", "gamma"), ("route", "tool"), ("submitted_on", "2024-02-23")])).await;
        let said = Said {
            title: "Sign the plan".to_owned(),
            closes: Some(("attestations".to_owned(), vec![("kind".to_owned(), "business-plan".to_owned()), ("program".to_owned(), "club".to_owned())])),
            ..Said::default()
        };
        let task = office.add_task(&lead(), "north", &said).await.expect("a task").value;
        let waits = async || {
            let queue = office.queue(&manager).await.expect("a queue");
            assert_eq!(queue.partners, 1);
            queue.waits.iter().map(|w| format!("{} {}", w.what.sort(), w.due.map(|d| d.to_string()).unwrap_or_default())).collect::<Vec<_>>()
        };
        assert_eq!(waits().await, ["reference 2024-03-01", "review 2024-05-30", "sign-off "]);
        later(&office, 1);
        let late = office.references(&manager, "north").await.expect("references");
        assert!(matches!(late[0].state, cairn_app::queue::ReferenceState::Pending { late: true, .. }), "the day after the fifth");
        assert!(matches!(late[1].state, cairn_app::queue::ReferenceState::Holds(_)));
        assert_eq!(code(office.decide_reference(&manager, "north", reference.version, false, "").await), "no-reason");
        assert!(matches!(office.decide_reference(&lead(), "north", reference.version, true, "").await, Err(Refusal::Denied(_))));
        let approved = office.decide_reference(&manager, "north", reference.version, true, "named in public").await.expect("approved").value;
        assert!(approved.cells.contains(&("approved_on".to_owned(), "2024-03-02".to_owned())));
        assert_eq!(code(office.decide_reference(&manager, "north", reference.version, true, "").await), "conflict", "twice");
        office.sign_off(&manager, "north", &task.task, true, "m", "agreed").await.expect("signed");
        let reasons = office.reasons(&lead(), "north", &format!("task {}", task.task)).await.expect("reasons");
        assert_eq!(reasons.iter().map(|r| &*r.body).collect::<Vec<_>>(), ["agreed"]);
        assert_eq!(waits().await, ["review 2024-05-30"]);
        assert_eq!(office.tasks(&lead(), "north", true).await.expect("tasks")[0].state, TaskState::Done);
    }

    async fn a_text_is_checked_tried_and_kept_before_anybody_is_judged_by_it(fresh: Fresh) {
        let office = opened(&fresh).await;
        let response = add("csat", &[("response", "r1"), ("route", "rating-form"), ("email_confirmed_on", "2024-03-01"), ("customer_verified_on", "2024-03-01"), ("program", "club")]);
        one(&office, "north", response).await;
        let harder = CLUB.replace("member = 1", "member = 2");
        let (checked, trial) = office.try_edition(&boss(), &harder, None).await.expect("tried");
        let trial = trial.expect("a trial");
        assert!(checked.is_usable());
        assert_eq!(checked.against.as_deref(), Some("1"));
        assert_eq!(checked.changes.len(), 1);
        assert_eq!((trial.partners, trial.up, trial.down), (2, 0, 1));
        assert_eq!((&*trial.moves[0].partner, trial.moves[0].before.as_deref(), trial.moves[0].after.as_deref()), ("north", Some("Member"), None));
        let (_, tried) = office.try_edition(&boss(), &harder, Some("north")).await.expect("tried");
        let moved = tried.expect("a trial").one.expect("the partner");
        assert_eq!((moved.met_before.as_deref(), moved.met_after), (Some("Member"), None));
        let broken = CLUB.replace("csat in period", "cset in period");
        let checked = office.check_edition(&boss(), &broken).await.expect("checked");
        assert!(!checked.is_usable());
        assert!(checked.problems.iter().any(|p| p.place.line > 0));
        assert!(matches!(office.save_edition(&boss(), &broken, 0, true).await, Err(Refusal::Problems(_))));
        let draft = office.save_edition(&boss(), &broken, 0, false).await.expect("a draft").value;
        assert_eq!(cairn_app::editor::published(&office.store).await.expect("texts").len(), 0, "a draft is in no use");
        assert_eq!(code(office.save_edition(&boss(), &harder, 0, true).await), "conflict");
        // Another server of the same database, which looks for changes from time to time.
        let other = office_of(&fresh);
        other.refresh().await.expect("warm");
        let met = async |of: &Office| {
            let mut question = Question::on(of.clock.today());
            question.program = Some("club".to_owned());
            let desk = of.desk(&boss(), "north", question, Known::default()).await.expect("a desk");
            let card = cairn_app::scorecard::scorecard(&desk, false).expect("a scorecard");
            (card.meets, card.hash)
        };
        let easy = met(&office).await;
        assert_eq!(easy.0, Some(0));
        let known = office.refresh().await.expect("warm");
        office.save_edition(&boss(), &harder, draft.version, true).await.expect("published");
        let texts = cairn_app::editor::published(&office.store).await.expect("texts");
        assert_eq!(texts.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(), [harder.as_str()]);
        let hard = met(&office).await;
        assert_eq!(hard.0, None, "it judges with the change that published it");
        assert_ne!(hard.1, easy.1);
        let shelves = office.shelves().expect("warm");
        assert!(shelves.all.iter().all(|shelf| shelf.change > known), "what was answered before is not taken for an answer of now");
        assert_eq!(met(&other).await, easy, "it has not looked yet");
        other.refresh().await.expect("it looks");
        assert_eq!(met(&other).await, hard);
        let late = office_of(&fresh);
        late.refresh().await.expect("warm");
        assert_eq!(met(&late).await, hard, "a server that starts later");
        one(&office, "south", add("csat", &[("response", "r9"), ("route", "rating-form"), ("program", "club")])).await;
        assert_eq!(met(&office).await, hard, "what is put up anew is judged by it too");
        office.withdraw_edition(&boss(), "club", "1", 2).await.expect("withdrawn");
        assert_eq!(cairn_app::editor::published(&office.store).await.expect("texts").len(), 0);
        assert_eq!(met(&office).await, easy);
        other.refresh().await.expect("it looks");
        assert_eq!(met(&other).await, easy);
        assert!(matches!(office.check_edition(&lead(), CLUB).await, Err(Refusal::Denied(_))));
    }

    async fn companies_stand_beside_each_other_and_nobody_sees_one_that_is_not_theirs(fresh: Fresh) {
        let office = opened(&fresh).await;
        office.add_partner(&boss(), "west", "west").await.expect("a partner");
        for partner in ["north", "south", "west"] {
            let enrolled = add("enrollments", &[("program", "club"), ("level", "member"), ("since", "2024-01-01"), ("next_review_on", "2024-05-30")]);
            one(&office, partner, enrolled).await;
        }
        let about = |owner: Option<&str>| Said {
            title: "Ask customers".to_owned(),
            owner: owner.map(str::to_owned),
            due: Day::parse("2024-02-01"),
            about: Some(("club".to_owned(), String::new())),
            ..Said::default()
        };
        office.add_task(&boss(), "north", &about(None)).await.expect("a task");
        let mut both = at(Role::AllianceLead, "north", "l");
        both.grants.extend(at(Role::Reader, "south", "l").grants);
        let seen = async |actor: &Actor| {
            let all = office.companies(actor).await.expect("companies");
            let lines: Vec<String> = all.lines.iter().filter(|l| l.program == "club").map(|l| format!("{} {} {} {}", l.partner, l.level.as_deref().unwrap_or("-"), l.open, l.late)).collect();
            (all.partners, lines)
        };
        assert_eq!(seen(&both).await, (2, vec!["north Member 1 1".to_owned(), "south Member 0 0".to_owned()]));
        assert_eq!(seen(&at(Role::Reader, "south", "r")).await, (1, vec!["south Member 0 0".to_owned()]));
        assert_eq!(seen(&at(Role::Contributor, "north", "c")).await, (0, vec![]), "who sees only what is their own");
        assert_eq!(seen(&boss()).await.0, 3);
        let mut token = both.clone();
        token.only_partner = Some("south".to_owned());
        assert_eq!(seen(&token).await.0, 1, "a token of one partner");
        // A level that is never reviewed cannot fail to be renewed; with a review it can.
        let no_review = office.companies(&both).await.expect("companies");
        assert!(no_review.lines.iter().filter(|l| l.program == "club").all(|l| l.danger.is_none()));
        let lifecycle = "[lifecycle]\nreview = { every = \"not published\" }\npromote = { on = \"any day\" }\ndemote = { on = \"review\", to = \"not published\" }\ngrace = \"not published\"\ncite = \"page 2\"\n";
        office.save_edition(&boss(), &format!("{CLUB}{lifecycle}"), 0, true).await.expect("published");
        one(&office, "north", add("csat", &[("response", "r1"), ("route", "own-survey"), ("program", "club"), ("submitted_on", "2023-12-01")])).await;
        let all = office.companies(&both).await.expect("companies");
        let danger = all.lines.iter().find(|l| l.partner == "north" && l.program == "club").and_then(|l| l.danger.clone());
        let danger = danger.expect("nothing keeps the level at its review");
        assert_eq!((danger.day.to_string().as_str(), danger.what), ("2024-05-30", cairn_app::companies::Threat::NotRenewed));
    }

    async fn search_finds_what_the_actor_may_see_and_nothing_else(fresh: Fresh) {
        use cairn_app::search::Found;
        let office = opened(&fresh).await;
        one(&office, "north", add("people", &[("person", "p1"), ("name", "Ann Miller"), ("email", "ann@north.example")])).await;
        let held = one(&office, "north", add("credentials", &[("person", "p1"), ("credential", "Cloud Practitioner"), ("earned_on", "2024-01-01")])).await;
        one(&office, "south", add("people", &[("person", "p1"), ("name", "Ann Other")])).await;
        let find = |actor: &Actor, partner: Option<&str>, query: &str| office.search(actor, partner, query, 20).expect("an answer");
        let hits = find(&lead(), Some("north"), "ann");
        assert!(matches!(&hits[0].found, Found::Record { kind, .. } if kind == "people"), "{hits:?}");
        assert!(hits.iter().any(|h| matches!(&h.found, Found::Record { version, .. } if *version == held.version)), "what she holds");
        assert!(hits.iter().all(|h| !h.title.contains("Other")));
        assert!(find(&lead(), Some("north"), "miler").iter().any(|h| h.title == "Ann Miller"), "mistyped");
        assert!(matches!(office.search(&lead(), Some("south"), "ann", 20), Err(Refusal::NotFound { .. })));
        assert!(find(&lead(), Some("north"), "responses").iter().any(|h| matches!(&h.found, Found::Row { program, .. } if program == "club")));
        assert!(find(&lead(), None, "attestation").iter().any(|h| h.found == Found::Word));
        assert_eq!(find(&boss(), None, "south").first().map(|h| h.title.clone()), Some("south".to_owned()));
        assert!(!find(&lead(), None, "south").iter().any(|h| matches!(h.found, Found::Partner { .. })));
        let mut own = at(Role::Contributor, "north", "c");
        own.grants[0].person = Some("p2".to_owned());
        assert!(!find(&own, Some("north"), "miller").iter().any(|h| matches!(h.found, Found::Record { .. })));
    }

    async fn one_person_under_two_names_is_merged_and_split_again(fresh: Fresh) {
        let office = opened(&fresh).await;
        one(&office, "north", add("people", &[("person", "p1"), ("name", "Ann Müller"), ("email", "ann@north.example"), ("registered_on", "2023-01-01")])).await;
        one(&office, "north", add("people", &[("person", "p2"), ("name", "Muller, Ann"), ("email", "a.muller@gmail.example")])).await;
        one(&office, "north", add("people", &[("person", "p3"), ("name", "Bob Brown")])).await;
        one(&office, "north", add("credentials", &[("person", "p1"), ("credential", "x"), ("earned_on", "2024-01-01")])).await;
        one(&office, "north", add("credentials", &[("person", "p2"), ("credential", "x"), ("earned_on", "2024-01-01")])).await;
        one(&office, "north", add("credentials", &[("person", "p2"), ("credential", "y"), ("earned_on", "2024-01-02")])).await;
        let said = async || {
            let mut all = vec![];
            for kind in ["people", "credentials"] {
                for record in office.records(&lead(), "north", kind).await.expect("records") {
                    let mut cells: Vec<String> = record.cells.iter().map(|(n, t)| format!("{n}={t}")).collect();
                    cells.sort();
                    all.push(cells.join(" "));
                }
            }
            all.sort();
            all
        };
        let before = said().await;
        let likely = office.likely_the_same(&lead(), "north").await.expect("an answer");
        assert_eq!(likely.len(), 1);
        assert_eq!((&*likely[0].one.key[0], &*likely[0].other.key[0]), ("p1", "p2"));
        let done = office.merge_persons(&lead(), "north", "p1", "p2").await.expect("merged");
        let after = said().await;
        assert_eq!(after.len(), 4, "{after:#?}");
        assert!(after.iter().all(|line| !line.contains("person=p2")));
        assert!(after.iter().any(|line| line.contains("training_email=a.muller@gmail.example")));
        assert!(office.likely_the_same(&lead(), "north").await.expect("an answer").is_empty());
        assert_eq!(office.merges(&lead(), "north").await.expect("merges").len(), 1);
        let split = office.split_persons(&lead(), "north", done.change).await.expect("split").value;
        assert_eq!(split.left, 0);
        assert_eq!(said().await, before);
        assert!(matches!(office.split_persons(&lead(), "north", done.change).await, Err(Refusal::NotFound { .. })), "once");
        assert!(matches!(office.merge_persons(&lead(), "north", "p1", "p9").await, Err(Refusal::NotFound { .. })));
        let mut tx = fresh.store.read(&cairn_store::Scope::All).await.expect("a reader");
        assert_eq!(tx.verify().await.expect("verified").flaws, []);
    }

    async fn each_thing_is_told_once_by_the_ways_that_were_chosen(fresh: Fresh) {
        use cairn_app::notices::{NoticeKind, Way};
        let office = opened(&fresh).await;
        let now = office.now();
        let mut tx = fresh.store.write(&cairn_store::Scope::All).await.expect("a writer");
        for (account, role) in [("lead", "alliance-lead"), ("c", "contributor")] {
            let row = cairn_store::AccountRow {
                account: account.to_owned(),
                email: format!("{account}@north.example"),
                name: account.to_owned(),
                state: cairn_store::AccountState::Active,
                created: now,
                has_password: false,
                factor_on: None,
            };
            tx.insert_account(&row).await.expect("an account");
            let grant = cairn_store::GrantRow { account: account.to_owned(), role: role.to_owned(), partner: Some("north".to_owned()), person: None, since: now };
            tx.put_grant(&grant).await.expect("a role");
        }
        tx.commit().await.expect("committed");
        one(&office, "north", add("enrollments", &[("program", "club"), ("level", "member"), ("since", "2024-01-01"), ("next_review_on", "2024-05-31")])).await;
        one(&office, "north", add("people", &[("person", "p1"), ("name", "Ann"), ("email", "ann@north.example"), ("registered_on", "2023-01-01")])).await;
        one(&office, "north", add("credentials", &[("person", "p1"), ("credential", "x"), ("earned_on", "2023-03-01"), ("expires_on", "2024-03-09")])).await;
        assert_eq!(office.tell_notices().await.expect("told").pages, 1, "the certificate within 30 days; the review is 91 days away");
        later(&office, 1);
        let told = office.tell_notices().await.expect("told");
        assert_eq!((told.pages, told.mails), (2, 0), "the review in 90 days; the certificate in 7");
        assert_eq!(office.tell_notices().await.expect("told").pages, 0, "once");
        let notices = office.notices(&lead(), "north").await.expect("notices");
        assert!(notices.iter().any(|n| n.kind == NoticeKind::Review && n.text.contains("in 90 days, on 2024-05-31")), "{notices:?}");
        office.put_notice_away(&lead(), "north", &notices[0].notice).await.expect("put away");
        assert_eq!(office.notices(&lead(), "north").await.expect("notices").len(), notices.len() - 1);
        office.choose_notice(&lead(), "north", NoticeKind::Review, &[Way::Mail, Way::Hook]).await.expect("chosen");
        office.choose_notice(&lead(), "north", NoticeKind::Holder, &[Way::Mail]).await.expect("chosen");
        assert_eq!(code(office.choose_notice(&lead(), "north", NoticeKind::Holder, &[Way::Page]).await), "holders-by-mail");
        one(&office, "north", add("credentials", &[("person", "p1"), ("credential", "y"), ("earned_on", "2023-03-01"), ("expires_on", "2024-06-15")])).await;
        later(&office, 60);
        let told = office.tell_notices().await.expect("told");
        assert_eq!((told.mails, told.hooks), (2, 1), "the review to the lead, the certificate to its holder");
        assert_eq!(office.tell_notices().await.expect("told"), Default::default());
    }

    async fn who_is_erased_is_no_longer_among_those_who_were_asked(fresh: Fresh) {
        let office = opened(&fresh).await;
        one(&office, "north", add("people", &[("person", "p1"), ("name", "Pat Brown"), ("email", "Pat@acme.example")])).await;
        office.request_ratings(&lead(), "north", &[ask("acme", "pat@acme.example"), ask("beta", "kim@beta.example")]).await.expect("asked");
        office.erase_person(&boss(), "north", "p1", false).await.expect("erased");
        let left = office.ratings(&lead(), "north").await.expect("ratings");
        let mut states: Vec<(RatingState, String)> = left.into_iter().map(|r| (r.state, r.email)).collect();
        states.sort_by(|a, b| a.1.cmp(&b.1));
        assert_eq!(states, [(RatingState::Erased, String::new()), (RatingState::Open, "kim@beta.example".to_owned())]);
    }
}
