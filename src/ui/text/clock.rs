//! Dates and times in the person's language and time zone.

use std::cell::RefCell;
use std::collections::HashMap;

use dashboard_core::time::UnixSeconds;

use super::intl::{self, DateTimeFormat};
use super::voice::{locale, time_zone};

/// How much of a moment to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// `Sun 22 Nov`.
    Day,
    /// `22 Nov, 14:05`.
    Minute,
    /// `22 Nov 2026, 14:05:09`.
    Second,
    /// `14:05`.
    Clock,
}

thread_local! {
    static FORMATS: RefCell<HashMap<(Detail, String), Option<DateTimeFormat>>> = RefCell::default();
}

/// Forgets formatters of the language spoken before.
pub(super) fn forget_formats() {
    FORMATS.take();
}

/// A moment in words. `place_zone` is the IANA zone of the place it happened at, used when the person asked for it.
pub fn moment(at: UnixSeconds, detail: Detail, place_zone: Option<&str>) -> String {
    let setting = time_zone();
    let zone = match setting.as_str() {
        "local" => "",
        "place" => place_zone.unwrap_or_default(),
        zone => zone,
    };
    FORMATS.with_borrow_mut(|formats| {
        let format = formats
            .entry((detail, zone.to_owned()))
            // A zone the browser does not know falls back to the local one: a wrong name must not cost the time.
            .or_insert_with(|| date_format(detail, zone).or_else(|| date_format(detail, "")));
        // Beyond ±8.64e15 ms JavaScript has no dates and would throw.
        let unix_ms = (at as f64 * 1000.0).clamp(-8.64e15, 8.64e15);
        format.as_ref().map(|format| format.format(unix_ms)).unwrap_or_default()
    })
}

fn date_format(detail: Detail, zone: &str) -> Option<DateTimeFormat> {
    let options: &[(&str, &str)] = match detail {
        Detail::Day => &[("weekday", "short"), ("day", "numeric"), ("month", "short")],
        Detail::Minute => {
            &[("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")]
        }
        Detail::Second => &[("dateStyle", "medium"), ("timeStyle", "medium")],
        Detail::Clock => &[("hour", "2-digit"), ("minute", "2-digit")],
    };
    let mut options = options.to_vec();
    if !zone.is_empty() {
        options.push(("timeZone", zone));
    }
    intl::date_format(&locale(), &options)
}
