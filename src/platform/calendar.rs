//! The person's time zone, as the browser knows it.

use dashboard_core::model::{Calendar, LocalDateTime};
use dashboard_core::time::UnixSeconds;
use js_sys::Date;
use wasm_bindgen::JsValue;

/// The time zone of this browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserCalendar;

impl Calendar for BrowserCalendar {
    fn to_unix(&self, local: LocalDateTime) -> UnixSeconds {
        let date = Date::new_with_year_month_day_hr_min_sec(
            // JavaScript takes 0…99 for 1900…1999; nobody's history reaches back there.
            local.year.max(100) as u32,
            i32::from(local.month) - 1,
            i32::from(local.day),
            i32::from(local.hour),
            i32::from(local.minute),
            i32::from(local.second),
        );
        (date.get_time() / 1000.0).floor() as UnixSeconds
    }

    fn to_local(&self, at: UnixSeconds) -> LocalDateTime {
        let date = Date::new(&JsValue::from_f64(at as f64 * 1000.0));
        LocalDateTime {
            year: date.get_full_year() as i32,
            month: date.get_month() as u8 + 1,
            day: date.get_date() as u8,
            hour: date.get_hours() as u8,
            minute: date.get_minutes() as u8,
            second: date.get_seconds() as u8,
        }
    }
}
