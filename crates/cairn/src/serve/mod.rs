//! The server: one process that answers pages and the API over the same verbs.
//!
//! It listens before anything is loaded, and says on `/ready` when it is warm. It knows no rule of a program, no page
//! and no route of the API: those hang themselves into [`router::router`].

pub mod health;
pub mod load;
pub mod metrics;
pub mod problem;
pub mod router;
pub mod settings;
pub mod state;

use std::net::SocketAddr;

use app::domain::diagnostic::{Diagnostic, Place};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

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
    let mut signals = Signals::listen()?;
    let listener = bind(settings.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|error| cannot_start(&error))?;
    let stop_within = settings.stop_within;
    let state = AppState::new(settings);
    let router = router::router(state.clone());

    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        axum::serve(
            listener,
            router.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(async {
            let _ = stopped.await;
        })
        .await
    });
    output::answer(&format!("listening on http://{address}\n"));

    let loading = tokio::spawn(load::load(state.clone()));
    let fresh = tokio::spawn(load::keep_fresh(state.clone()));
    let failed = tokio::select! {
        () = signals.any() => None,
        problem = failure(loading, &state) => Some(problem),
    };
    let _ = stop.send(());
    if tokio::time::timeout(stop_within, serving).await.is_err() {
        output::remark("some requests were not finished within the time to stop");
    }
    fresh.abort();
    if let Ok(office) = state.office() {
        // What nobody waits for any more does not keep the process alive.
        let _ = tokio::time::timeout(stop_within, office.store.close()).await;
    }
    failed.map_or(Ok(Exit::Answered), Err)
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

async fn bind(address: SocketAddr) -> Result<TcpListener, Diagnostic> {
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
        .help("choose another address with `--listen`, as in --listen 127.0.0.1:7374")
    })
}

fn cannot_start(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(
        "cannot-start",
        format!("the server cannot start: {error}"),
        Place::default(),
    )
}
