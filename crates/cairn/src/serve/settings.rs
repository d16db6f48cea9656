//! What can be set about the server, defined once: flags, environment, file and reference come from here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use app::clock::Zone;
use clap::Args;

/// Everything that can be set about a running server.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:7373",
        env = "CAIRN_LISTEN",
        hide_env_values = true
    )]
    pub listen: SocketAddr,
    /// Where what is known is kept: a file of SQLite, or postgres://USER@HOST/NAME
    #[arg(
        long,
        value_name = "DATABASE",
        default_value = "cairn.db",
        env = "CAIRN_DATABASE",
        hide_env_values = true
    )]
    pub database: String,
    /// How long running requests may take to finish when the server is told to stop
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = time, env = "CAIRN_STOP_WITHIN", hide_env_values = true)]
    pub stop_within: Duration,
    /// Programs of the user's own.
    #[arg(skip)]
    pub programs: Vec<PathBuf>,
    /// Where "today" is.
    #[arg(skip)]
    pub time_zone: Zone,
}

/// A span of time such as `20s`, `15m`, `12h` or `90d`.
pub fn time(text: &str) -> Result<Duration, String> {
    let wrong =
        || "a time is written as a number and s, m, h or d, as in 20s, 15m, 12h, 90d".to_owned();
    let text = text.trim();
    let at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(at);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit.trim() {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(seconds)
        .filter(|seconds| *seconds <= 100 * 365 * 24 * 60 * 60)
        .map(Duration::from_secs)
        .ok_or_else(|| "a time is at most a hundred years".to_owned())
}
