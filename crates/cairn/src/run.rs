//! Each command: what is read, what is asked, what is printed, and how it ends.

use std::path::Path;

use app::domain::calendar::Day;
use app::domain::diagnostic::{Diagnostic, Severity};
use app::domain::library::Assumptions;
use app::evidence::Opened;
use app::programs::Loaded;
use app::question::{Desk, Question};

use crate::args::{Asking, Cli, Common, Verb};
use crate::output::{self, Exit, SOFT, styled};
use crate::{json, scorecard};

/// So many problems of the evidence are listed unless all are wanted.
const LISTED: usize = 8;

/// Runs a command.
pub fn run(cli: Cli) -> Exit {
    let common = cli.common;
    let outcome = match cli.verb {
        Verb::Demo {
            folder,
            force,
            as_of,
        } => demo(&common, &folder, force, as_of),
        Verb::Scorecard {
            evidence,
            asking,
            all_levels,
        } => card(&common, &evidence, &asking, all_levels),
    };
    match outcome {
        Ok(exit) => exit,
        Err(problem) => {
            output::problem(&problem);
            Exit::Failed
        }
    }
}

type Outcome = Result<Exit, Diagnostic>;

/// The programs, with what is wrong with the user's own said on standard error.
fn programs(common: &Common) -> Result<Loaded, Diagnostic> {
    let loaded = app::programs::load(common.programs.as_deref())?;
    let errors: Vec<&Diagnostic> = loaded.errors().collect();
    for problem in errors.iter().take(LISTED) {
        output::problem(problem);
    }
    if errors.len() > LISTED {
        output::remark(&format!(
            "{} more errors in program files; `cairn check` lists them",
            errors.len() - LISTED
        ));
    }
    Ok(loaded)
}

/// Opens evidence and says what is wrong with it on standard error.
fn open(
    common: &Common,
    path: &Path,
    loaded: &Loaded,
    partner: Option<&str>,
) -> Result<Opened, Diagnostic> {
    let options = app::exchange::Options::default();
    let _ = partner;
    let opened = app::evidence::open(path, loaded.library(), &options, &mut |_| {})?;
    report(common, &opened);
    Ok(opened)
}

fn report(common: &Common, opened: &Opened) {
    let listed: Vec<&Diagnostic> = opened
        .problems
        .iter()
        .filter(|p| common.all_problems || p.severity != Severity::Note)
        .collect();
    let most = if common.all_problems {
        usize::MAX
    } else {
        LISTED
    };
    for problem in listed.iter().take(most) {
        output::problem(problem);
    }
    let read: u64 = opened.sheets.iter().map(|s| s.read).sum();
    let refused = opened.refused();
    if refused > 0 || listed.len() > most {
        let more = listed.len().saturating_sub(most);
        let more = if more > 0 {
            format!("; {more} more problems, listed with --all-problems")
        } else {
            String::new()
        };
        output::remark(&styled(
            SOFT,
            &format!(
                "{read} rows read, {} accepted, {refused} refused{more}\n",
                read - refused
            ),
        ));
    }
}

/// How an answer over this evidence ends.
fn exit(common: &Common, opened: &Opened) -> Exit {
    if common.strict && (opened.refused() > 0 || opened.errors().next().is_some()) {
        Exit::Failed
    } else {
        Exit::Answered
    }
}

fn question(common: &Common, asking: &Asking) -> Result<Question, Diagnostic> {
    Ok(Question {
        as_of: match asking.as_of {
            Some(day) => day,
            None => app::clock::today(&common.time_zone)?,
        },
        known_at: asking.known_at,
        program: asking.program.clone(),
        edition: asking.edition.clone(),
        partner: asking.partner.clone(),
        assumptions: Assumptions {
            set: asking.set.iter().cloned().collect(),
            assume: asking.assume.iter().cloned().collect(),
            track: asking.track.clone(),
        },
    })
}

fn card(common: &Common, evidence: &Path, asking: &Asking, all_levels: bool) -> Outcome {
    let loaded = programs(common)?;
    let opened = open(common, evidence, &loaded, asking.partner.as_deref())?;
    let desk = Desk::new(&loaded, &opened, question(common, asking)?);
    if desk.named()?.is_some() {
        let card = app::scorecard::scorecard(&desk, all_levels)?;
        output::answer(&if common.json {
            json::text(&json::scorecard(&card))
        } else {
            scorecard::text(&card, output::width())
        });
    } else {
        let overview = app::overview::overview(&desk)?;
        output::answer(&if common.json {
            json::text(&json::overview(&overview))
        } else {
            scorecard::overview(&overview, output::width())
        });
    }
    Ok(exit(common, &opened))
}

fn demo(common: &Common, folder: &Path, force: bool, as_of: Option<Day>) -> Outcome {
    let today = match as_of {
        Some(day) => day,
        None => app::clock::today(&common.time_zone)?,
    };
    let loaded = programs(common)?;
    let written = app::demo::write(folder, today, force)?;
    let options = app::exchange::Options::default();
    let opened = app::evidence::open(folder, loaded.library(), &options, &mut |_| {})?;
    let columns = output::width();
    let mut out = String::new();
    out += app::demo::story();
    out += &format!("\nWrote {} tables to {}.\n\n", written, folder.display());
    let sample = Question {
        program: Some(app::demo::SAMPLE_PROGRAM.to_owned()),
        ..Question::on(Day::from(app::demo::SAMPLE_DAY))
    };
    let desk = Desk::new(&loaded, &opened, sample);
    out += &scorecard::text(&app::scorecard::scorecard(&desk, false)?, columns);
    out.push('\n');
    let desk = Desk::new(&loaded, &opened, Question::on(today));
    out += &scorecard::overview(&app::overview::overview(&desk)?, columns);
    out += &next(folder);
    output::answer(&out);
    Ok(Exit::Answered)
}

fn next(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "\nTry next\n  cairn scorecard {folder} --program {0}\n  cairn scorecard {folder} --program {0} --as-of {1}\n  cairn scorecard YOUR-FOLDER\n",
        app::demo::SAMPLE_PROGRAM,
        Day::from(app::demo::SAMPLE_DAY),
    )
}
