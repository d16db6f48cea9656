//! The JSON shapes of what lies ahead, from the same values as the text.

use app::domain::forecast::falls::{Fall, LevelFall, Review, Short};
use app::domain::forecast::leavers::{Hanging, Leaver};
use app::forecast::{Ahead, Forecast, Labels};
use app::leavers::Leavers;
use serde_json::{Map, Value, json};

use crate::json::{bounds, day, event, record, threshold};

/// What falls ahead. `forecast` says that none of it is a fact.
pub fn forecast(of: &Forecast) -> Value {
    json!({
        "forecast": true,
        "partner": of.partner,
        "as_of": of.as_of.to_string(),
        "to": of.to.to_string(),
        "programs": of.programs.iter().map(program).collect::<Vec<_>>(),
        "left_out": of.left_out.iter().map(|(program, problem)| json!({ "program": program, "because": problem.message })).collect::<Vec<_>>(),
    })
}

fn program(of: &Ahead) -> Value {
    let calendar = &of.calendar;
    json!({
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "assumed": of.card.assumed,
        "holds": of.card.holds.as_ref().map(|h| h.id.clone()),
        "news": of.news(),
        "falls": calendar.falls.iter().map(|f| fall(&of.labels, f)).collect::<Vec<_>>(),
        "levels": calendar.levels.iter().map(level).collect::<Vec<_>>(),
        "reviews": calendar.reviews.iter().map(|r| review(of, r)).collect::<Vec<_>>(),
    })
}

fn fall(of: &Labels, fall: &Fall) -> Value {
    let shown = of.shown(&fall.row);
    let mut object = Map::new();
    object.insert("on".to_owned(), json!(fall.day.to_string()));
    object.insert("question".to_owned(), json!(fall.ask.name()));
    object.insert("level".to_owned(), json!(fall.level));
    object.insert("row".to_owned(), json!(fall.row));
    bounds(&mut object, "had", &fall.had, &shown);
    bounds(&mut object, "has", &fall.has, &shown);
    match &fall.need {
        Some(need) => threshold(&mut object, &need.threshold, &shown),
        None => {
            object.insert("need".to_owned(), Value::Null);
        }
    }
    object.insert("verdict".to_owned(), json!(fall.after.verdict()));
    object.insert("edition".to_owned(), json!(fall.edition));
    object.insert("counted_after".to_owned(), day(fall.counted_after));
    object.insert(
        "causes".to_owned(),
        fall.causes.iter().map(record).collect(),
    );
    object.insert(
        "keeps".to_owned(),
        json!(fall.keeps.as_ref().map(ToString::to_string)),
    );
    object.insert("again".to_owned(), day(fall.again));
    Value::Object(object)
}

fn level(of: &LevelFall) -> Value {
    json!({ "on": of.day.to_string(), "question": of.ask.name(), "level": of.level, "verdict": of.after.verdict() })
}

fn review(of: &Ahead, review: &Review) -> Value {
    let short = |short: &Short| {
        let shown = of.shown(&short.row);
        let mut object = Map::new();
        object.insert("row".to_owned(), json!(short.row));
        bounds(&mut object, "have", &short.have, &shown);
        if let Some(need) = &short.need {
            threshold(&mut object, &need.threshold, &shown);
        }
        object.insert(
            "keeps".to_owned(),
            json!(short.keeps.as_ref().map(ToString::to_string)),
        );
        Value::Object(object)
    };
    let mut value = event(&review.event);
    if let Value::Object(object) = &mut value {
        object.insert("short".to_owned(), review.short.iter().map(short).collect());
    }
    value
}

/// What each person's leaving would cost, the heaviest first.
pub fn leavers(of: &Leavers) -> Value {
    json!({
        "forecast": true,
        "partner": of.card.partner,
        "program": of.card.program,
        "edition": of.card.edition,
        "hash": of.card.hash,
        "as_of": of.card.as_of.to_string(),
        "to": of.to.to_string(),
        "assumed": of.card.assumed,
        "people": of.leavers.iter().map(|l| leaver(of, l)).collect::<Vec<_>>(),
    })
}

fn leaver(of: &Leavers, leaver: &Leaver) -> Value {
    json!({
        "person": leaver.person,
        "name": leaver.name,
        "levels": leaver.levels.iter().map(|(ask, level)| json!({ "question": ask.name(), "level": level })).collect::<Vec<_>>(),
        "reviews": leaver.reviews.iter().map(|(on, level)| json!({ "on": on.to_string(), "level": level })).collect::<Vec<_>>(),
        "rows": leaver.rows.iter().map(|r| hanging(&of.labels, r)).collect::<Vec<_>>(),
        "later": leaver.later.iter().map(|f| fall(&of.labels, f)).collect::<Vec<_>>(),
    })
}

fn hanging(of: &Labels, row: &Hanging) -> Value {
    let shown = of.shown(&row.row);
    let mut object = Map::new();
    object.insert("question".to_owned(), json!(row.ask.name()));
    object.insert("level".to_owned(), json!(row.level));
    object.insert("row".to_owned(), json!(row.row));
    bounds(&mut object, "had", &row.had, &shown);
    bounds(&mut object, "has", &row.has, &shown);
    match &row.need {
        Some(need) => threshold(&mut object, &need.threshold, &shown),
        None => {
            object.insert("need".to_owned(), Value::Null);
        }
    }
    object.insert("before".to_owned(), json!(row.before.verdict()));
    object.insert("after".to_owned(), json!(row.after.verdict()));
    object.insert("none_to_spare".to_owned(), json!(row.none_to_spare()));
    Value::Object(object)
}
