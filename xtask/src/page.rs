//! Builds the page: its two modules from Rust, then the bundle around them (`bundle.mjs`).

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::process::{self, Failure};
use crate::{system, tools};

/// Everything the bundle is made from.
const INPUTS: [&str; 12] = [
    "Cargo.lock",
    "Cargo.toml",
    ".cargo/config.toml",
    "index.html",
    "package-lock.json",
    "crates/core/Cargo.toml",
    "crates/core/src",
    "embed",
    "src",
    "style",
    "xtask/bundle.mjs",
    "xtask/src/page.rs",
];

const TARGET: &str = "wasm32-unknown-unknown";

/// What the modules are made of and wasm-opt has to know, because the parts of a split module do not say it.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// For the smallest module after compression, found by trial: large functions that are called once stay apart, and functions of
/// one name stand together, which brotli rewards; the lowest kilobyte of memory, the end of the stack, holds no data.
const SMALL: [&str; 4] =
    ["-Oz", "--low-memory-unused", "--one-caller-inline-max-function-size=30", "--reorder-functions-by-name"];

/// Builds `dist/` in release form, unless it is that of the current sources. As a hook of Trunk it puts the page where Trunk
/// collects what it will serve, too (`Trunk.toml`).
pub fn build() -> Result<(), Failure> {
    build_dist()?;
    match env::var_os("TRUNK_STAGING_DIR") {
        Some(staging) => copy_into(&crate::root().join("dist"), Path::new(&staging)),
        None => Ok(()),
    }
}

fn build_dist() -> Result<(), Failure> {
    system::ensure_wasm_target()?;
    tools::ensure()?;
    let root = crate::root();
    let dist = root.join("dist");
    let stamp_file = crate::target().join("xtask/page.stamp");
    let stamp = stamp(&root)?;
    if dist.join("index.html").is_file() && fs::read_to_string(&stamp_file).is_ok_and(|there| there == stamp)
    {
        return Ok(());
    }
    process::announced("building the page", "4 to 8 minutes at first, 1 minute later", || {
        let parts = emptied(&crate::target().join("xtask/parts"))?;
        build_page(&parts)?;
        build_worker(&parts)?;
        let staged = emptied(&crate::target().join("xtask/dist"))?;
        process::run(tool("node")?.arg(root.join("xtask/bundle.mjs")).arg(&parts).arg(&staged))?;
        // The server embeds `dist/`: put it there whole, or not at all.
        if dist.exists() {
            fs::remove_dir_all(&dist)?;
        }
        Ok(fs::rename(&staged, &dist)?)
    })?;
    Ok(fs::write(stamp_file, stamp)?)
}

/// The page's module, for size, cut in two: what shows friends on the map, and the panels, which come after.
fn build_page(parts: &Path) -> Result<(), Failure> {
    process::run(&mut cargo(
        &["rustc", "--release", "--bin=dashboard", "--features=split"],
        &[
            // The cutter follows the relocations to see what needs what.
            "--",
            "-Clink-args=--emit-relocs",
        ],
    ))?;
    let cut = emptied(&parts.join("cut"))?;
    process::run(
        tool("wasm-split-cli")?
            .arg(artifact("release", "dashboard"))
            .arg(&cut)
            .args(["--target=web", "--out-name=dashboard"]),
    )?;
    // The panels meet the main part by names of its exports.
    bind(parts, &cut.join("dashboard.wasm"), "dashboard", &["--keep-lld-exports", "--no-demangle"])?;
    optimise(&parts.join("dashboard_bg.wasm"), &SMALL)?;
    for entry in fs::read_dir(&cut)? {
        let path = entry?.path();
        if path.file_name() == Some("dashboard.wasm".as_ref()) {
            continue;
        }
        let part = parts.join(path.file_name().unwrap_or_default());
        fs::rename(&path, &part)?;
        if part.extension() == Some("wasm".as_ref()) {
            optimise(&part, &SMALL)?;
        }
    }
    Ok(())
}

/// The track worker's module, for speed.
fn build_worker(parts: &Path) -> Result<(), Failure> {
    process::run(&mut cargo(&["build", "--profile=worker", "--bin=tracks", "--no-default-features"], &[]))?;
    bind(parts, &artifact("worker", "tracks"), "tracks", &[])?;
    optimise(&parts.join("tracks_bg.wasm"), &["-O3"])
}

/// Everybody reads what is in the module, and panics say where they happened: not in whose folders.
fn without_folders() -> String {
    let below_home = |variable: &str, usual: &str| {
        let named = env::var_os(variable).map(PathBuf::from);
        named.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(usual)))
    };
    let folders = [
        (below_home("RUSTUP_HOME", ".rustup"), "rust"),
        (below_home("CARGO_HOME", ".cargo"), "cargo"),
        (Some(crate::root()), "dashboard"),
    ];
    let options = folders.iter().filter_map(|(folder, name)| {
        let folder = folder.as_deref()?.to_str()?;
        Some(format!("{:?}", format!("--remap-path-prefix={folder}={name}")))
    });
    let options: Vec<_> = options.rev().collect();
    format!("target.{TARGET}.rustflags=[{}]", options.join(","))
}

fn cargo(arguments: &[&str], last: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["--config", &without_folders()])
        .args(arguments)
        .args(["--quiet", "--target", TARGET, "--package=dashboard"])
        .args(last);
    command.current_dir(crate::root());
    command
}

fn artifact(profile: &str, name: &str) -> PathBuf {
    crate::target().join(TARGET).join(profile).join(format!("{name}.wasm"))
}

/// Writes `NAME.js` and `NAME_bg.wasm`.
fn bind(parts: &Path, module: &Path, name: &str, options: &[&str]) -> Result<(), Failure> {
    process::run(
        tool("wasm-bindgen")?
            .args(["--target=web", "--no-typescript", "--out-name", name, "--out-dir"])
            .arg(parts)
            .args(options)
            .arg(module),
    )
}

fn optimise(module: &Path, how: &[&str]) -> Result<(), Failure> {
    process::run(tool("wasm-opt")?.args(how).args(FEATURES).arg(module).arg("--output").arg(module))
}

/// A program from where `tools` put it.
fn tool(name: &str) -> Result<Command, Failure> {
    let mut command = Command::new(name);
    command.env("PATH", tools::path()?).current_dir(crate::root());
    Ok(command)
}

fn emptied(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.to_owned())
}

/// Every file below a folder by its path from there, with its bytes.
pub fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failure> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?.into_iter().map(|(below, bytes)| (name.join(below), bytes)));
        } else {
            found.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(found)
}

fn copy_into(from: &Path, to: &Path) -> Result<(), Failure> {
    for (name, bytes) in files(from)? {
        let there = to.join(name);
        fs::create_dir_all(there.parent().unwrap_or(to))?;
        fs::write(there, bytes)?;
    }
    Ok(())
}

/// Changes whenever an input does.
fn stamp(root: &Path) -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    for input in INPUTS {
        hash_into(&root.join(input), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_into(path: &PathBuf, hasher: &mut DefaultHasher) -> Result<(), Failure> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| hash_into(entry, hasher));
    }
    path.file_name().hash(hasher);
    fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?.hash(hasher);
    Ok(())
}
