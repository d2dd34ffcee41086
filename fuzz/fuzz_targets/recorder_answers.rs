//! Whatever a server answers, each reader of the Recorder's answers and frames returns, with errors that stay short.

#![no_main]

use dashboard_core::owntracks::recorder::{
    read_devices, read_last, read_live_frame, read_months, read_users, read_version,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let errors = [
        read_version(body).err(),
        read_users(body).err(),
        read_devices(body).err(),
        read_months(body).err(),
        read_last(body).err(),
    ];
    for error in errors.into_iter().flatten() {
        assert!(error.to_string().chars().count() < 300);
    }
    let _ = read_live_frame(&String::from_utf8_lossy(body));
});
