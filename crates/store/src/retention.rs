//! Rows that may be forgotten once they are old: which ones, and for how long they are kept.
//!
//! Facts, changes and decisions are not among them, and cannot be: the database refuses.

use domain::instant::Instant;
use sqlx::AssertSqlSafe;

use crate::db::{StoreError, Tx, on};

/// Rows of a table that may be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgettable {
    /// What they are called where a period is set: `sessions`.
    pub name: &'static str,
    /// What they are, in words.
    pub what: &'static str,
    /// The table.
    pub table: &'static str,
    /// The column with the moment from which the time runs, in microseconds since 1970. A row without one is kept.
    pub since: &'static str,
    /// Which of its rows, as SQL; empty: all.
    pub only: &'static str,
    /// Tables whose rows belong to one of these and go with it, and the column by which, which both have.
    pub along: (&'static str, &'static [&'static str]),
    /// How long they are kept where nothing else is set, in seconds.
    pub seconds: i64,
}

/// Everything that may be forgotten. Whoever adds a table whose rows grow old adds a line here.
pub const FORGETTABLE: &[Forgettable] = &[
    Forgettable {
        name: "sessions",
        what: "sessions that ended",
        table: "sessions",
        since: "expires",
        only: "",
        along: ("", &[]),
        seconds: 90 * DAY,
    },
    Forgettable {
        name: "links",
        what: "invitations and links for new passwords that are no longer valid",
        table: "links",
        since: "expires",
        only: "",
        along: ("", &[]),
        seconds: 90 * DAY,
    },
    Forgettable {
        name: "visits",
        what: "visits to a provider of sign-in from which nobody came back",
        table: "visits",
        since: "expires",
        only: "",
        along: ("", &[]),
        seconds: DAY,
    },
    Forgettable {
        name: "limits",
        what: "counts of tries that no longer count",
        table: "limits",
        since: "empty",
        only: "",
        along: ("", &[]),
        seconds: DAY,
    },
    Forgettable {
        name: "mails",
        what: "mails that were sent",
        table: "mails",
        since: "sent",
        only: "",
        along: ("", &[]),
        seconds: 30 * DAY,
    },
    Forgettable {
        name: "imports",
        what: "imports that ended, with what they showed; they can no longer be undone then",
        table: "imports",
        since: "changed_at",
        only: "state in ('confirmed', 'undone', 'discarded')",
        along: ("import", &["import_pieces", "import_files"]),
        seconds: 400 * DAY,
    },
    Forgettable {
        name: "notices",
        what: "notices that were put away, or told in another way",
        table: "notices",
        since: "seen",
        only: "",
        along: ("", &[]),
        seconds: 400 * DAY,
    },
];

const DAY: i64 = 24 * 60 * 60;

impl Tx {
    /// Deletes the rows of before a moment; returns how many. The transaction must see everybody's rows.
    pub async fn forget(&mut self, of: &Forgettable, before: Instant) -> Result<u64, StoreError> {
        // Names of the product's own tables, never a text from elsewhere.
        let which = match of.only {
            "" => format!("{} < $1", of.since),
            only => format!("{} < $1 and {only}", of.since),
        };
        let (key, tables) = of.along;
        for table in tables {
            let sql = format!(
                "delete from {table} where {key} in (select {key} from {} where {which})",
                of.table
            );
            on!(self, c => sqlx::query(AssertSqlSafe(sql))
                .bind(before.0)
                .execute(c)
                .await
                .map(|_| ())?);
        }
        let sql = format!("delete from {} where {which}", of.table);
        Ok(on!(self, c => sqlx::query(AssertSqlSafe(sql))
            .bind(before.0)
            .execute(c)
            .await
            .map(|done| done.rows_affected())?))
    }
}
