//! PUBLISH, section 3.3: a message.

use super::acknowledgement::PacketId;
use super::fields::Fields;

/// A message as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct PublishPacket<'a> {
    /// Topic, not checked to be UTF-8.
    pub topic: &'a [u8],
    /// Payload; what there is of it when the packet is over-long.
    pub payload: &'a [u8],
    /// Length of the whole payload in bytes.
    pub payload_length: usize,
    /// Kept by the broker from before.
    pub retain: bool,
    /// May have been sent before.
    pub duplicate: bool,
    /// How it has to be acknowledged.
    pub qos: Qos,
}

/// How a message was sent, and so how it has to be acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    /// 0: not at all.
    Zero,
    /// 1: with PUBACK.
    One(PacketId),
    /// 2: with PUBREC, and PUBREL with PUBCOMP.
    Two(PacketId),
}

/// Reads the body, or its start, of a packet whose body has `length` bytes.
pub fn decode(flags: u8, body: &[u8], length: usize) -> Option<PublishPacket<'_>> {
    let mut fields = Fields(body);
    let topic = fields.bytes()?;
    let qos = match (flags >> 1) & 0b11 {
        0 => Qos::Zero,
        1 => Qos::One(PacketId::decode(&mut fields)?),
        2 => Qos::Two(PacketId::decode(&mut fields)?),
        _ => return None,
    };
    let payload = fields.0;
    Some(PublishPacket {
        topic,
        payload,
        payload_length: length - (body.len() - payload.len()),
        retain: flags & 0b0001 != 0,
        duplicate: flags & 0b1000 != 0,
        qos,
    })
}
