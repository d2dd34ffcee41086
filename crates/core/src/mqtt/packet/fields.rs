//! The fields that packets are made of (section 1.5).

/// Reads fields one after the other; each is `None` where the bytes end too early.
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// A big-endian number of two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_be_bytes(*bytes))
    }

    /// Bytes after their length in two bytes.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        let (bytes, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        Some(bytes)
    }
}

/// Appends bytes after their length; `None`, with nothing appended, when there are more than 65535.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let length = u16::try_from(bytes.len()).ok()?;
    out.extend(length.to_be_bytes());
    out.extend(bytes);
    Some(())
}

/// A whole packet from its first byte and its body.
pub fn packet(first_byte: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 5);
    out.push(first_byte);
    let mut length = body.len();
    while length > 0x7f {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(body);
    out
}
