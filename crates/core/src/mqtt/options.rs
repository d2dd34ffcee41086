//! What a session is opened with.

use std::fmt;

/// What a [`super::Session`] is opened with. Its `Debug` shows neither user nor password.
#[derive(Clone, PartialEq, Eq)]
pub struct Options {
    /// Client id, at most 65535 bytes. Must differ from every other client's, or the broker lets the two kick each
    /// other off.
    pub client_id: String,
    /// User name and password, each at most 65535 bytes.
    pub credentials: Option<(String, String)>,
    /// The broker may drop the connection when it heard nothing for one and a half times as many seconds; 0 switches
    /// the check off, and with it the PINGREQs.
    pub keep_alive_s: u16,
    /// Topic filters to subscribe to, once connected.
    pub topics: Vec<String>,
    /// How long the broker may take to answer CONNECT, in milliseconds.
    pub connack_timeout_ms: u32,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("client_id", &self.client_id)
            .field("credentials", &self.credentials.as_ref().map(|_| "…"))
            .field("keep_alive_s", &self.keep_alive_s)
            .field("topics", &self.topics)
            .field("connack_timeout_ms", &self.connack_timeout_ms)
            .finish()
    }
}
