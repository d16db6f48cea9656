//! What every handler can ask for.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use app::accounts::{Accounts, Door};
use app::domain::diagnostic::Diagnostic;
use app::office;
use app::warm::Warmth;
use tokio::sync::watch;

use super::problem::Problem;
use super::settings::Settings;

/// How far the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It answers that it is loading: so many of so many steps are done.
    Loading {
        /// What is being loaded, in words.
        what: &'static str,
        /// Steps that are done.
        done: u64,
        /// Steps there are, as far as known.
        total: u64,
    },
    /// It answers everything.
    Ready,
    /// It will not get ready, and stops.
    Failed(Diagnostic),
}

/// What every handler can ask for: `State(state): State<AppState>`. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    settings: Settings,
    door: Door,
    readiness: watch::Sender<Readiness>,
    office: OnceLock<Arc<office::Office>>,
    /// When the database was last asked for changes.
    refreshed: Mutex<Option<Instant>>,
}

impl AppState {
    /// A server that has loaded nothing yet.
    pub fn new(settings: Settings) -> AppState {
        let (readiness, _) = watch::channel(Readiness::Loading {
            what: "programs",
            done: 0,
            total: 1,
        });
        AppState(Arc::new(Inner {
            door: Door::new(crate::access::settings(&settings)),
            settings,
            readiness,
            office: OnceLock::new(),
            refreshed: Mutex::new(None),
        }))
    }

    /// What was set when the server started.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// How far the server is now.
    pub fn readiness(&self) -> Readiness {
        let said = self.0.readiness.borrow().clone();
        match (&said, self.0.office.get().map(|office| office.warmth())) {
            (Readiness::Loading { .. }, Some(Warmth::Loading { done, of })) => Readiness::Loading {
                what: "evidence",
                done: u64::try_from(done).unwrap_or(0),
                total: u64::try_from(of).unwrap_or(0),
            },
            _ => said,
        }
    }

    /// Says how far the server is.
    pub fn set_readiness(&self, readiness: Readiness) {
        self.0.readiness.send_replace(readiness);
    }

    /// The running product; a problem with status 503 before its database is open. Its verbs say themselves while the
    /// evidence is still being loaded.
    pub fn office(&self) -> Result<&Arc<office::Office>, Problem> {
        self.0.office.get().ok_or_else(Problem::loading)
    }

    /// Who somebody is, and what they may do; a problem with status 503 before the database is open.
    pub fn accounts(&self) -> Result<Accounts<'_>, Problem> {
        let office = self.office()?;
        Ok(Accounts::new(&office.store, &office.clock, &self.0.door))
    }

    /// Gives the server its office, once.
    pub fn set_office(&self, office: Arc<office::Office>) {
        // A second one would be a slip of ours; the first one stands.
        let _ = self.0.office.set(office);
    }

    /// Notes that memory holds what the database held at this moment.
    pub fn set_refreshed(&self, at: Instant) {
        if let Ok(mut refreshed) = self.0.refreshed.lock() {
            *refreshed = Some(at);
        }
    }

    /// How long ago that was.
    pub fn age(&self) -> Option<Duration> {
        self.0.refreshed.lock().ok()?.map(|at| at.elapsed())
    }
}
