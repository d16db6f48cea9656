//! Imports of the running product: shown before they are written, written whole or not at all, and taken back exactly.
//! `CAIRN_SEEDS=500` tries more folders at random.

extern crate domain as cairn_domain;
extern crate store as cairn_store;
#[path = "../../store/tests/common/mod.rs"]
mod common;
#[path = "../../domain/tests/common/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use cairn_app::access::{Actor, Grant, Role};
use cairn_app::clock::Clock;
use cairn_app::edit::Edit;
use cairn_app::exchange::{Format, write_folder, write_workbook};
use cairn_app::imports::{
    DayChoice, FileChoice, Group, Import, ImportOptions, NameIs, OpeningChoice, Preview, State,
    Target, Unsorted,
};
use cairn_app::office::Office;
use cairn_app::programs::{self, Loaded};
use cairn_app::records;
use cairn_app::refusal::Refusal;
use cairn_store::{Scope, Store};
use common::Fresh;
use domain::instant::Instant;
use expect_test::expect;

fn office(store: &Store) -> Office {
    static LOADED: OnceLock<Arc<Loaded>> = OnceLock::new();
    let loaded =
        LOADED.get_or_init(|| Arc::new(programs::load(&[]).expect("the shipped programs")));
    let at = Instant::parse("2024-03-01T12:00:00Z").expect("a moment");
    Office::new(store.clone(), loaded.clone(), Clock::stopped(at))
}

async fn opened(fresh: &Fresh) -> Office {
    let office = office(&fresh.store);
    office.refresh().await.expect("warm");
    for partner in ["north", "south"] {
        office
            .add_partner(&boss(), partner, "")
            .await
            .expect("a partner");
    }
    office
}

fn boss() -> Actor {
    Actor::system("a1")
}

fn lead(partner: &str) -> Actor {
    let mut actor = boss();
    actor.account = format!("lead of {partner}");
    actor.grants = vec![Grant {
        role: Role::AllianceLead,
        partner: Some(partner.into()),
        person: None,
    }];
    actor
}

fn north() -> Target {
    Target::Partner("north".into())
}

const PEOPLE: &str = "person,name,registered_on\nann,Ann,2023-01-01\nbob,Bob,2023-02-01\n";
const CREDENTIALS: &str = "person,credential,earned_on,expires_on\nann,AWS Certified Cloud Practitioner,2023-03-01,2026-03-01\nbob,Certified Frobnicator,2023-03-01,\nbob,AWS Certified Developer - Associate,31.31.2023,\n";

async fn handed(
    office: &Office,
    actor: &Actor,
    target: &Target,
    files: &[(&str, &[u8])],
    options: &ImportOptions,
) -> Import {
    let import = office
        .start_import(actor, target, None, options)
        .await
        .expect("begun");
    for (name, bytes) in files {
        let mut upload = office
            .upload(actor, &import.id, name)
            .await
            .expect("an upload");
        // In pieces as a network has them.
        for piece in bytes.chunks(7_000) {
            upload.write(piece).await.expect("taken");
        }
        upload.finish().await.expect("whole");
    }
    office
        .preview_import(actor, &import.id, None)
        .await
        .expect("read")
}

async fn shown(office: &Office, files: &[(&str, &str)]) -> Import {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    handed(office, &boss(), &north(), &files, &ImportOptions::default()).await
}

async fn confirmed(office: &Office, import: &Import) -> Import {
    let done = office
        .confirm_import(&boss(), &import.id, import.version)
        .await
        .expect("confirmed");
    assert_eq!(done.value.state, State::Confirmed);
    done.value
}

fn preview(import: &Import) -> &Preview {
    assert_eq!(import.state, State::Previewed, "{:?}", import.preview);
    import.preview.as_ref().expect("a preview")
}

/// `kind +added ~superseded =unchanged -withdrawn <older ^earlier ?missing`, without zeros.
fn counted(import: &Import) -> String {
    let of = import.preview.as_ref().expect("a preview");
    let mut all = vec![];
    for (kind, c) in &of.kinds {
        let parts = [
            ("+", c.added),
            ("~", c.superseded),
            ("=", c.unchanged),
            ("-", c.withdrawn),
            ("<", c.older),
            ("^", c.earlier),
            ("/", c.aside),
            ("?", c.missing),
        ];
        let parts: String = parts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(sign, n)| format!(" {sign}{n}"))
            .collect();
        all.push(format!("{kind}{parts}"));
    }
    let r = &of.refused;
    for (name, n) in [
        ("new", r.new),
        ("again", r.again),
        ("changed", r.changed),
        ("right", r.right),
        ("aside", r.aside),
    ] {
        if n > 0 {
            all.push(format!("refused {name} {n}"));
        }
    }
    all.join(", ")
}

/// All that a partner's ledger says, without the numbers of facts.
fn ledger(office: &Office, partner: &str) -> String {
    let shelves = office.shelves().expect("warm");
    let (shelf, at) = shelves.find(partner).expect("a partner");
    let evidence = shelf.evidence();
    let mut text = String::new();
    for (kind, table) in evidence
        .tables
        .iter()
        .enumerate()
        .filter(|(_, t)| t.supplied)
    {
        text += &format!("{}\n", evidence.vocabulary.kinds[kind].name);
        let mut rows: Vec<String> = table
            .rows(at)
            .map(|row| {
                let recorded = table.recorded.day(row);
                let recorded = if recorded == domain::calendar::Day::MAX {
                    "-".into()
                } else {
                    recorded.to_string()
                };
                format!(
                    "  {recorded} {} {}\n",
                    evidence.strings.text(table.source.code(row)),
                    records::cells_text(&records::cells_at(evidence, kind, row))
                )
            })
            .collect();
        rows.sort();
        text += &rows.concat();
        let mut refused: Vec<String> = evidence
            .refused_of(kind, at)
            .map(|r| format!("  refused {}\n", r.problem.message))
            .collect();
        refused.sort();
        text += &refused.concat();
    }
    text
}

/// What a cold start reads is what is in memory.
async fn agrees(fresh: &Fresh, warm: &Office) {
    let cold = office(&fresh.store);
    cold.refresh().await.expect("warm");
    for partner in warm.shelves().expect("warm").partners() {
        assert_eq!(ledger(warm, partner), ledger(&cold, partner), "{partner}");
    }
    let mut tx = fresh.store.read(&Scope::All).await.expect("a reader");
    assert_eq!(tx.verify().await.expect("verified").flaws, []);
}

async fn pieces(fresh: &Fresh, import: &Import) -> usize {
    let mut tx = fresh.store.read(&Scope::All).await.expect("a reader");
    let mut count = 0;
    while tx
        .piece(&import.id, 1, count)
        .await
        .expect("an answer")
        .is_some()
    {
        count += 1;
    }
    usize::try_from(count).expect("small")
}

fn exported(office: &Office, partner: &str) -> Vec<(String, Vec<u8>)> {
    let shelves = office.shelves().expect("warm");
    let (shelf, _) = shelves.find(partner).expect("a partner");
    let folder = tempfile::tempdir().expect("a folder");
    let files = write_folder(shelf.evidence(), folder.path(), Format::Csv).expect("written");
    files
        .iter()
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(path).expect("bytes"))
        })
        .collect()
}

/// What is asked of values: `value (under): column guess?`.
fn asked(of: &[Unsorted]) -> String {
    let mut text = String::new();
    for one in of {
        let asks = one.asks.iter().map(|a| match &a.guess {
            Some(guess) => format!("{} {guess}?", a.column),
            None => a.column.clone(),
        });
        let asks: Vec<String> = asks.collect();
        let under = one.under.join(", ");
        text += &format!("{} ({under}): {}\n", one.value, asks.join(", "));
    }
    text
}

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../exchange/tests/exports")
        .join(name);
    std::fs::read(path).expect(name)
}

/// The folder with this number: tables for one of the shipped editions, of two partners, with the warts that files have.
fn folder(office: &Office, seed: u64) -> Vec<(String, Vec<u8>)> {
    let mut random = random::Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) + 7);
    let loaded = office.programs.now();
    let programs = &loaded.programs;
    let at = random.below(programs.compiled.len());
    let edition = programs.compiled[at].edition.clone();
    let sheets = random::sheets(programs, &edition, &mut random, true);
    let bytes = |s: &random::Sheet| (format!("{}.csv", s.kind), s.text().into_bytes());
    sheets.iter().map(bytes).collect()
}

/// Two partners of a new database that has nothing of them, on a day after all that happens in folders at random.
async fn before_folders(fresh: &Fresh) -> Office {
    let office = office(&fresh.store);
    let later = Instant::parse("2025-01-01T12:00:00Z").expect("a moment");
    office.clock.set(later);
    office.refresh().await.expect("warm");
    for partner in ["a", "b"] {
        let added = office.add_partner(&boss(), partner, "").await;
        added.expect("a partner");
    }
    office
}

async fn handed_whole(office: &Office, files: &[(String, Vec<u8>)]) -> Import {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let options = ImportOptions::default();
    handed(office, &boss(), &Target::Several, &files, &options).await
}

/// A folder that was imported is what stands: it changes nothing a second time; written out it comes back as the same
/// ledger, there and in an empty database; and another one on top of it is undone without a trace.
async fn comes_back(fresh: &Fresh, empty: &Fresh, seed: u64) {
    let office = before_folders(fresh).await;
    let both = |office: &Office| ledger(office, "a") + &ledger(office, "b");
    let files = folder(&office, seed);
    let told = || {
        let texts = files.iter().map(|(name, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            format!("[{name}]\n{text}\n")
        });
        format!("seed {seed}\n{}", texts.collect::<String>())
    };
    confirmed(&office, &handed_whole(&office, &files).await).await;
    let expected = both(&office);
    let again = handed_whole(&office, &files).await;
    assert!(
        preview(&again).is_idle(),
        "{}, {}\n{expected}",
        counted(&again),
        told()
    );

    let out = tempfile::tempdir().expect("a folder");
    let out = out.path().join("out");
    let exported = office.export(&boss(), None, &out, false).await;
    let mut back = vec![];
    for folder in exported.expect("written").folders {
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            back.push((name.into_owned(), std::fs::read(&path).expect("bytes")));
        }
    }
    let same = handed_whole(&office, &back).await;
    assert!(preview(&same).is_idle(), "{}, {}", counted(&same), told());
    let other = before_folders(empty).await;
    confirmed(&other, &handed_whole(&other, &back).await).await;
    assert_eq!(both(&other), expected, "{}", told());

    let on_top = handed_whole(&office, &folder(&office, seed + 1_000_000)).await;
    let on_top = confirmed(&office, &on_top).await;
    let undone = office
        .undo_import(&boss(), &on_top.id, on_top.version, false)
        .await;
    undone.expect("undone");
    assert_eq!(both(&office), expected, "{}", told());
    agrees(fresh, &office).await;
}

#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn seeds(few: u64) -> u64 {
    let asked = std::env::var("CAIRN_SEEDS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(few)
}

#[tokio::test]
async fn folders_at_random_come_back_on_sqlite() {
    for seed in 0..seeds(20) {
        let (fresh, empty) = (common::sqlite().await, common::sqlite().await);
        comes_back(&fresh, &empty, seed).await;
    }
}

#[tokio::test]
async fn folders_at_random_come_back_on_postgres() {
    for seed in 0..seeds(6) {
        let (fresh, empty) = (common::postgres().await, common::postgres().await);
        comes_back(&fresh, &empty, seed).await;
    }
}

on_both! {
    async fn what_is_shown_is_what_is_written_and_a_second_time_changes_nothing(fresh: Fresh) {
        let office = opened(&fresh).await;
        let import = shown(&office, &[("people.csv", PEOPLE), ("credentials.csv", CREDENTIALS)]).await;
        assert_eq!(counted(&import), "credentials +2, people +2, refused new 1");
        let of = preview(&import);
        assert_eq!(of.files.iter().map(|f| (f.file.as_str(), f.read, f.accepted, f.refused)).collect::<Vec<_>>(), [("people.csv", 2, 2, 0), ("credentials.csv", 3, 2, 1)]);
        assert_eq!(of.names[0].name, "Certified Frobnicator");
        assert_eq!(pieces(&fresh, &import).await, 1);
        assert_eq!(ledger(&office, "north"), "", "nothing is written before somebody confirms");
        let page = office.import_rows(&boss(), &import.id, Group::Refused, 0, 10).await.expect("rows");
        let refused = &page.rows[0];
        assert_eq!((refused.file.as_str(), refused.row), ("credentials.csv", 4));
        assert!(refused.cells.contains(&("earned_on".into(), "31.31.2023".into())), "{:?}", refused.cells);
        assert!(refused.cells.contains(&("credential".into(), "developer-associate".into())), "{:?}", refused.cells);
        assert_eq!((refused.problems[0].field.as_str(), refused.problems[0].code.as_str()), ("earned_on", "bad-date"));

        let import = confirmed(&office, &import).await;
        assert_eq!(pieces(&fresh, &import).await, 0, "what was handed in is gone");
        let people = office.records(&boss(), "north", "people").await.expect("records");
        assert_eq!(people.len(), 2);
        assert_eq!(people[0].recorded_on, None, "a new record keeps what its file says");
        agrees(&fresh, &office).await;
        let written = office.import_rows(&boss(), &import.id, Group::Added, 0, 3).await.expect("rows");
        assert_eq!((written.rows.len(), written.next.is_some()), (3, true));

        let before = ledger(&office, "north");
        let again = shown(&office, &[("people.csv", PEOPLE), ("credentials.csv", CREDENTIALS)]).await;
        assert_eq!(counted(&again), "credentials =2, people =2, refused again 1");
        assert!(preview(&again).is_idle());
        confirmed(&office, &again).await;
        assert_eq!(ledger(&office, "north"), before);
        let all = office.imports(&boss(), &north(), None, 10).await.expect("a list");
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|i| i.actor == "a1" && i.confirmed.is_some()));
    }

    async fn a_difference_is_shown_field_by_field_and_undone_exactly(fresh: Fresh) {
        let office = opened(&fresh).await;
        let first = shown(&office, &[("people.csv", PEOPLE)]).await;
        confirmed(&office, &first).await;
        let before = ledger(&office, "north");
        let new = "person,name,registered_on,recorded_on\nann,Ann Lee,2023-01-01,\ncid,Cid,2023-05-01,\n";
        let second = shown(&office, &[("people.csv", new), ("csat.csv", "response,score\nr1,9\nr2,5\n")]).await;
        assert_eq!(counted(&second), "csat +1, people +1 ~1 ?1, refused new 1");
        let page = office.import_rows(&boss(), &second.id, Group::Superseded, 0, 10).await.expect("rows");
        assert_eq!(page.rows[0].differs, [("name".to_owned(), "Ann".to_owned(), "Ann Lee".to_owned())]);
        let second = confirmed(&office, &second).await;
        let people = office.records(&boss(), "north", "people").await.expect("records");
        let ann = people.iter().find(|r| r.key == ["ann"]).expect("Ann");
        assert_eq!(ann.recorded_on.map(|d| d.to_string()).as_deref(), Some("2024-03-01"), "a correction was learned today");
        assert_eq!(people.len(), 3, "what the file no longer has stays");
        let done = office.undo_import(&lead("north"), &second.id, second.version, false).await.expect("undone");
        assert!(done.value > 0);
        assert_eq!(ledger(&office, "north"), before);
        agrees(&fresh, &office).await;
        let first = office.import(&boss(), &first.id).await.expect("the first");
        let done = office.undo_import(&boss(), &first.id, first.version, false).await.expect("undone as well");
        assert!(done.value > 0);
        assert_eq!(ledger(&office, "north"), "");
        agrees(&fresh, &office).await;
        assert_eq!(office.import(&boss(), &first.id).await.expect("it").state, State::Undone);
    }

    async fn an_import_on_which_later_edits_rest_is_undone_only_around_them(fresh: Fresh) {
        let office = opened(&fresh).await;
        let import = confirmed(&office, &shown(&office, &[("people.csv", PEOPLE)]).await).await;
        let people = office.records(&boss(), "north", "people").await.expect("records");
        let edit = Edit::Correct { version: people[0].version, cells: vec![("person".into(), "ann".into()), ("name".into(), "Anna".into())] };
        office.edit(&boss(), "north", &[edit]).await.expect("an edit");
        let authors = office.written_by(&lead("north"), "north", "people").await.expect("authors");
        let by: Vec<(&str, bool)> = authors.values().map(|a| (a.name.as_str(), a.imported)).collect();
        assert_eq!(by, [("a1", true), ("a1", true), ("a1", false)], "two rows of a file, and an edit");
        assert!(matches!(office.written_by(&lead("south"), "north", "people").await, Err(Refusal::NotFound { .. })));
        match office.undo_import(&boss(), &import.id, import.version, false).await {
            Err(Refusal::Problems(problems)) => assert_eq!(problems[0].code, "changed-since"),
            other => panic!("{other:?}"),
        }
        let later = office.rests_on(&boss(), &import.id).await.expect("a list");
        assert_eq!(later.iter().map(|l| l.key.join(" ")).collect::<Vec<_>>(), ["ann"]);
        office.undo_import(&boss(), &import.id, import.version, true).await.expect("undone");
        let people = office.records(&boss(), "north", "people").await.expect("records");
        assert_eq!(people.iter().map(|r| r.key.join(" ")).collect::<Vec<_>>(), ["ann"]);
        agrees(&fresh, &office).await;
    }

    async fn what_changed_since_it_was_shown_is_shown_anew(fresh: Fresh) {
        let office = opened(&fresh).await;
        let import = shown(&office, &[("people.csv", PEOPLE)]).await;
        let ann = Edit::Add { kind: "people".into(), cells: vec![("person".into(), "ann".into()), ("name".into(), "Anna".into())] };
        office.edit(&boss(), "north", &[ann]).await.expect("an edit");
        let version = match office.confirm_import(&boss(), &import.id, import.version).await {
            Err(Refusal::Conflict { now: Some(version), .. }) => version,
            other => panic!("{other:?}"),
        };
        let anew = office.import(&boss(), &import.id).await.expect("the import");
        assert_eq!(anew.version, version);
        assert_eq!(counted(&anew), "people +1 ~1");
        // What others change does not matter.
        office.edit(&boss(), "south", &[Edit::Add { kind: "people".into(), cells: vec![("person".into(), "x".into())] }]).await.expect("an edit");
        confirmed(&office, &anew).await;
        agrees(&fresh, &office).await;
    }

    async fn a_refused_row_is_mended_in_place_or_dismissed(fresh: Fresh) {
        let office = opened(&fresh).await;
        confirmed(&office, &shown(&office, &[("people.csv", PEOPLE), ("credentials.csv", CREDENTIALS)]).await).await;
        let refused = office.refused(&boss(), "north", 0, 10).await.expect("rows");
        assert_eq!(refused.len(), 1);
        let mut cells = refused[0].cells.clone();
        let still = office.mend_refused(&boss(), "north", refused[0].version, &cells).await.expect_err("still wrong");
        assert_eq!(still.code(), "bad-date");
        cells.iter_mut().find(|(n, _)| n == "earned_on").expect("the cell").1 = "2023-10-31".into();
        let done = office.mend_refused(&boss(), "north", refused[0].version, &cells).await.expect("mended");
        assert_eq!(done.value.key, ["bob", "developer-associate", "2023-10-31"]);
        assert_eq!(office.refused(&boss(), "north", 0, 10).await.expect("rows"), []);
        assert_eq!(office.record(&boss(), "north", done.value.version).await.expect("it").key, done.value.key);
        agrees(&fresh, &office).await;
        let again = office.mend_refused(&boss(), "north", refused[0].version, &cells).await;
        assert!(matches!(again, Err(Refusal::Conflict { .. })), "{again:?}");

        confirmed(&office, &shown(&office, &[("csat.csv", "response,score\nr1,9\n")]).await).await;
        let refused = office.refused(&boss(), "north", 0, 10).await.expect("rows");
        office.dismiss_refused(&boss(), "north", &[refused[0].version]).await.expect("dismissed");
        assert_eq!(office.refused(&boss(), "north", 0, 10).await.expect("rows"), []);
        agrees(&fresh, &office).await;
    }

    async fn a_refused_row_is_there_once_however_often_others_change(fresh: Fresh) {
        let office = opened(&fresh).await;
        confirmed(&office, &shown(&office, &[("credentials.csv", CREDENTIALS)]).await).await;
        let files: [(&str, &[u8]); 1] = [("credentials.csv", CREDENTIALS.as_bytes())];
        let of_south = Target::Partner("south".into());
        let of_south = handed(&office, &boss(), &of_south, &files, &ImportOptions::default()).await;
        confirmed(&office, &of_south).await;
        // So often that what is in memory is put together anew, twice.
        for step in 0..60 {
            let person = Edit::Add { kind: "people".into(), cells: vec![("person".into(), format!("p{step}"))] };
            office.edit(&boss(), "north", &[person]).await.expect("an edit");
            if step == 5 {
                let one = Edit::Add { kind: "people".into(), cells: vec![("person".into(), "s".into())] };
                office.edit(&boss(), "south", &[one]).await.expect("an edit");
            }
            assert_eq!(ledger(&office, "north").matches("refused").count(), 1, "at step {step}");
        }
        agrees(&fresh, &office).await;
    }

    async fn a_later_import_that_brings_a_refused_row_right_drops_it(fresh: Fresh) {
        let office = opened(&fresh).await;
        confirmed(&office, &shown(&office, &[("people.csv", PEOPLE), ("credentials.csv", CREDENTIALS)]).await).await;
        let other = CREDENTIALS.replace("31.31.2023", "32.31.2023");
        let changed = shown(&office, &[("credentials.csv", &other)]).await;
        assert_eq!(counted(&changed), "credentials =2, refused changed 1");
        confirmed(&office, &changed).await;
        assert_eq!(office.refused(&boss(), "north", 0, 10).await.expect("rows").len(), 1);
        // The row stands elsewhere in the file, and its key could not be read before.
        let right = "person,credential,earned_on,expires_on\nbob,AWS Certified Developer - Associate,2023-10-31,\n";
        let right = shown(&office, &[("export.csv", right)]).await;
        assert_eq!(counted(&right), "credentials +1 ?2, refused right 1");
        let right = confirmed(&office, &right).await;
        assert_eq!(office.refused(&boss(), "north", 0, 10).await.expect("rows"), []);
        agrees(&fresh, &office).await;
        office.undo_import(&boss(), &right.id, right.version, false).await.expect("undone");
        assert_eq!(office.refused(&boss(), "north", 0, 10).await.expect("rows").len(), 1, "it is refused again");
        agrees(&fresh, &office).await;
    }

    async fn a_whole_list_withdraws_what_it_does_not_have(fresh: Fresh) {
        let office = opened(&fresh).await;
        confirmed(&office, &shown(&office, &[("people.csv", PEOPLE)]).await).await;
        let before = ledger(&office, "north");
        let options = ImportOptions { whole: ["people".to_owned()].into(), ..ImportOptions::default() };
        let files: [(&str, &[u8]); 1] = [("people.csv", b"person,name,registered_on\nann,Ann,2023-01-01\n")];
        let import = handed(&office, &boss(), &north(), &files, &options).await;
        assert_eq!(counted(&import), "people =1 -1 ?1");
        let page = office.import_rows(&boss(), &import.id, Group::Withdrawn, 0, 10).await.expect("rows");
        assert_eq!(page.rows[0].before[0], ("person".to_owned(), "bob".to_owned()));
        let import = confirmed(&office, &import).await;
        assert_eq!(office.records(&boss(), "north", "people").await.expect("records").len(), 1);
        agrees(&fresh, &office).await;
        office.undo_import(&boss(), &import.id, import.version, false).await.expect("undone");
        assert_eq!(ledger(&office, "north"), before);
        agrees(&fresh, &office).await;
    }

    async fn a_name_is_settled_once_for_records_and_for_imports_to_come(fresh: Fresh) {
        let office = opened(&fresh).await;
        confirmed(&office, &shown(&office, &[("people.csv", PEOPLE), ("credentials.csv", CREDENTIALS)]).await).await;
        let names = office.unknown_names(&boss(), "north").expect("names");
        assert_eq!(names.iter().map(|n| n.name.as_str()).collect::<Vec<_>>(), ["Certified Frobnicator"]);
        let aside = office.settle_name(&boss(), &north(), "credentials", "certified  frobnicator", &NameIs::OtherVendor).await.expect("settled");
        assert_eq!(aside.value, 1);
        assert_eq!(office.unknown_names(&boss(), "north").expect("names"), []);
        let again = shown(&office, &[("credentials.csv", CREDENTIALS)]).await;
        assert_eq!(counted(&again), "credentials =2, refused again 1");
        let wrong = office.settle_name(&boss(), &north(), "credentials", "X", &NameIs::Entry("cloud-practicioner".into())).await.expect_err("no entry");
        assert_eq!(wrong.code(), "unknown-entry");
        let more = "person,credential,earned_on\nann,Dev Exam,2023-03-01\n";
        confirmed(&office, &shown(&office, &[("credentials.csv", more)]).await).await;
        let entry = office.settle_name(&boss(), &north(), "credentials", "Dev Exam", &NameIs::Entry("AWS Certified Developer - Associate".into())).await.expect("settled");
        assert_eq!(entry.value, 1);
        agrees(&fresh, &office).await;
        let again = shown(&office, &[("credentials.csv", more)]).await;
        assert_eq!(counted(&again), "credentials =1 ?2");
        assert_eq!(office.settled_names(&boss(), &north()).await.expect("names").len(), 2);
        office.forget_name(&boss(), &north(), "credentials", "dev exam").await.expect("forgotten");
        let again = shown(&office, &[("credentials.csv", more)]).await;
        assert_eq!(counted(&again), "credentials +1 ?3");
    }

    async fn where_an_account_belongs_is_asked_once(fresh: Fresh) {
        let office = opened(&fresh).await;
        let file = sample("quickbooks profit and loss.csv");
        let files: &[(&str, &[u8])] = &[("quickbooks profit and loss.csv", &file)];
        let all = FileChoice { currency: Some("USD".into()), ..FileChoice::default() };
        let options = ImportOptions { all, ..ImportOptions::default() };
        let first = handed(&office, &boss(), &north(), files, &options).await;
        expect![[r#"
            Cloud resale (income): line resale?
            Managed services (income): line managed-services?
            Services: Projects (income): line professional-services?
            Services: Trainings (income): line professional-services?
            Cloud bought (cost-of-sales): line resale?
            Desk wages (cost-of-sales): line managed-services?
            Payroll (expense): category
            Payroll: Payroll taxes (expense): category
            Refunds (expense): category
        "#]].assert_eq(&asked(&preview(&first).unsorted));
        let said = |account: &str, column: &str, word: &str| (account.to_owned(), vec![(column.to_owned(), word.to_owned())]);
        let some = [said("Managed services", "line", "managed-services"), said("Cloud bought", "line", "none"), said("Payroll", "category", "delivery")];
        let kept = office.sort(&boss(), "north", "account-lines", &some).await.expect("kept");
        assert_eq!(kept.value.len(), 3);
        let first = office.preview_import(&boss(), &first.id, None).await.expect("read");
        let left = asked(&preview(&first).unsorted);
        expect![[r#"
            Cloud resale (income): line resale?
            Services: Projects (income): line professional-services?
            Services: Trainings (income): line professional-services?
            Desk wages (cost-of-sales): line managed-services?
            Payroll: Payroll taxes (expense): category
            Refunds (expense): category
        "#]].assert_eq(&left);
        confirmed(&office, &first).await;
        assert_eq!(asked(&office.unsorted(&boss(), "north").expect("values")), left);
        // The rest is said by a table, beside the account itself or alone; the next file asks for nothing.
        let table = "account,line,category\nCloud resale,resale,\nServices: Projects,professional-services,\nServices: Trainings,professional-services,\nDesk wages,managed-services,\nPayroll: Payroll taxes,,delivery\nRefunds,,none\n";
        let both: &[(&str, &[u8])] = &[files[0], ("account-lines.csv", table.as_bytes())];
        let second = handed(&office, &boss(), &north(), both, &options).await;
        assert_eq!(asked(&preview(&second).unsorted), "");
        confirmed(&office, &second).await;
        let third = handed(&office, &boss(), &north(), files, &options).await;
        assert_eq!(asked(&preview(&third).unsorted), "");
        assert_eq!(asked(&office.unsorted(&boss(), "north").expect("values")), "");
        // What was said is a record like any other: corrected, with a history; another partner is asked for its own.
        let kept = office.sort(&boss(), "north", "account-lines", &[said("Cloud bought", "line", "resale")]).await.expect("kept");
        assert_eq!(office.history(&boss(), "north", kept.value[0].version).await.expect("a history").len(), 2);
        let wrong = office.sort(&boss(), "north", "account-lines", &[said("Refunds", "colour", "red")]).await.expect_err("no column");
        assert_eq!(wrong.code(), "unknown-column");
        let denied = office.sort(&lead("south"), "north", "account-lines", &some).await.expect_err("not theirs");
        assert_eq!(denied.code(), "not-found");
        let south = handed(&office, &boss(), &Target::Partner("south".into()), files, &options).await;
        assert_eq!(preview(&south).unsorted.len(), 9);
        agrees(&fresh, &office).await;
    }

    async fn how_a_file_is_read_is_remembered_by_its_columns_until_forgotten(fresh: Fresh) {
        let office = opened(&fresh).await;
        let text = "Login;Full Name;Joined (our words)\nann;Ann;06/07/2023\n";
        let options = ImportOptions {
            files: BTreeMap::from([("people.csv".to_owned(), FileChoice {
                columns: BTreeMap::from([("Joined (our words)".to_owned(), "registered_on".to_owned()), ("Login".to_owned(), "person".to_owned())]),
                days: Some(DayChoice::DayFirst),
                ..FileChoice::default()
            })]),
            ..ImportOptions::default()
        };
        let files: [(&str, &[u8]); 1] = [("people.csv", text.as_bytes())];
        let import = handed(&office, &boss(), &north(), &files, &options).await;
        assert_eq!(counted(&import), "people +1");
        assert_eq!(preview(&import).files[0].columns.iter().map(|c| c.how.as_str()).collect::<Vec<_>>(), ["said", "alias", "said"]);
        confirmed(&office, &import).await;
        let files: [(&str, &[u8]); 1] = [("people (1).csv", b"Full Name;Login;Joined (our words)\nBob;bob;07/07/2023\n")];
        let import = handed(&office, &boss(), &north(), &files, &ImportOptions::default()).await;
        assert_eq!(counted(&import), "people +1 ?1");
        let file = &preview(&import).files[0];
        assert!(file.remembered);
        assert_eq!(file.columns.iter().map(|c| c.how.as_str()).collect::<Vec<_>>(), ["alias", "remembered", "remembered"]);
        assert_eq!(office.mappings(&lead("south"), &Target::Partner("south".into())).await.expect("mappings"), []);
        office.forget_mapping(&boss(), &north(), &file.mapping).await.expect("forgotten");
        let import = office.preview_import(&boss(), &import.id, None).await.expect("read");
        assert!(!preview(&import).files[0].remembered);
        assert_eq!(counted(&import), "people ?1, refused new 1");
    }

    async fn an_export_without_a_launched_day_asks_what_to_take(fresh: Fresh) {
        let office = opened(&fresh).await;
        let bytes = sample("ace portal export.csv");
        let files: [(&str, &[u8]); 1] = [("ace portal export.csv", &bytes)];
        let import = handed(&office, &boss(), &north(), &files, &ImportOptions::default()).await;
        let file = &preview(&import).files[0];
        assert_eq!(file.no_opening, ["launched_on"]);
        assert!(file.first_seen);
        assert!(file.could_open.iter().any(|c| c.starts_with("Target Close Date")));
        let choose = |opening: OpeningChoice| ImportOptions {
            files: BTreeMap::from([("ace portal export.csv".to_owned(), FileChoice { opening: Some(opening), ..FileChoice::default() })]),
            ..ImportOptions::default()
        };
        let launched = async |office: &Office| {
            let all = office.records(&boss(), "north", "opportunities").await.expect("records");
            all.iter().map(|r| r.cells.iter().find(|(n, _)| n == "launched_on").map_or("-", |(_, t)| t.as_str()).to_owned()).collect::<Vec<_>>().join(" ")
        };
        let close = choose(OpeningChoice::Column("Target Close Date(MM/DD/YYYY)".into()));
        let import = office.preview_import(&boss(), &import.id, Some(&close)).await.expect("read");
        assert_eq!(preview(&import).files[0].filled.as_deref(), Some("launched_on"));
        let import = confirmed(&office, &import).await;
        assert_eq!(launched(&office).await, "2023-06-07 -", "the one that was launched and approved, and no other");
        office.undo_import(&boss(), &import.id, import.version, false).await.expect("undone");

        let seen = choose(OpeningChoice::FirstSeen);
        let import = handed(&office, &boss(), &north(), &files, &seen).await;
        confirmed(&office, &import).await;
        assert_eq!(launched(&office).await, "2024-03-01 -");
        office.clock.set(Instant::parse("2024-04-01T12:00:00Z").expect("a moment"));
        let import = handed(&office, &boss(), &north(), &files, &ImportOptions::default()).await;
        assert!(preview(&import).files[0].remembered, "the choice is remembered");
        assert_eq!(counted(&import), "opportunities =2, refused again 1", "a month later it was first seen when it was");
    }

    async fn several_partners_are_an_administrators_to_import(fresh: Fresh) {
        let office = opened(&fresh).await;
        let partners = "partner,name\nnorth,North\neast,East\n";
        let people = "partner,person,registered_on\nnorth,ann,2023-01-01\neast,eve,2023-01-01\n,nobody,2023-01-01\n";
        let files: [(&str, &[u8]); 2] = [("partners.csv", partners.as_bytes()), ("people.csv", people.as_bytes())];
        let refused = office.start_import(&lead("north"), &Target::Several, None, &ImportOptions::default()).await;
        assert!(matches!(refused, Err(Refusal::Denied(_))), "{refused:?}");
        let import = handed(&office, &boss(), &Target::Several, &files, &ImportOptions::default()).await;
        assert_eq!(counted(&import), "partners +2, people +2, refused new 1");
        assert_eq!(preview(&import).new_partners, ["east"]);
        let import = confirmed(&office, &import).await;
        agrees(&fresh, &office).await;
        assert!(ledger(&office, "south").contains("people\n"), "what is supplied of several is supplied of all");
        assert_eq!(office.records(&lead("east"), "east", "people").await.expect("records").len(), 1);
        let lost = office.refused(&boss(), "", 0, 10).await.expect("rows");
        let mut cells = lost[0].cells.clone();
        cells.push(("partner".into(), "south".into()));
        office.mend_refused(&boss(), "", lost[0].version, &cells).await.expect("mended");
        agrees(&fresh, &office).await;
        assert!(office.undo_import(&boss(), &import.id, import.version, false).await.is_err(), "a row of it was mended");
        office.undo_import(&boss(), &import.id, import.version, true).await.expect("undone");
        agrees(&fresh, &office).await;
        assert_eq!(office.records(&boss(), "south", "people").await.expect("records").len(), 1);
    }

    async fn another_partners_import_is_not_there(fresh: Fresh) {
        let office = opened(&fresh).await;
        let import = shown(&office, &[("people.csv", PEOPLE)]).await;
        let other = lead("south");
        let id = import.id.as_str();
        let gone = |r: Result<(), Refusal>| assert!(matches!(r, Err(Refusal::NotFound { .. })), "{r:?}");
        gone(office.import(&other, id).await.map(|_| ()));
        gone(office.import_progress(&other, id).await.map(|_| ()));
        gone(office.preview_import(&other, id, None).await.map(|_| ()));
        gone(office.import_rows(&other, id, Group::Added, 0, 10).await.map(|_| ()));
        gone(office.confirm_import(&other, id, import.version).await.map(|_| ()));
        gone(office.discard_import(&other, id, import.version).await.map(|_| ()));
        gone(office.undo_import(&other, id, import.version, true).await.map(|_| ()));
        gone(office.rests_on(&other, id).await.map(|_| ()));
        gone(office.upload(&other, id, "x.csv").await.map(|_| ()));
        gone(office.start_import(&other, &north(), None, &ImportOptions::default()).await.map(|_| ()));
        gone(office.imports(&other, &north(), None, 10).await.map(|_| ()));
        gone(office.mappings(&other, &north()).await.map(|_| ()));
        gone(office.settled_names(&other, &north()).await.map(|_| ()));
        gone(office.unknown_names(&other, "north").map(|_| ()));
        gone(office.refused(&other, "north", 0, 10).await.map(|_| ()));
        gone(office.mend_refused(&other, "north", 1, &[]).await.map(|_| ()));
        gone(office.dismiss_refused(&other, "north", &[1]).await.map(|_| ()));
        gone(office.settle_name(&other, &north(), "credentials", "x", &NameIs::OtherVendor).await.map(|_| ()));
        let mut reader = lead("north");
        reader.grants[0].role = Role::Reader;
        assert_eq!(office.import(&reader, id).await.expect("it is seen").id, id);
        assert!(matches!(office.confirm_import(&reader, id, import.version).await, Err(Refusal::Denied(_))));
        let path = office.start_import(&lead("north"), &north(), Some(Path::new("/etc")), &ImportOptions::default()).await;
        assert!(matches!(path, Err(Refusal::Denied(_))), "{path:?}");
        // The database itself gives nothing of it away.
        if fresh.address.starts_with("postgres") {
            let mut tx = fresh.store.read(&Scope::of("south")).await.expect("a reader");
            assert_eq!(tx.import(id).await.expect("an answer"), None);
            assert_eq!(tx.import_files(id).await.expect("an answer"), []);
            assert_eq!(tx.piece(id, 1, 0).await.expect("an answer"), None);
            assert_eq!(tx.imports("north", None, 10).await.expect("an answer"), []);
        }
    }

    async fn rows_of_others_never_become_ones_own(fresh: Fresh) {
        let office = opened(&fresh).await;
        let lead = lead("north");
        let mixed = "partner,person,registered_on\nnorth,ann,2023-01-01\nsouth,sue,2023-01-01\n";
        let files: [(&str, &[u8]); 1] = [("people.csv", mixed.as_bytes())];
        let import = handed(&office, &lead, &north(), &files, &ImportOptions::default()).await;
        assert_eq!(counted(&import), "people +1 /1");
        assert!(preview(&import).problems.iter().any(|p| p.code == "other-partner"));
        office.confirm_import(&lead, &import.id, import.version).await.expect("confirmed");
        assert_eq!(ledger(&office, "south"), "");
        // A vendor's own id of the partner is taken for it; two of them are not.
        let one = handed(&office, &lead, &north(), &[("people.csv", b"MPN ID,person\n4711,cid\n")], &ImportOptions::default()).await;
        assert_eq!(preview(&one).called.as_deref(), Some("4711"));
        let two = handed(&office, &lead, &north(), &[("people.csv", b"MPN ID,person\n4711,cid\n4712,dan\n")], &ImportOptions::default()).await;
        assert_eq!(preview(&two).hindrances[0].code, "other-partner");
        assert!(office.confirm_import(&lead, &two.id, two.version).await.is_err());
        // Who belongs together with whom would open another's evidence.
        let kin = handed(&office, &lead, &north(), &[("partners.csv", b"partner,parent\nnorth,south\n"), ("groups.csv", b"group,joined_on\ng,2023-01-01\n")], &ImportOptions::default()).await;
        assert_eq!((preview(&kin).joins, preview(&kin).hindrances[0].code.as_str()), (2, "joins-partners"));
        assert!(office.confirm_import(&lead, &kin.id, kin.version).await.is_err());
    }

    async fn nothing_is_half_done_wherever_it_stops(fresh: Fresh) {
        let office = Arc::new(opened(&fresh).await);
        // An upload that stops is not read.
        let import = office.start_import(&boss(), &north(), None, &ImportOptions::default()).await.expect("begun");
        let mut upload = office.upload(&boss(), &import.id, "people.csv").await.expect("an upload");
        upload.write(&vec![b'x'; (1 << 20) + 5]).await.expect("taken");
        drop(upload);
        let broken = office.preview_import(&boss(), &import.id, None).await.expect("an answer");
        assert_eq!(broken.state, State::Failed);
        assert_eq!(broken.preview.expect("why").hindrances[0].code, "not-whole");
        // A confirmation that stops after any number of steps has written all or nothing.
        let mut rows = String::from("person,name,registered_on\n");
        (0..9_000).for_each(|n| rows += &format!("p{n},Person {n},2023-01-01\n"));
        let before = ledger(&office, "north");
        let mut stopped = 0;
        for steps in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89] {
            let import = shown(&office, &[("people.csv", &rows)]).await;
            let (of, id, version) = (office.clone(), import.id.clone(), import.version);
            let mut work = Box::pin(async move { of.confirm_import(&boss(), &id, version).await.map(|_| ()) });
            let mut polls = 0;
            let done = std::future::poll_fn(|context| {
                polls += 1;
                match work.as_mut().poll(context) {
                    std::task::Poll::Ready(done) => std::task::Poll::Ready(Some(done)),
                    std::task::Poll::Pending if polls >= steps => std::task::Poll::Ready(None),
                    std::task::Poll::Pending => std::task::Poll::Pending,
                }
            }).await;
            drop(work);
            let other = self::office(&fresh.store);
            other.refresh().await.expect("warm");
            let state = other.import(&boss(), &import.id).await.expect("the import").state;
            let now = ledger(&other, "north");
            if state == State::Previewed {
                assert_eq!(now, before, "stopped after {steps} steps");
                stopped += 1;
            } else {
                assert!(now.contains("p8999"), "stopped after {steps} steps");
                assert!(done.is_none_or(|d| d.is_ok()));
                break;
            }
            let mut tx = fresh.store.read(&Scope::All).await.expect("a reader");
            assert_eq!(tx.verify().await.expect("verified").flaws, []);
        }
        assert!(stopped >= 3);
        // Whoever comes back, on whichever server, goes on.
        let open = office.imports(&boss(), &north(), None, 100).await.expect("a list").into_iter().find(|i| i.state == State::Previewed).expect("one that waits");
        let other = self::office(&fresh.store);
        other.refresh().await.expect("warm");
        let open = other.preview_import(&boss(), &open.id, None).await.expect("read again");
        other.confirm_import(&boss(), &open.id, open.version).await.expect("confirmed there");
        agrees(&fresh, &other).await;
    }

    async fn two_who_confirm_one_import_write_it_once(fresh: Fresh) {
        let office = Arc::new(opened(&fresh).await);
        let import = shown(&office, &[("people.csv", PEOPLE)]).await;
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (office, id, version) = (office.clone(), import.id.clone(), import.version);
            all.spawn(async move { office.confirm_import(&boss(), &id, version).await.is_ok() });
        }
        assert_eq!(all.join_all().await.into_iter().filter(|ok| *ok).count(), 1);
        assert_eq!(office.records(&boss(), "north", "people").await.expect("records").len(), 2);
        agrees(&fresh, &office).await;
    }

    async fn an_import_for_which_nobody_comes_back_is_given_up(fresh: Fresh) {
        let office = opened(&fresh).await;
        let import = shown(&office, &[("people.csv", PEOPLE)]).await;
        let now = office.now();
        assert_eq!(office.expire_imports(now).await.expect("an answer"), 0);
        office.clock.set(Instant(now.0 + 1));
        assert_eq!(office.expire_imports(office.now()).await.expect("an answer"), 1);
        assert_eq!(office.import(&boss(), &import.id).await.expect("it").state, State::Discarded);
        assert_eq!(pieces(&fresh, &import).await, 0);
        let import = shown(&office, &[("people.csv", PEOPLE)]).await;
        let import = office.discard_import(&boss(), &import.id, import.version).await.expect("discarded");
        assert_eq!((import.state, pieces(&fresh, &import).await), (State::Discarded, 0));
        assert!(office.confirm_import(&boss(), &import.id, import.version).await.is_err());
    }

    async fn many_partners_change_at_once_and_stand_as_after_a_cold_start(fresh: Fresh) {
        let office = opened(&fresh).await;
        let table = |header: &str, row: &dyn Fn(usize) -> String| {
            let rows: Vec<String> = (0..1_300).map(row).collect();
            format!("{header}\n{}\n", rows.join("\n")).into_bytes()
        };
        // Every seventh is judged together with the one before it, which must stand on one shelf with it.
        let partners = table("partner,name,parent", &|n| match n % 7 {
            1 => format!("p{n},P{n},p{}", n - 1),
            _ => format!("p{n},P{n},"),
        });
        let people = |name: &str| table("partner,person,name", &|n| format!("p{n},ann,{name} {}", n % 50));
        let options = ImportOptions::default();
        for (partners, people) in [(Some(&partners), people("Ann")), (None, people("Anna"))] {
            let mut files: Vec<(&str, &[u8])> = vec![("people.csv", &people)];
            files.extend(partners.map(|p| ("partners.csv", p.as_slice())));
            let import = handed(&office, &boss(), &Target::Several, &files, &options).await;
            confirmed(&office, &import).await;
        }
        let shelves = office.shelves().expect("warm");
        let of = |id: &str| shelves.find(id).map(|(shelf, _)| Arc::as_ptr(shelf));
        assert!((0..1_300).filter(|n| n % 7 == 1).all(|n| of(&format!("p{n}")) == of(&format!("p{}", n - 1))));
        assert!(ledger(&office, "p49").contains("Anna 49"));
        agrees(&fresh, &office).await;
    }

    async fn every_form_brings_the_same_and_what_is_written_out_comes_back(fresh: Fresh) {
        let office = opened(&fresh).await;
        let files: Vec<(&str, &[u8])> = vec![
            ("people.csv", PEOPLE.as_bytes()),
            ("credentials.csv", CREDENTIALS.as_bytes()),
            ("csat.csv", b"response,score,shared,recorded_on,source\nr1,4.5,yes,2024-01-05,survey\nr2,5,no,2024-01-06,\nr2,4,no,2024-01-09,\n"),
            ("orders.csv", b"order,amount,currency,ordered_on\no1,\"1,500.25\",USD,2023-01-01\n"),
            ("attestations.csv", b"kind,attested_on\n"),
        ];
        let import = handed(&office, &boss(), &north(), &files, &ImportOptions::default()).await;
        assert_eq!(counted(&import), "attestations, credentials +2, csat +2 ^1, orders +1, people +2, refused new 1");
        confirmed(&office, &import).await;
        let expected = ledger(&office, "north");
        assert!(expected.contains("2024-01-09"), "of one record the files' latest stands: {expected}");
        let out = exported(&office, "north");
        let back: Vec<(&str, &[u8])> = out.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        let back = handed(&office, &boss(), &north(), &back, &ImportOptions::default()).await;
        assert!(preview(&back).is_idle(), "what was written out is what stands: {}", counted(&back));
        let folder = tempfile::tempdir().expect("a folder");
        let (parquet, evidence) = {
            let shelves = office.shelves().expect("warm");
            let (shelf, _) = shelves.find("north").expect("a partner");
            (write_folder(shelf.evidence(), folder.path(), Format::Parquet).expect("written"), shelf.evidence().clone())
        };
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
        for (name, bytes) in &out {
            zip.start_file(format!("evidence/{name}"), zip::write::SimpleFileOptions::default()).expect("a file");
            zip.write_all(bytes).expect("written");
        }
        let zip = zip.finish().expect("packed").into_inner();
        let parquet: Vec<(String, Vec<u8>)> = parquet.iter().map(|p| (p.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(p).expect("bytes"))).collect();
        let book = write_workbook(&evidence).expect("a workbook");
        for (form, files) in [("csv", out), ("parquet", parquet), ("zip", vec![("evidence.zip".to_owned(), zip)]), ("xlsx", vec![("evidence.xlsx".to_owned(), book)])] {
            let fresh = if fresh.address.starts_with("postgres") { common::postgres().await } else { common::sqlite().await };
            let other = opened(&fresh).await;
            let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
            let import = handed(&other, &boss(), &north(), &files, &ImportOptions::default()).await;
            confirmed(&other, &import).await;
            assert_eq!(ledger(&other, "north"), expected, "{form}");
            let again = handed(&other, &boss(), &north(), &files, &ImportOptions::default()).await;
            assert!(preview(&again).is_idle(), "{form}: {}", counted(&again));
        }
    }

    async fn a_file_that_cannot_be_read_hinders_until_it_is_left_out(fresh: Fresh) {
        let office = opened(&fresh).await;
        let files: Vec<(&str, &[u8])> = vec![("people.csv", PEOPLE.as_bytes()), ("credentials.parquet", b"PAR1 no"), ("old.zip", b"PK no")];
        let import = handed(&office, &boss(), &north(), &files, &ImportOptions::default()).await;
        assert_eq!(preview(&import).hindrances.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["bad-zip", "bad-parquet"]);
        assert_eq!(office.confirm_import(&boss(), &import.id, import.version).await.expect_err("hindered").code(), "not-now");
        let options = ImportOptions { leave_out: ["credentials.parquet".to_owned(), "old.zip".to_owned()].into(), ..ImportOptions::default() };
        let import = office.preview_import(&boss(), &import.id, Some(&options)).await.expect("read");
        assert_eq!(counted(&import), "people +2");
        confirmed(&office, &import).await;
        let wrong = ImportOptions { whole: ["pepole".to_owned()].into(), all: FileChoice { columns: BTreeMap::from([("A".to_owned(), "persn".to_owned())]), ..FileChoice::default() }, ..ImportOptions::default() };
        match office.start_import(&boss(), &north(), None, &wrong).await {
            Err(Refusal::Problems(problems)) => assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["unknown-column", "unknown-kind"]),
            other => panic!("{other:?}"),
        }
    }

    async fn what_was_recorded_later_is_not_overruled_by_an_old_file(fresh: Fresh) {
        let office = opened(&fresh).await;
        let with = |name: &str, day: &str| format!("person,name,registered_on,recorded_on\nann,{name},2023-01-01,{day}\n");
        confirmed(&office, &shown(&office, &[("people.csv", &with("Ann", "2024-01-01"))]).await).await;
        confirmed(&office, &shown(&office, &[("people.csv", &with("Anna", "2024-02-01"))]).await).await;
        let old = shown(&office, &[("people.csv", &with("Ann", "2024-01-01"))]).await;
        assert_eq!(counted(&old), "people <1");
        assert!(preview(&old).is_idle());
        // The same day with another text is a correction of today.
        confirmed(&office, &shown(&office, &[("people.csv", &with("Anne", "2024-02-01"))]).await).await;
        assert!(ledger(&office, "north").contains("2024-03-01  {\"person\":\"ann\",\"name\":\"Anne\""), "{}", ledger(&office, "north"));
        agrees(&fresh, &office).await;
    }

    async fn who_is_named_by_an_address_is_the_person_who_is_known_by_it(fresh: Fresh) {
        let office = opened(&fresh).await;
        confirmed(&office, &shown(&office, &[("people.csv", "person,email,registered_on\n1001,Ann@Acme.example,2023-01-01\n")]).await).await;
        let text = "Email,Certification,Issue Date\nann@acme.example,AWS Certified Cloud Practitioner,2023-03-01\nzoe@acme.example,AWS Certified Cloud Practitioner,2023-03-01\n";
        confirmed(&office, &shown(&office, &[("certifications export.csv", text)]).await).await;
        let all = office.records(&boss(), "north", "credentials").await.expect("records");
        assert_eq!(all.iter().map(|r| r.key[0].as_str()).collect::<Vec<_>>(), ["1001", "zoe@acme.example"]);
        agrees(&fresh, &office).await;
    }
}
