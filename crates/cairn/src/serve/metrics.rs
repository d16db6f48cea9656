//! What is counted and timed, in one place, so that every name is written once.
//!
//! A name is a constant here, described in [`DESCRIBED`]; `docs/operations.md` lists them.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::state::{AppState, Readiness};

/// 1 once everything is loaded.
pub const READY: &str = "cairn_ready";

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Seconds at which durations of requests are cut.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Begins to count. Asked a second time, it goes on counting in the same place.
pub fn handle() -> Option<&'static PrometheusHandle> {
    HANDLE
        .get_or_init(|| {
            let handle = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
                .ok()?
                .install_recorder()
                .ok()?;
            metrics::describe_gauge!(READY, "1 once everything is loaded");
            Some(handle)
        })
        .as_ref()
}

/// All that was counted, as Prometheus reads it. What is a state rather than an event is asked for now.
pub fn text(state: &AppState) -> String {
    let Some(handle) = handle() else {
        return String::new();
    };
    let ready = state.readiness() == Readiness::Ready;
    metrics::gauge!(READY).set(if ready { 1.0 } else { 0.0 });
    handle.render()
}
