//! Commands on what is kept: the audit log, decisions, plans, export, backups, persons, retention.

pub mod args;
mod feeds;
pub mod plans;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use app::access::Actor;
use app::clock::Clock;
use app::decisions::Decided;
use app::domain::diagnostic::{Diagnostic, Place};
use app::domain::instant::Instant;
use app::locale::Lang;
use app::office::Office;
use app::refusal::Refusal;
use app::store::{self, Change, FORGETTABLE, Store, hex};
use app::{audit, backup, persons, retention};
use serde_json::{Value, json};

use crate::args::Common;
use crate::json;
use crate::layout::table;
use crate::output::{self, Exit, MET, SHORT, SOFT, Work, styled};
use crate::run::Outcome;
use crate::serve::settings::{RetentionSettings, StoreSettings};
pub use feeds::feeds;
pub use plans::plans;

use args::{Audit, Decisions, Export, Persons, Retention, Sought};

/// What the audit log remembers as the actor of a command.
const COMMAND_LINE: &str = "command-line";

/// Runs what needs a database, and says why it was not done.
fn wait(
    mut settings: StoreSettings,
    doing: impl AsyncFnOnce(&str) -> Result<Exit, Refusal>,
) -> Outcome {
    let problems = settings.finish();
    if !problems.is_empty() {
        problems.iter().for_each(output::problem);
        return Ok(Exit::WrongUsage);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Diagnostic::error(
                "cannot-start",
                format!("the command cannot start: {error}"),
                Place::default(),
            )
        })?;
    match runtime.block_on(doing(settings.database.reveal())) {
        Ok(exit) => Ok(exit),
        Err(Refusal::Problems(problems)) => {
            problems.iter().for_each(output::problem);
            Ok(Exit::Failed)
        }
        Err(Refusal::Store(error)) => Err(Diagnostic::error(
            "no-store",
            format!(
                "the database `{}` cannot be used: {}",
                settings.shown(),
                crate::serve::load::why(&error)
            ),
            Place::default(),
        )
        .help(
            "`--database` names a file that may be written, or postgres://USER:PASSWORD@HOST/NAME",
        )),
        Err(refusal) => Err(Diagnostic::error(
            refusal.code(),
            refusal.to_string(),
            Place::default(),
        )),
    }
}

fn myself() -> Actor {
    Actor::system(COMMAND_LINE)
}

/// A database that is there. One that is not is a slip: nothing would be in it.
async fn store_at(address: &str) -> Result<Store, Refusal> {
    let file = address.strip_prefix("sqlite:").unwrap_or(address);
    if !address.contains("://") && !Path::new(file).exists() {
        return Err(Diagnostic::error(
            "no-store",
            format!("there is no database `{file}`"),
            Place::default(),
        )
        .help("`--database` names the one that the server uses")
        .into());
    }
    Ok(Store::open(address).await?)
}

async fn office(common: &Common, address: &str) -> Result<Office, Refusal> {
    let loaded = crate::run::programs(common)?;
    let clock = Clock::in_zone(common.time_zone.clone());
    Ok(Office::new(
        store_at(address).await?,
        Arc::new(loaded),
        clock,
    ))
}

/// Progress of so many of so many.
fn shown(work: &mut Work) -> impl FnMut(i64, i64) + Send + '_ {
    |done, of| work.at(done.unsigned_abs(), of.unsigned_abs())
}

fn counted(n: i64, one: &str) -> String {
    app::words::counted(usize::try_from(n).unwrap_or(usize::MAX), one)
}

/// `cairn audit`.
pub fn audit(common: &Common, asked: Audit) -> Outcome {
    match asked {
        Audit::Verify { store, expect } => wait(store, async |address| {
            let office = office(common, address).await?;
            let mut work = Work::new("verifying");
            let noted = expect.as_ref().map(|seal| seal.0.as_slice());
            let verified = office
                .verify_audit(&myself(), noted, &mut shown(&mut work))
                .await?;
            drop(work);
            let flaws: Vec<String> = verified
                .flaws
                .iter()
                .map(|flaw| audit::flaw_in_words(flaw, Lang::default()))
                .collect();
            if common.json {
                output::answer(&json::text(&json!({
                    "changes": verified.changes,
                    "facts": verified.facts,
                    "decisions": verified.decisions,
                    "erased": verified.erased,
                    "head": hex(&verified.head),
                    "flaws": flaws,
                })));
            } else {
                let mut out = String::new();
                for flaw in &flaws {
                    out += &format!("{} {flaw}\n", styled(SHORT, "flaw:"));
                }
                out += &format!(
                    "{}, {} and {} verified: {}\n",
                    counted(verified.changes, "change"),
                    counted(verified.facts, "fact"),
                    counted(verified.decisions, "decision"),
                    match flaws.len() {
                        0 => styled(MET, "no flaw"),
                        n => styled(SHORT, &counted(n as i64, "flaw")),
                    }
                );
                if verified.erased > 0 {
                    out += &format!(
                        "{} erased, and stand with their seal alone\n",
                        counted(verified.erased, "row")
                    );
                }
                if !verified.head.is_empty() {
                    out += &format!("newest seal {}\n", hex(&verified.head));
                    let note = "note it elsewhere, and give it to `--expect` the next time";
                    out += &format!("{}\n", styled(SOFT, note));
                }
                output::answer(&out);
            }
            Ok(if flaws.is_empty() {
                Exit::Answered
            } else {
                Exit::Failed
            })
        }),
        Audit::List { store, sought } => wait(store, async |address| {
            let office = office(common, address).await?;
            let limit = sought.limit;
            let logged = office.audit_all(&myself(), &sought.into(), limit).await?;
            if common.json {
                let changes: Value = logged.changes.iter().map(change_json).collect();
                output::answer(&json::text(
                    &json!({ "changes": changes, "next": logged.next }),
                ));
                return Ok(Exit::Answered);
            }
            let rows: Vec<Vec<String>> = logged
                .changes
                .iter()
                .map(|c| {
                    vec![
                        c.change.to_string(),
                        c.at.to_string(),
                        c.actor.clone(),
                        c.verb.clone(),
                        c.partner.clone().unwrap_or_default(),
                        c.subject.clone(),
                        styled(SOFT, c.detail.trim_start_matches("{}")),
                    ]
                })
                .collect();
            output::answer(&table(&rows, "rllllll", 0));
            if let Some(next) = logged.next {
                output::remark(&format!("older ones with --before {next}"));
            }
            Ok(Exit::Answered)
        }),
    }
}

fn change_json(of: &Change) -> Value {
    json!({
        "change": of.change,
        "at": of.at.to_string(),
        "actor": of.actor,
        "verb": of.verb,
        "partner": of.partner,
        "subject": of.subject,
        "detail": serde_json::from_str::<Value>(&of.detail).unwrap_or_default(),
        "seal": hex(&of.seal),
    })
}

impl From<Sought> for store::Sought {
    fn from(said: Sought) -> Self {
        let begins = |day: app::domain::calendar::Day| Instant(i64::from(day.0) * 86_400_000_000);
        store::Sought {
            partner: said.partner,
            verb: said.verb,
            actor: said.actor,
            subject: said.subject,
            from: said.from.map(begins),
            until: said.until.map(begins),
            before: said.before,
        }
    }
}

/// `cairn decisions`.
pub fn decisions(common: &Common, asked: Decisions) -> Outcome {
    match asked {
        Decisions::List {
            store,
            partner,
            program,
        } => wait(store, async |address| {
            let office = office(common, address).await?;
            let program = program.as_deref();
            let all = office
                .decisions(&myself(), &partner, program, None, 500)
                .await?;
            output::answer(&if common.json {
                json::text(&all.iter().map(decision_json).collect())
            } else {
                let rows: Vec<Vec<String>> = all.iter().map(decision_row).collect();
                table(&rows, "rlllllll", 0)
            });
            Ok(Exit::Answered)
        }),
        Decisions::Show {
            store,
            decision,
            partner,
        } => wait(store, async |address| {
            let office = office(common, address).await?;
            let kept = office.decision(&myself(), &partner, decision).await?;
            output::answer(&kept.decision.answer);
            Ok(Exit::Answered)
        }),
        Decisions::Check {
            store,
            decision,
            partner,
        } => wait(store, async |address| {
            let office = office(common, address).await?;
            let again = office.redecide(&myself(), &partner, decision).await?;
            if common.json {
                let mut object = decision_json(&again.decided);
                object["same"] = json!(again.same);
                output::answer(&json::text(&object));
            } else if again.same {
                output::answer(&format!(
                    "decision {decision} rests on the same answer, to the byte: {}\n",
                    hex(&again.decided.decision.answer_hash)
                ));
            } else {
                output::answer(&format!(
                    "{} decision {decision} rested on another answer than the one that comes out now\n",
                    styled(SHORT, "flaw:")
                ));
            }
            Ok(if again.same {
                Exit::Answered
            } else {
                Exit::Failed
            })
        }),
    }
}

fn decision_row(of: &Decided) -> Vec<String> {
    let d = &of.decision;
    vec![
        d.decision.to_string(),
        of.at.to_string(),
        of.by.clone(),
        format!("{} {}", d.about, d.outcome),
        format!("{}@{}", d.program, d.edition),
        d.as_of.to_string(),
        match of.superseded_by {
            Some(by) => styled(SOFT, &format!("superseded by {by}")),
            None => String::new(),
        },
        d.reason.clone(),
    ]
}

fn decision_json(of: &Decided) -> Value {
    let d = &of.decision;
    json!({
        "decision": d.decision,
        "at": of.at.to_string(),
        "by": of.by,
        "partner": d.partner,
        "program": d.program,
        "edition": d.edition,
        "hash": d.edition_hash,
        "library": d.library,
        "as_of": d.as_of.to_string(),
        "known_after": d.known_after,
        "known_at": d.known_at.to_string(),
        "about": d.about,
        "outcome": d.outcome,
        "level": d.level,
        "reason": d.reason,
        "answer_sha256": hex(&d.answer_hash),
        "supersedes": d.supersedes,
        "superseded_by": of.superseded_by,
    })
}

/// `cairn export`.
pub fn export(common: &Common, asked: Export) -> Outcome {
    let Export {
        store,
        out,
        partner,
        history,
    } = asked;
    wait(store, async |address| {
        let office = office(common, address).await?;
        let exported = office
            .export(&myself(), partner.as_deref(), &out, history)
            .await?;
        if exported.folders.len() > 1 {
            output::remark(&format!(
                "partners have supplied different kinds of evidence, so that there are {} folders",
                exported.folders.len()
            ));
        }
        output::answer(&format!(
            "{} written to {}\n",
            app::words::counted(exported.files.len(), "file"),
            out.display()
        ));
        Ok(Exit::Answered)
    })
}

/// `cairn restore-history`.
pub fn restore_history(common: &Common, folder: &Path, store: StoreSettings) -> Outcome {
    wait(store, async |address| {
        let loaded = crate::run::programs(common)?;
        let clock = Clock::in_zone(common.time_zone.clone());
        let office = Office::new(Store::open(address).await?, Arc::new(loaded), clock);
        let done = office
            .restore_history(&myself(), folder, &mut |_| {})
            .await?;
        output::answer(&format!(
            "{} with {} taken over\n",
            counted(done.changes, "change"),
            counted(done.facts, "fact")
        ));
        Ok(Exit::Answered)
    })
}

/// `cairn backup`.
pub fn back_up(common: &Common, out: &Path, store: StoreSettings) -> Outcome {
    wait(store, async |address| {
        let store = store_at(address).await?;
        let clock = Clock::in_zone(common.time_zone.clone());
        let mut work = Work::new("backing up");
        let backed =
            backup::back_up(&store, &clock, COMMAND_LINE, out, &mut shown(&mut work)).await?;
        drop(work);
        output::answer(&if common.json {
            json::text(&json!({
                "rows": backed.rows,
                "tables": backed.tables,
                "change": backed.change,
                "head": hex(&backed.head),
            }))
        } else {
            format!(
                "{} of {} written to {}, up to change {}\n",
                counted(backed.rows, "row"),
                app::words::counted(backed.tables, "table"),
                out.display(),
                backed.change
            )
        });
        Ok(Exit::Answered)
    })
}

/// `cairn restore`.
pub fn restore(common: &Common, file: &Path, store: StoreSettings) -> Outcome {
    wait(store, async |address| {
        let clock = Clock::in_zone(common.time_zone.clone());
        let mut work = Work::new("restoring");
        let restored =
            backup::restore(address, &clock, COMMAND_LINE, file, &mut shown(&mut work)).await?;
        drop(work);
        let made = restored.at.map_or(String::new(), |at| at.to_string());
        output::answer(&if common.json {
            json::text(&json!({
                "rows": restored.rows,
                "made": made,
                "changes": restored.verified.changes,
                "facts": restored.verified.facts,
                "head": hex(&restored.verified.head),
            }))
        } else {
            format!(
                "{} restored from the backup of {made}; {} and {} verified\n",
                counted(restored.rows, "row"),
                counted(restored.verified.changes, "change"),
                counted(restored.verified.facts, "fact"),
            )
        });
        Ok(Exit::Answered)
    })
}

/// `cairn persons`.
pub fn persons(common: &Common, asked: Persons) -> Outcome {
    match asked {
        Persons::List { store, partner } => wait(store, async |address| {
            let all = office(common, address)
                .await?
                .persons(&myself(), &partner)
                .await?;
            output::answer(&if common.json {
                let of = |p: &persons::Person| json!({ "person": p.person, "name": p.name, "records": p.records });
                json::text(&all.iter().map(of).collect())
            } else {
                let rows: Vec<Vec<String>> = all
                    .iter()
                    .map(|p| {
                        let records = app::words::counted(p.records, "record");
                        vec![p.person.clone(), p.name.clone(), records]
                    })
                    .collect();
                table(&rows, "llr", 0)
            });
            Ok(Exit::Answered)
        }),
        Persons::Show {
            store,
            person,
            partner,
        } => wait(store, async |address| {
            let office = office(common, address).await?;
            let known = office.person(&myself(), &partner, &person).await?;
            output::answer(&if common.json {
                json::text(&persons::as_json(&known))
            } else {
                let rows: Vec<Vec<String>> = known
                    .records
                    .iter()
                    .map(|r| {
                        let cells: Vec<String> =
                            r.cells.iter().map(|(n, t)| format!("{n} {t}")).collect();
                        vec![
                            r.version.to_string(),
                            r.kind.clone(),
                            r.at.to_string(),
                            if r.stands { "stands" } else { "earlier" }.to_owned(),
                            cells.join(", "),
                        ]
                    })
                    .collect();
                table(&rows, "rllll", 0) + &mentions(&known.mentions)
            });
            Ok(Exit::Answered)
        }),
        Persons::Erase {
            store,
            person,
            partner,
            texts,
        } => wait(store, async |address| {
            let office = office(common, address).await?;
            let done = office
                .erase_person(&myself(), &partner, &person, texts)
                .await?;
            let erased = done.value;
            output::answer(&if common.json {
                json::text(&json!({
                    "pseudonym": erased.pseudonym,
                    "facts": erased.facts,
                    "decisions": erased.decisions,
                    "plans": erased.plans,
                    "tasks": erased.tasks,
                    "change": done.change,
                    "mentions": erased.mentions.iter().map(|m| json!({
                        "place": m.place, "kind": m.kind, "column": m.column, "text": m.text,
                    })).collect::<Vec<_>>(),
                }))
            } else {
                format!(
                    "{} stands in {} now\n{}",
                    erased.pseudonym,
                    counted(erased.facts, "fact"),
                    mentions(&erased.mentions)
                )
            });
            Ok(Exit::Answered)
        }),
    }
}

/// Texts for somebody to look at.
fn mentions(of: &[persons::Mention]) -> String {
    if of.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = of
        .iter()
        .map(|m| {
            let place = format!("{} {}", m.place, m.kind);
            // The answer of a decision is a page long.
            let text: String = m.text.chars().take(120).collect();
            vec![place.trim_end().to_owned(), m.column.clone(), text]
        })
        .collect();
    format!(
        "\n{} in which they may be named, for you to look at:\n{}",
        app::words::counted(of.len(), "text"),
        table(&rows, "lll", 2)
    )
}

/// The periods as they are set, by the names of what may be forgotten.
pub fn periods(settings: &RetentionSettings) -> BTreeMap<&'static str, i64> {
    let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    BTreeMap::from([
        ("sessions", seconds(settings.sessions)),
        ("deliveries", seconds(settings.deliveries)),
        ("mails", seconds(settings.deliveries)),
        ("imports", seconds(settings.imports)),
        ("uploads", seconds(settings.uploads)),
    ])
}

/// `cairn retention`.
pub fn retention(common: &Common, asked: Retention) -> Outcome {
    match asked {
        Retention::List { periods: settings } => {
            let set = periods(&settings);
            let all = FORGETTABLE
                .iter()
                .map(|of| (of, retention::period(of, &set)));
            output::answer(&if common.json {
                let of = |(of, seconds): (&store::Forgettable, i64)| json!({ "name": of.name, "what": of.what, "seconds": seconds });
                json::text(&all.map(of).collect())
            } else {
                let rows: Vec<Vec<String>> = all
                    .map(|(of, seconds)| {
                        let days = counted(seconds / 86_400, "day");
                        vec![of.name.to_owned(), days, of.what.to_owned()]
                    })
                    .collect();
                table(&rows, "lrl", 0)
            });
            Ok(Exit::Answered)
        }
        Retention::Run {
            store,
            periods: settings,
        } => wait(store, async |address| {
            let office = office(common, address).await?;
            let forgotten = office.retain(&myself(), &periods(&settings)).await?;
            output::answer(&if common.json {
                let rows = forgotten.rows.iter();
                let rows = rows.map(|(name, rows)| ((*name).to_owned(), json!(rows)));
                json::text(
                    &json!({ "change": forgotten.change, "rows": Value::Object(rows.collect()) }),
                )
            } else {
                let rows: Vec<Vec<String>> = forgotten
                    .rows
                    .iter()
                    .map(|(name, rows)| vec![(*name).to_owned(), format!("{rows} forgotten")])
                    .collect();
                table(&rows, "lr", 0)
            });
            Ok(Exit::Answered)
        }),
    }
}
