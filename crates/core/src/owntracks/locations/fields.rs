//! The members of a location that a track is made of.

use super::number::number_in_string;
use crate::geo::LatLon;
use crate::owntracks::fields::{
    EARLIEST_PLAUSIBLE_TIME_S, LARGEST_SECONDS, MAX_ACCURACY_M, MAX_ALTITUDE_M, MAX_SPEED_KMH, MIN_ALTITUDE_M,
};
use crate::time::{UnixSeconds, parse_rfc3339};
use crate::track::Row;

/// Which member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Latitude,
    Longitude,
    Accuracy,
    Altitude,
    Speed,
    Battery,
    Type,
}

impl Field {
    /// The member called `name`, if it matters.
    pub(super) fn new(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"tst" => Self::Time,
            b"lat" => Self::Latitude,
            b"lon" => Self::Longitude,
            b"acc" => Self::Accuracy,
            b"alt" => Self::Altitude,
            b"vel" => Self::Speed,
            b"batt" => Self::Battery,
            b"_type" => Self::Type,
            _ => return None,
        })
    }
}

/// The members of a location as numbers, unchecked. A repeated key replaces the former value, as in JavaScript, and
/// so does a bad value: the Recorder does repeat keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocationFields {
    time: Option<f64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    accuracy: Option<f64>,
    altitude: Option<f64>,
    speed: Option<f64>,
    battery: Option<f64>,
    other_type: bool,
}

impl LocationFields {
    /// Takes in one member of a location: its key without quotation marks and its whole value, which is valid JSON.
    pub fn take(&mut self, key: &[u8], value: &[u8]) {
        let Some(field) = Field::new(key) else { return };
        match value {
            [b'"', text @ .., b'"'] => self.set_text(field, text),
            [b'-' | b'0'..=b'9', ..] => self.set_number(field, number_in_string(value)),
            _ => self.set_number(field, None),
        }
    }

    /// The location as a row; `None` without a place, a time, or with both coordinates exactly 0, which is what broken
    /// receivers say. A bad optional value is unknown.
    pub fn row(&self) -> Option<Row> {
        let time = self.time?;
        let time_s = if time > LARGEST_SECONDS { time / 1000.0 } else { time }.floor() as UnixSeconds;
        let position = LatLon::new(self.latitude?, self.longitude?)?;
        if self.other_type || time_s < EARLIEST_PLAUSIBLE_TIME_S || position == LatLon::NULL_ISLAND {
            return None;
        }
        // Negative is how older apps say that they do not know.
        let known = |value: Option<f64>, most: f64| value.filter(|value| (0.0..=most).contains(value));
        Some(Row {
            time_s,
            position,
            accuracy_m: known(self.accuracy, MAX_ACCURACY_M).filter(|m| *m > 0.0).map(|m| m as f32),
            altitude_m: self
                .altitude
                .filter(|m| (MIN_ALTITUDE_M..=MAX_ALTITUDE_M).contains(m))
                .map(|m| m as f32),
            speed_kmh: known(self.speed, MAX_SPEED_KMH).map(|kmh| kmh as f32),
            battery_percent: known(self.battery, 100.0).map(|percent| percent.round() as u8),
        })
    }

    pub(super) fn set_number(&mut self, field: Field, value: Option<f64>) {
        let value = value.filter(|value| value.is_finite());
        match field {
            Field::Time => self.time = value,
            Field::Latitude => self.latitude = value,
            Field::Longitude => self.longitude = value,
            Field::Accuracy => self.accuracy = value,
            Field::Altitude => self.altitude = value,
            Field::Speed => self.speed = value,
            Field::Battery => self.battery = value,
            Field::Type => self.other_type = true,
        }
    }

    pub(super) fn set_text(&mut self, field: Field, text: &[u8]) {
        let date = || std::str::from_utf8(text).ok().and_then(parse_rfc3339);
        match field {
            Field::Type => self.other_type = text != b"location",
            Field::Time => {
                self.set_number(field, number_in_string(text).or_else(|| date().map(|time_s| time_s as f64)));
            }
            _ => self.set_number(field, number_in_string(text)),
        }
    }
}
