//! Developer verbs: `cargo xtask run | test | build | bench`.
//!
//! Each verb starts from whatever is there, a fresh clone included: it installs or names what is missing, says what it is
//! doing and how long that usually takes, and does nothing twice. Standard library only, so that the first command of a
//! new clone answers within seconds.

mod archive;
mod bench;
mod check;
mod page;
mod process;
mod server;
mod system;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use process::Failure;

const USAGE: &str = "\
cargo xtask <verb>

  run [-- ARGS]   build what is missing, start the server with a demo household, print the address
                  (ARGS go to the server instead of --demo; see `-- --help`)
  test [PART]     every test; PART is one of: format, lint, native, wasm, trunk, stories
  build [page]    release bundle in dist/ (served by any static server), the same as an archive, and the server binary
                  that embeds it; or only the bundle
  bench [PART]    benchmarks; PART is one of: native, server, browser, crowd, soak

Tools are installed once into a folder shared by all clones; OWNTRACKS_DASHBOARD_TOOLS names another one.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match arguments.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &[][..]),
    };
    let done = match verb {
        "run" => run(rest),
        "test" => check::run(rest.first().map(String::as_str)),
        "build" if rest.first().is_some_and(|part| part == "page") => page::build(),
        "build" => build(),
        "bench" => bench::run(rest.first().map(String::as_str)),
        "help" | "-h" | "--help" => {
            process::say(USAGE);
            return ExitCode::SUCCESS;
        }
        other => Err(Failure::new(format!("there is no verb '{other}'\n\n{USAGE}"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            process::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

/// From whatever is there to a live page.
fn run(rest: &[String]) -> Result<(), Failure> {
    page::build()?;
    let server = server::build()?;
    let given = match rest.split_first() {
        Some((dashes, given)) if dashes == "--" => given,
        _ => rest,
    };
    let demo = ["--demo".to_owned()];
    process::replace_by(&server, if given.is_empty() { &demo } else { given })
}

/// The release artefacts.
fn build() -> Result<(), Failure> {
    page::build()?;
    let archive = archive::pack()?;
    let server = server::build()?;
    process::step(&format!("static bundle: dist/, packed: {}", relative(&archive).display()));
    process::step(&format!("server with the same page inside: {}", relative(&server).display()));
    Ok(())
}

/// The top folder of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where cargo builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}
