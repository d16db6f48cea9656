//! Home: every ladder at a glance, the nearest danger and its day, what is due, and what would settle most.

use app::domain::calendar::{Day, Duration};
use app::domain::diagnostic::Diagnostic;
use app::domain::program::Ask;
use app::domain::standing::Truth;
use app::overview::Overview;
use app::question::Desk;
use app::scorecard::{Column, Row, Scorecard};
use app::words::upper_first;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::svg::{self, Axis, Due, Stone, Tone};
use super::super::texts::fill;
use super::super::view::{Link, Mark, Markup, When, unquoted};
use super::scorecard::{Age, Wanted, ages, gap, wanted};

/// So many rows are named of what a level still needs.
const NAMED: usize = 4;

/// Every ladder at a glance.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// The day in full.
    pub day: String,
    /// The news over all programs.
    pub news: String,
    /// Groups of ladders, with their headings.
    pub groups: Vec<Group>,
    /// Libraries of measures.
    pub libraries: Vec<Link>,
    /// What is due in the year ahead, drawn.
    pub ahead: Option<Markup>,
    /// The same as a table.
    pub dues: Vec<DueLine>,
    /// The inputs that would settle most.
    pub settle: Vec<Wanted>,
    /// How old each kind of evidence is.
    pub ages: Vec<Age>,
    /// Programs that cannot be asked on that day, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Ladders of one sort.
#[derive(Clone, Debug)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// What the pictures mean.
    pub note: &'static str,
    /// The ladders.
    pub ladders: Vec<Ladder>,
}

/// A program at a glance.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Its stones.
    pub picture: Markup,
    /// Its scorecard.
    pub link: Link,
    /// Where the partner stands.
    pub now: String,
    /// What the next level needs.
    pub next: String,
    /// The nearest danger.
    pub danger: Mark,
    /// A line below it.
    pub note: String,
}

/// Something that is due.
#[derive(Clone, Debug)]
pub struct DueLine {
    /// The day.
    pub when: When,
    /// How far away.
    pub left: String,
    /// What.
    pub what: Mark,
    /// Why.
    pub why: String,
    /// Where it is explained.
    pub href: String,
}

/// Something that happens on a day if nothing new does.
struct Coming {
    day: Day,
    what: String,
    why: String,
    tone: Tone,
    program: String,
    timeline: bool,
}

/// Where the partner of the question stands in every program.
pub fn page(desk: &Desk, f: Frame) -> Result<Page, Diagnostic> {
    let overview = app::overview::overview(desk)?;
    let mut coming: Vec<Coming> = Vec::new();
    let mut nearest: Vec<Option<(Day, String)>> = Vec::new();
    for card in &overview.cards {
        let turns: Vec<(Day, String)> = app::companies::turns(desk, card)
            .into_iter()
            .map(|(day, row)| (day, row.map_or_else(String::new, |row| f.lang.inside(&row))))
            .collect();
        nearest.push(turns.first().cloned());
        coming.extend(of_card(&f, card, &turns));
    }
    coming.sort_by_key(|c| c.day);
    let mut page = of(&overview, f, &nearest, coming);
    let of_measures = app::kpis::libraries(desk, desk.partner()?).into_iter();
    page.libraries = of_measures
        .map(|library| {
            let to = page.f.links.with("/kpis", &[("program", &library.id)]);
            Link::to(to, library.title)
        })
        .collect();
    Ok(page)
}

fn of_card(f: &Frame, card: &Scorecard, turns: &[(Day, String)]) -> Vec<Coming> {
    let t = f.t;
    let year = card.as_of.plus(Duration::months(12));
    let within = |day: Day| day > card.as_of && day <= year;
    let mut coming = Vec::new();
    let coming_of = |day: Day, what: String, why: String, tone: Tone, timeline: bool| Coming {
        day,
        what,
        why,
        tone,
        program: card.program.clone(),
        timeline,
    };
    if let (Some(holds), Some(next)) = (&card.holds, card.review.as_ref().and_then(|r| r.next))
        && within(next)
    {
        let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
        let (pattern, tone) = match retain.map(|c| c.verdict) {
            Some(Truth::No) => (t.not_renewed, Tone::No),
            Some(Truth::Yes) => (t.renewed, Tone::Yes),
            _ => (t.review_of, Tone::Unknown),
        };
        let why = retain.map(|c| first_short(f, c)).unwrap_or_default();
        coming.push(coming_of(
            next,
            fill(pattern, &[("level", &holds.title)]),
            why,
            tone,
            false,
        ));
    }
    if let Some(next) = &card.next_edition
        && within(next.from)
    {
        let what = fill(t.edition_begins, &[("edition", &next.edition)]);
        coming.push(coming_of(
            next.from,
            what,
            card.title.clone(),
            Tone::Nothing,
            false,
        ));
    }
    if let Some(until) = card.fee.as_ref().and_then(|fee| fee.until)
        && within(until)
    {
        coming.push(coming_of(
            until,
            t.fee_due.to_owned(),
            card.title.clone(),
            Tone::Nothing,
            false,
        ));
    }
    let level = card
        .holds
        .as_ref()
        .map(|h| h.title.clone())
        .or_else(|| card.meets.map(|m| card.levels[m].title.clone()));
    if let (Some(level), Some((day, why))) = (level, turns.first())
        && within(*day)
        && card.review.as_ref().and_then(|r| r.next).map(Day::next) != Some(*day)
    {
        let what = fill(t.no_longer_met, &[("level", &level)]);
        coming.push(coming_of(*day, what, upper_first(why), Tone::No, true));
    }
    coming
}

/// The first row of a column that is short, as `launched opportunities 13 of 20`.
fn first_short(f: &Frame, column: &Column) -> String {
    let short = column.rows.iter().find(|r| r.verdict == Truth::No);
    short.map_or_else(String::new, |row| {
        let have = f.lang.value(&row.shown, &row.have);
        let need = row
            .need
            .as_ref()
            .map(|n| f.lang.range(&row.shown, &n.threshold));
        match need {
            Some(need) if row.shown != app::words::Shown::YesNo => fill(
                f.t.row_of,
                &[
                    ("row", &f.lang.inside(&row.title)),
                    ("have", &have),
                    ("need", &need),
                ],
            ),
            _ => f.lang.inside(&row.title),
        }
    })
}

fn of(
    overview: &Overview,
    f: Frame,
    nearest: &[Option<(Day, String)>],
    coming: Vec<Coming>,
) -> Page {
    let t = f.t;
    let f = f.at(Here::Home, t.home);
    let as_of = f.as_of;
    let ladders = |of: &dyn Fn(&Scorecard) -> bool| -> Vec<Ladder> {
        let cards = overview
            .cards
            .iter()
            .zip(nearest)
            .filter(|(card, _)| of(card));
        cards
            .map(|(card, nearest)| ladder(&f, card, nearest.as_ref()))
            .collect()
    };
    let status = |c: &Scorecard| c.lifecycle || c.holds.is_some();
    let groups = [
        Group {
            title: t.programs,
            note: t.stones_held,
            ladders: ladders(&status),
        },
        Group {
            title: t.models,
            note: t.stones_met,
            ladders: ladders(&|c| !status(c) && !c.levels.is_empty()),
        },
        Group {
            title: t.checklists,
            note: t.stones_answered,
            ladders: ladders(&|c| !status(c) && c.levels.is_empty() && !c.areas.is_empty()),
        },
    ];
    let dues: Vec<Due> = coming
        .iter()
        .map(|c| Due {
            day: c.day,
            what: c.what.clone(),
            why: c.why.clone(),
            tone: c.tone,
        })
        .collect();
    let axis = Axis {
        from: as_of,
        to: as_of.plus(Duration::months(12)),
        now: Day::MAX,
    };
    let says: Vec<String> = coming
        .iter()
        .map(|c| format!("{}: {}", f.lang.day(c.day), c.what))
        .collect();
    let mut all_ages: Vec<Age> = Vec::new();
    for age in overview.cards.iter().flat_map(|card| ages(&f, card)) {
        if all_ages.iter().all(|known| known.href != age.href) {
            all_ages.push(age);
        }
    }
    Page {
        libraries: vec![],
        day: f.lang.full_day(as_of),
        news: unquoted(&overview.news(f.lang)),
        groups: groups
            .into_iter()
            .filter(|g| !g.ladders.is_empty())
            .collect(),
        ahead: (!dues.is_empty())
            .then(|| svg::ahead(axis, &dues, f.lang, t.ahead_title, &says.join("; "))),
        dues: coming
            .into_iter()
            .map(|c| {
                let truth = match c.tone {
                    Tone::Yes => Truth::Yes,
                    Tone::No => Truth::No,
                    Tone::Unknown => Truth::Unknown,
                    Tone::Nothing => Truth::NotApplicable,
                };
                let page = if c.timeline { "ahead" } else { "scorecard" };
                DueLine {
                    when: f.when(c.day),
                    left: f.lang.distance(as_of, c.day),
                    what: Mark::saying(truth, c.what),
                    why: c.why,
                    href: f.to(&format!("/{page}/{}", segment(&c.program))),
                }
            })
            .collect(),
        settle: overview
            .settle
            .iter()
            .take(5)
            .map(|s| {
                let mut want = wanted(&f, &s.missing, s.rows);
                if s.programs.len() > 1 {
                    want.settles = format!(
                        "{}, {}",
                        want.settles,
                        f.lang.several(t.in_programs, s.programs.len())
                    );
                }
                want
            })
            .collect(),
        ages: all_ages,
        left_out: overview
            .left_out
            .iter()
            .map(|(name, problem)| (name.clone(), problem.message.clone()))
            .collect(),
        f,
    }
}

fn ladder(f: &Frame, card: &Scorecard, nearest: Option<&(Day, String)>) -> Ladder {
    let t = f.t;
    let lang = f.lang;
    let at = card.holds.as_ref().map_or(card.meets, |h| h.level);
    let answered: usize = card.areas.iter().map(|a| a.answered()).sum();
    let asked: usize = card.areas.iter().map(|a| a.questions.len()).sum();
    let (stones, says) = if card.levels.is_empty() {
        let full = card
            .areas
            .iter()
            .filter(|a| a.answered() == a.questions.len())
            .count();
        let stones = (0..card.areas.len())
            .map(|n| if n < full { Stone::Held } else { Stone::Later })
            .collect::<Vec<_>>();
        let says = fill(
            t.areas_answered,
            &[("n", &lang.size(full)), ("m", &lang.size(card.areas.len()))],
        );
        (stones, says)
    } else {
        let held = at.map_or(0, |a| a + 1);
        let stones = (0..card.levels.len())
            .map(|n| match n.cmp(&held) {
                std::cmp::Ordering::Less => Stone::Held,
                std::cmp::Ordering::Equal => Stone::Next,
                std::cmp::Ordering::Greater => Stone::Later,
            })
            .collect();
        let says = fill(
            t.levels_held,
            &[
                ("n", &lang.size(held)),
                ("m", &lang.size(card.levels.len())),
            ],
        );
        (stones, says)
    };
    let now = if card.levels.is_empty() {
        fill(
            t.answered_of,
            &[("n", &lang.size(answered)), ("m", &lang.size(asked))],
        )
    } else {
        match (&card.holds, card.meets) {
            (Some(holds), _) => holds.title.clone(),
            (None, Some(at)) => card.levels[at].title.clone(),
            (None, None) if card.meets_most.is_some() || !card.open.is_empty() => t.open.to_owned(),
            (None, None) => t.no_level_yet.to_owned(),
        }
    };
    let (danger, note) = danger(f, card, nearest);
    Ladder {
        picture: svg::ladder(&stones, &says),
        link: Link::to(
            f.to(&format!("/scorecard/{}", segment(&card.program))),
            card.title.clone(),
        ),
        now,
        next: next(f, card),
        danger,
        note,
    }
}

/// What the next level needs, its first few rows.
fn next(f: &Frame, card: &Scorecard) -> String {
    let t = f.t;
    if card.levels.is_empty() {
        let open: Vec<String> = card
            .areas
            .iter()
            .filter(|a| a.answered() < a.questions.len() && !a.area.is_empty())
            .map(|a| a.area.clone())
            .collect();
        return if open.is_empty() {
            t.no_pass_mark.to_owned()
        } else {
            fill(t.open_in, &[("areas", &f.lang.list(&open))])
        };
    }
    let Some(column) = card.columns.iter().rev().find(|c| c.ask == Ask::Enter) else {
        return t.nothing_above.to_owned();
    };
    let named = |truth: Truth| -> Vec<String> {
        let rows: Vec<&Row> = column.rows.iter().filter(|r| r.verdict == truth).collect();
        let mut names: Vec<String> = rows
            .iter()
            .take(NAMED)
            .map(|row| {
                let gap = gap(f.lang, row);
                let name = f.lang.inside(&row.title);
                if gap.is_empty() {
                    name
                } else {
                    format!("{name} ({gap})")
                }
            })
            .collect();
        if rows.len() > NAMED {
            names.push(fill(t.n_more, &[("n", &f.lang.size(rows.len() - NAMED))]));
        }
        names
    };
    let (short, unknown) = (named(Truth::No), named(Truth::Unknown));
    if column.verdict == Truth::Yes {
        return fill(t.meets_level, &[("level", &column.title)]);
    }
    if !short.is_empty() {
        return fill(
            t.level_needs,
            &[("level", &column.title), ("rows", &f.lang.list(&short))],
        );
    }
    if !unknown.is_empty() {
        return fill(
            t.level_open,
            &[("level", &column.title), ("rows", &f.lang.list(&unknown))],
        );
    }
    fill(t.level_own_test, &[("level", &column.title)])
}

/// The nearest danger, and a line below it.
fn danger(f: &Frame, card: &Scorecard, nearest: Option<&(Day, String)>) -> (Mark, String) {
    let t = f.t;
    let lang = f.lang;
    let contradicted = card
        .areas
        .iter()
        .flat_map(|a| &a.questions)
        .filter(|q| q.contradicted.is_some());
    let contradicted: Vec<&str> = contradicted.map(|q| q.title.as_str()).collect();
    if let Some(failed) = card.projected.as_ref().and_then(|p| p.failed.as_ref()) {
        let on = failed.lost_on.unwrap_or(failed.on);
        let word = fill(
            t.falls_on,
            &[("level", &failed.level), ("day", &lang.day(on))],
        );
        return (Mark::saying(Truth::No, word), lang.distance(card.as_of, on));
    }
    let retain = card.columns.iter().find(|c| c.ask == Ask::Retain);
    if let Some(retain) = retain
        && retain.verdict == Truth::No
    {
        let review = card.review.as_ref().and_then(|r| r.next);
        let word = match review {
            Some(day) => fill(t.not_renewed_on, &[("day", &lang.day(day))]),
            None => t.not_renewed_next.to_owned(),
        };
        let far = review.map(|day| lang.distance(card.as_of, day));
        let note: Vec<String> = far.into_iter().chain([first_short(f, retain)]).collect();
        return (Mark::saying(Truth::No, word), note.join(", "));
    }
    if let Some(first) = contradicted.first() {
        let word = lang.several(t.answers_contradicted, contradicted.len());
        return (Mark::saying(Truth::No, word), (*first).to_owned());
    }
    if let Some((day, why)) = nearest {
        let level = card
            .holds
            .as_ref()
            .map(|h| h.title.clone())
            .or_else(|| card.meets.map(|m| card.levels[m].title.clone()))
            .unwrap_or_default();
        let word = fill(t.falls_on, &[("level", &level), ("day", &lang.day(*day))]);
        let far = lang.distance(card.as_of, *day);
        let note = if why.is_empty() {
            far
        } else {
            format!("{far}, {why}")
        };
        return (Mark::saying(Truth::No, word), note);
    }
    if let Some(retain) = retain
        && retain.verdict == Truth::Unknown
    {
        return (
            Mark::saying(Truth::Unknown, t.renewal_open),
            card.missing
                .first()
                .map(|(m, rows)| wanted(f, m, *rows).what)
                .unwrap_or_default(),
        );
    }
    let unknown: usize = card
        .columns
        .iter()
        .flat_map(|c| &c.rows)
        .filter(|r| r.verdict == Truth::Unknown)
        .count();
    let unanswered: usize = card
        .areas
        .iter()
        .map(|a| a.questions.len() - a.answered())
        .sum();
    let open = if card.levels.is_empty() {
        unanswered
    } else {
        unknown
    };
    if open > 0 {
        let first = card
            .missing
            .first()
            .map(|(m, rows)| wanted(f, m, *rows).what);
        return (
            Mark::saying(Truth::Unknown, lang.several(t.n_unknown, open)),
            first.unwrap_or_default(),
        );
    }
    let review = card
        .review
        .as_ref()
        .and_then(|r| r.next)
        .filter(|d| *d > card.as_of);
    let note = match review {
        Some(day) => fill(
            t.next_review_on,
            &[
                ("day", &lang.day(day)),
                ("distance", &lang.distance(card.as_of, day)),
            ],
        ),
        None => String::new(),
    };
    if at_all(card) {
        (Mark::saying(Truth::Yes, t.nothing_falls), note)
    } else {
        (Mark::saying(Truth::NotApplicable, t.nothing_to_lose), note)
    }
}

/// Does the partner hold or meet anything here?
fn at_all(card: &Scorecard) -> bool {
    card.holds.is_some() || card.meets.is_some() || card.levels.is_empty()
}
