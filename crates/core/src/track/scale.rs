//! What a line's colour says: a quantity, cut into a few classes, each with a colour of its own.
//!
//! Bounds are round numbers in the person's units, so that a legend can be read at a glance, and far enough apart that
//! single wild values do not squeeze all others into one class. They only ever widen while points come in
//! ([`Scale::widened`]), or colours would flicker while a history loads.

use std::ops::Range;

use crate::time::{TimeRange, UnixSeconds};

use super::columns::{Columns, known_altitude_m, known_battery_percent, known_speed_kmh};

/// What the colour of a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Speed in km/h.
    Speed,
    /// Altitude above sea level in metres.
    Altitude,
    /// Horizontal accuracy radius in metres: the less, the better.
    Accuracy,
    /// Battery charge in per cent.
    Battery,
    /// Seconds since 1970.
    Time,
}

/// Number of classes of known values.
pub const CLASSES: usize = 12;

/// The class of points whose value is not known. Without a scale every point is of class 0.
pub const UNKNOWN_CLASS: u8 = CLASSES as u8;

/// A quarter of the classes, at whose bounds a legend has its numbers.
const QUARTER: usize = CLASSES / 4;

/// Bounds of classes of accuracy, in metres or in three feet: phones tell 5 m from 10 m and 500 m from 1 km.
const ACCURACY_BOUNDS: [f64; CLASSES + 1] =
    [0.0, 3.0, 6.0, 10.0, 20.0, 30.0, 50.0, 80.0, 120.0, 200.0, 350.0, 600.0, 1000.0];

const METRES_PER_FOOT: f64 = 0.3048;
const KM_PER_MILE: f64 = 1.609_344;

/// Slower points say nothing about how fast somebody goes.
const MOVING_KMH: usize = 2;

/// Of the points in motion at least this share is below a speed scale's end.
const SPEED_SHARE: f64 = 0.98;

/// So large a share of altitudes may lie beyond either end of the scale.
const ALTITUDE_SHARE: f64 = 0.005;

/// A scale may be so much shorter, as a share of itself, before another takes its place.
const SLACK: f64 = 0.02;

/// Classes of one quantity: class `c` reaches from `bounds[c]` up to but without `bounds[c + 1]`, and the first and the
/// last take in what lies beyond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Of what.
    pub quantity: Quantity,
    /// In ascending order, in the units of the quantity. Every third is a round number in the person's units.
    pub bounds: [f64; CLASSES + 1],
}

/// What is to be said beside coloured lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Legend {
    /// What the colours mean.
    pub scale: Scale,
    /// Some points have no value.
    pub has_unknown: bool,
}

impl Scale {
    /// For values spread like this. `range` is the time that was asked for, `imperial` whether round numbers are of
    /// feet and miles.
    pub fn of(spread: &Spread, range: TimeRange, imperial: bool) -> Self {
        let quantity = spread.quantity;
        let unit = match quantity {
            Quantity::Speed if imperial => KM_PER_MILE,
            Quantity::Altitude if imperial => METRES_PER_FOOT,
            Quantity::Accuracy if imperial => 3.0 * METRES_PER_FOOT,
            _ => 1.0,
        };
        let even = |from: f64, quarter: f64| {
            std::array::from_fn(|bound| (from + quarter * bound as f64 / QUARTER as f64) * unit)
        };
        let bounds = match quantity {
            Quantity::Speed => even(0.0, round_step(spread.top_speed_kmh() / unit / 4.0, 5.0)),
            Quantity::Altitude => {
                let (low_m, high_m) = spread.altitudes_m();
                let (low, high) = (low_m / unit, high_m / unit);
                let mut quarter = round_step((high - low) / 4.0, 25.0);
                while floor(low, quarter) + 4.0 * quarter < high {
                    quarter = round_step(quarter * 1.01, 25.0);
                }
                even(floor(low, quarter), quarter)
            }
            Quantity::Accuracy => ACCURACY_BOUNDS.map(|bound| bound * unit),
            Quantity::Battery => even(0.0, 25.0),
            Quantity::Time => {
                let (from_s, to_s) = spread.times_s(range);
                even(from_s as f64, (to_s - from_s).max(4) as f64 / 4.0)
            }
        };
        Self { quantity, bounds }
    }

    /// This scale, or `before` where that reaches about as far: of the same quantity, in the same units, for fewer points
    /// of the same history. A live point makes time longer, and does not change the colours of a year.
    #[must_use]
    pub fn widened(self, before: Option<&Self>) -> Self {
        match before {
            Some(before) if before.quantity == self.quantity && before.contains(&self) => *before,
            _ => self,
        }
    }

    fn contains(&self, other: &Self) -> bool {
        let slack = (self.bounds[CLASSES] - self.bounds[0]) * SLACK;
        self.bounds[0] - slack <= other.bounds[0] && other.bounds[CLASSES] <= self.bounds[CLASSES] + slack
    }

    /// The class of a value.
    pub fn class(&self, value: f64) -> u8 {
        // From 1: what lies below the first bound belongs to the first class.
        self.bounds[1..CLASSES].partition_point(|bound| *bound <= value) as u8
    }
}

/// The greatest multiple of the power of ten in `step` that is not above `value`.
fn floor(value: f64, step: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= step {
        power *= 10.0;
    }
    (value / power).floor() * power
}

/// The least of 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten that is at least `wanted` and `least`, which is 1 or more.
fn round_step(wanted: f64, least: f64) -> f64 {
    let wanted = wanted.max(least);
    let mut power = 1.0;
    // What a column holds is bounded; the limit is for what is no number.
    while power < 1e9 {
        let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0].map(|factor| factor * power);
        if let Some(step) = steps.into_iter().find(|step| *step >= wanted) {
            return step;
        }
        power *= 10.0;
    }
    power
}

/// How the values of a quantity are spread over points.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    quantity: Quantity,
    /// Numbers of points whose value falls into steps of [`step`] from [`lowest`] on.
    counts: Vec<u32>,
    first_s: Option<UnixSeconds>,
    last_s: Option<UnixSeconds>,
    /// Points with a value.
    pub known: u32,
    /// Points without one.
    pub unknown: u32,
}

const SPEED_STEPS: usize = 1300;
const ALTITUDE_STEP_M: i32 = 10;
const LOWEST_ALTITUDE_M: i32 = -500;
const ALTITUDE_STEPS: usize = 1400;

impl Spread {
    /// Of no points yet.
    pub fn new(quantity: Quantity) -> Self {
        let steps = match quantity {
            Quantity::Speed => SPEED_STEPS,
            Quantity::Altitude => ALTITUDE_STEPS,
            _ => 0,
        };
        Self { quantity, counts: vec![0; steps], first_s: None, last_s: None, known: 0, unknown: 0 }
    }

    /// Counts the points from `from` on in.
    pub(super) fn add(&mut self, columns: &Columns, from: usize) {
        let points = from..columns.len();
        let (added, before) = (points.len() as u32, self.known);
        match self.quantity {
            Quantity::Speed => {
                for speed_kmh in points.filter_map(|at| columns.speed_kmh(at)) {
                    self.known += 1;
                    self.counts[(speed_kmh as usize).min(SPEED_STEPS - 1)] += 1;
                }
            }
            Quantity::Altitude => {
                for altitude_m in points.filter_map(|at| columns.altitude_m(at)) {
                    self.known += 1;
                    let step = (i32::from(altitude_m) - LOWEST_ALTITUDE_M).max(0) / ALTITUDE_STEP_M;
                    self.counts[(step as usize).min(ALTITUDE_STEPS - 1)] += 1;
                }
            }
            Quantity::Accuracy => {
                self.known += points.filter(|at| columns.accuracy_m[*at] != 0).count() as u32;
            }
            Quantity::Battery => {
                self.known += points.filter(|at| columns.battery(*at).is_some()).count() as u32;
            }
            Quantity::Time => {
                self.known += added;
                let time_s = |time: Option<&u32>| time.copied().map(i64::from);
                let (first_s, last_s) = (time_s(columns.time_s.get(from)), time_s(columns.time_s.last()));
                self.first_s = self.first_s.into_iter().chain(first_s).min();
                self.last_s = self.last_s.into_iter().chain(last_s).max();
            }
        }
        self.unknown += added - (self.known - before);
    }

    /// A speed that few points in motion exceed; a walk's without any.
    fn top_speed_kmh(&self) -> f64 {
        let moving: u64 = self.counts.iter().skip(MOVING_KMH).copied().map(u64::from).sum();
        let few = (moving as f64 * (1.0 - SPEED_SHARE)) as u64;
        self.downwards(few).map_or(0.0, |step| (step + 1) as f64)
    }

    /// Altitudes that few points lie below and above.
    fn altitudes_m(&self) -> (f64, f64) {
        let few = (f64::from(self.known) * ALTITUDE_SHARE) as u64;
        let metres = |step: usize| f64::from(LOWEST_ALTITUDE_M + step as i32 * ALTITUDE_STEP_M);
        match (self.upwards(few), self.downwards(few)) {
            (Some(low), Some(high)) => (metres(low), metres(high + 1)),
            _ => (0.0, 0.0),
        }
    }

    /// The first of the steps that more than `passed_over` points reach, from the top.
    fn downwards(&self, passed_over: u64) -> Option<usize> {
        self.first_reached(passed_over, (0..self.counts.len()).rev())
    }

    fn upwards(&self, passed_over: u64) -> Option<usize> {
        self.first_reached(passed_over, 0..self.counts.len())
    }

    fn first_reached(&self, passed_over: u64, mut steps: impl Iterator<Item = usize>) -> Option<usize> {
        let mut seen = 0;
        steps.find(|step| {
            seen += u64::from(self.counts[*step]);
            seen > passed_over
        })
    }

    /// From when to when: the range, less as many halves of it as have no points yet. Months come newest first; like
    /// this their colours change only whenever as much again has come in.
    fn times_s(&self, range: TimeRange) -> (UnixSeconds, UnixSeconds) {
        let (Some(first_s), Some(last_s)) = (self.first_s, self.last_s) else {
            return (range.from_s, range.to_s);
        };
        let to_s = last_s.max(first_s + 1);
        let mut from_s = range.from_s.min(first_s);
        while to_s - from_s > 1 && from_s + (to_s - from_s) / 2 <= first_s {
            from_s += (to_s - from_s + 1) / 2;
        }
        (from_s.min(first_s), to_s)
    }
}

/// The class of a track's point.
pub(super) fn class_of(columns: &Columns, scale: &Scale, at: usize) -> u8 {
    let value = match scale.quantity {
        Quantity::Time => Some(f64::from(columns.time_s[at])),
        quantity => value(quantity, key(columns, quantity, at)),
    };
    value.map_or(UNKNOWN_CLASS, |value| scale.class(value))
}

/// Classes of a track's points by the million: those of all values that a column can hold, found beforehand.
pub(super) struct Classes<'a> {
    scale: &'a Scale,
    /// By [`key`]; empty for times, of which there are too many.
    of_keys: Vec<u8>,
}

impl<'a> Classes<'a> {
    pub fn new(scale: &'a Scale) -> Self {
        let keys = match scale.quantity {
            Quantity::Time => 0,
            Quantity::Battery => 1 << 8,
            _ => 1 << 16,
        };
        let mut of_keys = vec![UNKNOWN_CLASS; keys];
        let is_known = |key: usize| value(scale.quantity, key as u16).is_some();
        // What is not known is the first or the last of them.
        let end = keys - usize::from(keys > 0 && !is_known(keys - 1));
        let mut from = usize::from(keys > 0 && !is_known(0));
        for class in 0..CLASSES {
            // Larger keys are larger values, so that a class is a stretch of keys.
            let (mut to, mut beyond) = (from, end);
            while to < beyond {
                let middle = to.midpoint(beyond);
                let is_of_class = value(scale.quantity, middle as u16)
                    .is_some_and(|value| usize::from(scale.class(value)) <= class);
                if is_of_class { to = middle + 1 } else { beyond = middle }
            }
            of_keys[from..to].fill(class as u8);
            from = to;
        }
        Self { scale, of_keys }
    }

    /// The class of the point at `at`.
    pub fn of(&self, columns: &Columns, at: usize) -> u8 {
        if self.scale.quantity == Quantity::Time {
            return class_of(columns, self.scale, at);
        }
        self.of_keys[usize::from(key(columns, self.scale.quantity, at))]
    }

    /// Puts the classes of `points` into `out`.
    pub fn of_all(&self, columns: &Columns, points: Range<usize>, out: &mut Vec<u8>) {
        out.clear();
        match self.scale.quantity {
            Quantity::Time if points.is_empty() => {}
            Quantity::Time => {
                let (first, last) = (self.of(columns, points.start), self.of(columns, points.end - 1));
                // They are in order.
                if first == last {
                    out.resize(points.len(), first);
                } else {
                    out.extend(points.map(|at| self.of(columns, at)));
                }
            }
            // The choice of the column stands outside of the loops.
            Quantity::Speed => self.look_up(&columns.speed_dkmh[points], |speed| speed, out),
            Quantity::Altitude => self.look_up(&columns.altitude_m[points], altitude_key, out),
            Quantity::Accuracy => self.look_up(&columns.accuracy_m[points], |accuracy| accuracy, out),
            Quantity::Battery => self.look_up(&columns.battery_percent[points], u16::from, out),
        }
    }

    fn look_up<T: Copy>(&self, column: &[T], key: impl Fn(T) -> u16, out: &mut Vec<u8>) {
        out.extend(column.iter().map(|value| self.of_keys[usize::from(key(*value))]));
    }
}

/// What a column of a quantity other than time holds, in the order of values; what is not known comes first or last.
fn key(columns: &Columns, quantity: Quantity, at: usize) -> u16 {
    match quantity {
        Quantity::Speed => columns.speed_dkmh[at],
        Quantity::Altitude => altitude_key(columns.altitude_m[at]),
        Quantity::Accuracy => columns.accuracy_m[at],
        Quantity::Battery => u16::from(columns.battery_percent[at]),
        Quantity::Time => 0,
    }
}

fn altitude_key(altitude_m: i16) -> u16 {
    altitude_m.wrapping_sub(i16::MIN) as u16
}

/// What a key stands for, in the unit of the quantity; `None` when that is not known.
fn value(quantity: Quantity, key: u16) -> Option<f64> {
    match quantity {
        Quantity::Speed => known_speed_kmh(key).map(f64::from),
        Quantity::Altitude => known_altitude_m((key as i16).wrapping_add(i16::MIN)).map(f64::from),
        Quantity::Accuracy => Some(key).filter(|accuracy| *accuracy != 0).map(f64::from),
        Quantity::Battery => known_battery_percent(u8::try_from(key).ok()?).map(f64::from),
        Quantity::Time => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_found_beforehand_are_those_of_the_values() {
        for quantity in [Quantity::Speed, Quantity::Altitude, Quantity::Accuracy, Quantity::Battery] {
            for (from, step) in [(0.0, 12.5), (-100.0, 0.1), (-40_000.0, 8000.0), (50.0, 0.0)] {
                let bounds = std::array::from_fn(|bound| from + step * bound as f64);
                let scale = Scale { quantity, bounds };
                for (key, class) in Classes::new(&scale).of_keys.into_iter().enumerate() {
                    let expected = value(quantity, key as u16).map(|value| scale.class(value));
                    assert_eq!(class, expected.unwrap_or(UNKNOWN_CLASS), "{scale:?} {key}");
                }
            }
        }
    }
}
