//! What differs between two scorecards of one partner and program: of two days, or of what was known then and now.

use domain::diagnostic::Diagnostic;
use domain::program::Ask;
use domain::standing::{Truth, Value};

use crate::question::Desk;
use crate::scorecard::{Row, Scorecard, scorecard};
use crate::words::Shown;

/// Two scorecards, and the rows that differ.
#[derive(Clone, Debug)]
pub struct Differences {
    /// The one that is compared with.
    pub before: Scorecard,
    /// The one that was asked for.
    pub after: Scorecard,
    /// What differs, column by column, in the order of the later scorecard.
    pub rows: Vec<Difference>,
    /// How many rows are the same in both.
    pub same: usize,
}

/// A row that differs.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Under which question.
    pub ask: Ask,
    /// At which level.
    pub level: String,
    /// Its id; empty for the level as a whole.
    pub row: String,
    /// What it is called.
    pub title: String,
    /// What it was; `None` where it was not asked.
    pub before: Option<Seen>,
    /// What it is; `None` where it is not asked.
    pub after: Option<Seen>,
}

/// What a scorecard says of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What the partner has; `None` for a level as a whole.
    pub have: Option<Value>,
    /// How that is written.
    pub shown: Shown,
    /// The verdict.
    pub verdict: Truth,
}

/// Compares the answers of two desks to the same question about all levels.
pub fn differences(before: &Desk, after: &Desk) -> Result<Differences, Diagnostic> {
    let (before, after) = (scorecard(before, true)?, scorecard(after, true)?);
    let (old, new) = (lines(&before), lines(&after));
    let key = |l: &Line| (l.ask, l.level.clone(), l.row.clone());
    let mut rows = vec![];
    let mut same = 0;
    for line in &new {
        let was = old.iter().find(|l| key(l) == key(line));
        if was.is_some_and(|was| was.seen == line.seen) {
            same += 1;
            continue;
        }
        rows.push(line.differs(was.map(|l| l.seen.clone()), Some(line.seen.clone())));
    }
    let gone = old.iter().filter(|l| new.iter().all(|n| key(n) != key(l)));
    rows.extend(gone.map(|l| l.differs(Some(l.seen.clone()), None)));
    Ok(Differences {
        before,
        after,
        rows,
        same,
    })
}

/// A row of a scorecard, with the column that it stands in.
struct Line {
    ask: Ask,
    level: String,
    row: String,
    title: String,
    seen: Seen,
}

impl Line {
    fn differs(&self, before: Option<Seen>, after: Option<Seen>) -> Difference {
        Difference {
            ask: self.ask,
            level: self.level.clone(),
            row: self.row.clone(),
            title: self.title.clone(),
            before,
            after,
        }
    }
}

fn lines(card: &Scorecard) -> Vec<Line> {
    let mut lines = vec![];
    for column in &card.columns {
        let mut line = |row: &str, title: &str, seen| {
            lines.push(Line {
                ask: column.ask,
                level: column.level.clone(),
                row: row.to_owned(),
                title: title.to_owned(),
                seen,
            });
        };
        let whole = Seen {
            have: None,
            shown: Shown::Count,
            verdict: column.verdict,
        };
        line("", &column.title, whole);
        for row in column.rows.iter().flat_map(Row::each) {
            let seen = Seen {
                have: Some(row.have.clone()),
                shown: row.shown.clone(),
                verdict: row.verdict,
            };
            line(&row.id, &row.title, seen);
        }
    }
    lines
}
