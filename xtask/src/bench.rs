//! `cargo xtask bench`: native benchmarks, then the page in a browser, with a table at the end.

use std::process::Command;

use crate::process::{self, Failure};
use crate::{page, server, system};

/// Runs one part, or all but the soak, which takes longer than they do.
pub fn run(only: Option<&str>) -> Result<(), Failure> {
    match only {
        None => native().and_then(|()| histories()).and_then(|()| browser()).and_then(|()| crowd()),
        Some("native") => native(),
        Some("server") => histories(),
        Some("browser") => browser(),
        Some("crowd") => crowd(),
        Some("soak") => soak(),
        Some(other) => Err(Failure::new(format!("there is no part '{other}' of the benchmarks"))),
    }
}

fn native() -> Result<(), Failure> {
    process::run(
        Command::new("cargo").args(["bench", "--package", "dashboard-core"]).current_dir(crate::root()),
    )
}

/// The server's answers over a socket.
fn histories() -> Result<(), Failure> {
    process::run(
        Command::new("cargo")
            .args(["bench", "--package", "owntracks-dashboard", "--bench", "history"])
            .current_dir(crate::root()),
    )
}

fn browser() -> Result<(), Failure> {
    in_browser("bench/run.mjs")
}

/// A thousand messages a second from fifty friends.
fn crowd() -> Result<(), Failure> {
    in_browser("bench/crowd.mjs")
}

/// A kiosk for some simulated days.
fn soak() -> Result<(), Failure> {
    in_browser("bench/soak.mjs")
}

fn in_browser(script: &str) -> Result<(), Failure> {
    system::ensure_test_programs()?;
    page::build()?;
    let server = server::build()?;
    process::run(Command::new("node").arg(script).env("DASHBOARD_SERVER", server).current_dir(crate::root()))
}
