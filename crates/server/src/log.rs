//! The log: what happens, on standard error, for people or as one JSON object a line.
//!
//! Secrets are in no event, at no level: events carry names, addresses and topics, and what holds a password or a token has no
//! `Debug` that shows it. `tests/server/log.rs` looks at everything that is written at `trace`.

use std::fmt;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::args::LogFormat;

/// The level that was asked for is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLevel(String);

impl fmt::Display for BadLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "--log-level {}: one of error, warn, info, debug and trace is needed, or a filter such as owntracks_dashboard::broker=debug",
            self.0
        )
    }
}

impl std::error::Error for BadLevel {}

/// Begins to write. Without a level that of `RUST_LOG` holds, and without that `info`.
///
/// # Errors
/// When the level that was typed is none. What `RUST_LOG` says is often meant for others, and is passed over when it makes no
/// sense.
pub fn start(format: LogFormat, level: Option<&str>) -> Result<(), BadLevel> {
    let filter = match level {
        Some(typed) => EnvFilter::try_new(typed).map_err(|_| BadLevel(typed.to_owned()))?,
        None => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")),
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
            // Whoever reads objects cannot read the lines that Rust writes by itself.
            std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
        }
    }
    Ok(())
}
