//! A business case or a worksheet, as text and as JSON.

use std::sync::Arc;

use app::case::{Case, FromEvidence, Given, Tried};
use app::domain::model::{Map, Measure, Model, Origin, Outcome, Paths, Percentiles, Shown, Swing};
use app::domain::number::Exact;
use app::locale::Lang;
use app::words::day;
use serde_json::{Map as Object, Value, json};

use crate::layout::{paragraph, table};
use crate::output::{SHORT, SOFT, TITLE, styled};

/// What is run beside the inputs as they stand.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Many paths, where they were asked for.
    pub paths: Option<Arc<Paths>>,
    /// What each uncertain input alone does, and to which result.
    pub swings: (Option<String>, Vec<Swing>),
}

impl Runs {
    /// Runs them, beside the paths that were run.
    pub fn of(case: &Case, paths: Option<Arc<Paths>>) -> Runs {
        let (of, swings) = case.swings();
        Runs {
            swings: (of.map(str::to_owned), swings),
            paths,
        }
    }
}

/// Where a value is from, in a word.
pub fn origin(given: &Given) -> &'static str {
    match &given.setting.origin {
        _ if given.tried => "tried",
        Origin::Own(_) => "own",
        Origin::Computed(_) => "computed",
        Origin::Plan(..) => "plan",
        Origin::Cited(_) => "cited",
        Origin::Assumed => "assumed",
    }
}

/// The whole case.
pub fn text(case: &Case, runs: &Runs, columns: usize) -> String {
    let model = &case.of.model;
    let head = format!("{}, {}", model.title, case.of.partner_name);
    let small = format!("{} · {}", model.id(), day(case.of.as_of));
    let mut out = format!("{}  {}\n\n", styled(TITLE, &head), styled(SOFT, &small));
    let news = case.news(Lang::default());
    if !news.is_empty() {
        out += &paragraph(&news, columns, "", 0);
        out.push('\n');
    }
    if !case.of.strays.is_empty() {
        let names: Vec<String> = case.of.strays.iter().map(|s| format!("`{s}`")).collect();
        let text = format!(
            "The evidence names inputs that there are not; they count for nothing: {}.",
            names.join("; ")
        );
        out += &styled(SHORT, &paragraph(&text, columns, "", 0));
        out.push('\n');
    }
    out += &results(case, runs);
    out += &lists(case);
    out += &turns(case);
    out += &years(case);
    out += &ranges(case);
    out += &swings(case, runs);
    out += &claims(case, columns);
    out += &inputs(case);
    let notes = model
        .assumed
        .iter()
        .map(|note| paragraph(note, columns, "", 0));
    out + "\n" + &styled(SOFT, &notes.collect::<String>())
}

fn results(case: &Case, runs: &Runs) -> String {
    let model = &case.of.model;
    let paths = runs.paths.as_deref();
    let mut rows = vec![];
    for (id, outcome) in &case.answer.results {
        let Some(figure) = model.results.get(id) else {
            continue;
        };
        let spread = paths
            .and_then(|p| p.results.get(id))
            .map(|p| middle(case, p, figure.unit));
        let share = paths.and_then(|p| p.tests.get(id).map(|n| share(*n, p.count)));
        rows.push(vec![
            if figure.main {
                styled(TITLE, &figure.title)
            } else {
                figure.title.clone()
            },
            case.outcome(Lang::default(), outcome, figure.unit),
            styled(SOFT, &spread.or(share).unwrap_or_default()),
        ]);
    }
    let mut out = table(&rows, "lrl", 0);
    if let Some(paths) = paths {
        out += &styled(
            SOFT,
            &format!(
                "On the right: 8 of 10 of {} paths lie between, or how many of 100 say yes. Seed {}.\n",
                app::words::plain(&Exact::from(i64::try_from(paths.count).unwrap_or(i64::MAX))),
                paths.seed
            ),
        );
    }
    out
}

/// A number as people read it.
fn number(case: &Case, number: &Exact, unit: Measure) -> String {
    case.number(Lang::default(), number, unit)
}

/// The middle eight of ten: `$120,000 to $410,000`.
fn middle(case: &Case, of: &Percentiles, unit: Measure) -> String {
    match (of.below(10), of.below(90)) {
        (Some(least), Some(most)) => format!(
            "{} to {}",
            number(case, least, unit),
            number(case, most, unit)
        ),
        _ => String::new(),
    }
}

/// So many of a hundred: `17 in 100`.
fn share(count: u64, of: u64) -> String {
    // To a tenth, and never nothing where there is something.
    let tenths = (u128::from(count) * 2_000 + u128::from(of))
        .checked_div(2 * u128::from(of))
        .unwrap_or(0);
    match (tenths, count) {
        (0, 1..) => "below 0.1 in 100".to_owned(),
        (t, _) if t % 10 == 0 => format!("{} in 100", t / 10),
        (t, _) => format!("{}.{} in 100", t / 10, t % 10),
    }
}

fn lists(case: &Case) -> String {
    let mut out = String::new();
    for (list, items) in (0..case.of.model.lists.len()).filter_map(|at| case.list(at)) {
        let heads = list.columns.iter().map(|(head, _)| head.clone());
        let mut rows = vec![
            std::iter::once(String::new())
                .chain(heads)
                .collect::<Vec<_>>(),
        ];
        rows.extend(items.into_iter().map(|(item, values)| {
            let values = list.columns.iter().zip(values);
            let values = values.map(|((_, unit), v)| case.outcome(Lang::default(), v, *unit));
            std::iter::once(item.title.clone()).chain(values).collect()
        }));
        let align = format!("l{}", "r".repeat(list.columns.len()));
        out += &format!(
            "\n{}\n{}",
            styled(TITLE, &list.title),
            table(&rows, &align, 0)
        );
    }
    out
}

fn turns(case: &Case) -> String {
    let rows = case.turns().into_iter().filter_map(|(input, turn)| {
        let shown = |n: &Exact| number(case, n, input.unit);
        let slider = input.slider.as_ref()?;
        Some(vec![
            input.title.clone(),
            shown(&case.settings.get(&input.id)?.value),
            turn.map_or_else(
                || format!("not from {} to {}", shown(&slider.from), shown(&slider.to)),
                |turn| format!("turns at {}", shown(&turn.rounded(2))),
            ),
        ])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "\n{}\n{}",
        styled(TITLE, "What turns the answer"),
        table(&rows, "lrl", 0)
    )
}

/// All models, each with what comes out.
pub fn all_text(cases: &[Case], columns: usize) -> String {
    let all = cases.iter().map(|case| {
        let model = &case.of.model;
        let head = format!(
            "{}  {}\n",
            styled(TITLE, &model.title),
            styled(SOFT, &model.name)
        );
        let about = paragraph(&model.about, columns, "", 2);
        head + &about + &paragraph(&case.news(Lang::default()), columns, "", 2)
    });
    all.collect::<Vec<_>>().join("\n")
}

/// The same for machines.
pub fn all_value(cases: &[Case]) -> Value {
    let all = cases.iter().map(|case| {
        let model = &case.of.model;
        let main = case.answer.results.iter();
        let main = main.filter(|(id, _)| model.results.get(*id).is_some_and(|r| r.main));
        json!({
            "model": model.name,
            "edition": model.edition,
            "title": model.title,
            "about": model.about,
            "currency": case.of.currency,
            "news": case.news(Lang::default()),
            "results": main.map(|(id, o)| result_value(case, &Runs::default(), id, o)).collect::<Vec<_>>(),
        })
    });
    json!({ "items": all.collect::<Vec<_>>() })
}

fn years(case: &Case) -> String {
    let model = &case.of.model;
    if model.months < 12 || model.lines.is_empty() {
        return String::new();
    }
    let mut rows = vec![];
    let count = model.months.div_ceil(12);
    let mut head = vec![String::new()];
    head.extend((1..=count).map(|year| format!("year {year}")));
    rows.push(head);
    for years in case.by_year() {
        let row = |title: String, of: &[Option<Exact>]| {
            let of = of.iter().map(|year| match year {
                Some(year) => number(case, year, years.line.unit),
                None => "–".to_owned(),
            });
            std::iter::once(title).chain(of).collect::<Vec<_>>()
        };
        rows.push(row(years.line.title.clone(), &years.moved));
        let stay = years.stay.iter();
        rows.extend(stay.map(|stay| row("  if we stay".to_owned(), stay)));
    }
    let align = format!("l{}", "r".repeat(count as usize));
    format!(
        "\n{}\n{}",
        styled(TITLE, "Year by year"),
        table(&rows, &align, 0)
    )
}

fn ranges(case: &Case) -> String {
    let rows = case.by_tables().into_iter().map(|of| {
        let (row, range) = match of.row {
            None => ("no row fits", String::new()),
            Some((row, least, most)) => {
                let number = |n: &Exact| number(case, n, of.unit);
                (
                    &*row.title,
                    format!("{} to {}", number(least), number(most)),
                )
            }
        };
        let cite = styled(SOFT, &of.table.cite);
        vec![of.table.title.clone(), row.to_owned(), range, cite]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "\n{}\n{}",
        styled(TITLE, "As published tables have it"),
        table(&rows, "llrl", 0)
    )
}

fn swings(case: &Case, runs: &Runs) -> String {
    let (Some(of), swings) = &runs.swings else {
        return String::new();
    };
    let figure = case.of.model.results.get(of);
    if swings.is_empty() {
        return String::new();
    }
    let unit = figure.map_or(Measure::Count, |f| f.unit);
    let rows: Vec<Vec<String>> = swings
        .iter()
        .map(|swing| {
            let input = case.of.model.inputs.get(&swing.input);
            let ends = case
                .settings
                .get(&swing.input)
                .and_then(|s| s.range.as_ref());
            let at = |end: Option<&Exact>| match (end, input) {
                (Some(end), Some(input)) => number(case, end, input.unit),
                _ => String::new(),
            };
            vec![
                input.map_or_else(|| swing.input.clone(), |i| i.title.clone()),
                format!(
                    "{} → {}",
                    at(ends.map(|e| &e.0)),
                    number(case, &swing.at_least, unit)
                ),
                format!(
                    "{} → {}",
                    at(ends.map(|e| &e.1)),
                    number(case, &swing.at_most, unit)
                ),
            ]
        })
        .collect();
    let title = figure.map_or(String::new(), |f| app::words::lower_first(&f.title));
    format!(
        "\n{}\n{}",
        styled(TITLE, &format!("What matters most for {title}")),
        table(&rows, "lrr", 0)
    )
}

fn claims(case: &Case, columns: usize) -> String {
    let mut out = String::new();
    for (claim, answer) in case.of.model.claims.iter().zip(&case.answer.claims) {
        if out.is_empty() {
            out = format!("\n{}\n", styled(TITLE, "What others claim"));
        }
        out += &paragraph(
            &format!("{}  {}", claim.title, styled(SOFT, &claim.cite)),
            columns,
            "",
            2,
        );
        let shown = |shows: &[Shown], outcomes: &[Outcome]| {
            case.shown(Lang::default(), shows, outcomes).join(", ")
        };
        for (reading, (shows, holds)) in claim.readings.iter().zip(&answer.readings) {
            let verdict = match holds {
                Some(true) => "holds together: ",
                Some(false) => "cannot be: ",
                None => "",
            };
            out += &paragraph(
                &format!(
                    "{verdict}{}. {}",
                    reading.title,
                    shown(&reading.shows, shows)
                ),
                columns,
                "  ",
                4,
            );
        }
        if !claim.yours.is_empty() {
            let met = match answer.met {
                Some(true) => " – as good",
                Some(false) => " – not so good",
                None => "",
            };
            out += &paragraph(
                &format!("you: {}{met}", shown(&claim.yours, &answer.yours)),
                columns,
                "  ",
                4,
            );
        }
    }
    out
}

fn inputs(case: &Case) -> String {
    let mut rows = vec![];
    for given in &case.of.given {
        let Some(input) = case.of.model.inputs.get(&given.id) else {
            continue;
        };
        let number = |n: &Exact| number(case, n, input.unit);
        let stay = given
            .setting
            .stay
            .as_ref()
            .map_or(String::new(), |s| format!("stay {}", number(s)));
        let range = given.setting.range.as_ref();
        let range = range.map_or(String::new(), |(a, b)| {
            format!("{} to {}", number(a), number(b))
        });
        rows.push(vec![
            given.id.clone(),
            input.title.clone(),
            number(&given.setting.value),
            stay,
            range,
            why(given),
        ]);
    }
    format!(
        "\n{}\n{}",
        styled(TITLE, "Inputs"),
        table(&rows, "llrlll", 0)
    )
}

/// Where a value is from, in words.
pub fn why(given: &Given) -> String {
    let mut why = match &given.setting.origin {
        _ if given.tried => "tried here".to_owned(),
        Origin::Own(note) if note.is_empty() => "own".to_owned(),
        Origin::Own(note) => format!("own: {note}"),
        Origin::Computed(measure) => format!("computed, {measure}"),
        Origin::Plan(plan, _) => format!("computed, plan {plan}"),
        Origin::Cited(cite) => format!("cited, {cite}"),
        Origin::Assumed => styled(SHORT, "assumption"),
    };
    if let FromEvidence::Missing(measure) = &given.evidence {
        why += &format!(" ({measure} is not known from evidence)");
    }
    why
}

/// Everything for machines. Numbers are texts with six decimals at most; shares are parts of one.
pub fn value(case: &Case, runs: &Runs) -> Value {
    let model = &case.of.model;
    let mut lines = Object::new();
    for id in model.lines.keys() {
        if let (Some(years), Some([moved, stay])) = (case.years(id), case.answer.lines.get(id)) {
            let all =
                |of: &[Option<Exact>]| of.iter().map(|n| n.as_ref().map(exact)).collect::<Vec<_>>();
            lines.insert(
                id.clone(),
                json!({ "title": model.lines[id].title, "years": all(&years.moved), "stay_years": all(&years.stay), "months": all(moved), "stay_months": all(stay) }),
            );
        }
    }
    json!({
        "partner": case.of.partner,
        "model": model.name,
        "edition": model.edition,
        "title": model.title,
        "as_of": case.of.as_of.to_string(),
        "known_at": case.of.known_at.map(|d| d.to_string()),
        "currency": case.of.currency,
        "news": case.news(Lang::default()),
        "strays": case.of.strays,
        "inputs": case.of.given.iter().map(|g| input_value(case, g)).collect::<Vec<_>>(),
        "results": case.answer.results.iter().map(|(id, o)| result_value(case, runs, id, o)).collect::<Vec<_>>(),
        "lines": lines,
        "lists": lists_value(case),
        "maps": model.maps.iter().map(|map| map_value(case, map)).collect::<Vec<_>>(),
        "turns": case.turns().iter().map(|(input, at)| json!({ "input": input.id, "at": at.as_ref().map(exact) })).collect::<Vec<_>>(),
        "ranges": model.ranges.iter().zip(&case.answer.ranges).map(|(table, rows)| json!({
            "title": table.title,
            "of": table.of,
            "cite": table.cite,
            "rows": rows.iter().map(|(at, least, most)| json!({ "title": table.rows[*at].title, "least": exact(least), "most": exact(most) })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "claims": claim_values(model, case, runs),
        "swings": {
            "of": runs.swings.0,
            "inputs": runs.swings.1.iter().map(|s| json!({ "input": s.input, "at_least": exact(&s.at_least), "at_most": exact(&s.at_most) })).collect::<Vec<_>>(),
        },
        "paths": runs.paths.as_ref().map(|p| json!({ "count": p.count, "seed": p.seed.to_string() })),
    })
}

fn lists_value(case: &Case) -> Vec<Value> {
    let all = (0..case.of.model.lists.len()).filter_map(|at| case.list(at));
    all.map(|(list, items)| {
        let columns = list.columns.iter();
        let rows = items.iter().map(|(item, values)| json!({ "title": item.title, "note": item.note, "cite": item.cite, "values": values.iter().map(outcome_value).collect::<Vec<_>>() }));
        json!({
            "title": list.title,
            "columns": columns.map(|(title, unit)| json!({ "title": title, "unit": unit.name() })).collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    })
    .collect()
}

fn map_value(case: &Case, map: &Map) -> Value {
    let grid = case.grid(map);
    let points = |of: &[Exact]| of.iter().map(exact).collect::<Vec<_>>();
    json!({
        "title": map.title,
        "across": map.across,
        "up": map.up,
        "test": map.test,
        "across_at": points(&grid.across),
        "up_at": points(&grid.up),
        "rows": grid.rows,
    })
}

fn input_value(case: &Case, given: &Given) -> Value {
    let input = case.of.model.inputs.get(&given.id);
    let setting = &given.setting;
    json!({
        "id": given.id,
        "title": input.map(|i| i.title.clone()),
        "unit": input.map(|i| i.unit.name()),
        "value": exact(&setting.value),
        "stay": setting.stay.as_ref().map(exact),
        "least": setting.range.as_ref().map(|r| exact(&r.0)),
        "most": setting.range.as_ref().map(|r| exact(&r.1)),
        "origin": origin(given),
        "because": match &setting.origin {
            Origin::Own(note) => note.clone(),
            Origin::Computed(from) | Origin::Cited(from) | Origin::Plan(from, _) => from.clone(),
            Origin::Assumed => String::new(),
        },
        "missing": match &given.evidence {
            FromEvidence::Missing(measure) => Some(measure),
            _ => None,
        },
        "set_on": given.set_on.map(|d| d.to_string()),
    })
}

fn result_value(case: &Case, runs: &Runs, id: &str, outcome: &Outcome) -> Value {
    let figure = case.of.model.results.get(id);
    let paths = runs.paths.as_deref();
    let spread = paths.and_then(|p| p.results.get(id)).map(|p| {
        let shares = app::domain::model::paths::SHARES.iter().zip(&p.at);
        json!({
            "below": shares.map(|(share, n)| (share.to_string(), Value::from(exact(n)))).collect::<Object<String, Value>>(),
            "none": p.none,
        })
    });
    json!({
        "id": id,
        "title": figure.map(|f| f.title.clone()),
        "unit": figure.map(|f| f.unit.name()),
        "value": outcome_value(outcome),
        "spread": spread,
        "yes": paths.and_then(|p| p.tests.get(id)),
    })
}

fn outcome_value(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Number(n) => exact(n).into(),
        Outcome::Test(yes) => (*yes).into(),
        Outcome::Rates(rates) => rates.iter().map(exact).collect::<Vec<_>>().into(),
        Outcome::Never => Value::Null,
    }
}

fn claim_values(model: &Model, case: &Case, runs: &Runs) -> Vec<Value> {
    let shown = |shows: &[Shown], outcomes: &[Outcome]| {
        let all = shows.iter().zip(outcomes);
        let all = all.map(
            |(s, o)| json!({ "title": s.title, "unit": s.unit.name(), "value": outcome_value(o) }),
        );
        all.collect::<Vec<_>>()
    };
    let all = model.claims.iter().zip(&case.answer.claims).enumerate();
    all.map(|(at, (claim, answer))| {
        json!({
            "title": claim.title,
            "cite": claim.cite,
            "note": claim.note,
            "readings": claim.readings.iter().zip(&answer.readings).map(|(r, (shows, holds))| json!({ "title": r.title, "shows": shown(&r.shows, shows), "holds": holds })).collect::<Vec<_>>(),
            "yours": shown(&claim.yours, &answer.yours),
            "met": answer.met,
            "met_on": runs.paths.as_ref().and_then(|p| p.claims.get(at).copied().flatten()),
        })
    })
    .collect()
}

fn exact(number: &Exact) -> String {
    number.rounded(6).to_string()
}

/// What was said of inputs on the command line: `churn=12%` and `churn=8%..15%`, in any order.
pub fn tried(input: &[(String, String)], stay: &[(String, String)]) -> Tried {
    let mut tried = Tried::new();
    for (id, text) in input {
        let said = tried.entry(id.clone()).or_default();
        match text.split_once("..") {
            Some((least, most)) => {
                said.least = least.to_owned();
                said.most = most.to_owned();
            }
            None => said.value = text.clone(),
        }
    }
    for (id, text) in stay {
        tried.entry(id.clone()).or_default().stay = text.clone();
    }
    tried
}
