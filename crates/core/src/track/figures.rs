//! Distance, motion and climb along a stretch of line.

use crate::geo::distance_m;

use super::columns::Columns;
use super::importance::Importance;
use super::summary::Splitting;

/// From here on somebody is in motion: a slow walk.
const MOVING_KMH: f64 = 2.0;

/// A step as fast as this is motion even when the fix reports a standstill: some phones always report 0.
const SURELY_MOVING_KMH: f64 = 10.0;

/// Nothing a phone is carried in is faster.
const FASTEST_KMH: f64 = 1200.0;

/// Altitudes of phones swing by about this much while standing.
const CLIMB_STEP_M: i16 = 10;

/// What a fix of unknown accuracy is taken to be vague by.
const UNKNOWN_ACCURACY_M: f64 = 50.0;

/// Whether the line is split between two vertices.
pub(super) fn is_gap(columns: &Columns, from: usize, to: usize, splitting: &Splitting) -> bool {
    step_m(columns, from, to, splitting).is_none()
}

/// Metres between two vertices; `None` when the line is split between them.
pub(super) fn step_m(columns: &Columns, from: usize, to: usize, splitting: &Splitting) -> Option<f64> {
    if columns.time_s[to] - columns.time_s[from] > splitting.gap_s {
        return None;
    }
    let step_m = distance_m(columns.position(from), columns.position(to));
    (step_m <= f64::from(splitting.gap_m)).then_some(step_m)
}

/// Figures that can be added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    pub distance_m: f64,
    pub moving_s: i64,
    pub top_speed_kmh: Option<f32>,
}

impl Figures {
    /// Adds the step from one vertex to the next; `false`, and nothing added, when there is a gap between.
    pub fn add_step(&mut self, columns: &Columns, from: usize, to: usize, splitting: &Splitting) -> bool {
        let Some(step_m) = step_m(columns, from, to, splitting) else { return false };
        self.distance_m += step_m;
        let step_s = columns.time_s[to] - columns.time_s[from];
        if step_s == 0 {
            return true;
        }
        let step_kmh = step_m / f64::from(step_s) * 3.6;
        let arrived_kmh = columns.speed_kmh(to);
        if arrived_kmh.map_or(step_kmh, f64::from) >= MOVING_KMH || step_kmh >= SURELY_MOVING_KMH {
            self.moving_s += i64::from(step_s);
        }
        // Half as fast again as on average, as one drives between traffic lights.
        let borne_out = step_kmh * 1.5 + SURELY_MOVING_KMH;
        let mut reported = [columns.speed_kmh(from), arrived_kmh].into_iter().flatten().peekable();
        if reported.peek().is_none() {
            if step_m > 2.0 * (vague_m(columns, from) + vague_m(columns, to)) && step_kmh <= FASTEST_KMH {
                self.saw_speed(step_kmh as f32);
            }
        } else {
            reported
                .filter(|speed| f64::from(*speed) <= borne_out.min(FASTEST_KMH))
                .for_each(|speed| self.saw_speed(speed));
        }
        true
    }

    /// Adds the figures of another stretch.
    pub fn add(&mut self, other: &Self) {
        self.distance_m += other.distance_m;
        self.moving_s += other.moving_s;
        if let Some(speed) = other.top_speed_kmh {
            self.saw_speed(speed);
        }
    }

    fn saw_speed(&mut self, speed_kmh: f32) {
        self.top_speed_kmh = Some(self.top_speed_kmh.map_or(speed_kmh, |top| top.max(speed_kmh)));
    }
}

fn vague_m(columns: &Columns, at: usize) -> f64 {
    match columns.accuracy_m[at] {
        0 => UNKNOWN_ACCURACY_M,
        accuracy => f64::from(accuracy),
    }
}

/// Climb along a stretch. The line is followed in steps of [`CLIMB_STEP_M`]: an altitude counts once it is so far from
/// the last one that counted. A gap starts afresh.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Climb {
    /// The altitude that counted when the stretch began.
    pub entry_m: Option<i16>,
    /// The altitude that counted when it ended.
    pub exit_m: Option<i16>,
    /// Metres climbed; `None` without altitudes.
    pub climbed_m: Option<u32>,
}

impl Climb {
    /// Climb along the vertices given, points left out among them passed over.
    pub fn along(
        columns: &Columns,
        entry_m: Option<i16>,
        points: impl Iterator<Item = (usize, Importance)>,
    ) -> Self {
        let (mut counted_m, mut climbed_m) = (entry_m, None);
        for (at, importance) in points {
            if importance == Importance::LEFT_OUT {
                continue;
            }
            if importance.is_start() {
                counted_m = None;
            }
            let Some(altitude_m) = columns.altitude_m(at) else { continue };
            let climbed_m = climbed_m.get_or_insert(0_u32);
            let from_m = *counted_m.get_or_insert(altitude_m);
            if altitude_m.abs_diff(from_m) >= CLIMB_STEP_M.unsigned_abs() {
                *climbed_m += altitude_m.saturating_sub(from_m).max(0).unsigned_abs() as u32;
                counted_m = Some(altitude_m);
            }
        }
        Self { entry_m, exit_m: counted_m, climbed_m }
    }
}
