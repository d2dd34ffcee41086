//! Base64 as it comes: standard alphabet, with or without padding, with line breaks.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes written in `text`; `None` when it is no base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|b| b.is_ascii_whitespace()) {
        let compact: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        TOLERANT.decode(compact).ok()
    } else {
        TOLERANT.decode(text).ok()
    }
}

/// `bytes` in padded base64.
pub(super) fn encode(bytes: &[u8]) -> String {
    TOLERANT.encode(bytes)
}
