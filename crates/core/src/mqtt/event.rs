//! What happens in a session.

use std::fmt;

/// Something that happened in a [`super::Session`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// The broker accepted the client.
    Connected,
    /// The broker did not accept the client. The session is over.
    Refused(Refusal),
    /// Nothing answered CONNECT in time: no MQTT broker there, or the WebSocket has no sub-protocol `mqtt`
    /// (mosquitto 2.0.11 then accepts the socket and stays silent). The session is over.
    NoAnswer,
    /// The broker answered the subscription. Granted says little about rights: mosquitto grants every well-formed
    /// filter and delivers what the reader may see.
    Subscribed {
        /// Filters the broker took.
        granted: Vec<String>,
        /// Filters the broker refused, and filters too malformed to be sent.
        refused: Vec<String>,
    },
    /// A message arrived. One of QoS 2 arrives once, one of QoS 1 may arrive again.
    Published(Publish),
    /// A message arrived that is longer than [`super::MAX_PACKET_LENGTH`]; its payload was passed over and it was
    /// acknowledged, so that it does not come again with every connection.
    PublishTooLong {
        /// Topic of the message.
        topic: String,
        /// Length of the payload in bytes.
        payload_length: usize,
    },
    /// The session broke. It is over, and the socket should be closed.
    Lost(LossReason),
}

/// A message from the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Topic. Ill-formed UTF-8 in it was replaced.
    pub topic: String,
    /// Payload, whatever it is; empty means that the topic's value was cleared.
    pub payload: Vec<u8>,
    /// The broker had kept it from before the subscription.
    pub retain: bool,
    /// The broker says it may have sent this one before.
    pub duplicate: bool,
}

/// Why the broker did not accept the client: the return code of CONNACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 1: the broker does not speak MQTT 3.1.1.
    ProtocolVersion,
    /// 2: the broker dislikes the client id. Also when it is too long to be sent.
    ClientId,
    /// 3: the broker is there but has no MQTT service now.
    ServerUnavailable,
    /// 4: wrong user or password. Also when either is too long to be sent.
    BadCredentials,
    /// 5: not allowed; mosquitto 2 says this for a wrong password, too.
    NotAuthorised,
    /// A code that MQTT 3.1.1 does not define.
    Other(u8),
}

impl Refusal {
    /// Whether trying again with the same user and password is pointless, so that the person has to be asked.
    pub const fn needs_person(self) -> bool {
        matches!(self, Self::BadCredentials | Self::NotAuthorised)
    }
}

/// Why a session broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossReason {
    /// A PINGREQ, and nothing after it: the connection is dead although the socket did not close.
    PingUnanswered,
    /// The broker sent something that is not MQTT 3.1.1.
    Protocol(ProtocolError),
}

/// In what way bytes were not MQTT 3.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// A remaining length of more than four bytes.
    LengthMalformed,
    /// A packet other than PUBLISH longer than [`super::MAX_PACKET_LENGTH`].
    PacketTooLong {
        /// Type of the packet, 0…15.
        packet_type: u8,
    },
    /// A packet whose fields do not fit its length, or with forbidden flags or values.
    PacketMalformed {
        /// Type of the packet, 0…15.
        packet_type: u8,
    },
    /// A well-known packet at the wrong moment, or one a broker never sends to a watching client.
    PacketUnexpected {
        /// Type of the packet, 0…15.
        packet_type: u8,
    },
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthMalformed => f.write_str("a packet length of more than four bytes"),
            Self::PacketTooLong { packet_type } => write!(f, "an over-long packet of type {packet_type}"),
            Self::PacketMalformed { packet_type } => write!(f, "a malformed packet of type {packet_type}"),
            Self::PacketUnexpected { packet_type } => {
                write!(f, "an unexpected packet of type {packet_type}")
            }
        }
    }
}
