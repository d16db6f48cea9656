//! `import --database`: evidence into the store of a server, shown before it is written.

use std::collections::BTreeMap;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use app::access::Actor;
use app::clock::Clock;
use app::domain::diagnostic::{Diagnostic, Place, Severity};
use app::imports::{
    DayChoice, DecimalChoice, EncodingChoice, FileChoice, Group, Import, ImportOptions, Preview,
    Problem, RowPreview, State, Target, Unsorted,
};
use app::office::Office;
use app::refusal::Refusal;
use app::store::Store;
use app::words::counted;

use crate::args::{Bring, Common, Days, Decimal, Encoding, Written};
use crate::layout::table;
use crate::output::{self, Exit, SHORT, SOFT, Work, styled};
use crate::run::{Outcome, programs};
use crate::serve::load::why;

/// So many rows of each group are shown.
const SHOWN: usize = 5;
/// So many problems are listed.
const LISTED: usize = 20;

/// Imports into a database.
pub fn import(common: &Common, evidence: &Path, written: &Written, bring: &Bring) -> Outcome {
    let loaded = programs(common)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&format!("no work can be begun: {error}")))?;
    runtime.block_on(async {
        let address = bring.database.as_ref().map_or("", |d| d.reveal());
        let store = Store::open(address).await.map_err(|error| {
            Diagnostic::error(
                "no-store",
                format!("the database cannot be used: {}", why(&error)),
                Place::default(),
            )
            .help("`--database` names a file, or postgres://USER:PASSWORD@HOST/NAME")
        })?;
        let clock = Clock::in_zone(common.time_zone.clone());
        let office = Office::new(store, Arc::new(loaded), clock);
        let done = within(&office, common, evidence, written, bring).await;
        office.store.close().await;
        done.or_else(|refusal| match refusal {
            Refusal::Problems(problems) => {
                problems.iter().for_each(output::problem);
                Ok(Exit::Failed)
            }
            Refusal::Store(error) => Err(failed(&format!(
                "the database does not answer: {}",
                why(&error)
            ))),
            other => Err(Diagnostic::error(
                other.code(),
                other.to_string(),
                Place::default(),
            )),
        })
    })
}

fn failed(message: &str) -> Diagnostic {
    Diagnostic::error("unavailable", message, Place::default())
}

async fn within(
    office: &Office,
    common: &Common,
    evidence: &Path,
    written: &Written,
    bring: &Bring,
) -> Result<Exit, Refusal> {
    office.refresh().await?;
    let actor = Actor::system("command-line");
    let target = bring
        .partner
        .clone()
        .map_or(Target::Several, Target::Partner);
    let begun = office
        .start_import(&actor, &target, Some(evidence), &options(written, bring))
        .await?;
    let import = watched(
        office,
        &actor,
        &begun.id,
        "reading",
        office.preview_import(&actor, &begun.id, None),
    )
    .await?;
    let preview = import.preview.clone().unwrap_or_default();
    if !common.json {
        show(office, &actor, common, &import, &preview).await?;
    }
    let give_up = async || {
        office
            .discard_import(&actor, &import.id, import.version)
            .await
    };
    if import.state == State::Failed || !preview.hindrances.is_empty() {
        if common.json {
            output::answer(&crate::json::text(&json(&import, &preview)));
        }
        for problem in &preview.hindrances {
            output::problem(&diagnostic(problem));
        }
        give_up().await?;
        return Ok(Exit::Failed);
    }
    let refused: u64 = preview.files.iter().map(|f| f.refused).sum();
    let exit = if common.strict && refused > 0 {
        Exit::Failed
    } else {
        Exit::Answered
    };
    if exit == Exit::Failed || preview.is_idle() || !agreed(common, bring, &preview) {
        if common.json {
            output::answer(&crate::json::text(&json(&import, &preview)));
        }
        let said = if exit == Exit::Failed {
            "nothing was written, because rows were refused"
        } else if preview.is_idle() {
            "nothing changes, so nothing was written"
        } else {
            "nothing was written: `--yes` writes it"
        };
        give_up().await?;
        output::remark(said);
        return Ok(exit);
    }
    let confirm = office.confirm_import(&actor, &import.id, import.version);
    let done = watched(office, &actor, &import.id, "writing", confirm).await;
    let done = match done {
        Err(refusal @ Refusal::Conflict { .. }) => {
            output::remark(
                "somebody else changed what stands meanwhile, so nothing was written: look again",
            );
            return Err(refusal);
        }
        other => other?,
    };
    if common.json {
        output::answer(&crate::json::text(&json(&done.value, &preview)));
    }
    output::remark(&format!(
        "written as change {}; the import is {}",
        done.change, import.id
    ));
    Ok(exit)
}

/// Waits for work on an import, and shows how far it is.
async fn watched<T>(
    office: &Office,
    actor: &Actor,
    import: &str,
    what: &'static str,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let mut bar = Work::new(what);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(Duration::from_millis(200)) => {
                if let Ok(Some(progress)) = office.import_progress(actor, import).await {
                    bar.at(progress.done, progress.total.max(1));
                }
            }
        }
    }
}

fn options(written: &Written, bring: &Bring) -> ImportOptions {
    ImportOptions {
        program: written.of_program.clone(),
        all: FileChoice {
            columns: written.column.iter().cloned().collect::<BTreeMap<_, _>>(),
            decimal: written.decimal.map(|d| match d {
                Decimal::Point => DecimalChoice::Point,
                Decimal::Comma => DecimalChoice::Comma,
            }),
            days: written.days.map(|d| match d {
                Days::DayFirst => DayChoice::DayFirst,
                Days::MonthFirst => DayChoice::MonthFirst,
            }),
            currency: written.currency.clone(),
            encoding: (written.encoding != Encoding::Utf8).then_some(EncodingChoice::Windows1252),
            opening: None,
        },
        whole: bring.whole.iter().cloned().collect(),
        ..ImportOptions::default()
    }
}

/// Does somebody want it written?
fn agreed(common: &Common, bring: &Bring, preview: &Preview) -> bool {
    if bring.yes {
        return true;
    }
    if common.json || !std::io::stdin().is_terminal() {
        return false;
    }
    output::ask(&format!("Write {}? [y/N] ", counted_facts(preview.writes)));
    let mut said = String::new();
    let read = std::io::stdin().lock().read_line(&mut said);
    read.is_ok() && matches!(said.trim().to_lowercase().as_str(), "y" | "yes")
}

fn counted_facts(count: u64) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), "fact")
}

fn diagnostic(problem: &Problem) -> Diagnostic {
    let place = Place {
        line: problem.row,
        ..Place::file(&problem.file).showing(problem.column.as_str())
    };
    // The code of a kept problem is a text; what is printed shows it in front of the message.
    Diagnostic {
        severity: match problem.severity.as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Note,
        },
        ..Diagnostic::error(code(&problem.code), problem.message.clone(), place)
    }
    .help(problem.help.clone())
}

/// The code as it is known to the product.
fn code(code: &str) -> &'static str {
    let mut known = app::domain::intake::CODES
        .iter()
        .chain(app::exchange::CODES)
        .chain(app::imports::CODES);
    known.find(|k| **k == code).copied().unwrap_or("problem")
}

async fn show(
    office: &Office,
    actor: &Actor,
    common: &Common,
    import: &Import,
    preview: &Preview,
) -> Result<(), Refusal> {
    // What hinders the import is said last, with what can be done about it.
    let hinders = |p: &Problem| {
        let mut all = preview.hindrances.iter();
        all.any(|h| h.code == p.code && h.file == p.file)
    };
    let errors = preview
        .problems
        .iter()
        .filter(|p| p.severity != "note" && !hinders(p));
    let most = if common.all_problems {
        usize::MAX
    } else {
        LISTED
    };
    for problem in errors.clone().take(most) {
        output::problem(&diagnostic(problem));
    }
    let more = errors.count().saturating_sub(most);
    if more > 0 {
        output::remark(&format!(
            "{more} more problems; `--all-problems` lists them"
        ));
    }
    let mut text = String::new();
    let files: Vec<Vec<String>> = preview
        .files
        .iter()
        .map(|f| {
            let refused = match f.refused {
                0 => String::new(),
                n => styled(SHORT, &format!("{n} refused")),
            };
            vec![
                f.kind.clone(),
                counted(usize::try_from(f.read).unwrap_or(usize::MAX), "row"),
                format!("{} accepted", f.accepted),
                refused,
                styled(SOFT, &f.file),
            ]
        })
        .collect();
    text += &table(&files, "lrrrl", 0);
    let mut kinds: Vec<Vec<String>> = vec![];
    for (kind, c) in &preview.kinds {
        let cell = |n: u64, what: &str| {
            if n == 0 {
                String::new()
            } else {
                format!("{n} {what}")
            }
        };
        let all = [
            cell(c.added, "added"),
            cell(c.superseded, "superseded"),
            cell(c.unchanged, "unchanged"),
            cell(c.older, "older"),
            cell(c.withdrawn, "withdrawn"),
            cell(
                c.missing - c.withdrawn.min(c.missing),
                "not in the files, and stay",
            ),
        ];
        if all.iter().any(|c| !c.is_empty()) {
            kinds.push([vec![kind.clone()], all.to_vec()].concat());
        }
    }
    if !kinds.is_empty() {
        // Columns of which no kind has any are left out.
        let used: Vec<usize> = (0..kinds[0].len())
            .filter(|c| kinds.iter().any(|row| !row[*c].is_empty()))
            .collect();
        let rows: Vec<Vec<String>> = kinds
            .iter()
            .map(|row| used.iter().map(|c| row[*c].clone()).collect())
            .collect();
        text.push('\n');
        text += &table(&rows, &"lrrrrrr"[..used.len()], 0);
    }
    for group in [Group::Superseded, Group::Withdrawn] {
        let page = office
            .import_rows(actor, &import.id, group, 0, SHOWN)
            .await?;
        for row in &page.rows {
            text.push_str(&difference(row, group));
        }
        if page.next.is_some() {
            text.push_str(&styled(SOFT, "  and more\n"));
        }
    }
    if preview.new_partner_count > 0 {
        text += &format!(
            "{} new: {}{}\n",
            counted(
                usize::try_from(preview.new_partner_count).unwrap_or(usize::MAX),
                "partner"
            ),
            preview.new_partners[..preview.new_partners.len().min(SHOWN)].join(", "),
            if preview.new_partner_count > SHOWN as u64 {
                " …"
            } else {
                ""
            }
        );
    }
    text += &unsorted(&preview.unsorted, most);
    output::answer(&text);
    Ok(())
}

/// The values of which nobody said yet where they belong, and how it is said.
fn unsorted(all: &[Unsorted], most: usize) -> String {
    let Some(first) = all.first() else {
        return String::new();
    };
    let mut asked: Vec<&str> = vec![];
    let columns = all.iter().flat_map(|u| &u.asks).map(|a| a.column.as_str());
    for column in columns {
        if !asked.contains(&column) {
            asked.push(column);
        }
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .take(most)
        .map(|u| {
            let guesses = u.asks.iter().map(|a| match &a.guess {
                Some(word) => format!("{} {word}?", a.column),
                None => format!("{} –", a.column),
            });
            vec![
                u.value.clone(),
                styled(SOFT, &u.under.join(", ")),
                guesses.collect::<Vec<_>>().join(", "),
            ]
        })
        .collect();
    let mut text = format!(
        "\n{} of `{}` that nothing says more of. A table `{}` with the columns {}, {} says it once; a guess counts for nothing:\n",
        counted(all.len(), &first.column),
        first.of,
        first.kind,
        first.column,
        asked.join(", "),
    );
    text += &table(&rows, "lll", 2);
    if all.len() > most {
        text.push_str(&styled(SOFT, "  and more\n"));
    }
    text
}

fn difference(row: &RowPreview, group: Group) -> String {
    let key = |cells: &[(String, String)]| {
        let texts = cells.iter().take(2).map(|(_, text)| text.as_str());
        texts.collect::<Vec<_>>().join(" ")
    };
    if group == Group::Withdrawn {
        return format!("  {} {} withdrawn\n", row.kind, key(&row.before));
    }
    let changes: Vec<String> = row
        .differs
        .iter()
        .map(|(field, before, after)| {
            let shown = |text: &str| {
                if text.is_empty() {
                    "–".to_owned()
                } else {
                    text.to_owned()
                }
            };
            format!("{field} {} → {}", shown(before), shown(after))
        })
        .collect();
    format!(
        "  {} {}: {}\n",
        row.kind,
        key(&row.cells),
        changes.join(", ")
    )
}

fn json(import: &Import, preview: &Preview) -> serde_json::Value {
    let problem = |p: &Problem| {
        serde_json::json!({
            "code": p.code,
            "severity": p.severity,
            "message": p.message,
            "help": p.help,
            "file": p.file,
            "row": p.row,
            "column": p.column,
        })
    };
    let files: Vec<_> = preview
        .files
        .iter()
        .map(|f| {
            serde_json::json!({
                "file": f.file,
                "kind": f.kind,
                "read": f.read,
                "accepted": f.accepted,
                "refused": f.refused,
                "repeated": f.repeated,
            })
        })
        .collect();
    let kinds: serde_json::Map<String, serde_json::Value> = preview
        .kinds
        .iter()
        .map(|(kind, c)| {
            let counts = serde_json::json!({
                "added": c.added,
                "superseded": c.superseded,
                "unchanged": c.unchanged,
                "older": c.older,
                "earlier": c.earlier,
                "aside": c.aside,
                "missing": c.missing,
                "withdrawn": c.withdrawn,
            });
            (kind.clone(), counts)
        })
        .collect();
    serde_json::json!({
        "import": import.id,
        "state": import.state.name(),
        "partner": import.target.partner(),
        "change": import.confirmed,
        "writes": preview.writes,
        "files": files,
        "kinds": kinds,
        "refused": {
            "new": preview.refused.new,
            "again": preview.refused.again,
            "changed": preview.refused.changed,
            "right": preview.refused.right,
            "aside": preview.refused.aside,
        },
        "new_partners": preview.new_partner_count,
        "names": preview.names.iter().map(|n| serde_json::json!({
            "kind": n.kind,
            "name": n.name,
            "rows": n.rows,
            "nearest": n.nearest,
        })).collect::<Vec<_>>(),
        "unsorted": preview.unsorted,
        "problems": preview.problems.iter().map(problem).collect::<Vec<_>>(),
        "hindrances": preview.hindrances.iter().map(problem).collect::<Vec<_>>(),
    })
}
