//! The server embeds the page from `dist/`. Without a built page it embeds a note that says how to build one, so that
//! checking and testing the server needs no page.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

const NOTE: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>OwnTracks dashboard</title>\n\
<p>This server was built without the page. Run <code>cargo xtask build</code> and build the server again.</p>\n";

fn main() -> io::Result<()> {
    let dist = Path::new("../../dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    fs::create_dir_all(dist)?;
    match fs::OpenOptions::new().write(true).create_new(true).open(dist.join("index.html")) {
        Ok(mut index) => io::Write::write_all(&mut index, NOTE.as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()), // a built page is never touched
        Err(error) => Err(error),
    }
}
