//! How far a plan is: which of its steps are done, late or dropped, and what the level comes to with the open ones.

use std::collections::BTreeMap;

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::ledger::State;
use domain::plan::Wanted;
use domain::plan::after::{OpenRow, after};
use domain::standing::Truth;
use domain::suppose::{Given, Supposed};
use domain::vocabulary::FieldType;

use super::draft::exact;
use super::{Draft, DraftStep, Origin, Proposal, asked, owners_before};
use crate::access::{Actor, Verb};
use crate::forecast::Labels;
use crate::locale::Lang;
use crate::office::{Known, Office};
use crate::question::{Desk, Question, level};
use crate::records::{cells_at, key_of};
use crate::refusal::Refusal;
use crate::tasks::{Task, TaskState};
use crate::texts::fill;

/// So many rows are named in a sentence; the rest is counted.
const NAMED: usize = 3;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It was not accepted.
    NotAccepted,
    /// It is still to be done.
    Open {
        /// By when.
        due: Day,
        /// Is that day past?
        late: bool,
    },
    /// It is done.
    Done {
        /// Since when: the day on which its evidence opens, or on which somebody said so.
        on: Day,
        /// Was it due before?
        late: bool,
    },
    /// Nobody will do it.
    Dropped,
}

/// How far a plan is.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// The day on which that was asked.
    pub as_of: Day,
    /// How far each step is, in their order.
    pub steps: Vec<StepState>,
    /// Who had steps that are not accepted yet in an earlier plan, by number.
    pub before: Vec<(usize, String)>,
    /// What is wanted, with what is there and the open steps carried out; `None` for a plan of a template, which wants no level.
    pub ahead: Option<Ahead>,
    /// Both in words.
    pub says: String,
}

/// What is wanted, with what is there and the open steps carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Ahead {
    /// The day that it is about: the one by which the plan was to be done.
    pub by: Day,
    /// The verdict over each level, in the order of the plan's targets.
    pub verdicts: Vec<Truth>,
    /// Is all of it met?
    pub met: Truth,
    /// Rows that are not met for certain: what they have and need, in words.
    pub open: Vec<String>,
    /// How many open steps were carried out for this.
    pub carried_out: usize,
    /// Steps, by number, that cannot be carried out any more: the record that they would turn is gone.
    pub lost: Vec<usize>,
}

impl Drift {
    /// How many steps are in a state.
    pub fn count(&self, is: impl Fn(&StepState) -> bool) -> usize {
        self.steps.iter().filter(|s| is(s)).count()
    }

    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.count(|s| matches!(s, StepState::Done { .. }))
    }

    /// How many of those were done after their day.
    pub fn done_late(&self) -> usize {
        self.count(|s| matches!(s, StepState::Done { late: true, .. }))
    }

    /// How many steps are accepted and open.
    pub fn open(&self) -> usize {
        self.count(|s| matches!(s, StepState::Open { .. }))
    }

    /// How many of those are past their day.
    pub fn late(&self) -> usize {
        self.count(|s| matches!(s, StepState::Open { late: true, .. }))
    }

    /// How many steps were dropped.
    pub fn dropped(&self) -> usize {
        self.count(|s| *s == StepState::Dropped)
    }

    /// How many steps were accepted, whatever came of them.
    pub fn accepted(&self) -> usize {
        self.count(|s| *s != StepState::NotAccepted)
    }

    /// How far it is, in a language. `goal` is what is wanted, as it is called.
    fn words(&self, goal: &str, lang: Lang) -> String {
        let t = lang.texts();
        let accepted = self.accepted();
        let mut text = if accepted == 0 {
            t.dr_nothing.to_owned()
        } else {
            let steps = lang.several(t.dr_accepted, accepted);
            let done = lang.size(self.done());
            let done = fill(
                if self.done() == 1 {
                    t.dr_done_one
                } else {
                    t.dr_done
                },
                &[("done", &done), ("steps", &steps)],
            );
            let mut text = done;
            if self.done_late() > 0 {
                text += &lang.several(t.dr_done_late, self.done_late());
            }
            if self.late() > 0 {
                text += &lang.several(t.dr_late, self.late());
            }
            if self.dropped() > 0 {
                text += &lang.several(t.dr_dropped, self.dropped());
            }
            text + "."
        };
        let Some(ahead) = &self.ahead else {
            return text;
        };
        let past = ahead.by < self.as_of;
        let is = match (past, self.ahead_is_many()) {
            (false, false) => t.dr_is,
            (false, true) => t.dr_are,
            (true, false) => t.dr_was,
            (true, true) => t.dr_were,
        };
        let with = match ahead.carried_out {
            0 => t.dr_with_none.to_owned(),
            1 => t.dr_with_one.to_owned(),
            n => fill(t.dr_with, &[("n", &lang.size(n))]),
        };
        let mut rows: Vec<String> = ahead.open.iter().take(NAMED).cloned().collect();
        if ahead.open.len() > NAMED {
            let more = lang.size(ahead.open.len() - NAMED);
            rows.push(fill(t.n_more, &[("n", &more)]));
        }
        let why = if rows.is_empty() {
            String::new()
        } else {
            format!(": {}", lang.list(&rows))
        };
        let pattern = match ahead.met {
            Truth::Yes | Truth::NotApplicable if past => t.dr_met_past,
            Truth::Yes | Truth::NotApplicable => t.dr_met,
            Truth::No if past => t.dr_not_met_past,
            Truth::No => t.dr_not_met,
            Truth::Unknown => t.dr_unknown,
        };
        let blanks = [
            ("with", with.as_str()),
            ("goal", goal),
            ("is", is),
            ("day", &lang.day(ahead.by)),
            ("why", &why),
        ];
        text += &format!(" {}", fill(pattern, &blanks));
        if !ahead.lost.is_empty() {
            text += &format!(" {}", lang.several(t.dr_lost, ahead.lost.len()));
        }
        text
    }

    fn ahead_is_many(&self) -> bool {
        self.ahead.as_ref().is_some_and(|a| a.verdicts.len() > 1)
    }
}

impl Office {
    /// How far a plan is today, and what its goal comes to if the open steps are done by their days, said in a language.
    pub async fn plan_drift(
        &self,
        actor: &Actor,
        partner: &str,
        plan: i64,
        lang: Lang,
    ) -> Result<Drift, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        self.settle_tasks(partner).await?;
        let proposal = self.proposal(actor, partner, plan).await?;
        let today = self.clock.today();
        let question = Question::on(today);
        let desk = self
            .desk(actor, partner, question, Known::default())
            .await?;
        let steps = self.step_states(actor, &proposal, &desk).await?;
        let open: Vec<(usize, Day)> = steps
            .iter()
            .enumerate()
            .filter_map(|(at, state)| match state {
                StepState::Open { due, .. } => Some((at, (*due).max(today))),
                _ => None,
            })
            .collect();
        let mut tx = self.read(actor).await?;
        let mut before = owners_before(&mut tx, partner, &proposal.draft, plan).await?;
        drop(tx);
        before.retain(|(number, _)| steps[number - 1] == StepState::NotAccepted);
        let draft = proposal.draft.clone();
        let (_, ahead) = asked(desk, move |desk| ahead(desk, &draft, &open, lang)).await;
        let mut drift = Drift {
            as_of: today,
            steps,
            before,
            ahead: ahead?,
            says: String::new(),
        };
        drift.says = drift.words(&proposal.draft.goal(), lang);
        Ok(drift)
    }

    /// How far each step of a plan is.
    pub(super) async fn step_states(
        &self,
        actor: &Actor,
        proposal: &Proposal,
        desk: &Desk,
    ) -> Result<Vec<StepState>, Refusal> {
        let today = self.clock.today();
        let mut states = vec![StepState::NotAccepted; proposal.draft.steps.len()];
        let mut tx = self.read(actor).await?;
        for (number, task) in &proposal.taken {
            let Some(task) = tx.task(&proposal.partner, task).await?.map(Task::of) else {
                continue;
            };
            let step = &proposal.draft.steps[number - 1];
            let due = task.said.due.unwrap_or(step.done);
            states[number - 1] = match task.state {
                TaskState::Open => StepState::Open {
                    due,
                    late: due < today,
                },
                TaskState::Dropped => StepState::Dropped,
                TaskState::Done => {
                    let said = task.closed.map_or(today, |at| self.clock.day_of(at));
                    let opened = task
                        .closed_by_fact
                        .and_then(|f| opened(desk, &step.kind, f));
                    let on = opened.unwrap_or(said);
                    StepState::Done { on, late: due < on }
                }
            };
        }
        Ok(states)
    }
}

/// The day on which a fact opens, where it still stands.
fn opened(desk: &Desk, kind: &str, fact: i64) -> Option<Day> {
    let ledger = &desk.engine.ledger;
    let kind = ledger.evidence.kind(kind)?;
    let table = &ledger.evidence.tables[kind];
    let row = table
        .rows(desk.partner().ok()?)
        .find(|row| i64::from(table.line[*row]) == fact)?;
    let day = ledger.kinds[kind].opened(table).get(row)?;
    Some(Day(*day)).filter(|d| d.is_real())
}

/// What is wanted comes to with the open steps carried out, each on its day.
fn ahead(
    desk: &Desk,
    draft: &Draft,
    open: &[(usize, Day)],
    lang: Lang,
) -> Result<Option<Ahead>, Diagnostic> {
    let Origin::Goal { program, goal } = &draft.origin else {
        return Ok(None);
    };
    let partner = desk.partner()?;
    let today = desk.question.as_of;
    let by = draft.by;
    let mut wanted = Vec::new();
    let mut labels = Vec::new();
    for (at, target) in draft.targets.iter().enumerate() {
        // An edition that was named is asked whatever is in force on the day.
        let named = program.split_once('@').map(|(_, edition)| edition);
        let named = named.filter(|_| at == 0);
        let run = match (
            named,
            desk.engine.governing(&target.program, Some(partner), by),
        ) {
            (None, Some(run)) => run,
            _ => desk.run(&target.program, named, Some(partner))?,
        };
        let compiled = &desk.engine.programs.compiled;
        let edition = compiled
            .iter()
            .position(|c| std::ptr::eq(&**c, run.compiled));
        wanted.push(Wanted {
            edition: edition.unwrap_or(0),
            ask: target.ask,
            level: level(&run, &target.level)?,
        });
        let course = desk.course(&run, partner, today.min(by), by.max(today));
        let mut of = Labels::of(&run, &course, today.min(by), by.max(today));
        of.lang = lang;
        labels.push(of);
    }
    let mut facts = Vec::new();
    let mut lost = Vec::new();
    // On a day that is past no open step can be done any more.
    for (at, on) in open.iter().filter(|_| by >= today) {
        match supposed(desk, partner, &draft.steps[*at], *on) {
            Some(fact) => facts.push(fact),
            None => lost.push(at + 1),
        }
    }
    let only = (!goal.only.is_empty()).then_some(goal.only.as_slice());
    let found = after(&desk.engine, partner, &wanted, only, by, &facts).map_err(|at| {
        Diagnostic::error(
            "no-such-number",
            format!("step {} supposes a number that no column holds", at + 1),
            Place::default(),
        )
        .help("plan again")
    })?;
    let words = |row: &OpenRow| {
        let labels = &labels[row.target];
        let shown = labels.shown(&row.row);
        format!(
            "{} {}{}",
            labels.row(&row.row),
            lang.said(&shown, &row.have),
            labels.need(row.need.as_ref(), &shown)
        )
    };
    Ok(Some(Ahead {
        by,
        verdicts: found.verdicts,
        met: found.met,
        open: found.open.iter().map(words).collect(),
        carried_out: facts.len(),
        lost,
    }))
}

/// The fact that a step leaves behind if it is done on a day; `None` where the record that it would turn is gone, or the
/// vocabulary no longer has what it says.
fn supposed(desk: &Desk, partner: usize, step: &DraftStep, on: Day) -> Option<Supposed> {
    let ledger = &desk.engine.ledger;
    let evidence = &ledger.evidence;
    let kind = evidence.kind(&step.kind)?;
    let declared = &evidence.vocabulary.kinds[kind];
    let replaces = match &step.replaces {
        None => None,
        Some(key) => {
            let table = &evidence.tables[kind];
            let mut rows = table.rows(partner);
            let row = rows.find(|row| {
                let stands = matches!(
                    ledger.kinds[kind].state(*row),
                    State::Known | State::MayHold
                );
                stands && key_of(declared, &cells_at(evidence, kind, *row)) == *key
            })?;
            Some(domain::ledger::FactId { kind, row })
        }
    };
    let shift = on.0 - step.done.0;
    let cells: BTreeMap<usize, Given> = step
        .fields
        .iter()
        .filter_map(|(name, text)| {
            let (at, _, field) = declared.fields.get_full(name)?;
            let given = match &field.kind {
                FieldType::Date => {
                    let day = Day::parse(text)?;
                    Given::Day(if day == step.done {
                        on
                    } else if declared.holds.until.contains(name) {
                        day.plus_days(shift)
                    } else {
                        day
                    })
                }
                FieldType::Number(_) | FieldType::Percent | FieldType::Money(_) => {
                    Given::Number(exact(text)?)
                }
                _ => Given::Text(text.clone()),
            };
            Some((at, given))
        })
        .collect();
    Some(Supposed {
        kind,
        replaces,
        cells: cells.into_iter().collect(),
    })
}
