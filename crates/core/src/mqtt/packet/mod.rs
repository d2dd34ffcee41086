//! The packets of MQTT 3.1.1 that a watching client meets, one file each where there is more to them than a packet id.
//!
//! Sent: CONNECT, SUBSCRIBE, PUBACK, PUBREC, PUBCOMP, PINGREQ, DISCONNECT. Received: [`Incoming`]. Section numbers are
//! those of the OASIS standard, MQTT Version 3.1.1.

mod acknowledgement;
mod connack;
mod connect;
mod fields;
mod publish;
mod suback;
mod subscribe;

use super::event::{ProtocolError, Refusal};
use super::stream::Frame;

pub use acknowledgement::{PacketId, puback, pubcomp, pubrec};
pub use connect::connect;
pub use publish::{PublishPacket, Qos};
pub use suback::Suback;
pub use subscribe::{is_valid_filter, subscribe};

/// PINGREQ, section 3.12: asks for a PINGRESP.
pub const PINGREQ: [u8; 2] = [0xc0, 0];

/// DISCONNECT, section 3.14: the client leaves in good order.
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

const CONNACK: u8 = 2;
/// Type of PUBLISH.
pub const PUBLISH: u8 = 3;
const PUBREL: u8 = 6;
const SUBACK: u8 = 9;
const PINGRESP: u8 = 13;

/// A packet from the broker.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// Section 3.2: the answer to CONNECT.
    Connack(Result<(), Refusal>),
    /// Section 3.3: a message.
    Publish(PublishPacket<'a>),
    /// Section 3.6: the broker knows that a message of QoS 2 arrived.
    Pubrel(PacketId),
    /// Section 3.9: the answer to SUBSCRIBE.
    Suback(Suback<'a>),
    /// Section 3.13: the answer to PINGREQ.
    Pingresp,
}

impl<'a> Incoming<'a> {
    /// Reads one packet.
    pub fn decode(frame: &Frame<'a>) -> Result<Self, ProtocolError> {
        let packet_type = packet_type(frame.first_byte);
        let flags = frame.first_byte & 0x0f;
        let packet = match packet_type {
            CONNACK if flags == 0 => connack::decode(frame.body).map(Self::Connack),
            PUBLISH => publish::decode(flags, frame.body, frame.length).map(Self::Publish),
            PUBREL if flags == 2 => acknowledgement::decode(frame.body).map(Self::Pubrel),
            SUBACK if flags == 0 => suback::decode(frame.body).map(Self::Suback),
            PINGRESP if flags == 0 => frame.body.is_empty().then_some(Self::Pingresp),
            CONNACK | PUBREL | SUBACK | PINGRESP => None,
            _ => return Err(ProtocolError::PacketUnexpected { packet_type }),
        };
        packet.ok_or(ProtocolError::PacketMalformed { packet_type })
    }
}

/// The type in the first byte of a packet, 0…15.
pub const fn packet_type(first_byte: u8) -> u8 {
    first_byte >> 4
}
