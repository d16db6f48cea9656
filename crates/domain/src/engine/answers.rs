//! Answers that were worked out over an engine, kept as long as it is: below it no program and no fact changes.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// So many are kept; the oldest goes first.
const MOST: usize = 128;

type Kept = (String, Arc<dyn Any + Send + Sync>);

/// Answers, by what was asked.
#[derive(Default)]
pub(super) struct Answers(Mutex<VecDeque<Kept>>);

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers")
    }
}

impl Answers {
    /// The answer that is kept for this question, or the one that is worked out now, which is kept from then on.
    ///
    /// Two who ask at once may both work it out; the answer is the same.
    pub(super) fn once<T: Clone + Send + Sync + 'static>(
        &self,
        asked: String,
        make: impl FnOnce() -> T,
    ) -> T {
        if let Some(answer) = self.found(&asked) {
            return answer;
        }
        let answer = make();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back((asked, Arc::new(answer.clone())));
        answer
    }

    /// The answer that is kept for this question.
    pub(super) fn found<T: Clone + Send + Sync + 'static>(&self, asked: &str) -> Option<T> {
        let found = {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let mut kept = kept.iter();
            kept.find(|(of, _)| of == asked).map(|(_, a)| a.clone())
        };
        found?.downcast_ref::<T>().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, MOST};

    #[test]
    fn an_answer_is_worked_out_once_and_the_oldest_goes_first() {
        let answers = Answers::default();
        let mut times = 0;
        let mut ask = |of: &str| {
            answers.once(of.to_owned(), || {
                times += 1;
                times
            })
        };
        assert_eq!((ask("a"), ask("b"), ask("a")), (1, 2, 1));
        for n in 0..MOST {
            ask(&n.to_string());
        }
        assert_eq!(ask("a"), 3 + i32::try_from(MOST).unwrap_or(0));
    }

    #[test]
    fn the_same_question_of_another_kind_is_another() {
        let answers = Answers::default();
        assert_eq!(answers.once("a".to_owned(), || 1), 1);
        assert_eq!(answers.once("a".to_owned(), || "one"), "one");
    }
}
