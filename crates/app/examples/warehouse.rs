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

    let some = [100_u32, 1_000, 10_000];
    for partners in some.into_iter().filter(|p| *p <= population.partners) {
        let facts = 10_000 / partners;
        let scope = Scope::All;
        let mut changed = vec![];
        let mut tx = store.write(&scope).await.expect("a writer");
        tx.lock_changes().await.expect("alone");
        for n in 0..partners {
            let partner = Population::id((n * 13) % population.partners);
            let standing = tx
                .standing_of_kind(&partner, "opportunities", i64::MAX)
                .await
                .expect("facts");
            for fact in standing.into_iter().take(facts as usize) {
                let mut cells = records::cells_of(fact.cells.as_deref().unwrap_or_default());
                cells.retain(|(name, _)| name != "title");
                cells.push(("title".to_owned(), format!("changed {partners}")));
                changed.push(NewFact {
                    partner: fact.partner,
                    kind: fact.kind,
                    key: fact.key,
                    cells: Some(records::cells_text(&cells)),
                    replaces: Some(fact.fact),
                    recorded_on: Some(day),
                    source: String::new(),
                });
            }
        }
        let start = Instant::now();
        let new = NewChange {
            at: office.now(),
            actor: "bench".into(),
            verb: "import".into(),
            partner: None,
            subject: "import".into(),
            detail: "{}".into(),
        };
        tx.append(&scope, new, &changed).await.expect("appended");
        tx.commit().await.expect("committed");
        let written = start.elapsed().as_secs_f64();
        office.refresh().await.expect("refreshed");
        println!(
            "{} changed facts of {partners} partners: written in {written:.2} s, visible after {:.2} s; {}",
            changed.len(),
            start.elapsed().as_secs_f64(),
            memory()
        );
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
