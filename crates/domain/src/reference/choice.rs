//! Which facts an expression looks at: §2, "Which facts" and "Windows"; conventions 6 to 10, 16, 24, 25 and 30.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::facts::{Fact, Name};
use super::values::{Could, Money, Val, Word, at_any_rate, same};
use super::{About, MOST_DAYS, Reference, Scene};
use crate::calendar::{Day, Window};
use crate::evidence::Cell;
use crate::number::Range;
use crate::program::Ask;
use crate::standing::{Truth, WindowDays};
use crate::syntax::{Compare, Expr, Facts, Node, Scope};
use crate::vocabulary::{FieldType, Words};

/// A choice of facts, or a group of one.
pub(super) struct Choice<'s> {
    /// The words of the rule.
    pub(super) of: &'s Facts,
    /// The facts, each with whether it counts for certain or may.
    pub(super) facts: Vec<(Rc<Fact>, bool)>,
    /// How many rows of the kind were refused: one more fact each, of a holder of its own (9).
    pub(super) refused: usize,
    /// Was the kind never supplied? Then there is no limit to it (10).
    pub(super) unsupplied: bool,
}

/// The kinds by which the vendor or the user decides something: never supplied, they are empty (10).
const DECISIONS: &[&str] = &["waivers", "uses", "elections", "groups"];

impl Reference<'_> {
    /// The facts that a rule chooses on the day of the scene; `None` where it names no kind.
    pub(super) fn choose<'s>(&self, of: &'s Facts, scene: &Scene<'_>) -> Option<Choice<'s>> {
        let at = self.evidence.kind(&of.kind)?;
        let entities = self.entities(of.over.as_ref(), scene);
        let window = of.window.map(|w| self.window(w, scene));
        let mut facts = Vec::new();
        for entity in &entities {
            for fact in self.facts(at, *entity).iter() {
                let mut counts = self
                    .is_held(of, fact, scene.day)
                    .and(window.map_or(Truth::Yes, |w| within(w, fact.opens)));
                if counts != Truth::No {
                    counts = counts
                        .and(self.is_visible(of, fact))
                        .and(self.passes(of, fact, scene));
                }
                match counts {
                    Truth::Yes => facts.push((Rc::clone(fact), true)),
                    Truth::Unknown => facts.push((Rc::clone(fact), false)),
                    Truth::No | Truth::NotApplicable => {}
                }
            }
        }
        let table = &self.evidence.tables[at];
        Some(Choice {
            of,
            facts,
            refused: self.refused(at, &entities),
            unsupplied: !table.supplied && !DECISIONS.contains(&of.kind.as_str()),
        })
    }

    /// Convention 9: the rows of a kind that were refused and may be of one of these partners.
    fn refused(&self, kind: usize, entities: &[usize]) -> usize {
        let may_be_theirs = |code| {
            entities
                .iter()
                .any(|e| self.evidence.partners.get(*e) == Some(&code))
        };
        self.evidence
            .refused
            .iter()
            .filter(|r| r.kind == kind && !r.repeats && r.partner.is_none_or(may_be_theirs))
            .count()
    }

    /// Convention 7: without more, facts that hold on the day; `including ended` those that have opened; `pending`
    /// those that have not. The latter two ask nothing of the close and of the join.
    fn is_held(&self, of: &Facts, fact: &Fact, day: Day) -> Truth {
        if of.pending {
            Truth::from_bool(fact.opens > day)
        } else if of.ended {
            Truth::from_bool(fact.opens <= day)
        } else {
            fact.holds(day)
        }
    }

    /// §2: a kind with a `program` field shows an edition only its own rows and those that name no program, unless the
    /// filter names `program`. 8: an unknown name may count in every choice.
    fn is_visible(&self, of: &Facts, fact: &Fact) -> Truth {
        let named = of.filter.as_ref().is_some_and(|f| names_program(f));
        let program = self.program_named(fact);
        let own = program.is_none_or(|p| same(&p, &self.edition.program));
        if !named && !own {
            Truth::No
        } else if matches!(fact.name, Name::Unknown(_)) {
            Truth::Unknown
        } else {
            Truth::Yes
        }
    }

    /// The program that a fact names, where its kind has that field.
    pub(super) fn program_named(&self, fact: &Fact) -> Option<String> {
        let kind = self.kind(fact.kind);
        match kind.field_type("program") {
            Some(FieldType::Id(id)) if id == "program" => self.key_text(kind, fact, "program"),
            _ => None,
        }
    }

    /// The filter of a choice, asked of one fact. A filter that is not applicable drops out.
    fn passes(&self, of: &Facts, fact: &Fact, scene: &Scene<'_>) -> Truth {
        let Some(filter) = &of.filter else {
            return Truth::Yes;
        };
        let about = About::Fact {
            fact,
            of,
            amount: false,
        };
        self.test(filter, &Scene { about, ..*scene })
    }

    // ------------------------------------------------------------------------------------------------ scopes (16)

    /// Convention 16: whose facts are looked at, in the order of the partners.
    fn entities(&self, scope: Option<&Scope>, scene: &Scene<'_>) -> Vec<usize> {
        let all = 0..self.evidence.partners.len();
        match scope {
            None => vec![scene.partner],
            Some(Scope::Family) => all
                .filter(|p| self.line_of(*p).contains(&self.id_of(scene.partner)))
                .collect(),
            Some(Scope::Enterprise) => {
                let top = self.top_of(scene.partner);
                all.filter(|p| self.top_of(*p) == top).collect()
            }
            Some(Scope::Group(group)) => all
                .filter(|p| *p == scene.partner || self.is_in_group(*p, group, scene.day))
                .collect(),
        }
    }

    fn id_of(&self, partner: usize) -> String {
        let code = self.evidence.partners.get(partner);
        code.map_or(String::new(), |c| self.text(*c).to_owned())
    }

    /// A partner's id, its parent's, and so on up; a circle ends where it would begin again.
    fn line_of(&self, partner: usize) -> Vec<String> {
        let mut line = vec![self.id_of(partner)];
        let mut here = Some(partner);
        while let Some(parent) = here.and_then(|p| self.parent_of(p)) {
            if line.contains(&parent) {
                break;
            }
            here = self.evidence.partner(&parent);
            line.push(parent);
        }
        line
    }

    /// The topmost parent; in a circle, the first of its ids.
    fn top_of(&self, partner: usize) -> String {
        let line = self.line_of(partner);
        let last = line.last().cloned().unwrap_or_default();
        let again = self
            .evidence
            .partner(&last)
            .and_then(|p| self.parent_of(p))
            .and_then(|parent| line.iter().position(|id| *id == parent));
        match again {
            Some(start) => line[start..].iter().min().cloned().unwrap_or(last),
            None => last,
        }
    }

    fn parent_of(&self, partner: usize) -> Option<String> {
        let at = self.evidence.kind("partners")?;
        let facts = self.facts(at, partner);
        self.key_text(self.kind(at), facts.first()?, "parent")
    }

    fn is_in_group(&self, partner: usize, group: &str, day: Day) -> bool {
        let Some(at) = self.evidence.kind("groups") else {
            return false;
        };
        self.facts(at, partner).iter().any(|fact| {
            fact.holds(day) == Truth::Yes
                && self
                    .key_text(self.kind(at), fact, "group")
                    .is_some_and(|g| same(&g, group))
        })
    }

    // ----------------------------------------------------------------------------------------------- fields of a fact

    /// A field of the fact that a filter asks about; `None` where it has no such field. In a scope the fields of
    /// `partners` may be read of each fact (§7).
    pub(super) fn field(&self, name: &str, scene: &Scene<'_>) -> Option<Val> {
        let About::Fact { fact, of, amount } = scene.about else {
            return None;
        };
        self.field_of(name, fact, of, amount, scene).or_else(|| {
            of.over
                .as_ref()
                .and_then(|_| self.partner_field(name, fact.partner))
        })
    }

    /// A field of a fact: a column, what the catalog's entry fills in, `partner`, `recorded_on`, or
    /// `source`.
    pub(super) fn field_of(
        &self,
        name: &str,
        fact: &Fact,
        of: &Facts,
        amount: bool,
        scene: &Scene<'_>,
    ) -> Option<Val> {
        let kind = self.kind(fact.kind);
        if name == "partner" {
            return Some(Val::Word(Word::is(self.id_of(fact.partner))));
        }
        if name == "recorded_on" {
            return Some(fact.recorded.map_or(Val::NotYet, Val::day));
        }
        if name == "source" {
            let source = fact.source.map(|code| self.text(code));
            return Some(Val::Word(source.map_or(Word::default(), Word::is)));
        }
        let Some(at) = kind.fields.get_index_of(name) else {
            let declared = kind.catalog.get(name)?;
            return Some(self.catalog_field(name, declared, fact));
        };
        let cell = &fact.cells[at];
        let text = match cell {
            Cell::Text(code) => Some(self.text(*code)),
            _ => None,
        };
        Some(match &kind.fields[at].kind {
            FieldType::Date => match cell {
                Cell::Day(day) => Val::day(*day),
                _ => Val::NotYet,
            },
            FieldType::Number(_) | FieldType::Percent => Val::Number(number(cell, amount)),
            FieldType::Money(currency) => {
                self.money_of(number(cell, amount), currency, fact, scene)
            }
            FieldType::YesNo => Val::Test(match text {
                Some(text) if same(text, "yes") => Truth::Yes,
                Some(text) if same(text, "no") => Truth::No,
                _ => Truth::Unknown,
            }),
            FieldType::Catalog => Val::Word(Word {
                could: match &fact.name {
                    Name::Entry { id, .. } => Could::OneOf(BTreeSet::from([id.clone()])),
                    _ => Could::Any,
                },
                ladder: vec![],
                others: vec![],
            }),
            FieldType::Level => {
                let ladder = self.ladder_of(fact, of, scene);
                let could = match text {
                    // An empty level is enrolled, below the first: known to be on no rung.
                    None => Could::Nothing,
                    Some(text) => Could::OneOf(BTreeSet::from([text.to_owned()])),
                };
                Val::Word(Word {
                    could,
                    ladder,
                    others: vec![],
                })
            }
            FieldType::Word(words) => Val::Word(Word {
                could: text.map_or(Could::Any, |text| {
                    Could::OneOf(BTreeSet::from([canonical(words, text).to_owned()]))
                }),
                ladder: words.ladder.clone(),
                others: words.words.clone(),
            }),
            FieldType::Text | FieldType::Country | FieldType::Answer | FieldType::Id(_) => {
                match cell {
                    Cell::Number(number) => Val::number(number.clone()),
                    Cell::Day(day) => Val::day(*day),
                    _ => Val::Word(text.map_or(Word::default(), Word::is)),
                }
            }
        })
    }

    /// What the catalog's entry says of a field. An entry that leaves the field out is known to have none; an unknown
    /// name could have any.
    fn catalog_field(&self, name: &str, declared: &FieldType, fact: &Fact) -> Val {
        let kind = self.kind(fact.kind);
        let could = match &fact.name {
            Name::Entry { catalog, id } => {
                let catalogs = &self.evidence.vocabulary.catalogs;
                let entry = catalogs
                    .get(catalog)
                    .and_then(|c| c.entries.get(&kind.name)?.get(id));
                match entry.and_then(|e| e.fields.get(name)) {
                    Some(word) => Could::OneOf(BTreeSet::from([word.clone()])),
                    None => Could::Nothing,
                }
            }
            Name::None | Name::Empty | Name::Unknown(_) => Could::Any,
        };
        let (ladder, others) = match declared {
            FieldType::Word(words) => (words.ladder.clone(), words.words.clone()),
            _ => (vec![], vec![]),
        };
        Val::Word(Word {
            could,
            ladder,
            others,
        })
    }

    /// Is this the catalog's column of the fact that a filter asks about, and the name an entry of its kind that exists
    /// for the edition?
    pub(super) fn is_entry(&self, field: &str, name: &str, scene: &Scene<'_>) -> bool {
        let About::Fact { fact, .. } = scene.about else {
            return false;
        };
        let kind = self.kind(fact.kind);
        let listed =
            |c: &String| self.edition.catalogs.is_empty() || self.edition.catalogs.contains(c);
        kind.catalog_column() == Some(field)
            && self.evidence.vocabulary.catalogs.iter().any(|(c, of)| {
                let entries = of.entries.get(&kind.name);
                listed(c) && entries.is_some_and(|e| e.contains_key(name))
            })
    }

    /// The levels by which an enrollment's level is ordered: those of the program that the filter's `program = …`
    /// names, else of the one that the fact names, else of the edition.
    fn ladder_of(&self, fact: &Fact, of: &Facts, scene: &Scene<'_>) -> Vec<String> {
        let program = of
            .filter
            .as_ref()
            .and_then(|f| program_equals(f))
            .or_else(|| self.program_named(fact));
        match program {
            None => self.edition.levels.clone(),
            Some(p) if same(&p, &self.edition.program) => self.edition.levels.clone(),
            Some(program) => self
                .edition_of(&program, scene)
                .map_or(vec![], |e| e.levels.clone()),
        }
    }

    /// A field of `partners`, for one partner; `None` where it has no such field.
    pub(super) fn partner_field(&self, name: &str, partner: usize) -> Option<Val> {
        let at = self.evidence.kind("partners")?;
        let kind = self.kind(at);
        kind.field_type(name)?;
        let facts = self.facts(at, partner);
        let Some(text) = facts
            .first()
            .and_then(|fact| self.key_text(kind, fact, name))
        else {
            return Some(Val::Word(Word::default()));
        };
        let (text, ladder, others) = match kind.field_type(name) {
            Some(FieldType::Word(words)) => (
                canonical(words, &text).to_owned(),
                words.ladder.clone(),
                words.words.clone(),
            ),
            _ => (text, vec![], vec![]),
        };
        Some(Val::Word(Word {
            ladder,
            others,
            ..Word::is(text)
        }))
    }

    /// Convention 11: an amount in its own currency; with `[money] rates`, in the program's, at the rate that holds on
    /// the day its fact opened.
    fn money_of(&self, amount: Range, currency: &str, fact: &Fact, scene: &Scene<'_>) -> Val {
        let kind = self.kind(fact.kind);
        let currency = self
            .key_text(kind, fact, currency)
            .map_or(String::new(), |c| c.to_uppercase());
        let money = self.edition.money.as_ref();
        if let Some((money, rates)) = money.and_then(|m| Some((m, m.rates.as_ref()?)))
            && currency != money.currency
            && !currency.is_empty()
            && let Some(rate) = self.rate(rates, &currency, fact, scene)
        {
            return self.asked_for(&money.currency, amount * rate, scene);
        }
        self.asked_for(&currency, amount, scene)
    }

    /// An amount in the currency that is asked for, or in its own where none is.
    fn asked_for(&self, own: &str, amount: Range, scene: &Scene<'_>) -> Val {
        Val::Money(match scene.currency {
            Some(currency) if currency == own => Money::of(own, amount),
            Some(currency) => Money::of(currency, at_any_rate(&amount)),
            None => Money::of(own, amount),
        })
    }

    /// What one unit of a currency is worth: from the table of rates, or from the fact of the kind of rates that held on
    /// the day on which this fact opened. A kind of rates has a column `currency` and a number.
    fn rate(&self, rates: &str, currency: &str, fact: &Fact, scene: &Scene<'_>) -> Option<Range> {
        if let Some(table) = self.edition.table.get(rates) {
            let formula = table.rows.get(currency).or(table.otherwise.as_ref())?;
            let about = About::Partner;
            return match self.eval(&formula.expr, &Scene { about, ..*scene }) {
                Val::Number(rate) => Some(rate),
                _ => None,
            };
        }
        let at = self.evidence.kind(rates)?;
        let kind = self.kind(at);
        let column = kind
            .fields
            .values()
            .position(|f| matches!(f.kind, FieldType::Number(_)))?;
        let facts = self.facts(at, fact.partner);
        facts
            .iter()
            .filter(|f| f.holds(fact.opens) == Truth::Yes)
            .filter(|f| {
                self.key_text(kind, f, "currency")
                    .is_some_and(|c| c.to_uppercase() == currency)
            })
            .max_by_key(|f| f.opens)
            .and_then(|f| match &f.cells[column] {
                Cell::Number(rate) => Some(Range::exactly(rate.clone())),
                _ => None,
            })
    }

    /// Convention 30: has a `uses` fact named this one before the day?
    pub(super) fn is_unused(&self, fact: &Fact, day: Day) -> Truth {
        let kind = self.kind(fact.kind);
        let item = kind.key.first().and_then(|k| self.key_text(kind, fact, k));
        let (Some(item), Some(at)) = (item, self.evidence.kind("uses")) else {
            return Truth::Yes;
        };
        let uses = self.kind(at);
        let of_kind = |use_: &Fact| {
            self.key_text(uses, use_, "used_kind")
                .is_some_and(|text| same(&text, &kind.name))
        };
        let of_item = |use_: &Fact| self.key_text(uses, use_, "item").as_ref() == Some(&item);
        let used_before = |use_: &Fact| {
            let column = uses.fields.get_index_of("used_on");
            column.is_some_and(|c| matches!(use_.cells[c], Cell::Day(used_on) if used_on < day))
        };
        let used = self
            .facts(at, fact.partner)
            .iter()
            .any(|u| of_kind(u) && of_item(u) && used_before(u));
        Truth::from_bool(!used)
    }

    // -------------------------------------------------------------------------------------------------------- windows

    /// The days of a window on the day of the scene (§2, "Windows"). The first day is out only where the table says
    /// `(a, …`; here every window is written `(after, through]`. Where no fact says when it begins, `after` is none.
    pub(super) fn window(&self, window: Window, scene: &Scene<'_>) -> WindowDays {
        let day = scene.day;
        let calendar = &self.edition.calendar;
        let before = |first: Option<Day>| first.map(Day::previous);
        let (after, through) = match window {
            Window::Period => {
                let bound = self.edition.period.as_ref().map(|p| match scene.ask {
                    Ask::Enter => p.enter,
                    Ask::Retain => p.retain,
                });
                return match bound {
                    Some(window) if window != Window::Period => self.window(window, scene),
                    _ => WindowDays {
                        after: None,
                        through: day,
                    },
                };
            }
            Window::Trailing(duration) => (Some(day.minus(duration)), day),
            Window::SinceReview => (self.last_review(scene), day),
            Window::SinceEnrolled => (self.first_enrolled(scene), day),
            Window::From(first) => (Some(first.previous()), day),
            Window::This { unit, before: n } => {
                let back = i32::try_from(n).unwrap_or(MOST_DAYS);
                (before(calendar.start(unit, day, -back)), day)
            }
            Window::LastWhole { count, unit } => {
                let back = i32::try_from(count).unwrap_or(MOST_DAYS);
                let through = before(calendar.start(unit, day, 0));
                (
                    through.and_then(|_| before(calendar.start(unit, day, -back))),
                    through.unwrap_or(day),
                )
            }
        };
        WindowDays { after, through }
    }
}

/// The declared word that a text stands for, or the text itself.
fn canonical<'w>(words: &'w Words, text: &'w str) -> &'w str {
    if words.all().any(|word| word == text) {
        return text;
    }
    words.find(text).unwrap_or(text)
}

/// Is a day inside a window? A window whose mark no fact gives has none at least and all at most (24).
pub(super) fn within(window: WindowDays, day: Day) -> Truth {
    match window.after {
        _ if day > window.through => Truth::No,
        Some(after) => Truth::from_bool(day > after),
        None => Truth::Unknown,
    }
}

/// A number of a cell. An empty amount of a fact that counts is 0 … without limit (11); an empty number that a filter
/// needs is unknown (8).
fn number(cell: &Cell, amount: bool) -> Range {
    match cell {
        Cell::Number(number) => Range::exactly(number.clone()),
        _ if amount => super::values::without_limit(),
        _ => Range::UNKNOWN,
    }
}

/// Does the filter name the field `program`?
fn names_program(filter: &Expr) -> bool {
    matches!(&filter.node, Node::Name(name) if name == "program")
        || parts(filter).into_iter().any(names_program)
}

/// The program that the filter says the field `program` equals.
fn program_equals(filter: &Expr) -> Option<String> {
    if let Node::Compare(Compare::Equal, left, right) = &filter.node
        && let (Node::Name(field), Node::Name(program)) = (&left.node, &right.node)
        && field == "program"
    {
        return Some(program.clone());
    }
    parts(filter).into_iter().find_map(program_equals)
}

/// The expressions right inside a filter.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.node {
        Node::Not(a) | Node::Floor(a) | Node::Ceiling(a) | Node::Lookup(_, a) => vec![a],
        Node::Held(_, a) | Node::Once(_, a) | Node::Before(_, a) => vec![a],
        Node::In { value, .. } | Node::InWindow { value, .. } => vec![value],
        Node::And(all) | Node::Or(all) | Node::AtLeast(_, all) | Node::Of(_, all) => {
            all.iter().collect()
        }
        Node::Compare(_, a, b) | Node::Arith(_, a, b) => vec![a, b],
        Node::If(a, b, c) => vec![a, b, c],
        _ => vec![],
    }
}
