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

/// Puts the scripts that start page and worker beside their modules and refers to them from index.html. They are files
/// because the content security policy allows no inline script.
fn write_boot(dist: &Path) -> Result<(), Failure> {
    let tracks_js = hash_name(dist, "tracks", ".js")?;
    let tracks_wasm = hash_name(dist, "tracks", "_bg.wasm")?;
    let tracks = write_script(
        dist,
        "src/worker/boot.js",
        "tracks-boot",
        &[("tracks.js", &tracks_js), ("tracks_bg.wasm", &tracks_wasm)],
    )?;
    let js = named(dist, "dashboard-", ".js")?;
    let wasm = named(dist, "dashboard-", "_bg.wasm")?;
    let boot =
        write_script(dist, "src/boot.js", "boot", &[("dashboard.js", &js), ("dashboard_bg.wasm", &wasm)])?;
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)?;
    let head = format!(
        "<link rel=\"modulepreload\" href=\"./{js}\" />\n\
         <link rel=\"preload\" href=\"./{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin />\n\
         <script type=\"module\" src=\"./{boot}\" id=\"boot\" data-tracks=\"./{tracks}\"></script>\n</head>"
    );
    if !html.contains("</head>") {
        return Err(Failure::new("index.html has no </head> to put the boot script before"));
    }
    Ok(fs::write(index, html.replacen("</head>", &head, 1))?)
}

/// Writes a script of the sources under a name with its hash, naming other files as they are called now.
fn write_script(dist: &Path, source: &str, stem: &str, names: &[(&str, &String)]) -> Result<String, Failure> {
    let mut script = fs::read_to_string(crate::root().join(source))?;
    for (old, new) in names {
        script = script.replace(old, new);
    }
    let name = format!("{stem}-{}.js", hash(script.as_bytes()));
    fs::write(dist.join(&name), script)?;
    Ok(name)
}

/// Puts a hash into the name of a file, as trunk does for the page's module but not for a worker's.
fn hash_name(dist: &Path, stem: &str, end: &str) -> Result<String, Failure> {
    let plain = dist.join(format!("{stem}{end}"));
    let name = format!("{stem}-{}{end}", hash(&fs::read(&plain)?));
    fs::rename(plain, dist.join(&name))?;
    Ok(name)
}

/// Sixteen digits, by which the server knows files that never change.
fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
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
