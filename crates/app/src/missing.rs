//! What a row still has to be told: kinds never supplied, questions not answered, rows refused.

use std::collections::BTreeSet;

use domain::calendar::Day;
use domain::compile::{Compiled, SetIr};
use domain::engine::Run;
use domain::explain::{self, Reason};
use domain::program::{Ask, Edition};
use domain::standing::Value;

use crate::locale::Lang;
use crate::texts::fill;

/// Something that nobody has supplied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// No table of this kind.
    Kind(String),
    /// No answer to this question of a program.
    Answer {
        /// The program that asks.
        program: String,
        /// The question's id.
        question: String,
        /// What it asks.
        title: String,
    },
    /// This field of this kind, where it would say from which day something counts.
    Field(String, String),
    /// What a name stands for that no catalog knows.
    Name(String),
    /// Rows of this kind were refused, and may count.
    Refused(String),
    /// Names of this kind are in no catalog, or cells that are needed are empty.
    Unclear(String),
    /// A parameter without a value.
    Parameter(String),
}

impl Missing {
    /// What to supply, as a sentence names it.
    pub fn words(&self, lang: Lang) -> String {
        let t = lang.texts();
        match self {
            Missing::Kind(kind) => fill(t.supply_kind, &[("kind", kind)]),
            Missing::Answer {
                question, title, ..
            } => fill(t.supply_answer, &[("question", question), ("title", title)]),
            Missing::Field(kind, field) => {
                fill(t.supply_field, &[("kind", kind), ("field", field)])
            }
            Missing::Name(name) => fill(t.supply_name, &[("name", name)]),
            Missing::Refused(kind) => fill(t.supply_mended, &[("kind", kind)]),
            Missing::Unclear(kind) => fill(t.supply_clear, &[("kind", kind)]),
            Missing::Parameter(name) => fill(t.supply_parameter, &[("name", name)]),
        }
    }

    /// Its name for machines: `kind:people`, `answer:itsm`.
    pub fn id(&self) -> String {
        match self {
            Missing::Kind(kind) => format!("kind:{kind}"),
            Missing::Answer { question, .. } => format!("answer:{question}"),
            Missing::Field(kind, field) => format!("field:{kind}.{field}"),
            Missing::Name(name) => format!("name:{name}"),
            Missing::Refused(kind) => format!("refused:{kind}"),
            Missing::Unclear(kind) => format!("unclear:{kind}"),
            Missing::Parameter(name) => format!("parameter:{name}"),
        }
    }
}

/// The kinds that an edition's rows read, in the order of the vocabulary.
pub fn kinds_read(compiled: &Compiled) -> BTreeSet<usize> {
    let aggregates = compiled.aggregates.iter().map(|a| a.facts.kind);
    let sets = compiled.sets.iter().filter_map(|s| match s {
        SetIr::Distinct { facts, .. } => Some(facts.kind),
        SetIr::Join(..) => None,
    });
    let rosters = compiled.rosters.iter().map(|r| r.facts.kind);
    aggregates.chain(sets).chain(rosters).collect()
}

/// Is a value known exactly?
pub fn is_known(value: &Value) -> bool {
    match value {
        Value::Number(range) => range.exact().is_some(),
        Value::Word(word) => word.is_some(),
        Value::NotApplicable => true,
    }
}

/// What the engine misses, with what a question of the edition asks.
pub(crate) fn of_engine(edition: &Edition, missing: explain::Missing) -> Missing {
    match missing {
        explain::Missing::Kind(kind) => Missing::Kind(kind),
        explain::Missing::Answer(question) => Missing::Answer {
            program: edition.program.clone(),
            title: edition
                .question
                .get(&question)
                .map_or_else(String::new, |q| q.title.clone()),
            question,
        },
        explain::Missing::Field(kind, field) => Missing::Field(kind, field),
        explain::Missing::Parameter(name) => Missing::Parameter(name),
        explain::Missing::Mend(kind, _) => Missing::Refused(kind),
        explain::Missing::Name(name) => Missing::Name(name),
    }
}

/// What a row that is unknown still has to be told; where everything was supplied, which kinds are unclear.
pub fn of_unknown_row(
    run: &Run<'_>,
    partner: usize,
    ask: Ask,
    day: Day,
    row: usize,
    level: usize,
) -> Vec<Missing> {
    let edition = &run.compiled.edition;
    let mut wanted = run.missing_of_row(partner, ask, level, row, day);
    if let Some(applies) = run.compiled.rows[row].applies {
        run.missing(partner, ask, applies, day, &mut wanted);
    }
    let mut found: Vec<Missing> = wanted
        .into_iter()
        .map(|missing| of_engine(edition, missing))
        .collect();
    if found.is_empty() {
        // Everything was supplied: then names that no catalog knows or empty cells leave it open.
        let explained = run.explain(partner, ask, level, row, day);
        let records = explained.iter().flat_map(|e| &e.nearly);
        let kinds: BTreeSet<String> = records
            .filter(|r| r.reason.as_ref().is_some_and(Reason::may_count))
            .map(|r| r.kind.clone())
            .collect();
        found.extend(kinds.into_iter().map(Missing::Unclear));
    }
    found
}
