//! What may be forgotten, for how long it is kept, and the run that forgets it.
//!
//! Facts, changes and decisions are kept for ever: the database itself refuses to delete them.

use std::collections::BTreeMap;

use serde_json::json;
use store::{FORGETTABLE, Forgettable, Scope};

use crate::access::{Actor, Verb};
use crate::office::Office;
use crate::refusal::Refusal;

/// What a run forgot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// How many rows, by the name of what they were.
    pub rows: Vec<(&'static str, u64)>,
    /// The change that says so.
    pub change: i64,
}

/// What is called so where a period is set, and waits for somebody rather than being forgotten: imports that were handed in.
pub const UPLOADS: &str = "uploads";
/// How long they wait where nothing else is set, in seconds.
pub const UPLOADS_WAIT: i64 = 30 * DAY;

/// No period is shorter: what happened today is never forgotten.
const DAY: i64 = 24 * 60 * 60;

/// For how many seconds something is kept, given what was set by name.
pub fn period(of: &Forgettable, set: &BTreeMap<&'static str, i64>) -> i64 {
    set.get(of.name).copied().unwrap_or(of.seconds).max(DAY)
}

impl Office {
    /// Forgets what is older than its period, as one change that says how many rows of what went. `set` has the periods that
    /// were set, in seconds by name; what it does not name is kept as long as it usually is.
    pub async fn retain(
        &self,
        actor: &Actor,
        set: &BTreeMap<&'static str, i64>,
    ) -> Result<Forgotten, Refusal> {
        actor.permit_server(Verb::ManageServer)?;
        let now = self.clock.now();
        let wait = set.get(UPLOADS).copied().unwrap_or(UPLOADS_WAIT).max(DAY);
        let given_up = self.expire_imports(now.plus_seconds(-wait)).await?;
        let mut tx = self.store.write(&Scope::All).await?;
        tx.lock_changes().await?;
        let mut forgotten = Forgotten::default();
        for of in FORGETTABLE {
            let before = now.plus_seconds(-period(of, set));
            let rows = tx.forget(of, before).await?;
            forgotten.rows.push((of.name, rows));
        }
        forgotten.rows.push((UPLOADS, given_up as u64));
        let rows = forgotten.rows.iter();
        let rows = rows.map(|(name, rows)| ((*name).to_owned(), json!(rows)));
        let detail = serde_json::Value::Object(rows.collect());
        let new = self.change(actor, "retain", None, "server", detail);
        forgotten.change = tx.append(&Scope::All, new, &[]).await?.change;
        tx.commit().await?;
        self.store.scrub().await?;
        Ok(forgotten)
    }
}
