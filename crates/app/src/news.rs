//! The news of a scorecard: what one would say of it to the owner, in a sentence or a few.
//!
//! Knows no program: every name and number comes from the edition and the evidence.

use domain::calendar::{Day, Window};
use domain::program::Ask;
use domain::standing::{Truth, Value};

use crate::scorecard::{Column, Failed, Holding, Projected, Row, Scorecard};
use crate::words::{and_list, counted, distance, long_day, lower_first, upper_first};

/// The news of a scorecard.
pub fn of(card: &Scorecard) -> String {
    sentences(card).join(" ").replace([LOSS, END], "")
}

/// Around the words that say what is lost, or would be. No text of a program holds these characters: they are for private use.
const LOSS: char = '\u{E000}';
const END: char = '\u{E001}';

/// A piece of a sentence of the news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its words.
    pub text: String,
    /// Does it say what is lost, or would be? A page shows that so that the eye finds it.
    pub loss: bool,
}

/// The sentences of the news, each in pieces.
pub fn pieces(card: &Scorecard) -> Vec<Vec<Piece>> {
    let of_sentence = |sentence: String| -> Vec<Piece> {
        let parts = sentence.split(LOSS).enumerate().flat_map(|(at, part)| {
            let (loss, rest) = match part.split_once(END) {
                Some((loss, rest)) if at > 0 => (loss, rest),
                _ => ("", part),
            };
            [(loss, true), (rest, false)].map(|(text, loss)| Piece {
                text: text.to_owned(),
                loss,
            })
        });
        parts.filter(|p| !p.text.is_empty()).collect()
    };
    sentences(card).into_iter().map(of_sentence).collect()
}

fn sentences(card: &Scorecard) -> Vec<String> {
    if card.levels.is_empty() {
        checklist(card)
    } else if card.lifecycle || card.holds.is_some() {
        status(card)
    } else {
        ladder(card)
    }
}

/// So many rows are named; the rest is counted.
const NAMED: usize = 4;

fn checklist(card: &Scorecard) -> Vec<String> {
    let asked: usize = card.areas.iter().map(|a| a.questions.len()).sum();
    let answered: usize = card.areas.iter().map(|a| a.answered()).sum();
    if asked == 0 {
        let known = card
            .values
            .iter()
            .filter(|v| crate::missing::is_known(&v.value))
            .count();
        return vec![format!(
            "{known} of {} can be worked out from what you have supplied.",
            counted(card.values.len(), "figure")
        )];
    }
    let mut said = vec![match answered {
        0 => format!("None of its {asked} questions is answered yet."),
        n if n == asked => format!("All {asked} questions are answered."),
        n => format!("{n} of {asked} questions are answered."),
    }];
    let open: Vec<String> = card
        .areas
        .iter()
        .filter(|a| a.answered() < a.questions.len() && !a.area.is_empty())
        .map(|a| a.area.clone())
        .collect();
    if answered > 0 && answered < asked && open.len() < card.areas.len() {
        said.push(format!("What is open is in {}.", and_list(&open)));
    }
    said.extend(contradictions(card));
    if answered > 0 {
        said.push("It has no levels: nothing is passed or failed here.".to_owned());
    }
    said
}

fn contradictions(card: &Scorecard) -> Option<String> {
    let found: Vec<String> = card
        .areas
        .iter()
        .flat_map(|a| &a.questions)
        .filter(|q| q.contradicted.is_some())
        .map(|q| format!("“{}”", lower_first(&q.title)))
        .collect();
    match found.len() {
        0 => None,
        1 => Some(format!(
            "Your evidence contradicts the answer to {}.",
            found[0]
        )),
        n => Some(format!(
            "Your evidence contradicts {n} answers: {}.",
            and_list(&found)
        )),
    }
}

fn ladder(card: &Scorecard) -> Vec<String> {
    let mut said = Vec::new();
    let title = |at: usize| card.levels[at].title.as_str();
    let column = card.columns.last();
    let made_of_answers = !card.areas.is_empty();
    let top = card.levels.len() - 1;
    if card.levels.len() == 1 {
        match card.meets {
            Some(_) => said.push(format!("You meet {}.", title(0))),
            None if card.meets_most.is_some() => {
                said.push(format!("Whether you meet {} is open.", title(0)))
            }
            None => said.push(format!("You do not meet {}.", title(0))),
        }
    } else {
        match card.meets {
            Some(at) => said.push(format!(
                "You stand at {}, {} of {}.",
                title(at),
                at + 1,
                card.levels.len()
            )),
            None if card.meets_most.is_some() => {
                said.push(format!("Whether you have reached {} is open.", title(0)));
            }
            None => said.push(format!("You have not reached {} yet.", title(0))),
        }
    }
    if card.meets == Some(top) {
        if card.levels.len() > 1 {
            said.push("Nothing is above it.".to_owned());
        }
    } else if let Some(column) = column {
        if card.levels.len() > 1
            && card.meets_most > card.meets.map(|m| m + 1)
            && card.meets_most.is_some()
        {
            let most = card.meets_most.unwrap_or(0);
            said.push(format!(
                "As far as silence leaves it open, it may be {}.",
                title(most)
            ));
        }
        said.extend(short_of(column, card.levels.len() > 1));
        said.extend(unknown_of(card, column));
    }
    if made_of_answers {
        said.extend(contradictions(card));
    }
    said
}

fn status(card: &Scorecard) -> Vec<String> {
    let mut said = Vec::new();
    let Some(holds) = &card.holds else {
        let today = card
            .meets
            .map(|at| format!("today you meet {}", card.levels[at].title));
        said.push(match (today, enrollments_known(card)) {
            (today, _) if !card.open.is_empty() => {
                let rows = match card.open.as_slice() {
                    [row] => format!("{row} was refused"),
                    rows => format!(
                        "{} rows were refused, the first of them {}",
                        rows.len(),
                        rows[0]
                    ),
                };
                let today = today.map_or(String::new(), |t| format!(" {}.", upper_first(&t)));
                format!("Which level you hold is open: {rows}.{today}")
            }
            (Some(today), true) => format!("You hold no level yet, and {today}."),
            (None, true) => "You hold no level yet.".to_owned(),
            (Some(today), false) => format!(
                "No table `enrollments` says what you hold. {}.",
                upper_first(&today)
            ),
            (None, false) => "No table `enrollments` says what you hold.".to_owned(),
        });
        if let Some(column) = card.columns.first() {
            said.extend(short_of(column, true));
            said.extend(unknown_of(card, column));
        }
        return said;
    };
    let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
    let failed = card
        .projected
        .as_ref()
        .and_then(|p| Some((p, p.failed.as_ref()?)));
    if let Some((projected, failed)) = failed {
        said.extend(not_passed(card, holds, projected, failed));
    }
    // While a level is being lost, no later review is about it.
    let going = failed.is_some_and(|(_, f)| !f.lost && f.lost_on.is_some_and(|on| on > card.as_of));
    let held = match retain {
        _ if going => vec![],
        Some(retain) => keeps(card, &holds.title, retain),
        None => vec![format!("You hold {}.", holds.title)],
    };
    said.extend(held);
    let next = holds
        .level
        .and_then(|l| card.levels.get(l + 1))
        .and_then(|next| {
            card.columns
                .iter()
                .find(|c| c.ask == Ask::Enter && c.level == next.id)
        });
    match (next, holds.level) {
        (Some(column), _) => {
            said.extend(short_of(column, true));
            said.extend(unknown_of(card, column));
        }
        (None, Some(level)) if level + 1 == card.levels.len() && card.levels.len() > 1 => {
            said.push("Nothing is above it.".to_owned());
        }
        _ => {}
    }
    said
}

/// What a review that was not passed has done to a level, or will.
fn not_passed(
    card: &Scorecard,
    holds: &Holding,
    projected: &Projected,
    failed: &Failed,
) -> Vec<String> {
    let who = card.publisher.as_deref().unwrap_or("the vendor");
    let level = &failed.level;
    let unpublished = format!("What {who} does then is not published.");
    let what = match failed.review {
        Some(review) if review == card.as_of => {
            format!(
                "{LOSS}Your review of {}, today, is not passed{END}",
                long_day(review)
            )
        }
        Some(review) => format!(
            "{LOSS}Your review of {} was not passed{END}",
            long_day(review)
        ),
        None => format!(
            "{LOSS}What keeping {level} asks has not been met since {}{END}",
            long_day(failed.on)
        ),
    };
    match failed.lost_on {
        Some(on) if !failed.lost && on > card.as_of => {
            let left = match &failed.falls_to {
                Some(Some(to)) => format!(", and {to} is left"),
                Some(None) => ", and no level is left".to_owned(),
                None => String::new(),
            };
            let ends = format!(
                "{what}; {level} ends on {}, {}{left}",
                long_day(on),
                distance(card.as_of, on)
            );
            let Some(anew) = &failed.anew else {
                let mut said = vec![format!("{ends}.")];
                said.extend(failed.falls_to.is_none().then_some(unpublished));
                return said;
            };
            let shorts = short_rows(anew);
            let unless = match anew.verdict {
                Truth::Yes => {
                    ", unless on that day you still meet what entering it asks, as you do today."
                        .to_owned()
                }
                Truth::No if !shorts.is_empty() => format!(
                    ", unless on that day you meet what entering it asks: today you are short of {}.",
                    shorts_named(&shorts)
                ),
                _ => ", unless on that day you meet what entering it asks.".to_owned(),
            };
            vec![format!("{ends}{unless}")]
        }
        Some(on) => {
            let left = match &projected.title {
                _ if failed.falls_to.is_none() => String::new(),
                Some(title) => format!(
                    " By our account you have held {title} since {}.",
                    long_day(projected.since)
                ),
                None => " By our account you hold no level now.".to_owned(),
            };
            let cause = match failed.review {
                Some(review) => format!("the review of {} was not passed", long_day(review)),
                None => format!(
                    "what keeping it asks had not been met since {}",
                    long_day(failed.on)
                ),
            };
            vec![format!(
                "{LOSS}{level} ended on {}{END}, for {cause}.{left} The record of {who} still says {}, and its word wins.",
                long_day(on),
                holds.title
            )]
        }
        None => {
            let mut said = vec![format!(
                "{what}; {level} is lost with it unless a grace period, which is not published, applies."
            )];
            said.extend(failed.falls_to.is_none().then_some(unpublished));
            said
        }
    }
}

fn enrollments_known(card: &Scorecard) -> bool {
    card.supplies
        .iter()
        .find(|s| s.kind == "enrollments")
        .is_none_or(|s| s.supplied)
}

/// Whether the level that is held would be kept.
fn keeps(card: &Scorecard, title: &str, retain: &Column) -> Vec<String> {
    let review = card.review.as_ref();
    let next = review.and_then(|r| r.next);
    let closes = review.and_then(|r| r.closes);
    let passed = next.is_some_and(|n| closes.unwrap_or(n) < card.as_of);
    let at_review = match next {
        Some(day) if !passed => format!(
            "at the review of {}, {}",
            long_day(day),
            distance(card.as_of, day)
        ),
        _ => "at its next review, whose day nobody has supplied".to_owned(),
    };
    let at_review = match closes {
        Some(closes) if !passed => {
            format!(
                "{at_review}, which can be passed until {}",
                long_day(closes)
            )
        }
        _ => at_review,
    };
    let mut said = vec![];
    let shorts = short_rows(retain);
    let since = looked_at(&shorts, review.and_then(|r| r.last));
    match retain.verdict {
        Truth::Yes | Truth::NotApplicable => {
            said.push(match next {
                Some(_) if !passed => {
                    format!("You hold {title}, and as things stand you keep it {at_review}.")
                }
                _ => format!("You hold {title}, and today you meet what keeping it asks."),
            });
        }
        Truth::No => {
            let fine = holds_on_entering(card);
            let nothing: Vec<&Row> = shorts
                .iter()
                .copied()
                .filter(|r| is_zero(&r.have))
                .collect();
            let what = if !nothing.is_empty() && nothing.len() == shorts.len() {
                format!("{LOSS}there are no {}{END}", and_list(&names(&nothing)))
            } else {
                format!("{LOSS}you are short of {}{END}", shorts_named(&shorts))
            };
            let since = since.unwrap_or_else(|| "for keeping it".to_owned());
            let fall = format!("you would not renew it {at_review}");
            said.push(format!("You hold {title}."));
            said.push(if fine {
                format!(
                    "{} you are fine, but {since} {what}: {fall}{}",
                    upper_first(&rolling(card)),
                    after_a_miss(card)
                )
            } else {
                format!(
                    "{} {what}: {fall}{}",
                    upper_first(&since),
                    after_a_miss(card)
                )
            });
        }
        Truth::Unknown => {
            said.push(format!("You hold {title}."));
            let wants = wanted(retain);
            let ahead = review.and_then(|r| r.last_ahead);
            let marks = |w: &String| w.contains("`last_review_on`");
            said.push(if let Some(ahead) = ahead.filter(|_| wants.iter().any(marks)) {
                let rest: Vec<String> = wants.iter().filter(|w| !marks(w)).cloned().collect();
                let rest = if rest.is_empty() {
                    String::new()
                } else {
                    format!(", and until you supply {}", and_list(&rest))
                };
                format!(
                    "Whether you renew it {at_review} is open, for `last_review_on` in `enrollments` says {}, which lies ahead: correct it{rest}.",
                    long_day(ahead)
                )
            } else if wants.is_empty() {
                format!("Whether you renew it {at_review} cannot be said yet.")
            } else {
                format!(
                    "Whether you renew it {at_review} is open until you supply {}.",
                    and_list(&wants)
                )
            });
        }
    }
    if passed && let Some(day) = next {
        said.push(format!(
            "Its review was due on {}, and no later enrollment says how it went.",
            long_day(day)
        ));
    }
    said
}

/// Where rows look for what they count, as a sentence goes on; nothing where they do not look at one window alike.
fn looked_at(rows: &[&Row], last_review: Option<Day>) -> Option<String> {
    let mut windows = rows
        .iter()
        .flat_map(|r| r.each())
        .filter(|r| r.own == Truth::No)
        .map(|r| r.windows.as_slice());
    let first = windows.next()?;
    let [window] = first else { return None };
    if !windows.all(|w| w == first) {
        return None;
    }
    Some(match window {
        Window::SinceReview => match last_review {
            Some(day) => format!("since your last review of {}", long_day(day)),
            None => "since your last review".to_owned(),
        },
        Window::SinceEnrolled => "since you enrolled".to_owned(),
        Window::Trailing(length) => format!("over the last {length}"),
        Window::From(day) => format!("from {} on", long_day(*day)),
        Window::LastWhole { .. } => format!("in the {window}"),
        Window::This { .. } => format!("in {window}"),
        Window::Period => return None,
    })
}

/// Would the level that is held be entered today?
fn holds_on_entering(card: &Scorecard) -> bool {
    match (card.meets, card.holds.as_ref().and_then(|h| h.level)) {
        (Some(meets), Some(held)) => meets >= held,
        _ => false,
    }
}

/// The window of those who enter, as a sentence begins.
fn rolling(card: &Scorecard) -> String {
    match card.period {
        Some(Window::Trailing(d)) if d.count == 12 && d.unit == domain::calendar::Unit::Month => {
            "on a rolling year".to_owned()
        }
        Some(Window::Trailing(d)) => format!("over the last {d}"),
        _ => "judged as a newcomer".to_owned(),
    }
}

/// What happens after a missed review, or that nobody publishes it.
fn after_a_miss(card: &Scorecard) -> String {
    let who = card.publisher.as_deref().unwrap_or("the vendor");
    match &card.missed {
        None => ".".to_owned(),
        Some(missed) => match (&missed.to, &missed.grace) {
            (None, _) => format!("; what {who} does then is not published."),
            (Some(_), None) => {
                "; how long you would keep it after that is not published.".to_owned()
            }
            (Some(to), Some(grace)) => {
                let grace = grace.map(|g| format!(" after {g}")).unwrap_or_default();
                let to = match to.as_str() {
                    "none" => "it would be lost".to_owned(),
                    "highest retained" => {
                        "you would fall to the highest level that you still retain".to_owned()
                    }
                    level => format!(
                        "you would fall to {}",
                        card.levels
                            .iter()
                            .find(|l| l.id == level)
                            .map_or(level, |l| l.title.as_str())
                    ),
                };
                format!("; {to}{grace}.")
            }
        },
    }
}

fn is_zero(value: &Value) -> bool {
    matches!(value, Value::Number(range) if range.exact().is_some_and(domain::number::Exact::is_zero))
}

/// The rows of a column that are short, without their parts.
pub(crate) fn short_rows(column: &Column) -> Vec<&Row> {
    column
        .rows
        .iter()
        .filter(|r| r.verdict == Truth::No)
        .collect()
}

fn names(rows: &[&Row]) -> Vec<String> {
    rows.iter().map(|r| lower_first(&r.title)).collect()
}

/// `accredited individuals (4 more), …`, the first few of them.
fn shorts_named(rows: &[&Row]) -> String {
    let mut named: Vec<String> = rows
        .iter()
        .take(NAMED)
        .map(|r| {
            let name = lower_first(&r.title);
            match gap_words(r) {
                Some(gap) => format!("{name} ({gap})"),
                None => name,
            }
        })
        .collect();
    if rows.len() > NAMED {
        named.push(format!("{} more", rows.len() - NAMED));
    }
    and_list(&named)
}

/// `4 more`, `$1,500 more`, `2 fewer`; nothing for yes and no, or where it is not exact.
pub fn gap_words(row: &Row) -> Option<String> {
    use domain::syntax::Compare;
    if row.shown == crate::words::Shown::YesNo || row.own != Truth::No {
        return None;
    }
    let gap = row.gap.as_ref()?;
    let amount = row.shown.number(gap);
    Some(match row.need.as_ref()?.compare {
        Compare::AtLeast => format!("{amount} more"),
        Compare::More => {
            if gap.is_zero() {
                "any more".to_owned()
            } else {
                format!("over {amount} more")
            }
        }
        Compare::AtMost => format!("{amount} less"),
        _ => format!("over {amount} less"),
    })
}

/// `For Advanced you are short of 6 of 7 rows: …`
fn short_of(column: &Column, name_level: bool) -> Option<String> {
    let shorts = short_rows(column);
    let judged = column
        .rows
        .iter()
        .filter(|r| r.verdict != Truth::NotApplicable)
        .count();
    let unknown = column
        .rows
        .iter()
        .filter(|r| r.verdict == Truth::Unknown)
        .count();
    let level = &column.title;
    match (shorts.len(), column.verdict) {
        (_, Truth::Yes) if name_level => Some(format!("You meet all that {level} asks.")),
        (_, Truth::Yes) => None,
        (0, Truth::No) => Some(format!(
            "For {level} every row is met; what is missing is its own test of entry."
        )),
        (0, _) => None,
        (n, _) if n == judged && n > 1 && unknown == 0 => Some(format!(
            "For {level} you are short in all {n} rows: {}.",
            shorts_named(&shorts)
        )),
        (n, _) if judged > 1 => Some(format!(
            "For {level} you are short in {n} of {judged} rows: {}.",
            shorts_named(&shorts)
        )),
        _ => Some(format!(
            "For {level} you are short of {}.",
            shorts_named(&shorts)
        )),
    }
}

/// What the unknown rows of a column want.
fn unknown_of(card: &Scorecard, column: &Column) -> Option<String> {
    let unknown: Vec<&Row> = column
        .rows
        .iter()
        .filter(|r| r.verdict == Truth::Unknown)
        .collect();
    if unknown.is_empty() {
        return None;
    }
    let wants: Vec<String> = card
        .missing
        .iter()
        .filter(|(m, _)| {
            unknown
                .iter()
                .any(|r| r.each().iter().any(|part| part.missing.contains(m)))
        })
        .take(3)
        .map(|(m, _)| m.words())
        .collect();
    let level = &column.title;
    let rows = if unknown.len() == 1 {
        format!("one row of {level} is unknown")
    } else {
        format!("{} rows of {level} are unknown", unknown.len())
    };
    Some(if wants.is_empty() {
        format!("{}.", upper_first(&rows))
    } else {
        format!(
            "{}; most would be settled by {}.",
            upper_first(&rows),
            and_list(&wants)
        )
    })
}

/// What the unknown rows of a column want, the first few of them.
fn wanted(column: &Column) -> Vec<String> {
    let mut wants: Vec<String> = Vec::new();
    for row in column.rows.iter().flat_map(Row::each) {
        for missing in &row.missing {
            let words = missing.words();
            if !wants.contains(&words) {
                wants.push(words);
            }
        }
    }
    wants.truncate(3);
    wants
}
