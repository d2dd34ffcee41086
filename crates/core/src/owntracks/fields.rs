//! Fields of a message, coerced: numbers as strings, floats for integers, −1 for unknown, milliseconds for seconds.
//!
//! A field that makes no sense costs only itself, and is counted.

use std::ops::RangeInclusive;

use crate::decimal;
use crate::geo::LatLon;
use crate::time::{UnixSeconds, parse_rfc3339};

use super::json::{Object, Value};
use super::text;

/// No OwnTracks message is older than 2009-01-01T00:00:00Z: earlier times are unset clocks, GPS week roll-overs or dates
/// misread as seconds.
pub const EARLIEST_PLAUSIBLE_TIME_S: UnixSeconds = 1_230_768_000;

/// Larger numbers than this cannot be seconds (they would lie in the year 5138) and are taken for milliseconds.
pub(super) const LARGEST_SECONDS: f64 = 1e11;
/// Half the Earth's circumference: a vaguer fix says nothing.
pub(super) const MAX_ACCURACY_M: f64 = 20_037_508.0;
/// Deeper than any ocean.
pub(super) const MIN_ALTITUDE_M: f64 = -12_000.0;
/// Higher than any aircraft.
pub(super) const MAX_ALTITUDE_M: f64 = 100_000.0;
/// Faster than anything in orbit.
pub(super) const MAX_SPEED_KMH: f64 = 30_000.0;
/// 9999-12-31T23:59:59Z, the last second RFC 3339 can express.
const LATEST_TIME_S: f64 = 253_402_300_799.0;
/// Most names of regions or motions kept of one message.
const MAX_LIST: usize = 64;

/// A time on the wire.
#[derive(Clone, Copy)]
pub(super) struct WireTime {
    /// Whole seconds, rounded down.
    pub(super) time_s: UnixSeconds,
    /// It came in milliseconds.
    pub(super) was_milliseconds: bool,
}

/// The number in `value`: a JSON number, or a string that is a decimal number as a whole. `NaN`, infinity, decimal
/// commas and trailing text are refused, unlike in C's `atof`, which the Recorder uses.
pub(super) fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => {
            // Embedded trackers pad numbers with blanks.
            decimal::parse(text.trim_ascii().as_bytes()).filter(|number| number.is_finite())
        }
        _ => None,
    }
}

/// The time in `value`: seconds, milliseconds, or RFC 3339 text; from 1970 to 9999.
pub(super) fn time(value: &Value<'_>) -> Option<WireTime> {
    if let Value::Text(text) = value
        && let Some(time_s) = parse_rfc3339(text)
    {
        return (time_s >= 0).then_some(WireTime { time_s, was_milliseconds: false });
    }
    let number = number(value)?;
    let was_milliseconds = number > LARGEST_SECONDS;
    let seconds = if was_milliseconds { number / 1000.0 } else { number }.floor();
    (0.0..=LATEST_TIME_S)
        .contains(&seconds)
        .then_some(WireTime { time_s: seconds as UnixSeconds, was_milliseconds })
}

/// The position in `lat` and `lon`, where both are there and valid.
pub(super) fn position(object: &Object<'_>) -> Option<LatLon> {
    LatLon::new(number(object.get("lat")?)?, number(object.get("lon")?)?)
}

/// The boolean in `value`, also written as 0/1 or as a word, as hand-written files do.
pub(super) fn boolean(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        other => number(other).map(|number| number != 0.0),
    }
}

/// Optional fields of one object, and how many of them were dropped.
pub(super) struct Fields<'o, 'a> {
    object: &'o Object<'a>,
    dropped: u16,
}

impl<'o, 'a> Fields<'o, 'a> {
    pub(super) fn new(object: &'o Object<'a>) -> Self {
        Self { object, dropped: 0 }
    }

    /// Fields so far that were there and made no sense.
    pub(super) fn dropped(&self) -> u16 {
        self.dropped
    }

    /// A number within `sane`.
    pub(super) fn number(&mut self, key: &str, sane: RangeInclusive<f64>) -> Option<f64> {
        self.read(key, |value| number(value).filter(|number| sane.contains(number)))
    }

    /// A number up to `most`, for which negative means unknown.
    pub(super) fn known_number(&mut self, key: &str, most: f64) -> Option<f64> {
        self.number(key, f64::MIN..=most).filter(|number| *number >= 0.0)
    }

    /// What `choose` makes of a whole number.
    pub(super) fn code<T>(&mut self, key: &str, choose: impl Fn(i64) -> Option<T>) -> Option<T> {
        self.read(key, |value| choose(number(value)?.round() as i64))
    }

    /// A time, seconds or milliseconds.
    pub(super) fn time_s(&mut self, key: &str) -> Option<UnixSeconds> {
        self.read(key, |value| time(value).map(|time| time.time_s))
    }

    /// Cleaned text; empty is absent. A number is taken for its digits (tracker ids of scripts).
    pub(super) fn label(&mut self, key: &str, max_chars: usize) -> Option<String> {
        self.read(key, |value| match value {
            Value::Text(label) => Some(text::clean_some(label, max_chars)),
            Value::Number(number) => Some(text::clean_some(&number.to_string(), max_chars)),
            _ => None,
        })?
    }

    /// The single character of a string; empty is absent.
    pub(super) fn character(&mut self, key: &str) -> Option<char> {
        self.read(key, |value| match value {
            Value::Text(code) => {
                let mut chars = code.chars();
                match (chars.next(), chars.next()) {
                    (None, _) => Some(None),
                    (Some(c), None) if c.is_ascii_graphic() => Some(Some(c)),
                    _ => None,
                }
            }
            // Vehicle trackers' triggers 1, 2, 3 may lose their quotes.
            Value::Number(digit) if (0.0..=9.0).contains(digit) => Some(char::from_digit(*digit as u32, 10)),
            _ => None,
        })?
    }

    /// What `choose` makes of a string.
    pub(super) fn word<T>(&mut self, key: &str, choose: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.read(key, |value| match value {
            Value::Text(word) => choose(word),
            _ => None,
        })
    }

    /// Cleaned texts of an array, at most 64. Elements that are no text are dropped.
    pub(super) fn labels(&mut self, key: &str) -> Vec<String> {
        let Some(elements) = self.read(key, |value| match value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }) else {
            return Vec::new();
        };
        let mut labels = Vec::new();
        for element in elements.iter().take(MAX_LIST) {
            match element {
                Value::Text(label) => labels.extend(text::clean_some(label, text::LABEL_CHARS)),
                _ => self.drop_one(),
            }
        }
        labels
    }

    fn read<T>(&mut self, key: &str, coerce: impl FnOnce(&'o Value<'a>) -> Option<T>) -> Option<T> {
        let coerced = coerce(self.object.get(key)?);
        if coerced.is_none() {
            self.drop_one();
        }
        coerced
    }

    fn drop_one(&mut self) {
        self.dropped = self.dropped.saturating_add(1);
    }
}
