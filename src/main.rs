//! The dashboard page.
fn main() {}
