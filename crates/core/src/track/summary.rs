//! Figures of a track, and how tracks are cut.

use crate::time::UnixSeconds;

/// Where a line is split and which points it leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Splitting {
    /// Split where two fixes are further apart in time (seconds).
    pub gap_s: u32,
    /// Split where two fixes are further apart in place (metres).
    pub gap_m: u32,
    /// Leave out fixes vaguer than this (metres); 0 keeps all.
    pub max_accuracy_m: u32,
}

impl Splitting {
    /// One line through all points, whatever is between them.
    pub const NONE: Self = Self { gap_s: u32::MAX, gap_m: u32::MAX, max_accuracy_m: 0 };
}

impl Default for Splitting {
    fn default() -> Self {
        Self { gap_s: 3 * 3600, gap_m: 50_000, max_accuracy_m: 0 }
    }
}

/// Figures of a track.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrackSummary {
    /// Points kept.
    pub points: u32,
    /// Time of the first point.
    pub first_s: Option<UnixSeconds>,
    /// Time of the last point.
    pub last_s: Option<UnixSeconds>,
    /// Length in metres, gaps left out.
    pub distance_m: f64,
    /// Seconds from first to last point.
    pub duration_s: i64,
    /// Seconds in motion: of the steps whose fix reports 2 km/h or more, or reports nothing and lies as far off.
    pub moving_s: i64,
    /// Metres climbed, counted in climbs of at least 10 m since altitudes of phones swing by about that much; `None`
    /// without altitudes.
    pub climb_m: Option<f64>,
    /// Highest believable speed in km/h: reported, and borne out by the way to a neighbouring fix; where nothing is
    /// reported, the speed of a step well longer than the fixes are vague.
    pub top_speed_kmh: Option<f32>,
}
