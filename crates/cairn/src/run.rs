//! Each command: what is read, what is asked, what is printed, and how it ends.

use std::path::{Path, PathBuf};

use app::domain::calendar::Day;
use app::domain::cost::Cost;
use app::domain::diagnostic::{Diagnostic, Place, Severity};
use app::domain::diff::Lines;
use app::domain::library::Assumptions;
use app::domain::program::Ask;
use app::domain::schema;
use app::evidence::Opened;
use app::exchange::Options;
use app::explain::Which;
use app::import::Form;
use app::locale::Lang;
use app::overview::Overview;
use app::programs::Loaded;
use app::question::{Desk, Question};

use crate::args::{Asking, Cli, Common, File, Verb, Written};
use crate::layout::table;
use crate::output::{self, Exit, MET, SHORT, SOFT, UNKNOWN, Work, styled};
use crate::serve::settings::Settings;
use crate::{ahead, explain, json, keep, kpis, scorecard, timeline};

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
            serve,
            listen,
        } => demo(&common, &folder, force, as_of, serve.then_some(listen)),
        Verb::Scorecard {
            evidence,
            asking,
            written,
            all_levels,
            html,
        } => card(&common, &evidence, (&asking, &written), all_levels, html),
        Verb::Kpis {
            evidence,
            asking,
            written,
            figure,
        } => key_figures(&common, &evidence, (&asking, &written), figure.as_deref()),
        Verb::Explain {
            evidence,
            asking,
            written,
            row,
            question,
            level,
            all_records,
        } => {
            let which = Which {
                row,
                ask: question.map(Into::into),
                level,
            };
            explain_rows(&common, &evidence, (&asking, &written), &which, all_records)
        }
        Verb::Timeline {
            evidence,
            asking,
            written,
            from,
            to,
        } => tell(&common, &evidence, (&asking, &written), from, to),
        Verb::Forecast {
            evidence,
            asking,
            written,
            to,
            on,
            chance,
            ics,
        } => {
            let odds = on.map(|on| (on, chance.as_slice()));
            ahead::forecast(
                &common,
                &evidence,
                (&asking, &written),
                to,
                odds,
                ics.as_deref(),
            )
        }
        Verb::Leavers {
            evidence,
            asking,
            written,
            to,
        } => ahead::leavers(&common, &evidence, (&asking, &written), to),
        Verb::BusinessCase {
            evidence,
            asking,
            written,
            list: true,
            ..
        } => ahead::worksheets(&common, &evidence, (&asking, &written)),
        Verb::BusinessCase {
            evidence,
            asking,
            written,
            model,
            list: false,
            input,
            stay,
            paths,
            seed,
            xlsx,
        } => ahead::business_case(
            &common,
            &evidence,
            (&asking, &written),
            &model,
            &ahead::case::tried(&input, &stay),
            (paths > 0).then_some((seed, paths)),
            xlsx.as_deref(),
        ),
        Verb::Report {
            evidence,
            asking,
            written,
            report,
            out,
            language,
            paths,
        } => ahead::in_one_piece(
            &common,
            &evidence,
            (&asking, &written),
            (&report, language),
            (paths > 0).then_some((app::case::SEED, paths)),
            out.as_deref(),
        ),
        Verb::Reconcile {
            evidence,
            asking,
            written,
            from,
            say,
            question,
            level,
        } => ahead::reconcile(
            &common,
            &evidence,
            (&asking, &written),
            (from.as_deref(), &say),
            (question.map(Into::into), level.as_deref()),
        ),
        Verb::Plan {
            evidence,
            asking,
            written,
            level,
            also,
            by,
            budget,
            row,
            keep,
            ics,
        } => {
            let goal = app::plan::Goal {
                level,
                also,
                by,
                budget,
                only: row,
                keep,
            };
            ahead::plan(
                &common,
                &evidence,
                (&asking, &written),
                &goal,
                ics.as_deref(),
            )
        }
        Verb::Evaluate {
            evidence,
            asking,
            written,
            question,
            out,
            full,
        } => evaluate(
            &common,
            &evidence,
            (&asking, &written),
            question.into(),
            &out,
            full,
        ),
        Verb::Check { files, notes, cost } => check(&common, &files, notes, cost),
        Verb::Cases { edition, missing } => cases(&common, edition.as_deref(), missing),
        Verb::Diff { before, after } => diff(&common, &before, &after),
        Verb::Translate { language, program } => translate(&common, &language, program.as_deref()),
        Verb::Freeze { editions } => freeze(&common, &editions),
        Verb::Import {
            evidence,
            out,
            to,
            force,
            bring,
            written,
        } => {
            if bring.database.is_some() {
                crate::bring::import(&common, &evidence, &written, &bring)
            } else {
                let out = out.as_deref().map(|out| (out, to.map(Into::into), force));
                import(&common, &evidence, &written, out)
            }
        }
        Verb::Template { out, kinds } => template(&common, &out, &kinds),
        Verb::BenchData {
            out,
            partners,
            facts,
            seed,
            last,
            csv,
        } => bench_data(
            &common,
            &app::population::Population {
                seed,
                partners,
                facts,
                last,
            },
            &out,
            csv,
        ),
        Verb::Serve { mut settings } => {
            settings.programs = common.programs;
            settings.time_zone = common.time_zone;
            serve(*settings)
        }
        Verb::Audit(asked) => keep::audit(&common, asked),
        Verb::Decisions(asked) => keep::decisions(&common, asked),
        Verb::Plans(asked) => keep::plans(&common, asked),
        Verb::Feeds(asked) => keep::feeds(&common, asked),
        Verb::Export(asked) => keep::export(&common, asked),
        Verb::RestoreHistory { folder, store } => keep::restore_history(&common, &folder, store),
        Verb::Backup { store, out } => keep::back_up(&common, &out, store),
        Verb::Restore { file, store } => keep::restore(&common, &file, store),
        Verb::Persons(asked) => keep::persons(&common, asked),
        Verb::Retention(asked) => keep::retention(&common, asked),
        Verb::Account { verb } => crate::account::account(&common, verb),
        Verb::Schema { of } => {
            let schema = match of {
                File::Program => schema::program(),
                File::Vocabulary => schema::vocabulary(),
                File::Catalog => schema::catalog(),
                File::Actions => schema::actions(),
                File::Template => schema::template(),
                File::Model => schema::model(),
                File::Report => schema::report(),
            };
            output::answer(&schema::text_of(&schema));
            Ok(Exit::Answered)
        }
        Verb::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut crate::config::command(), "cairn", &mut text);
            output::bytes(&text);
            Ok(Exit::Answered)
        }
        Verb::Man { out } => man(out.as_deref()),
    };
    match outcome {
        Ok(exit) => exit,
        Err(problem) => {
            output::problem(&problem);
            if app::question::WRONG_USAGE.contains(&problem.code) {
                Exit::WrongUsage
            } else {
                Exit::Failed
            }
        }
    }
}

pub type Outcome = Result<Exit, Diagnostic>;

/// The programs, with what is wrong with the user's own said on standard error.
pub fn programs(common: &Common) -> Result<Loaded, Diagnostic> {
    let loaded = app::programs::load(&common.programs)?;
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

/// Opens evidence.
pub fn open(
    common: &Common,
    path: &Path,
    loaded: &Loaded,
    written: &Written,
) -> Result<Opened, Diagnostic> {
    let options = Options::from(written);
    let mut work = Work::new("reading");
    let opened = app::evidence::open(path, loaded.library(), &options, &mut |p| {
        work.at(p.done, p.total);
    })?;
    drop(work);
    if opened.sheets.is_empty() {
        report(common, &opened, &[]);
        return Err(Diagnostic::error(
            "no-evidence",
            format!("nothing in `{}` could be read as evidence", path.display()),
            app::domain::diagnostic::Place::default(),
        )
        .help("`cairn template --out FOLDER` writes empty tables to start from, `cairn demo` a filled example"));
    }
    Ok(opened)
}

/// Says what is wrong with evidence on standard error; of kinds that are not read only what was refused.
pub fn report(common: &Common, opened: &Opened, unread: &[String]) {
    let listed: Vec<&Diagnostic> = opened
        .problems
        .iter()
        .filter(|p| common.all_problems || !opened.is_idle(p, unread))
        // What was taken for what is said even where nothing is wrong.
        .filter(|p| common.all_problems || p.severity != Severity::Note || p.code == "kind-guessed")
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
            let more = app::words::counted(more, "more problem");
            format!("; {more}, listed with --all-problems")
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
pub fn exit(common: &Common, opened: &Opened) -> Exit {
    if common.strict && (opened.refused() > 0 || opened.errors().next().is_some()) {
        Exit::Failed
    } else {
        Exit::Answered
    }
}

pub fn question(common: &Common, asking: &Asking) -> Result<Question, Diagnostic> {
    Ok(Question {
        as_of: match asking.as_of {
            Some(day) => day,
            None => common.time_zone.today(),
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

/// Programs, evidence and question, made ready.
fn desk(
    common: &Common,
    evidence: &Path,
    (asking, written): (&Asking, &Written),
) -> Result<(Desk, Opened), Diagnostic> {
    let loaded = programs(common)?;
    let question = question(common, asking)?;
    // A wrong name is said before a long import, and not below its problems.
    let unread = question.unread(&loaded)?;
    let opened = open(common, evidence, &loaded, written)?;
    report(common, &opened, &unread);
    Ok((Desk::new(&loaded, &opened, question), opened))
}

fn key_figures(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    figure: Option<&str>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    output::answer(&match figure {
        Some(figure) => {
            let detail = app::kpis::kpi(&desk, figure)?;
            if common.json {
                json::text(&json::kpi(&detail))
            } else {
                kpis::one(&detail, output::width())
            }
        }
        None => {
            let board = app::kpis::kpis(&desk)?;
            if common.json {
                json::text(&json::kpis(&board))
            } else {
                kpis::text(&board, output::width())
            }
        }
    });
    Ok(exit(common, &opened))
}

fn card(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    all_levels: bool,
    html: bool,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    if desk.named()?.is_some() {
        let card = app::scorecard::scorecard(&desk, all_levels)?;
        output::answer(&if html {
            let today = common.time_zone.today();
            let known_at = desk.question.known_at;
            crate::web::pages::file::html(&card, Lang::default(), today, known_at)
                .expect("INVARIANT: the template of a file is written into memory")
        } else if common.json {
            json::text(&json::scorecard(&card))
        } else {
            scorecard::text(&card, output::width())
        });
    } else if html {
        return Err(Diagnostic::error(
            "which-program",
            "one file is of one program, and none is named",
            Place::default(),
        )
        .help("name it with `--program`"));
    } else {
        let overview = app::overview::overview(&desk)?;
        output::answer(&if common.json {
            json::text(&json::overview(&overview))
        } else {
            scorecard::overview(&overview, output::width())
        });
        if is_partial(&overview) {
            return Ok(Exit::Failed);
        }
    }
    Ok(exit(common, &opened))
}

/// Does a program lack its answer because its file has an error? That no edition is in force is an answer.
fn is_partial(overview: &Overview) -> bool {
    let mut left_out = overview.left_out.iter();
    left_out.any(|(_, problem)| problem.code == "program-has-errors")
}

fn demo(
    common: &Common,
    folder: &Path,
    force: bool,
    as_of: Option<Day>,
    listen: Option<std::net::SocketAddr>,
) -> Outcome {
    let today = match as_of {
        Some(day) => day,
        None => common.time_zone.today(),
    };
    let loaded = programs(common)?;
    let written = app::demo::write(folder, today, force)?;
    if let Some(listen) = listen {
        let mut out = app::demo::story().to_owned();
        out += &format!("\nWrote {} tables to {}.\n", written, folder.display());
        output::answer(&out);
        return crate::demo::serve(common, folder, today, listen);
    }
    let options = Options::default();
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
    let overview = app::overview::overview(&desk)?;
    out += &scorecard::overview(&overview, columns);
    out += &next(folder);
    output::answer(&out);
    Ok(if is_partial(&overview) {
        Exit::Failed
    } else {
        Exit::Answered
    })
}

fn next(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "\nTry next\n  cairn demo {folder} --serve\n  cairn scorecard {folder} --program {0}\n  cairn scorecard {folder} --program {0} --as-of {1}\n  cairn scorecard YOUR-FOLDER\n",
        app::demo::SAMPLE_PROGRAM,
        Day::from(app::demo::SAMPLE_DAY),
    )
}

fn explain_rows(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    which: &Which,
    all_records: bool,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let explained = app::explain::explain(&desk, which)?;
    output::answer(&if common.json {
        json::text(&json::explained(&explained))
    } else {
        explain::text(&explained, output::width(), all_records)
    });
    Ok(exit(common, &opened))
}

fn tell(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    from: Option<Day>,
    to: Option<Day>,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let told = app::timeline::timeline(&desk, from, to)?;
    output::answer(&if common.json {
        json::text(&json::timeline(&told))
    } else {
        timeline::text(&told, output::width())
    });
    Ok(exit(common, &opened))
}

fn evaluate(
    common: &Common,
    evidence: &Path,
    asked: (&Asking, &Written),
    ask: Ask,
    out: &Path,
    full: bool,
) -> Outcome {
    let (desk, opened) = desk(common, evidence, asked)?;
    let table = app::evaluate::evaluate(&desk, ask, full)?;
    if common.json {
        output::answer(&json::text(&json::table(&table)));
    } else if out.as_os_str() == "-" {
        output::answer(&app::evaluate::csv(&table));
    } else {
        app::evaluate::write(&table, out)?;
        output::remark(&format!(
            "{} of {} written to {}",
            app::words::counted(table.rows.len(), "partner"),
            table.edition,
            out.display()
        ));
    }
    Ok(exit(common, &opened))
}

fn check(common: &Common, files: &[PathBuf], notes: bool, cost: bool) -> Outcome {
    let mut paths = common.programs.clone();
    paths.extend(files.iter().cloned());
    let loaded = app::programs::load(&paths)?;
    let mut work = Work::new("checking");
    let checked = app::verify::check(&loaded, &mut |done, of| work.at(done as u64, of as u64));
    drop(work);
    let errors = checked.count(Severity::Error);
    let warnings = checked.count(Severity::Warning);
    let noted = checked.count(Severity::Note);
    let costs = if cost {
        app::verify::cost(&loaded)
    } else {
        vec![]
    };
    if common.json {
        let problems = json::problems(&checked.problems);
        output::answer(&json::text(&if cost {
            json::checked_with_costs(problems, &costs)
        } else {
            problems
        }));
    } else {
        let mut out = String::new();
        for problem in &checked.problems {
            if notes || problem.severity != Severity::Note {
                out += &output::problem_text(problem);
                out += "\n\n";
            }
        }
        for (edition, rows) in &costs {
            out += &cost_text(edition, rows);
            out.push('\n');
        }
        let state = |count: usize, one: &str, style| {
            let text = if count == 0 {
                format!("no {one}")
            } else {
                app::words::counted(count, one)
            };
            if count == 0 {
                text
            } else {
                styled(style, &text)
            }
        };
        let more = if noted > 0 && !notes {
            " (listed with --notes)"
        } else {
            ""
        };
        out += &format!(
            "{} and {} checked: {}, {}, {}{more}\n",
            app::words::counted(checked.editions, "edition"),
            app::words::counted(checked.cases, "case"),
            state(errors, "error", SHORT),
            state(warnings, "warning", UNKNOWN),
            state(noted, "note", SOFT),
        );
        output::answer(&out);
    }
    let failed = errors > 0 || common.strict && warnings > 0;
    Ok(if failed { Exit::Failed } else { Exit::Answered })
}

/// Which way more evidence moves each row of an edition, and the costly forms that it uses.
fn cost_text(edition: &str, rows: &[Cost]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let indent = if row.part { "  " } else { "" };
            let forms: Vec<String> = row.forms.iter().map(ToString::to_string).collect();
            vec![
                format!("{indent}{}", row.row),
                row.direction.name().to_owned(),
                styled(UNKNOWN, &forms.join(", ")),
            ]
        })
        .collect();
    format!(
        "{}\n{}",
        styled(output::TITLE, edition),
        table(&rows, "lll", 2)
    )
}

fn cases(common: &Common, edition: Option<&str>, missing: bool) -> Outcome {
    let loaded = programs(common)?;
    let (program, edition) = match edition {
        None => (None, None),
        Some(name) => match name.split_once('@') {
            Some((program, edition)) => (Some(program), Some(edition)),
            None => (Some(name), None),
        },
    };
    let mut work = Work::new("running cases");
    let found = app::verify::run_cases(&loaded, program, edition, &mut |done, of| {
        work.at(done as u64, of as u64);
    });
    drop(work);
    if let (Some(program), true) = (program, found.is_empty()) {
        let name = match edition {
            Some(edition) => format!("{program}@{edition}"),
            None => program.to_owned(),
        };
        return Err(app::verify::no_edition(&loaded, &name));
    }
    // A file with an error loses its cases, and what was not run has not passed.
    let broken = loaded.errors().next().is_some();
    let failed = broken || found.iter().any(|c| !c.problems.is_empty());
    if common.json {
        output::answer(&json::text(&json::cases(&found)));
        return Ok(if failed { Exit::Failed } else { Exit::Answered });
    }
    let mut out = String::new();
    for of in &found {
        for problem in &of.problems {
            out += &output::problem_text(problem);
            out += "\n\n";
        }
    }
    if missing {
        // One help for all: they differ in nothing but what is missing.
        let mut helps: Vec<&str> = Vec::new();
        for problem in found.iter().flat_map(|c| &c.untested) {
            if !problem.help.is_empty() && !helps.contains(&problem.help.as_str()) {
                helps.push(&problem.help);
            }
            let alone = Diagnostic {
                help: String::new(),
                ..problem.clone()
            };
            out += &output::problem_text(&alone);
            out += "\n\n";
        }
        for help in helps {
            out += &styled(SOFT, &format!("help: {help}\n\n"));
        }
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|c| {
            let (covered, wanted) = c.coverage.numbers(None);
            let state = if c.problems.is_empty() {
                styled(MET, "pass")
            } else {
                styled(SHORT, &format!("{} fail", c.problems.len()))
            };
            vec![
                c.edition.clone(),
                app::words::counted(c.cases, "case"),
                app::words::counted(c.checks, "check"),
                state,
                styled(
                    SOFT,
                    &match wanted - covered - c.untested.len() {
                        0 => format!("{covered} of {wanted} edges touched"),
                        settled => {
                            format!("{covered} of {wanted} edges touched, {settled} settled")
                        }
                    },
                ),
            ]
        })
        .collect();
    out += &table(&rows, "lrrll", 0);
    let untested: usize = found.iter().map(|c| c.untested.len()).sum();
    if untested > 0 && !missing {
        out += &styled(
            SOFT,
            &format!(
                "{} that no case touches; `cairn cases --missing` lists them\n",
                app::words::counted(untested, "edge")
            ),
        );
    }
    output::answer(&out);
    Ok(if failed { Exit::Failed } else { Exit::Answered })
}

fn diff(common: &Common, before: &str, after: &str) -> Outcome {
    let loaded = programs(common)?;
    let compared = app::verify::diff(&loaded, before, after)?;
    output::answer(&if common.json {
        json::text(&json::changes(&compared))
    } else if compared.changes.is_empty() {
        format!("{} and {} say the same.\n", compared.before, compared.after)
    } else {
        format!(
            "{}\n\n{}\n",
            styled(
                output::TITLE,
                &format!(
                    "{} → {}, {}",
                    compared.before,
                    compared.after,
                    app::words::counted(compared.changes.len(), "change")
                )
            ),
            Lines(&compared.changes).to_string().trim_end()
        )
    });
    Ok(Exit::Answered)
}

fn translate(common: &Common, language: &str, program: Option<&str>) -> Outcome {
    let loaded = programs(common)?;
    let library = loaded.library();
    if let Some(program) = program.filter(|p| library.editions_of(p).is_empty()) {
        return Err(app::question::no_program(library, program));
    }
    let mut untranslated = library.untranslated(language);
    untranslated.retain(|of, _| program.is_none() || of.as_deref() == program);
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    output::answer(&if common.json {
        let files = untranslated.iter().map(|(program, texts)| {
            serde_json::json!({ "language": language, "program": program, "texts": texts })
        });
        json::text(&files.collect())
    } else if untranslated.is_empty() {
        format!("Every text is there in `{language}`.\n")
    } else {
        let files = untranslated.iter().map(|(program, texts)| {
            let of = program.as_deref().unwrap_or("everything");
            let mut file = format!("# vocabulary/translations/{language}-{of}.toml\n");
            file += &format!("language = {}\n", quoted(language));
            if let Some(program) = program {
                file += &format!("program  = {}\n", quoted(program));
            }
            file += "\n[texts]\n";
            for text in texts {
                file += &format!("{} = \"\"\n", quoted(text));
            }
            file
        });
        files.collect::<Vec<_>>().join("\n")
    });
    Ok(Exit::Answered)
}

fn freeze(common: &Common, editions: &[String]) -> Outcome {
    let Some(folder) = common.programs.first() else {
        return Err(Diagnostic::error(
            "which-folder",
            "shipped programs are frozen in the product itself",
            app::domain::diagnostic::Place::default(),
        )
        .help("name the folder of your own with `--programs`"));
    };
    let loaded = app::programs::load(&common.programs)?;
    match app::verify::freeze(&loaded, folder, editions) {
        Err(problems) => {
            problems.iter().for_each(output::problem);
            Ok(Exit::Failed)
        }
        Ok(froze) => {
            let mut out = String::new();
            for name in &froze.added {
                out += &format!("{name} is frozen now\n");
            }
            for name in &froze.kept {
                out += &styled(
                    SOFT,
                    &format!("{name} was frozen before, and is as it was\n"),
                );
            }
            if !froze.added.is_empty() {
                out += &format!("written to {}\n", froze.file.display());
            }
            output::answer(&out);
            Ok(Exit::Answered)
        }
    }
}

fn serve(mut settings: Settings) -> Outcome {
    let problems = settings.finish();
    if problems.is_empty() {
        return crate::serve::serve(settings);
    }
    problems.iter().for_each(output::problem);
    Ok(Exit::WrongUsage)
}

fn man(out: Option<&Path>) -> Outcome {
    let unwritable = |error: &std::io::Error| {
        Diagnostic::error(
            "cannot-write",
            format!("the manual cannot be written: {error}"),
            app::domain::diagnostic::Place::default(),
        )
    };
    match out {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|e| unwritable(&e))?;
            clap_mangen::generate_to(crate::config::command(), folder)
                .map_err(|e| unwritable(&e))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(crate::config::command())
                .render(&mut page)
                .map_err(|e| unwritable(&e))?;
            output::bytes(&page);
        }
    }
    Ok(Exit::Answered)
}

fn import(
    common: &Common,
    evidence: &Path,
    written: &Written,
    out: Option<(&Path, Option<Form>, bool)>,
) -> Outcome {
    // Where it cannot be written is said before a long import.
    let out = match out {
        None => None,
        Some((out, to, force)) => {
            let form = to.map_or_else(|| Form::of(out), Ok)?;
            if !force {
                app::import::free(out, Some(evidence))?;
            }
            Some((out, form))
        }
    };
    let loaded = programs(common)?;
    // An import is where every problem is wanted.
    let all = Common {
        all_problems: true,
        ..common.clone()
    };
    let opened = open(&all, evidence, &loaded, written)?;
    report(&all, &opened, &[]);
    if common.json {
        output::answer(&json::text(&json::imported(&opened)));
    } else {
        let rows: Vec<Vec<String>> = opened
            .sheets
            .iter()
            .map(|s| {
                let refused = if s.refused == 0 {
                    String::new()
                } else {
                    styled(SHORT, &format!("{} refused", s.refused))
                };
                vec![
                    s.kind.clone(),
                    app::words::counted(usize::try_from(s.read).unwrap_or(usize::MAX), "row"),
                    format!("{} accepted", s.accepted),
                    refused,
                    styled(SOFT, &s.file),
                ]
            })
            .collect();
        output::answer(&table(&rows, "lrrrl", 0));
    }
    if let Some((out, form)) = out {
        let files = app::import::write(&opened.evidence, out, form)?;
        output::remark(&format!(
            "{} written to {}",
            app::words::counted(files.len(), "file"),
            out.display()
        ));
        let refused = opened.evidence.refused.len();
        if refused > 0 {
            output::remark(&format!(
                "{} listed there under `refused` with the reason, and may count until mended in `{}` and imported again",
                if refused == 1 {
                    "1 refused row is".to_owned()
                } else {
                    format!("{refused} refused rows are")
                },
                evidence.display()
            ));
        }
    }
    Ok(exit(common, &opened))
}

fn bench_data(
    common: &Common,
    population: &app::population::Population,
    out: &Path,
    csv: bool,
) -> Outcome {
    let loaded = programs(common)?;
    let evidence = population.evidence(loaded.library().vocabulary.clone());
    let form = if csv { Form::Folder } else { Form::Parquet };
    let count = |n: usize| app::domain::number::Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    let files = app::import::write(&evidence, out, form)?;
    output::answer(&format!(
        "{} facts of {} partners in {} tables written to {}.\n",
        app::words::plain(&count(evidence.len())),
        app::words::plain(&count(evidence.partners.len())),
        files.len(),
        out.display()
    ));
    Ok(Exit::Answered)
}

fn template(common: &Common, out: &Path, kinds: &[String]) -> Outcome {
    let form = Form::of(out)?;
    app::import::free(out, None)?;
    let loaded = programs(common)?;
    let evidence = app::import::template(loaded.library(), kinds)?;
    let files = app::import::write(&evidence, out, form)?;
    output::answer(&format!(
        "{} written to {}. A table that stays empty says that there was nothing; delete those that you do not know.\n",
        app::words::counted(files.len(), "file"),
        out.display()
    ));
    Ok(Exit::Answered)
}
