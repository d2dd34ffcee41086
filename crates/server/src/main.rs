//! The OwnTracks dashboard as one binary.
fn main() {}
