//! People and what they hold: a matrix with the days on which it ends, and what ends soonest.

use std::collections::BTreeMap;

use app::domain::calendar::{Day, Duration};
use app::domain::diagnostic::Diagnostic;
use app::domain::standing::Truth;
use app::domain::vocabulary::FieldType;
use app::kinds::{Record, Records, Standing};
use app::question::Desk;
use askama::Template;

use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::{Link, Mark, When};
use super::super::work::Slip;
use super::kind::{columns_of, refused, tabs};
use super::{current, record_href};

/// People and what they hold.
#[derive(Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    /// What stands around it.
    pub f: Frame,
    /// How many people, in words.
    pub sub: String,
    /// What ends soonest, in a sentence.
    pub news: String,
    /// Other ways to look at it.
    pub tabs: Vec<Link>,
    /// The words that are looked for.
    pub q: String,
    /// Are people shown who have left?
    pub left: bool,
    /// The columns: what a catalog says of what is held.
    pub heads: Vec<String>,
    /// The people.
    pub rows: Vec<Person>,
    /// How many hold something of each column today.
    pub counted: Vec<String>,
    /// What ends within half a year.
    pub ending: Vec<Ending>,
    /// Credentials of people whom no record lists.
    pub strangers: Vec<(String, String, String)>,
    /// Rows that were refused.
    pub refused: Vec<(String, Slip)>,
    /// Were people supplied?
    pub supplied: bool,
    /// The columns of its file, for those who want to bring one.
    pub columns: Vec<(String, bool, String)>,
    /// What the kind is called in files.
    pub kind: String,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their record.
    pub href: String,
    /// A line below: their team, or when they left.
    pub note: String,
    /// Have they left?
    pub left: bool,
    /// What they hold, by column.
    pub cells: Vec<Vec<Held>>,
}

/// Something that a person holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// What it is.
    pub name: String,
    /// Its record.
    pub href: String,
    /// Whether it holds.
    pub mark: Mark,
    /// When it ends, or ended.
    pub note: String,
}

/// Something that ends soon.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The day.
    pub when: When,
    /// How far away.
    pub left: String,
    /// Whose.
    pub person: String,
    /// What.
    pub name: String,
    /// Its record.
    pub href: String,
}

/// The people of the partner, and what they hold.
pub fn people(desk: &Desk, f: Frame, q: &str, left: bool) -> Result<PeoplePage, Diagnostic> {
    let people = app::kinds::records(desk, "people")?;
    let credentials = app::kinds::records(desk, "credentials")?;
    Ok(of(&people, &credentials, f, q, left))
}

/// The column of a credential: what its catalog says of it, in the order of the vocabulary, and the words for it.
fn column(credentials: &Records, record: &Record, f: &Frame) -> (Vec<usize>, String) {
    let Some(entry) = &record.entry else {
        return (vec![usize::MAX], f.t.not_in_catalog.to_owned());
    };
    let mut order = Vec::new();
    let mut words = Vec::new();
    for (name, kind) in &credentials.kind.catalog {
        let Some(value) = entry.fields.get(name) else {
            order.push(usize::MAX - 1);
            continue;
        };
        let place = match kind {
            FieldType::Word(words) => words.all().position(|w| w == value),
            _ => None,
        };
        order.push(place.unwrap_or(usize::MAX - 1));
        words.push(f.within(value));
    }
    (order, app::words::upper_first(&words.join(", ")))
}

fn of(people: &Records, credentials: &Records, f: Frame, q: &str, left: bool) -> PeoplePage {
    let t = f.t;
    let f = f.at(Here::People, t.people_and_credentials);
    let as_of = f.as_of;
    let (name, person, team, left_on) = (
        people.field("name"),
        people.field("person"),
        people.field("team"),
        people.field("left_on"),
    );
    let (holder, what) = (credentials.field("person"), credentials.field("credential"));
    let named_of = |record: &Record| {
        record
            .entry
            .as_ref()
            .map_or_else(|| record.text(what).to_owned(), |e| e.name.clone())
    };
    let held: Vec<&Record> = current(credentials).collect();
    let mut columns: BTreeMap<Vec<usize>, String> = BTreeMap::new();
    for record in &held {
        let (order, words) = column(credentials, record, &f);
        columns.entry(order).or_insert(words);
    }
    let orders: Vec<&Vec<usize>> = columns.keys().collect();
    let called = |record: &Record| {
        let text = record.text(name);
        if text.is_empty() {
            record.text(person).to_owned()
        } else {
            text.to_owned()
        }
    };
    let half = as_of.plus(Duration::months(6));
    let item = |record: &Record| {
        let (truth, word) = match &record.standing {
            Standing::Holds if record.entry.is_none() => (Truth::Unknown, t.may_hold),
            Standing::Holds => (Truth::Yes, t.holds_word),
            Standing::MayHold => (Truth::Unknown, t.may_hold),
            Standing::Ended(_) => (Truth::No, t.ended),
            Standing::Absent => (Truth::No, t.holder_absent),
            _ => (Truth::NotApplicable, t.not_yet),
        };
        let note = match (&record.standing, record.closes) {
            (Standing::Ended(on), _) => f.lang.day(*on),
            (Standing::NotYet(on), _) => f.lang.day(*on),
            (_, Some(closes)) => f.lang.day(closes),
            (_, None) => t.no_expiry.to_owned(),
        };
        Held {
            name: named_of(record),
            href: record_href(&f, &credentials.kind.name, record),
            mark: Mark::saying(truth, word),
            note,
        }
    };
    let needle = q.to_lowercase();
    let mut rows: Vec<(bool, usize, Person)> = Vec::new();
    for record in current(people) {
        let id = record.text(person);
        let gone = record.day(left_on).is_some_and(|d| d <= as_of);
        let own: Vec<&&Record> = held.iter().filter(|r| r.text(holder) == id).collect();
        let found = needle.is_empty()
            || called(record).to_lowercase().contains(&needle)
            || id.to_lowercase().contains(&needle)
            || own
                .iter()
                .any(|r| r.text(what).to_lowercase().contains(&needle));
        if !found || gone && !left {
            continue;
        }
        let cells: Vec<Vec<Held>> = orders
            .iter()
            .map(|order| {
                let mut of: Vec<&&&Record> = own
                    .iter()
                    .filter(|r| column(credentials, r, &f).0 == **order)
                    .collect();
                // What holds stands first; of what ended only the last.
                of.sort_by_key(|r| (r.standing != Standing::Holds, std::cmp::Reverse(r.closes)));
                let holding = of.iter().filter(|r| r.standing == Standing::Holds).count();
                of.truncate(holding.max(1));
                of.into_iter().map(|r| item(r)).collect()
            })
            .collect();
        let holding = own.iter().filter(|r| r.standing == Standing::Holds).count();
        rows.push((
            gone,
            holding,
            Person {
                name: called(record),
                href: record_href(&f, &people.kind.name, record),
                note: match record.day(left_on).filter(|_| gone) {
                    Some(day) => fill(t.left_on, &[("day", &f.lang.day(day))]),
                    None => f.named(record.text(team)),
                },
                left: gone,
                cells,
            },
        ));
    }
    rows.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then(b.1.cmp(&a.1))
            .then(a.2.name.cmp(&b.2.name))
    });
    let counted = orders
        .iter()
        .map(|order| {
            let mut holders: Vec<&str> = held
                .iter()
                .filter(|r| {
                    r.standing == Standing::Holds && column(credentials, r, &f).0 == ***order
                })
                .map(|r| r.text(holder))
                .collect();
            holders.sort_unstable();
            holders.dedup();
            f.lang.size(holders.len())
        })
        .collect();
    let mut ending: Vec<(Day, &Record)> = held
        .iter()
        .filter(|r| r.standing == Standing::Holds)
        .filter_map(|r| Some((r.closes.filter(|d| *d <= half)?, *r)))
        .collect();
    ending.sort_by_key(|(day, _)| *day);
    let name_of = |id: &str| {
        let record = current(people).find(|r| r.text(person) == id);
        record.map_or_else(|| id.to_owned(), called)
    };
    let strangers = held
        .iter()
        .filter(|r| current(people).all(|p| p.text(person) != r.text(holder)))
        .map(|r| {
            (
                r.text(holder).to_owned(),
                named_of(r),
                record_href(&f, &credentials.kind.name, r),
            )
        })
        .collect();
    let present = current(people)
        .filter(|r| r.day(left_on).is_none_or(|d| d > as_of))
        .count();
    let all = current(people).count();
    let news = match ending.first() {
        Some((day, record)) => fill(
            t.ends_first,
            &[
                ("credential", &named_of(record)),
                ("person", &name_of(record.text(holder))),
                ("day", &f.lang.long_day(*day)),
                ("distance", &f.lang.distance(as_of, *day)),
            ],
        ),
        None if held.is_empty() => t.nobody_holds.to_owned(),
        None => t.nothing_ends.to_owned(),
    };
    PeoplePage {
        sub: if all > present {
            format!(
                "{}, {}",
                f.lang.several(t.n_people, present),
                f.lang.several(t.n_left, all - present)
            )
        } else {
            f.lang.several(t.n_people, present)
        },
        news,
        tabs: tabs(&f, "people", "matrix"),
        q: q.to_owned(),
        left,
        heads: columns.values().cloned().collect(),
        rows: rows.into_iter().map(|(_, _, person)| person).collect(),
        counted,
        ending: ending
            .into_iter()
            .take(12)
            .map(|(day, record)| Ending {
                when: f.when(day),
                left: f.lang.distance(as_of, day),
                person: name_of(record.text(holder)),
                name: named_of(record),
                href: record_href(&f, &credentials.kind.name, record),
            })
            .collect(),
        strangers,
        refused: refused(credentials, f.lang)
            .into_iter()
            .chain(refused(people, f.lang))
            .collect(),
        supplied: people.supplied || credentials.supplied,
        columns: columns_of(&f, people),
        kind: people.kind.name.clone(),
        f,
    }
}
