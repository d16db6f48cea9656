//! Are the program files right? Lints, worked cases, coverage, and what is frozen.

use std::path::{Path, PathBuf};

use domain::cases;
use domain::cost::{Cost, costs};
use domain::coverage::{Coverage, coverage};
use domain::diagnostic::{Diagnostic, Place, Severity};
use domain::diff::{self, Change};
use domain::engine::Programs;
use domain::lint;
use domain::program::Edition;
use domain::translation;

use crate::programs::Loaded;
use crate::question::has_errors;

/// What checking program files found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// How many editions were looked at.
    pub editions: usize,
    /// How many worked cases were run.
    pub cases: usize,
    /// All that was found, by file and place.
    pub problems: Vec<Diagnostic>,
}

impl Checked {
    /// How many problems are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems
            .iter()
            .filter(|p| p.severity == severity)
            .count()
    }
}

/// Is this file one that the user asked about? All are, where the user named none.
fn asked_about(loaded: &Loaded, file: &str) -> bool {
    loaded.own.is_empty() || file.is_empty() || loaded.own.iter().any(|own| own == file)
}

/// Checks the user's own program files, or all shipped ones where there are none.
pub fn check(loaded: &Loaded, progress: &mut dyn FnMut(usize, usize)) -> Checked {
    let library = loaded.library();
    let (frozen, mut problems) = loaded.frozen();
    problems.extend(lint::unsettled(library, loaded.problems.iter().cloned()));
    problems.extend(lint::lint_library(library));
    problems.extend(translation::check(library));
    if loaded.whole {
        problems.extend(frozen.gone(library));
    }
    let mut checked = Checked::default();
    // What cases find stands in files that were asked about, under the names of their tables.
    let mut of_cases = Vec::new();
    let editions: Vec<_> = library
        .editions
        .iter()
        .filter(|e| asked_about(loaded, &e.file))
        .collect();
    for (at, edition) in editions.iter().enumerate() {
        progress(at, editions.len());
        checked.editions += 1;
        if loaded.is_misread(edition) {
            // What else would be found follows from what could not be read.
            continue;
        }
        problems.extend(lint::lint(library, edition, &frozen));
        if loaded
            .programs
            .find(&edition.program, &edition.edition)
            .is_some()
        {
            let outcome = cases::run(&loaded.programs, edition);
            checked.cases += outcome.cases;
            of_cases.extend(outcome.problems);
        }
    }
    problems.retain(|p| {
        let file = &p.place.file;
        // An error of what a file rests on keeps it from being used as well.
        let rests = || editions.iter().any(|e| library.rests_on(e, file));
        asked_about(loaded, file)
            || file.ends_with("frozen.toml")
            || p.severity == Severity::Error && rests()
    });
    problems.extend(of_cases);
    let mut seen: Vec<Diagnostic> = Vec::new();
    for problem in problems {
        if !seen.contains(&problem) {
            seen.push(problem);
        }
    }
    seen.sort_by(|a, b| {
        (&a.place.file, a.place.line, a.place.column).cmp(&(
            &b.place.file,
            b.place.line,
            b.place.column,
        ))
    });
    checked.problems = seen;
    checked
}

/// What the rows of the user's own programs, or of all shipped ones, cost to evaluate, edition by edition.
///
/// An edition with errors is left out: it is never evaluated.
pub fn cost(loaded: &Loaded) -> Vec<(String, Vec<Cost>)> {
    let programs = &loaded.programs;
    programs
        .compiled
        .iter()
        .map(|compiled| (compiled, &compiled.edition))
        .filter(|(_, e)| !e.is_library() && asked_about(loaded, &e.file))
        .filter(|(_, e)| programs.find(&e.program, &e.edition).is_some())
        .map(|(compiled, e)| (e.name(), costs(compiled)))
        .collect()
}

/// What running the worked cases of an edition found.
#[derive(Clone, Debug)]
pub struct CasesOf {
    /// The edition.
    pub edition: String,
    /// How many cases were run.
    pub cases: usize,
    /// How many single expectations were held against the engine.
    pub checks: usize,
    /// Every expectation that failed.
    pub problems: Vec<Diagnostic>,
    /// What the cases touch and leave out.
    pub coverage: Coverage,
    /// What they leave out, as problems; what a reading settles is not among them.
    pub untested: Vec<Diagnostic>,
}

/// Runs the worked cases of the user's own programs, or of all shipped ones; of one program where it is named.
pub fn run_cases(
    loaded: &Loaded,
    program: Option<&str>,
    edition: Option<&str>,
    progress: &mut dyn FnMut(usize, usize),
) -> Vec<CasesOf> {
    let editions: Vec<&Edition> = loaded
        .library()
        .editions
        .iter()
        .map(|e| &**e)
        .filter(|e| match program {
            Some(program) => {
                e.program == program && edition.is_none_or(|edition| e.edition == edition)
            }
            None => asked_about(loaded, &e.file),
        })
        .collect();
    editions
        .iter()
        .enumerate()
        .map(|(at, edition)| {
            progress(at, editions.len());
            let outcome = cases::run(&loaded.programs, edition);
            let coverage = coverage(&loaded.programs, edition);
            CasesOf {
                edition: edition.name(),
                cases: outcome.cases,
                checks: outcome.checks,
                problems: outcome.problems,
                untested: coverage.diagnostics(edition),
                coverage,
            }
        })
        .collect()
}

/// What a newer edition changes.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The older edition.
    pub before: String,
    /// The newer edition.
    pub after: String,
    /// What changed, in the order of the files.
    pub changes: Vec<Change>,
}

/// What changed from one edition to another, both named program@edition.
pub fn diff(loaded: &Loaded, before: &str, after: &str) -> Result<Compared, Diagnostic> {
    let find = |name: &str| {
        name.split_once('@')
            .and_then(|(program, edition)| loaded.library().edition(program, edition))
            .ok_or_else(|| no_edition(loaded, name))
    };
    let (old, new) = (find(before)?, find(after)?);
    for edition in [old, new] {
        asked(&loaded.programs, edition)?;
    }
    Ok(Compared {
        before: old.name(),
        after: new.name(),
        changes: diff::diff(old, new),
    })
}

/// That an edition has no error and may be asked.
fn asked(programs: &Programs, edition: &Edition) -> Result<(), Diagnostic> {
    let (program, id) = (&edition.program, &edition.edition);
    match programs.refusal(program, id) {
        Some(first) => Err(has_errors(&edition.name(), first)),
        None => Ok(()),
    }
}

/// What freezing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Froze {
    /// The file that lists what is frozen.
    pub file: PathBuf,
    /// Editions that are frozen now and were not before.
    pub added: Vec<String>,
    /// Editions that were frozen already, and are as they were.
    pub kept: Vec<String>,
}

/// Freezes editions of a folder of programs: those named, else all of the folder.
///
/// An edition that was frozen and has changed since is refused: a slip is mended as a new revision.
pub fn freeze(loaded: &Loaded, folder: &Path, names: &[String]) -> Result<Froze, Vec<Diagnostic>> {
    let library = loaded.library();
    let (mut frozen, problems) = loaded.frozen();
    if problems.iter().any(|p| p.severity == Severity::Error) {
        return Err(problems);
    }
    let mut wanted: Vec<&Edition> = Vec::new();
    let mut wrong = Vec::new();
    if names.is_empty() {
        wanted.extend(
            library
                .editions
                .iter()
                .map(|e| &**e)
                .filter(|e| asked_about(loaded, &e.file)),
        );
    }
    for name in names {
        // A name is of every revision of the edition.
        let before = wanted.len();
        wanted.extend(
            library
                .editions
                .iter()
                .map(|e| &**e)
                .filter(|e| e.name() == *name),
        );
        if wanted.len() == before {
            wrong.push(no_edition(loaded, name));
        }
    }
    // What has an error, or has changed since it was frozen, is not frozen; a file that did not read is of no edition.
    let whole = names.is_empty() || !wrong.is_empty();
    wrong.extend(
        loaded
            .errors()
            .filter(|p| {
                let file = &p.place.file;
                let of_folder = whole && loaded.own.contains(file);
                of_folder || wanted.iter().any(|e| library.rests_on(e, file))
            })
            .cloned(),
    );
    let known = loaded.frozen.as_ref().map(|(name, _)| PathBuf::from(name));
    let file = known.unwrap_or_else(|| folder.join("frozen.toml"));
    let mut froze = Froze {
        file: file.clone(),
        ..Froze::default()
    };
    for edition in wanted {
        if frozen.holds(edition) {
            froze.kept.push(called(edition));
        } else {
            frozen.freeze(library, edition);
            froze.added.push(called(edition));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    if !froze.added.is_empty() {
        std::fs::write(&file, frozen.write()).map_err(|error| {
            vec![Diagnostic::error(
                "cannot-write",
                format!("`{}` cannot be written: {error}", file.display()),
                Place::default(),
            )]
        })?;
    }
    Ok(froze)
}

/// An edition's name, with its revision where it is not the first.
fn called(edition: &Edition) -> String {
    match edition.revision {
        0 | 1 => edition.name(),
        revision => format!("{}, revision {revision},", edition.name()),
    }
}

/// That there is no edition of this name, with the nearest ones.
pub fn no_edition(loaded: &Loaded, name: &str) -> Diagnostic {
    let names: Vec<String> = loaded.library().editions.iter().map(|e| e.name()).collect();
    let near = domain::diagnostic::did_you_mean(name, names.iter().map(String::as_str));
    let program = name.split('@').next().unwrap_or(name);
    let mut of_program: Vec<String> = loaded
        .library()
        .editions_of(program)
        .iter()
        .map(|e| format!("`{}`", e.name()))
        .collect();
    of_program.dedup();
    if of_program.is_empty() && near.is_empty() {
        // Of the shipped ones there are many; whoever has files of their own means those.
        let own = loaded.library().editions.iter();
        let own = own.filter(|e| asked_about(loaded, &e.file) && !e.is_library());
        of_program.extend(own.map(|e| format!("`{}`", e.name())));
    }
    let help = match of_program.as_slice() {
        [] if near.is_empty() => "an edition is named program@edition".to_owned(),
        [] => near,
        [only] => format!("there is {only}"),
        several => format!("there are {}", crate::words::and_list(several)),
    };
    Diagnostic::error(
        "unknown-edition",
        format!("there is no edition `{name}`"),
        Place::default(),
    )
    .help(help)
}
