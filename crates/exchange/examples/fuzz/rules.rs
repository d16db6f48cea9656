//! Programs and vocabularies: reading, linting, compiling, and evaluating what still can be.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Severity};
use domain::engine::{Engine, Programs, Run};
use domain::evidence::Evidence;
use domain::freeze::{self, Frozen};
use domain::ledger::Ledger;
use domain::library::{Assumptions, Library};
use domain::program::{Ask, Edition};
use domain::{cases, coverage, lifecycle, lint};

use crate::mutate::{self, Pool};
use crate::random::{self, FIRST, Random};
use crate::{Input, Reached, Target, root};

/// Every file below a folder whose name ends so, by path, sorted.
pub fn files(folder: &Path, ending: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for path in entries.map(|e| e.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy();
                found.push((name.into_owned(), fs::read(&path).expect("a file")));
            }
        }
    }
    found.sort();
    found
}

fn texts(folder: &str) -> Vec<(String, String)> {
    let texts = files(&root().join(folder), ".toml").into_iter();
    texts
        .map(|(name, bytes)| (name, String::from_utf8(bytes).expect("text")))
        .collect()
}

/// The shipped programs and vocabulary.
pub fn shipped() -> Arc<Programs> {
    let mut all = texts("vocabulary");
    all.extend(
        texts("programs")
            .into_iter()
            .filter(|(name, _)| !name.ends_with("frozen.toml")),
    );
    let (library, _) = Library::read(all.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    Arc::new(Programs::new(Arc::new(library)))
}

pub struct Rules {
    vocabulary: Vec<(String, String)>,
    editions: Vec<(String, String)>,
    pool: Pool,
    shipped: Arc<Programs>,
}

impl Rules {
    pub fn new() -> Rules {
        let vocabulary = texts("vocabulary");
        let mut editions = texts("programs");
        editions.extend(texts("crates/domain/tests"));
        let mut pool = Pool::default();
        for (_, text) in vocabulary.iter().chain(&editions) {
            pool.add(text);
        }
        Rules {
            vocabulary,
            editions,
            pool: pool.done(),
            shipped: shipped(),
        }
    }
}

impl Target for Rules {
    fn make(&self, random: &mut Random) -> Input {
        let from = if random.one_in(12) {
            &self.vocabulary
        } else {
            &self.editions
        };
        let (name, text) = random.pick(from);
        let broken = if random.one_in(2) {
            mutate::gently(text, &self.pool, random)
        } else {
            mutate::text(text, &self.pool, random)
        };
        // Of which kind a file is, is said by its folder.
        let name = match name.find("vocabulary/") {
            Some(at) => name[at..].to_owned(),
            None if name.ends_with("frozen.toml") => "frozen.toml".to_owned(),
            None => "programs/fuzz/fuzz.toml".to_owned(),
        };
        Input {
            files: vec![(name, broken.into_bytes())],
        }
    }

    fn run(&self, input: &Input, random: &mut Random) -> Reached {
        let (name, bytes) = &input.files[0];
        let text = String::from_utf8_lossy(bytes);
        if name == "frozen.toml" {
            let (frozen, problems) = Frozen::parse(name, &text);
            show(&problems);
            show(&frozen.gone(&self.shipped.library));
            let _ = frozen.write();
            return Reached::Read;
        }
        if name.starts_with("vocabulary/") {
            let mut all: Vec<(&str, &str)> = vec![(name, &text)];
            all.extend(
                self.vocabulary
                    .iter()
                    .filter(|(n, _)| n != name)
                    .map(|(n, t)| (n.as_str(), t.as_str())),
            );
            let example = self
                .editions
                .iter()
                .filter(|(n, _)| n.starts_with("programs/"));
            all.extend(example.take(3).map(|(n, t)| (n.as_str(), t.as_str())));
            let (library, problems) = Library::read(all);
            show(&problems);
            let programs = Programs::new(Arc::new(library));
            for found in &programs.problems {
                show(found);
            }
            return Reached::Read;
        }
        let (edition, problems) = Edition::read(name, &text);
        show(&problems);
        let Some(edition) = edition.map(Arc::new) else {
            return Reached::Read;
        };
        let mut library = Library {
            vocabulary: self.shipped.library.vocabulary.clone(),
            editions: vec![edition.clone()],
            ..Library::default()
        };
        let others = self.shipped.library.editions.iter();
        library.editions.extend(
            others
                .filter(|e| e.is_library() || random.one_in(8))
                .cloned(),
        );
        let found = lint::lint(&library, &edition, &Frozen::default());
        show(&found);
        show(&lint::lint_library(&library));
        let _ = freeze::hash(&library, &edition);
        let _ = freeze::rules(&edition);
        let wrong =
            |problems: &[Diagnostic]| problems.iter().any(|p| p.severity == Severity::Error);
        let programs = Arc::new(Programs::new(Arc::new(library)));
        show(&programs.problems[0]);
        if wrong(&problems) || wrong(&programs.problems[0]) || edition.is_library() {
            return Reached::Read;
        }
        let Some(at) = programs.find(&edition.program, &edition.edition) else {
            return Reached::Accepted;
        };
        show(&cases::run(&programs, &edition).problems);
        if random.one_in(20) {
            show(&coverage::coverage(&programs, &edition).diagnostics(&edition));
        }
        let warts = random.one_in(2);
        let compiled = programs.compiled[at].edition.clone();
        let tables = random::sheets(&programs, &compiled, random, warts);
        let evidence = random::evidence(&programs, &compiled, &tables);
        let engine = Engine::new(
            programs.clone(),
            Arc::new(Ledger::new(Arc::new(evidence), None)),
            Assumptions::default(),
        );
        evaluate(&engine.on(at), random);
        Reached::Evaluated
    }
}

/// A diagnostic is there to be printed.
pub fn show(problems: &[Diagnostic]) {
    for problem in problems.iter().take(50) {
        let _ = problem.to_string();
    }
}

/// Any program over any evidence.
pub fn evaluate_any(programs: &Arc<Programs>, evidence: Evidence, random: &mut Random) {
    if evidence.partners.is_empty() {
        return;
    }
    let known_at = random
        .one_in(3)
        .then(|| Day(FIRST + random.below(900) as i32));
    let ledger = Arc::new(Ledger::new(Arc::new(evidence), known_at));
    let engine = Engine::new(programs.clone(), ledger, Assumptions::default());
    let at = random.below(programs.compiled.len());
    let edition = &programs.compiled[at].edition;
    if programs.find(&edition.program, &edition.edition) == Some(at) && !edition.is_library() {
        evaluate(&engine.on(at), random);
    }
}

fn day(random: &mut Random) -> Day {
    if random.one_in(16) {
        let edge = random.pick(&[
            "0001-01-01",
            "1900-01-01",
            "1970-01-01",
            "9999-12-31",
            "2024-02-29",
        ]);
        return Day::parse(edge).unwrap_or(Day(FIRST));
    }
    Day(FIRST + random.below(900) as i32)
}

/// Asks an edition everything that the commands ask.
fn evaluate(run: &Run<'_>, random: &mut Random) {
    let partners = run.engine.ledger.evidence.partners.len();
    let partner = random.below(partners);
    let day = day(random);
    for ask in [Ask::Retain, Ask::Enter] {
        let _ = run.met(partner, ask, day);
        let _ = run.readings(partner, ask, day);
        let _ = run.window(partner, ask, day);
        let _ = run.track(partner, ask, day);
        let levels = run.compiled.levels.len();
        for level in 0..levels {
            let _ = run.column(partner, ask, level, day);
        }
        if levels > 0 {
            let level = random.below(levels);
            for row in 0..run.compiled.rows.len().min(30) {
                let _ = run.explain(partner, ask, level, row, day);
                let _ = run.missing_of_row(partner, ask, level, row, day);
            }
        }
        let _ = run.changes(ask, day, day.plus_days(400));
        let _ = run.standings(ask, day);
    }
    let _ = run.stage(partner, day);
    let _ = run.contradicted(partner, day);
    let _ = run.streaks(partner, day);
    let _ = run.timeline(partner, day, day.plus_days(500));
    let _ = run.population(Ask::Enter, day);
    let _ = lifecycle::project(run, partner, day.plus_days(800));
}
