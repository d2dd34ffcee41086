//! Percent-encoding of URL parts.

/// `text` for one value of a query: everything but unreserved characters (RFC 3986 §2.3) is encoded.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(byte as char);
        } else {
            encoded.push('%');
            encoded.push(hex_digit(byte >> 4));
            encoded.push(hex_digit(byte & 15));
        }
    }
    encoded
}

fn hex_digit(nibble: u8) -> char {
    // A nibble is below 16.
    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase()
}
