//! Business cases and worksheets: the inputs of a model, what comes out, and what may happen.

use app::case::{Case, FromEvidence, Given, Inputs, Ran, Said, Tried};
use app::domain::diagnostic::Diagnostic;
use app::domain::library::Library;
use app::domain::model::{Input, Map, Measure, Origin, Outcome, Paths, Percentiles, Slider};
use app::domain::number::Exact;
use app::question::Desk;
use app::words::Shown;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::svg::{self, Curve};
use super::super::texts::fill;
use super::super::view::Markup;
use super::work::Slip;
use app::scale::Scale;

/// A model for a partner.
#[derive(Template)]
#[template(path = "case.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What the model is called.
    pub title: String,
    /// Where it is.
    pub path: String,
    /// What it is for.
    pub about: String,
    /// The news.
    pub news: String,
    /// The main results: what each is called, the value, how far paths spread.
    pub figures: Vec<(String, String, String)>,
    /// How the spread was found; empty where no paths were run.
    pub ran: String,
    /// What evidence says of inputs that there are not, in words; empty where it says nothing of the kind.
    pub strays: String,
    /// Are inputs tried that are kept nowhere?
    pub tried: bool,
    /// The pictures.
    pub charts: Vec<Chart>,
    /// Things side by side.
    pub lists: Vec<List>,
    /// The inputs by group.
    pub groups: Vec<Group>,
    /// Has an input another value if nothing is changed?
    pub stays: bool,
    /// Where the answer turns as one input alone moves: the input, what it is, where it turns.
    pub turns: Vec<[String; 3]>,
    /// Which answer two inputs lead to.
    pub maps: Vec<MapOf>,
    /// The result that the swings are of, and what each input does to it.
    pub swings: (String, Vec<Swing>),
    /// The years of each line.
    pub years: Years,
    /// All results: what each is called, the value, the spread, how it is defined.
    pub results: Vec<(String, String, String, String)>,
    /// What published tables make of it: the table, the row, the range, where it is printed, what it does not say.
    pub ranges: Vec<[String; 5]>,
    /// What others claim.
    pub claims: Vec<Claim>,
    /// What is taken for so.
    pub assumed: Vec<String>,
    /// The works that are cited: id, title, from whom, read elsewhere.
    pub works: Vec<(String, String, String, bool)>,
    /// What could not be taken.
    pub slips: Vec<Slip>,
}

/// A picture and its table.
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The picture; none where there is nothing to draw.
    pub picture: Option<Markup>,
    /// The heads of the table.
    pub heads: Vec<String>,
    /// Its rows: each year's last month.
    pub rows: Vec<Vec<String>>,
}

/// Things side by side.
pub struct List {
    /// What it is called.
    pub title: String,
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// Its rows.
    pub rows: Vec<ItemOf>,
}

/// A row of a list.
pub struct ItemOf {
    /// What it is called.
    pub title: String,
    /// What one has to know of it.
    pub note: String,
    /// Where it is printed.
    pub cite: String,
    /// What each column has, and what the column is called.
    pub cells: Vec<(String, String)>,
}

/// A map and its table.
pub struct MapOf {
    /// What it shows.
    pub title: String,
    /// The picture.
    pub picture: Markup,
    /// What lies across and up.
    pub axes: String,
    /// The points across.
    pub heads: Vec<String>,
    /// The points up, from above, with the answer at each point across.
    pub rows: Vec<(String, Vec<String>)>,
}

/// A group of inputs.
pub struct Group {
    /// What it is called.
    pub title: String,
    /// Its inputs.
    pub inputs: Vec<Field>,
}

/// An input as a form has it.
pub struct Field {
    /// Its id.
    pub id: String,
    /// What it is called, with its unit.
    pub title: String,
    /// What it means.
    pub help: String,
    /// Its value as written.
    pub value: String,
    /// The ends and the step of its slider; none where it has none.
    pub slider: Option<[String; 3]>,
    /// What it is if nothing is changed; none where it is the same.
    pub stay: Option<String>,
    /// The least and the most; empty where it is certain.
    pub least: String,
    /// The most.
    pub most: String,
    /// The class of its tag.
    pub tag: &'static str,
    /// Its tag: own, computed, cited, assumed.
    pub kind: &'static str,
    /// Where the value is from, in words.
    pub why: String,
    /// Where that leads; empty where nowhere.
    pub href: String,
    /// What evidence does not say.
    pub missing: String,
}

/// What an input alone does.
pub struct Swing {
    /// What it is called.
    pub title: String,
    /// Its least and what comes out.
    pub least: (String, String),
    /// Its most and what comes out.
    pub most: (String, String),
    /// The bar.
    pub bar: Markup,
}

/// Lines year by year.
#[derive(Default)]
pub struct Years {
    /// The heads.
    pub heads: Vec<String>,
    /// Each group: what it is called, and its lines: title, values, is it what stays?
    pub groups: Vec<(String, Vec<(String, Vec<String>, bool)>)>,
}

/// What somebody claims.
pub struct Claim {
    /// The claim.
    pub title: String,
    /// Where.
    pub cite: String,
    /// What one has to know.
    pub note: String,
    /// Each reading: title, numbers, the verdict's class and words.
    pub readings: Vec<(String, String, &'static str, &'static str)>,
    /// What the model has.
    pub yours: String,
    /// Is that as good? Class and words; empty where it cannot be compared.
    pub met: (&'static str, String),
}

/// What a form says of the inputs that differ from what they are.
pub fn tried(of: &Inputs, get: impl Fn(&str) -> Option<String>) -> Tried {
    let mut tried = Tried::new();
    for (input, given) in of.model.inputs.values().zip(&of.given) {
        let now = written(input, given);
        let typed = |letter: &str, now: &str| {
            let text = get(&format!("{letter}-{}", given.id));
            text.map_or_else(|| now.to_owned(), |text| text.trim().to_owned())
        };
        let said = Said {
            value: typed("v", &now.value),
            stay: typed("s", &now.stay),
            least: typed("l", &now.least),
            most: typed("m", &now.most),
        };
        if said != now {
            tried.insert(given.id.clone(), said);
        }
    }
    tried
}

fn written(input: &Input, given: &Given) -> Said {
    let text = |n: &Exact| app::case::written(n, input.unit);
    let range = given.setting.range.as_ref();
    Said {
        value: text(&given.setting.value),
        stay: given.setting.stay.as_ref().map_or_else(String::new, text),
        least: range.map_or_else(String::new, |r| text(&r.0)),
        most: range.map_or_else(String::new, |r| text(&r.1)),
    }
}

/// The page of a model, with what the form of it says this time, field by field. Paths are run where it is told what was run
/// before.
pub fn page(
    desk: &Desk,
    f: Frame,
    name: &str,
    get: impl Fn(&str) -> Option<String>,
    ran: Option<&Ran>,
    mut slips: Vec<Slip>,
) -> Result<Page, Diagnostic> {
    let inputs = app::case::inputs(desk, name)?;
    let tried = tried(&inputs, get);
    let case = match inputs.clone().case(&tried) {
        Ok(case) => case,
        Err(problems) => {
            slips.extend(problems.iter().map(|p| Slip::of(p, f.lang)));
            inputs
                .case(&Tried::new())
                .map_err(|mut all| all.remove(0))?
        }
    };
    let t = f.t;
    let model = case.of.model.clone();
    let here = if model.name == app::case::FIRST {
        Here::Case
    } else {
        Here::Worksheets
    };
    let f = f.at(here, model.title.clone());
    let run = ran.map(|ran| ran.paths(&case, app::case::SEED, app::case::PATHS));
    let run = run.as_deref();
    let ran = run.map_or_else(String::new, |p| {
        let count = f.lang.count(i64::try_from(p.count).unwrap_or(i64::MAX));
        fill(
            t.case_ran,
            &[("count", &count), ("seed", &p.seed.to_string())],
        )
    });
    let results: Vec<(String, String, String, String)> = case
        .answer
        .results
        .iter()
        .filter_map(|(id, outcome)| {
            let figure = model.results.get(id)?;
            Some((
                figure.title.clone(),
                case.outcome(f.lang, outcome, figure.unit),
                spread(&f, &case, run, id, figure.unit),
                figure.help.clone(),
            ))
        })
        .collect();
    let main = case.answer.results.keys().zip(&results);
    let main = main.filter(|(id, _)| model.results.get(*id).is_some_and(|r| r.main));
    Ok(Page {
        figures: main
            .map(|(_, (title, value, spread, _))| (title.clone(), value.clone(), spread.clone()))
            .collect(),
        news: case.news(f.lang),
        strays: if case.of.strays.is_empty() {
            String::new()
        } else {
            fill(t.case_strays, &[("list", &case.of.strays.join("; "))])
        },
        tried: case.of.given.iter().any(|g| g.tried),
        charts: charts(&f, &case, run),
        lists: lists(&f, &case),
        groups: groups(&f, &case, &desk.engine.programs.library),
        stays: case.of.given.iter().any(|g| g.setting.stay.is_some()),
        turns: turns(&f, &case),
        maps: maps(&f, &case),
        swings: swings(&f, &case),
        years: years(&f, &case),
        ranges: ranges(&f, &case),
        claims: claims(&f, &case, run),
        assumed: model.assumed.clone(),
        works: model
            .sources
            .iter()
            .map(|(id, w)| (id.clone(), w.title.clone(), w.from.clone(), w.second_hand))
            .collect(),
        title: model.title.clone(),
        path: format!("/worksheets/{}", model.name),
        about: model.about.clone(),
        ran,
        results,
        slips,
        f,
    })
}

/// A number in the reader's language.
fn number(f: &Frame, case: &Case, number: &Exact, unit: Measure) -> String {
    case.number(f.lang, number, unit)
}

/// How far paths spread, or how many of a hundred say yes; empty where none were run.
fn spread(f: &Frame, case: &Case, run: Option<&Paths>, id: &str, unit: Measure) -> String {
    let Some(run) = run else {
        return String::new();
    };
    if let Some(yes) = run.tests.get(id) {
        return fill(f.t.case_yes_in, &[("share", &share(f, *yes, run.count))]);
    }
    let found = run.results.get(id).map(|p| (p.below(10), p.below(90)));
    match found {
        Some((Some(least), Some(most))) => between(f, case, least, most, unit),
        _ => String::new(),
    }
}

fn share(f: &Frame, count: u64, of: u64) -> String {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let share = Exact::ratio(number(count), number(of)).unwrap_or(Exact::ZERO);
    f.lang.number(&Shown::Percent, &share.rounded(3))
}

fn charts(f: &Frame, case: &Case, run: Option<&Paths>) -> Vec<Chart> {
    let t = f.t;
    let all = case
        .of
        .model
        .charts
        .iter()
        .zip(&case.answer.charts)
        .enumerate();
    all.map(|(at, (chart, lines))| {
        let band = run.and_then(|r| r.charts.get(at)).filter(|_| at == 0);
        let months = lines.first().map_or(0, Vec::len);
        let ends: Vec<usize> = (0..months)
            .filter(|m| (m + 1) % 12 == 0 || *m == 0 || m + 1 == months)
            .collect();
        let mut heads = vec![t.case_month.to_owned()];
        heads.extend(chart.lines.iter().map(|(title, _)| title.clone()));
        if band.is_some() {
            heads.extend([t.case_below_10.to_owned(), t.case_below_90.to_owned()]);
        }
        let cell = |n: Option<&Exact>| {
            n.map_or_else(|| "–".to_owned(), |n| number(f, case, n, chart.unit))
        };
        let rows: Vec<Vec<String>> = ends
            .iter()
            .map(|m| {
                let mut row = vec![f.lang.size(m + 1)];
                row.extend(
                    lines
                        .iter()
                        .map(|line| cell(line.get(*m).and_then(Option::as_ref))),
                );
                if let Some(band) = band {
                    let of = band.get(*m);
                    row.push(cell(of.and_then(|p| p.below(10))));
                    row.push(cell(of.and_then(|p| p.below(90))));
                }
                row
            })
            .collect();
        let says = rows.last().map_or_else(String::new, |row| {
            let named = heads
                .iter()
                .zip(row)
                .map(|(head, cell)| format!("{head} {cell}"));
            named.collect::<Vec<_>>().join(", ")
        });
        Chart {
            picture: picture(f, case, chart, lines, band, &format!("case-{at}"), &says),
            title: chart.title.clone(),
            heads,
            rows,
        }
    })
    .collect()
}

/// The picture of a chart; none where there is nothing to draw.
fn picture(
    f: &Frame,
    case: &Case,
    chart: &app::domain::model::Chart,
    lines: &[Vec<Option<Exact>>],
    band: Option<&Vec<Percentiles>>,
    id: &str,
    says: &str,
) -> Option<Markup> {
    let edges = band.into_iter().flatten();
    let edges = edges.flat_map(|month| [10, 90].map(|share| month.below(share)));
    let numbers = lines.iter().flatten().flatten().chain(edges.flatten());
    numbers.clone().find(|n| !n.is_zero())?;
    let nothing = Exact::ZERO;
    let (scale, ticks) = Scale::around(numbers.chain([&nothing]))?.round();
    let height = |number: Option<&Exact>| scale.height(number?);
    let curve = Curve {
        lines: chart
            .lines
            .iter()
            .zip(lines)
            .map(|((title, _), months)| {
                let months = months.iter().map(|n| height(n.as_ref()));
                (title.clone(), months.collect())
            })
            .collect(),
        band: band.map(|months| {
            [10, 90].map(|share| months.iter().map(|m| height(m.below(share))).collect())
        }),
        ticks: ticks
            .iter()
            .filter_map(|n| Some((scale.height(n)?, number(f, case, n, chart.unit))))
            .collect(),
        nothing: scale.height(&nothing),
        below: (11..lines.iter().map(Vec::len).max().unwrap_or(0))
            .step_by(12)
            .map(|month| {
                let n = f.lang.size((month + 1) / 12);
                (month, fill(f.t.case_year, &[("n", &n)]))
            })
            .collect(),
    };
    Some(svg::curve(&curve, id, &chart.title, says))
}

fn lists(f: &Frame, case: &Case) -> Vec<List> {
    let all = (0..case.of.model.lists.len()).filter_map(|at| case.list(at));
    all.map(|(list, rows)| List {
        title: list.title.clone(),
        heads: list.columns.iter().map(|(head, _)| head.clone()).collect(),
        rows: rows
            .into_iter()
            .map(|(item, values)| ItemOf {
                title: item.title.clone(),
                note: item.note.clone(),
                cite: item.cite.clone(),
                cells: list
                    .columns
                    .iter()
                    .zip(values)
                    .map(|((head, unit), value)| (head.clone(), case.outcome(f.lang, value, *unit)))
                    .collect(),
            })
            .collect(),
    })
    .collect()
}

fn turns(f: &Frame, case: &Case) -> Vec<[String; 3]> {
    let rows = case.turns().into_iter().filter_map(|(input, turn)| {
        let shown = |n: &Exact| number(f, case, n, input.unit);
        let slider = input.slider.as_ref()?;
        let range = between(f, case, &slider.from, &slider.to, input.unit);
        Some([
            input.title.clone(),
            shown(&case.settings.get(&input.id)?.value),
            turn.map_or_else(
                || fill(f.t.case_no_turn, &[("range", &range)]),
                |turn| shown(&turn.rounded(2)),
            ),
        ])
    });
    rows.collect()
}

fn maps(f: &Frame, case: &Case) -> Vec<MapOf> {
    let model = &case.of.model;
    let maps = model.maps.iter().enumerate();
    maps.filter_map(|(at, map)| map_of(f, case, at, map))
        .collect()
}

fn map_of(f: &Frame, case: &Case, at: usize, map: &Map) -> Option<MapOf> {
    let grid = case.grid(map);
    // What lies on an axis: the input, what it is called with its ends, where it stands, and what it is.
    let axis = |id: &str| {
        let input = case.of.model.inputs.get(id)?;
        let Slider { from, to, .. } = input.slider.as_ref()?;
        let ends = between(f, case, from, to, input.unit);
        let now = &case.settings.get(id)?.value;
        let way = (now - from).checked_div(&(to - from))?;
        let share = (&way * &Exact::from(10_000)).floor().to_i64()?;
        let named = format!("{}, {ends}", input.title);
        let says = format!("{} {}", input.title, number(f, case, now, input.unit));
        Some((input, named, i32::try_from(share).unwrap_or(0), says))
    };
    let (across, up) = (axis(&map.across)?, axis(&map.up)?);
    let word = |yes: Option<bool>| match yes {
        Some(true) => map.yes.clone(),
        Some(false) => map.no.clone(),
        None => f.t.case_no_number.to_owned(),
    };
    let now = case.answer.results.get(&map.test).map(Outcome::is_yes);
    let says = fill(
        f.t.case_map_says,
        &[("across", &across.3), ("up", &up.3), ("answer", &word(now))],
    );
    let of = svg::Map {
        rows: &grid.rows,
        now: (across.2, up.2),
        yes: &map.yes,
        no: &map.no,
        across: across.1.clone(),
        up: up.1.clone(),
    };
    let rows = grid.up.iter().zip(&grid.rows).rev();
    Some(MapOf {
        picture: svg::map(&of, &format!("map-{at}"), &map.title, &says),
        title: map.title.clone(),
        axes: format!("↑ {}, → {}", up.0.title, across.0.title),
        heads: grid
            .across
            .iter()
            .map(|n| number(f, case, n, across.0.unit))
            .collect(),
        rows: rows
            .map(|(n, row)| {
                let words = row.iter().map(|yes| word(*yes)).collect();
                (number(f, case, n, up.0.unit), words)
            })
            .collect(),
    })
}

fn groups(f: &Frame, case: &Case, library: &Library) -> Vec<Group> {
    let model = &case.of.model;
    let mut groups: Vec<(Option<&String>, Group)> = vec![];
    for given in &case.of.given {
        let Some(input) = model.inputs.get(&given.id) else {
            continue;
        };
        let of = input.group.as_ref();
        let field = field(f, case, library, input, given);
        match groups.iter_mut().find(|(id, _)| *id == of) {
            Some((_, group)) => group.inputs.push(field),
            None => {
                let title = of.and_then(|id| model.groups.get(id)).cloned();
                groups.push((
                    of,
                    Group {
                        title: title.unwrap_or_else(|| f.t.case_inputs.to_owned()),
                        inputs: vec![field],
                    },
                ));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn field(f: &Frame, case: &Case, library: &Library, input: &Input, given: &Given) -> Field {
    let t = f.t;
    let now = written(input, given);
    let unit = match input.unit {
        Measure::Money => case.of.currency.clone(),
        Measure::Percent => "%".to_owned(),
        Measure::Days => t.case_days.to_owned(),
        Measure::Hours => t.case_hours.to_owned(),
        _ => String::new(),
    };
    let (tag, kind, why, href) = match &given.setting.origin {
        _ if given.tried => ("own", t.case_tried, String::new(), String::new()),
        Origin::Own(note) => {
            let on = given.set_on.map_or_else(String::new, |d| f.lang.day(d));
            let why = if note.is_empty() {
                on
            } else {
                format!("{note}, {on}")
            };
            ("own", t.case_own, why, f.to("/evidence/assumptions"))
        }
        Origin::Computed(measure) => {
            let (program, id) = measure.split_once('.').unwrap_or(("", measure));
            let href = if library.libraries().contains(&program) {
                let path = format!("/kpis/{id}");
                f.links.with(&path, &[("program", program)])
            } else {
                f.to(&format!("/assessments/{program}"))
            };
            ("computed", t.case_computed, measure.clone(), href)
        }
        Origin::Plan(plan, of) => {
            let on = given.set_on.map_or_else(String::new, |d| f.lang.day(d));
            let href = f.to(&format!("/plans/{}", segment(plan)));
            ("computed", t.case_from_plan, format!("{of}, {on}"), href)
        }
        Origin::Cited(cite) => ("bench", t.case_cited, cite.clone(), String::new()),
        Origin::Assumed => ("assumed", t.case_assumed, String::new(), String::new()),
    };
    Field {
        id: given.id.clone(),
        title: if unit.is_empty() {
            input.title.clone()
        } else {
            format!("{}, {unit}", input.title)
        },
        help: input.help.clone(),
        slider: input
            .slider
            .as_ref()
            .and_then(|slider| slid(input, slider, given)),
        stay: given.setting.stay.as_ref().map(|_| now.stay.clone()),
        value: now.value,
        least: now.least,
        most: now.most,
        missing: match &given.evidence {
            FromEvidence::Missing(measure) => fill(t.case_missing, &[("measure", measure)]),
            _ => String::new(),
        },
        tag,
        kind,
        why,
        href,
    }
}

/// The ends and the step of a slider, as a field has them: none where the value lies beyond its ends, and any step where it lies
/// between two steps, so that a browser moves it nowhere by itself.
fn slid(input: &Input, slider: &Slider, given: &Given) -> Option<[String; 3]> {
    let value = &given.setting.value;
    if *value < slider.from || *value > slider.to {
        return None;
    }
    let steps = (value - &slider.from).checked_div(&slider.step)?;
    let text = |n: &Exact| app::case::written(n, input.unit);
    let step = if steps == steps.floor() {
        text(&slider.step)
    } else {
        "any".to_owned()
    };
    Some([text(&slider.from), text(&slider.to), step])
}

fn swings(f: &Frame, case: &Case) -> (String, Vec<Swing>) {
    let (of, found) = case.swings();
    let figure = of.and_then(|id| case.of.model.results.get(id));
    let Some(figure) = figure.filter(|_| !found.is_empty()) else {
        return (String::new(), vec![]);
    };
    let width = |s: &app::domain::model::Swing| (&s.at_most - &s.at_least).to_f64().abs();
    let widest = found.iter().map(width).fold(f64::MIN_POSITIVE, f64::max);
    let rows = found.iter().filter_map(|swing| {
        let input = case.of.model.inputs.get(&swing.input)?;
        let (least, most) = case.settings.get(&swing.input)?.range.as_ref()?;
        let result = |n: &Exact| number(f, case, n, figure.unit);
        #[expect(clippy::cast_possible_truncation, reason = "a share of ten thousand")]
        let share = (width(swing) / widest * 10_000.0) as i32;
        Some(Swing {
            title: input.title.clone(),
            least: (number(f, case, least, input.unit), result(&swing.at_least)),
            most: (number(f, case, most, input.unit), result(&swing.at_most)),
            bar: svg::bar(share, None, "c-mid"),
        })
    });
    (figure.title.clone(), rows.collect())
}

fn years(f: &Frame, case: &Case) -> Years {
    let model = &case.of.model;
    if model.months < 12 {
        return Years::default();
    }
    let count = model.months.div_ceil(12);
    let mut groups: Vec<(Option<&String>, Vec<(String, Vec<String>, bool)>)> = vec![];
    for years in case.by_year() {
        let row = |of: &[Option<Exact>]| {
            let of = of.iter().map(|year| match year {
                Some(year) => number(f, case, year, years.line.unit),
                None => "–".to_owned(),
            });
            of.collect::<Vec<_>>()
        };
        let mut rows = vec![(years.line.title.clone(), row(&years.moved), false)];
        let stay = years.stay.iter();
        rows.extend(stay.map(|stay| (f.t.case_if_stay.to_owned(), row(stay), true)));
        let of = years.line.group.as_ref();
        match groups.iter_mut().find(|(group, _)| *group == of) {
            Some((_, all)) => all.extend(rows),
            None => groups.push((of, rows)),
        }
    }
    Years {
        heads: (1..=count)
            .map(|y| fill(f.t.case_year, &[("n", &y.to_string())]))
            .collect(),
        groups: groups
            .into_iter()
            .map(|(of, rows)| {
                let title = of.and_then(|id| model.groups.get(id)).cloned();
                (title.unwrap_or_default(), rows)
            })
            .collect(),
    }
}

fn ranges(f: &Frame, case: &Case) -> Vec<[String; 5]> {
    let rows = case.by_tables().into_iter().map(|of| {
        let (row, range) = match of.row {
            None => (String::new(), f.t.case_no_row.to_owned()),
            Some((row, least, most)) => (row.title.clone(), between(f, case, least, most, of.unit)),
        };
        let table = of.table;
        [
            table.title.clone(),
            row,
            range,
            table.cite.clone(),
            table.note.clone(),
        ]
    });
    rows.collect()
}

/// `$120,000 to $410,000`.
fn between(f: &Frame, case: &Case, least: &Exact, most: &Exact, unit: Measure) -> String {
    let ends = [least, most].map(|n| number(f, case, n, unit));
    fill(f.t.case_from_to, &[("least", &ends[0]), ("most", &ends[1])])
}

fn claims(f: &Frame, case: &Case, run: Option<&Paths>) -> Vec<Claim> {
    let t = f.t;
    let shown = |shows: &[app::domain::model::Shown], outcomes: &[Outcome]| {
        case.shown(f.lang, shows, outcomes).join(" · ")
    };
    let all = case
        .of
        .model
        .claims
        .iter()
        .zip(&case.answer.claims)
        .enumerate();
    all.map(|(at, (claim, answer))| Claim {
        title: claim.title.clone(),
        cite: claim.cite.clone(),
        note: claim.note.clone(),
        readings: claim
            .readings
            .iter()
            .zip(&answer.readings)
            .map(|(reading, (shows, holds))| {
                let (class, words) = match holds {
                    Some(true) => ("met", t.case_holds),
                    Some(false) => ("short", t.case_cannot),
                    None => ("", ""),
                };
                (
                    reading.title.clone(),
                    shown(&reading.shows, shows),
                    class,
                    words,
                )
            })
            .collect(),
        yours: shown(&claim.yours, &answer.yours),
        met: match answer.met {
            None => ("", String::new()),
            Some(met) => {
                let mut words = if met {
                    t.case_as_good
                } else {
                    t.case_not_as_good
                }
                .to_owned();
                if let Some((run, Some(count))) =
                    run.map(|r| (r, r.claims.get(at).copied().flatten()))
                {
                    words += ", ";
                    words += &fill(t.case_yes_in, &[("share", &share(f, count, run.count))]);
                }
                (if met { "met" } else { "short" }, words)
            }
        },
    })
    .collect()
}

/// All models.
#[derive(Template)]
#[template(path = "worksheets.html")]
pub struct Worksheets {
    /// What stands around it.
    pub f: Frame,
    /// Each model: where it is, what it is called, what it is for, what comes out.
    pub rows: Vec<[String; 4]>,
}

/// The page of all models.
pub fn worksheets(desk: &Desk, f: Frame) -> Result<Worksheets, Diagnostic> {
    let title = f.t.worksheets;
    let f = f.at(Here::Worksheets, title);
    let rows = app::case::all(desk)?.into_iter().map(|case| {
        let model = &case.of.model;
        [
            f.to(&format!("/worksheets/{}", model.name)),
            model.title.clone(),
            model.about.clone(),
            case.news(f.lang),
        ]
    });
    Ok(Worksheets {
        rows: rows.collect(),
        f,
    })
}
