//! The programs and the vocabulary: those that ship with the product, and those of a folder.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use domain::diagnostic::{Diagnostic, Place, Severity};
use domain::engine::Programs;
use domain::freeze::Frozen;
use domain::library::{Library, edition_of};
use domain::lint;
use domain::program::Edition;
use domain::vocabulary::Vocabulary;

/// Name and text of every program and vocabulary file that ships with the product.
pub const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The hashes of shipped editions that must not change any more.
const SHIPPED_FROZEN: Option<&str> = include!(concat!(env!("OUT_DIR"), "/frozen.rs"));

/// Programs, ready to be asked, and all that is wrong with their files.
#[derive(Debug)]
pub struct Loaded {
    /// Every edition, compiled.
    pub programs: Arc<Programs>,
    /// Name and text of each file, in the order of loading.
    pub files: Vec<(String, String)>,
    /// The text of `frozen.toml`, where there is one, and its name.
    pub frozen: Option<(String, String)>,
    /// The files that the user named, alone or by their folder, by name. What stands around them is loaded with them.
    pub own: Vec<String>,
    /// Were all files loaded that `frozen.toml` may list?
    pub whole: bool,
    /// All that is wrong with the files, one by one and together.
    pub problems: Vec<Diagnostic>,
}

impl Loaded {
    /// The files.
    pub fn library(&self) -> &Arc<Library> {
        &self.programs.library
    }

    /// The hashes that are frozen, and what is wrong with the file that lists them.
    pub fn frozen(&self) -> (Frozen, Vec<Diagnostic>) {
        match &self.frozen {
            Some((name, text)) => Frozen::parse(name, text),
            None => (Frozen::default(), vec![]),
        }
    }

    /// Is a file one that came from the user?
    fn is_own(&self, file: &str) -> bool {
        self.own.iter().any(|own| own == file)
    }

    /// Is this edition made of a file that did not read? Then what else is found in it follows from that.
    pub fn is_misread(&self, edition: &Edition) -> bool {
        let library = self.library();
        let mut files = library.misread.iter().map(|m| m.file.as_str());
        files.any(|file| library.is_made_of(edition, file))
    }

    /// The errors that keep a file or an edition from being used.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
    }
}

/// The programs of the running product: those that it started with, and the editions that were published in it since.
///
/// Whoever asks holds what was in use at that moment for as long as the answer takes.
#[derive(Debug)]
pub struct InUse {
    /// What it started with.
    started_with: Arc<Loaded>,
    /// What is in use, and how many versions of editions the store held when that was made.
    now: RwLock<(Arc<Loaded>, i64)>,
    /// Held by whoever makes other ones.
    pub(crate) changing: tokio::sync::Mutex<()>,
}

impl InUse {
    /// These, and nothing published yet.
    pub fn new(started_with: Arc<Loaded>) -> InUse {
        InUse {
            now: RwLock::new((started_with.clone(), 0)),
            started_with,
            changing: tokio::sync::Mutex::default(),
        }
    }

    /// What is in use now.
    pub fn now(&self) -> Arc<Loaded> {
        self.read().0
    }

    /// The files of what is in use now.
    pub fn library(&self) -> Arc<Library> {
        self.read().0.library().clone()
    }

    /// The files of what is in use now, as they read in a language.
    pub fn library_in(&self, language: &str) -> Arc<Library> {
        let now = self.read().0;
        let told = now.programs.in_language(language);
        told.map_or_else(|| now.library().clone(), |told| told.library.clone())
    }

    /// The kinds of evidence and their catalogs, which no edition changes.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.started_with.library().vocabulary
    }

    /// How many versions of editions the store held when this was made.
    pub(crate) fn editions(&self) -> i64 {
        self.read().1
    }

    /// What it started with.
    pub(crate) fn started_with(&self) -> Arc<Loaded> {
        self.started_with.clone()
    }

    pub(crate) fn set(&self, loaded: Arc<Loaded>, editions: i64) {
        *self
            .now
            .write()
            .expect("INVARIANT: nobody panics holding it") = (loaded, editions);
    }

    fn read(&self) -> (Arc<Loaded>, i64) {
        self.now
            .read()
            .expect("INVARIANT: nobody panics holding it")
            .clone()
    }
}

/// Loads the shipped programs, and with paths also those, which replace shipped ones of the same edition.
///
/// A path is a folder with `programs/**.toml`, `vocabulary/**.toml` and `frozen.toml`, a folder of program files, or one file.
pub fn load(paths: &[PathBuf]) -> Result<Loaded, Diagnostic> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut own = Vec::new();
    let frozen;
    let mut whole = true;
    if !paths.is_empty() {
        let mut found = Folder::default();
        for path in paths {
            read_folder(path, &mut found)?;
        }
        own = found.files.iter().map(|(name, _)| name.clone()).collect();
        for path in paths {
            if let Some(root) = root_of(path) {
                whole &= found.frozen.is_some();
                read_around(&root, &mut found)?;
            }
        }
        frozen = found.frozen;
        let replaced: Vec<(String, String)> = found
            .files
            .iter()
            .filter_map(|(_, text)| edition_of(text))
            .collect();
        let kept = SHIPPED.iter().filter(|(name, text)| {
            !found
                .files
                .iter()
                .any(|(own, _)| same_vocabulary(own, name))
                && edition_of(text).is_none_or(|edition| !replaced.contains(&edition))
        });
        files.extend(kept.map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
        files.extend(found.files);
        // Vocabulary first, as everything else is written in it.
        files.sort_by_key(|(name, _)| !name.contains("vocabulary/"));
    } else {
        frozen = SHIPPED_FROZEN.map(|text| ("frozen.toml".to_owned(), text.to_owned()));
        files.extend(
            SHIPPED
                .iter()
                .map(|(n, t)| ((*n).to_owned(), (*t).to_owned())),
        );
    }
    Ok(assemble(files, frozen, own, whole))
}

/// Programs made of files that are in memory, with what is wrong with them.
pub fn assemble(
    files: Vec<(String, String)>,
    frozen: Option<(String, String)>,
    own: Vec<String>,
    whole: bool,
) -> Loaded {
    let (library, problems) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let programs = Programs::new(Arc::new(library));
    let mut loaded = Loaded {
        programs: Arc::new(programs),
        files,
        frozen,
        own,
        whole,
        problems,
    };
    let found = loaded.found();
    let programs = Arc::get_mut(&mut loaded.programs).expect("nobody else has it yet");
    programs.refuse(&found);
    loaded.problems.extend(found);
    loaded
}

impl Loaded {
    /// What is wrong with files that read: names and types, and the errors among the lints.
    ///
    /// Lints are asked of the user's own files alone. The shipped ones are checked before they are shipped, and every
    /// start would pay for it.
    fn found(&self) -> Vec<Diagnostic> {
        let library = self.library();
        let (frozen, mut found) = self.frozen();
        let unsure = found
            .iter()
            .find(|p| p.severity == Severity::Error)
            .cloned();
        for (edition, of_names) in library.editions.iter().zip(&self.programs.problems) {
            if self.is_misread(edition) {
                continue;
            }
            found.extend(of_names.iter().cloned());
            let errors = if self.is_own(&edition.file) {
                lint::lint(library, edition, &frozen)
            } else {
                frozen.check(library, edition)
            };
            let errors = errors.into_iter().filter(|p| p.severity == Severity::Error);
            found.extend(errors.filter(|p| !of_names.contains(p)));
            if let Some(problem) = unsure.as_ref().filter(|_| self.is_own(&edition.file)) {
                // Nobody knows whether it is the one that was frozen.
                found.push(
                    Diagnostic::error(
                        "frozen-changed",
                        format!(
                            "whether `{}` was frozen cannot be read: {}",
                            edition.name(),
                            problem.message
                        ),
                        Place::file(edition.file.clone()),
                    )
                    .help(format!("mend `{}`", problem.place.file)),
                );
            }
        }
        if !self.own.is_empty() {
            let errors = lint::lint_library(library).into_iter();
            found.extend(errors.filter(|p| p.severity == Severity::Error));
        }
        found
    }
}

impl Loaded {
    /// These programs, with files that somebody wants to have checked among them: a file of an edition that is there already
    /// stands in its place.
    pub fn with(&self, own: Vec<(String, String)>) -> Loaded {
        let replaced: Vec<_> = own
            .iter()
            .filter_map(|(_, text)| edition_of(text))
            .collect();
        let names: Vec<String> = own.iter().map(|(name, _)| name.clone()).collect();
        let kept = self.files.iter().filter(|(name, text)| {
            !names.contains(name) && edition_of(text).is_none_or(|e| !replaced.contains(&e))
        });
        let mut files: Vec<(String, String)> = kept.cloned().collect();
        files.extend(own);
        assemble(files, self.frozen.clone(), names, false)
    }

    /// The text of an edition's file.
    pub fn text_of(&self, edition: &Edition) -> Option<&str> {
        let mut files = self.files.iter();
        files
            .find(|(name, _)| *name == edition.file)
            .map(|(_, text)| text.as_str())
    }
}

/// What folders of programs hold.
#[derive(Default)]
struct Folder {
    files: Vec<(String, String)>,
    frozen: Option<(String, String)>,
}

fn read_folder(folder: &Path, found: &mut Folder) -> Result<(), Diagnostic> {
    let mut paths = Vec::new();
    if folder.is_file() {
        paths.push(folder.to_path_buf());
    } else if folder.join("programs").is_dir() {
        parts_of(folder, &mut paths)?;
    } else {
        toml_files(folder, &mut paths).map_err(|error| {
            unreadable(folder, &error)
                .help("name a folder with `programs/` in it, or a folder of program files")
        })?;
    }
    let before = found.files.len();
    read_files(paths, found)?;
    if found.files.len() == before {
        return Err(Diagnostic::error(
            "no-programs",
            format!("`{}` holds no program file", folder.display()),
            Place::default(),
        )
        .help("a program is a `.toml` file; `cairn schema` prints its form"));
    }
    Ok(())
}

/// The files of a folder with `programs` or `vocabulary` in it.
fn parts_of(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    for part in ["vocabulary", "programs"] {
        let part = folder.join(part);
        if part.is_dir() {
            toml_files(&part, paths).map_err(|error| unreadable(&part, &error))?;
        }
    }
    let frozen = folder.join("frozen.toml");
    paths.extend(frozen.is_file().then_some(frozen));
    Ok(())
}

fn read_files(mut paths: Vec<PathBuf>, found: &mut Folder) -> Result<(), Diagnostic> {
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let name = path.to_string_lossy().replace('\\', "/");
        let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
        if path.file_name().is_some_and(|n| n == "frozen.toml") {
            found.frozen = Some((name, text));
        } else {
            found.files.push((name, text));
        }
    }
    Ok(())
}

/// The folder of programs that a file, or a folder of files, is a part of: the nearest above it with a `vocabulary`, or with
/// a `programs` in which it lies. `None` where it is such a folder itself, or stands alone.
fn root_of(path: &Path) -> Option<PathBuf> {
    if path.is_dir() && (path.join("programs").is_dir() || path.join("vocabulary").is_dir()) {
        return None;
    }
    let here = |above: &Path| {
        if above.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            above.to_path_buf()
        }
    };
    let holds = |above: &Path, path: &Path| {
        let inside = path
            .strip_prefix(above)
            .is_ok_and(|below| below.starts_with("programs"));
        inside || here(above).join("vocabulary").is_dir()
    };
    // A program lies two folders down; farther up, a folder of that name is somebody else's.
    let above = |path: &Path| {
        let mut above = path.ancestors().skip(1).take(4);
        above.find(|above| holds(above, path)).map(here)
    };
    above(path).or_else(|| above(&std::path::absolute(path).ok()?))
}

/// Loads what files of a folder of programs need of the others: its vocabulary, its `frozen.toml`, other editions of the
/// same programs, and libraries that are used.
fn read_around(root: &Path, found: &mut Folder) -> Result<(), Diagnostic> {
    let (mut paths, mut around) = (vec![], Folder::default());
    parts_of(root, &mut paths)?;
    read_files(paths, &mut around)?;
    if found.frozen.is_none() {
        found.frozen = around.frozen;
    }
    let real = |name: &str| Path::new(name).canonicalize().ok();
    let known: Vec<Option<PathBuf>> = found.files.iter().map(|(name, _)| real(name)).collect();
    let mut rest = around.files;
    rest.retain(|(name, _)| !known.contains(&real(name)));
    let wanted = |(name, text): &(String, String), found: &Folder| {
        name.contains("vocabulary/")
            || edition_of(text).is_some_and(|(program, edition)| {
                let used = format!("\"{program}@{edition}\"");
                found.files.iter().any(|(_, other)| {
                    other.contains(&used) || edition_of(other).is_some_and(|(p, _)| p == program)
                })
            })
    };
    while let Some(at) = rest.iter().position(|file| wanted(file, found)) {
        found.files.push(rest.remove(at));
    }
    Ok(())
}

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            toml_files(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

/// A problem with a path that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        std::io::ErrorKind::InvalidData => "it is no UTF-8 text".to_owned(),
        std::io::ErrorKind::NotADirectory => "it is no folder".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error(
        "cannot-read",
        format!("`{}` cannot be read: {why}", path.display()),
        Place::default(),
    )
}

/// Do both names end in the same file of a vocabulary? Then the user's one stands in place of the shipped one.
fn same_vocabulary(own: &str, shipped: &str) -> bool {
    shipped.starts_with("vocabulary/")
        && own
            .rfind("vocabulary/")
            .is_some_and(|at| &own[at..] == shipped)
}
