//! SUBACK, section 3.9: what became of each filter.

use super::acknowledgement::PacketId;
use super::fields::Fields;

/// The broker's answer to a SUBSCRIBE.
#[derive(Debug, PartialEq, Eq)]
pub struct Suback<'a> {
    /// Id of the SUBSCRIBE.
    pub id: PacketId,
    codes: &'a [u8],
}

impl Suback<'_> {
    /// Number of filters answered for.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// For each filter in order, whether it was granted.
    pub fn granted(&self) -> impl Iterator<Item = bool> {
        self.codes.iter().map(|code| *code <= 2)
    }
}

/// Reads the body. Codes from 3 up, which only later versions of MQTT define, count as refusals like 0x80.
pub fn decode(body: &[u8]) -> Option<Suback<'_>> {
    let mut fields = Fields(body);
    let id = PacketId::decode(&mut fields)?;
    Some(Suback { id, codes: fields.0 })
}
