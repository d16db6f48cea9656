//! An edition with every name settled: what the engine runs.
//!
//! Resolves names, checks types, gives every distinct choice of facts one place, and collects all
//! that is wrong. Knows no evidence: the same compiled edition serves every ledger.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::calendar::{Day, Duration, Window};
use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::library::Library;
use crate::number::{Exact, Range};
use crate::program::{
    AnswerType, Ask, Asked, BandValue, Bands, Choose, Edition, PerTrack, RowValue,
};
use crate::source::{Formula, Limit};
use crate::standing::{Need, Truth, Unit};
use crate::syntax::{self, Arith, Compare, Expr, Joint, Node, Pick, Scope, Set, Subject};
use crate::vocabulary::{FieldType, Kind, Words};

/// A node of the compiled edition, by its place.
pub type NodeId = usize;
/// An aggregate of the compiled edition, by its place.
pub type AggregateId = usize;

/// An edition that is ready to run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The edition.
    pub edition: Arc<Edition>,
    /// Every node; a node names only nodes before it, but through rows and levels.
    pub nodes: Vec<Ir>,
    /// What each node yields.
    pub types: Vec<Type>,
    /// Every distinct look at facts.
    pub aggregates: Vec<Aggregate>,
    /// Every set.
    pub sets: Vec<SetIr>,
    /// Named lists.
    pub lists: Vec<Vec<crate::program::Item>>,
    /// Bands.
    pub bands: Vec<Bands>,
    /// What has a name: measures, tests, questions, scores and their parts, parameters.
    pub named: IndexMap<String, NodeId>,
    /// The rows, in the order of the file.
    pub rows: Vec<RowIr>,
    /// The levels, lowest first.
    pub levels: Vec<LevelIr>,
    /// The rosters.
    pub rosters: Vec<RosterIr>,
    /// Path stages: id and test.
    pub stages: Vec<(String, NodeId)>,
    /// How a track is chosen, where there are tracks.
    pub tracks: Option<TrackChoice>,
    /// The lifecycle's protections: level and test.
    pub protect: Vec<(String, Option<NodeId>, Day)>,
    /// What each `if` asks, as it is written.
    pub ifs: IndexMap<NodeId, String>,
    /// For each kind of the vocabulary: does one fact end the one before it? Then one more may lower a count.
    pub replaced: Vec<bool>,
}

/// How a track is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum TrackChoice {
    /// Where this node is highest.
    Highest(NodeId),
    /// The word that this node yields.
    By(NodeId),
}

/// What a node says.
#[derive(Clone, Debug, PartialEq)]
pub enum Ir {
    /// A number, or an amount, or a day's number.
    Number(Range),
    /// A truth.
    Truth(Truth),
    /// A word.
    Word(String),
    /// The day asked about, as its number.
    Day,
    /// How many facts.
    Count(AggregateId),
    /// Is there a fact?
    Exists(AggregateId),
    /// A sum, a pick: one number of the facts.
    Amount(AggregateId),
    /// A word picked from the facts.
    PickedWord(AggregateId),
    /// How many members a set has.
    CountSet(usize),
    /// Has the set a member?
    ExistsSet(usize),
    /// Arithmetic.
    Arith(Arith, NodeId, NodeId),
    /// The lowest, highest or mean of several; what is not applicable drops out.
    Of(Pick, Vec<NodeId>),
    /// The whole number below.
    Floor(NodeId),
    /// The whole number above.
    Ceiling(NodeId),
    /// One of two, by a test.
    If(NodeId, NodeId, NodeId),
    /// The same, asked earlier.
    Before(Duration, NodeId),
    /// On every day of a window.
    Held(Window, NodeId),
    /// On any day of a window.
    Once(Window, NodeId),
    /// Not.
    Not(NodeId),
    /// All of them.
    And(Vec<NodeId>),
    /// Any of them.
    Or(Vec<NodeId>),
    /// At least so many of them.
    AtLeast(u32, Vec<NodeId>),
    /// Two numbers compared.
    Compare(Compare, NodeId, NodeId),
    /// Two words compared; with the ladder that orders them.
    CompareWord(Compare, NodeId, NodeId, Vec<String>),
    /// A word in a list.
    InList {
        /// The word.
        word: NodeId,
        /// The list.
        list: usize,
        /// Must it be absent instead?
        negated: bool,
    },
    /// A table: the value of a word.
    Table {
        /// The rows.
        rows: Vec<(String, NodeId)>,
        /// Every other word.
        otherwise: Option<NodeId>,
        /// The word.
        word: NodeId,
    },
    /// Bands: the value of a number.
    Bands(usize, NodeId),
    /// A field of the partner's own `partners` fact.
    Partner(usize),
    /// What the user may set.
    Parameter(String, Option<Exact>),
    /// The answer to a question.
    Answer(String),
    /// Points held between 0 and a maximum.
    Clamp(NodeId, NodeId),
    /// The sum of parts; what is not applicable drops out.
    Total(Vec<NodeId>),
    /// The weighted mean of parts: weight and points.
    Mean(Vec<(NodeId, NodeId)>),
    /// The seats of a roster that can be filled.
    Filled(usize),
    /// A value for each track, by the track's place.
    PerTrack(Vec<(usize, NodeId)>),
    /// Has the partner the status?
    Holds(Option<String>, String),
    /// Does the partner pass `enter` of this edition's level?
    Meets(usize),
    /// Does it pass `enter` of another program's level, under the edition then in force?
    MeetsOther(String, String),
    /// The verdict of a row at a level.
    Row(usize, usize),
    /// The rows of this level and below that both questions ask.
    Matrix(usize),
}

/// What a node yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A number or percentage.
    Number,
    /// An amount; of a currency, where one is settled.
    Money(Option<String>),
    /// A day.
    Date,
    /// A length of time.
    Duration(Duration),
    /// One of these words.
    Word(Words),
    /// Yes or no.
    Truth,
    /// Something already reported as wrong.
    Wrong,
}

/// A choice of facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// The kind, by its place in the vocabulary.
    pub kind: usize,
    /// Only those that have not opened yet.
    pub pending: bool,
    /// Also those whose close has passed.
    pub ended: bool,
    /// Whose.
    pub over: Option<Scope>,
    /// Only those that opened within.
    pub window: Option<Window>,
    /// Only those for which this is true.
    pub filter: Filter,
    /// Does the filter itself name `program`? Else only facts of this program, or of none, are seen.
    pub names_program: bool,
    /// The text of the filter, for reasons.
    pub filter_text: String,
}

/// A look at facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Which facts.
    pub facts: Selector,
    /// What of them.
    pub what: What,
}

/// What is taken of the facts.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// How many.
    Count,
    /// How many distinct values a field has.
    Distinct(Field),
    /// The sum of an expression over the fields, in a currency where one is settled; only of the facts of so many values
    /// of a field that have the highest sums, where it says so.
    Sum(Value, Option<String>, Option<(u32, Field)>),
    /// One of the values of a field, in a currency where one is settled.
    Pick(Pick, Value, Option<String>),
}

/// A set.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "an edition has few")]
pub enum SetIr {
    /// The distinct values of a field.
    Distinct {
        /// Of which facts.
        facts: Selector,
        /// The field.
        field: Field,
        /// The test of each value's group.
        having: Option<Group>,
    },
    /// Two sets joined.
    Join(Joint, usize, usize),
}

/// A test of a group of facts.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "an edition has few")]
pub enum Group {
    /// Not.
    Not(Box<Group>),
    /// All.
    And(Vec<Group>),
    /// Any.
    Or(Vec<Group>),
    /// A comparison.
    Compare(Compare, GroupValue, GroupValue),
}

/// A value of a group of facts.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupValue {
    /// How many facts.
    Count,
    /// The sum of a field.
    Sum(Value),
    /// One of a field's values.
    Pick(Pick, Value),
    /// A value that is the same for every group.
    Node(NodeId),
    /// Arithmetic.
    Arith(Arith, Box<GroupValue>, Box<GroupValue>),
}

/// A test of one fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every fact.
    All,
    /// A fixed truth.
    Fixed(Truth),
    /// Not.
    Not(Box<Filter>),
    /// All of them.
    And(Vec<Filter>),
    /// Any of them.
    Or(Vec<Filter>),
    /// Two numbers or days compared.
    Compare(Compare, Value, Value),
    /// Two words compared; with the ladder that orders them.
    CompareWord(Compare, Value, Value, Vec<String>),
    /// A yes-or-no field.
    Flag(Field),
    /// A word in a list.
    InList(Value, usize, bool),
    /// A date in a window.
    InWindow(Value, Window, bool),
    /// A value in a named set.
    InSet(Value, usize, bool),
    /// No `uses` fact has named it before the day.
    Unused,
}

/// A value of one fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A field.
    Field(Field),
    /// A number, or an amount of a currency.
    Number(Exact, Option<String>),
    /// A word.
    Word(String),
    /// A fixed day.
    Date(Day),
    /// The day asked about.
    Day,
    /// A length of time.
    Duration(Duration),
    /// Arithmetic.
    Arith(Arith, Box<Value>, Box<Value>),
    /// A table: the value of a word.
    Table(Vec<(String, Value)>, Option<Box<Value>>, Box<Value>),
    /// Bands: the value of a number.
    Bands(usize, Box<Value>),
    /// A value that is the same for every fact.
    Node(NodeId),
}

/// A field of a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it is found.
    pub at: FieldAt,
    /// What it holds.
    pub kind: FieldType,
}

/// Where a field is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAt {
    /// A column of the fact's own kind.
    Own(usize),
    /// Filled in by the catalog entry.
    Catalog,
    /// A column of the `partners` fact of the fact's partner.
    OfPartner(usize),
}

/// A compiled row.
#[derive(Clone, Debug)]
pub struct RowIr {
    /// Its id.
    pub id: String,
    /// The row that it is a part of.
    pub parent: Option<usize>,
    /// Its parts.
    pub parts: Vec<usize>,
    /// When it is asked.
    pub asked: Asked,
    /// Where this says no, the row is not applicable.
    pub applies: Option<NodeId>,
    /// In what its number is counted.
    pub unit: Unit,
    /// What it has, and needs, at each level; the entry for no level is the last one.
    pub at: Vec<RowAt>,
    /// Is it shown without being judged?
    pub reading: bool,
}

/// A row at a level.
#[derive(Clone, Debug, Default)]
pub struct RowAt {
    /// What the partner has.
    pub have: Option<NodeId>,
    /// The comparison with what is needed; `None` where the level does not ask the row itself.
    pub test: Option<NodeId>,
    /// How it is compared.
    pub compare: Option<Compare>,
    /// What is needed.
    pub need: Option<NodeId>,
}

/// A compiled level.
#[derive(Clone, Debug)]
pub struct LevelIr {
    /// Its id.
    pub id: String,
    /// Its own test to enter.
    pub enter: Option<NodeId>,
    /// Its own test to retain.
    pub retain: Option<NodeId>,
}

/// A compiled roster.
#[derive(Clone, Debug)]
pub struct RosterIr {
    /// Its id.
    pub id: String,
    /// Who can sit.
    pub facts: Selector,
    /// The field of the person.
    pub person: Field,
    /// The catalog column that seats name.
    pub entry: Field,
}

impl Compiled {
    /// The place of a level by id.
    pub fn level(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|l| l.id == id)
    }

    /// The window that a question binds to `period`.
    pub fn period(&self, ask: Ask) -> Option<Window> {
        self.edition.period.as_ref().map(|p| match ask {
            Ask::Enter => p.enter,
            Ask::Retain => p.retain,
        })
    }

    /// The need of a row at a level, where it is fixed.
    pub fn fixed_need(&self, row: usize, level: usize) -> Option<Need> {
        let at = &self.rows[row].at[level];
        match self.nodes.get(at.need?)? {
            Ir::Number(threshold) => Some(Need {
                compare: at.compare?,
                threshold: threshold.clone(),
            }),
            _ => None,
        }
    }
}

/// Compiles an edition. Returns it, and all that is wrong with its names and types; with an error in
/// the list it must not be run.
pub fn compile(library: &Library, edition: &Arc<Edition>) -> (Compiled, Vec<Diagnostic>) {
    let mut compiler = Compiler {
        library,
        edition: edition.clone(),
        problems: vec![],
        out: Compiled {
            edition: edition.clone(),
            nodes: vec![],
            types: vec![],
            aggregates: vec![],
            sets: vec![],
            lists: vec![],
            bands: vec![],
            named: IndexMap::new(),
            rows: vec![],
            levels: vec![],
            rosters: vec![],
            stages: vec![],
            tracks: None,
            protect: vec![],
            ifs: IndexMap::new(),
            replaced: library
                .vocabulary
                .kinds
                .values()
                .map(|k| k.holds.until_next)
                .collect(),
        },
        memo: IndexMap::new(),
        list_at: IndexMap::new(),
        bands_at: IndexMap::new(),
        guarded: 0,
        quiet: 0,
        unguarded: vec![],
        of_facts: vec![],
        meeting: vec![],
    };
    compiler.edition();
    compiler.settle_all();
    compiler.note_unguarded();
    (compiler.out, compiler.problems)
}

/// What a name is being resolved to.
#[derive(Clone)]
enum Memo {
    Working,
    Node(NodeId),
    Set(usize),
}

/// Where an expression stands.
#[derive(Clone)]
struct At<'f> {
    /// The expression's own text and place.
    formula: &'f Formula,
    /// The edition whose names it uses: this one, or a library.
    home: Arc<Edition>,
    /// The level, in rows and level tests.
    level: Option<usize>,
    /// May `matrix` and rows be named?
    rows: bool,
    /// Words that a bare name may be.
    words: Option<Words>,
    /// Is it a value of a table?
    in_table: bool,
}

/// A value of a table; its words may stand bare.
fn in_table<'f>(
    home: &Arc<Edition>,
    table: &crate::program::Table,
    formula: &'f Formula,
) -> At<'f> {
    At {
        formula,
        home: home.clone(),
        level: None,
        rows: false,
        words: (!table.words.is_empty()).then(|| Words {
            words: table.words.clone(),
            ..Words::default()
        }),
        in_table: true,
    }
}

struct Compiler<'a> {
    library: &'a Library,
    edition: Arc<Edition>,
    problems: Vec<Diagnostic>,
    out: Compiled,
    memo: IndexMap<(String, Option<usize>), Memo>,
    list_at: IndexMap<String, usize>,
    bands_at: IndexMap<String, usize>,
    /// How many `if` stand around; a division inside one is guarded.
    guarded: u32,
    /// While above zero nothing is reported: the same text was compiled before, for another level.
    quiet: u32,
    /// The divisions outside an `if` whose divisor is not fixed.
    unguarded: Vec<(NodeId, Diagnostic)>,
    /// Values of the program that choices of facts compare with.
    of_facts: Vec<NodeId>,
    /// Amounts that meet in one place, and so are in one currency.
    meeting: Vec<(Vec<NodeId>, Place)>,
}

const YES_NO: [&str; 2] = ["yes", "no"];

impl Compiler<'_> {
    fn report(
        &mut self,
        at: &At<'_>,
        expr: &Expr,
        code: &'static str,
        message: String,
        help: String,
    ) {
        let place = at.formula.place_of(&expr.at);
        self.problem(Diagnostic::error(code, message, place).help(help));
    }

    fn problem(&mut self, problem: Diagnostic) {
        if self.quiet == 0 && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn node(&mut self, ir: Ir, ty: Type) -> NodeId {
        let found = self.out.nodes.iter().position(|n| *n == ir);
        // Money whose currency is still open must not be shared: another use may settle it otherwise.
        if let Some(found) = found
            && self.out.types[found] == ty
            && ty != Type::Money(None)
        {
            return found;
        }
        self.out.nodes.push(ir);
        self.out.types.push(ty);
        self.out.nodes.len() - 1
    }

    fn wrong(&mut self) -> NodeId {
        self.node(Ir::Number(Range::UNKNOWN), Type::Wrong)
    }

    fn ty(&self, node: NodeId) -> Type {
        self.out.types[node].clone()
    }

    // ---------------------------------------------------------------- the edition

    fn edition(&mut self) {
        let edition = self.edition.clone();
        if let Some(tracks) = &edition.tracks {
            // Settled first, for everything that differs by track rests on it.
            let choice = match &tracks.choose {
                Choose::Highest(name) => {
                    let at = tracks.place.clone();
                    let formula = Formula {
                        text: name.clone(),
                        expr: Expr {
                            node: Node::Name(name.clone()),
                            at: 0..name.len(),
                        },
                        place: at,
                    };
                    let at = self.at(&formula, None, false);
                    TrackChoice::Highest(self.expr(&at, &formula.expr))
                }
                Choose::By(formula) => {
                    let mut at = self.at(formula, None, false);
                    at.words = Some(Words {
                        words: tracks.of.clone(),
                        ..Words::default()
                    });
                    TrackChoice::By(self.expr(&at, &formula.expr))
                }
            };
            self.out.tracks = Some(choice);
        }
        let names: Vec<String> = edition
            .measure
            .keys()
            .chain(edition.test.keys())
            .chain(edition.question.keys())
            .chain(edition.score.keys())
            .chain(edition.parameter.keys())
            .cloned()
            .collect();
        for name in names {
            if !matches!(self.memo.get(&(name.clone(), None)), Some(Memo::Set(_))) {
                self.named_alone(&name);
            }
        }
        let parts: Vec<String> = edition
            .score
            .values()
            .flat_map(|s| {
                s.part
                    .each()
                    .into_iter()
                    .flat_map(|(_, p)| p.keys().cloned())
                    .collect::<Vec<_>>()
            })
            .collect();
        for part in parts {
            if let Some(node) = self.score_part(&edition, &part) {
                self.out.named.insert(part, node);
            }
        }
        for question in edition.question.values() {
            if let Some(evidence) = &question.evidence {
                let mut at = self.at(evidence, None, false);
                if let AnswerType::Ladder(ladder) = &question.answer {
                    at.words = Some(Words {
                        ladder: ladder.clone(),
                        ..Words::default()
                    });
                }
                let node = self.expr(&at, &evidence.expr);
                let question_type = answer_type(
                    &question.answer,
                    edition.money.as_ref().map(|m| m.currency.clone()),
                );
                if !same_type(&self.ty(node), &question_type) && self.ty(node) != Type::Wrong {
                    self.report(
                        &at,
                        &evidence.expr,
                        "wrong-type",
                        format!(
                            "the evidence is {}, and the answer {}",
                            self.spoken(&self.ty(node)),
                            self.spoken(&question_type)
                        ),
                        "write evidence of the answer's own type".to_owned(),
                    );
                }
                self.out.named.insert(
                    format!("evidence of {}", question_key(&edition, question)),
                    node,
                );
            }
        }
        let rosters: Vec<_> = edition.roster.clone().into_iter().collect();
        for (id, roster) in rosters {
            self.roster(&id, &roster);
        }
        let rows: Vec<_> = edition.rows.values().cloned().collect();
        // Places first: a row may name a later one in `held(…)`.
        for row in &rows {
            let parent = row
                .parent
                .as_ref()
                .and_then(|p| edition.rows.get_index_of(p));
            let parts = row
                .parts
                .iter()
                .filter_map(|p| edition.rows.get_index_of(p))
                .collect();
            self.out.rows.push(RowIr {
                id: row.id.clone(),
                parent,
                parts,
                asked: row.asked,
                applies: None,
                unit: Unit::Count,
                at: vec![RowAt::default(); edition.levels.len() + 1],
                reading: false,
            });
        }
        for level in &edition.levels {
            self.out.levels.push(LevelIr {
                id: level.clone(),
                enter: None,
                retain: None,
            });
        }
        for (place, row) in rows.iter().enumerate() {
            self.row(place, row);
        }
        for (place, id) in edition.levels.iter().enumerate() {
            let Some(level) = edition.level.get(id) else {
                continue;
            };
            for (formula, enter) in [(&level.enter, true), (&level.retain, false)] {
                let Some(formula) = formula else { continue };
                let at = self.at(formula, Some(place), true);
                let node = self.test(&at, &formula.expr);
                if enter {
                    self.out.levels[place].enter = Some(node);
                } else {
                    self.out.levels[place].retain = Some(node);
                }
            }
        }
        self.level_cycles();
        self.row_cycles();
        for (id, stage) in &edition.stage {
            let node = self.per_track_tests(&stage.is, None);
            self.out.stages.push((id.clone(), node));
        }
        if let Some(fee) = &edition.fee {
            let at = self.at(&fee.amount, None, false);
            let node = self.expr(&at, &fee.amount.expr);
            if self.ty(node) == Type::Number {
                self.report(
                    &at,
                    &fee.amount.expr,
                    "wrong-type",
                    "the fee is a number where an amount of money is expected".to_owned(),
                    "write the currency after the number: `1_500 USD`".to_owned(),
                );
            }
            self.out.named.insert("the fee".to_owned(), node);
        }
        if let Some(lifecycle) = &edition.lifecycle {
            for protect in &lifecycle.protect {
                let who = protect.who.as_ref().map(|who| {
                    let at = self.at(who, None, false);
                    self.test(&at, &who.expr)
                });
                self.out
                    .protect
                    .push((protect.level.clone(), who, protect.until));
            }
        }
    }

    fn at<'f>(&self, formula: &'f Formula, level: Option<usize>, rows: bool) -> At<'f> {
        At {
            formula,
            home: self.edition.clone(),
            level,
            rows,
            words: None,
            in_table: false,
        }
    }

    fn named_alone(&mut self, name: &str) {
        let place = Place::file(self.edition.file.clone());
        let formula = Formula {
            text: name.to_owned(),
            expr: Expr {
                node: Node::Name(name.to_owned()),
                at: 0..name.len(),
            },
            place,
        };
        let at = self.at(&formula, None, false);
        let sets = self.edition.measure.get(name).is_some_and(|m| {
            m.is.each()
                .iter()
                .any(|(_, f)| matches!(f.expr.node, Node::Set(_)))
        });
        // A test that names `matrix` has a meaning only at a level.
        let leveled = self.edition.test.get(name).is_some_and(|t| {
            t.is.each()
                .iter()
                .any(|(_, f)| mentions_rows(&self.edition, &f.expr))
        });
        if sets {
            self.named_set(&at, name);
        } else if !leveled {
            let node = self.expr(&at, &formula.expr);
            self.out.named.insert(name.to_owned(), node);
        }
    }

    fn per_track_tests(&mut self, tests: &PerTrack<Formula>, level: Option<usize>) -> NodeId {
        self.per_track(tests, |c, formula| {
            let at = c.at(formula, level, false);
            c.test(&at, &formula.expr)
        })
    }

    fn per_track(
        &mut self,
        of: &PerTrack<Formula>,
        mut each: impl FnMut(&mut Self, &Formula) -> NodeId,
    ) -> NodeId {
        match of {
            PerTrack::All(formula) => each(self, formula),
            PerTrack::Each(by_track) => {
                let tracks = self
                    .edition
                    .tracks
                    .as_ref()
                    .map_or(vec![], |t| t.of.clone());
                let nodes: Vec<(usize, NodeId)> = by_track
                    .iter()
                    .filter_map(|(track, formula)| {
                        Some((tracks.iter().position(|t| t == track)?, each(self, formula)))
                    })
                    .collect();
                let ty = nodes.first().map_or(Type::Wrong, |(_, n)| self.ty(*n));
                self.node(Ir::PerTrack(nodes), ty)
            }
        }
    }

    fn row(&mut self, place: usize, row: &crate::program::Row) {
        let edition = self.edition.clone();
        if let Some(applies) = &row.applies {
            let at = self.at(applies, None, false);
            self.out.rows[place].applies = Some(self.test(&at, &applies.expr));
        }
        let (value, limits) = match &row.value {
            RowValue::Measure { measure, limits } => (measure.clone(), limits.as_ref()),
            RowValue::OfWhich { filter, limits } => match self.narrowed(row, filter) {
                Some(measure) => (measure, limits.as_ref()),
                None => return,
            },
            RowValue::Test { test, required } => {
                let leveled = test
                    .each()
                    .iter()
                    .any(|(_, f)| mentions_rows(&edition, &f.expr));
                let mut once = None;
                for (at_level, level) in edition.levels.iter().enumerate() {
                    if !required.contains(level) {
                        continue;
                    }
                    let node = match once {
                        Some(node) if !leveled => node,
                        _ => self.per_track_tests(test, Some(at_level)),
                    };
                    once = Some(node);
                    let one = self.node(Ir::Number(Range::exactly(Exact::ONE)), Type::Number);
                    self.out.rows[place].at[at_level] = RowAt {
                        have: Some(node),
                        test: Some(node),
                        compare: Some(Compare::AtLeast),
                        need: Some(one),
                    };
                }
                let node = once.unwrap_or_else(|| self.per_track_tests(test, None));
                self.out.rows[place].unit = Unit::YesNo;
                let last = edition.levels.len();
                self.out.rows[place].at[last].have = Some(node);
                return;
            }
        };
        let have = |c: &mut Self, limit: Option<&Limit>| {
            let limit_currency = limit.and_then(|l| currency_of(&l.threshold.from));
            c.per_track(&value, |c, formula| {
                let at = c.at(formula, None, false);
                let node = c.expr(&at, &formula.expr);
                let node = c.as_number(node);
                if let Some(currency) = &limit_currency {
                    c.settle(&at, &formula.expr, node, currency);
                }
                node
            })
        };
        let last = edition.levels.len();
        let any_limit = limits.and_then(|l| {
            l.by_level
                .each()
                .into_iter()
                .find_map(|(_, m)| m.values().next().cloned())
        });
        let plain = have(self, any_limit.as_ref());
        self.out.rows[place].at[last].have = Some(plain);
        self.out.rows[place].unit = match self.ty(plain) {
            Type::Money(currency) => Unit::Money(
                currency
                    .or_else(|| edition.money.as_ref().map(|m| m.currency.clone()))
                    .unwrap_or_default(),
            ),
            Type::Date => Unit::Date,
            Type::Word(_) => Unit::Word,
            Type::Truth => Unit::YesNo,
            _ => Unit::Count,
        };
        let Some(limits) = limits else {
            self.out.rows[place].reading = true;
            return;
        };
        for (at_level, level) in edition.levels.iter().enumerate() {
            let each = limits.by_level.each();
            let of_level: Vec<(Option<&str>, &Limit)> = each
                .iter()
                .filter_map(|(track, map)| Some((*track, map.get(level)?)))
                .collect();
            if of_level.is_empty() {
                continue;
            }
            self.quiet += u32::from(at_level > 0);
            let have = have(self, of_level.first().map(|(_, l)| *l));
            self.quiet -= u32::from(at_level > 0);
            let tracks = edition.tracks.as_ref().map_or(vec![], |t| t.of.clone());
            let mut needs = Vec::new();
            let mut tests = Vec::new();
            for (track, limit) in of_level {
                let need = self.threshold(limit);
                self.comparable(limit, have, need, &row.id);
                let test = self.node(Ir::Compare(limits.compare, have, need), Type::Truth);
                match track.and_then(|t| tracks.iter().position(|x| x == t)) {
                    Some(track) => {
                        needs.push((track, need));
                        tests.push((track, test));
                    }
                    None => {
                        needs = vec![(usize::MAX, need)];
                        tests = vec![(usize::MAX, test)];
                    }
                }
            }
            let join = |c: &mut Self, of: Vec<(usize, NodeId)>, ty: Type| match of.as_slice() {
                [(usize::MAX, node)] => *node,
                _ => c.node(Ir::PerTrack(of), ty),
            };
            let need_type = needs.first().map_or(Type::Number, |(_, n)| self.ty(*n));
            let need = join(self, needs, need_type);
            let test = join(self, tests, Type::Truth);
            self.out.rows[place].at[at_level] = RowAt {
                have: Some(have),
                test: Some(test),
                compare: Some(limits.compare),
                need: Some(need),
            };
            // A threshold that a table gives settles the currency only when it is compared.
            if let Type::Money(Some(currency)) = self.ty(have) {
                self.out.rows[place].unit = Unit::Money(currency);
            }
        }
    }

    /// The parent's single aggregate, with the part's filter joined to its own.
    fn narrowed(
        &mut self,
        row: &crate::program::Row,
        filter: &Formula,
    ) -> Option<PerTrack<Formula>> {
        let edition = self.edition.clone();
        let parent = edition.rows.get(row.parent.as_ref()?)?;
        let measure = match &parent.value {
            RowValue::Measure { measure, .. } => measure.clone(),
            RowValue::OfWhich { filter, .. } => self.narrowed(parent, filter)?,
            RowValue::Test { .. } => return None,
        };
        let narrow = |formula: &Formula| -> Option<Formula> {
            let mut node = formula.expr.node.clone();
            let facts = facts_of(&mut node)?;
            let both = match facts.filter.take() {
                None => filter.expr.clone(),
                Some(own) => Expr {
                    node: Node::And(vec![*own, filter.expr.clone()]),
                    at: filter.expr.at.clone(),
                },
            };
            facts.filter = Some(Box::new(both));
            // Places of mistakes are those of the part's own text.
            Some(Formula {
                text: filter.text.clone(),
                expr: Expr {
                    node,
                    at: 0..filter.text.len(),
                },
                place: filter.place.clone(),
            })
        };
        let narrowed = match &measure {
            PerTrack::All(formula) => narrow(formula).map(PerTrack::All),
            PerTrack::Each(by_track) => by_track
                .iter()
                .map(|(t, f)| Some((t.clone(), narrow(f)?)))
                .collect::<Option<IndexMap<_, _>>>()
                .map(PerTrack::Each),
        };
        if narrowed.is_none() {
            self.problem(
                Diagnostic::error(
                    "bad-row",
                    format!(
                        "`{}` narrows `{}`, which is no single count or sum",
                        row.id, parent.id
                    ),
                    filter.place.clone(),
                )
                .help("give the part a `measure` of its own"),
            );
        }
        narrowed
    }

    fn threshold(&mut self, limit: &Limit) -> NodeId {
        let formula = Formula {
            text: limit.text.clone(),
            expr: limit.threshold.from.clone(),
            place: limit.place.clone(),
        };
        let at = self.at(&formula, None, false);
        let from = self.expr(&at, &limit.threshold.from);
        let Some(to) = &limit.threshold.to else {
            return from;
        };
        let to = self.expr(&at, to);
        match (self.out.nodes[from].clone(), self.out.nodes[to].clone()) {
            (Ir::Number(a), Ir::Number(b)) => {
                let ty = self.ty(from);
                self.node(Ir::Number(a.hull(&b)), ty)
            }
            _ => {
                self.report(
                    &at,
                    &limit.threshold.from,
                    "wrong-type",
                    "a printed range has two fixed ends".to_owned(),
                    "write two numbers or amounts with `to` between".to_owned(),
                );
                from
            }
        }
    }

    fn comparable(&mut self, limit: &Limit, have: NodeId, need: NodeId, row: &str) {
        let (a, b) = (self.ty(have), self.ty(need));
        let formula = Formula {
            text: limit.text.clone(),
            expr: limit.threshold.from.clone(),
            place: limit.place.clone(),
        };
        let at = self.at(&formula, None, false);
        match (&a, &b) {
            (Type::Wrong, _) | (_, Type::Wrong) => {}
            (Type::Money(_), Type::Number) => self.report(
                &at,
                &limit.threshold.from,
                "wrong-type",
                format!("`{row}` is money, and its threshold a bare number"),
                format!("write the currency after it: \"{} USD\"", limit.text),
            ),
            _ if same_type(&a, &b) => {
                if matches!(a, Type::Money(_)) {
                    let place = limit.place.clone();
                    self.meeting.push((vec![have, need], place));
                }
                if let (Type::Money(_), Type::Money(Some(currency))) = (&a, &b) {
                    let currency = currency.clone();
                    self.settle(&at, &limit.threshold.from, have, &currency);
                }
            }
            _ => {
                let (a, b) = (self.spoken(&a), self.spoken(&b));
                self.report(
                    &at,
                    &limit.threshold.from,
                    "wrong-type",
                    format!("`{row}` is {a}, and its threshold {b}"),
                    "compare a number with a number, money with money, a date with a date"
                        .to_owned(),
                );
            }
        }
    }

    fn spoken(&self, ty: &Type) -> &'static str {
        match ty {
            Type::Number => "a number",
            Type::Money(_) => "money",
            Type::Date => "a date",
            Type::Duration(_) => "a length of time",
            Type::Word(_) => "a word",
            Type::Truth => "yes or no",
            Type::Wrong => "wrong",
        }
    }

    /// A test used as a number is 1 or 0; the engine does it, the type must allow it.
    fn as_number(&mut self, node: NodeId) -> NodeId {
        node
    }

    /// Says which currency the amounts below a node are in.
    fn settle(&mut self, at: &At<'_>, expr: &Expr, node: NodeId, currency: &str) {
        if let Type::Money(Some(other)) = &self.out.types[node] {
            if other != currency {
                let other = other.clone();
                self.report(
                    at,
                    expr,
                    "mixed-currency",
                    format!("{other} meets {currency}"),
                    "name one currency under [money], with rates, or compare amounts of one currency".to_owned(),
                );
            }
            return;
        }
        if self.out.types[node] != Type::Money(None) {
            return;
        }
        self.out.types[node] = Type::Money(Some(currency.to_owned()));
        let below: Vec<NodeId> = match &self.out.nodes[node] {
            Ir::Amount(aggregate) => {
                let aggregate = *aggregate;
                if let What::Sum(_, slot, _) | What::Pick(_, _, slot) =
                    &mut self.out.aggregates[aggregate].what
                {
                    *slot = Some(currency.to_owned());
                }
                vec![]
            }
            Ir::Arith(_, a, b) | Ir::If(_, a, b) | Ir::Clamp(a, b) => vec![*a, *b],
            Ir::Of(_, of) | Ir::Total(of) => of.clone(),
            Ir::Floor(a) | Ir::Ceiling(a) | Ir::Before(_, a) => vec![*a],
            Ir::PerTrack(of) => of.iter().map(|(_, n)| *n).collect(),
            Ir::Mean(of) => of.iter().map(|(_, n)| *n).collect(),
            _ => vec![],
        };
        for node in below {
            self.settle(at, expr, node, currency);
        }
    }

    /// Says the currency of every amount that meets one whose currency is said anywhere in the edition: a name is the same
    /// amount wherever it stands.
    fn settle_all(&mut self) {
        let meeting = std::mem::take(&mut self.meeting);
        // What is made of amounts is in their currency as well.
        let made: Vec<Vec<NodeId>> = (0..self.out.nodes.len())
            .filter(|node| matches!(self.out.types[*node], Type::Money(_)))
            .map(|node| {
                let of = match &self.out.nodes[node] {
                    Ir::Arith(Arith::Divide, a, _) => vec![*a],
                    Ir::If(_, yes, no) => vec![*yes, *no],
                    Ir::Table {
                        rows, otherwise, ..
                    } => rows.iter().map(|(_, n)| *n).chain(*otherwise).collect(),
                    ir @ (Ir::Arith(..)
                    | Ir::Of(..)
                    | Ir::Floor(_)
                    | Ir::Ceiling(_)
                    | Ir::Before(..)
                    | Ir::PerTrack(_)) => children(ir),
                    _ => vec![],
                };
                let money = |n: &NodeId| matches!(self.out.types[*n], Type::Money(_));
                let of = of.into_iter().filter(money);
                of.chain(std::iter::once(node)).collect()
            })
            .collect();
        let mut settled = true;
        while std::mem::take(&mut settled) {
            for nodes in meeting.iter().map(|(nodes, _)| nodes).chain(&made) {
                let said = nodes.iter().find_map(|n| match &self.out.types[*n] {
                    Type::Money(currency) => currency.clone(),
                    _ => None,
                });
                let Some(currency) = said else { continue };
                for node in nodes {
                    if self.out.types[*node] == Type::Money(None) {
                        self.out.types[*node] = Type::Money(Some(currency.clone()));
                        settled = true;
                        if let Ir::Amount(id) = &self.out.nodes[*node]
                            && let What::Sum(_, slot, _) | What::Pick(_, _, slot) =
                                &mut self.out.aggregates[*id].what
                        {
                            *slot = Some(currency.clone());
                        }
                    }
                }
            }
        }
        for (nodes, place) in meeting {
            let mut said: Vec<&String> = nodes
                .iter()
                .filter_map(|n| match &self.out.types[*n] {
                    Type::Money(currency) => currency.as_ref(),
                    _ => None,
                })
                .collect();
            said.dedup();
            if let [one, other, ..] = said.as_slice() {
                let message = format!("{one} meets {other}");
                let known = |p: &Diagnostic| p.code == "mixed-currency" && p.place == place;
                if !self.problems.iter().any(known) {
                    self.problem(Diagnostic::error("mixed-currency", message, place.clone()).help("name one currency under [money], with rates, or compare amounts of one currency"));
                }
            }
        }
        for row in &mut self.out.rows {
            let have = row.at.iter().rev().find_map(|at| at.have);
            if let (Unit::Money(currency), Some(have)) = (&mut row.unit, have)
                && currency.is_empty()
                && let Type::Money(Some(said)) = &self.out.types[have]
            {
                currency.clone_from(said);
            }
        }
    }

    // ---------------------------------------------------------------- expressions

    fn test(&mut self, at: &At<'_>, expr: &Expr) -> NodeId {
        let node = self.expr(at, expr);
        if !matches!(self.ty(node), Type::Truth | Type::Wrong) {
            let found = self.spoken(&self.ty(node));
            self.report(
                at,
                expr,
                "wrong-type",
                format!("{found} stands where yes or no is expected"),
                "compare it with something: `>= 1`".to_owned(),
            );
            return self.wrong_truth();
        }
        node
    }

    fn wrong_truth(&mut self) -> NodeId {
        self.node(Ir::Truth(Truth::Unknown), Type::Truth)
    }

    fn number(&mut self, at: &At<'_>, expr: &Expr) -> NodeId {
        let node = self.expr(at, expr);
        if !matches!(self.ty(node), Type::Number | Type::Money(_) | Type::Wrong) {
            let found = self.spoken(&self.ty(node));
            self.report(
                at,
                expr,
                "wrong-type",
                format!("{found} stands where a number is expected"),
                String::new(),
            );
            return self.wrong();
        }
        node
    }

    fn expr(&mut self, at: &At<'_>, expr: &Expr) -> NodeId {
        match &expr.node {
            Node::Number(n) => self.node(Ir::Number(Range::exactly(n.clone())), Type::Number),
            Node::Money(n, currency) => {
                let range = Range::exactly(n.clone());
                self.node(Ir::Number(range), Type::Money(Some(currency.clone())))
            }
            Node::Date(day) => self.node(
                Ir::Number(Range::exactly(Exact::from(i64::from(day.0)))),
                Type::Date,
            ),
            Node::Duration(duration) => {
                self.node(Ir::Number(Range::UNKNOWN), Type::Duration(*duration))
            }
            Node::Day => self.node(Ir::Day, Type::Date),
            Node::Yes => self.node(Ir::Truth(Truth::Yes), Type::Truth),
            Node::No => self.node(Ir::Truth(Truth::No), Type::Truth),
            Node::Unused => {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    "`unused` is true of a fact, and no fact is here".to_owned(),
                    "write it in a filter: `count case-studies where unused`".to_owned(),
                );
                self.wrong_truth()
            }
            Node::Matrix => {
                let Some(level) = at.level.filter(|_| at.rows) else {
                    self.report(
                        at,
                        expr,
                        "matrix-outside",
                        "`matrix` stands outside `held`, `once` and a level's own test".to_owned(),
                        "write `held(trailing 6 months, matrix)`, or use it in [level.x]"
                            .to_owned(),
                    );
                    return self.wrong_truth();
                };
                self.node(Ir::Matrix(level), Type::Truth)
            }
            Node::Name(name) => self.name(at, expr, name),
            Node::PartnerField(name) => self.partner_field(at, expr, name),
            Node::Not(inner) => {
                let inner = self.test(at, inner);
                self.node(Ir::Not(inner), Type::Truth)
            }
            Node::And(parts) => {
                let parts = parts.iter().map(|p| self.test(at, p)).collect();
                self.node(Ir::And(parts), Type::Truth)
            }
            Node::Or(parts) => {
                let parts = parts.iter().map(|p| self.test(at, p)).collect();
                self.node(Ir::Or(parts), Type::Truth)
            }
            Node::AtLeast(count, parts) => {
                let parts: Vec<NodeId> = parts.iter().map(|p| self.test(at, p)).collect();
                if *count as usize > parts.len() {
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("at least {count} of {} tests can never be", parts.len()),
                        "lower the number, or add tests".to_owned(),
                    );
                }
                self.node(Ir::AtLeast(*count, parts), Type::Truth)
            }
            Node::Compare(compare, left, right) => self.comparison(at, expr, *compare, left, right),
            Node::In {
                value,
                list,
                negated,
            } => {
                let word = self.expr(at, value);
                let Some(list) = self.list(at, expr, list) else {
                    return self.wrong_truth();
                };
                self.node(
                    Ir::InList {
                        word,
                        list,
                        negated: *negated,
                    },
                    Type::Truth,
                )
            }
            Node::InWindow { .. } => {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    "a window tests a date field, and no fact is here".to_owned(),
                    "write it in a filter: `where ended_on in trailing 12 months`".to_owned(),
                );
                self.wrong_truth()
            }
            Node::Arith(op, left, right) => self.arith(at, expr, *op, left, right),
            Node::Of(pick, parts) => {
                let nodes: Vec<NodeId> = parts.iter().map(|p| self.number(at, p)).collect();
                let ty = self.one_type(at, expr, &nodes);
                self.node(Ir::Of(*pick, nodes), ty)
            }
            Node::Floor(inner) | Node::Ceiling(inner) => {
                let node = self.number(at, inner);
                let ty = self.ty(node);
                let ir = if matches!(expr.node, Node::Floor(_)) {
                    Ir::Floor(node)
                } else {
                    Ir::Ceiling(node)
                };
                self.node(ir, ty)
            }
            Node::Held(window, inner) | Node::Once(window, inner) => {
                let inner_at = At {
                    rows: at.level.is_some(),
                    ..at.clone()
                };
                if *window == Window::Period && self.edition.period.is_none() {
                    self.no_period(at, expr);
                }
                let node = self.test(&inner_at, inner);
                let ir = if matches!(expr.node, Node::Held(..)) {
                    Ir::Held(*window, node)
                } else {
                    Ir::Once(*window, node)
                };
                self.node(ir, Type::Truth)
            }
            Node::Before(duration, inner) => {
                let node = self.expr(at, inner);
                let ty = self.ty(node);
                self.node(Ir::Before(*duration, node), ty)
            }
            Node::Holds { program, level } => {
                self.level_exists(at, expr, program.as_deref(), level);
                self.node(Ir::Holds(program.clone(), level.clone()), Type::Truth)
            }
            Node::Meets { program, level } => {
                self.level_exists(at, expr, program.as_deref(), level);
                match program.as_ref().filter(|p| **p != self.edition.program) {
                    Some(program) => {
                        self.node(Ir::MeetsOther(program.clone(), level.clone()), Type::Truth)
                    }
                    None => {
                        let level = self.edition.levels.iter().position(|l| l == level);
                        match level {
                            Some(level) => self.node(Ir::Meets(level), Type::Truth),
                            None => self.wrong_truth(),
                        }
                    }
                }
            }
            Node::LowestPart(score) => {
                let Some(parts) = self.score_parts(at, expr, score) else {
                    return self.wrong();
                };
                parts
            }
            Node::Filled(roster) => {
                match self.out.rosters.iter().position(|r| r.id == *roster) {
                    Some(place) => self.node(Ir::Filled(place), Type::Number),
                    None => {
                        // Rosters come before rows; a measure may name one earlier.
                        if let Some(found) = self.edition.roster.get(roster).cloned() {
                            self.roster(roster, &found);
                            if let Some(place) =
                                self.out.rosters.iter().position(|r| r.id == *roster)
                            {
                                return self.node(Ir::Filled(place), Type::Number);
                            }
                            return self.wrong();
                        }
                        let help =
                            did_you_mean(roster, self.edition.roster.keys().map(String::as_str));
                        self.report(
                            at,
                            expr,
                            "unknown-name",
                            format!("there is no roster `{roster}`"),
                            help,
                        );
                        self.wrong()
                    }
                }
            }
            Node::Lookup(name, argument) => self.lookup(at, expr, name, argument),
            Node::If(condition, yes, no) => {
                let asked = crate::wording::expr(condition);
                let condition = self.test(at, condition);
                self.guarded += 1;
                let (yes, no) = (self.expr(at, yes), self.expr(at, no));
                self.guarded -= 1;
                let ty = self.one_type(at, expr, &[yes, no]);
                let node = self.node(Ir::If(condition, yes, no), ty);
                self.out.ifs.entry(node).or_insert(asked);
                node
            }
            Node::Count(subject) | Node::Exists(subject) => {
                let count = matches!(expr.node, Node::Count(_));
                self.counted(at, expr, subject, count)
            }
            Node::Sum(amount, highest, facts) => {
                let Some(selector) = self.facts(at, facts) else {
                    return self.wrong();
                };
                let highest = match highest {
                    None => None,
                    Some(of) => match self.field(at, expr, &selector, &of.field) {
                        Some(field) => Some((of.number, field)),
                        None => return self.wrong(),
                    },
                };
                let (value, ty) = self.value(at, &selector, amount);
                if !matches!(ty, Type::Number | Type::Money(_) | Type::Wrong) {
                    let found = self.spoken(&ty);
                    self.report(
                        at,
                        amount,
                        "wrong-type",
                        format!("{found} cannot be added up"),
                        "sum a number or an amount".to_owned(),
                    );
                    return self.wrong();
                }
                let currency = match &ty {
                    Type::Money(c) => c.clone().or_else(|| self.own_currency()),
                    _ => None,
                };
                let ty = if let Type::Money(_) = ty {
                    Type::Money(currency.clone())
                } else {
                    ty
                };
                let aggregate = self.aggregate(Aggregate {
                    facts: selector,
                    what: What::Sum(value, currency, highest),
                });
                self.node(Ir::Amount(aggregate), ty)
            }
            Node::Picked(pick, field, facts) => {
                let Some(selector) = self.facts(at, facts) else {
                    return self.wrong();
                };
                let Some(field) = self.field(at, expr, &selector, field) else {
                    return self.wrong();
                };
                let ty = self.field_type(&field, &selector);
                if matches!(ty, Type::Word(_)) && *pick != Pick::Latest || matches!(ty, Type::Truth)
                {
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("`{}` is a word", field.name),
                        "only `latest` takes a word".to_owned(),
                    );
                    return self.wrong();
                }
                let currency = match &ty {
                    Type::Money(_) => self.own_currency(),
                    _ => None,
                };
                let ty = if let Type::Money(_) = ty {
                    Type::Money(currency.clone())
                } else {
                    ty
                };
                let word = matches!(ty, Type::Word(_));
                let aggregate = self.aggregate(Aggregate {
                    facts: selector,
                    what: What::Pick(*pick, Value::Field(field), currency),
                });
                self.node(
                    if word {
                        Ir::PickedWord(aggregate)
                    } else {
                        Ir::Amount(aggregate)
                    },
                    ty,
                )
            }
            Node::Set(_) => {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    "a set stands where a value is expected".to_owned(),
                    "write `count` before it, or name it as a measure".to_owned(),
                );
                self.wrong()
            }
            Node::GroupCount | Node::GroupSum(_) | Node::GroupPick(..) => {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    "a group stands outside `having`".to_owned(),
                    String::new(),
                );
                self.wrong()
            }
        }
    }

    fn no_period(&mut self, at: &At<'_>, expr: &Expr) {
        self.report(
            at,
            expr,
            "unknown-name",
            "`period` is bound by no [period]".to_owned(),
            "add [period] with `enter` and `retain`, or name the window".to_owned(),
        );
    }

    fn own_currency(&self) -> Option<String> {
        self.edition
            .money
            .as_ref()
            .map(|m| m.currency.clone())
            .filter(|c| !c.is_empty())
    }

    fn one_type(&mut self, at: &At<'_>, expr: &Expr, nodes: &[NodeId]) -> Type {
        let money = |node: &&NodeId| matches!(self.out.types[**node], Type::Money(_));
        let amounts: Vec<NodeId> = nodes.iter().filter(money).copied().collect();
        if amounts.len() > 1 {
            let place = at.formula.place_of(&expr.at);
            self.meeting.push((amounts, place));
        }
        let mut ty = Type::Wrong;
        for node in nodes {
            let other = self.ty(*node);
            ty = match (&ty, &other) {
                (Type::Wrong, _) => other,
                (_, Type::Wrong) => ty,
                (Type::Money(a), Type::Money(b)) => {
                    if let Some(currency) = a.clone().or_else(|| b.clone()) {
                        for node in nodes {
                            self.settle(at, expr, *node, &currency);
                        }
                        Type::Money(Some(currency))
                    } else {
                        Type::Money(None)
                    }
                }
                (Type::Word(a), Type::Word(b)) => Type::Word(if a.ladder.len() >= b.ladder.len() {
                    a.clone()
                } else {
                    b.clone()
                }),
                (a, b) if a == b => ty,
                // Zero is zero of anything.
                (Type::Money(_), Type::Number) if self.is_zero(*node) => ty,
                (Type::Number, Type::Money(_))
                    if nodes
                        .iter()
                        .all(|n| self.is_zero(*n) || self.ty(*n) != Type::Number) =>
                {
                    other
                }
                (a, b) => {
                    let (a, b) = (self.spoken(a), self.spoken(b));
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("{a} and {b} stand side by side"),
                        "give every branch the same type".to_owned(),
                    );
                    return Type::Wrong;
                }
            };
        }
        ty
    }

    fn is_zero(&self, node: NodeId) -> bool {
        matches!(&self.out.nodes[node], Ir::Number(r) if r.exact().is_some_and(Exact::is_zero))
    }

    fn comparison(
        &mut self,
        at: &At<'_>,
        expr: &Expr,
        compare: Compare,
        left: &Expr,
        right: &Expr,
    ) -> NodeId {
        let left_node = self.expr(at, left);
        let ordered = !matches!(compare, Compare::Equal | Compare::NotEqual);
        if let Type::Word(words) = self.ty(left_node) {
            let inner = At {
                words: Some(words.clone()),
                ..at.clone()
            };
            let right_node = self.expr(&inner, right);
            return match self.ty(right_node) {
                Type::Word(_) => {
                    if ordered && words.ladder.is_empty() {
                        self.report(
                            at,
                            expr,
                            "wrong-type",
                            "words without an order are compared".to_owned(),
                            "compare them with `=`, or declare a ladder".to_owned(),
                        );
                    }
                    self.node(
                        Ir::CompareWord(compare, left_node, right_node, words.ladder),
                        Type::Truth,
                    )
                }
                Type::Wrong => self.wrong_truth(),
                other => {
                    let other = self.spoken(&other);
                    self.report(
                        at,
                        right,
                        "wrong-type",
                        format!("a word is compared with {other}"),
                        String::new(),
                    );
                    self.wrong_truth()
                }
            };
        }
        let right_node = self.expr(at, right);
        let (a, b) = (self.ty(left_node), self.ty(right_node));
        match (&a, &b) {
            (Type::Wrong, _) | (_, Type::Wrong) => self.wrong_truth(),
            (Type::Truth, Type::Truth) => {
                if ordered {
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        "yes and no have no order".to_owned(),
                        String::new(),
                    );
                }
                let (not_a, not_b) = (
                    self.node(Ir::Not(left_node), Type::Truth),
                    self.node(Ir::Not(right_node), Type::Truth),
                );
                let both = self.node(Ir::And(vec![left_node, right_node]), Type::Truth);
                let neither = self.node(Ir::And(vec![not_a, not_b]), Type::Truth);
                let same = self.node(Ir::Or(vec![both, neither]), Type::Truth);
                if compare == Compare::NotEqual {
                    self.node(Ir::Not(same), Type::Truth)
                } else {
                    same
                }
            }
            _ if same_type(&a, &b)
                || matches!((&a, &b), (Type::Money(_), Type::Number))
                    && self.is_zero(right_node) =>
            {
                if matches!(a, Type::Money(_)) {
                    let place = at.formula.place_of(&expr.at);
                    self.meeting.push((vec![left_node, right_node], place));
                }
                if let Type::Money(Some(c)) = &a {
                    let c = c.clone();
                    self.settle(at, expr, right_node, &c);
                } else if let Type::Money(Some(c)) = &b {
                    let c = c.clone();
                    self.settle(at, expr, left_node, &c);
                }
                self.node(Ir::Compare(compare, left_node, right_node), Type::Truth)
            }
            _ => {
                let (a, b) = (self.spoken(&a), self.spoken(&b));
                let help = if a == "money" || b == "money" {
                    "write the currency after the number: `1_500 USD`".to_owned()
                } else {
                    String::new()
                };
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    format!("{a} is compared with {b}"),
                    help,
                );
                self.wrong_truth()
            }
        }
    }

    fn arith(&mut self, at: &At<'_>, expr: &Expr, op: Arith, left: &Expr, right: &Expr) -> NodeId {
        let (a, b) = (self.expr(at, left), self.expr(at, right));
        let (ta, tb) = (self.ty(a), self.ty(b));
        use Arith::{Add, Divide, Multiply, Subtract};
        if matches!((&ta, &tb), (Type::Money(_), Type::Money(_))) {
            let place = at.formula.place_of(&expr.at);
            self.meeting.push((vec![a, b], place));
        }
        let ty = match (&ta, op, &tb) {
            (Type::Wrong, ..) | (.., Type::Wrong) => Type::Wrong,
            (Type::Number, _, Type::Number) => Type::Number,
            (Type::Money(x), Add | Subtract, Type::Money(y)) => {
                match x.clone().or_else(|| y.clone()) {
                    Some(c) => {
                        self.settle(at, expr, a, &c);
                        self.settle(at, expr, b, &c);
                        Type::Money(Some(c))
                    }
                    None => Type::Money(None),
                }
            }
            (Type::Money(x), Divide, Type::Money(y)) => {
                if let Some(c) = x.clone().or_else(|| y.clone()) {
                    self.settle(at, expr, a, &c);
                    self.settle(at, expr, b, &c);
                }
                Type::Number
            }
            (Type::Money(c), Multiply | Divide, Type::Number)
            | (Type::Number, Multiply, Type::Money(c)) => Type::Money(c.clone()),
            (Type::Date, Add | Subtract, Type::Duration(_)) => Type::Date,
            _ => {
                let (x, y) = (self.spoken(&ta), self.spoken(&tb));
                self.report(at, expr, "wrong-type", format!("{x} and {y} cannot be joined by arithmetic"), "money divided by money is a number, money times a number is money, a date moves by a duration".to_owned());
                Type::Wrong
            }
        };
        if ty == Type::Wrong {
            return self.wrong();
        }
        if op == Divide
            && matches!(&self.out.nodes[b], Ir::Number(n) if n.exact() == Some(&Exact::ZERO))
        {
            self.report(
                at,
                right,
                "wrong-type",
                "the divisor is zero, so there is never a value".to_owned(),
                "divide by what is meant".to_owned(),
            );
            return self.wrong();
        }
        if op == Divide && self.guarded == 0 && !matches!(self.out.nodes[b], Ir::Number(_)) {
            let place = at.formula.place_of(&right.at);
            let note = Diagnostic::note(
                "growth-without-base",
                "the divisor may be zero, and then there is no value",
                place,
            )
            .help("guard it: if base >= 1 then … else 0");
            let node = self.node(Ir::Arith(op, a, b), ty);
            self.unguarded.push((node, note));
            return node;
        }
        self.node(Ir::Arith(op, a, b), ty)
    }

    /// Notes the divisions by what may be zero that a verdict rests on.
    ///
    /// A figure that is shown and never judged is rightly unknown where there is nothing to take a share of.
    fn note_unguarded(&mut self) {
        let rows = self.out.rows.iter();
        let mut stack: Vec<NodeId> = rows
            .flat_map(|r| r.at.iter().filter_map(|at| at.test).chain(r.applies))
            .chain(
                self.out
                    .levels
                    .iter()
                    .flat_map(|l| [l.enter, l.retain])
                    .flatten(),
            )
            .chain(self.out.stages.iter().map(|(_, test)| *test))
            .chain(self.out.protect.iter().filter_map(|(_, who, _)| *who))
            .chain(self.out.tracks.iter().map(|choice| match choice {
                TrackChoice::Highest(node) | TrackChoice::By(node) => *node,
            }))
            .chain(self.of_facts.iter().copied())
            .collect();
        let mut judged = vec![false; self.out.nodes.len()];
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut judged[node], true) {
                stack.extend(children(&self.out.nodes[node]));
            }
        }
        for (node, note) in std::mem::take(&mut self.unguarded) {
            if judged[node] {
                self.problem(note);
            }
        }
    }

    fn level_exists(&mut self, at: &At<'_>, expr: &Expr, program: Option<&str>, level: &str) {
        let levels: Vec<String> = match program.filter(|p| *p != self.edition.program) {
            None => self.edition.levels.clone(),
            Some(program) => {
                let editions = self.library.editions_of(program);
                if editions.is_empty() {
                    let help = did_you_mean(program, self.library.programs());
                    self.report(
                        at,
                        expr,
                        "unknown-name",
                        format!("there is no program `{program}`"),
                        help,
                    );
                    return;
                }
                editions.iter().flat_map(|e| e.levels.clone()).collect()
            }
        };
        if !levels.iter().any(|l| l == level) {
            let help = did_you_mean(level, levels.iter().map(String::as_str));
            self.report(
                at,
                expr,
                "unknown-name",
                format!("there is no level `{level}`"),
                if help.is_empty() {
                    format!("the levels are {}", levels.join(", "))
                } else {
                    help
                },
            );
        }
    }

    fn partner_field(&mut self, at: &At<'_>, expr: &Expr, name: &str) -> NodeId {
        let library = self.library;
        let Some(kind) = library.vocabulary.kinds.get("partners") else {
            self.report(
                at,
                expr,
                "unknown-name",
                "there is no kind `partners`".to_owned(),
                String::new(),
            );
            return self.wrong();
        };
        let Some((place, _, field)) = kind.fields.get_full(name) else {
            let help = did_you_mean(name, kind.fields.keys().map(String::as_str));
            self.report(
                at,
                expr,
                "unknown-name",
                format!("`partners` has no field `{name}`"),
                help,
            );
            return self.wrong();
        };
        let ty = match &field.kind {
            FieldType::Date => Type::Date,
            FieldType::Number(_) | FieldType::Percent => Type::Number,
            FieldType::Word(words) => Type::Word(words.clone()),
            FieldType::YesNo => Type::Word(yes_no()),
            _ => Type::Word(Words {
                open: true,
                ..Words::default()
            }),
        };
        self.node(Ir::Partner(place), ty)
    }

    fn list(&mut self, at: &At<'_>, expr: &Expr, name: &str) -> Option<usize> {
        if let Some(place) = self.list_at.get(name) {
            return Some(*place);
        }
        match at
            .home
            .list
            .get(name)
            .or_else(|| self.edition.list.get(name))
        {
            Some(list) => {
                let items = list.items.clone();
                self.out.lists.push(items);
                self.list_at
                    .insert(name.to_owned(), self.out.lists.len() - 1);
                Some(self.out.lists.len() - 1)
            }
            None => {
                let help = did_you_mean(name, self.edition.list.keys().map(String::as_str));
                self.report(
                    at,
                    expr,
                    "unknown-name",
                    format!("there is no list `{name}`"),
                    help,
                );
                None
            }
        }
    }

    fn lookup(&mut self, at: &At<'_>, expr: &Expr, name: &str, argument: &Expr) -> NodeId {
        let home = at.home.clone();
        if let Some(table) = home.table.get(name) {
            let word = self.expr(
                &At {
                    words: Some(Words {
                        open: true,
                        ..Words::default()
                    }),
                    ..at.clone()
                },
                argument,
            );
            let mut rows = Vec::new();
            let mut nodes = Vec::new();
            for (key, formula) in &table.rows {
                let inner = in_table(&home, table, formula);
                let node = self.expr(&inner, &formula.expr);
                nodes.push(node);
                rows.push((key.clone(), node));
            }
            let otherwise = table.otherwise.as_ref().map(|formula| {
                let inner = in_table(&home, table, formula);
                self.expr(&inner, &formula.expr)
            });
            nodes.extend(otherwise);
            let ty = self.one_type(at, expr, &nodes);
            return self.node(
                Ir::Table {
                    rows,
                    otherwise,
                    word,
                },
                ty,
            );
        }
        if home.bands.contains_key(name) {
            let (place, ty) = self.bands(&home, name);
            let number = self.number(at, argument);
            let currency = self.out.bands[place].currency().map(str::to_owned);
            let asked = self.ty(number);
            if !self.banded(at, argument, name, currency.as_deref(), &asked) {
                return self.wrong();
            }
            if let Some(currency) = currency {
                self.settle(at, argument, number, &currency);
            }
            return self.node(Ir::Bands(place, number), ty);
        }
        let known = home
            .table
            .keys()
            .chain(home.bands.keys())
            .map(String::as_str);
        let help = did_you_mean(name, known);
        self.report(
            at,
            expr,
            "unknown-name",
            format!("there is no table and no bands `{name}`"),
            help,
        );
        self.wrong()
    }

    /// Can a value of this type be looked up in bands whose ends are plain numbers, or amounts of a currency?
    fn banded(
        &mut self,
        at: &At<'_>,
        argument: &Expr,
        name: &str,
        currency: Option<&str>,
        asked: &Type,
    ) -> bool {
        let help = match (asked, currency) {
            (Type::Wrong, _) => return false,
            (Type::Number, None) => return true,
            (Type::Money(of), Some(currency)) => {
                let Some(other) = of.as_deref().filter(|of| *of != currency) else {
                    return true;
                };
                self.report(
                    at,
                    argument,
                    "mixed-currency",
                    format!("{other} is looked up in `{name}`, whose bands are in {currency}"),
                    format!("write the bands in {other}, or look up an amount in {currency}"),
                );
                return false;
            }
            (Type::Money(of), None) => {
                let currency = of.clone().or_else(|| self.own_currency());
                let currency = currency.unwrap_or_else(|| "USD".to_owned());
                format!(
                    "say the currency of every end, so that no amount of another one passes for it: below = \"1_000 {currency}\""
                )
            }
            (Type::Number, Some(_)) => {
                "look an amount up, or write the ends as plain numbers: below = 1_000".to_owned()
            }
            _ => "bands take a number or an amount".to_owned(),
        };
        let (found, ends) = (
            self.spoken(asked),
            if currency.is_some() {
                "money"
            } else {
                "plain numbers"
            },
        );
        self.report(
            at,
            argument,
            "wrong-type",
            format!("{found} is looked up in `{name}`, whose bands are {ends}"),
            help,
        );
        false
    }

    fn bands(&mut self, home: &Arc<Edition>, name: &str) -> (usize, Type) {
        let bands = home.bands[name].clone();
        let words: Vec<String> = bands
            .rows
            .iter()
            .filter_map(|b| match &b.is {
                BandValue::Word(w) => Some(w.clone()),
                BandValue::Number(_) => None,
            })
            .collect();
        let ty = if words.is_empty() {
            Type::Number
        } else {
            Type::Word(Words {
                ladder: words,
                ..Words::default()
            })
        };
        let place = match self.bands_at.get(name) {
            Some(place) => *place,
            None => {
                self.out.bands.push(bands);
                self.bands_at
                    .insert(name.to_owned(), self.out.bands.len() - 1);
                self.out.bands.len() - 1
            }
        };
        (place, ty)
    }

    // ---------------------------------------------------------------- names

    fn name(&mut self, at: &At<'_>, expr: &Expr, name: &str) -> NodeId {
        if let Some(words) = &at.words
            && (words.all().any(|w| w == name) || words.open && !self.is_named(at, name))
        {
            let words = words.clone();
            return self.node(Ir::Word(name.to_owned()), Type::Word(words));
        }
        let home = at.home.clone();
        if let Some(row) = self.edition.rows.get_index_of(name)
            && !home.test.contains_key(name)
            && !home.measure.contains_key(name)
        {
            let Some(level) = at.level.filter(|_| at.rows) else {
                self.report(
                    at,
                    expr,
                    "matrix-outside",
                    format!(
                        "the row `{name}` stands outside `held`, `once` and a level's own test"
                    ),
                    "name the number behind it as a [measure], and use that in both".to_owned(),
                );
                return self.wrong_truth();
            };
            return self.node(Ir::Row(row, level), Type::Truth);
        }
        let leveled = home.test.get(name).is_some_and(|t| {
            t.is.each()
                .iter()
                .any(|(_, f)| mentions_rows(&self.edition, &f.expr))
        });
        let key = (name.to_owned(), if leveled { at.level } else { None });
        match self.memo.get(&key) {
            Some(Memo::Node(node)) => return *node,
            Some(Memo::Set(_)) => {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    format!("`{name}` is a set"),
                    "write `count` before it".to_owned(),
                );
                return self.wrong();
            }
            Some(Memo::Working) => {
                self.report(
                    at,
                    expr,
                    "cycle",
                    format!("`{name}` needs its own value"),
                    "a name may use only names that do not use it".to_owned(),
                );
                return self.wrong();
            }
            None => {}
        }
        self.memo.insert(key.clone(), Memo::Working);
        let guarded = std::mem::take(&mut self.guarded);
        let node = self.resolve(at, expr, name, &home);
        self.guarded = guarded;
        let node = node.unwrap_or_else(|| self.wrong());
        self.memo.insert(key, Memo::Node(node));
        if Arc::ptr_eq(&home, &self.edition) || self.out.named.get(name).is_none() {
            self.out.named.entry(name.to_owned()).or_insert(node);
        }
        node
    }

    fn is_named(&self, at: &At<'_>, name: &str) -> bool {
        let home = &at.home;
        home.measure.contains_key(name)
            || home.test.contains_key(name)
            || home.question.contains_key(name)
            || home.parameter.contains_key(name)
            || home.score.contains_key(name)
    }

    fn resolve(
        &mut self,
        at: &At<'_>,
        expr: &Expr,
        name: &str,
        home: &Arc<Edition>,
    ) -> Option<NodeId> {
        if let Some(measure) = home.measure.get(name) {
            let words = (!measure.words.is_empty()).then(|| Words {
                words: measure.words.clone(),
                ..Words::default()
            });
            let of = measure.is.clone();
            return Some(self.per_track(&of, |c, formula| {
                let inner = At {
                    formula,
                    home: home.clone(),
                    level: None,
                    rows: false,
                    words: words.clone(),
                    in_table: false,
                };
                c.expr(&inner, &formula.expr)
            }));
        }
        if let Some(test) = home.test.get(name) {
            let of = test.is.clone();
            let level = at.level;
            return Some(self.per_track(&of, |c, formula| {
                let inner = At {
                    formula,
                    home: home.clone(),
                    level,
                    rows: false,
                    words: None,
                    in_table: false,
                };
                c.test(&inner, &formula.expr)
            }));
        }
        if let Some(question) = home.question.get(name) {
            let ty = answer_type(&question.answer, self.own_currency());
            return Some(self.node(Ir::Answer(name.to_owned()), ty));
        }
        if let Some(parameter) = home.parameter.get(name) {
            return Some(self.node(
                Ir::Parameter(name.to_owned(), parameter.default.clone()),
                Type::Number,
            ));
        }
        if home.score.contains_key(name) {
            return self.score(home, name);
        }
        if let Some(part) = self.score_part(home, name) {
            return Some(part);
        }
        let mut found: Vec<Arc<Edition>> = Vec::new();
        for used in home.uses.clone() {
            let (program, edition) = used.split_once('@').unwrap_or((used.as_str(), ""));
            if let Some(library) = self.library.edition(program, edition)
                && library.measure.contains_key(name)
            {
                found.push(library.clone());
            }
        }
        match found.as_slice() {
            [] => {}
            [library] => {
                let library = library.clone();
                return self.resolve(at, expr, name, &library);
            }
            _ => {
                self.report(
                    at,
                    expr,
                    "ambiguous-name",
                    format!("`{name}` stands in more than one library"),
                    "name it in this file as a [measure] of its own".to_owned(),
                );
                return None;
            }
        }
        let known: Vec<String> = self
            .edition
            .ids()
            .iter()
            .filter(|(_, what, _)| !matches!(*what, "level" | "list" | "table" | "bands" | "stage"))
            .map(|(id, ..)| (*id).to_owned())
            .chain(
                at.words
                    .iter()
                    .flat_map(|w| w.all().map(str::to_owned).collect::<Vec<_>>()),
            )
            .collect();
        let help = did_you_mean(name, known.iter().map(String::as_str));
        let help = if help.is_empty() && self.library.vocabulary.kinds.contains_key(name) {
            format!("`{name}` is a kind of evidence: write `count {name}` or `exists {name}`")
        } else if help.is_empty() && at.in_table {
            match &at.words {
                None => format!(
                    "where the table yields words, list all of them in it: words = [\"{name}\"]"
                ),
                Some(words) => {
                    let known: Vec<&str> = words.all().collect();
                    format!("its `words` are {}: add `{name}` to them", known.join(", "))
                }
            }
        } else if help.is_empty() {
            "a name is of a measure, list, table or field; a number is written in digits".to_owned()
        } else {
            help
        };
        self.report(
            at,
            expr,
            "unknown-name",
            format!("nothing here is called `{name}`"),
            help,
        );
        None
    }

    fn named_set(&mut self, at: &At<'_>, name: &str) -> Option<usize> {
        let key = (name.to_owned(), None);
        match self.memo.get(&key) {
            Some(Memo::Set(set)) => return Some(*set),
            Some(Memo::Working) => {
                let expr = at.formula.expr.clone();
                self.report(
                    at,
                    &expr,
                    "cycle",
                    format!("`{name}` needs its own value"),
                    "a name may use only names that do not use it".to_owned(),
                );
                return None;
            }
            _ => {}
        }
        let home = at.home.clone();
        let measure = home.measure.get(name)?;
        let PerTrack::All(formula) = &measure.is else {
            return None;
        };
        let Node::Set(set) = &formula.expr.node else {
            return None;
        };
        self.memo.insert(key.clone(), Memo::Working);
        let inner = At {
            formula,
            home: home.clone(),
            level: None,
            rows: false,
            words: None,
            in_table: false,
        };
        let built = self.set(&inner, set);
        match built {
            Some(set) => {
                self.memo.insert(key, Memo::Set(set));
            }
            None => {
                self.memo.shift_remove(&key);
            }
        }
        built
    }

    fn score(&mut self, home: &Arc<Edition>, name: &str) -> Option<NodeId> {
        let score = home.score.get(name)?.clone();
        let tracks = home.tracks.as_ref().map_or(vec![], |t| t.of.clone());
        let total = |c: &mut Self, parts: &IndexMap<String, crate::program::ScorePart>| {
            let weighted = parts.values().any(|p| p.weight.is_some());
            let mut points = Vec::new();
            let mut weights = Vec::new();
            for part in parts.values() {
                let node = c.part_points(home, part);
                points.push(node);
                if weighted {
                    let weight = match &part.weight {
                        Some(formula) => {
                            let at = At {
                                formula,
                                home: home.clone(),
                                level: None,
                                rows: false,
                                words: None,
                                in_table: false,
                            };
                            c.number(&at, &formula.expr)
                        }
                        None => c.node(Ir::Number(Range::exactly(Exact::ONE)), Type::Number),
                    };
                    weights.push(weight);
                }
            }
            if weighted {
                c.node(
                    Ir::Mean(weights.into_iter().zip(points).collect()),
                    Type::Number,
                )
            } else {
                c.node(Ir::Total(points), Type::Number)
            }
        };
        Some(match &score.part {
            PerTrack::All(parts) => total(self, parts),
            PerTrack::Each(by_track) => {
                let nodes = by_track
                    .iter()
                    .filter_map(|(track, parts)| {
                        Some((tracks.iter().position(|t| t == track)?, total(self, parts)))
                    })
                    .collect();
                self.node(Ir::PerTrack(nodes), Type::Number)
            }
        })
    }

    /// Points are a number, in no currency.
    fn no_amount(&mut self, at: &At<'_>, expr: &Expr, node: NodeId) {
        if let Type::Money(currency) = self.ty(node) {
            let currency = currency.unwrap_or_else(|| "USD".to_owned());
            self.report(
                at,
                expr,
                "wrong-type",
                "points are a number, and this is money".to_owned(),
                format!("say for how much there is a point: (…) / 1_000 {currency}"),
            );
        }
    }

    fn part_points(&mut self, home: &Arc<Edition>, part: &crate::program::ScorePart) -> NodeId {
        let at = At {
            formula: &part.points,
            home: home.clone(),
            level: None,
            rows: false,
            words: None,
            in_table: false,
        };
        let points = self.number(&at, &part.points.expr);
        self.no_amount(&at, &part.points.expr, points);
        match &part.max {
            Some(formula) => {
                let at = At {
                    formula,
                    home: home.clone(),
                    level: None,
                    rows: false,
                    words: None,
                    in_table: false,
                };
                let max = self.number(&at, &formula.expr);
                self.no_amount(&at, &formula.expr, max);
                self.node(Ir::Clamp(points, max), Type::Number)
            }
            None => points,
        }
    }

    fn score_part(&mut self, home: &Arc<Edition>, name: &str) -> Option<NodeId> {
        let home = home.clone();
        let score = home
            .score
            .values()
            .find(|s| s.part.each().iter().any(|(_, p)| p.contains_key(name)))?;
        let tracks = home.tracks.as_ref().map_or(vec![], |t| t.of.clone());
        Some(match &score.part {
            PerTrack::All(parts) => self.part_points(&home, &parts[name]),
            PerTrack::Each(by_track) => {
                let nodes = by_track
                    .iter()
                    .filter_map(|(track, parts)| {
                        let place = tracks.iter().position(|t| t == track)?;
                        Some((place, self.part_points(&home, parts.get(name)?)))
                    })
                    .collect();
                self.node(Ir::PerTrack(nodes), Type::Number)
            }
        })
    }

    /// The lowest of a score's parts.
    fn score_parts(&mut self, at: &At<'_>, expr: &Expr, name: &str) -> Option<NodeId> {
        let home = at.home.clone();
        let Some(score) = home.score.get(name).cloned() else {
            let help = did_you_mean(name, home.score.keys().map(String::as_str));
            self.report(
                at,
                expr,
                "unknown-name",
                format!("there is no score `{name}`"),
                help,
            );
            return None;
        };
        let tracks = home.tracks.as_ref().map_or(vec![], |t| t.of.clone());
        let lowest = |c: &mut Self, parts: &IndexMap<String, crate::program::ScorePart>| {
            let nodes = parts.values().map(|p| c.part_points(&home, p)).collect();
            c.node(Ir::Of(Pick::Lowest, nodes), Type::Number)
        };
        Some(match &score.part {
            PerTrack::All(parts) => lowest(self, parts),
            PerTrack::Each(by_track) => {
                let nodes = by_track
                    .iter()
                    .filter_map(|(track, parts)| {
                        Some((tracks.iter().position(|t| t == track)?, lowest(self, parts)))
                    })
                    .collect();
                self.node(Ir::PerTrack(nodes), Type::Number)
            }
        })
    }

    // ---------------------------------------------------------------- facts

    fn aggregate(&mut self, aggregate: Aggregate) -> AggregateId {
        // An amount whose currency is still open stays apart, for each use settles its own.
        let open = matches!(
            &aggregate.what,
            What::Sum(_, None, _) | What::Pick(_, _, None)
        );
        if !open && let Some(found) = self.out.aggregates.iter().position(|a| *a == aggregate) {
            return found;
        }
        self.out.aggregates.push(aggregate);
        self.out.aggregates.len() - 1
    }

    fn counted(&mut self, at: &At<'_>, expr: &Expr, subject: &Subject, count: bool) -> NodeId {
        let ty = if count { Type::Number } else { Type::Truth };
        let set = match subject {
            Subject::Facts(facts) => {
                let is_set = !self.library.vocabulary.kinds.contains_key(&facts.kind)
                    && at.home.measure.contains_key(&facts.kind);
                if is_set {
                    match self.named_set(at, &facts.kind) {
                        Some(set) => set,
                        None => {
                            self.report(
                                at,
                                expr,
                                "wrong-type",
                                format!("`{}` is neither a kind of evidence nor a set", facts.kind),
                                String::new(),
                            );
                            return self.wrong_of(&ty);
                        }
                    }
                } else {
                    let Some(selector) = self.facts(at, facts) else {
                        return self.wrong_of(&ty);
                    };
                    let aggregate = self.aggregate(Aggregate {
                        facts: selector,
                        what: What::Count,
                    });
                    let ir = if count {
                        Ir::Count(aggregate)
                    } else {
                        Ir::Exists(aggregate)
                    };
                    return self.node(ir, ty);
                }
            }
            Subject::Set(Set::Distinct {
                field,
                facts,
                having: None,
            }) => {
                let Some(selector) = self.facts(at, facts) else {
                    return self.wrong_of(&ty);
                };
                let Some(field) = self.field(at, expr, &selector, field) else {
                    return self.wrong_of(&ty);
                };
                let aggregate = self.aggregate(Aggregate {
                    facts: selector,
                    what: What::Distinct(field),
                });
                let ir = if count {
                    Ir::Count(aggregate)
                } else {
                    Ir::Exists(aggregate)
                };
                return self.node(ir, ty);
            }
            Subject::Set(set) => match self.set(at, set) {
                Some(set) => set,
                None => return self.wrong_of(&ty),
            },
        };
        let ir = if count {
            Ir::CountSet(set)
        } else {
            Ir::ExistsSet(set)
        };
        self.node(ir, ty)
    }

    fn wrong_of(&mut self, ty: &Type) -> NodeId {
        if *ty == Type::Truth {
            self.wrong_truth()
        } else {
            self.wrong()
        }
    }

    fn set(&mut self, at: &At<'_>, set: &Set) -> Option<usize> {
        let built = match set {
            Set::Named(name, span) => {
                let expr = Expr {
                    node: Node::Name(name.clone()),
                    at: span.clone(),
                };
                if !at.home.measure.contains_key(name) {
                    let help = did_you_mean(name, at.home.measure.keys().map(String::as_str));
                    self.report(
                        at,
                        &expr,
                        "unknown-name",
                        format!("there is no set `{name}`"),
                        help,
                    );
                    return None;
                }
                return match self.named_set(at, name) {
                    Some(set) => Some(set),
                    None => {
                        self.report(
                            at,
                            &expr,
                            "wrong-type",
                            format!("`{name}` is no set"),
                            "a set is a measure such as `distinct person of credentials`"
                                .to_owned(),
                        );
                        None
                    }
                };
            }
            Set::Join(joint, left, right) => {
                let (left, right) = (self.set(at, left)?, self.set(at, right)?);
                SetIr::Join(*joint, left, right)
            }
            Set::Distinct {
                field,
                facts,
                having,
            } => {
                let selector = self.facts(at, facts)?;
                let expr = Expr {
                    node: Node::Name(field.clone()),
                    at: facts.at.clone(),
                };
                let field = self.field(at, &expr, &selector, field)?;
                let having = match having {
                    Some(test) => Some(self.group(at, &selector, test)?),
                    None => None,
                };
                SetIr::Distinct {
                    facts: selector,
                    field,
                    having,
                }
            }
        };
        if let Some(found) = self.out.sets.iter().position(|s| *s == built) {
            return Some(found);
        }
        self.out.sets.push(built);
        Some(self.out.sets.len() - 1)
    }

    fn group(&mut self, at: &At<'_>, selector: &Selector, test: &Expr) -> Option<Group> {
        Some(match &test.node {
            Node::Not(inner) => Group::Not(Box::new(self.group(at, selector, inner)?)),
            Node::And(parts) => Group::And(
                parts
                    .iter()
                    .map(|p| self.group(at, selector, p))
                    .collect::<Option<_>>()?,
            ),
            Node::Or(parts) => Group::Or(
                parts
                    .iter()
                    .map(|p| self.group(at, selector, p))
                    .collect::<Option<_>>()?,
            ),
            Node::Compare(compare, left, right) => {
                let (left, lt) = self.group_value(at, selector, left)?;
                let (right, rt) = self.group_value(at, selector, right)?;
                if !same_type(&lt, &rt) && lt != Type::Wrong && rt != Type::Wrong {
                    let (x, y) = (self.spoken(&lt), self.spoken(&rt));
                    self.report(
                        at,
                        test,
                        "wrong-type",
                        format!("{x} is compared with {y}"),
                        String::new(),
                    );
                }
                Group::Compare(*compare, left, right)
            }
            _ => {
                self.report(
                    at,
                    test,
                    "wrong-type",
                    "`having` wants a comparison of a group".to_owned(),
                    "write `having count >= 2` or `having sum amount >= 100 USD`".to_owned(),
                );
                return None;
            }
        })
    }

    fn group_value(
        &mut self,
        at: &At<'_>,
        selector: &Selector,
        expr: &Expr,
    ) -> Option<(GroupValue, Type)> {
        Some(match &expr.node {
            Node::GroupCount => (GroupValue::Count, Type::Number),
            Node::GroupSum(field) | Node::GroupPick(_, field) => {
                let field = self.field(at, expr, selector, field)?;
                let ty = self.field_type(&field, selector);
                if !matches!(ty, Type::Number | Type::Money(_) | Type::Date) {
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("`{}` is no number", field.name),
                        String::new(),
                    );
                    return None;
                }
                let value = Value::Field(field);
                match &expr.node {
                    Node::GroupPick(pick, _) => (GroupValue::Pick(*pick, value), ty),
                    _ => (GroupValue::Sum(value), ty),
                }
            }
            Node::Arith(op, left, right) => {
                let (left, lt) = self.group_value(at, selector, left)?;
                let (right, rt) = self.group_value(at, selector, right)?;
                let ty = match (&lt, op, &rt) {
                    (Type::Money(_), Arith::Divide, Type::Money(_)) => Type::Number,
                    (Type::Money(_), ..) => lt.clone(),
                    _ => rt,
                };
                (GroupValue::Arith(*op, Box::new(left), Box::new(right)), ty)
            }
            _ => {
                let node = self.expr(at, expr);
                self.of_facts.push(node);
                (GroupValue::Node(node), self.ty(node))
            }
        })
    }

    fn facts(&mut self, at: &At<'_>, facts: &syntax::Facts) -> Option<Selector> {
        let expr = Expr {
            node: Node::Name(facts.kind.clone()),
            at: facts.at.clone(),
        };
        let library = self.library;
        let Some(kind) = library.vocabulary.kinds.get_index_of(&facts.kind) else {
            let help = did_you_mean(
                &facts.kind,
                library.vocabulary.kinds.keys().map(String::as_str),
            );
            let help = if help.is_empty() {
                "kinds of evidence are declared in vocabulary/*.toml".to_owned()
            } else {
                help
            };
            self.report(
                at,
                &expr,
                "unknown-name",
                format!("there is no kind of evidence `{}`", facts.kind),
                help,
            );
            return None;
        };
        if facts.window == Some(Window::Period) && self.edition.period.is_none() {
            self.no_period(at, &expr);
        }
        let mut selector = Selector {
            kind,
            pending: facts.pending,
            ended: facts.ended,
            over: facts.over.clone(),
            window: facts.window,
            filter: Filter::All,
            names_program: false,
            filter_text: String::new(),
        };
        if let Some(filter) = &facts.filter {
            selector.names_program = names_program(filter);
            selector.filter_text = at
                .formula
                .text
                .get(filter.at.clone())
                .unwrap_or_default()
                .to_owned();
            selector.filter = self.filter(at, &selector, filter);
        }
        Some(selector)
    }

    fn kind(&self, selector: &Selector) -> &Kind {
        &self.library.vocabulary.kinds[selector.kind]
    }

    fn find_field(&self, selector: &Selector, name: &str) -> Option<Field> {
        let kind = self.kind(selector);
        if let Some((place, _, field)) = kind.fields.get_full(name) {
            return Some(Field {
                name: name.to_owned(),
                at: FieldAt::Own(place),
                kind: field.kind.clone(),
            });
        }
        if let Some(ty) = kind.catalog.get(name) {
            return Some(Field {
                name: name.to_owned(),
                at: FieldAt::Catalog,
                kind: ty.clone(),
            });
        }
        let partners = self.library.vocabulary.kinds.get("partners")?;
        let (place, _, field) = partners.fields.get_full(name)?;
        selector.over.as_ref()?;
        Some(Field {
            name: name.to_owned(),
            at: FieldAt::OfPartner(place),
            kind: field.kind.clone(),
        })
    }

    fn field(
        &mut self,
        at: &At<'_>,
        expr: &Expr,
        selector: &Selector,
        name: &str,
    ) -> Option<Field> {
        let found = self.find_field(selector, name);
        if found.is_none() {
            let kind = self.kind(selector);
            let known: Vec<&str> = kind
                .fields
                .keys()
                .chain(kind.catalog.keys())
                .map(String::as_str)
                .collect();
            let help = did_you_mean(name, known.iter().copied());
            let help = if help.is_empty() {
                format!("its fields are {}", known.join(", "))
            } else {
                help
            };
            let message = format!("`{}` has no field `{name}`", kind.name);
            self.report(at, expr, "unknown-name", message, help);
        }
        found
    }

    fn field_type(&self, field: &Field, selector: &Selector) -> Type {
        match &field.kind {
            FieldType::Date => Type::Date,
            FieldType::Number(_) | FieldType::Percent => Type::Number,
            FieldType::Money(_) => Type::Money(None),
            FieldType::Word(words) => Type::Word(words.clone()),
            FieldType::YesNo => Type::Word(yes_no()),
            FieldType::Level => Type::Word(Words {
                ladder: self.levels_for(selector),
                ..Words::default()
            }),
            FieldType::Catalog => {
                let kind = &self.kind(selector).name;
                let catalogs = &self.edition.catalogs;
                let words = self
                    .library
                    .vocabulary
                    .catalogs
                    .values()
                    .filter(|c| catalogs.is_empty() || catalogs.contains(&c.name))
                    .filter_map(|c| c.entries.get(kind))
                    .flat_map(|e| e.keys().cloned())
                    .collect();
                Type::Word(Words {
                    words,
                    ..Words::default()
                })
            }
            FieldType::Text | FieldType::Country | FieldType::Answer | FieldType::Id(_) => {
                Type::Word(Words {
                    open: true,
                    ..Words::default()
                })
            }
        }
    }

    /// The ladder of levels that a filter on `level` means: the program's that it names, else this one's.
    fn levels_for(&self, selector: &Selector) -> Vec<String> {
        let named = selector.filter_text.split("program = ").nth(1).map(|rest| {
            rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
                .next()
                .unwrap_or("")
                .to_owned()
        });
        match named.filter(|p| *p != self.edition.program) {
            None => self.edition.levels.clone(),
            Some(program) => self
                .library
                .editions_of(&program)
                .last()
                .map_or(vec![], |e| e.levels.clone()),
        }
    }

    // ---------------------------------------------------------------- filters

    fn filter(&mut self, at: &At<'_>, selector: &Selector, expr: &Expr) -> Filter {
        match &expr.node {
            Node::Yes => Filter::All,
            Node::No => Filter::Fixed(Truth::No),
            Node::Unused => Filter::Unused,
            Node::Not(inner) => Filter::Not(Box::new(self.filter(at, selector, inner))),
            Node::And(parts) => {
                Filter::And(parts.iter().map(|p| self.filter(at, selector, p)).collect())
            }
            Node::Or(parts) => {
                Filter::Or(parts.iter().map(|p| self.filter(at, selector, p)).collect())
            }
            Node::Compare(compare, left, right) => {
                self.filter_comparison(at, selector, expr, *compare, left, right)
            }
            Node::In {
                value,
                list,
                negated,
            } => {
                let (value, ty) = self.value(at, selector, value);
                if at.home.measure.contains_key(list) && !at.home.list.contains_key(list) {
                    return match self.named_set(at, list) {
                        Some(set) => Filter::InSet(value, set, *negated),
                        None => Filter::Fixed(Truth::Unknown),
                    };
                }
                if !matches!(ty, Type::Word(_) | Type::Wrong) {
                    let found = self.spoken(&ty);
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("{found} is looked up in a list of words"),
                        String::new(),
                    );
                }
                match self.list(at, expr, list) {
                    Some(list) => Filter::InList(value, list, *negated),
                    None => Filter::Fixed(Truth::Unknown),
                }
            }
            Node::InWindow {
                value,
                window,
                negated,
            } => {
                let (value, ty) = self.value(at, selector, value);
                if !matches!(ty, Type::Date | Type::Wrong) {
                    let found = self.spoken(&ty);
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("{found} is looked up in a window of days"),
                        "a window tests a date".to_owned(),
                    );
                    return Filter::Fixed(Truth::Unknown);
                }
                if *window == Window::Period && self.edition.period.is_none() {
                    self.no_period(at, expr);
                }
                Filter::InWindow(value, *window, *negated)
            }
            Node::Name(name) => match self.find_field(selector, name) {
                Some(field) if field.kind == FieldType::YesNo => Filter::Flag(field),
                Some(field) => {
                    self.report(
                        at,
                        expr,
                        "wrong-type",
                        format!("`{}` is no yes or no", field.name),
                        format!("compare it: `{} = …`", field.name),
                    );
                    Filter::Fixed(Truth::Unknown)
                }
                None => {
                    self.field(at, expr, selector, name);
                    Filter::Fixed(Truth::Unknown)
                }
            },
            Node::Count(_)
            | Node::Exists(_)
            | Node::Sum(..)
            | Node::Picked(..)
            | Node::Set(_)
            | Node::Held(..)
            | Node::Once(..)
            | Node::Matrix => {
                self.report(
                    at,
                    expr,
                    "nested-aggregate",
                    "a look at facts stands inside the filter of another".to_owned(),
                    "name it as a [measure]; a set can be looked up with `in`".to_owned(),
                );
                Filter::Fixed(Truth::Unknown)
            }
            _ => {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    "a filter is a yes or no of each fact".to_owned(),
                    "compare a field with something".to_owned(),
                );
                Filter::Fixed(Truth::Unknown)
            }
        }
    }

    fn filter_comparison(
        &mut self,
        at: &At<'_>,
        selector: &Selector,
        expr: &Expr,
        compare: Compare,
        left: &Expr,
        right: &Expr,
    ) -> Filter {
        let ordered = !matches!(compare, Compare::Equal | Compare::NotEqual);
        let (a, ta) = self.value(at, selector, left);
        if let Type::Word(words) = &ta {
            let (b, tb) = match &right.node {
                Node::Yes | Node::No => (
                    Value::Word(if right.node == Node::Yes { "yes" } else { "no" }.to_owned()),
                    ta.clone(),
                ),
                Node::Name(name)
                    if words.all().any(|w| w == name)
                        || words.open
                            && self.find_field(selector, name).is_none()
                            && !self.is_named(at, name) =>
                {
                    (Value::Word(name.clone()), ta.clone())
                }
                Node::Name(name)
                    if self.find_field(selector, name).is_none() && !self.is_named(at, name) =>
                {
                    let known: Vec<&str> = words.all().collect();
                    let help = did_you_mean(name, known.iter().copied());
                    let help = if known.is_empty() {
                        "its kind declares no words for it: add them to the vocabulary, or compare another field".to_owned()
                    } else if help.is_empty() && known.len() < 20 {
                        format!("its words are {}", known.join(", "))
                    } else {
                        help
                    };
                    self.report(
                        at,
                        right,
                        "unknown-name",
                        format!(
                            "`{}` is no word of `{}`",
                            name,
                            at.formula.text.get(left.at.clone()).unwrap_or_default()
                        ),
                        help,
                    );
                    return Filter::Fixed(Truth::Unknown);
                }
                _ => self.value(at, selector, right),
            };
            if !matches!(tb, Type::Word(_) | Type::Wrong) {
                let other = self.spoken(&tb);
                self.report(
                    at,
                    right,
                    "wrong-type",
                    format!("a word is compared with {other}"),
                    String::new(),
                );
                return Filter::Fixed(Truth::Unknown);
            }
            if ordered && words.ladder.is_empty() {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    "words without an order are compared".to_owned(),
                    "compare them with `=`, or declare a ladder".to_owned(),
                );
            }
            if let (Value::Field(x), Value::Field(y)) = (&a, &b)
                && x.kind != y.kind
            {
                self.report(
                    at,
                    expr,
                    "wrong-type",
                    format!(
                        "`{}` and `{}` are words of different fields",
                        x.name, y.name
                    ),
                    String::new(),
                );
            }
            return Filter::CompareWord(compare, a, b, words.ladder.clone());
        }
        let (b, tb) = self.value(at, selector, right);
        let zero = |v: &Value| matches!(v, Value::Number(n, _) if n.is_zero());
        if ta == Type::Wrong || tb == Type::Wrong {
            return Filter::Fixed(Truth::Unknown);
        }
        let comparable = same_type(&ta, &tb) || matches!(ta, Type::Money(_)) && zero(&b);
        if !comparable {
            let (x, y) = (self.spoken(&ta), self.spoken(&tb));
            let help = if x == "money" || y == "money" {
                "write the currency after the number: `1_500 USD`".to_owned()
            } else {
                String::new()
            };
            self.report(
                at,
                expr,
                "wrong-type",
                format!("{x} is compared with {y}"),
                help,
            );
            return Filter::Fixed(Truth::Unknown);
        }
        Filter::Compare(compare, a, b)
    }

    fn value(&mut self, at: &At<'_>, selector: &Selector, expr: &Expr) -> (Value, Type) {
        match &expr.node {
            Node::Number(n) => (Value::Number(n.clone(), None), Type::Number),
            Node::Money(n, c) => (
                Value::Number(n.clone(), Some(c.clone())),
                Type::Money(Some(c.clone())),
            ),
            Node::Date(day) => (Value::Date(*day), Type::Date),
            Node::Day => (Value::Day, Type::Date),
            Node::Duration(d) => (Value::Duration(*d), Type::Duration(*d)),
            // A table that yields words is no filter: none of its own is a field of the facts that it is asked of.
            Node::Name(name)
                if at.in_table
                    && at
                        .words
                        .as_ref()
                        .is_some_and(|w| w.all().any(|w| w == name)) =>
            {
                let words = at.words.clone().unwrap_or_default();
                (Value::Word(name.clone()), Type::Word(words))
            }
            Node::Name(name) => match self.find_field(selector, name) {
                Some(field) => {
                    let ty = self.field_type(&field, selector);
                    (Value::Field(field), ty)
                }
                None if self.is_named(at, name) || !at.home.uses.is_empty() => {
                    let node = self.name(at, expr, name);
                    self.of_facts.push(node);
                    (Value::Node(node), self.ty(node))
                }
                None => {
                    self.field(at, expr, selector, name);
                    (Value::Number(Exact::ZERO, None), Type::Wrong)
                }
            },
            Node::PartnerField(name) => {
                let node = self.partner_field(at, expr, name);
                self.of_facts.push(node);
                (Value::Node(node), self.ty(node))
            }
            Node::Arith(op, left, right) => {
                let (a, ta) = self.value(at, selector, left);
                let (b, tb) = self.value(at, selector, right);
                use Arith::{Add, Divide, Multiply, Subtract};
                let ty = match (&ta, op, &tb) {
                    (Type::Wrong, ..) | (.., Type::Wrong) => Type::Wrong,
                    (Type::Number, _, Type::Number) => Type::Number,
                    (Type::Money(x), Add | Subtract, Type::Money(y)) => {
                        Type::Money(x.clone().or_else(|| y.clone()))
                    }
                    (Type::Money(_), Divide, Type::Money(_)) => Type::Number,
                    (Type::Money(c), Multiply | Divide, Type::Number)
                    | (Type::Number, Multiply, Type::Money(c)) => Type::Money(c.clone()),
                    (Type::Date, Add | Subtract, Type::Duration(_)) => Type::Date,
                    _ => {
                        let (x, y) = (self.spoken(&ta), self.spoken(&tb));
                        self.report(
                            at,
                            expr,
                            "wrong-type",
                            format!("{x} and {y} cannot be joined by arithmetic"),
                            String::new(),
                        );
                        Type::Wrong
                    }
                };
                (Value::Arith(*op, Box::new(a), Box::new(b)), ty)
            }
            Node::Lookup(name, argument) => {
                let home = at.home.clone();
                if let Some(table) = home.table.get(name) {
                    let (word, _) = self.value(at, selector, argument);
                    let mut ty = Type::Wrong;
                    let mut rows = Vec::new();
                    for (key, formula) in &table.rows {
                        let inner = in_table(&home, table, formula);
                        let (value, t) = self.value(&inner, selector, &formula.expr);
                        ty = t;
                        rows.push((key.clone(), value));
                    }
                    let otherwise = table.otherwise.as_ref().map(|formula| {
                        let inner = in_table(&home, table, formula);
                        let (value, t) = self.value(&inner, selector, &formula.expr);
                        ty = t;
                        Box::new(value)
                    });
                    return (Value::Table(rows, otherwise, Box::new(word)), ty);
                }
                if home.bands.contains_key(name) {
                    let (place, ty) = self.bands(&home, name);
                    let (number, asked) = self.value(at, selector, argument);
                    let currency = self.out.bands[place].currency().map(str::to_owned);
                    if !self.banded(at, argument, name, currency.as_deref(), &asked) {
                        return (Value::Number(Exact::ZERO, None), Type::Wrong);
                    }
                    return (Value::Bands(place, Box::new(number)), ty);
                }
                let known = home
                    .table
                    .keys()
                    .chain(home.bands.keys())
                    .map(String::as_str);
                let help = did_you_mean(name, known);
                self.report(
                    at,
                    expr,
                    "unknown-name",
                    format!("there is no table and no bands `{name}`"),
                    help,
                );
                (Value::Number(Exact::ZERO, None), Type::Wrong)
            }
            Node::Yes | Node::No => (
                Value::Word(if expr.node == Node::Yes { "yes" } else { "no" }.to_owned()),
                Type::Word(yes_no()),
            ),
            Node::Count(_) | Node::Exists(_) | Node::Sum(..) | Node::Picked(..) | Node::Set(_) => {
                self.report(
                    at,
                    expr,
                    "nested-aggregate",
                    "a look at facts stands inside the filter of another".to_owned(),
                    "name it as a [measure]; a set can be looked up with `in`".to_owned(),
                );
                (Value::Number(Exact::ZERO, None), Type::Wrong)
            }
            _ => {
                let node = self.expr(at, expr);
                self.of_facts.push(node);
                (Value::Node(node), self.ty(node))
            }
        }
    }

    fn roster(&mut self, id: &str, roster: &crate::program::Roster) {
        if self.out.rosters.iter().any(|r| r.id == id) {
            return;
        }
        let at = self.at(&roster.of_text, None, false);
        let expr = roster.of_text.expr.clone();
        let Some(facts) = self.facts(&at, &roster.of) else {
            return;
        };
        let kind = self.kind(&facts).clone();
        let (Some(person), Some(entry)) = (kind.holder(), kind.catalog_column()) else {
            self.report(
                &at,
                &expr,
                "wrong-type",
                format!(
                    "`{}` has no person or no catalog name, so nobody of it can sit",
                    kind.name
                ),
                "a roster is `of` facts such as credentials".to_owned(),
            );
            return;
        };
        let (Some(person), Some(entry)) = (
            self.find_field(&facts, person),
            self.find_field(&facts, entry),
        ) else {
            return;
        };
        if let Type::Word(words) = self.field_type(&entry, &facts) {
            let known: Vec<&str> = words.all().collect();
            for seat in &roster.seats {
                if !known.contains(&seat.needs.as_str()) {
                    let help = did_you_mean(&seat.needs, known.iter().copied());
                    self.problem(
                        Diagnostic::error(
                            "unknown-name",
                            format!(
                                "no catalog has `{}`, which a seat of `{id}` needs",
                                seat.needs
                            ),
                            roster.place.clone().showing(id),
                        )
                        .help(help),
                    );
                }
            }
        }
        self.out.rosters.push(RosterIr {
            id: id.to_owned(),
            facts,
            person,
            entry,
        });
    }

    /// Levels and rows name each other through `meets`, `held` and level tests: no circle may close.
    fn level_cycles(&mut self) {
        // 0: not seen, 1: being visited, 2: done. Level l asks its own test, or its rows and the level below.
        let levels = self.out.levels.len();
        let mut seen = vec![0_u8; levels];
        for level in 0..levels {
            if self.closes_circle(level, &mut seen) {
                let id = self.out.levels[level].id.clone();
                let place = self.edition.level.get(&id).map_or_else(
                    || Place::file(self.edition.file.clone()),
                    |l| l.place.clone(),
                );
                self.problem(
                    Diagnostic::error(
                        "cycle",
                        format!("the level `{id}` needs its own verdict"),
                        place,
                    )
                    .help("a level may ask `meets` only of levels that do not ask it"),
                );
                for entry in &mut self.out.levels {
                    entry.enter = None;
                    entry.retain = None;
                }
                return;
            }
        }
    }

    /// Rows name each other, and all of them in `matrix`: no circle may close here either.
    fn row_cycles(&mut self) {
        let levels = self.out.levels.len();
        // 0: not seen, 1: being visited, 2: done.
        let mut seen = vec![vec![0_u8; levels]; self.out.rows.len()];
        for row in 0..self.out.rows.len() {
            for level in 0..levels {
                if self.row_closes_circle(row, level, &mut seen) {
                    let id = self.out.rows[row].id.clone();
                    let place = self.edition.rows[&id].place.clone();
                    self.problem(
                        Diagnostic::error(
                            "cycle",
                            format!("the row `{id}` needs its own verdict"),
                            place,
                        )
                        .help("a row may ask only rows that do not ask it; asked = \"enter\" keeps a row out of `matrix`"),
                    );
                    return;
                }
            }
        }
    }

    fn row_closes_circle(&self, row: usize, level: usize, seen: &mut [Vec<u8>]) -> bool {
        match seen[row][level] {
            1 => return true,
            2 => return false,
            _ => seen[row][level] = 1,
        }
        let mut visited = vec![false; self.out.nodes.len()];
        let mut open = self.asked_by(row, level);
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut visited[node], true) {
                continue;
            }
            let found = match &self.out.nodes[node] {
                Ir::Row(row, level) => self.row_closes_circle(*row, *level, seen),
                Ir::Matrix(level) => (0..=*level).any(|level| {
                    (0..self.out.rows.len()).any(|row| {
                        self.out.rows[row].asked == Asked::Both
                            && self.row_closes_circle(row, level, seen)
                    })
                }),
                other => {
                    open.extend(children(other));
                    false
                }
            };
            if found {
                return true;
            }
        }
        seen[row][level] = 2;
        false
    }

    fn closes_circle(&self, level: usize, seen: &mut [u8]) -> bool {
        match seen[level] {
            1 => return true,
            2 => return false,
            _ => seen[level] = 1,
        }
        let mut roots: Vec<NodeId> = Vec::new();
        let entry = &self.out.levels[level];
        roots.extend(entry.enter.iter().chain(&entry.retain));
        let mut found = false;
        if entry.enter.is_none() || entry.retain.is_none() {
            for row in &self.out.rows {
                roots.extend(row.at[level].test.iter().chain(&row.applies));
            }
            found = level > 0 && self.closes_circle(level - 1, seen);
        }
        let mut visited = vec![false; self.out.nodes.len()];
        found = found
            || roots
                .into_iter()
                .any(|n| self.reaches(n, seen, &mut visited));
        seen[level] = 2;
        found
    }

    /// What a row asks at a level: its own test, whether it applies, and the same of its parts.
    fn asked_by(&self, row: usize, level: usize) -> Vec<NodeId> {
        let (mut asked, mut rows) = (vec![], vec![row]);
        let mut at = 0;
        while let Some(row) = rows.get(at) {
            let of = &self.out.rows[*row];
            asked.extend(of.at[level].test.into_iter().chain(of.applies));
            // In a file with errors a row may be named as a part of itself.
            for part in &of.parts {
                if !rows.contains(part) {
                    rows.push(*part);
                }
            }
            at += 1;
        }
        asked
    }

    fn reaches(&self, node: NodeId, seen: &mut [u8], visited: &mut [bool]) -> bool {
        if std::mem::replace(&mut visited[node], true) {
            return false;
        }
        match &self.out.nodes[node] {
            Ir::Meets(level) => self.closes_circle(*level, seen),
            Ir::Row(row, level) => {
                let asked = self.asked_by(*row, *level);
                asked.into_iter().any(|n| self.reaches(n, seen, visited))
            }
            Ir::Matrix(level) => (0..=*level).any(|l| {
                self.out.rows.iter().any(|r| {
                    let asked = r.at[l].test.into_iter().chain(r.applies);
                    r.asked == Asked::Both
                        && asked.into_iter().any(|n| self.reaches(n, seen, visited))
                })
            }),
            other => children(other)
                .into_iter()
                .any(|n| self.reaches(n, seen, visited)),
        }
    }
}

/// Visits nodes and all below them, each once, the last one first. What is below a node is visited where `visit` says so; it
/// may name further nodes to be visited.
pub(crate) fn walk<'c>(
    compiled: &'c Compiled,
    mut open: Vec<NodeId>,
    mut visit: impl FnMut(NodeId, &'c Ir, &mut Vec<NodeId>) -> bool,
) {
    let mut seen = vec![false; compiled.nodes.len()];
    while let Some(node) = open.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        let ir = &compiled.nodes[node];
        if visit(node, ir, &mut open) {
            open.extend(children(ir));
        }
    }
}

/// The nodes that a node names directly.
pub fn children(ir: &Ir) -> Vec<NodeId> {
    match ir {
        Ir::Arith(_, a, b)
        | Ir::Compare(_, a, b)
        | Ir::CompareWord(_, a, b, _)
        | Ir::Clamp(a, b) => vec![*a, *b],
        Ir::Of(_, of) | Ir::And(of) | Ir::Or(of) | Ir::AtLeast(_, of) | Ir::Total(of) => of.clone(),
        Ir::Floor(a)
        | Ir::Ceiling(a)
        | Ir::Before(_, a)
        | Ir::Held(_, a)
        | Ir::Once(_, a)
        | Ir::Not(a)
        | Ir::Bands(_, a) => vec![*a],
        Ir::InList { word, .. } => vec![*word],
        Ir::If(a, b, c) => vec![*a, *b, *c],
        Ir::Table {
            rows,
            otherwise,
            word,
        } => rows
            .iter()
            .map(|(_, n)| *n)
            .chain(*otherwise)
            .chain(std::iter::once(*word))
            .collect(),
        Ir::Mean(of) => of.iter().flat_map(|(a, b)| [*a, *b]).collect(),
        Ir::PerTrack(of) => of.iter().map(|(_, n)| *n).collect(),
        Ir::Number(_)
        | Ir::Truth(_)
        | Ir::Word(_)
        | Ir::Day
        | Ir::Count(_)
        | Ir::Exists(_)
        | Ir::Amount(_)
        | Ir::PickedWord(_)
        | Ir::CountSet(_)
        | Ir::ExistsSet(_)
        | Ir::Partner(_)
        | Ir::Parameter(..)
        | Ir::Answer(_)
        | Ir::Filled(_)
        | Ir::Holds(..)
        | Ir::Meets(_)
        | Ir::MeetsOther(..)
        | Ir::Row(..)
        | Ir::Matrix(_) => vec![],
    }
}

fn question_key<'e>(edition: &'e Edition, question: &crate::program::Question) -> &'e str {
    edition
        .question
        .iter()
        .find(|(_, q)| std::ptr::eq(*q, question))
        .map_or("", |(id, _)| id.as_str())
}

fn yes_no() -> Words {
    Words {
        words: YES_NO.map(str::to_owned).to_vec(),
        ..Words::default()
    }
}

fn answer_type(answer: &AnswerType, currency: Option<String>) -> Type {
    match answer {
        AnswerType::YesNo => Type::Truth,
        AnswerType::Scale(..)
        | AnswerType::Percent
        | AnswerType::Number
        | AnswerType::Scored(_) => Type::Number,
        AnswerType::Money(own) => Type::Money(own.clone().or(currency)),
        AnswerType::Ladder(words) => Type::Word(Words {
            ladder: words.clone(),
            ..Words::default()
        }),
    }
}

fn same_type(a: &Type, b: &Type) -> bool {
    matches!(
        (a, b),
        (Type::Number, Type::Number)
            | (Type::Money(_), Type::Money(_))
            | (Type::Date, Type::Date)
            | (Type::Word(_), Type::Word(_))
            | (Type::Truth, Type::Truth)
    )
}

fn currency_of(expr: &Expr) -> Option<String> {
    match &expr.node {
        Node::Money(_, currency) => Some(currency.clone()),
        Node::Arith(_, a, b) => currency_of(a).or_else(|| currency_of(b)),
        _ => None,
    }
}

fn facts_of(node: &mut Node) -> Option<&mut syntax::Facts> {
    match node {
        Node::Count(Subject::Facts(facts))
        | Node::Exists(Subject::Facts(facts))
        | Node::Sum(_, _, facts)
        | Node::Picked(_, _, facts) => Some(facts),
        Node::Count(Subject::Set(Set::Distinct { facts, .. })) => Some(facts),
        _ => None,
    }
}

fn names_program(expr: &Expr) -> bool {
    match &expr.node {
        Node::Name(name) => name == "program",
        Node::Not(a) => names_program(a),
        Node::And(of) | Node::Or(of) => of.iter().any(names_program),
        Node::Compare(_, a, b) => names_program(a) || names_program(b),
        Node::In { value, .. } => names_program(value),
        _ => false,
    }
}

/// Does an expression name `matrix` or a row?
fn mentions_rows(edition: &Edition, expr: &Expr) -> bool {
    match &expr.node {
        Node::Matrix => true,
        Node::Name(name) => {
            edition.rows.contains_key(name)
                && !edition.test.contains_key(name)
                && !edition.measure.contains_key(name)
        }
        Node::Not(a)
        | Node::Floor(a)
        | Node::Ceiling(a)
        | Node::Held(_, a)
        | Node::Once(_, a)
        | Node::Before(_, a) => mentions_rows(edition, a),
        Node::And(of) | Node::Or(of) | Node::Of(_, of) | Node::AtLeast(_, of) => {
            of.iter().any(|e| mentions_rows(edition, e))
        }
        Node::Compare(_, a, b) | Node::Arith(_, a, b) => {
            mentions_rows(edition, a) || mentions_rows(edition, b)
        }
        Node::If(a, b, c) => [a, b, c].iter().any(|e| mentions_rows(edition, e)),
        _ => false,
    }
}
