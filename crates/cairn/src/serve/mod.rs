//! The server: one process that answers pages and the API over the same verbs.
//!
//! It listens before anything is loaded, and says on `/ready` when it is warm. It knows no rule of a program, no page
//! and no route of the API: those hang themselves into [`router::router`].

pub mod client;
pub mod headers;
pub mod health;
pub mod limits;
pub mod listen;
pub mod load;
pub mod log;
pub mod metrics;
pub mod problem;
pub mod router;
pub mod settings;
pub mod state;

use std::net::SocketAddr;

use app::domain::diagnostic::{Diagnostic, Place};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::output::{self, Exit};
use settings::Settings;
use state::AppState;

/// Serves until it is told to stop. The address is printed once it answers there.
pub fn serve(settings: Settings) -> Result<Exit, Diagnostic> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| cannot_start(&error))?;
    let ended = runtime.block_on(run(settings));
    // What still reads a file is not waited for.
    runtime.shutdown_background();
    ended
}

async fn run(settings: Settings) -> Result<Exit, Diagnostic> {
    log::begin(&settings.log);
    let mut signals = Signals::listen()?;
    let listener = bind(settings.listen, "listen").await?;
    let address = address_of(&listener)?;
    let within = settings.stop_within;
    let limits = settings.limits.clone();
    let beside = match settings.metrics.listen {
        Some(address) if settings.metrics.enabled => Some(bind(address, "metrics-listen").await?),
        _ => None,
    };
    let mut settings = settings;
    // Port 0 stood for a free one.
    settings.listen = address;
    let state = AppState::new(settings);
    let (stop, stopped) = watch::channel(false);
    let router = router::router(state.clone());
    let serving = tokio::spawn(listen::serve(
        listener,
        router,
        limits.clone(),
        stopped.clone(),
        within,
    ));
    output::answer(&format!("listening on http://{address}\n"));
    if let Some(beside) = beside {
        output::answer(&format!(
            "metrics on http://{}/metrics\n",
            address_of(&beside)?
        ));
        let router = router::beside(state.clone());
        tokio::spawn(listen::serve(beside, router, limits, stopped, within));
    }
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");

    let loading = tokio::spawn(load::load(state.clone()));
    let keeping_up = tokio::spawn(load::keep_up(state.clone()));
    let forgetting = tokio::spawn(load::forget(state.clone()));
    let posting = tokio::spawn(load::post(state.clone()));
    let looking_after = tokio::spawn(load::look_after(state.clone()));
    let telling = tokio::spawn(crate::api::hooks::keep_telling(state.clone()));
    let failed = tokio::select! {
        () = signals.any() => None,
        problem = failure(loading, &state) => Some(problem),
    };
    tracing::info!("stopping");
    stop.send_replace(true);
    keeping_up.abort();
    forgetting.abort();
    posting.abort();
    looking_after.abort();
    telling.abort();
    // A second signal ends it at once.
    let cut_off = tokio::select! {
        cut_off = serving => cut_off.unwrap_or(0),
        () = signals.any() => 0,
    };
    if cut_off > 0 {
        tracing::warn!(requests = cut_off, "not finished within the time to stop");
    }
    if let Ok(office) = state.office() {
        let _ = tokio::time::timeout(load::LAST, office.store.close()).await;
    }
    tracing::info!("stopped");
    failed.map_or(Ok(Exit::Answered), Err)
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, Diagnostic> {
    listener.local_addr().map_err(|error| cannot_start(&error))
}

/// Why loading failed; it never ends where loading succeeds.
async fn failure(
    loading: tokio::task::JoinHandle<Result<(), Diagnostic>>,
    state: &AppState,
) -> Diagnostic {
    let problem = match loading.await {
        Ok(Ok(())) => return std::future::pending().await,
        Ok(Err(problem)) => problem,
        Err(_) => Diagnostic::error(
            "cannot-start",
            "loading ended before it was done",
            Place::default(),
        ),
    };
    state.set_readiness(state::Readiness::Failed(problem.clone()));
    problem
}

/// Ends when the process is asked to stop: SIGTERM from a service manager, SIGINT from a terminal.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on, so that a signal that comes early is not lost.
    fn listen() -> Result<Signals, Diagnostic> {
        let listen = |kind| signal(kind).map_err(|error| cannot_start(&error));
        Ok(Signals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, Diagnostic> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "something else listens there".to_owned(),
            std::io::ErrorKind::AddrNotAvailable => "this computer has no such address".to_owned(),
            std::io::ErrorKind::PermissionDenied => "ports below 1024 need a right".to_owned(),
            _ => error.to_string(),
        };
        Diagnostic::error(
            "cannot-listen",
            format!("the server cannot listen on `{address}`: {why}"),
            Place::default(),
        )
        .help(format!(
            "choose another address, as in --{flag} 127.0.0.1:7374"
        ))
    })
}

fn cannot_start(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(
        "cannot-start",
        format!("the server cannot start: {error}"),
        Place::default(),
    )
}
