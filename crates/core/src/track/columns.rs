//! The points themselves, one vector for each property.

use std::ops::Range;

use crate::geo::{LatLon, WorldPoint};

use super::point::PointKey;
use super::row::Row;

/// Degrees are stored in steps of 1e-7, which are 1.1 cm of latitude.
const STEPS_PER_DEGREE: f64 = 1e7;

/// Steps of longitude once round the world.
pub(super) const TURN_E7: i64 = 3_600_000_000;

/// 23 bytes a point. Every vector is of the same length.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// Seconds since 1970.
    pub time_s: Vec<u32>,
    pub lat_e7: Vec<i32>,
    pub lon_e7: Vec<i32>,
    /// Web Mercator y in units of 2⁻³² of the world, kept because computing it costs more than everything else that
    /// drawing a vertex takes.
    pub world_y: Vec<u32>,
    /// Metres, 0 when unknown.
    pub accuracy_m: Vec<u16>,
    pub altitude_m: Vec<i16>,
    pub speed_dkmh: Vec<u16>,
    pub battery_percent: Vec<u8>,
}

/// One point as it is stored, but for `world_y`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fix {
    pub time_s: u32,
    pub lat_e7: i32,
    pub lon_e7: i32,
    /// Metres, 0 when unknown.
    pub accuracy_m: u16,
    pub altitude_m: i16,
    pub speed_dkmh: u16,
    pub battery_percent: u8,
}

pub(super) const UNKNOWN_ALTITUDE: i16 = i16::MIN;
pub(super) const UNKNOWN_SPEED: u16 = u16::MAX;
pub(super) const UNKNOWN_BATTERY: u8 = u8::MAX;

impl Fix {
    /// Nothing is known of it.
    pub const UNKNOWN: Self = Self {
        time_s: 0,
        lat_e7: 0,
        lon_e7: 0,
        accuracy_m: 0,
        altitude_m: UNKNOWN_ALTITUDE,
        speed_dkmh: UNKNOWN_SPEED,
        battery_percent: UNKNOWN_BATTERY,
    };

    /// Narrows a row; `None` when its time is before 1970 or after 2106. Accuracy is rounded up to whole metres and
    /// saturates at 65,535, altitude saturates at ±32 km, speed is rounded to 0.1 km/h and saturates at 6,553.4.
    pub fn from_row(row: &Row) -> Option<Self> {
        Some(Self {
            time_s: u32::try_from(row.time_s).ok()?,
            lat_e7: (row.position.lat() * STEPS_PER_DEGREE).round() as i32,
            lon_e7: (row.position.lon() * STEPS_PER_DEGREE).round() as i32,
            // A float cast saturates, and rounding up keeps an accuracy below a metre from becoming unknown.
            accuracy_m: row
                .accuracy_m
                .filter(|accuracy| *accuracy > 0.0)
                .map_or(0, |accuracy| accuracy.ceil() as u16),
            altitude_m: row
                .altitude_m
                .filter(|altitude| !altitude.is_nan())
                .map_or(UNKNOWN_ALTITUDE, |altitude| (altitude.round() as i16).max(UNKNOWN_ALTITUDE + 1)),
            speed_dkmh: row
                .speed_kmh
                .filter(|speed| *speed >= 0.0)
                .map_or(UNKNOWN_SPEED, |speed| ((speed * 10.0).round() as u16).min(UNKNOWN_SPEED - 1)),
            battery_percent: row.battery_percent.map_or(UNKNOWN_BATTERY, |percent| percent.min(100)),
        })
    }

    /// A fix of which nothing is known but the time and the place.
    pub fn at(key: &PointKey) -> Option<Self> {
        Self::from_row(&Row {
            time_s: key.time_s,
            position: key.position,
            accuracy_m: None,
            altitude_m: None,
            speed_kmh: None,
            battery_percent: None,
        })
    }

    /// The place to 1e-6 degrees, by which repeats are known: the Recorder's answers carry float noise.
    pub fn place_e6(&self) -> (i32, i32) {
        let rounded = |e7: i32| (i64::from(e7) + 5).div_euclid(10) as i32;
        let lon = rounded(self.lon_e7);
        (rounded(self.lat_e7), if lon == -180_000_000 { 180_000_000 } else { lon })
    }

    /// The row it was made from, narrowed.
    pub fn row(&self) -> Row {
        Row {
            time_s: i64::from(self.time_s),
            position: self.position(),
            accuracy_m: Some(self.accuracy_m).filter(|accuracy| *accuracy != 0).map(f32::from),
            altitude_m: known_altitude_m(self.altitude_m).map(f32::from),
            speed_kmh: known_speed_kmh(self.speed_dkmh),
            battery_percent: known_battery_percent(self.battery_percent),
        }
    }

    fn position(&self) -> LatLon {
        position(self.lat_e7, self.lon_e7)
    }
}

impl Columns {
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    pub fn fix(&self, at: usize) -> Fix {
        Fix {
            time_s: self.time_s[at],
            lat_e7: self.lat_e7[at],
            lon_e7: self.lon_e7[at],
            accuracy_m: self.accuracy_m[at],
            altitude_m: self.altitude_m[at],
            speed_dkmh: self.speed_dkmh[at],
            battery_percent: self.battery_percent[at],
        }
    }

    pub fn row(&self, at: usize) -> Row {
        self.fix(at).row()
    }

    pub fn position(&self, at: usize) -> LatLon {
        position(self.lat_e7[at], self.lon_e7[at])
    }

    pub fn altitude_m(&self, at: usize) -> Option<i16> {
        known_altitude_m(self.altitude_m[at])
    }

    pub fn speed_kmh(&self, at: usize) -> Option<f32> {
        known_speed_kmh(self.speed_dkmh[at])
    }

    /// Charge in per cent.
    pub fn battery(&self, at: usize) -> Option<u8> {
        known_battery_percent(self.battery_percent[at])
    }

    /// Whether all is as it must be: sorted by time, on the globe. Columns that were made here always are.
    pub fn are_valid(&self) -> bool {
        let is_within =
            |column: &[i32], limit: i32| column.iter().all(|value| (-limit..=limit).contains(value));
        self.time_s.is_sorted()
            && is_within(&self.lat_e7, 900_000_000)
            && is_within(&self.lon_e7, 1_800_000_000)
    }

    /// Puts all of `other` before the point at `at`, which moves what is behind but computes nothing.
    pub fn insert(&mut self, at: usize, other: Self) {
        fn put<T: Copy>(column: &mut Vec<T>, at: usize, other: Vec<T>) {
            if column.is_empty() {
                return *column = other;
            }
            make_room(column, other.len());
            column.splice(at..at, other);
        }
        put(&mut self.time_s, at, other.time_s);
        put(&mut self.lat_e7, at, other.lat_e7);
        put(&mut self.lon_e7, at, other.lon_e7);
        put(&mut self.world_y, at, other.world_y);
        put(&mut self.accuracy_m, at, other.accuracy_m);
        put(&mut self.altitude_m, at, other.altitude_m);
        put(&mut self.speed_dkmh, at, other.speed_dkmh);
        put(&mut self.battery_percent, at, other.battery_percent);
    }

    /// A copy of the points in `range`, without head-room.
    pub fn copy(&self, range: Range<usize>) -> Self {
        Self {
            time_s: self.time_s[range.clone()].to_vec(),
            lat_e7: self.lat_e7[range.clone()].to_vec(),
            lon_e7: self.lon_e7[range.clone()].to_vec(),
            world_y: self.world_y[range.clone()].to_vec(),
            accuracy_m: self.accuracy_m[range.clone()].to_vec(),
            altitude_m: self.altitude_m[range.clone()].to_vec(),
            speed_dkmh: self.speed_dkmh[range.clone()].to_vec(),
            battery_percent: self.battery_percent[range].to_vec(),
        }
    }

    /// All points as they are stored, in order.
    pub fn fixes(&self) -> impl ExactSizeIterator<Item = Fix> {
        (0..self.len()).map(|at| self.fix(at))
    }

    /// Puts `fixes` in place of the points in `range`.
    pub fn replace(&mut self, range: Range<usize>, fixes: &[Fix]) {
        fn put<T>(column: &mut Vec<T>, range: &Range<usize>, fixes: &[Fix], value: impl Fn(&Fix) -> T) {
            make_room(column, fixes.len().saturating_sub(range.len()));
            column.splice(range.clone(), fixes.iter().map(value));
        }
        put(&mut self.time_s, &range, fixes, |fix| fix.time_s);
        put(&mut self.lat_e7, &range, fixes, |fix| fix.lat_e7);
        put(&mut self.lon_e7, &range, fixes, |fix| fix.lon_e7);
        put(&mut self.world_y, &range, fixes, |fix| {
            // A float cast saturates: the southern edge is the last step.
            (WorldPoint::from_position(fix.position()).y * 2.0_f64.powi(32)) as u32
        });
        put(&mut self.accuracy_m, &range, fixes, |fix| fix.accuracy_m);
        put(&mut self.altitude_m, &range, fixes, |fix| fix.altitude_m);
        put(&mut self.speed_dkmh, &range, fixes, |fix| fix.speed_dkmh);
        put(&mut self.battery_percent, &range, fixes, |fix| fix.battery_percent);
    }
}

/// Makes room for `added` more values.
pub(super) fn make_room<T>(column: &mut Vec<T>, added: usize) {
    if column.capacity() - column.len() < added {
        // An eighth of head-room keeps appending amortised constant without doubling the memory of a year.
        column.reserve_exact(added + column.len() / 8);
    }
}

/// Turns round the world to add to `to` so that it lies the short way from `from`.
pub(super) fn short_way_turns(from_lon_e7: i64, to_lon_e7: i64) -> i64 {
    let eastward = to_lon_e7 - from_lon_e7;
    (TURN_E7 / 2 - eastward).div_euclid(TURN_E7)
}

pub(super) fn known_altitude_m(altitude_m: i16) -> Option<i16> {
    Some(altitude_m).filter(|altitude| *altitude != UNKNOWN_ALTITUDE)
}

pub(super) fn known_speed_kmh(speed_dkmh: u16) -> Option<f32> {
    Some(speed_dkmh).filter(|speed| *speed != UNKNOWN_SPEED).map(|speed| f32::from(speed) / 10.0)
}

pub(super) fn known_battery_percent(percent: u8) -> Option<u8> {
    Some(percent).filter(|percent| *percent != UNKNOWN_BATTERY)
}

fn position(lat_e7: i32, lon_e7: i32) -> LatLon {
    let degrees = |e7| f64::from(e7) / STEPS_PER_DEGREE;
    // Made from a valid position by rounding to a step that divides the limits.
    LatLon::new(degrees(lat_e7), degrees(lon_e7)).unwrap_or(LatLon::NULL_ISLAND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(row: Row) -> Row {
        let mut columns = Columns::default();
        columns.replace(0..0, &[Fix::from_row(&row).unwrap()]);
        columns.row(0)
    }

    #[test]
    fn what_is_stored_comes_back_narrowed() {
        let row = Row {
            time_s: 4_294_967_295,
            position: LatLon::new(-89.123_456_7, 180.0).unwrap(),
            accuracy_m: Some(0.2),
            altitude_m: Some(-32_900.0),
            speed_kmh: Some(1e9),
            battery_percent: Some(100),
        };
        let narrowed =
            Row { accuracy_m: Some(1.0), altitude_m: Some(-32_767.0), speed_kmh: Some(6553.4), ..row };
        assert_eq!(stored(row), narrowed);
        let bare = Row { accuracy_m: None, altitude_m: None, speed_kmh: None, battery_percent: None, ..row };
        assert_eq!(stored(bare), bare);
        assert!(Fix::from_row(&Row { time_s: 4_294_967_296, ..row }).is_none());
        assert!(Fix::from_row(&Row { time_s: -1, ..row }).is_none());
    }

    #[test]
    fn short_ways() {
        assert_eq!(short_way_turns(1_790_000_000, -1_790_000_000), 1);
        assert_eq!(short_way_turns(-1_790_000_000, 1_790_000_000), -1);
        assert_eq!(short_way_turns(-1_790_000_000 + 3 * TURN_E7, -1_780_000_000), 3);
        assert_eq!(short_way_turns(0, 1_800_000_000), 0);
        assert_eq!(short_way_turns(-1_800_000_000, 1_800_000_000), -1);
    }
}
