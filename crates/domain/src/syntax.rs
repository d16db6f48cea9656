//! The small expressions inside a program file: their tree, and how text becomes it.
//!
//! Knows no names but the grammar's own words (LANGUAGE §2): what a name means is
//! settled by the checker, once the whole edition is there.

use std::fmt;
use std::ops::Range as Bytes;

use crate::calendar::{Day, Duration, Period, Unit, Window};
use crate::number::Exact;

/// An expression, and the bytes of its text that it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it says.
    pub node: Node,
    /// Where in the expression's text it stands.
    pub at: Bytes<usize>,
}

/// What an expression says.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `20/3` is a division of two of these; `1_500` is one. `50%` is 1/2.
    Number(Exact),
    /// `1_500 USD`.
    Money(Exact, String),
    /// `2022-06-30`.
    Date(Day),
    /// `30 days`.
    Duration(Duration),
    /// A name to be looked up where it stands.
    Name(String),
    /// `partner.country`.
    PartnerField(String),
    /// `yes`.
    Yes,
    /// `no`.
    No,
    /// The day asked about.
    Day,
    /// The rows of this level and below that both questions ask.
    Matrix,
    /// True of a fact that no `uses` fact has named before the day.
    Unused,
    /// `not test`.
    Not(Box<Expr>),
    /// Tests joined by `and`.
    And(Vec<Expr>),
    /// Tests joined by `or`.
    Or(Vec<Expr>),
    /// A comparison.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// `x in list`, `x not in list`; also a named set.
    In {
        /// What is looked up.
        value: Box<Expr>,
        /// The list or set.
        list: String,
        /// Must it be absent instead?
        negated: bool,
    },
    /// `ended_on in trailing 12 months`: tests a date.
    InWindow {
        /// The date.
        value: Box<Expr>,
        /// The window.
        window: Window,
        /// Must it lie outside instead?
        negated: bool,
    },
    /// Arithmetic.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// `lowest(a, b)`, `highest(a, b)`, `average(a, b)`.
    Of(Pick, Vec<Expr>),
    /// `floor(x)`.
    Floor(Box<Expr>),
    /// `ceiling(x)`.
    Ceiling(Box<Expr>),
    /// `held(window, test)`: on every day.
    Held(Window, Box<Expr>),
    /// `once(window, test)`: on any day.
    Once(Window, Box<Expr>),
    /// `before(12 months, expr)`: the same, asked that much earlier.
    Before(Duration, Box<Expr>),
    /// `holds([program,] level)`: has the status.
    Holds {
        /// Another program; this one where absent.
        program: Option<String>,
        /// The level.
        level: String,
    },
    /// `meets([program,] level)`: passes `enter` on the day.
    Meets {
        /// Another program; this one where absent.
        program: Option<String>,
        /// The level.
        level: String,
    },
    /// `at least k of (tests)`.
    AtLeast(u32, Vec<Expr>),
    /// `lowest part of score`.
    LowestPart(String),
    /// `filled(roster)`.
    Filled(String),
    /// A look-up in a table or in bands: `rate(workload)`.
    Lookup(String, Box<Expr>),
    /// `if test then a else b`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `count facts`, `count set`.
    Count(Subject),
    /// `exists facts`.
    Exists(Subject),
    /// `sum amount of facts`, `sum amount of highest 5 customer of facts`.
    Sum(Box<Expr>, Option<Highest>, Facts),
    /// `latest score of facts`, `highest amount of facts`.
    Picked(Pick, String, Facts),
    /// A set of the values of one field.
    Set(Set),
    /// After `having` only: `count`.
    GroupCount,
    /// After `having` only: `sum amount`.
    GroupSum(String),
    /// After `having` only: `highest amount`.
    GroupPick(Pick, String),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// An operation of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arith {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// Which of several values is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pick {
    /// The lowest.
    Lowest,
    /// The highest.
    Highest,
    /// Their mean.
    Average,
    /// That of the fact that opened last.
    Latest,
}

/// What `count` and `exists` look at.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Facts of a kind; or, with nothing but a name, a named set.
    Facts(Facts),
    /// A set.
    Set(Set),
}

/// A choice of facts: `pending opportunities over family in period where stage = launched`.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Only facts that have not opened yet.
    pub pending: bool,
    /// The kind.
    pub kind: String,
    /// Also facts whose close has passed.
    pub ended: bool,
    /// Whose facts; the partner's own where absent.
    pub over: Option<Scope>,
    /// Only those that opened within.
    pub window: Option<Window>,
    /// Only those for which this is true.
    pub filter: Option<Box<Expr>>,
    /// Where in the text they stand.
    pub at: Bytes<usize>,
}

/// Of which facts alone a sum is taken: those of so many values of a field, the ones with the highest sums of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highest {
    /// How many values.
    pub number: u32,
    /// The field.
    pub field: String,
}

/// Whose facts are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The partner and all entities below it.
    Family,
    /// Everything under the partner's topmost parent.
    Enterprise,
    /// The entities that `groups` facts name under this name.
    Group(String),
}

/// A set of the values of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    /// `distinct person of credentials where … having …`.
    Distinct {
        /// The field.
        field: String,
        /// Of which facts.
        facts: Facts,
        /// A test of each value's group of facts.
        having: Option<Box<Expr>>,
    },
    /// A measure that is a set.
    Named(String, Bytes<usize>),
    /// Two sets, from left to right.
    Join(Joint, Box<Set>, Box<Set>),
}

/// How two sets are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Joint {
    /// In either.
    Union,
    /// In both.
    Intersect,
    /// In the first and not in the second.
    Except,
}

/// A threshold: one value, or a range that the publisher left open.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The value, or the lower end of the range.
    pub from: Expr,
    /// The upper end, where a range is printed: `3_000_000 USD to 7_000_000 USD`.
    pub to: Option<Expr>,
}

/// Why a text is no expression, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The diagnostic's code.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// The bytes of the text that it concerns.
    pub at: Bytes<usize>,
    /// How to go on.
    pub help: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}
impl std::error::Error for SyntaxError {}

/// What reading an expression can find: code and what it means.
pub const CODES: &[(&str, &str)] = &[
    (
        "bad-expression",
        "the text is no expression of the language",
    ),
    ("bad-number", "digits that are no number"),
    ("no-such-day", "a day that the calendar does not have"),
    ("mixed-and-or", "`and` beside `or` without parentheses"),
    ("chained-comparison", "two comparisons in a row"),
    (
        "bare-aggregate",
        "an aggregate inside a larger expression without parentheses",
    ),
    (
        "too-deep",
        "an expression that nests too deep to be read by anybody",
    ),
];

/// The words that the grammar uses; no thing of a program may have one as its id.
pub const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "in",
    "of",
    "where",
    "having",
    "count",
    "sum",
    "exists",
    "distinct",
    "lowest",
    "highest",
    "average",
    "latest",
    "floor",
    "ceiling",
    "held",
    "once",
    "before",
    "holds",
    "meets",
    "at",
    "filled",
    "yes",
    "no",
    "day",
    "matrix",
    "unused",
    "pending",
    "including",
    "over",
    "union",
    "intersect",
    "except",
    "period",
    "trailing",
    "since",
    "from",
    "this",
    "last",
    "whole",
    "fiscal",
    "to",
];

const UNITS: &[(&str, Unit)] = &[
    ("day", Unit::Day),
    ("days", Unit::Day),
    ("week", Unit::Week),
    ("weeks", Unit::Week),
    ("month", Unit::Month),
    ("months", Unit::Month),
    ("quarter", Unit::Quarter),
    ("quarters", Unit::Quarter),
    ("year", Unit::Year),
    ("years", Unit::Year),
];

/// How deep expressions may nest. Nobody reads twelve pairs of parentheses; a hostile file has thousands.
const DEEPEST: usize = 40;

/// Is this a name of the grammar: a lower-case letter, then letters, digits, `_` and single hyphens between them;
/// or a code of two or three capitals?
pub fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    if (2..=3).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_uppercase) {
        return true;
    }
    bytes.first().is_some_and(u8::is_ascii_lowercase)
        && !text.ends_with('-')
        && !text.contains("--")
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'-')
}

/// Reads an expression.
pub fn parse(text: &str) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let expr = parser.expr()?;
    parser.end()?;
    Ok(expr)
}

/// Reads a threshold: an expression, or two of them with `to` between.
pub fn parse_threshold(text: &str) -> Result<Threshold, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let from = parser.expr()?;
    let to = if parser.eat("to") {
        Some(parser.expr()?)
    } else {
        None
    };
    parser.end()?;
    Ok(Threshold { from, to })
}

/// Reads a choice of facts, as a roster's `of` has it.
pub fn parse_facts(text: &str) -> Result<Facts, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let facts = parser.facts()?;
    parser.end()?;
    Ok(facts)
}

/// Reads a window, as `[period]` has it.
pub fn parse_window(text: &str) -> Result<Window, SyntaxError> {
    let mut parser = Parser::new(text)?;
    if !parser.at_window() {
        return Err(parser.expected("a window such as `trailing 12 months` or `since last-review`"));
    }
    let window = parser.window()?;
    parser.end()?;
    Ok(window)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Exact),
    Date(Day),
    Word,
    Symbol,
    End,
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, Bytes<usize>)>,
    next: usize,
    depth: usize,
    having: bool,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, SyntaxError> {
        Ok(Parser {
            text,
            tokens: tokens(text)?,
            next: 0,
            depth: 0,
            having: false,
        })
    }

    fn here(&self) -> Bytes<usize> {
        self.tokens[self.next].1.clone()
    }

    fn word(&self) -> &'t str {
        self.word_at(0)
    }

    /// The text of the token `ahead` of the next one; empty at the end.
    fn word_at(&self, ahead: usize) -> &'t str {
        self.tokens
            .get(self.next + ahead)
            .map_or("", |(_, at)| &self.text[at.clone()])
    }

    fn is_word(&self) -> bool {
        matches!(self.tokens[self.next].0, Token::Word)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.word() == word && self.tokens[self.next].0 != Token::End;
        if found {
            self.next += 1;
        }
        found
    }

    fn need(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.eat(word) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{word}`")))
        }
    }

    fn expected(&self, what: &str) -> SyntaxError {
        let found = match self.tokens[self.next].0 {
            Token::End => "the text ends".to_owned(),
            _ => format!("`{}` stands", self.word()),
        };
        let before = self
            .next
            .checked_sub(1)
            .and_then(|before| self.tokens.get(before));
        SyntaxError {
            code: "bad-expression",
            message: format!("{found} where {what} is expected"),
            at: self.here(),
            help: match self.word() {
                "==" => "write a single `=`".to_owned(),
                "&&" => "write `and`".to_owned(),
                "||" => "write `or`".to_owned(),
                "in" if what == "`of`" => {
                    "the table stands after `of`: `average score of csat`".to_owned()
                }
                "," if matches!(before, Some((Token::Number(_), _))) => {
                    "write a number without commas: 1000, or 1_000".to_owned()
                }
                "the" => "leave `the` out".to_owned(),
                "review" => "write `since last-review`".to_owned(),
                "days" | "weeks" | "months" | "quarters" | "years" if what == "`whole`" => {
                    format!(
                        "the {0} up to a day are `trailing 12 {0}`; `last 12 whole {0}` are those of the calendar",
                        self.word()
                    )
                }
                "in" => "a window stands before `where`: `count opportunities in period where …`"
                    .to_owned(),
                _ => String::new(),
            },
        }
    }

    fn end(&self) -> Result<(), SyntaxError> {
        match self.tokens[self.next].0 {
            Token::End => Ok(()),
            _ => Err(self.expected("the end of the expression")),
        }
    }

    fn done(&self, start: usize, node: Node) -> Expr {
        let end = self.tokens[self.next.max(1) - 1].1.end;
        Expr {
            node,
            at: start..end.max(start),
        }
    }

    fn deeper<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth >= DEEPEST {
            return Err(SyntaxError {
                code: "too-deep",
                message: format!("an expression nests more than {DEEPEST} deep"),
                at: self.here(),
                help: "name a part of it as a [measure] or [test] and use the name".to_owned(),
            });
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn expr(&mut self) -> Result<Expr, SyntaxError> {
        self.deeper(|p| p.expr_inner())
    }

    fn expr_inner(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.here().start;
        if self.eat("if") {
            let condition = self.test()?;
            self.need("then")?;
            let yes = self.expr()?;
            self.need("else")?;
            let no = self.expr()?;
            return Ok(self.done(start, Node::If(condition.into(), yes.into(), no.into())));
        }
        if let Some(node) = self.aggregate()? {
            return Ok(self.done(start, node));
        }
        if self.word() == "distinct" {
            let set = self.set()?;
            return Ok(self.done(start, Node::Set(set)));
        }
        let test = self.test()?;
        if let Some(joint) = self.joint() {
            let left = match test.node {
                Node::Name(name) => Set::Named(name, test.at),
                Node::Set(set) => set,
                _ => return Err(self.expected("a set on the left")),
            };
            self.next += 1;
            let right = self.one_set()?;
            let set = self.more_sets(Set::Join(joint, left.into(), right.into()))?;
            return Ok(self.done(start, Node::Set(set)));
        }
        Ok(test)
    }

    /// `count …`, `exists …`, `sum … of …`, `latest x of …`; none where something else begins.
    fn aggregate(&mut self) -> Result<Option<Node>, SyntaxError> {
        if self.having {
            return Ok(None);
        }
        let pick = match self.word() {
            "count" | "exists" => {
                let count = self.word() == "count";
                self.next += 1;
                let subject = self.subject()?;
                return Ok(Some(if count {
                    Node::Count(subject)
                } else {
                    Node::Exists(subject)
                }));
            }
            "sum" => {
                self.next += 1;
                let amount = self.sum()?;
                self.need("of")?;
                let highest = self.highest()?;
                let facts = self.facts()?;
                return Ok(Some(Node::Sum(amount.into(), highest, facts)));
            }
            "lowest" => Pick::Lowest,
            "highest" => Pick::Highest,
            "average" => Pick::Average,
            "latest" => Pick::Latest,
            _ => return Ok(None),
        };
        if self.word_at(1) == "(" || self.word_at(1) == "part" && self.word_at(2) == "of" {
            return Ok(None);
        }
        self.next += 1;
        let field = self.name("a field")?;
        self.need("of")?;
        let facts = self.facts()?;
        Ok(Some(Node::Picked(pick, field, facts)))
    }

    /// `highest 5 customer of`, in a sum.
    fn highest(&mut self) -> Result<Option<Highest>, SyntaxError> {
        if !self.eat("highest") {
            return Ok(None);
        }
        let number = self.how_many()?;
        let field = self.name("a field")?;
        self.need("of")?;
        Ok(Some(Highest { number, field }))
    }

    fn how_many(&mut self) -> Result<u32, SyntaxError> {
        let at = self.here().start;
        let Token::Number(number) = self.tokens[self.next].0.clone() else {
            return Err(self.expected("how many, as a whole number"));
        };
        self.next += 1;
        self.whole(&number, at)
    }

    fn subject(&mut self) -> Result<Subject, SyntaxError> {
        if self.word() == "distinct" || self.word() == "(" {
            return Ok(Subject::Set(self.set()?));
        }
        let facts = self.facts()?;
        if self.joint().is_some() {
            let set = self.more_sets(Set::Named(facts.kind, facts.at))?;
            return Ok(Subject::Set(set));
        }
        Ok(Subject::Facts(facts))
    }

    fn joint(&self) -> Option<Joint> {
        match self.word() {
            "union" => Some(Joint::Union),
            "intersect" => Some(Joint::Intersect),
            "except" => Some(Joint::Except),
            _ => None,
        }
    }

    fn set(&mut self) -> Result<Set, SyntaxError> {
        let first = self.one_set()?;
        self.more_sets(first)
    }

    fn more_sets(&mut self, mut set: Set) -> Result<Set, SyntaxError> {
        while let Some(joint) = self.joint() {
            self.next += 1;
            let right = self.one_set()?;
            set = Set::Join(joint, set.into(), right.into());
        }
        Ok(set)
    }

    fn one_set(&mut self) -> Result<Set, SyntaxError> {
        if self.eat("(") {
            let set = self.deeper(Self::set)?;
            self.need(")")?;
            return Ok(set);
        }
        if self.eat("distinct") {
            let field = self.name("a field")?;
            self.need("of")?;
            let facts = self.facts()?;
            let having = if self.eat("having") {
                let outer = std::mem::replace(&mut self.having, true);
                let test = self.test();
                self.having = outer;
                Some(test?.into())
            } else {
                None
            };
            return Ok(Set::Distinct {
                field,
                facts,
                having,
            });
        }
        let at = self.here();
        Ok(Set::Named(self.name("a set")?, at))
    }

    fn facts(&mut self) -> Result<Facts, SyntaxError> {
        let start = self.here().start;
        let pending = self.eat("pending");
        let kind = self.name("a kind of evidence")?;
        let ended = self.eat("including");
        if ended {
            self.need("ended")?;
        }
        let over = if self.eat("over") {
            Some(match self.word() {
                "family" => {
                    self.next += 1;
                    Scope::Family
                }
                "enterprise" => {
                    self.next += 1;
                    Scope::Enterprise
                }
                "group" => {
                    self.next += 1;
                    Scope::Group(self.name("a group's name")?)
                }
                _ => return Err(self.expected("`family`, `enterprise` or `group NAME`")),
            })
        } else {
            None
        };
        let window = if self.eat("in") {
            if !self.at_window() {
                return Err(self.expected("a window such as `period` or `trailing 12 months`"));
            }
            Some(self.window()?)
        } else {
            None
        };
        let filter = if self.eat("where") {
            let outer = std::mem::replace(&mut self.having, false);
            let test = self.test();
            self.having = outer;
            Some(test?.into())
        } else {
            None
        };
        Ok(Facts {
            pending,
            kind,
            ended,
            over,
            window,
            filter,
            at: start..self.tokens[self.next - 1].1.end,
        })
    }

    fn test(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.here().start;
        let first = self.unary()?;
        let joint = match self.word() {
            "and" => "and",
            "or" => "or",
            _ => return Ok(first),
        };
        let mut parts = vec![first];
        while self.eat(joint) {
            parts.push(self.unary()?);
        }
        if matches!(self.word(), "and" | "or") {
            let pieces: Vec<&str> = parts.iter().map(|p| &self.text[p.at.clone()]).collect();
            let inner = pieces.join(&format!(" {joint} "));
            return Err(SyntaxError {
                code: "mixed-and-or",
                message: format!("`{joint}` beside `{}` without parentheses", self.word()),
                at: self.here(),
                help: format!(
                    "write ({inner}) {} …, or put the parentheses on the other pair",
                    self.word()
                ),
            });
        }
        let node = if joint == "and" {
            Node::And(parts)
        } else {
            Node::Or(parts)
        };
        Ok(self.done(start, node))
    }

    fn unary(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.here().start;
        if self.eat("not") {
            let inner = self.deeper(Self::unary)?;
            return Ok(self.done(start, Node::Not(inner.into())));
        }
        let left = self.sum()?;
        if let Some(compare) = self.comparison() {
            self.next += 1;
            let right = self.sum()?;
            if self.comparison().is_some() {
                return Err(SyntaxError {
                    code: "chained-comparison",
                    message: "two comparisons stand in a row".to_owned(),
                    at: self.here(),
                    help: "join two comparisons with `and`".to_owned(),
                });
            }
            return Ok(self.done(start, Node::Compare(compare, left.into(), right.into())));
        }
        let negated = self.word() == "not" && self.word_at(1) == "in";
        if negated {
            self.next += 1;
        }
        if self.eat("in") {
            let value = Box::new(left);
            let node = if self.at_window() {
                let window = self.window()?;
                Node::InWindow {
                    value,
                    window,
                    negated,
                }
            } else {
                let list = self.name("a list or a window")?;
                Node::In {
                    value,
                    list,
                    negated,
                }
            };
            return Ok(self.done(start, node));
        }
        Ok(left)
    }

    fn comparison(&self) -> Option<Compare> {
        Some(match self.word() {
            "=" => Compare::Equal,
            "!=" => Compare::NotEqual,
            "<" => Compare::Less,
            "<=" => Compare::AtMost,
            ">" => Compare::More,
            ">=" => Compare::AtLeast,
            _ => return None,
        })
    }

    fn sum(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.here().start;
        let mut left = self.product()?;
        loop {
            let arith = match self.word() {
                "+" => Arith::Add,
                "-" => Arith::Subtract,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.product()?;
            left = self.done(start, Node::Arith(arith, left.into(), right.into()));
            self.limit(&left)?;
        }
    }

    fn product(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.here().start;
        let mut left = self.atom()?;
        loop {
            let arith = match self.word() {
                "*" => Arith::Multiply,
                "/" => Arith::Divide,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.atom()?;
            left = self.done(start, Node::Arith(arith, left.into(), right.into()));
            self.limit(&left)?;
        }
    }

    /// A long chain of operators is a deep tree as well.
    fn limit(&self, expr: &Expr) -> Result<(), SyntaxError> {
        let mut depth = 0;
        let mut left = expr;
        while let Node::Arith(_, inner, _) = &left.node {
            depth += 1;
            left = inner;
        }
        if depth > DEEPEST {
            return Err(SyntaxError {
                code: "too-deep",
                message: format!("more than {DEEPEST} operators stand in a row"),
                at: expr.at.clone(),
                help: "name a part of it as a [measure] and use the name".to_owned(),
            });
        }
        Ok(())
    }

    fn atom(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.here().start;
        match self.tokens[self.next].0.clone() {
            Token::Number(number) => {
                self.next += 1;
                let node = if self.eat("%") {
                    let hundred = Exact::from(100);
                    Node::Number(number.checked_div(&hundred).unwrap_or(Exact::ZERO))
                } else if is_currency(self.word()) {
                    let currency = self.word().to_owned();
                    self.next += 1;
                    Node::Money(number, currency)
                } else if let Some(unit) = self.unit() {
                    self.next += 1;
                    Node::Duration(Duration {
                        count: self.whole(&number, start)?,
                        unit,
                    })
                } else {
                    Node::Number(number)
                };
                Ok(self.done(start, node))
            }
            Token::Date(day) => {
                self.next += 1;
                Ok(self.done(start, Node::Date(day)))
            }
            Token::Symbol if self.word() == "(" => {
                self.next += 1;
                let outer = std::mem::replace(&mut self.having, false);
                // A group keeps its meaning inside parentheses of the same `having`.
                self.having = outer;
                let inner = self.expr()?;
                self.need(")")?;
                let at = self.done(start, Node::Yes).at;
                Ok(Expr {
                    node: inner.node,
                    at,
                })
            }
            Token::Symbol if self.word() == "-" => Err(SyntaxError {
                code: "bad-expression",
                message: "a minus has nothing on its left".to_owned(),
                at: self.here(),
                help: "write `0 - x`".to_owned(),
            }),
            Token::Word => self.word_atom(start),
            _ => Err(self.expected("a value")),
        }
    }

    fn word_atom(&mut self, start: usize) -> Result<Expr, SyntaxError> {
        let word = self.word();
        let calls = self.word_at(1) == "(";
        if self.having {
            let pick = match word {
                "count" => {
                    self.next += 1;
                    return Ok(self.done(start, Node::GroupCount));
                }
                "sum" => None,
                "lowest" if !calls => Some(Pick::Lowest),
                "highest" if !calls => Some(Pick::Highest),
                "average" if !calls => Some(Pick::Average),
                "latest" => Some(Pick::Latest),
                _ => return self.plain_atom(start, word, calls),
            };
            self.next += 1;
            let field = self.name("a field")?;
            let node = match pick {
                None => Node::GroupSum(field),
                Some(pick) => Node::GroupPick(pick, field),
            };
            return Ok(self.done(start, node));
        }
        self.plain_atom(start, word, calls)
    }

    fn plain_atom(&mut self, start: usize, word: &str, calls: bool) -> Result<Expr, SyntaxError> {
        let simple = match word {
            "yes" => Some(Node::Yes),
            "no" => Some(Node::No),
            "day" => Some(Node::Day),
            "matrix" => Some(Node::Matrix),
            "unused" => Some(Node::Unused),
            _ => None,
        };
        if let Some(node) = simple {
            self.next += 1;
            return Ok(self.done(start, node));
        }
        let node = match word {
            "lowest" if self.word_at(1) == "part" => {
                self.next += 2;
                self.need("of")?;
                Node::LowestPart(self.name("a score")?)
            }
            "lowest" | "highest" | "average" if calls => {
                self.next += 1;
                let pick = match word {
                    "lowest" => Pick::Lowest,
                    "highest" => Pick::Highest,
                    _ => Pick::Average,
                };
                Node::Of(pick, self.arguments()?)
            }
            "floor" | "ceiling" if calls => {
                self.next += 2;
                let inner = self.expr()?.into();
                self.need(")")?;
                if word == "floor" {
                    Node::Floor(inner)
                } else {
                    Node::Ceiling(inner)
                }
            }
            "held" | "once" if calls => {
                self.next += 2;
                if !self.at_window() {
                    return Err(self.expected("a window such as `trailing 6 months`"));
                }
                let window = self.window()?;
                self.need(",")?;
                let inner = self.expr()?.into();
                self.need(")")?;
                if word == "held" {
                    Node::Held(window, inner)
                } else {
                    Node::Once(window, inner)
                }
            }
            "before" if calls => {
                self.next += 2;
                let duration = self.duration()?;
                self.need(",")?;
                let inner = self.expr()?.into();
                self.need(")")?;
                Node::Before(duration, inner)
            }
            "holds" | "meets" if calls => {
                self.next += 2;
                let first = self.name("a level or a program")?;
                let (program, level) = if self.eat(",") {
                    (Some(first), self.name("a level")?)
                } else {
                    (None, first)
                };
                self.need(")")?;
                if word == "holds" {
                    Node::Holds { program, level }
                } else {
                    Node::Meets { program, level }
                }
            }
            "at" if self.word_at(1) == "least" => {
                self.next += 2;
                let count = self.how_many()?;
                self.need("of")?;
                Node::AtLeast(count, self.arguments()?)
            }
            "filled" if calls => {
                self.next += 2;
                let roster = self.name("a roster")?;
                self.need(")")?;
                Node::Filled(roster)
            }
            "count" | "exists" | "sum" | "distinct" | "latest" | "lowest" | "highest"
            | "average" => {
                return Err(SyntaxError {
                    code: "bare-aggregate",
                    message: format!("`{word}` stands inside a larger expression"),
                    at: self.here(),
                    help: format!(
                        "put it in parentheses, so that nobody wonders where its filter ends: ({word} …)"
                    ),
                });
            }
            "partner" if self.word_at(1) == "." => {
                self.next += 2;
                Node::PartnerField(self.name("a field of `partners`")?)
            }
            _ => {
                let name = self.name("a value")?;
                if self.eat("(") {
                    let argument = self.expr()?.into();
                    self.need(")")?;
                    Node::Lookup(name, argument)
                } else {
                    Node::Name(name)
                }
            }
        };
        Ok(self.done(start, node))
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, SyntaxError> {
        self.need("(")?;
        let mut arguments = vec![self.expr()?];
        while self.eat(",") {
            arguments.push(self.expr()?);
        }
        self.need(")")?;
        Ok(arguments)
    }

    fn name(&mut self, what: &str) -> Result<String, SyntaxError> {
        let word = self.word();
        // `since` is a field of enrollments and elections too. A window stands only behind `in` and where nothing else may.
        let field = word == "since" && !matches!(self.word_at(1), "last-review" | "enrolled");
        if !self.is_word() || RESERVED.contains(&word) && !field {
            return Err(self.expected(what));
        }
        if !is_name(word) {
            return Err(SyntaxError {
                code: "bad-expression",
                message: format!("`{word}` is no name"),
                at: self.here(),
                help: "a name is lower-case letters, digits, `_` and single hyphens; a code is two or three capitals"
                    .to_owned(),
            });
        }
        self.next += 1;
        Ok(word.to_owned())
    }

    fn whole(&self, number: &Exact, start: usize) -> Result<u32, SyntaxError> {
        number
            .to_i64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n <= 100_000)
            .ok_or_else(|| SyntaxError {
                code: "bad-expression",
                message: format!("`{number}` is no whole number that can be counted here"),
                at: start..self.here().start,
                help: "write a whole number up to 100_000".to_owned(),
            })
    }

    fn unit(&self) -> Option<Unit> {
        UNITS
            .iter()
            .find(|(name, _)| *name == self.word())
            .map(|(_, unit)| *unit)
    }

    fn duration(&mut self) -> Result<Duration, SyntaxError> {
        let start = self.here().start;
        let Token::Number(number) = self.tokens[self.next].0.clone() else {
            return Err(self.expected("a duration such as `12 months`"));
        };
        self.next += 1;
        let count = self.whole(&number, start)?;
        let Some(unit) = self.unit() else {
            return Err(self.expected("`days`, `weeks`, `months`, `quarters` or `years`"));
        };
        self.next += 1;
        Ok(Duration { count, unit })
    }

    fn at_window(&self) -> bool {
        matches!(
            self.word(),
            "period" | "trailing" | "since" | "from" | "this" | "last"
        )
    }

    fn period(&mut self) -> Result<Period, SyntaxError> {
        let fiscal = self.eat("fiscal");
        let Some(unit) = self.unit() else {
            return Err(self.expected("`day`, `week`, `month`, `quarter` or `year`"));
        };
        self.next += 1;
        Ok(Period { unit, fiscal })
    }

    fn window(&mut self) -> Result<Window, SyntaxError> {
        let word = self.word();
        self.next += 1;
        Ok(match word {
            "period" => Window::Period,
            "trailing" => Window::Trailing(self.duration()?),
            "since" => {
                let mark = self.word();
                self.next += usize::from(self.is_word());
                match mark {
                    "last-review" => Window::SinceReview,
                    "enrolled" => Window::SinceEnrolled,
                    _ => {
                        self.next -= usize::from(self.next > 0 && !mark.is_empty());
                        return Err(self.expected("`last-review` or `enrolled`"));
                    }
                }
            }
            "from" => {
                let Token::Date(day) = self.tokens[self.next].0 else {
                    return Err(self.expected("a day such as `2020-01-01`"));
                };
                self.next += 1;
                Window::From(day)
            }
            "this" => {
                let unit = self.period()?;
                let and_before = self.word() == "and"
                    && matches!(self.tokens.get(self.next + 1), Some((Token::Number(_), _)))
                    && self.word_at(2) == "before";
                let before = if and_before {
                    self.next += 1;
                    let start = self.here().start;
                    let Token::Number(number) = self.tokens[self.next].0.clone() else {
                        return Err(self.expected("how many before"));
                    };
                    self.next += 2;
                    self.whole(&number, start)?
                } else {
                    0
                };
                Window::This { unit, before }
            }
            _ => {
                let start = self.here().start;
                let Token::Number(number) = self.tokens[self.next].0.clone() else {
                    return Err(self.expected("how many whole units"));
                };
                self.next += 1;
                let count = self.whole(&number, start)?;
                self.need("whole")?;
                Window::LastWhole {
                    count,
                    unit: self.period()?,
                }
            }
        })
    }
}

fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase())
}

fn tokens(text: &str) -> Result<Vec<(Token, Bytes<usize>)>, SyntaxError> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b if b.is_ascii_digit() => {
                while at < bytes.len()
                    && (bytes[at].is_ascii_digit() || matches!(bytes[at], b'_' | b'.'))
                {
                    at += 1;
                }
                let date = bytes
                    .get(start..start + 10)
                    .and_then(|b| std::str::from_utf8(b).ok());
                let is_date = at - start == 4
                    && bytes.get(at) == Some(&b'-')
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                if is_date {
                    let Some(day) = date.and_then(Day::parse) else {
                        let end = (start + 10).min(bytes.len());
                        let end = (end..=bytes.len())
                            .find(|e| text.is_char_boundary(*e))
                            .unwrap_or(bytes.len());
                        return Err(SyntaxError {
                            code: "no-such-day",
                            message: format!("`{}` is no day of the calendar", &text[start..end]),
                            at: start..end,
                            help: "write a day as 2022-06-30".to_owned(),
                        });
                    };
                    at = start + 10;
                    tokens.push((Token::Date(day), start..at));
                } else {
                    let Some(number) = Exact::parse(&text[start..at]) else {
                        return Err(SyntaxError {
                            code: "bad-number",
                            message: format!("`{}` is no number", &text[start..at]),
                            at: start..at,
                            help: "write a decimal with a point, such as 1_500.25".to_owned(),
                        });
                    };
                    tokens.push((Token::Number(number), start..at));
                }
            }
            b if b.is_ascii_alphabetic() => {
                while at < bytes.len()
                    && (bytes[at].is_ascii_alphanumeric()
                        || bytes[at] == b'_'
                        || bytes[at] == b'-'
                            && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric))
                {
                    at += 1;
                }
                tokens.push((Token::Word, start..at));
            }
            b'!' | b'<' | b'>' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                tokens.push((Token::Symbol, start..at));
            }
            b'=' | b'&' | b'|' => {
                at += 1;
                while bytes.get(at) == Some(&bytes[start]) {
                    at += 1;
                }
                tokens.push((Token::Symbol, start..at));
            }
            b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'(' | b')' | b',' | b'%' | b'.' => {
                at += 1;
                tokens.push((Token::Symbol, start..at));
            }
            _ => {
                let odd = text[start..].chars().next().unwrap_or('?');
                return Err(SyntaxError {
                    code: "bad-expression",
                    message: format!("`{odd}` has no meaning here"),
                    at: start..start + odd.len_utf8(),
                    help: match odd {
                        '≥' => "write `>=`".to_owned(),
                        '≤' => "write `<=`".to_owned(),
                        '–' | '−' => "write a plain minus `-` between spaces".to_owned(),
                        '"' | '\'' => "words stand without quotes: `stage = launched`".to_owned(),
                        '$' | '€' | '£' => {
                            "write the currency after the number: `1_500 USD`".to_owned()
                        }
                        _ => String::new(),
                    },
                });
            }
        }
    }
    tokens.push((Token::End, bytes.len()..bytes.len()));
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn fails(text: &str, expected: Expect) {
        let error = parse(text).expect_err("an error");
        let help = if error.help.is_empty() {
            String::new()
        } else {
            format!("\nhelp: {}", error.help)
        };
        expected.assert_eq(&format!("{error} at {:?}{help}", &text[error.at.clone()]));
    }

    #[test]
    fn every_expression_of_the_language_page_is_read() {
        for text in [
            "holds(advanced) and matrix and sustained and executive-business-review",
            "count distinct person of credentials where class = accreditation",
            "count opportunities in period where stage = launched",
            "sum estimated_mrr of opportunities in period where stage = launched",
            "exists attestations in period where kind = business-plan",
            "validation in must-include",
            "held(trailing 6 months, matrix)",
            "exists enrollments where fee_paid_until > day",
            "fee-paid and (holds(select) or meets(select))",
            "(count csat in period where score >= 4) >= 20",
            "(count tickets in trailing 3 months where process = none) = 0",
            "(sum amount of revenue in trailing 12 months where line = products) / (sum amount of revenue in trailing 12 months)",
            "average(threat-1a, threat-1b) + average(threat-2a, threat-2b)",
            "lowest(strategy, delivery, sales, people, finance)",
            "count distinct customer of usage having sum active_users >= 25",
            "before(12 months, users)",
            "count enrollments in since enrolled where since > 2026-01-01 or day - 12 months >= since",
            "latest since of enrollments",
            "if users-before >= 500 then 100 * (users - users-before) / users-before else 0",
            "if (count distinct customer of usage where seats <= 300) > 80% * (count distinct customer of usage) then small else enterprise",
            "4 * (tenants - before(12 months, tenants))",
            "if step-1 >= 2 and step-2 >= 2 then 20/3 * step-3 else 0",
            "lowest(4 * step-1, 4) + lowest(4 * step-2, 4) + (if step-1 >= 1 and step-2 >= 1 then 8 * step-3 else 0)",
            "lowest part of capability",
            "once(this month and 5 before, matrix)",
            "sum units * rate(workload) of consumption in last 1 whole month",
            "sum amount of highest 5 customer of revenue in trailing 12 months",
            "sum amount of bookings over family in last 12 whole fiscal months",
            "(count distinct person of credentials over family where class = certification) / (bookings-all / 100_000 USD)",
            "distinct person of people where team = sales",
            "(count sales-staff except accredited-people) = 0",
            "holds(example-capability, partner)",
            "count case-studies where unused",
            "count distinct country of enrollments over enterprise where program = example-specialization and level >= base",
            "filled(roles)",
            "latest track of elections",
            "at least 2 of (a, b, c > 3)",
            "ended_on in trailing 12 months",
            "not exists-somewhere",
            "gold-revenue(partner.country)",
            "count (distinct customer of contracts) intersect (distinct customer of csat having average score >= 4)",
            "this-year not in retired",
            "count pending opportunities where target_close_on <= day + 30 days",
        ] {
            if let Err(error) = parse(text) {
                panic!("{text}\n{error} at {:?}", error.at);
            }
        }
    }

    #[test]
    fn and_beside_or_needs_parentheses() {
        fails(
            "class = exam and level >= associate or track = sales",
            expect![[r#"
                mixed-and-or: `and` beside `or` without parentheses at "or"
                help: write (class = exam and level >= associate) or …, or put the parentheses on the other pair"#]],
        );
    }

    #[test]
    fn slips_are_answered_with_how_to_mend_them() {
        fails(
            "a == 2",
            expect![[r#"
            bad-expression: `==` stands where the end of the expression is expected at "=="
            help: write a single `=`"#]],
        );
        fails(
            "1 < a < 3",
            expect![[r#"
            chained-comparison: two comparisons stand in a row at "<"
            help: join two comparisons with `and`"#]],
        );
        fails(
            "2 * count csat",
            expect![[r#"
            bare-aggregate: `count` stands inside a larger expression at "count"
            help: put it in parentheses, so that nobody wonders where its filter ends: (count …)"#]],
        );
        fails(
            "count opportunities where stage = launched in period",
            expect![[r#"
            bad-expression: `in` stands where the end of the expression is expected at "in"
            help: a window stands before `where`: `count opportunities in period where …`"#]],
        );
        fails(
            "x >= $5",
            expect![[r#"
            bad-expression: `$` has no meaning here at "$"
            help: write the currency after the number: `1_500 USD`"#]],
        );
        fails(
            "x > 2025-02-30",
            expect![[r#"
            no-such-day: `2025-02-30` is no day of the calendar at "2025-02-30"
            help: write a day as 2022-06-30"#]],
        );
    }

    #[test]
    fn hostile_nesting_is_refused_without_a_crash() {
        for text in [
            "(".repeat(100_000),
            "not ".repeat(100_000),
            "1+".repeat(100_000) + "1",
            "if ".repeat(9999),
        ] {
            assert!(parse(&text).is_err());
        }
    }

    #[test]
    fn a_threshold_may_be_a_printed_range() {
        let threshold = parse_threshold("3_000_000 USD to 7_000_000 USD").expect("a range");
        assert_eq!(
            threshold.from.node,
            Node::Money(Exact::from(3_000_000), "USD".into())
        );
        assert!(threshold.to.is_some());
        assert!(matches!(
            parse_threshold("20/3").expect("one").from.node,
            Node::Arith(..)
        ));
    }
}
