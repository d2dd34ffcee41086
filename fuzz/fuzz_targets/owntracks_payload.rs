//! Any payload decodes to messages and refusals: no panic, no more of either than the payload has bytes, and nothing
//! invalid in what is shown.

#![no_main]

use dashboard_core::owntracks::{Decoded, Keyring, Message, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    let keys = Keyring::from_passphrases(["s3cr3t-Key"]);
    match decode(payload, &keys) {
        Decoded::Clear => assert!(payload.is_empty()),
        Decoded::Messages { messages, refused } => {
            assert!(messages.len() + refused.len() <= payload.len());
            for message in messages {
                if let Message::Location(location) = message {
                    assert!(location.time_s > 0);
                    assert!(location.course_deg.is_none_or(|deg| (0.0..360.0).contains(&deg)));
                    assert!(location.battery_percent.is_none_or(|percent| percent <= 100));
                    assert!(location.poi.is_none_or(|poi| !poi.chars().any(char::is_control)));
                }
            }
        }
    }
});
