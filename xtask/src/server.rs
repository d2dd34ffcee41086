//! Builds the server binary, which embeds `dist/`.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Failure};

/// Builds the server with the page that is in `dist/` now, and says where the binary is.
pub fn build() -> Result<PathBuf, Failure> {
    let binary = crate::target().join("native/owntracks-dashboard");
    let what = "building the server";
    let usually = "2 to 4 minutes at first, seconds later";
    let mut command = Command::new("cargo");
    command
        .args(["build", "--quiet", "--profile", "native", "--package", "owntracks-dashboard"])
        .current_dir(crate::root());
    process::run_announced(what, usually, &mut command)?;
    Ok(binary)
}
