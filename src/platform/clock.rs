//! The present.

use dashboard_core::time::UnixMillis;

/// What this computer's clock shows.
pub fn now() -> UnixMillis {
    UnixMillis(js_sys::Date::now() as i64)
}
