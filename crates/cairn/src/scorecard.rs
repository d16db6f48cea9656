//! The scorecard as text: the news, then the two questions side by side.

use app::domain::diagnostic::Diagnostic;
use app::domain::points::PartPoints;
use app::domain::program::Ask;
use app::domain::standing::{Truth, Value};
use app::locale::Lang;
use app::news::gap_words;
use app::overview::Overview;
use app::scorecard::{Column, Reading, Row, Scorecard};
use app::words::{Shown, and_list, counted, day, distance, upper_first};

use crate::explain::part_words;
use crate::layout::{self, cut, left, paragraph, right, table, width, wrap};
use crate::output::{MET, SHORT, SOFT, TITLE, UNKNOWN, styled};

/// A scorecard of so many columns of text.
pub fn text(card: &Scorecard, columns: usize) -> String {
    let mut out = head(card, columns);
    out.push('\n');
    out += &paragraph(&card.news, columns, "", 0);
    if !card.columns.is_empty() {
        out.push('\n');
        out += &matrix(card, columns);
    }
    if !card.values.is_empty() {
        out.push('\n');
        out += &readings("Shown, not judged", &card.values, columns);
    }
    if !card.areas.is_empty() {
        out.push('\n');
        out += &questions(card, columns);
    }
    if !card.moves.is_empty() {
        out.push('\n');
        out += &moves(card, columns);
    }
    if !card.kpis.is_empty() {
        out.push('\n');
        out += &readings("Figures to watch here", &card.kpis, columns);
    }
    out += &notes(card, columns);
    out
}

fn head(card: &Scorecard, columns: usize) -> String {
    let mut facts = vec![format!("edition {}", card.edition)];
    if let Some(stage) = &card.stage {
        facts.push(stage.title.clone());
    }
    if let Some(track) = &card.track {
        facts.push(format!("track {track}"));
    }
    facts.push(day(card.as_of));
    if let Some(known) = card.known_at {
        facts.push(format!("as known on {}", day(known)));
    }
    let beside = facts.join(" · ");
    let title = format!("{}, {}", card.title, card.partner_name);
    layout::head(&title, &beside, columns) + &assumed(card)
}

/// What was assumed for this answer, which must stand beside it.
pub fn assumed(card: &Scorecard) -> String {
    if card.assumed.is_empty() {
        return String::new();
    }
    let text = format!("assumed: {}", card.assumed.join(", "));
    format!("{}\n", styled(UNKNOWN, &text))
}

/// What a cell of the matrix shows.
struct Cell {
    verdict: &'static str,
    style: anstyle::Style,
    have: String,
    need: String,
    gap: String,
}

fn cell(row: Option<&Row>) -> Cell {
    let Some(row) = row else {
        return Cell {
            verdict: "–",
            style: SOFT,
            have: String::new(),
            need: String::new(),
            gap: String::new(),
        };
    };
    // A row shows its own comparison, its parts show theirs.
    let own = if row.need.is_some() {
        row.own
    } else {
        row.verdict
    };
    let (verdict, style) = match own {
        Truth::Yes => ("met", MET),
        Truth::No => ("short", SHORT),
        Truth::Unknown => ("unknown", UNKNOWN),
        Truth::NotApplicable if row.verdict == Truth::NotApplicable => ("not applicable", SOFT),
        Truth::NotApplicable => ("–", SOFT),
    };
    let judged = own != Truth::NotApplicable;
    let need = match &row.need {
        _ if row.shown == Shown::YesNo => String::new(),
        Some(need) => {
            let compare = match need.compare {
                app::domain::syntax::Compare::AtLeast => "of ",
                app::domain::syntax::Compare::More => "over ",
                app::domain::syntax::Compare::AtMost => "at most ",
                _ => "under ",
            };
            format!("{compare}{}", row.shown.range(&need.threshold))
        }
        None => String::new(),
    };
    Cell {
        verdict,
        style,
        have: if judged {
            row.shown.value(&row.have)
        } else {
            String::new()
        },
        need: if judged { need } else { String::new() },
        gap: gap_words(row, Lang::default()).unwrap_or_default(),
    }
}

/// A line of the matrix: the row's name, its depth, and its cell in each column.
struct Line {
    label: String,
    depth: usize,
    mark: bool,
    area: String,
    cells: Vec<Cell>,
}

fn lines(columns: &[&Column]) -> Vec<Line> {
    // Rows in the order of the file; a column leaves out what it does not ask.
    let mut ids: Vec<(String, usize)> = Vec::new();
    for column in columns {
        let mut after = 0;
        for row in &column.rows {
            for (id, depth) in flat(row, 0) {
                match ids.iter().position(|(known, _)| *known == id) {
                    Some(at) => after = at + 1,
                    None => {
                        ids.insert(after.min(ids.len()), (id, depth));
                        after += 1;
                    }
                }
            }
        }
    }
    let lines: Vec<Line> = ids
        .into_iter()
        .flat_map(|(id, depth)| {
            let rows: Vec<Option<&Row>> = columns
                .iter()
                .map(|c| c.rows.iter().flat_map(Row::each).find(|r| r.id == id))
                .collect();
            let top = columns
                .iter()
                .flat_map(|c| &c.rows)
                .find(|r| r.each().iter().any(|part| part.id == id));
            let (Some(first), Some(top)) = (rows.iter().flatten().next(), top) else {
                return vec![];
            };
            let mut lines = vec![Line {
                label: first.title.clone(),
                depth,
                mark: first.second_hand,
                area: top.area.clone(),
                cells: rows.iter().map(|r| cell(*r)).collect(),
            }];
            lines.extend(first.points.iter().map(|part| {
                Line {
                    label: part.title.clone(),
                    depth: depth + 1,
                    mark: false,
                    area: top.area.clone(),
                    cells: rows
                        .iter()
                        .map(|r| {
                            points_cell(r.and_then(|r| r.points.iter().find(|p| p.id == part.id)))
                        })
                        .collect(),
                }
            }));
            lines
        })
        .collect();
    // Rows of one area stand together, the areas in the order in which the file first names them.
    let mut areas: Vec<String> = Vec::new();
    for line in &lines {
        if !areas.contains(&line.area) {
            areas.push(line.area.clone());
        }
    }
    let mut lines = lines;
    lines.sort_by_key(|line| areas.iter().position(|area| *area == line.area));
    lines
}

/// What a part of a score gives; it is not judged itself.
fn points_cell(part: Option<&PartPoints>) -> Cell {
    Cell {
        verdict: "",
        style: SOFT,
        have: part.map_or(String::new(), |p| Shown::Count.value(&p.points)),
        need: part.map_or(String::new(), part_words),
        gap: String::new(),
    }
}

fn flat(row: &Row, depth: usize) -> Vec<(String, usize)> {
    std::iter::once((row.id.clone(), depth))
        .chain(row.parts.iter().flat_map(|p| flat(p, depth + 1)))
        .collect()
}

fn heading(card: &Scorecard, column: &Column) -> String {
    let verb = match (column.ask, card.lifecycle) {
        (Ask::Retain, _) => "Keep",
        (Ask::Enter, _) => "Reach",
    };
    let open = if card.open.is_empty() {
        ""
    } else {
        ", if not held"
    };
    format!("{verb} {}{open}", column.title)
}

fn window(card: &Scorecard, column: &Column) -> String {
    match column.window {
        None => String::new(),
        Some(w) => match w.after {
            Some(after) if w.through == card.as_of => format!("after {}", day(after)),
            Some(after) => format!("after {} to {}", day(after), day(w.through)),
            None => "no last review known".to_owned(),
        },
    }
}

fn matrix(card: &Scorecard, columns: usize) -> String {
    // A level that asks nothing has no row to show, where another one has.
    let all: Vec<&Column> = card
        .columns
        .iter()
        .filter(|c| !c.rows.is_empty() || card.columns.iter().all(|c| c.rows.is_empty()))
        .collect();
    if all.len() <= 2
        && let Some(text) = side_by_side(card, &all, columns)
    {
        return text;
    }
    // Too narrow, or more columns than two: one below the other.
    let parts: Vec<String> = all
        .iter()
        .map(|c| side_by_side(card, &[*c], columns).unwrap_or_else(|| narrow(card, c, columns)))
        .collect();
    parts.join("\n")
}

fn side_by_side(card: &Scorecard, shown: &[&Column], columns: usize) -> Option<String> {
    let lines = lines(shown);
    let widest = |of: &dyn Fn(&Cell) -> usize, at: usize| {
        lines.iter().map(|l| of(&l.cells[at])).max().unwrap_or(0)
    };
    let shapes: Vec<[usize; 2]> = (0..shown.len())
        .map(|at| {
            [
                widest(
                    &|c: &Cell| {
                        if c.verdict == "not applicable" {
                            0
                        } else {
                            width(c.verdict)
                        }
                    },
                    at,
                )
                .max(5),
                widest(&|c: &Cell| width(&c.have), at),
            ]
        })
        .collect();
    // A gap stands right behind what is needed, so that a long amount in one row costs the others nothing.
    let cell_width = |at: usize, shape: &[usize; 2], gaps: bool| {
        let of = |cell: &Cell| {
            let gap = if gaps && !cell.gap.is_empty() {
                2 + width(&cell.gap)
            } else {
                0
            };
            shape[0].max(width(cell.verdict)) + 1 + shape[1] + 1 + width(&cell.need) + gap
        };
        lines.iter().map(|l| of(&l.cells[at])).max().unwrap_or(0)
    };
    let heads = |at: usize| width(&heading(card, shown[at])).max(width(&window(card, shown[at])));
    let label_wanted = lines
        .iter()
        .map(|l| 2 + 2 * l.depth + width(&l.label) + 2)
        .max()
        .unwrap_or(0);
    // First with the gaps, then without them; a label may lose a third of its width.
    let layout = [true, false].into_iter().find_map(|gaps| {
        let cells: Vec<usize> = shapes
            .iter()
            .enumerate()
            .map(|(at, s)| cell_width(at, s, gaps).max(heads(at)))
            .collect();
        let taken: usize = cells.iter().map(|c| c + 2).sum();
        let room = columns.checked_sub(taken)?;
        let least = label_wanted.min(if gaps { 34 } else { 26 });
        (room >= least).then(|| (gaps, cells, room.min(label_wanted.max(24))))
    });
    let (gaps, cells, label) = layout?;
    let mut out = String::new();
    let mut line = left("", label);
    for (at, column) in shown.iter().enumerate() {
        line += "  ";
        line += &left(&styled(TITLE, &heading(card, column)), cells[at]);
    }
    out += line.trim_end();
    out.push('\n');
    if shown.iter().any(|c| c.window.is_some()) {
        let mut line = left("", label);
        for (at, column) in shown.iter().enumerate() {
            line += "  ";
            line += &left(&styled(SOFT, &window(card, column)), cells[at]);
        }
        out += line.trim_end();
        out.push('\n');
    }
    if let Some(fee) = &card.fee {
        let name = format!(
            "Fee, {} every {}",
            fee.shown.value(&fee.amount),
            every(fee.every)
        );
        let state = match (fee.paid, fee.until) {
            (Truth::Yes, Some(until)) => format!("paid until {}", day(until)),
            (Truth::Yes, None) => "paid".to_owned(),
            (Truth::No, Some(until)) if until <= card.as_of => {
                format!("not paid since {}", day(until))
            }
            (Truth::No, _) => "not paid".to_owned(),
            _ => "unknown whether paid".to_owned(),
        };
        out += format!(
            "{}  {}\n",
            left(&format!("  {name}"), label),
            styled(SOFT, &state)
        )
        .as_str();
    }
    let mut area = String::new();
    for line in &lines {
        if line.area != area {
            area.clone_from(&line.area);
            out += &format!("{}\n", styled(SOFT, &upper_first(&area)));
        }
        let indent = 2 + 2 * line.depth;
        let mark = if line.mark { "†" } else { "" };
        let labels = wrap(
            &format!("{}{mark}", line.label),
            label.saturating_sub(indent),
        );
        for (n, part) in labels.iter().enumerate() {
            let hang = if n > 0 { 1 } else { 0 };
            let mut text = left(&format!("{}{part}", " ".repeat(indent + hang)), label);
            if n + 1 == labels.len() {
                for (at, cell) in line.cells.iter().enumerate() {
                    text += "  ";
                    text += &left(&cell_text(cell, &shapes[at], gaps), cells[at]);
                }
            }
            out += text.trim_end();
            out.push('\n');
        }
    }
    Some(out)
}

fn cell_text(cell: &Cell, shape: &[usize; 2], gaps: bool) -> String {
    let mut text = left(&styled(cell.style, cell.verdict), shape[0]);
    text += " ";
    text += &right(&cell.have, shape[1]);
    text += " ";
    text += &cell.need;
    if gaps && !cell.gap.is_empty() {
        text += "  ";
        text += &styled(SOFT, &cell.gap);
    }
    text.trim_end().to_owned()
}

/// A column for a terminal in which no table fits.
fn narrow(card: &Scorecard, column: &Column, columns: usize) -> String {
    let mut out = format!("{}\n", styled(TITLE, &heading(card, column)));
    if column.window.is_some() {
        out += &format!("{}\n", styled(SOFT, &window(card, column)));
    }
    for line in lines(&[column]) {
        let cell = &line.cells[0];
        let indent = 2 + 2 * line.depth;
        out += &paragraph(&line.label, columns, &" ".repeat(indent), indent + 1);
        let parts = [cell.have.as_str(), cell.need.as_str(), cell.gap.as_str()];
        let rest: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        out += &format!(
            "{}{} {}\n",
            " ".repeat(indent + 2),
            styled(cell.style, cell.verdict),
            rest.join(" ")
        );
    }
    out
}

fn every(duration: app::domain::calendar::Duration) -> String {
    if duration.count == 1 {
        duration.unit.name().to_owned()
    } else {
        duration.to_string()
    }
}

fn readings(title: &str, values: &[Reading], columns: usize) -> String {
    let mut out = format!("{}\n", styled(TITLE, title));
    let rows: Vec<Vec<String>> = values
        .iter()
        .map(|v| {
            let text = v.shown.value(&v.value);
            let text = if v.unit.is_empty() || text == "?" {
                text
            } else {
                format!("{text} {}", v.unit)
            };
            let text = if app::missing::is_known(&v.value) {
                text
            } else if text == "?" {
                styled(UNKNOWN, "unknown")
            } else {
                styled(UNKNOWN, &text)
            };
            vec![cut(&v.title, columns * 2 / 3), text]
        })
        .collect();
    out += &table(&rows, "ll", 2);
    out
}

fn questions(card: &Scorecard, columns: usize) -> String {
    let mut out = format!("{}\n", styled(TITLE, "Questions"));
    let rows: Vec<Vec<String>> = card
        .areas
        .iter()
        .map(|area| {
            let name = if area.area.is_empty() {
                "all".to_owned()
            } else {
                area.area.clone()
            };
            let (answered, asked) = (area.answered(), area.questions.len());
            vec![
                upper_first(&name),
                answered.to_string(),
                format!("of {asked} answered"),
            ]
        })
        .collect();
    out += &table(&rows, "lrl", 2);
    for area in &card.areas {
        for q in area.questions.iter().filter(|q| q.contradicted.is_some()) {
            let (Some(answer), Some(evidence)) = (&q.answer, &q.contradicted) else {
                continue;
            };
            let text = format!(
                "{} {}: answered {}, the evidence shows {}.",
                styled(SHORT, "contradicted"),
                q.title,
                q.shown.value(answer),
                q.shown.value(evidence)
            );
            out += &paragraph(&text, columns, "  ", 4);
        }
    }
    if card.levels.is_empty() {
        for area in &card.areas {
            let answered: Vec<_> = area
                .questions
                .iter()
                .filter(|q| q.answer.is_some())
                .collect();
            if answered.is_empty() {
                continue;
            }
            out += &format!("{}\n", styled(SOFT, &upper_first(&area.area)));
            let rows: Vec<Vec<String>> = answered
                .iter()
                .map(|q| {
                    let answer = q
                        .answer
                        .as_ref()
                        .map_or_else(String::new, |a: &Value| q.shown.value(a));
                    vec![cut(&q.title, columns * 3 / 4), answer]
                })
                .collect();
            out += &table(&rows, "ll", 2);
        }
    }
    out
}

fn moves(card: &Scorecard, columns: usize) -> String {
    let mut out = format!("{}\n", styled(TITLE, "What to do next"));
    let widest = card.moves.iter().map(|m| width(&m.area)).max().unwrap_or(0);
    for step in &card.moves {
        let first = format!("  {}  ", left(&styled(SOFT, &step.area), widest));
        out += &paragraph(&step.act, columns, &first, widest + 4);
    }
    out
}

fn notes(card: &Scorecard, columns: usize) -> String {
    let mut notes: Vec<String> = Vec::new();
    if let Some(review) = &card.review {
        let last = review
            .last
            .map(|d| format!("last review {}", day(d)))
            .unwrap_or_else(|| "last review unknown".to_owned());
        let next = match review.next {
            Some(next) => {
                let window = review
                    .closes
                    .map(|c| format!(", open until {}", day(c)))
                    .unwrap_or_default();
                format!(
                    "next {} ({}{window})",
                    day(next),
                    distance(card.as_of, next)
                )
            }
            None => "next review unknown".to_owned(),
        };
        notes.push(format!("Reviews: {last}, {next}."));
    }
    if let Some(next) = &card.next_edition {
        notes.push(format!(
            "Edition {} comes into force on {} ({}); `cairn diff {} {}@{}` lists what it changes.",
            next.edition,
            day(next.from),
            distance(card.as_of, next.from),
            card.program_and_edition(),
            card.program,
            next.edition
        ));
    }
    // What was not passed leads the news.
    if let Some(projected) = card.projected.as_ref().filter(|p| p.failed.is_none()) {
        notes.push(format!(
            "By our account of the rules, {} since {}; the vendor's record says otherwise, and its word wins.",
            projected.title.as_deref().unwrap_or("no level is held"),
            day(projected.since)
        ));
    }
    if card.columns.iter().any(|c| c.window.is_some()) {
        notes.push("A window begins after the day shown and counts today. Indented rows are parts: each must be met on its own.".to_owned());
    }
    for note in &card.readings {
        notes.push(format!(
            "Read as, for {}: {}. Printed: {}.",
            app::words::lower_first(&note.title),
            note.taken,
            note.printed.join("; ")
        ));
    }
    if card.second_hand {
        notes.push("† not read at its publisher: second-hand.".to_owned());
    }
    let mut supplied: Vec<String> = Vec::new();
    let mut never: Vec<String> = Vec::new();
    for supply in &card.supplies {
        if !supply.supplied {
            never.push(supply.kind.clone());
        } else if supply.facts == 0 {
            supplied.push(format!("{}, no row", supply.kind));
        } else {
            supplied.push(match supply.newest {
                Some(newest) => format!("{} to {}", supply.kind, day(newest)),
                None => supply.kind.clone(),
            });
        }
    }
    if !supplied.is_empty() {
        notes.push(format!(
            "Evidence, with its newest day: {}.",
            supplied.join("; ")
        ));
    }
    if !never.is_empty() {
        notes.push(format!("Never supplied: {}.", never.join(", ")));
    }
    if notes.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n");
    for note in notes {
        for line in wrap(&note, columns.min(100)) {
            out += &styled(SOFT, &line);
            out.push('\n');
        }
    }
    out
}

/// Every program at once.
pub fn overview(of: &Overview, columns: usize) -> String {
    let mut out = String::new();
    let title = format!("Where {} stands", of.partner_name);
    let on = of.cards.first().map(|c| day(c.as_of)).unwrap_or_default();
    out += &format!("{}  {}\n\n", styled(TITLE, &title), styled(SOFT, &on));
    out += &paragraph(&of.news(Lang::default()), columns, "", 0);
    for (heading, cards) in [
        (
            "Programs",
            of.cards
                .iter()
                .filter(|c| c.lifecycle || c.holds.is_some())
                .collect::<Vec<_>>(),
        ),
        (
            "Models and profiles",
            of.cards
                .iter()
                .filter(|c| !c.lifecycle && c.holds.is_none() && !c.levels.is_empty())
                .collect(),
        ),
        (
            "Checklists",
            of.cards.iter().filter(|c| c.levels.is_empty()).collect(),
        ),
    ] {
        if cards.is_empty() {
            continue;
        }
        out += &format!("\n{}\n", styled(TITLE, heading));
        for card in cards {
            let stands = stands(card);
            let name = format!(
                "{} {}",
                card.title,
                styled(SOFT, &card.program_and_edition())
            );
            out += &format!("  {name}\n");
            out += &paragraph(&stands, columns, "    ", 4);
        }
    }
    if !of.settle.is_empty() {
        let count = of.settle.len().min(3);
        out += &format!(
            "\n{}\n",
            styled(
                TITLE,
                match count {
                    1 => "What would settle most",
                    2 => "The two inputs that would settle most",
                    _ => "The three inputs that would settle most",
                }
            )
        );
        for (at, settle) in of.settle.iter().take(3).enumerate() {
            let programs = match settle.programs.len() {
                1 => String::new(),
                n => format!(" in {}", counted(n, "program")),
            };
            out += &paragraph(
                &format!(
                    "{}: {}{programs}",
                    upper_first(&settle.missing.words(Lang::default())),
                    counted(settle.rows, "row")
                ),
                columns,
                &format!("  {}. ", at + 1),
                5,
            );
        }
    }
    let broken = |problem: &Diagnostic| problem.code == "program-has-errors";
    for (what, style, errors) in [
        ("Not asked, for their files have errors", SHORT, true),
        ("No edition in force on this day", SOFT, false),
    ] {
        let left_out = of.left_out.iter().filter(|(_, p)| broken(p) == errors);
        let names: Vec<String> = left_out.map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            continue;
        }
        out.push('\n');
        for line in wrap(&format!("{what}: {}.", and_list(&names)), columns) {
            out += &styled(style, &line);
            out.push('\n');
        }
    }
    out
}

/// Where a partner stands in a program, in a line.
fn stands(card: &Scorecard) -> String {
    if card.levels.is_empty() {
        return card.news.clone();
    }
    let mut said = Vec::new();
    match &card.holds {
        Some(holds) => said.push(format!("holds {}", styled(TITLE, &holds.title))),
        None if !card.open.is_empty() => said.push(styled(UNKNOWN, "what it holds is open")),
        None => match card.meets {
            Some(at) => said.push(format!("meets {}", styled(TITLE, &card.levels[at].title))),
            None if card.meets_most.is_some() => said.push(styled(UNKNOWN, "open")),
            None => said.push("no level met".to_owned()),
        },
    }
    let failed = card.projected.as_ref().and_then(|p| p.failed.as_ref());
    if let Some(failed) = failed {
        let on = day(failed.review.unwrap_or(failed.on));
        let ends = match failed.lost_on {
            Some(lost) if lost > card.as_of => format!(", {} ends {}", failed.level, day(lost)),
            Some(lost) => format!(", {} ended {}", failed.level, day(lost)),
            None => String::new(),
        };
        said.push(styled(SHORT, &format!("review of {on} not passed{ends}")));
    }
    for column in &card.columns {
        let short: Vec<&Row> = column
            .rows
            .iter()
            .filter(|r| r.verdict == Truth::No)
            .collect();
        let unknown = column
            .rows
            .iter()
            .filter(|r| r.verdict == Truth::Unknown)
            .count();
        let verb = match column.ask {
            Ask::Retain => "keeps",
            Ask::Enter => "reaches",
        };
        let name = match column.ask {
            Ask::Retain => "to keep it".to_owned(),
            Ask::Enter => format!("to {}", column.title),
        };
        said.push(match column.verdict {
            Truth::Yes => styled(
                MET,
                &match column.ask {
                    Ask::Retain => "keeps it".to_owned(),
                    Ask::Enter => format!("{verb} {}", column.title),
                },
            ),
            _ if short.is_empty() && unknown == 0 => format!("{name}: {}", column.verdict),
            _ => {
                let mut parts = Vec::new();
                if !short.is_empty() {
                    let mut names: Vec<String> = short
                        .iter()
                        .take(3)
                        .map(|r| app::words::lower_first(&r.title))
                        .collect();
                    if short.len() > 3 {
                        names.push(format!("{} more", short.len() - 3));
                    }
                    parts.push(format!(
                        "{} of {}",
                        styled(SHORT, "short"),
                        and_list(&names)
                    ));
                }
                if unknown > 0 {
                    parts.push(format!("{unknown} {}", styled(UNKNOWN, "unknown")));
                }
                format!("{name}: {}", parts.join(", "))
            }
        });
    }
    if let Some(review) = card.review.as_ref().and_then(|r| r.next) {
        said.push(format!(
            "review {} ({})",
            day(review),
            distance(card.as_of, review)
        ));
    }
    said.join("; ")
}
