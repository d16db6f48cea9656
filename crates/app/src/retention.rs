//! What may be forgotten, for how long it is kept, and the run that forgets it.
//!
//! Facts, changes and decisions are kept for ever: the database itself refuses to delete them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

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
        let mut tx = self.store.write(&Scope::All).await?;
        tx.lock_changes().await?;
        let mut forgotten = Forgotten::default();
        for of in FORGETTABLE {
            let before = now.plus_seconds(-period(of, set));
            let rows = tx.forget(of, before).await?;
            forgotten.rows.push((of.name, rows));
        }
        let rows = forgotten.rows.iter();
        let rows = rows.map(|(name, rows)| ((*name).to_owned(), json!(rows)));
        let detail = serde_json::Value::Object(rows.collect());
        let new = self.change(actor, "retain", None, "server", detail);
        forgotten.change = tx.append(&Scope::All, new, &[]).await?.change;
        tx.commit().await?;
        Ok(forgotten)
    }
}

/// Forgets what is old once a day, for as long as the server runs. What fails is logged, and tried again the next day.
pub async fn every_day(office: Arc<Office>, set: BTreeMap<&'static str, i64>) {
    let actor = Actor::system("retention");
    loop {
        if let Err(refusal) = office.retain(&actor, &set).await {
            tracing::warn!(error = %refusal, "old rows were not forgotten");
        }
        tokio::time::sleep(Duration::from_secs(DAY.unsigned_abs())).await;
    }
}
