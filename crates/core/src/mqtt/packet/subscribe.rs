//! SUBSCRIBE, section 3.8: which topics the client wants.

use super::acknowledgement::PacketId;
use super::fields::{packet, put_bytes};

/// Highest QoS wanted. A clean session gains nothing from QoS 2 but two more packets a message.
const QOS: u8 = 1;

/// The packet for filters that are valid (see [`is_valid_filter`]). There must be at least one.
pub fn subscribe(id: PacketId, filters: &[String]) -> Vec<u8> {
    let mut body = id.0.get().to_be_bytes().to_vec();
    for filter in filters {
        if put_bytes(&mut body, filter.as_bytes()).is_some() {
            body.push(QOS);
        }
    }
    packet(0x82, &body)
}

/// Whether a broker can understand a topic filter (section 4.7). One bad filter makes mosquitto close the connection,
/// so it is not even sent.
pub fn is_valid_filter(filter: &str) -> bool {
    let fits = !filter.is_empty() && filter.len() <= usize::from(u16::MAX) && !filter.contains('\0');
    let mut levels = filter.split('/').peekable();
    let mut wildcards_fit = true;
    while let Some(level) = levels.next() {
        let is_last = levels.peek().is_none();
        wildcards_fit &= match level {
            "+" => true,
            "#" => is_last,
            _ => !level.contains(['+', '#']),
        };
    }
    fits && wildcards_fit
}
