//! Who matters: what each person's leaving would cost, the one on whom most hangs first.

use app::domain::diagnostic::Diagnostic;
use app::domain::standing::Truth;
use app::leavers::Leavers;
use app::question::Desk;
use app::words::upper_first;
use askama::Template;

use super::super::super::frame::{Frame, Here};
use super::super::super::svg;
use super::super::super::view::{Link, Mark, Markup};
use super::super::scorecard::Program;
use super::{head, others};

/// What hangs on each person.
#[derive(Template)]
#[template(path = "ahead/leavers.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The program.
    pub program: Program,
    /// The news.
    pub news: String,
    /// The people.
    pub rows: Vec<Row>,
    /// What else there is about the program.
    pub others: Vec<Link>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Row {
    /// What they are called, and their record.
    pub link: Link,
    /// In how many rows they count, as a share of whoever counts in most.
    pub bar: Markup,
    /// The same as a number.
    pub count: String,
    /// The levels that would be met no longer, or nothing of the sort.
    pub marks: Vec<Mark>,
    /// What else would change at once.
    pub at_once: Vec<String>,
    /// What would change later.
    pub later: Vec<String>,
}

/// What would be lost if each person left today.
pub fn page(desk: &Desk, f: Frame) -> Result<Page, Diagnostic> {
    let found = app::leavers::leavers(desk, None)?.said_in(f.lang);
    let f = f.at(Here::Ahead, found.card.title.clone());
    let most = found.leavers.iter().map(|l| found.rows(l).len()).max();
    Ok(Page {
        program: head(desk, &f, &found.card, Here::Elsewhere),
        news: found.news(),
        rows: found
            .leavers
            .iter()
            .map(|leaver| row(&f, &found, leaver, most.unwrap_or(1)))
            .collect(),
        others: others(&f, &found.card.program, "leavers"),
        f,
    })
}

fn row(
    f: &Frame,
    of: &Leavers,
    leaver: &app::domain::forecast::leavers::Leaver,
    most: usize,
) -> Row {
    let t = f.t;
    let count = of.rows(leaver).len();
    let levels = of.levels(leaver);
    let loses = !levels.is_empty() || !leaver.reviews.is_empty();
    let share = i32::try_from(count * 10_000 / most.max(1)).unwrap_or(10_000);
    let class = if loses { "c-short" } else { "c-mid" };
    let mut marks: Vec<Mark> = levels
        .iter()
        .map(|column| Mark::saying(Truth::No, upper_first(column)))
        .collect();
    if marks.is_empty() {
        marks.push(Mark::saying(
            if loses {
                Truth::No
            } else {
                Truth::NotApplicable
            },
            if loses {
                t.fails_review
            } else {
                t.no_level_falls
            },
        ));
    }
    let mut at_once = of.at_once(leaver);
    at_once.extend(
        of.none_to_spare(leaver)
            .into_iter()
            .map(|words| format!("{words}, {}", t.none_to_spare)),
    );
    let key = app::records::key_text(&[leaver.person.as_str()]);
    Row {
        link: Link::to(
            f.links.with("/evidence/people/record", &[("key", &key)]),
            leaver.name.clone().unwrap_or_else(|| leaver.person.clone()),
        ),
        bar: svg::bar(share, None, class),
        count: f.lang.size(count),
        marks,
        at_once,
        later: of.later(leaver),
    }
}
