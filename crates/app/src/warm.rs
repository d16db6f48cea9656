//! Ledgers in memory, refreshed by what changed: no answer waits for a table to be read.
//!
//! Partners stand on shelves. All partners of a shelf have supplied the same kinds of evidence, for silence is judged by
//! that, and whoever is judged together (`parent`, `groups`) stands together. What changed goes, with all that its
//! partners have, onto a new shelf; the old one keeps rows that nobody asks for any more until shelves are merged.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use domain::calendar::Day;
use domain::engine::{Engine, Programs};
use domain::evidence::{Copying, Evidence};
use domain::ledger::Ledger;
use domain::library::Assumptions;
use domain::vocabulary::Vocabulary;
use store::{Fact, REFUSED, SUPPLIED, Scope, Store, StoreError, Tx};

use crate::records::{EVERYBODY, Reader, each_cell, key_parts, says_kin};

/// So many partners of whom something changed are worth a thread of their own.
const APART: usize = 500;

/// More shelves than these are merged, all but the first.
const SHELVES: usize = 24;

/// Partners who have supplied the same kinds, with the engine over their facts.
#[derive(Debug)]
pub struct Shelf {
    /// The engine, assuming nothing, over all that is known.
    pub engine: Arc<Engine>,
    /// The change with which it was put up: nothing of whoever stands here has changed since.
    pub change: i64,
}

impl Shelf {
    /// The facts.
    pub fn evidence(&self) -> &Arc<Evidence> {
        &self.engine.ledger.evidence
    }
}

/// All partners, as of one moment of the store.
#[derive(Debug, Default)]
pub struct Shelves {
    /// The shelves.
    pub all: Vec<Arc<Shelf>>,
    /// The shelf of each partner.
    place: HashMap<Arc<str>, u32>,
    /// Who is judged together with whom. What once was stays, which costs a little and changes no answer.
    kin: Arc<Kin>,
    /// The kinds that were supplied for everybody.
    for_all: BTreeSet<usize>,
    /// The newest change that is in them.
    pub change: i64,
    /// The newest fact that is in them.
    pub fact: i64,
}

impl Shelves {
    /// The shelf of a partner and its place there.
    pub fn find(&self, partner: &str) -> Option<(&Arc<Shelf>, usize)> {
        let shelf = &self.all[*self.place.get(partner)? as usize];
        Some((shelf, shelf.evidence().partner(partner)?))
    }

    /// The partners of a shelf that stand there still, by their place on it.
    pub fn partners_on(&self, shelf: usize) -> Vec<usize> {
        let evidence = self.all[shelf].evidence();
        let here = |p: &usize| self.place.get(evidence.partner_id(*p)) == Some(&(shelf as u32));
        (0..evidence.partners.len()).filter(here).collect()
    }

    /// Every partner, by id.
    pub fn partners(&self) -> BTreeSet<&str> {
        self.place.keys().map(|id| &**id).collect()
    }

    /// How many partners there are.
    pub fn len(&self) -> usize {
        self.place.len()
    }

    /// Is there no partner?
    pub fn is_empty(&self) -> bool {
        self.place.is_empty()
    }

    /// How many facts are in memory, those that nobody asks for any more among them.
    pub fn facts(&self) -> usize {
        self.all.iter().map(|s| s.evidence().len()).sum()
    }
}

/// How far the ledgers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warmth {
    /// So many facts of so many are read.
    Loading {
        /// How many are read.
        done: i64,
        /// How many there are.
        of: i64,
    },
    /// They answer.
    Warm,
}

/// The ledgers of the running product.
#[derive(Debug)]
pub struct Warm {
    programs: RwLock<Arc<Programs>>,
    shelves: RwLock<Arc<Shelves>>,
    refreshing: tokio::sync::Mutex<()>,
    done: AtomicI64,
    of: AtomicI64,
    is_warm: std::sync::atomic::AtomicBool,
    refreshes: AtomicU64,
    /// How many versions of editions the store held when it was last read.
    editions: AtomicI64,
    /// Partners whose facts changed since somebody last took them away.
    changed: Mutex<BTreeSet<String>>,
}

impl Warm {
    /// Nothing in memory yet.
    pub fn new(programs: Arc<Programs>) -> Warm {
        Warm {
            programs: RwLock::new(programs),
            editions: 0.into(),
            shelves: RwLock::default(),
            refreshing: tokio::sync::Mutex::default(),
            done: 0.into(),
            of: 0.into(),
            is_warm: false.into(),
            refreshes: 0.into(),
            changed: Mutex::default(),
        }
    }

    /// How far they are.
    pub fn warmth(&self) -> Warmth {
        if self.is_warm.load(Ordering::Acquire) {
            Warmth::Warm
        } else {
            Warmth::Loading {
                done: self.done.load(Ordering::Relaxed),
                of: self.of.load(Ordering::Relaxed),
            }
        }
    }

    /// How often they were refreshed.
    pub fn refreshes(&self) -> u64 {
        self.refreshes.load(Ordering::Relaxed)
    }

    /// The partners whose facts changed since this was last asked.
    pub fn take_changed(&self) -> BTreeSet<String> {
        std::mem::take(
            &mut *self
                .changed
                .lock()
                .expect("INVARIANT: nobody panics holding it"),
        )
    }

    /// All partners as they stand now; `None` until they are loaded.
    pub fn shelves(&self) -> Option<Arc<Shelves>> {
        self.is_warm.load(Ordering::Acquire).then(|| self.current())
    }

    /// The programs by which is judged.
    pub fn programs(&self) -> Arc<Programs> {
        self.programs
            .read()
            .expect("INVARIANT: nobody panics holding it")
            .clone()
    }

    /// How many versions of editions the store held when it was last read.
    pub fn editions(&self) -> i64 {
        self.editions.load(Ordering::Acquire)
    }

    /// Judges by other programs from now on, over the same ledgers.
    pub(crate) async fn judge_by(&self, programs: Arc<Programs>) {
        let _one = self.refreshing.lock().await;
        *self
            .programs
            .write()
            .expect("INVARIANT: nobody panics holding it") = programs.clone();
        let old = self.current();
        let again = |shelf: &Arc<Shelf>| {
            let ledger = shelf.engine.ledger.clone();
            let engine = Engine::new(programs.clone(), ledger, Assumptions::default());
            // What was answered from it before is answered otherwise now.
            Arc::new(Shelf {
                engine: Arc::new(engine),
                change: old.change,
            })
        };
        self.set(Shelves {
            all: old.all.iter().map(again).collect(),
            place: old.place.clone(),
            kin: old.kin.clone(),
            for_all: old.for_all.clone(),
            change: old.change,
            fact: old.fact,
        });
    }

    fn current(&self) -> Arc<Shelves> {
        self.shelves
            .read()
            .expect("INVARIANT: nobody panics holding it")
            .clone()
    }

    fn set(&self, shelves: Shelves) {
        *self
            .shelves
            .write()
            .expect("INVARIANT: nobody panics holding it") = Arc::new(shelves);
    }

    /// Takes over what changed in the store, whoever changed it. Returns the newest change that answers now rest on.
    pub async fn refresh(&self, store: &Store) -> Result<i64, StoreError> {
        let _one = self.refreshing.lock().await;
        let mut tx = store.read(&Scope::All).await?;
        let newest = tx.newest_change().await?;
        let (change, through) = newest.map_or((0, 0), |c| (c.change, c.last_fact));
        let old = self.current();
        if change > old.change || !self.is_warm.load(Ordering::Acquire) {
            let editions = tx.count_editions().await?;
            self.editions.store(editions, Ordering::Release);
        }
        if !self.is_warm.load(Ordering::Acquire) {
            let fresh = self.load(&mut tx, change, through).await?;
            self.set(fresh);
            self.is_warm.store(true, Ordering::Release);
        } else if change > old.change {
            let fresh = self.advance(&mut tx, &old, change, through).await?;
            self.set(fresh);
            self.refreshes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(change)
    }

    async fn load(&self, tx: &mut Tx, change: i64, through: i64) -> Result<Shelves, StoreError> {
        self.of.store(through, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        let programs = self.programs();
        let vocabulary = &programs.library.vocabulary;
        let dead: HashSet<i64> = tx.replaced(through).await?.into_iter().collect();
        let mut kin = Kin::default();
        let mut supplied: HashMap<Arc<str>, BTreeSet<usize>> = HashMap::new();
        let mut for_all = BTreeSet::new();
        for partner in all_partners(tx).await? {
            supplied.insert(partner.into(), BTreeSet::new());
        }
        tx.each_fact_that_shapes(through, &mut |read| {
            if dead.contains(&read.fact) {
                return;
            }
            let Some(cells) = read.cells else { return };
            if read.kind == SUPPLIED {
                if let Some(kind) = supplied_kind(vocabulary, read.key) {
                    if read.partner == EVERYBODY {
                        for_all.insert(kind);
                    } else if let Some(of) = supplied.get_mut(read.partner) {
                        of.insert(kind);
                    }
                }
            } else {
                kin.read(read.partner, read.kind, cells);
            }
        })
        .await?;
        let of_kin = kin.supplies(&supplied);
        let mut signatures: HashMap<BTreeSet<usize>, u32> = HashMap::new();
        let mut place: HashMap<Arc<str>, u32> = HashMap::with_capacity(supplied.len());
        for (partner, own) in supplied {
            let mut all = of_kin.get(&*partner).cloned().unwrap_or(own);
            all.extend(&for_all);
            let next = signatures.len() as u32;
            place.insert(partner, *signatures.entry(all).or_insert(next));
        }
        let mut readers: Vec<Reader> = signatures.iter().map(|_| Reader::new(vocabulary)).collect();
        for (kinds, shelf) in &signatures {
            kinds
                .iter()
                .for_each(|kind| readers[*shelf as usize].builder.supply(*kind));
        }
        let mut last: Option<(String, u32)> = None;
        tx.each_fact(0, through, &mut |read| {
            if read.fact % 4096 == 0 {
                self.done.store(read.fact, Ordering::Relaxed);
            }
            let Some(cells) = read.cells.filter(|_| !dead.contains(&read.fact)) else {
                return;
            };
            if read.kind == SUPPLIED {
                return;
            }
            if read.partner == EVERYBODY {
                if read.kind == REFUSED {
                    readers
                        .iter_mut()
                        .for_each(|r| r.refuse(read.fact, EVERYBODY, cells));
                }
                return;
            }
            let shelf = match &last {
                Some((same, shelf)) if same == read.partner => *shelf,
                _ => {
                    let Some(shelf) = place.get(read.partner) else {
                        return;
                    };
                    last = Some((read.partner.to_owned(), *shelf));
                    *shelf
                }
            };
            let reader = &mut readers[shelf as usize];
            if read.kind == REFUSED {
                reader.refuse(read.fact, read.partner, cells);
            } else {
                reader.add(
                    read.fact,
                    read.partner,
                    read.kind,
                    cells,
                    read.recorded_on,
                    read.source,
                );
            }
        })
        .await?;
        let mut named: Vec<Vec<Arc<str>>> = vec![vec![]; readers.len()];
        for (partner, shelf) in &place {
            named[*shelf as usize].push(partner.clone());
        }
        let all = readers
            .into_iter()
            .zip(named)
            .map(|(reader, named)| Arc::new(self.shelf(reader, &named, change)))
            .collect();
        self.done.store(through, Ordering::Relaxed);
        Ok(Shelves {
            all,
            place,
            kin: Arc::new(kin),
            for_all,
            change,
            fact: through,
        })
    }

    fn shelf(&self, reader: Reader, partners: &[Arc<str>], change: i64) -> Shelf {
        let mut evidence = reader.builder.finish();
        for id in partners {
            evidence.add_partner(id);
        }
        let ledger = Ledger::new(Arc::new(evidence), None);
        let engine = Engine::new(self.programs(), Arc::new(ledger), Assumptions::default());
        Shelf {
            engine: Arc::new(engine),
            change,
        }
    }

    async fn advance(
        &self,
        tx: &mut Tx,
        old: &Shelves,
        change: i64,
        through: i64,
    ) -> Result<Shelves, StoreError> {
        let programs = self.programs();
        let vocabulary = &programs.library.vocabulary;
        let mut news: HashMap<String, Vec<Fact>> = HashMap::new();
        let mut rewritten = false;
        for fact in tx.facts_between(old.fact, through).await? {
            rewritten |= fact.partner == EVERYBODY;
            news.entry(fact.partner.clone()).or_default().push(fact);
        }
        // What was said of everybody, or erased in place, is not told by what was appended.
        if rewritten || tx.erased_since(old.change).await? {
            let fresh = self.load(tx, change, through).await?;
            self.note_changed(fresh.place.keys().map(|p| p.to_string()));
            return Ok(fresh);
        }
        for partner in all_partners(tx).await? {
            if !old.place.contains_key(&*partner) {
                news.entry(partner).or_default();
            }
        }
        let mut kin = old.kin.clone();
        let shapes = |fact: &&Fact| says_kin(&fact.kind);
        for fact in news.values().flatten().filter(shapes) {
            if let Some(cells) = &fact.cells {
                Arc::make_mut(&mut kin).read(&fact.partner, &fact.kind, cells);
            }
        }
        // Kin of whoever changed comes along.
        let mut moving: BTreeSet<Arc<str>> = BTreeSet::new();
        for partner in news.keys() {
            moving.extend(kin.closure(partner));
        }
        moving.retain(|p| old.place.contains_key(p) || news.contains_key(&**p));
        self.note_changed(moving.iter().map(ToString::to_string));
        let dead: HashSet<u32> = news
            .values()
            .flatten()
            .filter_map(|f| u32::try_from(f.replaces?).ok())
            .collect();
        let taken_back = news
            .values()
            .flatten()
            .any(|f| f.kind == SUPPLIED && f.cells.is_none());
        let mut own: HashMap<Arc<str>, BTreeSet<usize>> = HashMap::new();
        for partner in &moving {
            let mut kinds: BTreeSet<usize> = match old.find(partner) {
                Some((shelf, _)) => supplied_on(shelf.evidence()),
                None => old.for_all.clone(),
            };
            if taken_back {
                // That nothing was supplied after all is told by what stands.
                kinds.clone_from(&old.for_all);
                for fact in tx.standing_of_kind(partner, SUPPLIED, through).await? {
                    kinds.extend(supplied_kind(vocabulary, &fact.key));
                }
                own.insert(partner.clone(), kinds);
                continue;
            }
            for fact in news.get(&**partner).into_iter().flatten() {
                let kind = if fact.kind == SUPPLIED {
                    supplied_kind(vocabulary, &fact.key)
                } else {
                    vocabulary.kinds.get_index_of(&fact.kind)
                };
                kinds.extend(kind.filter(|_| fact.cells.is_some()));
            }
            own.insert(partner.clone(), kinds);
        }
        let of_kin = kin.supplies(&own);
        let mut groups: HashMap<BTreeSet<usize>, Vec<Arc<str>>> = HashMap::new();
        for (partner, own) in own {
            let kinds = of_kin.get(&*partner).cloned().unwrap_or(own);
            groups.entry(kinds).or_default().push(partner);
        }
        // Rows that were refused come along; of whom they changed they are read again.
        let mut refused: HashMap<Arc<str>, Vec<Fact>> = HashMap::new();
        for partner in &moving {
            let changed = |facts: &Vec<Fact>| facts.iter().any(|f| f.kind == REFUSED);
            if !old.place.contains_key(partner) || news.get(&**partner).is_some_and(changed) {
                let rows = tx.standing_of_kind(partner, REFUSED, through).await?;
                refused.insert(partner.clone(), rows);
            }
        }
        let anew = Anew {
            old,
            news: &news,
            dead: &dead,
            refused: &refused,
            refused_of_nobody: &tx.standing_of_kind(EVERYBODY, REFUSED, through).await?,
            change,
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let parts: Vec<(BTreeSet<usize>, Vec<Arc<str>>)> = groups
            .into_iter()
            .flat_map(|(kinds, partners)| {
                let parts = kin.parted(partners, threads).into_iter();
                parts.map(move |part| (kinds.clone(), part))
            })
            .collect();
        let mut fresh = Shelves {
            all: old.all.clone(),
            place: old.place.clone(),
            kin,
            for_all: old.for_all.clone(),
            change,
            fact: through,
        };
        for (partners, shelf) in self.put_up_all(&anew, &parts, threads) {
            let at = fresh.all.len() as u32;
            fresh.all.push(Arc::new(shelf));
            for partner in partners {
                fresh.place.insert(partner.clone(), at);
            }
        }
        if fresh.all.len() > SHELVES {
            self.merge(&mut fresh);
        }
        Ok(fresh)
    }

    /// A shelf for each part, with its partners: part by part on as many threads.
    fn put_up_all<'p>(
        &self,
        anew: &Anew<'_>,
        parts: &'p [(BTreeSet<usize>, Vec<Arc<str>>)],
        threads: usize,
    ) -> Vec<(&'p [Arc<str>], Shelf)> {
        let threads = threads.min(parts.len());
        let some = |nth| {
            let own = parts.iter().skip(nth).step_by(threads);
            own.map(|(kinds, partners)| (&**partners, self.put_up(anew, kinds, partners)))
                .collect::<Vec<_>>()
        };
        std::thread::scope(|scope| {
            let some = &some;
            let running: Vec<_> = (0..threads)
                .map(|nth| scope.spawn(move || some(nth)))
                .collect();
            let ended = running.into_iter();
            ended
                .flat_map(|part| {
                    part.join()
                        .expect("INVARIANT: a shelf is put up without a panic")
                })
                .collect()
        })
    }

    /// A shelf for partners of whom something changed: what they have, and what is new of it.
    fn put_up(&self, anew: &Anew<'_>, kinds: &BTreeSet<usize>, partners: &[Arc<str>]) -> Shelf {
        let old = anew.old;
        let mut reader = Reader::new(&self.programs().library.vocabulary);
        kinds.iter().for_each(|kind| reader.builder.supply(*kind));
        let mut copying: HashMap<u32, Copying<'_>> = HashMap::new();
        let mut stay: HashMap<u32, HashSet<&str>> = HashMap::new();
        for partner in partners {
            if let Some(place) = old.place.get(partner) {
                let evidence = old.all[*place as usize].evidence();
                if let Some(at) = evidence.partner(partner) {
                    let from = copying
                        .entry(*place)
                        .or_insert_with(|| Copying::from(evidence));
                    reader.copy(from, at, &|fact| anew.dead.contains(&fact));
                }
            }
            for fact in anew.news.get(&**partner).into_iter().flatten() {
                let number = u32::try_from(fact.fact).unwrap_or(u32::MAX);
                let Some(cells) = fact.cells.as_ref().filter(|_| !anew.dead.contains(&number))
                else {
                    continue;
                };
                if fact.kind != SUPPLIED && fact.kind != REFUSED {
                    let (day, source) = (fact.recorded_on, &fact.source);
                    reader.add(fact.fact, partner, &fact.kind, cells, day, source);
                }
            }
            match (anew.refused.get(partner), old.place.get(partner)) {
                (Some(rows), _) => refuse(&mut reader, partner, rows),
                (None, Some(at)) => drop(stay.entry(*at).or_default().insert(partner)),
                (None, None) => {}
            }
        }
        for (at, partners) in &stay {
            reader.copy_refused(old.all[*at as usize].evidence(), partners, false);
        }
        refuse(&mut reader, EVERYBODY, anew.refused_of_nobody);
        self.shelf(reader, partners, anew.change)
    }

    /// Puts what stands on all shelves but the first onto as few as can be, and drops shelves on which nobody stands.
    fn merge(&self, shelves: &mut Shelves) {
        let mut groups: HashMap<BTreeSet<usize>, Vec<(usize, usize)>> = HashMap::new();
        for at in 1..shelves.all.len() {
            let kinds = supplied_on(shelves.all[at].evidence());
            let here = shelves.partners_on(at).into_iter().map(|p| (at, p));
            groups.entry(kinds).or_default().extend(here);
        }
        let mut all: Vec<Arc<Shelf>> = shelves.all.first().cloned().into_iter().collect();
        for (kinds, members) in groups {
            let Some((first, _)) = members.first() else {
                continue;
            };
            let only: BTreeSet<usize> = members.iter().map(|(at, _)| *at).collect();
            let whole =
                only.len() == 1 && shelves.all[*first].evidence().partners.len() == members.len();
            let place = all.len() as u32;
            let names: Vec<Arc<str>> = members
                .iter()
                .map(|(at, p)| Arc::from(shelves.all[*at].evidence().partner_id(*p)))
                .collect();
            if whole {
                all.push(shelves.all[*first].clone());
            } else {
                let mut reader = Reader::new(&self.programs().library.vocabulary);
                kinds.iter().for_each(|kind| reader.builder.supply(*kind));
                let mut copying: HashMap<usize, Copying<'_>> = HashMap::new();
                for (at, partner) in &members {
                    let from = || Copying::from(shelves.all[*at].evidence());
                    reader.copy(copying.entry(*at).or_insert_with(from), *partner, &|_| {
                        false
                    });
                }
                for (nth, at) in only.into_iter().enumerate() {
                    // Of whoever moved on from a shelf their rows of then still lie there.
                    let here = members.iter().zip(&names).filter(|((on, _), _)| *on == at);
                    let here: HashSet<&str> = here.map(|(_, name)| &**name).collect();
                    reader.copy_refused(shelves.all[at].evidence(), &here, nth == 0);
                }
                all.push(Arc::new(self.shelf(reader, &names, shelves.change)));
            }
            for name in names {
                shelves.place.insert(name, place);
            }
        }
        shelves.all = all;
    }

    /// The facts of a partner and its kin as they stand, with other texts for some of them by number, and without those that
    /// have none.
    pub(crate) fn as_edited(
        &self,
        shelves: &Shelves,
        partner: &str,
        texts: &HashMap<u32, Option<store::NewFact>>,
    ) -> Arc<Engine> {
        let mut reader = Reader::new(&self.programs().library.vocabulary);
        let mut names: Vec<Arc<str>> = vec![];
        for id in shelves.kin.closure(partner) {
            let Some((shelf, at)) = shelves.find(&id) else {
                continue;
            };
            for kind in supplied_on(shelf.evidence()) {
                reader.builder.supply(kind);
            }
            let mut from = Copying::from(shelf.evidence());
            reader.copy(&mut from, at, &|fact| texts.contains_key(&fact));
            let own = HashSet::from([&*id]);
            reader.copy_refused(shelf.evidence(), &own, &*id == partner);
            names.push(id);
        }
        for (number, fact) in texts {
            if let Some(fact) = fact
                && let Some(cells) = &fact.cells
            {
                let (number, source) = (i64::from(*number), &fact.source);
                reader.add(number, partner, &fact.kind, cells, fact.recorded_on, source);
            }
        }
        self.shelf(reader, &names, shelves.change).engine.clone()
    }

    fn note_changed(&self, partners: impl Iterator<Item = String>) {
        let mut changed = self
            .changed
            .lock()
            .expect("INVARIANT: nobody panics holding it");
        changed.extend(partners.filter(|p| p != EVERYBODY));
    }

    /// The facts of a partner and its kin as they were known: as the store had them after a change, and of those only what
    /// was learned by a day. Read from the store, for what was known before is not in memory.
    pub async fn as_known(
        &self,
        store: &Store,
        partner: &str,
        through: Option<i64>,
        known_at: Option<Day>,
        day_of: &(dyn Fn(domain::instant::Instant) -> Day + Sync),
        assumptions: Assumptions,
    ) -> Result<Engine, StoreError> {
        let kin = self.current().kin.closure(partner);
        let mut tx = store.read(&Scope::All).await?;
        let last_fact = match through {
            Some(change) => tx.change(change).await?.map_or(0, |c| c.last_fact),
            None => i64::MAX,
        };
        let programs = self.programs();
        let of = (&kin, last_fact, known_at);
        engine_of(&mut tx, programs, of, day_of, assumptions).await
    }
}

/// What changed of partners who are put up anew.
struct Anew<'a> {
    /// Where they stood.
    old: &'a Shelves,
    /// The facts that came, by partner.
    news: &'a HashMap<String, Vec<Fact>>,
    /// The facts that others stand in place of.
    dead: &'a HashSet<u32>,
    /// The rows that were refused, of those of whom they changed.
    refused: &'a HashMap<Arc<str>, Vec<Fact>>,
    /// The rows that were refused and of which nobody knows whose they are.
    refused_of_nobody: &'a [Fact],
    /// The newest change.
    change: i64,
}

fn refuse(reader: &mut Reader, partner: &str, rows: &[Fact]) {
    for row in rows {
        if let Some(cells) = &row.cells {
            reader.refuse(row.fact, partner, cells);
        }
    }
}

/// A partner with all that were judged together with it once this change was done, by the facts of that moment alone.
pub(crate) async fn kin_at(
    tx: &mut Tx,
    partner: &str,
    last_fact: i64,
) -> Result<BTreeSet<Arc<str>>, StoreError> {
    let mut kin = Kin::default();
    for (partner, kind, cells) in tx.kinship(last_fact).await? {
        kin.read(&partner, &kind, &cells);
    }
    Ok(kin.closure(partner))
}

/// An engine over the facts of partners as they were known: up to a fact, and of those only what was learned by a day.
pub(crate) async fn engine_of(
    tx: &mut Tx,
    programs: Arc<Programs>,
    (kin, last_fact, known_at): (&BTreeSet<Arc<str>>, i64, Option<Day>),
    day_of: &(dyn Fn(domain::instant::Instant) -> Day + Sync),
    assumptions: Assumptions,
) -> Result<Engine, StoreError> {
    let vocabulary = &programs.library.vocabulary;
    let mut reader = Reader::new(vocabulary);
    let mut days: HashMap<i64, Day> = HashMap::new();
    let mut names: Vec<Arc<str>> = vec![];
    for partner in kin.iter().map(|p| &**p).chain([EVERYBODY]) {
        let facts = tx.facts_of(partner, last_fact).await?;
        if known_at.is_some() {
            for fact in &facts {
                if !days.contains_key(&fact.change)
                    && let Some(change) = tx.change(fact.change).await?
                {
                    days.insert(fact.change, day_of(learned_at(&change)));
                }
            }
        }
        for fact in known(&facts, known_at, &days) {
            let Some(cells) = &fact.cells else { continue };
            match &*fact.kind {
                SUPPLIED => {
                    if let Some(kind) = supplied_kind(vocabulary, &fact.key) {
                        reader.builder.supply(kind);
                    }
                }
                REFUSED => reader.refuse(fact.fact, partner, cells),
                kind if partner != EVERYBODY => {
                    reader.add(
                        fact.fact,
                        partner,
                        kind,
                        cells,
                        fact.recorded_on,
                        &fact.source,
                    );
                }
                _ => {}
            }
        }
        if partner != EVERYBODY {
            names.push(Arc::from(partner));
        }
    }
    let mut evidence = reader.builder.finish();
    for id in &names {
        evidence.add_partner(id);
    }
    let ledger = Ledger::new(Arc::new(evidence), known_at);
    Ok(Engine::new(programs, Arc::new(ledger), assumptions))
}

/// When what a change wrote was learned: where a history was taken over from elsewhere, when it was learned there.
pub fn learned_at(change: &store::Change) -> domain::instant::Instant {
    let there = (change.verb == crate::export::RESTORED)
        .then(|| change.detail_text("at"))
        .flatten();
    there
        .and_then(|at| domain::instant::Instant::parse(&at))
        .unwrap_or(change.at)
}

/// The facts that stood on a day, oldest first. Of several that replace each other the ledger itself takes the one learned
/// last, so those stay that say when they were learned; what was withdrawn or replaced without saying so is left out from
/// the day of that change on.
fn known<'f>(facts: &'f [Fact], known_at: Option<Day>, days: &HashMap<i64, Day>) -> Vec<&'f Fact> {
    let by_number: HashMap<i64, &Fact> = facts.iter().map(|f| (f.fact, f)).collect();
    let happened = |fact: &Fact| match known_at {
        None => true,
        Some(day) => {
            let changed = days.get(&fact.change).copied().unwrap_or(Day::MIN);
            // What says to be recorded before the fact in whose place it stands, such as a record that stands again, came
            // there with its change.
            let before = fact.replaces.and_then(|b| by_number.get(&b)?.recorded_on);
            let since = fact
                .recorded_on
                .filter(|own| before.is_none_or(|before| *own >= before));
            fact.replaces.is_none() && fact.cells.is_some() || since.unwrap_or(changed) <= day
        }
    };
    let mut dead: HashSet<i64> = HashSet::new();
    for fact in facts.iter().filter(|f| happened(f)) {
        let mut next = fact.replaces;
        while let Some(number) = next {
            if !dead.insert(number) {
                break;
            }
            next = by_number.get(&number).and_then(|f| f.replaces);
        }
    }
    facts
        .iter()
        .filter(|f| f.cells.is_some() && happened(f) && !dead.contains(&f.fact))
        .collect()
}

async fn all_partners(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut all: Vec<String> = vec![];
    loop {
        let after = all.last().cloned().unwrap_or_default();
        let page = tx.partners(&after, 20_000).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

fn supplied_kind(vocabulary: &Vocabulary, key: &str) -> Option<usize> {
    let parts = key_parts(key);
    vocabulary.kinds.get_index_of(parts.first()?)
}

fn supplied_on(evidence: &Evidence) -> BTreeSet<usize> {
    let tables = evidence.tables.iter().enumerate();
    tables
        .filter(|(_, t)| t.supplied)
        .map(|(at, _)| at)
        .collect()
}

/// Who is judged together with whom.
#[derive(Clone, Debug, Default)]
struct Kin {
    with: HashMap<String, BTreeSet<String>>,
    groups: HashMap<String, BTreeSet<String>>,
}

impl Kin {
    fn read(&mut self, partner: &str, kind: &str, cells: &str) {
        let wanted = match kind {
            "partners" => "parent",
            "groups" => "group",
            _ => return,
        };
        let mut found = String::new();
        // A record that does not read names nobody.
        let _ = each_cell(cells, |name, text| {
            if name == wanted {
                text.clone_into(&mut found);
            }
        });
        if found.is_empty() {
            return;
        }
        if kind == "partners" {
            self.join(partner, &found);
        } else {
            let members = self.groups.entry(found).or_default();
            members.insert(partner.to_owned());
            let members: Vec<String> = members.iter().cloned().collect();
            for other in members {
                self.join(partner, &other);
            }
        }
    }

    fn join(&mut self, a: &str, b: &str) {
        if a != b {
            self.with
                .entry(a.to_owned())
                .or_default()
                .insert(b.to_owned());
            self.with
                .entry(b.to_owned())
                .or_default()
                .insert(a.to_owned());
        }
    }

    /// A partner with all that are judged together with it, directly or through others.
    fn closure(&self, partner: &str) -> BTreeSet<Arc<str>> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![partner]);
        while let Some(one) = next.pop() {
            if seen.insert(Arc::from(one)) {
                next.extend(self.with.get(one).into_iter().flatten().map(String::as_str));
            }
        }
        seen
    }

    /// Partners in so many parts of about the same size, kin in the same one; few of them in one part.
    fn parted(&self, partners: Vec<Arc<str>>, threads: usize) -> Vec<Vec<Arc<str>>> {
        let count = threads.min(partners.len() / APART).max(1);
        if count == 1 {
            return vec![partners];
        }
        let all: HashSet<Arc<str>> = partners.iter().cloned().collect();
        let mut parts: Vec<Vec<Arc<str>>> = vec![vec![]; count];
        let mut placed: HashSet<Arc<str>> = HashSet::new();
        for partner in &partners {
            if placed.contains(partner) {
                continue;
            }
            let smallest = (0..count).min_by_key(|at| parts[*at].len()).unwrap_or(0);
            let kin = self.closure(partner).into_iter();
            for one in kin.filter(|one| all.contains(one)) {
                if placed.insert(one.clone()) {
                    parts[smallest].push(one);
                }
            }
        }
        parts.iter_mut().for_each(|part| part.sort());
        parts
    }

    /// For everybody who has kin, what they and their kin have supplied together.
    fn supplies(
        &self,
        own: &HashMap<Arc<str>, BTreeSet<usize>>,
    ) -> HashMap<String, BTreeSet<usize>> {
        let mut all = HashMap::new();
        for partner in self.with.keys() {
            if all.contains_key(partner) {
                continue;
            }
            let seen = self.closure(partner);
            let kinds: BTreeSet<usize> = seen
                .iter()
                .filter_map(|p| own.get(p))
                .flatten()
                .copied()
                .collect();
            for one in seen {
                all.insert(one.to_string(), kinds.clone());
            }
        }
        all
    }
}
