//! The OwnTracks dashboard as one binary.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use owntracks_dashboard::args::{Args, Command, LogFormat};
use owntracks_dashboard::server::{Server, StartError};
use owntracks_dashboard::settings::{Settings, data_folder};
use owntracks_dashboard::{health, log, people};
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let args = Args::parse();
    let format = args.log_format;
    if let Err(error) = log::start(format, args.log_level.as_deref()) {
        return failed(&error);
    }
    match (start(args), format) {
        (Ok(()), _) => ExitCode::SUCCESS,
        (Err(error), LogFormat::Text) => failed(&error),
        (Err(error), LogFormat::Json) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn failed(error: &dyn Display) -> ExitCode {
    let _ = writeln!(io::stderr(), "owntracks-dashboard: {error}"); // nobody left to tell when this fails
    ExitCode::FAILURE
}

fn start(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    match args.command {
        Some(Command::User { command }) => people::command::run(&data_folder(args.data)?, command),
        Some(Command::Healthcheck { url }) => Ok(runtime()?.block_on(health::ask(&url))?),
        None => serve(Settings::resolve(args)?),
    }
}

fn serve(settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    runtime()?.block_on(async {
        let shutdown = termination()?;
        let server = Server::bind(settings).await?;
        let url = server.url();
        tracing::info!(version = env!("CARGO_PKG_VERSION"), url, "the server is ready");
        writeln!(io::stdout(), "Dashboard: {url}")?;
        server.serve(shutdown).await?;
        tracing::info!("the server has ended");
        Ok(())
    })
}

fn runtime() -> Result<Runtime, StartError> {
    Runtime::new().map_err(StartError::Runtime)
}

/// Ends when the system or the person asks the program to end.
fn termination() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = interrupt.await; // cannot be listened for: then only a kill ends it
    })
}
