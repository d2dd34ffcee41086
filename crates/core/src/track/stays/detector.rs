//! One pass over the fixes of a track, each looked at once.

use crate::geo::{LatLon, distance_m};
use crate::time::UnixSeconds;

use super::super::history::Track;
use super::super::point::PointKey;
use super::super::row::Row;
use super::{
    EXCURSION_S, LEAST_STAY_S, LONE_EXCURSION_S, RADIUS_M, REACH_M, SILENCE_S, VAGUE_M, WALK_M_PER_S,
};

/// What an unknown accuracy is taken to be, in metres.
const UNKNOWN_ACCURACY_M: f64 = 50.0;

/// No fix counts for more than one of this accuracy, in metres.
const FINEST_M: f64 = 10.0;

/// Somebody stayed somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stay {
    /// The middle of the fixes, the exact ones counting more.
    pub centre: LatLon,
    /// First fix there.
    pub arrived_s: UnixSeconds,
    /// Until when.
    pub left_s: UnixSeconds,
    /// The track ends there: nobody knows yet when they left.
    pub is_last: bool,
}

/// Finds the stays of a track, and goes on where it was when the track only grew at its end.
#[derive(Clone, Debug, Default)]
pub struct StayFinder {
    finished: Vec<Stay>,
    spot: Option<Spot>,
    away: Option<Away>,
    /// How many points were looked at, and the first and the last of them.
    seen: usize,
    ends: Option<(PointKey, PointKey)>,
}

/// Fixes near each other.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// Where the sums are counted from.
    anchor: LatLon,
    weight: f64,
    north_deg: f64,
    east_deg: f64,
    arrived_s: UnixSeconds,
    last_s: UnixSeconds,
    /// Until when silence lets it last.
    lasts_s: UnixSeconds,
}

/// Fixes elsewhere since the last one at the spot.
#[derive(Clone, Copy, Debug)]
struct Away {
    since_s: UnixSeconds,
    fixes: u32,
    /// Where these were last: perhaps the next stay.
    spot: Spot,
}

impl StayFinder {
    /// Looks at a track, or at what is new at its end. Answers its stays in order of time.
    pub fn find(&mut self, track: &Track) -> Vec<Stay> {
        let only_grew = self.seen > 0 && self.ends == ends(track, self.seen);
        if !only_grew {
            *self = Self::default();
        }
        for index in self.seen..track.len() {
            self.take(&track.row(index));
        }
        self.seen = track.len();
        self.ends = ends(track, self.seen);
        let mut stays = self.finished.clone();
        // What may yet go on. Somebody who is away is no longer at the spot.
        let away = self.away.map(|away| away.spot);
        if let Some(spot) = self.spot {
            stays.extend(spot.stay(away.is_none()));
        }
        stays.extend(away.and_then(|spot| spot.stay(true)));
        stays
    }

    /// Whether [`Self::find`] has seen all of a track already.
    pub fn has_seen(&self, track: &Track) -> bool {
        self.seen == track.len() && (self.seen == 0 || self.ends == ends(track, self.seen))
    }

    fn take(&mut self, row: &Row) {
        let accuracy_m = row.accuracy_m.map_or(UNKNOWN_ACCURACY_M, f64::from);
        if accuracy_m > VAGUE_M {
            return;
        }
        let here = Spot::new(row, accuracy_m);
        let Some(spot) = &mut self.spot else {
            self.spot = Some(here);
            return;
        };
        let last_s = self.away.map_or(spot.last_s, |away| away.spot.last_s);
        if row.time_s - last_s > SILENCE_S {
            self.finish();
            self.spot = Some(here);
            return;
        }
        let is_near = spot.is_near(row.position, accuracy_m);
        let Some(away) = &mut self.away else {
            if is_near {
                spot.add(row, accuracy_m);
            } else {
                spot.outlast(row);
                self.away = Some(Away { since_s: row.time_s, fixes: 1, spot: here });
            }
            return;
        };
        let gone_s = row.time_s - away.since_s;
        let is_gone = gone_s > if away.fixes == 1 { LONE_EXCURSION_S } else { EXCURSION_S };
        match (is_near, is_gone) {
            (true, false) => {
                spot.add(row, accuracy_m);
                self.away = None;
            }
            (true, true) => {
                away.spot.outlast(row);
                self.finish();
                self.spot = Some(here);
            }
            (false, _) => {
                away.fixes += 1;
                if away.spot.is_near(row.position, accuracy_m) {
                    away.spot.add(row, accuracy_m);
                } else {
                    // Silence at the place before may have been a stay.
                    away.spot.outlast(row);
                    let passed = away.spot.stay(false);
                    away.spot = here;
                    if passed.is_some() {
                        self.finished.extend(spot.stay(false));
                        self.finished.extend(passed);
                        self.spot = Some(here);
                        self.away = None;
                        return;
                    }
                }
                if gone_s > EXCURSION_S {
                    self.finished.extend(spot.stay(false));
                    self.spot = Some(away.spot);
                    self.away = None;
                }
            }
        }
    }

    /// Ends the spot, and what is away from it.
    fn finish(&mut self) {
        self.finished.extend(self.spot.take().and_then(|spot| spot.stay(false)));
        self.finished.extend(self.away.take().and_then(|away| away.spot.stay(false)));
    }
}

impl Spot {
    fn new(row: &Row, accuracy_m: f64) -> Self {
        Self {
            anchor: row.position,
            weight: weight(accuracy_m),
            north_deg: 0.0,
            east_deg: 0.0,
            arrived_s: row.time_s,
            last_s: row.time_s,
            lasts_s: row.time_s,
        }
    }

    fn centre(&self) -> LatLon {
        let lon = self.anchor.lon() + self.east_deg / self.weight;
        let wrapped = if lon.abs() > 180.0 { (lon + 180.0).rem_euclid(360.0) - 180.0 } else { lon };
        let lat = (self.anchor.lat() + self.north_deg / self.weight).clamp(-90.0, 90.0);
        LatLon::new(lat, wrapped).unwrap_or(self.anchor)
    }

    fn is_near(&self, position: LatLon, accuracy_m: f64) -> bool {
        distance_m(self.centre(), position) <= RADIUS_M.max(accuracy_m)
    }

    fn add(&mut self, row: &Row, accuracy_m: f64) {
        let weight = weight(accuracy_m);
        let east_deg = row.position.lon() - self.anchor.lon();
        // The short way over the 180° meridian.
        let east_deg = (east_deg + 180.0).rem_euclid(360.0) - 180.0;
        self.weight += weight;
        self.north_deg += weight * (row.position.lat() - self.anchor.lat());
        self.east_deg += weight * east_deg;
        (self.last_s, self.lasts_s) = (row.time_s, row.time_s);
    }

    /// The next fix is elsewhere: until when it was silent here.
    fn outlast(&mut self, next: &Row) {
        let way_m = distance_m(self.centre(), next.position);
        if way_m <= REACH_M {
            let left_s = next.time_s - (way_m / WALK_M_PER_S).round() as i64;
            self.lasts_s = self.lasts_s.max(left_s);
        }
    }

    fn stay(&self, is_last: bool) -> Option<Stay> {
        (self.lasts_s - self.arrived_s >= LEAST_STAY_S).then(|| Stay {
            centre: self.centre(),
            arrived_s: self.arrived_s,
            left_s: self.lasts_s,
            is_last,
        })
    }
}

/// The first of a track's points, and the last of the first `count`, which is not 0 and no more than there are.
fn ends(track: &Track, count: usize) -> Option<(PointKey, PointKey)> {
    let key = |index: usize| {
        let row = track.row(index);
        PointKey { time_s: row.time_s, position: row.position }
    };
    (1..=track.len()).contains(&count).then(|| (key(0), key(count - 1)))
}

fn weight(accuracy_m: f64) -> f64 {
    1.0 / accuracy_m.max(FINEST_M)
}
