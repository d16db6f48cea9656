//! When levels were entered, held and lost, as text.

use app::domain::calendar::Day;
use app::domain::diff::{Change, Section};
use app::domain::explain::{Reason, Record};
use app::domain::lifecycle::{Event, Happened};
use app::domain::program::{Actor, Ask};
use app::domain::standing::Truth;
use app::domain::timeline::{self, Cause};
use app::locale::Lang;
use app::timeline::Told;
use app::words::{and_list, day, distance, lower_first};

use crate::layout::{left, paragraph, right, width};
use crate::output::{MET, SHORT, SOFT, TITLE, UNKNOWN, styled};

/// A partner's levels over the days.
pub fn text(of: &Told, columns: usize) -> String {
    let card = &of.card;
    let mut out = format!(
        "{}  {}\n",
        styled(TITLE, &format!("{}, {}", card.title, card.partner_name)),
        styled(
            SOFT,
            &format!(
                "{} · {} to {}",
                judged_by(of),
                day(of.timeline.from),
                day(of.timeline.to)
            )
        )
    );
    out += &crate::scorecard::assumed(card);
    out.push('\n');
    out += &ribbons(of, columns);
    out += &editions(of, columns);
    out += &status(of, columns);
    out += &changes(of, columns);
    for (row, level, streak) in &of.timeline.streaks {
        let level = card
            .levels
            .iter()
            .find(|l| l.id == *level)
            .map_or(level.as_str(), |l| l.title.as_str());
        let state = match (streak.since, streak.met_on, streak.broken_on) {
            (Some(since), Some(met), _) => format!(
                "held since {}; complete on {} if nothing changes",
                day(since),
                day(met)
            ),
            (Some(since), None, _) => format!("held since {}", day(since)),
            (None, _, Some(broken)) => {
                format!(
                    "not held on {}; last broken on {}",
                    day(of.timeline.to),
                    day(broken)
                )
            }
            (None, _, None) => format!("not held on {}", day(of.timeline.to)),
        };
        out += "\n";
        out += &paragraph(
            &format!(
                "{} for {level} ({}): {state}.",
                of.title(row),
                streak.window
            ),
            columns,
            "",
            2,
        );
    }
    out
}

/// The editions that judge on these days.
fn judged_by(of: &Told) -> String {
    if of.all_days {
        return format!("edition {} on all days", of.card.edition);
    }
    let mut names: Vec<String> = Vec::new();
    for name in of
        .timeline
        .editions
        .iter()
        .filter_map(|j| j.edition.clone())
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => "no edition".to_owned(),
        [one] => format!("edition {one}"),
        _ => format!("editions {}", and_list(&names)),
    }
}

/// So many changes of a newer edition are said; the rest is counted.
const SAID: usize = 3;

/// Where an edition begins, and what it changes; nothing where one judges on all days.
fn editions(of: &Told, columns: usize) -> String {
    if of.timeline.editions.len() < 2 {
        return String::new();
    }
    let program = &of.card.program;
    let mut out = format!("\n{}\n", styled(TITLE, "Editions"));
    for judged in &of.timeline.editions {
        let began = judged.from > of.timeline.from;
        let text = match (&judged.edition, &judged.before) {
            (None, _) => format!("no edition in force through {}", day(judged.to)),
            (Some(id), _) if judged.elected => format!("edition {id} is used by your own choice"),
            (Some(id), None) if began => format!("edition {id} comes into force"),
            (Some(id), None) => format!("edition {id} is in force"),
            (Some(id), Some(before)) => {
                let mut changes: Vec<String> = judged
                    .changes
                    .iter()
                    // What it is called and where it was read changes no verdict.
                    .filter(|c| c.key != "title")
                    .filter(|c| {
                        !matches!(
                            c.section,
                            Section::Edition | Section::Source | Section::Reading
                        )
                    })
                    .map(Change::short)
                    .collect();
                let more = changes.len().saturating_sub(SAID);
                changes.truncate(SAID);
                let mut text = format!("edition {id} comes into force: ");
                if changes.is_empty() {
                    text += &format!("nothing that is judged differs from {before}");
                } else {
                    text += &changes.join("; ");
                }
                if more > 0 {
                    text += &format!(
                        "; {more} more, listed by `cairn diff {program}@{before} {program}@{id}`"
                    );
                }
                text
            }
        };
        let first = format!("  {}  ", right(&day(judged.from), 11));
        out += &paragraph(&text, columns, &first, 15);
    }
    out
}

fn truth(of: Truth) -> (&'static str, anstyle::Style) {
    match of {
        Truth::Yes => ("met", MET),
        Truth::No => ("short", SHORT),
        Truth::Unknown => ("unknown", UNKNOWN),
        Truth::NotApplicable => ("not asked", SOFT),
    }
}

fn column(of: &Told, ask: Ask, level: usize) -> String {
    let (_, title) = &of.timeline.levels[level];
    match ask {
        Ask::Retain => format!("keep {title}"),
        Ask::Enter => format!("reach {title}"),
    }
}

/// A line for each level: one letter for each stretch of days, the same days below each other.
fn ribbons(of: &Told, columns: usize) -> String {
    let names: Vec<String> = of
        .timeline
        .ribbons
        .iter()
        .map(|r| column(of, r.ask, r.level))
        .collect();
    let label = names.iter().map(|n| width(n)).max().unwrap_or(0) + 2;
    let cells = columns.saturating_sub(label).clamp(10, 72);
    let (first, last) = (of.timeline.from.0, of.timeline.to.0);
    let days = (last - first + 1).max(1);
    let at = |cell: usize| -> i32 {
        let cell = i32::try_from(cell).unwrap_or(0);
        let cells = i32::try_from(cells).unwrap_or(1);
        (first + (days * cell) / cells).min(last)
    };
    let mut out = String::new();
    for (ribbon, name) in of.timeline.ribbons.iter().zip(&names) {
        let mut line = left(name, label);
        let mut run = String::new();
        let mut style = SOFT;
        for cell in 0..cells {
            let (letter, of_cell) = match ribbon.steps.on(at(cell)) {
                Some(Truth::Yes) => ('━', MET),
                Some(Truth::No) => ('·', SHORT),
                Some(Truth::Unknown) => ('?', UNKNOWN),
                Some(Truth::NotApplicable) | None => (' ', SOFT),
            };
            if of_cell != style {
                line += &styled(style, &run);
                run.clear();
                style = of_cell;
            }
            run.push(letter);
        }
        line += &styled(style, &run);
        out += &line;
        out.push('\n');
    }
    // The day asked about, where it is inside, and both ends.
    let today = of.card.as_of.0;
    let mut scale = left("", label);
    let (a, b) = (day(of.timeline.from), day(of.timeline.to));
    if (first..=last).contains(&today) {
        let here = usize::try_from((today - first) * i32::try_from(cells).unwrap_or(1) / days)
            .unwrap_or(0);
        let text = format!("▲ {}", day(Day(today)));
        let fits = here > width(&a) + 1 && here + width(&text) + 1 + width(&b) < cells;
        scale += &left(&a, if fits { here } else { cells - width(&b) });
        if fits {
            scale += &text;
            scale += &right(&b, cells - here - width(&text));
        } else {
            scale += &b;
        }
    } else {
        scale += &left(&a, cells - width(&b));
        scale += &b;
    }
    out += &styled(SOFT, scale.trim_end());
    out.push('\n');
    out += &styled(SOFT, "━ met  · short  ? unknown");
    out.push('\n');
    out
}

fn status(of: &Told, columns: usize) -> String {
    if of.timeline.status.is_empty() {
        return match of.card.open.as_slice() {
            [] => String::new(),
            [row] => format!(
                "\n{}",
                paragraph(
                    &format!(
                        "Which level is held is open: {} was refused.",
                        row.words(Lang::default())
                    ),
                    columns,
                    "",
                    2
                )
            ),
            rows => format!(
                "\n{}",
                paragraph(
                    &format!(
                        "Which level is held is open: {} rows were refused, the first of them {}.",
                        rows.len(),
                        rows[0].words(Lang::default())
                    ),
                    columns,
                    "",
                    2
                )
            ),
        };
    }
    let mut out = format!(
        "\n{}\n",
        styled(
            TITLE,
            "Status: the vendor's word, then our projection of it"
        )
    );
    for event in &of.timeline.status {
        let first = format!("  {}  ", right(&day(event.day), 11));
        out += &paragraph(&event_text(of, event), columns, &first, 15);
    }
    out
}

fn event_text(of: &Told, event: &Event) -> String {
    let title = |id: Option<&str>| {
        let id = id.unwrap_or("no level");
        let known = of.timeline.levels.iter().find(|(known, _)| known == id);
        known.map_or(id, |(_, title)| title).to_owned()
    };
    let level = title(event.level.as_deref());
    let who = of.card.publisher.as_deref().unwrap_or("the vendor");
    // A review that a window for renewal left open is named by its own day.
    let review = |on: Day| {
        if on == event.day {
            "review".to_owned()
        } else {
            format!("review of {}", day(on))
        }
    };
    match &event.what {
        Happened::Stated => format!(
            "{} says: {}",
            app::words::upper_first(who),
            styled(TITLE, &level)
        ),
        Happened::Renewed { review: on } => format!("{} passed, {level} renewed", review(*on)),
        Happened::ReviewOpen { review: on } => {
            format!("{} of {level}: open, for something is unknown", review(*on))
        }
        Happened::Failed {
            review: on,
            lost_on,
            falls_to,
        } => {
            let mut text = match on {
                Some(on) => format!(
                    "{}, {level} not renewed",
                    styled(SHORT, &format!("{} failed", review(*on)))
                ),
                None => styled(
                    SHORT,
                    &format!("what keeping {level} asks is no longer met"),
                ),
            };
            match lost_on {
                Some(on) => text += &format!("; lost on {}", day(*on)),
                None => text += "; whether there is a grace period is not published",
            }
            if falls_to.is_none() {
                text += &format!("; what {who} does then is not published");
            }
            text
        }
        Happened::Demoted => format!("falls to {level}"),
        Happened::Promoted => format!("rises to {level}"),
        Happened::MayBeAskedFor { level, by } => match by {
            Actor::Invitation => format!("{} could be offered by invitation", title(Some(level))),
            _ => format!("{} could be applied for", title(Some(level))),
        },
    }
}

fn changes(of: &Told, columns: usize) -> String {
    if of.timeline.changes.is_empty() {
        return format!(
            "\n{}\n",
            styled(SOFT, "No level's verdict changes on these days.")
        );
    }
    let mut out = format!("\n{}\n", styled(TITLE, "Changes"));
    let mut ahead = false;
    let mut last: Option<Day> = None;
    let mut rest = of.timeline.changes.as_slice();
    while let Some(change) = rest.first() {
        // What turned several levels on a day is said once, below all of them.
        let causes = causes_text(of, change, columns);
        let alike = rest
            .iter()
            .take_while(|c| c.day == change.day && causes_text(of, c, columns) == causes)
            .count();
        let (these, more) = rest.split_at(alike);
        rest = more;
        if change.day > of.card.as_of && !ahead {
            ahead = true;
            out += &format!("  {}\n", styled(SOFT, "ahead, by the records at hand"));
        }
        for change in these {
            let when = if last == Some(change.day) {
                String::new()
            } else {
                day(change.day)
            };
            last = Some(change.day);
            out += &change_text(of, change, &when);
        }
        out += &causes;
    }
    out
}

fn change_text(of: &Told, change: &timeline::Change, when: &str) -> String {
    let (word, style) = truth(change.after);
    let (before, _) = truth(change.before);
    let far = if change.day > of.card.as_of && !when.is_empty() {
        styled(SOFT, &format!("  {}", distance(of.card.as_of, change.day)))
    } else {
        String::new()
    };
    format!(
        "  {}  {} {} {}{far}\n",
        right(when, 11),
        column(of, change.ask, change.level),
        styled(style, word),
        styled(SOFT, &format!("(was {before})")),
    )
}

/// What turned a level: the edition that begins, rows and the records behind them.
fn causes_text(of: &Told, change: &timeline::Change, columns: usize) -> String {
    let mut out = String::new();
    if let Some(edition) = &change.edition {
        let text = format!("edition {edition} comes into force");
        out += &paragraph(&text, columns, "               ", 17);
    }
    for cause in &change.causes {
        out += &paragraph(&cause_text(of, cause), columns, "               ", 17);
    }
    out
}

fn cause_text(of: &Told, cause: &Cause) -> String {
    let shown = of.shown(&cause.row);
    let (had, has) = (shown.value(&cause.had), shown.value(&cause.has));
    let title = if cause.title.is_empty() {
        of.title(&cause.row)
    } else {
        &cause.title
    };
    let mut text = format!("{}: {had} → {has}", lower_first(title));
    let name = |r: &Record| r.id.clone();
    if !cause.gained.is_empty() {
        text += &format!("; counted from here: {}", few(&cause.gained, name));
    }
    // What a new mark has left behind is every record before it, and no news one by one.
    let mut lost = cause.lost.clone();
    if let Some(since) = cause.counted_after {
        text += &format!("; counted anew after {}", day(since));
        lost.retain(|r| !matches!(r.reason, Some(Reason::OutsideWindow { .. })));
    }
    if !lost.is_empty() {
        let with_reason = |r: &Record| match &r.reason {
            Some(why) => format!("{} ({})", r.id, Lang::default().reason(why)),
            None => r.id.clone(),
        };
        text += &format!("; no longer: {}", few(&lost, with_reason));
    }
    text
}

/// The first three, and how many more.
fn few(records: &[Record], text: impl Fn(&Record) -> String) -> String {
    let mut names: Vec<String> = records.iter().take(3).map(text).collect();
    if records.len() > 3 {
        names.push(format!("{} more", records.len() - 3));
    }
    names.join(", ")
}
