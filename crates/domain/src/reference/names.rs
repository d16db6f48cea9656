//! What a name stands for: measures, tests, questions, parameters, lists, tables and bands (§2, §4, §6, §7; 17).

use super::values::{Could, Members, Money, Val, Word, compare, same};
use super::{About, Link, Reference, Scene};
use crate::number::{Exact, Range};
use crate::program::{AnswerType, Band, BandValue, Bands, Edition, List, PerTrack, Question};
use crate::source::Formula;
use crate::standing::Truth;
use crate::syntax::{Compare, Expr, Facts, Pick};
use crate::vocabulary::plain;

impl<'a> Reference<'a> {
    /// The value of a name of the edition, or of a library that it uses. A name that uses itself is unknown.
    pub(super) fn named(&self, name: &str, scene: &Scene<'_>) -> Val {
        let files = self.files(scene.file);
        let Some(file) = files.into_iter().find(|f| defines(f, name)) else {
            return Val::Unknown;
        };
        if !self.may_go_on(scene) || scene.is_under_way("name", name, &file.program) {
            return Val::Unknown;
        }
        let link = Link {
            what: "name",
            name,
            at: &file.program,
            up: scene.trail,
        };
        // What stands under a name is asked of the partner, whatever fact the name stood beside.
        let scene = Scene {
            file,
            words: &[],
            about: About::Partner,
            trail: Some(&link),
            depth: scene.depth + 1,
            ..*scene
        };
        self.defined(file, name, &scene)
    }

    /// The word that a measure or a question of this name yields; `None` where there is none or it yields no word.
    pub(super) fn named_word(&self, name: &str, scene: &Scene<'_>) -> Option<Val> {
        let files = self.files(scene.file);
        files
            .iter()
            .any(|f| f.measure.contains_key(name) || f.question.contains_key(name))
            .then(|| self.named(name, scene))
            .filter(|value| matches!(value, Val::Word(_)))
    }

    fn defined(&self, file: &Edition, name: &str, scene: &Scene<'_>) -> Val {
        if let Some(measure) = file.measure.get(name) {
            return self.measure(name, &measure.is, &measure.words, scene);
        }
        if let Some(test) = file.test.get(name).or_else(|| file.stage.get(name)) {
            return self.per_track(&test.is, scene);
        }
        if let Some(question) = file.question.get(name) {
            return self.answer(name, question, scene);
        }
        if let Some(parameter) = file.parameter.get(name) {
            let set = self
                .assumptions
                .set
                .get(name)
                .or(parameter.default.as_ref());
            return Val::Number(set.cloned().map_or(Range::UNKNOWN, Range::exactly));
        }
        if let Some(score) = file.score.get(name) {
            return self.score(score, scene);
        }
        if file.rows.contains_key(name) {
            return Val::test(self.row_as_test(name, scene));
        }
        self.score_part(file, name, scene)
    }

    /// A value that may differ by track; without a track, such a value is unknown (27).
    fn per_track(&self, is: &PerTrack<Formula>, scene: &Scene<'_>) -> Val {
        match self.on_track(is, scene) {
            Some(formula) => self.eval(&formula.expr, scene),
            None => Val::Unknown,
        }
    }

    /// A measure; where it declares words, a bare word in it is one of them.
    fn measure(
        &self,
        name: &str,
        is: &PerTrack<Formula>,
        words: &[String],
        scene: &Scene<'_>,
    ) -> Val {
        // What has a name is in one currency, wherever it stands (11).
        let currency = self.currency_of_name(name);
        let currency = currency.as_deref();
        let value = self.per_track(
            is,
            &Scene {
                words,
                currency,
                ..*scene
            },
        );
        match value {
            Val::Word(word) if word.others.is_empty() && word.ladder.is_empty() => {
                Val::Word(Word {
                    others: words.to_vec(),
                    ..word
                })
            }
            Val::Unknown if !words.is_empty() => Val::Word(Word {
                others: words.to_vec(),
                ..Word::default()
            }),
            value => value,
        }
    }

    // ------------------------------------------------------------------------------------------------- questions (§6)

    /// The answer to a question: the latest `answers` fact that names it and holds on the day, read as its type says.
    fn answer(&self, name: &str, question: &Question, scene: &Scene<'_>) -> Val {
        // In the rule language: latest answer of answers where question = NAME.
        let answers = Facts {
            pending: false,
            kind: "answers".into(),
            ended: false,
            over: None,
            window: None,
            filter: None,
            at: 0..0,
        };
        let Some(mut choice) = self.choose(&answers, scene) else {
            return self.no_answer(question);
        };
        // Convention 9: a refused answer opens no other answer.
        choice.refused = 0;
        choice.facts.retain(|(fact, _)| {
            self.key_text(self.kind(fact.kind), fact, "question")
                .is_some_and(|asked| same(&asked, name))
        });
        match self.picked(Pick::Latest, "answer", &choice, scene) {
            Val::Word(word) => match &word.could {
                Could::OneOf(texts) => texts
                    .iter()
                    .map(|text| self.read_answer(question, text))
                    .reduce(Val::either)
                    .unwrap_or(Val::Unknown),
                _ => self.no_answer(question),
            },
            Val::Number(range) if is_number(&question.answer) => Val::Number(range),
            Val::Number(range) => match &question.answer {
                AnswerType::Money(currency) => {
                    let currency = currency.as_deref().or(self.own_currency());
                    Val::Money(Money::of(currency.unwrap_or_default(), range))
                }
                _ => self.no_answer(question),
            },
            _ => self.no_answer(question),
        }
    }

    /// What is known of a question that nobody answered: only its type.
    fn no_answer(&self, question: &Question) -> Val {
        match &question.answer {
            AnswerType::YesNo => Val::Test(Truth::Unknown),
            AnswerType::Ladder(words) => Val::Word(Word {
                ladder: words.clone(),
                ..Word::default()
            }),
            AnswerType::Money(_) => Val::Money(Money::of("", Range::UNKNOWN)),
            // A question that may not apply may leave no number at all.
            _ if question.may_not_apply => Val::Number(Range::UNKNOWN),
            AnswerType::Scale(from, to) if from <= to => {
                Val::Number(Range::between(Exact::from(*from), Exact::from(*to)))
            }
            AnswerType::Scored(scores) => {
                let least = scores.values().min().cloned();
                let most = scores.values().max().cloned();
                Val::Number(Range { least, most })
            }
            _ => Val::Number(Range::UNKNOWN),
        }
    }

    /// The text of an answer, read as the question's type. A text of another type says nothing.
    fn read_answer(&self, question: &Question, text: &str) -> Val {
        if matches!(plain(text).as_str(), "n/a" | "na") {
            return match question.may_not_apply {
                true => Val::NotApplicable,
                false => self.no_answer(question),
            };
        }
        let number = || Exact::parse(text.trim());
        let read = match &question.answer {
            AnswerType::YesNo => match plain(text).as_str() {
                "yes" => Some(Val::Test(Truth::Yes)),
                "no" => Some(Val::Test(Truth::No)),
                _ => None,
            },
            AnswerType::Scale(..) | AnswerType::Number => number().map(Val::number),
            AnswerType::Percent => match text.trim().strip_suffix('%') {
                Some(of_hundred) => Exact::parse(of_hundred)
                    .and_then(|n| n.checked_div(&Exact::from(100)))
                    .map(Val::number),
                None => number().map(Val::number),
            },
            AnswerType::Money(currency) => {
                let (amount, written) = match text.trim().split_once(' ') {
                    Some((amount, currency)) => (amount, Some(currency.trim().to_uppercase())),
                    None => (text.trim(), None),
                };
                let currency = written
                    .or_else(|| currency.clone())
                    .or_else(|| self.own_currency().map(str::to_owned));
                Exact::parse(amount).map(|amount| {
                    Val::Money(Money::of(
                        currency.as_deref().unwrap_or_default(),
                        Range::exactly(amount),
                    ))
                })
            }
            AnswerType::Ladder(words) => words.iter().find(|w| same(w, text)).map(|w| {
                Val::Word(Word {
                    ladder: words.clone(),
                    ..Word::is(w.clone())
                })
            }),
            AnswerType::Scored(scores) => scores
                .iter()
                .find(|(word, _)| same(word, text))
                .map(|(_, score)| Val::number(score.clone())),
        };
        read.unwrap_or_else(|| self.no_answer(question))
    }

    /// The score of a word of a question whose words have scores.
    pub(super) fn score_of_word(
        &self,
        question: &str,
        word: &str,
        scene: &Scene<'_>,
    ) -> Option<Val> {
        let files = self.files(scene.file);
        let question = files.iter().find_map(|f| f.question.get(question))?;
        let AnswerType::Scored(scores) = &question.answer else {
            return None;
        };
        let (_, score) = scores.iter().find(|(w, _)| same(w, word))?;
        Some(Val::number(score.clone()))
    }

    /// §6: an answer is contradicted on any day on which it is known and differs from what the evidence says; numbers
    /// by more than `within`. What the evidence leaves open contradicts nothing.
    pub(super) fn is_contradicted(&self, name: &str, scene: &Scene<'_>) -> bool {
        let Some(question) = self.edition.question.get(name) else {
            return false;
        };
        let Some(evidence) = &question.evidence else {
            return false;
        };
        let answer = self.named(name, scene);
        let says = self.evidence_says(question, evidence, scene);
        let differs = match (&answer, &says) {
            // An answer that nobody gave is anything on its scale, and contradicts nothing.
            (Val::Number(a), _) if a.exact().is_none() => Truth::No,
            (Val::Number(a), Val::Number(b)) => {
                let within = Range::exactly(question.within.clone().unwrap_or(Exact::ZERO));
                let above = a.clone() - b.clone();
                let below = b.clone() - a.clone();
                Truth::compare(&above, Compare::More, &within).or(Truth::compare(
                    &below,
                    Compare::More,
                    &within,
                ))
            }
            (Val::Money(a), Val::Money(b)) => {
                let (a, b) = a.common(b, self.own_currency());
                let within = Range::exactly(question.within.clone().unwrap_or(Exact::ZERO));
                let above = Truth::compare(&(a.clone() - b.clone()), Compare::More, &within);
                above.or(Truth::compare(&(b - a), Compare::More, &within))
            }
            _ => compare(&answer, Compare::NotEqual, &says, self.own_currency()),
        };
        differs == Truth::Yes
    }

    /// What the evidence says of a question. Its words may stand bare in the expression.
    fn evidence_says(&self, question: &Question, evidence: &Formula, scene: &Scene<'_>) -> Val {
        let words: Vec<String> = match &question.answer {
            AnswerType::Ladder(words) => words.clone(),
            AnswerType::Scored(scores) => scores.keys().cloned().collect(),
            _ => vec![],
        };
        let said = self.eval(
            &evidence.expr,
            &Scene {
                words: &words,
                ..*scene
            },
        );
        match (&question.answer, said) {
            (AnswerType::Scored(_), Val::Word(word)) => word
                .known()
                .map_or(Val::Unknown, |w| self.read_answer(question, w)),
            (_, said) => said,
        }
    }

    // ---------------------------------------------------------------------------------------- lists, tables and bands

    /// `x in list`: an item counts on the day if `from` ≤ day < `until` (§4). Also `x in set`.
    pub(super) fn is_in(&self, value: &Expr, list: &str, scene: &Scene<'_>) -> Truth {
        let value = self.eval(value, scene);
        let word = match &value {
            Val::NotApplicable => return Truth::NotApplicable,
            Val::Word(word) => word,
            _ => return Truth::Unknown,
        };
        let files = self.files(scene.file);
        if let Some(list) = files.iter().find_map(|f| f.list.get(list)) {
            return self.is_listed(word, list, scene);
        }
        match self.named(list, scene) {
            Val::Set(set) => is_member(word, &set),
            _ => Truth::Unknown,
        }
    }

    fn is_listed(&self, word: &Word, list: &List, scene: &Scene<'_>) -> Truth {
        word.ask(|word| {
            list.items.iter().any(|item| {
                same(&item.is, word)
                    && item.from.is_none_or(|from| from <= scene.day)
                    && item.until.is_none_or(|until| scene.day < until)
            })
        })
    }

    /// `rate(workload)`: a look-up in a table or in bands (17).
    pub(super) fn look_up(&self, name: &str, argument: &Expr, scene: &Scene<'_>) -> Val {
        let files = self.files(scene.file);
        let bands = files.iter().find_map(|f| f.bands.get(name));
        let asked = Scene {
            currency: bands.and_then(|b| b.currency()),
            ..*scene
        };
        let key = self.eval(argument, &asked);
        if matches!(key, Val::NotApplicable) {
            return Val::NotApplicable;
        }
        if let Some(bands) = bands {
            return in_bands(bands, &key);
        }
        let Some((file, table)) = files.iter().find_map(|f| Some((*f, f.table.get(name)?))) else {
            return Val::Unknown;
        };
        if scene.is_under_way("table", name, &file.program) {
            return Val::Unknown;
        }
        let link = Link {
            what: "table",
            name,
            at: &file.program,
            up: scene.trail,
        };
        let inside = Scene {
            file,
            words: &table.words,
            about: About::Partner,
            trail: Some(&link),
            ..*scene
        };
        let value = |formula: &Formula| self.eval(&formula.expr, &inside);
        let of_word = |word: &str| {
            let row = table.rows.iter().find(|(w, _)| same(w, word));
            let formula = row.map(|(_, f)| f).or(table.otherwise.as_ref());
            formula.map_or(Val::Unknown, value)
        };
        // An unknown word yields everything that the table could.
        let all = || table.rows.values().chain(&table.otherwise).map(value);
        let values = match &key {
            Val::Word(word) => match &word.could {
                Could::OneOf(words) => words.iter().map(|w| of_word(w)).reduce(Val::either),
                Could::Nothing => table.otherwise.as_ref().map(value),
                Could::Any => all().reduce(Val::either),
            },
            Val::Test(Truth::Yes) => Some(of_word("yes")),
            Val::Test(Truth::No) => Some(of_word("no")),
            _ => all()
                .reduce(Val::either)
                .filter(|_| matches!(key, Val::Test(_) | Val::Unknown)),
        };
        match values.unwrap_or(Val::Unknown) {
            Val::Unknown if !table.words.is_empty() => Val::Word(Word {
                others: table.words.clone(),
                ..Word::default()
            }),
            value => value,
        }
    }

    /// Does a table yield money?
    pub(super) fn table_is_money(&self, name: &str, scene: &Scene<'_>) -> bool {
        let files = self.files(scene.file);
        let Some(table) = files.iter().find_map(|f| f.table.get(name)) else {
            return false;
        };
        let mut formulas = table.rows.values().chain(&table.otherwise);
        formulas.any(|f| {
            let about = About::Partner;
            matches!(
                self.eval(&f.expr, &Scene { about, ..*scene }),
                Val::Money(_)
            )
        })
    }
}

/// Does the file give a value to this name?
fn defines(file: &Edition, name: &str) -> bool {
    let part_of = |score: &crate::program::Score| {
        score
            .part
            .each()
            .iter()
            .any(|(_, parts)| parts.contains_key(name))
    };
    file.measure.contains_key(name)
        || file.test.contains_key(name)
        || file.stage.contains_key(name)
        || file.question.contains_key(name)
        || file.parameter.contains_key(name)
        || file.score.contains_key(name)
        || file.rows.contains_key(name)
        || file.score.values().any(part_of)
}

fn is_number(answer: &AnswerType) -> bool {
    matches!(
        answer,
        AnswerType::Scale(..) | AnswerType::Number | AnswerType::Percent
    )
}

/// Is every value that the word could be a member, or none?
fn is_member(word: &Word, set: &Members) -> Truth {
    match &word.could {
        Could::Any => Truth::Unknown,
        Could::Nothing => Truth::No,
        Could::OneOf(words) => {
            let truths: Vec<Truth> = words.iter().map(|w| set.contains(w)).collect();
            if truths.iter().all(|t| *t == Truth::Yes) {
                Truth::Yes
            } else if truths.iter().all(|t| *t == Truth::No) {
                Truth::No
            } else {
                Truth::Unknown
            }
        }
    }
}

/// Convention 17: a number that no band holds has no value; a range yields every band that it touches. An amount is
/// looked up in the currency of the bands, as it would be compared with their ends (11).
fn in_bands(bands: &Bands, key: &Val) -> Val {
    let range = match (key, bands.currency()) {
        (Val::Number(range), None) => range.clone(),
        (Val::Money(amount), Some(currency)) => amount.in_currency(currency),
        (Val::Unknown, _) => Range::UNKNOWN,
        _ => return Val::Unknown,
    };
    let (bands, range) = (&bands.rows, &range);
    let touched = bands.iter().filter(|band| touches(band, range));
    let words: Vec<String> = bands
        .iter()
        .filter_map(|b| match &b.is {
            BandValue::Word(word) => Some(word.clone()),
            BandValue::Number(_) => None,
        })
        .collect();
    touched
        .map(|band| match &band.is {
            BandValue::Number(number) => Val::number(number.clone()),
            BandValue::Word(word) => Val::Word(Word {
                others: words.clone(),
                ..Word::is(word.clone())
            }),
        })
        .reduce(Val::either)
        .unwrap_or_else(|| match words.is_empty() {
            true => Val::Unknown,
            false => Val::Word(Word {
                others: words.clone(),
                ..Word::default()
            }),
        })
}

/// Is any number of the range in the band?
fn touches(band: &Band, range: &Range) -> bool {
    let above_lower = match (&band.lower, &range.most) {
        (Some((end, inside)), Some(most)) => most > end || *inside && most == end,
        _ => true,
    };
    let below_upper = match (&band.upper, &range.least) {
        (Some((end, inside)), Some(least)) => least < end || *inside && least == end,
        _ => true,
    };
    above_lower && below_upper
}
