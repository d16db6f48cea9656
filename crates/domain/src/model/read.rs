//! Reads a model from its file.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Place, did_you_mean, listed};
use crate::number::Exact;
use crate::source::{Formula, Keys, Source};
use crate::syntax::{RESERVED, is_name};

use super::{
    Chart, Claim, Figure, Input, Item, LONGEST, Line, List, Map, Measure, Model, News, Reading,
    Row, Shown, Slider, Table, Work, compile,
};

/// What reading a model can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    (
        "no-series",
        "a value a month where one value is needed, or the other way round",
    ),
    ("line-ring", "a line or a result that needs itself"),
    ("no-evidence", "a formula of a model that asks for evidence"),
    ("no-discount", "a present value without a rate"),
    (
        "bad-range",
        "a range or a slider whose ends do not lie around the value",
    ),
    ("name-twice", "an input, a line and a result of one name"),
    (
        "uneven-row",
        "a row of a list with more or fewer values than columns",
    ),
];

/// The words for what a number counts.
pub(super) const UNITS: &[(&str, Measure)] = &[
    ("money", Measure::Money),
    ("percent", Measure::Percent),
    ("count", Measure::Count),
    ("times", Measure::Times),
    ("months", Measure::Months),
    ("years", Measure::Years),
    ("days", Measure::Days),
    ("hours", Measure::Hours),
    ("yes-no", Measure::Test),
];

/// Names that formulas have anyway.
const TAKEN: &[&str] = &["month", "months", "moving", "year"];

/// Reads a file of a model. Gives also all that is wrong with it; `None` where it has no name or does not compute.
pub fn read(file: &str, text: &str) -> (Option<Model>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let root = source.parse();
    let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
    let Some(name) = keys.string("model") else {
        keys.missing("model", "\"business-case\"");
        return (None, source.into_problems());
    };
    let mut model = head(&keys, file, name);
    body(&keys, &mut model);
    keys.finish();
    check(&source, &model);
    let (code, problems) = compile::compile(&model);
    for problem in problems {
        source.report(problem);
    }
    model.code = Arc::new(code);
    let problems = source.into_problems();
    (problems.is_empty().then_some(model), problems)
}

fn head(keys: &Keys<'_, '_>, file: &str, name: String) -> Model {
    let months = keys.number("months").and_then(|n| n.to_i64());
    let months = months.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    let months = if (1..=LONGEST).contains(&months) {
        months
    } else {
        let place = keys.place();
        keys.source.report(
            Diagnostic::error("bad-range", format!("a model of {months} months"), place)
                .help(format!("write a number from 1 to {LONGEST}")),
        );
        1
    };
    let required = |key: &str, example: &str| {
        keys.string(key).unwrap_or_else(|| {
            keys.missing(key, example);
            String::new()
        })
    };
    Model {
        file: file.to_owned(),
        edition: required("edition", "\"2026\""),
        title: required("title", "\"Moving up\""),
        about: required("about", "\"What moving up returns.\""),
        months,
        discount: keys.string("discount"),
        assumed: keys.strings("assumed"),
        sources: IndexMap::new(),
        groups: IndexMap::new(),
        inputs: IndexMap::new(),
        lines: IndexMap::new(),
        results: IndexMap::new(),
        charts: vec![],
        ranges: vec![],
        claims: vec![],
        lists: vec![],
        maps: vec![],
        news: vec![],
        code: Arc::default(),
        name,
    }
}

fn body(keys: &Keys<'_, '_>, model: &mut Model) {
    for (id, table, _) in keys.tables("source") {
        let work = Work {
            title: title(&table, &id),
            from: table.string("from").unwrap_or_default(),
            second_hand: table.choice("read", &[("original", false), ("second-hand", true)])
                == Some(true),
        };
        table.string("file");
        table.finish();
        model.sources.insert(id, work);
    }
    if let Some(groups) = keys.table("group") {
        for (id, value, _) in groups.all() {
            if let Some(title) = keys.source.string(value, &id) {
                model.groups.insert(id, title);
            }
        }
    }
    for (id, table, place) in keys.tables("input") {
        if let Some(input) = input(&table, id, place) {
            model.inputs.insert(input.id.clone(), input);
        }
        table.finish();
    }
    for (id, table, _) in keys.tables("line") {
        if let Some(is) = needed(&table, "is") {
            let line = Line {
                title: title(&table, &id),
                group: table.string("group"),
                unit: unit(&table),
                is,
                start: table.formula("start"),
                level: table.flag("level"),
                help: table.string("help").unwrap_or_default(),
                id,
            };
            model.lines.insert(line.id.clone(), line);
        }
        table.finish();
    }
    for (id, table, _) in keys.tables("result") {
        if let Some(is) = needed(&table, "is") {
            let figure = Figure {
                title: title(&table, &id),
                unit: unit(&table),
                is,
                better: table.choice("better", &[("higher", true), ("lower", false)]),
                help: table.string("help").unwrap_or_default(),
                main: table.flag("main"),
                id,
            };
            model.results.insert(figure.id.clone(), figure);
        }
        table.finish();
    }
    for table in keys.list("chart") {
        let lines = table.list("line");
        let lines = lines.into_iter().filter_map(|line| {
            let shown = (title(&line, "line"), needed(&line, "is")?);
            line.finish();
            Some(shown)
        });
        model.charts.push(Chart {
            lines: lines.collect(),
            title: title(&table, "chart"),
            unit: unit(&table),
        });
        table.finish();
    }
    for table in keys.list("range") {
        model.ranges.push(range(&table));
        table.finish();
    }
    for table in keys.list("claim") {
        model.claims.push(claim(&table));
        table.finish();
    }
    for table in keys.list("list") {
        model.lists.push(list(&table));
        table.finish();
    }
    for table in keys.list("map") {
        let text = |key: &str, example: &str| {
            table.string(key).unwrap_or_else(|| {
                table.missing(key, example);
                String::new()
            })
        };
        model.maps.push(Map {
            title: title(&table, "map"),
            across: text("across", "\"w-budget\""),
            up: text("up", "\"w-staff\""),
            test: text("test", "\"is-host\""),
            yes: text("yes", "\"host\""),
            no: text("no", "\"resell\""),
        });
        table.finish();
    }
    for table in keys.list("news") {
        if let (Some(when), Some(says)) = (needed(&table, "when"), table.string("says")) {
            model.news.push(News { when, says });
        }
        table.finish();
    }
}

fn title(table: &Keys<'_, '_>, id: &str) -> String {
    table.string("title").unwrap_or_else(|| {
        table.missing("title", "\"What people call it\"");
        id.to_owned()
    })
}

fn unit(table: &Keys<'_, '_>) -> Measure {
    table.choice("unit", UNITS).unwrap_or(Measure::Count)
}

fn needed(table: &Keys<'_, '_>, key: &str) -> Option<Formula> {
    let formula = table.formula(key);
    if formula.is_none() && table.get(key).is_none() {
        table.missing(key, "\"customers * price\"");
    }
    formula
}

fn input(table: &Keys<'_, '_>, id: String, place: Place) -> Option<Input> {
    let value = table.number("value");
    if value.is_none() && table.get("value").is_none() {
        table.missing("value", "1_000");
    }
    let two = |least: &str, most: &str| match (table.number(least), table.number(most)) {
        (Some(least), Some(most)) => Some((least, most)),
        (None, None) => None,
        (Some(_), None) => {
            table.missing(most, "2_000");
            None
        }
        (None, Some(_)) => {
            table.missing(least, "500");
            None
        }
    };
    let from = table
        .string("from")
        .and_then(|text| match text.split_once('.') {
            Some((library, measure)) => Some((library.to_owned(), measure.to_owned())),
            None => {
                let problem = Diagnostic::error(
                    "unknown-name",
                    format!("`{text}` is no measure of a library"),
                    table.place(),
                );
                table
                    .source
                    .report(problem.help("write library.measure, such as \"kpis.gross-margin\""));
                None
            }
        });
    let input = Input {
        title: title(table, &id),
        help: table.string("help").unwrap_or_default(),
        group: table.string("group"),
        unit: unit(table),
        stay: table.number("stay"),
        range: two("least", "most"),
        from,
        plan: table.flag("plan"),
        cite: table.string("cite").unwrap_or_default(),
        slider: two("slide-from", "slide-to").map(|(from, to)| Slider {
            from,
            to,
            step: table.number("slide-step").unwrap_or(Exact::ONE),
        }),
        value: value?,
        place,
        id,
    };
    if let Some((least, most)) = &input.range
        && (*least > input.value || *most < input.value)
    {
        let problem = Diagnostic::error(
            "bad-range",
            format!(
                "input `{}` is {} and lies from {least} to {most}",
                input.id, input.value
            ),
            input.place.clone(),
        );
        table
            .source
            .report(problem.help("the value lies between the least and the most"));
    }
    if let Some(Slider { from, to, step }) = &input.slider
        && (from >= to || *step <= Exact::ZERO || *from > input.value || *to < input.value)
    {
        let message = format!(
            "the slider of input `{}` goes from {from} to {to} by {step}",
            input.id
        );
        let problem = Diagnostic::error("bad-range", message, input.place.clone());
        let help =
            "it goes from less to more, in steps of more than nothing, and the value lies on it";
        table.source.report(problem.help(help));
    }
    Some(input)
}

fn list(table: &Keys<'_, '_>) -> List {
    let columns: Vec<(String, Measure)> = table
        .list("column")
        .into_iter()
        .map(|column| {
            let named = (title(&column, "column"), unit(&column));
            column.finish();
            named
        })
        .collect();
    let rows = table.list("row").into_iter().map(|row| {
        let item = Item {
            title: title(&row, "row"),
            note: row.string("note").unwrap_or_default(),
            cite: row.string("cite").unwrap_or_default(),
            is: row.formulas("is"),
        };
        if item.is.len() != columns.len() {
            let message = format!(
                "`{}` has {} values for {} columns",
                item.title,
                item.is.len(),
                columns.len()
            );
            let problem = Diagnostic::error("uneven-row", message, row.place());
            row.source
                .report(problem.help("write a formula for each column"));
        }
        row.finish();
        item
    });
    List {
        rows: rows.collect(),
        title: title(table, "list"),
        ranked: table.flag("ranked"),
        columns,
    }
}

fn range(table: &Keys<'_, '_>) -> Table {
    let rows = table.list("row").into_iter().filter_map(|row| {
        let found = Row {
            title: title(&row, "row"),
            when: needed(&row, "when")?,
            from: row.number("from")?,
            to: row.number("to")?,
        };
        row.finish();
        Some(found)
    });
    Table {
        rows: rows.collect(),
        title: title(table, "range"),
        of: table.string("of").unwrap_or_else(|| {
            table.missing("of", "\"ebitda\"");
            String::new()
        }),
        cite: table.string("cite").unwrap_or_default(),
        note: table.string("note").unwrap_or_default(),
    }
}

fn claim(table: &Keys<'_, '_>) -> Claim {
    let shown = |table: Keys<'_, '_>| {
        let shown = Shown {
            title: title(&table, "number"),
            unit: unit(&table),
            is: needed(&table, "is")?,
        };
        table.finish();
        Some(shown)
    };
    let readings = table.list("reading").into_iter().map(|reading| {
        let found = Reading {
            title: title(&reading, "reading"),
            shows: reading.list("show").into_iter().filter_map(shown).collect(),
            holds: reading.formula("holds"),
        };
        reading.finish();
        found
    });
    Claim {
        readings: readings.collect(),
        title: title(table, "claim"),
        cite: table.string("cite").unwrap_or_else(|| {
            table.missing("cite", "\"talk, 12:30\"");
            String::new()
        }),
        note: table.string("note").unwrap_or_default(),
        yours: table.list("yours").into_iter().filter_map(shown).collect(),
        met: table.formula("met"),
    }
}

/// What one part of the file says of another.
fn check(source: &Source<'_>, model: &Model) {
    let head = || Place::file(&model.file);
    let mut seen: IndexMap<&str, &str> = IndexMap::new();
    let all = (model.inputs.values().map(|i| (i.id.as_str(), "an input")))
        .chain(model.lines.values().map(|l| (l.id.as_str(), "a line")))
        .chain(model.results.values().map(|r| (r.id.as_str(), "a result")));
    for (id, what) in all {
        if !is_name(id) || RESERVED.contains(&id) || TAKEN.contains(&id) {
            let problem = Diagnostic::error(
                "bad-id",
                format!("`{id}` cannot be the id of {what}"),
                head().showing(id),
            );
            source.report(
                problem.help(
                    "use lower-case letters, digits and hyphens, and no word of the language",
                ),
            );
        }
        if let Some(before) = seen.insert(id, what) {
            let problem = Diagnostic::error(
                "name-twice",
                format!("`{id}` is {before} and {what}"),
                head().showing(id),
            );
            source.report(problem.help("give one of them another id"));
        }
    }
    let unknown = |what: &str, name: &str, known: Vec<&str>| {
        let near = did_you_mean(name, known.iter().copied());
        let help = if near.is_empty() {
            format!("there is {}", listed(&known))
        } else {
            near
        };
        source.report(
            Diagnostic::error(
                "unknown-name",
                format!("there is no {what} `{name}`"),
                head().showing(name),
            )
            .help(help),
        );
    };
    let inputs = || model.inputs.keys().map(String::as_str).collect::<Vec<_>>();
    let results = || model.results.keys().map(String::as_str).collect::<Vec<_>>();
    if let Some(discount) = &model.discount
        && !model.inputs.contains_key(discount)
    {
        unknown("input", discount, inputs());
    }
    for group in model
        .inputs
        .values()
        .filter_map(|i| i.group.as_ref())
        .chain(model.lines.values().filter_map(|l| l.group.as_ref()))
    {
        if !model.groups.contains_key(group) {
            unknown(
                "group",
                group,
                model.groups.keys().map(String::as_str).collect(),
            );
        }
    }
    for table in &model.ranges {
        if !model.results.contains_key(&table.of) {
            unknown("result", &table.of, results());
        }
        if table
            .rows
            .iter()
            .any(|row| row.from > row.to || row.from < Exact::ZERO)
        {
            let problem = Diagnostic::error(
                "bad-range",
                format!("a row of `{}` goes from more to less", table.title),
                head(),
            );
            source.report(problem.help("write the lower multiple first"));
        }
    }
    for map in &model.maps {
        for input in [&map.across, &map.up] {
            match model.inputs.get(input) {
                None => unknown("input", input, inputs()),
                Some(found) if found.slider.is_none() => {
                    let message = format!("input `{input}` of a map has no slider");
                    let problem = Diagnostic::error("bad-range", message, found.place.clone());
                    source.report(problem.help("add slide-from and slide-to"));
                }
                Some(_) => {}
            }
        }
        if !model.results.contains_key(&map.test) {
            unknown("result", &map.test, results());
        }
    }
    for news in &model.news {
        for id in news.pieces().into_iter().skip(1).step_by(2) {
            if !model.results.contains_key(id) && !model.inputs.contains_key(id) {
                unknown("result", id, results());
            }
        }
    }
    let cited = (model.inputs.values().map(|i| &i.cite))
        .chain(model.ranges.iter().map(|r| &r.cite))
        .chain(model.claims.iter().map(|c| &c.cite))
        .chain(model.lists.iter().flat_map(|l| &l.rows).map(|i| &i.cite));
    for cite in cited.filter(|c| !c.is_empty()) {
        for one in cite.split(';') {
            let id = one.trim().split([',', ' ']).next().unwrap_or_default();
            if !model.sources.contains_key(id) {
                unknown(
                    "source",
                    id,
                    model.sources.keys().map(String::as_str).collect(),
                );
            }
        }
    }
}
