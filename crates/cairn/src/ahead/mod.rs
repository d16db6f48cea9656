//! The commands that look ahead: what falls, who matters, how likely, the cheapest way up, and the vendor's own numbers.

pub(crate) mod case;
mod forecast;
pub(crate) mod json;
mod leavers;
mod odds;
pub(crate) mod paper;
mod plan;
mod reconcile;

use std::path::Path;
use std::sync::Arc;

use app::domain::calendar::Day;
use app::domain::diagnostic::{Diagnostic, Place};
use app::domain::number::Exact;
use app::domain::program::Ask;
use app::evidence::Opened;
use app::locale::Lang;
use app::plan::Goal;
use app::question::Desk;

use serde_json::Value;

use crate::args::{Asking, Common, Written};
use crate::json::text;
use crate::output::{self, Exit};
use crate::run::{Outcome, exit, open, programs, question, report};

/// Programs and evidence as they were known on the day asked about.
fn desk(
    common: &Common,
    evidence: &Path,
    (asking, written): (&Asking, &Written),
) -> Result<(Desk, Opened), Diagnostic> {
    let loaded = programs(common)?;
    let question = app::forecast::foreseeing(question(common, asking)?);
    let unread = question.unread(&loaded)?;
    let opened = open(common, evidence, &loaded, written)?;
    report(common, &opened, &unread);
    Ok((Desk::new(&loaded, &opened, question), opened))
}

/// What falls ahead as JSON, with the odds of a day where they are wanted.
pub fn forecast_value(
    desk: &Desk,
    to: Option<Day>,
    odds: Option<(Day, &[(String, Exact)])>,
) -> Result<Value, Diagnostic> {
    let ahead = app::forecast::forecast(desk, to)?;
    let odds = odds.map(|(on, set)| app::odds::odds(desk, on, set));
    Ok(json::forecast(&ahead, odds.transpose()?.as_ref()))
}

/// What falls ahead.
pub fn forecast(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    to: Option<Day>,
    odds: Option<(Day, &[(String, Exact)])>,
    ics: Option<&Path>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let ahead = app::forecast::forecast(&desk, to)?;
    let odds = odds
        .map(|(on, set)| app::odds::odds(&desk, on, set))
        .transpose()?;
    if let Some(path) = ics {
        let calendar = app::forecast::icalendar(&ahead);
        if path.as_os_str() == "-" {
            output::answer(&calendar);
            return Ok(exit(common, &opened));
        }
        app::import::write_text(path, &calendar)?;
        output::remark(&format!("the days are written to {}", path.display()));
    }
    output::answer(&if common.json {
        text(&json::forecast(&ahead, odds.as_ref()))
    } else {
        let mut out = forecast::text(&ahead, output::width());
        if let Some(odds) = &odds {
            out += &odds::text(odds, output::width());
        }
        out
    });
    Ok(exit(common, &opened))
}

/// The vendor's own numbers and ours.
pub fn reconcile(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    (from, say): (Option<&Path>, &[String]),
    (ask, level): (Option<Ask>, Option<&str>),
) -> Outcome {
    let mut numbers = Vec::new();
    if let Some(path) = from {
        let name = path.display().to_string();
        let read = if path.as_os_str() == "-" {
            std::io::read_to_string(std::io::stdin())
        } else {
            std::fs::read_to_string(path)
        };
        let pasted = read.map_err(|error| {
            Diagnostic::error(
                "cannot-read",
                format!("`{name}` cannot be read: {error}"),
                Place::default(),
            )
        })?;
        numbers.extend(app::reconcile::read(&name, &pasted)?);
    }
    numbers.extend(app::reconcile::read("--say", &say.join("\n"))?);
    let (desk, opened) = desk(common, evidence, asked)?;
    let found = app::reconcile::reconcile(&desk, ask, level, &numbers)?;
    output::answer(&if common.json {
        text(&json::reconciled(&found))
    } else {
        reconcile::text(&found, output::width())
    });
    Ok(exit(common, &opened))
}

/// Who matters.
pub fn leavers(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    to: Option<Day>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let mut found = app::leavers::leavers(&desk, to)?;
    found.replacing = app::leavers::replacing(&desk, &found, None)?;
    output::answer(&if common.json {
        text(&json::leavers(&found))
    } else {
        leavers::text(&found, output::width())
    });
    Ok(exit(common, &opened))
}

/// The cheapest way up.
pub fn plan(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    goal: &Goal,
    ics: Option<&Path>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let planned = app::plan::plan(&desk, goal)?;
    if let Some(path) = ics {
        let calendar = app::plan::icalendar(&planned);
        if path.as_os_str() == "-" {
            output::answer(&calendar);
            return Ok(exit(common, &opened));
        }
        app::import::write_text(path, &calendar)?;
        output::remark(&format!("the days are written to {}", path.display()));
    }
    output::answer(&if common.json {
        text(&json::plan(&planned))
    } else {
        plan::text(&planned, output::width())
    });
    // That there is no plan is no answer to what was asked.
    if planned.plan.as_ref().is_none_or(|p| !p.met) {
        return Ok(Exit::Failed);
    }
    Ok(exit(common, &opened))
}

/// All business cases and worksheets, each with what comes out.
pub fn worksheets(common: &Common, evidence: &Path, asked: (&Asking, &Written)) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let cases = app::case::all(&desk)?;
    output::answer(&if common.json {
        text(&case::all_value(&cases))
    } else {
        case::all_text(&cases, output::width())
    });
    Ok(exit(common, &opened))
}

/// A business case or a worksheet: a model's inputs, what comes out, and what may happen.
pub fn business_case(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    model: &str,
    tried: &app::case::Tried,
    paths: Option<(u64, u64)>,
    xlsx: Option<&Path>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let case = match app::case::case(&desk, model, tried) {
        Ok(case) => case,
        Err(problems) => {
            problems.iter().for_each(output::problem);
            return Ok(Exit::Failed);
        }
    };
    let paths = paths.map(|(seed, count)| Arc::new(case.paths(seed, count)));
    let runs = case::Runs::of(&case, paths);
    if let Some(path) = xlsx {
        let book = app::report::workbook(&case, Lang::default(), runs.paths.as_deref())?;
        app::import::write_bytes(path, &book)?;
        output::remark(&format!("the workbook is written to {}", path.display()));
    }
    output::answer(&if common.json {
        text(&case::value(&case, &runs))
    } else {
        case::text(&case, &runs, output::width())
    });
    Ok(exit(common, &opened))
}

/// A report: as text, as JSON, or as a file.
pub fn in_one_piece(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    (name, lang): (&str, Lang),
    paths: Option<(u64, u64)>,
    out: Option<&Path>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let ran = app::case::Ran::default();
    let with = app::report::With {
        paths: paths.map(|(seed, count)| (&ran, seed, count)),
        ..Default::default()
    };
    let paper = match app::report::report(&desk, lang, name, &with) {
        Ok(paper) => paper,
        Err(problems) => {
            problems.iter().for_each(output::problem);
            return Ok(Exit::Failed);
        }
    };
    if let Some(path) = out {
        let bytes = match path.extension().and_then(|e| e.to_str()) {
            Some("pdf") => app::report::pdf(&paper)?,
            Some("xlsx") => app::report::tables(&paper)?,
            _ => {
                return Err(Diagnostic::error(
                    "unknown-format",
                    format!("`{}` is neither a PDF nor a workbook", path.display()),
                    Place::default(),
                )
                .help("name a file that ends in .pdf or .xlsx"));
            }
        };
        app::import::write_bytes(path, &bytes)?;
        output::remark(&format!("the report is written to {}", path.display()));
        return Ok(exit(common, &opened));
    }
    output::answer(&if common.json {
        text(&paper::value(&paper))
    } else {
        paper::text(&paper, output::width())
    });
    Ok(exit(common, &opened))
}
