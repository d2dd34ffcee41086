//! The present.

use std::time::{SystemTime, UNIX_EPOCH};

use dashboard_core::time::UnixSeconds;

/// The present in whole seconds; 0 on a machine whose clock stands before 1970.
pub fn now_s() -> UnixSeconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixSeconds::try_from(since.as_secs()).unwrap_or(UnixSeconds::MAX)
}
