//! How likely open records carry a level, on a day.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::forecast::odds::{self, Likely, Odds};
use domain::number::Exact;
use domain::plan::catalog::Actions;
use domain::program::Ask;

use crate::forecast::Labels;
use crate::question::Desk;
use crate::scorecard::of_run;
use crate::words::{day, rounded};

/// How likely each question of the scorecard is answered with yes on a day.
#[derive(Clone, Debug)]
pub struct Chances {
    /// The day.
    pub day: Day,
    /// For each column of the scorecard: its question, the level's id, and the odds.
    pub columns: Vec<(Ask, String, Odds)>,
    /// What rows and levels are called.
    pub labels: Labels,
    /// Chances that somebody set instead of those of the file.
    pub set: Vec<(String, Exact)>,
}

/// The odds on a day of each column of the scorecard, in the program that the question names. `set` replaces chances by word.
pub fn odds(desk: &Desk, on: Day, set: &[(String, Exact)]) -> Result<Chances, Diagnostic> {
    desk.once(("odds", on, set), || odds_now(desk, on, set))
}

fn odds_now(desk: &Desk, on: Day, set: &[(String, Exact)]) -> Result<Chances, Diagnostic> {
    let partner = desk.partner()?;
    let Some((program, edition)) = desk.named()? else {
        return Err(Diagnostic::error(
            "which-program",
            "odds are asked of one program",
            Place::default(),
        )
        .help("name it with `--program`"));
    };
    let today = desk.question.as_of;
    let now = desk.run(program, edition, Some(partner))?;
    let run = match (edition, desk.engine.governing(program, Some(partner), on)) {
        (None, Some(run)) => run,
        _ => now,
    };
    let mut files: Vec<Actions> = desk
        .engine
        .programs
        .library
        .actions
        .iter()
        .filter(|a| a.offers(program) && !a.chances.is_empty())
        .cloned()
        .collect();
    let words: Vec<String> = files
        .iter()
        .flat_map(|f| f.chances.values())
        .flat_map(|c| c.chance.keys().cloned())
        .collect();
    for (word, share) in set {
        if !words.contains(word) {
            return Err(Diagnostic::error(
                "unknown-word",
                format!("no open record has a chance for `{word}`"),
                Place::default(),
            )
            .help(domain::diagnostic::did_you_mean(
                word,
                words.iter().map(String::as_str),
            )));
        }
        for chances in files.iter_mut().flat_map(|f| f.chances.values_mut()) {
            if let Some(chance) = chances.chance.get_mut(word) {
                chance.clone_from(share);
                // What somebody sets is used, whatever became of earlier records.
                chances.enough = u32::MAX;
            }
        }
    }
    if files.is_empty() {
        return Err(Diagnostic::error(
            "no-actions",
            format!("nothing says how likely open records of `{program}` come true"),
            Place::default(),
        )
        .help("write a table `chance` into a file of `vocabulary/actions/` of your own folder"));
    }
    let card = of_run(desk, &now, partner, false);
    let place = desk
        .engine
        .programs
        .compiled
        .iter()
        .position(|c| std::ptr::eq(&**c, run.compiled))
        .unwrap_or(0);
    let files: Vec<&Actions> = files.iter().collect();
    let columns = card
        .columns
        .iter()
        .filter_map(|column| {
            let level = run.compiled.level(&column.level)?;
            let found = odds::odds(
                &desk.engine,
                partner,
                (place, column.ask, level),
                (today, on),
                &files,
            );
            Some((column.ask, column.level.clone(), found))
        })
        .collect();
    Ok(Chances {
        day: on,
        columns,
        labels: Labels::of(&run, &desk.course(&run, partner, today, on), today, on),
        set: set.to_vec(),
    })
}

/// `90.5 in 100`, or `between 90.1 and 90.9 in 100`; what is nearly sure, or nearly not, is never rounded to it.
pub fn likely(of: &Likely) -> String {
    if of.is_exact() {
        return format!("{} in 100", hundredth(&of.least));
    }
    format!(
        "between {} and {} in 100",
        hundredth(&of.least),
        hundredth(&of.most)
    )
}

fn hundredth(share: &Exact) -> String {
    let hundred = share * &Exact::from(100);
    let tenth = Exact::ratio(1, 10).unwrap_or(Exact::ZERO);
    if !hundred.is_zero() && hundred < tenth {
        return "under 0.1".to_owned();
    }
    let most = Exact::scaled(999, 1);
    if hundred < Exact::from(100) && hundred > most {
        return "over 99.9".to_owned();
    }
    rounded(&hundred, 1)
}

impl Chances {
    /// `keep Select on 12 Mar 2025: 90.5 in 100`.
    pub fn headline(&self, ask: Ask, level: &str, of: &Odds) -> String {
        let column = self.labels.column(ask, level);
        if of.met_without {
            return format!(
                "To {column} on {}: met by what is there already",
                day(self.day)
            );
        }
        format!("To {column} on {}: {}", day(self.day), likely(&of.level))
    }
}
