//! How a rule is written: one text for each expression and each key, whatever the spacing of the file.
//!
//! Knows the grammar and nothing about meaning. Two expressions that say the same in
//! the same words have the same text here, so texts can be compared, hashed and shown.

use std::fmt;

use crate::program::{
    Actor, AnswerType, Band, BandValue, Choose, Delay, DemoteTo, Item, PerTrack, Published, Review,
    Takes,
};
use crate::source::{Formula, Limit};
use crate::syntax::{
    Arith, Compare, Expr, Facts, Joint, Node, Pick, Scope, Set, Subject, Threshold,
};

/// How tightly the parts of an expression hold together; what holds less tightly needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tight {
    Whole,
    Joined,
    Test,
    Sum,
    Product,
    Atom,
}

/// The expression in the words of the language, with only the parentheses that it needs.
pub fn expr(expr: &Expr) -> String {
    At(expr, Tight::Whole).to_string()
}

/// A choice of facts in the words of the language.
pub fn facts(facts: &Facts) -> String {
    FactsText(facts).to_string()
}

/// A threshold in the words of the language: one value, or a range.
pub fn threshold(threshold: &Threshold) -> String {
    match &threshold.to {
        Some(to) => format!("{} to {}", expr(&threshold.from), expr(to)),
        None => expr(&threshold.from),
    }
}

/// A formula, or one for each track: `enterprise: 4 * tenants; small: 2 * tenants`.
pub fn formulas(formulas: &PerTrack<Formula>) -> String {
    per_track(formulas, |f| expr(&f.expr))
}

/// The limit of a level in the words of the language.
pub fn limit(limit: &Limit) -> String {
    threshold(&limit.threshold)
}

/// A value, or one for each track.
pub fn per_track<T>(value: &PerTrack<T>, text: impl Fn(&T) -> String) -> String {
    match value {
        PerTrack::All(value) => text(value),
        PerTrack::Each(by_track) => {
            let each: Vec<String> = by_track
                .iter()
                .map(|(track, value)| format!("{track}: {}", text(value)))
                .collect();
            each.join("; ")
        }
    }
}

/// `>=`.
pub fn compare(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "=",
        Compare::NotEqual => "!=",
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::More => ">",
        Compare::AtLeast => ">=",
    }
}

/// The key of a row's thresholds: `at_least`.
pub fn compare_key(compare: Compare) -> &'static str {
    match compare {
        Compare::AtLeast => "at_least",
        Compare::More => "more_than",
        Compare::AtMost => "at_most",
        Compare::Less => "less_than",
        Compare::Equal => "equal",
        Compare::NotEqual => "unequal",
    }
}

/// An item of a list: `cloudops-competency from 2024-12-01`.
pub fn item(item: &Item) -> String {
    let mut text = item.is.clone();
    if let Some(from) = item.from {
        text += &format!(" from {from}");
    }
    if let Some(until) = item.until {
        text += &format!(" until {until}");
    }
    text
}

/// A band: `from 3, below 5 is 7`.
pub fn band(band: &Band) -> String {
    let ends: Vec<String> = [
        (&band.lower, ["from", "above"]),
        (&band.upper, ["to", "below"]),
    ]
    .into_iter()
    .filter_map(|(end, [inside, outside])| {
        let (number, is_inside) = end.as_ref()?;
        let unit = band.currency.as_ref().map(|c| format!(" {c}"));
        Some(format!(
            "{} {number}{}",
            if *is_inside { inside } else { outside },
            unit.unwrap_or_default()
        ))
    })
    .collect();
    let value = match &band.is {
        BandValue::Number(n) => n.to_string(),
        BandValue::Word(word) => word.clone(),
    };
    if ends.is_empty() {
        format!("is {value}")
    } else {
        format!("{} is {value}", ends.join(", "))
    }
}

/// The type of an answer as a file writes it.
pub fn answer(answer: &AnswerType) -> String {
    match answer {
        AnswerType::YesNo => "yes or no".to_owned(),
        AnswerType::Scale(from, to) => format!("{from} to {to}"),
        AnswerType::Percent => "percent".to_owned(),
        AnswerType::Number => "number".to_owned(),
        AnswerType::Money(None) => "money".to_owned(),
        AnswerType::Money(Some(currency)) => format!("money {currency}"),
        AnswerType::Ladder(words) => words.join(" < "),
        AnswerType::Scored(scores) => scores
            .iter()
            .map(|(word, score)| format!("{word} = {score}"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// How a track is chosen, as a file writes it.
pub fn choose(choose: &Choose) -> String {
    match choose {
        Choose::Highest(name) => format!("highest {name}"),
        Choose::By(formula) => expr(&formula.expr),
    }
}

/// A day of each year: `01-31`.
pub fn month_day((month, day): (i8, i8)) -> String {
    format!("{month:02}-{day:02}")
}

/// Something that may be not published.
pub fn published<T>(value: &Published<T>, text: impl Fn(&T) -> String) -> String {
    match value {
        Published::As(value) => text(value),
        Published::Not => "not published".to_owned(),
    }
}

/// When a rule of the lifecycle takes effect.
pub fn takes(takes: &Takes) -> String {
    match takes {
        Takes::AnyDay => "any day".to_owned(),
        Takes::Review => "review".to_owned(),
        Takes::MonthEnd => "month end".to_owned(),
        Takes::Dates(days) => days
            .iter()
            .map(|d| month_day(*d))
            .collect::<Vec<_>>()
            .join(", "),
        Takes::Never => "never".to_owned(),
    }
}

/// Who makes a promotion happen.
pub fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Rule => "rule",
        Actor::Application => "application",
        Actor::Invitation => "invitation",
    }
}

/// How long until a change is effective.
pub fn delay(delay: &Delay) -> String {
    match delay {
        Delay::AtOnce => "at once".to_owned(),
        Delay::NextMonth => "next month".to_owned(),
        Delay::After(duration) => duration.to_string(),
    }
}

/// What a failed review demotes to.
pub fn demote_to(to: &DemoteTo) -> String {
    match to {
        DemoteTo::HighestRetained => "highest retained".to_owned(),
        DemoteTo::Level(level) => level.clone(),
        DemoteTo::None => "none".to_owned(),
    }
}

/// When reviews fall: `every 1 year, after since`.
pub fn review(review: &Review) -> String {
    let mut parts = Vec::new();
    if let Some(every) = review.every {
        parts.push(format!("every {every}"));
    }
    if let Some(after) = &review.after {
        parts.push(format!("after {after}"));
    }
    if !review.on.is_empty() {
        let days: Vec<String> = review.on.iter().map(|d| month_day(*d)).collect();
        parts.push(format!("on {}", days.join(" and ")));
    }
    if parts.is_empty() {
        "not published".to_owned()
    } else {
        parts.join(", ")
    }
}

/// An expression where something at least as tight as this is needed.
struct At<'e>(&'e Expr, Tight);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let At(expr, needed) = *self;
        if tight(&expr.node) < needed {
            write!(f, "({})", At(expr, Tight::Whole))
        } else {
            write_node(f, &expr.node)
        }
    }
}

fn tight(node: &Node) -> Tight {
    match node {
        Node::If(..)
        | Node::Count(_)
        | Node::Exists(_)
        | Node::Sum(..)
        | Node::Picked(..)
        | Node::Set(_) => Tight::Whole,
        Node::And(_) | Node::Or(_) => Tight::Joined,
        Node::Not(_) | Node::Compare(..) | Node::In { .. } | Node::InWindow { .. } => Tight::Test,
        Node::Arith(Arith::Add | Arith::Subtract, ..) => Tight::Sum,
        Node::Arith(Arith::Multiply | Arith::Divide, ..) => Tight::Product,
        _ => Tight::Atom,
    }
}

fn pick(pick: Pick) -> &'static str {
    match pick {
        Pick::Lowest => "lowest",
        Pick::Highest => "highest",
        Pick::Average => "average",
        Pick::Latest => "latest",
    }
}

fn write_node(f: &mut fmt::Formatter<'_>, node: &Node) -> fmt::Result {
    let joined = |f: &mut fmt::Formatter<'_>, parts: &[Expr], word: &str, each: Tight| {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                f.write_str(word)?;
            }
            write!(f, "{}", At(part, each))?;
        }
        Ok(())
    };
    match node {
        Node::Number(n) => write!(f, "{n}"),
        Node::Money(n, currency) => write!(f, "{n} {currency}"),
        Node::Date(day) => write!(f, "{day}"),
        Node::Duration(duration) => write!(f, "{duration}"),
        Node::Name(name) => f.write_str(name),
        Node::PartnerField(name) => write!(f, "partner.{name}"),
        Node::Yes => f.write_str("yes"),
        Node::No => f.write_str("no"),
        Node::Day => f.write_str("day"),
        Node::Matrix => f.write_str("matrix"),
        Node::Unused => f.write_str("unused"),
        Node::Not(inner) => write!(f, "not {}", At(inner, Tight::Test)),
        Node::And(parts) => joined(f, parts, " and ", Tight::Test),
        Node::Or(parts) => joined(f, parts, " or ", Tight::Test),
        Node::Compare(op, a, b) => {
            write!(
                f,
                "{} {} {}",
                At(a, Tight::Sum),
                compare(*op),
                At(b, Tight::Sum)
            )
        }
        Node::In {
            value,
            list,
            negated,
        } => {
            let not = if *negated { "not " } else { "" };
            write!(f, "{} {not}in {list}", At(value, Tight::Sum))
        }
        Node::InWindow {
            value,
            window,
            negated,
        } => {
            let not = if *negated { "not " } else { "" };
            write!(f, "{} {not}in {window}", At(value, Tight::Sum))
        }
        Node::Arith(op, a, b) => {
            let (sign, left, right) = match op {
                Arith::Add => ("+", Tight::Sum, Tight::Product),
                Arith::Subtract => ("-", Tight::Sum, Tight::Product),
                Arith::Multiply => ("*", Tight::Product, Tight::Atom),
                Arith::Divide => ("/", Tight::Product, Tight::Atom),
            };
            write!(f, "{} {sign} {}", At(a, left), At(b, right))
        }
        Node::Of(which, parts) => {
            write!(f, "{}(", pick(*which))?;
            joined(f, parts, ", ", Tight::Whole)?;
            f.write_str(")")
        }
        Node::Floor(inner) => write!(f, "floor({})", At(inner, Tight::Whole)),
        Node::Ceiling(inner) => write!(f, "ceiling({})", At(inner, Tight::Whole)),
        Node::Held(window, inner) => write!(f, "held({window}, {})", At(inner, Tight::Whole)),
        Node::Once(window, inner) => write!(f, "once({window}, {})", At(inner, Tight::Whole)),
        Node::Before(by, inner) => write!(f, "before({by}, {})", At(inner, Tight::Whole)),
        Node::Holds { program, level } => match program {
            Some(program) => write!(f, "holds({program}, {level})"),
            None => write!(f, "holds({level})"),
        },
        Node::Meets { program, level } => match program {
            Some(program) => write!(f, "meets({program}, {level})"),
            None => write!(f, "meets({level})"),
        },
        Node::AtLeast(count, parts) => {
            write!(f, "at least {count} of (")?;
            joined(f, parts, ", ", Tight::Whole)?;
            f.write_str(")")
        }
        Node::LowestPart(score) => write!(f, "lowest part of {score}"),
        Node::Filled(roster) => write!(f, "filled({roster})"),
        Node::Lookup(table, inner) => write!(f, "{table}({})", At(inner, Tight::Whole)),
        Node::If(test, yes, no) => write!(
            f,
            "if {} then {} else {}",
            At(test, Tight::Joined),
            At(yes, Tight::Whole),
            At(no, Tight::Whole)
        ),
        Node::Count(subject) => write!(f, "count {}", SubjectText(subject)),
        Node::Exists(subject) => write!(f, "exists {}", SubjectText(subject)),
        Node::Sum(amount, highest, facts) => {
            write!(f, "sum {} of ", At(amount, Tight::Sum))?;
            if let Some(of) = highest {
                write!(f, "highest {} {} of ", of.number, of.field)?;
            }
            write!(f, "{}", FactsText(facts))
        }
        Node::Picked(which, field, facts) => {
            write!(f, "{} {field} of {}", pick(*which), FactsText(facts))
        }
        Node::Set(set) => write!(f, "{}", SetText(set)),
        Node::GroupCount => f.write_str("count"),
        Node::GroupSum(field) => write!(f, "sum {field}"),
        Node::GroupPick(which, field) => write!(f, "{} {field}", pick(*which)),
    }
}

struct SubjectText<'e>(&'e Subject);

impl fmt::Display for SubjectText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Facts(facts) => write!(f, "{}", FactsText(facts)),
            Subject::Set(Set::Named(name, _)) => write!(f, "({name})"),
            Subject::Set(set) => write!(f, "{}", SetText(set)),
        }
    }
}

struct FactsText<'e>(&'e Facts);

impl fmt::Display for FactsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = self.0;
        if facts.pending {
            f.write_str("pending ")?;
        }
        f.write_str(&facts.kind)?;
        if facts.ended {
            f.write_str(" including ended")?;
        }
        match &facts.over {
            None => {}
            Some(Scope::Family) => f.write_str(" over family")?,
            Some(Scope::Enterprise) => f.write_str(" over enterprise")?,
            Some(Scope::Group(group)) => write!(f, " over group {group}")?,
        }
        if let Some(window) = &facts.window {
            write!(f, " in {window}")?;
        }
        if let Some(filter) = &facts.filter {
            write!(f, " where {}", At(filter, Tight::Joined))?;
        }
        Ok(())
    }
}

struct SetText<'e>(&'e Set);

impl fmt::Display for SetText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Set::Distinct {
                field,
                facts,
                having,
            } => {
                write!(f, "distinct {field} of {}", FactsText(facts))?;
                if let Some(having) = having {
                    write!(f, " having {}", At(having, Tight::Joined))?;
                }
                Ok(())
            }
            Set::Named(name, _) => f.write_str(name),
            Set::Join(joint, left, right) => {
                let word = match joint {
                    Joint::Union => "union",
                    Joint::Intersect => "intersect",
                    Joint::Except => "except",
                };
                write!(f, "{} {word} ", SetText(left))?;
                match **right {
                    Set::Join(..) => write!(f, "({})", SetText(right)),
                    _ => write!(f, "{}", SetText(right)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let read = parse(text).expect("an expression");
        let written = expr(&read);
        expected.assert_eq(&written);
        let again = parse(&written).expect("what was written");
        assert_eq!(expr(&again), written, "read again");
    }

    #[test]
    fn spacing_and_needless_parentheses_make_no_difference() {
        check("((a   +  b))-(c - d)", expect!["a + b - (c - d)"]);
        check("(a * b) / (c * d)", expect!["a * b / (c * d)"]);
        check("1_500.50   USD", expect!["1500.5 USD"]);
        check("50%", expect!["0.5"]);
        check(
            "not (a and (b or c)) and (not d)",
            expect!["not (a and (b or c)) and not d"],
        );
        check(
            "(count csat in period where score >= 4)>=20",
            expect!["(count csat in period where score >= 4) >= 20"],
        );
    }

    #[test]
    fn every_form_is_written_as_it_is_read() {
        check(
            "count distinct person of credentials including ended over family in trailing 1 year where class = exam and not (level < associate)",
            expect![
                "count distinct person of credentials including ended over family in trailing 1 year where class = exam and not level < associate"
            ],
        );
        check(
            "(sum 2*amount of highest 5 customer of revenue in trailing 12 months) / all",
            expect![
                "(sum 2 * amount of highest 5 customer of revenue in trailing 12 months) / all"
            ],
        );
        check(
            "count pending opportunities over group emea in last 12 whole fiscal months",
            expect!["count pending opportunities over group emea in last 12 whole fiscal months"],
        );
        check(
            "distinct customer of usage having sum seats >= 25 and count > 1 except (gone union lost)",
            expect![
                "distinct customer of usage having sum seats >= 25 and count > 1 except (gone union lost)"
            ],
        );
        check(
            "if a > 1 then (if b then 1 else 2) else lowest(3, rate(x))",
            expect!["if a > 1 then if b then 1 else 2 else lowest(3, rate(x))"],
        );
        check(
            "at least 2 of (a, held(since last-review, matrix), holds(other, gold), before(1 quarter, x) > 1)",
            expect![
                "at least 2 of (a, held(since last-review, matrix), holds(other, gold), before(1 quarter, x) > 1)"
            ],
        );
        check(
            "partner.country in emea or ended_on not in this fiscal year and 1 before",
            expect!["partner.country in emea or ended_on not in this fiscal year and 1 before"],
        );
    }
}
