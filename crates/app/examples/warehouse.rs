//! Keeps a whole population in a database, warms up over it, and times what people wait for:
//! `CAIRN_BENCH_PARTNERS=140000 cargo run --release -p cairn-app --example warehouse -- "$(tools/postgres durable)"`.
//!
//! The database is filled where it is empty, and used as it is where it is not.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, is told how much by the environment, and prints"
)]

use std::sync::Arc;
use std::time::Instant;

use cairn_app::access::Actor;
use cairn_app::clock::{Clock, Zone};
use cairn_app::imports::{ImportOptions, Target};
use cairn_app::office::{Known, Office};
use cairn_app::population::Population;
use cairn_app::question::Question;
use cairn_app::{programs, records, scorecard};
use domain::calendar::Day;
use store::{NewChange, NewFact, Scope, Store};

#[tokio::main]
async fn main() {
    let number = |name: &str, otherwise: u32| {
        let given = std::env::var(name).ok();
        given.and_then(|n| n.parse().ok()).unwrap_or(otherwise)
    };
    let address = std::env::args().nth(1).expect("the address of a database");
    let population = Population {
        seed: 1,
        partners: number("CAIRN_BENCH_PARTNERS", 1_400),
        facts: number("CAIRN_BENCH_FACTS", 500),
        last: Day::new(2026, 10, 31).expect("a day"),
    };
    let loaded = Arc::new(programs::load(&[]).expect("the shipped programs"));
    let store = Store::open(&address).await.expect("the database");
    let clock = Clock::in_zone(Zone::default());
    let mut tx = store.read(&Scope::All).await.expect("a reader");
    let empty = tx.newest_change().await.expect("the log").is_none();
    drop(tx);
    if empty {
        fill(&store, &loaded, &population, &clock).await;
    }

    let office = Office::new(store.clone(), loaded, clock);
    let start = Instant::now();
    office.refresh().await.expect("warm");
    let shelves = office.shelves().expect("warm");
    println!(
        "warm: {} facts of {} partners on {} shelves in {:.1} s; {}",
        shelves.facts(),
        shelves.len(),
        shelves.all.len(),
        start.elapsed().as_secs_f64(),
        memory()
    );

    let actor = Actor::system("bench");
    let program =
        std::env::var("CAIRN_BENCH_PROGRAM").unwrap_or_else(|_| "aws-services-path".to_owned());
    let day = population.last;
    let mut times: Vec<f64> = vec![];
    for n in 0..2_000_u32 {
        let partner = Population::id(n.wrapping_mul(7_919) % population.partners);
        let start = Instant::now();
        let mut question = Question::on(day);
        question.program = Some(program.clone());
        let desk = office
            .desk(&actor, &partner, question, Known::default())
            .await
            .expect("a desk");
        let card = scorecard::scorecard(&desk, false).expect("a scorecard");
        assert_eq!(card.partner, partner);
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    spread("scorecard of one partner, warm", &mut times);

    for partners in [100_u32, 1_000, 10_000] {
        if partners <= population.partners {
            import(&office, &actor, &population, partners).await;
        }
    }
    times.clear();
    for n in 0..1_000_u32 {
        let partner = Population::id((n * 13) % population.partners);
        let start = Instant::now();
        let mut question = Question::on(day);
        question.program = Some(program.clone());
        let desk = office
            .desk(&actor, &partner, question, Known::default())
            .await
            .expect("a desk");
        scorecard::scorecard(&desk, false).expect("a scorecard");
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    spread("scorecard of one partner that changed", &mut times);
}

/// Imports 10,000 changed facts of so many partners as anybody does: a file is read, shown, confirmed, and answered from.
async fn import(office: &Office, actor: &Actor, population: &Population, partners: u32) {
    let facts = 10_000 / partners as usize;
    let title = format!("seen {} by {partners}", office.now());
    let kind = &office.programs.vocabulary().kinds["opportunities"];
    let columns: Vec<&str> = kind.fields.keys().map(String::as_str).collect();
    let mut file = format!("partner,{}\n", columns.join(","));
    let mut rows = 0;
    let mut tx = office.store.read(&Scope::All).await.expect("a reader");
    for n in 0..partners {
        let partner = Population::id((n * 13) % population.partners);
        let standing = tx
            .standing_of_kind(&partner, "opportunities", i64::MAX)
            .await
            .expect("facts");
        for fact in standing.into_iter().take(facts) {
            let cells = records::cells_of(fact.cells.as_deref().unwrap_or_default());
            file.push_str(&partner);
            for column in &columns {
                let cell = cells.iter().find(|(name, _)| name == column);
                let text = match *column {
                    "title" => &title,
                    _ => cell.map_or("", |(_, text)| text),
                };
                file.push_str(&format!(",\"{}\"", text.replace('"', "\"\"")));
            }
            file.push('\n');
            rows += 1;
        }
    }
    drop(tx);
    let folder = std::env::temp_dir().join(format!("cairn-warehouse-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("opportunities.csv"), &file).expect("written");

    let start = Instant::now();
    let begun = office
        .start_import(
            actor,
            &Target::Several,
            Some(&folder),
            &ImportOptions::default(),
        )
        .await
        .expect("begun");
    let shown = office
        .preview_import(actor, &begun.id, None)
        .await
        .expect("shown");
    let counts = shown.preview.as_ref().expect("a preview").total();
    let read = start.elapsed().as_secs_f64();
    office
        .confirm_import(actor, &shown.id, shown.version)
        .await
        .expect("confirmed");
    let confirmed = start.elapsed().as_secs_f64();
    office.refresh().await.expect("refreshed");
    let visible = start.elapsed().as_secs_f64();
    let (shelves, _) = (
        office.shelves().expect("warm"),
        std::fs::remove_dir_all(&folder),
    );
    let (shelf, at) = shelves.find(&Population::id(0)).expect("the partner");
    let evidence = shelf.evidence();
    let of = evidence
        .vocabulary
        .kinds
        .get_index_of("opportunities")
        .expect("the kind");
    let field = kind.fields.get_index_of("title").expect("the field");
    let table = &evidence.tables[of];
    let seen = table
        .rows(at)
        .any(|row| evidence.text_of(&table.columns[field].cell(row)) == title);
    assert!(seen, "what was imported is answered from");
    println!(
        "{rows} changed facts of {partners} partners imported ({} superseded): shown after {read:.2} s, confirmed after {confirmed:.2} s, visible after {visible:.2} s; {}",
        counts.superseded,
        memory()
    );
}

async fn fill(store: &Store, loaded: &programs::Loaded, population: &Population, clock: &Clock) {
    let start = Instant::now();
    let evidence = population.evidence(loaded.library().vocabulary.clone());
    println!(
        "made: {} facts in {:.1} s; {}",
        evidence.len(),
        start.elapsed().as_secs_f64(),
        memory()
    );
    let start = Instant::now();
    let ids: Vec<String> = (0..evidence.partners.len())
        .map(|p| evidence.partner_id(p).to_owned())
        .collect();
    let (send, mut receive) = tokio::sync::mpsc::channel::<Vec<NewFact>>(8);
    let making = tokio::task::spawn_blocking(move || {
        let mut batch = records::supplies(&evidence, records::EVERYBODY);
        records::each_fact(&evidence, |fact| {
            batch.push(fact);
            if batch.len() == 8_000 {
                send.blocking_send(std::mem::take(&mut batch))
                    .expect("the writer goes on");
            }
        });
        send.blocking_send(batch).expect("the writer goes on");
    });
    let mut tx = store.write(&Scope::All).await.expect("a writer");
    let new = NewChange {
        at: clock.now(),
        actor: "bench".into(),
        verb: "import".into(),
        partner: None,
        subject: "import".into(),
        detail: "{}".into(),
    };
    let mut appending = tx.begin_change(&Scope::All, new).await.expect("a change");
    while let Some(batch) = receive.recv().await {
        appending.facts(&batch).await.expect("written");
    }
    let changed = appending.finish().await.expect("sealed");
    tx.add_partners(&ids, changed.change)
        .await
        .expect("partners");
    tx.commit().await.expect("committed");
    making.await.expect("made");
    println!(
        "stored: {} facts in {:.1} s; {}",
        changed.last_fact,
        start.elapsed().as_secs_f64(),
        memory()
    );
}

fn spread(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!(
        "{what}: median {:.2} ms, 95 of 100 within {:.2} ms, longest {:.2} ms",
        at(50),
        at(95),
        at(100)
    );
}

/// What the process has at most used so far, where the system says so.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        status
            .lines()
            .find_map(|l| l.strip_prefix(name).map(|l| l.trim().to_owned()))
    };
    format!(
        "{} now, {} at most",
        of("VmRSS:").unwrap_or_default(),
        of("VmHWM:").unwrap_or_default()
    )
}
