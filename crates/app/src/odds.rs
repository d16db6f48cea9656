//! How likely open records carry a level, on a day.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::forecast::odds::{self, Likely, Odds};
use domain::number::Exact;
use domain::plan::catalog::Actions;
use domain::program::Ask;

use crate::forecast::Labels;
use crate::locale::Lang;
use crate::question::Desk;
use crate::scorecard::of_run;
use crate::texts::fill;
use crate::words::upper_first;

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
/// Where nothing says how likely open records come true none is counted, and what is known decides.
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
pub fn likely(of: &Likely, lang: Lang) -> String {
    fill(lang.texts().od_in_100, &[("chance", &chance(of, lang))])
}

/// The same without the hundred.
pub fn chance(of: &Likely, lang: Lang) -> String {
    if of.is_exact() {
        return hundredth(&of.least, lang);
    }
    let (least, most) = (hundredth(&of.least, lang), hundredth(&of.most, lang));
    fill(lang.texts().od_between, &[("a", &least), ("b", &most)])
}

fn hundredth(share: &Exact, lang: Lang) -> String {
    let t = lang.texts();
    let hundred = share * &Exact::from(100);
    let tenth = Exact::ratio(1, 10).unwrap_or(Exact::ZERO);
    if !hundred.is_zero() && hundred < tenth {
        return fill(t.od_under, &[("n", &lang.rounded(&tenth, 1))]);
    }
    let most = Exact::scaled(999, 1);
    if hundred < Exact::from(100) && hundred > most {
        return fill(t.od_over, &[("n", &lang.rounded(&most, 1))]);
    }
    lang.rounded(&hundred, 1)
}

impl Chances {
    /// The same odds, said in a language.
    pub fn said_in(mut self, lang: Lang) -> Chances {
        self.labels.lang = lang;
        self
    }

    /// How likely something is, in words.
    pub fn likely(&self, of: &Likely) -> String {
        likely(of, self.labels.lang)
    }

    /// Does nothing say how likely open records come true?
    pub fn is_without_chances(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.all(|(_, _, odds)| odds.rates.is_empty())
    }

    /// What the vendor has to say besides, in words, each a sentence without its end.
    pub fn said_by_vendor(&self, of: &Odds) -> Vec<String> {
        let lang = self.labels.lang;
        let t = lang.texts();
        let said = |(program, level): &(Option<String>, String)| {
            let of = program.as_ref().map_or_else(String::new, |program| {
                format!(" {}", fill(t.pl_of_program, &[("program", program)]))
            });
            let level = format!("{}{of}", self.labels.title(level));
            let blanks = [("who", t.the_vendor), ("level", &level)];
            upper_first(&fill(t.pl_status, &blanks))
        };
        of.statuses.iter().map(said).collect()
    }

    /// `keep Select on 12 Mar 2025: 90.5 in 100`.
    pub fn headline(&self, ask: Ask, level: &str, of: &Odds) -> String {
        let lang = self.labels.lang;
        let t = lang.texts();
        let column = self.labels.column(ask, level);
        let chance = if of.met_without {
            t.od_met.to_owned()
        } else if of.is_settled() {
            let pattern = if self.is_without_chances() {
                t.od_not
            } else {
                t.od_not_moved
            };
            pattern.to_owned()
        } else {
            self.likely(&of.level)
        };
        fill(
            t.od_headline,
            &[
                ("column", &column),
                ("day", &lang.day(self.day)),
                ("chance", &chance),
            ],
        )
    }
}
