//! Opportunities through their stages, as a board: a column a stage, in the order of the vocabulary.

use app::domain::calendar::{Day, Duration};
use app::domain::diagnostic::Diagnostic;
use app::domain::number::Exact;
use app::domain::vocabulary::FieldType;
use app::kinds::{Record, Records};
use app::question::Desk;
use app::words::Shown;
use askama::Template;

use super::super::super::frame::{Frame, Here};
use super::super::super::texts::fill;
use super::super::super::view::{Link, When};
use super::kind::{Choice, columns_of, tabs};
use super::{current, record_href};

/// So many cards stand in a column; the rest is counted.
const CARDS: usize = 8;

/// The board.
#[derive(Template)]
#[template(path = "board.html")]
pub struct BoardPage {
    /// What stands around it.
    pub f: Frame,
    /// What it is called.
    pub name: String,
    /// How much is open, in words.
    pub sub: String,
    /// What is due soonest, in a sentence.
    pub news: String,
    /// Other ways to look at it.
    pub tabs: Vec<Link>,
    /// The words that are looked for.
    pub q: String,
    /// Who found it, to choose from.
    pub origins: Vec<Choice>,
    /// The stages.
    pub columns: Vec<Stage>,
    /// Was the kind supplied?
    pub supplied: bool,
    /// The columns of its file, for those who want to bring one.
    pub file_columns: Vec<(String, bool, String)>,
    /// What the kind is called in files.
    pub kind: String,
}

/// A stage with its cards.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// How many there are.
    pub count: String,
    /// Their amounts together, by currency.
    pub sum: String,
    /// The nearest cards.
    pub cards: Vec<Card>,
    /// The rest, counted, and where it is.
    pub more: Option<Link>,
    /// Is it an end: launched, or lost?
    pub end: bool,
}

/// A card.
#[derive(Clone, Debug)]
pub struct Card {
    /// The record.
    pub href: String,
    /// The customer.
    pub customer: String,
    /// What it is about.
    pub title: String,
    /// The amount.
    pub amount: String,
    /// The day: when it launched, else when it is due.
    pub day: Option<When>,
    /// Is that day past, though it has not launched?
    pub late: bool,
}

/// The opportunities of the partner as a board.
pub fn board(desk: &Desk, f: Frame, q: &str, origin: &str) -> Result<BoardPage, Diagnostic> {
    let records = app::kinds::records(desk, "opportunities")?;
    Ok(of(&records, f, q, origin))
}

fn of(records: &Records, f: Frame, q: &str, origin: &str) -> BoardPage {
    let t = f.t;
    let f = f.at(Here::Opportunities, t.opportunities);
    let as_of = f.as_of;
    let year = as_of.minus(Duration::months(12));
    let at = |name: &str| records.field(name);
    let (stage, customer, title, who) = (at("stage"), at("customer"), at("title"), at("origin"));
    let (launched, due) = (at("launched_on"), at("target_close_on"));
    let money = app::kinds::amount_of(&records.kind);
    let words = match stage.map(|s| &records.kind.fields[s].kind) {
        Some(FieldType::Word(words)) => words.clone(),
        _ => Default::default(),
    };
    let launch = words.ladder.last().cloned().unwrap_or_default();
    let needle = q.to_lowercase();
    let wanted: Vec<&Record> = current(records)
        .filter(|r| origin.is_empty() || r.text(who) == origin)
        .filter(|r| {
            needle.is_empty()
                || [customer, title]
                    .iter()
                    .any(|field| r.text(*field).to_lowercase().contains(&needle))
                || r.key.iter().any(|k| k.to_lowercase().contains(&needle))
        })
        .collect();
    let day_of = |r: &Record| r.day(launched).or_else(|| r.day(due));
    let amount = |r: &Record| -> Option<(Exact, String)> {
        let (of, currency) = money?;
        Some((
            r.number(Some(of))?.clone(),
            r.text(Some(currency)).to_owned(),
        ))
    };
    let sum = |of: &[&Record]| -> String {
        let mut sums: Vec<(String, Exact)> = Vec::new();
        for (number, currency) in of.iter().filter_map(|r| amount(r)) {
            match sums.iter_mut().find(|(c, _)| *c == currency) {
                Some((_, sum)) => *sum = &*sum + &number,
                None => sums.push((currency, number)),
            }
        }
        let sums: Vec<String> = sums
            .into_iter()
            .map(|(currency, sum)| f.lang.number(&Shown::Money(currency), &sum))
            .collect();
        sums.join(" + ")
    };
    let card = |r: &Record, end: bool| Card {
        href: record_href(&f, &records.kind.name, r),
        customer: if r.text(customer).is_empty() {
            r.key.join(", ")
        } else {
            r.text(customer).to_owned()
        },
        title: r.text(title).to_owned(),
        amount: amount(r).map_or_else(String::new, |(n, c)| f.lang.number(&Shown::Money(c), &n)),
        day: day_of(r).map(|d| When {
            iso: d.to_string(),
            text: short(&f, d),
        }),
        late: !end && r.day(launched).is_none() && r.day(due).is_some_and(|d| d < as_of),
    };
    let order: Vec<String> = words.all().map(str::to_owned).collect();
    let mut columns = Vec::new();
    for word in &order {
        let mut of: Vec<&Record> = wanted
            .iter()
            .copied()
            .filter(|r| r.text(stage) == word)
            .collect();
        let end = *word == launch || !words.ladder.contains(word);
        if of.is_empty() && !words.ladder.contains(word) {
            continue;
        }
        let all = of.len();
        if end {
            // What is over a year old is no news.
            of.retain(|r| day_of(r).is_none_or(|d| d > year));
            of.sort_by_key(|r| std::cmp::Reverse(day_of(r)));
        } else {
            of.sort_by_key(|r| day_of(r).unwrap_or(Day::MAX));
        }
        let more = all.saturating_sub(of.len().min(CARDS));
        columns.push(Stage {
            name: f.named(word),
            count: f.lang.size(all),
            sum: if end && of.len() < all {
                fill(
                    t.in_a_year,
                    &[("n", &f.lang.size(of.len())), ("sum", &sum(&of))],
                )
            } else {
                sum(&of)
            },
            cards: of.iter().take(CARDS).map(|r| card(r, end)).collect(),
            more: (more > 0).then(|| {
                Link::to(
                    f.links.with(
                        "/evidence/opportunities",
                        &[
                            ("view", "table"),
                            ("stage", word),
                            ("q", q),
                            ("origin", origin),
                        ],
                    ),
                    fill(t.n_more, &[("n", &f.lang.size(more))]),
                )
            }),
            end,
        });
    }
    let open: Vec<&Record> = wanted
        .iter()
        .copied()
        .filter(|r| words.ladder.iter().any(|w| w == r.text(stage)) && r.text(stage) != launch)
        .collect();
    let month = as_of.plus(Duration::months(1));
    let soon = open
        .iter()
        .filter(|r| r.day(due).is_some_and(|d| d >= as_of && d <= month))
        .count();
    let late = open
        .iter()
        .filter(|r| r.day(due).is_some_and(|d| d < as_of))
        .count();
    let mut news = match soon {
        0 => t.none_due.to_owned(),
        n => f.lang.several(t.n_due, n),
    };
    if late > 0 {
        news += &format!(" {}", f.lang.several(t.n_late, late));
    }
    let mut origins: Vec<String> = match who.map(|w| &records.kind.fields[w].kind) {
        Some(FieldType::Word(words)) => words.all().map(str::to_owned).collect(),
        _ => vec![],
    };
    origins.retain(|o| current(records).any(|r| r.text(who) == o));
    BoardPage {
        name: t.opportunities.to_owned(),
        sub: fill(
            t.open_sum,
            &[("n", &f.lang.size(open.len())), ("sum", &sum(&open))],
        ),
        news,
        tabs: tabs(&f, "opportunities", "board"),
        q: q.to_owned(),
        origins: std::iter::once(Choice {
            value: String::new(),
            text: t.any.to_owned(),
            chosen: origin.is_empty(),
        })
        .chain(origins.into_iter().map(|word| Choice {
            text: f.named(&word),
            chosen: word == origin,
            value: word,
        }))
        .collect(),
        columns,
        supplied: records.supplied,
        file_columns: columns_of(&f, records),
        kind: records.kind.name.clone(),
        f,
    }
}

/// A day without its year, where that is the one asked about.
fn short(f: &Frame, day: Day) -> String {
    if day.date().year() == f.as_of.date().year() {
        f.lang.short_day(day)
    } else {
        f.lang.day(day)
    }
}
