//! How likely a level is met on a day by what is open, as text.

use app::domain::forecast::odds::Odds;
use app::domain::number::Exact;
use app::domain::program::Ask;
use app::locale::Lang;
use app::odds::{Chances, chance};
use app::words::{counted, day, rounded};

use crate::layout::{paragraph, table};
use crate::output::{SOFT, TITLE, styled};

/// The odds of each column, and what they assume.
pub fn text(of: &Chances, columns: usize) -> String {
    let mut out = format!(
        "\n{}  {}\n",
        styled(TITLE, &format!("How likely, on {}", day(of.day))),
        styled(SOFT, "a forecast, not a fact")
    );
    let Some((_, _, first)) = of.columns.first() else {
        return out;
    };
    let news = if of.is_without_chances() {
        "Nothing says how likely open records come true here, so none of them is counted: what is known decides.".to_owned()
    } else {
        format!(
            "{} may come true by then, {} of them on average; {} only later.",
            counted(first.open.len(), "open record"),
            rounded(&first.expected, 1),
            counted(first.later, "one more is due").replace("one more is dues", "are due"),
        )
    };
    out += &paragraph(&news, columns, "", 0);
    for (ask, level, odds) in &of.columns {
        out += &column(of, *ask, level, odds, columns);
    }
    out += &assumed(of, first, columns);
    out
}

fn column(of: &Chances, ask: Ask, level: &str, odds: &Odds, columns: usize) -> String {
    let mut out = format!("{}\n", styled(TITLE, &of.headline(ask, level, odds)));
    if odds.met_without {
        return out;
    }
    for row in &odds.rows {
        let title = row.row.map_or_else(String::new, |r| of.labels.row_at(r));
        let shown = row.row.map(|r| of.labels.shown_at(r)).unwrap_or_default();
        out += &paragraph(
            &format!(
                "{title}, {} missing: {}",
                shown.number(&row.missing),
                of.likely(&row.met)
            ),
            columns,
            "  ",
            4,
        );
        let spread: Vec<String> = row
            .at_least
            .iter()
            .filter(|(_, l)| l.most >= Exact::scaled(1, 3))
            .map(|(at_least, share)| {
                format!(
                    "{} {}",
                    shown.number(at_least),
                    chance(share, Lang::default())
                )
            })
            .collect();
        if !spread.is_empty() {
            out += &styled(
                SOFT,
                &paragraph(
                    &format!("at least so much more, in 100: {}", spread.join(" · ")),
                    columns,
                    "    ",
                    4,
                ),
            );
        }
    }
    if !odds.unmoved.is_empty() {
        let rows: Vec<String> = odds.unmoved.iter().map(|r| of.labels.row_at(*r)).collect();
        out += &paragraph(
            &format!(
                "Not moved by what is open, and short on that day: {}.",
                app::words::and_list(&rows)
            ),
            columns,
            "  ",
            4,
        );
    }
    if !odds.uncounted.is_empty() {
        let rows: Vec<String> = odds
            .uncounted
            .iter()
            .map(|r| of.labels.row_at(*r))
            .collect();
        out += &paragraph(
            &format!(
                "Moved by what is open, by how much is not computed, so that the chance is a range: {}.",
                app::words::and_list(&rows)
            ),
            columns,
            "  ",
            4,
        );
    }
    for said in of.said_by_vendor(odds) {
        out += &paragraph(&format!("{said}."), columns, "  ", 4);
    }
    out
}

fn assumed(of: &Chances, odds: &Odds, columns: usize) -> String {
    let mut out = format!("{}\n", styled(TITLE, "Assumed"));
    if of.is_without_chances() {
        out += &styled(
            SOFT,
            &paragraph(
                "Nothing new happens. To count open records, write a table `chance` into a file of `vocabulary/actions/` of your own folder, and name the folder with `--programs`.",
                columns,
                "  ",
                2,
            ),
        );
        return out;
    }
    let mut rows = Vec::new();
    for (kind, rates) in &odds.rates {
        for (word, rate) in rates {
            let count = odds.open.iter().filter(|o| o.word == *word).count();
            let hundred = &rate.chance * &Exact::from(100);
            let (yes, all) = rate.own;
            let from = if of.set.iter().any(|(set, _)| set == word) {
                "set for this run".to_owned()
            } else if rate.is_own {
                format!("your own share: {yes} of {all} closed ones")
            } else {
                format!("the file's; {yes} of {all} closed ones are too few")
            };
            rows.push(vec![
                format!("{kind}: {word}"),
                format!("{} in 100", rounded(&hundred, 1)),
                counted(count, "open record"),
                styled(SOFT, &from),
            ]);
        }
    }
    out += &table(&rows, "lrrl", 2);
    out += &styled(
        SOFT,
        &paragraph(
            "Each comes true by itself, none before its date, and one whose date is past or not known by the day. Records found after today are left out. Change a chance with `--chance WORD=SHARE`.",
            columns,
            "  ",
            2,
        ),
    );
    out
}
