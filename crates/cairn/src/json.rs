//! The fixed JSON shapes, from the same values as the text. That of a scorecard stands in `app::wire`, for decisions keep its bytes.

use app::assessment::Assessment;
use app::domain::answers::Answered;
use app::domain::calendar::Day;
use app::domain::cost::Cost;
use app::domain::diagnostic::Diagnostic;
use app::domain::diff::Change;
use app::domain::explain::{Explanation, Gap, Record, Streak};
use app::domain::lifecycle::{Event, Happened};
use app::domain::program::{AnswerType, Better, Question};
use app::domain::standing::Value as Have;
use app::evaluate::Table;
use app::evidence::Opened;
use app::explain::{Explained, ExplainedRow};
use app::kpis::{Board, Detail, Figure, Target};
use app::locale::Lang;
use app::overview::Overview;
use app::timeline::Told;
use app::verify::{CasesOf, Compared};
pub use app::wire::{bounds, compare, day, points, scorecard, text, threshold};
use app::words::Shown;
use serde_json::{Map, Value, json};

/// Every program at once.
pub fn overview(overview: &Overview) -> Value {
    json!({
        "partner": overview.partner,
        "partner_name": overview.partner_name,
        "news": overview.news(Lang::default()),
        "programs": overview.cards.iter().map(scorecard).collect::<Vec<_>>(),
        "left_out": overview.left_out.iter().map(|(program, problem)| json!({ "program": program, "code": problem.code, "message": problem.message, "help": problem.help })).collect::<Vec<_>>(),
        "settle": overview.settle.iter().map(|s| json!({ "id": s.missing.id(), "supply": s.missing.words(Lang::default()), "rows": s.rows, "programs": s.programs })).collect::<Vec<_>>(),
    })
}

/// All key figures of a library.
pub fn kpis(board: &Board) -> Value {
    let figures = board.groups.iter().flat_map(|g| &g.figures);
    let missing = board.missing.iter().map(|(missing, figures)| {
        json!({ "id": missing.id(), "supply": missing.words(Lang::default()), "figures": figures })
    });
    json!({
        "partner": board.partner,
        "partner_name": board.partner_name,
        "program": board.program,
        "title": board.title,
        "edition": board.edition,
        "as_of": board.as_of.to_string(),
        "known_at": day(board.known_at),
        "figures": figures.map(figure).collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
        "libraries": board.libraries.iter().map(|l| json!({ "id": l.id, "title": l.title })).collect::<Vec<_>>(),
        "strays": board.strays,
    })
}

/// A key figure.
fn figure(of: &Figure) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(of.id));
    bounds(&mut object, "value", &of.value, &of.shown);
    object.insert("title".to_owned(), json!(of.title));
    object.insert("area".to_owned(), json!(of.area));
    let unit = if of.unit.is_empty() {
        of.shown.name()
    } else {
        &of.unit
    };
    object.insert("unit".to_owned(), json!(unit));
    let better = of.better.map(|better| match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
    });
    object.insert("better".to_owned(), json!(better));
    object.insert("formula".to_owned(), json!(of.formula));
    object.insert("note".to_owned(), json!(of.note));
    object.insert("cite".to_owned(), json!(of.cite));
    object.insert("second_hand".to_owned(), json!(of.second_hand));
    let course: Vec<Value> = of
        .course
        .iter()
        .map(|point| {
            let mut object = Map::new();
            object.insert("day".to_owned(), json!(point.day.to_string()));
            bounds(&mut object, "value", &point.value, &of.shown);
            Value::Object(object)
        })
        .collect();
    object.insert("course".to_owned(), json!(course));
    object.insert(
        "target".to_owned(),
        of.target.as_ref().map_or(Value::Null, target),
    );
    let published: Vec<Value> = of
        .bands
        .iter()
        .map(|(band, against)| {
            json!({
                "title": band.title,
                "from": band.from.as_ref().map(ToString::to_string),
                "to": band.to.as_ref().map(ToString::to_string),
                "currency": band.currency,
                "year": band.year,
                "cite": band.cite,
                "second_hand": band.second_hand,
                "against": against.name(),
            })
        })
        .collect();
    object.insert("published".to_owned(), json!(published));
    let missing: Vec<Value> = of
        .missing
        .iter()
        .map(|m| json!({ "id": m.id(), "supply": m.words(Lang::default()) }))
        .collect();
    object.insert("missing".to_owned(), json!(missing));
    object.insert("bases".to_owned(), json!(of.bases));
    Value::Object(object)
}

fn target(of: &Target) -> Value {
    json!({
        "value": of.text,
        "from": of.from.to_string(),
        "until": day(Some(of.until).filter(|d| d.is_real())),
        "note": of.note,
        "verdict": of.reached.verdict(),
    })
}

/// One key figure with the records behind it.
pub fn kpi(of: &Detail) -> Value {
    let enters: Vec<Value> = of
        .enters
        .iter()
        .map(|e| {
            let mut object = Map::new();
            object.insert("id".to_owned(), json!(e.id));
            object.insert("title".to_owned(), json!(e.title));
            bounds(&mut object, "value", &e.value, &e.shown);
            let unit = if e.unit.is_empty() {
                e.shown.name()
            } else {
                &e.unit
            };
            object.insert("unit".to_owned(), json!(unit));
            Value::Object(object)
        })
        .collect();
    json!({
        "partner": of.board.partner,
        "program": of.board.program,
        "edition": of.board.edition,
        "as_of": of.board.as_of.to_string(),
        "known_at": day(of.board.known_at),
        "figure": figure(&of.figure),
        "enters": enters,
        "entered_by": of.entered_by.iter().map(|n| json!({ "id": n.id, "title": n.title })).collect::<Vec<_>>(),
        "targets": of.targets.iter().map(target).collect::<Vec<_>>(),
        "counted": of.explanation.counted.iter().map(record).collect::<Vec<_>>(),
        "not_counted": of.explanation.nearly.iter().map(record).collect::<Vec<_>>(),
        "readings": of.explanation.readings.iter().map(|r| json!({ "about": r.about, "printed": r.printed, "taken": r.taken })).collect::<Vec<_>>(),
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
        "window": of.window.to_string(),
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
                    "window": look.window.map(|w| w.to_string()),
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
    object.insert(
        "conventions".to_owned(),
        json!(
            of.conventions
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        ),
    );
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

pub fn change(of: &Change) -> Value {
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

/// The questions of a program with their answers.
pub fn assessment(of: &Assessment) -> Value {
    let question = |(question, answered): &(Question, Answered)| {
        let given = answered.given.as_ref().map(|given| {
            json!({ "answer": given.text, "on": given.on.to_string(), "by": given.by, "note": given.note })
        });
        json!({
            "question": answered.question,
            "area": question.area,
            "title": question.title,
            "type": answer_type(&question.answer),
            "may_not_apply": question.may_not_apply,
            "cite": question.cite,
            "answer": given,
            "contradicted": answered.contradicted.as_ref().map(|v| Shown::default().value(v)),
        })
    };
    json!({
        "partner": of.card.partner,
        "program": of.card.program,
        "edition": of.card.edition,
        "as_of": of.card.as_of.to_string(),
        "questions": of.questions.iter().map(question).collect::<Vec<_>>(),
    })
}

/// The type of an answer, as a program's file writes it.
fn answer_type(of: &AnswerType) -> String {
    match of {
        AnswerType::YesNo => "yes or no".to_owned(),
        AnswerType::Scale(from, to) => format!("{from} to {to}"),
        AnswerType::Percent => "percent".to_owned(),
        AnswerType::Number => "number".to_owned(),
        AnswerType::Money(None) => "money".to_owned(),
        AnswerType::Money(Some(currency)) => format!("money {currency}"),
        AnswerType::Ladder(words) => words.join(", "),
        AnswerType::Scored(words) => {
            let words: Vec<&str> = words.keys().map(String::as_str).collect();
            words.join(", ")
        }
    }
}
