//! Why a figure is what it is: each record counted, each record not counted with its reason, the clause, what is missing.

use app::domain::diagnostic::Place;
use app::domain::explain::{Explanation, Gap, Look, Reason, Record};
use app::domain::program::Ask;
use app::domain::standing::{Truth, Value, WindowDays};
use app::domain::syntax::Compare;
use app::explain::ExplainedRow;
use app::words::{Shown, upper_first};

use super::super::frame::{Frame, segment};
use super::super::texts::{Texts, fill};
use super::super::view::{Link, Mark, When, file_name};
use super::scorecard::part_words;

/// So many records that do not count for one reason are listed unless all are wanted.
const LISTED: usize = 4;

/// So many records are listed in one table at most, so that a page stays light.
const MOST: usize = 400;

/// The reasons of one row in one column.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Closes the panel.
    pub close: String,
    /// The row and its parts.
    pub reasons: Vec<Reasons>,
    /// Lists all records that do not count, or the nearest again.
    pub all: Option<Link>,
}

/// The reasons of a row or a part.
#[derive(Clone, Debug)]
pub struct Reasons {
    /// Its id, for the heading.
    pub id: String,
    /// What it asks: `Why 0 of 3: launched opportunities, to keep Select`.
    pub title: String,
    /// Is it a part?
    pub part: bool,
    /// The verdict; none where nothing is asked of it.
    pub mark: Option<Mark>,
    /// Where the rule is said.
    pub cite: String,
    /// Was that read elsewhere than at its publisher?
    pub second_hand: bool,
    /// Sentences: on which days it looks, what would do, what it turns into when.
    pub said: Vec<String>,
    /// What would settle it.
    pub wants: Vec<String>,
    /// What each part of a score gives: title, points, what stands behind them.
    pub points: Vec<(String, String, String)>,
    /// The answers on which it rests.
    pub answers: Vec<AnswerLine>,
    /// How many records counted, in words.
    pub counted_words: String,
    /// The records that counted.
    pub counted: Vec<RecordLine>,
    /// Has any of them an amount?
    pub amounts: bool,
    /// How many records did not count, in words.
    pub nearly_words: String,
    /// The records that did not count.
    pub nearly: Vec<RecordLine>,
    /// What was left out of them, in words.
    pub left_out: String,
    /// What was read where the source is silent: taken, printed.
    pub readings: Vec<(String, String)>,
    /// Conventions of ours that decided something.
    pub conventions: Vec<String>,
}

/// A record of evidence.
#[derive(Clone, Debug)]
pub struct RecordLine {
    /// What people call it.
    pub id: String,
    /// The record itself.
    pub href: String,
    /// What it says.
    pub about: String,
    /// From which day it counts.
    pub day: Option<When>,
    /// What it adds.
    pub amount: String,
    /// Why it does not count; empty where it does.
    pub reason: String,
    /// May it count all the same?
    pub may_count: bool,
}

/// An answer on which a row rests.
#[derive(Clone, Debug)]
pub struct AnswerLine {
    /// What the question asks.
    pub title: String,
    /// The sheet at that question.
    pub href: String,
    /// The answer; none where there is none.
    pub given: Option<String>,
    /// When, by whom, with which note.
    pub when: String,
    /// What the evidence shows instead; empty where it does not contradict.
    pub contradicted: String,
    /// The records that show it.
    pub shown_by: Vec<RecordLine>,
}

/// The panel of an explained row.
pub fn panel(f: &Frame, program: &str, row: &ExplainedRow, all_records: bool) -> Panel {
    let path = format!("/scorecard/{}", segment(program));
    let reasons = whole(f, program, row, all_records);
    let here = |all: &str| {
        let of = &row.explanation;
        f.links.with(
            &format!("{path}#why"),
            &[
                ("row", &of.standing.id),
                ("question", of.ask.name()),
                ("level", of.level.as_deref().unwrap_or_default()),
                ("records", all),
            ],
        )
    };
    Panel {
        close: f.to(&path),
        all: more_or_less(f, &reasons, all_records, here),
        reasons,
    }
}

/// The panel of a value that nothing is asked of: the records behind it, and why others are not.
pub fn behind(
    f: &Frame,
    program: &str,
    row: &ExplainedRow,
    all_records: bool,
    here: impl Fn(&str) -> String,
) -> Panel {
    let mut reasons = whole(f, program, row, all_records);
    for of in &mut reasons {
        of.title = fill(
            f.t.kpi_behind_title,
            &[("figure", &f.lang.inside(&row.explanation.title))],
        );
        // The page says it beside the figure.
        of.wants.clear();
        of.cite.clear();
    }
    Panel {
        close: String::new(),
        all: more_or_less(f, &reasons, all_records, here),
        reasons,
    }
}

/// An explained row with its parts.
fn whole(f: &Frame, program: &str, row: &ExplainedRow, all: bool) -> Vec<Reasons> {
    let mut reasons = Vec::new();
    let of = &row.explanation;
    one(f, program, of, row, all, None, &mut reasons);
    reasons
}

/// All records where some are left out, only the nearest where none is.
fn more_or_less(
    f: &Frame,
    reasons: &[Reasons],
    all: bool,
    here: impl Fn(&str) -> String,
) -> Option<Link> {
    let more = reasons.iter().any(|r| !r.left_out.is_empty());
    match (more, all) {
        (_, true) => Some(Link::to(here(""), f.t.only_nearest)),
        (true, false) => Some(Link::to(here("all"), f.t.all_records)),
        _ => None,
    }
}

fn one(
    f: &Frame,
    program: &str,
    of: &Explanation,
    row: &ExplainedRow,
    all: bool,
    parent: Option<&Explanation>,
    into: &mut Vec<Reasons>,
) {
    let t = f.t;
    let shown = row.shown(&of.standing.id);
    let own = of.standing.own;
    let mark = match own {
        Truth::NotApplicable if of.standing.need.is_none() => None,
        own => Some(Mark::of(own, t)),
    };
    let numbers = matches!(&of.standing.have, Value::Number(_));
    let lines = |records: &[&Record]| -> Vec<RecordLine> {
        records
            .iter()
            .take(MOST)
            .map(|r| record(f, r, &shown))
            .collect()
    };
    let mut counted: Vec<&Record> = of.counted.iter().collect();
    counted.sort_by_key(|r| std::cmp::Reverse(r.opened));
    let (nearest, left_out) = nearest(f, &of.nearly, all);
    // What a part shares with its row was said there.
    let said_above =
        |taken: &str| parent.is_some_and(|p| p.readings.iter().any(|r| r.taken == taken));
    let level = &row.level_title;
    let purpose = fill(
        if of.ask == Ask::Retain {
            t.to_keep
        } else {
            t.to_reach
        },
        &[("level", level)],
    );
    let figure = figure(f, of, &shown);
    into.push(Reasons {
        id: format!("why-{}", of.standing.id),
        title: if parent.is_some() {
            format!("{}: {figure}", upper_first(&of.title))
        } else {
            fill(
                t.why_title,
                &[
                    ("figure", &figure),
                    ("row", &f.lang.inside(&of.title)),
                    ("purpose", &purpose),
                ],
            )
        },
        part: parent.is_some(),
        mark,
        cite: of.cite.clone(),
        second_hand: of.second_hand,
        said: said(f, of, &shown),
        wants: wants(f, of),
        points: of
            .points
            .iter()
            .map(|p| {
                (
                    upper_first(&p.title),
                    f.lang.value(&Shown::Count, &p.points),
                    part_words(p, f.lang),
                )
            })
            .collect(),
        answers: of.answers.iter().map(|a| answer(f, program, a)).collect(),
        counted_words: if counted.is_empty() && (!numbers || of.nearly.is_empty()) {
            String::new()
        } else if counted.is_empty() {
            t.counted_none.to_owned()
        } else {
            f.lang.several(t.counted_records, counted.len())
        },
        amounts: counted.iter().any(|r| r.amount.is_some()),
        counted: lines(&counted),
        nearly_words: if of.nearly.is_empty() {
            String::new()
        } else {
            f.lang.several(t.not_counted_records, of.nearly.len())
        },
        nearly: lines(&nearest),
        left_out,
        readings: of
            .readings
            .iter()
            .filter(|r| !said_above(&r.taken))
            .map(|r| (r.taken.clone(), r.printed.join("; ")))
            .collect(),
        conventions: of
            .conventions
            .iter()
            .filter(|c| !parent.is_some_and(|p| p.conventions.contains(c)))
            .map(|c| upper_first(f.lang.convention(*c)))
            .collect(),
    });
    for part in &of.parts {
        one(f, program, part, row, all, Some(of), into);
    }
}

fn figure(f: &Frame, of: &Explanation, shown: &Shown) -> String {
    let t = f.t;
    let have = f.lang.value(shown, &of.standing.have);
    match &of.standing.need {
        Some(need) if *shown != Shown::YesNo => {
            let pattern = match need.compare {
                Compare::AtLeast => t.of_need,
                Compare::More => t.over_need,
                Compare::AtMost => t.at_most_need,
                _ => t.under_need,
            };
            format!(
                "{have} {}",
                fill(pattern, &[("need", &f.lang.range(shown, &need.threshold))])
            )
        }
        _ => have,
    }
}

fn said(f: &Frame, of: &Explanation, shown: &Shown) -> Vec<String> {
    let t = f.t;
    let mut said: Vec<String> = Vec::new();
    said.extend(looks(f, &of.looks));
    match &of.gap {
        Gap::By(range) if of.standing.own != Truth::Yes => match range.exact() {
            Some(gap) if !gap.is_negative() => {
                said.push(fill(t.more_would_do, &[("n", &f.lang.number(shown, gap))]));
            }
            Some(gap) => said.push(fill(
                t.less_would_do,
                &[("n", &f.lang.number(shown, &-gap.clone()))],
            )),
            None => said.push(fill(t.missing_is, &[("n", &f.lang.range(shown, range))])),
        },
        Gap::Of(numbers) if !numbers.is_empty() => {
            let numbers: Vec<String> = numbers
                .iter()
                .map(|(name, value)| {
                    format!("{} {}", f.within(name), f.lang.value(&Shown::Count, value))
                })
                .collect();
            said.push(fill(t.what_enters, &[("list", &f.lang.list(&numbers))]));
        }
        _ => {}
    }
    if let Some((on, to)) = &of.next_change {
        let word = Mark::of(*to, t).word;
        said.push(fill(
            t.turns_on,
            &[
                ("verdict", &word),
                ("day", &f.lang.long_day(*on)),
                ("distance", &f.lang.distance(of.as_of.day, *on)),
            ],
        ));
    }
    if let Some(streak) = &of.streak {
        said.push(match (streak.since, streak.met_on, streak.broken_on) {
            (Some(since), Some(met), _) => fill(
                t.streak_until,
                &[
                    ("since", &f.lang.long_day(since)),
                    ("window", &f.lang.window(&streak.window)),
                    ("day", &f.lang.long_day(met)),
                ],
            ),
            (Some(since), None, _) => fill(t.streak_since, &[("since", &f.lang.long_day(since))]),
            (None, _, Some(broken)) => fill(t.streak_broken, &[("day", &f.lang.long_day(broken))]),
            (None, _, None) => t.streak_none.to_owned(),
        });
    }
    said
}

/// On which days facts are looked at; nothing where all are those that hold on the day.
fn looks(f: &Frame, of: &[Look]) -> Vec<String> {
    let t = f.t;
    let one = |look: &Look| -> Option<String> {
        let words = f.lang.window(look.window.as_ref()?);
        Some(match look.days {
            Some(WindowDays {
                after: Some(after),
                through,
            }) => fill(
                t.looks_after,
                &[
                    ("kind", &f.within(&look.kind)),
                    ("after", &f.lang.long_day(after)),
                    ("through", &f.lang.long_day(through)),
                    ("window", &words),
                ],
            ),
            _ => fill(
                t.looks_unknown,
                &[("kind", &f.within(&look.kind)), ("window", &words)],
            ),
        })
    };
    let mut sentences: Vec<String> = of.iter().filter_map(one).collect();
    sentences.dedup();
    sentences
}

/// What would settle a row that is open; what its parts want stands with them.
fn wants(f: &Frame, of: &Explanation) -> Vec<String> {
    use app::domain::explain::Missing;
    let t = f.t;
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
    if of.missing.is_empty() {
        // Everything was supplied: then names that no catalog knows or empty cells leave it open.
        let mut kinds: Vec<String> = Vec::new();
        for record in of
            .nearly
            .iter()
            .filter(|r| r.reason.as_ref().is_some_and(Reason::may_count))
        {
            let text = fill(t.want_clear, &[("kind", &record.kind)]);
            if !kinds.contains(&text) {
                kinds.push(text);
            }
        }
        return kinds;
    }
    of.missing
        .iter()
        .map(|missing| match missing {
            Missing::Kind(kind) => fill(t.want_kind, &[("kind", kind)]),
            Missing::Answer(question) => fill(t.want_answer, &[("title", question)]),
            Missing::Field(kind, field) => fill(t.want_field, &[("kind", kind), ("field", field)]),
            Missing::Parameter(name) => fill(t.want_parameter, &[("name", name)]),
            Missing::Mend(kind, _) => fill(t.want_mended, &[("kind", kind)]),
            Missing::Name(name) => fill(t.want_name, &[("name", name)]),
        })
        .collect()
}

/// Who gave an answer; where nobody is named, which row of which file says so.
pub fn given_by(t: &Texts, by: &str, place: &Place) -> String {
    if !by.is_empty() {
        return by.to_owned();
    }
    let row = place.line.to_string();
    fill(
        t.file_row,
        &[("file", file_name(&place.file)), ("row", &row)],
    )
}

fn answer(f: &Frame, program: &str, of: &app::domain::answers::Answered) -> AnswerLine {
    let t = f.t;
    let when = match &of.given {
        None => String::new(),
        Some(given) => {
            let by = given_by(t, &given.by, &given.place);
            let note = if given.note.is_empty() {
                String::new()
            } else {
                format!(", “{}”", given.note)
            };
            format!("{}, {by}{note}", f.lang.day(given.on))
        }
    };
    let yes_no = of
        .given
        .as_ref()
        .is_some_and(|g| ["yes", "no"].contains(&g.text.to_lowercase().as_str()));
    let shown = if yes_no { Shown::YesNo } else { Shown::Count };
    AnswerLine {
        title: of.title.clone(),
        href: f.to(&format!(
            "/assessments/{}#q-{}",
            segment(program),
            segment(&of.question)
        )),
        given: of.given.as_ref().map(|g| g.text.clone()),
        when,
        contradicted: of.contradicted.as_ref().map_or_else(String::new, |shows| {
            let mut text = fill(t.evidence_shows, &[("value", &f.lang.value(&shown, shows))]);
            if of.shown_by.is_empty() {
                text += &format!(" {}", t.for_no_record);
            }
            text
        }),
        shown_by: of
            .shown_by
            .iter()
            .take(25)
            .map(|r| record(f, r, &Shown::Count))
            .collect(),
    }
}

/// Records that do not count, the nearest of each reason, and what was left out in words.
fn nearest<'r>(f: &Frame, of: &'r [Record], all: bool) -> (Vec<&'r Record>, String) {
    let code = |r: &Record| r.reason.as_ref().map_or("", Reason::code);
    let mut listed: Vec<&Record> = Vec::new();
    let mut left_out: Vec<(&Reason, usize)> = Vec::new();
    for record in of {
        let same = listed.iter().filter(|r| code(r) == code(record)).count();
        // What was corrected stands in its correction.
        let corrected = matches!(record.reason, Some(Reason::Superseded(_)));
        if all || same < LISTED && !corrected {
            listed.push(record);
        } else {
            let same = left_out
                .iter_mut()
                .find(|(of, _)| of.code() == code(record));
            match (same, &record.reason) {
                (Some((_, count)), _) => *count += 1,
                (None, Some(why)) => left_out.push((why, 1)),
                (None, None) => {}
            }
        }
    }
    let words: Vec<String> = left_out
        .iter()
        .map(|(why, count)| {
            fill(
                f.t.left_out,
                &[
                    ("n", &f.lang.size(*count)),
                    ("reason", f.lang.reason_word(why)),
                ],
            )
        })
        .collect();
    (listed, f.lang.list(&words))
}

/// A record as a line.
pub fn record(f: &Frame, of: &Record, shown: &Shown) -> RecordLine {
    let fields: Vec<&str> = of
        .fields
        .iter()
        .filter(|(name, value)| {
            !of.id.contains(value.as_str()) && !name.ends_with("_on") && name != "program"
        })
        .map(|(_, value)| value.as_str())
        .take(3)
        .collect();
    RecordLine {
        id: of.id.clone(),
        href: f.links.with(
            &format!("/evidence/{}", segment(&of.kind)),
            &[("q", &of.id)],
        ),
        about: fields.join(", "),
        day: of.opened.filter(|d| d.is_real()).map(|d| f.when(d)),
        amount: of.amount.as_ref().map_or_else(String::new, |amount| {
            app::domain::number::Exact::parse(amount)
                .map_or_else(|| amount.clone(), |n| f.lang.number(shown, &n))
        }),
        reason: of
            .reason
            .as_ref()
            .map(|why| f.lang.reason(why))
            .unwrap_or_default(),
        may_count: of.reason.as_ref().is_some_and(Reason::may_count),
    }
}
