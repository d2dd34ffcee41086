//! Cutting the byte stream into packets.
//!
//! WebSocket frames and packets have nothing to do with each other: a frame may hold several packets, a part of one, or
//! nothing (MQTT.js sends an empty frame for an empty payload). Half a packet is normal and means "not yet".

use super::event::ProtocolError;
use super::packet::{PUBLISH, packet_type};

/// Longest packet that is kept whole, in bytes after its fixed header: 1 MiB of payload with any topic.
pub const MAX_PACKET_LENGTH: usize = (1 << 20) + LONGEST_PUBLISH_HEAD;

/// The part of a PUBLISH before its payload: topic with its length, packet id.
const LONGEST_PUBLISH_HEAD: usize = 2 + 65_535 + 2;

/// The bytes that have come and are not yet a packet.
#[derive(Debug, Default)]
pub struct PacketStream {
    buffer: Vec<u8>,
    /// Bytes at the front of `buffer` that were taken already.
    taken: usize,
    /// Bytes still to come of an over-long packet whose head was taken already.
    to_skip: usize,
}

/// One packet as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// First byte: packet type and flags.
    pub first_byte: u8,
    /// Everything after the fixed header; of an over-long PUBLISH only the start.
    pub body: &'a [u8],
    /// Length of the whole body as announced.
    pub length: usize,
}

impl PacketStream {
    /// Takes in more bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let skipped = self.to_skip.min(bytes.len());
        self.to_skip -= skipped;
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.extend_from_slice(&bytes[skipped..]);
    }

    /// The next packet; `None` until more bytes come. After an error the stream makes no more sense.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ProtocolError> {
        let bytes = &self.buffer[self.taken..];
        let Some((&first_byte, after_first)) = bytes.split_first() else { return Ok(None) };
        let Some((length, length_bytes)) = remaining_length(after_first)? else { return Ok(None) };

        let too_long = length > MAX_PACKET_LENGTH;
        if too_long && packet_type(first_byte) != PUBLISH {
            return Err(ProtocolError::PacketTooLong { packet_type: packet_type(first_byte) });
        }
        let wanted = if too_long { LONGEST_PUBLISH_HEAD } else { length };
        let body_start = self.taken + 1 + length_bytes;
        if self.buffer.len() - body_start < wanted {
            return Ok(None);
        }

        let rest = length - wanted;
        let rest_here = rest.min(self.buffer.len() - body_start - wanted);
        self.to_skip = rest - rest_here;
        self.taken = body_start + wanted + rest_here;
        Ok(Some(Frame { first_byte, body: &self.buffer[body_start..body_start + wanted], length }))
    }
}

/// The remaining length and how many bytes it takes: seven bits a byte, lowest first, at most four bytes.
fn remaining_length(bytes: &[u8]) -> Result<Option<(usize, usize)>, ProtocolError> {
    let mut length = 0;
    for (index, &byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some((length, index + 1)));
        }
    }
    if bytes.len() < 4 { Ok(None) } else { Err(ProtocolError::LengthMalformed) }
}
