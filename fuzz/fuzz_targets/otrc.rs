//! Any text is settings or is told not to be, and no secret of it shows in `Debug`.

#![no_main]

use dashboard_core::owntracks::otrc::read_otrc;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &str| {
    if let Ok(settings) = read_otrc(content) {
        let shown = format!("{settings:?}");
        assert!(shown.len() <= content.len() * 10 + 1000);
    }
});
