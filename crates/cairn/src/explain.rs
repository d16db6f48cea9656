//! Why rows stand as they do, as text.

use app::domain::explain::{Explanation, Gap, Look, Reason, Record};
use app::domain::points::PartPoints;
use app::domain::program::Ask;
use app::domain::standing::{Truth, Value, WindowDays};
use app::explain::{Explained, ExplainedRow};
use app::locale::Lang;
use app::words::{Shown, and_list, counted, day, distance, long_day, lower_first, upper_first};

use crate::layout::{left, paragraph, right, table, width, wrap};
use crate::output::{MET, SHORT, SOFT, TITLE, UNKNOWN, styled};

/// So many records that do not count for one reason are listed unless all are wanted.
const LISTED: usize = 4;

/// The explanations of rows.
pub fn text(of: &Explained, columns: usize, all: bool) -> String {
    let mut out = format!(
        "{}  {}\n",
        styled(
            TITLE,
            &format!("{}, {}", of.card.title, of.card.partner_name)
        ),
        styled(
            SOFT,
            &format!("edition {} · {}", of.card.edition, day(of.card.as_of))
        )
    );
    out += &crate::scorecard::assumed(&of.card);
    if of.rows.is_empty() {
        out += "\nEvery row that is asked here is met; name one with --row to see why.\n";
    }
    for row in &of.rows {
        out.push('\n');
        out += &one(&row.explanation, row, columns, all, None);
    }
    out
}

fn one(
    of: &Explanation,
    row: &ExplainedRow,
    columns: usize,
    all: bool,
    parent: Option<&Explanation>,
) -> String {
    let depth = usize::from(parent.is_some());
    let shown = row.shown(&of.standing.id);
    let indent = "  ".repeat(depth);
    let room = columns - 2 * depth;
    let mut out = String::new();
    let put = |out: &mut String, text: &str, first: &str, hang: usize| {
        for line in paragraph(text, room, first, hang).lines() {
            *out += &indent;
            *out += line;
            out.push('\n');
        }
    };
    let (word, style) = match of.standing.own {
        Truth::Yes => ("met", MET),
        Truth::No => ("short", SHORT),
        Truth::Unknown => ("unknown", UNKNOWN),
        // Nothing is asked of a value that is only shown.
        Truth::NotApplicable if of.standing.need.is_none() && of.parts.is_empty() => ("", SOFT),
        Truth::NotApplicable if of.standing.need.is_none() => ("not asked itself", SOFT),
        Truth::NotApplicable => ("not applicable", SOFT),
    };
    let figure = figure(of, &shown);
    let purpose = match of.ask {
        Ask::Retain => format!("to keep {}", row.level_title),
        Ask::Enter => format!("to reach {}", row.level_title),
    };
    let title = if depth == 0 {
        format!("{} {purpose}", upper_first(&of.title))
    } else {
        of.title.clone()
    };
    put(
        &mut out,
        &if word.is_empty() {
            format!("{}: {figure}", styled(TITLE, &title))
        } else {
            format!(
                "{}: {} {figure}",
                styled(TITLE, &title),
                styled(style, word)
            )
        },
        "",
        2,
    );
    let mark = if of.second_hand { " (second-hand)" } else { "" };
    let mut said = Vec::new();
    said.extend(looks(&of.looks));
    match &of.gap {
        Gap::By(range) if of.standing.own != Truth::Yes => match range.exact() {
            Some(gap) if !gap.is_negative() => {
                said.push(format!("{} more would do.", shown.number(gap)));
            }
            Some(gap) => said.push(format!("{} less would do.", shown.number(&-gap.clone()))),
            None => said.push(format!("What is missing is {}.", shown.range(range))),
        },
        Gap::Of(numbers) if !numbers.is_empty() => {
            let numbers: Vec<String> = numbers
                .iter()
                .map(|(name, value)| format!("{name} {}", Shown::Count.value(value)))
                .collect();
            said.push(format!("What enters: {}.", and_list(&numbers)));
        }
        _ => {}
    }
    if let Some((on, to)) = &of.next_change {
        said.push(format!(
            "By the records at hand it turns {} on {}, {}.",
            to.verdict(),
            long_day(*on),
            distance(of.as_of.day, *on)
        ));
    }
    if let Some(streak) = &of.streak {
        said.push(match (streak.since, streak.met_on) {
            (Some(since), Some(met)) => format!(
                "Held since {}; {} would be complete on {}, if nothing changes.",
                long_day(since),
                streak.window,
                long_day(met)
            ),
            (Some(since), None) => format!("Held since {}.", long_day(since)),
            (None, _) => match streak.broken_on {
                Some(broken) => format!("Not held now; last broken on {}.", long_day(broken)),
                None => "Not held now.".to_owned(),
            },
        });
    }
    let wants = wants(of);
    if !wants.is_empty() {
        said.push(format!("To know: {}.", and_list(&wants)));
    }
    if !said.is_empty() {
        put(&mut out, &said.join(" "), "  ", 2);
    }
    put(
        &mut out,
        &styled(SOFT, &format!("§ {}{mark}", of.cite)),
        "  ",
        2,
    );
    out += &points(&of.points, depth);
    out += &answers(of, columns, depth);
    let numbers = matches!(&of.standing.have, Value::Number(_));
    if !of.counted.is_empty() {
        out += &format!(
            "{indent}  {}\n",
            styled(
                SOFT,
                &format!("Counted, {}", counted(of.counted.len(), "record"))
            )
        );
        let most = if all { usize::MAX } else { 25 };
        let counted: Vec<&Record> = of.counted.iter().collect();
        out += &records(&counted, most, &shown, columns, depth, false);
    } else if numbers && !of.nearly.is_empty() {
        out += &format!("{indent}  {}\n", styled(SOFT, "Counted: none"));
    }
    if !of.nearly.is_empty() {
        out += &format!(
            "{indent}  {}\n",
            styled(
                SOFT,
                &format!("Not counted, {}", counted(of.nearly.len(), "record"))
            )
        );
        out += &not_counted(&of.nearly, columns, depth, all);
    }
    // What a part shares with its row was said there.
    let said_above =
        |taken: &str| parent.is_some_and(|p| p.readings.iter().any(|r| r.taken == taken));
    for reading in of.readings.iter().filter(|r| !said_above(&r.taken)) {
        put(
            &mut out,
            &styled(
                SOFT,
                &format!(
                    "Read as: {}. Printed: {}.",
                    reading.taken,
                    reading.printed.join("; ")
                ),
            ),
            "  ",
            2,
        );
    }
    for convention in &of.conventions {
        if parent.is_some_and(|p| p.conventions.contains(convention)) {
            continue;
        }
        put(
            &mut out,
            &styled(
                SOFT,
                &format!("Convention: {}.", lower_first(&convention.to_string())),
            ),
            "  ",
            2,
        );
    }
    for part in &of.parts {
        out += &one(part, row, columns, all, Some(of));
    }
    out
}

/// On which days facts are looked at; nothing where all are those that hold on the day.
fn looks(of: &[Look]) -> Option<String> {
    let first = of.iter().find(|l| l.window.is_some())?;
    let alike = |l: &Look| l.window == first.window && l.days == first.days;
    let began = |look: &Look| {
        let words = Lang::default().window(look.window.as_ref()?);
        Some(match look.days {
            Some(WindowDays {
                after: Some(after),
                through,
            }) => format!(
                "what began after {} and up to {} ({words})",
                long_day(after),
                long_day(through),
            ),
            _ => format!("{words}, and no record says from which day that counts"),
        })
    };
    if of.iter().all(alike) {
        return Some(format!("Looks at {}.", began(first)?));
    }
    let each: Vec<String> = of
        .iter()
        .map(|look| match began(look) {
            Some(began) => format!("in `{}` at {began}", look.kind),
            None => format!("in `{}` at what holds on the day", look.kind),
        })
        .collect();
    Some(format!("Looks {}.", each.join("; ")))
}

/// What each part of a score gives.
fn points(of: &[PartPoints], depth: usize) -> String {
    let rows: Vec<Vec<String>> = of
        .iter()
        .map(|part| {
            vec![
                part.title.clone(),
                Shown::Count.value(&part.points),
                styled(SOFT, &part_words(part)),
            ]
        })
        .collect();
    table(&rows, "lrl", 4 + 2 * depth)
}

/// What stands behind the points of a part: `of at most 40`, `weight 2`.
pub fn part_words(part: &PartPoints) -> String {
    let max = part
        .max
        .as_ref()
        .map(|max| format!("of at most {}", Shown::Count.value(max)));
    let weight = part
        .weight
        .as_ref()
        .map(|weight| format!("weight {}", Shown::Count.value(weight)));
    let lowest = (part.lowest == Some(true)).then(|| "the lowest".to_owned());
    let words = max.into_iter().chain(weight).chain(lowest);
    words.collect::<Vec<_>>().join(", ")
}

/// What would settle a row that is open; what its parts want stands with them.
fn wants(of: &Explanation) -> Vec<String> {
    let own = of.standing.own == Truth::Unknown
        || of.standing.verdict == Truth::Unknown
            && of
                .parts
                .iter()
                .all(|p| p.standing.verdict != Truth::Unknown)
        || of.standing.need.is_none() && !app::missing::is_known(&of.standing.have);
    if !own {
        return vec![];
    }
    if !of.missing.is_empty() {
        return of.missing.iter().map(ToString::to_string).collect();
    }
    // Everything was supplied: then names that no catalog knows or empty cells leave it open.
    let mut kinds: Vec<String> = Vec::new();
    for record in &of.nearly {
        let open = record.reason.as_ref().is_some_and(Reason::may_count);
        let text = format!("say what names and empty cells of {} mean", record.kind);
        if open && !kinds.contains(&text) {
            kinds.push(text);
        }
    }
    kinds
}

/// The answers on which a row rests, and what contradicts them.
fn answers(of: &Explanation, columns: usize, depth: usize) -> String {
    if of.answers.is_empty() {
        return String::new();
    }
    let pad = "  ".repeat(depth);
    let heading = format!("Rests on {}", counted(of.answers.len(), "answer"));
    let mut out = format!("{pad}  {}\n", styled(SOFT, &heading));
    for answered in &of.answers {
        let first = format!("{pad}    {}: ", answered.question);
        let text = match &answered.given {
            None => format!("{} ({})", styled(UNKNOWN, "not answered"), answered.title),
            Some(given) => {
                let by = match (given.by.as_str(), given.place.file.as_str()) {
                    ("", file) => format!("{file}, row {}", given.place.line),
                    (by, file) => format!("{by}; {file}, row {}", given.place.line),
                };
                let note = if given.note.is_empty() {
                    String::new()
                } else {
                    format!(", “{}”", given.note)
                };
                format!(
                    "{}, {} ({}; {by}){note}",
                    if given.text.is_empty() {
                        "empty"
                    } else {
                        &given.text
                    },
                    day(given.on),
                    answered.title
                )
            }
        };
        out += &paragraph(&text, columns, &first, 6 + 2 * depth);
        if let Some(shows) = &answered.contradicted {
            let yes_no = answered
                .given
                .as_ref()
                .is_some_and(|g| ["yes", "no"].contains(&g.text.to_lowercase().as_str()));
            let shown = if yes_no { Shown::YesNo } else { Shown::Count };
            let text = format!(
                "{} by the evidence, which shows {}{}",
                styled(SHORT, "contradicted"),
                shown.value(shows),
                if answered.shown_by.is_empty() {
                    ", for no record counts"
                } else {
                    ""
                }
            );
            out += &paragraph(&text, columns, &format!("{pad}      "), 8 + 2 * depth);
            let shown_by: Vec<&Record> = answered.shown_by.iter().collect();
            out += &records(&shown_by, 25, &Shown::Count, columns, depth + 1, false);
        }
    }
    out
}

fn figure(of: &Explanation, shown: &Shown) -> String {
    let have = shown.value(&of.standing.have);
    match &of.standing.need {
        Some(_) if *shown == Shown::YesNo => have,
        Some(need) => {
            let compare = match need.compare {
                app::domain::syntax::Compare::AtLeast => "of",
                app::domain::syntax::Compare::More => "where over",
                app::domain::syntax::Compare::AtMost => "where at most",
                _ => "where under",
            };
            let threshold = shown.range(&need.threshold);
            let tail = if compare == "of" { "" } else { " is asked" };
            format!("{have} {compare} {threshold}{tail}")
        }
        None => have,
    }
}

/// Records that do not count, the nearest of each reason.
fn not_counted(of: &[Record], columns: usize, depth: usize, all: bool) -> String {
    let code = |r: &Record| r.reason.as_ref().map_or("", |reason| reason.code());
    let mut listed: Vec<&Record> = Vec::new();
    let mut left_out: Vec<(&'static str, usize)> = Vec::new();
    for record in of {
        let same = listed.iter().filter(|r| code(r) == code(record)).count();
        // What was corrected stands in its correction.
        let corrected = matches!(record.reason, Some(Reason::Superseded(_)));
        if all || same < LISTED && !corrected {
            listed.push(record);
        } else {
            match left_out.iter_mut().find(|(c, _)| *c == code(record)) {
                Some((_, count)) => *count += 1,
                None => left_out.push((code(record), 1)),
            }
        }
    }
    let mut out = records(&listed, usize::MAX, &Shown::Count, columns, depth, true);
    if !left_out.is_empty() {
        let more: Vec<String> = left_out
            .iter()
            .map(|(code, count)| match *code {
                "superseded" => format!("{count} corrected"),
                code => format!("{count} more {}", code.replace('-', " ")),
            })
            .collect();
        let text = format!("{}; listed with --all-records", and_list(&more));
        out += &format!("{}{}\n", " ".repeat(4 + 2 * depth), styled(SOFT, &text));
    }
    out
}

/// Records as a table: id, what it says, its day, why it does not count.
fn records(
    of: &[&Record],
    most: usize,
    shown: &Shown,
    columns: usize,
    depth: usize,
    reasons: bool,
) -> String {
    let indent = 4 + 2 * depth;
    let ids = of
        .iter()
        .take(most)
        .map(|r| width(&r.id))
        .max()
        .unwrap_or(0)
        .min(36);
    let opened = |r: &Record| match r.opened.filter(|d| d.is_real()) {
        Some(opened) => day(opened),
        None => "–".to_owned(),
    };
    let days = of
        .iter()
        .take(most)
        .map(|r| width(&opened(r)))
        .max()
        .unwrap_or(0);
    let room = columns.saturating_sub(indent + ids + days + 4).max(20);
    let hang = " ".repeat(ids + 2 + days);
    let mut out = String::new();
    for r in of.iter().take(most) {
        let (last, style) = match (&r.reason, &r.amount) {
            (Some(reason), _) if reasons => (
                reason.to_string(),
                if reason.may_count() {
                    UNKNOWN
                } else {
                    anstyle::Style::new()
                },
            ),
            (_, Some(amount)) => (
                app::domain::number::Exact::parse(amount)
                    .map_or_else(|| amount.clone(), |n| shown.number(&n)),
                anstyle::Style::new(),
            ),
            _ => (about(r), SOFT),
        };
        let head = format!("{}  {}", left(&r.id, ids), right(&opened(r), days));
        for (at, line) in wrap(&last, room).iter().enumerate() {
            let head = if at == 0 { &head } else { &hang };
            let line = format!("{}{head}  {}", " ".repeat(indent), styled(style, line));
            out += line.trim_end();
            out.push('\n');
        }
    }
    if of.len() > most {
        out += &format!(
            "{}{}\n",
            " ".repeat(indent),
            styled(
                SOFT,
                &format!("and {} more, listed with --all-records", of.len() - most)
            )
        );
    }
    out
}

/// What a record says beside its id: its first few other fields.
fn about(record: &Record) -> String {
    let fields: Vec<&str> = record
        .fields
        .iter()
        .filter(|(name, value)| {
            !record.id.contains(value.as_str()) && !name.ends_with("_on") && name != "program"
        })
        .map(|(_, value)| value.as_str())
        .take(3)
        .collect();
    fields.join(", ")
}
