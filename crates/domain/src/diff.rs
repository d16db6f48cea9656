//! What changed from one edition to another, thing by thing and cell by cell.
//!
//! Compares by id what the files say, not their text: layout, comments and the order of keyed
//! tables are no change, and neither is a citation by itself; each change carries both. Knows
//! nothing of whom a change moves: that is a question to the engine.

use std::fmt;

use indexmap::IndexMap;

use crate::freeze::lifecycle_keys;
use crate::program::{
    Asked, Better, Document, Edition, LifecycleRules, Measure, PerTrack, Question, Row, RowValue,
    Score, ScorePart,
};
use crate::source::{Formula, Limit};
use crate::wording;

/// The part of a file that a change is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// The keys at the top: days, levels, catalogs.
    Edition,
    /// A document that the edition was read from.
    Source,
    /// A level.
    Level,
    /// What `in period` means.
    Period,
    /// How the year is divided.
    Calendar,
    /// The currency and its rates.
    Money,
    /// The tracks.
    Tracks,
    /// A requirement.
    Row,
    /// A part of a requirement.
    Part,
    /// A list.
    List,
    /// A named test.
    Test,
    /// A path stage.
    Stage,
    /// A table of values.
    Table,
    /// A named number, word or set.
    Measure,
    /// A question.
    Question,
    /// What the user may set.
    Parameter,
    /// A score.
    Score,
    /// Bands.
    Bands,
    /// A roster.
    Roster,
    /// The fee.
    Fee,
    /// Reviews, promotion, demotion.
    Lifecycle,
    /// How a source is read.
    Reading,
}

impl Section {
    /// The word for it: `row`, `list`.
    pub fn name(self) -> &'static str {
        match self {
            Section::Edition => "edition",
            Section::Source => "source",
            Section::Level => "level",
            Section::Period => "period",
            Section::Calendar => "calendar",
            Section::Money => "money",
            Section::Tracks => "tracks",
            Section::Row => "row",
            Section::Part => "part",
            Section::List => "list",
            Section::Test => "test",
            Section::Stage => "stage",
            Section::Table => "table",
            Section::Measure => "measure",
            Section::Question => "question",
            Section::Parameter => "parameter",
            Section::Score => "score",
            Section::Bands => "bands",
            Section::Roster => "roster",
            Section::Fee => "fee",
            Section::Lifecycle => "lifecycle",
            Section::Reading => "reading",
        }
    }

    /// The words for one of these that is there no more.
    fn gone(self) -> &'static str {
        match self {
            Section::Row | Section::Part | Section::Question => "no longer asked",
            _ => "gone",
        }
    }
}

/// Keys whose change is a member that came or went.
const MEMBERS: [&str; 10] = [
    "band",
    "benchmark",
    "catalogs",
    "item",
    "kpis",
    "move",
    "protect",
    "taken",
    "uses",
    "words",
];

/// One thing that differs between two editions.
///
/// Where `key` is empty, the thing itself came or went; else one of its keys, items or cells did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The part of the file.
    pub section: Section,
    /// The id of the thing; empty where the section is one thing by itself.
    pub id: String,
    /// What of it: `measure`, `at_least`, `item cloudops-competency`; empty for the thing itself.
    pub key: String,
    /// The level whose cell it is.
    pub level: Option<String>,
    /// The track that it is for.
    pub track: Option<String>,
    /// What it was; `None` where it was not there.
    pub before: Option<String>,
    /// What it is; `None` where it is there no more.
    pub after: Option<String>,
    /// Where the older edition says so.
    pub cite_before: String,
    /// Where the newer edition says so.
    pub cite_after: String,
}

impl Change {
    /// `added`, `removed` or `changed`.
    pub fn kind(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }

    /// The thing: `row references`.
    pub fn subject(&self) -> String {
        if self.id.is_empty() {
            self.section.name().to_owned()
        } else {
            format!("{} {}", self.section.name(), self.id)
        }
    }

    /// What of the thing: `at_least of premier`.
    fn what(&self) -> String {
        let mut what = self.key.clone();
        if let Some(level) = &self.level {
            what += &format!(" of {level}");
        }
        if let Some(track) = &self.track {
            what += &format!(" (track {track})");
        }
        what
    }

    /// What was, and what is.
    fn turn(&self) -> String {
        let member = MEMBERS.contains(&self.key.as_str());
        let cell = self.level.is_some() && self.key != "printed_up_to";
        match (&self.before, &self.after) {
            (None, None) => String::new(),
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (None, Some(after)) => match self.key.as_str() {
                "" => join("new", after),
                "required" => "now required".to_owned(),
                _ if member => format!("gained {after}"),
                _ if cell => format!("now asked: {after}"),
                _ => format!("new: {after}"),
            },
            (Some(before), None) => match self.key.as_str() {
                "" if before.is_empty() => self.section.gone().to_owned(),
                "" => format!("{}: was {before}", self.section.gone()),
                "required" => "no longer required".to_owned(),
                _ if member => format!("lost {before}"),
                _ if cell => format!("no longer asked: was {before}"),
                _ => format!("gone: was {before}"),
            },
        }
    }

    /// What changed, without where it is said: `row technical, at_least of premier: 25 → 30`.
    pub fn short(&self) -> String {
        let what = self.what();
        let comma = if what.is_empty() { "" } else { ", " };
        format!("{}{comma}{what}: {}", self.subject(), self.turn())
    }

    /// Where both editions say so.
    fn cites(&self) -> String {
        match (self.cite_before.as_str(), self.cite_after.as_str()) {
            (a, b) if a == b => a.to_owned(),
            ("", b) => b.to_owned(),
            (a, "") => a.to_owned(),
            (a, b) => format!("{a} → {b}"),
        }
    }
}

fn join(what: &str, detail: &str) -> String {
    if detail.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {detail}")
    }
}

/// `row technical, at_least of premier: 25 → 30  (guide p. 4)`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())?;
        let cites = self.cites();
        if !cites.is_empty() {
            write!(f, "  ({cites})")?;
        }
        Ok(())
    }
}

/// Changes as lines that people read: each thing with what of it changed beneath, aligned, and where it is said.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a>(pub &'a [Change]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(first) = rest.first() {
            let same = |c: &&Change| c.section == first.section && c.id == first.id;
            let count = rest.iter().take_while(same).count();
            let (these, more) = rest.split_at(count);
            rest = more;
            writeln!(f, "{}", first.subject())?;
            let width = these
                .iter()
                .map(|c| c.what().chars().count())
                .max()
                .unwrap_or(0);
            for (i, change) in these.iter().enumerate() {
                let what = change.what();
                if what.is_empty() {
                    writeln!(f, "  {}", change.turn())?;
                } else {
                    let pad = width - what.chars().count();
                    writeln!(f, "  {what}{:pad$}  {}", "", change.turn())?;
                }
                let cites = change.cites();
                let last_of_cites = these.get(i + 1).is_none_or(|next| next.cites() != cites);
                if !cites.is_empty() && last_of_cites {
                    writeln!(f, "    {cites}")?;
                }
            }
        }
        Ok(())
    }
}

/// What changed from `old` to `new`, section by section, in the order of the files.
pub fn diff(old: &Edition, new: &Edition) -> Vec<Change> {
    let mut changes = Changes::default();
    header(&mut changes, old, new);
    changes.table(
        Section::Source,
        &old.source,
        &new.source,
        |_| String::new(),
        |d| d.title.clone(),
        source,
    );
    levels(&mut changes, old, new);
    keys_by_themselves(&mut changes, old, new);
    rows(&mut changes, old, new);
    lists(&mut changes, old, new);
    named(&mut changes, old, new);
    changes.table(
        Section::Question,
        &old.question,
        &new.question,
        |q| q.cite.clone(),
        |q| q.title.clone(),
        question,
    );
    changes.table(
        Section::Parameter,
        &old.parameter,
        &new.parameter,
        |p| p.cite.clone(),
        |p| p.title.clone(),
        |at, a, b| {
            at.key("title", some(&a.title), some(&b.title));
            at.key("default", number(&a.default), number(&b.default));
            at.key("least", number(&a.least), number(&b.least));
            at.key("most", number(&a.most), number(&b.most));
        },
    );
    changes.table(
        Section::Score,
        &old.score,
        &new.score,
        |s| s.cite.clone(),
        |s| s.title.clone(),
        score,
    );
    changes.table(
        Section::Bands,
        &old.bands,
        &new.bands,
        |b| b.cite.clone(),
        |_| String::new(),
        |at, a, b| {
            let texts = |rows: &[crate::program::Band]| rows.iter().map(wording::band).collect();
            at.members("band", texts(&a.rows), texts(&b.rows));
        },
    );
    rosters(&mut changes, old, new);
    fee_and_lifecycle(&mut changes, old, new);
    readings(&mut changes, old, new);
    changes.list
}

/// The changes found so far.
#[derive(Default)]
struct Changes {
    list: Vec<Change>,
}

/// A thing that both editions have, with where each says so.
struct Thing<'c> {
    changes: &'c mut Changes,
    section: Section,
    id: String,
    cites: (String, String),
}

impl Changes {
    fn thing(
        &mut self,
        section: Section,
        id: &str,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Thing<'_> {
        Thing {
            changes: self,
            section,
            id: id.to_owned(),
            cites: (before.into(), after.into()),
        }
    }

    /// Things by id: those of the older edition in its order, then those that are new.
    fn table<T: PartialEq>(
        &mut self,
        section: Section,
        old: &IndexMap<String, T>,
        new: &IndexMap<String, T>,
        cite: impl Fn(&T) -> String,
        summary: impl Fn(&T) -> String,
        compare: impl Fn(&mut Thing<'_>, &T, &T),
    ) {
        for (id, before) in old {
            match new.get(id) {
                Some(after) => compare(
                    &mut self.thing(section, id, cite(before), cite(after)),
                    before,
                    after,
                ),
                None => {
                    self.thing(section, id, cite(before), "")
                        .key("", Some(summary(before)), None)
                }
            }
        }
        for (id, after) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
            self.thing(section, id, "", cite(after))
                .key("", None, Some(summary(after)));
        }
    }
}

impl Thing<'_> {
    fn change(
        &mut self,
        key: &str,
        level: Option<&str>,
        track: Option<&str>,
        before: Option<String>,
        after: Option<String>,
    ) {
        self.changes.list.push(Change {
            section: self.section,
            id: self.id.clone(),
            key: key.to_owned(),
            level: level.map(str::to_owned),
            track: track.map(str::to_owned),
            before,
            after,
            cite_before: self.cites.0.clone(),
            cite_after: self.cites.1.clone(),
        });
    }

    /// One key; equal texts are no change.
    fn key(&mut self, key: &str, before: Option<String>, after: Option<String>) {
        if before != after {
            self.change(key, None, None, before, after);
        }
    }

    /// A formula; only what it says counts, and what the file writes is shown.
    fn formula(&mut self, key: &str, before: Option<&Formula>, after: Option<&Formula>) {
        self.on_track(key, None, before, after);
    }

    fn on_track(
        &mut self,
        key: &str,
        track: Option<&str>,
        before: Option<&Formula>,
        after: Option<&Formula>,
    ) {
        let says = |f: Option<&Formula>| f.map(|f| wording::expr(&f.expr));
        if says(before) != says(after) {
            let text = |f: Option<&Formula>| f.map(|f| one_line(&f.text));
            self.change(key, None, track, text(before), text(after));
        }
    }

    /// A formula, or one for each track.
    fn tracked(
        &mut self,
        key: &str,
        before: Option<&PerTrack<Formula>>,
        after: Option<&PerTrack<Formula>>,
    ) {
        let each = |v: Option<&PerTrack<Formula>>| -> IndexMap<Option<String>, Formula> {
            v.map_or_else(IndexMap::new, |v| {
                v.each()
                    .into_iter()
                    .map(|(t, f)| (t.map(str::to_owned), f.clone()))
                    .collect()
            })
        };
        let (before, after) = (each(before), each(after));
        for track in both(&before, &after) {
            self.on_track(key, track.as_deref(), before.get(&track), after.get(&track));
        }
    }

    /// Members of a list without an order: each that came, each that went.
    fn members(&mut self, what: &str, before: Vec<String>, after: Vec<String>) {
        for gone in before.iter().filter(|b| !after.contains(b)) {
            self.change(what, None, None, Some(gone.clone()), None);
        }
        for come in after.iter().filter(|a| !before.contains(a)) {
            self.change(what, None, None, None, Some(come.clone()));
        }
    }

    /// Values by name: each that came, went or changed.
    fn values(
        &mut self,
        what: &str,
        before: &IndexMap<String, String>,
        after: &IndexMap<String, String>,
    ) {
        for name in both(before, after) {
            let key = format!("{what}{name}");
            self.key(&key, before.get(&name).cloned(), after.get(&name).cloned());
        }
    }
}

/// The keys of both tables: those of the first in its order, then those that only the second has.
fn both<K: Clone + Eq + std::hash::Hash, A, B>(
    first: &IndexMap<K, A>,
    second: &IndexMap<K, B>,
) -> Vec<K> {
    let more = second.keys().filter(|k| !first.contains_key(*k));
    first.keys().chain(more).cloned().collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn number(value: &Option<crate::number::Exact>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

fn words(list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| list.join(", "))
}

fn header(changes: &mut Changes, old: &Edition, new: &Edition) {
    let mut at = changes.thing(Section::Edition, "", "", "");
    let day = |d: Option<crate::calendar::Day>| d.map(|d| d.to_string());
    at.key("title", some(&old.title), some(&new.title));
    if old.edition == new.edition {
        let revision = |e: &Edition| Some(e.revision.to_string());
        at.key("revision", revision(old), revision(new));
    }
    at.key("published", day(old.published), day(new.published));
    at.key(
        "in_force.from",
        day(old.in_force_from),
        day(new.in_force_from),
    );
    at.key(
        "in_force.until",
        day(old.in_force_until),
        day(new.in_force_until),
    );
    let replaced = |e: &Edition| e.replaces.as_ref().map(|r| r.edition.clone());
    at.key("replaces", replaced(old), replaced(new));
    let accepted = |e: &Edition| e.replaces.as_ref().and_then(|r| day(r.accepted_until));
    at.key("replaces.accepted_until", accepted(old), accepted(new));
    at.key("early_from", day(old.early_from), day(new.early_from));
    at.key("withdrawn", day(old.withdrawn), day(new.withdrawn));
    at.key("levels", words(&old.levels), words(&new.levels));
    at.members("catalogs", old.catalogs.clone(), new.catalogs.clone());
    at.members("uses", old.uses.clone(), new.uses.clone());
}

fn source(at: &mut Thing<'_>, a: &Document, b: &Document) {
    let read = |d: &Document| {
        Some(
            if d.second_hand {
                "second-hand"
            } else {
                "original"
            }
            .to_owned(),
        )
    };
    at.key("title", some(&a.title), some(&b.title));
    at.key("from", some(&a.from), some(&b.from));
    at.key("read", read(a), read(b));
}

fn levels(changes: &mut Changes, old: &Edition, new: &Edition) {
    // Levels that came or went stand in the header's `levels`; here only what both say of one.
    for id in both(&old.level, &new.level) {
        let (Some(a), Some(b)) = (old.level.get(&id), new.level.get(&id)) else {
            continue;
        };
        let mut at = changes.thing(Section::Level, &id, a.cite.clone(), b.cite.clone());
        at.key("title", some(&a.title), some(&b.title));
        at.formula("enter", a.enter.as_ref(), b.enter.as_ref());
        at.formula("retain", a.retain.as_ref(), b.retain.as_ref());
        at.members("kpis", a.kpis.clone(), b.kpis.clone());
        let moves = |l: &crate::program::Level| {
            l.moves
                .iter()
                .map(|m| match m.raises.as_str() {
                    "" => join(&m.area, &m.act),
                    raises => format!("{} (raises {raises})", join(&m.area, &m.act)),
                })
                .collect::<Vec<_>>()
        };
        at.members("move", moves(a), moves(b));
    }
}

/// The period, the calendar, the money and the tracks.
fn keys_by_themselves(changes: &mut Changes, old: &Edition, new: &Edition) {
    let cites = |a: Option<&String>, b: Option<&String>| {
        (
            a.cloned().unwrap_or_default(),
            b.cloned().unwrap_or_default(),
        )
    };
    let (a, b) = (old.period.as_ref(), new.period.as_ref());
    let (before, after) = cites(a.map(|p| &p.cite), b.map(|p| &p.cite));
    let mut at = changes.thing(Section::Period, "", before, after);
    at.key(
        "enter",
        a.map(|p| p.enter.to_string()),
        b.map(|p| p.enter.to_string()),
    );
    at.key(
        "retain",
        a.map(|p| p.retain.to_string()),
        b.map(|p| p.retain.to_string()),
    );
    let mut at = changes.thing(Section::Calendar, "", "", "");
    let (a, b) = (&old.calendar, &new.calendar);
    at.key(
        "fiscal_year",
        a.fiscal_year.map(wording::month_day),
        b.fiscal_year.map(wording::month_day),
    );
    let months = |c: &crate::calendar::Calendar| {
        let days: Vec<String> = c.fiscal_months.iter().map(ToString::to_string).collect();
        words(&days)
    };
    at.key("fiscal_months", months(a), months(b));
    let (a, b) = (old.money.as_ref(), new.money.as_ref());
    let (before, after) = cites(a.map(|m| &m.cite), b.map(|m| &m.cite));
    let mut at = changes.thing(Section::Money, "", before, after);
    at.key(
        "currency",
        a.map(|m| m.currency.clone()),
        b.map(|m| m.currency.clone()),
    );
    at.key(
        "rates",
        a.and_then(|m| m.rates.clone()),
        b.and_then(|m| m.rates.clone()),
    );
    let (a, b) = (old.tracks.as_ref(), new.tracks.as_ref());
    let (before, after) = cites(a.map(|t| &t.cite), b.map(|t| &t.cite));
    let mut at = changes.thing(Section::Tracks, "", before, after);
    at.key(
        "of",
        a.and_then(|t| words(&t.of)),
        b.and_then(|t| words(&t.of)),
    );
    at.key(
        "choose",
        a.map(|t| wording::choose(&t.choose)),
        b.map(|t| wording::choose(&t.choose)),
    );
}

/// The cells of a row: what each level asks on each track, as it is compared and as the file writes it.
fn cells(row: &Row) -> IndexMap<(String, Option<String>), (String, String)> {
    let mut cells = IndexMap::new();
    if let Some(limits) = limits(row) {
        for (track, by_level) in limits.by_level.each() {
            for (level, limit) in by_level {
                cells.insert(
                    (level.clone(), track.map(str::to_owned)),
                    (wording::limit(limit), limit_text(limit)),
                );
            }
        }
    }
    if let RowValue::Test { required, .. } = &row.value {
        for level in required {
            let text = || "required".to_owned();
            cells.insert((level.clone(), None), (text(), text()));
        }
    }
    cells
}

fn limit_text(limit: &Limit) -> String {
    one_line(&limit.text)
}

fn limits(row: &Row) -> Option<&crate::program::Limits> {
    match &row.value {
        RowValue::Measure { limits, .. } | RowValue::OfWhich { limits, .. } => limits.as_ref(),
        RowValue::Test { .. } => None,
    }
}

/// The key of a row's cells: `at_least`, `required`.
fn cell_key(row: &Row) -> &'static str {
    match limits(row) {
        Some(limits) => wording::compare_key(limits.compare),
        None => "required",
    }
}

/// What a row asks, in a line: `at least 2 (advanced), 6 (premier)`.
fn asks(row: &Row) -> String {
    let cells: Vec<String> = cells(row)
        .into_iter()
        .map(|((level, track), (_, text))| {
            let track = track.map_or(String::new(), |t| format!(", track {t}"));
            if matches!(row.value, RowValue::Test { .. }) {
                format!("{level}{track}")
            } else {
                format!("{text} ({level}{track})")
            }
        })
        .collect();
    if cells.is_empty() {
        return "shown".to_owned();
    }
    format!("{} {}", cell_key(row).replace('_', " "), cells.join(", "))
}

fn rows(changes: &mut Changes, old: &Edition, new: &Edition) {
    let section = |row: &Row| {
        if row.parent.is_some() {
            Section::Part
        } else {
            Section::Row
        }
    };
    for (id, a) in &old.rows {
        let before = old.cite_of(a);
        let Some(b) = new.rows.get(id) else {
            changes
                .thing(section(a), id, before, "")
                .key("", Some(asks(a)), None);
            continue;
        };
        let mut at = changes.thing(section(b), id, before, new.cite_of(b));
        row(&mut at, a, b);
    }
    for (id, b) in new
        .rows
        .iter()
        .filter(|(id, _)| !old.rows.contains_key(*id))
    {
        changes
            .thing(section(b), id, "", new.cite_of(b))
            .key("", None, Some(asks(b)));
    }
}

fn row(at: &mut Thing<'_>, a: &Row, b: &Row) {
    at.key("title", some(&a.title), some(&b.title));
    at.key("area", some(&a.area), some(&b.area));
    at.key("part of", a.parent.clone(), b.parent.clone());
    let measure = |row: &'_ Row| match &row.value {
        RowValue::Measure { measure, .. } => Some(measure.clone()),
        _ => None,
    };
    let test = |row: &'_ Row| match &row.value {
        RowValue::Test { test, .. } => Some(test.clone()),
        _ => None,
    };
    let filter = |row: &'_ Row| match &row.value {
        RowValue::OfWhich { filter, .. } => Some(filter.clone()),
        _ => None,
    };
    at.tracked("measure", measure(a).as_ref(), measure(b).as_ref());
    at.tracked("test", test(a).as_ref(), test(b).as_ref());
    at.formula("of_which", filter(a).as_ref(), filter(b).as_ref());
    at.formula("applies", a.applies.as_ref(), b.applies.as_ref());
    let asked = |row: &Row| {
        Some(
            match row.asked {
                Asked::Both => "both",
                Asked::Enter => "enter",
                Asked::Retain => "retain",
            }
            .to_owned(),
        )
    };
    at.key("asked", asked(a), asked(b));
    let (was, is) = (cells(a), cells(b));
    let (key_was, key_is) = (cell_key(a), cell_key(b));
    if key_was != key_is && !was.is_empty() && !is.is_empty() {
        // Compared in another way: every cell means something else now.
        at.key("asks", Some(asks(a)), Some(asks(b)));
    } else {
        let key = if is.is_empty() { key_was } else { key_is };
        for (level, track) in both(&was, &is) {
            let cell = (level.clone(), track.clone());
            let (before, after) = (was.get(&cell), is.get(&cell));
            if before.map(|c| &c.0) != after.map(|c| &c.0) {
                let text = |c: Option<&(String, String)>| c.map(|c| c.1.clone());
                at.change(
                    key,
                    Some(&level),
                    track.as_deref(),
                    text(before),
                    text(after),
                );
            }
        }
    }
    for level in both(&a.printed_up_to, &b.printed_up_to) {
        let (before, after) = (a.printed_up_to.get(&level), b.printed_up_to.get(&level));
        if before != after {
            at.change(
                "printed_up_to",
                Some(&level),
                None,
                before.map(ToString::to_string),
                after.map(ToString::to_string),
            );
        }
    }
}

fn lists(changes: &mut Changes, old: &Edition, new: &Edition) {
    changes.table(
        Section::List,
        &old.list,
        &new.list,
        |l| l.cite.clone(),
        |l| {
            l.items
                .iter()
                .map(wording::item)
                .collect::<Vec<_>>()
                .join(", ")
        },
        |at, a, b| {
            let items = |l: &crate::program::List| -> IndexMap<String, String> {
                l.items
                    .iter()
                    .map(|i| (i.is.clone(), wording::item(i)))
                    .collect()
            };
            let (a, b) = (items(a), items(b));
            for name in both(&a, &b) {
                let (before, after) = (a.get(&name), b.get(&name));
                at.key("item", before.cloned(), after.cloned());
            }
        },
    );
}

/// Tests, stages, tables and measures.
fn named(changes: &mut Changes, old: &Edition, new: &Edition) {
    for (section, a, b) in [
        (Section::Test, &old.test, &new.test),
        (Section::Stage, &old.stage, &new.stage),
    ] {
        changes.table(
            section,
            a,
            b,
            |t| t.cite.clone(),
            |t| wording::formulas(&t.is),
            |at, a, b| {
                at.key("title", some(&a.title), some(&b.title));
                at.tracked("test", Some(&a.is), Some(&b.is));
            },
        );
    }
    let order = |e: &Edition| words(&e.stage.keys().cloned().collect::<Vec<_>>());
    let same = |a: &Edition, b: &Edition| a.stage.keys().all(|k| b.stage.contains_key(k));
    if same(old, new) && same(new, old) {
        changes
            .thing(Section::Stage, "", "", "")
            .key("order", order(old), order(new));
    }
    changes.table(
        Section::Table,
        &old.table,
        &new.table,
        |t| t.cite.clone(),
        |_| String::new(),
        |at, a, b| {
            at.members("words", a.words.clone(), b.words.clone());
            let values = |t: &crate::program::Table| -> IndexMap<String, Formula> {
                let mut values = t.rows.clone();
                if let Some(otherwise) = &t.otherwise {
                    values.insert("else".to_owned(), otherwise.clone());
                }
                values
            };
            let (a, b) = (values(a), values(b));
            for word in both(&a, &b) {
                at.formula(&word, a.get(&word), b.get(&word));
            }
        },
    );
    changes.table(
        Section::Measure,
        &old.measure,
        &new.measure,
        |m| m.cite.clone(),
        |m| wording::formulas(&m.is),
        measure,
    );
}

fn measure(at: &mut Thing<'_>, a: &Measure, b: &Measure) {
    at.key("title", some(&a.title), some(&b.title));
    at.key("area", some(&a.area), some(&b.area));
    at.tracked("is", Some(&a.is), Some(&b.is));
    at.members("words", a.words.clone(), b.words.clone());
    at.key("unit", some(&a.unit), some(&b.unit));
    let better = |m: &Measure| {
        m.better.map(|b| {
            match b {
                Better::Higher => "higher",
                Better::Lower => "lower",
            }
            .to_owned()
        })
    };
    at.key("better", better(a), better(b));
    let benchmarks = |m: &Measure| {
        m.benchmark
            .iter()
            .map(|b| {
                let ends: Vec<String> = [&b.from, &b.to]
                    .into_iter()
                    .flatten()
                    .map(limit_text)
                    .collect();
                let year = b.year.map_or(String::new(), |y| format!(" ({y})"));
                format!("{}{year}", join(&b.title, &ends.join(" to ")))
            })
            .collect::<Vec<_>>()
    };
    at.members("benchmark", benchmarks(a), benchmarks(b));
}

fn question(at: &mut Thing<'_>, a: &Question, b: &Question) {
    at.key("title", some(&a.title), some(&b.title));
    at.key("area", some(&a.area), some(&b.area));
    at.key(
        "answer",
        Some(wording::answer(&a.answer)),
        Some(wording::answer(&b.answer)),
    );
    at.formula("evidence", a.evidence.as_ref(), b.evidence.as_ref());
    at.key("within", number(&a.within), number(&b.within));
    let may = |q: &Question| Some(if q.may_not_apply { "yes" } else { "no" }.to_owned());
    at.key("may_not_apply", may(a), may(b));
}

fn score(at: &mut Thing<'_>, a: &Score, b: &Score) {
    at.key("title", some(&a.title), some(&b.title));
    at.key("out_of", number(&a.out_of), number(&b.out_of));
    at.key(
        "weights_add_to",
        number(&a.weights_add_to),
        number(&b.weights_add_to),
    );
    let parts = |s: &Score| -> IndexMap<(Option<String>, String), ScorePart> {
        s.part
            .each()
            .into_iter()
            .flat_map(|(track, parts)| {
                parts
                    .iter()
                    .map(move |(id, part)| ((track.map(str::to_owned), id.clone()), part.clone()))
            })
            .collect()
    };
    let (a, b) = (parts(a), parts(b));
    for key in both(&a, &b) {
        let (track, id) = &key;
        let (was, is) = (a.get(&key), b.get(&key));
        for (what, of) in [
            (
                "points",
                (|p| Some(&p.points)) as fn(&ScorePart) -> Option<&Formula>,
            ),
            ("max", |p| p.max.as_ref()),
            ("weight", |p| p.weight.as_ref()),
        ] {
            at.on_track(
                &format!("{id} {what}"),
                track.as_deref(),
                was.and_then(of),
                is.and_then(of),
            );
        }
    }
}

fn rosters(changes: &mut Changes, old: &Edition, new: &Edition) {
    changes.table(
        Section::Roster,
        &old.roster,
        &new.roster,
        |r| r.cite.clone(),
        |r| format!("seats for {}", wording::facts(&r.of)),
        |at, a, b| {
            at.key(
                "of",
                Some(wording::facts(&a.of)),
                Some(wording::facts(&b.of)),
            );
            let one =
                |r: &crate::program::Roster| Some(if r.one_role { "yes" } else { "no" }.to_owned());
            at.key("one_role", one(a), one(b));
            let capacity = |r: &crate::program::Roster| -> IndexMap<String, String> {
                r.capacity
                    .iter()
                    .map(|(role, n)| (role.clone(), n.to_string()))
                    .collect()
            };
            at.values("capacity ", &capacity(a), &capacity(b));
            // Seats of one kind are told apart by whom they are for and what they need; their number may change.
            let seats = |r: &crate::program::Roster| -> IndexMap<String, String> {
                r.seats
                    .iter()
                    .map(|s| {
                        let seat = format!("{} {} ({})", s.for_, s.role, s.needs);
                        (seat, s.number.to_string())
                    })
                    .collect()
            };
            at.values("seats ", &seats(a), &seats(b));
        },
    );
}

fn fee_and_lifecycle(changes: &mut Changes, old: &Edition, new: &Edition) {
    let (a, b) = (old.fee.as_ref(), new.fee.as_ref());
    let mut at = changes.thing(
        Section::Fee,
        "",
        a.map_or(String::new(), |f| f.cite.clone()),
        b.map_or(String::new(), |f| f.cite.clone()),
    );
    at.formula("amount", a.map(|f| &f.amount), b.map(|f| &f.amount));
    at.key(
        "every",
        a.map(|f| f.every.to_string()),
        b.map(|f| f.every.to_string()),
    );
    at.key(
        "paid",
        a.and_then(|f| f.paid.clone()),
        b.and_then(|f| f.paid.clone()),
    );
    let (a, b) = (old.lifecycle.as_ref(), new.lifecycle.as_ref());
    let cite = |l: Option<&crate::program::Lifecycle>| l.map_or(String::new(), |l| l.cite.clone());
    let mut at = changes.thing(Section::Lifecycle, "", cite(a), cite(b));
    at.key(
        "review",
        a.map(|l| wording::review(&l.review)),
        b.map(|l| wording::review(&l.review)),
    );
    let keys = |rules: Option<&LifecycleRules>| -> IndexMap<String, String> {
        rules.map_or_else(IndexMap::new, |rules| {
            lifecycle_keys(rules)
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()
        })
    };
    at.values("", &keys(a.map(|l| &l.rules)), &keys(b.map(|l| &l.rules)));
    let none = IndexMap::new();
    let (of_a, of_b) = (a.map_or(&none, |l| &l.level), b.map_or(&none, |l| &l.level));
    for level in both(of_a, of_b) {
        at.values(
            &format!("{level}."),
            &keys(of_a.get(&level)),
            &keys(of_b.get(&level)),
        );
    }
    let protects = |l: Option<&crate::program::Lifecycle>| -> Vec<String> {
        l.map_or_else(Vec::new, |l| {
            l.protect
                .iter()
                .map(|p| {
                    let who = p.who.as_ref().map_or(String::new(), |w| {
                        format!(" where {}", wording::expr(&w.expr))
                    });
                    format!("{} until {}{who}", p.level, p.until)
                })
                .collect()
        })
    };
    at.members("protect", protects(a), protects(b));
}

/// Readings are told apart by what they are about; each that was taken differently is shown.
fn readings(changes: &mut Changes, old: &Edition, new: &Edition) {
    let by_id = |e: &Edition| -> IndexMap<String, Vec<String>> {
        let mut all: IndexMap<String, Vec<String>> = IndexMap::new();
        for reading in &e.reading {
            let taken = one_line(&reading.taken);
            all.entry(reading.about.clone()).or_default().push(taken);
        }
        all
    };
    let (a, b) = (by_id(old), by_id(new));
    for about in both(&a, &b) {
        let taken =
            |of: &IndexMap<String, Vec<String>>| of.get(&about).cloned().unwrap_or_default();
        let (before, after) = (taken(&a), taken(&b));
        let mut at = changes.thing(Section::Reading, &about, "", "");
        match (before.as_slice(), after.as_slice()) {
            ([one], [other]) => at.key("taken", Some(one.clone()), Some(other.clone())),
            _ => at.members("taken", before, after),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn read(file: &str, text: &str) -> Edition {
        let (edition, problems) = Edition::read(file, text);
        let errors: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        edition.expect("an edition")
    }

    fn shipped(name: &str) -> Edition {
        let path = format!("{}/../../programs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        read(name, &std::fs::read_to_string(path).expect("a program"))
    }

    #[test]
    fn from_2022_to_2024_references_and_satisfaction_are_no_longer_asked() {
        let changes = diff(
            &shipped("aws-services-path/2022-02"),
            &shipped("aws-services-path/2024-07"),
        );
        expect![[r#"
            edition
              published      gone: was 2022-02-01
              in_force.from  2022-02-01 → 2024-07-10
              replaces       new: 2022-02
            source guide
              gone: was Services Path Tier Guide, February 2022, version 1.0
            source later
              new: Press reports of July and December 2024
            part validations-must-include
              title  MSP or DevOps → MSP, DevOps or Cloud Operations
                guide table p. 4; §6; FAQ 27 → later; as in the guide of 2022, table p. 4; §6; FAQ 27
            row references
              no longer asked: was at least 2 (advanced), 6 (premier)
                guide table p. 4; §9; FAQ 31
            row csat
              no longer asked: was at least 20 (advanced), 30 (premier)
                guide table p. 4; §10; FAQ 32-36
            list must-include
              item  gained cloudops-competency from 2024-12-01
                guide §6; FAQ 27 → later; first seen December 2024
            reading validations-must-include
              taken  gained Cloud Operations counts from the first day of the month in which it was first seen on the list
        "#]].assert_eq(&Lines(&changes).to_string());
        let list: Vec<&Change> = changes
            .iter()
            .filter(|c| c.section == Section::List)
            .collect();
        expect!["list must-include, item: gained cloudops-competency from 2024-12-01  (guide §6; FAQ 27 → later; first seen December 2024)"].assert_eq(&list[0].to_string());
    }

    #[test]
    fn an_edition_does_not_differ_from_itself() {
        for name in [
            "aws-services-path/2022-02",
            "example-capability/2026",
            "example-specialization/2026",
            "kpis/2026",
        ] {
            let edition = shipped(name);
            assert_eq!(diff(&edition, &edition), []);
        }
    }

    const OLD: &str = r#"
program  = "acme"
edition  = "2025"
levels   = ["silver", "gold"]
catalogs = ["acme"]
in_force = { from = 2025-01-01 }
source   = { guide = { title = "Guide" } }
[level.gold]
title = "Gold"
enter = "matrix"
kpis  = ["churn"]
[period]
enter  = "trailing 12 months"
retain = "since last-review"
cite   = "guide p. 1"
[requirement.exams]
measure  = "count credentials"
at_least = { silver = 2, gold = 1_000 }
cite     = "guide p. 4"
[requirement.exams.part]
experts = { of_which = "level >= expert", at_least = { gold = 3 } }
[requirement]
plan   = { test = "exists plans", required = ["gold"], cite = "guide p. 5" }
growth = { measure = "count deals", at_least = { gold = 3 }, cite = "guide p. 5" }
[list]
wanted = { items = [{ is = "a" }, { is = "b" }, { is = "c", until = 2025-07-01 }], cite = "guide p. 6" }
[table]
rate = { rows = { DE = 1, else = 2 }, cite = "guide p. 6" }
[measure]
churn = { is = "count lost", unit = "customers", better = "lower", benchmark = [{ title = "best", to = "5%", cite = "x" }], cite = "guide p. 7" }
[question]
itsm = { answer = "yes or no", cite = "guide p. 8" }
[parameter]
share = { default = 1 }
[score.total]
out_of = 40
cite   = "guide p. 9"
part   = { first = { max = 10, points = "churn" }, second = { max = 30, points = "2 * churn" } }
[bands]
steps = { rows = [{ to = 5, is = 1 }, { above = 5, is = 2 }], cite = "guide p. 9" }
[roster.crew]
of       = "credentials"
capacity = { sales = 2 }
seats    = [{ for = "voice", role = "sales", needs = "v" }]
cite     = "guide p. 9"
[fee]
amount = "2_500 USD"
every  = "1 year"
cite   = "guide p. 9"
[lifecycle]
review = { every = "1 year" }
grace  = "not published"
cite   = "guide p. 9"
[lifecycle.gold]
promote = { by = "application" }
[[reading]]
about = "exams"
taken = "either kind"
"#;

    /// The difference between the made-up edition and itself with pieces replaced.
    fn check(pieces: &[(&str, &str)], expected: Expect) {
        let mut new = OLD.to_owned();
        for (from, to) in pieces {
            assert!(new.contains(from), "{from}");
            new = new.replacen(from, to, 1);
        }
        let changes = diff(&read("old", OLD), &read("new", &new));
        expected.assert_eq(&Lines(&changes).to_string());
    }

    #[test]
    fn layout_is_no_change() {
        check(
            &[
                ("gold = 1_000", "gold = \"1000\""),
                (
                    "\"count credentials\"",
                    "\"count   credentials\" # all of them",
                ),
                (
                    "{ is = \"a\" }, { is = \"b\" }",
                    "{ is = \"b\" }, { is = \"a\" }",
                ),
                ("DE = 1, else = 2", "else = 2, DE = 1.0"),
            ],
            expect![""],
        );
    }

    #[test]
    fn each_changed_cell_has_its_line() {
        check(
            &[
                ("silver = 2, gold = 1_000", "silver = 3, gold = 1_500"),
                (
                    "at_least = { gold = 3 } }",
                    "at_least = { silver = 1, gold = 3 } }",
                ),
                ("required = [\"gold\"]", "required = [\"silver\", \"gold\"]"),
                (
                    "measure = \"count deals\", at_least = { gold = 3 }",
                    "measure = \"count deals in period\", more_than = { gold = 3 }",
                ),
                ("guide p. 4", "guide p. 5"),
            ],
            expect![[r#"
                row exams
                  at_least of silver  2 → 3
                  at_least of gold    1000 → 1500
                    guide p. 4 → guide p. 5
                part experts
                  at_least of silver  now asked: 1
                    guide p. 4 → guide p. 5
                row plan
                  required of silver  now required
                    guide p. 5
                row growth
                  measure  count deals → count deals in period
                  asks     at least 3 (gold) → more than 3 (gold)
                    guide p. 5
            "#]],
        );
    }

    #[test]
    fn what_came_and_went_is_named() {
        check(
            &[
                (
                    "growth = { measure = \"count deals\", at_least = { gold = 3 }, cite = \"guide p. 5\" }",
                    "margin = { measure = \"count sales\", at_least = { silver = 3 }, cite = \"guide p. 6\" }",
                ),
                (
                    "{ is = \"b\" }, { is = \"c\", until = 2025-07-01 }",
                    "{ is = \"c\", until = 2025-10-01 }, { is = \"d\", from = 2025-03-01 }",
                ),
                (
                    "[measure]\n",
                    "[measure]\nnew-one = { is = \"count people\" }\n",
                ),
                ("[parameter]\nshare = { default = 1 }\n", ""),
                (
                    "[[reading]]\nabout = \"exams\"\ntaken = \"either kind\"\n",
                    "[[reading]]\nabout = \"plan\"\ntaken = \"signed\"\n",
                ),
            ],
            expect![[r#"
                row growth
                  no longer asked: was at least 3 (gold)
                    guide p. 5
                row margin
                  new: at least 3 (silver)
                    guide p. 6
                list wanted
                  item  lost b
                  item  c until 2025-07-01 → c until 2025-10-01
                  item  gained d from 2025-03-01
                    guide p. 6
                measure new-one
                  new: count people
                parameter share
                  gone: was Share
                reading exams
                  taken  lost either kind
                reading plan
                  taken  gained signed
            "#]],
        );
    }

    #[test]
    fn every_section_is_compared() {
        check(
            &[
                (
                    "2025-01-01 }",
                    "2025-02-01, until = 2026-01-01 }\npublished = 2024-12-01",
                ),
                ("catalogs = [\"acme\"]", "catalogs = [\"emca\"]"),
                (
                    "levels   = [\"silver\", \"gold\"]",
                    "levels   = [\"gold\", \"silver\"]",
                ),
                (
                    "title = \"Guide\"",
                    "title = \"Guide\", read = \"second-hand\"",
                ),
                ("enter = \"matrix\"", "enter = \"matrix and plan\""),
                ("kpis  = [\"churn\"]", "kpis  = []"),
                ("trailing 12 months", "trailing 6 months"),
                ("DE = 1", "FR = 1"),
                ("is = \"count lost\"", "is = \"count gone\""),
                ("to = \"5%\"", "to = \"6%\""),
                (
                    "answer = \"yes or no\"",
                    "answer = \"1 to 5\", may_not_apply = true",
                ),
                ("default = 1", "default = 2, most = 3"),
                ("out_of = 40", "out_of = 50"),
                (
                    "max = 30, points = \"2 * churn\"",
                    "max = 40, points = \"3 * churn\"",
                ),
                ("{ to = 5, is = 1 }", "{ to = 5, is = 0 }"),
                ("sales = 2", "sales = 3"),
                ("needs = \"v\"", "needs = \"v\", number = 2"),
                ("2_500 USD", "2_600 USD"),
                (
                    "review = { every = \"1 year\" }",
                    "review = { every = \"2 years\" }",
                ),
                ("grace  = \"not published\"", "grace  = \"30 days\""),
                ("by = \"application\"", "by = \"invitation\""),
                ("either kind\"", "both kinds\""),
            ],
            expect![[r#"
                edition
                  published       new: 2024-12-01
                  in_force.from   2025-01-01 → 2025-02-01
                  in_force.until  new: 2026-01-01
                  levels          silver, gold → gold, silver
                  catalogs        lost acme
                  catalogs        gained emca
                source guide
                  read  original → second-hand
                level gold
                  enter  matrix → matrix and plan
                  kpis   lost churn
                period
                  enter  trailing 12 months → trailing 6 months
                    guide p. 1
                table rate
                  DE  gone: was 1
                  FR  new: 1
                    guide p. 6
                measure churn
                  is         count lost → count gone
                  benchmark  lost best: 5%
                  benchmark  gained best: 6%
                    guide p. 7
                question itsm
                  answer         yes or no → 1 to 5
                  may_not_apply  no → yes
                    guide p. 8
                parameter share
                  default  1 → 2
                  most     new: 3
                score total
                  out_of         40 → 50
                  second points  2 * churn → 3 * churn
                  second max     30 → 40
                    guide p. 9
                bands steps
                  band  lost to 5 is 1
                  band  gained to 5 is 0
                    guide p. 9
                roster crew
                  capacity sales         2 → 3
                  seats voice sales (v)  1 → 2
                    guide p. 9
                fee
                  amount  2_500 USD → 2_600 USD
                    guide p. 9
                lifecycle
                  review           every 1 year → every 2 years
                  grace            not published → 30 days
                  gold.promote.by  application → invitation
                    guide p. 9
                reading exams
                  taken  either kind → both kinds
            "#]],
        );
    }
}
