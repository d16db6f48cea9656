//! The fixed JSON shape of a scorecard, which the command line and the API print and a decision keeps to the byte.
//!
//! A key that is added here is in new answers only; what a decision keeps stays as it was.

use domain::calendar::Day;
use domain::number::{Exact, Range};
use domain::points::PartPoints;
use domain::standing::Value as Have;
use domain::syntax::Compare;
use serde_json::{Map, Value, json};

use crate::locale::Lang;
use crate::scorecard::{Column, Projected, Reading, Row, Scorecard};
use crate::words::Shown;

/// A value as text, with a line feed at its end.
pub fn text(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A day, null where there is none.
pub fn day(day: Option<Day>) -> Value {
    day.map_or(Value::Null, |d| Value::String(d.to_string()))
}

/// An exact number as text; one that stands for a day as that day.
pub fn number(number: &Exact, shown: &Shown) -> Value {
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

/// What is needed, under `need`.
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
pub fn points(of: &[PartPoints]) -> Value {
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

/// How what there is and what is needed are compared, as a word.
pub fn compare(compare: Compare) -> &'static str {
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
        "open": card.open.iter().map(|row| row.words(Lang::default())).collect::<Vec<_>>(),
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
        "missing": card.missing.iter().map(|(m, rows)| json!({ "id": m.id(), "supply": m.words(Lang::default()), "rows": rows })).collect::<Vec<_>>(),
    })
}
