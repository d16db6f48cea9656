//! Search over everything that a reader may see: programs, rows and questions, records, words.

use app::domain::diagnostic::Diagnostic;
use app::question::Desk;
use app::words::upper_first;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::texts::fill;
use super::super::view::Link;
use super::evidence::{current, record_href};
use super::glossary;

/// So many of one sort are shown; a kind's own page finds the rest.
const MOST: usize = 12;

/// What was found.
#[derive(Template)]
#[template(path = "search.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// What was looked for.
    pub q: String,
    /// What was found, by sort.
    pub groups: Vec<Group>,
    /// How much was found, in words.
    pub found: String,
}

/// What was found of one sort.
#[derive(Clone, Debug)]
pub struct Group {
    /// The sort.
    pub title: String,
    /// The language of what was found: the glossary is in the first one.
    pub lang: &'static str,
    /// What was found: where, and a line beside.
    pub hits: Vec<(Link, String)>,
    /// The rest, where there is more.
    pub more: Option<Link>,
}

/// Looks for words that all stand in a thing.
pub fn page(desk: &Desk, f: Frame, q: &str) -> Result<Page, Diagnostic> {
    let title = f.t.search;
    let f = f.at(Here::Elsewhere, title);
    let words: Vec<String> = q.split_whitespace().map(str::to_lowercase).collect();
    let is_in = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|w| text.contains(w.as_str()))
    };
    let mut groups = Vec::new();
    if !words.is_empty() {
        groups.extend(rules(desk, &f, &is_in));
        groups.extend(records(desk, &f, q, &is_in)?);
        groups.extend(glossary_words(&f, &is_in));
    }
    let count: usize = groups.iter().map(|g| g.hits.len()).sum();
    Ok(Page {
        found: if words.is_empty() {
            f.t.search_for.to_owned()
        } else {
            fill(
                f.t.found_for,
                &[("hits", &f.lang.several(f.t.n_hits, count)), ("q", q)],
            )
        },
        q: q.to_owned(),
        groups,
        f,
    })
}

fn rules(desk: &Desk, f: &Frame, is_in: &dyn Fn(&str) -> bool) -> Vec<Group> {
    let t = f.t;
    let library = &desk.engine.programs.library;
    let (mut programs, mut rows, mut questions) = (vec![], vec![], vec![]);
    for id in library.programs() {
        let Some(edition) = library
            .governing(id, f.as_of)
            .or_else(|| library.editions_of(id).last().copied())
        else {
            continue;
        };
        let program = segment(id);
        if is_in(&format!("{} {id}", edition.title)) {
            let path = if edition.is_library() {
                format!("/programs/{program}/{}", segment(&edition.edition))
            } else {
                format!("/scorecard/{program}")
            };
            programs.push((Link::to(f.to(&path), edition.title.clone()), String::new()));
        }
        for row in edition.rows.values() {
            if is_in(&format!("{} {} {}", row.title, row.id, row.area)) {
                let path = format!(
                    "/programs/{program}/{}#row-{}",
                    segment(&edition.edition),
                    segment(&row.id)
                );
                let title = if row.title.is_empty() {
                    &row.id
                } else {
                    &row.title
                };
                rows.push((
                    Link::to(f.to(&path), upper_first(title)),
                    edition.title.clone(),
                ));
            }
        }
        for (question, asked) in &edition.question {
            if is_in(&format!("{} {question} {}", asked.title, asked.area)) {
                let path = format!("/assessments/{program}#q-{}", segment(question));
                questions.push((
                    Link::to(f.to(&path), upper_first(&asked.title)),
                    edition.title.clone(),
                ));
            }
        }
    }
    [
        (t.programs, programs),
        (t.rows, rows),
        (t.questions, questions),
    ]
    .into_iter()
    .filter(|(_, hits)| !hits.is_empty())
    .map(|(title, mut hits)| {
        hits.truncate(MOST);
        Group {
            title: title.to_owned(),
            lang: f.lang.tag(),
            hits,
            more: None,
        }
    })
    .collect()
}

fn records(
    desk: &Desk,
    f: &Frame,
    q: &str,
    is_in: &dyn Fn(&str) -> bool,
) -> Result<Vec<Group>, Diagnostic> {
    let kinds = app::kinds::kinds(desk)?;
    let mut groups = Vec::new();
    for summary in kinds.iter().filter(|k| k.records > 0) {
        let records = app::kinds::records(desk, &summary.kind)?;
        let mut hits = Vec::new();
        let mut count = 0;
        for record in current(&records) {
            let texts: Vec<&str> = (0..record.cells.len())
                .map(|at| record.text(Some(at)))
                .filter(|text| !text.is_empty())
                .collect();
            if !is_in(&texts.join(" ")) {
                continue;
            }
            count += 1;
            if hits.len() < MOST {
                let key: Vec<&str> = record
                    .key
                    .iter()
                    .map(String::as_str)
                    .filter(|k| !k.is_empty())
                    .collect();
                let rest: Vec<&str> = texts
                    .into_iter()
                    .filter(|text| !key.contains(text))
                    .take(4)
                    .collect();
                hits.push((
                    Link::to(record_href(f, &summary.kind, record), key.join(", ")),
                    rest.join(", "),
                ));
            }
        }
        if count > 0 {
            let path = format!("/evidence/{}", segment(&summary.kind));
            groups.push(Group {
                title: f.named(&summary.kind),
                lang: f.lang.tag(),
                hits,
                more: (count > MOST).then(|| {
                    Link::to(
                        f.links.with(&path, &[("view", "table"), ("q", q)]),
                        fill(f.t.n_more, &[("n", &f.lang.size(count - MOST))]),
                    )
                }),
            });
        }
    }
    Ok(groups)
}

fn glossary_words(f: &Frame, is_in: &dyn Fn(&str) -> bool) -> Option<Group> {
    let page = glossary::page(f.clone());
    let words = page.sections.into_iter().flat_map(|s| s.words);
    let hits: Vec<(Link, String)> = words
        .filter(|w| is_in(&format!("{} {}", w.word, w.also)))
        .map(|w| {
            (
                Link::to(f.to(&format!("/glossary#{}", w.id)), w.word),
                w.means,
            )
        })
        .take(MOST)
        .collect();
    (!hits.is_empty()).then(|| Group {
        title: f.t.glossary.to_owned(),
        lang: f.first_language(),
        hits,
        more: None,
    })
}
