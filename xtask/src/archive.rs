//! The static bundle as one file to download and unpack.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Failure};

/// Packs `dist/` and says where the archive is. The same bundle gives the same bytes, whoever packs it and when: names in
/// order, and nothing in it of this machine's users and clock.
pub fn pack() -> Result<PathBuf, Failure> {
    let name = format!("owntracks-dashboard-{}-page", env!("CARGO_PKG_VERSION"));
    let archive = crate::target().join(format!("{name}.tar.gz"));
    process::run(
        Command::new("tar")
            .args(["--create", "--format=ustar", "--sort=name", "--mtime=@0", "--mode=u=rwX,go=rX"])
            .args(["--owner=0", "--group=0", "--numeric-owner", "--use-compress-program=gzip -9n"])
            // What lies in dist/ unpacks into a folder of its own.
            .arg(format!("--transform=s,^dist,{name},"))
            .arg("--file")
            .arg(&archive)
            .arg("dist")
            .env("LC_ALL", "C")
            .current_dir(crate::root()),
    )?;
    Ok(archive)
}
