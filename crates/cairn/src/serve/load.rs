//! What is loaded while the server already answers.

use std::sync::Arc;

use app::domain::diagnostic::{Diagnostic, Place};

use super::state::{AppState, Readiness};

/// Loads the programs, and says when the server is ready.
pub async fn load(state: AppState) -> Result<(), Diagnostic> {
    let paths = state.settings().programs.clone();
    let loaded = tokio::task::spawn_blocking(move || app::programs::load(&paths))
        .await
        .map_err(|_| {
            Diagnostic::error(
                "cannot-start",
                "loading the programs ended before it was done",
                Place::default(),
            )
        })??;
    state.set_programs(Arc::new(loaded));
    state.set_readiness(Readiness::Ready);
    Ok(())
}
