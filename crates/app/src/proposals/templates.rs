//! Plans that are written down, begun by a partner on a day.

use domain::calendar::Day;
use domain::diagnostic::did_you_mean;
use domain::number::Exact;
use domain::plan::model::Subject;
use domain::plan::template::Template;

use super::{Draft, DraftStep, Origin, Proposal, Worded, slip};
use crate::access::{Actor, Verb};
use crate::locale::Lang;
use crate::office::{Done, Office};
use crate::refusal::Refusal;
use crate::texts::fill;
use crate::words::{counted, day, lower_first};

/// How long a template takes, in words: `25 items in 4 tracks take 105 days`.
pub fn length(of: &Template) -> String {
    let items = of.tracks.values().map(|t| t.items.len()).sum();
    format!(
        "{} in {} take {}",
        counted(items, "item"),
        counted(of.tracks.len(), "track"),
        days(of.critical_days())
    )
}

/// The longest way through a template, in words: `the company itself, then sales plan`.
pub fn critical_path(of: &Template) -> String {
    let path = of.critical_path();
    // Tracks side by side that are all critical stand together.
    let planned = of.days(Day(0));
    let begins = |id: &str| planned.iter().find(|p| p.track == id).map(|p| p.from);
    let mut stages: Vec<(Option<Day>, Vec<String>)> = vec![];
    for track in path {
        let from = begins(&track.id);
        match stages.iter_mut().find(|(other, _)| *other == from) {
            Some((_, titles)) => titles.push(lower_first(&track.title)),
            None => stages.push((from, vec![lower_first(&track.title)])),
        }
    }
    stages.sort_by_key(|(from, _)| *from);
    let stages = stages
        .iter()
        .map(|(_, titles)| crate::words::and_list(titles));
    stages.collect::<Vec<_>>().join(", then ")
}

fn days(count: i64) -> String {
    counted(usize::try_from(count).unwrap_or(0), "day")
}

/// The size of a template, and its days if it begins on a day, in a sentence of a language.
pub fn begun_news(of: &Template, begins: Day, ends: Day, lang: Lang) -> String {
    let t = lang.texts();
    let days = |count: i64| lang.several(t.n_days, usize::try_from(count).unwrap_or(0));
    let items = of.tracks.values().map(|track| track.items.len()).sum();
    fill(
        t.template_news,
        &[
            ("items", &lang.several(t.n_items, items)),
            ("tracks", &lang.several(t.n_tracks, of.tracks.len())),
            ("from", &lang.day(begins)),
            ("to", &lang.day(ends)),
            ("days", &days(of.critical_days())),
            ("row", &days(of.days_in_a_row())),
        ],
    )
}

/// What a template says if it begins on a day.
pub fn drafted(of: &Template, begins: Day) -> Draft {
    let planned = of.days(begins);
    let ends = begins.plus_days(i32::try_from(of.critical_days()).unwrap_or(i32::MAX));
    let steps = of.tracks.values().zip(&planned).flat_map(|(track, when)| {
        track.items.values().map(move |item| {
            let (kind, closes) = item.closes.clone().unwrap_or_default();
            let closes: Vec<(String, String)> = closes.into_iter().collect();
            let program = closes.iter().find(|(name, _)| name == "program");
            let question = closes.iter().find(|(name, _)| name == "question");
            DraftStep {
                action: item.id.clone(),
                file: of.name.clone(),
                title: item.title.clone(),
                subject: Subject::Nobody,
                whom: String::new(),
                role: track.led_by.clone(),
                program: item
                    .program
                    .clone()
                    .or_else(|| program.map(|(_, id)| id.clone()))
                    .unwrap_or_default(),
                row: question
                    .filter(|_| program.is_some())
                    .map_or_else(String::new, |(_, id)| id.clone()),
                from: when.from,
                worked: when.done,
                done: when.done,
                due: when.due,
                hours: Exact::ZERO,
                cost: Exact::ZERO,
                chance: None,
                critical: when.is_critical(),
                waits_on: String::new(),
                parts: item.parts.clone(),
                kind,
                replaces: None,
                fields: vec![],
                closes,
                opens_after: None,
            }
        })
    });
    Draft {
        origin: Origin::Template {
            template: of.name.clone(),
            begins,
        },
        title: of.title.clone(),
        news: format!(
            "{}, from {} to {}. The critical path is {}. One track after the other would take {}.",
            length(of),
            day(begins),
            day(ends),
            critical_path(of),
            days(of.days_in_a_row())
        ),
        today: begins,
        by: ends,
        targets: vec![],
        currency: String::new(),
        cost: Exact::ZERO,
        bound: Exact::ZERO,
        hours: Exact::ZERO,
        proven: false,
        met: false,
        blocked: vec![],
        said: Lang::ALL
            .into_iter()
            .filter(|lang| *lang != Lang::default())
            .map(|lang| Worded {
                lang,
                title: of.title.clone(),
                news: begun_news(of, begins, ends, lang),
                blocked: vec![],
            })
            .collect(),
        assumed: of.assumed.clone(),
        files: vec![of.file.clone()],
        steps: steps.collect(),
    }
}

impl Office {
    /// The plans that are written down, in the language of whoever asks.
    pub fn templates(&self, actor: &Actor) -> Vec<Template> {
        let library = self.programs.library_in(actor.lang.tag());
        library.templates.clone()
    }

    /// Begins a plan that is written down: a proposal whose steps have days from the day on which it begins, today where none
    /// is named.
    pub async fn begin_template(
        &self,
        actor: &Actor,
        partner: &str,
        template: &str,
        begins: Option<Day>,
    ) -> Result<Done<Proposal>, Refusal> {
        actor.permit(Verb::Work, partner)?;
        if self.shelves()?.find(partner).is_none() {
            return Err(Refusal::no("partner", partner));
        }
        let all = self.templates(actor);
        let Some(found) = all.iter().find(|t| t.name == template) else {
            return Err(slip(
                "unknown-template",
                format!("there is no plan template `{template}`"),
                "template",
                &did_you_mean(template, all.iter().map(|t| t.name.as_str())),
            ));
        };
        let begins = begins.unwrap_or_else(|| self.clock.today());
        self.keep_plan(actor, partner, drafted(found, begins)).await
    }
}
