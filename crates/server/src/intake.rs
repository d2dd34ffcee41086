//! The seam between the doors (MQTT, WebSocket, HTTP) and the store.
//!
//! Every publish, whatever door it came by, is taken in here first: recorded durably, and only then acknowledged and
//! forwarded. Nothing acknowledged is ever lost.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;

/// One publish, as it came.
#[derive(Clone, Debug)]
pub struct Publish {
    /// Topic, valid for publishing (no wildcards).
    pub topic: String,
    /// Payload, whatever it is. Empty clears.
    pub payload: Bytes,
    /// The publisher wants it retained.
    pub retain: bool,
    /// By which door it came.
    pub door: Door,
}

/// By which door a publish came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// MQTT, over TCP or WebSocket.
    Mqtt,
    /// HTTP mode, `POST /pub`.
    Http,
    /// The demo household.
    Demo,
}

/// The store could not record a publish: it must not be acknowledged.
#[derive(Debug)]
pub struct RecordError(pub std::io::Error);

impl std::fmt::Display for RecordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "could not be recorded: {}", self.0)
    }
}

impl std::error::Error for RecordError {}

/// Whoever records publishes before they are acknowledged.
pub trait Intake: Send + Sync + 'static {
    /// Records `publish`. When this returns `Ok`, a power cut loses nothing of it. Payloads that are no OwnTracks
    /// message are counted and not recorded; that is `Ok` too, since other programs may use the broker.
    fn record(&self, publish: Arc<Publish>) -> impl Future<Output = Result<(), RecordError>> + Send;
}
