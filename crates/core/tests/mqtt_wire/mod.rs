//! Packets as a broker writes them.

pub const PINGRESP: [u8; 2] = [0xd0, 0];

pub fn connack(code: u8) -> Vec<u8> {
    vec![0x20, 2, 0, code]
}

pub fn suback(id: u16, codes: &[u8]) -> Vec<u8> {
    packet(0x90, &[&id.to_be_bytes(), codes].concat())
}

pub fn pubrel(id: u16) -> Vec<u8> {
    packet(0x62, &id.to_be_bytes())
}

/// A PUBLISH; `flags` are the low bits of its first byte, `id` is written when they say QoS 1 or 2.
pub fn publish(flags: u8, topic: &[u8], id: u16, payload: &[u8]) -> Vec<u8> {
    let mut body = (topic.len() as u16).to_be_bytes().to_vec();
    body.extend(topic);
    if flags & 0b110 != 0 {
        body.extend(id.to_be_bytes());
    }
    body.extend(payload);
    packet(0x30 | flags, &body)
}

pub fn packet(first_byte: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first_byte];
    let mut length = body.len();
    loop {
        let more = if length > 0x7f { 0x80 } else { 0 };
        out.push((length & 0x7f) as u8 | more);
        length >>= 7;
        if length == 0 {
            break;
        }
    }
    out.extend(body);
    out
}
