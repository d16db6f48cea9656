//! The news of a scorecard: what one would say of it to the owner, in a sentence or a few.
//!
//! Knows no program: every name and number comes from the edition and the evidence.

use domain::calendar::{Day, Window};
use domain::program::Ask;
use domain::standing::{Truth, Value};

use crate::locale::Lang;
use crate::missing::Missing;
use crate::scorecard::{Column, Failed, Holding, Projected, Row, Scorecard};
use crate::texts::fill;
use crate::words::upper_first;

/// The news of a scorecard, in a language.
pub fn of(card: &Scorecard, lang: Lang) -> String {
    sentences(card, lang).join(" ").replace([LOSS, END], "")
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

/// The sentences of the news in a language, each in pieces.
pub fn pieces(card: &Scorecard, lang: Lang) -> Vec<Vec<Piece>> {
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
    sentences(card, lang).into_iter().map(of_sentence).collect()
}

fn sentences(card: &Scorecard, lang: Lang) -> Vec<String> {
    if card.levels.is_empty() {
        checklist(card, lang)
    } else if card.lifecycle || card.holds.is_some() {
        status(card, lang)
    } else {
        ladder(card, lang)
    }
}

/// Words that say a loss.
fn loss(words: &str) -> String {
    format!("{LOSS}{words}{END}")
}

/// So many rows are named; the rest is counted.
const NAMED: usize = 4;

fn checklist(card: &Scorecard, lang: Lang) -> Vec<String> {
    let t = lang.texts();
    let asked: usize = card.areas.iter().map(|a| a.questions.len()).sum();
    let answered: usize = card.areas.iter().map(|a| a.answered()).sum();
    if asked == 0 {
        let known = card
            .values
            .iter()
            .filter(|v| crate::missing::is_known(&v.value))
            .count();
        return vec![fill(
            &lang.several(t.news_figures, card.values.len()),
            &[("known", &lang.size(known))],
        )];
    }
    let all = lang.size(asked);
    let mut said = vec![match answered {
        0 => fill(t.news_none_answered, &[("n", &all)]),
        n if n == asked => fill(t.news_all_answered, &[("n", &all)]),
        n => fill(t.news_some_answered, &[("n", &lang.size(n)), ("m", &all)]),
    }];
    let open: Vec<String> = card
        .areas
        .iter()
        .filter(|a| a.answered() < a.questions.len() && !a.area.is_empty())
        .map(|a| a.area.clone())
        .collect();
    if answered > 0 && answered < asked && open.len() < card.areas.len() {
        said.push(fill(t.news_open_in, &[("list", &lang.list(&open))]));
    }
    said.extend(contradictions(card, lang));
    if answered > 0 {
        said.push(t.news_no_levels.to_owned());
    }
    said
}

fn contradictions(card: &Scorecard, lang: Lang) -> Option<String> {
    let t = lang.texts();
    let found: Vec<String> = card
        .areas
        .iter()
        .flat_map(|a| &a.questions)
        .filter(|q| q.contradicted.is_some())
        .map(|q| fill(t.quoted, &[("text", &lang.inside(&q.title))]))
        .collect();
    match found.len() {
        0 => None,
        1 => Some(fill(t.news_contradicts_one, &[("what", &found[0])])),
        n => Some(fill(
            t.news_contradicts,
            &[("n", &lang.size(n)), ("list", &lang.list(&found))],
        )),
    }
}

fn ladder(card: &Scorecard, lang: Lang) -> Vec<String> {
    let t = lang.texts();
    let mut said = Vec::new();
    let level = |pattern: &str, at: usize| fill(pattern, &[("level", &card.levels[at].title)]);
    let column = card.columns.last();
    let made_of_answers = !card.areas.is_empty();
    let top = card.levels.len() - 1;
    said.push(match (card.meets, card.levels.len()) {
        (Some(_), 1) => level(t.news_meets_all, 0),
        (None, 1) if card.meets_most.is_some() => level(t.news_meets_open, 0),
        (None, 1) => level(t.news_meets_not, 0),
        (Some(at), levels) => fill(
            t.news_stands,
            &[
                ("level", &card.levels[at].title),
                ("n", &lang.size(at + 1)),
                ("m", &lang.size(levels)),
            ],
        ),
        (None, _) if card.meets_most.is_some() => level(t.news_reached_open, 0),
        (None, _) => level(t.news_reached_not, 0),
    });
    if card.meets == Some(top) {
        if card.levels.len() > 1 {
            said.push(t.nothing_above.to_owned());
        }
    } else if let Some(column) = column {
        if card.levels.len() > 1
            && card.meets_most > card.meets.map(|m| m + 1)
            && card.meets_most.is_some()
        {
            said.push(level(t.news_may_be, card.meets_most.unwrap_or(0)));
        }
        said.extend(short_of(column, card.levels.len() > 1, lang));
        said.extend(unknown_of(card, column, lang));
    }
    if made_of_answers {
        said.extend(contradictions(card, lang));
    }
    said
}

/// What is said where nobody has said which level is held.
fn not_stated(card: &Scorecard, lang: Lang) -> String {
    let t = lang.texts();
    let today = card
        .meets
        .map(|at| fill(t.news_today_meets, &[("level", &card.levels[at].title)]));
    match (today, enrollments_known(card)) {
        (today, _) if !card.open.is_empty() => {
            let rows = match card.open.as_slice() {
                [row] => fill(t.news_row_refused, &[("row", &row.words(lang))]),
                rows => fill(
                    t.news_rows_refused,
                    &[("n", &lang.size(rows.len())), ("row", &rows[0].words(lang))],
                ),
            };
            let today = today.map_or(String::new(), |words| format!(" {}.", upper_first(&words)));
            fill(t.news_open, &[("rows", &rows)]) + &today
        }
        (Some(today), true) => fill(t.news_no_level_but, &[("today", &today)]),
        (None, true) => t.news_no_level.to_owned(),
        (Some(today), false) => format!("{} {}.", t.news_no_table, upper_first(&today)),
        (None, false) => t.news_no_table.to_owned(),
    }
}

fn status(card: &Scorecard, lang: Lang) -> Vec<String> {
    let t = lang.texts();
    let mut said = Vec::new();
    let Some(holds) = &card.holds else {
        said.push(not_stated(card, lang));
        if let Some(column) = card.columns.first() {
            said.extend(short_of(column, true, lang));
            said.extend(unknown_of(card, column, lang));
        }
        return said;
    };
    let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
    let failed = card
        .projected
        .as_ref()
        .and_then(|p| Some((p, p.failed.as_ref()?)));
    if let Some((projected, failed)) = failed {
        said.extend(not_passed(card, holds, projected, failed, lang));
    }
    // While a level is being lost, no later review is about it.
    let going = failed.is_some_and(|(_, f)| !f.lost && f.lost_on.is_some_and(|on| on > card.as_of));
    let held = match retain {
        _ if going => vec![],
        Some(retain) => keeps(card, &holds.title, retain, lang),
        None => vec![fill(t.news_hold, &[("level", &holds.title)])],
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
            said.extend(short_of(column, true, lang));
            said.extend(unknown_of(card, column, lang));
        }
        (None, Some(level)) if level + 1 == card.levels.len() && card.levels.len() > 1 => {
            said.push(t.nothing_above.to_owned());
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
    lang: Lang,
) -> Vec<String> {
    let t = lang.texts();
    let who = card.publisher.as_deref().unwrap_or(t.the_vendor);
    let level = &failed.level;
    let on_day =
        |pattern: &str, day: Day| fill(pattern, &[("day", &lang.long_day(day)), ("level", level)]);
    let unpublished = fill(t.news_unpublished, &[("who", who)]);
    let what = loss(&match failed.review {
        Some(review) if review == card.as_of => on_day(t.news_review_today, review),
        Some(review) => on_day(t.news_review_failed, review),
        None => on_day(t.news_not_kept_since, failed.on),
    });
    match failed.lost_on {
        Some(on) if !failed.lost && on > card.as_of => {
            let left = match &failed.falls_to {
                Some(Some(to)) => fill(t.news_left, &[("level", to)]),
                Some(None) => t.news_none_left.to_owned(),
                None => String::new(),
            };
            let ends = fill(
                t.news_ends,
                &[
                    ("what", &what),
                    ("level", level),
                    ("day", &lang.long_day(on)),
                    ("distance", &lang.distance(card.as_of, on)),
                    ("left", &left),
                ],
            );
            let Some(anew) = &failed.anew else {
                let mut said = vec![format!("{ends}.")];
                said.extend(failed.falls_to.is_none().then_some(unpublished));
                return said;
            };
            let shorts = short_rows(anew);
            let unless = match anew.verdict {
                Truth::Yes => t.news_unless_as_today.to_owned(),
                Truth::No if !shorts.is_empty() => fill(
                    t.news_unless_short,
                    &[("list", &shorts_named(&shorts, lang))],
                ),
                _ => t.news_unless.to_owned(),
            };
            vec![format!("{ends}{unless}")]
        }
        Some(on) => {
            let account = match &projected.title {
                _ if failed.falls_to.is_none() => String::new(),
                Some(title) => fill(
                    t.news_account,
                    &[("level", title), ("day", &lang.long_day(projected.since))],
                ),
                None => t.news_account_none.to_owned(),
            };
            let cause = match failed.review {
                Some(review) => on_day(t.news_for_review, review),
                None => on_day(t.news_for_keeping_since, failed.on),
            };
            vec![fill(
                t.news_ended,
                &[
                    ("ended", &loss(&on_day(t.news_ended_on, on))),
                    ("cause", &cause),
                    ("account", &account),
                    ("who", who),
                    ("held", &holds.title),
                ],
            )]
        }
        None => {
            let mut said = vec![fill(
                t.news_lost_unless_grace,
                &[("what", &what), ("level", level)],
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
fn keeps(card: &Scorecard, title: &str, retain: &Column, lang: Lang) -> Vec<String> {
    let t = lang.texts();
    let review = card.review.as_ref();
    let next = review.and_then(|r| r.next);
    let closes = review.and_then(|r| r.closes);
    let passed = next.is_some_and(|n| closes.unwrap_or(n) < card.as_of);
    let at_review = match next {
        Some(day) if !passed => fill(
            t.news_at_review,
            &[
                ("day", &lang.long_day(day)),
                ("distance", &lang.distance(card.as_of, day)),
            ],
        ),
        _ => t.news_at_next_review.to_owned(),
    };
    let at_review = match closes {
        Some(closes) if !passed => fill(
            t.news_passed_until,
            &[("at", &at_review), ("day", &lang.long_day(closes))],
        ),
        _ => at_review,
    };
    let mut said = vec![];
    let shorts = short_rows(retain);
    let since = looked_at(&shorts, review.and_then(|r| r.last), lang);
    let holds = fill(t.news_hold, &[("level", title)]);
    match retain.verdict {
        Truth::Yes | Truth::NotApplicable => {
            let pattern = match next {
                Some(_) if !passed => t.news_keeps,
                _ => t.news_meets_keeping,
            };
            said.push(fill(pattern, &[("level", title), ("at", &at_review)]));
        }
        Truth::No => {
            let fine = holds_on_entering(card);
            let nothing: Vec<&Row> = shorts
                .iter()
                .copied()
                .filter(|r| is_zero(&r.have))
                .collect();
            let what = loss(&if !nothing.is_empty() && nothing.len() == shorts.len() {
                let names = lang.list(&names(&nothing, lang));
                fill(t.news_there_are_no, &[("list", &names)])
            } else {
                fill(
                    t.news_is_short_of,
                    &[("list", &shorts_named(&shorts, lang))],
                )
            });
            let since = since.unwrap_or_else(|| t.news_for_keeping.to_owned());
            said.push(holds);
            let (pattern, since) = if fine {
                (t.news_fine_but, since)
            } else {
                (t.news_would_fall, upper_first(&since))
            };
            said.push(fill(
                pattern,
                &[
                    ("rolling", &upper_first(&rolling(card, lang))),
                    ("since", &since),
                    ("what", &what),
                    ("at", &at_review),
                    ("then", &after_a_miss(card, lang)),
                ],
            ));
        }
        Truth::Unknown => {
            said.push(holds);
            let wants = wanted(retain);
            let ahead = review.and_then(|r| r.last_ahead);
            let marks =
                |w: &&Missing| matches!(w, Missing::Field(_, field) if field == "last_review_on");
            let words = |of: &[&Missing]| {
                let each: Vec<String> = of.iter().map(|w| w.words(lang)).collect();
                lang.list(&each)
            };
            said.push(
                if let Some(ahead) = ahead.filter(|_| wants.iter().any(marks)) {
                    let rest: Vec<&Missing> = wants.iter().copied().filter(|w| !marks(w)).collect();
                    let rest = if rest.is_empty() {
                        String::new()
                    } else {
                        fill(t.news_and_until, &[("list", &words(&rest))])
                    };
                    fill(
                        t.news_review_ahead,
                        &[
                            ("at", &at_review),
                            ("day", &lang.long_day(ahead)),
                            ("rest", &rest),
                        ],
                    )
                } else if wants.is_empty() {
                    fill(t.news_renewal_unsaid, &[("at", &at_review)])
                } else {
                    fill(
                        t.news_renewal_open,
                        &[("at", &at_review), ("list", &words(&wants))],
                    )
                },
            );
        }
    }
    if passed && let Some(day) = next {
        said.push(fill(t.news_review_due, &[("day", &lang.long_day(day))]));
    }
    said
}

/// Where rows look for what they count, as a sentence goes on; nothing where they do not look at one window alike.
fn looked_at(rows: &[&Row], last_review: Option<Day>, lang: Lang) -> Option<String> {
    let t = lang.texts();
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
            Some(day) => fill(t.news_since_review_of, &[("day", &lang.long_day(day))]),
            None => t.news_since_review.to_owned(),
        },
        Window::SinceEnrolled => t.news_since_enrolled.to_owned(),
        Window::Trailing(length) => fill(t.news_over, &[("length", &lang.length(*length))]),
        Window::From(day) => fill(t.news_from, &[("day", &lang.long_day(*day))]),
        Window::LastWhole { .. } => fill(t.news_in_the, &[("window", &lang.window(window))]),
        Window::This { .. } => fill(t.news_in, &[("window", &lang.window(window))]),
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
fn rolling(card: &Scorecard, lang: Lang) -> String {
    let t = lang.texts();
    match card.period {
        Some(Window::Trailing(d)) if d.count == 12 && d.unit == domain::calendar::Unit::Month => {
            t.news_rolling_year.to_owned()
        }
        Some(Window::Trailing(d)) => fill(t.news_over, &[("length", &lang.length(d))]),
        _ => t.news_newcomer.to_owned(),
    }
}

/// What happens after a missed review, or that nobody publishes it.
fn after_a_miss(card: &Scorecard, lang: Lang) -> String {
    let t = lang.texts();
    let who = card.publisher.as_deref().unwrap_or(t.the_vendor);
    match &card.missed {
        None => ".".to_owned(),
        Some(missed) => match (&missed.to, &missed.grace) {
            (None, _) => fill(t.news_then_unpublished, &[("who", who)]),
            (Some(_), None) => t.news_grace_unpublished.to_owned(),
            (Some(to), Some(grace)) => {
                let grace = grace
                    .map(|g| fill(t.news_after_grace, &[("length", &lang.length_after(g))]))
                    .unwrap_or_default();
                let (pattern, level) = match to.as_str() {
                    "none" => (t.news_then_lost, ""),
                    "highest retained" => (t.news_then_highest, ""),
                    level => (
                        t.news_then_falls,
                        card.levels
                            .iter()
                            .find(|l| l.id == level)
                            .map_or(level, |l| l.title.as_str()),
                    ),
                };
                fill(pattern, &[("grace", &grace), ("level", level)])
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

fn names(rows: &[&Row], lang: Lang) -> Vec<String> {
    rows.iter().map(|r| lang.inside(&r.title)).collect()
}

/// `accredited individuals (4 more), …`, the first few of them.
fn shorts_named(rows: &[&Row], lang: Lang) -> String {
    let mut named: Vec<String> = rows
        .iter()
        .take(NAMED)
        .map(|r| {
            let name = lang.inside(&r.title);
            match gap_words(r, lang) {
                Some(gap) => format!("{name} ({gap})"),
                None => name,
            }
        })
        .collect();
    if rows.len() > NAMED {
        let more = lang.size(rows.len() - NAMED);
        named.push(fill(lang.texts().n_more, &[("n", &more)]));
    }
    lang.list(&named)
}

/// `4 more`, `$1,500 more`, `2 less`; nothing for yes and no, or where it is not exact.
pub fn gap_words(row: &Row, lang: Lang) -> Option<String> {
    use domain::syntax::Compare;
    let t = lang.texts();
    if row.shown == crate::words::Shown::YesNo || row.own != Truth::No {
        return None;
    }
    let gap = row.gap.as_ref()?;
    let pattern = match row.need.as_ref()?.compare {
        Compare::AtLeast => t.gap_more,
        Compare::More if gap.is_zero() => t.gap_any,
        Compare::More => t.gap_over_more,
        Compare::AtMost => t.gap_less,
        _ => t.gap_over_less,
    };
    Some(fill(pattern, &[("n", &lang.number(&row.shown, gap))]))
}

/// `For Advanced you are short of 6 of 7 rows: …`
fn short_of(column: &Column, name_level: bool, lang: Lang) -> Option<String> {
    let t = lang.texts();
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
    let level = ("level", column.title.as_str());
    let named = |pattern: &str| {
        fill(
            pattern,
            &[
                level,
                ("n", &lang.size(shorts.len())),
                ("m", &lang.size(judged)),
                ("list", &shorts_named(&shorts, lang)),
            ],
        )
    };
    match (shorts.len(), column.verdict) {
        (_, Truth::Yes) if name_level => Some(fill(t.meets_level, &[level])),
        (_, Truth::Yes) => None,
        (0, Truth::No) => Some(fill(t.news_own_test, &[level])),
        (0, _) => None,
        (n, _) if n == judged && n > 1 && unknown == 0 => Some(named(t.news_short_in_all)),
        (_, _) if judged > 1 => Some(named(t.news_short_in)),
        _ => Some(named(t.news_short_of)),
    }
}

/// What the unknown rows of a column want.
fn unknown_of(card: &Scorecard, column: &Column, lang: Lang) -> Option<String> {
    let t = lang.texts();
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
        .map(|(m, _)| m.words(lang))
        .collect();
    let rows = fill(
        &lang.several(t.news_rows_unknown, unknown.len()),
        &[("level", &column.title)],
    );
    Some(if wants.is_empty() {
        format!("{rows}.")
    } else {
        fill(
            t.news_settled_by,
            &[("rows", &rows), ("list", &lang.list(&wants))],
        )
    })
}

/// What the unknown rows of a column want, the first few of them.
fn wanted(column: &Column) -> Vec<&Missing> {
    let mut wants: Vec<&Missing> = Vec::new();
    for row in column.rows.iter().flat_map(Row::each) {
        for missing in &row.missing {
            if !wants.contains(&missing) {
                wants.push(missing);
            }
        }
    }
    wants.truncate(3);
    wants
}
