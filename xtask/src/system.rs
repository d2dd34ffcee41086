//! What must be on the machine before anything else: the wasm target, node, and Debian's packages for tests.

use std::process::Command;

use crate::process::{self, Failure};

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A program, and the Debian package it comes in.
const TEST_PROGRAMS: [(&str, &str); 6] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("mosquitto", "mosquitto"),
    ("mosquitto_pub", "mosquitto-clients"),
    ("nginx", "nginx"),
    ("caddy", "caddy"),
];

/// Sees to the compiler target of the page.
pub fn ensure_wasm_target() -> Result<(), Failure> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if std::path::Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    if !process::installed("rustup") {
        return Err(Failure::new(format!(
            "the Rust target {WASM_TARGET} is missing, and there is no rustup to add it with; install it the way this Rust was installed"
        )));
    }
    process::run_announced(
        "adding the WebAssembly target to Rust",
        "10 s",
        Command::new("rustup").args(["target", "add", WASM_TARGET]),
    )
}

/// Sees to node and npm.
pub fn ensure_node() -> Result<(), Failure> {
    ensure("building the page", &[("node", "nodejs"), ("npm", "npm")])
}

/// Sees to the browser, the broker and the proxies of the tests.
pub fn ensure_test_programs() -> Result<(), Failure> {
    ensure("the browser tests", &TEST_PROGRAMS)
}

/// Installs what is missing when that is possible without asking (root on Debian), else names it in one sentence.
fn ensure(what_for: &str, programs: &[(&str, &str)]) -> Result<(), Failure> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| !process::installed(program))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !(is_root() && process::installed("apt-get")) {
        return Err(Failure::new(format!(
            "{what_for} needs these Debian packages: sudo apt-get install {}",
            missing.join(" ")
        )));
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // Debian starts what it installs; the tests start their own, and only while they run.
        command.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1").arg("-qq").args(arguments);
        command
    };
    process::run(&mut apt(&["update"]))?;
    process::run_announced(
        &format!("installing {} for {what_for}", missing.join(", ")),
        "1 to 2 minutes",
        apt(&["install", "-y", "--no-install-recommends"]).args(&missing),
    )
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}
