//! How likely a level is met on a day by what is open, with every chance that it rests on, each to be changed.

use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::forecast::odds::{Likely, Odds};
use app::domain::number::Exact;
use app::odds::Chances;
use app::question::Desk;
use app::words::{rounded, upper_first};
use askama::Template;

use super::super::super::frame::{Frame, Here};
use super::super::super::svg;
use super::super::super::texts::fill;
use super::super::super::view::{Link, Markup};
use super::super::scorecard::Program;
use super::{head, others};

/// How likely each question of the scorecard is answered with yes.
#[derive(Template)]
#[template(path = "ahead/odds.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// The day, as a date field takes it.
    pub on: String,
    /// What may come true by then, in a sentence.
    pub news: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// What is assumed.
    pub rates: Vec<Rate>,
    /// What else there is about the program.
    pub others: Vec<Link>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it asks, and how likely it is met.
    pub headline: String,
    /// The rows that open records move.
    pub rows: Vec<Row>,
    /// Rows that none of them moves; empty where there are none.
    pub unmoved: String,
    /// Rows that they move by what is not computed; empty where there are none.
    pub uncounted: String,
    /// What the vendor has to say besides.
    pub said: Vec<String>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is missing, and how likely it comes.
    pub title: String,
    /// At least so much more, how likely, the bar, is it enough?
    pub steps: Vec<(String, String, Markup, bool)>,
}

/// A chance.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The name of its field.
    pub field: String,
    /// Of which kind of record.
    pub kind: String,
    /// The word that it rests on.
    pub word: String,
    /// The chance in a hundred.
    pub chance: String,
    /// What was typed.
    pub typed: String,
    /// How many records are open with that word.
    pub open: String,
    /// Where it is from.
    pub from: String,
    /// The tag's class.
    pub tag: &'static str,
}

/// The odds on a day, with chances that somebody set.
pub fn page(desk: &Desk, f: Frame, on: Day, set: &[(String, Exact)]) -> Result<Page, Diagnostic> {
    let t = f.t;
    let card = app::scorecard::scorecard(desk, false)?;
    let f = f.at(Here::Ahead, card.title.clone());
    let found = app::odds::odds(desk, on, set)?.said_in(f.lang);
    let first = found.columns.first().map(|(_, _, odds)| odds);
    let news = first.map_or_else(String::new, |odds| {
        if found.is_without_chances() {
            return t.odds_no_chances.to_owned();
        }
        fill(
            t.odds_news,
            &[
                ("open", &f.lang.several(t.n_open_records, odds.open.len())),
                ("day", &f.lang.long_day(on)),
                ("n", &f.lang.rounded(&odds.expected, 1)),
            ],
        )
    });
    Ok(Page {
        program: head(desk, &f, &card, Here::Elsewhere),
        on: on.to_string(),
        news,
        columns: found
            .columns
            .iter()
            .map(|(ask, level, odds)| Column {
                headline: found.headline(*ask, level, odds),
                rows: if odds.met_without {
                    vec![]
                } else {
                    rows(&f, &found, odds)
                },
                unmoved: named(&f, &found, odds, &odds.unmoved),
                uncounted: named(&f, &found, odds, &odds.uncounted),
                said: if odds.met_without {
                    vec![]
                } else {
                    found.said_by_vendor(odds)
                },
            })
            .collect(),
        rates: first.map_or_else(Vec::new, |odds| rates(&f, &found, odds)),
        others: others(&f, &card.program, "odds"),
        f,
    })
}

/// Rows by their names, where it matters what moves them.
fn named(f: &Frame, of: &Chances, odds: &Odds, rows: &[usize]) -> String {
    if odds.met_without {
        return String::new();
    }
    let rows: Vec<String> = rows.iter().map(|r| of.labels.row_at(*r)).collect();
    f.lang.list(&rows)
}

fn hundredths(of: &Likely) -> i32 {
    let share = &of.least * &Exact::from(10_000);
    share
        .floor()
        .to_i64()
        .and_then(|n| i32::try_from(n).ok())
        .unwrap_or(0)
}

fn rows(f: &Frame, of: &Chances, odds: &Odds) -> Vec<Row> {
    odds.rows
        .iter()
        .map(|row| {
            let title = row.row.map_or_else(String::new, |r| of.labels.row_at(r));
            let shown = row.row.map(|r| of.labels.shown_at(r)).unwrap_or_default();
            let missing = f.lang.number(&shown, &row.missing);
            Row {
                title: fill(
                    f.t.odds_row,
                    &[
                        ("row", &upper_first(&title)),
                        ("missing", &missing),
                        ("chance", &of.likely(&row.met)),
                    ],
                ),
                steps: row
                    .at_least
                    .iter()
                    .map(|(least, chance)| {
                        let enough = *least >= row.missing;
                        let class = if enough { "c-hatch" } else { "c-gray" };
                        (
                            f.lang.number(&shown, least),
                            app::odds::chance(chance, f.lang),
                            svg::bar(hundredths(chance), None, class),
                            enough,
                        )
                    })
                    .collect(),
            }
        })
        .collect()
}

fn rates(f: &Frame, of: &Chances, odds: &Odds) -> Vec<Rate> {
    let t = f.t;
    let mut all = Vec::new();
    for (kind, rates) in &odds.rates {
        for (word, rate) in rates {
            let open = odds.open.iter().filter(|o| o.word == *word).count();
            let (yes, closed) = rate.own;
            let counts = [
                ("n", f.lang.count(yes.into())),
                ("m", f.lang.count(closed.into())),
            ];
            let counts = counts.each_ref().map(|(name, n)| (*name, n.as_str()));
            let set = of.set.iter().find(|(set, _)| set == word);
            let (from, tag) = match (set, rate.is_own) {
                (Some(_), _) => (t.chance_set.to_owned(), "assumed"),
                (None, true) => (fill(t.chance_own, &counts), "computed"),
                (None, false) => (fill(t.chance_file, &counts), "assumed"),
            };
            let hundred = |share: &Exact| rounded(&(share * &Exact::from(100)), 1);
            all.push(Rate {
                field: format!("chance-{word}"),
                kind: f.within(kind),
                word: f.within(word),
                chance: hundred(&rate.chance),
                typed: set.map(|(_, share)| hundred(share)).unwrap_or_default(),
                open: f.lang.size(open),
                from,
                tag,
            });
        }
    }
    all
}
