//! The server over real sockets, each test with a folder and a port of its own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod household;
mod mqtt;
mod support;

mod compact_history;
mod publishing;
mod recorder_interface;
mod together;

mod formats;
mod others_store;

mod doors;
mod durability;
mod encrypted;
mod front;
mod log;
mod logins;
mod phones;
mod rights;
mod shares;
