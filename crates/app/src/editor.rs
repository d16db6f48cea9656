//! Writing editions of programs: checking a text as it is written, trying it on partners, and keeping it.
//!
//! What is kept and published stands beside the programs that ship with the product, or in place of one of them, at once: here
//! with the same change, on other servers of the database when they look for changes.

use std::sync::Arc;

use domain::diagnostic::{Diagnostic, Place, Severity};
use domain::diff;
use domain::engine::Engine;
use domain::instant::Instant;
use domain::library::{Assumptions, edition_of};
use domain::lint;
use domain::program::Ask;
use serde_json::json;
use store::{EditionRow, Store, StoreError};

use crate::access::{Actor, Verb};
use crate::office::{Done, Office};
use crate::programs::{Loaded, assemble};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::scorecard::of_run;
use crate::since::{Moved, moved};

/// A text has at most so many bytes.
const LONGEST: usize = 1024 * 1024;
/// So many partners are named of those that move.
const NAMED: usize = 200;

/// A text that was checked.
#[derive(Debug)]
pub struct Checked {
    /// The program and the edition that it says it is.
    pub named: Option<(String, String)>,
    /// All that is wrong with it, and what is worth knowing, in the order of its lines.
    pub problems: Vec<Diagnostic>,
    /// What it says otherwise than the edition that is in use: the one of the same name, else the one that it follows.
    pub changes: Vec<diff::Change>,
    /// That edition.
    pub against: Option<String>,
    /// The programs with this text among them.
    loaded: Loaded,
}

impl Checked {
    /// Can it be asked?
    pub fn is_usable(&self) -> bool {
        self.named.is_some() && self.problems.iter().all(|p| p.severity != Severity::Error)
    }
}

/// A partner whose level a text changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelMoved {
    /// The partner.
    pub partner: String,
    /// What it is called.
    pub partner_name: String,
    /// The highest level that is met now, as it is called.
    pub before: Option<String>,
    /// The highest level that would be met.
    pub after: Option<String>,
}

/// What a text would change for partners.
#[derive(Clone, Debug)]
pub struct Trial {
    /// How many partners were asked about.
    pub partners: usize,
    /// How many would meet a higher level.
    pub up: usize,
    /// How many would meet a lower one.
    pub down: usize,
    /// Those that move, the first of them.
    pub moves: Vec<LevelMoved>,
    /// For one partner, all that moves.
    pub one: Option<Moved>,
}

/// An edition that was written here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The program.
    pub program: String,
    /// The edition.
    pub edition: String,
    /// Its version.
    pub version: i64,
    /// Its text.
    pub text: String,
    /// `draft`, `published` or `withdrawn`.
    pub state: String,
    /// Which account wrote it.
    pub by: String,
    /// When.
    pub at: Instant,
}

impl Written {
    fn of(row: EditionRow) -> Written {
        Written {
            program: row.program,
            edition: row.edition,
            version: row.version,
            text: row.text,
            state: row.state,
            by: row.by,
            at: Instant(row.at),
        }
    }
}

/// The name of the file of an edition that was written here.
fn file_name(program: &str, edition: &str) -> String {
    format!("written/{program}/{edition}.toml")
}

/// The texts of the editions that are published, by the names of their files.
pub async fn published(store: &Store) -> Result<Vec<(String, String)>, StoreError> {
    texts_of(&mut store.read(&store::Scope::All).await?).await
}

pub(crate) async fn texts_of(tx: &mut store::Tx) -> Result<Vec<(String, String)>, StoreError> {
    let rows = tx.published_editions().await?;
    Ok(rows
        .into_iter()
        .map(|r| (file_name(&r.program, &r.edition), r.text))
        .collect())
}

/// Programs with these texts beside them, in place of files of the same editions.
pub fn with_texts(base: &Loaded, texts: &[(String, String)]) -> Loaded {
    let named: Vec<_> = texts
        .iter()
        .filter_map(|(_, text)| edition_of(text))
        .collect();
    let names: Vec<&String> = texts.iter().map(|(name, _)| name).collect();
    let mut files: Vec<(String, String)> = base
        .files
        .iter()
        .filter(|(name, text)| {
            !names.contains(&name) && edition_of(text).is_none_or(|e| !named.contains(&e))
        })
        .cloned()
        .collect();
    files.extend(texts.iter().cloned());
    let mut own = base.own.clone();
    own.extend(names.into_iter().cloned());
    assemble(files, base.frozen.clone(), own, base.whole)
}

/// Checks a text beside the programs that there are.
pub fn check(base: &Loaded, text: &str) -> Checked {
    let named = edition_of(text);
    let file = match &named {
        Some((program, edition)) => file_name(program, edition),
        None => "program.toml".to_owned(),
    };
    let loaded = with_texts(base, &[(file.clone(), text.to_owned())]);
    let library = loaded.library().clone();
    let mut problems: Vec<Diagnostic> = loaded
        .problems
        .iter()
        .filter(|p| p.place.file == file)
        .cloned()
        .collect();
    let edition = named
        .as_ref()
        .and_then(|(program, edition)| library.edition(program, edition));
    if let Some(edition) = edition
        && !loaded.is_misread(edition)
    {
        let (frozen, _) = loaded.frozen();
        for problem in lint::lint(&library, edition, &frozen) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    if named.is_none() && problems.is_empty() {
        problems.push(
            Diagnostic::error(
                "no-edition",
                "the text does not say which edition of which program it is",
                Place::file(file),
            )
            .help("it begins with `program = …` and `edition = …`"),
        );
    }
    problems.sort_by_key(|p| (p.place.line, std::cmp::Reverse(p.severity)));
    let before = named.as_ref().and_then(|(program, id)| {
        let of_base = base.library();
        of_base.edition(program, id).or_else(|| {
            let replaces = edition.and_then(|e| e.replaces.as_ref());
            match replaces {
                Some(replaces) => of_base.edition(program, &replaces.edition),
                None => of_base.editions_of(program).last().copied(),
            }
        })
    });
    let changes = match (before, edition) {
        (Some(before), Some(edition)) => diff::diff(before, edition),
        _ => vec![],
    };
    Checked {
        against: before.map(|b| b.edition.clone()),
        named,
        problems,
        changes,
        loaded,
    }
}

impl Office {
    /// Checks a text as an edition of a program.
    pub async fn check_edition(&self, actor: &Actor, text: &str) -> Result<Checked, Refusal> {
        actor.permit_server(Verb::EditPrograms)?;
        self.check_unasked(text).await
    }

    async fn check_unasked(&self, text: &str) -> Result<Checked, Refusal> {
        if text.len() > LONGEST {
            return Err(Diagnostic::error(
                "too-large",
                "the text has more than 1 MiB",
                Place::default(),
            )
            .help("an edition of a program has a few hundred lines")
            .into());
        }
        let (base, text) = (self.programs.now(), text.to_owned());
        let checked = tokio::task::spawn_blocking(move || check(&base, &text)).await;
        checked.map_err(|_| Refusal::Loading)
    }

    /// Tries a text on the partners that the actor sees: who would move, and for one partner all that would.
    pub async fn try_edition(
        &self,
        actor: &Actor,
        text: &str,
        partner: Option<&str>,
    ) -> Result<(Checked, Option<Trial>), Refusal> {
        actor.permit_server(Verb::EditPrograms)?;
        if let Some(partner) = partner {
            actor.permit(Verb::ReadStanding, partner)?;
        } else {
            actor.permit_server(Verb::ReadPopulation)?;
        }
        let checked = self.check_unasked(text).await?;
        let Some((program, id)) = checked.named.clone().filter(|_| checked.is_usable()) else {
            return Ok((checked, None));
        };
        let shelves = self.shelves()?;
        let today = self.clock.today();
        let programs = checked.loaded.programs.clone();
        let of_today = self.programs.now().programs.clone();
        let against = checked.against.clone();
        let name_of = |partner: &str| self.partner_name(partner);
        let mut trial = Trial {
            partners: 0,
            up: 0,
            down: 0,
            moves: vec![],
            one: None,
        };
        let shelf_of = partner.and_then(|p| shelves.find(p));
        if partner.is_some() && shelf_of.is_none() {
            return Err(Refusal::no("partner", partner.unwrap_or_default()));
        }
        for (at, shelf) in shelves.all.iter().enumerate() {
            let members = match shelf_of {
                Some((only, _)) if !Arc::ptr_eq(only, shelf) => continue,
                Some((_, one)) => vec![one],
                None => shelves.partners_on(at),
            };
            let ledger = shelf.engine.ledger.clone();
            let new = Engine::new(programs.clone(), ledger.clone(), Assumptions::default());
            let old = Engine::new(of_today.clone(), ledger, Assumptions::default());
            let Some(run) = new.edition(&program, &id) else {
                continue;
            };
            for member in members {
                let before = match old.governing(&program, Some(member), today) {
                    Some(run) => Some(run),
                    None => against.as_ref().and_then(|e| old.edition(&program, e)),
                };
                let level = |run: &domain::engine::Run<'_>| {
                    let met = run.met(member, Ask::Enter, today).level.map(usize::from)?;
                    let id = run.compiled.edition.levels.get(met)?;
                    Some((met, run.compiled.edition.level_title(id).to_owned()))
                };
                let was = before.as_ref().and_then(level);
                let is = level(&run);
                trial.partners += 1;
                let rank = |l: &Option<(usize, String)>| l.as_ref().map(|(at, _)| *at);
                if rank(&was) == rank(&is) {
                    continue;
                }
                if rank(&is) > rank(&was) {
                    trial.up += 1;
                } else {
                    trial.down += 1;
                }
                if trial.moves.len() < NAMED {
                    let id = shelf.evidence().partner_id(member).to_owned();
                    trial.moves.push(LevelMoved {
                        partner_name: name_of(&id),
                        partner: id,
                        before: was.map(|(_, title)| title),
                        after: is.map(|(_, title)| title),
                    });
                }
            }
            if let (Some((_, one)), Some(partner)) = (shelf_of, partner) {
                let mut question = Question::on(today);
                question.partner = Some(partner.to_owned());
                question.program = Some(program.clone());
                let (new, old) = (Arc::new(new), Arc::new(old));
                let card = |engine: &Arc<Engine>, edition: Option<&str>| {
                    let desk = Desk {
                        engine: engine.clone(),
                        question: question.clone(),
                    };
                    let run = desk.run(&program, edition, Some(one)).ok()?;
                    Some(of_run(&desk, &run, one, true))
                };
                let before = card(&old, None).or_else(|| card(&old, against.as_deref()));
                if let (Some(before), Some(after)) = (before, card(&new, Some(&id))) {
                    trial.one = Some(moved(&before, &after));
                }
            }
        }
        Ok((checked, Some(trial)))
    }

    /// Keeps a text as the next version of its edition: as a draft, or published, which it can be only without an error. The
    /// version that it follows is named; 0 where it is the first one.
    pub async fn save_edition(
        &self,
        actor: &Actor,
        text: &str,
        version: i64,
        publish: bool,
    ) -> Result<Done<Written>, Refusal> {
        actor.permit_server(Verb::EditPrograms)?;
        let checked = self.check_unasked(text).await?;
        let Some((program, edition)) = checked.named.clone() else {
            return Err(Refusal::Problems(checked.problems));
        };
        crate::edit::check_id("program", &program)?;
        crate::edit::check_id("edition", &edition)?;
        if publish && !checked.is_usable() {
            let errors = checked.problems.into_iter();
            return Err(Refusal::Problems(
                errors.filter(|p| p.severity == Severity::Error).collect(),
            ));
        }
        let state = if publish { "published" } else { "draft" };
        self.put_edition(actor, &program, &edition, text, version, state)
            .await
    }

    /// Takes an edition that was written here out of use.
    pub async fn withdraw_edition(
        &self,
        actor: &Actor,
        program: &str,
        edition: &str,
        version: i64,
    ) -> Result<Done<Written>, Refusal> {
        actor.permit_server(Verb::EditPrograms)?;
        let mut tx = self.read(actor).await?;
        let versions = tx.versions_of(program, edition).await?;
        drop(tx);
        let newest = versions.first();
        let newest = newest.ok_or_else(|| Refusal::no("edition", edition))?;
        self.put_edition(actor, program, edition, &newest.text, version, "withdrawn")
            .await
    }

    async fn put_edition(
        &self,
        actor: &Actor,
        program: &str,
        edition: &str,
        text: &str,
        version: i64,
        state: &str,
    ) -> Result<Done<Written>, Refusal> {
        let row = EditionRow {
            program: program.to_owned(),
            edition: edition.to_owned(),
            version: version + 1,
            text: text.to_owned(),
            state: state.to_owned(),
            by: actor.account.clone(),
            at: self.now().0,
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let newest = tx.versions_of(program, edition).await?;
        let newest = newest.first().map_or(0, |r| r.version);
        if newest != version {
            return Err(Refusal::Conflict {
                what: format!("edition {program}@{edition}"),
                now: (newest > 0).then_some(newest),
            });
        }
        tx.insert_edition(&row).await?;
        let subject = format!("edition {program}@{edition}");
        let detail = json!({ "version": row.version, "state": state });
        let new = self.change(actor, Verb::EditPrograms.name(), None, subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        self.take_over().await?;
        Ok(Done {
            value: Written::of(row),
            change,
        })
    }

    /// The editions that were written here, the newest version of each.
    pub async fn written_editions(&self, actor: &Actor) -> Result<Vec<Written>, Refusal> {
        actor.permit_server(Verb::EditPrograms)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.editions().await?;
        Ok(rows.into_iter().map(Written::of).collect())
    }

    /// The text with which writing begins: of an edition that was written here, or of the file that is in use.
    pub async fn edition_text(
        &self,
        actor: &Actor,
        program: &str,
        edition: &str,
    ) -> Result<(String, i64), Refusal> {
        actor.permit_server(Verb::EditPrograms)?;
        let mut tx = self.read(actor).await?;
        let versions = tx.versions_of(program, edition).await?;
        if let Some(newest) = versions.into_iter().next() {
            return Ok((newest.text, newest.version));
        }
        let wanted = Some((program.to_owned(), edition.to_owned()));
        let programs = self.programs.now();
        let mut files = programs.files.iter();
        let found = files.find(|(_, text)| edition_of(text) == wanted);
        let (_, text) = found.ok_or_else(|| Refusal::no("edition", edition))?;
        Ok((text.clone(), 0))
    }
}
