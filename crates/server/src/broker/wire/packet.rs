//! What clients say and are told, whatever the version of the protocol.

use bytes::Bytes;

use crate::broker::session::{Qos, Subscription};

/// What a client said.
#[derive(Debug)]
pub enum Received {
    /// The first packet.
    Connect(Box<Connect>),
    /// A publish, to be answered with [`Wire::answer`] unless its QoS is 0.
    Publish(Published),
    /// A delivery of QoS 1 arrived.
    Acknowledged(u16),
    /// The second half of a publish of QoS 2, to be answered with [`Wire::complete`].
    Release(u16),
    /// To be answered with [`Wire::granted`].
    Subscribe(u16, Vec<Subscription>),
    /// To be answered with [`Wire::unsubscribed`].
    Unsubscribe(u16, Vec<String>),
    /// The orderly end.
    Disconnect {
        /// MQTT 5: the will is to be published all the same.
        with_will: bool,
        /// MQTT 5: a new life time of the session, in seconds.
        session_expiry_s: Option<u32>,
    },
    /// Something that needs nothing done, such as a ping, which is answered already.
    Nothing,
}

/// A CONNECT.
#[derive(Debug)]
pub struct Connect {
    /// Client identifier, possibly empty.
    pub client_id: String,
    /// User name.
    pub user: Option<String>,
    /// Password; `Debug` of `Bytes` would show it, so it is wrapped.
    pub password: Option<Secret>,
    /// Start with an empty session.
    pub clean: bool,
    /// How long the session is to outlive the connection, in seconds. `u32::MAX` is for ever.
    pub session_expiry_s: u32,
    /// To be published when the connection is lost.
    pub will: Option<Will>,
}

/// Bytes that `Debug` does not show.
pub struct Secret(pub Bytes);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The last will of a client.
#[derive(Debug)]
pub struct Will {
    /// Topic, not checked.
    pub topic: String,
    /// Payload.
    pub payload: Bytes,
    /// To be retained.
    pub retain: bool,
    /// Quality of service.
    pub qos: Qos,
}

/// A PUBLISH from a client.
#[derive(Debug)]
pub struct Published {
    /// Topic, not checked.
    pub topic: String,
    /// Payload.
    pub payload: Bytes,
    /// To be retained.
    pub retain: bool,
    /// Quality of service.
    pub qos: Qos,
    /// Packet identifier; 0 for QoS 0.
    pub packet_id: u16,
}

/// Why the broker says no to a CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectRefusal {
    /// Empty with a session to be kept, or too long.
    ClientId,
    /// User name or password.
    NotAuthorized,
    /// The will's topic has wildcards or is empty.
    WillTopic,
    /// No room.
    Unavailable,
}

/// Why the broker ends a connection by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// A topic with wildcards, or an empty one, was published to.
    TopicName,
    /// A publish could not be recorded.
    NotRecorded,
    /// Another connection uses the same client identifier.
    TakenOver,
    /// The client does not take what it subscribed to.
    TooSlow,
    /// It was silent for too long.
    KeepAlive,
    /// What it may see has changed; it may come again.
    NotAuthorized,
    /// The server ends.
    ShuttingDown,
}
