//! An MQTT 3.1.1 client session without I/O.
//!
//! Bytes and the current time come in, bytes to send, events and the next wake-up time come out ([`Session`]). The
//! session never publishes and never asks for an old session: it watches. No input makes it panic or keep more than
//! about 1 MiB of it.
//!
//! # Why the packets are coded here
//!
//! Two codec crates were read for this. `mqttrs` 0.4.1 indexes past the end of short packets (`40 00` panics, and a
//! panic ends the page) and turns unknown refusal codes into nameless errors. `mqtt-proto` 0.4.0 checks its bounds, but
//! brings asynchronous I/O traits and 33 kB of wasm for what a watching client uses, and writes the length of an
//! over-long password modulo 65536. The twelve packets a watcher needs fit into a few short files in
//! `packet/`.

mod backoff;
mod event;
mod options;
mod packet;
mod session;
mod stream;

pub use backoff::Backoff;
pub use event::{LossReason, ProtocolError, Publish, Refusal, SessionEvent};
pub use options::Options;
pub use session::{PINGRESP_TIMEOUT_MS, Session};
pub use stream::MAX_PACKET_LENGTH;
