//! The tree of an expression, node by node: §2 of the language page; conventions 11, 12 and 15.

use std::rc::Rc;

use super::choice::{Choice, within};
use super::facts::Fact;
use super::values::{
    Could, Members, Money, Val, Word, arithmetic, compare, one_or_nothing, whole, without_limit,
};
use super::{About, MOST_DAYS, Reference, Scene};
use crate::calendar::{Day, Window};
use crate::number::{Exact, Range};
use crate::program::Ask;
use crate::standing::Truth;
use crate::syntax::{Arith, Compare, Expr, Facts, Highest, Node, Pick, Set, Subject};
use crate::vocabulary::FieldType;

impl Reference<'_> {
    /// An expression as a test.
    pub(super) fn test(&self, expr: &Expr, scene: &Scene<'_>) -> Truth {
        // The amounts of a test are in a currency of their own.
        let currency = None;
        self.eval(expr, &Scene { currency, ..*scene }).truth()
    }

    /// The value of an expression.
    pub(super) fn eval(&self, expr: &Expr, scene: &Scene<'_>) -> Val {
        if !self.may_go_on(scene) {
            return Val::Unknown;
        }
        let scene = Scene {
            depth: scene.depth + 1,
            ..*scene
        };
        self.node(&expr.node, &scene)
    }

    fn node(&self, node: &Node, scene: &Scene<'_>) -> Val {
        match node {
            Node::Number(number) => Val::number(number.clone()),
            Node::Money(amount, currency) => Val::Money(Money::literal(amount.clone(), currency)),
            Node::Date(day) => Val::day(*day),
            Node::Duration(duration) => Val::Duration(*duration),
            Node::Name(name) => self.name(name, scene),
            Node::PartnerField(name) => self.asked_partner_field(name, scene),
            Node::Yes => Val::Test(Truth::Yes),
            Node::No => Val::Test(Truth::No),
            Node::Day => Val::day(scene.day),
            Node::Matrix => Val::test(self.matrix(scene)),
            Node::Unused => match scene.about {
                About::Fact { fact, .. } => Val::test(self.is_unused(fact, scene.day)),
                _ => Val::Unknown,
            },
            Node::Not(test) => Val::test(!self.test(test, scene)),
            Node::And(tests) => self.all(tests, Truth::and, scene),
            Node::Or(tests) => self.all(tests, Truth::or, scene),
            Node::Compare(op, left, right) => self.comparison(*op, left, right, scene),
            Node::In {
                value,
                list,
                negated,
            } => {
                let is = self.is_in(value, list, scene);
                Val::test(if *negated { !is } else { is })
            }
            Node::InWindow {
                value,
                window,
                negated,
            } => {
                let is = self.is_in_window(value, *window, scene);
                Val::test(if *negated { !is } else { is })
            }
            Node::Arith(op, left, right) => self.arith(*op, left, right, scene),
            Node::Of(pick, values) => self.of(*pick, values, scene),
            Node::Floor(value) => round(self.eval(value, scene), Exact::floor),
            Node::Ceiling(value) => round(self.eval(value, scene), Exact::ceiling),
            Node::Held(window, test) => self.every_day(*window, test, true, scene),
            Node::Once(window, test) => self.every_day(*window, test, false, scene),
            // The same, asked that much earlier.
            Node::Before(duration, value) => {
                self.eval(value, &scene.on(scene.day.minus(*duration)))
            }
            Node::Holds { program, level } => {
                Val::test(self.has_status(program.as_deref(), level, scene))
            }
            Node::Meets { program, level } => {
                Val::test(self.meets(program.as_deref(), level, scene))
            }
            Node::AtLeast(count, tests) => self.at_least(*count, tests, scene),
            Node::LowestPart(score) => self.lowest_part(score, scene),
            Node::Filled(roster) => self.filled(roster, scene),
            Node::Lookup(name, argument) => self.look_up(name, argument, scene),
            Node::If(test, yes, no) => self.branch(test, yes, no, scene),
            Node::Count(subject) => self.count(subject, scene),
            Node::Exists(subject) => self.exists(subject, scene),
            Node::Sum(amount, highest, facts) => match (self.choose(facts, scene), highest) {
                (Some(choice), None) => self.sum(&choice, amount, scene),
                (Some(choice), Some(of)) => self.sum_of_highest(of, choice, amount, scene),
                (None, _) => Val::Unknown,
            },
            Node::Picked(pick, field, facts) => match self.choose(facts, scene) {
                Some(choice) => self.picked(*pick, field, &choice, scene),
                None => Val::Unknown,
            },
            Node::Set(set) => self.set(set, scene).map_or(Val::Unknown, Val::Set),
            Node::GroupCount => match scene.about {
                About::Group(group) => Val::Number(count_of(group)),
                _ => Val::Unknown,
            },
            Node::GroupSum(field) => match scene.about {
                About::Group(group) => self.sum_of_field(group, field, scene),
                _ => Val::Unknown,
            },
            Node::GroupPick(pick, field) => match scene.about {
                About::Group(group) => self.picked(*pick, field, group, scene),
                _ => Val::Unknown,
            },
        }
    }

    // ------------------------------------------------------------------------------------------------ names and words

    /// §2, "Names": in a filter a field of the kind; then a word that the measure declares; else a name of the edition.
    fn name(&self, name: &str, scene: &Scene<'_>) -> Val {
        if let Some(value) = self.field(name, scene) {
            return value;
        }
        let words = Word {
            others: scene.words.to_vec(),
            ..Word::default()
        };
        if let Some(word) = words.declared(name) {
            let could = Could::OneOf([word.to_owned()].into());
            return Val::Word(Word { could, ..words });
        }
        self.named(name, scene)
    }

    /// `partner.country`: of the partner asked about; in a filter, of the partner whose fact it is.
    fn asked_partner_field(&self, name: &str, scene: &Scene<'_>) -> Val {
        let partner = match scene.about {
            About::Fact { fact, .. } => fact.partner,
            _ => scene.partner,
        };
        self.partner_field(name, partner).unwrap_or(Val::Unknown)
    }

    /// A comparison. Right of a word stands one of its words (§2, "Names").
    fn comparison(&self, op: Compare, left: &Expr, right: &Expr, scene: &Scene<'_>) -> Val {
        let currency = self.currency_of(&[left, right], scene);
        let scene = &Scene {
            currency: currency.as_deref(),
            ..*scene
        };
        let value = self.eval(left, scene);
        let other = match &right.node {
            Node::Name(name) => self.right_of(left, &value, name, scene),
            _ => self.eval(right, scene),
        };
        Val::test(compare(&value, op, &other, self.own_currency()))
    }

    /// What a bare name right of a comparison is: one of the words of the field, measure or question on the left; a
    /// field, or a name of the edition; and right of a word a word that nobody declared, as open fields have them.
    fn right_of(&self, left: &Expr, value: &Val, name: &str, scene: &Scene<'_>) -> Val {
        let Val::Word(word) = value else {
            // A question whose words have scores is a number; its words stand for theirs (§6).
            let score = match &left.node {
                Node::Name(question) => self.score_of_word(question, name, scene),
                _ => None,
            };
            return score.unwrap_or_else(|| self.name(name, scene));
        };
        let is = |text: &str| {
            Val::Word(Word {
                could: Could::OneOf([text.to_owned()].into()),
                ..word.clone()
            })
        };
        if let Some(declared) = word.declared(name) {
            return is(declared);
        }
        if let Node::Name(field) = &left.node
            && self.is_entry(field, name, scene)
        {
            return is(name);
        }
        // Only what yields a word can be meant beside a word: an attestation may share its name with a row.
        self.field(name, scene)
            .filter(|value| matches!(value, Val::Word(_)))
            .or_else(|| self.named_word(name, scene))
            .unwrap_or_else(|| is(name))
    }

    // ---------------------------------------------------------------------------------------------------------- tests

    /// `and`, `or`: what is not applicable drops out; where nothing is left, the group is not applicable.
    fn all(&self, tests: &[Expr], join: fn(Truth, Truth) -> Truth, scene: &Scene<'_>) -> Val {
        let mut all = Truth::NotApplicable;
        for test in tests {
            all = join(all, self.test(test, scene));
            // One no decides an `and`, one yes an `or`: then neither yes nor no can turn it.
            if all != Truth::NotApplicable && join(all, Truth::Yes) == join(all, Truth::No) {
                break;
            }
        }
        Val::test(all)
    }

    /// `at least k of (…)`: yes where so many are yes, no where too few are left that are not no.
    fn at_least(&self, count: u32, tests: &[Expr], scene: &Scene<'_>) -> Val {
        let truths: Vec<Truth> = tests.iter().map(|t| self.test(t, scene)).collect();
        let how_many = |wanted: &[Truth]| truths.iter().filter(|t| wanted.contains(t)).count();
        let (yes, open) = (how_many(&[Truth::Yes]), how_many(&[Truth::Unknown]));
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Val::test(if how_many(&[Truth::NotApplicable]) == truths.len() {
            Truth::NotApplicable
        } else if yes >= count {
            Truth::Yes
        } else if yes + open < count {
            Truth::No
        } else {
            Truth::Unknown
        })
    }

    /// `if`: with an unknown condition the bounds of both branches (§2). A condition that is not applicable leaves
    /// neither branch applicable.
    fn branch(&self, test: &Expr, yes: &Expr, no: &Expr, scene: &Scene<'_>) -> Val {
        match self.test(test, scene) {
            Truth::Yes => self.eval(yes, scene),
            Truth::No => self.eval(no, scene),
            Truth::Unknown => self.eval(yes, scene).either(self.eval(no, scene)),
            Truth::NotApplicable => Val::NotApplicable,
        }
    }

    /// `held` is an `and` over the days of the window, `once` an `or` (§2, §5). Each day has its own period, last review,
    /// list items and parameters; the edition stays the one asked about. Over no day nothing is left of the group, so
    /// that it is not applicable; over days that no fact bounds, both are unknown.
    fn every_day(&self, window: Window, test: &Expr, every: bool, scene: &Scene<'_>) -> Val {
        let days = self.window(window, scene);
        let Some(after) = days.after else {
            return Val::Test(Truth::Unknown);
        };
        if i64::from(days.through.0) - i64::from(after.0) > i64::from(MOST_DAYS) {
            return Val::Test(Truth::Unknown);
        }
        let decides = if every { Truth::No } else { Truth::Yes };
        let mut all = Truth::NotApplicable;
        let mut day = after.next();
        while day <= days.through && all != decides {
            let truth = self.test(test, &scene.on(day));
            all = if every { all.and(truth) } else { all.or(truth) };
            day = day.next();
        }
        Val::test(all)
    }

    /// `ended_on in trailing 12 months`: an empty date is in no window (6).
    fn is_in_window(&self, value: &Expr, window: Window, scene: &Scene<'_>) -> Truth {
        let window = self.window(window, scene);
        match self.eval(value, scene) {
            Val::NotYet => Truth::No,
            Val::NotApplicable => Truth::NotApplicable,
            Val::Date(range) => match range.exact().and_then(Exact::to_i64) {
                Some(day) => within(window, Day(i32::try_from(day).unwrap_or(i32::MAX))),
                None => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }

    /// `meets([program,] level)`: passes `enter` on the day.
    fn meets(&self, program: Option<&str>, level: &str, scene: &Scene<'_>) -> Truth {
        let entering = Scene {
            ask: Ask::Enter,
            ..*scene
        };
        match program.filter(|p| *p != self.edition.program) {
            None => self.level_in(level, &entering),
            Some(program) => {
                let Some(edition) = self.edition_of(program, scene) else {
                    return Truth::Unknown;
                };
                let Some(other) = self.of_other(edition) else {
                    return Truth::Unknown;
                };
                other.level_asked(level, scene.partner, scene.day, scene.depth)
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------- arithmetic

    fn arith(&self, op: Arith, left: &Expr, right: &Expr, scene: &Scene<'_>) -> Val {
        // Money divided by money is a number: the two are in a currency of their own.
        let apart = op == Arith::Divide
            && !matches!(scene.about, About::Fact { .. })
            && self.is_amount(right, 0);
        let currency = match apart {
            true => self.currency_of(&[left, right], scene),
            false => scene.currency.map(str::to_owned),
        };
        let scene = &Scene {
            currency: currency.as_deref(),
            ..*scene
        };
        let left = self.eval(left, scene);
        let right = self.eval(right, scene);
        arithmetic(left, op, right, self.own_currency())
    }

    /// `lowest(…)`, `highest(…)`, `average(…)`: what is not applicable drops out.
    fn of(&self, pick: Pick, values: &[Expr], scene: &Scene<'_>) -> Val {
        let values = values.iter().map(|v| self.eval(v, scene)).collect();
        self.pick_of(pick, values)
    }

    /// The lowest, highest or mean of values of one type.
    pub(super) fn pick_of(&self, pick: Pick, mut values: Vec<Val>) -> Val {
        values.retain(|v| !matches!(v, Val::NotApplicable));
        // Beside an amount zero is zero of its currency.
        if values.iter().any(|v| matches!(v, Val::Money(_))) {
            values = values.into_iter().map(Val::into_money).collect();
        }
        if values.is_empty() {
            return Val::NotApplicable;
        }
        let Some(first) = values.iter().find(|v| !matches!(v, Val::Unknown)) else {
            return Val::Unknown;
        };
        let ranges = match first {
            Val::Number(_) => values.iter().map(number_of).collect::<Option<Vec<Range>>>(),
            Val::Date(_) => values.iter().map(date_of).collect(),
            Val::Money(_) => {
                let all: Option<Vec<Money>> = values.iter().map(money_of).collect();
                return all.map_or(Val::Unknown, |all| self.pick_of_money(pick, &all));
            }
            _ => None,
        };
        let Some(ranges) = ranges else {
            return Val::Unknown;
        };
        let picked = pick_range(pick, &ranges);
        match first {
            Val::Date(_) if pick == Pick::Average => Val::Unknown,
            Val::Date(_) => Val::Date(picked),
            _ => Val::Number(picked),
        }
    }

    fn pick_of_money(&self, pick: Pick, all: &[Money]) -> Val {
        let together = all.iter().fold(Money::default(), |a, b| a.plus(b));
        if pick == Pick::Average {
            let count = Range::exactly(whole(all.len()));
            return Val::Money(together.map(|r| r.divided_by(&count)));
        }
        // Amounts that share no currency are 0 … without limit each (11).
        let currency = together.currency(self.own_currency()).unwrap_or_default();
        let ranges: Vec<Range> = all.iter().map(|m| m.in_currency(&currency)).collect();
        Val::Money(Money {
            named: together.named,
            ..Money::of(&currency, pick_range(pick, &ranges))
        })
    }

    // ----------------------------------------------------------------------------------------------------- aggregates

    /// `count facts`, `count set`. After `count` stands a kind, or a named set.
    fn count(&self, subject: &Subject, scene: &Scene<'_>) -> Val {
        match subject {
            Subject::Facts(facts) => match self.choose(facts, scene) {
                Some(choice) => Val::Number(count_of(&choice)),
                None => match self.named_set(facts, scene) {
                    Some(set) => Val::Number(set.count()),
                    None => Val::Unknown,
                },
            },
            Subject::Set(set) => match self.set(set, scene) {
                Some(set) => Val::Number(set.count()),
                None => Val::Unknown,
            },
        }
    }

    /// `exists`: yes where at least one counts for certain, no where none may.
    fn exists(&self, subject: &Subject, scene: &Scene<'_>) -> Val {
        match self.count(subject, scene) {
            Val::Number(count) => {
                let one = Range::exactly(Exact::ONE);
                Val::Test(Truth::compare(&count, Compare::AtLeast, &one))
            }
            other => other,
        }
    }

    /// `sum amount of facts`. A fact that may count adds anything from nothing to its amount; a refused row and a kind
    /// that was never supplied add 0 … without limit (9, 10).
    fn sum(&self, choice: &Choice<'_>, amount: &Expr, scene: &Scene<'_>) -> Val {
        let is_money = self.is_money(amount, choice, scene);
        self.sum_with(choice, is_money, |fact| {
            let about = About::Fact {
                fact,
                of: choice.of,
                amount: true,
            };
            self.eval(amount, &Scene { about, ..*scene })
        })
    }

    /// `sum amount of highest 5 customer of facts` (15): the sum of each value, and of these the highest.
    fn sum_of_highest(
        &self,
        of: &Highest,
        choice: Choice<'_>,
        amount: &Expr,
        scene: &Scene<'_>,
    ) -> Val {
        let mut groups: std::collections::BTreeMap<Option<String>, Vec<(Rc<Fact>, bool)>> =
            std::collections::BTreeMap::new();
        for (fact, certain) in &choice.facts {
            let group = match self.text_of(&of.field, fact, &choice, scene) {
                Named::As(text) => Some(text),
                Named::Unknown => None,
                Named::Nothing => continue,
            };
            let entry = groups.entry(group).or_default();
            entry.push((Rc::clone(fact), *certain));
        }
        let sum = |facts: Vec<(Rc<Fact>, bool)>| {
            let group = Choice {
                of: choice.of,
                facts,
                refused: 0,
                unsupplied: false,
            };
            self.sum(&group, amount, scene)
        };
        // Of facts without a value each stands alone, for each may be of any value.
        let alone: Vec<Val> = groups
            .remove(&None)
            .into_iter()
            .flatten()
            .map(|fact| sum(vec![fact]))
            .collect();
        let groups: Vec<Val> = groups.into_values().map(sum).collect();
        let all = || groups.iter().chain(&alone);
        let silent = choice.refused > 0 || choice.unsupplied;
        if self.is_money(amount, &choice, scene) {
            let together = all()
                .filter_map(money_of)
                .fold(Money::default(), |a, b| a.plus(&b));
            let asked = scene.currency.map(str::to_owned);
            let currency = asked.or_else(|| together.currency(self.own_currency()));
            let currency = currency.unwrap_or_default();
            let within = |of: &[Val]| -> Vec<Range> {
                let of = of.iter().filter_map(money_of);
                of.map(|m| m.in_currency(&currency)).collect()
            };
            let sum = highest_sums(of.number, &within(&groups), &within(&alone), silent);
            return Val::Money(Money {
                named: together.named,
                ..Money::of(&currency, sum)
            });
        }
        let numbers = |of: &[Val]| -> Vec<Range> { of.iter().filter_map(number_of).collect() };
        Val::Number(highest_sums(
            of.number,
            &numbers(&groups),
            &numbers(&alone),
            silent,
        ))
    }

    /// `sum amount`, of a group.
    fn sum_of_field(&self, group: &Choice<'_>, field: &str, scene: &Scene<'_>) -> Val {
        let declared = self.evidence.vocabulary.kinds.get(&group.of.kind);
        let is_money = matches!(
            declared.and_then(|k| k.field_type(field)),
            Some(FieldType::Money(_))
        );
        self.sum_with(group, is_money, |fact| {
            self.field_of(field, fact, group.of, true, scene)
                .unwrap_or(Val::Unknown)
        })
    }

    fn sum_with(&self, choice: &Choice<'_>, is_money: bool, amount: impl Fn(&Fact) -> Val) -> Val {
        let silent = choice.refused + usize::from(choice.unsupplied);
        let unlimited = std::iter::repeat_n(without_limit(), silent);
        let nothing = Range::exactly(Exact::ZERO);
        let amounts = choice.facts.iter().map(|(fact, certain)| {
            let value = amount(fact);
            (value, *certain)
        });
        if is_money {
            let mut total = Money::default();
            for (value, certain) in amounts {
                let amount = match value {
                    Val::Money(amount) => amount,
                    Val::NotApplicable => Money::default(),
                    _ => Money::of("", Range::UNKNOWN),
                };
                let amount = match certain {
                    true => amount,
                    false => amount.map(|r| r.hull(&nothing)),
                };
                total = total.plus(&amount);
            }
            for more in unlimited {
                total = total.plus(&Money::of("", more));
            }
            return Val::Money(total);
        }
        let mut total = nothing.clone();
        for (value, certain) in amounts {
            let amount = match value {
                Val::Number(amount) => amount,
                Val::NotApplicable => nothing.clone(),
                _ => Range::UNKNOWN,
            };
            total = total
                + match certain {
                    true => amount,
                    false => amount.hull(&nothing),
                };
        }
        Val::Number(unlimited.fold(total, |a, b| a + b))
    }

    /// Is the amount of a sum money, even where there is no fact to tell by?
    fn is_money(&self, amount: &Expr, choice: &Choice<'_>, scene: &Scene<'_>) -> bool {
        let is = |e: &Expr| self.is_money(e, choice, scene);
        let declared = self.evidence.vocabulary.kinds.get(&choice.of.kind);
        match &amount.node {
            Node::Money(..) => true,
            Node::Name(name) => match declared.and_then(|k| k.field_type(name)) {
                Some(field) => matches!(field, FieldType::Money(_)),
                None => matches!(self.named(name, scene), Val::Money(_)),
            },
            Node::Arith(Arith::Divide, a, b) => is(a) && !is(b),
            Node::Arith(_, a, b) => is(a) || is(b),
            Node::If(_, a, b) => is(a) || is(b),
            Node::Of(_, all) => all.iter().any(is),
            Node::Floor(a) | Node::Ceiling(a) => is(a),
            Node::Lookup(name, _) => self.table_is_money(name, scene),
            _ => false,
        }
    }

    /// `latest score of facts`, `highest amount of facts` (12): no value without a certain fact; a fact that may count
    /// widens the bounds to what it would give. Facts without the date asked for have nothing to give.
    pub(super) fn picked(
        &self,
        pick: Pick,
        field: &str,
        choice: &Choice<'_>,
        scene: &Scene<'_>,
    ) -> Val {
        let declared = self.evidence.vocabulary.kinds.get(&choice.of.kind);
        let unknown = match declared.and_then(|k| k.field_type(field)) {
            Some(FieldType::Number(_) | FieldType::Percent) => Val::Number(Range::UNKNOWN),
            Some(FieldType::Money(_)) => Val::Money(Money::of("", Range::UNKNOWN)),
            Some(FieldType::Date) => Val::Date(Range::UNKNOWN),
            Some(FieldType::YesNo) => Val::Test(Truth::Unknown),
            Some(_) => Val::Word(Word::default()),
            None if matches!(field, "partner" | "recorded_on") || choice.of.over.is_some() => {
                Val::Unknown
            }
            None => return Val::Unknown,
        };
        // 12: what is not known of a number of a scale is anything on it.
        let scale = match declared.and_then(|k| k.field_type(field)) {
            Some(FieldType::Number(Some((from, to)))) => {
                Some(Range::between(from.clone(), to.clone()))
            }
            _ => None,
        };
        let on_scale = |value: Val| match (value, &scale) {
            (Val::Number(range), Some(scale)) if range.exact().is_none() => {
                Val::Number(scale.clone())
            }
            (value, _) => value,
        };
        let items: Vec<Item> = choice
            .facts
            .iter()
            .map(|(fact, certain)| Item {
                value: on_scale(
                    self.field_of(field, fact, choice.of, true, scene)
                        .or_else(|| self.partner_field(field, fact.partner))
                        .unwrap_or(Val::Unknown),
                ),
                certain: *certain,
                opens: fact.opens,
            })
            .collect();
        if choice.unsupplied || !items.iter().any(|i| i.certain) {
            return unknown;
        }
        if pick == Pick::Latest {
            return latest(items, choice.refused, &on_scale(unknown));
        }
        let of_refused = |value: Val| {
            std::iter::repeat_n(
                Item {
                    value,
                    certain: false,
                    opens: Day::MAX,
                },
                choice.refused,
            )
        };
        match &unknown {
            Val::Number(_) => {
                let all = items
                    .into_iter()
                    .chain(of_refused(on_scale(Val::Number(without_limit()))));
                pick_items(pick, all, number_of).map_or(unknown, Val::Number)
            }
            Val::Date(_) => {
                let dated = items.iter().any(|i| matches!(i.value, Val::Date(_)));
                if !dated && choice.refused == 0 {
                    return Val::NotYet;
                }
                let all = items.into_iter().chain(of_refused(unknown.clone()));
                match pick {
                    Pick::Average => Val::Unknown,
                    _ => pick_items(pick, all, date_of).map_or(unknown, Val::Date),
                }
            }
            Val::Money(_) => {
                let together = items
                    .iter()
                    .filter_map(|i| money_of(&i.value))
                    .fold(Money::default(), |a, b| a.plus(&b));
                let currency = together.currency(self.own_currency()).unwrap_or_default();
                let limitless = Val::Money(Money::of("", without_limit()));
                let all = items.into_iter().chain(of_refused(limitless));
                let amount = |v: &Val| money_of(v).map(|m| m.in_currency(&currency));
                pick_items(pick, all, amount)
                    .map_or(unknown, |r| Val::Money(Money::of(&currency, r)))
            }
            Val::Test(_) => {
                let all = items.into_iter().chain(of_refused(unknown.clone()));
                let amount = |v: &Val| Some(one_or_nothing(v.truth()));
                match pick_items(pick, all, amount) {
                    Some(range) if range == one_or_nothing(Truth::Yes) => Val::Test(Truth::Yes),
                    Some(range) if range == one_or_nothing(Truth::No) => Val::Test(Truth::No),
                    _ => unknown,
                }
            }
            Val::Word(_) if choice.refused == 0 => extreme_word(pick, items).unwrap_or(unknown),
            _ => unknown,
        }
    }

    // ----------------------------------------------------------------------------------------------------------- sets

    /// A set (14); `None` where it names none.
    pub(super) fn set(&self, set: &Set, scene: &Scene<'_>) -> Option<Members> {
        match set {
            Set::Named(name, _) => match self.named(name, scene) {
                Val::Set(members) => Some(members),
                _ => None,
            },
            Set::Join(joint, left, right) => {
                let left = self.set(left, scene)?;
                Some(left.join(*joint, &self.set(right, scene)?))
            }
            Set::Distinct {
                field,
                facts,
                having,
            } => {
                let choice = self.choose(facts, scene)?;
                Some(self.distinct(field, &choice, having.as_deref(), scene))
            }
        }
    }

    /// `count accredited-people`: a choice of facts that is nothing but the name of a set.
    fn named_set(&self, facts: &Facts, scene: &Scene<'_>) -> Option<Members> {
        let bare = !facts.pending
            && !facts.ended
            && facts.over.is_none()
            && facts.window.is_none()
            && facts.filter.is_none();
        if !bare {
            return None;
        }
        self.set(&Set::Named(facts.kind.clone(), facts.at.clone()), scene)
    }

    /// `distinct person of facts [having test]` (14, 15). A value is certain where a fact that counts for certain has it,
    /// possible where one that may does. Refused rows and facts without a value are members without a name.
    fn distinct(
        &self,
        field: &str,
        choice: &Choice<'_>,
        having: Option<&Expr>,
        scene: &Scene<'_>,
    ) -> Members {
        let mut groups: std::collections::BTreeMap<String, Vec<(Rc<Fact>, bool)>> =
            std::collections::BTreeMap::new();
        let mut members = Members {
            nameless: (!choice.unsupplied).then_some(choice.refused),
            ..Members::none()
        };
        for (fact, certain) in &choice.facts {
            match self.text_of(field, fact, choice, scene) {
                Named::As(text) => groups
                    .entry(text)
                    .or_default()
                    .push((Rc::clone(fact), *certain)),
                Named::Unknown => members.nameless = members.nameless.map(|n| n + 1),
                Named::Nothing => {}
            }
        }
        for (value, facts) in groups {
            let group = Choice {
                of: choice.of,
                facts,
                refused: choice.refused,
                unsupplied: choice.unsupplied,
            };
            let about = About::Group(&group);
            let truth = having.map_or(Truth::Yes, |t| self.test(t, &Scene { about, ..*scene }));
            if truth == Truth::Yes && group.facts.iter().any(|(_, certain)| *certain) {
                members.certain.insert(value.clone());
            }
            if truth != Truth::No {
                members.possible.insert(value);
            }
        }
        members
    }

    /// The value of a field by which facts are told apart.
    fn text_of(&self, field: &str, fact: &Fact, choice: &Choice<'_>, scene: &Scene<'_>) -> Named {
        // A name that no catalog knows is still a name.
        if self.kind(fact.kind).catalog_column() == Some(field) {
            let text = self.key_text(self.kind(fact.kind), fact, field);
            return text.map_or(Named::Unknown, Named::As);
        }
        let value = self
            .field_of(field, fact, choice.of, false, scene)
            .or_else(|| self.partner_field(field, fact.partner));
        match value {
            Some(Val::Word(word)) if word.could == Could::Nothing => Named::Nothing,
            Some(Val::Word(word)) => word
                .known()
                .map_or(Named::Unknown, |w| Named::As(w.to_owned())),
            Some(Val::Number(range) | Val::Date(range)) => range
                .exact()
                .map_or(Named::Unknown, |n| Named::As(n.to_string())),
            Some(Val::NotYet) => Named::Nothing,
            Some(Val::Test(Truth::Yes)) => Named::As("yes".into()),
            Some(Val::Test(Truth::No)) => Named::As("no".into()),
            _ => Named::Unknown,
        }
    }
}

/// Convention 15: the highest of these sums together, a sum below nothing adding nothing. An amount of which nobody knows
/// whose it is may be of any of them, or of one that is not there.
fn highest_sums(number: u32, groups: &[Range], alone: &[Range], silent: bool) -> Range {
    let nothing = || Exact::ZERO;
    let highest = |mut sums: Vec<Exact>| -> Exact {
        sums.sort();
        let taken = sums.into_iter().rev().take(number as usize);
        taken.map(|n| n.max(nothing())).sum()
    };
    let least = highest(
        groups
            .iter()
            .map(|g| g.least.clone().unwrap_or_else(nothing))
            .collect(),
    );
    let owed: Option<Vec<Exact>> = alone
        .iter()
        .map(|a| a.least.clone().map(|n| n.min(nothing())))
        .collect();
    let most: Option<Vec<Exact>> = groups.iter().map(|g| g.most.clone()).collect();
    let added: Option<Vec<Exact>> = alone
        .iter()
        .map(|a| a.most.clone().map(|n| n.max(nothing())))
        .collect();
    Range {
        least: Some(owed.map_or_else(nothing, |owed| {
            (least + owed.into_iter().sum::<Exact>()).max(nothing())
        })),
        most: most
            .zip(added)
            .filter(|_| !silent)
            .map(|(most, added)| highest(most) + added.into_iter().sum::<Exact>()),
    }
}

/// What a fact brings to a set.
enum Named {
    /// A member of this name.
    As(String),
    /// A member whose name is not known.
    Unknown,
    /// No member: there is known to be no value.
    Nothing,
}

/// How many facts there are: those that count for certain at least, and all that may at most.
fn count_of(choice: &Choice<'_>) -> Range {
    let certain = choice.facts.iter().filter(|(_, certain)| *certain).count();
    Range {
        least: Some(whole(certain)),
        most: (!choice.unsupplied).then(|| whole(choice.facts.len() + choice.refused)),
    }
}

/// A value of a fact, for `highest`, `lowest`, `average` and `latest`.
#[derive(Clone)]
struct Item {
    value: Val,
    certain: bool,
    opens: Day,
}

fn number_of(value: &Val) -> Option<Range> {
    match value {
        Val::Number(range) => Some(range.clone()),
        Val::Unknown => Some(Range::UNKNOWN),
        _ => None,
    }
}

fn date_of(value: &Val) -> Option<Range> {
    match value {
        Val::Date(range) => Some(range.clone()),
        _ => None,
    }
}

fn money_of(value: &Val) -> Option<Money> {
    match value {
        Val::Money(money) => Some(money.clone()),
        _ => None,
    }
}

fn round(value: Val, f: impl Fn(&Exact) -> Exact) -> Val {
    match value {
        Val::Number(range) => Val::Number(range.map_rising(f)),
        Val::Money(money) => Val::Money(money.map(|r| r.map_rising(&f))),
        Val::NotApplicable => Val::NotApplicable,
        _ => Val::Unknown,
    }
}

/// The lowest, highest or mean of numbers that are all there.
fn pick_range(pick: Pick, ranges: &[Range]) -> Range {
    let mut rest = ranges.iter();
    let Some(first) = rest.next().cloned() else {
        return Range::UNKNOWN;
    };
    match pick {
        Pick::Lowest => rest.fold(first, |a, b| a.lower(b)),
        Pick::Highest => rest.fold(first, |a, b| a.higher(b)),
        Pick::Average => {
            let sum = rest.fold(first, |a, b| a + b.clone());
            sum.divided_by(&Range::exactly(whole(ranges.len())))
        }
        Pick::Latest => Range::UNKNOWN,
    }
}

/// Convention 12 for numbers: what the certain facts give, widened to what those that may count would give. Facts
/// without a value give nothing; `None` where no certain fact has one.
fn pick_items(
    pick: Pick,
    items: impl Iterator<Item = Item>,
    of: impl Fn(&Val) -> Option<Range>,
) -> Option<Range> {
    let (mut certain, mut may) = (Vec::new(), Vec::new());
    for item in items {
        if let Some(range) = of(&item.value) {
            if item.certain { &mut certain } else { &mut may }.push(range);
        }
    }
    if certain.is_empty() {
        return None;
    }
    let base = pick_range(pick, &certain);
    Some(match pick {
        Pick::Lowest => may.iter().fold(base, |a, m| a.hull(&a.lower(m))),
        Pick::Highest => may.iter().fold(base, |a, m| a.hull(&a.higher(m))),
        _ => {
            let low = |r: &Range| r.least.clone();
            let high = |r: &Range| r.most.clone().map(|m| -m);
            Range {
                least: lowest_mean(&certain, &may, low),
                most: lowest_mean(&certain, &may, high).map(|m| -m),
            }
        }
    })
}

/// The lowest mean of all certain numbers and any of the others: each is taken, lowest first, while it lowers the mean.
fn lowest_mean(
    certain: &[Range],
    may: &[Range],
    end: impl Fn(&Range) -> Option<Exact>,
) -> Option<Exact> {
    let certain: Vec<Exact> = certain.iter().map(&end).collect::<Option<_>>()?;
    let mut may: Vec<Exact> = may.iter().map(&end).collect::<Option<_>>()?;
    may.sort();
    let mut count = certain.len();
    let mut sum: Exact = certain.into_iter().sum();
    for number in may {
        if number.clone() * whole(count) >= sum {
            break;
        }
        sum = sum + number;
        count += 1;
    }
    sum.checked_div(&whole(count))
}

/// `latest`: the value of the fact that opened last, or any value of those that opened on that day (12). A fact that may
/// count and opened then or later would give its own; so would a refused row.
fn latest(items: Vec<Item>, refused: usize, unknown: &Val) -> Val {
    let Some(last) = items.iter().filter(|i| i.certain).map(|i| i.opens).max() else {
        return unknown.clone();
    };
    if refused > 0 {
        return unknown.clone();
    }
    items
        .into_iter()
        .filter(|i| i.opens >= last)
        .map(|i| i.value)
        .reduce(Val::either)
        .unwrap_or_else(|| unknown.clone())
}

/// The highest or lowest word of a ladder. Words that are not on it take no part; one that is not known could be any.
fn extreme_word(pick: Pick, items: Vec<Item>) -> Option<Val> {
    if pick == Pick::Average {
        return None;
    }
    let beats = |a: usize, b: usize| match pick {
        Pick::Highest => a >= b,
        _ => a <= b,
    };
    let mut ladder = Vec::new();
    let mut certain: Option<usize> = None;
    let mut could: Vec<(usize, String)> = Vec::new();
    for item in &items {
        let Val::Word(word) = &item.value else {
            return None;
        };
        ladder.clone_from(&word.ladder);
        let ranks = word.rank_of()?;
        // A word that could be one of several counts for certain only as far as the worst of them.
        if item.certain {
            let worst = match pick {
                Pick::Highest => ranks.iter().map(|r| r.0).min(),
                _ => ranks.iter().map(|r| r.0).max(),
            };
            if let Some(worst) = worst {
                certain = Some(match certain {
                    Some(best) if beats(best, worst) => best,
                    _ => worst,
                });
            }
        }
        could.extend(ranks.into_iter().map(|(rank, w)| (rank, w.to_owned())));
    }
    let certain = certain?;
    let words = could
        .into_iter()
        .filter(|(rank, _)| beats(*rank, certain))
        .map(|(_, word)| word);
    Some(Val::Word(Word {
        could: Could::OneOf(words.collect()),
        ladder,
        others: vec![],
    }))
}
