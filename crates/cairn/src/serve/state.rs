//! What every handler can ask for.

use std::sync::{Arc, OnceLock};

use app::domain::diagnostic::Diagnostic;
use app::office::Office;
use app::programs::Loaded;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
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
#[derive(Clone, Debug)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    readiness: watch::Sender<Readiness>,
    programs: OnceLock<Arc<Loaded>>,
    office: OnceLock<Arc<Office>>,
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
            settings,
            readiness,
            programs: OnceLock::new(),
            office: OnceLock::new(),
        }))
    }

    /// What was set when the server started.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// How far the server is now.
    pub fn readiness(&self) -> Readiness {
        self.0.readiness.borrow().clone()
    }

    /// Says how far the server is.
    pub fn set_readiness(&self, readiness: Readiness) {
        self.0.readiness.send_replace(readiness);
    }

    /// The programs; a problem with status 503 while they are being loaded.
    #[allow(
        dead_code,
        reason = "for handlers of pages and of the API, before the first of them asks"
    )]
    pub fn programs(&self) -> Result<&Arc<Loaded>, Problem> {
        self.0.programs.get().ok_or_else(Problem::loading)
    }

    /// Gives the server its programs, once.
    pub fn set_programs(&self, programs: Arc<Loaded>) {
        // A second load is a slip of ours; the first one stands.
        let _ = self.0.programs.set(programs);
    }

    /// The running product; a problem with status 503 while its store is being opened.
    pub fn office(&self) -> Result<&Arc<Office>, Problem> {
        self.0.office.get().ok_or_else(Problem::loading)
    }

    /// Gives the server its product, once; its programs with it.
    pub fn set_office(&self, office: Arc<Office>) {
        self.set_programs(office.programs.clone());
        // As above.
        let _ = self.0.office.set(office);
    }
}

/// The programs as an argument of a handler; the request ends with status 503 while they are being loaded.
#[allow(
    dead_code,
    reason = "for handlers of pages and of the API, before the first of them asks"
)]
#[derive(Clone, Debug)]
pub struct Programs(pub Arc<Loaded>);

impl FromRequestParts<AppState> for Programs {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        state.programs().cloned().map(Programs)
    }
}
