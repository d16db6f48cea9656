//! The fixed JSON shapes, from the same values as the text.

use app::domain::answers::Answered;
use app::domain::calendar::Day;
use app::domain::cost::Cost;
use app::domain::diagnostic::Diagnostic;
use app::domain::diff::Change;
use app::domain::explain::{Explanation, Gap, Record, Streak};
use app::domain::lifecycle::{Event, Happened};
use app::domain::number::{Exact, Range};
use app::domain::points::PartPoints;
use app::domain::standing::Value as Have;
use app::domain::syntax::Compare;
use app::evaluate::Table;
use app::evidence::Opened;
use app::explain::{Explained, ExplainedRow};
use app::overview::Overview;
use app::scorecard::{Column, Projected, Reading, Row, Scorecard};
use app::timeline::Told;
use app::verify::{CasesOf, Compared};
use app::words::Shown;
use serde_json::{Map, Value, json};

/// A value as text, with a line feed at its end.
pub fn text(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

pub fn day(day: Option<Day>) -> Value {
    day.map_or(Value::Null, |d| Value::String(d.to_string()))
}

fn number(number: &Exact, shown: &Shown) -> Value {
    Value::String(match (shown, number.to_i64()) {
        (Shown::Date, Some(n)) => {
            i32::try_from(n).map_or_else(|_| number.to_string(), |n| Day(n).to_string())
        }
        _ => number.to_string(),
    })
}

/// The least that is known, and the most where silence leaves a range: `have` and `have_most`, null without limit.
pub fn bounds(object: &mut Map<String, Value>, key: &str, value: &Have, shown: &Shown) {
    match value {
        Have::Number(range) => match range.exact() {
            Some(exact) => {
                object.insert(key.to_owned(), number(exact, shown));
            }
            None => {
                let end =
                    |end: &Option<Exact>| end.as_ref().map_or(Value::Null, |n| number(n, shown));
                object.insert(key.to_owned(), end(&range.least));
                object.insert(format!("{key}_most"), end(&range.most));
            }
        },
        Have::Word(word) => {
            object.insert(
                key.to_owned(),
                word.as_ref().map_or(Value::Null, |w| json!(w)),
            );
        }
        Have::NotApplicable => {
            object.insert(key.to_owned(), Value::Null);
        }
    }
}

pub fn threshold(object: &mut Map<String, Value>, range: &Range, shown: &Shown) {
    bounds(object, "need", &Have::Number(range.clone()), shown);
}

fn row(of: &Row) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(of.id));
    bounds(&mut object, "have", &of.have, &of.shown);
    match &of.need {
        Some(need) => threshold(&mut object, &need.threshold, &of.shown),
        None => {
            object.insert("need".to_owned(), Value::Null);
        }
    }
    object.insert("verdict".to_owned(), json!(of.verdict.verdict()));
    object.insert("parts".to_owned(), of.parts.iter().map(row).collect());
    object.insert("own".to_owned(), json!(of.own.verdict()));
    if !of.points.is_empty() {
        object.insert("points".to_owned(), points(&of.points));
    }
    object.insert(
        "compare".to_owned(),
        of.need
            .as_ref()
            .map_or(Value::Null, |n| json!(compare(n.compare))),
    );
    object.insert("title".to_owned(), json!(of.title));
    object.insert("area".to_owned(), json!(of.area));
    object.insert("unit".to_owned(), json!(of.shown.name()));
    object.insert(
        "gap".to_owned(),
        of.gap
            .as_ref()
            .map_or(Value::Null, |g| json!(g.to_string())),
    );
    object.insert("cite".to_owned(), json!(of.cite));
    object.insert("second_hand".to_owned(), json!(of.second_hand));
    object.insert(
        "missing".to_owned(),
        of.missing.iter().map(|m| json!(m.id())).collect(),
    );
    Value::Object(object)
}

/// What each part of a score gives, with its most and its weight where it has them.
fn points(of: &[PartPoints]) -> Value {
    of.iter()
        .map(|part| {
            let mut object = Map::new();
            object.insert("id".to_owned(), json!(part.id));
            bounds(&mut object, "points", &part.points, &Shown::Count);
            for (key, value) in [("max", &part.max), ("weight", &part.weight)] {
                if let Some(value) = value {
                    bounds(&mut object, key, value, &Shown::Count);
                }
            }
            object.insert("title".to_owned(), json!(part.title));
            if let Some(lowest) = part.lowest {
                object.insert("lowest".to_owned(), json!(lowest));
            }
            Value::Object(object)
        })
        .collect()
}

fn compare(compare: Compare) -> &'static str {
    match compare {
        Compare::AtLeast => "at_least",
        Compare::More => "more_than",
        Compare::AtMost => "at_most",
        Compare::Less => "less_than",
        Compare::Equal => "equal",
        Compare::NotEqual => "not_equal",
    }
}

fn column(of: &Column) -> Value {
    let mut object = Map::new();
    object.insert("question".to_owned(), json!(of.ask.name()));
    object.insert("level".to_owned(), json!(of.level));
    object.insert(
        "window".to_owned(),
        of.window.map_or(
            Value::Null,
            |w| json!({ "after": day(w.after), "through": day(Some(w.through)) }),
        ),
    );
    object.insert("verdict".to_owned(), json!(of.verdict.verdict()));
    object.insert("requirements".to_owned(), of.rows.iter().map(row).collect());
    object.insert("title".to_owned(), json!(of.title));
    Value::Object(object)
}

fn reading(of: &Reading) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(of.id));
    bounds(&mut object, "value", &of.value, &of.shown);
    object.insert("title".to_owned(), json!(of.title));
    object.insert("area".to_owned(), json!(of.area));
    object.insert(
        "unit".to_owned(),
        json!(if of.unit.is_empty() {
            of.shown.name()
        } else {
            &of.unit
        }),
    );
    object.insert("cite".to_owned(), json!(of.cite));
    Value::Object(object)
}

/// The status by our own account, with what was not passed.
fn projected(of: &Projected) -> Value {
    let failed = of.failed.as_ref().map(|f| {
        json!({
            "on": f.on.to_string(),
            "review": day(f.review),
            "level": f.level,
            "lost_on": day(f.lost_on),
            "lost": f.lost,
            "falls_to": f.falls_to.clone().flatten(),
            "to_not_published": f.falls_to.is_none(),
        })
    });
    json!({ "title": of.title, "since": of.since.to_string(), "failed": failed })
}

/// A scorecard: the keys of DESIGN §6 first, further ones after them.
pub fn scorecard(card: &Scorecard) -> Value {
    let level = |at: Option<usize>| at.map_or(Value::Null, |l| json!(card.levels[l].id));
    let fee = card.fee.as_ref().map_or(Value::Null, |fee| {
        let mut object = Map::new();
        bounds(&mut object, "amount", &fee.amount, &fee.shown);
        object.insert("unit".to_owned(), json!(fee.shown.name()));
        object.insert("every".to_owned(), json!(fee.every.to_string()));
        object.insert("paid".to_owned(), json!(fee.paid.verdict()));
        object.insert("paid_until".to_owned(), day(fee.until));
        object.insert("cite".to_owned(), json!(fee.cite));
        Value::Object(object)
    });
    let questions: Vec<Value> = card
        .areas
        .iter()
        .flat_map(|a| a.questions.iter().map(move |q| (a, q)))
        .map(|(area, q)| {
            let mut object = Map::new();
            object.insert("id".to_owned(), json!(q.id));
            match &q.answer {
                Some(answer) => bounds(&mut object, "answer", answer, &q.shown),
                None => {
                    object.insert("answer".to_owned(), Value::Null);
                }
            }
            object.insert("answered".to_owned(), json!(q.answer.is_some()));
            if let Some(evidence) = &q.contradicted {
                bounds(&mut object, "contradicted_by", evidence, &q.shown);
            }
            object.insert("title".to_owned(), json!(q.title));
            object.insert("area".to_owned(), json!(area.area));
            object.insert("unit".to_owned(), json!(q.shown.name()));
            object.insert("cite".to_owned(), json!(q.cite));
            Value::Object(object)
        })
        .collect();
    json!({
        "partner": card.partner,
        "program": card.program,
        "edition": card.edition,
        "as_of": card.as_of.to_string(),
        "holds": card.holds.as_ref().map(|h| &h.id),
        "columns": card.columns.iter().map(column).collect::<Vec<_>>(),
        "news": card.news,
        "open": card.open,
        "projected": card.projected.as_ref().map(projected),
        "next_edition": card.next_edition.as_ref().map(|n| json!({ "edition": n.edition, "from": n.from.to_string() })),
        "title": card.title,
        "partner_name": card.partner_name,
        "hash": card.hash,
        "known_at": day(card.known_at),
        "assumed": card.assumed,
        "second_hand": card.second_hand,
        "levels": card.levels.iter().map(|l| json!({ "id": l.id, "title": l.title })).collect::<Vec<_>>(),
        "holds_since": day(card.holds.as_ref().map(|h| h.since)),
        "meets": level(card.meets),
        "meets_most": level(card.meets_most),
        "stage": card.stage.as_ref().map(|s| &s.id),
        "track": card.track,
        "fee": fee,
        "last_review": day(card.review.as_ref().and_then(|r| r.last)),
        "next_review": day(card.review.as_ref().and_then(|r| r.next)),
        "renewal_closes": day(card.review.as_ref().and_then(|r| r.closes)),
        "days_left": card.review.as_ref().and_then(|r| r.days_left),
        "values": card.values.iter().map(reading).collect::<Vec<_>>(),
        "questions": questions,
        "kpis": card.kpis.iter().map(reading).collect::<Vec<_>>(),
        "moves": card.moves.iter().map(|m| json!({ "area": m.area, "do": m.act, "cite": m.cite })).collect::<Vec<_>>(),
        "readings": card.readings.iter().map(|r| json!({ "about": r.about, "printed": r.printed, "taken": r.taken })).collect::<Vec<_>>(),
        "supplies": card.supplies.iter().map(|s| json!({ "kind": s.kind, "supplied": s.supplied, "facts": s.facts, "newest": day(s.newest) })).collect::<Vec<_>>(),
        "missing": card.missing.iter().map(|(m, rows)| json!({ "id": m.id(), "supply": m.words(), "rows": rows })).collect::<Vec<_>>(),
    })
}

/// Every program at once.
pub fn overview(overview: &Overview) -> Value {
    json!({
        "partner": overview.partner,
        "partner_name": overview.partner_name,
        "news": overview.news,
        "programs": overview.cards.iter().map(scorecard).collect::<Vec<_>>(),
        "left_out": overview.left_out.iter().map(|(program, problem)| json!({ "program": program, "code": problem.code, "message": problem.message, "help": problem.help })).collect::<Vec<_>>(),
        "settle": overview.settle.iter().map(|s| json!({ "id": s.missing.id(), "supply": s.missing.words(), "rows": s.rows, "programs": s.programs })).collect::<Vec<_>>(),
    })
}

/// Problems: what `check` lists.
pub fn problems(problems: &[Diagnostic]) -> Value {
    problems.iter().map(problem).collect()
}

/// Problems, and what the rows of each edition cost.
pub fn checked_with_costs(problems: Value, costs: &[(String, Vec<Cost>)]) -> Value {
    let costs: Vec<Value> = costs
        .iter()
        .map(|(edition, rows)| {
            let rows: Vec<Value> = rows
                .iter()
                .map(|row| {
                    json!({
                        "id": row.row,
                        "part": row.part,
                        "direction": row.direction.name(),
                        "costly": row.forms.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    })
                })
                .collect();
            json!({ "edition": edition, "rows": rows })
        })
        .collect();
    json!({ "problems": problems, "costs": costs })
}

fn problem(of: &Diagnostic) -> Value {
    json!({
        "code": of.code,
        "severity": of.severity.name(),
        "message": of.message,
        "file": of.place.file,
        "line": of.place.line,
        "column": of.place.column,
        "context": of.place.context,
        "help": of.help,
    })
}

/// What running worked cases found, edition by edition.
pub fn cases(found: &[CasesOf]) -> Value {
    found
        .iter()
        .map(|c| {
            let (covered, wanted) = c.coverage.numbers(None);
            json!({
                "edition": c.edition,
                "cases": c.cases,
                "checks": c.checks,
                "failures": problems(&c.problems),
                "edges": wanted,
                "edges_touched": covered,
                "edges_settled": wanted - covered - c.untested.len(),
                "untested": problems(&c.untested),
            })
        })
        .collect()
}

/// A table: an array of objects.
pub fn table(table: &Table) -> Value {
    table
        .rows
        .iter()
        .map(|row| {
            let cells = table.header.iter().zip(row);
            Value::Object(
                cells
                    .map(|(name, cell)| {
                        let cell = if cell.is_empty() {
                            Value::Null
                        } else {
                            json!(cell)
                        };
                        (name.clone(), cell)
                    })
                    .collect(),
            )
        })
        .collect()
}

pub fn record(of: &Record) -> Value {
    json!({
        "kind": of.kind,
        "id": of.id,
        "file": of.place.file,
        "row": of.place.line,
        "fields": of.fields.iter().map(|(n, v)| (n.clone(), json!(v))).collect::<Map<_, _>>(),
        "opened": day(of.opened.filter(|d| d.is_real())),
        "amount": of.amount,
        "reason": of.reason.as_ref().map(|r| r.code()),
        "because": of.reason.as_ref().map(ToString::to_string),
        "may_count": of.reason.as_ref().is_some_and(|r| r.may_count()),
    })
}

/// An answer on which a row rests, and what contradicts it.
fn answered(of: &Answered) -> Value {
    let given = of.given.as_ref();
    let text = |of: &str| (!of.is_empty()).then(|| of.to_owned());
    let mut object = Map::new();
    object.insert("question".to_owned(), json!(of.question));
    object.insert("title".to_owned(), json!(of.title));
    object.insert("answer".to_owned(), json!(given.map(|g| &g.text)));
    object.insert("on".to_owned(), day(given.map(|g| g.on)));
    object.insert("by".to_owned(), json!(given.and_then(|g| text(&g.by))));
    object.insert("note".to_owned(), json!(given.and_then(|g| text(&g.note))));
    object.insert("file".to_owned(), json!(given.map(|g| &g.place.file)));
    object.insert("row".to_owned(), json!(given.map(|g| g.place.line)));
    object.insert("cite".to_owned(), json!(of.cite));
    if let Some(shows) = &of.contradicted {
        bounds(&mut object, "contradicted_by", shows, &Shown::Count);
        object.insert(
            "shown_by".to_owned(),
            of.shown_by.iter().map(record).collect(),
        );
    }
    Value::Object(object)
}

fn streak(of: &Streak) -> Value {
    json!({
        "window": of.window,
        "since": day(of.since),
        "broken_on": day(of.broken_on),
        "met_on": day(of.met_on),
    })
}

fn explanation(of: &Explanation, row: &ExplainedRow) -> Value {
    let shown = row.shown(&of.standing.id);
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(of.standing.id));
    object.insert("title".to_owned(), json!(of.title));
    object.insert("question".to_owned(), json!(of.ask.name()));
    object.insert("level".to_owned(), json!(of.level));
    bounds(&mut object, "have", &of.standing.have, &shown);
    if let Some(need) = &of.standing.need {
        threshold(&mut object, &need.threshold, &shown);
        object.insert("compare".to_owned(), json!(compare(need.compare)));
    }
    object.insert("verdict".to_owned(), json!(of.standing.verdict.verdict()));
    object.insert("own".to_owned(), json!(of.standing.own.verdict()));
    object.insert("unit".to_owned(), json!(shown.name()));
    object.insert(
        "looks".to_owned(),
        of.looks
            .iter()
            .map(|look| {
                json!({
                    "kind": look.kind,
                    "window": look.window,
                    "after": day(look.days.and_then(|d| d.after)),
                    "through": day(look.days.map(|d| d.through)),
                })
            })
            .collect(),
    );
    if !of.points.is_empty() {
        object.insert("points".to_owned(), points(&of.points));
    }
    object.insert("cite".to_owned(), json!(of.cite));
    object.insert("second_hand".to_owned(), json!(of.second_hand));
    object.insert(
        "readings".to_owned(),
        of.readings
            .iter()
            .map(|r| json!({ "about": r.about, "printed": r.printed, "taken": r.taken }))
            .collect(),
    );
    object.insert("conventions".to_owned(), json!(of.conventions));
    object.insert(
        "answers".to_owned(),
        of.answers.iter().map(answered).collect(),
    );
    object.insert(
        "counted".to_owned(),
        of.counted.iter().map(record).collect(),
    );
    object.insert("nearly".to_owned(), of.nearly.iter().map(record).collect());
    object.insert(
        "missing".to_owned(),
        of.missing.iter().map(|m| json!(m.to_string())).collect(),
    );
    object.insert(
        "gap".to_owned(),
        match &of.gap {
            Gap::Closed => Value::Null,
            Gap::By(range) => {
                let mut by = Map::new();
                bounds(&mut by, "by", &Have::Number(range.clone()), &shown);
                Value::Object(by)
            }
            Gap::Test => json!("test"),
            Gap::Of(numbers) => {
                let mut of = Map::new();
                for (name, value) in numbers {
                    bounds(&mut of, name, value, &Shown::Count);
                }
                json!({ "of": of })
            }
        },
    );
    object.insert(
        "next_change".to_owned(),
        of.next_change.as_ref().map_or(
            Value::Null,
            |(on, to)| json!({ "on": day(Some(*on)), "to": to.verdict() }),
        ),
    );
    object.insert(
        "streak".to_owned(),
        of.streak.as_ref().map_or(Value::Null, streak),
    );
    object.insert(
        "parts".to_owned(),
        of.parts.iter().map(|p| explanation(p, row)).collect(),
    );
    Value::Object(object)
}

/// Why rows stand as they do.
pub fn explained(of: &Explained) -> Value {
    json!({
        "partner": of.card.partner,
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "as_of": of.card.as_of.to_string(),
        "known_at": day(of.card.known_at),
        "assumed": of.card.assumed,
        "rows": of.rows.iter().map(|r| explanation(&r.explanation, r)).collect::<Vec<_>>(),
    })
}

pub fn event(of: &Event) -> Value {
    let review = |on: &Day| json!({ "review": on.to_string() });
    let (what, more) = match &of.what {
        Happened::Stated => ("stated", Value::Null),
        Happened::Renewed { review: on } => ("renewed", review(on)),
        Happened::ReviewOpen { review: on } => ("review-open", review(on)),
        Happened::Failed {
            review,
            lost_on,
            falls_to,
        } => (
            "failed",
            json!({
                "review": day(*review),
                "lost_on": day(*lost_on),
                "falls_to": falls_to.clone().flatten(),
                "grace_not_published": lost_on.is_none(),
                "to_not_published": falls_to.is_none(),
            }),
        ),
        Happened::Demoted => ("demoted", Value::Null),
        Happened::Promoted => ("promoted", Value::Null),
        Happened::MayBeAskedFor { level, .. } => ("may-be-asked-for", json!({ "level": level })),
    };
    json!({ "on": of.day.to_string(), "what": what, "level": of.level, "more": more })
}

/// When levels were entered, held and lost.
pub fn timeline(of: &Told) -> Value {
    let levels = &of.timeline.levels;
    let ribbons: Vec<Value> = of
        .timeline
        .ribbons
        .iter()
        .map(|r| {
            let runs: Vec<Value> = r
                .steps
                .spans(of.timeline.to.0)
                .map(|(first, last, truth)| {
                    json!({ "from": Day(first.max(of.timeline.from.0)).to_string(), "through": Day(last).to_string(), "verdict": truth.map(|t| t.verdict()) })
                })
                .collect();
            json!({ "question": r.ask.name(), "level": levels[r.level].0, "runs": runs })
        })
        .collect();
    let changes: Vec<Value> = of
        .timeline
        .changes
        .iter()
        .map(|c| {
            let causes: Vec<Value> = c
                .causes
                .iter()
                .map(|cause| {
                    let mut object = Map::new();
                    object.insert("row".to_owned(), json!(cause.row));
                    object.insert("before".to_owned(), json!(cause.before.verdict()));
                    object.insert("after".to_owned(), json!(cause.after.verdict()));
                    let shown = of.shown(&cause.row);
                    bounds(&mut object, "had", &cause.had, &shown);
                    bounds(&mut object, "has", &cause.has, &shown);
                    object.insert("counted_after".to_owned(), day(cause.counted_after));
                    object.insert(
                        "gained".to_owned(),
                        cause.gained.iter().map(record).collect(),
                    );
                    object.insert("lost".to_owned(), cause.lost.iter().map(record).collect());
                    Value::Object(object)
                })
                .collect();
            json!({
                "on": c.day.to_string(),
                "question": c.ask.name(),
                "level": levels[c.level].0,
                "before": c.before.verdict(),
                "after": c.after.verdict(),
                "edition": c.edition,
                "causes": causes,
            })
        })
        .collect();
    let editions: Vec<Value> = of
        .timeline
        .editions
        .iter()
        .map(|j| {
            json!({
                "from": j.from.to_string(),
                "through": j.to.to_string(),
                "edition": j.edition,
                "elected": j.elected,
                "changes": j.changes.iter().map(change).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "partner": of.card.partner,
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "as_of": of.card.as_of.to_string(),
        "assumed": of.card.assumed,
        "from": of.timeline.from.to_string(),
        "to": of.timeline.to.to_string(),
        "editions": editions,
        "levels": ribbons,
        "changes": changes,
        "status": of.timeline.status.iter().map(event).collect::<Vec<_>>(),
        "streaks": of.timeline.streaks.iter().map(|(row, level, s)| json!({ "row": row, "level": level, "streak": streak(s) })).collect::<Vec<_>>(),
    })
}

fn change(of: &Change) -> Value {
    json!({
        "kind": of.kind(),
        "section": of.section.name(),
        "id": of.id,
        "key": of.key,
        "level": of.level,
        "track": of.track,
        "before": of.before,
        "after": of.after,
        "cite_before": of.cite_before,
        "cite_after": of.cite_after,
    })
}

/// What a newer edition changes.
pub fn changes(of: &Compared) -> Value {
    let changes: Vec<Value> = of.changes.iter().map(change).collect();
    json!({ "before": of.before, "after": of.after, "changes": changes })
}

/// What became of the rows of an import, and all its problems.
pub fn imported(of: &Opened) -> Value {
    let sheets: Vec<Value> = of
        .sheets
        .iter()
        .map(|s| {
            json!({
                "file": s.file,
                "kind": s.kind,
                "read": s.read,
                "accepted": s.accepted,
                "refused": s.refused,
                "repeated": s.repeated,
            })
        })
        .collect();
    json!({ "sheets": sheets, "problems": problems(&of.problems) })
}
