//! An edition of a program, as its file says it.
//!
//! Knows the form of the file and nothing about evidence: what its expressions
//! mean is the business of [`crate::compile`] and the engine. Fields carry the
//! names of the file's keys; LANGUAGE §1 to §8 says what each one means.

use indexmap::IndexMap;

use crate::calendar::{Calendar, Day, Duration, Window};
use crate::diagnostic::{Diagnostic, Place};
use crate::number::Exact;
use crate::source::{Formula, Keys, Limit, Source, Value};
use crate::syntax::{self, Facts, RESERVED, is_name};
use crate::translation::spoken;

/// What reading a program can find, beside what reading any file can: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    ("bad-id", "an id that is no name, or a word of the grammar"),
    (
        "bad-row",
        "a row that does not say what it judges, or says it twice",
    ),
    (
        "bad-band",
        "a band with an end that is both inside and outside, or bands over money and plain numbers at once",
    ),
    ("name-clash", "two rows share an id"),
    ("cycle", "`period` is bound to itself"),
    (
        "unknown-word",
        "a word that is none of those that may stand there",
    ),
];

/// An edition of a program; or, without levels and requirements, a library of measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// The program's id.
    pub program: String,
    /// The edition's id within the program.
    pub edition: String,
    /// Counts mendings of our own slips; the first is 1.
    pub revision: u32,
    /// What people call the program.
    pub title: String,
    /// The day the publisher made it known.
    pub published: Option<Day>,
    /// The first day on which it governs.
    pub in_force_from: Option<Day>,
    /// The first day on which it no longer governs, where the publication itself prints an end.
    pub in_force_until: Option<Day>,
    /// The edition that this one ends.
    pub replaces: Option<Replaces>,
    /// May be chosen from this day, before it governs.
    pub early_from: Option<Day>,
    /// Announced, then taken back on this day.
    pub withdrawn: Option<Day>,
    /// Libraries whose measures it may name: `kpis@2026`.
    pub uses: Vec<String>,
    /// Catalogs whose entries exist for it.
    pub catalogs: Vec<String>,
    /// Does the file have `levels`? A file without is a library; an empty list is a checklist.
    pub has_levels: bool,
    /// The levels, lowest first.
    pub levels: Vec<String>,
    /// What each level is called and, where its rows alone do not decide, how it is entered and retained.
    pub level: IndexMap<String, Level>,
    /// The documents that it was read from.
    pub source: IndexMap<String, Document>,
    /// What `in period` means in each of the two questions.
    pub period: Option<PeriodOf>,
    /// The published matrix: requirements and their parts by id, in the order of the file; a part follows its row.
    pub rows: IndexMap<String, Row>,
    /// Named lists.
    pub list: IndexMap<String, List>,
    /// Named tests.
    pub test: IndexMap<String, NamedTest>,
    /// Tables of values by word.
    pub table: IndexMap<String, Table>,
    /// Named numbers, words and sets.
    pub measure: IndexMap<String, Measure>,
    /// Questions, whose facts are answers.
    pub question: IndexMap<String, Question>,
    /// What the user may set.
    pub parameter: IndexMap<String, Parameter>,
    /// Scores.
    pub score: IndexMap<String, Score>,
    /// Bands.
    pub bands: IndexMap<String, Bands>,
    /// Tracks.
    pub tracks: Option<Tracks>,
    /// Rosters.
    pub roster: IndexMap<String, Roster>,
    /// The program's fee.
    pub fee: Option<Fee>,
    /// Path stages, lowest first: the last whose test is met is shown.
    pub stage: IndexMap<String, NamedTest>,
    /// Reviews, promotion, demotion.
    pub lifecycle: Option<Lifecycle>,
    /// Where the source is silent or contradicts itself, and what was taken.
    pub reading: Vec<Reading>,
    /// Worked cases.
    pub case: Vec<Case>,
    /// How the program divides its year.
    pub calendar: Calendar,
    /// The program's own currency and the rates to it.
    pub money: Option<Money>,
    /// The file that says all this, as the user named it.
    pub file: String,
    /// Where each key at the top of the file stands: `in_force`, `uses`, `lifecycle`.
    pub places: IndexMap<String, Place>,
}

/// The edition that a newer one ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaces {
    /// Its id.
    pub edition: String,
    /// It may still be chosen until this day.
    pub accepted_until: Option<Day>,
}

/// A level.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// What people call it.
    pub title: String,
    /// The test to enter it, where that is not simply all its rows.
    pub enter: Option<Formula>,
    /// The test to retain it, where that is not simply all its rows.
    pub retain: Option<Formula>,
    /// The KPIs to watch there.
    pub kpis: Vec<String>,
    /// What to do next, by area.
    pub moves: Vec<Move>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// Something to do next.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// In which area.
    pub area: String,
    /// What.
    pub act: String,
    /// What it raises: a row, what a row takes the lowest of, or an area of rows. Empty where nothing is said.
    pub raises: String,
    /// Where it is said.
    pub cite: String,
}

/// A document that an edition was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Its publisher.
    pub from: String,
    /// Its file among the sources.
    pub file: String,
    /// Was it read elsewhere than at its publisher?
    pub second_hand: bool,
    /// Where it stands in the file.
    pub place: Place,
}

/// What `in period` means in each of the two questions.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodOf {
    /// When one enters a level.
    pub enter: Window,
    /// When one retains it.
    pub retain: Window,
    /// Where it is said.
    pub cite: String,
}

/// One of the two questions that a level asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ask {
    /// Does it keep the level that it holds?
    Retain,
    /// Does it reach a level?
    Enter,
}

impl Ask {
    /// `retain` or `enter`.
    pub fn name(self) -> &'static str {
        match self {
            Ask::Retain => "retain",
            Ask::Enter => "enter",
        }
    }
}

/// A value that may differ by track.
#[derive(Clone, Debug, PartialEq)]
pub enum PerTrack<T> {
    /// The same on all tracks.
    All(T),
    /// One for each track.
    Each(IndexMap<String, T>),
}

impl<T> PerTrack<T> {
    /// The value on this track; `None` where the track has none.
    pub fn on(&self, track: Option<&str>) -> Option<&T> {
        match self {
            PerTrack::All(value) => Some(value),
            PerTrack::Each(by_track) => track.and_then(|t| by_track.get(t)),
        }
    }

    /// Every value with its track.
    pub fn each(&self) -> Vec<(Option<&str>, &T)> {
        match self {
            PerTrack::All(value) => vec![(None, value)],
            PerTrack::Each(by_track) => by_track
                .iter()
                .map(|(t, v)| (Some(t.as_str()), v))
                .collect(),
        }
    }
}

/// A requirement, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The group that it stands in.
    pub area: String,
    /// The row that it is a part of.
    pub parent: Option<String>,
    /// Its parts, in the order of the file.
    pub parts: Vec<String>,
    /// What it judges.
    pub value: RowValue,
    /// When it is asked.
    pub asked: Asked,
    /// Where this says no, the row is not applicable.
    pub applies: Option<Formula>,
    /// Where it is said; a part without one shares its row's.
    pub cite: String,
    /// The upper end of a printed range, by level; decides nothing.
    pub printed_up_to: IndexMap<String, Exact>,
    /// Where it stands in the file.
    pub place: Place,
}

/// What a row judges.
#[derive(Clone, Debug, PartialEq)]
pub enum RowValue {
    /// A number against a threshold for each level.
    Measure {
        /// The number.
        measure: PerTrack<Formula>,
        /// The thresholds; without any it is a reading row, shown and never judged.
        limits: Option<Limits>,
    },
    /// The parent's number, over fewer facts.
    OfWhich {
        /// The filter that narrows the parent's.
        filter: Formula,
        /// The thresholds.
        limits: Option<Limits>,
    },
    /// A test that some levels require.
    Test {
        /// The test.
        test: PerTrack<Formula>,
        /// The levels that require it.
        required: Vec<String>,
    },
}

/// Thresholds of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// How the number is compared with them: one of `>=`, `>`, `<=`, `<`.
    pub compare: syntax::Compare,
    /// The threshold of each level that asks the row.
    pub by_level: PerTrack<IndexMap<String, Limit>>,
}

/// When a row is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// By both questions.
    Both,
    /// Only of those who enter: one-time.
    Enter,
    /// Only of holders.
    Retain,
}

impl Asked {
    /// Does this question ask it?
    pub fn by(self, question: Ask) -> bool {
        match self {
            Asked::Both => true,
            Asked::Enter => question == Ask::Enter,
            Asked::Retain => question == Ask::Retain,
        }
    }
}

/// A named list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Its items.
    pub items: Vec<Item>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// An item of a list: it counts on the day asked about if `from` ≤ day < `until`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The word.
    pub is: String,
    /// Its first day, where it has one.
    pub from: Option<Day>,
    /// The first day on which it no longer counts, where it has one.
    pub until: Option<Day>,
}

/// A named test; also a path stage.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTest {
    /// What people call it.
    pub title: String,
    /// The test.
    pub is: PerTrack<Formula>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// Values by word: by region, size or class.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The value of each word.
    pub rows: IndexMap<String, Formula>,
    /// The value of every other word.
    pub otherwise: Option<Formula>,
    /// The words that it may yield, where it yields words.
    pub words: Vec<String>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// A named number, word or set; with a unit, a KPI.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The group that it stands in; empty where the file has none.
    pub area: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub is: PerTrack<Formula>,
    /// The words that it may yield, where it yields words.
    pub words: Vec<String>,
    /// The unit of a KPI.
    pub unit: String,
    /// `higher` or `lower`, where one is better.
    pub better: Option<Better>,
    /// Published values to hold it against.
    pub benchmark: Vec<Benchmark>,
    /// What it counts, where the usual term means something else.
    pub note: String,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// Which way a KPI is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// A published value of a KPI.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// Of whom: `best in class`.
    pub title: String,
    /// The value, or the lower end of a range.
    pub from: Option<Limit>,
    /// Is `from` the value itself?
    pub point: bool,
    /// The upper end of a range.
    pub to: Option<Limit>,
    /// The year it speaks of.
    pub year: Option<i64>,
    /// Where it is said.
    pub cite: String,
}

/// A question: a named value whose fact is an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The group that it stands in.
    pub area: String,
    /// What is asked, in our words.
    pub title: String,
    /// The type of its answer.
    pub answer: AnswerType,
    /// What the evidence says; an answer that differs is contradicted.
    pub evidence: Option<Formula>,
    /// By how much a number may differ.
    pub within: Option<Exact>,
    /// Is `n/a` an answer?
    pub may_not_apply: bool,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// The type of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerType {
    /// `"yes or no"`.
    YesNo,
    /// `"1 to 5"`.
    Scale(i64, i64),
    /// `"percent"`.
    Percent,
    /// `"number"`.
    Number,
    /// `"money"`, in the currency of `[money]` or the one named: `"money USD"`.
    Money(Option<String>),
    /// Words in ascending order.
    Ladder(Vec<String>),
    /// Words with scores.
    Scored(IndexMap<String, Exact>),
}

/// What the user may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// What people call it.
    pub title: String,
    /// Its value unless set; without one it is unknown.
    pub default: Option<Exact>,
    /// The least that may be set.
    pub least: Option<Exact>,
    /// The most that may be set.
    pub most: Option<Exact>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// A score: a table of parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// What people call it.
    pub title: String,
    /// What the maxima add up to.
    pub out_of: Option<Exact>,
    /// What the weights add up to.
    pub weights_add_to: Option<Exact>,
    /// The parts by id.
    pub part: PerTrack<IndexMap<String, ScorePart>>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorePart {
    /// What people call it.
    pub title: String,
    /// Its points.
    pub points: Formula,
    /// It is held between 0 and this.
    pub max: Option<Formula>,
    /// Its weight in the mean.
    pub weight: Option<Formula>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Bands: a number mapped to a number or a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Bands {
    /// The bands, ascending.
    pub rows: Vec<Band>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

impl Bands {
    /// The currency of the amounts that are looked up; `None` where plain numbers are.
    pub fn currency(&self) -> Option<&str> {
        self.rows.first().and_then(|b| b.currency.as_deref())
    }
}

/// One band: `from` and `to` are inside, `above` and `below` outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The lower end, and whether it is inside.
    pub lower: Option<(Exact, bool)>,
    /// The upper end, and whether it is inside.
    pub upper: Option<(Exact, bool)>,
    /// The currency of the ends, where they are money; all bands of a table share it.
    pub currency: Option<String>,
    /// What the band yields.
    pub is: BandValue,
}

impl Band {
    /// Is this number in the band?
    pub fn contains(&self, number: &Exact) -> bool {
        self.lower
            .as_ref()
            .is_none_or(|(end, inside)| number > end || *inside && number == end)
            && self
                .upper
                .as_ref()
                .is_none_or(|(end, inside)| number < end || *inside && number == end)
    }
}

/// What a band yields.
#[derive(Clone, Debug, PartialEq)]
pub enum BandValue {
    /// A number.
    Number(Exact),
    /// A word.
    Word(String),
}

/// Tracks: several ways to be judged, of which one is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracks {
    /// Their ids.
    pub of: Vec<String>,
    /// How one is chosen.
    pub choose: Choose,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// How a track is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Choose {
    /// The one on which this score or measure is highest; the first of equals.
    Highest(String),
    /// The one that this expression yields.
    By(Formula),
}

/// A roster: people to seats.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// Facts with a person: who can sit.
    pub of: Facts,
    /// Its text, for places.
    pub of_text: Formula,
    /// May a person never fill seats of two roles?
    pub one_role: bool,
    /// How many seats of a role one person may fill; without an entry, any number.
    pub capacity: IndexMap<String, u32>,
    /// The seats.
    pub seats: Vec<Seat>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// Seats of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// Nobody takes two seats of the same one.
    pub for_: String,
    /// The role.
    pub role: String,
    /// The entry that its holder needs.
    pub needs: String,
    /// How many.
    pub number: u32,
}

/// The program's fee.
#[derive(Clone, Debug, PartialEq)]
pub struct Fee {
    /// How much.
    pub amount: Formula,
    /// How often.
    pub every: Duration,
    /// The test that says whether it is paid.
    pub paid: Option<String>,
    /// Where it is said.
    pub cite: String,
}

/// Something that may be not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published<T> {
    /// What was published.
    As(T),
    /// The publisher does not say.
    Not,
}

/// The part of a program with memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Lifecycle {
    /// When reviews fall.
    pub review: Review,
    /// The rules for every level that has none of its own.
    pub rules: LifecycleRules,
    /// The rules of single levels; what they leave out is as above.
    pub level: IndexMap<String, LifecycleRules>,
    /// Levels that are not lost before a day.
    pub protect: Vec<Protect>,
    /// Where it is said.
    pub cite: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// When reviews fall. A `next_review_on` of the evidence wins over all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// How long after the one before; `None` where the publisher does not say or `on` does.
    pub every: Option<Duration>,
    /// The field of the enrollment that the first is counted from; its opening where absent.
    pub after: Option<String>,
    /// Days of each year, as month and day.
    pub on: Vec<(i8, i8)>,
}

/// What a pass and a fail do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LifecycleRules {
    /// When meeting `enter` of a higher level takes effect.
    pub promote_on: Option<Published<Takes>>,
    /// Who acts.
    pub promote_by: Option<Published<Actor>>,
    /// How long until the promotion is effective.
    pub promote_effective: Option<Published<Delay>>,
    /// When failing `retain` takes effect.
    pub demote_on: Option<Published<Takes>>,
    /// To what.
    pub demote_to: Option<Published<DemoteTo>>,
    /// How long until the demotion is effective.
    pub demote_effective: Option<Published<Delay>>,
    /// The window around the review day in which passing on any day renews: opens before, closes after.
    pub renew: Option<Published<(Duration, Duration)>>,
    /// From a failed review until the level is lost.
    pub grace: Option<Published<Duration>>,
}

/// When a rule of the lifecycle takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// On any day.
    AnyDay,
    /// On a review.
    Review,
    /// On the last day of a month.
    MonthEnd,
    /// On these days of each year.
    Dates(Vec<(i8, i8)>),
    /// Never.
    Never,
}

/// Who makes a promotion happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The rule alone.
    Rule,
    /// An application.
    Application,
    /// An invitation.
    Invitation,
}

/// How long until a change is effective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delay {
    /// At once.
    AtOnce,
    /// On the first day of the next month.
    NextMonth,
    /// After this time.
    After(Duration),
}

/// What a failed review demotes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemoteTo {
    /// The highest level that is still retained.
    HighestRetained,
    /// This level.
    Level(String),
    /// No level.
    None,
}

/// A level that some do not lose before a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Protect {
    /// The level.
    pub level: String,
    /// Whom it protects.
    pub who: Option<Formula>,
    /// The first day on which it protects no longer.
    pub until: Day,
}

/// Where the source is silent or contradicts itself, and what was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The id that it is about.
    pub about: String,
    /// The lints that it settles.
    pub settles: Vec<String>,
    /// What is printed, each with its place.
    pub printed: Vec<String>,
    /// What was taken.
    pub taken: String,
    /// Where it stands in the file.
    pub place: Place,
}

impl Reading {
    /// Does it say how a rule is read? One that only settles what is said about the file says nothing to a partner.
    pub fn is_of_a_rule(&self) -> bool {
        let of_the_file = |lint: &String| matches!(lint.as_str(), "untested" | "unused-name");
        self.settles.is_empty() || !self.settles.iter().all(of_the_file)
    }
}

/// A worked case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it shows.
    pub title: String,
    /// Where it is said.
    pub cite: String,
    /// Kinds that are supplied without a row.
    pub empty: Vec<String>,
    /// Tables as CSV text, by kind, and where each begins.
    pub given: IndexMap<String, (String, Place)>,
    /// What is expected.
    pub then: Vec<Then>,
    /// Where it stands in the file.
    pub place: Place,
}

/// What a case expects on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Then {
    /// The day asked about.
    pub on: Day,
    /// What was known then; everything where absent.
    pub known_at: Option<Day>,
    /// The track asked about; the chosen one where absent. Also expected, where the program chooses it.
    pub track: Option<String>,
    /// Parameters to set.
    pub set: IndexMap<String, Exact>,
    /// The highest level that meets `enter`; empty: none.
    pub level: Option<String>,
    /// The level held; empty: none.
    pub holds: Option<String>,
    /// Values by name, as text.
    pub values: IndexMap<String, String>,
    /// Questions whose answer the evidence contradicts.
    pub contradicted: Option<Vec<String>>,
    /// Scorecard cells as CSV text.
    pub shows: Option<(String, Place)>,
    /// Where it stands in the file.
    pub place: Place,
}

/// The program's own currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// The currency.
    pub currency: String,
    /// The table, or the kind of evidence, that holds what one unit of another currency is worth in it.
    pub rates: Option<String>,
    /// Where it is said.
    pub cite: String,
}

impl Edition {
    /// Reads a program file. Returns the edition, as far as it could be read, and what is wrong with it.
    ///
    /// A file with an error must not be evaluated; it can still be shown and linted.
    pub fn read(file: &str, text: &str) -> (Option<Edition>, Vec<Diagnostic>) {
        let source = Source::new(file, text);
        let root = source.parse();
        let keys = Keys::new(&source, root.get_ref(), root.span(), "the file");
        let edition = read_edition(&source, &keys, file);
        keys.finish();
        (edition, source.into_problems())
    }

    /// `aws-services-path@2022-02`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.program, self.edition)
    }

    /// Is it a library of measures rather than a program?
    pub fn is_library(&self) -> bool {
        !self.has_levels && self.rows.is_empty()
    }

    /// The rows that are no parts, in the order of the file.
    pub fn requirements(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().filter(|r| r.parent.is_none())
    }

    /// Was what this citation names read elsewhere than at its publisher?
    pub fn is_second_hand(&self, cite: &str) -> bool {
        let first = cite.split([' ', ',', ';']).next().unwrap_or("");
        self.source.get(first).is_some_and(|d| d.second_hand)
    }

    /// What a level is called.
    pub fn level_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.level.get(id).map_or(id, |l| l.title.as_str())
    }

    /// The citation of a row: its own, or its parent's.
    pub fn cite_of(&self, row: &Row) -> String {
        let mut row = row;
        while row.cite.is_empty() {
            match row.parent.as_ref().and_then(|p| self.rows.get(p)) {
                Some(parent) => row = parent,
                None => break,
            }
        }
        row.cite.clone()
    }

    /// Every id of this file with the place where it is given, in the one name space that they share.
    pub fn ids(&self) -> Vec<(&str, &'static str, Place)> {
        let mut ids: Vec<(&str, &'static str, Place)> = Vec::new();
        let listed = || {
            let place = self.places.get("levels").cloned();
            place.unwrap_or_else(|| Place::file(self.file.clone()))
        };
        ids.extend(self.levels.iter().map(|l| {
            (
                l.as_str(),
                "level",
                self.level.get(l).map_or_else(listed, |l| l.place.clone()),
            )
        }));
        ids.extend(
            self.rows
                .values()
                .map(|r| (r.id.as_str(), "row", r.place.clone())),
        );
        ids.extend(
            self.list
                .iter()
                .map(|(id, v)| (id.as_str(), "list", v.place.clone())),
        );
        ids.extend(
            self.test
                .iter()
                .map(|(id, v)| (id.as_str(), "test", v.place.clone())),
        );
        ids.extend(
            self.table
                .iter()
                .map(|(id, v)| (id.as_str(), "table", v.place.clone())),
        );
        ids.extend(
            self.measure
                .iter()
                .map(|(id, v)| (id.as_str(), "measure", v.place.clone())),
        );
        ids.extend(
            self.question
                .iter()
                .map(|(id, v)| (id.as_str(), "question", v.place.clone())),
        );
        ids.extend(
            self.parameter
                .iter()
                .map(|(id, v)| (id.as_str(), "parameter", v.place.clone())),
        );
        ids.extend(
            self.bands
                .iter()
                .map(|(id, v)| (id.as_str(), "bands", v.place.clone())),
        );
        ids.extend(
            self.roster
                .iter()
                .map(|(id, v)| (id.as_str(), "roster", v.place.clone())),
        );
        ids.extend(
            self.stage
                .iter()
                .map(|(id, v)| (id.as_str(), "stage", v.place.clone())),
        );
        for (id, score) in &self.score {
            ids.push((id, "score", score.place.clone()));
            let mut parts: IndexMap<&str, Place> = IndexMap::new();
            for (_, by_id) in score.part.each() {
                for (id, part) in by_id {
                    parts.entry(id).or_insert_with(|| part.place.clone());
                }
            }
            ids.extend(
                parts
                    .into_iter()
                    .map(|(id, place)| (id, "score part", place)),
            );
        }
        ids
    }
}

fn read_edition(source: &Source<'_>, keys: &Keys<'_, '_>, file: &str) -> Option<Edition> {
    let (program, edition) = (keys.string("program"), keys.string("edition"));
    if program.is_none() {
        keys.missing("program", "\"acme-partners\"");
    }
    if edition.is_none() {
        keys.missing("edition", "\"2026\"");
    }
    let in_force = keys.table("in_force");
    let tracks = read_tracks(source, keys);
    let track_ids: Vec<String> = tracks.as_ref().map_or(vec![], |t| t.of.clone());
    let per_track = |value| per_track(source, value, &track_ids, Source::formula);
    let has_levels = keys.get("levels").is_some();
    let levels = keys.strings("levels");
    let mut rows = IndexMap::new();
    for (id, row, place) in keys.tables("requirement") {
        read_row(source, &row, &id, place, None, &track_ids, &mut rows);
        row.finish();
    }
    let read = Edition {
        title: keys
            .string("title")
            .unwrap_or_else(|| program.clone().unwrap_or_default()),
        program: program.clone().unwrap_or_default(),
        edition: edition.clone().unwrap_or_default(),
        revision: keys
            .number("revision")
            .and_then(|n| u32::try_from(n.to_i64()?).ok())
            .unwrap_or(1),
        published: keys.day("published"),
        in_force_from: in_force.as_ref().and_then(|t| t.day("from")),
        in_force_until: in_force.as_ref().and_then(|t| t.day("until")),
        replaces: keys.table("replaces").map(|t| {
            let replaces = Replaces {
                edition: t.string("edition").unwrap_or_default(),
                accepted_until: t.day("accepted_until"),
            };
            t.finish();
            replaces
        }),
        early_from: keys.day("early_from"),
        withdrawn: keys.day("withdrawn"),
        uses: keys.strings("uses"),
        catalogs: keys.strings("catalogs"),
        has_levels,
        level: keys
            .tables("level")
            .into_iter()
            .map(|(id, t, place)| {
                let level = Level {
                    title: t.string("title").unwrap_or_else(|| id.clone()),
                    enter: t.formula("enter"),
                    retain: t.formula("retain"),
                    kpis: t.strings("kpis"),
                    moves: t
                        .list("move")
                        .into_iter()
                        .map(|m| {
                            let entry = Move {
                                area: m.string("area").unwrap_or_default(),
                                act: m.string("do").unwrap_or_default(),
                                raises: m.string("raises").unwrap_or_default(),
                                cite: m.string("cite").unwrap_or_default(),
                            };
                            m.finish();
                            entry
                        })
                        .collect(),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                (id, level)
            })
            .collect(),
        levels,
        source: keys
            .tables("source")
            .into_iter()
            .map(|(id, t, place)| {
                let document = Document {
                    title: t.string("title").unwrap_or_default(),
                    from: t.string("from").unwrap_or_default(),
                    file: t.string("file").unwrap_or_default(),
                    second_hand: t
                        .choice("read", &[("original", false), ("second-hand", true)])
                        .unwrap_or(false),
                    place: place.showing(&id),
                };
                t.finish();
                (id, document)
            })
            .collect(),
        period: keys.table("period").and_then(|t| {
            let window = |key: &str, example| {
                let window = t.get(key).and_then(|v| source.window(v, key));
                if t.get(key).is_none() {
                    t.missing(key, example);
                }
                if window == Some(Window::Period) {
                    source.report(Diagnostic::error(
                        "cycle",
                        "`period` is bound to itself",
                        t.place(),
                    ));
                    return None;
                }
                window
            };
            let (enter, retain) = (
                window("enter", "\"trailing 12 months\""),
                window("retain", "\"since last-review\""),
            );
            let cite = t.string("cite").unwrap_or_default();
            t.finish();
            Some(PeriodOf {
                enter: enter?,
                retain: retain?,
                cite,
            })
        }),
        rows,
        list: keys
            .tables("list")
            .into_iter()
            .map(|(id, t, place)| {
                let items = t
                    .list("items")
                    .into_iter()
                    .filter_map(|item| {
                        let is = item.string("is");
                        if is.is_none() {
                            item.missing("is", "\"a-word\"");
                        }
                        let read = Item {
                            is: is?,
                            from: item.day("from"),
                            until: item.day("until"),
                        };
                        item.finish();
                        Some(read)
                    })
                    .collect();
                let list = List {
                    items,
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                (id, list)
            })
            .collect(),
        test: read_tests(keys, "test", "is", per_track),
        stage: read_tests(keys, "stage", "test", per_track),
        table: keys
            .tables("table")
            .into_iter()
            .map(|(id, t, place)| {
                let mut table = Table {
                    rows: IndexMap::new(),
                    otherwise: None,
                    words: t.strings("words"),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                match t.table("rows") {
                    Some(rows) => {
                        for (word, value, _) in rows.all() {
                            let Some(formula) = source.formula(value, &word) else {
                                continue;
                            };
                            if word == "else" {
                                table.otherwise = Some(formula);
                            } else {
                                table.rows.insert(word, formula);
                            }
                        }
                    }
                    None => t.missing("rows", "{ DE = 1, else = 2 }"),
                }
                t.finish();
                (id, table)
            })
            .collect(),
        measure: keys
            .tables("measure")
            .into_iter()
            .filter_map(|(id, t, place)| {
                let is = t.get("is");
                if is.is_none() {
                    t.missing("is", "\"count opportunities\"");
                }
                let measure = Measure {
                    area: t.string("area").unwrap_or_default(),
                    title: t.string("title").unwrap_or_else(|| spoken(&id)),
                    is: is.and_then(per_track)?,
                    words: t.strings("words"),
                    unit: t.string("unit").unwrap_or_default(),
                    better: t.choice(
                        "better",
                        &[("higher", Better::Higher), ("lower", Better::Lower)],
                    ),
                    benchmark: t
                        .list("benchmark")
                        .into_iter()
                        .map(|b| {
                            let limit = |key: &str| b.get(key).and_then(|v| source.limit(v, key));
                            let benchmark = Benchmark {
                                title: b.string("title").unwrap_or_default(),
                                point: b.get("is").is_some(),
                                from: limit("is").or_else(|| limit("from")),
                                to: limit("to"),
                                year: b.number("year").and_then(|n| n.to_i64()),
                                cite: b.string("cite").unwrap_or_default(),
                            };
                            b.finish();
                            benchmark
                        })
                        .collect(),
                    note: t.string("note").unwrap_or_default(),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                Some((id, measure))
            })
            .collect(),
        question: keys
            .tables("question")
            .into_iter()
            .filter_map(|(id, t, place)| {
                let answer = t.get("answer");
                if answer.is_none() {
                    t.missing("answer", "\"yes or no\"");
                }
                let question = Question {
                    area: t.string("area").unwrap_or_default(),
                    title: t.string("title").unwrap_or_else(|| spoken(&id)),
                    answer: answer.and_then(|v| read_answer(source, v))?,
                    evidence: t.formula("evidence"),
                    within: t.number("within"),
                    may_not_apply: t.flag("may_not_apply"),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                Some((id, question))
            })
            .collect(),
        parameter: keys
            .tables("parameter")
            .into_iter()
            .map(|(id, t, place)| {
                let parameter = Parameter {
                    title: t.string("title").unwrap_or_else(|| spoken(&id)),
                    default: t.number("default"),
                    least: t.number("least"),
                    most: t.number("most"),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                (id, parameter)
            })
            .collect(),
        score: keys
            .tables("score")
            .into_iter()
            .map(|(id, t, place)| {
                let score = Score {
                    title: t.string("title").unwrap_or_else(|| spoken(&id)),
                    out_of: t.number("out_of"),
                    weights_add_to: t.number("weights_add_to"),
                    part: read_score_parts(source, &t, &track_ids),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                (id, score)
            })
            .collect(),
        bands: keys
            .tables("bands")
            .into_iter()
            .map(|(id, t, place)| {
                let bands = Bands {
                    rows: read_bands(source, &id, t.list("rows"), &place),
                    cite: t.string("cite").unwrap_or_default(),
                    place,
                };
                t.finish();
                (id, bands)
            })
            .collect(),
        tracks,
        roster: keys
            .tables("roster")
            .into_iter()
            .filter_map(|(id, t, place)| Some((id, read_roster(source, t, place)?)))
            .collect(),
        fee: keys.table("fee").and_then(|t| {
            let fee = Fee {
                amount: t.formula("amount")?,
                every: t.duration("every").unwrap_or(Duration::months(12)),
                paid: t.string("paid"),
                cite: t.string("cite").unwrap_or_default(),
            };
            t.finish();
            Some(fee)
        }),
        lifecycle: keys.table("lifecycle").map(|t| read_lifecycle(source, t)),
        reading: keys
            .list("reading")
            .into_iter()
            .map(|t| {
                let reading = Reading {
                    about: t.string("about").unwrap_or_default(),
                    settles: t.strings("settles"),
                    printed: t.strings("printed"),
                    taken: t.string("taken").unwrap_or_default(),
                    place: t.place(),
                };
                t.finish();
                reading
            })
            .collect(),
        case: keys
            .list("case")
            .into_iter()
            .map(|t| read_case(source, t))
            .collect(),
        calendar: keys.table("calendar").map_or(Calendar::default(), |t| {
            let calendar = Calendar {
                fiscal_year: t.get("fiscal_year").and_then(|v| month_day(source, v)),
                fiscal_months: t
                    .strings("fiscal_months")
                    .iter()
                    .filter_map(|d| Day::parse(d))
                    .collect(),
            };
            let _ = t.string("cite");
            t.finish();
            calendar
        }),
        money: keys.table("money").map(|t| {
            let money = Money {
                currency: t.string("currency").unwrap_or_default(),
                rates: t.string("rates"),
                cite: t.string("cite").unwrap_or_default(),
            };
            t.finish();
            money
        }),
        file: file.to_owned(),
        places: keys.places(),
    };
    if let Some(t) = in_force {
        t.finish();
    } else if has_levels {
        keys.missing("in_force", "{ from = 2026-01-01 }");
    }
    if let Some(program) = program.as_deref().filter(|id| !is_name(id)) {
        let place = keys
            .get("program")
            .map_or_else(|| keys.place(), |v| source.place(v.span()));
        source.report(
            Diagnostic::error("bad-id", format!("the program id `{program}` is no name"), place)
                .help("an id is lower-case letters, digits, `_` and single hyphens between them; what people call it is its `title`"),
        );
    }
    for (id, what, place) in read.ids() {
        if !is_name(id) || RESERVED.contains(&id) {
            let why = if RESERVED.contains(&id) {
                "is a word of the grammar"
            } else {
                "is no name"
            };
            source.report(
                Diagnostic::error("bad-id", format!("the {what} id `{id}` {why}"), place).help(
                    "an id is lower-case letters, digits, `_` and single hyphens between them",
                ),
            );
        }
    }
    (program.is_some() && edition.is_some()).then_some(read)
}

/// A value, or a table with one for each track.
fn per_track<'t, T>(
    source: &Source<'t>,
    value: &Value<'t>,
    tracks: &[String],
    read: impl Fn(&Source<'t>, &Value<'t>, &str) -> Option<T>,
) -> Option<PerTrack<T>> {
    let Some(table) = value.get_ref().as_table() else {
        return read(source, value, "the value").map(PerTrack::All);
    };
    let keys = Keys::new(source, table, value.span(), "the tracks");
    let mut each = IndexMap::new();
    for track in tracks {
        if let Some(value) = keys.get(track)
            && let Some(read) = read(source, value, track)
        {
            each.insert(track.clone(), read);
        }
    }
    keys.finish();
    Some(PerTrack::Each(each))
}

fn read_tests<'s, 't>(
    keys: &Keys<'s, 't>,
    what: &str,
    key: &str,
    per_track: impl Fn(&'s Value<'t>) -> Option<PerTrack<Formula>>,
) -> IndexMap<String, NamedTest> {
    keys.tables(what)
        .into_iter()
        .filter_map(|(id, t, place)| {
            let is = t.get(key);
            if is.is_none() {
                t.missing(key, "\"exists enrollments\"");
            }
            let test = NamedTest {
                title: t.string("title").unwrap_or_else(|| spoken(&id)),
                is: is.and_then(&per_track)?,
                cite: t.string("cite").unwrap_or_default(),
                place,
            };
            t.finish();
            Some((id, test))
        })
        .collect()
}

fn read_tracks(source: &Source<'_>, keys: &Keys<'_, '_>) -> Option<Tracks> {
    let t = keys.table("tracks")?;
    let of = t.strings("of");
    let choose = t.get("choose").and_then(|value| {
        let text = value.get_ref().as_str().unwrap_or_default();
        let mut words = text.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("highest"), Some(name), None) if is_name(name) => {
                Some(Choose::Highest(name.to_owned()))
            }
            _ => source.formula(value, "choose").map(Choose::By),
        }
    });
    if t.get("choose").is_none() {
        t.missing("choose", "\"highest capability\"");
    }
    let tracks = Tracks {
        of,
        choose: choose?,
        cite: t.string("cite").unwrap_or_default(),
        place: t.place(),
    };
    t.finish();
    Some(tracks)
}

fn read_row(
    source: &Source<'_>,
    t: &Keys<'_, '_>,
    id: &str,
    place: Place,
    parent: Option<&Row>,
    tracks: &[String],
    rows: &mut IndexMap<String, Row>,
) {
    let place = place.showing(id);
    let bad = |message: String, help: &str| {
        source.report(Diagnostic::error("bad-row", message, place.clone()).help(help));
    };
    let (measure, test, of_which) = (t.get("measure"), t.get("test"), t.get("of_which"));
    if [measure.is_some(), test.is_some(), of_which.is_some()]
        .iter()
        .filter(|x| **x)
        .count()
        != 1
    {
        bad(
            format!("`{id}` needs exactly one of `measure`, `test`, `of_which`"),
            "a number is a measure, a yes-or-no a test, and `of_which` narrows the row above",
        );
    }
    let mut limits = None;
    for (key, compare) in [
        ("at_least", syntax::Compare::AtLeast),
        ("more_than", syntax::Compare::More),
        ("at_most", syntax::Compare::AtMost),
        ("less_than", syntax::Compare::Less),
    ] {
        let Some(value) = t.get(key) else { continue };
        if limits.is_some() {
            bad(
                format!("`{id}` is compared in two ways"),
                "keep one of at_least, more_than, at_most, less_than; a second comparison is a part",
            );
        }
        if let Some(by_level) = read_limits(source, value, tracks) {
            limits = Some(Limits { compare, by_level });
        }
    }
    let required = t.get("required");
    if required.is_some() != test.is_some() {
        bad(
            format!("`{id}` has `test` and `required` only together"),
            "write required = [\"gold\"] with the levels that ask the test",
        );
    }
    if test.is_some() && limits.is_some() {
        bad(
            format!("`{id}` is a test and has a threshold"),
            "a test has `required`; only a measure is compared",
        );
    }
    if of_which.is_some() && parent.is_none_or(|p| matches!(p.value, RowValue::Test { .. })) {
        bad(
            format!("`{id}` narrows nothing"),
            "`of_which` stands in a part of a row with a measure",
        );
    }
    let value = if let Some(value) = measure {
        per_track(source, value, tracks, Source::formula)
            .map(|measure| RowValue::Measure { measure, limits })
    } else if let Some(value) = test {
        per_track(source, value, tracks, Source::formula).map(|test| RowValue::Test {
            test,
            required: required.map_or(vec![], |v| source.strings(v, "required")),
        })
    } else {
        of_which
            .and_then(|v| source.formula(v, "of_which"))
            .map(|filter| RowValue::OfWhich { filter, limits })
    };
    let Some(value) = value else {
        // What is wrong with the row is reported; its other keys are not to blame.
        for key in [
            "printed_up_to",
            "asked",
            "title",
            "area",
            "applies",
            "cite",
            "part",
        ] {
            let _ = t.get(key);
        }
        return;
    };
    let mut printed_up_to = IndexMap::new();
    if let Some(table) = t.table("printed_up_to") {
        for (level, value, _) in table.all() {
            if let Some(number) = source.number(value, &level) {
                printed_up_to.insert(level, number);
            }
        }
    }
    let asked = t.choice(
        "asked",
        &[
            ("enter", Asked::Enter),
            ("retain", Asked::Retain),
            ("both", Asked::Both),
        ],
    );
    let row = Row {
        id: id.to_owned(),
        title: t.string("title").unwrap_or_else(|| spoken(id)),
        area: t
            .string("area")
            .unwrap_or_else(|| parent.map_or(String::new(), |p| p.area.clone())),
        parent: parent.map(|p| p.id.clone()),
        parts: vec![],
        value,
        asked: asked.unwrap_or(parent.map_or(Asked::Both, |p| p.asked)),
        applies: t.formula("applies"),
        cite: t.string("cite").unwrap_or_default(),
        printed_up_to,
        place: place.clone(),
    };
    if let Some(first) = rows.get(id) {
        source.report(
            Diagnostic::error("name-clash", format!("the row `{id}` stands twice"), place)
                .help(format!("the other one stands at {}", first.place)),
        );
        return;
    }
    rows.insert(id.to_owned(), row.clone());
    for (part_id, part, place) in t.tables("part") {
        if let Some(row) = rows.get_mut(id) {
            row.parts.push(part_id.clone());
        }
        read_row(source, &part, &part_id, place, Some(&row), tracks, rows);
        part.finish();
    }
}

fn read_limits<'t>(
    source: &Source<'t>,
    value: &Value<'t>,
    tracks: &[String],
) -> Option<PerTrack<IndexMap<String, Limit>>> {
    let by_level = |source: &Source<'t>, value: &Value<'t>, what: &str| {
        let table = source.table(value, what)?;
        let mut limits = IndexMap::new();
        for (level, value, _) in table.all() {
            if let Some(limit) = source.limit(value, &level) {
                limits.insert(level, limit);
            }
        }
        Some(limits)
    };
    let tracked = value.get_ref().as_table().is_some_and(|t| {
        !tracks.is_empty()
            && t.iter()
                .all(|(k, v)| v.get_ref().is_table() && tracks.iter().any(|t| t == k.get_ref()))
    });
    if tracked {
        per_track(source, value, tracks, by_level)
    } else {
        by_level(source, value, "the threshold").map(PerTrack::All)
    }
}

fn read_answer(source: &Source<'_>, value: &Value<'_>) -> Option<AnswerType> {
    if let Some(text) = value.get_ref().as_str() {
        let mut words = text.split_whitespace();
        let parts: Vec<&str> = words.by_ref().collect();
        return match parts.as_slice() {
            ["yes", "or", "no"] => Some(AnswerType::YesNo),
            ["percent"] => Some(AnswerType::Percent),
            ["number"] => Some(AnswerType::Number),
            ["money"] => Some(AnswerType::Money(None)),
            ["money", currency] => Some(AnswerType::Money(Some((*currency).to_owned()))),
            [from, "to", to] if from.parse::<i64>().is_ok() && to.parse::<i64>().is_ok() => {
                Some(AnswerType::Scale(from.parse().ok()?, to.parse().ok()?))
            }
            _ => {
                source.report(
                    Diagnostic::error("unknown-word", format!("`{text}` is no type of an answer"), source.place(value.span()))
                        .help("write \"yes or no\", \"1 to 5\", \"percent\", \"number\", \"money\", a list of words from low to high, or words with scores"),
                );
                None
            }
        };
    }
    if value.get_ref().is_array() {
        return Some(AnswerType::Ladder(source.strings(value, "answer")));
    }
    let table = source.table(value, "answer")?;
    let mut scores = IndexMap::new();
    for (word, score, _) in table.all() {
        scores.insert(word.clone(), source.number(score, &word)?);
    }
    Some(AnswerType::Scored(scores))
}

fn read_score_parts(
    source: &Source<'_>,
    t: &Keys<'_, '_>,
    tracks: &[String],
) -> PerTrack<IndexMap<String, ScorePart>> {
    let parts = |tables: Vec<(String, Keys<'_, '_>, Place)>| -> IndexMap<String, ScorePart> {
        tables
            .into_iter()
            .filter_map(|(id, t, place)| {
                let points = t.formula("points");
                if t.get("points").is_none() {
                    t.missing("points", "\"4 * tenants\"");
                }
                let part = ScorePart {
                    title: t.string("title").unwrap_or_else(|| spoken(&id)),
                    points: points?,
                    max: t.formula("max"),
                    weight: t.formula("weight"),
                    place,
                };
                let _ = t.string("cite");
                t.finish();
                Some((id, part))
            })
            .collect()
    };
    let Some(table) = t.table("part") else {
        t.missing("part", "{ first = { max = 10, points = \"…\" } }");
        return PerTrack::All(IndexMap::new());
    };
    let keys: Vec<String> = table.all().into_iter().map(|(k, _, _)| k).collect();
    if !keys.is_empty() && keys.iter().all(|k| tracks.contains(k)) {
        PerTrack::Each(
            keys.into_iter()
                .map(|k| {
                    let of = parts(table.tables(&k));
                    (k, of)
                })
                .collect(),
        )
    } else {
        let _ = source;
        PerTrack::All(parts(t.tables("part")))
    }
}

/// The bands of a table, their ends in one currency or in none. Where one of them cannot be read there are none at all:
/// what is left would seem to overlap, or to leave numbers out.
fn read_bands(source: &Source<'_>, id: &str, rows: Vec<Keys<'_, '_>>, place: &Place) -> Vec<Band> {
    let read: Vec<Option<(Band, Vec<Option<String>>)>> =
        rows.into_iter().map(|row| read_band(source, row)).collect();
    let Some(read) = read.into_iter().collect::<Option<Vec<_>>>() else {
        return vec![];
    };
    let mut of: Vec<&Option<String>> = read.iter().flat_map(|(_, ends)| ends).collect();
    of.sort();
    of.dedup();
    let report = |message: String, help: String| {
        source.report(Diagnostic::error("bad-band", message, place.clone().showing(id)).help(help));
    };
    let currency = match of.as_slice() {
        [] => None,
        [one] => (*one).clone(),
        [None, Some(currency), ..] => {
            report(
                format!("some bands of `{id}` are money, and others plain numbers"),
                format!("write the currency after every end: \"1_000 {currency}\""),
            );
            return vec![];
        }
        [Some(one), Some(other), ..] => {
            report(
                format!("the bands of `{id}` are in {one} and in {other}"),
                "write every end in one currency; amounts of others are changed by the rates of [money]"
                    .to_owned(),
            );
            return vec![];
        }
        _ => None,
    };
    let of_currency = |(mut band, _): (Band, _)| {
        band.currency.clone_from(&currency);
        band
    };
    read.into_iter().map(of_currency).collect()
}

/// A band, and the currency of each of its ends that is not zero: zero is zero of anything.
fn read_band(source: &Source<'_>, row: Keys<'_, '_>) -> Option<(Band, Vec<Option<String>>)> {
    let mut currencies = Vec::new();
    let mut unread = false;
    let mut amount = |key: &str| {
        let value = row.get(key)?;
        let Some((number, currency)) = source.amount(value, key) else {
            unread = true;
            return None;
        };
        if !number.is_zero() || currency.is_some() {
            currencies.push(currency);
        }
        Some(number)
    };
    let mut end = |inside: &str, outside: &str| match (amount(inside), amount(outside)) {
        (Some(n), None) => Some((n, true)),
        (None, Some(n)) => Some((n, false)),
        (None, None) => None,
        _ => {
            source.report(
                Diagnostic::error(
                    "bad-band",
                    format!("a band has both `{inside}` and `{outside}`"),
                    row.place(),
                )
                .help(format!(
                    "`{inside}` is inside the band, `{outside}` is not: keep one"
                )),
            );
            None
        }
    };
    let (lower, upper) = (end("from", "above"), end("to", "below"));
    let value = row.get("is");
    let Some(value) = value else {
        row.missing("is", "3");
        return None;
    };
    let is = match value.get_ref().as_str() {
        Some(word) if is_name(word) => BandValue::Word(word.to_owned()),
        _ => BandValue::Number(source.number(value, "is")?),
    };
    row.finish();
    let band = Band {
        lower,
        upper,
        currency: None,
        is,
    };
    (!unread).then_some((band, currencies))
}

fn read_roster(source: &Source<'_>, t: Keys<'_, '_>, place: Place) -> Option<Roster> {
    let of = t.get("of").and_then(|v| source.facts(v, "of"));
    if t.get("of").is_none() {
        t.missing("of", "\"credentials where class = certification\"");
    }
    let count = |keys: &Keys<'_, '_>, key: &str, example: &str| {
        let number = keys.number(key)?;
        let count = number
            .to_i64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n <= 1000);
        if count.is_none() {
            source.report(
                Diagnostic::error("wrong-type", format!("`{key}` is {number}"), keys.place()).help(
                    format!("write a whole number up to 1000, such as {key} = {example}"),
                ),
            );
        }
        count
    };
    let mut capacity = IndexMap::new();
    if let Some(table) = t.table("capacity") {
        for (role, _, _) in table.all() {
            if let Some(n) = count(&table, &role, "2") {
                capacity.insert(role, n);
            }
        }
    }
    let seats = t
        .list("seats")
        .into_iter()
        .filter_map(|seat| {
            let text = |key: &str, example: &str| {
                let text = seat.string(key);
                if text.is_none() {
                    seat.missing(key, example);
                }
                text
            };
            let read = Seat {
                for_: text("for", "\"voice\"")?,
                role: text("role", "\"engineer\"")?,
                needs: text("needs", "\"voice-engineer\"")?,
                number: if seat.get("number").is_some() {
                    count(&seat, "number", "2")?
                } else {
                    1
                },
            };
            seat.finish();
            Some(read)
        })
        .collect();
    let (of, of_text) = of?;
    let roster = Roster {
        of,
        of_text,
        one_role: t.flag("one_role"),
        capacity,
        seats,
        cite: t.string("cite").unwrap_or_default(),
        place,
    };
    t.finish();
    Some(roster)
}

fn month_day(source: &Source<'_>, value: &Value<'_>) -> Option<(i8, i8)> {
    let text = source.string(value, "a day of the year")?;
    let read = parse_month_day(&text);
    if read.is_none() {
        source.wrong_type(
            value,
            "a day of the year",
            "a month and a day such as \"01-31\"",
        );
    }
    read
}

fn parse_month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // The 29th of February does not come every year, so no calendar may rest on it.
    Day::new(2023, month, day).map(|_| (month, day))
}

/// A value that may say `not published`.
fn published<'t, T>(
    source: &Source<'t>,
    value: Option<&Value<'t>>,
    read: impl FnOnce(&Value<'t>) -> Option<T>,
) -> Option<Published<T>> {
    let value = value?;
    if value.get_ref().as_str() == Some("not published") {
        return Some(Published::Not);
    }
    let _ = source;
    read(value).map(Published::As)
}

fn read_takes(source: &Source<'_>, value: &Value<'_>) -> Option<Takes> {
    if let Some(items) = value.get_ref().as_array() {
        return Some(Takes::Dates(
            items.iter().filter_map(|v| month_day(source, v)).collect(),
        ));
    }
    Some(match value.get_ref().as_str()? {
        "any day" => Takes::AnyDay,
        "review" => Takes::Review,
        "month end" => Takes::MonthEnd,
        "never" => Takes::Never,
        other => {
            source.report(
                Diagnostic::error("unknown-word", format!("`{other}` does not say when"), source.place(value.span()))
                    .help("write \"any day\", \"review\", \"month end\", \"never\", a list of days such as [\"01-31\"], or \"not published\""),
            );
            return None;
        }
    })
}

fn read_rules(source: &Source<'_>, t: &Keys<'_, '_>) -> LifecycleRules {
    let delay = |value: &Value<'_>| match value.get_ref().as_str()? {
        "at once" => Some(Delay::AtOnce),
        "next month" => Some(Delay::NextMonth),
        _ => source.duration(value, "effective").map(Delay::After),
    };
    let mut rules = LifecycleRules::default();
    if let Some(p) = t.table("promote") {
        rules.promote_on = published(source, p.get("on"), |v| read_takes(source, v));
        rules.promote_by = match p.get("by") {
            Some(v) if v.get_ref().as_str() == Some("not published") => Some(Published::Not),
            Some(_) => p
                .choice(
                    "by",
                    &[
                        ("rule", Actor::Rule),
                        ("application", Actor::Application),
                        ("invitation", Actor::Invitation),
                    ],
                )
                .map(Published::As),
            None => None,
        };
        rules.promote_effective = published(source, p.get("effective"), delay);
        p.finish();
    }
    if let Some(d) = t.table("demote") {
        rules.demote_on = published(source, d.get("on"), |v| read_takes(source, v));
        rules.demote_to = published(source, d.get("to"), |v| {
            Some(match source.string(v, "to")?.as_str() {
                "highest retained" => DemoteTo::HighestRetained,
                "none" => DemoteTo::None,
                level => DemoteTo::Level(level.to_owned()),
            })
        });
        rules.demote_effective = published(source, d.get("effective"), delay);
        d.finish();
    }
    rules.renew = published(source, t.get("renew"), |v| {
        let renew = source.table(v, "renew")?;
        let window = renew.duration("opens").zip(renew.duration("closes"));
        renew.finish();
        window
    });
    rules.grace = published(source, t.get("grace"), |v| source.duration(v, "grace"));
    rules
}

fn read_lifecycle(source: &Source<'_>, t: Keys<'_, '_>) -> Lifecycle {
    let mut review = Review::default();
    if let Some(value) = t.get("review")
        && value.get_ref().as_str() != Some("not published")
        && let Some(r) = source.table(value, "review")
    {
        if let Some(Published::As(every)) =
            published(source, r.get("every"), |v| source.duration(v, "every"))
        {
            review.every = Some(every);
        }
        review.after = r.string("after");
        if let Some(value) = r.get("on") {
            match value.get_ref().as_array() {
                Some(days) => {
                    review.on = days.iter().filter_map(|v| month_day(source, v)).collect()
                }
                None => {
                    source.wrong_type(value, "on", "a list of days such as [\"01-31\", \"07-31\"]")
                }
            }
        }
        r.finish();
    }
    let protect = t
        .list("protect")
        .into_iter()
        .filter_map(|p| {
            let until = p.day("until");
            if until.is_none() {
                p.missing("until", "2027-01-01");
            }
            let read = Protect {
                level: p.string("level").unwrap_or_default(),
                who: p.formula("who"),
                until: until?,
            };
            p.finish();
            Some(read)
        })
        .collect();
    let rules = read_rules(source, &t);
    let cite = t.string("cite").unwrap_or_default();
    let mut level = IndexMap::new();
    for (id, value, _) in t.all() {
        if matches!(
            id.as_str(),
            "review" | "promote" | "demote" | "renew" | "grace" | "protect" | "cite"
        ) {
            continue;
        }
        if let Some(of) = source.table(value, &id) {
            level.insert(id, read_rules(source, &of));
            let _ = of.string("cite");
            of.finish();
        }
    }
    let place = t.place();
    Lifecycle {
        review,
        rules,
        level,
        protect,
        cite,
        place,
    }
}

fn read_case(source: &Source<'_>, t: Keys<'_, '_>) -> Case {
    let texts = |t: Option<Keys<'_, '_>>| -> IndexMap<String, (String, Place)> {
        t.map_or(IndexMap::new(), |t| {
            t.all()
                .into_iter()
                .filter_map(|(kind, value, place)| {
                    // What is written below the header `[case.given]` belongs to it, though it was meant for the case.
                    if matches!(kind.as_str(), "then" | "empty" | "title" | "cite") {
                        let instead = match kind.as_str() {
                            "then" => " write it as `[[case.then]]`, or",
                            _ => "",
                        };
                        let help = format!("all that follows `[case.given]` belongs to it:{instead} put `{kind}` above it");
                        source.report(
                            Diagnostic::error(
                                "unknown-key",
                                format!("`{kind}` stands in `given`, and is a key of the case"),
                                place,
                            )
                            .help(help),
                        );
                        return None;
                    }
                    Some((
                        kind.clone(),
                        (source.string(value, &kind)?, source.place(value.span())),
                    ))
                })
                .collect()
        })
    };
    let then = t
        .list("then")
        .into_iter()
        .filter_map(|then| {
            let on = then.day("on");
            if then.get("on").is_none() {
                then.missing("on", "2022-06-30");
            }
            let mut set = IndexMap::new();
            if let Some(table) = then.table("set") {
                for (name, value, _) in table.all() {
                    if let Some(number) = source.number(value, &name) {
                        set.insert(name, number);
                    }
                }
            }
            let mut values = IndexMap::new();
            if let Some(table) = then.table("values") {
                for (name, value, _) in table.all() {
                    if let Some(text) = source.string(value, &name) {
                        values.insert(name, text);
                    }
                }
            }
            let read = Then {
                on: on?,
                known_at: then.day("known_at"),
                track: then.string("track"),
                set,
                level: then.string("level"),
                holds: then.string("holds"),
                values,
                contradicted: then
                    .get("contradicted")
                    .map(|v| source.strings(v, "contradicted")),
                shows: then
                    .get("shows")
                    .and_then(|v| Some((source.string(v, "shows")?, source.first_line(v)))),
                place: then.place(),
            };
            then.finish();
            Some(read)
        })
        .collect();
    let case = Case {
        title: t.string("title").unwrap_or_default(),
        cite: t.string("cite").unwrap_or_default(),
        empty: t.strings("empty"),
        given: texts(t.table("given")),
        then,
        place: t.place(),
    };
    t.finish();
    case
}
