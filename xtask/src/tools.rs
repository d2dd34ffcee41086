//! Tools that are built once per machine, into a folder shared by all clones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};

/// Cuts the page's module in parts. It has to suit `wasm_split_helpers` in Cargo.lock; it says so when it does not.
const WASM_SPLIT_VERSION: &str = "0.2.4";

/// The newest that Rust 1.95 builds and that is no beta.
const TRUNK_VERSION: &str = "0.21.14";

/// The PATH under which a build finds exactly the tools this project wants: our own first, then those of npm (Debian's
/// wasm-opt 108 exits with 0 and breaks the page), then the machine's.
pub fn path() -> Result<std::ffi::OsString, Failure> {
    let mut folders = vec![
        folder("wasm_split_cli_support", WASM_SPLIT_VERSION).join("bin"),
        folder("wasm-bindgen-cli", &wasm_bindgen_version()?).join("bin"),
        crate::root().join("node_modules/.bin"),
    ];
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    std::env::join_paths(folders).map_err(|error| Failure::new(error.to_string()))
}

/// Sees to wasm-bindgen, wasm-split-cli and the npm parts.
pub fn ensure() -> Result<(), Failure> {
    crate::system::ensure_node()?;
    ensure_npm_parts()?;
    // Its own lock file resolves; wasm-bindgen-cli's wants a crate version that is not to be had everywhere.
    ensure_tool(
        "wasm_split_cli_support",
        "wasm-split-cli",
        WASM_SPLIT_VERSION,
        &["--locked", "--features", "build-binary"],
    )?;
    ensure_tool("wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen_version()?, &["--no-default-features"])
}

/// Sees to Trunk, which only the developer's loop of `Trunk.toml` needs, and says where it is.
pub fn ensure_trunk() -> Result<PathBuf, Failure> {
    ensure_tool("trunk", "trunk", TRUNK_VERSION, &["--locked"])?;
    Ok(folder("trunk", TRUNK_VERSION).join("bin/trunk"))
}

/// Sees to the npm parts alone: Leaflet, coastlines, wasm-opt, the bundler, the browser driver.
pub fn ensure_npm_parts() -> Result<(), Failure> {
    let root = crate::root();
    let wanted = fs::read(root.join("package-lock.json"))?;
    let stamp = root.join("node_modules/.dashboard-lock");
    if fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    process::run_announced(
        "installing the npm parts",
        "10 s",
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"])
            .current_dir(&root),
    )?;
    Ok(fs::write(stamp, wanted)?)
}

/// Builds a tool with cargo unless that version is there. A cheap profile: these only orchestrate.
fn ensure_tool(krate: &str, program: &str, version: &str, options: &[&str]) -> Result<(), Failure> {
    let home = folder(krate, version);
    if home.join("bin").join(program).is_file() {
        return Ok(());
    }
    let partial = home.with_extension("partial");
    let build = tools_folder().join("build");
    process::run_announced(
        &format!("building {krate} {version}, once for this machine"),
        "2 to 5 minutes",
        Command::new("cargo")
            .args(["install", "--quiet"])
            .arg(format!("{krate}@{version}"))
            .args(options)
            .arg("--root")
            .arg(&partial)
            .arg("--target-dir")
            .arg(&build)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .current_dir(std::env::temp_dir()),
    )?;
    fs::rename(&partial, &home)?;
    // More than a gigabyte that nobody needs again.
    fs::remove_dir_all(&build).or_else(ignore_missing)?;
    Ok(())
}

fn ignore_missing(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// The command line tool must equal the library in Cargo.lock exactly.
fn wasm_bindgen_version() -> Result<String, Failure> {
    let lock = fs::read_to_string(crate::root().join("Cargo.lock"))?;
    lock.split("[[package]]")
        .find(|package| package.contains("name = \"wasm-bindgen\"\n"))
        .and_then(|package| package.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("Cargo.lock does not name wasm-bindgen"))
}

fn folder(krate: &str, version: &str) -> PathBuf {
    tools_folder().join(format!("{krate}-{version}"))
}

/// `OWNTRACKS_DASHBOARD_TOOLS`, else the user's cache folder.
fn tools_folder() -> PathBuf {
    if let Some(given) = std::env::var_os("OWNTRACKS_DASHBOARD_TOOLS") {
        return PathBuf::from(given);
    }
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).unwrap_or_else(|| {
        std::env::var_os("HOME").map_or_else(std::env::temp_dir, |home| Path::new(&home).join(".cache"))
    });
    cache.join("owntracks-dashboard/tools")
}
