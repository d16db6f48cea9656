//! What can be done, what it costs, how long it takes, and the fact that it leaves behind: data, like programs.
//!
//! A file of actions stands in `vocabulary/actions/`. Every number of it says where it is from, or that it is the user's
//! own. No action is known to this module by name.

use indexmap::IndexMap;

use crate::calendar::Duration;
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::number::Exact;
use crate::source::{Keys, Source, Value};
use crate::syntax::is_name;
use crate::vocabulary::{FieldType, Kind, Vocabulary};

/// What a partner can do, of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Actions {
    /// Its name.
    pub name: String,
    /// The file.
    pub file: String,
    /// The programs for which it is offered; all where none is named.
    pub programs: Vec<String>,
    /// What an hour of work costs, in `currency`.
    pub rate: Exact,
    /// The currency of all its amounts.
    pub currency: String,
    /// The hours a week that one person can give.
    pub hours_a_week: Exact,
    /// The hours a week of each role; `hours_a_week` where a role has none.
    pub roles: IndexMap<String, Exact>,
    /// Where these numbers are from, by key.
    pub known: IndexMap<String, String>,
    /// The actions, by id.
    pub actions: IndexMap<String, Action>,
    /// How likely open records come true, by kind.
    pub chances: IndexMap<String, Chances>,
}

/// One thing that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The kind of fact that it leaves behind.
    pub kind: String,
    /// For whom, or with what, it is done.
    pub each: Each,
    /// Fields of whoever it is done for that must hold one of these words, where they hold any: `team`.
    pub who: IndexMap<String, Vec<String>>,
    /// What the fact says, field by field.
    pub with: IndexMap<String, String>,
    /// How long the fact holds; for ever where absent.
    pub lasts: Option<Duration>,
    /// The hours of work.
    pub hours: Exact,
    /// What has to be paid for one attempt.
    pub fee: Exact,
    /// How many of a hundred attempts succeed, as a share.
    pub pass_rate: Exact,
    /// How long somebody outside takes after the work is done.
    pub waits: Option<Duration>,
    /// Who that is.
    pub waits_on: String,
    /// Entries of the catalog that a person must hold first.
    pub needs: Vec<String>,
    /// Is it only for those who hold the same entry on the day of planning, and renew it?
    pub renews: bool,
    /// How often it can be done for each, or in all where it is for nobody in particular.
    pub most: u32,
    /// Who does the work where it is for nobody in particular; work of one role is done one after the other.
    pub role: String,
    /// Where its numbers are from, by key.
    pub known: IndexMap<String, String>,
    /// Where it stands.
    pub place: Place,
}

/// For whom, or with what, an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// For nobody in particular.
    Once,
    /// For each person.
    Person,
    /// For each customer that the evidence names.
    Customer,
    /// With each open record of the kind, which comes true by it.
    Open,
}

/// How likely open records of a kind come true.
#[derive(Clone, Debug, PartialEq)]
pub struct Chances {
    /// The field whose word decides.
    pub field: String,
    /// For each word the chance, as a share.
    pub chance: IndexMap<String, Exact>,
    /// What the record says once it has come true, field by field.
    pub done: IndexMap<String, String>,
    /// The date before which it does not.
    pub on: Option<String>,
    /// From so many closed records that passed a word on, the partner's own share is used instead.
    pub enough: u32,
    /// Where the numbers are from.
    pub known: String,
}

impl Actions {
    /// Is this offered for a program?
    pub fn offers(&self, program: &str) -> bool {
        self.programs.is_empty() || self.programs.iter().any(|p| p == program)
    }

    /// What an action costs, to the cent: its hours, and its fee for as many attempts as one success takes. With a
    /// chance, so many hours as one success takes.
    pub fn cost(&self, action: &Action, chance: Option<&Exact>) -> Exact {
        let for_one = |amount: &Exact, share: &Exact| {
            amount.checked_div(share).unwrap_or_else(|| amount.clone())
        };
        let mut hours = &action.hours * &self.rate;
        if let Some(chance) = chance {
            hours = for_one(&hours, chance);
        }
        let exact = &hours + &for_one(&action.fee, &action.pass_rate);
        // The one rounding: half a cent goes up.
        let cents = &(&exact * &Exact::from(100)) + &Exact::ratio(1, 2).unwrap_or(Exact::ZERO);
        let cents = cents.floor();
        cents.checked_div(&Exact::from(100)).unwrap_or(cents)
    }
}

/// Reads a file of actions. Gives also all that is wrong with it; `None` where it has no name.
pub fn read(file: &str, text: &str) -> (Option<Actions>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let root = source.parse();
    let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
    let Some(name) = keys.string("actions") else {
        keys.missing("actions", "\"own\"");
        return (None, source.into_problems());
    };
    let mut currency: Option<String> = None;
    let mut amount = |keys: &Keys<'_, '_>, key: &str| -> Option<Exact> {
        let value = keys.get(key)?;
        let (number, of) = source.amount(value, key)?;
        match (&currency, of) {
            (_, None) if number.is_zero() => {}
            (None, Some(of)) => currency = Some(of),
            (Some(known), Some(of)) if *known == of => {}
            (_, of) => source.report(
                Diagnostic::error(
                    "wrong-type",
                    match of {
                        Some(of) => {
                            format!("`{key}` is in {of}, and other amounts of the file are not")
                        }
                        None => format!("`{key}` has no currency"),
                    },
                    source.place(value.span()),
                )
                .help("write every amount of a file in one currency, such as \"72 USD\""),
            ),
        }
        Some(number)
    };
    let rate = amount(&keys, "rate").unwrap_or_else(|| {
        keys.missing("rate", "\"72 USD\"");
        Exact::ZERO
    });
    let hours_a_week = keys.number("hours_a_week").unwrap_or_else(|| {
        keys.missing("hours_a_week", "6");
        Exact::ONE
    });
    let known = known(&source, &keys);
    uncited(&source, &keys, &known, &["rate", "hours_a_week", "roles"]);
    let mut roles = IndexMap::new();
    if let Some(table) = keys.table("roles") {
        for (role, value, _) in table.all() {
            match source.number(value, &role) {
                Some(hours) if hours > Exact::ZERO => {
                    roles.insert(role, hours);
                }
                Some(_) => source.wrong_type(value, &role, "a number of hours above 0,"),
                None => {}
            }
        }
    }
    if hours_a_week <= Exact::ZERO {
        source.report(
            Diagnostic::error(
                "wrong-type",
                "`hours_a_week` is a number of hours above 0",
                keys.place(),
            )
            .help("write the hours that one person can give in a week"),
        );
    }
    let programs = keys.strings("programs");
    let mut actions = IndexMap::new();
    for (id, table, place) in keys.tables("action") {
        if !is_name(&id) {
            source.report(
                Diagnostic::error("bad-id", format!("`{id}` is no name"), place.clone())
                    .help("an action's name is lower-case letters, digits and single hyphens"),
            );
        }
        if let Some(action) = read_action(&source, id.clone(), &table, place, &mut amount) {
            actions.insert(id, action);
        }
        table.finish();
    }
    let mut chances = IndexMap::new();
    for (kind, table, _) in keys.tables("chance") {
        if let Some(found) = read_chances(&source, &table) {
            chances.insert(kind, found);
        }
        table.finish();
    }
    keys.finish();
    let actions = Actions {
        name,
        file: file.to_owned(),
        programs,
        rate,
        currency: currency.unwrap_or_default(),
        hours_a_week,
        roles,
        known,
        actions,
        chances,
    };
    (Some(actions), source.into_problems())
}

fn known(source: &Source<'_>, keys: &Keys<'_, '_>) -> IndexMap<String, String> {
    let table = keys.table("known");
    let all = table.as_ref().map_or(vec![], Keys::all);
    all.into_iter()
        .filter_map(|(key, value, _)| Some((key.clone(), source.string(value, &key)?)))
        .collect()
}

/// Each number says where it is from.
fn uncited(
    source: &Source<'_>,
    keys: &Keys<'_, '_>,
    known: &IndexMap<String, String>,
    numbers: &[&str],
) {
    for key in numbers {
        if keys.get(key).is_some() && !known.contains_key(*key) {
            source.report(
                Diagnostic::error(
                    "uncited",
                    format!("nothing says where `{key}` is from"),
                    keys.place(),
                )
                .help(format!(
                    "add `{key}` to `known`: a source and its place, or \"own\" for a number of your own"
                )),
            );
        }
    }
}

fn share(source: &Source<'_>, value: &Value<'_>, what: &str) -> Option<Exact> {
    let share = source.number(value, what)?;
    if share > Exact::ZERO && share <= Exact::ONE {
        return Some(share);
    }
    source.wrong_type(value, what, "a share above 0 and up to \"100%\",");
    None
}

fn words(source: &Source<'_>, keys: &Keys<'_, '_>, key: &str) -> IndexMap<String, String> {
    let table = keys.table(key);
    let all = table.as_ref().map_or(vec![], Keys::all);
    all.into_iter()
        .filter_map(|(field, value, _)| {
            let text = match value.get_ref().as_str() {
                Some(text) => text.to_owned(),
                None => source.number(value, &field)?.to_string(),
            };
            Some((field, text))
        })
        .collect()
}

fn read_action(
    source: &Source<'_>,
    id: String,
    keys: &Keys<'_, '_>,
    place: Place,
    amount: &mut impl FnMut(&Keys<'_, '_>, &str) -> Option<Exact>,
) -> Option<Action> {
    let (adds, turns) = (
        keys.get("adds").and_then(|v| source.string(v, "adds")),
        keys.get("turns").and_then(|v| source.string(v, "turns")),
    );
    let each = keys.choice(
        "each",
        &[("person", Each::Person), ("customer", Each::Customer)],
    );
    let (kind, each) = match (adds, turns) {
        (Some(kind), None) => (kind, each.unwrap_or(Each::Once)),
        (None, Some(kind)) => (kind, Each::Open),
        _ => {
            keys.missing(
                "adds",
                "\"credentials\", or `turns` with the kind of an open record",
            );
            return None;
        }
    };
    let mut who = IndexMap::new();
    if let Some(table) = keys.table("who") {
        for (field, value, _) in table.all() {
            who.insert(field.clone(), source.strings(value, &field));
        }
    }
    let known = known(source, keys);
    uncited(
        source,
        keys,
        &known,
        &["hours", "fee", "pass_rate", "lasts", "waits"],
    );
    let title = keys.string("title").unwrap_or_else(|| {
        keys.missing("title", "\"Sit an exam\"");
        id.clone()
    });
    Some(Action {
        title,
        kind,
        each,
        who,
        with: words(source, keys, "with"),
        lasts: keys.duration("lasts"),
        hours: keys.number("hours").unwrap_or(Exact::ZERO),
        fee: amount(keys, "fee").unwrap_or(Exact::ZERO),
        pass_rate: keys
            .get("pass_rate")
            .and_then(|v| share(source, v, "pass_rate"))
            .unwrap_or(Exact::ONE),
        waits: keys.duration("waits"),
        waits_on: keys
            .get("waits_on")
            .and_then(|v| source.string(v, "waits_on"))
            .unwrap_or_default(),
        needs: if keys.get("needs").is_some() {
            keys.strings("needs")
        } else {
            vec![]
        },
        renews: keys.flag("renews"),
        most: keys
            .get("most")
            .and_then(|v| source.number(v, "most"))
            .and_then(|n| u32::try_from(n.to_i64()?).ok())
            .unwrap_or(1),
        role: keys
            .get("role")
            .and_then(|v| source.string(v, "role"))
            .unwrap_or_default(),
        known,
        place,
        id,
    })
}

fn read_chances(source: &Source<'_>, keys: &Keys<'_, '_>) -> Option<Chances> {
    let Some(field) = keys.string("field") else {
        keys.missing("field", "\"stage\"");
        return None;
    };
    let mut chance = IndexMap::new();
    if let Some(table) = keys.table("chance") {
        for (word, value, _) in table.all() {
            if let Some(share) = share(source, value, &word) {
                chance.insert(word, share);
            }
        }
    }
    let known = keys
        .get("known")
        .and_then(|v| source.string(v, "known"))
        .unwrap_or_default();
    if known.is_empty() {
        source.report(
            Diagnostic::error(
                "uncited",
                "nothing says where the chances are from",
                keys.place(),
            )
            .help("add `known`: a source and its place, or \"own\" for numbers of your own"),
        );
    }
    Some(Chances {
        field,
        chance,
        done: words(source, keys, "done"),
        on: keys.get("on").and_then(|v| source.string(v, "on")),
        enough: keys
            .get("enough")
            .and_then(|v| source.number(v, "enough"))
            .and_then(|n| u32::try_from(n.to_i64()?).ok())
            .unwrap_or(u32::MAX),
        known,
    })
}

/// What no file of actions can tell alone: kinds, fields, words and entries that the vocabulary does not have.
pub fn check(actions: &Actions, vocabulary: &Vocabulary) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for action in actions.actions.values() {
        let Some(kind) = vocabulary.kinds.get(&action.kind) else {
            problems.push(no_kind(&action.kind, &action.place, vocabulary));
            continue;
        };
        fields_of(kind, &action.with, &action.place, vocabulary, &mut problems);
        if action.each == Each::Person && kind.holder().is_none() {
            problems.push(
                Diagnostic::error(
                    "unknown-name",
                    format!(
                        "`{}` is for each person, and `{}` has no person",
                        action.id, kind.name
                    ),
                    action.place.clone(),
                )
                .help("leave `each` out where the fact is nobody's in particular"),
            );
        }
        if action.lasts.is_some() && kind.holds.until.is_empty() {
            problems.push(
                Diagnostic::error(
                    "unknown-name",
                    format!(
                        "`{}` lasts, and `{}` has no closing date",
                        action.id, kind.name
                    ),
                    action.place.clone(),
                )
                .help("leave `lasts` out"),
            );
        }
        if action.each == Each::Open && !actions.chances.contains_key(&action.kind) {
            problems.push(
                Diagnostic::error(
                    "missing-key",
                    format!(
                        "`{}` turns open records, and no `chance.{}` says what becomes of them",
                        action.id, kind.name
                    ),
                    action.place.clone(),
                )
                .help("add a table with `field`, `chance` and `done`"),
            );
        }
        for entry in &action.needs {
            if !entries(vocabulary, &kind.name).any(|e| e == entry) {
                problems.push(no_entry(entry, kind, &action.place, vocabulary));
            }
        }
    }
    for (name, chances) in &actions.chances {
        let place = Place::file(actions.file.clone());
        let Some(kind) = vocabulary.kinds.get(name) else {
            problems.push(no_kind(name, &place, vocabulary));
            continue;
        };
        fields_of(kind, &chances.done, &place, vocabulary, &mut problems);
        let asked: IndexMap<String, String> = chances
            .chance
            .keys()
            .map(|word| (chances.field.clone(), word.clone()))
            .collect();
        fields_of(kind, &asked, &place, vocabulary, &mut problems);
        for word in chances.chance.keys() {
            let one = IndexMap::from([(chances.field.clone(), word.clone())]);
            fields_of(kind, &one, &place, vocabulary, &mut problems);
        }
        if let Some(on) = &chances.on
            && !kind
                .fields
                .get(on)
                .is_some_and(|f| f.kind == FieldType::Date)
        {
            problems.push(
                Diagnostic::error(
                    "unknown-name",
                    format!("`{on}` is no date of `{name}`"),
                    place,
                )
                .help(did_you_mean(on, kind.fields.keys().map(String::as_str))),
            );
        }
    }
    problems.dedup();
    problems
}

fn no_kind(name: &str, place: &Place, vocabulary: &Vocabulary) -> Diagnostic {
    Diagnostic::error(
        "unknown-name",
        format!("there is no kind `{name}`"),
        place.clone(),
    )
    .help(did_you_mean(
        name,
        vocabulary.kinds.keys().map(String::as_str),
    ))
}

fn no_entry(entry: &str, kind: &Kind, place: &Place, vocabulary: &Vocabulary) -> Diagnostic {
    Diagnostic::error(
        "unknown-name",
        format!("no catalog has `{entry}` among its {}", kind.name),
        place.clone(),
    )
    .help(did_you_mean(entry, entries(vocabulary, &kind.name)))
}

fn entries<'v>(vocabulary: &'v Vocabulary, kind: &str) -> impl Iterator<Item = &'v str> {
    vocabulary
        .catalogs
        .values()
        .filter_map(move |c| c.entries.get(kind))
        .flat_map(|e| e.keys().map(String::as_str))
}

/// That a kind has these fields, and that they can say this.
fn fields_of(
    kind: &Kind,
    with: &IndexMap<String, String>,
    place: &Place,
    vocabulary: &Vocabulary,
    problems: &mut Vec<Diagnostic>,
) {
    for (field, text) in with {
        let Some(declared) = kind.fields.get(field) else {
            problems.push(
                Diagnostic::error(
                    "unknown-name",
                    format!("`{}` has no column `{field}`", kind.name),
                    place.clone(),
                )
                .help(did_you_mean(field, kind.fields.keys().map(String::as_str))),
            );
            continue;
        };
        match &declared.kind {
            FieldType::Catalog if !entries(vocabulary, &kind.name).any(|e| e == text) => {
                problems.push(no_entry(text, kind, place, vocabulary));
            }
            FieldType::Word(words) if !words.open && !words.all().any(|w| w == text) => {
                problems.push(
                    Diagnostic::error(
                        "unknown-word",
                        format!("`{text}` is no word of `{field}`"),
                        place.clone(),
                    )
                    .help(did_you_mean(text, words.all())),
                );
            }
            FieldType::Number(_) | FieldType::Percent | FieldType::Money(_)
                if Exact::parse(text).is_none() =>
            {
                problems.push(
                    Diagnostic::error(
                        "wrong-type",
                        format!(
                            "`{text}` is no number, and `{field}` of `{}` is one",
                            kind.name
                        ),
                        place.clone(),
                    )
                    .help("write the number alone; its currency stands in a column of its own"),
                );
            }
            FieldType::Date => problems.push(
                Diagnostic::error(
                    "wrong-type",
                    format!("`{field}` is a date, and the plan gives it its day"),
                    place.clone(),
                )
                .help("leave it out"),
            ),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "actions = \"t\"\nrate = \"10 USD\"\nhours_a_week = 5\nknown = { rate = \"own\", hours_a_week = \"own\" }\n";

    fn problems(text: &str) -> Vec<String> {
        let mut vocabulary = Vocabulary::default();
        let kinds = "[kind.badges]\ncolumns = \"person*, badge*, got_on*, ends_on\"\nholds = \"from got_on until ends_on\"\ntypes = { person = \"person\", badge = { words = [\"gold\"] } }\n";
        assert!(
            vocabulary
                .add_kinds("vocabulary/evidence.toml", kinds)
                .is_empty()
        );
        let (found, mut problems) = read("vocabulary/actions/t.toml", text);
        problems.extend(found.iter().flat_map(|f| check(f, &vocabulary)));
        problems
            .iter()
            .map(|p| format!("{}: {}", p.code, p.message))
            .collect()
    }

    #[test]
    fn a_number_says_where_it_is_from_and_a_name_exists() {
        let good = format!(
            "{HEAD}[action.a]\ntitle = \"A\"\nadds = \"badges\"\neach = \"person\"\nwith = {{ badge = \"gold\" }}\nhours = 2\nknown = {{ hours = \"own\" }}\n"
        );
        assert_eq!(problems(&good), Vec::<String>::new());
        for (from, to, expected) in [
            (
                "known = { hours = \"own\" }",
                "",
                "uncited: nothing says where `hours` is from",
            ),
            (
                "adds = \"badges\"",
                "adds = \"badge\"",
                "unknown-name: there is no kind `badge`",
            ),
            (
                "{ badge = \"gold\" }",
                "{ badge = \"tin\" }",
                "unknown-word: `tin` is no word of `badge`",
            ),
            (
                "{ badge = \"gold\" }",
                "{ bage = \"gold\" }",
                "unknown-name: `badges` has no column `bage`",
            ),
            (
                "hours = 2\n",
                "hours = 2\nfee = \"5 EUR\"\n",
                "wrong-type: `fee` is in EUR, and other amounts of the file are not",
            ),
            (
                "hours = 2\n",
                "hours = 2\npass_rate = \"120%\"\n",
                "wrong-type: `pass_rate` is text where a share above 0 and up to \"100%\", is expected",
            ),
            (
                "adds = \"badges\"",
                "turns = \"badges\"",
                "missing-key: `a` turns open records, and no `chance.badges` says what becomes of them",
            ),
        ] {
            let found = problems(&good.replace(from, to));
            assert!(found.iter().any(|p| p == expected), "{expected}\n{found:?}");
        }
    }

    #[test]
    fn a_cost_is_rounded_once_to_the_cent() {
        let text = format!(
            "{HEAD}[action.a]\ntitle = \"A\"\nadds = \"badges\"\nhours = \"1/3\"\nfee = \"300 USD\"\npass_rate = \"70%\"\nknown = {{ hours = \"own\", fee = \"own\", pass_rate = \"own\" }}\n"
        );
        let (found, problems) = read("vocabulary/actions/t.toml", &text);
        assert!(problems.is_empty(), "{problems:?}");
        let found = found.expect("a file");
        // 10/3 + 300/0.7 = 431.904…
        let cost = found.cost(&found.actions["a"], None);
        assert_eq!(cost, Exact::parse("431.90").expect("an amount"));
    }
}
