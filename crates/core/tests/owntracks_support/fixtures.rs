//! The files of `tests/fixtures`.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic and read files")]

use std::fs;
use std::path::{Path, PathBuf};

/// The bytes of one file, e.g. `recorder/version.json`.
pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(fixtures().join(name)).unwrap()
}

/// The folder they are in.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}
