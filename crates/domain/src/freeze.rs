//! The hash of an edition, which every verdict carries, and the file that says which hashes are frozen.
//!
//! The hash covers all that can change a value or a verdict, and nothing that cannot: rules,
//! thresholds, filters, windows, lists, the lifecycle, the types of questions, the libraries it
//! uses, what the kinds and catalog entries it looks at are. Titles, areas, citations, notes,
//! readings, cases, printed ranges, places, comments and the order of keyed tables are left out;
//! so are the spellings by which files name things (`also`, `means`, `names`, `foreign`), for they
//! are the importer's, and `withdrawn`, which is written when the edition has long been published.
//!
//! Knows nothing of evidence and nothing of other programs: what `meets(other, level)` finds
//! there stands under that program's own hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::expressions::{self, Body, Said, libraries, said};
use crate::library::Library;
use crate::program::{Edition, LifecycleRules, PerTrack, Row, RowValue};
use crate::source::{Keys, Source};
use crate::syntax::{Node, Scope};
use crate::vocabulary::{Entry, FieldType, Kind};
use crate::wording;

/// What this module can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    (
        "frozen-changed",
        "a frozen edition, or something it uses, is not what it was when it was frozen",
    ),
    (
        "bad-hash",
        "a line of frozen.toml holds no hash as `cairn freeze` writes it",
    ),
];

/// The hash of an edition with all that it uses: 64 hexadecimal digits.
pub fn hash(library: &Library, edition: &Edition) -> String {
    Fingerprint::of(library, edition).hash()
}

/// The hashes that the hash of an edition is made of, so that a difference can be named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The hash of the file's own rules.
    pub rules: String,
    /// The hashes of what it uses, by name: `kind credentials`, `library kpis@2026`.
    pub uses: BTreeMap<String, String>,
    /// The hashes of the catalog entries that its filters look at, by catalog and kind, and by id.
    pub entries: BTreeMap<String, BTreeMap<String, String>>,
}

impl Fingerprint {
    /// The hashes of an edition and of all that it uses.
    pub fn of(library: &Library, edition: &Edition) -> Fingerprint {
        let mut print = Fingerprint {
            rules: digest(&rules(edition)),
            ..Fingerprint::default()
        };
        let mut read = kinds_read(library, edition);
        for used in used_libraries(library, edition) {
            let text = rules(&used);
            print
                .uses
                .insert(format!("library {}", used.name()), digest(&text));
            for (kind, fields) in kinds_read(library, &used) {
                read.entry(kind).or_default().extend(fields);
            }
        }
        for (name, fields) in read {
            let Some(kind) = library.vocabulary.kinds.get(&name) else {
                continue;
            };
            print
                .uses
                .insert(format!("kind {name}"), digest(&kind_text(kind, &fields)));
            if kind.catalog_column().is_none() {
                continue;
            }
            for catalog in library.vocabulary.catalogs.values() {
                let visible =
                    edition.catalogs.is_empty() || edition.catalogs.contains(&catalog.name);
                if let Some(entries) = catalog.entries.get(&name).filter(|_| visible) {
                    let hashes = entries
                        .iter()
                        .map(|(id, entry)| (id.clone(), entry_hash(entry, &fields)))
                        .collect();
                    print
                        .entries
                        .insert(format!("{} {name}", catalog.name), hashes);
                }
            }
        }
        print
    }

    /// The one hash of them all.
    pub fn hash(&self) -> String {
        let mut text = format!("rules {}\n", self.rules);
        for (name, hash) in &self.uses {
            let _ = writeln!(text, "{name} {hash}");
        }
        for (catalog, entries) in &self.entries {
            for (id, hash) in entries {
                let _ = writeln!(text, "{catalog} {id} {hash}");
            }
        }
        digest(&text)
    }
}

fn digest(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// What a catalog entry is to an edition that reads these fields of it.
fn entry_hash(entry: &Entry, fields: &BTreeSet<String>) -> String {
    let mut text = Text::default();
    for (field, word) in sorted(&entry.fields) {
        if fields.contains(field) {
            text.line(field, quoted(word));
        }
    }
    for renewed in entry.renews.iter().collect::<BTreeSet<_>>() {
        text.line("renews", quoted(renewed));
    }
    // Sixteen digits tell one entry of a few hundred from what it was.
    digest(&text.0)[..16].to_owned()
}

/// The libraries that an edition uses, also through others, each cut to what is used of it:
/// a figure added to a library changes nobody's hash.
fn used_libraries(library: &Library, edition: &Edition) -> Vec<Edition> {
    let mut all: Vec<&Edition> = Vec::new();
    let mut waiting = libraries(library, edition);
    while let Some(used) = waiting.pop() {
        if !all.iter().any(|e| e.name() == used.name()) {
            all.push(used);
            waiting.extend(libraries(library, used));
        }
    }
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut new: Vec<String> = names_in(edition, |_| true).into_iter().collect();
    while let Some(name) = new.pop() {
        if names.insert(name.clone()) {
            for used in &all {
                new.extend(names_in(used, |of| of == name));
            }
        }
    }
    all.into_iter()
        .map(|used| {
            let mut cut = used.clone();
            let named = |id: &String| names.contains(id);
            cut.list.retain(|id, _| named(id));
            cut.test.retain(|id, _| named(id));
            cut.table.retain(|id, _| named(id));
            cut.measure.retain(|id, _| named(id));
            cut.question.retain(|id, _| named(id));
            cut.parameter.retain(|id, _| named(id));
            cut.score.retain(|id, _| named(id));
            cut.bands.retain(|id, _| named(id));
            cut.roster.retain(|id, _| named(id));
            cut
        })
        .collect()
}

/// All names in the expressions of the ids that `wanted` takes. Fields and words are among them: one too many is kept.
fn names_in(edition: &Edition, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let of_wanted = |s: &Said<'_>| wanted(s.of) || s.score.is_some_and(&wanted);
    for said in said(edition).into_iter().filter(of_wanted) {
        names.extend(
            said.facts(edition)
                .into_iter()
                .map(|(facts, _)| facts.kind.clone()),
        );
        said.walk(edition, &mut |expr, _| {
            names.extend(expressions::named(expr).map(|(name, _)| name.to_owned()));
        });
    }
    names
}

/// The kinds that an edition's expressions look at, each with the fields that they name.
fn kinds_read(library: &Library, edition: &Edition) -> BTreeMap<String, BTreeSet<String>> {
    let mut read: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |kind: &str, fields: &[&str]| {
        read.entry(kind.to_owned())
            .or_default()
            .extend(fields.iter().map(|f| (*f).to_owned()));
    };
    if edition.has_levels {
        // The status, and what a vendor waives, stand behind every level.
        add(
            "enrollments",
            &["level", "last_review_on", "next_review_on"],
        );
        add("waivers", &["requirement"]);
    }
    if let Some(after) = edition
        .lifecycle
        .as_ref()
        .and_then(|l| l.review.after.as_deref())
    {
        add("enrollments", &[after]);
    }
    if !edition.question.is_empty() {
        add("answers", &["answer"]);
    }
    for said in said(edition) {
        for (facts, _) in said.facts(edition) {
            add(&facts.kind, &[]);
            if let Some(scope) = &facts.over {
                add("partners", &["parent"]);
                if matches!(scope, Scope::Group(_)) {
                    add("groups", &["group"]);
                }
            }
        }
        said.walk(edition, &mut |expr, context| {
            let mut field = |name: &str| {
                if let Some(kind) = context.kind {
                    add(kind, &[name]);
                    if context.facts.is_some_and(expressions::is_scoped) {
                        add("partners", &[name]);
                    }
                }
            };
            match &expr.node {
                Node::Name(name) | Node::GroupSum(name) | Node::GroupPick(_, name) => field(name),
                Node::PartnerField(name) => add("partners", &[name]),
                Node::Unused => add("uses", &["used_kind", "item", "used_on"]),
                Node::Picked(_, name, facts) => add(&facts.kind, &[name]),
                Node::Sum(_, Some(of), facts) => add(&facts.kind, &[&of.field]),
                _ => {}
            }
        });
        if let Body::Facts(facts, _) = said.body {
            // A seat needs an entry of the kind's catalog, and a person.
            let kind = library.vocabulary.kinds.get(&facts.kind);
            for column in [kind.and_then(|k| k.catalog_column()), Some("person")] {
                add(&facts.kind, column.as_slice());
            }
        }
    }
    for set in distinct_fields(edition) {
        add(set.0, &[set.1]);
    }
    if let Some(rates) = edition.money.as_ref().and_then(|m| m.rates.as_deref())
        && library.vocabulary.kinds.contains_key(rates)
    {
        add(rates, &["currency", "rate"]);
    }
    // A join looks at the kind that it joins.
    let mut joined: Vec<String> = read.keys().cloned().collect();
    while let Some(name) = joined.pop() {
        let kind = library.vocabulary.kinds.get(&name);
        if let Some((other, by)) = kind.and_then(|k| k.holds.while_.clone()) {
            let known = read.contains_key(&other);
            read.entry(other.clone()).or_default().insert(by);
            if !known {
                joined.push(other);
            }
        }
    }
    read
}

/// The kind and field of every `distinct`.
fn distinct_fields(edition: &Edition) -> Vec<(&str, &str)> {
    use crate::syntax::{Set, Subject};
    fn of_set<'a>(set: &'a Set, found: &mut Vec<(&'a str, &'a str)>) {
        match set {
            Set::Distinct { field, facts, .. } => found.push((&facts.kind, field)),
            Set::Named(..) => {}
            Set::Join(_, left, right) => {
                of_set(left, found);
                of_set(right, found);
            }
        }
    }
    let mut found = Vec::new();
    for said in said(edition) {
        said.walk(edition, &mut |expr, _| {
            if let Node::Count(Subject::Set(set))
            | Node::Exists(Subject::Set(set))
            | Node::Set(set) = &expr.node
            {
                of_set(set, &mut found);
            }
        });
    }
    found
}

/// What a kind is to an edition that reads these fields of it.
fn kind_text(kind: &Kind, fields: &BTreeSet<String>) -> String {
    let mut text = Text::default();
    let mut read: BTreeSet<&str> = fields.iter().map(String::as_str).collect();
    read.extend(kind.key.iter().map(String::as_str));
    read.extend(kind.holds.from.iter().map(String::as_str));
    read.extend(kind.holds.until.iter().map(String::as_str));
    read.extend(["program"]);
    for (column, rule) in &kind.if_empty {
        read.extend([column.as_str(), rule.take.as_str()]);
    }
    text.line("key", joined(&kind.key));
    text.line("from", joined(&kind.holds.from));
    text.line("until", joined(&kind.holds.until));
    text.line("until next", kind.holds.until_next);
    if let Some((other, by)) = &kind.holds.while_ {
        text.line("while", format!("{other} by {by}"));
    }
    for (column, rule) in sorted(&kind.if_empty) {
        let filter = rule.filter.as_ref().map(|f| wording::expr(&f.expr));
        text.line(
            &format!("if_empty {column}"),
            format!("{} where {}", rule.take, filter.unwrap_or_default()),
        );
    }
    for field in read {
        if let Some(of) = kind.field_type(field) {
            text.line(&format!("field {field}"), type_text(of));
        }
    }
    text.0
}

fn type_text(of: &FieldType) -> String {
    match of {
        FieldType::Text => "text".to_owned(),
        FieldType::Date => "date".to_owned(),
        FieldType::Number(None) => "number".to_owned(),
        FieldType::Number(Some((from, to))) => format!("number {from} to {to}"),
        FieldType::Percent => "percent".to_owned(),
        FieldType::YesNo => "yes-no".to_owned(),
        FieldType::Money(currency) => format!("money {currency}"),
        FieldType::Country => "country".to_owned(),
        FieldType::Catalog => "catalog".to_owned(),
        FieldType::Level => "level".to_owned(),
        FieldType::Answer => "answer".to_owned(),
        FieldType::Id(of) => format!("id {of}"),
        FieldType::Word(words) => {
            let others: Vec<&String> = words
                .words
                .iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            // To an open set any word may be added, so the declared ones decide nothing.
            let others = if words.open {
                "any".to_owned()
            } else {
                joined(others)
            };
            format!("ladder {} words {others}", joined(&words.ladder))
        }
    }
}

/// Lines of `key value`.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key} {value}");
    }

    fn maybe(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.line(key, value);
        }
    }
}

/// A text that cannot be taken for the line around it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_default())
}

fn joined<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|w| quoted(w.as_ref())).collect();
    quoted.join(" ")
}

/// The entries of a table by id: their order in the file says nothing.
fn sorted<V>(table: &indexmap::IndexMap<String, V>) -> Vec<(&String, &V)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(id, _)| *id);
    entries
}

/// The rules of an edition in a canonical form: one line for everything that can change a value or a verdict,
/// the same however the file is laid out. This is what is hashed.
pub fn rules(edition: &Edition) -> String {
    let mut text = Text::default();
    text.line("cairn rules", 1);
    text.line("program", quoted(&edition.program));
    text.line("edition", quoted(&edition.edition));
    text.line("revision", edition.revision);
    text.maybe("published", edition.published);
    text.maybe("in force from", edition.in_force_from);
    text.maybe("in force until", edition.in_force_until);
    text.maybe("early from", edition.early_from);
    if let Some(replaces) = &edition.replaces {
        text.line("replaces", quoted(&replaces.edition));
        text.maybe("accepted until", replaces.accepted_until);
    }
    let catalogs: BTreeSet<&String> = edition.catalogs.iter().collect();
    text.line("catalogs", joined(catalogs));
    let uses: BTreeSet<&String> = edition.uses.iter().collect();
    text.line("uses", joined(uses));
    if edition.has_levels {
        text.line("levels", joined(&edition.levels));
    }
    for (id, level) in sorted(&edition.level) {
        for (question, test) in [("enter", &level.enter), ("retain", &level.retain)] {
            let test = test.as_ref().map(|f| wording::expr(&f.expr));
            text.maybe(&format!("level {id} {question}"), test);
        }
    }
    if let Some(period) = &edition.period {
        text.line("period enter", period.enter);
        text.line("period retain", period.retain);
    }
    text.maybe(
        "fiscal year",
        edition.calendar.fiscal_year.map(wording::month_day),
    );
    for first in &edition.calendar.fiscal_months {
        text.line("fiscal month", first);
    }
    if let Some(money) = &edition.money {
        text.line("money", quoted(&money.currency));
        text.maybe("rates", money.rates.as_deref().map(quoted));
    }
    if let Some(tracks) = &edition.tracks {
        // The first of equals is chosen, so their order says something.
        text.line("tracks", joined(&tracks.of));
        text.line("choose", wording::choose(&tracks.choose));
    }
    for (_, row) in sorted(&edition.rows) {
        row_text(&mut text, row);
    }
    for (id, list) in sorted(&edition.list) {
        let mut items: Vec<String> = list
            .items
            .iter()
            .map(|item| {
                wording::item(&crate::program::Item {
                    is: quoted(&item.is),
                    ..item.clone()
                })
            })
            .collect();
        items.sort();
        text.line(&format!("list {id}"), items.join(", "));
    }
    for (id, test) in sorted(&edition.test) {
        tracked(&mut text, &format!("test {id}"), &test.is);
    }
    for (position, (id, stage)) in edition.stage.iter().enumerate() {
        // The last stage whose test is met is shown.
        tracked(&mut text, &format!("stage {position} {id}"), &stage.is);
    }
    for (id, table) in sorted(&edition.table) {
        for (word, value) in sorted(&table.rows) {
            text.line(
                &format!("table {id} {}", quoted(word)),
                wording::expr(&value.expr),
            );
        }
        let otherwise = table.otherwise.as_ref().map(|f| wording::expr(&f.expr));
        text.maybe(&format!("table {id} else"), otherwise);
        if !table.words.is_empty() {
            text.line(&format!("table {id} words"), joined(&table.words));
        }
    }
    for (id, measure) in sorted(&edition.measure) {
        tracked(&mut text, &format!("measure {id}"), &measure.is);
        if !measure.words.is_empty() {
            text.line(&format!("measure {id} words"), joined(&measure.words));
        }
    }
    for (id, question) in sorted(&edition.question) {
        let key = format!("question {id}");
        let answer = match &question.answer {
            crate::program::AnswerType::Ladder(words) => format!("ladder {}", joined(words)),
            crate::program::AnswerType::Scored(scores) => sorted(scores)
                .into_iter()
                .map(|(word, score)| format!("{} {score}", quoted(word)))
                .collect::<Vec<_>>()
                .join(", "),
            plain => wording::answer(plain),
        };
        text.line(&key, answer);
        let evidence = question.evidence.as_ref().map(|f| wording::expr(&f.expr));
        text.maybe(&format!("{key} evidence"), evidence);
        text.maybe(&format!("{key} within"), question.within.as_ref());
        text.line(&format!("{key} may not apply"), question.may_not_apply);
    }
    for (id, parameter) in sorted(&edition.parameter) {
        let key = format!("parameter {id}");
        text.line(&key, "");
        text.maybe(&format!("{key} default"), parameter.default.as_ref());
        text.maybe(&format!("{key} least"), parameter.least.as_ref());
        text.maybe(&format!("{key} most"), parameter.most.as_ref());
    }
    for (id, score) in sorted(&edition.score) {
        for (track, parts) in score.part.each() {
            for (part_id, part) in sorted(parts) {
                let key = format!("score {id} {} {part_id}", track.unwrap_or("*"));
                text.line(&key, wording::expr(&part.points.expr));
                for (bound, formula) in [("max", &part.max), ("weight", &part.weight)] {
                    let formula = formula.as_ref().map(|f| wording::expr(&f.expr));
                    text.maybe(&format!("{key} {bound}"), formula);
                }
            }
        }
    }
    for (id, bands) in sorted(&edition.bands) {
        for band in &bands.rows {
            text.line(&format!("bands {id}"), wording::band(band));
        }
    }
    for (id, roster) in sorted(&edition.roster) {
        let key = format!("roster {id}");
        text.line(&key, wording::facts(&roster.of));
        text.line(&format!("{key} one role"), roster.one_role);
        for (role, capacity) in sorted(&roster.capacity) {
            text.line(&format!("{key} capacity {}", quoted(role)), capacity);
        }
        let mut seats: Vec<String> = roster
            .seats
            .iter()
            .map(|s| {
                let words = [&s.for_, &s.role, &s.needs];
                format!("{} {}", joined(words), s.number)
            })
            .collect();
        seats.sort();
        for seat in seats {
            text.line(&format!("{key} seat"), seat);
        }
    }
    if let Some(fee) = &edition.fee {
        text.line("fee", wording::expr(&fee.amount.expr));
        text.line("fee every", fee.every);
        text.maybe("fee paid", fee.paid.as_deref().map(quoted));
    }
    lifecycle_text(&mut text, edition);
    text.0
}

fn tracked(text: &mut Text, key: &str, formulas: &PerTrack<crate::source::Formula>) {
    for (track, formula) in formulas.each() {
        text.line(
            &format!("{key} {}", track.unwrap_or("*")),
            wording::expr(&formula.expr),
        );
    }
}

fn row_text(text: &mut Text, row: &Row) {
    let key = format!("row {}", row.id);
    text.line(&key, quoted(row.parent.as_deref().unwrap_or("")));
    let limits = match &row.value {
        RowValue::Measure { measure, limits } => {
            tracked(text, &format!("{key} measure"), measure);
            limits
        }
        RowValue::OfWhich { filter, limits } => {
            text.line(&format!("{key} of which"), wording::expr(&filter.expr));
            limits
        }
        RowValue::Test { test, required } => {
            tracked(text, &format!("{key} test"), test);
            let required: BTreeSet<&String> = required.iter().collect();
            text.line(&format!("{key} required"), joined(required));
            &None
        }
    };
    if let Some(limits) = limits {
        let compare = wording::compare_key(limits.compare);
        for (track, by_level) in limits.by_level.each() {
            for (level, limit) in sorted(by_level) {
                text.line(
                    &format!("{key} {compare} {} {}", track.unwrap_or("*"), quoted(level)),
                    wording::limit(limit),
                );
            }
        }
    }
    let asked = match row.asked {
        crate::program::Asked::Both => "both",
        crate::program::Asked::Enter => "enter",
        crate::program::Asked::Retain => "retain",
    };
    text.line(&format!("{key} asked"), asked);
    let applies = row.applies.as_ref().map(|f| wording::expr(&f.expr));
    text.maybe(&format!("{key} applies"), applies);
}

fn lifecycle_text(text: &mut Text, edition: &Edition) {
    let Some(lifecycle) = &edition.lifecycle else {
        return;
    };
    text.line("lifecycle review", wording::review(&lifecycle.review));
    rules_text(text, "lifecycle", &lifecycle.rules);
    for (level, rules) in sorted(&lifecycle.level) {
        rules_text(text, &format!("lifecycle {}", quoted(level)), rules);
    }
    let mut protected: Vec<String> = lifecycle
        .protect
        .iter()
        .map(|p| {
            let who = p.who.as_ref().map(|f| wording::expr(&f.expr));
            format!(
                "{} until {} who {}",
                quoted(&p.level),
                p.until,
                who.unwrap_or_default()
            )
        })
        .collect();
    protected.sort();
    for line in protected {
        text.line("lifecycle protect", line);
    }
}

fn rules_text(text: &mut Text, key: &str, rules: &LifecycleRules) {
    for (name, value) in lifecycle_keys(rules) {
        text.line(&format!("{key} {name}"), value);
    }
}

/// The keys of the lifecycle that are given, each as the file writes its value.
pub(crate) fn lifecycle_keys(rules: &LifecycleRules) -> Vec<(&'static str, String)> {
    let takes = |v: &_| wording::published(v, wording::takes);
    let delay = |v: &_| wording::published(v, wording::delay);
    let keys = [
        ("promote.on", rules.promote_on.as_ref().map(takes)),
        (
            "promote.by",
            rules
                .promote_by
                .as_ref()
                .map(|v| wording::published(v, |a| wording::actor(*a).to_owned())),
        ),
        (
            "promote.effective",
            rules.promote_effective.as_ref().map(delay),
        ),
        ("demote.on", rules.demote_on.as_ref().map(takes)),
        (
            "demote.to",
            rules
                .demote_to
                .as_ref()
                .map(|v| wording::published(v, wording::demote_to)),
        ),
        (
            "demote.effective",
            rules.demote_effective.as_ref().map(delay),
        ),
        (
            "renew",
            rules.renew.as_ref().map(|v| {
                wording::published(v, |(opens, closes)| {
                    format!("opens {opens} before, closes {closes} after")
                })
            }),
        ),
        (
            "grace",
            rules
                .grace
                .as_ref()
                .map(|v| wording::published(v, ToString::to_string)),
        ),
    ];
    keys.into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// The editions that must not change any more, as `frozen.toml` lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frozen {
    /// What each frozen edition was, by program, edition and revision.
    pub editions: BTreeMap<(String, String, u32), FrozenEdition>,
}

/// What a frozen edition was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrozenEdition {
    /// Its hash, which decisions carry.
    pub hash: String,
    /// What the hash was made of.
    pub fingerprint: Fingerprint,
    /// Where `frozen.toml` says so.
    pub place: Place,
}

impl Frozen {
    /// Reads `frozen.toml`. Returns what it lists, and what is wrong with it.
    pub fn parse(file: &str, text: &str) -> (Frozen, Vec<Diagnostic>) {
        let source = Source::new(file, text);
        let root = source.parse();
        let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
        let mut frozen = Frozen::default();
        for entry in keys.list("frozen") {
            read_frozen(&source, &entry, &mut frozen);
            entry.finish();
        }
        keys.finish();
        (frozen, source.into_problems())
    }

    /// The text of `frozen.toml`: the same for the same editions, so that it can be compared line by line.
    pub fn write(&self) -> String {
        let mut text = String::from(
            "# Written by `cairn freeze`. An edition that stands here must not change any more, for decisions were made by it;\n\
             # `cairn check` holds each file against its hash. A slip of ours is mended as `revision = 2` beside the first.\n",
        );
        for ((program, edition, revision), entry) in &self.editions {
            let _ = write!(
                text,
                "\n[[frozen]]\nprogram  = {}\nedition  = {}\nrevision = {revision}\nhash     = {}\nrules    = {}\n",
                toml_text(program),
                toml_text(edition),
                toml_text(&entry.hash),
                toml_text(&entry.fingerprint.rules),
            );
            if !entry.fingerprint.uses.is_empty() {
                text += "[frozen.uses]\n";
                for (name, hash) in &entry.fingerprint.uses {
                    let _ = writeln!(text, "{} = {}", toml_text(name), toml_text(hash));
                }
            }
            if !entry.fingerprint.entries.is_empty() {
                text += "[frozen.entries]\n";
                for (catalog, entries) in &entry.fingerprint.entries {
                    let items: Vec<String> = entries
                        .iter()
                        .map(|(id, hash)| toml_text(&format!("{id} {hash}")))
                        .collect();
                    let _ = writeln!(text, "{} = [{}]", toml_text(catalog), items.join(", "));
                }
            }
        }
        text
    }

    /// Freezes an edition as it is now; what was frozen of it before is replaced.
    pub fn freeze(&mut self, library: &Library, edition: &Edition) {
        let fingerprint = Fingerprint::of(library, edition);
        self.editions.insert(
            key_of(edition),
            FrozenEdition {
                hash: fingerprint.hash(),
                fingerprint,
                place: Place::default(),
            },
        );
    }

    /// Is this edition frozen?
    pub fn holds(&self, edition: &Edition) -> bool {
        self.editions.contains_key(&key_of(edition))
    }

    /// What is no longer as it was when this edition was frozen.
    ///
    /// New entries of a catalog are only noted: until then their names might have counted,
    /// and knowing more never turns what was met into what is not.
    pub fn check(&self, library: &Library, edition: &Edition) -> Vec<Diagnostic> {
        let Some(then) = self.editions.get(&key_of(edition)) else {
            return vec![];
        };
        let now = Fingerprint::of(library, edition);
        if now.hash() == then.hash {
            return vec![];
        }
        let name = edition.name();
        let place = Place::file(edition.file.clone());
        let mut found = Vec::new();
        let mut report = |severity, message: String, help: &str| {
            found.push(Diagnostic {
                severity,
                ..Diagnostic::error("frozen-changed", message, place.clone()).help(help)
            });
        };
        let before = &then.fingerprint;
        if now.rules != before.rules {
            report(
                Severity::Error,
                format!("`{name}` is frozen, and its rules are no longer what they were"),
                &format!(
                    "take the change back; to mend a slip of ours, leave this file alone and write the mended one beside it with `revision = {}`",
                    edition.revision + 1
                ),
            );
        }
        let shared = "take the change back; where it mends a slip of ours, freeze the edition again: decisions keep the hash that they used";
        let names: BTreeSet<&String> = now.uses.keys().chain(before.uses.keys()).collect();
        for used in names {
            if now.uses.get(used) != before.uses.get(used) && now.rules == before.rules {
                report(
                    Severity::Error,
                    format!(
                        "`{name}` is frozen, and the {} that it uses is no longer what it was",
                        in_backticks(used)
                    ),
                    shared,
                );
            }
        }
        let (mut changed, mut added) = (Vec::new(), 0);
        let empty = BTreeMap::new();
        let catalogs: BTreeSet<&String> = now.entries.keys().chain(before.entries.keys()).collect();
        for catalog in catalogs {
            let was = before.entries.get(catalog).unwrap_or(&empty);
            let is = now.entries.get(catalog).unwrap_or(&empty);
            for (id, hash) in was {
                if is.get(id) != Some(hash) {
                    changed.push(id.as_str());
                }
            }
            added += is.keys().filter(|id| !was.contains_key(*id)).count();
        }
        if now.rules == before.rules && !changed.is_empty() {
            report(
                Severity::Error,
                format!(
                    "`{name}` is frozen, and what the catalogs say of {} is no longer what it was",
                    crate::diagnostic::listed(&changed)
                ),
                shared,
            );
        }
        if found.is_empty() && added > 0 {
            let entries = if added == 1 { "entry" } else { "entries" };
            found.push(
                Diagnostic::note(
                    "frozen-changed",
                    format!("the catalogs of `{name}` know {added} {entries} more than when it was frozen"),
                    place,
                )
                .help("freeze it again, so that the hash of new decisions stands in frozen.toml; the old ones keep theirs"),
            );
        } else if found.is_empty() {
            // The hash was edited by hand, or the canonical form itself has changed.
            found.push(
                Diagnostic::error(
                    "frozen-changed",
                    format!("`{name}` is frozen with a hash that its own parts do not give"),
                    then.place.clone(),
                )
                .help("run `cairn freeze` again after comparing the file with the one that was frozen"),
            );
        }
        found
    }

    /// Frozen editions whose file is gone.
    pub fn gone(&self, library: &Library) -> Vec<Diagnostic> {
        let known: BTreeSet<_> = library.editions.iter().map(|e| key_of(e)).collect();
        self.editions
            .iter()
            .filter(|(key, _)| !known.contains(*key))
            .map(|((program, edition, revision), entry)| {
                let which = if *revision == 1 {
                    String::new()
                } else {
                    format!(", revision {revision},")
                };
                Diagnostic::error(
                    "frozen-changed",
                    format!("`{program}@{edition}`{which} is frozen, and its file is gone"),
                    entry.place.clone(),
                )
                .help("put the file back: decisions name it")
            })
            .collect()
    }
}

/// `kind people` with its name in backticks.
fn in_backticks(used: &str) -> String {
    match used.split_once(' ') {
        Some((what, name)) => format!("{what} `{name}`"),
        None => used.to_owned(),
    }
}

fn key_of(edition: &Edition) -> (String, String, u32) {
    (
        edition.program.clone(),
        edition.edition.clone(),
        edition.revision,
    )
}

fn toml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn read_frozen(source: &Source<'_>, entry: &Keys<'_, '_>, frozen: &mut Frozen) {
    let text = |key: &str, example: &str| {
        let text = entry.string(key);
        if entry.get(key).is_none() {
            entry.missing(key, example);
        }
        text
    };
    let program = text("program", "\"acme-partners\"");
    let edition = text("edition", "\"2026\"");
    let revision = entry
        .number("revision")
        .and_then(|n| u32::try_from(n.to_i64()?).ok())
        .unwrap_or(1);
    let place = entry.place();
    let hex = |hash: String, digits: usize| {
        let good = hash.len() == digits && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if !good {
            source.report(
                Diagnostic::error("bad-hash", format!("`{hash}` is no hash"), entry.place())
                    .help("run `cairn freeze` again: it writes the file"),
            );
        }
        good.then_some(hash)
    };
    let hash = text("hash", "\"…\"").and_then(|h| hex(h, 64));
    let rules = text("rules", "\"…\"").and_then(|h| hex(h, 64));
    let mut uses = BTreeMap::new();
    for (name, value, _) in entry.table("uses").map_or(vec![], |t| t.all()) {
        if let Some(hash) = source.string(value, &name).and_then(|h| hex(h, 64)) {
            uses.insert(name, hash);
        }
    }
    let mut entries = BTreeMap::new();
    for (catalog, value, _) in entry.table("entries").map_or(vec![], |t| t.all()) {
        let of: BTreeMap<String, String> = source
            .strings(value, &catalog)
            .into_iter()
            .filter_map(|line| {
                let (id, hash) = line.split_once(' ').unwrap_or((&line, ""));
                Some((id.to_owned(), hex(hash.to_owned(), 16)?))
            })
            .collect();
        entries.insert(catalog, of);
    }
    if let (Some(program), Some(edition), Some(hash), Some(rules)) = (program, edition, hash, rules)
    {
        let place = place.showing(format!("{program}@{edition}"));
        frozen.editions.insert(
            (program, edition, revision),
            FrozenEdition {
                hash,
                fingerprint: Fingerprint {
                    rules,
                    uses,
                    entries,
                },
                place,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const KINDS: &str = r#"
[kind.people]
columns = "person*, name, registered_on, left_on"
holds   = "from registered_on until left_on"
types   = { person = "person" }
also    = { person = ["employee id"] }
[kind.credentials]
columns = "person*, credential*, earned_on*, expires_on"
holds   = "from earned_on until expires_on while people by person"
types   = { person = "person", credential = "catalog" }
[kind.credentials.catalog]
class = { words = ["exam", "badge"] }
level = { ladder = ["associate", "professional"] }
[kind.deals]
columns = "deal*, stage, amount, currency, won_on, region"
holds   = "from won_on"
types   = { stage = { words = ["open", "won"], means = { won = ["closed won"] } }, amount = { money = "currency" } }
[kind.enrollments]
columns = "program*, level, since*, last_review_on"
holds   = "from since until next"
types   = { program = "program", level = "level", since = "date" }
"#;
    const CATALOG: &str = r#"
catalog = "acme"
[credentials]
admin  = { class = "exam", level = "associate", names = ["Admin"] }
expert = { class = "exam", level = "professional", renews = ["admin"] }
"#;
    const KPIS: &str = r#"
program = "kpis"
edition = "1"
[measure]
won = { is = "count deals in period where stage = won", cite = "a book, p. 1" }
"#;
    const PROGRAM: &str = r#"
program   = "acme"
edition   = "2026"
title     = "Acme Partners"
published = 2025-11-01
in_force  = { from = 2026-01-01 }
replaces  = { edition = "2025", accepted_until = 2026-03-01 }
levels    = ["silver", "gold"]
catalogs  = ["acme"]
uses      = ["kpis@1"]
source    = { guide = { title = "The guide", read = "original" } }
calendar  = { fiscal_year = "02-01" }
money     = { currency = "USD" }
[level.gold]
title = "Gold"
enter = "holds(silver) and matrix"
[period]
enter  = "trailing 12 months"
retain = "since last-review"
[requirement.exams]
area     = "Knowledge"
title    = "Exams"
measure  = "count distinct person of credentials where class = exam"
at_least = { silver = 1_000, gold = 2_000 }
printed_up_to = { silver = 1_999 }
cite     = "guide p. 4"
[requirement.exams.part]
experts = { of_which = "credential in wanted and level >= associate", at_least = { gold = 3 } }
[requirement.deals-won]
measure   = "won"
more_than = { gold = 5 }
asked     = "enter"
applies   = "partner-in-emea"
[requirement.plan]
test     = "exists deals where stage = open"
required = ["gold", "silver"]
[requirement.points]
measure  = "total"
at_least = { gold = "banded(total)" }
[list.wanted]
items = [{ is = "admin", until = 2027-01-01 }, { is = "expert" }]
[test]
partner-in-emea = { is = "average-deal > 5 USD" }
[measure]
average-deal = { is = "(sum amount of deals) / 10", cite = "guide p. 5" }
[stage]
known = { test = "exists enrollments" }
paid  = { test = "itsm" }
[question]
itsm    = { answer = "yes or no", evidence = "exists deals", title = "ITSM?" }
support = { answer = ["resold", "own"], may_not_apply = true }
[parameter]
share = { default = 1, least = 0, most = 2 }
[table]
rate = { rows = { open = 1, else = 2 } }
[bands]
banded = { rows = [{ to = 5, is = 1 }, { above = 5, is = 2 }] }
[tracks]
of     = ["small", "large"]
choose = "highest total"
[score.total]
out_of = 40
[score.total.part]
first  = { max = 10, points = "won" }
second = { max = 30, points = "2 * won" }
[roster.crew]
of       = "credentials where class = badge"
capacity = { sales = 2 }
seats    = [{ for = "voice", role = "sales", needs = "admin" }, { for = "data", role = "sales", needs = "expert", number = 2 }]
[fee]
amount = "2_500 USD"
every  = "1 year"
[lifecycle]
review  = { every = "1 year", after = "since" }
demote  = { on = "review", to = "highest retained" }
grace   = "not published"
cite    = "guide p. 9"
[lifecycle.gold]
promote = { by = "application" }
[[lifecycle.protect]]
level = "gold"
until = 2026-06-01
[[reading]]
about = "exams"
taken = "as printed"
[[case]]
title = "None"
then  = [{ on = 2026-01-01 }]
"#;

    fn read(files: &[(&str, &str)]) -> Library {
        let (library, problems) = Library::read(files.iter().copied());
        let errors: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        library
    }

    fn with(kinds: &str, catalog: &str, kpis: &str, program: &str) -> Library {
        read(&[
            ("vocabulary/evidence.toml", kinds),
            ("vocabulary/catalogs/acme.toml", catalog),
            ("programs/kpis/1.toml", kpis),
            ("programs/acme/2026.toml", program),
        ])
    }

    fn edition(library: &Library) -> &Edition {
        library.edition("acme", "2026").expect("the edition")
    }

    fn hash_of(kinds: &str, catalog: &str, kpis: &str, program: &str) -> String {
        let library = with(kinds, catalog, kpis, program);
        hash(&library, edition(&library))
    }

    /// The text with a piece of it replaced; the piece must be there.
    fn changed(text: &str, from: &str, to: &str) -> String {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    }

    #[test]
    fn layout_and_prose_do_not_change_the_hash() {
        let first = hash_of(KINDS, CATALOG, KPIS, PROGRAM);
        assert_eq!(first.len(), 64);
        for (from, to) in [
            (
                "title     = \"Acme Partners\"",
                "title = \"Acme\" # its name",
            ),
            (
                "at_least = { silver = 1_000, gold = 2_000 }",
                "at_least = { gold = \"2000\", silver = 1000.0 }",
            ),
            (
                "count distinct person of credentials where class = exam",
                "count  distinct person of credentials where ((class = exam))",
            ),
            ("area     = \"Knowledge\"\n", ""),
            ("printed_up_to = { silver = 1_999 }\n", ""),
            ("cite     = \"guide p. 4\"\n", "cite = \"guide p. 5\"\n"),
            (
                "required = [\"gold\", \"silver\"]",
                "required = [\"silver\", \"gold\"]",
            ),
            (
                "{ is = \"admin\", until = 2027-01-01 }, { is = \"expert\" }",
                "{ is = \"expert\" }, { until = 2027-01-01, is = \"admin\" }",
            ),
            ("title = \"ITSM?\"", "title = \"Is there ITSM?\""),
            ("out_of = 40", "out_of = 50"),
            (
                "[[reading]]\nabout = \"exams\"\ntaken = \"as printed\"\n",
                "",
            ),
            (
                "[[case]]\ntitle = \"None\"\nthen  = [{ on = 2026-01-01 }]\n",
                "",
            ),
            (
                "first  = { max = 10, points = \"won\" }\nsecond = { max = 30, points = \"2 * won\" }",
                "second = { points = \"2*won\", max = 30 }\nfirst = { points = \"(won)\", max = 10 }",
            ),
            ("levels    =", "withdrawn = 2026-05-01\nlevels    ="),
        ] {
            let now = hash_of(KINDS, CATALOG, KPIS, &changed(PROGRAM, from, to));
            assert_eq!(now, first, "{from} -> {to}");
        }
        for (kinds, catalog, kpis) in [
            (
                changed(KINDS, "also    = { person = [\"employee id\"] }", ""),
                CATALOG.into(),
                KPIS.into(),
            ),
            (
                changed(KINDS, "means = { won = [\"closed won\"] }", "means = {}"),
                CATALOG.into(),
                KPIS.into(),
            ),
            (
                changed(KINDS, ", region\"", "\""),
                CATALOG.into(),
                KPIS.into(),
            ),
            (
                KINDS.into(),
                changed(CATALOG, "names = [\"Admin\"]", "names = [\"The Admin\"]"),
                KPIS.into(),
            ),
            (
                KINDS.into(),
                CATALOG.into(),
                changed(KPIS, "a book, p. 1", "a book, p. 2")
                    + "lost = { is = \"count deals\", cite = \"a book, p. 2\" }\n",
            ),
        ] as [(String, String, String); 5]
        {
            assert_eq!(hash_of(&kinds, &catalog, &kpis, PROGRAM), first);
        }
    }

    #[test]
    fn every_rule_changes_the_hash() {
        let mut seen = BTreeMap::from([(
            hash_of(KINDS, CATALOG, KPIS, PROGRAM),
            "as it is".to_owned(),
        )]);
        let mut new = |hash: String, what: String| {
            let other = seen.insert(hash, what.clone());
            assert_eq!(other, None, "{what} gives the same hash");
        };
        for (from, to) in [
            ("edition   = \"2026\"", "edition = \"2026\"\nrevision = 2"),
            ("published = 2025-11-01", "published = 2025-11-02"),
            (
                "in_force  = { from = 2026-01-01 }",
                "in_force = { from = 2026-01-02 }",
            ),
            (
                "in_force  = { from = 2026-01-01 }",
                "in_force = { from = 2026-01-01, until = 2027-01-01 }",
            ),
            ("accepted_until = 2026-03-01", "accepted_until = 2026-04-01"),
            (
                "levels    = [\"silver\", \"gold\"]",
                "levels = [\"gold\", \"silver\"]",
            ),
            ("catalogs  = [\"acme\"]", "catalogs = []"),
            ("fiscal_year = \"02-01\"", "fiscal_year = \"03-01\""),
            ("currency = \"USD\"", "currency = \"EUR\""),
            ("enter = \"holds(silver) and matrix\"", "enter = \"matrix\""),
            (
                "enter = \"holds(silver) and matrix\"",
                "retain = \"holds(silver) and matrix\"",
            ),
            (
                "enter  = \"trailing 12 months\"",
                "enter  = \"trailing 1 year\"",
            ),
            (
                "retain = \"since last-review\"",
                "retain = \"since enrolled\"",
            ),
            (
                "credentials where class = exam\"",
                "credentials where class = badge\"",
            ),
            ("silver = 1_000", "silver = 1_001"),
            ("silver = 1_000", "silver = \"1000 to 1001\""),
            ("silver = 1_000, ", ""),
            ("at_least = { silver", "more_than = { silver"),
            (
                "of_which = \"credential in wanted",
                "of_which = \"credential not in wanted",
            ),
            ("asked     = \"enter\"", "asked = \"retain\""),
            ("applies   = \"partner-in-emea\"\n", ""),
            ("required = [\"gold\", \"silver\"]", "required = [\"gold\"]"),
            ("until = 2027-01-01", "until = 2027-01-02"),
            ("{ is = \"expert\" }]", "]"),
            ("average-deal > 5 USD", "average-deal > 6 USD"),
            ("(sum amount of deals) / 10", "(sum amount of deals) / 11"),
            (
                "known = { test = \"exists enrollments\" }\npaid  = { test = \"itsm\" }",
                "paid  = { test = \"itsm\" }\nknown = { test = \"exists enrollments\" }",
            ),
            ("answer = \"yes or no\"", "answer = \"1 to 5\""),
            (
                "evidence = \"exists deals\"",
                "evidence = \"not (exists deals)\"",
            ),
            ("[\"resold\", \"own\"]", "[\"own\", \"resold\"]"),
            ("may_not_apply = true", "may_not_apply = false"),
            ("default = 1", "default = 2"),
            ("most = 2 ", "most = 3 "),
            ("open = 1, else = 2", "open = 1, else = 3"),
            ("above = 5", "from = 5"),
            ("[\"small\", \"large\"]", "[\"large\", \"small\"]"),
            ("choose = \"highest total\"", "choose = \"highest won\""),
            ("max = 10", "max = 11"),
            ("points = \"2 * won\"", "points = \"3 * won\""),
            ("where class = badge", "where class = exam"),
            ("capacity = { sales = 2 }", "capacity = { sales = 3 }"),
            (
                "capacity = { sales = 2 }",
                "one_role = true\ncapacity = { sales = 2 }",
            ),
            (
                "needs = \"expert\", number = 2",
                "needs = \"expert\", number = 3",
            ),
            ("2_500 USD", "2_600 USD"),
            ("every  = \"1 year\"", "every = \"2 years\""),
            ("after = \"since\"", "after = \"last_review_on\""),
            ("to = \"highest retained\"", "to = \"none\""),
            ("grace   = \"not published\"\n", ""),
            ("grace   = \"not published\"", "grace = \"30 days\""),
            ("by = \"application\"", "by = \"invitation\""),
            ("until = 2026-06-01", "until = 2026-06-02"),
        ] {
            new(
                hash_of(KINDS, CATALOG, KPIS, &changed(PROGRAM, from, to)),
                format!("{from} -> {to}"),
            );
        }
        for (from, to) in [
            ("until left_on", ""),
            ("until expires_on", ""),
            (
                "\"associate\", \"professional\"",
                "\"professional\", \"associate\"",
            ),
            ("\"exam\", \"badge\"", "\"exam\""),
            ("person*, credential*", "person*, credential"),
            ("until next", ""),
        ] {
            let catalog = CATALOG;
            new(
                hash_of(&changed(KINDS, from, to), catalog, KPIS, PROGRAM),
                format!("{from} -> {to}"),
            );
        }
        for (from, to) in [
            ("level = \"associate\"", "level = \"professional\""),
            ("renews = [\"admin\"]", "renews = []"),
            (
                "[credentials]\n",
                "[credentials]\nnovice = { class = \"exam\" }\n",
            ),
        ] {
            new(
                hash_of(KINDS, &changed(CATALOG, from, to), KPIS, PROGRAM),
                format!("{from} -> {to}"),
            );
        }
        new(
            hash_of(KINDS, CATALOG, &changed(KPIS, "in period ", ""), PROGRAM),
            "the library".into(),
        );
    }

    #[test]
    fn the_hash_is_the_same_everywhere_and_always() {
        // Decisions carry it for years: where this changes, every frozen edition must be frozen again.
        expect!["e1dbc280"].assert_eq(&hash_of(KINDS, CATALOG, KPIS, PROGRAM)[..8]);
    }

    fn check(kinds: &str, catalog: &str, kpis: &str, program: &str, expected: expect_test::Expect) {
        let library = with(KINDS, CATALOG, KPIS, PROGRAM);
        let mut frozen = Frozen::default();
        frozen.freeze(&library, edition(&library));
        let (again, problems) = Frozen::parse("programs/frozen.toml", &frozen.write());
        assert!(problems.is_empty());
        assert_eq!(again.write(), frozen.write());
        let now = with(kinds, catalog, kpis, program);
        let found: Vec<String> = again
            .check(&now, edition(&now))
            .iter()
            .map(|d| format!("{}: {d}", d.severity.name()))
            .collect();
        expected.assert_eq(&found.join("\n"));
    }

    #[test]
    fn a_frozen_edition_may_be_laid_out_anew() {
        check(
            KINDS,
            CATALOG,
            KPIS,
            &changed(PROGRAM, "area     =", "# printed first\narea ="),
            expect![""],
        );
    }

    #[test]
    fn a_changed_threshold_of_a_frozen_edition_is_refused() {
        check(
            KINDS,
            CATALOG,
            KPIS,
            &changed(PROGRAM, "silver = 1_000", "silver = 900"),
            expect![[r#"
                error: frozen-changed: `acme@2026` is frozen, and its rules are no longer what they were
                  --> programs/acme/2026.toml
                  help: take the change back; to mend a slip of ours, leave this file alone and write the mended one beside it with `revision = 2`"#]],
        );
    }

    #[test]
    fn what_a_frozen_edition_uses_is_held_as_well() {
        check(
            &changed(KINDS, "until left_on", ""),
            CATALOG,
            KPIS,
            PROGRAM,
            expect![[r#"
                error: frozen-changed: `acme@2026` is frozen, and the kind `people` that it uses is no longer what it was
                  --> programs/acme/2026.toml
                  help: take the change back; where it mends a slip of ours, freeze the edition again: decisions keep the hash that they used"#]],
        );
        check(
            KINDS,
            CATALOG,
            &changed(KPIS, "in period ", ""),
            PROGRAM,
            expect![[r#"
                error: frozen-changed: `acme@2026` is frozen, and the library `kpis@1` that it uses is no longer what it was
                  --> programs/acme/2026.toml
                  help: take the change back; where it mends a slip of ours, freeze the edition again: decisions keep the hash that they used"#]],
        );
        check(
            KINDS,
            &changed(CATALOG, "level = \"associate\"", "level = \"professional\""),
            KPIS,
            PROGRAM,
            expect![[r#"
                error: frozen-changed: `acme@2026` is frozen, and what the catalogs say of `admin` is no longer what it was
                  --> programs/acme/2026.toml
                  help: take the change back; where it mends a slip of ours, freeze the edition again: decisions keep the hash that they used"#]],
        );
    }

    #[test]
    fn a_catalog_may_grow() {
        check(
            KINDS,
            &changed(
                CATALOG,
                "[credentials]\n",
                "[credentials]\nnovice = { class = \"exam\" }\n",
            ),
            KPIS,
            PROGRAM,
            expect![[r#"
                note: frozen-changed: the catalogs of `acme@2026` know 1 entry more than when it was frozen
                  --> programs/acme/2026.toml
                  help: freeze it again, so that the hash of new decisions stands in frozen.toml; the old ones keep theirs"#]],
        );
    }

    #[test]
    fn a_frozen_file_must_not_go() {
        let library = with(KINDS, CATALOG, KPIS, PROGRAM);
        let mut frozen = Frozen::default();
        frozen.freeze(&library, edition(&library));
        let (frozen, _) = Frozen::parse("programs/frozen.toml", &frozen.write());
        let found: Vec<String> = frozen
            .gone(&Library::default())
            .iter()
            .map(ToString::to_string)
            .collect();
        expect![[r#"
            frozen-changed: `acme@2026` is frozen, and its file is gone
              --> programs/frozen.toml:4:1  acme@2026
              help: put the file back: decisions name it"#]]
        .assert_eq(&found.join("\n"));
    }

    #[test]
    fn the_file_says_what_was_frozen() {
        let library = with(KINDS, CATALOG, KPIS, PROGRAM);
        let mut frozen = Frozen::default();
        frozen.freeze(&library, edition(&library));
        let short: Vec<String> = frozen
            .write()
            .lines()
            .map(|line| {
                // Every hash cut to eight digits, for the eye.
                line.split('"')
                    .map(|word| {
                        let hex = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
                        if hex { &word[..8] } else { word }
                    })
                    .collect::<Vec<_>>()
                    .join("\"")
            })
            .collect();
        expect![[r##"
            # Written by `cairn freeze`. An edition that stands here must not change any more, for decisions were made by it;
            # `cairn check` holds each file against its hash. A slip of ours is mended as `revision = 2` beside the first.

            [[frozen]]
            program  = "acme"
            edition  = "2026"
            revision = 1
            hash     = "e1dbc280"
            rules    = "9d176271"
            [frozen.uses]
            "kind credentials" = "84578cd4"
            "kind deals" = "13861116"
            "kind enrollments" = "b7256c8e"
            "kind people" = "8d1c881a"
            "library kpis@1" = "78f7789b"
            [frozen.entries]
            "acme credentials" = ["admin 9b07425c659c00bb", "expert d70a69009f44c89b"]"##]].assert_eq(&short.join("\n"));
    }

    #[test]
    fn a_broken_line_of_the_file_is_reported() {
        let (frozen, problems) = Frozen::parse(
            "programs/frozen.toml",
            "[[frozen]]\nprogram = \"acme\"\nedition = \"2026\"\nhash = \"abc\"\n",
        );
        assert!(frozen.editions.is_empty());
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        expect![[r#"
            bad-hash: `abc` is no hash
              --> programs/frozen.toml:1:1  frozen
              help: run `cairn freeze` again: it writes the file
            missing-key: `frozen` has no `rules`
              --> programs/frozen.toml:1:1  frozen
              help: add rules = "…""#]]
        .assert_eq(&found.join("\n"));
    }
}
