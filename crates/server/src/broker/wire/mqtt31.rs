//! MQTT 3.1, which the Android app speaks unless told otherwise, and the codec does not.
//!
//! Its packets are those of 3.1.1 but for the name and number at the beginning of CONNECT (`MQIsdp`, 3 instead of `MQTT`,
//! 4; MQTT 3.1.1, non-normative note at 3.1.2.2). With these exchanged at the door there is no third version further in.

use bytes::{BufMut, BytesMut};

/// Length, name and number of the protocol in CONNECT, by 3.1.
const OLD: &[u8] = b"\x00\x06MQIsdp\x03";
/// The same by 3.1.1.
const NEW: &[u8] = b"\x00\x04MQTT\x04";

/// The remaining length of a packet has at most as many bytes.
const MAX_LENGTH_BYTES: usize = 4;

/// Rewrites a CONNECT of 3.1 at the front of `bytes` as one of 3.1.1, and leaves all else as it is; `false` as long as it takes more
/// bytes to tell the two apart.
pub fn translate(bytes: &mut BytesMut) -> bool {
    let Some((kind, rest)) = bytes.split_first() else { return false };
    let kind = *kind;
    let mut length = 0;
    for (at, byte) in rest.iter().take(MAX_LENGTH_BYTES).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 != 0 {
            continue;
        }
        let body = &rest[at + 1..];
        let common = body.len().min(OLD.len());
        if body[..common] != OLD[..common] || length < OLD.len() {
            return true;
        }
        if common < OLD.len() {
            return false;
        }
        let mut translated = BytesMut::with_capacity(bytes.len());
        translated.put_u8(kind);
        put_length(&mut translated, length - OLD.len() + NEW.len());
        translated.put_slice(NEW);
        translated.put_slice(&body[OLD.len()..]);
        *bytes = translated;
        return true;
    }
    rest.len() >= MAX_LENGTH_BYTES
}

fn put_length(bytes: &mut BytesMut, mut length: usize) {
    loop {
        let low = (length & 0x7f) as u8; // seven bits
        length >>= 7;
        if length == 0 {
            return bytes.put_u8(low);
        }
        bytes.put_u8(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(bytes: &[u8]) -> (bool, Vec<u8>) {
        let mut bytes = BytesMut::from(bytes);
        let decided = translate(&mut bytes);
        (decided, bytes.to_vec())
    }

    #[test]
    fn only_the_old_beginning_is_exchanged() {
        let old = b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01c\xc0\x00";
        assert_eq!(
            translated(old),
            (true, b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01c\xc0\x00".to_vec())
        );
        for (bytes, decided) in [
            (&b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01c"[..], true),
            (b"\x10\x0d\x00\x04", true),
            (b"\x10\x0f\x00\x06MQIsdp\x04", true),
            (b"\x10\x05\x00\x06MQIsdp\x03", true),
            (b"\x10\x80\x80\x80\x80", true),
            (b"\x10\x80\x80", false),
            (b"\x10\x0f\x00\x06MQI", false),
            (b"\x10", false),
            (b"", false),
        ] {
            assert_eq!(translated(bytes), (decided, bytes.to_vec()), "{bytes:?}");
        }
    }

    #[test]
    fn lengths_of_every_size() {
        // 128 needs two bytes of length, and two less need one.
        let old = [&b"\x10\x80\x01"[..], OLD, &[7; 119]].concat();
        assert_eq!(translated(&old), (true, [&b"\x10\x7e"[..], NEW, &[7; 119]].concat()));
        let old = [&b"\x10\x80\x80\x01"[..], OLD, &[7; 20]].concat();
        assert_eq!(translated(&old), (true, [&b"\x10\xfe\x7f"[..], NEW, &[7; 20]].concat()));
    }
}
