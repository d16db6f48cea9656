//! Several companies in one view: each beside each program that it follows, filtered and sorted, as a page and as a table.

use app::companies::{Companies, Danger, Line, Threat, Wanted};
use app::locale::Lang;
use app::texts::fill;
use askama::Template;

use super::super::super::frame::{Frame, Here, segment};
use super::super::super::routes::{csv, download};
use super::super::super::view::{Link, Mark, When};
use super::super::super::visit::{Answer, Visit};
use super::{Choice, html};
use app::domain::standing::Truth;

/// All companies of the reader.
#[derive(Template)]
#[template(path = "work/companies.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// How many there are, and how many are in danger.
    pub news: String,
    /// What is looked for in names.
    pub q: String,
    /// The programs that can be chosen.
    pub programs: Vec<Choice>,
    /// Which lines are shown.
    pub states: Vec<Choice>,
    /// By what they are sorted.
    pub sorts: Vec<Choice>,
    /// The lines.
    pub rows: Vec<Row>,
    /// The same as a table for a spreadsheet.
    pub file: String,
    /// How many companies are not shown, in words; empty where all are.
    pub left_out: String,
}

/// A company beside a program.
#[derive(Clone, Debug)]
pub struct Row {
    /// The company, and its home.
    pub company: Link,
    /// The program, and the company's scorecard.
    pub program: Link,
    /// The level that is held or met.
    pub level: String,
    /// Is that only what is met today?
    pub only_met: bool,
    /// The level above.
    pub next: String,
    /// How many of its rows are short, in words.
    pub short: String,
    /// The nearest danger.
    pub danger: Option<Mark>,
    /// Its day.
    pub on: Option<When>,
    /// How far away that is.
    pub away: String,
    /// How many tasks are open.
    pub open: String,
    /// How many are late, in words; empty where none is.
    pub late: String,
}

/// What of all lines is wanted, as the address says it.
fn wanted(visit: &Visit) -> Wanted {
    let get = |name: &str| visit.get(name).to_owned();
    Wanted {
        q: get("q"),
        program: get("of"),
        state: get("state"),
        sort: get("sort"),
    }
}

/// What threatens, in words.
fn danger_words(of: &Danger, lang: Lang) -> String {
    let t = lang.texts();
    let pattern = match of.what {
        Threat::NotRenewed => t.not_renewed,
        Threat::NoLongerMet => t.no_longer_met,
        Threat::Ends => t.level_ends,
    };
    let what = fill(pattern, &[("level", &of.level)]);
    match &of.row {
        Some(row) => format!("{what}: {}", lang.inside(row)),
        None => what,
    }
}

fn row(f: &Frame, line: &Line) -> Row {
    let t = f.t;
    let of = [("partner", line.partner.as_str())];
    Row {
        company: Link::to(f.links.with("/", &of), &line.partner_name),
        program: Link::to(
            f.links
                .with(&format!("/scorecard/{}", segment(&line.program)), &of),
            &line.title,
        ),
        level: line.level.clone().unwrap_or_else(|| t.no_level.to_owned()),
        only_met: line.level.is_some() && !line.held,
        next: line.next.clone().unwrap_or_default(),
        short: line
            .short
            .filter(|n| *n > 0)
            .map(|n| f.lang.several(t.companies_short, n))
            .unwrap_or_default(),
        danger: line
            .danger
            .as_ref()
            .map(|d| Mark::saying(Truth::No, danger_words(d, f.lang))),
        on: line.danger.as_ref().map(|d| f.when(d.day)),
        away: line
            .danger
            .as_ref()
            .map(|d| f.lang.distance(f.today, d.day))
            .unwrap_or_default(),
        open: f.lang.size(line.open),
        late: if line.late == 0 {
            String::new()
        } else {
            f.lang.several(t.tasks_late, line.late)
        },
    }
}

/// The page of all companies.
pub fn of(companies: &Companies, f: Frame, query: &Wanted) -> Page {
    let t = f.t;
    let lines = companies.chosen(query);
    let mut programs: Vec<(String, String)> = companies
        .lines
        .iter()
        .map(|l| (l.title.clone(), l.program.clone()))
        .collect();
    programs.sort();
    programs.dedup();
    let mut offered = vec![Choice::new("", t.any, query.program.is_empty())];
    offered.extend(
        programs
            .into_iter()
            .map(|(title, id)| Choice::new(&id, title, query.program == id)),
    );
    let choices = |of: &[(&str, &str)], chosen: &str| -> Vec<Choice> {
        let known = of.iter().any(|(value, _)| *value == chosen);
        of.iter()
            .map(|(value, text)| {
                let is = *value == chosen || value.is_empty() && !known;
                Choice::new(*value, (*text).to_owned(), is)
            })
            .collect()
    };
    let endangered = companies
        .lines
        .iter()
        .filter(|l| l.danger.is_some())
        .count();
    let news = format!(
        "{} {}",
        f.lang.several(t.companies_news, companies.partners),
        match endangered {
            0 => t.companies_safe.to_owned(),
            n => f.lang.several(t.companies_danger, n),
        }
    );
    Page {
        news,
        programs: offered,
        states: choices(
            &[
                ("", t.any),
                ("danger", t.companies_in_danger),
                ("short", t.companies_some_short),
                ("work", t.companies_with_work),
            ],
            &query.state,
        ),
        sorts: choices(
            &[
                ("", t.companies_one),
                ("danger", t.companies_by_danger),
                ("program", t.program),
                ("work", t.companies_open),
            ],
            &query.sort,
        ),
        rows: lines.iter().map(|l| row(&f, l)).collect(),
        file: f.links.with(
            "/companies",
            &[
                ("q", &query.q),
                ("of", &query.program),
                ("state", &query.state),
                ("sort", &query.sort),
                ("format", "csv"),
            ],
        ),
        left_out: if companies.left_out == 0 {
            String::new()
        } else {
            f.lang.several(t.companies_left_out, companies.left_out)
        },
        q: query.q.clone(),
        f: f.at(Here::Companies, t.companies),
    }
}

/// The lines for a spreadsheet, in words for machines.
pub fn table(lines: &[&Line]) -> (Vec<String>, Vec<Vec<String>>) {
    let header = [
        "partner",
        "name",
        "program",
        "title",
        "level",
        "held",
        "next_level",
        "rows_short",
        "danger",
        "danger_on",
        "danger_row",
        "open_tasks",
        "late_tasks",
    ];
    let rows = lines.iter().map(|l| {
        let danger = l.danger.as_ref();
        let what = danger.map(|d| d.what.name());
        vec![
            l.partner.clone(),
            l.partner_name.clone(),
            l.program.clone(),
            l.title.clone(),
            l.level.clone().unwrap_or_default(),
            if l.held { "yes" } else { "no" }.to_owned(),
            l.next.clone().unwrap_or_default(),
            l.short.map(|n| n.to_string()).unwrap_or_default(),
            what.unwrap_or_default().to_owned(),
            danger.map(|d| d.day.to_string()).unwrap_or_default(),
            danger.and_then(|d| d.row.clone()).unwrap_or_default(),
            l.open.to_string(),
            l.late.to_string(),
        ]
    });
    (header.map(str::to_owned).to_vec(), rows.collect())
}

/// `GET /companies`
pub async fn page(visit: Visit) -> Answer {
    let companies = visit.office.companies(&visit.actor).await?;
    let query = wanted(&visit);
    if visit.get("format") == "csv" {
        let (header, rows) = table(&companies.chosen(&query));
        return Ok(download(
            csv(&header, &rows),
            "text/csv; charset=utf-8",
            "companies.csv",
        ));
    }
    html(&of(&companies, visit.frame.clone(), &query))
}
