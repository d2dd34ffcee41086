//! `cargo xtask test`: everything that can tell whether the project works.

use std::process::Command;

use crate::process::{self, Failure};
use crate::{page, server, system, tools};

type Part = fn() -> Result<(), Failure>;

/// Cheap and quick to fail first.
const PARTS: [(&str, Part); 6] = [
    ("format", format),
    ("lint", lint),
    ("native", native),
    ("wasm", wasm),
    ("trunk", trunk),
    ("stories", stories),
];

/// Runs one part, or all.
pub fn run(only: Option<&str>) -> Result<(), Failure> {
    if let Some(name) = only {
        let (_, part) = PARTS
            .iter()
            .find(|(part, _)| *part == name)
            .ok_or_else(|| Failure::new(format!("there is no part '{name}' of the tests")))?;
        return part();
    }
    system::ensure_wasm_target()?;
    system::ensure_test_programs()?;
    for (name, part) in PARTS {
        process::step(&format!("tests: {name}"));
        part()?;
    }
    process::step("all parts passed: format, lint, native, wasm, trunk, stories");
    Ok(())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(crate::root());
    command
}

fn format() -> Result<(), Failure> {
    process::run(&mut cargo(&["fmt", "--all", "--check"]))
}

/// Both targets: `core` for the browser too, which shows that it stays pure.
fn lint() -> Result<(), Failure> {
    system::ensure_wasm_target()?;
    process::run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        "dashboard",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    process::run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "dashboard-core",
        "--package",
        "dashboard",
        "--",
        "-D",
        "warnings",
    ]))
}

/// core, server and xtask.
fn native() -> Result<(), Failure> {
    system::ensure_test_programs()?;
    tools::ensure_npm_parts()?;
    process::run(&mut cargo(&["test", "--quiet", "--workspace", "--exclude", "dashboard"]))
}

/// The browser bindings, in headless Chromium: Node has no storage and no window.
fn wasm() -> Result<(), Failure> {
    system::ensure_test_programs()?;
    system::ensure_wasm_target()?;
    tools::ensure()?;
    process::run(
        // Without --quiet, which cargo hands on to the runner, which does not know it.
        cargo(&["test", "--target", "wasm32-unknown-unknown", "--package", "dashboard"])
            .env("PATH", tools::path()?)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("CHROMEDRIVER", process::find("chromedriver").unwrap_or_else(|| "chromedriver".into())),
    )
}

/// `trunk build` gives the page that `cargo xtask build` gives, file by file.
fn trunk() -> Result<(), Failure> {
    page::build()?;
    let trunk = tools::ensure_trunk()?;
    process::run(Command::new(trunk).args(["build", "--offline"]).current_dir(crate::root()))?;
    let ours = page::files(&crate::root().join("dist"))?;
    let theirs = page::files(&crate::target().join("trunk"))?;
    if ours != theirs {
        return Err(Failure::new("what `trunk build` left in target/trunk is not what is in dist/"));
    }
    process::step(&format!("trunk build: the same {} files as in dist/", ours.len()));
    Ok(())
}

/// What a person does, in a real browser against real servers; the release bundle is what they run on.
fn stories() -> Result<(), Failure> {
    system::ensure_test_programs()?;
    page::build()?;
    let server = server::build()?;
    process::run(
        Command::new("node")
            .args([
                "--test",
                "--test-concurrency=1",
                "--test-reporter=spec",
                "--test-timeout=180000",
                "tests/stories/",
            ])
            .env("DASHBOARD_SERVER", server)
            .current_dir(crate::root()),
    )
}
