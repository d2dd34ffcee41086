//! What goes into a track, and what was left out.

use crate::geo::LatLon;
use crate::time::UnixSeconds;

/// One fix of a history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Time of the fix.
    pub time_s: UnixSeconds,
    /// The place.
    pub position: LatLon,
    /// Horizontal accuracy radius in metres.
    pub accuracy_m: Option<f32>,
    /// Altitude above sea level in metres.
    pub altitude_m: Option<f32>,
    /// Speed in kilometres per hour.
    pub speed_kmh: Option<f32>,
    /// Battery charge, 0…100.
    pub battery_percent: Option<u8>,
}

/// How many points were left out of a track, and why. Shown to the person: nothing vanishes silently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Exact repeats (same second, same place to 1e-6 degrees).
    pub repeats: u32,
    /// Without a usable position or time.
    pub invalid: u32,
    /// Outside the range that was asked for.
    pub out_of_range: u32,
}

impl Dropped {
    /// The sum of both counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            repeats: self.repeats + other.repeats,
            invalid: self.invalid + other.invalid,
            out_of_range: self.out_of_range + other.out_of_range,
        }
    }
}
