//! Plans that are written down: tracks with their days, what comes after what, and the items of each.
//!
//! A file of one stands in `vocabulary/templates/`. Says nothing of who does it and on which days: that begins when a partner
//! begins it. The critical path is worked out from the tracks and never written.

use indexmap::IndexMap;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::source::{Keys, Source};
use crate::syntax::is_name;
use crate::vocabulary::Vocabulary;

/// A track is no longer than this many days.
const LONGEST: i64 = 3_650;

/// A plan that is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// The file.
    pub file: String,
    /// What people call it.
    pub title: String,
    /// What it is for, in a sentence.
    pub about: String,
    /// What its source is.
    pub source: String,
    /// What is taken for so and stands in no source, in sentences.
    pub assumed: Vec<String>,
    /// The tracks, by id, in the order of the file. None comes after itself, directly or through others.
    pub tracks: IndexMap<String, Track>,
}

/// Items that are done side by side in so many days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Who leads it: a role, in words.
    pub led_by: String,
    /// How many days it takes.
    pub days: i32,
    /// The tracks that end before it begins.
    pub after: Vec<String>,
    /// Where each of its numbers is from, by key.
    pub known: IndexMap<String, String>,
    /// The items, by id.
    pub items: IndexMap<String, Item>,
    /// Where it stands.
    pub place: Place,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// What is done.
    pub title: String,
    /// Of what it is made up.
    pub parts: Vec<String>,
    /// Where its source says so.
    pub cite: String,
    /// The program, an assessment for example, that it is about.
    pub program: Option<String>,
    /// The kind of evidence that closes it, and what that must say.
    pub closes: Option<(String, IndexMap<String, String>)>,
    /// Where it stands.
    pub place: Place,
}

/// The days of a track, once a plan begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The track's id.
    pub track: String,
    /// The day on which it begins.
    pub from: Day,
    /// The day on which it is done: the first day of what comes after it.
    pub done: Day,
    /// The last day on which it may be done so that the whole does not end later.
    pub due: Day,
}

impl Planned {
    /// Does the day of the whole hang on it?
    pub fn is_critical(&self) -> bool {
        self.done == self.due
    }
}

impl Template {
    /// How many days all tracks take one after the other.
    pub fn days_in_a_row(&self) -> i64 {
        self.tracks.values().map(|t| i64::from(t.days)).sum()
    }

    /// How many days the whole takes: the longest way through its tracks.
    pub fn critical_days(&self) -> i64 {
        let ends = self.earliest();
        self.tracks
            .values()
            .zip(&ends)
            .map(|(track, begins)| begins + i64::from(track.days))
            .max()
            .unwrap_or(0)
    }

    /// The tracks on the longest way through, in their order.
    pub fn critical_path(&self) -> Vec<&Track> {
        let days = self.days(Day(0));
        self.tracks
            .values()
            .zip(&days)
            .filter(|(_, planned)| planned.is_critical())
            .map(|(track, _)| track)
            .collect()
    }

    /// The day, counted from the beginning, on which each track can begin.
    fn earliest(&self) -> Vec<i64> {
        let mut begins = vec![0; self.tracks.len()];
        // As often as there are tracks, so that every chain is followed to its end; there are no rings.
        for _ in 0..self.tracks.len() {
            for (at, track) in self.tracks.values().enumerate() {
                for before in &track.after {
                    if let Some((place, _, other)) = self.tracks.get_full(before) {
                        begins[at] = begins[at].max(begins[place] + i64::from(other.days));
                    }
                }
            }
        }
        begins
    }

    /// The days of each track, in their order, if the plan begins on a day.
    pub fn days(&self, begins: Day) -> Vec<Planned> {
        let earliest = self.earliest();
        let whole = self.critical_days();
        let mut latest = vec![whole; self.tracks.len()];
        for _ in 0..self.tracks.len() {
            for (at, track) in self.tracks.values().enumerate() {
                for before in &track.after {
                    if let Some(place) = self.tracks.get_index_of(before) {
                        latest[place] = latest[place].min(latest[at] - i64::from(track.days));
                    }
                }
            }
        }
        let day = |days: i64| begins.plus_days(i32::try_from(days).unwrap_or(i32::MAX));
        self.tracks
            .values()
            .zip(earliest.iter().zip(&latest))
            .map(|(track, (earliest, latest))| Planned {
                track: track.id.clone(),
                from: day(*earliest),
                done: day(earliest + i64::from(track.days)),
                due: day(*latest),
            })
            .collect()
    }
}

/// Reads a file of a plan. Gives also all that is wrong with it; `None` where it has no name.
pub fn read(file: &str, text: &str) -> (Option<Template>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let root = source.parse();
    let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
    let Some(name) = keys.string("template") else {
        keys.missing("template", "\"getting-started\"");
        return (None, source.into_problems());
    };
    let title = keys.string("title").unwrap_or_else(|| {
        keys.missing("title", "\"Getting started\"");
        name.clone()
    });
    let mut template = Template {
        file: file.to_owned(),
        title,
        about: keys.string("about").unwrap_or_default(),
        source: keys.string("source").unwrap_or_else(|| {
            keys.missing("source", "\"the guide, section 2\", or \"own\"");
            String::new()
        }),
        assumed: keys.strings("assumed"),
        tracks: IndexMap::new(),
        name,
    };
    for (id, table, place) in keys.tables("track") {
        good_id(&source, &id, &place, "track");
        let track = read_track(&source, id.clone(), &table, place);
        template.tracks.insert(id, track);
        table.finish();
    }
    keys.finish();
    for track in template.tracks.values() {
        for before in &track.after {
            if !template.tracks.contains_key(before) {
                let known = template.tracks.keys().map(String::as_str);
                source.report(
                    Diagnostic::error(
                        "unknown-track",
                        format!("there is no track `{before}`"),
                        track.place.clone(),
                    )
                    .help(did_you_mean(before, known)),
                );
            }
        }
        if comes_after(&template, &track.id, &track.id) {
            source.report(
                Diagnostic::error(
                    "track-ring",
                    format!("track `{}` comes after itself", track.id),
                    track.place.clone(),
                )
                .help("take one of the names out of `after`"),
            );
        }
    }
    (Some(template), source.into_problems())
}

/// Does a track come after another one, directly or through others?
fn comes_after(template: &Template, track: &str, other: &str) -> bool {
    let mut seen: Vec<&str> = vec![];
    let mut left: Vec<&str> = vec![track];
    while let Some(next) = left.pop() {
        let Some(of) = template.tracks.get(next) else {
            continue;
        };
        for before in &of.after {
            if before == other {
                return true;
            }
            if !seen.contains(&before.as_str()) {
                seen.push(before);
                left.push(before);
            }
        }
    }
    false
}

fn good_id(source: &Source<'_>, id: &str, place: &Place, what: &str) {
    if !is_name(id) {
        source.report(
            Diagnostic::error("bad-id", format!("`{id}` is no name"), place.clone()).help(format!(
                "the name of a {what} is lower-case letters, digits and single hyphens"
            )),
        );
    }
}

fn read_track(source: &Source<'_>, id: String, keys: &Keys<'_, '_>, place: Place) -> Track {
    let title = keys.string("title").unwrap_or_else(|| {
        keys.missing("title", "\"Sales plan\"");
        id.clone()
    });
    let days = match keys.get("days") {
        None => {
            keys.missing("days", "45");
            None
        }
        Some(value) => source.number(value, "days").and_then(|number| {
            let days = number.to_i64().filter(|days| (1..=LONGEST).contains(days));
            if days.is_none() {
                source.report(
                    Diagnostic::error(
                        "wrong-type",
                        format!("a track cannot take {number} days"),
                        source.place(value.span()),
                    )
                    .help(format!("write a whole number from 1 to {LONGEST}")),
                );
            }
            i32::try_from(days?).ok()
        }),
    };
    let known: IndexMap<String, String> = keys
        .table("known")
        .as_ref()
        .map_or(vec![], Keys::all)
        .into_iter()
        .filter_map(|(key, value, _)| Some((key.clone(), source.string(value, &key)?)))
        .collect();
    for key in ["days", "after"] {
        if keys.get(key).is_some() && !known.contains_key(key) {
            source.report(
                Diagnostic::error(
                    "uncited",
                    format!("nothing says where `{key}` is from"),
                    keys.place(),
                )
                .help(format!(
                    "add `{key}` to `known`: a source and its place, or \"own\" for what is your own"
                )),
            );
        }
    }
    let mut items = IndexMap::new();
    for (id, table, place) in keys.tables("item") {
        good_id(source, &id, &place, "item");
        items.insert(id.clone(), read_item(source, id, &table, place));
        table.finish();
    }
    Track {
        id,
        title,
        led_by: keys.string("led_by").unwrap_or_default(),
        days: days.unwrap_or(1),
        after: keys.strings("after"),
        known,
        items,
        place,
    }
}

fn read_item(source: &Source<'_>, id: String, keys: &Keys<'_, '_>, place: Place) -> Item {
    let title = keys.string("title").unwrap_or_else(|| {
        keys.missing("title", "\"Set the prices\"");
        id.clone()
    });
    let closes = keys.table("closes").and_then(|table| {
        let all = table.all();
        let [(kind, value, _)] = all.as_slice() else {
            table.missing(
                "a kind of evidence, alone",
                "attestations = { kind = \"business-plan\" }",
            );
            return None;
        };
        let with = source.table(value, kind)?;
        let with = with
            .all()
            .into_iter()
            .filter_map(|(key, value, _)| Some((key.clone(), source.string(value, &key)?)))
            .collect();
        Some((kind.clone(), with))
    });
    Item {
        id,
        title,
        parts: keys.strings("parts"),
        cite: keys.string("cite").unwrap_or_else(|| {
            keys.missing("cite", "\"page 3\", or \"own\"");
            String::new()
        }),
        program: keys.string("program"),
        closes,
        place,
    }
}

/// What no file of a plan can tell alone: kinds and columns that the vocabulary does not have, programs that are not there.
pub fn check<'p>(
    template: &Template,
    vocabulary: &Vocabulary,
    programs: impl Iterator<Item = &'p str> + Clone,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for item in template.tracks.values().flat_map(|t| t.items.values()) {
        if let Some(program) = &item.program
            && !programs.clone().any(|p| p == program)
        {
            problems.push(
                Diagnostic::error(
                    "unknown-program",
                    format!("there is no program `{program}`"),
                    item.place.clone(),
                )
                .help(did_you_mean(program, programs.clone())),
            );
        }
        let Some((kind, with)) = &item.closes else {
            continue;
        };
        let Some(of) = vocabulary.kinds.get(kind) else {
            let known = vocabulary.kinds.keys().map(String::as_str);
            problems.push(
                Diagnostic::error(
                    "unknown-kind",
                    format!("there is no kind of evidence `{kind}`"),
                    item.place.clone(),
                )
                .help(did_you_mean(kind, known)),
            );
            continue;
        };
        for column in with.keys().filter(|c| !of.fields.contains_key(*c)) {
            problems.push(
                Diagnostic::error(
                    "unknown-column",
                    format!("`{kind}` has no column `{column}`"),
                    item.place.clone(),
                )
                .help(did_you_mean(column, of.fields.keys().map(String::as_str))),
            );
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const WHOLE: &str = r#"
template = "open-a-shop"
title    = "Open a shop"
source   = "own"
[track.rooms]
title  = "Find rooms"
days   = 10
known  = { days = "own" }
item.rent = { title = "Sign the lease", cite = "own" }
[track.goods]
title  = "Buy goods"
days   = 5
after  = ["rooms"]
known  = { days = "own", after = "own" }
item.order = { title = "Order", parts = ["shelves", "bread"], cite = "own" }
[track.staff]
title  = "Hire"
days   = 3
after  = ["rooms"]
known  = { days = "own", after = "own" }
[track.opening]
title  = "Open"
days   = 1
after  = ["goods", "staff"]
known  = { days = "own", after = "own" }
"#;

    fn slips(text: &str, expected: Expect) {
        let (_, problems) = read("vocabulary/templates/t.toml", text);
        let lines = problems
            .iter()
            .map(|p| format!("{}: {}\n", p.code, p.message));
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn the_critical_path_is_the_longest_way_through_the_tracks() {
        let (found, problems) = read("vocabulary/templates/t.toml", WHOLE);
        assert_eq!(problems, []);
        let shop = found.expect("a plan");
        assert_eq!((shop.critical_days(), shop.days_in_a_row()), (16, 19));
        let path: Vec<&str> = shop.critical_path().iter().map(|t| t.id.as_str()).collect();
        assert_eq!(path, ["rooms", "goods", "opening"]);
        let begins = Day::parse("2024-03-01").expect("a day");
        let days: String = shop
            .days(begins)
            .iter()
            .map(|d| format!("{} {} {} {}\n", d.track, d.from, d.done, d.due))
            .collect();
        expect![[r#"
            rooms 2024-03-01 2024-03-11 2024-03-11
            goods 2024-03-11 2024-03-16 2024-03-16
            staff 2024-03-11 2024-03-14 2024-03-16
            opening 2024-03-16 2024-03-17 2024-03-17
        "#]]
        .assert_eq(&days);
    }

    #[test]
    fn what_is_wrong_with_a_plan_is_said_all_at_once() {
        slips(
            &WHOLE
                .replace("days   = 10", "days   = 0")
                .replace(
                    "after  = [\"rooms\"]\nknown  = { days = \"own\", after = \"own\" }\nitem",
                    "after  = [\"opening\", \"room\"]\nknown  = { days = \"own\" }\nitem",
                )
                .replace("source   = \"own\"\n", ""),
            expect![[r#"
                missing-key: `the file` has no `source`
                wrong-type: a track cannot take 0 days
                uncited: nothing says where `after` is from
                unknown-track: there is no track `room`
                track-ring: track `goods` comes after itself
                track-ring: track `opening` comes after itself
            "#]],
        );
    }
}
