//! Builds the page: trunk, then what trunk does not do (no inline script, compressed siblings).

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};
use crate::{system, tools};

/// Everything the bundle is made from.
const INPUTS: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    ".cargo/config.toml",
    "Trunk.toml",
    "index.html",
    "package-lock.json",
    "crates/core/Cargo.toml",
    "crates/core/src",
    "src",
    "style",
];

/// Builds `dist/` in release form, unless it is that of the current sources.
pub fn build() -> Result<(), Failure> {
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
    let staged = crate::target().join("xtask/dist");
    process::run_announced(
        "building the page",
        "3 to 6 minutes at first, 1 minute later",
        Command::new("trunk")
            .args(["build", "--release", "--dist"])
            .arg(&staged)
            .current_dir(&root)
            .env("PATH", tools::path()?)
            .env_remove("NO_COLOR"), // Trunk 0.21 misreads its value.
    )?;
    write_boot(&staged)?;
    compress(&staged)?;
    // The server embeds `dist/`: put it there whole, or not at all.
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::rename(&staged, &dist)?;
    fs::write(stamp_file, stamp)?;
    Ok(())
}

/// Puts `boot-<hash>.js` beside the module and refers to it from index.html. It starts the module in the page and in the
/// worker alike, and is a file because the content security policy allows no inline script.
fn write_boot(dist: &Path) -> Result<(), Failure> {
    let js = named(dist, "dashboard-", ".js")?;
    let wasm = named(dist, "dashboard-", "_bg.wasm")?;
    let boot = fs::read_to_string(crate::root().join("src/boot.js"))?
        .replace("dashboard.js", &js)
        .replace("dashboard_bg.wasm", &wasm);
    let mut hasher = DefaultHasher::new();
    boot.hash(&mut hasher);
    let name = format!("boot-{:016x}.js", hasher.finish());
    fs::write(dist.join(&name), boot)?;
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)?;
    let head = format!(
        "<link rel=\"modulepreload\" href=\"./{js}\" />\n\
         <link rel=\"preload\" href=\"./{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin />\n\
         <script type=\"module\" src=\"./{name}\" id=\"boot\"></script>\n</head>"
    );
    if !html.contains("</head>") {
        return Err(Failure::new("index.html has no </head> to put the boot script before"));
    }
    Ok(fs::write(index, html.replacen("</head>", &head, 1))?)
}

/// The one file whose name begins and ends so.
fn named(folder: &Path, begin: &str, end: &str) -> Result<String, Failure> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(begin) && name.ends_with(end) {
            return Ok(name);
        }
    }
    Err(Failure::new(format!("trunk made no {begin}…{end}")))
}

/// `.br` and `.gz` beside each file worth it, for servers that can send them.
fn compress(dist: &Path) -> Result<(), Failure> {
    process::run(Command::new("node").arg(crate::root().join("xtask/compress.mjs")).arg(dist))
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
