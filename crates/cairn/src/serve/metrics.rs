//! What is counted and timed, in one place, so that every name is written once.
//!
//! A part that has something to count gets a function here; its name goes into [`DESCRIBED`], which `docs/operations.md` lists.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::state::{AppState, Readiness};

const READY: &str = "cairn_ready";
const BUILD: &str = "cairn_build_info";
const REQUESTS: &str = "cairn_http_requests_total";
const REQUEST_TIME: &str = "cairn_http_request_duration_seconds";
const RUNNING: &str = "cairn_http_requests_in_flight";
const REFUSED: &str = "cairn_http_requests_refused_total";
const CONNECTIONS: &str = "cairn_database_connections";
const LEDGER_PARTNERS: &str = "cairn_ledger_partners";
const LEDGER_FACTS: &str = "cairn_ledger_facts";
const LEDGER_CHANGE: &str = "cairn_ledger_change";
const LEDGER_AGE: &str = "cairn_ledger_age_seconds";
const REFRESHES: &str = "cairn_ledger_refreshes_total";
const REFRESH_TIME: &str = "cairn_ledger_refresh_duration_seconds";
const JOBS: &str = "cairn_jobs_total";
const JOB_TIME: &str = "cairn_job_duration_seconds";
const MEMORY: &str = "process_resident_memory_bytes";

/// A measure that the server shows.
pub struct Described {
    /// Its name.
    pub name: &'static str,
    /// What it says of itself: labels first, where it has some.
    pub what: &'static str,
    /// How it is made.
    kind: Kind,
}

enum Kind {
    Counter,
    Gauge,
    Histogram,
}

const fn described(name: &'static str, kind: Kind, what: &'static str) -> Described {
    Described { name, what, kind }
}

/// Everything that is shown.
pub const DESCRIBED: &[Described] = &[
    described(READY, Kind::Gauge, "1 once everything is loaded"),
    described(BUILD, Kind::Gauge, "`version`: always 1"),
    described(
        REQUESTS,
        Kind::Counter,
        "`method`, `route`, `status`: requests that were answered",
    ),
    described(
        REQUEST_TIME,
        Kind::Histogram,
        "`method`, `route`: from the head of a request to the last byte of its answer",
    ),
    described(RUNNING, Kind::Gauge, "requests that are being answered"),
    described(
        REFUSED,
        Kind::Counter,
        "`reason`: requests turned away because there were too many (`busy`) or they took too long (`slow`)",
    ),
    described(
        CONNECTIONS,
        Kind::Gauge,
        "`state`: connections to the database that are `busy` or `idle`",
    ),
    described(LEDGER_PARTNERS, Kind::Gauge, "partners in memory"),
    described(LEDGER_FACTS, Kind::Gauge, "facts in memory"),
    described(
        LEDGER_CHANGE,
        Kind::Gauge,
        "the newest change that answers rest on",
    ),
    described(
        LEDGER_AGE,
        Kind::Gauge,
        "since the database was last asked for changes, with success",
    ),
    described(
        REFRESHES,
        Kind::Counter,
        "`outcome`: how often it was asked, `done` or `failed`",
    ),
    described(REFRESH_TIME, Kind::Histogram, "how long that took"),
    described(
        JOBS,
        Kind::Counter,
        "`job`, `outcome`: work in the background that was `done` or `failed`",
    ),
    described(JOB_TIME, Kind::Histogram, "`job`: how long it took"),
    described(MEMORY, Kind::Gauge, "memory that the process takes"),
];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Seconds at which durations are cut: a page is meant to take a few milliseconds, an import some seconds.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Begins to count. Asked a second time, it goes on counting in the same place.
pub fn handle() -> Option<&'static PrometheusHandle> {
    let begin = || {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .ok()?
            .install_recorder()
            .ok()?;
        for Described { name, what, kind } in DESCRIBED {
            match kind {
                Kind::Counter => metrics::describe_counter!(*name, *what),
                Kind::Gauge => metrics::describe_gauge!(*name, *what),
                Kind::Histogram => metrics::describe_histogram!(*name, *what),
            }
        }
        metrics::gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Some(handle)
    };
    HANDLE.get_or_init(begin).as_ref()
}

/// A request was answered.
pub fn answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let route = route.to_owned();
    metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status.to_string()).increment(1);
    metrics::histogram!(REQUEST_TIME, "method" => method, "route" => route).record(took);
}

/// A request was turned away.
pub fn refused(reason: &'static str) {
    metrics::counter!(REFUSED, "reason" => reason).increment(1);
}

/// A request that is being answered, until it is dropped.
pub struct Running(());

impl Running {
    /// One more.
    pub fn begin() -> Running {
        metrics::gauge!(RUNNING).increment(1.0);
        Running(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!(RUNNING).decrement(1.0);
    }
}

/// The database was asked for changes.
pub fn refreshed(done: bool, took: Duration) {
    metrics::counter!(REFRESHES, "outcome" => outcome(done)).increment(1);
    metrics::histogram!(REFRESH_TIME).record(took);
}

/// Work in the background ended: `webhooks`, `mails`, `due`, `retention`.
pub fn job(job: &'static str, done: bool, took: Duration) {
    metrics::counter!(JOBS, "job" => job, "outcome" => outcome(done)).increment(1);
    metrics::histogram!(JOB_TIME, "job" => job).record(took);
}

fn outcome(done: bool) -> &'static str {
    if done { "done" } else { "failed" }
}

/// Forgets durations that are older than anybody asks for; to be called every few seconds.
pub fn tidy() {
    if let Some(handle) = handle() {
        handle.run_upkeep();
    }
}

/// All that was counted, as Prometheus reads it. What is a state rather than an event is asked for now.
#[expect(
    clippy::cast_precision_loss,
    reason = "measures are floats, and exact up to 2^53"
)]
pub fn text(state: &AppState) -> String {
    let Some(handle) = handle() else {
        return String::new();
    };
    let is_ready = state.readiness() == Readiness::Ready;
    metrics::gauge!(READY).set(if is_ready { 1.0 } else { 0.0 });
    if let Some(bytes) = memory() {
        metrics::gauge!(MEMORY).set(bytes as f64);
    }
    if let Ok(office) = state.office() {
        let (open, idle) = office.store.connections();
        let idle = u32::try_from(idle).unwrap_or(open).min(open);
        metrics::gauge!(CONNECTIONS, "state" => "busy").set(f64::from(open - idle));
        metrics::gauge!(CONNECTIONS, "state" => "idle").set(f64::from(idle));
        if let Ok(shelves) = office.shelves() {
            metrics::gauge!(LEDGER_PARTNERS).set(shelves.len() as f64);
            metrics::gauge!(LEDGER_FACTS).set(shelves.facts() as f64);
            metrics::gauge!(LEDGER_CHANGE).set(shelves.change as f64);
        }
        if let Some(age) = state.age() {
            metrics::gauge!(LEDGER_AGE).set(age.as_secs_f64());
        }
    }
    handle.render()
}

/// Bytes of memory that this process takes, where the system says it.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_for_operators_lists_every_measure() {
        let page = include_str!("../../../../docs/operations.md");
        for Described { name, what, .. } in DESCRIBED {
            let line = format!("| `{name}` | {what} |");
            assert!(page.contains(&line), "docs/operations.md lacks\n{line}");
        }
    }
}
