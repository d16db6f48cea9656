//! Key figures as text: a table for each group, and one figure with its course and its records.

use app::domain::figures::{Band, range};
use app::domain::number::Exact;
use app::domain::standing::{Truth, Value};
use app::kpis::{Board, Detail, Figure, Target};
use app::locale::Lang;
use app::words::{Shown, and_list, counted, day, rounded};

use crate::layout::{self, cut, paragraph, table};
use crate::output::{MET, SHORT, SOFT, TITLE, UNKNOWN, styled};
use app::scale::Scale;

/// The heights of a line of letters.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// So many letters show a course; a month each, the latest at the right.
const MONTHS: usize = 12;

/// All key figures of a library.
pub fn text(board: &Board, columns: usize) -> String {
    let mut out = head(board, columns);
    let figures = || board.groups.iter().flat_map(|g| &g.figures);
    let known = figures().filter(|f| f.is_known()).count();
    out += &format!(
        "\n{} of {} can be worked out from what you have supplied.\n",
        known,
        counted(figures().count(), "figure")
    );
    for group in &board.groups {
        if !group.area.is_empty() {
            out += &format!("\n{}\n", styled(TITLE, &group.area));
        }
        let rows: Vec<Vec<String>> = group.figures.iter().map(|f| line(f, columns)).collect();
        out += &table(&rows, "lrlll", 2);
    }
    if !board.missing.is_empty() {
        out += &format!("\n{}\n", styled(TITLE, "What would settle most"));
        let rows: Vec<Vec<String>> = board
            .missing
            .iter()
            .map(|(missing, figures)| {
                vec![
                    missing.words(Lang::default()),
                    styled(SOFT, &counted(*figures, "figure")),
                ]
            })
            .collect();
        out += &table(&rows, "ll", 2);
    }
    if !board.strays.is_empty() {
        let names: Vec<String> = board.strays.iter().map(|s| format!("`{s}`")).collect();
        out += &format!(
            "\ntargets are set for measures that this library does not have: {}\n",
            and_list(&names)
        );
    }
    out
}

fn head(board: &Board, columns: usize) -> String {
    let mut facts = vec![format!("edition {}", board.edition), day(board.as_of)];
    if let Some(known) = board.known_at {
        facts.push(format!("as known on {}", day(known)));
    }
    let beside = facts.join(" · ");
    let title = format!("{}, {}", board.title, board.partner_name);
    layout::head(&title, &beside, columns)
}

fn line(of: &Figure, columns: usize) -> Vec<String> {
    let mut title = cut(&of.title, (columns / 2).max(24));
    if !of.bases.is_empty() {
        title += &styled(UNKNOWN, &format!(" ({})", of.bases.join(", ")));
    }
    let mut beside: Vec<String> = Vec::new();
    if let Some(target) = &of.target {
        beside.push(aim(target, &of.shown));
    }
    if let Some((band, against)) = of.bands.first() {
        beside.push(format!(
            "{} {}",
            against.name(),
            styled(SOFT, &ends(band, &of.shown))
        ));
        if of.bands.len() > 1 {
            beside.push(styled(SOFT, &format!("and {} more", of.bands.len() - 1)));
        }
    }
    vec![title, value(of, &of.value), bars(of), beside.join(", ")]
}

fn aim(target: &Target, shown: &Shown) -> String {
    let (word, style) = match target.reached {
        Truth::Yes => ("reached", MET),
        Truth::No => ("not reached", SHORT),
        _ => ("unknown", UNKNOWN),
    };
    format!("target {} {}", amount(target, shown), styled(style, word))
}

fn amount(target: &Target, shown: &Shown) -> String {
    match &target.amount {
        Some(amount) => match &amount.currency {
            Some(currency) => Shown::Money(currency.clone()).number(&amount.number),
            None => shown.number(&amount.number),
        },
        None => target.text.clone(),
    }
}

fn ends(band: &Band, shown: &Shown) -> String {
    let shown = match &band.currency {
        Some(currency) => Shown::Money(currency.clone()),
        None => shown.clone(),
    };
    match (&band.from, &band.to) {
        (Some(a), Some(b)) if a == b => shown.number(a),
        (Some(a), Some(b)) => format!("{} to {}", shown.number(a), shown.number(b)),
        (Some(a), None) => format!("{} or more", shown.number(a)),
        (None, Some(b)) => format!("{} or less", shown.number(b)),
        (None, None) => "?".to_owned(),
    }
}

/// A value, rounded to what fits beside others.
fn value(of: &Figure, value: &Value) -> String {
    let known = match (range(value).and_then(|r| r.exact()), &of.shown) {
        (Some(n), Shown::Percent) => Some(format!("{} %", rounded(&(n * &Exact::from(100)), 1))),
        (Some(n), Shown::Money(currency)) => {
            let whole = rounded(n, 0);
            Some(match currency.as_str() {
                "USD" => whole
                    .strip_prefix('−')
                    .map_or_else(|| format!("${whole}"), |w| format!("−${w}")),
                other => format!("{whole} {other}"),
            })
        }
        (Some(n), Shown::Count) => Some(rounded(n, 2)),
        _ => None,
    };
    match known {
        Some(text) if of.unit.is_empty() || of.unit == "ratio" => text,
        Some(text) => format!("{text} {}", of.unit),
        None => match of.shown.value(value).as_str() {
            "?" => styled(UNKNOWN, "unknown"),
            text => text.to_owned(),
        },
    }
}

/// The course of a year as letters of different heights; a gap where a value is not known.
fn bars(of: &Figure) -> String {
    let last = &of.course[of.course.len().saturating_sub(MONTHS)..];
    let numbers: Vec<Option<&Exact>> = last
        .iter()
        .map(|p| range(&p.value).and_then(|r| r.exact()))
        .collect();
    let Some(scale) = Scale::around(numbers.iter().flatten().copied()) else {
        return String::new();
    };
    let bar = |number: &Option<&Exact>| {
        let height = scale.height((*number)?)?;
        let at = usize::try_from(height * 7 / 10_000).unwrap_or(0);
        Some(BARS[at.min(7)])
    };
    let bars: String = numbers.iter().map(|n| bar(n).unwrap_or(' ')).collect();
    styled(SOFT, &bars)
}

/// One key figure with everything about it.
pub fn one(of: &Detail, columns: usize) -> String {
    let figure = &of.figure;
    let mut out = head(&of.board, columns);
    out += &format!(
        "\n{}: {}\n",
        styled(TITLE, &figure.title),
        value(figure, &figure.value)
    );
    if !figure.bases.is_empty() {
        out += &format!(
            "{}\n",
            styled(
                UNKNOWN,
                &format!("rests on amounts that are {}", figure.bases.join(", "))
            )
        );
    }
    if !figure.note.is_empty() {
        out += &paragraph(&figure.note, columns, "", 0);
    }
    out += &paragraph(&figure.formula, columns, "  ", 4);
    out += &format!("  {}\n", styled(SOFT, &figure.cite));
    for missing in &figure.missing {
        let words = missing.words(Lang::default());
        out += &format!("  {} {words}\n", styled(UNKNOWN, "supply"));
    }
    if let Some(target) = &figure.target {
        out += &format!(
            "\n{} from {}\n",
            aim(target, &figure.shown),
            day(target.from)
        );
    }
    if !figure.bands.is_empty() {
        out += &format!("\n{}\n", styled(TITLE, "Published values"));
        let rows: Vec<Vec<String>> = figure
            .bands
            .iter()
            .map(|(band, against)| {
                let year = band.year.map_or_else(String::new, |y| y.to_string());
                let hand = if band.second_hand {
                    ", second-hand"
                } else {
                    ""
                };
                vec![
                    against.name().to_owned(),
                    ends(band, &figure.shown),
                    band.title.clone(),
                    year,
                    styled(SOFT, &format!("{}{hand}", band.cite)),
                ]
            })
            .collect();
        out += &table(&rows, "lrlll", 2);
    }
    if !of.enters.is_empty() {
        out += &format!("\n{}\n", styled(TITLE, "What enters"));
        let rows: Vec<Vec<String>> = of
            .enters
            .iter()
            .map(|e| vec![e.title.clone(), e.shown.value(&e.value)])
            .collect();
        out += &table(&rows, "lr", 2);
    }
    out += &format!("\n{}\n", styled(TITLE, "Course"));
    let rows: Vec<Vec<String>> = figure
        .course
        .iter()
        .map(|p| vec![day(p.day), value(figure, &p.value)])
        .collect();
    out += &table(&rows, "lr", 2);
    let (counts, others) = (&of.explanation.counted, &of.explanation.nearly);
    out += &format!(
        "\n{} {}, {} not\n",
        counted(counts.len(), "record"),
        if counts.len() == 1 { "counts" } else { "count" },
        others.len()
    );
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|r| {
            let about: Vec<&str> = r
                .fields
                .iter()
                .filter(|(name, _)| !name.ends_with("_on"))
                .map(|(_, value)| value.as_str())
                .collect();
            vec![
                r.kind.clone(),
                r.opened.map_or_else(String::new, day),
                cut(&about.join(", "), columns.saturating_sub(34).max(20)),
            ]
        })
        .collect();
    out += &table(&rows, "lll", 2);
    out
}
