//! The one binary. It parses, asks `app`, and prints; it knows no rule.

mod access;
mod account;
mod ahead;
mod api;
mod args;
mod bring;
mod config;
mod demo;
mod explain;
mod json;
mod keep;
mod kpis;
mod layout;
mod output;
mod run;
mod scorecard;
mod secret;
mod serve;
mod timeline;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = match config::parse(std::env::args_os()) {
        Ok(cli) => run::run(cli),
        Err(problems) => {
            problems.iter().for_each(output::problem);
            output::Exit::WrongUsage
        }
    };
    ExitCode::from(exit.code())
}
