//! What an import would change, against what stands: record by record, from memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use domain::calendar::Day;
use domain::evidence::{Cell, Evidence, Refused};
use domain::intake::{REFUSED_COLUMNS, refused_rows};
use domain::ledger::{Ledger, learned};
use sha2::{Digest as _, Sha256};
use store::{Fact, NewFact, REFUSED};

use super::view::{KindCounts, RefusedCounts};
use crate::records::{self, Cells, EVERYBODY, key_of, key_text};
use crate::warm::Shelves;

/// Whose evidence an import brings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose<'a> {
    /// The one partner; `None` for several.
    pub partner: Option<&'a str>,
    /// What the files call that partner, where they call it otherwise.
    pub called: Option<&'a str>,
}

impl<'a> Whose<'a> {
    /// The partner whose rows these are; `None` where they are set aside.
    pub fn of<'b>(&self, named: &'b str) -> Option<&'b str>
    where
        'a: 'b,
    {
        match self.partner {
            None => Some(named),
            Some(own) if named == own || Some(named) == self.called => Some(own),
            Some(_) => None,
        }
    }
}

/// What becomes of an accepted row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// There is no such record yet. Of several that the files have of one record each goes in the place of the one before.
    Added {
        /// Does it stand in the place of the fact before it?
        corrects: bool,
        /// Does another one stand in its place?
        corrected: bool,
    },
    /// It stands in the place of a record.
    Superseded {
        /// The fact.
        over: u32,
        /// The row of the shelf that has it.
        row: u32,
    },
    /// The record says so already.
    Unchanged,
    /// The record that stands was recorded later.
    Older,
    /// The files have a later one of the same record.
    Earlier,
}

/// An accepted row, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub kind: u32,
    pub partner: u32,
    pub row: u32,
    pub what: What,
}

/// A record that the files do not have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing {
    pub kind: u32,
    pub partner: u32,
    /// The row of the shelf that has it.
    pub row: u32,
    pub fact: u32,
}

/// What becomes of a refused row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusing {
    /// It is kept, to be mended.
    New,
    /// It is kept already.
    Again,
    /// It was refused before, with another problem.
    Instead(i64),
}

/// What an import would do.
#[derive(Debug)]
pub(super) struct Compared {
    /// What stands.
    pub shelves: Arc<Shelves>,
    /// Every accepted row.
    pub steps: Vec<Step>,
    /// Records that would be withdrawn, because the files have the whole list.
    pub withdrawn: Vec<Missing>,
    /// The refused rows, by their place in the evidence.
    pub refusing: Vec<(usize, Refusing)>,
    /// Rows that were refused before and would be kept no longer.
    pub right: Vec<Fact>,
    /// Kinds that become supplied.
    pub supplies: Vec<NewFact>,
    /// Counts, by kind.
    pub counts: BTreeMap<String, KindCounts>,
    /// Counts of refused rows.
    pub refused: RefusedCounts,
    /// Partners that are new.
    pub new_partners: Vec<String>,
    /// Of all that would be written.
    pub digest: String,
}

/// What is compared.
pub(super) struct Comparing<'a> {
    pub evidence: &'a Arc<Evidence>,
    pub whose: Whose<'a>,
    pub shelves: Arc<Shelves>,
    /// Kinds of which the files have the whole list.
    pub whole: &'a BTreeSet<String>,
    /// Of each file, the column that was filled in with the day on which a row was first seen.
    pub first_seen: &'a HashMap<u16, usize>,
    /// The rows that were refused before and are kept.
    pub kept: Vec<Fact>,
    /// The kinds that were said to be supplied before, by partner.
    pub supplied: BTreeSet<(String, String)>,
    /// Kinds that the files supply.
    pub supplies: Vec<String>,
    pub import: &'a str,
}

impl Comparing<'_> {
    pub fn compare(self) -> Compared {
        let evidence = self.evidence;
        let mut compared = Compared {
            shelves: self.shelves.clone(),
            steps: vec![],
            withdrawn: vec![],
            refusing: vec![],
            right: vec![],
            supplies: vec![],
            counts: BTreeMap::new(),
            refused: RefusedCounts::default(),
            new_partners: vec![],
            digest: String::new(),
        };
        let mut ledger = None;
        let mut read = 0_usize;
        for partner in 0..evidence.partners.len() {
            let named = evidence.partner_id(partner);
            let Some(id) = self.whose.of(named) else {
                for (kind, table) in evidence.tables.iter().enumerate() {
                    let rows = table.rows(partner).len() as u64;
                    if rows > 0 {
                        let name = &evidence.vocabulary.kinds[kind].name;
                        compared.counts.entry(name.clone()).or_default().aside += rows;
                    }
                }
                continue;
            };
            let there = self.shelves.find(id);
            if there.is_none() && self.whose.partner.is_none() {
                compared.new_partners.push(id.to_owned());
            }
            for kind in 0..evidence.tables.len() {
                let of = &evidence.vocabulary.kinds[kind];
                let rows = evidence.tables[kind].rows(partner);
                let in_files = self.supplies.contains(&of.name);
                if rows.is_empty() && !in_files {
                    continue;
                }
                read += rows.len();
                let old = there.map(|(shelf, at)| (&**shelf.evidence(), at));
                self.compare_kind(&mut compared, &mut ledger, kind, partner, old);
            }
        }
        compared.steps.shrink_to_fit();
        debug_assert_eq!(
            compared.steps.len(),
            read,
            "every accepted row has an outcome"
        );
        if let Some(own) = self.whose.partner
            && self.shelves.find(own).is_none()
        {
            compared.new_partners.push(own.to_owned());
        }
        let supplier = self.whose.partner.unwrap_or(EVERYBODY);
        for kind in &self.supplies {
            if !self
                .supplied
                .contains(&(supplier.to_owned(), key_text(&[kind])))
            {
                compared.supplies.push(records::supply(supplier, kind));
            }
        }
        self.compare_refused(&mut compared);
        compared.digest = self.digest(&compared);
        compared
    }

    /// What a cell says that goes in the place of another one: where it is the day on which a row was first seen, the day on
    /// which that was stays.
    fn cell(
        &self,
        kind: usize,
        row: usize,
        field: usize,
        old: Option<(&Evidence, usize)>,
    ) -> CellOf {
        let table = &self.evidence.tables[kind];
        let cell = table.columns[field].cell(row);
        if self.first_seen.get(&table.file[row]) == Some(&field)
            && cell != Cell::Empty
            && let Some((old, at)) = old
        {
            let before = old.tables[kind].columns[field].cell(at);
            if let Cell::Day(_) = before {
                return CellOf(before);
            }
        }
        CellOf(cell)
    }

    fn same(&self, kind: usize, row: usize, old: &Evidence, at: usize) -> bool {
        (0..old.tables[kind].columns.len()).all(|field| {
            let new = self.cell(kind, row, field, Some((old, at))).0;
            let before = old.tables[kind].columns[field].cell(at);
            equal(self.evidence, &new, old, &before)
        })
    }

    fn compare_kind(
        &self,
        compared: &mut Compared,
        ledger: &mut Option<Ledger>,
        kind: usize,
        partner: usize,
        old: Option<(&Evidence, usize)>,
    ) {
        let evidence = self.evidence;
        let of = &evidence.vocabulary.kinds[kind];
        let table = &evidence.tables[kind];
        let keys: Vec<usize> = of
            .key
            .iter()
            .filter_map(|k| of.fields.get_index_of(k))
            .collect();
        let rows = table.rows(partner);
        // The records that stand, by the hash of their key.
        let mut standing: Vec<(u64, u32)> = old.map_or_else(Vec::new, |(old, at)| {
            old.tables[kind]
                .rows(at)
                .map(|row| (hash(old, kind, &keys, row), row as u32))
                .collect()
        });
        standing.sort_unstable();
        let mut met = vec![false; standing.len()];
        let same_key = |a: &Evidence, ra: usize, b: &Evidence, rb: usize| {
            keys.iter().all(|k| {
                let (x, y) = (&a.tables[kind].columns[*k], &b.tables[kind].columns[*k]);
                equal(a, &x.cell(ra), b, &y.cell(rb))
            })
        };
        // Rows of one key stand together; what tells them apart is when they were learned.
        let mut at = rows.start;
        let mut counts = KindCounts::default();
        while at < rows.end {
            let mut end = at + 1;
            while end < rows.end && same_key(evidence, at, evidence, end) {
                end += 1;
            }
            let mut group: Vec<usize> = (at..end).collect();
            if group.len() > 1 {
                let ledger = ledger.get_or_insert_with(|| Ledger::new(evidence.clone(), None));
                let opened = ledger.kinds[kind].opened(table).to_vec();
                group.sort_by_key(|row| learned(table, Day(opened[*row]), *row));
            }
            at = end;
            let last = group[group.len() - 1];
            let wanted = hash(evidence, kind, &keys, last);
            let first = standing.partition_point(|(h, _)| *h < wanted);
            let found = standing[first..]
                .iter()
                .take_while(|(h, _)| *h == wanted)
                .position(|(_, row)| {
                    old.is_some_and(|(old, _)| same_key(evidence, last, old, *row as usize))
                })
                .map(|n| first + n);
            let mut step = |row: usize, what: What| {
                match what {
                    What::Added { corrected, .. } => {
                        if corrected {
                            counts.earlier += 1;
                        } else {
                            counts.added += 1;
                        }
                    }
                    What::Superseded { .. } => counts.superseded += 1,
                    What::Unchanged => counts.unchanged += 1,
                    What::Older => counts.older += 1,
                    What::Earlier => counts.earlier += 1,
                }
                compared.steps.push(Step {
                    kind: kind as u32,
                    partner: partner as u32,
                    row: row as u32,
                    what,
                });
            };
            match (found, old) {
                (Some(found), Some((old, _))) => {
                    met[found] = true;
                    let stands = standing[found].1 as usize;
                    for row in &group[..group.len() - 1] {
                        step(*row, What::Earlier);
                    }
                    let what = if self.same(kind, last, old, stands) {
                        What::Unchanged
                    } else {
                        let (new, before) = (
                            table.recorded.day(last),
                            old.tables[kind].recorded.day(stands),
                        );
                        if new != Day::MAX && before != Day::MAX && new < before {
                            What::Older
                        } else {
                            What::Superseded {
                                over: old.tables[kind].line[stands],
                                row: stands as u32,
                            }
                        }
                    };
                    step(last, what);
                }
                _ => {
                    for (n, row) in group.iter().enumerate() {
                        step(
                            *row,
                            What::Added {
                                corrects: n > 0,
                                corrected: n + 1 < group.len(),
                            },
                        );
                    }
                }
            }
        }
        if self.supplies.contains(&of.name)
            && let Some((old, _)) = old
        {
            let whole = self.whole.contains(&of.name);
            let mut missing: Vec<u32> = standing
                .iter()
                .zip(&met)
                .filter(|(_, met)| !**met)
                .map(|((_, row), _)| *row)
                .collect();
            missing.sort_unstable();
            counts.missing += missing.len() as u64;
            if whole {
                counts.withdrawn += missing.len() as u64;
                compared
                    .withdrawn
                    .extend(missing.into_iter().map(|row| Missing {
                        kind: kind as u32,
                        partner: partner as u32,
                        row,
                        fact: old.tables[kind].line[row as usize],
                    }));
            }
        }
        let all = compared.counts.entry(of.name.clone()).or_default();
        all.add(&counts);
    }

    /// Whose a refused row is; `None` where it is set aside.
    pub fn partner_of(&self, refused: &Refused) -> Option<&str> {
        match (refused.partner, self.whose.partner) {
            (None, own) => Some(own.unwrap_or(EVERYBODY)),
            (Some(code), None) => Some(self.evidence.strings.text(code)),
            (Some(code), Some(own)) => {
                let named = self.evidence.strings.text(code);
                (named == own || Some(named) == self.whose.called).then_some(own)
            }
        }
    }

    fn compare_refused(&self, compared: &mut Compared) {
        let evidence = self.evidence;
        let rows = refused_rows(evidence);
        let before: Vec<Kept> = self.kept.iter().map(Kept::of).collect();
        let mut taken = vec![false; before.len()];
        // A file of which nobody knows how many rows it lost comes first, and has no row of its own.
        let lost = rows.len() - evidence.refused.len();
        for (at, refused) in evidence.refused.iter().enumerate() {
            let Some(partner) = self.partner_of(refused) else {
                compared.refused.aside += 1;
                continue;
            };
            let now = Kept::new(evidence, refused, partner, &rows[lost + at]);
            let free = |n: &usize| !taken[*n];
            let same = (0..before.len())
                .filter(free)
                .find(|n| now.says_the_same(&before[*n]));
            let what = match same {
                Some(n) => {
                    taken[n] = true;
                    compared.refused.again += 1;
                    Refusing::Again
                }
                None => {
                    let like = (0..before.len())
                        .filter(free)
                        .find(|n| now.is_of(&before[*n]));
                    match like {
                        Some(n) => {
                            taken[n] = true;
                            compared.refused.changed += 1;
                            Refusing::Instead(self.kept[n].fact)
                        }
                        None => {
                            compared.refused.new += 1;
                            Refusing::New
                        }
                    }
                }
            };
            compared.refusing.push((at, what));
        }
        // What was refused before and was read now.
        let open: Vec<usize> = (0..before.len()).filter(|n| !taken[*n]).collect();
        if open.is_empty() {
            return;
        }
        let mut right: BTreeSet<usize> = BTreeSet::new();
        for (kind, of) in evidence.vocabulary.kinds.values().enumerate() {
            let of_kind: Vec<usize> = open
                .iter()
                .copied()
                .filter(|n| before[*n].kind == of.name)
                .collect();
            if of_kind.is_empty() {
                continue;
            }
            if self.whole.contains(&of.name) && self.supplies.contains(&of.name) {
                right.extend(&of_kind);
                continue;
            }
            let mut by_key: HashMap<(String, String), Vec<usize>> = HashMap::new();
            let mut by_row: HashMap<(String, u32), Vec<usize>> = HashMap::new();
            // By the columns that could be read, where the key could not.
            let mut by_rest: BTreeMap<Vec<usize>, HashMap<u64, Vec<usize>>> = BTreeMap::new();
            for n in of_kind {
                let kept = &before[n];
                match kept.key(of) {
                    Some(key) => by_key
                        .entry((kept.partner.clone(), key))
                        .or_default()
                        .push(n),
                    None => {
                        by_row
                            .entry((kept.file.clone(), kept.line))
                            .or_default()
                            .push(n);
                        let (fields, hash) = kept.rest(of);
                        if !fields.is_empty() {
                            by_rest
                                .entry(fields)
                                .or_default()
                                .entry(hash)
                                .or_default()
                                .push(n);
                        }
                    }
                }
            }
            let table = &evidence.tables[kind];
            for partner in 0..evidence.partners.len() {
                let Some(id) = self.whose.of(evidence.partner_id(partner)) else {
                    continue;
                };
                for row in table.rows(partner) {
                    if !by_key.is_empty() {
                        let key = key_of(of, &records::cells_at(evidence, kind, row));
                        if let Some(found) = by_key.get(&(id.to_owned(), key)) {
                            right.extend(found);
                        }
                    }
                    if !by_row.is_empty() {
                        let place = evidence.place(kind, row);
                        if let Some(found) = by_row.get(&(place.file, place.line)) {
                            let fits = |n: &&usize| before[**n].fits(of, evidence, kind, row, true);
                            right.extend(found.iter().filter(fits));
                        }
                    }
                    for (fields, of_rest) in &by_rest {
                        let texts = fields
                            .iter()
                            .map(|f| evidence.text_of(&table.columns[*f].cell(row)));
                        if let Some(found) = of_rest.get(&hash_texts(texts)) {
                            let fits = |n: &&usize| {
                                before[**n].partner == id
                                    && before[**n].fits(of, evidence, kind, row, false)
                            };
                            right.extend(found.iter().filter(fits));
                        }
                    }
                }
            }
        }
        compared.refused.right = right.len() as u64;
        compared.right = right.into_iter().map(|n| self.kept[n].clone()).collect();
    }

    /// The cells that a row would be written with.
    pub fn cells(&self, step: &Step, shelves: &Shelves) -> Cells {
        let (kind, row) = (step.kind as usize, step.row as usize);
        let evidence = self.evidence;
        let named = evidence.partner_id(step.partner as usize);
        let old = match step.what {
            What::Superseded { row, .. } => self
                .whose
                .of(named)
                .and_then(|id| shelves.find(id))
                .map(|(shelf, _)| (&**shelf.evidence(), row as usize)),
            _ => None,
        };
        let fields = evidence.vocabulary.kinds[kind].fields.keys().enumerate();
        fields
            .map(|(field, name)| {
                let cell = self.cell(kind, row, field, old).0;
                let text = match (&cell, old) {
                    // A day needs no strings to be a text.
                    (Cell::Day(day), _) => day.to_string(),
                    (cell, _) => evidence.text_of(cell),
                };
                (name.clone(), text)
            })
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// The fact that a row is written as, before it is known what it replaces; `None` where nothing is written.
    pub fn fact(&self, step: &Step, shelves: &Shelves, today: Day) -> Option<NewFact> {
        let (kind, row) = (step.kind as usize, step.row as usize);
        let evidence = self.evidence;
        let table = &evidence.tables[kind];
        let of = &evidence.vocabulary.kinds[kind];
        let partner = self.whose.of(evidence.partner_id(step.partner as usize))?;
        let own = table.recorded.day(row);
        let own = (own != Day::MAX).then_some(own);
        let (replaces, recorded_on) = match step.what {
            What::Added { .. } => (None, own),
            What::Superseded { over, row } => {
                let before = shelves.find(partner).map_or(Day::MAX, |(shelf, _)| {
                    shelf.evidence().tables[kind].recorded.day(row as usize)
                });
                let later = own.filter(|own| before == Day::MAX || *own > before);
                (Some(i64::from(over)), Some(later.unwrap_or(today)))
            }
            _ => return None,
        };
        let cells = self.cells(step, shelves);
        Some(NewFact {
            partner: partner.to_owned(),
            kind: of.name.clone(),
            key: key_of(of, &cells),
            cells: Some(records::cells_text(&cells)),
            replaces,
            recorded_on,
            source: evidence.strings.text(table.source.code(row)).to_owned(),
        })
    }

    /// The fact by which a record is withdrawn.
    pub fn withdrawal(&self, missing: &Missing, shelves: &Shelves, today: Day) -> Option<NewFact> {
        let partner = self
            .whose
            .of(self.evidence.partner_id(missing.partner as usize))?;
        let (shelf, _) = shelves.find(partner)?;
        let of = &self.evidence.vocabulary.kinds[missing.kind as usize];
        let cells = records::cells_at(
            shelf.evidence(),
            missing.kind as usize,
            missing.row as usize,
        );
        Some(NewFact {
            partner: partner.to_owned(),
            kind: of.name.clone(),
            key: key_of(of, &cells),
            cells: None,
            replaces: Some(i64::from(missing.fact)),
            recorded_on: Some(today),
            source: String::new(),
        })
    }

    /// The facts that the refused rows are kept as.
    pub fn refusals(&self, compared: &Compared) -> Vec<NewFact> {
        let rows = refused_rows(self.evidence);
        let lost = rows.len() - self.evidence.refused.len();
        compared
            .refusing
            .iter()
            .filter_map(|(at, what)| {
                let replaces = match what {
                    Refusing::Again => return None,
                    Refusing::New => None,
                    Refusing::Instead(fact) => Some(*fact),
                };
                let refused = &self.evidence.refused[*at];
                let partner = self.partner_of(refused)?;
                let cells = refused_cells(refused, partner, &rows[lost + at]);
                let key = match replaces {
                    // What replaces a fact has its key.
                    Some(fact) => self.kept.iter().find(|k| k.fact == fact)?.key.clone(),
                    None => key_text(&[self.import, &at.to_string()]),
                };
                Some(NewFact {
                    partner: partner.to_owned(),
                    kind: REFUSED.to_owned(),
                    key,
                    cells: Some(records::cells_text(&cells)),
                    replaces,
                    recorded_on: None,
                    source: String::new(),
                })
            })
            .collect()
    }

    /// Of all that would be written, but the day on which it is.
    fn digest(&self, compared: &Compared) -> String {
        let mut hash = Sha256::new();
        let mut add = |fact: &NewFact, more: &str| {
            for text in [
                fact.partner.as_str(),
                &fact.kind,
                &fact.key,
                fact.cells.as_deref().unwrap_or("-"),
                &fact.source,
                more,
            ] {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
            hash.update(fact.replaces.unwrap_or(0).to_be_bytes());
        };
        for fact in &compared.supplies {
            add(fact, "");
        }
        for missing in &compared.withdrawn {
            if let Some(fact) = self.withdrawal(missing, &compared.shelves, Day::MIN) {
                add(&fact, "");
            }
        }
        for step in &compared.steps {
            if let Some(fact) = self.fact(step, &compared.shelves, Day::MIN) {
                let chained = matches!(step.what, What::Added { corrects: true, .. });
                let recorded = fact
                    .recorded_on
                    .filter(|d| *d != Day::MIN)
                    .map_or_else(String::new, |d| d.to_string());
                add(&fact, &format!("{chained} {recorded}"));
            }
        }
        for fact in self.refusals(compared) {
            add(&fact, "");
        }
        for fact in &compared.right {
            hash.update(fact.fact.to_be_bytes());
        }
        for partner in &compared.new_partners {
            hash.update(partner.as_bytes());
        }
        hash.finalize()
            .iter()
            .take(16)
            .map(|b| format!("{b:02x}"))
            .collect()
    }
}

/// A cell of the import, or of the record that stands; days alone move from one to the other, so that no text does.
struct CellOf(Cell);

/// What is kept of a refused row, as far as two of them are compared.
struct Kept {
    kind: String,
    partner: String,
    file: String,
    line: u32,
    problem: String,
    cells: Cells,
    wrong: Vec<String>,
}

impl Kept {
    fn of(fact: &Fact) -> Kept {
        let said = super::refused::Said::of(fact.cells.as_deref().unwrap_or("{}"));
        Kept {
            kind: said.kind,
            partner: fact.partner.clone(),
            file: said.file,
            line: said.row,
            problem: said.problem,
            wrong: said.problems.into_iter().map(|p| p.field).collect(),
            cells: said.cells,
        }
    }

    fn new(evidence: &Evidence, refused: &Refused, partner: &str, row: &[String]) -> Kept {
        let of = refused.row.as_deref();
        Kept {
            kind: evidence.vocabulary.kinds[refused.kind].name.clone(),
            partner: partner.to_owned(),
            file: row[4].clone(),
            line: row[5].parse().unwrap_or(0),
            problem: row[3].clone(),
            cells: of.map(|r| r.cells.clone()).unwrap_or_default(),
            wrong: of.map_or_else(Vec::new, |r| {
                r.problems.iter().map(|(field, _)| field.clone()).collect()
            }),
        }
    }

    fn says_the_same(&self, other: &Kept) -> bool {
        let place = self.file == other.file && self.line == other.line;
        // A row that was written out as refused has lost its cells.
        let same = self.cells == other.cells && !self.cells.is_empty()
            || place && (self.cells.is_empty() || self.cells == other.cells);
        self.kind == other.kind
            && self.partner == other.partner
            && self.problem == other.problem
            && same
    }

    /// Is it another reading of the same row?
    fn is_of(&self, other: &Kept) -> bool {
        self.kind == other.kind
            && self.partner == other.partner
            && self.file == other.file
            && self.line == other.line
            && self.line > 0
    }

    fn readable<'k>(&'k self, field: &str) -> Option<&'k str> {
        if self.wrong.iter().any(|w| w == field) {
            return None;
        }
        let found = self.cells.iter().find(|(name, _)| name == field);
        Some(found.map_or("", |(_, text)| text.as_str()))
    }

    /// Its key, where all of that could be read.
    fn key(&self, kind: &domain::vocabulary::Kind) -> Option<String> {
        if self.cells.is_empty() || self.wrong.iter().any(String::is_empty) {
            return None;
        }
        let parts: Option<Vec<&str>> = kind.key.iter().map(|k| self.readable(k)).collect();
        Some(key_text(&parts?))
    }

    /// The columns that could be read, and a hash of what they say.
    fn rest(&self, kind: &domain::vocabulary::Kind) -> (Vec<usize>, u64) {
        if self.wrong.iter().any(String::is_empty) {
            return (vec![], 0);
        }
        let fields: Vec<(usize, &str)> = kind
            .fields
            .keys()
            .enumerate()
            .filter_map(|(at, name)| Some((at, self.readable(name)?)))
            .collect();
        let hash = hash_texts(fields.iter().map(|(_, text)| (*text).to_owned()));
        (fields.into_iter().map(|(at, _)| at).collect(), hash)
    }

    /// Could this accepted row be it, now that it can be read?
    fn fits(
        &self,
        of: &domain::vocabulary::Kind,
        evidence: &Evidence,
        kind: usize,
        row: usize,
        only_key: bool,
    ) -> bool {
        let table = &evidence.tables[kind];
        of.fields.values().enumerate().all(|(at, field)| {
            if only_key && !field.key {
                return true;
            }
            self.readable(&field.name)
                .is_none_or(|text| text == evidence.text_of(&table.columns[at].cell(row)))
        })
    }
}

/// What is kept of a refused row.
pub(super) fn refused_cells(refused: &Refused, partner: &str, row: &[String; 8]) -> Cells {
    let mut cells: Cells = REFUSED_COLUMNS
        .iter()
        .zip(row)
        .map(|(name, text)| ((*name).to_owned(), text.clone()))
        .collect();
    if let Some((_, text)) = cells.iter_mut().find(|(name, _)| name == "partner") {
        partner.clone_into(text);
    }
    cells.push(("code".to_owned(), refused.problem.code.to_owned()));
    if let Some(said) = &refused.row {
        cells.push(("cells".to_owned(), records::cells_text(&said.cells)));
        let problems: Vec<serde_json::Value> = said
            .problems
            .iter()
            .map(|(field, p)| {
                serde_json::json!({
                    "field": field,
                    "column": p.place.context,
                    "code": p.code,
                    "message": p.message,
                    "help": p.help,
                })
            })
            .collect();
        cells.push((
            "problems".to_owned(),
            serde_json::Value::from(problems).to_string(),
        ));
    }
    cells
}

fn equal(a: &Evidence, x: &Cell, b: &Evidence, y: &Cell) -> bool {
    match (x, y) {
        (Cell::Text(x), Cell::Text(y)) => a.strings.text(*x) == b.strings.text(*y),
        (x, y) => x == y,
    }
}

fn hash(evidence: &Evidence, kind: usize, keys: &[usize], row: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    for key in keys {
        match evidence.tables[kind].columns[*key].cell(row) {
            Cell::Empty => 0_u8.hash(&mut hasher),
            Cell::Day(day) => day.0.hash(&mut hasher),
            Cell::Text(code) => evidence.strings.text(code).hash(&mut hasher),
            Cell::Number(number) => number.to_string().hash(&mut hasher),
        }
    }
    hasher.finish()
}

fn hash_texts(texts: impl Iterator<Item = String>) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts.for_each(|text| text.hash(&mut hasher));
    hasher.finish()
}
