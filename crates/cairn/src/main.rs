//! The one binary. It parses, asks `app`, and prints; it knows no rule.

mod ahead;
mod api;
mod args;
mod explain;
mod json;
mod layout;
mod output;
mod run;
mod scorecard;
mod serve;
mod timeline;
mod web;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    ExitCode::from(run::run(cli).code())
}
