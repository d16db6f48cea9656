//! How every partner stands in one edition, from the ledgers in memory.

use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use domain::program::Ask;
use store::Scope;

use crate::access::{Actor, Verb};
use crate::evaluate::{self, Table};
use crate::office::Office;
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::warm::Shelves;

impl Office {
    /// How every partner stands in the edition that the question names, or that is in force. One edition judges everybody,
    /// whatever single partners have elected, and what is known is everything.
    pub fn everyone(
        &self,
        actor: &Actor,
        question: &Question,
        ask: Ask,
        full: bool,
    ) -> Result<Table, Refusal> {
        actor.permit_server(Verb::ReadPopulation)?;
        if question.known_at.is_some() || question.assumptions != Default::default() {
            return Err(Diagnostic::error(
                "not-of-everyone",
                "everybody is asked with all that is known, and nothing assumed",
                Place::default(),
            )
            .help("ask one partner, or `cairn evaluate` over an exported folder")
            .into());
        }
        let shelves = self.shelves()?;
        of_shelves(&shelves, question, ask, full).map_err(Refusal::from)
    }

    /// The newest change that was there at a moment; 0 before the first one.
    pub async fn change_at(&self, moment: Instant) -> Result<i64, Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        Ok(tx.change_at(moment).await?)
    }
}

fn of_shelves(
    shelves: &Shelves,
    question: &Question,
    ask: Ask,
    full: bool,
) -> Result<Table, Diagnostic> {
    let mut all: Option<Table> = None;
    for (at, shelf) in shelves.all.iter().enumerate() {
        let desk = Desk {
            engine: shelf.engine.clone(),
            question: question.clone(),
        };
        let table = evaluate::evaluate(&desk, ask, full)?;
        // Who moved to another shelf still has rows here, which are of yesterday.
        let here = shelves.partners_on(at);
        let mut rows: Vec<Option<Vec<String>>> = table.rows.into_iter().map(Some).collect();
        let rows = here.into_iter().filter_map(|p| rows.get_mut(p)?.take());
        match &mut all {
            None => {
                let rows = rows.collect();
                all = Some(Table { rows, ..table });
            }
            Some(all) => all.rows.extend(rows),
        }
    }
    let mut all = match all {
        Some(all) => all,
        // Nobody is there yet; what is asked is checked all the same.
        None => {
            return Ok(Table {
                edition: String::new(),
                header: vec!["partner".to_owned()],
                rows: vec![],
            });
        }
    };
    all.rows.sort();
    Ok(all)
}
