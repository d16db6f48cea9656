//! Evidence at random for any edition: every kind that the vocabulary declares, with the warts that files have.

#![allow(dead_code, reason = "each test uses some of it")]

use std::sync::Arc;

use cairn_domain::calendar::Day;
use cairn_domain::diagnostic::Place;
use cairn_domain::engine::Programs;
use cairn_domain::evidence::Evidence;
use cairn_domain::intake::read_table_texts;
use cairn_domain::program::{AnswerType, Edition};
use cairn_domain::vocabulary::{FieldType, Kind};

/// A small generator of numbers: the same seed gives the same bytes.
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// The first day of the years in which everything happens.
pub const FIRST: i32 = 18_993; // 2022-01-01

/// A table as text, row by row.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub kind: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn text(&self) -> String {
        let mut text = self.header.join(",");
        for row in &self.rows {
            text += "\n";
            text += &row.join(",");
        }
        text
    }
}

/// Tables for an edition. With `warts` also rows that must be refused, and rows that contradict each other.
pub fn sheets(
    programs: &Programs,
    edition: &Edition,
    random: &mut Random,
    warts: bool,
) -> Vec<Sheet> {
    let at = programs
        .find(&edition.program, &edition.edition)
        .expect("an edition that runs");
    let compiled = &programs.compiled[at];
    let mut read: Vec<usize> = compiled.aggregates.iter().map(|a| a.facts.kind).collect();
    read.extend(compiled.sets.iter().filter_map(|s| match s {
        cairn_domain::compile::SetIr::Distinct { facts, .. } => Some(facts.kind),
        cairn_domain::compile::SetIr::Join(..) => None,
    }));
    read.extend(compiled.rosters.iter().map(|r| r.facts.kind));
    // As a company books: all in one currency, or now and then in another.
    let currency = random.one_in(2);
    let always = [
        "people",
        "enrollments",
        "waivers",
        "uses",
        "answers",
        "elections",
    ];
    let vocabulary = &programs.library.vocabulary;
    let mut sheets = Vec::new();
    for (place, kind) in vocabulary.kinds.values().enumerate() {
        if kind.name == "answers" && edition.question.is_empty()
            || !read.contains(&place)
                && kind.name != "partners"
                && !always.contains(&kind.name.as_str())
        {
            continue;
        }
        if kind.name == "partners" {
            sheets.push(Sheet {
                kind: kind.name.clone(),
                header: ["partner", "name", "country", "parent"]
                    .map(str::to_owned)
                    .to_vec(),
                rows: vec![
                    vec![
                        "a".into(),
                        "A".into(),
                        if random.one_in(3) {
                            String::new()
                        } else {
                            "DE".into()
                        },
                        String::new(),
                    ],
                    vec![
                        "b".into(),
                        "B".into(),
                        "FR".into(),
                        if random.one_in(2) {
                            "a".into()
                        } else {
                            String::new()
                        },
                    ],
                ],
            });
            continue;
        }
        // Silence is an answer too.
        if random.one_in(5) {
            continue;
        }
        let count = if random.one_in(6) {
            0
        } else {
            random.below(14)
        };
        let mut header: Vec<String> = vec!["partner".into()];
        header.extend(kind.fields.keys().cloned());
        header.push("recorded_on".into());
        let mut rows: Vec<Vec<String>> = (0..count)
            .map(|_| row(programs, edition, kind, random, warts, currency))
            .collect();
        if !warts {
            // One row for each key and day of recording.
            let key: Vec<usize> = std::iter::once(0)
                .chain(
                    kind.key
                        .iter()
                        .filter_map(|k| kind.fields.get_index_of(k))
                        .map(|i| i + 1),
                )
                .chain(std::iter::once(kind.fields.len() + 1))
                .collect();
            let mut seen = std::collections::BTreeSet::new();
            rows.retain(|row| seen.insert(key.iter().map(|k| row[*k].clone()).collect::<Vec<_>>()));
            // A fact that was never recorded counts as learned on a day of its own: two of a key would race.
            let mut keys = std::collections::BTreeSet::new();
            if !kind.key.is_empty() {
                rows.retain(|row| {
                    !row.last().is_some_and(String::is_empty)
                        || keys.insert(
                            key[..key.len() - 1]
                                .iter()
                                .map(|k| row[*k].clone())
                                .collect::<Vec<_>>(),
                        )
                });
            }
        }
        sheets.push(Sheet {
            kind: kind.name.clone(),
            header,
            rows,
        });
    }
    sheets
}

/// A number of a range, both ends within, however wide it is.
fn within(first: i64, last: i64, random: &mut Random) -> i64 {
    let width = last.wrapping_sub(first).wrapping_add(1) as usize;
    first.wrapping_add(random.below(width) as i64)
}

fn day(random: &mut Random) -> String {
    // Round days and ends of months are where edges are.
    let day = Day(FIRST + random.below(900) as i32);
    if random.one_in(3) {
        Day::from(day.date().last_of_month()).to_string()
    } else {
        day.to_string()
    }
}

fn row(
    programs: &Programs,
    edition: &Edition,
    kind: &Kind,
    random: &mut Random,
    warts: bool,
    currency: bool,
) -> Vec<String> {
    let mut cells = vec![if random.one_in(4) {
        "b".to_owned()
    } else {
        "a".to_owned()
    }];
    let mut question: Option<String> = None;
    for field in kind.fields.values() {
        let empty = !field.key && random.one_in(4) && (warts || !field.name.contains("currency"));
        let cell = if empty {
            String::new()
        } else {
            match &field.kind {
                FieldType::Date if warts && random.one_in(40) => "2022-02-30".to_owned(),
                FieldType::Date => day(random),
                FieldType::Number(None) => (random.below(60) as i64 - 5).to_string(),
                FieldType::Number(Some((a, b))) => {
                    let (a, b) = (a.to_i64().unwrap_or(0), b.to_i64().unwrap_or(10));
                    within(a, b, random).to_string()
                }
                FieldType::Percent => format!("{}%", random.below(101)),
                FieldType::YesNo => random.pick(&["yes", "no"]).to_string(),
                FieldType::Money(_) => format!("{}.{:02}", random.below(4000), random.below(100)),
                FieldType::Country => random.pick(&["DE", "FR", "GB"]).to_string(),
                FieldType::Catalog => name(programs, edition, &kind.name, random),
                FieldType::Level if edition.levels.is_empty() => String::new(),
                FieldType::Level => random.pick(&edition.levels).clone(),
                FieldType::Word(words) => {
                    let all: Vec<&str> = words.all().collect();
                    if all.is_empty() {
                        "other".to_owned()
                    } else {
                        random.pick(&all).to_string()
                    }
                }
                FieldType::Id(id) if id == "program" => match random.below(4) {
                    0 if !field.key => String::new(),
                    0 | 1 => edition.program.clone(),
                    2 => edition.program.clone(),
                    _ => programs.library.programs()
                        [random.below(programs.library.programs().len())]
                    .to_owned(),
                },
                FieldType::Id(id) if id == "question" => {
                    let ids: Vec<&String> = edition.question.keys().collect();
                    if ids.is_empty() {
                        "none".to_owned()
                    } else {
                        let id = (*random.pick(&ids)).clone();
                        question = Some(id.clone());
                        id
                    }
                }
                FieldType::Id(_) => format!("{}{}", &field.name[..1], 1 + random.below(5)),
                FieldType::Answer => answer(edition, question.as_deref(), random),
                FieldType::Text if field.name.contains("currency") => {
                    if currency && random.one_in(6) {
                        "EUR".into()
                    } else {
                        "USD".into()
                    }
                }
                FieldType::Text if field.name == "requirement" => {
                    let ids: Vec<&String> = edition.rows.keys().collect();
                    if ids.is_empty() {
                        "none".into()
                    } else {
                        (*random.pick(&ids)).clone()
                    }
                }
                FieldType::Text if field.name == "used_kind" => "case-studies".into(),
                FieldType::Text if field.name == "edition" => edition.edition.clone(),
                FieldType::Text => format!("{}{}", &field.name[..1], 1 + random.below(6)),
            }
        };
        cells.push(cell);
    }
    // A level belongs to the program that its row names.
    if let (Some(program), Some(level)) = (
        kind.fields.get_index_of("program"),
        kind.fields
            .values()
            .position(|f| f.kind == FieldType::Level),
    ) && !warts
        && cells[program + 1] != edition.program
    {
        cells[level + 1] = String::new();
    }
    // An answer belongs to the program whose question it names.
    if kind.name == "answers"
        && let Some(at) = kind.fields.get_index_of("program")
    {
        cells[at + 1] = edition.program.clone();
    }
    cells.push(if random.one_in(5) {
        day(random)
    } else {
        String::new()
    });
    cells
}

fn name(programs: &Programs, edition: &Edition, kind: &str, random: &mut Random) -> String {
    if random.one_in(12) {
        return "AWS Certified Nobody Knows".to_owned();
    }
    if random.one_in(15) {
        return "Microsoft Certified: Something".to_owned();
    }
    let catalogs = &programs.library.vocabulary.catalogs;
    let own: Vec<&String> = catalogs
        .values()
        .filter(|c| {
            edition.catalogs.is_empty()
                || edition.catalogs.contains(&c.name)
                || random.clone().one_in(9)
        })
        .filter_map(|c| c.entries.get(kind))
        .flat_map(|e| e.keys())
        .collect();
    if own.is_empty() {
        "nothing".to_owned()
    } else {
        (*random.pick(&own)).clone()
    }
}

fn answer(edition: &Edition, question: Option<&str>, random: &mut Random) -> String {
    let Some(question) = question.and_then(|q| edition.question.get(q)) else {
        return "yes".to_owned();
    };
    if question.may_not_apply && random.one_in(5) {
        return "n/a".to_owned();
    }
    match &question.answer {
        AnswerType::YesNo => random.pick(&["yes", "no"]).to_string(),
        AnswerType::Scale(a, b) => within(*a, *b, random).to_string(),
        AnswerType::Percent => format!("{}%", random.below(101)),
        AnswerType::Number | AnswerType::Money(_) => random.below(90).to_string(),
        AnswerType::Ladder(words) => random.pick(words).clone(),
        AnswerType::Scored(scores) => {
            let words: Vec<&String> = scores.keys().collect();
            (*random.pick(&words)).clone()
        }
    }
}

/// The sheets as evidence. Rows with slips are refused, as they are of a file.
pub fn evidence(programs: &Arc<Programs>, edition: &Edition, sheets: &[Sheet]) -> Evidence {
    let texts: Vec<(String, String)> = sheets.iter().map(|s| (s.kind.clone(), s.text())).collect();
    let tables: Vec<(&str, &str, Place)> = texts
        .iter()
        .map(|(k, t)| (k.as_str(), t.as_str(), Place::default()))
        .collect();
    let mut evidence = read_table_texts(&programs.library, &edition.program, &tables, &[]).evidence;
    evidence.add_partner("a");
    evidence.add_partner("b");
    evidence
}
