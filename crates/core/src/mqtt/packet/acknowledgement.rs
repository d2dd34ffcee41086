//! PUBACK, PUBREC, PUBREL and PUBCOMP, sections 3.4 to 3.7: nothing but a packet id.

use std::num::NonZeroU16;

use super::fields::Fields;

/// Tells one packet in flight from the next; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PacketId(pub NonZeroU16);

impl PacketId {
    /// Reads an id; `None` for 0.
    pub fn decode(fields: &mut Fields<'_>) -> Option<Self> {
        NonZeroU16::new(fields.u16()?).map(Self)
    }
}

/// Reads the body of such a packet.
pub fn decode(body: &[u8]) -> Option<PacketId> {
    let mut fields = Fields(body);
    let id = PacketId::decode(&mut fields)?;
    fields.0.is_empty().then_some(id)
}

/// PUBACK: a message of QoS 1 arrived.
pub fn puback(id: PacketId) -> [u8; 4] {
    encode(0x40, id)
}

/// PUBREC: a message of QoS 2 arrived.
pub fn pubrec(id: PacketId) -> [u8; 4] {
    encode(0x50, id)
}

/// PUBCOMP: the id of a message of QoS 2 is free again.
pub fn pubcomp(id: PacketId) -> [u8; 4] {
    encode(0x70, id)
}

fn encode(first_byte: u8, id: PacketId) -> [u8; 4] {
    let [high, low] = id.0.get().to_be_bytes();
    [first_byte, 2, high, low]
}
