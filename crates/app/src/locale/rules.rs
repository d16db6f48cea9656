//! What a program's lifecycle and its questions say, in words of a language.
//!
//! An expression stays in the words of the rule language, which its author writes and tools read; everything around it is said here.

use domain::calendar::Duration;
use domain::program::{Actor, AnswerType, Delay, DemoteTo, Published, Review, Takes};
use domain::wording;

use super::Lang;
use crate::texts::fill;

impl Lang {
    /// Something that may be not published.
    pub fn published<T>(self, of: &Published<T>, text: impl Fn(&T) -> String) -> String {
        match of {
            Published::As(value) => text(value),
            Published::Not => self.texts().not_published.to_owned(),
        }
    }

    /// When a rule of the lifecycle takes effect.
    pub fn takes(self, of: &Takes) -> String {
        let t = self.texts();
        match of {
            Takes::AnyDay => t.rule_any_day.to_owned(),
            Takes::Review => t.rule_review.to_owned(),
            Takes::MonthEnd => t.rule_month_end.to_owned(),
            Takes::Dates(_) => wording::takes(of),
            Takes::Never => t.rule_never.to_owned(),
        }
    }

    /// Who makes a promotion happen.
    pub fn promoter(self, of: Actor) -> &'static str {
        let t = self.texts();
        match of {
            Actor::Rule => t.rule_by_rule,
            Actor::Application => t.rule_application,
            Actor::Invitation => t.rule_invitation,
        }
    }

    /// How long until a change is effective.
    pub fn delay(self, of: &Delay) -> String {
        let t = self.texts();
        match of {
            Delay::AtOnce => t.rule_at_once.to_owned(),
            Delay::NextMonth => t.rule_next_month.to_owned(),
            Delay::After(length) => self.length(*length),
        }
    }

    /// What a failed review demotes to; `title` says what a level is called.
    pub fn demoted_to(self, of: &DemoteTo, title: impl Fn(&str) -> String) -> String {
        let t = self.texts();
        match of {
            DemoteTo::HighestRetained => t.rule_highest.to_owned(),
            DemoteTo::Level(level) => title(level),
            DemoteTo::None => t.rule_none.to_owned(),
        }
    }

    /// How often something comes: `every 1 year`.
    pub fn every(self, length: Duration) -> String {
        fill(self.texts().every, &[("every", &self.length(length))])
    }

    /// When reviews fall: `every 1 year, after since`.
    pub fn review(self, of: &Review) -> String {
        let t = self.texts();
        let mut parts = Vec::new();
        parts.extend(of.every.map(|length| self.every(length)));
        parts.extend(
            of.after
                .as_ref()
                .map(|field| fill(t.rule_after, &[("field", field)])),
        );
        if !of.on.is_empty() {
            let days: Vec<String> = of.on.iter().map(|d| wording::month_day(*d)).collect();
            parts.push(fill(t.rule_on, &[("days", &self.list(&days))]));
        }
        if parts.is_empty() {
            t.not_published.to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// How a question is answered.
    pub fn answers(self, of: &AnswerType) -> String {
        let t = self.texts();
        match of {
            AnswerType::YesNo => t.rule_yes_no.to_owned(),
            AnswerType::Scale(from, to) => fill(
                t.from_to,
                &[("a", &from.to_string()), ("b", &to.to_string())],
            ),
            AnswerType::Percent => t.rule_percent.to_owned(),
            AnswerType::Number => t.rule_number.to_owned(),
            AnswerType::Money(None) => t.rule_money.to_owned(),
            AnswerType::Money(Some(currency)) => fill(t.rule_money_in, &[("currency", currency)]),
            AnswerType::Ladder(_) | AnswerType::Scored(_) => wording::answer(of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_what_the_file_says_and_german_is_not() {
        let review = Review {
            every: Some(Duration::months(12)),
            after: Some("since".to_owned()),
            on: vec![(1, 31), (7, 31)],
        };
        assert_eq!(Lang::En.review(&review), wording::review(&review));
        assert_eq!(
            Lang::De.review(&review),
            "je 12 Monate, ab since, am 01-31 und 07-31"
        );
        for takes in [Takes::AnyDay, Takes::Review, Takes::MonthEnd, Takes::Never] {
            assert_eq!(Lang::En.takes(&takes), wording::takes(&takes));
            assert_ne!(Lang::De.takes(&takes), wording::takes(&takes));
        }
        for actor in [Actor::Rule, Actor::Application, Actor::Invitation] {
            assert_eq!(Lang::En.promoter(actor), wording::actor(actor));
            assert_ne!(Lang::De.promoter(actor), wording::actor(actor));
        }
        for delay in [
            Delay::AtOnce,
            Delay::NextMonth,
            Delay::After(Duration::months(3)),
        ] {
            assert_eq!(Lang::En.delay(&delay), wording::delay(&delay));
            assert_ne!(Lang::De.delay(&delay), wording::delay(&delay));
        }
        for of in [
            AnswerType::YesNo,
            AnswerType::Percent,
            AnswerType::Number,
            AnswerType::Money(None),
            AnswerType::Money(Some("USD".to_owned())),
        ] {
            assert_eq!(Lang::En.answers(&of), wording::answer(&of));
            assert_ne!(Lang::De.answers(&of), wording::answer(&of));
        }
        let not = Published::<Takes>::Not;
        assert_eq!(
            Lang::De.published(&not, |of| Lang::De.takes(of)),
            "nicht veröffentlicht"
        );
    }
}
