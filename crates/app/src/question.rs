//! What is asked: of whom, under which program, on which day, knowing what.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use domain::calendar::Day;
use domain::course::Course;
use domain::diagnostic::{Diagnostic, Place, did_you_mean, listed};
use domain::engine::{Engine, Run};
use domain::ledger::Ledger;
use domain::library::{Assumptions, Library, Misread};
use domain::lifecycle;
use domain::program::{Ask, Edition};

use crate::evidence::Opened;
use crate::missing::kinds_read;
use crate::programs::Loaded;

/// Codes of problems with how a command is written rather than with what it reads.
pub const WRONG_USAGE: &[&str] = &[
    "out-of-range",
    "two-editions",
    "unknown-assumption",
    "unknown-parameter",
    "unknown-track",
];

/// A question, as somebody asks it. What it leaves out is worked out, or asked back.
#[derive(Clone, Debug)]
pub struct Question {
    /// The day asked about.
    pub as_of: Day,
    /// Only facts learned on or before this day are known; all where absent.
    pub known_at: Option<Day>,
    /// The program, alone or with its edition: `name@edition`.
    pub program: Option<String>,
    /// The edition; the one that the partner elected, else the one in force, where absent.
    pub edition: Option<String>,
    /// The partner; the only one where absent.
    pub partner: Option<String>,
    /// What the user assumes.
    pub assumptions: Assumptions,
}

impl Question {
    /// This day, with all that is known.
    pub fn on(as_of: Day) -> Question {
        Question {
            as_of,
            known_at: None,
            program: None,
            edition: None,
            partner: None,
            assumptions: Assumptions::default(),
        }
    }
}

impl Question {
    /// The program and edition that it names, which exist; `None` where it names no program.
    pub fn named<'q>(
        &'q self,
        library: &'q Library,
    ) -> Result<Option<(&'q str, Option<&'q str>)>, Diagnostic> {
        let mut assumed = self.assumptions.assume.iter();
        if let Some(refused) =
            assumed.find_map(|(name, value)| lifecycle::refused(library, name, value))
        {
            return Err(refused);
        }
        let Some(name) = &self.program else {
            return match &self.edition {
                None => self.possible(library, None).map(|()| None),
                Some(edition) => Err(Diagnostic::error(
                    "which-program",
                    format!("`--edition {edition}` is of no program"),
                    Place::default(),
                )
                .help("name the program with `--program`")),
            };
        };
        let (program, edition) = match name.split_once('@') {
            Some((program, edition)) => (program, Some(edition)),
            None => (name.as_str(), None),
        };
        let Some(found) = library
            .editions
            .iter()
            .find(|e| e.program == program || e.title.eq_ignore_ascii_case(program))
        else {
            return Err(match library.misread_of(program) {
                Some(misread) => has_errors(&name_of(misread), &misread.problem),
                None => no_program(library, program),
            });
        };
        if let (Some(named), Some(other)) = (edition, self.edition.as_deref())
            && named != other
        {
            return Err(Diagnostic::error(
                "two-editions",
                format!("`--program {name}` and `--edition {other}` name two editions"),
                Place::default(),
            )
            .help("name one of them"));
        }
        let edition = edition.or(self.edition.as_deref());
        if let Some(id) = edition
            && library.edition(&found.program, id).is_none()
        {
            return Err(no_edition(library, &found.program, id));
        }
        self.possible(library, Some((&found.program, edition)))?;
        Ok(Some((&found.program, edition)))
    }
}

impl Question {
    /// That the parameters that it sets exist and may have these values, and that there is such a track: in the program
    /// that it names, else in any.
    fn possible(
        &self,
        library: &Library,
        named: Option<(&str, Option<&str>)>,
    ) -> Result<(), Diagnostic> {
        let asked = |e: &&Arc<Edition>| match named {
            None => true,
            Some((program, edition)) => {
                e.program == program && edition.is_none_or(|id| e.edition == id)
            }
        };
        let editions: Vec<&Arc<Edition>> = library.editions.iter().filter(asked).collect();
        let of = named.map_or_else(
            || "any program".to_owned(),
            |(program, edition)| match edition {
                Some(edition) => format!("`{program}@{edition}`"),
                None => format!("`{program}`"),
            },
        );
        for (name, value) in &self.assumptions.set {
            let of_libraries = |e: &Edition| {
                let used = e.uses.iter().filter_map(|name| name.split_once('@'));
                used.filter_map(|(program, id)| library.edition(program, id).cloned())
                    .collect::<Vec<_>>()
            };
            let all: Vec<Arc<Edition>> = editions
                .iter()
                .flat_map(|e| std::iter::once((*e).clone()).chain(of_libraries(e)))
                .collect();
            let mut known: Vec<&str> = all
                .iter()
                .flat_map(|e| e.parameter.keys().map(String::as_str))
                .collect();
            known.sort_unstable();
            known.dedup();
            if !known.contains(&name.as_str()) {
                let message = format!("`{name}` is no parameter of {of}");
                let none = "it has nothing that can be set";
                return Err(unknown(
                    "unknown-parameter",
                    message,
                    name,
                    &known,
                    "there are",
                    none,
                ));
            }
            let fits = |e: &Edition| {
                e.parameter.get(name).is_some_and(|p| {
                    p.least.as_ref().is_none_or(|least| value >= least)
                        && p.most.as_ref().is_none_or(|most| value <= most)
                })
            };
            let of = all.iter().find_map(|e| e.parameter.get(name));
            if let Some(of) = of
                && !all.iter().any(|e| fits(e))
            {
                let ends = [("at least", &of.least), ("at most", &of.most)];
                let ends: Vec<String> = ends
                    .into_iter()
                    .filter_map(|(word, end)| Some(format!("{word} {}", end.as_ref()?)))
                    .collect();
                return Err(Diagnostic::error(
                    "out-of-range",
                    format!("`{name}` cannot be {value}"),
                    Place::default(),
                )
                .help(format!("it is {}", ends.join(" and "))));
            }
        }
        if let Some(track) = &self.assumptions.track {
            let mut known: Vec<&str> = editions
                .iter()
                .filter_map(|e| e.tracks.as_ref())
                .flat_map(|t| t.of.iter().map(String::as_str))
                .collect();
            known.sort_unstable();
            known.dedup();
            if !known.contains(&track.as_str()) {
                let message = format!("`{track}` is no track of {of}");
                let none = "it has no tracks";
                return Err(unknown(
                    "unknown-track",
                    message,
                    track,
                    &known,
                    "there are",
                    none,
                ));
            }
        }
        Ok(())
    }

    /// The kinds of named things that no edition of the program reads, so that a name in them changes nothing; none where no
    /// program is named.
    pub fn unread(&self, loaded: &Loaded) -> Result<Vec<String>, Diagnostic> {
        let Some((program, _)) = self.named(loaded.library())? else {
            return Ok(vec![]);
        };
        let read: BTreeSet<usize> = loaded
            .programs
            .compiled
            .iter()
            .filter(|c| c.edition.program == program)
            .flat_map(|c| kinds_read(c))
            .collect();
        let kinds = loaded.library().vocabulary.kinds.values().enumerate();
        Ok(kinds
            .filter(|(at, kind)| kind.catalog_column().is_some() && !read.contains(at))
            .map(|(_, kind)| kind.name.clone())
            .collect())
    }
}

fn no_edition(library: &Library, program: &str, id: &str) -> Diagnostic {
    let wanted = Some((program.to_owned(), id.to_owned()));
    if let Some(misread) = library.misread.iter().find(|m| m.named == wanted) {
        return has_errors(&name_of(misread), &misread.problem);
    }
    let ids: Vec<&str> = library
        .editions_of(program)
        .iter()
        .map(|e| e.edition.as_str())
        .collect();
    let message = format!("`{program}` has no edition `{id}`");
    unknown("unknown-edition", message, id, &ids, "it has", "")
}

/// Everything needed to answer.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The engine over programs and facts.
    pub engine: Arc<Engine>,
    /// What is asked.
    pub question: Question,
}

impl Desk {
    /// Programs and evidence, made ready for a question.
    pub fn new(loaded: &Loaded, opened: &Opened, question: Question) -> Desk {
        let ledger = Arc::new(Ledger::new(opened.evidence.clone(), question.known_at));
        let engine = Engine::new(
            loaded.programs.clone(),
            ledger,
            question.assumptions.clone(),
        );
        Desk {
            engine: Arc::new(engine),
            question,
        }
    }

    /// The same question, whose answer calls everything as a language does, as far as texts are there in it.
    pub fn in_language(self, language: &str) -> Desk {
        Desk {
            engine: self.engine.in_language(language),
            ..self
        }
    }

    /// The same programs and facts, asked about one program. The facts are shared, not copied.
    pub fn about(&self, program: &str) -> Desk {
        let question = Question {
            program: Some(program.to_owned()),
            edition: None,
            ..self.question.clone()
        };
        Desk {
            engine: self.engine.clone(),
            question,
        }
    }

    /// The answer to this question about `what`: worked out at the first time, and kept while programs and facts stay as they
    /// are.
    pub(crate) fn once<T: Clone + Send + Sync + 'static>(
        &self,
        what: impl fmt::Debug,
        make: impl FnOnce() -> T,
    ) -> T {
        let asked = format!("{what:?} {:?}", self.question);
        self.engine.once(asked, make)
    }

    /// The partner asked about.
    pub fn partner(&self) -> Result<usize, Diagnostic> {
        let evidence = &self.engine.ledger.evidence;
        let all = || {
            (0..evidence.partners.len())
                .map(|p| evidence.partner_id(p))
                .collect::<Vec<_>>()
        };
        match &self.question.partner {
            Some(id) => evidence.partner(id).ok_or_else(|| {
                let message = format!("no partner `{id}` is in the evidence");
                unknown(
                    "unknown-partner",
                    message,
                    id,
                    &all(),
                    "the evidence is of",
                    "",
                )
            }),
            None if evidence.partners.len() == 1 => Ok(0),
            None if evidence.partners.is_empty() => Err(Diagnostic::error(
                "no-partner",
                "the evidence names no partner",
                Place::default(),
            )),
            None => Err(Diagnostic::error(
                "which-partner",
                format!("the evidence is of {} partners", evidence.partners.len()),
                Place::default(),
            )
            .help(format!(
                "name one with `--partner`: {}{}",
                listed(&all().into_iter().take(8).collect::<Vec<_>>()),
                if evidence.partners.len() > 8 {
                    ", …"
                } else {
                    ""
                }
            ))),
        }
    }

    /// The program and edition that the question names; `None` where it names no program.
    pub fn named(&self) -> Result<Option<(&str, Option<&str>)>, Diagnostic> {
        self.question.named(&self.engine.programs.library)
    }

    /// The edition by which a partner is judged in a program on the day asked about, or the one that the question names.
    pub fn run(
        &self,
        program: &str,
        edition: Option<&str>,
        partner: Option<usize>,
    ) -> Result<Run<'_>, Diagnostic> {
        let library = &self.engine.programs.library;
        let day = self.question.as_of;
        let elected = || {
            let partner = partner?;
            self.engine.elected(program, partner, day)
        };
        if let Some(id) = edition {
            if library.edition(program, id).is_none() {
                return Err(no_edition(library, program, id));
            }
            let run = self.engine.edition(program, id);
            return run.ok_or_else(|| self.has_errors(program, id));
        }
        if let Some(run) = self.engine.governing(program, partner, day) {
            return Ok(run);
        }
        if let Some(id) = elected() {
            return Err(self.has_errors(program, &id));
        }
        if let Some(misread) = library.misread_of(program) {
            return Err(has_errors(&name_of(misread), &misread.problem));
        }
        if let Some(found) = library.governing(program, day) {
            return Err(self.has_errors(program, &found.edition));
        }
        let spans: Vec<String> = library
            .editions_of(program)
            .iter()
            .map(|e| {
                let span = library.in_force(e);
                let from = if span.first.is_real() {
                    format!(" from {}", span.first)
                } else {
                    String::new()
                };
                let until = if span.end.is_real() {
                    format!(" until {}", span.end)
                } else {
                    String::new()
                };
                format!("`{}`{from}{until}", e.edition)
            })
            .collect();
        Err(Diagnostic::error(
            "no-edition-in-force",
            format!("no edition of `{program}` is in force on {day}"),
            Place::default(),
        )
        .help(format!(
            "it has {}; ask for one with `--edition`, or for another day with `--as-of`",
            crate::words::and_list(&spans)
        )))
    }

    /// The editions that judge a partner from one day to another: the one that the question names on all of them, else on
    /// each day the one that governs it.
    pub fn course<'d>(&'d self, run: &Run<'d>, partner: usize, from: Day, to: Day) -> Course<'d> {
        if self.names_edition() {
            return Course::always(run);
        }
        let program = &run.compiled.edition.program;
        Course::governing(&self.engine, program, partner, from, to)
    }

    /// Does the question name an edition, which is then used on all days?
    pub fn names_edition(&self) -> bool {
        matches!(self.named(), Ok(Some((_, Some(_)))))
    }

    fn has_errors(&self, program: &str, edition: &str) -> Diagnostic {
        let name = format!("{program}@{edition}");
        match self.engine.programs.refusal(program, edition) {
            Some(first) => has_errors(&name, first),
            None => no_edition(&self.engine.programs.library, program, edition),
        }
    }
}

/// That an edition cannot be asked, for the first error of its file.
pub(crate) fn has_errors(name: &str, first: &Diagnostic) -> Diagnostic {
    let message = format!("`{name}` cannot be asked: {}", first.message);
    Diagnostic::error("program-has-errors", message, first.place.clone())
        .help("`cairn check` lists all that is wrong with it")
}

/// What a file that did not read seems to be.
pub(crate) fn name_of(misread: &Misread) -> String {
    match &misread.named {
        Some((program, edition)) => format!("{program}@{edition}"),
        None => misread.file.clone(),
    }
}

/// The place of a level of an edition by its id or title.
pub fn level(run: &Run<'_>, name: &str) -> Result<usize, Diagnostic> {
    let edition = &run.compiled.edition;
    edition
        .levels
        .iter()
        .position(|id| id == name || edition.level_title(id).eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            let levels: Vec<&str> = edition.levels.iter().map(String::as_str).collect();
            let message = format!("`{}` has no level `{name}`", edition.name());
            unknown(
                "unknown-level",
                message,
                name,
                &levels,
                "its levels are",
                "it has no levels",
            )
        })
}

/// One of the two questions by its name.
pub fn ask(name: &str) -> Option<Ask> {
    match name {
        "retain" => Some(Ask::Retain),
        "enter" => Some(Ask::Enter),
        _ => None,
    }
}

/// There is no such program: those that are meant, and those that there are.
pub fn no_program(library: &Library, program: &str) -> Diagnostic {
    let ids = library.programs();
    let titles = library.editions.iter().map(|e| e.title.as_str());
    let message = format!("there is no program `{program}`");
    let near = did_you_mean(program, ids.iter().copied());
    let near = if near.is_empty() {
        // Somebody may remember what the program is called, and not its id.
        let title = did_you_mean(program, titles);
        if title.is_empty() {
            title
        } else {
            format!("{title} ")
        }
    } else {
        near + " "
    };
    Diagnostic::error("unknown-program", message, Place::default())
        .help(format!("{near}there are {}", listed_and(&ids)))
}

/// A name that does not exist: the nearest ones, and all of them where they are few.
pub(crate) fn unknown(
    code: &'static str,
    message: String,
    name: &str,
    known: &[&str],
    what: &str,
    none: &str,
) -> Diagnostic {
    let near = did_you_mean(name, known.iter().copied());
    let all = if known.is_empty() {
        none.to_owned()
    } else if known.len() <= 12 {
        format!("{what} {}", listed_and(known))
    } else {
        format!(
            "{what} {} and {} more",
            known[..8]
                .iter()
                .map(|k| format!("`{k}`"))
                .collect::<Vec<_>>()
                .join(", "),
            known.len() - 8
        )
    };
    let help = if near.is_empty() {
        all
    } else {
        format!("{near} {all}")
    };
    Diagnostic::error(code, message, Place::default()).help(help)
}

fn listed_and(names: &[&str]) -> String {
    crate::words::and_list(&names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>())
}
