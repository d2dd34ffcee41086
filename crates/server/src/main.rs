//! The OwnTracks dashboard as one binary.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use owntracks_dashboard::args::{Args, Command};
use owntracks_dashboard::people;
use owntracks_dashboard::server::{Server, StartError};
use owntracks_dashboard::settings::{Settings, data_folder};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    match start(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "owntracks-dashboard: {error}"); // nobody left to tell when this fails
            ExitCode::FAILURE
        }
    }
}

fn start(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(Command::User { command }) = args.command {
        return people::command::run(&data_folder(args.data)?, command);
    }
    let settings = Settings::resolve(args)?;
    tokio::runtime::Runtime::new().map_err(StartError::Runtime)?.block_on(async {
        let shutdown = termination()?;
        let server = Server::bind(settings).await?;
        writeln!(io::stdout(), "Dashboard: {}", server.url())?;
        server.serve(shutdown).await?;
        Ok(())
    })
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
