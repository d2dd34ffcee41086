//! A line of the store is read or refused, and what was read is written back to the same line.

#![no_main]

use dashboard_core::owntracks::rec::RecLine;
use dashboard_core::time::format_rfc3339;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(line) = RecLine::parse(bytes) {
        let written = line.to_string();
        let again = RecLine::parse(written.as_bytes()).expect("what is written can be read");
        assert_eq!(again.kind, line.kind);
        // Zones can move a time out of the years that can be written; it is then written as the nearest.
        assert_eq!(format_rfc3339(again.time_s), format_rfc3339(line.time_s));
    }
});
