//! Running other programs, and saying what goes on.
#![allow(clippy::print_stdout, clippy::print_stderr)] // Talking to the developer is what this file is for.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a verb stopped, in a sentence for the developer.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with this explanation.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Prints as it is.
pub fn say(text: &str) {
    println!("{text}");
}

/// Announces a step.
pub fn step(text: &str) {
    println!("· {text}");
}

/// Prints a failure.
pub fn complain(failure: &Failure) {
    eprintln!("xtask: {failure}");
}

/// Runs a command to its end with its output shown; fails when it does.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    let status =
        command.status().map_err(|error| Failure::new(format!("`{shown}` did not start: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{shown}` ended with {status}"))) }
}

/// Runs a command that usually takes long, as [`announced`].
pub fn run_announced(what: &str, usually: &str, command: &mut Command) -> Result<(), Failure> {
    announced(what, usually, || run(command))
}

/// Does work that usually takes long: says what it is, how long it usually takes, and how long it took.
pub fn announced(
    what: &str,
    usually: &str,
    work: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    step(&format!("{what} (usually {usually}) …"));
    let start = Instant::now();
    work()?;
    step(&format!("{what}: done in {} s", start.elapsed().as_secs()));
    Ok(())
}

/// What a command prints, trimmed; fails when it does.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::new(format!("`{shown}` did not start: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{shown}` ended with {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program is found on PATH.
pub fn installed(program: &str) -> bool {
    find(program).is_some()
}

/// Where PATH finds a program.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Becomes another program, so that signals reach it and nothing stands in between.
#[cfg(unix)]
pub fn replace_by(program: &Path, arguments: &[String]) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = Command::new(program).args(arguments).exec();
    Err(Failure::new(format!("{} did not start: {error}", program.display())))
}

/// Runs another program to its end, where a process cannot become another.
#[cfg(not(unix))]
pub fn replace_by(program: &Path, arguments: &[String]) -> Result<(), Failure> {
    run(Command::new(program).args(arguments))
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
