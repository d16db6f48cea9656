//! The shapes that [`crate::json`] writes, described for OpenAPI. No value of these types is ever made; a test holds every
//! answer of the server against them.
#![allow(
    dead_code,
    reason = "described, never made: the values are written by `json`"
)]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// Why a request is not answered, as RFC 9457 writes it (`application/problem+json`).
#[derive(ToSchema)]
pub struct Problem {
    /// The kind of problem, as a URN: `urn:cairn:problem:` and the code.
    pub r#type: String,
    /// What went wrong, in a few words that are the same for every such problem.
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The code, the same as on the command line: rely on this one.
    pub code: String,
    /// What happened here, to what.
    pub detail: Option<String>,
    /// How to go on.
    pub help: Option<String>,
    /// The number of the request, as the log has it.
    pub request_id: Option<String>,
    /// Each slip in what was sent.
    pub problems: Option<Vec<Diagnostic>>,
}

/// One slip: a stable code, what happened, where, and how to go on.
#[derive(ToSchema)]
pub struct Diagnostic {
    /// The code: `unknown-column`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, to what (in backticks).
    pub message: String,
    /// The file, or the kind of a record that was sent.
    pub file: String,
    /// The line, or the place in a list that was sent, counted from 1; 0: the whole.
    pub line: u32,
    /// The column in characters, counted from 1; 0: not known.
    pub column: u32,
    /// What stands there: a row's id, a column's name, the expression around the slip.
    pub context: String,
    /// How to go on; empty where the message says it.
    pub help: String,
}

/// How much a problem matters.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// What can be said of a row or a level.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is so, whatever silence hides.
    Met,
    /// It is not so, whatever silence hides.
    Short,
    /// What is missing could make it either.
    Unknown,
    /// It is not asked of this partner.
    NotApplicable,
}

/// One of the two questions.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Question {
    Retain,
    Enter,
}

/// How a number is compared with what is needed.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Compare {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
    Equal,
    NotEqual,
}

/// Where a partner stands in one program.
#[derive(ToSchema)]
pub struct Scorecard {
    pub partner: String,
    pub program: String,
    pub edition: String,
    /// The day asked about.
    #[schema(format = Date)]
    pub as_of: String,
    /// The level that the vendor says the partner holds.
    #[schema(required)]
    pub holds: Option<String>,
    /// The columns: keeping the level that is held, entering the next one.
    pub columns: Vec<Column>,
    /// The news, in one or a few sentences.
    pub news: String,
    /// The refused rows that leave it open which level is held.
    pub open: Vec<String>,
    /// What our own account of the lifecycle says, where it differs from the vendor's word.
    pub projected: Option<Projected>,
    pub next_edition: Option<NextEdition>,
    pub title: String,
    pub partner_name: String,
    /// The hash of the edition, with which the answer can be repeated.
    pub hash: String,
    #[schema(format = Date)]
    pub known_at: Option<String>,
    /// What was assumed, as `name=value`.
    pub assumed: Vec<String>,
    /// Is any document of the edition read elsewhere than at its publisher?
    pub second_hand: bool,
    pub levels: Vec<Named>,
    #[schema(format = Date)]
    pub holds_since: Option<String>,
    /// The highest level that is met for certain.
    pub meets: Option<String>,
    /// The highest level that silence leaves open.
    pub meets_most: Option<String>,
    pub stage: Option<String>,
    pub track: Option<String>,
    pub fee: Option<Fee>,
    #[schema(format = Date)]
    pub last_review: Option<String>,
    #[schema(format = Date)]
    pub next_review: Option<String>,
    #[schema(format = Date)]
    pub renewal_closes: Option<String>,
    pub days_left: Option<i32>,
    /// Rows that are shown and not judged.
    pub values: Vec<Reading>,
    pub questions: Vec<Asked>,
    pub kpis: Vec<Reading>,
    pub moves: Vec<Move>,
    /// What was read where the source is silent or contradicts itself.
    pub readings: Vec<Taken>,
    /// The kinds of evidence that the program reads.
    pub supplies: Vec<Supply>,
    /// What unknown rows still have to be told.
    pub missing: Vec<Missing>,
}

/// One question about a level.
#[derive(ToSchema)]
pub struct Column {
    pub question: Question,
    pub level: String,
    /// What `in period` means here.
    pub window: Option<Window>,
    pub verdict: Verdict,
    pub requirements: Vec<Row>,
    pub title: String,
}

/// Days from one (not included) through another.
#[derive(ToSchema)]
pub struct Window {
    #[schema(format = Date)]
    pub after: Option<String>,
    #[schema(format = Date)]
    pub through: Option<String>,
}

/// A row of a column. Numbers are exact: a decimal, or a fraction such as `100/3`.
#[derive(ToSchema)]
pub struct Row {
    pub id: String,
    /// What the partner has; the least of it where silence leaves a range.
    #[schema(required)]
    pub have: Option<String>,
    /// The most that silence leaves open; only there where it does.
    pub have_most: Option<String>,
    #[schema(required)]
    pub need: Option<String>,
    pub need_most: Option<String>,
    pub verdict: Verdict,
    /// Its parts, of the same shape.
    #[schema(no_recursion)]
    pub parts: Vec<Row>,
    /// The verdict without its parts.
    pub own: Verdict,
    /// What each part of a score gives.
    pub points: Option<Vec<Points>>,
    pub compare: Option<Compare>,
    pub title: String,
    pub area: String,
    pub unit: String,
    /// By how much it must grow or shrink.
    pub gap: Option<String>,
    pub cite: String,
    pub second_hand: bool,
    /// What it still has to be told.
    pub missing: Vec<String>,
}

/// What a part of a score gives.
#[derive(ToSchema)]
pub struct Points {
    pub id: String,
    pub points: Option<String>,
    pub points_most: Option<String>,
    pub max: Option<String>,
    pub max_most: Option<String>,
    pub weight: Option<String>,
    pub weight_most: Option<String>,
    pub title: String,
    /// Is it the part that decides, where the lowest one does?
    pub lowest: Option<bool>,
}

/// Something with an id and a name.
#[derive(ToSchema)]
pub struct Named {
    pub id: String,
    pub title: String,
}

/// The status by our own account.
#[derive(ToSchema)]
pub struct Projected {
    pub title: Option<String>,
    #[schema(format = Date)]
    pub since: String,
    pub failed: Option<Failed>,
}

/// A review that was not passed.
#[derive(ToSchema)]
pub struct Failed {
    #[schema(format = Date)]
    pub on: String,
    #[schema(format = Date)]
    pub review: Option<String>,
    pub level: String,
    #[schema(format = Date)]
    pub lost_on: Option<String>,
    pub lost: bool,
    pub falls_to: Option<String>,
    pub to_not_published: bool,
}

/// An edition that comes into force later.
#[derive(ToSchema)]
pub struct NextEdition {
    pub edition: String,
    #[schema(format = Date)]
    pub from: String,
}

/// The program's fee.
#[derive(ToSchema)]
pub struct Fee {
    pub amount: Option<String>,
    pub amount_most: Option<String>,
    /// The currency, or what else it is counted in.
    pub unit: String,
    pub every: String,
    pub paid: Verdict,
    #[schema(format = Date)]
    pub paid_until: Option<String>,
    pub cite: String,
}

/// A value that is shown and not judged.
#[derive(ToSchema)]
pub struct Reading {
    pub id: String,
    pub value: Option<String>,
    pub value_most: Option<String>,
    pub title: String,
    pub area: String,
    pub unit: String,
    pub cite: String,
}

/// All key figures of a library.
#[derive(ToSchema)]
pub struct Kpis {
    pub partner: String,
    pub partner_name: String,
    pub program: String,
    pub title: String,
    pub edition: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(required, format = Date)]
    pub known_at: Option<String>,
    pub figures: Vec<KeyFigure>,
    /// What would settle figures that are not known, most first.
    pub missing: Vec<SettlesFigures>,
    /// All libraries of which an edition is in force.
    pub libraries: Vec<Named>,
    /// Targets for measures that the library does not have.
    pub strays: Vec<String>,
}

/// An input, and how many figures it could settle.
#[derive(ToSchema)]
pub struct SettlesFigures {
    pub id: String,
    pub supply: String,
    pub figures: usize,
}

/// An input that a figure wants.
#[derive(ToSchema)]
pub struct Supplies {
    pub id: String,
    pub supply: String,
}

/// A key figure.
#[derive(ToSchema)]
pub struct KeyFigure {
    pub id: String,
    pub value: Option<String>,
    pub value_most: Option<String>,
    pub title: String,
    pub area: String,
    pub unit: String,
    /// `higher` or `lower`, where one is better.
    #[schema(required)]
    pub better: Option<String>,
    /// What it is, in the words of the rule language.
    pub formula: String,
    pub note: String,
    pub cite: String,
    pub second_hand: bool,
    /// The ends of the 24 months before, and the day, by what is known now.
    pub course: Vec<CoursePoint>,
    /// The partner's own target on the day.
    #[schema(required)]
    pub target: Option<OwnTarget>,
    /// Published values, in the order of the file.
    pub published: Vec<PublishedValue>,
    /// What would settle it, where it is not known.
    pub missing: Vec<Supplies>,
    /// How amounts behind it came about, where they were not booked: `allocated`, `assumed`.
    pub bases: Vec<String>,
}

/// A value on a day.
#[derive(ToSchema)]
pub struct CoursePoint {
    #[schema(format = Date)]
    pub day: String,
    pub value: Option<String>,
    pub value_most: Option<String>,
}

/// What a partner itself aims at.
#[derive(ToSchema)]
pub struct OwnTarget {
    /// As it was written: `25%`, `20000 USD`, `12`.
    pub value: String,
    #[schema(format = Date)]
    pub from: String,
    /// The day from which it holds no longer.
    #[schema(required, format = Date)]
    pub until: Option<String>,
    pub note: String,
    /// `met`, `short`, `unknown`.
    pub verdict: String,
}

/// A published value: a point where both ends are equal, else a range, of which one end may be open.
#[derive(ToSchema)]
pub struct PublishedValue {
    pub title: String,
    #[schema(required)]
    pub from: Option<String>,
    #[schema(required)]
    pub to: Option<String>,
    #[schema(required)]
    pub currency: Option<String>,
    #[schema(required)]
    pub year: Option<i64>,
    pub cite: String,
    pub second_hand: bool,
    /// Where the figure lies against it: `better`, `within`, `worse`, `above`, `below`, `unknown`.
    pub against: String,
}

/// One key figure with the records behind it.
#[derive(ToSchema)]
pub struct Kpi {
    pub partner: String,
    pub program: String,
    pub edition: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(required, format = Date)]
    pub known_at: Option<String>,
    pub figure: KeyFigure,
    /// The measures that enter it.
    pub enters: Vec<Enters>,
    /// The measures that it enters.
    pub entered_by: Vec<Named>,
    /// Every target that it had and will have, the earliest first.
    pub targets: Vec<OwnTarget>,
    /// The records that count.
    pub counted: Vec<Counted>,
    /// The records that do not, each with its reason.
    pub not_counted: Vec<Counted>,
    /// What was read where the source is silent or contradicts itself.
    pub readings: Vec<Taken>,
}

/// A measure that enters another one.
#[derive(ToSchema)]
pub struct Enters {
    pub id: String,
    pub title: String,
    pub value: Option<String>,
    pub value_most: Option<String>,
    pub unit: String,
}

/// A question and its answer.
#[derive(ToSchema)]
pub struct Asked {
    pub id: String,
    pub answer: Option<String>,
    pub answer_most: Option<String>,
    pub answered: bool,
    pub contradicted_by: Option<String>,
    pub contradicted_by_most: Option<String>,
    pub title: String,
    pub area: String,
    pub unit: String,
    pub cite: String,
}

/// Something to do next.
#[derive(ToSchema)]
pub struct Move {
    pub area: String,
    pub r#do: String,
    pub cite: String,
}

/// What was read where the source is silent or contradicts itself.
#[derive(ToSchema)]
pub struct Taken {
    pub about: String,
    /// What is printed.
    pub printed: Vec<String>,
    /// What was taken.
    pub taken: String,
}

/// A kind of evidence that a program reads.
#[derive(ToSchema)]
pub struct Supply {
    pub kind: String,
    pub supplied: bool,
    pub facts: u64,
    #[schema(format = Date)]
    pub newest: Option<String>,
}

/// What is missing, and how many rows it could settle.
#[derive(ToSchema)]
pub struct Missing {
    pub id: String,
    pub supply: String,
    pub rows: u64,
}

/// Where a partner stands in every program.
#[derive(ToSchema)]
pub struct Standings {
    pub partner: String,
    pub partner_name: String,
    pub news: String,
    pub programs: Vec<Scorecard>,
    /// Programs that cannot be asked about on that day, with the reason.
    pub left_out: Vec<LeftOut>,
    /// What would settle most.
    pub settle: Vec<Settle>,
}

/// A program that cannot be asked about on that day.
#[derive(ToSchema)]
pub struct LeftOut {
    pub program: String,
    pub code: String,
    pub message: String,
    pub help: String,
}

/// An input, and what it could settle.
#[derive(ToSchema)]
pub struct Settle {
    pub id: String,
    pub supply: String,
    pub rows: u64,
    pub programs: Vec<String>,
}

/// Why rows stand as they do.
#[derive(ToSchema)]
pub struct Explanation {
    pub partner: String,
    pub program: String,
    pub edition: String,
    pub hash: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub known_at: Option<String>,
    pub assumed: Vec<String>,
    pub rows: Vec<Explained>,
}

/// Why one row stands as it does, record by record.
#[derive(ToSchema)]
pub struct Explained {
    pub id: String,
    pub title: String,
    pub question: Question,
    pub level: String,
    pub have: Option<String>,
    pub have_most: Option<String>,
    pub need: Option<String>,
    pub need_most: Option<String>,
    pub compare: Option<Compare>,
    pub verdict: Verdict,
    pub own: Verdict,
    pub unit: String,
    /// The windows in which it looks at records.
    pub looks: Vec<Look>,
    pub points: Option<Vec<Points>>,
    pub cite: String,
    pub second_hand: bool,
    pub readings: Vec<Taken>,
    pub conventions: Vec<String>,
    pub answers: Vec<Answered>,
    /// The records that count.
    pub counted: Vec<Counted>,
    /// The records that nearly count, with the reason why each does not.
    pub nearly: Vec<Counted>,
    pub missing: Vec<String>,
    /// The gap: null where there is none, `test` where no number says it, else by how much, or each number of a test.
    #[schema(required = false)]
    pub gap: serde_json::Value,
    pub next_change: Option<NextChange>,
    pub streak: Option<Streak>,
    #[schema(no_recursion)]
    pub parts: Vec<Explained>,
}

/// Where a row looks.
#[derive(ToSchema)]
pub struct Look {
    pub kind: String,
    pub window: Option<String>,
    #[schema(format = Date)]
    pub after: Option<String>,
    #[schema(format = Date)]
    pub through: Option<String>,
}

/// An answer on which a row rests.
#[derive(ToSchema)]
pub struct Answered {
    pub question: String,
    pub title: String,
    pub answer: Option<String>,
    #[schema(format = Date)]
    pub on: Option<String>,
    pub by: Option<String>,
    pub note: Option<String>,
    pub file: Option<String>,
    pub row: Option<u32>,
    pub cite: String,
    pub contradicted_by: Option<String>,
    pub contradicted_by_most: Option<String>,
    pub shown_by: Option<Vec<Counted>>,
}

/// A record as an explanation names it.
#[derive(ToSchema)]
pub struct Counted {
    pub kind: String,
    pub id: String,
    /// `record` where it stands in the store.
    pub file: String,
    /// The version of the record where it stands in the store, else the row of its file.
    pub row: u32,
    pub fields: BTreeMap<String, String>,
    #[schema(format = Date)]
    pub opened: Option<String>,
    pub amount: Option<String>,
    /// The code of the reason why it does not count.
    pub reason: Option<String>,
    pub because: Option<String>,
    pub may_count: bool,
}

/// The next day on which a row changes if nothing new happens.
#[derive(ToSchema)]
pub struct NextChange {
    #[schema(format = Date)]
    pub on: Option<String>,
    pub to: Verdict,
}

/// How long a test has held.
#[derive(ToSchema)]
pub struct Streak {
    pub window: String,
    #[schema(format = Date)]
    pub since: Option<String>,
    #[schema(format = Date)]
    pub broken_on: Option<String>,
    #[schema(format = Date)]
    pub met_on: Option<String>,
}

/// When levels were entered, held and lost.
#[derive(ToSchema)]
pub struct Timeline {
    pub partner: String,
    pub program: String,
    pub edition: String,
    pub hash: String,
    #[schema(format = Date)]
    pub as_of: String,
    pub assumed: Vec<String>,
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    pub editions: Vec<Reign>,
    pub levels: Vec<Ribbon>,
    pub changes: Vec<LevelChange>,
    pub status: Vec<Event>,
    pub streaks: Vec<RowStreak>,
}

/// The days on which an edition judges.
#[derive(ToSchema)]
pub struct Reign {
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub through: String,
    pub edition: Option<String>,
    pub elected: bool,
    pub changes: Vec<RuleChange>,
}

/// The verdicts over one level, run by run.
#[derive(ToSchema)]
pub struct Ribbon {
    pub question: Question,
    pub level: String,
    pub runs: Vec<Run>,
}

/// Days on which a verdict stays the same.
#[derive(ToSchema)]
pub struct Run {
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub through: String,
    pub verdict: Option<Verdict>,
}

/// A day on which a level's verdict changes.
#[derive(ToSchema)]
pub struct LevelChange {
    #[schema(format = Date)]
    pub on: String,
    pub question: Question,
    pub level: String,
    pub before: Verdict,
    pub after: Verdict,
    pub edition: Option<String>,
    pub causes: Vec<Cause>,
}

/// Why a level's verdict changes.
#[derive(ToSchema)]
pub struct Cause {
    pub row: String,
    pub before: Verdict,
    pub after: Verdict,
    pub had: Option<String>,
    pub had_most: Option<String>,
    pub has: Option<String>,
    pub has_most: Option<String>,
    #[schema(format = Date)]
    pub counted_after: Option<String>,
    pub gained: Vec<Counted>,
    pub lost: Vec<Counted>,
}

/// Something that happened to a status.
#[derive(ToSchema)]
pub struct Event {
    #[schema(format = Date)]
    pub on: String,
    pub what: String,
    pub level: Option<String>,
    #[schema(required = false)]
    pub more: serde_json::Value,
}

/// How long a row has held at a level.
#[derive(ToSchema)]
pub struct RowStreak {
    pub row: String,
    pub level: String,
    pub streak: Streak,
}

/// What one edition changed of another.
#[derive(ToSchema)]
pub struct RuleChange {
    pub kind: String,
    pub section: String,
    pub id: String,
    pub key: Option<String>,
    pub level: Option<String>,
    pub track: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub cite_before: Option<String>,
    pub cite_after: Option<String>,
}

/// What a newer edition changes.
#[derive(ToSchema)]
pub struct RuleChanges {
    pub before: String,
    pub after: String,
    pub changes: Vec<RuleChange>,
}

/// What falls ahead if nothing new happens. A forecast, not a fact.
#[derive(ToSchema)]
pub struct Forecast {
    /// Always true: none of it is a fact.
    pub forecast: bool,
    pub partner: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub to: String,
    #[schema(value_type = Vec<Object>)]
    pub programs: Vec<serde_json::Value>,
    #[schema(value_type = Vec<Object>)]
    pub left_out: Vec<serde_json::Value>,
    /// How likely open records carry each level on a day; null where that was not asked.
    #[schema(required, value_type = Option<Object>)]
    pub odds: Option<serde_json::Value>,
}

/// The vendor's numbers and ours, row by row.
#[derive(ToSchema)]
pub struct Reconciled {
    pub partner: String,
    pub program: String,
    pub edition: String,
    pub hash: String,
    #[schema(format = Date)]
    pub as_of: String,
    pub question: Question,
    pub level: String,
    /// Each row with `vendor`, `here`, the `finding` (`same`, `explained`, `open`, `unexplained`, `not-asked`) and its `accounts`.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<serde_json::Value>,
}

/// Business cases and worksheets.
#[derive(ToSchema)]
pub struct Models {
    pub items: Vec<ModelInShort>,
}

/// A model, and what comes out.
#[derive(ToSchema)]
pub struct ModelInShort {
    pub model: String,
    pub edition: String,
    pub title: String,
    pub about: String,
    pub currency: String,
    /// What came out, in a sentence or two.
    pub news: String,
    /// The results that are shown first.
    pub results: Vec<ModelResult>,
}

/// A result of a model.
#[derive(ToSchema)]
pub struct ModelResult {
    pub id: String,
    pub title: String,
    pub unit: String,
    /// A number as text, yes or no, or a list of rates; null where there is no such number.
    #[schema(required, value_type = Option<serde_json::Value>)]
    pub value: Option<serde_json::Value>,
    /// The values below which so many of a hundred paths lie, and on how many there is none; null where no paths were run.
    #[schema(required, value_type = Option<Object>)]
    pub spread: Option<serde_json::Value>,
    /// On how many paths the answer was yes; null where no paths were run.
    #[schema(required)]
    pub yes: Option<u64>,
}

/// What a model says for a partner. Numbers are texts with six decimals at most; shares are parts of one.
#[derive(ToSchema)]
pub struct ModelAnswer {
    pub partner: String,
    pub model: String,
    pub edition: String,
    pub title: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(required, format = Date)]
    pub known_at: Option<String>,
    pub currency: String,
    /// What came out, in a sentence or two.
    pub news: String,
    /// What evidence says of inputs that the model does not have.
    pub strays: Vec<String>,
    /// Each input: `id`, `title`, `unit`, `value`, `stay`, `least`, `most`, `origin`, `because`, `missing`, `set_on`.
    #[schema(value_type = Vec<Object>)]
    pub inputs: Vec<serde_json::Value>,
    pub results: Vec<ModelResult>,
    /// Each line by id: `title`, `years`, `stay_years`, `months`, `stay_months`.
    #[schema(value_type = Object)]
    pub lines: serde_json::Value,
    /// Things side by side: `title`, `columns`, `rows`.
    #[schema(value_type = Vec<Object>)]
    pub lists: Vec<serde_json::Value>,
    /// Where a test is true: `title`, `across`, `up`, `test`, `across_at`, `up_at`, `rows`.
    #[schema(value_type = Vec<Object>)]
    pub maps: Vec<serde_json::Value>,
    /// Each input with a slider, and the nearest value at which the answer turns.
    #[schema(value_type = Vec<Object>)]
    pub turns: Vec<serde_json::Value>,
    /// What published tables make of results: `title`, `of`, `cite`, `rows`.
    #[schema(value_type = Vec<Object>)]
    pub ranges: Vec<serde_json::Value>,
    /// What others claim: `title`, `cite`, `note`, `readings`, `yours`, `met`, `met_on`.
    #[schema(value_type = Vec<Object>)]
    pub claims: Vec<serde_json::Value>,
    /// What each uncertain input does alone: `of` a result, `inputs`.
    #[schema(value_type = Object)]
    pub swings: serde_json::Value,
    /// How many paths were run, and from which seed; null where none were.
    #[schema(required, value_type = Option<Object>)]
    pub paths: Option<serde_json::Value>,
}

/// The questions of a program, answered or not.
#[derive(ToSchema)]
pub struct Questions {
    pub partner: String,
    pub program: String,
    pub edition: String,
    #[schema(format = Date)]
    pub as_of: String,
    pub questions: Vec<QuestionAsked>,
}

/// A question of a program, and its answer.
#[derive(ToSchema)]
pub struct QuestionAsked {
    pub question: String,
    /// The group that it stands in.
    pub area: String,
    /// What is asked.
    pub title: String,
    /// The type of its answer, as the program's file writes it.
    pub r#type: String,
    /// Is `n/a` an answer?
    pub may_not_apply: bool,
    pub cite: String,
    /// The answer that holds; null where nobody gave one.
    #[schema(required)]
    pub answer: Option<AnswerGiven>,
    /// What the evidence shows, where that contradicts the answer.
    #[schema(required)]
    pub contradicted: Option<String>,
}

/// An answer as it was given.
#[derive(ToSchema)]
pub struct AnswerGiven {
    pub answer: String,
    #[schema(format = Date)]
    pub on: String,
    pub by: String,
    pub note: String,
}

/// Plans that are kept.
#[derive(ToSchema)]
pub struct KeptPlans {
    pub items: Vec<KeptPlan>,
}

/// A plan that is kept as it was made. A proposal, not a fact.
#[derive(ToSchema)]
pub struct KeptPlan {
    /// Its number: the change that proposed it.
    pub plan: i64,
    pub partner: String,
    #[schema(format = DateTime)]
    pub proposed_at: String,
    /// The account that proposed it.
    pub by_account: String,
    #[schema(required, format = DateTime)]
    pub withdrawn_at: Option<String>,
    pub title: String,
    pub news: String,
    /// What was asked.
    #[schema(value_type = Object)]
    pub asked: serde_json::Value,
    /// Each level that is wanted, with the edition that judges.
    #[schema(value_type = Vec<Object>)]
    pub wanted: Vec<serde_json::Value>,
    /// The day of planning.
    #[schema(format = Date)]
    pub as_of: String,
    /// The day on which everything is to be met.
    #[schema(format = Date)]
    pub by: String,
    pub currency: String,
    pub cost: String,
    /// No plan costs less.
    pub bound: String,
    pub proven: bool,
    pub met: bool,
    pub hours: String,
    /// What is in the way, in words.
    pub blocked: Vec<String>,
    /// What was assumed.
    pub assumed: Vec<String>,
    /// The files of actions that were offered.
    pub files: Vec<String>,
    /// What to do, with the task that each step became.
    #[schema(value_type = Vec<Object>)]
    pub steps: Vec<serde_json::Value>,
    /// How far it is today; left out in lists.
    #[schema(value_type = Option<Object>)]
    pub drift: Option<serde_json::Value>,
}

/// Plans that are written down.
#[derive(ToSchema)]
pub struct PlanTemplates {
    pub items: Vec<PlanTemplate>,
}

/// A plan that is written down.
#[derive(ToSchema)]
pub struct PlanTemplate {
    /// Its name.
    pub template: String,
    pub title: String,
    pub about: String,
    /// Where it is from.
    pub source: String,
    /// What was taken for so, in sentences.
    pub assumed: Vec<String>,
    /// The days that the longest way through it takes.
    pub days: i64,
    /// The days that all tracks take one after the other.
    pub days_in_a_row: i64,
    /// The tracks on the longest way, in order.
    pub critical_path: Vec<String>,
    pub tracks: Vec<TemplateTrack>,
    /// The day on which it begins; left out in lists, as are all other days.
    #[schema(format = Date)]
    pub begins: Option<String>,
    /// The day on which all of it is done.
    #[schema(format = Date)]
    pub ends: Option<String>,
}

/// A track of a plan that is written down.
#[derive(ToSchema)]
pub struct TemplateTrack {
    pub track: String,
    pub title: String,
    /// Who leads it; empty: nobody in particular.
    pub led_by: String,
    pub days: i32,
    /// The tracks that have to be done before.
    pub after: Vec<String>,
    pub items: Vec<TemplateItem>,
    /// The day on which it begins.
    #[schema(format = Date)]
    pub from: Option<String>,
    /// The day on which it is done: the first day of what comes after it.
    #[schema(format = Date)]
    pub done: Option<String>,
    /// The last day on which it may be done so that the whole does not end later.
    #[schema(format = Date)]
    pub due: Option<String>,
    /// Does the day of the whole hang on it?
    pub critical: Option<bool>,
}

/// Something to be done.
#[derive(ToSchema)]
pub struct TemplateItem {
    pub item: String,
    pub title: String,
    /// Of what it is made up.
    pub parts: Vec<String>,
    /// The program that it is about.
    #[schema(required)]
    pub program: Option<String>,
    /// Where its source says so.
    pub cite: String,
}

/// A language of the texts.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Language {
    En,
    De,
}

/// What each person's leaving would cost, the heaviest first. A forecast, not a fact.
#[derive(ToSchema)]
pub struct Leavers {
    /// Always true: none of it is a fact.
    pub forecast: bool,
    pub partner: String,
    pub program: String,
    pub edition: String,
    pub hash: String,
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(format = Date)]
    pub to: String,
    pub assumed: Vec<String>,
    /// Each person with the levels, reviews and rows that hang on them.
    #[schema(value_type = Vec<Object>)]
    pub people: Vec<serde_json::Value>,
}

/// The cheapest way to a level. A proposal, not a fact.
#[derive(ToSchema)]
pub struct Plan {
    /// Always true: none of it is a fact.
    pub forecast: bool,
    pub partner: String,
    #[schema(format = Date)]
    pub as_of: String,
    pub question: Question,
    /// The editions and levels that are wanted.
    #[schema(value_type = Vec<Object>)]
    pub wanted: Vec<serde_json::Value>,
    pub rows: Vec<String>,
    pub currency: Option<String>,
    pub budget: Option<String>,
    pub news: String,
    /// The files that the actions come from.
    pub actions: Vec<String>,
    /// The steps with what each costs and moves; null where a budget is kept on no day.
    #[schema(value_type = Option<Object>)]
    pub plan: Option<serde_json::Value>,
}
